/* A conduit: bytes from a socket to its handshake or engine, and back. */
#include "conduit.h"

#include "service.h"
#include "socket.h"

#include <errno.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SLICES = 16 };

static weft_phase phase(const struct conduit *c)
{
    return c->handshake ? weft_handshake_phase(c->handshake) : weft_engine_phase(c->engine);
}

static size_t drain(struct conduit *c, weft_slice *slices, size_t n)
{
    return c->handshake ? weft_handshake_drain(c->handshake, slices, n) : weft_engine_drain(c->engine, slices, n);
}

/* From the handshake, once it is done, to the engine. */
static void promote(struct conduit *c)
{
    if (!c->handshake || phase(c) != WEFT_PHASE_DONE)
        return;
    int rc = weft_handshake_finish(c->handshake, &c->engine);
    if (rc < 0) {
        weft_handshake_disconnected(c->handshake, rc, c->now_ns);
        return;
    }
    weft_handshake_free(c->handshake);
    c->handshake = NULL;
}

/* The conduit has ended (0) or failed (WEFT_E…). */
static void disconnect(struct conduit *c, int cause)
{
    if (c->handshake)
        weft_handshake_disconnected(c->handshake, cause, c->now_ns);
    else
        weft_engine_disconnected(c->engine, cause, NULL, c->now_ns);
}

static void receive(struct conduit *c)
{
    static uint8_t bytes[64 * 1024];
    size_t consumed = 0;
    int rc = 0;
    ssize_t len = read(c->fd, bytes, sizeof bytes);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len <= 0) {
        disconnect(c, len < 0 ? -errno : 0);
        return;
    }
    if (c->handshake) {
        rc = weft_handshake_feed(c->handshake, bytes, (size_t)len, c->now_ns, &consumed);
        promote(c);
    }
    if (rc == 0 && c->engine)
        rc = weft_engine_feed(c->engine, bytes + consumed, (size_t)len - consumed, c->now_ns, &consumed);
    if (rc < 0)
        disconnect(c, rc);
    else if (c->engine)
        weft_engine_dispatch(c->engine, c->now_ns, SIZE_MAX); /* handlers read what lies in bytes */
}

static void send_what_there_is(struct conduit *c)
{
    weft_slice slices[SLICES];
    struct iovec iov[SLICES];
    size_t n;
    while ((n = drain(c, slices, SLICES)) > 0) {
        for (size_t i = 0; i < n; i++)
            iov[i] = (struct iovec){ (void *)slices[i].ptr, slices[i].len };
        ssize_t len = writev(c->fd, iov, (int)n);
        if (len < 0) {
            if (errno != EAGAIN && errno != EINTR)
                disconnect(c, -errno);
            return;
        }
        if (c->handshake)
            weft_handshake_drained(c->handshake, (size_t)len);
        else
            weft_engine_drained(c->engine, (size_t)len, c->now_ns);
    }
    if (phase(c) == WEFT_PHASE_LAST_WORD)
        (void)shutdown(c->fd, SHUT_WR); /* and read on, until the counterpart has ended too */
}

bool conduit_begin(struct conduit *c, int fd, weft_handles *handles, uint64_t now_ns)
{
    weft_session_options session_options = service_options();
    weft_engine_options options;
    weft_engine_options_init(&options, sizeof options);
    options.handles = handles;
    *c = (struct conduit){ .fd = fd, .now_ns = now_ns };
    return socket_set_nonblocking(fd) &&
           getrandom(options.seed, sizeof options.seed, 0) == (ssize_t)sizeof options.seed &&
           weft_handshake_new(&options, &session_options, now_ns, &c->handshake) == 0;
}

bool conduit_has_output(struct conduit *c)
{
    weft_slice slice;
    return drain(c, &slice, 1) > 0;
}

uint64_t conduit_deadline(const struct conduit *c)
{
    return c->handshake ? weft_handshake_deadline(c->handshake) : weft_engine_deadline(c->engine);
}

bool conduit_serve(struct conduit *c, short events, uint64_t now_ns)
{
    c->now_ns = now_ns;
    if (c->handshake)
        weft_handshake_tick(c->handshake, c->now_ns);
    else
        weft_engine_tick(c->engine, c->now_ns);
    if (events & (POLLIN | POLLHUP | POLLERR))
        receive(c);
    do {
        if (c->handshake)
            weft_handshake_dispatch(c->handshake, c->now_ns, SIZE_MAX);
        else
            weft_engine_dispatch(c->engine, c->now_ns, SIZE_MAX);
        promote(c);
        if (phase(c) != WEFT_PHASE_CLOSED)
            send_what_there_is(c);
    } while (c->engine && weft_engine_has_events(c->engine));
    return phase(c) != WEFT_PHASE_CLOSED;
}

void conduit_end(struct conduit *c)
{
    weft_handshake_free(c->handshake);
    weft_engine_free(c->engine);
    close(c->fd);
}
