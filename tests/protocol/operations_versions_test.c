/* Goal: an outcome that one version of a service has sealed is told by another one in its own types, or as
 * indeterminate where it cannot be; never by running the call again. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "newer.weft.h"
#include "older.weft.h"
#include "tests/support/op_store.h"
#include "tests/support/rules.h"

typedef struct server {
    wire_peer w; /* first: decide is given it */
    bool is_new;
    bool is_bare; /* its handler has no clear */
    int n_calls;
    weft_call calls[8];
    weft__service_ref service;
} server;

static void keep(void *self, weft_call call)
{
    server *s = self;
    s->calls[s->n_calls++] = call;
}

#define HANDLER(version)                                                                                              \
    static void version##_on_book(void *self, version##_bank_book_call call, const version##_bank_book_args *args)    \
    {                                                                                                                 \
        (void)args;                                                                                                   \
        keep(self, call.call);                                                                                        \
    }                                                                                                                 \
    static void version##_on_note(void *self, version##_bank_note_call call, const version##_bank_note_args *args)    \
    {                                                                                                                 \
        (void)args;                                                                                                   \
        keep(self, call.call);                                                                                        \
    }                                                                                                                 \
    static void version##_on_clear(void *self, version##_bank_clear_call call, const version##_bank_clear_args *args) \
    {                                                                                                                 \
        (void)args;                                                                                                   \
        keep(self, call.call);                                                                                        \
    }                                                                                                                 \
    static const version##_bank_handler version##_handler = { sizeof version##_handler, NULL, version##_on_book,      \
                                                              version##_on_note, version##_on_clear }
HANDLER(old);
HANDLER(new);

static const old_bank_handler bare_handler = { sizeof bare_handler, NULL, old_on_book, old_on_note, NULL };

static int decide(void *user, weft_session *session, weft_pending pending)
{
    server *s = user;
    (void)session;
    if (s->is_bare)
        return old_bank_serve(pending, &bare_handler, s, NULL);
    return s->is_new ? new_bank_serve(pending, &new_handler, s, NULL) : old_bank_serve(pending, &old_handler, s, NULL);
}

static void start_as(server *s, bool is_new, bool is_bare, weft_operations *operations)
{
    memset(s, 0, sizeof *s);
    s->is_new = is_new;
    s->is_bare = is_bare;
    wire_init(&s->w, false);
    s->w.operations = operations;
    s->w.root_service = true;
    s->w.decide = decide;
    s->service.name = WEFT_STR("bank.v1.Bank");
    s->service.id = is_new ? new_bank_service.id : old_bank_service.id;
    s->w.hello.services = &s->service;
    s->w.hello.n_services = 1;
    wire_settings_retry(&s->w.hello.settings);
    wire_shake(&s->w);
}

static void start(server *s, bool is_new, weft_operations *operations)
{
    start_as(s, is_new, false, operations);
}

enum { BOOK = 0, NOTE = 1, CLEAR = 2 };

/* Operation `counter`, as the nth request. */
static void ask(server *s, uint64_t n, uint64_t counter, int method)
{
    op_attempt attempt = { n, old_bank_service.methods[method].id, op_id_of(3, counter), 1, 4, 0 };
    op_send(&s->w, &attempt);
    op_sync(&s->w);
}

/* Of the old version: a receipt, a refusal, a number, nothing, a failure. */
static void answer_all(server *s)
{
    const old_receipt receipt = { 17, WEFT_STR("seventeen") };
    const old_refused_too_much_fields fields = { 100 };
    const old_refused refused = old_refused_make_too_much(&fields);
    assert_int_equal(old_bank_book_return((old_bank_book_call){ s->calls[0] }, &receipt), 0);
    assert_int_equal(old_bank_book_fail((old_bank_book_call){ s->calls[1] }, &refused), 0);
    assert_int_equal(old_bank_note_return((old_bank_note_call){ s->calls[2] }, 5), 0);
    assert_int_equal(old_bank_clear_return((old_bank_clear_call){ s->calls[3] }), 0);
    assert_int_equal(weft_call_fail(s->calls[4], WEFT_OUTCOME_INTERNAL, "no ink"), 0);
    op_sync(&s->w);
}

static void ask_all(server *s)
{
    ask(s, 1, 1, BOOK);
    ask(s, 2, 2, BOOK);
    ask(s, 3, 3, NOTE);
    ask(s, 4, 4, CLEAR);
    ask(s, 5, 5, CLEAR);
}

static void expect_all(server *s)
{
    weft_arena *arena;
    new_receipt receipt;
    new_refused refused;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(new_receipt_decode(&receipt, op_expect(&s->w, 1, 0), arena, NULL), 0);
    assert_int_equal(receipt.number, 17);
    assert_true(weft_str_equal(receipt.text, WEFT_STR("seventeen")));
    assert_false(receipt.at.has);
    assert_int_equal(new_refused_decode(&refused, op_expect(&s->w, 2, 1), arena, NULL), 0);
    assert_int_equal(refused.kind, NEW_REFUSED_TOO_MUCH);
    assert_int_equal(refused.as.too_much.limit, 100);
    weft_bytes text = op_expect(&s->w, 3, WEFT_OUTCOME_INDETERMINATE);
    assert_non_null(memmem(text.ptr, text.len, "u32", 3));
    assert_int_equal(op_expect(&s->w, 4, 0).ptr[0], 0xc0);
    (void)op_expect(&s->w, 5, WEFT_OUTCOME_INTERNAL);
    assert_int_equal(s->n_calls, 0);
    weft_arena_free(arena);
}

