/* Sessions on a loop whose conduits break: as the runtime's sockets see it, on both sides in one process. Outages
 * between processes: tests/integration/outage. */
#include "tests/integration/rig/rig.h"

#include "runtime/loop/driver.h"
#include "tests/support/rules.h"
#include "tests/support/turns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- breaking ---- */

static weft__driver *driver_of(const rig *r, const weft_session *session)
{
    for (weft__link *link = r->runtime->drivers.next; link != &r->runtime->drivers; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, link);
        if (driver->engine && weft_engine_session(driver->engine) == session)
            return driver;
    }
    fail_msg("no driver has the session");
    return NULL;
}

static int n_drivers(const rig *r)
{
    int n = 0;
    for (const weft__link *link = r->runtime->drivers.next; link != &r->runtime->drivers; link = link->next)
        n++;
    return n;
}

/* As where reading fails on this side; the other one finds the end. */
static void break_conduit(const rig *r, const weft_session *session)
{
    weft__driver_cut(driver_of(r, session), WEFT_ECONNRESET, "broken by the test", uv_hrtime());
}

static weft_session_options resumable(rig *r)
{
    weft_session_options options = rig_client_options(r);
    options.resumable = true;
    return options;
}

static void begin(rig *r, const char *url)
{
    weft_session_options options = resumable(r);
    rig_listen(r, url);
    rig_connect_with(r, r->url, &options);
    rig_open(r);
}

static void echo(rig *r)
{
    int n = r->n_answered;
    rig_echo(r, weft_bytes_of("over it", 7));
    rig_until(r, &r->n_answered, n + 1);
}

/* A call is asked for while there is no conduit, and answered over the next one. */
static void outage(rig *r, const weft_session *broken)
{
    int n = r->n_resumed;
    break_conduit(r, broken);
    rig_until(r, &r->n_disconnected, n + 1);
    echo(r);
    rig_until(r, &r->n_resumed, n + 1);
}

/* Nothing keeps the loop from waiting. */
static void assert_idle(rig *r)
{
    rig_settle(r);
    assert_false(uv_is_active((uv_handle_t *)&r->runtime->idle));
}

/* ---- going on ---- */

static void goes_on(rig *r, const char *url)
{
    weft_listener_stats stats;
    begin(r, url);
    echo(r);
    for (int i = 0; i < 3; i++) {
        outage(r, r->session);
        outage(r, r->accepted);
    }
    rig_until(r, &r->n_returned, 6);
    assert_idle(r);
    assert_int_equal(r->n_disconnected, 6);
    assert_int_equal(r->n_parked, 6);
    assert_int_equal(r->n_accepted, 1);
    assert_int_equal(r->n_opened, 1);
    assert_int_equal(r->n_handled, 7);
    assert_int_equal(n_drivers(r), 2); /* those of the other conduits have gone */
    weft_listener_stats_read(r->listener, &stats, sizeof stats);
    assert_int_equal(stats.ready, 1);
    assert_int_equal(stats.resumed, 6);
    rig_disconnect(r);
    assert_int_equal(r->closed.code, WEFT_OK);
    rig_until(r, &r->n_ended, 1);
    assert_int_equal(r->server_end.code, WEFT_OK);
}

static void session_goes_on_over_tcp(void **state)
{
    /* Goal: whichever side's conduit breaks, and however often, the session goes on, and is one session. */
    WEFT_RULE("resume.exact");
    goes_on(*state, "tcp://127.0.0.1:0");
}

static void session_goes_on_over_unix(void **state)
{
    /* Goal: the same over a unix socket. */
    goes_on(*state, "unix-abstract://weft-test-outage");
}

static void session_goes_on_in_memory(void **state)
{
    /* Goal: the same where both ends are in one process. */
    goes_on(*state, "mem://outage");
}

static void session_that_is_not_resumable_ends(void **state)
{
    /* Goal: who has not asked for it has a session that ends with its conduit, as ever. */
    rig *r = *state;
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    break_conduit(r, r->session);
    rig_until(r, &r->n_closed, 1);
    rig_until(r, &r->n_ended, 1);
    assert_int_equal(r->n_disconnected, 0);
    assert_int_equal(r->n_parked, 0);
    assert_int_equal(r->closed.code, WEFT_ECONNRESET);
}

