/* Maps: pairs in strictly ascending order of their keys. */
#include "runtime/schema/codec.h"

static int str_compare(weft_str a, weft_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

#define COMPARE(ctype) ((*(const ctype *)a > *(const ctype *)b) - (*(const ctype *)a < *(const ctype *)b))

int weft__key_compare(const weft_type *type, const void *a, const void *b)
{
    switch (type->kind) {
    case WEFT_KIND_BOOL: return COMPARE(bool);
    case WEFT_KIND_U8: return COMPARE(uint8_t);
    case WEFT_KIND_U16: return COMPARE(uint16_t);
    case WEFT_KIND_U32: return COMPARE(uint32_t);
    case WEFT_KIND_U64: return COMPARE(uint64_t);
    case WEFT_KIND_I8: return COMPARE(int8_t);
    case WEFT_KIND_I16: return COMPARE(int16_t);
    case WEFT_KIND_I32: return COMPARE(int32_t);
    case WEFT_KIND_I64: return COMPARE(int64_t);
    default: return str_compare(*(const weft_str *)a, *(const weft_str *)b);
    }
}

static void swap_bytes(unsigned char *a, unsigned char *b, size_t n)
{
    unsigned char held[64];
    while (n > 0) {
        size_t part = n < sizeof held ? n : sizeof held;
        memcpy(held, a, part);
        memcpy(a, b, part);
        memcpy(b, held, part);
        a += part;
        b += part;
        n -= part;
    }
}

static int pairs_compare(const weft_type *map, const unsigned char *pairs, size_t i, size_t j)
{
    return weft__key_compare(map->key, pairs + i * map->stride, pairs + j * map->stride);
}

/* Lets the pair at `at` sink until no child below n is greater. */
static void heap_sink(const weft_type *map, unsigned char *pairs, size_t at, size_t n)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && pairs_compare(map, pairs, child, child + 1) < 0)
            child++;
        if (pairs_compare(map, pairs, at, child) >= 0)
            return;
        swap_bytes(pairs + at * map->stride, pairs + child * map->stride, map->stride);
        at = child;
    }
}

/* The place of the first pair that is not below the next, or n. */
static size_t pairs_first_disorder(const weft_type *map, const unsigned char *pairs, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        if (pairs_compare(map, pairs, i, i + 1) >= 0)
            return i;
    }
    return n;
}

/* A heap sort: in place, without recursion, and not slow for any order that a counterpart may choose. */
int weft_gen_sort(const weft_type *map, void *pairs, size_t n)
{
    unsigned char *bytes = pairs;
    if (map->kind != WEFT_KIND_MAP)
        return WEFT_EINVAL;
    if (pairs_first_disorder(map, bytes, n) == n)
        return 0;
    for (size_t at = n / 2; at-- > 0;)
        heap_sink(map, bytes, at, n);
    for (size_t last = n - 1; last > 0; last--) {
        swap_bytes(bytes, bytes + last * map->stride, map->stride);
        heap_sink(map, bytes, 0, last);
    }
    return pairs_first_disorder(map, bytes, n) == n ? 0 : WEFT_EINVAL;
}

const void *weft_gen_find(const weft_type *map_type, const void *map, const void *key)
{
    if (map_type->kind != WEFT_KIND_MAP)
        return NULL;
    const weft__list_value *list = map;
    size_t low = 0, high = list->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const void *pair = weft__at(list->items, middle * map_type->stride);
        int order = weft__key_compare(map_type->key, pair, key);
        if (order == 0)
            return weft__at(pair, map_type->offset);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
