/* The bench's server over libuv alone. */
#include "tests/bench/floor/link.h"
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>

static const char *address;

static void on_frame(link *of, const link_head *head, const char *body)
{
    if (head->kind == LINK_ADD) {
        int64_t numbers[2];
        link_head answer = { sizeof numbers[0], head->id, LINK_ADD };
        memcpy(numbers, body, sizeof numbers);
        numbers[0] += numbers[1];
        link_put(of, &answer, numbers);
    } else {
        link_put(of, head, body);
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    measure_check("accept", status);
    link *of = calloc(1, sizeof *of);
    if (!of)
        measure_fail("out of memory", 0);
    link_init(listener->loop, of, address);
    measure_check("accept", uv_accept(listener, &of->uv.stream));
    link_start(of, on_frame);
}

int main(int argc, char **argv)
{
    static link listener;
    if (argc != 2)
        measure_fail("usage: server unix:PATH|tcp:PORT", argc);
    address = argv[1];
    measure_more_files();
    link_init(uv_default_loop(), &listener, address);
    link_listen(&listener, address, on_connection);
    measure_ready();
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
