/* The parser: a file from its package to its end. */
#include "idl/parser_internal.h"

typedef struct file_parser {
    weft__parser p;
    weft__tree_file *file;
    const weft__tree_import **imports_end;
    const weft__tree_option **options_end;
    const weft__tree_decl **decls_end;
    weft__idl_span last_decl; /* of the word that it begins with; without source: none yet */
} file_parser;

static void refuse_lead(weft__parser *p, const weft__tree_lead *lead, const char *what, bool has_doc)
{
    if (lead->annotations) {
        p->has_errors = true;
        weft__diag(p->diags, SYNTAX, lead->annotations->name.span, "no annotation may stand before %",
                   weft_str_from(what));
    }
    if (!has_doc && lead->doc.n_lines) {
        weft__idl_span span = p->doc_span;
        weft__diag(p->diags, DOC_LOST, span, "this doc comment documents nothing");
        weft__diag_hint(p->diags, "write `//` for a comment that is not for users of the generated code");
    }
}

static bool parse_package(file_parser *f, const weft__tree_lead *lead)
{
    weft__parser *p = &f->p;
    weft__idl_span span = weft__parser_here(p);
    refuse_lead(p, lead, "`package`", true);
    weft__parser_advance(p);
    weft__tree_name name;
    if (!weft__parse_dotted(p, "the name of the package", &name))
        return false;
    if (f->file->package.span.source || f->last_decl.source) {
        p->has_errors = true;
        weft__diag(p->diags, ORDER, span, "`package` stands once, at the beginning of a file");
    } else {
        f->file->package = name;
        f->file->doc = lead->doc;
    }
    return weft__parser_expect_end(p, "the package");
}

static void check_order(file_parser *f, weft__idl_span span, const char *what)
{
    if (!f->last_decl.source)
        return;
    weft__diag(f->p.diags, ORDER, span, "`%` must stand before all declarations", weft_str_from(what));
    weft__diag_note(f->p.diags, f->last_decl, "the first declaration is here");
}

static bool parse_import(file_parser *f, const weft__tree_lead *lead)
{
    weft__parser *p = &f->p;
    refuse_lead(p, lead, "`import`", false);
    check_order(f, weft__parser_here(p), "import");
    weft__parser_advance(p);
    weft__tree_import *import = weft__parser_new(p, weft__tree_import);
    weft__tree_value *value;
    if (!import)
        return false;
    if (!weft__parser_is(p, WEFT__TOKEN_STRING)) {
        weft__parser_error(p, "the path of a file, as a string");
        return false;
    }
    if (!weft__parse_value(p, &value))
        return false;
    if (!value->is_bad) {
        import->path = value->text;
        import->span = value->span;
        if (f->file->n_imports == WEFT__TREE_MEMBERS_MAX) {
            p->has_errors = true;
            weft__diag(p->diags, TOO_MANY, import->span, "more than 1,024 imports in one file");
        }
        if (f->file->n_imports < WEFT__TREE_MEMBERS_MAX) {
            *f->imports_end = import;
            f->imports_end = &import->next;
        }
        f->file->n_imports += f->file->n_imports < WEFT__TREE_MEMBERS_MAX;
    }
    return weft__parser_expect_end(p, "the import");
}

static bool parse_option(file_parser *f, const weft__tree_lead *lead)
{
    weft__parser *p = &f->p;
    refuse_lead(p, lead, "`option`", false);
    check_order(f, weft__parser_here(p), "option");
    weft__parser_advance(p);
    weft__tree_option *option = weft__parser_new(p, weft__tree_option);
    weft__tree_value *value;
    if (!option || !weft__parse_name(p, "the name of an option", &option->name) ||
        !weft__parser_expect(p, WEFT__TOKEN_EQUALS, "`=` and a value") || !weft__parse_value(p, &value))
        return false;
    option->value = value;
    *f->options_end = option;
    f->options_end = &option->next;
    return weft__parser_expect_end(p, "the option");
}

static bool parse_declaration(file_parser *f, const weft__tree_lead *lead)
{
    weft__idl_span span = weft__parser_here(&f->p);
    weft__tree_decl *decl = NULL;
    bool is_good = weft__parse_decl(&f->p, lead, &decl);
    f->file->has_lost_decls |= !decl;
    if (!decl)
        return is_good;
    if (!f->last_decl.source)
        f->last_decl = span;
    if (f->file->n_decls == WEFT__TREE_DECLS_MAX) {
        f->p.has_errors = true;
        weft__diag(f->p.diags, TOO_MANY, span, "more than 16,384 declarations in one file");
        weft__lexer *lexer = &f->p.lexer;
        lexer->pos = (uint32_t)lexer->source->text.len;
    } else {
        *f->decls_end = decl;
        f->decls_end = &decl->next;
        f->file->n_decls++;
    }
    return is_good;
}

static bool parse_item(file_parser *f)
{
    weft__parser *p = &f->p;
    weft__tree_lead lead;
    if (!weft__parse_lead(p, &lead))
        return false;
    bool is_package = weft__parser_is_word(p, "package");
    if (!is_package && !f->file->package.span.source && !p->has_errors) {
        p->has_errors = true;
        weft__diag(p->diags, PACKAGE_MISSING, weft__parser_here(p), "a file begins with its package");
        weft__diag_hint(p->diags, "write, for example, `package kv.v1;`");
    }
    if (is_package)
        return parse_package(f, &lead);
    if (weft__parser_is_word(p, "import"))
        return parse_import(f, &lead);
    if (weft__parser_is_word(p, "option"))
        return parse_option(f, &lead);
    return parse_declaration(f, &lead);
}

/* After an error outside of bodies: to where a declaration seems to begin. */
static void recover_item(weft__parser *p)
{
    p->has_errors = true;
    while (!weft__parser_is(p, WEFT__TOKEN_END) && !weft__parser_is_at_decl(p)) {
        p->doc.n_lines = 0;
        weft__parser_advance(p);
    }
}

int weft__parse(const weft__idl_source *source, weft_arena *arena, weft__diagnostics *diags, weft__tree_file **ret_file)
{
    file_parser f = { .p = { .arena = arena, .diags = diags } };
    f.file = weft__parser_new(&f.p, weft__tree_file);
    if (!f.file)
        return WEFT_ENOMEM;
    f.file->source = source;
    f.imports_end = &f.file->imports;
    f.options_end = &f.file->options;
    f.decls_end = &f.file->decls;
    size_t n_before = weft__diagnostics_n_errors(diags);
    weft__lexer_init(&f.p.lexer, source, diags);
    weft__parser_advance(&f.p);
    while (!weft__parser_is(&f.p, WEFT__TOKEN_END) && !f.p.is_out_of_memory) {
        uint32_t before = f.p.token.offset;
        if (!parse_item(&f))
            recover_item(&f.p);
        if (f.p.token.offset == before && !weft__parser_is(&f.p, WEFT__TOKEN_END))
            weft__parser_advance(&f.p);
    }
    weft__parser_lose_doc(&f.p);
    if (!f.file->package.span.source && !f.p.has_errors) {
        weft__diag(diags, PACKAGE_MISSING, weft__parser_here(&f.p), "a file begins with its package");
        weft__diag_hint(diags, "write, for example, `package kv.v1;`");
    }
    f.file->has_syntax_errors = f.p.has_errors || weft__diagnostics_n_errors(diags) > n_before;
    if (f.p.is_out_of_memory)
        return WEFT_ENOMEM;
    *ret_file = f.file;
    return 0;
}
