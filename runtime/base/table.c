/* Open addressing with linear probing. A removal moves the entries behind it back, so that there are no tombstones and
 * a table that entries come to and go from for ever stays as fast as a fresh one. */
#include "runtime/base/table.h"

#include "runtime/base/inline.h"
#include "runtime/base/mem.h"

enum {
    TABLE_LOG2_FIRST = 2,
    TABLE_LOG2_DENSE = 12, /* from here on, in 64 KiB and more, room counts for more than a probe */
    TABLE_LOG2_MAX = 30
};

static inline uint32_t table_cap(const weft__table *table)
{
    return table->log2_cap ? (uint32_t)1 << table->log2_cap : 0;
}

/* The place where the key would stand in an empty table. Two rounds, so that also a bad seed spreads small keys. */
static inline uint32_t table_home(uint8_t log2_cap, uint64_t seed, uint64_t key)
{
    uint64_t mixed = key * seed;
    mixed ^= mixed >> 32;
    mixed *= UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(mixed >> (64u - log2_cap));
}

/* The place of the key, or of the free entry that ends its probes. There is always a free one. */
static inline uint32_t table_probe(const weft__table *table, uint64_t seed, uint64_t key)
{
    uint32_t mask = ((uint32_t)1 << table->log2_cap) - 1;
    uint32_t i = table_home(table->log2_cap, seed, key);
    while (table->entries[i].value && table->entries[i].key != key)
        i = (i + 1) & mask;
    return i;
}

void *weft__table_find(const weft__table *table, uint64_t seed, uint64_t key)
{
    if (table->n == 0)
        return NULL;
    return table->entries[table_probe(table, seed, key)].value;
}

static WEFT__COLD int table_resize(weft__table *table, const weft_allocator *allocator, uint64_t seed, uint8_t log2_cap)
{
    size_t len;
    if (!weft__size_mul((size_t)1 << log2_cap, sizeof(weft__table_entry), &len))
        return WEFT_ENOMEM;
    weft__table bigger = { weft__alloc_zero(allocator, len), table->n, log2_cap };
    if (!bigger.entries)
        return WEFT_ENOMEM;
    for (uint32_t i = 0; i < table_cap(table); i++) {
        if (table->entries[i].value)
            bigger.entries[table_probe(&bigger, seed, table->entries[i].key)] = table->entries[i];
    }
    weft__table_fini(table, allocator);
    *table = bigger;
    return 0;
}

int weft__table_reserve(weft__table *table, const weft_allocator *allocator, uint64_t seed, uint32_t n)
{
    uint64_t need = (uint64_t)table->n + n;
    uint8_t log2_cap = table->log2_cap;
    if (need == 0)
        return 0;
    if (log2_cap == 0)
        log2_cap = TABLE_LOG2_FIRST;
    /* At most a third full: most probes and removals then end where they begin. Large ones: two thirds. */
    while (log2_cap < TABLE_LOG2_DENSE && need * 3 > (uint64_t)1 << log2_cap)
        log2_cap++;
    while (log2_cap >= TABLE_LOG2_DENSE && need * 3 > (uint64_t)2 << log2_cap) {
        if (log2_cap >= TABLE_LOG2_MAX)
            return WEFT_ENOMEM;
        log2_cap++;
    }
    return log2_cap == table->log2_cap ? 0 : table_resize(table, allocator, seed, log2_cap);
}

int weft__table_insert(weft__table *table, const weft_allocator *allocator, uint64_t seed, uint64_t key, void *value)
{
    if (((uint64_t)table->n + 1) * 3 > (uint64_t)1 << table->log2_cap) { /* where it is dense that does not say much */
        int status = weft__table_reserve(table, allocator, seed, 1);
        if (status)
            return status;
    }
    weft__table_entry *entry = &table->entries[table_probe(table, seed, key)];
    if (!WEFT_CHECK(value && !entry->value))
        return WEFT_EINTERNAL;
    entry->key = key;
    entry->value = value;
    table->n++;
    return 0;
}

void *weft__table_remove(weft__table *table, uint64_t seed, uint64_t key)
{
    if (table->n == 0)
        return NULL;
    uint32_t mask = ((uint32_t)1 << table->log2_cap) - 1;
    uint32_t hole = table_probe(table, seed, key);
    void *value = table->entries[hole].value;
    if (!value)
        return NULL;
    for (uint32_t i = (hole + 1) & mask; table->entries[i].value; i = (i + 1) & mask) {
        uint32_t home = table_home(table->log2_cap, seed, table->entries[i].key);
        /* Its probes pass the hole: it may stand there. */
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            table->entries[hole] = table->entries[i];
            hole = i;
        }
    }
    table->entries[hole].value = NULL;
    table->n--;
    return value;
}

void weft__table_fini(weft__table *table, const weft_allocator *allocator)
{
    if (!table)
        return;
    weft__free(allocator, table->entries, table_cap(table) * sizeof(weft__table_entry));
    table->entries = NULL;
    table->n = 0;
    table->log2_cap = 0;
}

void *weft__table_next(const weft__table *table, uint32_t *cursor)
{
    for (uint32_t cap = table_cap(table); *cursor < cap;) {
        void *value = table->entries[(*cursor)++].value;
        if (value)
            return value;
    }
    return NULL;
}
