/* The life of a connection, from its place in the table to the last callback. The counterpart's Close, and the
 * session's end, lead from anywhere to CLOSED. An end has two halves: finish (what the application sees: calls end,
 * callbacks are owed) when it is decided, remove (the id is late from then on) when nothing more is to be sent. A
 * CLOSED connection never looks at its engine but while its callbacks run, since the engine may be gone. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/session_log.h"

int weft__conn_new(weft_engine *engine, uint64_t id, bool ours, weft_connection **ret_conn)
{
    weft_connection *conn = weft__alloc_zero(&engine->allocator, sizeof *conn);
    if (!conn)
        return WEFT_ENOMEM;
    conn->engine = engine;
    conn->binding = &weft__binding_none;
    conn->calls = weft__conn_no_calls();
    conn->id = id;
    conn->ours = ours;
    conn->state = (uint8_t)(ours ? WEFT__CONN_OPENING : WEFT__CONN_ARRIVING);
    conn->holds = 1;
    conn->timer.kind = WEFT__TIMER_CONN;
    conn->rx_window = engine->options.connection_window;
    conn->tx_window = engine->peer_session.connection_window;
    weft__list_init(&conn->queue);
    int status = weft__timers_reserve(&engine->timers, &engine->allocator, 1);
    if (status == 0 && id != 0)
        status = weft__table_insert(&engine->conns, &engine->allocator, engine->table_seed, id, conn);
    if (status < 0) {
        weft__timers_release(&engine->timers, 1);
        weft__free(&engine->allocator, conn, sizeof *conn);
        return status;
    }
    conn->in_table = true;
    if (id != 0) {
        engine->used |= !ours; /* ours: once nothing can fail any more */
        engine->n_undecided++;
        weft__memory_charge_anyway(engine, WEFT__CHARGE_CONN);
    }
    if (id != 0 && ours)
        engine->n_ours++;
    else if (id != 0)
        engine->n_theirs++;
    *ret_conn = conn;
    return 0;
}

void weft__conn_free_if_unused(weft_connection *conn)
{
    if (conn->refs > 0 || conn->holds > 0)
        return;
    weft_allocator allocator = *weft__conn_allocator(conn);
    weft__conn_open_state_free(conn);
    weft__binding_fini(conn);
    weft__free(&allocator, conn->rx, sizeof *conn->rx);
    weft__streams_free(conn);
    weft__schemas_free(conn);
    weft__proxy_free(conn);
    weft__free(&allocator, conn->end, sizeof *conn->end);
    weft__free(&allocator, conn, sizeof *conn);
}

/* ---- the end ---- */

void weft__conn_remember_end(weft_connection *conn, const weft_error *error)
{
    if (conn->end)
        return;
    conn->end = weft__alloc(weft__conn_allocator(conn), sizeof *conn->end);
    if (conn->end)
        *conn->end = *error;
}

/* [op.retry] What may have run already ends as such, but where the application wants its end. */
static int end_of_call(const weft__call *call, const weft_error *error)
{
    return call->ran_before && error->code != WEFT_ECANCELED ? WEFT_EINDETERMINATE : error->code;
}

/* Every call of the table and the queue, once. A call that ends may leave the table, so the visit begins anew. */
static void conn_end_calls(weft_connection *conn, const weft_error *error, uint64_t last_request)
{
    weft__call *call;
    uint32_t cursor = 0;
    while ((call = weft__conn_first_waiting(conn)) != NULL)
        weft__call_out_end(call, end_of_call(call, error), NULL, last_request);
    bool flushing = weft__conn_is_flushing(conn);
    while ((call = weft__conn_next_call(conn, &cursor)) != NULL) {
        bool answered = call->state == WEFT__CALL_ANSWERED || call->state == WEFT__CALL_TAKING;
        if (flushing && call->inbound && answered)
            continue; /* its response still goes out, in front of the Close or Goodbye */
        if (call->inbound)
            weft__call_in_conn_gone(call);
        else
            weft__call_out_end(call, end_of_call(call, error), NULL, last_request);
        cursor--; /* either has taken it out of the table */
    }
}

