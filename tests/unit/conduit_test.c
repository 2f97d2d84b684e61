/* Conduits by themselves: what goes in comes out at the other end, in order and once; ends, room, closing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/base/mem.h"
#include "runtime/conduit/conduit.h"
#include "runtime/conduit/connector.h"
#include "runtime/conduit/mem.h"
#include "runtime/conduit/socket.h"
#include "tests/support/alloc.h"
#include "tests/support/refusing.h"
#include "tests/support/rules.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct end {
    weft__conduit *conduit;
    uint8_t buffer[64 * 1024];
    uint8_t *got;
    size_t got_len;
    size_t got_cap;
    unsigned n_ended;
    int cause;
    unsigned n_written;
    int written;
    unsigned n_closed;
} end;

typedef struct fixture {
    uv_loop_t loop;
    uv_prepare_t prepare;
    weft_test_alloc alloc;
    weft__env env;
    weft__mem_hub hub;
    end one;
    end other;
    weft_error error;
    unsigned n_failed;
} fixture;

static void end_read_buffer(void *user, uint8_t **ret_data, size_t *ret_len)
{
    end *e = user;
    *ret_data = e->buffer;
    *ret_len = sizeof e->buffer;
}

static void end_on_read(void *user, const uint8_t *data, size_t len)
{
    end *e = user;
    assert_int_equal(e->n_ended, 0);
    assert_int_equal(e->n_closed, 0);
    assert_true(len > 0 && e->got_len + len <= e->got_cap);
    memcpy(e->got + e->got_len, data, len);
    e->got_len += len;
}

static void end_on_end(void *user, int cause, int sys)
{
    end *e = user;
    (void)sys;
    e->n_ended++;
    e->cause = cause;
}

static void end_on_written(void *user, int status)
{
    end *e = user;
    assert_int_equal(e->n_closed, 0);
    e->n_written++;
    e->written = status;
}

static void end_on_closed(void *user)
{
    end *e = user;
    e->n_closed++;
    e->conduit = NULL;
}

static const weft__conduit_events end_events = {
    end_read_buffer, end_on_read, end_on_end, end_on_written, end_on_closed,
};

static void end_take(end *e, weft__conduit *conduit)
{
    e->conduit = conduit;
    weft__conduit_attach(conduit, &end_events, e);
    assert_int_equal(conduit->ops->read_start(conduit), 0);
}

static void hub_wake(void *user)
{
    (void)user;
}

/* As a runtime's does, it gives conduits in memory their turn. */
static void on_prepare(uv_prepare_t *prepare)
{
    fixture *f = prepare->data;
    for (int i = 0; i < 16 && weft__mem_hub_has_work(&f->hub); i++)
        weft__mem_hub_run(&f->hub);
}

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(uv_loop_init(&f->loop), 0);
    weft_test_alloc_init(&f->alloc);
    f->env.loop = &f->loop;
    f->env.allocator = f->alloc.allocator;
    weft__mem_hub_init(&f->hub, &f->env, hub_wake, NULL);
    assert_int_equal(uv_prepare_init(&f->loop, &f->prepare), 0);
    f->prepare.data = f;
    assert_int_equal(uv_prepare_start(&f->prepare, on_prepare), 0);
    f->one.got_cap = f->other.got_cap = (size_t)4 * 1024 * 1024;
    f->one.got = malloc(f->one.got_cap);
    f->other.got = malloc(f->other.got_cap);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    if (f->one.conduit)
        f->one.conduit->ops->close(f->one.conduit);
    if (f->other.conduit)
        f->other.conduit->ops->close(f->other.conduit);
    while (f->env.n_objects > 0)
        (void)uv_run(&f->loop, UV_RUN_NOWAIT);
    assert_null(f->one.conduit);
    assert_null(f->other.conduit);
    uv_close((uv_handle_t *)&f->prepare, NULL);
    (void)uv_run(&f->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f->loop), 0);
    weft_test_alloc_assert_empty(&f->alloc);
    free(f->one.got);
    free(f->other.got);
    free(f);
    return 0;
}

/* Two connected ends of each kind. */
typedef enum kind { KIND_MEM, KIND_UNIX, KIND_TCP, KIND_MAX } kind;

