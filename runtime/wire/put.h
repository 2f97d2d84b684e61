/* Writing an integer where there is room for it: its shortest form, in place, no byte more. */
#ifndef WEFT_RUNTIME_WIRE_PUT_H
#define WEFT_RUNTIME_WIRE_PUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WEFT__TO_BE(bits, value) (value)
#else
#define WEFT__TO_BE(bits, value) __builtin_bswap##bits(value)
#endif

enum { WEFT__PUT_MAX = 9 };

static inline uint8_t *weft__put_be16(uint8_t *at, uint16_t value)
{
    value = WEFT__TO_BE(16, value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}
static inline uint8_t *weft__put_be32(uint8_t *at, uint32_t value)
{
    value = WEFT__TO_BE(32, value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}
static inline uint8_t *weft__put_be64(uint8_t *at, uint64_t value)
{
    value = WEFT__TO_BE(64, value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

/* Of the shortest form. */
static inline size_t weft__put_len(uint64_t value)
{
    return value < 0x80 ? 1 : value <= UINT8_MAX ? 2 : value <= UINT16_MAX ? 3 : value <= UINT32_MAX ? 5 : 9;
}

/* Behind it. */
static inline uint8_t *weft__put_u64(uint8_t *at, uint64_t value)
{
    if (value < 0x80) {
        *at = (uint8_t)value;
        return at + 1;
    }
    if (value > UINT32_MAX) {
        *at = 0xcf;
        return weft__put_be64(at + 1, value);
    }
    if (value > UINT16_MAX) {
        *at = 0xce;
        return weft__put_be32(at + 1, (uint32_t)value);
    }
    if (value > UINT8_MAX) {
        *at = 0xcd;
        return weft__put_be16(at + 1, (uint16_t)value);
    }
    at[0] = 0xcc;
    at[1] = (uint8_t)value;
    return at + 2;
}

/* One that is negative. */
static inline uint8_t *weft__put_negative(uint8_t *at, int64_t value)
{
    if (value >= -32) {
        *at = (uint8_t)value;
        return at + 1;
    }
    if (value < INT32_MIN) {
        *at = 0xd3;
        return weft__put_be64(at + 1, (uint64_t)value);
    }
    if (value < INT16_MIN) {
        *at = 0xd2;
        return weft__put_be32(at + 1, (uint32_t)value);
    }
    if (value < INT8_MIN) {
        *at = 0xd1;
        return weft__put_be16(at + 1, (uint16_t)value);
    }
    at[0] = 0xd0;
    at[1] = (uint8_t)value;
    return at + 2;
}

#endif
