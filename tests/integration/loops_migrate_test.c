/* Loops that come and go at a TCP port under load, and a listener that is bound to it anew each time, in a network of
 * the test's own: none is lost, whether or not the system moves connections that wait at a socket that closes
 * (net.ipv4.tcp_migrate_req). */
#include "tests/integration/loops/serving.h"

#include "tests/support/network.h"
#include "tests/support/rules.h"

enum { CROWD = 4, TIMES = 20, SKIPPED = 77 };

typedef struct guest {
    uv_thread_t thread;
    serving *s;
    bool is_over; /* under the serving's mutex */
    int n_visits, n_failed;
} guest;

static bool guest_goes_on(guest *g)
{
    bool goes_on;
    uv_mutex_lock(&g->s->mutex);
    goes_on = !g->is_over;
    uv_mutex_unlock(&g->s->mutex);
    return goes_on;
}

static void guest_visits(void *user)
{
    guest *g = user;
    while (guest_goes_on(g)) {
        visitor v;
        g->n_visits++;
        if (serving_try_visit(g->s, NULL, &v) == 0)
            visitor_leaves(&v);
        else
            g->n_failed++;
    }
}

/* How many visits failed. */
static int come_and_go(void)
{
    serving s;
    guest crowd[CROWD];
    weft_listener_options bounds = weft_listener_options_default();
    int n_failed = 0, n_visits = 0;
    serving_start(&s, "tcp://127.0.0.1:0", 2, NULL);
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (guest){ .s = &s };
        assert_int_equal(uv_thread_create(&crowd[i].thread, guest_visits, &crowd[i]), 0);
    }
    for (int i = 0; i < TIMES; i++) {
        uv_mutex_lock(&s.mutex);
        int n = s.n_ready;
        uv_mutex_unlock(&s.mutex);
        serving_wait(&s, &s.n_ready, n + 5 * CROWD);
        serving_remove_loop(&s, 1);
        serving_add_loop(&s, 1);
        bounds.max_pending = 256 - (uint32_t)i;
        assert_int_equal(serving_rebind(&s, s.url, NULL, &bounds), 0); /* keeps its socket */
    }
    uv_mutex_lock(&s.mutex);
    for (int i = 0; i < CROWD; i++)
        crowd[i].is_over = true;
    uv_mutex_unlock(&s.mutex);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(uv_thread_join(&crowd[i].thread), 0);
        n_failed += crowd[i].n_failed;
        n_visits += crowd[i].n_visits;
    }
    print_message("a loop came and went %d times: %d of %d visits failed\n", TIMES, n_failed, n_visits);
    serving_stop(&s);
    return n_failed;
}

static void where_connections_migrate_none_is_lost(void **state)
{
    (void)state;
    WEFT_RULE("conduit.reliable");
    assert_true(weft_test_migrate(true));
    assert_int_equal(come_and_go(), 0);
}

static void nor_where_they_do_not(void **state)
{
    (void)state;
    WEFT_RULE("conduit.reliable");
    assert_true(weft_test_migrate(false));
    assert_int_equal(come_and_go(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_connections_migrate_none_is_lost),
        cmocka_unit_test(nor_where_they_do_not),
    };
    if (!weft_test_own_network() || !weft_test_migrate(false)) /* not allowed here, or a system without it */
        return SKIPPED;
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
