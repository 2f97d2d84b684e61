/* Channels of blocking clients: every end, and who is told of it. */
#include "tests/integration/blocking/stream_rig.h"

/* ---- ends ---- */

/* A thread that waits on a channel. */
typedef struct waiter {
    uv_thread_t thread;
    bt_note_sync_rx rx;
    bt_note_sync_tx tx;
    weft_arena *arena;
    int rc;
} waiter;

static void waiter_receives(void *arg)
{
    waiter *w = arg;
    const bt_note *note;
    w->rc = bt_note_receive_sync(w->rx, WEFT_FOREVER, w->arena, &note);
}

/* Until it cannot any more. */
static void waiter_sends(void *arg)
{
    waiter *w = arg;
    bt_note note = note_of_bytes(10);
    do
        w->rc = bt_note_send_sync(w->tx, &note, WEFT_FOREVER);
    while (w->rc == 0);
}

typedef enum way {
    WAY_RESET, /* or finish, by this side */
    WAY_COUNTERPART,
    WAY_CANCEL,
    WAY_CLOSE,
    WAY_FREE,
    N_WAYS
} way;

static void go_way(rig *r, way how, weft_blocking_call *call, waiter *w)
{
    switch (how) {
    case WAY_RESET:
        if (w->rx.channel)
            assert_int_equal(weft_blocking_channel_reset(w->rx.channel, 300, "enough"), 0);
        else
            assert_int_equal(weft_blocking_channel_finish(w->tx.channel), 0);
        break;
    case WAY_COUNTERPART: poke(r, w->rx.channel ? bt_poke_make_abort(300) : bt_poke_make_reset()); break;
    case WAY_CANCEL: weft_blocking_call_cancel(call); break;
    case WAY_CLOSE:
        assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, NULL, 10 * SECOND), 0);
        break;
    case WAY_FREE:
        assert_int_equal(weft_blocking_free(r->blocking), 0);
        r->blocking = NULL;
        break;
    default: fail(); break;
    }
}

static void channel_ends_wake_who_waits(void **state)
{
    /* Goal: whatever ends a channel wakes who waits to receive or to send, who is told by what; asked again, the
     * same. */
    static const struct {
        int received, sent;
        weft_channel_end_kind rx_kind, tx_kind;
    } expected[N_WAYS] = {
        [WAY_RESET] = { WEFT_ERESET, WEFT_ECLOSED, WEFT_CHANNEL_RESET, WEFT_CHANNEL_FINISHED },
        [WAY_COUNTERPART] = { WEFT_ECANCELED, WEFT_ERESET, WEFT_CHANNEL_ABORTED, WEFT_CHANNEL_RESET },
        [WAY_CANCEL] = { WEFT_ECANCELED, WEFT_ECLOSED, WEFT_CHANNEL_CANCELLED, WEFT_CHANNEL_CANCELLED },
        [WAY_CLOSE] = { 0, WEFT_ECLOSED, WEFT_CHANNEL_LOST, WEFT_CHANNEL_LOST },
        [WAY_FREE] = { 0, WEFT_ECLOSED, WEFT_CHANNEL_LOST, WEFT_CHANNEL_LOST },
    };
    for (int i = 0; i < 2 * N_WAYS; i++) {
        rig *r = *state;
        bool sends = i >= N_WAYS;
        way how = (way)(i % N_WAYS);
        bt_streams_silent_sync_call silent = { NULL };
        bt_streams_stuck_sync_call stuck = { NULL };
        waiter w;
        weft_channel_end end;
        const bt_note *note;
        bt_note item = note_of_bytes(1);
        memset(&w, 0, sizeof w);
        w.arena = r->arena;
        if (sends)
            w.tx = stuck_begin(r, &stuck);
        else
            w.rx = silent_begin(r, &silent);
        weft_blocking_call *call = sends ? stuck.call : silent.call;
        weft_blocking_channel *channel = sends ? w.tx.channel : w.rx.channel;
        assert_int_equal(uv_thread_create(&w.thread, sends ? waiter_sends : waiter_receives, &w), 0);
        go_way(r, how, call, &w);
        assert_int_equal(uv_thread_join(&w.thread), 0);
        end = end_of(channel);
        if (sends) {
            assert_int_equal(w.rc, expected[how].sent);
            assert_int_equal(end.kind, expected[how].tx_kind);
            if (how != WAY_FREE)
                assert_int_equal(bt_note_send_sync(w.tx, &item, WEFT_FOREVER), expected[how].sent);
        } else {
            assert_true(w.rc < 0);
            if (expected[how].received != 0)
                assert_int_equal(w.rc, expected[how].received);
            assert_int_equal(end.kind, expected[how].rx_kind);
            assert_int_equal(bt_note_receive_sync(w.rx, WEFT_FOREVER, r->arena, &note), w.rc);
        }
        if (how == WAY_COUNTERPART) {
            assert_int_equal(end.reason, 300);
            assert_true(weft_str_equal(end.text, sends ? WEFT_STR("enough") : WEFT_STR("gone bad")));
        }
        weft_blocking_channel_release(channel);
        weft_blocking_call_release(call);
        assert_int_equal(rig_teardown(state), 0);
        assert_int_equal(rig_setup(state), 0);
    }
}

