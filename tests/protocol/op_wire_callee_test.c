/* Goal: however often an operation is asked for, on whichever connection and session, it runs once, and who asks is
 * told what came of it, or that it is not known. Requests written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_op.h"

#define S WEFT_NS_PER_S

enum { HOLD = 0x1002, AGAIN = 0x1006, ONCE = 0x1007, ONCE_AGAIN = 0x1008 };

/* An acceptor with operations; connection 1 is open with retry in force. */
static void begin(wire_peer *w, weft_operations *operations)
{
    wire_init(w, false);
    w->operations = operations;
    wire_settings_retry(&w->hello.settings);
    wire_shake(w);
    wire_op_open(w, 1);
}

static weft_operations *operations_new(weft_test_alloc *alloc)
{
    weft_operations_options options;
    weft_test_alloc_init(alloc);
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &alloc->allocator;
    return wire_op_operations(&options);
}

static void end(wire_peer *w, weft_operations *operations, weft_test_alloc *alloc)
{
    wire_fini(w);
    weft_operations_release(operations);
    weft_test_alloc_assert_empty(alloc);
}

static weft_operations_stats stats_of(weft_operations *operations)
{
    weft_operations_stats stats;
    weft_operations_stats_read(operations, &stats, sizeof stats);
    return stats;
}

/* The handler's nth held call, of that method, is answered by so many bytes. */
static void answer_of(wire_peer *w, uint32_t method, int n, size_t len)
{
    static const uint8_t bytes[64] = { 7, 7, 7 };
    weft_bytes value = weft_bytes_of(bytes, len);
    assert_int_equal(weft_gen_return(w->side.held[n], &pair_service, method, &value), 0);
    wire_op_run(w);
}

static void answer(wire_peer *w, int n, size_t len)
{
    answer_of(w, PAIR_ONCE, n, len);
}

static void expect_text(wire_peer *w, uint64_t id, uint8_t outcome, const char *part)
{
    weft_bytes value = wire_expect_response(w, 1, id, outcome);
    weft__reader reader = weft__reader_of(value);
    weft_str text;
    char copy[WEFT_TEXT_MAX + 1];
    assert_int_equal(weft__read_str(&reader, &text), 0);
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (!strstr(copy, part))
        fail_msg("expected %s in: %s", part, copy);
}

/* ---- when an op means something ---- */

static void retry_is_named_where_there_are_operations(void **state)
{
    /* Goal: in Welcome and in Accept, with how long outcomes are kept; else neither. */
    (void)state;
    WEFT_RULE("op.id");
    WEFT_RULE("op.store");
    for (int has = 0; has < 2; has++) {
        weft_test_alloc alloc;
        weft_operations *operations = has ? operations_new(&alloc) : NULL;
        wire_peer w;
        weft__open accept;
        wire_init(&w, false);
        w.operations = operations;
        wire_settings_retry(&w.hello.settings);
        w.hello.settings.odd = true;
        wire_begin(&w);
        wire_put_preamble(&w.out, true);
        wire_put_hello_of(&w.out, WEFT__KIND_HELLO, &w.hello);
        wire_flush(&w);
        weft__hello welcome = wire_read_hello(&w);
        assert_int_equal(wire_names_retry(&welcome.settings), has);
        assert_int_equal(welcome.settings.operation_ttl_ms, has ? 600000 : 0);
        wire_put_ready(&w.out);
        weft__open_out open = wire_open_defaults(true);
        open.requested_or_null = open.services;
        wire_settings_retry(&open.settings);
        wire_put_open_of(&w.out, WEFT__KIND_OPEN, 1, &open);
        wire_flush(&w);
        wire_frame frame = wire_expect(&w, WEFT__KIND_ACCEPT, 1);
        assert_int_equal(weft__open_decode(frame.body, &accept), 0);
        assert_int_equal(wire_names_retry(&accept.settings), has);
        assert_int_equal(accept.settings.operation_ttl_ms, has ? 600000 : 0);
        wire_fini(&w);
        if (has) {
            weft_operations_release(operations);
            weft_test_alloc_assert_empty(&alloc);
        }
    }
}

