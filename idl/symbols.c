/* A table from texts to pointers: see symbols.h. Open addressing, at most half full. */
#include "idl/symbols.h"

static uint64_t hash_of(weft_str key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (uint8_t)key.ptr[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

static weft__symbol *slot_of(weft__symbol *entries, size_t cap, weft_str key)
{
    size_t i = (size_t)hash_of(key) & (cap - 1);
    while (entries[i].key.ptr && !weft_str_equal(entries[i].key, key))
        i = (i + 1) & (cap - 1);
    return &entries[i];
}

void *weft__symbols_find(const weft__symbols *symbols, weft_str key)
{
    return symbols->cap ? slot_of(symbols->entries, symbols->cap, key)->value : NULL;
}

static int grow(weft__symbols *symbols)
{
    size_t cap = symbols->cap ? symbols->cap * 2 : 16;
    weft__symbol *entries = weft_arena_array(symbols->arena, weft__symbol, cap);
    if (!entries)
        return WEFT_ENOMEM;
    memset(entries, 0, cap * sizeof *entries);
    for (size_t i = 0; i < symbols->cap; i++)
        if (symbols->entries[i].key.ptr)
            *slot_of(entries, cap, symbols->entries[i].key) = symbols->entries[i];
    symbols->entries = entries;
    symbols->cap = cap;
    return 0;
}

int weft__symbols_put(weft__symbols *symbols, weft_str key, void *value)
{
    if (symbols->n * 2 >= symbols->cap && grow(symbols) < 0)
        return WEFT_ENOMEM;
    *slot_of(symbols->entries, symbols->cap, key) = (weft__symbol){ .key = key, .value = value };
    symbols->n++;
    return 0;
}
