/* Messages of several frames: put together in the memory that they are handed over in.
 *
 * conn->rx->body is what has come in whole frames. Of the frame that is coming in the bytes stand right behind it
 * (engine->in_place), so that one whose end comes in a later feed need not be copied twice, and whoever reads from the
 * conduit may read to where they belong. They count once the frame is whole: until then it may be cut, and come again
 * [resume.exact]. */
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/wire/frame.h"

enum { PLACE_MIN = 4096 }; /* less is sooner copied than read apart */

/* ---- where a frame's bytes belong ---- */

/* Whose message the frame that is coming in is a part of; NULL: of none that is put together here. */
static weft_connection *assemble_conn(weft_engine *engine)
{
    bool more = (engine->in_frame.flags & WEFT__FLAG_MORE) != 0;
    if (engine->in_action != WEFT__LEGAL_TAKE || !weft__kind_may_fragment(engine->in_frame.kind) ||
        (engine->in_frame.flags & WEFT__FLAG_ABORT))
        return NULL;
    uint64_t id = engine->in_frame.connection;
    weft_connection *conn = id == 0 ? engine->root : weft__input_find(engine, id);
    if (!conn || !conn->in_table || conn->leg || conn->rx_void || conn->state == WEFT__CONN_CLOSING ||
        !(more || conn->rx_kind == engine->in_frame.kind))
        return NULL;
    return conn;
}

static bool rx_has(const weft_connection *conn, uint64_t n)
{
    return conn->rx ? conn->rx->body.cap - conn->rx->body.len >= n : n == 0;
}

/* Bytes of the frame that have come before; in_left is up to date. */
static size_t frame_stored(const weft_engine *engine)
{
    return (size_t)(engine->in_frame.len - engine->in_left);
}

int weft__assemble_keep(weft_engine *engine, const uint8_t *data, size_t n)
{
    size_t stored = frame_stored(engine) - n;
    weft_connection *conn = stored == 0 || engine->in_place ? assemble_conn(engine) : NULL;
    if (stored == 0)
        engine->in_place = conn != NULL;
    if (!engine->in_place)
        return weft__buf_append(&engine->in, data, n);
    if (!conn || !rx_has(conn, stored))
        return 0; /* it is gone, and the frame with it */
    weft__half *half = conn->rx ? conn->rx : weft__conn_begin_rx(conn);
    if (!half)
        return WEFT_ENOMEM;
    weft__buf_take(&half->body, &engine->spare_body);
    int status = weft__buf_reserve(&half->body, stored + n);
    uint8_t *to = status < 0 ? NULL : half->body.data + half->body.len + stored;
    if (to && to != data)
        memcpy(to, data, n);
    return status;
}

size_t weft_engine_place(weft_engine *engine, void **ret_place)
{
    *ret_place = NULL;
    if (engine->state == WEFT__SESSION_ENDED)
        return SIZE_MAX;
    if (!engine->in_body) { /* behind a fragment mostly comes the next: its header tells */
        const weft_connection *conn = engine->recent;
        bool next = conn && conn->rx_kind != 0 && conn->rx && conn->rx->body.len >= PLACE_MIN && engine->head_len == 0;
        return next ? WEFT__FRAME_HEADER : SIZE_MAX;
    }
    size_t stored = frame_stored(engine);
    weft_connection *conn = stored == 0 || engine->in_place ? assemble_conn(engine) : NULL;
    if (!conn || !conn->rx || engine->in_left < PLACE_MIN || !rx_has(conn, stored))
        return SIZE_MAX;
    weft__buf *body = &conn->rx->body;
    size_t want = (size_t)engine->in_left;
    if (engine->in_frame.flags & WEFT__FLAG_MORE)
        want += WEFT__FRAME_HEADER;
    weft__buf_take(body, &engine->spare_body);
    /* [frame.fragment] Memory goes by what has come, not by what was announced. */
    if (!rx_has(conn, stored + want) && body->len + stored >= want / 2)
        (void)weft__buf_reserve(body, stored + want);
    size_t room = body->cap - body->len - stored;
    if (room < PLACE_MIN)
        return SIZE_MAX;
    engine->in_place = true;
    *ret_place = body->data + body->len + stored;
    return room < want ? room : want;
}

/* ---- a frame is whole ---- */

/* [frame.abort] Half a message has come; an open may have less time. */
static void await_rest(weft_engine *engine, weft_connection *conn)
{
    uint64_t until = engine->now_ns + WEFT_MESSAGE_TIMEOUT;
    bool sooner = conn->state == WEFT__CONN_OPENING && conn->timer.place != 0 && conn->timer.at_ns < until;
    if (!sooner)
        weft__conn_arm(conn, until);
}

int weft__assemble(weft_engine *engine, weft_connection *conn, weft_bytes body)
{
    uint8_t kind = engine->in_frame.kind;
    int status = 0;
    if (engine->in_place && !rx_has(conn, engine->in_frame.len))
        return 0; /* what the frame belonged to is gone */
    if (engine->in_place)
        body = weft_bytes_of(conn->rx->body.data + conn->rx->body.len, engine->in_frame.len);
    conn->rx_kind = kind;
    bool held = weft__conn_hold_rx(conn, body); /* [memory.buffered] */
    if (!conn->in_table || conn->state == WEFT__CONN_CLOSING)
        return 0; /* refusing it was its end */
    if (held && engine->in_place) {
        conn->rx->body.len += body.len;
    } else if (held) {
        weft__buf_take(&conn->rx->body, &engine->spare_body);
        status = weft__buf_append(&conn->rx->body, body.ptr, body.len);
    }
    if (status < 0)
        return status;
    if (engine->in_frame.flags & WEFT__FLAG_MORE) {
        await_rest(engine, conn);
        return 0;
    }
    weft__buf whole;
    weft__buf_init(&whole, &engine->allocator);
    if (conn->rx) { /* NULL: there was no memory for any of it */
        whole = conn->rx->body;
        weft__buf_init(&conn->rx->body, &engine->allocator);
    }
    weft__conn_drop_rx(conn);
    conn->rx_kind = 0;
    if (conn->state != WEFT__CONN_OPENING)
        weft__conn_disarm(conn);
    if (held)
        weft__input_message(conn, kind, weft_bytes_of(whole.data, whole.len), &whole);
    else if (kind == WEFT__KIND_RESPONSE)
        weft__call_out_refused_end(conn, true);
    weft__buf_give(&engine->spare_body, &whole, &engine->allocator);
    return 0;
}
