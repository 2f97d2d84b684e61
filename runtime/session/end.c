/* How connections and sessions end: violations, ProtocolError, Goodbye, shutdown, lack of memory. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/session_log.h"

/* "[rule] text" */
static void error_of_rule(weft_error *error, const char *rule, const char *text)
{
    weft__error_set(error, WEFT_EPROTO, "[");
    weft__error_add_text(error, weft_str_from(rule));
    weft__error_add_text(error, WEFT_STR("] "));
    weft__error_add_text(error, weft_str_from(text));
    error->remote = WEFT_CODE_PROTOCOL;
}

/* [conduit.last-word] What it is goes out, and what comes is thrown away, for a limited time. */
static void last_word_begin(weft_engine *engine)
{
    engine->phase = WEFT_PHASE_LAST_WORD;
    engine->last_word_left = WEFT_LAST_WORD_BYTES;
    weft__timers_arm(&engine->timers, &engine->last_word_timer, engine->now_ns + WEFT_LAST_WORD_TIMEOUT);
    weft__engine_wake(engine);
}

/* [conduit.last-word] The frame goes behind what is handed out already; nothing else is sent. */
static void say_last(weft_engine *engine, uint8_t kind, uint16_t code, weft_str text)
{
    weft_writer writer;
    weft__said said = { code, text };
    weft__writer_init(&writer, &engine->allocator, WEFT__CONTROL_BODY_MAX);
    weft__said_encode(&writer, said);
    int status = writer.status;
    if (status == 0)
        status = weft__output_frame(&engine->out, kind, 0, weft_bytes_of(writer.buf.data, writer.buf.len));
    weft__writer_fini(&writer);
    if (status < 0) {
        engine->phase = WEFT_PHASE_CLOSED;
        return;
    }
    last_word_begin(engine);
}

/* [session.protocol-error] The counterpart is told why, and the session ends. error: "[rule] text" and the code. */
static void session_refuse(weft_engine *engine, const char *rule, const char *text, const weft_error *error)
{
    if (engine->state == WEFT__SESSION_ENDED)
        return;
    engine->counts.violations++;
    weft__engine_log(engine, WEFT_LOG_WARNING, WEFT_LOG_SESSION, "the counterpart broke the protocol",
                     weft__log_text("rule", weft_str_from(rule)), weft__log_text("text", weft_str_from(text)));
    if (engine->state != WEFT__SESSION_GOODBYE)
        say_last(engine, WEFT__KIND_PROTOCOL_ERROR, error->remote, weft_str_from(error->text));
    else if (engine->phase == WEFT_PHASE_LAST_WORD)
        last_word_begin(engine); /* the Goodbye was it; the timer that waits for its answer ends with the session */
    weft__session_end(engine, error, true);
}

void weft__session_refuse(weft_engine *engine, uint16_t code, const char *rule, const char *text)
{
    weft_error error;
    error_of_rule(&error, rule, text);
    error.remote = code;
    session_refuse(engine, rule, text, &error);
}

/* [violation.scope] */
void weft__violate_session(weft_engine *engine, const char *rule, const char *text)
{
    weft__session_refuse(engine, WEFT_CODE_PROTOCOL, rule, text);
}

/* [violation.scope] On the root it is the session's; before the own Accept a Reject; else a Close. error: "[rule]
 * text" and the code. */
static void conn_refuse(weft_connection *conn, const char *rule, const char *text, const weft_error *error)
{
    uint16_t code = error->remote;
    if (conn->id == 0) {
        session_refuse(conn->engine, rule, text, error);
        return;
    }
    if (conn->state == WEFT__CONN_CLOSING || conn->state == WEFT__CONN_CLOSED)
        return;
    conn->engine->counts.violations++;
    weft__conn_log(conn, WEFT_LOG_WARNING, "the counterpart broke the protocol",
                   weft__log_text("rule", weft_str_from(rule)), weft__log_text("text", weft_str_from(text)));
    if (conn->state == WEFT__CONN_ARRIVING || conn->state == WEFT__CONN_PENDING)
        weft__conn_reject(conn, code, weft_str_from(error->text));
    else
        weft__conn_close(conn, error, code, weft_str_from(error->text), true);
}

void weft__refuse_conn(weft_connection *conn, uint16_t code, const char *rule, const char *text)
{
    weft_error error;
    error_of_rule(&error, rule, text);
    error.remote = code;
    conn_refuse(conn, rule, text, &error);
}

