/* The heap of timers against a plain scan. */
#include "runtime/base/timers.h"
#include "tests/support/alloc.h"
#include "tests/support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TIMERS = 100 };

static uint64_t earliest(const weft__timer *timers)
{
    uint64_t at = WEFT_FOREVER;
    for (unsigned i = 0; i < TIMERS; i++) {
        if (timers[i].place > 0 && timers[i].at_ns < at)
            at = timers[i].at_ns;
    }
    return at;
}

static void timers_any_order_pops_the_earliest(void **state)
{
    /* Goal: however timers are armed, moved and disarmed, the next is the earliest, and each is popped once, when due.
     */
    (void)state;
    weft_test_alloc alloc;
    weft_test_random random = { 7 };
    weft__timers timers = { 0 };
    weft__timer all[TIMERS];
    memset(all, 0, sizeof all);
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft__timers_reserve(&timers, &alloc.allocator, TIMERS), 0);
    weft_test_alloc_fail(&alloc, 1, true);
    for (unsigned step = 0; step < 20000; step++) {
        weft__timer *timer = &all[weft_test_random_below(&random, TIMERS)];
        uint64_t at = weft_test_random_below(&random, 1000);
        switch (weft_test_random_below(&random, 4)) {
        case 0: weft__timers_disarm(&timers, timer); break;
        case 1: weft__timers_arm(&timers, timer, WEFT_FOREVER); break;
        case 2: {
            uint64_t due = earliest(all);
            weft__timer *popped = weft__timers_pop(&timers, at);
            if (due > at) {
                assert_null(popped);
                break;
            }
            assert_int_equal(popped->at_ns, due);
            assert_int_equal(popped->place, 0);
            break;
        }
        default:
            weft__timers_arm(&timers, timer, at);
            assert_int_equal(timer->at_ns, at);
            break;
        }
        assert_int_equal(weft__timers_next(&timers), earliest(all));
    }
    weft__timers_fini(&timers, &alloc.allocator);
    weft_test_alloc_assert_empty(&alloc);
}

static void timers_use(weft_test_alloc *alloc, void *user)
{
    (void)user;
    weft__timers timers = { 0 };
    static weft__timer all[TIMERS];
    memset(all, 0, sizeof all);
    unsigned reserved = 0;
    for (unsigned i = 0; i < TIMERS; i++) {
        if (weft__timers_reserve(&timers, &alloc->allocator, 1)) {
            assert_true(alloc->failed);
            continue;
        }
        weft__timers_arm(&timers, &all[i], TIMERS - i);
        reserved++;
        assert_int_equal(timers.n, reserved);
    }
    uint64_t before = 0;
    for (weft__timer *timer; (timer = weft__timers_pop(&timers, WEFT_FOREVER - 1)) != NULL; reserved--) {
        assert_true(timer->at_ns > before);
        before = timer->at_ns;
        weft__timers_release(&timers, 1);
    }
    assert_int_equal(reserved, 0);
    assert_int_equal(timers.reserved, 0);
    weft__timers_fini(&timers, &alloc->allocator);
}

static void timers_reserve_fails_without_effect(void **state)
{
    /* Goal: a reserve that fails changes nothing, and one that succeeds makes arming safe. */
    (void)state;
    weft_test_alloc_each(timers_use, NULL);
}

static void timers_empty_has_no_next(void **state)
{
    /* Goal: no timers, no deadline. */
    (void)state;
    weft__timers timers = { 0 };
    weft__timer timer = { 0 };
    assert_true(weft__timers_next(&timers) == WEFT_FOREVER);
    assert_null(weft__timers_pop(&timers, WEFT_FOREVER));
    weft__timers_disarm(&timers, &timer);
    weft__timers_arm(&timers, &timer, WEFT_FOREVER);
    assert_int_equal(timer.place, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_any_order_pops_the_earliest),
        cmocka_unit_test(timers_reserve_fails_without_effect),
        cmocka_unit_test(timers_empty_has_no_next),
    };
    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
