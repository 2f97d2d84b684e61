/* Goal: what the other side has not got comes again byte for byte, whole fragments stay and halves are forgotten; and
 * what is kept for it is bounded, whatever the counterpart does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

#include <stdlib.h>

enum { ECHO = 0x1001, HOLD = 0x1002 };

#define KIB ((size_t)1024)

#define S WEFT_NS_PER_S

static void begin(wire_peer *w, bool initiator)
{
    wire_survivor_ready(w, initiator);
    wire_open(w, wire_theirs(w, 1));
}

/* The counted frames there, not read yet; freed by the caller. */
static wire_bytes unread(const wire_peer *w)
{
    wire_bytes all = { NULL, 0, 0 };
    for (size_t at = w->in_at; at < w->in.len;) {
        weft__frame frame = weft__frame_read(w->in.ptr + at);
        size_t len = WEFT__FRAME_HEADER + (size_t)frame.len;
        assert_true(len <= w->in.len - at);
        if (frame.kind == WEFT__KIND_DRAIN || frame.kind >= 16)
            wire_bytes_add(&all, w->in.ptr + at, len);
        at += len;
    }
    return all;
}

static void assert_comes_again(wire_peer *w, const wire_bytes *before)
{
    assert_true(w->in.len - w->in_at >= before->len);
    assert_memory_equal(w->in.ptr + w->in_at, before->ptr, before->len);
}

static void replay_is_byte_for_byte(void **state)
{
    /* Goal: whatever number of frames the test has read before the cut, the rest comes again, and nothing but it. */
    (void)state;
    WEFT_RULE("resume.exact");
    for (int initiator = 0; initiator < 2; initiator++) {
        for (int n = 0; n <= 8; n++) {
            wire_peer w;
            wire_frame frame;
            begin(&w, initiator);
            uint64_t conn = wire_theirs(&w, 1);
            for (uint64_t id = 1; id < 16; id += 2)
                wire_put_request(&w.out, conn, id, ECHO, (size_t)id * 300);
            wire_flush(&w);
            for (int i = 0; i < n; i++)
                assert_true(wire_next(&w, &frame));
            wire_bytes before = unread(&w);
            wire_cut(&w);
            wire_resume(&w);
            assert_comes_again(&w, &before);
            assert_int_equal(w.in.len - w.in_at, before.len);
            wire_skip(&w);
            wire_expect_alive(&w);
            assert_int_equal(w.side.n_handled, 8);
            wire_bytes_free(&before);
            wire_survivor_fini(&w);
        }
    }
}

static void replay_after_acks_begins_behind_them(void **state)
{
    /* Goal: what was acknowledged by Ack, in part, is not kept; what Hello or Welcome tells beyond it is not said
     * again. Several outages, each in the middle of the replay of the one before. */
    (void)state;
    WEFT_RULE("resume.exact");
    WEFT_RULE("resume.count");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_frame frame;
        begin(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        for (uint64_t id = 1; id < 40; id += 2)
            wire_put_request(&w.out, conn, id, ECHO, 2000);
        wire_flush(&w);
        for (int round = 0; round < 6; round++) {
            assert_true(wire_next(&w, &frame));
            wire_put_number(&w.out, WEFT__KIND_ACK, 0, w.received);
            wire_flush(&w);
            assert_true(wire_next(&w, &frame));
            wire_bytes before = unread(&w);
            w.in_at = w.in.len;
            if (round & 1) { /* it has taken only a part of what comes again */
                wire_cut(&w);
                w.turn = 777;
                w.hold_output = true;
                wire_dial(&w);
                w.hold_output = false;
                wire_hang_up(&w);
                w.turn = 0;
            } else {
                wire_cut(&w);
            }
            wire_resume(&w);
            assert_comes_again(&w, &before);
            wire_bytes_free(&before);
        }
        wire_skip(&w);
        wire_expect_alive(&w);
        assert_int_equal(w.side.n_handled, 20);
        wire_survivor_fini(&w);
    }
}

