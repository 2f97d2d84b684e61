/* The listener: what the application has, with its options and its end. Accepting is its acceptor's, who waits for
 * READY its gate's; what it counts outlives it in the guards of its sessions. */
#include "runtime/loop/listener_inside.h"

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/conduit/handed.h"
#include "runtime/conduit/syserr.h"
#include "runtime/loop/descriptors.h"

static void listener_free_memory(weft_listener *listener)
{
    weft__env *env = &listener->runtime->env;
    if (listener->loops)
        weft__seat_fini(&listener->seat);
    weft__loops_release(listener->loops);
    weft__gate_fini(&listener->gate);
    weft__counters_release(listener->counters);
    weft_arena_free(listener->arena);
    weft_arena_free(listener->bounds_arena);
    weft__free(&env->allocator, listener, sizeof *listener);
    weft__env_release(env);
}

static void listener_end_if_closed(weft_listener *listener)
{
    weft_closed_fn closed;
    void *user;
    weft__listener_look(listener);
    if (!listener->closing || listener->n_handles > 0 || listener->gate.n_drivers > 0)
        return;
    weft__listener_has_closed(listener); /* which may still close it */
    closed = listener->closed;
    user = listener->closed_user;
    listener_free_memory(listener);
    weft__loop_enter();
    if (closed)
        closed(user);
    weft__loop_leave();
}

static void listener_on_gate_emptied(void *user)
{
    listener_end_if_closed(user);
}

/* ---- its acceptor ---- */

static bool listener_has_room(void *user, weft__watcher *watcher)
{
    weft_listener *listener = user;
    if (listener->loops && !weft__loops_has_room(listener->loops))
        return false;
    return weft__counters_have_room(listener->counters, watcher);
}

static int listener_on_accepted(void *user, int fd, const weft__sockaddr *address, weft_refusal refusal)
{
    weft_listener *listener = user;
    return weft__gate_accept(&listener->gate, fd, address, refusal);
}

static void listener_on_broken(void *user, int status)
{
    weft_listener *listener = user;
    weft__log_record(&listener->runtime->env.log, WEFT_LOG_ERROR, WEFT_LOG_LISTENER, "the listener accepts no more",
                     weft__log_text("error", weft_str_from(uv_strerror(status))));
}

void weft__listener_on_part_closed(void *user)
{
    weft_listener *listener = user;
    listener->n_handles--;
    listener_end_if_closed(listener);
}

static void listener_on_acceptor_closed(void *user, const weft__acceptor *acceptor)
{
    weft_listener *listener = user;
    if (listener->acceptor == acceptor)
        listener->acceptor = NULL;
    weft__listener_on_part_closed(listener);
}

static bool listener_counts_room(void *user, weft__watcher *watcher)
{
    weft_listener *listener = user;
    return weft__counters_have_room(listener->counters, watcher);
}

const weft__acceptor_events weft__listener_acceptor_events = {
    listener_has_room,
    listener_on_accepted,
    listener_on_broken,
    listener_on_acceptor_closed,
};

const weft__acceptor_events weft__listener_other_events = {
    listener_counts_room,
    listener_on_accepted,
    listener_on_broken,
    listener_on_acceptor_closed,
};

static int listener_on_mem(void *user, weft__conduit *conduit)
{
    weft_listener *listener = user;
    return weft__gate_accept_conduit(&listener->gate, conduit);
}

/* ---- opening and closing ---- */

static void listener_on_timer_closed(uv_handle_t *handle)
{
    weft_listener *listener = handle->data;
    listener->n_handles--;
    listener_end_if_closed(listener);
}

void weft__listener_leave_address(weft_listener *listener)
{
    weft__mem_unlisten(&listener->runtime->hub, listener->name);
    listener->name = NULL;
    weft__socket_remove_file(&listener->url, &listener->file);
    memset(&listener->file, 0, sizeof listener->file);
    if (listener->loops)
        weft__loops_set_acceptor(listener->loops, NULL);
}

void weft__listener_leave_sockets(weft_listener *listener)
{
    if (listener->acceptor)
        weft__acceptor_linger(listener->acceptor, !listener->is_handed, &listener->before);
    listener->acceptor = NULL;
    listener->is_handed = false;
    weft__acceptors_linger(&listener->others, &listener->before);
}

