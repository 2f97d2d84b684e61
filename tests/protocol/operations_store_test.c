/* Goal: recorded before the handler starts, sealed before the answer leaves; whatever the storage does, and whenever
 * the process ends, nothing runs twice and nothing is said that is not so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/op_world.h"
#include "tests/support/rules.h"

static void nothing_happens_before_it_is_durable(void **state)
{
    /* Goal: the handler waits for the record, the answer for the seal; attempts attach at every stage. */
    (void)state;
    WEFT_RULE("op.order");
    op_world t;
    op_begin(&t);
    t.store.hold = true;
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    assert_true(weft_operations_want_sync(t.w.operations));
    op_sync(&t.w);
    assert_int_equal(t.w.side.n_handled, 0);
    attempt.n = 2;
    op_send(&t.w, &attempt);
    op_store_done(&t.store);
    assert_int_equal(op_store_count(&t.store, 'o'), 1);
    wire_run(&t.w);
    assert_int_equal(t.w.side.n_handled, 1);
    op_return(&t.w, 0, 5);
    wire_expect_none(&t.w);
    op_sync(&t.w);
    attempt.n = 3;
    op_send(&t.w, &attempt);
    wire_expect_none(&t.w);
    op_store_done(&t.store);
    wire_run(&t.w);
    for (uint64_t n = 1; n <= 3; n++)
        assert_int_equal(op_expect(&t.w, n, 0).len, 7);
    attempt.n = 4;
    op_send(&t.w, &attempt); /* out of the store */
    assert_int_equal(op_expect(&t.w, 4, 0).len, 7);
    assert_int_equal(t.w.side.n_handled, 1);
    assert_false(weft_operations_want_sync(t.w.operations));
    assert_true(weft_operations_is_settled(t.w.operations));
    op_end(&t);
}

static void one_sync_serves_what_a_turn_has_recorded(void **state)
{
    (void)state;
    WEFT_RULE("op.store");
    op_world t;
    op_begin(&t);
    for (uint64_t n = 1; n <= 20; n++) {
        op_attempt attempt = op_once(n, n);
        op_send(&t.w, &attempt);
    }
    assert_int_equal(t.w.side.n_handled, 0);
    op_sync(&t.w);
    assert_int_equal(t.store.n_syncs, 1);
    assert_int_equal(t.w.side.n_handled, 20);
    op_end(&t);
}

static void outcomes_outlive_the_process(void **state)
{
    /* Goal: sealed: the same answer, with its metadata; live: indeterminate, and never run again. */
    (void)state;
    WEFT_RULE("op.states");
    WEFT_RULE("op.store");
    op_world t;
    op_begin(&t);
    op_attempt sealed = op_once(1, 1), failed = op_once(2, 2), live = op_once(3, 3);
    weft_metadata_entry entry = weft_metadata_str("cost", WEFT_STR("12"), 0);
    weft_metadata metadata = { &entry, 1 };
    op_send(&t.w, &sealed);
    op_send(&t.w, &failed);
    op_send(&t.w, &live);
    op_sync(&t.w);
    assert_int_equal(weft_call_reply_metadata(t.w.side.held[0], &metadata), 0);
    op_return(&t.w, 0, 300);
    assert_int_equal(weft_call_fail(t.w.side.held[1], WEFT_OUTCOME_INTERNAL, "out of paper"), 0);
    op_sync(&t.w);
    op_crash(&t, true);
    op_send(&t.w, &sealed);
    wire_frame frame = wire_expect(&t.w, WEFT__KIND_RESPONSE, 0);
    weft__response response;
    assert_int_equal(weft__response_decode(frame.body, &response), 0);
    assert_int_equal(response.outcome, 0);
    assert_int_equal(response.value.len, 303);
    assert_true(weft__metadata_peek(response.metadata, WEFT_STR("cost"), &entry));
    op_send(&t.w, &failed);
    assert_int_equal(op_expect(&t.w, 2, WEFT_OUTCOME_INTERNAL).len, 13);
    for (uint64_t n = 3; n < 5; n++) {
        live.n = n;
        op_send(&t.w, &live);
        (void)op_expect(&t.w, n, WEFT_OUTCOME_INDETERMINATE);
    }
    op_attempt conflict = op_once(5, 3);
    conflict.fill = 9;
    op_send(&t.w, &conflict);
    (void)op_expect(&t.w, 5, WEFT_OUTCOME_CONFLICT);
    assert_int_equal(t.w.side.n_handled, 0);
    weft_operations_stats stats;
    weft_operations_stats_read(t.w.operations, &stats, sizeof stats);
    assert_int_equal(stats.records, 3);
    assert_int_equal(stats.indeterminate, 1);
    op_end(&t);
}

