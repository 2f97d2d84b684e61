/* Blocking clients: several threads over one I/O thread, and every way in which a wait can end. */
#include "tests/integration/blocking/server.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND WEFT_NS_PER_S

/* A server, a weft_blocking, one session and one client. */
typedef struct rig {
    server server;
    weft_blocking *blocking;
    weft_blocking_session *session;
    bt_notes_sync_client client;
    weft_arena *arena;
} rig;

static int rig_setup(void **state)
{
    static rig r;
    memset(&r, 0, sizeof r);
    server_start(&r.server);
    assert_int_equal(weft_blocking_new(NULL, &r.blocking), 0);
    assert_int_equal(weft_blocking_connect(r.blocking, r.server.url, NULL, 10 * SECOND, &r.session, NULL), 0);
    assert_int_equal(bt_notes_open_sync(r.session, NULL, &r.client, NULL), 0);
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

static int call_add(bt_notes_sync_client client, weft_arena *arena, int32_t a, int32_t b, int32_t *ret_sum)
{
    bt_notes_add_args args = { a, b };
    bt_notes_add_reply reply;
    int rc = bt_notes_add_sync(client, &args, NULL, arena, &reply);
    assert_int_equal(rc, reply.result.code);
    if (rc == 0)
        *ret_sum = reply.value;
    return rc;
}

/* ---- replies ---- */

static void blocking_reply_lies_in_the_arena(void **state)
{
    /* Goal: each form of a reply comes whole, and lives as long as the arena. */
    rig *r = *state;
    bt_notes_find_args find = { WEFT_STR("name") };
    bt_notes_find_reply found, none;
    bt_notes_labels_reply labels;
    bt_notes_touch_reply touched;
    int32_t sum = 0;
    assert_int_equal(call_add(r->client, r->arena, 40, 2, &sum), 0);
    assert_int_equal(sum, 42);
    assert_int_equal(bt_notes_find_sync(r->client, &find, NULL, r->arena, &found), 0);
    find.key = WEFT_STR("");
    assert_int_equal(bt_notes_find_sync(r->client, &find, NULL, r->arena, &none), 0);
    assert_int_equal(bt_notes_labels_sync(r->client, NULL, r->arena, &labels), 0);
    assert_int_equal(bt_notes_touch_sync(r->client, NULL, r->arena, &touched), 0);
    assert_null(none.value);
    assert_non_null(found.value);
    assert_true(weft_str_equal(found.value->key, WEFT_STR("name")));
    assert_int_equal(found.value->data.len, 4);
    assert_memory_equal(found.value->data.ptr, "data", 4);
    assert_int_equal(found.value->tags.len, 2);
    assert_true(weft_str_equal(found.value->tags.items[1], WEFT_STR("two")));
    assert_int_equal(labels.value.len, 2);
    assert_true(weft_str_equal(labels.value.items[0].value.items[1], WEFT_STR("green")));
    assert_int_equal(touched.result.metadata->n, 0);
}

static void blocking_user_error_is_an_answer(void **state)
{
    /* Goal: a struct comes back as it went, and the method's own error with what it carries; both return 0. */
    rig *r = *state;
    static const uint8_t data[65];
    bt_notes_store_args args;
    bt_notes_store_reply reply;
    bt_notes_store_args_init(&args);
    args.note.key = WEFT_STR("key");
    args.note.data = weft_bytes_of(data, 64);
    assert_int_equal(bt_notes_store_sync(r->client, &args, NULL, r->arena, &reply), 0);
    assert_null(reply.error);
    assert_true(bt_note_equal(reply.value, &args.note));
    args.note.data = weft_bytes_of(data, 65);
    assert_int_equal(bt_notes_store_sync(r->client, &args, NULL, r->arena, &reply), 0);
    assert_int_equal(reply.result.outcome, WEFT_OUTCOME_USER_ERROR);
    assert_null(reply.value);
    assert_int_equal(reply.error->kind, BT_STORE_ERROR_TOO_LONG);
    assert_int_equal(reply.error->as.too_long.limit, 64);
    assert_true(weft_str_equal(reply.error->as.too_long.reason, WEFT_STR("no room")));
}

static void blocking_metadata_goes_both_ways(void **state)
{
    /* Goal: what is sent along arrives, and what comes with the answer lives in the arena. */
    rig *r = *state;
    weft_metadata_entry entries[2];
    weft_metadata metadata = { entries, 2 };
    weft_call_options options = weft_call_options_default();
    bt_notes_find_args args = { WEFT_STR("name") };
    bt_notes_find_reply reply;
    weft_str text;
    uint64_t number;
    entries[0] = weft_metadata_str("trace", WEFT_STR("abc"), 0);
    entries[1] = weft_metadata_u64("turn", 7, 0);
    options.metadata = &metadata;
    assert_int_equal(bt_notes_find_sync(r->client, &args, &options, r->arena, &reply), 0);
    assert_true(weft_metadata_get_str(reply.result.metadata, "trace", &text));
    assert_true(weft_str_equal(text, WEFT_STR("abc")));
    assert_true(weft_metadata_get_u64(reply.result.metadata, "turn", &number));
    assert_int_equal(number, 7);
}

static void blocking_args_without_encoding_are_einval(void **state)
{
    /* Goal: what weft_gen_call refuses is the call's result, and says that nothing was sent. */
    rig *r = *state;
    bt_notes_find_args args = { WEFT_STR("\xff") };
    bt_notes_find_reply reply;
    weft_call_options options = weft_call_options_default();
    options.size = 3;
    assert_int_equal(bt_notes_find_sync(r->client, &args, NULL, r->arena, &reply), WEFT_EINVAL);
    assert_int_equal(reply.result.code, WEFT_EINVAL);
    assert_false(reply.result.may_have_run);
    assert_int_equal(reply.result.metadata->n, 0);
    args.key = WEFT_STR("name");
    assert_int_equal(bt_notes_find_sync(r->client, &args, &options, r->arena, &reply), WEFT_EINVAL);
    assert_int_equal(bt_notes_find_sync(r->client, &args, NULL, NULL, &reply), WEFT_EINVAL);
}

static void options_of_a_size_that_cannot_be_are_einval(void **state)
{
    /* Goal: a size that was never set is not read by, as in all other option structs; and an error says what it is. */
    rig *r = *state;
    static union {
        size_t size;
        uint8_t room[1 << 16];
    } none;
    bt_notes_find_args args = { WEFT_STR("name") };
    bt_notes_find_reply reply;
    bt_notes_sync_client client;
    weft_blocking *blocking = NULL;
    weft_blocking_session *session = NULL;
    weft_error error;
    none.size = sizeof none;
    assert_int_equal(bt_notes_find_sync(r->client, &args, (const void *)&none, r->arena, &reply), WEFT_EINVAL);
    assert_int_equal(bt_notes_open_sync(r->session, (const void *)&none, &client, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, "size"));
    assert_int_equal(weft_blocking_connect(r->blocking, r->server.url, (const void *)&none, SECOND, &session, &error),
                     WEFT_EINVAL);
    assert_non_null(strstr(error.text, "size"));
    assert_int_equal(weft_blocking_new((const void *)&none, &blocking), WEFT_EINVAL);
    assert_null(session);
    assert_null(blocking);
}

/* ---- several threads ---- */

enum { N_THREADS = 4, N_CALLS = 200 };

typedef struct caller {
    rig *r;
    uv_thread_t thread;
    int n;
    int rc;
    weft_result result; /* its text is static, or in arena */
    weft_arena *arena;
} caller;

static void callers_start(caller *callers, int n, rig *r, uv_thread_cb run)
{
    memset(callers, 0, (size_t)n * sizeof *callers);
    for (int i = 0; i < n; i++) {
        callers[i].r = r;
        callers[i].n = i;
        assert_int_equal(weft_arena_new(NULL, &callers[i].arena), 0);
        assert_int_equal(uv_thread_create(&callers[i].thread, run, &callers[i]), 0);
    }
}

static void callers_join(caller *callers, int n)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(uv_thread_join(&callers[i].thread), 0);
        weft_arena_free(callers[i].arena);
    }
}

