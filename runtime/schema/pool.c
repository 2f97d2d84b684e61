/* Blocks that double in size, each behind its header. */
#include "runtime/schema/pool.h"

#include <stdalign.h>

#include "runtime/base/mem.h"

enum { POOL_ALIGN = 16, POOL_FIRST = 1024, POOL_BLOCK_MAX = 64 * 1024 };

struct weft__pool_block {
    weft__pool_block *next;
    size_t len; /* with this header */
    alignas(POOL_ALIGN) uint8_t bytes[];
};

void weft__pool_init(weft__pool *pool, const weft_allocator *allocator_or_null, size_t max)
{
    memset(pool, 0, sizeof *pool);
    pool->allocator = weft__allocator_of(allocator_or_null);
    pool->max = max;
}

static void pool_drop_newest(weft__pool *pool)
{
    weft__pool_block *block = pool->blocks;
    pool->blocks = block->next;
    pool->total -= block->len;
    weft__free(&pool->allocator, block, block->len);
}

void weft__pool_fini(weft__pool *pool)
{
    while (pool->blocks)
        pool_drop_newest(pool);
    pool->at = 0;
}

/* A block of at least len bytes becomes the newest. */
static int pool_grow(weft__pool *pool, size_t len)
{
    size_t next = pool->blocks ? pool->blocks->len * 2 : POOL_FIRST, need;
    if (next > POOL_BLOCK_MAX)
        next = POOL_BLOCK_MAX;
    if (!weft__size_add(len, sizeof(weft__pool_block), &need))
        return WEFT_EBUSY;
    if (next < need)
        next = need;
    if (next > pool->max - pool->total)
        next = need; /* near the end a block is no longer than it must be */
    if (next > pool->max - pool->total)
        return WEFT_EBUSY;
    weft__pool_block *block = weft__alloc(&pool->allocator, next);
    if (!block)
        return WEFT_ENOMEM;
    block->next = pool->blocks;
    block->len = next;
    pool->blocks = block;
    pool->total += next;
    pool->at = 0;
    return 0;
}

int weft__pool_take(weft__pool *pool, size_t len, void **ret_memory)
{
    if (len > pool->max)
        return WEFT_EBUSY;
    len = (len + POOL_ALIGN - 1) & ~(size_t)(POOL_ALIGN - 1);
    if (!pool->blocks || len > pool->blocks->len - sizeof(weft__pool_block) - pool->at) {
        int status = pool_grow(pool, len);
        if (status)
            return status;
    }
    void *memory = pool->blocks->bytes + pool->at;
    pool->at += len;
    memset(memory, 0, len);
    *ret_memory = memory;
    return 0;
}

weft__pool_mark weft__pool_here(const weft__pool *pool)
{
    return (weft__pool_mark){ pool->blocks, pool->at };
}

void weft__pool_back(weft__pool *pool, weft__pool_mark mark)
{
    while (pool->blocks != mark.block)
        pool_drop_newest(pool);
    pool->at = mark.at;
}
