/* The patterns of schemas: what a counterpart declares, and the plans that it makes this side build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "runtime/schema/layout.h"
#include "runtime/schema/plan.h"
#include "runtime/schema/remote.h"
#include "tests/linear/linear.h"
#include "tests/support/schema_put.h"

/* One pattern at a time. */
static schema_put put, other_put;
static weft__remote *remote, *other_remote; /* the other one: types of the reader */
static weft__plans *plans;
static const weft_type *from, *to;

static void begin(void)
{
    schema_put_init(&put);
    schema_put_init(&other_put);
    assert_int_equal(weft__remote_new(NULL, &remote), 0);
    assert_int_equal(weft__remote_new(NULL, &other_remote), 0);
    assert_int_equal(weft__plans_new(NULL, &plans), 0);
}

static void end(void)
{
    weft__plans_free(plans);
    weft__remote_free(remote);
    weft__remote_free(other_remote);
    schema_put_fini(&put);
    schema_put_fini(&other_put);
}

static void add_types(weft__remote *to_remote, schema_put *types)
{
    assert_int_equal(weft__remote_add(to_remote, schema_put_types(types), NULL), 0);
}

static void run_add(linear *l)
{
    (void)l;
    add_types(remote, &put);
    end();
}

static void run_plan(linear *l)
{
    const weft__plan *plan;
    weft_error error;
    (void)l;
    assert_int_equal(weft__plan_make(plans, from, to, NULL, &plan, &error), 0);
    end();
}

/* The types of both puts, of which those of the reader get a layout. */
static void know(uint64_t from_id, uint64_t to_id)
{
    add_types(remote, &put);
    add_types(other_remote, &other_put);
    from = weft__remote_type(remote, from_id);
    to = weft__remote_type(other_remote, to_id);
    assert_int_equal(weft__layout(NULL, to), 0);
}

/* ---- many types ---- */

/* Each refers to the one before it. */
static uint64_t put_chain(schema_put *types, size_t n, const char *prefix, unsigned scalar)
{
    uint64_t id = 0;
    for (size_t i = 0; i < n; i++) {
        char name[32];
        weft_writer *w = schema_put_begin(types);
        int len = snprintf(name, sizeof name, "%s%zu", prefix, i);
        weft__canon_struct(w, weft_str_of(name, (size_t)len), 2);
        schema_put_field(w, WEFT_STR("a"), scalar, false);
        weft__canon_field_begin(w, WEFT_STR("next"));
        weft__canon_option(w);
        if (id)
            weft__canon_type(w, id);
        else
            weft__canon_scalar(w, WEFT__CANON_BOOL);
        weft__canon_field_end(w, true);
        id = schema_put_end(types);
    }
    return id;
}

static void prepare_types(linear *l)
{
    begin();
    put_chain(&put, l->n, "A", WEFT__CANON_U8);
}

static void prepare_types_known(linear *l)
{
    prepare_types(l);
    add_types(remote, &put);
}

static void run_messages(linear *l)
{
    for (size_t i = 0; i < l->n; i++) {
        schema_put_clear(&put);
        char name[32];
        weft_writer *w = schema_put_begin(&put);
        int len = snprintf(name, sizeof name, "M%zu", i);
        weft__canon_struct(w, weft_str_of(name, (size_t)len), 0);
        schema_put_end(&put);
        add_types(remote, &put);
    }
    end();
}

static void prepare_messages(linear *l)
{
    (void)l;
    begin();
}

/* One recursive group of all: each refers to the next, the last to the first. */
static void prepare_group(linear *l)
{
    weft_arena *arena;
    begin();
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    weft_bytes *declarations = weft_arena_alloc_array(arena, l->n, sizeof *declarations, 8);
    uint64_t *ids = weft_arena_alloc_array(arena, l->n, sizeof *ids, 8);
    for (size_t i = 0; i < l->n; i++) {
        char name[32];
        weft_writer *w = schema_put_begin(&put);
        int len = snprintf(name, sizeof name, "G%zu", i);
        weft__canon_struct(w, weft_str_of(name, (size_t)len), 1);
        weft__canon_field_begin(w, WEFT_STR("next"));
        weft__canon_list(w);
        weft__canon_place(w, (uint32_t)((i + 1) % l->n));
        weft__canon_field_end(w, false);
        weft_bytes bytes = weft_writer_bytes(w);
        uint8_t *copy = weft_arena_alloc(arena, bytes.len, 1);
        memcpy(copy, bytes.ptr, bytes.len);
        declarations[i] = weft_bytes_of(copy, bytes.len);
    }
    schema_put_group(&put, declarations, (uint32_t)l->n, ids);
    weft_arena_free(arena);
}

