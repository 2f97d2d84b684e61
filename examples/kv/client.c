/* kv-client URL get KEY | put KEY VALUE | remove KEY | watch PREFIX [COUNT] | load, which reads lines of KEY VALUE.
 * Exits with 0, 1 where there is no such key, 2 where it failed. */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>

void finish(struct app *app, int status)
{
    app->status = status;
    weft_connection_release(app->client.connection);
    weft_session_close(app->session, WEFT_CODE_NONE, NULL);
}

void fail(struct app *app, const weft_result *result)
{
    fprintf(stderr, "kv-client: %s: %s%s%.*s\n", app->command, weft_strerror(result->code),
            result->text.len ? ": " : "", (int)result->text.len, result->text.ptr);
    finish(app, 2);
}

void tell_put_error(const kv_put_error *error)
{
    if (error->kind == KV_PUT_ERROR_TOO_LARGE)
        fprintf(stderr, "kv-client: the value is longer than %llu bytes\n",
                (unsigned long long)error->as.too_large.limit);
    else
        fprintf(stderr, "kv-client: the store takes no entries\n");
}

static int tell_missing(const struct app *app)
{
    fprintf(stderr, "kv-client: no such key: %s\n", app->key);
    return 1;
}

static void on_get(void *user, const kv_store_get_reply *reply)
{
    struct app *app = user;
    if (reply->result.code < 0) {
        fail(app, &reply->result);
    } else if (!reply->value) {
        finish(app, tell_missing(app));
    } else {
        printf("%s = %.*s (version %llu)\n", app->key, (int)reply->value->value.len,
               (const char *)reply->value->value.ptr, (unsigned long long)reply->value->version);
        finish(app, 0);
    }
}

static void on_put(void *user, const kv_store_put_reply *reply)
{
    struct app *app = user;
    if (reply->result.code < 0) {
        fail(app, &reply->result);
    } else if (reply->error) {
        tell_put_error(reply->error);
        finish(app, 2);
    } else {
        printf("stored %s (version %llu)\n", app->key, (unsigned long long)reply->value);
        finish(app, 0);
    }
}

static void on_remove(void *user, const kv_store_remove_reply *reply)
{
    struct app *app = user;
    if (reply->result.code < 0) {
        fail(app, &reply->result);
        return;
    }
    if (reply->value)
        printf("removed %s\n", app->key);
    finish(app, reply->value ? 0 : tell_missing(app));
}

/* The session goes on by itself when its conduit breaks, or in another one when the server has restarted. It is worth
 * telling, and nothing has to be done. */
static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    (void)session;
    if (event->kind == WEFT_EVENT_DISCONNECTED)
        fprintf(stderr, "kv-client: disconnected: %s\n", weft_strerror(event->error->code));
    else if (event->kind == WEFT_EVENT_RESUMED)
        fprintf(stderr, "kv-client: resumed\n");
    else if (event->kind == WEFT_EVENT_REPLACED)
        fprintf(stderr, "kv-client: the server has lost the session: a new one\n");
}

static int call(struct app *app)
{
    weft_str key = weft_str_from(app->key);
    if (strcmp(app->command, "get") == 0) {
        kv_store_get_args args = { key };
        return kv_store_get(app->client, &args, NULL, on_get, app, NULL);
    }
    if (strcmp(app->command, "put") == 0) {
        kv_store_put_args args;
        kv_store_put_args_init(&args);
        args.entry.key = key;
        args.entry.value = weft_bytes_of(app->value, strlen(app->value));
        return kv_store_put(app->client, &args, NULL, on_put, app, NULL);
    }
    if (strcmp(app->command, "watch") == 0)
        return watch(app);
    if (strcmp(app->command, "load") == 0)
        return load(app);
    kv_store_remove_args args = { key };
    return kv_store_remove(app->client, &args, NULL, on_remove, app, NULL);
}

/* Exactly once: also where the session could not be had. */
static void on_opened(void *user, kv_store_client client, const weft_error *error_or_null)
{
    struct app *app = user;
    int rc;
    app->client = client;
    if (!client.connection) {
        fprintf(stderr, "kv-client: %s: %s\n", weft_strerror(error_or_null->code), error_or_null->text);
        finish(app, 2);
    } else if ((rc = call(app)) < 0) {
        fprintf(stderr, "kv-client: %s: %s\n", app->command, weft_strerror(rc));
        finish(app, 2);
    }
}

static bool is_usage(int argc, char **argv)
{
    static const struct {
        const char *command;
        int n_least, n_most;
    } commands[] = { { "get", 1, 1 }, { "put", 2, 2 }, { "remove", 1, 1 }, { "watch", 1, 2 }, { "load", 0, 0 } };
    for (size_t i = 0; argc > 2 && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[2], commands[i].command) == 0)
            return argc - 3 >= commands[i].n_least && argc - 3 <= commands[i].n_most;
    }
    return false;
}

int main(int argc, char **argv)
{
    struct app app = { 0 };
    weft_session_options options = weft_session_options_default();
    weft_runtime *runtime;
    weft_error error;
    if (!is_usage(argc, argv)) {
        fprintf(stderr, "usage: kv-client URL get KEY | put KEY VALUE | remove KEY | watch PREFIX [COUNT] | load\n");
        return 2;
    }
    app.command = argv[2];
    app.key = argc > 3 ? argv[3] : "";
    app.value = argc == 5 ? argv[4] : "";
    app.n_left = strtoul(app.value, NULL, 10);
    app.status = 2;
    if (weft_runtime_new(NULL, &runtime) < 0)
        return 2;
    options.on_event = on_event;
    options.resumable = true;
    options.retry = true;
    if (weft_connect(runtime, argv[1], &options, &app.session, &error) < 0) {
        fprintf(stderr, "kv-client: %s: %s\n", argv[1], error.text);
    } else {
        /* Goes out when the session is ready; the calls follow when the connection is open. */
        if (kv_store_open(app.session, NULL, on_opened, &app) < 0)
            weft_session_close(app.session, WEFT_CODE_NONE, NULL);
        weft_runtime_run(runtime);
        weft_session_release(app.session);
    }
    weft_runtime_free(runtime);
    free(app.line);
    return app.status;
}
