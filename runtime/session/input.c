/* What comes in: frames are checked by their header before a byte of the body is kept, and messages are handed to whom
 * they concern. A frame that lies whole in what was fed is used where it lies; only the part of one that is cut by the
 * end of a feed is copied, and grows with what comes, not with what was announced [frame.fragment]. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/resume.h"
#include "runtime/session/session_log.h"
#include "runtime/wire/frame.h"

enum { KEEP_MAX = 16384 }; /* of a buffer for frames that a feed has cut */

/* ---- which column of the table a frame meets ---- */

static weft__column column_of_conn(const weft_connection *conn)
{
    switch ((weft__conn_state)conn->state) {
    case WEFT__CONN_OPENING: return WEFT__COLUMN_OPENING;
    case WEFT__CONN_ARRIVING: return WEFT__COLUMN_ARRIVING;
    case WEFT__CONN_PENDING: return WEFT__COLUMN_PENDING;
    case WEFT__CONN_OPEN: return conn->ours ? WEFT__COLUMN_OPEN_OURS : WEFT__COLUMN_OPEN_THEIRS;
    case WEFT__CONN_CLOSING:
    case WEFT__CONN_CLOSED: break;
    }
    return WEFT__COLUMN_CLOSING;
}

/* [id.increasing] [session.parity] */
static weft__column input_column(weft_engine *engine, uint64_t id, weft_connection **ret_conn)
{
    bool ours = weft__is_odd(id) == engine->odd;
    *ret_conn = NULL;
    if (engine->state == WEFT__SESSION_GOODBYE)
        return id == 0 ? WEFT__COLUMN_FAREWELL : WEFT__COLUMN_FAREWELL_OTHER;
    if (id == 0) {
        *ret_conn = engine->root;
        return WEFT__COLUMN_ROOT;
    }
    if (ours && id > engine->last_conn)
        return WEFT__COLUMN_NEW_OURS;
    if (!ours && id > engine->peer_conn)
        return WEFT__COLUMN_NEW_THEIRS;
    *ret_conn = weft__input_find(engine, id);
    if (*ret_conn)
        return column_of_conn(*ret_conn);
    return ours ? WEFT__COLUMN_LATE_OURS : WEFT__COLUMN_LATE_THEIRS;
}

/* ---- the header ---- */

int weft__input_refuse_open(const weft_connection *conn)
{
    weft_engine *engine = conn->engine;
    bool goes_on = engine->in_body && engine->in_frame.connection == conn->id &&
                   engine->in_frame.kind == WEFT__KIND_OPEN && (engine->in_frame.flags & WEFT__FLAG_MORE);
    const weft__frame *again = engine->in_again ? &engine->resume->again : NULL;
    goes_on = goes_on || (again && again->connection == conn->id && again->kind == WEFT__KIND_OPEN &&
                          (again->flags & WEFT__FLAG_MORE));
    if (conn->rx_kind != WEFT__KIND_OPEN && !goes_on) /* the first frame of it may not be whole */
        return 0;
    if (!engine->refused_opens)
        engine->refused_opens =
            weft__alloc_zero(&engine->allocator, WEFT__REFUSED_OPENS * sizeof *engine->refused_opens);
    if (!engine->refused_opens)
        return WEFT_ENOMEM;
    engine->refused_opens[engine->n_refused_opens++ % WEFT__REFUSED_OPENS] = conn->id;
    return 0;
}

static bool input_open_was_refused(weft_engine *engine, const weft__frame *frame)
{
    for (size_t i = 0; engine->refused_opens && i < WEFT__REFUSED_OPENS; i++) {
        if (frame->connection == 0 || engine->refused_opens[i] != frame->connection)
            continue;
        if (!(frame->flags & WEFT__FLAG_MORE))
            engine->refused_opens[i] = 0;
        return true;
    }
    return false;
}

