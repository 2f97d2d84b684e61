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

/* [memory.queued] What others send through it is nothing that this session's application could wait for: it counts in
 * [memory.buffered]. */
static void pay_by(weft_engine *payer, weft_connection *conn)
{
    conn->leg->payer = payer;
    weft__list_append(&payer->pays, &conn->leg->paid);
    if (!conn->apart) {
        conn->engine->queued -= conn->queued;
        conn->engine->queued_apart += conn->queued;
    }
    conn->apart = true;
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
    pay_by(left->engine, left);
    pay_by(left->engine, right);
    left->engine->n_joined++;
    right->engine->n_joined++;
    left->peer_reached = right->peer_reached = UINT64_MAX; /* [proxy.close] nobody knows here */
    return 0;
}

static WEFT__COLD void proxy_part(weft_connection *conn, weft_connection *other)
{
    conn->leg->other = NULL;
    other->leg->other = NULL;
    conn->engine->n_joined--;
    other->engine->n_joined--;
}

void weft__proxy_forgive(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_first(&engine->pays)) != NULL) {
        weft__leg *leg = weft__container(link, weft__leg, paid);
        weft__list_remove(link);
        leg->payer = NULL;
        leg->budget = engine->budget ? weft__budget_retain(engine->budget) : NULL;
        engine->buffered -= leg->charged;
    }
}

void weft__proxy_free(weft_connection *conn)
{
    if (conn->leg) {
        weft__list_remove(&conn->leg->paid);
        weft_budget_release(conn->leg->budget);
    }
    weft__free(weft__conn_allocator(conn), conn->leg, sizeof *conn->leg);
    conn->leg = NULL;
}

/* ---- frames ---- */

enum { PACK_HEADER = 8, PACK_MAX = 16 * 1024 };

/* In front of each frame of a weft__relayed but the first, whose are the message's own. */
typedef struct pack_header {
    uint32_t len;
    uint8_t kind;
    uint8_t flags;
    uint8_t unused[2];
} pack_header;

static uint32_t frame_cost(uint8_t kind, uint8_t flags, uint32_t len)
{
    return flags & WEFT__FLAG_ABORT ? 0 : weft__frame_window_cost(kind, len);
}

static weft__relayed *relayed_of(weft__message *message)
{
    return weft__container(message, weft__relayed, message);
}

/* The last of the queue, where a frame of so many bytes may stand behind what it holds; or NULL. */
static weft__relayed *pack_for(const weft_connection *to, size_t len)
{
    if (weft__list_is_empty(&to->queue) || len > WEFT__OUT_COPY_MAX)
        return NULL;
    weft__message *last = weft__container(to->queue.prev, weft__message, link);
    bool fits = last->relayed && relayed_of(last)->packs && last->body.len + PACK_HEADER + len <= PACK_MAX;
    return fits ? relayed_of(last) : NULL;
}

/* What the frame holds: bytes, and 64 for a message [memory.buffered]. */
static uint32_t hold_charge(const weft_connection *to, weft_bytes body)
{
    return (uint32_t)(body.len + (pack_for(to, body.len) ? (size_t)PACK_HEADER : (size_t)WEFT__CHARGE_MESSAGE));
}

/* 0 or WEFT_ENOMEM. */
static int pack(weft_connection *to, weft__relayed *relayed, const pack_header *header, const uint8_t *body)
{
    weft__buf *buf = &relayed->message.body;
    if (weft__buf_reserve(buf, PACK_HEADER + (size_t)header->len) < 0)
        return WEFT_ENOMEM;
    (void)weft__buf_append(buf, header, PACK_HEADER);
    if (header->len > 0)
        (void)weft__buf_append(buf, body, header->len);
    to->queued += PACK_HEADER + (uint64_t)header->len;
    to->engine->queued_apart += PACK_HEADER + (uint64_t)header->len;
    to->engine->busy = true;
    relayed->behind += frame_cost(header->kind, header->flags, header->len);
    weft__engine_wake(to->engine);
    return 0;
}

