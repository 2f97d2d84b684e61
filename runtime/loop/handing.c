/* The loops of one listener, and what they hand each other. */
#include "runtime/loop/handing.h"

#include "runtime/base/mem.h"
#include "runtime/conduit/syserr.h"

struct weft__loops {
    weft_allocator allocator;
    uv_mutex_t mutex; /* over all that follows */
    size_t n_refs;
    size_t max_handed;
    weft__link seats; /* in the order of their turns: who had one goes last */
    weft__seat *home; /* of the loop whose acceptor accepts for others; NULL: it has closed */
    weft__acceptor *acceptor;
};

/* ---- life ---- */

int weft__loops_new(const weft_allocator *allocator, const weft_listener_options *bounds, weft__loops **ret_loops)
{
    weft__loops *loops = weft__alloc_zero(allocator, sizeof *loops);
    int rc;
    if (!loops)
        return WEFT_ENOMEM;
    rc = uv_mutex_init(&loops->mutex);
    if (rc < 0) {
        weft__free(allocator, loops, sizeof *loops);
        return weft__map_status(rc);
    }
    loops->allocator = *allocator;
    loops->n_refs = 1;
    loops->max_handed = bounds->max_handed;
    weft__list_init(&loops->seats);
    *ret_loops = loops;
    return 0;
}

void weft__loops_release(weft__loops *loops_or_null)
{
    weft__loops *loops = loops_or_null;
    size_t n_refs;
    if (!loops)
        return;
    uv_mutex_lock(&loops->mutex);
    n_refs = --loops->n_refs;
    uv_mutex_unlock(&loops->mutex);
    if (n_refs > 0)
        return;
    uv_mutex_destroy(&loops->mutex);
    weft_allocator allocator = loops->allocator;
    weft__free(&allocator, loops, sizeof *loops);
}

/* Within the lock. */
static void loops_wake(weft__loops *loops)
{
    if (loops->acceptor)
        weft__acceptor_wake(loops->acceptor);
}

void weft__loops_set(weft__loops *loops, const weft_listener_options *bounds)
{
    uv_mutex_lock(&loops->mutex);
    loops->max_handed = bounds->max_handed;
    loops_wake(loops);
    uv_mutex_unlock(&loops->mutex);
}

void weft__loops_set_acceptor(weft__loops *loops, weft__acceptor *acceptor_or_null)
{
    uv_mutex_lock(&loops->mutex);
    loops->acceptor = acceptor_or_null;
    uv_mutex_unlock(&loops->mutex);
}

/* ---- seats ---- */

static void seat_look(weft__seat *seat)
{
    bool is_empty;
    if (seat->gate || !seat->emptied)
        return;
    uv_mutex_lock(&seat->loops->mutex);
    is_empty = seat->n_handed == 0 && !seat->is_called;
    uv_mutex_unlock(&seat->loops->mutex);
    if (is_empty)
        seat->emptied(seat->user);
}

static void seat_looks(void *user)
{
    weft__seat *seat = user;
    uv_mutex_lock(&seat->loops->mutex);
    seat->is_called = false;
    uv_mutex_unlock(&seat->loops->mutex);
    if (seat->gate)
        weft__gate_close_pushed_out(seat->gate);
    seat_look(seat);
}

/* From another loop, within the lock of the counters, which is taken before this one. */
static void seat_call(void *user)
{
    weft__seat *seat = user;
    uv_mutex_lock(&seat->loops->mutex);
    if (!seat->is_called && weft__poster_send(seat->poster, &seat->to_look) == 0)
        seat->is_called = true;
    uv_mutex_unlock(&seat->loops->mutex);
}

/* Within the lock. */
static void seat_take_turns(weft__seat *seat, bool takes_turns)
{
    seat->takes_turns = takes_turns;
    if (takes_turns && seat->loops->home)
        seat->loops->home->takes_turns = true; /* with this one, and from then on */
}

void weft__seat_open(weft__seat *seat, weft__loops *loops, weft_runtime *runtime, weft__gate *gate, bool takes_turns)
{
    memset(seat, 0, sizeof *seat);
    seat->loops = loops;
    seat->runtime = runtime;
    seat->poster = weft_runtime_poster(runtime);
    seat->gate = gate;
    seat->to_look.run = seat_looks;
    seat->to_look.dropped = seat_looks;
    seat->to_look.user = seat;
    gate->seat = seat;
    uv_mutex_lock(&loops->mutex);
    loops->n_refs++;
    seat_take_turns(seat, takes_turns);
    weft__list_append(&loops->seats, &seat->link);
    uv_mutex_unlock(&loops->mutex);
    weft__keeper_set(gate->counters, &gate->keeper, seat_call, seat);
}

void weft__seat_take_turns(weft__seat *seat, bool takes_turns)
{
    uv_mutex_lock(&seat->loops->mutex);
    seat_take_turns(seat, takes_turns);
    loops_wake(seat->loops); /* it may be this one that it waits for */
    uv_mutex_unlock(&seat->loops->mutex);
}

bool weft__seat_takes_turns(weft__seat *seat)
{
    bool takes_turns;
    uv_mutex_lock(&seat->loops->mutex);
    takes_turns = seat->takes_turns;
    uv_mutex_unlock(&seat->loops->mutex);
    return takes_turns;
}

