/* Declaring the names of a file: package, options, declarations; and scopes of members. */
#include "idl/lower.h"

static const struct {
    weft__tree_decl_kind tree;
    weft__model_decl_kind model;
    weft__name_form form;
    const char *text;
} kinds[] = {
    { WEFT__TREE_CONST, WEFT__MODEL_DECL_CONST, WEFT__NAME_UPPER_SNAKE, "a constant" },
    { WEFT__TREE_ALIAS, WEFT__MODEL_DECL_ALIAS, WEFT__NAME_CAMEL, "a type" },
    { WEFT__TREE_STRUCT, WEFT__MODEL_DECL_STRUCT, WEFT__NAME_CAMEL, "a struct" },
    { WEFT__TREE_ENUM, WEFT__MODEL_DECL_ENUM, WEFT__NAME_CAMEL, "an enum" },
    { WEFT__TREE_SERVICE, WEFT__MODEL_DECL_SERVICE, WEFT__NAME_CAMEL, "a service" },
};

bool weft__lower_check_name(weft__lower *l, const weft__tree_name *name, weft__name_form form, const char *what)
{
    if (name->text.len > WEFT__NAME_MAX) {
        weft__diag(l->diags, NAME_LENGTH, name->span, "a name has at most 128 characters");
        return false;
    }
    if (weft__name_has_form(name->text, form))
        return true;
    weft__diag(l->diags, NAME_CASE, name->span, "`%` is no name of %: such names are %", name->text,
               weft_str_from(what), weft_str_from(weft__name_form_text(form)));
    weft_str better = weft__name_to(l->scratch, name->text, form);
    if (!better.ptr)
        l->is_out_of_memory = true;
    else if (weft__name_has_form(better, form))
        weft__diag_hint(l->diags, "write `%`", better);
    return false;
}

/* ---- scopes ---- */

void weft__scope_begin(weft__lower *l, weft__scope *scope, const weft__tree_reserved *reserved)
{
    *scope = (weft__scope){ .names = { .arena = l->scratch }, .reserved = reserved };
    for (const weft__tree_reserved *r = reserved; r; r = r->next)
        weft__lower_check_name(l, &r->name, WEFT__NAME_SNAKE, "a member");
}

static void scope_put(weft__lower *l, weft__symbols *symbols, const weft__tree_name *name)
{
    if (weft__symbols_put(symbols, name->text, (void *)name) < 0)
        l->is_out_of_memory = true;
}

void weft__scope_add(weft__lower *l, weft__scope *scope, const weft__tree_name *name, const char *what)
{
    weft__lower_check_name(l, name, WEFT__NAME_SNAKE, what);
    const weft__tree_name *other = weft__symbols_find(&scope->names, name->text);
    if (other) {
        weft__diag(l->diags, NAME_TWICE, name->span, "`%` stands here twice", name->text);
        weft__diag_note(l->diags, other->span, "the first one is here");
        return;
    }
    scope_put(l, &scope->names, name);
    for (const weft__tree_reserved *r = scope->reserved; r; r = r->next) {
        if (!weft_str_equal(r->name.text, name->text))
            continue;
        weft__diag(l->diags, NAME_RESERVED, name->span, "`%` is reserved, so that it does not come back", name->text);
        weft__diag_note(l->diags, r->name.span, "it is reserved here");
        return;
    }
}

void weft__scope_check_was(weft__lower *l, weft__scope *scope, const weft__tree_lead *lead)
{
    for (const weft__tree_annotation *a = lead->annotations; a; a = a->next) {
        if (!weft_str_equal(a->name.text, WEFT_STR("was")) || a->n_args != 1 ||
            a->args->kind != WEFT__TREE_VALUE_STRING)
            continue;
        const weft__tree_name *other = weft__symbols_find(&scope->names, a->args->text);
        if (other) {
            weft__diag(l->diags, WAS_CLASH, a->args->span, "`%` is the name of something else here", a->args->text);
            weft__diag_note(l->diags, other->span, "which is this");
            continue;
        }
        weft__tree_name *name = weft__lower_new(l, l->scratch, weft__tree_name, 1);
        if (!name)
            return;
        *name = (weft__tree_name){ .text = a->args->text, .span = a->args->span };
        scope_put(l, &scope->names, name);
    }
}

