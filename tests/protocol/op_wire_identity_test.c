/* Goal: operations have an identity, which settings name; a call that may have run is sent again to the same ones
 * alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/rpc/operations.h"
#include "tests/support/group.h"
#include "tests/support/op_store.h"
#include "tests/support/row.h"
#include "tests/support/rules.h"
#include "tests/support/wire_op.h"
#include "tests/support/wire_resume.h"

#define S WEFT_NS_PER_S

/* ---- a callee that names them ---- */

/* What a session over them tells, in Welcome and in Accept alike. */
static weft__identity told_by(weft_operations *operations)
{
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
    weft__identity told = wire_read_hello(&w).settings.operations;
    wire_put_ready(&w.out);
    weft__open_out open = wire_open_defaults(true);
    open.requested_or_null = open.services;
    wire_settings_retry(&open.settings);
    wire_put_open_of(&w.out, WEFT__KIND_OPEN, 1, &open);
    wire_flush(&w);
    wire_frame frame = wire_expect(&w, WEFT__KIND_ACCEPT, 1);
    assert_int_equal(weft__open_decode(frame.body, &accept), 0);
    assert_memory_equal(&accept.settings.operations, &told, sizeof told);
    wire_fini(&w);
    return told;
}

static void operations_are_named(void **state)
{
    /* Goal: those in memory are the same as long as they are there, and no others are; those of a store are the
     * store's, also in another process. */
    (void)state;
    WEFT_RULE("op.id");
    WEFT_RULE("op.store");
    weft_operations_options options;
    weft_operations *operations[4];
    weft__identity told[4];
    op_store store;
    weft_operations_options_init(&options, sizeof options);
    op_store_init(&store);
    memset(store.identity, 'x', sizeof store.identity);
    for (size_t i = 0; i < 4; i++) {
        options.seed[0] = (uint8_t)(i + 1);
        options.store = i < 2 ? NULL : &op_store_functions;
        options.store_self = &store;
        assert_int_equal(weft_operations_new(&options, &operations[i], NULL), 0);
        told[i] = told_by(operations[i]);
        assert_false(weft__identity_is_none(&told[i]));
        weft__identity again = told_by(operations[i]);
        assert_memory_equal(&told[i], &again, sizeof(weft__identity));
        weft_operations_release(operations[i]);
    }
    op_store_free(&store);
    assert_memory_not_equal(&told[0], &told[1], sizeof(weft__identity));
    assert_memory_equal(&told[2], store.identity, sizeof store.identity);
    assert_memory_equal(&told[3], store.identity, sizeof store.identity);
    weft__identity nobody = told_by(NULL);
    assert_true(weft__identity_is_none(&nobody));
}

static int nobody_is_asked(void *user, void (*run)(void *arg), void (*dropped)(void *arg), void *arg)
{
    (void)user;
    (void)run;
    (void)dropped;
    (void)arg;
    return WEFT_ECLOSED;
}

static void threads_that_serve_together_name_the_same(void **state)
{
    /* Goal: who comes to another thread is not taken for somebody else's caller. When all have left nothing is
     * remembered, and who begins anew is another one. */
    (void)state;
    WEFT_RULE("op.id");
    WEFT_RULE("op.states");
    weft_operations_options options;
    weft_operations *operations[4];
    weft__identity told[4];
    op_store store;
    weft_group *group = test_group_new(NULL);
    weft_operations_options_init(&options, sizeof options);
    op_store_init(&store);
    memset(store.identity, 'x', sizeof store.identity);
    for (size_t i = 0; i < 4; i++) {
        options.seed[0] = (uint8_t)(i + 1);
        options.store = i == 1 ? &op_store_functions : NULL;
        options.store_self = &store;
        assert_int_equal(weft_operations_new(&options, &operations[i], NULL), 0);
        if (i == 3) /* the last of them leave, before it joins */
            for (size_t k = 0; k < 3; k++)
                weft_operations_release(operations[k]);
        assert_int_equal(weft_operations_join(operations[i], group, nobody_is_asked, NULL), 0);
        told[i] = told_by(operations[i]);
    }
    weft_operations_release(operations[3]);
    weft_group_release(group);
    op_store_free(&store);
    assert_memory_equal(&told[1], store.identity, sizeof store.identity);
    assert_memory_equal(&told[0], &told[2], sizeof(weft__identity));
    assert_false(weft__identity_is_none(&told[3]));
    assert_memory_not_equal(&told[0], &told[3], sizeof(weft__identity));
}