/* Of the options nothing but the socket's count here. */
static const weft_listener_options listening_options;

static void connect_tcp(int ret_fds[2])
{
    weft__url url;
    weft__sockaddr address;
    weft__socket_file file;
    int listening = -1;
    assert_int_equal(weft__url_parse("tcp://127.0.0.1:0", &url, NULL), 0);
    assert_int_equal(weft__socket_listen(&url, &listening_options, &listening, &file, NULL), 0);
    url.port = weft__socket_port(listening);
    assert_true(weft__socket_numeric_address(&url, &address));
    assert_true(weft__socket_connect(&address, &ret_fds[0]) >= 0);
    while (weft__socket_accept(listening, &ret_fds[1], &address) == -EAGAIN)
        continue;
    weft__socket_close(listening);
}

static void connect_ends(fixture *f, kind which)
{
    weft__conduit *one = NULL, *other = NULL;
    int fds[2] = { -1, -1 };
    if (which == KIND_MEM) {
        assert_int_equal(weft__mem_pair(&f->hub, &one, &other), 0);
    } else {
        if (which == KIND_TCP)
            connect_tcp(fds);
        else
            assert_int_equal(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0), 0);
        assert_int_equal(weft__stream_new(&f->env, fds[0], "fd", &one), 0);
        assert_int_equal(weft__stream_new(&f->env, fds[1], "fd", &other), 0);
    }
    end_take(&f->one, one);
    end_take(&f->other, other);
}

static void close_end(fixture *f, end *e)
{
    e->conduit->ops->close(e->conduit);
    while (e->conduit)
        (void)uv_run(&f->loop, UV_RUN_NOWAIT);
    assert_int_equal(e->n_closed, 1);
}

static void close_ends(fixture *f)
{
    if (f->one.conduit)
        close_end(f, &f->one);
    if (f->other.conduit)
        close_end(f, &f->other);
    f->one.n_closed = f->other.n_closed = 0;
    f->one.n_ended = f->other.n_ended = 0;
    f->one.n_written = f->other.n_written = 0;
    f->one.got_len = f->other.got_len = 0;
}

static void fill(uint8_t *data, size_t len)
{
    uint32_t x = 2463534242u;
    for (size_t i = 0; i < len; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        data[i] = (uint8_t)x;
    }
}

/* Everything arrives, in order and once, also where the conduit has no room for it at first. */
static void conduit_delivers_everything_in_order(void **state)
{
    fixture *f = *state;
    size_t len = 3 * 1024 * 1024 + 17;
    uint8_t *data = malloc(len);
    WEFT_RULE("conduit.reliable");
    fill(data, len);
    for (kind which = KIND_MEM; which < KIND_MAX; which++) {
        size_t sent = 0;
        bool was_full = false;
        connect_ends(f, which);
        while (f->other.got_len < len) {
            weft_slice slices[2] = { { data + sent, (len - sent) / 2 }, { data + sent + (len - sent) / 2, 0 } };
            size_t taken = 0;
            slices[1].len = len - sent - slices[0].len;
            assert_int_equal(f->one.conduit->ops->try_write(f->one.conduit, slices, 2, &taken), 0);
            sent += taken;
            if (sent < len && f->one.n_written == 0 && !was_full) {
                was_full = true;
                assert_int_equal(f->one.conduit->ops->write(f->one.conduit, data + sent, 1000), 0);
                sent += 1000;
                /* What is behind an outstanding write waits; TCP may have found room for that one at once. */
                if (which != KIND_TCP) {
                    assert_int_equal(f->one.conduit->ops->try_write(f->one.conduit, slices, 1, &taken), 0);
                    assert_int_equal(taken, 0);
                }
            }
            (void)uv_run(&f->loop, UV_RUN_NOWAIT);
        }
        /* The system may find room for all of it; memory has a bound of its own. */
        assert_true(was_full || which == KIND_TCP);
        assert_int_equal(f->one.n_written, was_full);
        assert_int_equal(f->one.written, 0);
        assert_memory_equal(f->other.got, data, len);
        close_ends(f);
    }
    free(data);
}

