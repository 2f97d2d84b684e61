/* Watchers of kv-server. None has a queue of its own: each knows how far in the store's list it has come, and goes on
 * from there when its channel has room. So a slow one costs nothing and misses nothing that is still true: what was
 * replaced meanwhile it never sees, and where it should have been told of a removal and there was no room, or the
 * removal was made at another loop than its own, it begins anew. */
#include "store.h"

#include <stdlib.h>

struct watcher {
    watcher *next;
    desk *desk;
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
    watcher **at = &w->desk->watchers;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    free(w);
}

/* The caller wants no more, or is gone. It is not told of what we ended ourselves. */
static void on_end(void *user, const weft_channel_end *end)
{
    watcher *w = user;
    uv_mutex_t *lock = &w->desk->store->lock;
    (void)end;
    uv_mutex_lock(lock);
    watcher_free(w);
    uv_mutex_unlock(lock);
}

static void on_room(void *user);

/* Tells all that it can. */
static void watcher_go_on(watcher *w)
{
    kv_change change = kv_change_make_cleared();
    int rc = w->must_clear ? kv_change_send(w->changes, &change) : 0;
    if (rc == 0)
        w->must_clear = false;
    while (rc == 0) {
        const item *next = w->last ? w->last->behind : w->desk->store->oldest;
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
        kv_change_on_room(w->changes, on_room, w);
    else if (rc < 0 && weft_channel_abort(w->changes.channel, WEFT_CODE_INTERNAL, weft_strerror(rc)) == 0)
        watcher_free(w); /* else it has ended, and on_end comes */
}

static void on_room(void *user)
{
    watcher *w = user;
    uv_mutex_t *lock = &w->desk->store->lock;
    uv_mutex_lock(lock);
    watcher_go_on(w);
    uv_mutex_unlock(lock);
}

void on_watch(void *self, kv_store_watch_call call, const kv_store_watch_args *args, kv_change_tx changes)
{
    desk *here = self;
    watcher *made = calloc(1, sizeof *made + args->prefix.len);
    if (!made) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    made->desk = here;
    made->changes = changes;
    made->prefix_len = args->prefix.len;
    memcpy(made->prefix, args->prefix.ptr, args->prefix.len);
    weft_channel_on_end(changes.channel, on_end, made);
    kv_store_watch_return(call); /* it has begun; the channel goes on without the call */
    uv_mutex_lock(&here->store->lock);
    made->next = here->watchers;
    here->watchers = made;
    watcher_go_on(made);
    uv_mutex_unlock(&here->store->lock);
}

static void tell_watchers(desk *here)
{
    for (watcher *w = here->watchers, *next; w; w = next) {
        next = w->next;
        if (!w->waits)
            watcher_go_on(w);
    }
}

static void on_poke(void *user)
{
    desk *here = user;
    uv_mutex_lock(&here->store->lock);
    here->is_poked = false;
    tell_watchers(here);
    uv_mutex_unlock(&here->store->lock);
}

/* Another thread's channels are that thread's: it is asked to look, once until it does. */
static void poke(desk *other)
{
    if (!other->is_poked)
        other->is_poked = weft_post(other->poster, on_poke, NULL, other) == 0;
}

void watchers_on_added(desk *here)
{
    for (desk *at = here->store->desks; at; at = at->next) {
        if (at == here)
            tell_watchers(at);
        else if (at->watchers)
            poke(at);
    }
}

void watchers_end(desk *here)
{
    uv_mutex_lock(&here->store->lock);
    for (watcher *w = here->watchers, *next; w; w = next) {
        next = w->next;
        if (weft_channel_abort(w->changes.channel, WEFT_CODE_GOING_AWAY, "the server ends") == 0)
            watcher_free(w); /* else it has ended, and on_end comes */
    }
    uv_mutex_unlock(&here->store->lock);
}

/* What it was told is not so any more: all anew, as soon as there is room. */
static void watcher_begin_anew(watcher *w, bool is_here)
{
    w->must_clear = true;
    w->last = NULL;
    if (is_here && !w->waits)
        kv_change_on_room(w->changes, on_room, w);
    w->waits = w->waits || is_here;
}

void watchers_on_gone(desk *here, const item *gone, bool is_replaced)
{
    kv_change change = kv_change_make_removed(gone->entry.key);
    for (desk *at = here->store->desks; at; at = at->next) {
        bool is_here = at == here, is_news = false;
        for (watcher *w = at->watchers; w; w = w->next) {
            bool is_told =
                w->last && gone->entry.version <= w->last->entry.version && watcher_wants(w, gone->entry.key);
            if (w->last == gone)
                w->last = gone->before;
            if (!is_told || is_replaced || (is_here && !w->waits && kv_change_send(w->changes, &change) == 0))
                continue;
            watcher_begin_anew(w, is_here);
            is_news = !is_here;
        }
        if (is_news)
            poke(at);
    }
}
