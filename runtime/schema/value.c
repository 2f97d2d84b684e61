/* Values as such: their defaults, deep copies, equality. */
#include "runtime/schema/codec.h"

#include <stdalign.h>

#include "weft/limits.h"

/* ---- init ---- */

/* Everything is zero already. */
static void init_value(const weft_type *type, void *value, unsigned depth)
{
    if (depth == 0)
        return;
    if (type->kind == WEFT_KIND_ARRAY && type->element->kind >= WEFT_KIND_STRUCT) {
        for (uint32_t i = 0; i < type->n; i++)
            init_value(type->element, weft__at_mut(value, (size_t)i * type->element->c_size), depth - 1);
    }
    if (type->kind != WEFT_KIND_STRUCT)
        return;
    for (uint32_t i = 0; i < type->n; i++) {
        const weft_field *field = &type->fields[i];
        void *at = weft__at_mut(value, field->offset);
        if (field->default_value)
            memcpy(at, field->default_value, field->type->c_size);
        else
            init_value(field->type, at, depth - 1); /* a struct in it has defaults of its own */
    }
}

void weft_gen_init(const weft_type *type, void *value)
{
    memset(value, 0, type->c_size);
    init_value(type, value, WEFT_NESTING_MAX);
}

/* ---- copy ---- */

static int deepen_value(const weft_type *type, void *value, weft_arena *arena, unsigned depth);

static bool type_has_pointers(const weft_type *type)
{
    return type->kind == WEFT_KIND_STR || type->kind == WEFT_KIND_BYTES || type->kind >= WEFT_KIND_STRUCT;
}

/* *bytes_inout becomes a copy of itself in the arena; len 0 needs none. */
static int deepen_bytes(const void **ptr_inout, size_t len, size_t align, weft_arena *arena)
{
    if (len == 0) {
        *ptr_inout = "";
        return 0;
    }
    void *copy = weft_arena_alloc(arena, len, align);
    if (!copy)
        return WEFT_ENOMEM;
    memcpy(copy, *ptr_inout, len);
    *ptr_inout = copy;
    return 0;
}

static int deepen_elements(const weft_type *element, void *items, size_t n, weft_arena *arena, unsigned depth)
{
    if (!type_has_pointers(element))
        return 0;
    for (size_t i = 0; i < n; i++) {
        int status = deepen_value(element, weft__at_mut(items, i * element->c_size), arena, depth);
        if (status)
            return status;
    }
    return 0;
}

static int deepen_list(const weft_type *type, weft__list_value *list, weft_arena *arena, unsigned depth)
{
    if (list->len == 0) {
        list->items = NULL;
        return 0;
    }
    const weft_type *element = type->element;
    void *items = weft_arena_alloc_array(arena, list->len, element->c_size, weft__type_align(element));
    if (!items)
        return WEFT_ENOMEM;
    memcpy(items, list->items, list->len * element->c_size);
    list->items = items;
    return deepen_elements(element, items, list->len, arena, depth);
}

static int deepen_map(const weft_type *type, weft__list_value *map, weft_arena *arena, unsigned depth)
{
    if (map->len == 0) {
        map->items = NULL;
        return 0;
    }
    void *pairs = weft_arena_alloc_array(arena, map->len, type->stride, weft__pair_align(type));
    if (!pairs)
        return WEFT_ENOMEM;
    memcpy(pairs, map->items, map->len * type->stride);
    map->items = pairs;
    for (size_t i = 0; i < map->len; i++) {
        void *pair = weft__at_mut(pairs, i * type->stride);
        int status = deepen_value(type->key, pair, arena, depth);
        if (!status)
            status = deepen_value(type->element, weft__at_mut(pair, type->offset), arena, depth);
        if (status)
            return status;
    }
    return 0;
}

