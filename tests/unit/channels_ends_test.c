/* How channels of generated code end, between two engines in memory; and what can be absent, stale or wrong. */
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

/* ---- ends ---- */

static void abort_tells_code_and_text(void **state)
{
    /* Goal: a sender that gives up is told apart from one that is done, behind its items. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    st_event_rx events = streams_watch(r, client, NULL);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    assert_int_equal(send_event("x"), 0);
    assert_int_equal(weft_channel_abort(handled.events.channel, 0, NULL), WEFT_EINVAL);
    assert_int_equal(weft_channel_abort(handled.events.channel, 256, "the disk is gone"), 0);
    rig_run(r);
    assert_int_equal(notes.n, 1);
    assert_ended(&notes, WEFT_CHANNEL_ABORTED, WEFT_ECANCELED, 256);
    assert_string_equal(notes.end_text, "the disk is gone");
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void reset_wakes_sender_and_ends_reader(void **state)
{
    /* Goal: a reader that wants no more, even from inside an item, is told RESET; the sender wakes, and learns it. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes notes = { .resets = true };
    int n_room = 0;
    st_event_rx events = streams_watch(r, client, NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(send_event("x"), 0);
    rig_run(r);
    assert_int_equal(send_event("x"), WEFT_EAGAIN);
    assert_int_equal(st_event_on_room(handled.events, on_room, &n_room), 0);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    rig_run(r);
    assert_int_equal(notes.n, 1); /* what came behind is dropped */
    assert_ended(&notes, WEFT_CHANNEL_RESET, WEFT_ERESET, 300);
    assert_int_equal(n_room, 1);
    assert_int_equal(send_event("x"), WEFT_ERESET);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void on_end_tells_sender(void **state)
{
    /* Goal: a sender that has nothing to send hears of a reset, with code and text. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 }, sender = { 0 };
    st_event_rx events = streams_watch(r, client, NULL);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    assert_int_equal(weft_channel_on_end(handled.events.channel, streams_on_end, &sender), 0);
    assert_int_equal(weft_channel_reset(events.channel, 300, "enough"), 0);
    rig_run(r);
    assert_ended(&sender, WEFT_CHANNEL_RESET, WEFT_ERESET, 300);
    assert_string_equal(sender.end_text, "enough");
    assert_int_equal(notes.n_ended, 1);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void conduit_failure_is_lost_on_both_sides(void **state)
{
    /* Goal: with the session gone readers are told LOST, and senders that nobody is there. */
    rig *r = *state;
    WEFT_RULE("chan.ends");
    st_streams_client client = streams_open(r);
    streams_notes events_notes = { 0 }, samples_notes = { 0 };
    st_event_rx events = streams_watch(r, client, NULL);
    assert_int_equal(st_event_read(events, &event_reader, &events_notes), 0);
    st_event_tx tx = handled.events;
    weft_call watch_call = handled.call;
    st_sample_tx samples = streams_load(r, client, NULL);
    assert_int_equal(st_sample_read(handled.samples, &sample_reader, &samples_notes), 0);
    int n_room = 0;
    while (send_sample(samples, 1, "x") == 0)
        continue;
    assert_int_equal(st_sample_on_room(samples, on_room, &n_room), 0);
    rig_cut(r);
    assert_int_equal(events_notes.n_ended, 1);
    assert_int_equal(events_notes.end.kind, WEFT_CHANNEL_LOST);
    assert_true(events_notes.end.code < 0);
    assert_int_equal(samples_notes.n_ended, 1);
    assert_int_equal(samples_notes.end.kind, WEFT_CHANNEL_LOST);
    assert_int_equal(n_room, 1);
    assert_true(send_sample(samples, 1, "x") < 0);
    st_event started = st_event_make_started();
    assert_true(st_event_send(tx, &started) < 0);
    assert_int_equal(answer.n, 2);
    weft_call_drop(watch_call);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void refused_call_refuses_its_channels(void **state)
{
    /* Goal: an answer that is not the method's own ends the channels on both sides. */
    rig *r = *state;
    WEFT_RULE("call.refused");
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 }, in = { 0 };
    st_str_tx input;
    st_str_rx output;
    assert_int_equal(st_streams_echo(client, NULL, on_echo, NULL, NULL, &input, &output), 0);
    assert_int_equal(st_str_read(output, &str_reader, &notes), 0);
    rig_run(r);
    assert_int_equal(st_str_read(handled.input, &str_reader, &in), 0);
    assert_int_equal(weft_call_fail(handled.call, WEFT_OUTCOME_INTERNAL, "not today"), 0);
    rig_run(r);
    assert_int_equal(answer.n, 1);
    assert_int_equal(answer.outcome, WEFT_OUTCOME_INTERNAL);
    assert_int_equal(notes.n_ended, 1);
    assert_int_equal(notes.end.kind, WEFT_CHANNEL_REFUSED);
    assert_int_equal(in.n_ended, 1);
    assert_int_equal(in.end.kind, WEFT_CHANNEL_REFUSED);
    assert_true(st_str_send(input, WEFT_STR("x")) < 0);
    assert_true(st_str_send(handled.output, WEFT_STR("x")) < 0);
    streams_end(r, client);
}

static void cancelled_call_cancels_its_channels(void **state)
{
    /* Goal: giving up the call ends its channels here at once, and over there as the wire says it. */
    rig *r = *state;
    WEFT_RULE("call.cancel");
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 }, in = { 0 };
    st_str_tx input;
    st_str_rx output;
    weft_call call;
    assert_int_equal(st_streams_echo(client, NULL, on_echo, NULL, &call, &input, &output), 0);
    assert_int_equal(st_str_read(output, &str_reader, &notes), 0);
    rig_run(r);
    assert_int_equal(st_str_read(handled.input, &str_reader, &in), 0);
    assert_int_equal(weft_call_cancel(call), 0);
    rig_run(r);
    assert_int_equal(answer.n, 1);
    assert_int_equal(answer.code, WEFT_ECANCELED);
    assert_int_equal(notes.n_ended, 1);
    assert_int_equal(notes.end.kind, WEFT_CHANNEL_CANCELLED);
    assert_int_equal(in.n_ended, 1); /* the caller's ChannelClose */
    assert_int_equal(in.end.kind, WEFT_CHANNEL_ABORTED);
    assert_int_equal(st_str_send(handled.output, WEFT_STR("x")), WEFT_ERESET);
    assert_true(st_str_send(input, WEFT_STR("x")) < 0);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void untouched_channels_end_with_the_answer(void **state)
{
    /* Goal: what a handler never used is closed or reset for it when it answers; what it kept goes on. */
    rig *r = *state;
    WEFT_RULE("chan.life");
    st_streams_client client = streams_open(r);
    for (int keeps = 0; keeps < 2; keeps++) {
        streams_notes notes = { 0 };
        st_str_tx input;
        st_str_rx output;
        assert_int_equal(st_streams_echo(client, NULL, on_echo, NULL, NULL, &input, &output), 0);
        assert_int_equal(st_str_read(output, &str_reader, &notes), 0);
        rig_run(r);
        if (keeps) {
            assert_int_equal(weft_channel_keep(handled.input.channel), 0);
            assert_int_equal(weft_channel_keep(handled.output.channel), 0);
        }
        st_streams_echo_call call = { handled.call };
        assert_int_equal(st_streams_echo_return(call), 0);
        rig_run(r);
        assert_int_equal(answer.n, keeps + 1);
        if (keeps) {
            streams_notes in = { 0 };
            assert_int_equal(notes.n_ended, 0);
            assert_int_equal(st_str_send(input, WEFT_STR("in")), 0);
            assert_int_equal(st_str_send(handled.output, WEFT_STR("out")), 0);
            assert_int_equal(st_str_read(handled.input, &str_reader, &in), 0);
            rig_run(r);
            assert_string_equal(in.text, "in ");
            assert_string_equal(notes.text, "out ");
            assert_int_equal(weft_channel_finish(handled.output.channel), 0);
            assert_int_equal(weft_channel_finish(input.channel), 0);
            rig_run(r);
            assert_ended(&in, WEFT_CHANNEL_FINISHED, 0, 0);
        } else {
            assert_int_equal(st_str_send(input, WEFT_STR("in")), WEFT_ERESET);
        }
        assert_ended(&notes, WEFT_CHANNEL_FINISHED, 0, 0);
    }
    streams_end(r, client);
}

/* ---- what can be absent, stale or wrong ---- */

static void optional_channels_absent_or_there(void **state)
{
    /* Goal: NULL leaves an optional channel out, each by itself; the handler sees {0} for it. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    st_streams_maybe_args args = { WEFT_STR("name") };
    for (int which = 0; which < 4; which++) {
        st_event_rx events = { 0 };
        st_sample_tx samples = { 0 };
        streams_notes notes = { 0 }, in = { 0 };
        bool has_events = which & 1, has_samples = which & 2;
        assert_int_equal(st_streams_maybe(client, &args, NULL, on_maybe, NULL, NULL, has_events ? &events : NULL,
                                          has_samples ? &samples : NULL),
                         0);
        rig_run(r);
        assert_string_equal(handled.text, "name");
        assert_int_equal(weft_channel_keep(handled.events.channel), has_events ? 0 : WEFT_EALREADY);
        assert_int_equal(weft_channel_keep(handled.samples.channel), has_samples ? 0 : WEFT_EALREADY);
        assert_int_equal(handled.events.channel.slot != NULL, has_events);
        assert_int_equal(handled.samples.channel.slot != NULL, has_samples);
        if (has_events) {
            assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
            assert_int_equal(send_event("here"), 0);
            assert_int_equal(weft_channel_finish(handled.events.channel), 0);
        }
        if (has_samples) {
            assert_int_equal(st_sample_read(handled.samples, &sample_reader, &in), 0);
            assert_int_equal(send_sample(samples, 1, "there"), 0);
            assert_int_equal(weft_channel_finish(samples.channel), 0);
        }
        rig_run(r);
        assert_string_equal(notes.text, has_events ? "here " : "");
        assert_string_equal(in.text, has_samples ? "there " : "");
        st_streams_maybe_call call = { handled.call };
        assert_int_equal(st_streams_maybe_return(call, true), 0);
        rig_run(r);
        assert_int_equal(answer.n, which + 1);
        assert_int_equal(answer.value, 1);
    }
    streams_end(r, client);
}

static void required_channel_left_out_is_an_error(void **state)
{
    /* Goal: a channel that is not optional cannot be left out: no callback, nothing sent. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    st_str_rx output;
    assert_int_equal(st_streams_echo(client, NULL, on_echo, NULL, NULL, NULL, &output), WEFT_EINVAL);
    rig_run(r);
    assert_int_equal(answer.n + handled.n, 0);
    streams_end(r, client);
}

static void stale_and_wrong_handles_are_told(void **state)
{
    /* Goal: reading twice, finishing twice, and handles of nothing are answered, and harm nothing. */
    rig *r = *state;
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    const st_event_reader no_size = { 0, event_reader.item, event_reader.end };
    const st_event_reader no_item = { sizeof no_item, NULL, event_reader.end };
    st_event_tx none = { 0 };
    st_event started = st_event_make_started(), unknown;
    memset(&unknown, 0, sizeof unknown);
    st_event_rx events = streams_watch(r, client, NULL);
    assert_int_equal(st_event_read(events, &no_size, &notes), WEFT_EINVAL);
    assert_int_equal(st_event_read(events, &no_item, &notes), WEFT_EINVAL);
    assert_int_equal(st_event_read(events, &event_reader, &notes), 0);
    assert_int_equal(st_event_read(events, &event_reader, &notes), WEFT_EALREADY);
    assert_int_equal(st_event_send(none, &started), WEFT_ECLOSED);
    assert_int_equal(weft_channel_finish(events.channel), WEFT_EINVAL);
    assert_int_equal(weft_channel_reset(handled.events.channel, 0, NULL), WEFT_EINVAL);
    assert_int_equal(st_event_send(handled.events, &unknown), WEFT_EINVAL); /* no encoding: nothing is spent */
    for (int i = 0; i < 4; i++)
        assert_int_equal(st_event_send(handled.events, &started), 0);
    assert_int_equal(weft_channel_finish(handled.events.channel), 0);
    assert_int_equal(weft_channel_finish(handled.events.channel), WEFT_EALREADY);
    assert_int_equal(st_event_send(handled.events, &started), WEFT_ECLOSED);
    rig_run(r);
    assert_int_equal(notes.n, 4);
    assert_ended(&notes, WEFT_CHANNEL_FINISHED, 0, 0);
    assert_int_equal(weft_channel_consumed(events.channel, 0), WEFT_EALREADY);
    weft_call_drop(handled.call);
    streams_end(r, client);
}

static void older_handler_table_has_no_such_method(void **state)
{
    /* Goal: a table of an earlier weftc is shorter; a method with channels beyond it is unknown, and its channels end.
     */
    rig *r = *state;
    static st_streams_handler older;
    older = streams_handler;
    older.size = offsetof(st_streams_handler, echo);
    r->handler = &older;
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    st_str_tx input;
    st_str_rx output;
    (void)streams_watch(r, client, NULL); /* what it has it serves */
    weft_call_drop(handled.call);
    assert_int_equal(st_streams_echo(client, NULL, on_echo, NULL, NULL, &input, &output), 0);
    assert_int_equal(st_str_read(output, &str_reader, &notes), 0);
    int n = answer.n;
    rig_run(r);
    assert_int_equal(answer.n, n + 2);
    assert_int_equal(answer.outcome, WEFT_OUTCOME_UNKNOWN_METHOD);
    assert_int_equal(notes.n_ended, 1);
    assert_int_equal(notes.end.kind, WEFT_CHANNEL_REFUSED);
    assert_int_equal(handled.n, 1);
    streams_end(r, client);
}

static void deadline_only_where_one_is_said(void **state)
{
    /* Goal: a method with channels has no time limit but its own @timeout. */
    rig *r = *state;
    WEFT_RULE("call.deadline");
    st_streams_client client = streams_open(r);
    streams_notes notes = { 0 };
    st_u64_rx numbers;
    (void)streams_watch(r, client, NULL);
    assert_true(handled.remaining_ns == WEFT_FOREVER);
    weft_call_drop(handled.call);
    st_streams_count_args args = { 1, 4 };
    assert_int_equal(st_streams_count(client, &args, NULL, on_count, NULL, NULL, &numbers), 0);
    assert_int_equal(st_u64_read(numbers, &u64_reader, &notes), 0);
    rig_run(r);
    assert_true(handled.remaining_ns > 4 * WEFT_NS_PER_S && handled.remaining_ns <= 5 * WEFT_NS_PER_S);
    assert_int_equal(notes.sum, 10);
    st_streams_count_call call = { handled.call };
    assert_int_equal(st_streams_count_return(call, 4), 0);
    rig_run(r);
    assert_int_equal(answer.value, 4);
    streams_end(r, client);
}

/* ---- lack of memory ---- */

/* A call with a channel each way, from its beginning to all its ends, as far as memory allows. The outputs say what was
 * begun, and so is owed an end. */
static void talk(rig *r, st_streams_client client, streams_notes *out, streams_notes *in, bool ret_begun[3])
{
    st_str_tx input;
    st_str_rx output;
    int n = handled.n;
    ret_begun[0] = st_streams_echo(client, NULL, on_echo, NULL, NULL, &input, &output) == 0;
    if (!ret_begun[0])
        return;
    ret_begun[1] = st_str_read(output, &str_reader, out) == 0;
    (void)st_str_send(input, WEFT_STR("ping"));
    rig_run(r);
    if (handled.n > n) {
        st_streams_echo_call call = { handled.call };
        ret_begun[2] = st_str_read(handled.input, &str_reader, in) == 0;
        (void)st_str_send(handled.output, WEFT_STR("pong"));
        (void)weft_channel_finish(handled.output.channel);
        if (st_streams_echo_return(call) < 0)
            weft_call_drop(call.call);
    }
    (void)weft_channel_finish(input.channel);
    rig_run(r);
}

static void any_allocation_failing_ends_all_once(void **state)
{
    /* Goal: whichever allocation fails, the call and each end of its channels is told its end exactly once. */
    rig *r = *state;
    for (uint64_t step = 2;; step++) {
        st_streams_client client = streams_open(r);
        streams_notes out = { 0 }, in = { 0 };
        bool begun[3] = { false };
        memset(&answer, 0, sizeof answer);
        weft_test_alloc_fail(&r->alloc, step / 2, step % 2 == 1);
        talk(r, client, &out, &in, begun);
        bool failed = r->alloc.failed;
        weft_test_alloc_fail(&r->alloc, 0, false);
        rig_run(r);
        if (failed)
            rig_cut(r); /* the session may have no way left to say so */
        assert_int_equal(answer.n, begun[0]);
        assert_int_equal(out.n_ended, begun[1]);
        assert_int_equal(in.n_ended, begun[2]);
        assert_true(out.n <= 1 && in.n <= 1);
        streams_end(r, client);
        if (!failed) {
            assert_string_equal(out.text, "pong ");
            assert_string_equal(in.text, "ping ");
            return;
        }
        assert_true(step < 1000);
        rig_restart(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(abort_tells_code_and_text),
        TEST(reset_wakes_sender_and_ends_reader),
        TEST(on_end_tells_sender),
        TEST(conduit_failure_is_lost_on_both_sides),
        TEST(refused_call_refuses_its_channels),
        TEST(cancelled_call_cancels_its_channels),
        TEST(untouched_channels_end_with_the_answer),
        TEST(optional_channels_absent_or_there),
        TEST(required_channel_left_out_is_an_error),
        TEST(stale_and_wrong_handles_are_told),
        TEST(older_handler_table_has_no_such_method),
        TEST(deadline_only_where_one_is_said),
        TEST(any_allocation_failing_ends_all_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
