/* Frames: headers, fragments, aborts, order, turns, windows; what an engine says is held against the rules, and so is
 * what it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdlib.h>

enum { ECHO = 0x1001, HOLD = 0x1002, TURN = 16384 };

/* A session with a connection that the test has opened. */
static uint64_t begin(wire_peer *w, bool initiator)
{
    wire_ready(w, initiator);
    uint64_t id = wire_theirs(w, 1);
    wire_open(w, id);
    return id;
}

static void answer_held(wire_peer *w, int index, size_t len)
{
    uint8_t *bytes = calloc(len, 1);
    weft_bytes value = weft_bytes_of(bytes, len);
    assert_int_equal(weft_gen_return(w->side.held[index], &pair_service, PAIR_HOLD, &value), 0);
    free(bytes);
    wire_run(w);
}

/* ---- headers
 * --------------------------------------------------------------------------------------------------------- */

static void frame_cut_anywhere_taken_the_same(void **state)
{
    /* Goal: header and body may come byte by byte. */
    wire_peer w;
    wire_bytes all = { NULL, 0, 0 };
    (void)state;
    WEFT_RULE("frame.header");
    uint64_t id = begin(&w, false);
    wire_put_request(&all, id, 1, ECHO, 300);
    wire_put_request_cut(&all, id, 3, ECHO, 4000, 1024, 0);
    for (size_t i = 0; i < all.len; i++)
        wire_feed(&w, all.ptr + i, 1);
    assert_int_equal(wire_expect_response(&w, id, 1, 0).len, 303);
    assert_int_equal(wire_expect_response(&w, id, 3, 0).len, 4003);
    wire_expect_alive(&w);
    wire_bytes_free(&all);
    wire_fini(&w);
}

static void frame_of_unknown_kind_from_192_skipped(void **state)
{
    /* Goal: such a frame is skipped with its body and either flag, on any connection, within messages of others too. */
    wire_peer w;
    static uint8_t body[65536];
    (void)state;
    WEFT_RULE("frame.max");
    uint64_t id = begin(&w, false);
    wire_put(&w.out, 192, 0, 0, body, 0);
    wire_put(&w.out, 255, 0, id, body, sizeof body);
    wire_put(&w.out, 200, WEFT__FLAG_MORE, id + 40, body, 2000);
    wire_put(&w.out, 200, WEFT__FLAG_ABORT, id + 40, body, 0);
    wire_put_request_cut(&w.out, id, 1, ECHO, 3000, 1024, 2);
    wire_put(&w.out, 200, 0, id, body, 10);
    wire_flush(&w);
    wire_expect_alive(&w);
    wire_bytes rest = { NULL, 0, 0 };
    size_t two = (size_t)2 * (WEFT__FRAME_HEADER + 1024);
    wire_put_request_cut(&rest, id, 1, ECHO, 3000, 1024, 0);
    wire_feed(&w, rest.ptr + two, rest.len - two);
    (void)wire_expect_response(&w, id, 1, 0);
    wire_bytes_free(&rest);
    wire_fini(&w);
}

static void frame_as_long_as_may_be_taken(void **state)
{
    /* Goal: max_frame_size itself, and 16 KiB for a kind without fragments, are no violations. */
    wire_peer w;
    uint8_t *body = calloc(1, 16384);
    (void)state;
    WEFT_RULE("frame.max");
    uint64_t id = begin(&w, true);
    wire_put_request(&w.out, id, 1, ECHO, 65536 - 12);
    while (weft__frame_read(w.out.ptr).len != 65536) {
        size_t off = weft__frame_read(w.out.ptr).len;
        w.out.len = 0;
        wire_put_request(&w.out, id, 1, ECHO, 65536 - 12 - (off - 65536));
    }
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_RESPONSE, id);
    body[0] = 0x92; /* [7, a later version's bin] */
    body[1] = 7;
    body[2] = 0xc5;
    body[3] = (uint8_t)((16384 - 5) >> 8);
    body[4] = (uint8_t)(16384 - 5);
    wire_put(&w.out, WEFT__KIND_PING, 0, 0, body, 16384);
    wire_flush(&w);
    wire_frame next;
    while (wire_next(&w, &next))
        assert_true(next.kind == WEFT__KIND_RESPONSE || next.kind == WEFT__KIND_PONG);
    wire_expect_alive(&w);
    free(body);
    wire_fini(&w);
}

