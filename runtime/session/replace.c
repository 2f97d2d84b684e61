/* What becomes of a session that is lost, or of a connection, where another one takes its place [op.retry].
 *
 * The handles stay: the session's, that of its root, and those of our connections on which both sides name retry. All
 * that the counterpart knew of is void: its calls are told that nobody waits, channels end, calls of ours end or go
 * back in line (call_again.c). Our connections are OPENING again, with the Open that they began with, and as long as
 * that is undecided calls wait. Everything else is closed, lost; what a proxy has joined, too.
 *
 * Ids go on where they were: they need only grow. Opens go out in the order of their ids. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/session_log.h"

bool weft__session_may_be_replaced(const weft_engine *engine)
{
    return engine->initiator && engine->options.retry && engine->state == WEFT__SESSION_READY;
}

/* ---- what a connection was opened with ---- */

int weft__reopen_new(weft_connection *conn, weft_bytes open_body)
{
    weft__reopen *reopen = weft__alloc_zero(weft__conn_allocator(conn), sizeof *reopen);
    if (!reopen)
        return WEFT_ENOMEM;
    weft__buf_init(&reopen->open, weft__conn_allocator(conn));
    conn->reopen = reopen;
    return weft__buf_append(&reopen->open, open_body.ptr, open_body.len);
}

void weft__reopen_free(weft_connection *conn)
{
    if (!conn->reopen)
        return;
    weft__buf_fini(&conn->reopen->open);
    weft__free(weft__conn_allocator(conn), conn->reopen, sizeof *conn->reopen);
    conn->reopen = NULL;
}

/* 0 or WEFT_ENOMEM. */
static int conn_say_open(weft_connection *conn)
{
    weft_writer writer;
    weft__message *message;
    const weft__buf *open = &conn->reopen->open;
    weft__writer_init(&writer, &conn->engine->allocator, WEFT__OPEN_MAX);
    weft__write_raw(&writer, weft_bytes_of(open->data, open->len));
    int status = weft__message_new(conn->engine, WEFT__KIND_OPEN, &writer, &message);
    if (status < 0)
        return status;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "open again", weft__log_number("by_peer", 0));
    weft__message_queue(conn, message);
    return 0;
}

/* ---- a connection as it was before it was opened ---- */

static void conn_reset(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    weft__link *link;
    while ((link = weft__list_first(&conn->queue)) != NULL)
        weft__message_void(conn, weft__container(link, weft__message, link));
    conn->abort_kind = 0;
    weft__list_remove(&conn->ready);
    weft__list_remove(&conn->small);
    if (!conn->open) /* the time of an open goes on */
        weft__conn_disarm(conn);
    weft__conn_drop_rx(conn);
    weft__conn_set_blocked(conn, false);
    conn->rx_kind = 0;
    conn->rx_void = false;
    conn->lost_channels = false;
    conn->peer_drains = false;
    conn->round = 0;
    conn->schema_bytes = 0;
    conn->last_request = conn->peer_request = conn->peer_reached = 0;
    conn->tx_window = engine->peer_session.connection_window;
    conn->rx_window = engine->options.connection_window;
    conn->rx_taken = conn->window_owed = 0;
    if (conn->streams)
        conn->streams->last_id = conn->streams->peer_id = 0;
    weft__schemas_renew(conn);
}

/* lost: what its channels are told. */
static void conn_lose(weft_connection *conn, const weft_error *lost, uint64_t last_request)
{
    weft__streams_end(conn, lost);
    weft__conn_lose_calls(conn, last_request);
    conn_reset(conn);
    if (conn->state != WEFT__CONN_OPEN)
        return;
    weft__conn_set_state(conn, WEFT__CONN_OPENING);
    conn->reopens = true;
}

void weft__conn_is_open_again(weft_connection *conn, uint32_t channel_window_before)
{
    weft_engine *engine = conn->engine;
    bool drains = (conn->drains || engine->drains) && (conn->binding->serves || conn->id == 0);
    conn->drains = false;
    if (conn->reopen)
        conn->reopen->since_ns = engine->now_ns;
    if (drains && weft__conn_say_drain(conn) < 0) { /* [session.drain] */
        weft__session_starve(engine);
        return;
    }
    conn->holds++;
    weft__conn_fit_calls(conn, channel_window_before);
    weft__conn_close_if_unused(conn);
    weft__conn_unhold(conn);
}

/* ---- a connection that is lost alone ---- */

bool weft__conn_may_reopen(const weft_connection *conn)
{
    const weft_engine *engine = conn->engine;
    return conn->retries && conn->ours && conn->reopen && !conn->leg &&
           (conn->state == WEFT__CONN_OPEN || conn->reopens) && engine->state == WEFT__SESSION_READY &&
           !engine->drains && !engine->peer_drains;
}