/* No assertions here: they belong to the test's own thread. rc: 0 where all was right. */
static void caller_adds(void *arg)
{
    caller *c = arg;
    bt_notes_sync_client own = { NULL };
    c->rc = bt_notes_open_sync(c->r->session, NULL, &own, NULL);
    for (int i = 0; i < N_CALLS && c->rc == 0; i++) {
        bt_notes_add_args args = { c->n * N_CALLS, i };
        bt_notes_add_reply reply;
        c->rc = bt_notes_add_sync(i % 2 ? own : c->r->client, &args, NULL, c->arena, &reply);
        if (c->rc == 0 && reply.value != c->n * N_CALLS + i)
            c->rc = 1;
        weft_arena_clear(c->arena);
    }
    weft_blocking_client_release(own.client);
}

static void blocking_threads_share_a_session(void **state)
{
    /* Goal: threads that call at once, on a common client and on their own, each get their own answers. */
    caller callers[N_THREADS];
    callers_start(callers, N_THREADS, *state, caller_adds);
    callers_join(callers, N_THREADS);
    for (int i = 0; i < N_THREADS; i++)
        assert_int_equal(callers[i].rc, 0);
}

static void caller_waits(void *arg)
{
    caller *c = arg;
    weft_call_options options = weft_call_options_default();
    bt_notes_wait_reply reply;
    options.timeout_ns = WEFT_FOREVER;
    c->rc = bt_notes_wait_sync(c->r->client, &options, c->arena, &reply);
    c->result = reply.result;
}

