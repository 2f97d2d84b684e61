/* A handshake's inside: what handshake.c (messages) and handshake_feed.c (bytes, time, the public functions) share. */
#ifndef WEFT_RUNTIME_SESSION_HANDSHAKE_H
#define WEFT_RUNTIME_SESSION_HANDSHAKE_H

#include "runtime/session/session.h"

typedef enum step { STEP_PREAMBLE, STEP_HELLO, STEP_DECIDING, STEP_WELCOME, STEP_READY, STEP_OVER } step;

struct weft_handshake {
    weft_allocator allocator;
    weft_engine *engine;
    bool initiator;
    bool finished; /* the engine is the caller's, or let go of */
    bool dispatching;
    bool free_asked;
    uint8_t step;
    uint8_t phase;
    uint64_t now_ns;
    uint64_t preamble_at_ns;
    uint64_t over_at_ns; /* of the whole; of the last word once that is said */
    uint64_t last_word_left;
    weft__out out;
    weft__buf in; /* the preamble, or a header and what has come of its body */
    weft_error error;
};

/* The session ends; phase is LAST_WORD where something was said, else CLOSED. error is copied. */
void weft__handshake_fail(weft_handshake *handshake, const weft_error *error, weft_phase phase);
void weft__handshake_sorry(weft_handshake *handshake, int code, uint16_t said_code, weft_str text);
void weft__handshake_protocol(weft_handshake *handshake, const char *text);
void weft__handshake_starve(weft_handshake *handshake);

void weft__handshake_on_hello(weft_handshake *handshake, weft_bytes body);
void weft__handshake_on_welcome(weft_handshake *handshake, weft_bytes body);
void weft__handshake_on_ready(weft_handshake *handshake, weft_bytes body);
void weft__handshake_on_sorry(weft_handshake *handshake, weft_bytes body);
/* [conn.root] Has the root been decided? Then Welcome or Sorry goes out. */
void weft__handshake_look_at_root(weft_handshake *handshake);

#endif
