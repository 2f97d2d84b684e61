/* kv-server URL [--store FILE]: keeps entries, in memory or in FILE, until it is told to end by SIGINT or SIGTERM. */
#include "persist.h"

#include "weft/uv.h"
#include "weft/weft.h"
#include <stdio.h>

struct server {
    struct store store;
    weft_services *services;
    weft_runtime *runtime;
    uv_signal_t signals[2];
};

static void on_get(void *self, kv_store_get_call call, const kv_store_get_args *args)
{
    const item *found = store_find(self, args->key);
    kv_store_get_return(call, found ? &found->entry : NULL);
}

static void on_put(void *self, kv_store_put_call call, const kv_store_put_args *args)
{
    struct store *store = self;
    int rc = store_put(store, &args->entry);
    if (rc == WEFT_EMSGSIZE) {
        kv_put_error_too_large_fields fields = { KV_MAX_VALUE };
        kv_put_error error = kv_put_error_make_too_large(&fields);
        kv_store_put_fail(call, &error);
    } else if (rc < 0) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, weft_strerror(rc));
    } else {
        kv_store_put_return(call, store->version);
    }
}

static void on_remove(void *self, kv_store_remove_call call, const kv_store_remove_args *args)
{
    item *found = store_find(self, args->key);
    int rc = found ? store_remove(self, found) : 0;
    if (rc < 0)
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, weft_strerror(rc));
    else
        kv_store_remove_return(call, found != NULL);
}

static const kv_store_handler handler = { sizeof handler, NULL, on_get, on_put, on_remove, on_watch, on_load };

/* The store; and for tools that were not compiled with it, and for who watches over us: what there is, and whether it
 * is ready. */
static int offer(struct server *server)
{
    int rc = weft_services_new(NULL, &server->services);
    if (rc == 0)
        rc = weft_services_add(server->services, &kv_store_service, &handler, &server->store);
    if (rc == 0)
        rc = weft_services_reflection(server->services);
    return rc == 0 ? weft_services_health(server->services) : rc;
}

/* An accepted session is ours from READY on. */
static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

/* What is under way is finished, for ten seconds at most; a second signal ends the process, as we look no more. Watches
 * have no end of their own, and would take all of that time. */
static void on_signal(uv_signal_t *signal, int number)
{
    struct server *server = signal->data;
    (void)number;
    uv_close((uv_handle_t *)&server->signals[0], NULL);
    uv_close((uv_handle_t *)&server->signals[1], NULL);
    (void)weft_notify("STOPPING=1");
    weft_services_stop(server->services);
    watchers_end(&server->store);
    weft_runtime_drain(server->runtime, 10 * WEFT_NS_PER_S, NULL, NULL);
}

static int listen_and_run(struct server *server, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options.on_open = weft_services_open;
    options.on_event = on_event;
    options.user = server->services;
    if (weft_listen(server->runtime, url, &options, &listener, &error) < 0) {
        fprintf(stderr, "kv-server: %s: %s\n", url, error.text);
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(server->runtime), &server->signals[i]);
        server->signals[i].data = server;
        uv_signal_start(&server->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    if (weft_listener_url(listener, real_url, sizeof real_url) == 0)
        printf("listening on %s\n", real_url);
    fflush(stdout);
    int rc = weft_notify("READY=1"); /* to systemd, where it has started us and waits for that */
    if (rc < 0)
        fprintf(stderr, "kv-server: cannot say that it is ready: %s\n", weft_strerror(rc));
    return weft_runtime_run(server->runtime) < 0;
}

int main(int argc, char **argv)
{
    struct server server = { 0 };
    bool stores = argc == 4 && strcmp(argv[2], "--store") == 0;
    if ((argc != 2 && !stores) || weft_runtime_new(NULL, &server.runtime) < 0) {
        fprintf(stderr, "usage: kv-server URL [--store FILE]\n");
        return 2;
    }
    struct persist *persist = NULL;
    int status = (stores && persist_open(server.runtime, argv[3], &server.store, &persist) < 0) || offer(&server) < 0;
    server.store.persist = persist; /* what was read is there already */
    if (!status)
        status = listen_and_run(&server, argv[1]);
    weft_runtime_free(server.runtime);
    weft_services_free(server.services);
    store_clear(&server.store);
    persist_close(persist);
    return status;
}
