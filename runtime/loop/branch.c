/* A branch: what a listener has at another loop than its own.
 *
 *   BEGINNING ── begin ──────────────────────▶ OPEN
 *   OPEN ─────── leave, stop, runtime ends ──▶ LEAVING
 *   LEAVING ──── nobody comes any more ──────▶ STOPPING
 *   STOPPING ─── nothing is left ────────────▶ ENDED
 *   BEGINNING ── its runtime ends, no memory ▶ ENDED
 *
 * ENDED is told to the listener's thread, which frees it. What that has sent meanwhile comes back first. */
#include "runtime/loop/branch.h"

#include "runtime/base/log.h"
#include "runtime/base/mem.h"

typedef enum branch_state {
    BRANCH_BEGINNING = 0,
    BRANCH_OPEN,
    BRANCH_LEAVING,
    BRANCH_STOPPING,
    BRANCH_ENDED
} branch_state;

struct weft__branch {
    /* Of the listener's thread */
    weft__link of_listener;
    weft_allocator allocator; /* the listener's */
    weft_poster *home;
    void (*left)(void *user, int fd);
    void (*ended)(void *user, weft__branch *branch);
    void *user;
    bool has_ended;                    /* it was told */
    bool has_left, is_stopped, is_cut; /* it was told so */
    unsigned n_sent, n_back;           /* to it; and of these what came back */
    /* Of its loop's; but for these posts */
    weft__post to_begin, to_leave, to_stop, to_cut, to_tell, to_give;
    weft__link of_runtime;
    weft_runtime *runtime;
    weft_poster *poster;
    weft_arena *arena;
    weft_session_options options; /* points into arena */
    weft_arena *bounds_arena;
    weft_listener_options bounds; /* points into bounds_arena */
    weft__counters *counters;
    weft__loops *loops;
    int fd;           /* BEGINNING; and from LEAVING on, that it gives back */
    uint8_t state;    /* branch_state */
    bool is_gentle;   /* LEAVING: as long as somebody is before READY */
    bool stays;       /* and as long as its loop has sessions, which others hand their next conduits to */
    unsigned n_seen;  /* of what was sent */
    unsigned n_parts; /* acceptors and seat, not closed yet */
    weft__acceptor *acceptor;
    weft__gate gate;
    weft__seat seat;
};

struct weft__branch_change {
    weft__post post;
    weft_allocator allocator;
    weft__branch *branch;
    weft_arena *arena; /* NULL: the options stay */
    weft_session_options options;
    weft_arena *bounds_arena;
    weft_listener_options bounds;
    bool moves;
    int fd;
};

/* ---- its end ---- */

void weft__branch_free(weft__branch *branch)
{
    weft_allocator allocator = branch->allocator;
    weft__list_remove(&branch->of_listener);
    weft__socket_close(branch->fd);
    weft_poster_release(branch->home);
    weft_poster_release(branch->poster);
    weft__counters_release(branch->counters);
    weft_arena_free(branch->arena);
    weft_arena_free(branch->bounds_arena);
    weft__free(&allocator, branch, sizeof *branch);
}

/* On the listener's thread: a socket that it did not come to accept from. */
static void branch_give_back(const weft__branch *branch, int *inout_fd)
{
    if (*inout_fd >= 0)
        branch->left(branch->user, *inout_fd);
    *inout_fd = -1;
}

/* On the listener's thread. */
static void branch_may_go(weft__branch *branch)
{
    if (!branch->has_ended || branch->n_sent != branch->n_seen + branch->n_back)
        return;
    branch_give_back(branch, &branch->fd);
    branch->ended(branch->user, branch);
}

static void branch_is_told(void *user)
{
    weft__branch *branch = user;
    branch->has_ended = true;
    branch_may_go(branch);
}

static void branch_is_back(void *user)
{
    weft__branch *branch = user;
    branch->n_back++;
    branch_may_go(branch);
}

/* To the listener's thread: its runtime stays as long as the listener does. */
static void branch_send_home(weft__branch *branch, weft__post *post, weft_post_fn run)
{
    post->run = run;
    post->dropped = NULL;
    post->user = branch;
    (void)WEFT_CHECK(weft__poster_send(branch->home, post) == 0);
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
    branch_send_home(branch, &branch->to_tell, branch_is_told);
}

/* Behind it the branch may be gone: once it has ended it is the listener's thread's. */
static void branch_look(weft__branch *branch);

static void branch_on_seat_emptied(void *user)
{
    weft__branch *branch = user;
    branch->n_parts--;
    branch_look(branch);
}

static void branch_close(weft__branch *branch)
{
    branch->state = BRANCH_STOPPING;
    branch->n_parts++; /* not before this function is through */
    weft__seat_close(&branch->seat, branch_on_seat_emptied, branch);
    weft__gate_clear(&branch->gate);
    branch_on_seat_emptied(branch);
}

static void branch_look(weft__branch *branch)
{
    bool is_empty = branch->gate.n_drivers == 0;
    bool stays = branch->stays && branch->runtime->n_accepted > 0;
    if (branch->state == BRANCH_LEAVING && (!branch->is_gentle || (is_empty && !stays)))
        branch_close(branch);
    else if (branch->state == BRANCH_STOPPING && branch->n_parts == 0 && is_empty)
        branch_end(branch);
}

