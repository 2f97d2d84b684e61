/* Goal: a listener stops within its time and leaves its address; it moves while clients come, or stays as it is. */
#define _DEFAULT_SOURCE /* SO_REUSEPORT */

#include "tests/integration/loops/serving.h"

#include "tests/support/descriptors.h"
#include "tests/support/rules.h"

#include "weft/uv.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND WEFT_NS_PER_S

static const char *const urls[] = { "unix", "tcp://127.0.0.1:0" };

/* The counterpart has closed or reset. */
static bool is_gone(int fd)
{
    char bytes[16];
    return recv(fd, bytes, sizeof bytes, 0) <= 0;
}

static void until_waiting(serving *s, uint64_t n)
{
    while (serving_stats(s).handshakes_now < n)
        continue;
}

/* ---- stopping ---- */

static void idle_listener_stops_and_leaves_its_address(void **state)
{
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int i = 0; i < 4; i++) {
        serving s;
        serving_start(&s, urls[i % 2], 1 + i / 2, NULL);
        visitor v = serving_visit(&s, NULL);
        assert_int_equal(serving_stop_listener(&s, 10 * SECOND), 0);
        (void)visitor_where(&v); /* sessions go on */
        assert_int_equal(weft_blocking_run(s.clients, serving_listen_there, &s), 0);
        visitor_leaves(&v);
        serving_stop(&s);
    }
}

static void who_is_before_ready_has_until_the_limit(void **state)
{
    /* Goal: silent ones are closed at the limit, at all loops; stopped says so. */
    (void)state;
    WEFT_RULE("preamble");
    for (int i = 0; i < 4; i++) {
        serving s;
        int fds[4];
        serving_start(&s, urls[i % 2], 1 + i / 2, NULL);
        for (int k = 0; k < 4; k++)
            fds[k] = serving_raw_connect(&s);
        until_waiting(&s, 4);
        assert_int_equal(serving_stop_listener(&s, SECOND / 20), WEFT_ETIMEDOUT);
        for (int k = 0; k < 4; k++) {
            assert_true(is_gone(fds[k]));
            (void)close(fds[k]);
        }
        serving_stop(&s);
    }
}

static void idle_listener_stops_at_once(void **state)
{
    /* Goal: with no time at all nobody is late, where nobody has come; at TCP, too, where it looks who might. */
    (void)state;
    WEFT_RULE("preamble");
    for (int i = 0; i < 2; i++) {
        serving s;
        serving_start(&s, urls[i], 1, NULL);
        assert_int_equal(serving_stop_listener(&s, 0), 0);
        assert_int_equal(weft_blocking_run(s.loops[0].blocking, serving_listen_there, &s), 0);
        serving_stop(&s);
    }
}

static void who_goes_lets_it_stop(void **state)
{
    (void)state;
    WEFT_RULE("preamble");
    serving s;
    serving_start(&s, "unix", 2, NULL);
    int first = serving_raw_connect(&s), second = serving_raw_connect(&s);
    until_waiting(&s, 2);
    (void)close(first);
    (void)close(second);
    assert_int_equal(serving_stop_listener(&s, WEFT_FOREVER), 0);
    serving_stop(&s);
}

static void listener_without_descriptors_stops(void **state)
{
    /* Goal: it backs off, with a client in its queue that it cannot let in, and stops all the same at once. */
    (void)state;
    WEFT_RULE("preamble");
    serving s;
    struct rlimit limit, few;
    weft_listener_options bounds = weft_listener_options_default();
    bounds.reserved_descriptors = 0;
    serving_start(&s, "tcp://127.0.0.1:0", 1, &bounds);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int lowest = dup(fd);
    (void)close(lowest);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = limit;
    few.rlim_cur = (rlim_t)lowest; /* no more than there are */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    serving_raw_connect_by(&s, fd);
    while (serving_stats(&s).waits == 0)
        continue;
    int status = serving_stop_listener(&s, WEFT_FOREVER);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(status, 0);
    assert_true(is_gone(fd));
    (void)close(fd);
    serving_stop(&s);
}

