/* Goal: who drains takes nothing new, ends nothing that is under way, says goodbye when nothing is left or its time has
 * passed; and a session that asked for it ends when nobody uses it any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdlib.h>

#define S WEFT_NS_PER_S

enum { ECHO = 0x1001, HOLD = 0x1002 };

/* Its Close on the connection, then the last word. */
static void expect_farewell(wire_peer *w, uint64_t id, uint16_t code)
{
    if (id != 0)
        wire_expect_end(w, WEFT__KIND_CLOSE, id, code, NULL);
    wire_expect_end(w, WEFT__KIND_GOODBYE, 0, code, NULL);
    wire_put_said(&w->out, WEFT__KIND_GOODBYE, 0, "");
    wire_flush(w);
    wire_expect_none(w);
    assert_int_equal(w->side.n_closed, 1);
    assert_int_equal(w->side.end.code, WEFT_OK);
}

static void nothing_under_way_says_goodbye_at_once(void **state)
{
    /* Goal: Drain on the root and on what is served, then, since idle connections do not count, the end. */
    (void)state;
    WEFT_RULE("session.drain");
    for (int i = 0; i < 2; i++) {
        wire_peer w;
        wire_ready(&w, i == 0);
        uint64_t id = wire_theirs(&w, 1);
        wire_open(&w, id);
        assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
        wire_run(&w);
        (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
        (void)wire_expect(&w, WEFT__KIND_DRAIN, id);
        assert_int_equal(w.side.n_drains, 1);
        assert_int_equal(w.side.n_draining, 0);
        expect_farewell(&w, id, WEFT_CODE_GOING_AWAY);
        assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), WEFT_ECLOSED);
        wire_fini(&w);
    }
}

static void what_is_under_way_goes_on(void **state)
{
    /* Goal: a call of the counterpart's and one of our own end as they would have; then comes the Goodbye. */
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_ready(&w, false);
    wire_open(&w, 1);
    wire_put_request(&w.out, 1, 1, HOLD, 5);
    wire_flush(&w);
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 3, 0, NULL), 0);
    wire_run(&w);
    uint64_t request = wire_expect_request(&w, 1);
    assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 1);
    wire_expect_alive(&w);
    /* our calls go on, new ones too */
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 3, 1, NULL), 0);
    wire_run(&w);
    wire_put_response(&w.out, 1, wire_expect_request(&w, 1), 0, 3);
    wire_put_response(&w.out, 1, request, 0, 3);
    wire_flush(&w);
    assert_int_equal(w.side.results[0].code, 0);
    assert_int_equal(w.side.results[1].code, 0);
    wire_expect_alive(&w);
    weft_bytes value = { NULL, 0 };
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), 0);
    wire_run(&w);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_OK);
    expect_farewell(&w, 1, WEFT_CODE_GOING_AWAY);
    wire_fini(&w);
}

static void what_crosses_is_refused_and_nothing_ran(void **state)
{
    /* Goal: requests on the root and on served connections are unavailable, opens rejected as going away. */
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_init(&w, false);
    w.root_service = true;
    wire_shake(&w);
    wire_open(&w, 1);
    wire_put_request(&w.out, 1, 1, HOLD, 5);
    /* half of one has come */
    (void)wire_put_request_cut(&w.out, 0, 1, ECHO, 3000, 2000, 1);
    wire_flush(&w);
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 1);
    wire_put(&w.out, WEFT__KIND_REQUEST, WEFT__FLAG_ABORT, 0, NULL, 0);
    wire_put_request(&w.out, 0, 3, ECHO, 5);
    wire_put_request(&w.out, 1, 3, ECHO, 5);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 3, true);
    wire_flush(&w);
    (void)wire_expect_response(&w, 0, 3, WEFT_OUTCOME_UNAVAILABLE);
    (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_UNAVAILABLE);
    wire_expect_end(&w, WEFT__KIND_REJECT, 3, WEFT_CODE_GOING_AWAY, "drains");
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(w.side.n_open_asked, 2); /* root and 1 */
    /* an error of the protocol is one still */
    wire_put_request(&w.out, 1, 3, ECHO, 5);
    wire_flush(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_PROTOCOL, "[id.increasing]");
    (void)weft_call_drop(w.side.held[0]);
    wire_run(&w);
    expect_farewell(&w, 0, WEFT_CODE_GOING_AWAY);
    wire_fini(&w);
}

