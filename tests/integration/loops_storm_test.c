/* Goal: whatever clients do at the door of several loops, while those come and go, bounds change and descriptors run
 * out, everybody who came is accounted for, nothing is left in the end, and who is of good will is served. */
#include "tests/integration/loops/serving.h"

#include "runtime/conduit/socket.h"
#include "tests/support/random.h"
#include "tests/support/rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CROWD = 4, STEPS = 60, HELD = 6, LOOPS = 3 };

typedef struct vandal {
    uv_thread_t thread;
    serving *s;
    weft__sockaddr to;
    weft_test_random random;
    bool is_over; /* under the serving's mutex */
    int fds[HELD];
    int n_came, n_served;
} vandal;

static bool vandal_goes_on(vandal *v)
{
    bool goes_on;
    uv_mutex_lock(&v->s->mutex);
    goes_on = !v->is_over;
    uv_mutex_unlock(&v->s->mutex);
    return goes_on;
}

/* From any of a few addresses; -1: it was not let. */
static int vandal_connects(vandal *v)
{
    const weft__sockaddr *to = &v->to;
    struct sockaddr_in from;
    int family = to->storage.ss_family, rc = 0;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (family == AF_INET) {
        memset(&from, 0, sizeof from);
        from.sin_family = AF_INET;
        from.sin_addr.s_addr = htonl((uint32_t)(0x7f000002 + weft_test_random_below(&v->random, 3)));
        rc = bind(fd, (const struct sockaddr *)&from, sizeof from);
    }
    if (rc == 0)
        rc = connect(fd, (const struct sockaddr *)&to->storage, to->len);
    if (rc == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static void vandal_closes(int fd, bool by_reset)
{
    const struct linger now = { 1, 0 };
    if (by_reset)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    (void)close(fd);
}

/* One that goes at once, stays, says half of something, or nonsense. */
static void vandal_comes(vandal *v)
{
    static const char *const words[] = {
        "", "W", "WEFT\1\1\0", "WEFT\1\1\0\0", "GET / HTTP/1.1\r\n", "WEFT\1\1\0\0\0\0\0\1\1"
    };
    static const size_t lens[] = { 0, 1, 7, 8, 16, 13 };
    size_t at = weft_test_random_below(&v->random, HELD), word = weft_test_random_below(&v->random, 6);
    int fd = vandal_connects(v);
    if (fd < 0)
        return;
    v->n_came++;
    if (lens[word] > 0)
        (void)send(fd, words[word], lens[word], MSG_NOSIGNAL);
    if (weft_test_random_below(&v->random, 3) == 0) {
        vandal_closes(fd, weft_test_random_below(&v->random, 2) == 0);
        return;
    }
    if (v->fds[at] >= 0)
        vandal_closes(v->fds[at], weft_test_random_below(&v->random, 2) == 0);
    v->fds[at] = fd;
}

/* Of good will, and half of them such as come back when their conduit breaks. */
static void guest_comes(vandal *v)
{
    weft_session_options options = weft_session_options_default();
    visitor guest;
    options.resumable = weft_test_random_below(&v->random, 2) == 0;
    if (serving_try_visit(v->s, &options, &guest) < 0)
        return;
    v->n_served++;
    visitor_leaves(&guest);
}

static void vandal_acts(void *user)
{
    vandal *v = user;
    while (vandal_goes_on(v)) {
        if (weft_test_random_below(&v->random, 8) > 0)
            vandal_comes(v);
        else
            guest_comes(v);
    }
    for (int i = 0; i < HELD; i++)
        if (v->fds[i] >= 0)
            (void)close(v->fds[i]);
}

/* ---- meanwhile ---- */

typedef struct storm {
    serving s;
    vandal crowd[CROWD];
    weft_test_random random;
    bool has_left[LOOPS];
} storm;

static int set_max_live(void *user, weft_runtime *runtime)
{
    storm *t = user;
    int64_t max_live = (int64_t)weft_test_random_below(&t->random, 12) - 1;
    (void)runtime;
    return weft_listener_set_max_live(t->s.listener, max_live);
}

static weft_listener_options bounds_of(storm *t)
{
    weft_listener_options bounds = weft_listener_options_default();
    weft_test_random *random = &t->random;
    bounds.identify_timeout_ns = WEFT_NS_PER_S / 5; /* who leaves waits for so long */
    bounds.max_pending = 1 + (uint32_t)weft_test_random_below(random, 12);
    bounds.max_pending_per_address = 1 + (uint32_t)weft_test_random_below(random, 8);
    bounds.max_live = (int64_t)weft_test_random_below(random, 12) - 1;
    bounds.max_live_per_address = 1 + (int64_t)weft_test_random_below(random, 4);
    bounds.at_limit = (weft_at_limit)weft_test_random_below(random, 2);
    bounds.at_exhaustion = (weft_at_exhaustion)weft_test_random_below(random, 2);
    bounds.max_handed = 1 + (uint32_t)weft_test_random_below(random, 3);
    bounds.reserved_descriptors = (uint32_t)weft_test_random_below(random, 2) * 8;
    return bounds;
}

/* Accepting fails for a while. */
static void run_out_of_descriptors(serving *s)
{
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (int i = 0; i < 20; i++)
        (void)serving_stats(s);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void loop_comes_or_goes(storm *t)
{
    int number = 1 + (int)weft_test_random_below(&t->random, LOOPS - 1);
    if (t->has_left[number])
        serving_add_loop(&t->s, number);
    else
        serving_remove_loop(&t->s, number);
    t->has_left[number] = !t->has_left[number];
}

static void something_happens(storm *t)
{
    weft_listener_options bounds;
    switch (weft_test_random_below(&t->random, 6)) {
    case 0: assert_int_equal(weft_blocking_run(t->s.loops[0].blocking, set_max_live, t), 0); break;
    case 1:
    case 2:
        bounds = bounds_of(t);
        assert_int_equal(serving_rebind(&t->s, NULL, NULL, &bounds), 0);
        break;
    case 3: serving_cut(&t->s); break;
    case 4: run_out_of_descriptors(&t->s); break;
    default: loop_comes_or_goes(t); break;
    }
    weft_listener_stats stats = serving_stats(&t->s);
    uint64_t until = stats.accepted + weft_test_random_below(&t->random, 20);
    for (int i = 0; i < 100 && stats.accepted < until; i++)
        stats = serving_stats(&t->s);
}

static void assert_all_are_accounted_for(serving *s)
{
    weft_listener_stats stats = serving_stats(s);
    uint64_t refused = 0;
    while (stats.live_now + stats.handshakes_now + stats.addresses_now > 0)
        stats = serving_stats(s);
    for (size_t i = 0; i < WEFT_STATS_REFUSALS; i++)
        refused += stats.refused[i];
    assert_int_equal(stats.accepted, stats.ready + stats.resumed + refused);
    print_message("%llu accepted, %llu ready, %llu too many, %llu times without descriptors\n",
                  (unsigned long long)stats.accepted, (unsigned long long)stats.ready,
                  (unsigned long long)stats.refused[WEFT_REFUSAL_TOO_MANY], (unsigned long long)stats.waits);
}

static void crowd_comes(storm *t, uint64_t seed)
{
    weft__sockaddr to;
    weft__url url;
    assert_int_equal(weft__url_parse(t->s.url, &url, NULL), 0);
    if (!weft__socket_numeric_address(&url, &to))
        weft__socket_unix_address(&url, &to);
    for (int i = 0; i < CROWD; i++) {
        vandal *v = &t->crowd[i];
        *v = (vandal){ .s = &t->s, .to = to, .random = { seed * CROWD + (uint64_t)i } };
        for (int k = 0; k < HELD; k++)
            v->fds[k] = -1;
        assert_int_equal(uv_thread_create(&v->thread, vandal_acts, v), 0);
    }
}

static void crowd_goes(storm *t)
{
    int n_came = 0, n_served = 0;
    uv_mutex_lock(&t->s.mutex);
    for (int i = 0; i < CROWD; i++)
        t->crowd[i].is_over = true;
    uv_mutex_unlock(&t->s.mutex);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(uv_thread_join(&t->crowd[i].thread), 0);
        n_came += t->crowd[i].n_came;
        n_served += t->crowd[i].n_served;
    }
    print_message("%d came to no good, %d were served\n", n_came, n_served);
}

static void everybody_is_accounted_for(const char *url, uint64_t seed)
{
    storm t;
    weft_listener_options calm = weft_listener_options_default();
    memset(&t, 0, sizeof t);
    t.random.state = seed;
    calm.identify_timeout_ns = WEFT_NS_PER_S / 5;
    print_message("%s, seed %llu\n", url, (unsigned long long)seed);
    serving_start_brief(&t.s, url, LOOPS, &calm, WEFT_NS_PER_S);
    crowd_comes(&t, seed);
    for (int i = 0; i < STEPS; i++)
        something_happens(&t);
    assert_int_equal(serving_rebind(&t.s, NULL, NULL, &calm), 0);
    crowd_goes(&t);
    for (int i = 1; i < LOOPS; i++)
        if (t.has_left[i])
            serving_add_loop(&t.s, i);
    for (int i = 0; i < 2 * LOOPS; i++) {
        visitor v = serving_visit(&t.s, NULL);
        (void)visitor_where(&v);
        visitor_leaves(&v);
    }
    assert_all_are_accounted_for(&t.s);
    serving_stop(&t.s);
}

static uint64_t first_seed(void)
{
    const char *text = getenv("WEFT_STORM_SEED");
    return text ? strtoull(text, NULL, 10) : 1;
}

static void storm_over_tcp(void **state)
{
    (void)state;
    WEFT_RULE("conn.limits");
    everybody_is_accounted_for("tcp://127.0.0.1:0", first_seed());
}

static void storm_over_unix(void **state)
{
    (void)state;
    WEFT_RULE("conn.limits");
    everybody_is_accounted_for("unix", first_seed());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storm_over_tcp),
        cmocka_unit_test(storm_over_unix),
    };
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