static void stop_is_cut_short_by_the_end_of_its_runtime(void **state)
{
    (void)state;
    WEFT_RULE("preamble");
    serving s;
    serving_start(&s, "unix", 2, NULL);
    int fds[2] = { serving_raw_connect(&s), serving_raw_connect(&s) };
    s.n_descriptors += 2;
    until_waiting(&s, 2);
    serving_begin_stop(&s, WEFT_FOREVER);
    serving_stop(&s);
    assert_int_equal(s.n_stopped, 1);
    assert_int_equal(s.stopped, WEFT_ECANCELED);
    for (int i = 0; i < 2; i++)
        (void)close(fds[i]);
}

static int how_often_stopped(void *user, weft_runtime *runtime)
{
    const serving *s = user;
    (void)runtime;
    return s->n_stopped;
}

static void address_is_free_at_the_limit(void **state)
{
    (void)state;
    WEFT_RULE("preamble");
    for (int i = 0; i < 2; i++) {
        serving s;
        serving_start(&s, urls[i], 4, NULL);
        int fd = serving_raw_connect(&s);
        until_waiting(&s, 1);
        assert_int_equal(serving_stop_listener(&s, SECOND / 20), WEFT_ETIMEDOUT);
        assert_int_equal(weft_blocking_run(s.loops[0].blocking, serving_listen_there, &s), 0);
        (void)close(fd);
        serving_stop(&s);
    }
}

static void stopped_comes_when_a_busy_loop_is_through(void **state)
{
    /* Goal: one of two silent ones is at a loop that is busy at the limit, and has its part of the listener still. */
    (void)state;
    WEFT_RULE("preamble");
    serving s;
    struct pollfd at[2] = { { .events = POLLIN }, { .events = POLLIN } };
    serving_start(&s, "unix", 2, NULL);
    serving_stick(&s, 1);
    for (int k = 0; k < 2; k++)
        at[k].fd = serving_raw_connect(&s);
    until_waiting(&s, 2);
    serving_begin_stop(&s, SECOND / 20);
    assert_int_equal(poll(at, 2, -1), 1); /* the other loop has closed its own */
    assert_int_equal(weft_blocking_run(s.loops[0].blocking, how_often_stopped, &s), 0);
    serving_let_go(&s);
    serving_wait(&s, &s.n_stopped, 1);
    assert_int_equal(s.stopped, WEFT_ETIMEDOUT);
    for (int k = 0; k < 2; k++) {
        assert_true(is_gone(at[k].fd));
        (void)close(at[k].fd);
    }
    serving_stop(&s);
}

/* ---- stopping, and closing then ---- */

typedef struct ends {
    weft_listener *listener; /* NULL: stopped does not close it */
    int n_stopped, n_closed;
} ends;

static void on_end_closed(void *user)
{
    ((ends *)user)->n_closed++;
}

static void on_end_stopped(void *user, int status)
{
    ends *e = user;
    e->n_stopped++;
    /* Or the closing came before it had stopped. */
    assert_true(status == 0 || (status == WEFT_ECANCELED && !e->listener));
    assert_int_equal(e->n_closed, 0);
    if (e->listener)
        weft_listener_close(e->listener, on_end_closed, e);
}

static int serves_nothing(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    (void)pending;
    return 0;
}

