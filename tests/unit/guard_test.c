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

static int n_called(void *user)
{
    int n = *(int *)user;
    *(int *)user = 0;
    return n;
}

static void count(void *user)
{
    ++*(int *)user;
}

static void the_oldest_makes_room(void **state)
{
    /* Goal: of all where there are as many as there may be, and of the address where that has as many as it may,
     * whichever loop it is at, which is called; no bound is passed meanwhile. */
    world *w = *state;
    weft__keeper here, there;
    weft__guard g[5];
    weft__ip one = ip_of(1), two = ip_of(2);
    int calls_here = 0, calls_there = 0;
    memset(g, 0, sizeof g);
    w->bounds.max_pending = 3;
    w->bounds.max_pending_per_address = 2;
    begin(w);
    weft__keeper_init(&here);
    weft__keeper_init(&there);
    weft__keeper_set(w->counters, &here, count, &calls_here);
    weft__keeper_set(w->counters, &there, count, &calls_there);
    assert_int_equal(weft__guard_take(w->counters, &two, &there, &g[0]), 0);
    weft__guard_keep(&g[0], &there);
    assert_int_equal(weft__guard_take(w->counters, &one, &here, &g[1]), 0);
    weft__guard_keep(&g[1], &here);
    assert_int_equal(weft__guard_take(w->counters, &one, &there, &g[2]), 0);
    weft__guard_keep(&g[2], &there);
    assert_int_equal(stats_of(w).addresses_now, 2);

    /* The oldest of the address, not of all */
    assert_int_equal(weft__guard_take(w->counters, &one, &there, &g[3]), 0);
    weft__guard_keep(&g[3], &there);
    assert_int_equal(stats_of(w).handshakes_now, 3);
    assert_int_equal(n_called(&calls_here), 1);
    assert_int_equal(n_called(&calls_there), 0);
    assert_ptr_equal(weft__keeper_take(w->counters, &here), &g[1]);
    assert_null(weft__keeper_take(w->counters, &here));
    assert_null(weft__keeper_take(w->counters, &there));
    weft__guard_drop(&g[1]);

    /* Of all, of one that has no address; who asks looks by itself */
    assert_int_equal(weft__guard_take(w->counters, NULL, &there, &g[4]), 0);
    assert_int_equal(stats_of(w).handshakes_now, 3);
    assert_int_equal(calls_here + calls_there, 0);
    assert_ptr_equal(weft__keeper_take(w->counters, &there), &g[0]);
    assert_int_equal(stats_of(w).addresses_now, 2); /* it is still there */
    weft__guard_drop(&g[0]);
    weft__guard_drop(&g[0]);
    assert_int_equal(stats_of(w).addresses_now, 1);

    /* Fewer from now on */
    w->bounds.max_pending = 1;
    weft__counters_set(w->counters, &w->bounds);
    assert_int_equal(weft__guard_take(w->counters, NULL, &here, &g[0]), 0);
    assert_int_equal(stats_of(w).handshakes_now, 1);
    assert_int_equal(n_called(&calls_there), 2);
    weft__guard_keep(&g[4], &there); /* which was on its way */
    for (int i = 2; i < 5; i++) {
        assert_ptr_equal(weft__keeper_take(w->counters, &there), &g[i]);
        weft__guard_drop(&g[i]);
    }
    assert_null(weft__keeper_take(w->counters, &there));
    weft__guard_drop(&g[0]);
}

static void who_is_pushed_out_becomes_no_session_but_where_it_is_one(void **state)
{
    /* Goal: between losing its place and being closed, at another loop, one is not admitted any more; one that was is
     * a session all the same, and is not to be closed then. */
    world *w = *state;
    weft__keeper there;
    weft__guard late, in, next;
    weft__ip one = ip_of(1);
    memset(&late, 0, sizeof late);
    in = next = late;
    w->bounds.max_pending = 1;
    begin(w);
    weft__keeper_init(&there);
    assert_int_equal(weft__guard_take(w->counters, &one, NULL, &late), 0);
    weft__guard_keep(&late, &there);
    assert_int_equal(weft__guard_take(w->counters, &one, NULL, &in), 0);
    weft__guard_keep(&in, &there);
    assert_int_equal(weft__guard_admit(&late), WEFT_REFUSAL_TOO_MANY);
    assert_int_equal(weft__guard_admit(&in), WEFT_REFUSAL_NONE);
    assert_int_equal(weft__guard_take(w->counters, NULL, NULL, &next), 0);
    assert_int_equal(stats_of(w).handshakes_now, 1);
    assert_int_equal(stats_of(w).live_now, 1);
    weft__guard_ready(&in, false);
    assert_int_equal(stats_of(w).handshakes_now, 1);
    assert_ptr_equal(weft__keeper_take(w->counters, &there), &late);
    assert_null(weft__keeper_take(w->counters, &there));
    weft__guard_drop(&late);
    assert_int_equal(stats_of(w).addresses_now, 1);
    weft__guard_drop(&in);
    weft__guard_drop(&next);
}

