/* Schemas that nobody of good will sends: each is refused with the code that is documented, or taken, within the memory
 * that is documented, and what was known before stays as it was. What the connection does is in
 * tests/protocol/schema_hostile_test.c, and that the work is linear in tests/linear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "runtime/schema/layout.h"
#include "runtime/schema/plan.h"
#include "runtime/schema/remote.h"
#include "tests/support/alloc.h"
#include "tests/support/rules.h"
#include "tests/support/schema_put.h"

enum { SPARE = 64 * 1024, PLANS_MEMORY = 6 << 20 }; /* 4 MiB of plans, and which pairs they are of */

/* A remote that knows one good type already. */
typedef struct world {
    weft_test_alloc alloc;
    weft__remote *remote;
    schema_put put;
    uint64_t good;
} world;

static uint64_t put_small(schema_put *put, const char *name)
{
    weft_writer *w = schema_put_begin(put);
    weft__canon_struct(w, weft_str_from(name), 1);
    schema_put_field(w, WEFT_STR("x"), WEFT__CANON_U8, false);
    return schema_put_end(put);
}

static void world_begin(world *w)
{
    weft_test_alloc_init(&w->alloc);
    assert_int_equal(weft__remote_new(&w->alloc.allocator, &w->remote), 0);
    schema_put_init(&w->put);
    w->good = put_small(&w->put, "h.v1.Good");
    assert_int_equal(weft__remote_add(w->remote, schema_put_types(&w->put), NULL), 0);
    schema_put_clear(&w->put);
}

static void world_end(world *w)
{
    weft__remote_free(w->remote);
    schema_put_fini(&w->put);
    weft_test_alloc_assert_empty(&w->alloc);
}

/* Adds what was put: memory stays within its limit whatever comes, and where it is refused nothing has changed. */
static void add(world *w, int expected)
{
    weft_error error = { 0 };
    size_t before = w->alloc.live_bytes;
    assert_int_equal(weft__remote_add(w->remote, schema_put_types(&w->put), &error), expected);
    assert_true(w->alloc.peak_bytes <= WEFT__REMOTE_MEMORY_MAX + SPARE);
    assert_non_null(weft__remote_type(w->remote, w->good));
    if (expected == 0)
        return;
    assert_int_equal(error.code, expected);
    assert_true(error.text[0] != '\0');
    assert_non_null(strstr(error.text, "schema.required"));
    assert_true(w->alloc.live_bytes <= before + SPARE);
}

/* One declaration of a struct with one field, whose type is written by `type`. */
typedef void (*write_type)(weft_writer *writer, uint64_t number);

static void put_field_of(schema_put *put, write_type type, uint64_t number)
{
    weft_writer *w = schema_put_begin(put);
    weft__canon_struct(w, WEFT_STR("h.v1.Holder"), 1);
    weft__canon_field_begin(w, WEFT_STR("f"));
    type(w, number);
    weft__canon_field_end(w, false);
}

static void type_reference(weft_writer *w, uint64_t id)
{
    weft__canon_type(w, id);
}
static void type_place(weft_writer *w, uint64_t place)
{
    weft__canon_place(w, (uint32_t)place);
}
static void type_lists(weft_writer *w, uint64_t n)
{
    for (uint64_t i = 1; i < n; i++)
        weft__canon_list(w);
    weft__canon_scalar(w, WEFT__CANON_BOOL);
}

