/* Goal: a persistent call runs once however often it is sent; its callers come and go, its outcome stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/op_store.h"
#include "tests/support/rules.h"
#include "weft/intercept.h"

static op_attempt once(uint64_t n, uint64_t counter)
{
    op_attempt attempt = { n, OP_ONCE, op_id_of(7, counter), 1, 10, 0 };
    return attempt;
}

static weft_operations_stats stats_of(const weft_operations *operations)
{
    weft_operations_stats stats;
    weft_operations_stats_read(operations, &stats, sizeof stats);
    return stats;
}

static void fini(wire_peer *w)
{
    wire_fini(w);
    weft_operations_release(w->operations);
}

static void second_attempt_gets_the_same_outcome(void **state)
{
    /* Goal: one that comes while it runs attaches, one that comes later gets the recorded outcome: one execution. */
    (void)state;
    WEFT_RULE("op.states");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt first = once(1, 1), second = once(2, 1), third = once(3, 1);
    op_send(&w, &first);
    op_send(&w, &second);
    assert_int_equal(w.side.n_handled, 1);
    wire_expect_none(&w);
    op_return(&w, 0, 5);
    weft_bytes value = op_expect(&w, 1, 0);
    assert_int_equal(value.len, 7); /* bin 8, its length, 5 zeros */
    value = op_expect(&w, 2, 0);
    assert_int_equal(value.len, 7);
    op_send(&w, &third);
    value = op_expect(&w, 3, 0);
    assert_int_equal(value.len, 7);
    assert_int_equal(w.side.n_handled, 1);
    weft_operations_stats stats = stats_of(w.operations);
    assert_int_equal(stats.recorded, 1);
    assert_int_equal(stats.attached, 1);
    assert_int_equal(stats.replayed, 1);
    assert_int_equal(stats.records, 1);
    assert_int_equal(stats.live, 0);
    fini(&w);
}

static void failures_are_outcomes_too(void **state)
{
    /* Goal: a call that was failed or dropped is not run again, and says the same again. */
    (void)state;
    WEFT_RULE("op.states");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt failed = once(1, 1), dropped = once(4, 2);
    op_send(&w, &failed);
    assert_int_equal(weft_call_fail(w.side.held[0], WEFT_OUTCOME_INTERNAL, "out of paper"), 0);
    wire_run(&w);
    weft_bytes first = op_expect(&w, 1, WEFT_OUTCOME_INTERNAL);
    uint8_t text[64];
    size_t len = first.len;
    assert_true(len < sizeof text);
    memcpy(text, first.ptr, len);
    failed.n = 3;
    op_send(&w, &failed);
    weft_bytes again = op_expect(&w, 3, WEFT_OUTCOME_INTERNAL);
    assert_int_equal(again.len, len);
    assert_memory_equal(again.ptr, text, len);
    op_send(&w, &dropped);
    assert_int_equal(weft_call_drop(w.side.held[1]), 0);
    wire_run(&w);
    (void)op_expect(&w, 4, WEFT_OUTCOME_INTERNAL);
    dropped.n = 5;
    op_send(&w, &dropped);
    (void)op_expect(&w, 5, WEFT_OUTCOME_INTERNAL);
    assert_int_equal(w.side.n_handled, 2);
    fini(&w);
}

static void other_arguments_or_method_conflict(void **state)
{
    /* Goal: the same id for something else is a conflict, while it runs and when it is sealed, and changes nothing. */
    (void)state;
    WEFT_RULE("op.states");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt first = once(1, 1), bytes = once(2, 1), method = once(3, 1);
    bytes.fill = 2;
    method.method_id = OP_ONCE_AGAIN;
    op_send(&w, &first);
    for (int sealed = 0; sealed < 2; sealed++) {
        op_send(&w, &bytes);
        (void)op_expect(&w, bytes.n, WEFT_OUTCOME_CONFLICT);
        op_send(&w, &method);
        (void)op_expect(&w, method.n, WEFT_OUTCOME_CONFLICT);
        bytes.n += 2;
        method.n += 2;
        if (!sealed) {
            op_return(&w, 0, 5);
            (void)op_expect(&w, 1, 0);
        }
    }
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(stats_of(w.operations).conflicts, 4);
    first.n = bytes.n;
    op_send(&w, &first);
    (void)op_expect(&w, first.n, 0);
    fini(&w);
}

