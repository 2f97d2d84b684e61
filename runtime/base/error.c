/* Codes to texts, and building the text of a weft_error. */
#include "runtime/base/error.h"

typedef enum error_class { ERROR_CLASS_USAGE, ERROR_CLASS_RESOURCE, ERROR_CLASS_PEER, ERROR_CLASS_CLOSED } error_class;

const char *weft_strerror(int code)
{
    switch (code) {
    case WEFT_OK: return "success";
#define ERROR_TEXT(name, value, class_, text) \
    case WEFT_##name: return text;
        WEFT_ERRORS(ERROR_TEXT)
#undef ERROR_TEXT
    default: return "unknown error";
    }
}

const char *weft_err_name(int code)
{
    switch (code) {
    case WEFT_OK: return "WEFT_OK";
#define ERROR_NAME(name, value, class_, text) \
    case WEFT_##name: return "WEFT_" #name;
        WEFT_ERRORS(ERROR_NAME)
#undef ERROR_NAME
    default: return "WEFT_E?";
    }
}

static error_class error_class_of(int code)
{
    switch (code) {
#define ERROR_CLASS(name, value, class_, text) \
    case WEFT_##name: return ERROR_CLASS_##class_;
        WEFT_ERRORS(ERROR_CLASS)
#undef ERROR_CLASS
    default: return ERROR_CLASS_USAGE;
    }
}

bool weft_is_retryable(int code)
{
    switch (code) {
    case WEFT_EIO:
    case WEFT_EPIPE:
    case WEFT_ECONNRESET:
    case WEFT_ECONNABORTED: return true;
    default: return error_class_of(code) == ERROR_CLASS_RESOURCE;
    }
}

int weft__error_set(weft_error *error, int code, const char *text_or_null)
{
    if (!error)
        return code;
    memset(error, 0, sizeof *error);
    error->code = code;
    weft__error_add_text(error, weft_str_from(text_or_null ? text_or_null : weft_strerror(code)));
    return code;
}

void weft__error_add_text(weft_error *error, weft_str text)
{
    if (!error)
        return;
    const char *end = memchr(error->text, '\0', sizeof error->text);
    if (!end)
        return;
    size_t at = (size_t)(end - error->text);
    weft_str taken = weft__utf8_cut(text, sizeof error->text - 1 - at);
    if (taken.len > 0)
        memcpy(error->text + at, taken.ptr, taken.len);
    error->text[at + taken.len] = '\0';
}

void weft__error_add_number(weft_error *error, uint64_t number)
{
    char digits[20];
    weft__error_add_text(error, weft_str_of(digits, weft__format_u64(number, digits)));
}

void weft__error_add_id(weft_error *error, uint64_t id)
{
    char digits[16];
    weft__format_id(id, digits);
    weft__error_add_text(error, weft_str_of(digits, sizeof digits));
}

/* The length of the character at at, or 0: not a valid one. */
static size_t utf8_character(const uint8_t *at, size_t left)
{
    uint8_t first = at[0];
    if (first < 0x80)
        return 1;
    size_t len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || len > left)
        return 0;
    /* The second byte's range keeps out overlong forms, surrogates, and what lies above U+10FFFF. */
    uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    return len;
}

size_t weft__utf8_valid_len(weft_str text)
{
    const uint8_t *bytes = (const uint8_t *)text.ptr;
    size_t at = 0;
    while (at < text.len) {
        if (text.len - at >= 8) {
            uint64_t eight;
            memcpy(&eight, bytes + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += 8;
                continue;
            }
        }
        size_t len = utf8_character(bytes + at, text.len - at);
        if (len == 0)
            break;
        at += len;
    }
    return at;
}

bool weft__utf8_is_valid(weft_str text)
{
    return weft__utf8_valid_len(text) == text.len;
}

weft_str weft__utf8_cut(weft_str text, size_t max)
{
    if (text.len <= max)
        return text;
    size_t len = max;
    /* A character has at most three bytes after its first: what has more is no UTF-8 and may be cut anywhere. */
    for (size_t i = 0; i < 3 && len > 0 && ((uint8_t)text.ptr[len] & 0xc0) == 0x80; i++)
        len--;
    return weft_str_of(text.ptr, len);
}

size_t weft__format_u64(uint64_t number, char *out)
{
    char digits[20];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

void weft__format_id(uint64_t id, char out[16])
{
    for (unsigned i = 0; i < 16; i++)
        out[i] = "0123456789abcdef"[id >> (60 - 4 * i) & 15];
}
