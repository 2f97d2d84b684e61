/* Goal: how a session that could go on ends: the last words of both sides and their loss, what ends it during an
 * outage, and that nothing opens it again afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

enum { ECHO = 0x1001, HOLD = 0x1002 };

#define S WEFT_NS_PER_S

/* Nobody comes back to an acceptor's session; an initiator's wants no conduit. */
static void assert_gone(wire_peer *w, int code)
{
    assert_int_equal(w->side.n_closed, 1);
    assert_int_equal(w->side.end.code, code);
    if (w->initiator) {
        assert_false(wire_wants(w, 100 * S));
        return;
    }
    wire_peer other;
    wire_init(&other, false);
    other.registry = w->registry;
    wire_survivor(&other);
    other.hello = w->hello;
    wire_begin(&other);
    wire_say_resume(&other, w->key, WIRE_KEY, w->received);
    wire_expect_refused(&other, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
    wire_survivor_fini(&other);
    weft_registry_stats stats;
    weft_registry_stats_read(w->registry, &stats, sizeof stats);
    assert_int_equal(stats.sessions, 0);
    assert_int_equal(stats.parked, 0);
    assert_int_equal(stats.parked_bytes, 0);
}

/* ---- Goodbye ---- */

static void goodbye_received_forgets_the_keys(void **state)
{
    /* Goal: the answer is said once; lost or not, the session is over, and its key is unknown. */
    (void)state;
    WEFT_RULE("session.goodbye");
    for (int lost = 0; lost < 2; lost++) {
        wire_peer w;
        wire_survivor_ready(&w, false);
        w.hold_output = lost;
        wire_put_said(&w.out, WEFT__KIND_GOODBYE, 0, "bye");
        wire_flush(&w);
        w.hold_output = false;
        if (!lost)
            (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
        wire_cut(&w);
        assert_gone(&w, WEFT_OK);
        assert_int_equal(w.side.n_disconnected, 0);
        wire_survivor_fini(&w);
    }
}

static void initiator_told_goodbye_does_not_recover(void **state)
{
    (void)state;
    WEFT_RULE("session.goodbye");
    wire_peer w;
    wire_survivor_ready(&w, true);
    wire_put_said(&w.out, WEFT__KIND_GOODBYE, 0, "bye");
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
    wire_cut(&w);
    assert_gone(&w, WEFT_OK);
    wire_survivor_fini(&w);
}

/* Closed by the application with something said before, and the conduit breaks before the answer. */
static void close_and_cut(wire_peer *w, bool initiator)
{
    wire_survivor_ready(w, initiator);
    wire_open(w, wire_theirs(w, 1));
    wire_put_request(&w->out, wire_theirs(w, 1), 1, ECHO, 10);
    wire_flush(w);
    uint64_t had = w->received;
    wire_skip(w);
    weft_session_close(w->session, 300, "enough");
    wire_run(w);
    (void)wire_expect(w, WEFT__KIND_CLOSE, wire_theirs(w, 1));
    wire_expect_end(w, WEFT__KIND_GOODBYE, 0, 300, "enough");
    w->received = had; /* it has got none of it */
    wire_cut(w);
    assert_int_equal(w->side.n_closed, 0);
    assert_int_equal(wire_phase(w), WEFT_PHASE_DISCONNECTED);
}

static void goodbye_lost_is_said_again(void **state)
{
    /* Goal: what was not acknowledged comes again, in its order, and Goodbye behind it; with its answer it is over.
     * More than once, within close_timeout. */
    (void)state;
    WEFT_RULE("session.goodbye");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        close_and_cut(&w, initiator);
        for (int round = 0; round < 3; round++) {
            uint64_t had = w.received;
            wire_resume(&w);
            (void)wire_expect_response(&w, wire_theirs(&w, 1), 1, 0);
            (void)wire_expect(&w, WEFT__KIND_CLOSE, wire_theirs(&w, 1));
            wire_expect_end(&w, WEFT__KIND_GOODBYE, 0, 300, "enough");
            wire_expect_none(&w);
            assert_int_equal(w.side.n_closed, 0);
            if (round < 2) {
                w.received = had;
                wire_cut(&w);
                assert_int_equal(wire_phase(&w), WEFT_PHASE_DISCONNECTED);
            }
        }
        wire_put_said(&w.out, WEFT__KIND_GOODBYE, 0, "bye");
        wire_flush(&w);
        assert_gone(&w, WEFT_OK);
        wire_survivor_fini(&w);
    }
}

static void answer_lost_and_not_resumable_is_the_orderly_end(void **state)
{
    /* Goal: the counterpart had our Goodbye and has forgotten us: all is well. */
    (void)state;
    WEFT_RULE("session.goodbye");
    wire_peer w;
    close_and_cut(&w, true);
    wire_dial(&w);
    (void)wire_read_hello(&w);
    wire_put_preamble(&w.out, false);
    wire_put_said(&w.out, WEFT__KIND_SORRY, WEFT_CODE_NOT_RESUMABLE, "who are you?");
    wire_flush(&w);
    wire_hang_up(&w);
    assert_gone(&w, WEFT_OK);
    wire_survivor_fini(&w);
}

static void goodbye_waited_for_until_the_deadline_is_the_orderly_end(void **state)
{
    (void)state;
    WEFT_RULE("session.goodbye");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        close_and_cut(&w, initiator);
        wire_advance(&w, WEFT_CLOSE_TIMEOUT_DEFAULT - 1);
        assert_int_equal(w.side.n_closed, 0);
        wire_advance(&w, 1);
        assert_gone(&w, WEFT_OK);
        wire_survivor_fini(&w);
    }
}

