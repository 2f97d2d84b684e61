/* A server and a client in one runtime that live through everything once: connect, a refused and an accepted open, a
 * call that is answered and one that is cancelled, close, end. At one moment of it, in one callback, a test does
 * something. */
#ifndef WEFT_TESTS_INTEGRATION_MISUSE_WORLD_H
#define WEFT_TESTS_INTEGRATION_MISUSE_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop.weft.h"
#include "tests/support/alloc.h"
#include "weft/uv.h"
#include "weft/weft.h"

/* Every kind of callback, by where it comes. */
#define WORLD_MOMENTS(X)  \
    X(CLIENT_READY)       \
    X(CLIENT_FAILED)      \
    X(CLIENT_CLOSED)      \
    X(OPENED)             \
    X(OPEN_REFUSED)       \
    X(CALL_ANSWERED)      \
    X(CALL_CANCELLED)     \
    X(CLIENT_CONN_CLOSED) \
    X(SERVER_READY)       \
    X(SERVER_CLOSED)      \
    X(ON_OPEN)            \
    X(HANDLER)            \
    X(HANDLER_KEEPING)    \
    X(ON_CANCEL)          \
    X(HANDLER_CLOSED)     \
    X(SERVER_CONN_CLOSED) \
    X(POST_RUN)           \
    X(POST_DROPPED)       \
    X(LISTENER_CLOSED)    \
    X(RUNTIME_CLOSED)

typedef enum moment {
#define WORLD_MOMENT(name) AT_##name,
    WORLD_MOMENTS(WORLD_MOMENT)
#undef WORLD_MOMENT
        N_MOMENTS
} moment;

typedef struct world world;
/* What is done at the moment; false: there is nothing to do it with. */
typedef bool (*world_act)(world *w);

/* Handles are NULL or stale where there is nothing: what acts on one that it lets go sets it to NULL. */
struct world {
    uv_loop_t loop;
    weft_test_alloc alloc;
    moment at;
    world_act act;
    bool came, acted; /* the moment; what was done then */

    weft_runtime *runtime; /* NULL once it is closed, or freed by an act */
    bool closing;
    weft_poster *poster;
    weft_listener *listener;
    weft_session *session, *server_session;
    weft_connection *client, *server_conn; /* a reference each */
    weft_pending pending;                  /* the newest */
    weft_call waiting;                     /* the client's; the server's side of it: */
    lt_echo_wait_call held;

    /* what was begun, and what came of it */
    int n_connects, n_failed, n_closed;
    int n_accepted, n_ended;
    int n_opens, n_opened, n_refused, n_conn_closed;
    int n_served, n_handlers_closed, n_server_conn_closed;
    int n_calls, n_done;
    int n_posts, n_run, n_dropped;
    int n_listener_closes, n_listeners_closed, n_runtime_closed;
};

/* Lives through all of it at this url (of listen), does act at the moment (NULL: nothing), ends whatever is left, and
 * asserts that everything that was begun has ended once and that nothing is left. */
void world_live(world *w, const char *url, moment at, world_act act);
const char *world_moment_name(moment at);

/* For acts: the same as the world does, counted. */
int world_open(world *w);
int world_call(world *w, bool wait, weft_call *ret_call);
void world_close_runtime(world *w);

#endif
