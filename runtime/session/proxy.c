/* Joined connections: frames go from one leg to the other by their header alone [proxy.join].
 *
 *   conn ──leg──▶ other ──leg──▶ conn          either may be in a session, and a state, of its own
 *
 * A frame that has come is a message of the other leg's queue, and is cut like any: to its turn, to max_frame_size and
 * to the window there. What it cost of the window here goes back when it has been cut there, so that what is held is
 * bounded by the windows [proxy.pressure]. Who ends parts first and then tells the other: an end is told once. What
 * sets a timer of the other leg tells it the time, too: nothing else may have for long. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/proxy.h"
#include "runtime/session/session_log.h"
#include "runtime/wire/frame.h"

/* ---- the pair ---- */

static weft__leg *leg_new(weft_connection *conn)
{
    if (!conn->leg)
        conn->leg = weft__alloc_zero(weft__conn_allocator(conn), sizeof *conn->leg);
    return conn->leg;
}

int weft__proxy_pair(weft_connection *left, weft_connection *right)
{
    if (!leg_new(left) || !leg_new(right)) {
        weft__proxy_free(left);
        weft__proxy_free(right);
        return WEFT_ENOMEM;
    }
    left->leg->other = right;
    right->leg->other = left;
    left->engine->n_joined++;
    right->engine->n_joined++;
    left->peer_reached = right->peer_reached = UINT64_MAX; /* [proxy.close] nobody knows here */
    return 0;
}

static void proxy_part(weft_connection *conn, weft_connection *other)
{
    conn->leg->other = NULL;
    other->leg->other = NULL;
    conn->engine->n_joined--;
    other->engine->n_joined--;
}

void weft__proxy_free(weft_connection *conn)
{
    weft__free(weft__conn_allocator(conn), conn->leg, sizeof *conn->leg);
    conn->leg = NULL;
}

/* ---- frames ---- */

static weft__message *relayed_new(weft_connection *to, uint8_t kind, weft_bytes body)
{
    const weft_allocator *allocator = &to->engine->allocator;
    weft__message *message = weft__alloc_zero(allocator, sizeof *message);
    if (!message)
        return NULL;
    message->kind = kind;
    message->relayed = true;
    weft__buf_init(&message->body, allocator);
    if (body.len > WEFT__OUT_COPY_MAX)
        weft__buf_take(&message->body, &to->engine->out.spare_body);
    if (body.len > 0 && weft__buf_append(&message->body, body.ptr, body.len) < 0) {
        weft__buf_fini(&message->body);
        weft__free(allocator, message, sizeof *message);
        return NULL;
    }
    return message;
}

/* Nothing of it may be left out: without memory the pair ends. */
static void proxy_starve(weft_connection *conn)
{
    weft_error error = { WEFT_ENOMEM, 0, WEFT_CODE_INTERNAL, "the proxy is out of memory" };
    weft__conn_close(conn, &error, WEFT_CODE_INTERNAL, weft_str_from(error.text), true);
}

/* [frame.fair] At most a turn of what is passed so lies in front of who comes next; any max_frame_size holds that. */
bool weft__proxy_pass(weft_connection *conn, uint8_t kind, weft_bytes body)
{
    weft_connection *other = conn->leg->other;
    if (!other || other->state != WEFT__CONN_OPEN)
        return false;
    weft_engine *engine = other->engine;
    uint64_t cost = WEFT__FRAME_HEADER + body.len;
    if (!weft__list_is_empty(&other->queue) || other->abort_kind || other->leg->tx_kind ||
        other->tx_window < (int64_t)cost || !weft__list_is_empty(&engine->ready) ||
        !weft__list_is_empty(&engine->later) || weft__out_len(&engine->out) + cost > WEFT__TURN ||
        engine->state != WEFT__SESSION_READY || !weft__engine_has_conduit(engine) ||
        (engine->out.replay && weft__out_room(&engine->out) < WEFT__TURN) ||
        weft__log_wants(&engine->log, WEFT_LOG_DEBUG, WEFT_LOG_FRAME))
        return false;
    if (weft__out_frame(&engine->out, kind, other->id, body) < 0) {
        weft__session_starve(engine);
        return true;
    }
    other->round = engine->round;
    other->tx_window -= (int64_t)cost;
    other->traffic.bytes[WEFT__OUT] += cost;
    other->traffic.messages[WEFT__OUT]++;
    engine->busy = true;
    weft__engine_wake(engine);
    return true;
}

