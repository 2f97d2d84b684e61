/* fairness: how long small calls take on a connection beside others of the same session that move large messages.
 * Prints, over a unix socket and over TCP, p50 and p99 of add, called one after the other, with 0, 1 and 8 connections
 * that echo 1 MiB without a pause; and of the same seconds how much those moved. The server is a process of its own.
 *   fairness [SECONDS] */
#define _POSIX_C_SOURCE 200809L
#include "bench.weft.h"
#include "tests/bench/measure.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUSY_MAX = 8, LARGE = 1024 * 1024, SAMPLES_MAX = 1000000 };

static weft_runtime *runtime;
static bench_bench_client clients[BUSY_MAX + 1]; /* the last one makes the small calls */
static int n_opened;
static int n_busy, n_under_way;
static bool over;
static uint8_t *large;
static uint64_t n_large, phase_ns, began_ns;
static uint64_t span_ns = 2 * WEFT_NS_PER_S; /* of a phase */
static uint64_t *samples;
static size_t n_samples;

/* ---- the server ---- */

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

/* Tells its URL, and serves until it is killed. */
static void serve(const char *url, int fd)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    char real[128];
    options.on_open = on_open;
    measure_check("runtime", weft_runtime_new(NULL, &runtime));
    measure_check("listen", weft_listen(runtime, url, &options, &listener, NULL));
    measure_check("url", weft_listener_url(listener, real, sizeof real));
    if (write(fd, real, sizeof real) != (ssize_t)sizeof real)
        measure_fail("pipe", 0);
    _exit(weft_runtime_run(runtime) < 0);
}

/* ---- the client ---- */

static void stop_if_done(void)
{
    if (over && n_under_way == 0)
        weft_runtime_stop(runtime);
}

static void on_large(void *user, const bench_bench_echo_reply *reply);

static void call_large(bench_bench_client *client)
{
    bench_bench_echo_args args = { weft_bytes_of(large, LARGE) };
    n_under_way++;
    measure_check("echo", bench_bench_echo(*client, &args, NULL, on_large, client, NULL));
}

static void on_large(void *user, const bench_bench_echo_reply *reply)
{
    measure_check("echo", reply->result.code);
    n_under_way--;
    n_large++;
    if (!over)
        call_large(user);
    stop_if_done();
}

static void on_sum(void *user, const bench_bench_add_reply *reply);

static void call_small(void)
{
    bench_bench_add_args args = { 1, 2 };
    n_under_way++;
    began_ns = uv_hrtime();
    measure_check("add", bench_bench_add(clients[BUSY_MAX], &args, NULL, on_sum, NULL, NULL));
}

static void on_sum(void *user, const bench_bench_add_reply *reply)
{
    uint64_t now_ns = uv_hrtime();
    (void)user;
    measure_check("add", reply->result.code);
    n_under_way--;
    samples[n_samples++] = now_ns - began_ns;
    over = now_ns - phase_ns >= span_ns || n_samples == SAMPLES_MAX;
    if (!over)
        call_small();
    stop_if_done();
}

static void on_opened(void *user, bench_bench_client client, const weft_error *error_or_null)
{
    (void)user;
    measure_check("open", error_or_null ? error_or_null->code : 0);
    clients[n_opened++] = client;
    if (n_opened == BUSY_MAX + 1)
        weft_runtime_stop(runtime);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void measure_beside(const char *transport, int busy)
{
    over = false;
    n_busy = busy;
    n_samples = 0;
    n_large = 0;
    for (int i = 0; i < busy; i++)
        call_large(&clients[i]);
    phase_ns = uv_hrtime();
    call_small();
    measure_check("run", weft_runtime_run(runtime));
    double seconds = (double)(uv_hrtime() - phase_ns) / 1e9;
    qsort(samples, n_samples, sizeof *samples, compare);
    uint64_t p50 = samples[n_samples / 2], p99 = samples[n_samples * 99 / 100], max = samples[n_samples - 1];
    printf("%-4s  busy %d  calls %7zu  p50 %8.1f us  p99 %8.1f us  max %8.1f us  moved %7.0f MiB/s\n", transport, busy,
           n_samples, (double)p50 / 1e3, (double)p99 / 1e3, (double)max / 1e3, 2 * (double)n_large / seconds);
}

static void measure_over(const char *transport, const char *url)
{
    int fds[2];
    char real[128];
    weft_session *session;
    if (pipe(fds) != 0)
        measure_fail("pipe", 0);
    pid_t server = fork();
    if (server == 0)
        serve(url, fds[1]);
    if (server < 0 || read(fds[0], real, sizeof real) != (ssize_t)sizeof real)
        measure_fail("server", (int)server);
    measure_check("runtime", weft_runtime_new(NULL, &runtime));
    measure_check("connect", weft_connect(runtime, real, NULL, &session, NULL));
    n_opened = 0;
    for (int i = 0; i <= BUSY_MAX; i++)
        measure_check("open", bench_bench_open(session, NULL, on_opened, NULL));
    measure_check("run", weft_runtime_run(runtime));
    const int busy[] = { 0, 1, BUSY_MAX };
    for (int i = 0; i < 3; i++)
        measure_beside(transport, busy[i]);
    for (int i = 0; i <= BUSY_MAX; i++)
        weft_connection_release(clients[i].connection);
    weft_session_release(session);
    weft_runtime_free(runtime);
    (void)kill(server, SIGTERM);
    (void)waitpid(server, NULL, 0);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

int main(int argc, char **argv)
{
    char url[64];
    if (argc == 2)
        span_ns = (uint64_t)(strtod(argv[1], NULL) * 1e9);
    large = calloc(1, LARGE);
    samples = calloc(SAMPLES_MAX, sizeof *samples);
    if (!large || !samples)
        measure_fail("out of memory", 0);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)snprintf(url, sizeof url, "unix-abstract://weft-fairness-%ld", (long)getpid());
    measure_over("unix", url);
    measure_over("tcp", "tcp://127.0.0.1:0");
    free(samples);
    free(large);
    return 0;
}
