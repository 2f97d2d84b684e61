/* Channels through generated code, between two engines in memory: sending and room, reading and consumption, holding
 * back. */
#include "tests/unit/rpc/streams.h"

#include "tests/support/rules.h"

static int setup(void **state)
{
    rig *r = rig_new();
    memset(&handled, 0, sizeof handled);
    memset(&answer, 0, sizeof answer);
    r->serves = &st_streams_service;
    r->handler = &streams_handler;
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    rig_free(*state);
    return 0;
}

static void answer_watch(rig *r)
{
    st_streams_watch_call call = { handled.call };
    assert_int_equal(st_streams_watch_return(call), 0);
    rig_run(r);
}

/* ---- what goes well ---- */

static void tx_items_arrive_in_order_then_finished(void **state)
{
    /* Goal: what the handler sends the caller reads, in order, and the end behind it; the call is answered apart. */
    rig *r = *state;
    WEFT_RULE("chan.types");
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    st_event_rx events = streams_watch(r, client, NULL);
    assert_string_equal(handled.text, "some");
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    st_sample to;
    st_sample_init(&to);
    to.note = WEFT_STR("there");
    st_event_moved_fields moved = { .to = &to };
    st_sample_init(&moved.from);
    st_event items[] = { st_event_make_started(), st_event_make_moved(&moved), st_event_make_stopped(WEFT_STR("end")) };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(st_event_send(handled.events, &items[i]), 0);
    assert_int_equal(weft_channel_finish(handled.events.channel), 0);
    assert_int_equal(notes.n, 0); /* never inside the call that sent */
    rig_run(r);
    assert_string_equal(notes.text, "started there end ");
    assert_ended(&notes, WEFT_CHANNEL_FINISHED, 0, 0);
    assert_int_equal(answer.n, 0);
    answer_watch(r);
    assert_int_equal(answer.n, 1);
    assert_int_equal(answer.code, 0);
    streams_end(r, client);
}

