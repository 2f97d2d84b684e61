/* The loops of one listener, and what they hand each other: conduits that one has accepted for another, and those whose
 * session another one has. Each has a seat; what is on its way to a seat is bounded. */
#ifndef WEFT_RUNTIME_LOOP_HANDING_H
#define WEFT_RUNTIME_LOOP_HANDING_H

#include "runtime/loop/acceptor.h"
#include "runtime/loop/gate.h"
#include "runtime/loop/guard.h"
#include "runtime/loop/loop.h"

typedef struct weft__loops weft__loops;

struct weft__seat {
    weft__link link; /* in loops->seats, while others may hand to it: under their mutex */
    weft__loops *loops;
    weft_runtime *runtime; /* names it */
    weft_poster *poster;
    bool takes_turns;            /* the listener's acceptor accepts for it: under the mutex */
    size_t n_handed;             /* on their way to it: under the mutex */
    bool is_wanted;              /* somebody waits until it has room: under the mutex */
    weft__post to_look;          /* some of its gate have been pushed out by other loops */
    bool is_called;              /* that is on its way: under the mutex */
    bool is_leaving;             /* its thread's alone: who has not begun is another's */
    weft__gate *gate;            /* its thread's alone; NULL: it has closed */
    void (*emptied)(void *user); /* on its thread: it is closed, and nothing is on its way any more */
    void *user;
};

/* What is on its way: a descriptor, and where its handshake has begun what it has taken and said. */
typedef struct weft__handed {
    weft__post post;
    weft_allocator allocator;
    weft__seat *seat;
    weft__guard guard;
    int fd;
    size_t said;
    size_t n_first; /* of taken: what is fed first, to be followed by what has been said */
    size_t n_taken; /* 0: it has not begun */
    uint8_t taken[];
} weft__handed;

/* One reference. 0, WEFT_ENOMEM, or what the system says. */
int weft__loops_new(const weft_allocator *allocator, const weft_listener_options *bounds, weft__loops **ret_loops);
void weft__loops_release(weft__loops *loops_or_null);
/* Other bounds from now on. Any thread. */
void weft__loops_set(weft__loops *loops, const weft_listener_options *bounds);
/* On the thread of the runtime: the gate is reached from all others. The seat is the caller's. */
void weft__seat_open(weft__seat *seat, weft__loops *loops, weft_runtime *runtime, weft__gate *gate, bool takes_turns);
/* On the same thread. Once one does, so does the listener's own from then on: it hands on what it accepts. */
void weft__seat_take_turns(weft__seat *seat, bool takes_turns);
bool weft__seat_takes_turns(weft__seat *seat);
/* The seat of the listener's own loop, until that closes. */
void weft__loops_set_home(weft__loops *loops, weft__seat *seat);
/* On the same thread: nothing more comes but what is on its way, which others get; emptied comes, maybe at once. */
void weft__seat_close(weft__seat *seat, void (*emptied)(void *user), void *user);
/* Emptied: gives back what it holds. */
void weft__seat_fini(weft__seat *seat);

/* The acceptor that accepts for those that take turns. NULL: none any more. */
void weft__loops_set_acceptor(weft__loops *loops, weft__acceptor *acceptor_or_null);
/* Whose turn is it? false: of one that has no room: the acceptor is woken when it has. */
bool weft__loops_has_room(weft__loops *loops);
/* To whose turn it is: true; false: it is for `home`'s own loop, and the caller's still. */
bool weft__loops_hand_on(weft__loops *loops, const weft__seat *home, weft__handed *handed);

/* NULL: out of memory. The descriptor is handed's; taken: how many bytes there is room for. */
weft__handed *weft__handed_new(const weft_allocator *allocator, int fd, size_t n_taken);
/* With its descriptor and guard. */
void weft__handed_free(weft__handed *handed);
/* To the seat of that runtime. 0; WEFT_ENOENT: it has none; WEFT_EBUSY: there is no room: handed is the caller's. */
int weft__loops_hand_to(weft__loops *loops, const weft_runtime *runtime, weft__handed *handed);

#endif