static void schemas_that_lie_are_refused(void **state)
{
    /* Goal: a reference to nothing, an id that is another's, a group that never closes, names that are no names: the
     * whole message is refused, also what was good in it. */
    (void)state;
    WEFT_RULE("schema.required");
    world w;
    world_begin(&w);
    uint64_t beside = put_small(&w.put, "h.v1.Beside");
    put_field_of(&w.put, type_reference, UINT64_C(0x123456789abcdef0));
    schema_put_end(&w.put);
    add(&w, WEFT_EPROTO);
    assert_null(weft__remote_type(w.remote, beside));

    schema_put_clear(&w.put);
    put_small(&w.put, "h.v1.Other");
    schema_put_end_as(&w.put, w.good); /* another declaration under an id that is known */
    add(&w, WEFT_EPROTO);

    schema_put_clear(&w.put);
    put_field_of(&w.put, type_place, 3);
    schema_put_end(&w.put);
    put_field_of(&w.put, type_place, 4);
    schema_put_end(&w.put);
    add(&w, WEFT_EPROTO);

    const struct {
        weft_str name, field;
    } names[] = {
        { WEFT_STR("h.v1.\0Nul"), WEFT_STR("a") },
        { WEFT_STR("h.v1.Nul"), WEFT_STR("a\0") },
        { WEFT_STR(""), WEFT_STR("a") },
        { WEFT_STR("h.v1.Nul"), WEFT_STR("") },
        { WEFT_STR("h.v1.Bad\xff"), WEFT_STR("a") },
        { WEFT_STR("h.v1.Bad"), WEFT_STR("\xc3") },
        { WEFT_STR("h.v1.Bad"), WEFT_STR("a\"b") },
        { WEFT_STR("h.v1.\x1b[2J"), WEFT_STR("a") },
        { WEFT_STR("h.v1.Gr\xc3\xb6\xc3\x9f\x65"), WEFT_STR("a") },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        schema_put_clear(&w.put);
        weft_writer *d = schema_put_begin(&w.put);
        weft__canon_struct(d, names[i].name, 1);
        schema_put_field(d, names[i].field, WEFT__CANON_U8, false);
        schema_put_end(&w.put);
        add(&w, WEFT_EPROTO);
    }
    world_end(&w);
}

static void put_fields(schema_put *put, uint32_t n, uint32_t twice)
{
    weft_writer *d = schema_put_begin(put);
    weft__canon_struct(d, WEFT_STR("h.v1.Wide"), n);
    for (uint32_t i = 0; i < n; i++) {
        char name[16];
        int len = snprintf(name, sizeof name, "f%u", (unsigned)(i == twice ? 0 : i));
        schema_put_field(d, weft_str_of(name, (size_t)len), WEFT__CANON_U8, false);
    }
    schema_put_end(put);
}

static void schemas_with_too_many_fields_are_refused(void **state)
{
    /* Goal: 1,024 fields are fine, 1,025 and 100,000 are beyond the limit, and two of one name are a lie, wherever they
     * stand. */
    (void)state;
    WEFT_RULE("schema.required");
    world w;
    world_begin(&w);
    put_fields(&w.put, WEFT__SCHEMA_FIELDS_MAX, UINT32_MAX);
    add(&w, 0);
    schema_put_clear(&w.put);
    put_fields(&w.put, WEFT__SCHEMA_FIELDS_MAX + 1, UINT32_MAX);
    add(&w, WEFT_EBUSY);
    schema_put_clear(&w.put);
    put_fields(&w.put, 100000, UINT32_MAX);
    add(&w, WEFT_EBUSY);
    for (uint32_t twice = 1; twice < WEFT__SCHEMA_FIELDS_MAX; twice += 511) {
        schema_put_clear(&w.put);
        put_fields(&w.put, WEFT__SCHEMA_FIELDS_MAX, twice);
        add(&w, WEFT_EPROTO);
    }
    schema_put_clear(&w.put);
    weft_writer *d = schema_put_begin(&w.put);
    weft__canon_enum(d, WEFT_STR("h.v1.Twice"), 2);
    for (uint32_t i = 0; i < 2; i++) {
        weft__canon_variant(d, WEFT_STR("same"), i);
        weft__canon_payload_none(d);
    }
    schema_put_end(&w.put);
    add(&w, WEFT_EPROTO);
    world_end(&w);
}

static void schemas_nest_32_deep(void **state)
{
    /* Goal: composites nest 32 deep and not 33, and what nests tens of thousands deep does not end the C stack. */
    (void)state;
    WEFT_RULE("schema.required");
    static const struct {
        uint64_t depth;
        int status;
    } cases[] = { { WEFT__SCHEMA_DEPTH_MAX, 0 }, { WEFT__SCHEMA_DEPTH_MAX + 1, WEFT_EBUSY }, { 100000, WEFT_EBUSY } };
    world w;
    world_begin(&w);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        schema_put_clear(&w.put);
        put_field_of(&w.put, type_lists, cases[i].depth);
        schema_put_end(&w.put);
        add(&w, cases[i].status);
    }
    world_end(&w);
}

