/* Channels and what made them: calls that are refused, cancelled, answered; limits; connections; memory that fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/stream_rig.h"

/* ---- what calls do to their channels ---- */

static void refused_call_ends_its_channels(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("call.refused");
    rig_begin(&r);
    rig_call(&r, PAIR_BOTH, true, true);
    assert_int_equal(pair_stream_on_end(&r.in), 0);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    assert_int_equal(weft_call_fail(r.pair.s.held[0], WEFT_OUTCOME_INTERNAL, "broken"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 0); /* under way: dropped */
    rig_assert_end(&r.out, WEFT_CHANNEL_REFUSED, WEFT_EREMOTE, 0, "broken");
    rig_assert_end(&r.in, WEFT_CHANNEL_REFUSED, WEFT_EREMOTE, 0, "broken");
    assert_int_equal(r.pair.s.in.n_ends, 1);
    assert_int_equal(r.pair.s.in.end.kind, WEFT_CHANNEL_REFUSED);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_ECLOSED);
    assert_int_equal(pair_stream_send(&r.in, 1, 0), WEFT_ECLOSED);
    rig_end(&r);
}

static void cancelled_call_ends_its_channels(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("call.cancel");
    WEFT_RULE("chan.ends");
    rig_begin(&r);
    rig_call(&r, PAIR_BOTH, true, true);
    assert_int_equal(pair_stream_on_end(&r.in), 0);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    assert_int_equal(weft_call_cancel(r.call), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.results[0].code, WEFT_ECANCELED);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_equal(r.out.end.kind, WEFT_CHANNEL_CANCELLED);
    assert_int_equal(r.in.n_ends, 1);
    assert_int_equal(r.in.end.kind, WEFT_CHANNEL_CANCELLED);
    assert_int_equal(r.pair.s.n_cancelled, 1);
    assert_int_equal(r.pair.s.out.end.kind, WEFT_CHANNEL_RESET);
    assert_int_equal(r.pair.s.in.end.kind, WEFT_CHANNEL_ABORTED);
    assert_int_equal(rig_answer(&r, PAIR_BOTH), 0); /* too late for anybody */
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.done_times[0], 1);
    rig_end(&r);
}

static void call_in_line_ends_its_channels_unsent(void **state)
{
    /* Goal: a call that waits for a place has channels that can be finished, and that end with it. */
    rig r;
    weft_session_options server = weft_session_options_default();
    weft_call second;
    pair_stream in = { .n_items = 0 };
    (void)state;
    server.max_concurrent_requests = 1;
    rig_begin_with(&r, weft_session_options_default(), server);
    rig_call(&r, PAIR_LOAD, false, true);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_LOAD, 1, NULL, NULL, &in, &second), 0);
    assert_int_equal(pair_stream_send(&in, 1, 0), WEFT_EAGAIN);
    assert_int_equal(pair_stream_on_room(&in), 0);
    pair_run(&r.pair);
    assert_int_equal(in.n_rooms, 0);
    assert_int_equal(pair_stream_on_end(&in), 0);
    assert_int_equal(weft_call_cancel(second), 0);
    pair_run(&r.pair);
    assert_int_equal(in.n_ends, 1);
    assert_int_equal(in.n_rooms, 1);
    assert_int_equal(in.end.kind, WEFT_CHANNEL_CANCELLED);
    /* Another one is finished in line, and the handler sees that once it has a place. */
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_LOAD, 2, NULL, NULL, &in, &second), 0);
    assert_int_equal(weft_channel_abort(in.channel, 302, "already"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_handled, 1);
    assert_int_equal(rig_answer(&r, PAIR_LOAD), 0);
    r.pair.s.in.n_ends = 0;
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_handled, 2);
    rig_assert_end(&r.pair.s.in, WEFT_CHANNEL_ABORTED, WEFT_ECANCELED, 302, "already");
    rig_end(&r);
}

