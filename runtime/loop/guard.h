/* What a listener counts over all its loops: who is before READY and who is a session, in all and of each IP address,
 * and what became of the others; and guards, by which a conduit, and then its session, holds its places. All functions:
 * from any thread; a guard from one at a time.
 *
 * A place is taken under the lock together with the look whether there is one, so that no bound is ever passed, however
 * many loops accept. Guards are moved and never copied: a struct copied by hand gives its place back twice. */
#ifndef WEFT_RUNTIME_LOOP_GUARD_H
#define WEFT_RUNTIME_LOOP_GUARD_H

#include "runtime/base/list.h"
#include "weft/listener.h"

typedef struct weft__counters weft__counters;
typedef struct weft__source weft__source;

/* Who has the guards of one loop, and closes those whose place before READY another has got. */
typedef struct weft__keeper {
    weft__link pushed_out;    /* guards: under the counters' lock */
    void (*call)(void *user); /* there are some: within the lock, from any thread; NULL: nobody calls it */
    void *user;
} weft__keeper;

/* What clients of one place share: an IPv4 address, in its IPv6 form, or the first half of an IPv6 address. */
typedef struct weft__ip {
    uint8_t bytes[16];
} weft__ip;

/* Zero-filled: it holds nothing. All but counters is under their lock. */
typedef struct weft__guard {
    weft__counters *counters; /* NULL: it holds nothing; else one reference */
    weft__source *source;     /* NULL: of no address */
    weft__keeper *keeper;     /* NULL: nobody yet; it is on its way */
    weft__link of_all;        /* among those before READY, or those that its keeper is to close */
    weft__link of_source;     /* among those before READY of its address */
    bool pending;             /* a place among those before READY */
    bool pushed_out;          /* it had one, which is another's */
    bool live;                /* one among the sessions */
    bool resumable;           /* a session that its counterpart may come back to */
} weft__guard;
#define WEFT__GUARD_NONE ((weft__guard){ .counters = NULL })

/* Who waits for a place. */
typedef struct weft__watcher {
    weft__link link;
    void (*released)(void *user); /* something was given back: within the lock, from any thread; once */
    void *user;
    bool waits;
} weft__watcher;

/* bounds are copied. One reference. 0, WEFT_ENOMEM, or what the system says. */
int weft__counters_new(const weft_allocator *allocator, const weft_listener_options *bounds,
                       weft__counters **ret_counters);
weft__counters *weft__counters_retain(weft__counters *counters);
void weft__counters_release(weft__counters *counters_or_null);
/* Other bounds from now on; who has a place keeps it. */
void weft__counters_set(weft__counters *counters, const weft_listener_options *bounds);
void weft__counters_set_max_live(weft__counters *counters, int64_t max_live);

/* One more of the counter at this offset in weft_listener_stats. */
void weft__counters_count(weft__counters *counters, size_t offset);
#define WEFT__COUNT(counters, field) weft__counters_count(counters, offsetof(weft_listener_stats, field))
/* One more of refused. */
void weft__counters_refused(weft__counters *counters, weft_refusal refusal);
void weft__counters_read(weft__counters *counters, weft_listener_stats *ret_stats);

/* From now until unwatch the watcher can be told; it is, once it waits. */
void weft__counters_watch(weft__counters *counters, weft__watcher *watcher);
void weft__counters_unwatch(weft__counters *counters, weft__watcher *watcher);
void weft__counters_wait(weft__counters *counters, weft__watcher *watcher);

/* Would a newcomer be refused a place among the sessions? As far as can be said before it has been heard: where there
 * are sessions to come back to, it may be somebody who does. */
weft_refusal weft__counters_look(weft__counters *counters, const weft__ip *ip_or_null);
/* Is one more to be accepted now? A listener that pauses waits until there is such a place for everybody who is in and
 * one more, likewise; the watcher waits then. */
bool weft__counters_have_room(weft__counters *counters, weft__watcher *watcher);

/* May one more be accepted without touching the descriptors that are kept for others? now_ms: of the loop's clock. */
bool weft__counters_have_descriptors(weft__counters *counters, uint64_t now_ms);

/* Others are pushed out of their places by who comes when there is none left: the oldest of those before READY, of all
 * loops, or of its address where that has as many as it may. A keeper is its loop's alone but for what is said above.
 */
void weft__keeper_init(weft__keeper *keeper);
/* Who calls it from now on. NULL: nobody, so that those at it that are pushed out end by themselves. */
void weft__keeper_set(weft__counters *counters, weft__keeper *keeper, void (*call_or_null)(void *user), void *user);
/* The next that it is to close; NULL: no more. */
weft__guard *weft__keeper_take(weft__counters *counters, weft__keeper *keeper);

/* A place before READY, for by, who is not called for it, but takes what it is to close right behind this. 0, or
 * WEFT_ENOMEM: nobody was pushed out. */
int weft__guard_take(weft__counters *counters, const weft__ip *ip_or_null, const weft__keeper *by,
                     weft__guard *ret_guard);
/* It is at this keeper from now on, until it moves; who takes what is to be closed there right behind this: on its way
 * it may have been pushed out. */
void weft__guard_keep(weft__guard *guard, weft__keeper *keeper);
/* *to holds nothing before, and is at no keeper. */
void weft__guard_move(weft__guard *from, weft__guard *to);
/* May it become a session? NONE: it has a place among them as well. Else why not. */
weft_refusal weft__guard_admit(weft__guard *guard);
/* It is READY: one among the sessions, if it was not so yet, and no longer before READY. */
void weft__guard_ready(weft__guard *guard, bool resumable);
/* The place before READY is given back. */
void weft__guard_settle(weft__guard *guard);
/* Gives back what it holds; again, or one that holds nothing: nothing. */
void weft__guard_drop(weft__guard *guard);

#endif
