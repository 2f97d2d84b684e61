/* Goal: which requests carry an operation, and what becomes of each kind of call when the session is lost and another
 * takes its place. The other side is written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_op.h"
#include "tests/support/wire_resume.h"

#define S WEFT_NS_PER_S

static void init(wire_peer *w)
{
    wire_init(w, true);
    w->options.retry = true;
    w->options.recovery_timeout_ns = 60 * S;
    w->finished = NULL;
    wire_settings_retry(&w->hello.settings);
    w->hello.settings.operation_ttl_ms = 600000;
}

/* The engine's connection with one reference, retry in force as told. */
static weft_connection *opens(wire_peer *w, bool retry, uint64_t *ret_id)
{
    *ret_id = wire_opens(w);
    weft__open_out accept = wire_open_defaults(!w->options.ids_odd);
    if (retry) {
        wire_settings_retry(&accept.settings);
        accept.settings.operation_ttl_ms = w->hello.settings.operation_ttl_ms;
    }
    wire_put_open_of(&w->out, WEFT__KIND_ACCEPT, *ret_id, &accept);
    wire_flush(w);
    assert_non_null(w->side.opened);
    return w->side.opened;
}

static void call(wire_peer *w, weft_connection *conn, uint32_t method, int index)
{
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = WEFT_FOREVER;
    assert_int_equal(pair_call_with(&w->side, conn, method, 5, index, &options, NULL), 0);
    wire_run(w);
}

/* A request, kept beyond the frame that it came in. */
typedef struct attempt {
    uint64_t id, method_id;
    uint32_t timeout_ms;
    bool has_op;
    uint8_t op[24];
    uint8_t args[64];
    size_t args_len;
} attempt;

static attempt expect_attempt(wire_peer *w, uint64_t connection)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_REQUEST, connection);
    weft__request request;
    attempt a = { .id = 0 };
    assert_int_equal(weft__request_decode(frame.body, &request), 0);
    a.id = request.request_id;
    a.method_id = request.method_id;
    a.timeout_ms = request.timeout_ms;
    a.has_op = request.op.ptr != NULL;
    if (a.has_op)
        memcpy(a.op, request.op.ptr, sizeof a.op);
    a.args_len = request.args.len;
    assert_true(a.args_len <= sizeof a.args);
    memcpy(a.args, request.args.ptr, a.args_len);
    return a;
}

static void assert_same_operation(const attempt *a, const attempt *b)
{
    assert_int_equal(a->method_id, b->method_id);
    assert_int_equal(a->args_len, b->args_len);
    assert_memory_equal(a->args, b->args, a->args_len);
    assert_int_equal(a->has_op, b->has_op);
    assert_memory_equal(a->op, b->op, sizeof a->op);
}

static uint64_t counter_of(const attempt *a)
{
    uint64_t counter = 0;
    for (int i = 7; i >= 0; i--)
        counter = counter << 8 | a->op[16 + i];
    return counter;
}

/* The session was lost: another one is welcomed, whose Ready is read. */
static void replace(wire_peer *w)
{
    wire_dial(w);
    weft__hello hello = wire_read_hello(w);
    assert_true(!hello.has_resume || hello.resume_key.len == 0);
    assert_true(wire_names_retry(&hello.settings));
    wire_put_preamble(&w->out, false);
    wire_put_hello_of(&w->out, WEFT__KIND_WELCOME, &w->hello);
    wire_flush(w);
    (void)wire_expect(w, WEFT__KIND_READY, 0);
}

/* Open as it was, accepted again. */
static void reopened(wire_peer *w, uint64_t id)
{
    weft__open open;
    wire_frame frame = wire_expect(w, WEFT__KIND_OPEN, id);
    assert_int_equal(weft__open_decode(frame.body, &open), 0);
    assert_true(wire_names_retry(&open.settings));
    wire_expect_none(w); /* until it is accepted */
    weft__open_out accept = wire_open_defaults(!w->options.ids_odd);
    wire_settings_retry(&accept.settings);
    accept.settings.operation_ttl_ms = w->hello.settings.operation_ttl_ms;
    wire_put_open_of(&w->out, WEFT__KIND_ACCEPT, id, &accept);
    wire_flush(w);
}

