/* Goal: a counterpart that is gone is noticed, one that lives is left alone, and neither costs more than a ping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#define S WEFT_NS_PER_S

static void ready(wire_peer *w, uint64_t idle_ns, uint64_t timeout_ns)
{
    wire_init(w, false);
    w->options.keepalive_idle_ns = idle_ns;
    w->options.keepalive_timeout_ns = timeout_ns;
    wire_shake(w);
}

static uint64_t expect_ping(wire_peer *w)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_PING, 0);
    uint64_t nonce = 0;
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &nonce), 0);
    return nonce;
}

static void defaults_are_thirty_and_twenty_seconds(void **state)
{
    /* Goal: on by default, with the times that the protocol says. */
    (void)state;
    WEFT_RULE("session.keepalive");
    weft_session_options options = weft_session_options_default();
    assert_int_equal(options.keepalive_idle_ns, 30 * S);
    assert_int_equal(options.keepalive_timeout_ns, 20 * S);
    wire_peer w;
    ready(&w, options.keepalive_idle_ns, options.keepalive_timeout_ns);
    wire_advance(&w, 30 * S - 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    (void)expect_ping(&w);
    wire_advance(&w, 20 * S - 1);
    assert_int_equal(w.side.n_closed, 0);
    wire_advance(&w, 1);
    assert_int_equal(w.side.n_closed, 1);
    wire_fini(&w);
}

static void silence_ends_the_session_and_its_calls(void **state)
{
    /* Goal: dead is the same as after any other failure of the conduit: what is under way ends, once. */
    (void)state;
    WEFT_RULE("session.keepalive");
    wire_peer w;
    ready(&w, 30 * S, 20 * S);
    wire_open(&w, 1);
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = WEFT_FOREVER;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 3, 0, &options, NULL), 0);
    wire_run(&w);
    (void)wire_expect_request(&w, 1);
    wire_advance(&w, 30 * S);
    (void)expect_ping(&w);
    wire_advance(&w, 20 * S);
    wire_expect_none(&w);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    assert_int_equal(w.side.end.code, WEFT_ETIMEDOUT);
    assert_int_equal(w.side.done_times[0], 1);
    assert_int_equal(w.side.results[0].code, WEFT_ETIMEDOUT);
    assert_true(w.side.results[0].may_have_run);
    wire_fini(&w);
}

