/* Values as JSON, for logs and tools: one line, nothing that is sensitive.
 *
 * struct: an object. enum: the variant's name, or an object of it and its payload; "UNKNOWN". list, array: an array.
 * map: an object, keys that are numbers and bools as strings. u64, i64 beyond 2^53 - 1: strings. option: null or the
 * value; an option right inside an option: null or an array of the one. bytes, array<u8, N>: base64. timestamp: RFC
 * 3339 in UTC, outside the years 1 to 9999
 * "@seconds.nanoseconds". duration: "1.5s". Numbers that JSON has not: "NaN", "Infinity", "-Infinity". Strings that are
 * not UTF-8 get U+FFFD. */
#include "runtime/schema/codec.h"

#include "runtime/base/error.h"
#include "weft/limits.h"

/* Collects what goes out, so that write is not called for every comma. */
typedef struct printer {
    int (*write)(void *user, const char *text, size_t len);
    void *user;
    int status;  /* of write; what follows is dropped */
    bool in_key; /* of a map: between quotes already */
    size_t len;
    char text[512];
} printer;

static void print_flush(printer *p)
{
    if (p->len > 0 && !p->status)
        p->status = p->write(p->user, p->text, p->len);
    p->len = 0;
}

static void print_bytes(printer *p, const char *text, size_t len)
{
    if (len > sizeof p->text - p->len)
        print_flush(p);
    if (len > sizeof p->text) {
        if (!p->status)
            p->status = p->write(p->user, text, len);
        return;
    }
    memcpy(p->text + p->len, text, len);
    p->len += len;
}

static void print_text(printer *p, const char *text)
{
    print_bytes(p, text, strlen(text));
}

static void print_u64(printer *p, uint64_t number)
{
    char digits[20];
    print_bytes(p, digits, weft__format_u64(number, digits));
}

static void print_i64(printer *p, int64_t number)
{
    if (number < 0)
        print_text(p, "-");
    print_u64(p, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

/* Integers beyond 2^53 - 1 as strings: too many readers of JSON take numbers for doubles (RFC 7493). */
static void print_u64_exact(printer *p, uint64_t number)
{
    const char *quote = number < UINT64_C(1) << 53 || p->in_key ? "" : "\"";
    print_text(p, quote);
    print_u64(p, number);
    print_text(p, quote);
}

static void print_i64_exact(printer *p, int64_t number)
{
    const int64_t beyond = INT64_C(1) << 53;
    const char *quote = (number > -beyond && number < beyond) || p->in_key ? "" : "\"";
    print_text(p, quote);
    print_i64(p, number);
    print_text(p, quote);
}

/* At least n digits, at most 20. */
static void print_padded(printer *p, uint64_t number, size_t n)
{
    char digits[20];
    size_t len = weft__format_u64(number, digits);
    for (; n > len; n--)
        print_text(p, "0");
    print_bytes(p, digits, len);
}

/* ---- strings and bytes ---- */

/* The escape of a character that JSON does not take as it is, or NULL. */
static const char *escape_of(unsigned char c, char unicode[7])
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
    }
    if (c >= 0x20 && c != 0x7f)
        return NULL;
    memcpy(unicode, "\\u00", 4);
    unicode[4] = hex[c >> 4];
    unicode[5] = hex[c & 15];
    unicode[6] = '\0';
    return unicode;
}

static void print_escaped(printer *p, weft_str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        char unicode[7];
        const char *escape = escape_of((unsigned char)text.ptr[i], unicode);
        if (!escape)
            continue;
        print_bytes(p, text.ptr + from, i - from);
        print_text(p, escape);
        from = i + 1;
    }
    print_bytes(p, text.ptr + from, text.len - from);
}

static void print_str(printer *p, weft_str text)
{
    print_text(p, "\"");
    while (text.len > 0 && !p->status) {
        size_t valid = weft__utf8_valid_len(text);
        print_escaped(p, weft_str_of(text.ptr, valid));
        if (valid == text.len)
            break;
        print_text(p, "\xef\xbf\xbd");
        text = weft_str_of(text.ptr + valid + 1, text.len - valid - 1);
    }
    print_text(p, "\"");
}

static void print_base64(printer *p, weft_bytes bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    print_text(p, "\"");
    for (size_t i = 0; i < bytes.len && !p->status; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t three = (uint32_t)bytes.ptr[i] << 16;
        if (n > 1)
            three |= (uint32_t)bytes.ptr[i + 1] << 8;
        if (n > 2)
            three |= bytes.ptr[i + 2];
        char four[4] = { letters[three >> 18], letters[three >> 12 & 63], '=', '=' };
        if (n > 1)
            four[2] = letters[three >> 6 & 63];
        if (n > 2)
            four[3] = letters[three & 63];
        print_bytes(p, four, sizeof four);
    }
    print_text(p, "\"");
}