static void opens_of_both_sides_are_settled(void **state)
{
    /* Goal: an open that is undecided here is refused at once; one of ours is awaited, and drained where we serve. */
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_init(&w, true);
    w.side.keep_pending = true;
    wire_shake(&w);
    uint64_t theirs = wire_theirs(&w, 1);
    wire_put_open(&w.out, WEFT__KIND_OPEN, theirs, true);
    wire_flush(&w);
    uint64_t ours = wire_opens(&w);
    assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
    wire_expect_end(&w, WEFT__KIND_REJECT, theirs, WEFT_CODE_GOING_AWAY, "drains");
    assert_int_equal(weft_pending_drop(w.side.pending), WEFT_EALREADY);
    assert_int_equal(weft_open(w.session, &pair_service, NULL, (weft_opened_fn)(void (*)(void))abort, NULL),
                     WEFT_EUNAVAILABLE);
    wire_expect_alive(&w);
    wire_put_open(&w.out, WEFT__KIND_ACCEPT, ours, false);
    wire_flush(&w);
    assert_non_null(w.side.opened);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, ours);
    expect_farewell(&w, ours, WEFT_CODE_GOING_AWAY);
    weft_connection_release(w.side.opened);
    wire_fini(&w);
}

static void deadline_ends_what_is_left(void **state)
{
    /* Goal: at the limit what is still under way ends; a second drain sets a new limit. */
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_ready(&w, false);
    wire_open(&w, 1);
    wire_put_request(&w.out, 1, 1, HOLD, 5);
    wire_flush(&w);
    assert_int_equal(weft_session_drain(w.session, 10 * S), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 1);
    wire_advance(&w, 9 * S);
    assert_int_equal(weft_session_drain(w.session, 10 * S), 0);
    wire_advance(&w, 10 * S - 1);
    wire_expect_alive(&w); /* and nothing is said twice */
    assert_int_equal(w.side.n_drains, 1);
    assert_int_equal(w.side.n_cancelled, 0);
    wire_advance(&w, 1);
    assert_int_equal(w.side.n_cancelled, 1);
    wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_GOING_AWAY, "time");
    expect_farewell(&w, 0, WEFT_CODE_GOING_AWAY);
    assert_int_equal(weft_call_drop(w.side.held[0]), WEFT_EALREADY);
    wire_fini(&w);
}

static void counterpart_that_drains_is_told_once(void **state)
{
    /* Goal: the event once, calls and opens refused here, those that wait for a place ended, those sent awaited. */
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_init(&w, true);
    w.side.serves = NULL;
    wire_shake(&w);
    uint64_t id = wire_opens(&w);
    weft__open_out accept = wire_open_defaults(false);
    accept.settings.max_concurrent_requests = 1;
    wire_put_open_of(&w.out, WEFT__KIND_ACCEPT, id, &accept);
    wire_flush(&w);
    assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, 0, NULL), 0);
    assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, 1, NULL), 0);
    assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, 2, NULL), 0);
    wire_run(&w);
    uint64_t request = wire_expect_request(&w, id);
    for (int i = 0; i < 2; i++) {
        wire_put(&w.out, WEFT__KIND_DRAIN, 0, 0, "\x91\xa2hi", 4);
        wire_put(&w.out, WEFT__KIND_DRAIN, 0, id, "\x91\xa0", 2);
    }
    wire_flush(&w);
    assert_int_equal(w.side.n_draining, 1);
    assert_int_equal(w.side.n_drains, 0);
    for (int i = 1; i < 3; i++) {
        assert_int_equal(w.side.results[i].code, WEFT_EUNAVAILABLE);
        assert_false(w.side.results[i].may_have_run);
    }
    assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, 3, NULL), WEFT_EUNAVAILABLE);
    assert_int_equal(weft_open(w.session, &pair_service, NULL, (weft_opened_fn)(void (*)(void))abort, NULL),
                     WEFT_EUNAVAILABLE);
    wire_put_response(&w.out, id, request, 0, 3);
    wire_flush(&w);
    assert_int_equal(w.side.results[0].code, 0);
    wire_expect_alive(&w);
    weft_connection_release(w.side.opened);
    wire_run(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, id, WEFT_CODE_NONE, NULL);
    wire_fini(&w);
}

