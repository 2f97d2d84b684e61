/* Connections that close: behind data or at once, from both sides, for want of a user; what it says of calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdlib.h>

enum { ECHO = 0x1001, HOLD = 0x1002 };

static weft__close read_close(wire_peer *w, uint64_t id)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_CLOSE, id);
    weft__close close;
    assert_int_equal(weft__close_decode(frame.body, &close), 0);
    return close;
}

/* A session whose application decides on opens with on_open. */
static void ready_with(wire_peer *w, int (*on_open)(void *user, weft_session *session, weft_pending pending))
{
    wire_init(w, false);
    w->decide = on_open;
    wire_shake(w);
}

/* ---- Close
 * ------------------------------------------------------------------------------------------------------------------ */

static int accept_and_let_go(void *user, weft_session *session, weft_pending pending)
{
    weft_connection *connection;
    (void)user;
    (void)session;
    int status = weft_pending_accept(pending, NULL, &connection);
    weft_connection_release(connection);
    return status;
}

static int accept_for_nobody(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    return weft_pending_accept(pending, NULL, NULL);
}

static void accepted_and_dropped_at_once_accept_then_close(void **state)
{
    /* Goal: a connection that nobody uses or serves is closed, and the opener sees both, in this order. */
    (void)state;
    WEFT_RULE("conn.liveness");
    WEFT_RULE("conn.close");
    for (int i = 0; i < 2; i++) {
        wire_peer w;
        ready_with(&w, i ? accept_for_nobody : accept_and_let_go);
        wire_put_open(&w.out, WEFT__KIND_OPEN, 1, true);
        wire_flush(&w);
        (void)wire_expect(&w, WEFT__KIND_ACCEPT, 1);
        assert_int_equal(read_close(&w, 1).code, WEFT_CODE_NONE);
        wire_expect_alive(&w);
        wire_fini(&w);
    }
}

static void connection_without_user_lives_for_its_calls(void **state)
{
    /* Goal: the last caller gone, a call in flight either way keeps a connection, and its end closes it. */
    (void)state;
    WEFT_RULE("conn.liveness");
    wire_peer w;
    wire_init(&w, true);
    w.side.serves = NULL;
    wire_shake(&w);
    uint64_t id = wire_opens_accepted(&w);
    assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, 0, NULL), 0);
    weft_connection_release(w.side.opened);
    wire_run(&w);
    uint64_t request = wire_expect_request(&w, id);
    wire_expect_none(&w);
    wire_put_response(&w.out, id, request, 0, 3);
    wire_flush(&w);
    assert_int_equal(w.side.results[0].code, 0);
    assert_int_equal(read_close(&w, id).code, WEFT_CODE_NONE);
    wire_expect_alive(&w);
    id = wire_opens_accepted(&w);
    weft_connection_release(w.side.opened);
    wire_run(&w);
    assert_int_equal(read_close(&w, id).code, WEFT_CODE_NONE);
    wire_fini(&w);
}

static void both_close_at_once_each_succeeds(void **state)
{
    /* Goal: two Closes that cross are no error; each side's callbacks come once; a stale handle sends nothing. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.close");
    wire_ready(&w, false);
    wire_open(&w, 1);
    assert_int_equal(weft_connection_close(w.accepted, 400, "mine"), 0);
    assert_int_equal(weft_connection_close(w.accepted, 400, "mine"), WEFT_EALREADY);
    assert_int_equal(weft_connection_abort(w.accepted, 400, "mine"), WEFT_EALREADY);
    wire_put_close(&w.out, 1, 500, 0);
    wire_run(&w);
    assert_int_equal(read_close(&w, 1).code, 400);
    wire_flush(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_conn_closed, 1);
    assert_int_equal(w.side.n_serve_closed, 1);
    assert_int_equal(weft_connection_close(w.accepted, 0, NULL), WEFT_EALREADY);
    assert_null(weft_connection_session(w.accepted));
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 1, 0, NULL), WEFT_ECLOSED);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void close_behind_what_was_sent_abort_in_front(void **state)
{
    /* Goal: Close keeps its place behind data; an abort drops what waits, and aborts what is half sent. */
    (void)state;
    WEFT_RULE("conn.close");
    WEFT_RULE("frame.abort");
    for (int aborts = 0; aborts < 2; aborts++) {
        wire_peer w;
        wire_frame frame;
        size_t n = 0;
        wire_init(&w, false);
        w.peer_window = 128 * 1024;
        wire_shake(&w);
        wire_open(&w, 1);
        wire_put_request(&w.out, 1, 1, HOLD, 1);
        wire_flush(&w);
        static uint8_t zeros[150000];
        weft_bytes value = weft_bytes_of(zeros, sizeof zeros);
        assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), 0);
        wire_run(&w);
        if (aborts)
            assert_int_equal(weft_connection_abort(w.accepted, 300, "now"), 0);
        else
            assert_int_equal(weft_connection_close(w.accepted, 300, "in order"), 0);
        wire_run(&w);
        while (wire_next(&w, &frame) && frame.kind == WEFT__KIND_RESPONSE && frame.flags == WEFT__FLAG_MORE)
            n++;
        assert_true(n > 0);
        if (!aborts) {
            wire_expect_none(&w);
            wire_put_number(&w.out, WEFT__KIND_WINDOW, 1, 100000);
            wire_flush(&w);
            while (wire_next(&w, &frame) && frame.flags == WEFT__FLAG_MORE)
                continue;
        }
        assert_int_equal(frame.kind, WEFT__KIND_RESPONSE);
        assert_int_equal(frame.flags, aborts ? WEFT__FLAG_ABORT : 0);
        assert_int_equal(read_close(&w, 1).code, 300);
        wire_expect_alive(&w);
        assert_int_equal(w.side.n_conn_closed, 1);
        wire_fini(&w);
    }
}

