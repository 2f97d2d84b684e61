/* A branch: what a listener has at another loop than its own.
 *
 *   BEGINNING ── begin ──▶ OPEN ── stop, its runtime ends ──▶ STOPPING ── nothing is left ──▶ ENDED
 *       └────── its runtime ends, there is no memory ──────────────────────────────────────────┘
 *
 * ENDED is told to the listener's thread, which frees it. Where that has sent `stop` meanwhile, it waits until that has
 * come back, too. */
#include "runtime/loop/branch.h"

#include "runtime/base/log.h"
#include "runtime/base/mem.h"

typedef enum branch_state { BRANCH_BEGINNING = 0, BRANCH_OPEN, BRANCH_STOPPING, BRANCH_ENDED } branch_state;

struct weft__branch {
    /* Of the listener's thread */
    weft__link of_listener;
    weft_allocator allocator; /* the listener's */
    weft_poster *home;
    void (*ended)(void *user, weft__branch *branch);
    void *user;
    bool has_ended; /* it was told */
    bool stop_sent; /* and has not come back */
    /* Of its loop's; but for these posts */
    weft__post to_begin, to_stop, to_tell;
    weft__link of_runtime;
    weft_runtime *runtime;
    weft_poster *poster;
    weft_arena *arena;
    weft_session_options options; /* points into arena */
    weft_listener_options bounds;
    weft__counters *counters;
    weft__loops *loops;
    const char *transport;
    int fd;        /* BEGINNING */
    uint8_t state; /* branch_state */
    bool stop_seen;
    unsigned n_parts; /* acceptor and seat, not closed yet */
    weft__acceptor *acceptor;
    weft__gate gate;
    weft__seat seat;
};

/* ---- its end ------------------------------------------------------------------------------------------------------
 */

void weft__branch_free(weft__branch *branch)
{
    weft_allocator allocator = branch->allocator;
    weft__list_remove(&branch->of_listener);
    weft__socket_close(branch->fd);
    weft_poster_release(branch->home);
    weft_poster_release(branch->poster);
    weft__counters_release(branch->counters);
    weft_arena_free(branch->arena);
    weft__free(&allocator, branch, sizeof *branch);
}

/* On the listener's thread. */
static void branch_is_told(void *user)
{
    weft__branch *branch = user;
    branch->has_ended = true;
    if (branch->stop_seen)
        branch->stop_sent = false;
    if (!branch->stop_sent)
        branch->ended(branch->user, branch);
}

static void branch_tell(weft__branch *branch)
{
    branch->to_tell.run = branch_is_told;
    branch->to_tell.user = branch;
    (void)WEFT_CHECK(weft__poster_send(branch->home, &branch->to_tell) == 0); /* the listener keeps its runtime */
}

static void branch_end(weft__branch *branch)
{
    bool had_begun = branch->state != BRANCH_BEGINNING;
    weft_runtime *runtime = branch->runtime;
    branch->state = BRANCH_ENDED;
    if (had_begun) {
        weft__list_remove(&branch->of_runtime);
        weft__seat_fini(&branch->seat);
        weft__gate_fini(&branch->gate);
        weft__env_release(&runtime->env);
        weft__runtime_wake(runtime); /* it may wait for this */
    }
    branch_tell(branch);
}

static void branch_look(weft__branch *branch)
{
    if (branch->state == BRANCH_STOPPING && branch->n_parts == 0 && branch->gate.n_drivers == 0)
        branch_end(branch);
}

static void branch_on_gate_emptied(void *user)
{
    branch_look(user);
}

static void branch_on_part_closed(void *user)
{
    weft__branch *branch = user;
    branch->n_parts--;
    branch_look(branch);
}

static void branch_close(weft__branch *branch)
{
    if (branch->state != BRANCH_OPEN)
        return;
    branch->state = BRANCH_STOPPING;
    branch->n_parts++; /* not before this function is through */
    if (branch->acceptor)
        weft__acceptor_close(branch->acceptor);
    branch->acceptor = NULL;
    weft__seat_close(&branch->seat, branch_on_part_closed, branch);
    weft__gate_clear(&branch->gate);
    branch_on_part_closed(branch);
}

/* ---- its acceptor -------------------------------------------------------------------------------------------------
 */

static bool branch_has_room(void *user, weft__watcher *watcher)
{
    weft__branch *branch = user;
    return weft__counters_have_room(branch->counters, watcher);
}

static int branch_on_accepted(void *user, int fd, const weft__sockaddr *address, weft_refusal refusal)
{
    weft__branch *branch = user;
    return weft__gate_accept(&branch->gate, fd, address, refusal);
}

static void branch_on_broken(void *user, int status)
{
    weft__branch *branch = user;
    weft__log_record(&branch->runtime->env.log, WEFT_LOG_ERROR, WEFT_LOG_LISTENER, "a loop accepts no more",
                     weft__log_text("error", weft_str_from(uv_strerror(status))));
}

static const weft__acceptor_events branch_acceptor_events = {
    branch_has_room,
    branch_on_accepted,
    branch_on_broken,
    branch_on_part_closed,
};

/* ---- its beginning, at its loop ------------------------------------------------------------------------------------
 */

