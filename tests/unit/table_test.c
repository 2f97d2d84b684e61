/* The hash table against a plain array. */
#include "runtime/base/table.h"
#include "tests/support/alloc.h"
#include "tests/support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { KEYS = 500 };

/* Inserts and removes at random; a plain array says what must be there. */
static void table_use(weft_test_alloc *alloc, void *user)
{
    uint64_t seed = *(const uint64_t *)user;
    weft_test_random random = { seed };
    static int values[KEYS];
    static bool there[KEYS];
    weft__table table = { 0 };
    uint32_t n = 0;
    memset(there, 0, sizeof there);
    for (unsigned step = 0; step < 6000; step++) {
        size_t i = weft_test_random_below(&random, KEYS);
        uint64_t key = i * 2 + 1; /* as ids of one parity come */
        if (there[i]) {
            assert_ptr_equal(weft__table_remove(&table, seed, key), &values[i]);
            assert_null(weft__table_remove(&table, seed, key));
            there[i] = false;
            n--;
        } else if (weft__table_insert(&table, &alloc->allocator, seed, key, &values[i]) == 0) {
            there[i] = true;
            n++;
        } else {
            assert_true(alloc->failed);
        }
        assert_int_equal(table.n, n);
    }
    uint32_t cursor = 0;
    uint32_t seen = 0;
    for (int *value; (value = weft__table_next(&table, &cursor)) != NULL; seen++)
        assert_true(there[value - values]);
    assert_int_equal(seen, n);
    for (size_t i = 0; i < KEYS; i++)
        assert_ptr_equal(weft__table_find(&table, seed, i * 2 + 1), there[i] ? &values[i] : NULL);
    weft__table_fini(&table, &alloc->allocator);
    weft__table_fini(&table, &alloc->allocator);
}

static void table_holds_what_was_inserted(void **state)
{
    /* Goal: after any inserts and removals the table holds exactly what it should, also out of memory. */
    (void)state;
    for (uint64_t seed = 1; seed < 40; seed += 2)
        weft_test_alloc_each(table_use, &seed);
}

static void table_in_turn_allocates_nothing(void **state)
{
    /* Goal: inserts and removals in turn, with keys that only grow, never allocate. */
    (void)state;
    weft_test_alloc alloc;
    weft__table table = { 0 };
    int value = 0;
    uint64_t seed = UINT64_C(0x9d3f00c1e2a7b5d1);
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft__table_reserve(&table, &alloc.allocator, seed, 64), 0);
    weft_test_alloc_fail(&alloc, 1, true);
    for (uint64_t key = 0; key < 200000; key += 2) {
        assert_int_equal(weft__table_insert(&table, &alloc.allocator, seed, key, &value), 0);
        if (key >= 128)
            assert_ptr_equal(weft__table_remove(&table, seed, key - 128), &value);
    }
    assert_int_equal(alloc.n_requests, 0);
    weft__table_fini(&table, &alloc.allocator);
    weft_test_alloc_assert_empty(&alloc);
}

static void table_reserved_inserts_cannot_fail(void **state)
{
    /* Goal: after a reserve of n, n inserts need no memory. */
    (void)state;
    for (uint32_t n = 0; n < 200; n++) {
        weft_test_alloc alloc;
        weft__table table = { 0 };
        int value = 0;
        weft_test_alloc_init(&alloc);
        assert_int_equal(weft__table_insert(&table, &alloc.allocator, 3, 1000, &value), 0);
        assert_int_equal(weft__table_reserve(&table, &alloc.allocator, 3, n), 0);
        weft_test_alloc_fail(&alloc, 1, true);
        for (uint32_t key = 0; key < n; key++)
            assert_int_equal(weft__table_insert(&table, &alloc.allocator, 3, key, &value), 0);
        weft__table_fini(&table, &alloc.allocator);
    }
}

static void table_empty_finds_nothing(void **state)
{
    /* Goal: a zero-filled table answers every question without memory. */
    (void)state;
    weft__table table = { 0 };
    uint32_t cursor = 0;
    assert_null(weft__table_find(&table, 1, 7));
    assert_null(weft__table_remove(&table, 1, 7));
    assert_null(weft__table_next(&table, &cursor));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_holds_what_was_inserted),
        cmocka_unit_test(table_in_turn_allocates_nothing),
        cmocka_unit_test(table_reserved_inserts_cannot_fail),
        cmocka_unit_test(table_empty_finds_nothing),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
