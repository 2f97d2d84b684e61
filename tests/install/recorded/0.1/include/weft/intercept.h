/* weft/intercept.h: functions that see the calls and opens of a session, whatever the service: to check who asks, to
 * count, to send something along. All functions: on the thread of the session's loop or engine. */
#ifndef WEFT_INTERCEPT_H
#define WEFT_INTERCEPT_H

#include "weft/call.h"
#include "weft/session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A call that an interceptor sees. All of it is borrowed, and valid during the function. */
typedef struct weft_call_info {
    size_t size;
    bool inbound; /* the counterpart's, for a handler here; false: made here */
    weft_session *session;
    const weft_peer *peer; /* what is known of the counterpart without believing it [conn.evidence] */
    const char *service;   /* "kv.v1.Store" */
    const char *method;    /* "get" */
    uint64_t timeout_ns;   /* what is left; WEFT_FOREVER: no deadline */
    /* Of the request: what the application and the interceptors before gave, or what the counterpart sent. Empty in
     * done. */
    const weft_metadata *metadata;
    void **state; /* this interceptor's own for this call: *state is NULL at first, and kept until done */
    void *inner;  /* weft's */
} weft_call_info;

/* An open of the counterpart's that is to be decided; likewise borrowed. */
typedef struct weft_open_info {
    size_t size;
    weft_session *session;
    const weft_peer *peer;
    weft_str service;
    const weft_metadata *metadata; /* of the Open; for the root: of Hello */
    bool is_root;                  /* refused: so is the session */
} weft_open_info;

/* One of a chain: weft_session_options.interceptors. A function that is NULL lets pass.
 *
 * Order: calls made here pass the first to the last and go out; calls of the counterpart's pass the first to the last
 * and reach the handler. done runs in reverse. An open passes the first to the last, then on_open decides.
 *
 * done runs exactly once for each interceptor that a call has passed, however it ends: answered, refused by a later
 * interceptor, cancelled, out of time, its connection or session lost. It runs not for the one that refused, nor for
 * those behind it. */
typedef struct weft_interceptor {
    size_t size;
    void *user;
    /* A call is made here: within the function that makes it, so this one may call nothing of weft but
     * weft_call_info_add and getters. WEFT_OUTCOME_OK lets it pass; another outcome refuses it: it ends unsent, by its
     * callback, with the code that belongs to the outcome (UNAVAILABLE: WEFT_EUNAVAILABLE …) and *ret_text. */
    weft_outcome (*call_out)(void *user, const weft_call_info *info, const char **ret_text);
    /* A call of the counterpart's to a method that is served here, from dispatch, before its arguments are decoded.
     * WEFT_OUTCOME_OK lets it pass. Another one is answered with *ret_text, and the handler never hears of it:
     * UNKNOWN_METHOD (who may not use it need not know it), INVALID_PAYLOAD, UNAVAILABLE, RESOURCE_EXHAUSTED, which
     * tell the caller that nothing ran; the others are answered INTERNAL. */
    weft_outcome (*call_in)(void *user, const weft_call_info *info, const char **ret_text);
    /* The call has ended; from dispatch. Made here: right before its callback, with what that is told. The
     * counterpart's: after the answer; result->outcome is what was answered, NONE where it was not, because the
     * connection went; its text is what a failed one was told, its metadata empty. */
    void (*done)(void *user, const weft_call_info *info, const weft_result *result);
    /* The counterpart opens a connection; from dispatch, before on_open. 0 lets it pass; another one rejects it:
     * WEFT_CODE_…, or from 256 on the application's own, with *ret_text. */
    uint16_t (*open_in)(void *user, const weft_open_info *info, const char **ret_text);
} weft_interceptor;
/* *ret_text is NULL at first; for the counterpart and for people; valid until the same function runs again. */

/* info is the one that the function was given, during that function; entry is borrowed.
 * In call_out: one entry more for the request. In call_in: one more for the answer, if it is ok or the method's own
 * error, in front of what the handler gives. Copied. 0; WEFT_EINVAL: it cannot be sent (weft/metadata.h), or is too
 * much, or neither of these runs; WEFT_ENOMEM. */
WEFT_API int weft_call_info_add(const weft_call_info *info, const weft_metadata_entry *entry);

#ifdef __cplusplus
}
#endif
#endif
