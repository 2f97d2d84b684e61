/* Names in order: a heap sort of places. */
#include "runtime/schema/names.h"

static int order_compare(const weft__names *names, const uint16_t *order, uint32_t i, uint32_t j)
{
    return strcmp(weft__name_at(names, order[i]), weft__name_at(names, order[j]));
}

/* Lets the one at `at` sink until no child below n is greater. */
static void heap_sink(const weft__names *names, uint16_t *order, uint32_t at, uint32_t n)
{
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && order_compare(names, order, child, child + 1) < 0)
            child++;
        if (order_compare(names, order, at, child) >= 0)
            return;
        uint16_t held = order[at];
        order[at] = order[child];
        order[child] = held;
        at = child;
    }
}

void weft__names_sort(const weft__names *names, uint16_t *ret_order)
{
    for (uint32_t i = 0; i < names->n; i++)
        ret_order[i] = (uint16_t)i;
    for (uint32_t i = names->n / 2; i-- > 0;)
        heap_sink(names, ret_order, i, names->n);
    for (uint32_t n = names->n; n > 1; n--) {
        uint16_t greatest = ret_order[0];
        ret_order[0] = ret_order[n - 1];
        ret_order[n - 1] = greatest;
        heap_sink(names, ret_order, 0, n - 1);
    }
}

uint32_t weft__names_twice(const weft__names *names, const uint16_t *order)
{
    for (uint32_t i = 0; i + 1 < names->n; i++) {
        if (order_compare(names, order, i, i + 1) == 0)
            return i;
    }
    return WEFT__NONE;
}

uint32_t weft__names_find(const weft__names *names, const uint16_t *order, const char *name)
{
    uint32_t from = 0, to = names->n;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int compared = strcmp(name, weft__name_at(names, order[middle]));
        if (compared == 0)
            return order[middle];
        if (compared < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return WEFT__NONE;
}
