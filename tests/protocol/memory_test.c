/* Goal: what a session holds for its application, and what waits for a conduit or a window, stays below what the
 * settings say, whoever sends, and nobody but who is at the limit notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/stream_rig.h"
#include "tests/support/wire_peer.h"

#define KIB ((size_t)1024)
#define MIB (KIB * 1024)

enum { ECHO = 0x1001, HOLD = 0x1002 };

static void ready_with(wire_peer *w, bool initiator, uint64_t max_buffered)
{
    wire_init(w, initiator);
    w->options.max_buffered = max_buffered;
    wire_shake(w);
}

static void let_go(wire_peer *w)
{
    for (int i = 0; i < w->side.n_held && i < PAIR_CALLS_MAX; i++)
        (void)weft_call_drop(w->side.held[i]);
    wire_run(w);
}

/* ---- [memory.buffered] ---- */

static void requests_beyond_it_are_exhausted(void **state)
{
    /* Goal: handlers that never answer hold what they may, and no more; who answers makes room again. */
    (void)state;
    WEFT_RULE("memory.buffered");
    wire_peer w;
    ready_with(&w, false, 100 * KIB);
    w.side.keep_calls = true;
    wire_open(&w, 1);
    wire_open(&w, 3);
    int n = 0;
    for (uint64_t id = 1; id < 99; id += 2) {
        wire_put_request(&w.out, 1, id, HOLD, 10000);
        wire_flush(&w);
        if (w.side.n_held == n)
            break;
        n = w.side.n_held;
    }
    assert_in_range(n, 8, 10); /* of 10,000 and some more each */
    (void)wire_expect_response(&w, 1, 2 * (uint64_t)n + 1, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    /* a small one goes, on another connection */
    wire_put_request(&w.out, 3, 1, ECHO, 3);
    wire_flush(&w);
    (void)wire_expect_response(&w, 3, 1, WEFT_OUTCOME_OK);
    assert_int_equal(weft_call_drop(w.side.held[0]), 0);
    wire_run(&w);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_INTERNAL);
    wire_put_request(&w.out, 1, 101, HOLD, 9000);
    wire_flush(&w);
    assert_int_equal(w.side.n_held, n + 1);
    wire_expect_alive(&w);
    let_go(&w);
    wire_fini(&w);
}

static void channels_of_a_refused_request_are_no_violation(void **state)
{
    /* Goal: what it announced was thrown away with it: items for that are dropped, and nothing ends. */
    (void)state;
    WEFT_RULE("memory.buffered");
    wire_peer w;
    ready_with(&w, false, 50 * KIB);
    wire_open(&w, 1);
    (void)wire_put_request_cut(&w.out, 1, 1, ECHO, 100000, 10000, 0);
    wire_put(&w.out, WEFT__KIND_ITEM, 0, 1, "\x92\x01\x01", 3);
    wire_flush(&w);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    wire_expect_alive(&w);
    /* of the own parity it is still one that was never announced */
    wire_put(&w.out, WEFT__KIND_ITEM, 0, 1, "\x92\x02\x01", 3);
    wire_flush(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_PROTOCOL, "[chan.item]");
    wire_fini(&w);
}

static void response_that_cannot_be_held_ends_its_call(void **state)
{
    /* Goal: one that comes whole and one half received: WEFT_ENOMEM for that call, which may have run; then all goes
     * on. */
    (void)state;
    WEFT_RULE("memory.buffered");
    wire_peer w;
    ready_with(&w, true, 50 * KIB);
    uint64_t id = wire_opens_accepted(&w);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, i, NULL), 0);
        wire_run(&w);
        uint64_t request = wire_expect_request(&w, id);
        if (i == 0) {
            wire_put_response(&w.out, id, request, 0, 60000);
        } else if (i == 1) {
            wire_bytes whole = { NULL, 0, 0 };
            wire_put_response(&whole, id, request, 0, 200000);
            (void)wire_put_cut(&w.out, WEFT__KIND_RESPONSE, id, whole.ptr + WEFT__FRAME_HEADER,
                               whole.len - WEFT__FRAME_HEADER, 10000, 0);
            wire_bytes_free(&whole);
        } else {
            wire_put_response(&w.out, id, request, 0, 3);
        }
        wire_flush(&w);
        assert_int_equal(w.side.done_times[i], 1);
        assert_int_equal(w.side.results[i].code, i < 2 ? WEFT_ENOMEM : 0);
        if (i < 2)
            assert_true(w.side.results[i].may_have_run);
    }
    wire_expect_alive(&w);
    assert_true(w.alloc.live_bytes < 100 * KIB);
    weft_connection_release(w.side.opened);
    wire_fini(&w);
}

