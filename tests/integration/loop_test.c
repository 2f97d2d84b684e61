/* Sessions over every kind of conduit: calls, large messages, failures to connect, ends. */
#include "tests/integration/rig/rig.h"

#include "runtime/base/mem.h"
#include "tests/support/rules.h"
#include "tests/support/refusing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if WEFT__ASAN
#include <sanitizer/asan_interface.h>
#endif

static const char *unique_url(const char *before, const char *behind)
{
    static char url[256];
    (void)snprintf(url, sizeof url, "%s-%ld%s", before, (long)getpid(), behind);
    return url;
}

/* A thousand calls at once, and messages of many frames in both directions. */
static void talk(rig *r)
{
    size_t len = (size_t)1024 * 1024;
    uint8_t *large = calloc(1, len);
    weft_bytes small = weft_bytes_of("a small argument", 16);
    rig_open(r);
    assert_non_null(r->client.connection);
    for (int i = 0; i < 1000; i++)
        rig_echo(r, small);
    rig_until(r, &r->n_answered, 1000);
    for (size_t i = 0; i < len; i++)
        large[i] = (uint8_t)(i * 7 + i / 251);
    for (int i = 0; i < 5; i++)
        rig_echo(r, weft_bytes_of(large, len));
    rig_until(r, &r->n_answered, 1005);
    rig_disconnect(r);
    assert_int_equal(r->closed.code, WEFT_OK);
    rig_until(r, &r->n_ended, 1);
    assert_int_equal(r->server_end.code, WEFT_OK);
    assert_int_equal(r->n_handlers_closed, 1);
    assert_int_equal(r->n_ended_calls, 0);
    free(large);
}

static void session_over_memory_talks(void **state)
{
    /* Goal: mem://name carries a session, through the loop, with the limits of a socket. */
    rig *r = *state;
    rig_listen(r, "mem://loop");
    rig_connect(r, "mem://loop");
    talk(r);
    assert_string_equal(r->peer.transport, "mem");
}

