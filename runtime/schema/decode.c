/* Decoding by plan: one pass over tokens, straight into the C value. */
#include "runtime/schema/codec.h"

#include <stdalign.h>

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/wire/reader.h"
#include "weft/limits.h"

/* One step from a value to one inside it, noted on the way out of a failure. */
typedef struct path_step {
    const char *name; /* NULL: index counts */
    uint32_t index;
} path_step;

typedef struct decoder {
    weft__reader reader;
    weft_arena *arena;
    size_t memory_left;        /* that elements may still take */
    const char *reason;        /* of WEFT_EBADMSG */
    const weft_type *expected; /* where reason is NULL */
    uint32_t n_path;
    path_step path[WEFT_NESTING_MAX]; /* innermost first; a container adds one step at most */
} decoder;

static int decode_container(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out);
static int decode_one(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out);

/* ---- the plan ------------------------------------------------------------------------------------------------- */

/* What to do with the next element of a remote struct. */
typedef struct plan_step {
    const weft_field *field;
    const weft__plan *plan; /* of its value */
} plan_step;

/* [schema.positional] How many elements the remote struct has. */
static inline uint32_t plan_steps(const weft_type *type, const weft__plan *plan)
{
    (void)plan; /* the identity is the only one */
    return type->n;
}

static inline plan_step plan_step_at(const weft_type *type, const weft__plan *plan, uint32_t i)
{
    (void)plan;
    return (plan_step){ &type->fields[i], NULL };
}

/* The local kind of a remote variant: 0 is UNKNOWN. */
static inline uint32_t plan_kind(const weft_type *type, const weft__plan *plan, uint64_t index)
{
    (void)plan;
    return index < type->n ? (uint32_t)index + 1 : 0;
}

/* The plan of what lies inside: of a variant's payload, an element, a map's value. */
static inline const weft__plan *plan_inside(const weft__plan *plan)
{
    return plan;
}

/* ---- failure ---------------------------------------------------------------------------------------------------- */

static int fail(decoder *d, const char *reason)
{
    d->reason = reason;
    return WEFT_EBADMSG;
}

static int fail_expected(decoder *d, const weft_type *type)
{
    d->reason = NULL;
    d->expected = type;
    return WEFT_EBADMSG;
}

static int fail_in(decoder *d, int status, const char *name_or_null, uint32_t index)
{
    if (d->n_path < WEFT_NESTING_MAX)
        d->path[d->n_path++] = (path_step){ name_or_null, index };
    return status;
}