void weft__refuse_conn_by(weft_connection *conn, uint16_t code, const char *rule, const weft_error *why)
{
    weft_error error = *why;
    error.code = WEFT_EPROTO;
    error.remote = code;
    conn_refuse(conn, rule, why->text, &error);
}

void weft__violate_conn(weft_connection *conn, const char *rule, const char *text)
{
    weft__refuse_conn(conn, WEFT_CODE_PROTOCOL, rule, text);
}

/* ---- the session's end ---- */

static void end_conn(weft_connection *conn, const weft_error *error)
{
    conn->holds++;
    if (conn->state != WEFT__CONN_CLOSING && conn->state != WEFT__CONN_CLOSED) {
        weft__conn_set_state(conn, WEFT__CONN_CLOSED);
        weft__conn_finish(conn, error, UINT64_MAX);
    }
    if (conn->id != 0)
        weft__conn_remove(conn);
    weft__conn_unhold(conn);
}

void weft__end_free_text(weft_engine *engine)
{
    weft__end *end = &engine->end;
    if (end->owns_text)
        weft__free(&engine->allocator, (char *)end->text, strlen(end->text) + 1);
    end->owns_text = false;
    end->text = NULL;
}

void weft__end_set(weft_engine *engine, const weft_error *error)
{
    weft__end *end = &engine->end;
    const char *usual = weft_strerror(error->code);
    size_t len = strlen(error->text);
    weft__end_free_text(engine);
    end->code = error->code;
    end->sys = error->sys;
    end->remote = error->remote;
    if (strcmp(error->text, usual) == 0) {
        end->text = usual;
        return;
    }
    char *copy = len > 0 ? weft__alloc(&engine->allocator, len + 1) : NULL;
    if (!copy)
        return;
    memcpy(copy, error->text, len + 1);
    end->text = copy;
    end->owns_text = true;
}

void weft__end_get(const weft_engine *engine, weft_error *ret_error)
{
    const weft__end *end = &engine->end;
    weft__error_set(ret_error, end->code, end->text ? end->text : "");
    ret_error->sys = end->sys;
    ret_error->remote = end->remote;
}

/* [session.protocol-error] [session.goodbye] Every call and open ends, once; CLOSED is the last event. */
void weft__session_end(weft_engine *engine, const weft_error *error, bool by_peer)
{
    if (engine->state == WEFT__SESSION_ENDED)
        return;
    weft__session_set_state(engine, WEFT__SESSION_ENDED);
    weft__end_set(engine, error);
    engine->end_by_peer = by_peer;
    weft_error told = *error;
    if (told.code == WEFT_OK) /* an orderly end is still one for what was under way */
        weft__error_set(&told, WEFT_ECONNCLOSED, error->text[0] ? error->text : "the session ended");
    told.remote = error->remote;
    uint32_t cursor = 0;
    weft_connection *conn;
    while ((conn = weft__table_next(&engine->conns, &cursor)) != NULL) {
        end_conn(conn, &told);
        cursor--;
    }
    if (engine->root && engine->root->in_table) {
        weft_connection *root = engine->root;
        root->holds++;
        end_conn(root, &told);
        weft__conn_remove(root);
        engine->root = NULL;
        weft__conn_unhold(root);
    }
    weft__proxy_forgive(engine);
    weft__timers_disarm(&engine->timers, &engine->close_timer);
    weft__keepalive_end(engine);
    weft__recover_stop(engine);
    weft__resume_forget(engine);
    if (engine->phase == WEFT_PHASE_DISCONNECTED && !engine->has_handshake)
        engine->phase = WEFT_PHASE_CLOSED;
    if (!engine->was_ready && engine->initiator)
        weft__event_add(engine, &engine->ready_event, WEFT__EVENT_SESSION_FAILED);
    if (engine->was_ready || engine->initiator)
        weft__event_add(engine, &engine->closed_event, WEFT__EVENT_SESSION_CLOSED);
    if (!engine->was_ready && engine->initiator)
        engine->stats->gone.sessions_failed++;
    else if (engine->was_ready && error->code == WEFT_OK)
        engine->stats->gone.sessions_ended++;
    else if (engine->was_ready)
        engine->stats->gone.sessions_lost++;
    if (engine->was_ready || engine->initiator) /* others are told of as handshakes */
        weft__engine_log(engine, WEFT_LOG_INFO, WEFT_LOG_SESSION, "session ended", weft__log_number("by_peer", by_peer),
                         weft__log_text("error", weft_str_from(weft_err_name(error->code))),
                         weft__log_number("code", error->remote), weft__log_text("text", weft_str_from(error->text)));
}

