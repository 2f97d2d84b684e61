/* The items of a stream, of which both ends know what the next one is. */
#ifndef WEFT_TESTS_INTEGRATION_OUTAGE_ITEMS_H
#define WEFT_TESTS_INTEGRATION_OUTAGE_ITEMS_H

#include "outage.weft.h"

#include <string.h>

enum { ITEM_PAD_MAX = 3000 };

static inline void item_make(uint64_t n, uint8_t pad[ITEM_PAD_MAX], out_item *ret_item)
{
    size_t len = (size_t)(n * 7919 % ITEM_PAD_MAX);
    memset(pad, (int)(n & 0xff), len);
    out_item_init(ret_item);
    ret_item->n = n;
    ret_item->pad = weft_bytes_of(pad, len);
}

static inline bool item_is(const out_item *item, uint64_t n)
{
    uint8_t pad[ITEM_PAD_MAX];
    out_item expected;
    item_make(n, pad, &expected);
    return item->n == n && item->pad.len == expected.pad.len &&
           (item->pad.len == 0 || memcmp(item->pad.ptr, pad, item->pad.len) == 0);
}

#endif
