/* Scalars as JSON has them: numbers, base64, times. */
#include "runtime/json/json.h"

#include <math.h>
#include <string.h>

/* ---- numbers ---- */

/* Takes the decimal digits that text begins with. false: none, or more than 64 bits hold. */
static bool take_digits(weft_str *text, uint64_t *ret_number)
{
    uint64_t number = 0;
    size_t n = 0;
    for (; n < text->len && text->ptr[n] >= '0' && text->ptr[n] <= '9'; n++) {
        uint64_t digit = (uint64_t)(text->ptr[n] - '0');
        if (number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    text->ptr += n;
    text->len -= n;
    *ret_number = number;
    return n > 0;
}

static bool take_char(weft_str *text, char c)
{
    if (text->len == 0 || *text->ptr != c)
        return false;
    text->ptr++;
    text->len--;
    return true;
}

static bool set_integer(weft_value value, bool negative, uint64_t amount)
{
    if (!negative)
        return weft_value_set_u64(value, amount) == 0;
    if (amount > (uint64_t)INT64_MAX + 1)
        return false;
    return weft_value_set_i64(value, amount == 0 ? 0 : -1 - (int64_t)(amount - 1)) == 0;
}

bool weft__json_integer_text(weft_value value, weft_str text)
{
    uint64_t amount;
    bool negative = take_char(&text, '-');
    return take_digits(&text, &amount) && text.len == 0 && set_integer(value, negative, amount);
}

bool weft__json_integer(weft_value value, const json_t *json)
{
    if (json_is_integer(json))
        return weft_value_set_i64(value, json_integer_value(json)) == 0;
    if (json_is_string(json))
        return weft__json_integer_text(value, weft_str_of(json_string_value(json), json_string_length(json)));
    /* 5.0 and 1e3: some programs write integers so. */
    double number = json_real_value(json), amount = number < 0 ? -number : number;
    if (!json_is_real(json) || amount > 9007199254740991.0 || (double)(uint64_t)amount < amount)
        return false;
    return set_integer(value, number < 0, (uint64_t)amount);
}

typedef struct short_text {
    char at[64];
    size_t len;
} short_text;

static int short_add(void *user, const char *text, size_t len)
{
    short_text *t = user;
    if (len >= sizeof t->at - t->len)
        return WEFT_EMSGSIZE;
    memcpy(t->at + t->len, text, len);
    t->len += len;
    return 0;
}

/* Is this what the float's own text is read as? */
static bool is_text_of(float number, double read)
{
    short_text text = { .len = 0 };
    if (weft_gen_print(&weft_type_f32, &number, short_add, &text))
        return false;
    json_t *json = json_loadb(text.at, text.len, JSON_DECODE_ANY, NULL);
    bool is_same = json_is_number(json) && json_number_value(json) == read;
    json_decref(json);
    return is_same;
}

/* The float that was written: 7.038531e-26 is read as the double right between two of them, and lies closer to one. */
static float narrowed(double read)
{
    float near = (float)read, other;
    uint32_t bits;
    memcpy(&bits, &near, sizeof bits);
    if ((double)near == read || isinf(near) || bits << 1 == 0)
        return near;
    bool is_away = near < 0 ? read < (double)near : read > (double)near; /* from zero: the next one has more bits */
    bits += is_away ? 1 : UINT32_MAX;
    memcpy(&other, &bits, sizeof other);
    bool is_between = !isinf(other) && ((double)near + (double)other) / 2 == read;
    return is_between && !is_text_of(near, read) && is_text_of(other, read) ? other : near;
}

bool weft__json_float(weft_value value, const json_t *json)
{
    static const struct {
        const char *text;
        double number;
    } names[] = { { "NaN", NAN }, { "Infinity", INFINITY }, { "-Infinity", -INFINITY } };
    for (size_t i = 0; json_is_string(json) && i < sizeof names / sizeof names[0]; i++) {
        if (weft_str_equal(weft_str_from(json_string_value(json)), weft_str_from(names[i].text)))
            return weft_value_set_f64(value, names[i].number) == 0;
    }
    if (!json_is_number(json))
        return false;
    double number = json_number_value(json);
    if (weft_value_kind(value) == WEFT_KIND_F32) {
        number = (double)narrowed(number);
        if (isinf(number))
            return false;
    }
    return weft_value_set_f64(value, number) == 0;
}

/* ---- base64 ---- */

static int letter_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

bool weft__json_base64(weft_str text, uint8_t *ret, size_t *ret_len)
{
    size_t len = 0;
    if (text.len % 4 != 0)
        return false;
    for (size_t i = 0; i < text.len; i += 4) {
        const char *four = text.ptr + i;
        bool is_last = i + 4 == text.len;
        size_t n = is_last && four[3] == '=' ? four[2] == '=' ? 1 : 2 : 3;
        uint32_t bits = 0;
        for (size_t j = 0; j < 4; j++) {
            int value = j > n ? 0 : letter_value(four[j]);
            if (value < 0)
                return false;
            bits = bits << 6 | (uint32_t)value;
        }
        if ((n == 1 && (bits & 0xffff)) || (n == 2 && (bits & 0xff))) /* one text for each value */
            return false;
        for (size_t j = 0; j < n; j++)
            ret[len++] = (uint8_t)(bits >> (16 - 8 * j));
    }
    *ret_len = len;
    return true;
}

/* ---- times ---- */

/* A point and 1 to 9 digits, or nothing. */
static bool take_fraction(weft_str *text, uint32_t *ret_nsec)
{
    *ret_nsec = 0;
    if (!take_char(text, '.'))
        return true;
    size_t before = text->len;
    uint64_t number;
    if (!take_digits(text, &number) || before - text->len > 9)
        return false;
    for (size_t n = before - text->len; n < 9; n++)
        number *= 10;
    *ret_nsec = (uint32_t)number;
    return true;
}

/* Exactly n digits, at most max. */
static bool take_padded(weft_str *text, size_t n, uint64_t max, uint64_t *ret_number)
{
    size_t before = text->len;
    return take_digits(text, ret_number) && before - text->len == n && *ret_number <= max;
}

static uint64_t days_of_month(uint64_t year, uint64_t month)
{
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month == 2)
        return is_leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* From 1970-01-01 on. */
static int64_t days_of(uint64_t year, uint64_t month, uint64_t day)
{
    uint64_t y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3; /* years begin with March */
    uint64_t in_year = (153 * m + 2) / 5 + day - 1;
    return (int64_t)(y * 365 + y / 4 - y / 100 + y / 400 + in_year) - 719468;
}

/* "Z", "+01:30", "-08:00": seconds east. */
static bool take_zone(weft_str *text, int64_t *ret_east)
{
    uint64_t hours, minutes;
    *ret_east = 0;
    if (take_char(text, 'Z') || take_char(text, 'z'))
        return true;
    bool is_west = take_char(text, '-');
    if (!is_west && !take_char(text, '+'))
        return false;
    if (!take_padded(text, 2, 23, &hours) || !take_char(text, ':') || !take_padded(text, 2, 59, &minutes))
        return false;
    int64_t seconds = (int64_t)(hours * 3600 + minutes * 60);
    *ret_east = is_west ? -seconds : seconds;
    return true;
}

static bool read_date(weft_str text, weft_timestamp *ret_time)
{
    uint64_t year, month, day, hour, minute, second;
    int64_t east;
    weft_timestamp time;
    if (!take_padded(&text, 4, 9999, &year) || year == 0 || !take_char(&text, '-') ||
        !take_padded(&text, 2, 12, &month) || month == 0 || !take_char(&text, '-') ||
        !take_padded(&text, 2, days_of_month(year, month), &day) || day == 0)
        return false;
    if (!take_char(&text, 'T') && !take_char(&text, 't') && !take_char(&text, ' '))
        return false;
    if (!take_padded(&text, 2, 23, &hour) || !take_char(&text, ':') || !take_padded(&text, 2, 59, &minute) ||
        !take_char(&text, ':') || !take_padded(&text, 2, 59, &second))
        return false;
    if (!take_fraction(&text, &time.nsec) || !take_zone(&text, &east) || text.len > 0)
        return false;
    time.sec = days_of(year, month, day) * 86400 + (int64_t)(hour * 3600 + minute * 60 + second) - east;
    *ret_time = time;
    return true;
}

bool weft__json_timestamp(weft_str text, weft_timestamp *ret_time)
{
    uint64_t amount;
    uint32_t nsec;
    if (!take_char(&text, '@'))
        return read_date(text, ret_time);
    bool negative = take_char(&text, '-');
    if (!take_digits(&text, &amount) || !take_fraction(&text, &nsec) || text.len > 0)
        return false;
    int64_t sec;
    weft_value seconds = { &weft_type_i64, &sec };
    if (!set_integer(seconds, negative, amount))
        return false;
    *ret_time = (weft_timestamp){ .sec = sec, .nsec = nsec };
    return true;
}

bool weft__json_duration(weft_str text, weft_duration *ret_duration)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = { { "ns", 1 },          { "us", 1000 },
                  { "ms", 1000000 },    { "s", UINT64_C(1000000000) },
                  { "m", 60000000000 }, { "h", UINT64_C(3600000000000) } };
    uint64_t amount, total;
    uint32_t nsec;
    bool negative = take_char(&text, '-');
    if (!take_digits(&text, &amount))
        return false;
    bool is_fraction = text.len > 0 && *text.ptr == '.';
    if (!take_fraction(&text, &nsec))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!weft_str_equal(text, weft_str_from(units[i].name)))
            continue;
        weft_value ns = { &weft_type_i64, &ret_duration->ns };
        if (is_fraction && i != 3)
            return false;
        return !__builtin_mul_overflow(amount, units[i].ns, &total) && !__builtin_add_overflow(total, nsec, &total) &&
               set_integer(ns, negative, total);
    }
    return false;
}
