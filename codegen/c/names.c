/* C names of types: see names.h. */
#include "codegen/c/names.h"

#include <stdarg.h>

/* By kind, from BOOL to DURATION. */
static const struct {
    const char *stem;
    const char *name;
} scalars[] = {
    [WEFT__MODEL_BOOL] = { "bool", "bool" },
    [WEFT__MODEL_U8] = { "u8", "uint8_t" },
    [WEFT__MODEL_U16] = { "u16", "uint16_t" },
    [WEFT__MODEL_U32] = { "u32", "uint32_t" },
    [WEFT__MODEL_U64] = { "u64", "uint64_t" },
    [WEFT__MODEL_I8] = { "i8", "int8_t" },
    [WEFT__MODEL_I16] = { "i16", "int16_t" },
    [WEFT__MODEL_I32] = { "i32", "int32_t" },
    [WEFT__MODEL_I64] = { "i64", "int64_t" },
    [WEFT__MODEL_F32] = { "f32", "float" },
    [WEFT__MODEL_F64] = { "f64", "double" },
    [WEFT__MODEL_STRING] = { "str", "weft_str" },
    [WEFT__MODEL_BYTES] = { "bytes", "weft_bytes" },
    [WEFT__MODEL_TIMESTAMP] = { "timestamp", "weft_timestamp" },
    [WEFT__MODEL_DURATION] = { "duration", "weft_duration" },
};

const char *weft__c_text(weft__c_unit *unit, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = weft__text_vf(unit->arena, format, args);
    va_end(args);
    if (!text && unit->out.rc == 0)
        unit->out.rc = WEFT_ENOMEM;
    return text ? text : "";
}

const char **weft__c_texts(weft__c_unit *unit, size_t n)
{
    const char **texts = weft_arena_array(unit->arena, const char *, n);
    if (!texts && unit->out.rc == 0)
        unit->out.rc = WEFT_ENOMEM;
    return texts;
}

const char *weft__c_expand(weft__c_unit *unit, const char *pattern, const char *name)
{
    const char *text = "";
    for (;;) {
        size_t len = strcspn(pattern, "@");
        text = weft__c_text(unit, "%s%.*s", text, (int)len, pattern);
        if (pattern[len] == '\0')
            return text;
        text = weft__c_text(unit, "%s%s", text, name);
        pattern += len + 1;
    }
}

bool weft__c_is_decl(const weft__model_type *type)
{
    return type->kind == WEFT__MODEL_STRUCT || type->kind == WEFT__MODEL_ENUM;
}

bool weft__c_is_scalar(const weft__model_type *type)
{
    return type->kind <= WEFT__MODEL_DURATION;
}

bool weft__c_is_composite(const weft__model_type *type)
{
    return !weft__c_is_scalar(type) && !weft__c_is_decl(type);
}

bool weft__c_is_indirect(const weft__model_type *type)
{
    return type->kind == WEFT__MODEL_OPTION && weft__c_is_decl(type->element);
}

/* ---- names of the kinds ---- */

static void name_decl(weft__c_unit *unit, weft__c_type *ret, const weft__model_decl *decl)
{
    const char *name = decl->c_name.ptr;
    size_t prefix_len = unit->file->c_prefix.len;
    bool is_own = decl->file == unit->file && decl->c_name.len > prefix_len + 1 && name[prefix_len] == '_' &&
                  memcmp(name, unit->file->c_prefix.ptr, prefix_len) == 0;
    ret->stem = is_own ? name + prefix_len + 1 : name;
    ret->base = name;
    ret->table = weft__c_text(unit, "%s_type", name);
}

static void name_list(weft__c_unit *unit, weft__c_type *ret, const weft__model_type *type)
{
    const weft__c_type *element = weft__c_type_of(unit, type->element);
    ret->stem = weft__c_text(unit, "%s_list", element->stem);
    ret->is_made = weft__c_is_composite(type->element);
    if (weft__c_is_scalar(type->element))
        ret->base = weft__c_text(unit, "weft_%s_list", element->stem);
    else if (weft__c_is_decl(type->element))
        ret->base = weft__c_text(unit, "%s_list", element->name);
}

static void name_option(weft__c_unit *unit, weft__c_type *ret, const weft__model_type *type)
{
    const weft__c_type *element = weft__c_type_of(unit, type->element);
    ret->stem = weft__c_text(unit, "%s_opt", element->stem);
    ret->is_made = weft__c_is_composite(type->element);
    if (weft__c_is_scalar(type->element))
        ret->base = weft__c_text(unit, "weft_opt_%s", element->stem);
    else if (weft__c_is_decl(type->element))
        ret->base = weft__c_text(unit, "const %s *", element->name);
}

