/* Goal: what is bounded before READY is bounded over all loops of a listener: beyond, the oldest goes, at whichever
 * loop it is, and nobody else. */
#include "tests/integration/loops/serving.h"

#include "tests/support/rules.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KEPT = 4, N = 12 };

/* One more that says nothing. Behind this it has been accepted; one of the first, who push nobody out, has its place.
 */
static int come(serving *s, uint64_t n_before)
{
    int fd = serving_raw_connect(s);
    weft_listener_stats stats;
    do
        stats = serving_stats(s);
    while (stats.accepted == n_before || (n_before < KEPT && stats.handshakes_now == n_before));
    return fd;
}

static void assert_ended(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

static void assert_open(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
}

/* N come, one after the other, of whom the newest stay. */
static void only_the_newest_stay(const char *url, const weft_listener_options *bounds)
{
    serving s;
    int fds[N];
    serving_start(&s, url, 2, bounds);
    for (int i = 0; i < N; i++) {
        fds[i] = come(&s, (uint64_t)i);
        if (i >= KEPT)
            assert_ended(fds[i - KEPT]);
        for (int k = i < KEPT ? 0 : i - KEPT + 1; k <= i; k++)
            assert_open(fds[k]);
        assert_int_equal(serving_stats(&s).handshakes_now, i < KEPT ? i + 1 : KEPT);
    }
    assert_int_equal(serving_stats(&s).refused[WEFT_REFUSAL_TOO_MANY], N - KEPT);
    visitor v = serving_visit(&s, NULL); /* and pushes out one more */
    visitor_leaves(&v);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
    serving_stop(&s);
}

static void the_oldest_of_all_loops_makes_room(void **state)
{
    (void)state;
    WEFT_RULE("preamble");
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_pending = KEPT;
    only_the_newest_stay("unix", &bounds);
    only_the_newest_stay("tcp://127.0.0.1:0", &bounds);
}

static void the_oldest_of_its_address_makes_room_at_whichever_loop(void **state)
{
    (void)state;
    WEFT_RULE("preamble");
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_pending_per_address = KEPT;
    only_the_newest_stay("tcp://127.0.0.1:0", &bounds);
}

static void a_loop_that_does_nothing_keeps_no_places(void **state)
{
    /* Goal: the places of those who wait at a loop that is stuck, or are on their way to it, are others' at once, and
     * never more than there may be; the loop closes them when it runs again. */
    (void)state;
    WEFT_RULE("preamble");
    serving s;
    int fds[N];
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_pending = KEPT;
    serving_start(&s, "unix", 2, &bounds);
    for (int i = 0; i < N; i++) {
        if (i == KEPT)
            serving_stick(&s, 1); /* each second turn is its */
        fds[i] = come(&s, (uint64_t)i);
        assert_int_equal(serving_stats(&s).handshakes_now, i < KEPT ? i + 1 : KEPT);
        if (i >= KEPT && i % 2 == 0)
            assert_ended(fds[i - KEPT]);
    }
    assert_int_equal(serving_stats(&s).refused[WEFT_REFUSAL_TOO_MANY], (N - KEPT) / 2);
    for (int i = 1; i < N; i += 2)
        assert_open(fds[i]);
    serving_let_go(&s);
    for (int i = 0; i < N - KEPT; i++)
        if (i % 2 == 1)
            assert_ended(fds[i]);
    for (int i = N - KEPT; i < N; i++)
        assert_open(fds[i]);
    assert_int_equal(serving_stats(&s).refused[WEFT_REFUSAL_TOO_MANY], N - KEPT);
    assert_int_equal(serving_stats(&s).handshakes_now, KEPT);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
    serving_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_of_all_loops_makes_room),
        cmocka_unit_test(the_oldest_of_its_address_makes_room_at_whichever_loop),
        cmocka_unit_test(a_loop_that_does_nothing_keeps_no_places),
    };
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
