/* The inside of a listener: what listener.c (its life), listener_loops.c (its other loops) and listener_move.c
 * (stopping and moving) share. */
#ifndef WEFT_RUNTIME_LOOP_LISTENER_INSIDE_H
#define WEFT_RUNTIME_LOOP_LISTENER_INSIDE_H

#include "runtime/conduit/url.h"
#include "runtime/loop/acceptor.h"
#include "runtime/loop/branch.h"
#include "runtime/loop/gate.h"
#include "runtime/loop/loop.h"

struct weft_listener {
    weft__link link; /* in runtime->listeners */
    weft_runtime *runtime;
    weft__url url;
    uint16_t port;
    bool stopping; /* it accepts no more, and waits for those before READY */
    bool closing;
    bool is_empty; /* it has stopped, and nobody was left */
    bool is_late;  /* it had not by its limit */
    weft_arena *arena;
    weft_session_options options; /* points into arena */
    weft_arena *bounds_arena;
    weft_listener_options bounds; /* points into bounds_arena */
    weft__counters *counters;
    weft__gate gate;
    weft__mem_name *name;     /* mem */
    weft__acceptor *acceptor; /* else; NULL: none any more */
    bool is_handed;           /* its socket is somebody else's too */
    weft__link others;        /* acceptors of the same address, whose loops have left */
    weft__link before;        /* of addresses that it has left, which linger */
    weft__socket_file file;
    weft__loops *loops;  /* NULL: it has one */
    weft__seat seat;     /* where it has several */
    weft__link branches; /* at the others */
    uv_timer_t timer;    /* of stopping; and by which closed comes from the loop */
    unsigned n_handles;  /* of the timer, acceptors, seat and branches, not closed yet */
    weft_closed_fn closed;
    void *closed_user;
    weft_stopped_fn stopped; /* NULL: it has been told */
    void *stopped_user;
};

/* ---- listener.c ---- */
extern const weft__acceptor_events weft__listener_acceptor_events;
/* Of one that does not wait until others, whose turn it may be, have room. */
extern const weft__acceptor_events weft__listener_other_events;
/* A part that n_handles counts has closed. */
void weft__listener_on_part_closed(void *user);
/* Nobody gets to it by its address any more, but who waits in the system's queue. */
void weft__listener_leave_address(weft_listener *listener);
/* Its acceptors linger. */
void weft__listener_leave_sockets(weft_listener *listener);
/* Ends all that is before READY. */
void weft__listener_close(weft_listener *listener);
/* Options by which nothing could be done are refused with the reason: WEFT_EINVAL, …. */
int weft__listener_read_bounds(const weft_listener_options *options_or_null, const weft__url *url,
                               weft_listener_options *ret_bounds, weft_error *error);
int weft__listener_check_options(weft_runtime *runtime, const weft_session_options *options, weft_error *error);

/* ---- listener_move.c ---- */
/* Something has ended that it may wait for. */
void weft__listener_look(weft_listener *listener);
void weft__listener_has_closed(weft_listener *listener);

#endif
