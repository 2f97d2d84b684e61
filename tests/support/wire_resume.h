/* A wire_peer whose session survives its conduits: the test's side cuts them, dials again, and says the handshake of a
 * resumption, true or false. What it counts is in w->sent and w->received. */
#ifndef WEFT_TESTS_SUPPORT_WIRE_RESUME_H
#define WEFT_TESTS_SUPPORT_WIRE_RESUME_H

#include "tests/support/wire_peer.h"

/* Another conduit of the same session, aside: its handshake (NULL: it is the engine's), and what came on it. */
typedef struct wire_conduit {
    weft_handshake *handshake;
    wire_bytes in;
    size_t in_at;
} wire_conduit;

/* Between wire_init and wire_begin: both sides want it. An acceptor gets a registry, unless the test has set one, which
 * wire_survivor_fini frees. */
void wire_survivor(wire_peer *w);
/* wire_init, wire_survivor, wire_shake */
void wire_survivor_ready(wire_peer *w, bool initiator);
/* wire_fini, and the registry */
void wire_survivor_fini(wire_peer *w);

/* The conduit breaks; what has not been read of it is lost, what was put and not flushed too. */
void wire_cut(wire_peer *w);
/* Lets go of a handshake that is over: an acceptor's, or an initiator's attempt. */
void wire_hang_up(wire_peer *w);
/* A new conduit: an acceptor's handshake begins; an initiator is waited for until it wants one, and has said Hello,
 * which wire_read_hello gives. */
void wire_dial(wire_peer *w);
/* Until the engine wants a conduit, at most so long. */
bool wire_wants(wire_peer *w, uint64_t ns);
/* The preamble, and w->hello with resume, to an acceptor; Welcome to an initiator. Flushed. */
void wire_say_resume(wire_peer *w, const void *key, size_t key_len, uint64_t received);
/* The same with w->key and w->received; of an initiator with its key, which is changed to the next one. What was lost
 * comes next. */
void wire_resume(wire_peer *w);
/* Reads on, whatever it is. */
void wire_skip(wire_peer *w);
/* An acceptor is refused as not resumable: its Sorry, or none where it is an initiator. */
void wire_expect_refused(wire_peer *w, uint16_t code, const char *rule);
/* The current conduit goes aside, and the other takes its place. */
void wire_swap(wire_peer *w, wire_conduit *other);
void wire_conduit_free(wire_conduit *conduit);

#endif
