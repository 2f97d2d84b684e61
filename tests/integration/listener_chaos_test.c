/* Goal: whatever becomes of a listener (it moves, and back; its loops leave, end and come again; sessions are drained;
 * conduits break) each call of clients whose sessions resume, or make calls again, ends: with its answer, in order,
 * having run once, or with an error when the session is over. Nobody waits for ever. */
#include "tests/integration/loops/serving.h"

#include "tests/support/random.h"
#include "tests/support/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CROWD = 8, CALLS = 25, LOOPS = 3, EVENTS = 40, SEEDS = 4 };

typedef struct guest {
    uv_thread_t thread;
    serving *s;
    int number;
    bool is_over; /* under the serving's mutex */
    int n_answered, n_failed, n_out_of_order;
} guest;

static bool guest_goes_on(guest *g)
{
    bool goes_on;
    uv_mutex_lock(&g->s->mutex);
    goes_on = !g->is_over;
    uv_mutex_unlock(&g->s->mutex);
    return goes_on;
}

static void guest_stays(guest *g, visitor *v)
{
    const lo_here_once_args args = { .held = false };
    uint32_t last = 0;
    int rc = 0;
    for (int i = 0; i < CALLS && rc == 0; i++) {
        lo_here_once_reply reply;
        weft_arena *arena;
        assert_int_equal(weft_arena_new(NULL, &arena), 0);
        rc = lo_here_once_sync(v->here, &args, NULL, arena, &reply);
        g->n_answered += rc == 0;
        g->n_failed += rc != 0;
        if (g->number % 4 >= 2) /* else there may be a session in place of the first, at another loop */
            g->n_out_of_order += rc == 0 && reply.value <= last;
        last = rc == 0 ? reply.value : last;
        weft_arena_free(arena);
        serving_note(g->s, &g->s->n_calls);
    }
    weft_blocking_client_release(v->here.client);
    (void)weft_blocking_session_close(v->session, 0, NULL, WEFT_FOREVER);
    weft_blocking_session_release(v->session);
}

static void guest_comes_again(void *user)
{
    guest *g = user;
    weft_session_options options = weft_session_options_default();
    options.resumable = g->number % 2 == 0;
    options.retry = g->number % 4 < 2;
    options.recovery_timeout_ns = WEFT_NS_PER_S / 5;
    while (guest_goes_on(g)) {
        visitor v;
        if (serving_try_visit(g->s, &options, &v) == 0) /* else it came to an address that was just left */
            guest_stays(g, &v);
    }
    serving_note(g->s, &g->s->n_over);
}

typedef struct chaos {
    serving s;
    weft_test_random random;
    char first[sizeof((serving *)NULL)->url], before[sizeof((serving *)NULL)->url];
    bool is_in[LOOPS];
} chaos;

static void move_to(chaos *c, const char *url)
{
    char now[sizeof c->s.url];
    memcpy(now, c->s.url, sizeof now);
    if (serving_rebind(&c->s, url, NULL, NULL) == 0)
        memcpy(c->before, now, sizeof now);
}

/* Another port, or the other one of two paths. */
static void move_on(chaos *c)
{
    char to[sizeof c->first + 2];
    (void)snprintf(to, sizeof to, "%s2", c->first);
    if (strncmp(c->first, "tcp", 3) == 0)
        move_to(c, "tcp://127.0.0.1:0");
    else
        move_to(c, strcmp(c->s.url, c->first) == 0 ? to : c->first);
}

static int drain_session(void *user, weft_session *session)
{
    (void)user;
    return weft_session_drain(session, WEFT_NS_PER_S / 20) == WEFT_ENOMEM;
}

static int drain_sessions(void *user, weft_runtime *runtime)
{
    const serving *s = user;
    (void)runtime;
    return weft_listener_each_session(s->listener, NULL, drain_session, NULL);
}

static void happen(chaos *c)
{
    int number = 1 + (int)weft_test_random_below(&c->random, LOOPS - 1);
    switch (weft_test_random_below(&c->random, 7)) {
    case 0: move_on(c); break;
    case 1: move_to(c, c->before); break;
    case 2:
    case 3: serving_cut(&c->s); break;
    case 4: assert_int_equal(weft_blocking_run(c->s.loops[0].blocking, drain_sessions, &c->s), 0); break;
    case 5:
        if (c->is_in[number])
            serving_remove_loop(&c->s, number);
        else
            serving_add_loop(&c->s, number);
        c->is_in[number] = !c->is_in[number];
        break;
    default:
        serving_stop_loop(&c->s, number);
        serving_start_loop(&c->s, number);
        serving_add_loop(&c->s, number);
        c->is_in[number] = true;
        break;
    }
}

static int end_session(void *user, weft_session *session)
{
    (void)user;
    weft_session_abort(session);
    return 0;
}

/* Those that wait for clients who have given up. */
static int end_sessions(void *user, weft_runtime *runtime)
{
    const serving *s = user;
    (void)runtime;
    return weft_listener_each_session(s->listener, NULL, end_session, NULL);
}

static void live(unsigned seed)
{
    chaos c;
    guest crowd[CROWD];
    int n_answered = 0, n_failed = 0, n_once;
    memset(&c, 0, sizeof c);
    c.random.state = seed;
    serving_start(&c.s, seed % 2 == 0 ? "unix" : "tcp://127.0.0.1:0", LOOPS, NULL);
    memcpy(c.first, c.s.url, sizeof c.first);
    memcpy(c.before, c.s.url, sizeof c.before);
    for (int i = 0; i < LOOPS; i++)
        c.is_in[i] = true;
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = (guest){ .s = &c.s, .number = i };
        assert_int_equal(uv_thread_create(&crowd[i].thread, guest_comes_again, &crowd[i]), 0);
    }
    for (int i = 0; i < EVENTS; i++) {
        happen(&c);
        uv_mutex_lock(&c.s.mutex);
        int n = c.s.n_calls;
        uv_mutex_unlock(&c.s.mutex);
        serving_wait(&c.s, &c.s.n_calls, n + 5);
    }
    uv_mutex_lock(&c.s.mutex);
    for (int i = 0; i < CROWD; i++)
        crowd[i].is_over = true;
    uv_mutex_unlock(&c.s.mutex);
    serving_wait(&c.s, &c.s.n_over, CROWD);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(uv_thread_join(&crowd[i].thread), 0);
        n_answered += crowd[i].n_answered;
        n_failed += crowd[i].n_failed;
        assert_int_equal(crowd[i].n_out_of_order, 0);
    }
    n_once = serving_n_once(&c.s);
    print_message("%d answered, %d failed, %d ran\n", n_answered, n_failed, n_once);
    assert_true(n_answered > 0);
    assert_true(n_answered <= n_once && n_once <= n_answered + n_failed);
    assert_int_equal(weft_blocking_run(c.s.loops[0].blocking, end_sessions, &c.s), 0);
    serving_stop(&c.s);
}

static void nobody_waits_for_ever(void **state)
{
    (void)state;
    WEFT_RULE("conduit.reliable");
    WEFT_RULE("resume.exact");
    const char *text = getenv("WEFT_CHAOS_SEED");
    unsigned first = text ? (unsigned)strtoul(text, NULL, 10) : 1;
    for (unsigned seed = first; seed < first + (text ? 1 : SEEDS); seed++) {
        print_message("WEFT_CHAOS_SEED=%u\n", seed);
        live(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits_for_ever),
    };
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
