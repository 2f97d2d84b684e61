/* weft_value: reading and building C values by their tables, for who does not know the types when it is compiled. */
#include "weft/value.h"

#include "runtime/schema/codec.h"
#include "weft/limits.h"

static const weft_value no_value = { NULL, NULL };

static bool is_kind(weft_value value, weft_kind kind)
{
    return value.type && value.type->kind == kind;
}

/* A part of a value may be written where the value may. */
static weft_value part_of(const weft_type *type, const void *at)
{
    weft_value part = { type, (void *)at };
    return part;
}

/* ---- whole values ---- */

int weft_value_new(const weft_type *type, weft_arena *arena, weft_value *ret_value)
{
    void *at = weft_arena_alloc(arena, type->c_size, weft__type_align(type));
    if (!at)
        return WEFT_ENOMEM;
    weft_gen_init(type, at);
    *ret_value = part_of(type, at);
    return 0;
}

int weft_value_decode(const weft_type *type, weft_bytes bytes, weft_arena *arena, weft_value *ret_value,
                      weft_error *error_or_null)
{
    void *at = weft_arena_alloc(arena, type->c_size, weft__type_align(type));
    int status = at ? weft_gen_decode(type, bytes, arena, at, error_or_null) : WEFT_ENOMEM;
    if (!status)
        *ret_value = part_of(type, at);
    return status;
}

int weft_value_encode(weft_value value, weft_writer *writer)
{
    return value.type ? weft_gen_encode(value.type, value.at, writer) : WEFT_EINVAL;
}

/* ---- scalars ---- */

weft_kind weft_value_kind(weft_value value)
{
    return value.type ? (weft_kind)value.type->kind : (weft_kind)0;
}

const char *weft_kind_name(weft_kind kind)
{
    const weft_type type = { .kind = (uint8_t)kind };
    return weft__type_kind_name(&type);
}

/* An integer as sign and amount. false: another kind. */
static bool read_integer(weft_value value, bool *ret_negative, uint64_t *ret_amount)
{
    int64_t number = 0;
    *ret_negative = false;
    switch (weft_value_kind(value)) {
    case WEFT_KIND_U8: *ret_amount = *(const uint8_t *)value.at; return true;
    case WEFT_KIND_U16: *ret_amount = *(const uint16_t *)value.at; return true;
    case WEFT_KIND_U32: *ret_amount = *(const uint32_t *)value.at; return true;
    case WEFT_KIND_U64: *ret_amount = *(const uint64_t *)value.at; return true;
    case WEFT_KIND_I8: number = *(const int8_t *)value.at; break;
    case WEFT_KIND_I16: number = *(const int16_t *)value.at; break;
    case WEFT_KIND_I32: number = *(const int32_t *)value.at; break;
    case WEFT_KIND_I64: number = *(const int64_t *)value.at; break;
    default: return false;
    }
    *ret_negative = number < 0;
    *ret_amount = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    return true;
}

/* The most that the kind holds on either side of 0. false: no integer. */
static bool integer_range(weft_kind kind, uint64_t *ret_below, uint64_t *ret_above)
{
    static const uint64_t above[] = {
        [WEFT_KIND_U8] = UINT8_MAX,   [WEFT_KIND_U16] = UINT16_MAX, [WEFT_KIND_U32] = UINT32_MAX,
        [WEFT_KIND_U64] = UINT64_MAX, [WEFT_KIND_I8] = INT8_MAX,    [WEFT_KIND_I16] = INT16_MAX,
        [WEFT_KIND_I32] = INT32_MAX,  [WEFT_KIND_I64] = INT64_MAX,
    };
    if (kind < WEFT_KIND_U8 || kind > WEFT_KIND_I64)
        return false;
    *ret_above = above[kind];
    *ret_below = kind >= WEFT_KIND_I8 ? above[kind] + 1 : 0;
    return true;
}

static int write_integer(weft_value value, bool negative, uint64_t amount)
{
    uint64_t below, above;
    weft_kind kind = weft_value_kind(value);
    if (!integer_range(kind, &below, &above))
        return WEFT_EINVAL;
    if (amount > (negative ? below : above))
        return WEFT_EMSGSIZE;
    uint64_t bits = negative ? 0 - amount : amount;
    switch (kind) {
    case WEFT_KIND_U8:
    case WEFT_KIND_I8: *(uint8_t *)value.at = (uint8_t)bits; return 0;
    case WEFT_KIND_U16:
    case WEFT_KIND_I16: *(uint16_t *)value.at = (uint16_t)bits; return 0;
    case WEFT_KIND_U32:
    case WEFT_KIND_I32: *(uint32_t *)value.at = (uint32_t)bits; return 0;
    default: *(uint64_t *)value.at = bits; return 0;
    }
}

