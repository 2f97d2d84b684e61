/* The transitions of sessions, connections and calls.
 *
 *   session      CONNECTING ─▶ READY ─▶ CLOSING ─▶ GOODBYE ─▶ ENDED; any ─▶ ENDED
 *   connection   ours:   OPENING ─ Accept ─▶ OPEN ─ close ─▶ CLOSING ─ Close is cut ─▶ CLOSED
 *                theirs: ARRIVING ─ whole ─▶ PENDING ─ accepted ─▶ OPEN …; rejected ─▶ CLOSING
 *                The root begins like them, and the handshake opens it.
 *                ours, lost: OPEN ─▶ OPENING, with the calls that go again [op.retry]
 *   call         ours:   NEW ─▶ WAITING ─▶ QUEUED ─▶ SENT ─▶ ENDED; SENT ─ given up ─▶ GIVEN_UP ─ response ─▶ ENDED
 *                        QUEUED, SENT ─ lost, and goes again ─▶ WAITING
 *                theirs: NEW ─▶ ARRIVED ─▶ SERVED ─▶ ANSWERED ─▶ TAKING ─▶ OVER
 *   channel      OPEN ─ finished, aborted ─▶ CLOSING ─ ChannelClose is cut ─▶ ENDED
 *                OPEN ─ reset ─▶ RESETTING ─ ChannelReset is cut ─▶ ENDED; any ─▶ ENDED */
#include "runtime/session/states.h"
#include "runtime/base/mem.h"
#include "runtime/session/session_log.h"

#define TO(state) (1u << (state))

static const uint16_t session_transitions[] = {
    [WEFT__SESSION_CONNECTING] = TO(WEFT__SESSION_READY) | TO(WEFT__SESSION_ENDED),
    [WEFT__SESSION_READY] = TO(WEFT__SESSION_CLOSING) | TO(WEFT__SESSION_ENDED),
    [WEFT__SESSION_CLOSING] = TO(WEFT__SESSION_GOODBYE) | TO(WEFT__SESSION_ENDED),
    [WEFT__SESSION_GOODBYE] = TO(WEFT__SESSION_ENDED),
    [WEFT__SESSION_ENDED] = 0,
};

static const uint16_t conn_transitions[] = {
    [WEFT__CONN_OPENING] = TO(WEFT__CONN_OPEN) | TO(WEFT__CONN_CLOSING) | TO(WEFT__CONN_CLOSED),
    [WEFT__CONN_ARRIVING] =
        TO(WEFT__CONN_PENDING) | TO(WEFT__CONN_OPEN) | TO(WEFT__CONN_CLOSING) | TO(WEFT__CONN_CLOSED),
    [WEFT__CONN_PENDING] = TO(WEFT__CONN_OPEN) | TO(WEFT__CONN_CLOSING) | TO(WEFT__CONN_CLOSED),
    [WEFT__CONN_OPEN] = TO(WEFT__CONN_OPENING) | TO(WEFT__CONN_CLOSING) | TO(WEFT__CONN_CLOSED),
    [WEFT__CONN_CLOSING] = TO(WEFT__CONN_CLOSED),
    [WEFT__CONN_CLOSED] = 0,
};

const uint16_t weft__call_transitions[] = {
    [WEFT__CALL_NEW] = TO(WEFT__CALL_WAITING) | TO(WEFT__CALL_QUEUED) | TO(WEFT__CALL_ENDED) | TO(WEFT__CALL_ARRIVED),
    [WEFT__CALL_WAITING] = TO(WEFT__CALL_QUEUED) | TO(WEFT__CALL_ENDED),
    [WEFT__CALL_QUEUED] = TO(WEFT__CALL_SENT) | TO(WEFT__CALL_ENDED) | TO(WEFT__CALL_WAITING),
    [WEFT__CALL_SENT] = TO(WEFT__CALL_GIVEN_UP) | TO(WEFT__CALL_ENDED) | TO(WEFT__CALL_WAITING),
    [WEFT__CALL_GIVEN_UP] = TO(WEFT__CALL_ENDED),
    [WEFT__CALL_ENDED] = 0,
    [WEFT__CALL_ARRIVED] = TO(WEFT__CALL_SERVED) | TO(WEFT__CALL_ANSWERED) | TO(WEFT__CALL_OVER),
    [WEFT__CALL_SERVED] = TO(WEFT__CALL_ANSWERED) | TO(WEFT__CALL_OVER),
    [WEFT__CALL_ANSWERED] = TO(WEFT__CALL_TAKING) | TO(WEFT__CALL_OVER),
    [WEFT__CALL_TAKING] = TO(WEFT__CALL_OVER),
    [WEFT__CALL_OVER] = 0,
};

