/* A session without a conduit: what keeps it, and how it comes to have one again. Two parts that meet here:
 *
 *   resume.c, registry.c   exact resumption: what was sent is kept until acknowledged, keys, parked sessions [resume.*]
 *   recover.c, replace.c   the initiator: when another conduit is tried; another session in place of one that is lost
 *                          [resume.initiator] [op.retry]
 *
 * Where the conduit breaks, or an attempt at one fails (it cannot be had, its handshake fails), the engine asks
 * weft__outage_begin. If the session may be resumed, replaced, or is still to be connected for the first time, it is
 * DISCONNECTED then: an initiator wants another conduit (the next attempt and the end of all have timers), an
 * acceptor's is parked. Otherwise it ends (weft__session_end).
 *
 * Resumed or replaced? Who began the session decides, in recover.c: as long as it has a key it asks to resume
 * (recovery_begin); it replaces the session where it has none, or once the acceptor says that it knows none
 * (recovery_go_on). */
#ifndef WEFT_RUNTIME_SESSION_RECOVER_H
#define WEFT_RUNTIME_SESSION_RECOVER_H

#include "runtime/session/session.h"

/* ---- resume.c ---- */
/* Have both sides agreed that the session may be resumed, and is nothing said that ends that? */
bool weft__resume_is_on(const weft_engine *engine);
/* The conduit is gone. What has come of a frame is forgotten, and so is what was to go out and is not counted; out
 * stands at the first byte that is not acknowledged. */
void weft__resume_cut(weft_engine *engine);
/* The session is not to be resumed any more: what was kept, its keys, its place in the registry. */
void weft__resume_forget(weft_engine *engine);

/* ---- recover.c ---- */
void weft__recover_init(weft_engine *engine, const uint8_t seed[32]);
/* The conduit has broken, or an initiator's attempt at one has failed: true: the session goes on, DISCONNECTED; false:
 * it ends with *error. */
bool weft__outage_begin(weft_engine *engine, weft_error *error);
/* Why it is, or why the session was lost: for the events, of which one may be told when the session has ended. */
void weft__outage_cause(weft_engine *engine, const weft_error *error);
/* The application is told of the outage, but where it has not been told of the end of the one before. */
void weft__outage_tell(weft_engine *engine, const weft_error *error);
/* The initiator's conduit has broken (RUNNING before), or an attempt at one has failed: error, whose remote is the code
 * of a Sorry or of the preamble. true: the session goes on, DISCONNECTED; false: it ends with *error, which may have
 * been changed to say more. */
bool weft__recover_from(weft_engine *engine, weft_error *error);
/* A handshake is done: the session goes on as it was (resumed), or is a new one, which may be in place of another. */
void weft__recover_done(weft_engine *engine, bool resumed);
void weft__recover_on_timer(weft_engine *engine);
void weft__recover_stop(weft_engine *engine); /* the session ends */

/* How long to wait behind so many attempts that failed: at random. */
uint64_t weft__recovery_wait(weft_engine *engine, uint32_t n_failed);

/* ---- replace.c ---- */
/* What a connection of ours is opened again with [op.retry]. */
typedef struct weft__reopen {
    weft__buf open;    /* the body of its Open */
    uint64_t since_ns; /* when it was accepted last */
    uint32_t n_soon;   /* how often it has been lost soon after that, in a row */
} weft__reopen;

bool weft__session_may_be_replaced(const weft_engine *engine);
/* [op.retry] The session is lost: what cannot be done again ends, the rest is made ready to go out on a new one. */
void weft__session_replace(weft_engine *engine, const weft_error *error);
/* Of a connection of ours, where this side retries: what it is opened again with. 0 or WEFT_ENOMEM. */
int weft__reopen_new(weft_connection *conn, weft_bytes open_body);
void weft__reopen_free(weft_connection *conn);
/* The counterpart has closed it: lost. It stays, under the same handle, and is opened again. */
bool weft__conn_may_reopen(const weft_connection *conn);
void weft__conn_reopen(weft_connection *conn, const weft_error *lost, uint64_t last_request);
void weft__conn_open_again(weft_connection *conn); /* its wait is over */
/* It is accepted again; the root: the handshake is done. */
void weft__conn_is_open_again(weft_connection *conn, uint32_t channel_window_before);

/* ---- call_again.c ---- */
/* Calls made here end or go back in line, those of the counterpart's are cancelled. last_request: as in a Close. */
void weft__conn_lose_calls(weft_connection *conn, uint64_t last_request);
/* When it may be sent again at the latest; WEFT_FOREVER where it may be at any time. */
uint64_t weft__call_last_attempt_ns(const weft__call *call);
/* What waits in line is held against what the counterpart takes now, and goes out. */
void weft__conn_fit_calls(weft_connection *conn, uint32_t channel_window_before);

#endif