void weft__proxy_take(weft_connection *conn, weft_bytes body)
{
    weft_engine *engine = conn->engine;
    weft_connection *other = conn->leg->other;
    uint8_t kind = engine->in_frame.kind;
    uint8_t flags = engine->in_frame.flags;
    uint32_t cost = flags & WEFT__FLAG_ABORT ? 0 : weft__frame_window_cost(kind, engine->in_frame.len);
    uint8_t half_kind = conn->rx_kind;
    if (weft__kind_may_fragment(kind))
        conn->rx_kind = flags & WEFT__FLAG_MORE ? kind : 0;
    bool again = kind == WEFT__KIND_DRAIN && other && other->leg->drained;
    if (!other || other->state != WEFT__CONN_OPEN || again) { /* [proxy.pressure] a second Drain is not passed */
        weft__conn_give_window(conn, cost);
        return;
    }
    weft__message *message = relayed_new(other, kind, body);
    if (!message) {
        conn->rx_kind = half_kind; /* of what has been passed on */
        proxy_starve(conn);
        return;
    }
    if (kind == WEFT__KIND_DRAIN)
        other->leg->drained = true;
    message->flags = flags;
    message->cost = cost;
    weft__message_queue(other, message);
    if (other->leg->drain_owed && conn->rx_kind == 0) {
        other->leg->drain_owed = false;
        if (weft__conn_say_drain(other) < 0)
            weft__session_starve(other->engine);
    }
}

void weft__proxy_passed(weft_connection *conn, weft__message *message)
{
    weft_connection *other = conn->leg->other;
    uint32_t cost = message->cost;
    message->cost = 0;
    if (other && cost > 0)
        weft__conn_give_window(other, cost);
}

/* ---- ends ---- */

/* What of a message has been passed on and is not whole is void. 0 or WEFT_ENOMEM. */
static int proxy_abort(const weft_connection *conn, weft_connection *other)
{
    if (conn->rx_kind == 0)
        return 0;
    weft__message *message = relayed_new(other, conn->rx_kind, weft_bytes_of(NULL, 0));
    if (!message)
        return WEFT_ENOMEM;
    message->flags = WEFT__FLAG_ABORT;
    weft__message_queue(other, message);
    return 0;
}

/* [frame.order] In front of the own Close. */
int weft__proxy_break_off(weft_connection *conn)
{
    weft__message *message;
    if (!conn->leg || !conn->leg->half_kind)
        return 0;
    if (weft__list_is_empty(&conn->queue)) {
        if (!conn->abort_kind)
            conn->abort_kind = conn->leg->tx_kind;
        return 0;
    }
    message = relayed_new(conn, conn->leg->half_kind, weft_bytes_of(NULL, 0));
    if (!message)
        return WEFT_ENOMEM;
    message->flags = WEFT__FLAG_ABORT;
    weft__message_queue(conn, message);
    return 0;
}

static weft_error end_error(uint16_t code, weft_str text)
{
    weft_error error;
    weft__error_set(&error, WEFT_ECONNCLOSED, "");
    error.remote = code;
    weft__error_add_text(&error, text.len > 0 ? text : weft_str_from(weft_code_name(code)));
    return error;
}

static void end_open(weft_connection *other, uint16_t code, weft_str text)
{
    weft_error error = end_error(code, text);
    weft__conn_close(other, &error, code, text, false);
}

void weft__proxy_end(weft_connection *conn, uint16_t code, weft_str text)
{
    weft_connection *other = conn->leg->other;
    int status = 0;
    other->holds++;
    weft__engine_time(other->engine, conn->engine->now_ns);
    conn->leg->half_kind = other->rx_kind;
    proxy_part(conn, other);
    if (other->state == WEFT__CONN_OPEN) { /* of a pair that was joined both sides say the same */
        weft_error error = end_error(code, text);
        weft__conn_remember_end(conn, &error);
    }
    if (other->engine->state == WEFT__SESSION_ENDED) {
        /* both were of the session that ends: it ends this one, too */
    } else if (other->state == WEFT__CONN_OPEN) {
        status = proxy_abort(conn, other);
        if (status == 0)
            end_open(other, code, text);
    } else if (other->state == WEFT__CONN_OPENING) {
        weft_error error = { WEFT_ECANCELED, 0, 0, "the other side of the proxy ended" };
        weft__conn_close(other, &error, code, text, true);
    } else if (other->state == WEFT__CONN_PENDING) {
        weft__conn_reject(other, code == WEFT_CODE_NONE ? WEFT_CODE_UNREACHABLE : code, text);
    }
    if (status < 0)
        weft__session_starve(other->engine);
    weft__conn_unhold(other);
}

