/* A listener where descriptors, or memory, are scarce: what it keeps for others, how it waits, whom it sheds. Each test
 * is a process of its own as far as its limit goes: that is put back in the end. */
#include "tests/integration/rig/door.h"

#include "tests/support/descriptors.h"
#include "tests/support/turns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT = 200 };

typedef struct scarce {
    rig *r;
    struct rlimit before;
    int n_used, used[LIMIT];
} scarce;

static void limit_to(scarce *s, int n)
{
    struct rlimit limit = s->before;
    limit.rlim_cur = (rlim_t)n;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* All but so many. */
static void use_up(scarce *s, int but)
{
    int fd;
    while ((fd = dup(STDIN_FILENO)) >= 0)
        s->used[s->n_used++] = fd;
    assert_int_equal(errno, EMFILE);
    for (int i = 0; i < but; i++)
        assert_int_equal(close(s->used[--s->n_used]), 0);
}

/* So many, after some of those that were left have been used. */
static void leave(scarce *s, int n)
{
    while (LIMIT - weft_test_descriptors() < n)
        assert_int_equal(close(s->used[--s->n_used]), 0);
}

static void give_back(scarce *s)
{
    while (s->n_used > 0)
        assert_int_equal(close(s->used[--s->n_used]), 0);
}

static int setup(void **state)
{
    scarce *s = calloc(1, sizeof *s);
    if (!s || getrlimit(RLIMIT_NOFILE, &s->before) != 0)
        return -1;
    s->r = rig_new();
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    scarce *s = *state;
    give_back(s);
    (void)setrlimit(RLIMIT_NOFILE, &s->before);
    rig_free(s->r);
    free(s);
    return 0;
}

/* The 8 bytes of a refusal, then the end. */
static void assert_refused(rig *r, int fd, uint8_t code)
{
    weft_test_turns turns = { 0, 0 };
    uint8_t answer[16];
    size_t len = 0;
    ssize_t n;
    while ((n = recv(fd, answer + len, sizeof answer - len, MSG_DONTWAIT)) != 0) {
        if (n > 0)
            len += (size_t)n;
        else if (errno == EAGAIN)
            weft_test_turn(&turns, &r->loop, fd);
        else
            fail_msg("errno %d", errno);
    }
    assert_int_equal(len, 8);
    assert_memory_equal(answer, ((uint8_t[]){ 'W', 'E', 'F', 'T', 1, code, 0, 0 }), 8);
}

static void reserved_descriptors_are_left_to_others(void **state)
{
    /* Goal: clients are refused, with code limit, before the process has none but the reserved descriptors; the
     * session that is there goes on, and clients are served again once there are more. */
    scarce *s = *state;
    rig *r = s->r;
    enum { KEPT = 20, ROOM = 4, N = 6 };
    int fds[N];
    visitor v;
    weft_listener_options bounds = weft_listener_options_default();
    bounds.reserved_descriptors = KEPT;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    for (int i = 0; i < N; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(fds[i] >= 0);
    }
    limit_to(s, LIMIT);
    use_up(s, KEPT + ROOM);
    rig_connect(r, r->url);
    rig_open(r);
    rig_settle(r);
    leave(s, KEPT + ROOM);
    for (int i = 0; i < N; i++) {
        assert_int_equal(close(fds[i]), 0); /* and the next in its place */
        fds[i] = rig_raw_connect(r);
    }
    door_await_refused(r, WEFT_REFUSAL_DESCRIPTORS, N - ROOM);
    for (int i = ROOM; i < N; i++)
        assert_refused(r, fds[i], WEFT_CODE_LIMIT);
    assert_int_equal(door_stats(r).handshakes_now, ROOM);
    assert_int_equal(weft_test_descriptors(), LIMIT - KEPT);
    rig_echo(r, weft_bytes_of("meanwhile", 9));
    rig_until(r, &r->n_answered, 1);
    rig_disconnect(r);
    give_back(s);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
    door_await_nobody(r);
    /* What was counted holds for a moment. */
    do {
        visitor_begin(&v, r, r->url, NULL);
        visitor_await_ready_or_end(&v, r);
        visitor_end(&v, r);
    } while (v.n_ready == 0);
    rig_visit(r);
}

static void leaving_an_address_leaves_reserved_descriptors(void **state)
{
    /* Goal: who waits at an address that the listener leaves is let in at once, but for who would take a reserved
     * descriptor; and so where it comes back before it is through with them. */
    char urls[2][2][64] = { { "tcp://127.0.0.1:0", "tcp://127.0.0.2:0" } };
    scarce *s = *state;
    rig *r = s->r;
    enum { KEPT = 20, ROOM = 4, N = 40 }; /* more than are let in at once */
    for (int i = 0; i < 2; i++)
        (void)snprintf(urls[1][i], sizeof urls[1][i], "unix-abstract://weft-scarce-%ld-%d", (long)getpid(), i);
    for (int i = 0; i < 2; i++) {
        weft_test_turns turns = { 0 };
        weft_listener_options bounds = weft_listener_options_default();
        weft_error error;
        int fds[N];
        bounds.reserved_descriptors = KEPT;
        rig_listen_with(r, urls[i][0], &bounds);
        for (int k = 0; k < N; k++)
            fds[k] = rig_raw_connect(r);
        limit_to(s, LIMIT);
        use_up(s, KEPT + ROOM + 1);
        assert_int_equal(weft_listener_rebind(r->listener, urls[i][1], NULL, NULL, &error), 0);
        assert_int_equal(weft_listener_rebind(r->listener, r->url, NULL, NULL, &error), 0);
        while (door_stats(r).accepted < N)
            weft_test_turn(&turns, &r->loop, -1);
        weft_listener_stats stats = door_stats(r);
        assert_int_equal(stats.handshakes_now + stats.refused[WEFT_REFUSAL_DESCRIPTORS], N);
        assert_in_range(stats.handshakes_now, 1, ROOM + 1);
        assert_in_range(weft_test_descriptors(), 0, LIMIT - KEPT);
        give_back(s);
        for (int k = 0; k < N; k++)
            assert_int_equal(close(fds[k]), 0);
        door_await_nobody(r);
        weft_listener_close(r->listener, NULL, NULL);
    }
}

static void a_lack_of_memory_as_it_moves_loses_nobody(void **state)
{
    /* Goal: whichever allocation fails, all who wait at the old address are let in, or told that they cannot be; or the
     * move fails, and changes nothing. */
    rig *r = ((scarce *)*state)->r;
    enum { N = 3 };
    bool failed = true;
    for (uint64_t nth = 1; failed; nth++) {
        weft_test_turns turns = { 0 };
        int fds[N];
        rig_listen(r, "tcp://127.0.0.1:0");
        for (int i = 0; i < N; i++)
            fds[i] = rig_raw_connect(r);
        weft_test_alloc_fail(&r->alloc, nth, false);
        int rc = weft_listener_rebind(r->listener, "tcp://127.0.0.2:0", NULL, NULL, NULL);
        failed = r->alloc.failed;
        weft_test_alloc_fail(&r->alloc, 0, false);
        assert_true(rc == 0 || (rc == WEFT_ENOMEM && failed));
        while (door_stats(r).accepted < N)
            weft_test_turn(&turns, &r->loop, -1);
        for (int i = 0; i < N; i++)
            assert_int_equal(close(fds[i]), 0);
        door_await_nobody(r);
        weft_listener_close(r->listener, NULL, NULL);
    }
}

static void a_small_process_serves_by_default(void **state)
{
    /* Goal: with 40 descriptors in all clients are let in, one after the other and several at once. */
    scarce *s = *state;
    rig *r = s->r;
    enum { N = 4 }; /* of which each has two descriptors here */
    visitor v[N];
    limit_to(s, 40);
    rig_listen(r, "tcp://127.0.0.1:0");
    for (int i = 0; i < 10; i++)
        rig_visit(r);
    for (int i = 0; i < N; i++) {
        visitor_begin(&v[i], r, r->url, NULL);
        visitor_await_ready(&v[i], r);
    }
    for (int i = 0; i < N; i++)
        visitor_end(&v[i], r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_DESCRIPTORS], 0);
    door_await_nobody(r);
}

