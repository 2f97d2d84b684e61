/* weft/log.h: what weft tells a log callback. The library itself prints nothing. */
#ifndef WEFT_LOG_H
#define WEFT_LOG_H

#include "weft/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum weft_log_level {
    WEFT_LOG_ERROR = 0,   /* something of ours failed: memory, a system call, a broken invariant */
    WEFT_LOG_WARNING = 1, /* the application or the counterpart did what it should not */
    WEFT_LOG_INFO = 2,    /* sessions and listeners come and go; opens and handshakes are refused */
    WEFT_LOG_DEBUG = 3    /* connections, calls, frames */
} weft_log_level;

/* Classes, one bit each; a record of a class or level that is not asked for costs one test: its fields are not even
 * put together. */
#define WEFT_LOG_SESSION ((uint64_t)1 << 0)    /* handshakes, drains, ends, violations */
#define WEFT_LOG_CONNECTION ((uint64_t)1 << 1) /* opens, rejects, closes, channels, violations */
#define WEFT_LOG_CALL ((uint64_t)1 << 2)
#define WEFT_LOG_FRAME ((uint64_t)1 << 3)    /* each one sent and received, without its body; late ones dropped */
#define WEFT_LOG_CONDUIT ((uint64_t)1 << 4)  /* connecting, and what failed below */
#define WEFT_LOG_LISTENER ((uint64_t)1 << 5) /* what it accepts, and why it waits */
#define WEFT_LOG_ALL UINT64_MAX

/* Fields. Their names keep their meaning; later versions may add some.
 *   session      weft_session_id, which each runtime counts for itself; 0 where nobody gave it one
 *   connection   its id; 0: the root
 *   call, channel   the id of the request or channel on its connection; 0: none yet
 *   by_peer      1: the counterpart caused it or asked for it; 0: this side
 *   service, method   as the definition spells them
 *   wire         the counterpart's id of the protocol's layouts (idl/weft/wire.weft); 0: it does not say
 *   rule         of docs/protocol.md, such as conn.parity
 *   error        "WEFT_EPROTO"
 *   code         WEFT_CODE_… of a Sorry, Reject, Close, Goodbye or ProtocolError
 *   outcome      of a call, as in weft_outcome_name
 *   reason       of a handshake or conduit that came to nothing, as in weft_refusal_name
 *   text         for people; the counterpart's own words where it said them: to be escaped
 *   transport, address, url, port   of a conduit or listener
 *   kind, flags, len   of a frame: its kind by name, its length in bytes
 *   what else there is says how much or which, for people: attempts, bytes, calls, counter, direction, from, hops, how,
 *   method_id, ms, name, parked, to
 * Metadata, arguments, values and keys are never logged, SENSITIVE or not. */

typedef struct weft_log_field {
    const char *name;
    bool is_text;
    weft_str text;   /* where is_text; not NUL-terminated */
    uint64_t number; /* otherwise */
} weft_log_field;

/* Valid during the callback. */
typedef struct weft_log_record {
    weft_log_level level;
    uint64_t log_class;  /* exactly one bit */
    const char *message; /* a constant; the particulars are in the fields */
    const weft_log_field *fields;
    size_t n_fields;
} weft_log_record;

/* Runs where the record is made, on any thread that uses weft, and must call nothing of weft. */
typedef void (*weft_log_fn)(void *user, const weft_log_record *record);

/* For those who begin: a log callback that writes each record as one line to standard error, such as
 *   weft: info: session: session ready session=1 by_peer=1 transport="tcp" address="127.0.0.1:4711"
 * with what the counterpart sent escaped; a line is cut at 1 KiB. user: NULL, or a const weft_log_level * that outlives
 * its use: what is less severe is left out (log_level in the options does that before a record is made). In libweft-uv.
 * Any thread. */
WEFT_API void weft_log_stderr(void *user, const weft_log_record *record);

#ifdef __cplusplus
}
#endif
#endif
