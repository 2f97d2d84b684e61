/* What a listener counts over all its loops, and guards. */
#include "runtime/loop/guard.h"

#include "runtime/base/hash.h"
#include "runtime/base/mem.h"
#include "runtime/base/table.h"
#include "runtime/conduit/syserr.h"
#include "runtime/loop/descriptors.h"

#include <uv.h>

/* One IP address that somebody has a place from. */
struct weft__source {
    weft__source *next; /* of the same key */
    weft__ip ip;
    size_t n_guards; /* that name it */
    size_t n_pending, n_live;
    weft__link pending; /* guards, the oldest first */
};

struct weft__counters {
    weft_allocator allocator;
    uv_mutex_t mutex; /* over all that follows */
    size_t n_refs;
    weft_listener_options bounds;
    weft_listener_stats counts;
    weft__reserve reserve; /* of all loops together */
    weft__link pending;    /* guards, the oldest first */
    size_t n_inside;       /* who is before READY or a session */
    size_t n_resumable;    /* sessions that somebody may come back to */
    weft__table sources;   /* first ones by their key */
    uint8_t secret[32];    /* of the keys: who has a network of addresses cannot choose those that collide */
    uint64_t table_seed;
    weft__link watchers;
};

/* ---- life ---- */

int weft__counters_new(const weft_allocator *allocator, const weft_listener_options *bounds,
                       weft__counters **ret_counters)
{
    weft__counters *counters = weft__alloc_zero(allocator, sizeof *counters);
    int rc;
    if (!counters)
        return WEFT_ENOMEM;
    rc = uv_random(NULL, NULL, counters->secret, sizeof counters->secret, 0, NULL);
    if (rc == 0)
        rc = uv_mutex_init(&counters->mutex);
    if (rc < 0) {
        weft__free(allocator, counters, sizeof *counters);
        return weft__map_status(rc);
    }
    memcpy(&counters->table_seed, counters->secret, sizeof counters->table_seed);
    counters->table_seed |= 1;
    counters->allocator = *allocator;
    counters->n_refs = 1;
    counters->bounds = *bounds;
    weft__list_init(&counters->watchers);
    weft__list_init(&counters->pending);
    *ret_counters = counters;
    return 0;
}

weft__counters *weft__counters_retain(weft__counters *counters)
{
    uv_mutex_lock(&counters->mutex);
    counters->n_refs++;
    uv_mutex_unlock(&counters->mutex);
    return counters;
}

void weft__counters_release(weft__counters *counters_or_null)
{
    weft__counters *counters = counters_or_null;
    size_t n_refs;
    if (!counters)
        return;
    uv_mutex_lock(&counters->mutex);
    n_refs = --counters->n_refs;
    uv_mutex_unlock(&counters->mutex);
    if (n_refs > 0)
        return;
    uv_mutex_destroy(&counters->mutex);
    weft_allocator allocator = counters->allocator;
    weft__table_fini(&counters->sources, &allocator);
    weft__free(&allocator, counters, sizeof *counters);
}

/* ---- watchers ---- */

static void counters_tell(weft__counters *counters)
{
    for (weft__link *link = counters->watchers.next; link != &counters->watchers; link = link->next) {
        weft__watcher *watcher = weft__container(link, weft__watcher, link);
        if (watcher->waits)
            watcher->released(watcher->user);
        watcher->waits = false;
    }
}

void weft__counters_set(weft__counters *counters, const weft_listener_options *bounds)
{
    uv_mutex_lock(&counters->mutex);
    counters->bounds = *bounds;
    counters_tell(counters); /* there may be room now */
    uv_mutex_unlock(&counters->mutex);
}

void weft__counters_set_max_live(weft__counters *counters, int64_t max_live)
{
    uv_mutex_lock(&counters->mutex);
    counters->bounds.max_live = max_live;
    counters_tell(counters);
    uv_mutex_unlock(&counters->mutex);
}

void weft__counters_watch(weft__counters *counters, weft__watcher *watcher)
{
    uv_mutex_lock(&counters->mutex);
    weft__list_append(&counters->watchers, &watcher->link);
    uv_mutex_unlock(&counters->mutex);
}

void weft__counters_unwatch(weft__counters *counters, weft__watcher *watcher)
{
    uv_mutex_lock(&counters->mutex);
    weft__list_remove(&watcher->link);
    watcher->waits = false;
    uv_mutex_unlock(&counters->mutex);
}

