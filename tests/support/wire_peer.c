/* One engine under test against frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/wire_peer.h"

#include <stdlib.h>

/* ---- the application ---- */

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    wire_peer *w = user;
    pair_side *side = &w->side;
    assert_int_equal(side->n_closed, 0);
    switch (event->kind) {
    case WEFT_EVENT_READY:
        side->n_ready++;
        side->has_reference = true;
        side->session = w->session = session;
        break;
    case WEFT_EVENT_FAILED: side->n_failed++; break;
    case WEFT_EVENT_DRAINING: (*(event->by_peer ? &side->n_draining : &side->n_drains))++; break;
    case WEFT_EVENT_WRITABLE: side->n_writable++; break;
    case WEFT_EVENT_CLOSED:
        side->n_closed++;
        side->end = *event->error;
        break;
    default: pair_note_outage(side, event); break;
    }
}

static void on_closed(void *user, const weft_error *error)
{
    pair_side *side = user;
    side->n_conn_closed++;
    side->conn_end = *error;
}

static const weft_service_type *const called = &pair_service;

static weft_open_options side_options(wire_peer *w)
{
    weft_open_options options = weft_open_options_default();
    options.serves = w->side.serves;
    options.handler = "";
    options.self = &w->side;
    options.calls = &called;
    options.n_calls = 1;
    options.on_closed = on_closed;
    options.on_closed_user = &w->side;
    return options;
}

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    wire_peer *w = user;
    pair_side *side = &w->side;
    w->session = session;
    side->n_open_asked++;
    side->pending = pending;
    if (w->decide)
        return w->decide(user, session, pending);
    if (side->keep_pending)
        return 0;
    if (side->refuse_code)
        return weft_pending_reject(pending, side->refuse_code, "no", NULL);
    weft_accept_options options = side_options(w);
    if (w->no_caller || weft_pending_is_root(pending))
        return weft_pending_accept(pending, &options, NULL);
    weft_connection_release(w->accepted);
    w->accepted = NULL;
    return weft_pending_accept(pending, &options, &w->accepted);
}

/* ---- making one ---- */

void wire_init(wire_peer *w, bool initiator)
{
    memset(w, 0, sizeof *w);
    weft_test_alloc_init(&w->alloc);
    w->initiator = initiator;
    w->seed = 3;
    w->now_ns = WEFT_NS_PER_S;
    w->options = weft_session_options_default();
    w->options.keepalive_idle_ns = WEFT_FOREVER; /* the test's side answers no pings by itself */
    w->side.serves = &pair_service;
    w->hello = wire_hello_defaults(false);
    w->window_ms = 60000;
    memset(w->key, 0xA1, sizeof w->key);
    w->evidence = (weft_peer){ sizeof w->evidence, "mem", "the test", true, 10, 20, 30 };
}

static weft_engine_options engine_options(wire_peer *w)
{
    weft_engine_options options;
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &w->alloc.allocator;
    options.peer = &w->evidence;
    options.seed[0] = w->seed;
    options.budget = w->budget;
    options.registry = w->registry;
    options.operations = w->operations;
    return options;
}

void wire_accept(wire_peer *w)
{
    weft_engine_options options = engine_options(w);
    assert_null(w->handshake);
    assert_int_equal(weft_handshake_new(&options, &w->options, w->now_ns, &w->handshake), 0);
}

void wire_begin(wire_peer *w)
{
    weft_engine_options options = engine_options(w);
    weft_open_options root = side_options(w);
    w->options.on_open = w->no_acceptor ? NULL : on_open;
    w->options.on_event = on_event;
    w->options.user = w;
    if (w->initiator && w->root_service) {
        w->options.root_service = &pair_service;
        w->options.root = &root;
    }
    if (w->initiator) {
        assert_int_equal(weft_engine_new(&options, &w->options, w->now_ns, &w->engine), 0);
        w->side.session = w->session = weft_session_retain(weft_engine_session(w->engine));
        w->side.has_reference = true;
        assert_int_equal(weft_engine_reconnect(w->engine, &w->evidence, w->now_ns, &w->handshake), 0);
    } else {
        wire_accept(w);
    }
    wire_run(w);
}

static bool engine_parity(const wire_peer *w)
{
    return w->initiator ? w->options.ids_odd : false;
}