static void one_connection_drains_and_others_do_not(void **state)
{
    /* Goal: no new request there, what runs goes on, the connection stays, and so does the session. */
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_ready(&w, false);
    wire_open(&w, 1);
    weft_connection *first = weft_connection_retain(w.accepted);
    wire_open(&w, 3);
    wire_put_request(&w.out, 1, 1, HOLD, 5);
    wire_flush(&w);
    assert_int_equal(weft_connection_drain(first), 0);
    assert_int_equal(weft_connection_drain(first), WEFT_EALREADY);
    assert_int_equal(weft_connection_drain(weft_session_root(w.session)), WEFT_EINVAL);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_DRAIN, 1);
    wire_put_request(&w.out, 1, 3, ECHO, 5);
    wire_put_request(&w.out, 3, 1, ECHO, 5);
    wire_flush(&w);
    (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_UNAVAILABLE);
    (void)wire_expect_response(&w, 3, 1, WEFT_OUTCOME_OK);
    assert_int_equal(pair_call(&w.side, first, PAIR_ECHO, 3, 0, NULL), 0);
    (void)weft_call_drop(w.side.held[0]);
    wire_run(&w);
    (void)wire_expect_request(&w, 1);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_INTERNAL);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_drains, 0);
    assert_int_equal(weft_connection_close(first, 0, NULL), 0);
    assert_int_equal(weft_connection_drain(first), WEFT_EALREADY);
    weft_connection_release(first);
    wire_run(&w);
    wire_fini(&w);
}

static void drain_keeps_its_place_behind_data(void **state)
{
    /* Goal: [frame.order]: a response that was begun is whole before the Drain of its connection. */
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_ready(&w, false);
    wire_open(&w, 1);
    w.hold_output = true;
    (void)wire_put_request_cut(&w.out, 1, 1, ECHO, 100000, 16000, 0);
    wire_flush(&w);
    weft_slice slice;
    assert_true(weft_engine_drain(w.engine, &slice, 1) > 0); /* begun */
    assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
    w.hold_output = false;
    wire_run(&w);
    wire_frame frame;
    bool whole = false;
    while (wire_next(&w, &frame) && !(frame.kind == WEFT__KIND_DRAIN && frame.connection == 1)) {
        assert_true(frame.kind != WEFT__KIND_GOODBYE);
        whole = whole || (frame.kind == WEFT__KIND_RESPONSE && !(frame.flags & WEFT__FLAG_MORE));
    }
    assert_true(whole);
    expect_farewell(&w, 1, WEFT_CODE_GOING_AWAY);
    wire_fini(&w);
}

static void before_ready_it_ends_at_once(void **state)
{
    (void)state;
    WEFT_RULE("session.drain");
    wire_peer w;
    wire_init(&w, true);
    wire_begin(&w);
    assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
    wire_run(&w);
    assert_int_equal(w.side.n_failed, 1);
    assert_int_equal(w.side.end.code, WEFT_ECANCELED);
    wire_fini(&w);
}

/* ---- close_when_unused ---- */

