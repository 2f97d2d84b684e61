/* SUN RPC: blocking calls, one after the other, as there is nothing else. */
#include "bench.h"
#include "tests/bench/peers/work.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static measure m;
static bench_data payload;

static CLIENT *dial(void)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    int fd = work_connect(m.address);
    struct netbuf address = { sizeof at, 0, &at };
    (void)getpeername(fd, (struct sockaddr *)&at, &len);
    address.len = len;
    CLIENT *client = clnt_vc_create(fd, &address, BENCH, BENCH_FIRST, 0, 0);
    if (!client)
        measure_fail("client", -1);
    return client;
}

static void call(CLIENT *client)
{
    static int64_t operand;
    struct timeval limit = { 60, 0 };
    if (m.work == MEASURE_ECHO) {
        bench_data answer = { 0, NULL };
        if (clnt_call(client, BENCH_ECHO, (xdrproc_t)xdr_bench_data, (caddr_t)&payload, (xdrproc_t)xdr_bench_data,
                      (caddr_t)&answer, limit) != RPC_SUCCESS ||
            answer.bench_data_len != m.size || (m.size > 0 && answer.bench_data_val[m.size - 1] != 'x'))
            measure_fail("another echo", (int)answer.bench_data_len);
        clnt_freeres(client, (xdrproc_t)xdr_bench_data, (caddr_t)&answer);
        return;
    }
    bench_pair pair = { ++operand, WORK_ADDEND };
    int64_t sum = 0;
    if (clnt_call(client, BENCH_ADD, (xdrproc_t)xdr_bench_pair, (caddr_t)&pair, (xdrproc_t)xdr_int64_t, (caddr_t)&sum,
                  limit) != RPC_SUCCESS ||
        sum != operand + WORK_ADDEND)
        measure_fail("the sum is wrong", 0);
}

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    work_check(&m);
    if (m.depth != 1 && m.work != MEASURE_CONNS)
        measure_fail("one call at a time", m.depth);
    payload = (bench_data){ (u_int)m.size, malloc(m.size + 1) };
    if (!payload.bench_data_val)
        measure_fail("out of memory", 0);
    memset(payload.bench_data_val, 'x', m.size + 1);
    CLIENT *client = dial();
    if (m.work == MEASURE_CONNS || m.work == MEASURE_ONCE) {
        for (int i = 0; i < m.depth; i++) {
            call(client);
            client = i + 1 < m.depth ? dial() : client;
        }
        measure_memory(&m);
    }
    for (;;) {
        uint64_t began_ns = measure_now_ns();
        call(client);
        (void)measure_done(&m, began_ns);
    }
}