void wire_shake(wire_peer *w)
{
    wire_begin(w);
    w->hello.settings.odd = !engine_parity(w);
    w->hello.requested_or_null = !w->initiator && w->root_service ? w->hello.services : NULL;
    w->hello.session.connection_window = w->peer_window ? w->peer_window : WEFT_CONNECTION_WINDOW_DEFAULT;
    wire_hello_resume resume = { weft_bytes_of(w->key, w->initiator ? sizeof w->key : 0), 0,
                                 w->initiator ? w->window_ms : 0 };
    wire_put_preamble(&w->out, !w->initiator);
    wire_put_hello_resume(&w->out, w->initiator ? WEFT__KIND_WELCOME : WEFT__KIND_HELLO, &w->hello,
                          w->resumes ? &resume : NULL);
    wire_flush(w);
    if (!w->initiator) {
        if (w->resumes)
            (void)wire_read_hello(w);
        wire_put_ready(&w->out);
        wire_flush(w);
    }
    assert_non_null(w->engine);
    assert_null(w->handshake);
    assert_int_equal(w->side.n_ready, 1);
    w->in.len = w->in_at = 0;
}

void wire_ready(wire_peer *w, bool initiator)
{
    wire_init(w, initiator);
    wire_shake(w);
}

void wire_fini(wire_peer *w)
{
    weft_connection_release(w->accepted);
    weft_handshake_free(w->handshake);
    weft_engine_free(w->engine);
    if (w->side.has_reference)
        weft_session_release(w->side.session);
    assert_int_equal(w->side.n_closed, w->side.n_ready || w->initiator ? 1 : 0);
    for (int i = 0; i < PAIR_CALLS_MAX; i++)
        assert_true(w->side.done_times[i] <= 1);
    wire_bytes_free(&w->in);
    wire_bytes_free(&w->out);
    weft_test_alloc_assert_empty(&w->alloc);
}

/* ---- moving ---- */

weft_phase wire_phase(const wire_peer *w)
{
    return w->handshake ? weft_handshake_phase(w->handshake) : weft_engine_phase(w->engine);
}

static void finish(wire_peer *w)
{
    if (!w->handshake)
        return;
    const weft_error *error = weft_handshake_error(w->handshake);
    if (error)
        w->refused = *error;
    if (weft_handshake_phase(w->handshake) != WEFT_PHASE_DONE)
        return;
    weft_engine *before = w->engine;
    assert_int_equal(weft_handshake_finish(w->handshake, &w->engine), 0);
    assert_true(!before || before == w->engine);
    if (w->finished)
        w->finished(w, !before);
    weft_handshake_free(w->handshake);
    w->handshake = NULL;
    w->session = weft_engine_session(w->engine);
}

static void dispatch(wire_peer *w)
{
    finish(w);
    if (w->handshake)
        (void)weft_handshake_dispatch(w->handshake, w->now_ns, SIZE_MAX);
    if (w->engine && (!w->handshake || w->side.n_ready))
        (void)weft_engine_dispatch(w->engine, w->now_ns, SIZE_MAX);
    finish(w);
}

static bool drain(wire_peer *w)
{
    weft_slice slices[16];
    if (!w->handshake && !w->engine) /* the one that there was has been given up */
        return false;
    size_t n = w->handshake ? weft_handshake_drain(w->handshake, slices, 16) : weft_engine_drain(w->engine, slices, 16);
    size_t len = 0;
    for (size_t i = 0; i < n && (w->turn == 0 || len < w->turn); i++) {
        size_t part = w->turn && slices[i].len > w->turn - len ? w->turn - len : slices[i].len;
        wire_bytes_add(&w->in, slices[i].ptr, part);
        len += part;
    }
    if (len > 0 && w->handshake)
        weft_handshake_drained(w->handshake, len);
    else if (len > 0)
        weft_engine_drained(w->engine, len, w->now_ns);
    return len > 0;
}

void wire_run(wire_peer *w)
{
    dispatch(w);
    while (!w->hold_output && drain(w))
        dispatch(w);
}

void wire_feed(wire_peer *w, const void *bytes, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    size_t at = 0;
    assert_non_null(copy);
    if (len > 0)
        memcpy(copy, bytes, len);
    while (at < len && wire_phase(w) != WEFT_PHASE_CLOSED) {
        size_t consumed = 0;
        int status = w->handshake ? weft_handshake_feed(w->handshake, copy + at, len - at, w->now_ns, &consumed)
                                  : weft_engine_feed(w->engine, copy + at, len - at, w->now_ns, &consumed);
        assert_int_equal(status, 0);
        at += consumed;
        dispatch(w);
        if (consumed == 0 && w->handshake)
            break;
    }
    free(copy);
    wire_run(w);
}