int weft_value_get_bool(weft_value value, bool *ret)
{
    if (!is_kind(value, WEFT_KIND_BOOL))
        return WEFT_EINVAL;
    *ret = *(const bool *)value.at;
    return 0;
}

int weft_value_get_u64(weft_value value, uint64_t *ret)
{
    bool negative;
    uint64_t amount;
    if (!read_integer(value, &negative, &amount))
        return WEFT_EINVAL;
    if (negative)
        return WEFT_EMSGSIZE;
    *ret = amount;
    return 0;
}

int weft_value_get_i64(weft_value value, int64_t *ret)
{
    bool negative;
    uint64_t amount;
    if (!read_integer(value, &negative, &amount))
        return WEFT_EINVAL;
    if (!negative && amount > INT64_MAX)
        return WEFT_EMSGSIZE;
    *ret = negative ? -1 - (int64_t)(amount - 1) : (int64_t)amount;
    return 0;
}

int weft_value_get_f64(weft_value value, double *ret)
{
    if (is_kind(value, WEFT_KIND_F32))
        *ret = (double)*(const float *)value.at;
    else if (is_kind(value, WEFT_KIND_F64))
        *ret = *(const double *)value.at;
    else
        return WEFT_EINVAL;
    return 0;
}

int weft_value_set_bool(weft_value value, bool to)
{
    if (!is_kind(value, WEFT_KIND_BOOL))
        return WEFT_EINVAL;
    *(bool *)value.at = to;
    return 0;
}

int weft_value_set_u64(weft_value value, uint64_t to)
{
    return write_integer(value, false, to);
}

int weft_value_set_i64(weft_value value, int64_t to)
{
    return write_integer(value, to < 0, to < 0 ? 0 - (uint64_t)to : (uint64_t)to);
}

int weft_value_set_f64(weft_value value, double to)
{
    if (is_kind(value, WEFT_KIND_F32))
        *(float *)value.at = (float)to;
    else if (is_kind(value, WEFT_KIND_F64))
        *(double *)value.at = to;
    else
        return WEFT_EINVAL;
    return 0;
}

int weft_value_get_str(weft_value value, weft_str *ret)
{
    if (!is_kind(value, WEFT_KIND_STR))
        return WEFT_EINVAL;
    *ret = *(const weft_str *)value.at;
    return 0;
}

int weft_value_set_str(weft_value value, weft_str to)
{
    if (!is_kind(value, WEFT_KIND_STR))
        return WEFT_EINVAL;
    *(weft_str *)value.at = to;
    return 0;
}

int weft_value_get_timestamp(weft_value value, weft_timestamp *ret)
{
    if (!is_kind(value, WEFT_KIND_TIMESTAMP))
        return WEFT_EINVAL;
    *ret = *(const weft_timestamp *)value.at;
    return 0;
}

int weft_value_set_timestamp(weft_value value, weft_timestamp to)
{
    if (!is_kind(value, WEFT_KIND_TIMESTAMP))
        return WEFT_EINVAL;
    *(weft_timestamp *)value.at = to;
    return 0;
}

int weft_value_get_duration(weft_value value, weft_duration *ret)
{
    if (!is_kind(value, WEFT_KIND_DURATION))
        return WEFT_EINVAL;
    *ret = *(const weft_duration *)value.at;
    return 0;
}

int weft_value_set_duration(weft_value value, weft_duration to)
{
    if (!is_kind(value, WEFT_KIND_DURATION))
        return WEFT_EINVAL;
    *(weft_duration *)value.at = to;
    return 0;
}

int weft_value_get_bytes(weft_value value, weft_bytes *ret)
{
    if (is_kind(value, WEFT_KIND_BYTES))
        *ret = *(const weft_bytes *)value.at;
    else if (value.type && weft__type_is_bin_array(value.type))
        *ret = weft_bytes_of(value.at, value.type->n);
    else
        return WEFT_EINVAL;
    return 0;
}

int weft_value_set_bytes(weft_value value, weft_bytes to)
{
    if (is_kind(value, WEFT_KIND_BYTES)) {
        *(weft_bytes *)value.at = to;
        return 0;
    }
    if (!value.type || !weft__type_is_bin_array(value.type))
        return WEFT_EINVAL;
    if (to.len != value.type->n)
        return WEFT_EMSGSIZE;
    memcpy(value.at, to.ptr, to.len);
    return 0;
}

/* ---- containers ---- */

size_t weft_value_count(weft_value value)
{
    switch (weft_value_kind(value)) {
    case WEFT_KIND_STRUCT:
    case WEFT_KIND_ARRAY: return value.type->n;
    case WEFT_KIND_LIST:
    case WEFT_KIND_MAP: return ((const weft__list_value *)value.at)->len;
    default: return 0;
    }
}

/* Of a list or map. */
static const void *item_at(weft_value value, size_t stride, size_t place)
{
    return weft__at(((const weft__list_value *)value.at)->items, place * stride);
}

