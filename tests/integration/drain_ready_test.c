/* A server, or its listener, ends while a client is between Welcome and Ready: for that one the session is ready, so
 * where the server ends it is told how it ends, as every other is. Or the listener has too many like it. The client is
 * an engine that the test drives. */
#include "tests/integration/rig/door.h"

#include "tests/support/rules.h"
#include "weft/engine.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct client {
    rig *r;
    int fd;
    weft_engine *engine;
    weft_handshake *handshake;
    int n_ready, n_closed;
    weft_error end;
} client;

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    client *c = user;
    (void)session;
    c->n_ready += event->kind == WEFT_EVENT_READY;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    c->n_closed++;
    c->end = *event->error;
}

static void client_write(const client *c)
{
    weft_slice slice;
    while ((c->handshake ? weft_handshake_drain(c->handshake, &slice, 1) : weft_engine_drain(c->engine, &slice, 1)) >
           0) {
        assert_int_equal(send(c->fd, slice.ptr, slice.len, MSG_NOSIGNAL), slice.len);
        if (c->handshake)
            weft_handshake_drained(c->handshake, slice.len);
        else
            weft_engine_drained(c->engine, slice.len, uv_hrtime());
    }
}

/* false: the server has closed. */
static bool client_read(const client *c)
{
    uint8_t bytes[4096];
    size_t taken;
    ssize_t n;
    rig_settle(c->r);
    n = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n <= 0)
        return n < 0;
    if (c->handshake)
        assert_int_equal(weft_handshake_feed(c->handshake, bytes, (size_t)n, uv_hrtime(), &taken), 0);
    else
        assert_int_equal(weft_engine_feed(c->engine, bytes, (size_t)n, uv_hrtime(), &taken), 0);
    assert_int_equal(taken, n);
    return true;
}

/* Until it has been answered. */
static void client_connect(client *c)
{
    c->fd = rig_raw_connect(c->r);
    assert_int_equal(weft_engine_reconnect(c->engine, NULL, uv_hrtime(), &c->handshake), 0);
    client_write(c);
    for (int i = 0; i < 1000 && weft_handshake_phase(c->handshake) == WEFT_PHASE_RUNNING; i++)
        assert_true(client_read(c));
}

/* It has Welcome, and has not said Ready. */
static void client_come(client *c, rig *r, bool resumable)
{
    weft_session_options options = weft_session_options_default();
    weft_engine_options engine;
    memset(c, 0, sizeof *c);
    c->r = r;
    options.resumable = resumable;
    weft_engine_options_init(&engine, sizeof engine);
    options.on_event = on_event;
    options.user = c;
    assert_int_equal(weft_engine_new(&engine, &options, uv_hrtime(), &c->engine), 0);
    client_connect(c);
    assert_int_equal(weft_handshake_phase(c->handshake), WEFT_PHASE_DONE);
}

static void client_begin(client *c, rig *r)
{
    rig_listen(r, "tcp://127.0.0.1:0");
    client_come(c, r, false);
}

static void client_says_ready(client *c)
{
    client_write(c);
    assert_int_equal(weft_handshake_finish(c->handshake, &c->engine), 0);
    weft_handshake_free(c->handshake);
    c->handshake = NULL;
}

static void client_end(client *c)
{
    weft_handshake_free(c->handshake);
    weft_engine_free(c->engine);
    (void)close(c->fd);
}

static void on_drained(void *user)
{
    rig *r = user;
    r->runtime = NULL;
}

