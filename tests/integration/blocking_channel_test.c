/* Channels of blocking clients: items, credit, and every end. */
#include "tests/integration/blocking/server.h"

#define SECOND WEFT_NS_PER_S

enum { WINDOW = 8 }; /* of the channels of notes */

typedef struct rig {
    server server;
    weft_blocking *blocking;
    weft_blocking_session *session;
    bt_streams_sync_client client;
    weft_arena *arena;
} rig;

static int rig_setup(void **state)
{
    static rig r;
    memset(&r, 0, sizeof r);
    server_start(&r.server);
    assert_int_equal(weft_blocking_new(NULL, &r.blocking), 0);
    assert_int_equal(weft_blocking_connect(r.blocking, r.server.url, NULL, 10 * SECOND, &r.session, NULL), 0);
    assert_int_equal(bt_streams_open_sync(r.session, NULL, &r.client, NULL), 0);
    assert_int_equal(weft_arena_new(NULL, &r.arena), 0);
    *state = &r;
    return 0;
}

static int rig_teardown(void **state)
{
    rig *r = *state;
    weft_blocking_client_release(r->client.client);
    weft_blocking_session_release(r->session);
    assert_int_equal(weft_blocking_free(r->blocking), 0);
    weft_arena_free(r->arena);
    server_stop(&r->server);
    return 0;
}

static void poke(rig *r, bt_poke what)
{
    bt_streams_poke_args args;
    bt_streams_poke_reply reply;
    args.what = what;
    assert_int_equal(bt_streams_poke_sync(r->client, &args, NULL, r->arena, &reply), 0);
}

static uint64_t sent(rig *r)
{
    bt_streams_sent_reply reply;
    assert_int_equal(bt_streams_sent_sync(r->client, NULL, r->arena, &reply), 0);
    return reply.value;
}

static bt_note_sync_rx watch_begin(rig *r, uint64_t n, bt_streams_watch_sync_call *ret_call)
{
    bt_streams_watch_args args = { n };
    bt_note_sync_rx rx = { NULL };
    assert_int_equal(bt_streams_watch_begin_sync(r->client, &args, NULL, ret_call, &rx), 0);
    return rx;
}

static bt_note_sync_rx silent_begin(rig *r, bt_streams_silent_sync_call *ret_call)
{
    bt_note_sync_rx rx = { NULL };
    assert_int_equal(bt_streams_silent_begin_sync(r->client, NULL, ret_call, &rx), 0);
    uv_sem_wait(&r->server.waits);
    return rx;
}

static bt_note_sync_tx stuck_begin(rig *r, bt_streams_stuck_sync_call *ret_call)
{
    bt_note_sync_tx tx = { NULL };
    assert_int_equal(bt_streams_stuck_begin_sync(r->client, NULL, ret_call, &tx), 0);
    uv_sem_wait(&r->server.waits);
    return tx;
}

static bt_note note_of_bytes(size_t len)
{
    static const uint8_t bytes[256 * 1024];
    bt_note note;
    bt_note_init(&note);
    note.key = WEFT_STR("key");
    note.data = weft_bytes_of(bytes, len);
    return note;
}

/* The next one. */
static const bt_note *receive(rig *r, bt_note_sync_rx rx)
{
    static const bt_note nothing;
    const bt_note *note = NULL;
    assert_int_equal(bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note), 0);
    assert_non_null(note);
    return note ? note : &nothing;
}

static void assert_finished(rig *r, bt_note_sync_rx rx)
{
    static const bt_note something;
    const bt_note *note = &something;
    assert_int_equal(bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note), 0);
    assert_null(note);
    assert_int_equal(bt_note_receive_sync(rx, 10 * SECOND, r->arena, &note), 0);
    assert_null(note);
}

static weft_channel_end end_of(weft_blocking_channel *channel)
{
    weft_channel_end end;
    assert_int_equal(weft_blocking_channel_end(channel, &end), 0);
    return end;
}

/* ---- receiving --------------------------------------------------------------------------------------------------- */

static void channel_items_come_in_order_and_then_the_end(void **state)
{
    /* Goal: every item, in order, whole, in the arena; then NULL, as often as it is asked; and the reply. */
    rig *r = *state;
    enum { N = 200 };
    bt_streams_watch_sync_call call;
    bt_streams_watch_reply reply;
    const bt_note *kept = NULL;
    weft_channel_end end;
    bt_note_sync_rx rx = watch_begin(r, N, &call);
    assert_int_equal(weft_blocking_channel_end(rx.channel, &end), WEFT_EAGAIN);
    for (size_t i = 0; i < N; i++) {
        const bt_note *note = receive(r, rx);
        assert_int_equal(note->key.ptr[0], "abcdefghijklmnopqrstuvwxyz"[i % 26]);
        assert_int_equal(note->data.len, i % 26);
        if (i == 0)
            kept = note;
    }
    assert_finished(r, rx);
    assert_int_equal(end_of(rx.channel).kind, WEFT_CHANNEL_FINISHED);
    assert_int_equal(bt_streams_watch_end_sync(call, 10 * SECOND, &reply), 0);
    assert_int_equal(reply.value, N);
    weft_blocking_channel_release(rx.channel);
    weft_blocking_call_release(call.call);
    assert_true(weft_str_equal(kept->tags.items[1], WEFT_STR("two")));
}