/* A shut sending half lets everything through, then the end; the other direction goes on. */
static void conduit_shut_ends_behind_data(void **state)
{
    fixture *f = *state;
    const weft_slice hello = { (const uint8_t *)"hello", 5 };
    WEFT_RULE("conduit.last-word");
    for (kind which = KIND_MEM; which < KIND_MAX; which++) {
        size_t taken = 0;
        connect_ends(f, which);
        assert_int_equal(f->one.conduit->ops->try_write(f->one.conduit, &hello, 1, &taken), 0);
        assert_int_equal(taken, 5);
        assert_int_equal(f->one.conduit->ops->shutdown(f->one.conduit), 0);
        while (f->other.n_ended == 0)
            (void)uv_run(&f->loop, UV_RUN_NOWAIT);
        assert_int_equal(f->other.cause, 0);
        assert_int_equal(f->other.got_len, 5);
        assert_int_equal(f->other.conduit->ops->try_write(f->other.conduit, &hello, 1, &taken), 0);
        while (f->one.got_len < 5)
            (void)uv_run(&f->loop, UV_RUN_NOWAIT);
        assert_int_equal(f->one.n_ended, 0);
        close_ends(f);
    }
}

/* Closing with a write outstanding ends the write first, then the conduit. */
static void conduit_close_ends_outstanding_write(void **state)
{
    fixture *f = *state;
    size_t len = (size_t)1024 * 1024;
    uint8_t *data = calloc(1, len);
    for (kind which = KIND_MEM; which < KIND_MAX; which++) {
        weft_slice slice = { data, len };
        size_t taken = 1;
        connect_ends(f, which);
        while (taken > 0)
            assert_int_equal(f->one.conduit->ops->try_write(f->one.conduit, &slice, 1, &taken), 0);
        assert_int_equal(f->one.conduit->ops->write(f->one.conduit, data, len), 0);
        close_end(f, &f->one);
        assert_int_equal(f->one.n_written, 1);
        assert_int_equal(f->one.written, WEFT_ECANCELED);
        close_ends(f);
    }
    free(data);
}

/* Writing to an end that has gone is an error, not a signal. */
static void conduit_write_after_peer_closed_fails(void **state)
{
    fixture *f = *state;
    const weft_slice hello = { (const uint8_t *)"hello", 5 };
    for (kind which = KIND_MEM; which < KIND_MAX; which++) {
        size_t taken = 0;
        int rc = 0;
        connect_ends(f, which);
        close_end(f, &f->other);
        while (f->one.n_ended == 0)
            (void)uv_run(&f->loop, UV_RUN_NOWAIT);
        /* TCP learns it from the answer to the first. */
        for (int i = 0; i < 1000000 && rc == 0; i++)
            rc = f->one.conduit->ops->try_write(f->one.conduit, &hello, 1, &taken);
        assert_true(rc == WEFT_EPIPE || rc == WEFT_ECONNRESET);
        close_ends(f);
    }
}

/* A descriptor that is no connected stream socket is refused and stays the caller's. */
static void stream_of_unusable_descriptor_is_refused(void **state)
{
    fixture *f = *state;
    weft__conduit *conduit = NULL;
    int fds[2], datagram, family;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(weft__stream_new(&f->env, fds[0], "fd", &conduit), WEFT_EBADF);
    assert_int_equal(weft__stream_new(&f->env, 100000, "fd", &conduit), WEFT_EBADF);
    datagram = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(weft__stream_new(&f->env, datagram, "fd", &conduit), WEFT_EBADF);
    assert_int_equal(weft__socket_check(datagram, &family), WEFT_EBADF);
    assert_int_equal(close(datagram), 0);
    assert_int_equal(close(fds[0]), 0);
    assert_int_equal(close(fds[1]), 0);
    assert_null(conduit);
}

/* What is known of a counterpart on a unix socket comes from the system. */
static void stream_evidence_of_unix_is_process(void **state)
{
    fixture *f = *state;
    WEFT_RULE("conn.evidence");
    connect_ends(f, KIND_UNIX);
    assert_true(f->one.conduit->peer.has_unix_ids);
    assert_int_equal(f->one.conduit->peer.uid, getuid());
    assert_int_equal(f->one.conduit->peer.gid, getgid());
    assert_int_equal(f->one.conduit->peer.pid, getpid());
    assert_string_equal(f->one.conduit->peer.transport, "fd");
    close_ends(f);
    connect_ends(f, KIND_TCP);
    assert_false(f->one.conduit->peer.has_unix_ids);
    assert_memory_equal(f->one.conduit->peer.address, "127.0.0.1:", 10);
    close_ends(f);
}

