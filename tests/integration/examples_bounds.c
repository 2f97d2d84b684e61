/* examples_bounds open URL N: opens N connections of kv.v1.Store on one session, then one more when the first has gone.
 * examples_bounds offer URL N M: offers N names on each of M connections to a hub, then one more when the first has
 * gone. examples_bounds ask URL N: asks N times for a service whose name is two lines. What becomes of each that fails,
 * and of the last, is said. */
#include "hub.weft.h"
#include "kv.weft.h"

#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX = 2000 };

#define TIMEOUT (30 * WEFT_NS_PER_S)

static void store_open(weft_blocking_session *session, const char *which, kv_store_sync_client *ret_client)
{
    weft_error error;
    ret_client->client = NULL;
    if (kv_store_open_sync(session, NULL, ret_client, &error) < 0)
        printf("%s: %s\n", which, error.text);
}

/* Behind the answer all that was said before has been heard. */
static void ask(kv_store_sync_client client)
{
    const kv_store_get_args args = { WEFT_STR("nothing") };
    kv_store_get_reply reply;
    weft_arena *arena;
    if (weft_arena_new(NULL, &arena) < 0)
        abort();
    (void)kv_store_get_sync(client, &args, NULL, arena, &reply);
    weft_arena_free(arena);
}

static void stores(weft_blocking_session *session, int n)
{
    kv_store_sync_client clients[MAX], last;
    char which[32];
    for (int i = 0; i < n; i++) {
        (void)snprintf(which, sizeof which, "connection %d", i + 1);
        store_open(session, which, &clients[i]);
    }
    weft_blocking_client_release(clients[0].client);
    ask(clients[1]);
    store_open(session, "the last", &last);
    printf("%s\n", last.client ? "one more" : "none more");
    weft_blocking_client_release(last.client);
    for (int i = 1; i < n; i++)
        weft_blocking_client_release(clients[i].client);
}

static void asks(weft_blocking_session *session, int n)
{
    weft_service_type service = kv_store_service;
    weft_blocking_client *client;
    weft_error error;
    service.name = "kv.v1.Store\npassed on 7: kv.v1.Store";
    for (int i = 0; i < n; i++)
        if (weft_gen_open_sync(session, &service, NULL, &client, &error) < 0)
            printf("%s\n", error.text);
}

static void offer(hub_registry_sync_client client, int i, const char *which)
{
    hub_registry_offer_args args;
    hub_registry_offer_reply reply;
    weft_arena *arena;
    char name[32];
    int rc;
    (void)snprintf(name, sizeof name, "name-%d", i);
    args.name = weft_str_from(name);
    if (weft_arena_new(NULL, &arena) < 0)
        abort();
    rc = hub_registry_offer_sync(client, &args, NULL, arena, &reply);
    if (reply.error)
        printf("%s: %s\n", which, reply.error->kind == HUB_OFFER_ERROR_TOO_MANY ? "too many" : "otherwise");
    else if (rc < 0)
        printf("%s: %s\n", which, weft_strerror(rc));
    weft_arena_free(arena);
}

static void offers(weft_blocking_session *session, int n, int n_connections)
{
    hub_registry_sync_client clients[MAX];
    weft_error error;
    char which[32];
    for (int i = 0; i < n_connections; i++) {
        if (hub_registry_open_sync(session, NULL, &clients[i], &error) < 0) {
            printf("connection %d: %s\n", i + 1, error.text);
            exit(1);
        }
        for (int k = 0; k < n; k++) {
            (void)snprintf(which, sizeof which, "offer %d of %d", k + 1, i + 1);
            offer(clients[i], i * n + k, which);
        }
    }
    weft_blocking_client_release(clients[0].client);
    offer(clients[n_connections - 1], n * n_connections, "the last");
    printf("done\n");
    for (int i = 1; i < n_connections; i++)
        weft_blocking_client_release(clients[i].client);
}

int main(int argc, char **argv)
{
    weft_blocking *blocking;
    weft_blocking_session *session;
    weft_error error;
    int n = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0,
        n_connections = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 1;
    if (n < 1 || n > MAX || n_connections < 1 || n_connections > MAX || weft_blocking_new(NULL, &blocking) < 0)
        return 2;
    if (weft_blocking_connect(blocking, argv[2], NULL, TIMEOUT, &session, &error) < 0) {
        printf("%s\n", error.text);
        return 1;
    }
    if (strcmp(argv[1], "open") == 0)
        stores(session, n);
    else if (strcmp(argv[1], "ask") == 0)
        asks(session, n);
    else
        offers(session, n, n_connections);
    (void)weft_blocking_session_close(session, 0, NULL, TIMEOUT);
    weft_blocking_session_release(session);
    return weft_blocking_free(blocking) == 0 ? 0 : 1;
}
