/* weft/engine.h: weft without libuv. Bytes and time go in, bytes and callbacks come out; no clock, socket or thread.
 *
 * One handshake for each conduit, then an engine for the session:
 *
 *   acceptor:   weft_handshake_new;  initiator:  weft_engine_new (a session without a conduit), weft_engine_reconnect
 *   both:       feed, drain, dispatch, tick … until the phase is DONE, then weft_handshake_finish gives the engine
 *
 * Each turn: feed what came in, dispatch, drain what is to go out. Only the two dispatch functions run callbacks. Time
 * is in ns from any steady clock, and never goes back. Everything on one thread. */
#ifndef WEFT_ENGINE_H
#define WEFT_ENGINE_H

#include "weft/log.h"
#include "weft/session.h"
#include "weft/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_engine weft_engine;
typedef struct weft_handshake weft_handshake;
typedef struct weft_handles weft_handles;
typedef struct weft_budget weft_budget;
typedef struct weft_registry weft_registry;
typedef struct weft_group weft_group;
typedef struct weft_operations weft_operations; /* weft/operation.h */

typedef struct weft_slice {
    const uint8_t *ptr;
    size_t len;
} weft_slice;

typedef struct weft_engine_options {
    size_t size;
    const weft_allocator *allocator; /* copied; NULL: malloc; outlives every session and connection */
    weft_log_fn log;                 /* NULL: none */
    void *log_user;
    uint64_t log_classes; /* WEFT_LOG_…; default: all */
    /* The clock that now_ns is read from, asked only where the application calls from outside of dispatch, so that a
     * timeout begins then; may call nothing of weft. NULL: the time that was last passed in counts. */
    uint64_t (*clock)(void *user);
    void *clock_user;
    uint8_t seed[32];         /* random and secret, another one for each engine */
    const weft_peer *peer;    /* acceptor: evidence, copied; NULL: unknown */
    weft_handles *handles;    /* shared by engines so that stale handles stay safe beyond one engine; NULL: its own */
    weft_log_level log_level; /* the least severe one that is told; default: INFO */
    uint64_t session_id;      /* names the session in the log and by weft_session_id; default: 0 */
    weft_stats *stats;        /* where it counts together with others; NULL: its own */
    weft_budget *budget; /* what the sessions that share it hold in all, besides the max_buffered of each; NULL: none */
    weft_registry *registry;      /* acceptor: where it keeps sessions that may be resumed; NULL: none may */
    weft_operations *operations;  /* what it remembers of persistent calls to it; NULL: they are volatile */
    uint64_t preamble_timeout_ns; /* acceptor: from the beginning until the preamble is whole; default: 5 s */
    /* Acceptor: asked when a new session is to be welcomed, from within any function of its handshake, once: 0, or the
     * WEFT_CODE_… that it is refused with. Not asked where one is resumed. May call nothing of weft. NULL: 0. */
    uint16_t (*admit)(void *user);
    void *admit_user;
} weft_engine_options;

WEFT_API void weft_engine_options_init(weft_engine_options *options, size_t size);

/* Slots of call and pending handles. One reference each for new; engines hold their own. */
WEFT_API int weft_handles_new(const weft_allocator *allocator_or_null, weft_handles **ret_handles);
WEFT_API void weft_handles_release(weft_handles *handles_or_null);

/* A limit in bytes for what several sessions of one thread hold in all: see max_buffered. One reference for new;
 * engines hold their own. */
WEFT_API int weft_budget_new(const weft_allocator *allocator_or_null, uint64_t limit, weft_budget **ret_budget);
WEFT_API void weft_budget_release(weft_budget *budget_or_null);
/* What they hold now. */
WEFT_API uint64_t weft_budget_used(const weft_budget *budget);

typedef enum weft_phase {
    WEFT_PHASE_RUNNING = 0,     /* feed and drain */
    WEFT_PHASE_DONE = 1,        /* a handshake: finish it. What was fed and not consumed belongs to the engine */
    WEFT_PHASE_LAST_WORD = 2,   /* drain to the end, then shut the sending half, and feed until the end or CLOSED */
    WEFT_PHASE_CLOSED = 3,      /* close the conduit; an engine may still have callbacks to dispatch */
    WEFT_PHASE_DISCONNECTED = 4 /* an engine: it has no conduit (close the one that it had), and the session is not
                                   over. An initiator's is given one when weft_engine_wants_conduit, also at first; an
                                   acceptor's waits for a handshake that finishes with it (weft_handshake_resumes) */
} weft_phase;

