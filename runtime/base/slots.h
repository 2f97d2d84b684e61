/* Value handles: a slot and a generation. Slots are never given back before the whole set is freed, so that a stale
 * handle can be looked up for ever and is seen to be stale, never taken for somebody else's object. The set is shared
 * by all sessions of a runtime, is counted, and goes when the last of them lets go. One thread. */
#ifndef WEFT_RUNTIME_BASE_SLOTS_H
#define WEFT_RUNTIME_BASE_SLOTS_H

#include "weft/base.h"

typedef struct weft__slots weft__slots;

/* Inside. */
typedef struct weft__slot {
    uint64_t generation; /* from 1 on */
    union {
        void *object;            /* where taken */
        struct weft__slot *next; /* where free */
    } as;
    uint8_t kind; /* 0: free */
} weft__slot;

typedef struct weft__handle {
    void *slot; /* NULL: the null handle, always stale */
    uint64_t generation;
} weft__handle;

int weft__slots_new(const weft_allocator *allocator, weft__slots **ret_slots); /* one reference; 0 or WEFT_ENOMEM */
weft__slots *weft__slots_retain(weft__slots *slots);
void weft__slots_release(weft__slots *slots_or_null); /* the last one frees */
/* A handle that leads to object (not NULL) from now on. 0 or WEFT_ENOMEM. kind: what object is, above 0. */
int weft__slots_take(weft__slots *slots, uint8_t kind, void *object, weft__handle *ret_handle);
/* The handle turns stale; its slot may serve again with another generation. */
void weft__slots_give(weft__slots *slots, weft__handle handle);
/* The object, or NULL where the handle is null, stale or of another kind. Needs no set: a slot knows itself. */
static inline void *weft__handle_get(weft__handle handle, uint8_t kind)
{
    const weft__slot *found = handle.slot;
    if (!found || kind == 0 || found->kind != kind || found->generation != handle.generation)
        return NULL;
    return found->as.object;
}

#endif