static void name_array(weft__c_unit *unit, weft__c_type *ret, const weft__model_type *type)
{
    const weft__c_type *element = weft__c_type_of(unit, type->element);
    ret->stem = weft__c_text(unit, "%s_%u_array", element->stem, (unsigned)type->n_array);
    ret->base = element->base;
    ret->dims = weft__c_text(unit, "[%u]%s", (unsigned)type->n_array, element->dims);
    ret->name = weft__c_text(unit, "%s_%s", unit->file->c_prefix.ptr, ret->stem);
}

static void name_type(weft__c_unit *unit, const weft__model_type *type)
{
    weft__c_type *ret = weft__c_type_of(unit, type);
    ret->dims = "";
    if (weft__c_is_scalar(type)) {
        ret->stem = scalars[type->kind].stem;
        ret->base = scalars[type->kind].name;
        ret->table = weft__c_text(unit, "weft_type_%s", ret->stem);
    } else if (weft__c_is_decl(type)) {
        name_decl(unit, ret, type->decl);
    } else if (type->kind == WEFT__MODEL_LIST) {
        name_list(unit, ret, type);
    } else if (type->kind == WEFT__MODEL_OPTION) {
        name_option(unit, ret, type);
    } else if (type->kind == WEFT__MODEL_MAP) {
        ret->stem = weft__c_text(unit, "%s_%s_map", weft__c_type_of(unit, type->key)->stem,
                                 weft__c_type_of(unit, type->element)->stem);
        ret->is_made = true;
    } else {
        name_array(unit, ret, type);
    }
    if (!ret->base)
        ret->base = weft__c_text(unit, "%s_%s", unit->file->c_prefix.ptr, ret->stem);
    if (!ret->name)
        ret->name = ret->base;
    if (!ret->table)
        ret->table = weft__c_text(unit, "%s_%s_type", unit->file->c_prefix.ptr, ret->stem);
}

/* ---- which are used ---- */

/* With all that it is made of, down to structs and enums. */
static void use_type(weft__c_unit *unit, const weft__model_type *type, bool needs_table)
{
    weft__c_type *c = weft__c_type_of(unit, type);
    /* A map's functions work by its table. */
    needs_table |= type->kind == WEFT__MODEL_MAP;
    if (c->is_used && (c->is_tabled || !needs_table))
        return;
    c->is_used = true;
    c->is_tabled |= needs_table && weft__c_is_composite(type);
    if (type->key)
        use_type(unit, type->key, needs_table);
    if (!type->element)
        return;
    use_type(unit, type->element, needs_table);
    bool is_pointed_at = type->kind == WEFT__MODEL_LIST || type->kind == WEFT__MODEL_MAP;
    if (is_pointed_at && type->element->kind == WEFT__MODEL_ARRAY)
        weft__c_type_of(unit, type->element)->has_wrapper = true;
}

static void use_fields(weft__c_unit *unit, const weft__model_field *fields, size_t n_fields)
{
    for (size_t i = 0; i < n_fields; i++)
        use_type(unit, fields[i].type, true);
}

static void use_variants(weft__c_unit *unit, const weft__model_decl *decl)
{
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        if (variant->type)
            use_type(unit, variant->type, true);
        use_fields(unit, variant->fields, variant->n_fields);
    }
}

static void use_methods(weft__c_unit *unit, const weft__model_decl *decl)
{
    for (size_t i = 0; i < decl->as.service.n_methods; i++) {
        const weft__model_method *method = &decl->as.service.methods[i];
        for (size_t k = 0; k < method->n_params; k++) {
            weft__c_type *c = weft__c_type_of(unit, method->params[k].field.type);
            use_type(unit, method->params[k].field.type, true);
            if (method->params[k].channel != WEFT__MODEL_CHANNEL_NO && !c->channel)
                c->channel = weft__c_text(unit, "%s_%s", unit->file->c_prefix.ptr, c->stem);
        }
        if (method->result)
            use_type(unit, method->result, true);
        if (method->error)
            use_type(unit, method->error, true);
    }
}

