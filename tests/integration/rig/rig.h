/* A runtime on a loop of the test's, with a server and a client on it: what the tests of the loop stand on. */
#ifndef WEFT_TESTS_INTEGRATION_RIG_H
#define WEFT_TESTS_INTEGRATION_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop.weft.h"
#include "tests/support/alloc.h"
#include "weft/uv.h"
#include "weft/weft.h"

typedef struct rig {
    uv_loop_t loop;
    weft_test_alloc alloc;
    weft_runtime *runtime; /* NULL once it is closed */
    bool closing;

    /* server */
    weft_listener *listener;
    char url[512]; /* the listener's, as clients name it */
    int n_accepted;
    int n_ended;   /* accepted sessions that are closed */
    int n_handled; /* calls */
    int n_handlers_closed;
    weft_error server_end;
    uint16_t reject; /* on_open says this code where it is not 0 */
    int n_parked;    /* how often an accepted session lost its conduit, and went on over another */
    int n_returned;
    weft_session *accepted; /* the latest; borrowed, NULL once it is closed */
    weft_peer peer;         /* of the latest open; texts copied */
    char peer_address[256];
    char peer_transport[16];
    const uint8_t *seen; /* where the latest argument was */
    lt_echo_wait_call waiting;

    /* client */
    weft_session *session;
    lt_echo_client client;
    int n_ready;
    int n_failed;
    int n_closed;
    int n_disconnected;
    int n_resumed;
    int n_opened;
    int n_answered;    /* calls that ended well */
    int n_ended_calls; /* calls that ended otherwise */
    weft_error failed;
    weft_error closed;
    weft_error open_error;
    weft_result result; /* of the latest call that ended otherwise; its text is not valid */
    weft_bytes expected;

    /* log records */
    int n_exhausted;
    int n_too_many;
} rig;

rig *rig_new(void);
/* Closes the runtime and everything on it; asserts that nothing is left. */
void rig_free(rig *r);
/* The same, but for freeing r. */
void rig_close(rig *r);

/* Turns of the loop until *counter is at least n; the test fails where that does not come (tests/support/turns.h). */
void rig_until(rig *r, const int *counter, int n);
/* As long as there is something to do at once. */
void rig_settle(rig *r);

/* Options of an accepting side that serves Echo, and of a connecting one. */
weft_session_options rig_server_options(rig *r);
weft_session_options rig_client_options(rig *r);
void rig_listen(rig *r, const char *url);
void rig_listen_with(rig *r, const char *url, const weft_listener_options *bounds_or_null);
/* It is no listener, with this code and a text that says so. */
void rig_assert_refused(rig *r, const char *url, int code, const char *says);
/* Connects with the client's options. */
void rig_connect(rig *r, const char *url);
void rig_connect_with(rig *r, const char *url, const weft_session_options *options);
/* And opens Echo: the client is there afterwards. */
void rig_open(rig *r);
/* A call of Echo.echo; counts in n_answered where the answer is the same. */
void rig_echo(rig *r, weft_bytes data);
void rig_wait(rig *r);
/* Lets go of the client, closes the session, and waits for its end. */
void rig_disconnect(rig *r);
/* A whole session: connects, calls, disconnects. */
void rig_visit(rig *r);

/* A blocking socket that is connected to the listener. */
int rig_raw_connect(const rig *r);

int rig_setup(void **state);
int rig_teardown(void **state);

#endif
