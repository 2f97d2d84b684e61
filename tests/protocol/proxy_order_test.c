/* What a proxy says of its own accord on a joined connection: nothing of it stands within a message that it passes on,
 * and what was said in front of an end goes out in front of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/row.h"
#include "tests/support/rules.h"
#include "weft/limits.h"

enum { SMALL = 5000, LARGE = 500000, HALF = 200000 };

static void end(row *c, weft_test_alloc *alloc)
{
    row_fini(c);
    weft_test_alloc_assert_empty(alloc);
}

/* Two pairs, a connection through the proxy, and a call of which half has gone through. */
static weft_connection *begin_half_a_call(row *c, weft_test_alloc *alloc)
{
    weft_test_alloc_init(alloc);
    row_ready(c, alloc, 2, NULL);
    weft_connection *conn = row_open(c);
    assert_non_null(conn);
    c->p[0].client_max = c->p[0].client_sent + HALF;
    assert_int_equal(pair_call(row_client(c), conn, PAIR_ECHO, LARGE, 0, NULL), 0);
    row_run(c);
    assert_int_equal(row_server(c)->n_handled, 0);
    return conn;
}

static void drain_of_a_leg_waits_until_a_message_is_whole(void **state)
{
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.close");
    WEFT_RULE("frame.order");
    weft_connection *conn = begin_half_a_call(&c, &alloc);
    assert_int_equal(weft_session_drain(c.p[1].c.session, WEFT_FOREVER), 0);
    row_run(&c);
    c.p[0].client_max = SIZE_MAX;
    c.p[0].cut = false;
    row_run(&c);
    assert_int_equal(row_client(&c)->results[0].code, 0);
    assert_int_equal(row_client(&c)->value_len[0], LARGE);
    assert_int_equal(row_server(&c)->n_conn_closed, 0);
    weft_connection_release(conn);
    end(&c, &alloc);
}

/* A connection is joined by hand, to have its proxy's ends. */
static void drain_of_a_connection_waits_until_a_message_is_whole(void **state)
{
    static const weft_service_type *const calls[] = { &pair_service };
    weft_accept_options accept = weft_open_options_default();
    weft_test_alloc alloc;
    weft_connection *left;
    row c;
    (void)state;
    WEFT_RULE("proxy.close");
    WEFT_RULE("frame.order");
    weft_test_alloc_init(&alloc);
    row_ready(&c, &alloc, 2, NULL);
    c.proxy[0].by_hand = true;
    (void)pair_open(&c.p[0]);
    accept.calls = calls;
    accept.n_calls = 1;
    assert_int_equal(weft_pending_accept(c.p[0].s.pending, &accept, &left), 0);
    row_run(&c);
    weft_connection *right = pair_open(&c.p[1]), *conn = c.p[0].c.opened;
    assert_int_equal(weft_proxy_join(left, right, NULL), 0);
    c.p[0].client_max = c.p[0].client_sent + HALF;
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, LARGE, 0, NULL), 0);
    row_run(&c);
    assert_int_equal(weft_connection_drain(right), 0);
    assert_int_equal(weft_connection_drain(right), WEFT_EALREADY);
    row_run(&c);
    c.p[0].client_max = SIZE_MAX;
    c.p[0].cut = false;
    row_run(&c);
    assert_int_equal(row_client(&c)->results[0].code, 0);
    assert_int_equal(row_client(&c)->value_len[0], LARGE);
    assert_int_equal(weft_connection_drain(left), 0);
    row_run(&c);
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 1, 1, NULL), WEFT_EUNAVAILABLE);
    weft_connection_release(left);
    weft_connection_release(right);
    weft_connection_release(conn);
    row_run(&c);
    end(&c, &alloc);
}

static void drain_of_the_proxys_own_is_told_to_both_sides(void **state)
{
    /* Goal: the proxy is to lose its session upstream: who calls through it must hear of it, or that never ends. */
    (void)state;
    WEFT_RULE("proxy.close");
    WEFT_RULE("session.drain");
    for (int before = 0; before < 2; before++) {
        weft_test_alloc alloc;
        row c;
        weft_test_alloc_init(&alloc);
        row_ready(&c, &alloc, 2, NULL);
        row_server(&c)->keep_pending = before != 0;
        weft_connection *conn = row_open(&c);
        assert_int_equal(weft_session_drain(c.p[1].c.session, WEFT_FOREVER), 0);
        row_run(&c);
        if (before) { /* the open had gone through, and is decided now */
            weft_accept_options accept = weft_open_options_default();
            accept.serves = &pair_service;
            accept.handler = "";
            accept.self = row_server(&c);
            assert_int_equal(weft_pending_accept(row_server(&c)->pending, &accept, NULL), 0);
            row_run(&c);
            conn = c.p[0].c.opened;
        }
        assert_non_null(conn);
        assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 1, 0, NULL), WEFT_EUNAVAILABLE);
        assert_int_equal(c.p[1].c.n_closed, 0);
        weft_connection_release(conn);
        row_run(&c);
        assert_int_equal(c.p[1].c.n_closed, 1);
        end(&c, &alloc);
    }
}

