/* A session that is lost, and another one in its place: what becomes of calls by their policy, and of connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/retry_rig.h"
#include "tests/support/rules.h"

#define TTL (600 * WEFT_NS_PER_S)

static void call(retry_rig *r, uint32_t method, int index)
{
    assert_int_equal(pair_call(&r->p.c, r->conn, method, 10, index, NULL), 0);
}

/* The newest call that a handler holds. */
static void answer(retry_rig *r, uint32_t method)
{
    weft_bytes value = { (const uint8_t *)"ok", 2 };
    int status = weft_gen_return(r->p.s.held[(r->p.s.n_held - 1) % PAIR_CALLS_MAX], &pair_service, method, &value);
    assert_int_equal(status, 0);
    pair_run(&r->p);
}

static void assert_result(const retry_rig *r, int index, int code, bool may_have_run, uint32_t attempts)
{
    assert_int_equal(r->p.c.done_times[index], 1);
    assert_int_equal(r->p.c.results[index].code, code);
    assert_int_equal(r->p.c.results[index].may_have_run, may_have_run);
    assert_int_equal(r->p.c.results[index].attempts, attempts);
}

static void assert_open(retry_rig *r)
{
    int index = PAIR_CALLS_MAX - 1;
    r->p.c.done_times[index] = 0;
    assert_int_equal(pair_call(&r->p.c, r->conn, PAIR_ECHO, 1, index, NULL), 0);
    pair_run(&r->p);
    assert_int_equal(r->p.c.done_times[index], 1);
    assert_int_equal(r->p.c.results[index].code, 0);
}

static void session_is_replaced_under_its_handles(void **state)
{
    /* Goal: who holds a session, a connection or the root goes on with them, and is told that the session is another.
     */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("resume.visible");
    retry_rig *r = retry_rig_ready(TTL);
    weft_connection *root = weft_session_root(r->p.c.session);
    retry_cut(r);
    assert_int_equal(r->p.c.n_disconnected, 1);
    assert_int_equal(r->p.c.outage.code, WEFT_ECONNRESET);
    assert_int_equal(weft_engine_phase(r->p.client), WEFT_PHASE_DISCONNECTED);
    assert_true(weft_session_is_ready(r->p.c.session));
    assert_ptr_equal(weft_session_root(r->p.c.session), root);
    assert_ptr_equal(weft_connection_session(r->conn), r->p.c.session);
    assert_int_equal(r->p.c.n_replaced, 0);
    retry_connect(r);
    assert_int_equal(r->p.c.n_replaced, 1);
    assert_int_equal(r->p.c.outage.code, WEFT_ECONNRESET);
    assert_int_equal(r->p.c.n_ready, 1);
    assert_int_equal(r->p.c.n_resumed, 0);
    assert_int_equal(r->p.c.n_opened, 1);
    assert_int_equal(r->p.c.n_conn_closed, 0);
    assert_int_equal(r->p.s.n_ready, 2);
    assert_int_equal(r->p.s.n_closed, 1);
    assert_open(r);
    assert_int_equal(pair_call(&r->p.c, root, PAIR_ECHO, 1, 1, NULL), 0);
    pair_run(&r->p);
    assert_int_equal(r->p.c.results[1].code, 0);
    retry_rig_free(r);
}

/* What becomes of a call that a handler had, or that had not gone out. */
static void lost_call(uint32_t method, bool sent, int code, bool goes_again)
{
    retry_rig *r = retry_rig_ready(TTL);
    call(r, method, 0);
    if (sent)
        pair_run(&r->p);
    assert_int_equal(r->p.s.n_handled, sent ? 1 : 0);
    retry_cut(r);
    assert_int_equal(r->p.c.n_done, goes_again ? 0 : 1);
    if (goes_again) {
        retry_connect(r);
        /* A persistent one attaches to what runs already. */
        assert_int_equal(r->p.s.n_handled, sent && method == PAIR_AGAIN ? 2 : 1);
        answer(r, method);
        assert_int_equal(r->p.c.value_len[0], 2);
    }
    assert_result(r, 0, code, code == 0 || code == WEFT_EINDETERMINATE, (sent ? 1u : 0u) + (goes_again ? 1u : 0u));
    if (!goes_again)
        retry_connect(r);
    assert_open(r);
    retry_rig_free(r);
}