static int deepen_option(const weft_type *type, void *value, weft_arena *arena, unsigned depth)
{
    if (!weft__option_value(type, value))
        return 0;
    if (depth == 0)
        return WEFT_EINVAL;
    if (!(type->flags & WEFT_TYPE_INDIRECT))
        return deepen_value(type->element, weft__at_mut(value, type->offset), arena, depth - 1);
    const weft_type *element = type->element;
    void *copy = weft_arena_alloc(arena, element->c_size, weft__type_align(element));
    if (!copy)
        return WEFT_ENOMEM;
    memcpy(copy, *(const void **)value, element->c_size);
    *(const void **)value = copy;
    return deepen_value(element, copy, arena, depth - 1);
}

static int deepen_struct(const weft_type *type, void *value, weft_arena *arena, unsigned depth)
{
    for (uint32_t i = 0; i < type->n; i++) {
        const weft_field *field = &type->fields[i];
        if (!type_has_pointers(field->type))
            continue;
        int status = deepen_value(field->type, weft__at_mut(value, field->offset), arena, depth);
        if (status)
            return status;
    }
    return 0;
}

static int deepen_enum(const weft_type *type, void *value, weft_arena *arena, unsigned depth)
{
    const weft_variant *variant = weft__enum_variant(type, value);
    if (!variant)
        return *(const int *)value == 0 ? 0 : WEFT_EINVAL; /* nobody knows what a kind that does not exist points at */
    return variant->payload ? deepen_value(variant->payload, weft__at_mut(value, type->offset), arena, depth) : 0;
}

/* What value points at (it is a flat copy) is copied in its turn. */
static int deepen_value(const weft_type *type, void *value, weft_arena *arena, unsigned depth)
{
    switch (type->kind) {
    case WEFT_KIND_STR: {
        weft_str *text = value;
        const void *ptr = text->ptr;
        int status = deepen_bytes(&ptr, text->len, 1, arena);
        text->ptr = ptr;
        return status;
    }
    case WEFT_KIND_BYTES: {
        weft_bytes *bytes = value;
        const void *ptr = bytes->ptr;
        int status = deepen_bytes(&ptr, bytes->len, 1, arena);
        bytes->ptr = ptr;
        return status;
    }
    case WEFT_KIND_OPTION: return deepen_option(type, value, arena, depth);
    case WEFT_KIND_STRUCT: return depth ? deepen_struct(type, value, arena, depth - 1) : WEFT_EINVAL;
    case WEFT_KIND_ENUM: return depth ? deepen_enum(type, value, arena, depth - 1) : WEFT_EINVAL;
    case WEFT_KIND_LIST: return depth ? deepen_list(type, value, arena, depth - 1) : WEFT_EINVAL;
    case WEFT_KIND_MAP: return depth ? deepen_map(type, value, arena, depth - 1) : WEFT_EINVAL;
    case WEFT_KIND_ARRAY:
        if (weft__type_is_bin_array(type))
            return 0;
        return depth ? deepen_elements(type->element, value, type->n, arena, depth - 1) : WEFT_EINVAL;
    default: return 0;
    }
}

int weft_gen_copy(const weft_type *type, void *ret_value, const void *value, weft_arena *arena)
{
    if (type->abi != WEFT_GEN_ABI)
        return WEFT_EINVAL;
    alignas(16) unsigned char near[WEFT__SCRATCH];
    void *scratch = near;
    if (type->c_size > sizeof near && !(scratch = weft_arena_alloc(arena, type->c_size, weft__type_align(type))))
        return WEFT_ENOMEM;
    memcpy(scratch, value, type->c_size);
    int status = deepen_value(type, scratch, arena, WEFT_NESTING_MAX);
    if (status)
        return status;
    memcpy(ret_value, scratch, type->c_size);
    return 0;
}

/* ---- equality ---- */

static bool equal_value(const weft_type *type, const void *a, const void *b, unsigned depth);

static bool equal_elements(const weft_type *element, const void *a, const void *b, size_t n, unsigned depth)
{
    for (size_t i = 0; i < n; i++) {
        if (!equal_value(element, weft__at(a, i * element->c_size), weft__at(b, i * element->c_size), depth))
            return false;
    }
    return true;
}