static void close_of_a_leg_aborts_the_message_that_is_not_whole(void **state)
{
    /* Goal: the proxy closes its session upstream in order; the server there sees an orderly end. */
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("frame.order");
    weft_connection *conn = begin_half_a_call(&c, &alloc);
    weft_session_close(c.p[1].c.session, 400, "enough");
    row_run(&c);
    assert_int_equal(row_server(&c)->n_closed, 1);
    assert_int_equal(row_server(&c)->end.code, WEFT_OK);
    assert_int_equal(row_server(&c)->conn_end.remote, 400);
    assert_int_equal(row_server(&c)->n_handled, 0);
    c.p[0].client_max = SIZE_MAX;
    c.p[0].cut = false;
    row_run(&c);
    assert_int_equal(row_client(&c)->n_conn_closed, 1);
    assert_int_equal(row_client(&c)->conn_end.remote, 400);
    assert_int_equal(row_client(&c)->n_closed, 0);
    weft_connection_release(conn);
    end(&c, &alloc);
}

static void what_was_said_before_a_close_has_its_time_to_go_out(void **state)
{
    /* Goal: the session upstream has heard nothing of the time for long when the client closes: what waits there in
     * front of the Close still has close_timeout. */
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.close");
    weft_test_alloc_init(&alloc);
    row_ready(&c, &alloc, 2, NULL);
    weft_connection *conn = row_open(&c);
    assert_non_null(conn);
    c.p[1].client_max = c.p[1].client_sent;
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, LARGE / 2, 0, NULL), 0);
    row_run(&c);
    pair_advance(&c.p[0], 2 * WEFT_CLOSE_TIMEOUT_DEFAULT);
    assert_int_equal(weft_connection_close(conn, 301, "that was all"), 0);
    row_run(&c);
    pair_advance(&c.p[1], 2 * WEFT_CLOSE_TIMEOUT_DEFAULT);
    c.p[1].client_max = SIZE_MAX;
    c.p[1].cut = false;
    row_run(&c);
    assert_int_equal(row_server(&c)->n_handled, 1);
    assert_int_equal(row_server(&c)->conn_end.remote, 301);
    weft_connection_release(conn);
    end(&c, &alloc);
}

static void opens_that_are_too_many_once_it_is_known_are_told_so(void **state)
{
    /* Goal: two are opened on upstream before that session is ready, and its counterpart takes one. */
    weft_test_alloc alloc;
    row c;
    weft_session_options client = weft_session_options_default(), server = client;
    (void)state;
    WEFT_RULE("proxy.settings");
    WEFT_RULE("conn.limits");
    weft_test_alloc_init(&alloc);
    row_ready(&c, &alloc, 1, NULL);
    c.n = 2;
    c.p[0].s.keep_pending = true;
    pair_init(&c.p[1], &alloc);
    server.max_connections = 1;
    assert_int_equal(pair_begin(&c.p[1], client, server), 0);
    for (int i = 0; i < 2; i++) {
        (void)pair_open(&c.p[0]);
        weft_proxy_options options = row_options(&c.proxy[0]);
        assert_int_equal(weft_proxy_open(c.p[0].s.pending, c.p[1].c.session, &options), 0);
        c.p[0].s.pending = (weft_pending){ NULL, 0 };
    }
    row_run(&c);
    assert_int_equal(row_client(&c)->n_opened, 1);
    assert_int_equal(row_client(&c)->n_refused, 1);
    assert_int_equal(row_client(&c)->open_error.remote, WEFT_CODE_LIMIT);
    weft_connection_release(row_client(&c)->opened);
    end(&c, &alloc);
}