static void rx_items_arrive_then_answer(void **state)
{
    /* Goal: what the caller sends the handler reads, and its answer, a value or its own error, is the call's. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    for (int fails = 0; fails < 2; fails++) {
        streams_notes notes = { 0 };
        st_sample_tx samples = streams_load(r, client, NULL);
        assert_int_equal(st_sample_read(handled.samples, &sample_reader, &notes), 0);
        assert_int_equal(send_sample(samples, 40, "a"), 0);
        assert_int_equal(send_sample(samples, 2, "b"), 0);
        assert_int_equal(weft_channel_finish(samples.channel), 0);
        rig_run(r);
        assert_string_equal(notes.text, "a b ");
        assert_ended(&notes, WEFT_CHANNEL_FINISHED, 0, 0);
        st_streams_load_call call = { handled.call };
        st_stream_error refused = st_stream_error_make_refused();
        assert_int_equal(fails ? st_streams_load_fail(call, &refused) : st_streams_load_return(call, notes.sum), 0);
        rig_run(r);
        assert_int_equal(answer.n, fails + 1);
        assert_int_equal(answer.code, 0);
        assert_int_equal(answer.value, fails ? 0 : 42);
        assert_int_equal(answer.has_error, fails);
    }
    streams_end(r, client);
}

static void items_before_request_arrives_are_kept(void **state)
{
    /* Goal: a caller sends in the turn of its call, up to the window, and finishes; the handler reads all of it, even
     * if it begins to read late. */
    rig *r = *state;
    WEFT_RULE("chan.early");
    st_streams_client client = streams_open(r);
    st_sample_tx samples;
    streams_notes notes = { 0 };
    assert_int_equal(st_streams_load(client, NULL, on_load, NULL, NULL, &samples), 0);
    for (int i = 0; i < 8; i++)
        assert_int_equal(send_sample(samples, 1, "x"), 0);
    assert_int_equal(send_sample(samples, 1, "x"), WEFT_EAGAIN);
    assert_int_equal(weft_channel_finish(samples.channel), 0);
    rig_run(r);
    assert_int_equal(notes.n, 0);
    assert_int_equal(st_sample_read(handled.samples, &sample_reader, &notes), 0);
    assert_int_equal(notes.n, 0); /* from dispatch only */
    rig_run(r);
    assert_int_equal(notes.n, 8);
    assert_ended(&notes, WEFT_CHANNEL_FINISHED, 0, 0);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void echo_both_ways_at_once(void **state)
{
    /* Goal: two channels of one call, one each way, are independent. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes in = { 0 }, out = { 0 };
    st_str_tx input;
    st_str_rx output;
    assert_int_equal(st_streams_echo(client, NULL, on_echo, NULL, NULL, &input, &output), 0);
    assert_int_equal(st_str_read(output, &str_reader, &out), 0);
    rig_run(r);
    assert_int_equal(st_str_read(handled.input, &str_reader, &in), 0);
    assert_int_equal(st_str_send(input, WEFT_STR("ping")), 0);
    assert_int_equal(st_str_send(handled.output, WEFT_STR("pong")), 0);
    rig_run(r);
    assert_string_equal(in.text, "ping ");
    assert_string_equal(out.text, "pong ");
    assert_int_equal(weft_channel_finish(input.channel), 0);
    rig_run(r);
    assert_ended(&in, WEFT_CHANNEL_FINISHED, 0, 0);
    assert_int_equal(st_str_send(handled.output, WEFT_STR("more")), 0);
    assert_int_equal(weft_channel_finish(handled.output.channel), 0);
    rig_run(r);
    assert_string_equal(out.text, "pong more ");
    assert_ended(&out, WEFT_CHANNEL_FINISHED, 0, 0);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void server_calls_client_with_channels(void **state)
{
    /* Goal: channels of calls that go the other way on the same connection. */
    rig *r = *state;
    r->wants_connection = true;
    r->server_calls = &st_streams_service;
    r->client_serves = &st_streams_service;
    r->client_handler = &streams_handler;
    st_streams_client client = streams_open(r);
    st_streams_client back = { r->server_connection };
    streams_notes notes = { 0 }, samples_notes = { 0 };
    st_event_rx events = streams_watch(r, back, NULL);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    st_event_tx theirs = handled.events;
    weft_call watch_call = handled.call;
    st_sample_tx samples = streams_load(r, client, NULL);
    assert_int_equal(st_sample_read(handled.samples, &sample_reader, &samples_notes), 0);
    assert_int_equal(send_sample(samples, 7, "there"), 0);
    handled.events = theirs;
    assert_int_equal(send_event("back"), 0);
    rig_run(r);
    assert_string_equal(notes.text, "back ");
    assert_string_equal(samples_notes.text, "there ");
    weft_call_drop(watch_call);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

/* ---- room and consumption ---- */

static void send_without_room_waits_for_consumption(void **state)
{
    /* Goal: N items may be under way that are not consumed; on_room tells once when there may be more. */
    rig *r = *state;
    WEFT_RULE("chan.item");
    WEFT_RULE("chan.credit");
    st_streams_client client = streams_open(r);
    streams_notes notes = { .keeps = true };
    int n_room = 0;
    st_event_rx events = streams_watch(r, client, NULL);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(send_event("x"), 0);
    assert_int_equal(send_event("x"), WEFT_EAGAIN);
    assert_int_equal(st_event_on_room(handled.events, on_room, &n_room), 0);
    rig_run(r);
    assert_int_equal(notes.n, 4); /* delivered, and not consumed */
    assert_int_equal(n_room, 0);
    assert_int_equal(send_event("x"), WEFT_EAGAIN);
    assert_int_equal(weft_channel_consumed(events.channel, 5), WEFT_EINVAL);
    assert_int_equal(weft_channel_consumed(events.channel, 2), 0);
    rig_run(r);
    assert_int_equal(n_room, 1);
    assert_int_equal(send_event("y"), 0);
    assert_int_equal(send_event("y"), 0);
    assert_int_equal(send_event("y"), WEFT_EAGAIN);
    rig_run(r);
    assert_int_equal(notes.n, 6);
    assert_int_equal(n_room, 1); /* once */
    assert_string_equal(notes.text, "x x x x y y ");
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void consumed_at_once_flows_on(void **state)
{
    /* Goal: a reader that consumes at once never comes to owe anything: far more than N items go through. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    st_event_rx events = streams_watch(r, client, NULL);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    for (int i = 0; i < 100; i++) {
        for (int k = 0; k < 2; k++)
            assert_int_equal(send_event(""), 0);
        rig_run(r);
    }
    assert_int_equal(notes.n, 200);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void items_in_steady_state_allocate_nothing(void **state)
{
    /* Goal: once things are warm, items that are sent, delivered and consumed ask for no memory on either side. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    st_event_rx events = streams_watch(r, client, NULL);
    st_event started = st_event_make_started();
    uint64_t before = 0;
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    for (int i = 0; i < 200; i++) {
        if (i == 100)
            before = r->alloc.n_requests;
        notes.text[0] = '\0';
        for (int k = 0; k < 3; k++)
            assert_int_equal(st_event_send(handled.events, &started), 0);
        rig_run(r);
    }
    assert_int_equal(notes.n, 600);
#if WEFT_POOLS
    assert_true(r->alloc.n_requests == before);
#else
    (void)before;
#endif
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void on_room_with_room_runs_at_next_dispatch(void **state)
{
    /* Goal: where there is room the callback comes, too, and never inside the call. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    int n_room = 0;
    (void)streams_watch(r, client, NULL);
    assert_int_equal(st_event_on_room(handled.events, on_room, &n_room), 0);
    assert_int_equal(n_room, 0);
    rig_run(r);
    assert_int_equal(n_room, 1);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void pause_holds_back_items_and_end(void **state)
{
    /* Goal: while the reader holds back nothing is delivered, not even the end; then all of it, in order. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    st_event_rx events = streams_watch(r, client, NULL);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    assert_int_equal(weft_channel_pause(events.channel, true), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(send_event("x"), 0);
    rig_run(r);
    assert_int_equal(send_event("x"), WEFT_EAGAIN);
    assert_int_equal(weft_channel_finish(handled.events.channel), 0);
    rig_run(r);
    assert_int_equal(notes.n + notes.n_ended, 0);
    assert_int_equal(weft_channel_pause(events.channel, false), 0);
    rig_run(r);
    assert_int_equal(notes.n, 4);
    assert_ended(&notes, WEFT_CHANNEL_FINISHED, 0, 0);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(tx_items_arrive_in_order_then_finished),
        TEST(rx_items_arrive_then_answer),
        TEST(items_before_request_arrives_are_kept),
        TEST(echo_both_ways_at_once),
        TEST(server_calls_client_with_channels),
        TEST(send_without_room_waits_for_consumption),
        TEST(consumed_at_once_flows_on),
        TEST(items_in_steady_state_allocate_nothing),
        TEST(on_room_with_room_runs_at_next_dispatch),
        TEST(pause_holds_back_items_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
