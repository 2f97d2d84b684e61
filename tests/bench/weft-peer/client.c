/* The bench's client in weft; with WEFT_BENCH_RESUMABLE in its environment its sessions are resumable. */
#include "bench.weft.h"
#include "tests/bench/measure.h"
#include "tests/bench/weft-peer/url.h"

#include "weft/weft.h"

#include <stdlib.h>
#include <string.h>

#define ADDEND 1000003
#define QUEUED_MAX ((uint64_t)256 * 1024 * 1024) /* 64 calls of 1 MiB, and to spare */

/* Answers come in the order of the calls: the times of their beginnings are a ring. */
enum { RING = 64 };

static measure m;
static weft_runtime *runtime;
static weft_session *session;
static bench_bench_client client;
static bench_bytes_tx outgoing;
static uint64_t began_ns[RING];
static unsigned n_begun, n_ended;
static int64_t operand;
static uint8_t *payload;
static char url[WEFT_BENCH_URL_MAX];

static void dial(void);
static void on_add(void *user, const bench_bench_add_reply *reply);
static void on_echo(void *user, const bench_bench_echo_reply *reply);

static void call_at(uint64_t now_ns)
{
    began_ns[n_begun++ % RING] = now_ns;
    if (m.work == MEASURE_ECHO) {
        bench_bench_echo_args args = { weft_bytes_of(payload, m.size) };
        measure_check("echo", bench_bench_echo(client, &args, NULL, on_echo, NULL, NULL));
    } else {
        bench_bench_add_args args = { ++operand, ADDEND };
        measure_check("add", bench_bench_add(client, &args, NULL, on_add, NULL, NULL));
    }
}

static void on_add(void *user, const bench_bench_add_reply *reply)
{
    static int64_t n_answers;
    (void)user;
    measure_check("add", reply->result.code);
    if (m.work != MEASURE_ADD && m.work != MEASURE_BESIDE) {
        if (++n_answers == m.depth)
            measure_memory(&m);
        dial(); /* one after the other: a listener takes so many handshakes at once, and no more */
        return;
    }
    if (reply->value != ++n_answers + ADDEND)
        measure_fail("the sum is wrong", (int)n_answers);
    call_at(measure_done(&m, began_ns[n_ended++ % RING]));
}

static void on_echo(void *user, const bench_bench_echo_reply *reply)
{
    (void)user;
    measure_check("echo", reply->result.code);
    if (reply->value.len != m.size || (m.size > 0 && reply->value.ptr[m.size - 1] != 'x'))
        measure_fail("another echo", (int)reply->value.len);
    call_at(measure_done(&m, began_ns[n_ended++ % RING]));
}

static void on_opened(void *user, bench_bench_client opened, const weft_error *error_or_null)
{
    int n_calls = m.work == MEASURE_CONNS ? 1 : m.depth;
    (void)user;
    measure_check("open", error_or_null ? error_or_null->code : 0);
    client = opened;
    for (int i = 0; i < n_calls; i++)
        call_at(measure_now_ns());
}

/* ---- connections that come and go ---- */

typedef struct visit {
    uint64_t began_ns;
    bench_bench_client client;
} visit;

static void visit_begin(visit *v, uint64_t now_ns);

static void visit_on_add(void *user, const bench_bench_add_reply *reply)
{
    visit *v = user;
    measure_check("add", reply->result.code);
    measure_check("close", weft_connection_close(v->client.connection, WEFT_CODE_NONE, NULL));
    weft_connection_release(v->client.connection);
    visit_begin(v, measure_done(&m, v->began_ns));
}

static void visit_on_opened(void *user, bench_bench_client opened, const weft_error *error_or_null)
{
    static const bench_bench_add_args args = { 1, ADDEND };
    visit *v = user;
    measure_check("open", error_or_null ? error_or_null->code : 0);
    v->client = opened;
    measure_check("add", bench_bench_add(opened, &args, NULL, visit_on_add, v, NULL));
}

static void visit_begin(visit *v, uint64_t now_ns)
{
    v->began_ns = now_ns;
    measure_check("open", bench_bench_open(session, NULL, visit_on_opened, v));
}

/* ---- items ---- */

static bool on_item(void *user, bench_bytes_rx rx, weft_bytes item)
{
    (void)user;
    (void)rx;
    if (item.len != m.size || (m.size > 0 && item.ptr[m.size - 1] != 'x'))
        measure_fail("another item", (int)item.len);
    measure_item(&m);
    return true;
}

static void on_items_end(void *user, const weft_channel_end *end)
{
    (void)user;
    measure_fail("the items have ended", end->code);
}

static void sink_go_on(void *user)
{
    int rc = 0;
    (void)user;
    for (;;) {
        rc = bench_bytes_send(outgoing, weft_bytes_of(payload, m.size));
        if (rc < 0)
            break;
        measure_item(&m);
    }
    if (rc != WEFT_EAGAIN)
        measure_fail("send", rc);
    measure_check("room", bench_bytes_on_room(outgoing, sink_go_on, NULL));
}

static void on_items_opened(void *user, bench_items_client opened, const weft_error *error_or_null)
{
    static const bench_bytes_reader reader = { sizeof reader, on_item, on_items_end };
    bench_items_stream_args args = { (uint32_t)m.size };
    bench_bytes_rx incoming;
    (void)user;
    measure_check("open", error_or_null ? error_or_null->code : 0);
    if (m.work == MEASURE_BESIDE) {
        measure_check("stream", bench_items_stream(opened, &args, NULL, NULL, NULL, NULL, &incoming));
    } else if (m.work == MEASURE_STREAM) {
        measure_check("stream", bench_items_stream(opened, &args, NULL, NULL, NULL, NULL, &incoming));
        measure_check("stream", bench_bytes_read(incoming, &reader, NULL));
    } else {
        measure_check("sink", bench_items_sink(opened, NULL, NULL, NULL, NULL, &outgoing));
        sink_go_on(NULL);
    }
}

/* ---- beginning ---- */

static void dial(void)
{
    static visit visits[RING];
    weft_session_options options = weft_session_options_default();
    options.max_queued = QUEUED_MAX;
    options.max_queued_connection = QUEUED_MAX;
    options.resumable = getenv("WEFT_BENCH_RESUMABLE") != NULL;
    measure_check(url, weft_connect(runtime, url, &options, &session, NULL));
    if (m.work == MEASURE_STREAM || m.work == MEASURE_SINK || m.work == MEASURE_BESIDE)
        measure_check("open", bench_items_open(session, NULL, on_items_opened, NULL));
    if (m.work != MEASURE_STREAM && m.work != MEASURE_SINK && m.work != MEASURE_OPEN)
        measure_check("open", bench_bench_open(session, NULL, on_opened, NULL));
    for (int i = 0; m.work == MEASURE_OPEN && i < m.depth; i++)
        visit_begin(&visits[i], measure_now_ns());
}

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    if (!bench_url(m.address, url) || m.depth < 1 || (m.work != MEASURE_CONNS && m.depth > RING))
        measure_fail("no such address, or more than 64 in flight", m.depth);
    payload = malloc(m.size + 1);
    if (!payload)
        measure_fail("out of memory", 0);
    memset(payload, 'x', m.size + 1);
    measure_check("runtime", weft_runtime_new(NULL, &runtime));
    dial();
    return weft_runtime_run(runtime) < 0;
}
