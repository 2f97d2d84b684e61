/* Services that were not compiled in: their tables are those of weftc, and calls go either way between the two. */
#include "tests/unit/rpc/rig.h"

#include "tests/support/rules.h"
#include "weft/schema.h"

#include "dynamic.weft.h"

static weft_arena *new_arena(void)
{
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    return arena;
}

static const weft_service_type *const compiled[] = { &tdyn_things_service, &trpc_basic_service };

static weft_schema_source source_of(weft_arena *arena)
{
    weft_schema_source source;
    assert_int_equal(weft_schema_describe(compiled, 2, arena, &source), 0);
    return source;
}

static weft_schema *new_schema(weft_arena *arena)
{
    weft_schema *schema;
    weft_error error = { 0 };
    weft_schema_source source = source_of(arena);
    if (weft_schema_new(NULL, &source, &schema, &error))
        fail_msg("%s", error.text);
    return schema;
}

/* ---- tables ---- */

static uint32_t method_of(const weft_service_type *service, const char *name)
{
    for (uint32_t i = 0; i < service->n_methods; i++) {
        if (strcmp(service->methods[i].name, name) == 0)
            return i;
    }
    fail_msg("no method %s", name);
    return 0;
}

static weft_bytes defaults_of(const weft_type *type, weft_arena *arena)
{
    weft_value value;
    weft_writer *writer;
    assert_int_equal(weft_value_new(type, arena, &value), 0);
    assert_int_equal(weft_writer_new(NULL, 1 << 20, &writer), 0);
    assert_int_equal(weft_value_encode(value, writer), 0);
    weft_bytes bytes = weft_writer_bytes(writer);
    weft_str copy = weft_arena_copy_str(arena, weft_str_of((const char *)bytes.ptr, bytes.len));
    weft_writer_free(writer);
    return weft_bytes_of(copy.ptr, copy.len);
}

static void assert_same_bytes(weft_bytes a, weft_bytes b)
{
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.ptr, b.ptr, a.len);
}

static void schema_of_services_has_their_ids_and_defaults(void **state)
{
    /* Goal: what is opened has the ids, roots, channels and defaults of what was described. */
    (void)state;
    WEFT_RULE("schema.service-id");
    WEFT_RULE("call.method-id");
    weft_arena *arena = new_arena();
    weft_schema *schema = new_schema(arena);
    for (size_t s = 0; s < 2; s++) {
        const weft_service_type *service = weft_schema_service(schema, s);
        assert_string_equal(service->name, compiled[s]->name);
        assert_int_equal(service->id, compiled[s]->id);
        assert_int_equal(service->n_methods, compiled[s]->n_methods);
        for (uint32_t i = 0; i < service->n_methods; i++) {
            const weft_method *mine = &service->methods[i];
            const weft_method *theirs = &compiled[s]->methods[method_of(compiled[s], mine->name)];
            assert_int_equal(mine->id, theirs->id);
            assert_same_bytes(mine->roots[0], theirs->roots[0]);
            assert_same_bytes(mine->roots[1], theirs->roots[1]);
            assert_int_equal(mine->n_channels, theirs->n_channels);
            assert_int_equal(mine->timeout_ns, theirs->timeout_ns);
            assert_int_equal(mine->flags & WEFT_METHOD_IDEMPOTENT, theirs->flags & WEFT_METHOD_IDEMPOTENT);
        }
    }
    assert_null(weft_schema_service(schema, 2));
    assert_null(weft_schema_type(schema, "test.dynamic.v1.Nobody"));
    const weft_type *outer = weft_schema_type(schema, "test.dynamic.v1.Outer");
    assert_int_equal(outer->id, tdyn_outer_type.id);
    assert_same_bytes(defaults_of(outer, arena), defaults_of(&tdyn_outer_type, arena));
    const weft_service_type *things = weft_schema_service(schema, 0);
    assert_same_bytes(defaults_of(things->methods[method_of(things, "turn")].args, arena),
                      defaults_of(tdyn_things_service.methods[0].args, arena));
    weft_schema_free(schema);
    weft_schema_free(NULL);
    weft_arena_free(arena);
}