static void waits_start(caller *callers, int n, rig *r)
{
    callers_start(callers, n, r, caller_waits);
    for (int i = 0; i < n; i++)
        uv_sem_wait(&r->server.waits);
}

static void blocking_cancel_ends_all_calls_of_the_client(void **state)
{
    /* Goal: cancel reaches every call that has begun, and the client can be used on. */
    rig *r = *state;
    caller callers[N_THREADS];
    int32_t sum = 0;
    waits_start(callers, N_THREADS, r);
    weft_blocking_client_cancel(r->client.client);
    callers_join(callers, N_THREADS);
    for (int i = 0; i < N_THREADS; i++) {
        assert_int_equal(callers[i].rc, WEFT_ECANCELED);
        assert_true(callers[i].result.may_have_run);
    }
    assert_int_equal(call_add(r->client, r->arena, 1, 2, &sum), 0);
}

static void blocking_free_ends_calls_in_flight(void **state)
{
    /* Goal: free ends what other threads wait for; what was released before or is released after is all one. */
    rig *r = *state;
    caller callers[N_THREADS];
    bt_notes_sync_client other, before;
    int32_t sum = 0;
    assert_int_equal(bt_notes_open_sync(r->session, NULL, &other, NULL), 0);
    assert_int_equal(bt_notes_open_sync(r->session, NULL, &before, NULL), 0);
    weft_blocking_client_release(before.client);
    waits_start(callers, N_THREADS, r);
    assert_int_equal(weft_blocking_free(r->blocking), 0);
    r->blocking = NULL;
    callers_join(callers, N_THREADS);
    for (int i = 0; i < N_THREADS; i++)
        assert_true(callers[i].rc < 0);
    assert_int_equal(call_add(r->client, r->arena, 1, 2, &sum), WEFT_ECLOSED);
    assert_int_equal(bt_notes_open_sync(r->session, NULL, &before, NULL), WEFT_ECLOSED);
    assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, NULL, SECOND), WEFT_ECLOSED);
    weft_blocking_client_cancel(other.client);
    weft_blocking_client_release(other.client);
}

/* ---- ends ---- */

