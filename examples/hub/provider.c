/* hub-provider HUB-URL NAME: greets whoever asks the hub for NAME. It listens nowhere: it has begun the session over
 * which it is called. Ends on SIGINT or SIGTERM, or when the hub is gone. */
#include "hub.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>

struct provider {
    weft_str name;
    weft_session *session;
    hub_registry_client registry;
    uv_signal_t signals[2];
    int status;
};

static void finish(struct provider *provider, int status)
{
    provider->status = status;
    weft_session_close(provider->session, WEFT_CODE_NONE, NULL);
}

/* ---- what it serves ---- */

static void on_greet(void *self, hub_greeter_greet_call call, const hub_greeter_greet_args *args)
{
    const struct provider *provider = self;
    char text[256];
    int len = snprintf(text, sizeof text, "good day, %.*s, says %.*s", (int)args->who.len, args->who.ptr,
                       (int)provider->name.len, provider->name.ptr);
    if (len < 0 || (size_t)len >= sizeof text)
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "too long a name");
    else
        hub_greeter_greet_return(call, weft_str_of(text, (size_t)len));
}

static const hub_greeter_handler handler = { sizeof handler, NULL, on_greet };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(hub_greeter_service.name)))
        return hub_greeter_serve(pending, &handler, user, NULL);
    return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
}

/* ---- offering it ---- */

static void on_offered(void *user, const hub_registry_offer_reply *reply)
{
    struct provider *provider = user;
    if (reply->result.code == 0 && !reply->error) {
        printf("offered %.*s\n", (int)provider->name.len, provider->name.ptr);
        fflush(stdout);
        return;
    }
    fprintf(stderr, "hub-provider: %s\n",
            !reply->error                                 ? weft_strerror(reply->result.code)
            : reply->error->kind == HUB_OFFER_ERROR_TAKEN ? "the name is taken"
                                                          : "a bad name");
    finish(provider, 1);
}

static void on_opened(void *user, hub_registry_client client, const weft_error *error_or_null)
{
    struct provider *provider = user;
    hub_registry_offer_args args = { provider->name };
    int rc = error_or_null ? error_or_null->code : 0;
    provider->registry = client; /* the offer lasts as long as this connection */
    if (client.connection)
        rc = hub_registry_offer(client, &args, NULL, on_offered, provider, NULL);
    if (rc < 0) {
        fprintf(stderr, "hub-provider: %s\n", weft_strerror(rc));
        finish(provider, 1);
    }
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    struct provider *provider = user;
    (void)session;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&provider->signals[i], NULL);
    weft_connection_release(provider->registry.connection);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    finish(signal->data, 0);
}

int main(int argc, char **argv)
{
    struct provider provider = { 0 };
    weft_session_options options = weft_session_options_default();
    weft_runtime *runtime;
    weft_error error;
    if (argc != 3 || weft_runtime_new(NULL, &runtime) < 0) {
        fprintf(stderr, "usage: hub-provider HUB-URL NAME\n");
        return 2;
    }
    provider.name = weft_str_from(argv[2]);
    provider.status = 1;
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = &provider;
    if (weft_connect(runtime, argv[1], &options, &provider.session, &error) < 0) {
        fprintf(stderr, "hub-provider: %s: %s\n", argv[1], error.text);
    } else {
        for (size_t i = 0; i < 2; i++) {
            uv_signal_init(weft_runtime_loop(runtime), &provider.signals[i]);
            provider.signals[i].data = &provider;
            uv_signal_start(&provider.signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
        }
        if (hub_registry_open(provider.session, NULL, on_opened, &provider) < 0)
            finish(&provider, 1);
        weft_runtime_run(runtime);
        weft_session_release(provider.session);
    }
    weft_runtime_free(runtime);
    return provider.status;
}
