/* The loops of kv-server: each with a desk of the one store, services of its own, and, but for the first, which is the
 * caller's, a thread. */
#ifndef KV_LOOPS_H
#define KV_LOOPS_H

#include "store.h"

typedef struct loop {
    desk desk;
    weft_services *services;
    weft_runtime *runtime;
    uv_thread_t thread;
    bool has_thread;
} loop;

/* Makes one, which offers the store. 0 or WEFT_E…; loop_free follows in either case. */
int loop_make(loop *made, struct store *store);
/* Options of the sessions that it serves. */
weft_session_options loop_options(loop *one);
/* Runs it on a thread of its own. 0, or what the system says. */
int loop_start(loop *one);
/* What is under way is finished, for ten seconds at most. Any thread. */
void loop_end(loop *one);
/* Once it has run, or never will; waits for its thread. */
void loop_free(loop *one);

#endif