void weft__conn_finish(weft_connection *conn, const weft_error *error, uint64_t last_request)
{
    weft_engine *engine = conn->engine;
    if (weft__proxy_other(conn)) /* [proxy.close] by its session's end */
        weft__proxy_end(conn, WEFT_CODE_LOST, WEFT_STR("the session behind the proxy was lost"));
    weft__conn_remember_end(conn, error);
    if (conn->open && !conn->open->accepted)
        weft__conn_open_failed(conn, error);
    weft__streams_end(conn, error);
    conn_end_calls(conn, error, last_request);
    if (conn->state != WEFT__CONN_OPEN) { /* on the root of a session that is closing the rest still comes */
        weft__conn_drop_rx(conn);
        conn->rx_kind = 0;
    }
    if (conn->delivered) {
        conn->delivered = false;
        conn->holds++;
        weft__event_add(engine, &conn->closed_event, WEFT__EVENT_CONN_CLOSED);
    }
}

void weft__conn_give_handle(weft_connection *conn)
{
    if (!conn->open)
        return;
    weft__slots_give(conn->engine->slots, conn->open->handle);
    conn->open->handle.slot = NULL;
}

void weft__conn_remove(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    if (!conn->in_table)
        return;
    weft__conn_leave(conn);
    for (int i = 0; i < 2; i++)
        engine->counts.messages[i] += conn->traffic.messages[i];
    if (conn->state != WEFT__CONN_CLOSED)
        weft__conn_set_state(conn, WEFT__CONN_CLOSED);
    weft_error none = { WEFT_ECONNCLOSED, 0, 0, "" };
    conn_end_calls(conn, &none, UINT64_MAX);
    weft__link *link;
    while ((link = weft__list_first(&conn->queue)) != NULL)
        weft__message_void(conn, weft__container(link, weft__message, link));
    conn->abort_kind = 0;
    weft__list_remove(&conn->ready);
    weft__list_remove(&conn->small);
    weft__timers_release(&engine->timers, 1);
    weft__conn_give_handle(conn);
    weft__conn_drop_rx(conn);
    weft__reopen_free(conn);
    weft__schemas_uncharge(conn);
    if (conn->id != 0) {
        weft__memory_give(engine, WEFT__CHARGE_CONN);
        weft__table_remove(&engine->conns, engine->table_seed, conn->id);
        if (engine->recent == conn)
            engine->recent = NULL;
        if (conn->ours)
            engine->n_ours--;
        else
            engine->n_theirs--;
    }
    weft__conn_unhold(conn);
}

void weft__conn_tell_closed(weft_connection *conn)
{
    const weft__binding *binding = conn->binding;
    weft_error fallback = { WEFT_ECONNCLOSED, 0, 0, "the connection was closed" };
    if (binding->serves && binding->serves->closed)
        binding->serves->closed(binding->handler, conn->self);
    if (conn->on_closed)
        conn->on_closed(conn->on_closed_user, conn->end ? conn->end : &fallback);
    if (conn->leg && conn->leg->on_over)
        conn->leg->on_over(conn->leg->user, conn->end ? conn->end : &fallback);
    weft__conn_unhold(conn);
}

/* ---- closing ---- */

/* What is queued in front of `until`, but for an Accept: without it the counterpart does not know that there is
 * something to close [conn.accept]. */
static void conn_drop_queue(weft_connection *conn, const weft__link *until)
{
    weft__link *next;
    for (weft__link *link = conn->queue.next; link != until; link = next) {
        weft__message *message = weft__container(link, weft__message, link);
        next = link->next;
        if (message->kind != WEFT__KIND_ACCEPT)
            weft__message_void(conn, message);
    }
}

/* [conn.close] Behind what was sent; at_once: what is queued is dropped, a message half sent is aborted. */
static void conn_say_close(weft_connection *conn, uint16_t code, weft_str text, bool at_once)
{
    weft_engine *engine = conn->engine;
    weft_writer writer;
    weft__message *message;
    weft_metadata none = { NULL, 0 };
    if (conn->ours && conn->id > engine->last_conn) { /* its Open never went out: the counterpart must not hear of it */
        weft__conn_remove(conn);
        weft__engine_wake(engine); /* nothing says so: of a proxy's nobody is told, and the session may be done */
        return;
    }
    if (at_once)
        conn_drop_queue(conn, &conn->queue);
    if (at_once && conn->leg && !conn->leg->tx_kind)
        conn->leg->half_kind = 0; /* nothing of it has gone out, and nothing will: there is but an Accept left */
    weft__writer_init(&writer, &engine->allocator, WEFT__CONTROL_BODY_MAX);
    weft__close_encode(&writer, code, text, conn->peer_reached, none);
    int status = weft__message_new(engine, WEFT__KIND_CLOSE, &writer, &message);
    if (status == 0 && weft__proxy_break_off(conn) < 0) {
        weft__message_free(engine, message);
        status = WEFT_ENOMEM;
    }
    if (status < 0) {
        weft__session_starve(engine);
        return;
    }
    weft__message_queue(conn, message);
    weft__conn_arm(conn, weft__time_add(engine->now_ns, engine->options.close_timeout_ns));
}

