/* What goes out: each connection's queue of messages, and the cutting of frames when the conduit takes bytes.
 *
 * [frame.fair] First what the session owes (Pong, Ping), then the small kinds (Window, Cancel), then data, in rounds:
 * each connection that has something has one turn of at most 16 KiB in a round. While nobody else waits its first frame
 * may be as long as the counterpart takes. Who comes anew is still in this round, and the next begins when the conduit
 * has taken it: what is queued now waits for one turn of each other connection at most, and for what was cut already of
 * one that was alone. Whose window is used up is not in the ring until a Window comes [flow.window]. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/resume.h"
#include "runtime/session/session_log.h"
#include "runtime/wire/frame.h"

enum {
    DRAIN = 64 * 1024,
    CONTROL_MAX = WEFT__FRAME_HEADER + 1 + 9 + 3 + 3 + WEFT__TEXT_MAX /* a ChannelReset, at most */
};

/* ---- messages ---- */

/* The writer's buffer becomes the message's body; on failure it is freed. 0, WEFT_ENOMEM, or the writer's own status.
 */
int weft__message_new(weft_engine *engine, uint8_t kind, weft_writer *writer, weft__message **ret_message)
{
    int status = writer->status;
    weft__message *message = status == 0 ? weft__alloc_zero(&engine->allocator, sizeof *message) : NULL;
    if (!message) {
        weft__writer_fini(writer);
        return status < 0 ? status : WEFT_ENOMEM;
    }
    message->kind = kind;
    message->body = weft__writer_take(writer);
    *ret_message = message;
    return 0;
}

/* Its memory, and itself where it is no part of a call. */
void weft__message_free(weft_engine *engine, weft__message *message)
{
    if (message->owner) {
        weft__out_own(&engine->out, message->owner, &message->body, message->at);
        message->owner = NULL;
    }
    message->state = WEFT__MESSAGE_IDLE;
    if (message->call)
        return;
    if (!message->relayed && weft__message_is_item(message)) {
        weft__item_free(engine, weft__container(message, weft__item, message));
        return;
    }
    weft__buf_fini(&message->body);
    weft__free(&engine->allocator, message, message->relayed ? sizeof(weft__relayed) : sizeof *message);
}

/* Of what the session has in its queues: where this connection's is counted. */
static inline uint64_t *conn_share(const weft_connection *conn)
{
    return conn->apart ? &conn->engine->queued_apart : &conn->engine->queued;
}

void weft__message_queue(weft_connection *conn, weft__message *message)
{
    message->state = WEFT__MESSAGE_QUEUED;
    conn->engine->busy = true;
    weft__list_append(&conn->queue, &message->link);
    conn->queued += message->body.len - message->at;
    *conn_share(conn) += message->body.len - message->at;
    if (!weft__link_is_in(&conn->ready))
        weft__conn_ready(conn);
    weft__engine_wake(conn->engine); /* also where it must wait: a deadline may have come with it */
}

/* In front of what would be cut next. */
void weft__message_queue_first(weft_connection *conn, weft__message *message)
{
    message->state = WEFT__MESSAGE_QUEUED;
    weft__list_prepend(&conn->queue, &message->link);
    conn->queued += message->body.len;
    *conn_share(conn) += message->body.len;
}

/* [memory.queued] What waits for the window counts for its connection alone. */
bool weft__conn_has_room(const weft_connection *conn)
{
    const weft_session_options *options = &conn->engine->options;
    return conn->blocked ? conn->queued < options->max_queued_connection : conn->engine->queued < options->max_queued;
}

/* Somebody who was told to wait may go on. */
static __attribute__((noinline)) void conn_tell_room(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    bool room = engine->queued <= engine->options.max_queued / 2;
    bool room_here = !conn->blocked || conn->queued <= engine->options.max_queued_connection / 2;
    if (!weft__list_is_empty(&engine->waiting_room) && (room || room_here))
        weft__channels_check_room(engine);
    if ((engine->want_writable && room) || (conn->want_room && room_here)) {
        engine->want_writable = engine->want_writable && !room;
        conn->want_room = conn->want_room && !room_here;
        weft__event_add(engine, &engine->writable_event, WEFT__EVENT_SESSION_WRITABLE);
    }
}

static inline void conn_check_room(weft_connection *conn)
{
    const weft_engine *engine = conn->engine;
    if (engine->want_writable || conn->want_room || !weft__list_is_empty(&engine->waiting_room))
        conn_tell_room(conn);
}