static void blocking_server_dies_during_a_call(void **state)
{
    /* Goal: a session that ends ends what waits on it, and what is asked of it afterwards. */
    rig *r = *state;
    caller waiting;
    weft_error error;
    bt_notes_sync_client client;
    bt_notes_die_reply reply;
    int32_t sum = 0;
    waits_start(&waiting, 1, r);
    assert_true(bt_notes_die_sync(r->client, NULL, r->arena, &reply) < 0);
    assert_true(reply.result.may_have_run);
    assert_int_equal(reply.result.outcome, WEFT_OUTCOME_NONE);
    assert_true(reply.result.text.len > 0);
    callers_join(&waiting, 1);
    assert_int_equal(waiting.rc, reply.result.code);
    assert_true(call_add(r->client, r->arena, 1, 2, &sum) < 0);
    assert_true(bt_notes_open_sync(r->session, NULL, &client, &error) < 0);
    assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, NULL, WEFT_FOREVER), 0);
    /* And another session can be had. */
    weft_blocking_session_release(r->session);
    assert_int_equal(weft_blocking_connect(r->blocking, r->server.url, NULL, 10 * SECOND, &r->session, &error), 0);
}

static void blocking_close_waits_for_the_end(void **state)
{
    /* Goal: close returns once the session has ended; calls in flight have ended; a second close has nothing to do. */
    rig *r = *state;
    caller waiting;
    waits_start(&waiting, 1, r);
    assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, "done", WEFT_FOREVER), 0);
    assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, NULL, WEFT_FOREVER), 0);
    callers_join(&waiting, 1);
    assert_true(waiting.rc < 0);
}

static void blocking_deadline_ends_the_call(void **state)
{
    /* Goal: a call without time is not sent; one whose time passes ends. */
    rig *r = *state;
    weft_call_options options = weft_call_options_default();
    bt_notes_wait_reply reply;
    options.timeout_ns = 0;
    assert_int_equal(bt_notes_wait_sync(r->client, &options, r->arena, &reply), WEFT_ETIMEDOUT);
    assert_false(reply.result.may_have_run);
    options.timeout_ns = 20 * WEFT_NS_PER_MS;
    assert_int_equal(bt_notes_wait_sync(r->client, &options, r->arena, &reply), WEFT_ETIMEDOUT);
}

static void blocking_connect_says_why_not(void **state)
{
    /* Goal: a URL that is none, a place where nobody listens, one that never answers: an error each, and no session. */
    rig *r = *state;
    weft_session_options options = weft_session_options_default();
    weft_blocking_session *session = NULL;
    weft_error error;
    char url[32];
    int fds[2];
    assert_int_equal(weft_blocking_connect(r->blocking, "nonsense", NULL, SECOND, &session, &error), WEFT_EINVAL);
    assert_int_equal(error.code, WEFT_EINVAL);
    assert_int_equal(weft_blocking_connect(r->blocking, "unix:///nowhere/at/all", NULL, SECOND, &session, &error),
                     WEFT_ENOENT);
    assert_int_equal(error.code, WEFT_ENOENT);
    assert_int_equal(weft_blocking_connect(r->blocking, r->server.url, NULL, 0, &session, &error), WEFT_ETIMEDOUT);
    options.max_frame_size = 1;
    assert_int_equal(weft_blocking_connect(r->blocking, r->server.url, &options, SECOND, &session, &error),
                     WEFT_EINVAL);
    assert_non_null(strstr(error.text, "max_frame_size"));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    (void)snprintf(url, sizeof url, "fd://%d", fds[0]);
    assert_int_equal(weft_blocking_connect(r->blocking, url, NULL, 20 * WEFT_NS_PER_MS, &session, &error),
                     WEFT_ETIMEDOUT);
    assert_int_equal(close(fds[1]), 0);
    assert_null(session);
}

static void blocking_new_checks_its_options(void **state)
{
    /* Goal: a loop of the application's is refused; NULL is freed without harm; one that did nothing ends. */
    weft_runtime_options options = weft_runtime_options_default();
    weft_blocking *blocking = NULL;
    uv_loop_t loop;
    (void)state;
    options.loop = &loop;
    assert_int_equal(weft_blocking_new(&options, &blocking), WEFT_EINVAL);
    options.size = 2;
    assert_int_equal(weft_blocking_new(&options, &blocking), WEFT_EINVAL);
    assert_null(blocking);
    assert_int_equal(weft_blocking_free(NULL), 0);
    weft_blocking_session_release(NULL);
    weft_blocking_client_release(NULL);
    assert_int_equal(weft_blocking_new(NULL, &blocking), 0);
    assert_int_equal(weft_blocking_free(blocking), 0);
}

