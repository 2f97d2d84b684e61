/* Conduits over stream sockets: TCP, unix, and descriptors handed in, by libuv's streams. */
#include "runtime/conduit/conduit.h"

#include "runtime/base/mem.h"
#include "runtime/conduit/socket.h"
#include "runtime/conduit/syserr.h"

#include <errno.h>
#include <fcntl.h>

/* More slices than the engine hands out at once only cost another call. */
#define STREAM_SLICES_MAX 64

typedef struct stream_conduit {
    weft__conduit base;
    weft__env *env;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    uv_write_t write;
    uv_shutdown_t shutdown;
    bool writing;
    bool failed; /* never handed out: nobody to tell that it is closed */
} stream_conduit;

static stream_conduit *stream_of(weft__conduit *conduit)
{
    return (stream_conduit *)(void *)conduit;
}

static void stream_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
    stream_conduit *stream = handle->data;
    uint8_t *data = NULL;
    size_t len = 0;
    (void)suggested;
    stream->base.events->read_buffer(stream->base.user, &data, &len);
    ret_buf->base = (char *)data;
    ret_buf->len = len;
}

static void stream_on_read(uv_stream_t *uv_stream, ssize_t n_read, const uv_buf_t *buf)
{
    stream_conduit *stream = uv_stream->data;
    if (n_read > 0) {
        stream->base.events->on_read(stream->base.user, (const uint8_t *)buf->base, (size_t)n_read);
    } else if (n_read < 0) {
        (void)uv_read_stop(uv_stream);
        stream->base.events->on_end(stream->base.user, weft__map_status((int)n_read),
                                    n_read == UV_EOF ? 0 : (int)-n_read);
    }
}

static int stream_read_start(weft__conduit *conduit)
{
    int rc = uv_read_start(&stream_of(conduit)->uv.stream, stream_on_alloc, stream_on_read);
    return rc < 0 ? weft__map_status(rc) : 0;
}

static int stream_try_write(weft__conduit *conduit, const weft_slice *slices, size_t n, size_t *ret_taken)
{
    stream_conduit *stream = stream_of(conduit);
    uv_buf_t bufs[STREAM_SLICES_MAX];
    unsigned n_bufs = n < STREAM_SLICES_MAX ? (unsigned)n : STREAM_SLICES_MAX;
    int rc;
    for (unsigned i = 0; i < n_bufs; i++) {
        union {
            const uint8_t *in;
            char *out;
        } bytes = { slices[i].ptr };
        bufs[i] = uv_buf_init(bytes.out, (unsigned)slices[i].len);
    }
    rc = uv_try_write(&stream->uv.stream, bufs, n_bufs);
    if (rc < 0 && rc != UV_EAGAIN)
        return weft__map_status(rc);
    *ret_taken = rc < 0 ? 0 : (size_t)rc;
    return 0;
}

static void stream_on_written(uv_write_t *write, int status)
{
    stream_conduit *stream = write->data;
    stream->writing = false;
    stream->base.events->on_written(stream->base.user, status < 0 ? weft__map_status(status) : 0);
}

static int stream_write(weft__conduit *conduit, const uint8_t *data, size_t len)
{
    stream_conduit *stream = stream_of(conduit);
    union {
        const uint8_t *in;
        char *out;
    } bytes = { data };
    uv_buf_t buf = uv_buf_init(bytes.out, (unsigned)len);
    int rc;
    stream->write.data = stream;
    rc = uv_write(&stream->write, &stream->uv.stream, &buf, 1, stream_on_written);
    if (rc < 0)
        return weft__map_status(rc);
    stream->writing = true;
    return 0;
}

static void stream_on_shutdown(uv_shutdown_t *shutdown, int status)
{
    /* Where it failed the conduit is broken, and reading says so. */
    (void)shutdown;
    (void)status;
}

static int stream_shutdown(weft__conduit *conduit)
{
    stream_conduit *stream = stream_of(conduit);
    int rc = uv_shutdown(&stream->shutdown, &stream->uv.stream, stream_on_shutdown);
    return rc < 0 ? weft__map_status(rc) : 0;
}

static void stream_on_closed(uv_handle_t *handle)
{
    stream_conduit *stream = handle->data;
    weft__env *env = stream->env;
    if (!stream->failed)
        stream->base.events->on_closed(stream->base.user);
    weft__free(&env->allocator, stream, sizeof *stream);
    weft__env_release(env);
}

static void stream_close(weft__conduit *conduit)
{
    uv_close(&stream_of(conduit)->uv.handle, stream_on_closed);
}

static const weft__conduit_ops stream_ops = {
    stream_read_start, stream_try_write, stream_write, stream_shutdown, stream_close,
};

static int stream_init(stream_conduit *stream, int family)
{
    return family == AF_UNIX ? uv_pipe_init(stream->env->loop, &stream->uv.pipe, 0)
                             : uv_tcp_init(stream->env->loop, &stream->uv.tcp);
}

static int stream_open(stream_conduit *stream, int family, int fd)
{
    int rc;
    if (family == AF_UNIX)
        return uv_pipe_open(&stream->uv.pipe, fd);
    rc = uv_tcp_open(&stream->uv.tcp, fd);
    /* What is written is whole already; waiting for more would only delay answers. A wish: a socket whose peer has gone
     * refuses. */
    if (rc == 0)
        (void)uv_tcp_nodelay(&stream->uv.tcp, 1);
    if (rc == 0)
        weft__socket_keep_little(fd);
    return rc;
}

int weft__stream_new(weft__env *env, int fd, const char *transport, weft__conduit **ret_conduit)
{
    stream_conduit *stream;
    int family, rc;
    rc = weft__socket_check(fd, &family);
    if (rc < 0)
        return rc;
    stream = weft__alloc_zero(&env->allocator, sizeof *stream);
    if (!stream)
        return WEFT_ENOMEM;
    stream->env = env;
    stream->base.ops = &stream_ops;
    weft__socket_evidence(fd, transport, &stream->base.peer, stream->base.address, sizeof stream->base.address);
    rc = stream_init(stream, family);
    if (rc < 0) {
        weft__free(&env->allocator, stream, sizeof *stream);
        return weft__map_status(rc);
    }
    stream->uv.handle.data = stream;
    weft__env_hold(env);
    rc = stream_open(stream, family, fd);
    if (rc < 0) {
        stream->failed = true;
        uv_close(&stream->uv.handle, stream_on_closed);
        return weft__map_status(rc);
    }
    *ret_conduit = &stream->base;
    return 0;
}

int weft__stream_dup(const weft__conduit *conduit, int *ret_fd)
{
    uv_os_fd_t fd;
    int copy;
    if (conduit->ops != &stream_ops)
        return WEFT_EINVAL;
    if (uv_fileno(&((const stream_conduit *)(const void *)conduit)->uv.handle, &fd) < 0)
        return WEFT_EBADF;
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return weft__map_status(-errno);
    *ret_fd = copy;
    return 0;
}
