/* Goal: a message that memory refuses while it comes in is answered once, its rest is thrown away, and its place among
 * max_concurrent_requests is free when the counterpart has it back [memory.buffered]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#define KIB ((size_t)1024)

enum { ECHO = 0x1001, HOLD = 0x1002 };

static void ready_with(wire_peer *w, bool initiator, uint64_t max_buffered)
{
    wire_init(w, initiator);
    w->options.max_buffered = max_buffered;
    wire_shake(w);
}

static void request_half_received_is_answered_at_once(void **state)
{
    /* Goal: its rest is thrown away, or its ABORT taken; its id is spent, and its place free again. */
    (void)state;
    WEFT_RULE("memory.buffered");
    for (int aborted = 0; aborted < 2; aborted++) {
        wire_peer w;
        ready_with(&w, false, 50 * KIB);
        wire_open(&w, 1);
        size_t all = wire_put_request_cut(&w.out, 1, 1, ECHO, 300000, 10000, 0);
        w.out.len = 0;
        (void)wire_put_request_cut(&w.out, 1, 1, ECHO, 300000, 10000, 8);
        assert_true(all > 20);
        wire_flush(&w);
        (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
        assert_true(w.alloc.live_bytes < 60 * KIB);
        /* others of the connection wait for the rest, others of the session for nothing */
        wire_open(&w, 3);
        wire_put_request(&w.out, 3, 1, ECHO, 3);
        wire_flush(&w);
        (void)wire_expect_response(&w, 3, 1, WEFT_OUTCOME_OK);
        if (aborted) {
            wire_put(&w.out, WEFT__KIND_REQUEST, WEFT__FLAG_ABORT, 1, NULL, 0);
        } else {
            uint8_t rest[2000] = { 0 };
            wire_put(&w.out, WEFT__KIND_REQUEST, WEFT__FLAG_MORE, 1, rest, sizeof rest);
            wire_put(&w.out, WEFT__KIND_REQUEST, 0, 1, rest, sizeof rest);
        }
        wire_put_request(&w.out, 1, 3, ECHO, 3);
        wire_flush(&w);
        (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_OK);
        wire_put_request(&w.out, 1, 1, ECHO, 3);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_PROTOCOL, "[id.increasing]");
        assert_int_equal(w.side.n_handled, 2);
        wire_fini(&w);
    }
}

static void request_refused_and_aborted_has_no_place(void **state)
{
    /* Goal: who aborts has its place back at once, though the refusal is not out yet, or not taken; the refusal that
     * nobody waits for is not sent. */
    (void)state;
    WEFT_RULE("memory.buffered");
    WEFT_RULE("frame.abort");
    for (int handed = 0; handed < 2; handed++) {
        wire_peer w;
        wire_init(&w, false);
        w.options.max_buffered = 50 * KIB;
        w.options.max_concurrent_requests = 1;
        wire_shake(&w);
        wire_open(&w, 1);
        weft_slice slices[8];
        w.hold_output = true;
        (void)wire_put_request_cut(&w.out, 1, 1, ECHO, 300000, 10000, 8);
        wire_flush(&w);
        assert_true(weft_engine_has_output(w.engine));
        if (handed)
            assert_true(weft_engine_drain(w.engine, slices, 8) > 0);
        wire_put(&w.out, WEFT__KIND_REQUEST, WEFT__FLAG_ABORT, 1, NULL, 0);
        wire_put_request(&w.out, 1, 3, ECHO, 3);
        wire_flush(&w);
        w.hold_output = false;
        wire_run(&w);
        if (handed)
            (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
        (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_OK);
        assert_int_equal(w.side.n_handled, 1);
        wire_expect_alive(&w);
        wire_fini(&w);
    }
}

static void place_of_refused_response_is_taken_until_it_has_come(void **state)
{
    /* Goal: the callee's place is free when the last byte of its response is out: a next request may not come sooner.
     * Likewise where the caller had given up before; an aborted response leaves the place taken until another comes. */
    (void)state;
    WEFT_RULE("memory.buffered");
    WEFT_RULE("call.concurrent");
    for (int variant = 0; variant < 3; variant++) {
        wire_peer w;
        ready_with(&w, true, 50 * KIB);
        uint64_t id = wire_opens(&w);
        weft__open_out accept = wire_open_defaults(!w.options.ids_odd);
        accept.settings.max_concurrent_requests = 1;
        wire_put_open_of(&w.out, WEFT__KIND_ACCEPT, id, &accept);
        wire_flush(&w);
        weft_call handle;
        assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, 0, &handle), 0);
        assert_int_equal(pair_call(&w.side, w.side.opened, PAIR_ECHO, 3, 1, NULL), 0);
        wire_run(&w);
        uint64_t request = wire_expect_request(&w, id);
        wire_bytes whole = { NULL, 0, 0 }, cut = { NULL, 0, 0 };
        wire_put_response(&whole, id, request, 0, 90000);
        size_t n = wire_put_cut(&cut, WEFT__KIND_RESPONSE, id, whole.ptr + WEFT__FRAME_HEADER,
                                whole.len - WEFT__FRAME_HEADER, 10000, 0);
        assert_int_equal(n, 10);
        if (variant == 1) {
            assert_int_equal(weft_call_cancel(handle), 0);
            wire_run(&w);
            (void)wire_expect(&w, WEFT__KIND_CANCEL, id);
        }
        size_t all_but_one = 9 * (size_t)(10000 + WEFT__FRAME_HEADER);
        wire_feed(&w, cut.ptr, all_but_one);
        assert_int_equal(w.side.done_times[0], 1);
        assert_int_equal(w.side.results[0].code, variant == 1 ? WEFT_ECANCELED : WEFT_ENOMEM);
        assert_true(w.side.results[0].may_have_run);
        wire_expect_none(&w);
        if (variant == 2) {
            wire_put(&w.out, WEFT__KIND_RESPONSE, WEFT__FLAG_ABORT, id, NULL, 0);
            wire_flush(&w);
            wire_expect_none(&w);
            wire_put_response(&w.out, id, request, 0, 3);
            wire_flush(&w);
        } else {
            wire_feed(&w, cut.ptr + all_but_one, cut.len - all_but_one);
        }
        wire_put_response(&w.out, id, wire_expect_request(&w, id), 0, 3);
        wire_flush(&w);
        assert_int_equal(w.side.results[1].code, 0);
        assert_int_equal(w.side.done_times[0], 1);
        wire_expect_alive(&w);
        wire_bytes_free(&whole);
        wire_bytes_free(&cut);
        weft_connection_release(w.side.opened);
        wire_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_half_received_is_answered_at_once),
        cmocka_unit_test(request_refused_and_aborted_has_no_place),
        cmocka_unit_test(place_of_refused_response_is_taken_until_it_has_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
