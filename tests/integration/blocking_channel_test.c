/* Channels of blocking clients: items, credit, where they cannot be used, memory. */
#include "tests/integration/blocking/stream_rig.h"

/* ---- receiving ---- */

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

/* ---- sending ---- */

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

/* ---- where no channel can be used ---- */

typedef struct inside {
    rig *r;
    bt_note_sync_rx rx;
    bt_note_sync_tx tx;
    weft_runtime *runtime;
    int receive, send, finish, abort, reset; /* what each returned */
} inside;

static void inside_uses_channels(void *user)
{
    inside *in = user;
    const bt_note *note = NULL;
    bt_note item = note_of_bytes(1);
    in->receive = bt_note_receive_sync(in->rx, SECOND, in->r->arena, &note);
    in->send = bt_note_send_sync(in->tx, &item, SECOND);
    in->finish = weft_blocking_channel_finish(in->tx.channel);
    in->abort = weft_blocking_channel_abort(in->tx.channel, 300, NULL);
    in->reset = weft_blocking_channel_reset(in->rx.channel, 300, NULL);
    weft_runtime_close(in->runtime, NULL, NULL);
}

static void channels_in_a_loop_are_edeadlk(void **state)
{
    /* Goal: a loop's thread is refused, and the channels go on. */
    rig *r = *state;
    bt_streams_silent_sync_call silent;
    bt_streams_stuck_sync_call stuck;
    bt_note item = note_of_bytes(1);
    inside in;
    memset(&in, 0, sizeof in);
    in.r = r;
    in.rx = silent_begin(r, &silent);
    in.tx = stuck_begin(r, &stuck);
    assert_int_equal(weft_runtime_new(NULL, &in.runtime), 0);
    weft_poster *poster = weft_runtime_poster(in.runtime);
    assert_int_equal(weft_post(poster, inside_uses_channels, NULL, &in), 0);
    assert_int_equal(weft_runtime_run(in.runtime), 0);
    weft_runtime_free(in.runtime);
    weft_poster_release(poster);
    assert_int_equal(in.receive, WEFT_EDEADLK);
    assert_int_equal(in.send, WEFT_EDEADLK);
    assert_int_equal(in.finish, WEFT_EDEADLK);
    assert_int_equal(in.abort, WEFT_EDEADLK);
    assert_int_equal(in.reset, WEFT_EDEADLK);
    assert_int_equal(bt_note_send_sync(in.tx, &item, 10 * SECOND), 0);
    poke(r, bt_poke_make_note());
    (void)receive(r, in.rx);
    weft_blocking_channel_release(in.tx.channel);
    weft_blocking_channel_release(in.rx.channel);
    weft_blocking_call_release(silent.call);
    weft_blocking_call_release(stuck.call);
}

/* ---- memory ---- */

static int live_watch(bt_streams_sync_client client, weft_arena *arena)
{
    bt_streams_watch_args args = { 20 };
    bt_streams_watch_sync_call call;
    bt_streams_watch_reply reply;
    bt_note_sync_rx rx;
    const bt_note *note = NULL;
    int n = 0;
    int rc = bt_streams_watch_begin_sync(client, &args, NULL, &call, &rx);
    if (rc < 0)
        return rc;
    while ((rc = bt_note_receive_sync(rx, 5 * SECOND, arena, &note)) == 0 && note)
        n++;
    assert_true(rc < 0 || n == 20);
    assert_int_not_equal(rc, WEFT_ETIMEDOUT);
    weft_blocking_channel_release(rx.channel);
    if (rc == 0)
        rc = bt_streams_watch_end_sync(call, 5 * SECOND, &reply);
    weft_blocking_call_release(call.call);
    return rc;
}

