/* Framing over libuv's streams, coalesced. */
#include "tests/bench/floor/link.h"
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>

/* One for the whole loop: a link keeps bytes of its own only while it has a part of a frame. */
static char shared[256 * 1024];

static void bytes_reserve(link_bytes *bytes, size_t more)
{
    size_t need = bytes->len + more;
    if (need <= bytes->cap)
        return;
    bytes->cap = need > 2 * bytes->cap ? need : 2 * bytes->cap;
    bytes->data = realloc(bytes->data, bytes->cap);
    if (!bytes->data)
        measure_fail("out of memory", 0);
}

static void bytes_append(link_bytes *bytes, const void *from, size_t len)
{
    bytes_reserve(bytes, len);
    memcpy(bytes->data + bytes->len, from, len);
    bytes->len += len;
}

/* ---- out ---- */

static void link_on_written(uv_write_t *write, int status)
{
    link *of = write->data;
    of->writing = 0;
    if (status == 0)
        link_flush(of);
}

void link_flush(link *of)
{
    if (of->writing || of->out.len == 0)
        return;
    uv_buf_t buf = uv_buf_init(of->out.data, (unsigned)of->out.len);
    int taken = uv_try_write(&of->uv.stream, &buf, 1);
    size_t n = taken > 0 ? (size_t)taken : 0;
    link_bytes swapped = of->busy;
    if (n == of->out.len) {
        of->out.len = 0;
        return;
    }
    of->busy = of->out;
    of->out = swapped;
    of->out.len = 0;
    buf = uv_buf_init(of->busy.data + n, (unsigned)(of->busy.len - n));
    of->write.data = of;
    of->writing = 1;
    measure_check("write", uv_write(&of->write, &of->uv.stream, &buf, 1, link_on_written));
}

void link_put(link *of, const link_head *head, const void *body)
{
    bytes_reserve(&of->out, sizeof *head + head->len);
    bytes_append(&of->out, head, sizeof *head);
    bytes_append(&of->out, body, head->len);
}

/* ---- in ---- */

static void link_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    link *of = handle->data;
    (void)suggested;
    *buf = of->in.len > 0 ? uv_buf_init(of->in.data + of->in.len, (unsigned)(of->in.cap - of->in.len))
                          : uv_buf_init(shared, sizeof shared);
}

static void link_on_closed(uv_handle_t *handle)
{
    link *of = handle->data;
    free(of->in.data);
    free(of->out.data);
    free(of->busy.data);
    free(of);
}

/* What is left at `at` is the beginning of a frame of which `whole` bytes are to come (0: not even a head is there). */
static void link_keep(link *of, const char *at, size_t left, size_t whole)
{
    size_t cap = whole > sizeof shared ? whole : sizeof shared;
    link_bytes kept = of->in;
    if (left == 0) {
        of->in.len = 0;
        return;
    }
    if (kept.cap < cap) {
        kept.data = malloc(cap);
        kept.cap = cap;
        if (!kept.data)
            measure_fail("out of memory", 0);
    }
    memmove(kept.data, at, left);
    kept.len = left;
    if (kept.data != of->in.data)
        free(of->in.data);
    of->in = kept;
}

static void link_on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    link *of = stream->data;
    if (n < 0)
        uv_close((uv_handle_t *)stream, link_on_closed);
    if (n <= 0)
        return;
    const char *at = of->in.len > 0 ? of->in.data : buf->base;
    const char *end = buf->base + n;
    size_t whole = 0;
    link_head head;
    while ((size_t)(end - at) >= sizeof head) {
        memcpy(&head, at, sizeof head);
        whole = sizeof head + head.len;
        if ((size_t)(end - at) < whole)
            break;
        of->on_frame(of, &head, at + sizeof head);
        at += whole;
        whole = 0;
    }
    link_keep(of, at, (size_t)(end - at), whole);
    link_flush(of);
}

/* ---- beginning ---- */

void link_init(uv_loop_t *loop, link *of, const char *address)
{
    of->is_tcp = strncmp(address, "tcp:", 4) == 0;
    measure_check("init", of->is_tcp ? uv_tcp_init(loop, &of->uv.tcp) : uv_pipe_init(loop, &of->uv.pipe, 0));
    of->uv.handle.data = of;
}

static struct sockaddr_in tcp_address(const char *address)
{
    struct sockaddr_in in;
    measure_check(address, uv_ip4_addr("127.0.0.1", (int)strtol(address + 4, NULL, 10), &in));
    return in;
}

void link_listen(link *of, const char *address, uv_connection_cb on_connection)
{
    if (of->is_tcp) {
        struct sockaddr_in in = tcp_address(address);
        measure_check(address, uv_tcp_bind(&of->uv.tcp, (const struct sockaddr *)&in, 0));
    } else {
        measure_check(address, uv_pipe_bind(&of->uv.pipe, address + 5));
    }
    measure_check(address, uv_listen(&of->uv.stream, 1024, on_connection));
}

typedef struct link_dial {
    uv_connect_t connect;
    void (*on_connected)(link *of);
} link_dial;

static void link_on_connect(uv_connect_t *connect, int status)
{
    link_dial *dial = connect->data;
    link *of = connect->handle->data;
    measure_check("connect", status);
    dial->on_connected(of);
    free(dial);
}

void link_connect(link *of, const char *address, void (*on_connected)(link *of))
{
    link_dial *dial = malloc(sizeof *dial);
    if (!dial)
        measure_fail("out of memory", 0);
    dial->connect.data = dial;
    dial->on_connected = on_connected;
    if (of->is_tcp) {
        struct sockaddr_in in = tcp_address(address);
        measure_check(address,
                      uv_tcp_connect(&dial->connect, &of->uv.tcp, (const struct sockaddr *)&in, link_on_connect));
    } else {
        uv_pipe_connect(&dial->connect, &of->uv.pipe, address + 5, link_on_connect);
    }
}

void link_start(link *of, link_frame_fn on_frame)
{
    of->on_frame = on_frame;
    if (of->is_tcp)
        (void)uv_tcp_nodelay(&of->uv.tcp, 1);
    measure_check("read", uv_read_start(&of->uv.stream, link_on_alloc, link_on_read));
}