static void calls_go_again_by_their_policy(void **state)
{
    /* Goal: idempotent and persistent ones are sent again and succeed; a volatile one ends, and says whether a byte of
     * it had gone out. */
    (void)state;
    WEFT_RULE("op.retry");
    WEFT_RULE("op.policy");
    lost_call(PAIR_HOLD, true, WEFT_EINDETERMINATE, false);
    lost_call(PAIR_HOLD, false, WEFT_ECONNCLOSED, false);
    for (int sent = 0; sent < 2; sent++) {
        lost_call(PAIR_AGAIN, sent, 0, true);
        lost_call(PAIR_ONCE, sent, 0, true);
        lost_call(PAIR_ONCE_AGAIN, sent, 0, true);
    }
}

static void half_sent_call_goes_again_whole(void **state)
{
    /* Goal: bytes that were cut off in the middle of a request are sent again from its beginning; of a volatile one a
     * byte had gone out. */
    (void)state;
    WEFT_RULE("op.retry");
    for (int again = 0; again < 2; again++) {
        retry_rig *r = retry_rig_ready(TTL);
        assert_int_equal(pair_call(&r->p.c, r->conn, again ? PAIR_AGAIN : PAIR_HOLD, 300000, 0, NULL), 0);
        r->p.client_max = r->p.client_sent + 100000;
        pair_run(&r->p);
        assert_int_equal(r->p.s.n_handled, 0);
        r->p.client_max = SIZE_MAX;
        retry_cut(r);
        if (again) {
            retry_connect(r);
            assert_int_equal(r->p.s.n_handled, 1);
            answer(r, PAIR_AGAIN);
            assert_result(r, 0, 0, true, 2);
        } else {
            assert_result(r, 0, WEFT_EINDETERMINATE, true, 1);
        }
        retry_rig_free(r);
    }
}

static void attempts_are_three(void **state)
{
    /* Goal: a call that takes its server along is not sent for ever: at the third loss it ends, indeterminate. */
    (void)state;
    WEFT_RULE("op.retry");
    for (uint32_t method = PAIR_AGAIN; method <= PAIR_ONCE; method++) {
        retry_rig *r = retry_rig_ready(TTL);
        call(r, method, 0);
        pair_run(&r->p);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(r->p.c.n_done, 0);
            retry_cut(r);
            retry_connect(r);
        }
        assert_result(r, 0, WEFT_EINDETERMINATE, true, 3);
        assert_int_equal(r->p.s.n_handled, method == PAIR_AGAIN ? 3 : 1);
        assert_int_equal(r->p.c.n_replaced, 3);
        assert_open(r);
        retry_rig_free(r);
    }
}

static void order_is_kept(void **state)
{
    /* Goal: calls that go again reach the server in the order in which they were made, and before later ones. */
    (void)state;
    enum { N = 20 };
    retry_rig *r = retry_rig_ready(TTL);
    for (int i = 0; i < N; i++)
        call(r, PAIR_AGAIN, i);
    pair_run(&r->p);
    retry_cut(r);
    for (int i = N; i < 2 * N; i++)
        call(r, PAIR_ECHO, i);
    assert_int_equal(r->p.c.n_done, 0);
    r->p.s.keep_calls = true;
    retry_connect(r);
    assert_int_equal(r->p.s.n_handled, 3 * N);
    assert_int_equal(r->p.c.n_done, N);
    for (int i = 0; i < N; i++) {
        weft_bytes value = { (const uint8_t *)&i, sizeof i };
        value.len = (size_t)i + 1 < sizeof i ? (size_t)i + 1 : sizeof i;
        assert_int_equal(weft_gen_return(r->p.s.held[N + i], &pair_service, PAIR_AGAIN, &value), 0);
    }
    pair_run(&r->p);
    for (int i = 0; i < N; i++) {
        assert_result(r, i, 0, true, 2);
        assert_int_equal(r->p.c.value_first[i], i);
    }
    retry_rig_free(r);
}

