/* Names in C: that no two things of the generated code are called the same. What is generated for each kind of
   declaration is known here by its endings; names with two underscores in a row are the back end's own. */
#include "idl/lower.h"

#include "idl/text.h"

/* A name that is taken, and by what. */
typedef struct taken {
    weft__idl_span span;
    weft_str what;
} taken;

typedef struct c_scope {
    weft__lower *l;
    weft__symbols names; /* to taken */
} c_scope;

static const char *const type_endings[] = {
    "_list", "_type", "_init",    "_copy", "_equal",  "_encode",  "_decode",  "_print",     "_tx",
    "_rx",   "_send", "_on_room", "_read", "_reader", "_sync_tx", "_sync_rx", "_send_sync", "_receive_sync",
};

static const char *const service_endings[] = { "_service",   "_client", "_handler",     "_open",
                                               "_opened_fn", "_serve",  "_sync_client", "_open_sync" };

static const char *const method_endings[] = { "_args",      "_args_type",  "_args_init", "_reply", "_fn",
                                              "_call",      "_keep",       "_return",    "_fail",  "_sync",
                                              "_sync_call", "_begin_sync", "_end_sync" };

static const char *const fields_endings[] = { "_type", "_init" };

static const char *const channel_endings[] = { "_tx",     "_rx",      "_send",    "_on_room",   "_read",
                                               "_reader", "_sync_tx", "_sync_rx", "_send_sync", "_receive_sync" };

static const char *const map_endings[] = { "_pair", "_sort", "_find" };

#define N_OF(array) (sizeof(array) / sizeof(array)[0])

/* what: how a message calls the thing, without its name: "the list type of". */
static void take(c_scope *scope, weft_str name, weft__idl_span span, weft_str what, weft_str of)
{
    weft__lower *l = scope->l;
    const taken *other = weft__symbols_find(&scope->names, name);
    if (other) {
        weft__diag(l->diags, NAME_CLASH, span, "% `%` would be called `%` in C, as % already is", what, of, name,
                   other->what);
        weft__diag_note(l->diags, other->span, "which comes from here");
        weft__diag_hint(l->diags, "choose another name, or set the one in C by `@c_name(\"…\")`");
        return;
    }
    taken *mine = weft__lower_new(l, l->scratch, taken, 1);
    weft_str key = weft__text_concat(l->scratch, name);
    weft_str text = weft__text_concat(l->scratch, what, WEFT_STR(" `"), of, WEFT_STR("`"));
    if (!mine || !key.ptr || !text.ptr) {
        l->is_out_of_memory = true;
        return;
    }
    *mine = (taken){ .span = span, .what = text };
    if (weft__symbols_put(&scope->names, key, mine) < 0)
        l->is_out_of_memory = true;
}

static void take_with_ending(c_scope *scope, weft_str stem, const char *ending, weft__idl_span span, const char *what,
                             weft_str of)
{
    weft_str name = weft__text_concat(scope->l->scratch, stem, weft_str_from(ending));
    if (name.ptr)
        take(scope, name, span, weft_str_from(what), of);
    else
        scope->l->is_out_of_memory = true;
}

static void take_endings(c_scope *scope, weft_str stem, const char *const *endings, size_t n, weft__idl_span span,
                         const char *kind, weft_str of)
{
    for (size_t i = 0; i < n; i++) {
        weft_str what = weft__text_concat(scope->l->scratch, WEFT_STR("the `"), weft_str_from(endings[i]),
                                          WEFT_STR("` of "), weft_str_from(kind));
        if (!what.ptr)
            scope->l->is_out_of_memory = true;
        take_with_ending(scope, stem, endings[i], span, what.ptr ? what.ptr : "", of);
    }
}

/* ---- members ---- */

static void check_fields(weft__lower *l, const weft__model_field *fields, size_t n)
{
    c_scope scope = { .l = l, .names = { .arena = l->scratch } };
    for (size_t i = 0; i < n; i++)
        take(&scope, fields[i].c_name, fields[i].span, WEFT_STR("field"), fields[i].name);
}

/* A channel is a parameter of generated functions, beside those that these have anyway: the handler's by its name, the
 * caller's with ret_ before it, and where it is optional _or_null behind it. Other parameters are members of args. */
static void check_params(weft__lower *l, const weft__model_method *method)
{
    static const char *const own[] = { "self", "call", "args", "call_or_null" };
    c_scope args = { .l = l, .names = { .arena = l->scratch } };
    c_scope channels = { .l = l, .names = { .arena = l->scratch } };
    for (size_t i = 0; i < method->n_params; i++) {
        const weft__model_param *param = &method->params[i];
        bool is_channel = param->channel != WEFT__MODEL_CHANNEL_NO;
        take(is_channel ? &channels : &args, param->field.c_name, param->field.span, WEFT_STR("parameter"),
             param->field.name);
        if (param->is_optional)
            take_with_ending(&channels, param->field.c_name, "_or_null", param->field.span, "the `_or_null` of channel",
                             param->field.name);
        for (size_t j = 0; is_channel && j < N_OF(own); j++) {
            if (!weft_str_equal(param->field.c_name, weft_str_from(own[j])))
                continue;
            weft__diag(l->diags, NAME_CLASH, param->field.span,
                       "channel `%` is called as a parameter that the functions of `%` have anyway", param->field.name,
                       method->name);
            weft__diag_hint(l->diags, "choose another name, or set the one in C by `@c_name(\"…\")`");
        }
    }
}

