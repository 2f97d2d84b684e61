/* Values as trees of named things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "runtime/schema/codec.h"
#include "tests/support/evo_internal.h"

evo_value *evo_value_new(weft_kind kind, uint32_t n, weft_arena *arena)
{
    evo_value *value = evo_room(arena, 1, sizeof *value);
    value->kind = kind;
    value->n = n;
    if (kind >= WEFT_KIND_STRUCT) {
        value->names = evo_room(arena, n, sizeof(void *));
        value->keys = evo_room(arena, n, sizeof(void *));
        value->items = evo_room(arena, n, sizeof(void *));
    }
    return value;
}

static const evo_value *read_enum(const weft_type *type, const void *value, weft_arena *arena)
{
    const weft_variant *variant = weft__enum_variant(type, value);
    evo_value *tree = evo_value_new(WEFT_KIND_ENUM, variant && variant->payload ? 1 : 0, arena);
    assert_true(variant || *(const int *)value == 0);
    tree->names[0] = variant ? variant->name : NULL;
    if (tree->n > 0)
        tree->items[0] = evo_read(variant->payload, weft__at(value, type->offset), arena);
    return tree;
}

static const evo_value *read_struct(const weft_type *type, const void *value, weft_arena *arena)
{
    evo_value *tree = evo_value_new(WEFT_KIND_STRUCT, type->n, arena);
    for (uint32_t i = 0; i < type->n; i++) {
        tree->names[i] = type->fields[i].name;
        tree->items[i] = evo_read(type->fields[i].type, weft__at(value, type->fields[i].offset), arena);
    }
    return tree;
}

static const evo_value *read_elements(const weft_type *type, const void *items, size_t n, weft_arena *arena)
{
    bool is_map = type->kind == WEFT_KIND_MAP;
    size_t stride = is_map ? type->stride : type->element->c_size;
    evo_value *tree = evo_value_new((weft_kind)type->kind, (uint32_t)n, arena);
    for (size_t i = 0; i < n; i++) {
        const void *at = weft__at(items, i * stride);
        if (is_map)
            tree->keys[i] = evo_read(type->key, at, arena);
        tree->items[i] = evo_read(type->element, is_map ? weft__at(at, type->offset) : at, arena);
    }
    return tree;
}

static const evo_value *read_container(const weft_type *type, const void *value, weft_arena *arena)
{
    const weft__list_value *list = value;
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return read_struct(type, value, arena);
    case WEFT_KIND_ENUM: return read_enum(type, value, arena);
    case WEFT_KIND_ARRAY: return read_elements(type, value, type->n, arena);
    case WEFT_KIND_OPTION: {
        const void *inside = weft__option_value(type, value);
        evo_value *tree = evo_value_new(WEFT_KIND_OPTION, inside ? 1 : 0, arena);
        if (inside)
            tree->items[0] = evo_read(type->element, inside, arena);
        return tree;
    }
    default: return read_elements(type, list->items, list->len, arena);
    }
}

const evo_value *evo_read(const weft_type *type, const void *value, weft_arena *arena)
{
    if (type->kind >= WEFT_KIND_STRUCT)
        return read_container(type, value, arena);
    evo_value *tree = evo_value_new((weft_kind)type->kind, 0, arena);
    switch (type->kind) {
    case WEFT_KIND_BOOL: tree->as.bits = *(const bool *)value; break;
    case WEFT_KIND_U8: tree->as.bits = *(const uint8_t *)value; break;
    case WEFT_KIND_U16: tree->as.bits = *(const uint16_t *)value; break;
    case WEFT_KIND_U32: tree->as.bits = *(const uint32_t *)value; break;
    case WEFT_KIND_I8: tree->as.bits = (uint64_t)(int64_t) * (const int8_t *)value; break;
    case WEFT_KIND_I16: tree->as.bits = (uint64_t)(int64_t) * (const int16_t *)value; break;
    case WEFT_KIND_I32: tree->as.bits = (uint64_t)(int64_t) * (const int32_t *)value; break;
    case WEFT_KIND_F32: tree->as.number = *(const float *)value; break;
    case WEFT_KIND_F64: tree->as.number = *(const double *)value; break;
    case WEFT_KIND_STR: tree->as.text = *(const weft_str *)value; break;
    case WEFT_KIND_BYTES: {
        const weft_bytes *bytes = value;
        tree->as.text = weft_str_of((const char *)bytes->ptr, bytes->len);
        break;
    }
    case WEFT_KIND_TIMESTAMP: tree->as.time = *(const weft_timestamp *)value; break;
    default: memcpy(&tree->as.bits, value, sizeof tree->as.bits); break; /* u64, i64, duration */
    }
    return tree;
}

static bool equal_scalar(const evo_value *a, const evo_value *b)
{
    switch (a->kind) {
    case WEFT_KIND_F32:
    case WEFT_KIND_F64: /* NaN is NaN: what becomes of its bits in a wider type is the processor's affair */
        return a->as.number == b->as.number || (a->as.number != a->as.number && b->as.number != b->as.number);
    case WEFT_KIND_STR:
    case WEFT_KIND_BYTES: return weft_str_equal(a->as.text, b->as.text);
    case WEFT_KIND_TIMESTAMP: return a->as.time.sec == b->as.time.sec && a->as.time.nsec == b->as.time.nsec;
    default: return a->as.bits == b->as.bits;
    }
}

static const evo_value *field_of(const evo_value *value, const char *name)
{
    for (uint32_t i = 0; i < value->n; i++) {
        if (strcmp(value->names[i], name) == 0)
            return value->items[i];
    }
    return NULL;
}

bool evo_value_equal(const evo_value *a, const evo_value *b)
{
    if (a->kind != b->kind || a->n != b->n)
        return false;
    if (a->kind < WEFT_KIND_STRUCT)
        return equal_scalar(a, b);
    if (a->kind == WEFT_KIND_ENUM && (!a->names[0] || !b->names[0]))
        return !a->names[0] && !b->names[0];
    if (a->kind == WEFT_KIND_ENUM && strcmp(a->names[0], b->names[0]) != 0)
        return false;
    for (uint32_t i = 0; i < a->n; i++) {
        const evo_value *other = a->kind == WEFT_KIND_STRUCT ? field_of(b, a->names[i]) : b->items[i];
        if (!other || !evo_value_equal(a->items[i], other))
            return false;
        if (a->kind == WEFT_KIND_MAP && !evo_value_equal(a->keys[i], b->keys[i]))
            return false;
    }
    return true;
}
