/* A session is lost whose two sides were built from different declarations, and another one takes its place: what is
 * said of schemas again, what a callee's policy counts for, and a server that is of another version by then. */
#include "tests/protocol/schema/calls.h"

#include "tests/support/rules.h"
#include "weft/operation.h"

static weft_connection *begin(mix *m)
{
    mix_init(m);
    m->options[0].retry = true;
    m->options[0].call_timeout_ns = WEFT_FOREVER;
    assert_int_equal(weft_operations_new(NULL, &m->operations, NULL), 0);
    mix_begin(m);
    weft_connection *connection = mix_open(m, &old_mix_service, NULL, NULL);
    assert_non_null(connection);
    return connection;
}

static void end(mix *m, weft_connection *connection)
{
    weft_operations *operations = m->operations;
    weft_connection_release(connection);
    assert_int_equal(m->n_closed, 0);
    mix_end(m);
    weft_operations_release(operations);
}

static void on_again(void *user, const old_mix_again_reply *reply)
{
    mix_told *t = user;
    t->n++;
    t->code = reply->result.code;
    t->may_have_run = reply->result.may_have_run;
    t->number = reply->value;
}

static void on_twice(void *user, const old_mix_twice_reply *reply)
{
    mix_told *t = user;
    t->n++;
    t->code = reply->result.code;
    t->may_have_run = reply->result.may_have_run;
    t->number = reply->value;
}

static void call_again(mix *m, weft_connection *c, mix_told *t)
{
    old_mix_again_args args = { 7 };
    assert_int_equal(old_mix_again((old_mix_client){ c }, &args, NULL, on_again, t, NULL), 0);
    mix_run(m);
}

static void call_twice(mix *m, weft_connection *c, mix_told *t)
{
    old_mix_twice_args args = { 7 };
    assert_int_equal(old_mix_twice((old_mix_client){ c }, &args, NULL, on_twice, t, NULL), 0);
    mix_run(m);
}

static void callee_says_what_may_run_again(void **state)
{
    /* Goal: a call goes again only once its callee has said that it may: before that, and where it says otherwise, it
     * ends, indeterminate. */
    (void)state;
    WEFT_RULE("op.policy");
    mix m;
    mix_told silent = { 0 }, known = { 0 }, differs = { 0 };
    weft_connection *c = begin(&m);
    m.holds = true;
    call_again(&m, c, &silent);
    mix_replace(&m);
    assert_int_equal(silent.code, WEFT_EINDETERMINATE);
    m.holds = false;
    call_again(&m, c, &known);
    call_twice(&m, c, &differs);
    assert_int_equal(known.number, 8);
    assert_int_equal(differs.number, 8);
    m.holds = true;
    call_again(&m, c, &known);
    call_twice(&m, c, &differs);
    m.holds = false;
    mix_forget(&m);
    mix_replace(&m);
    assert_int_equal(differs.n, 2);
    assert_int_equal(differs.code, WEFT_EINDETERMINATE);
    assert_int_equal(known.n, 2);
    assert_int_equal(known.code, 0);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:0 Q");
    MIX_SAID(&m, MIX_SERVER, c, "S1:0 R");
    end(&m, c);
}

static void schemas_are_said_again(void **state)
{
    /* Goal: the new session knows nothing of schemas: they are said again, once, and values are read by them. */
    (void)state;
    WEFT_RULE("schema.scope");
    WEFT_RULE("op.retry");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = begin(&m);
    for (int i = 0; i < 4; i++) {
        mix_forget(&m);
        for (int k = 0; k < 2; k++) {
            (void)mix_call_echo(c, &t, "tree");
            mix_run(&m);
            assert_int_equal(t.code, 0);
            assert_string_equal(t.leaf, "leaf");
            MIX_SAID(&m, MIX_CLIENT, c, k == 0 ? "S0:3 Q" : "Q");
            mix_forget(&m);
        }
        mix_replace(&m);
    }
    assert_int_equal(t.n, 8);
    end(&m, c);
}

static void server_of_another_version(void **state)
{
    /* Goal: a server that is of the client's own version now is sent no schemas, one that is of the other again is;
     * calls that waited are as they must be for the one that takes them. */
    (void)state;
    WEFT_RULE("op.retry");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = begin(&m);
    call_again(&m, c, &t);
    for (int i = 0; i < 4; i++) {
        bool older = i % 2 == 0;
        int n = t.n;
        m.serves = older ? &old_mix_service : &new_mix_service;
        m.handler = older ? (const void *)&mix_old_handler : &mix_new_handler;
        m.said[MIX_CLIENT].hold = true; /* it has not gone out when the conduit fails */
        call_again(&m, c, &t);
        m.said[MIX_CLIENT].hold = false;
        mix_forget(&m);
        mix_replace(&m);
        assert_int_equal(t.n, n + 1);
        assert_int_equal(t.code, 0);
        assert_int_equal(t.number, 8);
        MIX_SAID(&m, MIX_CLIENT, c, older ? "Q" : "S0:0 Q");
    }
    end(&m, c);
}

static bool leaf_came(void *user, old_leaf_rx rx, const old_leaf *item)
{
    mix_told *t = user;
    (void)rx;
    t->n++;
    assert_true(weft_str_equal(item->name, WEFT_STR("drop")));
    return true;
}

static void items_ended(void *user, const weft_channel_end *end)
{
    mix_told *t = user;
    t->fault = (int)end->kind;
}

static void items_of_the_lost_session_are_read(void **state)
{
    /* Goal: items that had come when the session was lost are read by what its server said of them, and the end that
     * they are told is that of their channel. */
    (void)state;
    WEFT_RULE("chan.ends");
    static const old_leaf_reader reader = { sizeof reader, leaf_came, items_ended };
    mix m;
    mix_told t = { 0 }, items = { 0 }, tree = { 0 };
    weft_connection *c = begin(&m);
    old_mix_drink_args args = { 3 };
    old_leaf_rx leaves;
    assert_int_equal(old_mix_drink((old_mix_client){ c }, &args, NULL, mix_on_old_drink, &t, NULL, &leaves, NULL), 0);
    assert_int_equal(old_leaf_read(leaves, &reader, &items), 0);
    assert_int_equal(weft_channel_pause(leaves.channel, true), 0);
    mix_run(&m);
    assert_int_equal(t.number, 3);
    assert_int_equal(items.n, 0);
    mix_replace(&m);
    (void)mix_call_echo(c, &tree, "tree");
    mix_run(&m);
    assert_string_equal(tree.leaf, "leaf");
    (void)weft_channel_pause(leaves.channel, false);
    mix_run(&m);
    assert_int_equal(items.n, 3);
    assert_int_equal(items.fault, WEFT_CHANNEL_FINISHED);
    end(&m, c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callee_says_what_may_run_again),
        cmocka_unit_test(schemas_are_said_again),
        cmocka_unit_test(server_of_another_version),
        cmocka_unit_test(items_of_the_lost_session_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
