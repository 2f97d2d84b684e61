/* How many sessions a listener has: never more than it may, and each place is there again once its session has gone. */
#include "tests/integration/rig/door.h"

#include "runtime/loop/driver.h"
#include "tests/support/descriptors.h"
#include "tests/support/rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void listen_to(rig *r, int64_t max_live, weft_at_limit at_limit)
{
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_live = max_live;
    bounds.at_limit = at_limit;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
}

/* As where reading fails on this side, of each accepted session. */
static void break_sessions(const rig *r)
{
    for (weft__link *link = r->runtime->drivers.next; link != &r->runtime->drivers; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, link);
        if (driver->accepted && driver->state == WEFT__DRIVER_LIVE)
            weft__driver_cut(driver, WEFT_ECONNRESET, "broken by the test", uv_hrtime());
    }
}

static void limits_that_cannot_be_are_refused(void **state)
{
    /* Goal: what could only be a mistake is an error of the call, which says what. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    weft_listener_options bounds = weft_listener_options_default();
    weft_listener *listener = NULL;
    weft_error error;
    bounds.max_live = -2;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    assert_non_null(strstr(error.text, "max_live"));
    bounds = weft_listener_options_default();
    bounds.max_live_per_address = 0;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    bounds = weft_listener_options_default();
    bounds.at_limit = (weft_at_limit)2;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    bounds = weft_listener_options_default();
    bounds.at_exhaustion = (weft_at_exhaustion)2;
    assert_int_equal(weft_listen_with(r->runtime, "mem://a", &options, &bounds, &listener, &error), WEFT_EINVAL);
    rig_listen(r, "mem://a");
    assert_int_equal(weft_listener_set_max_live(r->listener, -2), WEFT_EINVAL);
}

static void who_stalls_takes_no_place_of_a_session(void **state)
{
    /* Goal: of 2 places two sessions have one each while 5 others stall; the third is told so; a place that is given
     * back is another's. */
    rig *r = *state;
    enum { STALLED = 5 };
    int fds[STALLED], before;
    visitor a, b, c;
    listen_to(r, 2, WEFT_AT_LIMIT_REFUSE);
    rig_visit(r); /* what libraries open once is open */
    door_await_nobody(r);
    before = weft_test_descriptors();
    for (int i = 0; i < STALLED; i++) {
        fds[i] = rig_raw_connect(r);
        assert_int_equal(send(fds[i], "WEFT\1\1\0\0", 8, 0), 8);
    }
    door_await_pending(r, STALLED);
    visitor_begin(&a, r, r->url, NULL);
    visitor_await_ready(&a, r);
    visitor_begin(&b, r, r->url, NULL);
    visitor_await_ready(&b, r);
    assert_int_equal(door_stats(r).live_now, 2);
    visitor_begin(&c, r, r->url, NULL);
    visitor_await_refused(&c, r, WEFT_CODE_LIMIT);
    visitor_end(&c, r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_LIMIT], 1);
    visitor_end(&a, r);
    door_await_live(r, 1);
    visitor_begin(&c, r, r->url, NULL);
    visitor_await_ready(&c, r);
    visitor_end(&b, r);
    visitor_end(&c, r);
    for (int i = 0; i < STALLED; i++)
        assert_int_equal(close(fds[i]), 0);
    door_await_nobody(r);
    rig_settle(r);
    assert_int_equal(weft_test_descriptors(), before);
}

static void the_last_places_are_given_once(void **state)
{
    /* Goal: many who come at the same time are all heard, and as many let in as there are places. */
    rig *r = *state;
    enum { N = 10, PLACES = 3 };
    visitor v[N];
    int n_ready = 0, n_failed = 0;
    listen_to(r, PLACES, WEFT_AT_LIMIT_REFUSE);
    for (int i = 0; i < N; i++)
        visitor_begin(&v[i], r, r->url, NULL);
    door_await_refused(r, WEFT_REFUSAL_LIMIT, N - PLACES);
    door_await_live(r, PLACES);
    rig_settle(r);
    for (int i = 0; i < N; i++) {
        n_ready += v[i].n_ready;
        n_failed += v[i].n_failed;
        if (v[i].n_failed)
            visitor_await_refused(&v[i], r, WEFT_CODE_LIMIT);
    }
    assert_int_equal(n_ready, PLACES);
    assert_int_equal(n_failed, N - PLACES);
    for (int i = 0; i < N; i++)
        visitor_end(&v[i], r);
    door_await_nobody(r);
}

