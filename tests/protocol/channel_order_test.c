/* Channels at the level of frames: what the engine says, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_channel.h"

/* Connection 1, opened by the test: its request and channel ids are odd. */
static void begin(wire_peer *w)
{
    wire_ready(w, false);
    wire_open(w, 1);
}

/* One that has announced channel 1 and had it dispatched. */
static void begin_call(wire_peer *w, uint64_t method_id, uint32_t items)
{
    begin(w);
    wire_put_stream(w, 1, method_id, 1, items);
    wire_flush(w);
    assert_int_equal(w->side.n_handled, 1);
}

/* ---- what goes out, and in which order ---- */

static void close_goes_behind_items_and_response_behind_both(void **state)
{
    wire_peer w;
    weft_bytes value = { NULL, 0 };
    (void)state;
    WEFT_RULE("chan.close");
    WEFT_RULE("frame.order");
    begin_call(&w, PAIR_WATCH_ID, 2);
    assert_int_equal(pair_stream_fill(&w.side.out, 0), 2);
    assert_int_equal(weft_channel_abort(w.side.out.channel, 0, "an abort is none of code 0"), WEFT_EINVAL);
    assert_int_equal(weft_channel_abort(w.side.out.channel, 400, "enough"), 0);
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_WATCH, &value), 0);
    wire_run(&w);
    wire_expect_item(&w, 1);
    wire_expect_item(&w, 1);
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 1, 400);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_OK);
    wire_fini(&w);
}

static void refusal_drops_items_and_says_nothing_of_channels(void **state)
{
    wire_peer w;
    (void)state;
    WEFT_RULE("call.refused");
    begin_call(&w, PAIR_WATCH_ID, 2);
    assert_int_equal(pair_stream_fill(&w.side.out, 0), 2);
    assert_int_equal(weft_call_fail(w.side.held[0], WEFT_OUTCOME_INTERNAL, "broken"), 0);
    wire_run(&w);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_INTERNAL);
    wire_expect_none(&w);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 1, 0); /* crossing: late */
    wire_flush(&w);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void untouched_channels_end_with_the_answer(void **state)
{
    wire_peer w;
    weft_bytes value = { NULL, 0 };
    (void)state;
    WEFT_RULE("chan.life");
    begin(&w);
    w.side.leave_channels = true;
    weft__announced two[] = { { 1, 4 }, { 3, 4 } };
    wire_put_body(&w, WEFT__KIND_REQUEST, wire_stream_request(1, PAIR_BOTH_ID, two, 2));
    wire_put_item(&w, 3, 1, 0);
    wire_flush(&w);
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_BOTH, &value), 0);
    wire_run(&w);
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 3, 0); /* a small one: in front of data */
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 1, 0);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_OK);
    wire_fini(&w);
}

