/* `weft serve-echo`: the service of idl/weft/echo.weft. */
#include "tools/weft/tool.h"

#include <stdio.h>
#include <stdlib.h>

#include "echo.weft.h"

/* ---- echo, delay, fail ---- */

static void on_echo(void *self, weft_echo_echo_echo_call call, const weft_echo_echo_echo_args *args)
{
    (void)self;
    weft_echo_echo_echo_return(call, args->text);
}

static void on_fail(void *self, weft_echo_echo_fail_call call, const weft_echo_echo_fail_args *args)
{
    (void)self;
    weft_echo_echo_error_refused_fields fields = { args->text };
    weft_echo_echo_error error = weft_echo_echo_error_make_refused(&fields);
    weft_echo_echo_fail_fail(call, &error);
}

typedef struct delayed {
    uv_timer_t timer;
    weft_echo_echo_delay_call call;
    const weft_echo_echo_delay_args *args;
} delayed;

static void free_delayed(uv_handle_t *timer)
{
    free(timer->data);
}

static void on_delayed(uv_timer_t *timer)
{
    delayed *d = timer->data;
    weft_echo_echo_delay_return(d->call, d->args->text);
    uv_close((uv_handle_t *)timer, free_delayed);
}

static void on_given_up(void *user)
{
    delayed *d = user;
    weft_call_drop(d->call.call);
    uv_close((uv_handle_t *)&d->timer, free_delayed);
}

static void on_delay(void *self, weft_echo_echo_delay_call call, const weft_echo_echo_delay_args *args)
{
    tool *t = self;
    delayed *d = calloc(1, sizeof *d);
    if (!d || weft_echo_echo_delay_keep(call, &args)) {
        free(d);
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    *d = (delayed){ .call = call, .args = args };
    uv_timer_init(weft_runtime_loop(t->runtime), &d->timer);
    d->timer.data = d;
    uv_timer_start(&d->timer, on_delayed, args->wait.ns > 0 ? (uint64_t)args->wait.ns / WEFT_NS_PER_MS : 0, 0);
    (void)weft_call_on_cancel(call.call, on_given_up, d); /* cancelled already: the timer lets go of it */
}

/* ---- repeat ---- */

typedef struct repeated {
    weft_echo_echo_repeat_call call;
    weft_echo_str_rx items;
    weft_echo_str_tx echoes;
    uint64_t n;
    weft_arena *arena; /* of the item that waits for room */
    weft_str waiting;
} repeated;

static void free_repeated(repeated *r)
{
    weft_arena_free(r->arena);
    free(r);
}

static void on_repeat_room(void *user)
{
    repeated *r = user;
    int status = weft_echo_str_send(r->echoes, r->waiting);
    if (status == WEFT_EAGAIN && weft_echo_str_on_room(r->echoes, on_repeat_room, r) == 0)
        return;
    r->waiting.ptr = NULL;
    r->n += status ? 0 : 1;
    (void)weft_channel_pause(r->items.channel, false);
    (void)weft_channel_consumed(r->items.channel, 1);
}

static bool on_repeat_item(void *user, weft_echo_str_rx rx, weft_str item)
{
    repeated *r = user;
    (void)rx;
    int status = weft_echo_str_send(r->echoes, item);
    if (status != WEFT_EAGAIN) {
        r->n += status ? 0 : 1;
        return true;
    }
    weft_arena_clear(r->arena);
    r->waiting = weft_arena_copy_str(r->arena, item);
    if (!r->waiting.ptr || weft_echo_str_on_room(r->echoes, on_repeat_room, r))
        return true;                                  /* lost, and not counted */
    (void)weft_channel_pause(r->items.channel, true); /* what is under way comes behind this one */
    return false;
}

static void on_repeat_end(void *user, const weft_channel_end *end)
{
    repeated *r = user;
    if (end->kind == WEFT_CHANNEL_FINISHED)
        (void)weft_channel_finish(r->echoes.channel);
    (void)weft_echo_echo_repeat_return(r->call, r->n); /* a caller that has gone hears nothing of it */
    free_repeated(r);
}

static void on_repeat(void *self, weft_echo_echo_repeat_call call, weft_echo_str_rx items, weft_echo_str_tx echoes)
{
    static const weft_echo_str_reader reader = { .size = sizeof reader, .item = on_repeat_item, .end = on_repeat_end };
    (void)self;
    repeated *r = calloc(1, sizeof *r);
    if (!r || weft_arena_new(NULL, &r->arena)) {
        free(r);
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    r->call = call;
    r->items = items;
    r->echoes = echoes;
    if (weft_echo_str_read(items, &reader, r)) {
        free_repeated(r);
        weft_call_drop(call.call);
    }
}

/* ---- count ---- */

typedef struct counter {
    uv_timer_t timer;
    weft_echo_u64_tx numbers;
    uint64_t next, to, every_ms;
} counter;

static void free_counter(uv_handle_t *timer)
{
    free(timer->data);
}

static void count_end(counter *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->timer))
        uv_close((uv_handle_t *)&c->timer, free_counter);
}

