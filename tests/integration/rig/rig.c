/* A runtime on a loop of the test's, with a server and a client on it. */
#include "tests/integration/rig/rig.h"

#include "runtime/conduit/socket.h"
#include "tests/support/turns.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void rig_on_log(void *user, const weft_log_record *record)
{
    rig *r = user;
    if (strncmp(record->message, "exhausted", 9) == 0)
        r->n_exhausted++;
    if (strncmp(record->message, "too many handshakes", 19) == 0)
        r->n_too_many++;
}

rig *rig_new(void)
{
    weft_runtime_options options = weft_runtime_options_default();
    rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    weft_test_alloc_init(&r->alloc);
    assert_int_equal(uv_loop_init(&r->loop), 0);
    options.loop = &r->loop;
    options.allocator = &r->alloc.allocator;
    options.log = rig_on_log;
    options.log_user = r;
    assert_int_equal(weft_runtime_new(&options, &r->runtime), 0);
    return r;
}

static void rig_on_closed(void *user)
{
    rig *r = user;
    assert_non_null(r->runtime);
    r->runtime = NULL;
}

void rig_close(rig *r)
{
    if (r->client.connection)
        weft_connection_release(r->client.connection);
    r->client.connection = NULL;
    if (r->runtime && !r->closing)
        weft_runtime_close(r->runtime, rig_on_closed, r);
    r->closing = true;
    weft_test_turns turns = { 0, 0 };
    while (r->runtime)
        weft_test_turn(&turns, &r->loop, -1);
    weft_session_release(r->session);
    r->session = NULL;
}

void rig_free(rig *r)
{
    rig_close(r);
    if (uv_loop_close(&r->loop) != 0) {
        uv_print_all_handles(&r->loop, stderr);
        fail_msg("the loop has handles that are not closed");
    }
    assert_int_equal(r->n_accepted, r->n_ended);
    weft_test_alloc_assert_empty(&r->alloc);
    free(r);
}

int rig_setup(void **state)
{
    *state = rig_new();
    return 0;
}

int rig_teardown(void **state)
{
    rig_free(*state);
    return 0;
}

void rig_until(rig *r, const int *counter, int n)
{
    weft_test_turns turns = { 0, 0 };
    while (*counter < n)
        weft_test_turn(&turns, &r->loop, -1);
}

void rig_settle(rig *r)
{
    for (int i = 0; i < 50; i++)
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
}

/* ---- the server ---- */

static void rig_on_echo(void *self, lt_echo_echo_call call, const lt_echo_echo_args *args)
{
    rig *r = self;
    r->n_handled++;
    r->seen = args->data.ptr;
    (void)lt_echo_echo_return(call, args->data);
}

static void rig_on_wait(void *self, lt_echo_wait_call call)
{
    rig *r = self;
    r->n_handled++;
    r->waiting = call;
}

static void rig_on_handler_closed(void *self)
{
    rig *r = self;
    r->n_handlers_closed++;
}

static const lt_echo_handler rig_handler = { sizeof rig_handler, rig_on_handler_closed, rig_on_echo, rig_on_wait,
                                             NULL };

static int rig_on_open(void *user, weft_session *session, weft_pending pending)
{
    rig *r = user;
    const weft_peer *peer = weft_pending_peer(pending);
    assert_ptr_equal(weft_pending_session(pending), session);
    r->peer = *peer;
    (void)snprintf(r->peer_address, sizeof r->peer_address, "%s", peer->address);
    r->peer.address = r->peer_address;
    (void)snprintf(r->peer_transport, sizeof r->peer_transport, "%s", peer->transport);
    r->peer.transport = r->peer_transport;
    if (r->reject != 0)
        return weft_pending_reject(pending, r->reject, "", NULL);
    return lt_echo_serve(pending, &rig_handler, r, NULL);
}

static void rig_on_server_event(void *user, weft_session *session, const weft_session_event *event)
{
    rig *r = user;
    if (event->kind == WEFT_EVENT_READY) {
        r->n_accepted++;
        r->accepted = session;
    }
    r->n_parked += event->kind == WEFT_EVENT_DISCONNECTED;
    r->n_returned += event->kind == WEFT_EVENT_RESUMED;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    if (r->accepted == session)
        r->accepted = NULL;
    r->n_ended++;
    r->server_end = *event->error;
    weft_session_release(session);
}

weft_session_options rig_server_options(rig *r)
{
    weft_session_options options = weft_session_options_default();
    options.on_open = rig_on_open;
    options.on_event = rig_on_server_event;
    options.user = r;
    return options;
}

void rig_listen(rig *r, const char *url)
{
    rig_listen_with(r, url, NULL);
}

void rig_listen_with(rig *r, const char *url, const weft_listener_options *bounds_or_null)
{
    weft_session_options options = rig_server_options(r);
    weft_error error;
    memset(&error, 0, sizeof error);
    if (weft_listen_with(r->runtime, url, &options, bounds_or_null, &r->listener, &error) < 0)
        fail_msg("%s: %s", url, error.text);
    assert_int_equal(weft_listener_url(r->listener, r->url, sizeof r->url), 0);
}