static void op_of_a_wrong_length_is_malformed(void **state)
{
    (void)state;
    WEFT_RULE("op.id");
    static const uint8_t op[64] = { 1 };
    static const size_t lengths[] = { 0, 1, 23, 25, 64 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        weft_test_alloc alloc;
        weft_operations *operations = operations_new(&alloc);
        wire_peer w;
        begin(&w, operations);
        wire_request request = { 1, ONCE, 0, 3, 0, { op, lengths[i] } };
        wire_put_request_of(&w.out, 1, &request);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_PROTOCOL, "call.request");
        assert_int_equal(w.side.n_handled, 0);
        assert_int_equal(stats_of(operations).recorded, 0);
        end(&w, operations, &alloc);
    }
}

static void op_that_does_not_hold_is_a_volatile_call(void **state)
{
    /* Goal: of a method that is not persistent, on a connection where one side does not name retry, or with a callee
     * that keeps no operations, each request runs. So does a persistent one without op. */
    (void)state;
    WEFT_RULE("op.id");
    WEFT_RULE("op.policy");
    for (int i = 0; i < 5; i++) {
        weft_test_alloc alloc;
        weft_operations *operations = i == 3 ? NULL : operations_new(&alloc);
        wire_peer w;
        begin(&w, operations);
        wire_op op = wire_op_of(1, 1);
        uint64_t method = i == 0 ? HOLD : i == 1 ? AGAIN : ONCE, conn = 1;
        if (i == 2) {
            conn = 3;
            wire_open(&w, 3); /* without retry */
        }
        for (uint64_t id = 1; id < 4; id += 2) {
            wire_request request = { id, method, 0, 3, 0, { op.bytes, i == 4 ? 0 : sizeof op.bytes } };
            if (i == 4)
                request.op.ptr = NULL;
            wire_put_request_of(&w.out, conn, &request);
        }
        wire_flush(&w);
        wire_op_run(&w);
        assert_int_equal(w.side.n_handled, 2);
        for (int k = 0; k < 2; k++)
            answer_of(&w, i == 0 ? PAIR_HOLD : i == 1 ? PAIR_AGAIN : PAIR_ONCE, k, (size_t)k + 1);
        (void)wire_expect_response(&w, conn, 1, 0);
        (void)wire_expect_response(&w, conn, 3, 0);
        if (operations) {
            assert_int_equal(stats_of(operations).recorded, 0);
            end(&w, operations, &alloc);
        } else {
            wire_fini(&w);
        }
    }
}

/* ---- states ---- */

static void live_operation_is_attached_to(void **state)
{
    /* Goal: attempts while it runs, on the same and another connection and session, wait and get the same answer. */
    (void)state;
    WEFT_RULE("op.states");
    weft_test_alloc alloc;
    weft_operations *operations = operations_new(&alloc);
    wire_peer w, other;
    wire_op op = wire_op_of(1, 1);
    begin(&w, operations);
    begin(&other, operations);
    wire_op_open(&w, 3);
    wire_op_request(&w, 1, 1, ONCE, &op, 9);
    wire_op_request(&w, 1, 3, ONCE, &op, 9);
    wire_op_request(&w, 3, 1, ONCE, &op, 9);
    wire_op_request(&other, 1, 1, ONCE, &op, 9);
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(other.side.n_handled, 0);
    wire_expect_none(&w);
    answer(&w, 0, 5);
    wire_op_run(&other);
    weft_bytes value = wire_expect_response(&w, 1, 1, 0), again = wire_expect_response(&w, 1, 3, 0);
    weft_bytes third = wire_expect_response(&w, 3, 1, 0), fourth = wire_expect_response(&other, 1, 1, 0);
    assert_int_equal(value.len, again.len);
    assert_memory_equal(value.ptr, again.ptr, value.len);
    assert_memory_equal(value.ptr, third.ptr, value.len);
    assert_memory_equal(value.ptr, fourth.ptr, value.len);
    assert_int_equal(stats_of(operations).attached, 3);
    assert_int_equal(stats_of(operations).live, 0);
    assert_int_equal(stats_of(operations).records, 1);
    wire_fini(&other);
    end(&w, operations, &alloc);
}

