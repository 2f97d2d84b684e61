/* A stream between two processes whose reader is slow: it holds back again and again, and goes on when a call says so.
 * All items come in order, the sender waits, neither process holds more than the windows allow, and calls on the same
 * connection and on another one go on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "slow_reader.weft.h"
#include "tests/support/alloc.h"
#include "weft/weft.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { N_ITEMS = 200000 };
#else
enum { N_ITEMS = 1000000 };
#endif
enum {
    WINDOW = 256,
    BATCH = 1000, /* the reader holds back behind so many */
    MEMORY_MAX = 1 << 19,
    URL_MAX = 128
};

/* What a child says by its status. */
enum { CHILD_OK = 0, CHILD_NO_LISTENER = 2, CHILD_ITEMS = 3, CHILD_MEMORY = 4, CHILD_LEAK = 5 };

/* ---- the reader, which is the child ---- */

typedef struct reader {
    weft_runtime *runtime;
    sr_slow_take_call call;
    sr_u64_rx rx;
    uint64_t n_items;
    bool holds, torn, finished;
} reader;

static bool reader_on_item(void *user, sr_u64_rx rx, uint64_t number)
{
    reader *r = user;
    r->torn = r->torn || r->holds || number != r->n_items;
    r->n_items++;
    r->holds = r->n_items % BATCH == 0;
    if (r->holds)
        (void)weft_channel_pause(rx.channel, true);
    return true;
}

static void reader_on_end(void *user, const weft_channel_end *end)
{
    reader *r = user;
    r->finished = end->kind == WEFT_CHANNEL_FINISHED;
    (void)sr_slow_take_return(r->call, r->n_items);
}

static void reader_on_take(void *self, sr_slow_take_call call, sr_u64_rx numbers)
{
    static const sr_u64_reader how = { sizeof how, reader_on_item, reader_on_end };
    reader *r = self;
    r->call = call;
    r->rx = numbers;
    (void)sr_u64_read(numbers, &how, r);
}

static void reader_on_go_on(void *self, sr_slow_go_on_call call)
{
    reader *r = self;
    if (r->holds)
        (void)weft_channel_pause(r->rx.channel, false);
    r->holds = false;
    (void)sr_slow_go_on_return(call, r->n_items);
}

static const sr_slow_handler handler = {
    .size = sizeof handler,
    .take = reader_on_take,
    .go_on = reader_on_go_on,
};

static int reader_on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    return sr_slow_serve(pending, &handler, user, NULL);
}

static void reader_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    reader *r = user;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    weft_session_release(session);
    weft_runtime_close(r->runtime, NULL, NULL);
}

/* Serves one session; the url goes to fd. */
static int reader_run(const char *url, int fd)
{
    weft_session_options options = weft_session_options_default();
    weft_runtime_options runtime = weft_runtime_options_default();
    weft_test_alloc alloc;
    weft_listener *listener;
    reader r = { .runtime = NULL };
    char bound[URL_MAX];
    memset(bound, 0, sizeof bound);
    weft_test_alloc_init(&alloc);
    runtime.allocator = &alloc.allocator;
    options.on_open = reader_on_open;
    options.on_event = reader_on_event;
    options.user = &r;
    if (weft_runtime_new(&runtime, &r.runtime) < 0 || weft_listen(r.runtime, url, &options, &listener, NULL) < 0 ||
        weft_listener_url(listener, bound, sizeof bound) < 0 || write(fd, bound, sizeof bound) != sizeof bound ||
        weft_runtime_run(r.runtime) < 0)
        return CHILD_NO_LISTENER;
    weft_runtime_free(r.runtime);
    if (r.torn || !r.finished || r.n_items != N_ITEMS)
        return CHILD_ITEMS;
    if (alloc.peak_bytes > MEMORY_MAX)
        return CHILD_MEMORY;
    return alloc.live_blocks == 0 ? CHILD_OK : CHILD_LEAK;
}

/* ---- the sender ---- */

typedef struct sender {
    weft_runtime *runtime;
    weft_session *session;
    sr_slow_client clients[2]; /* the first has the stream */
    int n_clients;
    sr_u64_tx tx;
    uint64_t n_sent, n_taken, n_read;
    int n_waits, n_rooms, n_calls, n_answered;
    bool done;
} sender;