static weft__relayed *relayed_new(weft_connection *to, uint8_t kind, uint8_t flags, weft_bytes body)
{
    const weft_allocator *allocator = &to->engine->allocator;
    weft__relayed *relayed = weft__alloc_zero(allocator, sizeof *relayed);
    if (!relayed)
        return NULL;
    weft__buf *buf = &relayed->message.body;
    relayed->message.kind = kind;
    relayed->message.flags = flags;
    relayed->message.relayed = true;
    relayed->end = (uint32_t)body.len;
    relayed->cost = frame_cost(kind, flags, (uint32_t)body.len);
    relayed->packs = body.len <= WEFT__OUT_COPY_MAX;
    weft__buf_init(buf, allocator);
    if (!relayed->packs)
        weft__buf_take(buf, &to->engine->out.spare_body);
    if (body.len > 0 && weft__buf_append(buf, body.ptr, body.len) < 0) {
        weft__buf_fini(buf);
        weft__free(allocator, relayed, sizeof *relayed);
        return NULL;
    }
    return relayed;
}

/* The frame is the last that waits. charge: has been charged to the payer. 0 or WEFT_ENOMEM. */
static int hold(weft_connection *to, uint8_t kind, uint8_t flags, weft_bytes body, uint32_t charge)
{
    pack_header header = { (uint32_t)body.len, kind, flags, { 0, 0 } };
    weft__relayed *relayed = pack_for(to, body.len);
    if (relayed && pack(to, relayed, &header, body.ptr) < 0)
        return WEFT_ENOMEM;
    if (!relayed) {
        relayed = relayed_new(to, kind, flags, body);
        if (!relayed)
            return WEFT_ENOMEM;
        weft__message_queue(to, &relayed->message);
    }
    relayed->charged += charge;
    to->leg->charged += charge;
    return 0;
}

/* The next frame is the first. false: there is none. */
static bool pack_next(weft_connection *conn, weft__relayed *relayed)
{
    weft__message *message = &relayed->message;
    pack_header header;
    if (relayed->end == message->body.len)
        return false;
    memcpy(&header, message->body.data + relayed->end, PACK_HEADER);
    message->at = relayed->end + PACK_HEADER;
    conn->queued -= PACK_HEADER;
    conn->engine->queued_apart -= PACK_HEADER;
    message->kind = header.kind;
    message->flags = header.flags;
    message->state = WEFT__MESSAGE_QUEUED;
    relayed->end = (uint32_t)message->at + header.len;
    relayed->cost = frame_cost(header.kind, header.flags, header.len);
    relayed->behind -= relayed->cost;
    return true;
}

static void window_back(weft_connection *conn, uint32_t cost)
{
    weft_connection *other = conn->leg->other;
    if (other && cost > 0)
        weft__conn_give_window(other, cost);
}

void weft__proxy_cut(weft_connection *conn, weft__message *message)
{
    weft__relayed *relayed = relayed_of(message);
    conn->traffic.messages[WEFT__OUT] += message->flags == 0;
    if (weft__kind_may_fragment(message->kind))
        conn->leg->tx_kind = message->flags & WEFT__FLAG_MORE ? message->kind : 0;
    window_back(conn, relayed->cost);
    relayed->cost = 0;
    if (pack_next(conn, relayed))
        return;
    weft__list_remove(&message->link);
    weft__proxy_void(conn, message);
    weft__message_free(conn->engine, message);
}

void weft__proxy_void(weft_connection *conn, weft__message *message)
{
    weft__relayed *relayed = relayed_of(message);
    window_back(conn, relayed->cost + relayed->behind);
    relayed->cost = relayed->behind = 0;
    if (conn->leg->payer)
        weft__memory_give(conn->leg->payer, relayed->charged);
    else if (conn->leg->budget)
        weft__budget_give(conn->leg->budget, relayed->charged);
    conn->leg->charged -= relayed->charged;
    relayed->charged = 0;
}