/* ---- ids ---- */

static void op_is_of_persistent_methods_where_both_retry(void **state)
{
    (void)state;
    WEFT_RULE("op.id");
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        uint64_t id;
        init(&w);
        w.options.retry = i & 1;
        wire_shake(&w);
        weft_connection *conn = opens(&w, i & 2, &id);
        static const uint32_t calls[] = { PAIR_HOLD, PAIR_AGAIN, PAIR_ONCE, PAIR_ONCE_AGAIN };
        for (int k = 0; k < 4; k++) {
            call(&w, conn, calls[k], k);
            attempt a = expect_attempt(&w, id);
            assert_int_equal(a.has_op, i == 3 && k >= 2);
        }
        weft_connection_release(conn);
        wire_fini(&w);
    }
}

static void ops_are_random_and_counted(void **state)
{
    /* Goal: one client part for a destination, not a constant; counters that go up; another client has another part. */
    (void)state;
    WEFT_RULE("op.id");
    wire_peer w[2];
    attempt first[2];
    for (int i = 0; i < 2; i++) {
        uint64_t id, last = 0;
        init(&w[i]);
        w[i].seed = (uint8_t)(20 + i);
        wire_shake(&w[i]);
        weft_connection *conn = opens(&w[i], true, &id), *other;
        first[i] = (attempt){ .id = 0 };
        for (int k = 0; k < 5; k++) {
            call(&w[i], conn, k & 1 ? PAIR_ONCE : PAIR_ONCE_AGAIN, k);
            attempt a = expect_attempt(&w[i], id);
            first[i] = k == 0 ? a : first[i];
            assert_memory_equal(a.op, first[i].op, 16);
            assert_true(k == 0 || counter_of(&a) > last);
            last = counter_of(&a);
        }
        other = opens(&w[i], true, &id);
        call(&w[i], other, PAIR_ONCE, 5);
        attempt a = expect_attempt(&w[i], id);
        assert_true(memcmp(a.op, first[i].op, 16) != 0 || counter_of(&a) > last);
        weft_connection_release(conn);
        weft_connection_release(other);
    }
    assert_memory_not_equal(first[0].op, first[1].op, 16);
    assert_memory_not_equal(first[0].op, first[0].op + 8, 8);
    wire_fini(&w[0]);
    wire_fini(&w[1]);
}

/* ---- a session that is replaced ---- */