static void goodbye_crossing_after_a_resume_ends_both(void **state)
{
    /* Goal: both had said it when the conduit broke: the counterpart that comes back says its own, not an answer. */
    (void)state;
    WEFT_RULE("session.goodbye");
    wire_peer w;
    close_and_cut(&w, false);
    wire_resume(&w);
    wire_put_said(&w.out, WEFT__KIND_GOODBYE, 301, "my own");
    wire_flush(&w);
    assert_gone(&w, WEFT_OK);
    wire_survivor_fini(&w);
}

/* ---- ProtocolError ---- */

static void protocol_error_is_never_resumed(void **state)
{
    /* Goal: neither one that was said nor one that was heard; calls and channels end with it. */
    (void)state;
    WEFT_RULE("session.protocol-error");
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        bool said = i & 2;
        wire_survivor_ready(&w, i & 1);
        wire_open(&w, wire_theirs(&w, 1));
        assert_int_equal(pair_call(&w.side, w.accepted, PAIR_HOLD, 3, 0, NULL), 0);
        wire_run(&w);
        wire_skip(&w);
        if (said)
            wire_put(&w.out, 77, 0, 0, "", 0);
        else
            wire_put_said(&w.out, WEFT__KIND_PROTOCOL_ERROR, WEFT_CODE_PROTOCOL, "you!");
        wire_flush(&w);
        if (said)
            (void)wire_expect(&w, WEFT__KIND_PROTOCOL_ERROR, 0);
        assert_int_equal(w.side.done_times[0], 1);
        assert_int_equal(w.side.results[0].code, WEFT_EPROTO);
        wire_cut(&w);
        assert_gone(&w, WEFT_EPROTO);
        assert_int_equal(w.side.n_disconnected, 0);
        wire_survivor_fini(&w);
    }
}

static void protocol_error_lost_is_not_resumed(void **state)
{
    /* Goal: a violation behind a resumption, with the ProtocolError lost. */
    (void)state;
    WEFT_RULE("session.protocol-error");
    wire_peer w;
    wire_survivor_ready(&w, false);
    wire_cut(&w);
    wire_resume(&w);
    w.hold_output = true;
    wire_put(&w.out, 77, 0, 0, "", 0);
    wire_flush(&w);
    w.hold_output = false;
    wire_cut(&w);
    assert_gone(&w, WEFT_EPROTO);
    wire_survivor_fini(&w);
}

/* ---- during an outage ---- */