static void channel_sender_never_exceeds_what_was_taken(void **state)
{
    /* Goal: credit follows the threads that take items, not the I/O thread: at no time more than the window and what
     * has been taken is sent; and all comes in the end. */
    rig *r = *state;
    bt_streams_watch_sync_call call;
    bt_note_sync_rx rx = watch_begin(r, 100, &call);
    assert_true(sent(r) <= WINDOW);
    for (uint64_t i = 0; i < 100; i++) {
        (void)receive(r, rx);
        assert_true(sent(r) <= i + 1 + WINDOW);
    }
    assert_finished(r, rx);
    weft_blocking_call_release(call.call);
    weft_blocking_channel_release(rx.channel);
}

static void channel_receive_ends_at_its_time(void **state)
{
    /* Goal: without an item a receive ends at its time, and the next one goes on where it was. */
    rig *r = *state;
    bt_streams_silent_sync_call call;
    const bt_note *note = NULL;
    bt_note_sync_rx rx = silent_begin(r, &call);
    assert_int_equal(bt_note_receive_sync(rx, 0, r->arena, &note), WEFT_ETIMEDOUT);
    assert_int_equal(bt_note_receive_sync(rx, WEFT_NS_PER_MS, r->arena, &note), WEFT_ETIMEDOUT);
    assert_null(note);
    poke(r, bt_poke_make_note());
    (void)receive(r, rx);
    weft_blocking_channel_release(rx.channel);
    weft_blocking_call_release(call.call);
}

/* ---- sending ----------------------------------------------------------------------------------------------------- */

static void channel_load_sends_all(void **state)
{
    /* Goal: sends wait for room, items longer than a frame and than the window go too, and finish comes behind all. */
    rig *r = *state;
    bt_streams_load_sync_call call;
    bt_streams_load_reply reply;
    bt_note_sync_tx tx = { NULL };
    uint64_t n_bytes = 0;
    assert_int_equal(bt_streams_load_begin_sync(r->client, NULL, &call, &tx), 0);
    for (size_t i = 0; i < 100; i++) {
        bt_note note = note_of_bytes(i % 10 == 0 ? 200000 : i);
        assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), 0);
        n_bytes += note.data.len;
    }
    assert_int_equal(weft_blocking_channel_finish(tx.channel), 0);
    assert_int_equal(weft_blocking_channel_finish(tx.channel), WEFT_EALREADY);
    assert_int_equal(end_of(tx.channel).kind, WEFT_CHANNEL_FINISHED);
    assert_int_equal(bt_streams_load_end_sync(call, 10 * SECOND, &reply), 0);
    assert_null(reply.error);
    assert_int_equal(reply.value, n_bytes);
    bt_note note = note_of_bytes(1);
    assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), WEFT_ECLOSED);
    weft_blocking_call_release(call.call);
    weft_blocking_channel_release(tx.channel);
}

static void channel_send_ends_at_its_time(void **state)
{
    /* Goal: with the window used up a send ends at its time and was not sent; those that were given up leave nothing
     * behind; room wakes the next. */
    rig *r = *state;
    bt_streams_stuck_sync_call call;
    bt_note_sync_tx tx = stuck_begin(r, &call);
    bt_note note = note_of_bytes(10);
    for (int i = 0; i < WINDOW; i++)
        assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), 0);
    for (int i = 0; i < 20; i++)
        assert_int_equal(bt_note_send_sync(tx, &note, WEFT_NS_PER_MS), WEFT_ETIMEDOUT);
    poke(r, bt_poke_make_read());
    for (int i = 0; i < 3 * WINDOW; i++)
        assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), 0);
    weft_blocking_channel_release(tx.channel);
    weft_blocking_call_release(call.call);
}

