/* outage-client URL [--resumable] [--retry] [--wait MS] [--root] [--streams] [--id N]
 *     [--once DEPTH] [--again DEPTH] [--keepalive MS] [--tick MS]
 *
 * Keeps calls, and with --streams a stream each way, under way until a line comes on standard input; then it lets them
 * end, asks the server what it has seen, and says on standard output what became of all, a line of JSON each for what
 * happens to the session and for the end. Exits with 0 where the server has seen exactly what was sent. */
#include "tests/integration/outage/items.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

enum { UP_A_TICK = 32 };

typedef struct work_kind {
    unsigned long depth, in_flight;
    uint64_t n, ok, failed, indeterminate;
} work_kind;

static struct {
    weft_runtime *runtime;
    weft_session *session;
    out_work_client work;
    uv_timer_t timer;
    uv_pipe_t input;
    uint32_t id;
    work_kind once, again;
    bool streams, root, stopping, finished, asked_rest, asked_tally, up_ended, down_ended, down_answered;
    out_item_tx up;
    out_item_rx down;
    bool up_waits;
    uint64_t n_up, n_down, n_down_wrong, up_seen, down_sent;
    uint32_t n_unconsumed;
    unsigned long tick_ms;
    int status;
} app;

/* ---- events ---- */

static const char *event_name(weft_event_kind kind)
{
    static const char *const names[] = { "",       "ready",        "failed",  "draining", "writable",
                                         "closed", "disconnected", "resumed", "replaced" };
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "?";
}

static void say_end(const out_tally *seen)
{
    bool exact = seen && app.once.failed + app.again.failed == 0 && seen->once == app.once.ok && seen->twice == 0 &&
                 seen->unordered == 0 && seen->up == app.n_up && seen->up_wrong == 0 && app.n_down_wrong == 0;
    if (app.streams)
        exact = exact && app.up_seen == app.n_up && app.down_sent == app.n_down;
    app.status = exact ? 0 : 1;
    printf("{\"event\": \"end\", \"exact\": %s, \"in_flight\": %lu, \"once\": %llu, \"once_failed\": %llu, ",
           exact ? "true" : "false", app.once.in_flight + app.again.in_flight, (unsigned long long)app.once.ok,
           (unsigned long long)app.once.failed);
    printf("\"once_indeterminate\": %llu, \"again\": %llu, \"again_failed\": %llu, \"up\": %llu, \"down\": %llu, ",
           (unsigned long long)app.once.indeterminate, (unsigned long long)app.again.ok,
           (unsigned long long)app.again.failed, (unsigned long long)app.n_up, (unsigned long long)app.n_down);
    printf("\"seen\": %llu, \"twice\": %llu, \"unordered\": %llu, \"wrong\": %llu}\n",
           (unsigned long long)(seen ? seen->once : 0), (unsigned long long)(seen ? seen->twice : 0),
           (unsigned long long)(seen ? seen->unordered : 0),
           (unsigned long long)(seen ? seen->up_wrong : 0) + (unsigned long long)app.n_down_wrong);
    fflush(stdout);
}

static void finish(const out_tally *seen_or_null)
{
    if (app.finished)
        return;
    app.finished = true;
    say_end(seen_or_null);
    weft_connection_release(app.work.connection);
    app.work.connection = NULL;
    weft_session_close(app.session, WEFT_CODE_NONE, NULL);
    uv_close((uv_handle_t *)&app.timer, NULL);
    uv_close((uv_handle_t *)&app.input, NULL);
}

static void begin(void);

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_WRITABLE)
        return;
    printf("{\"event\": \"%s\", \"error\": \"%s\", \"text\": \"%s\"}\n", event_name(event->kind),
           event->error->code ? weft_err_name(event->error->code) : "", event->error->text);
    fflush(stdout);
    if (event->kind == WEFT_EVENT_READY && app.root) {
        app.work.connection = weft_connection_retain(weft_session_root(session));
        begin();
    } else if (event->kind == WEFT_EVENT_CLOSED) {
        finish(NULL);
    }
}

/* ---- calls ---- */

static void count(work_kind *k, const weft_result *result)
{
    k->in_flight--;
    k->ok += result->code == 0;
    k->failed += result->code != 0;
    k->indeterminate += result->code != 0 && result->may_have_run;
}

static void on_once(void *user, const out_work_once_reply *reply)
{
    (void)user;
    count(&app.once, &reply->result);
}

static void on_again(void *user, const out_work_again_reply *reply)
{
    (void)user;
    count(&app.again, &reply->result);
}

static void top_up(void)
{
    while (app.once.in_flight < app.once.depth) {
        out_work_once_args args = { app.id, app.once.n };
        if (out_work_once(app.work, &args, NULL, on_once, NULL, NULL) < 0)
            break;
        app.once.n++;
        app.once.in_flight++;
    }
    while (app.again.in_flight < app.again.depth) {
        out_work_again_args args = { app.again.n };
        if (out_work_again(app.work, &args, NULL, on_again, NULL, NULL) < 0)
            break;
        app.again.n++;
        app.again.in_flight++;
    }
}

/* ---- streams ---- */

static void on_room(void *user)
{
    (void)user;
    app.up_waits = false;
}

static void send_up(void)
{
    uint8_t pad[ITEM_PAD_MAX];
    for (int i = 0; i < UP_A_TICK && !app.up_waits; i++) {
        out_item item;
        item_make(app.n_up, pad, &item);
        int rc = out_item_send(app.up, &item);
        app.n_up += rc == 0;
        if (rc == WEFT_EAGAIN) {
            app.up_waits = true;
            out_item_on_room(app.up, on_room, NULL);
        } else if (rc < 0) {
            return;
        }
    }
}