static void close_not_taken_in_5_s_drops_what_is_before_it(void **state)
{
    /* Goal: after close_timeout a Close goes at once. */
    wire_peer w;
    wire_frame frame;
    (void)state;
    WEFT_RULE("conn.close");
    wire_init(&w, false);
    w.peer_window = 128 * 1024;
    wire_shake(&w);
    wire_open(&w, 1);
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 10, 0, NULL), 0);
    wire_put_request(&w.out, 1, 1, HOLD, 1);
    wire_flush(&w);
    static uint8_t zeros[150000];
    weft_bytes value = weft_bytes_of(zeros, sizeof zeros);
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), 0);
    wire_run(&w);
    assert_int_equal(weft_connection_close(w.accepted, 300, NULL), 0);
    wire_run(&w);
    while (wire_next(&w, &frame))
        continue;
    assert_int_equal(w.side.results[0].code, WEFT_ECONNCLOSED);
    wire_advance(&w, WEFT_CLOSE_TIMEOUT_DEFAULT - 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    frame = wire_expect(&w, WEFT__KIND_RESPONSE, 1);
    assert_int_equal(frame.flags, WEFT__FLAG_ABORT);
    assert_int_equal(read_close(&w, 1).code, 300);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void close_says_last_request_what_follows_is_dropped(void **state)
{
    /* Goal: last_request is the highest that reached a handler here; later ones never run, and the caller is told. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.close");
    WEFT_RULE("call.outcomes");
    wire_ready(&w, false);
    wire_open(&w, 1);
    wire_put_request(&w.out, 1, 1, HOLD, 1);
    wire_put_request(&w.out, 1, 5, HOLD, 1);
    wire_flush(&w);
    w.hold_output = true;
    assert_int_equal(weft_connection_close(w.accepted, 300, NULL), 0);
    wire_put_request(&w.out, 1, 7, HOLD, 1);
    wire_flush(&w);
    w.hold_output = false;
    wire_run(&w);
    assert_int_equal(read_close(&w, 1).last_request, 5);
    assert_int_equal(w.side.n_handled, 2);
    assert_int_equal(w.side.n_cancelled, 2);

    wire_open(&w, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 1, i, NULL), 0);
    wire_run(&w);
    wire_put_close(&w.out, 3, 300, wire_expect_request(&w, 3));
    wire_flush(&w);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(w.side.done_times[i], 1);
        assert_int_equal(w.side.results[i].code, WEFT_ECONNCLOSED);
        assert_int_equal(w.side.results[i].may_have_run, i == 0);
    }
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_and_dropped_at_once_accept_then_close),
        cmocka_unit_test(connection_without_user_lives_for_its_calls),
        cmocka_unit_test(both_close_at_once_each_succeeds),
        cmocka_unit_test(close_behind_what_was_sent_abort_in_front),
        cmocka_unit_test(close_not_taken_in_5_s_drops_what_is_before_it),
        cmocka_unit_test(close_says_last_request_what_follows_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
