/* Goal: outcomes are kept for their time, by the clock, and no longer; what could not be stored is stored as soon as it
 * can be: with calls that come meanwhile, and without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/op_world.h"
#include "tests/support/rules.h"

/* Time goes on, and nothing else: it ticks when it asks for it. */
static void tick_until(op_world *t, uint64_t now_ns)
{
    uint64_t at_ns;
    while ((at_ns = weft_operations_deadline(t->w.operations)) <= now_ns) {
        if (t->w.now_ns < at_ns)
            t->w.now_ns = at_ns;
        weft_operations_tick(t->w.operations, t->w.now_ns);
        op_sync(&t->w);
        assert_true(weft_operations_deadline(t->w.operations) > t->w.now_ns); /* no spinning */
    }
    t->w.now_ns = now_ns;
}

static uint64_t peer_clock(void *user)
{
    return ((op_world *)user)->w.now_ns;
}

static void outcome_is_stored_without_another_call(void **state)
{
    /* Goal: a disk that is full for a while, and nobody calls: it is tried ever more rarely, and told by the next
     * process. */
    (void)state;
    WEFT_RULE("op.order");
    op_world t;
    op_begin(&t);
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    t.store.fail_sync = WEFT_ENOSPC;
    op_return(&t.w, 0, 5);
    op_sync(&t.w);
    (void)op_expect(&t.w, 1, WEFT_OUTCOME_INDETERMINATE);
    int n_syncs = t.store.n_syncs;
    tick_until(&t, t.w.now_ns + 600 * WEFT_NS_PER_S);
    assert_in_range(t.store.n_syncs - n_syncs, 10, 20);
    t.store.fail_sync = 0;
    tick_until(&t, t.w.now_ns + 120 * WEFT_NS_PER_S);
    assert_true(weft_operations_is_settled(t.w.operations));
    op_crash(&t, true);
    op_send(&t.w, &attempt);
    assert_int_equal(op_expect(&t.w, 1, 0).len, 7);
    assert_int_equal(t.w.side.n_handled, 0);
    op_end(&t);
}

static void attempt_that_waits_has_it_stored(void **state)
{
    /* Goal: also where the sync that it causes has something new, which is not to fail with it. */
    (void)state;
    WEFT_RULE("op.order");
    for (int beside = 0; beside < 2; beside++) {
        op_world t;
        op_begin(&t);
        op_attempt attempt = op_once(1, 1), other = op_once(3, 2);
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        t.store.fail_sync = WEFT_ENOSPC;
        op_return(&t.w, 0, 5);
        op_sync(&t.w);
        (void)op_expect(&t.w, 1, WEFT_OUTCOME_INDETERMINATE);
        t.store.fail_sync = 0;
        attempt.n = 2;
        op_send(&t.w, &attempt);
        if (beside)
            op_send(&t.w, &other);
        op_sync(&t.w);
        assert_int_equal(op_expect(&t.w, 2, 0).len, 7);
        assert_false(weft_operations_want_sync(t.w.operations));
        assert_int_equal(t.w.side.n_handled, beside ? 2 : 1);
        op_end(&t);
    }
}

static void outcome_has_a_last_chance(void **state)
{
    /* Goal: whoever ends the process syncs once more, though there is nothing new. */
    (void)state;
    WEFT_RULE("op.order");
    op_world t;
    op_begin(&t);
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    t.store.fail_sync = WEFT_ENOSPC;
    op_return(&t.w, 0, 5);
    op_sync(&t.w);
    (void)op_expect(&t.w, 1, WEFT_OUTCOME_INDETERMINATE);
    t.store.fail_sync = 0;
    assert_true(weft_operations_is_settled(t.w.operations));
    weft_operations_sync(t.w.operations);
    int n_syncs = t.store.n_syncs;
    weft_operations_sync(t.w.operations);
    assert_int_equal(t.store.n_syncs, n_syncs);
    op_crash(&t, true);
    op_send(&t.w, &attempt);
    assert_int_equal(op_expect(&t.w, 1, 0).len, 7);
    op_end(&t);
}

static void one_that_was_cut_short_expires_over_restarts(void **state)
{
    /* Goal: its time counts from when it was recorded, though each process that finds it ends sooner than that. */
    (void)state;
    WEFT_RULE("op.states");
    op_world t;
    op_begin(&t);
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    for (int i = 0; i < 2; i++) {
        t.wall_ms += WEFT_OPERATION_TTL_DEFAULT / WEFT_NS_PER_MS * 3 / 4;
        op_crash(&t, true);
        tick_until(&t, t.w.now_ns + WEFT_NS_PER_S);
        assert_int_equal(op_store_count(&t.store, 'o'), i == 0 ? 1 : 0);
    }
    op_send(&t.w, &attempt);
    (void)op_expect(&t.w, 1, WEFT_OUTCOME_INDETERMINATE);
    assert_int_equal(t.w.side.n_handled, 0);
    op_end(&t);
}

