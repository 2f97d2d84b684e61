/* Names of fields, variants and parameters, put in order: so that finding one costs no more than it must, whatever a
 * counterpart's schema has. Works on every table of weft/gen.h whose entries begin with a name. */
#ifndef WEFT_RUNTIME_SCHEMA_NAMES_H
#define WEFT_RUNTIME_SCHEMA_NAMES_H

#include "weft/base.h"

/* n entries of `stride` bytes, each beginning with a const char *. */
typedef struct weft__names {
    const void *entries;
    size_t stride;
    uint32_t n; /* below 65536 */
} weft__names;

#define WEFT__NONE UINT32_MAX

static inline const char *weft__name_at(const weft__names *names, uint32_t place)
{
    return *(const char *const *)((const char *)names->entries + place * names->stride);
}

/* The places of the n names in ascending order of their bytes. Without recursion or memory. */
void weft__names_sort(const weft__names *names, uint16_t *ret_order);
/* The place in the order of a name that stands behind it once more, or NONE. */
uint32_t weft__names_twice(const weft__names *names, const uint16_t *order);
/* The place of the name, or NONE. */
uint32_t weft__names_find(const weft__names *names, const uint16_t *order, const char *name);

#endif
