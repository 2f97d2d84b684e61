/* A table from texts to pointers, in an arena: for names of declarations and members, and to find equal types. */
#ifndef WEFT_IDL_SYMBOLS_H
#define WEFT_IDL_SYMBOLS_H

#include "weft/base.h"

typedef struct weft__symbol {
    weft_str key; /* ptr NULL: free */
    void *value;
} weft__symbol;

/* Filled with zeros but for the arena it is empty. */
typedef struct weft__symbols {
    weft_arena *arena; /* borrowed, outlives the table; what the table outgrows stays in it */
    weft__symbol *entries;
    size_t cap; /* 0 or a power of two */
    size_t n;
} weft__symbols;

/* What was put under key, or NULL. */
void *weft__symbols_find(const weft__symbols *symbols, weft_str key);
/* The key is not in it yet, its text outlives the table; value is not NULL. 0 or WEFT_ENOMEM. */
int weft__symbols_put(weft__symbols *symbols, weft_str key, void *value);

#endif