static void schema_described_again_is_the_same(void **state)
{
    /* Goal: describing what was opened gives the bytes that it was opened with, but for the order of types. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_schema_source source = source_of(arena), again;
    weft_schema *schema = new_schema(arena);
    const weft_service_type *services[] = { weft_schema_service(schema, 0), weft_schema_service(schema, 1) };
    assert_int_equal(weft_schema_describe(services, 2, arena, &again), 0);
    assert_same_bytes(again.types, source.types);
    assert_same_bytes(again.services[0], source.services[0]);
    assert_same_bytes(again.services[1], source.services[1]);
    assert_int_equal(again.n_defaults, source.n_defaults);
    weft_schema_free(schema);
    weft_arena_free(arena);
}

static void schema_without_defaults_says_which_are_not_known(void **state)
{
    /* Goal: a default that the source does not tell is marked; those that there can only be one of are not. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_schema *schema;
    weft_schema_source source = source_of(arena);
    source.n_defaults = 0;
    assert_int_equal(weft_schema_new(NULL, &source, &schema, NULL), 0);
    const weft_type *outer = weft_schema_type(schema, "test.dynamic.v1.Outer");
    static const bool untold[] = { false, true, false, false, true, true, false };
    assert_int_equal(outer->n, 7);
    for (uint32_t i = 0; i < outer->n; i++)
        assert_int_equal((outer->fields[i].flags & WEFT_FIELD_UNTOLD) != 0, untold[i]);
    const weft_type *shape = weft_schema_type(schema, "test.dynamic.v1.Shape");
    assert_true(shape->variants[1].payload->fields[0].flags & WEFT_FIELD_UNTOLD);
    assert_false(shape->variants[1].payload->fields[1].flags & (WEFT_FIELD_UNTOLD | WEFT_FIELD_DEFAULT));
    weft_schema_free(schema);

    source.size = 0;
    assert_int_equal(weft_schema_new(NULL, &source, &schema, NULL), WEFT_EINVAL);
    weft_schema_default odd[] = { { 1, 0, 0, source.types },
                                  { tdyn_outer_type.id, 0, 99, source.types },
                                  { tdyn_shape_type.id, 99, 0, source.types },
                                  { tdyn_things_service.methods[0].id, 0, 1, source.types } };
    source.size = sizeof source;
    source.defaults = odd;
    source.n_defaults = 4;
    assert_int_equal(weft_schema_new(NULL, &source, &schema, NULL), 0); /* of what it has not: passed over */
    weft_schema_free(schema);
    odd[0] = (weft_schema_default){ tdyn_outer_type.id, 0, 1, source.types };
    assert_int_equal(weft_schema_new(NULL, &source, &schema, NULL), WEFT_EBADMSG);
    weft_arena_free(arena);
}

static void try_source(const weft_schema_source *source)
{
    weft_schema *schema;
    weft_error error = { 0 };
    if (weft_schema_new(NULL, source, &schema, &error) == 0)
        weft_schema_free(schema);
    else
        assert_int_not_equal(error.text[0], '\0');
}

static void schema_of_broken_bytes_is_refused_or_opened(void **state)
{
    /* Goal: whatever is cut or changed in types and services is an error with a text, or something that opens. */
    (void)state;
    weft_arena *arena = new_arena();
    const weft_schema_source whole = source_of(arena);
    for (int part = 0; part < 3; part++) {
        weft_schema_source source = whole;
        weft_bytes services[2] = { whole.services[0], whole.services[1] };
        weft_bytes *broken = part ? &services[part - 1] : &source.types;
        weft_bytes original = *broken;
        uint8_t *bytes = weft_arena_alloc(arena, original.len, 1);
        source.services = services;
        for (size_t i = 0; i < original.len; i++) {
            *broken = weft_bytes_of(original.ptr, i);
            try_source(&source);
            memcpy(bytes, original.ptr, original.len);
            bytes[i] ^= (uint8_t)(1u << (i % 8));
            *broken = weft_bytes_of(bytes, original.len);
            try_source(&source);
        }
    }
    weft_arena_free(arena);
}

