/* What is done in callbacks, but for what is done with streams: calls, opens, connections, sessions, the runtime. */
#include "tests/integration/misuse/world.h"

/* ---- acts: what is not there cannot be acted on ---- */

static bool good(int rc)
{
    assert_true(rc == 0 || rc == WEFT_EALREADY);
    return true;
}

static bool cancel_call(world *w)
{
    if (!w->waiting.slot)
        return false;
    (void)good(weft_call_cancel(w->waiting));
    assert_int_equal(weft_call_cancel(w->waiting), WEFT_EALREADY);
    return true;
}

static bool cancel_stream(world *w)
{
    if (!w->streaming.slot)
        return false;
    (void)good(weft_call_cancel(w->streaming));
    assert_int_equal(weft_call_cancel(w->streaming), WEFT_EALREADY);
    return true;
}

static bool return_held(world *w)
{
    if (!w->held.call.slot)
        return false;
    (void)good(lt_echo_wait_return(w->held, true));
    assert_int_equal(lt_echo_wait_return(w->held, true), WEFT_EALREADY);
    return true;
}

static bool fail_held(world *w)
{
    if (!w->held.call.slot)
        return false;
    (void)good(weft_call_fail(w->held.call, WEFT_OUTCOME_INTERNAL, "no"));
    assert_int_equal(weft_call_fail(w->held.call, WEFT_OUTCOME_INTERNAL, "no"), WEFT_EALREADY);
    return true;
}

static bool drop_held(world *w)
{
    if (!w->held.call.slot)
        return false;
    (void)good(weft_call_drop(w->held.call));
    assert_int_equal(weft_call_drop(w->held.call), WEFT_EALREADY);
    return true;
}

static bool accept_pending(world *w)
{
    weft_connection *conn = NULL;
    if (!w->pending.slot)
        return false;
    (void)good(weft_pending_accept(w->pending, NULL, &conn));
    assert_int_equal(weft_pending_accept(w->pending, NULL, NULL), WEFT_EALREADY);
    weft_connection_release(conn);
    return true;
}

static bool reject_pending(world *w)
{
    if (!w->pending.slot)
        return false;
    (void)good(weft_pending_reject(w->pending, WEFT_CODE_FORBIDDEN, NULL, NULL));
    assert_int_equal(weft_pending_reject(w->pending, WEFT_CODE_FORBIDDEN, NULL, NULL), WEFT_EALREADY);
    return true;
}

static bool drop_pending(world *w)
{
    if (!w->pending.slot)
        return false;
    (void)good(weft_pending_drop(w->pending));
    assert_int_equal(weft_pending_drop(w->pending), WEFT_EALREADY);
    return true;
}

static bool conn_close(weft_connection *conn)
{
    if (!conn)
        return false;
    (void)good(weft_connection_close(conn, WEFT_CODE_NONE, "acted"));
    assert_int_equal(weft_connection_close(conn, WEFT_CODE_NONE, "acted"), WEFT_EALREADY);
    return true;
}

static bool conn_abort(weft_connection *conn)
{
    if (!conn)
        return false;
    (void)good(weft_connection_abort(conn, WEFT_CODE_NONE, "acted"));
    assert_int_equal(weft_connection_abort(conn, WEFT_CODE_NONE, "acted"), WEFT_EALREADY);
    return true;
}

static bool conn_release(weft_connection **conn)
{
    weft_connection *released = *conn;
    *conn = NULL;
    weft_connection_release(released);
    return released != NULL;
}

static bool close_client_conn(world *w)
{
    return conn_close(w->client);
}
static bool abort_client_conn(world *w)
{
    return conn_abort(w->client);
}
static bool release_client_conn(world *w)
{
    return conn_release(&w->client);
}
static bool close_server_conn(world *w)
{
    return conn_close(w->server_conn);
}
static bool abort_server_conn(world *w)
{
    return conn_abort(w->server_conn);
}
static bool release_server_conn(world *w)
{
    return conn_release(&w->server_conn);
}