static void channel_send_checks_the_item(void **state)
{
    /* Goal: what has no encoding is refused, and the channel goes on; the wrong kind of end is refused. */
    rig *r = *state;
    bt_streams_load_sync_call call;
    bt_streams_load_reply reply;
    bt_note_sync_tx tx = { NULL };
    const void *item;
    bt_note note = note_of_bytes(5);
    assert_int_equal(bt_streams_load_begin_sync(r->client, NULL, &call, &tx), 0);
    note.key = WEFT_STR("\xff");
    assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), WEFT_EINVAL);
    note.key = WEFT_STR("key");
    assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), 0);
    assert_int_equal(weft_gen_receive_sync(tx.channel, 0, r->arena, &item), WEFT_EINVAL);
    assert_int_equal(weft_blocking_channel_reset(tx.channel, 300, NULL), WEFT_EINVAL);
    assert_int_equal(weft_blocking_channel_abort(tx.channel, 0, NULL), WEFT_EINVAL);
    assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), 0);
    assert_int_equal(weft_blocking_channel_finish(tx.channel), 0);
    assert_int_equal(bt_streams_load_end_sync(call, 10 * SECOND, &reply), 0);
    assert_int_equal(reply.value, 10);
    weft_blocking_call_release(call.call);
    weft_blocking_channel_release(tx.channel);
}

static void channels_go_both_ways(void **state)
{
    /* Goal: one thread sends ahead and receives behind on two channels of one call. */
    rig *r = *state;
    bt_streams_echo_sync_call call;
    bt_streams_echo_reply reply;
    bt_str_sync_tx tx = { NULL };
    bt_str_sync_rx rx = { NULL };
    const weft_str nothing = WEFT_STR_INIT("");
    const weft_str *text = &nothing;
    char letters[64];
    assert_int_equal(bt_streams_echo_begin_sync(r->client, NULL, &call, &tx, &rx), 0);
    for (int i = 0; i < 50; i++) {
        memset(letters, 'a' + i % 26, sizeof letters);
        assert_int_equal(bt_str_send_sync(tx, weft_str_of(letters, (size_t)i), 10 * SECOND), 0);
        if (i < 2)
            continue;
        assert_int_equal(bt_str_receive_sync(rx, 10 * SECOND, r->arena, &text), 0);
        assert_int_equal(text->len, i - 2);
        assert_true(i == 2 || text->ptr[0] == 'a' + (i - 2) % 26);
    }
    assert_int_equal(weft_blocking_channel_finish(tx.channel), 0);
    for (int i = 48; i < 51; i++) {
        assert_int_equal(bt_str_receive_sync(rx, 10 * SECOND, r->arena, &text), 0);
        assert_true(i == 50 ? text == NULL : text->len == (size_t)i);
    }
    assert_int_equal(bt_streams_echo_end_sync(call, 10 * SECOND, &reply), 0);
    weft_blocking_channel_release(rx.channel);
    weft_blocking_call_release(call.call);
    weft_blocking_channel_release(tx.channel);
}

static void channels_that_are_optional_may_be_left_out(void **state)
{
    /* Goal: each combination arrives as it was begun; one that must be there is asked for. */
    rig *r = *state;
    weft_blocking_channel **const none[] = { NULL };
    weft_blocking_call *refused = NULL;
    for (int i = 0; i < 4; i++) {
        bt_streams_maybe_sync_call call;
        bt_streams_maybe_reply reply;
        bt_str_sync_tx tx = { NULL };
        bt_str_sync_rx rx = { NULL };
        assert_int_equal(bt_streams_maybe_begin_sync(r->client, NULL, &call, i & 1 ? &tx : NULL, i & 2 ? &rx : NULL),
                         0);
        assert_int_equal(bt_streams_maybe_end_sync(call, 10 * SECOND, &reply), 0);
        assert_int_equal(reply.value, (i & 1) + (i >> 1));
        assert_int_equal(tx.channel != NULL, i & 1);
        assert_int_equal(rx.channel != NULL, i >> 1);
        weft_blocking_call_release(call.call);
        weft_blocking_channel_release(tx.channel);
        weft_blocking_channel_release(rx.channel);
    }
    assert_int_equal(weft_gen_begin_sync(r->client.client, &bt_streams_service, 3, NULL, NULL, &refused, none),
                     WEFT_EINVAL);
    assert_null(refused);
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

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
        TEST(channel_items_come_in_order_and_then_the_end),
        TEST(channel_sender_never_exceeds_what_was_taken),
        TEST(channel_receive_ends_at_its_time),
        TEST(channel_load_sends_all),
        TEST(channel_send_ends_at_its_time),
        TEST(channel_send_checks_the_item),
        TEST(channels_go_both_ways),
        TEST(channels_that_are_optional_may_be_left_out),
        TEST(channel_ends_wake_who_waits),
        TEST(channel_items_stay_readable_behind_a_loss),
        TEST(channel_outlives_its_call),
        TEST(channel_let_go_of_is_not_taken_for_finished),
        TEST(channel_of_a_refused_call_says_so),
        TEST(channel_ends_at_its_calls_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