static void session_over_tcp_talks(void **state)
{
    /* Goal: tcp://host:port carries a session; port 0 becomes a real one; the counterpart's address is known. */
    rig *r = *state;
    WEFT_RULE("conn.evidence");
    rig_listen(r, "tcp://127.0.0.1:0");
    assert_string_not_equal(r->url, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    talk(r);
    assert_string_equal(r->peer.transport, "tcp");
    assert_memory_equal(r->peer.address, "127.0.0.1:", 10);
}

static void session_over_tcp_name_talks(void **state)
{
    /* Goal: a name is looked up, and its addresses are tried in turn. */
    rig *r = *state;
    char url[64];
    rig_listen(r, "tcp://*:0");
    (void)snprintf(url, sizeof url, "tcp://localhost:%s", strrchr(r->url, ':') + 1);
    rig_connect(r, url);
    talk(r);
}

static void session_over_unix_talks(void **state)
{
    /* Goal: unix:///path carries a session; the counterpart's process is known; the file goes with the listener. */
    rig *r = *state;
    const char *url = unique_url("unix:///tmp/weft-loop", ".sock");
    rig_listen(r, url);
    assert_int_equal(access(url + 7, F_OK), 0);
    rig_connect(r, url);
    talk(r);
    assert_string_equal(r->peer.transport, "unix");
    assert_true(r->peer.has_unix_ids);
    assert_int_equal(r->peer.uid, getuid());
    assert_int_equal(r->peer.gid, getgid());
    assert_int_equal(r->peer.pid, getpid());
    assert_int_equal(r->peer.pid, getpid());
    rig_close(r);
    assert_int_not_equal(access(url + 7, F_OK), 0);
}

static void session_over_abstract_talks(void **state)
{
    /* Goal: unix-abstract://name carries a session, and two names are two listeners. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    weft_listener *second = NULL;
    rig_listen(r, unique_url("unix-abstract://weft-loop", ""));
    assert_int_equal(weft_listen(r->runtime, unique_url("unix-abstract://weft-loop", "-2"), &options, &second, NULL),
                     0);
    weft_listener_close(second, NULL, NULL);
    rig_connect(r, r->url);
    talk(r);
}

static void session_over_descriptor_talks(void **state)
{
    /* Goal: both ends of a pair of sockets, handed in, carry a session. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    char url[32];
    int fds[2];
    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0), 0);
    assert_int_equal(weft_accept_fd(r->runtime, fds[0], &options), 0);
    (void)snprintf(url, sizeof url, "fd://%d", fds[1]);
    rig_connect(r, url);
    talk(r);
    assert_string_equal(r->peer.transport, "fd");
}

static void note_failed(void *user, weft_session *session, const weft_session_event *event)
{
    weft_error *failed = user;
    (void)session;
    if (event->kind == WEFT_EVENT_FAILED)
        *failed = *event->error;
}

static void session_keeps_its_descriptor(void **state)
{
    /* Goal: who is given the same descriptor again fails, or is refused, and does not close it. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    weft_session_options again = weft_session_options_default();
    weft_session *session;
    weft_error failed = { .code = 0 };
    char url[32];
    int fds[2];
    again.on_event = note_failed;
    again.user = &failed;
    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0), 0);
    assert_int_equal(weft_accept_fd(r->runtime, fds[0], &options), 0);
    assert_int_equal(weft_accept_fd(r->runtime, fds[0], &options), WEFT_EALREADY);
    (void)snprintf(url, sizeof url, "fd://%d", fds[1]);
    rig_connect(r, url);
    assert_int_equal(weft_connect(r->runtime, url, &again, &session, NULL), 0);
    talk(r);
    assert_int_equal(failed.code, WEFT_EALREADY);
    weft_session_release(session);
}

static void session_two_at_once_are_apart(void **state)
{
    /* Goal: a call of one session while another is closed is not disturbed. */
    rig *r = *state;
    rig *other = rig_new();
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    /* The other one's client is on a loop of its own, served in turn here. */
    weft_session_options options = rig_client_options(other);
    assert_int_equal(weft_connect(other->runtime, r->url, &options, &other->session, NULL), 0);
    while (other->n_ready == 0 || r->n_accepted < 2) {
        (void)uv_run(&other->loop, UV_RUN_NOWAIT);
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
    }
    weft_session_abort(other->session);
    rig_until(other, &other->n_closed, 1);
    rig_free(other);
    rig_until(r, &r->n_ended, 1);
    rig_echo(r, weft_bytes_of("still here", 10));
    rig_until(r, &r->n_answered, 1);
    rig_disconnect(r);
}

/* The root's handle, kept by on_open until a post comes. */
typedef struct late_root {
    rig *r;
    weft_pending pending;
    int n_asked;
} late_root;

static int late_root_on_open(void *user, weft_session *session, weft_pending pending)
{
    late_root *late = user;
    (void)session;
    assert_true(weft_pending_is_root(pending));
    late->pending = pending;
    late->n_asked++;
    return 0;
}

static void late_root_accept(void *user)
{
    late_root *late = user;
    assert_int_equal(weft_pending_accept(late->pending, NULL, NULL), 0);
}

static void session_root_decided_later_is_told(void **state)
{
    /* Goal: a root that on_open keeps is decided outside of any callback of the session, and the handshake goes on. */
    rig *r = *state;
    late_root late = { r, { NULL, 0 }, 0 };
    weft_session_options server = weft_session_options_default();
    weft_session_options client = rig_client_options(r);
    WEFT_RULE("conn.root");
    server.on_open = late_root_on_open;
    server.user = &late;
    client.root_service = &lt_echo_service;
    assert_int_equal(weft_listen(r->runtime, "tcp://127.0.0.1:0", &server, &r->listener, NULL), 0);
    assert_int_equal(weft_listener_url(r->listener, r->url, sizeof r->url), 0);
    assert_int_equal(weft_connect(r->runtime, r->url, &client, &r->session, NULL), 0);
    rig_until(r, &late.n_asked, 1);
    weft_poster *poster = weft_runtime_poster(r->runtime);
    assert_int_equal(weft_post(poster, late_root_accept, NULL, &late), 0);
    weft_poster_release(poster);
    rig_until(r, &r->n_ready, 1);
    rig_disconnect(r);
}

/* ---- failures to connect ---- */

static void assert_fails(rig *r, const char *url, int code)
{
    rig_connect(r, url);
    rig_open(r);
    assert_null(r->client.connection);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->n_failed, 1);
    assert_int_equal(r->n_ready, 0);
    assert_int_equal(r->n_closed, 1);
    assert_int_equal(r->failed.code, code);
    assert_int_equal(r->closed.code, code);
}

static void connect_failures_are_told_once(void **state)
{
    /* Goal: what cannot be reached: FAILED with the reason, then CLOSED, and each open ended. */
    rig *r = *state;
    assert_fails(r, "mem://nobody", WEFT_ECONNREFUSED);
    char refusing_url[64];
    int refusing = weft_test_refusing(refusing_url, sizeof refusing_url);
    assert_true(refusing >= 0);
    assert_fails(r, refusing_url, WEFT_ECONNREFUSED);
    close(refusing);
    assert_fails(r, "unix:///nonexistent/weft.sock", WEFT_ENOENT);
    assert_fails(r, "unix-abstract://weft-nobody", WEFT_ECONNREFUSED);
    rig_listen(r, "mem://somebody");
    rig_visit(r);
}

