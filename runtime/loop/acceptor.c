/* An acceptor: one listening descriptor on one loop. */
#include "runtime/loop/acceptor.h"

#include "runtime/base/log.h"
#include "runtime/base/mem.h"
#include "runtime/conduit/syserr.h"

/* Accepted in one wake-up: other handles of the loop have their turn too. */
#define ACCEPTOR_ACCEPTS_MAX 32

typedef enum acceptor_state {
    ACCEPTOR_OPEN = 0,
    ACCEPTOR_PAUSED,
    ACCEPTOR_BACKOFF,
    ACCEPTOR_BROKEN,
    ACCEPTOR_CLOSING
} acceptor_state;

struct weft__acceptor {
    weft__env *env;
    weft__counters *counters;
    const weft__acceptor_events *events;
    void *user;
    int fd;
    uint8_t state; /* acceptor_state */
    uint64_t backoff_ms;
    uint64_t backoff_max_ms;
    weft__watcher watcher;
    uv_poll_t poll;
    uv_timer_t timer;   /* of the back-off */
    uv_async_t async;   /* a watcher is told within a lock, and from any thread */
    unsigned n_handles; /* of these three, not closed yet */
};

static void acceptor_on_poll(uv_poll_t *poll, int status, int events);

static void acceptor_broke(weft__acceptor *acceptor, int status)
{
    acceptor->state = ACCEPTOR_BROKEN;
    (void)uv_poll_stop(&acceptor->poll);
    (void)uv_timer_stop(&acceptor->timer);
    acceptor->events->on_broken(acceptor->user, status);
}

static void acceptor_reopen(weft__acceptor *acceptor)
{
    int rc;
    if (acceptor->state != ACCEPTOR_BACKOFF && acceptor->state != ACCEPTOR_PAUSED)
        return;
    acceptor->state = ACCEPTOR_OPEN;
    (void)uv_timer_stop(&acceptor->timer);
    rc = uv_poll_start(&acceptor->poll, UV_READABLE, acceptor_on_poll);
    if (rc < 0)
        acceptor_broke(acceptor, rc);
}

static void acceptor_on_timer(uv_timer_t *timer)
{
    acceptor_reopen(timer->data);
}

static void acceptor_on_async(uv_async_t *async)
{
    acceptor_reopen(async->data);
}

void weft__acceptor_wake(weft__acceptor *acceptor)
{
    (void)uv_async_send(&acceptor->async);
}

static void acceptor_on_released(void *user)
{
    weft__acceptor_wake(user);
}

static void acceptor_back_off(weft__acceptor *acceptor, int status)
{
    acceptor->backoff_ms =
        acceptor->backoff_ms == 0 ? WEFT_ACCEPT_BACKOFF_MIN / WEFT_NS_PER_MS : acceptor->backoff_ms * 2;
    if (acceptor->backoff_ms > acceptor->backoff_max_ms)
        acceptor->backoff_ms = acceptor->backoff_max_ms;
    acceptor->state = ACCEPTOR_BACKOFF;
    (void)uv_poll_stop(&acceptor->poll);
    (void)uv_timer_start(&acceptor->timer, acceptor_on_timer, acceptor->backoff_ms, 0);
    WEFT__COUNT(acceptor->counters, waits);
    weft__counters_wait(acceptor->counters, &acceptor->watcher); /* what is released may be what it lacks */
    weft__log_record(&acceptor->env->log, WEFT_LOG_WARNING, WEFT_LOG_LISTENER, "exhausted: accepting waits for a while",
                     weft__log_number("ms", acceptor->backoff_ms),
                     weft__log_text("error", weft_str_from(uv_strerror(status))));
}

/* What failed for one client does not stop the next; what is exhausted for one is for the next too. */
static bool acceptor_goes_on_after(weft__acceptor *acceptor, int status)
{
    switch (status) {
    case UV_EAGAIN: return false;
    case UV_EMFILE:
    case UV_ENFILE:
    case UV_ENOBUFS:
    case UV_ENOMEM: acceptor_back_off(acceptor, status); return false;
    case -EBADF:
    case -EINVAL:
    case -ENOTSOCK:
    case -EOPNOTSUPP: acceptor_broke(acceptor, status); return false;
    default: return true;
    }
}