static void outcomes_of_the_version_before(void **state)
{
    /* Goal: out of the store, by the next process, which is of a newer version. */
    (void)state;
    WEFT_RULE("op.states");
    server s;
    op_store store;
    op_store_init(&store);
    start(&s, false, op_operations(NULL, &store));
    ask_all(&s);
    answer_all(&s);
    wire_fini(&s.w);
    weft_operations_release(s.w.operations);
    for (int i = 0; i < 2; i++) { /* and once more: what is needed to read them stays */
        start(&s, true, op_operations(NULL, &store));
        ask_all(&s);
        expect_all(&s);
        wire_fini(&s.w);
        weft_operations_release(s.w.operations);
    }
    assert_int_equal(op_store_count(&store, 't'), 3);
    op_store_free(&store);
}

static void two_versions_in_one_process(void **state)
{
    /* Goal: a caller of the newer version attaches to what the older one's handler runs. */
    (void)state;
    WEFT_RULE("op.states");
    server older, newer;
    weft_operations *operations = op_operations(NULL, NULL);
    start(&older, false, operations);
    start(&newer, true, operations);
    ask_all(&older);
    ask_all(&newer);
    assert_int_equal(newer.n_calls, 0);
    answer_all(&older);
    wire_run(&newer.w);
    expect_all(&newer);
    wire_fini(&older.w);
    wire_fini(&newer.w);
    weft_operations_release(operations);
}

static void handler_of_another_version_does_not_begin_it(void **state)
{
    /* Goal: whoever's arguments were read is gone before anything ran: the other one is told so, and may ask again. */
    (void)state;
    WEFT_RULE("op.states");
    server older, newer;
    op_store store;
    op_store_init(&store);
    weft_operations *operations = op_operations(NULL, &store);
    store.hold = true;
    start(&older, false, operations);
    start(&newer, true, operations);
    ask(&older, 1, 1, CLEAR);
    ask(&newer, 1, 1, CLEAR);
    op_store_done(&store);
    wire_fini(&older.w);
    wire_run(&newer.w);
    (void)op_expect(&newer.w, 1, WEFT_OUTCOME_UNAVAILABLE);
    assert_int_equal(newer.n_calls, 0);
    store.hold = false;
    ask(&newer, 2, 1, CLEAR);
    assert_int_equal(newer.n_calls, 1);
    assert_int_equal(new_bank_clear_return((new_bank_clear_call){ newer.calls[0] }), 0);
    op_sync(&newer.w);
    (void)op_expect(&newer.w, 2, 0);
    wire_fini(&newer.w);
    weft_operations_release(operations);
    op_store_free(&store);
}

static void method_that_a_handler_has_not_is_no_operation(void **state)
{
    /* Goal: nothing ran, and nothing is remembered: a server that has it runs it under the same id. */
    (void)state;
    WEFT_RULE("op.states");
    for (int with_store = 0; with_store < 2; with_store++) {
        server s;
        op_store store;
        weft_operations_stats stats;
        op_store_init(&store);
        weft_operations *operations = op_operations(NULL, with_store ? &store : NULL);
        start_as(&s, false, true, operations);
        ask(&s, 1, 1, CLEAR);
        (void)op_expect(&s.w, 1, WEFT_OUTCOME_UNKNOWN_METHOD);
        weft_operations_stats_read(operations, &stats, sizeof stats);
        assert_int_equal(stats.records, 0);
        assert_int_equal(op_store_count(&store, 'o'), 0);
        wire_fini(&s.w);
        start(&s, false, operations);
        ask(&s, 1, 1, CLEAR);
        assert_int_equal(s.n_calls, 1);
        assert_int_equal(old_bank_clear_return((old_bank_clear_call){ s.calls[0] }), 0);
        op_sync(&s.w);
        (void)op_expect(&s.w, 1, 0);
        wire_fini(&s.w);
        weft_operations_release(operations);
        op_store_free(&store);
    }
}

static void declarations_that_are_not_needed_go(void **state)
{
    /* Goal: when no outcome of an older version is left, the store forgets how it was declared. */
    (void)state;
    WEFT_RULE("op.store");
    server s;
    op_store store;
    op_store_init(&store);
    start(&s, false, op_operations(NULL, &store));
    ask_all(&s);
    answer_all(&s);
    wire_advance(&s.w, WEFT_OPERATION_TTL_DEFAULT);
    ask(&s, 6, 6, CLEAR);
    op_sync(&s.w);
    assert_int_equal(weft_call_drop(s.calls[5]), 0);
    op_sync(&s.w);
    wire_fini(&s.w);
    weft_operations_release(s.w.operations);
    start(&s, true, op_operations(NULL, &store));
    op_sync(&s.w);
    assert_int_equal(op_store_count(&store, 't'), 0);
    assert_int_equal(op_store_count(&store, 'x'), 1);
    wire_fini(&s.w);
    weft_operations_release(s.w.operations);
    op_store_free(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_of_the_version_before),
        cmocka_unit_test(two_versions_in_one_process),
        cmocka_unit_test(handler_of_another_version_does_not_begin_it),
        cmocka_unit_test(method_that_a_handler_has_not_is_no_operation),
        cmocka_unit_test(declarations_that_are_not_needed_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
