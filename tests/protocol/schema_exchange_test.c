/* Two versions of a program: schemas go along where the declarations differ, once, in front of what needs them, and
 * calls, errors and channels are understood by them. */
#include "tests/protocol/schema/calls.h"

#include "runtime/base/hash.h"
#include "runtime/schema/canonical.h"
#include "tests/support/rules.h"

#include <stdio.h>
#include <stdlib.h>

static void mix_never_opened(void *user, weft_connection *connection, const weft_metadata *metadata,
                             const weft_error *error_or_null)
{
    (void)user;
    (void)connection;
    (void)metadata;
    (void)error_or_null;
    fail_msg("an open that was refused is told of");
}

/* ---- who says schemas ---- */

static void versions_equal_nothing_is_exchanged(void **state)
{
    /* Goal: two programs of one version say nothing of schemas, and keep nothing. */
    (void)state;
    WEFT_RULE("schema.known");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &new_mix_service, NULL, NULL);
    new_mix_same_args args = { 6 };
    assert_int_equal(new_mix_same((new_mix_client){ c }, &args, NULL, mix_on_new_same, &t, NULL), 0);
    mix_run(&m);
    assert_int_equal(t.number, 7);
    MIX_SAID(&m, MIX_CLIENT, c, "Q");
    MIX_SAID(&m, MIX_SERVER, c, "R");
    for (int side = 0; side < 2; side++) {
        weft_session_stats stats = mix_stats_of(&m, side);
        assert_int_equal(stats.schemas_in + stats.schemas_out + stats.plans + stats.plans_failed, 0);
    }
    mix_end_with(&m, c);
}

static void call_between_versions_understood_and_schemas_once(void **state)
{
    /* Goal: arguments, result and a user error of another version are read by name, through a recursive type; each
     * direction's schema goes out once, in front of the first message, with the types that were not sent before. */
    (void)state;
    WEFT_RULE("schema.send");
    WEFT_RULE("schema.plan");
    WEFT_RULE("schema.scope");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    mix_call_echo(c, &t, "root");
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:3 Q");
    MIX_SAID(&m, MIX_SERVER, c, "S1:4 R");
    assert_int_equal(m.number, 3);
    assert_string_equal(m.text, "root");
    assert_string_equal(m.items, "leaf/none ");
    assert_int_equal(t.code, 0);
    assert_string_equal(t.name, ""); /* the older one does not know what `title` was */
    assert_true(t.has_below);
    assert_string_equal(t.leaf, "leaf");
    assert_int_equal(t.colour, OLD_COLOUR_GREEN);
    mix_call_echo(c, &t, "missing");
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "Q");
    MIX_SAID(&m, MIX_SERVER, c, "R");
    assert_int_equal(t.outcome, WEFT_OUTCOME_USER_ERROR);
    assert_int_equal(t.fault, OLD_FAULT_MISSING);
    weft_session_stats client = mix_stats_of(&m, MIX_CLIENT), server = mix_stats_of(&m, MIX_SERVER);
    assert_int_equal(client.schemas_out, 1);
    assert_int_equal(client.schemas_in, 1);
    assert_int_equal(client.plans, 1);
    assert_int_equal(server.schemas_out, 1);
    assert_int_equal(server.schemas_in, 1);
    assert_int_equal(server.plans, 1);
    assert_int_equal(client.plans_failed + server.plans_failed, 0);
    mix_end_with(&m, c);
}

