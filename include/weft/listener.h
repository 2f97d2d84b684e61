/* weft/listener.h: listeners, each with bounds of its own for who waits at its door. On the thread of the runtime that
 * it was made with, unless a comment says otherwise. */
#ifndef WEFT_LISTENER_H
#define WEFT_LISTENER_H

#include "weft/limits.h"
#include "weft/session.h"
#include "weft/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_runtime weft_runtime; /* weft/runtime.h, which includes this */
typedef struct weft_listener weft_listener;
typedef void (*weft_closed_fn)(void *user);

#define WEFT_UNLIMITED (-1)

/* What becomes of a client where there are as many sessions as there may be, or no descriptors but reserved ones. */
typedef enum weft_at_limit {
    WEFT_AT_LIMIT_REFUSE = 0, /* it is told so (code limit), and may try again */
    /* It waits in the system's queue until one has gone, be that a session or one that is not READY: silent clients
     * hold places, until identify_timeout_ns, and nobody pushes them out. For clients that are trusted. Beyond
     * max_live_per_address it is refused all the same; and beyond max_live as long as there are sessions that their
     * clients may come back to, since those have to get in. */
    WEFT_AT_LIMIT_PAUSE = 1
} weft_at_limit;

/* What becomes of clients while the process has no descriptors. */
typedef enum weft_at_exhaustion {
    WEFT_AT_EXHAUSTION_WAIT = 0, /* they wait in the system's queue */
    WEFT_AT_EXHAUSTION_SHED = 1  /* so for a second; then they are let in by a spare descriptor, and reset */
} weft_at_exhaustion;

typedef struct weft_listener_options {
    size_t size;
    /* Sessions at once, of all its loops; those that wait for their counterpart to come back included, since it may at
     * any time. WEFT_UNLIMITED (default); 0: no new ones. */
    int64_t max_live;
    /* Of one IP address; WEFT_UNLIMITED (default), or 1 or more. Of IPv6 a /64 counts as one, here and below: it is
     * what a single host has at least. */
    int64_t max_live_per_address;
    weft_at_limit at_limit;           /* default: REFUSE */
    weft_at_exhaustion at_exhaustion; /* default: WAIT */
    /* Of what RLIMIT_NOFILE lets the process have: left to others, whoever comes. Default: 32, or a quarter of that
     * limit where it is less than 128 when the options are made. */
    uint32_t reserved_descriptors;
    uint32_t max_pending; /* accepted and not READY, of all its loops: beyond, the oldest is closed; 1 or more */
    uint32_t max_pending_per_address; /* of one IP address; 1 or more */
    uint32_t backlog;                 /* of the system's queue; 0 (default): the system's most */
    uint64_t identify_timeout_ns;     /* from accept until the preamble is whole; default: 5 s */
    uint64_t backoff_max_ns; /* the longest between two tries while descriptors or memory are exhausted; it begins with
                                10 ms, which is the least, and doubles; default: 1 s */
    bool reuse_port; /* tcp: other sockets, of other processes of this user too, may have the same port: they share who
                        comes. Default: false, who tries gets WEFT_EADDRINUSE, but with several loops, or once the
                        listener has moved between all addresses of one port and one of them: then they may */
    uint32_t max_handed; /* with several loops: on their way from one to another; 1 or more; default: 128 */
    uint32_t mode; /* unix:///path: permissions of the socket's file, up to 0777, whatever the umask; nobody may connect
                      with wider ones even while it is made. 0 (default): as the umask says */
    int64_t owner; /* unix:///path, with a mode: whose the file is, a uid; -1 (default): the process's */
    int64_t group; /* unix:///path, with a mode: a gid; -1 (default): the process's, or the folder's */
    const uint32_t *uids; /* unix sockets: the users who may come in; both lists empty (default): everyone. Copied.
                             Others are refused with code *forbidden*, before any handshake */
    size_t n_uids;
    const uint32_t *gids; /* and the groups, main or supplementary: who is in either list comes in. Copied */
    size_t n_gids;
} weft_listener_options;

