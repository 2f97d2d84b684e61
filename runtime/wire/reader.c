/* Reading tokens: all but the forms of one byte, which are inline. */
#include "runtime/wire/reader.h"

#include "runtime/base/error.h"
#include "weft/limits.h"

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define FROM_BE(bits, value) (value)
#else
#define FROM_BE(bits, value) __builtin_bswap##bits(value)
#endif

static inline uint16_t load_be16(const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return FROM_BE(16, value);
}

static inline uint32_t load_be32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return FROM_BE(32, value);
}

static inline uint64_t load_be64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return FROM_BE(64, value);
}

/* A count or length of 1, 2 or 4 bytes. */
static inline uint32_t load_count(const uint8_t *at, unsigned width)
{
    return width == 1 ? at[0] : width == 2 ? load_be16(at) : load_be32(at);
}

/* The number of 1, 2, 4 or 8 bytes behind a first byte whose low two bits tell which; not by a copy, whose bytes a
 * processor cannot load at once. */
static inline uint64_t load_number(const uint8_t *at)
{
    switch (at[0] & 3) {
    case 0: return at[1];
    case 1: return load_be16(at + 1);
    case 2: return load_be32(at + 1);
    default: return load_be64(at + 1);
    }
}

/* The length of a token of cc to cf (unsigned) or d0 to d3 (signed), each of 1, 2, 4 and 8 bytes; 0: it is none, or not
 * all there. */
static inline size_t number_len(const weft__reader *reader)
{
    size_t left = weft__reader_left(reader);
    if (left == 0 || *reader->at < 0xcc || *reader->at > 0xd3)
        return 0;
    size_t len = 1 + ((size_t)1 << (*reader->at & 3));
    return len <= left ? len : 0;
}

/* What stands in a signed form. */
static inline int64_t number_signed(const uint8_t *at)
{
    unsigned beside = 64 - (8u << (at[0] & 3));
    return (int64_t)(load_number(at) << beside) >> beside; /* both compilers shift the sign in */
}

int weft__read_u64_long(weft__reader *reader, uint64_t *ret_value)
{
    const uint8_t *at = reader->at;
    if (weft__reader_left(reader) > 8 && *at >= 0xcc && *at <= 0xcf) { /* the longest would be there, too */
        unsigned width = 1u << (*at & 3);
        *ret_value = load_be64(at + 1) >> (64 - 8 * width);
        reader->at = at + 1 + width;
        return 0;
    }
    size_t len = number_len(reader);
    if (len == 0 || (*reader->at >= 0xd0 && number_signed(reader->at) < 0))
        return WEFT_EBADMSG;
    *ret_value = load_number(reader->at);
    reader->at += len;
    return 0;
}

int weft__read_i64_long(weft__reader *reader, int64_t *ret_value)
{
    size_t len = number_len(reader);
    if (len == 0)
        return WEFT_EBADMSG;
    if (*reader->at >= 0xd0) {
        *ret_value = number_signed(reader->at);
    } else {
        uint64_t bits = load_number(reader->at);
        if (bits > INT64_MAX)
            return WEFT_EBADMSG;
        *ret_value = (int64_t)bits;
    }
    reader->at += len;
    return 0;
}

int weft__read_f32(weft__reader *reader, float *ret_value)
{
    if (weft__reader_left(reader) < 5 || *reader->at != 0xca)
        return WEFT_EBADMSG;
    uint32_t bits = load_be32(reader->at + 1);
    memcpy(ret_value, &bits, sizeof bits);
    reader->at += 5;
    return 0;
}

int weft__read_f64(weft__reader *reader, double *ret_value)
{
    if (weft__reader_left(reader) < 9 || *reader->at != 0xcb) {
        float narrow;
        if (weft__read_f32(reader, &narrow))
            return WEFT_EBADMSG;
        *ret_value = (double)narrow;
        return 0;
    }
    uint64_t bits = load_be64(reader->at + 1);
    memcpy(ret_value, &bits, sizeof bits);
    reader->at += 9;
    return 0;
}

/* A run of bytes whose length stands in 1, 2 or 4 bytes behind a first byte of base, base + 1, base + 2. */
static inline int read_run(weft__reader *reader, uint8_t base, const uint8_t **ret_at, size_t *ret_len)
{
    size_t left = weft__reader_left(reader);
    unsigned form = left == 0 ? 3 : (unsigned)(uint8_t)(*reader->at - base);
    unsigned width = 1u << (form & 3);
    if (form > 2 || left - 1 < width)
        return WEFT_EBADMSG;
    uint32_t len = load_count(reader->at + 1, width);
    if (len > left - 1 - width)
        return WEFT_EBADMSG;
    *ret_at = reader->at + 1 + width;
    *ret_len = (size_t)len;
    return 0;
}

