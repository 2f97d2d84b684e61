/* The counterpart's types from bytes written by hand: references, groups, limits, and what lies about itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "runtime/schema/canonical.h"
#include "runtime/schema/remote.h"
#include "tests/support/alloc.h"
#include "tests/support/rules.h"

/* ---- declarations by hand ---- */

typedef struct world {
    weft_allocator allocator;
    weft__remote *remote;
    weft_writer declaration; /* the one that is being written */
    weft_writer types;       /* [id, declaration] without the array around */
    uint32_t n_types;
    weft_error error;
} world;

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    if (!w)
        return -1;
    w->allocator = weft__allocator_of(NULL);
    weft__writer_init(&w->declaration, &w->allocator, 64 << 20);
    weft__writer_init(&w->types, &w->allocator, 64 << 20);
    *state = w;
    return weft__remote_new(NULL, &w->remote);
}

static int teardown(void **state)
{
    world *w = *state;
    weft__remote_free(w->remote);
    weft__writer_fini(&w->declaration);
    weft__writer_fini(&w->types);
    free(w);
    return 0;
}

static weft_bytes written(const weft_writer *writer)
{
    assert_int_equal(writer->status, 0);
    return weft_bytes_of(writer->buf.data, writer->buf.len);
}

/* The declaration that was written joins the message, with this id. */
static void put_with_id(world *w, uint64_t id)
{
    weft__write_array(&w->types, 2);
    weft__write_u64(&w->types, id);
    weft__write_bin(&w->types, written(&w->declaration));
    weft_writer_clear(&w->declaration);
    w->n_types++;
}

/* The same, not recursive: its id is that of its bytes. */
static uint64_t put(world *w)
{
    uint64_t id = weft__hash64(written(&w->declaration));
    put_with_id(w, id);
    return id;
}

/* Sends what was put. */
static int add(world *w)
{
    weft_writer message;
    weft__writer_init(&message, &w->allocator, 64 << 20);
    weft__write_array(&message, w->n_types);
    weft__write_raw(&message, written(&w->types));
    int status = weft__remote_add(w->remote, written(&message), &w->error);
    weft__writer_fini(&message);
    weft_writer_clear(&w->types);
    w->n_types = 0;
    return status;
}

static void assert_refused(world *w, int status, const char *text)
{
    assert_int_equal(add(w), status);
    assert_int_equal(w->error.code, status);
    assert_string_equal(w->error.text, text);
}

/* struct name { field: u8; } */
static void write_struct(world *w, const char *name, const char *field)
{
    weft__canon_struct(&w->declaration, weft_str_from(name), 1);
    weft__canon_field_begin(&w->declaration, weft_str_from(field));
    weft__canon_scalar(&w->declaration, WEFT__CANON_U8);
    weft__canon_field_end(&w->declaration, false);
}

/* struct name { to: <reference>; }, the reference by id */
static void write_holder(world *w, const char *name, uint64_t id)
{
    weft__canon_struct(&w->declaration, weft_str_from(name), 1);
    weft__canon_field_begin(&w->declaration, WEFT_STR("to"));
    weft__canon_type(&w->declaration, id);
    weft__canon_field_end(&w->declaration, false);
}

static void remote_references_forward_and_known(void **state)
{
    /* Goal: references are checked at the end of the message, and reach what earlier ones brought. */
    world *w = *state;
    WEFT_RULE("schema.send");
    write_struct(w, "t.Leaf", "x");
    uint64_t leaf_id = weft__hash64(written(&w->declaration));
    weft_bytes leaf = written(&w->declaration);
    uint8_t *kept = malloc(leaf.len);
    assert_non_null(kept);
    memcpy(kept, leaf.ptr, leaf.len);
    weft_writer_clear(&w->declaration);
    write_holder(w, "t.First", leaf_id);
    uint64_t first = put(w);
    weft__write_raw(&w->declaration, weft_bytes_of(kept, leaf.len));
    assert_true(put(w) == leaf_id);
    assert_int_equal(add(w), 0);
    assert_ptr_equal(weft__remote_type(w->remote, first)->fields[0].type, weft__remote_type(w->remote, leaf_id));
    write_holder(w, "t.Second", leaf_id);
    uint64_t second = put(w);
    assert_int_equal(add(w), 0);
    assert_ptr_equal(weft__remote_type(w->remote, second)->fields[0].type, weft__remote_type(w->remote, leaf_id));
    /* The same one twice in a message is known the second time. */
    for (int i = 0; i < 2; i++) {
        write_struct(w, "t.Twice", "x");
        put(w);
    }
    assert_int_equal(add(w), 0);
    free(kept);
}