static WEFT__INLINE void conn_unqueued(weft_connection *conn, size_t len)
{
    conn->queued -= len;
    *conn_share(conn) -= len;
    conn_check_room(conn);
}

void weft__conn_set_blocked(weft_connection *conn, bool blocked)
{
    if (conn->blocked == blocked)
        return;
    *conn_share(conn) -= conn->queued;
    conn->blocked = blocked;
    conn->apart = blocked || conn->leg;
    *conn_share(conn) += conn->queued;
    conn_check_room(conn);
}

static void message_unqueue(weft_connection *conn, weft__message *message)
{
    weft__list_remove(&message->link);
    conn_unqueued(conn, message->body.len - message->at);
}

/* [frame.abort] Out of the queue; one that is half sent is aborted. */
void weft__message_void(weft_connection *conn, weft__message *message)
{
    if (message->state == WEFT__MESSAGE_IDLE)
        return;
    if (message->state == WEFT__MESSAGE_BEGUN)
        conn->abort_kind = message->kind;
    else if (message->relayed && conn->leg->tx_kind) /* it is not the first of its message */
        conn->abort_kind = conn->leg->tx_kind;
    message_unqueue(conn, message);
    if (message->relayed)
        weft__proxy_void(conn, message);
    weft__message_free(conn->engine, message);
    weft__conn_set_blocked(conn, false);
    weft__conn_ready(conn);
}

/* ---- who has something to send ---- */

void weft__conn_ready(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    if (!conn->in_table || conn->blocked || (weft__list_is_empty(&conn->queue) && !conn->abort_kind))
        return;
    if (!weft__link_is_in(&conn->ready))
        weft__list_append(conn->round == engine->round ? &engine->later : &engine->ready, &conn->ready);
    weft__engine_wake(engine);
}

void weft__conn_small(weft_connection *conn)
{
    if (!conn->in_table)
        return;
    if (!weft__link_is_in(&conn->small))
        weft__list_append(&conn->engine->small, &conn->small);
    weft__engine_wake(conn->engine);
}

/* ---- frames ---- */

static int frame_header(weft__out *out, uint8_t kind, uint8_t flags, uint64_t connection, size_t len)
{
    uint8_t header[WEFT__FRAME_HEADER];
    weft__frame frame = { (uint32_t)len, kind, flags, 0, connection };
    weft__frame_write(&frame, header);
    return weft__out_copy(out, header, sizeof header);
}

/* One whole frame, copied. 0 or WEFT_ENOMEM. */
int weft__output_frame(weft__out *out, uint8_t kind, uint64_t connection, weft_bytes body)
{
    if (out->replay && !weft__kind_is_counted(kind)) {
        weft__frame frame = { (uint32_t)body.len, kind, 0, 0, connection };
        uint8_t header[WEFT__FRAME_HEADER];
        weft__frame_write(&frame, header);
        bool soon = kind == WEFT__KIND_PING || kind == WEFT__KIND_PONG || kind == WEFT__KIND_ACK;
        return weft__out_aside(out, header, sizeof header, body, soon);
    }
    return weft__out_frame(out, kind, connection, body);
}

static void output_log(const weft_engine *engine, uint8_t kind, uint64_t connection, size_t len)
{
    weft__engine_log(engine, WEFT_LOG_DEBUG, WEFT_LOG_FRAME, "frame sent", weft__log_number("connection", connection),
                     weft__log_text("kind", weft_str_from(weft__kind_name(kind))), weft__log_number("len", len));
}

static int output_number(weft_engine *engine, uint8_t kind, uint64_t connection, uint64_t number)
{
    uint8_t body[WEFT__NUMBER_MAX];
    size_t len = weft__number_write(body, number);
    output_log(engine, kind, connection, len);
    return weft__output_frame(&engine->out, kind, connection, weft_bytes_of(body, len));
}

/* [frame.abort] The ABORT that is owed, if one is. 0 or WEFT_ENOMEM. */
int weft__output_abort(weft_connection *conn)
{
    uint8_t kind = conn->abort_kind;
    conn->abort_kind = 0;
    if (conn->leg)
        conn->leg->tx_kind = 0;
    conn->traffic.bytes[WEFT__OUT] += kind ? WEFT__FRAME_HEADER : 0;
    return kind ? frame_header(&conn->engine->out, kind, WEFT__FLAG_ABORT, conn->id, 0) : 0;
}