/* Nothing of it may be left out: without memory the pair ends. */
static WEFT__COLD void proxy_starve(weft_connection *conn)
{
    weft_error error = { WEFT_ENOMEM, 0, WEFT_CODE_INTERNAL, "the proxy is out of memory" };
    weft__conn_close(conn, &error, WEFT_CODE_INTERNAL, weft_str_from(error.text), true);
}

/* Beyond the limit: what waits for the other goes with the pair. */
static WEFT__COLD void proxy_refuse(weft_connection *other)
{
    weft_error error = { WEFT_ENOMEM, 0, WEFT_CODE_LIMIT, "[memory.buffered] what waits at the proxy" };
    weft__conn_log(other, WEFT_LOG_WARNING, "[memory.buffered] what waits to be passed on cannot be kept",
                   weft__log_number("bytes", other->leg->charged));
    weft__conn_close(other, &error, WEFT_CODE_LIMIT, weft_str_from(error.text), true);
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

/* In front of nothing that is half said. */
static void say_owed_drain(weft_connection *conn, weft_connection *other)
{
    if (!other->leg->drain_owed || conn->rx_kind != 0)
        return;
    other->leg->drain_owed = false;
    if (weft__conn_say_drain(other) < 0)
        weft__session_starve(other->engine);
}

void weft__proxy_take(weft_connection *conn, weft_bytes body)
{
    weft_engine *engine = conn->engine;
    weft_connection *other = conn->leg->other;
    uint8_t kind = engine->in_frame.kind;
    uint8_t flags = engine->in_frame.flags;
    uint8_t half_kind = conn->rx_kind;
    if (weft__kind_may_fragment(kind))
        conn->rx_kind = flags & WEFT__FLAG_MORE ? kind : 0;
    bool again = kind == WEFT__KIND_DRAIN && other && other->leg->drained;
    if (!other || other->state != WEFT__CONN_OPEN || again) { /* [proxy.pressure] a second Drain is not passed */
        weft__conn_give_window(conn, frame_cost(kind, flags, engine->in_frame.len));
        return;
    }
    uint32_t charge = hold_charge(other, body);
    bool fits = weft__memory_charge(other->leg->payer, charge);
    if (!fits || hold(other, kind, flags, body, charge) < 0) {
        conn->rx_kind = half_kind; /* of what has been passed on */
        if (!fits) {
            proxy_refuse(other);
            return;
        }
        weft__memory_give(other->leg->payer, charge);
        proxy_starve(conn);
        return;
    }
    if (kind == WEFT__KIND_DRAIN)
        other->leg->drained = true;
    say_owed_drain(conn, other);
}

/* ---- ends ---- */

/* What of a message has been passed on and is not whole is void. 0 or WEFT_ENOMEM. */
static WEFT__COLD int proxy_abort(const weft_connection *conn, weft_connection *other)
{
    return conn->rx_kind == 0 ? 0 : hold(other, conn->rx_kind, WEFT__FLAG_ABORT, weft_bytes_of(NULL, 0), 0);
}

/* [frame.order] In front of the own Close. */
int weft__proxy_break_off(weft_connection *conn)
{
    if (!conn->leg || !conn->leg->half_kind)
        return 0;
    if (weft__list_is_empty(&conn->queue)) {
        if (!conn->abort_kind)
            conn->abort_kind = conn->leg->tx_kind;
        return 0;
    }
    return hold(conn, conn->leg->half_kind, WEFT__FLAG_ABORT, weft_bytes_of(NULL, 0), 0);
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
    bool ours = left->engine->drains || right->engine->drains;
    if ((ours || left->peer_drains || left->engine->peer_drains) && weft__proxy_say_drain(right) < 0)
        weft__session_starve(right->engine);
    if (weft__proxy_other(left) && (ours || right->peer_drains || right->engine->peer_drains) &&
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