static void closed_comes_of_one_that_stops_too(void **state)
{
    /* Goal: closed at once behind stop, a turn later, and from stopped: both come once, stopped first. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    static const char *const at[] = { "mem://ends", "tcp://127.0.0.1:0", "unix-abstract://weft-listener-ends" };
    for (int i = 0; i < 9; i++) {
        int how = i / 3;
        ends e = { NULL, 0, 0 };
        weft_session_options options = weft_session_options_default();
        weft_runtime *runtime;
        weft_listener *listener;
        options.on_open = serves_nothing;
        assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
        assert_int_equal(weft_listen(runtime, at[i % 3], &options, &listener, NULL), 0);
        e.listener = how == 2 ? listener : NULL;
        assert_int_equal(weft_listener_stop(listener, WEFT_FOREVER, on_end_stopped, &e), 0);
        if (how == 1)
            (void)uv_run(weft_runtime_loop(runtime), UV_RUN_NOWAIT);
        bool closes = how == 0 || (how == 1 && e.n_stopped == 0);
        if (closes)
            weft_listener_close(listener, on_end_closed, &e);
        assert_int_equal(weft_runtime_run(runtime), 0);
        assert_int_equal(e.n_stopped, 1);
        assert_int_equal(e.n_closed, closes || how == 2 ? 1 : 0);
        weft_runtime_free(runtime);
    }
}

static int close_listener(void *user, weft_runtime *runtime)
{
    serving *s = user;
    (void)runtime;
    weft_listener_close(s->listener, NULL, NULL);
    s->listener = NULL;
    return 0;
}

static void listener_whose_loops_take_turns_closes(void **state)
{
    /* Goal: with nobody left its loops are through at once, and nobody touches what its own loop then frees. That shows
     * where threads or memory are watched. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int i = 0; i < 10; i++) {
        serving s;
        serving_start(&s, "unix", 4, NULL);
        visitor v = serving_visit(&s, NULL);
        visitor_leaves(&v);
        assert_int_equal(weft_blocking_run(s.loops[0].blocking, close_listener, &s), 0);
        serving_stop(&s);
    }
}

/* ---- moving ---- */

static void other_options_keep_the_socket(void **state)
{
    /* Goal: sessions that begin then are of the other options; the address, and who waits, stay. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int i = 0; i < 2; i++) {
        serving s;
        weft_listener_options bounds = weft_listener_options_default();
        serving_start(&s, urls[i], 1, NULL);
        s.loops[1].all = &s;
        s.loops[1].number = 77;
        weft_session_options options = serving_options(&s.loops[1]);
        char before[sizeof s.url];
        memcpy(before, s.url, sizeof before);
        visitor old = serving_visit(&s, NULL);
        bounds.max_pending = 1;
        assert_int_equal(serving_rebind(&s, NULL, &options, &bounds), 0);
        assert_string_equal(s.url, before);
        visitor v = serving_visit(&s, NULL);
        assert_int_equal(visitor_where(&old), 0);
        assert_int_equal(visitor_where(&v), 77);
        int first = serving_raw_connect(&s), second = serving_raw_connect(&s);
        assert_true(is_gone(first)); /* one too many */
        (void)close(first);
        (void)close(second);
        visitor_leaves(&old);
        visitor_leaves(&v);
        serving_stop(&s);
    }
}

static void listener_moves_and_the_old_address_is_free(void **state)
{
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int i = 0; i < 4; i++) {
        serving s;
        char before[sizeof s.url], to[sizeof s.url + 2];
        serving_start(&s, urls[i % 2], 1 + i / 2, NULL);
        memcpy(before, s.url, sizeof before);
        (void)snprintf(to, sizeof to, i % 2 == 0 ? "%s2" : "tcp://127.0.0.1:0", before);
        visitor old = serving_visit(&s, NULL);
        assert_int_equal(serving_rebind(&s, to, NULL, NULL), 0);
        assert_string_not_equal(s.url, before);
        int seen[2] = { 0 };
        for (int k = 0; k < 200 && !(seen[0] && (seen[1] || s.n_loops == 1)); k++) {
            visitor v = serving_visit(&s, NULL);
            seen[visitor_where(&v)]++;
            visitor_leaves(&v);
        }
        assert_true(seen[0] && (seen[1] || s.n_loops == 1));
        (void)visitor_where(&old);
        assert_int_equal(serving_rebind(&s, before, NULL, NULL), 0); /* it was left */
        assert_string_equal(s.url, before);
        visitor v = serving_visit(&s, NULL);
        visitor_leaves(&v);
        visitor_leaves(&old);
        serving_stop(&s);
    }
}

static int nothing(void *user, weft_runtime *runtime)
{
    (void)user;
    (void)runtime;
    return 0;
}

/* How many of so many visits came to the second of two loops. */
static int visits_at_second(serving *s, int n_visits)
{
    int seen[2] = { 0 };
    for (int i = 0; i < n_visits; i++) {
        visitor v = serving_visit(s, NULL);
        seen[visitor_where(&v)]++;
        visitor_leaves(&v);
    }
    return seen[1];
}

