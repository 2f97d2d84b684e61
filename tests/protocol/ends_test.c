/* How sessions end: Goodbye from either side, ProtocolError, a conduit that fails, shutdown and its limits; and what is
 * said last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdlib.h>

enum { ECHO = 0x1001, HOLD = 0x1002 };

/* A session with connection id, a call each way under way on it, and an open that nobody has answered. */
static uint64_t begin_busy(wire_peer *w, bool initiator)
{
    wire_ready(w, initiator);
    uint64_t id = wire_theirs(w, 1);
    wire_open(w, id);
    wire_put_request(&w->out, id, 1, HOLD, 1);
    wire_flush(w);
    assert_int_equal(pair_call(&w->side, w->accepted, PAIR_ECHO, 3, 0, NULL), 0);
    wire_run(w);
    (void)wire_expect_request(w, id);
    (void)wire_opens(w);
    return id;
}

/* Everything of begin_busy has ended, each once, with this error. */
static void assert_all_ended(const wire_peer *w, int code, bool orderly)
{
    int told = orderly ? WEFT_ECONNCLOSED : code;
    assert_int_equal(w->side.n_closed, 1);
    assert_int_equal(w->side.end.code, code);
    assert_int_equal(w->side.done_times[0], 1);
    assert_int_equal(w->side.results[0].code, told);
    assert_int_equal(w->side.n_refused, 1);
    assert_int_equal(w->side.n_conn_closed, 1);
    assert_int_equal(w->side.n_serve_closed, 1);
    assert_int_equal(w->side.n_cancelled, 1);
}

static void goodbye(wire_peer *w)
{
    wire_put_said(&w->out, WEFT__KIND_GOODBYE, 0, "that was all");
    wire_flush(w);
}

/* ---- by the counterpart
 * -------------------------------------------------------------------------------------------------- */

static void goodbye_of_counterpart_answered_once(void **state)
{
    /* Goal: it ends the session in order, for both roles; the answer is our last word. */
    (void)state;
    WEFT_RULE("session.goodbye");
    WEFT_RULE("conduit.last-word");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        (void)begin_busy(&w, initiator);
        wire_put_said(&w.out, WEFT__KIND_GOODBYE, 555, "that was all");
        wire_put_number(&w.out, WEFT__KIND_PING, 0, 1);
        wire_flush(&w);
        (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
        wire_expect_none(&w);
        assert_all_ended(&w, WEFT_OK, true);
        assert_int_equal(w.side.end.remote, 555);
        assert_string_equal(w.side.end.text, "that was all");
        assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
        wire_advance(&w, WEFT_LAST_WORD_TIMEOUT);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        wire_fini(&w);
    }
}

static void protocol_error_of_counterpart_no_reply(void **state)
{
    /* Goal: everything under way ends with WEFT_EPROTO, once, and nothing is said. */
    (void)state;
    WEFT_RULE("session.protocol-error");
    for (int malformed = 0; malformed < 2; malformed++) {
        wire_peer w;
        (void)begin_busy(&w, false);
        if (malformed)
            wire_put(&w.out, WEFT__KIND_PROTOCOL_ERROR, 0, 0, "\xc0", 1);
        else
            wire_put_said(&w.out, WEFT__KIND_PROTOCOL_ERROR, WEFT_CODE_LIMIT, "you did it");
        wire_flush(&w);
        wire_expect_none(&w);
        assert_all_ended(&w, WEFT_EPROTO, false);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        if (!malformed)
            assert_non_null(strstr(w.side.end.text, "you did it"));
        wire_fini(&w);
    }
}

static void conduit_fails_or_ends_without_goodbye_is_a_failure(void **state)
{
    /* Goal: without Goodbye even an orderly end of the conduit is a failure. */
    (void)state;
    WEFT_RULE("session.goodbye");
    for (int orderly = 0; orderly < 2; orderly++) {
        wire_peer w;
        (void)begin_busy(&w, true);
        wire_disconnect(&w, orderly ? 0 : WEFT_ECONNRESET);
        assert_all_ended(&w, orderly ? WEFT_ECONNABORTED : WEFT_ECONNRESET, false);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        assert_false(weft_session_is_ready(w.session));
        assert_null(weft_session_root(w.session));
        weft_session_close(w.session, 0, NULL);
        weft_session_abort(w.session);
        wire_run(&w);
        assert_int_equal(w.side.n_closed, 1);
        wire_fini(&w);
    }
}

