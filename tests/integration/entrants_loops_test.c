/* Users that a unix listener lets in, where it has several loops: who is handed to another loop is asked there too. */
#include "tests/integration/loops/serving.h"

#include <string.h>
#include <unistd.h>

enum { N = 9, N_LOOPS = 3 };

static void entrants_come_in_at_each_loop(void **state)
{
    /* Goal: the list is held at each of the loops that take turns, also for who is on it. */
    serving s;
    visitor v[N];
    weft_listener_options bounds = weft_listener_options_default();
    uint32_t uid = (uint32_t)geteuid();
    int seen[N_LOOPS] = { 0 };
    (void)state;
    bounds.uids = &uid;
    bounds.n_uids = 1;
    serving_start(&s, "unix", N_LOOPS, &bounds);
    for (int i = 0; i < N; i++) {
        v[i] = serving_visit(&s, NULL);
        seen[visitor_where(&v[i])]++;
    }
    for (int i = 0; i < N_LOOPS; i++)
        assert_int_equal(seen[i], N / N_LOOPS);
    for (int i = 0; i < N; i++)
        visitor_leaves(&v[i]);
    assert_int_equal(serving_stats(&s).refused[WEFT_REFUSAL_FORBIDDEN], 0);
    serving_stop(&s);
}

static void entrants_stay_out_at_each_loop(void **state)
{
    /* Goal: no loop lets in who is on no list; each of them is counted once. */
    serving s;
    visitor v;
    weft_listener_options bounds = weft_listener_options_default();
    uint32_t uid = (uint32_t)geteuid() + 1;
    (void)state;
    bounds.uids = &uid;
    bounds.n_uids = 1;
    serving_start(&s, "unix", N_LOOPS, &bounds);
    for (int i = 0; i < N; i++)
        assert_true(serving_try_visit(&s, NULL, &v) < 0);
    assert_int_equal(serving_stats(&s).refused[WEFT_REFUSAL_FORBIDDEN], N);
    assert_int_equal(serving_stats(&s).ready, 0);
    serving_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entrants_come_in_at_each_loop),
        cmocka_unit_test(entrants_stay_out_at_each_loop),
    };
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
