/* The listener: accepts on a descriptor of its own, since libuv's accepting hides that descriptors have run out.
 *
 *   OPEN ──exhausted──→ BACKOFF ──timer──→ OPEN        exhausted: no descriptors, buffers or memory
 *     │ the descriptor is broken        │
 *     └──────→ BROKEN ←─────────────────┘              all ──close──→ CLOSING
 *
 * While it backs off, clients wait in the system's queue. Those who have begun and are not Ready are bounded, in all
 * and for each address: beyond, the oldest is closed, so that silent ones cannot keep others out. */
#include "runtime/loop/loop.h"

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/conduit/syserr.h"
#include "runtime/conduit/url.h"
#include "runtime/loop/driver.h"

#include <netinet/in.h>

/* Accepted in one wake-up: other handles of the loop have their turn too. */
#define LISTENER_ACCEPTS_MAX 32

typedef enum listener_state { LISTENER_OPEN = 0, LISTENER_BACKOFF, LISTENER_BROKEN, LISTENER_CLOSING } listener_state;

struct weft_listener {
    weft__link link; /* in runtime->listeners */
    weft_runtime *runtime;
    weft__url url;
    uint16_t port;
    uint8_t state;                /* listener_state */
    weft_session_options options; /* points into arena */
    weft_listener_options bounds;
    weft_arena *arena;
    weft__mem_name *name; /* mem */
    int fd;               /* else */
    weft__socket_file file;
    uv_poll_t poll;
    uv_timer_t timer;   /* of the back-off */
    unsigned n_handles; /* of these two, not closed yet */
    uint64_t backoff_ms;
    weft_listener_stats counts;
    weft__link waiting; /* drivers before Ready, the oldest first */
    size_t n_waiting;
    size_t n_drivers; /* those and the ones that close: closed waits for them */
    weft_closed_fn closed;
    void *closed_user;
};

static void listener_free_memory(weft_listener *listener)
{
    weft__env *env = &listener->runtime->env;
    weft_arena_free(listener->arena);
    weft__free(&env->allocator, listener, sizeof *listener);
    weft__env_release(env);
}

static void listener_end_if_closed(weft_listener *listener)
{
    weft_closed_fn closed = listener->closed;
    void *user = listener->closed_user;
    if (listener->state != LISTENER_CLOSING || listener->n_handles > 0 || listener->n_drivers > 0)
        return;
    listener_free_memory(listener);
    weft__loop_enter();
    if (closed)
        closed(user);
    weft__loop_leave();
}

/* ---- those before Ready ----------------------------------------------------------------------------------------- */

void weft__listener_ready(weft_listener *listener, bool resumed)
{
    if (resumed)
        listener->counts.resumed++;
    else
        listener->counts.ready++;
}

void weft__listener_forget(weft_listener *listener, weft__link *waiting)
{
    if (!weft__link_is_in(waiting))
        return;
    weft__list_remove(waiting);
    listener->n_waiting--;
}

void weft__listener_let_go(weft_listener *listener)
{
    listener->n_drivers--;
    listener_end_if_closed(listener);
}

/* The address without its port; IPv4 in its IPv6 form. Others have none. */
static bool listener_source(const weft__sockaddr *address, uint8_t ret_source[16])
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (address->storage.ss_family == AF_INET) {
        memcpy(&in, &address->storage, sizeof in);
        memset(ret_source, 0, 10);
        memset(ret_source + 10, 0xff, 2);
        memcpy(ret_source + 12, &in.sin_addr, 4);
        return true;
    }
    if (address->storage.ss_family == AF_INET6) {
        memcpy(&in6, &address->storage, sizeof in6);
        memcpy(ret_source, &in6.sin6_addr, 16);
        return true;
    }
    return false;
}