void weft__loops_set_home(weft__loops *loops, weft__seat *seat)
{
    uv_mutex_lock(&loops->mutex);
    loops->home = seat;
    uv_mutex_unlock(&loops->mutex);
}

void weft__seat_close(weft__seat *seat, void (*emptied)(void *user), void *user)
{
    weft__loops *loops = seat->loops;
    weft__keeper_set(seat->gate->counters, &seat->gate->keeper, NULL, NULL);
    seat->gate->seat = NULL;
    seat->gate = NULL;
    seat->emptied = emptied;
    seat->user = user;
    uv_mutex_lock(&loops->mutex);
    weft__list_remove(&seat->link);
    if (loops->home == seat)
        loops->home = NULL;
    loops_wake(loops); /* it may be this one that it waits for */
    uv_mutex_unlock(&loops->mutex);
    seat_look(seat);
}

void weft__seat_fini(weft__seat *seat)
{
    weft_poster_release(seat->poster);
    weft__loops_release(seat->loops);
    memset(seat, 0, sizeof *seat);
}

/* ---- on its way ---- */

weft__handed *weft__handed_new(const weft_allocator *allocator, int fd, size_t n_taken)
{
    weft__handed *handed = weft__alloc_zero(allocator, sizeof *handed + n_taken);
    if (!handed)
        return NULL;
    handed->allocator = *allocator;
    handed->fd = fd;
    handed->n_taken = n_taken;
    return handed;
}

void weft__handed_free(weft__handed *handed)
{
    weft_allocator allocator = handed->allocator;
    weft__guard_drop(&handed->guard);
    weft__socket_close(handed->fd);
    weft__free(&allocator, handed, sizeof *handed + handed->n_taken);
}

/* Something has arrived, or will not any more: somebody may wait for the room. Half of it is to be free then, so that
 * they do not wake each other for each one. */
static void seat_has_room(weft__seat *seat)
{
    weft__loops *loops = seat->loops;
    uv_mutex_lock(&loops->mutex);
    seat->n_handed--;
    if (seat->is_wanted && seat->n_handed <= loops->max_handed / 2) {
        seat->is_wanted = false;
        loops_wake(loops);
    }
    uv_mutex_unlock(&loops->mutex);
    seat_look(seat);
}

static void handed_refuse(weft__handed *handed)
{
    if (handed->guard.counters)
        weft__counters_refused(handed->guard.counters, WEFT_REFUSAL_OTHER);
    weft__handed_free(handed);
}

/* At whom it was handed to. One that this loop takes in no more is another's, if it has not begun here; else its
 * counterpart tries again. */
static void handed_arrives(void *user)
{
    weft__handed *handed = user;
    weft__seat *seat = handed->seat;
    weft__loops *loops = seat->loops;
    if (seat->gate && (handed->n_taken > 0 || !seat->is_leaving))
        weft__gate_take_over(seat->gate, handed);
    else if (handed->n_taken > 0 || !weft__loops_hand_on(loops, NULL, handed))
        handed_refuse(handed);
    seat_has_room(seat);
}

/* Within the lock. */
static int seat_send(weft__seat *seat, weft__handed *handed)
{
    int rc;
    handed->seat = seat;
    handed->post.run = handed_arrives;
    handed->post.dropped = handed_arrives;
    handed->post.user = handed;
    rc = weft__poster_send(seat->poster, &handed->post);
    if (rc == 0)
        seat->n_handed++;
    return rc;
}

int weft__loops_hand_to(weft__loops *loops, const weft_runtime *runtime, weft__handed *handed)
{
    int rc = WEFT_ENOENT;
    uv_mutex_lock(&loops->mutex);
    for (weft__link *link = loops->seats.next; link != &loops->seats; link = link->next) {
        weft__seat *seat = weft__container(link, weft__seat, link);
        if (seat->runtime != runtime)
            continue;
        rc = seat->n_handed >= loops->max_handed ? WEFT_EBUSY : seat_send(seat, handed);
        break;
    }
    uv_mutex_unlock(&loops->mutex);
    return rc == WEFT_ECLOSED ? WEFT_ENOENT : rc;
}

/* ---- turns ---- */

/* Within the lock. NULL: nobody takes turns. */
static weft__seat *loops_next(const weft__loops *loops)
{
    for (weft__link *link = loops->seats.next; link != &loops->seats; link = link->next) {
        weft__seat *seat = weft__container(link, weft__seat, link);
        if (seat->takes_turns)
            return seat;
    }
    return NULL;
}

bool weft__loops_has_room(weft__loops *loops)
{
    weft__seat *next;
    bool has_room;
    uv_mutex_lock(&loops->mutex);
    next = loops_next(loops);
    has_room = !next || next->n_handed < loops->max_handed;
    if (!has_room)
        next->is_wanted = true;
    uv_mutex_unlock(&loops->mutex);
    return has_room;
}

bool weft__loops_hand_on(weft__loops *loops, const weft__seat *home, weft__handed *handed)
{
    bool handed_on = false;
    weft__seat *seat;
    uv_mutex_lock(&loops->mutex);
    seat = loops_next(loops);
    if (seat) {
        weft__list_remove(&seat->link);
        weft__list_append(&loops->seats, &seat->link);
    }
    /* Bounds are looked at before one is accepted: what one that closes had on its way may be a few more. */
    if (seat && seat != home)
        handed_on = seat_send(seat, handed) == 0;
    uv_mutex_unlock(&loops->mutex);
    return handed_on;
}