void weft__session_starve(weft_engine *engine)
{
    weft_error error = { WEFT_ENOMEM, 0, 0, "out of memory" };
    if (engine->state != WEFT__SESSION_ENDED)
        weft__engine_log(engine, WEFT_LOG_ERROR, WEFT_LOG_SESSION, "out of memory: the session ends",
                         weft__log_text("error", WEFT_STR("WEFT_ENOMEM")));
    weft__session_end(engine, &error, false);
    engine->phase = WEFT_PHASE_CLOSED;
    weft__engine_wake(engine);
}

/* ---- goodbye ---- */

static void say_goodbye(weft_engine *engine)
{
    say_last(engine, WEFT__KIND_GOODBYE, engine->goodbye_code, engine->goodbye_text);
}

/* [frame.order] What waits on the root is dropped, and what is half sent aborted: the Goodbye is not within a message.
 * 0 or WEFT_ENOMEM. */
static int root_abort(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_first(&engine->root->queue)) != NULL)
        weft__message_void(engine->root, weft__container(link, weft__message, link));
    return weft__output_abort(engine->root);
}

/* [session.shutdown] Is nothing left but the Goodbye? */
bool weft__session_is_flushed(const weft_engine *engine)
{
    return engine->state == WEFT__SESSION_CLOSING && engine->conns.n == 0 &&
           weft__list_is_empty(&engine->root->queue) && !engine->root->abort_kind;
}

void weft__session_goodbye_if_flushed(weft_engine *engine)
{
    if (!weft__session_is_flushed(engine))
        return;
    weft__session_set_state(engine, WEFT__SESSION_GOODBYE);
    weft__keepalive_end(engine);
    engine->root->rx_kind = 0; /* its rest, or ABORT, is dropped from here on, and the answer comes behind it */
    weft__session_goodbye_again(engine);
}

void weft__session_goodbye_again(weft_engine *engine)
{
    say_goodbye(engine);
    /* [session.goodbye] what reads the answer is the feed; the limits are the shutdown's, and at least those of a last
     * word */
    weft__timers_disarm(&engine->timers, &engine->last_word_timer);
    uint64_t at_least = engine->now_ns + WEFT_LAST_WORD_TIMEOUT;
    if (engine->close_timer.place == 0 || engine->close_timer.at_ns < at_least)
        weft__timers_arm(&engine->timers, &engine->close_timer, at_least);
}

void weft__session_on_goodbye(weft_engine *engine, weft_bytes body)
{
    weft__said said;
    weft_error orderly = { WEFT_OK, 0, 0, "" };
    if (weft__said_decode(body, &said) < 0) {
        weft__violate_session(engine, "session.goodbye", "malformed Goodbye");
        return;
    }
    bool answered = engine->state == WEFT__SESSION_GOODBYE;
    weft__error_add_text(&orderly, said.text);
    orderly.remote = said.code;
    if (answered) {
        weft__session_end(engine, &orderly, false);
        if (weft__out_is_empty(&engine->out))
            engine->phase = WEFT_PHASE_CLOSED;
        else /* two that cross answer each other: the own one is still to go out */
            last_word_begin(engine);
        return;
    }
    if (root_abort(engine) < 0)
        engine->phase = WEFT_PHASE_CLOSED;
    else
        say_goodbye(engine);
    weft__session_end(engine, &orderly, true);
}

void weft__session_on_protocol_error(weft_engine *engine, weft_bytes body)
{
    weft__said said;
    weft_error error;
    weft__error_set(&error, WEFT_EPROTO, "the counterpart says: ");
    error.remote = WEFT_CODE_PROTOCOL;
    if (weft__said_decode(body, &said) == 0) {
        error.remote = said.code;
        weft__error_add_text(&error, said.text);
    }
    weft__session_end(engine, &error, true);
    engine->phase = WEFT_PHASE_CLOSED; /* no reply */
}

