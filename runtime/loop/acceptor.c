/* An acceptor: one listening descriptor on one loop. */
#include "runtime/loop/acceptor.h"

#include "runtime/base/log.h"
#include "runtime/base/mem.h"
#include "runtime/conduit/socket_door.h"
#include "runtime/conduit/syserr.h"
#include "runtime/loop/descriptors.h"
#include "runtime/loop/refuse.h"

/* Accepted in one wake-up: other handles of the loop have their turn too. */
#define ACCEPTOR_ACCEPTS_MAX 32
/* What has lasted so long does not pass at once. */
#define ACCEPTOR_SHEDS_AFTER_MS 1000
/* In all by one that lingers at an open door: more than waited when it began. */
#define ACCEPTOR_LINGERS_MAX 8192
/* Who is on the way at TCP when the door is shut has connected after a round trip; where a segment is lost one or two
 * times, one or three seconds later. Who has not by then may not be anybody. */
#define ACCEPTOR_LINGERS_MS 4000
/* How often it looks for who is on the way: at first soon, since most often it is nobody, then seldom. A first segment
 * that went past the door when that was shut is one by then. */
#define ACCEPTOR_LOOKS_AFTER_MS 10
#define ACCEPTOR_LOOKS_AFTER_MAX_MS 160

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
    uint8_t state;   /* acceptor_state */
    weft__link link; /* of its user: in weft__acceptor_linger's list */
    bool lingers;
    bool is_shut; /* lingering: nobody more comes but who is on the way */
    bool is_last; /* nor those: it goes when its queue is empty */
    unsigned n_lingered;
    uint64_t looks_after_ms;
    uint64_t lingers_until_ms; /* of the loop's clock */
    uint64_t backoff_ms;
    uint64_t backoff_max_ms;
    uint64_t exhausted_ms; /* of the loop's clock: since when it has had no descriptor; 0: it has */
    uint64_t lacked_ms;    /* when it lacked one last */
    bool pauses;           /* where only reserved descriptors are left; else it refuses */
    bool sheds;
    int spare_fd; /* where it sheds; -1: none */
    weft__watcher watcher;
    uv_poll_t poll;
    uv_timer_t timer;   /* of the back-off, and of lingering */
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
    if (acceptor->lingers) /* its user waits for its end */
        weft__acceptor_close(acceptor);
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

/* Lets one in by the spare descriptor, and resets it. 1; 0: nobody waits; negative: there is none, since another thread
 * was quicker to use it, until it can be had again. */
static int acceptor_shed_one(weft__acceptor *acceptor)
{
    weft__sockaddr address;
    int fd, rc;
    if (acceptor->spare_fd < 0)
        acceptor->spare_fd = weft__descriptors_spare();
    if (acceptor->spare_fd < 0)
        return UV_EMFILE;
    weft__socket_close(acceptor->spare_fd);
    rc = weft__socket_accept(acceptor->fd, &fd, &address);
    if (rc == 0) {
        WEFT__COUNT(acceptor->counters, accepted);
        weft__counters_refused(acceptor->counters, WEFT_REFUSAL_SHED);
        weft__refuse_by_reset(fd);
    }
    acceptor->spare_fd = weft__descriptors_spare();
    if (rc == 0)
        return 1;
    return rc == UV_EAGAIN ? 0 : rc;
}

/* The process or the system has no descriptor, though somebody waits: has it been so for long? */
static bool acceptor_has_lacked_long(weft__acceptor *acceptor)
{
    uint64_t now_ms = uv_now(acceptor->env->loop);
    uint64_t since_ms = now_ms - acceptor->lacked_ms;
    acceptor->lacked_ms = now_ms;
    if (acceptor->exhausted_ms == 0 || since_ms > 2 * acceptor->backoff_max_ms) { /* anew */
        acceptor->exhausted_ms = now_ms;
        acceptor->backoff_ms = 0;
    }
    return now_ms - acceptor->exhausted_ms >= ACCEPTOR_SHEDS_AFTER_MS;
}