static int live_load(bt_streams_sync_client client)
{
    bt_streams_load_sync_call call;
    bt_streams_load_reply reply = { .value = 0 };
    bt_note_sync_tx tx;
    bt_note note = note_of_bytes(100);
    int rc = bt_streams_load_begin_sync(client, NULL, &call, &tx);
    if (rc < 0)
        return rc;
    for (int i = 0; i < 20 && rc == 0; i++)
        rc = bt_note_send_sync(tx, &note, 5 * SECOND);
    if (rc == 0)
        rc = weft_blocking_channel_finish(tx.channel);
    weft_blocking_channel_release(tx.channel);
    if (rc == 0)
        rc = bt_streams_load_end_sync(call, 5 * SECOND, &reply);
    assert_true(rc < 0 || reply.value == 2000);
    assert_int_not_equal(rc, WEFT_ETIMEDOUT);
    weft_blocking_call_release(call.call);
    return rc;
}

static int live_once(server *s, const weft_allocator *allocator, weft_arena *arena)
{
    weft_runtime_options options = weft_runtime_options_default();
    weft_blocking *blocking = NULL;
    weft_blocking_session *session = NULL;
    bt_streams_sync_client client = { NULL };
    options.allocator = allocator;
    int rc = weft_blocking_new(&options, &blocking);
    if (rc == 0)
        rc = weft_blocking_connect(blocking, s->url, NULL, 5 * SECOND, &session, NULL);
    if (rc == 0)
        rc = bt_streams_open_sync(session, NULL, &client, NULL);
    if (rc == 0)
        rc = live_watch(client, arena);
    if (rc == 0)
        rc = live_load(client);
    weft_blocking_client_release(client.client);
    weft_blocking_session_release(session);
    assert_int_equal(weft_blocking_free(blocking), 0);
    return rc;
}

static void channels_without_memory_fail_cleanly(void **state)
{
    /* Goal: each allocation of a whole life fails once: nothing hangs, no item is missing unseen, nothing is left. */
    rig *r = *state;
    uint64_t n = 0;
    for (bool failed = true; failed;) {
        shared_alloc alloc;
        shared_alloc_init(&alloc, ++n);
        int rc = live_once(&r->server, &alloc.allocator, r->arena);
        failed = alloc.failed;
        assert_true(failed || rc == 0);
        shared_alloc_fini(&alloc);
        weft_arena_clear(r->arena);
    }
    assert_true(n > 100);
}

static void channel_sends_given_up_are_not_kept(void **state)
{
    /* Goal: who tries again and again to send to a reader that is stuck does not pile up memory. */
    rig *r = *state;
    weft_runtime_options options = weft_runtime_options_default();
    weft_blocking *blocking;
    weft_blocking_session *session;
    bt_streams_sync_client client;
    bt_streams_stuck_sync_call call;
    bt_note_sync_tx tx;
    bt_note note = note_of_bytes(10);
    shared_alloc alloc;
    size_t before = 0;
    shared_alloc_init(&alloc, 0);
    options.allocator = &alloc.allocator;
    assert_int_equal(weft_blocking_new(&options, &blocking), 0);
    assert_int_equal(weft_blocking_connect(blocking, r->server.url, NULL, 10 * SECOND, &session, NULL), 0);
    assert_int_equal(bt_streams_open_sync(session, NULL, &client, NULL), 0);
    assert_int_equal(bt_streams_stuck_begin_sync(client, NULL, &call, &tx), 0);
    for (int i = 0; i < WINDOW; i++)
        assert_int_equal(bt_note_send_sync(tx, &note, 10 * SECOND), 0);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(bt_note_send_sync(tx, &note, WEFT_NS_PER_MS / 4), WEFT_ETIMEDOUT);
        uv_mutex_lock(&alloc.mutex);
        if (i == 5)
            before = alloc.live_bytes;
        assert_true(i < 6 || alloc.live_bytes < before + 4096);
        uv_mutex_unlock(&alloc.mutex);
    }
    weft_blocking_channel_release(tx.channel);
    weft_blocking_call_release(call.call);
    weft_blocking_client_release(client.client);
    weft_blocking_session_release(session);
    assert_int_equal(weft_blocking_free(blocking), 0);
    shared_alloc_fini(&alloc);
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
        TEST(channels_in_a_loop_are_edeadlk),
        TEST(channels_without_memory_fail_cleanly),
        TEST(channel_sends_given_up_are_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