static bool equal_map(const weft_type *type, const weft__list_value *a, const weft__list_value *b, unsigned depth)
{
    for (size_t i = 0; i < a->len; i++) {
        const void *pair_a = weft__at(a->items, i * type->stride);
        const void *pair_b = weft__at(b->items, i * type->stride);
        if (!equal_value(type->key, pair_a, pair_b, depth) ||
            !equal_value(type->element, weft__at(pair_a, type->offset), weft__at(pair_b, type->offset), depth))
            return false;
    }
    return true;
}

static bool equal_struct(const weft_type *type, const void *a, const void *b, unsigned depth)
{
    for (uint32_t i = 0; i < type->n; i++) {
        const weft_field *field = &type->fields[i];
        if (!equal_value(field->type, weft__at(a, field->offset), weft__at(b, field->offset), depth))
            return false;
    }
    return true;
}

static bool equal_enum(const weft_type *type, const void *a, const void *b, unsigned depth)
{
    const weft_variant *variant = weft__enum_variant(type, a);
    if (*(const int *)a != *(const int *)b)
        return false;
    return !variant || !variant->payload ||
           equal_value(variant->payload, weft__at(a, type->offset), weft__at(b, type->offset), depth);
}

static bool equal_option(const weft_type *type, const void *a, const void *b, unsigned depth)
{
    const void *in_a = weft__option_value(type, a), *in_b = weft__option_value(type, b);
    if (!in_a || !in_b)
        return !in_a && !in_b;
    return depth > 0 && equal_value(type->element, in_a, in_b, depth - 1);
}

/* Everything but scalars. */
static bool equal_container(const weft_type *type, const void *a, const void *b, unsigned depth)
{
    const weft__list_value *list_a = a, *list_b = b;
    if (type->kind == WEFT_KIND_OPTION)
        return equal_option(type, a, b, depth);
    if (weft__type_is_bin_array(type))
        return memcmp(a, b, type->n) == 0;
    if (depth == 0)
        return false;
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return equal_struct(type, a, b, depth - 1);
    case WEFT_KIND_ENUM: return equal_enum(type, a, b, depth - 1);
    case WEFT_KIND_LIST:
        return list_a->len == list_b->len &&
               equal_elements(type->element, list_a->items, list_b->items, list_a->len, depth - 1);
    case WEFT_KIND_MAP: return list_a->len == list_b->len && equal_map(type, list_a, list_b, depth - 1);
    case WEFT_KIND_ARRAY: return equal_elements(type->element, a, b, type->n, depth - 1);
    default: return false;
    }
}

static bool equal_value(const weft_type *type, const void *a, const void *b, unsigned depth)
{
    const weft_bytes *bytes_a = a, *bytes_b = b;
    const weft_timestamp *time_a = a, *time_b = b;
    switch (type->kind) {
    case WEFT_KIND_BOOL: return *(const bool *)a == *(const bool *)b;
    case WEFT_KIND_U8:
    case WEFT_KIND_U16:
    case WEFT_KIND_U32:
    case WEFT_KIND_U64:
    case WEFT_KIND_I8:
    case WEFT_KIND_I16:
    case WEFT_KIND_I32:
    case WEFT_KIND_I64:
    case WEFT_KIND_DURATION: return memcmp(a, b, type->c_size) == 0;
    case WEFT_KIND_F32: return *(const float *)a == *(const float *)b || memcmp(a, b, sizeof(float)) == 0;
    case WEFT_KIND_F64: return *(const double *)a == *(const double *)b || memcmp(a, b, sizeof(double)) == 0;
    case WEFT_KIND_STR: return weft_str_equal(*(const weft_str *)a, *(const weft_str *)b);
    case WEFT_KIND_BYTES:
        return bytes_a->len == bytes_b->len &&
               (bytes_a->len == 0 || memcmp(bytes_a->ptr, bytes_b->ptr, bytes_a->len) == 0);
    case WEFT_KIND_TIMESTAMP: return time_a->sec == time_b->sec && time_a->nsec == time_b->nsec;
    default: return equal_container(type, a, b, depth);
    }
}

bool weft_gen_equal(const weft_type *type, const void *a, const void *b)
{
    return equal_value(type, a, b, WEFT_NESTING_MAX);
}