static void callers_come_and_go(void **state)
{
    /* Goal: cancel and deadline answer the caller and do not reach the handler, whose call and arguments stay. */
    (void)state;
    WEFT_RULE("op.order");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    w.side.keep_calls = true;
    op_attempt first = once(1, 1), second = once(2, 1), third = once(3, 1);
    first.timeout_ms = 50;
    op_send(&w, &first);
    op_send(&w, &second);
    wire_put_number(&w.out, WEFT__KIND_CANCEL, 0, wire_theirs(&w, 2));
    wire_flush(&w);
    (void)op_expect(&w, 2, WEFT_OUTCOME_CANCELLED);
    assert_int_equal(weft_call_remaining_ns(w.side.held[0]), WEFT_FOREVER);
    wire_advance(&w, 60 * WEFT_NS_PER_MS);
    (void)op_expect(&w, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    assert_int_equal(w.side.n_cancelled, 0);
    assert_false(weft_call_is_cancelled(w.side.held[0]));
    assert_non_null(weft_call_arena(w.side.held[0]));
    op_return(&w, 0, 5);
    wire_expect_none(&w);
    op_send(&w, &third);
    (void)op_expect(&w, 3, 0);
    assert_int_equal(w.side.n_handled, 1);
    fini(&w);
}

static void session_and_engine_may_go(void **state)
{
    /* Goal: the handler goes on when the engine that the request came by is freed, and a caller on another engine has
     * the outcome. */
    (void)state;
    WEFT_RULE("op.order");
    WEFT_RULE("op.states");
    weft_operations *operations = op_operations(NULL, NULL);
    wire_peer a, b;
    op_peer_ready(&a, operations);
    op_attempt first = once(1, 1);
    op_send(&a, &first);
    weft_call call = a.side.held[0];
    wire_fini(&a);
    assert_false(weft_call_is_cancelled(call));
    op_peer_ready(&b, operations);
    op_send(&b, &first);
    assert_int_equal(stats_of(operations).attached, 1);
    wire_expect_none(&b);
    weft_bytes value = weft_bytes_of("abc", 3);
    assert_int_equal(weft_gen_return(call, &pair_service, PAIR_ONCE, &value), 0);
    assert_int_equal(weft_gen_return(call, &pair_service, PAIR_ONCE, &value), WEFT_EALREADY);
    wire_run(&b);
    (void)op_expect(&b, 1, 0);
    assert_int_equal(b.side.n_handled, 0);
    fini(&b);
}

static void without_an_op_or_for_a_volatile_method_it_is_an_ordinary_call(void **state)
{
    /* Goal: the weaker side's policy holds; nothing is recorded. */
    (void)state;
    WEFT_RULE("op.policy");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt attempt = once(1, 1);
    attempt.method_id = OP_HOLD;
    op_send(&w, &attempt);
    wire_put_request(&w.out, 0, wire_theirs(&w, 2), OP_ONCE, 3);
    wire_flush(&w);
    assert_int_equal(w.side.n_held, 2);
    assert_int_equal(stats_of(w.operations).recorded, 0);
    uint8_t id[WEFT_OPERATION_ID];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(weft_call_operation(w.side.held[i], id), WEFT_EINVAL);
        assert_int_equal(weft_call_drop(w.side.held[i]), 0);
    }
    fini(&w);
}

