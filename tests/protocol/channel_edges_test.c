/* Channels at their edges: what is reset before it is sent, ends that cross, callbacks that end what they belong to,
 * handlers that let go late, and what is left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/session/parts.h"
#include "tests/support/stream_rig.h"
#include "tests/support/wire_channel.h"

/* Goal: a reader reset before its request went out: the ChannelReset must not overtake the Request. */
static void reset_before_request_is_sent(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    assert_int_equal(weft_channel_reset(r.out.channel, 300, "no"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.n_conn_closed, 0);
    rig_end(&r);
}

static void reset_in_line(void **state)
{
    rig r;
    weft_session_options server = weft_session_options_default();
    pair_stream out = { .n_items = 0 };
    (void)state;
    server.max_concurrent_requests = 1;
    rig_begin_with(&r, weft_session_options_default(), server);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_WATCH, 1, NULL, &out, NULL, NULL), 0);
    assert_int_equal(weft_channel_reset(out.channel, 300, "no"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.n_conn_closed, 0);
    rig_end(&r);
}

/* Goal: an item that does not decode, with the ChannelClose behind it in the same feed. */
static void bad_item_in_front_of_close_is_not_lost(void **state)
{
    wire_peer w;
    (void)state;
    wire_ready(&w, false);
    wire_open(&w, 1);
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 4);
    wire_flush(&w);
    wire_put_item(&w, 1, 1, 1);
    wire_put(&w.out, WEFT__KIND_ITEM, 0, 1, "\x92\x01\xc3", 3); /* true is no bytes */
    wire_put_item(&w, 1, 1, 3);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 1, 0);
    wire_flush(&w);
    assert_int_equal(w.side.in.end.kind, WEFT_CHANNEL_RESET);
    assert_int_equal(w.side.in.end.code, WEFT_EBADMSG);
    assert_int_equal(w.side.in.n_items, 1);
    wire_fini(&w);
}

/* Goal: the same for want of memory. */
static void item_without_memory_in_front_of_close_is_not_lost(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 1), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, false), 0);
    weft_test_alloc_fail(&r.alloc, 1, false);
    pair_run(&r.pair);
    assert_int_equal(r.out.end.kind, WEFT_CHANNEL_RESET);
    rig_end(&r);
}

/* Goal: [chan.life] what a handler never touched is gone when its call has failed or was dropped. */
static void untouched_channels_go_with_a_failed_call(void **state)
{
    wire_peer w;
    int how = *state ? *(int *)*state : 0;
    wire_ready(&w, false);
    w.side.leave_channels = true;
    wire_open(&w, 1);
    size_t before = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        if (i == 1000)
            before = w.alloc.live_bytes;
        wire_put_stream(&w, 1 + 2 * i, PAIR_LOAD_ID, 1 + 2 * i, 4);
        wire_flush(&w);
        weft_call call = w.side.held[(w.side.n_held - 1) % PAIR_CALLS_MAX];
        assert_int_equal(how ? weft_call_drop(call) : weft_call_fail(call, WEFT_OUTCOME_INTERNAL, "x"), 0);
        wire_run(&w);
        w.in_at = w.in.len = 0;
    }
    size_t after = w.alloc.live_bytes;
    assert_int_equal(weft_channel_keep(w.side.in.channel), WEFT_EALREADY);
    assert_true(after - before < 10000);
    wire_fini(&w);
}

/* Goal: on_end comes where the room callback ends the connection. */
static weft_connection *close_this;
static int n_ends_of_user, n_rooms_of_user;
static void room_closes(void *user)
{
    (void)user;
    n_rooms_of_user++;
    if (close_this)
        (void)weft_connection_close(close_this, 0, NULL);
}
static void ended_user(void *user, const weft_channel_end *end)
{
    (void)user;
    (void)end;
    n_ends_of_user++;
}
static void on_end_comes_where_room_closes(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    close_this = r.conn;
    n_ends_of_user = 0;
    assert_int_equal(weft_channel_on_end(r.in.channel, ended_user, NULL), 0);
    assert_int_equal(weft_gen_on_room(r.in.channel, room_closes, NULL), 0);
    pair_run(&r.pair);
    assert_int_equal(n_ends_of_user, 1);
    rig_end(&r);
}