static void lost_session_each_call_by_its_policy(void **state)
{
    /* Goal: sent again are idempotent and persistent ones, the same bytes under the same operation; a volatile one that
     * was sent is indeterminate, one that was not has not run. The callback comes once, with how often it was sent. */
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id;
    attempt before[4];
    init(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    static const uint32_t calls[] = { PAIR_AGAIN, PAIR_ONCE, PAIR_ONCE_AGAIN };
    call(&w, conn, PAIR_HOLD, 0);
    (void)expect_attempt(&w, id);
    for (int k = 0; k < 3; k++) {
        call(&w, conn, calls[k], k + 1);
        before[k] = expect_attempt(&w, id);
    }
    wire_cut(&w);
    assert_int_equal(w.side.n_closed, 0);
    assert_int_equal(w.side.n_disconnected, 1);
    assert_int_equal(w.side.done_times[0], 1);
    assert_int_equal(w.side.results[0].code, WEFT_EINDETERMINATE);
    assert_true(w.side.results[0].may_have_run);
    assert_int_equal(w.side.n_done, 1);
    replace(&w);
    reopened(&w, id);
    assert_int_equal(w.side.n_replaced, 1);
    assert_int_equal(w.side.n_conn_closed, 0);
    attempt after[3];
    for (int k = 0; k < 3; k++) {
        after[k] = expect_attempt(&w, id);
        assert_same_operation(&before[k], &after[k]);
    }
    wire_expect_alive(&w);
    for (int k = 0; k < 3; k++)
        wire_put_response(&w.out, id, after[k].id, 0, 6);
    wire_flush(&w);
    for (int k = 1; k < 4; k++) {
        assert_int_equal(w.side.done_times[k], 1);
        assert_int_equal(w.side.results[k].code, 0);
        assert_int_equal(w.side.results[k].attempts, 2);
    }
    weft_connection_release(conn);
    wire_fini(&w);
}

static void volatile_call_that_was_not_sent_has_not_run(void **state)
{
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id;
    init(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    w.hold_output = true;
    call(&w, conn, PAIR_HOLD, 0);
    call(&w, conn, PAIR_ONCE, 1);
    w.hold_output = false;
    wire_disconnect(&w, WEFT_ECONNRESET);
    assert_int_equal(w.side.done_times[0], 1);
    assert_int_equal(w.side.results[0].code, WEFT_ECONNCLOSED);
    assert_false(w.side.results[0].may_have_run);
    replace(&w);
    reopened(&w, id);
    attempt a = expect_attempt(&w, id);
    assert_true(a.has_op);
    wire_put_response(&w.out, id, a.id, 0, 1);
    wire_flush(&w);
    assert_int_equal(w.side.results[1].code, 0);
    weft_connection_release(conn);
    wire_fini(&w);
}

static void three_attempts_are_all(void **state)
{
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id;
    init(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    call(&w, conn, PAIR_AGAIN, 0);
    call(&w, conn, PAIR_ONCE, 1);
    for (int i = 0; i < 2; i++) {
        wire_skip(&w);
        wire_cut(&w);
        replace(&w);
        reopened(&w, id);
        (void)expect_attempt(&w, id);
        (void)expect_attempt(&w, id);
        assert_int_equal(w.side.n_done, 0);
    }
    wire_cut(&w);
    replace(&w);
    reopened(&w, id);
    wire_expect_alive(&w);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(w.side.done_times[k], 1);
        assert_int_equal(w.side.results[k].code, WEFT_EINDETERMINATE);
        assert_int_equal(w.side.results[k].attempts, 3);
        assert_true(w.side.results[k].may_have_run);
    }
    weft_connection_release(conn);
    wire_fini(&w);
}

static void attempts_keep_the_deadline(void **state)
{
    /* Goal: what is left of it goes with the second attempt; when it is over in between, the call ends then. */
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id;
    init(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    weft_call_options options = weft_call_options_default();
    for (int k = 0; k < 2; k++) {
        options.timeout_ns = (uint64_t)(k ? 20 : 5) * S;
        assert_int_equal(pair_call_with(&w.side, conn, PAIR_ONCE, 5, k, &options, NULL), 0);
    }
    wire_run(&w);
    assert_int_equal(expect_attempt(&w, id).timeout_ms, 5000);
    assert_int_equal(expect_attempt(&w, id).timeout_ms, 20000);
    wire_cut(&w);
    uint64_t cut_ns = w.now_ns;
    wire_advance(&w, 5 * S - 1);
    assert_int_equal(w.side.n_done, 0);
    wire_advance(&w, 1);
    assert_int_equal(w.side.done_times[0], 1);
    assert_int_equal(w.side.results[0].code, WEFT_ETIMEDOUT);
    assert_true(w.side.results[0].may_have_run);
    replace(&w);
    reopened(&w, id);
    uint64_t left_ms = (20 * S - (w.now_ns - cut_ns)) / 1000000;
    assert_in_range(expect_attempt(&w, id).timeout_ms, left_ms, left_ms + 1);
    wire_expect_alive(&w);
    weft_connection_release(conn);
    wire_fini(&w);
}

static void no_attempt_after_operation_ttl(void **state)
{
    /* Goal: the outcome may have been forgotten: a persistent call is not sent again, an idempotent one may be. */
    (void)state;
    WEFT_RULE("op.store");
    wire_peer w;
    uint64_t id;
    init(&w);
    w.hello.settings.operation_ttl_ms = 3000;
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    call(&w, conn, PAIR_ONCE, 0);
    call(&w, conn, PAIR_AGAIN, 1);
    wire_skip(&w);
    wire_cut(&w);
    wire_advance(&w, 3 * S + 1);
    replace(&w);
    reopened(&w, id);
    assert_int_equal(expect_attempt(&w, id).method_id, 0x1006);
    wire_expect_alive(&w);
    assert_int_equal(w.side.done_times[0], 1);
    assert_int_equal(w.side.results[0].code, WEFT_EINDETERMINATE);
    weft_connection_release(conn);
    wire_fini(&w);
}

static void not_after_a_protocol_error(void **state)
{
    (void)state;
    WEFT_RULE("op.retry");
    for (int said = 0; said < 2; said++) {
        wire_peer w;
        uint64_t id;
        init(&w);
        wire_shake(&w);
        weft_connection *conn = opens(&w, true, &id);
        call(&w, conn, PAIR_ONCE, 0);
        if (said)
            wire_put(&w.out, 77, 0, 0, "", 0);
        else
            wire_put_said(&w.out, WEFT__KIND_PROTOCOL_ERROR, WEFT_CODE_PROTOCOL, "you!");
        wire_flush(&w);
        assert_int_equal(w.side.done_times[0], 1);
        assert_int_equal(w.side.results[0].code, WEFT_EPROTO);
        wire_cut(&w);
        assert_int_equal(w.side.n_closed, 1);
        assert_false(wire_wants(&w, 100 * S));
        weft_connection_release(conn);
        wire_fini(&w);
    }
}

static void connections_without_retry_are_closed_as_lost(void **state)
{
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id, other_id;
    init(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id), *other = opens(&w, false, &other_id);
    call(&w, other, PAIR_AGAIN, 0);
    wire_skip(&w);
    wire_cut(&w);
    assert_int_equal(w.side.n_conn_closed, 1);
    assert_int_equal(w.side.conn_end.remote, WEFT_CODE_LOST);
    assert_int_equal(w.side.done_times[0], 1);
    assert_true(w.side.results[0].may_have_run);
    assert_int_not_equal(w.side.results[0].code, 0);
    replace(&w);
    reopened(&w, id);
    wire_expect_alive(&w);
    weft_connection_release(conn);
    weft_connection_release(other);
    wire_fini(&w);
}

static void connections_are_opened_again_in_the_order_of_their_ids(void **state)
{
    /* Goal: ids only grow on the new session too. */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("id.increasing");
    enum { CONNS = 12 };
    wire_peer w;
    weft_connection *conns[CONNS];
    uint64_t ids[CONNS];
    init(&w);
    wire_shake(&w);
    for (int i = 0; i < CONNS; i++)
        conns[i] = opens(&w, true, &ids[i]);
    wire_cut(&w);
    replace(&w);
    for (int i = 0; i < CONNS; i++)
        (void)wire_expect(&w, WEFT__KIND_OPEN, ids[i]);
    wire_expect_alive(&w);
    for (int i = 0; i < CONNS; i++)
        weft_connection_release(conns[i]);
    wire_fini(&w);
}

static void reopening_rejected_closes_with_that_reason(void **state)
{
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id;
    init(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    call(&w, conn, PAIR_ONCE, 0);
    wire_skip(&w);
    wire_cut(&w);
    replace(&w);
    (void)wire_expect(&w, WEFT__KIND_OPEN, id);
    wire_put_reject(&w.out, id, 4711, "not any more");
    wire_flush(&w);
    assert_int_equal(w.side.n_conn_closed, 1);
    assert_int_equal(w.side.conn_end.remote, 4711);
    assert_int_equal(w.side.done_times[0], 1);
    assert_true(w.side.results[0].may_have_run);
    wire_expect_alive(&w);
    weft_connection_release(conn);
    wire_fini(&w);
}

static void refused_resumption_leads_to_a_new_session(void **state)
{
    /* Goal: resumable and retry together: the key is tried first; not resumable, then a new session at once. */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("resume.refuse");
    wire_peer w;
    uint64_t id;
    init(&w);
    wire_survivor(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    call(&w, conn, PAIR_ONCE, 0);
    call(&w, conn, PAIR_HOLD, 1);
    attempt before = expect_attempt(&w, id);
    wire_cut(&w);
    assert_int_equal(w.side.n_done, 0); /* it may yet be resumed */
    wire_dial(&w);
    assert_int_equal(wire_read_hello(&w).resume_key.len, WIRE_KEY);
    wire_put_preamble(&w.out, false);
    wire_put_said(&w.out, WEFT__KIND_SORRY, WEFT_CODE_NOT_RESUMABLE, "who are you?");
    wire_flush(&w);
    wire_hang_up(&w);
    assert_int_equal(w.side.n_closed, 0);
    assert_int_equal(w.side.done_times[1], 1);
    assert_int_equal(w.side.results[1].code, WEFT_EINDETERMINATE);
    assert_true(wire_wants(&w, 0));
    replace(&w);
    reopened(&w, id);
    attempt after = expect_attempt(&w, id);
    assert_same_operation(&before, &after);
    assert_int_equal(w.side.n_replaced, 1);
    assert_int_equal(w.side.n_resumed, 0);
    assert_int_equal(w.side.n_disconnected, 1);
    weft_connection_release(conn);
    wire_survivor_fini(&w);
}

static void resumed_session_makes_no_attempt(void **state)
{
    /* Goal: what is said again is the same request, and one attempt. */
    (void)state;
    WEFT_RULE("op.retry");
    wire_peer w;
    uint64_t id;
    init(&w);
    wire_survivor(&w);
    wire_shake(&w);
    weft_connection *conn = opens(&w, true, &id);
    call(&w, conn, PAIR_ONCE, 0);
    uint64_t had = w.received;
    attempt before = expect_attempt(&w, id);
    w.received = had;
    wire_cut(&w);
    wire_resume(&w);
    attempt after = expect_attempt(&w, id);
    assert_same_operation(&before, &after);
    assert_int_equal(before.id, after.id);
    wire_put_response(&w.out, id, after.id, 0, 1);
    wire_flush(&w);
    assert_int_equal(w.side.results[0].code, 0);
    assert_int_equal(w.side.results[0].attempts, 1);
    assert_int_equal(w.side.n_replaced, 0);
    weft_connection_release(conn);
    wire_survivor_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(op_is_of_persistent_methods_where_both_retry),
        cmocka_unit_test(ops_are_random_and_counted),
        cmocka_unit_test(lost_session_each_call_by_its_policy),
        cmocka_unit_test(volatile_call_that_was_not_sent_has_not_run),
        cmocka_unit_test(three_attempts_are_all),
        cmocka_unit_test(attempts_keep_the_deadline),
        cmocka_unit_test(no_attempt_after_operation_ttl),
        cmocka_unit_test(not_after_a_protocol_error),
        cmocka_unit_test(connections_without_retry_are_closed_as_lost),
        cmocka_unit_test(connections_are_opened_again_in_the_order_of_their_ids),
        cmocka_unit_test(reopening_rejected_closes_with_that_reason),
        cmocka_unit_test(refused_resumption_leads_to_a_new_session),
        cmocka_unit_test(resumed_session_makes_no_attempt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