static void schema_with_odd_names_is_refused(void **state)
{
    /* Goal: names that could harm who prints them come from no IDL file, and are not taken. */
    (void)state;
    static const uint8_t service[] = "\x92\xa3x\"y\x90", method[] = "\x92\xa1x\x91\x93\xa2m\n\x90\x94\xc0\xc0\x00\x90",
                         plain[] = "\x92\xa1x\x91\x93\xa1m\x90\x94\xc0\xc0\x00\x90";
    const weft_bytes bytes[] = { weft_bytes_of(service, sizeof service - 1), weft_bytes_of(method, sizeof method - 1),
                                 weft_bytes_of(plain, sizeof plain - 1) };
    for (size_t i = 0; i < 3; i++) {
        weft_schema *schema;
        weft_error error;
        weft_schema_source source = { .size = sizeof source, .services = &bytes[i], .n_services = 1 };
        assert_int_equal(weft_schema_new(NULL, &source, &schema, &error), i < 2 ? WEFT_EPROTO : 0);
        if (i < 2)
            assert_string_equal(error.text, "a name that no IDL file can have");
        else
            weft_schema_free(schema);
    }
}

static void open_once(weft_test_alloc *alloc, void *user)
{
    weft_schema *schema;
    int status = weft_schema_new(&alloc->allocator, user, &schema, NULL);
    assert_true(status == 0 || (alloc->failed && status == WEFT_ENOMEM));
    if (!status)
        weft_schema_free(schema);
}

