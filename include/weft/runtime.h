/* weft/runtime.h: sessions on a libuv loop. Functions run on the loop's thread unless their comment says otherwise. */
#ifndef WEFT_RUNTIME_H
#define WEFT_RUNTIME_H

#include "weft/listener.h"
#include "weft/log.h"
#include "weft/session.h"
#include "weft/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_poster weft_poster;
struct uv_loop_s;
struct weft_operations; /* weft/operation.h */
struct weft_operations_options;
struct weft_registry; /* weft/engine.h */

typedef void (*weft_post_fn)(void *user);

typedef struct weft_runtime_options {
    size_t size;
    struct uv_loop_s *loop; /* the application's, which runs it; NULL: the runtime's own */
    const weft_allocator
        *allocator;  /* copied; NULL: malloc. Called on the loop's thread, and where weft_post is called */
    weft_log_fn log; /* NULL: none */
    void *log_user;
    uint64_t log_classes; /* WEFT_LOG_…; default: all */
    bool keep_sigpipe;    /* false: where SIGPIPE has its default action it is ignored from now on, for the process */
    weft_log_level log_level; /* the least severe one that is told; default: INFO */
    uint64_t max_buffered; /* bytes that all sessions hold for their application, besides the max_buffered of each; 0:
                              no limit in common */
    uint32_t max_parked;   /* sessions that its listeners accepted and that wait for their counterpart to come back */
    uint64_t max_parked_bytes; /* what those hold */
    uint64_t store_timeout_ns; /* closing waits for so long for a store of operations, when all sessions have gone;
                                  default: 10 s; WEFT_FOREVER: as long as it takes */
} weft_runtime_options;

WEFT_API void weft_runtime_options_init(weft_runtime_options *options, size_t size);
static inline weft_runtime_options weft_runtime_options_default(void)
{
    weft_runtime_options o;
    weft_runtime_options_init(&o, sizeof o);
    return o;
}

/* 0, WEFT_EINVAL, WEFT_ENOMEM, or what the system says. The thread that runs the loop is the one that may use it. */
WEFT_API int weft_runtime_new(const weft_runtime_options *options_or_null, weft_runtime **ret_runtime);
/* Runs its own loop until stop, or until nothing is left to wait for: no session, no listener, no post, no handle of
 * the application's on the loop. Never from a callback. WEFT_EINVAL: the loop is the application's. */
WEFT_API int weft_runtime_run(weft_runtime *runtime);
/* run returns after the current turn. Nothing on the application's loop. */
WEFT_API void weft_runtime_stop(weft_runtime *runtime);
/* Closes listeners, which are no longer to be used, and sessions (orderly, within their close_timeout_ns; calls under
 * way end with it: weft_runtime_drain waits for them), then, once its store of operations has all or store_timeout_ns
 * is over (its log says so, as an error), itself: closed comes once from the loop, last (may be NULL). On the
 * application's loop the runtime is freed then; with its own, run until it returns, then weft_runtime_free. A second
 * call does nothing. */
WEFT_API void weft_runtime_close(weft_runtime *runtime, weft_closed_fn closed, void *user);
/* The orderly end of a server. Listeners close, and each session that a counterpart began is drained
 * (weft_session_drain): it takes nothing new, and closes once its calls and channels have ended. Sessions that began
 * here go on meanwhile, so that handlers under way can still call on them, and connect, until those of counterparts are
 * gone; then they are drained too. At limit_ns (WEFT_FOREVER: none) what is left is closed in order, with all that is
 * under way. Then the runtime closes itself, as weft_runtime_close says, and closed (may be NULL) comes once.
 * weft_runtime_close and _free cut it short; what both were given to call is called. 0; WEFT_EALREADY: it drains or
 * closes already, and closed never comes. */
