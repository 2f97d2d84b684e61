/* Blocking clients under many threads that do all things at once: each result is one that may be, nothing is lost and
 * nothing hangs. Made for the thread sanitizer; no schedule is assumed, and none is waited for. */
#include "tests/integration/blocking/server.h"
#include "tests/support/random.h"

#define SECOND WEFT_NS_PER_S

enum { N_THREADS = 6, N_STEPS = 120, N_CLIENTS = 3 };

typedef struct world {
    server server;
    weft_blocking *blocking;
    weft_blocking_session *session;
    bt_notes_sync_client notes[N_CLIENTS];     /* shared by all threads */
    bt_streams_sync_client streams[N_CLIENTS]; /* the same */
} world;

typedef struct worker {
    world *w;
    uv_thread_t thread;
    weft_test_random random;
    weft_arena *arena;
    bool session_may_end;
    const char *failed; /* the first thing that may not be: assertions belong to the test's own thread */
    uint64_t n_done;
} worker;

static void expect(worker *t, bool is_right, const char *what)
{
    if (!is_right && !t->failed)
        t->failed = what;
}

/* A result of something that may be cancelled by others, or lose its session. */
static void expect_result(worker *t, int rc, const char *what)
{
    expect(t, rc == 0 || rc == WEFT_ECANCELED || rc == WEFT_EBUSY || (rc < 0 && t->session_may_end), what);
    t->n_done += rc == 0;
}

static uint32_t pick(worker *t, uint32_t n)
{
    return (uint32_t)weft_test_random_below(&t->random, n);
}

/* ---- what a thread does ---- */

static void do_add(worker *t)
{
    bt_notes_add_args args = { (int32_t)pick(t, 1000), (int32_t)pick(t, 1000) };
    bt_notes_add_reply reply;
    int rc = bt_notes_add_sync(t->w->notes[pick(t, N_CLIENTS)], &args, NULL, t->arena, &reply);
    expect_result(t, rc, "add");
    expect(t, rc < 0 || reply.value == args.a + args.b, "the sum of another's call");
}

static void do_open(worker *t)
{
    bt_notes_sync_client client = { NULL };
    bt_notes_add_args args = { 1, 2 };
    bt_notes_add_sync_call call = { NULL };
    bt_notes_add_reply reply;
    int rc = bt_notes_open_sync(t->w->session, NULL, &client, NULL);
    expect_result(t, rc, "open");
    if (rc == 0)
        rc = bt_notes_add_begin_sync(client, &args, NULL, &call);
    weft_blocking_client_release(client.client); /* with the call under way */
    if (rc == 0)
        expect_result(t, bt_notes_add_end_sync(call, WEFT_FOREVER, &reply), "a call of a client that was released");
    weft_blocking_call_release(call.call);
}

static void do_begin(worker *t)
{
    bt_notes_find_sync_call calls[4] = { { NULL } };
    for (int i = 0; i < 4; i++) {
        bt_notes_find_args args = { WEFT_STR("name") };
        (void)bt_notes_find_begin_sync(t->w->notes[pick(t, N_CLIENTS)], &args, NULL, &calls[i]);
    }
    for (int i = 4; i-- > 0;) {
        bt_notes_find_reply reply;
        if (calls[i].call && pick(t, 4) == 0)
            weft_blocking_call_cancel(calls[i].call);
        if (calls[i].call && pick(t, 4) > 0) {
            int rc = bt_notes_find_end_sync(calls[i], WEFT_FOREVER, &reply);
            expect_result(t, rc, "find");
            expect(t, rc < 0 || weft_str_equal(reply.value->key, WEFT_STR("name")), "the reply of another's call");
        }
        weft_blocking_call_release(calls[i].call);
    }
}

static void do_watch(worker *t)
{
    uint64_t n = pick(t, 40), n_received = 0, n_wanted = pick(t, 3) ? UINT64_MAX : pick(t, 40);
    bt_streams_watch_args args = { n };
    bt_streams_watch_sync_call call;
    bt_streams_watch_reply reply;
    bt_note_sync_rx rx;
    const bt_note *note = NULL;
    int rc = bt_streams_watch_begin_sync(t->w->streams[pick(t, N_CLIENTS)], &args, NULL, &call, &rx);
    if (rc < 0) {
        expect_result(t, rc, "begin of watch");
        return;
    }
    while (n_received < n_wanted && (rc = bt_note_receive_sync(rx, WEFT_FOREVER, t->arena, &note)) == 0 && note) {
        expect(t, note->data.len == n_received % 26, "an item out of order");
        n_received++;
    }
    if (rc == 0 && !note)
        expect(t, n_received == n, "an item is missing");
    expect_result(t, rc, "receive");
    weft_blocking_channel_release(rx.channel);
    expect_result(t, bt_streams_watch_end_sync(call, WEFT_FOREVER, &reply), "end of watch");
    weft_blocking_call_release(call.call);
}

