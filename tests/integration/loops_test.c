/* Goal: several loops serve at one address as one server: who comes is spread, who comes back is found, nothing runs
 * twice, what is bounded is bounded over all of them, and one may leave. */
#include "tests/integration/loops/serving.h"

#include "tests/support/rules.h"

#include <string.h>

#define SECOND WEFT_NS_PER_S

static void tcp_port_is_served_by_all(void **state)
{
    /* Goal: each loop has a socket of its own at the port, and the system spreads who comes. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s;
    int seen[3] = { 0 };
    serving_start(&s, "tcp://127.0.0.1:0", 3, NULL);
    for (int i = 0; i < 500 && !(seen[0] && seen[1] && seen[2]); i++) {
        visitor v = serving_visit(&s, NULL);
        seen[visitor_where(&v)]++;
        visitor_leaves(&v);
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    serving_stop(&s);
}

static void unix_socket_is_served_in_turns(void **state)
{
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s;
    visitor v[9];
    int seen[3] = { 0 };
    serving_start(&s, "unix", 3, NULL);
    for (int i = 0; i < 9; i++) {
        v[i] = serving_visit(&s, NULL);
        seen[visitor_where(&v[i])]++;
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(seen[i], 3);
    assert_int_equal(serving_stats(&s).accepted, 9);
    for (int i = 0; i < 9; i++)
        visitor_leaves(&v[i]);
    serving_stop(&s);
}

static void session_goes_on_where_it_is(void **state)
{
    /* Goal: the conduit that a resumable session comes back over reaches another loop, and goes on at its own. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    WEFT_RULE("resume.exact");
    static const char *const urls[] = { "unix", "tcp://127.0.0.1:0" };
    for (int i = 0; i < 2; i++) {
        serving s;
        weft_session_options options = weft_session_options_default();
        options.resumable = true;
        serving_start(&s, urls[i], 2, NULL);
        visitor v = serving_visit(&s, &options);
        uint32_t where = visitor_where(&v);
        for (int cuts = 1; cuts < 200; cuts++) {
            serving_cut(&s);
            assert_int_equal(visitor_where(&v), where);
            weft_listener_stats stats = serving_stats(&s);
            assert_int_equal(stats.resumed, cuts);
            assert_int_equal(stats.not_handed, 0);
            assert_int_equal(stats.handshakes_now, 0);
            if (stats.handed >= 3)
                break;
        }
        assert_int_equal(serving_stats(&s).handed, 3);
        assert_int_equal(s.n_ready, 1);
        visitor_leaves(&v);
        serving_stop(&s);
    }
}

static void session_of_a_loop_that_left_goes_on(void **state)
{
    /* Goal: a loop that is removed keeps its sessions, through outages, whether it comes back or not; and they do not
     * hold the listener's end up. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    static const char *const urls[] = { "unix", "tcp://127.0.0.1:0" };
    for (int i = 0; i < 2; i++) {
        serving s;
        weft_session_options options = weft_session_options_default();
        options.resumable = true;
        serving_start(&s, urls[i], 2, NULL);
        visitor v = serving_visit(&s, &options);
        while (visitor_where(&v) != 1) {
            visitor_leaves(&v);
            v = serving_visit(&s, &options);
        }
        for (int n = 1; n <= 2; n++) {
            serving_remove_loop(&s, 1);
            serving_cut(&s);
            assert_int_equal(visitor_where(&v), 1);
            visitor other = serving_visit(&s, NULL);
            assert_int_equal(visitor_where(&other), 0);
            visitor_leaves(&other);
            assert_true(serving_stats(&s).handed >= (uint64_t)n);
            if (n == 2)
                break;
            serving_add_loop(&s, 1);
            serving_cut(&s);
            assert_int_equal(visitor_where(&v), 1);
        }
        assert_int_equal(serving_stats(&s).refused[WEFT_REFUSAL_RESUMPTION], 0);
        if (i == 0)
            assert_int_equal(serving_stop_listener(&s, 30 * SECOND), 0);
        visitor_leaves(&v);
        serving_stop(&s);
    }
}

static void persistent_call_meets_its_operation_at_another_loop(void **state)
{
    /* Goal: the session is lost while the handler runs; the one in its place is another loop's, where the call is made
     * again: it has the outcome of the first, and nothing has run twice. */
    (void)state;
    WEFT_RULE("op.states");
    WEFT_RULE("op.retry");
    serving s;
    weft_session_options options = weft_session_options_default();
    const lo_here_once_args args = { .held = true };
    lo_here_once_sync_call call;
    lo_here_once_reply reply;
    options.retry = true;
    serving_start(&s, "unix", 2, NULL);
    visitor v = serving_visit(&s, &options);
    uint32_t before = visitor_where(&v);
    assert_int_equal(lo_here_once_begin_sync(v.here, &args, NULL, &call), 0);
    serving_wait(&s, &s.n_held, 1);
    serving_cut(&s);
    assert_int_equal(visitor_where(&v), 1 - before); /* behind the call, which is there by now */
    serving_answer(&s, (int)before);
    assert_int_equal(lo_here_once_end_sync(call, 30 * SECOND, &reply), 0);
    assert_int_equal(reply.result.attempts, 2);
    assert_int_equal(reply.value, before * 100 + 1);
    assert_int_equal(serving_n_once(&s), 1);
    weft_blocking_call_release(call.call);
    visitor_leaves(&v);
    serving_stop(&s);
}

