/* Channels between two engines: items, credit, reading late, ends. What calls and connections do to them is in
 * channel_life_test.c, what the frames look like in channel_frames_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/stream_rig.h"

/* ---- items and credit ---- */

static void items_within_credit_arrive_in_order(void **state)
{
    /* Goal: the handler sends, the caller reads, and consumption makes room for more. */
    rig r;
    (void)state;
    WEFT_RULE("chan.item");
    WEFT_RULE("chan.credit");
    WEFT_RULE("chan.types");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_handled, 1);
    for (int round = 0; round < 5; round++) {
        assert_int_equal(pair_stream_fill(&r.pair.s.out, (uint8_t)(round * 4)), PAIR_WINDOW);
        assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_EAGAIN);
        pair_run(&r.pair);
    }
    assert_int_equal(r.out.n_items, 20);
    for (int i = 0; i < 20; i++)
        assert_int_equal(r.out.first[i], i);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), WEFT_EALREADY);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0);
    pair_run(&r.pair);
    rig_assert_end(&r.out, WEFT_CHANNEL_FINISHED, 0, 0, "");
    assert_int_equal(r.pair.c.done_times[0], 1);
    rig_end(&r);
}

static void items_from_the_caller_may_follow_the_request_at_once(void **state)
{
    /* Goal: the caller's items go out behind the request, and wait for no answer. */
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    assert_int_equal(pair_stream_fill(&r.in, 10), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.in.channel), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.in.n_items, PAIR_WINDOW);
    assert_int_equal(r.pair.s.in.first[3], 13);
    rig_assert_end(&r.pair.s.in, WEFT_CHANNEL_FINISHED, 0, 0, "");
    assert_int_equal(rig_answer(&r, PAIR_LOAD), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.done_times[0], 1);
    rig_end(&r);
}

static void held_items_give_no_credit_until_consumed(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("chan.credit");
    rig_begin(&r);
    r.out.hold = true;
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    assert_int_equal(pair_stream_on_room(&r.pair.s.out), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, PAIR_WINDOW);
    assert_int_equal(r.pair.s.out.n_rooms, 0);
    assert_int_equal(weft_channel_consumed(r.out.channel, PAIR_WINDOW + 1), WEFT_EINVAL);
    assert_int_equal(weft_channel_consumed(r.out.channel, 1), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.out.n_rooms, 0); /* below half of the window: nothing is said yet */
    assert_int_equal(weft_channel_consumed(r.out.channel, 1), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.out.n_rooms, 1);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 4), 2);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, PAIR_WINDOW + 2);
    assert_int_equal(weft_channel_consumed(r.out.channel, 4), 0);
    assert_int_equal(weft_channel_consumed(r.out.channel, 1), WEFT_EINVAL);
    rig_end(&r);
    rig_assert_end(&r.out, WEFT_CHANNEL_LOST, r.out.end.code, 0, r.out.text);
}

static void byte_credit_falls_below_zero_once(void **state)
{
    /* Goal: one item may be longer than what is left of the byte credit, the next one waits. */
    rig r;
    weft_session_options client = weft_session_options_default();
    (void)state;
    client.channel_window = 1000;
    rig_begin_with(&r, client, weft_session_options_default());
    r.out.hold = true;
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 900, 1), 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 200000, 2), 0); /* of several frames */
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 3), WEFT_EAGAIN);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 2);
    assert_int_equal(r.out.len[1], 200000);
    assert_int_equal(r.out.first[1], 2);
    assert_int_equal(weft_channel_consumed(r.out.channel, 2), 0);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 3), 0);
    rig_end(&r);
}

static void room_is_told_once_at_once_where_there_is_some(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_room(&r.pair.s.out), 0);
    assert_int_equal(r.pair.s.out.n_rooms, 0);
    pair_run(&r.pair);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.out.n_rooms, 1);
    rig_end(&r);
}

static void queue_full_waits_for_the_conduit(void **state)
{
    /* Goal: [memory.queued] a sender with credit waits where the conduit takes nothing, and is told when it has. */
    rig r;
    weft_session_options server = weft_session_options_default();
    (void)state;
    server.max_queued = 1000;
    rig_begin_with(&r, weft_session_options_default(), server);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 3000, 1), 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 2), WEFT_EAGAIN);
    assert_int_equal(pair_stream_on_room(&r.pair.s.out), 0);
    assert_int_equal(r.pair.s.out.n_rooms, 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.out.n_rooms, 1);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 2), 0);
    rig_end(&r);
}

static void pause_holds_items_and_end_back(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("chan.early");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 0);
    assert_int_equal(weft_channel_pause(r.out.channel, false), 0);
    assert_int_equal(r.out.n_items, 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, PAIR_WINDOW);
    rig_assert_end(&r.out, WEFT_CHANNEL_FINISHED, 0, 0, "");
    assert_int_equal(weft_channel_pause(r.out.channel, true), WEFT_EALREADY);
    rig_end(&r);
}

static void pause_after_one(pair_stream *stream)
{
    (void)weft_channel_pause(stream->channel, true);
}