int weft__c_name_types(weft__c_unit *unit)
{
    unit->types = weft_arena_array(unit->arena, weft__c_type, unit->model->n_types);
    if (!unit->types)
        return WEFT_ENOMEM;
    memset(unit->types, 0, unit->model->n_types * sizeof *unit->types);
    for (size_t i = 0; i < unit->model->n_types; i++)
        name_type(unit, unit->model->types[i]);
    for (size_t i = 0; i < unit->file->n_decls; i++) {
        const weft__model_decl *decl = unit->file->decls[i];
        switch (decl->kind) {
        case WEFT__MODEL_DECL_CONST: break;
        case WEFT__MODEL_DECL_ALIAS: use_type(unit, decl->as.alias.type, false); break;
        case WEFT__MODEL_DECL_STRUCT: use_fields(unit, decl->as.structure.fields, decl->as.structure.n_fields); break;
        case WEFT__MODEL_DECL_ENUM: use_variants(unit, decl); break;
        case WEFT__MODEL_DECL_SERVICE: use_methods(unit, decl); break;
        }
    }
    return unit->out.rc;
}

/* ---- declarators ---- */

static const char *blank_behind(const char *type)
{
    size_t len = strlen(type);
    return len > 0 && type[len - 1] == '*' ? "" : " ";
}

const char *weft__c_member(weft__c_unit *unit, const weft__model_type *type, const char *name)
{
    const weft__c_type *c = weft__c_type_of(unit, type);
    return weft__c_text(unit, "%s%s%s%s", c->base, blank_behind(c->base), name, c->dims);
}

const char *weft__c_element_pointer(weft__c_unit *unit, const weft__model_type *type, const char *name)
{
    const char *element = weft__c_type_of(unit, type)->name;
    if (weft__c_is_indirect(type))
        return weft__c_text(unit, "%sconst *%s", element, name);
    return weft__c_text(unit, "const %s *%s", element, name);
}

const char *weft__c_parameter(weft__c_unit *unit, const weft__model_type *type, const char *name)
{
    const weft__c_type *c = weft__c_type_of(unit, type);
    if (weft__c_is_decl(type))
        return weft__c_text(unit, "const %s *%s", c->base, name);
    if (type->kind != WEFT__MODEL_ARRAY)
        return weft__c_member(unit, type, name);
    if (blank_behind(c->base)[0] == '\0')
        return weft__c_text(unit, "%sconst %s%s", c->base, name, c->dims);
    return weft__c_text(unit, "const %s %s%s", c->base, name, c->dims);
}

const char *weft__c_address(weft__c_unit *unit, const weft__model_type *type, const char *name)
{
    bool is_address = weft__c_is_decl(type) || type->kind == WEFT__MODEL_ARRAY;
    return weft__c_text(unit, "%s%s", is_address ? "" : "&", name);
}

/* ---- fields ---- */

static const weft__model_field **new_fields(weft__c_unit *unit, size_t n)
{
    const weft__model_field **items = weft_arena_array(unit->arena, const weft__model_field *, n);
    if (!items && unit->out.rc == 0)
        unit->out.rc = WEFT_ENOMEM;
    return items;
}

weft__c_fields weft__c_struct_fields(weft__c_unit *unit, const weft__model_field *fields, size_t n_fields)
{
    weft__c_fields ret = { NULL, 0 };
    const weft__model_field **items = new_fields(unit, n_fields);
    if (!items)
        return ret;
    for (size_t i = 0; i < n_fields; i++)
        items[i] = &fields[i];
    ret.items = items;
    ret.n = n_fields;
    return ret;
}

weft__c_fields weft__c_method_args(weft__c_unit *unit, const weft__model_method *method)
{
    weft__c_fields ret = { NULL, 0 };
    const weft__model_field **items = new_fields(unit, method->n_params);
    if (!items)
        return ret;
    for (size_t i = 0; i < method->n_params; i++) {
        if (method->params[i].channel == WEFT__MODEL_CHANNEL_NO)
            items[ret.n++] = &method->params[i].field;
    }
    ret.items = items;
    return ret;
}

const char *weft__c_upper(weft__c_unit *unit, weft_str text)
{
    char *upper = weft_arena_alloc(unit->arena, text.len + 1, 1);
    if (!upper) {
        unit->out.rc = WEFT_ENOMEM;
        return "";
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_lower = c >= 'a' && c <= 'z';
        bool is_word = is_lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        upper[i] = is_lower ? (char)(c - 'a' + 'A') : is_word ? c : '_';
    }
    upper[text.len] = '\0';
    return upper;
}
