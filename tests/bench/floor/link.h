/* The floor: what libuv alone costs. Frames of a length, an id and a kind; what one read asks for goes out in one
 * write. No checks of what comes beyond its length, no limits, no time-outs: nothing that a protocol would need. */
#ifndef WEFT_TESTS_BENCH_FLOOR_LINK_H
#define WEFT_TESTS_BENCH_FLOOR_LINK_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum { LINK_ADD, LINK_ECHO };

typedef struct link_head {
    uint32_t len; /* of the body */
    uint32_t id;
    uint32_t kind;
} link_head;

/* Bytes that wait: for their frame's end, or for the socket. */
typedef struct link_bytes {
    char *data;
    size_t len, cap;
} link_bytes;

typedef struct link link;
typedef void (*link_frame_fn)(link *to, const link_head *head, const char *body);

struct link {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    link_frame_fn on_frame;
    link_bytes in;   /* a frame of which a part has come */
    link_bytes out;  /* to be written at the end of the read */
    link_bytes busy; /* being written */
    uv_write_t write;
    int writing;
    int is_tcp;
};

void link_init(uv_loop_t *loop, link *of, const char *address);
void link_listen(link *of, const char *address, uv_connection_cb on_connection);
void link_connect(link *of, const char *address, void (*on_connected)(link *of));
void link_start(link *of, link_frame_fn on_frame);
void link_put(link *of, const link_head *head, const void *body);
void link_flush(link *of);

#endif