static void idempotent_one_is_run_again_after_a_crash(void **state)
{
    (void)state;
    WEFT_RULE("op.states");
    op_world t;
    op_begin(&t);
    op_attempt attempt = op_once(1, 1);
    attempt.method_id = OP_ONCE_AGAIN;
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    assert_int_equal(t.w.side.n_handled, 1);
    op_crash(&t, true);
    op_send(&t.w, &attempt);
    attempt.n = 2;
    op_send(&t.w, &attempt);
    assert_int_equal(t.w.side.n_handled, 1);
    op_return(&t.w, 0, 5);
    op_sync(&t.w);
    (void)op_expect(&t.w, 1, 0);
    (void)op_expect(&t.w, 2, 0);
    op_crash(&t, true);
    attempt.n = 1;
    op_send(&t.w, &attempt);
    (void)op_expect(&t.w, 1, 0);
    assert_int_equal(t.w.side.n_handled, 0);
    op_end(&t);
}

static void one_that_is_run_again_is_told_as_it_ends(void **state)
{
    /* Goal: of what the crash has left nothing is told for its outcome: not where that is too long to be kept, nor
     * where the store cannot be read then. */
    (void)state;
    WEFT_RULE("op.store");
    for (int keeps = 0; keeps < 2; keeps++) {
        op_world t;
        op_begin(&t);
        op_attempt attempt = op_once(1, 1);
        attempt.method_id = OP_ONCE_AGAIN;
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        t.options.max_bytes = keeps ? t.options.max_bytes : 2000;
        op_crash(&t, true);
        t.store.fail_read = WEFT_EIO;
        op_send(&t.w, &attempt);
        op_return(&t.w, 0, 4000);
        op_sync(&t.w);
        assert_int_equal(op_expect(&t.w, 1, 0).len, 4003);
        t.store.fail_read = 0;
        attempt.n = 2;
        op_send(&t.w, &attempt);
        (void)op_expect(&t.w, 2, keeps ? 0 : WEFT_OUTCOME_INDETERMINATE);
        assert_int_equal(t.w.side.n_handled, 1);
        op_end(&t);
    }
}

static void what_was_not_durable_did_not_run(void **state)
{
    /* Goal: a crash before the record is durable: absent, and run by the next process; between: by what the disk has.
     */
    (void)state;
    WEFT_RULE("op.order");
    for (int loses = 0; loses < 2; loses++) {
        op_world t;
        op_begin(&t);
        t.store.hold = true;
        op_attempt attempt = op_once(1, 1);
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        op_crash(&t, loses);
        t.store.hold = false;
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        assert_int_equal(t.w.side.n_handled, loses ? 1 : 0);
        if (loses) {
            op_return(&t.w, 0, 1);
            op_sync(&t.w);
        }
        (void)op_expect(&t.w, 1, loses ? 0 : WEFT_OUTCOME_INDETERMINATE);
        op_end(&t);
    }
}

