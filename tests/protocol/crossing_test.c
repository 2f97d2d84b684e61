/* What crosses: ends while something else is half said, decisions taken back at once, what was asked for too early.
 * Each was found by engine_fuzz or by the simulator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

static int accept_and_abort(void *user, weft_session *session, weft_pending pending)
{
    weft_connection *connection;
    (void)user;
    (void)session;
    int status = weft_pending_accept(pending, NULL, &connection);
    assert_int_equal(weft_connection_abort(connection, WEFT_CODE_APPLICATION, NULL), 0);
    weft_connection_release(connection);
    return status;
}

static void abort_of_a_connection_just_accepted_leaves_the_accept(void **state)
{
    /* Goal: an abort drops what is queued, but not the Accept, without which the Close would be a violation. */
    (void)state;
    WEFT_RULE("conn.accept");
    WEFT_RULE("conn.close");
    wire_peer w;
    wire_init(&w, false);
    w.decide = accept_and_abort;
    wire_shake(&w);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 1, true);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_ACCEPT, 1);
    (void)wire_expect(&w, WEFT__KIND_CLOSE, 1);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void goodbye_is_answered_behind_an_abort_of_what_is_half_sent(void **state)
{
    /* Goal: the answer to a Goodbye does not lie within a message: the half-sent request on the root is aborted. */
    (void)state;
    WEFT_RULE("frame.order");
    WEFT_RULE("session.goodbye");
    wire_peer w;
    wire_frame frame;
    size_t n_pieces = 0;
    wire_init(&w, true);
    w.root_service = true;
    w.peer_window = WEFT_FRAME_SIZE_DEFAULT + WEFT_CONNECTION_WINDOW_MARGIN; /* less than the request needs */
    wire_shake(&w);
    assert_int_equal(pair_call(&w.side, weft_session_root(w.session), PAIR_ECHO, 300000, 0, NULL), 0);
    wire_run(&w);
    wire_put_said(&w.out, WEFT__KIND_GOODBYE, WEFT_CODE_NONE, "");
    wire_flush(&w);
    while (wire_next(&w, &frame) && frame.kind == WEFT__KIND_REQUEST && frame.flags == WEFT__FLAG_MORE)
        n_pieces++;
    assert_true(n_pieces > 0);
    assert_int_equal(frame.kind, WEFT__KIND_REQUEST);
    assert_int_equal(frame.flags, WEFT__FLAG_ABORT);
    (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
    assert_int_equal(w.side.done_times[0], 1);
    assert_int_equal(w.side.end.code, WEFT_OK);
    wire_fini(&w);
}

static void goodbye_answered_behind_an_abort_is_taken(void **state)
{
    /* Goal: with the own Goodbye out, a request begun by the counterpart may be aborted, and its answer is orderly. */
    (void)state;
    WEFT_RULE("session.goodbye");
    wire_peer w;
    wire_init(&w, false);
    w.root_service = true;
    wire_shake(&w);
    (void)wire_put_request_cut(&w.out, 0, 1, 0x1001, 5000, 1024, 2);
    wire_flush(&w);
    weft_session_close(w.session, WEFT_CODE_NONE, NULL);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
    wire_put(&w.out, WEFT__KIND_REQUEST, WEFT__FLAG_ABORT, 0, NULL, 0);
    wire_put_said(&w.out, WEFT__KIND_GOODBYE, WEFT_CODE_NONE, "");
    wire_flush(&w);
    assert_int_equal(w.side.end.code, WEFT_OK);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    wire_fini(&w);
}

static void violation_behind_the_own_goodbye_ends_in_time(void **state)
{
    /* Goal: the session ends at once, and the conduit when the time of the last word is over. */
    (void)state;
    WEFT_RULE("conduit.last-word");
    wire_peer w;
    wire_ready(&w, true);
    weft_session_close(w.session, WEFT_CODE_NONE, NULL);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
    wire_put(&w.out, 60, 0, 0, NULL, 0);
    wire_flush(&w);
    assert_int_equal(w.side.n_closed, 1);
    assert_int_equal(w.side.end.code, WEFT_EPROTO);
    wire_expect_none(&w);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
    wire_advance(&w, WEFT_LAST_WORD_TIMEOUT);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    wire_fini(&w);
}

static void on_opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    int *code = user;
    (void)metadata;
    *code = error ? error->code : 0;
    weft_connection_release(connection);
}

