/* A listener that stops within a time, and one that moves: to another address, or to other options. What waits in the
 * system's queue of a socket that it gives up is let in first. */
#include "runtime/loop/listener_inside.h"

#include "runtime/base/error.h"
#include "runtime/base/log.h"
#include "runtime/base/mem.h"

/* ---- stopping ---- */

static void listener_tell_stopped(weft_listener *listener, int status)
{
    weft_stopped_fn stopped = listener->stopped;
    listener->stopped = NULL;
    weft__loop_enter();
    if (stopped)
        stopped(listener->stopped_user, status);
    weft__loop_leave();
}

void weft__listener_look(weft_listener *listener)
{
    if (listener->stopping && !listener->closing && weft__list_is_empty(&listener->before) &&
        weft__list_is_empty(&listener->branches) && listener->gate.n_drivers == 0) {
        listener->is_empty = true;
        weft__listener_close(listener);
    }
}

/* Before its memory goes: no loop has anything of it any more. */
void weft__listener_has_closed(weft_listener *listener)
{
    int status = WEFT_ECANCELED;
    if (listener->is_empty)
        status = 0;
    else if (listener->is_late)
        status = WEFT_ETIMEDOUT;
    listener_tell_stopped(listener, status);
}

static void listener_on_limit(uv_timer_t *timer)
{
    weft_listener *listener = timer->data;
    listener->is_late = listener->gate.n_drivers > 0 || !weft__list_is_empty(&listener->branches);
    listener->is_empty = !listener->is_late; /* nobody had come any more */
    weft__listener_close(listener);
}

int weft_listener_stop(weft_listener *listener, uint64_t limit_ns, weft_stopped_fn stopped, void *user)
{
    uint64_t limit_ms = limit_ns / WEFT_NS_PER_MS;
    if (listener->closing || listener->stopping)
        return WEFT_EALREADY;
    listener->stopping = true;
    listener->stopped = stopped;
    listener->stopped_user = user;
    uv_update_time(listener->runtime->env.loop);
    if (limit_ns != WEFT_FOREVER)
        (void)uv_timer_start(&listener->timer, listener_on_limit, limit_ms, 0);
    weft__listener_leave_address(listener);
    weft__listener_leave_sockets(listener);
    for (weft__link *link = listener->branches.next; link != &listener->branches; link = link->next)
        weft__branch_stop(weft__branch_of(link), true);
    weft__listener_look(listener);
    return 0;
}

/* ---- moving ---- */

/* What a listener becomes, until it is certain that it can. */
typedef struct move {
    weft_listener *listener;
    weft__url url;
    bool moves;                          /* to another address */
    const weft_session_options *options; /* NULL: as they are */
    weft_arena *arena;
    weft_session_options kept;
    bool has_bounds;
    weft_listener_options bounds; /* points into bounds_arena */
    weft_arena *bounds_arena;
    int fd;
    bool shares_port; /* which the old socket did not */
    weft__socket_file file;
    weft__acceptor *acceptor;      /* NULL: none yet, or */
    weft__acceptor *again;         /* one that has not gone yet, at the address that the listener comes back to */
    weft__branch_change **changes; /* one a branch, in order */
    size_t n_changes;
} move;

static void move_fini(move *m)
{
    const weft_allocator *allocator = &m->listener->runtime->env.allocator;
    for (size_t i = 0; i < m->n_changes; i++)
        weft__branch_change_free(m->changes[i]);
    weft__free(allocator, m->changes, m->n_changes * sizeof(weft__branch_change *));
    weft_arena_free(m->arena);
    weft_arena_free(m->bounds_arena);
}

/* Nothing has changed. */
static int move_undo(move *m, int rc)
{
    if (m->moves && m->fd >= 0)
        weft__socket_remove_file(&m->url, &m->file);
    if (m->acceptor) { /* whose the descriptor is */
        m->listener->n_handles++;
        weft__acceptor_close(m->acceptor);
    } else if (!m->again) {
        weft__socket_close(m->fd);
    }
    if (m->shares_port)
        (void)weft__socket_share_port(weft__acceptor_fd(m->listener->acceptor), false);
    move_fini(m);
    return rc;
}

static bool is_same_address(const weft_listener *listener, const weft__url *url)
{
    const weft__url *now = &listener->url;
    return now->kind == url->kind && now->name_len == url->name_len &&
           memcmp(now->name, url->name, url->name_len) == 0 &&
           (url->kind != WEFT__URL_TCP || url->port == listener->port);
}

static bool is_socket(const weft__url *url)
{
    return url->kind == WEFT__URL_TCP || url->kind == WEFT__URL_UNIX || url->kind == WEFT__URL_ABSTRACT;
}

static int move_read_url(move *m, const char *url_or_null, weft_error *error)
{
    const weft_listener *listener = m->listener;
    int rc;
    m->url = listener->url;
    if (!url_or_null)
        return 0;
    rc = weft__url_parse(url_or_null, &m->url, error);
    if (rc < 0)
        return rc;
    m->moves = !is_same_address(listener, &m->url);
    if (m->moves && (!is_socket(&m->url) || listener->url.kind == WEFT__URL_MEM))
        return weft__error_set(error, WEFT_EINVAL, "only listeners at tcp and unix sockets can move");
    return 0;
}

