/* The patterns: bytes that come in, opens, calls, and their ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/linear/linear.h"
#include "tests/support/codec_types.h"

#include <stdlib.h>

enum { READ = 65536 };

static void feed(linear *l)
{
    linear_feed(l, l->bytes.ptr, l->bytes.len, READ);
}

static void feed_single(linear *l)
{
    linear_feed(l, l->bytes.ptr, l->bytes.len, 1);
}

static void prepare_fed(linear *l, void (*put)(linear *l))
{
    put(l);
    feed(l);
    l->bytes.len = 0;
}

/* ---- bytes ---- */

static void put_skipped(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        wire_put(&l->bytes, 200, 0, 1, "anything", 8);
}

static void put_pings(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        wire_put_number(&l->bytes, WEFT__KIND_PING, 0, i);
}

static void put_fragments(linear *l)
{
    (void)wire_put_request_cut(&l->bytes, 1, 1, pair_service.methods[PAIR_ECHO].id, l->n * WEFT__MORE_MIN,
                               WEFT__MORE_MIN, 0);
}

static void put_frame(linear *l)
{
    wire_put_request(&l->bytes, 1, 1, pair_service.methods[PAIR_ECHO].id, l->n);
}

static void put_nested(linear *l)
{
    static const uint8_t head[] = { 0x96, 1, 0xcd, 0x10, 0x01, 0 }; /* echo */
    wire_bytes body = { NULL, 0, 0 };
    wire_bytes_add(&body, head, sizeof head);
    for (size_t i = 0; i < l->n; i++)
        wire_bytes_add(&body, "\x91", 1);
    wire_bytes_add(&body, "\xc0\x90\x90", 3);
    wire_put(&l->bytes, WEFT__KIND_REQUEST, 0, 1, body.ptr, body.len);
    wire_bytes_free(&body);
}

/* Empty elements where none are due. */
static void put_elements(linear *l)
{
    static const uint8_t head[] = { 0x96, 1, 0xcd, 0x10, 0x01, 0, 0xdd };
    uint8_t count[4] = { (uint8_t)(l->n >> 24), (uint8_t)(l->n >> 16), (uint8_t)(l->n >> 8), (uint8_t)l->n };
    wire_bytes body = { NULL, 0, 0 };
    wire_bytes_add(&body, head, sizeof head);
    wire_bytes_add(&body, count, sizeof count);
    for (size_t i = 0; i < l->n; i++)
        wire_bytes_add(&body, "\x80", 1);
    wire_bytes_add(&body, "\x90\x90", 2);
    wire_put(&l->bytes, WEFT__KIND_REQUEST, 0, 1, body.ptr, body.len);
    wire_bytes_free(&body);
}

/* A handshake of its own, whose Hello has a key that nobody knows, n bytes long. */
static void prepare_hello(linear *l)
{
    weft_engine_options options;
    wire_bytes hello = { NULL, 0, 0 };
    uint8_t entry[] = { 0xa1, 'x', 0xc5, (uint8_t)(l->n >> 8), (uint8_t)l->n };
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &l->w.alloc.allocator;
    assert_int_equal(weft_handshake_new(&options, NULL, l->w.now_ns, &l->handshake), 0);
    wire_put_hello(&hello, WEFT__KIND_HELLO, true, false);
    hello.ptr[WEFT__FRAME_HEADER]++; /* the map's count */
    wire_bytes_add(&hello, entry, sizeof entry);
    for (size_t i = 0; i < l->n; i++)
        wire_bytes_add(&hello, "", 1);
    wire_put_preamble(&l->bytes, true);
    wire_put(&l->bytes, WEFT__KIND_HELLO, 0, 0, hello.ptr + WEFT__FRAME_HEADER, hello.len - WEFT__FRAME_HEADER);
    wire_put_ready(&l->bytes);
    wire_bytes_free(&hello);
}

static void run_hello(linear *l)
{
    weft_slice slices[4];
    for (size_t i = 0; i < l->bytes.len; i++) {
        size_t consumed;
        assert_int_equal(weft_handshake_feed(l->handshake, l->bytes.ptr + i, 1, l->w.now_ns, &consumed), 0);
        (void)weft_handshake_drain(l->handshake, slices, 4);
    }
    assert_int_equal(weft_handshake_phase(l->handshake), WEFT_PHASE_DONE);
}

