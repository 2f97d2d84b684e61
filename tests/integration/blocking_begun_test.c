/* Calls of blocking clients that are begun and ended apart: several for one thread, and every way in which one ends. */
#include "tests/integration/blocking/server.h"

#define SECOND WEFT_NS_PER_S

typedef struct rig {
    server server;
    weft_blocking *blocking;
    weft_blocking_session *session;
    bt_notes_sync_client client;
} rig;

static int rig_setup(void **state)
{
    static rig r;
    memset(&r, 0, sizeof r);
    server_start(&r.server);
    assert_int_equal(weft_blocking_new(NULL, &r.blocking), 0);
    assert_int_equal(weft_blocking_connect(r.blocking, r.server.url, NULL, 10 * SECOND, &r.session, NULL), 0);
    assert_int_equal(bt_notes_open_sync(r.session, NULL, &r.client, NULL), 0);
    *state = &r;
    return 0;
}

static int rig_teardown(void **state)
{
    rig *r = *state;
    weft_blocking_client_release(r->client.client);
    weft_blocking_session_release(r->session);
    assert_int_equal(weft_blocking_free(r->blocking), 0);
    server_stop(&r->server);
    return 0;
}

static bt_notes_wait_sync_call wait_begin(rig *r, uint64_t timeout_ns)
{
    weft_call_options options = weft_call_options_default();
    bt_notes_wait_sync_call call = { NULL };
    options.timeout_ns = timeout_ns;
    assert_int_equal(bt_notes_wait_begin_sync(r->client, &options, &call), 0);
    return call;
}

static void begun_calls_are_under_way_together(void **state)
{
    /* Goal: one thread has several calls at once, ends them in any order, and each has its own reply until it is
     * released, whatever became of the client. */
    rig *r = *state;
    enum { N = 8 };
    bt_notes_find_sync_call finds[N];
    bt_notes_find_reply replies[N];
    bt_notes_add_sync_call add;
    bt_notes_add_reply sum;
    static const char *const keys[N] = { "a", "b", "c", "d", "e", "f", "g", "" };
    for (int i = 0; i < N; i++) {
        bt_notes_find_args args = { weft_str_from(keys[i]) };
        assert_int_equal(bt_notes_find_begin_sync(r->client, &args, NULL, &finds[i]), 0);
    }
    assert_int_equal(bt_notes_add_begin_sync(r->client, &(bt_notes_add_args){ 40, 2 }, NULL, &add), 0);
    weft_blocking_client_release(r->client.client);
    r->client.client = NULL;
    assert_int_equal(bt_notes_add_end_sync(add, WEFT_FOREVER, &sum), 0);
    assert_int_equal(sum.value, 42);
    for (int i = N; i-- > 0;)
        assert_int_equal(bt_notes_find_end_sync(finds[i], 10 * SECOND, &replies[i]), 0);
    for (int i = 0; i < N - 1; i++) {
        assert_true(weft_str_equal(replies[i].value->key, weft_str_from(keys[i])));
        assert_true(weft_str_equal(replies[i].value->tags.items[1], WEFT_STR("two")));
    }
    assert_null(replies[N - 1].value);
    for (int i = 0; i < N; i++)
        weft_blocking_call_release(finds[i].call);
    weft_blocking_call_release(add.call);
    weft_blocking_call_release(NULL);
}

static void begun_call_that_cannot_be_sent_is_none(void **state)
{
    /* Goal: begin fails with what the call would have failed with, and leaves nothing. */
    rig *r = *state;
    bt_notes_find_sync_call call = { NULL };
    bt_notes_find_args args = { WEFT_STR("\xff") };
    bt_notes_wait_sync_call wait = { NULL };
    weft_call_options options = weft_call_options_default();
    assert_int_equal(bt_notes_find_begin_sync(r->client, &args, NULL, &call), WEFT_EINVAL);
    options.size = 3;
    args.key = WEFT_STR("key");
    assert_int_equal(bt_notes_find_begin_sync(r->client, &args, &options, &call), WEFT_EINVAL);
    assert_int_equal(weft_blocking_session_close(r->session, WEFT_CODE_NONE, NULL, 10 * SECOND), 0);
    assert_true(bt_notes_wait_begin_sync(r->client, NULL, &wait) < 0);
    assert_null(call.call);
    assert_null(wait.call);
}

