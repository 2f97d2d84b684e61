/* The entries of kv-server, in the order in which they were stored, and who watches them. */
#ifndef KV_STORE_H
#define KV_STORE_H

#include "kv.weft.h"

typedef struct item {
    struct item *before, *behind;
    weft_arena *arena; /* of the entry, and of this */
    kv_entry entry;
} item;

typedef struct watcher watcher;

struct store {
    item *oldest, *newest;
    uint64_t version;
    watcher *watchers;
    struct persist *persist; /* NULL: in memory alone */
};

/* NULL: there is none. */
item *store_find(const struct store *store, weft_str key);
/* 0; WEFT_EMSGSIZE: the value is too long; WEFT_ENOMEM; WEFT_EIO: it is not on the disk, and not stored. */
int store_put(struct store *store, const kv_entry *entry);
/* One that was put before, with its version. 0 or WEFT_ENOMEM. */
int store_restore(struct store *store, const kv_entry *entry);
int store_remove(struct store *store, item *gone); /* 0 or WEFT_EIO */
void store_clear(struct store *store);

/* watch.c: the handler, and what the store tells it. */
void on_watch(void *self, kv_store_watch_call call, const kv_store_watch_args *args, kv_change_tx changes);
/* Something new is behind what was the newest. */
void watchers_on_added(struct store *store);
/* The item is about to go: replaced by what will be added, or removed. */
void watchers_on_gone(struct store *store, const item *gone, bool is_replaced);
/* No more is told: the server ends. */
void watchers_end(struct store *store);

/* load.c */
void on_load(void *self, kv_store_load_call call, kv_entry_rx entries);

#endif