static void branch_on_gate_emptied(void *user)
{
    branch_look(user);
}

static void branch_begin_leaving(weft__branch *branch, bool gently)
{
    branch->state = BRANCH_LEAVING;
    branch->is_gentle = gently;
    branch->seat.is_leaving = true;
    weft__seat_take_turns(&branch->seat, false);
}

static void branch_gives(void *user)
{
    weft__branch *branch = user;
    branch_give_back(branch, &branch->fd);
}

/* Who waits in its socket's queue, or comes to it, is the listener's own loop's. Behind it the branch may be gone. */
static void branch_leave(weft__branch *branch, bool gently)
{
    if (branch->state != BRANCH_OPEN)
        return;
    branch_begin_leaving(branch, gently);
    if (branch->acceptor) {
        branch->fd = weft__acceptor_take_fd(branch->acceptor);
        branch_send_home(branch, &branch->to_give, branch_gives);
    }
    branch_look(branch);
}

/* Behind it the branch may be gone. */
static void branch_cut(weft__branch *branch)
{
    if (branch->state == BRANCH_OPEN)
        branch_begin_leaving(branch, false);
    if (branch->state != BRANCH_LEAVING)
        return;
    branch->is_gentle = false;
    if (branch->acceptor)
        weft__acceptor_close(branch->acceptor);
    branch_look(branch);
}

/* ---- its acceptor ---- */

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

static void branch_on_acceptor_closed(void *user, const weft__acceptor *acceptor)
{
    weft__branch *branch = user;
    if (branch->acceptor == acceptor)
        branch->acceptor = NULL;
    branch->n_parts--;
    branch_look(branch);
}

static const weft__acceptor_events branch_acceptor_events = {
    branch_has_room,
    branch_on_accepted,
    branch_on_broken,
    branch_on_acceptor_closed,
};

/* ---- its beginning, at its loop ---- */

