/* Watchers of kv-server. None has a queue of its own: each knows how far in the store's list it has come, and goes on
 * from there when its channel has room. So a slow one costs nothing and misses nothing that is still true: what was
 * replaced meanwhile it never sees, and where it should have been told of a removal and there was no room, it begins
 * anew. */
#include "store.h"

#include <stdlib.h>

struct watcher {
    watcher *next;
    struct store *store;
    kv_change_tx changes;
    const item *last; /* the newest that it has passed; NULL: none */
    bool waits;       /* for room */
    bool must_clear;  /* before anything else */
    size_t prefix_len;
    char prefix[];
};

static bool watcher_wants(const watcher *w, weft_str key)
{
    return key.len >= w->prefix_len && memcmp(key.ptr, w->prefix, w->prefix_len) == 0;
}

static void watcher_free(watcher *w)
{
    watcher **at = &w->store->watchers;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    free(w);
}

/* The caller wants no more, or is gone. It is not told of what we ended ourselves. */
static void on_end(void *user, const weft_channel_end *end)
{
    (void)end;
    watcher_free(user);
}

/* Tells all that it can. Also called by the channel, when there is room again. */
static void watcher_go_on(void *user)
{
    watcher *w = user;
    kv_change change = kv_change_make_cleared();
    int rc = w->must_clear ? kv_change_send(w->changes, &change) : 0;
    if (rc == 0)
        w->must_clear = false;
    while (rc == 0) {
        const item *next = w->last ? w->last->behind : w->store->oldest;
        if (!next)
            break;
        change = kv_change_make_put(&next->entry);
        if (watcher_wants(w, next->entry.key))
            rc = kv_change_send(w->changes, &change);
        if (rc == 0)
            w->last = next;
    }
    w->waits = rc == WEFT_EAGAIN;
    if (rc == WEFT_EAGAIN)
        kv_change_on_room(w->changes, watcher_go_on, w);
    else if (rc < 0 && weft_channel_abort(w->changes.channel, WEFT_CODE_INTERNAL, weft_strerror(rc)) == 0)
        watcher_free(w); /* else it has ended, and on_end comes */
}

void on_watch(void *self, kv_store_watch_call call, const kv_store_watch_args *args, kv_change_tx changes)
{
    struct store *store = self;
    watcher *made = calloc(1, sizeof *made + args->prefix.len);
    if (!made) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    made->store = store;
    made->changes = changes;
    made->prefix_len = args->prefix.len;
    memcpy(made->prefix, args->prefix.ptr, args->prefix.len);
    made->next = store->watchers;
    store->watchers = made;
    weft_channel_on_end(changes.channel, on_end, made);
    kv_store_watch_return(call); /* it has begun; the channel goes on without the call */
    watcher_go_on(made);
}

void watchers_on_added(struct store *store)
{
    for (watcher *w = store->watchers, *next; w; w = next) {
        next = w->next;
        if (!w->waits)
            watcher_go_on(w);
    }
}

void watchers_end(struct store *store)
{
    for (watcher *w = store->watchers, *next; w; w = next) {
        next = w->next;
        if (weft_channel_abort(w->changes.channel, WEFT_CODE_GOING_AWAY, "the server ends") == 0)
            watcher_free(w); /* else it has ended, and on_end comes */
    }
}

void watchers_on_gone(struct store *store, const item *gone, bool is_replaced)
{
    for (watcher *w = store->watchers; w; w = w->next) {
        bool was_told = w->last && gone->entry.version <= w->last->entry.version && watcher_wants(w, gone->entry.key);
        kv_change change = kv_change_make_removed(gone->entry.key);
        if (w->last == gone)
            w->last = gone->before;
        if (!was_told || is_replaced || (!w->waits && kv_change_send(w->changes, &change) == 0))
            continue;
        w->must_clear = true;
        w->last = NULL;
        w->waits = true;
        kv_change_on_room(w->changes, watcher_go_on, w);
    }
}