static void one_that_pauses_waits_for_descriptors(void **state)
{
    /* Goal: where it is to pause nobody is refused for want of descriptors: it waits, and goes on by itself. */
    scarce *s = *state;
    rig *r = s->r;
    enum { KEPT = 20 };
    visitor v;
    weft_listener_options bounds = weft_listener_options_default();
    bounds.reserved_descriptors = KEPT;
    bounds.at_limit = WEFT_AT_LIMIT_PAUSE;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    limit_to(s, LIMIT);
    use_up(s, KEPT - 1);
    visitor_begin(&v, r, r->url, NULL);
    rig_until(r, &r->n_exhausted, 3);
    assert_int_equal(door_stats(r).accepted, 0);
    assert_int_equal(v.n_ready + v.n_failed, 0);
    give_back(s);
    visitor_await_ready(&v, r);
    visitor_end(&v, r);
    door_await_nobody(r);
}

static void shed_clients_are_reset(void **state)
{
    /* Goal: a listener that sheds does so once it has been without descriptors for a second, and not before; it keeps
     * no client waiting then, and serves again when there are descriptors. */
    scarce *s = *state;
    rig *r = s->r;
    enum { N = 40 };
    int fds[N];
    char byte;
    uint64_t since_ns;
    weft_listener_options bounds = weft_listener_options_default();
    bounds.reserved_descriptors = 0;
    bounds.at_exhaustion = WEFT_AT_EXHAUSTION_SHED;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    for (int i = 0; i < N; i++)
        fds[i] = rig_raw_connect(r);
    limit_to(s, LIMIT);
    use_up(s, 0);
    since_ns = uv_hrtime();
    rig_until(r, &r->n_exhausted, 3);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_SHED], 0);
    door_await_refused(r, WEFT_REFUSAL_SHED, N);
    assert_true(uv_hrtime() - since_ns >= WEFT_NS_PER_S);
    for (int i = 0; i < N; i++) {
        assert_int_equal(recv(fds[i], &byte, 1, 0), -1);
        assert_int_equal(errno, ECONNRESET);
        assert_int_equal(close(fds[i]), 0);
    }
    give_back(s);
    rig_visit(r);
    door_await_nobody(r);
}