static void ready_for_use(wire_peer *w, bool initiator)
{
    wire_init(w, initiator);
    w->options.close_when_unused = true;
    w->side.serves = NULL;
    wire_shake(w);
}

static void opened_ignored(void *user, weft_connection *connection, const weft_metadata *metadata,
                           const weft_error *error)
{
    (void)user;
    (void)metadata;
    (void)error;
    weft_connection_release(connection);
}

static void unused_session_closes_itself(void **state)
{
    /* Goal: not before it was used; not while there is a connection either way, undecided ones included. */
    (void)state;
    WEFT_RULE("session.lifetime");
    wire_peer w;
    ready_for_use(&w, true);
    wire_expect_alive(&w);
    uint64_t id = wire_opens_accepted(&w);
    w.side.keep_pending = true;
    uint64_t theirs = wire_theirs(&w, 1);
    wire_put_open(&w.out, WEFT__KIND_OPEN, theirs, true);
    wire_flush(&w);
    weft_connection_release(w.side.opened);
    wire_run(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, id, WEFT_CODE_NONE, NULL);
    wire_expect_alive(&w);
    assert_int_equal(weft_pending_drop(w.side.pending), 0);
    wire_run(&w);
    wire_expect_end(&w, WEFT__KIND_REJECT, theirs, WEFT_CODE_INTERNAL, NULL);
    expect_farewell(&w, 0, WEFT_CODE_NONE);
    wire_fini(&w);
}

static void caller_on_the_root_keeps_it(void **state)
{
    /* Goal: the root's callers count, and the calls that they left under way; letting go from outside ends it, too. */
    (void)state;
    WEFT_RULE("session.lifetime");
    wire_peer w;
    wire_init(&w, true);
    w.options.close_when_unused = true;
    w.root_service = true;
    wire_shake(&w);
    weft_connection *root = weft_connection_retain(weft_session_root(w.session));
    uint64_t id = wire_opens_accepted(&w);
    weft_connection_release(w.side.opened);
    assert_int_equal(weft_connection_close(w.side.opened, 0, NULL), 0);
    wire_run(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, id, WEFT_CODE_NONE, NULL);
    assert_int_equal(pair_call(&w.side, root, PAIR_ECHO, 3, 0, NULL), 0);
    wire_run(&w);
    uint64_t request = wire_expect_request(&w, 0);
    weft_connection_release(root);
    wire_expect_alive(&w);
    wire_put_response(&w.out, 0, request, 0, 3);
    wire_flush(&w);
    assert_int_equal(w.side.results[0].code, 0);
    expect_farewell(&w, 0, WEFT_CODE_NONE);
    wire_fini(&w);
}

static void failed_open_is_no_use(void **state)
{
    /* Goal: an open that returned an error has no effect, so that a session which was never used stays. */
    (void)state;
    WEFT_RULE("session.lifetime");
    wire_peer w;
    ready_for_use(&w, true);
    for (uint64_t nth = 1;; nth++) {
        weft_test_alloc_fail(&w.alloc, nth, true);
        int status = weft_open(w.session, &pair_service, NULL, opened_ignored, NULL);
        weft_test_alloc_fail(&w.alloc, 0, false);
        if (status == 0)
            break;
        assert_int_equal(status, WEFT_ENOMEM);
        wire_run(&w);
        wire_expect_alive(&w);
    }
    wire_fini(&w);
}