static void who_is_ready_first_is_in(void **state)
{
    /* Goal: not who came first: ten that come and say nothing leave five places to the five that do. */
    rig *r = *state;
    enum { SILENT = 10, GOOD = 5 };
    int fds[SILENT];
    visitor v[GOOD];
    listen_to(r, GOOD, WEFT_AT_LIMIT_REFUSE);
    for (int i = 0; i < SILENT; i++)
        fds[i] = rig_raw_connect(r);
    door_await_pending(r, SILENT);
    for (int i = 0; i < GOOD; i++) {
        visitor_begin(&v[i], r, r->url, NULL);
        visitor_await_ready(&v[i], r);
    }
    assert_int_equal(door_stats(r).live_now, GOOD);
    for (int i = 0; i < GOOD; i++)
        visitor_end(&v[i], r);
    for (int i = 0; i < SILENT; i++)
        assert_int_equal(close(fds[i]), 0);
    door_await_nobody(r);
}

static void max_live_is_what_it_was_set_to_last(void **state)
{
    /* Goal: lowered, nobody has to go, and nobody comes until there are fewer; 0 lets nobody in, -1 everybody. */
    rig *r = *state;
    visitor v[3], late;
    listen_to(r, WEFT_UNLIMITED, WEFT_AT_LIMIT_REFUSE);
    for (int i = 0; i < 3; i++) {
        visitor_begin(&v[i], r, r->url, NULL);
        visitor_await_ready(&v[i], r);
    }
    assert_int_equal(weft_listener_set_max_live(r->listener, 1), 0);
    rig_settle(r);
    assert_int_equal(door_stats(r).live_now, 3);
    for (int i = 0; i < 3; i++) {
        visitor_begin(&late, r, r->url, NULL);
        visitor_await_refused(&late, r, WEFT_CODE_LIMIT);
        visitor_end(&late, r);
        visitor_end(&v[i], r);
        door_await_live(r, (uint64_t)(2 - i));
    }
    visitor_begin(&late, r, r->url, NULL);
    visitor_await_ready(&late, r);
    visitor_end(&late, r);
    door_await_live(r, 0);
    assert_int_equal(weft_listener_set_max_live(r->listener, 0), 0);
    visitor_begin(&late, r, r->url, NULL);
    visitor_await_refused(&late, r, WEFT_CODE_LIMIT);
    visitor_end(&late, r);
    assert_int_equal(weft_listener_set_max_live(r->listener, WEFT_UNLIMITED), 0);
    rig_visit(r);
    door_await_nobody(r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_LIMIT], 4);
}

static void one_address_has_its_share(void **state)
{
    /* Goal: of one address as many sessions as may be; others are let in meanwhile. */
    rig *r = *state;
    weft_listener_options bounds = weft_listener_options_default();
    visitor v[3], other;
    char url[32];
    bounds.max_live_per_address = 2;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    for (int i = 0; i < 3; i++) {
        (void)snprintf(url, sizeof url, "fd://%d", door_connect_from(r, 0x207));
        visitor_begin(&v[i], r, url, NULL);
        if (i < 2)
            visitor_await_ready(&v[i], r);
    }
    visitor_await_refused(&v[2], r, WEFT_CODE_LIMIT);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_ADDRESS_LIMIT], 1);
    (void)snprintf(url, sizeof url, "fd://%d", door_connect_from(r, 0x208));
    visitor_begin(&other, r, url, NULL);
    visitor_await_ready(&other, r);
    assert_int_equal(door_stats(r).addresses_now, 2);
    for (int i = 0; i < 3; i++)
        visitor_end(&v[i], r);
    visitor_end(&other, r);
    door_await_nobody(r);
}

static void one_address_is_counted_exactly_where_many_come_at_once(void **state)
{
    /* Goal: who came before the first of them was a session is held to the bound all the same. */
    rig *r = *state;
    enum { N = 6 };
    weft_listener_options bounds = weft_listener_options_default();
    visitor v[N];
    bounds.max_live_per_address = 2;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    for (int i = 0; i < N; i++)
        visitor_begin(&v[i], r, r->url, NULL);
    door_await_refused(r, WEFT_REFUSAL_ADDRESS_LIMIT, N - 2);
    door_await_live(r, 2);
    rig_settle(r);
    for (int i = 0; i < N; i++)
        visitor_end(&v[i], r);
    door_await_nobody(r);
}