static const uint16_t channel_transitions[] = {
    [WEFT__CHANNEL_OPEN] = TO(WEFT__CHANNEL_CLOSING) | TO(WEFT__CHANNEL_RESETTING) | TO(WEFT__CHANNEL_ENDED),
    [WEFT__CHANNEL_CLOSING] = TO(WEFT__CHANNEL_ENDED),
    [WEFT__CHANNEL_RESETTING] = TO(WEFT__CHANNEL_ENDED),
    [WEFT__CHANNEL_ENDED] = 0,
};

bool weft__session_may_become(weft__session_state from, weft__session_state to)
{
    return (session_transitions[from] & TO(to)) != 0;
}

bool weft__conn_may_become(weft__conn_state from, weft__conn_state to)
{
    return (conn_transitions[from] & TO(to)) != 0;
}

bool weft__call_may_become(weft__call_state from, weft__call_state to)
{
    return (weft__call_transitions[from] & TO(to)) != 0;
}

bool weft__channel_may_become(weft__channel_state from, weft__channel_state to)
{
    return (channel_transitions[from] & TO(to)) != 0;
}

/* ---- for the log ---- */

static const char *const session_names[] = { "connecting", "ready", "closing", "goodbye", "ended" };
static const char *const conn_names[] = { "opening", "arriving", "pending", "open", "closing", "closed" };
static const char *const channel_names[] = { "open", "closing", "resetting", "ended" };
static const char *const call_names[] = { "new",     "waiting", "queued",   "sent",   "given up", "ended",
                                          "arrived", "served",  "answered", "taking", "over" };

#define FROM_TO(names, from, to) \
    weft__log_text("from", weft_str_from((names)[from])), weft__log_text("to", weft_str_from((names)[to]))

void weft__session_set_state(weft_engine *engine, weft__session_state state)
{
    if (!WEFT_CHECK(weft__session_may_become((weft__session_state)engine->state, state)))
        return;
    weft__engine_log(engine, WEFT_LOG_DEBUG, WEFT_LOG_SESSION, "session changes its state",
                     FROM_TO(session_names, engine->state, state));
    engine->state = (uint8_t)state;
}

static bool conn_is_undecided(weft__conn_state state)
{
    return state == WEFT__CONN_OPENING || state == WEFT__CONN_ARRIVING || state == WEFT__CONN_PENDING;
}

void weft__conn_set_state(weft_connection *conn, weft__conn_state state)
{
    if (!WEFT_CHECK(weft__conn_may_become((weft__conn_state)conn->state, state)))
        return;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "connection changes its state", FROM_TO(conn_names, conn->state, state));
    bool was_undecided = conn_is_undecided((weft__conn_state)conn->state) && !conn->reopens;
    if (conn->id != 0 && was_undecided && !conn_is_undecided(state))
        conn->engine->n_undecided--;
    conn->state = (uint8_t)state;
    conn->reopens = false;
}

void weft__call_log_state(const weft__call *call, weft__call_state state)
{
    weft__call_log(call, WEFT_LOG_DEBUG, "call changes its state",
                   weft__log_text("service", weft__call_service_name(call)),
                   weft__log_text("method", weft__call_method_name(call)), FROM_TO(call_names, call->state, state));
}

void weft__channel_set_state(weft__channel *channel, weft__channel_state state)
{
    if (!WEFT_CHECK(weft__channel_may_become((weft__channel_state)channel->state, state)))
        return;
    weft__conn_log(channel->conn, WEFT_LOG_DEBUG, "channel changes its state", weft__log_number("channel", channel->id),
                   FROM_TO(channel_names, channel->state, state));
    channel->state = (uint8_t)state;
}
