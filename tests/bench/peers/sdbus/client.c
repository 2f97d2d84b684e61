/* sd-bus, peer to peer: one call after the other is a blocking one, as libsystemd's users write it. */
#include "tests/bench/peers/work.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

static measure m;
static uint8_t *payload;
static int64_t n_begun;

typedef struct caller {
    sd_bus *bus;
    int64_t operand;
    uint64_t began_ns;
} caller;

static sd_bus *dial(void)
{
    sd_bus *bus;
    int fd = work_connect(m.address);
    measure_check("bus", sd_bus_new(&bus));
    measure_check("bus", sd_bus_set_fd(bus, fd, fd));
    measure_check("bus", sd_bus_set_anonymous(bus, 1));
    measure_check("bus", sd_bus_start(bus));
    return bus;
}

static sd_bus_message *request(caller *c)
{
    sd_bus_message *call;
    bool echo = m.work == MEASURE_ECHO;
    c->operand = ++n_begun;
    measure_check("call",
                  sd_bus_message_new_method_call(c->bus, &call, NULL, "/bench", "weft.Bench", echo ? "Echo" : "Add"));
    measure_check("call", echo ? sd_bus_message_append_array(call, 'y', payload, m.size)
                               : sd_bus_message_append(call, "xx", c->operand, (int64_t)WORK_ADDEND));
    return call;
}

static void check(const caller *c, sd_bus_message *reply)
{
    int64_t sum = 0;
    size_t len = 0;
    const uint8_t *data = NULL;
    if (sd_bus_message_is_method_error(reply, NULL))
        measure_fail(sd_bus_message_get_error(reply)->message, -1);
    if (m.work == MEASURE_ECHO) {
        measure_check("answer", sd_bus_message_read_array(reply, 'y', (const void **)&data, &len));
        if (len != m.size || (len > 0 && data[len - 1] != 'x'))
            measure_fail("another echo", (int)len);
        return;
    }
    measure_check("answer", sd_bus_message_read(reply, "x", &sum));
    if (sum != c->operand + WORK_ADDEND)
        measure_fail("the sum is wrong", 0);
}

static void call_and_wait(caller *c)
{
    sd_bus_message *call = request(c), *reply = NULL;
    measure_check("call", sd_bus_call(c->bus, call, UINT64_MAX, NULL, &reply));
    check(c, reply);
    sd_bus_message_unref(call);
    sd_bus_message_unref(reply);
}

static int on_reply(sd_bus_message *reply, void *user, sd_bus_error *error);

static void call_at(caller *c, uint64_t now_ns)
{
    sd_bus_message *call = request(c);
    c->began_ns = now_ns;
    measure_check("call", sd_bus_call_async(c->bus, NULL, call, on_reply, c, UINT64_MAX));
    sd_bus_message_unref(call);
}

static int on_reply(sd_bus_message *reply, void *user, sd_bus_error *error)
{
    caller *c = user;
    (void)error;
    check(c, reply);
    call_at(c, measure_done(&m, c->began_ns));
    return 0;
}

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    work_check(&m);
    payload = malloc(m.size + 1);
    caller *callers = calloc((size_t)m.depth, sizeof *callers);
    if (!payload || !callers)
        measure_fail("out of memory", 0);
    memset(payload, 'x', m.size + 1);
    callers[0].bus = dial();
    if (m.work == MEASURE_CONNS || m.work == MEASURE_ONCE) {
        for (int i = 0; i < m.depth; i++) {
            callers[i].bus = i > 0 ? dial() : callers[0].bus;
            call_and_wait(&callers[i]);
        }
        measure_memory(&m);
    }
    while (m.depth == 1) {
        uint64_t began_ns = measure_now_ns();
        call_and_wait(&callers[0]);
        (void)measure_done(&m, began_ns);
    }
    for (int i = 0; i < m.depth; i++) {
        callers[i].bus = callers[0].bus;
        call_at(&callers[i], measure_now_ns());
    }
    for (;;) {
        int rc = sd_bus_process(callers[0].bus, NULL);
        measure_check("process", rc);
        if (rc == 0)
            measure_check("wait", sd_bus_wait(callers[0].bus, UINT64_MAX));
    }
}