/* ---- many fields ---- */

/* Fields in the order of their numbers, or the other way round. */
static uint64_t put_wide(schema_put *types, size_t n, bool backwards)
{
    weft_writer *w = schema_put_begin(types);
    weft__canon_struct(w, backwards ? WEFT_STR("B") : WEFT_STR("A"), n);
    for (size_t i = 0; i < n; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "field_%zu", backwards ? n - 1 - i : i);
        schema_put_field(w, weft_str_of(name, (size_t)len), WEFT__CANON_U8, false);
    }
    return schema_put_end(types);
}

static uint64_t put_variants(schema_put *types, size_t n, bool backwards)
{
    weft_writer *w = schema_put_begin(types);
    weft__canon_enum(w, backwards ? WEFT_STR("B") : WEFT_STR("A"), n);
    for (size_t i = 0; i < n; i++) {
        char name[32];
        int len = snprintf(name, sizeof name, "variant_%zu", backwards ? n - 1 - i : i);
        weft__canon_variant(w, weft_str_of(name, (size_t)len), (uint32_t)i);
        weft__canon_payload_none(w);
    }
    return schema_put_end(types);
}

static void prepare_wide(linear *l)
{
    begin();
    put_wide(&put, l->n, false);
}

static void prepare_wide_plan(linear *l)
{
    begin();
    uint64_t to_id = put_wide(&other_put, l->n, true);
    know(put_wide(&put, l->n, false), to_id);
}

static void prepare_variants_plan(linear *l)
{
    begin();
    uint64_t to_id = put_variants(&other_put, l->n, true);
    know(put_variants(&put, l->n, false), to_id);
}

/* ---- many pairs ---- */

static void prepare_chain_plan(linear *l)
{
    begin();
    uint64_t to_id = put_chain(&other_put, l->n, "B", WEFT__CANON_U16);
    know(put_chain(&put, l->n, "A", WEFT__CANON_U8), to_id);
}

/* Every type of the sender's is read as the reader's one, which refers to itself. */
static void prepare_recursive_plan(linear *l)
{
    begin();
    weft_writer *w = schema_put_begin(&other_put);
    weft__canon_struct(w, WEFT_STR("Node"), 1);
    weft__canon_field_begin(w, WEFT_STR("next"));
    weft__canon_option(w);
    weft__canon_place(w, 0);
    weft__canon_field_end(w, true);
    uint64_t to_id = schema_put_end_recursive(&other_put);
    uint64_t id = 0;
    for (size_t i = 0; i < l->n; i++) {
        char name[32];
        w = schema_put_begin(&put);
        int len = snprintf(name, sizeof name, "R%zu", i);
        weft__canon_struct(w, weft_str_of(name, (size_t)len), id ? 1 : 0);
        if (id) {
            weft__canon_field_begin(w, WEFT_STR("next"));
            weft__canon_option(w);
            weft__canon_type(w, id);
            weft__canon_field_end(w, true);
        }
        id = schema_put_end(&put);
    }
    know(id, to_id);
}

/* Sizes of which four times as much is within the limits. */
const linear_pattern linear_schema_patterns[] = {
    { "types of a schema", 1000, prepare_types, run_add, NULL },
    { "types of a schema, known already", 1000, prepare_types_known, run_add, NULL },
    { "schemas of one type", 1000, prepare_messages, run_messages, NULL },
    { "a recursive group of types", 1000, prepare_group, run_add, NULL },
    { "fields of a type, sorted", 250, prepare_wide, run_add, NULL },
    { "a plan of many fields, sorted", 250, prepare_wide_plan, run_plan, NULL },
    { "a plan of many variants, sorted", 250, prepare_variants_plan, run_plan, NULL },
    { "a plan of many types", 500, prepare_chain_plan, run_plan, NULL },
    { "a plan of many types for a recursive one", 500, prepare_recursive_plan, run_plan, NULL },
    { NULL, 0, NULL, NULL, NULL },
};
