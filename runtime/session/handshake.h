/* A handshake's inside: what handshake.c (messages) and handshake_feed.c (bytes, time, the public functions) share. */
#ifndef WEFT_RUNTIME_SESSION_HANDSHAKE_H
#define WEFT_RUNTIME_SESSION_HANDSHAKE_H

#include "runtime/session/session.h"

/* DECIDING: on the root; RESUMING: on_resume is to be asked; ELSEWHERE: another thread is to go on. */
typedef enum step {
    STEP_PREAMBLE,
    STEP_HELLO,
    STEP_DECIDING,
    STEP_RESUMING,
    STEP_ELSEWHERE,
    STEP_WELCOME,
    STEP_READY,
    STEP_OVER
} step;

struct weft_handshake {
    weft_allocator allocator;
    weft_engine *engine;
    bool initiator;
    bool finished; /* the engine is the caller's, or let go of */
    bool dispatching;
    bool free_asked;
    uint8_t step;
    uint8_t phase;
    uint8_t refusal; /* weft_refusal, once it has failed */
    uint64_t now_ns;
    uint64_t preamble_at_ns;
    uint16_t (*admit)(void *user); /* weft_engine_options */
    void *admit_user;
    uint64_t over_at_ns; /* of the whole; of the last word once that is said */
    uint64_t last_word_left;
    weft__out out;
    weft__buf in;                     /* the preamble, or a header and what has come of its body */
    uint8_t preamble[WEFT__PREAMBLE]; /* an acceptor's: that has come */
    weft_error error;
    /* [resume.exact] An acceptor's: the session that the counterpart comes back to, not owned; until finished. */
    struct weft__resume *resumes;
    weft__link of_session; /* in resumes->handshakes */
    void *elsewhere;       /* ELSEWHERE: whoever has the session */
    bool by_issued_key;
    bool resumed;           /* it was finished so: engine was this handshake's alone */
    bool resuming;          /* engine is a session that goes on; an acceptor's: that never heard Ready */
    bool unconfirmed;       /* an acceptor's, DONE: the conduit broke where Ready may have been said */
    uint64_t peer_received; /* what the counterpart has of it */
};

/* Why, in short: of a handshake that fails with this error now. */
weft_refusal weft__refusal_of(const weft_handshake *handshake, const weft_error *error);

/* The session ends; phase is LAST_WORD where something was said, else CLOSED. error is copied. */
void weft__handshake_fail(weft_handshake *handshake, const weft_error *error, weft_phase phase);
void weft__handshake_sorry(weft_handshake *handshake, int code, uint16_t said_code, weft_str text);
void weft__handshake_protocol(weft_handshake *handshake, const char *text);
void weft__handshake_starve(weft_handshake *handshake);

void weft__handshake_on_hello(weft_handshake *handshake, weft_bytes body);
void weft__handshake_on_welcome(weft_handshake *handshake, weft_bytes body);
void weft__handshake_on_ready(weft_handshake *handshake, weft_bytes body);
void weft__handshake_on_sorry(weft_handshake *handshake, weft_bytes body);
void weft__handshake_say_welcome(weft_handshake *handshake);

/* ---- handshake_resume.c ---- */
void weft__handshake_say_resume(const weft_handshake *handshake, weft__hello_out *hello);
int weft__handshake_agree_to_resume(weft_handshake *handshake, const weft__hello *hello);
void weft__handshake_on_resume(weft_handshake *handshake, const weft__hello *hello);
void weft__handshake_refuse_resume(weft_handshake *handshake, const char *why);
void weft__handshake_ask_resume(weft_handshake *handshake);
bool weft__handshake_resume_welcome(weft_handshake *handshake, const weft__hello *welcome);
bool weft__handshake_is_of_session(const weft_handshake *handshake);
weft_engine *weft__handshake_resumed(weft_handshake *handshake);
bool weft__handshake_is_unconfirmed(weft_handshake *handshake); /* the conduit is gone: it is DONE by that */
void weft__handshake_leave(weft_handshake *handshake);          /* it is over, and the session it came for is not */

/* [conn.root] Has the root been decided? Then Welcome or Sorry goes out. */
void weft__handshake_look_at_root(weft_handshake *handshake);

#endif
