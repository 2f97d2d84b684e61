/* Goal: a budget that sessions have in common, and what is charged to none: halves of an Accept, what goes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#define KIB ((size_t)1024)

enum { HOLD = 0x1002 };

static void ready_with(wire_peer *w, bool initiator, uint64_t max_buffered)
{
    wire_init(w, initiator);
    w->options.max_buffered = max_buffered;
    wire_shake(w);
}

static void let_go(wire_peer *w)
{
    for (int i = 0; i < w->side.n_held && i < PAIR_CALLS_MAX; i++)
        (void)weft_call_drop(w->side.held[i]);
    wire_run(w);
}

static void sessions_may_share_a_budget(void **state)
{
    /* Goal: what one holds the other has not; and it comes back when that one goes. */
    (void)state;
    WEFT_RULE("memory.buffered");
    weft_test_alloc alloc;
    weft_budget *budget;
    weft_engine *engines[2];
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_budget_new(&alloc.allocator, 3000, &budget), 0);
    for (int i = 0; i < 2; i++) {
        weft_engine_options options;
        weft_engine_options_init(&options, sizeof options);
        options.allocator = &alloc.allocator;
        options.budget = budget;
        assert_int_equal(weft_engine_new(&options, NULL, 0, &engines[i]), 0);
    }
    weft_budget_release(budget);
    for (int i = 0; i < 2; i++)
        assert_int_equal(weft_open(weft_engine_session(engines[i]), &pair_service, NULL,
                                   (weft_opened_fn)(void (*)(void))weft_handles_release, NULL),
                         0);
    assert_int_equal(weft_budget_used(budget), 2048);
    weft_engine_free(engines[0]);
    assert_int_equal(weft_budget_used(budget), 1024);
    weft_engine_free(engines[1]);
    weft_test_alloc_assert_empty(&alloc);
}

static void sessions_that_share_a_budget_are_refused_by_it(void **state)
{
    /* Goal: far below its own max_buffered a session is refused what another one holds, and has it when that one lets
     * go. */
    (void)state;
    WEFT_RULE("memory.buffered");
    weft_test_alloc alloc;
    weft_budget *budget;
    wire_peer w[2];
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_budget_new(&alloc.allocator, 40 * KIB, &budget), 0);
    for (int i = 0; i < 2; i++) {
        wire_init(&w[i], false);
        w[i].budget = budget;
        wire_shake(&w[i]);
        wire_open(&w[i], 1);
        w[i].side.keep_calls = true;
    }
    wire_put_request(&w[0].out, 1, 1, HOLD, 25000);
    wire_flush(&w[0]);
    assert_int_equal(w[0].side.n_held, 1);
    wire_put_request(&w[1].out, 1, 1, HOLD, 15000);
    wire_flush(&w[1]);
    (void)wire_expect_response(&w[1], 1, 1, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    assert_int_equal(w[1].side.n_held, 0);
    wire_put_request(&w[1].out, 1, 3, HOLD, 5000);
    wire_flush(&w[1]);
    assert_int_equal(w[1].side.n_held, 1);
    let_go(&w[0]);
    wire_put_request(&w[1].out, 1, 5, HOLD, 15000);
    wire_flush(&w[1]);
    assert_int_equal(w[1].side.n_held, 2);
    wire_expect_alive(&w[1]);
    let_go(&w[1]);
    for (int i = 0; i < 2; i++)
        wire_fini(&w[i]);
    assert_int_equal(weft_budget_used(budget), 0);
    weft_budget_release(budget);
    weft_test_alloc_assert_empty(&alloc);
}

static void accept_half_received_ends_its_open(void **state)
{
    /* Goal: an Accept that is too long for what may be held: Close, limit, and the opener is told; its rest is nothing.
     */
    (void)state;
    WEFT_RULE("memory.buffered");
    wire_peer w;
    static const uint8_t zeros[10000];
    ready_with(&w, true, 12 * KIB);
    uint64_t id = wire_opens(&w);
    wire_put(&w.out, WEFT__KIND_ACCEPT, WEFT__FLAG_MORE, id, zeros, sizeof zeros);
    wire_flush(&w);
    wire_expect_none(&w);
    wire_put(&w.out, WEFT__KIND_ACCEPT, WEFT__FLAG_MORE, id, zeros, sizeof zeros);
    wire_flush(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, id, WEFT_CODE_LIMIT, "[memory.buffered]");
    assert_null(w.side.opened);
    assert_int_equal(w.side.n_refused, 1);
    assert_int_equal(w.side.open_error.code, WEFT_ENOMEM);
    wire_put(&w.out, WEFT__KIND_ACCEPT, 0, id, zeros, sizeof zeros);
    wire_flush(&w);
    wire_expect_alive(&w);
    (void)wire_opens_accepted(&w); /* which is held as well */
    weft_connection_release(w.side.opened);
    wire_fini(&w);
}

static void what_goes_out_does_not_count(void **state)
{
    /* Goal: requests that the conduit does not take are bounded by max_queued, whatever max_buffered is; and who waits
     * for their answers can still be told. */
    (void)state;
    WEFT_RULE("memory.buffered");
    WEFT_RULE("memory.queued");
    wire_peer w;
    weft_session_stats stats;
    ready_with(&w, true, 20 * KIB);
    uint64_t id = wire_opens_accepted(&w);
    assert_int_equal(weft_session_stats_read(w.session, &stats, sizeof stats), 0);
    uint64_t before = stats.buffered_bytes;
    w.hold_output = true;
    for (int i = 0; i < 3; i++)
        assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 60000, i, NULL), 0);
    assert_int_equal(weft_session_stats_read(w.session, &stats, sizeof stats), 0);
    assert_int_equal(stats.buffered_bytes, before);
    assert_true(stats.queued_bytes + stats.unsent_bytes > 180000);
    w.hold_output = false;
    wire_run(&w);
    for (int i = 0; i < 3; i++) {
        wire_frame frame;
        do
            frame = wire_expect(&w, WEFT__KIND_REQUEST, id);
        while (frame.flags & WEFT__FLAG_MORE);
        wire_put_response(&w.out, id, wire_ours(&w, (uint64_t)i + 1), 0, 3);
    }
    wire_flush(&w);
    for (int i = 0; i < 3; i++)
        assert_int_equal(w.side.results[i].code, 0);
    assert_int_equal(w.side.n_done, 3);
    weft_connection_release(w.side.opened);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_may_share_a_budget),
        cmocka_unit_test(sessions_that_share_a_budget_are_refused_by_it),
        cmocka_unit_test(accept_half_received_ends_its_open),
        cmocka_unit_test(what_goes_out_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