/* [conn.limits] [conn.open] The first frame of an Open takes its id and its place. NULL: it has been refused. */
static weft_connection *input_new_conn(weft_engine *engine, uint64_t id)
{
    weft_connection *conn;
    uint32_t limit = engine->options.max_connections;
    /* Rejected ones count until the conduit has taken their Reject, so that a flood of opens owes a bounded number. */
    if (engine->n_theirs >= limit && engine->n_theirs - limit >= 1024) {
        weft__violate_session(engine, "conn.limits", "far more connections than max_connections");
        return NULL;
    }
    if (weft__conn_new(engine, id, false, &conn) < 0) {
        weft__session_starve(engine);
        return NULL;
    }
    engine->peer_conn = id;
    if (engine->n_theirs <= limit && engine->buffered <= engine->options.max_buffered)
        return conn;
    if (engine->n_theirs <= limit) { /* [memory.buffered] */
        weft__conn_reject(conn, WEFT_CODE_LIMIT, WEFT_STR("[memory.buffered] no memory for it"));
        return NULL;
    }
    weft__violate_conn(conn, "conn.limits", "more than max_connections");
    return NULL;
}

/* [frame.abort] ABORT costs no window. */
static uint32_t input_cost(const weft_engine *engine)
{
    return engine->in_frame.flags & WEFT__FLAG_ABORT
               ? 0
               : weft__frame_window_cost(engine->in_frame.kind, engine->in_frame.len);
}

/* [flow.window] What the frame costs; a counterpart that spends what it has not breaks the rule. */
static bool input_charge(weft_engine *engine, weft_connection *conn)
{
    uint32_t cost = input_cost(engine);
    if (cost == 0)
        return true;
    conn->rx_window -= cost;
    if (conn->rx_window >= (weft__kind_may_overdraw(engine->in_frame.kind) ? -WEFT_WINDOW_OVERDRAFT : 0))
        return true;
    weft__violate_conn(conn, "flow.window", "more than the window");
    return false;
}

/* [frame.order] [frame.fragment] [frame.abort] Does the frame fit what has begun on its connection? */
static bool input_in_order(weft_engine *engine, weft_connection *conn)
{
    uint8_t kind = engine->in_frame.kind;
    if (engine->in_frame.flags & WEFT__FLAG_ABORT) {
        if (conn->rx_kind == kind)
            return true;
        weft__violate_conn(conn, "frame.abort", "nothing of that kind has begun");
        return false;
    }
    if (weft__kind_may_interleave(kind))
        return true;
    if (conn->rx_kind != 0 && conn->rx_kind != kind) {
        weft__violate_conn(conn, "frame.order", "another message has begun and is not whole");
        return false;
    }
    if (!weft__kind_may_fragment(kind))
        return true;
    uint64_t max =
        kind == WEFT__KIND_OPEN || kind == WEFT__KIND_ACCEPT ? WEFT__OPEN_MAX : engine->options.max_message_size;
    if (conn->rx_kind == 0)
        conn->rx_left = (uint32_t)max;
    if (conn->leg && conn->state == WEFT__CONN_OPEN)
        return true; /* [proxy.join] how long a message may be is said from end to end */
    if (engine->in_frame.len > conn->rx_left) {
        weft__violate_conn(conn, "frame.fragment", "longer than max_message_size");
        return false;
    }
    conn->rx_left -= engine->in_frame.len;
    return true;
}

/* [resume.count] The whole frame, though only its header is here. */
static void input_uncounted(weft_engine *engine)
{
    if (engine->resume && !weft__kind_is_counted(engine->in_frame.kind))
        engine->resume->uncounted += WEFT__FRAME_HEADER + engine->in_frame.len;
}

