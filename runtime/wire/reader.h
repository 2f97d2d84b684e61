/* Pulling MessagePack tokens out of a complete message, every read checked: a count against the bytes that are left (an
 * element costs at least one byte, a pair two), nesting against a limit. Allocates nothing, copies nothing: strings and
 * bytes are slices of the input. A failed read leaves the reader where it was and returns WEFT_EBADMSG. */
#ifndef WEFT_RUNTIME_WIRE_READER_H
#define WEFT_RUNTIME_WIRE_READER_H

#include "weft/base.h"

typedef struct weft__reader {
    const uint8_t *at;
    const uint8_t *end;
} weft__reader;

static inline weft__reader weft__reader_of(weft_bytes bytes)
{
    weft__reader reader = { bytes.ptr, bytes.len > 0 ? bytes.ptr + bytes.len : bytes.ptr };
    return reader;
}
static inline size_t weft__reader_left(const weft__reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/* Is a nil next? Then it is taken. */
static inline bool weft__read_nil(weft__reader *reader)
{
    if (reader->at == reader->end || *reader->at != 0xc0)
        return false;
    reader->at++;
    return true;
}

static inline int weft__read_bool(weft__reader *reader, bool *ret_value)
{
    if (reader->at == reader->end || (*reader->at & 0xfe) != 0xc2)
        return WEFT_EBADMSG;
    *ret_value = *reader->at++ & 1;
    return 0;
}

/* Integers in any form that holds a value in range. */
int weft__read_u64_long(weft__reader *reader, uint64_t *ret_value); /* what is longer than one byte */
static inline int weft__read_u64(weft__reader *reader, uint64_t *ret_value)
{
    if (reader->at == reader->end || *reader->at > 0x7f)
        return weft__read_u64_long(reader, ret_value);
    *ret_value = *reader->at++;
    return 0;
}
/* At most max. */
static inline int weft__read_u64_up_to(weft__reader *reader, uint64_t max, uint64_t *ret_value)
{
    const uint8_t *before = reader->at;
    uint64_t value;
    if (weft__read_u64(reader, &value))
        return WEFT_EBADMSG;
    if (value > max) {
        reader->at = before;
        return WEFT_EBADMSG;
    }
    *ret_value = value;
    return 0;
}
static inline int weft__read_u32(weft__reader *reader, uint32_t *ret_value)
{
    uint64_t value;
    if (weft__read_u64_up_to(reader, UINT32_MAX, &value))
        return WEFT_EBADMSG;
    *ret_value = (uint32_t)value;
    return 0;
}
static inline int weft__read_u16(weft__reader *reader, uint16_t *ret_value)
{
    uint64_t value;
    if (weft__read_u64_up_to(reader, UINT16_MAX, &value))
        return WEFT_EBADMSG;
    *ret_value = (uint16_t)value;
    return 0;
}
static inline int weft__read_u8(weft__reader *reader, uint8_t *ret_value)
{
    uint64_t value;
    if (weft__read_u64_up_to(reader, UINT8_MAX, &value))
        return WEFT_EBADMSG;
    *ret_value = (uint8_t)value;
    return 0;
}
int weft__read_i64_long(weft__reader *reader, int64_t *ret_value); /* what is longer than one byte */
static inline int weft__read_i64(weft__reader *reader, int64_t *ret_value)
{
    if (reader->at == reader->end || (*reader->at > 0x7f && *reader->at < 0xe0))
        return weft__read_i64_long(reader, ret_value);
    *ret_value = (int8_t)*reader->at++;
    return 0;
}
int weft__read_f32(weft__reader *reader, float *ret_value);
/* A float 32 is read too, and widened. */
int weft__read_f64(weft__reader *reader, double *ret_value);
/* UTF-8 is checked by read_str. */
int weft__read_str(weft__reader *reader, weft_str *ret_text);
int weft__read_bin(weft__reader *reader, weft_bytes *ret_bytes);
/* Extension -1 in its three forms; nanoseconds of 10^9 and more are malformed. */
int weft__read_timestamp(weft__reader *reader, weft_timestamp *ret_time);
/* The count of elements (pairs): never more than what is left can hold. */
int weft__read_array_long(weft__reader *reader, uint32_t *ret_n); /* of 16 elements and more */
static inline int weft__read_array(weft__reader *reader, uint32_t *ret_n)
{
    if (reader->at == reader->end || (*reader->at & 0xf0) != 0x90)
        return weft__read_array_long(reader, ret_n);
    uint32_t n = *reader->at & 15;
    if (n >= weft__reader_left(reader))
        return WEFT_EBADMSG;
    reader->at++;
    *ret_n = n;
    return 0;
}
int weft__read_map(weft__reader *reader, uint32_t *ret_n);
/* The count in an array's header, of an array of which only the beginning may be there: not checked against what is
 * left. */
int weft__read_array_open(weft__reader *reader, uint32_t *ret_n);
/* Over one whole value, nesting at most depth_max (and WEFT_NESTING_MAX) containers, without recursion; extensions are
 * taken too, 0xc1 is not. Depth 0: no container. */
int weft__read_skip(weft__reader *reader, unsigned depth_max);
/* The same, and gives the bytes of the value. */
int weft__read_value(weft__reader *reader, unsigned depth_max, weft_bytes *ret_value);
/* One whole value however deep it nests: for bytes that are passed on, or whose decoder has a limit of its own. */
int weft__read_any(weft__reader *reader, weft_bytes *ret_value);

#endif