/* ---- times
 * ------------------------------------------------------------------------------------------------------------- */

/* A point and 3, 6 or 9 digits; nothing for 0. */
static void print_fraction(printer *p, uint32_t nsec)
{
    if (nsec == 0)
        return;
    print_text(p, ".");
    if (nsec % 1000000 == 0)
        print_padded(p, nsec / 1000000, 3);
    else if (nsec % 1000 == 0)
        print_padded(p, nsec / 1000, 6);
    else
        print_padded(p, nsec, 9);
}

/* Year, month and day of a day counted from 0000-03-01 (in the Gregorian calendar, as if it had always been). */
static void civil_of(uint64_t days, uint64_t *ret_year, unsigned *ret_month, unsigned *ret_day)
{
    uint64_t era = days / 146097, in_era = days % 146097; /* days of 400 years */
    uint64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    uint64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    unsigned from_march = (unsigned)((5 * in_year + 2) / 153);
    *ret_day = (unsigned)(in_year - (153 * from_march + 2) / 5 + 1);
    *ret_month = from_march < 10 ? from_march + 3 : from_march - 9;
    *ret_year = era * 400 + year + (*ret_month <= 2 ? 1 : 0);
}

static void print_timestamp(printer *p, weft_timestamp time)
{
    const int64_t first = -INT64_C(62135596800), last = INT64_C(253402300799); /* years 1 to 9999 */
    if (time.sec < first || time.sec > last || time.nsec >= WEFT_NS_PER_S) {
        print_text(p, "\"@");
        print_i64(p, time.sec);
        print_text(p, ".");
        print_padded(p, time.nsec, 9);
        print_text(p, "\"");
        return;
    }
    uint64_t sec = (uint64_t)(time.sec + INT64_C(719468) * 86400); /* from 0000-03-01 on */
    uint64_t year, in_day = sec % 86400;
    unsigned month, day;
    civil_of(sec / 86400, &year, &month, &day);
    const struct {
        const char *before;
        uint64_t number;
        size_t digits;
    } parts[] = { { "\"", year, 4 },
                  { "-", month, 2 },
                  { "-", day, 2 },
                  { "T", in_day / 3600, 2 },
                  { ":", in_day / 60 % 60, 2 },
                  { ":", in_day % 60, 2 } };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        print_text(p, parts[i].before);
        print_padded(p, parts[i].number, parts[i].digits);
    }
    print_fraction(p, time.nsec);
    print_text(p, "Z\"");
}

static void print_duration(printer *p, weft_duration duration)
{
    uint64_t ns = duration.ns < 0 ? 0 - (uint64_t)duration.ns : (uint64_t)duration.ns;
    print_text(p, duration.ns < 0 ? "\"-" : "\"");
    print_u64(p, ns / WEFT_NS_PER_S);
    print_fraction(p, (uint32_t)(ns % WEFT_NS_PER_S));
    print_text(p, "s\"");
}

/* ---- values
 * --------------------------------------------------------------------------------------------------------------
 * Functions return 0 or WEFT_EINVAL, nested too deeply. */

static int print_value(printer *p, const weft_type *type, const void *value, unsigned depth);

static int print_struct(printer *p, const weft_type *type, const void *value, unsigned depth)
{
    int status = 0;
    print_text(p, "{");
    for (uint32_t i = 0; i < type->n && !status; i++) {
        const weft_field *field = &type->fields[i];
        print_text(p, i > 0 ? ",\"" : "\"");
        print_text(p, field->name);
        print_text(p, "\":");
        if (field->flags & WEFT_FIELD_SENSITIVE)
            print_text(p, "\"***\"");
        else
            status = print_value(p, field->type, weft__at(value, field->offset), depth);
    }
    print_text(p, "}");
    return status;
}

static int print_enum(printer *p, const weft_type *type, const void *value, unsigned depth)
{
    const weft_variant *variant = weft__enum_variant(type, value);
    const char *name = variant ? variant->name : "UNKNOWN";
    bool has_payload = variant && variant->payload;
    print_text(p, has_payload ? "{\"" : "\"");
    print_text(p, name);
    print_text(p, "\"");
    if (!has_payload)
        return 0;
    print_text(p, ":");
    int status = print_value(p, variant->payload, weft__at(value, type->offset), depth);
    print_text(p, "}");
    return status;
}

static int print_elements(printer *p, const weft_type *element, const void *items, size_t n, unsigned depth)
{
    int status = 0;
    print_text(p, "[");
    for (size_t i = 0; i < n && !status && !p->status; i++) {
        if (i > 0)
            print_text(p, ",");
        status = print_value(p, element, weft__at(items, i * element->c_size), depth);
    }
    print_text(p, "]");
    return status;
}