static uint32_t once(const visitor *v, const uint8_t operation[WEFT_OPERATION_ID])
{
    weft_call_options options = weft_call_options_default();
    const lo_here_once_args args = { .held = false };
    lo_here_once_reply reply;
    weft_arena *arena;
    options.operation_or_null = operation;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(lo_here_once_sync(v->here, &args, &options, arena, &reply), 0);
    weft_arena_free(arena);
    return reply.value;
}

static void outcome_is_known_at_all_loops_and_when_one_has_gone(void **state)
{
    (void)state;
    WEFT_RULE("op.states");
    serving s;
    weft_session_options options = weft_session_options_default();
    uint8_t operation[WEFT_OPERATION_ID];
    memset(operation, 7, sizeof operation);
    options.retry = true;
    serving_start(&s, "unix", 3, NULL);
    visitor first = serving_visit(&s, &options), second = serving_visit(&s, &options);
    visitor third = serving_visit(&s, &options);
    uint32_t where = visitor_where(&second); /* the first turn is the listener's own loop's */
    assert_true(where == 1 || where == 2);
    uint32_t outcome = once(&second, operation);
    assert_int_equal(outcome, where * 100 + 1);
    assert_int_equal(once(&third, operation), outcome);
    visitor_leaves(&second);
    serving_stop_loop(&s, (int)where);
    s.loops[1] = s.loops[3 - where];
    s.n_loops = 2;
    assert_int_equal(once(&first, operation), outcome);
    assert_int_equal(once(&third, operation), outcome);
    assert_int_equal(serving_n_once(&s), 0);
    visitor_leaves(&first);
    visitor_leaves(&third);
    serving_stop(&s);
}

/* ---- crowds ---- */

enum { CROWD = 20, VISITS = 10 };

typedef struct guest {
    uv_thread_t thread;
    serving *s;
    bool may_fail; /* a loop leaves: it comes again where that has ended its session */
} guest;

static void guest_visits(void *user)
{
    guest *g = user;
    weft_session_options options = weft_session_options_default();
    options.connect_wait_ns = 20 * SECOND;
    for (int i = 0; i < VISITS; i++) {
        visitor v;
        int n_failed = 0;
        while (serving_try_visit(g->s, &options, &v) < 0)
            assert_true(g->may_fail && ++n_failed < 10);
        visitor_leaves(&v);
    }
}

static void crowd_comes(serving *s, guest *crowd, bool may_fail)
{
    for (int i = 0; i < CROWD; i++) {
        crowd[i].s = s;
        crowd[i].may_fail = may_fail;
        assert_int_equal(uv_thread_create(&crowd[i].thread, guest_visits, &crowd[i]), 0);
    }
}

static void crowd_goes(guest *crowd)
{
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(uv_thread_join(&crowd[i].thread), 0);
}

static void loop_that_does_nothing_loses_nobody(void **state)
{
    /* Goal: what is on its way to a loop is bounded; beyond, accepting pauses, and goes on when the loop does. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s;
    guest crowd[CROWD];
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_handed = 1;
    serving_start(&s, "unix", 2, &bounds);
    serving_stick(&s, 1);
    crowd_comes(&s, crowd, false);
    serving_wait(&s, &s.n_ready, 2);
    assert_int_equal(serving_stats(&s).accepted, 3); /* one is on its way; the next one has to wait */
    serving_let_go(&s);
    crowd_goes(crowd);
    assert_int_equal(serving_stats(&s).ready, CROWD * VISITS);
    serving_stop(&s);
}

