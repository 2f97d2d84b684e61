/* memory: what idle virtual connections and idle sessions hold, per side: 10,000 connections in one session, 1,000
 * sessions that have made a call, and as many that are resumable and lose their conduits.
 * memory N: N connections in one session: opened, calls on any of them, closed; how long that took.
 * Two engines by hand, each with an allocator that counts what is live; sockets and what a loop holds for them are not
 * in it. */
#include "bench.weft.h"
#include "tests/bench/measure.h"

#include "weft/engine.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

enum { CONNECTIONS = 10000, SESSIONS = 1000, CALLS = 100000 };

typedef struct counter {
    weft_allocator allocator;
    size_t live, peak;
} counter;

typedef struct pair {
    weft_engine *client, *server;
    weft_handshake *client_handshake, *server_handshake;
    weft_session *accepted;
} pair;

static counter sides[2];         /* client, server */
static weft_handles *handles[2]; /* these two as a runtime shares them among its sessions */
static weft_stats *stats[2];
static weft_registry *registry;
static uint64_t now_ns = 1;
static bench_bench_client *clients; /* all that were opened */
static int n_opened, n_answers;
static uint32_t n_allowed = WEFT_CONNECTIONS_DEFAULT;

static void *count_realloc(void *ctx, void *ptr, size_t old_len, size_t new_len)
{
    counter *c = ctx;
    void *grown = NULL;
    if (new_len == 0)
        free(ptr);
    else
        grown = realloc(ptr, new_len);
    if (new_len > 0 && !grown)
        return NULL;
    c->live = c->live - old_len + new_len;
    c->peak = c->live > c->peak ? c->live : c->peak;
    return grown;
}

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
    pair *p = user;
    if (event->kind == WEFT_EVENT_READY)
        p->accepted = session;
}

static void on_opened(void *user, bench_bench_client client, const weft_error *error_or_null)
{
    (void)user;
    if (error_or_null)
        measure_fail(error_or_null->text, n_opened);
    clients[n_opened++] = client;
}

static void on_sum(void *user, const bench_bench_add_reply *reply)
{
    (void)user;
    measure_check("add", reply->result.code);
    n_answers++;
}

static bool move(weft_engine **from, weft_handshake **from_handshake, weft_engine **to, weft_handshake **to_handshake)
{
    weft_slice slices[16];
    size_t n = *from_handshake ? weft_handshake_drain(*from_handshake, slices, 16)
               : *from         ? weft_engine_drain(*from, slices, 16)
                               : 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t at = 0, consumed; at < slices[i].len; at += consumed) {
            if (*to_handshake && weft_handshake_phase(*to_handshake) == WEFT_PHASE_DONE) {
                measure_check("finish", weft_handshake_finish(*to_handshake, to));
                weft_handshake_free(*to_handshake);
                *to_handshake = NULL;
            }
            consumed = 0;
            if (*to_handshake)
                measure_check("feed", weft_handshake_feed(*to_handshake, slices[i].ptr + at, slices[i].len - at, now_ns,
                                                          &consumed));
            else
                measure_check("feed", weft_engine_feed(*to, slices[i].ptr + at, slices[i].len - at, now_ns, &consumed));
        }
        if (*to_handshake)
            (void)weft_handshake_dispatch(*to_handshake, now_ns, SIZE_MAX);
        if (*to)
            (void)weft_engine_dispatch(*to, now_ns, SIZE_MAX);
        if (*from_handshake)
            weft_handshake_drained(*from_handshake, slices[i].len);
        else
            weft_engine_drained(*from, slices[i].len, now_ns);
    }
    if (*to_handshake && weft_handshake_phase(*to_handshake) == WEFT_PHASE_DONE) {
        measure_check("finish", weft_handshake_finish(*to_handshake, to));
        weft_handshake_free(*to_handshake);
        *to_handshake = NULL;
        (void)weft_engine_dispatch(*to, now_ns, SIZE_MAX);
    }
    return n > 0;
}

