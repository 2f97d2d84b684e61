/* A listener among hostile, silent and too many clients, and without descriptors: it goes on. */
#include "tests/integration/rig/rig.h"

#include "tests/support/rules.h"
#include "tests/support/turns.h"
#include "weft/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Turns until the counterpart has ended the raw socket: what it had said before. */
static size_t read_to_end(rig *r, int fd, uint8_t *out, size_t cap)
{
    weft_test_turns turns = { 0, 0 };
    size_t len = 0;
    for (;;) {
        ssize_t n = recv(fd, out + len, cap - len, MSG_DONTWAIT);
        if (n > 0)
            len += (size_t)n;
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            return len;
        else
            weft_test_turn(&turns, &r->loop, fd);
    }
}

static void listener_bad_preamble_is_refused(void **state)
{
    /* Goal: no preamble, or one of another version: the refusal arrives, the conduit ends, others are served. */
    rig *r = *state;
    static const struct {
        const char *bytes;
        size_t len;
    } openings[] = {
        { "GET / HTTP/1.0\r\n\r\n", 18 },
        { "WEFT\x09\x08\0\0", 8 },
        { "WEFT\1\1\1\0", 8 },
        { "\x16\x03\x01\x02\x00\x01\x00\x01", 8 },
    };
    uint8_t answer[64];
    WEFT_RULE("preamble");
    rig_listen(r, "tcp://127.0.0.1:0");
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        int fd = rig_raw_connect(r);
        size_t len;
        assert_int_equal(send(fd, openings[i].bytes, openings[i].len, 0), openings[i].len);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        len = read_to_end(r, fd, answer, sizeof answer);
        assert_int_equal(len, 8);
        assert_memory_equal(answer, "WEFT", 4);
        assert_int_not_equal(answer[5], 0);
        assert_int_equal(close(fd), 0);
        rig_visit(r);
    }
}

static void listener_garbage_behind_preamble_is_ended(void **state)
{
    /* Goal: a handshake that cannot be one ends with a reason, and the listener goes on. */
    rig *r = *state;
    uint8_t bytes[256], answer[4096];
    int fd;
    rig_listen(r, "tcp://127.0.0.1:0");
    fd = rig_raw_connect(r);
    memset(bytes, 0xc1, sizeof bytes);
    memcpy(bytes, (const uint8_t[]){ 'W', 'E', 'F', 'T', 1, 1, 0, 0 }, 8);
    assert_int_equal(send(fd, bytes, sizeof bytes, 0), sizeof bytes);
    assert_true(read_to_end(r, fd, answer, sizeof answer) >= 8);
    assert_memory_equal(answer, "WEFT\1", 5);
    assert_int_equal(close(fd), 0);
    rig_visit(r);
}

static void listener_half_preamble_and_reset_is_forgotten(void **state)
{
    /* Goal: a client that resets in the middle of its preamble leaves nothing behind. */
    rig *r = *state;
    struct linger linger = { 1, 0 };
    rig_listen(r, "tcp://127.0.0.1:0");
    for (int i = 0; i < 20; i++) {
        int fd = rig_raw_connect(r);
        assert_int_equal(send(fd, "WEF", 3, 0), 3);
        rig_settle(r);
        assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
        assert_int_equal(close(fd), 0);
    }
    rig_visit(r);
}

static void listener_flood_from_one_address_is_bounded(void **state)
{
    /* Goal: of silent clients from one address 16 are kept, the newest; who speaks is served. */
    rig *r = *state;
    enum { N = 100 };
    int fds[N], n_ended = 0;
    rig_listen(r, "tcp://127.0.0.1:0");
    for (int i = 0; i < N; i++)
        fds[i] = rig_raw_connect(r);
    rig_until(r, &r->n_too_many, N - WEFT_HANDSHAKES_PER_ADDRESS_MAX);
    rig_settle(r);
    for (int i = 0; i < N; i++) {
        char byte;
        ssize_t n = recv(fds[i], &byte, 1, MSG_DONTWAIT);
        if (n == 0 || errno == ECONNRESET) {
            n_ended++;
            assert_true(i < N - WEFT_HANDSHAKES_PER_ADDRESS_MAX);
        }
    }
    assert_int_equal(n_ended, N - WEFT_HANDSHAKES_PER_ADDRESS_MAX);
    rig_visit(r);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
}

static void listener_flood_over_unix_is_bounded(void **state)
{
    /* Goal: where there are no addresses the bound over all holds. */
    rig *r = *state;
    enum { N = WEFT_HANDSHAKES_MAX + 30 };
    int fds[N];
    char url[64];
    (void)snprintf(url, sizeof url, "unix-abstract://weft-flood-%ld", (long)getpid());
    rig_listen(r, url);
    for (int i = 0; i < N; i++) {
        fds[i] = rig_raw_connect(r);
        if (i % 32 == 0)
            rig_settle(r);
    }
    rig_until(r, &r->n_too_many, 30);
    rig_visit(r);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
    /* Those that have gone count no more. */
    rig_settle(r);
    int n_before = r->n_too_many;
    int raw = rig_raw_connect(r);
    rig_settle(r);
    rig_visit(r);
    assert_int_equal(r->n_too_many, n_before);
    assert_int_equal(close(raw), 0);
}