/* The body as it came, in a message of the connection's own. 0 or WEFT_ENOMEM. */
static int pass_body(weft_connection *to, uint8_t kind, weft_bytes body)
{
    weft_writer writer;
    weft__message *message;
    weft__writer_init(&writer, &to->engine->allocator, WEFT__OPEN_MAX);
    weft__write_raw(&writer, body);
    int status = weft__message_new(to->engine, kind, &writer, &message);
    if (status == 0)
        weft__message_queue(to, message);
    return status;
}

void weft__proxy_pass_end(weft_connection *conn, uint8_t kind, weft_bytes body)
{
    weft_connection *other = conn->leg->other;
    bool fits = other->state == (kind == WEFT__KIND_CLOSE ? WEFT__CONN_OPEN : WEFT__CONN_PENDING);
    weft__close said;
    if (!fits) { /* a Close for what is not open there yet, or for an open that is withdrawn */
        weft__proxy_end(conn, WEFT_CODE_NONE, WEFT_STR("closed by the other side of the proxy"));
        return;
    }
    int status = kind == WEFT__KIND_CLOSE ? weft__close_decode(body, &said) : weft__reject_decode(body, &said);
    weft_error error = end_error(status == 0 ? said.code : WEFT_CODE_PROTOCOL, status == 0 ? said.text : WEFT_STR(""));
    if (kind == WEFT__KIND_REJECT)
        error.code = WEFT_EREJECTED;
    other->holds++;
    weft__engine_time(other->engine, conn->engine->now_ns);
    proxy_part(conn, other);
    status = proxy_abort(conn, other);
    weft__conn_give_handle(other);
    weft__conn_set_state(other, WEFT__CONN_CLOSING);
    weft__conn_finish(other, &error, UINT64_MAX);
    if (status == 0)
        status = pass_body(other, kind, body);
    if (status < 0)
        weft__session_starve(other->engine);
    else
        weft__conn_arm(other, weft__time_add(other->engine->now_ns, other->engine->options.close_timeout_ns));
    weft__conn_unhold(other);
}

/* [frame.order] Not within a message that comes in pieces. */
int weft__proxy_say_drain(weft_connection *conn)
{
    if (conn->leg->drained)
        return 0;
    if (conn->leg->other->rx_kind) {
        conn->leg->drained = conn->leg->drain_owed = true;
        return 0;
    }
    int status = weft__conn_say_drain(conn);
    conn->leg->drained = status == 0;
    return status;
}

void weft__proxy_say_drains(weft_connection *left, weft_connection *right)
{
    if ((left->peer_drains || left->engine->peer_drains) && weft__proxy_say_drain(right) < 0)
        weft__session_starve(right->engine);
    if (weft__proxy_other(left) && (right->peer_drains || right->engine->peer_drains) &&
        weft__proxy_say_drain(left) < 0)
        weft__session_starve(left->engine);
}

/* ---- the other has accepted ---- */

/* The counterpart behind the proxy has it: what it says goes to the opener as it came, and the pair is open. */
void weft__proxy_on_accept(weft_connection *conn, weft_bytes body)
{
    weft_connection *left = conn->leg->other;
    weft__conn_set_state(conn, WEFT__CONN_OPEN);
    conn->engine->counts.opens_accepted[WEFT__OUT]++;
    weft__conn_log(conn, WEFT_LOG_DEBUG, "open accepted", weft__log_number("by_peer", 1));
    if (!left || left->state != WEFT__CONN_PENDING || pass_body(left, WEFT__KIND_ACCEPT, body) < 0) {
        proxy_starve(conn);
        return;
    }
    weft__conn_accepted(left);
    weft__proxy_say_drains(left, conn);
}