/* A call each way and a channel are under way when the conduit breaks. */
static void begin_outage(wire_peer *w, bool initiator)
{
    wire_survivor_ready(w, initiator);
    wire_open(w, wire_theirs(w, 1));
    assert_int_equal(pair_call(&w->side, w->accepted, PAIR_HOLD, 3, 0, NULL), 0);
    wire_put_request(&w->out, wire_theirs(w, 1), 1, HOLD, 10);
    wire_flush(w);
    wire_skip(w);
    assert_int_equal(w->side.n_held, 1);
    wire_cut(w);
    assert_int_equal(w->side.n_disconnected, 1);
    assert_int_equal(w->side.outage.code, WEFT_ECONNRESET);
}

static void close_during_an_outage_ends_at_once(void **state)
{
    (void)state;
    WEFT_RULE("session.shutdown");
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        begin_outage(&w, i & 1);
        if (i & 2)
            weft_session_close(w.session, 0, "enough");
        else
            weft_session_abort(w.session);
        wire_run(&w);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        assert_int_equal(w.side.n_closed, 1);
        assert_int_equal(w.side.n_conn_closed, 1);
        assert_int_equal(w.side.done_times[0], 1);
        assert_true(w.side.results[0].may_have_run);
        assert_int_equal(w.side.n_cancelled, 1);
        assert_gone(&w, w.side.end.code);
        wire_survivor_fini(&w);
    }
}

static void close_between_attempts_and_in_a_handshake_ends_at_once(void **state)
{
    /* Goal: an initiator that is closed while its Hello is out. */
    (void)state;
    WEFT_RULE("session.shutdown");
    WEFT_RULE("resume.initiator");
    for (int i = 0; i < 3; i++) {
        wire_peer w;
        begin_outage(&w, true);
        wire_dial(&w);
        (void)wire_read_hello(&w);
        if (i == 0)
            weft_session_close(w.session, 0, "enough");
        else if (i == 1)
            weft_session_abort(w.session);
        else
            assert_int_equal(weft_session_drain(w.session, 0), 0);
        wire_run(&w);
        if (i == 2)
            wire_advance(&w, 1);
        assert_int_equal(w.side.n_closed, 1);
        assert_int_not_equal(wire_phase(&w), WEFT_PHASE_RUNNING);
        wire_hang_up(&w);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        wire_survivor_fini(&w);
    }
}

static void drain_during_an_outage_is_told_behind_it(void **state)
{
    /* Goal: what is under way goes on; Drain goes out with the next conduit; when nothing is left, Goodbye. */
    (void)state;
    WEFT_RULE("session.drain");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin_outage(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
        wire_run(&w);
        assert_int_equal(w.side.n_drains, 1);
        assert_int_equal(w.side.n_closed, 0);
        wire_resume(&w);
        (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
        (void)wire_expect(&w, WEFT__KIND_DRAIN, conn);
        wire_put_response(&w.out, conn, 2, 0, 5);
        wire_flush(&w);
        assert_int_equal(w.side.results[0].code, 0);
        weft_bytes value = weft_bytes_of("late", 4);
        assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), 0);
        wire_run(&w);
        (void)wire_expect_response(&w, conn, 1, 0);
        (void)wire_expect(&w, WEFT__KIND_CLOSE, conn);
        wire_expect_end(&w, WEFT__KIND_GOODBYE, 0, WEFT_CODE_GOING_AWAY, NULL);
        wire_put_said(&w.out, WEFT__KIND_GOODBYE, 0, "bye");
        wire_flush(&w);
        assert_gone(&w, WEFT_OK);
        wire_survivor_fini(&w);
    }
}

static void drain_with_nothing_under_way_ends_an_outage(void **state)
{
    (void)state;
    WEFT_RULE("session.drain");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_survivor_ready(&w, initiator);
        wire_cut(&w);
        assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
        wire_run(&w);
        assert_gone(&w, w.side.end.code);
        wire_survivor_fini(&w);
    }
}

