/* Ids of a model's declarations: what is part of them and what is not. That their bytes are right is tests/vectors'
 * matter. */
#include "idl/diagnostics.h"
#include "idl/schema.h"
#include "runtime/schema/canonical.h"
#include "tests/support/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* A definition that was loaded from text. */
typedef struct loaded {
    weft__model *model;
    const weft__idl_schema *schema;
} loaded;

static int text_read(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    (void)path;
    *ret_text = weft_arena_copy_str(arena, weft_str_from(ctx));
    return ret_text->ptr ? 0 : WEFT_ENOMEM;
}

static int text_write(void *user, const char *text, size_t len)
{
    (void)user;
    print_message("%.*s", (int)len, text);
    return 0;
}

static int load(const char *body, loaded *ret_loaded, weft_error *error)
{
    char text[8192];
    weft__diagnostics *diags;
    weft__idl_load_options options = { .method_id = weft__idl_method_id };
    snprintf(text, sizeof text, "package t.v1;\n%s", body);
    weft__idl_source_reader io = { .read = text_read, .ctx = text };
    assert_int_equal(weft__diagnostics_new(NULL, &diags), 0);
    int err = weft__idl_load(&io, "t.weft", &options, &ret_loaded->model, diags);
    if (err)
        (void)weft__diagnostics_print(diags, WEFT__DIAG_TEXT, text_write, NULL);
    assert_int_equal(err, 0);
    weft__diagnostics_free(diags);
    return weft__idl_schema_make(ret_loaded->model, &ret_loaded->schema, error);
}

static const weft__model_decl *decl_named(const loaded *l, const char *name)
{
    const weft__model_file *file = l->model->root;
    for (size_t i = 0; i < file->n_decls; i++)
        if (weft_str_equal(file->decls[i]->name, weft_str_from(name)))
            return file->decls[i];
    fail_msg("no declaration %s", name);
    return NULL;
}

static uint64_t id_in(const char *body, const char *name)
{
    loaded l;
    weft_error error;
    assert_int_equal(load(body, &l, &error), 0);
    const weft__model_decl *decl = decl_named(&l, name);
    uint64_t id = decl->kind == WEFT__MODEL_DECL_SERVICE ? weft__idl_schema_service_of(l.schema, decl)->id
                                                         : weft__idl_schema_type_of(l.schema, decl)->id;
    weft__model_free(l.model);
    return id;
}

static void type_id_local_annotations_same(void **state)
{
    /* Goal: comments, older names, secrecy, default values, aliases and closedness are no part of an id. */
    (void)state;
    WEFT_RULE("schema.type-id");
    assert_true(id_in("struct S { a: u64; b: string = \"x\"; c: option<u8>; }", "S") ==
                id_in("type Id = u64; /// A comment.\n"
                      "@deprecated(\"old\") struct S { @was(\"z\") a: Id; @sensitive b: string = \"\"; "
                      "@c_name(\"d\") c: option<u8> = none; }",
                      "S"));
    assert_true(id_in("enum E { a; b(u8); }", "E") == id_in("@closed enum E { @was(\"x\") a; b(u8); }", "E"));
}

static void type_id_declaration_changes_other(void **state)
{
    /* Goal: names, order, types, whether there is a default, and payloads are part of an id, at any depth. */
    (void)state;
    static const char *const bodies[] = {
        "struct S { a: u64; b: u32; }",
        "struct S { b: u32; a: u64; }",
        "struct S { a: u64; c: u32; }",
        "struct S { a: u64; b: u64; }",
        "struct S { a: u64; b: u32 = 0; }",
        "struct S { a: u64; b: option<u32>; }",
        "struct S { a: u64; }",
        "struct S { a: u64; b: u32; } struct T {} ",
        "enum S { a; b; }",
        "enum S { b; a; }",
        "enum S { a; b(u32); }",
        "enum S { a; b { x: u32; }; }",
        "enum S { a; b { y: u32; }; }",
        "struct S { t: T; } struct T { a: u8; }",
        "struct S { t: T; } struct T { a: u16; }",
    };
    enum { N = sizeof bodies / sizeof *bodies, SAME_AS_FIRST = 7 };
    uint64_t ids[N];
    for (size_t i = 0; i < N; i++)
        ids[i] = id_in(bodies[i], "S");
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < i; k++)
            assert_true((ids[i] == ids[k]) == (i == SAME_AS_FIRST && k == 0));
}

