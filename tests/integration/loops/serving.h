/* A listener with several loops, each of a thread of its own, and clients of another: what the tests of several loops
 * stand on. */
#ifndef WEFT_TESTS_INTEGRATION_LOOPS_SERVING_H
#define WEFT_TESTS_INTEGRATION_LOOPS_SERVING_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <uv.h>

#include "loops.weft.h"
#include "weft/weft.h"

enum { SERVING_LOOPS_MAX = 4 };

typedef struct serving serving;

typedef struct loop {
    serving *all;
    uint32_t number;
    weft_blocking *blocking;
    weft_runtime *runtime;
    int n_once; /* how often once has run */
    lo_here_once_call held;
} loop;

struct serving {
    int n_descriptors;
    loop loops[SERVING_LOOPS_MAX];
    int n_loops;
    uint64_t resume_window_ns;
    weft_listener *listener;
    char folder[64];
    char url[256];
    uv_mutex_t mutex; /* over all that follows */
    uv_cond_t changed;
    int n_ready, n_ended; /* accepted sessions */
    int n_held;
    int n_over;               /* threads of the test's */
    int n_calls;              /* of strangers */
    int n_stopped, stopped;   /* how often, and the status */
    bool is_stuck, is_let_go; /* serving_stick */
    weft_blocking *clients;
};

/* Options of the sessions of a loop: Here is served. */
weft_session_options serving_options(loop *one);
/* url: of the listener, or "unix" (a path in a folder of its own). */
int serving_setup_all(void **state); /* of the group: libuv keeps descriptors of its own from the first loop on */
void serving_start(serving *s, const char *url, int n_loops, const weft_listener_options *bounds_or_null);
/* The same; sessions that lost their conduit wait for so long. */
void serving_start_brief(serving *s, const char *url, int n_loops, const weft_listener_options *bounds_or_null,
                         uint64_t resume_window_ns);
/* Asserts that nothing is left before READY, and as many descriptors as before. */
void serving_stop(serving *s);
void serving_stop_loop(serving *s, int number);  /* that one alone */
void serving_start_loop(serving *s, int number); /* again, for serving_add_loop */

/* Until *counter, one of those under the mutex, is at least n; the test fails where that does not come. */
void serving_wait(serving *s, const int *counter, int n);
void serving_note(serving *s, int *counter); /* one more of these */
weft_listener_stats serving_stats(serving *s);
/* That loop leaves the listener, and comes again. */
void serving_remove_loop(serving *s, int number);
void serving_add_loop(serving *s, int number);
/* Moves the listener: 0, and s->url is the new one; or why not. */
int serving_rebind(serving *s, const char *url_or_null, const weft_session_options *options_or_null,
                   const weft_listener_options *bounds_or_null);
/* As weft_blocking_run has it: listens at s->url, and closes that listener again. user: the serving. */
int serving_listen_there(void *user, weft_runtime *runtime);
void serving_begin_stop(serving *s, uint64_t limit_ns);
/* Stops the listener: the status that it tells. */
int serving_stop_listener(serving *s, uint64_t limit_ns);
/* A blocking socket that is connected to the listener. */
int serving_raw_connect(const serving *s);
void serving_raw_connect_by(const serving *s, int fd); /* TCP, by a socket that is there */
/* The held call of that loop is answered. */
void serving_answer(serving *s, int number);
int serving_n_once(serving *s); /* over all loops */
/* That loop does nothing any more until it is let go. */
void serving_stick(serving *s, int number);
void serving_let_go(serving *s);

/* A client's: its session is ready, its Here open. */
typedef struct visitor {
    weft_blocking_session *session;
    lo_here_sync_client here;
} visitor;
visitor serving_visit(serving *s, const weft_session_options *options_or_null);
/* The same, where it may fail: why. */
int serving_try_visit(serving *s, const weft_session_options *options_or_null, visitor *ret_visitor);
void visitor_leaves(visitor *v);
uint32_t visitor_where(const visitor *v);
/* The conduits of all clients break. */
void serving_cut(serving *s);

#endif
