/* A runtime and the store of its operations, with no session at all: time goes on there by the loop's clock, and
 * closing waits for it, though not for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/op_store.h"
#include "tests/support/rules.h"
#include "weft/uv.h"

typedef struct world {
    op_store store;
    weft_operation_store functions; /* of the store, but for sync */
    weft_runtime *runtime;
    weft_operations *operations;
    int n_errors;
    bool closed, done_first;
} world;

static world *of_store(void *store)
{
    return (world *)store; /* its first member */
}

static void on_log(void *user, const weft_log_record *record)
{
    world *t = user;
    t->n_errors += record->level == WEFT_LOG_ERROR;
}

/* The last record is removed, and, where the store holds back, not told. */
static void on_sync(void *self, void (*done)(void *user, int status, const char *text), void *user)
{
    world *t = of_store(self);
    op_store_functions.sync(&t->store, done, user);
    if (t->store.hold || op_store_count(&t->store, 'o') == 0)
        weft_runtime_stop(t->runtime);
}

/* What a process has left behind: one outcome. */
static void leave_outcome(world *t)
{
    wire_peer w;
    op_attempt attempt = { 1, OP_ONCE, op_id_of(7, 1), 1, 10, 0 };
    op_store_init(&t->store);
    op_peer_ready(&w, op_operations(NULL, &t->store));
    op_send(&w, &attempt);
    op_sync(&w);
    op_return(&w, 0, 5);
    op_sync(&w);
    (void)op_expect(&w, 1, 0);
    wire_fini(&w);
    weft_operations_release(w.operations);
    assert_int_equal(op_store_count(&t->store, 'o'), 1);
}

/* The next one finds it, and it expires by itself. */
static void begin(world *t, bool hold, uint64_t store_timeout_ns)
{
    weft_runtime_options options = weft_runtime_options_default();
    weft_session_options session = weft_session_options_default();
    weft_operations_options operations;
    weft_listener *listener;
    memset(t, 0, sizeof *t);
    leave_outcome(t);
    t->store.hold = hold;
    t->functions = op_store_functions;
    t->functions.sync = on_sync;
    assert_true(options.store_timeout_ns == 10 * WEFT_NS_PER_S);
    options.store_timeout_ns = store_timeout_ns;
    options.log = on_log;
    options.log_user = t;
    assert_int_equal(weft_runtime_new(&options, &t->runtime), 0);
    assert_int_equal(weft_listen(t->runtime, "mem://here", &session, &listener, NULL), 0);
    assert_int_equal(weft_runtime_operations_options(t->runtime, &operations, sizeof operations), 0);
    operations.store = &t->functions;
    operations.store_self = &t->store;
    operations.ttl_ns = WEFT_NS_PER_MS;
    assert_int_equal(weft_operations_new(&operations, &t->operations, NULL), 0);
    assert_int_equal(weft_runtime_use_operations(t->runtime, t->operations), 0);
    assert_int_equal(weft_runtime_run(t->runtime), 0); /* until it has synced */
}

static void what_expires_goes_though_nobody_calls(void **state)
{
    world t;
    weft_operations_stats stats;
    (void)state;
    WEFT_RULE("op.store");
    begin(&t, false, 0);
    weft_operations_stats_read(t.operations, &stats, sizeof stats);
    assert_int_equal(stats.records, 0);
    assert_int_equal(stats.expired, 1);
    weft_operations_release(t.operations);
    weft_runtime_free(t.runtime);
    op_store_free(&t.store);
}

static void on_closed(void *user)
{
    world *t = user;
    t->closed = true;
    t->done_first = t->store.done == NULL;
}

static void store_that_hangs_holds_up_no_close(void **state)
{
    /* Goal: its time over the runtime ends, and says so; what the store says later finds nobody. */
    (void)state;
    WEFT_RULE("op.order");
    for (int retained = 0; retained < 2; retained++) {
        world t;
        begin(&t, true, 20 * WEFT_NS_PER_MS);
        if (!retained)
            weft_operations_release(t.operations);
        assert_int_equal(t.n_errors, 0);
        weft_runtime_close(t.runtime, on_closed, &t);
        assert_int_equal(weft_runtime_run(t.runtime), 0);
        assert_true(t.closed);
        assert_false(t.done_first);
        assert_int_equal(t.n_errors, 1);
        weft_runtime_free(t.runtime);
        op_store_done(&t.store);
        if (retained)
            weft_operations_release(t.operations);
        op_store_free(&t.store);
    }
}

static void on_timer(uv_timer_t *timer)
{
    op_store_done(timer->data);
    uv_close((uv_handle_t *)timer, NULL);
}

static void close_waits_for_the_store(void **state)
{
    /* Goal: what is on its way to the disk when the runtime closes gets there first. */
    world t;
    uv_timer_t timer;
    (void)state;
    WEFT_RULE("op.order");
    begin(&t, true, WEFT_FOREVER);
    weft_runtime_close(t.runtime, on_closed, &t);
    assert_int_equal(uv_timer_init(weft_runtime_loop(t.runtime), &timer), 0);
    timer.data = &t.store;
    assert_int_equal(uv_timer_start(&timer, on_timer, 20, 0), 0);
    assert_int_equal(weft_runtime_run(t.runtime), 0);
    assert_true(t.closed);
    assert_true(t.done_first);
    assert_int_equal(op_store_count(&t.store, 'o'), 0);
    assert_int_equal(t.n_errors, 0);
    weft_operations_release(t.operations);
    weft_runtime_free(t.runtime);
    op_store_free(&t.store);
}

static void close_tries_once_more(void **state)
{
    /* Goal: an outcome that found the disk full is there when the process has ended in order. */
    world t;
    wire_peer w;
    op_attempt attempt = { 1, OP_ONCE, op_id_of(7, 1), 1, 10, 0 };
    (void)state;
    WEFT_RULE("op.order");
    memset(&t, 0, sizeof t);
    op_store_init(&t.store);
    op_peer_ready(&w, op_operations(NULL, &t.store));
    assert_int_equal(weft_runtime_new(NULL, &t.runtime), 0);
    assert_int_equal(weft_runtime_use_operations(t.runtime, w.operations), 0);
    op_send(&w, &attempt);
    op_sync(&w);
    t.store.fail_sync = WEFT_ENOSPC;
    op_return(&w, 0, 5);
    op_sync(&w);
    (void)op_expect(&w, 1, WEFT_OUTCOME_INDETERMINATE);
    t.store.fail_sync = 0;
    wire_fini(&w);
    weft_operations_release(w.operations);
    weft_runtime_free(t.runtime);
    op_peer_ready(&w, op_operations(NULL, &t.store));
    op_send(&w, &attempt);
    assert_int_equal(op_expect(&w, 1, 0).len, 7);
    wire_fini(&w);
    weft_operations_release(w.operations);
    op_store_free(&t.store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_expires_goes_though_nobody_calls),
        cmocka_unit_test(store_that_hangs_holds_up_no_close),
        cmocka_unit_test(close_waits_for_the_store),
        cmocka_unit_test(close_tries_once_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