WEFT_API int weft_runtime_drain(weft_runtime *runtime, uint64_t limit_ns, weft_closed_fn closed, void *user);
/* With its own loop: frees the runtime; one that is not closed is closed first, and its loop runs until that is done.
 * Never from a callback; handles that the application put on the loop are closed before. With the application's loop:
 * the same as weft_runtime_close without a callback; not after weft_runtime_close. NULL does nothing. */
WEFT_API void weft_runtime_free(weft_runtime *runtime_or_null);

/* One reference more of the runtime's poster, which may outlive the runtime. Release it with weft_poster_release. */
WEFT_API weft_poster *weft_runtime_poster(weft_runtime *runtime);
WEFT_API void weft_poster_release(weft_poster *poster_or_null); /* any thread */
/* Any thread: run(user) on the loop's thread, soon, in order. 0: run, or where the runtime ends before dropped (may be
 * NULL), comes exactly once, on the loop's thread. WEFT_ECLOSED: the runtime is closed, WEFT_EINVAL, WEFT_ENOMEM:
 * nothing comes. A post alone does not keep the application's loop going. */
WEFT_API int weft_post(weft_poster *poster, weft_post_fn run, weft_post_fn dropped_or_null, void *user);

/* Connects: the urls of listen, with a host and a port, and fd://N (a connected stream socket; taken over). Names are
 * looked up aside, their addresses tried in turn within connect_timeout_ns, each time that the session is to have a
 * conduit. The session exists at once, with one reference for the caller: it can be opened on, and closed. It reports
 * READY or FAILED, and CLOSED last, and is released by the caller. A descriptor cannot be connected again: no
 * resumable, retry or connect_wait_ns with it. 0; WEFT_EINVAL, WEFT_ENAMETOOLONG, WEFT_EBADF, WEFT_ENOMEM,
 * WEFT_ECLOSED: nothing was begun, *error_or_null says why. */
WEFT_API int weft_connect(weft_runtime *runtime, const char *url, const weft_session_options *options_or_null,
                          weft_session **ret_session, weft_error *error_or_null);
/* What its sessions remember of persistent calls from now on: for those that begin later; retained, and synced by the
 * runtime, which waits for that when it closes (store_timeout_ns). Until then it has operations of its own, in memory.
 * 0; WEFT_EALREADY: it has been given others; WEFT_EINVAL, WEFT_ECLOSED. */
WEFT_API int weft_runtime_use_operations(weft_runtime *runtime, struct weft_operations *operations);
/* The defaults of operations for this runtime: its allocator and log, the system's clock, a random seed; so that a
 * store remains to be named (weft/operation.h). 0, or what the system says where it has no random numbers. */
WEFT_API int weft_runtime_operations_options(weft_runtime *runtime, struct weft_operations_options *ret_options,
                                             size_t size);
/* What they remember it with now: borrowed, as long as the runtime, or until others are used. */
WEFT_API struct weft_operations *weft_runtime_operations(weft_runtime *runtime);
/* Its registry of sessions that counterparts may come back to: borrowed, as long as the runtime. */
WEFT_API struct weft_registry *weft_runtime_registry(weft_runtime *runtime);
/* Where the runtime's sessions count: borrowed, as long as the runtime. */
WEFT_API weft_stats *weft_runtime_stats(weft_runtime *runtime);
/* weft_stats_prometheus of it, and its listeners. */
WEFT_API int weft_runtime_prometheus(const weft_runtime *runtime,
                                     int (*write)(void *user, const char *text, size_t len), void *user);

/* Serves one session on a connected stream socket (taken over on success), as a listener does: with resume_window_ns it
 * waits for so long, once its conduit has broken, for the next one, by a listener or another call of this. 0;
 * WEFT_EBADF: it is none; WEFT_EALREADY: this loop has it; WEFT_EINVAL, WEFT_ENOMEM, WEFT_ECLOSED. */
WEFT_API int weft_accept_fd(weft_runtime *runtime, int fd, const weft_session_options *options);

#ifdef __cplusplus
}
#endif
#endif
