/* hub-server URL: programs offer themselves by name over sessions that they have begun, and clients are joined to them.
 */
#include "hub.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a client may have: the connections that a provider takes are for all of them. */
enum { CONNECTIONS = 256, OFFERS = 1024, OFFERS_OF_ONE = 16 };

struct offer {
    struct offer *next;
    struct provider *provider; /* with which it goes */
    char name[HUB_MAX_NAME + 1];
};

struct hub {
    weft_runtime *runtime;
    struct offer *offers;
    uint32_t n_offers;
    uv_signal_t signals[2];
};

/* One connection to the registry. */
struct provider {
    struct hub *hub;
    weft_session *session; /* borrowed: it outlives its connections */
    uint32_t n_offers;
};

static struct offer **find(struct hub *hub, weft_str name)
{
    struct offer **at = &hub->offers;
    while (*at && !weft_str_equal(weft_str_from((*at)->name), name))
        at = &(*at)->next;
    return at;
}

/* ---- those who offer ---- */

static void refuse(hub_registry_offer_call call, hub_offer_error error)
{
    hub_registry_offer_fail(call, &error);
}

/* It is printed: none may look like another line, or command a terminal. */
static bool is_name(weft_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == '\x7f')
            return false;
    return name.len > 0 && name.len <= HUB_MAX_NAME;
}

static void on_offer(void *self, hub_registry_offer_call call, const hub_registry_offer_args *args)
{
    struct provider *provider = self;
    struct hub *hub = provider->hub;
    if (!is_name(args->name)) {
        refuse(call, hub_offer_error_make_bad_name());
        return;
    }
    if (provider->n_offers == OFFERS_OF_ONE || hub->n_offers == OFFERS) {
        refuse(call, hub_offer_error_make_too_many());
        return;
    }
    struct offer **at = find(hub, args->name);
    if (*at) {
        refuse(call, hub_offer_error_make_taken());
        return;
    }
    struct offer *offer = calloc(1, sizeof *offer);
    if (!offer) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    offer->provider = provider;
    memcpy(offer->name, args->name.ptr, args->name.len);
    *at = offer;
    printf("offered: %s\n", offer->name);
    fflush(stdout);
    provider->n_offers++;
    hub_registry_offer_return(call, ++hub->n_offers);
}

/* Its connection is gone, and with it what it offered. */
static void on_closed(void *self)
{
    struct provider *provider = self;
    struct offer **at = &provider->hub->offers;
    while (*at) {
        struct offer *offer = *at;
        if (offer->provider != provider) {
            at = &offer->next;
            continue;
        }
        *at = offer->next;
        provider->hub->n_offers--;
        printf("gone: %s\n", offer->name);
        fflush(stdout);
        free(offer);
    }
    free(provider);
}

static const hub_registry_handler handler = { sizeof handler, on_closed, on_offer };

static int serve_registry(struct hub *hub, weft_session *session, weft_pending pending)
{
    struct provider *provider = calloc(1, sizeof *provider);
    if (!provider)
        return WEFT_ENOMEM;
    provider->hub = hub;
    provider->session = session;
    int rc = hub_registry_serve(pending, &handler, provider, NULL);
    if (rc < 0)
        free(provider);
    return rc;
}

/* ---- those who ask ---- */

static int join(struct hub *hub, weft_pending pending)
{
    weft_str name = { "", 0 };
    (void)weft_metadata_get_str(weft_pending_metadata(pending), "hub-name", &name);
    const struct offer *offer = *find(hub, name);
    if (!offer)
        return weft_pending_reject(pending, WEFT_CODE_UNREACHABLE, "nobody of that hub-name", NULL);
    int rc = weft_proxy_open(pending, offer->provider->session, NULL);
    if (rc < 0 && rc != WEFT_EREJECTED)
        return weft_pending_reject(pending, WEFT_CODE_UNREACHABLE, weft_strerror(rc), NULL);
    return 0;
}

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(hub_registry_service.name)))
        return serve_registry(user, session, pending);
    if (weft_pending_is_root(pending))
        return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
    return join(user, pending);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

/* ---- running ---- */

static void on_signal(uv_signal_t *signal, int number)
{
    struct hub *hub = signal->data;
    (void)number;
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&hub->signals[i], NULL);
    weft_runtime_close(hub->runtime, NULL, NULL);
}

static int listen_and_run(struct hub *hub, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options.max_connections = CONNECTIONS;
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = hub;
    if (weft_listen(hub->runtime, url, &options, &listener, &error) < 0) {
        fprintf(stderr, "hub-server: %s: %s\n", url, error.text);
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(hub->runtime), &hub->signals[i]);
        hub->signals[i].data = hub;
        uv_signal_start(&hub->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    if (weft_listener_url(listener, real_url, sizeof real_url) == 0)
        printf("listening on %s\n", real_url);
    fflush(stdout);
    return weft_runtime_run(hub->runtime) < 0;
}

int main(int argc, char **argv)
{
    struct hub hub = { 0 };
    if (argc != 2 || weft_runtime_new(NULL, &hub.runtime) < 0) {
        fprintf(stderr, "usage: hub-server URL\n");
        return 2;
    }
    int status = listen_and_run(&hub, argv[1]);
    weft_runtime_free(hub.runtime); /* with it every connection has gone, and so have the offers */
    return status;
}
