/* Decoding by a local table: one pass over tokens, straight into the C value. And what every decode begins and ends
 * with. */
#include "runtime/schema/decoder.h"

#include <stdalign.h>

#include "runtime/base/error.h"
#include "runtime/schema/plan_table.h"

/* ---- failure ---- */

/* Adds what lies outermost first, and "..." where it gets too long: room bytes at most. */
static void error_add_path(weft_error *error, const weft__decoder *d, size_t room)
{
    static const char dots[] = "...";
    for (uint32_t i = d->n_path; i-- > 0;) {
        const weft__path_step *step = &d->path[i];
        char digits[20];
        size_t n_digits = step->name ? 0 : weft__format_u64(step->index, digits);
        size_t need = (step->name ? strlen(step->name) + 1 : n_digits + 2) + (i > 0 ? sizeof dots - 1 : 0);
        if (need > room) {
            weft__error_add_text(error, weft_str_of(dots, sizeof dots - 1));
            return;
        }
        room -= need - (i > 0 ? sizeof dots - 1 : 0);
        if (step->name) {
            if (error->text[0])
                weft__error_add_text(error, WEFT_STR("."));
            weft__error_add_text(error, weft_str_from(step->name));
        } else {
            weft__error_add_text(error, WEFT_STR("["));
            weft__error_add_text(error, weft_str_of(digits, n_digits));
            weft__error_add_text(error, WEFT_STR("]"));
        }
    }
}

static int decode_error(const weft__decoder *d, int status, weft_error *error)
{
    if (!error)
        return status;
    if (status != WEFT_EBADMSG)
        return weft__error_set(error, status, NULL);
    const char *reason = d->reason                       ? d->reason
                         : d->reader.at == d->reader.end ? "the value ends too early"
                                                         : "not a valid ";
    const char *what = d->reason || d->reader.at == d->reader.end ? "" : weft__type_kind_name(d->expected);
    weft__error_set(error, status, "");
    if (d->n_path > 0) {
        error_add_path(error, d, sizeof error->text - 3 - strlen(reason) - strlen(what));
        weft__error_add_text(error, WEFT_STR(": "));
    }
    weft__error_add_text(error, weft_str_from(reason));
    weft__error_add_text(error, weft_str_from(what));
    return status;
}

/* ---- bounds ---- */

/* At least so many bytes encode a value of the type; counting ends above enough, so that it costs no more than reading
 * the value will. */
static size_t wire_min(const weft_type *type, size_t enough, unsigned depth)
{
    switch (type->kind) {
    case WEFT_KIND_F32:
    case WEFT_KIND_F64: return 5;
    case WEFT_KIND_TIMESTAMP: return 6;
    case WEFT_KIND_BYTES: return 2;
    case WEFT_KIND_ENUM: return 3;
    case WEFT_KIND_STRUCT: {
        size_t sum = 1;
        for (uint32_t i = 0; i < type->n && sum <= enough; i++)
            sum += depth > 0 ? wire_min(type->fields[i].type, enough - sum, depth - 1) : 1;
        return sum;
    }
    case WEFT_KIND_ARRAY:
        if (type->n == 0 || type->n > enough || depth == 0 || weft__type_is_bin_array(type))
            return (size_t)type->n + 1;
        return 1 + type->n * wire_min(type->element, enough / type->n, depth - 1);
    default: return 1;
    }
}

int weft__decode_alloc(weft__decoder *d, const weft_type *wire_type, uint32_t n, size_t beside, size_t size,
                       size_t align, void **ret_items)
{
    size_t each = weft__reader_left(&d->reader) / n;
    if (wire_min(wire_type, each, WEFT_NESTING_MAX) + beside > each)
        return weft__fail(d, "more elements are announced than the bytes can hold");
    size_t len;
    if (!weft__size_mul(n, size, &len) || len > d->memory_left)
        return weft__fail(d, "it would take far more memory than its bytes");
    void *items = weft_arena_alloc(d->arena, len, align);
    if (!items)
        return WEFT_ENOMEM;
    d->memory_left -= len;
    *ret_items = items;
    return 0;
}

/* ---- values ---- */

int weft__decode_narrow(weft__decoder *d, const weft_type *type, void *out)
{
    int64_t number, max = type->kind == WEFT_KIND_I8 ? INT8_MAX : type->kind == WEFT_KIND_I16 ? INT16_MAX : INT32_MAX;
    const uint8_t *at = d->reader.at;
    if (weft__decode_read_i64(&d->reader, &number) || number < -max - 1 || number > max) {
        d->reader.at = at;
        return WEFT_EBADMSG;
    }
    switch (type->kind) {
    case WEFT_KIND_I8: *(int8_t *)out = (int8_t)number; break;
    case WEFT_KIND_I16: *(int16_t *)out = (int16_t)number; break;
    default: *(int32_t *)out = (int32_t)number; break;
    }
    return 0;
}

