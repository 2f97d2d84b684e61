/* door: what tests/bench/listener measures a listener with.
 *   door serve URL MAX_PENDING       serves Bench with nothing reserved; prints "ready URL"; at the end of stdin
 * closes, and prints the listener's counters, a line each door sessions N ROUNDS           N sessions with a server
 * that is a process of its own, at the same time: connected, called once each, parted; so often. Prints the resident kB
 * of client and server behind each round */
#include "bench.weft.h"
#include "tests/bench/measure.h"
#include "weft/uv.h"
#include "weft/weft.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of those that shake hands at a time: fewer than a listener lets wait. */
enum { UNDER_WAY = 128 };

/* ---- the server ---- */

typedef struct server {
    weft_runtime *runtime;
    weft_listener *listener;
    uv_pipe_t input; /* its end is ours */
    char byte;
    weft_listener_stats stats;
} server;

static void on_add(void *self, bench_bench_add_call call, const bench_bench_add_args *args)
{
    (void)self;
    measure_check("add", bench_bench_add_return(call, args->a + args->b));
}

static const bench_bench_handler handler = { .size = sizeof handler, .add = on_add };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    return bench_bench_serve(pending, &handler, NULL, NULL);
}

static void on_accepted_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static void on_alloc(uv_handle_t *handle_, size_t suggested, uv_buf_t *ret_buf)
{
    server *s = handle_->data;
    (void)suggested;
    *ret_buf = uv_buf_init(&s->byte, 1);
}

static void on_input(uv_stream_t *input, ssize_t n_read, const uv_buf_t *buf)
{
    server *s = input->data;
    (void)buf;
    if (n_read >= 0)
        return;
    weft_listener_stats_read(s->listener, &s->stats, sizeof s->stats);
    uv_close((uv_handle_t *)input, NULL);
    weft_runtime_close(s->runtime, NULL, NULL);
}

static void print_stats(const weft_listener_stats *stats)
{
    printf("accepted %llu\nready %llu\nwaits %llu\npending %llu\nlive %llu\naddresses %llu\n",
           (unsigned long long)stats->accepted, (unsigned long long)stats->ready, (unsigned long long)stats->waits,
           (unsigned long long)stats->handshakes_now, (unsigned long long)stats->live_now,
           (unsigned long long)stats->addresses_now);
    for (int i = 1; i < WEFT_STATS_REFUSALS; i++)
        if (stats->refused[i] > 0)
            printf("%s %llu\n", weft_refusal_name((weft_refusal)i), (unsigned long long)stats->refused[i]);
    (void)fflush(stdout);
}

static int serve(const char *url, unsigned max_pending, int ready_fd)
{
    weft_session_options options = weft_session_options_default();
    weft_listener_options door = weft_listener_options_default();
    weft_error error = { 0 };
    char real[256];
    server s = { 0 };
    options.on_open = on_open;
    options.on_event = on_accepted_event;
    door.max_pending = max_pending;
    door.reserved_descriptors = 0;
    measure_check("runtime", weft_runtime_new(NULL, &s.runtime));
    if (weft_listen_with(s.runtime, url, &options, &door, &s.listener, &error) < 0) {
        fprintf(stderr, "%s: %s\n", url, error.text);
        return 1;
    }
    measure_check("url", weft_listener_url(s.listener, real, sizeof real));
    measure_check("pipe", uv_pipe_init(weft_runtime_loop(s.runtime), &s.input, 0));
    measure_check("pipe", uv_pipe_open(&s.input, STDIN_FILENO));
    s.input.data = &s;
    measure_check("read", uv_read_start((uv_stream_t *)&s.input, on_alloc, on_input));
    dprintf(ready_fd, "ready %s\n", real);
    measure_check("run", weft_runtime_run(s.runtime));
    weft_runtime_free(s.runtime);
    print_stats(&s.stats);
    return 0;
}

/* ---- many clients ---- */

typedef struct crowd crowd;

typedef struct member {
    crowd *of;
    weft_session *session;
    bench_bench_client client;
} member;

struct crowd {
    weft_runtime *runtime;
    const char *url;
    member *members;
    int n, n_begun, n_called, n_closed;
};