static void types_of_another_method_not_said_again(void **state)
{
    /* Goal: a type goes over a connection once, whichever method brings it. */
    (void)state;
    WEFT_RULE("schema.send");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_mix_feed_args args = { WEFT_STR("feed") };
    old_leaf_tx items;
    assert_int_equal(old_mix_feed((old_mix_client){ c }, &args, NULL, mix_on_old_feed, &t, NULL, &items, NULL), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:2 Q");
    mix_call_echo(c, &t, "root");
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:1 Q");
    assert_int_equal(t.code, 0);
    assert_int_equal(weft_channel_finish(items.channel), 0);
    mix_run(&m);
    mix_end_with(&m, c);
}

static void connection_each_says_its_own(void **state)
{
    /* Goal: what was said on one connection counts there alone, and goes with it. */
    (void)state;
    WEFT_RULE("schema.scope");
    mix m;
    mix_told t = { 0 };
    weft_connection *first = mix_begin_older(&m);
    mix_call_same(first, &t, 1);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, first, "S0:0 Q");
    weft_connection *second = mix_open(&m, &old_mix_service, NULL, NULL);
    mix_call_same(second, &t, 2);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, second, "S0:0 Q");
    MIX_SAID(&m, MIX_SERVER, second, "S1:0 R");
    assert_int_equal(t.n, 2);
    uint64_t held = mix_stats_of(&m, MIX_SERVER).buffered_bytes;
    weft_connection_release(second);
    mix_run(&m);
    uint64_t less = mix_stats_of(&m, MIX_SERVER).buffered_bytes;
    assert_true(less < held);
    assert_int_equal(weft_connection_close(first, WEFT_CODE_NONE, NULL), 0);
    mix_run(&m);
    assert_int_equal(mix_stats_of(&m, MIX_SERVER).buffered_bytes, 0);
    assert_int_equal(mix_stats_of(&m, MIX_CLIENT).buffered_bytes, 0); /* also while the handle is held */
    weft_connection_release(first);
    mix_end(&m);
}

static void root_says_schemas_too(void **state)
{
    /* Goal: on connection 0 Hello and Welcome list the services, and the rest is alike. */
    (void)state;
    WEFT_RULE("schema.known");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    m.serves_root = true;
    mix_begin(&m);
    mix_forget(&m);
    weft_connection *root = weft_session_root(m.sessions[MIX_CLIENT]);
    mix_call_echo(root, &t, "root");
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, root, "S0:3 Q");
    MIX_SAID(&m, MIX_SERVER, root, "S1:4 R");
    assert_string_equal(t.leaf, "leaf");
    mix_end(&m);
}

static void service_not_listed_exchanges_and_is_unknown(void **state)
{
    /* Goal: a call of a service of which the counterpart has never heard says its schema, and its answer is *unknown
     * method*: that is the call's end and nobody else's. */
    (void)state;
    WEFT_RULE("schema.known");
    WEFT_RULE("schema.required");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &old_aside_service, NULL, NULL);
    old_aside_tell_args args = { { .label = WEFT_STR("?") } };
    for (int i = 0; i < 2; i++) {
        assert_int_equal(old_aside_tell((old_aside_client){ c }, &args, NULL, mix_on_aside, &t, NULL), 0);
        mix_run(&m);
        MIX_SAID(&m, MIX_CLIENT, c, i == 0 ? "S0:3 Q" : "Q");
        MIX_SAID(&m, MIX_SERVER, c, "R");
        assert_int_equal(t.n, i + 1);
        assert_int_equal(t.code, WEFT_ENOSYS);
        assert_false(t.may_have_run);
    }
    mix_end_with(&m, c);
}

static void table_without_schemas_beside_one_that_has_them_is_refused(void **state)
{
    /* Goal: where declarations are exchanged, another table of the same service that has none, as an earlier weftc made
     * it, is not called by: nothing behind its shorter methods is read. */
    (void)state;
    WEFT_RULE("schema.known");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &old_aside_service, NULL, NULL);
    const size_t size = offsetof(weft_method, types);
    uint8_t *methods = malloc(size * old_aside_service.n_methods);
    assert_non_null(methods);
    for (uint32_t i = 0; i < old_aside_service.n_methods; i++)
        memcpy(methods + i * size, &old_aside_service.methods[i], size);
    weft_service_type earlier = old_aside_service;
    earlier.methods = (const weft_method *)(const void *)methods;
    earlier.method_size = (uint16_t)size;
    old_aside_tell_args args = { { .label = WEFT_STR("?") } };
    assert_int_equal(weft_gen_call(c, &earlier, 0, &args, NULL, (void (*)(void))mix_on_aside, &t, NULL), WEFT_EINVAL);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "");
    assert_int_equal(t.n, 0);
    free(methods);
    mix_end_with(&m, c);
}

