/* As many sessions without a conduit as a runtime keeps, and the next one. */
#include "tests/integration/rig/rig.h"

#include "runtime/loop/driver.h"
#include "tests/support/rules.h"
#include "tests/support/turns.h"

#include <stdio.h>
#include <string.h>

enum { MANY = 1025, AT_ONCE = 128 }; /* fewer than there may be handshakes */

typedef struct client {
    weft_session *session;
    int n_ready, n_disconnected, n_resumed, n_closed;
    weft_error closed;
} client;

typedef struct crowd {
    rig *r;
    client clients[MANY];
    int n_ready, n_disconnected;
} crowd;

static crowd the_crowd;

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    client *c = user;
    (void)session;
    c->n_ready += event->kind == WEFT_EVENT_READY;
    the_crowd.n_ready += event->kind == WEFT_EVENT_READY;
    c->n_disconnected += event->kind == WEFT_EVENT_DISCONNECTED;
    the_crowd.n_disconnected += event->kind == WEFT_EVENT_DISCONNECTED;
    c->n_resumed += event->kind == WEFT_EVENT_RESUMED;
    if (event->kind == WEFT_EVENT_CLOSED) {
        c->n_closed++;
        c->closed = *event->error;
    }
}

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

static void connect_all(rig *r)
{
    for (int i = 0; i < MANY; i++) {
        client *c = &the_crowd.clients[i];
        weft_session_options options = weft_session_options_default();
        options.resumable = true;
        options.recovery_timeout_ns = WEFT_FOREVER;
        options.on_event = on_event;
        options.user = c;
        assert_int_equal(weft_connect(r->runtime, "mem://many", &options, &c->session, NULL), 0);
        if (i % AT_ONCE == AT_ONCE - 1 || i == MANY - 1)
            rig_until(r, &the_crowd.n_ready, i + 1);
    }
}

/* It is gone, and connects where nobody listens. */
static void part(rig *r, client *c)
{
    weft__driver *driver = driver_of(r, c->session);
    assert_int_equal(weft__url_parse("mem://nobody", &driver->target->url, NULL), 0);
    weft__driver_cut(driver, WEFT_ECONNRESET, NULL, uv_hrtime());
}

/* It comes back, with its next attempt: up to 5 s from the one before, in which nothing else need happen. */
static void turn_back(rig *r, client *c, const int *counter)
{
    assert_int_equal(weft__url_parse("mem://many", &driver_of(r, c->session)->target->url, NULL), 0);
    for (int i = 0; *counter == 0 && i < 1000000; i++)
        (void)uv_run(&r->loop, UV_RUN_ONCE);
    assert_int_equal(*counter, 1);
}

static weft_registry_stats stats_of(rig *r)
{
    weft_registry_stats stats;
    weft_registry_stats_read(weft_runtime_registry(r->runtime), &stats, sizeof stats);
    return stats;
}

static void next_parked_session_ends_the_oldest(void **state)
{
    /* Goal: 1,024 sessions wait for their clients; one more, and the one that has waited longest is over. Those that
     * are kept come back, and the other learns that its session is gone. */
    rig *r = *state;
    weft_registry_stats stats;
    WEFT_RULE("resume.acceptor");
    memset(&the_crowd, 0, sizeof the_crowd);
    rig_listen(r, "mem://many");
    connect_all(r);
    assert_int_equal(stats_of(r).sessions, MANY);
    for (int i = 0; i < MANY; i++) {
        part(r, &the_crowd.clients[i]);
        rig_until(r, &r->n_parked, i + 1);
    }
    rig_until(r, &r->n_ended, 1);
    stats = stats_of(r);
    assert_int_equal(stats.parked, MANY - 1);
    assert_int_equal(stats.evicted, 1);
    assert_int_equal(r->n_ended, 1);
    assert_true(stats.parked_bytes > 0);
    print_message("a parked session holds %llu bytes\n", (unsigned long long)(stats.parked_bytes / stats.parked));
    turn_back(r, &the_crowd.clients[0], &the_crowd.clients[0].n_closed);
    assert_int_equal(the_crowd.clients[0].closed.remote, WEFT_CODE_NOT_RESUMABLE);
    turn_back(r, &the_crowd.clients[1], &the_crowd.clients[1].n_resumed);
    turn_back(r, &the_crowd.clients[MANY - 1], &the_crowd.clients[MANY - 1].n_resumed);
    rig_until(r, &r->n_returned, 2);
    assert_int_equal(stats_of(r).parked, MANY - 3);
    rig_close(r);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(the_crowd.clients[i].n_closed, 1);
        weft_session_release(the_crowd.clients[i].session);
    }
    assert_int_equal(r->n_ended, MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(next_parked_session_ends_the_oldest, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