static void channels_outlive_an_answer_but_for_untouched_ones(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("chan.life");
    rig_begin(&r);
    r.pair.s.leave_channels = true;
    rig_call(&r, PAIR_BOTH, true, true);
    assert_int_equal(pair_stream_on_end(&r.in), 0);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_keep(r.pair.s.out.channel), 0);
    assert_int_equal(rig_answer(&r, PAIR_BOTH), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.done_times[0], 1);
    rig_assert_end(&r.in, WEFT_CHANNEL_RESET, WEFT_ERESET, 0, "");
    assert_int_equal(pair_stream_read(&r.pair.s.in), WEFT_EALREADY);
    assert_int_equal(r.out.n_ends, 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 3), PAIR_WINDOW);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    rig_assert_end(&r.out, WEFT_CHANNEL_FINISHED, 0, 0, "");
    rig_end(&r);
}

static void untouched_sender_is_finished(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("chan.life");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0);
    pair_run(&r.pair);
    rig_assert_end(&r.out, WEFT_CHANNEL_FINISHED, 0, 0, "");
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_ECLOSED);
    rig_end(&r);
}

static void absent_options_are_null_handles(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("chan.types");
    rig_begin(&r);
    rig_call(&r, PAIR_BOTH, false, true);
    assert_int_equal(pair_stream_fill(&r.in, 0), 2 * PAIR_WINDOW);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_handled, 1);
    assert_null(r.pair.s.out.channel.slot);
    assert_int_equal(r.pair.s.in.n_items, 2 * PAIR_WINDOW);
    assert_int_equal(rig_answer(&r, PAIR_BOTH), 0);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_BOTH, 1, NULL, NULL, NULL, NULL), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_handled, 2);
    assert_null(r.pair.s.in.channel.slot);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_LOAD, 2, NULL, NULL, NULL, NULL), WEFT_EINVAL);
    rig_end(&r);
}

static void no_deadline_of_the_session_where_there_are_channels(void **state)
{
    rig r;
    (void)state;
    WEFT_RULE("call.deadline");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_true(weft_call_remaining_ns(r.pair.s.held[0]) == WEFT_FOREVER);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_BOTH, 1, NULL, NULL, NULL, NULL), 0);
    pair_run(&r.pair); /* the method has channels, though none is there */
    assert_true(weft_call_remaining_ns(r.pair.s.held[1]) == WEFT_FOREVER);
    rig_end(&r);
}

static void no_more_than_max_channels(void **state)
{
    rig r;
    weft_session_options server = weft_session_options_default();
    pair_stream other = { .n_items = 0 };
    (void)state;
    WEFT_RULE("chan.limits");
    server.max_channels = 1;
    rig_begin_with(&r, weft_session_options_default(), server);
    rig_call(&r, PAIR_WATCH, true, false);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_WATCH, 1, NULL, &other, NULL, NULL), WEFT_EBUSY);
    pair_run(&r.pair);
    /* Its place is free as soon as the end has come, unread. */
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 5), 0);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_WATCH, 2, NULL, &other, NULL, NULL), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_handled, 2);
    assert_int_equal(weft_channel_pause(r.out.channel, false), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.first[0], 5);
    assert_int_equal(r.out.n_ends, 1);
    rig_end(&r);
}

/* ---- life ---- */

static void release_waits_for_channels(void **state)
{
    /* Goal: [conn.liveness] a connection without a caller goes on while a channel does. */
    rig r;
    (void)state;
    WEFT_RULE("conn.liveness");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_keep(r.pair.s.out.channel), 0);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0);
    pair_run(&r.pair);
    weft_connection_release(r.conn);
    r.conn = NULL;
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.n_conn_closed, 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 9), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 1);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_equal(r.pair.c.n_conn_closed, 1);
    rig_end(&r);
}

static void abort_the_session(pair_stream *stream)
{
    weft_session_abort(stream->user);
}

static void reset_it(pair_stream *stream)
{
    (void)weft_channel_reset(stream->channel, 1, NULL);
}

static void anything_may_end_in_a_callback(void **state)
{
    /* Goal: a reader that ends the channel, or the session, from within is told the end once. */
    static void (*const ways[])(pair_stream * stream) = { abort_the_session, reset_it };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        rig r;
        rig_begin(&r);
        r.out.on_item = ways[i];
        r.out.user = r.pair.c.session;
        rig_call(&r, PAIR_WATCH, true, false);
        pair_run(&r.pair);
        assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
        pair_run(&r.pair);
        assert_int_equal(r.out.n_ends, 1);
        rig_end(&r);
    }
}

