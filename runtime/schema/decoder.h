/* What both decoders share: the one that reads by a local table alone, and the one that goes by a plan. */
#ifndef WEFT_RUNTIME_SCHEMA_DECODER_H
#define WEFT_RUNTIME_SCHEMA_DECODER_H

#include "runtime/base/mem.h"
#include "runtime/schema/codec.h"
#include "runtime/wire/reader.h"
#include "weft/limits.h"

/* One step from a value to one inside it, noted on the way out of a failure. */
typedef struct weft__path_step {
    const char *name; /* NULL: index counts */
    uint32_t index;
} weft__path_step;

typedef struct weft__decoder {
    weft__reader reader;
    weft_arena *arena;
    size_t memory_left;        /* that elements may still take */
    const char *reason;        /* of WEFT_EBADMSG */
    const weft_type *expected; /* where reason is NULL */
    uint32_t n_path;
    weft__path_step path[WEFT_NESTING_MAX]; /* innermost first; a container adds one step at most */
} weft__decoder;

/* A value by its local table, and one by its plan. depth: how many containers may be opened yet. */
int weft__decode_local(weft__decoder *d, const weft_type *type, unsigned depth, void *out);
int weft__decode_container(weft__decoder *d, const weft_type *type, unsigned depth, void *out);
int weft__decode_planned(weft__decoder *d, const weft__plan *plan, unsigned depth, void *out);
/* [schema.plan.errors] The payload of a variant that this side has not: UNKNOWN. */
int weft__decode_unknown(weft__decoder *d, const weft_type *type, unsigned depth, void *out);
/* Room for n values of size bytes, if the bytes that are left can hold as many of the type that comes, with `beside`
 * bytes each around them. */
int weft__decode_alloc(weft__decoder *d, const weft_type *wire_type, uint32_t n, size_t beside, size_t size,
                       size_t align, void **ret_items);
/* A signed integer narrower than 64 bits. */
int weft__decode_narrow(weft__decoder *d, const weft_type *type, void *out);

/* ---- failure ---- */

static inline int weft__fail(weft__decoder *d, const char *reason)
{
    d->reason = reason;
    return WEFT_EBADMSG;
}

static inline int weft__fail_expected(weft__decoder *d, const weft_type *type)
{
    d->reason = NULL;
    d->expected = type;
    return WEFT_EBADMSG;
}

static inline int weft__fail_in(weft__decoder *d, int status, const char *name_or_null, uint32_t index)
{
    if (d->n_path < WEFT_NESTING_MAX)
        d->path[d->n_path++] = (weft__path_step){ name_or_null, index };
    return status;
}

/* The readers below take the forms that are nearly all there is, inline, and leave everything else, with every error,
 * to the ones of the wire. */

static inline uint64_t weft__decode_be64(const uint8_t *at)
{
    uint64_t bits;
    memcpy(&bits, at, sizeof bits);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    return bits;
}

static WEFT__INLINE int weft__decode_read_i64(weft__reader *reader, int64_t *ret_value)
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
    uint64_t bits = weft__decode_be64(reader->at + 1);
    if (form > 7 || (form == 3 && bits > INT64_MAX))
        return weft__read_i64(reader, ret_value);
    unsigned width = 1u << (form & 3), beside = 64 - 8 * width;
    *ret_value = form < 4 ? (int64_t)(bits >> beside) : (int64_t)bits >> beside;
    reader->at += 1 + width;
    return 0;
}

static WEFT__INLINE int weft__decode_read_str(weft__reader *reader, weft_str *ret_text)
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

static WEFT__INLINE int weft__decode_read_bin(weft__reader *reader, weft_bytes *ret_bytes)
{
    size_t left = weft__reader_left(reader);
    if (left < 2 || reader->at[0] != 0xc4 || reader->at[1] > left - 2)
        return weft__read_bin(reader, ret_bytes);
    *ret_bytes = weft_bytes_of(reader->at + 2, reader->at[1]);
    reader->at += 2 + (size_t)reader->at[1];
    return 0;
}

/* What is not a container costs no call of ours. */
static WEFT__INLINE int weft__decode_value(weft__decoder *d, const weft_type *type, unsigned depth, void *out)
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
    case WEFT_KIND_I32: status = weft__decode_narrow(d, type, out); break;
    case WEFT_KIND_I64: status = weft__decode_read_i64(reader, out); break;
    case WEFT_KIND_F32: status = weft__read_f32(reader, out); break;
    case WEFT_KIND_F64: status = weft__read_f64(reader, out); break;
    case WEFT_KIND_STR: status = weft__decode_read_str(reader, out); break;
    case WEFT_KIND_BYTES: status = weft__decode_read_bin(reader, out); break;
    case WEFT_KIND_TIMESTAMP: status = weft__read_timestamp(reader, out); break;
    case WEFT_KIND_DURATION: status = weft__decode_read_i64(reader, &((weft_duration *)out)->ns); break;
    default: return weft__decode_container(d, type, depth, out);
    }
    return __builtin_expect(status, 0) ? weft__fail_expected(d, type) : 0;
}

/* The header of an array; depth: how many containers may be opened yet. */
static inline int weft__open_array(weft__decoder *d, const weft_type *type, unsigned depth, uint32_t *ret_n)
{
    if (__builtin_expect(depth == 0, 0))
        return weft__fail(d, "nested too deeply");
    if (__builtin_expect(weft__read_array(&d->reader, ret_n), 0))
        return weft__fail_expected(d, type);
    return 0;
}

#endif