static void schemas_of_4096_types_are_the_most(void **state)
{
    /* Goal: over all messages of a connection 4,096 types are known, the next one is too many, and those that are known
     * may be named again. */
    (void)state;
    WEFT_RULE("schema.required");
    world w;
    world_begin(&w);
    char name[32];
    for (unsigned i = 0; i + 1 < WEFT__SCHEMA_TYPES_MAX; i++) {
        snprintf(name, sizeof name, "h.v1.T%u", i);
        put_small(&w.put, name);
    }
    add(&w, 0);
    add(&w, 0); /* known already */
    schema_put_clear(&w.put);
    uint64_t more = put_small(&w.put, "h.v1.More");
    add(&w, WEFT_EBUSY);
    assert_null(weft__remote_type(w.remote, more));
    world_end(&w);

    world_begin(&w);
    for (unsigned i = 0; i <= WEFT__SCHEMA_TYPES_MAX; i++) {
        snprintf(name, sizeof name, "h.v1.T%u", i);
        more = put_small(&w.put, name);
    }
    add(&w, WEFT_EBUSY);
    assert_null(weft__remote_type(w.remote, more));
    world_end(&w);
}

static void put_nested(schema_put *put, unsigned number)
{
    char name[32];
    weft_writer *d = schema_put_begin(put);
    snprintf(name, sizeof name, "N%u", number);
    static const char names[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    weft__canon_struct(d, weft_str_from(name), sizeof names - 1);
    for (size_t i = 0; i < sizeof names - 1; i++) {
        weft__canon_field_begin(d, weft_str_of(&names[i], 1));
        type_lists(d, WEFT__SCHEMA_DEPTH_MAX);
        weft__canon_field_end(d, false);
    }
    schema_put_end(put);
}

static void schemas_memory_has_a_limit(void **state)
{
    /* Goal: a megabyte that says as much as it can in as few bytes as it can (composites of two bytes), and a name of
     * nearly a megabyte, take no more memory than the limit, and what would take more is refused whole. */
    (void)state;
    WEFT_RULE("schema.required");
    world w;
    world_begin(&w);
    for (unsigned n = 0; weft_writer_bytes(w.put.entries).len < (1u << 20) - 8192; n++)
        put_nested(&w.put, n);
    weft_error error = { 0 };
    int status = weft__remote_add(w.remote, schema_put_types(&w.put), &error);
    assert_true(status == 0 || status == WEFT_EBUSY);
    assert_true(w.alloc.peak_bytes <= WEFT__REMOTE_MEMORY_MAX + SPARE);
    schema_put_clear(&w.put);
    size_t len = (1u << 20) - 64;
    char *name = test_malloc(len);
    memset(name, 'n', len);
    weft_writer *d = schema_put_begin(&w.put);
    weft__canon_struct(d, weft_str_of(name, len), 0);
    schema_put_end(&w.put);
    test_free(name);
    status = weft__remote_add(w.remote, schema_put_types(&w.put), &error);
    assert_true(status == 0 || status == WEFT_EBUSY);
    assert_true(w.alloc.peak_bytes <= WEFT__REMOTE_MEMORY_MAX + SPARE);
    assert_non_null(weft__remote_type(w.remote, w.good));
    world_end(&w);
}

/* ---- plans ---- */

/* Node { next: option<Node>; } as the reader has it. */
typedef struct node {
    const struct node *next;
} node;
static const weft_type node_type;
static const weft_type next_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_OPTION,
    .flags = WEFT_TYPE_INDIRECT,
    .c_size = sizeof(void *),
    .element = &node_type,
};
static const weft_field node_fields[] = {
    { .name = "next", .type = &next_type, .flags = WEFT_FIELD_DEFAULT },
};
static const weft_type node_type = {
    .abi = WEFT_GEN_ABI,
    .kind = WEFT_KIND_STRUCT,
    .n = 1,
    .c_size = sizeof(node),
    .name = "h.v1.Node",
    .id = 1,
    .fields = node_fields,
};

