/* weft/connection.h: opening virtual connections, and deciding what becomes of those that the counterpart opens. All
 * functions: on the thread of the session's loop or engine. */
#ifndef WEFT_CONNECTION_H
#define WEFT_CONNECTION_H

#include "weft/metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_session weft_session;
typedef struct weft_connection weft_connection;
typedef struct weft_service_type weft_service_type; /* a const table made by weftc: weft/gen.h */
struct weft_peer;

/* Codes of Sorry, Reject, Close, Goodbye and ProtocolError. From 256 on they are the application's own. */
typedef enum weft_code {
    WEFT_CODE_NONE = 0,
    WEFT_CODE_PROTOCOL = 1,
    WEFT_CODE_NO_ACCEPTOR = 2,
    WEFT_CODE_UNKNOWN_SERVICE = 3,
    WEFT_CODE_LIMIT = 4,
    WEFT_CODE_REFUSED = 5,
    WEFT_CODE_NOT_RESUMABLE = 6,
    WEFT_CODE_INCOMPATIBLE = 7,
    WEFT_CODE_GOING_AWAY = 8,
    WEFT_CODE_TIMEOUT = 9,
    WEFT_CODE_INTERNAL = 10,
    WEFT_CODE_FORBIDDEN = 11,
    WEFT_CODE_NOT_READY = 12,
    WEFT_CODE_UNREACHABLE = 13,
    WEFT_CODE_LOST = 14,
    WEFT_CODE_VERSION = 15,
    WEFT_CODE_APPLICATION = 256
} weft_code;

/* A short name: "unknown service"; "application" from 256 on; "unknown" otherwise. Any thread. */
WEFT_API const char *weft_code_name(uint16_t code);

/* What one side of a connection serves and calls, and its particulars. Used to open one, to accept one, and for the
 * root. */
typedef struct weft_open_options {
    size_t size;
    const weft_metadata *metadata;         /* borrowed for the call; NULL: none */
    uint64_t timeout_ns;                   /* open: until decided; WEFT_FOREVER: none but the counterpart's 30 s */
    const weft_service_type *serves;       /* what this side serves on the connection; NULL: nothing */
    const void *handler;                   /* its handler table: outlives the connection */
    void *self;                            /* for the handler: until its closed(self) */
    const weft_service_type *const *calls; /* what this side calls, besides the service that is opened; borrowed for */
    size_t n_calls;                        /* the call; the tables outlive the connection. Of one name one version */
    void (*on_closed)(void *user, const weft_error *error); /* once, last, where the connection was open; NULL: none.
                                                               error->code WEFT_ECONNCLOSED or what ended it */
    void *on_closed_user;
} weft_open_options;
typedef weft_open_options weft_accept_options;

WEFT_API void weft_open_options_init(weft_open_options *options, size_t size);
static inline weft_open_options weft_open_options_default(void)
{
    weft_open_options o;
    weft_open_options_init(&o, sizeof o);
    return o;
}

/* Exactly once for an open that returned 0: connection with one reference for the receiver, or NULL and why:
 * WEFT_EREJECTED (error->remote has the code), WEFT_EINCOMPATIBLE, WEFT_ETIMEDOUT, WEFT_ECANCELED, WEFT_EBUSY (opened
 * before READY, and the counterpart takes fewer), or what ended the session. metadata: of the Accept or Reject, during
 * the callback. */
typedef void (*weft_opened_fn)(void *user, weft_connection *connection_or_null, const weft_metadata *metadata,
                               const weft_error *error_or_null);

/* Opens a virtual connection to service of the counterpart. Also before the session is ready: it goes out then.
 * 0; WEFT_EINVAL; WEFT_ECLOSED; WEFT_EBUSY: the counterpart's max_connections are reached; WEFT_EUNAVAILABLE: this
 * side or the counterpart drains; WEFT_EAGAIN: max_queued; WEFT_ENOMEM. */
WEFT_API int weft_open(weft_session *session, const weft_service_type *service,
                       const weft_open_options *options_or_null, weft_opened_fn opened, void *user);

/* One reference more. A connection lives while there is one, a handler serves on it, or a call is under way. */
WEFT_API weft_connection *weft_connection_retain(weft_connection *connection);
WEFT_API void weft_connection_release(weft_connection *connection_or_null);
/* The session of an open connection; NULL once it is closed. Borrowed. */
WEFT_API weft_session *weft_connection_session(const weft_connection *connection);
/* Closes behind everything that was sent; calls in flight end with WEFT_ECONNCLOSED. 0; WEFT_EALREADY: closed;
 * WEFT_EINVAL: the root. text is copied and cut to 1,024 bytes. */
WEFT_API int weft_connection_close(weft_connection *connection, uint16_t code, const char *text_or_null);
/* The same at once: what is queued is dropped, a message half sent is aborted. */
WEFT_API int weft_connection_abort(weft_connection *connection, uint16_t code, const char *text_or_null);
/* No new request is taken on it from now on: the counterpart's calls end with WEFT_EUNAVAILABLE, and nothing of them
 * runs. What is under way goes on, and so do calls of this side; closing it is left to the application. 0;
 * WEFT_EALREADY: closed, or it drains; WEFT_EINVAL: the root (weft_session_drain); WEFT_ENOMEM. */
WEFT_API int weft_connection_drain(weft_connection *connection);

/* ---- an open of the counterpart's, undecided ---- */

/* A value handle, safe as long as the runtime (or engine) lives; stale once decided. */
typedef struct weft_pending {
    void *slot;
    uint64_t generation;
} weft_pending;

/* All of them live until it is decided; for a stale handle empty, NULL or false. */
WEFT_API weft_str weft_pending_service(weft_pending pending); /* "kv.v1.Store" */
WEFT_API const weft_metadata *weft_pending_metadata(weft_pending pending);
WEFT_API weft_session *weft_pending_session(weft_pending pending); /* borrowed */
WEFT_API const struct weft_peer *weft_pending_peer(weft_pending pending);
/* Is it the root, while the handshake waits? Then a reject refuses the session. */
WEFT_API bool weft_pending_is_root(weft_pending pending);

/* Accepts: with options->serves it is served; ret_connection_or_null, if not NULL, gets one reference, to call the
 * counterpart's side. Without serves: the raw connection. 0; WEFT_EALREADY: stale; WEFT_EINVAL; WEFT_ENOMEM: undecided
 * still; WEFT_EINCOMPATIBLE: the two sides' declarations of a service differ, this side's table has no schemas (an
 * early weftc made it), and it has been rejected so. */
WEFT_API int weft_pending_accept(weft_pending pending, const weft_accept_options *options_or_null,
                                 weft_connection **ret_connection_or_null);
/* Rejects. code: WEFT_CODE_…, or from 256 on the application's own, not 0; text copied; metadata_or_null borrowed for
 * the call. */
WEFT_API int weft_pending_reject(weft_pending pending, uint16_t code, const char *text_or_null,
                                 const weft_metadata *metadata_or_null);
/* Lets go undecided: rejected, internal, with a warning in the log. */
WEFT_API int weft_pending_drop(weft_pending pending);

#ifdef __cplusplus
}
#endif
#endif