/* Decides what becomes of the frame whose header is here: engine->in_action. */
static void input_header(weft_engine *engine, const uint8_t *bytes)
{
    weft__frame frame = weft__frame_read(bytes);
    const char *rule = "frame.header";
    weft_connection *conn;
    engine->in_frame.len = frame.len;
    engine->in_frame.kind = frame.kind;
    engine->in_frame.flags = frame.flags;
    engine->in_frame.connection = frame.connection;
    engine->in_left = frame.len;
    engine->in_body = true;
    engine->in_place = false;
    if (weft__frame_check(&frame, engine->options.max_frame_size, &rule) < 0) {
        weft__violate_session(engine, rule, "a frame that cannot be");
        return;
    }
    weft__engine_log(engine, WEFT_LOG_DEBUG, WEFT_LOG_FRAME, "frame received",
                     weft__log_number("connection", frame.connection),
                     weft__log_text("kind", weft_str_from(weft__kind_name(frame.kind))),
                     weft__log_number("len", frame.len), weft__log_number("flags", frame.flags));
    weft__column column = input_column(engine, frame.connection, &conn);
    weft__legal action = weft__legal_of(frame.kind, column);
    if (frame.kind == WEFT__KIND_OPEN && input_open_was_refused(engine, &frame))
        action = WEFT__LEGAL_DROP;
    engine->in_action = (uint8_t)action;
    if (action == WEFT__LEGAL_SESSION) {
        weft__violate_session(engine, "violation.scope", weft__kind_name(frame.kind));
    } else if (action == WEFT__LEGAL_CONN) {
        weft__violate_conn(conn, "violation.scope", weft__kind_name(frame.kind));
        engine->in_action = WEFT__LEGAL_DROP;
    } else if (action == WEFT__LEGAL_DROP) {
        engine->late_dropped++;
        input_uncounted(engine);
        weft__engine_log(engine, WEFT_LOG_DEBUG, WEFT_LOG_FRAME, "a late frame is dropped",
                         weft__log_number("connection", frame.connection),
                         weft__log_text("kind", weft_str_from(weft__kind_name(frame.kind))));
    } else if (action == WEFT__LEGAL_TAKE && frame.connection == 0 && frame.kind < WEFT__KIND_OPEN) {
        /* The session's own: no window. [frame.order] Drain and Goodbye keep their place behind data. */
        input_uncounted(engine);
        if (frame.kind == WEFT__KIND_ACK && !engine->resume)
            weft__violate_session(engine, "resume.count", "an Ack without resumption");
        else if (engine->root->rx_kind != 0 && !weft__kind_may_interleave(frame.kind))
            weft__violate_session(engine, "frame.order", "another message has begun and is not whole");
    } else if (action == WEFT__LEGAL_TAKE) {
        if (column == WEFT__COLUMN_NEW_THEIRS)
            conn = input_new_conn(engine, frame.connection);
        if (!conn || !input_charge(engine, conn) || !input_in_order(engine, conn) ||
            (frame.kind == WEFT__KIND_SCHEMA && !conn->leg && !weft__schema_has_room(conn, frame.len)))
            engine->in_action = WEFT__LEGAL_DROP;
    }
}

/* ---- the body ---- */

/* [flow.window] The frame has been taken in: its cost goes back in batches of half a window. */
void weft__conn_give_window(weft_connection *conn, uint32_t cost)
{
    conn->rx_taken += cost;
    if (conn->rx_taken < conn->engine->options.connection_window / 2)
        return;
    conn->window_owed += conn->rx_taken;
    conn->rx_taken = 0;
    weft__conn_small(conn);
}

static void input_session_message(weft_engine *engine, weft_bytes body)
{
    uint64_t number;
    switch (engine->in_frame.kind) {
    case WEFT__KIND_PING: /* [session.ping] [flow.never-stall] the newest alone is owed */
        if (weft__number_decode(body, UINT64_MAX, &number) < 0) {
            weft__violate_session(engine, "session.ping", "malformed Ping");
            break;
        }
        engine->pong_owed = true;
        engine->pong_nonce = number;
        weft__engine_wake(engine);
        break;
    case WEFT__KIND_PONG: /* the bytes alone count, whatever the nonce [session.keepalive] */
        if (weft__number_decode(body, UINT64_MAX, &number) < 0)
            weft__violate_session(engine, "session.ping", "malformed Pong");
        break;
    case WEFT__KIND_PROTOCOL_ERROR: weft__session_on_protocol_error(engine, body); break;
    case WEFT__KIND_GOODBYE: weft__session_on_goodbye(engine, body); break;
    case WEFT__KIND_DRAIN: weft__conn_on_drain(engine->root, body); break;
    case WEFT__KIND_ACK: weft__resume_on_ack(engine, body); break;
    default: break;
    }
}