/* ---- opens ---- */

static void put_opens(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        linear_put_open(&l->bytes, 2 * i + 3);
}

static void prepare_refused(linear *l)
{
    l->w.side.refuse_code = WEFT_CODE_REFUSED;
    put_opens(l);
}

static void put_opens_malformed(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        wire_put(&l->bytes, WEFT__KIND_OPEN, 0, 2 * i + 3, "\x90", 1);
}

static void put_opens_aborted(linear *l)
{
    static const uint8_t part[WEFT__MORE_MIN];
    for (size_t i = 0; i < l->n; i++) {
        wire_put(&l->bytes, WEFT__KIND_OPEN, WEFT__FLAG_MORE, 2 * i + 3, part, sizeof part);
        wire_put(&l->bytes, WEFT__KIND_OPEN, WEFT__FLAG_ABORT, 2 * i + 3, "", 0);
    }
}

static void prepare_connections(linear *l)
{
    prepare_fed(l, put_opens);
}

static void put_closes(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        wire_put_close(&l->bytes, 2 * i + 3, WEFT_CODE_NONE, 0);
}

static void prepare_closes(linear *l)
{
    prepare_connections(l);
    put_closes(l);
}

/* Then everything on them is late. */
static void prepare_late(linear *l)
{
    prepare_closes(l);
    feed(l);
    l->bytes.len = 0;
    for (size_t i = 0; i < l->n; i++)
        wire_put_any(&l->bytes, WEFT__KIND_REQUEST, 2 * i + 3, 1);
}

static void prepare_violations(linear *l)
{
    prepare_connections(l);
    for (size_t i = 0; i < l->n; i++)
        wire_put(&l->bytes, WEFT__KIND_REQUEST, 0, 2 * i + 3, "\xc1", 1);
}

static void run_disconnect(linear *l)
{
    weft_engine_disconnected(l->w.engine, WEFT_ECONNRESET, NULL, l->w.now_ns);
    linear_turn(l);
}

static void run_free(linear *l)
{
    weft_engine_free(l->w.engine);
    l->w.engine = NULL;
}

static void run_session_close(linear *l)
{
    weft_session_close(l->w.session, WEFT_CODE_NONE, NULL);
    linear_turn(l);
}

/* Nothing is taken: the limit of the close ends it. */
static void run_session_close_stuck(linear *l)
{
    weft_session_close(l->w.session, WEFT_CODE_NONE, NULL);
    l->w.now_ns += 6 * WEFT_NS_PER_S;
    weft_engine_tick(l->w.engine, l->w.now_ns);
    linear_turn(l);
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    (void)user;
    (void)metadata;
    (void)error;
    weft_connection_release(connection);
}

static void prepare_opens_of_ours(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        assert_int_equal(weft_open(l->w.session, &pair_service, NULL, opened, NULL), 0);
}

/* ---- calls of the counterpart's ---- */

static void put_requests(linear *l, uint32_t method)
{
    for (size_t i = 0; i < l->n; i++)
        wire_put_request(&l->bytes, 1, 2 * i + 1, pair_service.methods[method].id, 8);
}

static void put_echoes(linear *l)
{
    put_requests(l, PAIR_ECHO);
}

static void put_holds(linear *l)
{
    put_requests(l, PAIR_HOLD);
}

static void put_cancels(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        wire_put_number(&l->bytes, WEFT__KIND_CANCEL, 1, 2 * i + 1);
}

static void prepare_held(linear *l)
{
    prepare_fed(l, put_holds);
}

static void prepare_cancels(linear *l)
{
    prepare_held(l);
    put_cancels(l);
}

static void prepare_late_cancels(linear *l)
{
    prepare_fed(l, put_echoes);
    put_cancels(l);
}

static void prepare_unknown(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        wire_put_request(&l->bytes, 1, 2 * i + 1, 0x4711, 8);
}

static void prepare_close(linear *l)
{
    prepare_held(l);
    wire_put_close(&l->bytes, 1, WEFT_CODE_NONE, 0);
}

