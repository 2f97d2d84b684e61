/* The four state machines of a session, each an enum (session.h), a table of transitions, and one setter. */
#ifndef WEFT_RUNTIME_SESSION_STATES_H
#define WEFT_RUNTIME_SESSION_STATES_H

#include "runtime/base/mem.h"
#include "runtime/session/session.h"

/* May the one become the other? What a test walks; the setters check it. */
bool weft__session_may_become(weft__session_state from, weft__session_state to);
bool weft__conn_may_become(weft__conn_state from, weft__conn_state to);
bool weft__call_may_become(weft__call_state from, weft__call_state to);
bool weft__channel_may_become(weft__channel_state from, weft__channel_state to);

/* A transition that the table has not is a broken invariant of ours: the state stays. */
void weft__session_set_state(weft_engine *engine, weft__session_state state);
void weft__conn_set_state(weft_connection *conn, weft__conn_state state);
void weft__channel_set_state(weft__channel *channel, weft__channel_state state);

extern const uint16_t weft__call_transitions[]; /* by state: the bits of those that may follow */
WEFT__COLD void weft__call_log_state(const weft__call *call, weft__call_state state);
/* Inline: each call goes through it six times. */
static inline void weft__call_set_state(weft__call *call, weft__call_state state)
{
    if (!WEFT_CHECK(weft__call_transitions[call->state] & (1u << state)))
        return;
    if (weft__log_wants(&call->engine->log, WEFT_LOG_DEBUG, WEFT_LOG_CALL))
        weft__call_log_state(call, state);
    call->state = (uint8_t)state;
}

#endif
