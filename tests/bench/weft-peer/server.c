/* The bench's server in weft. */
#include "bench.weft.h"
#include "tests/bench/measure.h"
#include "tests/bench/weft-peer/url.h"

#include "weft/weft.h"

#include <stdio.h>

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

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
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