static void method_of_one_version_alone_is_unknown_there(void **state)
{
    /* Goal: a method that the callee's version has not is *unknown method*, without a schema of results. */
    (void)state;
    WEFT_RULE("schema.required");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    old_mix_older_only_args args = { 1 };
    assert_int_equal(old_mix_older_only((old_mix_client){ c }, &args, NULL, mix_on_old_older_only, &t, NULL), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:0 Q");
    MIX_SAID(&m, MIX_SERVER, c, "R");
    assert_int_equal(t.code, WEFT_ENOSYS);
    mix_call_same(c, &t, 1);
    mix_run(&m);
    assert_int_equal(t.number, 2);
    mix_end_with(&m, c);
}

static void name_listed_with_two_ids_is_the_same_for_nobody(void **state)
{
    /* Goal: who calls one version of a service and serves another exchanges schemas of both, and both sides know. */
    (void)state;
    WEFT_RULE("schema.known");
    mix m;
    mix_told t = { 0 }, back = { 0 };
    mix_init(&m);
    m.server_calls = &new_mix_service;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &new_mix_service, &old_mix_service, &mix_old_handler);
    new_mix_same_args args = { 1 };
    assert_int_equal(new_mix_same((new_mix_client){ c }, &args, NULL, mix_on_new_same, &t, NULL), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:0 Q");
    MIX_SAID(&m, MIX_SERVER, c, "S1:0 R");
    assert_int_equal(t.number, 2);
    assert_int_equal(new_mix_same((new_mix_client){ m.server_connection }, &args, NULL, mix_on_new_same, &back, NULL),
                     0);
    mix_run(&m);
    MIX_SAID(&m, MIX_SERVER, c, "S0:0 Q");
    MIX_SAID(&m, MIX_CLIENT, c, "S1:0 R");
    assert_int_equal(back.number, 2);
    weft_open_options options = weft_open_options_default();
    const weft_service_type *calls[] = { &old_mix_service };
    options.calls = calls;
    options.n_calls = 1;
    assert_int_equal(weft_open(m.sessions[0], &new_mix_service, &options, mix_never_opened, NULL), WEFT_EINVAL);
    mix_end_with(&m, c);
}

static void both_serve_each_way_has_its_own_schemas(void **state)
{
    /* Goal: where both sides serve and call the same service, what one says of its calls says nothing of the other's.
     */
    (void)state;
    WEFT_RULE("schema.send");
    mix m;
    mix_told t = { 0 }, back = { 0 };
    mix_init(&m);
    m.server_calls = &new_mix_service;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &old_mix_service, &old_mix_service, &mix_old_handler);
    mix_call_echo(c, &t, "there");
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:3 Q");
    MIX_SAID(&m, MIX_SERVER, c, "S1:4 R");
    new_leaf leaf;
    new_leaf_init(&leaf);
    leaf.name = WEFT_STR("n");
    leaf.colour = new_colour_make_green();
    leaf.note = WEFT_STR("lost");
    new_mix_echo_args args = { .tree = { .leaves = { &leaf, 1 }, .title = WEFT_STR("back") }, .times = 2 };
    assert_int_equal(new_mix_echo((new_mix_client){ m.server_connection }, &args, NULL, mix_on_new_echo, &back, NULL),
                     0);
    mix_run(&m);
    MIX_SAID(&m, MIX_SERVER, c, "S0:0 Q"); /* its types were sent with the results */
    MIX_SAID(&m, MIX_CLIENT, c, "S1:1 R"); /* and these with the arguments, but for Fault */
    assert_int_equal(m.number, 2);
    assert_int_equal(back.code, 0);
    assert_string_equal(back.name, "");
    assert_string_equal(back.leaf, "none");
    assert_int_equal(back.colour, NEW_COLOUR_GREEN);
    mix_end_with(&m, c);
}

/* ---- what is marked as sent, and when ---- */