void weft__counters_wait(weft__counters *counters, weft__watcher *watcher)
{
    uv_mutex_lock(&counters->mutex);
    watcher->waits = true;
    uv_mutex_unlock(&counters->mutex);
}

/* ---- counts ---- */

void weft__counters_refused(weft__counters *counters, weft_refusal refusal)
{
    weft__counters_count(counters, offsetof(weft_listener_stats, refused) + (size_t)refusal * sizeof(uint64_t));
}

void weft__counters_count(weft__counters *counters, size_t offset)
{
    uint64_t value;
    char *at = (char *)&counters->counts + offset;
    uv_mutex_lock(&counters->mutex);
    memcpy(&value, at, sizeof value);
    value++;
    memcpy(at, &value, sizeof value);
    uv_mutex_unlock(&counters->mutex);
}

void weft__counters_read(weft__counters *counters, weft_listener_stats *ret_stats)
{
    uv_mutex_lock(&counters->mutex);
    *ret_stats = counters->counts;
    ret_stats->too_many = counters->counts.refused[WEFT_REFUSAL_TOO_MANY];
    uv_mutex_unlock(&counters->mutex);
}

/* ---- addresses ---- */

static uint64_t source_key(const weft__counters *counters, const weft__ip *ip)
{
    uint8_t bytes[sizeof counters->secret + sizeof ip->bytes];
    memcpy(bytes, counters->secret, sizeof counters->secret);
    memcpy(bytes + sizeof counters->secret, ip->bytes, sizeof ip->bytes);
    return weft__hash64(weft_bytes_of(bytes, sizeof bytes));
}

static weft__source *source_find(const weft__counters *counters, const weft__ip *ip)
{
    weft__source *source = weft__table_find(&counters->sources, counters->table_seed, source_key(counters, ip));
    while (source && memcmp(&source->ip, ip, sizeof *ip) != 0)
        source = source->next;
    return source;
}

/* The one of this address, made where there is none. NULL: no memory. */
static weft__source *source_have(weft__counters *counters, const weft__ip *ip)
{
    weft__source *source = source_find(counters, ip), *first;
    uint64_t key = source_key(counters, ip);
    if (source)
        return source;
    first = weft__table_find(&counters->sources, counters->table_seed, key);
    source = weft__alloc_zero(&counters->allocator, sizeof *source);
    if (!source)
        return NULL;
    source->ip = *ip;
    weft__list_init(&source->pending);
    counters->counts.addresses_now++;
    if (first) {
        source->next = first->next;
        first->next = source;
    } else if (weft__table_insert(&counters->sources, &counters->allocator, counters->table_seed, key, source) < 0) {
        weft__free(&counters->allocator, source, sizeof *source);
        counters->counts.addresses_now--;
        return NULL;
    }
    return source;
}

static void source_unlink(weft__counters *counters, weft__source *source)
{
    uint64_t key = source_key(counters, &source->ip);
    weft__source *before = weft__table_find(&counters->sources, counters->table_seed, key);
    if (before != source) {
        while (before->next != source)
            before = before->next;
        before->next = source->next;
        return;
    }
    (void)weft__table_remove(&counters->sources, counters->table_seed, key);
    if (source->next) /* into the place that has just become free */
        (void)weft__table_insert(&counters->sources, &counters->allocator, counters->table_seed, key, source->next);
}

static void source_let_go(weft__counters *counters, weft__source *source)
{
    if (!source || source->n_guards > 0)
        return;
    source_unlink(counters, source);
    counters->counts.addresses_now--;
    weft__free(&counters->allocator, source, sizeof *source);
}

/* ---- sessions ---- */

static bool is_reached(int64_t bound, uint64_t n)
{
    return bound >= 0 && n >= (uint64_t)bound;
}

static weft_refusal counters_refusal(const weft__counters *counters, const weft__source *source_or_null)
{
    if (is_reached(counters->bounds.max_live, counters->counts.live_now))
        return WEFT_REFUSAL_LIMIT;
    if (source_or_null && is_reached(counters->bounds.max_live_per_address, source_or_null->n_live))
        return WEFT_REFUSAL_ADDRESS_LIMIT;
    return WEFT_REFUSAL_NONE;
}

