/* outage-server URL [--window MS] [--keepalive MS] [--not-ready N]: serves Work until SIGTERM, says on standard output
 * where it listens and, at its end, what the registry counted. The first N sessions are told that it is not ready. */
#include "tests/integration/outage/items.h"

#include "weft/engine.h"
#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLIENTS = 256 };

typedef struct client {
    out_tally tally;
    uint8_t *ran; /* by number */
    size_t n_ran;
    out_work_up_call up;
    out_work_down_call down;
    out_item_tx items;
    uint64_t n_down;
    bool resting;
} client;

static client clients[CLIENTS];
static weft_runtime *runtime;
static unsigned long n_not_ready;

static client *client_of(uint32_t id)
{
    return &clients[id % CLIENTS];
}

static bool client_note(client *c, uint64_t n)
{
    if (n >= c->n_ran) {
        size_t size = (size_t)(n + 1) * 2;
        uint8_t *grown = realloc(c->ran, size);
        if (!grown)
            return false;
        memset(grown + c->n_ran, 0, size - c->n_ran);
        c->ran = grown;
        c->n_ran = size;
    }
    c->tally.twice += c->ran[n];
    c->tally.unordered += n != c->tally.once;
    c->ran[n] = 1;
    c->tally.once++;
    return true;
}

static void on_once(void *self, out_work_once_call call, const out_work_once_args *args)
{
    (void)self;
    if (client_note(client_of(args->client), args->n))
        out_work_once_return(call, args->n + 1);
    else
        weft_call_drop(call.call);
}

static void on_again(void *self, out_work_again_call call, const out_work_again_args *args)
{
    (void)self;
    out_work_again_return(call, args->n + 1);
}

static bool on_up_item(void *user, out_item_rx rx, const out_item *item)
{
    client *c = user;
    (void)rx;
    c->tally.up_wrong += !item_is(item, c->tally.up);
    c->tally.up++;
    return true;
}

static void on_up_end(void *user, const weft_channel_end *end)
{
    client *c = user;
    if (end->kind == WEFT_CHANNEL_FINISHED)
        out_work_up_return(c->up, c->tally.up);
    else
        weft_call_drop(c->up.call);
}

static void on_up(void *self, out_work_up_call call, const out_work_up_args *args, out_item_rx items)
{
    static const out_item_reader reader = { sizeof reader, on_up_item, on_up_end };
    client *c = client_of(args->client);
    (void)self;
    c->up = call;
    out_item_read(items, &reader, c);
}

static void down_go_on(void *user)
{
    client *c = user;
    uint8_t pad[ITEM_PAD_MAX];
    int rc = 0;
    while (!c->resting && rc == 0) {
        out_item item;
        item_make(c->n_down, pad, &item);
        rc = out_item_send(c->items, &item);
        c->n_down += rc == 0;
    }
    if (rc == WEFT_EAGAIN)
        out_item_on_room(c->items, down_go_on, c);
    else if (rc < 0)
        weft_call_drop(c->down.call);
}

static void on_down(void *self, out_work_down_call call, const out_work_down_args *args, out_item_tx items)
{
    client *c = client_of(args->client);
    (void)self;
    c->down = call;
    c->items = items;
    c->n_down = 0;
    c->resting = false;
    down_go_on(c);
}

static void on_rest(void *self, out_work_rest_call call, const out_work_rest_args *args)
{
    client *c = client_of(args->client);
    (void)self;
    c->resting = true;
    weft_channel_finish(c->items.channel);
    out_work_down_return(c->down, c->n_down);
    out_work_rest_return(call);
}

static void on_tally(void *self, out_work_tally_call call, const out_work_tally_args *args)
{
    (void)self;
    out_work_tally_return(call, &client_of(args->client)->tally);
}

static const out_work_handler handler = {
    sizeof handler, NULL, on_once, on_again, on_up, on_down, on_rest, on_tally,
};

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    if (n_not_ready > 0) {
        n_not_ready--;
        return weft_pending_reject(pending, WEFT_CODE_NOT_READY, "not yet", NULL);
    }
    return out_work_serve(pending, &handler, NULL, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static void on_signal(uv_signal_t *signal, int number)
{
    weft_registry_stats stats;
    (void)number;
    weft_registry_stats_read(weft_runtime_registry(runtime), &stats, sizeof stats);
    printf("{\"sessions\": %llu, \"parked\": %llu, \"resumed\": %llu, \"refused\": %llu, \"expired\": %llu}\n",
           (unsigned long long)stats.sessions, (unsigned long long)stats.parked, (unsigned long long)stats.resumed,
           (unsigned long long)stats.refused, (unsigned long long)stats.expired);
    uv_close((uv_handle_t *)signal, NULL);
    weft_runtime_close(runtime, NULL, NULL);
}

static int serve(const char *url, const weft_session_options *options)
{
    char real_url[512];
    weft_listener *listener;
    weft_error error;
    uv_signal_t signal;
    if (weft_listen(runtime, url, options, &listener, &error) < 0) {
        fprintf(stderr, "outage-server: %s\n", error.text);
        return 1;
    }
    uv_signal_init(weft_runtime_loop(runtime), &signal);
    uv_signal_start(&signal, on_signal, SIGTERM);
    if (weft_listener_url(listener, real_url, sizeof real_url) == 0)
        printf("listening on %s\n", real_url);
    fflush(stdout);
    return weft_runtime_run(runtime) < 0;
}

int main(int argc, char **argv)
{
    weft_session_options options = weft_session_options_default();
    int status;
    options.on_open = on_open;
    options.on_event = on_event;
    options.keepalive_idle_ns = options.keepalive_timeout_ns = WEFT_NS_PER_S;
    for (int i = 2; i + 1 < argc; i += 2) {
        unsigned long value = strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--window") == 0)
            options.resume_window_ns = value * WEFT_NS_PER_MS;
        else if (strcmp(argv[i], "--keepalive") == 0)
            options.keepalive_idle_ns = options.keepalive_timeout_ns = value * WEFT_NS_PER_MS;
        else if (strcmp(argv[i], "--not-ready") == 0)
            n_not_ready = value;
    }
    if (argc < 2 || weft_runtime_new(NULL, &runtime) < 0)
        return 2;
    status = serve(argv[1], &options);
    weft_runtime_free(runtime);
    for (size_t i = 0; i < CLIENTS; i++)
        free(clients[i].ran);
    return status;
}