static void replay_cut_in_the_middle_goes_on(void **state)
{
    /* Goal: a conduit that breaks at any byte of a replay is one outage more. */
    (void)state;
    WEFT_RULE("resume.exact");
    wire_peer w;
    wire_frame frame;
    wire_init(&w, false);
    w.hello.session.max_frame_size = WEFT_FRAME_SIZE_MIN;
    wire_survivor(&w);
    wire_shake(&w);
    wire_open(&w, 1);
    wire_put_request_cut(&w.out, 1, 1, ECHO, 200 * KIB, 60 * KIB, 0); /* and so is the answer */
    wire_put_request(&w.out, 1, 3, ECHO, 10);
    wire_flush(&w);
    wire_bytes before = unread(&w);
    size_t at = 0;
    for (int round = 0; round < 12; round++) {
        wire_cut(&w);
        w.hold_output = true;
        wire_dial(&w);
        w.hold_output = false;
        wire_say_resume(&w, w.key, WIRE_KEY, w.received);
        (void)wire_read_hello(&w);
        wire_put_ready(&w.out);
        w.hold_output = true;
        wire_flush(&w);
        weft_slice slices[8];
        size_t n = weft_engine_drain(w.engine, slices, 8);
        size_t len = 0, want = (size_t)(round * 9973) % 30000;
        for (size_t i = 0; i < n && len < want; i++) {
            size_t part = slices[i].len < want - len ? slices[i].len : want - len;
            assert_memory_equal(slices[i].ptr, before.ptr + at + len, part);
            wire_bytes_add(&w.in, slices[i].ptr, part);
            len += part;
        }
        weft_engine_drained(w.engine, len, w.now_ns);
        uint64_t had = w.received;
        while (wire_next(&w, &frame))
            ;
        at += (size_t)(w.received - had);
        w.hold_output = false;
    }
    assert_true(at > 0);
    wire_cut(&w);
    wire_resume(&w);
    assert_int_equal(w.in.len - w.in_at, before.len - at);
    assert_memory_equal(w.in.ptr + w.in_at, before.ptr + at, before.len - at);
    wire_skip(&w);
    assert_int_equal(w.side.n_handled, 2);
    wire_bytes_free(&before);
    wire_survivor_fini(&w);
}

static void fragments_that_came_whole_stay(void **state)
{
    /* Goal: a message in fragments, cut after any of them and in the middle of the next: it goes on behind the whole
     * ones, and is handled once. */
    (void)state;
    WEFT_RULE("resume.exact");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        wire_bytes all = { NULL, 0, 0 };
        size_t n = wire_put_request_cut(&all, conn, 1, ECHO, 20000, 4096, 0);
        assert_int_equal(n, 5);
        uint64_t base = w.sent;
        size_t at = 0;
        while (at < all.len) {
            weft__frame frame = weft__frame_read(all.ptr + at);
            size_t len = WEFT__FRAME_HEADER + (size_t)frame.len;
            wire_feed(&w, all.ptr + at, len); /* one whole */
            at += len;
            w.sent = base + at;
            size_t half = all.len - at < 1000 ? all.len - at : 1000;
            if (half > 0)
                wire_feed(&w, all.ptr + at, at == len ? 7 : half); /* and a part, which is forgotten */
            if (at < all.len) {
                wire_cut(&w);
                wire_resume(&w); /* asserts the count */
            }
        }
        weft_bytes value = wire_expect_response(&w, conn, 1, 0);
        assert_true(value.len > 20000);
        assert_int_equal(w.side.n_handled, 1);
        wire_expect_alive(&w);
        wire_bytes_free(&all);
        wire_survivor_fini(&w);
    }
}

static void the_frame_that_was_cut_must_come_again(void **state)
{
    /* Goal: its header has been judged: the same again goes on, anything else in its place is a violation. */
    (void)state;
    WEFT_RULE("resume.exact");
    for (int i = 0; i < 6; i++) {
        wire_peer w;
        begin(&w, i & 1);
        uint64_t conn = wire_theirs(&w, 1);
        wire_put_request(&w.out, conn, 1, ECHO, 10);
        wire_feed(&w, w.out.ptr, i / 2 == 2 ? 15 : 20); /* a header that is not whole has said nothing */
        wire_cut(&w);
        wire_resume(&w);
        if (i / 2 == 0)
            wire_put_request(&w.out, conn, 1, ECHO, 10);
        else
            wire_put_request(&w.out, conn, 1, ECHO, 11);
        wire_flush(&w);
        if (i / 2 == 1)
            wire_expect_end(&w, WEFT__KIND_PROTOCOL_ERROR, 0, WEFT_CODE_PROTOCOL, "resume.exact");
        else
            (void)wire_expect_response(&w, conn, 1, 0);
        wire_survivor_fini(&w);
    }
}