static void violation_last_word_then_nothing_more(void **state)
{
    /* Goal: after a ProtocolError everything is read and thrown away, whatever it is, for 2 s or 1 MiB. */
    static uint8_t zeros[65536];
    (void)state;
    WEFT_RULE("conduit.last-word");
    WEFT_RULE("session.protocol-error");
    for (int by_time = 0; by_time < 2; by_time++) {
        wire_peer w;
        uint64_t id = begin_busy(&w, false);
        wire_put_number(&w.out, WEFT__KIND_PING, id, 1);
        wire_put_number(&w.out, WEFT__KIND_PING, 0, 1);
        wire_put_request(&w.out, id, 3, ECHO, 1);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_PROTOCOL_ERROR, 0, WEFT_CODE_PROTOCOL, "[violation.scope]");
        assert_all_ended(&w, WEFT_EPROTO, false);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
        if (by_time) {
            wire_advance(&w, WEFT_LAST_WORD_TIMEOUT - 1);
            assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
            wire_advance(&w, 1);
        } else {
            for (size_t i = 0; i < 15; i++)
                wire_feed(&w, zeros, sizeof zeros);
            assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
            wire_feed(&w, zeros, sizeof zeros);
        }
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        wire_expect_none(&w);
        assert_int_equal(w.side.n_closed, 1);
        wire_fini(&w);
    }
}

/* ---- by ourselves
 * ------------------------------------------------------------------------------------------------------------ */

static void shutdown_closes_connections_then_goodbye(void **state)
{
    /* Goal: each connection is closed, what was answered is flushed in front of it, Goodbye is the last; its answer
     * ends the session. */
    wire_peer w;
    wire_frame frame;
    (void)state;
    WEFT_RULE("session.shutdown");
    WEFT_RULE("session.goodbye");
    uint64_t id = begin_busy(&w, false);
    w.hold_output = true;
    wire_put_request(&w.out, id, 3, ECHO, 2000);
    wire_flush(&w);
    weft_session_close(w.session, 600, "going home");
    weft_session_close(w.session, 601, "twice");
    w.hold_output = false;
    wire_run(&w);
    int n_closes = 0;
    (void)wire_expect_response(&w, id, 3, 0);
    while (wire_next(&w, &frame) && frame.kind == WEFT__KIND_CLOSE)
        n_closes++;
    assert_int_equal(n_closes, 2);
    assert_int_equal(frame.kind, WEFT__KIND_GOODBYE);
    wire_expect_none(&w);
    assert_int_equal(w.side.n_closed, 0);
    assert_int_equal(w.side.results[0].code, WEFT_ECONNCLOSED);
    goodbye(&w);
    assert_all_ended(&w, WEFT_OK, true);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    wire_fini(&w);
}

static void shutdown_answer_never_comes_ends_in_order(void **state)
{
    /* Goal: after the own Goodbye the end of the conduit, or the deadline, is as good as the answer. */
    (void)state;
    WEFT_RULE("session.goodbye");
    WEFT_RULE("session.shutdown");
    for (int how = 0; how < 3; how++) {
        wire_peer w;
        (void)begin_busy(&w, true);
        weft_session_close(w.session, 0, NULL);
        wire_run(&w);
        assert_int_equal(w.side.n_closed, 0);
        if (how == 0) {
            wire_disconnect(&w, 0);
        } else if (how == 1) {
            wire_disconnect(&w, WEFT_ECONNRESET);
        } else {
            wire_advance(&w, WEFT_CLOSE_TIMEOUT_DEFAULT - 1);
            assert_int_equal(w.side.n_closed, 0);
            wire_advance(&w, 1);
        }
        assert_all_ended(&w, WEFT_OK, true);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        wire_fini(&w);
    }
}

static void shutdown_not_flushed_in_time_goodbye_all_the_same(void **state)
{
    /* Goal: what a window holds back is given up after close_timeout; a message half sent on the root is aborted, so
     * that the Goodbye is not within it. */
    (void)state;
    WEFT_RULE("session.shutdown");
    WEFT_RULE("frame.order");
    for (int on_root = 0; on_root < 2; on_root++) {
        wire_peer w;
        wire_frame frame = { 0 };
        static uint8_t zeros[150000];
        weft_bytes value = weft_bytes_of(zeros, sizeof zeros);
        wire_init(&w, false);
        w.peer_window = 128 * 1024;
        w.root_service = true;
        wire_shake(&w);
        if (!on_root)
            wire_open(&w, 1);
        wire_put_request(&w.out, on_root ? 0 : 1, 1, HOLD, 1);
        wire_flush(&w);
        assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), 0);
        wire_run(&w);
        weft_session_close(w.session, 0, NULL);
        wire_run(&w);
        while (wire_next(&w, &frame))
            assert_int_equal(frame.kind, WEFT__KIND_RESPONSE);
        wire_advance(&w, WEFT_CLOSE_TIMEOUT_DEFAULT - 1);
        wire_expect_none(&w);
        wire_advance(&w, 1);
        while (wire_next(&w, &frame) && frame.kind != WEFT__KIND_GOODBYE)
            assert_true(frame.flags == WEFT__FLAG_ABORT || frame.kind == WEFT__KIND_CLOSE);
        assert_int_equal(frame.kind, WEFT__KIND_GOODBYE);
        goodbye(&w);
        assert_int_equal(w.side.end.code, WEFT_OK);
        wire_fini(&w);
    }
}