void weft__conn_close(weft_connection *conn, const weft_error *error, uint16_t code, weft_str text, bool at_once)
{
    weft__conn_log(conn, WEFT_LOG_DEBUG, "connection closed", weft__log_number("by_peer", 0),
                   weft__log_text("error", weft_str_from(weft_err_name(error->code))), weft__log_number("code", code),
                   weft__log_text("text", text));
    conn->holds++;
    if (weft__proxy_other(conn))
        weft__proxy_end(conn, code, text);
    if (conn->state != WEFT__CONN_CLOSED) { /* its session has not ended with that, for want of memory */
        weft__conn_set_state(conn, WEFT__CONN_CLOSING);
        weft__conn_finish(conn, error, UINT64_MAX);
        conn_say_close(conn, code, text, at_once);
    }
    weft__conn_unhold(conn);
}

static int conn_close_by_application(weft_connection *conn, uint16_t code, const char *text_or_null, bool at_once)
{
    if (!weft__conn_is_open(conn) || !conn->engine)
        return WEFT_EALREADY;
    if (conn->id == 0)
        return WEFT_EINVAL;
    weft__engine_refresh(conn->engine);
    weft_error error;
    weft__error_set(&error, WEFT_ECONNCLOSED, "closed here");
    weft__conn_close(conn, &error, code, weft_str_from(text_or_null), at_once);
    return 0;
}

int weft_connection_close(weft_connection *connection, uint16_t code, const char *text_or_null)
{
    return conn_close_by_application(connection, code, text_or_null, false);
}

int weft_connection_abort(weft_connection *connection, uint16_t code, const char *text_or_null)
{
    return conn_close_by_application(connection, code, text_or_null, true);
}

void weft__conn_on_close(weft_connection *conn, weft_bytes body)
{
    weft__close close;
    if (weft__close_decode(body, &close) < 0) {
        weft__violate_conn(conn, "conn.close", "malformed Close");
        return;
    }
    weft_error error;
    weft__error_set(&error, WEFT_ECONNCLOSED, "");
    error.remote = close.code;
    weft__error_add_text(&error, close.text);
    if (error.text[0] == '\0')
        weft__error_add_text(&error, weft_str_from(weft_code_name(close.code)));
    weft__conn_log(conn, WEFT_LOG_DEBUG, "connection closed", weft__log_number("by_peer", 1),
                   weft__log_number("code", close.code), weft__log_text("text", close.text));
    if (close.code == WEFT_CODE_LOST && weft__conn_may_reopen(conn)) { /* [op.retry] */
        weft__conn_reopen(conn, &error, close.last_request);
        return;
    }
    conn->holds++;
    if (weft__proxy_other(conn))
        weft__proxy_pass_end(conn, WEFT__KIND_CLOSE, body);
    if (conn->state != WEFT__CONN_CLOSING && conn->state != WEFT__CONN_CLOSED) {
        weft__conn_set_state(conn, WEFT__CONN_CLOSED);
        weft__conn_finish(conn, &error, close.last_request);
    }
    weft__conn_remove(conn);
    weft__conn_unhold(conn);
}

bool weft__conn_is_let_go(const weft_connection *conn)
{
    return (conn->state == WEFT__CONN_OPEN || conn->reopens) && conn->id != 0 && conn->refs == 0 && !conn->leg &&
           !conn->binding->serves && !conn->open;
}

/* [conn.liveness] */
void weft__conn_close_unused(weft_connection *conn)
{
    if (conn->state != WEFT__CONN_OPEN || !weft__conn_is_let_go(conn) || weft__conn_has_calls(conn) ||
        (conn->streams && conn->streams->n_uses > 0))
        return;
    (void)weft_connection_close(conn, WEFT_CODE_NONE, NULL);
}

