/* weft/call.h: calls, from both ends. All functions: on the thread of the session's loop or engine. */
#ifndef WEFT_CALL_H
#define WEFT_CALL_H

#include "weft/metadata.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a response says. From 2 on the value is a text. */
typedef enum weft_outcome {
    WEFT_OUTCOME_NONE = -1, /* no response came: the code says why */
    WEFT_OUTCOME_OK = 0,
    WEFT_OUTCOME_USER_ERROR = 1, /* the method's own error type: an answer, never retried */
    WEFT_OUTCOME_UNKNOWN_METHOD = 2,
    WEFT_OUTCOME_INVALID_PAYLOAD = 3,
    WEFT_OUTCOME_CANCELLED = 4,
    WEFT_OUTCOME_INDETERMINATE = 5,
    WEFT_OUTCOME_DEADLINE_EXCEEDED = 6,
    WEFT_OUTCOME_UNAVAILABLE = 7,
    WEFT_OUTCOME_RESOURCE_EXHAUSTED = 8,
    WEFT_OUTCOME_INTERNAL = 9,
    WEFT_OUTCOME_CONFLICT = 10
} weft_outcome;

/* "ok", "user error", "unknown method", …: as in docs/protocol.md; "none", and "unknown" for others. Any thread. */
WEFT_API const char *weft_outcome_name(weft_outcome outcome);

/* The first member of every reply. */
typedef struct weft_result {
    int code; /* 0: the method's own answer, value or error; otherwise WEFT_E…, also for outcomes from 2 on */
    weft_outcome outcome;          /* of the response; NONE where none came */
    bool may_have_run;             /* of a failed call: false only where it is certain that no handler saw it */
    uint32_t attempts;             /* how often it was sent: 0 to WEFT_ATTEMPTS_MAX [op.retry] */
    weft_str text;                 /* of a failed call, for people; may be empty */
    const weft_metadata *metadata; /* of the response, never NULL; lives as long as the reply */
} weft_result;

/* A value handle of a call, at either end: safe as long as the runtime (or engine) lives. A stale or null one ({0}) is
 * answered WEFT_EALREADY. */
typedef struct weft_call {
    void *slot;
    uint64_t generation;
} weft_call;

typedef struct weft_call_options { /* NULL: all defaults */
    size_t size;
    uint64_t timeout_ns;           /* WEFT_TIMEOUT_DEFAULT: the method's @timeout, else the session's call_timeout_ns;
                                      WEFT_FOREVER: none; 0: ends at once, unsent */
    const weft_metadata *metadata; /* borrowed for the call; NULL: none */
    weft_arena *arena; /* NULL: the reply lives during the callback; else it is copied in here, which must live
                          until then */
    /* A call that a handler of this program was given, on the same thread, and has not let go of: this one is made for
     * it. It has no more time than what is left of that one, ends with WEFT_ECANCELED when that one's caller gives up
     * (unsent where that has happened), and carries its weft-trace along, unless metadata has one. {0}: none. */
    weft_call on_behalf_of;
    /* All of its metadata goes along, too, behind this call's own, but for entries that are NO_PROPAGATE or of weft.
     * Only before its handler has returned, or where it keeps its arguments; otherwise WEFT_EINVAL. */
    bool copy_metadata;
    uint64_t queue_timeout_ns; /* how long it may wait for a place among the counterpart's max_concurrent_requests;
                                  WEFT_TIMEOUT_DEFAULT: the session's queue_timeout_ns; WEFT_FOREVER: its deadline */
    /* Of a persistent method, where retry is in force (else WEFT_EINVAL): the operation that this call is an attempt
     * of, WEFT_OPERATION_ID bytes, borrowed for the call. An application that has stored the id before the call can go
     * on with the operation after its own restart: same id, same method, same arguments. A callee that has forgotten
     * it, as one that keeps no store and has restarted, runs it. NULL: a new operation. */
    const uint8_t *operation_or_null;
} weft_call_options;

/* 16 random bytes of the client, secret to it and the callee, and a little-endian counter. */
#define WEFT_OPERATION_ID 24
/* The operation that a call is an attempt of, at either end: what a handler logs beside what it did, in the same
 * transaction. 0; WEFT_EALREADY: stale; WEFT_EINVAL: it is none of an operation (the method is not persistent, or retry
 * is not in force). */
WEFT_API int weft_call_operation(weft_call call, uint8_t ret_id[WEFT_OPERATION_ID]);
/* Ids for operations of an application's own: a fresh client part from 32 random and secret bytes, and the counter 1;
 * then the next one. An id names one intention, and is never used for another. */
WEFT_API void weft_operation_id_new(const uint8_t seed[32], uint8_t ret_id[WEFT_OPERATION_ID]);
WEFT_API void weft_operation_id_next(uint8_t id[WEFT_OPERATION_ID]);

/* Sets every option to its default; size: sizeof(weft_call_options) of the application. */
WEFT_API void weft_call_options_init(weft_call_options *options, size_t size);
static inline weft_call_options weft_call_options_default(void)
{
    weft_call_options o;
    weft_call_options_init(&o, sizeof o);
    return o;
}

/* Gives up a call made here: its callback runs at the next dispatch with WEFT_ECANCELED. 0, or WEFT_EALREADY where it
 * has ended, or is a call of the counterpart's. */
WEFT_API int weft_call_cancel(weft_call call);

/* ---- for handlers: a call of the counterpart's, until it is answered ----
 * Each call that a handler is given must be let go of once: answered, failed or dropped; also one whose caller has
 * given up, whose deadline has passed or whose connection has gone (then with WEFT_EALREADY, and nothing is sent).
 * Until then its arena, and what was kept, stay; one that is forgotten costs its memory as long as the session lives,
 * and beyond WEFT_OVER_CALLS_MAX of them new requests are refused. The handler table's closed(self) does not wait for
 * them. */

/* Has the caller given up? (true for a stale handle: nobody waits) The handler may still answer. */
WEFT_API bool weft_call_is_cancelled(weft_call call);
/* What is left of the caller's time; WEFT_FOREVER: it set none; 0: stale, or nothing left. */
WEFT_API uint64_t weft_call_remaining_ns(weft_call call);
/* Memory that lives until the call is answered or dropped; NULL: stale, or out of memory. */
WEFT_API weft_arena *weft_call_arena(weft_call call);
/* What the caller sent along; lives until the handler returns (weft_gen_keep: until the answer); NULL: stale. */
WEFT_API const weft_metadata *weft_call_metadata(weft_call call);
/* Metadata for the answer: copied. 0, WEFT_EINVAL, WEFT_EALREADY, WEFT_ENOMEM. */
WEFT_API int weft_call_reply_metadata(weft_call call, const weft_metadata *metadata);
/* Runs cancelled once if the caller gives up before the answer. 0, or WEFT_EALREADY (stale; or cancelled already: it
 * will not run). A second one replaces the first. */
WEFT_API int weft_call_on_cancel(weft_call call, void (*cancelled)(void *user), void *user);
/* Answers with an outcome and a text (may be NULL): CANCELLED, DEADLINE_EXCEEDED or INTERNAL; others: WEFT_EINVAL. */
WEFT_API int weft_call_fail(weft_call call, weft_outcome outcome, const char *text_or_null);
/* Lets go of a call unanswered: the caller gets cancelled where it gave up, else internal. 0 or WEFT_EALREADY. */
WEFT_API int weft_call_drop(weft_call call);

#ifdef __cplusplus
}
#endif
#endif