int weft__read_str(weft__reader *reader, weft_str *ret_text)
{
    const uint8_t *at;
    size_t len;
    if (reader->at != reader->end && (*reader->at & 0xe0) == 0xa0) {
        at = reader->at + 1;
        len = *reader->at & 31;
        if (len > (size_t)(reader->end - at))
            return WEFT_EBADMSG;
    } else if (read_run(reader, 0xd9, &at, &len)) {
        return WEFT_EBADMSG;
    }
    weft_str text = weft_str_of((const char *)at, len);
    if (!weft__utf8_is_valid(text))
        return WEFT_EBADMSG;
    reader->at = at + len;
    *ret_text = text;
    return 0;
}

int weft__read_bin(weft__reader *reader, weft_bytes *ret_bytes)
{
    const uint8_t *at;
    size_t len;
    if (read_run(reader, 0xc4, &at, &len))
        return WEFT_EBADMSG;
    reader->at = at + len;
    *ret_bytes = weft_bytes_of(at, len);
    return 0;
}

int weft__read_timestamp(weft__reader *reader, weft_timestamp *ret_time)
{
    const uint8_t *at = reader->at;
    size_t left = weft__reader_left(reader);
    weft_timestamp time = { 0, 0 };
    size_t len;
    if (left >= 6 && at[0] == 0xd6 && at[1] == 0xff) {
        time.sec = load_be32(at + 2);
        len = 6;
    } else if (left >= 10 && at[0] == 0xd7 && at[1] == 0xff) {
        uint64_t both = load_be64(at + 2);
        time.nsec = (uint32_t)(both >> 34);
        time.sec = (int64_t)(both & ((UINT64_C(1) << 34) - 1));
        len = 10;
    } else if (left >= 15 && at[0] == 0xc7 && at[1] == 12 && at[2] == 0xff) {
        time.nsec = load_be32(at + 3);
        time.sec = (int64_t)load_be64(at + 7);
        len = 15;
    } else {
        return WEFT_EBADMSG;
    }
    if (time.nsec >= 1000000000)
        return WEFT_EBADMSG;
    reader->at += len;
    *ret_time = time;
    return 0;
}

/* A count in the first byte below fix (fix to fix + 15), or in 2 or 4 bytes behind wide, wide + 1. */
static int read_count(weft__reader *reader, uint8_t fix, uint8_t wide, uint32_t *ret_n)
{
    size_t left = weft__reader_left(reader);
    if (left == 0)
        return WEFT_EBADMSG;
    uint8_t first = *reader->at;
    if ((first & 0xf0) == fix) {
        *ret_n = first & 15;
        reader->at++;
        return 0;
    }
    if (first != wide && first != wide + 1)
        return WEFT_EBADMSG;
    unsigned width = first == wide ? 2 : 4;
    if (left - 1 < width)
        return WEFT_EBADMSG;
    *ret_n = load_count(reader->at + 1, width);
    reader->at += 1 + width;
    return 0;
}

int weft__read_array_open(weft__reader *reader, uint32_t *ret_n)
{
    return read_count(reader, 0x90, 0xdc, ret_n);
}

int weft__read_array_long(weft__reader *reader, uint32_t *ret_n)
{
    weft__reader ahead = *reader;
    uint32_t n;
    if (weft__read_array_open(&ahead, &n) || n > weft__reader_left(&ahead))
        return WEFT_EBADMSG;
    *reader = ahead;
    *ret_n = n;
    return 0;
}

int weft__read_map(weft__reader *reader, uint32_t *ret_n)
{
    weft__reader ahead = *reader;
    uint32_t n;
    if (read_count(&ahead, 0x80, 0xde, &n) || n > weft__reader_left(&ahead) / 2)
        return WEFT_EBADMSG;
    *reader = ahead;
    *ret_n = n;
    return 0;
}

/* What follows a first byte from c0 to df: a count or length of width bytes, then fixed bytes, then, for each of the
 * count, so many values; without any values the count is one of bytes. */
typedef struct value_form {
    uint8_t width;
    uint8_t fixed;
    uint8_t values;
} value_form;

enum { FORM_INVALID = 0xff };

static const value_form value_forms[32] = {
    { 0, 0, 0 },            /* c0 nil */
    { FORM_INVALID, 0, 0 }, /* c1 unused */
    { 0, 0, 0 },            /* c2 false */
    { 0, 0, 0 },            /* c3 true */
    { 1, 0, 0 },            /* c4 bin 8 */
    { 2, 0, 0 },            /* c5 bin 16 */
    { 4, 0, 0 },            /* c6 bin 32 */
    { 1, 1, 0 },            /* c7 ext 8 */
    { 2, 1, 0 },            /* c8 ext 16 */
    { 4, 1, 0 },            /* c9 ext 32 */
    { 0, 4, 0 },            /* ca float 32 */
    { 0, 8, 0 },            /* cb float 64 */
    { 0, 1, 0 },            /* cc uint 8 */
    { 0, 2, 0 },            /* cd uint 16 */
    { 0, 4, 0 },            /* ce uint 32 */
    { 0, 8, 0 },            /* cf uint 64 */
    { 0, 1, 0 },            /* d0 int 8 */
    { 0, 2, 0 },            /* d1 int 16 */
    { 0, 4, 0 },            /* d2 int 32 */
    { 0, 8, 0 },            /* d3 int 64 */
    { 0, 2, 0 },            /* d4 fixext 1 */
    { 0, 3, 0 },            /* d5 fixext 2 */
    { 0, 5, 0 },            /* d6 fixext 4 */
    { 0, 9, 0 },            /* d7 fixext 8 */
    { 0, 17, 0 },           /* d8 fixext 16 */
    { 1, 0, 0 },            /* d9 str 8 */
    { 2, 0, 0 },            /* da str 16 */
    { 4, 0, 0 },            /* db str 32 */
    { 2, 0, 1 },            /* dc array 16 */
    { 4, 0, 1 },            /* dd array 32 */
    { 2, 0, 2 },            /* de map 16 */
    { 4, 0, 2 },            /* df map 32 */
};