void weft__conn_on_timer(weft_connection *conn)
{
    weft_error error;
    switch ((weft__conn_state)conn->state) {
    case WEFT__CONN_OPENING:
        if (conn->reopens) {
            weft__conn_open_again(conn);
            break;
        }
        weft__error_set(&error, WEFT_ETIMEDOUT, "the open was not decided in time");
        weft__conn_close(conn, &error, WEFT_CODE_TIMEOUT, WEFT_STR("not decided in time"), true);
        break;
    case WEFT__CONN_PENDING: /* [conn.reject] */
        weft__conn_log(conn, WEFT_LOG_WARNING, "an open was not decided in time",
                       weft__log_text("service", conn->open->service_name));
        weft__conn_reject(conn, WEFT_CODE_TIMEOUT, WEFT_STR("not decided in 30 s"));
        break;
    case WEFT__CONN_ARRIVING:                               /* [frame.abort] half a message, and no progress */
        if (conn->engine->phase == WEFT_PHASE_DISCONNECTED) /* which there cannot be */
            break;
        weft__conn_reject(conn, WEFT_CODE_TIMEOUT, WEFT_STR("[frame.abort] half an Open, and no progress"));
        break;
    case WEFT__CONN_OPEN:
        if (conn->engine->phase == WEFT_PHASE_DISCONNECTED)
            break;
        weft__error_set(&error, WEFT_ETIMEDOUT, "[frame.abort] half a message came, and no progress");
        if (conn->id == 0) { /* [violation.scope] */
            weft__session_refuse(conn->engine, WEFT_CODE_TIMEOUT, "frame.abort",
                                 "half a message came, and no progress");
            break;
        }
        weft__conn_close(conn, &error, WEFT_CODE_TIMEOUT, weft_str_from(error.text), true);
        break;
    case WEFT__CONN_CLOSING: /* [conn.close] not taken in time: what is in front of the Close is dropped */
        conn_drop_queue(conn, conn->queue.prev);
        weft__conn_ready(conn);
        break;
    case WEFT__CONN_CLOSED: break;
    }
}

/* [flow.window] */
void weft__conn_on_window(weft_connection *conn, weft_bytes body)
{
    uint64_t bytes;
    int64_t whole = conn->engine->peer_session.connection_window;
    if (weft__number_decode(body, UINT32_MAX, &bytes) < 0) {
        weft__violate_conn(conn, "flow.window", "malformed Window");
        return;
    }
    if (bytes == 0 || (int64_t)bytes > whole - conn->tx_window) {
        weft__violate_conn(conn, "flow.window", "Window of 0, or of more than was spent");
        return;
    }
    conn->tx_window += (int64_t)bytes;
    weft__conn_set_blocked(conn, false);
    weft__conn_ready(conn);
    if (!weft__list_is_empty(&conn->calls->cancels) ||
        (conn->streams && !weft__list_is_empty(&conn->streams->controls)))
        weft__conn_small(conn);
}

/* ---- the application's references ---- */

weft_connection *weft_connection_retain(weft_connection *connection)
{
    connection->refs++;
    if (connection->id == 0 && weft__conn_is_open(connection))
        connection->engine->used = true;
    return connection;
}

void weft_connection_release(weft_connection *connection_or_null)
{
    weft_connection *conn = connection_or_null;
    if (!conn || !WEFT_CHECK(conn->refs > 0))
        return;
    conn->refs--;
    conn->holds++;
    weft__conn_close_if_unused(conn);
    if (conn->refs == 0 && conn->in_table) /* [session.lifetime] perhaps the last one that had a use for the session */
        weft__engine_wake(conn->engine);
    weft__conn_unhold(conn);
}

weft_session *weft_connection_session(const weft_connection *connection)
{
    return weft__conn_is_open(connection) && connection->engine ? connection->engine->session : NULL;
}

const char *weft_code_name(uint16_t code)
{
    static const char *const names[] = {
        "none",          "protocol",     "no acceptor", "unknown service", "limit",    "refused",
        "not resumable", "incompatible", "going away",  "timeout",         "internal", "forbidden",
        "not ready",     "unreachable",  "lost",        "version",
    };
    if (code < sizeof names / sizeof *names)
        return names[code];
    return code >= WEFT_CODE_APPLICATION ? "application" : "unknown";
}
