/* A server that is told to stop: what is under way ends first. Over real sockets. */
#include "tests/integration/rig/rig.h"

#include <string.h>

typedef struct drain {
    rig *r;
    int n_drained, n_closed;
} drain;

/* On the rig's loop the runtime is gone behind its last callback. */
static void on_drained(void *user)
{
    drain *d = user;
    d->n_drained++;
    d->r->runtime = NULL;
    d->r->closing = true;
}

static void on_closed(void *user)
{
    drain *d = user;
    assert_int_equal(d->n_drained, 1);
    d->n_closed++;
}

static void drain_begin(drain *d, rig *r, uint64_t limit_ns)
{
    memset(d, 0, sizeof *d);
    d->r = r;
    assert_int_equal(weft_runtime_drain(r->runtime, limit_ns, on_drained, d), 0);
    assert_int_equal(weft_runtime_drain(r->runtime, 0, on_drained, d), WEFT_EALREADY);
    assert_int_equal(d->n_drained, 0);
}

/* A session to a listener of the same runtime, with a call that its handler keeps. */
static void call_that_waits(rig *r)
{
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    rig_wait(r);
    rig_until(r, &r->n_handled, 1);
}

static void let_go(rig *r)
{
    weft_connection_release(r->client.connection);
    r->client.connection = NULL;
}

static void runtime_drain_waits_for_calls(void **state)
{
    /* Goal: a call under way is answered, its caller gets the answer, and then all ends in order; nothing new is taken
     * meanwhile. */
    rig *r = *state;
    drain d;
    weft_listener *listener = NULL;
    weft_session_options options = rig_server_options(r);
    call_that_waits(r);
    drain_begin(&d, r, WEFT_FOREVER);
    rig_settle(r);
    assert_int_equal(r->n_ended, 0);
    assert_int_equal(weft_listen(r->runtime, "tcp://127.0.0.1:0", &options, &listener, NULL), WEFT_ECLOSED);
    assert_int_equal(lt_echo_wait(r->client, NULL, NULL, NULL, NULL), WEFT_EUNAVAILABLE);
    assert_int_equal(lt_echo_wait_return(r->waiting, true), 0);
    rig_until(r, &d.n_drained, 1);
    assert_int_equal(r->n_answered, 1);
    assert_int_equal(r->n_ended, 1);
    assert_int_equal(r->server_end.code, WEFT_OK);
    assert_int_equal(r->closed.code, WEFT_OK);
    let_go(r);
}

static void runtime_drain_ends_at_its_limit(void **state)
{
    /* Goal: a handler that never answers holds the end up no longer than the limit. */
    rig *r = *state;
    drain d;
    call_that_waits(r);
    drain_begin(&d, r, 20 * WEFT_NS_PER_MS);
    rig_until(r, &d.n_drained, 1);
    assert_int_equal(r->n_answered, 0);
    assert_int_equal(r->n_ended_calls, 1);
    assert_int_equal(r->result.code, WEFT_ECONNCLOSED);
    assert_int_equal(r->n_ended, 1);
    let_go(r);
}

static void runtime_drain_without_sessions_ends(void **state)
{
    /* Goal: idle sessions and a listener do not hold the end up; on its own loop run returns. */
    rig *r = *state;
    drain d;
    weft_runtime *own;
    weft_listener *listener;
    weft_session_options options = rig_server_options(r);
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    drain_begin(&d, r, WEFT_FOREVER);
    rig_until(r, &d.n_drained, 1);
    assert_int_equal(r->n_ended, 1);
    assert_int_equal(r->n_closed, 1);
    let_go(r);
    assert_int_equal(weft_runtime_new(NULL, &own), 0);
    assert_int_equal(weft_listen(own, "mem://a", &options, &listener, NULL), 0);
    assert_int_equal(weft_runtime_drain(own, WEFT_FOREVER, NULL, NULL), 0);
    assert_int_equal(weft_runtime_run(own), 0);
    assert_int_equal(weft_runtime_drain(own, WEFT_FOREVER, NULL, NULL), WEFT_EALREADY);
    weft_runtime_free(own);
}