/* ---- fragments
 * -------------------------------------------------------------------------------------------------------- */

static void message_longer_than_frame_cut_as_it_must_be(void **state)
{
    /* Goal: pieces with MORE are at least 1,024 and at most the counterpart's max_frame_size; together they are the
     * message, and nothing of another one of the same connection is in between. */
    wire_peer w;
    wire_frame frame;
    (void)state;
    WEFT_RULE("frame.fragment");
    WEFT_RULE("frame.order");
    uint64_t id = begin(&w, false);
    wire_put_request(&w.out, id, 1, HOLD, 1);
    wire_put_request(&w.out, id, 3, HOLD, 1);
    wire_flush(&w);
    answer_held(&w, 0, 200000);
    answer_held(&w, 1, 100);
    size_t total = 0, n = 0;
    do {
        assert_true(wire_next(&w, &frame));
        assert_int_equal(frame.kind, WEFT__KIND_RESPONSE);
        assert_int_equal(frame.connection, id);
        assert_true(frame.body.len <= w.options.max_frame_size);
        assert_true(!(frame.flags & WEFT__FLAG_MORE) || frame.body.len >= 1024);
        total += frame.body.len;
        n++;
    } while (frame.flags & WEFT__FLAG_MORE);
    assert_int_equal(total, 200000 + 3 + 5);
    assert_true(n >= 4);
    (void)wire_expect_response(&w, id, 3, 0);
    wire_fini(&w);
}

static void message_too_long_for_counterpart_nothing_of_it_sent(void **state)
{
    /* Goal: a request is refused locally; a response is answered internal, with its limit in the text. */
    wire_peer w;
    (void)state;
    WEFT_RULE("frame.fragment");
    wire_ready(&w, false);
    uint64_t id = wire_theirs(&w, 1);
    weft__open_out open = wire_open_defaults(true);
    open.settings.max_message_size = 65536;
    open.requested_or_null = open.services;
    wire_put_open_of(&w.out, WEFT__KIND_OPEN, id, &open);
    wire_put_request(&w.out, id, 1, HOLD, 1);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_REJECT, id); /* [conn.open] the request was too early */
    id += 2;
    wire_put_open_of(&w.out, WEFT__KIND_OPEN, id, &open);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_ACCEPT, id);
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 65537, 0, NULL), WEFT_EMSGSIZE);
    wire_run(&w);
    wire_expect_none(&w);
    wire_put_request(&w.out, id, 1, HOLD, 1);
    wire_flush(&w);
    static uint8_t zeros[70000];
    weft_bytes value = weft_bytes_of(zeros, sizeof zeros);
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), WEFT_EMSGSIZE);
    wire_run(&w);
    weft_bytes text = wire_expect_response(&w, id, 1, WEFT_OUTCOME_INTERNAL);
    assert_memory_equal(text.ptr + text.len - 5, "65536", 5);
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 60000, 1, NULL), 0);
    wire_run(&w);
    (void)wire_expect_request(&w, id);
    wire_fini(&w);
}

static void open_in_fragments_counts_from_the_first(void **state)
{
    /* Goal: an Open takes its id and its place with its first frame. */
    wire_peer w;
    wire_bytes whole = { NULL, 0, 0 };
    static uint8_t padding[3000];
    (void)state;
    WEFT_RULE("frame.fragment");
    WEFT_RULE("conn.limits");
    wire_init(&w, false);
    w.options.max_connections = 1;
    wire_shake(&w);
    weft_metadata_entry entry = weft_metadata_bytes("padding", weft_bytes_of(padding, sizeof padding), 0);
    weft__open_out open = wire_open_defaults(true);
    open.metadata = (weft_metadata){ &entry, 1 };
    open.requested_or_null = open.services;
    wire_put_open_of(&whole, WEFT__KIND_OPEN, 1, &open);
    const uint8_t *body = whole.ptr + WEFT__FRAME_HEADER;
    size_t len = whole.len - WEFT__FRAME_HEADER;
    wire_put(&w.out, WEFT__KIND_OPEN, WEFT__FLAG_MORE, 1, body, 1024);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 3, true); /* comes whole before the first one is */
    wire_put(&w.out, WEFT__KIND_OPEN, WEFT__FLAG_MORE, 1, body + 1024, 1024);
    wire_put(&w.out, WEFT__KIND_OPEN, 0, 1, body + 2048, len - 2048);
    wire_flush(&w);
    wire_expect_end(&w, WEFT__KIND_REJECT, 3, WEFT_CODE_PROTOCOL, "[conn.limits]");
    (void)wire_expect(&w, WEFT__KIND_ACCEPT, 1);
    wire_expect_alive(&w);
    wire_bytes_free(&whole);
    wire_fini(&w);
}