static void much_under_way_goes_on(void **state)
{
    /* Goal: more than a conduit takes at once, in both directions, is cut again and again in its middle, and each call
     * is answered once. */
    rig *r = *state;
    static uint8_t data[300 * 1000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 31);
    begin(r, "tcp://127.0.0.1:0");
    for (int i = 0; i < 6; i++) { /* more would wait ever longer */
        for (int k = 0; k < 4; k++)
            rig_echo(r, weft_bytes_of(data, sizeof data));
        for (int turn = 0; turn < i + 1; turn++)
            (void)uv_run(&r->loop, UV_RUN_NOWAIT);
        if (driver_of(r, r->session)->state == WEFT__DRIVER_LIVE)
            break_conduit(r, i % 2 ? r->session : r->accepted);
        rig_until(r, &r->n_answered, 4 * (i + 1));
    }
    assert_int_equal(r->n_handled, 24);
    assert_int_equal(r->n_ended_calls, 0);
    assert_true(r->n_resumed > 0);
    rig_disconnect(r);
}

typedef struct held {
    int fds[8];
    int n;
} held;

static void hold_socket(uv_handle_t *handle, void *user)
{
    held *h = user;
    uv_os_fd_t fd;
    bool is_stream = handle->type == UV_TCP || handle->type == UV_NAMED_PIPE;
    if (is_stream && !uv_is_closing(handle) && h->n < 8 && uv_fileno(handle, &fd) == 0)
        h->fds[h->n++] = fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static void old_conduit_that_looks_alive_is_taken_over(void **state)
{
    /* Goal: the server has not noticed that the conduit is gone when the client is back: it lets go of the old one. */
    rig *r = *state;
    held h = { { 0 }, 0 };
    WEFT_RULE("resume.exact");
    begin(r, "tcp://127.0.0.1:0");
    echo(r);
    uv_walk(&r->loop, hold_socket, &h); /* so that the end of one side is not seen by the other */
    assert_int_equal(h.n, 2);
    outage(r, r->session);
    assert_idle(r);
    assert_int_equal(n_drivers(r), 2);
    assert_int_equal(r->n_accepted, 1);
    outage(r, r->session);
    for (int i = 0; i < h.n; i++)
        close(h.fds[i]);
    echo(r);
    rig_disconnect(r);
    assert_int_equal(r->closed.code, WEFT_OK);
}

static void peer_is_the_new_conduits(void **state)
{
    /* Goal: what is known of the counterpart is known of the conduit that there is. */
    rig *r = *state;
    char before[128], after[128];
    begin(r, "tcp://127.0.0.1:0");
    echo(r);
    (void)snprintf(before, sizeof before, "%s", weft_session_peer(r->accepted)->address);
    outage(r, r->session);
    rig_until(r, &r->n_returned, 1);
    (void)snprintf(after, sizeof after, "%s", weft_session_peer(r->accepted)->address);
    assert_string_not_equal(before, after);
    rig_disconnect(r);
}

static void session_comes_back_to_another_listener(void **state)
{
    /* Goal: all listeners of a runtime know all of its sessions. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    weft_listener *other;
    char url[128];
    weft_listener_stats stats;
    WEFT_RULE("resume.acceptor");
    begin(r, "tcp://127.0.0.1:0");
    assert_int_equal(weft_listen(r->runtime, "tcp://127.0.0.1:0", &options, &other, NULL), 0);
    assert_int_equal(weft_listener_url(other, url, sizeof url), 0);
    assert_int_equal(weft__url_parse(url, &driver_of(r, r->session)->target->url, NULL), 0);
    outage(r, r->session);
    weft_listener_stats_read(other, &stats, sizeof stats);
    assert_int_equal(stats.resumed, 1);
    assert_int_equal(r->n_accepted, 1);
    rig_disconnect(r);
}

/* ---- without a conduit ---- */

/* The session has no conduit, and there will be none. */
static void begin_without_end(rig *r)
{
    begin(r, "tcp://127.0.0.1:0");
    weft_listener_close(r->listener, NULL, NULL);
    break_conduit(r, r->session);
    rig_until(r, &r->n_disconnected, 1);
    rig_until(r, &r->n_parked, 1);
}

static void session_without_conduit_costs_nothing(void **state)
{
    /* Goal: neither the side that tries again nor the one that waits keeps the loop from sleeping. */
    rig *r = *state;
    begin_without_end(r);
    assert_idle(r);
    assert_int_equal(driver_of(r, r->session)->state, WEFT__DRIVER_WAITING);
    assert_int_equal(driver_of(r, r->accepted)->state, WEFT__DRIVER_WAITING);
}

static void close_in_an_outage_ends_at_once(void **state)
{
    /* Goal: nobody waits for an answer that cannot come. */
    rig *r = *state;
    WEFT_RULE("session.shutdown");
    begin_without_end(r);
    rig_wait(r);
    weft_session_close(r->session, WEFT_CODE_NONE, NULL);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->n_ended_calls, 1);
    weft_session_close(r->accepted, WEFT_CODE_NONE, NULL);
    rig_until(r, &r->n_ended, 1);
    rig_settle(r);
    assert_int_equal(n_drivers(r), 0);
}

static void runtime_closes_in_an_outage(void **state)
{
    /* Goal: neither a parked session nor one that looks for a conduit holds up the end of the runtime. */
    rig *r = *state;
    begin_without_end(r);
    rig_close(r);
    assert_int_equal(r->n_closed, 1);
    assert_int_equal(r->n_ended, 1);
}

static void on_drained(void *user)
{
    rig *r = user;
    r->runtime = NULL;
    r->closing = true;
}

static void runtime_drains_in_an_outage(void **state)
{
    /* Goal: a drain without a limit does not wait for who cannot come back, since nothing listens any more. */
    rig *r = *state;
    weft_test_turns turns = { 0, 0 };
    WEFT_RULE("session.drain");
    begin(r, "tcp://127.0.0.1:0");
    break_conduit(r, r->accepted);
    rig_until(r, &r->n_parked, 1);
    weft_connection_release(r->client.connection);
    r->client.connection = NULL;
    assert_int_equal(weft_runtime_drain(r->runtime, WEFT_FOREVER, on_drained, r), 0);
    while (r->runtime)
        weft_test_turn(&turns, &r->loop, -1);
    assert_int_equal(r->n_closed, 1);
    assert_int_equal(r->n_ended, 1);
}

/* ---- the first conduit ---- */

static void first_connect_waits_for_who_is_not_up_yet(void **state)
{
    /* Goal: with connect_wait_ns a server may come later; what is asked meanwhile waits. */
    rig *r = *state;
    weft_session_options options = rig_client_options(r);
    WEFT_RULE("resume.initiator");
    options.connect_wait_ns = 60 * WEFT_NS_PER_S;
    rig_connect_with(r, "mem://later", &options);
    rig_settle(r);
    assert_int_equal(r->n_failed + r->n_closed, 0);
    rig_listen(r, "mem://later");
    rig_open(r);
    echo(r);
    assert_int_equal(r->n_disconnected, 0);
    rig_disconnect(r);
}

static void first_connect_fails_at_once_by_itself(void **state)
{
    /* Goal: without it the first failure is told, also where the session would be resumable. */
    rig *r = *state;
    weft_session_options options = resumable(r);
    rig_connect_with(r, "mem://nobody", &options);
    rig_until(r, &r->n_closed, 1);
    assert_int_equal(r->n_failed, 1);
    assert_int_equal(r->n_disconnected, 0);
}

static void descriptor_cannot_be_connected_again(void **state)
{
    /* Goal: what cannot work with a descriptor is refused, and the descriptor is the caller's still. */
    rig *r = *state;
    weft_session_options options[3];
    weft_session *session = NULL;
    weft_error error;
    char url[32];
    int fds[2];
    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0), 0);
    (void)snprintf(url, sizeof url, "fd://%d", fds[0]);
    for (int i = 0; i < 3; i++) {
        options[i] = rig_client_options(r);
        options[i].resumable = i == 0;
        options[i].retry = i == 1;
        options[i].connect_wait_ns = i == 2 ? 1 : 0;
        assert_int_equal(weft_connect(r->runtime, url, &options[i], &session, &error), WEFT_EINVAL);
        assert_non_null(strstr(error.text, "descriptor"));
    }
    assert_true(fcntl(fds[0], F_GETFD) >= 0);
    close(fds[0]);
    close(fds[1]);
}

