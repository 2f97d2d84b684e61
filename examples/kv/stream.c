/* kv-client watch and load: the two commands that have a channel. */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- watch: reads until it has seen enough, or the server ends ---- */

static bool on_change(void *user, kv_change_rx rx, const kv_change *change)
{
    struct app *app = user;
    switch (change->kind) {
    case KV_CHANGE_CLEARED: puts("all anew"); break;
    case KV_CHANGE_REMOVED: printf("removed %.*s\n", (int)change->as.removed.len, change->as.removed.ptr); break;
    case KV_CHANGE_PUT:
        printf("%.*s = %.*s (version %llu)\n", (int)change->as.put.key.len, change->as.put.key.ptr,
               (int)change->as.put.value.len, (const char *)change->as.put.value.ptr,
               (unsigned long long)change->as.put.version);
        break;
    case KV_CHANGE_UNKNOWN: break; /* of a later version: nothing that we could tell */
    }
    fflush(stdout);
    if (--app->n_left == 0)
        weft_channel_reset(rx.channel, WEFT_CODE_NONE, NULL);
    return true; /* consumed: where it returned false, the server would come to wait for weft_channel_consumed */
}

/* Once, last: by our reset, or because the server ends it, or has lost the session. Then there may be another one, of
 * which the server tells all anew. */
static void on_watch_end(void *user, const weft_channel_end *end)
{
    if (end->kind == WEFT_CHANNEL_LOST && watch(user) == 0) {
        puts("all anew");
        return;
    }
    if (end->kind != WEFT_CHANNEL_RESET)
        fprintf(stderr, "kv-client: watch: %s\n", weft_strerror(end->code));
    finish(user, end->kind == WEFT_CHANNEL_RESET ? 0 : 2);
}

int watch(struct app *app)
{
    static const kv_change_reader reader = { sizeof reader, on_change, on_watch_end };
    kv_store_watch_args args = { weft_str_from(app->key) };
    kv_change_rx changes;
    int rc = kv_store_watch(app->client, &args, NULL, NULL, NULL, NULL, &changes);
    return rc < 0 ? rc : kv_change_read(changes, &reader, app);
}

/* ---- load: sends what stands on stdin ---- */

static void on_loaded(void *user, const kv_store_load_reply *reply)
{
    struct app *app = user;
    if (reply->result.code < 0) {
        fail(app, &reply->result);
        return;
    }
    if (reply->error)
        tell_put_error(reply->error);
    else
        printf("loaded %llu\n", (unsigned long long)reply->value);
    finish(app, reply->error ? 2 : 0);
}

/* "KEY VALUE" */
static kv_entry entry_of(char *line)
{
    kv_entry entry;
    size_t key_len = strcspn(line, " \n");
    const char *value = line + key_len + (line[key_len] == ' ');
    kv_entry_init(&entry);
    entry.key = weft_str_of(line, key_len);
    entry.value = weft_bytes_of(value, strcspn(value, "\n"));
    return entry;
}

/* Sends lines while there is room for more. Reading a file may hold up this loop, which has nothing else to do. */
static void load_go_on(void *user)
{
    struct app *app = user;
    while (app->has_line || getline(&app->line, &app->line_room, stdin) > 0) {
        kv_entry entry = entry_of(app->line);
        int rc = kv_entry_send(app->entries, &entry);
        app->has_line = rc == WEFT_EAGAIN; /* it was not sent, and is still to be */
        if (rc == WEFT_EAGAIN)
            kv_entry_on_room(app->entries, load_go_on, app);
        if (rc < 0)
            return; /* else the server wants no more, and its answer says why */
    }
    weft_channel_finish(app->entries.channel);
}

int load(struct app *app)
{
    int rc = kv_store_load(app->client, NULL, on_loaded, app, NULL, &app->entries);
    if (rc == 0)
        load_go_on(app);
    return rc;
}