static int use_up_descriptors(int *fds, int max)
{
    int n = 0;
    while (n < max && (fds[n] = dup(0)) >= 0)
        n++;
    return n;
}

static void listener_without_descriptors_backs_off(void **state)
{
    /* Goal: with all descriptors used clients wait in the queue, the loop does not spin, and afterwards they are
     * served. */
    rig *r = *state;
    enum { N = 4, MAX = 1024 };
    struct rlimit before, limit;
    int raw[N], *used = calloc(MAX, sizeof *used), n_used;
    rig_listen(r, "tcp://127.0.0.1:0");
    for (int i = 0; i < N; i++)
        raw[i] = rig_raw_connect(r);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    limit = before;
    limit.rlim_cur = 128;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    n_used = use_up_descriptors(used, MAX);
    assert_true(n_used > 0 && n_used < MAX);
    rig_until(r, &r->n_exhausted, 3);
    /* A client of our own lacks one, too: it says so. */
    rig_connect(r, r->url);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->failed.code, WEFT_EMFILE);
    for (int i = 0; i < n_used; i++)
        assert_int_equal(close(used[i]), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    rig_visit(r);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(raw[i]), 0);
    free(used);
}

static void listener_closed_while_backing_off_closes(void **state)
{
    /* Goal: a lack of descriptors does not hold up the end. */
    rig *r = *state;
    enum { MAX = 1024 };
    struct rlimit before, limit;
    int raw, *used = calloc(MAX, sizeof *used), n_used;
    rig_listen(r, "tcp://127.0.0.1:0");
    raw = rig_raw_connect(r);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    limit = before;
    limit.rlim_cur = 128;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    n_used = use_up_descriptors(used, MAX);
    rig_until(r, &r->n_exhausted, 1);
    rig_close(r);
    for (int i = 0; i < n_used; i++)
        assert_int_equal(close(used[i]), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(close(raw), 0);
    free(used);
}

static void count(void *user)
{
    int *counter = user;
    ++*counter;
}

static void listener_closed_keeps_sessions(void **state)
{
    /* Goal: behind close no session begins, those that are there go on, and the name is free. */
    rig *r = *state;
    int n_closed = 0, silent;
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    silent = rig_raw_connect(r);
    rig_settle(r);
    weft_listener_close(r->listener, count, &n_closed);
    assert_int_equal(n_closed, 0);
    rig_until(r, &n_closed, 1);
    rig_echo(r, weft_bytes_of("still here", 10));
    rig_until(r, &r->n_answered, 1);
    rig_disconnect(r);
    rig_connect(r, r->url);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->failed.code, WEFT_ECONNREFUSED);
    rig_listen(r, r->url);
    rig_visit(r);
    assert_int_equal(close(silent), 0);
    assert_int_equal(n_closed, 1);
}

static void listen_failures_say_why(void **state)
{
    /* Goal: what cannot be listened at is an error of the call, and leaves nothing. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    weft_listener *listener = NULL;
    weft_error error;
    char url[512];
    rig_listen(r, "tcp://127.0.0.1:0");
    assert_int_equal(weft_listen(r->runtime, r->url, &options, &listener, &error), WEFT_EADDRINUSE);
    assert_int_equal(error.sys, EADDRINUSE);
    assert_int_equal(weft_listen(r->runtime, "unix:///nonexistent/a", &options, &listener, &error), WEFT_ENOENT);
    assert_int_equal(weft_listen(r->runtime, "tcp://192.0.2.1:0", &options, &listener, &error), WEFT_EADDRNOTAVAIL);
    assert_int_equal(weft_listen(r->runtime, "fd://0", &options, &listener, &error), WEFT_EBADF);
    assert_int_equal(weft_listen(r->runtime, "mem://a", NULL, &listener, &error), WEFT_EINVAL);
    memset(url, 'a', sizeof url);
    memcpy(url, "unix:///", 8);
    url[200] = '\0';
    assert_int_equal(weft_listen(r->runtime, url, &options, &listener, &error), WEFT_ENAMETOOLONG);
    options.max_frame_size = 7;
    assert_int_equal(weft_listen(r->runtime, "mem://a", &options, &listener, &error), WEFT_EINVAL);
    assert_null(listener);
    rig_visit(r);
}

static void listener_url_needs_room(void **state)
{
    /* Goal: a buffer that is too short is refused, not filled in part. */
    rig *r = *state;
    char buf[4] = "abc";
    rig_listen(r, "mem://name");
    assert_int_equal(weft_listener_url(r->listener, buf, sizeof buf), WEFT_EINVAL);
    assert_string_equal(buf, "abc");
}

int main(void)
{
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        RIG_TEST(listener_bad_preamble_is_refused),
        RIG_TEST(listener_garbage_behind_preamble_is_ended),
        RIG_TEST(listener_half_preamble_and_reset_is_forgotten),
        RIG_TEST(listener_flood_from_one_address_is_bounded),
        RIG_TEST(listener_flood_over_unix_is_bounded),
        RIG_TEST(listener_without_descriptors_backs_off),
        RIG_TEST(listener_closed_while_backing_off_closes),
        RIG_TEST(listener_closed_keeps_sessions),
        RIG_TEST(listen_failures_say_why),
        RIG_TEST(listener_url_needs_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