void weft__listener_close(weft_listener *listener)
{
    if (listener->closing)
        return;
    listener->closing = true;
    weft__list_remove(&listener->link);
    weft__listener_leave_address(listener);
    if (listener->acceptor)
        weft__acceptor_close(listener->acceptor);
    weft__acceptors_close(&listener->others);
    weft__acceptors_close(&listener->before);
    uv_close((uv_handle_t *)&listener->timer, listener_on_timer_closed);
    for (weft__link *link = listener->branches.next; link != &listener->branches; link = link->next)
        weft__branch_stop(weft__branch_of(link), false);
    if (listener->loops)
        weft__seat_close(&listener->seat, weft__listener_on_part_closed, listener);
    weft__gate_clear(&listener->gate);
}

void weft__listener_stop(weft__link *link)
{
    weft__listener_close(weft__container(link, weft_listener, link));
}

void weft_listener_close(weft_listener *listener, weft_closed_fn closed, void *user)
{
    if (listener->closed)
        return;
    listener->closed = closed; /* also of one that closes by itself, having stopped */
    listener->closed_user = user;
    weft__listener_close(listener);
}

int weft_listener_set_max_live(weft_listener *listener, int64_t max_live)
{
    if (max_live < WEFT_UNLIMITED)
        return WEFT_EINVAL;
    weft__counters_set_max_live(listener->counters, max_live);
    return 0;
}

void weft_listener_stats_read(const weft_listener *listener, weft_listener_stats *ret_stats, size_t size)
{
    weft_listener_stats stats;
    weft__counters_read(listener->counters, &stats);
    stats.size = size < sizeof stats ? size : sizeof stats;
    memcpy(ret_stats, &stats, stats.size);
}

int weft_listener_each_session(const weft_listener *listener, weft_runtime *runtime_or_null,
                               int (*each)(void *user, weft_session *session), void *user)
{
    weft_runtime *runtime = runtime_or_null ? runtime_or_null : listener->runtime;
    const weft__counters *counters = listener->counters;
    /* Drivers go only when they are served, behind this. */
    for (weft__link *link = runtime->drivers.next; link != &runtime->drivers; link = link->next) {
        const weft__driver *driver = weft__container(link, weft__driver, link);
        weft_session *session = driver->engine ? weft_engine_session(driver->engine) : NULL;
        int rc = 0;
        if (session && driver->guard.counters == counters && weft_session_root(session))
            rc = each(user, session);
        if (rc != 0)
            return rc;
    }
    return 0;
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
    int fd = -1;
    int rc = weft__socket_listen(&listener->url, &listener->bounds, &fd, &listener->file, error);
    if (rc < 0)
        return rc;
    rc = weft__acceptor_new(&listener->runtime->env, listener->counters, &listener->bounds, fd,
                            &weft__listener_acceptor_events, listener, &listener->acceptor);
    if (rc < 0) {
        if (listener->url.kind == WEFT__URL_FD)
            weft__handed_give_back(&listener->url, fd);
        else
            weft__socket_close(fd);
        return weft__error_set(error, rc,
                               rc == WEFT_EALREADY ? "somebody has the socket already at this loop" : "cannot listen");
    }
    listener->n_handles++;
    listener->is_handed = listener->url.kind == WEFT__URL_FD;
    if (listener->is_handed)
        weft__socket_url(fd, &listener->url);
    listener->port = weft__socket_port(fd);
    return 0;
}

static int listener_open(weft_listener *listener, weft_error *error)
{
    int rc;
    if (listener->url.kind != WEFT__URL_MEM)
        return listener_open_socket(listener, error);
    rc = weft__mem_listen(&listener->runtime->hub, listener->url.name, listener_on_mem, listener, &listener->name);
    return rc < 0 ? weft__error_set(error, rc, NULL) : 0;
}

/* A process that may have few keeps few. */
static uint32_t reserved_by_default(void)
{
    uint64_t limit;
    if (!weft__descriptors_limit(&limit) || limit / 4 >= WEFT_RESERVED_DESCRIPTORS)
        return WEFT_RESERVED_DESCRIPTORS;
    return (uint32_t)(limit / 4);
}