/* Adds what lies outermost first, and "..." where it gets too long: room bytes at most. */
static void error_add_path(weft_error *error, const decoder *d, size_t room)
{
    static const char dots[] = "...";
    for (uint32_t i = d->n_path; i-- > 0;) {
        const path_step *step = &d->path[i];
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

static int decode_error(const decoder *d, int status, weft_error *error)
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

/* ---- bounds -------------------------------------------------------------------------------------------------------
 */

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

/* Room for n values of the type, if the bytes that are left can hold as many with `beside` bytes each around them. */
static int alloc_values(decoder *d, const weft_type *type, uint32_t n, size_t beside, size_t size, size_t align,
                        void **ret_items)
{
    size_t each = weft__reader_left(&d->reader) / n;
    if (wire_min(type, each, WEFT_NESTING_MAX) + beside > each)
        return fail(d, "more elements are announced than the bytes can hold");
    size_t len;
    if (!weft__size_mul(n, size, &len) || len > d->memory_left)
        return fail(d, "it would take far more memory than its bytes");
    void *items = weft_arena_alloc(d->arena, len, align);
    if (!items)
        return WEFT_ENOMEM;
    d->memory_left -= len;
    *ret_items = items;
    return 0;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

/* The readers below take the forms that are nearly all there is, inline, and leave everything else, with every error,
 * to the ones of the wire. */

static inline uint64_t load_be64(const uint8_t *at)
{
    uint64_t bits;
    memcpy(&bits, at, sizeof bits);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    return bits;
}

static WEFT__INLINE int read_i64(weft__reader *reader, int64_t *ret_value)
{
    enum { LONGEST = 9 };
    if (weft__reader_left(reader) < LONGEST)
        return weft__read_i64(reader, ret_value);
    uint8_t first = *reader->at;
    if (first < 0x80 || first >= 0xe0) {
        *ret_value = (int8_t)first;
        reader->at++;
        return 0;
    }
    unsigned form = (unsigned)first - 0xcc; /* cc to cf: 1 to 8 bytes unsigned; d0 to d3: signed */
    uint64_t bits = load_be64(reader->at + 1);
    if (form > 7 || (form == 3 && bits > INT64_MAX))
        return weft__read_i64(reader, ret_value);
    unsigned width = 1u << (form & 3), beside = 64 - 8 * width;
    *ret_value = form < 4 ? (int64_t)(bits >> beside) : (int64_t)bits >> beside;
    reader->at += 1 + width;
    return 0;
}

static WEFT__INLINE int read_str(weft__reader *reader, weft_str *ret_text)
{
    size_t left = weft__reader_left(reader);
    if (left < 2)
        return weft__read_str(reader, ret_text);
    unsigned first = reader->at[0];
    size_t head = first == 0xd9 ? 2 : 1, len = first == 0xd9 ? reader->at[1] : first & 31;
    weft_str text = weft_str_of((const char *)reader->at + head, len);
    if ((first != 0xd9 && (first & 0xe0) != 0xa0) || len > left - head || !weft__is_ascii(text))
        return weft__read_str(reader, ret_text);
    reader->at += head + len;
    *ret_text = text;
    return 0;
}

static WEFT__INLINE int read_bin(weft__reader *reader, weft_bytes *ret_bytes)
{
    size_t left = weft__reader_left(reader);
    if (left < 2 || reader->at[0] != 0xc4 || reader->at[1] > left - 2)
        return weft__read_bin(reader, ret_bytes);
    *ret_bytes = weft_bytes_of(reader->at + 2, reader->at[1]);
    reader->at += 2 + (size_t)reader->at[1];
    return 0;
}

/* A signed integer narrower than 64 bits. */
static int decode_narrow(decoder *d, const weft_type *type, void *out)
{
    int64_t number, max = type->kind == WEFT_KIND_I8 ? INT8_MAX : type->kind == WEFT_KIND_I16 ? INT16_MAX : INT32_MAX;
    weft__reader ahead = d->reader;
    if (weft__read_i64(&ahead, &number) || number < -max - 1 || number > max)
        return WEFT_EBADMSG;
    d->reader = ahead;
    switch (type->kind) {
    case WEFT_KIND_I8: *(int8_t *)out = (int8_t)number; break;
    case WEFT_KIND_I16: *(int16_t *)out = (int16_t)number; break;
    default: *(int32_t *)out = (int32_t)number; break;
    }
    return 0;
}

/* What is not a container costs no call of ours. */
static WEFT__INLINE int decode_value(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth,
                                     void *out)
{
    weft__reader *reader = &d->reader;
    int status;
    switch (type->kind) {
    case WEFT_KIND_BOOL: status = weft__read_bool(reader, out); break;
    case WEFT_KIND_U8: status = weft__read_u8(reader, out); break;
    case WEFT_KIND_U16: status = weft__read_u16(reader, out); break;
    case WEFT_KIND_U32: status = weft__read_u32(reader, out); break;
    case WEFT_KIND_U64: status = weft__read_u64(reader, out); break;
    case WEFT_KIND_I8:
    case WEFT_KIND_I16:
    case WEFT_KIND_I32: status = decode_narrow(d, type, out); break;
    case WEFT_KIND_I64: status = read_i64(reader, out); break;
    case WEFT_KIND_F32: status = weft__read_f32(reader, out); break;
    case WEFT_KIND_F64: status = weft__read_f64(reader, out); break;
    case WEFT_KIND_STR: status = read_str(reader, out); break;
    case WEFT_KIND_BYTES: status = read_bin(reader, out); break;
    case WEFT_KIND_TIMESTAMP: status = weft__read_timestamp(reader, out); break;
    case WEFT_KIND_DURATION: status = read_i64(reader, &((weft_duration *)out)->ns); break;
    default: return decode_container(d, type, plan, depth, out);
    }
    return __builtin_expect(status, 0) ? fail_expected(d, type) : 0;
}

/* ---- containers ----------------------------------------------------------------------------------------------- */

/* The header of an array; depth: how many containers may be opened yet. */
static inline int open_array(decoder *d, const weft_type *type, unsigned depth, uint32_t *ret_n)
{
    if (__builtin_expect(depth == 0, 0))
        return fail(d, "nested too deeply");
    if (__builtin_expect(weft__read_array(&d->reader, ret_n), 0))
        return fail_expected(d, type);
    return 0;
}

static int decode_struct(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    uint32_t n;
    int status = open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != plan_steps(type, plan))
        return fail(d, "a struct with another number of fields");
    for (uint32_t i = 0; i < n; i++) {
        plan_step step = plan_step_at(type, plan, i);
        status = decode_value(d, step.field->type, step.plan, depth - 1, weft__at_mut(out, step.field->offset));
        if (__builtin_expect(status, 0))
            return fail_in(d, status, step.field->name, 0);
    }
    return 0;
}

/* [schema.plan.errors] A variant that this side has not. */
static int decode_unknown(decoder *d, const weft_type *type, unsigned depth, void *out)
{
    if (type->flags & WEFT_TYPE_CLOSED)
        return fail(d, "an unknown variant of a closed enum");
    if (weft__read_skip(&d->reader, depth))
        return fail(d, "the payload of an unknown variant is malformed or nested too deeply");
    memset(out, 0, type->c_size);
    return 0;
}

static int decode_enum(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    uint32_t n;
    uint64_t index;
    int status = open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != 2 || weft__read_u64(&d->reader, &index))
        return fail(d, "not an enum's index and payload");
    uint32_t kind = plan_kind(type, plan, index);
    if (kind == 0)
        return decode_unknown(d, type, depth - 1, out);
    const weft_variant *variant = &type->variants[kind - 1];
    if (variant->payload) {
        status = decode_one(d, variant->payload, plan_inside(plan), depth - 1, weft__at_mut(out, type->offset));
        if (status)
            return fail_in(d, status, variant->name, 0);
    } else {
        if (!weft__read_nil(&d->reader))
            return fail_in(d, fail(d, "a payload where there is none"), variant->name, 0);
        memset(out, 0, type->c_size);
    }
    *(int *)out = (int)kind;
    return 0;
}

static int decode_list(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    const weft_type *element = type->element;
    uint32_t n;
    void *items = NULL;
    int status = open_array(d, type, depth, &n);
    if (!status && n > 0)
        status = alloc_values(d, element, n, 0, element->c_size, weft__type_align(element), &items);
    if (status)
        return status;
    for (uint32_t i = 0; i < n; i++) {
        status =
            decode_value(d, element, plan_inside(plan), depth - 1, weft__at_mut(items, (size_t)i * element->c_size));
        if (status)
            return fail_in(d, status, NULL, i);
    }
    *(weft__list_value *)out = (weft__list_value){ items, n };
    return 0;
}

static int decode_map(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    uint32_t n;
    void *pairs = NULL;
    if (depth == 0)
        return fail(d, "nested too deeply");
    if (weft__read_map(&d->reader, &n))
        return fail_expected(d, type);
    int status = n > 0 ? alloc_values(d, type->element, n, 1, type->stride, weft__pair_align(type), &pairs) : 0;
    if (status)
        return status;
    for (uint32_t i = 0; i < n; i++) {
        void *pair = weft__at_mut(pairs, (size_t)i * type->stride);
        status = decode_one(d, type->key, NULL, 0, pair);
        if (!status && i > 0 &&
            weft__key_compare(type->key, weft__at(pairs, (size_t)(i - 1) * type->stride), pair) >= 0)
            status = fail(d, "keys are not strictly ascending");
        if (!status)
            status = decode_one(d, type->element, plan_inside(plan), depth - 1, weft__at_mut(pair, type->offset));
        if (status)
            return fail_in(d, status, NULL, i);
    }
    *(weft__list_value *)out = (weft__list_value){ pairs, n };
    return 0;
}

static int decode_array(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    const weft_type *element = type->element;
    if (weft__type_is_bin_array(type)) {
        weft_bytes bytes;
        if (weft__read_bin(&d->reader, &bytes))
            return fail_expected(d, &weft_type_bytes);
        if (bytes.len != type->n)
            return fail(d, "an array of another length");
        memcpy(out, bytes.ptr, bytes.len);
        return 0;
    }
    uint32_t n;
    int status = open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != type->n)
        return fail(d, "an array of another length");
    for (uint32_t i = 0; i < n; i++) {
        status = decode_one(d, element, plan_inside(plan), depth - 1, weft__at_mut(out, (size_t)i * element->c_size));
        if (status)
            return fail_in(d, status, NULL, i);
    }
    return 0;
}