static void sender_pump(void *user)
{
    sender *s = user;
    int rc = 0;
    s->n_rooms++;
    while (rc == 0 && s->n_sent < N_ITEMS) {
        rc = sr_u64_send(s->tx, s->n_sent);
        s->n_sent += rc == 0;
    }
    if (rc == WEFT_EAGAIN) {
        s->n_waits++;
        assert_int_equal(sr_u64_on_room(s->tx, sender_pump, s), 0);
        return;
    }
    assert_int_equal(rc, 0);
    assert_int_equal(weft_channel_finish(s->tx.channel), 0);
}

static void call_beside(sender *s);

static void on_gone_on(void *user, const sr_slow_go_on_reply *reply)
{
    sender *s = user;
    assert_int_equal(reply->result.code, 0);
    assert_true(reply->value >= s->n_read && reply->value <= s->n_sent);
    s->n_read = reply->value;
    s->n_answered++;
    call_beside(s);
}

/* One after the other, by turns on both connections, as long as there is something to go on with. */
static void call_beside(sender *s)
{
    if (!s->done) {
        assert_int_equal(sr_slow_go_on(s->clients[s->n_calls++ % 2], NULL, on_gone_on, s, NULL), 0);
        return;
    }
    weft_connection_release(s->clients[0].connection);
    weft_connection_release(s->clients[1].connection);
    weft_session_close(s->session, WEFT_CODE_NONE, "done");
}

static void on_taken(void *user, const sr_slow_take_reply *reply)
{
    sender *s = user;
    assert_int_equal(reply->result.code, 0);
    s->n_taken = reply->value;
    s->done = true;
}

static void on_opened(void *user, sr_slow_client client, const weft_error *error_or_null)
{
    sender *s = user;
    assert_null(error_or_null);
    s->clients[s->n_clients++] = client;
    if (s->n_clients < 2)
        return;
    assert_int_equal(sr_slow_take(s->clients[0], NULL, on_taken, s, NULL, &s->tx), 0);
    sender_pump(s);
    call_beside(s);
}

static void sender_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    sender *s = user;
    if (event->kind == WEFT_EVENT_READY) {
        assert_int_equal(sr_slow_open(session, NULL, on_opened, s), 0);
        assert_int_equal(sr_slow_open(session, NULL, on_opened, s), 0);
    } else if (event->kind == WEFT_EVENT_CLOSED) {
        assert_int_equal(event->error->code, WEFT_OK);
        weft_runtime_close(s->runtime, NULL, NULL);
    }
}

static void sender_run(const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_runtime_options runtime = weft_runtime_options_default();
    weft_test_alloc alloc;
    sender s = { .runtime = NULL };
    weft_test_alloc_init(&alloc);
    runtime.allocator = &alloc.allocator;
    options.on_event = sender_on_event;
    options.user = &s;
    assert_int_equal(weft_runtime_new(&runtime, &s.runtime), 0);
    assert_int_equal(weft_connect(s.runtime, url, &options, &s.session, NULL), 0);
    assert_int_equal(weft_runtime_run(s.runtime), 0);
    weft_session_release(s.session);
    weft_runtime_free(s.runtime);
    print_message("%d waits, %d calls beside, %zu bytes at most\n", s.n_waits, s.n_calls, alloc.peak_bytes);
    assert_int_equal(s.n_sent, N_ITEMS);
    assert_int_equal(s.n_taken, N_ITEMS);
    assert_true(s.n_waits >= N_ITEMS / WINDOW - 1);
    assert_int_equal(s.n_rooms, s.n_waits + 1);
    assert_true(s.n_calls >= N_ITEMS / BATCH);
    assert_int_equal(s.n_answered, s.n_calls);
    assert_true(alloc.peak_bytes <= MEMORY_MAX);
    weft_test_alloc_assert_empty(&alloc);
}

static void stream_between_processes(const char *listen_url)
{
    char url[URL_MAX];
    int fds[2], status = 0;
    assert_int_equal(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(reader_run(listen_url, fds[1]));
    assert_true(child > 0);
    (void)close(fds[1]);
    assert_int_equal(read(fds[0], url, sizeof url), sizeof url);
    (void)close(fds[0]);
    sender_run(url);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), CHILD_OK);
}

static void slow_reader_over_tcp(void **state)
{
    /* Goal: however many items, what is held is bounded by the windows, and nothing but the stream waits. */
    (void)state;
    stream_between_processes("tcp://127.0.0.1:0");
}

static void slow_reader_over_unix(void **state)
{
    /* Goal: the same over a unix socket. */
    char url[URL_MAX];
    (void)state;
    (void)snprintf(url, sizeof url, "unix-abstract://weft-slow-reader-%ld", (long)getpid());
    stream_between_processes(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_reader_over_tcp),
        cmocka_unit_test(slow_reader_over_unix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
