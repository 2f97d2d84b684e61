/* Encoding, and the writers that applications encode into. */
#include "runtime/schema/codec.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/wire/writer.h"
#include "weft/limits.h"

/* ---- writers of applications ---- */

/* A writer that brings its allocator along. */
typedef struct own_writer {
    weft_writer writer; /* first: a weft_writer * of weft_writer_new points here */
    weft_allocator allocator;
} own_writer;

int weft_writer_new(const weft_allocator *allocator_or_null, size_t max, weft_writer **ret_writer)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    own_writer *own = weft__alloc(&allocator, sizeof *own);
    if (!own)
        return WEFT_ENOMEM;
    own->allocator = allocator;
    weft__writer_init(&own->writer, &own->allocator, max);
    *ret_writer = &own->writer;
    return 0;
}

weft_bytes weft_writer_bytes(const weft_writer *writer)
{
    static const uint8_t none[1];
    return writer->buf.len > 0 ? weft_bytes_of(writer->buf.data, writer->buf.len) : weft_bytes_of(none, 0);
}

void weft_writer_clear(weft_writer *writer)
{
    writer->buf.len = 0;
    writer->status = 0;
}

void weft_writer_free(weft_writer *writer_or_null)
{
    if (!writer_or_null)
        return;
    own_writer *own = (own_writer *)writer_or_null;
    weft_allocator allocator = own->allocator;
    weft__writer_fini(&own->writer);
    weft__free(&allocator, own, sizeof *own);
}

/* ---- encoding ----------------------------------------------------------------------------------------------------
 * Functions return 0 or WEFT_EINVAL, the value's fault; what befalls the writer sticks to it, and is asked for at the
 * end (and by what goes round, so that a full writer ends a long list). */

static int encode_container(weft_writer *writer, const weft_type *type, const void *value, unsigned depth);

static int encode_str(weft_writer *writer, weft_str text)
{
    if (!weft__is_ascii(text) && !weft__utf8_is_valid(text))
        return WEFT_EINVAL;
    weft__write_str(writer, text);
    return 0;
}

static int encode_timestamp(weft_writer *writer, weft_timestamp time)
{
    if (time.nsec >= WEFT_NS_PER_S)
        return WEFT_EINVAL;
    weft__write_timestamp(writer, time);
    return 0;
}

static WEFT__INLINE int encode_value(weft_writer *writer, const weft_type *type, const void *value, unsigned depth)
{
    switch (type->kind) {
    case WEFT_KIND_BOOL: weft__write_bool(writer, *(const bool *)value); return 0;
    case WEFT_KIND_U8: weft__write_u64(writer, *(const uint8_t *)value); return 0;
    case WEFT_KIND_U16: weft__write_u64(writer, *(const uint16_t *)value); return 0;
    case WEFT_KIND_U32: weft__write_u64(writer, *(const uint32_t *)value); return 0;
    case WEFT_KIND_U64: weft__write_u64(writer, *(const uint64_t *)value); return 0;
    case WEFT_KIND_I8: weft__write_i64(writer, *(const int8_t *)value); return 0;
    case WEFT_KIND_I16: weft__write_i64(writer, *(const int16_t *)value); return 0;
    case WEFT_KIND_I32: weft__write_i64(writer, *(const int32_t *)value); return 0;
    case WEFT_KIND_I64: weft__write_i64(writer, *(const int64_t *)value); return 0;
    case WEFT_KIND_F32: weft__write_f32(writer, *(const float *)value); return 0;
    case WEFT_KIND_F64: weft__write_f64(writer, *(const double *)value); return 0;
    case WEFT_KIND_STR: return encode_str(writer, *(const weft_str *)value);
    case WEFT_KIND_BYTES: weft__write_bin(writer, *(const weft_bytes *)value); return 0;
    case WEFT_KIND_TIMESTAMP: return encode_timestamp(writer, *(const weft_timestamp *)value);
    case WEFT_KIND_DURATION: weft__write_i64(writer, ((const weft_duration *)value)->ns); return 0;
    default: return encode_container(writer, type, value, depth);
    }
}