static int branch_open_acceptor(weft__branch *branch)
{
    int rc;
    if (branch->fd < 0)
        return 0;
    rc = weft__acceptor_new(&branch->runtime->env, branch->counters, &branch->bounds, branch->fd,
                            &branch_acceptor_events, branch, &branch->acceptor);
    if (rc < 0)
        return rc;
    branch->n_parts++;
    branch->fd = -1;
    return 0;
}

static int branch_open(weft__branch *branch)
{
    weft_runtime *runtime = branch->runtime;
    bool takes_turns = branch->fd < 0;
    int rc;
    if (runtime->state != WEFT__RUNTIME_OPEN)
        return WEFT_ECLOSED;
    rc = weft__runtime_join(runtime);
    if (rc < 0)
        return rc;
    weft__gate_init(&branch->gate, runtime, branch->counters, &branch->options, &branch->bounds);
    branch->gate.transport = branch->transport;
    branch->gate.emptied = branch_on_gate_emptied;
    branch->gate.user = branch;
    rc = branch_open_acceptor(branch);
    if (rc < 0) {
        weft__gate_fini(&branch->gate);
        return rc;
    }
    weft__env_hold(&runtime->env);
    uv_ref((uv_handle_t *)&runtime->prepare); /* it keeps the loop going, also where that has not begun */
    weft__list_append(&runtime->branches, &branch->of_runtime);
    weft__seat_open(&branch->seat, branch->loops, runtime, &branch->gate, takes_turns);
    branch->n_parts++;
    branch->state = BRANCH_OPEN;
    return 0;
}

static void branch_begins(void *user)
{
    weft__branch *branch = user;
    int rc = branch_open(branch);
    if (rc == 0)
        return;
    weft__log_record(&branch->runtime->env.log, WEFT_LOG_WARNING, WEFT_LOG_LISTENER, "a loop does not serve",
                     weft__log_text("error", weft_str_from(weft_err_name(rc))));
    branch_end(branch);
}

static void branch_never_begins(void *user)
{
    branch_end(user);
}

void weft__branches_stop(weft_runtime *runtime)
{
    for (weft__link *link = runtime->branches.next, *next; link != &runtime->branches; link = next) {
        next = link->next;
        branch_close(weft__container(link, weft__branch, of_runtime));
    }
}

/* ---- the listener's side -------------------------------------------------------------------------------------------
 */

/* Back on the listener's thread. */
static void branch_stop_is_back(void *user)
{
    weft__branch *branch = user;
    branch->stop_sent = false;
    if (branch->has_ended)
        branch->ended(branch->user, branch);
}

/* At its loop, which may be long done with it. */
static void branch_stops(void *user)
{
    weft__branch *branch = user;
    if (branch->state == BRANCH_ENDED) {
        branch->to_stop.run = branch_stop_is_back;
        branch->to_stop.dropped = NULL;
        (void)WEFT_CHECK(weft__poster_send(branch->home, &branch->to_stop) == 0);
        return;
    }
    branch->stop_seen = true;
    branch_close(branch);
}

void weft__branch_stop(weft__branch *branch)
{
    if (branch->stop_sent || branch->has_ended)
        return;
    branch->to_stop.run = branch_stops;
    branch->to_stop.dropped = branch_stops;
    branch->to_stop.user = branch;
    branch->stop_sent = true;
    if (weft__poster_send(branch->poster, &branch->to_stop) < 0)
        branch->stop_sent = false; /* it has ended, and says so */
}

weft__branch *weft__branch_of(weft__link *link)
{
    return weft__container(link, weft__branch, of_listener);
}

const weft_runtime *weft__branch_runtime(const weft__branch *branch)
{
    return branch->runtime;
}

int weft__branch_new(const weft__branch_parts *parts, weft__link *branches, weft__branch **ret_branch)
{
    const weft_allocator *allocator = &parts->home->env.allocator;
    weft__branch *branch = weft__alloc_zero(allocator, sizeof *branch);
    int rc;
    if (!branch)
        return WEFT_ENOMEM;
    branch->allocator = *allocator;
    branch->fd = -1;
    branch->home = weft_runtime_poster(parts->home);
    branch->poster = weft_runtime_poster(parts->runtime);
    branch->counters = weft__counters_retain(parts->counters);
    branch->runtime = parts->runtime;
    branch->bounds = *parts->bounds;
    branch->loops = parts->loops;
    branch->transport = parts->transport;
    branch->ended = parts->ended;
    branch->user = parts->user;
    rc = weft_arena_new(allocator, &branch->arena);
    if (rc == 0)
        rc = weft__session_options_keep(parts->options, branch->arena, &branch->options);
    if (rc < 0) {
        weft__branch_free(branch);
        return rc;
    }
    weft__list_append(branches, &branch->of_listener);
    branch->fd = parts->fd;
    branch->to_begin.run = branch_begins;
    branch->to_begin.dropped = branch_never_begins;
    branch->to_begin.user = branch;
    rc = weft__poster_send(branch->poster, &branch->to_begin);
    if (rc < 0) {
        branch->fd = -1;
        weft__branch_free(branch);
        return rc;
    }
    *ret_branch = branch;
    return 0;
}
