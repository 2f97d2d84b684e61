/* hub-provider HUB-URL NAME: greets whoever asks the hub for NAME. It listens nowhere: it has begun the session over
 * which it is called, and begins it again where the hub goes; where somebody has the name by then, which may be the hub
 * that has not noticed yet, it asks again until it is free. Ends on SIGINT or SIGTERM. */
#include "hub.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>

enum { AGAIN_MS = 1000 };

struct provider {
    weft_runtime *runtime;
    const char *url;
    weft_str name;
    weft_session *session;
    hub_registry_client registry;
    bool is_offered; /* or was: the hub is waited for, and so is the name */
    bool is_ending;
    uv_timer_t again;
    uv_signal_t signals[2];
    int status;
};

static void finish(struct provider *provider, int status)
{
    provider->status = status;
    provider->is_ending = true;
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
        provider->is_offered = true;
        printf("offered %.*s\n", (int)provider->name.len, provider->name.ptr);
        fflush(stdout);
        return;
    }
    fprintf(stderr, "hub-provider: %s\n",
            !reply->error                                    ? weft_strerror(reply->result.code)
            : reply->error->kind == HUB_OFFER_ERROR_TAKEN    ? "the name is taken"
            : reply->error->kind == HUB_OFFER_ERROR_TOO_MANY ? "too many names are"
                                                             : "a bad name");
    if (provider->is_offered && reply->error && reply->error->kind == HUB_OFFER_ERROR_TAKEN)
        weft_session_close(provider->session, WEFT_CODE_NONE, NULL); /* and again */
    else if (reply->result.code != WEFT_ECONNCLOSED)                 /* which CLOSED says, too */
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

static void on_again(uv_timer_t *timer);

static void stop(struct provider *provider, int status)
{
    provider->status = status;
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&provider->signals[i], NULL);
    uv_close((uv_handle_t *)&provider->again, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    struct provider *provider = user;
    (void)session;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    weft_connection_release(provider->registry.connection);
    provider->registry.connection = NULL;
    if (provider->is_offered && !provider->is_ending) {
        uv_timer_start(&provider->again, on_again, AGAIN_MS, 0);
        return;
    }
    stop(provider, provider->status);
}

/* The session, and the offer on it. 0, or it has been said why not. */
static int begin(struct provider *provider)
{
    weft_session_options options = weft_session_options_default();
    weft_error error;
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = provider;
    if (provider->is_offered)
        options.connect_wait_ns = WEFT_FOREVER;
    if (weft_connect(provider->runtime, provider->url, &options, &provider->session, &error) < 0) {
        fprintf(stderr, "hub-provider: %s: %s\n", provider->url, error.text);
        return 1;
    }
    if (hub_registry_open(provider->session, NULL, on_opened, provider) < 0)
        finish(provider, 1);
    return 0;
}

static void on_again(uv_timer_t *timer)
{
    struct provider *provider = timer->data;
    weft_session_release(provider->session);
    provider->session = NULL;
    if (begin(provider) != 0)
        stop(provider, 1);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct provider *provider = signal->data;
    (void)number;
    if (uv_is_active((uv_handle_t *)&provider->again)) /* there is no session that would say when it is closed */
        stop(provider, 0);
    else
        finish(provider, 0);
}

static void watch(struct provider *provider)
{
    uv_loop_t *loop = weft_runtime_loop(provider->runtime);
    uv_timer_init(loop, &provider->again);
    provider->again.data = provider;
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(loop, &provider->signals[i]);
        provider->signals[i].data = provider;
        uv_signal_start(&provider->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
}

int main(int argc, char **argv)
{
    struct provider provider = { 0 };
    if (argc != 3 || weft_runtime_new(NULL, &provider.runtime) < 0) {
        fprintf(stderr, "usage: hub-provider HUB-URL NAME\n");
        return 2;
    }
    provider.url = argv[1];
    provider.name = weft_str_from(argv[2]);
    provider.status = 1;
    if (begin(&provider) == 0) {
        watch(&provider);
        weft_runtime_run(provider.runtime);
        weft_session_release(provider.session);
    }
    weft_runtime_free(provider.runtime);
    return provider.status;
}
