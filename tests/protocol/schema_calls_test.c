/* Two versions of a program: what becomes of calls whose declarations fit, fit one way, or do not; and of channels. */
#include "tests/protocol/schema/calls.h"

#include "tests/support/rules.h"

#include <stdlib.h>

/* ---- declarations that do not fit ---- */

static void arguments_that_do_not_fit_fail_that_call_alone(void **state)
{
    /* Goal: *invalid payload* with the place, both types and the rule, before the handler hears of it; each time; and
     * the connection goes on serving other methods. */
    (void)state;
    WEFT_RULE("schema.plan.errors");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_mix_clash_args args = { WEFT_STR("7") };
    for (int i = 0; i < 2; i++) {
        assert_int_equal(old_mix_clash((old_mix_client){ c }, &args, NULL, mix_on_old_clash, &t, NULL), 0);
        mix_run(&m);
        MIX_SAID(&m, MIX_SERVER, c, "R");
        assert_int_equal(t.code, WEFT_EBADMSG);
        assert_int_equal(t.outcome, WEFT_OUTCOME_INVALID_PAYLOAD);
        assert_false(t.may_have_run);
        assert_non_null(strstr(t.text, "number"));
        assert_non_null(strstr(t.text, "string"));
        assert_non_null(strstr(t.text, "u32"));
        assert_non_null(strstr(t.text, "[schema.plan"));
    }
    assert_int_equal(m.n_handled, 0);
    weft_session_stats stats = mix_stats_of(&m, MIX_SERVER);
    assert_int_equal(stats.plans_failed, 1);
    assert_int_equal(stats.violations, 0);
    mix_call_same(c, &t, 3);
    mix_run(&m);
    assert_int_equal(t.number, 4);
    mix_end_with(&m, c);
}

static void result_that_does_not_fit_ends_the_call_here(void **state)
{
    /* Goal: the caller is told what does not fit, and that the call may have run. */
    (void)state;
    WEFT_RULE("schema.plan.errors");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_mix_answer_args args = { 7 };
    for (int i = 0; i < 2; i++) {
        assert_int_equal(old_mix_answer((old_mix_client){ c }, &args, NULL, mix_on_old_answer, &t, NULL), 0);
        mix_run(&m);
        assert_int_equal(t.n, i + 1);
        assert_int_equal(t.code, WEFT_EINCOMPATIBLE);
        assert_int_equal(t.outcome, WEFT_OUTCOME_OK);
        assert_true(t.may_have_run);
        assert_non_null(strstr(t.text, "u64"));
        assert_non_null(strstr(t.text, "string"));
        assert_int_equal(t.number, 0);
    }
    assert_int_equal(m.n_handled, 2);
    assert_int_equal(mix_stats_of(&m, MIX_CLIENT).plans_failed, 1);
    mix_call_same(c, &t, 3);
    mix_run(&m);
    assert_int_equal(t.number, 4);
    mix_end_with(&m, c);
}

/* ---- declarations that fit ---- */

static void numbers_widen_and_parameters_come_and_go(void **state)
{
    /* Goal: u16 is read as u32, both ways, and a parameter that the callee does not know is skipped. */
    (void)state;
    WEFT_RULE("schema.plan");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_mix_widen_args args = { 0xfffe, WEFT_STR("nobody reads it") };
    assert_int_equal(old_mix_widen((old_mix_client){ c }, &args, NULL, mix_on_old_widen, &t, NULL), 0);
    mix_run(&m);
    assert_int_equal(t.code, 0);
    assert_int_equal(m.number, 0xfffe);
    assert_int_equal(t.number, 0xfffe);
    mix_end_with(&m, c);
}

static void newer_caller_understood_by_older_callee(void **state)
{
    /* Goal: the other way as well: an older program serves a newer one; what it would have to narrow fails. */
    (void)state;
    WEFT_RULE("schema.plan");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    m.serves = &old_mix_service;
    m.handler = &mix_old_handler;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &new_mix_service, NULL, NULL);
    new_leaf leaf;
    new_leaf_init(&leaf);
    leaf.name = WEFT_STR("leaf");
    leaf.note = WEFT_STR("lost on the way");
    leaf.colour = new_colour_make_red();
    new_mix_echo_args args = { .tree = { .leaves = { &leaf, 1 }, .title = WEFT_STR("title") }, .times = 9 };
    assert_int_equal(new_mix_echo((new_mix_client){ c }, &args, NULL, mix_on_new_echo, &t, NULL), 0);
    mix_run(&m);
    assert_int_equal(t.code, 0);
    assert_int_equal(m.number, 9);
    assert_string_equal(m.text, ""); /* it has no `title`, and a default for `label` */
    assert_string_equal(t.name, ""); /* the same of `label`, which @was names */
    assert_string_equal(t.leaf, "none");
    assert_int_equal(t.colour, NEW_COLOUR_RED);
    new_mix_widen_args wide = { 1 };
    assert_int_equal(weft_gen_call(c, &new_mix_service, 2, &wide, NULL, (void (*)(void))mix_on_old_widen, &t, NULL), 0);
    mix_run(&m);
    assert_int_equal(t.code, WEFT_EBADMSG);
    mix_end_with(&m, c);
}

