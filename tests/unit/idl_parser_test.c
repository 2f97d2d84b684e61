/* The parser: what it keeps of good and of broken text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "idl/parser.h"

typedef struct parsed {
    weft_arena *arena;
    weft__diagnostics *diags;
    weft__idl_source source;
    weft__tree_file *file;
} parsed;

static void parse(parsed *p, const char *text)
{
    *p = (parsed){ .source = { .path = WEFT_STR("a.weft"), .text = weft_str_from(text) } };
    assert_int_equal(weft_arena_new(NULL, &p->arena), 0);
    assert_int_equal(weft__diagnostics_new(NULL, &p->diags), 0);
    assert_int_equal(weft__parse(&p->source, p->arena, p->diags, &p->file), 0);
}

static void finish(parsed *p)
{
    weft__diagnostics_free(p->diags);
    weft_arena_free(p->arena);
}

/* Goal: everything of a good file is in the tree, in its order. */
static void parser_good_file_is_whole(void **state)
{
    (void)state;
    parsed p;
    parse(&p, "/// Of the package.\npackage a.b;\nimport \"x.weft\";\noption c_prefix = \"q\";\n"
              "/// One.\n/// Two.\n@deprecated(\"x\") struct S { a: map<u8, list<T>> = {}; reserved r, s; }\n"
              "enum E { x; y(u8); z { f: u8; }; }\nservice V { m(p: tx<u8, N>,) -> u8 ! E; n(); }\n"
              "const C: i8 = -3;\ntype T = u8;\n");
    assert_false(p.file->has_syntax_errors);
    assert_string_equal(p.file->package.text.ptr, "a.b");
    assert_string_equal(p.file->doc.lines[0].ptr, "Of the package.");
    assert_int_equal(p.file->n_imports, 1);
    assert_int_equal(p.file->n_decls, 5);
    const weft__tree_decl *s = p.file->decls;
    assert_int_equal(s->lead.doc.n_lines, 2);
    assert_string_equal(s->lead.annotations->args->text.ptr, "x");
    assert_int_equal(s->fields->type->n_args, 2);
    assert_int_equal(s->fields->value->kind, WEFT__TREE_VALUE_BRACES);
    assert_string_equal(s->reserved->next->name.text.ptr, "s");
    const weft__tree_decl *e = s->next;
    assert_int_equal(e->n_members, 3);
    assert_int_equal(e->variants->next->payload, WEFT__TREE_PAYLOAD_VALUE);
    assert_int_equal(e->variants->next->next->n_fields, 1);
    const weft__tree_method *m = e->next->methods;
    assert_true(m->n_params == 1 && m->result && m->error);
    assert_true(m->next->n_params == 0 && !m->next->result && !m->next->error);
    assert_true(e->next->next->value->is_negative);
    finish(&p);
}

/* Goal: a type's place is the whole of it. */
static void parser_type_span_covers_arguments(void **state)
{
    (void)state;
    parsed p;
    parse(&p, "package a;\nstruct S {\n  a: map<u8, a.b.T>;\n}\n");
    const weft__tree_type *type = p.file->decls->fields->type;
    assert_int_equal(type->span.line, 3);
    assert_int_equal(type->span.column, 6);
    assert_int_equal(type->span.len, 14);
    assert_string_equal(type->args->next->name.text.ptr, "a.b.T");
    finish(&p);
}

/* Goal: after an error the rest of the body and of the file is in the tree. */
static void parser_error_loses_one_member(void **state)
{
    (void)state;
    parsed p;
    parse(&p, "package a;\nstruct S { a: u8; b u8; c: u8; { x; y { z; } } d: u8; }\nstruct T { a: u8; }\n");
    assert_true(p.file->has_syntax_errors);
    assert_int_equal(weft__diagnostics_n_errors(p.diags), 2);
    assert_int_equal(p.file->n_decls, 2);
    assert_int_equal(p.file->decls->n_members, 3);
    finish(&p);
}

/* Goal: a body that is never closed ends where the next declaration begins, and keeps what it had. */
static void parser_unclosed_body_ends_at_declaration(void **state)
{
    (void)state;
    parsed p;
    parse(&p, "package a;\nstruct S { a: u8;\nenum E { x; }\nservice V { m();\n");
    assert_int_equal(weft__diagnostics_count(p.diags, WEFT__DIAG_UNCLOSED), 2);
    assert_int_equal(weft__diagnostics_n_errors(p.diags), 2);
    assert_int_equal(p.file->n_decls, 3);
    assert_int_equal(p.file->decls->n_members, 1);
    finish(&p);
}

/* Goal: words of the grammar are names where a name stands. */
static void parser_words_are_names(void **state)
{
    (void)state;
    parsed p;
    parse(&p, "package struct;\nstruct enum { struct: u8; reserved: u8; const: u8; type: u8; import: u8; }\n"
              "enum service { reserved; struct { package: u8; }; option(u8); }\n"
              "service type { reserved(); service(enum: u8); }\n");
    assert_int_equal(weft__diagnostics_n_errors(p.diags), 0);
    assert_int_equal(p.file->n_decls, 3);
    finish(&p);
}

/* Goal: a missing `;` at the end of a line is one error, and costs nothing else. */
static void parser_missing_semicolon_costs_nothing(void **state)
{
    (void)state;
    parsed p;
    parse(&p, "package a\nimport \"x.weft\"\nstruct S {\n  a: u8\n  b: u8 }\nconst A: u8 = 1\n");
    assert_int_equal(weft__diagnostics_n_errors(p.diags), 5);
    assert_int_equal(p.file->n_decls, 2);
    assert_int_equal(p.file->decls->n_members, 2);
    assert_int_equal(p.file->n_imports, 1);
    finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parser_good_file_is_whole),     cmocka_unit_test(parser_type_span_covers_arguments),
        cmocka_unit_test(parser_error_loses_one_member), cmocka_unit_test(parser_unclosed_body_ends_at_declaration),
        cmocka_unit_test(parser_words_are_names),        cmocka_unit_test(parser_missing_semicolon_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