/* The next len bytes of a message's body. */
static int output_body(weft_engine *engine, weft__message *message, size_t len)
{
    if (len == 0)
        return 0;
    const uint8_t *bytes = message->body.data + message->at;
    if (len <= WEFT__OUT_COPY_MAX || message->keeps)
        return weft__out_copy(&engine->out, bytes, len);
    if (engine->out.replay && !message->owner && message->body.cap > 2 * message->body.len)
        return weft__out_copy(&engine->out, bytes, len); /* its memory is not worth keeping for so little */
    if (!message->owner) {
        message->owner = weft__out_owner_new(&engine->out);
        if (!message->owner)
            return WEFT_ENOMEM;
    }
    return weft__out_refer(&engine->out, bytes, len);
}

/* ---- one turn of a connection ---- */

typedef enum cut { CUT_DONE, CUT_MORE, CUT_TURN_OVER, CUT_BLOCKED, CUT_FAILED, CUT_OTHERWISE } cut;

/* [conn.close] and the others that end something once they are out. conn may be gone afterwards. */
static void message_cut(weft_connection *conn, weft__message *message)
{
    weft_engine *engine = conn->engine;
    uint8_t kind = message->kind;
    weft__call *call = message->call;
    if (message->relayed) {
        weft__proxy_cut(conn, message);
        return;
    }
    weft__list_remove(&message->link);
    conn->traffic.messages[WEFT__OUT]++;
    engine->counts.items[WEFT__OUT] += kind == WEFT__KIND_ITEM;
    if (weft__message_is_item(message))
        weft__item_cut(weft__container(message, weft__item, message));
    weft__message_free(engine, message);
    if (kind == WEFT__KIND_REQUEST) {
        weft__call_set_state(call, WEFT__CALL_SENT);
        if (call->channels)
            weft__call_tell_resets(call);
    } else if (kind == WEFT__KIND_RESPONSE) {
        weft__call_set_state(call, WEFT__CALL_TAKING);
        call->end_offset = engine->out.end;
        weft__list_append(&engine->taking, &call->link);
    } else if (kind == WEFT__KIND_CLOSE || kind == WEFT__KIND_REJECT) {
        weft__conn_remove(conn);
    }
}

/* Before the first byte of a message is cut. */
static void message_begin(weft_connection *conn, weft__message *message)
{
    weft_engine *engine = conn->engine;
    bool is_request = message->kind == WEFT__KIND_REQUEST && !message->relayed;
    message->state = WEFT__MESSAGE_BEGUN; /* behind what is loaded with it as a word */
    if (message->kind == WEFT__KIND_OPEN)
        engine->last_conn = conn->id;
    if (!is_request)
        return;
    weft__call *call = message->call;
    uint32_t timeout_ms = 0;
    if (call->deadline_ns != WEFT_FOREVER) { /* [call.deadline] rounded up: 0 would mean none */
        uint64_t left = call->deadline_ns > engine->now_ns ? call->deadline_ns - engine->now_ns : 1;
        uint64_t ms = (left + WEFT_NS_PER_MS - 1) / WEFT_NS_PER_MS;
        timeout_ms = ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
    }
    uint8_t *head_end = message->body.data + WEFT__REQUEST_HEAD_MAX;
    size_t len = weft__request_head_write(head_end, call->id, call->method_id, timeout_ms);
    conn_unqueued(conn, WEFT__REQUEST_HEAD_MAX - len);
    message->at = WEFT__REQUEST_HEAD_MAX - len;
    if (call->op)
        weft__call_begin_op(call, head_end - len);
    call->begin_offset = engine->out.end;
    call->result.attempts++;
    if (call->channels)
        weft__call_announce_channels(call);
    conn->last_request = call->id;
}

/* A frame of len bytes of the message is in out. */
static inline void frame_is_cut(weft_connection *conn, weft__message *message, size_t len, bool windowed,
                                size_t *budget)
{
    size_t cost = WEFT__FRAME_HEADER + len;
    output_log(conn->engine, message->kind, conn->id, len);
    conn->traffic.bytes[WEFT__OUT] += cost;
    message->at += len;
    conn_unqueued(conn, len);
    *budget -= cost < *budget ? cost : *budget;
    if (windowed)
        conn->tx_window -= (int64_t)cost;
}