/* ---- aborts
 * ------------------------------------------------------------------------------------------------------------- */

static void request_aborted_void_but_for_its_id(void **state)
{
    /* Goal: of what was aborted nothing runs; the id is spent, and a Cancel for it is late. */
    wire_peer w;
    (void)state;
    WEFT_RULE("frame.abort");
    uint64_t id = begin(&w, false);
    wire_put_request_cut(&w.out, id, 1, ECHO, 3000, 1024, 2);
    wire_put(&w.out, WEFT__KIND_REQUEST, WEFT__FLAG_ABORT, id, NULL, 0);
    wire_put_number(&w.out, WEFT__KIND_CANCEL, id, 1);
    wire_flush(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_handled, 0);
    wire_put_request(&w.out, id, 3, ECHO, 3);
    wire_flush(&w);
    (void)wire_expect_response(&w, id, 3, 0);
    wire_put_request(&w.out, id, 1, ECHO, 3);
    wire_flush(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, id, WEFT_CODE_PROTOCOL, "[id.increasing]");
    wire_fini(&w);
}

static void open_aborted_gone_without_a_word(void **state)
{
    /* Goal: an Open that was aborted was never one: nobody is asked, nothing is said, its place is free again. */
    wire_peer w;
    static uint8_t body[2000];
    (void)state;
    WEFT_RULE("frame.abort");
    wire_init(&w, false);
    w.options.max_connections = 1;
    wire_shake(&w);
    wire_put(&w.out, WEFT__KIND_OPEN, WEFT__FLAG_MORE, 1, body, sizeof body);
    wire_put(&w.out, WEFT__KIND_OPEN, WEFT__FLAG_ABORT, 1, NULL, 0);
    wire_flush(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_open_asked, 0);
    wire_open(&w, 3);
    wire_fini(&w);
}

static void request_half_sent_given_up_aborted(void **state)
{
    /* Goal: a request of which a part is out is aborted when it is cancelled; one that waits is simply removed; neither
     * is named by a Cancel. */
    wire_peer w;
    wire_frame frame;
    weft_call half, whole;
    (void)state;
    WEFT_RULE("frame.abort");
    WEFT_RULE("frame.order");
    wire_init(&w, false);
    w.peer_window = 128 * 1024;
    wire_shake(&w);
    wire_open(&w, 1);
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 200000, 0, &half), 0);
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 10, 1, &whole), 0);
    wire_run(&w);
    while (wire_next(&w, &frame))
        assert_int_equal(frame.flags, WEFT__FLAG_MORE);
    assert_int_equal(weft_call_cancel(whole), 0);
    assert_int_equal(weft_call_cancel(half), 0);
    wire_run(&w);
    assert_int_equal(w.side.results[0].code, WEFT_ECANCELED);
    assert_int_equal(w.side.results[1].code, WEFT_ECANCELED);
    assert_false(w.side.results[1].may_have_run);
    frame = wire_expect(&w, WEFT__KIND_REQUEST, 1);
    assert_int_equal(frame.flags, WEFT__FLAG_ABORT);
    assert_int_equal(frame.body.len, 0);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void message_half_received_5_min_without_progress_ended(void **state)
{
    /* Goal: progress begins the time anew; without it: Close, Reject or, for the root, ProtocolError, code timeout. */
    static const uint8_t kinds[] = { WEFT__KIND_CLOSE, WEFT__KIND_REJECT, WEFT__KIND_PROTOCOL_ERROR };
    static uint8_t body[2000];
    (void)state;
    WEFT_RULE("frame.abort");
    for (size_t i = 0; i < 3; i++) {
        wire_peer w;
        uint64_t id = begin(&w, false);
        id = i == 0 ? id : i == 1 ? 3 : 0;
        uint8_t kind = i == 1 ? WEFT__KIND_OPEN : WEFT__KIND_REQUEST;
        for (int piece = 0; piece < 3; piece++) {
            wire_put(&w.out, kind, WEFT__FLAG_MORE, id, body, sizeof body);
            wire_flush(&w);
            wire_advance(&w, WEFT_MESSAGE_TIMEOUT - 1);
        }
        wire_expect_none(&w);
        wire_advance(&w, 1);
        wire_expect_end(&w, kinds[i], id, WEFT_CODE_TIMEOUT, "[frame.abort]");
        if (i < 2)
            wire_expect_alive(&w);
        if (i == 1) { /* what was still under way of it is dropped */
            wire_put(&w.out, kind, 0, id, body, 10);
            wire_flush(&w);
            wire_expect_alive(&w);
        }
        wire_fini(&w);
    }
}