void weft_listener_options_init(weft_listener_options *options, size_t size)
{
    weft_listener_options defaults;
    memset(&defaults, 0, sizeof defaults);
    defaults.max_live = WEFT_UNLIMITED;
    defaults.max_live_per_address = WEFT_UNLIMITED;
    defaults.reserved_descriptors = reserved_by_default();
    defaults.max_pending = WEFT_HANDSHAKES_MAX;
    defaults.max_pending_per_address = WEFT_HANDSHAKES_PER_ADDRESS_MAX;
    defaults.identify_timeout_ns = WEFT_PREAMBLE_TIMEOUT;
    defaults.backoff_max_ns = WEFT_ACCEPT_BACKOFF_MAX;
    defaults.max_handed = WEFT_HANDED_MAX;
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
    if ((url->kind == WEFT__URL_TCP || url->kind == WEFT__URL_MEM) && bounds->n_uids + bounds->n_gids > 0)
        return "uids and gids are those of who connects to a unix socket";
    if ((bounds->n_uids > 0 && !bounds->uids) || (bounds->n_gids > 0 && !bounds->gids))
        return "uids or gids is NULL, and not empty";
    if (bounds->max_live < WEFT_UNLIMITED)
        return "max_live is WEFT_UNLIMITED, 0 or more";
    if (bounds->max_live_per_address < WEFT_UNLIMITED || bounds->max_live_per_address == 0)
        return "max_live_per_address is WEFT_UNLIMITED, 1 or more";
    if ((unsigned)bounds->at_limit > WEFT_AT_LIMIT_PAUSE || (unsigned)bounds->at_exhaustion > WEFT_AT_EXHAUSTION_SHED)
        return "at_limit or at_exhaustion is none";
    if (bounds->max_pending == 0 || bounds->max_pending_per_address == 0)
        return "with max_pending or max_pending_per_address of 0 nobody could come in";
    if (bounds->identify_timeout_ns == 0)
        return "with identify_timeout_ns of 0 nobody could come in";
    if (bounds->reuse_port && url->kind != WEFT__URL_TCP)
        return "reuse_port is of tcp";
    if (bounds->max_handed == 0)
        return "with max_handed of 0 nobody could be handed to another loop";
    if (bounds->backoff_max_ns < WEFT_ACCEPT_BACKOFF_MIN)
        return "backoff_max_ns is 10 ms at least";
    return NULL;
}

int weft__listener_read_bounds(const weft_listener_options *options_or_null, const weft__url *url,
                               weft_listener_options *ret_bounds, weft_error *error)
{
    weft_listener_options bounds = weft_listener_options_default();
    const char *fault;
    if (weft__options_copy(&bounds, sizeof bounds, options_or_null) < 0)
        return weft__error_set(
            error, WEFT_EINVAL,
            "the listener options have no size (weft_listener_options_default), or what this version does not know");
    fault = bounds_fault(&bounds, url);
    if (fault)
        return weft__error_set(error, WEFT_EINVAL, fault);
    *ret_bounds = bounds;
    return 0;
}

/* Options that no handshake could be made with are refused now, not at the first client. */
int weft__listener_check_options(weft_runtime *runtime, const weft_session_options *options, weft_error *error)
{
    weft_engine_options engine_options;
    weft_handshake *handshake = NULL;
    int rc = weft__runtime_engine_options(runtime, NULL, &engine_options);
    engine_options.log = NULL; /* no session: nothing to tell of its end */
    if (rc == 0)
        rc = weft_handshake_new(&engine_options, options, uv_hrtime(), &handshake);
    weft_handshake_free(handshake);
    if (rc < 0)
        return weft__error_set(error, rc, rc == WEFT_EINVAL ? weft__session_options_why(options) : NULL);
    return 0;
}

static int listener_init_parts(weft_listener *listener, const weft_session_options *options)
{
    const weft_allocator *allocator = &listener->runtime->env.allocator;
    int rc = weft_arena_new(allocator, &listener->arena);
    if (rc == 0)
        rc = weft_arena_new(allocator, &listener->bounds_arena);
    if (rc == 0)
        rc = weft__session_options_keep(options, listener->arena, &listener->options);
    if (rc == 0)
        rc = weft__listener_options_keep(&listener->bounds, listener->bounds_arena);
    if (rc == 0)
        rc = weft__counters_new(allocator, &listener->bounds, &listener->counters);
    return rc;
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
    weft__list_init(&listener->branches);
    weft__list_init(&listener->others);
    weft__list_init(&listener->before);
    weft__env_hold(&runtime->env);
    rc = listener_init_parts(listener, options);
    if (rc < 0) {
        listener_free_memory(listener);
        return rc;
    }
    weft__gate_init(&listener->gate, runtime, listener->counters, &listener->options, &listener->bounds);
    listener->gate.emptied = listener_on_gate_emptied;
    listener->gate.user = listener;
    (void)uv_timer_init(runtime->env.loop, &listener->timer); /* cannot fail */
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
    rc = weft__listener_read_bounds(listener_options_or_null, &parsed, &bounds, error_or_null);
    if (rc == 0)
        rc = weft__listener_check_options(runtime, options, error_or_null);
    if (rc < 0)
        return rc;
    rc = listener_new(runtime, &parsed, options, &bounds, &listener);
    if (rc < 0)
        return weft__error_set(error_or_null, rc, NULL);
    rc = listener_open(listener, error_or_null);
    if (rc < 0) {
        weft__listener_close(listener);
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