/* A data message that goes out as one frame, copied, within the turn and the window: what nearly all are. */
static cut conn_cut_whole(weft_connection *conn, weft__message *message, size_t *budget)
{
    weft_engine *engine = conn->engine;
    size_t longest = message->body.len - message->at; /* of a Request: with a head of unknown size */
    if (longest > WEFT__OUT_COPY_MAX || longest > engine->peer_session.max_frame_size ||
        longest + WEFT__FRAME_HEADER > *budget || conn->tx_window < (int64_t)(longest + WEFT__FRAME_HEADER) ||
        message->state != WEFT__MESSAGE_QUEUED || message->relayed || !weft__kind_is_plain(message->kind))
        return CUT_OTHERWISE;
    message_begin(conn, message);
    weft_bytes body = weft_bytes_of(message->body.data + message->at, message->body.len - message->at);
    if (weft__out_frame(&engine->out, message->kind, conn->id, body) < 0)
        return CUT_FAILED;
    frame_is_cut(conn, message, body.len, true, budget);
    message_cut(conn, message);
    return CUT_DONE;
}

/* [frame.fragment] The next frame of the first message; *budget is what is left of the turn. [frame.fair] alone: the
 * turn's first frame may be longer. */
static cut conn_cut(weft_connection *conn, weft__message *message, size_t *budget, bool alone)
{
    weft_engine *engine = conn->engine;
    if (__builtin_expect(message->schema != NULL, 0)) /* which is the first message, from now on */
        return weft__schema_say(conn, message) < 0 ? CUT_FAILED : CUT_MORE;
    if (message->state == WEFT__MESSAGE_QUEUED && message->kind == WEFT__KIND_REQUEST && !message->relayed)
        message->at = 0; /* its length with a head of unknown size: the bound */
    cut whole = conn_cut_whole(conn, message, budget);
    if (whole != CUT_OTHERWISE)
        return whole;
    size_t left = weft__message_left(message);
    size_t limit = engine->peer_session.max_frame_size;
    bool windowed = weft__frame_window_cost(message->kind, 0) > 0 && !(message->flags & WEFT__FLAG_ABORT);
    cut none = CUT_TURN_OVER;
    if (*budget < WEFT__FRAME_HEADER)
        return CUT_TURN_OVER;
    if (limit > *budget - WEFT__FRAME_HEADER && !(alone && *budget == WEFT__TURN))
        limit = *budget - WEFT__FRAME_HEADER;
    if (windowed) {
        int64_t window = conn->tx_window - WEFT__FRAME_HEADER;
        if (weft__kind_may_overdraw(message->kind))
            window += WEFT_WINDOW_OVERDRAFT;
        if (window < 0 || (uint64_t)window < limit) {
            limit = window < 0 ? 0 : (size_t)window;
            none = CUT_BLOCKED;
        }
    }
    bool last = left <= limit;
    size_t least = message->flags & WEFT__FLAG_MORE ? 2 * WEFT__MORE_MIN : WEFT__MORE_MIN;
    if (!last && (!weft__kind_may_fragment(message->kind) || limit < least))
        return none;
    if (message->state == WEFT__MESSAGE_QUEUED) {
        message_begin(conn, message);
        left = weft__message_left(message);
    }
    size_t len = left <= limit ? left : limit;
    last = len == left;
    if (!last && (message->flags & WEFT__FLAG_MORE) && left - len < WEFT__MORE_MIN)
        len = left - WEFT__MORE_MIN; /* [proxy.join] the rest is a fragment, too */
    if (frame_header(&engine->out, message->kind, last ? message->flags : WEFT__FLAG_MORE, conn->id, len) < 0 ||
        output_body(engine, message, len) < 0)
        return CUT_FAILED;
    frame_is_cut(conn, message, len, windowed, budget);
    if (last)
        message_cut(conn, message);
    return last ? CUT_DONE : CUT_MORE;
}

/* One turn. The connection stays in the ring where it has more and may send it. */
static void conn_turn(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    size_t budget = WEFT__TURN;
    cut result = CUT_DONE;
    conn->holds++;
    weft__list_remove(&conn->ready);
    conn->round = engine->round;
    bool alone = weft__list_is_empty(&engine->ready) && weft__list_is_empty(&engine->later);
    if (engine->out.replay) /* [resume.count] */
        alone = alone && weft__out_room(&engine->out) > engine->peer_session.max_frame_size;
    if (conn->abort_kind) {
        if (weft__output_abort(conn) < 0)
            result = CUT_FAILED;
        budget -= WEFT__FRAME_HEADER;
    }
    while (result == CUT_DONE || result == CUT_MORE) {
        weft__link *link = weft__list_first(&conn->queue);
        if (!link || !conn->in_table)
            break;
        result = conn_cut(conn, weft__container(link, weft__message, link), &budget, alone);
    }
    if (result == CUT_FAILED)
        weft__session_starve(engine);
    weft__conn_set_blocked(conn, result == CUT_BLOCKED);
    weft__conn_ready(conn);
    weft__conn_unhold(conn);
}

