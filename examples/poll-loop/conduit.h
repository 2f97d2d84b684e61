/* A connected socket, and what of weft belongs to it: a handshake first, then an engine. What comes in is fed,
 * callbacks run from dispatch, what is to go out is drained. */
#ifndef POLL_LOOP_CONDUIT_H
#define POLL_LOOP_CONDUIT_H

#include "weft/engine.h"

struct conduit {
    int fd;
    uint64_t now_ns;           /* of the turn that is served */
    weft_handshake *handshake; /* NULL once the engine is there */
    weft_engine *engine;       /* NULL until then */
};

/* Takes over fd where it returns true. handles: shared by all, so that a call's handle stays safe when its engine is
 * gone. */
bool conduit_begin(struct conduit *c, int fd, weft_handles *handles, uint64_t now_ns);
bool conduit_has_output(struct conduit *c);
/* When it is to be served even without an event. */
uint64_t conduit_deadline(const struct conduit *c);
/* One turn, with what poll said of the socket: false where it is over, and to be ended. */
bool conduit_serve(struct conduit *c, short events, uint64_t now_ns);
void conduit_end(struct conduit *c);

#endif