/* false: nothing more now. */
static bool acceptor_accept(weft__acceptor *acceptor)
{
    weft__sockaddr address;
    int fd, rc;
    if (!acceptor->events->has_room(acceptor->user, &acceptor->watcher)) {
        acceptor->state = ACCEPTOR_PAUSED;
        (void)uv_poll_stop(&acceptor->poll);
        return false;
    }
    rc = weft__socket_accept(acceptor->fd, &fd, &address);
    if (rc < 0)
        return acceptor_goes_on_after(acceptor, rc);
    if (acceptor->events->on_accepted(acceptor->user, fd, &address) == WEFT_ENOMEM) {
        acceptor_back_off(acceptor, UV_ENOMEM);
        return false;
    }
    acceptor->backoff_ms = 0;
    return true;
}

static void acceptor_on_poll(uv_poll_t *poll, int status, int events)
{
    weft__acceptor *acceptor = poll->data;
    (void)events;
    if (status < 0) {
        acceptor_broke(acceptor, status);
        return;
    }
    for (int i = 0; i < ACCEPTOR_ACCEPTS_MAX && acceptor->state == ACCEPTOR_OPEN; i++)
        if (!acceptor_accept(acceptor))
            return;
}

/* ---- making and closing ------------------------------------------------------------------------------------------ */

static void acceptor_free(weft__acceptor *acceptor)
{
    weft__env *env = acceptor->env;
    weft__counters_release(acceptor->counters);
    weft__free(&env->allocator, acceptor, sizeof *acceptor);
    weft__env_release(env);
}

static void acceptor_on_handle_closed(uv_handle_t *handle)
{
    weft__acceptor *acceptor = handle->data;
    if (--acceptor->n_handles > 0)
        return;
    const weft__acceptor_events *events = acceptor->events;
    void *user = acceptor->user;
    acceptor_free(acceptor);
    if (events)
        events->on_closed(user);
}

static void acceptor_close_handles(weft__acceptor *acceptor)
{
    acceptor->state = ACCEPTOR_CLOSING;
    weft__counters_unwatch(acceptor->counters, &acceptor->watcher); /* behind it nobody wakes it any more */
    uv_close((uv_handle_t *)&acceptor->poll, acceptor_on_handle_closed);
    uv_close((uv_handle_t *)&acceptor->timer, acceptor_on_handle_closed);
    uv_close((uv_handle_t *)&acceptor->async, acceptor_on_handle_closed);
}

void weft__acceptor_close(weft__acceptor *acceptor)
{
    acceptor_close_handles(acceptor);
    weft__socket_close(acceptor->fd);
    acceptor->fd = -1;
}

int weft__acceptor_fd(const weft__acceptor *acceptor)
{
    return acceptor->fd;
}

/* On failure there is no handle to close. */
static int acceptor_init_handles(weft__acceptor *acceptor)
{
    uv_loop_t *loop = acceptor->env->loop;
    int rc = uv_poll_init(loop, &acceptor->poll, acceptor->fd);
    if (rc < 0)
        return rc;
    (void)uv_timer_init(loop, &acceptor->timer);
    (void)uv_async_init(loop, &acceptor->async, acceptor_on_async); /* the runtime has one: what could fail is there */
    acceptor->poll.data = acceptor->timer.data = acceptor->async.data = acceptor;
    acceptor->n_handles = 3;
    return 0;
}

int weft__acceptor_new(weft__env *env, weft__counters *counters, const weft_listener_options *bounds, int fd,
                       const weft__acceptor_events *events, void *user, weft__acceptor **ret_acceptor)
{
    weft__acceptor *acceptor = weft__alloc_zero(&env->allocator, sizeof *acceptor);
    int rc;
    if (!acceptor)
        return WEFT_ENOMEM;
    weft__env_hold(env);
    acceptor->env = env;
    acceptor->counters = weft__counters_retain(counters);
    acceptor->user = user;
    acceptor->fd = fd;
    acceptor->backoff_max_ms = bounds->backoff_max_ns / WEFT_NS_PER_MS;
    acceptor->watcher.released = acceptor_on_released;
    acceptor->watcher.user = acceptor;
    rc = acceptor_init_handles(acceptor);
    if (rc < 0) {
        acceptor_free(acceptor);
        return weft__map_status(rc);
    }
    weft__counters_watch(counters, &acceptor->watcher);
    rc = uv_poll_start(&acceptor->poll, UV_READABLE, acceptor_on_poll);
    if (rc < 0) {
        acceptor_close_handles(acceptor);
        return weft__map_status(rc);
    }
    acceptor->events = events;
    *ret_acceptor = acceptor;
    return 0;
}
