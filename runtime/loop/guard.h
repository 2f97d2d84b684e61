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

/* An IP address without its port; IPv4 in its IPv6 form. */
typedef struct weft__ip {
    uint8_t bytes[16];
} weft__ip;

/* Zero-filled: it holds nothing. */
typedef struct weft__guard {
    weft__counters *counters; /* NULL: it holds nothing; else one reference */
    weft__source *source;     /* NULL: of no address */
    bool pending;             /* a place among those before READY */
    bool live;                /* one among the sessions */
    bool resumable;           /* a session that its counterpart may come back to */
} weft__guard;

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

/* What there is no place for. */
typedef enum weft__full {
    WEFT__FULL_ADDRESS = 1, /* as many as there may be of this address are before READY */
    WEFT__FULL_PENDING = 2  /* as many as there may be are */
} weft__full;
/* A place before READY. 0, WEFT_ENOMEM, or weft__full: the guard holds nothing then. */
int weft__guard_take(weft__counters *counters, const weft__ip *ip_or_null, weft__guard *ret_guard);
/* *to holds nothing before. */
void weft__guard_move(weft__guard *from, weft__guard *to);
/* May it become a session? NONE: it has a place among them as well. Else why not. */
weft_refusal weft__guard_admit(weft__guard *guard);
/* It is READY: one among the sessions, if it was not so yet, and no longer before READY. */
void weft__guard_ready(weft__guard *guard, bool resumable);
/* The place before READY is given back. */
void weft__guard_settle(weft__guard *guard);
/* Gives back what it holds; again, or one that holds nothing: nothing. */
void weft__guard_drop(weft__guard *guard);
bool weft__guard_is_of(const weft__guard *guard, const weft__ip *ip);

#endif