static void listener_close_oldest(weft_listener *listener, const weft__driver *same_source_or_null)
{
    for (weft__link *link = listener->waiting.next; link != &listener->waiting; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, waiting);
        if (same_source_or_null &&
            (!driver->has_source || memcmp(driver->source, same_source_or_null->source, sizeof driver->source) != 0))
            continue;
        weft__log_record(&listener->runtime->env.log, WEFT_LOG_WARNING, WEFT_LOG_LISTENER,
                         "too many handshakes: the oldest is closed",
                         weft__log_text("address", weft_str_from(driver->conduit ? driver->conduit->address : "")));
        listener->counts.too_many++;
        weft__driver_abort(driver);
        return;
    }
}

static size_t listener_n_of_source(const weft_listener *listener, const weft__driver *of)
{
    size_t n = 0;
    for (const weft__link *link = listener->waiting.next; link != &listener->waiting; link = link->next) {
        const weft__driver *driver = weft__container(link, weft__driver, waiting);
        if (driver->has_source && memcmp(driver->source, of->source, sizeof of->source) == 0)
            n++;
    }
    return n;
}

static void listener_count(weft_listener *listener, weft__driver *driver, const char *address)
{
    if (driver->has_source && listener_n_of_source(listener, driver) >= listener->bounds.max_pending_per_address)
        listener_close_oldest(listener, driver);
    if (listener->n_waiting >= listener->bounds.max_pending)
        listener_close_oldest(listener, NULL);
    weft__log_record(&listener->runtime->env.log, WEFT_LOG_DEBUG, WEFT_LOG_LISTENER, "accepted",
                     weft__log_number("session", listener->runtime->n_sessions), /* the one made last is this one's */
                     weft__log_text("address", weft_str_from(address)));
    listener->counts.accepted++;
    driver->listener = listener;
    weft__list_append(&listener->waiting, &driver->waiting);
    listener->n_waiting++;
    listener->n_drivers++;
}

static int listener_on_mem(void *user, weft__conduit *conduit)
{
    weft_listener *listener = user;
    weft__driver *driver;
    int rc = weft__driver_new_acceptor(listener->runtime, &listener->options, &conduit->peer,
                                       listener->bounds.identify_timeout_ns, &driver);
    if (rc < 0)
        return rc;
    listener_count(listener, driver, conduit->peer.address);
    weft__driver_attach(driver, conduit);
    return 0;
}

/* On success fd is taken over. */
static int listener_take(weft_listener *listener, int fd, const weft__sockaddr *address)
{
    const char *transport = listener->url.kind == WEFT__URL_TCP ? "tcp" : "unix";
    char text[WEFT__ADDRESS_MAX];
    weft__conduit *conduit;
    weft__driver *driver;
    weft_peer peer;
    int rc;
    weft__socket_evidence(fd, transport, &peer, text, sizeof text);
    rc = weft__driver_new_acceptor(listener->runtime, &listener->options, &peer, listener->bounds.identify_timeout_ns,
                                   &driver);
    if (rc < 0)
        return rc;
    rc = weft__stream_new(&listener->runtime->env, fd, transport, &conduit);
    if (rc < 0) {
        weft__driver_discard(driver);
        return rc;
    }
    driver->has_source = listener_source(address, driver->source);
    listener_count(listener, driver, text);
    weft__driver_attach(driver, conduit);
    return 0;
}

/* ---- accepting ------------------------------------------------------------------------------------------------------
 */

static void listener_on_poll(uv_poll_t *poll, int status, int events);

static void listener_broke(weft_listener *listener, int status)
{
    listener->state = LISTENER_BROKEN;
    (void)uv_poll_stop(&listener->poll);
    weft__log_record(&listener->runtime->env.log, WEFT_LOG_ERROR, WEFT_LOG_LISTENER, "the listener accepts no more",
                     weft__log_text("error", weft_str_from(uv_strerror(status))));
}

static void listener_on_timer(uv_timer_t *timer)
{
    weft_listener *listener = timer->data;
    int rc;
    if (listener->state != LISTENER_BACKOFF)
        return;
    listener->state = LISTENER_OPEN;
    rc = uv_poll_start(&listener->poll, UV_READABLE, listener_on_poll);
    if (rc < 0)
        listener_broke(listener, rc);
}