/* One whole dialogue with channels both ways, with or without failing allocations. */
static void dialogue(pair *p, weft_connection *conn)
{
    pair_stream out = { .n_items = 0 };
    pair_stream in = { .n_items = 0 };
    if (pair_stream_call(&p->c, conn, PAIR_BOTH, 0, NULL, &out, &in, NULL) < 0)
        return;
    int read = pair_stream_read(&out);
    (void)pair_stream_on_end(&in);
    (void)pair_stream_fill(&in, 1);
    pair_run(p);
    (void)pair_stream_fill(&p->s.out, 1);
    (void)pair_stream_send(&in, 20000, 3);
    pair_run(p);
    (void)weft_channel_finish(in.channel);
    (void)weft_channel_abort(p->s.out.channel, 300, "a text");
    weft_bytes value = { NULL, 0 };
    if (p->s.n_held > 0 && weft_gen_return(p->s.held[0], &pair_service, PAIR_BOTH, &value) == WEFT_ENOMEM)
        (void)weft_call_drop(p->s.held[0]);
    pair_run(p);
    if (p->c.opened)
        weft_connection_release(p->c.opened);
    p->c.opened = NULL;
    pair_disconnect(p, WEFT_ECONNRESET);
    assert_int_equal(p->c.done_times[0], 1);
    assert_true(out.n_ends <= 1 && in.n_ends <= 1 && p->s.in.n_ends <= 1);
    if (read == 0)
        assert_int_equal(out.n_ends, 1);
}

static void failing_dialogue(weft_test_alloc *alloc, void *user)
{
    pair p;
    (void)user;
    pair_ready(&p, alloc);
    weft_connection *conn = p.status == 0 ? pair_open(&p) : NULL;
    if (conn)
        dialogue(&p, conn);
    assert_true(conn || alloc->failed);
    if (p.c.opened)
        weft_connection_release(p.c.opened);
    pair_fini(&p);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    weft_test_alloc_each(failing_dialogue, NULL);
}

static void reset_never_overtakes_the_request(void **state)
{
    /* Goal: a reader may change its mind before its call is sent; the counterpart hears of the channel first. */
    rig r;
    (void)state;
    WEFT_RULE("frame.order");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    assert_int_equal(weft_channel_reset(r.out.channel, 300, "enough"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_handled, 1);
    assert_int_equal(r.pair.c.n_conn_closed, 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 0), WEFT_ERESET);
    rig_assert_end(&r.out, WEFT_CHANNEL_RESET, WEFT_ERESET, 300, "enough");
    rig_end(&r);
}

static void note_whether_closed(pair_stream *stream)
{
    pair *p = stream->user;
    assert_int_equal(p->c.n_conn_closed + p->c.n_closed, 0);
}

static void channels_end_before_what_is_last(void **state)
{
    /* Goal: items that were not read, and the end behind them, come before on_closed and CLOSED, which are the last. */
    rig r;
    (void)state;
    WEFT_RULE("chan.ends");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    pair_run(&r.pair);
    r.out.on_item = r.out.on_end = note_whether_closed;
    r.out.user = &r.pair;
    pair_disconnect(&r.pair, WEFT_ECONNRESET);
    assert_int_equal(r.out.n_items, PAIR_WINDOW);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_equal(r.pair.c.n_conn_closed, 1);
    assert_int_equal(r.pair.c.n_closed, 1);
    rig_end(&r);
}

static void memory_of_an_item_outlives_its_connection(void **state)
{
    /* Goal: what an item of several frames leaves in the engine's pool does not refer to the connection it came on. */
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 100000, 1), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.len[0], 100000);
    assert_int_equal(weft_connection_close(r.conn, 0, NULL), 0);
    weft_connection_release(r.conn);
    r.conn = NULL;
    pair_run(&r.pair);
    rig_end(&r);
}

static void nothing_is_told_of_a_channel_after_closed(void **state)
{
    /* Goal: a sender's end that had its end, and was not asked, is stale once its session is over. */
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_reset(r.pair.s.in.channel, 300, "no"), 0);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_room(&r.in), 0);
    pair_disconnect(&r.pair, WEFT_ECONNRESET);
    assert_int_equal(r.in.n_rooms, 1);
    assert_int_equal(pair_stream_on_end(&r.in), WEFT_EALREADY);
    assert_int_equal(r.in.n_ends, 0);
    rig_end(&r);
}