weft_value weft_value_at(weft_value value, size_t place)
{
    const weft_type *type = value.type;
    if (place >= weft_value_count(value))
        return no_value;
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return part_of(type->fields[place].type, weft__at(value.at, type->fields[place].offset));
    case WEFT_KIND_ARRAY: return part_of(type->element, weft__at(value.at, place * type->element->c_size));
    case WEFT_KIND_LIST: return part_of(type->element, item_at(value, type->element->c_size, place));
    default: return part_of(type->element, weft__at(item_at(value, type->stride, place), type->offset));
    }
}

weft_value weft_value_key_at(weft_value map, size_t place)
{
    if (!is_kind(map, WEFT_KIND_MAP) || place >= weft_value_count(map))
        return no_value;
    return part_of(map.type->key, item_at(map, map.type->stride, place));
}

weft_value weft_value_field(weft_value value, const char *name)
{
    if (is_kind(value, WEFT_KIND_MAP) && value.type->key->kind == WEFT_KIND_STR) {
        weft_str key = weft_str_from(name);
        const void *at = weft_gen_find(value.type, value.at, &key);
        return at ? part_of(value.type->element, at) : no_value;
    }
    for (uint32_t i = 0; is_kind(value, WEFT_KIND_STRUCT) && i < value.type->n; i++) {
        if (strcmp(value.type->fields[i].name, name) == 0)
            return weft_value_at(value, i);
    }
    return no_value;
}

const char *weft_value_variant(weft_value value)
{
    const weft_variant *variant = is_kind(value, WEFT_KIND_ENUM) ? weft__enum_variant(value.type, value.at) : NULL;
    return variant ? variant->name : NULL;
}

weft_value weft_value_inside(weft_value value)
{
    if (is_kind(value, WEFT_KIND_OPTION)) {
        const void *at = weft__option_value(value.type, value.at);
        return at ? part_of(value.type->element, at) : no_value;
    }
    const weft_variant *variant = is_kind(value, WEFT_KIND_ENUM) ? weft__enum_variant(value.type, value.at) : NULL;
    return variant && variant->payload ? part_of(variant->payload, weft__at(value.at, value.type->offset)) : no_value;
}

/* ---- building ---- */

int weft_value_set_count(weft_value value, size_t n, weft_arena *arena)
{
    if (!is_kind(value, WEFT_KIND_LIST) && !is_kind(value, WEFT_KIND_MAP))
        return WEFT_EINVAL;
    const weft_type *type = value.type;
    bool is_map = type->kind == WEFT_KIND_MAP;
    size_t stride = is_map ? type->stride : type->element->c_size;
    size_t align = is_map ? weft__pair_align(type) : weft__type_align(type->element);
    void *items = n ? weft_arena_alloc_array(arena, n, stride, align) : NULL;
    if (n && !items)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        void *at = weft__at_mut(items, i * stride);
        memset(at, 0, stride);
        weft_gen_init(type->element, is_map ? weft__at_mut(at, type->offset) : at);
    }
    *(weft__list_value *)value.at = (weft__list_value){ items, n };
    return 0;
}

int weft_value_sort(weft_value map)
{
    if (!is_kind(map, WEFT_KIND_MAP))
        return WEFT_EINVAL;
    const weft__list_value *list = map.at;
    return list->len ? weft_gen_sort(map.type, (void *)list->items, list->len) : 0;
}

int weft_value_set_variant(weft_value value, const char *name)
{
    if (!is_kind(value, WEFT_KIND_ENUM))
        return WEFT_EINVAL;
    for (uint32_t i = 0; i < value.type->n; i++) {
        const weft_variant *variant = &value.type->variants[i];
        if (strcmp(variant->name, name) != 0)
            continue;
        memset(value.at, 0, value.type->c_size);
        *(int *)value.at = (int)i + 1;
        if (variant->payload)
            weft_gen_init(variant->payload, weft__at_mut(value.at, value.type->offset));
        return 0;
    }
    return WEFT_ENOENT;
}

int weft_value_set_some(weft_value option, weft_arena *arena)
{
    if (!is_kind(option, WEFT_KIND_OPTION))
        return WEFT_EINVAL;
    const weft_type *type = option.type;
    if (type->flags & WEFT_TYPE_INDIRECT) {
        weft_value inside;
        int status = weft_value_new(type->element, arena, &inside);
        if (!status)
            *(void **)option.at = inside.at;
        return status;
    }
    memset(option.at, 0, type->c_size);
    *(bool *)option.at = true;
    weft_gen_init(type->element, weft__at_mut(option.at, type->offset));
    return 0;
}

int weft_value_set_none(weft_value option)
{
    if (!is_kind(option, WEFT_KIND_OPTION))
        return WEFT_EINVAL;
    memset(option.at, 0, option.type->c_size);
    return 0;
}