static bool acceptor_goes_on_without(weft__acceptor *acceptor, int status)
{
    int shed = UV_EMFILE;
    if (acceptor_has_lacked_long(acceptor) && acceptor->sheds)
        shed = acceptor_shed_one(acceptor);
    if (shed < 0)
        acceptor_back_off(acceptor, status);
    return shed > 0;
}

/* What an accept that failed says of the next. */
typedef enum accept_class {
    ACCEPT_NEXT = 0, /* it failed for this client alone */
    ACCEPT_NOBODY,   /* waits */
    ACCEPT_NO_DESCRIPTOR,
    ACCEPT_NO_MEMORY,
    ACCEPT_BROKEN
} accept_class;

static accept_class accept_classify(int status)
{
    switch (status) {
    case UV_EAGAIN: return ACCEPT_NOBODY;
    case UV_EMFILE:
    case UV_ENFILE: return ACCEPT_NO_DESCRIPTOR;
    case UV_ENOBUFS:
    case UV_ENOMEM: return ACCEPT_NO_MEMORY;
    case -EBADF:
    case -EINVAL:
    case -ENOTSOCK:
    case -EOPNOTSUPP: return ACCEPT_BROKEN;
    default: return ACCEPT_NEXT;
    }
}

/* What is exhausted for one is for the next too. */
static bool acceptor_goes_on_after(weft__acceptor *acceptor, int status)
{
    switch (accept_classify(status)) {
    case ACCEPT_NEXT: return true;
    case ACCEPT_NOBODY: return false;
    case ACCEPT_NO_DESCRIPTOR: return acceptor_goes_on_without(acceptor, status);
    case ACCEPT_NO_MEMORY: acceptor_back_off(acceptor, status); return false;
    case ACCEPT_BROKEN: acceptor_broke(acceptor, status); return false;
    }
    return false;
}

/* false: nothing more now. */
static bool acceptor_accept(weft__acceptor *acceptor)
{
    weft_refusal refusal = WEFT_REFUSAL_NONE;
    weft__sockaddr address;
    int fd, rc;
    if (!weft__counters_have_descriptors(acceptor->counters, uv_now(acceptor->env->loop)))
        refusal = WEFT_REFUSAL_DESCRIPTORS;
    if (refusal != WEFT_REFUSAL_NONE && acceptor->pauses) {
        acceptor_back_off(acceptor, UV_EMFILE);
        return false;
    }
    if (!acceptor->events->has_room(acceptor->user, &acceptor->watcher)) {
        acceptor->state = ACCEPTOR_PAUSED;
        (void)uv_poll_stop(&acceptor->poll);
        return false;
    }
    rc = weft__socket_accept(acceptor->fd, &fd, &address);
    if (rc < 0)
        return acceptor_goes_on_after(acceptor, rc);
    if (acceptor->events->on_accepted(acceptor->user, fd, &address, refusal) == WEFT_ENOMEM) {
        acceptor_back_off(acceptor, UV_ENOMEM);
        return false;
    }
    acceptor->backoff_ms = 0;
    acceptor->exhausted_ms = 0;
    return true;
}

/* One that waits in the system's queue: 1; 0: nobody does; negative: nobody can be let in any more. */
static int acceptor_let_in(int listen_fd, const weft__acceptor_events *events, void *user, weft_refusal refusal)
{
    weft__sockaddr address;
    int fd;
    int rc = weft__socket_accept(listen_fd, &fd, &address);
    if (rc == 0) {
        (void)events->on_accepted(user, fd, &address, refusal); /* what it lacked the next one may have */
        return 1;
    }
    switch (accept_classify(rc)) {
    case ACCEPT_NEXT: return 1;
    case ACCEPT_NOBODY: return 0;
    default: return rc;
    }
}

/* ---- lingering ---- */

static void acceptor_on_look(uv_timer_t *timer);