/* Over one token of at least one byte: what follows it, and how many values it holds (never more than bytes are left),
 * and whether it is a container; NULL where it is malformed. */
static inline const uint8_t *skip_token(const uint8_t *at, const uint8_t *end, size_t *ret_values, bool *ret_container)
{
    uint8_t first = *at++;
    size_t left = (size_t)(end - at);
    *ret_values = 0;
    *ret_container = false;
    if (first < 0x80 || first >= 0xe0)
        return at;
    if (first < 0xa0) {
        size_t values = first < 0x90 ? (size_t)(first & 15) * 2 : first & 15;
        *ret_values = values;
        *ret_container = true;
        return values <= left ? at : NULL;
    }
    if (first < 0xc0)
        return (size_t)(first & 31) <= left ? at + (first & 31) : NULL;
    value_form form = value_forms[first - 0xc0];
    if (form.width == 0)
        return form.fixed <= left ? at + form.fixed : NULL;
    if (form.width == FORM_INVALID || left < (size_t)form.width + form.fixed)
        return NULL;
    uint64_t count = load_count(at, form.width);
    at += form.width + form.fixed;
    left -= (size_t)form.width + form.fixed;
    if (!form.values)
        return count <= left ? at + count : NULL;
    if (count * form.values > left)
        return NULL;
    *ret_values = (size_t)count * form.values;
    *ret_container = true;
    return at;
}

int weft__read_skip(weft__reader *reader, unsigned depth_max)
{
    size_t above[WEFT_NESTING_MAX]; /* values still to come in each container around the current one */
    size_t pending = 1;             /* in the current one */
    unsigned depth = 0;
    const uint8_t *at = reader->at;
    if (depth_max > WEFT_NESTING_MAX)
        depth_max = WEFT_NESTING_MAX;
    for (;;) {
        size_t values;
        bool container;
        if (at == reader->end)
            return WEFT_EBADMSG;
        at = skip_token(at, reader->end, &values, &container);
        if (!at)
            return WEFT_EBADMSG;
        pending--;
        if (container) {
            if (depth == depth_max)
                return WEFT_EBADMSG;
            above[depth++] = pending;
            pending = values;
        }
        while (pending == 0) {
            if (depth == 0) {
                reader->at = at;
                return 0;
            }
            pending = above[--depth];
        }
    }
}

int weft__read_value(weft__reader *reader, unsigned depth_max, weft_bytes *ret_value)
{
    const uint8_t *from = reader->at;
    if (weft__read_skip(reader, depth_max))
        return WEFT_EBADMSG;
    *ret_value = weft_bytes_of(from, (size_t)(reader->at - from));
    return 0;
}

/* Apart, so that the loop below saves nothing for it. */
static __attribute__((noinline)) const uint8_t *skip_other(const uint8_t *at, const uint8_t *end, size_t *ret_values)
{
    bool container;
    return skip_token(at, end, ret_values, &container);
}

int weft__read_any(weft__reader *reader, weft_bytes *ret_value)
{
    const uint8_t *at = reader->at;
    size_t pending = 1; /* values still to come, at all depths */
    while (pending > 0) {
        size_t values;
        /* Each costs a byte at least: so the sum cannot overflow either. */
        if (pending > (size_t)(reader->end - at))
            return WEFT_EBADMSG;
        if (*at < 0x80 || *at >= 0xe0) { /* most values are numbers, in small arrays */
            at++;
            pending--;
            continue;
        }
        if (*at < 0xa0 && *at >= 0x90) {
            pending = pending - 1 + (*at++ & 15);
            continue;
        }
        if (*at <= 0xd3 && *at >= 0xcc) {
            size_t len = 1 + ((size_t)1 << (*at & 3));
            if (len > (size_t)(reader->end - at))
                return WEFT_EBADMSG;
            at += len;
            pending--;
            continue;
        }
        at = skip_other(at, reader->end, &values);
        if (!at)
            return WEFT_EBADMSG;
        pending += values - 1;
    }
    *ret_value = weft_bytes_of(reader->at, (size_t)(at - reader->at));
    reader->at = at;
    return 0;
}