/* [resume.count] At the limit of what is kept, counted frames wait: any one that a turn may hold has room. */
static bool output_has_room(const weft_engine *engine)
{
    return !engine->out.replay || weft__out_room(&engine->out) >= WEFT__TURN;
}

/* [frame.order] Credits and ChannelResets overtake data. A Credit is summed until it is said. 0 or WEFT_ENOMEM. */
static int conn_send_controls(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    weft__link *link;
    int status = 0;
    while (status == 0 && conn->streams && (link = weft__list_first(&conn->streams->controls)) != NULL) {
        if (conn->tx_window - CONTROL_MAX < -WEFT_WINDOW_OVERDRAFT)
            break;                      /* [flow.window] here they wait too */
        if (!output_has_room(engine)) { /* [resume.count] */
            weft__conn_small(conn);
            break;
        }
        weft__channel *channel = weft__container(link, weft__channel, control);
        weft_writer writer;
        uint8_t kind;
        weft__writer_init(&writer, &engine->allocator, WEFT__CONTROL_BODY_MAX);
        writer.buf = engine->control_body;
        writer.buf.len = 0;
        weft__list_remove(link);
        uint64_t before = engine->out.end;
        status = weft__channel_control_encode(channel, &writer, &kind);
        engine->control_body = weft__writer_take(&writer);
        if (status == 0)
            status = weft__output_frame(&engine->out, kind, conn->id,
                                        weft_bytes_of(engine->control_body.data, engine->control_body.len));
        conn->tx_window -= (int64_t)(engine->out.end - before);
        conn->traffic.bytes[WEFT__OUT] += engine->out.end - before;
        conn->traffic.messages[WEFT__OUT] += status == 0;
        if (status == 0)
            weft__channel_control_cut(channel);
    }
    return status;
}

/* [frame.order] Windows, Cancels and what channels owe overtake data. */
static void conn_send_small(weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    uint64_t begin = engine->out.end, n = 0;
    int status = 0;
    conn->holds++;
    if (conn->window_owed > 0) {
        n++;
        status = output_number(engine, WEFT__KIND_WINDOW, conn->id, conn->window_owed);
        conn->rx_window += conn->window_owed;
        conn->window_owed = 0;
    }
    weft__link *link;
    while (status == 0 && (link = weft__list_first(&conn->calls->cancels)) != NULL) {
        weft__call *call = weft__container(link, weft__call, link);
        int64_t cost = WEFT__FRAME_HEADER + 10; /* an array of one number, at most */
        if (conn->tx_window - cost < -WEFT_WINDOW_OVERDRAFT)
            break;                      /* [flow.window] here they wait too */
        if (!output_has_room(engine)) { /* [resume.count] */
            weft__conn_small(conn);
            break;
        }
        uint64_t before = engine->out.end;
        n++;
        weft__list_remove(link);
        call->cancel_owed = false;
        status = output_number(engine, WEFT__KIND_CANCEL, conn->id, call->id);
        conn->tx_window -= (int64_t)(engine->out.end - before);
    }
    conn->traffic.bytes[WEFT__OUT] += engine->out.end - begin;
    conn->traffic.messages[WEFT__OUT] += n;
    if (status == 0)
        status = conn_send_controls(conn);
    if (status < 0)
        weft__session_starve(engine);
    weft__conn_unhold(conn);
}

/* What the session owes. With a replay it is not counted, and passes what waits for room there, within a bound of its
 * own. */
static void output_owed(weft_engine *engine)
{
    const weft__replay *replay = engine->out.replay;
    if (replay ? replay->aside_len >= WEFT__OUT_ASIDE_MAX : weft__out_len(&engine->out) >= DRAIN)
        return;
    int status = 0;
    if (engine->pong_owed) /* [session.ping] */
        status = output_number(engine, WEFT__KIND_PONG, 0, engine->pong_nonce);
    if (engine->ping_owed && status == 0) /* [session.keepalive] */
        status = output_number(engine, WEFT__KIND_PING, 0, engine->ping_nonce);
    if (engine->resume && engine->resume->ack_owed && status == 0) /* [resume.count] */
        status = output_number(engine, WEFT__KIND_ACK, 0, weft__resume_acknowledge(engine));
    engine->pong_owed = engine->ping_owed = false;
    if (status < 0)
        weft__session_starve(engine);
}