/* Goal: a reader that finished, paused, whose connection goes, and who pauses again in its callback. */
static void pauses_again(pair_stream *stream)
{
    assert_int_equal(weft_channel_pause(stream->channel, true), WEFT_EALREADY);
}
static void pause_after_the_connection_went(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 1), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    r.out.on_item = pauses_again;
    pair_disconnect(&r.pair, 0);
    weft__slots *slots = weft__slots_retain(r.pair.client->slots); /* as a runtime does: handles outlive engines */
    weft_engine_free(r.pair.client);
    r.pair.client = NULL;
    assert_int_equal(weft_channel_pause(r.out.channel, false), WEFT_EALREADY);
    weft__slots_release(slots);
    assert_int_equal(r.out.n_ends, 1);
    rig_end(&r);
}

/* Goal: a sender with room alone; reset and the session's end come together, and room does not send at once. */
static void room_that_does_not_send_when_the_session_is_over(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.in, 1), PAIR_WINDOW);
    close_this = NULL;
    n_rooms_of_user = 0;
    assert_int_equal(weft_gen_on_room(r.in.channel, room_closes, NULL), 0);
    assert_int_equal(weft_call_cancel(r.call), 0);
    weft__slots *slots = weft__slots_retain(r.pair.client->slots);
    weft_engine_free(r.pair.client);
    r.pair.client = NULL;
    assert_int_equal(n_rooms_of_user, 1);
    assert_int_equal(pair_stream_send(&r.in, 1, 1), WEFT_ECLOSED);
    weft__slots_release(slots);
    rig_end(&r);
}

/* Goal: [session.drain] channels that are under way go on. */
static void drain_waits_for_channels(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_keep(r.pair.s.out.channel), 0);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0);
    pair_run(&r.pair);
    assert_int_equal(weft_session_drain(r.pair.s.session, 10 * WEFT_NS_PER_S), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.n_closed, 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 1, 1), 0);
    rig_end(&r);
}

/* Goal: a reader who resets is told reset. */
static void reset_behind_the_end_says_reset(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 1), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_reset(r.out.channel, 300, "enough"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.end.kind, WEFT_CHANNEL_RESET);
    rig_end(&r);
}

/* Goal: the caller lets go of its connection; a paused reader stays paused. */
static void pause_holds_when_the_connection_closes_by_itself(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    weft_connection_release(r.conn);
    r.conn = NULL;
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 1), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0);
    pair_run(&r.pair);
    assert_int_equal(r.out.n_items, 0);
    rig_end(&r);
}
static void unread_items_stay_when_the_connection_closes_by_itself(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    assert_int_equal(pair_stream_call(&r.pair.c, r.conn, PAIR_WATCH, 0, NULL, &r.out, NULL, &r.call), 0);
    weft_connection_release(r.conn);
    r.conn = NULL;
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.pair.s.out, 1), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_read(&r.out), 0);
    rig_end(&r);
}

/* Goal: items cut by the feed take a whole buffer over. */
static void cut_items_hold_no_more_than_their_credit(void **state)
{
    (void)state;
    wire_peer w;
    wire_ready(&w, false);
    w.side.leave_channels = true;
    wire_open(&w, 1);
    wire_put_stream(&w, 1, PAIR_LOAD_ID, 1, 1u << 30);
    wire_put_stream(&w, 3, PAIR_LOAD_ID, 3, 1u << 30);
    wire_put_channel_end(&w, WEFT__KIND_CHANNEL_CLOSE, 3, 1);
    wire_flush(&w);
    size_t before = w.alloc.live_bytes;
    for (int n = 0; n < 1000; n++) {
        wire_put_item(&w, 3, 9000, 0); /* late: leaves a buffer of 16 KiB behind */
        size_t len = w.out.len;
        wire_feed(&w, w.out.ptr, 100);
        wire_feed(&w, w.out.ptr + 100, len - 100);
        w.out.len = 0;
        wire_put_item(&w, 1, 0, 0);
        len = w.out.len;
        wire_feed(&w, w.out.ptr, len - 1);
        wire_feed(&w, w.out.ptr + len - 1, 1);
        w.out.len = 0;
        w.in.len = w.in_at = 0;
    }
    assert_true(w.alloc.live_bytes - before < (size_t)1000 * 1024);
    wire_fini(&w);
}

/* Goal: with a max_queued of a few bytes room comes all the same. */
static void room_comes_with_a_small_max_queued(void **state)
{
    rig r;
    weft_session_options client = weft_session_options_default();
    (void)state;
    client.max_queued = 1;
    rig_begin_with(&r, client, weft_session_options_default());
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.in, 1), 1);
    assert_int_equal(pair_stream_on_room(&r.in), 0);
    pair_run(&r.pair);
    assert_int_equal(r.in.n_rooms, 1);
    rig_end(&r);
}

