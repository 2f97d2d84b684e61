/* Ends that wait for what is under way [session.drain], and the one of a session that nobody uses any more
 * [session.lifetime].
 *
 * A session that drains stays READY: it differs in what it refuses, and in that it closes by itself once nothing is
 * left. Whether that is so is looked at each time the conduit asks for bytes (weft__output_fill), which comes after
 * whatever could have changed it; without a conduit each time dispatch has told all that there was to tell. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"

/* ---- ours ---- */

int weft__conn_say_drain(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    weft_writer writer;
    weft__message *message;
    if (conn->drains)
        return 0;
    weft__writer_init(&writer, &engine->allocator, WEFT__CONTROL_BODY_MAX);
    weft__drain_encode(&writer, WEFT_STR(""));
    int status = weft__message_new(engine, WEFT__KIND_DRAIN, &writer, &message);
    if (status < 0)
        return status;
    conn->drains = true;
    weft__message_queue(conn, message);
    return 0;
}

/* [proxy.close] Both counterparts make no more requests: what one side has under way ends then. 0 or WEFT_ENOMEM. */
static int drain_pair(weft_connection *conn, weft_connection *other)
{
    int status = weft__proxy_say_drain(conn);
    if (status == 0 && weft__proxy_other(conn) && other->state == WEFT__CONN_OPEN)
        status = weft__proxy_say_drain(other);
    return status;
}

/* What is undecided has not begun: it is refused, so that its opener may go elsewhere. */
static int drain_conn(weft_connection *conn)
{
    if (conn->state == WEFT__CONN_PENDING || conn->state == WEFT__CONN_ARRIVING)
        weft__conn_reject(conn, WEFT_CODE_GOING_AWAY, WEFT_STR("the session drains"));
    else if (conn->state == WEFT__CONN_OPEN && weft__proxy_other(conn))
        return drain_pair(conn, weft__proxy_other(conn));
    else if (conn->state == WEFT__CONN_OPEN && conn->binding->serves)
        return weft__conn_say_drain(conn);
    return 0;
}

static int drain_conns(weft_engine *engine)
{
    uint32_t cursor = 0;
    weft_connection *conn;
    int status = weft__conn_say_drain(engine->root);
    while (status == 0 && engine->state == WEFT__SESSION_READY &&
           (conn = weft__table_next(&engine->conns, &cursor)) != NULL) {
        conn->holds++;
        status = drain_conn(conn);
        weft__conn_unhold(conn);
    }
    return status;
}

int weft_session_drain(weft_session *session, uint64_t limit_ns)
{
    weft_engine *engine = session->engine;
    if (!engine || (engine->state != WEFT__SESSION_READY && engine->state != WEFT__SESSION_CONNECTING))
        return WEFT_ECLOSED;
    if (engine->state == WEFT__SESSION_CONNECTING) { /* nothing is under way yet */
        weft_session_close(session, WEFT_CODE_GOING_AWAY, NULL);
        return 0;
    }
    weft__engine_refresh(engine);
    if (!engine->drains) {
        engine->drains = true;
        weft__engine_log(engine, WEFT_LOG_INFO, WEFT_LOG_SESSION, "the session drains", weft__log_number("by_peer", 0));
        weft__event_add(engine, &engine->drains_event, WEFT__EVENT_SESSION_DRAINS);
    }
    /* Again where a part of it failed for want of memory: what has been said is not said twice. */
    int status = drain_conns(engine);
    if (engine->state == WEFT__SESSION_READY)
        weft__timers_arm(&engine->timers, &engine->close_timer, weft__time_add(engine->now_ns, limit_ns));
    weft__engine_wake(engine);
    return status;
}

int weft_connection_drain(weft_connection *connection)
{
    if (!weft__conn_is_open(connection) || !connection->engine || connection->drains)
        return WEFT_EALREADY;
    if (connection->id == 0)
        return WEFT_EINVAL;
    if (weft__proxy_other(connection)) {
        if (connection->leg->drained)
            return WEFT_EALREADY;
        weft__engine_refresh(connection->engine);
        return weft__proxy_say_drain(connection);
    }
    if (connection->reopens) { /* it says so once it is open again */
        connection->drains = true;
        return 0;
    }
    weft__engine_refresh(connection->engine);
    return weft__conn_say_drain(connection);
}

/* ---- theirs ---- */

/* Calls that wait for a place would only be refused there. */
static void conn_refuse_waiting(weft_connection *conn)
{
    weft__call *call;
    while ((call = weft__conn_first_waiting(conn)) != NULL)
        weft__call_out_end(call, WEFT_EUNAVAILABLE, "the counterpart drains", UINT64_MAX);
}