/* encode_value for where it is not the inner loop. */
static int encode_one(weft_writer *writer, const weft_type *type, const void *value, unsigned depth)
{
    return encode_value(writer, type, value, depth);
}

static int encode_struct(weft_writer *writer, const weft_type *type, const void *value, unsigned depth)
{
    weft__write_array(writer, type->n);
    for (uint32_t i = 0; i < type->n; i++) {
        const weft_field *field = &type->fields[i];
        int status = encode_value(writer, field->type, weft__at(value, field->offset), depth);
        if (__builtin_expect(status, 0))
            return status;
    }
    return 0;
}

static int encode_enum(weft_writer *writer, const weft_type *type, const void *value, unsigned depth)
{
    const weft_variant *variant = weft__enum_variant(type, value);
    if (!variant)
        return WEFT_EINVAL;
    weft__write_array(writer, 2);
    weft__write_u64(writer, (uint64_t)(variant - type->variants));
    if (variant->payload)
        return encode_one(writer, variant->payload, weft__at(value, type->offset), depth);
    weft__write_nil(writer);
    return 0;
}

static int encode_elements(weft_writer *writer, const weft_type *element, const void *items, size_t n, unsigned depth)
{
    weft__write_array(writer, n);
    for (size_t i = 0; i < n && !writer->status; i++) {
        int status = encode_value(writer, element, weft__at(items, i * element->c_size), depth);
        if (status)
            return status;
    }
    return 0;
}

static int encode_map(weft_writer *writer, const weft_type *type, const void *value, unsigned depth)
{
    const weft__list_value *map = value;
    weft__write_map(writer, map->len);
    for (size_t i = 0; i < map->len && !writer->status; i++) {
        const void *pair = weft__at(map->items, i * type->stride);
        if (i > 0 && weft__key_compare(type->key, weft__at(map->items, (i - 1) * type->stride), pair) >= 0)
            return WEFT_EINVAL;
        int status = encode_one(writer, type->key, pair, depth);
        if (!status)
            status = encode_one(writer, type->element, weft__at(pair, type->offset), depth);
        if (status)
            return status;
    }
    return 0;
}

static int encode_option(weft_writer *writer, const weft_type *type, const void *value, unsigned depth)
{
    const void *inside = weft__option_value(type, value);
    if (!inside) {
        weft__write_nil(writer);
        return 0;
    }
    if (depth == 0)
        return WEFT_EINVAL;
    weft__write_array(writer, 1);
    return encode_one(writer, type->element, inside, depth - 1);
}

/* Everything but scalars; depth: how many containers may be opened yet. */
static int encode_container(weft_writer *writer, const weft_type *type, const void *value, unsigned depth)
{
    const weft__list_value *list = value;
    if (type->kind == WEFT_KIND_OPTION)
        return encode_option(writer, type, value, depth);
    if (type->kind == WEFT_KIND_ARRAY && weft__type_is_bin_array(type)) {
        weft__write_bin(writer, weft_bytes_of(value, type->n));
        return 0;
    }
    if (__builtin_expect(depth == 0, 0))
        return WEFT_EINVAL;
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return encode_struct(writer, type, value, depth - 1);
    case WEFT_KIND_ENUM: return encode_enum(writer, type, value, depth - 1);
    case WEFT_KIND_LIST: return encode_elements(writer, type->element, list->items, list->len, depth - 1);
    case WEFT_KIND_MAP: return encode_map(writer, type, value, depth - 1);
    case WEFT_KIND_ARRAY: return encode_elements(writer, type->element, value, type->n, depth - 1);
    default: return WEFT_EINVAL;
    }
}

int weft_gen_encode(const weft_type *type, const void *value, weft_writer *writer)
{
    if (writer->status)
        return writer->status;
    if (type->abi != WEFT_GEN_ABI)
        return WEFT_EINVAL;
    size_t before = writer->buf.len;
    int status = encode_one(writer, type, value, WEFT_NESTING_MAX);
    if (!status)
        status = writer->status;
    if (__builtin_expect(status, 0)) {
        writer->buf.len = before;
        writer->status = 0;
    }
    return status;
}