static void accept_half_received_open_has_its_time(void **state)
{
    /* Goal: fragments of an Accept do not keep an open alive beyond its own time, nor one without beyond 5 min. */
    static uint8_t body[2000];
    (void)state;
    WEFT_RULE("frame.abort");
    for (int timed = 0; timed < 2; timed++) {
        wire_peer w;
        wire_init(&w, true);
        w.open_timeout_ns = timed ? 40 * WEFT_NS_PER_S : 0;
        uint64_t limit = timed ? w.open_timeout_ns : WEFT_MESSAGE_TIMEOUT;
        wire_shake(&w);
        uint64_t id = wire_opens(&w);
        wire_put(&w.out, WEFT__KIND_ACCEPT, WEFT__FLAG_MORE, id, body, sizeof body);
        wire_flush(&w);
        wire_advance(&w, limit - 1);
        wire_expect_none(&w);
        wire_advance(&w, 1);
        wire_expect_end(&w, WEFT__KIND_CLOSE, id, WEFT_CODE_TIMEOUT, NULL);
        assert_int_equal(w.side.open_error.code, WEFT_ETIMEDOUT);
        wire_put(&w.out, WEFT__KIND_ACCEPT, 0, id, body, 10);
        wire_flush(&w);
        wire_expect_alive(&w);
        wire_fini(&w);
    }
}

/* ---- order and turns
 * -------------------------------------------------------------------------------------------------------- */

static void small_kinds_between_fragments_taken(void **state)
{
    /* Goal: Window and Cancel, and on 0 Ping and Pong, may come between the fragments of a message. */
    wire_peer w;
    wire_bytes whole = { NULL, 0, 0 };
    (void)state;
    WEFT_RULE("frame.order");
    uint64_t id = begin(&w, false);
    wire_put_request(&w.out, id, 1, HOLD, 1);
    wire_put_request(&w.out, id, 3, ECHO, 100);
    wire_flush(&w);
    size_t spent = WEFT__FRAME_HEADER + wire_expect(&w, WEFT__KIND_RESPONSE, id).body.len;
    (void)wire_put_request_cut(&whole, id, 5, ECHO, 3000, 1024, 0);
    for (size_t at = 0; at < whole.len;) {
        size_t len = WEFT__FRAME_HEADER + weft__frame_read(whole.ptr + at).len;
        wire_feed(&w, whole.ptr + at, len);
        at += len;
        if (at == whole.len)
            break;
        if (at == len) {
            wire_put_number(&w.out, WEFT__KIND_CANCEL, id, 1);
            wire_put_number(&w.out, WEFT__KIND_WINDOW, id, spent);
        }
        wire_put_number(&w.out, WEFT__KIND_PONG, 0, 1);
        wire_flush(&w);
        wire_expect_alive(&w);
    }
    assert_int_equal(w.side.n_cancelled, 1);
    (void)wire_expect_response(&w, id, 5, 0);
    wire_bytes_free(&whole);
    wire_fini(&w);
}