/* ---- sessions that may be resumed ---- */

typedef struct weft_registry_options {
    size_t size;
    const weft_allocator *allocator; /* copied; NULL: malloc */
    uint8_t seed[32];                /* random and secret */
    uint32_t max_parked;             /* sessions without a conduit; beyond, the oldest of the peer that has most ends */
    uint64_t max_parked_bytes;       /* what they hold */
    void *user;                      /* what weft_handshake_elsewhere says of its sessions */
} weft_registry_options;

WEFT_API void weft_registry_options_init(weft_registry_options *options, size_t size);
/* The sessions of one thread that counterparts may come back to [resume.acceptor]. One reference for new; engines hold
 * their own. 0, WEFT_EINVAL, WEFT_ENOMEM. */
WEFT_API int weft_registry_new(const weft_registry_options *options, weft_registry **ret_registry);
WEFT_API void weft_registry_release(weft_registry *registry_or_null);
typedef struct weft_registry_stats {
    size_t size;
    uint64_t sessions;     /* that may be resumed, now */
    uint64_t parked;       /* of these without a conduit */
    uint64_t parked_bytes; /* what those hold */
    uint64_t resumed;      /* so far */
    uint64_t refused;      /* resumptions so far */
    uint64_t expired;      /* parked ones whose window has passed, so far */
    uint64_t evicted;      /* and those that were too many */
} weft_registry_stats;
WEFT_API void weft_registry_stats_read(const weft_registry *registry, weft_registry_stats *ret_stats, size_t size);

/* ---- threads that serve the same clients ---- */

/* A mutex of the application's: not recursive, held for moments; free comes last, once. */
typedef struct weft_lock {
    void (*lock)(void *self);
    void (*unlock)(void *self);
    void (*free)(void *self);
    void *self;
} weft_lock;
/* What the registries, and the operations, of several threads have in common: whichever of them a counterpart comes
 * back to finds its session (weft_handshake_elsewhere), and no operation runs twice (weft_operations_join). allocator:
 * copied, NULL: malloc; it and lock are used from all of them. One reference for new; members hold their own. 0 or
 * WEFT_ENOMEM: lock is the caller's still. */
WEFT_API int weft_group_new(const weft_allocator *allocator_or_null, const weft_lock *lock, weft_group **ret_group);
WEFT_API weft_group *weft_group_retain(weft_group *group);   /* any thread; returns it */
WEFT_API void weft_group_release(weft_group *group_or_null); /* any thread */
/* Sessions of this registry are found by the handshakes of all others of the group from now on, and the other way
 * round. On the registry's thread. 0; WEFT_EALREADY: it is in another group. */
WEFT_API int weft_registry_join(weft_registry *registry, weft_group *group);

/* ---- handshake ---- */

#define WEFT_REFUSAL_LEN 8
/* What a conduit that no handshake is made for can be answered with, before it is closed: its initiator fails with
 * WEFT_EREFUSED and code (WEFT_CODE_LIMIT, WEFT_CODE_FORBIDDEN, …; up to 255). Any thread. */
WEFT_API void weft_refusal_write(uint8_t ret_answer[WEFT_REFUSAL_LEN], uint8_t code);

/* An acceptor's. options are copied but for what they point to, which is borrowed for the call. now_ns begins the
 * limits. 0, WEFT_EINVAL, WEFT_ENOMEM. */
WEFT_API int weft_handshake_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                                uint64_t now_ns, weft_handshake **ret_handshake);
/* Takes bytes; *ret_consumed says how many: fewer than len only where the phase has left RUNNING, or it goes on
 * elsewhere. 0; WEFT_ENOMEM: close the conduit. Bytes are not needed after return. */
WEFT_API int weft_handshake_feed(weft_handshake *handshake, const void *data, size_t len, uint64_t now_ns,
                                 size_t *ret_consumed);
