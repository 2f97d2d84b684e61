/* loop_bench DEPTH CALLS [resumable]: both ends of a session on one loop over a socket pair, CALLS calls of add with
 * DEPTH of them in flight; for counting instructions. What is counted is steady(): begin counting where it is entered.
 * resumable: the session survives its conduit, which is a unix socket then. */
#include "bench.weft.h"
#include "tests/bench/measure.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bench_bench_client client;
static uv_loop_t loop;
static long n_ended, n_wanted;

static void on_add(void *self, bench_bench_add_call call, const bench_bench_add_args *args)
{
    (void)self;
    measure_check("add", bench_bench_add_return(call, args->a + args->b));
}

static const bench_bench_handler handler = { sizeof handler, NULL, on_add, NULL };

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

static void on_sum(void *user, const bench_bench_add_reply *reply);

static void call(void)
{
    bench_bench_add_args args = { n_ended, 1000003 };
    measure_check("add", bench_bench_add(client, &args, NULL, on_sum, NULL, NULL));
}

static void on_sum(void *user, const bench_bench_add_reply *reply)
{
    (void)user;
    measure_check("add", reply->result.code);
    if (++n_ended <= n_wanted)
        call();
}

static void on_opened(void *user, bench_bench_client opened, const weft_error *error_or_null)
{
    (void)user;
    measure_check("open", error_or_null ? error_or_null->code : 0);
    client = opened;
}

/* Not inlined, and known by its name: callgrind begins to count here. */
__attribute__((noinline)) void steady(long until);

void steady(long until)
{
    while (n_ended < until)
        uv_run(&loop, UV_RUN_ONCE);
}

static const char *socket_path(void)
{
    static char path[48];
    (void)snprintf(path, sizeof path, "/tmp/weft-loop-bench-%ld", (long)getpid());
    return path;
}

/* A socket pair; or a listener, which is what can be connected to again. */
static weft_session *connect_both(weft_runtime *runtime, const weft_session_options *options, bool resumable)
{
    weft_session *session;
    weft_session_options caller = weft_session_options_default();
    weft_listener *listener;
    char url[64];
    int fds[2];
    caller.resumable = resumable;
    if (resumable) {
        (void)snprintf(url, sizeof url, "unix://%s", socket_path());
        measure_check("listen", weft_listen(runtime, url, options, &listener, NULL));
    } else {
        measure_check("socket pair", uv_socketpair(SOCK_STREAM, 0, fds, 0, 0));
        measure_check("accept", weft_accept_fd(runtime, fds[0], options));
        (void)snprintf(url, sizeof url, "fd://%d", fds[1]);
    }
    measure_check("connect", weft_connect(runtime, url, &caller, &session, NULL));
    return session;
}

int main(int argc, char **argv)
{
    weft_runtime *runtime;
    weft_session *session;
    weft_runtime_options runtime_options = weft_runtime_options_default();
    weft_session_options options = weft_session_options_default();
    bool resumable = argc == 4 && strcmp(argv[3], "resumable") == 0;
    long depth = argc >= 3 ? strtol(argv[1], NULL, 10) : 0;
    long n_calls = argc >= 3 ? strtol(argv[2], NULL, 10) : 0;
    if (depth < 1 || n_calls < 1 || argc > (resumable ? 4 : 3))
        measure_fail("usage: loop_bench DEPTH CALLS [resumable]", argc);
    options.on_open = on_open;
    options.on_event = on_event;
    measure_check("loop", uv_loop_init(&loop));
    runtime_options.loop = &loop;
    measure_check("runtime", weft_runtime_new(&runtime_options, &runtime));
    session = connect_both(runtime, &options, resumable);
    measure_check("open", bench_bench_open(session, NULL, on_opened, NULL));
    while (!client.connection)
        uv_run(&loop, UV_RUN_ONCE);
    n_wanted = 1000 * depth + n_calls;
    for (long i = 0; i < depth; i++)
        call();
    while (n_ended < 1000 * depth)
        uv_run(&loop, UV_RUN_ONCE);
    steady(n_ended + n_calls - depth);
    if (resumable)
        (void)unlink(socket_path());
    return 0;
}