int rig_raw_connect(const rig *r)
{
    weft__url url;
    weft__sockaddr address;
    int fd = -1, rc;
    assert_int_equal(weft__url_parse(r->url, &url, NULL), 0);
    if (!weft__socket_numeric_address(&url, &address))
        weft__socket_unix_address(&url, &address);
    rc = weft__socket_connect(&address, &fd);
    assert_true(rc >= 0);
    assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
    return fd;
}

/* ---- the client ---- */

static void rig_on_client_event(void *user, weft_session *session, const weft_session_event *event)
{
    rig *r = user;
    assert_ptr_equal(session, r->session);
    assert_int_equal(r->n_closed, 0);
    switch (event->kind) {
    case WEFT_EVENT_READY: r->n_ready++; break;
    case WEFT_EVENT_FAILED:
        r->n_failed++;
        r->failed = *event->error;
        break;
    case WEFT_EVENT_CLOSED:
        r->n_closed++;
        r->closed = *event->error;
        break;
    case WEFT_EVENT_DISCONNECTED: r->n_disconnected++; break;
    case WEFT_EVENT_RESUMED: r->n_resumed++; break;
    default: break;
    }
}

weft_session_options rig_client_options(rig *r)
{
    weft_session_options options = weft_session_options_default();
    options.on_event = rig_on_client_event;
    options.user = r;
    return options;
}

void rig_assert_refused(rig *r, const char *url, int code, const char *says)
{
    weft_session_options options = rig_server_options(r);
    weft_listener *listener = NULL;
    weft_error error;
    memset(&error, 0, sizeof error);
    assert_int_equal(weft_listen(r->runtime, url, &options, &listener, &error), code);
    assert_null(listener);
    if (!strstr(error.text, says))
        fail_msg("'%s' does not say '%s'", error.text, says);
}

void rig_connect(rig *r, const char *url)
{
    weft_session_options options = rig_client_options(r);
    rig_connect_with(r, url, &options);
}

void rig_connect_with(rig *r, const char *url, const weft_session_options *options)
{
    weft_error error;
    memset(&error, 0, sizeof error);
    weft_session_release(r->session);
    r->session = NULL;
    r->n_ready = r->n_failed = r->n_closed = r->n_disconnected = r->n_resumed = r->n_opened = 0;
    if (weft_connect(r->runtime, url, options, &r->session, &error) < 0)
        fail_msg("%s: %s", url, error.text);
    /* Nothing is told from within. */
    assert_int_equal(r->n_ready + r->n_failed + r->n_closed, 0);
}

static void rig_on_opened(void *user, lt_echo_client client, const weft_error *error_or_null)
{
    rig *r = user;
    r->n_opened++;
    r->client = client;
    if (error_or_null)
        r->open_error = *error_or_null;
}

void rig_open(rig *r)
{
    int n = r->n_opened;
    assert_int_equal(lt_echo_open(r->session, NULL, rig_on_opened, r), 0);
    assert_int_equal(r->n_opened, n);
    rig_until(r, &r->n_opened, n + 1);
}

static void rig_on_echoed(void *user, const lt_echo_echo_reply *reply)
{
    rig *r = user;
    if (reply->result.code != 0) {
        r->n_ended_calls++;
        r->result = reply->result;
        return;
    }
    assert_int_equal(reply->value.len, r->expected.len);
    assert_memory_equal(reply->value.ptr, r->expected.ptr, r->expected.len);
    r->n_answered++;
}

void rig_echo(rig *r, weft_bytes data)
{
    lt_echo_echo_args args = { data };
    int n = r->n_answered + r->n_ended_calls;
    r->expected = data;
    assert_int_equal(lt_echo_echo(r->client, &args, NULL, rig_on_echoed, r, NULL), 0);
    assert_int_equal(r->n_answered + r->n_ended_calls, n);
}

static void rig_on_waited(void *user, const lt_echo_wait_reply *reply)
{
    rig *r = user;
    r->n_answered += reply->result.code == 0;
    r->n_ended_calls += reply->result.code != 0;
    r->result = reply->result;
}

void rig_wait(rig *r)
{
    assert_int_equal(lt_echo_wait(r->client, NULL, rig_on_waited, r, NULL), 0);
}

void rig_disconnect(rig *r)
{
    weft_connection_release(r->client.connection);
    r->client.connection = NULL;
    weft_session_close(r->session, WEFT_CODE_NONE, NULL);
    rig_until(r, &r->n_closed, 1);
    weft_session_release(r->session);
    r->session = NULL;
}

void rig_visit(rig *r)
{
    int n = r->n_answered;
    rig_connect(r, r->url);
    rig_open(r);
    assert_non_null(r->client.connection);
    rig_echo(r, weft_bytes_of("visit", 5));
    rig_until(r, &r->n_answered, n + 1);
    rig_disconnect(r);
    assert_int_equal(r->closed.code, WEFT_OK);
}
