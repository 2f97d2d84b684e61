/* The inside of a runtime, and what its parts have of each other.
 *
 *   weft_runtime ──has── drivers (one a session: conduit, handshake, engine, timer)
 *        │               listeners (each with acceptors, and a gate: the drivers whose handshake is not done)
 *        ├── prepare: once per turn of the loop, right before it waits, everything marked dirty is served:
 *        │            callbacks run, output is written, timers are armed
 *        ├── idle: active while something is dirty, so that the loop does not wait in between
 *        └── poster, with the async that wakes the loop
 *
 * Callbacks of the application run from dispatch in a driver, from posts, and as `closed`: never from within a function
 * that the application has called. */
#ifndef WEFT_RUNTIME_LOOP_LOOP_H
#define WEFT_RUNTIME_LOOP_LOOP_H

#include "runtime/base/list.h"
#include "runtime/base/timers.h"
#include "runtime/conduit/conduit.h"
#include "runtime/conduit/env.h"
#include "runtime/conduit/mem.h"
#include "runtime/conduit/socket.h"
#include "runtime/loop/alarm.h"
#include "weft/engine.h"
#include "weft/operation.h"
#include "weft/runtime.h"

/* What one read takes at most: frames of the default length mostly lie whole in it, and are not copied together. */
#define WEFT__READ_BUFFER ((size_t)256 * 1024)

typedef enum weft__runtime_state {
    WEFT__RUNTIME_OPEN = 0,
    WEFT__RUNTIME_DRAINING, /* its listeners have ended, sessions that it accepted end; connecting goes on */
    WEFT__RUNTIME_CLOSING,  /* all its sessions end, drained or closed */
    WEFT__RUNTIME_ENDING,   /* nothing is left but its own handles, which close */
    WEFT__RUNTIME_CLOSED
} weft__runtime_state;

struct weft_runtime {
    weft__env env;
    uv_loop_t own_loop; /* where owns_loop */
    bool owns_loop;
    uint8_t state;   /* weft__runtime_state */
    bool is_closing; /* weft_runtime_close was called: in CLOSING its sessions are not only drained */
    bool stopped;
    weft_handles *handles;
    weft_stats *stats;
    weft_budget *budget;             /* of all sessions; NULL: none */
    weft_operations *own_operations; /* in memory; kept to the end, as handlers have handles of them */
    weft_operations *operations;     /* of sessions that begin now: these, or the application's */
    weft_registry *registry;         /* of all that its listeners accept */
    weft_log_level log_level;
    uint64_t log_classes;
    uint64_t n_sessions; /* made so far: the number of each is its name in the log */
    weft__mem_hub hub;
    uv_prepare_t prepare;
    uv_idle_t idle;
    uv_async_t async;
    weft__alarm alarm;   /* rings for the timers */
    weft__timers timers; /* of drivers */
    unsigned n_handles;  /* of these four, not closed yet */
    weft_poster *poster;
    weft__link drivers;
    weft__link dirty; /* drivers to serve */
    weft__link freed; /* drivers whose memory goes when the next turn begins */
    weft__link listeners;
    weft__link branches;  /* of listeners of other runtimes: branch.h */
    bool is_joined;       /* weft__runtime_join */
    uint8_t *read_buffer; /* one for all conduits: what is read is decoded before the next read */
    weft_closed_fn closed;
    void *closed_user;
    size_t n_accepted; /* drivers that accepted, until they are freed */
    weft_closed_fn drained;
    void *drained_user;
    uint64_t drain_until_ns;
    uint64_t store_timeout_ns;
    uint64_t store_until_ns; /* all else has ended; 0: not yet */
    bool is_last_sync;       /* what could not be stored before has been tried once more */
};

/* ---- runtime.c ---- */
/* Something is to be done before the loop waits again. May be called often, and from any callback on the loop's thread.
 */