static void room_asks_for_the_end(void *user)
{
    pair_stream *stream = user;
    stream->n_rooms++;
    assert_int_equal(pair_stream_on_end(stream), 0);
    assert_int_equal(pair_stream_on_room(stream), WEFT_EALREADY);
}

static void what_room_asks_for_is_told(void **state)
{
    /* Goal: a sender that asks for the end in its room callback, when the channel is lost, is told; room comes no more.
     */
    rig r;
    (void)state;
    WEFT_RULE("chan.ends");
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.in, 0), PAIR_WINDOW);
    r.pair.cut = true;
    assert_int_equal(weft_gen_on_room(r.in.channel, room_asks_for_the_end, &r.in), 0);
    pair_disconnect(&r.pair, WEFT_ECONNRESET);
    assert_int_equal(r.in.n_ends, 1);
    assert_int_equal(r.in.n_rooms, 1);
    rig_end(&r);
}

static void item_without_memory_is_not_passed_over(void **state)
{
    /* Goal: where an item cannot be delivered none behind it is, and the end says so, though it had come already. */
    rig r;
    (void)state;
    WEFT_RULE("chan.item");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 0), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, false), 0);
    weft_test_alloc_fail(&r.alloc, 1, false);
    pair_run(&r.pair);
    weft_test_alloc_fail(&r.alloc, 0, false);
    assert_int_equal(r.out.n_items, 0);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_equal(r.out.end.kind, WEFT_CHANNEL_RESET);
    assert_int_equal(r.out.end.code, WEFT_ENOMEM);
    rig_end(&r);
}

static void end_is_told_though_the_call_is_let_go(void **state)
{
    /* Goal: a handler that lets go of its call when the connection has gone is told the ends that it has asked for. */
    rig r;
    weft_bytes value = { NULL, 0 };
    (void)state;
    WEFT_RULE("chan.ends");
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    weft_engine_disconnected(r.pair.server, WEFT_ECONNRESET, NULL, r.pair.now_ns);
    assert_int_equal(weft_gen_return(r.pair.s.held[0], &pair_service, PAIR_WATCH, &value), WEFT_EALREADY);
    pair_disconnect(&r.pair, WEFT_ECONNRESET);
    assert_int_equal(r.pair.s.out.n_ends, 1);
    assert_int_equal(r.pair.s.out.end.kind, WEFT_CHANNEL_LOST);
    rig_end(&r);
}

static void every_cut_of_the_bytes_is_the_same(void **state)
{
    (void)state;
    for (size_t step = 1; step <= 40; step++) {
        weft_test_alloc alloc;
        pair p;
        weft_test_alloc_init(&alloc);
        pair_ready(&p, &alloc);
        weft_connection *conn = pair_open(&p);
        p.step = step;
        dialogue(&p, conn);
        assert_null(p.c.opened);
        assert_int_equal(p.s.in.n_items, 2 * PAIR_WINDOW + 1);
        assert_int_equal(p.s.in.len[p.s.in.n_items - 1], 20000);
        assert_int_equal(p.s.in.end.kind, WEFT_CHANNEL_FINISHED);
        pair_fini(&p);
        weft_test_alloc_assert_empty(&alloc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_call_ends_its_channels),
        cmocka_unit_test(cancelled_call_ends_its_channels),
        cmocka_unit_test(call_in_line_ends_its_channels_unsent),
        cmocka_unit_test(channels_outlive_an_answer_but_for_untouched_ones),
        cmocka_unit_test(untouched_sender_is_finished),
        cmocka_unit_test(absent_options_are_null_handles),
        cmocka_unit_test(no_deadline_of_the_session_where_there_are_channels),
        cmocka_unit_test(no_more_than_max_channels),
        cmocka_unit_test(release_waits_for_channels),
        cmocka_unit_test(anything_may_end_in_a_callback),
        cmocka_unit_test(reset_never_overtakes_the_request),
        cmocka_unit_test(channels_end_before_what_is_last),
        cmocka_unit_test(memory_of_an_item_outlives_its_connection),
        cmocka_unit_test(what_room_asks_for_is_told),
        cmocka_unit_test(item_without_memory_is_not_passed_over),
        cmocka_unit_test(end_is_told_though_the_call_is_let_go),
        cmocka_unit_test(nothing_is_told_of_a_channel_after_closed),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_cut_of_the_bytes_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