static void pause_in_the_callback_keeps_the_rest(void **state)
{
    /* Goal: what was fed with the item that made the reader hold back is not lost with the buffer that it came in. */
    rig r;
    (void)state;
    rig_begin(&r);
    r.out.on_item = pause_after_one;
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 7), PAIR_WINDOW);
    for (int n = 1; n <= PAIR_WINDOW; n++) {
        pair_run(&r.pair);
        assert_int_equal(r.out.n_items, n);
        assert_int_equal(r.out.first[n - 1], 6 + n);
        assert_int_equal(weft_channel_pause(r.out.channel, false), 0);
    }
    rig_end(&r);
}

/* ---- who reads late ---- */

static void early_items_and_end_wait_for_the_reader(void **state)
{
    /* Goal: the full window and the close in one burst, before the handler first reads. */
    rig r;
    (void)state;
    WEFT_RULE("chan.early");
    rig_begin(&r);
    r.pair.s.leave_channels = true;
    rig_call(&r, PAIR_LOAD, false, true);
    assert_int_equal(pair_stream_fill(&r.in, 10), PAIR_WINDOW);
    assert_int_equal(weft_channel_abort(r.in.channel, 300, "enough"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.in.n_items, 0);
    assert_int_equal(pair_stream_read(&r.pair.s.in), 0);
    assert_int_equal(pair_stream_read(&r.pair.s.in), WEFT_EALREADY);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.in.n_items, PAIR_WINDOW);
    assert_int_equal(r.pair.s.in.first[3], 13);
    rig_assert_end(&r.pair.s.in, WEFT_CHANNEL_ABORTED, WEFT_ECANCELED, 300, "enough");
    assert_int_equal(pair_stream_read(&r.pair.s.in), WEFT_EALREADY);
    rig_end(&r);
}

static void items_that_nobody_reads_ask_for_a_dispatch(void **state)
{
    /* Goal: what was fed may go once dispatch has returned, and who only dispatches where there is something to
     * dispatch is told of items without a reader. */
    rig r;
    weft_slice slices[16];
    size_t n, taken;
    (void)state;
    WEFT_RULE("chan.early");
    rig_begin(&r);
    r.pair.s.leave_channels = true;
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.in, 10), PAIR_WINDOW);
    n = weft_engine_drain(r.pair.client, slices, 16);
    for (size_t i = 0; i < n; i++) {
        uint8_t *fed = test_malloc(slices[i].len);
        memcpy(fed, slices[i].ptr, slices[i].len);
        assert_int_equal(weft_engine_feed(r.pair.server, fed, slices[i].len, r.pair.now_ns, &taken), 0);
        while (weft_engine_has_events(r.pair.server))
            (void)weft_engine_dispatch(r.pair.server, r.pair.now_ns, SIZE_MAX);
        memset(fed, 0, slices[i].len);
        test_free(fed);
        weft_engine_drained(r.pair.client, slices[i].len, r.pair.now_ns);
    }
    assert_int_equal(pair_stream_read(&r.pair.s.in), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.in.n_items, PAIR_WINDOW);
    assert_int_equal(r.pair.s.in.first[3], 13);
    rig_end(&r);
}

/* ---- ends ---- */

static void reset_drops_items_and_wakes_the_sender(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("chan.reset");
    WEFT_RULE("chan.ends");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    assert_int_equal(pair_stream_on_room(&r.pair.s.out), 0);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_reset(r.out.channel, 301, "no more"), 0);
    assert_int_equal(weft_channel_reset(r.out.channel, 301, "no more"), WEFT_EALREADY);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 0);
    rig_assert_end(&r.out, WEFT_CHANNEL_RESET, WEFT_ERESET, 301, "no more");
    assert_int_equal(r.pair.s.out.n_rooms, 1);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_ERESET);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_ECLOSED);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), WEFT_EALREADY);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0); /* the call is another matter */
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.results[0].code, 0);
    rig_end(&r);
}

static void reset_after_the_end_never_says_finished_of_dropped_items(void **state)
{
    /* Goal: finished means that all items came; what is not wanted any more did not. */
    (void)state;
    WEFT_RULE("chan.ends");
    for (int n = 0; n <= PAIR_WINDOW; n += PAIR_WINDOW) {
        rig r;
        rig_begin(&r);
        rig_call(&r, PAIR_WATCH, true, false);
        pair_run(&r.pair);
        assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
        for (int i = 0; i < n; i++)
            assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), 0);
        assert_int_equal(n ? weft_channel_abort(r.pair.s.out.channel, 300, "gone bad")
                           : weft_channel_finish(r.pair.s.out.channel),
                         0);
        pair_run(&r.pair);
        assert_int_equal(weft_channel_reset(r.out.channel, 301, "no more"), 0);
        pair_run(&r.pair);
        assert_int_equal(r.out.n_items, 0);
        if (n)
            rig_assert_end(&r.out, WEFT_CHANNEL_RESET, WEFT_ERESET, 301, "no more");
        else
            rig_assert_end(&r.out, WEFT_CHANNEL_FINISHED, 0, 0, "");
        rig_end(&r);
    }
}

