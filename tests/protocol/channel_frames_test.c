/* Channels at the level of frames: the test is the caller of an engine whose handler has channels. What is legal, what
 * is late, what is a violation. What the engine says, and in which order, is in channel_order_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_channel.h"

/* ---- the session ---- */

/* Connection 1, opened by the test: its request and channel ids are odd. */
static void begin_with(wire_peer *w, uint32_t channel_window, uint32_t max_channels)
{
    wire_init(w, false);
    if (channel_window)
        w->options.channel_window = channel_window;
    if (max_channels)
        w->options.max_channels = max_channels;
    wire_shake(w);
    wire_open(w, 1);
}

static void begin(wire_peer *w)
{
    begin_with(w, 0, 0);
}

/* One that has announced channel 1 and had it dispatched. */
static void begin_call(wire_peer *w, uint64_t method_id, uint32_t items)
{
    begin(w);
    wire_put_stream(w, 1, method_id, 1, items);
    wire_flush(w);
    assert_int_equal(w->side.n_handled, 1);
}

static void end_violated(wire_peer *w, const char *rule)
{
    wire_flush(w);
    wire_expect_end(w, WEFT__KIND_CLOSE, 1, WEFT_CODE_PROTOCOL, rule);
    wire_expect_alive(w);
    wire_fini(w);
}

/* ---- items ---- */

static void item_beyond_the_items_violates(void **state)
{
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.item");
    begin(&w);
    w.side.leave_channels = true;
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 2);
    for (int i = 0; i < 3; i++)
        wire_put_item(&w, 1, 1, 0);
    end_violated(&w, "chan.item");
}

static void item_beyond_the_bytes_violates(void **state)
{
    /* Goal: short items cost 64 bytes each, and the window may fall below zero once. */
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.item");
    begin_with(&w, 200, 0);
    w.side.leave_channels = true;
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 100);
    for (int i = 0; i < 3; i++)
        wire_put_item(&w, 1, 1, 0);
    wire_put_item(&w, 1, 5000, 0);
    wire_flush(&w);
    wire_expect_none(&w);
    wire_put_item(&w, 1, 1, 0);
    end_violated(&w, "chan.item");
}

static void item_in_the_wrong_direction_violates(void **state)
{
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.item");
    begin_call(&w, PAIR_WATCH_ID, 4);
    wire_put_item(&w, 1, 1, 0);
    end_violated(&w, "chan.item");
    /* Also where it comes before the handler, and with it the direction, is known. */
    begin(&w);
    wire_put_stream(&w, 1, PAIR_WATCH_ID, 1, 4);
    wire_put_item(&w, 1, 1, 0);
    end_violated(&w, "chan.item");
    assert_int_equal(w.side.n_handled, 0);
}

static void credit_and_reset_in_the_wrong_direction_violate(void **state)
{
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.credit");
    WEFT_RULE("chan.reset");
    WEFT_RULE("chan.close");
    begin_call(&w, PAIR_LOAD_ID, 4);
    wire_put_credit(&w, 1, 1, 1);
    end_violated(&w, "chan.credit");
    begin(&w);
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 4);
    wire_put_credit(&w, 1, 1, 1);
    end_violated(&w, "chan.item");
    begin_call(&w, PAIR_LOAD_ID, 4);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 1, 0);
    end_violated(&w, "chan.reset");
    begin(&w);
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 4);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 1, 0);
    end_violated(&w, "chan.item");
    begin_call(&w, PAIR_WATCH_ID, 4);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 1, 0);
    end_violated(&w, "chan.close");
}

static void item_in_pieces_and_aborted(void **state)
{
    /* Goal: [frame.abort] an item that is void costs no credit, and the next one is taken. */
    wire_peer w;
    uint8_t part[1024] = { 0x92, 0x01, 0xc5, 0x10, 0x00 };
    (void)state;
    WEFT_RULE("frame.abort");
    begin(&w);
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 1);
    wire_put(&w.out, WEFT__KIND_ITEM, WEFT__FLAG_MORE, 1, part, sizeof part);
    wire_put(&w.out, WEFT__KIND_ITEM, WEFT__FLAG_ABORT, 1, NULL, 0);
    wire_put_item(&w, 1, 30000, 7);
    wire_flush(&w);
    assert_int_equal(w.side.in.n_items, 1);
    assert_int_equal(w.side.in.len[0], 30000);
    assert_int_equal(w.side.in.first[0], 7);
    wire_fini(&w);
}