static void acceptor_look_later(weft__acceptor *acceptor)
{
    if (!uv_is_active((uv_handle_t *)&acceptor->timer))
        (void)uv_timer_start(&acceptor->timer, acceptor_on_look, acceptor->looks_after_ms, 0);
}

/* Who would take a reserved descriptor is told so, also where the listener pauses: there is no queue to wait in. */
static int acceptor_let_one_in(weft__acceptor *acceptor)
{
    bool have = weft__counters_have_descriptors(acceptor->counters, uv_now(acceptor->env->loop));
    return acceptor_let_in(acceptor->fd, acceptor->events, acceptor->user,
                           have ? WEFT_REFUSAL_NONE : WEFT_REFUSAL_DESCRIPTORS);
}

/* Some at a time, until nobody is there and nobody comes. */
static void acceptor_linger(weft__acceptor *acceptor)
{
    int rc = 1;
    for (int i = 0; i < ACCEPTOR_ACCEPTS_MAX && rc > 0; i++) {
        rc = acceptor_let_one_in(acceptor);
        if (!acceptor->is_shut && ++acceptor->n_lingered == ACCEPTOR_LINGERS_MAX)
            rc = WEFT_EBUSY;
    }
    if (rc < 0 || (rc == 0 && acceptor->is_last))
        weft__acceptor_close(acceptor);
    else
        acceptor_look_later(acceptor); /* where nobody is left, the poll does not say so */
}

/* First who is on the way, then who is there: else one could go from the one to the other in between. */
static void acceptor_on_look(uv_timer_t *timer)
{
    weft__acceptor *acceptor = timer->data;
    acceptor->is_last = acceptor->is_last || uv_now(acceptor->env->loop) >= acceptor->lingers_until_ms ||
                        weft__socket_on_the_way(acceptor->fd) == 0;
    acceptor->looks_after_ms *= 2;
    if (acceptor->looks_after_ms > ACCEPTOR_LOOKS_AFTER_MAX_MS)
        acceptor->looks_after_ms = ACCEPTOR_LOOKS_AFTER_MAX_MS;
    acceptor_linger(acceptor);
}

void weft__acceptor_return(weft__acceptor *acceptor, const weft_listener_options *bounds,
                           const weft__acceptor_events *events)
{
    (void)uv_timer_stop(&acceptor->timer);
    weft__list_remove(&acceptor->link);
    acceptor->lingers = false;
    acceptor->n_lingered = 0;
    acceptor->events = events;
    if (acceptor->is_shut)
        (void)weft__socket_open_door(acceptor->fd);
    weft__acceptor_set(acceptor, bounds);
}

void weft__acceptor_let_in(int fd, const weft__acceptor_events *events, void *user)
{
    int rc = 1;
    (void)weft__socket_shut_door(fd);
    for (int i = 0; i < ACCEPTOR_LINGERS_MAX && rc > 0; i++)
        rc = acceptor_let_in(fd, events, user, WEFT_REFUSAL_NONE);
    weft__socket_close(fd);
}

void weft__acceptors_finish(weft__link *acceptors)
{
    for (weft__link *link = acceptors->next, *next; link != acceptors; link = next) {
        weft__acceptor *acceptor = weft__acceptor_of(link);
        next = link->next;
        int rc = 1;
        if (!acceptor->is_last)
            continue;
        for (int i = 0; i < ACCEPTOR_LINGERS_MAX && rc > 0; i++)
            rc = acceptor_let_one_in(acceptor);
        weft__acceptor_close(acceptor);
    }
}

static void acceptor_begin_lingering(weft__acceptor *acceptor, bool shuts)
{
    uv_loop_t *loop = acceptor->env->loop;
    acceptor_reopen(acceptor);
    if (acceptor->state == ACCEPTOR_CLOSING)
        return;
    acceptor->is_shut = shuts && weft__socket_shut_door(acceptor->fd);
    acceptor->is_last = !acceptor->is_shut || weft__socket_port(acceptor->fd) == 0;
    acceptor->looks_after_ms = ACCEPTOR_LOOKS_AFTER_MS;
    uv_update_time(loop);
    acceptor->lingers_until_ms = uv_now(loop) + ACCEPTOR_LINGERS_MS;
    acceptor_linger(acceptor);
}