/* ---- declarations ---- */

static void take_enum(c_scope *scope, const weft__model_decl *decl)
{
    take_with_ending(scope, decl->c_name, "_kind", decl->span, "the `_kind` of enum", decl->name);
    take_with_ending(scope, decl->c_upper, "_UNKNOWN", decl->span, "the unknown variant of enum", decl->name);
    c_scope members = { .l = scope->l, .names = { .arena = scope->l->scratch } };
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        weft_str make = weft__text_concat(scope->l->scratch, WEFT_STR("_make_"), variant->c_name);
        take(&members, variant->c_name, variant->span, WEFT_STR("variant"), variant->name);
        take(scope, variant->c_enumerator, variant->span, WEFT_STR("variant"), variant->name);
        take_with_ending(scope, decl->c_name, make.ptr ? make.ptr : "", variant->span, "the maker of variant",
                         variant->name);
        if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS) {
            take(scope, variant->c_fields, variant->span, WEFT_STR("the fields of variant"), variant->name);
            take_endings(scope, variant->c_fields, fields_endings, N_OF(fields_endings), variant->span,
                         "fields of variant", variant->name);
        }
        check_fields(scope->l, variant->fields, variant->n_fields);
    }
}

static void take_service(c_scope *scope, const weft__model_decl *decl)
{
    take_endings(scope, decl->c_name, service_endings, N_OF(service_endings), decl->span, "service", decl->name);
    c_scope members = { .l = scope->l, .names = { .arena = scope->l->scratch } };
    take(&members, WEFT_STR("size"), decl->span, WEFT_STR("the size of the handlers of"), decl->name);
    take(&members, WEFT_STR("closed"), decl->span, WEFT_STR("the closing handler of"), decl->name);
    for (size_t i = 0; i < decl->as.service.n_methods; i++) {
        const weft__model_method *method = &decl->as.service.methods[i];
        take(&members, method->c_member, method->span, WEFT_STR("the handler of method"), method->name);
        take(scope, method->c_name, method->span, WEFT_STR("method"), method->name);
        take_endings(scope, method->c_name, method_endings, N_OF(method_endings), method->span, "method", method->name);
        check_params(scope->l, method);
    }
}

static void take_decl(c_scope *scope, const weft__model_decl *decl)
{
    static const char *const kinds[] = { "?", "constant", "type", "struct", "enum", "service" };
    const char *kind = kinds[decl->kind];
    take(scope, decl->c_name, decl->span, weft_str_from(kind), decl->name);
    if (decl->kind == WEFT__MODEL_DECL_STRUCT || decl->kind == WEFT__MODEL_DECL_ENUM)
        take_endings(scope, decl->c_name, type_endings, N_OF(type_endings), decl->span, kind, decl->name);
    if (decl->kind == WEFT__MODEL_DECL_STRUCT)
        check_fields(scope->l, decl->as.structure.fields, decl->as.structure.n_fields);
    else if (decl->kind == WEFT__MODEL_DECL_ENUM)
        take_enum(scope, decl);
    else if (decl->kind == WEFT__MODEL_DECL_SERVICE)
        take_service(scope, decl);
}

/* ---- types that are put together: PREFIX_u32_list_list, PREFIX_str_point_map
 * -------------------------------------------- */

static weft_str join(c_scope *scope, const weft_str *pieces, size_t n)
{
    weft_str text = weft__text_join(scope->l->scratch, pieces, n);
    if (text.ptr)
        return text;
    scope->l->is_out_of_memory = true;
    return WEFT_STR("");
}