void wire_flush(wire_peer *w)
{
    wire_bytes out = w->out;
    memset(&w->out, 0, sizeof w->out);
    w->sent += wire_counted(&out);
    wire_feed(w, out.ptr, out.len);
    wire_bytes_free(&out);
}

void wire_advance(wire_peer *w, uint64_t ns)
{
    w->now_ns += ns;
    if (w->handshake)
        weft_handshake_tick(w->handshake, w->now_ns);
    if (w->engine && (!w->handshake || w->side.n_ready))
        weft_engine_tick(w->engine, w->now_ns);
    wire_run(w);
}

void wire_disconnect(wire_peer *w, int cause)
{
    if (w->handshake)
        weft_handshake_disconnected(w->handshake, cause, w->now_ns);
    else
        weft_engine_disconnected(w->engine, cause, NULL, w->now_ns);
    wire_run(w);
}

/* ---- reading what it says
 * -------------------------------------------------------------------------------------------- */

/* [resume.count] Drain, and from 16 on. */
static uint64_t counted(const weft__frame *frame)
{
    return frame->kind == WEFT__KIND_DRAIN || frame->kind >= 16 ? WEFT__FRAME_HEADER + (uint64_t)frame->len : 0;
}

uint64_t wire_counted(const wire_bytes *bytes)
{
    size_t at = bytes->len >= 4 && memcmp(bytes->ptr, "WEFT", 4) == 0 ? WEFT__PREAMBLE : 0;
    uint64_t sum = 0;
    while (bytes->len - at >= WEFT__FRAME_HEADER) {
        weft__frame frame = weft__frame_read(bytes->ptr + at);
        if (frame.len > bytes->len - at - WEFT__FRAME_HEADER)
            break;
        sum += counted(&frame);
        at += WEFT__FRAME_HEADER + frame.len;
    }
    return sum;
}

bool wire_next(wire_peer *w, wire_frame *ret_frame)
{
    size_t left = w->in.len - w->in_at;
    const uint8_t *at = w->in.ptr + w->in_at;
    if (left < WEFT__FRAME_HEADER)
        return false;
    weft__frame frame = weft__frame_read(at);
    if (left - WEFT__FRAME_HEADER < frame.len)
        return false;
    assert_int_equal(frame.reserved, 0);
    ret_frame->kind = frame.kind;
    ret_frame->flags = frame.flags;
    ret_frame->connection = frame.connection;
    ret_frame->body = weft_bytes_of(at + WEFT__FRAME_HEADER, frame.len);
    w->in_at += WEFT__FRAME_HEADER + frame.len;
    w->received += counted(&frame);
    return true;
}

weft__hello wire_read_hello(wire_peer *w)
{
    weft__hello hello;
    const char *missing;
    assert_true(w->in.len - w->in_at > WEFT__PREAMBLE);
    assert_memory_equal(w->in.ptr + w->in_at, "WEFT", 4);
    w->in_at += WEFT__PREAMBLE;
    wire_frame frame = wire_expect(w, w->initiator ? WEFT__KIND_HELLO : WEFT__KIND_WELCOME, 0);
    assert_int_equal(weft__hello_decode(frame.body, &hello, &missing), 0);
    if (!w->initiator && hello.has_resume) {
        assert_int_equal(hello.resume_key.len, WIRE_KEY);
        memcpy(w->key, hello.resume_key.ptr, WIRE_KEY);
        w->window_ms = hello.resume_window_ms;
    }
    return hello;
}

wire_frame wire_expect(wire_peer *w, uint8_t kind, uint64_t connection)
{
    wire_frame frame = { 0 };
    if (!wire_next(w, &frame))
        fail_msg("expected %s, and nothing was said", weft__kind_name(kind));
    if (frame.kind != kind || frame.connection != connection)
        fail_msg("expected %s on %llu, got %s on %llu: %.*s", weft__kind_name(kind), (unsigned long long)connection,
                 weft__kind_name(frame.kind), (unsigned long long)frame.connection, (int)frame.body.len,
                 (const char *)frame.body.ptr);
    return frame;
}

