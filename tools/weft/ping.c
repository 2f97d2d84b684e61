/* `weft ping`: sessions, one after the other, and how long each takes to be ready: from the beginning of the conduit to
 * the end of the handshake, which is one round trip more than the conduit's own. With a service also how long an open
 * of it takes, which is one round trip, or why it is rejected. */
#include "tools/weft/tool.h"

#include <stdio.h>

typedef struct pinger {
    tool t;
    uv_timer_t timer;          /* between two of them */
    weft_service_type service; /* of the name that was given: opened, and nothing is called */
    uint64_t begun_ns;
    uint64_t n_sent, n_ready;
    uint64_t least_ns, most_ns, sum_ns;
    bool is_ready;
} pinger;

static void ping_once(pinger *p);

static void on_timer(uv_timer_t *timer)
{
    ping_once(timer->data);
}

/* One has ended. */
static void ping_next(pinger *p)
{
    weft_session_release(p->t.session);
    p->t.session = NULL;
    fflush(stdout);
    if (p->t.n_signals > 0 || p->n_sent >= p->t.options->count || ferror(stdout)) {
        if (!uv_is_closing((uv_handle_t *)&p->timer))
            uv_close((uv_handle_t *)&p->timer, NULL);
        return;
    }
    uv_timer_start(&p->timer, on_timer, p->t.options->interval_ns / WEFT_NS_PER_MS, 0);
}

static void say_ready(pinger *p, weft_session *session, uint64_t took_ns)
{
    const weft_peer *peer = weft_session_peer(session);
    p->n_ready++;
    p->sum_ns += took_ns;
    p->least_ns = p->n_ready == 1 || took_ns < p->least_ns ? took_ns : p->least_ns;
    p->most_ns = took_ns > p->most_ns ? took_ns : p->most_ns;
    if (p->t.options->json)
        printf("{\"ready\":true,\"transport\":%s,\"address\":%s,\"took_ns\":%llu}\n",
               tool_quote(p->t.arena, weft_str_from(peer->transport)),
               tool_quote(p->t.arena, weft_str_from(peer->address)), (unsigned long long)took_ns);
    else
        printf("ready in %.3f ms: %s%s%s\n", (double)took_ns / 1e6, peer->transport, *peer->address ? " " : "",
               peer->address);
}

/* Why the server, or the service, is not to be had. */
static void say_refused(pinger *p, const char *what, const weft_error *error)
{
    const char *text = error->text[0] ? error->text : weft_strerror(error->code);
    p->t.status = TOOL_EXIT_FAILED;
    if (!p->t.options->json) {
        tool_say_error(what, error);
        return;
    }
    if (p->is_ready)
        printf("{\"service\":%s,", tool_quote(p->t.arena, weft_str_from(what)));
    else
        printf("{");
    printf("\"ready\":false,\"code\":\"%s\",\"reason\":\"%s\",\"text\":%s}\n", weft_err_name(error->code),
           error->remote ? weft_code_name(error->remote) : "", tool_quote(p->t.arena, weft_str_from(text)));
}

/* ---- a service ---- */

static void call_opened(void (*opened)(void), void *user, weft_connection *connection_or_null,
                        const weft_error *error_or_null)
{
    ((weft_dynamic_opened_fn)opened)(user, connection_or_null, error_or_null);
}

static void on_opened(void *user, weft_connection *connection_or_null, const weft_error *error_or_null)
{
    pinger *p = user;
    uint64_t took_ns = uv_hrtime() - p->begun_ns;
    if (p->t.n_signals > 0)
        return;
    if (!connection_or_null)
        say_refused(p, p->service.name, error_or_null);
    else if (p->t.options->json)
        printf("{\"service\":%s,\"ready\":true,\"took_ns\":%llu}\n",
               tool_quote(p->t.arena, weft_str_from(p->service.name)), (unsigned long long)took_ns);
    else
        printf("%s opens in %.3f ms\n", p->service.name, (double)took_ns / 1e6);
    weft_connection_release(connection_or_null);
    weft_session_close(p->t.session, WEFT_CODE_NONE, NULL);
}

static void open_service(pinger *p, weft_session *session)
{
    weft_open_options options = tool_open_options(p->t.options);
    p->begun_ns = uv_hrtime();
    int status = weft_gen_open(session, &p->service, &options, (void (*)(void))on_opened, p);
    if (!status)
        return;
    weft_error error = { .code = status };
    say_refused(p, p->service.name, &error);
    weft_session_close(session, WEFT_CODE_NONE, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    pinger *p = user;
    uint64_t took_ns = uv_hrtime() - p->begun_ns;
    switch (event->kind) {
    case WEFT_EVENT_READY:
        p->is_ready = true;
        say_ready(p, session, took_ns);
        if (p->service.name)
            open_service(p, session);
        else
            weft_session_close(session, WEFT_CODE_NONE, NULL);
        break;
    case WEFT_EVENT_FAILED:
        if (p->t.n_signals == 0)
            say_refused(p, p->t.options->words[0], event->error);
        break;
    case WEFT_EVENT_CLOSED: ping_next(p); break;
    default: break;
    }
}

static void ping_once(pinger *p)
{
    weft_session_options options = tool_session_options(p->t.options);
    weft_error error = { 0 };
    uint64_t limit_ns = p->t.options->timeout_ns;
    options.on_event = on_event;
    options.user = p;
    if (limit_ns != WEFT_TIMEOUT_DEFAULT && limit_ns != WEFT_FOREVER)
        options.connect_timeout_ns = options.handshake_timeout_ns = limit_ns;
    p->n_sent++;
    p->is_ready = false;
    weft_arena_clear(p->t.arena);
    p->begun_ns = uv_hrtime();
    if (weft_connect(p->t.runtime, p->t.options->words[0], &options, &p->t.session, &error) == 0)
        return;
    say_refused(p, p->t.options->words[0], &error);
    p->t.status = error.code == WEFT_EINVAL ? TOOL_EXIT_USAGE : TOOL_EXIT_FAILED;
    p->n_sent = p->t.options->count; /* the words are wrong, and stay so */
    ping_next(p);
}

static void on_interrupted(void *user)
{
    pinger *p = user;
    p->t.status = p->n_ready ? 0 : TOOL_EXIT_SIGNAL; /* the usual way to end a long one */
    if (p->t.session)
        weft_session_abort(p->t.session);
    else
        ping_next(p);
}

int tool_ping(const tool_options *options)
{
    static pinger the_pinger;
    pinger *p = &the_pinger;
    tool_options own = *options;
    own.count = own.count ? own.count : 1;
    if (tool_begin(&p->t, &own))
        return TOOL_EXIT_FAILED;
    p->t.user = p;
    p->t.interrupted = on_interrupted;
    p->service = (weft_service_type){ .abi = WEFT_GEN_ABI,
                                      .method_size = sizeof(weft_method),
                                      .name = own.n_words > 1 ? own.words[1] : NULL,
                                      .opened = call_opened };
    uv_timer_init(weft_runtime_loop(p->t.runtime), &p->timer);
    p->timer.data = p;
    ping_once(p);
    int status = tool_run(&p->t);
    if (own.count > 1 && !own.json)
        printf("%llu of %llu ready", (unsigned long long)p->n_ready, (unsigned long long)p->n_sent);
    if (own.count > 1 && !own.json && p->n_ready > 0)
        printf(": min %.3f ms, mean %.3f ms, max %.3f ms", (double)p->least_ns / 1e6,
               (double)p->sum_ns / (double)p->n_ready / 1e6, (double)p->most_ns / 1e6);
    if (own.count > 1 && !own.json)
        printf("\n");
    return status;
}