static void outcomes_expire_without_another_call(void **state)
{
    /* Goal: those of this process, and those that it found. */
    (void)state;
    WEFT_RULE("op.store");
    for (int crashes = 0; crashes < 2; crashes++) {
        op_world t;
        weft_operations_stats stats;
        op_begin(&t);
        op_attempt sealed = op_once(1, 1), live = op_once(2, 2);
        op_send(&t.w, &sealed);
        op_send(&t.w, &live);
        op_sync(&t.w);
        op_return(&t.w, 0, 5);
        op_sync(&t.w);
        if (crashes)
            op_crash(&t, true);
        tick_until(&t, t.w.now_ns + WEFT_OPERATION_TTL_DEFAULT - WEFT_NS_PER_S);
        assert_int_equal(op_store_count(&t.store, 'o'), 2);
        tick_until(&t, t.w.now_ns + 2 * WEFT_NS_PER_S);
        weft_operations_stats_read(t.w.operations, &stats, sizeof stats);
        assert_int_equal(stats.records, crashes ? 0 : 1);
        assert_int_equal(op_store_count(&t.store, 'o'), crashes ? 0 : 1);
        assert_int_equal(op_store_count(&t.store, 'x'), 1);
        assert_true(weft_operations_deadline(t.w.operations) == WEFT_FOREVER);
        op_end(&t);
    }
}

static void ttl_begins_with_the_outcome(void **state)
{
    /* Goal: a handler that takes its time, during which nobody says what time it is. */
    (void)state;
    WEFT_RULE("op.store");
    op_world t;
    op_begin(&t);
    op_stop(&t);
    t.options.clock = peer_clock;
    t.options.clock_user = &t;
    op_start(&t);
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    t.w.now_ns += WEFT_OPERATION_TTL_DEFAULT / 2;
    op_return(&t.w, 0, 5);
    op_sync(&t.w);
    uint64_t sealed_ns = t.w.now_ns;
    tick_until(&t, sealed_ns + WEFT_OPERATION_TTL_DEFAULT - 1);
    assert_int_equal(op_store_count(&t.store, 'o'), 1);
    tick_until(&t, sealed_ns + WEFT_OPERATION_TTL_DEFAULT);
    assert_int_equal(op_store_count(&t.store, 'o'), 0);
    op_end(&t);
}

static void expiry_goes_on_by_the_clock_of_the_wall(void **state)
{
    /* Goal: what is left of the ttl counts over a restart, and a clock that went back never makes it longer. */
    (void)state;
    WEFT_RULE("op.store");
    const uint64_t ttl_ms = WEFT_OPERATION_TTL_DEFAULT / WEFT_NS_PER_MS;
    op_world t;
    op_begin(&t);
    op_attempt attempt = op_once(1, 5);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    op_return(&t.w, 0, 1);
    op_sync(&t.w);
    t.wall_ms += ttl_ms - 1000;
    op_crash(&t, true);
    op_send(&t.w, &attempt);
    (void)op_expect(&t.w, 1, 0);
    t.wall_ms -= 10 * ttl_ms;
    op_crash(&t, true);
    wire_advance(&t.w, WEFT_OPERATION_TTL_DEFAULT);
    op_attempt probe = op_once(1, 6);
    op_send(&t.w, &probe);
    wire_advance(&t.w, WEFT_OPERATION_TTL_DEFAULT);
    attempt.n = 2;
    op_send(&t.w, &attempt);
    (void)op_expect(&t.w, 2, WEFT_OUTCOME_INDETERMINATE);
    op_sync(&t.w);
    assert_int_equal(op_store_count(&t.store, 'x'), 1);
    op_crash(&t, true);
    attempt.n = 1;
    op_send(&t.w, &attempt); /* expired is not absent, for the next process neither */
    (void)op_expect(&t.w, 1, WEFT_OUTCOME_INDETERMINATE);
    op_end(&t);
}

static void restart_does_not_begin_the_ttl_anew(void **state)
{
    (void)state;
    WEFT_RULE("op.store");
    op_world t;
    op_begin(&t);
    op_attempt attempt = op_once(1, 5);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    op_return(&t.w, 0, 1);
    op_sync(&t.w);
    t.wall_ms += WEFT_OPERATION_TTL_DEFAULT / WEFT_NS_PER_MS - 1000;
    op_crash(&t, true);
    op_send(&t.w, &attempt);
    (void)op_expect(&t.w, 1, 0);
    wire_advance(&t.w, 2 * WEFT_NS_PER_S);
    attempt.n = 2;
    op_send(&t.w, &attempt);
    (void)op_expect(&t.w, 2, WEFT_OUTCOME_INDETERMINATE);
    op_end(&t);
}

static void clients_that_expired_are_bounded(void **state)
{
    /* Goal: of clients that are gone only so many are remembered as operations may be. */
    (void)state;
    WEFT_RULE("op.store");
    op_world t;
    op_begin(&t);
    op_stop(&t);
    t.options.max_records = 3;
    op_start(&t);
    for (uint64_t n = 1; n <= 5; n++) {
        op_attempt attempt = { n, OP_ONCE, op_id_of((uint8_t)n, 1), 1, 10, 0 };
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        op_return(&t.w, (int)n - 1, 1);
        op_sync(&t.w);
        (void)op_expect(&t.w, n, 0);
        wire_advance(&t.w, WEFT_OPERATION_TTL_DEFAULT);
    }
    op_attempt last = { 6, OP_ONCE, op_id_of(9, 1), 1, 10, 0 };
    op_send(&t.w, &last);
    op_sync(&t.w);
    assert_int_equal(op_store_count(&t.store, 'x'), 3);
    op_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcome_is_stored_without_another_call),
        cmocka_unit_test(attempt_that_waits_has_it_stored),
        cmocka_unit_test(outcome_has_a_last_chance),
        cmocka_unit_test(one_that_was_cut_short_expires_over_restarts),
        cmocka_unit_test(outcomes_expire_without_another_call),
        cmocka_unit_test(ttl_begins_with_the_outcome),
        cmocka_unit_test(expiry_goes_on_by_the_clock_of_the_wall),
        cmocka_unit_test(restart_does_not_begin_the_ttl_anew),
        cmocka_unit_test(clients_that_expired_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
