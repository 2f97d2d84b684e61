/* SUN RPC over a socket of its own: no rpcbind. The dispatcher is rpcgen's. */
#include "bench.h"
#include "tests/bench/peers/work.h"

#include <stdlib.h>

void bench_1(struct svc_req *request, SVCXPRT *transport); /* rpcgen writes it, and declares it nowhere */

int64_t *bench_add_1_svc(bench_pair *pair, struct svc_req *request)
{
    static int64_t sum;
    (void)request;
    sum = pair->a + pair->b;
    return &sum;
}

bench_data *bench_echo_1_svc(bench_data *data, struct svc_req *request)
{
    static bench_data answer;
    (void)request;
    answer = *data; /* freed with the arguments, after the answer has been sent */
    return &answer;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    measure_more_files();
    SVCXPRT *transport = svc_vc_create(work_listen(argv[1]), 0, 0);
    if (!transport || !svc_reg(transport, BENCH, BENCH_FIRST, bench_1, NULL))
        measure_fail(argv[1], -1);
    measure_ready();
    svc_run();
    return 1;
}
