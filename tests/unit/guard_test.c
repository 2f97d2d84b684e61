/* Guards and what they count: exact under many threads, nothing left in the end, who waits is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/base/mem.h"
#include "runtime/loop/guard.h"
#include "tests/support/alloc.h"

#include <string.h>
#include <uv.h>

typedef struct world {
    weft_test_alloc alloc;
    weft__counters *counters;
    weft_listener_options bounds;
} world;

static int setup(void **state)
{
    static world w;
    memset(&w, 0, sizeof w);
    weft_test_alloc_init(&w.alloc);
    w.bounds = weft_listener_options_default();
    *state = &w;
    return 0;
}

static void begin(world *w)
{
    assert_int_equal(weft__counters_new(&w->alloc.allocator, &w->bounds, &w->counters), 0);
}

static int teardown(void **state)
{
    world *w = *state;
    weft_listener_stats stats;
    weft__counters_read(w->counters, &stats);
    assert_int_equal(stats.handshakes_now, 0);
    assert_int_equal(stats.live_now, 0);
    assert_int_equal(stats.addresses_now, 0);
    weft__counters_release(w->counters);
    weft_test_alloc_assert_empty(&w->alloc);
    return 0;
}

static weft__ip ip_of(unsigned n)
{
    weft__ip ip;
    memset(&ip, 0, sizeof ip);
    memcpy(ip.bytes, &n, sizeof n);
    return ip;
}

static weft_listener_stats stats_of(const world *w)
{
    weft_listener_stats stats;
    weft__counters_read(w->counters, &stats);
    return stats;
}

static void places_are_as_many_as_there_may_be(void **state)
{
    /* Goal: of all, and of each address; a guard that was refused holds nothing. */
    world *w = *state;
    weft__guard a, b, c;
    weft__ip one = ip_of(1), two = ip_of(2);
    memset(&a, 0, sizeof a);
    b = c = a;
    w->bounds.max_pending = 2;
    w->bounds.max_pending_per_address = 1;
    begin(w);
    assert_int_equal(weft__guard_take(w->counters, &one, &a), 0);
    assert_int_equal(weft__guard_take(w->counters, &one, &b), WEFT__FULL_ADDRESS);
    assert_null(b.counters);
    assert_int_equal(weft__guard_take(w->counters, NULL, &b), 0);
    assert_int_equal(weft__guard_take(w->counters, &two, &c), WEFT__FULL_PENDING);
    assert_int_equal(stats_of(w).addresses_now, 1);
    assert_true(weft__guard_is_of(&a, &one));
    assert_false(weft__guard_is_of(&a, &two));
    assert_false(weft__guard_is_of(&b, &one));
    weft__guard_drop(&a);
    weft__guard_drop(&a);
    assert_int_equal(stats_of(w).handshakes_now, 1);
    assert_int_equal(weft__guard_take(w->counters, &two, &c), 0);
    weft__guard_drop(&c);
    weft__guard_drop(&b);
}

static void a_guard_moves_with_all_that_it_holds(void **state)
{
    /* Goal: what was moved from gives back nothing; a session's place and its address stay until it is dropped. */
    world *w = *state;
    weft__guard a, b;
    weft__ip one = ip_of(1);
    memset(&a, 0, sizeof a);
    b = a;
    w->bounds.max_live = 1;
    begin(w);
    assert_int_equal(weft__guard_take(w->counters, &one, &a), 0);
    assert_int_equal(weft__guard_admit(&a), WEFT_REFUSAL_NONE);
    weft__guard_move(&a, &b);
    weft__guard_drop(&a);
    assert_int_equal(stats_of(w).live_now, 1);
    weft__guard_ready(&b, false);
    assert_int_equal(stats_of(w).handshakes_now, 0);
    assert_int_equal(stats_of(w).addresses_now, 1);
    assert_int_equal(weft__counters_look(w->counters, NULL), WEFT_REFUSAL_LIMIT);
    weft__guard_drop(&b);
    assert_int_equal(weft__counters_look(w->counters, NULL), WEFT_REFUSAL_NONE);
}

static void count(void *user)
{
    ++*(int *)user;
}

