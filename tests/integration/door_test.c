/* A listener's options: how many may wait at the door, and for how long. */
#include "tests/integration/rig/door.h"

#include "runtime/conduit/socket.h"
#include "tests/support/rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_open(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

static void options_that_let_nobody_in_are_refused(void **state)
{
    /* Goal: what could only be a mistake is an error of the call, which says what. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    weft_listener_options bounds = weft_listener_options_default();
    weft_listener *listener = NULL;
    weft_error error;
    bounds.max_pending = 0;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, "max_pending"));
    bounds = weft_listener_options_default();
    bounds.max_pending_per_address = 0;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    bounds = weft_listener_options_default();
    bounds.identify_timeout_ns = 0;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, "identify_timeout_ns"));
    bounds = weft_listener_options_default();
    bounds.backoff_max_ns = WEFT_ACCEPT_BACKOFF_MIN - 1;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, "backoff_max_ns"));
    assert_null(listener);
}

static void pending_is_what_the_options_say(void **state)
{
    /* Goal: of silent clients as many are kept as was asked for, the newest; who speaks is served. */
    rig *r = *state;
    enum { N = 10, KEPT = 3 };
    int fds[N];
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_pending_per_address = KEPT;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    for (int i = 0; i < N; i++)
        fds[i] = rig_raw_connect(r);
    rig_until(r, &r->n_too_many, N - KEPT);
    rig_settle(r);
    assert_int_equal(door_stats(r).handshakes_now, KEPT);
    for (int i = 0; i < N; i++)
        assert_int_equal(is_open(fds[i]), i >= N - KEPT);
    rig_visit(r);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
}

static void pending_of_all_is_what_the_options_say(void **state)
{
    /* Goal: the same where there are no addresses. */
    rig *r = *state;
    enum { N = 10, KEPT = 2 };
    int fds[N];
    char url[64];
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_pending = KEPT;
    (void)snprintf(url, sizeof url, "unix-abstract://weft-door-%ld", (long)getpid());
    rig_listen_with(r, url, &bounds);
    for (int i = 0; i < N; i++)
        fds[i] = rig_raw_connect(r);
    rig_until(r, &r->n_too_many, N - KEPT);
    rig_settle(r);
    assert_int_equal(door_stats(r).handshakes_now, KEPT);
    rig_visit(r);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
}

static void identifying_ends_by_the_options_time(void **state)
{
    /* Goal: who has not said all of its preamble in time is closed, though it goes on byte by byte; who has may take
     * the handshake's time. */
    rig *r = *state;
    int slow, silent, begun;
    weft_listener_options bounds = weft_listener_options_default();
    WEFT_RULE("preamble");
    bounds.identify_timeout_ns = WEFT_NS_PER_S / 5;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    slow = rig_raw_connect(r);
    silent = rig_raw_connect(r);
    begun = rig_raw_connect(r);
    assert_int_equal(send(slow, "WEF", 3, 0), 3);
    assert_int_equal(send(begun, "WEFT\1\1\0\0", 8, 0), 8);
    door_await_end(r, silent);
    door_await_end(r, slow);
    rig_settle(r);
    assert_int_equal(door_stats(r).handshakes_now, 1);
    rig_visit(r);
    assert_int_equal(close(slow), 0);
    assert_int_equal(close(silent), 0);
    assert_int_equal(close(begun), 0);
}

static void backlog_is_what_the_options_say(void **state)
{
    /* Goal: while nobody accepts, the system's queue is as long as was asked for. */
    rig *r = *state;
    enum { BACKLOG = 3 };
    int fds[BACKLOG + 1];
    char url[64];
    weft_listener_options bounds = weft_listener_options_default();
    weft__sockaddr address;
    weft__url parsed;
    int fd = -1;
    bounds.backlog = BACKLOG;
    (void)snprintf(url, sizeof url, "unix-abstract://weft-door-%ld", (long)getpid());
    rig_listen_with(r, url, &bounds);
    for (int i = 0; i <= BACKLOG; i++) /* Linux: one more than asked for */
        fds[i] = rig_raw_connect(r);
    assert_int_equal(weft__url_parse(url, &parsed, NULL), 0);
    weft__socket_unix_address(&parsed, &address);
    assert_int_equal(weft__socket_connect(&address, &fd), -EAGAIN);
    for (int i = 0; i <= BACKLOG; i++)
        assert_int_equal(close(fds[i]), 0);
    rig_settle(r);
}

int main(void)
{
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        RIG_TEST(options_that_let_nobody_in_are_refused), RIG_TEST(pending_is_what_the_options_say),
        RIG_TEST(pending_of_all_is_what_the_options_say), RIG_TEST(identifying_ends_by_the_options_time),
        RIG_TEST(backlog_is_what_the_options_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
