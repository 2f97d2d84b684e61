/* kv-server URL: keeps entries in memory until it is told to end by SIGINT or SIGTERM. */
#include "kv.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"
#include <stdio.h>

typedef struct item {
    struct item *next;
    weft_arena *arena; /* of the entry, and of this */
    kv_entry entry;
} item;

struct store {
    item *items; /* the newest first */
    uint64_t version;
    weft_runtime *runtime;
    uv_signal_t signals[2];
};

/* Where the key's item hangs, or would. */
static item **store_find(struct store *store, weft_str key)
{
    item **at = &store->items;
    while (*at && !weft_str_equal((*at)->entry.key, key))
        at = &(*at)->next;
    return at;
}

static void store_drop(item **at)
{
    item *gone = *at;
    *at = gone->next;
    weft_arena_free(gone->arena);
}

/* Arguments are gone when a handler returns, so the entry is copied, into an arena of its own. */
static int store_add(struct store *store, const kv_entry *entry)
{
    weft_arena *arena = NULL;
    item **old = store_find(store, entry->key), *made = NULL;
    if (weft_arena_new(NULL, &arena) == 0)
        made = weft_arena_array(arena, item, 1);
    if (!made || kv_entry_copy(&made->entry, entry, arena) < 0) {
        weft_arena_free(arena);
        return WEFT_ENOMEM;
    }
    if (*old)
        store_drop(old);
    made->arena = arena;
    made->entry.version = ++store->version;
    made->next = store->items;
    store->items = made;
    return 0;
}

static void on_get(void *self, kv_store_get_call call, const kv_store_get_args *args)
{
    const item *found = *store_find(self, args->key);
    kv_store_get_return(call, found ? &found->entry : NULL);
}

static void on_put(void *self, kv_store_put_call call, const kv_store_put_args *args)
{
    struct store *store = self;
    if (args->entry.value.len > KV_MAX_VALUE) {
        kv_put_error_too_large_fields fields = { KV_MAX_VALUE };
        kv_put_error error = kv_put_error_make_too_large(&fields);
        kv_store_put_fail(call, &error);
    } else if (store_add(store, &args->entry) < 0) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
    } else {
        kv_store_put_return(call, store->version);
    }
}

static void on_remove(void *self, kv_store_remove_call call, const kv_store_remove_args *args)
{
    item **at = store_find(self, args->key);
    kv_store_remove_return(call, *at != NULL);
    if (*at)
        store_drop(at);
}

static const kv_store_handler handler = { sizeof handler, NULL, on_get, on_put, on_remove };

/* A client asks for a service, on a connection of its own. */
static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(kv_store_service.name)))
        return kv_store_serve(pending, &handler, user, NULL);
    return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
}

/* An accepted session is ours from READY on. */
static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct store *store = signal->data;
    (void)number;
    uv_close((uv_handle_t *)&store->signals[0], NULL);
    uv_close((uv_handle_t *)&store->signals[1], NULL);
    weft_runtime_close(store->runtime, NULL, NULL);
}

static int listen_and_run(struct store *store, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = store;
    if (weft_listen(store->runtime, url, &options, &listener, &error) < 0) {
        fprintf(stderr, "kv-server: %s: %s\n", url, error.text);
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(store->runtime), &store->signals[i]);
        store->signals[i].data = store;
        uv_signal_start(&store->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    if (weft_listener_url(listener, real_url, sizeof real_url) == 0)
        printf("listening on %s\n", real_url);
    fflush(stdout);
    return weft_runtime_run(store->runtime) < 0;
}

int main(int argc, char **argv)
{
    struct store store = { 0 };
    if (argc != 2 || weft_runtime_new(NULL, &store.runtime) < 0) {
        fprintf(stderr, "usage: kv-server URL\n");
        return 2;
    }
    int status = listen_and_run(&store, argv[1]);
    weft_runtime_free(store.runtime);
    while (store.items)
        store_drop(&store.items);
    return status;
}