void weft__session_on_timer(weft_engine *engine, weft__timer *timer)
{
    if (timer == &engine->last_word_timer) {
        engine->phase = WEFT_PHASE_CLOSED;
        weft__engine_wake(engine);
        return;
    }
    if (engine->state == WEFT__SESSION_READY) { /* [session.drain] */
        weft_session_close(engine->session, WEFT_CODE_GOING_AWAY, "the time given to drain has passed");
    } else if (engine->state == WEFT__SESSION_CLOSING && engine->phase == WEFT_PHASE_DISCONNECTED) {
        weft_error error; /* nobody is there to be told */
        weft__end_get(engine, &error);
        weft__session_end(engine, &error, true);
        engine->phase = WEFT_PHASE_CLOSED;
    } else if (engine->state == WEFT__SESSION_CLOSING) { /* [session.shutdown] flushed for long enough */
        weft_error error = { WEFT_ECONNCLOSED, 0, 0, "the session closed before this was flushed" };
        uint32_t cursor = 0;
        weft_connection *conn;
        while ((conn = weft__table_next(&engine->conns, &cursor)) != NULL) {
            end_conn(conn, &error);
            cursor--;
        }
        if (root_abort(engine) < 0)
            weft__session_starve(engine);
        else
            weft__session_goodbye_if_flushed(engine);
    } else if (engine->state == WEFT__SESSION_GOODBYE) {
        weft_error orderly = { WEFT_OK, 0, 0, "" };
        weft__session_end(engine, &orderly, false);
        engine->phase = WEFT_PHASE_CLOSED;
    }
    weft__engine_wake(engine);
}

/* ---- asked for by the application ---- */

static void session_cancel(weft_engine *engine, const char *text)
{
    weft_error error;
    weft__error_set(&error, WEFT_ECANCELED, text);
    weft__session_end(engine, &error, false);
    engine->phase = WEFT_PHASE_CLOSED;
    weft__engine_wake(engine);
}

static void close_conn(weft_connection *conn, uint16_t code, const char *text)
{
    if (weft__conn_is_open(conn)) {
        (void)weft_connection_close(conn, code, text);
    } else if (conn->state == WEFT__CONN_OPENING) {
        weft_error error = { WEFT_ECANCELED, 0, 0, "the session was closed" };
        weft__conn_close(conn, &error, code, weft_str_from(text), true);
    } else if (conn->state == WEFT__CONN_PENDING || conn->state == WEFT__CONN_ARRIVING) {
        weft__conn_reject(conn, WEFT_CODE_GOING_AWAY, weft_str_from(text));
    }
}

static void close_conns(weft_engine *engine, uint16_t code, const char *text)
{
    uint32_t cursor = 0;
    weft_connection *conn;
    while (engine->state != WEFT__SESSION_ENDED && (conn = weft__table_next(&engine->conns, &cursor)) != NULL) {
        conn->holds++;
        close_conn(conn, code, text);
        if (!conn->in_table) /* its Open had never gone out */
            cursor--;
        weft__conn_unhold(conn);
    }
}

void weft_session_close(weft_session *session, uint16_t code, const char *text_or_null)
{
    weft_engine *engine = session->engine;
    if (!engine || engine->state == WEFT__SESSION_ENDED || engine->state == WEFT__SESSION_CLOSING ||
        engine->state == WEFT__SESSION_GOODBYE)
        return;
    if (engine->state == WEFT__SESSION_CONNECTING) {
        session_cancel(engine, "closed before it was ready");
        return;
    }
    if (engine->phase == WEFT_PHASE_DISCONNECTED) { /* [session.shutdown] */
        session_cancel(engine, "closed while it had no conduit");
        return;
    }
    weft__engine_refresh(engine);
    weft_str text = weft__utf8_cut(weft_str_from(text_or_null), WEFT__TEXT_MAX);
    weft_str copy = weft_arena_copy_str(session->arena, text);
    engine->goodbye_code = code;
    engine->goodbye_text = copy.ptr ? copy : WEFT_STR("");
    weft__session_set_state(engine, WEFT__SESSION_CLOSING);
    close_conns(engine, code, text_or_null);
    if (engine->state == WEFT__SESSION_ENDED)
        return;
    weft_error error = { WEFT_ECONNCLOSED, 0, 0, "the session was closed here" };
    weft__conn_finish(engine->root, &error, UINT64_MAX);
    weft__timers_arm(&engine->timers, &engine->close_timer,
                     weft__time_add(engine->now_ns, engine->options.close_timeout_ns));
    weft__session_goodbye_if_flushed(engine);
    weft__engine_wake(engine);
}

void weft_session_abort(weft_session *session)
{
    weft_engine *engine = session->engine;
    if (engine && engine->state != WEFT__SESSION_ENDED)
        session_cancel(engine, "aborted here");
}