/* A large call through the proxy: whatever it has no memory for, nobody is blamed. */
static void life(weft_test_alloc *alloc, void *user)
{
    row c;
    (void)user;
    row_ready(&c, alloc, 2, NULL);
    weft_connection *conn = c.p[0].c.n_ready && c.p[1].c.n_ready ? row_open(&c) : NULL;
    if (conn) {
        weft_connection *own = pair_open(&c.p[1]); /* whose buffer, too small, is taken for what is passed on */
        if (own)
            (void)pair_call(&c.p[1].c, own, PAIR_ECHO, SMALL, 1, NULL);
        row_run(&c);
        (void)pair_call(row_client(&c), conn, PAIR_ECHO, LARGE, 0, NULL);
        row_run(&c);
        weft_connection_release(own);
        weft_connection_release(conn);
        row_run(&c);
    }
    for (size_t i = 0; i < 2; i++) {
        const pair_side *sides[] = { &c.p[i].c, &c.p[i].s };
        for (int k = 0; k < 2; k++) {
            assert_int_not_equal(sides[k]->conn_end.remote, WEFT_CODE_PROTOCOL);
            assert_int_not_equal(sides[k]->end.remote, WEFT_CODE_PROTOCOL);
        }
    }
    row_fini(&c);
}

/* Two opens that have come to the proxy. */
static bool begin_two_opens(row *c, weft_test_alloc *alloc)
{
    weft_session_options odd = weft_session_options_default(), even = odd;
    even.ids_odd = false;
    memset(c, 0, sizeof *c);
    c->n = 2;
    c->proxy[0].by_hand = true;
    for (size_t i = 0; i < 2; i++) {
        pair_init(&c->p[i], alloc);
        c->p[i].s.keep_pending = true;
        if (pair_begin(&c->p[i], i == 0 ? odd : even, odd) == 0)
            pair_run(&c->p[i]);
        if (c->p[i].c.n_ready)
            (void)pair_open(&c->p[i]);
    }
    return c->p[0].s.pending.slot && c->p[1].s.pending.slot;
}

static void opens_that_meet_are_told_of_a_drain_before(void **state)
{
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.close");
    weft_test_alloc_init(&alloc);
    assert_true(begin_two_opens(&c, &alloc));
    weft_pending first = c.p[1].s.pending;
    (void)pair_open(&c.p[1]); /* undecided: that session stays until then */
    assert_int_equal(weft_session_drain(c.p[1].c.session, WEFT_FOREVER), 0);
    row_run(&c);
    weft_proxy_options options = row_options(&c.proxy[0]);
    assert_int_equal(weft_proxy_meet(c.p[0].s.pending, first, &options), 0);
    row_run(&c);
    assert_non_null(c.p[0].c.opened);
    assert_int_equal(pair_call(&c.p[0].c, c.p[0].c.opened, PAIR_ECHO, 1, 0, NULL), WEFT_EUNAVAILABLE);
    weft_connection_release(c.p[0].c.opened);
    weft_connection_release(c.p[1].c.opened);
    end(&c, &alloc);
}

/* Whatever there is no memory for: a join that said 0 is over once, and nobody is blamed. */
static void meeting(weft_test_alloc *alloc, void *user)
{
    row c;
    (void)user;
    bool has_come = begin_two_opens(&c, alloc);
    weft_proxy_options options = row_options(&c.proxy[0]);
    int status = has_come ? weft_proxy_meet(c.p[0].s.pending, c.p[1].s.pending, &options) : WEFT_ENOMEM;
    row_run(&c);
    for (size_t i = 0; i < 2; i++) {
        assert_int_not_equal(c.p[i].c.conn_end.remote, WEFT_CODE_PROTOCOL);
        assert_int_not_equal(c.p[i].c.end.remote, WEFT_CODE_PROTOCOL);
        weft_connection_release(c.p[i].c.opened);
    }
    row_fini(&c);
    assert_int_equal(c.proxy[0].n_over, status == 0);
}

static void each_allocation_fails_where_opens_meet(void **state)
{
    (void)state;
    WEFT_RULE("proxy.join");
    weft_test_alloc_each(meeting, NULL);
}

static void each_allocation_fails_and_no_message_is_torn(void **state)
{
    (void)state;
    WEFT_RULE("frame.abort");
    weft_test_alloc_each(life, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drain_of_a_leg_waits_until_a_message_is_whole),
        cmocka_unit_test(drain_of_a_connection_waits_until_a_message_is_whole),
        cmocka_unit_test(drain_of_the_proxys_own_is_told_to_both_sides),
        cmocka_unit_test(close_of_a_leg_aborts_the_message_that_is_not_whole),
        cmocka_unit_test(what_was_said_before_a_close_has_its_time_to_go_out),
        cmocka_unit_test(opens_that_are_too_many_once_it_is_known_are_told_so),
        cmocka_unit_test(opens_that_meet_are_told_of_a_drain_before),
        cmocka_unit_test(each_allocation_fails_and_no_message_is_torn),
        cmocka_unit_test(each_allocation_fails_where_opens_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