static void reset_voids_what_waits(void **state)
{
    /* Goal: an item half sent when the reader resets is aborted, and what waited is not sent at all. */
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.reset");
    WEFT_RULE("frame.abort");
    begin_call(&w, PAIR_WATCH_ID, 4);
    w.turn = 20000;
    w.hold_output = true;
    assert_int_equal(pair_stream_send(&w.side.out, 600000, 1), 0);
    assert_int_equal(pair_stream_send(&w.side.out, 1, 2), WEFT_EAGAIN); /* the bytes are used up */
    weft_slice slices[4];
    size_t n = weft_engine_drain(w.engine, slices, 4); /* the conduit takes a look: frames are cut */
    assert_true(n > 0);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 1, 300);
    wire_flush(&w);
    assert_int_equal(pair_stream_send(&w.side.out, 1, 2), WEFT_ERESET);
    w.hold_output = false;
    wire_run(&w);
    wire_frame frame;
    bool aborted = false;
    while (wire_next(&w, &frame)) {
        assert_int_equal(frame.kind, WEFT__KIND_ITEM);
        assert_false(aborted);
        aborted = frame.flags & WEFT__FLAG_ABORT;
    }
    assert_true(aborted);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void cancel_says_how_channels_end(void **state)
{
    /* Goal: the engine is the caller and gives up: Cancel, a ChannelReset where it reads, a ChannelClose where it
     * sends.
     */
    wire_peer w;
    pair_stream out = { .n_items = 0 };
    pair_stream in = { .n_items = 0 };
    weft_call call;
    (void)state;
    WEFT_RULE("call.cancel");
    begin(&w);
    assert_int_equal(pair_stream_call(&w.side, w.accepted, PAIR_BOTH, 0, NULL, &out, &in, &call), 0);
    assert_int_equal(pair_stream_read(&out), 0);
    wire_run(&w);
    wire_frame frame = wire_expect(&w, WEFT__KIND_REQUEST, 1);
    weft__request sent;
    assert_int_equal(weft__request_decode(frame.body, &sent), 0);
    weft__announced announced[2];
    assert_int_equal(sent.channels.n, 2);
    assert_true(weft__channels_next(&sent.channels, &announced[0]) &&
                weft__channels_next(&sent.channels, &announced[1]));
    assert_int_equal(announced[0].id, 2);
    assert_int_equal(announced[0].items, PAIR_WINDOW);
    assert_int_equal(announced[1].id, 4);
    assert_int_equal(announced[1].items, 2 * PAIR_WINDOW);
    assert_int_equal(pair_stream_fill(&in, 0), 2 * PAIR_WINDOW);
    assert_int_equal(weft_call_cancel(call), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_CANCEL, 1);
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 2, WEFT_CODE_REFUSED);
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 4, WEFT_CODE_REFUSED);
    assert_int_equal(out.n_ends, 1);
    assert_int_equal(out.end.kind, WEFT_CHANNEL_CANCELLED);
    wire_put_response(&w.out, 1, sent.request_id, WEFT_OUTCOME_CANCELLED, 0);
    wire_flush(&w);
    wire_fini(&w);
}

static void reset_waits_for_the_request(void **state)
{
    /* Goal: a channel that is reset before its request has gone out: the ChannelReset, a small kind, comes behind it.
     */
    wire_peer w;
    pair_stream out = { .n_items = 0 };
    pair_stream in = { .n_items = 0 };
    (void)state;
    WEFT_RULE("frame.order");
    begin(&w);
    assert_int_equal(pair_stream_call(&w.side, w.accepted, PAIR_BOTH, 0, NULL, &out, &in, NULL), 0);
    assert_int_equal(weft_channel_reset(out.channel, 300, "never mind"), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_REQUEST, 1);
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 2, 300);
    wire_fini(&w);
}

static void items_wait_for_the_window_alone(void **state)
{
    /* Goal: [flow.window] items spend the connection's window; a ChannelReset goes out though it is used up. */
    wire_peer w;
    (void)state;
    WEFT_RULE("flow.window");
    wire_init(&w, false);
    w.peer_window = 128 * 1024;
    wire_shake(&w);
    wire_open(&w, 1);
    wire_put_stream(&w, 1, PAIR_WATCH_ID, 1, 4);
    wire_flush(&w);
    pair_stream out = w.side.out;
    wire_put_stream(&w, 3, PAIR_LOAD_ID, 3, 4);
    wire_flush(&w);
    assert_int_equal(pair_stream_send(&out, 200000, 1), 0);
    wire_run(&w);
    size_t came = 0;
    wire_frame frame;
    while (wire_next(&w, &frame))
        came += WEFT__FRAME_HEADER + frame.body.len;
    assert_true(came <= (size_t)128 * 1024);
    assert_int_equal(weft_channel_reset(w.side.in.channel, 300, "no"), 0);
    wire_run(&w);
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 3, 300);
    wire_put_number(&w.out, WEFT__KIND_WINDOW, 1, came);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_ITEM, 1);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(close_goes_behind_items_and_response_behind_both),
        cmocka_unit_test(refusal_drops_items_and_says_nothing_of_channels),
        cmocka_unit_test(untouched_channels_end_with_the_answer),
        cmocka_unit_test(reset_voids_what_waits),
        cmocka_unit_test(cancel_says_how_channels_end),
        cmocka_unit_test(reset_waits_for_the_request),
        cmocka_unit_test(items_wait_for_the_window_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