static void what_is_released_is_used_at_once(void **state)
{
    /* Goal: a listener that backs off for long does not wait for that once one of its own has gone, or its bounds are
     * others. */
    scarce *s = *state;
    rig *r = s->r;
    enum { N = 2 };
    weft_test_turns turns = { 0, 0 };
    int held, waiting[N];
    weft_listener_options bounds = weft_listener_options_default();
    bounds.reserved_descriptors = 0;
    bounds.backoff_max_ns = 100 * WEFT_NS_PER_S;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    held = rig_raw_connect(r);
    door_await_pending(r, 1);
    for (int i = 0; i < N; i++)
        waiting[i] = rig_raw_connect(r);
    limit_to(s, LIMIT);
    use_up(s, 0);
    rig_until(r, &r->n_exhausted, 1);
    for (int i = 2; i <= 12; i++) { /* the wait doubles each time: more than 20 s in the end */
        assert_int_equal(weft_listener_set_max_live(r->listener, WEFT_UNLIMITED), 0);
        rig_until(r, &r->n_exhausted, i);
    }
    assert_int_equal(send(held, "X", 1, 0), 1);
    assert_int_equal(shutdown(held, SHUT_RDWR), 0);
    while (door_stats(r).accepted < 2)
        weft_test_turn(&turns, &r->loop, -1);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(waiting[i]), 0);
    assert_int_equal(close(held), 0);
    give_back(s);
    rig_visit(r);
    door_await_nobody(r);
}

int main(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    if (preloaded && strstr(preloaded, "vgpreload"))
        return 77; /* valgrind has descriptors of its own, beyond the limit */
#define SCARCE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        SCARCE_TEST(reserved_descriptors_are_left_to_others),
        SCARCE_TEST(leaving_an_address_leaves_reserved_descriptors),
        SCARCE_TEST(a_small_process_serves_by_default),
        SCARCE_TEST(one_that_pauses_waits_for_descriptors),
        SCARCE_TEST(shed_clients_are_reset),
        SCARCE_TEST(what_is_released_is_used_at_once),
        SCARCE_TEST(a_lack_of_memory_as_it_moves_loses_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