/* ---- the I/O thread itself ---- */

typedef struct inside {
    rig *r;
    weft_arena *arena;
    int connect, open, call, close, free; /* what each returned */
    bt_notes_add_reply reply;
    uv_sem_t reached, go_on;
} inside;

/* Each blocking function, from a callback. */
static void inside_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    inside *in = user;
    weft_blocking_session *other;
    bt_notes_sync_client client;
    bt_notes_add_args args = { 1, 2 };
    (void)session;
    if (event->kind != WEFT_EVENT_READY)
        return;
    in->connect = weft_blocking_connect(in->r->blocking, in->r->server.url, NULL, SECOND, &other, NULL);
    in->open = bt_notes_open_sync(in->r->session, NULL, &client, NULL);
    in->call = bt_notes_add_sync(in->r->client, &args, NULL, in->arena, &in->reply);
    in->close = weft_blocking_session_close(in->r->session, WEFT_CODE_NONE, NULL, SECOND);
    in->free = weft_blocking_free(in->r->blocking);
}

static void blocking_on_its_own_thread_is_edeadlk(void **state)
{
    /* Goal: a callback that would wait for itself is told so, and nothing has happened. */
    rig *r = *state;
    inside in = { 0 };
    weft_session_options options = weft_session_options_default();
    weft_blocking_session *session;
    int32_t sum = 0;
    in.r = r;
    in.arena = r->arena;
    options.on_event = inside_on_event;
    options.user = &in;
    assert_int_equal(weft_blocking_connect(r->blocking, r->server.url, &options, 10 * SECOND, &session, NULL), 0);
    assert_int_equal(in.connect, WEFT_EDEADLK);
    assert_int_equal(in.open, WEFT_EDEADLK);
    assert_int_equal(in.call, WEFT_EDEADLK);
    assert_int_equal(in.reply.result.code, WEFT_EDEADLK);
    assert_int_equal(in.close, WEFT_EDEADLK);
    assert_int_equal(in.free, WEFT_EDEADLK);
    assert_int_equal(call_add(r->client, r->arena, 1, 2, &sum), 0);
    weft_blocking_session_release(session);
}

static void holding_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    inside *in = user;
    (void)session;
    if (event->kind != WEFT_EVENT_READY)
        return;
    uv_sem_post(&in->reached);
    uv_sem_wait(&in->go_on);
}

static void holder_connects(void *arg)
{
    inside *in = arg;
    weft_session_options options = weft_session_options_default();
    weft_blocking_session *session = NULL;
    options.on_event = holding_on_event;
    options.user = in;
    in->connect = weft_blocking_connect(in->r->blocking, in->r->server.url, &options, WEFT_FOREVER, &session, NULL);
    weft_blocking_session_release(session);
}

static void caller_waits_shortly(void *arg)
{
    caller *c = arg;
    weft_call_options options = weft_call_options_default();
    bt_notes_wait_reply reply;
    options.timeout_ns = 500 * WEFT_NS_PER_MS;
    c->rc = bt_notes_wait_sync(c->r->client, &options, c->arena, &reply);
    c->result = reply.result;
}

