/* The allocator of a side: counts what is live, checks the lengths that it is given, and refuses when told to. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

enum { FRONT = 16 };

static bool alloc_refuses(sim_alloc *alloc)
{
    if (__builtin_expect(alloc->fail_in == 0 || --alloc->fail_in > 0, 1))
        return false;
    if (--alloc->fail_run > 0)
        alloc->fail_in = 1;
    alloc->has_refused = true;
    return true;
}

static void *alloc_realloc(void *ctx, void *ptr, size_t old_len, size_t new_len)
{
    sim_alloc *alloc = ctx;
    uint8_t *block = ptr ? (uint8_t *)ptr - FRONT : NULL;
    size_t len = 0;
    const sim_alloc *owner = alloc;
    if (block) {
        memcpy(&len, block, sizeof len);
        memcpy(&owner, block + sizeof len, sizeof(void *));
    }
    SIM_CHECK(alloc->world, owner == alloc, "memory", "a block is given to an allocator that it is not of");
    SIM_CHECK(alloc->world, len == old_len, "memory", "a block of %zu bytes is given back as one of %zu", len, old_len);
    if (new_len == 0) {
        if (block) {
            alloc->live_blocks--;
            alloc->live_bytes -= len;
            memset(block, 0xdd, FRONT + (len < 1024 ? len : 1024)); /* who still reads it is found out */
            free(block);
        }
        return NULL;
    }
    if (alloc_refuses(alloc))
        return NULL;
    uint8_t *moved = realloc(block, FRONT + new_len);
    SIM_CHECK(alloc->world, moved, "memory", "the simulator itself is out of memory");
    memcpy(moved, &new_len, sizeof new_len);
    memcpy(moved + sizeof new_len, &alloc, sizeof(void *));
    if (new_len > old_len) /* who reads what was never written sees the same in each run */
        memset(moved + FRONT + old_len, 0xa5, new_len - old_len < 256 ? new_len - old_len : 256);
    alloc->live_blocks += block ? 0 : 1;
    alloc->live_bytes += new_len - old_len;
    return moved + FRONT;
}

void sim_alloc_init(sim_alloc *alloc, world *w)
{
    memset(alloc, 0, sizeof *alloc);
    alloc->allocator.realloc = alloc_realloc;
    alloc->allocator.ctx = alloc;
    alloc->world = w;
}