static void do_load(worker *t)
{
    uint32_t n = pick(t, 30), n_sent = 0;
    bool finishes = pick(t, 4) > 0;
    bt_streams_load_sync_call call;
    bt_streams_load_reply reply;
    bt_note_sync_tx tx;
    bt_note note;
    int rc = bt_streams_load_begin_sync(t->w->streams[pick(t, N_CLIENTS)], NULL, &call, &tx);
    if (rc < 0) {
        expect_result(t, rc, "begin of load");
        return;
    }
    bt_note_init(&note);
    note.data = weft_bytes_of("data", 4);
    for (; n_sent < n && rc == 0; n_sent += rc == 0)
        rc = bt_note_send_sync(tx, &note, WEFT_FOREVER);
    expect(t, rc == 0 || rc == WEFT_ECLOSED, "send");
    if (finishes && rc == 0)
        rc = weft_blocking_channel_finish(tx.channel);
    weft_blocking_channel_release(tx.channel);
    int end = bt_streams_load_end_sync(call, WEFT_FOREVER, &reply);
    expect_result(t, end, "end of load");
    expect(t, end < 0 || rc < 0 || (finishes ? reply.value == 4 * (uint64_t)n_sent : reply.error != NULL), "the load");
    weft_blocking_call_release(call.call);
}

static void do_connect(worker *t)
{
    weft_blocking_session *session = NULL;
    bt_notes_sync_client client = { NULL };
    bt_notes_add_args args = { 1, 2 };
    bt_notes_add_reply reply;
    weft_error why;
    int rc = weft_blocking_connect(t->w->blocking, t->w->server.url, NULL, WEFT_FOREVER, &session, NULL);
    expect(t, rc == 0, "connect");
    if (rc == 0 && pick(t, 2) == 0)
        rc = bt_notes_open_sync(session, NULL, &client, NULL);
    if (rc == 0 && client.client)
        expect(t, bt_notes_add_sync(client, &args, NULL, t->arena, &reply) == 0, "add on a session of its own");
    if (rc == 0 && pick(t, 2) == 0) {
        expect(t, weft_blocking_session_close(session, WEFT_CODE_NONE, NULL, WEFT_FOREVER) == 0, "close");
        expect(t, weft_blocking_session_wait(session, 0, &why) == 0, "a session that was closed has ended");
    }
    weft_blocking_session_release(session);
    weft_blocking_client_release(client.client);
}

static void do_step(worker *t)
{
    switch (pick(t, 10)) {
    case 0: do_open(t); break;
    case 1: do_connect(t); break;
    case 2: weft_blocking_client_cancel(t->w->notes[pick(t, N_CLIENTS)].client); break;
    case 3: weft_blocking_client_cancel(t->w->streams[pick(t, N_CLIENTS)].client); break;
    case 4: do_watch(t); break;
    case 5: do_load(t); break;
    case 6: do_begin(t); break;
    default: do_add(t); break;
    }
    weft_arena_clear(t->arena);
}

static void worker_works(void *arg)
{
    worker *t = arg;
    for (int i = 0; i < N_STEPS && !t->failed; i++)
        do_step(t);
}

/* ---- the world ---- */

static void world_begin(world *w)
{
    memset(w, 0, sizeof *w);
    server_start(&w->server);
    assert_int_equal(weft_blocking_new(NULL, &w->blocking), 0);
    assert_int_equal(weft_blocking_connect(w->blocking, w->server.url, NULL, 10 * SECOND, &w->session, NULL), 0);
    for (int i = 0; i < N_CLIENTS; i++) {
        assert_int_equal(bt_notes_open_sync(w->session, NULL, &w->notes[i], NULL), 0);
        assert_int_equal(bt_streams_open_sync(w->session, NULL, &w->streams[i], NULL), 0);
    }
}

static void world_end(world *w)
{
    for (int i = 0; i < N_CLIENTS; i++) {
        weft_blocking_client_release(w->notes[i].client);
        weft_blocking_client_release(w->streams[i].client);
    }
    weft_blocking_session_release(w->session);
    assert_int_equal(weft_blocking_free(w->blocking), 0);
    server_stop(&w->server);
}

static void workers_start(world *w, worker *workers, bool session_may_end)
{
    memset(workers, 0, N_THREADS * sizeof *workers);
    for (uint32_t i = 0; i < N_THREADS; i++) {
        workers[i].w = w;
        workers[i].session_may_end = session_may_end;
        workers[i].random.state = i + 1;
        assert_int_equal(weft_arena_new(NULL, &workers[i].arena), 0);
        assert_int_equal(uv_thread_create(&workers[i].thread, worker_works, &workers[i]), 0);
    }
}