static void runtime_close_cuts_a_drain_short(void **state)
{
    /* Goal: who does not want to wait any more closes; both callbacks come, the drain's first. */
    rig *r = *state;
    drain d;
    call_that_waits(r);
    drain_begin(&d, r, WEFT_FOREVER);
    rig_settle(r);
    weft_runtime_close(r->runtime, on_closed, &d);
    rig_until(r, &d.n_closed, 1);
    assert_int_equal(d.n_drained, 1);
    assert_int_equal(r->n_ended_calls, 1);
    let_go(r);
}

/* ---- a handler that needs somebody else for its answer ---- */

typedef struct upstream {
    weft_session *session;
    lt_echo_client client;
    int n_opened, n_answered, n_ended;
} upstream;

static void upstream_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    upstream *up = user;
    (void)session;
    if (event->kind == WEFT_EVENT_CLOSED)
        up->n_ended++;
}

static void upstream_on_opened(void *user, lt_echo_client client, const weft_error *error_or_null)
{
    upstream *up = user;
    assert_null(error_or_null);
    up->client = client;
    up->n_opened++;
}

static void upstream_on_echo(void *user, const lt_echo_echo_reply *reply)
{
    upstream *up = user;
    assert_int_equal(reply->result.code, 0);
    up->n_answered++;
}

static void run_server(void *user)
{
    rig *server = user;
    rig_until(server, &server->n_ended, 2);
    rig_close(server);
}

static void upstream_connect(upstream *up, rig *r, const char *url)
{
    weft_session_options options = weft_session_options_default();
    memset(up, 0, sizeof *up);
    options.on_event = upstream_on_event;
    options.user = up;
    assert_int_equal(weft_connect(r->runtime, url, &options, &up->session, NULL), 0);
    assert_int_equal(lt_echo_open(up->session, NULL, upstream_on_opened, up), 0);
    rig_until(r, &up->n_opened, 1);
}

static void runtime_drain_lets_handlers_call_others(void **state)
{
    /* Goal: a proxy that drains: the call that it is about to answer needs another server, on a session that is there
     * and on one that it makes now; both are used once more, and end behind the ones that it serves. */
    rig *r = *state;
    rig *server = rig_new();
    uv_thread_t thread;
    upstream before, during;
    drain d;
    rig_listen(server, "tcp://127.0.0.1:0");
    assert_int_equal(uv_thread_create(&thread, run_server, server), 0);
    upstream_connect(&before, r, server->url);
    call_that_waits(r);
    drain_begin(&d, r, WEFT_FOREVER);
    rig_settle(r);
    assert_int_equal(before.n_ended, 0);
    upstream_connect(&during, r, server->url);
    lt_echo_echo_args args = { weft_bytes_of("abc", 3) };
    assert_int_equal(lt_echo_echo(before.client, &args, NULL, upstream_on_echo, &before, NULL), 0);
    assert_int_equal(lt_echo_echo(during.client, &args, NULL, upstream_on_echo, &during, NULL), 0);
    rig_until(r, &before.n_answered, 1);
    rig_until(r, &during.n_answered, 1);
    assert_int_equal(lt_echo_wait_return(r->waiting, true), 0);
    rig_until(r, &d.n_drained, 1);
    assert_int_equal(r->n_answered, 1);
    assert_int_equal(before.n_ended, 1);
    assert_int_equal(during.n_ended, 1);
    let_go(r);
    weft_connection_release(before.client.connection);
    weft_connection_release(during.client.connection);
    weft_session_release(before.session);
    weft_session_release(during.session);
    assert_int_equal(uv_thread_join(&thread), 0);
    rig_free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runtime_drain_waits_for_calls, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_drain_ends_at_its_limit, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_drain_without_sessions_ends, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_close_cuts_a_drain_short, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_drain_lets_handlers_call_others, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
