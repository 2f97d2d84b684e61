/* Without memory: each allocation of the process, libraries included, fails in turn while a runtime is made, listens,
 * connects to itself, opens, calls, streams each way, drains and goes. No crash, no hang, nothing left, each callback
 * once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop.weft.h"
#include "tests/support/malloc/malloc.h"
#include "weft/uv.h"
#include "weft/weft.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#ifdef MALLOC_FAILS

typedef struct life {
    uv_loop_t loop;
    weft_runtime *runtime; /* NULL once it is closed */
    weft_session *session;
    lt_echo_client client;
    bool hasty; /* its waits are short: what has lost its memory may be waited for in vain */
    /* what was begun, and what was told of it */
    int n_connects, n_ready, n_failed, n_closed;
    int n_opens, n_opened;
    int n_calls, n_answered, n_done;
    int n_accepted, n_ended, n_served, n_handlers_closed;
    int n_runtime_closed;
    /* of the streams */
    lt_bytes_tx tx, server_tx;
    lt_echo_stream_call streamed;
    bool finished, server_finished;
    int n_sent, n_items, n_reads, n_read_ends;
    int n_server_sent, n_server_items, n_server_reads, n_server_read_ends;
} life;

enum { N_ITEMS = 9 }; /* more than the window */

/* ---- the server ---- */

static void on_echo(void *self, lt_echo_echo_call call, const lt_echo_echo_args *args)
{
    (void)self;
    if (lt_echo_echo_return(call, args->data) == WEFT_ENOMEM)
        (void)weft_call_drop(call.call);
}

static void on_wait(void *self, lt_echo_wait_call call)
{
    (void)self;
    (void)weft_call_drop(call.call);
}

static void on_handler_closed(void *self)
{
    life *l = self;
    l->n_handlers_closed++;
}

/* Sends back what came; the last of it with the end. */
static void server_pump(void *user)
{
    life *l = user;
    int rc = 0;
    while (rc == 0 && l->n_server_sent < l->n_server_items) {
        rc = lt_bytes_send(l->server_tx, weft_bytes_of("back", 4));
        l->n_server_sent += rc == 0;
    }
    if (rc == WEFT_EAGAIN && lt_bytes_on_room(l->server_tx, server_pump, l) == 0)
        return;
    if (rc < 0) /* there is no memory, or they are gone */
        (void)weft_channel_abort(l->server_tx.channel, WEFT_CODE_INTERNAL, "cannot send");
    if (l->n_server_read_ends == 0)
        return;
    l->server_finished |= weft_channel_finish(l->server_tx.channel) == 0;
    if (lt_echo_stream_return(l->streamed, (uint64_t)l->n_server_items) == WEFT_ENOMEM)
        (void)weft_call_drop(l->streamed.call);
}

static bool server_item(void *user, lt_bytes_rx rx, weft_bytes item)
{
    life *l = user;
    (void)rx, (void)item;
    l->n_server_items++;
    server_pump(l);
    return true;
}

static void server_read_end(void *user, const weft_channel_end *end)
{
    life *l = user;
    l->n_server_read_ends++;
    if (end->kind == WEFT_CHANNEL_FINISHED)
        assert_true(l->finished && l->n_server_items == l->n_sent);
    server_pump(l);
}

static void on_stream(void *self, lt_echo_stream_call call, lt_bytes_rx input, lt_bytes_tx output)
{
    static const lt_bytes_reader reader = { sizeof reader, server_item, server_read_end };
    life *l = self;
    l->streamed = call;
    l->server_tx = output;
    assert_int_equal(lt_bytes_read(input, &reader, l), 0);
    l->n_server_reads++;
}

static const lt_echo_handler handler = { sizeof handler, on_handler_closed, on_echo, on_wait, on_stream };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    life *l = user;
    int rc = lt_echo_serve(pending, &handler, l, NULL);
    (void)session;
    l->n_served += rc == 0;
    return rc;
}

static void on_server_event(void *user, weft_session *session, const weft_session_event *event)
{
    life *l = user;
    l->n_accepted += event->kind == WEFT_EVENT_READY;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    l->n_ended++;
    weft_session_release(session);
}

/* ---- the client ---- */

static void on_runtime_closed(void *user)
{
    life *l = user;
    l->n_runtime_closed++;
    l->runtime = NULL;
}

static void client_leaves(life *l)
{
    weft_connection_release(l->client.connection);
    if (weft_session_drain(l->session, WEFT_FOREVER) < 0)
        weft_session_close(l->session, WEFT_CODE_NONE, "done");
}

