/* An acceptor: one listening descriptor on one loop. A listener has one for each of its loops, and for a while two on
 * one where it moves. What it accepts it hands to its user.
 *
 *   OPEN ──exhausted──→ BACKOFF ──time, something was released──→ OPEN      exhausted: no descriptors, buffers, memory
 *   OPEN ──no room────→ PAUSED  ──something was released, wake──→ OPEN
 *   any  ──the descriptor is broken──→ BROKEN                              any ──close──→ CLOSING
 *
 * While it backs off or pauses, clients wait in the system's queue, and other acceptors go on. One that sheds holds a
 * descriptor, which it gives up where it has backed off for a second: by that it lets in who waits, and resets them.
 * libuv's own accepting is not used, since it hides that descriptors have run out, and drops who waits. */
#ifndef WEFT_RUNTIME_LOOP_ACCEPTOR_H
#define WEFT_RUNTIME_LOOP_ACCEPTOR_H

#include "runtime/conduit/env.h"
#include "runtime/conduit/socket.h"
#include "runtime/loop/guard.h"

typedef struct weft__acceptor weft__acceptor;

typedef struct weft__acceptor_events {
    /* Asked before each accept. false: it pauses until the watcher, which was given to weft__counters_wait or the like
     * in one with the look, is told, or until it is woken. */
    bool (*has_room)(void *user, weft__watcher *watcher);
    /* The descriptor is the user's, whatever it returns. refusal: DESCRIPTORS where it is one too many, to be told so;
     * else NONE. WEFT_ENOMEM: the acceptor backs off, but for one that lingers. */
    int (*on_accepted)(void *user, int fd, const weft__sockaddr *address, weft_refusal refusal);
    /* Nothing more can be accepted. status: a negative errno. It stays to be closed; one that lingers closes itself. */
    void (*on_broken)(void *user, int status);
    void (*on_closed)(void *user, const weft__acceptor *acceptor); /* whose memory is gone */
} weft__acceptor_events;

/* Accepts from fd, on env's loop. On success fd is the acceptor's; counters are retained, events outlive it. 0, or
 * WEFT_E…. */
int weft__acceptor_new(weft__env *env, weft__counters *counters, const weft_listener_options *bounds, int fd,
                       const weft__acceptor_events *events, void *user, weft__acceptor **ret_acceptor);
/* Other bounds from now on. */
void weft__acceptor_set(weft__acceptor *acceptor, const weft_listener_options *bounds);
/* Accepts no more: the descriptor is closed when it returns. on_closed comes from the loop, once, last. */
void weft__acceptor_close(weft__acceptor *acceptor);
/* The same, but that the descriptor is open, and the caller's. -1: it was closed before. */
int weft__acceptor_take_fd(weft__acceptor *acceptor);
/* Its address is left: it accepts who is in the system's queue, and on the way there, though has_room is not asked any
 * more, in this turn and the next ones, for 4 s at most, and then closes itself, as it may be closed before; who would
 * take a reserved descriptor is one too many. shuts: nobody else comes to the queue any more; without it, which is for
 * a socket that others have too, only who is in the queue now is let in. The list has it until it closes. */
void weft__acceptor_linger(weft__acceptor *acceptor, bool shuts, weft__link *with);
/* By which its user may list it until it closes. */
weft__link *weft__acceptor_link(weft__acceptor *acceptor);
weft__acceptor *weft__acceptor_of(weft__link *link);
/* Its address is come back to while it lingers, at TCP: it accepts again as if it never had. */
void weft__acceptor_return(weft__acceptor *acceptor, const weft_listener_options *bounds,
                           const weft__acceptor_events *events);
/* All of a list: with it shut, to another list; who does not wait for anybody on the way, at once; in a turn. */
void weft__acceptors_linger(weft__link *acceptors, weft__link *with);
void weft__acceptors_finish(weft__link *acceptors);
void weft__acceptors_close(weft__link *acceptors);
/* The same at once, of a listening descriptor that no acceptor has come to have: its queue is let in, and it closed. */
void weft__acceptor_let_in(int fd, const weft__acceptor_events *events, void *user);
/* Does it pause or back off? It tries again soon. Any thread, until weft__acceptor_close. */
void weft__acceptor_wake(weft__acceptor *acceptor);
int weft__acceptor_fd(const weft__acceptor *acceptor);
/* Of one that lingers: nobody else comes to its queue. false: the socket is somebody else's too. */
bool weft__acceptor_is_shut(const weft__acceptor *acceptor);

#endif