static void who_waits_is_told_once(void **state)
{
    /* Goal: where something is given back, or there may be more, and only while it waits. */
    world *w = *state;
    int n_told = 0;
    weft__watcher watcher;
    weft__guard a;
    memset(&a, 0, sizeof a);
    memset(&watcher, 0, sizeof watcher);
    watcher.released = count;
    watcher.user = &n_told;
    w->bounds.max_live = 1;
    w->bounds.at_limit = WEFT_AT_LIMIT_PAUSE;
    begin(w);
    weft__counters_watch(w->counters, &watcher);
    assert_true(weft__counters_have_room(w->counters, &watcher));
    assert_int_equal(weft__guard_take(w->counters, NULL, &a), 0);
    assert_int_equal(n_told, 0);
    assert_false(weft__counters_have_room(w->counters, &watcher));
    weft__guard_drop(&a);
    assert_int_equal(n_told, 1);
    assert_int_equal(weft__guard_take(w->counters, NULL, &a), 0);
    weft__guard_drop(&a);
    assert_int_equal(n_told, 1);
    assert_int_equal(weft__guard_take(w->counters, NULL, &a), 0);
    assert_false(weft__counters_have_room(w->counters, &watcher));
    weft__counters_set_max_live(w->counters, 2);
    assert_int_equal(n_told, 2);
    assert_true(weft__counters_have_room(w->counters, &watcher));
    weft__guard_drop(&a);
    weft__counters_unwatch(w->counters, &watcher);
}

static void addresses_are_told_apart(void **state)
{
    /* Goal: many addresses, of which some go, are told apart. */
    world *w = *state;
    enum { N = 300 };
    static weft__guard guards[N];
    weft__ip ip;
    memset(guards, 0, sizeof guards);
    w->bounds.max_pending = N;
    begin(w);
    for (unsigned i = 0; i < N; i++) {
        ip = ip_of(i);
        assert_int_equal(weft__guard_take(w->counters, &ip, &guards[i]), 0);
    }
    assert_int_equal(stats_of(w).addresses_now, N);
    for (unsigned i = 0; i < N; i += 2)
        weft__guard_drop(&guards[i]);
    assert_int_equal(stats_of(w).addresses_now, N / 2);
    for (unsigned i = 1; i < N; i += 2) {
        ip = ip_of(i);
        assert_true(weft__guard_is_of(&guards[i], &ip));
        weft__guard_drop(&guards[i]);
    }
}

enum { THREADS = 6, ROUNDS = 2000, PLACES = 3 };

typedef struct worker {
    world *w;
    uv_thread_t thread;
    unsigned n;
    int n_in, n_over; /* a thread's own: cmocka's asserts are the main thread's */
} worker;

static void work(void *user)
{
    worker *me = user;
    for (int i = 0; i < ROUNDS; i++) {
        weft__guard guard;
        weft_listener_stats stats;
        weft__ip ip = ip_of((me->n + (unsigned)i) % 2);
        memset(&guard, 0, sizeof guard);
        if (weft__guard_take(me->w->counters, &ip, &guard) != 0)
            continue;
        if (weft__guard_admit(&guard) == WEFT_REFUSAL_NONE) {
            me->n_in++;
            weft__guard_ready(&guard, i % 3 == 0);
        }
        weft__counters_read(me->w->counters, &stats);
        me->n_over += stats.live_now > PLACES || stats.handshakes_now > THREADS - 1;
        weft__guard_drop(&guard);
    }
}

static void bounds_hold_whoever_comes_from_wherever(void **state)
{
    /* Goal: many threads that come and go never find more inside than there may be, and leave nothing. */
    world *w = *state;
    worker workers[THREADS];
    int n_in = 0;
    memset(workers, 0, sizeof workers);
    w->bounds.max_live = PLACES;
    w->bounds.max_live_per_address = PLACES - 1;
    w->bounds.max_pending = THREADS - 1;
    begin(w);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].w = w;
        workers[i].n = i;
        assert_int_equal(uv_thread_create(&workers[i].thread, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(uv_thread_join(&workers[i].thread), 0);
        assert_int_equal(workers[i].n_over, 0);
        n_in += workers[i].n_in;
    }
    assert_true(n_in > 0);
}

int main(void)
{
#define GUARD_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        GUARD_TEST(places_are_as_many_as_there_may_be),
        GUARD_TEST(a_guard_moves_with_all_that_it_holds),
        GUARD_TEST(who_waits_is_told_once),
        GUARD_TEST(addresses_are_told_apart),
        GUARD_TEST(bounds_hold_whoever_comes_from_wherever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
