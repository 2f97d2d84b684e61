/* How large types are in C on a 64-bit machine, and how deep their smallest values nest: both have limits. */
#include "idl/lower.h"

typedef struct extent {
    uint64_t size; /* bytes, capped above WEFT__C_SIZE_MAX */
    uint32_t align;
} extent;

#define SIZE_CAP ((uint64_t)WEFT__C_SIZE_MAX * 2u)

static uint64_t capped(uint64_t size)
{
    return size < SIZE_CAP ? size : SIZE_CAP;
}

static uint64_t aligned(uint64_t size, uint32_t align)
{
    return (size + align - 1) / align * align;
}

static extent behind(extent whole, extent part)
{
    uint64_t size = capped(aligned(whole.size, part.align) + part.size);
    return (extent){ .size = size, .align = whole.align > part.align ? whole.align : part.align };
}

static extent closed(extent whole)
{
    return (extent){ .size = capped(aligned(whole.size, whole.align)), .align = whole.align };
}

static bool is_decl(const weft__model_type *type)
{
    return type->kind == WEFT__MODEL_STRUCT || type->kind == WEFT__MODEL_ENUM;
}

static extent extent_of(const weft__model_type *type)
{
    static const uint8_t scalar[] = { 0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8 };
    switch (type->kind) {
    case WEFT__MODEL_STRING:
    case WEFT__MODEL_BYTES:
    case WEFT__MODEL_TIMESTAMP:
    case WEFT__MODEL_LIST:
    case WEFT__MODEL_MAP: return (extent){ 16, 8 };
    case WEFT__MODEL_DURATION: return (extent){ 8, 8 };
    case WEFT__MODEL_ARRAY: {
        extent element = extent_of(type->element);
        return (extent){ capped(element.size * type->n_array), element.align };
    }
    case WEFT__MODEL_OPTION:
        if (is_decl(type->element))
            return (extent){ 8, 8 };
        return closed(behind((extent){ 1, 1 }, extent_of(type->element)));
    case WEFT__MODEL_STRUCT:
    case WEFT__MODEL_ENUM: return (extent){ type->decl->c_size_max, 8 };
    default: return (extent){ scalar[type->kind], scalar[type->kind] };
    }
}

static extent extent_of_fields(const weft__model_field *fields, size_t n)
{
    extent whole = { 0, 1 };
    for (size_t i = 0; i < n; i++)
        whole = behind(whole, extent_of(fields[i].type));
    return closed(whole.size ? whole : (extent){ 1, 1 });
}

static extent extent_of_decl(const weft__model_decl *decl)
{
    if (decl->kind == WEFT__MODEL_DECL_STRUCT)
        return extent_of_fields(decl->as.structure.fields, decl->as.structure.n_fields);
    extent payload = { 0, 1 };
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        extent one = { 0, 1 };
        if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE)
            one = extent_of(variant->type);
        else if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS)
            one = extent_of_fields(variant->fields, variant->n_fields);
        payload.size = one.size > payload.size ? one.size : payload.size;
        payload.align = one.align > payload.align ? one.align : payload.align;
    }
    return closed(behind((extent){ 4, 4 }, payload));
}

/* ---- nesting ---- */

/* How deep every value of the type nests at least. l->type_depths holds it for structs and enums that were looked at.
 */
static uint32_t least_depth(const weft__lower *l, const weft__model_type *type)
{
    if (is_decl(type))
        return l->type_depths[type->index];
    if (type->kind == WEFT__MODEL_ARRAY)
        return type->element->kind == WEFT__MODEL_U8 ? 0 : 1 + least_depth(l, type->element);
    return type->kind == WEFT__MODEL_LIST || type->kind == WEFT__MODEL_MAP ? 1 : 0;
}

static uint32_t deepest_field(const weft__lower *l, const weft__model_field *fields, size_t n)
{
    uint32_t deepest = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t depth = least_depth(l, fields[i].type);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

static uint32_t depth_of_decl(const weft__lower *l, const weft__model_decl *decl)
{
    if (decl->kind == WEFT__MODEL_DECL_STRUCT)
        return 1 + deepest_field(l, decl->as.structure.fields, decl->as.structure.n_fields);
    uint32_t least = UINT32_MAX - 1;
    for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
        const weft__model_variant *variant = &decl->as.enumeration.variants[i];
        uint32_t depth = 0;
        if (variant->payload == WEFT__MODEL_PAYLOAD_VALUE)
            depth = least_depth(l, variant->type);
        else if (variant->payload == WEFT__MODEL_PAYLOAD_FIELDS)
            depth = 1 + deepest_field(l, variant->fields, variant->n_fields);
        least = depth < least ? depth : least;
    }
    return 1 + least;
}

/* ---- checks ---- */

static void report_large(weft__lower *l, weft__idl_span span, weft_str name)
{
    weft__diag(l->diags, TOO_LARGE, span, "`%` takes more than 64 KiB in C", name);
    weft__diag_hint(l->diags, "a list takes 16 bytes here, however long it is");
}

static void check_service(weft__lower *l, const weft__model_decl *decl)
{
    for (size_t i = 0; i < decl->as.service.n_methods; i++) {
        const weft__model_method *method = &decl->as.service.methods[i];
        extent args = { 0, 1 };
        for (size_t j = 0; j < method->n_params; j++) {
            extent part = extent_of(method->params[j].field.type);
            if (method->params[j].channel == WEFT__MODEL_CHANNEL_NO)
                args = behind(args, part);
            if (part.size > WEFT__C_SIZE_MAX)
                report_large(l, method->params[j].field.span, method->params[j].field.name);
        }
        bool is_large =
            args.size > WEFT__C_SIZE_MAX || (method->result && extent_of(method->result).size > WEFT__C_SIZE_MAX);
        if (is_large)
            report_large(l, method->span, method->name);
    }
}

static void check_decl(weft__lower *l, weft__model_decl *decl)
{
    decl->c_size_max = (size_t)extent_of_decl(decl).size;
    if (decl->c_size_max > WEFT__C_SIZE_MAX)
        report_large(l, decl->span, decl->name);
    weft__model_type self = { .kind = decl->kind == WEFT__MODEL_DECL_STRUCT ? WEFT__MODEL_STRUCT : WEFT__MODEL_ENUM,
                              .decl = decl,
                              .span = decl->span };
    const weft__model_type *known = weft__type_intern(l, &self);
    if (!known)
        return;
    uint32_t depth = depth_of_decl(l, decl);
    l->type_depths[known->index] = depth;
    if (depth == WEFT__VALUE_NESTING_MAX + 1)
        weft__diag(l->diags, NESTING, decl->span, "every value of `%` nests deeper than 64", decl->name);
}

void weft__check_sizes(weft__lower *l, weft__unit *unit)
{
    for (size_t i = 0; i < unit->file->n_layout; i++)
        check_decl(l, (weft__model_decl *)unit->file->layout[i]);
    for (size_t i = 0; i < unit->n_entries; i++)
        if (unit->entries[i].decl->kind == WEFT__MODEL_DECL_SERVICE)
            check_service(l, unit->entries[i].decl);
}