static void listener_moves_between_tcp_and_unix(void **state)
{
    /* Goal: and back; both loops serve at each, and what only the one kind knows does not come along. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s;
    char before[sizeof s.url];
    int seen[2] = { 0 };
    weft_listener_options bounds = weft_listener_options_default();
    bounds.mode = 0600;
    serving_start(&s, "unix", 2, &bounds);
    memcpy(before, s.url, sizeof before);
    visitor old = serving_visit(&s, NULL);
    assert_int_equal(serving_rebind(&s, "tcp://127.0.0.1:0", NULL, NULL), WEFT_EINVAL); /* it has no mode */
    assert_string_equal(s.url, before);
    bounds.mode = 0;
    assert_int_equal(serving_rebind(&s, "tcp://127.0.0.1:0", NULL, &bounds), 0);
    assert_int_equal(strncmp(s.url, "tcp://127.0.0.1:", strlen("tcp://127.0.0.1:")), 0);
    for (int k = 0; k < 200 && !(seen[0] && seen[1]); k++) {
        visitor v = serving_visit(&s, NULL);
        seen[visitor_where(&v)]++;
        visitor_leaves(&v);
    }
    assert_true(seen[0] && seen[1]);
    assert_int_equal(serving_rebind(&s, before, NULL, NULL), 0);
    assert_int_equal(weft_blocking_run(s.loops[1].blocking, nothing, NULL), 0); /* behind what it was told */
    assert_int_equal(visits_at_second(&s, 10), 5);
    (void)visitor_where(&old);
    visitor_leaves(&old);
    serving_stop(&s);
}

static void same_port_at_all_addresses(void **state)
{
    /* Goal: the new address overlaps the old one. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s;
    char to[64];
    serving_start(&s, "tcp://127.0.0.1:0", 1, NULL);
    (void)snprintf(to, sizeof to, "tcp://*:%s", strrchr(s.url, ':') + 1);
    assert_int_equal(serving_rebind(&s, to, NULL, NULL), 0);
    (void)snprintf(s.url, sizeof s.url, "tcp://127.0.0.2:%s", strrchr(to, ':') + 1);
    visitor v = serving_visit(&s, NULL);
    visitor_leaves(&v);
    serving_stop(&s);
}

static void what_cannot_be_leaves_everything_as_it_was(void **state)
{
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s, other;
    weft_listener_options bounds = weft_listener_options_default();
    serving_start(&other, "tcp://127.0.0.1:0", 1, NULL);
    serving_start(&s, "tcp://127.0.0.1:0", 2, NULL);
    int n = weft_test_descriptors();
    assert_int_equal(serving_rebind(&s, other.url, NULL, NULL), WEFT_EADDRINUSE);
    assert_int_equal(serving_rebind(&s, "mem://x", NULL, NULL), WEFT_EINVAL);
    assert_int_equal(serving_rebind(&s, "fd://3", NULL, NULL), WEFT_EINVAL);
    assert_int_equal(serving_rebind(&s, "tcp://127.0.0.1:99999", NULL, NULL), WEFT_EINVAL);
    bounds.max_pending = 0;
    assert_int_equal(serving_rebind(&s, NULL, NULL, &bounds), WEFT_EINVAL);
    assert_int_equal(weft_test_descriptors(), n);
    visitor v = serving_visit(&s, NULL);
    visitor_leaves(&v);
    serving_stop(&s);
    serving_stop(&other);
}

/* The port of s->url, bound to by another socket of this user that asks to share it: 0, or a negative errno. */
static int share_port_of(const serving *s)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, rc;
    in.sin_port = htons((uint16_t)strtoul(strrchr(s->url, ':') + 1, NULL, 10));
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
    rc = bind(fd, (struct sockaddr *)&in, sizeof in) == 0 ? 0 : -errno;
    (void)close(fd);
    return rc;
}

static void port_stays_its_own(void **state)
{
    /* Goal: neither a move that fails nor one to an address of the same port beside the old one opens the port. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s, other;
    char to[64];
    serving_start(&s, "tcp://127.0.0.1:0", 1, NULL);
    const char *port = strrchr(s.url, ':') + 1;
    assert_int_equal(share_port_of(&s), -EADDRINUSE);
    (void)snprintf(to, sizeof to, "tcp://192.0.2.1:%s", port); /* of nobody [RFC 5737] */
    assert_true(serving_rebind(&s, to, NULL, NULL) < 0);
    assert_int_equal(share_port_of(&s), -EADDRINUSE);
    (void)snprintf(to, sizeof to, "tcp://127.0.0.2:%s", port);
    serving_start(&other, to, 1, NULL);
    assert_int_equal(serving_rebind(&s, to, NULL, NULL), WEFT_EADDRINUSE); /* also where it would share */
    assert_int_equal(share_port_of(&s), -EADDRINUSE);
    serving_stop(&other);
    assert_int_equal(serving_rebind(&s, to, NULL, NULL), 0);
    (void)snprintf(to, sizeof to, "tcp://127.0.0.1:%s", port);
    assert_int_equal(serving_rebind(&s, to, NULL, NULL), 0);
    assert_int_equal(share_port_of(&s), -EADDRINUSE);
    serving_stop(&s);
}