static void listener_back_off(weft_listener *listener, int status)
{
    uint64_t most_ms = listener->bounds.backoff_max_ns / WEFT_NS_PER_MS;
    listener->backoff_ms =
        listener->backoff_ms == 0 ? WEFT_ACCEPT_BACKOFF_MIN / WEFT_NS_PER_MS : listener->backoff_ms * 2;
    if (listener->backoff_ms > most_ms)
        listener->backoff_ms = most_ms;
    listener->state = LISTENER_BACKOFF;
    listener->counts.waits++;
    (void)uv_poll_stop(&listener->poll);
    (void)uv_timer_start(&listener->timer, listener_on_timer, listener->backoff_ms, 0);
    weft__log_record(&listener->runtime->env.log, WEFT_LOG_WARNING, WEFT_LOG_LISTENER,
                     "exhausted: accepting waits for a while", weft__log_number("ms", listener->backoff_ms),
                     weft__log_text("error", weft_str_from(uv_strerror(status))));
}

/* What failed for one client does not stop the next; what is exhausted for one is for the next too. */
static void listener_on_accept_error(weft_listener *listener, int status, bool *ret_go_on)
{
    *ret_go_on = false;
    switch (status) {
    case UV_EAGAIN: break;
    case UV_EMFILE:
    case UV_ENFILE:
    case UV_ENOBUFS:
    case UV_ENOMEM: listener_back_off(listener, status); break;
    case -EBADF:
    case -EINVAL:
    case -ENOTSOCK:
    case -EOPNOTSUPP: listener_broke(listener, status); break;
    default: *ret_go_on = true; break;
    }
}

/* false: nothing more now. */
static bool listener_accept(weft_listener *listener)
{
    weft__sockaddr address;
    bool go_on;
    int fd, rc;
    rc = weft__socket_accept(listener->fd, &fd, &address);
    if (rc < 0) {
        listener_on_accept_error(listener, rc, &go_on);
        return go_on;
    }
    rc = listener_take(listener, fd, &address);
    if (rc < 0)
        weft__socket_close(fd);
    if (rc == WEFT_ENOMEM) {
        listener_back_off(listener, UV_ENOMEM);
        return false;
    }
    listener->backoff_ms = 0;
    return true;
}

static void listener_on_poll(uv_poll_t *poll, int status, int events)
{
    weft_listener *listener = poll->data;
    (void)events;
    if (status < 0) {
        listener_broke(listener, status);
        return;
    }
    for (int i = 0; i < LISTENER_ACCEPTS_MAX && listener->state == LISTENER_OPEN; i++)
        if (!listener_accept(listener))
            return;
}

/* ---- opening and closing --------------------------------------------------------------------------------------------
 */

static void listener_on_handle_closed(uv_handle_t *handle)
{
    weft_listener *listener = handle->data;
    listener->n_handles--;
    listener_end_if_closed(listener);
}

static void listener_stop(weft_listener *listener)
{
    listener->state = LISTENER_CLOSING;
    weft__list_remove(&listener->link);
    weft__mem_unlisten(&listener->runtime->hub, listener->name);
    listener->name = NULL;
    if (listener->fd >= 0)
        uv_close((uv_handle_t *)&listener->poll, listener_on_handle_closed);
    uv_close((uv_handle_t *)&listener->timer, listener_on_handle_closed);
    weft__socket_remove_file(&listener->url, &listener->file);
    weft__socket_close(listener->fd);
    listener->fd = -1;
    while (!weft__list_is_empty(&listener->waiting))
        weft__driver_abort(weft__container(listener->waiting.next, weft__driver, waiting));
}

void weft__listener_stop(weft__link *link)
{
    listener_stop(weft__container(link, weft_listener, link));
}

void weft_listener_close(weft_listener *listener, weft_closed_fn closed, void *user)
{
    if (listener->state == LISTENER_CLOSING)
        return;
    listener->closed = closed;
    listener->closed_user = user;
    listener_stop(listener);
}

