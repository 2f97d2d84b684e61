/* An intrusive doubly linked list with a sentinel. A node that is in no list points at itself or is zero-filled. */
#ifndef WEFT_RUNTIME_BASE_LIST_H
#define WEFT_RUNTIME_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct weft__link {
    struct weft__link *next;
    struct weft__link *prev;
} weft__link;

#define weft__container(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void weft__list_init(weft__link *list)
{
    list->next = list->prev = list;
}
static inline bool weft__list_is_empty(const weft__link *list)
{
    return list->next == list;
}
static inline bool weft__link_is_in(const weft__link *link)
{
    return link->next != NULL && link->next != link;
}
static inline void weft__list_append(weft__link *list, weft__link *link)
{
    link->prev = list->prev;
    link->next = list;
    list->prev->next = link;
    list->prev = link;
}
static inline void weft__list_prepend(weft__link *list, weft__link *link)
{
    weft__list_append(list->next, link);
}
/* Harmless for a link that is in no list. */
static inline void weft__list_remove(weft__link *link)
{
    if (link->next) {
        link->prev->next = link->next;
        link->next->prev = link->prev;
    }
    link->next = link->prev = NULL;
}
/* All of from goes behind what is in list; from is empty then. */
static inline void weft__list_splice(weft__link *list, weft__link *from)
{
    if (weft__list_is_empty(from))
        return;
    from->next->prev = list->prev;
    from->prev->next = list;
    list->prev->next = from->next;
    list->prev = from->prev;
    weft__list_init(from);
}
/* Into the order that before gives; equals keep theirs. In n log n. */
void weft__list_sort(weft__link *list, bool (*before)(const weft__link *x, const weft__link *y));
/* NULL: empty */
static inline weft__link *weft__list_first(const weft__link *list)
{
    return list->next == list ? NULL : list->next;
}
static inline weft__link *weft__list_take(weft__link *list)
{
    weft__link *first = weft__list_first(list);
    if (first)
        weft__list_remove(first);
    return first;
}

#endif