static void run_dispatched_singly(linear *l)
{
    size_t consumed;
    assert_int_equal(weft_engine_feed(l->w.engine, l->bytes.ptr, l->bytes.len, l->w.now_ns, &consumed), 0);
    while (weft_engine_dispatch(l->w.engine, l->w.now_ns, 1) > 0)
        continue;
    linear_turn(l);
}

/* The conduit takes a byte at a time. */
static void run_taken_singly(linear *l)
{
    size_t consumed;
    weft_slice slice;
    assert_int_equal(weft_engine_feed(l->w.engine, l->bytes.ptr, l->bytes.len, l->w.now_ns, &consumed), 0);
    while (weft_engine_dispatch(l->w.engine, l->w.now_ns, SIZE_MAX) > 0)
        continue;
    while (weft_engine_drain(l->w.engine, &slice, 1) > 0)
        weft_engine_drained(l->w.engine, 1, l->w.now_ns);
}

static void run_deadlines(linear *l)
{
    l->w.now_ns += 40 * WEFT_NS_PER_S;
    weft_engine_tick(l->w.engine, l->w.now_ns);
    linear_turn(l);
}

/* ---- calls made here ---- */

static void call_many(linear *l)
{
    for (size_t i = 0; i < l->n; i++) {
        weft_bytes data = weft_bytes_of("data", 4);
        pair_echo_args args = { data };
        assert_int_equal(weft_gen_call(l->w.accepted, &pair_service, PAIR_ECHO, &args, NULL, NULL, NULL, NULL), 0);
    }
}

static void prepare_called(linear *l)
{
    call_many(l);
    linear_turn(l);
}

static void prepare_called_close(linear *l)
{
    prepare_called(l);
    wire_put_close(&l->bytes, 1, WEFT_CODE_NONE, 0);
}

static void prepare_responses(linear *l)
{
    prepare_called(l);
    for (size_t i = 0; i < l->n; i++)
        wire_put_response(&l->bytes, 1, 2 * i + 2, 0, 8);
}

/* In the order that is the worst for a list. */
static void prepare_responses_backwards(linear *l)
{
    prepare_called(l);
    for (size_t i = l->n; i-- > 0;)
        wire_put_response(&l->bytes, 1, 2 * i + 2, 0, 8);
}

static void prepare_late_responses(linear *l)
{
    prepare_responses(l);
    feed(l);
}

static void run_abort_connection(linear *l)
{
    assert_int_equal(weft_connection_abort(l->w.accepted, WEFT_CODE_NONE, NULL), 0);
    linear_turn(l);
}

/* ---- drain: a call of this side keeps the session from its end ---- */

