/* A store in memory: what was put is durable when its sync is done, lost when the process crashes before, and one or
 * the other where it crashes meanwhile; now and then it fails. */
#include "tests/simulate/fleet.h"

#include <stdlib.h>

/* ---- keys and values ---- */

static store_entry *map_find(const store_map *map, weft_bytes key)
{
    for (size_t i = 0; i < map->n; i++)
        if (map->at[i].key_len == key.len && memcmp(map->at[i].key, key.ptr, key.len) == 0)
            return &map->at[i];
    return NULL;
}

static uint8_t *copy(weft_bytes bytes)
{
    uint8_t *to = malloc(bytes.len + 1);
    if (bytes.len > 0)
        memcpy(to, bytes.ptr, bytes.len);
    return to;
}

static void map_put(store_map *map, weft_bytes key, weft_bytes value, bool is_removed)
{
    store_entry *entry = map_find(map, key);
    if (!entry) {
        if (map->n == map->cap) {
            map->cap = map->cap * 2 + 16;
            map->at = realloc(map->at, map->cap * sizeof *map->at);
        }
        entry = &map->at[map->n++];
        *entry = (store_entry){ copy(key), NULL, key.len, 0, false };
    }
    free(entry->value);
    entry->value = copy(value);
    entry->value_len = value.len;
    entry->is_removed = is_removed;
}

static void map_free(store_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        free(map->at[i].key);
        free(map->at[i].value);
    }
    free(map->at);
    *map = (store_map){ NULL, 0, 0 };
}

static void map_apply(store_map *to, const store_map *from)
{
    for (size_t i = 0; i < from->n; i++) {
        const store_entry *entry = &from->at[i];
        map_put(to, weft_bytes_of(entry->key, entry->key_len), weft_bytes_of(entry->value, entry->value_len),
                entry->is_removed);
    }
    for (size_t i = to->n; i > 0; i--) {
        store_entry *entry = &to->at[i - 1];
        if (!entry->is_removed)
            continue;
        free(entry->key);
        free(entry->value);
        *entry = to->at[--to->n];
    }
}

/* ---- what the operations call ---- */

static int store_scan(void *self, int (*record)(void *user, weft_bytes key, weft_bytes value), void *user)
{
    const fleet_store *store = self;
    for (size_t i = 0; i < store->durable.n; i++) {
        const store_entry *entry = &store->durable.at[i];
        int status =
            record(user, weft_bytes_of(entry->key, entry->key_len), weft_bytes_of(entry->value, entry->value_len));
        if (status < 0)
            return status;
    }
    return 0;
}

static int store_read(void *self, weft_bytes key, weft_arena *arena, weft_bytes *ret_value)
{
    const fleet_store *store = self;
    const store_map *maps[] = { &store->pending, &store->syncing, &store->durable };
    for (size_t i = 0; i < 3; i++) {
        const store_entry *entry = map_find(maps[i], key);
        if (!entry)
            continue;
        if (entry->is_removed)
            return WEFT_ENOENT;
        weft_str value = weft_arena_copy_str(arena, weft_str_of((const char *)entry->value, entry->value_len));
        if (!value.ptr)
            return WEFT_ENOMEM;
        *ret_value = weft_bytes_of(value.ptr, value.len);
        return 0;
    }
    return WEFT_ENOENT;
}

static int store_put(void *self, weft_bytes key, weft_bytes value)
{
    fleet_store *store = self;
    if (!store->is_dead)
        map_put(&store->pending, key, value, false);
    return 0;
}

static int store_remove(void *self, weft_bytes key)
{
    fleet_store *store = self;
    if (!store->is_dead)
        map_put(&store->pending, key, weft_bytes_of(NULL, 0), true);
    return 0;
}

static void store_sync(void *self, void (*done)(void *user, int status, const char *text), void *user)
{
    fleet_store *store = self;
    world *w = store->fleet->w;
    SIM_CHECK(w, !store->done, "op.store", "a sync within a sync");
    store->syncing = store->pending;
    store->pending = (store_map){ NULL, 0, 0 };
    store->done = done;
    store->done_user = user;
    store->done_at = w->event + below(w, 20);
    if (store->is_dead || one_in(w, 4))
        (void)fleet_store_act(store, true); /* before it returns */
}

static void store_identity(void *self, uint8_t ret_identity[WEFT_OPERATIONS_IDENTITY])
{
    const fleet_store *store = self;
    memset(ret_identity, 0, WEFT_OPERATIONS_IDENTITY);
    memcpy(ret_identity, &store->fleet->w->options.seed, sizeof store->fleet->w->options.seed);
    ret_identity[WEFT_OPERATIONS_IDENTITY - 1] = 's';
}

const weft_operation_store fleet_store_type = {
    sizeof fleet_store_type, store_scan, store_read, store_put, store_remove, store_sync, store_identity
};

/* ---- its life ---- */

bool fleet_store_act(fleet_store *store, bool now)
{
    fleet *f = store->fleet;
    void (*done)(void *user, int status, const char *text) = store->done;
    if (!done || (!now && f->w->event < store->done_at))
        return false;
    bool fails = store->is_dead || (store->fails && !f->is_settling && one_in(f->w, 12));
    SIM_TRACE(f->w, "the store has %s", fails ? "failed" : "synced");
    f->has_failed |= fails;
    if (!fails)
        map_apply(&store->durable, &store->syncing);
    map_free(&store->syncing);
    store->done = NULL;
    done(store->done_user, fails ? WEFT_EIO : 0, fails ? "the disk is on fire" : NULL);
    return true;
}

void fleet_store_crash(fleet_store *store)
{
    if (store->done && one_in(store->fleet->w, 2))
        map_apply(&store->durable, &store->syncing);
    map_free(&store->pending);
    store->is_dead = true;
    (void)fleet_store_act(store, true);
    map_free(&store->pending);
}

void fleet_store_free(fleet_store *store)
{
    map_free(&store->durable);
    map_free(&store->syncing);
    map_free(&store->pending);
}

bool fleet_store_has(const fleet_store *store, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < store->durable.n; i++) {
        const store_entry *entry = &store->durable.at[i];
        for (size_t at = 0; at + len <= entry->key_len; at++)
            if (memcmp(entry->key + at, bytes, len) == 0)
                return true;
        for (size_t at = 0; at + len <= entry->value_len; at++)
            if (memcmp(entry->value + at, bytes, len) == 0)
                return true;
    }
    return false;
}
