/* From a path to a model: the order of the checker's steps. */
#include "idl/lower.h"

#include "idl/text.h"
#include "runtime/base/mem.h"

void *weft__lower_alloc(weft__lower *l, weft_arena *arena, size_t n, size_t size)
{
    void *memory = weft_arena_alloc_array(arena, n, size, 16);
    if (memory)
        memset(memory, 0, n * size);
    else
        l->is_out_of_memory = true;
    return memory;
}

weft_str weft__lower_copy(weft__lower *l, weft_str text)
{
    return weft__lower_join(l, &text, 1);
}

weft_str weft__lower_join(weft__lower *l, const weft_str *pieces, size_t n)
{
    weft_str text = weft__text_join(l->arena, pieces, n);
    if (text.ptr)
        return text;
    l->is_out_of_memory = true;
    return WEFT_STR("");
}

weft__model_doc weft__lower_doc(weft__lower *l, const weft__tree_doc *doc)
{
    weft_str *lines = weft__lower_new(l, l->arena, weft_str, doc->n_lines);
    if (!lines)
        return (weft__model_doc){ 0 };
    for (size_t i = 0; i < doc->n_lines; i++)
        lines[i] = weft__lower_copy(l, doc->lines[i]);
    return (weft__model_doc){ .lines = lines, .n_lines = doc->n_lines };
}

static void report_clashes(weft__lower *l)
{
    for (size_t i = 0; i < l->n_units; i++) {
        for (size_t j = 0; j < i; j++) {
            const weft__unit *unit = l->units[i];
            const weft__unit *other = l->units[j];
            weft__idl_span span = unit->tree->package.span;
            if (!span.source || !other->tree->package.span.source)
                continue;
            if (weft_str_equal(unit->file->package, other->file->package)) {
                weft__diag(l->diags, PACKAGE_CLASH, span, "package `%` is declared by another file, too",
                           unit->file->package);
                weft__diag_note(l->diags, other->tree->package.span, "which is here");
            } else if (!l->options->parts_of && weft_str_equal(unit->file->c_prefix, other->file->c_prefix)) {
                weft__diag(l->diags, PREFIX_CLASH, span, "the prefix `%` of names in C is that of package `%`, too",
                           unit->file->c_prefix, other->file->package);
                weft__diag_note(l->diags, other->tree->package.span, "which is declared here");
                weft__diag_hint(l->diags, "choose another one by `option c_prefix = \"…\";`");
            }
        }
    }
}

static void report_unused(weft__lower *l, const weft__unit *unit)
{
    for (size_t i = 0; i < unit->n_imports; i++)
        if (unit->imports[i].unit && !unit->imports[i].is_used)
            weft__diag(l->diags, IMPORT_UNUSED, unit->imports[i].tree->span, "nothing of `%` is used here",
                       unit->imports[i].tree->path);
}

static void report_pending_defaults(weft__lower *l)
{
    for (const weft__pending_default *p = l->pending_defaults; p; p = p->next) {
        const weft__model_decl *decl = p->decl;
        for (size_t i = 0; i < decl->as.structure.n_fields; i++) {
            const weft__model_field *field = &decl->as.structure.fields[i];
            if (field->has_default)
                continue;
            weft__diag(l->diags, VALUE_TYPE, p->span, "`{}` is no value of `%`, whose field `%` has no default",
                       decl->name, field->name);
            weft__diag_note(l->diags, field->span, "the field is here");
            break;
        }
    }
}

static void check(weft__lower *l)
{
    for (size_t i = 0; i < l->n_units; i++)
        weft__lower_declare(l, l->units[i]);
    for (size_t i = 0; i < l->n_units; i++)
        for (size_t j = 0; j < l->units[i]->n_entries; j++)
            weft__lower_decl(l, &l->units[i]->entries[j]);
    if (l->is_out_of_memory)
        return;
    report_clashes(l);
    report_pending_defaults(l);
    if (weft__diagnostics_n_errors(l->diags) == 0) {
        weft__check_cycles(l);
        for (size_t i = 0; i < l->n_units && weft__diagnostics_n_errors(l->diags) == 0; i++)
            weft__check_sizes(l, l->units[i]);
    }
    if (weft__diagnostics_n_errors(l->diags) == 0 && !l->is_out_of_memory && !l->options->parts_of)
        weft__check_c_names(l);
    for (size_t i = 0; i < l->n_units; i++)
        if (!l->units[i]->is_incomplete)
            report_unused(l, l->units[i]);
}

static weft__model *make_model(weft__lower *l)
{
    weft__model *model = weft__lower_new(l, l->arena, weft__model, 1);
    const weft__model_file **files = weft__lower_new(l, l->arena, const weft__model_file *, l->n_units);
    const weft__idl_source **sources = weft__lower_new(l, l->arena, const weft__idl_source *, l->n_read);
    if (!model || !files || !sources)
        return NULL;
    for (size_t i = 0; i < l->n_units; i++) {
        l->units[i]->file->is_imported = i + 1 < l->n_units;
        files[i] = l->units[i]->file;
    }
    for (size_t i = 0; i < l->n_read; i++)
        sources[i] = l->sources[i];
    *model = (weft__model){ .root = files[l->n_units - 1],
                            .files = files,
                            .n_files = l->n_units,
                            .types = l->types,
                            .n_types = l->n_types,
                            .sources = sources,
                            .n_sources = l->n_read,
                            .arena = l->arena };
    return model;
}

static int load(weft__lower *l, const char *path, weft__model **ret_model)
{
    size_t n_errors = weft__diagnostics_n_errors(l->diags);
    int status = weft__lower_read(l, path);
    if (status < 0)
        return status;
    if (l->n_units > 0)
        check(l);
    if (l->is_out_of_memory || weft__diagnostics_status(l->diags) < 0)
        return WEFT_ENOMEM;
    if (weft__diagnostics_n_errors(l->diags) > n_errors)
        return WEFT_EINVAL;
    weft__model *model = make_model(l);
    if (!model)
        return WEFT_ENOMEM;
    *ret_model = model;
    return 0;
}

int weft__idl_load(const weft__idl_source_reader *io, const char *path, const weft__idl_load_options *options,
                   weft__model **ret_model, weft__diagnostics *diags)
{
    static const weft__idl_load_options none;
    weft__lower l = { .io = io, .options = options ? options : &none, .diags = diags };
    int status = weft_arena_new(l.options->allocator, &l.arena);
    if (status < 0)
        return status;
    status = weft_arena_new(l.options->allocator, &l.scratch);
    if (status == 0)
        status = load(&l, path, ret_model);
    weft_arena_free(l.scratch);
    if (status < 0)
        weft_arena_free(l.arena);
    return status;
}

void weft__model_free(weft__model *model_or_null)
{
    if (model_or_null)
        weft_arena_free(model_or_null->arena);
}