static void deadline_goes_on(void **state)
{
    /* Goal: the time that a caller gives is that of all attempts: what is left goes out with the second, and a call
     * ends in an outage when it is over. */
    (void)state;
    WEFT_RULE("call.deadline");
    retry_rig *r = retry_rig_ready(TTL);
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = 10 * WEFT_NS_PER_S;
    assert_int_equal(pair_call_with(&r->p.c, r->conn, PAIR_AGAIN, 1, 0, &options, NULL), 0);
    options.timeout_ns = 2 * WEFT_NS_PER_S;
    assert_int_equal(pair_call_with(&r->p.c, r->conn, PAIR_AGAIN, 1, 1, &options, NULL), 0);
    pair_run(&r->p);
    retry_cut(r);
    pair_advance(&r->p, 3 * WEFT_NS_PER_S);
    assert_result(r, 1, WEFT_ETIMEDOUT, true, 1);
    retry_connect(r);
    assert_int_equal(r->p.s.n_handled, 3);
    assert_int_equal(weft_call_remaining_ns(r->p.s.held[2]), 7 * WEFT_NS_PER_S);
    pair_advance(&r->p, 7 * WEFT_NS_PER_S);
    assert_result(r, 0, WEFT_ETIMEDOUT, true, 2);
    retry_rig_free(r);
}

static void operation_is_not_tried_beyond_its_ttl(void **state)
{
    /* Goal: when the server may have forgotten the outcome a persistent call ends, indeterminate; an idempotent one
     * goes again. */
    (void)state;
    WEFT_RULE("op.store");
    retry_rig *r = retry_rig_ready(5 * WEFT_NS_PER_S);
    call(r, PAIR_ONCE, 0);
    call(r, PAIR_AGAIN, 1);
    pair_run(&r->p);
    pair_advance(&r->p, 2 * WEFT_NS_PER_S);
    retry_cut(r);
    pair_advance(&r->p, 3 * WEFT_NS_PER_S - 1);
    assert_int_equal(r->p.c.n_done, 0);
    pair_advance(&r->p, 1);
    assert_result(r, 0, WEFT_EINDETERMINATE, true, 1);
    retry_connect(r);
    answer(r, PAIR_AGAIN);
    assert_result(r, 1, 0, true, 2);
    retry_rig_free(r);
}

/* Accept is the second that the server says on a conduit: behind it nothing moves. */
static void stop_behind_accept(void *user, bool of_client, const uint8_t *bytes, size_t len)
{
    pair *p = user;
    (void)bytes;
    (void)len;
    p->cut = !of_client && --p->status == 0;
}

static void operation_in_line_for_the_conduit_is_not_tried_beyond_its_ttl(void **state)
{
    /* Goal: nor when it is the conduit of the new session that does not take it in time. */
    (void)state;
    WEFT_RULE("op.store");
    retry_rig *r = retry_rig_ready(5 * WEFT_NS_PER_S);
    pair *p = &r->p;
    call(r, PAIR_ONCE, 0);
    pair_run(p);
    pair_advance(p, 2 * WEFT_NS_PER_S);
    retry_cut(r);
    p->tap = stop_behind_accept;
    p->tap_user = p;
    while (!weft_engine_wants_conduit(p->client))
        pair_advance(p, weft_engine_deadline(p->client) - p->now_ns);
    assert_int_equal(pair_reconnect(p), 0);
    p->status = 2;
    pair_run(p);
    assert_true(p->cut);
    assert_int_equal(p->c.n_done, 0);
    pair_advance(p, 3 * WEFT_NS_PER_S);
    assert_result(r, 0, WEFT_EINDETERMINATE, true, 1);
    p->tap = NULL;
    p->cut = false;
    pair_run(p);
    assert_int_equal(p->s.n_handled, 1);
    retry_rig_free(r);
}

static void cancelled_in_an_outage(void **state)
{
    /* Goal: a caller need not wait for the end of an outage. */
    (void)state;
    weft_call handle;
    retry_rig *r = retry_rig_ready(TTL);
    assert_int_equal(pair_call(&r->p.c, r->conn, PAIR_ONCE, 1, 0, &handle), 0);
    pair_run(&r->p);
    retry_cut(r);
    assert_int_equal(weft_call_cancel(handle), 0);
    pair_run(&r->p);
    assert_result(r, 0, WEFT_ECANCELED, true, 1);
    retry_connect(r);
    assert_open(r);
    retry_rig_free(r);
}

