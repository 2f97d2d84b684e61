/* From text to model: what the checker makes of good files, and what the back ends rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "idl/names.h"
#include "tests/support/idl.h"

typedef struct loaded {
    weft__model *model;
    weft__diagnostics *diags;
} loaded;

static loaded load(const char *text)
{
    loaded l = { 0 };
    assert_int_equal(weft_test_load(weft_str_from(text), NULL, &l.model, &l.diags), 0);
    assert_int_equal(weft__diagnostics_n_warnings(l.diags), 0);
    return l;
}

static void unload(loaded *l)
{
    weft__model_free(l->model);
    weft__diagnostics_free(l->diags);
}

/* Goal: defaults and constants are values of their type, whatever they were written as. */
static void model_values_are_evaluated(void **state)
{
    (void)state;
    loaded l = load(
        "package a.b;\n"
        "const A: i64 = -5; const B: i16 = A; const C: f32 = A; const D: string = \"\\u{e9}\";\n"
        "enum E { x; y; }\n"
        "struct S { a: i8 = B; b: f64 = 3; c: bytes = \"\\xff\"; d: string = D; e: E = y; f: bool = true;\n"
        "  g: duration = \"-2ms\"; h: option<u8>; i: list<u8> = []; j: u8; k: option<u8> = none; l: f32 = 0.1; }\n");
    const weft__model_field *f = weft_test_decl(l.model, "S")->as.structure.fields;
    assert_int_equal(f[0].default_value->kind, WEFT__MODEL_VALUE_INT);
    assert_true(f[0].default_value->negative && f[0].default_value->magnitude == 5);
    assert_true(f[1].default_value->kind == WEFT__MODEL_VALUE_FLOAT && f[1].default_value->real == 3.0);
    assert_int_equal(f[2].default_value->text.len, 1);
    assert_string_equal(f[3].default_value->text.ptr, "\xc3\xa9");
    assert_true(f[4].default_value->kind == WEFT__MODEL_VALUE_VARIANT && f[4].default_value->variant == 1);
    assert_true(f[5].default_value->boolean);
    assert_true(f[6].default_value->negative && f[6].default_value->magnitude == 2000000);
    assert_true(f[7].has_default && !f[7].default_value);
    assert_int_equal(f[8].default_value->kind, WEFT__MODEL_VALUE_EMPTY);
    assert_false(f[9].has_default);
    assert_true(f[10].has_default && f[10].default_value);
    assert_true(f[11].default_value->real == (double)0.1f);
    assert_true(weft_test_decl(l.model, "C")->as.constant.value->real == -5.0);
    unload(&l);
}

/* Goal: uses of equal types have one index, aliases seen through, and elements come before what holds them. */
static void model_equal_types_have_one_index(void **state)
{
    (void)state;
    loaded l =
        load("package a; type N = u32; type L = list<N>;\n"
             "struct S { a: list<u32>; b: L; c: list<list<u32>>; d: array<u32, 2>; e: array<u32, 3>; f: list<L>; }\n");
    const weft__model_field *f = weft_test_decl(l.model, "S")->as.structure.fields;
    assert_int_equal(f[0].type->index, f[1].type->index);
    assert_int_equal(f[2].type->index, f[5].type->index);
    assert_int_not_equal(f[3].type->index, f[4].type->index);
    assert_ptr_equal(f[1].type->alias, weft_test_decl(l.model, "L"));
    assert_null(f[0].type->alias);
    for (size_t i = 0; i < l.model->n_types; i++) {
        assert_int_equal(l.model->types[i]->index, i);
        if (l.model->types[i]->element)
            assert_true(l.model->types[i]->element->index < i);
    }
    unload(&l);
}