weft_refusal weft__counters_look(weft__counters *counters, const weft__ip *ip_or_null)
{
    weft_refusal refusal = WEFT_REFUSAL_NONE;
    uv_mutex_lock(&counters->mutex);
    if (counters->n_resumable == 0)
        refusal = counters_refusal(counters, ip_or_null ? source_find(counters, ip_or_null) : NULL);
    uv_mutex_unlock(&counters->mutex);
    return refusal;
}

bool weft__counters_have_room(weft__counters *counters, weft__watcher *watcher)
{
    bool has_room;
    uv_mutex_lock(&counters->mutex);
    has_room = counters->bounds.at_limit != WEFT_AT_LIMIT_PAUSE || counters->n_resumable > 0 ||
               !is_reached(counters->bounds.max_live, counters->n_inside);
    watcher->waits = !has_room;
    uv_mutex_unlock(&counters->mutex);
    return has_room;
}

bool weft__counters_have_descriptors(weft__counters *counters, uint64_t now_ms)
{
    bool have;
    uv_mutex_lock(&counters->mutex);
    have = weft__reserve_allows(&counters->reserve, counters->bounds.reserved_descriptors, now_ms);
    uv_mutex_unlock(&counters->mutex);
    return have;
}

/* Within the lock. */
static void guard_enter(weft__guard *guard)
{
    guard->live = true;
    guard->counters->counts.live_now++;
    if (!guard->pending)
        guard->counters->n_inside++;
    if (guard->source)
        guard->source->n_live++;
}

weft_refusal weft__guard_admit(weft__guard *guard)
{
    weft__counters *counters = guard->counters;
    weft_refusal refusal;
    uv_mutex_lock(&counters->mutex);
    refusal = guard->pushed_out ? WEFT_REFUSAL_TOO_MANY : counters_refusal(counters, guard->source);
    if (refusal == WEFT_REFUSAL_NONE)
        guard_enter(guard);
    uv_mutex_unlock(&counters->mutex);
    return refusal;
}

/* ---- guards ---- */

/* Within the lock, as what follows. Its place before READY is free, or another's. */
static void guard_end_pending(weft__guard *guard)
{
    weft__counters *counters = guard->counters;
    guard->pending = false;
    weft__list_remove(&guard->of_all);
    weft__list_remove(&guard->of_source);
    counters->counts.handshakes_now--;
    if (guard->source)
        guard->source->n_pending--;
    if (guard->live)
        return;
    counters->n_inside--;
    counters_tell(counters);
}

/* Where it counts as nothing any more it does not for its address. */
static void guard_look(weft__guard *guard)
{
    if (guard->pending || guard->pushed_out || guard->live || !guard->source)
        return;
    guard->source->n_guards--;
    source_let_go(guard->counters, guard->source);
    guard->source = NULL;
}

static void guard_settle(weft__guard *guard)
{
    if (guard->pending)
        guard_end_pending(guard);
    guard->pushed_out = false;
    weft__list_remove(&guard->of_all); /* of its keeper */
    guard_look(guard);
}

static void guard_leave(weft__guard *guard)
{
    weft__counters *counters = guard->counters;
    if (!guard->live)
        return;
    guard->live = false;
    counters->counts.live_now--;
    counters->n_inside--;
    counters->n_resumable -= guard->resumable;
    if (guard->source)
        guard->source->n_live--;
    guard_look(guard);
    counters_tell(counters);
}

static void guard_push_out(weft__guard *guard, const weft__keeper *by)
{
    weft__keeper *keeper = guard->keeper;
    guard->pushed_out = true;
    guard_end_pending(guard);
    if (!keeper) /* who gets it sees that */
        return;
    weft__list_append(&keeper->pushed_out, &guard->of_all);
    if (keeper != by && keeper->call)
        keeper->call(keeper->user);
}