void wire_expect_none(wire_peer *w)
{
    wire_frame frame;
    if (wire_next(w, &frame))
        fail_msg("expected nothing, got %s on %llu: %.*s", weft__kind_name(frame.kind),
                 (unsigned long long)frame.connection, (int)frame.body.len, (const char *)frame.body.ptr);
}

void wire_expect_end(wire_peer *w, uint8_t kind, uint64_t connection, uint16_t code, const char *rule)
{
    wire_frame frame = wire_expect(w, kind, connection);
    weft__said said = { 0, { "", 0 } };
    weft__close close;
    char text[WEFT__TEXT_MAX + 1];
    if (kind == WEFT__KIND_SORRY) {
        assert_int_equal(weft__sorry_decode(frame.body, &said), 0);
    } else if (kind == WEFT__KIND_PROTOCOL_ERROR || kind == WEFT__KIND_GOODBYE) {
        assert_int_equal(weft__said_decode(frame.body, &said), 0);
    } else {
        int status =
            kind == WEFT__KIND_CLOSE ? weft__close_decode(frame.body, &close) : weft__reject_decode(frame.body, &close);
        assert_int_equal(status, 0);
        said.code = close.code;
        said.text = close.text;
    }
    memcpy(text, said.text.ptr, said.text.len);
    text[said.text.len] = '\0';
    if (said.code != code || (rule && !strstr(text, rule)))
        fail_msg("expected code %d and %s, got %d: %s", code, rule ? rule : "any text", said.code, text);
}

void wire_expect_alive(wire_peer *w)
{
    uint64_t nonce = 0;
    wire_expect_none(w);
    wire_put_number(&w->out, WEFT__KIND_PING, 0, 4711);
    wire_flush(w);
    wire_frame frame = wire_expect(w, WEFT__KIND_PONG, 0);
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &nonce), 0);
    assert_int_equal(nonce, 4711);
    wire_expect_none(w);
}

weft_bytes wire_expect_response(wire_peer *w, uint64_t connection, uint64_t request_id, uint8_t outcome)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_RESPONSE, connection);
    weft__response response;
    assert_int_equal(weft__response_decode(frame.body, &response), 0);
    assert_int_equal(response.request_id, request_id);
    assert_int_equal(response.outcome, outcome);
    return response.value;
}

uint64_t wire_expect_request(wire_peer *w, uint64_t connection)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_REQUEST, connection);
    weft__request request;
    assert_int_equal(frame.flags, 0);
    assert_int_equal(weft__request_decode(frame.body, &request), 0);
    return request.request_id;
}

/* ---- connections
 * ----------------------------------------------------------------------------------------------------- */

uint64_t wire_theirs(const wire_peer *w, uint64_t n)
{
    return engine_parity(w) ? 2 * n : 2 * n - 1;
}

uint64_t wire_ours(const wire_peer *w, uint64_t n)
{
    return engine_parity(w) ? 2 * n - 1 : 2 * n;
}

void wire_open(wire_peer *w, uint64_t connection)
{
    wire_put_open(&w->out, WEFT__KIND_OPEN, connection, true);
    wire_flush(w);
    (void)wire_expect(w, WEFT__KIND_ACCEPT, connection);
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    pair_side *side = user;
    assert_true(metadata || !connection);
    if (connection)
        side->n_opened++;
    else
        side->n_refused++;
    side->opened = connection;
    if (error)
        side->open_error = *error;
}

uint64_t wire_opens(wire_peer *w)
{
    weft_open_options options = side_options(w);
    wire_frame frame = { 0 };
    weft__open open;
    w->side.opened = NULL;
    options.n_calls = 0;
    options.timeout_ns = w->open_timeout_ns ? w->open_timeout_ns : WEFT_FOREVER;
    assert_int_equal(weft_open(w->session, &pair_service, &options, opened, &w->side), 0);
    wire_run(w);
    if (w->hold_output)
        return 0;
    assert_true(wire_next(w, &frame));
    assert_int_equal(frame.kind, WEFT__KIND_OPEN);
    assert_int_equal(weft__open_decode(frame.body, &open), 0);
    assert_int_equal(open.settings.odd, engine_parity(w));
    return frame.connection;
}

uint64_t wire_opens_accepted(wire_peer *w)
{
    uint64_t id = wire_opens(w);
    wire_put_open(&w->out, WEFT__KIND_ACCEPT, id, !engine_parity(w));
    wire_flush(w);
    assert_non_null(w->side.opened);
    return id;
}