/* ---- files ---- */

/* Each piece between dots in lower_snake, 255 bytes in all. */
static void declare_package(weft__lower *l, weft__unit *unit)
{
    const weft__tree_name *package = &unit->tree->package;
    unit->file->package = weft__lower_copy(l, package->span.source ? package->text : WEFT_STR("?"));
    unit->file->doc = weft__lower_doc(l, &unit->tree->doc);
    if (!package->span.source)
        return;
    if (package->text.len > (size_t)2 * WEFT__NAME_MAX)
        weft__diag(l->diags, NAME_LENGTH, package->span, "the name of a package has at most 256 characters");
    size_t start = 0;
    for (size_t i = 0; i <= package->text.len; i++) {
        if (i < package->text.len && package->text.ptr[i] != '.')
            continue;
        weft__tree_name piece = { .text = weft_str_of(package->text.ptr + start, i - start), .span = package->span };
        if (!weft__name_has_form(piece.text, WEFT__NAME_SNAKE)) {
            weft__diag(l->diags, NAME_CASE, package->span, "`%` is no name of a package: its pieces are lower_snake",
                       package->text);
            return;
        }
        start = i + 1;
    }
}

static void set_prefix(weft__lower *l, weft__unit *unit, weft_str prefix)
{
    weft_str copy = weft__lower_copy(l, prefix);
    char *text = (char *)copy.ptr;
    for (size_t i = 0; i < copy.len; i++)
        text[i] = copy.ptr[i] == '.' ? '_' : copy.ptr[i];
    unit->file->c_prefix = copy;
    weft_str upper = weft__lower_copy(l, copy);
    text = (char *)upper.ptr;
    for (size_t i = 0; i < upper.len; i++)
        if (text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 'a' + 'A');
    unit->file->c_prefix_upper = upper;
}

static bool is_prefix(weft_str text)
{
    return weft__name_has_form(text, WEFT__NAME_SNAKE) && text.len <= WEFT__NAME_MAX &&
           !weft_str_equal(text, WEFT_STR("weft"));
}

static void declare_options(weft__lower *l, weft__unit *unit)
{
    const weft__tree_option *prefix = NULL;
    for (const weft__tree_option *o = unit->tree->options; o; o = o->next) {
        if (!weft_str_equal(o->name.text, WEFT_STR("c_prefix"))) {
            weft__diag(l->diags, OPTION, o->name.span, "there is no option `%`", o->name.text);
            weft__diag_hint(l->diags, "the only option is `c_prefix`");
        } else if (prefix) {
            weft__diag(l->diags, OPTION, o->name.span, "`c_prefix` is set twice");
            weft__diag_note(l->diags, prefix->name.span, "the first time is here");
        } else {
            prefix = o;
        }
    }
    set_prefix(l, unit, unit->file->package);
    const char *given = unit == l->units[l->n_units - 1] ? l->options->root_c_prefix : NULL;
    if (given) {
        if (is_prefix(weft_str_from(given)))
            set_prefix(l, unit, weft_str_from(given));
        else
            weft__diag(l->diags, OPTION, (weft__idl_span){ .source = unit->source },
                       "`%` is no prefix of names in C: it is in lower_snake, not \"weft\"", weft_str_from(given));
        return;
    }
    if (!prefix || prefix->value->is_bad)
        return;
    weft_str text = prefix->value->text;
    if (prefix->value->kind != WEFT__TREE_VALUE_STRING || !is_prefix(text)) {
        weft__diag(l->diags, OPTION, prefix->value->span,
                   "the prefix of names in C is a string in lower_snake, not \"weft\"");
        return;
    }
    set_prefix(l, unit, text);
}

