/* blocking-client URL: a client of kv-server that does one thing after the other, without a loop and without callbacks.
 * Exits with 0, or 2 where something failed. */
#include "kv.weft.h"

#include "weft/weft.h"

#include <stdio.h>

/* What replies point to, until it is cleared. */
static weft_arena *arena;

static int tell(const char *what, const weft_result *result)
{
    fprintf(stderr, "blocking-client: %s: %s%s%.*s\n", what, weft_strerror(result->code), result->text.len ? ": " : "",
            (int)result->text.len, result->text.ptr);
    return -1;
}

static int put(kv_store_sync_client client, const char *key, weft_bytes value)
{
    kv_store_put_args args;
    kv_store_put_reply reply;
    kv_store_put_args_init(&args);
    args.entry.key = weft_str_from(key);
    args.entry.value = value;
    if (kv_store_put_sync(client, &args, NULL, arena, &reply) < 0)
        return tell("put", &reply.result);
    if (!reply.error)
        printf("stored %s (version %llu)\n", key, (unsigned long long)reply.value);
    else if (reply.error->kind == KV_PUT_ERROR_TOO_LARGE)
        printf("%s is longer than %llu bytes\n", key, (unsigned long long)reply.error->as.too_large.limit);
    else
        printf("the store takes no entries\n");
    return 0;
}

static int get(kv_store_sync_client client, const char *key)
{
    /* For this call alone: it may take a second, and may not wait longer for a slow server. */
    weft_call_options options = weft_call_options_default();
    kv_store_get_args args = { weft_str_from(key) };
    kv_store_get_reply reply;
    options.timeout_ns = WEFT_NS_PER_S;
    if (kv_store_get_sync(client, &args, &options, arena, &reply) < 0)
        return tell("get", &reply.result);
    if (reply.value)
        printf("%s = %.*s\n", key, (int)reply.value->value.len, (const char *)reply.value->value.ptr);
    else
        printf("there is no %s\n", key);
    return 0;
}

static int take_away(kv_store_sync_client client, const char *key)
{
    kv_store_remove_args args = { weft_str_from(key) };
    kv_store_remove_reply reply;
    if (kv_store_remove_sync(client, &args, NULL, arena, &reply) < 0)
        return tell("remove", &reply.result);
    printf(reply.value ? "removed %s\n" : "there was no %s\n", key);
    return 0;
}

static int work(kv_store_sync_client client)
{
    static const char *const colours[] = { "red", "green", "blue" };
    static const uint8_t large[65537];
    char key[16];
    for (int i = 0; i < 3; i++) {
        (void)snprintf(key, sizeof key, "colour%d", i);
        if (put(client, key, weft_bytes_of(colours[i], strlen(colours[i]))) < 0)
            return -1;
    }
    if (put(client, "large", weft_bytes_of(large, sizeof large)) < 0 || take_away(client, "colour1") < 0)
        return -1;
    for (int i = 0; i < 3; i++) {
        (void)snprintf(key, sizeof key, "colour%d", i);
        if (get(client, key) < 0)
            return -1;
        weft_arena_clear(arena);
    }
    return 0;
}

static int run(weft_blocking *blocking, const char *url)
{
    weft_blocking_session *session;
    kv_store_sync_client client;
    weft_error error;
    int rc = weft_blocking_connect(blocking, url, NULL, 10 * WEFT_NS_PER_S, &session, &error);
    if (rc < 0) {
        fprintf(stderr, "blocking-client: %s: %s\n", url, error.text);
        return rc;
    }
    rc = kv_store_open_sync(session, NULL, &client, &error);
    if (rc < 0) {
        fprintf(stderr, "blocking-client: %s: %s\n", url, error.text);
    } else {
        rc = work(client);
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
        fprintf(stderr, "usage: blocking-client URL\n");
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
