/* A hash table from u64 keys to pointers: open addressing, keyed by a random odd number so that a counterpart who
 * chooses the keys cannot make them collide. Allocates nothing while empty; in steady state (inserts and removals in
 * turn) nothing either. */
#ifndef WEFT_RUNTIME_BASE_TABLE_H
#define WEFT_RUNTIME_BASE_TABLE_H

#include "runtime/base/inline.h"
#include "weft/base.h"

typedef struct weft__table_entry {
    uint64_t key;
    void *value; /* NULL: free */
} weft__table_entry;

typedef struct weft__table {
    weft__table_entry *entries;
    uint32_t n;
    uint8_t log2_cap; /* 0: none */
} weft__table;

/* All functions take the allocator and the (odd) seed that the table was used with from its first insert on; a
 * zero-filled table is empty. */
void *weft__table_find(const weft__table *table, uint64_t seed, uint64_t key); /* NULL: not there */
/* value is not NULL and key is not there yet. 0 or WEFT_ENOMEM. */
int weft__table_insert(weft__table *table, const weft_allocator *allocator, uint64_t seed, uint64_t key, void *value);
/* Room for n more, so that the next n inserts cannot fail. 0 or WEFT_ENOMEM. */
WEFT__COLD int weft__table_reserve(weft__table *table, const weft_allocator *allocator, uint64_t seed, uint32_t n);
void *weft__table_remove(weft__table *table, uint64_t seed, uint64_t key); /* what was there, or NULL */
void weft__table_fini(weft__table *table, const weft_allocator *allocator);
/* Visits all: start with *cursor 0; NULL at the end. Where the entry just visited is removed, step the cursor back by
 * one: then each is still visited, some perhaps twice. After any other change begin anew. */
void *weft__table_next(const weft__table *table, uint32_t *cursor);

#endif