void weft__conn_on_drain(weft_connection *conn, weft_bytes body)
{
    weft_engine *engine = conn->engine;
    weft_str text;
    if (weft__drain_decode(body, &text) < 0) {
        weft__violate_conn(conn, "session.drain", "malformed Drain");
        return;
    }
    if (conn->peer_drains)
        return;
    conn->peer_drains = true;
    conn_refuse_waiting(conn);
    if (conn->id != 0)
        return;
    weft__engine_log(engine, WEFT_LOG_INFO, WEFT_LOG_SESSION, "the session drains", weft__log_number("by_peer", 1),
                     weft__log_text("text", text));
    engine->peer_drains = true;
    weft__event_add(engine, &engine->draining_event, WEFT__EVENT_SESSION_DRAINING);
    uint32_t cursor = 0;
    while (engine->n_joined > 0 && (conn = weft__table_next(&engine->conns, &cursor)) != NULL)
        if (conn->state == WEFT__CONN_OPEN && weft__proxy_other(conn) && weft__proxy_say_drain(conn->leg->other) < 0)
            weft__session_starve(conn->leg->other->engine);
}

/* ---- when nothing is left ---- */

static bool session_is_drained(const weft_engine *engine)
{
    return engine->drains && engine->n_calls == engine->n_over && engine->n_undecided == 0 && engine->n_channels == 0 &&
           engine->n_joined == 0;
}

static bool session_is_unused(const weft_engine *engine)
{
    const weft_connection *root = engine->root;
    return engine->options.close_when_unused && engine->initiator && engine->used && engine->conns.n == 0 &&
           root->refs == 0 && !weft__conn_has_calls(root) && !(root->streams && root->streams->n_uses > 0);
}

/* ---- without a conduit ----
 *
 * What nobody here waits for is not under way there: it only has to be said still, or was to be answered. */

static bool channel_is_void(const weft__channel *channel)
{
    return channel->state == WEFT__CHANNEL_RESETTING || (channel->state == WEFT__CHANNEL_CLOSING && channel->end != 0);
}

/* Has it calls or channels that somebody waits for? */
static bool conn_has_uses(const weft_connection *conn)
{
    uint32_t cursor = 0;
    const weft__call *call;
    if (conn->calls->n_waiting > 0)
        return true;
    while ((call = weft__conn_next_call(conn, &cursor)) != NULL)
        if (call->state != WEFT__CALL_GIVEN_UP)
            return true;
    if (!conn->streams)
        return false;
    for (const weft__link *link = conn->streams->all.next; link != &conn->streams->all; link = link->next) {
        const weft__channel *channel = weft__container(link, weft__channel, all);
        if (channel->is_use && !channel_is_void(channel))
            return true;
    }
    return false;
}

/* Could it go, as soon as that can be said? */
static bool conn_is_left(const weft_connection *conn)
{
    if (conn->state == WEFT__CONN_CLOSING || conn->state == WEFT__CONN_CLOSED)
        return true;
    return weft__conn_is_let_go(conn) && !conn_has_uses(conn);
}

static bool session_is_done_apart(const weft_engine *engine)
{
    const weft_connection *conn, *root = engine->root;
    bool drained = engine->drains && engine->n_undecided == 0 && engine->n_joined == 0;
    bool unused = engine->options.close_when_unused && engine->initiator && engine->used && root->refs == 0;
    if (engine->has_handshake || (!drained && !unused) || conn_has_uses(root))
        return false;
    for (uint32_t cursor = 0; (conn = weft__table_next(&engine->conns, &cursor)) != NULL;) {
        drained = drained && !conn_has_uses(conn);
        unused = unused && conn_is_left(conn);
    }
    return drained || unused;
}

bool weft__session_is_done(const weft_engine *engine)
{
    if (engine->state != WEFT__SESSION_READY)
        return false;
    if (engine->phase == WEFT_PHASE_DISCONNECTED)
        return weft__list_is_empty(&engine->events) && session_is_done_apart(engine);
    return session_is_drained(engine) || session_is_unused(engine);
}

bool weft__session_close_if_done(weft_engine *engine)
{
    if (!weft__session_is_done(engine))
        return false;
    bool drained = engine->drains;
    weft_session_close(engine->session, drained ? WEFT_CODE_GOING_AWAY : WEFT_CODE_NONE, drained ? "drained" : NULL);
    return true;
}