static void remote_lies_refused_and_nothing_added(void **state)
{
    /* Goal: what is not its hash, leads nowhere, or is malformed is a violation, and of its message nothing stays. */
    world *w = *state;
    WEFT_RULE("schema.required");
    write_struct(w, "t.Good", "x");
    uint64_t good = put(w);
    write_struct(w, "t.Bad", "x");
    put_with_id(w, 17);
    assert_refused(w, WEFT_EPROTO, "an id that is not its declaration's [schema.required]");
    assert_null(weft__remote_type(w->remote, good));

    write_struct(w, "t.Good", "x");
    put(w);
    write_holder(w, "t.Holder", 99);
    put(w);
    assert_refused(w, WEFT_EPROTO, "t.Holder: a reference to an unknown type [schema.required]");
    assert_null(weft__remote_type(w->remote, good));

    static const char *const twice[] = { "y", "a", "y", "z" };
    weft__canon_struct(&w->declaration, WEFT_STR("t.Twice"), 4);
    for (int i = 0; i < 4; i++) {
        weft__canon_field_begin(&w->declaration, weft_str_from(twice[i]));
        weft__canon_scalar(&w->declaration, WEFT__CANON_U8);
        weft__canon_field_end(&w->declaration, false);
    }
    put(w);
    assert_refused(w, WEFT_EPROTO, "t.Twice: a name stands twice [schema.required]");

    weft__canon_enum(&w->declaration, WEFT_STR("t.E"), 2);
    for (uint32_t i = 0; i < 2; i++) {
        weft__canon_variant(&w->declaration, WEFT_STR("v"), i);
        weft__canon_payload_none(&w->declaration);
    }
    put(w);
    assert_refused(w, WEFT_EPROTO, "t.E: a name stands twice [schema.required]");

    weft__canon_struct(&w->declaration, weft_str_of("t.N\0l", 5), 0);
    put(w);
    assert_refused(w, WEFT_EPROTO, "a name with other characters than letters, digits, _ and . [schema.required]");
    write_struct(w, "t.Line", "x\n");
    put(w);
    assert_refused(w, WEFT_EPROTO,
                   "t.Line: a name with other characters than letters, digits, _ and . [schema.required]");

    weft__write_array(&w->types, 1);
    weft__write_u64(&w->types, 1);
    w->n_types = 1;
    assert_refused(w, WEFT_EPROTO, "malformed types [schema.required]");
    weft__write_nil(&w->declaration);
    put(w);
    assert_refused(w, WEFT_EPROTO, "a malformed declaration [schema.required]");
    assert_int_equal(weft__remote_add(w->remote, weft_bytes_of("\x90\x90", 2), NULL), WEFT_EPROTO);
    assert_int_equal(weft__remote_add(w->remote, weft_bytes_of("\x90", 1), NULL), 0);
    assert_int_equal(weft__remote_add(w->remote, weft_bytes_of("", 0), NULL), WEFT_EPROTO);
}

static void remote_later_elements_skipped(void **state)
{
    /* Goal: an entry that a later version made longer is read as far as it is known. */
    world *w = *state;
    write_struct(w, "t.S", "x");
    weft_bytes declaration = written(&w->declaration);
    weft__write_array(&w->types, 3);
    weft__write_u64(&w->types, weft__hash64(declaration));
    weft__write_bin(&w->types, declaration);
    weft__write_str(&w->types, WEFT_STR("more"));
    w->n_types = 1;
    assert_int_equal(add(w), 0);
    assert_non_null(weft__remote_type(w->remote, weft__hash64(declaration)));
}

/* struct name { to: <n lists of> [21, place]; } into declaration */
static void write_member(weft_writer *declaration, const char *name, uint32_t place)
{
    weft__canon_struct(declaration, weft_str_from(name), 1);
    weft__canon_field_begin(declaration, WEFT_STR("to"));
    weft__canon_list(declaration);
    weft__canon_place(declaration, place);
    weft__canon_field_end(declaration, false);
}