static void workers_join(worker *workers)
{
    for (int i = 0; i < N_THREADS; i++) {
        assert_int_equal(uv_thread_join(&workers[i].thread), 0);
        weft_arena_free(workers[i].arena);
    }
    for (int i = 0; i < N_THREADS; i++)
        if (workers[i].failed)
            fail_msg("thread %d: %s", i, workers[i].failed);
}

static void threads_do_all_things_at_once(void **state)
{
    /* Goal: calls, opens, streams, cancels, sessions of their own, releases, on shared clients: each result belongs to
     * its call, and all threads come to an end. */
    worker workers[N_THREADS];
    world w;
    (void)state;
    world_begin(&w);
    workers_start(&w, workers, false);
    workers_join(workers);
    for (int i = 0; i < N_THREADS; i++)
        assert_true(workers[i].n_done > 0);
    world_end(&w);
}

static void closer_closes(void *arg)
{
    worker *t = arg;
    for (int i = 0; i < N_STEPS / 4; i++)
        do_add(t);
    (void)weft_blocking_session_close(t->w->session, WEFT_CODE_NONE, NULL, WEFT_FOREVER);
}

static void session_ends_under_all_threads(void **state)
{
    /* Goal: a session that is closed in the middle of it ends what is under way, once, for every thread. */
    worker workers[N_THREADS];
    worker closer;
    world w;
    (void)state;
    world_begin(&w);
    workers_start(&w, workers, true);
    memset(&closer, 0, sizeof closer);
    closer.w = &w;
    closer.session_may_end = true;
    closer.random.state = 77;
    assert_int_equal(weft_arena_new(NULL, &closer.arena), 0);
    assert_int_equal(uv_thread_create(&closer.thread, closer_closes, &closer), 0);
    assert_int_equal(uv_thread_join(&closer.thread), 0);
    weft_arena_free(closer.arena);
    workers_join(workers);
    world_end(&w);
}

/* ---- one channel, several threads ---- */

typedef struct sharer {
    uv_thread_t thread;
    bt_str_sync_tx tx;
    bt_str_sync_rx rx;
    weft_arena *arena;
    uint64_t n_bytes;
    int rc;
} sharer;

enum { N_SHARED = 200 };

static void sharer_sends(void *arg)
{
    sharer *s = arg;
    static const char text[N_SHARED + 1];
    for (size_t i = 1; i <= N_SHARED && s->rc == 0; i++) {
        s->rc = bt_str_send_sync(s->tx, weft_str_of(text, i), WEFT_FOREVER);
        s->n_bytes += i;
    }
}

static void sharer_receives(void *arg)
{
    sharer *s = arg;
    const weft_str *text = NULL;
    while ((s->rc = bt_str_receive_sync(s->rx, WEFT_FOREVER, s->arena, &text)) == 0 && text)
        s->n_bytes += text->len;
}

static void channel_is_shared_by_threads(void **state)
{
    /* Goal: what several threads send on one channel is received by several others, each item by one. */
    sharer senders[3], receivers[3];
    bt_streams_echo_sync_call call;
    bt_streams_echo_reply reply;
    bt_str_sync_tx tx;
    bt_str_sync_rx rx;
    uint64_t n_sent = 0, n_received = 0;
    world w;
    (void)state;
    world_begin(&w);
    assert_int_equal(bt_streams_echo_begin_sync(w.streams[0], NULL, &call, &tx, &rx), 0);
    memset(senders, 0, sizeof senders);
    memset(receivers, 0, sizeof receivers);
    for (int i = 0; i < 3; i++) {
        senders[i].tx = tx;
        receivers[i].rx = rx;
        assert_int_equal(weft_arena_new(NULL, &receivers[i].arena), 0);
        assert_int_equal(uv_thread_create(&senders[i].thread, sharer_sends, &senders[i]), 0);
        assert_int_equal(uv_thread_create(&receivers[i].thread, sharer_receives, &receivers[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(uv_thread_join(&senders[i].thread), 0);
        assert_int_equal(senders[i].rc, 0);
        n_sent += senders[i].n_bytes;
    }
    assert_int_equal(weft_blocking_channel_finish(tx.channel), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(uv_thread_join(&receivers[i].thread), 0);
        assert_int_equal(receivers[i].rc, 0);
        weft_arena_free(receivers[i].arena);
        n_received += receivers[i].n_bytes;
    }
    assert_int_equal(n_received, n_sent);
    assert_int_equal(bt_streams_echo_end_sync(call, WEFT_FOREVER, &reply), 0);
    weft_blocking_call_release(call.call);
    weft_blocking_channel_release(tx.channel);
    weft_blocking_channel_release(rx.channel);
    world_end(&w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_all_things_at_once),
        cmocka_unit_test(session_ends_under_all_threads),
        cmocka_unit_test(channel_is_shared_by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
