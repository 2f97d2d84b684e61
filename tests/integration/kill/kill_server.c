/* kill_server URL STORE DATA [LOOPS]: counts, and is killed. Operations are in STORE, of all loops; the sum, and a log
 * of which operation added what, in DATA, where both change in one transaction. Answers come a little later, so that
 * kills fall in between too. */
#include "counter.weft.h"

#include "weft/sqlite.h"
#include "weft/uv.h"
#include "weft/weft.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOOPS_MAX = 8 };

typedef struct server server;

typedef struct loop {
    server *server;
    weft_runtime *runtime;
    weft_sqlite *sqlite;
    weft_operations *operations;
    uint32_t random;
    uv_thread_t thread;
} loop;

struct server {
    loop loops[LOOPS_MAX];
    int n_loops;
    uv_mutex_t lock; /* over what follows */
    sqlite3 *data;
    sqlite3_stmt *begin, *add, *log, *sum, *commit, *undo;
};

typedef struct answer {
    uv_timer_t timer;
    kt_counter_increment_call call;
    uint64_t sum;
} answer;

static int run(sqlite3_stmt *statement)
{
    int status = sqlite3_step(statement);
    int reset = sqlite3_reset(statement);
    return status == SQLITE_DONE || status == SQLITE_ROW ? reset : status;
}

static int apply(server *s, const uint8_t *op, uint64_t by, uint64_t *ret_sum)
{
    int status = run(s->begin);
    if (status != SQLITE_OK)
        return status;
    (void)sqlite3_bind_int64(s->add, 1, (sqlite3_int64)by);
    (void)sqlite3_bind_blob(s->log, 1, op, WEFT_OPERATION_ID, SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(s->log, 2, (sqlite3_int64)by);
    status = run(s->add);
    if (status == SQLITE_OK)
        status = run(s->log);
    if (status == SQLITE_OK && sqlite3_step(s->sum) == SQLITE_ROW)
        *ret_sum = (uint64_t)sqlite3_column_int64(s->sum, 0);
    (void)sqlite3_reset(s->sum);
    if (status == SQLITE_OK)
        status = run(s->commit);
    if (status != SQLITE_OK && !sqlite3_get_autocommit(s->data))
        (void)run(s->undo);
    return status;
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_timer(uv_timer_t *timer)
{
    answer *later = timer->data;
    (void)kt_counter_increment_return(later->call, later->sum);
    uv_close((uv_handle_t *)timer, on_timer_closed);
}

static void on_increment(void *self, kt_counter_increment_call call, const kt_counter_increment_args *args)
{
    loop *l = self;
    server *s = l->server;
    uint8_t op[WEFT_OPERATION_ID];
    answer *later = malloc(sizeof *later);
    if (!later || weft_call_operation(call.call, op) < 0) { /* one that may run twice is none for us */
        (void)weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "not an operation");
        free(later);
        return;
    }
    later->call = call;
    later->timer.data = later;
    uv_mutex_lock(&s->lock);
    int status = apply(s, op, args->by, &later->sum);
    uv_mutex_unlock(&s->lock);
    if (status != SQLITE_OK) {
        (void)weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, sqlite3_errstr(status));
        free(later);
        return;
    }
    l->random = l->random * 1664525u + 1013904223u;
    uv_timer_init(weft_runtime_loop(l->runtime), &later->timer);
    uv_timer_start(&later->timer, on_timer, (l->random >> 16) % 4, 0);
}

