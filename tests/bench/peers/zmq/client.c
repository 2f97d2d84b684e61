/* ZeroMQ, a DEALER: answers come in the order of the requests. */
#include "tests/bench/peers/work.h"

#include <zmq.h>

enum { RING = 64 };

static measure m;
static void *context;
static int64_t n_begun, n_ended;
static uint64_t began_ns[RING];

static void *dial(void)
{
    int unlimited = 0;
    void *dealer = zmq_socket(context, ZMQ_DEALER);
    if (!dealer || zmq_setsockopt(dealer, ZMQ_SNDHWM, &unlimited, sizeof unlimited) != 0 ||
        zmq_setsockopt(dealer, ZMQ_RCVHWM, &unlimited, sizeof unlimited) != 0 ||
        zmq_connect(dealer, work_url(m.address, "ipc://", "tcp://127.0.0.1:")) != 0)
        measure_fail(m.address, -zmq_errno());
    return dealer;
}

static void call_at(void *dealer, uint64_t now_ns)
{
    zmq_msg_t msg;
    if (zmq_msg_init_size(&msg, work_len(&m)) != 0)
        measure_fail("out of memory", 0);
    began_ns[n_begun % RING] = now_ns;
    work_request(&m, zmq_msg_data(&msg), ++n_begun);
    if (zmq_msg_send(&msg, dealer, 0) < 0)
        measure_fail("send", -zmq_errno());
}

static void answer(void *dealer)
{
    zmq_msg_t msg;
    zmq_msg_init(&msg);
    if (zmq_msg_recv(&msg, dealer, 0) < 0)
        measure_fail("receive", -zmq_errno());
    work_check_answer(&m, zmq_msg_data(&msg), zmq_msg_size(&msg), ++n_ended);
    zmq_msg_close(&msg);
}

int main(int argc, char **argv)
{
    measure_init(&m, argc, argv);
    work_check(&m);
    context = zmq_ctx_new();
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, m.depth + 8);
    if (m.work == MEASURE_CONNS || m.work == MEASURE_ONCE) {
        for (int i = 0; i < m.depth; i++) {
            void *dealer = dial();
            call_at(dealer, 0);
            answer(dealer);
        }
        measure_memory(&m);
    }
    if (m.depth > RING)
        measure_fail("more than 64 in flight", m.depth);
    void *dealer = dial();
    for (int i = 0; i < m.depth; i++)
        call_at(dealer, measure_now_ns());
    for (;;) {
        answer(dealer);
        call_at(dealer, measure_done(&m, began_ns[(n_ended - 1) % RING]));
    }
}