/* The conduit ended or failed; cause: WEFT_E…, or 0 for an orderly end. The phase becomes CLOSED. */
WEFT_API void weft_handshake_disconnected(weft_handshake *handshake, int cause, uint64_t now_ns);
/* Bytes to send, in order, valid until drained (also beyond finish: the engine then gives them again); how many slices.
 */
WEFT_API size_t weft_handshake_drain(weft_handshake *handshake, weft_slice *slices, size_t n_max);
WEFT_API void weft_handshake_drained(weft_handshake *handshake, size_t len);
WEFT_API uint64_t weft_handshake_deadline(const weft_handshake *handshake);
WEFT_API void weft_handshake_tick(weft_handshake *handshake, uint64_t now_ns);
/* Runs callbacks that wait (on_open for the root, and those of an initiator's session that failed): how many, at most
 * n_max. */
WEFT_API size_t weft_handshake_dispatch(weft_handshake *handshake, uint64_t now_ns, size_t n_max);
/* Like weft_engine_on_wake, while the handshake goes on: the root may be decided at any time. */
WEFT_API void weft_handshake_on_wake(weft_handshake *handshake, void (*wake)(void *user), void *user);
WEFT_API weft_phase weft_handshake_phase(const weft_handshake *handshake);
/* Why it failed, once the phase is LAST_WORD or CLOSED; NULL otherwise. */
WEFT_API const weft_error *weft_handshake_error(const weft_handshake *handshake);
/* Phase DONE: the engine that goes on with the conduit (an acceptor's: new, owned by the caller; an initiator's: the
 * one that the handshake was made from). The handshake stays to be freed. WEFT_EINVAL in another phase. */
WEFT_API int weft_handshake_finish(weft_handshake *handshake, weft_engine **ret_engine);
/* An acceptor's: once it is DONE, is the session one that was there before? Then finish gives the engine that whoever
 * drives that session has already, and the conduit is to go there. */
WEFT_API bool weft_handshake_resumes(const weft_handshake *handshake);
/* An acceptor's: has it said Welcome, so that its counterpart may believe that the session is READY? Whoever ends it
 * now without a word leaves that one to find out. */
WEFT_API bool weft_handshake_is_welcomed(const weft_handshake *handshake);
/* An acceptor's, whose Hello names a session that another registry of the group has: the user of that one's options;
 * NULL: it does not. It takes nothing more. Its conduit is to go on there: a new handshake of that thread is fed
 * ret_taken, which is what this one has taken (valid until it is freed), and the first *ret_said bytes of what it has
 * to say have gone out already; this one is freed. Where that cannot be, the conduit is closed, so that the counterpart
 * tries again; or weft_handshake_stay: it is refused as one that names no session. */
WEFT_API void *weft_handshake_elsewhere(const weft_handshake *handshake, weft_slice ret_taken[2], size_t *ret_said);
WEFT_API void weft_handshake_stay(weft_handshake *handshake);
/* The same in short, for who counts: NONE as long as the error is NULL. */
WEFT_API weft_refusal weft_handshake_refusal(const weft_handshake *handshake);
/* In any phase, and before its initiator's engine is freed; also from within a callback. A session whose handshake is
 * freed unfinished ends, unless it is resumed or tried again: an initiator's engine is CLOSED then, and still has
 * callbacks to dispatch. */
WEFT_API void weft_handshake_free(weft_handshake *handshake_or_null);

/* ---- engine ---- */

/* An initiator's session, not connected. 0, WEFT_EINVAL, WEFT_ENOMEM. */
WEFT_API int weft_engine_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                             uint64_t now_ns, weft_engine **ret_engine);
/* Is it time for a conduit? An initiator's engine without one: at first, and again when that has broken or could not be
 * had, after a while (weft_engine_deadline, weft_engine_tick). Then connect, and say weft_engine_reconnect, or
 * weft_engine_disconnected where it fails. */