static void windows_go_on(void **state)
{
    /* Goal: what the test has spent of the engine's window, and the engine of the test's, is neither forgotten nor
     * counted twice over outages: many times the window goes through. */
    (void)state;
    WEFT_RULE("resume.exact");
    WEFT_RULE("flow.window");
    wire_peer w;
    wire_frame frame;
    begin(&w, false);
    int64_t room = (int64_t)WEFT_CONNECTION_WINDOW_DEFAULT; /* what the test may send */
    for (uint64_t id = 1; id < 300; id += 2) {
        uint64_t sent = w.sent, window = 0, given = 0;
        wire_put_request_cut(&w.out, 1, id, ECHO, 60 * KIB, 60 * KIB, 0);
        wire_flush(&w);
        room -= (int64_t)(w.sent - sent);
        assert_true(room >= 0);
        if (id % 7 == 0) {
            wire_cut(&w);
            wire_resume(&w);
        }
        while (wire_next(&w, &frame)) {
            given += frame.kind == WEFT__KIND_RESPONSE ? WEFT__FRAME_HEADER + frame.body.len : 0;
            if (frame.kind == WEFT__KIND_WINDOW) {
                assert_int_equal(weft__number_decode(frame.body, UINT32_MAX, &window), 0);
                room += (int64_t)window;
            }
        }
        assert_true(given > 60 * KIB);
        assert_true(room <= (int64_t)WEFT_CONNECTION_WINDOW_DEFAULT);
        wire_put_number(&w.out, WEFT__KIND_WINDOW, 1, given);
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, w.received);
        wire_flush(&w);
    }
    assert_int_equal(w.side.n_handled, 150);
    assert_int_equal(w.side.n_closed, 0);
    wire_survivor_fini(&w);
}

/* ---- the limit ---- */

/* Ready, with a limit of 256 KiB, and the test's window wide. */
static void begin_limited(wire_peer *w, bool initiator)
{
    wire_init(w, initiator);
    w->options.replay_limit = 4 * (uint64_t)WEFT_FRAME_SIZE_DEFAULT;
    w->peer_window = 1u << 26;
    wire_survivor(w);
    wire_shake(w);
    uint64_t conn = wire_theirs(w, 1);
    weft__open_out open = wire_open_defaults(true);
    open.requested_or_null = open.services;
    wire_put_open_of(&w->out, WEFT__KIND_OPEN, conn, &open);
    wire_flush(w);
    (void)wire_expect(w, WEFT__KIND_ACCEPT, conn);
    wire_put_number(&w->out, WEFT__KIND_ACK, 0, w->received);
    wire_flush(w);
}

static void at_the_limit_counted_frames_wait(void **state)
{
    /* Goal: no more than the limit is out unacknowledged, and most of it; pings are answered; an Ack lets more go. */
    (void)state;
    WEFT_RULE("resume.count");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin_limited(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1), acked = w.received;
        for (uint64_t id = 1; id < 32; id += 2) {
            wire_put_request_cut(&w.out, conn, id, ECHO, 50 * KIB, 16 * KIB, 0);
            wire_flush(&w);
        }
        for (int round = 0; round < 4; round++) {
            wire_skip(&w);
            assert_true(w.received - acked <= w.options.replay_limit);
            assert_true(w.received - acked > w.options.replay_limit / 2);
            wire_expect_alive(&w);
            wire_advance(&w, 29 * S);
            wire_skip(&w);
            assert_true(w.received - acked <= w.options.replay_limit);
            assert_int_equal(w.side.n_disconnected, 0);
            acked = w.received;
            wire_put_number(&w.out, WEFT__KIND_ACK, 0, acked);
            wire_flush(&w);
        }
        assert_int_equal(w.side.n_handled, 16);
        wire_survivor_fini(&w);
    }
}

