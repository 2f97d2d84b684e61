/* NNG, req/rep: a context for each call in flight. */
#include "tests/bench/peers/work.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct caller {
    nng_ctx ctx;
    nng_aio *aio;
    bool waits; /* for its answer */
    int64_t operand;
    uint64_t began_ns;
} caller;

static measure m;
static pthread_mutex_t measuring = PTHREAD_MUTEX_INITIALIZER; /* callbacks come on several threads */
static int n_answered;

static void call_at(caller *c, uint64_t now_ns)
{
    nng_msg *msg;
    if (nng_msg_alloc(&msg, work_len(&m)) != 0)
        measure_fail("out of memory", 0);
    c->began_ns = now_ns;
    c->waits = false;
    work_request(&m, nng_msg_body(msg), ++c->operand);
    nng_aio_set_msg(c->aio, msg);
    nng_ctx_send(c->ctx, c->aio);
}

static void on_done(void *user)
{
    caller *c = user;
    int rc = nng_aio_result(c->aio);
    if (rc != 0)
        measure_fail(nng_strerror(rc), rc);
    if (!c->waits) {
        c->waits = true;
        nng_ctx_recv(c->ctx, c->aio);
        return;
    }
    nng_msg *msg = nng_aio_get_msg(c->aio);
    work_check_answer(&m, nng_msg_body(msg), nng_msg_len(msg), c->operand);
    nng_msg_free(msg);
    pthread_mutex_lock(&measuring);
    uint64_t now_ns = measure_now_ns();
    if (m.work == MEASURE_ADD || m.work == MEASURE_ECHO)
        now_ns = measure_done(&m, c->began_ns);
    else if (++n_answered == m.depth)
        measure_memory(&m);
    pthread_mutex_unlock(&measuring);
    if (m.work == MEASURE_ADD || m.work == MEASURE_ECHO)
        call_at(c, now_ns);
}

static nng_socket dial(void)
{
    nng_socket socket;
    if (nng_req0_open(&socket) != 0 || nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, 0) != 0 ||
        nng_dial(socket, work_url(m.address, "ipc://", "tcp://127.0.0.1:"), NULL, 0) != 0)
        measure_fail(m.address, -1);
    return socket;
}

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    work_check(&m);
    caller *callers = calloc((size_t)m.depth, sizeof *callers);
    if (!callers)
        measure_fail("out of memory", 0);
    nng_socket socket = dial();
    for (int i = 0; i < m.depth; i++) {
        if (i > 0 && m.work == MEASURE_CONNS)
            socket = dial();
        if (nng_aio_alloc(&callers[i].aio, on_done, &callers[i]) != 0 || nng_ctx_open(&callers[i].ctx, socket) != 0)
            measure_fail("context", i);
    }
    for (int i = 0; i < m.depth; i++)
        call_at(&callers[i], measure_now_ns());
    for (;;)
        (void)pause();
}
