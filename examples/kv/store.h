/* The entries of kv-server, in the order in which they were stored, and who watches them. The store is shared by all
 * loops, each of a thread of its own: who comes in, a handler or another callback, takes its lock, and the functions
 * below want it held. What belongs to one loop alone, such as a call or a channel, is at that loop's desk. */
#ifndef KV_STORE_H
#define KV_STORE_H

#include "kv.weft.h"
#include "weft/weft.h"
#include <uv.h>

typedef struct item {
    struct item *before, *behind;
    weft_arena *arena; /* of the entry, and of this */
    kv_entry entry;
} item;

typedef struct watcher watcher;

/* A loop's: self of its handlers. */
typedef struct desk {
    struct store *store;
    struct desk *next;
    weft_poster *poster; /* of the loop, whose thread is the only one to use the channels of its watchers */
    watcher *watchers;
    bool is_poked; /* a post is on its way, by which the loop looks what is new */
} desk;

struct store {
    uv_mutex_t lock;
    item *oldest, *newest;
    uint64_t version;
    desk *desks;
    struct persist *persist; /* NULL: in memory alone */
};

/* NULL: there is none. */
item *store_find(const struct store *store, weft_str key);
/* 0; WEFT_EMSGSIZE: the value is too long; WEFT_ENOMEM; WEFT_EIO: it is not on the disk, and not stored. */
int store_put(desk *here, const kv_entry *entry);
/* One that was put before, with its version, before there are desks. 0 or WEFT_ENOMEM. */
int store_restore(struct store *store, const kv_entry *entry);
int store_remove(desk *here, item *gone); /* 0 or WEFT_EIO */
void store_clear(struct store *store);

/* watch.c: the handler, and what the store tells it, from the loop of the desk here. */
void on_watch(void *self, kv_store_watch_call call, const kv_store_watch_args *args, kv_change_tx changes);
/* Something new is behind what was the newest. */
void watchers_on_added(desk *here);
/* The item is about to go: replaced by what will be added, or removed. */
void watchers_on_gone(desk *here, const item *gone, bool is_replaced);
/* No more is told at this desk: its loop ends. */
void watchers_end(desk *here);

/* load.c */
void on_load(void *self, kv_store_load_call call, kv_entry_rx entries);

#endif
