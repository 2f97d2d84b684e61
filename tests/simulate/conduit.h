/* Conduits in memory: bytes under way in each direction, and who has which end. */
#ifndef WEFT_TESTS_SIMULATE_CONDUIT_H
#define WEFT_TESTS_SIMULATE_CONDUIT_H

#include "tests/simulate/monitor.h"
#include "weft/engine.h"

#include <stddef.h>

typedef struct sim_link sim_link;
typedef struct side side;

/* One direction of a conduit. */
typedef struct sim_pipe {
    uint8_t *bytes;
    size_t cap, begin, end;
    size_t limit;              /* bytes that it takes before it is full */
    uint64_t stalled_until_ns; /* delivers nothing before */
    bool is_shut;              /* its writer has said its last word */
    bool is_broken;            /* the conduit has failed: what is in it is lost */
    int cause;
} sim_pipe;

static inline size_t pipe_len(const sim_pipe *p)
{
    return p->end - p->begin;
}
void pipe_put(sim_pipe *p, const void *bytes, size_t len);
/* Room for len bytes behind the first at of them. */
void pipe_insert(sim_pipe *p, size_t at, size_t len);
void pipe_drop(sim_pipe *p, size_t len);
void pipe_free(sim_pipe *p);

/* One end of a conduit: its handshake, and then the engine of its side, says what goes into out. */
typedef struct sim_port {
    side *side;
    struct sim_port *peer;
    weft_handshake *handshake; /* until it is done */
    bool is_gone;              /* the conduit has ended for this side */
    sim_pipe out;
    uint64_t shown, taken; /* offsets in its bytes */
    mon_shake shake;
} sim_port;

typedef struct sim_conduit {
    sim_port ports[2]; /* in the order of the link's sides */
} sim_conduit;

sim_conduit *conduit_new(sim_link *l);
/* Those that are of no use to either side any more; all: every one. */
void conduits_free(sim_link *l, bool all);

#endif