static int mem_on_accept(void *user, weft__conduit *conduit)
{
    fixture *f = user;
    end_take(&f->other, conduit);
    return 0;
}

static int mem_on_refuse(void *user, weft__conduit *conduit)
{
    (void)user;
    (void)conduit;
    return WEFT_ENOMEM;
}

/* Names in memory: taken once, found while listened at, refused otherwise. */
static void mem_names_are_listened_at_once(void **state)
{
    fixture *f = *state;
    weft__mem_name *name = NULL, *twice = NULL;
    weft__conduit *conduit = NULL;
    assert_int_equal(weft__mem_connect(&f->hub, "a", &conduit), WEFT_ECONNREFUSED);
    assert_int_equal(weft__mem_listen(&f->hub, "a", mem_on_accept, f, &name), 0);
    assert_int_equal(weft__mem_listen(&f->hub, "a", mem_on_accept, f, &twice), WEFT_EADDRINUSE);
    assert_int_equal(weft__mem_connect(&f->hub, "b", &conduit), WEFT_ECONNREFUSED);
    assert_int_equal(weft__mem_connect(&f->hub, "a", &conduit), 0);
    end_take(&f->one, conduit);
    assert_string_equal(conduit->peer.transport, "mem");
    weft__mem_unlisten(&f->hub, name);
    assert_int_equal(weft__mem_connect(&f->hub, "a", &conduit), WEFT_ECONNREFUSED);
    assert_int_equal(weft__mem_listen(&f->hub, "a", mem_on_refuse, f, &name), 0);
    assert_int_equal(weft__mem_connect(&f->hub, "a", &conduit), WEFT_ENOMEM);
    weft__mem_unlisten(&f->hub, name);
}

/* ---- connecting ---- */

static void on_connected(void *user, weft__conduit *conduit_or_null, const weft_error *error_or_null)
{
    fixture *f = user;
    if (conduit_or_null) {
        end_take(&f->one, conduit_or_null);
        return;
    }
    f->n_failed++;
    f->error = *error_or_null;
}

static void connect_and_wait(fixture *f, const char *url_text, uint64_t timeout_ns)
{
    weft__connector *connector = NULL;
    weft__url url;
    assert_int_equal(weft__url_parse(url_text, &url, NULL), 0);
    f->n_failed = 0;
    assert_int_equal(weft__connector_start(&f->env, &url, timeout_ns, on_connected, f, &connector), 0);
    while (f->n_failed == 0 && !f->one.conduit)
        (void)uv_run(&f->loop, UV_RUN_ONCE);
}

/* Names, numbers and both kinds of unix sockets lead to a conduit. */
static void connector_reaches_listeners(void **state)
{
    fixture *f = *state;
    static const char *const urls[] = { "tcp://127.0.0.1:0", "tcp://localhost:0", "unix", "unix-abstract" };
    char text[512], url_text[512];
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        weft__url url;
        weft__socket_file file;
        weft_error error;
        int listening = -1;
        if (strcmp(urls[i], "unix") == 0)
            (void)snprintf(text, sizeof text, "unix:///tmp/weft-conduit-%ld.sock", (long)getpid());
        else if (strcmp(urls[i], "unix-abstract") == 0)
            (void)snprintf(text, sizeof text, "unix-abstract://weft-conduit-%ld", (long)getpid());
        else
            (void)snprintf(text, sizeof text, "%s", urls[i]);
        assert_int_equal(weft__url_parse(text, &url, NULL), 0);
        assert_int_equal(weft__socket_listen(&url, &listening_options, &listening, &file, &error), 0);
        assert_int_equal(weft__url_format(&url, weft__socket_port(listening), url_text, sizeof url_text), 0);
        connect_and_wait(f, url_text, 10 * WEFT_NS_PER_S);
        assert_int_equal(f->n_failed, 0);
        assert_string_equal(f->one.conduit->peer.transport, url.kind == WEFT__URL_TCP ? "tcp" : "unix");
        if (url.kind == WEFT__URL_UNIX)
            assert_string_equal(f->one.conduit->peer.address, url.name);
        if (url.kind == WEFT__URL_ABSTRACT)
            assert_string_equal(f->one.conduit->peer.address + 1, url.name);
        close_ends(f);
        weft__socket_remove_file(&url, &file);
        assert_int_not_equal(access(url.name, F_OK), 0);
        weft__socket_close(listening);
    }
}