static void sessions_in_memory_are_counted_too(void **state)
{
    /* Goal: the same bounds for every kind of listener. */
    rig *r = *state;
    weft_listener_options bounds = weft_listener_options_default();
    visitor a, b;
    bounds.max_live = 1;
    rig_listen_with(r, "mem://door", &bounds);
    visitor_begin(&a, r, r->url, NULL);
    visitor_await_ready(&a, r);
    visitor_begin(&b, r, r->url, NULL);
    visitor_await_refused(&b, r, WEFT_CODE_LIMIT);
    visitor_end(&b, r);
    visitor_end(&a, r);
    door_await_nobody(r);
    rig_visit(r);
}

static void a_refusal_is_always_heard(void **state)
{
    /* Goal: who is refused for lack of a place learns the code, each time: it may try again, and must not take it for a
     * failure of the network. */
    rig *r = *state;
    enum { N = 200 };
    weft_session_options options = weft_session_options_default();
    listen_to(r, 0, WEFT_AT_LIMIT_REFUSE);
    WEFT_RULE("preamble");
    for (int i = 0; i < N; i++) {
        visitor v;
        visitor_begin(&v, r, r->url, &options);
        visitor_await_refused(&v, r, WEFT_CODE_LIMIT);
        visitor_end(&v, r);
    }
    door_await_nobody(r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_LIMIT], N);
}

static void a_listener_that_pauses_refuses_nobody(void **state)
{
    /* Goal: with no place left who comes waits in the system's queue, and is let in once somebody goes, or there may be
     * more. */
    rig *r = *state;
    visitor v[4];
    listen_to(r, 2, WEFT_AT_LIMIT_PAUSE);
    for (int i = 0; i < 4; i++)
        visitor_begin(&v[i], r, r->url, NULL);
    visitor_await_ready(&v[0], r);
    visitor_await_ready(&v[1], r);
    rig_settle(r);
    assert_int_equal(door_stats(r).accepted, 2);
    assert_int_equal(v[2].n_ready + v[2].n_failed + v[3].n_ready + v[3].n_failed, 0);
    visitor_end(&v[0], r);
    visitor_await_ready(&v[2], r);
    rig_settle(r);
    assert_int_equal(v[3].n_ready, 0);
    assert_int_equal(weft_listener_set_max_live(r->listener, 3), 0);
    visitor_await_ready(&v[3], r);
    for (int i = 1; i < 4; i++)
        visitor_end(&v[i], r);
    door_await_nobody(r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_LIMIT], 0);
}

static void silent_ones_hold_no_more_places_than_may_be_pending(void **state)
{
    /* Goal: where a listener pauses, and fewer may be pending than there are places, silent clients do not keep others
     * out. */
    rig *r = *state;
    enum { N = 4, PENDING = 2 };
    int fds[N];
    weft_listener_options bounds = weft_listener_options_default();
    bounds.max_live = PENDING + 1;
    bounds.max_pending = PENDING;
    bounds.at_limit = WEFT_AT_LIMIT_PAUSE;
    rig_listen_with(r, "tcp://127.0.0.1:0", &bounds);
    for (int i = 0; i < N; i++)
        fds[i] = rig_raw_connect(r);
    rig_until(r, &r->n_too_many, N - PENDING);
    assert_int_equal(door_stats(r).handshakes_now, PENDING);
    rig_visit(r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_SILENT], 0); /* and not since they were late */
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
}

static void a_listener_that_pauses_can_be_closed(void **state)
{
    /* Goal: nothing waits for room where the listener goes. */
    rig *r = *state;
    visitor a, b;
    listen_to(r, 1, WEFT_AT_LIMIT_PAUSE);
    visitor_begin(&a, r, r->url, NULL);
    visitor_await_ready(&a, r);
    visitor_begin(&b, r, r->url, NULL);
    rig_settle(r);
    weft_listener_close(r->listener, NULL, NULL);
    rig_until(r, &b.n_closed, 1);
    visitor_end(&b, r);
    assert_int_equal(a.n_closed, 0);
    visitor_end(&a, r);
}

typedef struct census {
    int n, until;
    bool drains;
} census;

static int census_of(void *user, weft_session *session)
{
    census *c = user;
    if (c->drains)
        assert_int_equal(weft_session_drain(session, WEFT_FOREVER), 0);
    return ++c->n == c->until ? 7 : 0;
}