static void type_id_recursive_order_of_source_same(void **state)
{
    /* Goal: in what order the members of a recursive group are declared changes nothing; where one stands in it does.
     */
    (void)state;
    const char *ab = "struct A { b: option<B>; c: list<C>; } enum B { c(C); none; } struct C { a: option<A>; }";
    const char *ba = "struct C { a: option<A>; } enum B { c(C); none; } struct A { b: option<B>; c: list<C>; }";
    assert_true(id_in(ab, "A") == id_in(ba, "A"));
    assert_true(id_in(ab, "B") == id_in(ba, "B"));
    assert_true(id_in(ab, "C") == id_in(ba, "C"));
    assert_true(id_in(ab, "A") != id_in(ab, "C"));
    /* A change in one member is a change of all. */
    const char *other = "struct A { b: option<B>; c: list<C>; } enum B { c(C); nothing; } struct C { a: option<A>; }";
    assert_true(id_in(ab, "A") != id_in(other, "A"));
    assert_true(id_in(ab, "C") != id_in(other, "C"));
}

static void service_id_order_of_methods_same(void **state)
{
    /* Goal: moving a method in the file changes no id; its parameters, result, error and policy do. */
    (void)state;
    WEFT_RULE("schema.service-id");
    uint64_t id = id_in("enum E { x; } service S { a(p: u8) -> u8; b(); }", "S");
    assert_true(id == id_in("enum E { x; } service S { b(); @timeout(\"1s\") a(@was(\"o\") p: u8) -> u8; }", "S"));
    assert_true(id != id_in("enum E { x; } service S { a(p: u8) -> u8; c(); }", "S"));
    assert_true(id != id_in("enum E { x; } service S { a(q: u8) -> u8; b(); }", "S"));
    assert_true(id != id_in("enum E { x; } service S { a(p: u8 = 0) -> u8; b(); }", "S"));
    assert_true(id != id_in("enum E { x; } service S { a(p: u8) -> u16; b(); }", "S"));
    assert_true(id != id_in("enum E { x; } service S { a(p: u8) -> u8 ! E; b(); }", "S"));
    assert_true(id != id_in("enum E { x; } service S { @idempotent a(p: u8) -> u8; b(); }", "S"));
    assert_true(id_in("service S { a(c: tx<u8, 4>); }", "S") == id_in("service S { a(c: tx<u8, 8>); }", "S"));
    assert_true(id_in("service S { a(c: tx<u8, 4>); }", "S") != id_in("service S { a(c: rx<u8, 4>); }", "S"));
    assert_true(id_in("service S { a(c: tx<u8, 4>); }", "S") != id_in("service S { a(c: option<tx<u8, 4>>); }", "S"));
    assert_true(id_in("service S { a(c: tx<u8, 4>); }", "S") != id_in("service S { a(c: tx<u16, 4>); }", "S"));
}

static void types_any_order_children_first(void **state)
{
    /* Goal: what a type refers to stands before it, and groups stand together and can be told apart by their bytes. */
    (void)state;
    loaded l;
    weft_error error;
    assert_int_equal(load("struct Top { a: A; m: Mid; } struct Mid { leaf: list<Leaf>; }"
                          "struct A { b: option<B>; leaf: Leaf; } struct B { c: C; } struct C { a: list<A>; }"
                          "struct Leaf { x: u8; }",
                          &l, &error),
                     0);
    assert_int_equal(l.schema->n_types, 6);
    weft_bytes declarations[6];
    for (size_t i = 0; i < 6; i++)
        declarations[i] = l.schema->types[i].declaration;
    assert_ptr_equal(l.schema->types[5].decl, decl_named(&l, "Top"));
    for (uint32_t i = 0, n; i < 6; i += n) {
        bool is_recursive;
        assert_int_equal(weft__canon_group(declarations + i, 6 - i, &n, &is_recursive), 0);
        assert_int_equal(n, is_recursive ? 3 : 1);
        for (uint32_t k = 0; k < n; k++) {
            assert_int_equal(l.schema->types[i + k].n_group, is_recursive ? 3 : 0);
            assert_int_equal(l.schema->types[i + k].place, k);
        }
    }
    weft__model_free(l.model);
}

