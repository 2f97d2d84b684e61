/* A group: what threads that serve the same clients share. Each has a registry and a table of operations of its own,
 * which it alone changes; those of the others are looked into under the group's lock, which a change takes too. */
#ifndef WEFT_RUNTIME_SESSION_GROUP_H
#define WEFT_RUNTIME_SESSION_GROUP_H

#include "runtime/base/list.h"
#include "runtime/wire/messages.h"
#include "weft/engine.h"

struct weft_group {
    weft_allocator allocator;
    weft_lock lock; /* over all that follows */
    uint32_t refs;
    weft__link registries;   /* weft_registry.of_group */
    weft__link operations;   /* weft_operations.of_group */
    weft__link left;         /* the same of threads that have ended: what they remember, for whoever asks */
    uint64_t n_members;      /* operations that have joined so far */
    weft__identity identity; /* of those of them whose is that of no store */
};

/* NULL: nothing is shared, and nothing to lock. */
static inline void weft__group_lock(const weft_group *group_or_null)
{
    if (group_or_null)
        group_or_null->lock.lock(group_or_null->lock.self);
}
static inline void weft__group_unlock(const weft_group *group_or_null)
{
    if (group_or_null)
        group_or_null->lock.unlock(group_or_null->lock.self);
}

#endif