void weft__input_message(weft_connection *conn, uint8_t kind, weft_bytes body, weft__buf *owned)
{
    switch (kind) {
    case WEFT__KIND_OPEN: weft__conn_on_open(conn, body); break;
    case WEFT__KIND_ACCEPT: weft__conn_on_accept(conn, body); break;
    case WEFT__KIND_REJECT: weft__conn_on_reject(conn, body); break;
    case WEFT__KIND_CLOSE: weft__conn_on_close(conn, body); break;
    case WEFT__KIND_WINDOW: weft__conn_on_window(conn, body); break;
    case WEFT__KIND_SCHEMA: weft__schema_on_message(conn, body); break;
    case WEFT__KIND_REQUEST: weft__call_in_on_request(conn, body, owned); break;
    case WEFT__KIND_RESPONSE: weft__call_out_on_response(conn, body, owned); break;
    case WEFT__KIND_CANCEL: weft__call_in_on_cancel(conn, body); break;
    case WEFT__KIND_DRAIN: weft__conn_on_drain(conn, body); break;
    case WEFT__KIND_ITEM: weft__channel_on_item(conn, body, owned); break;
    case WEFT__KIND_CHANNEL_CLOSE: weft__channel_on_close(conn, body); break;
    case WEFT__KIND_CHANNEL_RESET: weft__channel_on_reset(conn, body); break;
    case WEFT__KIND_CREDIT: weft__channel_on_credit(conn, body); break;
    default: break;
    }
}

static void input_abort(weft_connection *conn)
{
    uint8_t kind = conn->rx_kind;
    weft_bytes begun = conn->rx ? weft_bytes_of(conn->rx->body.data, conn->rx->body.len) : weft_bytes_of(NULL, 0);
    conn->rx_kind = 0;
    weft__conn_disarm(conn);
    if (kind == WEFT__KIND_REQUEST && conn->rx_void)
        weft__call_in_on_refused_abort(conn);
    else if (kind == WEFT__KIND_REQUEST)
        weft__call_in_on_abort(conn, begun);
    else if (kind == WEFT__KIND_RESPONSE && conn->rx_void)
        weft__call_out_refused_end(conn, false);
    weft__conn_drop_rx(conn);
    if (kind == WEFT__KIND_OPEN) { /* its id is spent */
        weft__conn_set_state(conn, WEFT__CONN_CLOSED);
        weft__conn_remove(conn);
    }
}

/* The body of a frame is whole. owned: where it lies, if not in what was fed; what it concerns may take it over. */
static void input_frame(weft_engine *engine, weft_bytes body, weft__buf *owned)
{
    weft_connection *conn;
    if (engine->in_action != WEFT__LEGAL_TAKE)
        return;
    if (engine->in_frame.connection == 0 && engine->in_frame.kind < WEFT__KIND_OPEN) {
        input_session_message(engine, body);
        return;
    }
    if (engine->state == WEFT__SESSION_GOODBYE) { /* the own Goodbye was said while the body came in */
        engine->late_dropped++;
        return;
    }
    conn = engine->in_frame.connection == 0 ? engine->root : weft__input_find(engine, engine->in_frame.connection);
    if (!conn) /* closed here while the body came in */
        return;
    int status = 0;
    conn->holds++;
    conn->traffic.bytes[WEFT__IN] += WEFT__FRAME_HEADER + engine->in_frame.len;
    conn->traffic.messages[WEFT__IN] += engine->in_frame.flags == 0; /* whole with it */
    if (conn->state == WEFT__CONN_CLOSING && engine->in_frame.kind != WEFT__KIND_CLOSE &&
        engine->in_frame.kind != WEFT__KIND_WINDOW) {
        engine->late_dropped++;
    } else {
        if (conn->leg && engine->in_frame.kind != WEFT__KIND_CLOSE && engine->in_frame.kind != WEFT__KIND_WINDOW &&
            conn->state == WEFT__CONN_OPEN) {
            weft__proxy_take(conn, body); /* which gives the window back once it has gone on */
            weft__conn_unhold(conn);
            return;
        }
        weft__conn_give_window(conn, input_cost(engine));
        if (engine->in_frame.flags & WEFT__FLAG_ABORT)
            input_abort(conn);
        else if (engine->in_place || conn->rx_kind == engine->in_frame.kind ||
                 (engine->in_frame.flags & WEFT__FLAG_MORE))
            status = weft__assemble(engine, conn, body);
        else
            weft__input_message(conn, engine->in_frame.kind, body, owned);
    }
    weft__conn_unhold(conn);
    if (status < 0)
        weft__session_starve(engine);
}

/* ---- feeding ---- */