/* ---- late ones ---- */

static void late_frames_are_dropped(void **state)
{
    /* Goal: what comes for a channel that has ended, or was announced in a request that was refused, is dropped. */
    wire_peer w;
    (void)state;
    WEFT_RULE("id.increasing");
    WEFT_RULE("call.refused");
    begin_call(&w, PAIR_LOAD_ID, 4);
    assert_int_equal(weft_channel_reset(w.side.in.channel, 300, "no"), 0);
    wire_put_item(&w, 1, 1, 0); /* under way: the reset is not out yet */
    wire_flush(&w);
    assert_int_equal(w.side.in.n_items, 0);
    wire_expect_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 1, 300);
    wire_put_item(&w, 1, 1, 0);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 1, 0);
    wire_put_credit(&w, 1, 1, 1);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 1, 0);
    wire_put_stream(&w, 3, 0x9999, 3, 4);
    wire_put_item(&w, 3, 1, 0);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 3, 0);
    wire_flush(&w);
    (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_UNKNOWN_METHOD);
    wire_expect_alive(&w);
    wire_put_item(&w, 5, 1, 0); /* never announced */
    end_violated(&w, "chan.item");
}

static void reset_before_the_handler_runs(void **state)
{
    /* Goal: the handler learns of it when it sends. */
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.early");
    begin(&w);
    wire_put_stream(&w, 1, PAIR_WATCH_ID, 1, 4);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_RESET, 1, 300);
    wire_put_stream(&w, 3, PAIR_WATCH_ID, 3, 4);
    wire_put_credit(&w, 3, 2, 200);
    wire_flush(&w);
    assert_int_equal(w.side.n_handled, 2);
    assert_int_equal(pair_stream_fill(&w.side.out, 0), 6);
    wire_run(&w);
    for (int i = 0; i < 6; i++)
        wire_expect_item(&w, 3);
    wire_fini(&w);
}

/* ---- credit ---- */

static void credit_is_given_at_half_of_either_window(void **state)
{
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.credit");
    begin_with(&w, 2000, 0);
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 8);
    for (int i = 0; i < 3; i++)
        wire_put_item(&w, 1, 1, 0);
    wire_flush(&w);
    wire_expect_none(&w);
    wire_put_item(&w, 1, 1, 0);
    wire_flush(&w);
    wire_expect_credit(&w, 1, 4, 4 * 64);
    wire_put_item(&w, 1, 1200, 0);
    wire_flush(&w);
    wire_expect_credit(&w, 1, 1, 1205);
    wire_fini(&w);
}

static void credit_is_summed_while_it_waits(void **state)
{
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.credit");
    WEFT_RULE("flow.never-stall");
    begin(&w);
    w.hold_output = true;
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 4);
    for (int i = 0; i < 4; i++)
        wire_put_item(&w, 1, 1, 0);
    wire_flush(&w);
    assert_int_equal(w.side.in.n_items, 4);
    w.hold_output = false;
    wire_run(&w);
    wire_expect_credit(&w, 1, 4, 4 * 64);
    wire_expect_none(&w);
    wire_fini(&w);
}

static void credit_of_nothing_or_too_much_violates(void **state)
{
    static const uint32_t wrong[][2] = { { 0, 0 }, { INT32_MAX, 0 }, { 0, INT32_MAX } };
    (void)state;
    WEFT_RULE("chan.credit");
    for (size_t i = 0; i < 3; i++) {
        wire_peer w;
        begin_call(&w, PAIR_WATCH_ID, 4);
        wire_put_credit(&w, 1, wrong[i][0], wrong[i][1]);
        end_violated(&w, "chan.credit");
    }
}

static void credit_beyond_what_is_left_lets_more_go(void **state)
{
    wire_peer w;
    (void)state;
    begin_call(&w, PAIR_WATCH_ID, 1);
    assert_int_equal(pair_stream_fill(&w.side.out, 0), 1);
    assert_int_equal(pair_stream_on_room(&w.side.out), 0);
    wire_put_credit(&w, 1, 0, 1000); /* bytes alone make no room */
    wire_flush(&w);
    assert_int_equal(w.side.out.n_rooms, 0);
    wire_put_credit(&w, 1, 2, 0);
    wire_flush(&w);
    assert_int_equal(w.side.out.n_rooms, 1);
    assert_int_equal(pair_stream_fill(&w.side.out, 0), 2);
    wire_fini(&w);
}