static void older_name_is_read_by_was(void **state)
{
    /* Goal: what the caller calls `label` is the callee's `title`. */
    (void)state;
    WEFT_RULE("schema.plan");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    (void)mix_call_echo(c, &t, "a label");
    mix_run(&m);
    assert_string_equal(m.text, "a label");
    mix_end_with(&m, c);
}

static void arguments_kept_are_read_again_by_plan(void **state)
{
    /* Goal: a handler of another version may keep its arguments until it answers. */
    (void)state;
    WEFT_RULE("schema.plan");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    m.keeps = true;
    (void)mix_call_echo(c, &t, "kept");
    mix_run(&m);
    assert_int_equal(t.n, 0);
    assert_non_null(m.kept);
    assert_true(weft_str_equal(m.kept->tree.title, WEFT_STR("kept")));
    assert_true(weft_str_equal(m.kept->tree.leaves.items[0].name, WEFT_STR("leaf")));
    assert_true(weft_str_equal(m.kept->tree.below->title, WEFT_STR("under")));
    assert_int_equal(new_mix_echo_return((new_mix_echo_call){ m.held }, &m.kept->tree), 0);
    mix_run(&m);
    assert_string_equal(t.leaf, "leaf");
    mix_end_with(&m, c);
}

/* ---- channels ---- */

static bool old_leaf_came(void *user, old_leaf_rx rx, const old_leaf *item)
{
    mix_told *t = user;
    (void)rx;
    t->number += 10;
    t->colour = (int)item->colour.kind;
    assert_true(weft_str_equal(item->name, WEFT_STR("drop")));
    return true;
}

static bool old_u8_came(void *user, old_u8_rx rx, uint8_t item)
{
    (void)user;
    (void)rx;
    (void)item;
    fail_msg("an item of a channel that the callee does not know");
    return true;
}

static bool old_u64_came(void *user, old_u64_rx rx, uint64_t item)
{
    (void)user;
    (void)rx;
    (void)item;
    fail_msg("a string was read as a number");
    return true;
}

static void reader_ended(void *user, const weft_channel_end *end)
{
    mix_told *t = user;
    t->n++;
    t->fault = (int)end->kind;
    t->code = end->code;
    t->outcome = (weft_outcome)end->reason;
}

static void items_to_the_callee_are_translated(void **state)
{
    /* Goal: a channel is found by its parameter's name, its items are read by plan, and one that the callee does not
     * know is reset at once. */
    (void)state;
    WEFT_RULE("schema.plan");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_mix_feed_args args = { WEFT_STR("feed") };
    old_leaf_tx items;
    old_u8_tx extra;
    assert_int_equal(old_mix_feed((old_mix_client){ c }, &args, NULL, mix_on_old_feed, &t, NULL, &items, &extra), 0);
    assert_int_equal(old_u8_send(extra, 1), 0);
    mix_run(&m);
    assert_string_equal(m.text, "feed");
    assert_int_equal(old_u8_send(extra, 1), WEFT_ERESET);
    for (int i = 0; i < 6; i++) { /* more than its credit: it comes back */
        old_colour_mixed_fields mixed = { 1, 2 };
        old_leaf leaf = { .name = WEFT_STR("item"), .colour = old_colour_make_mixed(&mixed) };
        assert_int_equal(old_leaf_send(items, &leaf), 0);
        mix_run(&m);
    }
    assert_int_equal(weft_channel_finish(items.channel), 0);
    mix_run(&m);
    assert_int_equal(m.n_items, 6);
    assert_memory_equal(m.items, "item/none item/none ", 20);
    assert_int_equal(m.end, WEFT_CHANNEL_FINISHED);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.number, 6);
    assert_int_equal(mix_stats_of(&m, MIX_CLIENT).channels_out, 0);
    mix_end_with(&m, c);
}