/* [resume.exact] The frame that was cut comes again, byte for byte: what its header changed has been done. */
static void input_header_again(weft_engine *engine, const uint8_t *bytes)
{
    weft__frame frame = weft__frame_read(bytes);
    const weft__frame *again = &engine->resume->again;
    if (!weft__kind_is_counted(frame.kind)) {
        input_header(engine, bytes);
        return;
    }
    engine->in_again = false;
    if (frame.len != again->len || frame.kind != again->kind || frame.flags != again->flags || frame.reserved != 0 ||
        frame.connection != again->connection) {
        weft__violate_session(engine, "resume.exact", "another frame than the one that was cut");
        return;
    }
    engine->in_frame.len = frame.len;
    engine->in_frame.kind = frame.kind;
    engine->in_frame.flags = frame.flags;
    engine->in_frame.connection = frame.connection;
    engine->in_left = frame.len;
    engine->in_body = true;
    engine->in_place = false;
    engine->in_action = engine->resume->again_action;
}

static void feed_whole_header(weft_engine *engine, const uint8_t *bytes)
{
    if (__builtin_expect(engine->in_again, 0))
        input_header_again(engine, bytes);
    else
        input_header(engine, bytes);
}

/* How many of the len bytes were used for a header; in_body is set once it is whole. */
static size_t feed_header(weft_engine *engine, const uint8_t *data, size_t len)
{
    if (engine->head_len == 0 && len >= WEFT__FRAME_HEADER) {
        feed_whole_header(engine, data);
        return WEFT__FRAME_HEADER;
    }
    size_t n = WEFT__FRAME_HEADER - engine->head_len;
    n = n < len ? n : len;
    memcpy(engine->head + engine->head_len, data, n);
    engine->head_len += (uint32_t)n;
    if (engine->head_len == WEFT__FRAME_HEADER) {
        engine->head_len = 0;
        feed_whole_header(engine, engine->head);
    }
    return n;
}

static size_t feed_body(weft_engine *engine, const uint8_t *data, size_t len)
{
    size_t n = engine->in_left < len ? (size_t)engine->in_left : len;
    bool whole = n == engine->in_left;
    bool keep = engine->in_action == WEFT__LEGAL_TAKE;
    bool all = n == engine->in_frame.len && !engine->in_place;
    engine->in_left -= n;
    if (!keep) {
        engine->in_body = !whole;
    } else if (whole && all) {
        engine->in_body = false;
        input_frame(engine, weft_bytes_of(data, n), NULL);
    } else if (weft__assemble_keep(engine, data, n) < 0) {
        weft__session_starve(engine);
    } else if (whole) {
        weft__buf body = engine->in;
        weft__buf_init(&engine->in, &engine->allocator);
        engine->in_body = false;
        input_frame(engine, weft_bytes_of(body.data, body.len), &body);
        if (engine->in.cap == 0 && body.data) { /* nobody took it: it serves again */
            weft__buf_clear(&body, KEEP_MAX);
            engine->in = body;
        } else {
            weft__buf_fini(&body);
        }
    }
    return n;
}

/* Of the data kinds: with no flag, whole in what was fed, on a connection that is open and has begun nothing else. So
 * are nearly all, and what input_header and input_frame ask is answered at once; where anything else is the case these
 * say what becomes of the frame. How many bytes it was; 0: it is left to them. */
static size_t feed_plain(weft_engine *engine, const uint8_t *data, size_t len)
{
    if (len < WEFT__FRAME_HEADER || engine->head_len > 0 || engine->in_again || engine->state != WEFT__SESSION_READY)
        return 0;
    weft__frame frame = weft__frame_read(data);
    uint32_t max = engine->options.max_frame_size < engine->options.max_message_size ? engine->options.max_frame_size
                                                                                     : engine->options.max_message_size;
    if (!weft__kind_is_plain(frame.kind) || frame.flags != 0 || frame.reserved != 0 || frame.len > max ||
        frame.len > len - WEFT__FRAME_HEADER)
        return 0;
    weft_connection *conn = frame.connection == 0 ? engine->root : weft__input_find(engine, frame.connection);
    uint32_t cost = WEFT__FRAME_HEADER + frame.len; /* [flow.window] */
    weft_bytes body = weft_bytes_of(data + WEFT__FRAME_HEADER, frame.len);
    if (!conn || conn->state != WEFT__CONN_OPEN || conn->rx_kind != 0 || conn->rx_window < cost ||
        weft__log_wants(&engine->log, WEFT_LOG_DEBUG, WEFT_LOG_FRAME))
        return 0;
    conn->holds++;
    if (conn->leg && !weft__proxy_pass(conn, frame.kind, body)) {
        conn->holds--;
        return 0;
    }
    conn->rx_window -= cost;
    conn->traffic.bytes[WEFT__IN] += cost;
    conn->traffic.messages[WEFT__IN]++;
    weft__conn_give_window(conn, cost);
    if (!conn->leg)
        weft__input_message(conn, frame.kind, body, NULL);
    weft__conn_unhold(conn);
    return cost;
}