static void accepted_session_is_never_ended_by_surprise(void **state)
{
    /* Goal: the listener's side owns its session: what its callers and connections do does not end it. */
    (void)state;
    WEFT_RULE("session.lifetime");
    wire_peer w;
    ready_for_use(&w, false);
    wire_open(&w, 1);
    weft_connection_release(w.accepted);
    w.accepted = NULL;
    wire_run(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_NONE, NULL);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static int wakes;
static void on_wake(void *user)
{
    (void)user;
    wakes++;
}

static void letting_go_of_the_root_wakes(void **state)
{
    /* Goal: a loop that sleeps is told that there is something to say. */
    (void)state;
    WEFT_RULE("session.lifetime");
    wire_peer w;
    wire_init(&w, true);
    w.options.close_when_unused = true;
    w.root_service = true;
    wire_shake(&w);
    weft_connection *root = weft_connection_retain(weft_session_root(w.session));
    weft_engine_on_wake(w.engine, on_wake, NULL);
    wakes = 0;
    assert_false(weft_engine_has_output(w.engine));
    weft_connection_release(root);
    assert_int_equal(wakes, 1);
    assert_true(weft_engine_has_output(w.engine));
    wire_run(&w);
    expect_farewell(&w, 0, WEFT_CODE_NONE);
    wire_fini(&w);
}

/* ---- without memory ---- */

static void drain_without_memory(weft_test_alloc *alloc, void *user)
{
    pair p;
    (void)user;
    pair_ready(&p, alloc);
    weft_connection *connection = p.status == 0 ? pair_open(&p) : NULL;
    if (p.s.session && p.s.n_ready && p.s.n_closed == 0) {
        int status = weft_session_drain(p.s.session, WEFT_FOREVER);
        assert_true(status == 0 || (status == WEFT_ENOMEM && alloc->failed));
        if (status != 0 && p.s.n_closed == 0)
            (void)weft_session_drain(p.s.session, 0);
        pair_run(&p);
        pair_advance(&p, 0);
        assert_true(p.s.n_closed == 1 || alloc->failed);
    } else {
        assert_true(alloc->failed);
    }
    weft_connection_release(connection);
    pair_fini(&p);
}

static void opened_counted(void *user, weft_connection *connection, const weft_metadata *metadata,
                           const weft_error *error)
{
    (void)metadata;
    (void)error;
    ++*(int *)user;
    weft_connection_release(connection);
}

/* What the opener serves is said to drain as soon as its open is accepted. */
static void own_open_without_memory(weft_test_alloc *alloc, void *user)
{
    static const int handler = 1;
    pair p;
    int n_opened = 0, status = WEFT_ENOMEM;
    weft_open_options options = weft_open_options_default();
    (void)user;
    options.serves = &pair_service;
    options.handler = &handler;
    options.self = &p.c;
    pair_ready(&p, alloc);
    if (p.c.n_ready && p.c.n_closed == 0)
        status = weft_open(p.c.session, &pair_service, &options, opened_counted, &n_opened);
    if (status == 0)
        (void)weft_session_drain(p.c.session, WEFT_FOREVER);
    pair_run(&p);
    pair_fini(&p);
    assert_true(status == 0 || alloc->failed);
    assert_int_equal(n_opened, status == 0 ? 1 : 0);
}

static void every_allocation_of_a_drain_may_fail(void **state)
{
    (void)state;
    WEFT_RULE("session.drain");
    weft_test_alloc_each(drain_without_memory, NULL);
    weft_test_alloc_each(own_open_without_memory, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_under_way_says_goodbye_at_once),
        cmocka_unit_test(what_is_under_way_goes_on),
        cmocka_unit_test(what_crosses_is_refused_and_nothing_ran),
        cmocka_unit_test(opens_of_both_sides_are_settled),
        cmocka_unit_test(deadline_ends_what_is_left),
        cmocka_unit_test(counterpart_that_drains_is_told_once),
        cmocka_unit_test(one_connection_drains_and_others_do_not),
        cmocka_unit_test(drain_keeps_its_place_behind_data),
        cmocka_unit_test(before_ready_it_ends_at_once),
        cmocka_unit_test(unused_session_closes_itself),
        cmocka_unit_test(failed_open_is_no_use),
        cmocka_unit_test(caller_on_the_root_keeps_it),
        cmocka_unit_test(accepted_session_is_never_ended_by_surprise),
        cmocka_unit_test(letting_go_of_the_root_wakes),
        cmocka_unit_test(every_allocation_of_a_drain_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
