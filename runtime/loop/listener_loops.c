/* The other loops of a listener. */
#include "runtime/loop/listener_inside.h"

#include "runtime/base/error.h"
#include "runtime/base/log.h"

static void listener_on_branch_ended(void *user, weft__branch *branch)
{
    weft__branch_free(branch);
    weft__listener_on_part_closed(user);
}

/* Of the listener's own socket: where it moved meanwhile and back again, it is that all the same. */
static bool listener_is_at(const weft_listener *listener, int fd)
{
    return !listener->stopping && listener->acceptor &&
           weft__socket_is_bound_alike(fd, weft__acceptor_fd(listener->acceptor));
}

/* Who waits there, and who comes, comes in here from now on: a socket that is closed would reset them. */
static void listener_on_socket_left(void *user, int fd)
{
    weft_listener *listener = user;
    weft__acceptor *acceptor;
    int rc;
    if (listener->closing) {
        weft__socket_close(fd);
        return;
    }
    rc = weft__acceptor_new(&listener->runtime->env, listener->counters, &listener->bounds, fd,
                            &weft__listener_other_events, listener, &acceptor);
    if (rc < 0) {
        weft__acceptor_let_in(fd, &weft__listener_other_events, listener);
        return;
    }
    listener->n_handles++;
    if (listener_is_at(listener, fd))
        weft__list_append(&listener->others, weft__acceptor_link(acceptor));
    else
        weft__acceptor_linger(acceptor, true, &listener->before);
}

static int listener_open_loops(weft_listener *listener)
{
    weft_runtime *runtime = listener->runtime;
    int rc = weft__runtime_join(runtime);
    if (rc < 0 || listener->loops)
        return rc;
    rc = weft__loops_new(&runtime->env.allocator, &listener->bounds, &listener->loops);
    if (rc < 0)
        return rc;
    weft__seat_open(&listener->seat, listener->loops, runtime, &listener->gate, false);
    weft__loops_set_home(listener->loops, &listener->seat);
    listener->n_handles++;
    weft__loops_set_acceptor(listener->loops, listener->acceptor);
    return 0;
}

/* A descriptor of the other loop's own, or -1: who comes is handed there by turns. */
static int listener_open_beside(weft_listener *listener)
{
    int fd = -1, rc;
    if (listener->url.kind != WEFT__URL_TCP)
        return -1;
    if (!weft__list_is_empty(&listener->others)) /* of a loop that has left */
        return weft__acceptor_take_fd(weft__acceptor_of(listener->others.next));
    rc = weft__socket_listen_beside(weft__acceptor_fd(listener->acceptor), &listener->bounds, &fd);
    if (rc < 0)
        weft__log_record(&listener->runtime->env.log, WEFT_LOG_INFO, WEFT_LOG_LISTENER,
                         "no socket for each loop: one accepts for others",
                         weft__log_text("error", weft_str_from(uv_strerror(rc))));
    return rc < 0 ? -1 : fd;
}

static int listener_add(weft_listener *listener, weft_runtime *runtime, const weft_session_options *options)
{
    bool shared =
        listener->url.kind == WEFT__URL_TCP && weft__socket_shares_port(weft__acceptor_fd(listener->acceptor));
    weft__branch *branch;
    int rc = weft__runtime_pair(listener->runtime, runtime->poster);
    if (rc == 0)
        rc = listener_open_loops(listener);
    if (rc < 0)
        return rc;
    weft__branch_parts parts = {
        .home = listener->runtime,
        .runtime = runtime,
        .counters = listener->counters,
        .loops = listener->loops,
        .options = options ? options : &listener->options,
        .bounds = &listener->bounds,
        .fd = listener_open_beside(listener),
        .left = listener_on_socket_left,
        .ended = listener_on_branch_ended,
        .user = listener,
    };
    rc = weft__branch_new(&parts, &listener->branches, &branch);
    if (rc < 0) {
        if (parts.fd >= 0)
            listener_on_socket_left(listener, parts.fd);
        if (parts.fd >= 0 && !shared)
            (void)weft__socket_share_port(weft__acceptor_fd(listener->acceptor), false);
        return rc;
    }
    listener->n_handles++;
    return 0;
}

/* NULL: it does not serve with that. */
static weft__branch *listener_branch_at(const weft_listener *listener, const weft_runtime *runtime)
{
    for (weft__link *link = listener->branches.next; link != &listener->branches; link = link->next) {
        weft__branch *branch = weft__branch_of(link);
        if (weft__branch_is_of(branch, runtime) && weft__branch_serves(branch))
            return branch;
    }
    return NULL;
}

/* The sessions that one had there which has left are the new one's to be found by. */
static void listener_stop_those_before(const weft_listener *listener, const weft_runtime *runtime)
{
    for (weft__link *link = listener->branches.next; link != &listener->branches; link = link->next) {
        weft__branch *branch = weft__branch_of(link);
        if (weft__branch_is_of(branch, runtime) && !weft__branch_serves(branch))
            weft__branch_stop(branch, true);
    }
}

int weft_listener_add_runtime(weft_listener *listener, weft_runtime *runtime,
                              const weft_session_options *options_or_null, weft_error *error_or_null)
{
    int rc = 0;
    if (listener->closing || listener->stopping)
        return weft__error_set(error_or_null, WEFT_ECLOSED, "the listener is being stopped");
    if (!listener->acceptor)
        return weft__error_set(error_or_null, WEFT_EINVAL, "mem:// is within one runtime");
    if (runtime == listener->runtime || listener_branch_at(listener, runtime))
        return weft__error_set(error_or_null, WEFT_EALREADY, "it serves with this runtime already");
    if (options_or_null)
        rc = weft__listener_check_options(listener->runtime, options_or_null, error_or_null);
    if (rc < 0)
        return rc;
    rc = listener_add(listener, runtime, options_or_null);
    if (rc == 0)
        listener_stop_those_before(listener, runtime);
    if (rc == WEFT_EALREADY)
        return weft__error_set(error_or_null, rc, "both runtimes serve already, and not with each other");
    return rc < 0 ? weft__error_set(error_or_null, rc, NULL) : 0;
}

int weft_listener_remove_runtime(weft_listener *listener, const weft_runtime *runtime)
{
    weft__branch *branch = listener_branch_at(listener, runtime);
    if (runtime == listener->runtime)
        return WEFT_EINVAL;
    if (!branch)
        return WEFT_ENOENT;
    weft__branch_leave(branch);
    return 0;
}