static void client_pump(void *user)
{
    life *l = user;
    int rc = 0;
    while (rc == 0 && l->n_sent < N_ITEMS) {
        rc = lt_bytes_send(l->tx, weft_bytes_of("item", 4));
        l->n_sent += rc == 0;
    }
    if (rc == WEFT_EAGAIN && lt_bytes_on_room(l->tx, client_pump, l) == 0)
        return;
    if (rc == 0)
        l->finished |= weft_channel_finish(l->tx.channel) == 0;
    else
        (void)weft_channel_abort(l->tx.channel, WEFT_CODE_INTERNAL, "cannot send");
}

static bool client_item(void *user, lt_bytes_rx rx, weft_bytes item)
{
    life *l = user;
    (void)rx, (void)item;
    l->n_items++;
    return true;
}

static void client_read_end(void *user, const weft_channel_end *end)
{
    life *l = user;
    l->n_read_ends++;
    if (end->kind == WEFT_CHANNEL_FINISHED)
        assert_true(l->server_finished && l->n_items == l->n_server_sent);
}

static void on_streamed(void *user, const lt_echo_stream_reply *reply)
{
    life *l = user;
    l->n_done++;
    l->n_answered += reply->result.code == 0;
    client_leaves(l);
}

static void on_echoed(void *user, const lt_echo_echo_reply *reply)
{
    static const lt_bytes_reader reader = { sizeof reader, client_item, client_read_end };
    life *l = user;
    lt_bytes_rx rx;
    l->n_done++;
    l->n_answered += reply->result.code == 0;
    if (lt_echo_stream(l->client, NULL, on_streamed, l, NULL, &l->tx, &rx) < 0) {
        client_leaves(l);
        return;
    }
    l->n_calls++;
    assert_int_equal(lt_bytes_read(rx, &reader, l), 0);
    l->n_reads++;
    client_pump(l);
}

static void on_opened(void *user, lt_echo_client client, const weft_error *error_or_null)
{
    life *l = user;
    lt_echo_echo_args args = { weft_bytes_of("some data", 9) };
    l->n_opened++;
    l->client = client;
    int rc = error_or_null ? error_or_null->code : lt_echo_echo(client, &args, NULL, on_echoed, l, NULL);
    l->n_calls += rc == 0;
    if (rc == 0)
        return;
    weft_connection_release(client.connection);
    weft_session_close(l->session, WEFT_CODE_NONE, NULL);
}

static void on_client_event(void *user, weft_session *session, const weft_session_event *event)
{
    life *l = user;
    int rc;
    switch (event->kind) {
    case WEFT_EVENT_READY:
        l->n_ready++;
        rc = lt_echo_open(session, NULL, on_opened, l);
        l->n_opens += rc == 0;
        if (rc < 0)
            weft_session_abort(session);
        break;
    case WEFT_EVENT_FAILED: l->n_failed++; break;
    case WEFT_EVENT_CLOSED:
        l->n_closed++;
        weft_runtime_close(l->runtime, on_runtime_closed, l);
        break;
    default: break;
    }
}

/* ---- a life ---- */

static void options_of(life *l, weft_session_options *options)
{
    if (l->hasty) {
        options->handshake_timeout_ns = options->connect_timeout_ns = 100 * WEFT_NS_PER_MS;
        options->close_timeout_ns = options->call_timeout_ns = 100 * WEFT_NS_PER_MS;
    }
    options->user = l;
}

static int begin(life *l, const char *listen_url)
{
    weft_session_options server = weft_session_options_default(), client = server;
    weft_metadata_entry entry = weft_metadata_str("name", WEFT_STR("value"), 0);
    weft_metadata metadata = { &entry, 1 };
    weft_listener *listener;
    char url[64];
    options_of(l, &server);
    options_of(l, &client);
    server.metadata = client.metadata = &metadata;
    server.on_open = on_open;
    server.on_event = on_server_event;
    client.on_event = on_client_event;
    int rc = weft_listen(l->runtime, listen_url, &server, &listener, NULL);
    if (rc == 0)
        rc = weft_listener_url(listener, url, sizeof url);
    if (rc == 0)
        rc = weft_connect(l->runtime, url, &client, &l->session, NULL);
    l->n_connects += rc == 0;
    return rc;
}