/* ---- a caller that remembers them ---- */

static void init(wire_peer *w)
{
    wire_init(w, true);
    w->options.retry = true;
    w->options.recovery_timeout_ns = 60 * S;
    w->finished = NULL;
    wire_settings_retry(&w->hello.settings);
    w->hello.settings.operation_ttl_ms = 600000;
}

/* The engine's connection with one reference, retry in force, with who has these operations. */
static weft_connection *opens_with(wire_peer *w, uint8_t operations, uint64_t *ret_id)
{
    *ret_id = wire_opens(w);
    weft__open_out accept = wire_open_defaults(!w->options.ids_odd);
    wire_settings_retry(&accept.settings);
    memset(&accept.settings.operations, operations, sizeof accept.settings.operations);
    accept.settings.operation_ttl_ms = w->hello.settings.operation_ttl_ms;
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

/* The next request is of that method, and carries an operation where that is persistent: its id. */
static uint64_t expect_attempt(wire_peer *w, uint64_t connection, uint64_t method_id, wire_op *inout_op, bool is_again)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_REQUEST, connection);
    weft__request request;
    assert_int_equal(weft__request_decode(frame.body, &request), 0);
    assert_int_equal(request.method_id, method_id);
    if (!request.op.ptr)
        return request.request_id;
    if (is_again)
        assert_memory_equal(inout_op->bytes, request.op.ptr, sizeof inout_op->bytes);
    memcpy(inout_op->bytes, request.op.ptr, sizeof inout_op->bytes);
    return request.request_id;
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

/* Open as it was, accepted again, by who has these operations. */
static void reopened_by(wire_peer *w, uint64_t id, uint8_t operations)
{
    weft__open open;
    wire_frame frame = wire_expect(w, WEFT__KIND_OPEN, id);
    assert_int_equal(weft__open_decode(frame.body, &open), 0);
    assert_true(wire_names_retry(&open.settings));
    wire_expect_none(w); /* until it is accepted */
    weft__open_out accept = wire_open_defaults(!w->options.ids_odd);
    wire_settings_retry(&accept.settings);
    memset(&accept.settings.operations, operations, sizeof accept.settings.operations);
    accept.settings.operation_ttl_ms = w->hello.settings.operation_ttl_ms;
    wire_put_open_of(&w->out, WEFT__KIND_ACCEPT, id, &accept);
    wire_flush(w);
}

static void call_that_may_have_run_goes_to_the_same_operations_alone(void **state)
{
    /* Goal: who takes the place of the callee and does not have its operations, or does not say so, would run a
     * persistent call once more. One that is idempotent too goes, and so does one that was not sent. */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("op.id");
    static const uint8_t had[] = { 'w', 'w', 'w', 0 }, has[] = { 'w', 'x', 0, 0 }; /* 0: it does not say */
    static const uint32_t methods[] = { PAIR_ONCE, PAIR_ONCE_AGAIN, PAIR_AGAIN, PAIR_ONCE };
    for (size_t i = 0; i < sizeof had; i++) {
        bool is_same = i == 0;
        wire_peer w;
        wire_op ops[4] = { { { 0 } } };
        uint64_t id;
        init(&w);
        wire_shake(&w);
        weft_connection *conn = opens_with(&w, had[i], &id);
        for (int k = 0; k < 3; k++) {
            call(&w, conn, methods[k], k);
            (void)expect_attempt(&w, id, pair_service.methods[methods[k]].id, &ops[k], false);
        }
        wire_cut(&w);
        call(&w, conn, methods[3], 3);
        assert_int_equal(w.side.n_done, 0);
        replace(&w);
        reopened_by(&w, id, has[i]);
        for (int k = is_same ? 0 : 1; k < 4; k++) {
            uint64_t request = expect_attempt(&w, id, pair_service.methods[methods[k]].id, &ops[k], k < 3);
            wire_put_response(&w.out, id, request, 0, 6);
        }
        wire_flush(&w);
        wire_expect_alive(&w);
        for (int k = 0; k < 4; k++) {
            bool runs = is_same || k > 0;
            assert_int_equal(w.side.done_times[k], 1);
            assert_int_equal(w.side.results[k].code, runs ? 0 : WEFT_EINDETERMINATE);
            assert_int_equal(w.side.results[k].attempts, runs && k < 3 ? 2 : 1);
            assert_true(runs || w.side.results[k].may_have_run);
        }
        weft_connection_release(conn);
        wire_fini(&w);
    }
}

