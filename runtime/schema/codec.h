/* The codec: values of the C types that weftc makes, to and from their bytes, by the const tables of weft/gen.h.
 *
 * Tables are trusted (the compiler made them), bytes and values are not. Nesting is counted in containers as they stand
 * on the wire (struct, enum, list, map, array of anything but u8, option that is present: one each), at most
 * WEFT_NESTING_MAX in one another: so encode, decode, copy, equal, print and the reader's skip agree on what is too
 * deep, and it bounds the C stack of each of them.
 *
 * Decoding goes by a plan (plan.h) [schema.plan]: which remote field goes where, and what becomes of each remote
 * variant. NULL is the identity, for a remote type that is read by the local table alone. What is skipped is held to be
 * well-formed, and counts as nested where it stands; an option that a plan adds counts as one more container. */
#ifndef WEFT_RUNTIME_SCHEMA_CODEC_H
#define WEFT_RUNTIME_SCHEMA_CODEC_H

#include "runtime/base/inline.h"
#include "weft/gen.h"

typedef struct weft__plan weft__plan;

/* Decodes the one value that fills value. Strings and bytes point into value, everything else is in arena; *ret_value
 * is touched only on success. 0; WEFT_ENOMEM; WEFT_EBADMSG, with `path: reason` in *error_or_null;
 * WEFT_EINVAL: a table made for another runtime. A plan is one whose local type is this one.
 *
 * What a decode allocates is bounded by the bytes that came, whatever counts they claim: before elements are allocated,
 * the bytes left must be enough for as many of the shortest encoding; and all elements of a value of B bytes together
 * take at most WEFT_DECODED_SPARE + WEFT_DECODED_FACTOR * B. */
int weft__decode(const weft_type *type, const weft__plan *plan_or_null, weft_bytes value, weft_arena *arena,
                 void *ret_value, weft_error *error_or_null);
/* The same into memory that nobody looks at after a failure: a part may stand there then. */
int weft__decode_fresh(const weft_type *type, const weft__plan *plan_or_null, weft_bytes value, weft_arena *arena,
                       void *ret_value, weft_error *error_or_null);

/* Below, equal to or above 0. type: an integer, bool or string: integers by value, strings by bytes, false before true.
 */
int weft__key_compare(const weft_type *type, const void *a, const void *b);

/* A kind as the IDL calls it: "u32", "struct". */
const char *weft__type_kind_name(const weft_type *type);

/* The shortest decimal text that reads back as the same number, as JSON has it; "NaN", "Infinity", "-Infinity" with
 * their quotes. Not NUL-terminated: how many bytes. */
enum { WEFT__FLOAT_TEXT_MAX = 32 };
size_t weft__format_f64(double number, char out[WEFT__FLOAT_TEXT_MAX]);
size_t weft__format_f32(float number, char out[WEFT__FLOAT_TEXT_MAX]);

/* A scratch value of up to this size lies on the stack, a longer one in the arena. */
enum { WEFT__SCRATCH = 256 };

/* An alignment that fits every C type of that size: a size is a multiple of its alignment, and 8 is the strictest. */
static inline size_t weft__type_align(const weft_type *type)
{
    size_t lowest = type->c_size & (~(size_t)type->c_size + 1);
    return lowest == 0 ? 1 : lowest > 8 ? 8 : lowest;
}
static inline size_t weft__pair_align(const weft_type *map)
{
    size_t lowest = map->stride & (~(size_t)map->stride + 1);
    return lowest == 0 ? 1 : lowest > 8 ? 8 : lowest;
}

/* array<u8, N>: bin on the wire. */
static inline bool weft__type_is_bin_array(const weft_type *type)
{
    return type->kind == WEFT_KIND_ARRAY && type->element->kind == WEFT_KIND_U8;
}

/* Nothing but ASCII, so that UTF-8 needs no closer look? Eight bytes at a time, the last eight once more. */
static inline bool weft__is_ascii(weft_str text)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t eight, seen = 0;
    if (text.len < sizeof eight) {
        for (size_t i = 0; i < text.len; i++)
            seen |= (uint8_t)text.ptr[i];
        return (seen & high) == 0;
    }
    for (size_t i = 0; i + sizeof eight < text.len; i += sizeof eight) {
        memcpy(&eight, text.ptr + i, sizeof eight);
        seen |= eight;
    }
    memcpy(&eight, text.ptr + text.len - sizeof eight, sizeof eight);
    return ((seen | eight) & high) == 0;
}

/* How a list or map looks in C, whatever its elements. */
typedef struct weft__list_value {
    const void *items;
    size_t len;
} weft__list_value;

/* Fields and elements of a value, by byte offsets from their tables. */
static inline const void *weft__at(const void *base, size_t offset)
{
    return (const char *)base + offset;
}
static inline void *weft__at_mut(void *base, size_t offset)
{
    return (char *)base + offset;
}

/* The variant that an enum's value holds, or NULL: UNKNOWN, or a kind that does not exist. */
static inline const weft_variant *weft__enum_variant(const weft_type *type, const void *value)
{
    int kind = *(const int *)value;
    return kind > 0 && (uint32_t)kind <= type->n ? &type->variants[kind - 1] : NULL;
}
/* The value of an option that has one, or NULL. */
static inline const void *weft__option_value(const weft_type *type, const void *value)
{
    if (type->flags & WEFT_TYPE_INDIRECT)
        return *(const void *const *)value;
    return *(const bool *)value ? weft__at(value, type->offset) : NULL;
}

#endif
