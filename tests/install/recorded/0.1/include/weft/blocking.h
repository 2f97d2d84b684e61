/* weft/blocking.h: for programs without a loop. A weft_blocking has a thread of its own, on which a runtime lives; the
 * program's threads connect, open and call through it, and wait until it is done. In libweft-uv. The typed functions
 * are generated: kv_store_open_sync, kv_store_get_sync.
 *
 * Threads. Every function here, and every generated one that ends in _sync, may be called by any thread, several at
 * once, also on one session, client, call or channel; who releases or frees a thing sees to it that no thread begins to
 * use it afterwards. Those that wait answer WEFT_EDEADLK, and do nothing, on a thread that is in a loop of weft's: in
 * weft_runtime_run of any runtime, or, where the loop is the application's, in a callback of weft's.
 *
 * Callbacks. On the weft_blocking's own thread run the session options' on_open and on_event, the handlers of what is
 * served to the counterpart, on_closed, posts, and log callbacks. They use weft's other functions, and must not wait
 * for long: everything on this weft_blocking stands still meanwhile. What they are given belongs to that thread;
 * another thread that is to answer a call does so by a post (weft_blocking_poster). The allocator of the options is
 * called by every thread, also at once.
 *
 * Waiting. Every wait ends at its time (by 200 ms later, should a callback hold the thread up), and where its session
 * ends; with WEFT_FOREVER there alone.
 *
 * fork(): the child has no such thread. It must leave all of a weft_blocking of its parent's alone, freeing it
 * included, and may make one of its own. The sockets are closed by exec. */
#ifndef WEFT_BLOCKING_H
#define WEFT_BLOCKING_H

#include "weft/channel.h"
#include "weft/runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_blocking weft_blocking;
typedef struct weft_blocking_session weft_blocking_session;
/* One virtual connection, to call on: inside the generated kv_store_sync_client. */
typedef struct weft_blocking_client weft_blocking_client;
/* A call that was begun, to be ended; and one end of a channel of it: inside the generated kv_store_watch_sync_call and
 * kv_change_sync_rx. */
typedef struct weft_blocking_call weft_blocking_call;
typedef struct weft_blocking_channel weft_blocking_channel;

/* Starts the thread, which takes no signals. options_or_null: of its runtime; loop must be NULL. 0, WEFT_EINVAL,
 * WEFT_ENOMEM, or what the system says. */
WEFT_API int weft_blocking_new(const weft_runtime_options *options_or_null, weft_blocking **ret_blocking);
/* One reference of its runtime's poster (weft_runtime_poster), to be released: for what another thread wants done on
 * the weft_blocking's own, such as the answer to a call that a handler has kept. It may outlive the weft_blocking, and
 * is answered WEFT_ECLOSED then. Does not wait, and does not fail. */
WEFT_API weft_poster *weft_blocking_poster(weft_blocking *blocking);
/* Runs run(user, runtime) on the weft_blocking's own thread and waits until it has returned, however long that takes:
 * the way to what only that thread may ask for, such as the counters (weft_runtime_stats, weft_runtime_prometheus), or
 * to listen on its loop too. The runtime is the weft_blocking's: not to be run, stopped, closed or freed. Returns what
 * run returned; without having run it WEFT_EDEADLK, WEFT_ECLOSED, WEFT_ENOMEM or WEFT_EINVAL. */
WEFT_API int weft_blocking_run(weft_blocking *blocking, int (*run)(void *user, weft_runtime *runtime), void *user);
/* Closes all sessions in order (within their close_timeout_ns), which ends what other threads wait for, then the
 * thread, and waits for that. Sessions and clients may be released before or after; anything else on them is
 * WEFT_ECLOSED. 0; WEFT_EDEADLK: in a loop, nothing was done. NULL does nothing. */
WEFT_API int weft_blocking_free(weft_blocking *blocking_or_null);

/* As weft_connect, and waits until the session is ready. options are borrowed for the call; those of their times that
 * are longer than timeout_ns are cut to it, but of a session that is resumable or retries, whose later conduits take
 * their time, connect_wait_ns alone. timeout_ns: WEFT_FOREVER or WEFT_TIMEOUT_DEFAULT: the options' own times
 * only. 0; WEFT_ETIMEDOUT, WEFT_EDEADLK; what weft_connect returns; or why the session did not become ready, with more
 * in *error_or_null. */
WEFT_API int weft_blocking_connect(weft_blocking *blocking, const char *url,
                                   const weft_session_options *options_or_null, uint64_t timeout_ns,
                                   weft_blocking_session **ret_session, weft_error *error_or_null);
/* Who the counterpart was when the session became ready, and what it sent in Welcome: valid until the session is
 * released. Neither waits. */