void weft__runtime_wake(weft_runtime *runtime);
/* The options of an engine of this runtime, with a new seed and without a number of its own. peer_or_null is borrowed.
 * 0, or WEFT_E…. */
int weft__runtime_engine_options(weft_runtime *runtime, const weft_peer *peer_or_null,
                                 weft_engine_options *ret_options);

/* Where it is no longer OPEN: until when those that shake hands may become READY, and what becomes of a session then.
 */
uint64_t weft__runtime_drain_until(const weft_runtime *runtime);
void weft__runtime_end_session(weft_runtime *runtime, weft_session *session);

/* ---- thread.c ---- */
/* Around all that may call the application from a loop: what waits for a loop asks whether it would wait for the one
 * that it is in. May be nested. */
void weft__loop_enter(void);
void weft__loop_leave(void);
bool weft__loop_is_here(void);

/* ---- poster.c ---- */
/* What a sender posts in memory of its own, which is its own again from run or dropped (may be NULL) on. */
typedef struct weft__post {
    weft__link link;
    weft_post_fn run;
    weft_post_fn dropped;
    void *user;
    bool is_posters; /* it was made by weft_post */
} weft__post;
/* Like weft_post. 0, or WEFT_ECLOSED. */
int weft__poster_send(weft_poster *poster, weft__post *post);
/* The group that its runtime is of, from now on or already. Any thread. 0; WEFT_EALREADY: it is of another one. */
int weft__poster_join(weft_poster *poster, weft_group *group);
weft_group *weft__poster_group(weft_poster *poster); /* NULL: none. Any thread; borrowed */
int weft__poster_new(weft_runtime *runtime, weft_poster **ret_poster);
/* Runs what has been posted before the call. */
void weft__poster_run(weft_poster *poster);
bool weft__poster_has_posts(weft_poster *poster);
/* Nothing more is taken; what has not run is dropped. Then the async may be closed. */
void weft__poster_close(weft_poster *poster);

/* ---- together.c: runtimes that serve the same clients, of a thread each ---- */
/* Both are of one group from now on, as far as other threads are told (weft__runtime_join). On runtime's thread. 0;
 * WEFT_EALREADY: they are of different ones; WEFT_ENOMEM. */
int weft__runtime_pair(weft_runtime *runtime, weft_poster *with);
/* Sessions and operations of this one are found by the others of its group. On its thread. 0, or WEFT_ENOMEM. */
int weft__runtime_join(weft_runtime *runtime);
void weft__runtime_leave(weft_runtime *runtime); /* before its poster closes */

/* ---- operations.c ---- */
int weft__runtime_init_operations(weft_runtime *runtime); /* its own, in memory */
void weft__runtime_fini_operations(weft_runtime *runtime);
/* The alarm rings for what expires there, and then time goes on. */
void weft__runtime_watch_operations(weft_runtime *runtime);
void weft__runtime_tick_operations(weft_runtime *runtime, uint64_t now_ns);

/* ---- options.c ---- */
/* Why they are WEFT_EINVAL: a constant. */
const char *weft__session_options_why(const weft_session_options *options_or_null);
/* A copy that owns what it points to: in arena. options were checked. 0, or WEFT_ENOMEM. */
int weft__session_options_keep(const weft_session_options *options, weft_arena *arena,
                               weft_session_options *ret_options);
/* What they point to becomes a copy in arena. 0, or WEFT_ENOMEM: some of it may be. */
int weft__listener_options_keep(weft_listener_options *options, weft_arena *arena);
/* *inout becomes a copy in arena; NULL stays. 0, or WEFT_ENOMEM: it is as it was. */
int weft__metadata_keep(const weft_metadata **inout, weft_arena *arena);

/* ---- listener.c ---- */
weft_listener *weft__listener_of(weft__link *link); /* its link in runtime->listeners */
/* Accepts no more: its link in runtime->listeners. closed comes once those before Ready are gone. */
void weft__listener_stop(weft__link *link);

#endif