static void blocking_waits_end_while_the_thread_is_held_up(void **state)
{
    /* Goal: with the I/O thread stuck in a callback every wait ends at its time, whether it was begun or not; and what
     * was given up leaves nothing behind when the thread goes on. */
    rig *r = *state;
    inside in = { 0 };
    caller begun;
    uv_thread_t holder;
    weft_call_options call_options = weft_call_options_default();
    weft_open_options open_options = weft_open_options_default();
    weft_blocking_session *session = NULL;
    bt_notes_sync_client client = { NULL };
    bt_notes_wait_reply reply;
    int32_t sum = 0;
    in.r = r;
    call_options.timeout_ns = open_options.timeout_ns = WEFT_NS_PER_MS;
    assert_int_equal(uv_sem_init(&in.reached, 0), 0);
    assert_int_equal(uv_sem_init(&in.go_on, 0), 0);
    callers_start(&begun, 1, r, caller_waits_shortly);
    uv_sem_wait(&r->server.waits);
    assert_int_equal(uv_thread_create(&holder, holder_connects, &in), 0);
    uv_sem_wait(&in.reached);
    assert_int_equal(bt_notes_wait_sync(r->client, &call_options, r->arena, &reply), WEFT_ETIMEDOUT);
    assert_false(reply.result.may_have_run);
    assert_int_equal(bt_notes_open_sync(r->session, &open_options, &client, NULL), WEFT_ETIMEDOUT);
    assert_int_equal(weft_blocking_connect(r->blocking, r->server.url, NULL, 1, &session, NULL), WEFT_ETIMEDOUT);
    assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, NULL, 1), WEFT_ETIMEDOUT);
    callers_join(&begun, 1);
    assert_int_equal(begun.rc, WEFT_ETIMEDOUT);
    assert_true(begun.result.may_have_run);
    uv_sem_post(&in.go_on);
    assert_int_equal(uv_thread_join(&holder), 0);
    assert_int_equal(in.connect, 0);
    assert_int_equal(call_add(r->client, r->arena, 1, 2, &sum), 0);
    uv_sem_destroy(&in.reached);
    uv_sem_destroy(&in.go_on);
}

/* ---- memory ---- */

/* A whole life. 0, or what failed first. */
static int live_once(server *s, const weft_allocator *allocator)
{
    weft_runtime_options options = weft_runtime_options_default();
    weft_blocking *blocking = NULL;
    weft_blocking_session *session = NULL;
    bt_notes_sync_client client = { NULL };
    bt_notes_find_args args = { WEFT_STR("name") };
    bt_notes_find_reply reply;
    weft_arena *arena = NULL;
    options.allocator = allocator;
    int rc = weft_blocking_new(&options, &blocking);
    if (rc == 0)
        rc = weft_blocking_connect(blocking, s->url, NULL, 5 * SECOND, &session, NULL);
    if (rc == 0)
        rc = bt_notes_open_sync(session, NULL, &client, NULL);
    if (rc == 0)
        rc = weft_arena_new(allocator, &arena);
    if (rc == 0)
        rc = bt_notes_find_sync(client, &args, NULL, arena, &reply);
    if (rc == 0)
        assert_true(weft_str_equal(reply.value->tags.items[1], WEFT_STR("two")));
    weft_arena_free(arena);
    weft_blocking_client_release(client.client);
    weft_blocking_session_release(session);
    assert_int_equal(weft_blocking_free(blocking), 0);
    return rc;
}

static void blocking_without_memory_fails_cleanly(void **state)
{
    /* Goal: each allocation of a whole life fails once: no hang, nothing is left, and what fails says so. */
    rig *r = *state;
    uint64_t n = 0;
    for (bool failed = true; failed;) {
        shared_alloc alloc;
        shared_alloc_init(&alloc, ++n);
        int rc = live_once(&r->server, &alloc.allocator);
        failed = alloc.failed;
        assert_true(rc <= 0);
        assert_true(failed || rc == 0);
        shared_alloc_fini(&alloc);
    }
    assert_true(n > 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(blocking_reply_lies_in_the_arena),
        TEST(blocking_user_error_is_an_answer),
        TEST(blocking_metadata_goes_both_ways),
        TEST(blocking_args_without_encoding_are_einval),
        TEST(options_of_a_size_that_cannot_be_are_einval),
        TEST(blocking_threads_share_a_session),
        TEST(blocking_cancel_ends_all_calls_of_the_client),
        TEST(blocking_free_ends_calls_in_flight),
        TEST(blocking_server_dies_during_a_call),
        TEST(blocking_close_waits_for_the_end),
        TEST(blocking_deadline_ends_the_call),
        TEST(blocking_connect_says_why_not),
        cmocka_unit_test(blocking_new_checks_its_options),
        TEST(blocking_on_its_own_thread_is_edeadlk),
        TEST(blocking_waits_end_while_the_thread_is_held_up),
        TEST(blocking_without_memory_fails_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