static bool is_same_file(const weft_listener_options *a, const weft_listener_options *b)
{
    return a->mode == b->mode && a->owner == b->owner && a->group == b->group;
}

static int move_read_options(move *m, const weft_listener_options *bounds_or_null, weft_error *error)
{
    weft_listener *listener = m->listener;
    const weft_allocator *allocator = &listener->runtime->env.allocator;
    int rc = weft_arena_new(allocator, &m->bounds_arena);
    m->has_bounds = bounds_or_null != NULL;
    if (rc == 0)
        rc = weft__listener_read_bounds(m->has_bounds ? bounds_or_null : &listener->bounds, &m->url, &m->bounds, error);
    if (rc == WEFT_EINVAL)
        return rc;
    if (rc == 0)
        rc = weft__listener_options_keep(&m->bounds, m->bounds_arena);
    if (rc == 0 && !m->moves && !is_same_file(&m->bounds, &listener->bounds))
        return weft__error_set(error, WEFT_EINVAL,
                               "mode, owner and group of a socket's file change with its path alone");
    if (rc == 0 && m->options) {
        rc = weft__listener_check_options(listener->runtime, m->options, error);
        if (rc < 0)
            return rc;
        rc = weft_arena_new(allocator, &m->arena);
        if (rc == 0)
            rc = weft__session_options_keep(m->options, m->arena, &m->kept);
    }
    return rc < 0 ? weft__error_set(error, rc, NULL) : 0;
}

/* Sockets of this listener's that are, or were, at the same port, share it from now on; but for those that were handed
 * down, whose port is somebody else's. false: there are none. */
static bool move_share_port(move *m)
{
    weft_listener *listener = m->listener;
    bool shared = false;
    if (listener->acceptor && !listener->is_handed && listener->port == m->url.port) {
        m->shares_port = !weft__socket_shares_port(weft__acceptor_fd(listener->acceptor));
        shared = weft__socket_share_port(weft__acceptor_fd(listener->acceptor), true) == 0;
    }
    for (weft__link *link = listener->before.next; link != &listener->before; link = link->next) {
        const weft__acceptor *acceptor = weft__acceptor_of(link);
        int fd = weft__acceptor_fd(acceptor);
        if (weft__acceptor_is_shut(acceptor) && weft__socket_port(fd) == m->url.port)
            shared = weft__socket_share_port(fd, true) == 0 || shared;
    }
    return shared;
}

static bool is_any(const char *name)
{
    return name[0] == '\0' || strcmp(name, "*") == 0 || strcmp(name, "::") == 0 || strcmp(name, "0.0.0.0") == 0;
}

/* NULL: none, or one whose address is written otherwise. */
static weft__acceptor *move_find_again(const move *m)
{
    const weft__link *before = &m->listener->before;
    for (weft__link *link = before->next; link != before; link = link->next) {
        weft__acceptor *acceptor = weft__acceptor_of(link);
        weft__url url;
        if (!weft__acceptor_is_shut(acceptor))
            continue;
        memset(&url, 0, sizeof url);
        weft__socket_url(weft__acceptor_fd(acceptor), &url);
        if (url.kind == WEFT__URL_TCP && url.port == m->url.port &&
            (strcmp(url.name, m->url.name) == 0 || (is_any(url.name) && is_any(m->url.name))))
            return acceptor;
    }
    return NULL;
}

/* The new socket, beside the old ones: at the same port, too, which they share where the addresses overlap; an abstract
 * name is one socket's. */
static int move_open_socket(move *m, weft_error *error)
{
    weft_listener_options bounds = m->bounds;
    int rc = weft__socket_listen(&m->url, &bounds, &m->fd, &m->file, error);
    if (rc != WEFT_EADDRINUSE)
        return rc;
    if (m->url.kind == WEFT__URL_ABSTRACT)
        weft__acceptors_finish(&m->listener->before);
    else if (m->url.kind == WEFT__URL_TCP)
        m->again = move_find_again(m);
    if (m->again) {
        m->fd = weft__acceptor_fd(m->again);
        return 0;
    }
    if (m->url.kind == WEFT__URL_TCP)
        bounds.reuse_port = move_share_port(m) || bounds.reuse_port;
    return weft__socket_listen(&m->url, &bounds, &m->fd, &m->file, error);
}

static int move_listen(move *m, weft_error *error_or_null)
{
    weft_listener *listener = m->listener;
    weft_error error;
    int rc;
    if (!m->moves)
        return 0;
    rc = move_open_socket(m, &error);
    if (rc < 0 && error_or_null)
        *error_or_null = error;
    if (rc < 0 || m->again)
        return rc;
    rc = weft__acceptor_new(&listener->runtime->env, listener->counters, &m->bounds, m->fd,
                            &weft__listener_acceptor_events, listener, &m->acceptor);
    return rc < 0 ? weft__error_set(error_or_null, rc, "cannot listen") : 0;
}