static void items_to_the_caller_are_translated(void **state)
{
    /* Goal: the schema of results goes out before the first item; a variant that the caller does not know is UNKNOWN; a
     * channel that the callee does not know is finished, and one that the caller did not give is not there. */
    (void)state;
    WEFT_RULE("schema.plan");
    WEFT_RULE("schema.plan.errors");
    WEFT_RULE("schema.send");
    static const old_leaf_reader leaves = { sizeof leaves, old_leaf_came, reader_ended };
    static const old_u8_reader numbers = { sizeof numbers, old_u8_came, reader_ended };
    mix m;
    mix_told t = { 0 }, items_told = { 0 }, extra_told = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_leaf_rx items;
    old_u8_rx extra;
    for (uint16_t count = 1; count <= 2; count++) {
        old_mix_drink_args args = { count };
        memset(&items_told, 0, sizeof items_told);
        memset(&extra_told, 0, sizeof extra_told);
        assert_int_equal(old_mix_drink((old_mix_client){ c }, &args, NULL, mix_on_old_drink, &t, NULL, &items, &extra),
                         0);
        assert_int_equal(old_leaf_read(items, &leaves, &items_told), 0);
        assert_int_equal(old_u8_read(extra, &numbers, &extra_told), 0);
        mix_run(&m);
        MIX_SAID(&m, MIX_SERVER, c, count == 1 ? "F S1:2 I F R" : "F I I F R");
        assert_int_equal(t.number, count);
        assert_int_equal(items_told.number, 10 * count);
        assert_int_equal(items_told.colour, count == 1 ? OLD_COLOUR_UNKNOWN : OLD_COLOUR_RED);
        assert_int_equal(items_told.fault, WEFT_CHANNEL_FINISHED);
        assert_int_equal(extra_told.n, 1);
        assert_int_equal(extra_told.fault, WEFT_CHANNEL_FINISHED);
        assert_false(m.has_extra);
    }
    mix_end_with(&m, c);
}

static void items_that_do_not_fit_reset_the_channel(void **state)
{
    /* Goal: no item is read as what it is not: the reader is told, the sender too, and the call. */
    (void)state;
    WEFT_RULE("schema.plan.errors");
    WEFT_RULE("chan.item");
    static const old_u64_reader reader = { sizeof reader, old_u64_came, reader_ended };
    mix m;
    mix_told t = { 0 }, items_told = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_u64_rx items;
    assert_int_equal(old_mix_spill((old_mix_client){ c }, NULL, mix_on_old_spill, &t, NULL, &items), 0);
    assert_int_equal(old_u64_read(items, &reader, &items_told), 0);
    mix_run(&m);
    assert_int_equal(items_told.n, 1);
    assert_int_equal(items_told.fault, WEFT_CHANNEL_RESET);
    assert_int_equal(items_told.code, WEFT_EINCOMPATIBLE);
    assert_int_equal((int)items_told.outcome, WEFT_CODE_INCOMPATIBLE);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.code, WEFT_EINCOMPATIBLE);
    mix_call_same(c, &t, 3);
    mix_run(&m);
    assert_int_equal(t.number, 4);
    mix_end_with(&m, c);
}

/* ---- ends, and lack of memory ---- */

static void response_before_a_close_is_still_understood(void **state)
{
    /* Goal: what has come before the connection's end is delivered by its plan, though the schemas' connection is gone
     * from the wire. */
    (void)state;
    WEFT_RULE("schema.scope");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    m.server_calls = &new_mix_service;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &old_mix_service, NULL, NULL);
    (void)mix_call_echo(c, &t, "last");
    m.said[MIX_SERVER].hold = true;
    mix_run(&m);
    assert_int_equal(weft_connection_close(m.server_connection, 300, "enough"), 0);
    m.said[MIX_SERVER].hold = false;
    mix_run(&m); /* response and Close in one piece */
    assert_int_equal(t.n, 1);
    assert_int_equal(t.code, 0);
    assert_string_equal(t.leaf, "leaf");
    assert_int_equal(m.n_closed, 1);
    mix_end_with(&m, c);
}

/* All that was begun ends once, whatever there is no memory for. */
static void exchange(weft_test_alloc *alloc, void *user)
{
    mix m;
    mix_told t = { 0 };
    int begun = 0;
    (void)user;
    mix_init(&m);
    m.alloc = alloc;
    if (mix_try_begin(&m) == 0) {
        weft_connection *c = mix_try_open(&m, &old_mix_service);
        for (int i = 0; c && i < 2; i++) {
            begun += mix_try_echo(c, &t) == 0 ? 1 : 0;
            mix_run(&m);
        }
        if (!alloc->failed) {
            assert_int_equal(t.n, 2);
            assert_int_equal(t.code, 0);
            assert_string_equal(t.leaf, "leaf");
        }
        weft_connection_release(c);
    }
    mix_end(&m);
    assert_int_equal(t.n, begun);
}

static void memory_lacking_anywhere_ends_calls_once(void **state)
{
    /* Goal: each allocation that an exchange makes may fail: calls end once, and nothing is left. */
    (void)state;
    WEFT_RULE("schema.send");
    weft_test_alloc_each(exchange, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_that_do_not_fit_fail_that_call_alone),
        cmocka_unit_test(result_that_does_not_fit_ends_the_call_here),
        cmocka_unit_test(numbers_widen_and_parameters_come_and_go),
        cmocka_unit_test(newer_caller_understood_by_older_callee),
        cmocka_unit_test(older_name_is_read_by_was),
        cmocka_unit_test(arguments_kept_are_read_again_by_plan),
        cmocka_unit_test(items_to_the_callee_are_translated),
        cmocka_unit_test(items_to_the_caller_are_translated),
        cmocka_unit_test(items_that_do_not_fit_reset_the_channel),
        cmocka_unit_test(response_before_a_close_is_still_understood),
        cmocka_unit_test(memory_lacking_anywhere_ends_calls_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