static void schema_out_of_memory_is_said(void **state)
{
    /* Goal: each allocation that fails is an error, and nothing stays behind. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_schema_source source = source_of(arena);
    weft_test_alloc_each(open_once, &source);
    weft_arena_free(arena);
}

/* ---- calls ---- */

typedef struct seen {
    int n_done, n_items, n_ends, n_calls;
    int code;
    bool has_error;
    uint64_t number;
    char text[64];
    weft_call call; /* of turn, while it reads */
    const weft_service_type *service;
    uint32_t method;
    weft_channel out;
} seen;

static void serve_count(void *self, tdyn_things_count_call call, const tdyn_things_count_args *args)
{
    (void)self;
    tdyn_things_count_return(call, args->level.kind == TDYN_LEVEL_HIGH ? args->by + 100 : args->by);
}

static const tdyn_things_handler compiled_handler = { .size = sizeof compiled_handler, .count = serve_count };

static void on_done(void *user, const weft_dynamic_reply *reply)
{
    seen *s = user;
    s->n_done++;
    s->code = reply->result.code;
    s->has_error = reply->error != NULL;
    if (reply->value && !s->service)
        s->number = *(const uint32_t *)reply->value;
}

static void call_of_a_compiled_service_is_made_without_it(void **state)
{
    /* Goal: a client that has only the schema calls a server that weftc made, and hears what it does not serve. */
    (void)state;
    weft_arena *arena = new_arena();
    weft_schema *schema = new_schema(arena);
    const weft_service_type *things = weft_schema_service(schema, 0);
    rig *r = rig_new();
    r->serves = &tdyn_things_service;
    r->handler = &compiled_handler;
    weft_connection *connection = rig_open(r, things);
    assert_non_null(connection);
    seen s = { 0 };
    weft_value args;
    uint32_t count = method_of(things, "count"), nothing = method_of(things, "nothing");
    assert_int_equal(weft_value_new(things->methods[count].args, arena, &args), 0);
    assert_int_equal(weft_value_set_u64(weft_value_field(args, "by"), 5), 0);
    assert_int_equal(weft_gen_call(connection, things, count, args.at, NULL, (void (*)(void))on_done, &s, NULL), 0);
    rig_run(r);
    assert_int_equal(s.code, 0);
    assert_int_equal(s.number, 105);
    assert_int_equal(weft_gen_call(connection, things, nothing, NULL, NULL, (void (*)(void))on_done, &s, NULL), 0);
    rig_run(r);
    assert_int_equal(s.n_done, 2);
    assert_int_equal(s.code, WEFT_ENOSYS);
    weft_connection_release(connection);
    rig_free(r);
    weft_schema_free(schema);
    weft_arena_free(arena);
}

static int serve_number(void *self, weft_call call, const weft_service_type *service, uint32_t method, const void *args,
                        const weft_channel *channels_or_null)
{
    (void)self;
    assert_null(channels_or_null);
    if (strcmp(service->methods[method].name, "count") != 0)
        return WEFT_OUTCOME_UNKNOWN_METHOD;
    uint64_t by;
    weft_value value = { service->methods[method].args, (void *)args };
    assert_int_equal(weft_value_get_u64(weft_value_field(value, "by"), &by), 0);
    assert_string_equal(weft_value_variant(weft_value_field(value, "level")), "low");
    uint32_t answer = (uint32_t)by * 2;
    return weft_gen_return(call, service, method, &answer);
}

static int n_closed;

static void note_closed(void *self)
{
    (void)self;
    n_closed++;
}

static void on_counted(void *user, const tdyn_things_count_reply *reply)
{
    seen *s = user;
    s->n_done++;
    s->code = reply->result.code;
    s->number = reply->value;
}

static void call_from_a_compiled_client_is_served_without_it(void **state)
{
    /* Goal: a handler that has only the schema answers a client that weftc made; closed comes once. */
    (void)state;
    static const weft_dynamic_handler handler = { sizeof handler, serve_number, note_closed };
    weft_arena *arena = new_arena();
    weft_schema *schema = new_schema(arena);
    rig *r = rig_new();
    r->serves = weft_schema_service(schema, 0);
    r->handler = &handler;
    tdyn_things_client client = { rig_open(r, &tdyn_things_service) };
    assert_non_null(client.connection);
    seen s = { 0 };
    tdyn_things_count_args args = { .level = tdyn_level_make_low(), .by = 21 };
    assert_int_equal(tdyn_things_count(client, &args, NULL, on_counted, &s, NULL), 0);
    rig_run(r);
    assert_int_equal(s.code, 0);
    assert_int_equal(s.number, 42);
    weft_connection_release(client.connection);
    n_closed = 0;
    rig_free(r);
    assert_int_equal(n_closed, 1);
    weft_schema_free(schema);
    weft_arena_free(arena);
}

/* ---- streams: turn sends a note for each item that it reads, and answers at the end ---- */

static bool read_item(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    (void)item, (void)channel;
    seen *s = user;
    const weft_type *outer = s->service->methods[s->method].channels[0].element;
    weft_value level = weft_value_field((weft_value){ outer, (void *)value }, "level"), note;
    const weft_type *shape = s->service->methods[s->method].channels[1].element;
    weft_arena *arena = weft_call_arena(s->call);
    assert_int_equal(weft_value_new(shape, arena, &note), 0);
    assert_int_equal(weft_value_set_variant(note, "note"), 0);
    assert_int_equal(weft_value_set_str(weft_value_inside(note), weft_str_from(weft_value_variant(level))), 0);
    assert_int_equal(weft_gen_send(s->out, shape, note.at), 0);
    s->n_items++;
    return true;
}

static void items_ended(void *user, const weft_channel_end *end)
{
    seen *s = user;
    weft_value answer;
    assert_int_equal(end->kind, WEFT_CHANNEL_FINISHED);
    assert_int_equal(weft_channel_finish(s->out), 0);
    assert_int_equal(weft_value_new(s->service->methods[s->method].error, weft_call_arena(s->call), &answer), 0);
    assert_int_equal(weft_value_set_variant(answer, "refused"), 0);
    assert_int_equal(weft_gen_fail(s->call, s->service, s->method, answer.at), 0);
}

static int serve_turn(void *self, weft_call call, const weft_service_type *service, uint32_t method, const void *args,
                      const weft_channel *channels_or_null)
{
    (void)args;
    rig *r = self;
    static seen server; /* as long as the call */
    server = (seen){ .call = call, .service = service, .method = method, .out = channels_or_null[1] };
    r->n_handled++;
    return weft_gen_receive(channels_or_null[0], service->methods[method].channels[0].element, read_item, NULL,
                            items_ended, &server);
}

static bool take_note(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    (void)item, (void)channel;
    seen *s = user;
    weft_str text;
    weft_value note = { s->service->methods[s->method].channels[1].element, (void *)value };
    assert_int_equal(weft_value_get_str(weft_value_inside(note), &text), 0);
    strncat(s->text, text.ptr, text.len);
    s->n_items++;
    return true;
}

static void notes_ended(void *user, const weft_channel_end *end)
{
    assert_int_equal(end->kind, WEFT_CHANNEL_FINISHED);
    ((seen *)user)->n_ends++;
}

static void streams_go_both_ways_without_compiled_types(void **state)
{
    /* Goal: items of types that neither side has compiled in go both ways, and the method's own error comes back. */
    (void)state;
    static const weft_dynamic_handler handler = { sizeof handler, serve_turn, NULL };
    weft_arena *arena = new_arena();
    weft_schema *schema = new_schema(arena);
    const weft_service_type *things = weft_schema_service(schema, 0);
    rig *r = rig_new();
    r->serves = things;
    r->handler = &handler;
    weft_connection *connection = rig_open(r, things);
    seen s = { .service = things, .method = method_of(things, "turn") };
    weft_channel items, notes;
    weft_channel *const channels[] = { &items, &notes };
    weft_value args, item;
    assert_int_equal(weft_value_new(things->methods[s.method].args, arena, &args), 0);
    assert_int_equal(
        weft_gen_stream(connection, things, s.method, args.at, NULL, (void (*)(void))on_done, &s, NULL, channels), 0);
    const weft_channel_param *params = things->methods[s.method].channels;
    assert_int_equal(weft_gen_receive(notes, params[1].element, take_note, NULL, notes_ended, &s), 0);
    rig_run(r);
    assert_int_equal(weft_value_new(params[0].element, arena, &item), 0);
    assert_int_equal(weft_gen_send(items, params[0].element, item.at), 0);
    assert_int_equal(weft_value_set_variant(weft_value_field(item, "level"), "low"), 0);
    assert_int_equal(weft_gen_send(items, params[0].element, item.at), 0);
    assert_int_equal(weft_channel_finish(items), 0);
    rig_run(r);
    assert_int_equal(s.n_items, 2);
    assert_string_equal(s.text, "highlow");
    assert_int_equal(s.n_ends, 1);
    assert_int_equal(s.n_done, 1);
    assert_int_equal(s.code, 0);
    assert_true(s.has_error);
    weft_connection_release(connection);
    rig_free(r);
    weft_schema_free(schema);
    weft_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_of_services_has_their_ids_and_defaults),
        cmocka_unit_test(schema_described_again_is_the_same),
        cmocka_unit_test(schema_without_defaults_says_which_are_not_known),
        cmocka_unit_test(schema_of_broken_bytes_is_refused_or_opened),
        cmocka_unit_test(schema_with_odd_names_is_refused),
        cmocka_unit_test(schema_out_of_memory_is_said),
        cmocka_unit_test(call_of_a_compiled_service_is_made_without_it),
        cmocka_unit_test(call_from_a_compiled_client_is_served_without_it),
        cmocka_unit_test(streams_go_both_ways_without_compiled_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