/* A struct whose field next is an option of the type with this id; 0: of itself. */
static uint64_t put_link(schema_put *put, unsigned number, uint64_t next)
{
    char name[32];
    weft_writer *d = schema_put_begin(put);
    snprintf(name, sizeof name, "h.v1.L%u", number);
    weft__canon_struct(d, weft_str_from(name), 1);
    weft__canon_field_begin(d, WEFT_STR("next"));
    weft__canon_option(d);
    if (next)
        weft__canon_type(d, next);
    else
        weft__canon_place(d, 0);
    weft__canon_field_end(d, true);
    return next ? schema_put_end(put) : schema_put_end_recursive(put);
}

static void schemas_chain_against_a_recursive_type(void **state)
{
    /* Goal: thousands of types, each of which is read as the one recursive type here, give a plan or are too much,
     * within the memory for plans; a value that goes along them is read. */
    (void)state;
    WEFT_RULE("schema.plan");
    world w;
    weft__plans *plans;
    weft_test_alloc plan_alloc;
    world_begin(&w);
    weft_test_alloc_init(&plan_alloc);
    assert_int_equal(weft__plans_new(&plan_alloc.allocator, &plans), 0);
    uint64_t id = put_link(&w.put, 0, 0);
    for (unsigned i = 1; i + 1 < WEFT__SCHEMA_TYPES_MAX; i++)
        id = put_link(&w.put, i, id);
    add(&w, 0);
    const weft__plan *plan = NULL;
    weft_error error = { 0 };
    int status = weft__plan_make(plans, weft__remote_type(w.remote, id), &node_type, NULL, &plan, &error);
    assert_true(status == 0 || status == WEFT_EBUSY);
    assert_true(plan_alloc.peak_bytes <= PLANS_MEMORY + SPARE);
    if (status == 0) {
        static const uint8_t value[] = { 0x91, 0x91, 0x91, 0x91, 0x91, 0xc0 };
        weft_arena *arena;
        node got;
        assert_int_equal(weft_arena_new(NULL, &arena), 0);
        assert_int_equal(weft__decode(&node_type, plan, weft_bytes_of(value, sizeof value), arena, &got, NULL), 0);
        assert_non_null(got.next->next);
        assert_null(got.next->next->next);
        weft_arena_free(arena);
    }
    weft__plans_free(plans);
    weft_test_alloc_assert_empty(&plan_alloc);
    world_end(&w);
}

static void schemas_that_hold_themselves_by_value(void **state)
{
    /* Goal: a type without end, which no value can have, harms nobody: it has no layout, and a plan for it fails or is
     * one by which every value fails. */
    (void)state;
    WEFT_RULE("schema.plan");
    world w;
    weft__plans *plans;
    world_begin(&w);
    assert_int_equal(weft__plans_new(NULL, &plans), 0);
    put_field_of(&w.put, type_place, 0);
    uint64_t id = schema_put_end_recursive(&w.put);
    add(&w, 0);
    const weft_type *type = weft__remote_type(w.remote, id);
    assert_int_equal(weft__layout(NULL, type), WEFT_EINVAL);
    const weft__plan *plan = NULL;
    weft_error error = { 0 };
    if (weft__plan_make(plans, type, &node_type, NULL, &plan, &error) == 0) {
        static const uint8_t value[] = { 0x91, 0x91, 0x90 };
        weft_arena *arena;
        node got;
        assert_int_equal(weft_arena_new(NULL, &arena), 0);
        assert_int_equal(weft__decode(&node_type, plan, weft_bytes_of(value, sizeof value), arena, &got, &error), 0);
        assert_null(got.next); /* what it does not know is skipped */
        weft_arena_free(arena);
    }
    weft__plans_free(plans);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemas_that_lie_are_refused),
        cmocka_unit_test(schemas_with_too_many_fields_are_refused),
        cmocka_unit_test(schemas_nest_32_deep),
        cmocka_unit_test(schemas_of_4096_types_are_the_most),
        cmocka_unit_test(schemas_memory_has_a_limit),
        cmocka_unit_test(schemas_chain_against_a_recursive_type),
        cmocka_unit_test(schemas_that_hold_themselves_by_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