static void on_up(void *user, const out_work_up_reply *reply)
{
    (void)user;
    app.up_ended = true;
    app.up_seen = reply->result.code == 0 ? reply->value : UINT64_MAX;
}

static bool on_item(void *user, out_item_rx rx, const out_item *item)
{
    (void)user;
    (void)rx;
    app.n_down_wrong += !item_is(item, app.n_down);
    app.n_down++;
    app.n_unconsumed++;
    return false;
}

static void on_down_end(void *user, const weft_channel_end *end)
{
    (void)user;
    app.down_ended = true;
    app.n_down_wrong += end->kind != WEFT_CHANNEL_FINISHED;
}

static void on_down(void *user, const out_work_down_reply *reply)
{
    (void)user;
    app.down_answered = true;
    app.down_sent = reply->result.code == 0 ? reply->value : UINT64_MAX;
}

static void begin_streams(void)
{
    static const out_item_reader reader = { sizeof reader, on_item, on_down_end };
    out_work_up_args up = { app.id };
    out_work_down_args down = { app.id };
    if (out_work_up(app.work, &up, NULL, on_up, NULL, NULL, &app.up) < 0 ||
        out_work_down(app.work, &down, NULL, on_down, NULL, NULL, &app.down) < 0 ||
        out_item_read(app.down, &reader, NULL) < 0)
        finish(NULL);
}

/* ---- the end ---- */

static void on_tally(void *user, const out_work_tally_reply *reply)
{
    (void)user;
    finish(reply->result.code == 0 ? reply->value : NULL);
}

static void wind_up(void)
{
    out_work_rest_args rest = { app.id };
    out_work_tally_args tally = { app.id };
    if (app.streams && !app.asked_rest) {
        app.asked_rest = true;
        weft_channel_finish(app.up.channel);
        out_work_rest(app.work, &rest, NULL, NULL, NULL, NULL);
    }
    if (app.once.in_flight + app.again.in_flight > 0 || app.asked_tally ||
        (app.streams && !(app.up_ended && app.down_ended && app.down_answered)))
        return;
    app.asked_tally = true;
    if (out_work_tally(app.work, &tally, NULL, on_tally, NULL, NULL) < 0)
        finish(NULL);
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
    if (app.n_unconsumed > 0 && !app.down_ended)
        weft_channel_consumed(app.down.channel, app.n_unconsumed);
    app.n_unconsumed = 0;
    if (app.stopping) {
        wind_up();
        return;
    }
    top_up();
    if (app.streams)
        send_up();
}

static void begin(void)
{
    puts("{\"event\": \"begun\"}");
    fflush(stdout);
    if (app.streams)
        begin_streams();
    if (!app.finished)
        uv_timer_start(&app.timer, on_tick, app.tick_ms, app.tick_ms);
}

static void on_opened(void *user, out_work_client client, const weft_error *error_or_null)
{
    (void)user;
    app.work = client;
    if (error_or_null)
        finish(NULL);
    else
        begin();
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
    static char line[64];
    (void)handle;
    (void)suggested;
    *ret_buf = uv_buf_init(line, sizeof line);
}

static void on_input(uv_stream_t *stream, ssize_t n_read, const uv_buf_t *buf)
{
    (void)buf;
    if (n_read == 0)
        return;
    uv_read_stop(stream);
    app.stopping = true;
}

/* ---- the beginning ---- */

static bool read_options(int argc, char **argv, weft_session_options *options)
{
    for (int i = 2; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--resumable") == 0)
            options->resumable = true;
        else if (strcmp(argv[i], "--retry") == 0)
            options->retry = true;
        else if (strcmp(argv[i], "--streams") == 0)
            app.streams = true;
        else if (strcmp(argv[i], "--root") == 0)
            app.root = true;
        else if (strcmp(argv[i], "--wait") == 0 && ++i)
            options->connect_wait_ns = strtoul(value, NULL, 10) * WEFT_NS_PER_MS;
        else if (strcmp(argv[i], "--id") == 0 && ++i)
            app.id = (uint32_t)strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--once") == 0 && ++i)
            app.once.depth = strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--again") == 0 && ++i)
            app.again.depth = strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--tick") == 0 && ++i)
            app.tick_ms = strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--keepalive") == 0 && ++i)
            options->keepalive_idle_ns = options->keepalive_timeout_ns = strtoul(value, NULL, 10) * WEFT_NS_PER_MS;
        else
            return false;
    }
    return argc > 1;
}

static int run(const char *url, const weft_session_options *options)
{
    weft_error error;
    uv_loop_t *loop = weft_runtime_loop(app.runtime);
    if (weft_connect(app.runtime, url, options, &app.session, &error) < 0) {
        fprintf(stderr, "outage-client: %s: %s\n", url, error.text);
        return 2;
    }
    uv_timer_init(loop, &app.timer);
    uv_pipe_init(loop, &app.input, 0);
    uv_pipe_open(&app.input, 0);
    uv_read_start((uv_stream_t *)&app.input, on_alloc, on_input);
    if (!app.root && out_work_open(app.session, NULL, on_opened, NULL) < 0)
        finish(NULL);
    weft_runtime_run(app.runtime);
    weft_session_release(app.session);
    return app.status;
}

int main(int argc, char **argv)
{
    weft_session_options options = weft_session_options_default();
    int status;
    app.tick_ms = 2;
    app.once.depth = 32;
    app.again.depth = 4;
    options.on_event = on_event;
    options.keepalive_idle_ns = options.keepalive_timeout_ns = WEFT_NS_PER_S;
    if (!read_options(argc, argv, &options) || weft_runtime_new(NULL, &app.runtime) < 0)
        return 2;
    if (app.root)
        options.root_service = &out_work_service;
    status = run(argv[1], &options);
    weft_runtime_free(app.runtime);
    return status;
}