WEFT_API void weft_listener_options_init(weft_listener_options *options, size_t size);
static inline weft_listener_options weft_listener_options_default(void)
{
    weft_listener_options o;
    weft_listener_options_init(&o, sizeof o);
    return o;
}

/* Listens at url: mem://name (within this runtime), tcp://host:port (port 0: any; host empty or *: all; IPv6 addresses
 * in brackets; a name is looked up on the spot, which waits), unix:///path, unix-abstract://name; or with a socket that
 * was made already: fd://N (it listens, and is taken over on success), fd://NAME (the one that systemd handed down by
 * that name), fd:// (the only one that it did). A socket file that nobody listens at any more is replaced; while a
 * listener is at a path it holds a lock, PATH.lock; both files go with it, sockets that were handed down stay. options
 * are copied, with metadata and root; interceptors, handler tables and what user and self are outlive the listener and
 * its sessions. on_open and on_event serve every accepted session. listener_options_or_null, too, is copied; NULL: the
 * defaults. 0, or WEFT_EINVAL (url, options of either kind), WEFT_EADDRINUSE, WEFT_EBADF, WEFT_EALREADY (fd),
 * WEFT_EADDRNOTAVAIL, WEFT_EACCES, WEFT_ENOENT, WEFT_ENAMETOOLONG, WEFT_EMFILE, WEFT_ENOMEM, WEFT_ECLOSED, with the
 * particulars in *error_or_null. Without descriptors or memory it waits and goes on by itself (the log says so). */
WEFT_API int weft_listen_with(weft_runtime *runtime, const char *url, const weft_session_options *options,
                              const weft_listener_options *listener_options_or_null, weft_listener **ret_listener,
                              weft_error *error_or_null);
/* The same with the defaults: at most 256 conduits, 16 of one IP address, are before READY. */
WEFT_API int weft_listen(weft_runtime *runtime, const char *url, const weft_session_options *options,
                         weft_listener **ret_listener, weft_error *error_or_null);
/* The url with the real port; of fd:// the real address, where a URL can say it. WEFT_EINVAL: cap is too small. */
WEFT_API int weft_listener_url(const weft_listener *listener, char *buf, size_t cap);
typedef struct weft_listener_stats {
    size_t size;
    uint64_t accepted;                     /* conduits: each becomes one of ready, resumed or refused */
    uint64_t ready;                        /* that became sessions */
    uint64_t too_many;                     /* refused[WEFT_REFUSAL_TOO_MANY] */
    uint64_t waits;                        /* how often it waited, since descriptors or memory were exhausted */
    uint64_t handshakes_now;               /* before READY */
    uint64_t resumed;                      /* conduits over which a session of before goes on */
    uint64_t refused[WEFT_STATS_REFUSALS]; /* by weft_refusal */
    uint64_t addresses_now;                /* IP addresses, of IPv6 /64, that somebody is counted for */
    uint64_t handed;                       /* conduits that went on at the loop of their session */
    uint64_t not_handed;                   /* closed, since they could not now: their counterparts try again */
    uint64_t live_now; /* sessions: what max_live bounds. One counts from the moment that it is welcomed */
} weft_listener_stats;
/* Another max_live from now on: what is above it stays, and ends by itself. From any thread, while the listener is not
 * being closed. 0, WEFT_EINVAL: below WEFT_UNLIMITED. */
WEFT_API int weft_listener_set_max_live(weft_listener *listener, int64_t max_live);
/* Fills the first size bytes of what the caller has; size is sizeof *ret_stats of the application. */
WEFT_API void weft_listener_stats_read(const weft_listener *listener, weft_listener_stats *ret_stats, size_t size);
/* Each READY session that it accepted and that the runtime's loop has, parked ones included, in no particular order; on
 * that loop's thread. runtime_or_null: NULL is the listener's own. each returns 0 to go on; anything else ends it, and
 * is returned. It may close, drain, abort or retain the session, and everything else. 0 behind the last. */