void weft_listener_stats_read(const weft_listener *listener, weft_listener_stats *ret_stats, size_t size)
{
    weft_listener_stats stats = listener->counts;
    stats.size = size < sizeof stats ? size : sizeof stats;
    stats.handshakes_now = listener->n_waiting;
    memcpy(ret_stats, &stats, stats.size);
}

weft_listener *weft__listener_of(weft__link *link)
{
    return weft__container(link, weft_listener, link);
}

int weft_listener_url(const weft_listener *listener, char *buf, size_t cap)
{
    return weft__url_format(&listener->url, listener->port, buf, cap);
}

static int listener_open_socket(weft_listener *listener, weft_error *error)
{
    int rc = weft__socket_listen(&listener->url, &listener->bounds, &listener->fd, &listener->file, error);
    if (rc < 0)
        return rc;
    if (listener->url.kind == WEFT__URL_FD)
        weft__socket_url(listener->fd, &listener->url);
    listener->port = weft__socket_port(listener->fd);
    rc = uv_poll_init(listener->runtime->env.loop, &listener->poll, listener->fd);
    if (rc < 0) {
        weft__socket_remove_file(&listener->url, &listener->file);
        weft__socket_close(listener->fd);
        listener->fd = -1;
        return weft__error_status(error, rc, "cannot listen");
    }
    listener->poll.data = listener;
    listener->n_handles++;
    rc = uv_poll_start(&listener->poll, UV_READABLE, listener_on_poll);
    return rc < 0 ? weft__error_status(error, rc, "cannot listen") : 0;
}

static int listener_open(weft_listener *listener, weft_error *error)
{
    int rc;
    if (listener->url.kind != WEFT__URL_MEM)
        return listener_open_socket(listener, error);
    rc = weft__mem_listen(&listener->runtime->hub, listener->url.name, listener_on_mem, listener, &listener->name);
    return rc < 0 ? weft__error_set(error, rc, NULL) : 0;
}

void weft_listener_options_init(weft_listener_options *options, size_t size)
{
    weft_listener_options defaults;
    memset(&defaults, 0, sizeof defaults);
    defaults.max_pending = WEFT_HANDSHAKES_MAX;
    defaults.max_pending_per_address = WEFT_HANDSHAKES_PER_ADDRESS_MAX;
    defaults.identify_timeout_ns = WEFT_PREAMBLE_TIMEOUT;
    defaults.backoff_max_ns = WEFT_ACCEPT_BACKOFF_MAX;
    defaults.owner = -1;
    defaults.group = -1;
    weft__options_give(options, size, &defaults, sizeof defaults);
}

static const char *bounds_fault(const weft_listener_options *bounds, const weft__url *url)
{
    if (url->kind != WEFT__URL_UNIX && (bounds->mode != 0 || bounds->owner != -1 || bounds->group != -1))
        return "mode, owner and group are those of a file: unix:///path";
    if (bounds->mode == 0 && (bounds->owner != -1 || bounds->group != -1))
        return "owner and group need a mode: who else may come in";
    if (bounds->mode > 0777 || bounds->owner < -1 || bounds->owner >= UINT32_MAX || bounds->group < -1 ||
        bounds->group >= UINT32_MAX)
        return "mode, owner or group of the socket's file is none";
    if (bounds->max_pending == 0 || bounds->max_pending_per_address == 0)
        return "with max_pending or max_pending_per_address of 0 nobody could come in";
    if (bounds->identify_timeout_ns == 0)
        return "with identify_timeout_ns of 0 nobody could come in";
    if (bounds->backoff_max_ns < WEFT_ACCEPT_BACKOFF_MIN)
        return "backoff_max_ns is 10 ms at least";
    return NULL;
}