/* With the next id. 0 or WEFT_ENOMEM. */
static int conn_rekey(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    weft__table_remove(&engine->conns, engine->table_seed, conn->id);
    engine->recent = NULL;
    conn->id = engine->next_conn;
    engine->next_conn += 2;
    return weft__table_insert(&engine->conns, &engine->allocator, engine->table_seed, conn->id, conn);
}

void weft__conn_open_again(weft_connection *conn)
{
    if (conn_rekey(conn) < 0 || conn_say_open(conn) < 0)
        weft__session_starve(conn->engine);
}

void weft__conn_reopen(weft_connection *conn, const weft_error *lost, uint64_t last_request)
{
    weft_engine *engine = conn->engine;
    weft__reopen *reopen = conn->reopen;
    bool soon = conn->reopens || engine->now_ns - reopen->since_ns < WEFT_BACKOFF_MAX;
    conn_lose(conn, lost, last_request);
    reopen->n_soon = soon ? reopen->n_soon + 1 : 0;
    if (reopen->n_soon == 0) {
        weft__conn_open_again(conn);
        return;
    }
    weft__conn_arm(conn, engine->now_ns + weft__recovery_wait(engine, reopen->n_soon));
    if (conn_rekey(conn) < 0) /* what still comes for the old id is late */
        weft__session_starve(engine);
}

/* ---- a session ---- */

static void engine_forget_conduit(weft_engine *engine)
{
    engine->counts.bytes_out += weft__out_written(&engine->out);
    weft__out_fini(&engine->out);
    weft__buf_clear(&engine->in, 0);
    engine->head_len = 0;
    engine->in_body = false;
    engine->in_left = 0;
    engine->pong_owed = engine->ping_owed = false;
    engine->peer_drains = false;
    engine->last_conn = engine->peer_conn = 0;
    if (engine->refused_opens)
        memset(engine->refused_opens, 0, WEFT__REFUSED_OPENS * sizeof *engine->refused_opens);
}

/* It may take others along, which a proxy has joined to it. */
static void conn_end_lost(weft_connection *conn, const weft_error *lost)
{
    conn->holds++;
    if (conn->state != WEFT__CONN_CLOSING && conn->state != WEFT__CONN_CLOSED) {
        weft__streams_end(conn, lost);
        weft__conn_set_state(conn, WEFT__CONN_CLOSED);
        conn->retries = false;
        weft__conn_lose_calls(conn, UINT64_MAX);
        weft__conn_finish(conn, lost, UINT64_MAX);
    }
    weft__conn_remove(conn);
    weft__conn_unhold(conn);
}

/* Is it opened again? One that nobody has decided on is: it may be that its Open never went out. */
static bool conn_survives(const weft_connection *conn)
{
    return conn->ours && conn->reopen && !conn->leg &&
           (conn->state == WEFT__CONN_OPENING || (conn->state == WEFT__CONN_OPEN && conn->retries));
}

static bool conn_is_before(const weft__link *a, const weft__link *b)
{
    return weft__container(a, weft_connection, ready)->id < weft__container(b, weft_connection, ready)->id;
}

static void session_reopen(weft_engine *engine, weft__link *conns)
{
    weft__link *link;
    weft__list_sort(conns, conn_is_before);
    while ((link = weft__list_take(conns)) != NULL) {
        weft_connection *conn = weft__container(link, weft_connection, ready);
        if (engine->state != WEFT__SESSION_ENDED && conn_say_open(conn) < 0)
            weft__session_starve(engine);
    }
}

void weft__session_replace(weft_engine *engine, const weft_error *error)
{
    weft_error lost;
    weft_connection *conn;
    weft__link again;
    uint32_t cursor;
    weft__outage_cause(engine, error);
    engine->recovery.lost_untold = true;
    weft__engine_log(engine, WEFT_LOG_INFO, WEFT_LOG_SESSION, "session lost",
                     weft__log_text("error", weft_str_from(weft_err_name(error->code))),
                     weft__log_number("code", error->remote), weft__log_text("text", weft_str_from(error->text)));
    weft__error_set(&lost, WEFT_ECONNCLOSED, "the session was lost: ");
    weft__error_add_text(&lost, weft_str_from(error->text));
    lost.remote = WEFT_CODE_LOST;
    weft__list_init(&again);
    for (bool done = false; !done;) {
        done = true;
        for (cursor = 0; (conn = weft__table_next(&engine->conns, &cursor)) != NULL;) {
            if (conn_survives(conn))
                continue;
            conn_end_lost(conn, &lost);
            cursor--;
            done = false;
        }
    }
    for (cursor = 0; (conn = weft__table_next(&engine->conns, &cursor)) != NULL;)
        conn_lose(conn, &lost, UINT64_MAX);
    conn_lose(engine->root, &lost, UINT64_MAX);
    engine_forget_conduit(engine);
    for (cursor = 0; (conn = weft__table_next(&engine->conns, &cursor)) != NULL;)
        weft__list_append(&again, &conn->ready);
    session_reopen(engine, &again);
}