static void sessions_of_one_listener_are_listed(void **state)
{
    /* Goal: a listener's own sessions, each once, and no others; all may be drained so. */
    rig *r = *state;
    enum { N = 3 };
    visitor v[N], other;
    weft_listener *first;
    char url[sizeof r->url];
    census c = { 0, 0, false };
    int raw;
    rig_listen(r, "tcp://127.0.0.1:0");
    first = r->listener;
    memcpy(url, r->url, sizeof url);
    rig_listen(r, "mem://other");
    visitor_begin(&other, r, r->url, NULL);
    visitor_await_ready(&other, r);
    r->listener = first;
    memcpy(r->url, url, sizeof url);
    raw = rig_raw_connect(r);
    for (int i = 0; i < N; i++) {
        visitor_begin(&v[i], r, url, NULL);
        visitor_await_ready(&v[i], r);
    }
    door_await_pending(r, 1);
    rig_settle(r);
    assert_int_equal(weft_listener_each_session(first, NULL, census_of, &c), 0);
    assert_int_equal(c.n, N);
    c = (census){ 0, 2, false };
    assert_int_equal(weft_listener_each_session(first, r->runtime, census_of, &c), 7);
    assert_int_equal(c.n, 2);
    c = (census){ 0, 0, true };
    assert_int_equal(weft_listener_each_session(first, NULL, census_of, &c), 0);
    for (int i = 0; i < N; i++) {
        rig_until(r, &v[i].n_closed, 1);
        visitor_end(&v[i], r);
    }
    assert_int_equal(other.n_closed, 0);
    visitor_end(&other, r);
    assert_int_equal(close(raw), 0);
    door_await_nobody(r);
    c = (census){ 0, 0, false };
    assert_int_equal(weft_listener_each_session(first, NULL, census_of, &c), 0);
    assert_int_equal(c.n, 0);
}

static void who_comes_back_needs_no_other_place(void **state)
{
    /* Goal: with all places taken, by a session that has lost its conduit among others, its client is let in, and a
     * newcomer is not. */
    rig *r = *state;
    weft_session_options options = weft_session_options_default();
    visitor v, late;
    WEFT_RULE("resume.acceptor");
    listen_to(r, 1, WEFT_AT_LIMIT_REFUSE);
    options.resumable = true;
    visitor_begin(&v, r, r->url, &options);
    visitor_await_ready(&v, r);
    for (int i = 0; i < 3; i++) {
        census c = { 0, 0, false };
        break_sessions(r);
        rig_until(r, &v.n_resumed, i + 1);
        assert_int_equal(weft_listener_each_session(r->listener, NULL, census_of, &c), 0);
        assert_int_equal(c.n, 1);
        visitor_begin(&late, r, r->url, NULL);
        visitor_await_refused(&late, r, WEFT_CODE_LIMIT);
        visitor_end(&late, r);
        assert_int_equal(door_stats(r).live_now, 1);
    }
    assert_int_equal(v.n_closed, 0);
    visitor_end(&v, r);
    door_await_nobody(r);
    rig_visit(r);
}

static void a_parked_session_keeps_its_place(void **state)
{
    /* Goal: who waits for its counterpart counts, until it is given up. */
    rig *r = *state;
    weft_session_options options = weft_session_options_default();
    visitor v, late;
    listen_to(r, 1, WEFT_AT_LIMIT_PAUSE);
    options.resumable = true;
    visitor_begin(&v, r, r->url, &options);
    visitor_await_ready(&v, r);
    weft_session_abort(v.session); /* it goes without a word */
    visitor_end(&v, r);
    rig_until(r, &r->n_parked, 1);
    assert_int_equal(door_stats(r).live_now, 1);
    visitor_begin(&late, r, r->url, NULL);
    visitor_await_refused(&late, r, WEFT_CODE_LIMIT); /* as long as somebody may come back it does not pause */
    visitor_end(&late, r);
    weft_session_close(r->accepted, WEFT_CODE_NONE, NULL);
    door_await_nobody(r);
    rig_visit(r);
}

int main(void)
{
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        RIG_TEST(limits_that_cannot_be_are_refused),
        RIG_TEST(who_stalls_takes_no_place_of_a_session),
        RIG_TEST(the_last_places_are_given_once),
        RIG_TEST(who_is_ready_first_is_in),
        RIG_TEST(max_live_is_what_it_was_set_to_last),
        RIG_TEST(one_address_has_its_share),
        RIG_TEST(one_address_is_counted_exactly_where_many_come_at_once),
        RIG_TEST(sessions_in_memory_are_counted_too),
        RIG_TEST(a_refusal_is_always_heard),
        RIG_TEST(a_listener_that_pauses_refuses_nobody),
        RIG_TEST(silent_ones_hold_no_more_places_than_may_be_pending),
        RIG_TEST(a_listener_that_pauses_can_be_closed),
        RIG_TEST(sessions_of_one_listener_are_listed),
        RIG_TEST(who_comes_back_needs_no_other_place),
        RIG_TEST(a_parked_session_keeps_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