static int listener_read_bounds(const weft_listener_options *options_or_null, const weft__url *url,
                                weft_listener_options *ret_bounds, weft_error *error)
{
    weft_listener_options bounds = weft_listener_options_default();
    const char *fault;
    if (options_or_null && weft__options_copy(&bounds, sizeof bounds, options_or_null) < 0)
        return weft__error_set(error, WEFT_EINVAL, "the listener options are not valid");
    fault = bounds_fault(&bounds, url);
    if (fault)
        return weft__error_set(error, WEFT_EINVAL, fault);
    *ret_bounds = bounds;
    return 0;
}

/* Options that no handshake could be made with are refused now, not at the first client. */
static int listener_check_options(weft_runtime *runtime, const weft_session_options *options, weft_error *error)
{
    weft_engine_options engine_options;
    weft_handshake *handshake = NULL;
    int rc = weft__runtime_engine_options(runtime, NULL, &engine_options);
    engine_options.log = NULL; /* no session: nothing to tell of its end */
    if (rc == 0)
        rc = weft_handshake_new(&engine_options, options, uv_hrtime(), &handshake);
    weft_handshake_free(handshake);
    if (rc < 0)
        return weft__error_set(error, rc, rc == WEFT_EINVAL ? "the session options are not valid" : NULL);
    return 0;
}

/* Without a socket or name yet. */
static int listener_new(weft_runtime *runtime, const weft__url *url, const weft_session_options *options,
                        const weft_listener_options *bounds, weft_listener **ret_listener)
{
    weft_listener *listener = weft__alloc_zero(&runtime->env.allocator, sizeof *listener);
    int rc;
    if (!listener)
        return WEFT_ENOMEM;
    listener->runtime = runtime;
    listener->url = *url;
    listener->port = url->port;
    listener->bounds = *bounds;
    listener->fd = -1;
    weft__list_init(&listener->waiting);
    weft__env_hold(&runtime->env);
    rc = weft_arena_new(&runtime->env.allocator, &listener->arena);
    if (rc == 0)
        rc = weft__session_options_keep(options, listener->arena, &listener->options);
    if (rc == 0)
        rc = uv_timer_init(runtime->env.loop, &listener->timer);
    if (rc < 0) {
        listener_free_memory(listener);
        return rc;
    }
    listener->timer.data = listener;
    listener->n_handles = 1;
    weft__list_append(&runtime->listeners, &listener->link);
    *ret_listener = listener;
    return 0;
}

int weft_listen_with(weft_runtime *runtime, const char *url, const weft_session_options *options,
                     const weft_listener_options *listener_options_or_null, weft_listener **ret_listener,
                     weft_error *error_or_null)
{
    weft_listener_options bounds;
    weft_listener *listener;
    weft__url parsed;
    int rc = weft__url_parse(url, &parsed, error_or_null);
    if (rc < 0)
        return rc;
    if (!options)
        return weft__error_set(error_or_null, WEFT_EINVAL,
                               "a listener needs options: without on_open nothing is served");
    if (runtime->state != WEFT__RUNTIME_OPEN)
        return weft__error_set(error_or_null, WEFT_ECLOSED, "the runtime is closed");
    rc = listener_read_bounds(listener_options_or_null, &parsed, &bounds, error_or_null);
    if (rc == 0)
        rc = listener_check_options(runtime, options, error_or_null);
    if (rc < 0)
        return rc;
    rc = listener_new(runtime, &parsed, options, &bounds, &listener);
    if (rc < 0)
        return weft__error_set(error_or_null, rc, NULL);
    rc = listener_open(listener, error_or_null);
    if (rc < 0) {
        listener_stop(listener);
        return rc;
    }
    weft__log_record(&runtime->env.log, WEFT_LOG_INFO, WEFT_LOG_LISTENER, "listening",
                     weft__log_text("url", weft_str_from(url)), weft__log_number("port", listener->port));
    *ret_listener = listener;
    return 0;
}

int weft_listen(weft_runtime *runtime, const char *url, const weft_session_options *options,
                weft_listener **ret_listener, weft_error *error_or_null)
{
    return weft_listen_with(runtime, url, options, NULL, ret_listener, error_or_null);
}