static void connect_unknown_name_fails(void **state)
{
    /* Goal: a name that cannot be looked up fails in the time that is given. */
    rig *r = *state;
    rig_connect(r, "tcp://name.invalid:1");
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->n_failed, 1);
    assert_true(r->failed.code == WEFT_ENOENT || r->failed.code == WEFT_ETIMEDOUT);
}

static void connect_malformed_is_refused(void **state)
{
    /* Goal: what is wrong from the start is an error of the call, with its reason, and nothing comes of it. */
    rig *r = *state;
    weft_session_options options = rig_client_options(r);
    weft_session *session = NULL;
    weft_error error;
    char url[512];
    assert_int_equal(weft_connect(r->runtime, "gopher://x", &options, &session, &error), WEFT_EINVAL);
    assert_true(error.text[0] != '\0');
    assert_int_equal(weft_connect(r->runtime, "tcp://a:0", &options, &session, &error), WEFT_EINVAL);
    assert_int_equal(weft_connect(r->runtime, "tcp://*:1", &options, &session, &error), WEFT_EINVAL);
    assert_int_equal(weft_connect(r->runtime, "fd://99999", &options, &session, &error), WEFT_EBADF);
    memset(url, 'a', sizeof url);
    memcpy(url, "unix:///", 8);
    url[120] = '\0';
    assert_int_equal(weft_connect(r->runtime, url, &options, &session, &error), WEFT_ENAMETOOLONG);
    options.size = 2;
    assert_int_equal(weft_connect(r->runtime, "mem://a", &options, &session, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, "size"));
    assert_null(session);
}

/* Connecting with them, and listening. */
static void options_are_refused(rig *r, const weft_session_options *options, const char *text)
{
    weft_session *session = NULL;
    weft_listener *listener = NULL;
    weft_error error;
    assert_int_equal(weft_connect(r->runtime, "mem://a", options, &session, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, text));
    assert_int_equal(weft_listen(r->runtime, "mem://a", options, &listener, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, text));
    assert_null(session);
    assert_null(listener);
}

static void session_options_that_cannot_be_are_named(void **state)
{
    /* Goal: of all that can be set the error says which it is. */
    rig *r = *state;
    const weft_interceptor *chain[] = { NULL };
    weft_service_type service = lt_echo_service;
    weft_metadata_entry entry = weft_metadata_u64("", 1, 0);
    weft_metadata metadata = { &entry, 1 };
    weft_session_options wrong[12];
    static const char *const texts[] = {
        "max_frame_size is", "max_message_size", "connection_window", "connection_window",
        "replay_limit",      "resume_window_ns", "keepalive_",        "keepalive_",
        "channel_window",    "root_service",     "n_interceptors",    "metadata",
    };
    for (size_t i = 0; i < 12; i++)
        wrong[i] = rig_client_options(r);
    wrong[0].max_frame_size = WEFT_FRAME_SIZE_MAX + 1;
    wrong[1].max_message_size = WEFT_MESSAGE_SIZE_MIN - 1;
    wrong[2].connection_window = WEFT_CONNECTION_WINDOW_MARGIN;
    wrong[3].connection_window = UINT32_MAX;
    wrong[4].replay_limit = WEFT_REPLAY_MIN - 1;
    wrong[5].resume_window_ns = WEFT_FOREVER;
    wrong[6].keepalive_idle_ns = 0;
    wrong[7].keepalive_timeout_ns = 0;
    wrong[8].channel_window = 0;
    service.abi++;
    wrong[9].root_service = &service;
    wrong[10].interceptors = chain;
    wrong[11].metadata = &metadata;
    for (size_t i = 0; i < 12; i++)
        options_are_refused(r, &wrong[i], texts[i]);
    wrong[10].n_interceptors = 1;
    options_are_refused(r, &wrong[10], "one of the interceptors");
}

static void connect_silent_counterpart_times_out(void **state)
{
    /* Goal: a counterpart that accepts and says nothing ends by handshake_timeout. */
    rig *r = *state;
    weft_session_options options = rig_client_options(r);
    int fds[2];
    char url[32];
    WEFT_RULE("session.handshake");
    options.handshake_timeout_ns = 20 * WEFT_NS_PER_MS;
    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0), 0);
    (void)snprintf(url, sizeof url, "fd://%d", fds[0]);
    assert_int_equal(weft_connect(r->runtime, url, &options, &r->session, NULL), 0);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->n_failed, 1);
    assert_int_equal(r->failed.code, WEFT_ETIMEDOUT);
    assert_int_equal(close(fds[1]), 0);
}