/* [conduit.last-word] Read, and thrown away, until the limit. */
static size_t feed_last_word(weft_engine *engine, size_t len)
{
    if (len >= engine->last_word_left) {
        engine->last_word_left = 0;
        engine->phase = WEFT_PHASE_CLOSED;
    } else {
        engine->last_word_left -= len;
    }
    return len;
}

/* How many of the len bytes were of use. */
static size_t feed_frames(weft_engine *engine, const uint8_t *at, size_t len)
{
    size_t left = len;
    while (left > 0 && weft__engine_has_conduit(engine) && engine->state != WEFT__SESSION_CONNECTING) {
        size_t n;
        if (engine->state == WEFT__SESSION_ENDED) {
            n = feed_last_word(engine, left);
        } else if (!engine->in_body && (n = feed_plain(engine, at, left)) > 0) {
            ; /* all of a frame */
        } else if (!engine->in_body) {
            n = feed_header(engine, at, left);
            if (engine->in_body && engine->in_left == 0 && engine->state != WEFT__SESSION_ENDED)
                (void)feed_body(engine, at, 0);
        } else {
            n = feed_body(engine, at, left);
        }
        at += n;
        left -= n;
    }
    return len - left;
}

int weft_engine_feed(weft_engine *engine, const void *data, size_t len, uint64_t now_ns, size_t *ret_consumed)
{
    const uint8_t *at = data;
    uint8_t next[WEFT__FRAME_HEADER];
    size_t taken = 0;
    weft__engine_time(engine, now_ns);
    engine->feeding = true;
    if (len > 0) { /* [session.keepalive] any byte is a sign of life */
        engine->heard = true;
        engine->heard_ns = engine->now_ns;
    }
    if (engine->in_place && engine->in_body && len > engine->in_left && len - engine->in_left <= sizeof next) {
        /* Maybe in the message, where they do not stay. */
        taken = (size_t)engine->in_left;
        memcpy(next, at + taken, len - taken);
        taken = feed_frames(engine, at, taken);
        taken += feed_frames(engine, next, len - taken);
    } else {
        taken = feed_frames(engine, at, len);
    }
    engine->feeding = false;
    engine->counts.bytes_in += taken;
    if (engine->resume)
        weft__resume_fed(engine, taken);
    if (ret_consumed)
        *ret_consumed = taken;
    return engine->state == WEFT__SESSION_ENDED && engine->end.code == WEFT_ENOMEM ? WEFT_ENOMEM : 0;
}

/* What was fed is borrowed until dispatch returns: what still waits then is copied, once, however often dispatch
 * returns before its turn. */
void weft__input_own(weft_engine *engine)
{
    weft__link *next;
    bool starved = false;
    if (!engine->has_borrowed)
        return;
    engine->has_borrowed = false;
    for (weft__link *link = engine->events.next; link != &engine->events; link = next) {
        weft__event *event = weft__container(link, weft__event, link);
        next = link->next;
        if (event->kind != WEFT__EVENT_REQUEST && event->kind != WEFT__EVENT_ENDED)
            continue;
        weft__call *call = weft__container(event, weft__call, event);
        if (weft__call_own_body(call) < 0) {
            weft__call_lose_body(call);
            starved = true;
        }
    }
    if (weft__channels_own(engine) < 0) {
        weft__channels_disown(engine);
        starved = true;
    }
    if (starved)
        weft__session_starve(engine);
}