static void sealed_operation_is_replayed(void **state)
{
    /* Goal: an answer, and a failure, again and again, without the handler; also over another session. */
    (void)state;
    WEFT_RULE("op.states");
    for (int dropped = 0; dropped < 2; dropped++) {
        weft_test_alloc alloc;
        weft_operations *operations = operations_new(&alloc);
        wire_peer w, other;
        wire_op op = wire_op_of(1, 1);
        begin(&w, operations);
        wire_op_request(&w, 1, 1, ONCE, &op, 9);
        if (dropped) {
            assert_int_equal(weft_call_drop(w.side.held[0]), 0);
            wire_op_run(&w);
        } else {
            answer(&w, 0, 5);
        }
        uint8_t outcome = dropped ? WEFT_OUTCOME_INTERNAL : 0;
        weft_bytes value = wire_expect_response(&w, 1, 1, outcome);
        for (uint64_t id = 3; id < 9; id += 2) {
            wire_op_request(&w, 1, id, ONCE, &op, 9);
            weft_bytes again = wire_expect_response(&w, 1, id, outcome);
            assert_int_equal(value.len, again.len);
        }
        begin(&other, operations);
        wire_op_request(&other, 1, 1, ONCE, &op, 9);
        (void)wire_expect_response(&other, 1, 1, outcome);
        assert_int_equal(w.side.n_handled, 1);
        assert_int_equal(other.side.n_handled, 0);
        assert_int_equal(stats_of(operations).replayed, 4);
        wire_fini(&other);
        end(&w, operations, &alloc);
    }
}

static void same_op_and_something_else_is_a_conflict(void **state)
{
    /* Goal: another method, other bytes, another length: conflict, live or sealed, and the operation is untouched. */
    (void)state;
    WEFT_RULE("op.states");
    weft_test_alloc alloc;
    weft_operations *operations = operations_new(&alloc);
    wire_peer w;
    wire_op op = wire_op_of(1, 1);
    begin(&w, operations);
    wire_op_request(&w, 1, 1, ONCE, &op, 9);
    uint64_t id = 3;
    for (int sealed = 0; sealed < 2; sealed++) {
        wire_op_request(&w, 1, id, ONCE, &op, 8);
        (void)wire_expect_response(&w, 1, id, WEFT_OUTCOME_CONFLICT);
        wire_op_request(&w, 1, id + 2, ONCE_AGAIN, &op, 9);
        (void)wire_expect_response(&w, 1, id + 2, WEFT_OUTCOME_CONFLICT);
        wire_request request = { id + 4, ONCE, 0, 4, 9, weft_bytes_of(op.bytes, sizeof op.bytes) };
        wire_put_request_of(&w.out, 1, &request);
        wire_flush(&w);
        wire_op_run(&w);
        (void)wire_expect_response(&w, 1, id + 4, WEFT_OUTCOME_CONFLICT);
        id += 6;
        if (!sealed) {
            answer(&w, 0, 5);
            (void)wire_expect_response(&w, 1, 1, 0);
        }
    }
    wire_op_request(&w, 1, id, ONCE, &op, 9);
    (void)wire_expect_response(&w, 1, id, 0);
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(stats_of(operations).conflicts, 6);
    assert_int_equal(stats_of(operations).records, 1);
    end(&w, operations, &alloc);
}

static void clients_do_not_collide(void **state)
{
    /* Goal: the same counter of another client part, and another counter of the same, are other operations. */
    (void)state;
    WEFT_RULE("op.states");
    weft_test_alloc alloc;
    weft_operations *operations = operations_new(&alloc);
    wire_peer w;
    begin(&w, operations);
    uint64_t id = 1;
    for (uint8_t client = 1; client < 4; client++)
        for (uint64_t counter = 1; counter < 4; counter++, id += 2) {
            wire_op op = wire_op_of(client, counter);
            wire_op_request(&w, 1, id, ONCE, &op, client);
        }
    assert_int_equal(w.side.n_handled, 9);
    assert_int_equal(stats_of(operations).live, 9);
    end(&w, operations, &alloc);
}