static void connection_lost_alone_remembers_whose_operations_it_had(void **state)
{
    /* Goal: a proxy's target is another process now: what came by Accept counts, and not what the session said. */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("proxy.settings");
    for (int is_same = 0; is_same < 2; is_same++) {
        wire_peer w;
        wire_op op;
        uint64_t id;
        init(&w);
        wire_shake(&w);
        weft_connection *conn = opens_with(&w, 't', &id);
        call(&w, conn, PAIR_ONCE, 0);
        (void)expect_attempt(&w, id, OP_ONCE, &op, false);
        wire_advance(&w, WEFT_BACKOFF_MAX); /* so that it is opened again at once */
        wire_put_close(&w.out, id, WEFT_CODE_LOST, UINT64_MAX);
        wire_flush(&w);
        reopened_by(&w, id + 2, is_same ? 't' : 'w');
        if (is_same) {
            uint64_t request = expect_attempt(&w, id + 2, OP_ONCE, &op, true);
            wire_put_response(&w.out, id + 2, request, 0, 6);
            wire_flush(&w);
        }
        wire_expect_alive(&w);
        assert_int_equal(w.side.done_times[0], 1);
        assert_int_equal(w.side.results[0].code, is_same ? 0 : WEFT_EINDETERMINATE);
        assert_int_equal(w.side.results[0].attempts, is_same ? 2 : 1);
        assert_true(is_same || w.side.results[0].may_have_run);
        weft_connection_release(conn);
        wire_fini(&w);
    }
}

static void proxy_passes_the_targets_on(void **state)
{
    /* Goal: the client knows who has its operations at the end of the chain, and not whether a proxy has some. */
    (void)state;
    WEFT_RULE("proxy.settings");
    WEFT_RULE("op.id");
    weft_test_alloc alloc;
    weft_operations_options options;
    weft_operations *operations[2];
    weft_session_options client = weft_session_options_default();
    row c;
    weft_test_alloc_init(&alloc);
    memset(&c, 0, sizeof c);
    c.n = 2;
    client.retry = true;
    client.recovery_timeout_ns = WEFT_FOREVER;
    weft_operations_options_init(&options, sizeof options);
    for (size_t i = 0; i < 2; i++) {
        options.seed[0] = (uint8_t)i;
        assert_int_equal(weft_operations_new(&options, &operations[i], NULL), 0);
        pair_init(&c.p[i], &alloc);
        c.p[i].operations = operations[i];
        c.p[i].s.keep_pending = i == 0;
        assert_int_equal(pair_begin(&c.p[i], client, weft_session_options_default()), 0);
        pair_run(&c.p[i]);
    }
    weft_connection *conn = row_open(&c);
    assert_non_null(conn);
    assert_true(conn->retries);
    assert_true(conn->peer_operations == weft__identity_tag(&operations[1]->identity));
    assert_true(conn->peer_operations != weft__identity_tag(&operations[0]->identity));
    weft_connection_release(conn);
    row_run(&c);
    row_fini(&c);
    weft_operations_release(operations[0]);
    weft_operations_release(operations[1]);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_named),
        cmocka_unit_test(threads_that_serve_together_name_the_same),
        cmocka_unit_test(call_that_may_have_run_goes_to_the_same_operations_alone),
        cmocka_unit_test(connection_lost_alone_remembers_whose_operations_it_had),
        cmocka_unit_test(proxy_passes_the_targets_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
