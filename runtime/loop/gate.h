/* A gate: those of one listener at one loop, from accept until READY. They are bounded, over all loops of the listener
 * and for each address: beyond, the oldest of them is closed, at whichever loop it is, so that silent ones cannot keep
 * others out. */
#ifndef WEFT_RUNTIME_LOOP_GATE_H
#define WEFT_RUNTIME_LOOP_GATE_H

#include "runtime/conduit/entrants.h"
#include "runtime/loop/driver.h"
#include "runtime/loop/guard.h"

typedef struct weft__seat weft__seat; /* handing.h */

struct weft__gate {
    weft_runtime *runtime;
    weft__seat *seat;                    /* NULL: the listener has no other loop */
    weft__counters *counters;            /* one reference */
    const weft_session_options *options; /* of the sessions that begin here; borrowed */
    uint64_t identify_timeout_ns;
    weft__entrants entrants;     /* who may come in, of those; borrowed */
    weft__keeper keeper;         /* of the guards of those that wait */
    weft__link waiting;          /* drivers before READY, the oldest first */
    size_t n_drivers;            /* those, and those that close */
    void (*emptied)(void *user); /* n_drivers is 0 again; the last that the gate does */
    void *user;
};

/* options, and what bounds points to, are borrowed until it is emptied for good; counters are retained. */
void weft__gate_init(weft__gate *gate, weft_runtime *runtime, weft__counters *counters,
                     const weft_session_options *options, const weft_listener_options *bounds);
/* Other bounds from now on. */
void weft__gate_set(weft__gate *gate, const weft_listener_options *bounds);
/* It is empty. One that is zero-filled is not touched. */
void weft__gate_fini(weft__gate *gate);
/* Takes what was accepted in, or tells it why not: where refusal is not NONE, for that. The descriptor is the gate's,
 * whatever it returns: 0, or WEFT_E…: something is lacking. */
int weft__gate_accept(weft__gate *gate, int fd, const weft__sockaddr *address, weft_refusal refusal);
/* Likewise what another loop has accepted and handed over; handed is the gate's. */
void weft__gate_take_over(weft__gate *gate, weft__handed *handed);
/* A conduit, which on failure stays the caller's. */
int weft__gate_accept_conduit(weft__gate *gate, weft__conduit *conduit);
/* Closes those whose place another has got. */
void weft__gate_close_pushed_out(weft__gate *gate);
/* Ends all that wait, but where the runtime ends those that may finish (weft__driver_finishes). */
void weft__gate_clear(weft__gate *gate);

#endif