static void answer_that_cannot_be_held_is_internal(void **state)
{
    /* Goal: while the conduit takes nothing the handler is told WEFT_ENOMEM, and the caller internal. */
    (void)state;
    WEFT_RULE("memory.buffered");
    wire_peer w;
    ready_with(&w, false, 50 * KIB);
    wire_open(&w, 1);
    for (uint64_t i = 0; i < 4; i++)
        wire_put_request(&w.out, 1, 2 * i + 1, HOLD, 3);
    wire_flush(&w);
    w.hold_output = true;
    static const uint8_t bytes[20000];
    weft_bytes value = weft_bytes_of(bytes, sizeof bytes);
    for (int i = 0; i < 4; i++)
        assert_int_equal(weft_gen_return(w.side.held[i], &pair_service, PAIR_HOLD, &value), i < 2 ? 0 : WEFT_ENOMEM);
    assert_int_equal(weft_call_drop(w.side.held[3]), WEFT_EALREADY);
    w.hold_output = false;
    wire_run(&w);
    for (int i = 0; i < 4; i++) {
        wire_frame frame;
        do
            frame = wire_expect(&w, WEFT__KIND_RESPONSE, 1);
        while (frame.flags & WEFT__FLAG_MORE);
        (void)frame;
    }
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void channel_that_holds_most_is_reset(void **state)
{
    /* Goal: of two channels that nobody reads the fuller one makes room; the other one keeps its items and its end. */
    (void)state;
    WEFT_RULE("memory.buffered");
    rig r;
    weft_session_options client = weft_session_options_default();
    client.max_buffered = 100 * KIB;
    rig_begin_with(&r, client, weft_session_options_default());
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    pair_stream full = r.pair.s.out;
    pair_stream other;
    memset(&other, 0, sizeof other);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_WATCH, 1, NULL, &other, NULL, NULL), 0);
    assert_int_equal(pair_stream_read(&other), 0);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(weft_channel_pause(other.channel, true), 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 20000, 7), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pair_stream_send(&full, 20000, 1), 0);
        pair_run(&r.pair);
    }
    assert_int_equal(r.out.n_ends, 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 20000, 8), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 0);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_equal(r.out.end.kind, WEFT_CHANNEL_RESET);
    assert_int_equal(r.out.end.code, WEFT_ENOMEM);
    assert_int_equal(pair_stream_send(&full, 1, 1), WEFT_ERESET);
    assert_int_equal(weft_channel_pause(other.channel, false), 0);
    pair_run(&r.pair);
    assert_int_equal(other.n_items, 2);
    assert_int_equal(other.first[1], 8);
    assert_int_equal(other.n_ends, 0);
    for (int i = 0; i < r.pair.s.n_held; i++)
        (void)weft_call_drop(r.pair.s.held[i]);
    pair_run(&r.pair);
    rig_end(&r);
}

static void flood_of_requests_against_closed_conduit_is_bounded(void **state)
{
    /* Goal: a counterpart that asks and never takes an answer: what refuses it is bounded, too; then the session ends.
     */
    (void)state;
    WEFT_RULE("memory.buffered");
    WEFT_RULE("flow.never-stall");
    wire_peer w;
    ready_with(&w, false, 256 * KIB);
    for (uint64_t c = 0; c < 8; c++)
        wire_open(&w, 2 * c + 1);
    w.hold_output = true;
    for (uint64_t i = 0; i < 1024 && wire_phase(&w) == WEFT_PHASE_RUNNING; i++) {
        for (uint64_t c = 0; c < 8; c++)
            wire_put_request(&w.out, 2 * c + 1, 2 * i + 1, ECHO, 10);
        wire_flush(&w);
    }
    assert_int_equal(w.side.end.remote, WEFT_CODE_LIMIT);
    assert_true(w.alloc.peak_bytes < 4 * MIB);
    w.hold_output = false;
    wire_fini(&w);
}

/* ---- [memory.queued] ---- */

static int call_large(wire_peer *w, weft_connection *connection)
{
    static const uint8_t bytes[100000];
    pair_echo_args args = { weft_bytes_of(bytes, sizeof bytes) };
    (void)w;
    return weft_gen_call(connection, &pair_service, PAIR_ECHO, &args, NULL, NULL, NULL, NULL);
}