WEFT_API int weft_listener_each_session(const weft_listener *listener, weft_runtime *runtime_or_null,
                                        int (*each)(void *user, weft_session *session), void *user);
/* Another loop, of a thread of its own, serves too, from soon on: the system spreads who comes to a TCP port over all
 * of them (SO_REUSEPORT, which from then on lets other processes of this user that ask for it have the port as well),
 * or, where that cannot be and at unix sockets, they take turns. What is bounded is bounded over all loops. A
 * counterpart that comes back to another loop than the one of its session goes on there [resume.acceptor]; an operation
 * that another loop has is not begun again [op.states]. session_options_or_null: of the sessions at that loop, copied
 * as in weft_listen: a service of its own; NULL: the listener's, whose handlers and interceptors must stand several
 * threads.
 *
 * The runtime's loop runs, or will (one of the application's with something to wait for until then). Runtimes that have
 * served with each other do so for ever: for all their listeners, and with nobody else's; their allocators (and that of
 * any operations that they are given) are used from all their threads, and outlive all of them. One leaves when it is
 * closed or drained: what waits is handed to the others. The listener keeps its own runtime, so that is closed last; a
 * loop that stops running without having left holds the listener's end up.
 *
 * On the listener's thread. 0; WEFT_EINVAL (options; mem://), WEFT_EALREADY (it serves already, or with others),
 * WEFT_ECLOSED (it has ended), WEFT_ENOMEM. What fails only at that loop, its log says. */
WEFT_API int weft_listener_add_runtime(weft_listener *listener, weft_runtime *runtime,
                                       const weft_session_options *session_options_or_null, weft_error *error_or_null);
/* That loop accepts no more: its socket is the listener's own loop's from then on, until the next loop comes. Its
 * sessions go on, also over other conduits, which others accept for them, and who is before READY there becomes so. It
 * may be added again. 0; WEFT_ENOENT: it does not serve; WEFT_EINVAL: it is the listener's own. */
WEFT_API int weft_listener_remove_runtime(weft_listener *listener, const weft_runtime *runtime);
/* Moves while clients come: to url (tcp or a unix socket, whichever it was; NULL or the same: its socket is kept), and
 * to other options (NULL: as they are), for sessions that begin then, and at once for who waits; at loops with options
 * of their own, too. Nobody whom the system has connected to the old socket is lost: it is closed behind the last of
 * them; who comes later is refused. A socket that was handed down (fd://) is left to who has it. Errors as
 * weft_listen_with, and WEFT_ECLOSED: everything is as it was. */
WEFT_API int weft_listener_rebind(weft_listener *listener, const char *url_or_null,
                                  const weft_session_options *session_options_or_null,
                                  const weft_listener_options *listener_options_or_null, weft_error *error_or_null);
/* 0; WEFT_ETIMEDOUT: what was not READY at the limit has been closed; WEFT_ECANCELED: so has what was not when
 * weft_listener_close, or its runtime's end, came first. */
typedef void (*weft_stopped_fn)(void *user, int status);
/* The orderly end: nothing more is accepted but who is connected to the system, or just connecting; at TCP that is
 * waited for, most often 10 ms, 4 s at most. Who is before READY has until limit_ns (WEFT_FOREVER: as long as it
 * takes) to become so. stopped (may be NULL) comes once, at the limit at the latest, or as soon behind it as each of
 * its loops has seen it; its address is free then. The listener is freed, and not to be used any more but for
 * weft_listener_close, until stopped has come. Sessions go on. 0; WEFT_EALREADY: it stops, or closes. */
WEFT_API int weft_listener_stop(weft_listener *listener, uint64_t limit_ns, weft_stopped_fn stopped, void *user);
/* No more sessions: those that are READY go on, others end. closed (may be NULL) comes once, and on_open and on_event
 * of sessions that were not READY no more behind it; the listener is freed. Not to be used any more once this was
 * called. */
WEFT_API void weft_listener_close(weft_listener *listener, weft_closed_fn closed, void *user);

#ifdef __cplusplus
}
#endif
#endif