static void guard_take(weft__counters *counters, weft__source *source_or_null, const weft__keeper *by,
                       weft__guard *guard)
{
    weft__source *source = source_or_null;
    weft__link *oldest;
    memset(guard, 0, sizeof *guard);
    counters->counts.handshakes_now++;
    counters->n_inside++;
    counters->n_refs++;
    if (source) {
        source->n_guards++;
        source->n_pending++;
        while (source->n_pending > counters->bounds.max_pending_per_address &&
               (oldest = weft__list_first(&source->pending)) != NULL)
            guard_push_out(weft__container(oldest, weft__guard, of_source), by);
        weft__list_append(&source->pending, &guard->of_source);
    }
    while (counters->counts.handshakes_now > counters->bounds.max_pending &&
           (oldest = weft__list_first(&counters->pending)) != NULL)
        guard_push_out(weft__container(oldest, weft__guard, of_all), by);
    weft__list_append(&counters->pending, &guard->of_all);
    guard->counters = counters;
    guard->source = source;
    guard->pending = true;
}

int weft__guard_take(weft__counters *counters, const weft__ip *ip_or_null, const weft__keeper *by,
                     weft__guard *ret_guard)
{
    weft__source *source = NULL;
    uv_mutex_lock(&counters->mutex);
    if (ip_or_null)
        source = source_have(counters, ip_or_null);
    if (source || !ip_or_null)
        guard_take(counters, source, by, ret_guard);
    uv_mutex_unlock(&counters->mutex);
    return source || !ip_or_null ? 0 : WEFT_ENOMEM;
}

/* Into from's place in its list. */
static void link_move(weft__link *from, weft__link *to)
{
    memset(to, 0, sizeof *to);
    if (weft__link_is_in(from))
        weft__list_append(from, to);
    weft__list_remove(from);
}

void weft__guard_move(weft__guard *from, weft__guard *to)
{
    weft__counters *counters = from->counters;
    if (!counters)
        return;
    uv_mutex_lock(&counters->mutex);
    if (from->pushed_out)
        weft__list_remove(&from->of_all);
    *to = *from;
    to->keeper = NULL;
    link_move(&from->of_all, &to->of_all);
    link_move(&from->of_source, &to->of_source);
    memset(from, 0, sizeof *from);
    uv_mutex_unlock(&counters->mutex);
}

void weft__guard_keep(weft__guard *guard, weft__keeper *keeper)
{
    weft__counters *counters = guard->counters;
    uv_mutex_lock(&counters->mutex);
    guard->keeper = keeper;
    if (guard->pushed_out)
        weft__list_append(&keeper->pushed_out, &guard->of_all);
    uv_mutex_unlock(&counters->mutex);
}

void weft__keeper_init(weft__keeper *keeper)
{
    memset(keeper, 0, sizeof *keeper);
    weft__list_init(&keeper->pushed_out);
}

void weft__keeper_set(weft__counters *counters, weft__keeper *keeper, void (*call_or_null)(void *user), void *user)
{
    uv_mutex_lock(&counters->mutex);
    keeper->call = call_or_null;
    keeper->user = user;
    uv_mutex_unlock(&counters->mutex);
}

weft__guard *weft__keeper_take(weft__counters *counters, weft__keeper *keeper)
{
    weft__link *link;
    uv_mutex_lock(&counters->mutex);
    link = weft__list_take(&keeper->pushed_out);
    uv_mutex_unlock(&counters->mutex);
    return link ? weft__container(link, weft__guard, of_all) : NULL;
}

/* It is live already but for one case: a session whose first conduit broke before READY, and that READY finds over
 * another, has its place with the first one's guard, which goes. */
void weft__guard_ready(weft__guard *guard, bool resumable)
{
    weft__counters *counters = guard->counters;
    uv_mutex_lock(&counters->mutex);
    if (!guard->live)
        guard_enter(guard);
    guard->resumable = resumable;
    counters->n_resumable += resumable;
    if (resumable)
        counters_tell(counters); /* who pauses lets in who may come back */
    guard_settle(guard);
    uv_mutex_unlock(&counters->mutex);
}

void weft__guard_settle(weft__guard *guard)
{
    weft__counters *counters = guard->counters;
    if (!counters)
        return;
    uv_mutex_lock(&counters->mutex);
    guard_settle(guard);
    uv_mutex_unlock(&counters->mutex);
}

void weft__guard_drop(weft__guard *guard)
{
    weft__counters *counters = guard->counters;
    if (!counters)
        return;
    uv_mutex_lock(&counters->mutex);
    guard_settle(guard);
    guard_leave(guard);
    uv_mutex_unlock(&counters->mutex);
    memset(guard, 0, sizeof *guard);
    weft__counters_release(counters);
}