static bool output_is_open(const weft_engine *engine)
{
    return engine->state == WEFT__SESSION_READY || engine->state == WEFT__SESSION_CLOSING;
}

static bool output_waits(const weft_engine *engine)
{
    return !weft__list_is_empty(&engine->ready) || !weft__list_is_empty(&engine->later) ||
           !weft__list_is_empty(&engine->small);
}

/* Is there something that may be cut? */
bool weft__output_has_more(const weft_engine *engine)
{
    return engine->pong_owed || engine->ping_owed || (engine->resume && engine->resume->ack_owed) ||
           (output_waits(engine) && output_has_room(engine));
}

/* Up to limit; for one that is alone as much as the conduit took at once before, which is in nobody's way. */
static bool output_may_cut(const weft_engine *engine, size_t limit)
{
    uint64_t len = weft__out_len(&engine->out);
    if (len < limit || len + WEFT__TURN > engine->ahead)
        return len < limit;
    const weft__link *ring = weft__list_is_empty(&engine->ready) ? &engine->later : &engine->ready;
    weft__link *only = weft__list_first(ring);
    if (!only || only->next != ring || !weft__list_is_empty(&engine->small) ||
        (ring == &engine->ready && !weft__list_is_empty(&engine->later)))
        return false;
    const weft__link *first = weft__list_first(&weft__container(only, weft_connection, ready)->queue);
    if (first && weft__container(first, weft__message, link)->body.len > WEFT__TURN) /* it may be one frame */
        return len + WEFT__FRAME_HEADER + engine->peer_session.max_frame_size <= engine->ahead;
    return true;
}

/* The conduit has taken len bytes. How much does it take between two stops? Right behind one it is a driver's copy. */
void weft__output_drained(weft_engine *engine, size_t len)
{
    uint64_t left = weft__out_len(&engine->out);
    bool stops = left > 0 && !engine->conduit_stopped;
    engine->conduit_stopped = stops;
    if (left == 0 && engine->taken_in_row == 0 && weft__list_is_empty(&engine->later))
        return;
    uint64_t row = engine->taken_in_row + (uint64_t)len;
    engine->taken_in_row = row < WEFT__AHEAD_MAX ? (uint32_t)row : WEFT__AHEAD_MAX;
    engine->ahead = stops || row > engine->ahead ? engine->taken_in_row : engine->ahead;
    if (stops || (left == 0 && !weft__output_has_more(engine)))
        engine->taken_in_row = 0;
}

static void output_cut(weft_engine *engine)
{
    bool keeps = engine->out.replay != NULL;
    if ((engine->pong_owed || engine->ping_owed || keeps) && output_is_open(engine))
        output_owed(engine);
    while (output_is_open(engine) && output_may_cut(engine, DRAIN) && (!keeps || output_has_room(engine))) {
        weft__link *link;
        if ((link = weft__list_take(&engine->small)) != NULL) {
            conn_send_small(weft__container(link, weft_connection, small));
        } else if ((link = weft__list_first(&engine->ready)) != NULL) {
            conn_turn(weft__container(link, weft_connection, ready));
        } else if (!weft__list_is_empty(&engine->later) && output_may_cut(engine, 1)) {
            engine->round++;
            weft__list_splice(&engine->ready, &engine->later);
        } else {
            engine->round += weft__out_len(&engine->out) == 0; /* it is over, too */
            break;
        }
    }
    if (keeps && engine->resume && !output_has_room(engine) && output_waits(engine))
        weft__resume_is_full(engine);
}

/* Cuts frames until there is enough for the conduit, or nothing left. */
void weft__output_fill(weft_engine *engine)
{
    bool feeding = engine->feeding;
    engine->feeding = true;
    output_cut(engine);
    if (weft__session_close_if_done(engine))
        output_cut(engine);
    if (engine->state == WEFT__SESSION_CLOSING && weft__list_is_empty(&engine->small))
        weft__session_goodbye_if_flushed(engine);
    engine->feeding = feeding;
}
