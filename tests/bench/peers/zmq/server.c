/* ZeroMQ, a ROUTER: answers in the message that came. */
#include "tests/bench/peers/work.h"

#include <zmq.h>

int main(int argc, char **argv)
{
    int unlimited = 0;
    void *context = zmq_ctx_new();
    void *router = zmq_socket(context, ZMQ_ROUTER);
    zmq_msg_t part;
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    measure_more_files();
    if (zmq_setsockopt(router, ZMQ_SNDHWM, &unlimited, sizeof unlimited) != 0 ||
        zmq_setsockopt(router, ZMQ_RCVHWM, &unlimited, sizeof unlimited) != 0 ||
        zmq_bind(router, work_url(argv[1], "ipc://", "tcp://127.0.0.1:")) != 0)
        measure_fail(argv[1], -zmq_errno());
    measure_ready();
    zmq_msg_init(&part);
    for (;;) {
        if (zmq_msg_recv(&part, router, 0) < 0 || zmq_msg_send(&part, router, ZMQ_SNDMORE) < 0) /* who asks */
            measure_fail("address", -zmq_errno());
        int len = zmq_msg_recv(&part, router, 0);
        if (len < 0)
            measure_fail("receive", -zmq_errno());
        uint8_t *bytes = zmq_msg_data(&part);
        size_t answer_len = work_answer(bytes, (size_t)len);
        int rc = answer_len == (size_t)len ? zmq_msg_send(&part, router, 0) : zmq_send(router, bytes, answer_len, 0);
        if (rc < 0)
            measure_fail("send", -zmq_errno());
    }
}