static void server_without_operations(void **state)
{
    /* Goal: where the server does not retry the session is replaced, but its connections are closed, lost, and all
     * calls end as volatile ones; the root stays. */
    (void)state;
    WEFT_RULE("op.retry");
    retry_rig *r = retry_rig_ready(0);
    weft_connection *root = weft_session_root(r->p.c.session);
    call(r, PAIR_ONCE, 0);
    assert_int_equal(pair_call(&r->p.c, root, PAIR_AGAIN, 1, 1, NULL), 0);
    pair_run(&r->p);
    call(r, PAIR_AGAIN, 2);
    retry_cut(r);
    assert_result(r, 0, WEFT_EINDETERMINATE, true, 1);
    assert_result(r, 1, WEFT_EINDETERMINATE, true, 1);
    assert_result(r, 2, WEFT_ECONNCLOSED, false, 0);
    assert_int_equal(r->p.c.n_conn_closed, 1);
    assert_int_equal(r->p.c.conn_end.code, WEFT_ECONNCLOSED);
    assert_int_equal(r->p.c.conn_end.remote, WEFT_CODE_LOST);
    assert_null(weft_connection_session(r->conn));
    assert_int_equal(pair_call(&r->p.c, root, PAIR_ECHO, 1, 3, NULL), 0);
    retry_connect(r);
    assert_int_equal(r->p.c.n_replaced, 1);
    assert_result(r, 3, 0, true, 1);
    weft_connection_release(r->conn);
    r->conn = pair_open(&r->p);
    assert_open(r);
    retry_rig_free(r);
}

static void server_that_stops_to_retry(void **state)
{
    /* Goal: a server that comes back without operations is sent no call that may have run; others run there. */
    (void)state;
    retry_rig *r = retry_rig_ready(TTL);
    weft_operations *operations = r->p.operations;
    call(r, PAIR_ONCE, 0);
    pair_run(&r->p);
    retry_cut(r);
    call(r, PAIR_ONCE, 1);
    r->p.operations = NULL;
    retry_connect(r);
    assert_result(r, 0, WEFT_EINDETERMINATE, true, 1);
    assert_int_equal(r->p.s.n_handled, 2);
    answer(r, PAIR_ONCE);
    assert_result(r, 1, 0, true, 1);
    r->p.operations = operations;
    retry_rig_free(r);
}

static void rejected_reopen_closes_with_the_reason(void **state)
{
    /* Goal: a connection that the new server does not take is closed, with what it says; its calls end. */
    (void)state;
    WEFT_RULE("op.retry");
    retry_rig *r = retry_rig_ready(TTL);
    call(r, PAIR_ONCE, 0);
    pair_run(&r->p);
    retry_cut(r);
    call(r, PAIR_ECHO, 1);
    r->p.s.keep_pending = true; /* the root */
    retry_connect(r);
    assert_int_equal(weft_pending_accept(r->p.s.pending, NULL, NULL), 0);
    r->p.s.keep_pending = false;
    r->p.s.refuse_code = WEFT_CODE_FORBIDDEN;
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_replaced, 1);
    assert_int_equal(r->p.c.n_conn_closed, 1);
    assert_int_equal(r->p.c.conn_end.code, WEFT_EREJECTED);
    assert_int_equal(r->p.c.conn_end.remote, WEFT_CODE_FORBIDDEN);
    assert_result(r, 0, WEFT_EINDETERMINATE, true, 1);
    assert_result(r, 1, WEFT_EREJECTED, false, 0);
    assert_int_equal(r->p.c.n_refused, 0);
    retry_rig_free(r);
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    weft_connection **conns = user;
    (void)metadata;
    assert_null(error);
    conns[conns[0] ? 1 : 0] = connection;
}

static void undecided_open_survives(void **state)
{
    /* Goal: an open that nobody had decided, and one made in the outage, are decided by the new server; opens and
     * connections that are opened again go out by their ids. */
    (void)state;
    retry_rig *r = retry_rig_ready(TTL);
    weft_connection *first = r->conn;
    weft_connection *conns[2] = { NULL, NULL };
    r->p.s.keep_pending = true;
    assert_int_equal(weft_open(r->p.c.session, &pair_service, NULL, opened, conns), 0);
    pair_run(&r->p);
    assert_null(conns[0]);
    retry_cut(r);
    assert_int_equal(weft_open(r->p.c.session, &pair_service, NULL, opened, conns), 0);
    r->p.s.keep_pending = false;
    int before = r->p.s.n_open_asked;
    retry_connect(r);
    assert_int_equal(r->p.s.n_open_asked - before, 4);
    assert_open(r);
    for (int i = 0; i < 2; i++) {
        r->conn = conns[i];
        assert_open(r);
        weft_connection_release(conns[i]);
    }
    r->conn = first;
    retry_rig_free(r);
}