static void loop_may_leave_under_load(void **state)
{
    /* Goal: its sessions end, who was on the way to it is another's, and who connects is served. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    static const char *const urls[] = { "unix", "tcp://127.0.0.1:0" };
    for (int i = 0; i < 2; i++) {
        serving s;
        guest crowd[CROWD];
        serving_start(&s, urls[i], 3, NULL);
        crowd_comes(&s, crowd, true);
        serving_wait(&s, &s.n_ready, CROWD);
        serving_stop_loop(&s, 2);
        serving_wait(&s, &s.n_ready, 2 * CROWD);
        serving_stop_loop(&s, 1);
        crowd_goes(crowd);
        serving_stop(&s);
    }
}

static void new_loop_serves_where_one_has_just_ended(void **state)
{
    /* Goal: a runtime that has ended is never taken for the next one, which may have its memory. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    serving s;
    serving_start(&s, "unix", 2, NULL);
    for (int i = 0; i < 100; i++) {
        serving_stop_loop(&s, 1);
        serving_start_loop(&s, 1);
        serving_add_loop(&s, 1);
    }
    serving_stop(&s);
}

/* ---- bounds ---- */

enum { HAMMERS = 64, BLOWS = 8, MAX_LIVE = 10 };

typedef struct hammer {
    uv_thread_t thread;
    serving *s;
    int n_in;
} hammer;

static void hammer_falls(void *user)
{
    hammer *h = user;
    for (int i = 0; i < BLOWS; i++) {
        visitor v;
        if (serving_try_visit(h->s, NULL, &v) < 0)
            continue;
        h->n_in++;
        (void)visitor_where(&v);
        visitor_leaves(&v);
    }
    serving_note(h->s, &h->s->n_over);
}

static void bounds_hold_over_all_loops(void **state)
{
    /* Goal: 64 threads hammer at 4 loops: never more sessions than there may be, some get in all the while, and nothing
     * is left behind. */
    (void)state;
    WEFT_RULE("conn.limits");
    static const char *const urls[] = { "unix", "tcp://127.0.0.1:0" };
    for (int i = 0; i < 2; i++) {
        serving s;
        hammer hammers[HAMMERS];
        weft_listener_options bounds = weft_listener_options_default();
        int n_in = 0;
        bounds.max_live = MAX_LIVE;
        bounds.max_pending_per_address = HAMMERS;
        serving_start(&s, urls[i], 4, &bounds);
        for (int k = 0; k < HAMMERS; k++) {
            hammers[k] = (hammer){ .s = &s };
            assert_int_equal(uv_thread_create(&hammers[k].thread, hammer_falls, &hammers[k]), 0);
        }
        uint64_t most = 0;
        for (bool over = false; !over;) {
            weft_listener_stats stats = serving_stats(&s);
            most = stats.live_now > most ? stats.live_now : most;
            uv_mutex_lock(&s.mutex);
            over = s.n_over == HAMMERS;
            uv_mutex_unlock(&s.mutex);
        }
        for (int k = 0; k < HAMMERS; k++) {
            assert_int_equal(uv_thread_join(&hammers[k].thread), 0);
            n_in += hammers[k].n_in;
        }
        assert_true(most <= MAX_LIVE);
        assert_true(n_in > 0);
        serving_wait(&s, &s.n_ended, n_in);
        weft_listener_stats stats = serving_stats(&s);
        assert_int_equal(stats.ready, s.n_ready);
        assert_int_equal(stats.handshakes_now, 0);
        print_message("%d of %d got in, %llu at once\n", n_in, HAMMERS * BLOWS, (unsigned long long)most);
        serving_stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcp_port_is_served_by_all),
        cmocka_unit_test(unix_socket_is_served_in_turns),
        cmocka_unit_test(session_goes_on_where_it_is),
        cmocka_unit_test(session_of_a_loop_that_left_goes_on),
        cmocka_unit_test(persistent_call_meets_its_operation_at_another_loop),
        cmocka_unit_test(outcome_is_known_at_all_loops_and_when_one_has_gone),
        cmocka_unit_test(loop_that_does_nothing_loses_nobody),
        cmocka_unit_test(loop_may_leave_under_load),
        cmocka_unit_test(new_loop_serves_where_one_has_just_ended),
        cmocka_unit_test(bounds_hold_over_all_loops),
    };
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