static int print_map(printer *p, const weft_type *type, const weft__list_value *map, unsigned depth)
{
    int status = 0;
    const char *quote = type->key->kind == WEFT_KIND_STR ? "" : "\"";
    print_text(p, "{");
    for (size_t i = 0; i < map->len && !status && !p->status; i++) {
        const void *pair = weft__at(map->items, i * type->stride);
        if (i > 0)
            print_text(p, ",");
        print_text(p, quote);
        p->in_key = true;
        status = print_value(p, type->key, pair, depth);
        p->in_key = false;
        print_text(p, quote);
        print_text(p, ":");
        if (!status)
            status = print_value(p, type->element, weft__at(pair, type->offset), depth);
    }
    print_text(p, "}");
    return status;
}

static int print_option(printer *p, const weft_type *type, const void *value, unsigned depth)
{
    const void *inside = weft__option_value(type, value);
    if (!inside) {
        print_text(p, "null");
        return 0;
    }
    if (depth == 0)
        return WEFT_EINVAL;
    bool nested = type->element->kind == WEFT_KIND_OPTION; /* its none must differ from ours */
    print_text(p, nested ? "[" : "");
    int status = print_value(p, type->element, inside, depth - 1);
    print_text(p, nested ? "]" : "");
    return status;
}

/* Everything but scalars. */
static int print_container(printer *p, const weft_type *type, const void *value, unsigned depth)
{
    const weft__list_value *list = value;
    if (type->kind == WEFT_KIND_OPTION)
        return print_option(p, type, value, depth);
    if (type->kind == WEFT_KIND_ARRAY && weft__type_is_bin_array(type)) {
        print_base64(p, weft_bytes_of(value, type->n));
        return 0;
    }
    if (depth == 0)
        return WEFT_EINVAL;
    switch (type->kind) {
    case WEFT_KIND_STRUCT: return print_struct(p, type, value, depth - 1);
    case WEFT_KIND_ENUM: return print_enum(p, type, value, depth - 1);
    case WEFT_KIND_LIST: return print_elements(p, type->element, list->items, list->len, depth - 1);
    case WEFT_KIND_MAP: return print_map(p, type, list, depth - 1);
    case WEFT_KIND_ARRAY: return print_elements(p, type->element, value, type->n, depth - 1);
    default: return WEFT_EINVAL;
    }
}

static int print_value(printer *p, const weft_type *type, const void *value, unsigned depth)
{
    char number[WEFT__FLOAT_TEXT_MAX];
    switch (type->kind) {
    case WEFT_KIND_BOOL: print_text(p, *(const bool *)value ? "true" : "false"); return 0;
    case WEFT_KIND_U8: print_u64(p, *(const uint8_t *)value); return 0;
    case WEFT_KIND_U16: print_u64(p, *(const uint16_t *)value); return 0;
    case WEFT_KIND_U32: print_u64(p, *(const uint32_t *)value); return 0;
    case WEFT_KIND_U64: print_u64_exact(p, *(const uint64_t *)value); return 0;
    case WEFT_KIND_I8: print_i64(p, *(const int8_t *)value); return 0;
    case WEFT_KIND_I16: print_i64(p, *(const int16_t *)value); return 0;
    case WEFT_KIND_I32: print_i64(p, *(const int32_t *)value); return 0;
    case WEFT_KIND_I64: print_i64_exact(p, *(const int64_t *)value); return 0;
    case WEFT_KIND_F32: print_bytes(p, number, weft__format_f32(*(const float *)value, number)); return 0;
    case WEFT_KIND_F64: print_bytes(p, number, weft__format_f64(*(const double *)value, number)); return 0;
    case WEFT_KIND_STR: print_str(p, *(const weft_str *)value); return 0;
    case WEFT_KIND_BYTES: print_base64(p, *(const weft_bytes *)value); return 0;
    case WEFT_KIND_TIMESTAMP: print_timestamp(p, *(const weft_timestamp *)value); return 0;
    case WEFT_KIND_DURATION: print_duration(p, *(const weft_duration *)value); return 0;
    default: return print_container(p, type, value, depth);
    }
}

int weft_gen_print(const weft_type *type, const void *value, int (*write)(void *user, const char *text, size_t len),
                   void *user)
{
    printer p = { .write = write, .user = user };
    int status = type->abi == WEFT_GEN_ABI ? print_value(&p, type, value, WEFT_NESTING_MAX) : WEFT_EINVAL;
    print_flush(&p);
    return p.status ? p.status : status;
}