/* ---- containers ---- */

static int decode_struct(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    uint32_t n;
    int status = weft__open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != type->n) /* [schema.positional] */
        return weft__fail(d, "a struct with another number of fields");
    for (uint32_t i = 0; i < n; i++) {
        const weft_field *field = &type->fields[i];
        status = weft__decode_value(d, field->type, depth - 1, weft__at_mut(out, field->offset));
        if (__builtin_expect(status, 0))
            return weft__fail_in(d, status, field->name, 0);
    }
    return 0;
}

int weft__decode_unknown(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    if (type->flags & WEFT_TYPE_CLOSED)
        return weft__fail(d, "an unknown variant of a closed enum");
    if (weft__read_skip(&d->reader, depth))
        return weft__fail(d, "the payload of an unknown variant is malformed or nested too deeply");
    memset(out, 0, type->c_size);
    return 0;
}

static int decode_enum(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    uint32_t n;
    uint64_t index;
    int status = weft__open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != 2 || weft__read_u64(&d->reader, &index))
        return weft__fail(d, "not an enum's index and payload");
    if (index >= type->n)
        return weft__decode_unknown(d, type, depth - 1, out);
    const weft_variant *variant = &type->variants[index];
    if (variant->payload) {
        status = weft__decode_local(d, variant->payload, depth - 1, weft__at_mut(out, type->offset));
        if (status)
            return weft__fail_in(d, status, variant->name, 0);
    } else {
        if (!weft__read_nil(&d->reader))
            return weft__fail_in(d, weft__fail(d, "a payload where there is none"), variant->name, 0);
        memset(out, 0, type->c_size);
    }
    *(int *)out = (int)index + 1;
    return 0;
}

static int decode_list(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    const weft_type *element = type->element;
    uint32_t n;
    void *items = NULL;
    int status = weft__open_array(d, type, depth, &n);
    if (!status && n > 0)
        status = weft__decode_alloc(d, element, n, 0, element->c_size, weft__type_align(element), &items);
    if (status)
        return status;
    for (uint32_t i = 0; i < n; i++) {
        status = weft__decode_value(d, element, depth - 1, weft__at_mut(items, (size_t)i * element->c_size));
        if (status)
            return weft__fail_in(d, status, NULL, i);
    }
    *(weft__list_value *)out = (weft__list_value){ items, n };
    return 0;
}

static int decode_map(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    uint32_t n;
    void *pairs = NULL;
    if (depth == 0)
        return weft__fail(d, "nested too deeply");
    if (weft__read_map(&d->reader, &n))
        return weft__fail_expected(d, type);
    int status = n > 0 ? weft__decode_alloc(d, type->element, n, 1, type->stride, weft__pair_align(type), &pairs) : 0;
    if (status)
        return status;
    for (uint32_t i = 0; i < n; i++) {
        void *pair = weft__at_mut(pairs, (size_t)i * type->stride);
        status = weft__decode_local(d, type->key, 0, pair);
        if (!status && i > 0 &&
            weft__key_compare(type->key, weft__at(pairs, (size_t)(i - 1) * type->stride), pair) >= 0)
            status = weft__fail(d, "keys are not strictly ascending");
        if (!status)
            status = weft__decode_local(d, type->element, depth - 1, weft__at_mut(pair, type->offset));
        if (status)
            return weft__fail_in(d, status, NULL, i);
    }
    *(weft__list_value *)out = (weft__list_value){ pairs, n };
    return 0;
}

static int decode_array(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    const weft_type *element = type->element;
    if (weft__type_is_bin_array(type)) {
        weft_bytes bytes;
        if (weft__read_bin(&d->reader, &bytes))
            return weft__fail_expected(d, &weft_type_bytes);
        if (bytes.len != type->n)
            return weft__fail(d, "an array of another length");
        memcpy(out, bytes.ptr, bytes.len);
        return 0;
    }
    uint32_t n;
    int status = weft__open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != type->n)
        return weft__fail(d, "an array of another length");
    for (uint32_t i = 0; i < n; i++) {
        status = weft__decode_local(d, element, depth - 1, weft__at_mut(out, (size_t)i * element->c_size));
        if (status)
            return weft__fail_in(d, status, NULL, i);
    }
    return 0;
}