static void schema_deepest_type_is_made(void **state)
{
    /* Goal: the deepest type that the language lets through is none that a counterpart would refuse. */
    (void)state;
    loaded l;
    weft_error error;
    char body[1024];
    size_t len = (size_t)snprintf(body, sizeof body, "struct S { deep: ");
    for (int i = 0; i < WEFT__SCHEMA_DEPTH_MAX - 1; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "list<");
    len += (size_t)snprintf(body + len, sizeof body - len, "u8");
    for (int i = 0; i < WEFT__SCHEMA_DEPTH_MAX - 1; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, ">");
    snprintf(body + len, sizeof body - len, "; }");
    assert_int_equal(load(body, &l, &error), 0);
    weft__model_free(l.model);
}

static void schema_long_chain_made(void **state)
{
    /* Goal: a chain of thousands of references needs no stack. */
    (void)state;
    loaded l;
    weft_error error;
    enum { N = 16000 };
    char *text = malloc(N * 48 + 64);
    size_t len = (size_t)snprintf(text, 64, "package t.v1;\nstruct S0 {}\n");
    for (int i = 1; i < N; i++)
        len += (size_t)snprintf(text + len, 48, "struct S%d { a: list<S%d>; }\n", N - i, N - i - 1);
    weft__diagnostics *diags;
    weft__idl_source_reader io = { .read = text_read, .ctx = text };
    assert_int_equal(weft__diagnostics_new(NULL, &diags), 0);
    assert_int_equal(weft__idl_load(&io, "t.weft", NULL, &l.model, diags), 0);
    assert_int_equal(weft__idl_schema_make(l.model, &l.schema, &error), 0);
    assert_int_equal(l.schema->n_types, N);
    assert_true(weft_str_equal(l.schema->types[0].decl->name, WEFT_STR("S0")));
    assert_true(weft_str_equal(l.schema->types[N - 1].decl->name, WEFT_STR("S15999")));
    weft__model_free(l.model);
    weft__diagnostics_free(diags);
    free(text);
}

/* The names of a method's types in a direction, each followed by a blank. */
static void assert_types(const loaded *l, size_t method, unsigned direction, const char *expected)
{
    const weft__idl_schema_method *m = &l->schema->services[0].methods[method];
    char names[256] = "";
    size_t len = 0;
    for (size_t i = 0; i < m->n_types[direction]; i++)
        len += (size_t)snprintf(names + len, sizeof names - len, "%s ", m->types[direction][i]->decl->name.ptr);
    assert_string_equal(names, expected);
}

/* [schema.send] What a Schema of each direction carries: all that the root leads to and nothing else. */
static void method_types_by_direction_children_first(void **state)
{
    (void)state;
    loaded l;
    weft_error error;
    assert_int_equal(load("struct Outer { inner: list<Inner>; } struct Inner { leaf: Leaf; } struct Leaf { x: u8; }\n"
                          "struct Loop { next: option<Knot>; } struct Knot { back: list<Loop>; leaf: Leaf; }\n"
                          "enum Bad { worse { why: Leaf; }; } struct Unused { x: u8; }\n"
                          "service S { f(a: Outer, b: map<u8, Inner>) -> u8; g(in: rx<Inner, 2>, out: tx<Loop, 2>);\n"
                          "  h() -> list<Leaf> ! Bad; }",
                          &l, &error),
                     0);
    assert_types(&l, 0, 0, "Leaf Inner Outer ");
    assert_types(&l, 0, 1, "");
    assert_types(&l, 1, 0, "Leaf Inner ");
    const weft__idl_schema_method *g = &l.schema->services[0].methods[1];
    assert_int_equal(g->n_types[1], 3);
    assert_string_equal(g->types[1][0]->decl->name.ptr, "Leaf");
    assert_int_equal(g->types[1][1]->place, 0);
    assert_int_equal(g->types[1][2]->place, 1);
    assert_types(&l, 2, 0, "");
    assert_types(&l, 2, 1, "Leaf Bad ");
    weft__model_free(l.model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(type_id_local_annotations_same),
        cmocka_unit_test(type_id_declaration_changes_other),
        cmocka_unit_test(type_id_recursive_order_of_source_same),
        cmocka_unit_test(service_id_order_of_methods_same),
        cmocka_unit_test(types_any_order_children_first),
        cmocka_unit_test(method_types_by_direction_children_first),
        cmocka_unit_test(schema_deepest_type_is_made),
        cmocka_unit_test(schema_long_chain_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
