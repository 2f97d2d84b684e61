/* How many descriptors are left, and that those which are kept are, whoever accepts at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/loop/descriptors.h"
#include "tests/support/descriptors.h"
#include "weft/listener.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LIMIT = 200, KEPT = 20, LISTENERS = 4 };

typedef struct process {
    struct rlimit before;
    int n_used, used[LIMIT];
} process;

static void limit_to(const process *p, rlim_t n)
{
    struct rlimit limit = p->before;
    limit.rlim_cur = n;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static int setup(void **state)
{
    static process p;
    memset(&p, 0, sizeof p);
    *state = &p;
    return getrlimit(RLIMIT_NOFILE, &p.before);
}

static int teardown(void **state)
{
    process *p = *state;
    while (p->n_used > 0)
        (void)close(p->used[--p->n_used]);
    return setrlimit(RLIMIT_NOFILE, &p->before);
}

static void open_one(process *p)
{
    int fd = dup(STDIN_FILENO);
    assert_true(fd >= 0);
    p->used[p->n_used++] = fd;
}

static void what_is_kept_is_not_touched_by_many_at_once(void **state)
{
    /* Goal: several listeners that accept within one moment take all but what is kept, and no more. */
    process *p = *state;
    weft__reserve reserves[LISTENERS];
    bool goes_on = true;
    memset(reserves, 0, sizeof reserves);
    limit_to(p, LIMIT);
    while (goes_on) {
        goes_on = false;
        for (int i = 0; i < LISTENERS; i++) {
            if (!weft__reserve_allows(&reserves[i], KEPT, 1))
                continue;
            open_one(p);
            goes_on = true;
        }
    }
    assert_int_equal(LIMIT - weft_test_descriptors(), KEPT);
    assert_true(weft__reserve_allows(&reserves[0], 0, 1)); /* nothing is kept */
}

static void what_others_open_and_close_is_seen_soon(void **state)
{
    /* Goal: what was counted holds for a moment alone, whether there was room or none. */
    process *p = *state;
    weft__reserve reserve;
    uint64_t now_ms = 1000;
    memset(&reserve, 0, sizeof reserve);
    limit_to(p, LIMIT);
    assert_true(weft__reserve_allows(&reserve, KEPT, now_ms));
    while (LIMIT - weft_test_descriptors() > KEPT)
        open_one(p);
    now_ms += WEFT_NS_PER_S / WEFT_NS_PER_MS;
    assert_false(weft__reserve_allows(&reserve, KEPT, now_ms));
    assert_int_equal(close(p->used[--p->n_used]), 0);
    assert_true(weft__reserve_allows(&reserve, KEPT, now_ms + 10));
}

static void a_small_process_keeps_a_quarter(void **state)
{
    /* Goal: by default no more is kept than leaves most to clients. */
    process *p = *state;
    limit_to(p, 40);
    assert_int_equal(weft_listener_options_default().reserved_descriptors, 10);
    limit_to(p, 127);
    assert_int_equal(weft_listener_options_default().reserved_descriptors, 31);
    limit_to(p, (rlim_t)4 * WEFT_RESERVED_DESCRIPTORS);
    assert_int_equal(weft_listener_options_default().reserved_descriptors, WEFT_RESERVED_DESCRIPTORS);
    limit_to(p, p->before.rlim_max);
    assert_int_equal(weft_listener_options_default().reserved_descriptors, WEFT_RESERVED_DESCRIPTORS);
}

int main(void)
{
#define PROCESS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        PROCESS_TEST(what_is_kept_is_not_touched_by_many_at_once),
        PROCESS_TEST(what_others_open_and_close_is_seen_soon),
        PROCESS_TEST(a_small_process_keeps_a_quarter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