static void begun_call_is_given_up_at_its_time(void **state)
{
    /* Goal: end gives the call up behind the time it was given, the call's own deadline ends it too; who asks again
     * gets the same. */
    rig *r = *state;
    bt_notes_wait_reply reply;
    bt_notes_add_sync_call add;
    bt_notes_add_reply sum;
    bt_notes_wait_sync_call call = wait_begin(r, WEFT_FOREVER);
    uv_sem_wait(&r->server.waits);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(bt_notes_wait_end_sync(call, i == 0 ? WEFT_NS_PER_MS : WEFT_FOREVER, &reply), WEFT_ETIMEDOUT);
        assert_int_equal(reply.result.code, WEFT_ETIMEDOUT);
        assert_int_equal(reply.result.outcome, WEFT_OUTCOME_NONE);
        assert_true(reply.result.may_have_run);
    }
    weft_blocking_call_release(call.call);
    /* The server has been told before anything that comes behind it. */
    assert_int_equal(bt_notes_add_begin_sync(r->client, &(bt_notes_add_args){ 1, 2 }, NULL, &add), 0);
    assert_int_equal(bt_notes_add_end_sync(add, WEFT_FOREVER, &sum), 0);
    weft_blocking_call_release(add.call);
    assert_int_equal(uv_sem_trywait(&r->server.cancels), 0);
    call = wait_begin(r, 20 * WEFT_NS_PER_MS);
    assert_int_equal(bt_notes_wait_end_sync(call, WEFT_FOREVER, &reply), WEFT_ETIMEDOUT);
    weft_blocking_call_release(call.call);
}

typedef struct ender {
    uv_thread_t thread;
    bt_notes_wait_sync_call call;
    bt_notes_wait_reply reply;
    int rc;
} ender;

static void ender_ends(void *arg)
{
    ender *e = arg;
    e->rc = bt_notes_wait_end_sync(e->call, WEFT_FOREVER, &e->reply);
}

static void enders_start(rig *r, ender *enders, int n)
{
    for (int i = 0; i < n; i++) {
        enders[i].call = wait_begin(r, WEFT_FOREVER);
        uv_sem_wait(&r->server.waits);
        assert_int_equal(uv_thread_create(&enders[i].thread, ender_ends, &enders[i]), 0);
    }
}

static void enders_join(ender *enders, int n)
{
    for (int i = 0; i < n; i++) {
        assert_int_equal(uv_thread_join(&enders[i].thread), 0);
        weft_blocking_call_release(enders[i].call.call);
    }
}

static void begun_call_is_cancelled_by_itself(void **state)
{
    /* Goal: cancel from another thread wakes who waits for that call, and no other; the client's reaches all; of a call
     * that has ended it does nothing. */
    rig *r = *state;
    ender enders[3];
    bt_notes_add_sync_call add;
    bt_notes_add_reply sum;
    enders_start(r, enders, 3);
    weft_blocking_call_cancel(enders[1].call.call);
    weft_blocking_call_cancel(enders[1].call.call);
    assert_int_equal(uv_thread_join(&enders[1].thread), 0);
    assert_int_equal(enders[1].rc, WEFT_ECANCELED);
    weft_blocking_call_cancel(enders[1].call.call);
    weft_blocking_call_release(enders[1].call.call);
    assert_int_equal(bt_notes_add_begin_sync(r->client, &(bt_notes_add_args){ 1, 2 }, NULL, &add), 0);
    assert_int_equal(bt_notes_add_end_sync(add, WEFT_FOREVER, &sum), 0);
    weft_blocking_call_cancel(add.call);
    assert_int_equal(bt_notes_add_end_sync(add, WEFT_FOREVER, &sum), 0);
    assert_int_equal(sum.value, 3);
    weft_blocking_call_release(add.call);
    weft_blocking_client_cancel(r->client.client);
    enders_join(&enders[0], 1);
    enders_join(&enders[2], 1);
    assert_int_equal(enders[0].rc, WEFT_ECANCELED);
    assert_int_equal(enders[2].rc, WEFT_ECANCELED);
}

static void begun_calls_end_with_their_session(void **state)
{
    /* Goal: all who wait wake when the session dies; what was begun and never ended may be released before and after
     * everything else. */
    rig *r = *state;
    ender enders[2];
    bt_notes_wait_sync_call early = wait_begin(r, WEFT_FOREVER);
    bt_notes_wait_sync_call late = wait_begin(r, WEFT_FOREVER);
    bt_notes_die_sync_call die;
    bt_notes_die_reply died;
    bt_notes_wait_reply reply;
    uv_sem_wait(&r->server.waits);
    uv_sem_wait(&r->server.waits);
    enders_start(r, enders, 2);
    weft_blocking_call_release(early.call);
    assert_int_equal(bt_notes_die_begin_sync(r->client, NULL, &die), 0);
    assert_true(bt_notes_die_end_sync(die, WEFT_FOREVER, &died) < 0); /* released before it might not be sent at all */
    weft_blocking_call_release(die.call);
    assert_int_equal(weft_blocking_session_wait(r->session, 10 * SECOND, NULL), 0);
    enders_join(enders, 2);
    assert_true(enders[0].rc < 0 && enders[1].rc < 0);
    rig_teardown(state);
    assert_true(bt_notes_wait_end_sync(late, WEFT_FOREVER, &reply) < 0);
    weft_blocking_call_release(late.call);
    (void)rig_setup(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(begun_calls_are_under_way_together), TEST(begun_call_that_cannot_be_sent_is_none),
        TEST(begun_call_is_given_up_at_its_time), TEST(begun_call_is_cancelled_by_itself),
        TEST(begun_calls_end_with_their_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