static void at_the_limit_for_30_s_the_conduit_is_dead(void **state)
{
    /* Goal: 30 s from when it came to wait, and from each progress; then it is an outage like any other, and what was
     * kept comes again. */
    (void)state;
    WEFT_RULE("resume.count");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_frame frame;
        begin_limited(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        for (uint64_t id = 1; id < 32; id += 2) {
            wire_put_request_cut(&w.out, conn, id, ECHO, 50 * KIB, 16 * KIB, 0);
            wire_flush(&w);
        }
        wire_advance(&w, 20 * S);
        assert_int_equal(w.side.n_disconnected, 0);
        do
            assert_true(wire_next(&w, &frame));
        while (frame.kind != WEFT__KIND_RESPONSE);
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, w.received); /* progress, and the limit again */
        wire_flush(&w);
        wire_advance(&w, 30 * S - 1);
        assert_int_equal(w.side.n_disconnected, 0);
        wire_put_number(&w.out, WEFT__KIND_PING, 0, 1); /* that it lives is no progress */
        wire_flush(&w);
        wire_advance(&w, 1);
        assert_int_equal(w.side.n_disconnected, 1);
        assert_int_equal(w.side.n_closed, 0);
        assert_int_equal(w.side.outage.code, WEFT_ETIMEDOUT);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_DISCONNECTED);
        w.in.len = w.in_at = 0;
        wire_resume(&w);
        for (uint64_t had = 0; w.received > had;) {
            had = w.received;
            wire_skip(&w);
            wire_put_number(&w.out, WEFT__KIND_ACK, 0, w.received);
            wire_flush(&w);
        }
        assert_int_equal(w.side.n_handled, 16);
        wire_expect_alive(&w);
        wire_survivor_fini(&w);
    }
}

static void what_is_kept_is_bounded_in_memory(void **state)
{
    /* Goal: a counterpart that never acknowledges, and has small frames and pings answered in turn, costs no more than
     * the limit and what any session holds. */
    (void)state;
    WEFT_RULE("resume.count");
    wire_peer w;
    wire_frame frame;
    uint64_t id = 1;
    begin_limited(&w, false);
    size_t before = w.alloc.live_bytes;
    w.alloc.peak_bytes = w.alloc.live_bytes;
    for (bool answered = true; answered; id += 2) {
        answered = false;
        wire_put_request(&w.out, 1, id, ECHO, 1);
        wire_put_number(&w.out, WEFT__KIND_PING, 0, id);
        wire_flush(&w);
        while (wire_next(&w, &frame))
            answered = answered || frame.kind == WEFT__KIND_RESPONSE;
    }
    for (int i = 0; i < 10000; i++) {
        wire_put_number(&w.out, WEFT__KIND_PING, 0, id);
        wire_flush(&w);
        (void)wire_expect(&w, WEFT__KIND_PONG, 0);
    }
    assert_true(w.received > w.options.replay_limit / 2);
    assert_true(w.received <= w.options.replay_limit);
    size_t peak = w.alloc.peak_bytes - before;
    if (peak > w.options.replay_limit + 32 * KIB)
        fail_msg("%zu bytes", peak);
    wire_survivor_fini(&w);
}

static void what_is_kept_grows_no_further_while_parked(void **state)
{
    /* Goal: handlers that answer while there is no conduit are answered to out of the limits of queues, in order. */
    (void)state;
    WEFT_RULE("resume.visible");
    wire_peer w;
    begin(&w, false);
    for (uint64_t id = 1; id < 40; id += 2)
        wire_put_request(&w.out, 1, id, HOLD, 10);
    wire_flush(&w);
    wire_skip(&w);
    wire_cut(&w);
    for (int i = 0; i < 20; i++) {
        weft_bytes value = weft_bytes_of("late", 4);
        assert_int_equal(weft_gen_return(w.side.held[i], &pair_service, PAIR_HOLD, &value), 0);
    }
    wire_run(&w);
    assert_int_equal(w.in.len, 0);
    wire_resume(&w);
    for (uint64_t id = 1; id < 40; id += 2)
        (void)wire_expect_response(&w, 1, id, 0);
    wire_expect_alive(&w);
    wire_survivor_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay_is_byte_for_byte),
        cmocka_unit_test(replay_after_acks_begins_behind_them),
        cmocka_unit_test(replay_cut_in_the_middle_goes_on),
        cmocka_unit_test(fragments_that_came_whole_stay),
        cmocka_unit_test(the_frame_that_was_cut_must_come_again),
        cmocka_unit_test(windows_go_on),
        cmocka_unit_test(at_the_limit_counted_frames_wait),
        cmocka_unit_test(at_the_limit_for_30_s_the_conduit_is_dead),
        cmocka_unit_test(what_is_kept_is_bounded_in_memory),
        cmocka_unit_test(what_is_kept_grows_no_further_while_parked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