static void deadline_and_cancel_detach_callers(void **state)
{
    /* Goal: they are answered, the handler is not told, and its outcome is there for the next attempt. */
    (void)state;
    WEFT_RULE("op.order");
    for (int cancel = 0; cancel < 2; cancel++) {
        weft_test_alloc alloc;
        weft_operations *operations = operations_new(&alloc);
        wire_peer w;
        wire_op op = wire_op_of(1, 1);
        begin(&w, operations);
        wire_request request = { 1, ONCE, cancel ? 0 : 5000, 3, 9, weft_bytes_of(op.bytes, sizeof op.bytes) };
        wire_put_request_of(&w.out, 1, &request);
        wire_flush(&w);
        wire_op_run(&w);
        assert_int_equal(w.side.n_handled, 1);
        assert_int_equal(weft_call_remaining_ns(w.side.held[0]), WEFT_FOREVER);
        if (cancel) {
            wire_put_number(&w.out, WEFT__KIND_CANCEL, 1, 1);
            wire_flush(&w);
            wire_op_run(&w);
        } else {
            wire_advance(&w, 5 * S);
        }
        (void)wire_expect_response(&w, 1, 1, cancel ? WEFT_OUTCOME_CANCELLED : WEFT_OUTCOME_DEADLINE_EXCEEDED);
        assert_int_equal(w.side.n_cancelled, 0);
        assert_false(weft_call_is_cancelled(w.side.held[0]));
        wire_op_request(&w, 1, 3, ONCE, &op, 9); /* attaches */
        wire_expect_none(&w);
        answer(&w, 0, 5);
        (void)wire_expect_response(&w, 1, 3, 0);
        wire_op_request(&w, 1, 5, ONCE, &op, 9);
        (void)wire_expect_response(&w, 1, 5, 0);
        assert_int_equal(w.side.n_handled, 1);
        end(&w, operations, &alloc);
    }
}

static void the_session_of_the_first_attempt_may_go(void **state)
{
    /* Goal: broken, aborted, freed: the handler goes on, and an attempt over another session gets its answer. */
    (void)state;
    WEFT_RULE("op.order");
    for (int how = 0; how < 4; how++) {
        weft_test_alloc alloc;
        weft_operations *operations = operations_new(&alloc);
        wire_peer w, other;
        wire_op op = wire_op_of(1, 1);
        begin(&w, operations);
        wire_op_request(&w, 1, 1, ONCE, &op, 9);
        assert_int_equal(w.side.n_handled, 1);
        if (how == 0)
            wire_disconnect(&w, WEFT_ECONNRESET);
        else if (how == 1)
            weft_session_abort(w.session);
        else if (how == 2) {
            wire_put_close(&w.out, 1, 0, 0);
            wire_flush(&w);
        }
        wire_run(&w);
        assert_int_equal(w.side.n_cancelled, 0);
        weft_call held = w.side.held[0];
        if (how == 3)
            wire_fini(&w); /* the engine, too */
        begin(&other, operations);
        wire_op_request(&other, 1, 1, ONCE, &op, 9);
        assert_int_equal(other.side.n_handled, 0);
        weft_bytes value = weft_bytes_of("late", 4);
        assert_int_equal(weft_gen_return(held, &pair_service, PAIR_ONCE, &value), 0);
        wire_op_run(&other);
        (void)wire_expect_response(&other, 1, 1, 0);
        wire_op_request(&other, 1, 3, ONCE, &op, 9);
        (void)wire_expect_response(&other, 1, 3, 0);
        if (how != 3)
            wire_fini(&w);
        end(&other, operations, &alloc);
    }
}

/* ---- limits ---- */

