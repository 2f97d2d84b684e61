/* The bench's server in weft. */
#include "bench.weft.h"
#include "tests/bench/measure.h"
#include "tests/bench/weft-peer/url.h"

#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_add(void *self, bench_bench_add_call call, const bench_bench_add_args *args)
{
    (void)self;
    measure_check("add", bench_bench_add_return(call, args->a + args->b));
}

static void on_echo(void *self, bench_bench_echo_call call, const bench_bench_echo_args *args)
{
    (void)self;
    measure_check("echo", bench_bench_echo_return(call, args->data));
}

static const bench_bench_handler handler = { sizeof handler, NULL, on_add, on_echo };

/* ---- items ---- */

typedef struct source {
    bench_bytes_tx items;
    size_t size;
    uint8_t item[];
} source;

static void source_on_end(void *user, const weft_channel_end *end)
{
    (void)end;
    free(user);
}

static void source_go_on(void *user)
{
    source *s = user;
    int rc = 0;
    while (rc == 0)
        rc = bench_bytes_send(s->items, weft_bytes_of(s->item, s->size));
    if (rc == WEFT_EAGAIN)
        measure_check("room", bench_bytes_on_room(s->items, source_go_on, s));
}

static void on_stream(void *self, bench_items_stream_call call, const bench_items_stream_args *args,
                      bench_bytes_tx items)
{
    source *s = malloc(sizeof *s + args->size);
    (void)self;
    (void)call; /* not answered: it ends with its session */
    if (!s)
        measure_fail("out of memory", 0);
    s->items = items;
    s->size = args->size;
    memset(s->item, 'x', s->size);
    measure_check("stream", weft_channel_on_end(items.channel, source_on_end, s));
    source_go_on(s);
}

static bool on_item(void *user, bench_bytes_rx rx, weft_bytes item)
{
    (void)user;
    (void)rx;
    if (item.len == 0 || item.ptr[item.len - 1] != 'x')
        measure_fail("another item", (int)item.len);
    return true;
}

static void on_sink(void *self, bench_items_sink_call call, bench_bytes_rx items)
{
    static const bench_bytes_reader reader = { sizeof reader, on_item, NULL };
    (void)self;
    (void)call;
    measure_check("sink", bench_bytes_read(items, &reader, NULL));
}

static const bench_items_handler items_handler = { sizeof items_handler, NULL, on_stream, on_sink };

/* ---- the server ---- */

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(bench_items_service.name)))
        return bench_items_serve(pending, &items_handler, NULL, NULL);
    return bench_bench_serve(pending, &handler, NULL, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

int main(int argc, char **argv)
{
    char url[WEFT_BENCH_URL_MAX];
    weft_runtime *runtime;
    weft_listener *listener;
    weft_session_options options = weft_session_options_default();
    if (argc != 2 || !bench_url(argv[1], url)) {
        fprintf(stderr, "usage: server unix:PATH|tcp:PORT\n");
        return 2;
    }
    options.on_open = on_open;
    options.on_event = on_event;
    measure_more_files();
    measure_check("runtime", weft_runtime_new(NULL, &runtime));
    measure_check(url, weft_listen(runtime, url, &options, &listener, NULL));
    measure_ready();
    return weft_runtime_run(runtime) < 0;
}
