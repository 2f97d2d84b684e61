/* Memory that only grows, of one owner, counted and bounded; what a step that fails has taken is given back. */
#ifndef WEFT_RUNTIME_SCHEMA_POOL_H
#define WEFT_RUNTIME_SCHEMA_POOL_H

#include "weft/base.h"

typedef struct weft__pool_block weft__pool_block;

typedef struct weft__pool {
    weft_allocator allocator;
    size_t max;               /* of the bytes of all blocks */
    size_t total;             /* of them now */
    weft__pool_block *blocks; /* newest first */
    size_t at;                /* what is taken of the newest */
} weft__pool;

/* A place to go back to. */
typedef struct weft__pool_mark {
    const weft__pool_block *block;
    size_t at;
} weft__pool_mark;

void weft__pool_init(weft__pool *pool, const weft_allocator *allocator_or_null, size_t max);
void weft__pool_fini(weft__pool *pool);
/* len bytes, zero-filled, aligned for every table. 0; WEFT_ENOMEM; WEFT_EBUSY: beyond max. */
int weft__pool_take(weft__pool *pool, size_t len, void **ret_memory);
weft__pool_mark weft__pool_here(const weft__pool *pool);
/* Gives back all that was taken since. */
void weft__pool_back(weft__pool *pool, weft__pool_mark mark);

#endif