WEFT_API bool weft_engine_wants_conduit(const weft_engine *engine);
/* Have both sides agreed that the session may go on over another conduit? */
WEFT_API bool weft_engine_is_resumable(const weft_engine *engine);
/* An acceptor's session is resumed over another conduit though it has one: taken is called, once for each time, from
 * within feed or dispatch of the handshake or engine. The phase is DISCONNECTED then: close the old conduit, and feed
 * nothing more of it. taken may call nothing of weft. */
WEFT_API void weft_engine_on_taken(weft_engine *engine, void (*taken)(void *user), void *user);
/* A handshake for a conduit that is connected now; peer_or_null: evidence, copied. WEFT_EINVAL: there is one, or the
 * engine does not want a conduit. WEFT_ECLOSED. WEFT_ENOMEM: the session may have ended with it. */
WEFT_API int weft_engine_reconnect(weft_engine *engine, const weft_peer *peer_or_null, uint64_t now_ns,
                                   weft_handshake **ret_handshake);
/* The session; borrowed: it lives until the engine is freed and the last reference is released. */
WEFT_API weft_session *weft_engine_session(weft_engine *engine);
/* Takes bytes from the conduit. data is borrowed until the next weft_engine_dispatch returns: what handlers are given
 * points into it. *ret_consumed is less than len only where the phase has left RUNNING. 0; WEFT_ENOMEM: the session has
 * ended. */
WEFT_API int weft_engine_feed(weft_engine *engine, const void *data, size_t len, uint64_t now_ns, size_t *ret_consumed);
/* Where to read next from the conduit, if one may choose: how many bytes at most. *ret_place: memory of a message that
 * has come in part, where they need not be copied any more; NULL: any memory. What was read is fed as ever; the memory
 * is the engine's, and not to be written to after the next call of weft. Nobody needs to ask. */
WEFT_API size_t weft_engine_place(weft_engine *engine, void **ret_place);
/* What is to go out now, at most n_max slices and about 64 KiB; valid until drained, or the conduit is gone. Asking
 * again gives the same again (and what has come behind it): how many slices, 0: nothing. */
WEFT_API size_t weft_engine_drain(weft_engine *engine, weft_slice *slices, size_t n_max);
/* The conduit has taken the first len bytes of what drain gave. To be said before anything is fed that was read
 * afterwards: the counterpart may go on as soon as it has the last byte, and is held to what was said
 * [call.concurrent]. */
WEFT_API void weft_engine_drained(weft_engine *engine, size_t len, uint64_t now_ns);
/* Is there something to drain? */
WEFT_API bool weft_engine_has_output(const weft_engine *engine);
/* When tick must be called, WEFT_FOREVER: not by itself. Changes with every call of the engine or the API. */
WEFT_API uint64_t weft_engine_deadline(const weft_engine *engine);
WEFT_API void weft_engine_tick(weft_engine *engine, uint64_t now_ns);
/* The conduit ended (cause 0) or failed (WEFT_E…), or could not be had. The phase is CLOSED then, or DISCONNECTED.
 * An acceptor's that has none: nothing. */
WEFT_API void weft_engine_disconnected(weft_engine *engine, int cause, const char *text_or_null, uint64_t now_ns);
/* Runs callbacks that wait, at most n_max, in order: how many ran. Never from within a callback (returns 0). */
WEFT_API size_t weft_engine_dispatch(weft_engine *engine, uint64_t now_ns, size_t n_max);
/* Is there something to dispatch? */
WEFT_API bool weft_engine_has_events(const weft_engine *engine);
WEFT_API weft_phase weft_engine_phase(const weft_engine *engine);
/* Called when an API function has given the engine something to send, dispatch or wait for while no engine function was
 * running: a loop then drains. Once until the next drain; may call nothing of weft. */
WEFT_API void weft_engine_on_wake(weft_engine *engine, void (*wake)(void *user), void *user);
/* The user that weft_engine_on_wake was given last: whoever drives the engine that a handshake resumes. */
WEFT_API void *weft_engine_user(const weft_engine *engine);
/* Ends whatever is left, runs the callbacks that are owed, and frees. Never from within a callback: there it happens
 * when the running dispatch returns. */
WEFT_API void weft_engine_free(weft_engine *engine_or_null);

#ifdef __cplusplus
}
#endif
#endif