/* On success the descriptor is the branch's, and *inout_fd -1. */
static int branch_open_acceptor(weft__branch *branch, int *inout_fd)
{
    int rc;
    if (*inout_fd < 0)
        return 0;
    rc = weft__acceptor_new(&branch->runtime->env, branch->counters, &branch->bounds, *inout_fd,
                            &branch_acceptor_events, branch, &branch->acceptor);
    if (rc < 0)
        return rc;
    branch->n_parts++;
    *inout_fd = -1;
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
    branch->gate.emptied = branch_on_gate_emptied;
    branch->gate.user = branch;
    rc = branch_open_acceptor(branch, &branch->fd);
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

/* It goes as soon as it can. Behind it the branch may be gone. */
static void branch_stop(weft__branch *branch, bool gently)
{
    branch->stays = false;
    if (branch->state == BRANCH_OPEN)
        branch_leave(branch, gently);
    else
        branch_look(branch);
}

void weft__branches_stop(weft_runtime *runtime)
{
    for (weft__link *link = runtime->branches.next, *next; link != &runtime->branches; link = next) {
        next = link->next;
        branch_stop(weft__container(link, weft__branch, of_runtime), false);
    }
}

void weft__branches_look(weft_runtime *runtime)
{
    for (weft__link *link = runtime->branches.next, *next; link != &runtime->branches; link = next) {
        next = link->next;
        branch_look(weft__container(link, weft__branch, of_runtime));
    }
}

/* ---- what it is told ---- */

/* At its loop, which may be long done with it: then the post goes back. */
static bool branch_sees(weft__branch *branch, weft__post *post)
{
    if (branch->state == BRANCH_ENDED) {
        branch_send_home(branch, post, branch_is_back);
        return false;
    }
    branch->n_seen++;
    return true;
}

static void branch_leaves(void *user)
{
    weft__branch *branch = user;
    if (!branch_sees(branch, &branch->to_leave))
        return;
    branch->stays = branch->state == BRANCH_OPEN;
    branch_leave(branch, true);
}

static void branch_stops(void *user)
{
    weft__branch *branch = user;
    if (branch_sees(branch, &branch->to_stop))
        branch_stop(branch, true);
}

static void branch_is_cut_now(void *user)
{
    weft__branch *branch = user;
    if (branch_sees(branch, &branch->to_cut))
        branch_cut(branch);
}

static void branch_send(weft__branch *branch, weft__post *post, weft_post_fn run, void *user)
{
    post->run = run;
    post->dropped = run;
    post->user = user;
    branch->n_sent++;
    if (weft__poster_send(branch->poster, post) < 0)
        branch->n_sent--; /* it has ended, and says so */
}

void weft__branch_leave(weft__branch *branch)
{
    branch_send(branch, &branch->to_leave, branch_leaves, branch);
    branch->has_left = true;
}

void weft__branch_stop(weft__branch *branch, bool gently)
{
    if (gently && !branch->is_stopped && !branch->is_cut)
        branch_send(branch, &branch->to_stop, branch_stops, branch);
    else if (!gently && !branch->is_cut)
        branch_send(branch, &branch->to_cut, branch_is_cut_now, branch);
    branch->is_stopped = true;
    branch->is_cut = branch->is_cut || !gently;
}

void weft__branch_change_free(weft__branch_change *change_or_null)
{
    weft__branch_change *change = change_or_null;
    if (!change)
        return;
    weft_allocator allocator = change->allocator;
    weft_arena_free(change->arena);
    weft_arena_free(change->bounds_arena);
    weft__socket_close(change->fd);
    weft__free(&allocator, change, sizeof *change);
}

weft__branch_change *weft__branch_change_new(weft__branch *branch, const weft_session_options *options_or_null,
                                             const weft_listener_options *bounds, bool moves, int fd)
{
    weft__branch_change *change = weft__alloc_zero(&branch->allocator, sizeof *change);
    int rc = 0;
    if (!change)
        return NULL;
    change->allocator = branch->allocator;
    change->branch = branch;
    change->bounds = *bounds;
    change->moves = moves;
    change->fd = -1;
    rc = weft_arena_new(&branch->allocator, &change->bounds_arena);
    if (rc == 0)
        rc = weft__listener_options_keep(&change->bounds, change->bounds_arena);
    if (options_or_null && rc == 0)
        rc = weft_arena_new(&branch->allocator, &change->arena);
    if (options_or_null && rc == 0)
        rc = weft__session_options_keep(options_or_null, change->arena, &change->options);
    if (rc < 0) {
        weft__branch_change_free(change);
        return NULL;
    }
    change->fd = fd;
    return change;
}

/* *inout_fd is the new socket, and then that which goes back. */
static void branch_move(weft__branch *branch, int *inout_fd)
{
    weft__acceptor *before = branch->acceptor;
    int rc, left;
    branch->acceptor = NULL;
    rc = branch_open_acceptor(branch, inout_fd);
    weft__seat_take_turns(&branch->seat, !branch->acceptor);
    left = before ? weft__acceptor_take_fd(before) : -1;
    if (rc == 0) {
        *inout_fd = left;
        return;
    }
    branch_on_broken(branch, rc);
    if (left >= 0)
        weft__acceptor_let_in(left, &branch_acceptor_events, branch);
}

/* Its descriptor, and memory, go on the listener's thread. */
static void branch_change_is_back(void *user)
{
    weft__branch_change *change = user;
    weft__branch *branch = change->branch;
    branch_give_back(branch, &change->fd);
    weft__branch_change_free(change);
    branch_is_back(branch);
}

static void branch_take(weft__branch *branch, weft__branch_change *change)
{
    weft_arena *arena = branch->arena;
    weft_arena *bounds_arena = branch->bounds_arena;
    branch->bounds = change->bounds;
    branch->bounds_arena = change->bounds_arena;
    change->bounds_arena = bounds_arena;
    weft__gate_set(&branch->gate, &branch->bounds);
    if (!change->arena)
        return;
    branch->options = change->options;
    branch->arena = change->arena;
    change->arena = arena;
}

static void branch_changes(void *user)
{
    weft__branch_change *change = user;
    weft__branch *branch = change->branch;
    bool is_open = branch->state == BRANCH_OPEN;
    if (is_open)
        branch_take(branch, change);
    if (is_open && change->moves)
        branch_move(branch, &change->fd);
    else if (is_open && branch->acceptor)
        weft__acceptor_set(branch->acceptor, &branch->bounds);
    if (!is_open || change->fd >= 0) { /* clients may wait at that socket */
        change->post.run = branch_change_is_back;
        change->post.dropped = NULL;
        (void)WEFT_CHECK(weft__poster_send(branch->home, &change->post) == 0);
        return;
    }
    branch->n_seen++;
    weft__branch_change_free(change);
}

void weft__branch_change_send(weft__branch_change *change)
{
    weft__branch *branch = change->branch;
    unsigned n_sent = branch->n_sent;
    branch_send(branch, &change->post, branch_changes, change);
    if (branch->n_sent != n_sent)
        return;
    branch_give_back(branch, &change->fd);
    weft__branch_change_free(change);
}

bool weft__branch_serves(const weft__branch *branch)
{
    return !branch->has_left && !branch->is_stopped && !branch->is_cut;
}

/* ---- the listener's side ---- */

weft__branch *weft__branch_of(weft__link *link)
{
    return weft__container(link, weft__branch, of_listener);
}

bool weft__branch_is_of(const weft__branch *branch, const weft_runtime *runtime)
{
    return branch->poster == runtime->poster; /* which outlives its runtime with the branch */
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
    branch->left = parts->left;
    branch->ended = parts->ended;
    branch->user = parts->user;
    rc = weft_arena_new(allocator, &branch->arena);
    if (rc == 0)
        rc = weft_arena_new(allocator, &branch->bounds_arena);
    if (rc == 0)
        rc = weft__session_options_keep(parts->options, branch->arena, &branch->options);
    if (rc == 0)
        rc = weft__listener_options_keep(&branch->bounds, branch->bounds_arena);
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