static void store_that_fails_refuses_and_runs_nothing(void **state)
{
    /* Goal: a record that cannot be put or synced: resource exhausted, nothing ran; when the disk has room again the
     * same operation runs. */
    (void)state;
    WEFT_RULE("op.store");
    for (int by_put = 0; by_put < 2; by_put++) {
        op_world t;
        op_begin(&t);
        t.store.fail_put = by_put ? WEFT_ENOMEM : 0;
        t.store.fail_sync = by_put ? 0 : WEFT_ENOSPC;
        op_attempt attempt = op_once(1, 1);
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        (void)op_expect(&t.w, 1, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
        assert_int_equal(t.w.side.n_handled, 0);
        t.store.fail_put = t.store.fail_sync = 0;
        attempt.n = 2;
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        assert_int_equal(t.w.side.n_handled, 1);
        op_return(&t.w, 0, 1);
        op_sync(&t.w);
        (void)op_expect(&t.w, 2, 0);
        assert_int_equal(op_store_count(&t.store, 'o'), 1);
        op_end(&t);
    }
}

static void seal_that_fails_is_indeterminate_and_tried_again(void **state)
{
    /* Goal: it ran, so its callers learn that its outcome is not known; it is kept and stored with the next sync. */
    (void)state;
    WEFT_RULE("op.order");
    for (int by_put = 0; by_put < 2; by_put++) {
        op_world t;
        op_begin(&t);
        op_attempt attempt = op_once(1, 1);
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        t.store.fail_put = by_put ? WEFT_ENOMEM : 0;
        t.store.fail_sync = by_put ? 0 : WEFT_ENOSPC;
        op_return(&t.w, 0, 5);
        op_sync(&t.w);
        (void)op_expect(&t.w, 1, WEFT_OUTCOME_INDETERMINATE);
        assert_false(weft_operations_want_sync(t.w.operations)); /* no spinning */
        t.store.fail_put = t.store.fail_sync = 0;
        attempt.n = 2;
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        (void)op_expect(&t.w, 2, 0);
        op_crash(&t, true);
        attempt.n = 1;
        op_send(&t.w, &attempt);
        (void)op_expect(&t.w, 1, 0);
        assert_int_equal(t.w.side.n_handled, 0);
        op_end(&t);
    }
}

static void outcome_that_the_store_never_takes_refuses_nobody_for_long(void **state)
{
    /* Goal: what is too large for the disk is tried again ever more rarely, so that others are not refused with it;
     * with room it is stored after all. */
    enum { OTHERS = 40 };
    op_world t;
    (void)state;
    WEFT_RULE("op.store");
    op_begin(&t);
    op_attempt large = op_once(1, 1);
    op_send(&t.w, &large);
    op_sync(&t.w);
    t.store.fail_over = 1000;
    op_return(&t.w, 0, 4000);
    op_sync(&t.w);
    (void)op_expect(&t.w, 1, WEFT_OUTCOME_INDETERMINATE);
    for (uint64_t i = 0; i < OTHERS; i++) {
        int n_held = t.w.side.n_held;
        op_attempt attempt = op_once(i + 2, i + 2);
        wire_frame frame;
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        if (t.w.side.n_held > n_held)
            op_return(&t.w, n_held, 5);
        op_sync(&t.w);
        assert_true(wire_next(&t.w, &frame));
    }
    assert_true(t.w.side.n_handled > OTHERS * 3 / 4);
    t.store.fail_over = 0;
    large.n = OTHERS + 2;
    op_send(&t.w, &large);
    op_sync(&t.w);
    (void)op_expect(&t.w, OTHERS + 2, 0);
    op_end(&t);
}

static void callers_that_leave_before_it_runs_take_it_along(void **state)
{
    /* Goal: nobody waits and nothing has run: it is absent again, on the disk too. */
    (void)state;
    WEFT_RULE("op.order");
    for (int stage = 0; stage < 2; stage++) {
        op_world t;
        op_begin(&t);
        t.store.hold = true;
        op_attempt attempt = op_once(1, 1);
        attempt.timeout_ms = 50;
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        if (stage == 0) {
            wire_advance(&t.w, 60 * WEFT_NS_PER_MS);
            (void)op_expect(&t.w, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
            op_store_done(&t.store);
        } else { /* durable, and the deadline comes first in the turn */
            op_store_done(&t.store);
            t.w.now_ns += 60 * WEFT_NS_PER_MS;
            weft_engine_tick(t.w.engine, t.w.now_ns);
            wire_run(&t.w);
            (void)op_expect(&t.w, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
        }
        t.store.hold = false;
        op_sync(&t.w);
        assert_int_equal(t.w.side.n_handled, 0);
        assert_int_equal(op_store_count(&t.store, 'o'), 0);
        attempt.n = 2;
        attempt.timeout_ms = 0;
        op_send(&t.w, &attempt);
        op_sync(&t.w);
        assert_int_equal(t.w.side.n_handled, 1);
        op_end(&t);
    }
}

static void another_caller_begins_it_when_the_first_one_goes(void **state)
{
    /* Goal: two engines wait for one operation; the one that came first loses its session before it is durable. */
    (void)state;
    WEFT_RULE("op.states");
    op_world t;
    wire_peer other;
    op_begin(&t);
    t.store.hold = true;
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    op_peer_ready(&other, t.w.operations);
    op_send(&other, &attempt);
    weft_operations_retain(t.w.operations);
    op_store_done(&t.store); /* the first is to begin it */
    op_stop(&t);
    wire_run(&other);
    assert_int_equal(other.side.n_handled, 1);
    t.store.hold = false;
    op_return(&other, 0, 2);
    op_sync(&other);
    (void)op_expect(&other, 1, 0);
    wire_fini(&other);
    weft_operations_release(other.operations);
    op_store_free(&t.store);
}

static void damaged_and_unreadable_stores_are_refused(void **state)
{
    (void)state;
    WEFT_RULE("op.store");
    op_world t;
    weft_operations *operations = NULL;
    weft_error error;
    op_begin(&t);
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    op_return(&t.w, 0, 50);
    op_sync(&t.w);
    (void)op_expect(&t.w, 1, 0);
    t.store.fail_read = WEFT_EIO;
    attempt.n = 2;
    op_send(&t.w, &attempt);
    (void)op_expect(&t.w, 2, WEFT_OUTCOME_INDETERMINATE);
    op_stop(&t);
    t.options.store = &op_store_functions;
    t.options.store_self = &t.store;
    t.store.fail_scan = WEFT_EIO;
    assert_int_equal(weft_operations_new(&t.options, &operations, &error), WEFT_EIO);
    assert_string_not_equal(error.text, "");
    t.store.fail_scan = 0;
    op_record *record = op_store_first(&t.store, 'o');
    size_t whole = record->value_len;
    for (size_t len = 0; len < whole; len++) { /* cut anywhere */
        record->value_len = len;
        assert_int_equal(weft_operations_new(&t.options, &operations, &error), WEFT_EBADMSG);
    }
    record->value_len = whole;
    record->value[1] = 2; /* of a later version */
    assert_int_equal(weft_operations_new(&t.options, &operations, &error), WEFT_EBADMSG);
    op_store_free(&t.store);
}

static void table_may_go_while_a_sync_is_under_way(void **state)
{
    (void)state;
    WEFT_RULE("op.store");
    op_world t;
    op_begin(&t);
    t.store.hold = true;
    op_attempt attempt = op_once(1, 1);
    op_send(&t.w, &attempt);
    op_sync(&t.w);
    op_stop(&t);
    op_store_done(&t.store);
    op_store_free(&t.store);
}

static uint8_t outcome_of(wire_peer *w)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_RESPONSE, 0);
    weft__response response;
    assert_int_equal(weft__response_decode(frame.body, &response), 0);
    return response.outcome;
}

static void run_without_memory(weft_test_alloc *alloc, void *user)
{
    op_store store;
    weft_operations_options options;
    weft_operations *operations = NULL;
    wire_peer w;
    op_store_init(&store);
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &alloc->allocator;
    options.store = user ? &op_store_functions : NULL;
    options.store_self = &store;
    int status = weft_operations_new(&options, &operations, NULL);
    if (status < 0) {
        assert_true(alloc->failed);
        assert_int_equal(status, WEFT_ENOMEM);
        return;
    }
    op_peer_ready(&w, operations);
    uint8_t outcomes[2];
    for (int i = 0; i < 2; i++) {
        op_attempt attempt = op_once((uint64_t)i + 1, 1);
        int n_held = w.side.n_held;
        op_send(&w, &attempt);
        op_sync(&w);
        if (w.side.n_held > n_held) {
            weft_bytes value = weft_bytes_of("0123456789", 10);
            if (weft_gen_return(w.side.held[n_held], &pair_service, PAIR_ONCE, &value) == WEFT_ENOMEM)
                assert_int_equal(weft_call_drop(w.side.held[n_held]), 0);
            op_sync(&w);
        }
        outcomes[i] = outcome_of(&w);
    }
    assert_true(w.side.n_handled <= 1);
    assert_true(alloc->failed || (outcomes[0] == 0 && outcomes[1] == 0));
    wire_fini(&w);
    weft_operations_release(operations);
    op_store_free(&store);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    WEFT_RULE("op.store");
    weft_test_alloc_each(run_without_memory, NULL);
    weft_test_alloc_each(run_without_memory, &(int){ 1 }); /* with a store */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_happens_before_it_is_durable),
        cmocka_unit_test(one_sync_serves_what_a_turn_has_recorded),
        cmocka_unit_test(outcomes_outlive_the_process),
        cmocka_unit_test(idempotent_one_is_run_again_after_a_crash),
        cmocka_unit_test(one_that_is_run_again_is_told_as_it_ends),
        cmocka_unit_test(what_was_not_durable_did_not_run),
        cmocka_unit_test(store_that_fails_refuses_and_runs_nothing),
        cmocka_unit_test(seal_that_fails_is_indeterminate_and_tried_again),
        cmocka_unit_test(outcome_that_the_store_never_takes_refuses_nobody_for_long),
        cmocka_unit_test(callers_that_leave_before_it_runs_take_it_along),
        cmocka_unit_test(another_caller_begins_it_when_the_first_one_goes),
        cmocka_unit_test(damaged_and_unreadable_stores_are_refused),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(table_may_go_while_a_sync_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
