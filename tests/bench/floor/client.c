/* The bench's client over libuv alone. */
#include "tests/bench/floor/link.h"
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>

#define ADDEND 1000003

enum { RING = 64 };

static measure m;
static uint64_t began_ns[RING];
static unsigned n_begun, n_ended;
static int64_t operand;
static char *payload;

static void call_at(link *of, uint64_t now_ns)
{
    began_ns[n_begun++ % RING] = now_ns;
    if (m.work == MEASURE_ECHO) {
        link_head head = { (uint32_t)m.size, n_begun, LINK_ECHO };
        link_put(of, &head, payload);
    } else {
        int64_t numbers[2] = { ++operand, ADDEND };
        link_head head = { sizeof numbers, n_begun, LINK_ADD };
        link_put(of, &head, numbers);
    }
}

static void on_frame(link *of, const link_head *head, const char *body)
{
    static int64_t n_answers;
    if (m.work == MEASURE_ECHO) {
        if (head->len != m.size || (m.size > 0 && body[m.size - 1] != 'x'))
            measure_fail("another echo", (int)head->len);
    } else {
        int64_t sum;
        memcpy(&sum, body, sizeof sum);
        n_answers++;
        if (m.work == MEASURE_ADD && sum != n_answers + ADDEND)
            measure_fail("the sum is wrong", (int)n_answers);
        if (m.work != MEASURE_ADD && n_answers == m.depth)
            measure_memory(&m);
        if (m.work != MEASURE_ADD)
            return;
    }
    call_at(of, measure_done(&m, began_ns[n_ended++ % RING]));
}

static void on_connected(link *of)
{
    link_start(of, on_frame);
    for (int i = 0; i < (m.work == MEASURE_CONNS ? 1 : m.depth); i++)
        call_at(of, measure_now_ns());
    link_flush(of);
}

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    if (m.depth < 1 || (m.work != MEASURE_CONNS && m.depth > RING))
        measure_fail("more than 64 in flight", m.depth);
    if (m.work != MEASURE_ADD && m.work != MEASURE_ECHO && m.work != MEASURE_ONCE && m.work != MEASURE_CONNS)
        measure_fail("the floor has no such work", (int)m.work);
    payload = malloc(m.size + 1);
    if (!payload)
        measure_fail("out of memory", 0);
    memset(payload, 'x', m.size + 1);
    for (int i = 0; i < (m.work == MEASURE_CONNS ? m.depth : 1); i++) {
        link *of = calloc(1, sizeof *of);
        if (!of)
            measure_fail("out of memory", 0);
        link_init(uv_default_loop(), of, m.address);
        link_connect(of, m.address, on_connected);
    }
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
