/* The life of a group: as long as it has members, or somebody keeps it. */
#include "runtime/session/group.h"

#include "runtime/base/mem.h"

int weft_group_new(const weft_allocator *allocator_or_null, const weft_lock *lock, weft_group **ret_group)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft_group *group = weft__alloc_zero(&allocator, sizeof *group);
    if (!group)
        return WEFT_ENOMEM;
    group->allocator = allocator;
    group->lock = *lock;
    group->refs = 1;
    weft__list_init(&group->registries);
    weft__list_init(&group->operations);
    weft__list_init(&group->left);
    *ret_group = group;
    return 0;
}

weft_group *weft_group_retain(weft_group *group)
{
    weft__group_lock(group);
    group->refs++;
    weft__group_unlock(group);
    return group;
}

void weft_group_release(weft_group *group_or_null)
{
    weft_group *group = group_or_null;
    uint32_t refs;
    if (!group)
        return;
    weft__group_lock(group);
    refs = --group->refs;
    weft__group_unlock(group);
    if (refs > 0)
        return;
    weft_allocator allocator = group->allocator;
    group->lock.free(group->lock.self);
    weft__free(&allocator, group, sizeof *group);
}