/* Goal: layout puts what is held by value first, whatever the order of declaration; pointers ask for nothing. */
static void model_layout_has_values_first(void **state)
{
    (void)state;
    loaded l = load("package a;\n"
                    "struct Outer { middle: array<Middle, 2>; next: option<Outer>; }\n"
                    "enum Middle { inner(Inner); many { all: list<Outer>; }; }\n"
                    "struct Inner { by_name: map<string, Middle>; }\n"
                    "struct Alone { x: u8; }\n");
    static const char *const expected[] = { "Inner", "Middle", "Outer", "Alone" };
    assert_int_equal(l.model->root->n_layout, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(l.model->root->layout[i]->name.ptr, expected[i]);
    assert_true(weft_test_decl(l.model, "Outer")->is_recursive);
    assert_true(weft_test_decl(l.model, "Inner")->is_recursive);
    assert_false(weft_test_decl(l.model, "Alone")->is_recursive);
    assert_int_equal(weft_test_decl(l.model, "Outer")->cycle, weft_test_decl(l.model, "Inner")->cycle);
    assert_int_not_equal(weft_test_decl(l.model, "Outer")->cycle, weft_test_decl(l.model, "Alone")->cycle);
    unload(&l);
}

/* Goal: methods come with policy, timeout, channels, result and error. */
static void model_method_is_complete(void **state)
{
    (void)state;
    loaded l = load("package a.b;\nenum E { x; }\nservice My {\n  /// Doc.\n  @idempotent @timeout(\"2m\")\n"
                    "  get_it(a: tx<u8, 3>, b: option<rx<E>>, c: u8 = 1) -> list<E> ! E;\n  none() -> unit ! E; }\n");
    const weft__model_decl *decl = weft_test_decl(l.model, "My");
    const weft__model_method *m = decl->as.service.methods;
    assert_string_equal(m->c_name.ptr, "a_b_my_get_it");
    assert_int_equal(m->policy, WEFT__MODEL_POLICY_IDEMPOTENT);
    assert_int_equal(m->timeout_ms, 120000);
    assert_int_equal(m->n_channels, 2);
    assert_true(m->params[0].channel == WEFT__MODEL_CHANNEL_TX && m->params[0].credit == 3);
    assert_true(m->params[1].channel == WEFT__MODEL_CHANNEL_RX && m->params[1].is_optional);
    assert_int_equal(m->params[1].credit, 16);
    assert_int_equal(m->params[2].channel, WEFT__MODEL_CHANNEL_NO);
    assert_int_equal(m->result->kind, WEFT__MODEL_LIST);
    assert_ptr_equal(m->error->decl, weft_test_decl(l.model, "E"));
    assert_string_equal(m->doc.lines[0].ptr, "Doc.");
    assert_true(!m[1].result && m[1].error);
    unload(&l);
}

/* Goal: names in C: prefix, words, keywords, enumerators, @c_name. */
static void model_c_names_are_complete(void **state)
{
    (void)state;
    loaded l = load("package a.v1; option c_prefix = \"pre\";\nconst MAX: u8 = 1;\n"
                    "struct HTTPRequest { int: u8; @c_name(\"b\") a: u8; }\n"
                    "@c_name(\"hue\") enum Color { red; new(u8); put { x: u8; }; }\n");
    const weft__model_decl *request = weft_test_decl(l.model, "HTTPRequest");
    const weft__model_decl *color = weft_test_decl(l.model, "Color");
    assert_string_equal(request->c_name.ptr, "pre_http_request");
    assert_string_equal(request->full_name.ptr, "a.v1.HTTPRequest");
    assert_string_equal(request->as.structure.fields[0].c_name.ptr, "int_");
    assert_string_equal(request->as.structure.fields[0].name.ptr, "int");
    assert_string_equal(request->as.structure.fields[1].c_name.ptr, "b");
    assert_string_equal(color->c_name.ptr, "pre_hue");
    assert_string_equal(color->as.enumeration.variants[0].c_enumerator.ptr, "PRE_HUE_RED");
    assert_string_equal(color->as.enumeration.variants[1].c_name.ptr, "new_");
    assert_string_equal(color->as.enumeration.variants[2].c_fields.ptr, "pre_hue_put_fields");
    assert_string_equal(weft_test_decl(l.model, "MAX")->c_name.ptr, "PRE_MAX");
    unload(&l);
}

/* Goal: imports are resolved beside the importing file and in the import directories, each file once, leaves first. */
static void model_imports_are_read_once(void **state)
{
    (void)state;
    weft_test_file files[] = {
        { "src/a.weft",
          WEFT_STR("package a; import \"lib/b.weft\"; import \"c.weft\"; struct A { b: B; c: C; d: b.B; }") },
        { "inc/lib/b.weft", WEFT_STR("package b; import \"c.weft\"; struct B { c: c.C; }") },
        { "inc/lib/c.weft", WEFT_STR("package c; struct C { x: u8; }") },
        { "inc/c.weft", WEFT_STR("package wrong; struct Wrong { x: u8; }") },
    };
    weft_test_files all = { files, 4 };
    const char *dirs[] = { "./inc//lib/", "inc" };
    weft__idl_source_reader reader = { .read = weft_test_read_file, .ctx = &all };
    weft__idl_load_options options = { .import_dirs = dirs, .n_import_dirs = 2 };
    files[2].path = "inc/lib/c.weft";
    weft_test_file doubled = { "./inc//lib/c.weft", files[2].text };
    weft_test_file five[] = { files[0], files[1], files[2], files[3], doubled };
    all = (weft_test_files){ five, 5 };
    loaded l = { 0 };
    assert_int_equal(weft__diagnostics_new(NULL, &l.diags), 0);
    assert_int_equal(weft__idl_load(&reader, "src/a.weft", &options, &l.model, l.diags), 0);
    assert_int_equal(l.model->n_files, 3);
    assert_string_equal(l.model->files[0]->package.ptr, "c");
    assert_string_equal(l.model->files[1]->package.ptr, "b");
    assert_ptr_equal(l.model->files[2], l.model->root);
    assert_true(l.model->files[0]->is_imported && !l.model->root->is_imported);
    assert_string_equal(l.model->root->import_path.ptr, "a.weft");
    assert_string_equal(l.model->root->imports[0].path.ptr, "lib/b.weft");
    const weft__model_field *f = weft_test_decl(l.model, "A")->as.structure.fields;
    assert_int_equal(f[0].type->index, f[2].type->index);
    assert_true(f[1].type->decl->file->is_imported);
    unload(&l);
}

/* Goal: the prefix given from outside goes before the file's. */
static void model_root_prefix_wins(void **state)
{
    (void)state;
    weft_test_file file = { "a.weft", WEFT_STR("package a; option c_prefix = \"x\"; struct S {}") };
    weft_test_files files = { &file, 1 };
    weft__idl_source_reader reader = { .read = weft_test_read_file, .ctx = &files };
    weft__idl_load_options options = { .root_c_prefix = "mine" };
    loaded l = { 0 };
    assert_int_equal(weft__diagnostics_new(NULL, &l.diags), 0);
    assert_int_equal(weft__idl_load(&reader, "a.weft", &options, &l.model, l.diags), 0);
    assert_string_equal(weft_test_decl(l.model, "S")->c_name.ptr, "mine_s");
    weft__model_free(l.model);
    options.root_c_prefix = "Not Mine";
    assert_int_equal(weft__idl_load(&reader, "a.weft", &options, &l.model, l.diags), WEFT_EINVAL);
    weft__diagnostics_free(l.diags);
}

/* Goal: type texts are whole names, aliases seen through. */
static void model_type_text_is_canonical(void **state)
{
    (void)state;
    loaded l = load("package a.b; type T = map<string, array<option<S>, 3>>; struct S { t: list<T>; }\n");
    weft_str text;
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    const weft__model_type *type = weft_test_decl(l.model, "S")->as.structure.fields[0].type;
    assert_int_equal(weft__model_type_text(type, arena, &text), 0);
    assert_string_equal(text.ptr, "list<map<string, array<option<a.b.S>, 3>>>");
    weft_arena_free(arena);
    unload(&l);
}

/* Goal: words are found, their neighbours are not: the table is in order. */
static void keyword_table_is_sorted(void **state)
{
    (void)state;
    static const char *const words[] = { "EOF",      "NULL",        "alignas", "and",      "int",   "errno",
                                         "new",      "while",       "xor_eq",  "co_await", "minor", "typeof_unqual",
                                         "requires", "static_cast", "char8_t", "_" };
    for (size_t i = 0; i + 1 < sizeof words / sizeof words[0]; i++)
        assert_true(weft__model_is_c_keyword(weft_str_from(words[i])));
    assert_false(weft__model_is_c_keyword(WEFT_STR("_")));
    assert_false(weft__model_is_c_keyword(WEFT_STR("in")));
    assert_false(weft__model_is_c_keyword(WEFT_STR("intx")));
    assert_false(weft__model_is_c_keyword(WEFT_STR("")));
}

/* Goal: one edit is one: insert, delete, replace, swap; far names are far. */
static void name_distance_counts_edits(void **state)
{
    (void)state;
    assert_int_equal(weft__name_distance(WEFT_STR("string"), WEFT_STR("string"), 2), 0);
    assert_int_equal(weft__name_distance(WEFT_STR("strng"), WEFT_STR("string"), 2), 1);
    assert_int_equal(weft__name_distance(WEFT_STR("strinng"), WEFT_STR("string"), 2), 1);
    assert_int_equal(weft__name_distance(WEFT_STR("sdring"), WEFT_STR("string"), 2), 1);
    assert_int_equal(weft__name_distance(WEFT_STR("stirng"), WEFT_STR("string"), 2), 1);
    assert_int_equal(weft__name_distance(WEFT_STR("abcdef"), WEFT_STR("string"), 2), 3);
    assert_int_equal(weft__name_distance(WEFT_STR(""), WEFT_STR("abc"), 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_values_are_evaluated),    cmocka_unit_test(model_equal_types_have_one_index),
        cmocka_unit_test(model_layout_has_values_first), cmocka_unit_test(model_method_is_complete),
        cmocka_unit_test(model_c_names_are_complete),    cmocka_unit_test(model_imports_are_read_once),
        cmocka_unit_test(model_root_prefix_wins),        cmocka_unit_test(model_type_text_is_canonical),
        cmocka_unit_test(keyword_table_is_sorted),       cmocka_unit_test(name_distance_counts_edits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