static void who_sends_too_fast_is_told(void **state)
{
    /* Goal: WEFT_EAGAIN at max_queued, one message above it is taken; WRITABLE when half of it is left. */
    (void)state;
    WEFT_RULE("memory.queued");
    wire_peer w;
    wire_init(&w, false);
    w.options.max_queued = 250000;
    wire_shake(&w);
    wire_open(&w, 1);
    w.hold_output = true;
    for (int i = 0; i < 3; i++)
        assert_int_equal(call_large(&w, w.accepted), 0);
    assert_int_equal(call_large(&w, w.accepted), WEFT_EAGAIN);
    assert_int_equal(w.side.n_writable, 0);
    w.hold_output = false;
    wire_run(&w);
    assert_int_equal(w.side.n_writable, 1);
    assert_int_equal(call_large(&w, w.accepted), 0);
    wire_run(&w);
    wire_fini(&w);
}

static void who_waits_for_a_window_counts_alone(void **state)
{
    /* Goal: a counterpart that never sends Window stops calls of that connection, at max_queued_connection, and of no
     * other; when it does, there is room again. */
    (void)state;
    WEFT_RULE("memory.queued");
    WEFT_RULE("flow.window");
    wire_peer w;
    wire_init(&w, false);
    w.peer_window = 200000;
    w.options.max_queued = 500000;
    w.options.max_queued_connection = 300000;
    wire_shake(&w);
    wire_open(&w, 1);
    weft_connection *slow = weft_connection_retain(w.accepted);
    wire_open(&w, 3);
    int n = 0;
    while (call_large(&w, slow) == 0) {
        wire_run(&w);
        n++;
    }
    assert_int_equal(n, 5); /* two out, three that wait */
    for (int i = 0; i < 2; i++)
        assert_int_equal(call_large(&w, w.accepted), 0);
    wire_run(&w);
    assert_int_equal(w.side.n_writable, 0);
    w.in.len = w.in_at = 0;
    wire_put_number(&w.out, WEFT__KIND_WINDOW, 1, 190000);
    wire_flush(&w);
    assert_true(w.side.n_writable > 0);
    assert_int_equal(call_large(&w, slow), 0);
    w.in.len = w.in_at = 0;
    wire_expect_alive(&w);
    weft_connection_release(slow);
    wire_fini(&w);
}

/* ---- [flow.never-stall] ---- */

static void floods_cost_a_bounded_number_of_answers(void **state)
{
    /* Goal: pings, opens and resets without end while the conduit takes nothing: what is owed does not grow with them,
     * and another one's call is answered as soon as the conduit takes something. */
    (void)state;
    WEFT_RULE("flow.never-stall");
    wire_peer w;
    wire_init(&w, false);
    w.options.max_connections = 4;
    wire_shake(&w);
    wire_open(&w, 1);
    w.hold_output = true;
    size_t before = w.alloc.live_bytes;
    for (int i = 0; i < 10000; i++) {
        wire_put_number(&w.out, WEFT__KIND_PING, 0, (uint64_t)i);
        wire_put_number(&w.out, WEFT__KIND_PONG, 0, (uint64_t)i);
    }
    for (uint64_t i = 0; i < 500; i++) {
        wire_put_open(&w.out, WEFT__KIND_OPEN, 2 * i + 3, true);
        wire_put_close(&w.out, 2 * i + 3, 0, 0);
    }
    wire_put_request(&w.out, 1, 1, ECHO, 3);
    wire_flush(&w);
    assert_true(w.alloc.live_bytes - before < 600 * KIB);
    w.in.len = w.in_at = 0;
    w.hold_output = false;
    wire_run(&w);
    wire_frame frame = { 0 };
    int n_pongs = 0, steps = 0;
    while (wire_next(&w, &frame) && !(frame.kind == WEFT__KIND_RESPONSE && frame.connection == 1)) {
        n_pongs += frame.kind == WEFT__KIND_PONG;
        steps++;
    }
    assert_int_equal(frame.kind, WEFT__KIND_RESPONSE);
    assert_int_equal(n_pongs, 1);
    assert_true(steps < 1100); /* each refused open has one answer */
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_beyond_it_are_exhausted),
        cmocka_unit_test(channels_of_a_refused_request_are_no_violation),
        cmocka_unit_test(response_that_cannot_be_held_ends_its_call),
        cmocka_unit_test(answer_that_cannot_be_held_is_internal),
        cmocka_unit_test(channel_that_holds_most_is_reset),
        cmocka_unit_test(flood_of_requests_against_closed_conduit_is_bounded),
        cmocka_unit_test(who_sends_too_fast_is_told),
        cmocka_unit_test(who_waits_for_a_window_counts_alone),
        cmocka_unit_test(floods_cost_a_bounded_number_of_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
