/* What the handlers of rpc.weft do in the tests, and what the callbacks of its calls note. */
#include "tests/unit/rpc/handlers.h"

/* ---- what handlers do ---- */

static void serve_ping(void *self, trpc_basic_ping_call call)
{
    rig *r = self;
    r->n_handled++;
    assert_int_equal(trpc_basic_ping_return(call), 0);
    assert_int_equal(trpc_basic_ping_return(call), WEFT_EALREADY);
}

void serve_add(void *self, trpc_basic_add_call call, const trpc_basic_add_args *args)
{
    rig *r = self;
    r->n_handled++;
    assert_int_equal(trpc_basic_add_return(call, args->left + args->right), 0);
}

static void serve_echo(void *self, trpc_basic_echo_call call, const trpc_basic_echo_args *args)
{
    (void)self;
    assert_int_equal(trpc_basic_echo_return(call, &args->item), 0);
}

static void serve_find(void *self, trpc_basic_find_call call, const trpc_basic_find_args *args)
{
    (void)self;
    trpc_item item;
    trpc_item_init(&item);
    item.name = args->name;
    assert_int_equal(trpc_basic_find_return(call, args->name.len ? &item : NULL), 0);
}

void serve_divide(void *self, trpc_basic_divide_call call, const trpc_basic_divide_args *args)
{
    rig *r = self;
    r->remaining_ns = weft_call_remaining_ns(call.call);
    trpc_fault_bad_fields bad = { WEFT_STR("division by zero"), args->dividend };
    trpc_fault fault = trpc_fault_make_bad(&bad);
    if (args->divisor == 0)
        assert_int_equal(trpc_basic_divide_fail(call, &fault), 0);
    else
        assert_int_equal(trpc_basic_divide_return(call, args->dividend / args->divisor), 0);
}

static void serve_check(void *self, trpc_basic_check_call call, const trpc_basic_check_args *args)
{
    (void)self;
    trpc_fault fault = trpc_fault_make_missing();
    if (args->value == 0) {
        trpc_fault unknown;
        memset(&unknown, 0, sizeof unknown);
        /* No encoding: the call is still to be answered. */
        assert_int_equal(trpc_basic_check_fail(call, &unknown), WEFT_EINVAL);
        assert_int_equal(trpc_basic_check_fail(call, &fault), 0);
    } else {
        assert_int_equal(trpc_basic_check_return(call), 0);
    }
}

static void serve_block(void *self, trpc_basic_block_call call, const trpc_basic_block_args *args)
{
    rig *r = self;
    uint8_t block[4096];
    memset(block, args->byte, sizeof block);
    int err = trpc_basic_block_return(call, block);
    if (err == 0)
        return;
    assert_true(r->alloc.failed); /* still to be answered, unless the session is gone with it */
    err = weft_call_drop(call.call);
    assert_true(err == 0 || err == WEFT_EALREADY || err == WEFT_ENOMEM);
}

static void serve_later(void *self, trpc_basic_later_call call, const trpc_basic_later_args *args)
{
    rig *r = self;
    r->later = call;
    r->later_args = args;
    if (r->keeps)
        assert_int_equal(trpc_basic_later_keep(call, &r->later_args), 0);
}

static void serve_closed(void *self)
{
    rig *r = self;
    r->n_closed++;
}

const trpc_basic_handler basic_handler = { .size = sizeof(trpc_basic_handler),
                                           .closed = serve_closed,
                                           .ping = serve_ping,
                                           .add = serve_add,
                                           .echo = serve_echo,
                                           .find = serve_find,
                                           .divide = serve_divide,
                                           .check = serve_check,
                                           .block = serve_block,
                                           .later = serve_later };

static void serve_notify(void *self, trpc_reverse_notify_call call, const trpc_reverse_notify_args *args)
{
    rig *r = self;
    r->n_notified++;
    assert_int_equal(trpc_reverse_notify_return(call, (uint32_t)args->text.len), 0);
}

const trpc_reverse_handler reverse_handler = { .size = sizeof(trpc_reverse_handler), .notify = serve_notify };

/* ---- answers ---- */

/* What the last callback said. */
rpc_got got;

static void got_result(const weft_result *result)
{
    size_t len = result->text.len < sizeof got.text - 1 ? result->text.len : sizeof got.text - 1;
    got.n++;
    got.code = result->code;
    got.outcome = result->outcome;
    got.may_have_run = result->may_have_run;
    memcpy(got.text, result->text.ptr, len);
    got.text[len] = '\0';
    assert_non_null(result->metadata);
}

void on_ping(void *user, const trpc_basic_ping_reply *reply)
{
    (void)user;
    got_result(&reply->result);
}

void on_add(void *user, const trpc_basic_add_reply *reply)
{
    (void)user;
    got_result(&reply->result);
    got.number = reply->value;
}

void on_echo(void *user, const trpc_basic_echo_reply *reply)
{
    got_result(&reply->result);
    got.has_value = reply->value != NULL;
    if (user && reply->value)
        assert_true(trpc_item_equal(reply->value, user));
}

void on_find(void *user, const trpc_basic_find_reply *reply)
{
    (void)user;
    got_result(&reply->result);
    got.has_value = reply->value != NULL;
    got.number = reply->value ? reply->value->count : 0;
}

void on_divide(void *user, const trpc_basic_divide_reply *reply)
{
    (void)user;
    got_result(&reply->result);
    got.number = reply->value;
    got.has_error = reply->error != NULL;
    if (reply->error) {
        assert_int_equal(reply->error->kind, TRPC_FAULT_BAD);
        assert_true(weft_str_equal(reply->error->as.bad.reason, WEFT_STR("division by zero")));
    }
}

void on_check(void *user, const trpc_basic_check_reply *reply)
{
    (void)user;
    got_result(&reply->result);
    got.has_error = reply->error != NULL;
}

void on_block(void *user, const trpc_basic_block_reply *reply)
{
    (void)user;
    got_result(&reply->result);
    got.number = reply->value[4095];
}

void on_later(void *user, const trpc_basic_later_reply *reply)
{
    if (user)
        *(const trpc_basic_later_reply **)user = reply;
    got_result(&reply->result);
    got.number = (int64_t)reply->value.len;
}

void on_notify(void *user, const trpc_reverse_notify_reply *reply)
{
    (void)user;
    got_result(&reply->result);
    got.number = reply->value;
}