/* What cannot be reached is told with its reason. */
static void connector_tells_why_it_failed(void **state)
{
    fixture *f = *state;
    char refusing_url[64];
    int refusing = weft_test_refusing(refusing_url, sizeof refusing_url);
    assert_true(refusing >= 0);
    connect_and_wait(f, refusing_url, WEFT_FOREVER);
    close(refusing);
    assert_int_equal(f->error.code, WEFT_ECONNREFUSED);
    assert_int_equal(f->error.sys, ECONNREFUSED);
    connect_and_wait(f, "unix:///nonexistent/weft.sock", 10 * WEFT_NS_PER_S);
    assert_int_equal(f->error.code, WEFT_ENOENT);
    connect_and_wait(f, "tcp://name.invalid:1", 10 * WEFT_NS_PER_S);
    assert_true(f->error.code == WEFT_ENOENT || f->error.code == WEFT_ETIMEDOUT);
    connect_and_wait(f, "tcp://name.invalid:1", 0);
    assert_true(f->error.code == WEFT_ENOENT || f->error.code == WEFT_ETIMEDOUT);
}

/* A full queue of a unix socket is tried again until the time is over. */
static void connector_full_queue_times_out(void **state)
{
    fixture *f = *state;
    weft__url url;
    weft__socket_file file;
    weft__sockaddr address;
    char text[128];
    int listening = -1, fds[8], n = 0, rc;
    (void)snprintf(text, sizeof text, "unix-abstract://weft-full-%ld", (long)getpid());
    assert_int_equal(weft__url_parse(text, &url, NULL), 0);
    assert_int_equal(weft__socket_listen(&url, &listening_options, &listening, &file, NULL), 0);
    assert_int_equal(listen(listening, 0), 0);
    weft__socket_unix_address(&url, &address);
    while ((rc = weft__socket_connect(&address, &fds[n])) == 0 && n < 7)
        n++;
    assert_int_equal(rc, -EAGAIN);
    connect_and_wait(f, text, 50 * WEFT_NS_PER_MS);
    assert_int_equal(f->n_failed, 1);
    assert_true(f->error.code == WEFT_EAGAIN || f->error.code == WEFT_ETIMEDOUT);
    for (int i = 0; i < n; i++)
        weft__socket_close(fds[i]);
    weft__socket_close(listening);
}

/* A connector that is cancelled says nothing and leaves nothing. */
static void connector_cancelled_is_silent(void **state)
{
    fixture *f = *state;
    weft__connector *connector = NULL;
    weft__url url;
    assert_int_equal(weft__url_parse("tcp://name.invalid:1", &url, NULL), 0);
    assert_int_equal(weft__connector_start(&f->env, &url, WEFT_FOREVER, on_connected, f, &connector), 0);
    weft__connector_cancel(connector);
    while (f->env.n_objects > 0)
        (void)uv_run(&f->loop, UV_RUN_ONCE);
    assert_int_equal(f->n_failed, 0);
    assert_null(f->one.conduit);
}

int main(void)
{
#define CONDUIT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CONDUIT_TEST(conduit_delivers_everything_in_order),
        CONDUIT_TEST(conduit_shut_ends_behind_data),
        CONDUIT_TEST(conduit_close_ends_outstanding_write),
        CONDUIT_TEST(conduit_write_after_peer_closed_fails),
        CONDUIT_TEST(stream_of_unusable_descriptor_is_refused),
        CONDUIT_TEST(stream_evidence_of_unix_is_process),
        CONDUIT_TEST(mem_names_are_listened_at_once),
        CONDUIT_TEST(connector_reaches_listeners),
        CONDUIT_TEST(connector_tells_why_it_failed),
        CONDUIT_TEST(connector_full_queue_times_out),
        CONDUIT_TEST(connector_cancelled_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