static void loop_without_a_descriptor_takes_turns(void **state)
{
    /* Goal: where a move finds a descriptor for the new socket and none for the second loop's, that one is handed
     * every other client, until the next move gives it a socket again. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s;
    struct rlimit limit, few;
    weft_listener_options bounds = weft_listener_options_default();
    bounds.reserved_descriptors = 0;
    serving_start(&s, "tcp://127.0.0.1:0", 2, &bounds);
    int lowest = dup(STDIN_FILENO);
    (void)close(lowest);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = limit;
    few.rlim_cur = (rlim_t)lowest + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    int rc = serving_rebind(&s, "tcp://127.0.0.1:0", NULL, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(rc, 0);
    assert_int_equal(weft_blocking_run(s.loops[1].blocking, nothing, NULL), 0); /* behind what it was told */
    assert_int_equal(visits_at_second(&s, 10), 5);
    assert_int_equal(serving_rebind(&s, "tcp://127.0.0.1:0", NULL, NULL), 0);
    assert_true(visits_at_second(&s, 40) > 0);
    serving_stop(&s);
}

static void drain_second(void *user)
{
    serving *s = user;
    (void)weft_runtime_drain(s->loops[1].runtime, WEFT_FOREVER, NULL, NULL);
}

static void nobody_waits_at_a_loop_that_leaves(void **state)
{
    /* Goal: a loop that does not get to anything leaves the listener, or ends, while that moves: none of the clients at
     * the new address is reset. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int i = 0; i < 2; i++) {
        enum { CLIENTS = 32 };
        serving s;
        struct pollfd fds[CLIENTS];
        weft_listener_options bounds = weft_listener_options_default();
        bounds.max_pending_per_address = CLIENTS;
        serving_start(&s, "tcp://127.0.0.1:0", 2, &bounds);
        serving_stick(&s, 1);
        if (i == 0) {
            serving_remove_loop(&s, 1);
        } else {
            weft_poster *poster = weft_blocking_poster(s.loops[1].blocking);
            assert_int_equal(weft_post(poster, drain_second, NULL, &s), 0);
            weft_poster_release(poster);
        }
        assert_int_equal(serving_rebind(&s, "tcp://127.0.0.1:0", NULL, NULL), 0);
        for (int k = 0; k < CLIENTS; k++)
            fds[k] = (struct pollfd){ .fd = serving_raw_connect(&s), .events = POLLIN };
        serving_let_go(&s);
        while (serving_stats(&s).handshakes_now < CLIENTS)
            assert_int_equal(poll(fds, CLIENTS, 0), 0); /* else one is reset */
        for (int k = 0; k < CLIENTS; k++)
            (void)close(fds[k].fd);
        while (serving_stats(&s).handshakes_now > 0)
            continue;
        serving_stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_listener_stops_and_leaves_its_address),
        cmocka_unit_test(who_is_before_ready_has_until_the_limit),
        cmocka_unit_test(idle_listener_stops_at_once),
        cmocka_unit_test(who_goes_lets_it_stop),
        cmocka_unit_test(listener_without_descriptors_stops),
        cmocka_unit_test(stop_is_cut_short_by_the_end_of_its_runtime),
        cmocka_unit_test(address_is_free_at_the_limit),
        cmocka_unit_test(stopped_comes_when_a_busy_loop_is_through),
        cmocka_unit_test(closed_comes_of_one_that_stops_too),
        cmocka_unit_test(listener_whose_loops_take_turns_closes),
        cmocka_unit_test(other_options_keep_the_socket),
        cmocka_unit_test(listener_moves_and_the_old_address_is_free),
        cmocka_unit_test(listener_moves_between_tcp_and_unix),
        cmocka_unit_test(same_port_at_all_addresses),
        cmocka_unit_test(what_cannot_be_leaves_everything_as_it_was),
        cmocka_unit_test(port_stays_its_own),
        cmocka_unit_test(loop_without_a_descriptor_takes_turns),
        cmocka_unit_test(nobody_waits_at_a_loop_that_leaves),
    };
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