static void crowd_go_on(crowd *c);

static void on_sum(void *user, const bench_bench_add_reply *reply)
{
    member *m = user;
    measure_check("call", reply->result.code);
    m->of->n_called++;
    if (m->of->n_called == m->of->n) /* all are there: they part */
        for (int i = 0; i < m->of->n; i++) {
            weft_connection_release(m->of->members[i].client.connection);
            weft_session_close(m->of->members[i].session, WEFT_CODE_NONE, NULL);
        }
    else
        crowd_go_on(m->of);
}

static void on_opened(void *user, bench_bench_client client, const weft_error *error_or_null)
{
    member *m = user;
    measure_check("open", error_or_null ? error_or_null->code : 0);
    m->client = client;
    const bench_bench_add_args args = { 1, 2 };
    measure_check("add", bench_bench_add(client, &args, NULL, on_sum, m, NULL));
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    member *m = user;
    if (event->kind == WEFT_EVENT_FAILED)
        measure_check(event->error->text, event->error->code);
    if (event->kind == WEFT_EVENT_READY)
        measure_check("open", bench_bench_open(session, NULL, on_opened, m));
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    weft_session_release(session);
    m->of->n_closed++;
}

static void crowd_go_on(crowd *c)
{
    while (c->n_begun < c->n && c->n_begun - c->n_called < UNDER_WAY) {
        weft_session_options options = weft_session_options_default();
        member *m = &c->members[c->n_begun++];
        weft_error error = { 0 };
        m->of = c;
        options.on_event = on_event;
        options.user = m;
        measure_check("connect", weft_connect(c->runtime, c->url, &options, &m->session, &error));
    }
}

static long resident_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = -1;
    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (file)
        (void)fclose(file);
    return kb;
}

static void sessions(const char *url, pid_t server_pid, int n, int n_rounds)
{
    crowd c = { .url = url, .n = n };
    c.members = calloc((size_t)n, sizeof *c.members);
    measure_check("memory", c.members ? 0 : WEFT_ENOMEM);
    measure_check("runtime", weft_runtime_new(NULL, &c.runtime));
    for (int i = 1; i <= n_rounds; i++) {
        c.n_begun = c.n_called = c.n_closed = 0;
        crowd_go_on(&c);
        measure_check("run", weft_runtime_run(c.runtime)); /* until no session is left */
        measure_check("sessions", c.n_called == n && c.n_closed == n ? 0 : WEFT_EINTERNAL);
        printf("%d %ld %ld\n", i, resident_kb(getpid()), resident_kb(server_pid));
        (void)fflush(stdout);
    }
    weft_runtime_free(c.runtime);
    free(c.members);
}

static int run_sessions(int n, int n_rounds)
{
    int input[2], ready[2], status = 0;
    char line[300], *url;
    if (pipe(input) != 0 || pipe(ready) != 0)
        return 1;
    (void)snprintf(line, sizeof line, "unix-abstract://weft-door-%ld", (long)getpid());
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(input[0], STDIN_FILENO);
        (void)close(input[1]);
        (void)close(ready[0]);
        _exit(serve(line, 2 * UNDER_WAY, ready[1]));
    }
    (void)close(ready[1]);
    (void)close(input[0]);
    FILE *told = fdopen(ready[0], "r");
    if (!told || !fgets(line, sizeof line, told) || strncmp(line, "ready ", 6) != 0)
        return 1;
    url = line + 6;
    url[strcspn(url, "\n")] = '\0';
    sessions(url, pid, n, n_rounds);
    (void)fclose(told);
    (void)close(input[1]);
    (void)waitpid(pid, &status, 0);
    return status == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], (unsigned)strtoul(argv[3], NULL, 10), STDOUT_FILENO);
    if (argc == 4 && strcmp(argv[1], "sessions") == 0)
        return run_sessions((int)strtol(argv[2], NULL, 10), (int)strtol(argv[3], NULL, 10));
    fputs("usage: door serve URL MAX_PENDING | door sessions N ROUNDS\n", stderr);
    return 2;
}
