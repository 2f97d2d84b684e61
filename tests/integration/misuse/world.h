/* A server and a client in one runtime that live through everything once: connect, a refused and an accepted open, a
 * call that is answered and one that is cancelled, one with a stream each way, drain, end. At one moment of it, in one
 * callback, a test does something. */
#ifndef WEFT_TESTS_INTEGRATION_MISUSE_WORLD_H
#define WEFT_TESTS_INTEGRATION_MISUSE_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop.weft.h"
#include "tests/support/alloc.h"
#include "weft/intercept.h"
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
    X(CLIENT_DRAINING)    \
    X(CLIENT_WRITABLE)    \
    X(CLIENT_ITEM)        \
    X(CLIENT_READ_END)    \
    X(CLIENT_ROOM)        \
    X(CLIENT_SEND_END)    \
    X(CLIENT_STREAMED)    \
    X(CLIENT_CALL_DONE)   \
    X(SERVER_READY)       \
    X(SERVER_CLOSED)      \
    X(SERVER_DRAINING)    \
    X(SERVER_ITEM)        \
    X(SERVER_READ_END)    \
    X(SERVER_ROOM)        \
    X(SERVER_OPEN_IN)     \
    X(SERVER_CALL_IN)     \
    X(SERVER_CALL_DONE)   \
    X(ON_OPEN)            \
    X(HANDLER)            \
    X(HANDLER_KEEPING)    \
    X(HANDLER_STREAM)     \
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
    weft_call streaming; /* likewise, of the call with streams, and its ends */
    lt_echo_stream_call streamed;
    lt_bytes_tx tx, server_tx;
    lt_bytes_rx rx, server_rx;

    int n_asked, n_begun;         /* opens and calls of the life itself */
    bool waited, streamed_all;    /* the calls have ended */
    bool has_read;                /* the server's reader has ended */
    weft_interceptor interceptor; /* of both sides */
    const weft_interceptor *chain[1];

    /* what was begun, and what came of it */
    int n_connects, n_failed, n_closed;
    int n_accepted, n_ended;
    int n_opens, n_opened, n_refused, n_conn_closed;
    int n_served, n_handlers_closed, n_server_conn_closed;
    int n_calls, n_done;
    int n_posts, n_run, n_dropped;
    int n_passed, n_passed_done; /* calls, through the interceptor, both ways */
    int n_sent, n_items, n_reads, n_read_ends, n_rooms, n_roomed, n_send_ends;
    int n_server_sent, n_server_items, n_server_reads, n_server_read_ends, n_server_rooms, n_server_roomed;
    int n_drainings, n_server_drainings, n_writable;
    int n_listener_closes, n_listeners_closed, n_runtime_closed;
};

/* Lives through all of it at this url (of listen), does act at the moment (NULL: nothing), ends whatever is left, and
 * asserts that everything that was begun has ended once and that nothing is left. */
void world_live(world *w, const char *url, moment at, world_act act);
const char *world_moment_name(moment at);

/* For acts: the same as the world does, counted. */
int world_open(world *w);
int world_call(world *w, bool wait, weft_call *ret_call);
int world_stream(world *w);
void world_close_runtime(world *w);

/* All acts; the last one has no name. Those with streams: */
enum { WORLD_ACTS_MAX = 64 };
typedef struct world_named_act {
    const char *name;
    world_act act;
} world_named_act;
extern const world_named_act world_acts[WORLD_ACTS_MAX];
bool world_act_finish_client(world *w);
bool world_act_abort_client(world *w);
bool world_act_reset_client(world *w);
bool world_act_finish_server(world *w);
bool world_act_abort_server(world *w);
bool world_act_reset_server(world *w);
bool world_act_answer_stream(world *w);
bool world_act_drop_stream(world *w);
bool world_act_stream_another(world *w);
bool world_act_send(world *w);
bool world_act_ask_room(world *w);
bool world_act_pause(world *w);
bool world_act_keep(world *w);
bool world_act_use_wrong_end(world *w);

/* Between the files of the world. */
void world_now(world *w, moment at);
/* A call of the life has ended: with the last one the client's connection is closed. */
void world_over(world *w, bool *ret_over);
void world_on_stream(void *self, lt_echo_stream_call call, lt_bytes_rx input, lt_bytes_tx output);
void world_intercept(world *w, weft_session_options *options);
/* Of streams and interceptors: what was begun has ended once, and where nobody acted all of it has come. */
void world_assert_streams(const world *w);

#endif