/* ---- announcing ---- */

static void window_that_cannot_be_is_invalid_payload(void **state)
{
    static const uint32_t windows[] = { 0, (uint32_t)INT32_MAX + 1 };
    (void)state;
    WEFT_RULE("chan.types");
    for (size_t i = 0; i < 2; i++) {
        wire_peer w;
        begin(&w);
        wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, windows[i]);
        wire_flush(&w);
        (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_INVALID_PAYLOAD);
        wire_expect_alive(&w);
        wire_fini(&w);
    }
}

static void count_unlike_args_is_invalid_payload(void **state)
{
    wire_peer w;
    weft__announced many[WEFT_METHOD_CHANNELS_MAX + 1];
    (void)state;
    WEFT_RULE("chan.types");
    begin(&w);
    for (size_t i = 0; i <= WEFT_METHOD_CHANNELS_MAX; i++)
        many[i] = (weft__announced){ 1 + 2 * i, 1 };
    wire_put_body(&w, WEFT__KIND_REQUEST, wire_stream_request(1, PAIR_LOAD_ID, NULL, 0));
    wire_put_body(&w, WEFT__KIND_REQUEST, wire_stream_request(3, PAIR_BOTH_ID, many, 1));
    wire_put_body(&w, WEFT__KIND_REQUEST, wire_stream_request(5, PAIR_LOAD_ID, many + 1, 2));
    wire_put_body(&w, WEFT__KIND_REQUEST, wire_stream_request(7, PAIR_LOAD_ID, many + 3, WEFT_METHOD_CHANNELS_MAX - 2));
    wire_put_request(&w.out, 1, 9, 0x1001, 1);
    wire_flush(&w);
    for (uint64_t id = 1; id <= 7; id += 2)
        (void)wire_expect_response(&w, 1, id, WEFT_OUTCOME_INVALID_PAYLOAD);
    (void)wire_expect_response(&w, 1, 9, WEFT_OUTCOME_OK);
    /* Too many for any method, and a channel for a method that has none. */
    for (size_t i = 0; i <= WEFT_METHOD_CHANNELS_MAX; i++)
        many[i].id += 100;
    wire_put_body(&w, WEFT__KIND_REQUEST, wire_stream_request(11, PAIR_LOAD_ID, many, WEFT_METHOD_CHANNELS_MAX + 1));
    many[0].id += 100;
    wire_put_body(&w, WEFT__KIND_REQUEST, wire_stream_request(13, 0x1001, many, 1));
    wire_flush(&w);
    (void)wire_expect_response(&w, 1, 11, WEFT_OUTCOME_INVALID_PAYLOAD);
    (void)wire_expect_response(&w, 1, 13, WEFT_OUTCOME_INVALID_PAYLOAD);
    assert_int_equal(w.side.n_handled, 1);
    wire_fini(&w);
}

static void more_than_max_channels_is_resource_exhausted(void **state)
{
    wire_peer w;
    (void)state;
    WEFT_RULE("chan.limits");
    begin_with(&w, 0, 1);
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 1);
    wire_put_stream(&w, 3, PAIR_LOAD_ID, 3, 1);
    wire_flush(&w);
    (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 1, 0);
    wire_put_stream(&w, 5, PAIR_LOAD_ID, 5, 1);
    wire_flush(&w);
    assert_int_equal(w.side.n_handled, 2);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(item_beyond_the_items_violates),
        cmocka_unit_test(item_beyond_the_bytes_violates),
        cmocka_unit_test(item_in_the_wrong_direction_violates),
        cmocka_unit_test(credit_and_reset_in_the_wrong_direction_violate),
        cmocka_unit_test(item_in_pieces_and_aborted),
        cmocka_unit_test(late_frames_are_dropped),
        cmocka_unit_test(reset_before_the_handler_runs),
        cmocka_unit_test(credit_is_given_at_half_of_either_window),
        cmocka_unit_test(credit_is_summed_while_it_waits),
        cmocka_unit_test(credit_of_nothing_or_too_much_violates),
        cmocka_unit_test(credit_beyond_what_is_left_lets_more_go),
        cmocka_unit_test(window_that_cannot_be_is_invalid_payload),
        cmocka_unit_test(count_unlike_args_is_invalid_payload),
        cmocka_unit_test(more_than_max_channels_is_resource_exhausted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
