/* Sessions of blocking clients: what is known of them, how they end, and what runs on their thread. */
#include "tests/integration/blocking/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SECOND WEFT_NS_PER_S

/* A server as the test wants it, and a weft_blocking. */
typedef struct rig {
    server server;
    weft_blocking *blocking;
    weft_arena *arena;
} rig;

static void rig_start(rig *r, const char *url, const weft_session_options *options_or_null)
{
    memset(r, 0, sizeof *r);
    server_start_with(&r->server, url, options_or_null);
    assert_int_equal(weft_blocking_new(NULL, &r->blocking), 0);
    assert_int_equal(weft_arena_new(NULL, &r->arena), 0);
}

static void rig_stop(rig *r)
{
    assert_int_equal(weft_blocking_free(r->blocking), 0);
    weft_arena_free(r->arena);
    server_stop(&r->server);
}

static weft_blocking_session *rig_connect(rig *r, const weft_session_options *options_or_null)
{
    weft_blocking_session *session = NULL;
    weft_error error = { 0 };
    int rc = weft_blocking_connect(r->blocking, r->server.url, options_or_null, 10 * SECOND, &session, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(rc, 0);
    return session;
}

static int add(bt_notes_sync_client client, weft_arena *arena)
{
    bt_notes_add_args args = { 40, 2 };
    bt_notes_add_reply reply;
    int rc = bt_notes_add_sync(client, &args, NULL, arena, &reply);
    assert_true(rc < 0 || reply.value == 42);
    return rc;
}

/* ---- what is known ---- */

static void session_tells_who_the_counterpart_is(void **state)
{
    /* Goal: peer and metadata are there once connect has returned, and stay until the release, also behind the end. */
    weft_metadata_entry entry = weft_metadata_str("greeting", WEFT_STR("hello"), 0);
    weft_metadata metadata = { &entry, 1 };
    weft_session_options options = weft_session_options_default();
    char url[128];
    weft_str text;
    rig r;
    (void)state;
    (void)snprintf(url, sizeof url, "unix:///tmp/weft-blocking-%ld.sock", (long)getpid());
    options.metadata = &metadata;
    rig_start(&r, url, &options);
    weft_blocking_session *session = rig_connect(&r, NULL);
    assert_int_equal(weft_blocking_session_close(session, WEFT_CODE_NONE, NULL, 10 * SECOND), 0);
    assert_int_equal(weft_blocking_free(r.blocking), 0);
    r.blocking = NULL;
    assert_string_equal(weft_blocking_session_peer(session)->transport, "unix");
    assert_non_null(weft_blocking_session_peer(session)->address);
    assert_true(weft_metadata_get_str(weft_blocking_session_metadata(session), "greeting", &text));
    assert_true(weft_str_equal(text, WEFT_STR("hello")));
    weft_blocking_session_release(session);
    rig_stop(&r);
}

static void session_root_is_a_client_like_others(void **state)
{
    /* Goal: calls go over the root; releasing its clients leaves it open; without a root service nothing is served. */
    weft_session_options options = weft_session_options_default();
    bt_notes_sync_client first, second;
    bt_notes_add_args args = { 1, 2 };
    bt_notes_add_reply reply;
    rig r;
    (void)state;
    rig_start(&r, "tcp://127.0.0.1:0", NULL);
    options.root_service = &bt_notes_service;
    weft_blocking_session *session = rig_connect(&r, &options);
    assert_int_equal(weft_blocking_session_root(session, &first.client), 0);
    assert_int_equal(weft_blocking_session_root(session, &second.client), 0);
    assert_int_equal(add(first, r.arena), 0);
    weft_blocking_client_release(first.client);
    assert_int_equal(add(second, r.arena), 0);
    weft_blocking_client_release(second.client);
    assert_int_equal(weft_blocking_session_root(session, &first.client), 0);
    assert_int_equal(add(first, r.arena), 0);
    assert_int_equal(weft_blocking_session_close(session, WEFT_CODE_NONE, NULL, 10 * SECOND), 0);
    assert_int_equal(weft_blocking_session_root(session, &second.client), WEFT_ECLOSED);
    assert_true(add(first, r.arena) < 0);
    weft_blocking_client_release(first.client);
    weft_blocking_session_release(session);
    session = rig_connect(&r, NULL);
    assert_int_equal(weft_blocking_session_root(session, &first.client), 0);
    assert_int_equal(bt_notes_add_sync(first, &args, NULL, r.arena, &reply), WEFT_EINVAL);
    weft_blocking_client_release(first.client);
    weft_blocking_session_release(session);
    assert_int_equal(weft_blocking_session_root(NULL, &first.client), WEFT_EINVAL);
    rig_stop(&r);
}

/* Accepts who brings a password, and says something in either case. */
static int on_open_with_password(void *user, weft_session *session, weft_pending pending)
{
    weft_metadata_entry entry = weft_metadata_u64("turn", 7, 0);
    weft_metadata metadata = { &entry, 1 };
    weft_str text;
    (void)session;
    if (weft_metadata_get_str(weft_pending_metadata(pending), "password", &text))
        return server_accept(user, pending, &metadata);
    return weft_pending_reject(pending, WEFT_CODE_APPLICATION + 1, "no password", &metadata);
}

static void open_brings_the_metadata_of_the_decision(void **state)
{
    /* Goal: what came with the accept or the reject lies in the arena; the reject's code and text are in the error. */
    weft_session_options options = weft_session_options_default();
    weft_open_options open = weft_open_options_default();
    weft_metadata_entry entry = weft_metadata_str("password", WEFT_STR("sesame"), 0);
    weft_metadata password = { &entry, 1 };
    const weft_metadata *metadata = NULL;
    bt_notes_sync_client client = { NULL };
    weft_error error;
    uint64_t turn = 0;
    rig r;
    (void)state;
    options.on_open = on_open_with_password;
    rig_start(&r, "tcp://127.0.0.1:0", &options);
    weft_blocking_session *session = rig_connect(&r, NULL);
    assert_int_equal(weft_blocking_open(session, &bt_notes_service, NULL, r.arena, &client.client, &metadata, &error),
                     WEFT_EREJECTED);
    assert_int_equal(error.remote, WEFT_CODE_APPLICATION + 1);
    assert_string_equal(error.text, "application: no password");
    assert_true(weft_metadata_get_u64(metadata, "turn", &turn));
    assert_int_equal(turn, 7);
    open.metadata = &password;
    metadata = NULL;
    assert_int_equal(weft_blocking_open(session, &bt_notes_service, &open, r.arena, &client.client, &metadata, NULL),
                     0);
    turn = 0;
    assert_true(weft_metadata_get_u64(metadata, "turn", &turn));
    assert_int_equal(turn, 7);
    assert_int_equal(add(client, r.arena), 0);
    weft_blocking_client_release(client.client);
    /* Metadata without an arena: refused; and none came of what was not asked. */
    assert_int_equal(weft_blocking_open(session, &bt_notes_service, &open, NULL, &client.client, &metadata, NULL),
                     WEFT_EINVAL);
    assert_int_equal(metadata->n, 0);
    weft_blocking_session_release(session);
    rig_stop(&r);
}

/* ---- ends ---- */

static void server_says_goodbye(void *user)
{
    server *s = user;
    weft_session_close(s->session, WEFT_CODE_GOING_AWAY, "closing time");
}

static void server_dies(void *user)
{
    server *s = user;
    weft_session_abort(s->session);
}

typedef struct waiter {
    weft_blocking_session *session;
    uv_thread_t thread;
    int rc;
    weft_error why;
} waiter;

static void waiter_waits(void *arg)
{
    waiter *w = arg;
    w->rc = weft_blocking_session_wait(w->session, WEFT_FOREVER, &w->why);
}

static void session_wait_says_why_it_ended(void **state)
{
    /* Goal: all who wait wake once, told an orderly end from a death; before, a wait ends at its time. */
    bt_notes_sync_client client;
    waiter waiters[2];
    weft_error why;
    rig r;
    (void)state;
    rig_start(&r, "tcp://127.0.0.1:0", NULL);
    for (int round = 0; round < 2; round++) {
        weft_blocking_session *session = rig_connect(&r, NULL);
        assert_int_equal(bt_notes_open_sync(session, NULL, &client, NULL), 0);
        assert_int_equal(weft_blocking_session_wait(session, 0, &why), WEFT_ETIMEDOUT);
        assert_int_equal(weft_blocking_session_wait(session, WEFT_NS_PER_MS, &why), WEFT_ETIMEDOUT);
        for (int i = 0; i < 2; i++) {
            waiters[i].session = session;
            assert_int_equal(uv_thread_create(&waiters[i].thread, waiter_waits, &waiters[i]), 0);
        }
        server_post(&r.server, round == 0 ? server_says_goodbye : server_dies);
        for (int i = 0; i < 2; i++) {
            assert_int_equal(uv_thread_join(&waiters[i].thread), 0);
            assert_int_equal(waiters[i].rc, 0);
        }
        assert_int_equal(weft_blocking_session_wait(session, 0, &why), 0);
        assert_int_equal(why.code, waiters[0].why.code);
        if (round == 0) {
            assert_int_equal(why.code, WEFT_OK);
            assert_int_equal(why.remote, WEFT_CODE_GOING_AWAY);
        } else {
            assert_true(why.code < 0);
        }
        weft_blocking_client_release(client.client);
        weft_blocking_session_release(session);
    }
    assert_int_equal(weft_blocking_session_wait(NULL, 0, NULL), WEFT_EINVAL);
    rig_stop(&r);
}

/* ---- what only its thread may do ---- */

static int read_totals(void *user, weft_runtime *runtime)
{
    weft_stats_read(weft_runtime_stats(runtime), user, sizeof(weft_totals));
    return 0;
}

typedef struct run_within {
    weft_blocking *blocking;
    uv_thread_t thread;
    int rc;
} run_within;

static int run_again(void *user, weft_runtime *runtime)
{
    run_within *within = user;
    (void)runtime;
    within->thread = uv_thread_self();
    within->rc = weft_blocking_run(within->blocking, run_again, within);
    return -77;
}

static void blocking_runs_functions_on_its_thread(void **state)
{
    /* Goal: counters can be read from any thread; what the function returns comes back; from within it is refused. */
    rig r;
    bt_notes_sync_client client;
    weft_totals totals;
    uv_thread_t self = uv_thread_self();
    (void)state;
    rig_start(&r, "tcp://127.0.0.1:0", NULL);
    weft_blocking_session *session = rig_connect(&r, NULL);
    assert_int_equal(bt_notes_open_sync(session, NULL, &client, NULL), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(add(client, r.arena), 0);
    assert_int_equal(weft_blocking_run(r.blocking, read_totals, &totals), 0);
    assert_int_equal(totals.sessions_out, 1);
    assert_int_equal(totals.sessions_now, 1);
    assert_int_equal(totals.all.calls_out_ended[WEFT_OUTCOME_OK], 3);
    run_within within = { .blocking = r.blocking, .rc = 0 };
    assert_int_equal(weft_blocking_run(r.blocking, run_again, &within), -77);
    assert_int_equal(within.rc, WEFT_EDEADLK);
    assert_false(uv_thread_equal(&within.thread, &self));
    assert_int_equal(weft_blocking_run(NULL, run_again, &within), WEFT_EINVAL);
    assert_int_equal(weft_blocking_run(r.blocking, NULL, NULL), WEFT_EINVAL);
    weft_blocking_client_release(client.client);
    weft_blocking_session_release(session);
    rig_stop(&r);
}

static void session_drains_until_its_calls_have_ended(void **state)
{
    /* Goal: a drain lets a call under way go on and opens nothing new; with the last call the session ends in order. */
    bt_notes_sync_client client, other;
    bt_notes_wait_sync_call call;
    bt_notes_wait_reply reply;
    weft_error why;
    rig r;
    (void)state;
    rig_start(&r, "tcp://127.0.0.1:0", NULL);
    weft_blocking_session *session = rig_connect(&r, NULL);
    assert_int_equal(bt_notes_open_sync(session, NULL, &client, NULL), 0);
    assert_int_equal(bt_notes_wait_begin_sync(client, NULL, &call), 0);
    uv_sem_wait(&r.server.waits);
    assert_int_equal(weft_blocking_session_drain(session, WEFT_FOREVER), 0);
    assert_int_equal(bt_notes_open_sync(session, NULL, &other, NULL), WEFT_EUNAVAILABLE);
    assert_int_equal(add(client, r.arena), 0);
    assert_int_equal(weft_blocking_session_wait(session, 0, NULL), WEFT_ETIMEDOUT);
    assert_int_equal(weft_blocking_session_drain(session, 0), 0); /* a new limit: now */
    assert_int_equal(weft_blocking_session_wait(session, 10 * SECOND, &why), 0);
    assert_int_equal(why.code, WEFT_OK);
    assert_true(bt_notes_wait_end_sync(call, WEFT_FOREVER, &reply) < 0);
    assert_int_equal(weft_blocking_session_drain(session, 0), WEFT_ECLOSED);
    assert_int_equal(weft_blocking_session_drain(NULL, 0), WEFT_EINVAL);
    weft_blocking_call_release(call.call);
    weft_blocking_client_release(client.client);
    weft_blocking_session_release(session);
    rig_stop(&r);
}

/* ---- what runs on its thread ---- */

/* Serves Mirror, in the handler or by another thread. */
typedef struct mirror {
    weft_blocking *blocking;
    weft_blocking_session *session;
    bool by_thread;
    uv_thread_t worker;
    bool has_worker;
    uv_thread_t of_event, of_handler, of_post;
    bt_mirror_reflect_call call;
    int32_t n;
    int sync_rc; /* of a blocking function in the handler */
    bool is_closed;
} mirror;

static void mirror_answers(void *user)
{
    mirror *m = user;
    m->of_post = uv_thread_self();
    (void)bt_mirror_reflect_return(m->call, -m->n);
}

static void mirror_works(void *user)
{
    mirror *m = user;
    weft_poster *poster = weft_blocking_poster(m->blocking);
    (void)weft_post(poster, mirror_answers, NULL, m);
    weft_poster_release(poster);
}

static void on_reflect(void *self, bt_mirror_reflect_call call, const bt_mirror_reflect_args *args)
{
    mirror *m = self;
    bt_notes_sync_client client;
    m->of_handler = uv_thread_self();
    m->sync_rc = bt_notes_open_sync(m->session, NULL, &client, NULL);
    m->call = call;
    m->n = args->n;
    if (!m->by_thread)
        mirror_answers(m);
    else
        m->has_worker = uv_thread_create(&m->worker, mirror_works, m) == 0;
}

static void on_mirror_closed(void *self)
{
    mirror *m = self;
    m->is_closed = true;
}

static const bt_mirror_handler mirror_handler = { sizeof mirror_handler, on_mirror_closed, on_reflect };

static void mirror_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    mirror *m = user;
    (void)session;
    if (event->kind == WEFT_EVENT_READY)
        m->of_event = uv_thread_self();
}

static int on_open_for_mirror(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    return server_accept(user, pending, NULL);
}

static void handlers_of_a_client_run_on_its_thread(void **state)
{
    /* Goal: while a thread waits for its call the server calls back; the handler runs where events do, must not wait
     * there, and may be answered by another thread's post. */
    weft_session_options options = weft_session_options_default();
    weft_session_options connect = weft_session_options_default();
    weft_open_options open = weft_open_options_default();
    bt_notes_sync_client client;
    bt_notes_ask_back_args args = { 7 };
    bt_notes_ask_back_reply reply;
    mirror m = { 0 };
    uv_thread_t here = uv_thread_self();
    rig r;
    (void)state;
    options.on_open = on_open_for_mirror;
    rig_start(&r, "tcp://127.0.0.1:0", &options);
    m.blocking = r.blocking;
    connect.on_event = mirror_on_event;
    connect.user = &m;
    m.session = rig_connect(&r, &connect);
    open.serves = &bt_mirror_service;
    open.handler = &mirror_handler;
    open.self = &m;
    assert_int_equal(bt_notes_open_sync(m.session, &open, &client, NULL), 0);
    for (int round = 0; round < 2; round++) {
        m.by_thread = round == 1;
        assert_int_equal(bt_notes_ask_back_sync(client, &args, NULL, r.arena, &reply), 0);
        assert_int_equal(reply.value, -7);
        assert_int_equal(m.sync_rc, WEFT_EDEADLK);
        assert_true(uv_thread_equal(&m.of_handler, &m.of_event));
        assert_true(uv_thread_equal(&m.of_post, &m.of_event));
        assert_false(uv_thread_equal(&m.of_handler, &here));
    }
    assert_true(m.has_worker);
    assert_int_equal(uv_thread_join(&m.worker), 0);
    weft_blocking_client_release(client.client);
    weft_blocking_session_release(m.session);
    assert_int_equal(weft_blocking_free(r.blocking), 0);
    r.blocking = NULL;
    assert_true(m.is_closed);
    rig_stop(&r);
}

/* ---- loops of others ---- */

typedef struct outsider {
    rig *r;
    weft_blocking_session *session;
    bt_notes_sync_client client;
    weft_runtime *runtime;
    bt_notes_add_sync_call begun;
    int connect, open, root, call, begin, end, wait, ask, close, free; /* what each returned */
    bt_notes_add_reply reply;
} outsider;

static void outsider_tries_all(void *user)
{
    outsider *o = user;
    weft_blocking_session *session;
    bt_notes_sync_client client;
    bt_notes_add_args args = { 1, 2 };
    o->connect = weft_blocking_connect(o->r->blocking, o->r->server.url, NULL, SECOND, &session, NULL);
    o->open = bt_notes_open_sync(o->session, NULL, &client, NULL);
    o->root = weft_blocking_session_root(o->session, &client.client);
    o->call = bt_notes_add_sync(o->client, &args, NULL, o->r->arena, &o->reply);
    o->begin = bt_notes_add_begin_sync(o->client, &args, NULL, &o->begun);
    o->end = bt_notes_add_end_sync(o->begun, SECOND, &o->reply);
    o->wait = weft_blocking_session_wait(o->session, SECOND, NULL);
    o->ask = weft_blocking_session_wait(o->session, 0, NULL);
    o->close = weft_blocking_session_close(o->session, WEFT_CODE_NONE, NULL, SECOND);
    o->free = weft_blocking_free(o->r->blocking);
    weft_runtime_close(o->runtime, NULL, NULL);
}

static void outsider_check(outsider *o)
{
    assert_int_equal(o->connect, WEFT_EDEADLK);
    assert_int_equal(o->open, WEFT_EDEADLK);
    assert_int_equal(o->root, WEFT_EDEADLK);
    assert_int_equal(o->call, WEFT_EDEADLK);
    assert_int_equal(o->begin, WEFT_EDEADLK);
    assert_int_equal(o->end, WEFT_EDEADLK);
    assert_int_equal(o->reply.result.code, WEFT_EDEADLK);
    assert_int_equal(o->wait, WEFT_EDEADLK);
    assert_int_equal(o->ask, WEFT_ETIMEDOUT);
    assert_int_equal(o->close, WEFT_EDEADLK);
    assert_int_equal(o->free, WEFT_EDEADLK);
    /* Nothing has happened, and outside of the loop all goes on. */
    assert_int_equal(add(o->client, o->r->arena), 0);
    assert_int_equal(bt_notes_add_end_sync(o->begun, SECOND, &o->reply), 0);
    assert_int_equal(o->reply.value, 42);
}

/* Keeps a loop of the application's going: a post alone does not. */
static void on_idle(uv_idle_t *idle)
{
    outsider *o = idle->data;
    if (o->free != 1)
        uv_close((uv_handle_t *)idle, NULL);
}

static void waiting_in_any_loop_is_edeadlk(void **state)
{
    /* Goal: also another runtime's loop would stand still: its thread is told so, with a loop of the runtime's own or
     * of the application's, and can wait again once it is out of it. */
    weft_runtime_options options = weft_runtime_options_default();
    outsider o = { 0 };
    weft_poster *poster;
    uv_loop_t loop;
    uv_idle_t idle;
    rig r;
    (void)state;
    rig_start(&r, "tcp://127.0.0.1:0", NULL);
    o.r = &r;
    o.session = rig_connect(&r, NULL);
    assert_int_equal(bt_notes_open_sync(o.session, NULL, &o.client, NULL), 0);
    assert_int_equal(bt_notes_add_begin_sync(o.client, &(bt_notes_add_args){ 40, 2 }, NULL, &o.begun), 0);
    assert_int_equal(weft_runtime_new(NULL, &o.runtime), 0);
    poster = weft_runtime_poster(o.runtime);
    assert_int_equal(weft_post(poster, outsider_tries_all, NULL, &o), 0);
    assert_int_equal(weft_runtime_run(o.runtime), 0);
    weft_runtime_free(o.runtime);
    weft_poster_release(poster);
    outsider_check(&o);
    memset(&o.reply, 0, sizeof o.reply);
    assert_int_equal(uv_loop_init(&loop), 0);
    options.loop = &loop;
    assert_int_equal(weft_runtime_new(&options, &o.runtime), 0);
    poster = weft_runtime_poster(o.runtime);
    assert_int_equal(weft_post(poster, outsider_tries_all, NULL, &o), 0);
    o.connect = o.open = o.root = o.call = o.begin = o.end = o.wait = o.ask = o.close = o.free = 1;
    assert_int_equal(uv_idle_init(&loop, &idle), 0);
    idle.data = &o;
    assert_int_equal(uv_idle_start(&idle, on_idle), 0);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    weft_poster_release(poster);
    assert_int_equal(uv_loop_close(&loop), 0);
    outsider_check(&o);
    weft_blocking_call_release(o.begun.call);
    weft_blocking_client_release(o.client.client);
    weft_blocking_session_release(o.session);
    rig_stop(&r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_tells_who_the_counterpart_is),
        cmocka_unit_test(session_root_is_a_client_like_others),
        cmocka_unit_test(open_brings_the_metadata_of_the_decision),
        cmocka_unit_test(session_wait_says_why_it_ended),
        cmocka_unit_test(blocking_runs_functions_on_its_thread),
        cmocka_unit_test(session_drains_until_its_calls_have_ended),
        cmocka_unit_test(handlers_of_a_client_run_on_its_thread),
        cmocka_unit_test(waiting_in_any_loop_is_edeadlk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