static void shutdown_what_crosses_is_refused(void **state)
{
    /* Goal: while we flush, an Open that crosses is told going away, a request on the root unavailable: nothing ran. */
    wire_peer w;
    wire_frame frame;
    (void)state;
    WEFT_RULE("session.shutdown");
    wire_init(&w, false);
    w.root_service = true;
    wire_shake(&w);
    w.hold_output = true;
    wire_put_request(&w.out, 0, 1, ECHO, 100);
    wire_flush(&w);
    assert_int_equal(w.side.n_handled, 1);
    weft_session_close(w.session, 0, NULL);
    wire_put_request(&w.out, 0, 3, ECHO, 1);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 1, true);
    wire_flush(&w);
    w.hold_output = false;
    wire_run(&w);
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(w.side.n_open_asked, 1); /* the root's */
    int n_rejects = 0, n_responses = 0;
    while (wire_next(&w, &frame) && frame.kind != WEFT__KIND_GOODBYE) {
        weft__response response;
        weft__close reject;
        if (frame.kind == WEFT__KIND_RESPONSE) {
            assert_int_equal(weft__response_decode(frame.body, &response), 0);
            assert_int_equal(response.outcome, n_responses == 0 ? WEFT_OUTCOME_OK : WEFT_OUTCOME_UNAVAILABLE);
            n_responses++;
        } else {
            assert_int_equal(frame.kind, WEFT__KIND_REJECT);
            assert_int_equal(weft__reject_decode(frame.body, &reject), 0);
            assert_int_equal(reject.code, WEFT_CODE_GOING_AWAY);
            n_rejects++;
        }
    }
    assert_int_equal(n_responses, 2);
    assert_int_equal(n_rejects, 1);
    assert_int_equal(weft_open(w.session, &pair_service, NULL, (weft_opened_fn)abort, NULL), WEFT_ECLOSED);
    goodbye(&w);
    wire_fini(&w);
}

