/* kill_client URL SEED: counts by persistent calls over sessions that survive outages, until it is told to end by the
 * end of its input; then until it knows what became of every call. A line for each: its operation, what it adds, and
 * `succeeded`, `indeterminate` or `refused` (nothing of it ran). */
#include "counter.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 6 };

typedef struct client {
    weft_runtime *runtime;
    const char *url;
    weft_session *session; /* NULL: there is none now */
    kt_counter_client counter;
    uv_pipe_t input;
    uv_timer_t again; /* when a session could not be had */
    char byte[16];
    uint64_t random;
    int n_waiting;
    bool is_stopping;
} client;

typedef struct increment {
    client *c;
    uint64_t by;
    uint8_t op[WEFT_OPERATION_ID];
} increment;

static void begin(client *c);

static uint64_t drawn(client *c, uint64_t below)
{
    c->random = c->random * 6364136223846793005u + 1442695040888963407u;
    return (c->random >> 33) % below;
}

static void tell(const increment *one, const char *what)
{
    for (size_t i = 0; i < sizeof one->op; i++)
        printf("%02x", one->op[i]);
    printf(" %" PRIu64 " %s\n", one->by, what);
    fflush(stdout);
}

static void end_if_told(client *c)
{
    if (!c->is_stopping || c->n_waiting > 0)
        return;
    if (c->counter.connection)
        weft_connection_release(c->counter.connection);
    c->counter.connection = NULL;
    if (!uv_is_closing((uv_handle_t *)&c->input)) {
        uv_close((uv_handle_t *)&c->input, NULL);
        uv_close((uv_handle_t *)&c->again, NULL);
    }
    weft_runtime_close(c->runtime, NULL, NULL);
}

static void on_incremented(void *user, const kt_counter_increment_reply *reply)
{
    increment *one = user;
    client *c = one->c;
    tell(one, reply->result.code == 0 ? "succeeded" : reply->result.may_have_run ? "indeterminate" : "refused");
    free(one);
    c->n_waiting--;
    begin(c);
}

/* As many as there may be. */
static void begin(client *c)
{
    while (!c->is_stopping && c->counter.connection && c->n_waiting < AT_ONCE) {
        kt_counter_increment_args args = { 1 + drawn(c, 99) };
        weft_call call;
        increment *one = calloc(1, sizeof *one);
        if (!one)
            exit(1);
        one->c = c;
        one->by = args.by;
        if (kt_counter_increment(c->counter, &args, NULL, on_incremented, one, &call) < 0) {
            free(one);
            break;
        }
        if (weft_call_operation(call, one->op) < 0) /* it is none: retry is not in force */
            exit(3);
        c->n_waiting++;
    }
    end_if_told(c);
}

static void on_opened(void *user, kt_counter_client counter, const weft_error *error_or_null)
{
    client *c = user;
    (void)error_or_null;
    c->counter = counter;
    if (counter.connection)
        begin(c);
    else if (c->session)
        weft_session_close(c->session, WEFT_CODE_NONE, NULL);
}

static void begin_session(uv_timer_t *timer);

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    client *c = user;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    if (c->counter.connection)
        weft_connection_release(c->counter.connection);
    c->counter.connection = NULL;
    weft_session_release(session);
    c->session = NULL;
    if (c->is_stopping)
        end_if_told(c);
    else
        uv_timer_start(&c->again, begin_session, 20, 0);
}

static void begin_session(uv_timer_t *timer)
{
    client *c = timer->data;
    weft_session_options options = weft_session_options_default();
    options.on_event = on_event;
    options.user = c;
    options.resumable = options.retry = true;
    options.recovery_timeout_ns = 30 * WEFT_NS_PER_S;
    options.connect_wait_ns = 30 * WEFT_NS_PER_S;
    if (c->is_stopping || weft_connect(c->runtime, c->url, &options, &c->session, NULL) < 0) {
        end_if_told(c);
        return;
    }
    if (kt_counter_open(c->session, NULL, on_opened, c) < 0)
        weft_session_close(c->session, WEFT_CODE_NONE, NULL);
}

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *ret_buf)
{
    client *c = handle->data;
    (void)wanted;
    *ret_buf = uv_buf_init(c->byte, sizeof c->byte);
}

static void on_input(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    client *c = stream->data;
    (void)buf;
    if (n >= 0)
        return;
    c->is_stopping = true;
    end_if_told(c);
}

int main(int argc, char **argv)
{
    client c = { 0 };
    if (argc != 3 || weft_runtime_new(NULL, &c.runtime) < 0)
        return 2;
    uv_loop_t *loop = weft_runtime_loop(c.runtime);
    c.url = argv[1];
    c.random = strtoull(argv[2], NULL, 10);
    uv_pipe_init(loop, &c.input, 0);
    uv_pipe_open(&c.input, 0);
    uv_timer_init(loop, &c.again);
    c.input.data = c.again.data = &c;
    uv_read_start((uv_stream_t *)&c.input, on_alloc, on_input);
    begin_session(&c.again);
    (void)weft_runtime_run(c.runtime);
    weft_runtime_free(c.runtime);
    return 0;
}
