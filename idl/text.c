/* Text in small steps: see text.h. */
#include "idl/text.h"

#include "runtime/base/mem.h"

weft_str weft__text_u64(uint64_t value, char buf[WEFT__TEXT_U64_MAX])
{
    size_t at = WEFT__TEXT_U64_MAX - 1;
    buf[at] = '\0';
    do {
        buf[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return weft_str_of(buf + at, WEFT__TEXT_U64_MAX - 1 - at);
}

size_t weft__utf8_len(const char *text, size_t len)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (len == 0)
        return 0;
    uint8_t first = (uint8_t)text[0];
    if (first < 0x80)
        return 1;
    size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    if (n == 0 || n > len || first > 0xf4)
        return 0;
    uint32_t code_point = first & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        uint8_t next = (uint8_t)text[i];
        if ((next & 0xc0u) != 0x80u)
            return 0;
        code_point = code_point << 6 | (next & 0x3fu);
    }
    if (code_point < smallest[n] || code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
        return 0;
    return n;
}

size_t weft__utf8_put(uint32_t code_point, char out[4])
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t n = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (code_point & 0x3fu));
        code_point >>= 6;
    }
    out[0] = (char)((0xf00u >> n & 0xf0u) | code_point);
    return n;
}

weft_str weft__text_join(weft_arena *arena, const weft_str *pieces, size_t n_pieces)
{
    size_t len = 0;
    for (size_t i = 0; i < n_pieces; i++)
        if (!weft__size_add(len, pieces[i].len, &len))
            return weft_str_of(NULL, 0);
    char *text = weft_arena_alloc(arena, len + 1, 1);
    if (!text)
        return weft_str_of(NULL, 0);
    char *out = text;
    for (size_t i = 0; i < n_pieces; i++) {
        if (pieces[i].len > 0)
            memcpy(out, pieces[i].ptr, pieces[i].len);
        out += pieces[i].len;
    }
    *out = '\0';
    return weft_str_of(text, len);
}