static void client_that_is_ready_is_told_how_it_ends(void **state)
{
    rig *r = *state;
    client c;
    WEFT_RULE("session.drain");
    for (int closes = 0; closes < 2; closes++) {
        client_begin(&c, r);
        if (closes)
            weft_runtime_close(r->runtime, on_drained, r);
        else
            assert_int_equal(weft_runtime_drain(r->runtime, WEFT_FOREVER, on_drained, r), 0);
        r->closing = true; /* rig_close waits for that */
        rig_settle(r);
        client_says_ready(&c);
        while (c.n_closed == 0 && client_read(&c)) {
            (void)weft_engine_dispatch(c.engine, uv_hrtime(), SIZE_MAX);
            client_write(&c);
        }
        (void)weft_engine_dispatch(c.engine, uv_hrtime(), SIZE_MAX);
        assert_int_equal(c.n_ready, 1);
        assert_int_equal(c.n_closed, 1);
        assert_int_equal(c.end.code, WEFT_OK);
        assert_int_equal(c.end.remote, WEFT_CODE_GOING_AWAY);
        client_end(&c);
        rig_close(r);
        if (!closes) {
            rig_free(r);
            *state = r = rig_new();
        }
    }
}

static void client_that_never_is_does_not_hold_it_up(void **state)
{
    rig *r = *state;
    client c;
    WEFT_RULE("session.drain");
    client_begin(&c, r);
    assert_int_equal(weft_runtime_drain(r->runtime, WEFT_NS_PER_S / 20, on_drained, r), 0);
    r->closing = true;
    rig_close(r); /* until it is over */
    client_end(&c);
}

static void one_too_many_is_counted_once_and_not_kept(void **state)
{
    /* Goal: a client that has Welcome, could come back, and is the oldest where there are too many, is closed: it was
     * refused, and nothing else, and holds no place among the sessions any more. */
    rig *r = *state;
    weft_listener_options bounds = weft_listener_options_default();
    weft_listener_stats stats;
    client c;
    int late;
    WEFT_RULE("resume.key");
    bounds.max_pending = 1;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    client_come(&c, r, true);
    assert_int_equal(door_stats(r).live_now, 1);
    late = rig_raw_connect(r);
    rig_until(r, &r->n_too_many, 1);
    rig_settle(r);
    stats = door_stats(r);
    assert_int_equal(stats.refused[WEFT_REFUSAL_TOO_MANY], 1);
    assert_int_equal(stats.ready, 0);
    assert_int_equal(stats.live_now, 0);
    assert_int_equal(close(late), 0);
    client_end(&c);
    door_await_nobody(r);
    rig_visit(r);
}

static void ready_of_one_too_many_comes_too_late(void **state)
{
    /* Goal: the same where its Ready waits to be read as it is chosen. */
    rig *r = *state;
    weft_listener_options bounds = weft_listener_options_default();
    client c;
    int late;
    bounds.max_pending = 1;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    client_come(&c, r, true);
    late = rig_raw_connect(r); /* the system tells of it first */
    client_says_ready(&c);
    rig_until(r, &r->n_too_many, 1);
    rig_settle(r);
    assert_int_equal(r->n_accepted, 0);
    assert_int_equal(close(late), 0);
    client_end(&c);
    door_await_nobody(r);
}

static void who_is_not_ready_ends_with_its_listener(void **state)
{
    /* Goal: closing a listener leaves no session behind that never was READY, though its client could come back. */
    rig *r = *state;
    client c;
    WEFT_RULE("resume.key");
    rig_listen(r, "tcp://127.0.0.1:0");
    client_come(&c, r, true);
    weft_listener_close(r->listener, NULL, NULL);
    while (client_read(&c))
        ;
    assert_int_equal(weft_handshake_finish(c.handshake, &c.engine), 0);
    weft_handshake_free(c.handshake);
    c.handshake = NULL;
    weft_engine_disconnected(c.engine, WEFT_ECONNRESET, NULL, uv_hrtime());
    rig_listen(r, "tcp://127.0.0.1:0");
    (void)close(c.fd);
    client_connect(&c);
    assert_int_not_equal(weft_handshake_phase(c.handshake), WEFT_PHASE_DONE);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_RESUMPTION], 1);
    client_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(client_that_is_ready_is_told_how_it_ends, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(client_that_never_is_does_not_hold_it_up, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(one_too_many_is_counted_once_and_not_kept, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(ready_of_one_too_many_comes_too_late, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(who_is_not_ready_ends_with_its_listener, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