static void sender_is_told_the_end(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("chan.reset");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    assert_int_equal(weft_channel_reset(r.out.channel, 301, "no more"), 0);
    pair_run(&r.pair);
    rig_assert_end(&r.pair.s.out, WEFT_CHANNEL_RESET, WEFT_ERESET, 301, "no more");
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_ECLOSED);
    rig_end(&r);
}

static void item_that_does_not_decode_resets_incompatible(void **state)
{
    rig r;
    uint32_t number = 7;
    (void)state;
    WEFT_RULE("chan.item");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    assert_int_equal(weft_gen_send(r.pair.s.out.channel, &weft_type_u32, &number), 0); /* the table says bytes */
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 0);
    assert_int_equal(r.out.end.kind, WEFT_CHANNEL_RESET);
    assert_int_equal(r.out.end.code, WEFT_EBADMSG);
    assert_int_equal(r.out.end.reason, WEFT_CODE_INCOMPATIBLE);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_equal(r.pair.s.out.end.reason, WEFT_CODE_INCOMPATIBLE);
    rig_end(&r);
}

static void unencodable_item_changes_nothing(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    weft_str text = weft_str_of("\xff", 1);
    assert_int_equal(weft_gen_send(r.pair.s.out.channel, &weft_type_str, &text), WEFT_EINVAL);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, PAIR_WINDOW);
    rig_end(&r);
}

static void wrong_end_is_refused(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_send(&r.out, 1, 1), WEFT_EINVAL);
    assert_int_equal(pair_stream_on_room(&r.out), WEFT_EINVAL);
    assert_int_equal(pair_stream_on_end(&r.out), WEFT_EINVAL);
    assert_int_equal(weft_channel_finish(r.out.channel), WEFT_EINVAL);
    assert_int_equal(weft_channel_abort(r.out.channel, 0, NULL), WEFT_EINVAL);
    assert_int_equal(pair_stream_read(&r.pair.s.out), WEFT_EINVAL);
    assert_int_equal(weft_channel_consumed(r.pair.s.out.channel, 0), WEFT_EINVAL);
    assert_int_equal(weft_channel_pause(r.pair.s.out.channel, true), WEFT_EINVAL);
    assert_int_equal(weft_channel_reset(r.pair.s.out.channel, 0, NULL), WEFT_EINVAL);
    weft_channel none = { NULL, 0 };
    assert_int_equal(weft_channel_keep(none), WEFT_EALREADY);
    assert_int_equal(weft_channel_finish(none), WEFT_EALREADY);
    pair_run(&r.pair);
    rig_end(&r);
}

static void lost_with_the_conduit(void **state)
{
    /* Goal: what has come is read, then lost; the sender is told once. */
    rig r;
    (void)state;
    WEFT_RULE("chan.ends");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    pair_run(&r.pair);
    pair_disconnect(&r.pair, WEFT_ECONNRESET);
    assert_int_equal(r.out.n_items, PAIR_WINDOW);
    assert_int_equal(r.out.end.kind, WEFT_CHANNEL_LOST);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_equal(r.pair.s.out.end.kind, WEFT_CHANNEL_LOST);
    assert_int_equal(r.pair.s.out.n_ends, 1);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_ECLOSED);
    rig_end(&r);
}

static void close_of_the_connection_goes_behind_items(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("conn.close");
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.in, 0), PAIR_WINDOW);
    assert_int_equal(weft_connection_close(r.conn, 0, NULL), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.in.n_items, PAIR_WINDOW);
    assert_int_equal(r.pair.s.in.end.kind, WEFT_CHANNEL_LOST);
    rig_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_within_credit_arrive_in_order),
        cmocka_unit_test(items_from_the_caller_may_follow_the_request_at_once),
        cmocka_unit_test(held_items_give_no_credit_until_consumed),
        cmocka_unit_test(byte_credit_falls_below_zero_once),
        cmocka_unit_test(room_is_told_once_at_once_where_there_is_some),
        cmocka_unit_test(queue_full_waits_for_the_conduit),
        cmocka_unit_test(pause_holds_items_and_end_back),
        cmocka_unit_test(pause_in_the_callback_keeps_the_rest),
        cmocka_unit_test(early_items_and_end_wait_for_the_reader),
        cmocka_unit_test(items_that_nobody_reads_ask_for_a_dispatch),
        cmocka_unit_test(reset_drops_items_and_wakes_the_sender),
        cmocka_unit_test(reset_after_the_end_never_says_finished_of_dropped_items),
        cmocka_unit_test(sender_is_told_the_end),
        cmocka_unit_test(item_that_does_not_decode_resets_incompatible),
        cmocka_unit_test(unencodable_item_changes_nothing),
        cmocka_unit_test(wrong_end_is_refused),
        cmocka_unit_test(lost_with_the_conduit),
        cmocka_unit_test(close_of_the_connection_goes_behind_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
