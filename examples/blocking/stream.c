/* blocking-stream URL: channels without a loop. Loads entries into kv-server over a channel that it sends on, watches
 * them over one that it receives from, and tells what it is told. Exits with 0, or 2 where something failed. */
#include "kv.weft.h"

#include "weft/weft.h"

#include <stdio.h>

/* What is received lies here until it is cleared. */
static weft_arena *arena;

static int tell(const char *what, int rc)
{
    fprintf(stderr, "blocking-stream: %s: %s\n", what, weft_strerror(rc));
    return -1;
}

/* ---- sending ---- */

static int send_all(kv_entry_sync_tx entries)
{
    static const char *const fruits[] = { "apple", "banana", "cherry" };
    char key[32];
    for (int i = 0; i < 3; i++) {
        kv_entry entry;
        kv_entry_init(&entry);
        (void)snprintf(key, sizeof key, "fruit%d", i);
        entry.key = weft_str_from(key);
        entry.value = weft_bytes_of(fruits[i], strlen(fruits[i]));
        /* Waits while the store is slower than we are, but not for ever. */
        int rc = kv_entry_send_sync(entries, &entry, 10 * WEFT_NS_PER_S);
        if (rc < 0)
            return rc;
    }
    return weft_blocking_channel_finish(entries.channel);
}

static int load(kv_store_sync_client client)
{
    kv_store_load_sync_call call;
    kv_store_load_reply reply;
    kv_entry_sync_tx entries;
    int rc = kv_store_load_begin_sync(client, NULL, &call, &entries);
    if (rc < 0)
        return tell("load", rc);
    /* Where it stops early the store has a reason, which is the answer. What is released unfinished is aborted. */
    int sent = send_all(entries);
    weft_blocking_channel_release(entries.channel);
    rc = kv_store_load_end_sync(call, 10 * WEFT_NS_PER_S, &reply);
    if (rc == 0 && reply.error)
        printf("the store took not all of it\n");
    else if (rc == 0 && sent == 0)
        printf("loaded %llu\n", (unsigned long long)reply.value);
    weft_blocking_call_release(call.call);
    return rc < 0 ? tell("load", rc) : sent < 0 ? tell("send", sent) : 0;
}

/* ---- receiving ---- */

static void print_change(const kv_change *change)
{
    const kv_entry *entry = &change->as.put;
    if (change->kind == KV_CHANGE_CLEARED)
        printf("something was missed; all of it:\n");
    else if (change->kind == KV_CHANGE_REMOVED)
        printf("%.*s is gone\n", (int)change->as.removed.len, change->as.removed.ptr);
    else if (change->kind == KV_CHANGE_PUT)
        printf("%.*s = %.*s\n", (int)entry->key.len, entry->key.ptr, (int)entry->value.len,
               (const char *)entry->value.ptr);
}

/* Until "fruit1" is gone. */
static int receive_all(kv_store_sync_client client, kv_change_sync_rx changes)
{
    kv_store_remove_args remove = { WEFT_STR("fruit1") };
    kv_store_remove_reply removed;
    const kv_change *change = NULL;
    int n_puts = 0;
    int rc;
    while ((rc = kv_change_receive_sync(changes, 10 * WEFT_NS_PER_S, arena, &change)) == 0 && change) {
        kv_change_kind kind = change->kind;
        print_change(change);
        weft_arena_clear(arena); /* and with it the change */
        n_puts += kind == KV_CHANGE_PUT;
        if (kind == KV_CHANGE_REMOVED)
            return 0;
        /* Calls on the same client go on meanwhile. */
        if (kind == KV_CHANGE_PUT && n_puts == 3 && kv_store_remove_sync(client, &remove, NULL, arena, &removed) < 0)
            return tell("remove", removed.result.code);
    }
    return rc < 0 ? tell("watch", rc) : 0; /* 0 and no change: the store has finished */
}

static int watch(kv_store_sync_client client)
{
    kv_store_watch_args args = { WEFT_STR("fruit") };
    kv_store_watch_sync_call call;
    kv_change_sync_rx changes;
    int rc = kv_store_watch_begin_sync(client, &args, NULL, &call, &changes);
    if (rc < 0)
        return tell("watch", rc);
    rc = receive_all(client, changes);
    /* One that has not ended is reset: the store learns that nobody watches. */
    weft_blocking_channel_release(changes.channel);
    weft_blocking_call_release(call.call);
    return rc;
}

/* ---- the rest ---- */

static int run(weft_blocking *blocking, const char *url)
{
    weft_blocking_session *session;
    kv_store_sync_client client;
    weft_error error;
    int rc = weft_blocking_connect(blocking, url, NULL, 10 * WEFT_NS_PER_S, &session, &error);
    if (rc < 0) {
        fprintf(stderr, "blocking-stream: %s: %s\n", url, error.text);
        return rc;
    }
    rc = kv_store_open_sync(session, NULL, &client, &error);
    if (rc < 0) {
        fprintf(stderr, "blocking-stream: %s: %s\n", url, error.text);
    } else {
        rc = load(client);
        if (rc == 0)
            rc = watch(client);
        weft_blocking_client_release(client.client);
    }
    weft_blocking_session_release(session);
    return rc;
}

int main(int argc, char **argv)
{
    weft_blocking *blocking;
    int rc;
    if (argc != 2) {
        fprintf(stderr, "usage: blocking-stream URL\n");
        return 2;
    }
    if (weft_arena_new(NULL, &arena) < 0 || weft_blocking_new(NULL, &blocking) < 0) {
        weft_arena_free(arena);
        return 2;
    }
    rc = run(blocking, argv[1]);
    weft_blocking_free(blocking);
    weft_arena_free(arena);
    return rc < 0 ? 2 : 0;
}