static int decode_option(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    const weft_type *element = type->element;
    if (weft__read_nil(&d->reader)) {
        memset(out, 0, type->c_size);
        if (type->flags & WEFT_TYPE_INDIRECT)
            *(const void **)out = NULL;
        return 0;
    }
    uint32_t n;
    int status = open_array(d, type, depth, &n);
    if (status)
        return status;
    if (n != 1)
        return fail(d, "neither nil nor one value");
    if (!(type->flags & WEFT_TYPE_INDIRECT)) {
        *(bool *)out = true;
        return decode_one(d, element, plan_inside(plan), depth - 1, weft__at_mut(out, type->offset));
    }
    void *value;
    status = alloc_values(d, element, 1, 0, element->c_size, weft__type_align(element), &value);
    if (!status)
        status = decode_one(d, element, plan_inside(plan), depth - 1, value);
    if (!status)
        *(const void **)out = value;
    return status;
}

/* decode_value for where it is not the inner loop. */
static int decode_one(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    return decode_value(d, type, plan, depth, out);
}

static int decode_container(decoder *d, const weft_type *type, const weft__plan *plan, unsigned depth, void *out)
{
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return decode_struct(d, type, plan, depth, out);
    case WEFT_KIND_ENUM: return decode_enum(d, type, plan, depth, out);
    case WEFT_KIND_LIST: return decode_list(d, type, plan, depth, out);
    case WEFT_KIND_MAP: return decode_map(d, type, plan, depth, out);
    case WEFT_KIND_ARRAY: return decode_array(d, type, plan, depth, out);
    case WEFT_KIND_OPTION: return decode_option(d, type, plan, depth, out);
    default: return fail(d, "a type that this runtime has not");
    }
}

