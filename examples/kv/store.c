/* The entries of kv-server: a list, the newest last. */
#include "persist.h"

item *store_find(const struct store *store, weft_str key)
{
    item *at = store->oldest;
    while (at && !weft_str_equal(at->entry.key, key))
        at = at->behind;
    return at;
}

static void drop(struct store *store, item *gone)
{
    *(gone->before ? &gone->before->behind : &store->oldest) = gone->behind;
    *(gone->behind ? &gone->behind->before : &store->newest) = gone->before;
    weft_arena_free(gone->arena);
}

/* Arguments are gone when a handler returns, and items when their function does, so the entry is copied, into an arena
 * of its own. NULL: out of memory. */
static item *copy_of(const kv_entry *entry)
{
    weft_arena *arena = NULL;
    item *made = NULL;
    if (weft_arena_new(NULL, &arena) == 0)
        made = weft_arena_array(arena, item, 1);
    if (!made || kv_entry_copy(&made->entry, entry, arena) < 0) {
        weft_arena_free(arena);
        return NULL;
    }
    made->arena = arena;
    return made;
}

static void add(struct store *store, item *made)
{
    store->version = made->entry.version;
    made->behind = NULL;
    made->before = store->newest;
    *(store->newest ? &store->newest->behind : &store->oldest) = made;
    store->newest = made;
}

int store_put(desk *here, const kv_entry *entry)
{
    struct store *store = here->store;
    item *made, *old;
    if (entry->value.len > KV_MAX_VALUE)
        return WEFT_EMSGSIZE;
    made = copy_of(entry);
    if (!made)
        return WEFT_ENOMEM;
    made->entry.version = store->version + 1;
    if (store->persist && persist_put(store->persist, &made->entry) < 0) {
        weft_arena_free(made->arena);
        return WEFT_EIO;
    }
    old = store_find(store, made->entry.key);
    if (old) {
        watchers_on_gone(here, old, true);
        drop(store, old);
    }
    add(store, made);
    watchers_on_added(here);
    return 0;
}

int store_restore(struct store *store, const kv_entry *entry)
{
    item *made = copy_of(entry);
    if (!made)
        return WEFT_ENOMEM;
    add(store, made);
    return 0;
}

int store_remove(desk *here, item *gone)
{
    struct store *store = here->store;
    if (store->persist && persist_remove(store->persist, gone->entry.key) < 0)
        return WEFT_EIO;
    watchers_on_gone(here, gone, false);
    drop(store, gone);
    return 0;
}

void store_clear(struct store *store)
{
    while (store->oldest)
        drop(store, store->oldest);
}