static void run(pair *p)
{
    bool moved = true;
    while (moved) {
        moved = move(&p->client, &p->client_handshake, &p->server, &p->server_handshake);
        moved = move(&p->server, &p->server_handshake, &p->client, &p->client_handshake) || moved;
    }
    if (p->client)
        (void)weft_engine_dispatch(p->client, now_ns, SIZE_MAX); /* what it did by itself: a close */
}

/* Two intervals of keepalive in which nothing happens. */
static void rest(pair *p)
{
    for (int i = 0; i < 60; i++) {
        now_ns += WEFT_NS_PER_S;
        weft_engine_tick(p->client, now_ns);
        weft_engine_tick(p->server, now_ns);
        run(p);
    }
}

static void begin(pair *p, bool resumable)
{
    weft_peer peer = { sizeof peer, "tcp", "127.0.0.1:54321", false, 0, 0, 0 }; /* what a conduit says of it */
    weft_engine_options options;
    weft_session_options session_options = weft_session_options_default();
    memset(p, 0, sizeof *p);
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &sides[0].allocator;
    options.handles = handles[0];
    options.stats = stats[0];
    options.peer = &peer;
    session_options.max_connections = n_allowed;
    session_options.max_buffered += (uint64_t)1024 * n_allowed; /* what is charged for each */
    session_options.resumable = resumable;
    measure_check("engine", weft_engine_new(&options, &session_options, now_ns, &p->client));
    measure_check("reconnect", weft_engine_reconnect(p->client, NULL, now_ns, &p->client_handshake));
    options.allocator = &sides[1].allocator;
    options.handles = handles[1];
    options.stats = stats[1];
    options.registry = registry;
    session_options.on_open = on_open;
    session_options.on_event = on_event;
    session_options.user = p;
    measure_check("handshake", weft_handshake_new(&options, &session_options, now_ns, &p->server_handshake));
    run(p);
}

static void end(pair *p)
{
    weft_engine_free(p->client);
    weft_engine_free(p->server);
    weft_session_release(p->accepted);
}

static void open_and_call(pair *p, bool call)
{
    bench_bench_add_args args = { 1, 2 };
    measure_check("open", bench_bench_open(weft_engine_session(p->client), NULL, on_opened, NULL));
    run(p);
    if (call)
        measure_check("add", bench_bench_add(clients[n_opened - 1], &args, NULL, on_sum, NULL, NULL));
    run(p);
}

static void report(const char *what, const size_t before[2], int n)
{
    for (int i = 0; i < 2; i++)
        printf("%-18s %-6s  live %6.0f bytes each  peak %6.0f bytes each\n", what, i ? "server" : "client",
               (double)(sides[i].live - before[i]) / n, (double)(sides[i].peak - before[i]) / n);
}

static void clients_new(int n)
{
    clients = calloc((size_t)n, sizeof *clients);
    if (!clients)
        measure_fail("out of memory", 0);
}

static void clients_free(void)
{
    for (int i = 0; i < n_opened; i++)
        weft_connection_release(clients[i].connection);
    free(clients);
}

/* ---- many connections in one session ---- */

static uint64_t step_began_ns;

static void step_report(const char *what, int n)
{
    uint64_t took_ns = measure_now_ns() - step_began_ns;
    printf("%-18s %9d  %8.3f s  %6.0f ns each\n", what, n, (double)took_ns * 1e-9, (double)took_ns / n);
    step_began_ns = measure_now_ns();
}

/* Calls on connections here and there among all. */
static void call_some(pair *p, int n)
{
    bench_bench_add_args args = { 1, 2 };
    uint64_t at = 0;
    for (int i = 0; i < CALLS; i++) {
        at = (at * 6364136223846793005u + 1442695040888963407u);
        measure_check("add", bench_bench_add(clients[(at >> 33) % (uint64_t)n], &args, NULL, on_sum, NULL, NULL));
        run(p);
    }
}