static void one_on_its_way_keeps_its_age(void **state)
{
    /* Goal: who is handed to another loop is pushed out in its turn; that loop learns so when it comes, wherever it
     * goes. */
    world *w = *state;
    weft__keeper here, there;
    weft__guard a, b, c, d, moved;
    weft__ip one = ip_of(1);
    memset(&a, 0, sizeof a);
    b = c = d = moved = a;
    w->bounds.max_pending = 2;
    begin(w);
    weft__keeper_init(&here);
    weft__keeper_init(&there);
    assert_int_equal(weft__guard_take(w->counters, &one, &here, &a), 0);
    weft__guard_keep(&a, &here);
    assert_int_equal(weft__guard_take(w->counters, &one, &here, &b), 0);
    weft__guard_move(&a, &moved);
    assert_int_equal(weft__guard_take(w->counters, NULL, &here, &c), 0);
    assert_null(weft__keeper_take(w->counters, &here));
    weft__guard_move(&moved, &a);
    weft__guard_keep(&a, &there);
    weft__guard_move(&a, &moved); /* before anybody has looked */
    assert_null(weft__keeper_take(w->counters, &there));
    weft__guard_keep(&moved, &here);
    assert_ptr_equal(weft__keeper_take(w->counters, &here), &moved);
    weft__guard_keep(&b, &here);
    assert_int_equal(weft__guard_take(w->counters, NULL, NULL, &d), 0);
    assert_ptr_equal(weft__keeper_take(w->counters, &here), &b);
    weft__guard_drop(&moved);
    weft__guard_drop(&b);
    weft__guard_drop(&c);
    weft__guard_drop(&d);
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
    assert_int_equal(weft__guard_take(w->counters, &one, NULL, &a), 0);
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
    assert_int_equal(weft__guard_take(w->counters, NULL, NULL, &a), 0);
    assert_int_equal(n_told, 0);
    assert_false(weft__counters_have_room(w->counters, &watcher));
    weft__guard_drop(&a);
    assert_int_equal(n_told, 1);
    assert_int_equal(weft__guard_take(w->counters, NULL, NULL, &a), 0);
    weft__guard_drop(&a);
    assert_int_equal(n_told, 1);
    assert_int_equal(weft__guard_take(w->counters, NULL, NULL, &a), 0);
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
        assert_int_equal(weft__guard_take(w->counters, &ip, NULL, &guards[i]), 0);
    }
    assert_int_equal(stats_of(w).addresses_now, N);
    for (unsigned i = 0; i < N; i += 2)
        weft__guard_drop(&guards[i]);
    assert_int_equal(stats_of(w).addresses_now, N / 2);
    for (unsigned i = 1; i < N; i += 2) {
        weft__guard other = WEFT__GUARD_NONE;
        ip = ip_of(i);
        assert_int_equal(weft__guard_take(w->counters, &ip, NULL, &other), 0);
        assert_int_equal(stats_of(w).addresses_now, N / 2 - i / 2); /* it is known */
        weft__guard_drop(&other);
        weft__guard_drop(&guards[i]);
    }
}

enum { THREADS = 6, ROUNDS = 2000, PLACES = 3 };

typedef struct worker {
    world *w;
    uv_thread_t thread;
    weft__keeper keeper;
    weft__guard held[3];
    unsigned n;
    int n_in, n_over, n_closed; /* a thread's own: cmocka's asserts are the main thread's */
} worker;

/* As a loop does: what another has pushed out is closed. */
static void worker_closes(worker *me)
{
    weft__guard *guard;
    while ((guard = weft__keeper_take(me->w->counters, &me->keeper)) != NULL) {
        me->n_closed++;
        weft__guard_drop(guard);
    }
}

static void work(void *user)
{
    worker *me = user;
    for (int i = 0; i < ROUNDS; i++) {
        weft__guard *guard = &me->held[i % 3], taken = WEFT__GUARD_NONE;
        weft_listener_stats stats;
        weft__ip ip = ip_of((me->n + (unsigned)i) % 2);
        weft__guard_drop(guard);
        worker_closes(me);
        if (weft__guard_take(me->w->counters, &ip, &me->keeper, &taken) != 0)
            continue;
        weft__guard_move(&taken, guard);
        weft__guard_keep(guard, &me->keeper);
        if (i % 3 != 2 && weft__guard_admit(guard) == WEFT_REFUSAL_NONE) {
            me->n_in++;
            weft__guard_ready(guard, i % 3 == 0);
        }
        weft__counters_read(me->w->counters, &stats);
        me->n_over += stats.live_now > PLACES || stats.handshakes_now > THREADS - 1;
    }
    for (int i = 0; i < 3; i++)
        weft__guard_drop(&me->held[i]);
}

static void bounds_hold_whoever_comes_from_wherever(void **state)
{
    /* Goal: many threads that come and go, and push each other out, never find more inside than there may be, and leave
     * nothing. */
    world *w = *state;
    static worker workers[THREADS];
    int n_in = 0, n_closed = 0;
    memset(workers, 0, sizeof workers);
    w->bounds.max_live = PLACES;
    w->bounds.max_live_per_address = PLACES - 1;
    w->bounds.max_pending = THREADS - 1;
    begin(w);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i].w = w;
        workers[i].n = i;
        weft__keeper_init(&workers[i].keeper);
        assert_int_equal(uv_thread_create(&workers[i].thread, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(uv_thread_join(&workers[i].thread), 0);
        assert_int_equal(workers[i].n_over, 0);
        n_in += workers[i].n_in;
        n_closed += workers[i].n_closed;
    }
    assert_true(n_in > 0);
    print_message("%d got in, %d were pushed out\n", n_in, n_closed);
}

int main(void)
{
#define GUARD_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        GUARD_TEST(the_oldest_makes_room),
        GUARD_TEST(who_is_pushed_out_becomes_no_session_but_where_it_is_one),
        GUARD_TEST(one_on_its_way_keeps_its_age),
        GUARD_TEST(a_guard_moves_with_all_that_it_holds),
        GUARD_TEST(who_waits_is_told_once),
        GUARD_TEST(addresses_are_told_apart),
        GUARD_TEST(bounds_hold_whoever_comes_from_wherever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