/* ---- a Ready that is lost ---- */

/* An initiator by hand, whose bytes the test carries. */
typedef struct by_hand {
    rig *r;
    int fd;
    weft_engine *engine;
    weft_handshake *handshake;
} by_hand;

static void by_hand_say(by_hand *b)
{
    weft_slice slice;
    while (weft_handshake_drain(b->handshake, &slice, 1) > 0) {
        assert_int_equal(send(b->fd, slice.ptr, slice.len, 0), slice.len);
        weft_handshake_drained(b->handshake, slice.len);
    }
}

/* Until it has Welcome; Ready is not said yet. */
static void by_hand_shake(by_hand *b)
{
    uint8_t bytes[4096];
    size_t consumed;
    assert_int_equal(weft_engine_reconnect(b->engine, NULL, uv_hrtime(), &b->handshake), 0);
    b->fd = rig_raw_connect(b->r);
    by_hand_say(b);
    while (weft_handshake_phase(b->handshake) == WEFT_PHASE_RUNNING) {
        (void)uv_run(&b->r->loop, UV_RUN_NOWAIT);
        ssize_t n = recv(b->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        assert_true(n > 0 || (n < 0 && errno == EAGAIN));
        if (n > 0)
            assert_int_equal(weft_handshake_feed(b->handshake, bytes, (size_t)n, uv_hrtime(), &consumed), 0);
    }
    assert_int_equal(weft_handshake_phase(b->handshake), WEFT_PHASE_DONE);
}

static void by_hand_finish(by_hand *b)
{
    assert_int_equal(weft_handshake_finish(b->handshake, &b->engine), 0);
    weft_handshake_free(b->handshake);
    b->handshake = NULL;
}

static void session_whose_ready_was_lost_waits_for_it(void **state)
{
    rig *r = *state;
    by_hand b = { .r = r };
    weft_session_options options = weft_session_options_default();
    weft_engine_options engine;
    weft_registry_stats stats;
    weft_engine_options_init(&engine, sizeof engine);
    WEFT_RULE("resume.key");
    options.resumable = true;
    assert_int_equal(weft_engine_new(&engine, &options, uv_hrtime(), &b.engine), 0);
    rig_listen(r, "tcp://127.0.0.1:0");
    by_hand_shake(&b);
    by_hand_finish(&b); /* what it says next is lost */
    assert_int_equal(close(b.fd), 0);
    weft_engine_disconnected(b.engine, WEFT_ECONNRESET, NULL, uv_hrtime());
    do {
        (void)uv_run(&r->loop, UV_RUN_ONCE);
        weft_registry_stats_read(weft_runtime_registry(r->runtime), &stats, sizeof stats);
    } while (stats.parked == 0);
    assert_int_equal(r->n_accepted, 0);
    by_hand_shake(&b);
    by_hand_say(&b); /* and now it comes */
    by_hand_finish(&b);
    rig_until(r, &r->n_accepted, 1);
    assert_int_equal(r->n_parked, 0);
    weft_registry_stats_read(weft_runtime_registry(r->runtime), &stats, sizeof stats);
    assert_int_equal(stats.sessions, 1);
    assert_int_equal(stats.resumed, 1);
    assert_int_equal(close(b.fd), 0);
    weft_engine_free(b.engine);
}

static void runtime_closes_though_a_session_waits_for_its_ready(void **state)
{
    /* Goal: such a session has no application that would hear of its end, and yet a close does not wait for its window,
     * which is as long as can be. */
    rig *r = *state;
    by_hand b = { .r = r };
    weft_session_options options = weft_session_options_default();
    weft_session_options server = rig_server_options(r);
    weft_engine_options engine;
    weft_registry_stats stats;
    WEFT_RULE("session.shutdown");
    weft_engine_options_init(&engine, sizeof engine);
    options.resumable = true;
    server.resume_window_ns = (uint64_t)49 * 24 * 3600 * WEFT_NS_PER_S;
    assert_int_equal(weft_engine_new(&engine, &options, uv_hrtime(), &b.engine), 0);
    assert_int_equal(weft_listen(r->runtime, "tcp://127.0.0.1:0", &server, &r->listener, NULL), 0);
    assert_int_equal(weft_listener_url(r->listener, r->url, sizeof r->url), 0);
    by_hand_shake(&b);
    by_hand_finish(&b);
    assert_int_equal(close(b.fd), 0);
    do {
        (void)uv_run(&r->loop, UV_RUN_ONCE);
        weft_registry_stats_read(weft_runtime_registry(r->runtime), &stats, sizeof stats);
    } while (stats.parked == 0);
    for (int i = 0; i < 10; i++) /* what its parking has woken has been served */
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
    weft_engine_free(b.engine);
    /* the teardown closes the runtime, and waits for that */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(session_goes_on_over_tcp, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(session_goes_on_over_unix, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(session_goes_on_in_memory, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(session_that_is_not_resumable_ends, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(much_under_way_goes_on, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(old_conduit_that_looks_alive_is_taken_over, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(peer_is_the_new_conduits, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(session_whose_ready_was_lost_waits_for_it, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_closes_though_a_session_waits_for_its_ready, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(session_comes_back_to_another_listener, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(session_without_conduit_costs_nothing, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(close_in_an_outage_ends_at_once, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_closes_in_an_outage, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_drains_in_an_outage, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(first_connect_waits_for_who_is_not_up_yet, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(first_connect_fails_at_once_by_itself, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(descriptor_cannot_be_connected_again, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