static int move_branches(move *m, weft_error *error)
{
    weft_listener *listener = m->listener;
    size_t n = 0;
    for (weft__link *link = listener->branches.next; link != &listener->branches; link = link->next)
        n++;
    if (n == 0)
        return 0;
    m->changes = weft__alloc_zero(&listener->runtime->env.allocator, n * sizeof(weft__branch_change *));
    if (!m->changes)
        return weft__error_set(error, WEFT_ENOMEM, NULL);
    m->n_changes = n;
    n = 0;
    for (weft__link *link = listener->branches.next; link != &listener->branches; link = link->next) {
        weft__branch *branch = weft__branch_of(link);
        bool moves = m->moves && weft__branch_serves(branch);
        int fd = -1;
        if (moves && m->url.kind == WEFT__URL_TCP)
            (void)weft__socket_listen_beside(m->fd, &m->bounds, &fd); /* else it takes turns */
        m->changes[n] = weft__branch_change_new(branch, m->options, &m->bounds, moves, fd);
        if (!m->changes[n]) {
            weft__socket_close(fd);
            return weft__error_set(error, WEFT_ENOMEM, NULL);
        }
        n++;
    }
    return 0;
}

/* What was left of an address that the listener comes back to is of it again. */
static void move_return(move *m)
{
    weft_listener *listener = m->listener;
    weft__acceptor_return(m->again, &listener->bounds, &weft__listener_acceptor_events);
    if (listener->bounds.reuse_port)
        (void)weft__socket_share_port(m->fd, true);
    for (weft__link *link = listener->before.next, *next; link != &listener->before; link = next) {
        weft__acceptor *acceptor = weft__acceptor_of(link);
        next = link->next;
        if (!weft__socket_is_bound_alike(weft__acceptor_fd(acceptor), m->fd))
            continue;
        weft__acceptor_return(acceptor, &listener->bounds, &weft__listener_other_events);
        weft__list_append(&listener->others, link);
    }
}

static void move_address(move *m)
{
    weft_listener *listener = m->listener;
    weft__acceptor *acceptor = m->again ? m->again : m->acceptor;
    if (listener->loops)
        weft__loops_set_acceptor(listener->loops, acceptor);
    weft__socket_remove_file(&listener->url, &listener->file);
    weft__listener_leave_sockets(listener);
    if (m->again)
        move_return(m);
    else
        listener->n_handles++;
    listener->acceptor = acceptor;
    listener->file = m->file;
    listener->url = m->url;
    listener->port = weft__socket_port(m->fd);
    m->fd = -1;
}

static void move_set_acceptors(weft_listener *listener)
{
    if (listener->acceptor)
        weft__acceptor_set(listener->acceptor, &listener->bounds);
    for (weft__link *link = listener->others.next; link != &listener->others; link = link->next)
        weft__acceptor_set(weft__acceptor_of(link), &listener->bounds);
}

/* Nothing can fail any more. */
static void move_commit(move *m)
{
    weft_listener *listener = m->listener;
    weft_arena *bounds_arena = listener->bounds_arena;
    listener->bounds = m->bounds;
    listener->bounds_arena = m->bounds_arena;
    m->bounds_arena = bounds_arena;
    if (m->options) {
        weft_arena *arena = listener->arena;
        listener->options = m->kept;
        listener->arena = m->arena;
        m->arena = arena;
    }
    if (m->has_bounds) /* else max_live may be another since it began */
        weft__counters_set(listener->counters, &listener->bounds);
    weft__gate_set(&listener->gate, &listener->bounds);
    if (listener->loops)
        weft__loops_set(listener->loops, &listener->bounds);
    if (m->moves)
        move_address(m);
    else
        move_set_acceptors(listener);
    for (size_t i = 0; i < m->n_changes; i++) {
        weft__branch_change_send(m->changes[i]);
        m->changes[i] = NULL;
    }
}

int weft_listener_rebind(weft_listener *listener, const char *url_or_null,
                         const weft_session_options *session_options_or_null,
                         const weft_listener_options *listener_options_or_null, weft_error *error_or_null)
{
    move m;
    int rc;
    memset(&m, 0, sizeof m);
    m.listener = listener;
    m.options = session_options_or_null;
    m.fd = -1;
    if (listener->closing || listener->stopping)
        return weft__error_set(error_or_null, WEFT_ECLOSED, "the listener is being stopped");
    rc = move_read_url(&m, url_or_null, error_or_null);
    if (rc == 0)
        rc = move_read_options(&m, listener_options_or_null, error_or_null);
    if (rc == 0)
        rc = move_listen(&m, error_or_null);
    if (rc == 0)
        rc = move_branches(&m, error_or_null);
    if (rc < 0)
        return move_undo(&m, rc);
    move_commit(&m);
    move_fini(&m);
    weft__log_record(&listener->runtime->env.log, WEFT_LOG_INFO, WEFT_LOG_LISTENER,
                     m.moves ? "listening elsewhere" : "listening with other options",
                     weft__log_text("name", weft_str_from(listener->url.name)),
                     weft__log_number("port", listener->port));
    return 0;
}