WEFT_API const weft_peer *weft_blocking_session_peer(const weft_blocking_session *session);
WEFT_API const weft_metadata *weft_blocking_session_metadata(const weft_blocking_session *session);
/* Waits until the session has ended; a timeout of 0 only asks, on any thread. 0, and *ret_why_or_null has what the
 * CLOSED event had (code WEFT_OK after a Goodbye, and in remote what the Goodbye said); WEFT_ETIMEDOUT: it has not
 * ended; WEFT_EDEADLK. */
WEFT_API int weft_blocking_session_wait(weft_blocking_session *session, uint64_t timeout_ns,
                                        weft_error *ret_why_or_null);
/* As weft_session_drain; weft_blocking_session_wait waits for the end. 0; WEFT_ECLOSED: it has ended, or closes;
 * WEFT_EDEADLK, WEFT_ENOMEM. */
WEFT_API int weft_blocking_session_drain(weft_blocking_session *session, uint64_t limit_ns);
/* As weft_session_close, and waits until the session has ended. 0, also where it ended before; WEFT_ETIMEDOUT: it goes
 * on closing; WEFT_EDEADLK, WEFT_ECLOSED, WEFT_ENOMEM. It is still to be released. */
WEFT_API int weft_blocking_session_close(weft_blocking_session *session, uint16_t code, const char *text_or_null,
                                         uint64_t timeout_ns);
/* Lets go, without waiting: one that has not ended closes in order, and its clients with it. NULL does nothing. */
WEFT_API void weft_blocking_session_release(weft_blocking_session *session_or_null);

/* weft_open, waiting until it is decided: what the generated …_open_sync does, which has the right type of client
 * around *ret_client, and besides the metadata of the Accept or Reject: it lies in arena, is empty where none came, and
 * is not looked for where ret_metadata_or_null is NULL. options are borrowed for the call, handler tables, their selves
 * and the tables of services for longer. 0; WEFT_EREJECTED, WEFT_ETIMEDOUT, WEFT_EDEADLK, WEFT_EINVAL (also: metadata
 * without an arena) and what weft_open says, with more in *error_or_null. */
WEFT_API int weft_blocking_open(weft_blocking_session *session, const weft_service_type *service,
                                const weft_open_options *options_or_null, weft_arena *arena_or_null,
                                weft_blocking_client **ret_client, const weft_metadata **ret_metadata_or_null,
                                weft_error *error_or_null);
/* A client of the root connection, whose service was named by root_service of the session options. Each one is to be
 * released, which does not close the root. 0, WEFT_ECLOSED, WEFT_EDEADLK, WEFT_ENOMEM. */
WEFT_API int weft_blocking_session_root(weft_blocking_session *session, weft_blocking_client **ret_client);

/* Gives up all calls that have begun on the client, without waiting: they return WEFT_ECANCELED. Those that begin later
 * are not concerned; a client whose session has ended has none left. */
WEFT_API void weft_blocking_client_cancel(weft_blocking_client *client);
/* Lets go, without waiting: the connection closes once its calls have ended. NULL does nothing. */
WEFT_API void weft_blocking_client_release(weft_blocking_client *client_or_null);

/* Gives up a call, without waiting: who waits for its reply gets WEFT_ECANCELED, and its channels end. Nothing where it
 * has ended. */
WEFT_API void weft_blocking_call_cancel(weft_blocking_call *call);
/* Lets go, without waiting: a call that has not ended is given up. Its channels are released apart, before or after.
 * NULL does nothing. */
WEFT_API void weft_blocking_call_release(weft_blocking_call *call_or_null);

/* weft_channel_finish, _abort and _reset, behind what was sent before. They wait for the weft_blocking's thread, not
 * for the counterpart. 0; WEFT_EALREADY: it has ended, or this was done already; WEFT_EINVAL: the other kind of end;
 * WEFT_EDEADLK, WEFT_ECLOSED, WEFT_ENOMEM. Threads that wait to send get WEFT_ECLOSED; to receive,
 * WEFT_ERESET. */
WEFT_API int weft_blocking_channel_finish(weft_blocking_channel *sender);
WEFT_API int weft_blocking_channel_abort(weft_blocking_channel *sender, uint16_t code, const char *text_or_null);
WEFT_API int weft_blocking_channel_reset(weft_blocking_channel *receiver, uint16_t code, const char *text_or_null);
/* How it ended, by this side or the other; of a receiver once a receive has told the end. The text lives until the
 * channel is released. 0; WEFT_EAGAIN: it has not ended, or items are left; also for a moment where a finish has just
 * found that it ended otherwise (WEFT_EALREADY); WEFT_EINVAL. */
WEFT_API int weft_blocking_channel_end(weft_blocking_channel *channel, weft_channel_end *ret_end);
/* Lets go, without waiting. One that has not ended is aborted (a sender: what was sent is not to be taken for all) or
 * reset. NULL does nothing. */
WEFT_API void weft_blocking_channel_release(weft_blocking_channel *channel_or_null);

#ifdef __cplusplus
}
#endif
#endif