static void small_call_beside_busy_connections_waits_for_a_turn_of_each(void **state)
{
    /* Goal: beside 1 and 8 connections that send without end, at most a turn of 16 KiB of each goes before a small
     * message, and no data frame is longer than a turn. */
    static const uint64_t busy_of[] = { 1, 8 };
    (void)state;
    WEFT_RULE("frame.fair");
    for (size_t i = 0; i < 2; i++) {
        wire_peer w;
        wire_frame frame;
        uint64_t n = busy_of[i];
        wire_ready(&w, true);
        for (uint64_t k = 1; k <= n + 1; k++)
            wire_open(&w, wire_theirs(&w, k));
        for (uint64_t k = 1; k <= n + 1; k++)
            wire_put_request(&w.out, wire_theirs(&w, k), 1, HOLD, 1);
        wire_flush(&w);
        w.hold_output = true;
        for (uint64_t k = 0; k < n; k++)
            answer_held(&w, (int)k, 600000);
        w.hold_output = false;
        w.turn = TURN;
        weft_slice slices[16];
        (void)weft_engine_drain(w.engine, slices, 16); /* what is handed out ahead of the conduit: about 64 KiB */
        size_t ahead = 0;
        for (size_t k = 0; k < 16 && k < weft_engine_drain(w.engine, slices, 16); k++)
            ahead += slices[k].len;
        answer_held(&w, (int)n, 10);
        size_t before = 0;
        uint64_t small = wire_theirs(&w, n + 1);
        while (wire_next(&w, &frame) && frame.connection != small) {
            before += WEFT__FRAME_HEADER + frame.body.len;
            assert_true(n == 1 || WEFT__FRAME_HEADER + frame.body.len <= TURN);
        }
        assert_int_equal(frame.connection, small);
        assert_true(before <= ahead + n * TURN);
        wire_fini(&w);
    }
}

static void pings_before_output_newest_alone_answered(void **state)
{
    /* Goal: at most one Pong is owed, the newest, and it goes out before data. */
    wire_peer w;
    uint64_t nonce;
    (void)state;
    WEFT_RULE("session.ping");
    uint64_t id = begin(&w, true);
    w.hold_output = true;
    wire_put_request(&w.out, id, 1, ECHO, 30);
    for (uint64_t n = 1; n <= 100; n++)
        wire_put_number(&w.out, WEFT__KIND_PING, 0, n);
    wire_flush(&w);
    w.hold_output = false;
    wire_run(&w);
    wire_frame frame = wire_expect(&w, WEFT__KIND_PONG, 0);
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &nonce), 0);
    assert_int_equal(nonce, 100);
    (void)wire_expect_response(&w, id, 1, 0);
    wire_expect_none(&w);
    wire_fini(&w);
}

/* ---- windows
 * ------------------------------------------------------------------------------------------------------------------ */

static void window_used_up_that_connection_waits_alone(void **state)
{
    /* Goal: what does not fit the window waits, others pass, and Window lets it go on. */
    wire_peer w;
    wire_frame frame;
    (void)state;
    WEFT_RULE("flow.window");
    wire_init(&w, false);
    w.peer_window = 128 * 1024 + 300; /* what is left of it at the end is less than a piece */
    wire_shake(&w);
    wire_open(&w, 1);
    wire_open(&w, 3);
    wire_put_request(&w.out, 1, 1, HOLD, 1);
    wire_flush(&w);
    answer_held(&w, 0, 200000);
    size_t spent = 0;
    while (wire_next(&w, &frame)) {
        assert_int_equal(frame.flags, WEFT__FLAG_MORE);
        assert_true(frame.body.len >= 1024);
        spent += WEFT__FRAME_HEADER + frame.body.len;
    }
    assert_true(spent <= w.peer_window && spent + WEFT__FRAME_HEADER + 1024 > w.peer_window);
    wire_put_request(&w.out, 3, 1, ECHO, 10);
    wire_flush(&w);
    (void)wire_expect_response(&w, 3, 1, 0);
    wire_expect_none(&w);
    wire_put_number(&w.out, WEFT__KIND_WINDOW, 1, spent);
    wire_flush(&w);
    do
        frame = wire_expect(&w, WEFT__KIND_RESPONSE, 1);
    while (frame.flags & WEFT__FLAG_MORE);
    wire_fini(&w);
}