static int measure_many(int n)
{
    pair one;
    size_t before[2];
    clients_new(n);
    n_allowed = (uint32_t)n + 1;
    begin(&one, false);
    for (int i = 0; i < 2; i++)
        before[i] = sides[i].live;
    step_began_ns = measure_now_ns();
    for (int i = 0; i < n; i++)
        open_and_call(&one, false);
    step_report("open", n);
    report("idle connection", before, n);
    printf("%-18s %9.1f MiB\n", "both sides", (double)(sides[0].live + sides[1].live) / 1048576);
    step_began_ns = measure_now_ns();
    call_some(&one, n);
    step_report("call", CALLS);
    for (int i = 0; i < n; i++) {
        measure_check("close", weft_connection_close(clients[i].connection, WEFT_CODE_NONE, NULL));
        run(&one);
    }
    clients_free();
    step_report("close", n);
    printf("%-18s %9.1f MiB\n", "both sides after", (double)(sides[0].live + sides[1].live) / 1048576);
    end(&one);
    return n_opened == n && n_answers == CALLS ? 0 : 1;
}

static void part(pair *p)
{
    weft_engine_disconnected(p->client, WEFT_ECONNRESET, NULL, now_ns);
    weft_engine_disconnected(p->server, WEFT_ECONNRESET, NULL, now_ns);
    (void)weft_engine_dispatch(p->client, now_ns, SIZE_MAX);
    (void)weft_engine_dispatch(p->server, now_ns, SIZE_MAX);
}

static void measure_connections(void)
{
    pair one;
    size_t before[2];
    begin(&one, false);
    open_and_call(&one, true);
    before[0] = sides[0].live;
    before[1] = sides[1].live;
    for (int i = 0; i < CONNECTIONS; i++)
        open_and_call(&one, false);
    report("idle connection", before, CONNECTIONS);
    end(&one);
}

static void measure_sessions(pair *many, bool resumable)
{
    const char *const names[2][4] = { { "session, unused", "session, used", "session, idle", NULL },
                                      { "resumable, unused", "resumable, used", "resumable, idle", "parked" } };
    size_t before[2];
    for (int i = 0; i < 2; i++)
        before[i] = sides[i].live, sides[i].peak = sides[i].live;
    for (int i = 0; i < SESSIONS; i++)
        begin(&many[i], resumable);
    report(names[resumable][0], before, SESSIONS);
    for (int i = 0; i < SESSIONS; i++)
        open_and_call(&many[i], true);
    report(names[resumable][1], before, SESSIONS);
    for (int i = 0; i < SESSIONS; i++)
        rest(&many[i]);
    report(names[resumable][2], before, SESSIONS);
    for (int i = 0; i < SESSIONS && resumable; i++)
        part(&many[i]);
    if (resumable)
        report(names[resumable][3], before, SESSIONS);
    for (int i = 0; i < SESSIONS; i++)
        end(&many[i]);
}

static int measure_each(void)
{
    pair *many = calloc(SESSIONS, sizeof *many);
    if (!many)
        measure_fail("out of memory", 0);
    clients_new(CONNECTIONS + 1 + 2 * SESSIONS);
    measure_connections();
    measure_sessions(many, false);
    measure_sessions(many, true);
    clients_free();
    free(many);
    return n_opened == CONNECTIONS + 1 + 2 * SESSIONS && n_answers == 2 * SESSIONS + 1 ? 0 : 1;
}

static void begin_shared(void)
{
    weft_registry_options options;
    for (int i = 0; i < 2; i++) {
        sides[i].allocator = (weft_allocator){ count_realloc, &sides[i] };
        measure_check("handles", weft_handles_new(&sides[i].allocator, &handles[i]));
        measure_check("stats", weft_stats_new(&sides[i].allocator, &stats[i]));
    }
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &sides[1].allocator;
    options.seed[0] = 1;
    measure_check("registry", weft_registry_new(&options, &registry));
}

int main(int argc, char **argv)
{
    int n = argc == 2 ? (int)strtol(argv[1], NULL, 10) : 0;
    if (argc > 2 || (argc == 2 && n < 1))
        measure_fail("usage: memory [CONNECTIONS]", argc);
    begin_shared();
    int status = n > 0 ? measure_many(n) : measure_each();
    weft_registry_release(registry);
    for (int i = 0; i < 2; i++)
        weft_handles_release(handles[i]), weft_stats_release(stats[i]);
    return status;
}