static void any_byte_is_a_sign_of_life(void **state)
{
    /* Goal: whatever comes, half a header too, counts; the idle interval begins with it. */
    (void)state;
    WEFT_RULE("session.keepalive");
    wire_peer w;
    ready(&w, 30 * S, 20 * S);
    wire_advance(&w, 10 * S);
    wire_put_number(&w.out, WEFT__KIND_PING, 0, 7);
    wire_feed(&w, w.out.ptr, 3);
    wire_advance(&w, 30 * S - 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    (void)expect_ping(&w);
    wire_feed(&w, w.out.ptr + 3, 4);
    wire_advance(&w, 30 * S - 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    (void)expect_ping(&w);
    wire_feed(&w, w.out.ptr + 7, w.out.len - 7);
    w.out.len = 0;
    (void)wire_expect(&w, WEFT__KIND_PONG, 0);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void pong_is_an_answer_and_each_ping_a_new_one(void **state)
{
    /* Goal: pings have nonces of their own; a pong, of an old ping too, changes nothing but that bytes came. */
    (void)state;
    WEFT_RULE("session.keepalive");
    wire_peer w;
    ready(&w, 30 * S, 20 * S);
    uint64_t last = 0;
    for (int i = 0; i < 5; i++) {
        wire_advance(&w, 30 * S);
        uint64_t nonce = expect_ping(&w);
        assert_true(nonce != last);
        wire_put_number(&w.out, WEFT__KIND_PONG, 0, i < 3 ? nonce : last);
        wire_flush(&w);
        wire_expect_none(&w);
        last = nonce;
    }
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void forever_switches_it_off(void **state)
{
    /* Goal: no ping with idle FOREVER; with timeout FOREVER pings, and nobody is declared dead. */
    (void)state;
    WEFT_RULE("session.keepalive");
    wire_peer w;
    ready(&w, WEFT_FOREVER, 20 * S);
    assert_true(weft_engine_deadline(w.engine) == WEFT_FOREVER);
    wire_advance(&w, 3600 * S);
    wire_expect_alive(&w);
    wire_fini(&w);
    ready(&w, 30 * S, WEFT_FOREVER);
    for (int i = 0; i < 4; i++) {
        wire_advance(&w, 30 * S);
        (void)expect_ping(&w);
    }
    wire_expect_alive(&w);
    wire_fini(&w);
    weft_session_options options = weft_session_options_default();
    weft_engine_options engine_options;
    weft_engine *engine;
    weft_engine_options_init(&engine_options, sizeof engine_options);
    options.keepalive_idle_ns = 0;
    assert_int_equal(weft_engine_new(&engine_options, &options, 0, &engine), WEFT_EINVAL);
    options = weft_session_options_default();
    options.keepalive_timeout_ns = 0;
    assert_int_equal(weft_engine_new(&engine_options, &options, 0, &engine), WEFT_EINVAL);
}

static void a_conduit_that_takes_nothing_is_dead_too(void **state)
{
    /* Goal: the time runs from when the ping is due, not from when the conduit takes it. */
    (void)state;
    WEFT_RULE("session.keepalive");
    wire_peer w;
    ready(&w, 30 * S, 20 * S);
    w.hold_output = true;
    wire_advance(&w, 30 * S);
    wire_advance(&w, 20 * S);
    assert_int_equal(w.side.end.code, WEFT_ETIMEDOUT);
    wire_fini(&w);
}

static void goodbye_has_its_own_limit(void **state)
{
    /* Goal: while the answer to a Goodbye is awaited nothing is said any more, and the end is an orderly one. */
    (void)state;
    WEFT_RULE("session.keepalive");
    wire_peer w;
    ready(&w, 1 * S, 1 * S);
    weft_session_close(w.session, 0, NULL);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
    wire_advance(&w, 1 * S);
    wire_advance(&w, 1 * S);
    wire_expect_none(&w);
    assert_int_equal(w.side.n_closed, 0);
    wire_advance(&w, 60 * S);
    assert_int_equal(w.side.end.code, WEFT_OK);
    wire_fini(&w);
}

static void both_sides_alive_never_end(void **state)
{
    /* Goal: two engines that have nothing to say keep each other alive, and one that is cut off notices. */
    (void)state;
    WEFT_RULE("session.keepalive");
    weft_test_alloc alloc;
    pair p;
    weft_test_alloc_init(&alloc);
    pair_ready(&p, &alloc);
    for (int i = 0; i < 100; i++)
        pair_advance(&p, 10 * S);
    assert_int_equal(p.c.n_closed + p.s.n_closed, 0);
    p.cut = true;
    for (int i = 0; i < 6; i++)
        pair_advance(&p, 10 * S);
    assert_int_equal(p.c.end.code, WEFT_ETIMEDOUT);
    assert_int_equal(p.s.end.code, WEFT_ETIMEDOUT);
    pair_fini(&p);
    weft_test_alloc_assert_empty(&alloc);
}

static void idle_session_gives_back_what_it_kept(void **state)
{
    /* Goal: what is kept so that the next call costs nothing goes after an interval without one, and all works on. */
    (void)state;
    weft_test_alloc alloc;
    pair p;
    weft_test_alloc_init(&alloc);
    pair_ready(&p, &alloc);
    weft_connection *connection = pair_open(&p);
    size_t used = 0;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pair_call(&p.c, connection, PAIR_ECHO, 3000, i, NULL), 0);
        pair_run(&p);
        assert_int_equal(p.c.results[i].code, 0);
        used = alloc.live_bytes;
        for (int k = 0; k < 3; k++)
            pair_advance(&p, 30 * S);
        assert_true(alloc.live_bytes + 8000 < used); /* a chunk of output each, at least */
    }
    weft_connection_release(connection);
    pair_run(&p);
    pair_fini(&p);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_thirty_and_twenty_seconds),
        cmocka_unit_test(silence_ends_the_session_and_its_calls),
        cmocka_unit_test(any_byte_is_a_sign_of_life),
        cmocka_unit_test(pong_is_an_answer_and_each_ping_a_new_one),
        cmocka_unit_test(forever_switches_it_off),
        cmocka_unit_test(a_conduit_that_takes_nothing_is_dead_too),
        cmocka_unit_test(goodbye_has_its_own_limit),
        cmocka_unit_test(both_sides_alive_never_end),
        cmocka_unit_test(idle_session_gives_back_what_it_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