static void opens_before_ready_beyond_max_connections_are_busy(void **state)
{
    /* Goal: what was opened before the counterpart had said how many it takes is no violation: the newest end here. */
    (void)state;
    WEFT_RULE("conn.limits");
    wire_peer w;
    int codes[2] = { 1, 1 };
    wire_init(&w, true);
    wire_begin(&w);
    for (int i = 0; i < 2; i++)
        assert_int_equal(weft_open(w.session, &pair_service, NULL, on_opened, &codes[i]), 0);
    w.in.len = 0;
    wire_put_preamble(&w.out, false);
    weft__hello_out welcome = wire_hello_defaults(!w.options.ids_odd);
    welcome.session.max_connections = 1;
    wire_put_hello_of(&w.out, WEFT__KIND_WELCOME, &welcome);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_READY, 0);
    (void)wire_expect(&w, WEFT__KIND_OPEN, wire_ours(&w, 1));
    wire_expect_none(&w);
    assert_int_equal(codes[0], 1);
    assert_int_equal(codes[1], WEFT_EBUSY);
    wire_fini(&w);
    assert_true(codes[0] < 0);
}

static void session_aborted_while_its_root_is_undecided_is_closed(void **state)
{
    /* Goal: whoever is asked about the root may end the session instead; the handshake is over then. */
    (void)state;
    WEFT_RULE("conn.root");
    wire_peer w;
    wire_init(&w, false);
    w.side.keep_pending = true;
    wire_begin(&w);
    wire_put_preamble(&w.out, true);
    wire_put_hello(&w.out, WEFT__KIND_HELLO, true, true);
    wire_flush(&w);
    assert_int_equal(w.side.n_open_asked, 1);
    weft_session_abort(weft_pending_session(w.side.pending));
    wire_run(&w);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    assert_int_equal(weft_pending_drop(w.side.pending), WEFT_EALREADY);
    wire_fini(&w);
}

static void open_refused_within_its_first_frame_is_dropped_to_its_end(void **state)
{
    /* Goal: who drains while the first frame of an Open comes in rejects it, and takes no offence at the rest of it. */
    (void)state;
    WEFT_RULE("frame.fragment");
    WEFT_RULE("session.drain");
    static char pad[2000];
    memset(pad, 'x', sizeof pad);
    weft_metadata_entry entry = weft_metadata_str("pad", weft_str_of(pad, sizeof pad), 0);
    for (size_t first = 1; first < 1024 + 2 * WEFT__FRAME_HEADER; first += 500) {
        wire_peer w;
        wire_bytes whole = { NULL, 0, 0 }, cut = { NULL, 0, 0 };
        weft__open_out open = wire_open_defaults(true);
        open.requested_or_null = open.services;
        open.metadata = (weft_metadata){ &entry, 1 };
        wire_put_open_of(&whole, WEFT__KIND_OPEN, 1, &open);
        (void)wire_put_cut(&cut, WEFT__KIND_OPEN, 1, whole.ptr + WEFT__FRAME_HEADER, whole.len - WEFT__FRAME_HEADER,
                           1024, 0);
        wire_ready(&w, false);
        wire_feed(&w, cut.ptr, WEFT__FRAME_HEADER + first - 1);
        assert_int_equal(weft_session_drain(w.session, WEFT_FOREVER), 0);
        wire_feed(&w, cut.ptr + WEFT__FRAME_HEADER + first - 1, cut.len - WEFT__FRAME_HEADER - first + 1);
        (void)wire_expect(&w, WEFT__KIND_DRAIN, 0);
        wire_expect_end(&w, WEFT__KIND_REJECT, 1, WEFT_CODE_GOING_AWAY, "drain");
        (void)wire_expect(&w, WEFT__KIND_GOODBYE, 0);
        wire_expect_none(&w);
        assert_int_equal(w.side.n_open_asked, 0);
        wire_bytes_free(&whole);
        wire_bytes_free(&cut);
        wire_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(abort_of_a_connection_just_accepted_leaves_the_accept),
        cmocka_unit_test(goodbye_is_answered_behind_an_abort_of_what_is_half_sent),
        cmocka_unit_test(goodbye_answered_behind_an_abort_is_taken),
        cmocka_unit_test(violation_behind_the_own_goodbye_ends_in_time),
        cmocka_unit_test(opens_before_ready_beyond_max_connections_are_busy),
        cmocka_unit_test(session_aborted_while_its_root_is_undecided_is_closed),
        cmocka_unit_test(open_refused_within_its_first_frame_is_dropped_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