static int decode_option(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    const weft_type *element = type->element;
    if (weft__read_nil(&d->reader)) {
        memset(out, 0, type->c_size);
        if (type->flags & WEFT_TYPE_INDIRECT)
            *(const void **)out = NULL;
        return 0;
    }
    uint32_t n;
    int status = weft__open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != 1)
        return weft__fail(d, "neither nil nor one value");
    if (!(type->flags & WEFT_TYPE_INDIRECT)) {
        *(bool *)out = true;
        return weft__decode_local(d, element, depth - 1, weft__at_mut(out, type->offset));
    }
    void *value;
    status = weft__decode_alloc(d, element, 1, 0, element->c_size, weft__type_align(element), &value);
    if (!status)
        status = weft__decode_local(d, element, depth - 1, value);
    if (!status)
        *(const void **)out = value;
    return status;
}

/* weft__decode_value for where it is not the inner loop. */
int weft__decode_local(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    return weft__decode_value(d, type, depth, out);
}

int weft__decode_container(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
{
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return decode_struct(d, type, depth, out);
    case WEFT_KIND_ENUM: return decode_enum(d, type, depth, out);
    case WEFT_KIND_LIST: return decode_list(d, type, depth, out);
    case WEFT_KIND_MAP: return decode_map(d, type, depth, out);
    case WEFT_KIND_ARRAY: return decode_array(d, type, depth, out);
    case WEFT_KIND_OPTION: return decode_option(d, type, depth, out);
    default: return weft__fail(d, "a type that this runtime has not");
    }
}

/* A place that holds the value until all of it is known to be good: near where it fits, else in the arena. */
static int decode_scratch(weft__decoder *d, const weft_type *type, const weft_type *wire_type, void *near,
                          void **ret_scratch)
{
    *ret_scratch = near;
    return type->c_size <= WEFT__SCRATCH
               ? 0
               : weft__decode_alloc(d, wire_type, 1, 0, type->c_size, weft__type_align(type), ret_scratch);
}

static size_t memory_of(size_t len)
{
    return len < (SIZE_MAX - WEFT_DECODED_SPARE) / WEFT_DECODED_FACTOR ? WEFT_DECODED_SPARE + len * WEFT_DECODED_FACTOR
                                                                       : SIZE_MAX;
}

/* Field by field: the path is long, and written only where a value fails. */
static inline void decoder_init(weft__decoder *d, const weft_type *type, weft_bytes value, weft_arena *arena)
{
    d->reader = weft__reader_of(value);
    d->arena = arena;
    d->memory_left = memory_of(value.len);
    d->reason = NULL;
    d->expected = type;
    d->n_path = 0;
}

static inline int decode_into(weft__decoder *d, const weft_type *type, const weft__plan *plan_or_null, void *place)
{
    int status = plan_or_null ? weft__decode_planned(d, plan_or_null, WEFT_NESTING_MAX, place)
                              : weft__decode_local(d, type, WEFT_NESTING_MAX, place);
    return !status && d->reader.at != d->reader.end ? weft__fail(d, "bytes behind the value") : status;
}

int weft__decode_fresh(const weft_type *type, const weft__plan *plan_or_null, weft_bytes value, weft_arena *arena,
                       void *ret_value, weft_error *error_or_null)
{
    weft__decoder d;
    if (type->abi != WEFT_GEN_ABI)
        return weft__error_set(error_or_null, WEFT_EINVAL, "a type table made for another runtime");
    decoder_init(&d, type, value, arena);
    int status = decode_into(&d, type, plan_or_null, ret_value);
    return __builtin_expect(status, 0) ? decode_error(&d, status, error_or_null) : 0;
}

int weft__decode(const weft_type *type, const weft__plan *plan_or_null, weft_bytes value, weft_arena *arena,
                 void *ret_value, weft_error *error_or_null)
{
    weft__decoder d;
    alignas(16) unsigned char near[WEFT__SCRATCH];
    void *scratch;
    if (type->abi != WEFT_GEN_ABI)
        return weft__error_set(error_or_null, WEFT_EINVAL, "a type table made for another runtime");
    decoder_init(&d, type, value, arena);
    int status = decode_scratch(&d, type, plan_or_null ? plan_or_null->remote : type, near, &scratch);
    if (!status)
        status = decode_into(&d, type, plan_or_null, scratch);
    if (__builtin_expect(status, 0))
        return decode_error(&d, status, error_or_null);
    memcpy(ret_value, scratch, type->c_size);
    return 0;
}

int weft_gen_decode(const weft_type *type, weft_bytes bytes, weft_arena *arena, void *ret_value,
                    weft_error *error_or_null)
{
    return weft__decode(type, NULL, bytes, arena, ret_value, error_or_null);
}
