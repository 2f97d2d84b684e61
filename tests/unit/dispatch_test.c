/* Callbacks that wait when dispatch returns before their turn: what they are given outlives what was fed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/wire_peer.h"

#include <stdlib.h>

enum { N = 4, LEN = 9 };

/* Feeds what is in w->out from memory that is gone once the first of its callbacks has run. The nth allocation from
 * then on fails (0: none), where fail_on with all behind it; whether one did. */
static bool feed_and_dispatch_singly(wire_peer *w, uint64_t nth, bool fail_on)
{
    size_t consumed;
    uint8_t *fed = malloc(w->out.len);
    assert_non_null(fed);
    memcpy(fed, w->out.ptr, w->out.len);
    assert_int_equal(weft_engine_feed(w->engine, fed, w->out.len, w->now_ns, &consumed), 0);
    assert_int_equal(consumed, w->out.len);
    weft_test_alloc_fail(&w->alloc, nth, fail_on);
    assert_int_equal(weft_engine_dispatch(w->engine, w->now_ns, 1), 1);
    free(fed);
    w->out.len = 0;
    while (weft_engine_dispatch(w->engine, w->now_ns, 1) > 0)
        continue;
    bool failed = w->alloc.failed;
    weft_test_alloc_fail(&w->alloc, 0, false);
    return failed;
}

static void begin_with_calls(wire_peer *w)
{
    wire_ready(w, false);
    wire_open(w, 1);
    for (int i = 0; i < N; i++)
        assert_int_equal(pair_call(&w->side, w->accepted, PAIR_HOLD, 1, i, NULL), 0);
    wire_run(w);
    for (int i = 0; i < N; i++)
        wire_put_response(&w->out, 1, wire_expect_request(w, 1), 0, LEN);
}

static void responses_dispatched_one_by_one_are_whole_or_fail(void **state)
{
    /* Each reply is there when its turn comes, whenever that is; where there is no memory to keep it it is lost, says
     * so, and the session ends. */
    bool failed = true;
    (void)state;
    for (uint64_t run = 0; failed; run++) {
        uint64_t nth = run / 2;
        wire_peer w;
        int n_lost = 0;
        begin_with_calls(&w);
        failed = feed_and_dispatch_singly(&w, nth, run % 2) || nth == 0;
        for (int i = 0; i < N; i++) {
            bool lost = w.side.results[i].code != 0;
            n_lost += lost;
            assert_int_equal(w.side.done_times[i], 1);
            assert_int_equal(w.side.results[i].code, lost ? WEFT_ENOMEM : 0);
            assert_int_equal(w.side.value_len[i], lost ? 0 : LEN);
        }
        assert_true(nth > 0 || n_lost == 0);
        assert_true(nth != 1 || n_lost > 0);
        assert_true(w.side.n_closed == 0 || w.side.end.code == WEFT_ENOMEM);
        wire_fini(&w);
    }
}

static void requests_dispatched_one_by_one_are_whole_or_end(void **state)
{
    /* The same of arguments: none reaches a handler that is not whole. */
    bool failed = true;
    (void)state;
    for (uint64_t run = 0; failed; run++) {
        uint64_t nth = run / 2;
        wire_peer w;
        wire_ready(&w, false);
        wire_open(&w, 1);
        for (uint64_t i = 0; i < N; i++)
            wire_put_request(&w.out, 1, 2 * i + 1, pair_service.methods[PAIR_ECHO].id, LEN);
        failed = feed_and_dispatch_singly(&w, nth, run % 2) || nth == 0;
        wire_run(&w);
        if (nth == 0)
            for (uint64_t i = 0; i < N; i++)
                assert_int_equal(wire_expect_response(&w, 1, 2 * i + 1, 0).len, LEN + 2);
        else if (w.side.n_closed == 0)
            for (int i = 0; i < N; i++)
                (void)wire_expect(&w, WEFT__KIND_RESPONSE, 1);
        wire_expect_none(&w);
        assert_true(nth > 0 || w.side.n_handled == N);
        assert_true(w.side.n_closed == 0 || w.side.end.code == WEFT_ENOMEM);
        wire_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_dispatched_one_by_one_are_whole_or_fail),
        cmocka_unit_test(requests_dispatched_one_by_one_are_whole_or_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
