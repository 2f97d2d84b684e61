/* Random values by the tables of types. */
#include "tests/support/random_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "runtime/schema/codec.h"

enum { ALIGN = 16 };

typedef struct maker {
    weft_test_random *random;
    weft_arena *arena;
    unsigned left; /* values yet, before everything stays as short as can be */
} maker;

static void make(maker *m, const weft_type *type, unsigned depth, void *out);

uint64_t weft_test_fresh_seed(void)
{
    const char *given = getenv("WEFT_SEED");
    uint64_t seed;
    if (given && *given) {
        seed = strtoull(given, NULL, 0);
    } else {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        seed = (uint64_t)now.tv_sec * 1000000007u ^ (uint64_t)now.tv_nsec;
    }
    fprintf(stderr, "WEFT_SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

static uint64_t below(maker *m, uint64_t n)
{
    return weft_test_random_below(m->random, n);
}

static void *room(maker *m, size_t n, size_t size)
{
    void *ptr = weft_arena_alloc_array(m->arena, n, size, ALIGN);
    assert_non_null(ptr);
    return ptr;
}

/* How deep containers nest in the flattest value of the type. */
static unsigned depth_needed(const weft_type *type)
{
    unsigned deepest = 0;
    switch (type->kind) {
    case WEFT_KIND_STRUCT:
        for (uint32_t i = 0; i < type->n; i++) {
            unsigned inside = depth_needed(type->fields[i].type);
            deepest = inside > deepest ? inside : deepest;
        }
        return 1 + deepest;
    case WEFT_KIND_ENUM:
        deepest = UINT32_MAX;
        for (uint32_t i = 0; i < type->n; i++) {
            unsigned inside = type->variants[i].payload ? depth_needed(type->variants[i].payload) : 0;
            deepest = inside < deepest ? inside : deepest;
        }
        return 1 + deepest;
    case WEFT_KIND_ARRAY: return weft__type_is_bin_array(type) ? 0 : 1 + depth_needed(type->element);
    case WEFT_KIND_LIST:
    case WEFT_KIND_MAP: return 1;
    default: return 0;
    }
}

/* ---- scalars ---- */

/* Any bits, or something close to a power of two, with either sign. */
static uint64_t make_bits(maker *m)
{
    uint64_t bits = weft_test_random_next(m->random);
    switch (below(m, 4)) {
    case 0: return bits;
    case 1: return bits >> below(m, 64);
    case 2: return (UINT64_C(1) << below(m, 64)) + below(m, 3) - 1;
    default: return 0 - ((UINT64_C(1) << below(m, 64)) + below(m, 3) - 1);
    }
}

static double make_double(maker *m)
{
    static const double borders[] = { 0.0, -0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, 16777216.0 };
    uint64_t bits = weft_test_random_next(m->random);
    double number;
    if (below(m, 3) == 0)
        return borders[below(m, sizeof borders / sizeof *borders)];
    if (below(m, 8) == 0)
        bits |= UINT64_C(0x7ff) << 52; /* infinite or no number */
    memcpy(&number, &bits, sizeof number);
    return number;
}

static float make_float(maker *m)
{
    uint32_t bits = (uint32_t)weft_test_random_next(m->random);
    float number;
    if (below(m, 8) == 0)
        bits |= UINT32_C(0xff) << 23;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* Lengths around the borders of the forms, mostly short. */
static size_t make_len(maker *m)
{
    static const size_t borders[] = { 0, 1, 15, 16, 31, 32, 255, 256 };
    if (m->left == 0)
        return 0;
    if (below(m, 4) == 0)
        return borders[below(m, sizeof borders / sizeof *borders)];
    if (below(m, 400) == 0)
        return 65535 + below(m, 2);
    return below(m, 24);
}

static weft_str make_str(maker *m)
{
    static const char *const characters[] = {
        "a", "Z", " ", "\"", "\\", "\n", "\x01", "\x7f", "ü", "ß", "€", "😀", "0"
    };
    size_t len = make_len(m), at = 0;
    char *text = room(m, len + 1, 1);
    while (at < len) {
        const char *character = characters[below(m, sizeof characters / sizeof *characters)];
        size_t n = strlen(character);
        if (n > len - at) {
            text[at++] = below(m, 9) == 0 ? '\0' : 'x';
            continue;
        }
        for (size_t i = 0; i < n; i++)
            text[at++] = character[i];
    }
    return weft_str_of(text, len);
}

static weft_bytes make_bytes(maker *m)
{
    size_t len = make_len(m);
    uint8_t *bytes = room(m, len + 1, 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)weft_test_random_next(m->random);
    return weft_bytes_of(bytes, len);
}

static weft_timestamp make_timestamp(maker *m)
{
    weft_timestamp time = { (int64_t)make_bits(m), 0 };
    if (below(m, 2) == 0)
        time.sec = (int64_t)(UINT64_C(1) << 34) + (int64_t)below(m, 3) - 1;
    if (below(m, 2) == 0)
        time.nsec = (uint32_t)below(m, 1000000000);
    return time;
}

static void make_number(maker *m, const weft_type *type, void *out)
{
    uint64_t bits = make_bits(m);
    switch (type->c_size) {
    case 1: *(uint8_t *)out = (uint8_t)bits; break;
    case 2: *(uint16_t *)out = (uint16_t)bits; break;
    case 4: *(uint32_t *)out = (uint32_t)bits; break;
    default: memcpy(out, &bits, sizeof bits); break;
    }
}

/* ---- containers ---- */

static void make_struct(maker *m, const weft_type *type, unsigned depth, void *out)
{
    for (uint32_t i = 0; i < type->n; i++)
        make(m, type->fields[i].type, depth, weft__at_mut(out, type->fields[i].offset));
}

static void make_enum(maker *m, const weft_type *type, unsigned depth, void *out)
{
    uint32_t i = (uint32_t)below(m, type->n);
    bool small = m->left == 0;
    for (uint32_t tried = 0;; tried++, i = (i + 1) % type->n) {
        const weft_type *payload = type->variants[i].payload;
        unsigned needed = payload ? depth_needed(payload) : 0;
        if (needed <= depth && (!small || tried >= type->n || needed == 0))
            break;
    }
    *(int *)out = (int)i + 1;
    if (type->variants[i].payload)
        make(m, type->variants[i].payload, depth, weft__at_mut(out, type->offset));
}

/* How many elements of a type may go into a container that has depth left inside. */
static size_t make_count(maker *m, const weft_type *element, unsigned depth)
{
    if (m->left == 0 || depth_needed(element) > depth)
        return 0;
    if (element->kind < WEFT_KIND_STRUCT && below(m, 8) == 0)
        return below(m, 2) == 0 ? 15 + below(m, 2) : below(m, 40);
    return below(m, 5);
}

static void make_list(maker *m, const weft_type *type, unsigned depth, void *out)
{
    size_t n = make_count(m, type->element, depth);
    void *items = n > 0 ? room(m, n, type->element->c_size) : NULL;
    for (size_t i = 0; i < n; i++)
        make(m, type->element, depth, weft__at_mut(items, i * type->element->c_size));
    *(weft__list_value *)out = (weft__list_value){ items, n };
}

static void make_map(maker *m, const weft_type *type, unsigned depth, void *out)
{
    size_t n = make_count(m, type->element, depth), kept = 0;
    unsigned char *pairs = n > 0 ? room(m, n, type->stride) : NULL;
    if (n > 0)
        memset(pairs, 0, n * type->stride);
    for (size_t i = 0; i < n; i++) {
        make(m, type->key, depth, pairs + i * type->stride);
        make(m, type->element, depth, pairs + i * type->stride + type->offset);
    }
    if (n > 0)
        (void)weft_gen_sort(type, pairs, n); /* equal keys are dropped here */
    for (size_t i = 0; i < n; i++) {
        unsigned char *pair = pairs + i * type->stride;
        if (kept > 0 && weft__key_compare(type->key, pairs + (kept - 1) * type->stride, pair) == 0)
            continue;
        memmove(pairs + kept++ * type->stride, pair, type->stride);
    }
    *(weft__list_value *)out = (weft__list_value){ pairs, kept };
}

static void make_option(maker *m, const weft_type *type, unsigned depth, void *out)
{
    memset(out, 0, type->c_size);
    if (m->left == 0 || depth == 0 || depth_needed(type->element) > depth - 1 || below(m, 3) == 0)
        return;
    if (type->flags & WEFT_TYPE_INDIRECT) {
        void *value = room(m, 1, type->element->c_size);
        make(m, type->element, depth - 1, value);
        *(const void **)out = value;
        return;
    }
    *(bool *)out = true;
    make(m, type->element, depth - 1, weft__at_mut(out, type->offset));
}

static void make_array(maker *m, const weft_type *type, unsigned depth, void *out)
{
    for (uint32_t i = 0; i < type->n; i++)
        make(m, type->element, depth, weft__at_mut(out, (size_t)i * type->element->c_size));
}

/* out: c_size bytes of any contents. depth: containers that may nest in it, itself included. */
static void make(maker *m, const weft_type *type, unsigned depth, void *out)
{
    if (m->left > 0)
        m->left--;
    switch (type->kind) {
    case WEFT_KIND_BOOL: *(bool *)out = below(m, 2) != 0; break;
    case WEFT_KIND_F32: *(float *)out = make_float(m); break;
    case WEFT_KIND_F64: *(double *)out = make_double(m); break;
    case WEFT_KIND_STR: *(weft_str *)out = make_str(m); break;
    case WEFT_KIND_BYTES: *(weft_bytes *)out = make_bytes(m); break;
    case WEFT_KIND_TIMESTAMP: *(weft_timestamp *)out = make_timestamp(m); break;
    case WEFT_KIND_STRUCT: make_struct(m, type, depth - 1, out); break;
    case WEFT_KIND_ENUM: make_enum(m, type, depth - 1, out); break;
    case WEFT_KIND_LIST: make_list(m, type, depth - 1, out); break;
    case WEFT_KIND_MAP: make_map(m, type, depth - 1, out); break;
    case WEFT_KIND_OPTION: make_option(m, type, depth, out); break;
    case WEFT_KIND_ARRAY: make_array(m, type, weft__type_is_bin_array(type) ? depth : depth - 1, out); break;
    default: make_number(m, type, out); break;
    }
}

void weft_test_random_value(weft_test_random *random, const weft_type *type, unsigned depth, unsigned size,
                            weft_arena *arena, void *ret_value)
{
    maker m = { random, arena, size };
    unsigned needed = depth_needed(type);
    memset(ret_value, 0, type->c_size);
    make(&m, type, depth > needed ? depth : needed, ret_value);
}