static void run_drain(linear *l)
{
    pair_echo_args args = { weft_bytes_of("data", 4) };
    assert_int_equal(weft_gen_call(l->w.accepted, &pair_service, PAIR_ECHO, &args, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(weft_session_drain(l->w.session, WEFT_FOREVER), 0);
    linear_turn(l);
    assert_true(weft_session_is_ready(l->w.session));
}

static void prepare_drained_requests(linear *l)
{
    run_drain(l);
    put_echoes(l);
}

static void prepare_drained_opens(linear *l)
{
    run_drain(l);
    put_opens(l);
}

/* ---- values ---- */

static void put_count(linear *l, uint8_t form)
{
    uint8_t head[] = { form, (uint8_t)(l->n >> 24), (uint8_t)(l->n >> 16), (uint8_t)(l->n >> 8), (uint8_t)l->n };
    wire_bytes_add(&l->bytes, head, sizeof head);
}

static void put_map(linear *l)
{
    put_count(l, 0xdf);
    for (size_t i = 0; i < l->n; i++) {
        uint8_t entry[] = { 0xce, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i, 0xc4, 0 };
        wire_bytes_add(&l->bytes, entry, sizeof entry);
    }
}

static void put_lists(linear *l)
{
    put_count(l, 0xdd);
    for (size_t i = 0; i < l->n; i++)
        wire_bytes_add(&l->bytes, "\x93\x01\x02\x03", 4);
}

static void decode(linear *l, const weft_type *type)
{
    struct {
        const void *items;
        size_t len;
    } value;
    weft_arena *arena;
    weft_error error;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(weft_gen_decode(type, weft_bytes_of(l->bytes.ptr, l->bytes.len), arena, &value, &error), 0);
    assert_int_equal(value.len, l->n);
    weft_arena_free(arena);
}

static void run_map(linear *l)
{
    decode(l, &ct_i32_bytes_type);
}

static void run_lists(linear *l)
{
    decode(l, &ct_u32_lists_type);
}

/* Calls in numbers that make those that the pool keeps few. */
const linear_pattern linear_patterns[] = {
    { "frames that are skipped", 2000, put_skipped, feed, NULL },
    { "frames that are skipped, byte by byte", 500, put_skipped, feed_single, NULL },
    { "pings", 2000, put_pings, feed, NULL },
    { "a message in fragments", 500, put_fragments, feed, NULL },
    { "a message in fragments, byte by byte", 20, put_fragments, feed_single, NULL },
    { "a long frame", 200000, put_frame, feed, NULL },
    { "a long frame, byte by byte", 20000, put_frame, feed_single, NULL },
    { "a Hello, byte by byte", 12000, prepare_hello, run_hello, NULL },
    { "arrays in arrays", 10000, put_nested, feed, NULL },
    { "empty elements", 10000, put_elements, feed, NULL },
    { "opens", 500, put_opens, feed, NULL },
    { "opens that are rejected", 500, prepare_refused, feed, NULL },
    { "opens that are malformed", 500, put_opens_malformed, feed, NULL },
    { "opens that are aborted", 500, put_opens_aborted, feed, NULL },
    { "closes", 500, prepare_closes, feed, NULL },
    { "frames for connections that are gone", 1000, prepare_late, feed, NULL },
    { "a violation on each connection", 500, prepare_violations, feed, NULL },
    { "the conduit of many connections ends", 500, prepare_connections, run_disconnect, NULL },
    { "the engine of many connections is freed", 500, prepare_connections, run_free, NULL },
    { "a session of many connections closes", 500, prepare_connections, run_session_close, NULL },
    { "the same where nothing is taken", 500, prepare_connections, run_session_close_stuck, NULL },
    { "the conduit of many opens ends", 500, prepare_opens_of_ours, run_disconnect, NULL },
    { "a session of many opens closes", 500, prepare_opens_of_ours, run_session_close, NULL },
    { "requests", 500, put_echoes, feed, NULL },
    { "requests, byte by byte", 100, put_echoes, feed_single, NULL },
    { "requests, dispatched one by one", 1500, put_echoes, run_dispatched_singly, NULL },
    { "requests, answers taken byte by byte", 200, put_echoes, run_taken_singly, NULL },
    { "requests of no method", 500, prepare_unknown, feed, NULL },
    { "requests that are held", 500, put_holds, feed, NULL },
    { "cancels", 1000, prepare_cancels, feed, NULL },
    { "cancels of requests that are gone", 1000, prepare_late_cancels, feed, NULL },
    { "the connection of many requests ends", 500, prepare_close, feed, NULL },
    { "the conduit of many requests ends", 500, prepare_held, run_disconnect, NULL },
    { "calls", 1500, NULL, prepare_called, NULL },
    { "responses", 1500, prepare_responses, feed, NULL },
    { "responses, the last one first", 1500, prepare_responses_backwards, feed, NULL },
    { "responses to calls that are gone", 1000, prepare_late_responses, feed, NULL },
    { "deadlines of many calls", 250, prepare_called, run_deadlines, NULL },
    { "the connection of many calls ends", 1500, prepare_called_close, feed, NULL },
    { "the connection of many calls is aborted", 1500, prepare_called, run_abort_connection, NULL },
    { "the connection of calls unsent is aborted", 1500, call_many, run_abort_connection, NULL },
    { "the conduit of many calls ends", 1500, prepare_called, run_disconnect, NULL },
    { "the engine of many calls is freed", 1500, prepare_called, run_free, NULL },
    { "a session of many connections drains", 500, prepare_connections, run_drain, NULL },
    { "requests to a session that drains", 500, prepare_drained_requests, feed, NULL },
    { "opens to a session that drains", 500, prepare_drained_opens, feed, NULL },
    { "a map", 2000, put_map, run_map, NULL },
    { "lists in a list", 2000, put_lists, run_lists, NULL },
    { NULL, 0, NULL, NULL, NULL },
};