static bool session_close(weft_session *session)
{
    if (!session)
        return false;
    weft_session_close(session, WEFT_CODE_NONE, "acted");
    weft_session_close(session, WEFT_CODE_NONE, "acted");
    assert_false(weft_session_is_ready(session));
    return true;
}

static bool session_abort(weft_session *session)
{
    if (!session)
        return false;
    weft_session_abort(session);
    weft_session_abort(session);
    assert_false(weft_session_is_ready(session));
    assert_null(weft_session_root(session));
    return true;
}

static bool session_release(weft_session **session)
{
    weft_session *released = *session;
    *session = NULL;
    weft_session_release(released);
    return released != NULL;
}

static bool close_client(world *w)
{
    return session_close(w->session);
}
static bool abort_client(world *w)
{
    return session_abort(w->session);
}
static bool release_client(world *w)
{
    return session_release(&w->session);
}
static bool close_server(world *w)
{
    return session_close(w->server_session);
}
static bool abort_server(world *w)
{
    return session_abort(w->server_session);
}
static bool release_server(world *w)
{
    return session_release(&w->server_session);
}

static bool open_another(world *w)
{
    int rc = w->session ? world_open(w) : 0;
    assert_true(rc == 0 || rc == WEFT_ECLOSED || rc == WEFT_EUNAVAILABLE || rc == WEFT_EAGAIN);
    return w->session != NULL;
}

static bool call_another(world *w)
{
    int rc = w->client ? world_call(w, false, NULL) : 0;
    assert_true(rc == 0 || rc == WEFT_ECLOSED || rc == WEFT_EUNAVAILABLE || rc == WEFT_EAGAIN);
    return w->client != NULL;
}

/* Late, through a connection that is closed then. */
static bool close_and_call(world *w)
{
    return close_client_conn(w) && world_call(w, true, NULL) == WEFT_ECLOSED;
}

static bool close_listener(world *w)
{
    weft_listener *listener = w->listener;
    w->listener = NULL;
    if (listener)
        weft_listener_close(listener, NULL, NULL);
    return listener != NULL;
}

static bool close_runtime(world *w)
{
    if (!w->runtime)
        return false;
    world_close_runtime(w);
    weft_runtime_close(w->runtime, NULL, NULL); /* does nothing */
    return true;
}

static bool free_runtime(world *w)
{
    if (!w->runtime || w->closing)
        return false;
    w->closing = true;
    w->listener = NULL;
    weft_runtime_free(w->runtime);
    w->runtime = NULL;
    return true;
}

static bool stop_runtime(world *w)
{
    if (w->runtime)
        weft_runtime_stop(w->runtime);
    return w->runtime != NULL;
}

static bool release_poster(world *w)
{
    weft_poster *poster = w->poster;
    w->poster = NULL;
    weft_poster_release(poster);
    return poster != NULL;
}

static bool drain(weft_session *session, uint64_t limit_ns)
{
    if (!session)
        return false;
    for (int i = 0; i < 2; i++) {
        int rc = weft_session_drain(session, limit_ns);
        assert_true(rc == 0 || rc == WEFT_ECLOSED);
    }
    return true;
}

static bool drain_client(world *w)
{
    return drain(w->session, WEFT_FOREVER);
}
static bool drain_server(world *w)
{
    return drain(w->server_session, WEFT_FOREVER);
}

static bool drain_at_once(world *w)
{
    bool client = drain(w->session, 0);
    return drain(w->server_session, 0) || client;
}

static bool drain_connections(world *w)
{
    weft_connection *conns[2] = { w->client, w->server_conn };
    for (int i = 0; i < 2; i++) {
        if (!conns[i])
            continue;
        (void)good(weft_connection_drain(conns[i]));
        assert_int_equal(weft_connection_drain(conns[i]), WEFT_EALREADY);
    }
    if (w->session && weft_session_root(w->session)) {
        int rc = weft_connection_drain(weft_session_root(w->session));
        assert_true(rc == WEFT_EINVAL || rc == WEFT_EALREADY); /* it drains with its session */
    }
    return conns[0] || conns[1];
}

