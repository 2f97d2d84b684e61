/* Typed calls between two engines in memory, through generated code: arguments, answers, failures, lifetimes. */
#include "tests/unit/rpc/handlers.h"

#include "runtime/base/mem.h"
#include "tests/support/rules.h"

#include "rpc_other.weft.h"

/* One more callback, and what it said. */
static void assert_got(rig *r, int code, weft_outcome outcome)
{
    int n = got.n;
    rig_run(r);
    assert_int_equal(got.n, n + 1);
    assert_int_equal(got.code, code);
    assert_int_equal(got.outcome, outcome);
}

static int setup(void **state)
{
    rig *r = rig_new();
    memset(&got, 0, sizeof got);
    r->serves = &trpc_basic_service;
    r->handler = &basic_handler;
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    rig_free(*state);
    return 0;
}

/* ---- calls that go well ---- */

static void call_each_shape_typed_answer(void **state)
{
    /* Goal: every shape of result comes back as what the handler returned. */
    rig *r = *state;
    WEFT_RULE("call.request");
    WEFT_RULE("call.response");
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    assert_int_equal(trpc_basic_ping(c, NULL, on_ping, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    trpc_basic_add_args add = { 40, 2 };
    assert_int_equal(trpc_basic_add(c, &add, NULL, on_add, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_int_equal(got.number, 42);
    trpc_basic_find_args find = { WEFT_STR("") };
    assert_int_equal(trpc_basic_find(c, &find, NULL, on_find, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_false(got.has_value);
    find.name = WEFT_STR("some");
    assert_int_equal(trpc_basic_find(c, &find, NULL, on_find, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_int_equal(got.number, 7);
    trpc_basic_block_args block = { 0xa5 };
    assert_int_equal(trpc_basic_block(c, &block, NULL, on_block, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_int_equal(got.number, 0xa5);
    trpc_item last, item;
    weft_str tags[] = { WEFT_STR("a"), WEFT_STR("bc") };
    trpc_item_init(&last);
    trpc_item_init(&item);
    last.name = WEFT_STR("last");
    item.name = WEFT_STR("first");
    item.tags = (weft_str_list){ tags, 2 };
    item.next = &last;
    trpc_basic_echo_args echo = { item };
    assert_int_equal(trpc_basic_echo(c, &echo, NULL, on_echo, &item, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_true(got.has_value);
    weft_connection_release(c.connection);
}

static void call_failing_typed_error(void **state)
{
    /* Goal: a user error is an answer with the method's own type, code 0, and never retried. */
    rig *r = *state;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_basic_divide_args divide = { 7, 0 };
    assert_int_equal(trpc_basic_divide(c, &divide, NULL, on_divide, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_USER_ERROR);
    assert_true(got.has_error);
    divide.divisor = 2;
    assert_int_equal(trpc_basic_divide(c, &divide, NULL, on_divide, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_false(got.has_error);
    assert_int_equal(got.number, 3);
    trpc_basic_check_args check = { 0 };
    assert_int_equal(trpc_basic_check(c, &check, NULL, on_check, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_USER_ERROR);
    assert_true(got.has_error);
    check.value = 1;
    assert_int_equal(trpc_basic_check(c, &check, NULL, on_check, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_false(got.has_error);
    weft_connection_release(c.connection);
}

static void call_timeout_declared_travels(void **state)
{
    /* Goal: where the caller says nothing the method's @timeout holds, and the handler can read it. */
    rig *r = *state;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_basic_divide_args divide = { 7, 1 };
    assert_int_equal(trpc_basic_divide(c, &divide, NULL, on_divide, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_true(r->remaining_ns > 0 && r->remaining_ns <= 50 * WEFT_NS_PER_MS);
    weft_connection_release(c.connection);
}

static void call_both_ways_each_answered(void **state)
{
    /* Goal: on one connection either side calls what the other serves. */
    rig *r = *state;
    WEFT_RULE("session.symmetric");
    r->wants_connection = true;
    r->server_calls = &trpc_reverse_service;
    r->client_serves = &trpc_reverse_service;
    r->client_handler = &reverse_handler;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_reverse_client back = { r->server_connection };
    assert_non_null(back.connection);
    trpc_basic_add_args add = { 1, 2 };
    trpc_reverse_notify_args notify = { WEFT_STR("hello") };
    assert_int_equal(trpc_basic_add(c, &add, NULL, on_add, NULL, NULL), 0);
    assert_int_equal(trpc_reverse_notify(back, &notify, NULL, on_notify, NULL, NULL), 0);
    rig_run(r);
    assert_int_equal(got.n, 2);
    assert_int_equal(r->n_notified, 1);
    assert_int_equal(got.code, 0);
    weft_connection_release(c.connection);
}

static void call_on_root_answered(void **state)
{
    /* Goal: a service asked for in the handshake is called on the root, without opening anything. */
    rig *r = *state;
    WEFT_RULE("conn.root");
    r->root_service = &trpc_basic_service;
    rig_restart(r);
    trpc_basic_client c = { weft_session_root(r->client_session) };
    trpc_basic_add_args add = { 20, 22 };
    assert_int_equal(trpc_basic_add(c, &add, NULL, on_add, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_int_equal(got.number, 42);
    rig_end(r);
    assert_int_equal(r->n_closed, 1);
}

static void call_on_root_without_service_refused(void **state)
{
    /* Goal: without a service on the root nothing can be called there. */
    rig *r = *state;
    trpc_basic_client c = { weft_session_root(r->client_session) };
    assert_int_equal(trpc_basic_ping(c, NULL, on_ping, NULL, NULL), WEFT_EINVAL);
    rig_run(r);
    assert_int_equal(got.n, 0);
}

static void call_without_callback_runs(void **state)
{
    /* Goal: nobody has to wait for an answer. */
    rig *r = *state;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    assert_int_equal(trpc_basic_ping(c, NULL, NULL, NULL, NULL), 0);
    rig_run(r);
    assert_int_equal(r->n_handled, 1);
    weft_connection_release(c.connection);
}

/* ---- what does not fit ---- */

static void request_unknown_method_nothing_ran(void **state)
{
    /* Goal: a method that the handler table has not, or ends before, is answered unknown method; the next call runs. */
    rig *r = *state;
    WEFT_RULE("call.errors");
    WEFT_RULE("call.outcomes");
    static const trpc_basic_handler handler = { .size = offsetof(trpc_basic_handler, divide),
                                                .add = serve_add,
                                                .divide = serve_divide };
    r->handler = &handler;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    assert_int_equal(trpc_basic_ping(c, NULL, on_ping, NULL, NULL), 0);
    assert_got(r, WEFT_ENOSYS, WEFT_OUTCOME_UNKNOWN_METHOD);
    assert_false(got.may_have_run);
    trpc_basic_divide_args divide = { 7, 1 };
    assert_int_equal(trpc_basic_divide(c, &divide, NULL, on_divide, NULL, NULL), 0);
    assert_got(r, WEFT_ENOSYS, WEFT_OUTCOME_UNKNOWN_METHOD);
    trpc_basic_add_args add = { 1, 2 };
    assert_int_equal(trpc_basic_add(c, &add, NULL, on_add, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    weft_connection_release(c.connection);
}

/* A table with the ids of Basic and something else behind them. */
static weft_method lying_methods[8];
static weft_service_type lying;

static weft_method *lie(uint32_t method)
{
    assert_int_equal(trpc_basic_service.n_methods, 8);
    memcpy(lying_methods, trpc_basic_service.methods, sizeof lying_methods);
    lying = trpc_basic_service;
    lying.methods = lying_methods;
    return &lying_methods[method];
}

enum { PING, ADD, ECHO, FIND, DIVIDE };

static void request_undecodable_invalid_payload(void **state)
{
    /* Goal: arguments that do not decode fail that call alone, before anything ran, and say where. */
    rig *r = *state;
    weft_connection *c = rig_open(r, &trpc_basic_service);
    lie(ADD)->args = trpc_basic_service.methods[FIND].args;
    trpc_basic_find_args find = { WEFT_STR("x") };
    assert_int_equal(weft_gen_call(c, &lying, ADD, &find, NULL, (void (*)(void))on_add, NULL, NULL), 0);
    assert_got(r, WEFT_EBADMSG, WEFT_OUTCOME_INVALID_PAYLOAD);
    assert_false(got.may_have_run);
    assert_int_equal(r->n_handled, 0);
    assert_true(strlen(got.text) > 0);
    trpc_basic_add_args add = { 1, 2 };
    assert_int_equal(trpc_basic_add((trpc_basic_client){ c }, &add, NULL, on_add, NULL, NULL), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    weft_connection_release(c);
}

static void reply_undecodable_ebadmsg(void **state)
{
    /* Goal: an answer that does not decode ends the call with WEFT_EBADMSG, and says that it may have run. */
    rig *r = *state;
    weft_connection *c = rig_open(r, &trpc_basic_service);
    trpc_basic_add_args add = { 1, 2 };
    trpc_basic_divide_args divide = { 7, 0 };
    lie(ADD)->result = NULL; /* unit was expected */
    assert_int_equal(weft_gen_call(c, &lying, ADD, &add, NULL, (void (*)(void))on_ping, NULL, NULL), 0);
    assert_got(r, WEFT_EBADMSG, WEFT_OUTCOME_OK);
    assert_true(got.may_have_run);
    lie(ADD)->result = trpc_basic_service.methods[ECHO].result;
    assert_int_equal(weft_gen_call(c, &lying, ADD, &add, NULL, (void (*)(void))on_add, NULL, NULL), 0);
    assert_got(r, WEFT_EBADMSG, WEFT_OUTCOME_OK);
    lie(DIVIDE)->error = NULL; /* no user error was expected */
    assert_int_equal(weft_gen_call(c, &lying, DIVIDE, &divide, NULL, (void (*)(void))on_divide, NULL, NULL), 0);
    assert_got(r, WEFT_EBADMSG, WEFT_OUTCOME_USER_ERROR);
    assert_true(got.may_have_run);
    assert_false(got.has_error);
    weft_connection_release(c);
}

static void call_wrong_arguments_einval(void **state)
{
    /* Goal: what cannot be sent is refused at once, and no callback runs. */
    rig *r = *state;
    weft_connection *c = rig_open(r, &trpc_basic_service);
    trpc_basic_client client = { c };
    trpc_basic_find_args find = { WEFT_STR("\xff") };
    assert_int_equal(trpc_basic_find(client, &find, NULL, on_find, NULL, NULL), WEFT_EINVAL);
    assert_int_equal(trpc_basic_find(client, NULL, NULL, on_find, NULL, NULL), WEFT_EINVAL);
    assert_int_equal(weft_gen_call(c, &trpc_basic_service, 8, &find, NULL, NULL, NULL, NULL), WEFT_EINVAL);
    assert_int_equal(weft_gen_call(c, NULL, 0, &find, NULL, NULL, NULL, NULL), WEFT_EINVAL);
    assert_int_equal(weft_gen_call(NULL, &trpc_basic_service, 0, &find, NULL, NULL, NULL, NULL), WEFT_EINVAL);
    /* [schema.known] A service that is not agreed on. */
    trpc_reverse_notify_args notify = { WEFT_STR("hello") };
    assert_int_equal(trpc_reverse_notify((trpc_reverse_client){ c }, &notify, NULL, on_notify, NULL, NULL),
                     WEFT_EINVAL);
    rig_run(r);
    assert_int_equal(got.n, 0);
    trpc_basic_ping(client, NULL, on_ping, NULL, NULL);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    weft_connection_release(c);
}

static void on_other_add(void *user, const trpco_basic_add_reply *reply)
{
    *(int64_t *)user = reply->value;
}

static void open_other_declaration_understood(void **state)
{
    /* Goal: a service whose ids differ is opened, and its calls are understood by their schemas. */
    rig *r = *state;
    WEFT_RULE("schema.known");
    int64_t sum = 0;
    weft_connection *c = rig_open(r, &trpco_basic_service);
    assert_non_null(c);
    trpco_basic_add_args args = { 20, 22, 100 };
    assert_int_equal(trpco_basic_add((trpco_basic_client){ c }, &args, NULL, on_other_add, &sum, NULL), 0);
    rig_run(r);
    assert_int_equal(sum, 42);
    weft_connection_release(c);
}

/* ---- lifetimes ---- */

static void handler_keeping_arguments_stay(void **state)
{
    /* Goal: kept arguments are readable until the answer, long after the bytes they came in are gone. */
    rig *r = *state;
    r->keeps = true;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_basic_later_args later = { WEFT_STR("kept until later") };
    assert_int_equal(trpc_basic_later(c, &later, NULL, on_later, NULL, NULL), 0);
    rig_run(r);
    assert_int_equal(got.n, 0);
    trpc_basic_ping(c, NULL, on_ping, NULL, NULL);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_true(weft_str_equal(r->later_args->text, later.text));
    const trpc_basic_later_args *again = r->later_args;
    assert_int_equal(trpc_basic_later_keep(r->later, &again), 0);
    assert_ptr_equal(again, r->later_args);
    assert_int_equal(trpc_basic_later_return(r->later, r->later_args->text), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_int_equal(got.number, (int64_t)later.text.len);
    assert_int_equal(trpc_basic_later_keep(r->later, &again), WEFT_EALREADY);
    weft_connection_release(c.connection);
}

static void handler_not_keeping_too_late_to_keep(void **state)
{
    /* Goal: keep after the handler has returned is refused; the call can still be answered, once. */
    rig *r = *state;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_basic_later_args later = { WEFT_STR("gone") };
    assert_int_equal(trpc_basic_later(c, &later, NULL, on_later, NULL, NULL), 0);
    rig_run(r);
    assert_int_equal(trpc_basic_later_keep(r->later, &r->later_args), WEFT_EALREADY);
    assert_int_equal(weft_gen_return(r->later.call, &trpc_basic_service, PING, &later.text), WEFT_EINVAL);
    assert_int_equal(weft_gen_fail(r->later.call, &trpc_basic_service, 7, NULL), WEFT_EINVAL);
    assert_int_equal(trpc_basic_later_return(r->later, WEFT_STR("\xff")), WEFT_EINVAL);
    assert_int_equal(trpc_basic_later_return(r->later, WEFT_STR("fine")), 0);
    assert_int_equal(trpc_basic_later_return(r->later, WEFT_STR("fine")), WEFT_EALREADY);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    assert_int_equal(got.number, 4);
    weft_connection_release(c.connection);
}

static void handler_dropping_call_internal(void **state)
{
    /* Goal: a call that its handler lets go is answered once, internal. */
    rig *r = *state;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_basic_later_args later = { WEFT_STR("dropped") };
    assert_int_equal(trpc_basic_later(c, &later, NULL, on_later, NULL, NULL), 0);
    rig_run(r);
    assert_int_equal(weft_call_drop(r->later.call), 0);
    assert_got(r, WEFT_EREMOTE, WEFT_OUTCOME_INTERNAL);
    assert_int_equal(weft_call_drop(r->later.call), WEFT_EALREADY);
    weft_connection_release(c.connection);
}

static void reply_into_arena_outlives_callback(void **state)
{
    /* Goal: with an arena of the caller's the whole reply stays, after the call and the session are gone. */
    rig *r = *state;
    weft_arena *arena;
    const trpc_basic_later_reply *reply = NULL;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    weft_call_options options = weft_call_options_default();
    options.arena = arena;
    trpc_basic_later_args later = { WEFT_STR("") };
    assert_int_equal(trpc_basic_later(c, &later, &options, on_later, &reply, NULL), 0);
    rig_run(r);
    weft_metadata_entry entry = weft_metadata_str("key", WEFT_STR("value"), 0);
    weft_metadata metadata = { &entry, 1 };
    assert_int_equal(weft_call_reply_metadata(r->later.call, &metadata), 0);
    assert_int_equal(trpc_basic_later_return(r->later, WEFT_STR("an answer that stays")), 0);
    assert_got(r, 0, WEFT_OUTCOME_OK);
    weft_connection_release(c.connection);
    rig_end(r);
    weft_str value = WEFT_STR("");
    assert_true(weft_str_equal(reply->value, WEFT_STR("an answer that stays")));
    assert_true(weft_metadata_get_str(reply->result.metadata, "key", &value));
    assert_true(weft_str_equal(value, WEFT_STR("value")));
    weft_arena_free(arena);
}

static void connection_lost_calls_end_once(void **state)
{
    /* Goal: when the conduit fails every call ends once, and the handler's closed comes once, last. */
    rig *r = *state;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_basic_later_args later = { WEFT_STR("lost") };
    for (int i = 0; i < 3; i++)
        assert_int_equal(trpc_basic_later(c, &later, NULL, on_later, NULL, NULL), 0);
    rig_run(r);
    rig_cut(r);
    assert_int_equal(got.n, 3);
    assert_true(got.code < 0);
    assert_int_equal(got.outcome, WEFT_OUTCOME_NONE);
    assert_true(got.may_have_run);
    assert_int_equal(trpc_basic_later(c, &later, NULL, on_later, NULL, NULL), WEFT_ECLOSED);
    weft_connection_release(c.connection);
    assert_true(weft_call_is_cancelled(r->later.call));
    assert_int_equal(trpc_basic_later_return(r->later, WEFT_STR("")), WEFT_EALREADY); /* lets go of it */
    rig_end(r);
    assert_int_equal(got.n, 3);
    assert_int_equal(r->n_closed, 1);
}

static void connection_closed_handler_told_once(void **state)
{
    /* Goal: closed comes once, after the connection was closed, and self may be freed there. */
    rig *r = *state;
    weft_connection *c = rig_open(r, &trpc_basic_service);
    assert_int_equal(weft_connection_close(c, 0, NULL), 0);
    rig_run(r);
    assert_int_equal(r->n_closed, 1);
    weft_connection_release(c);
    rig_end(r);
    assert_int_equal(r->n_closed, 1);
}

/* ---- memory ---- */

static void call_steady_state_allocates_nothing(void **state)
{
    /* Goal: once things are warm, a call and its answer ask for no memory on either side. */
    rig *r = *state;
    trpc_basic_client c = { rig_open(r, &trpc_basic_service) };
    trpc_basic_add_args add = { 1, 2 };
    for (int i = 0; i < 100; i++) {
        assert_int_equal(trpc_basic_add(c, &add, NULL, on_add, NULL, NULL), 0);
        rig_run(r);
    }
    uint64_t before = r->alloc.n_requests;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(trpc_basic_add(c, &add, NULL, on_add, NULL, NULL), 0);
        rig_run(r);
    }
    assert_int_equal(got.n, 200);
#if WEFT_POOLS
    assert_true(r->alloc.n_requests == before);
#else
    (void)before;
#endif
    weft_connection_release(c.connection);
}

static void call_any_allocation_failing_ends_once(void **state)
{
    /* Goal: whichever allocation fails during a call, its callback runs exactly once or it was refused. */
    rig *r = *state;
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    for (uint64_t step = 2; step < 400; step++) { /* each alone, then with all behind it */
        uint64_t nth = step / 2;
        weft_connection *c = rig_open(r, &trpc_basic_service);
        trpc_basic_block_args block = { 1 };
        weft_call_options options = weft_call_options_default();
        options.arena = nth % 3 ? NULL : arena;
        int before = got.n;
        weft_test_alloc_fail(&r->alloc, nth, step % 2 == 1);
        int err = trpc_basic_block((trpc_basic_client){ c }, &block, &options, on_block, NULL, NULL);
        rig_run(r);
        bool failed = r->alloc.failed;
        weft_test_alloc_fail(&r->alloc, 0, false);
        rig_run(r);
        assert_true(err == 0 || (err == WEFT_ENOMEM && failed));
        if (err == 0 && got.n == before)
            rig_cut(r); /* the session may have no way left to say so */
        assert_int_equal(got.n - before, err == 0 ? 1 : 0);
        if (err == 0)
            assert_true(got.code == 0 || failed);
        weft_connection_release(c);
        rig_restart(r);
        if (!failed)
            break;
        assert_true(nth < 199);
    }
    weft_arena_free(arena);
}

#define RPC_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RPC_TEST(call_each_shape_typed_answer),
        RPC_TEST(call_failing_typed_error),
        RPC_TEST(call_timeout_declared_travels),
        RPC_TEST(call_both_ways_each_answered),
        RPC_TEST(call_on_root_answered),
        RPC_TEST(call_on_root_without_service_refused),
        RPC_TEST(call_without_callback_runs),
        RPC_TEST(request_unknown_method_nothing_ran),
        RPC_TEST(request_undecodable_invalid_payload),
        RPC_TEST(reply_undecodable_ebadmsg),
        RPC_TEST(call_wrong_arguments_einval),
        RPC_TEST(open_other_declaration_understood),
        RPC_TEST(handler_keeping_arguments_stay),
        RPC_TEST(handler_not_keeping_too_late_to_keep),
        RPC_TEST(handler_dropping_call_internal),
        RPC_TEST(reply_into_arena_outlives_callback),
        RPC_TEST(connection_lost_calls_end_once),
        RPC_TEST(connection_closed_handler_told_once),
        RPC_TEST(call_steady_state_allocates_nothing),
        RPC_TEST(call_any_allocation_failing_ends_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