/* Goal: no callback of a sender comes after its on_end (docs/guide.md): who frees there, frees. */
static bool freed;
static int n_after;
static weft_channel again;
static void room_again(void *user)
{
    (void)user;
    n_after += freed;
    (void)weft_gen_on_room(again, room_again, NULL);
}
static void ended_frees(void *user, const weft_channel_end *end)
{
    (void)user;
    (void)end;
    freed = true;
}
static void no_room_behind_on_end(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_fill(&r.in, 1), PAIR_WINDOW);
    again = r.in.channel;
    freed = false;
    n_after = 0;
    r.pair.s.in.hold = true;
    assert_int_equal(weft_channel_on_end(r.in.channel, ended_frees, NULL), 0);
    assert_int_equal(weft_gen_on_room(r.in.channel, room_again, NULL), 0);
    assert_int_equal(weft_call_cancel(r.call), 0);
    pair_run(&r.pair);
    assert_int_equal(n_after, 0);
    rig_end(&r);
}

/* Goal: close_when_unused while a channel on the root outlives its call. */
static void a_channel_on_the_root_is_a_use(void **state)
{
    rig r;
    weft_session_options client = weft_session_options_default();
    (void)state;
    memset(&r, 0, sizeof r);
    client.close_when_unused = true;
    client.root_service = &pair_service;
    weft_test_alloc_init(&r.alloc);
    pair_init(&r.pair, &r.alloc);
    assert_int_equal(pair_begin(&r.pair, client, weft_session_options_default()), 0);
    pair_run(&r.pair);
    assert_non_null(weft_session_root(r.pair.c.session));
    r.conn = weft_connection_retain(weft_session_root(r.pair.c.session));
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_keep(r.pair.s.out.channel), 0);
    assert_int_equal(rig_answer(&r, PAIR_WATCH), 0);
    weft_connection_release(r.conn);
    r.conn = NULL;
    pair_run(&r.pair);
    assert_int_equal(r.pair.c.n_closed, 0);
    rig_end(&r);
}

/* Goal: the handler lets go of its call once the connection is lost, as its on_cancel does. */
static weft_call drop_this;
static void drops(void *user)
{
    (void)user;
    (void)weft_call_drop(drop_this);
}
static void dropping_a_lost_call_keeps_what_has_come(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_LOAD, false, true);
    pair_run(&r.pair);
    drop_this = r.pair.s.held[0];
    assert_int_equal(weft_call_on_cancel(drop_this, drops, NULL), 0);
    assert_int_equal(weft_channel_pause(r.pair.s.in.channel, true), 0);
    assert_int_equal(pair_stream_fill(&r.in, 1), PAIR_WINDOW);
    assert_int_equal(weft_channel_finish(r.in.channel), 0);
    pair_run(&r.pair);
    pair_disconnect(&r.pair, 0);
    assert_int_equal(r.pair.s.in.n_items, PAIR_WINDOW);
    rig_end(&r);
}
static void dropping_a_lost_call_keeps_the_senders_on_end(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    weft_engine_disconnected(r.pair.server, 0, NULL, r.pair.now_ns);
    (void)weft_call_drop(r.pair.s.held[0]);
    pair_disconnect(&r.pair, 0);
    assert_int_equal(r.pair.s.out.n_ends, 1);
    rig_end(&r);
}

/* Goal: an interceptor, or a handler that is not there: what was bound for it. */
static int not_there(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels)
{
    (void)table;
    (void)self;
    (void)call;
    (void)args;
    (void)channels;
    return WEFT_OUTCOME_UNKNOWN_METHOD;
}
static void a_method_that_is_not_implemented_keeps_nothing(void **state)
{
    static weft_method methods[PAIR_METHODS];
    static weft_service_type service;
    rig r;
    (void)state;
    service = pair_service;
    memcpy(methods, pair_service.methods, sizeof methods);
    methods[PAIR_WATCH].dispatch_channels = not_there;
    service.methods = methods;
    memset(&r, 0, sizeof r);
    weft_test_alloc_init(&r.alloc);
    pair_init(&r.pair, &r.alloc);
    r.pair.s.serves = &service;
    assert_int_equal(pair_begin(&r.pair, weft_session_options_default(), weft_session_options_default()), 0);
    pair_run(&r.pair);
    r.conn = pair_open(&r.pair);
    size_t before = 0;
    for (int i = 0; i < 2000; i++) {
        if (i == 1000)
            before = r.alloc.live_bytes;
        r.out.n_ends = 0;
        rig_call(&r, PAIR_WATCH, true, false);
        pair_run(&r.pair);
        assert_int_equal(r.out.n_ends, 1);
    }
    assert_true(r.alloc.live_bytes - before < 10000);
    rig_end(&r);
}

