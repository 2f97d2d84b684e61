/* Floating-point numbers as the shortest decimal text that reads back as the same number.
 *
 * Exact arithmetic on big integers (the free-format algorithm of Steele and White in the form that Burger and Dybvig
 * gave it): digits are made one by one until the number is closer to them than to any neighbour. Slow beside
 * table-driven methods, and used for printing alone. No locale, no stdio. */
#include "runtime/schema/codec.h"

#include "runtime/base/error.h"

/* The largest: 10^324 times a significand of 53 bits and some factors, below 2^1140; 10 times that while digits come.
 */
enum { BIG_WORDS = 38, DIGITS_MAX = 17 };

typedef struct big {
    uint32_t words[BIG_WORDS]; /* lowest first */
} big;

static big big_of(uint64_t value)
{
    big out = { { (uint32_t)value, (uint32_t)(value >> 32) } };
    return out;
}

static void big_multiply(big *a, uint32_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < BIG_WORDS; i++) {
        carry += (uint64_t)a->words[i] * factor;
        a->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void big_multiply_power(big *a, uint32_t base, int exponent)
{
    for (int i = 0; i < exponent; i++)
        big_multiply(a, base);
}

static void big_shift(big *a, int bits)
{
    for (; bits >= 31; bits -= 31)
        big_multiply(a, UINT32_C(1) << 31);
    big_multiply(a, UINT32_C(1) << bits);
}

static int big_compare(const big *a, const big *b)
{
    for (int i = BIG_WORDS; i-- > 0;) {
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    }
    return 0;
}

static big big_sum(const big *a, const big *b)
{
    big sum;
    uint64_t carry = 0;
    for (int i = 0; i < BIG_WORDS; i++) {
        carry += (uint64_t)a->words[i] + b->words[i];
        sum.words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return sum;
}

/* b is at most a. */
static void big_subtract(big *a, const big *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < BIG_WORDS; i++) {
        uint64_t difference = (uint64_t)a->words[i] - b->words[i] - borrow;
        a->words[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
}

/* A finite number above 0: significand * 2^exponent. */
typedef struct binary {
    uint64_t significand;
    int exponent;
    bool is_power; /* of two, and not the smallest: its lower neighbour is nearer than its upper one */
} binary;

/* number = r / s, and its neighbours' halves lie at m_minus / s below and m_plus / s above it. */
typedef struct scaled {
    big r, s, m_plus, m_minus;
    bool inclusive; /* a tie reads back as this number */
} scaled;

static scaled scaled_of(binary number)
{
    scaled out;
    int up = number.exponent > 0 ? number.exponent : 0;
    int down = number.exponent < 0 ? -number.exponent : 0;
    int extra = number.is_power ? 2 : 1;
    out.r = big_of(number.significand);
    big_shift(&out.r, up + extra);
    out.s = big_of(1);
    big_shift(&out.s, down + extra);
    out.m_minus = big_of(1);
    big_shift(&out.m_minus, up);
    out.m_plus = out.m_minus;
    if (number.is_power)
        big_shift(&out.m_plus, 1);
    out.inclusive = number.significand % 2 == 0;
    return out;
}

/* At or beyond the upper border of what reads back as this number? */
static bool scaled_reaches_one(const scaled *ratio)
{
    big sum = big_sum(&ratio->r, &ratio->m_plus);
    int order = big_compare(&sum, &ratio->s);
    return ratio->inclusive ? order >= 0 : order > 0;
}

static void scaled_times_ten(scaled *ratio)
{
    big_multiply(&ratio->r, 10);
    big_multiply(&ratio->m_plus, 10);
    big_multiply(&ratio->m_minus, 10);
}

/* Scales so that the first digit comes next: the number is 0.DIGITS times 10 to what is returned. */
static int scaled_fit(scaled *ratio, binary number)
{
    int log2 = number.exponent - 1;
    for (uint64_t rest = number.significand; rest > 0; rest >>= 1)
        log2++;
    /* Never above the right one, and at most two below it. */
    int power = (int)((int64_t)log2 * 30103 / 100000) - (log2 < 0 ? 1 : 0);
    if (power >= 0)
        big_multiply_power(&ratio->s, 10, power);
    else {
        big_multiply_power(&ratio->r, 10, -power);
        big_multiply_power(&ratio->m_plus, 10, -power);
        big_multiply_power(&ratio->m_minus, 10, -power);
    }
    while (scaled_reaches_one(ratio)) {
        big_multiply(&ratio->s, 10);
        power++;
    }
    return power;
}

/* Digits from 0 to 9 (no text): how many. The number is 0.DIGITS times 10 to *ret_power. */
static size_t binary_digits(binary number, char out[DIGITS_MAX + 1], int *ret_power)
{
    scaled ratio = scaled_of(number);
    *ret_power = scaled_fit(&ratio, number);
    size_t n = 0;
    while (n < DIGITS_MAX + 1) {
        scaled_times_ten(&ratio);
        char digit = 0;
        for (; big_compare(&ratio.r, &ratio.s) >= 0; digit++)
            big_subtract(&ratio.r, &ratio.s);
        int low_order = big_compare(&ratio.r, &ratio.m_minus);
        bool low = ratio.inclusive ? low_order <= 0 : low_order < 0;
        bool high = scaled_reaches_one(&ratio);
        if (high && low) {
            big_multiply(&ratio.r, 2);
            high = big_compare(&ratio.r, &ratio.s) >= 0;
        }
        out[n++] = (char)(digit + (high ? 1 : 0));
        if (low || high)
            break;
    }
    return n;
}

static size_t append(char *out, size_t at, const char *text, size_t len)
{
    memcpy(out + at, text, len);
    return at + len;
}

static size_t append_digits(char *out, size_t at, const char *digits, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[at++] = (char)('0' + digits[i]);
    return at;
}

/* 0.DIGITS * 10^power: plain where that is short, else with an exponent. */
static size_t layout(char *out, size_t at, const char *digits, size_t n, int power)
{
    if (power > 0 && power <= DIGITS_MAX) {
        size_t whole = (size_t)power;
        at = append_digits(out, at, digits, n < whole ? n : whole);
        for (size_t i = n; i < whole; i++)
            out[at++] = '0';
        if (n > whole) {
            out[at++] = '.';
            at = append_digits(out, at, digits + whole, n - whole);
        }
        return at;
    }
    if (power <= 0 && power > -5) {
        at = append(out, at, "0.0000", 2 + (size_t)-power);
        return append_digits(out, at, digits, n);
    }
    at = append_digits(out, at, digits, 1);
    if (n > 1) {
        out[at++] = '.';
        at = append_digits(out, at, digits + 1, n - 1);
    }
    int exponent = power - 1;
    out[at++] = 'e';
    if (exponent < 0)
        out[at++] = '-';
    char text[20];
    return append(out, at, text, weft__format_u64((uint64_t)(exponent < 0 ? -exponent : exponent), text));
}

/* bits: sign, exponent (the given width), fraction (the given width). */
static size_t format_bits(uint64_t bits, int exponent_bits, int fraction_bits, char out[WEFT__FLOAT_TEXT_MAX])
{
    uint64_t fraction = bits & ((UINT64_C(1) << fraction_bits) - 1);
    int exponent_max = (1 << exponent_bits) - 1;
    int exponent = (int)(bits >> fraction_bits) & exponent_max;
    bool negative = bits >> (exponent_bits + fraction_bits);
    if (exponent == exponent_max) {
        if (fraction)
            return append(out, 0, "\"NaN\"", 5);
        return negative ? append(out, 0, "\"-Infinity\"", 11) : append(out, 0, "\"Infinity\"", 10);
    }
    size_t at = negative ? append(out, 0, "-", 1) : 0;
    if (exponent == 0 && fraction == 0) /* as an integer, -0 would lose its sign in many a reader */
        return negative ? append(out, at, "0.0", 3) : append(out, at, "0", 1);
    int bias = (1 << (exponent_bits - 1)) - 1 + fraction_bits;
    binary number = { fraction, 1 - bias, false };
    if (exponent > 0) {
        number.significand |= UINT64_C(1) << fraction_bits;
        number.exponent = exponent - bias;
        number.is_power = fraction == 0 && exponent > 1;
    }
    char digits[DIGITS_MAX + 1];
    int power;
    size_t n = binary_digits(number, digits, &power);
    return layout(out, at, digits, n, power);
}

size_t weft__format_f64(double number, char out[WEFT__FLOAT_TEXT_MAX])
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return format_bits(bits, 11, 52, out);
}

size_t weft__format_f32(float number, char out[WEFT__FLOAT_TEXT_MAX])
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return format_bits(bits, 8, 23, out);
}
