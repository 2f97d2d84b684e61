/* relay LISTEN-URL TARGET-URL [CONNECTIONS]: joins each virtual connection that comes in to one at the target. All
 * clients share one session there, which is begun again when it is lost, or the target takes its leave: what is under
 * way with that one ends there, while what comes goes to the next. Each may have so many connections at once, and no
 * more: what the target takes is for all. It knows none of the services that go through it. */
#include "weft/uv.h"
#include "weft/weft.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECTIONS = 256, AGAIN_MS = 1000 };

struct relay {
    weft_runtime *runtime;
    const char *target_url;
    weft_session *target;     /* the newest; NULL: it has ended, and there will be another */
    uint32_t max_connections; /* of a client */
    uint64_t n_passed;
    int status;
    uv_timer_t again;
    uv_signal_t signals[2];
};

/* What a client says is printed: it may not look like another line, or command a terminal. */
static void copy_printable(weft_str text, char *to, size_t size)
{
    size_t len = text.len < size ? text.len : size - 1;
    for (size_t i = 0; i < len; i++)
        to[i] = (char)((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == '\x7f' ? '?' : text.ptr[i]);
    to[len] = '\0';
}

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    struct relay *relay = user;
    char service[128]; /* what is asked of a pending is gone once it is decided */
    const weft_peer *peer = weft_session_peer(session);
    if (weft_pending_is_root(pending)) /* a session's own connection leads to the relay, not beyond */
        return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, "open a virtual connection", NULL);
    if (!relay->target)
        return weft_pending_reject(pending, WEFT_CODE_UNREACHABLE, "the target took its leave", NULL);
    copy_printable(weft_pending_service(pending), service, sizeof service);
    int rc = weft_proxy_open(pending, relay->target, NULL);
    if (rc == 0)
        printf("passed on %" PRIu64 ": %s for %s%s%s\n", ++relay->n_passed, service, peer->transport,
               *peer->address ? " " : "", peer->address);
    else if (rc != WEFT_EREJECTED) /* which has been said already */
        rc = weft_pending_reject(pending, WEFT_CODE_UNREACHABLE, weft_strerror(rc), NULL);
    fflush(stdout);
    return rc == WEFT_EREJECTED ? 0 : rc;
}

/* Of the sessions of clients. */
static void on_client_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static void on_again(uv_timer_t *timer);

static void begin_again_soon(struct relay *relay)
{
    if (uv_is_active((uv_handle_t *)&relay->again))
        return;
    fprintf(stderr, "relay: the target took its leave\n");
    uv_timer_start(&relay->again, on_again, AGAIN_MS, 0);
}

static void on_target_closed(struct relay *relay, weft_session *session, const weft_session_event *event)
{
    if (session == relay->target) {
        relay->target = NULL;
        if (event->by_peer && event->error->code == WEFT_OK) {
            begin_again_soon(relay);
        } else {
            if (event->error->code != WEFT_OK && event->error->code != WEFT_ECANCELED) {
                fprintf(stderr, "relay: the target: %s\n", event->error->text);
                relay->status = 1;
            }
            weft_runtime_close(relay->runtime, NULL, NULL);
        }
    }
    weft_session_release(session);
}

static void on_target_event(void *user, weft_session *session, const weft_session_event *event)
{
    struct relay *relay = user;
    switch (event->kind) {
    case WEFT_EVENT_DRAINING:
        if (event->by_peer && session == relay->target)
            begin_again_soon(relay);
        break;
    case WEFT_EVENT_DISCONNECTED: fprintf(stderr, "relay: the target is away: %s\n", event->error->text); break;
    case WEFT_EVENT_RESUMED: fprintf(stderr, "relay: the target is back, nothing was lost\n"); break;
    case WEFT_EVENT_REPLACED: fprintf(stderr, "relay: the target is back, and has forgotten us\n"); break;
    case WEFT_EVENT_CLOSED: on_target_closed(relay, session, event); break;
    default: break;
    }
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct relay *relay = signal->data;
    (void)number;
    weft_runtime_close(relay->runtime, NULL, NULL);
}

static void watch_signals(struct relay *relay)
{
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(relay->runtime), &relay->signals[i]);
        relay->signals[i].data = relay;
        uv_signal_start(&relay->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
        uv_unref((uv_handle_t *)&relay->signals[i]);
    }
}

/* The session to the target outlives its conduits, and the target itself. */
static int connect_to_target(struct relay *relay)
{
    weft_session_options options = weft_session_options_default();
    weft_session *target;
    weft_error error;
    options.resumable = true;
    options.retry = true;
    options.recovery_timeout_ns = WEFT_FOREVER;
    options.connect_wait_ns = WEFT_FOREVER;
    options.on_event = on_target_event;
    options.user = relay;
    if (weft_connect(relay->runtime, relay->target_url, &options, &target, &error) == 0) {
        relay->target = target;
        return 0;
    }
    fprintf(stderr, "relay: %s: %s\n", relay->target_url, error.text);
    return 1;
}

static void on_again(uv_timer_t *timer)
{
    struct relay *relay = timer->data;
    weft_session *before = relay->target;
    relay->status = connect_to_target(relay);
    if (relay->status != 0)
        weft_runtime_close(relay->runtime, NULL, NULL);
    else if (before) /* what is under way there ends in its own time */
        (void)weft_session_drain(before, WEFT_FOREVER);
}

static int listen_at(struct relay *relay, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options.max_connections = relay->max_connections;
    options.on_open = on_open;
    options.on_event = on_client_event;
    options.user = relay;
    if (weft_listen(relay->runtime, url, &options, &listener, &error) < 0) {
        fprintf(stderr, "relay: %s: %s\n", url, error.text);
        return 1;
    }
    if (weft_listener_url(listener, real_url, sizeof real_url) == 0)
        printf("listening on %s\n", real_url);
    fflush(stdout);
    return 0;
}

/* 0: it is no number of connections. */
static uint32_t connections_of(const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    return *end == '\0' && *text != '-' && n < UINT32_MAX ? (uint32_t)n : 0;
}

int main(int argc, char **argv)
{
    struct relay relay = { .max_connections = CONNECTIONS };
    if (argc == 4)
        relay.max_connections = connections_of(argv[3]);
    if (argc < 3 || argc > 4 || relay.max_connections == 0 || weft_runtime_new(NULL, &relay.runtime) < 0) {
        fprintf(stderr, "usage: relay LISTEN-URL TARGET-URL [CONNECTIONS]\n");
        return 2;
    }
    relay.target_url = argv[2];
    uv_timer_init(weft_runtime_loop(relay.runtime), &relay.again);
    relay.again.data = &relay;
    uv_unref((uv_handle_t *)&relay.again);
    relay.status = connect_to_target(&relay);
    if (relay.status == 0)
        relay.status = listen_at(&relay, argv[1]);
    if (relay.status == 0) {
        watch_signals(&relay);
        if (weft_runtime_run(relay.runtime) < 0)
            relay.status = 1;
        for (size_t i = 0; i < 2; i++)
            uv_close((uv_handle_t *)&relay.signals[i], NULL);
    }
    uv_close((uv_handle_t *)&relay.again, NULL);
    weft_runtime_free(relay.runtime); /* with it the target's session closes, and is let go */
    return relay.status;
}