static void refused_finish_leaves_the_end_to_be_told(void **state)
{
    rig r;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    weft_engine_disconnected(r.pair.server, 0, NULL, r.pair.now_ns);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), WEFT_EALREADY);
    pair_disconnect(&r.pair, 0);
    assert_int_equal(r.pair.s.out.n_ends, 1);
    rig_end(&r);
}

static void close_the_session(pair_stream *stream)
{
    weft_session_close(stream->user, 0, NULL);
}

static void reset_goes_out_in_front_of_a_close(void **state)
{
    /* Goal: who resets, and closes when that has been told, is heard with both. */
    rig r;
    (void)state;
    rig_begin(&r);
    r.out.on_end = close_the_session;
    r.out.user = r.pair.c.session;
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(pair_stream_on_end(&r.pair.s.out), 0);
    assert_int_equal(weft_channel_reset(r.out.channel, 321, "enough"), 0);
    pair_run(&r.pair);
    assert_int_equal(r.pair.s.out.end.kind, WEFT_CHANNEL_RESET);
    assert_int_equal(r.pair.s.out.end.reason, 321);
    assert_string_equal(r.pair.s.out.text, "enough");
    assert_int_equal(r.pair.c.n_closed, 1);
    rig_end(&r);
}

static void items_lost_for_want_of_memory_are_never_finished(void **state)
{
    /* Goal: a paused reader, whose items and end came in one feed, and no memory to keep them. */
    rig r;
    size_t consumed;
    (void)state;
    rig_begin(&r);
    rig_call(&r, PAIR_WATCH, true, false);
    pair_run(&r.pair);
    assert_int_equal(weft_channel_pause(r.out.channel, true), 0);
    assert_int_equal(pair_stream_send(&r.pair.s.out, 5000, 1), 0);
    assert_int_equal(weft_channel_finish(r.pair.s.out.channel), 0);
    weft_slice slices[8];
    size_t n = weft_engine_drain(r.pair.server, slices, 8);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(weft_engine_feed(r.pair.client, slices[i].ptr, slices[i].len, r.pair.now_ns, &consumed), 0);
    weft_test_alloc_fail(&r.alloc, 1, true);
    (void)weft_engine_dispatch(r.pair.client, r.pair.now_ns, SIZE_MAX);
    weft_test_alloc_fail(&r.alloc, 0, false);
    (void)weft_engine_dispatch(r.pair.client, r.pair.now_ns, SIZE_MAX);
    assert_int_equal(r.out.n_items, 0);
    assert_int_equal(r.out.n_ends, 1);
    assert_int_not_equal(r.out.end.kind, WEFT_CHANNEL_FINISHED);
    rig_end(&r);
}

int main(void)
{
    static int drop = 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_finish_leaves_the_end_to_be_told),
        cmocka_unit_test(reset_goes_out_in_front_of_a_close),
        cmocka_unit_test(items_lost_for_want_of_memory_are_never_finished),
        cmocka_unit_test(reset_before_request_is_sent),
        cmocka_unit_test(reset_in_line),
        cmocka_unit_test(bad_item_in_front_of_close_is_not_lost),
        cmocka_unit_test(untouched_channels_go_with_a_failed_call),
        { "untouched_dropped", untouched_channels_go_with_a_failed_call, NULL, NULL, &drop },
        cmocka_unit_test(on_end_comes_where_room_closes),
        cmocka_unit_test(pause_after_the_connection_went),
        cmocka_unit_test(room_that_does_not_send_when_the_session_is_over),
        cmocka_unit_test(drain_waits_for_channels),
        cmocka_unit_test(reset_behind_the_end_says_reset),
        cmocka_unit_test(pause_holds_when_the_connection_closes_by_itself),
        cmocka_unit_test(unread_items_stay_when_the_connection_closes_by_itself),
        cmocka_unit_test(dropping_a_lost_call_keeps_what_has_come),
        cmocka_unit_test(dropping_a_lost_call_keeps_the_senders_on_end),
        cmocka_unit_test(a_channel_on_the_root_is_a_use),
        cmocka_unit_test(item_without_memory_in_front_of_close_is_not_lost),
        cmocka_unit_test(no_room_behind_on_end),
        cmocka_unit_test(room_comes_with_a_small_max_queued),
        cmocka_unit_test(a_method_that_is_not_implemented_keeps_nothing),
        cmocka_unit_test(cut_items_hold_no_more_than_their_credit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
