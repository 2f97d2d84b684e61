/* Sorting a list: what the other functions do stands in list.h. */
#include "runtime/base/list.h"

/* The two become one, in order; of equals a's come first. */
static void list_merge(weft__link *a, weft__link *b, bool (*before)(const weft__link *x, const weft__link *y))
{
    weft__link *at = a->next;
    weft__link *link;
    while ((link = weft__list_first(b)) != NULL) {
        while (at != a && !before(link, at))
            at = at->next;
        weft__list_remove(link);
        weft__list_append(at, link); /* in front of at */
    }
}

/* By runs of 1, 2, 4, …: runs[i] holds 2^i links or none. */
void weft__list_sort(weft__link *list, bool (*before)(const weft__link *x, const weft__link *y))
{
    weft__link runs[8 * sizeof(size_t)];
    weft__link run;
    weft__link *link;
    size_t n = 0;
    while ((link = weft__list_take(list)) != NULL) {
        size_t i = 0;
        weft__list_init(&run);
        weft__list_append(&run, link);
        for (; i < n && !weft__list_is_empty(&runs[i]); i++) {
            list_merge(&runs[i], &run, before); /* what came earlier is in front */
            weft__list_splice(&run, &runs[i]);
        }
        if (i == n)
            weft__list_init(&runs[n++]);
        weft__list_splice(&runs[i], &run);
    }
    for (size_t i = 0; i < n; i++) {
        list_merge(&runs[i], list, before);
        weft__list_splice(list, &runs[i]);
    }
}