static void declare_c_names(weft__lower *l, weft__entry *entry, weft_str name, weft_str c_name)
{
    weft__model_decl *decl = entry->decl;
    const weft__model_file *file = entry->unit->file;
    weft_str upper = c_name.len ? weft__name_to(l->scratch, c_name, WEFT__NAME_UPPER_SNAKE)
                                : weft__name_to(l->scratch, name, WEFT__NAME_UPPER_SNAKE);
    weft_str lower = c_name.len ? c_name : weft__name_to(l->scratch, name, WEFT__NAME_SNAKE);
    if (!upper.ptr || !lower.ptr) {
        l->is_out_of_memory = true;
        return;
    }
    decl->c_upper = weft__lower_concat(l, file->c_prefix_upper, WEFT_STR("_"), upper);
    if (decl->kind == WEFT__MODEL_DECL_CONST)
        decl->c_name = decl->c_upper;
    else
        decl->c_name = weft__lower_concat(l, file->c_prefix, WEFT_STR("_"), lower);
}

static unsigned place_of(weft__model_decl_kind kind)
{
    static const unsigned places[] = {
        0, WEFT__AT_CONST, WEFT__AT_ALIAS, WEFT__AT_STRUCT, WEFT__AT_ENUM, WEFT__AT_SERVICE
    };
    return places[kind];
}

static void declare_one(weft__lower *l, weft__unit *unit, const weft__tree_decl *tree, weft__entry *entry,
                        weft__model_decl *decl, uint32_t counts[6])
{
    size_t kind = 0;
    while (kinds[kind].tree != tree->kind)
        kind++;
    weft__lower_check_name(l, &tree->name, kinds[kind].form, kinds[kind].text);
    weft__annotations annotations;
    weft__lower_annotations(l, &tree->lead, place_of(kinds[kind].model), &annotations);
    *decl = (weft__model_decl){
        .kind = kinds[kind].model,
        .index = counts[kinds[kind].model]++,
        .name = weft__lower_copy(l, tree->name.text),
        .full_name = weft__lower_concat(l, unit->file->package, WEFT_STR("."), tree->name.text),
        .file = unit->file,
        .doc = weft__lower_doc(l, &tree->lead.doc),
        .is_deprecated = annotations.is_deprecated,
        .deprecated = annotations.deprecated,
        .span = tree->name.span,
    };
    if (decl->kind == WEFT__MODEL_DECL_ENUM)
        decl->as.enumeration.is_closed = annotations.is_closed;
    *entry = (weft__entry){ .tree = tree, .decl = decl, .unit = unit };
    declare_c_names(l, entry, tree->name.text, annotations.c_name);
    const weft__entry *other = weft__symbols_find(&unit->names, tree->name.text);
    if (other) {
        weft__diag(l->diags, NAME_TWICE, tree->name.span, "`%` is declared twice", tree->name.text);
        weft__diag_note(l->diags, other->tree->name.span, "the first one is here");
    } else if (weft__symbols_put(&unit->names, tree->name.text, entry) < 0) {
        l->is_out_of_memory = true;
    }
}

void weft__lower_declare(weft__lower *l, weft__unit *unit)
{
    declare_package(l, unit);
    declare_options(l, unit);
    size_t n = unit->tree->n_decls;
    unit->entries = weft__lower_new(l, l->scratch, weft__entry, n);
    weft__model_decl *decls = weft__lower_new(l, l->arena, weft__model_decl, n);
    const weft__model_decl **in_order = weft__lower_new(l, l->arena, const weft__model_decl *, n);
    if (!unit->entries || !decls || !in_order)
        return;
    uint32_t counts[6] = { 0 };
    size_t i = 0;
    for (const weft__tree_decl *tree = unit->tree->decls; tree; tree = tree->next, i++) {
        declare_one(l, unit, tree, &unit->entries[i], &decls[i], counts);
        in_order[i] = &decls[i];
    }
    unit->n_entries = n;
    unit->file->decls = in_order;
    unit->file->n_decls = n;
}
