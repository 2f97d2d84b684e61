/* From names to what they mean: built-in types, declarations of the file and of its imports. */
#include "idl/lower.h"

/* Guesses cost a look at every name: for so many errors they are worth it. */
#define GUESSES_MAX 100u

static const struct {
    const char *name;
    weft__model_type_kind kind;
} builtins[] = {
    { "bool", WEFT__MODEL_BOOL },         { "u8", WEFT__MODEL_U8 },
    { "u16", WEFT__MODEL_U16 },           { "u32", WEFT__MODEL_U32 },
    { "u64", WEFT__MODEL_U64 },           { "i8", WEFT__MODEL_I8 },
    { "i16", WEFT__MODEL_I16 },           { "i32", WEFT__MODEL_I32 },
    { "i64", WEFT__MODEL_I64 },           { "f32", WEFT__MODEL_F32 },
    { "f64", WEFT__MODEL_F64 },           { "string", WEFT__MODEL_STRING },
    { "bytes", WEFT__MODEL_BYTES },       { "timestamp", WEFT__MODEL_TIMESTAMP },
    { "duration", WEFT__MODEL_DURATION },
};

static const char *const generics[] = { "list", "map", "array", "option", "tx", "rx", "unit" };

/* What other languages call them. */
static const struct {
    const char *name;
    const char *meant;
} foreign[] = {
    { "int", "i32" },      { "uint", "u32" },       { "int8", "i8" },         { "int16", "i16" },
    { "int32", "i32" },    { "int64", "i64" },      { "uint8", "u8" },        { "uint16", "u16" },
    { "uint32", "u32" },   { "uint64", "u64" },     { "long", "i64" },        { "short", "i16" },
    { "byte", "u8" },      { "char", "u8" },        { "float", "f32" },       { "double", "f64" },
    { "boolean", "bool" }, { "str", "string" },     { "String", "string" },   { "text", "string" },
    { "blob", "bytes" },   { "binary", "bytes" },   { "void", "unit" },       { "vector", "list" },
    { "Vec", "list" },     { "repeated", "list" },  { "optional", "option" }, { "Option", "option" },
    { "dict", "map" },     { "time", "timestamp" }, { "stream", "tx" },
};

weft__model_type_kind weft__builtin_kind(weft_str name)
{
    for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++)
        if (weft_str_equal(name, weft_str_from(builtins[i].name)))
            return builtins[i].kind;
    return 0;
}

const char *weft__builtin_hint(weft_str name)
{
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (weft_str_equal(name, weft_str_from(foreign[i].name)))
            return foreign[i].meant;
    return NULL;
}

static bool is_of_use(const weft__entry *entry, weft__name_use use)
{
    return (entry->decl->kind == WEFT__MODEL_DECL_CONST) == (use == WEFT__USE_CONST);
}

static void hint_at_name(weft__lower *l, const weft__unit *unit, weft_str name, weft__name_use use)
{
    const char *meant = use == WEFT__USE_TYPE ? weft__builtin_hint(name) : NULL;
    if (meant) {
        weft__diag_hint(l->diags, "did you mean `%`?", weft_str_from(meant));
        return;
    }
    if (weft__diagnostics_n_errors(l->diags) > GUESSES_MAX)
        return;
    weft__name_guess guess;
    weft__name_guess_begin(&guess, name);
    for (size_t i = 0; use == WEFT__USE_TYPE && i < sizeof builtins / sizeof builtins[0]; i++)
        weft__name_guess_try(&guess, weft_str_from(builtins[i].name));
    for (size_t i = 0; use == WEFT__USE_TYPE && i < sizeof generics / sizeof generics[0]; i++)
        weft__name_guess_try(&guess, weft_str_from(generics[i]));
    for (size_t i = 0; i < unit->n_entries; i++)
        if (is_of_use(&unit->entries[i], use))
            weft__name_guess_try(&guess, unit->entries[i].decl->name);
    for (size_t j = 0; j < unit->n_imports; j++)
        for (size_t i = 0; i < unit->imports[j].unit->n_entries; i++)
            if (is_of_use(&unit->imports[j].unit->entries[i], use))
                weft__name_guess_try(&guess, unit->imports[j].unit->entries[i].decl->name);
    if (guess.best.len)
        weft__diag_hint(l->diags, "did you mean `%`?", guess.best);
}

static void report_unknown(weft__lower *l, const weft__unit *unit, weft_str name, weft__idl_span span,
                           weft__name_use use)
{
    if (unit->is_incomplete)
        return;
    if (use == WEFT__USE_TYPE)
        weft__diag(l->diags, TYPE_UNKNOWN, span, "there is no type `%`", name);
    else
        weft__diag(l->diags, CONST_UNKNOWN, span, "there is no constant `%`", name);
    hint_at_name(l, unit, name, use);
}

/* package.Name, of this file's package or of an imported one's. */
static weft__entry *find_qualified(weft__unit *unit, weft_str package, weft_str name)
{
    if (weft_str_equal(package, unit->file->package))
        return weft__symbols_find(&unit->names, name);
    for (size_t i = 0; i < unit->n_imports; i++) {
        if (!weft_str_equal(package, unit->imports[i].unit->file->package))
            continue;
        unit->imports[i].is_used = true;
        return weft__symbols_find(&unit->imports[i].unit->names, name);
    }
    return NULL;
}

static weft__entry *find_imported(weft__lower *l, weft__unit *unit, weft_str name, weft__idl_span span)
{
    weft__entry *found = NULL;
    for (size_t i = 0; i < unit->n_imports; i++) {
        weft__entry *entry = weft__symbols_find(&unit->imports[i].unit->names, name);
        if (!entry)
            continue;
        unit->imports[i].is_used = true;
        if (found) {
            weft__diag(l->diags, TYPE_AMBIGUOUS, span, "`%` is declared in more than one imported file", name);
            weft__diag_note(l->diags, found->tree->name.span, "one is here");
            weft__diag_note(l->diags, entry->tree->name.span, "another is here");
            weft__diag_hint(l->diags, "write it with its package: `%`", entry->decl->full_name);
            return entry;
        }
        found = entry;
    }
    return found;
}

weft__entry *weft__resolve(weft__lower *l, weft__unit *unit, weft_str name, weft__idl_span span, weft__name_use use)
{
    size_t dot = name.len;
    while (dot > 0 && name.ptr[dot - 1] != '.')
        dot--;
    weft__entry *entry;
    if (dot > 0) {
        entry = find_qualified(unit, weft_str_of(name.ptr, dot - 1), weft_str_of(name.ptr + dot, name.len - dot));
    } else {
        entry = weft__symbols_find(&unit->names, name);
        if (!entry)
            entry = find_imported(l, unit, name, span);
    }
    if (!entry) {
        report_unknown(l, unit, name, span, use);
        return NULL;
    }
    if (use == WEFT__USE_TYPE && !is_of_use(entry, use)) {
        weft__diag(l->diags, TYPE_KIND, span, "`%` is a constant, not a type", name);
    } else if (use == WEFT__USE_TYPE && entry->decl->kind == WEFT__MODEL_DECL_SERVICE) {
        weft__diag(l->diags, TYPE_KIND, span, "`%` is a service, not a type", name);
    } else if (!is_of_use(entry, use)) {
        weft__diag(l->diags, CONST_UNKNOWN, span, "`%` is not a constant", name);
    } else {
        return entry;
    }
    weft__diag_note(l->diags, entry->tree->name.span, "it is declared here");
    return NULL;
}