static void closed_while_it_is_opened_again(void **state)
{
    /* Goal: in an outage, and while the new server decides, a connection is closed as any other: its calls end, its
     * callback runs once, and the server hears no more than that. */
    (void)state;
    for (int undecided = 0; undecided < 2; undecided++) {
        retry_rig *r = retry_rig_ready(TTL);
        call(r, PAIR_ONCE, 0);
        pair_run(&r->p);
        retry_cut(r);
        if (undecided) {
            r->p.s.keep_pending = true;
            retry_connect(r);
            assert_int_equal(weft_pending_accept(r->p.s.pending, NULL, NULL), 0);
            pair_run(&r->p);
            assert_int_equal(r->p.s.n_open_asked, 4);
        }
        assert_int_equal(weft_connection_close(r->conn, WEFT_CODE_NONE, "enough"), 0);
        assert_int_equal(weft_connection_close(r->conn, WEFT_CODE_NONE, "enough"), WEFT_EALREADY);
        assert_int_equal(pair_call(&r->p.c, r->conn, PAIR_ECHO, 1, 1, NULL), WEFT_ECLOSED);
        pair_run(&r->p);
        assert_int_equal(r->p.c.n_conn_closed, 1);
        assert_result(r, 0, WEFT_EINDETERMINATE, true, 1);
        if (!undecided)
            retry_connect(r);
        assert_int_equal(r->p.s.n_open_asked, undecided ? 4 : 3);
        assert_int_equal(weft_session_is_ready(r->p.c.session), true);
        retry_rig_free(r);
    }
}

static void session_ends_in_an_outage(void **state)
{
    /* Goal: close, abort and drain without anything under way end it at once; what may have run is not told otherwise
     * by who could not come back. */
    (void)state;
    WEFT_RULE("session.shutdown");
    for (int how = 0; how < 4; how++) {
        retry_rig *r = retry_rig_ready(TTL);
        if (how != 2) {
            call(r, PAIR_ONCE, 0);
            pair_run(&r->p);
        }
        retry_cut(r);
        if (how == 0)
            weft_session_close(r->p.c.session, WEFT_CODE_NONE, NULL);
        else if (how == 1)
            weft_session_abort(r->p.c.session);
        else if (how == 2)
            assert_int_equal(weft_session_drain(r->p.c.session, WEFT_FOREVER), 0);
        else
            weft_engine_disconnected(r->p.client, WEFT_EACCES, NULL, r->p.now_ns);
        pair_run(&r->p);
        assert_int_equal(r->p.c.n_closed, 1);
        assert_int_equal(r->p.c.end.code, how == 3 ? WEFT_EACCES : WEFT_ECANCELED);
        assert_int_equal(weft_engine_phase(r->p.client), WEFT_PHASE_CLOSED);
        if (how != 2)
            assert_result(r, 0, how == 3 ? WEFT_EINDETERMINATE : WEFT_ECANCELED, true, 1);
        assert_int_equal(r->p.c.n_conn_closed, 1);
        retry_rig_free(r);
    }
}

static void end_before_the_outage_is_told(void **state)
{
    /* Goal: an outage that is told when the session has ended already is told with its own error. */
    (void)state;
    WEFT_RULE("resume.visible");
    retry_rig *r = retry_rig_ready(TTL);
    weft_engine_disconnected(r->p.client, WEFT_ECONNRESET, NULL, r->p.now_ns);
    weft_session_close(r->p.c.session, WEFT_CODE_NONE, NULL);
    retry_cut(r);
    assert_int_equal(r->p.c.n_disconnected, 1);
    assert_int_equal(r->p.c.outage.code, WEFT_ECONNRESET);
    assert_int_equal(r->p.c.n_closed, 1);
    assert_int_equal(r->p.c.end.code, WEFT_ECANCELED);
    retry_rig_free(r);
}