static int nothing_of_text(void *user, const char *text, size_t len)
{
    size_t *sum = user;
    (void)text;
    *sum += len;
    return 0;
}

static bool read_counters(world *w)
{
    weft_session *sessions[2] = { w->session, w->server_session };
    weft_connection *conns[2] = { w->client, w->server_conn };
    weft_session_stats session;
    weft_connection_stats conn;
    weft_totals totals;
    size_t len = 0;
    for (int i = 0; i < 2; i++) {
        int rc = sessions[i] ? weft_session_stats_read(sessions[i], &session, sizeof session) : 0;
        assert_true(rc == 0 || rc == WEFT_ECLOSED);
        rc = conns[i] ? weft_connection_stats_read(conns[i], &conn, sizeof conn) : 0;
        assert_true(rc == 0 || rc == WEFT_ECLOSED);
    }
    if (!w->runtime)
        return false;
    weft_stats_read(weft_runtime_stats(w->runtime), &totals, sizeof totals);
    assert_int_equal(weft_runtime_prometheus(w->runtime, nothing_of_text, &len), 0);
    assert_true(totals.sessions_now <= 2 && len > 0);
    return true;
}

static bool everything(world *w)
{
    (void)drop_held(w);
    (void)drop_pending(w);
    (void)cancel_call(w);
    (void)world_act_use_wrong_end(w);
    (void)world_act_abort_client(w);
    (void)world_act_reset_client(w);
    (void)world_act_drop_stream(w);
    (void)cancel_stream(w);
    (void)drain_client(w);
    (void)abort_client_conn(w);
    (void)abort_server_conn(w);
    (void)release_client_conn(w);
    (void)release_server_conn(w);
    (void)abort_client(w);
    (void)close_server(w);
    (void)release_client(w);
    (void)release_server(w);
    (void)close_listener(w);
    (void)close_runtime(w);
    return release_poster(w);
}

/* ---- all of them ---- */

const world_named_act world_acts[WORLD_ACTS_MAX] = {
    { "cancel the call", cancel_call },
    { "answer the call", return_held },
    { "fail the call", fail_held },
    { "drop the call", drop_held },
    { "accept the open", accept_pending },
    { "reject the open", reject_pending },
    { "drop the open", drop_pending },
    { "close the client's connection", close_client_conn },
    { "abort the client's connection", abort_client_conn },
    { "release the client's connection", release_client_conn },
    { "close the server's connection", close_server_conn },
    { "abort the server's connection", abort_server_conn },
    { "release the server's connection", release_server_conn },
    { "close the client's session", close_client },
    { "abort the client's session", abort_client },
    { "release the client's session", release_client },
    { "close the server's session", close_server },
    { "abort the server's session", abort_server },
    { "release the server's session", release_server },
    { "open another", open_another },
    { "call another", call_another },
    { "call where it is closed", close_and_call },
    { "close the listener", close_listener },
    { "close the runtime", close_runtime },
    { "free the runtime", free_runtime },
    { "stop the runtime", stop_runtime },
    { "release the poster", release_poster },
    { "cancel the call with streams", cancel_stream },
    { "answer the call with streams", world_act_answer_stream },
    { "drop the call with streams", world_act_drop_stream },
    { "stream another", world_act_stream_another },
    { "finish the client's stream", world_act_finish_client },
    { "abort the client's stream", world_act_abort_client },
    { "reset the client's reader", world_act_reset_client },
    { "finish the server's stream", world_act_finish_server },
    { "abort the server's stream", world_act_abort_server },
    { "reset the server's reader", world_act_reset_server },
    { "send items", world_act_send },
    { "ask for room", world_act_ask_room },
    { "pause, and go on later", world_act_pause },
    { "keep, consume, read again", world_act_keep },
    { "use an end as the other kind", world_act_use_wrong_end },
    { "drain the client's session", drain_client },
    { "drain the server's session", drain_server },
    { "drain at once", drain_at_once },
    { "drain the connections", drain_connections },
    { "read all counters", read_counters },
    { "everything", everything },
};