static void drain_before_an_outage_goes_on_behind_it(void **state)
{
    /* Goal: the limit runs on without a conduit. */
    (void)state;
    WEFT_RULE("session.drain");
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        bool expires = i & 2;
        wire_survivor_ready(&w, i & 1);
        uint64_t conn = wire_theirs(&w, 1);
        wire_open(&w, conn);
        wire_put_request(&w.out, conn, 1, HOLD, 10);
        wire_flush(&w);
        wire_skip(&w);
        assert_int_equal(weft_session_drain(w.session, 20 * S), 0);
        wire_run(&w); /* Drain is lost */
        wire_cut(&w);
        if (expires) {
            wire_advance(&w, 20 * S - 1);
            assert_int_equal(w.side.n_closed, 0);
            wire_advance(&w, 1);
            assert_gone(&w, w.side.end.code);
        } else {
            wire_resume(&w);
            (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
            (void)wire_expect(&w, WEFT__KIND_DRAIN, conn);
            wire_expect_alive(&w);
        }
        wire_survivor_fini(&w);
    }
}

static void the_window_over_is_the_end(void **state)
{
    /* Goal: exactly resume_window after the conduit broke; all that waits ends, with what broke it. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    wire_peer w;
    wire_init(&w, false);
    w.options.resume_window_ns = 20 * S;
    wire_survivor(&w);
    wire_shake(&w);
    wire_open(&w, 1);
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = WEFT_FOREVER;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_HOLD, 3, 0, &options, NULL), 0);
    wire_put_request(&w.out, 1, 1, HOLD, 10);
    wire_flush(&w);
    wire_skip(&w);
    for (int i = 0; i < 2; i++) { /* each outage has its own */
        wire_cut(&w);
        wire_advance(&w, 20 * S - 1);
        assert_int_equal(w.side.n_closed, 0);
        if (i == 0)
            wire_resume(&w);
    }
    wire_advance(&w, 1);
    assert_gone(&w, w.side.end.code);
    assert_int_not_equal(w.side.end.code, WEFT_OK);
    assert_int_equal(w.side.done_times[0], 1);
    assert_true(w.side.results[0].may_have_run);
    assert_int_equal(w.side.n_cancelled, 1);
    weft_registry_stats stats;
    weft_registry_stats_read(w.registry, &stats, sizeof stats);
    assert_int_equal(stats.expired, 1);
    assert_int_equal(stats.resumed, 1);
    wire_survivor_fini(&w);
}

static void who_came_back_outlives_the_window(void **state)
{
    /* Goal: the window is of an outage: once there is a conduit again it ends nothing. The same of recovery_timeout. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    WEFT_RULE("resume.initiator");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_init(&w, initiator);
        w.options.resume_window_ns = 20 * S;
        w.window_ms = 20000;
        wire_survivor(&w);
        wire_shake(&w);
        wire_cut(&w);
        wire_advance(&w, 10 * S);
        wire_resume(&w);
        for (int i = 0; i < 5; i++) {
            wire_advance(&w, 10 * S);
            wire_expect_alive(&w);
        }
        assert_int_equal(w.side.n_closed, 0);
        assert_int_equal(w.side.n_disconnected, 1);
        wire_survivor_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goodbye_received_forgets_the_keys),
        cmocka_unit_test(initiator_told_goodbye_does_not_recover),
        cmocka_unit_test(goodbye_lost_is_said_again),
        cmocka_unit_test(answer_lost_and_not_resumable_is_the_orderly_end),
        cmocka_unit_test(goodbye_waited_for_until_the_deadline_is_the_orderly_end),
        cmocka_unit_test(goodbye_crossing_after_a_resume_ends_both),
        cmocka_unit_test(protocol_error_is_never_resumed),
        cmocka_unit_test(protocol_error_lost_is_not_resumed),
        cmocka_unit_test(close_during_an_outage_ends_at_once),
        cmocka_unit_test(close_between_attempts_and_in_a_handshake_ends_at_once),
        cmocka_unit_test(drain_during_an_outage_is_told_behind_it),
        cmocka_unit_test(drain_with_nothing_under_way_ends_an_outage),
        cmocka_unit_test(drain_before_an_outage_goes_on_behind_it),
        cmocka_unit_test(the_window_over_is_the_end),
        cmocka_unit_test(who_came_back_outlives_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