static void call_cancelled_while_it_waits_takes_no_mark(void **state)
{
    /* Goal: a request that is given up before it goes out takes its schema along; the next one brings it. */
    (void)state;
    WEFT_RULE("schema.send");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    for (int i = 0; i < 2; i++)
        assert_int_equal(weft_call_cancel(mix_call_echo(c, &t, "never")), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "");
    assert_int_equal(t.n, 2);
    weft_call first = mix_call_echo(c, &t, "never");
    (void)mix_call_echo(c, &t, "second");
    (void)mix_call_echo(c, &t, "third");
    assert_int_equal(weft_call_cancel(first), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:3 Q Q");
    assert_int_equal(m.n_handled, 2);
    assert_int_equal(t.n, 5);
    assert_int_equal(t.code, 0);
    mix_end_with(&m, c);
}

static void call_waiting_for_a_place_brings_its_schema_then(void **state)
{
    /* Goal: what waits for one of max_concurrent_requests says its schema when it has its place, and not before. */
    (void)state;
    WEFT_RULE("schema.send");
    mix m;
    mix_told t = { 0 }, later = { 0 };
    mix_init(&m);
    m.options[MIX_SERVER].max_concurrent_requests = 1;
    m.holds = true;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &old_mix_service, NULL, NULL);
    mix_call_same(c, &t, 1);
    weft_call given_up = mix_call_echo(c, &later, "waits");
    (void)mix_call_echo(c, &later, "waits too");
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:0 Q");
    assert_int_equal(weft_call_cancel(given_up), 0);
    assert_int_equal(new_mix_same_return((new_mix_same_call){ m.held }, 5), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:3 Q");
    assert_int_equal(t.number, 5);
    assert_int_equal(later.n, 2);
    assert_int_equal(later.code, 0);
    mix_end_with(&m, c);
}

static void response_of_call_given_up_brings_schema_all_the_same(void **state)
{
    /* Goal: the schemas that come with the answer to a call that nobody waits for any more are known from then on. */
    (void)state;
    WEFT_RULE("schema.send");
    WEFT_RULE("call.cancel");
    mix m;
    mix_told t = { 0 };
    mix_init(&m);
    m.holds = true;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &old_mix_service, NULL, NULL);
    old_mix_same_args args = { 1 };
    weft_call call;
    assert_int_equal(old_mix_same((old_mix_client){ c }, &args, NULL, mix_on_old_same, &t, &call), 0);
    mix_run(&m);
    m.said[MIX_CLIENT].hold = true; /* its Cancel comes too late */
    assert_int_equal(weft_call_cancel(call), 0);
    assert_int_equal(new_mix_same_return((new_mix_same_call){ m.held }, 5), 0);
    mix_run(&m);
    m.said[MIX_CLIENT].hold = false;
    mix_run(&m);
    assert_int_equal(t.code, WEFT_ECANCELED);
    MIX_SAID(&m, MIX_SERVER, c, "S1:0 R");
    m.holds = false;
    mix_call_same(c, &t, 8);
    mix_run(&m);
    MIX_SAID(&m, MIX_SERVER, c, "R");
    assert_int_equal(t.number, 9);
    mix_end_with(&m, c);
}

static void schema_spends_window_as_requests_do(void **state)
{
    /* Goal: what a Schema costs of the connection's window is its frame, and comes back. */
    (void)state;
    WEFT_RULE("flow.window");
    mix m;
    mix_told t = { 0 };
    weft_connection *c = mix_begin_older(&m);
    weft_connection_stats before, after;
    assert_int_equal(weft_connection_stats_read(c, &before, sizeof before), 0);
    (void)mix_call_echo(c, &t, "root");
    mix_run(&m);
    assert_int_equal(weft_connection_stats_read(c, &after, sizeof after), 0);
    assert_int_equal(before.window_out - after.window_out, after.bytes_out - before.bytes_out);
    assert_int_equal(before.window_in - after.window_in, after.bytes_in - before.bytes_in);
    assert_int_equal(after.messages_out - before.messages_out, 2);
    assert_int_equal(after.messages_in - before.messages_in, 2);
    mix_end_with(&m, c);
}

/* ---- large ones: tables that no IDL has written, since their counterpart knows none of it ---- */

enum { LARGE_FIELDS = 900 };

/* A struct of so many u8 with long names; the id is that of its bytes. */
static void large_declare(weft_type *type, weft_writer *writer, unsigned serial)
{
    char name[40];
    weft__canon_struct(writer, WEFT_STR("test.mix.v1.Large"), LARGE_FIELDS);
    for (unsigned i = 0; i < LARGE_FIELDS; i++) {
        (void)snprintf(name, sizeof name, "a_field_of_a_large_struct_%u_%u", serial, i);
        weft__canon_field_begin(writer, weft_str_from(name));
        weft__canon_scalar(writer, WEFT__CANON_U8);
        weft__canon_field_end(writer, false);
    }
    memset(type, 0, sizeof *type);
    type->abi = WEFT_GEN_ABI;
    type->kind = WEFT_KIND_STRUCT;
    type->name = "test.mix.v1.Large";
    type->declaration = weft_writer_bytes(writer);
    type->id = weft__hash64(type->declaration);
}

typedef struct large {
    weft_type types[16];
    const weft_type *list[16];
    weft_writer *writers[16];
    weft_method methods[2];
    weft_service_type service;
} large;

/* old_mix_service.same as the second method of a service of another name; the first is the same, but that its arguments
 * lead to n large types. */