static void remote_groups_are_closed_in_themselves(void **state)
{
    /* Goal: members find each other by place; a group that never closes is a violation. */
    world *w = *state;
    weft_writer members[2], scratch;
    uint64_t ids[2];
    weft_bytes declarations[2];
    weft__writer_init(&scratch, &w->allocator, 1000);
    for (uint32_t i = 0; i < 2; i++) {
        weft__writer_init(&members[i], &w->allocator, 1000);
        write_member(&members[i], i == 0 ? "t.A" : "t.B", 1 - i);
        declarations[i] = written(&members[i]);
    }
    assert_int_equal(weft__canon_group_ids(&scratch, declarations, 2, ids), 0);
    for (int i = 0; i < 2; i++) {
        weft__write_raw(&w->declaration, declarations[i]);
        put_with_id(w, ids[i]);
    }
    assert_int_equal(add(w), 0);
    const weft_type *a = weft__remote_type(w->remote, ids[0]), *b = weft__remote_type(w->remote, ids[1]);
    assert_ptr_equal(a->fields[0].type->element, b);
    assert_ptr_equal(b->fields[0].type->element, a);
    weft__write_raw(&w->declaration, declarations[0]);
    put_with_id(w, ids[0]);
    assert_refused(w, WEFT_EPROTO, "a malformed declaration [schema.required]");
    for (int i = 0; i < 2; i++)
        weft__writer_fini(&members[i]);
    weft__writer_fini(&scratch);
}

/* struct t.S<number> { many fields } */
static void write_wide(world *w, unsigned number, uint32_t n_fields)
{
    char name[32];
    snprintf(name, sizeof name, "t.S%u", number);
    weft__canon_struct(&w->declaration, weft_str_from(name), n_fields);
    for (uint32_t i = 0; i < n_fields; i++) {
        snprintf(name, sizeof name, "f%u", (unsigned)(i * 7919u % 10007u));
        weft__canon_field_begin(&w->declaration, weft_str_from(name));
        weft__canon_scalar(&w->declaration, WEFT__CANON_STRING);
        weft__canon_field_end(&w->declaration, false);
    }
}

static void remote_limits_hold(void **state)
{
    /* Goal: 1,024 fields, 4,096 types over all messages, and the memory of the tables: beyond, busy and unchanged. */
    world *w = *state;
    WEFT_RULE("schema.required");
    write_wide(w, 0, WEFT__SCHEMA_FIELDS_MAX);
    put(w);
    assert_int_equal(add(w), 0);
    write_wide(w, 1, WEFT__SCHEMA_FIELDS_MAX + 1);
    put(w);
    assert_refused(w, WEFT_EBUSY, "a declaration beyond a limit [schema.required]");
    for (unsigned i = 1; i < WEFT__SCHEMA_TYPES_MAX; i++) {
        write_wide(w, i, 1);
        put(w);
        if (i % 1000 == 0)
            assert_int_equal(add(w), 0);
    }
    assert_int_equal(add(w), 0);
    write_wide(w, 9999, 1);
    uint64_t beyond = put(w);
    assert_refused(w, WEFT_EBUSY, "more than 4,096 types [schema.required]");
    assert_null(weft__remote_type(w->remote, beyond));
    /* One that is known is no new one. */
    write_wide(w, 1, 1);
    put(w);
    assert_int_equal(add(w), 0);
}

static void remote_memory_bounded(void **state)
{
    /* Goal: tables that are much longer than their bytes end at the bound, and what came before it stays. */
    (void)state;
    weft_test_alloc alloc;
    world *w = *state;
    weft__remote *remote;
    uint64_t ids[16];
    int status = 0;
    unsigned n_added = 0;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft__remote_new(&alloc.allocator, &remote), 0);
    weft__remote_free(w->remote);
    w->remote = remote;
    for (unsigned i = 0; i < 16 && !status; i++) {
        char name[16];
        snprintf(name, sizeof name, "t.D%u", i);
        weft__canon_struct(&w->declaration, weft_str_from(name), WEFT__SCHEMA_FIELDS_MAX);
        for (unsigned f = 0; f < WEFT__SCHEMA_FIELDS_MAX; f++) {
            snprintf(name, sizeof name, "%u", f);
            weft__canon_field_begin(&w->declaration, weft_str_from(name));
            for (unsigned depth = 1; depth < WEFT__SCHEMA_DEPTH_MAX; depth++)
                weft__canon_list(&w->declaration);
            weft__canon_scalar(&w->declaration, WEFT__CANON_U8);
            weft__canon_field_end(&w->declaration, false);
        }
        ids[i] = put(w);
        status = add(w);
        n_added += status == 0;
    }
    assert_int_equal(status, WEFT_EBUSY);
    assert_non_null(strstr(w->error.text, ": the types of the connection take too much memory [schema.required]"));
    assert_non_null(weft__remote_type(remote, ids[0]));
    assert_null(weft__remote_type(remote, ids[n_added]));
    assert_true(alloc.peak_bytes < WEFT__REMOTE_MEMORY_MAX + ((size_t)256 << 10));
    weft__remote_free(remote);
    w->remote = NULL;
    weft_test_alloc_assert_empty(&alloc);
}