static void connect_timeout_zero_ends_at_once(void **state)
{
    /* Goal: 0 is a time, not "none": what is not connected at once has failed. */
    rig *r = *state;
    weft_session_options options = rig_client_options(r);
    options.connect_timeout_ns = 0;
    assert_int_equal(weft_connect(r->runtime, "tcp://name.invalid:1", &options, &r->session, NULL), 0);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->n_failed, 1);
}

static void connect_closed_at_once_is_told(void **state)
{
    /* Goal: a session that is closed while it connects ends, once, and whoever it was connecting to goes on. */
    rig *r = *state;
    static const char *const urls[] = { "tcp://name.invalid:1", NULL };
    rig_listen(r, "tcp://127.0.0.1:0");
    for (int i = 0; i < 2; i++) {
        rig_connect(r, urls[i] ? urls[i] : r->url);
        weft_session_close(r->session, WEFT_CODE_NONE, NULL);
        rig_until(r, &r->n_closed, 1);
        assert_int_equal(r->n_ready, 0);
    }
    rig_visit(r);
}

/* ---- ends ---- */

static void session_calls_end_once_when_conduit_fails(void **state)
{
    /* Goal: a conduit that fails ends every call in flight, once, and the session on both sides. */
    rig *r = *state;
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    for (int i = 0; i < 10; i++)
        rig_wait(r);
    rig_until(r, &r->n_handled, 10);
    weft_session_abort(r->session);
    rig_until(r, &r->n_closed, 1);
    rig_until(r, &r->n_ended, 1);
    assert_int_equal(r->n_ended_calls, 10);
    assert_int_equal(r->n_handlers_closed, 1);
    assert_true(r->server_end.code == WEFT_ECONNABORTED || r->server_end.code == WEFT_ECONNRESET);
    assert_int_equal(lt_echo_wait_return(r->waiting, true), WEFT_EALREADY);
}

static void session_arguments_are_gone_after_dispatch(void **state)
{
    /* Goal: what a handler was given cannot be read once it has returned. */
    rig *r = *state;
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    rig_echo(r, weft_bytes_of("gone soon", 9));
    rig_until(r, &r->n_answered, 1);
    assert_non_null(r->seen);
#if WEFT__ASAN
    assert_true(__asan_address_is_poisoned(r->seen));
#endif
    rig_disconnect(r);
}

static void session_last_word_is_not_lost(void **state)
{
    /* Goal: a Goodbye behind much that the counterpart is slow to read arrives, and so does all before it. */
    rig *r = *state;
    size_t len = (size_t)700 * 1024;
    uint8_t *large = calloc(1, len);
    WEFT_RULE("conduit.last-word");
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    for (int i = 0; i < 8; i++)
        rig_echo(r, weft_bytes_of(large, len));
    rig_until(r, &r->n_answered, 8);
    rig_echo(r, weft_bytes_of(large, len));
    rig_disconnect(r);
    rig_until(r, &r->n_ended, 1);
    assert_int_equal(r->closed.code, WEFT_OK);
    assert_int_equal(r->server_end.code, WEFT_OK);
    assert_int_equal(r->n_answered + r->n_ended_calls, 9);
    free(large);
}

int main(void)
{
#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        LOOP_TEST(session_over_memory_talks),
        LOOP_TEST(session_over_tcp_talks),
        LOOP_TEST(session_over_tcp_name_talks),
        LOOP_TEST(session_over_unix_talks),
        LOOP_TEST(session_over_abstract_talks),
        LOOP_TEST(session_over_descriptor_talks),
        LOOP_TEST(session_keeps_its_descriptor),
        LOOP_TEST(session_two_at_once_are_apart),
        LOOP_TEST(session_root_decided_later_is_told),
        LOOP_TEST(connect_failures_are_told_once),
        LOOP_TEST(connect_unknown_name_fails),
        LOOP_TEST(connect_malformed_is_refused),
        LOOP_TEST(session_options_that_cannot_be_are_named),
        LOOP_TEST(connect_silent_counterpart_times_out),
        LOOP_TEST(connect_timeout_zero_ends_at_once),
        LOOP_TEST(connect_closed_at_once_is_told),
        LOOP_TEST(session_calls_end_once_when_conduit_fails),
        LOOP_TEST(session_arguments_are_gone_after_dispatch),
        LOOP_TEST(session_last_word_is_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