static void large_init(large *l, uint32_t n)
{
    memset(l, 0, sizeof *l);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(weft_writer_new(NULL, SIZE_MAX, &l->writers[i]), 0);
        large_declare(&l->types[i], l->writers[i], i);
        l->list[i] = &l->types[i];
    }
    l->methods[0] = l->methods[1] = old_mix_service.methods[1];
    l->methods[0].id = 0x1234;
    l->methods[1].id = 0x1235;
    l->methods[0].types[0] = l->list;
    l->methods[0].n_types[0] = n;
    l->service = old_mix_service;
    l->service.name = "test.mix.v1.Large";
    l->service.id = 0x4321;
    l->service.n_methods = 2;
    l->service.methods = l->methods;
}

static void large_fini(large *l)
{
    for (size_t i = 0; i < 16; i++)
        weft_writer_free(l->writers[i]);
}

static int call_large(large *l, weft_connection *c, uint32_t method, mix_told *t)
{
    old_mix_same_args args = { 3 };
    return weft_gen_call(c, &l->service, method, &args, NULL, (void (*)(void))mix_on_old_same, t, NULL);
}

static void schema_longer_than_a_frame_goes_in_fragments(void **state)
{
    /* Goal: a large schema is cut as any message is, and the request behind it waits for its last piece. */
    (void)state;
    WEFT_RULE("frame.fragment");
    mix m;
    large l;
    mix_told t = { 0 };
    large_init(&l, 1);
    mix_init(&m);
    m.options[MIX_SERVER].max_frame_size = WEFT_FRAME_SIZE_MIN;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &l.service, NULL, NULL);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(call_large(&l, c, 0, &t), 0);
        mix_run(&m);
        MIX_SAID(&m, MIX_CLIENT, c, i == 0 ? "S+ S Q" : "Q");
        assert_int_equal(t.n, i + 1);
        assert_int_equal(t.code, WEFT_ENOSYS);
    }
    mix_end_with(&m, c);
    large_fini(&l);
}

static void schema_longer_than_the_counterpart_takes_is_refused_here(void **state)
{
    /* Goal: a method whose schema is longer than max_message_size cannot be called: said at once, nothing of it is sent
     * or marked, and other methods are served. */
    (void)state;
    WEFT_RULE("frame.fragment");
    WEFT_RULE("schema.send");
    mix m;
    large l;
    mix_told t = { 0 };
    large_init(&l, 3);
    mix_init(&m);
    m.options[MIX_SERVER].max_message_size = WEFT_MESSAGE_SIZE_MIN;
    mix_begin(&m);
    weft_connection *c = mix_open(&m, &l.service, NULL, NULL);
    for (int i = 0; i < 2; i++)
        assert_int_equal(call_large(&l, c, 0, &t), WEFT_EMSGSIZE);
    assert_int_equal(call_large(&l, c, 1, &t), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:0 Q");
    assert_int_equal(t.n, 1);
    l.methods[0].n_types[0] = 1; /* what was refused has not been counted */
    assert_int_equal(call_large(&l, c, 0, &t), 0);
    mix_run(&m);
    MIX_SAID(&m, MIX_CLIENT, c, "S0:1 Q");
    mix_end_with(&m, c);
    large_fini(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_equal_nothing_is_exchanged),
        cmocka_unit_test(call_between_versions_understood_and_schemas_once),
        cmocka_unit_test(types_of_another_method_not_said_again),
        cmocka_unit_test(connection_each_says_its_own),
        cmocka_unit_test(root_says_schemas_too),
        cmocka_unit_test(service_not_listed_exchanges_and_is_unknown),
        cmocka_unit_test(table_without_schemas_beside_one_that_has_them_is_refused),
        cmocka_unit_test(method_of_one_version_alone_is_unknown_there),
        cmocka_unit_test(name_listed_with_two_ids_is_the_same_for_nobody),
        cmocka_unit_test(both_serve_each_way_has_its_own_schemas),
        cmocka_unit_test(call_cancelled_while_it_waits_takes_no_mark),
        cmocka_unit_test(call_waiting_for_a_place_brings_its_schema_then),
        cmocka_unit_test(response_of_call_given_up_brings_schema_all_the_same),
        cmocka_unit_test(schema_spends_window_as_requests_do),
        cmocka_unit_test(schema_longer_than_a_frame_goes_in_fragments),
        cmocka_unit_test(schema_longer_than_the_counterpart_takes_is_refused_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