static void acceptor_on_poll(uv_poll_t *poll, int status, int events)
{
    weft__acceptor *acceptor = poll->data;
    (void)events;
    if (acceptor->lingers && status == 0) {
        acceptor_linger(acceptor);
        return;
    }
    if (status < 0) {
        acceptor_broke(acceptor, status);
        return;
    }
    for (int i = 0; i < ACCEPTOR_ACCEPTS_MAX && acceptor->state == ACCEPTOR_OPEN && !acceptor->lingers; i++)
        if (!acceptor_accept(acceptor))
            return;
}

/* ---- making and closing ---- */

static void acceptor_free(weft__acceptor *acceptor)
{
    weft__env *env = acceptor->env;
    weft__socket_close(acceptor->spare_fd);
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
        events->on_closed(user, acceptor);
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
    weft__socket_close(weft__acceptor_take_fd(acceptor));
}

void weft__acceptor_linger(weft__acceptor *acceptor, bool shuts, weft__link *with)
{
    if (acceptor->lingers || acceptor->state == ACCEPTOR_CLOSING)
        return;
    acceptor->lingers = true;
    weft__list_remove(&acceptor->link);
    weft__list_append(with, &acceptor->link);
    if (acceptor->state == ACCEPTOR_BROKEN)
        weft__acceptor_close(acceptor);
    else
        acceptor_begin_lingering(acceptor, shuts);
}

void weft__acceptors_linger(weft__link *acceptors, weft__link *with)
{
    while (!weft__list_is_empty(acceptors))
        weft__acceptor_linger(weft__acceptor_of(acceptors->next), true, with);
}

void weft__acceptors_close(weft__link *acceptors)
{
    while (!weft__list_is_empty(acceptors))
        weft__acceptor_close(weft__acceptor_of(acceptors->next));
}

int weft__acceptor_take_fd(weft__acceptor *acceptor)
{
    int fd = acceptor->fd;
    if (acceptor->state == ACCEPTOR_CLOSING)
        return -1;
    acceptor_close_handles(acceptor);
    weft__list_remove(&acceptor->link);
    acceptor->fd = -1;
    return fd;
}

weft__link *weft__acceptor_link(weft__acceptor *acceptor)
{
    return &acceptor->link;
}

weft__acceptor *weft__acceptor_of(weft__link *link)
{
    return weft__container(link, weft__acceptor, link);
}

int weft__acceptor_fd(const weft__acceptor *acceptor)
{
    return acceptor->fd;
}

bool weft__acceptor_is_shut(const weft__acceptor *acceptor)
{
    return acceptor->is_shut;
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

static void acceptor_bound(weft__acceptor *acceptor, const weft_listener_options *bounds)
{
    acceptor->backoff_max_ms = bounds->backoff_max_ns / WEFT_NS_PER_MS;
    acceptor->pauses = bounds->at_limit == WEFT_AT_LIMIT_PAUSE;
    acceptor->sheds = bounds->at_exhaustion == WEFT_AT_EXHAUSTION_SHED;
    if (acceptor->sheds && acceptor->spare_fd < 0)
        acceptor->spare_fd = weft__descriptors_spare();
    if (acceptor->sheds || acceptor->spare_fd < 0)
        return;
    weft__socket_close(acceptor->spare_fd);
    acceptor->spare_fd = -1;
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
    acceptor->spare_fd = -1;
    acceptor_bound(acceptor, bounds);
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

void weft__acceptor_set(weft__acceptor *acceptor, const weft_listener_options *bounds)
{
    acceptor_bound(acceptor, bounds);
    (void)listen(acceptor->fd, weft__socket_backlog(bounds)); /* it does: this says how long the queue is */
    weft__acceptor_wake(acceptor);
}