/* What stands behind the prefix; stems: of the types before this one. */
static weft_str stem_of(c_scope *scope, const weft__model_type *type, const weft_str *stems,
                        const weft__model_file *root)
{
    static const char *const scalar[] = { "?",   "bool", "u8",  "u16", "u32", "u64",   "i8",        "i16",
                                          "i32", "i64",  "f32", "f64", "str", "bytes", "timestamp", "duration" };
    weft_str element = type->element ? stems[type->element->index] : WEFT_STR("");
    char buf[WEFT__TEXT_U64_MAX];
    size_t n_prefix = root->c_prefix.len + 1;
    switch (type->kind) {
    case WEFT__MODEL_STRUCT:
    case WEFT__MODEL_ENUM:
        if (type->decl->file != root)
            return type->decl->c_name;
        return weft_str_of(type->decl->c_name.ptr + n_prefix, type->decl->c_name.len - n_prefix);
    case WEFT__MODEL_LIST: return join(scope, (weft_str[]){ element, WEFT_STR("_list") }, 2);
    case WEFT__MODEL_OPTION: return join(scope, (weft_str[]){ element, WEFT_STR("_opt") }, 2);
    case WEFT__MODEL_MAP:
        return join(scope, (weft_str[]){ stems[type->key->index], WEFT_STR("_"), element, WEFT_STR("_map") }, 4);
    case WEFT__MODEL_ARRAY:
        return join(scope,
                    (weft_str[]){ element, WEFT_STR("_"), weft__text_u64(type->n_array, buf), WEFT_STR("_array") }, 4);
    default: return weft_str_from(scalar[type->kind]);
    }
}

static bool has_name_of_its_own(const weft__model_type *type)
{
    bool is_of_composites =
        type->element && type->element->kind >= WEFT__MODEL_LIST && type->element->kind <= WEFT__MODEL_OPTION;
    return type->kind == WEFT__MODEL_MAP || type->kind == WEFT__MODEL_ARRAY ||
           ((type->kind == WEFT__MODEL_LIST || type->kind == WEFT__MODEL_OPTION) && is_of_composites);
}

/* stems: by index, to be filled. */
static void take_composites(c_scope *scope, const weft__model_file *root, weft_str *stems)
{
    weft__lower *l = scope->l;
    for (size_t i = 0; i < l->n_types; i++) {
        const weft__model_type *type = l->types[i];
        stems[i] = stem_of(scope, type, stems, root);
        if (!has_name_of_its_own(type) || type->span.source != root->source)
            continue;
        weft_str name = join(scope, (weft_str[]){ root->c_prefix, WEFT_STR("_"), stems[i] }, 3);
        weft_str text;
        if (weft__model_type_text(type, l->scratch, &text) < 0) {
            l->is_out_of_memory = true;
            return;
        }
        take(scope, name, type->span, WEFT_STR("the type"), text);
        take_with_ending(scope, name, "_type", type->span, "the `_type` of", text);
        if (type->kind == WEFT__MODEL_MAP)
            take_endings(scope, name, map_endings, N_OF(map_endings), type->span, "type", text);
    }
}

/* ---- channels: PREFIX_u32_tx ---- */

/* For items of the file's own structs and enums the names are taken with these, used or not. */
static void take_channel(c_scope *scope, const weft__model_file *root, const weft__model_param *param,
                         const weft_str *stems)
{
    const weft__model_type *type = param->field.type;
    if (param->channel == WEFT__MODEL_CHANNEL_NO || !type || (type->decl && type->decl->file == root))
        return;
    weft_str name = join(scope, (weft_str[]){ root->c_prefix, WEFT_STR("_"), stems[type->index] }, 3);
    weft_str text;
    if (weft__model_type_text(type, scope->l->scratch, &text) < 0)
        scope->l->is_out_of_memory = true;
    else
        take_endings(scope, name, channel_endings, N_OF(channel_endings), type->span, "channels of", text);
}

static void take_channels(c_scope *scope, const weft__unit *root, const weft_str *stems)
{
    bool *is_taken = weft__lower_new(scope->l, scope->l->scratch, bool, scope->l->n_types);
    for (size_t i = 0; is_taken && i < root->n_entries; i++) {
        const weft__model_decl *decl = root->entries[i].decl;
        for (size_t j = 0; decl->kind == WEFT__MODEL_DECL_SERVICE && j < decl->as.service.n_methods; j++) {
            const weft__model_method *method = &decl->as.service.methods[j];
            for (size_t k = 0; k < method->n_params; k++) {
                const weft__model_type *type = method->params[k].field.type;
                if (type && !is_taken[type->index])
                    take_channel(scope, root->file, &method->params[k], stems);
                if (type && method->params[k].channel != WEFT__MODEL_CHANNEL_NO)
                    is_taken[type->index] = true;
            }
        }
    }
}

void weft__check_c_names(weft__lower *l)
{
    c_scope scope = { .l = l, .names = { .arena = l->scratch } };
    const weft__unit *root = l->units[l->n_units - 1];
    for (size_t i = 0; i < l->n_units; i++) {
        const weft__unit *unit = l->units[i];
        weft__idl_span span = unit->tree->package.span;
        take_with_ending(&scope, unit->file->c_prefix_upper, "_API", span, "the export macro of package",
                         unit->file->package);
        for (size_t j = 0; j < unit->n_entries; j++)
            take_decl(&scope, unit->entries[j].decl);
    }
    weft_str *stems = weft__lower_new(l, l->scratch, weft_str, l->n_types);
    if (!stems)
        return;
    take_composites(&scope, root->file, stems);
    take_channels(&scope, root, stems);
}