static const kt_counter_handler handler = { sizeof handler, NULL, on_increment };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    return kt_counter_serve(pending, &handler, user, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static int open_data(server *s, const char *path)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        { &s->begin, "BEGIN IMMEDIATE" },
        { &s->add, "UPDATE counter SET sum = sum + ?1" },
        { &s->log, "INSERT INTO log (op, by) VALUES (?1, ?2)" },
        { &s->sum, "SELECT sum FROM counter" },
        { &s->commit, "COMMIT" },
        { &s->undo, "ROLLBACK" },
    };
    int status = sqlite3_open(path, &s->data);
    if (status == SQLITE_OK)
        status = sqlite3_exec(s->data,
                              "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                              "CREATE TABLE IF NOT EXISTS counter (sum INTEGER);"
                              "CREATE TABLE IF NOT EXISTS log (op BLOB, by INTEGER);"
                              "INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter)",
                              NULL, NULL, NULL);
    for (size_t i = 0; status == SQLITE_OK && i < sizeof all / sizeof *all; i++)
        status = sqlite3_prepare_v2(s->data, all[i].sql, -1, all[i].statement, NULL);
    if (status != SQLITE_OK)
        fprintf(stderr, "kill_server: %s: %s\n", path, s->data ? sqlite3_errmsg(s->data) : "");
    return status == SQLITE_OK ? 0 : -1;
}

/* The first opens the file, the others share it. No path: a runtime's own, in memory. */
static int open_operations(loop *l, const char *path)
{
    if (!*path)
        return 0;
    weft_error error;
    weft_operations_options options;
    weft_sqlite *first = l->server->loops[0].sqlite;
    int rc = first ? weft_sqlite_share(first, l->runtime, &l->sqlite, &error)
                   : weft_sqlite_open(path, l->runtime, &l->sqlite, &error);
    if (rc == 0)
        rc = weft_runtime_operations_options(l->runtime, &options, sizeof options);
    options.store = &weft_sqlite_store;
    options.store_self = l->sqlite;
    if (rc == 0)
        rc = weft_operations_new(&options, &l->operations, &error);
    if (rc == 0)
        rc = weft_runtime_use_operations(l->runtime, l->operations);
    if (rc < 0)
        fprintf(stderr, "kill_server: %s\n", error.text);
    return rc;
}

static int open_loop(server *s, int i, const char *path)
{
    loop *l = &s->loops[i];
    l->server = s;
    l->random = (uint32_t)uv_hrtime();
    int rc = weft_runtime_new(NULL, &l->runtime);
    return rc == 0 ? open_operations(l, path) : rc;
}

static weft_session_options options_of(loop *l)
{
    weft_session_options options = weft_session_options_default();
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = l;
    return options;
}

static int serve(server *s, const char *url)
{
    weft_session_options options = options_of(&s->loops[0]);
    weft_listener *listener;
    weft_error error;
    int rc = weft_listen(s->loops[0].runtime, url, &options, &listener, &error);
    for (int i = 1; rc == 0 && i < s->n_loops; i++) {
        options = options_of(&s->loops[i]);
        rc = weft_listener_add_runtime(listener, s->loops[i].runtime, &options, &error);
    }
    if (rc < 0)
        fprintf(stderr, "kill_server: %s\n", error.text);
    return rc;
}

static void run_loop(void *user)
{
    loop *l = user;
    (void)weft_runtime_run(l->runtime);
}

int main(int argc, char **argv)
{
    static server s;
    if (argc < 4 || argc > 5 || uv_mutex_init(&s.lock) < 0)
        return 2;
    s.n_loops = argc == 5 ? atoi(argv[4]) : 1; /* NOLINT(cert-err34-c) */
    if (s.n_loops < 1 || s.n_loops > LOOPS_MAX)
        return 2;
    for (int i = 0; i < s.n_loops; i++)
        if (open_loop(&s, i, argv[2]) < 0)
            return 1;
    if (open_data(&s, argv[3]) < 0 || serve(&s, argv[1]) < 0)
        return 1;
    for (int i = 1; i < s.n_loops; i++)
        if (uv_thread_create(&s.loops[i].thread, run_loop, &s.loops[i]) < 0)
            return 1;
    printf("%" PRIu64 " %" PRIu64 "\n", kt_counter_service.id, kt_counter_service.methods[0].id);
    fflush(stdout);
    return weft_runtime_run(s.loops[0].runtime) < 0;
}