static void live(life *l, const char *listen_url)
{
    weft_runtime_options options = weft_runtime_options_default();
    options.loop = &l->loop;
    int rc = weft_runtime_new(&options, &l->runtime);
    if (rc < 0) {
        assert_int_equal(rc, WEFT_ENOMEM);
        return;
    }
    rc = begin(l, listen_url);
    assert_true(rc == 0 || (rc == WEFT_ENOMEM && weft_test_malloc_failed()));
    if (rc < 0)
        weft_runtime_close(l->runtime, on_runtime_closed, l);
    while (l->runtime)
        (void)uv_run(&l->loop, UV_RUN_ONCE);
    weft_session_release(l->session);
    assert_int_equal(l->n_runtime_closed, 1);
}

static void nothing(uv_poll_t *poll, int status, int events)
{
    (void)poll;
    (void)status;
    (void)events;
}

/* libuv ends the process where it cannot grow its table of descriptors: it is grown beforehand, and kept. */
static void grow_descriptors(uv_loop_t *loop)
{
    int fds[2];
    uv_poll_t poll;
    assert_int_equal(pipe(fds), 0);
    int high = fcntl(fds[0], F_DUPFD_CLOEXEC, 100);
    assert_true(high >= 100);
    assert_int_equal(uv_poll_init(loop, &poll, high), 0);
    assert_int_equal(uv_poll_start(&poll, UV_READABLE, nothing), 0);
    uv_close((uv_handle_t *)&poll, NULL);
    assert_int_equal(uv_run(loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(close(high) | close(fds[0]) | close(fds[1]), 0);
}

/* The nth allocation fails (0: none); whether one did. */
static bool live_once(const char *listen_url, uint64_t nth, bool fail_on)
{
    int64_t before = weft_test_malloc_live();
    life l = { .hasty = nth > 0 };
    assert_int_equal(uv_loop_init(&l.loop), 0);
    grow_descriptors(&l.loop);
    weft_test_malloc_fail(nth, fail_on);
    live(&l, listen_url);
    bool failed = weft_test_malloc_failed();
    weft_test_malloc_fail(0, false);
    assert_int_equal(uv_loop_close(&l.loop), 0);
    assert_int_equal(weft_test_malloc_live(), before);
    assert_true(l.n_ready + l.n_failed <= l.n_connects);
    assert_int_equal(l.n_closed, l.n_connects);
    assert_int_equal(l.n_opened, l.n_opens);
    assert_int_equal(l.n_done, l.n_calls);
    assert_int_equal(l.n_ended, l.n_accepted);
    assert_int_equal(l.n_handlers_closed, l.n_served);
    assert_int_equal(l.n_read_ends, l.n_reads);
    assert_int_equal(l.n_server_read_ends, l.n_server_reads);
    if (nth == 0) {
        assert_int_equal(l.n_answered, 2);
        assert_int_equal(l.n_items, N_ITEMS);
    }
    return failed;
}

static void live_with_each_failing(const char *listen_url)
{
    (void)live_once(listen_url, 0, false); /* what libraries allocate once */
    uint64_t before = weft_test_malloc_count();
    (void)live_once(listen_url, 0, false);
    uint64_t n = weft_test_malloc_count() - before, n_failed = 0;
    for (uint64_t nth = 1; nth <= n; nth++) {
        n_failed += live_once(listen_url, nth, false);
        (void)live_once(listen_url, nth, true);
    }
    print_message("%d allocations, of which %d failed\n", (int)n, (int)n_failed);
    assert_true(n_failed > 50);
}

static void life_over_tcp_any_allocation_failing(void **state)
{
    /* Goal: over a real socket, with what libuv and the C library allocate. */
    (void)state;
    live_with_each_failing("tcp://127.0.0.1:0");
}

static void life_over_memory_any_allocation_failing(void **state)
{
    /* Goal: the same within memory. */
    (void)state;
    live_with_each_failing("mem://malloc");
}

static void life_over_unix_any_allocation_failing(void **state)
{
    /* Goal: the same over a unix socket. */
    char url[64];
    (void)state;
    (void)snprintf(url, sizeof url, "unix-abstract://weft-malloc-%ld", (long)getpid());
    live_with_each_failing(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(life_over_tcp_any_allocation_failing),
        cmocka_unit_test(life_over_memory_any_allocation_failing),
        cmocka_unit_test(life_over_unix_any_allocation_failing),
    };
    if (!weft_test_malloc_is_ours()) {
        printf("skipped: malloc cannot be made to fail here\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    printf("skipped: a build with a sanitizer's own malloc\n");
    return 77;
}

#endif
