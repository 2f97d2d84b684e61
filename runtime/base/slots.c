/* Slots come in blocks that live as long as the set. A slot's generation goes up each time it is given back, and being
 * 64 bits wide never comes round. */
#include "runtime/base/slots.h"

#include "runtime/base/inline.h"
#include "runtime/base/mem.h"

enum { SLOTS_PER_BLOCK = 64 };

typedef struct slot_block {
    struct slot_block *next;
    weft__slot slots[SLOTS_PER_BLOCK];
} slot_block;

struct weft__slots {
    slot_block *blocks;
    weft__slot *free;
    size_t references;
    weft_allocator allocator;
};

int weft__slots_new(const weft_allocator *allocator, weft__slots **ret_slots)
{
    weft__slots *slots = weft__alloc_zero(allocator, sizeof *slots);
    if (!slots)
        return WEFT_ENOMEM;
    slots->references = 1;
    slots->allocator = *allocator;
    *ret_slots = slots;
    return 0;
}

weft__slots *weft__slots_retain(weft__slots *slots)
{
    slots->references++;
    return slots;
}

void weft__slots_release(weft__slots *slots_or_null)
{
    weft__slots *slots = slots_or_null;
    if (!slots || --slots->references > 0)
        return;
    weft_allocator allocator = slots->allocator;
    for (slot_block *block = slots->blocks; block;) {
        slot_block *next = block->next;
        weft__free(&allocator, block, sizeof *block);
        block = next;
    }
    weft__free(&allocator, slots, sizeof *slots);
}

static WEFT__COLD int slots_grow(weft__slots *slots)
{
    slot_block *block = weft__alloc_zero(&slots->allocator, sizeof *block);
    if (!block)
        return WEFT_ENOMEM;
    block->next = slots->blocks;
    slots->blocks = block;
    for (size_t i = SLOTS_PER_BLOCK; i-- > 0;) {
        block->slots[i].generation = 1;
        block->slots[i].as.next = slots->free;
        slots->free = &block->slots[i];
    }
    return 0;
}

int weft__slots_take(weft__slots *slots, uint8_t kind, void *object, weft__handle *ret_handle)
{
    if (!WEFT_CHECK(kind > 0 && object))
        return WEFT_EINTERNAL;
    if (!slots->free) {
        int status = slots_grow(slots);
        if (status)
            return status;
    }
    weft__slot *taken = slots->free;
    slots->free = taken->as.next;
    taken->as.object = object;
    taken->kind = kind;
    ret_handle->slot = taken;
    ret_handle->generation = taken->generation;
    return 0;
}

void weft__slots_give(weft__slots *slots, weft__handle handle)
{
    weft__slot *given = handle.slot;
    if (!given || given->kind == 0 || given->generation != handle.generation)
        return;
    given->generation++;
    given->kind = 0;
    given->as.next = slots->free;
    slots->free = given;
}