static void recovery_time_is_over(void **state)
{
    /* Goal: a server that does not come back ends the session, after recovery_timeout. */
    (void)state;
    WEFT_RULE("resume.initiator");
    weft_session_options client = weft_session_options_default();
    client.retry = true;
    client.recovery_timeout_ns = 3 * WEFT_NS_PER_S;
    retry_rig *r = retry_rig_new(client, TTL);
    pair_run(&r->p);
    retry_cut(r);
    uint64_t begin_ns = r->p.now_ns;
    for (;;) {
        assert_true(weft_engine_wants_conduit(r->p.client));
        weft_engine_disconnected(r->p.client, WEFT_ECONNREFUSED, "nobody there", r->p.now_ns);
        pair_run(&r->p);
        if (weft_engine_phase(r->p.client) == WEFT_PHASE_CLOSED)
            break;
        pair_advance(&r->p, weft_engine_deadline(r->p.client) - r->p.now_ns);
    }
    assert_int_equal(r->p.now_ns - begin_ns, 3 * WEFT_NS_PER_S);
    assert_int_equal(r->p.c.n_disconnected, 1);
    assert_int_equal(r->p.c.n_replaced, 0);
    assert_int_equal(r->p.c.end.code, WEFT_ECONNREFUSED);
    retry_rig_free(r);
}

static void outage_in_the_middle_of_a_replacement(void **state)
{
    /* Goal: conduits that break again, while the server decides or in the handshake, are outages like the first; each
     * that was told to begin is told to end. */
    (void)state;
    retry_rig *r = retry_rig_ready(TTL);
    call(r, PAIR_ONCE, 0);
    pair_run(&r->p);
    retry_cut(r);
    r->p.s.keep_pending = true;
    retry_connect(r); /* the root is undecided */
    retry_cut(r);
    assert_int_equal(r->p.c.n_disconnected, 1);
    assert_int_equal(r->p.c.n_replaced, 0);
    retry_connect(r);
    assert_int_equal(weft_pending_accept(r->p.s.pending, NULL, NULL), 0);
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_replaced, 1); /* its connection is undecided */
    retry_cut(r);
    assert_int_equal(r->p.c.n_disconnected, 2);
    r->p.s.keep_pending = false;
    retry_connect(r);
    assert_int_equal(r->p.c.n_replaced, 2);
    answer(r, PAIR_ONCE);
    assert_result(r, 0, 0, true, 2);
    assert_open(r);
    retry_rig_free(r);
}

static void protocol_error_is_the_end(void **state)
{
    /* Goal: a counterpart that breaks the protocol is not tried again. */
    (void)state;
    WEFT_RULE("op.retry");
    retry_rig *r = retry_rig_ready(TTL);
    static const uint8_t nonsense[16] = { 0, 0, 0, 0, 99 };
    size_t consumed;
    call(r, PAIR_ONCE, 0);
    pair_run(&r->p);
    assert_int_equal(weft_engine_feed(r->p.client, nonsense, sizeof nonsense, r->p.now_ns, &consumed), 0);
    pair_run(&r->p);
    retry_cut(r);
    assert_int_equal(r->p.c.n_closed, 1);
    assert_int_equal(r->p.c.end.code, WEFT_EPROTO);
    assert_int_equal(r->p.c.n_disconnected, 0);
    assert_result(r, 0, WEFT_EPROTO, true, 1);
    retry_rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_is_replaced_under_its_handles),
        cmocka_unit_test(calls_go_again_by_their_policy),
        cmocka_unit_test(half_sent_call_goes_again_whole),
        cmocka_unit_test(attempts_are_three),
        cmocka_unit_test(order_is_kept),
        cmocka_unit_test(deadline_goes_on),
        cmocka_unit_test(operation_is_not_tried_beyond_its_ttl),
        cmocka_unit_test(operation_in_line_for_the_conduit_is_not_tried_beyond_its_ttl),
        cmocka_unit_test(cancelled_in_an_outage),
        cmocka_unit_test(server_without_operations),
        cmocka_unit_test(server_that_stops_to_retry),
        cmocka_unit_test(rejected_reopen_closes_with_the_reason),
        cmocka_unit_test(undecided_open_survives),
        cmocka_unit_test(closed_while_it_is_opened_again),
        cmocka_unit_test(session_ends_in_an_outage),
        cmocka_unit_test(end_before_the_outage_is_told),
        cmocka_unit_test(recovery_time_is_over),
        cmocka_unit_test(outage_in_the_middle_of_a_replacement),
        cmocka_unit_test(protocol_error_is_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
