/* Literals: see literal.h. */
#include "idl/literal.h"

#include <math.h>
#include <stdlib.h>

#include "idl/text.h"

#define FLOAT_TEXT_MAX 400u

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10u;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10u;
    return 16;
}

bool weft__literal_int(weft_str text, uint64_t *ret_value)
{
    unsigned base = 10;
    size_t i = 0;
    if (text.len > 2 && text.ptr[0] == '0' && (text.ptr[1] == 'x' || text.ptr[1] == 'b')) {
        base = text.ptr[1] == 'x' ? 16 : 2;
        i = 2;
    }
    uint64_t value = 0;
    for (; i < text.len; i++) {
        if (text.ptr[i] == '_')
            continue;
        if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit_value(text.ptr[i]), &value))
            return false;
    }
    *ret_value = value;
    return true;
}

bool weft__literal_float(weft_str text, double *ret_value)
{
    uint64_t whole;
    if (text.len > 2 && text.ptr[0] == '0' && (text.ptr[1] == 'x' || text.ptr[1] == 'b')) {
        if (!weft__literal_int(text, &whole))
            return false;
        *ret_value = (double)whole;
        return true;
    }
    char digits[FLOAT_TEXT_MAX + 1];
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '_')
            continue;
        if (n == FLOAT_TEXT_MAX)
            return false;
        digits[n++] = text.ptr[i];
    }
    digits[n] = '\0';
    double value = strtod(digits, NULL);
    if (!isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

/* \u{1F600} at text[at], which is the 'u': its length from there, 0 if it is malformed. */
static size_t code_point_of(weft_str text, size_t at, uint32_t *ret_code_point)
{
    size_t i = at + 1;
    uint32_t value = 0;
    if (i >= text.len || text.ptr[i] != '{')
        return 0;
    for (i++; i < text.len && digit_value(text.ptr[i]) < 16; i++) {
        if (value > 0xffffff)
            return 0;
        value = value << 4 | digit_value(text.ptr[i]);
    }
    if (i >= text.len || text.ptr[i] != '}' || i == at + 2)
        return 0;
    *ret_code_point = value;
    return i + 1 - at;
}

static bool simple_escape(char c, char *ret_char)
{
    static const char from[] = "ntr0\"\\";
    static const char to[] = { '\n', '\t', '\r', '\0', '"', '\\' };
    const char *found = c ? strchr(from, c) : NULL;
    if (found)
        *ret_char = to[found - from];
    return found != NULL;
}

weft__literal_fault weft__literal_string(weft_str text, char *out, size_t *ret_len, size_t *ret_at, size_t *ret_at_len)
{
    size_t n = 0;
    for (size_t i = 1; i + 1 < text.len; i++) {
        char c = text.ptr[i];
        if (c != '\\') {
            out[n++] = c;
            continue;
        }
        *ret_at = i;
        *ret_at_len = 2;
        c = text.ptr[++i];
        uint32_t code_point = 0;
        if (simple_escape(c, &out[n])) {
            n++;
        } else if (c == 'x' && i + 3 < text.len && digit_value(text.ptr[i + 1]) < 16 &&
                   digit_value(text.ptr[i + 2]) < 16) {
            out[n++] = (char)(digit_value(text.ptr[i + 1]) << 4 | digit_value(text.ptr[i + 2]));
            i += 2;
        } else if (c == 'u') {
            size_t len = code_point_of(text, i, &code_point);
            if (len == 0)
                return WEFT__LITERAL_BAD_ESCAPE;
            *ret_at_len = len + 1;
            if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
                return WEFT__LITERAL_BAD_CODE_POINT;
            n += weft__utf8_put(code_point, out + n);
            i += len - 1;
        } else {
            return WEFT__LITERAL_BAD_ESCAPE;
        }
    }
    *ret_len = n;
    return WEFT__LITERAL_FINE;
}

bool weft__literal_duration(weft_str text, bool *ret_negative, uint64_t *ret_ns)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = { { "ns", 1 },         { "us", 1000 },       { "ms", 1000000 },
                  { "s", 1000000000 }, { "m", 60000000000 }, { "h", 3600000000000 } };
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    size_t i = is_negative ? 1 : 0;
    size_t first = i;
    uint64_t value = 0;
    for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text.ptr[i] - '0'), &value))
            return false;
    if (i == first)
        return false;
    weft_str unit = weft_str_of(text.ptr + i, text.len - i);
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        if (!weft_str_equal(unit, weft_str_from(units[u].name)))
            continue;
        if (__builtin_mul_overflow(value, units[u].ns, &value) || value > (uint64_t)INT64_MAX)
            return false;
        *ret_negative = is_negative && value > 0;
        *ret_ns = value;
        return true;
    }
    return false;
}