static void limits_refuse_and_record_nothing(void **state)
{
    /* Goal: of one client's live operations, and of records: resource exhausted; nothing ran, and the same op runs when
     * there is room. Other clients are served as before. */
    (void)state;
    WEFT_RULE("op.store");
    weft_test_alloc alloc;
    weft_operations_options options;
    wire_peer w;
    weft_test_alloc_init(&alloc);
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &alloc.allocator;
    options.max_live_client = 2;
    options.max_records = 4;
    weft_operations *operations = wire_op_operations(&options);
    begin(&w, operations);
    wire_op ops[4];
    for (uint64_t i = 0; i < 3; i++) {
        ops[i] = wire_op_of(1, i + 1);
        wire_op_request(&w, 1, 2 * i + 1, ONCE, &ops[i], 9);
    }
    (void)wire_expect_response(&w, 1, 5, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    assert_int_equal(w.side.n_handled, 2);
    assert_int_equal(stats_of(operations).records, 2);
    assert_int_equal(stats_of(operations).refused, 1);
    wire_op other = wire_op_of(2, 1);
    wire_op_request(&w, 1, 7, ONCE, &other, 9);
    assert_int_equal(w.side.n_handled, 3);
    answer(&w, 0, 5);
    (void)wire_expect_response(&w, 1, 1, 0);
    wire_op_request(&w, 1, 9, ONCE, &ops[2], 9);
    assert_int_equal(w.side.n_handled, 4);
    other = wire_op_of(2, 2); /* the fifth record */
    wire_op_request(&w, 1, 11, ONCE, &other, 9);
    (void)wire_expect_response(&w, 1, 11, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    wire_op_request(&w, 1, 13, ONCE, &ops[0], 9); /* what is recorded is replayed as ever */
    (void)wire_expect_response(&w, 1, 13, 0);
    assert_int_equal(stats_of(operations).refused, 2);
    end(&w, operations, &alloc);
}

static void bytes_are_limited(void **state)
{
    (void)state;
    WEFT_RULE("op.store");
    weft_test_alloc alloc;
    weft_operations_options options;
    wire_peer w;
    uint64_t id = 1, n = 0;
    weft_test_alloc_init(&alloc);
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &alloc.allocator;
    options.max_bytes = (uint64_t)8 * 1024;
    weft_operations *operations = wire_op_operations(&options);
    begin(&w, operations);
    wire_frame frame;
    weft__response response = { .outcome = 0 };
    while (response.outcome == 0) { /* an outcome is kept though it is the one that goes beyond */
        wire_op op = wire_op_of(1, ++n);
        wire_op_request(&w, 1, id, ONCE, &op, 9);
        if (w.side.n_handled == (int)n)
            answer(&w, (int)((n - 1) % PAIR_CALLS_MAX), 60);
        assert_true(wire_next(&w, &frame));
        assert_int_equal(weft__response_decode(frame.body, &response), 0);
        assert_true(stats_of(operations).bytes < options.max_bytes + 1024);
        id += 2;
        assert_true(id < 2000);
    }
    assert_int_equal(response.outcome, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    assert_true(n > 8);
    end(&w, operations, &alloc);
}

/* ---- time ---- */

static void sealed_outcomes_expire_and_are_not_absent(void **state)
{
    /* Goal: at operation_ttl behind the outcome; then it is indeterminate, as is every counter of that client at or
     * below it that is not known; above it operations run. Live ones stay. */
    (void)state;
    WEFT_RULE("op.states");
    WEFT_RULE("op.store");
    weft_test_alloc alloc;
    weft_operations *operations = operations_new(&alloc);
    wire_peer w;
    begin(&w, operations);
    wire_op live = wire_op_of(1, 2), sealed = wire_op_of(1, 5), never = wire_op_of(1, 4), next = wire_op_of(1, 6);
    wire_op other = wire_op_of(2, 5);
    wire_op_request(&w, 1, 1, ONCE, &live, 9);
    wire_op_request(&w, 1, 3, ONCE, &sealed, 9);
    answer(&w, 1, 5);
    (void)wire_expect_response(&w, 1, 3, 0);
    wire_advance(&w, WEFT_OPERATION_TTL_DEFAULT - S);
    wire_op_request(&w, 1, 5, ONCE, &sealed, 9);
    (void)wire_expect_response(&w, 1, 5, 0);
    wire_advance(&w, 2 * S);
    wire_op_request(&w, 1, 7, ONCE, &sealed, 9);
    expect_text(&w, 7, WEFT_OUTCOME_INDETERMINATE, "expired");
    wire_op_request(&w, 1, 9, ONCE, &never, 9);
    expect_text(&w, 9, WEFT_OUTCOME_INDETERMINATE, "expired");
    assert_int_equal(w.side.n_handled, 2);
    wire_op_request(&w, 1, 11, ONCE, &next, 9);
    wire_op_request(&w, 1, 13, ONCE, &other, 9);
    assert_int_equal(w.side.n_handled, 4);
    answer(&w, 0, 5); /* the live one */
    (void)wire_expect_response(&w, 1, 1, 0);
    wire_op_request(&w, 1, 15, ONCE, &live, 9);
    (void)wire_expect_response(&w, 1, 15, 0);
    assert_int_equal(stats_of(operations).expired, 1);
    end(&w, operations, &alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_is_named_where_there_are_operations),
        cmocka_unit_test(op_of_a_wrong_length_is_malformed),
        cmocka_unit_test(op_that_does_not_hold_is_a_volatile_call),
        cmocka_unit_test(live_operation_is_attached_to),
        cmocka_unit_test(sealed_operation_is_replayed),
        cmocka_unit_test(same_op_and_something_else_is_a_conflict),
        cmocka_unit_test(clients_do_not_collide),
        cmocka_unit_test(deadline_and_cancel_detach_callers),
        cmocka_unit_test(the_session_of_the_first_attempt_may_go),
        cmocka_unit_test(limits_refuse_and_record_nothing),
        cmocka_unit_test(bytes_are_limited),
        cmocka_unit_test(sealed_outcomes_expire_and_are_not_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
