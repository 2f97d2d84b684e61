/* A branch: what a listener has at another loop than its own: a gate, a seat, and for TCP an acceptor. It lives on two
 * threads: the listener's makes, stops and frees it, that of the loop does the rest; they talk by posts. */
#ifndef WEFT_RUNTIME_LOOP_BRANCH_H
#define WEFT_RUNTIME_LOOP_BRANCH_H

#include "runtime/loop/handing.h"

typedef struct weft__branch weft__branch;

/* What a branch is made of: borrowed for the call, but for the runtimes and users. */
typedef struct weft__branch_parts {
    weft_runtime *home; /* the listener's */
    weft_runtime *runtime;
    weft__counters *counters;
    weft__loops *loops;
    const weft_session_options *options;
    const weft_listener_options *bounds;
    int fd; /* -1: the listener's acceptor accepts for it */
    /* On the listener's thread: its loop had left before it came to accept from that, which is the user's now. */
    void (*left)(void *user, int fd);
    void (*ended)(void *user, weft__branch *branch); /* on the listener's thread, once, last: then it is freed */
    void *user;
} weft__branch_parts;

/* On the listener's thread; what it does at its loop begins there soon. The descriptor is the branch's on success. 0;
 * WEFT_ECLOSED: that runtime has ended; WEFT_ENOMEM. */
int weft__branch_new(const weft__branch_parts *parts, weft__link *branches, weft__branch **ret_branch);
weft__branch *weft__branch_of(weft__link *link); /* in branches */
/* Is it of this runtime? Not of one that has ended meanwhile, where this one's memory was. */
bool weft__branch_is_of(const weft__branch *branch, const weft_runtime *runtime);
/* One that serves accepts no more, and ends once nobody is before READY there and its loop has no session: until then
 * what others have accepted for these comes to it. On the listener's thread, as what follows. */
void weft__branch_leave(weft__branch *branch);
/* It is to end soon: nothing more is accepted but what waits already. gently: when nobody is before READY any more;
 * else who is ends. */
void weft__branch_stop(weft__branch *branch, bool gently);
/* What changes at its loop. */
typedef struct weft__branch_change weft__branch_change;
/* Nothing yet. options_or_null: of sessions from then on. fd: another descriptor to accept from, the change's on
 * success; moves: what it has accepted from till then it gives up, also where fd is -1. NULL: out of memory. */
weft__branch_change *weft__branch_change_new(weft__branch *branch, const weft_session_options *options_or_null,
                                             const weft_listener_options *bounds, bool moves, int fd);
/* Sent, or not: the change is gone. */
void weft__branch_change_send(weft__branch_change *change);
void weft__branch_change_free(weft__branch_change *change_or_null);
bool weft__branch_serves(const weft__branch *branch); /* it was told neither */
/* Once it has ended. */
void weft__branch_free(weft__branch *branch);

/* Those of a runtime that ends, on its thread. */
void weft__branches_stop(weft_runtime *runtime);
/* Those of one that has no accepted session any more, on its thread. */
void weft__branches_look(weft_runtime *runtime);

#endif