static void window_holds_short_messages_too(void **state)
{
    /* Goal: messages that go out as one frame each stop where the window ends, and go on with a Window. */
    enum { LEN = 1900, N = 48, WINDOW = 82000 }; /* it ends within a turn, with less left than a piece */
    wire_peer w;
    wire_frame frame;
    size_t spent = 0, n = 0;
    (void)state;
    WEFT_RULE("flow.window");
    wire_init(&w, false);
    w.peer_window = WINDOW;
    w.hello.session.max_frame_size = WEFT_FRAME_SIZE_MIN;
    wire_shake(&w);
    wire_open(&w, 1);
    for (int i = 0; i < N; i++)
        assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, LEN, i, NULL), 0);
    wire_run(&w);
    for (; wire_next(&w, &frame); n++) {
        assert_int_equal(frame.flags, 0);
        spent += WEFT__FRAME_HEADER + frame.body.len;
    }
    assert_true(n < N && spent <= WINDOW && spent + WEFT__FRAME_HEADER + 1024 > WINDOW);
    wire_put_number(&w.out, WEFT__KIND_WINDOW, 1, spent);
    wire_flush(&w);
    while (wire_next(&w, &frame))
        n++;
    assert_int_equal(n, N);
    wire_fini(&w);
}

static void window_overrun_closes_given_back_goes_on(void **state)
{
    /* Goal: more than the window without a Window in between is a violation; what is taken in is given back by halves.
     */
    (void)state;
    WEFT_RULE("flow.window");
    for (int waits = 0; waits < 2; waits++) {
        wire_peer w;
        wire_frame frame;
        uint64_t given = 0, number;
        wire_init(&w, false);
        w.options.connection_window = 128 * 1024;
        wire_shake(&w);
        wire_open(&w, 1);
        w.hold_output = !waits;
        for (uint64_t i = 0; i < 12; i++) {
            wire_put_request(&w.out, 1, 2 * i + 1, HOLD, 16000);
            wire_flush(&w);
        }
        w.hold_output = false;
        wire_run(&w);
        bool closed = false;
        while (wire_next(&w, &frame)) {
            if (frame.kind == WEFT__KIND_WINDOW && weft__number_decode(frame.body, UINT32_MAX, &number) == 0)
                given += number;
            closed = closed || frame.kind == WEFT__KIND_CLOSE;
        }
        assert_int_equal(closed, !waits);
        if (waits)
            assert_true(given + w.options.connection_window / 2 > 192000 && given <= 193200);
        wire_fini(&w);
    }
}

static void cancels_overdraw_the_window_so_far(void **state)
{
    /* Goal: cancels may be sent without window, but not without end. */
    (void)state;
    WEFT_RULE("flow.window");
    for (int far = 0; far < 2; far++) {
        wire_peer w;
        wire_frame frame;
        bool closed = false;
        wire_init(&w, false);
        w.options.connection_window = 128 * 1024;
        wire_shake(&w);
        wire_open(&w, 1);
        wire_put_request(&w.out, 1, 1, HOLD, 1);
        w.hold_output = true;
        for (int i = 0; i < (far ? 25000 : 13000); i++) /* of 18 bytes each */
            wire_put_number(&w.out, WEFT__KIND_CANCEL, 1, 1);
        wire_flush(&w);
        w.hold_output = false;
        wire_run(&w);
        while (wire_next(&w, &frame))
            closed = closed || frame.kind == WEFT__KIND_CLOSE;
        assert_int_equal(closed, far);
        wire_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_cut_anywhere_taken_the_same),
        cmocka_unit_test(frame_of_unknown_kind_from_192_skipped),
        cmocka_unit_test(frame_as_long_as_may_be_taken),
        cmocka_unit_test(message_longer_than_frame_cut_as_it_must_be),
        cmocka_unit_test(message_too_long_for_counterpart_nothing_of_it_sent),
        cmocka_unit_test(open_in_fragments_counts_from_the_first),
        cmocka_unit_test(request_aborted_void_but_for_its_id),
        cmocka_unit_test(open_aborted_gone_without_a_word),
        cmocka_unit_test(request_half_sent_given_up_aborted),
        cmocka_unit_test(message_half_received_5_min_without_progress_ended),
        cmocka_unit_test(accept_half_received_open_has_its_time),
        cmocka_unit_test(small_kinds_between_fragments_taken),
        cmocka_unit_test(small_call_beside_busy_connections_waits_for_a_turn_of_each),
        cmocka_unit_test(pings_before_output_newest_alone_answered),
        cmocka_unit_test(window_used_up_that_connection_waits_alone),
        cmocka_unit_test(window_holds_short_messages_too),
        cmocka_unit_test(window_overrun_closes_given_back_goes_on),
        cmocka_unit_test(cancels_overdraw_the_window_so_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
