/* The entries of kv-server: a list, the newest last. */
#include "store.h"

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
 * of its own. */
int store_put(struct store *store, const kv_entry *entry)
{
    weft_arena *arena = NULL;
    item *old, *made = NULL;
    if (entry->value.len > KV_MAX_VALUE)
        return WEFT_EMSGSIZE;
    if (weft_arena_new(NULL, &arena) == 0)
        made = weft_arena_array(arena, item, 1);
    if (!made || kv_entry_copy(&made->entry, entry, arena) < 0) {
        weft_arena_free(arena);
        return WEFT_ENOMEM;
    }
    old = store_find(store, entry->key);
    if (old) {
        watchers_on_gone(store, old, true);
        drop(store, old);
    }
    made->arena = arena;
    made->entry.version = ++store->version;
    made->behind = NULL;
    made->before = store->newest;
    *(store->newest ? &store->newest->behind : &store->oldest) = made;
    store->newest = made;
    watchers_on_added(store);
    return 0;
}

void store_remove(struct store *store, item *gone)
{
    watchers_on_gone(store, gone, false);
    drop(store, gone);
}

void store_clear(struct store *store)
{
    while (store->oldest)
        drop(store, store->oldest);
}