static void shutdown_while_opens_come_in_their_rest_is_dropped(void **state)
{
    /* Goal: Opens of which a part is here are rejected; the rest of them, still under way, is no violation. */
    static uint8_t body[2000];
    wire_peer w;
    (void)state;
    WEFT_RULE("session.shutdown");
    wire_ready(&w, false);
    for (uint64_t id = 1; id < 8; id += 2)
        wire_put(&w.out, WEFT__KIND_OPEN, WEFT__FLAG_MORE, id, body, sizeof body);
    wire_flush(&w);
    w.hold_output = true;
    weft_session_close(w.session, 0, NULL);
    for (uint64_t id = 1; id < 8; id += 2)
        wire_put(&w.out, WEFT__KIND_OPEN, id == 3 ? 0 : WEFT__FLAG_MORE, id, body, sizeof body);
    wire_put(&w.out, WEFT__KIND_OPEN, WEFT__FLAG_ABORT, 1, NULL, 0);
    wire_flush(&w);
    w.hold_output = false;
    wire_run(&w);
    wire_frame frame;
    for (int i = 0; i < 4; i++) {
        assert_true(wire_next(&w, &frame));
        assert_int_equal(frame.kind, WEFT__KIND_REJECT);
    }
    (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
    wire_put(&w.out, WEFT__KIND_OPEN, 0, 5, body, sizeof body);
    goodbye(&w);
    assert_int_equal(w.side.end.code, WEFT_OK);
    wire_fini(&w);
}

static void shutdown_before_ready_ends_at_once(void **state)
{
    /* Goal: a session that is not connected yet has nobody to say Goodbye to. */
    (void)state;
    WEFT_RULE("session.shutdown");
    for (int aborts = 0; aborts < 2; aborts++) {
        wire_peer w;
        wire_init(&w, true);
        wire_begin(&w);
        w.in_at = w.in.len;
        if (aborts)
            weft_session_abort(w.session);
        else
            weft_session_close(w.session, 0, NULL);
        wire_run(&w);
        wire_expect_none(&w);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        assert_int_equal(w.side.n_failed, 1);
        assert_int_equal(w.side.n_closed, 1);
        assert_int_equal(w.side.end.code, WEFT_ECANCELED);
        wire_fini(&w);
    }
}

static void goodbyes_cross_both_end_in_order(void **state)
{
    /* Goal: two that cross are no violation; neither is answered again. */
    wire_peer w;
    (void)state;
    WEFT_RULE("session.goodbye");
    (void)begin_busy(&w, true);
    w.hold_output = true;
    weft_session_close(w.session, 0, NULL);
    goodbye(&w);
    w.hold_output = false;
    wire_run(&w);
    assert_all_ended(&w, WEFT_OK, true);
    wire_frame frame;
    int n = 0;
    while (wire_next(&w, &frame))
        n += frame.kind == WEFT__KIND_GOODBYE ? 1 : 0;
    assert_int_equal(n, 1);
    wire_fini(&w);
}

/* ---- who keeps it alive
 * ------------------------------------------------------------------------------------------------------- */

static void accepted_session_lives_without_connections(void **state)
{
    /* Goal: letting go of callers and connections never ends a session; letting go of its last handle does, in order.
     */
    (void)state;
    WEFT_RULE("session.lifetime");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_ready(&w, initiator);
        uint64_t id = wire_theirs(&w, 1);
        wire_open(&w, id);
        weft_connection_release(w.accepted);
        w.accepted = NULL;
        weft_connection *root = weft_connection_retain(weft_session_root(w.session));
        weft_connection_release(root);
        wire_put_close(&w.out, id, 0, 0);
        wire_flush(&w);
        assert_int_equal(w.side.n_conn_closed, 1);
        wire_expect_alive(&w);
        assert_int_equal(w.side.n_closed, 0);
        (void)weft_session_retain(w.session);
        weft_session_release(w.session);
        wire_run(&w);
        wire_expect_alive(&w);
        weft_session_release(w.session);
        w.side.has_reference = false;
        wire_run(&w);
        (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
        goodbye(&w);
        assert_int_equal(w.side.n_closed, 1);
        assert_int_equal(w.side.end.code, WEFT_OK);
        wire_fini(&w);
    }
}

static void session_aborted_everything_ends_at_once(void **state)
{
    /* Goal: an abort says nothing, and every callback still comes, once. */
    wire_peer w;
    (void)state;
    WEFT_RULE("session.lifetime");
    (void)begin_busy(&w, false);
    weft_session_abort(w.session);
    assert_int_equal(w.side.n_closed, 0); /* only dispatch tells */
    wire_run(&w);
    wire_expect_none(&w);
    assert_all_ended(&w, WEFT_ECANCELED, false);
    wire_fini(&w);
}

static void goodbye_follows_the_last_connection_at_once(void **state)
{
    /* Goal: the counterpart's Close takes the last connection while its own waits: the Goodbye is due, and said so. */
    wire_peer w;
    (void)state;
    WEFT_RULE("session.shutdown");
    wire_ready(&w, false);
    wire_open(&w, 1);
    w.hold_output = true;
    weft_session_close(w.session, WEFT_CODE_NONE, NULL);
    wire_put_close(&w.out, 1, WEFT_CODE_NONE, 0);
    wire_flush(&w);
    assert_true(weft_engine_has_output(w.engine));
    w.hold_output = false;
    wire_run(&w);
    wire_frame frame;
    uint8_t last = 0;
    while (wire_next(&w, &frame))
        last = frame.kind;
    assert_int_equal(last, WEFT__KIND_GOODBYE);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goodbye_follows_the_last_connection_at_once),
        cmocka_unit_test(goodbye_of_counterpart_answered_once),
        cmocka_unit_test(protocol_error_of_counterpart_no_reply),
        cmocka_unit_test(conduit_fails_or_ends_without_goodbye_is_a_failure),
        cmocka_unit_test(violation_last_word_then_nothing_more),
        cmocka_unit_test(shutdown_closes_connections_then_goodbye),
        cmocka_unit_test(shutdown_answer_never_comes_ends_in_order),
        cmocka_unit_test(shutdown_not_flushed_in_time_goodbye_all_the_same),
        cmocka_unit_test(shutdown_what_crosses_is_refused),
        cmocka_unit_test(shutdown_while_opens_come_in_their_rest_is_dropped),
        cmocka_unit_test(shutdown_before_ready_ends_at_once),
        cmocka_unit_test(goodbyes_cross_both_end_in_order),
        cmocka_unit_test(accepted_session_lives_without_connections),
        cmocka_unit_test(session_aborted_everything_ends_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