static void channel_items_stay_readable_behind_a_loss(void **state)
{
    /* Goal: what came before the session died is received first, and then the loss. */
    rig *r = *state;
    bt_streams_watch_sync_call call;
    const bt_note *note;
    bt_note_sync_rx rx = watch_begin(r, 100, &call);
    size_t n = 0;
    int rc;
    (void)receive(r, rx);
    while (sent(r) < WINDOW) {
    }
    assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, NULL, 10 * SECOND), 0);
    while ((rc = bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note)) == 0 && note)
        n++;
    assert_true(n >= WINDOW - 1);
    assert_true(rc < 0 && rc != WEFT_ETIMEDOUT);
    assert_int_equal(end_of(rx.channel).kind, WEFT_CHANNEL_LOST);
    weft_blocking_channel_release(rx.channel);
    weft_blocking_call_release(call.call);
}

static void channel_outlives_its_call(void **state)
{
    /* Goal: with the answer and the release of its call and its client a channel goes on, and finishes in order. */
    rig *r = *state;
    bt_streams_silent_sync_call silent;
    bt_streams_stuck_sync_call stuck;
    bt_streams_silent_reply reply;
    bt_note item = note_of_bytes(1);
    bt_note_sync_rx rx = silent_begin(r, &silent);
    bt_note_sync_tx tx = stuck_begin(r, &stuck);
    poke(r, bt_poke_make_answer());
    assert_int_equal(bt_streams_silent_end_sync(silent, 10 * SECOND, &reply), 0);
    weft_blocking_call_release(silent.call);
    poke(r, bt_poke_make_note());
    assert_int_equal(receive(r, rx)->data.len, 3);
    assert_int_equal(bt_note_send_sync(tx, &item, 10 * SECOND), 0);
    poke(r, bt_poke_make_finish());
    weft_blocking_client_release(r->client.client);
    r->client.client = NULL;
    assert_finished(r, rx);
    assert_int_equal(weft_blocking_channel_finish(tx.channel), 0);
    weft_blocking_call_release(stuck.call);
    weft_blocking_channel_release(tx.channel);
    weft_blocking_channel_release(rx.channel);
}

static void channel_let_go_of_is_not_taken_for_finished(void **state)
{
    /* Goal: the counterpart is told aborted where a sender is released, and reset where a receiver is. */
    rig *r = *state;
    bt_streams_load_sync_call load;
    bt_streams_load_reply loaded;
    bt_streams_watch_sync_call watch;
    bt_streams_watch_reply watched;
    bt_note_sync_tx tx = { NULL };
    bt_note_sync_rx rx;
    bt_note item = note_of_bytes(1);
    assert_int_equal(bt_streams_load_begin_sync(r->client, NULL, &load, &tx), 0);
    assert_int_equal(bt_note_send_sync(tx, &item, 10 * SECOND), 0);
    weft_blocking_channel_release(tx.channel);
    assert_int_equal(bt_streams_load_end_sync(load, 10 * SECOND, &loaded), 0);
    assert_non_null(loaded.error);
    assert_int_equal(loaded.error->as.too_long.limit, WEFT_CODE_REFUSED);
    weft_blocking_call_release(load.call);
    rx = watch_begin(r, 1000, &watch);
    (void)receive(r, rx);
    weft_blocking_channel_release(rx.channel);
    assert_int_equal(bt_streams_watch_end_sync(watch, 10 * SECOND, &watched), 0);
    assert_true(watched.value < 1000);
    weft_blocking_call_release(watch.call);
}

static void channel_of_a_refused_call_says_so(void **state)
{
    /* Goal: where the call fails its channel ends so, and the reply says why. */
    rig *r = *state;
    bt_streams_absent_sync_call call;
    bt_streams_absent_reply reply;
    bt_note_sync_rx rx = { NULL };
    const bt_note *note;
    assert_int_equal(bt_streams_absent_begin_sync(r->client, NULL, &call, &rx), 0);
    assert_int_equal(bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note), WEFT_ENOSYS);
    assert_int_equal(end_of(rx.channel).kind, WEFT_CHANNEL_REFUSED);
    assert_int_equal(bt_streams_absent_end_sync(call, 10 * SECOND, &reply), WEFT_ENOSYS);
    assert_false(reply.result.may_have_run);
    weft_blocking_call_release(call.call);
    weft_blocking_channel_release(rx.channel);
    weft_blocking_channel_release(NULL);
}

static void channel_ends_at_its_calls_deadline(void **state)
{
    /* Goal: a method with channels has no time of its own; one that the caller sets ends call and channel. */
    rig *r = *state;
    weft_call_options options = weft_call_options_default();
    bt_streams_silent_sync_call call;
    bt_streams_silent_reply reply;
    bt_note_sync_rx rx = { NULL };
    const bt_note *note;
    options.timeout_ns = 20 * WEFT_NS_PER_MS;
    assert_int_equal(bt_streams_silent_begin_sync(r->client, &options, &call, &rx), 0);
    assert_int_equal(bt_note_receive_sync(rx, WEFT_FOREVER, r->arena, &note), WEFT_ETIMEDOUT);
    assert_int_equal(end_of(rx.channel).kind, WEFT_CHANNEL_CANCELLED);
    assert_int_equal(bt_streams_silent_end_sync(call, WEFT_FOREVER, &reply), WEFT_ETIMEDOUT);
    weft_blocking_channel_release(rx.channel);
    weft_blocking_call_release(call.call);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(channel_ends_wake_who_waits),       TEST(channel_items_stay_readable_behind_a_loss),
        TEST(channel_outlives_its_call),         TEST(channel_let_go_of_is_not_taken_for_finished),
        TEST(channel_of_a_refused_call_says_so), TEST(channel_ends_at_its_calls_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