static void what_cannot_be_read_is_not_recorded(void **state)
{
    (void)state;
    WEFT_RULE("op.states");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 4096, &writer), 0);
    static const uint8_t head[] = { 0x97, 1, 0xcd, 0x10, 0x07, 0, 0x91, 0xc3, 0x90, 0x90, 0xc4, WEFT_OPERATION_ID };
    weft__write_raw(writer, weft_bytes_of(head, sizeof head)); /* args: [true], where bytes are wanted */
    op_id id = op_id_of(7, 1);
    weft__write_raw(writer, weft_bytes_of(id.bytes, sizeof id.bytes));
    weft_bytes body = weft_writer_bytes(writer);
    uint8_t bytes[64];
    memcpy(bytes, body.ptr, body.len);
    bytes[1] = (uint8_t)wire_theirs(&w, 1);
    wire_put(&w.out, WEFT__KIND_REQUEST, 0, 0, bytes, body.len);
    wire_flush(&w);
    (void)op_expect(&w, 1, WEFT_OUTCOME_INVALID_PAYLOAD);
    assert_int_equal(stats_of(w.operations).records, 0);
    op_attempt good = once(2, 1);
    op_send(&w, &good);
    assert_int_equal(w.side.n_handled, 1);
    op_return(&w, 0, 1);
    (void)op_expect(&w, 2, 0);
    weft_writer_free(writer);
    fini(&w);
}

static void handler_knows_the_operation(void **state)
{
    (void)state;
    WEFT_RULE("op.id");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt first = once(1, 0x1234);
    op_send(&w, &first);
    uint8_t id[WEFT_OPERATION_ID];
    assert_int_equal(weft_call_operation(w.side.held[0], id), 0);
    assert_memory_equal(id, first.id.bytes, sizeof id);
    op_return(&w, 0, 1);
    assert_int_equal(weft_call_operation(w.side.held[0], id), WEFT_EALREADY);
    (void)op_expect(&w, 1, 0);
    fini(&w);
}

