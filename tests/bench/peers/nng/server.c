/* NNG, req/rep: 64 contexts that answer at once. */
#include "tests/bench/peers/work.h"

#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <unistd.h>

enum { WORKERS = 64 };

typedef struct worker {
    nng_ctx ctx;
    nng_aio *aio;
    bool answers;
} worker;

static void on_done(void *user)
{
    worker *w = user;
    int rc = nng_aio_result(w->aio);
    if (rc != 0 && rc != NNG_ECLOSED)
        measure_fail(nng_strerror(rc), rc);
    if (w->answers) {
        w->answers = false;
        nng_ctx_recv(w->ctx, w->aio);
        return;
    }
    nng_msg *msg = nng_aio_get_msg(w->aio);
    size_t len = work_answer(nng_msg_body(msg), nng_msg_len(msg));
    nng_msg_chop(msg, nng_msg_len(msg) - len);
    nng_aio_set_msg(w->aio, msg);
    w->answers = true;
    nng_ctx_send(w->ctx, w->aio);
}

int main(int argc, char **argv)
{
    static worker workers[WORKERS];
    nng_socket socket;
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    measure_more_files();
    if (nng_rep0_open(&socket) != 0 || nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, 0) != 0 ||
        nng_listen(socket, work_url(argv[1], "ipc://", "tcp://127.0.0.1:"), NULL, 0) != 0)
        measure_fail(argv[1], -1);
    for (int i = 0; i < WORKERS; i++) {
        if (nng_aio_alloc(&workers[i].aio, on_done, &workers[i]) != 0 || nng_ctx_open(&workers[i].ctx, socket) != 0)
            measure_fail("context", i);
        nng_ctx_recv(workers[i].ctx, workers[i].aio);
    }
    measure_ready();
    for (;;)
        (void)pause();
}