/* A place that holds the value until all of it is known to be good: near where it fits, else in the arena. */
static int decode_scratch(decoder *d, const weft_type *type, void *near, void **ret_scratch)
{
    *ret_scratch = near;
    return type->c_size <= WEFT__SCRATCH
               ? 0
               : alloc_values(d, type, 1, 0, type->c_size, weft__type_align(type), ret_scratch);
}

static size_t memory_of(size_t len)
{
    return len < (SIZE_MAX - WEFT_DECODED_SPARE) / WEFT_DECODED_FACTOR ? WEFT_DECODED_SPARE + len * WEFT_DECODED_FACTOR
                                                                       : SIZE_MAX;
}

int weft__decode(const weft_type *type, const weft__plan *plan_or_null, weft_bytes value, weft_arena *arena,
                 void *ret_value, weft_error *error_or_null)
{
    if (type->abi != WEFT_GEN_ABI)
        return weft__error_set(error_or_null, WEFT_EINVAL, "a type table made for another runtime");
    if (plan_or_null)
        return weft__error_set(error_or_null, WEFT_ENOTSUP, NULL);
    decoder d; /* field by field: the path is long, and written only where a value fails */
    d.reader = weft__reader_of(value);
    d.arena = arena;
    d.memory_left = memory_of(value.len);
    d.reason = NULL;
    d.expected = type;
    d.n_path = 0;
    alignas(16) unsigned char near[WEFT__SCRATCH];
    void *scratch;
    int status = decode_scratch(&d, type, near, &scratch);
    if (!status)
        status = decode_one(&d, type, plan_or_null, WEFT_NESTING_MAX, scratch);
    if (!status && d.reader.at != d.reader.end)
        status = fail(&d, "bytes behind the value");
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