/* ---- roots ---- */

static void assert_root_refused(world *w, int direction, int status, const char *text)
{
    weft_method method = { .name = "stays" }, before = method;
    weft__remote_tx tx = { NULL, 77 };
    weft_bytes root = written(&w->declaration);
    assert_int_equal(direction == 0 ? weft__remote_args(w->remote, root, &method, &w->error)
                                    : weft__remote_results(w->remote, root, &method, &tx, &w->error),
                     status);
    assert_string_equal(w->error.text, text);
    assert_memory_equal(&method, &before, sizeof method);
    assert_int_equal(tx.n, 77);
    weft_writer_clear(&w->declaration);
}

/* One parameter that is a channel. */
static void write_channel(world *w, const char *name, unsigned channel)
{
    weft__canon_param_begin(&w->declaration, weft_str_from(name));
    if (channel == WEFT_CHANNEL_TX)
        weft__write_nil(&w->declaration);
    else
        weft__canon_scalar(&w->declaration, WEFT__CANON_U8);
    weft__canon_param_end(&w->declaration, false, channel, false);
}

static void remote_roots_malformed_refused(void **state)
{
    /* Goal: roots that no compiler writes are violations and leave the method alone. */
    world *w = *state;
    weft_writer *out = &w->declaration;
    weft__canon_arguments(out, 1);
    weft__canon_param_begin(out, WEFT_STR("a"));
    weft__write_nil(out);
    weft__canon_param_end(out, false, 0, false);
    assert_root_refused(w, 0, WEFT_EPROTO, "arguments: neither a value nor a channel [schema.required]");
    weft__canon_arguments(out, 1);
    weft__canon_param_begin(out, WEFT_STR("a"));
    weft__canon_place(out, 0);
    weft__canon_param_end(out, false, 0, false);
    assert_root_refused(w, 0, WEFT_EPROTO, "arguments: a place outside the recursive group [schema.required]");
    weft__canon_arguments(out, 2);
    write_channel(w, "a", WEFT_CHANNEL_RX);
    write_channel(w, "a", WEFT_CHANNEL_TX);
    assert_root_refused(w, 0, WEFT_EPROTO, "arguments: a name stands twice [schema.required]");
    weft__canon_arguments(out, WEFT_METHOD_CHANNELS_MAX + 1);
    for (unsigned i = 0; i <= WEFT_METHOD_CHANNELS_MAX; i++)
        write_channel(w, (const char[]){ (char)('a' + i), 0 }, WEFT_CHANNEL_RX);
    assert_root_refused(w, 0, WEFT_EBUSY, "arguments: more than 16 channels [schema.required]");
    weft__canon_arguments(out, 0);
    weft__write_nil(out);
    assert_root_refused(w, 0, WEFT_EPROTO, "arguments: bytes behind a root [schema.required]");
    weft__canon_results(out);
    weft__write_nil(out);
    weft__canon_scalar(out, WEFT__CANON_U8);
    weft__canon_policy(out, 0, 0);
    assert_root_refused(w, 1, WEFT_EPROTO, "results: an error that is neither a struct nor an enum [schema.required]");
    weft__canon_results(out);
    weft__canon_type(out, 5);
    weft__write_nil(out);
    weft__canon_policy(out, 0, 0);
    assert_root_refused(w, 1, WEFT_EPROTO, "results: a reference to an unknown type [schema.required]");
    weft__canon_results(out);
    weft__write_nil(out);
    weft__write_nil(out);
    weft__canon_policy(out, 0, 2);
    for (int i = 0; i < 2; i++) {
        weft__canon_tx(out, WEFT_STR("c"));
        weft__canon_scalar(out, WEFT__CANON_U8);
    }
    assert_root_refused(w, 1, WEFT_EPROTO, "results: a name stands twice [schema.required]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(remote_references_forward_and_known, setup, teardown),
        cmocka_unit_test_setup_teardown(remote_lies_refused_and_nothing_added, setup, teardown),
        cmocka_unit_test_setup_teardown(remote_later_elements_skipped, setup, teardown),
        cmocka_unit_test_setup_teardown(remote_groups_are_closed_in_themselves, setup, teardown),
        cmocka_unit_test_setup_teardown(remote_limits_hold, setup, teardown),
        cmocka_unit_test_setup_teardown(remote_memory_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(remote_roots_malformed_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