static void count_on(void *user)
{
    counter *c = user;
    int status = 0;
    while (!status && c->next <= c->to) {
        status = weft_echo_u64_send(c->numbers, c->next);
        c->next += status ? 0 : 1;
        if (!status && c->every_ms > 0)
            return; /* the timer comes again */
    }
    if (status == WEFT_EAGAIN && (c->every_ms > 0 || weft_echo_u64_on_room(c->numbers, count_on, c) == 0))
        return;
    if (!status)
        (void)weft_channel_finish(c->numbers.channel);
    count_end(c);
}

static void on_tick(uv_timer_t *timer)
{
    count_on(timer->data);
}

static void on_count(void *self, weft_echo_echo_count_call call, const weft_echo_echo_count_args *args,
                     weft_echo_u64_tx numbers)
{
    tool *t = self;
    counter *c = calloc(1, sizeof *c);
    if (!c) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    int64_t every_ns = args->every.ns > 0 ? args->every.ns : 0;
    *c = (counter){ .numbers = numbers, .next = 1, .to = args->to };
    c->every_ms = ((uint64_t)every_ns + WEFT_NS_PER_MS - 1) / WEFT_NS_PER_MS;
    uv_timer_init(weft_runtime_loop(t->runtime), &c->timer);
    c->timer.data = c;
    weft_channel_keep(numbers.channel);
    weft_echo_echo_count_return(call);
    uv_timer_start(&c->timer, on_tick, 0, c->every_ms);
}

/* ---- the server ---- */

static const weft_echo_echo_handler handler = { .size = sizeof handler,
                                                .echo = on_echo,
                                                .delay = on_delay,
                                                .fail = on_fail,
                                                .repeat = on_repeat,
                                                .count = on_count };

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static weft_services *services; /* of the one server of the process */

static int offer(tool *t)
{
    int status = weft_services_new(NULL, &services);
    if (!status)
        status = weft_services_add(services, &weft_echo_echo_service, &handler, t);
    if (!status)
        status = weft_services_reflection(services);
    return status ? status : weft_services_health(services);
}

static void on_interrupted(void *user)
{
    tool *t = user;
    t->status = 0; /* how it is meant to end */
    weft_services_stop(services);
    weft_runtime_close(t->runtime, NULL, NULL);
}

int tool_serve_echo(const tool_options *options)
{
    static tool the_tool;
    tool *t = &the_tool;
    weft_listener *listener;
    weft_error error = { 0 };
    char url[512];
    if (tool_begin(t, options))
        return TOOL_EXIT_FAILED;
    t->user = t;
    t->interrupted = on_interrupted;
    weft_session_options session = weft_session_options_default();
    int status = offer(t);
    session.on_open = weft_services_open;
    session.on_event = on_event;
    session.user = services;
    if (!status)
        status = weft_listen(t->runtime, options->words[0], &session, &listener, &error);
    if (status) {
        tool_say_error(options->words[0], &error);
        t->status = status == WEFT_EINVAL ? TOOL_EXIT_USAGE : TOOL_EXIT_FAILED;
    } else if (weft_listener_url(listener, url, sizeof url) == 0) {
        printf("listening on %s\n", url);
        fflush(stdout);
    }
    status = tool_run(t);
    weft_services_free(services);
    return status;
}