static void limits_refuse_and_record_nothing(void **state)
{
    /* Goal: records in all, their bytes, and those of one client that run: what is beyond is refused, others are not.
     */
    (void)state;
    WEFT_RULE("op.store");
    for (int which = 0; which < 3; which++) {
        weft_operations_options options;
        weft_operations_options_init(&options, sizeof options);
        if (which == 0)
            options.max_records = 2;
        else if (which == 1)
            options.max_bytes = 2048;
        else
            options.max_live_client = 2;
        wire_peer w;
        op_peer_ready(&w, op_operations(&options, NULL));
        uint64_t n = 1;
        for (;; n++) {
            op_attempt attempt = once(n, n);
            op_send(&w, &attempt);
            if (w.side.n_handled < (int)n)
                break;
            assert_true(n < 10);
        }
        (void)op_expect(&w, n, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
        assert_true(which == 1 || n == 3);
        weft_operations_stats stats = stats_of(w.operations);
        assert_int_equal(stats.refused, 1);
        assert_int_equal(stats.records, n - 1);
        op_attempt attached = once(n + 1, 1), other = { n + 2, OP_ONCE, op_id_of(8, 1), 1, 10, 0 };
        op_send(&w, &attached); /* of one that there is */
        wire_expect_none(&w);
        op_send(&w, &other); /* of another client */
        if (which < 2) {
            (void)op_expect(&w, n + 2, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
        } else {
            assert_int_equal(w.side.n_handled, n);
            op_return(&w, (int)n - 1, 1);
            (void)op_expect(&w, n + 2, 0);
        }
        for (int i = 0; i < (int)n - 1; i++)
            op_return(&w, i, 1);
        (void)op_expect(&w, 1, 0);
        fini(&w);
    }
}

static void long_outcome_without_room_is_told_once(void **state)
{
    /* Goal: an outcome that max_bytes has no room for reaches its callers, and is not kept: never a second execution.
     */
    (void)state;
    WEFT_RULE("op.store");
    for (int with_store = 0; with_store < 2; with_store++) {
        weft_operations_options options;
        op_store store;
        wire_peer w;
        weft_operations_options_init(&options, sizeof options);
        options.max_bytes = 2048;
        op_store_init(&store);
        op_peer_ready(&w, op_operations(&options, with_store ? &store : NULL));
        op_attempt first = once(1, 1), again = once(2, 1);
        op_send(&w, &first);
        op_sync(&w);
        op_return(&w, 0, 4000);
        op_sync(&w);
        assert_int_equal(op_expect(&w, 1, 0).len, 4003);
        op_send(&w, &again);
        (void)op_expect(&w, 2, WEFT_OUTCOME_INDETERMINATE);
        assert_int_equal(w.side.n_handled, 1);
        assert_true(stats_of(w.operations).bytes < 1024);
        fini(&w);
        if (with_store) { /* nor does the next process know it */
            op_peer_ready(&w, op_operations(&options, &store));
            op_send(&w, &first);
            (void)op_expect(&w, 1, WEFT_OUTCOME_INDETERMINATE);
            assert_int_equal(w.side.n_handled, 0);
            fini(&w);
        }
        op_store_free(&store);
    }
}

static void outcomes_expire_and_are_not_absent(void **state)
{
    /* Goal: after the ttl an outcome is forgotten, and its counter, and those below, are never run again. */
    (void)state;
    WEFT_RULE("op.states");
    WEFT_RULE("op.store");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt runs = once(1, 9), sealed = once(2, 5), again = once(3, 5), below = once(4, 4), above = once(5, 6),
               live = once(6, 9);
    op_send(&w, &runs);
    op_send(&w, &sealed);
    op_return(&w, 1, 1);
    (void)op_expect(&w, 2, 0);
    wire_advance(&w, WEFT_OPERATION_TTL_DEFAULT);
    op_send(&w, &again);
    (void)op_expect(&w, 3, WEFT_OUTCOME_INDETERMINATE);
    op_send(&w, &below);
    (void)op_expect(&w, 4, WEFT_OUTCOME_INDETERMINATE);
    assert_int_equal(stats_of(w.operations).expired, 1);
    assert_int_equal(w.side.n_handled, 2);
    op_send(&w, &above);
    assert_int_equal(w.side.n_handled, 3);
    op_send(&w, &live); /* the one that runs never expires */
    op_return(&w, 0, 1);
    (void)op_expect(&w, 1, 0);
    (void)op_expect(&w, 6, 0);
    op_return(&w, 2, 1);
    (void)op_expect(&w, 5, 0);
    fini(&w);
}

static void reply_metadata_is_recorded(void **state)
{
    (void)state;
    WEFT_RULE("op.states");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt first = once(1, 1), second = once(2, 1);
    weft_metadata_entry entry = weft_metadata_str("cost", WEFT_STR("12"), 0);
    weft_metadata metadata = { &entry, 1 };
    op_send(&w, &first);
    assert_int_equal(weft_call_reply_metadata(w.side.held[0], &metadata), 0);
    op_return(&w, 0, 1);
    op_send(&w, &second);
    for (int i = 0; i < 2; i++) {
        wire_frame frame = wire_expect(&w, WEFT__KIND_RESPONSE, 0);
        weft__response response;
        weft_metadata_entry found;
        assert_int_equal(weft__response_decode(frame.body, &response), 0);
        assert_true(weft__metadata_peek(response.metadata, WEFT_STR("cost"), &found));
        assert_int_equal(found.kind, WEFT_METADATA_STR);
    }
    fini(&w);
}

typedef struct passed {
    uint64_t n_in;
    int n_done;
} passed;

static weft_outcome on_call_in(void *user, const weft_call_info *info, const char **ret_text)
{
    passed *p = user;
    weft_metadata_entry entry = weft_metadata_u64("attempt", ++p->n_in, 0);
    (void)ret_text;
    assert_int_equal(weft_call_info_add(info, &entry), 0);
    return WEFT_OUTCOME_OK;
}

static void on_call_done(void *user, const weft_call_info *info, const weft_result *result)
{
    passed *p = user;
    assert_true(info->inbound);
    assert_int_equal(result->outcome, WEFT_OUTCOME_OK);
    p->n_done++;
}

static void interceptors_pass_every_attempt(void **state)
{
    /* Goal: the first, one that attaches and one that comes later; what they add belongs to that attempt alone. */
    (void)state;
    WEFT_RULE("op.states");
    passed p = { 0, 0 };
    weft_interceptor interceptor = {
        .size = sizeof interceptor, .user = &p, .call_in = on_call_in, .done = on_call_done
    };
    const weft_interceptor *chain[] = { &interceptor };
    wire_peer w;
    wire_init(&w, false);
    w.operations = op_operations(NULL, NULL);
    w.root_service = true;
    w.options.interceptors = chain;
    w.options.n_interceptors = 1;
    wire_settings_retry(&w.hello.settings);
    wire_shake(&w);
    for (uint64_t n = 1; n <= 3; n++) {
        op_attempt attempt = once(n, 1);
        op_send(&w, &attempt);
        if (n == 2)
            op_return(&w, 0, 1);
    }
    for (uint64_t n = 1; n <= 3; n++) {
        wire_frame frame = wire_expect(&w, WEFT__KIND_RESPONSE, 0);
        weft__response response;
        weft_metadata_entry found;
        assert_int_equal(weft__response_decode(frame.body, &response), 0);
        assert_int_equal(response.request_id, wire_theirs(&w, n));
        assert_int_equal(response.metadata.n, 1);
        assert_true(weft__metadata_peek(response.metadata, WEFT_STR("attempt"), &found));
        assert_int_equal(found.number, n);
    }
    wire_run(&w);
    assert_int_equal(p.n_done, 3);
    assert_int_equal(w.side.n_handled, 1);
    fini(&w);
}

static void live_ones_are_let_go_with_the_table(void **state)
{
    /* Goal: a handler that never answers leaks nothing when everything goes. */
    (void)state;
    WEFT_RULE("op.order");
    wire_peer w;
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt first = once(1, 1);
    op_send(&w, &first);
    fini(&w);
}

static void what_is_counted_is_there(void **state)
{
    /* Goal: arguments count until the handler returns, and no longer where it does not keep them; the counters say how
     * many of them there are. */
    (void)state;
    WEFT_RULE("op.store");
    wire_peer w;
    struct {
        weft_operations_stats stats;
        uint64_t later;
    } known = { .later = 7 };
    op_peer_ready(&w, op_operations(NULL, NULL));
    op_attempt attempt = once(1, 1);
    attempt.len = 3000;
    op_send(&w, &attempt);
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(stats_of(w.operations).live, 1);
    assert_in_range(stats_of(w.operations).bytes, 1, 1000);
    weft_operations_stats_read(w.operations, &known.stats, sizeof known);
    assert_int_equal(known.stats.size, sizeof known.stats);
    assert_int_equal(known.later, 7);
    op_return(&w, 0, 5);
    (void)op_expect(&w, 1, 0);
    wire_fini(&w);
    weft_operations_release(w.operations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_attempt_gets_the_same_outcome),
        cmocka_unit_test(failures_are_outcomes_too),
        cmocka_unit_test(other_arguments_or_method_conflict),
        cmocka_unit_test(callers_come_and_go),
        cmocka_unit_test(session_and_engine_may_go),
        cmocka_unit_test(without_an_op_or_for_a_volatile_method_it_is_an_ordinary_call),
        cmocka_unit_test(what_cannot_be_read_is_not_recorded),
        cmocka_unit_test(handler_knows_the_operation),
        cmocka_unit_test(limits_refuse_and_record_nothing),
        cmocka_unit_test(long_outcome_without_room_is_told_once),
        cmocka_unit_test(outcomes_expire_and_are_not_absent),
        cmocka_unit_test(reply_metadata_is_recorded),
        cmocka_unit_test(interceptors_pass_every_attempt),
        cmocka_unit_test(live_ones_are_let_go_with_the_table),
        cmocka_unit_test(what_is_counted_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
