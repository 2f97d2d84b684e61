/* Calls: places, cancelling, deadlines, outcomes, what certainly did not run, metadata; from both ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdlib.h>

enum { ECHO = 0x1001, HOLD = 0x1002 };

/* A session with connection 1, opened by the test, which takes `places` requests at once there. */
static void begin(wire_peer *w, uint32_t places)
{
    wire_ready(w, false);
    weft__open_out open = wire_open_defaults(true);
    open.settings.max_concurrent_requests = places;
    open.requested_or_null = open.services;
    wire_put_open_of(&w->out, WEFT__KIND_OPEN, 1, &open);
    wire_flush(w);
    (void)wire_expect(w, WEFT__KIND_ACCEPT, 1);
}

/* Calls without a time limit, noted under index. */
static weft_call call(wire_peer *w, int index)
{
    weft_call_options options = weft_call_options_default();
    weft_call handle;
    options.timeout_ns = WEFT_FOREVER;
    assert_int_equal(pair_call_with(&w->side, w->accepted, PAIR_ECHO, 3, index, &options, &handle), 0);
    wire_run(w);
    return handle;
}

static void answer(wire_peer *w, uint64_t request_id, uint8_t outcome)
{
    wire_put_response(&w->out, 1, request_id, outcome, 3);
    wire_flush(w);
}

static uint64_t read_cancel(wire_peer *w)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_CANCEL, 1);
    uint64_t id = 0;
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &id), 0);
    return id;
}

static void assert_ended(const wire_peer *w, int index, int code, weft_outcome outcome, bool may_have_run)
{
    assert_int_equal(w->side.done_times[index], 1);
    assert_int_equal(w->side.results[index].code, code);
    assert_int_equal(w->side.results[index].outcome, outcome);
    assert_int_equal(w->side.results[index].may_have_run, may_have_run);
}

/* ---- places
 * ------------------------------------------------------------------------------------------------------------ */

static void calls_beyond_the_counterparts_limit_wait_in_line(void **state)
{
    /* Goal: never more are on the wire than the counterpart takes; the others follow in order as places become free. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.concurrent");
    WEFT_RULE("id.increasing");
    begin(&w, 2);
    for (int i = 0; i < 5; i++)
        (void)call(&w, i);
    assert_int_equal(wire_expect_request(&w, 1), 2);
    assert_int_equal(wire_expect_request(&w, 1), 4);
    wire_expect_none(&w);
    answer(&w, 4, 0);
    assert_int_equal(w.side.done_times[1], 1);
    assert_int_equal(wire_expect_request(&w, 1), 6);
    wire_expect_none(&w);
    answer(&w, 2, 0);
    answer(&w, 6, 0);
    assert_int_equal(wire_expect_request(&w, 1), 8);
    assert_int_equal(wire_expect_request(&w, 1), 10);
    answer(&w, 10, 0);
    answer(&w, 8, 0);
    assert_int_equal(w.side.n_done, 5);
    wire_fini(&w);
}

static void calls_waiting_at_limit_next_is_busy(void **state)
{
    /* Goal: 1,024 may wait; one more is refused at once, and what waited ends with its connection, unsent. */
    wire_peer w;
    pair_echo_args args = { { (const uint8_t *)"", 0 } };
    (void)state;
    WEFT_RULE("call.concurrent");
    begin(&w, 1);
    for (uint32_t i = 0; i < WEFT_QUEUED_CALLS_MAX + 1; i++)
        assert_int_equal(weft_gen_call(w.accepted, &pair_service, PAIR_ECHO, &args, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 3, 0, NULL), WEFT_EBUSY);
    wire_run(&w);
    (void)wire_expect_request(&w, 1);
    wire_expect_none(&w);
    answer(&w, 2, 0);
    (void)call(&w, 1);
    wire_put_close(&w.out, 1, 0, 0);
    wire_flush(&w);
    assert_ended(&w, 1, WEFT_ECONNCLOSED, WEFT_OUTCOME_NONE, false);
    wire_fini(&w);
}

static void call_too_long_in_line_ended_unsent(void **state)
{
    /* Goal: queue_timeout, or the deadline where that is earlier, ends a call in line; nothing of it is sent, then or
     * later. */
    wire_peer w;
    weft_call_options options = weft_call_options_default();
    (void)state;
    WEFT_RULE("call.concurrent");
    WEFT_RULE("call.deadline");
    begin(&w, 1);
    (void)call(&w, 0);
    (void)call(&w, 1);
    options.timeout_ns = WEFT_NS_PER_S;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 3, 2, &options, NULL), 0);
    wire_advance(&w, WEFT_NS_PER_S);
    assert_ended(&w, 2, WEFT_ETIMEDOUT, WEFT_OUTCOME_NONE, false);
    wire_advance(&w, WEFT_QUEUE_TIMEOUT_DEFAULT - WEFT_NS_PER_S - 1);
    assert_int_equal(w.side.done_times[1], 0);
    wire_advance(&w, 1);
    assert_ended(&w, 1, WEFT_ETIMEDOUT, WEFT_OUTCOME_NONE, false);
    assert_int_equal(w.side.results[1].attempts, 0);
    assert_int_equal(wire_expect_request(&w, 1), 2);
    answer(&w, 2, 0);
    assert_ended(&w, 0, 0, WEFT_OUTCOME_OK, true);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void slot_of_answered_request_free_with_its_last_byte(void **state)
{
    /* Goal: at the limit, a request is an overrun until the conduit has taken the last byte of a response, and is none
     * from then on: before its caller can know. */
    (void)state;
    WEFT_RULE("call.concurrent");
    for (size_t short_of = 0; short_of < 2; short_of++) {
        wire_peer w;
        weft_slice slices[16];
        size_t len = 0;
        wire_init(&w, false);
        w.options.max_concurrent_requests = 1;
        wire_shake(&w);
        wire_open(&w, 1);
        w.hold_output = true;
        wire_put_request(&w.out, 1, 1, ECHO, 3000);
        wire_flush(&w);
        size_t n = weft_engine_drain(w.engine, slices, 16);
        for (size_t i = 0; i < n; i++)
            len += slices[i].len;
        weft_engine_drained(w.engine, len - short_of, w.now_ns);
        wire_put_request(&w.out, 1, 3, ECHO, 3000);
        wire_flush(&w);
        assert_int_equal(w.side.n_handled, 2 - (int)short_of);
        assert_int_equal(w.side.n_conn_closed, (int)short_of);
        wire_fini(&w);
    }
}

static void requests_beyond_own_limit_zero_each_is_one_too_many(void **state)
{
    /* Goal: who takes no requests says so, and a request to it is a violation. */
    wire_peer w;
    weft__open accept;
    (void)state;
    WEFT_RULE("call.concurrent");
    wire_init(&w, false);
    w.options.max_concurrent_requests = 0;
    wire_shake(&w);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 1, true);
    wire_flush(&w);
    wire_frame frame = wire_expect(&w, WEFT__KIND_ACCEPT, 1);
    assert_int_equal(weft__open_decode(frame.body, &accept), 0);
    assert_int_equal(accept.settings.max_concurrent_requests, 0);
    wire_put_request(&w.out, 1, 1, ECHO, 1);
    wire_flush(&w);
    wire_expect_end(&w, WEFT__KIND_CLOSE, 1, WEFT_CODE_PROTOCOL, "[call.concurrent]");
    wire_fini(&w);
}

/* ---- cancelling
 * ------------------------------------------------------------------------------------------------------------ */

static void call_cancelled_told_at_once_place_taken_until_response(void **state)
{
    /* Goal: Cancel goes out, the callback comes once; the place is free with the response, which tells nobody. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.cancel");
    begin(&w, 1);
    weft_call first = call(&w, 0);
    (void)call(&w, 1);
    assert_int_equal(wire_expect_request(&w, 1), 2);
    assert_int_equal(weft_call_cancel(first), 0);
    assert_int_equal(weft_call_cancel(first), WEFT_EALREADY);
    assert_int_equal(w.side.n_done, 0); /* only dispatch tells */
    wire_run(&w);
    assert_ended(&w, 0, WEFT_ECANCELED, WEFT_OUTCOME_NONE, true);
    assert_int_equal(read_cancel(&w), 2);
    wire_expect_none(&w);
    answer(&w, 2, 0);
    assert_int_equal(w.side.done_times[0], 1);
    assert_int_equal(wire_expect_request(&w, 1), 4);
    answer(&w, 2, 0); /* late: dropped */
    wire_expect_alive(&w);
    answer(&w, 4, 0);
    assert_ended(&w, 1, 0, WEFT_OUTCOME_OK, true);
    assert_int_equal(weft_call_cancel(first), WEFT_EALREADY);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void call_cancelled_before_it_is_sent_nothing_goes_out(void **state)
{
    /* Goal: a request that waits is removed; no Cancel, and its id is not missed. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.cancel");
    WEFT_RULE("frame.order");
    begin(&w, 10);
    w.hold_output = true;
    weft_call first = call(&w, 0);
    (void)call(&w, 1);
    assert_int_equal(weft_call_cancel(first), 0);
    wire_run(&w);
    assert_ended(&w, 0, WEFT_ECANCELED, WEFT_OUTCOME_NONE, false);
    w.hold_output = false;
    wire_run(&w);
    assert_int_equal(wire_expect_request(&w, 1), 4);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void call_cancelled_against_response_first_counts(void **state)
{
    /* Goal: the caller sees whichever came first, once. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.cancel");
    begin(&w, 10);
    weft_call first = call(&w, 0);
    (void)wire_expect_request(&w, 1);
    wire_put_response(&w.out, 1, 2, 0, 3);
    size_t consumed;
    uint8_t *bytes = malloc(w.out.len);
    memcpy(bytes, w.out.ptr, w.out.len);
    assert_int_equal(weft_engine_feed(w.engine, bytes, w.out.len, w.now_ns, &consumed), 0);
    assert_int_equal(weft_call_cancel(first), WEFT_EALREADY);
    (void)weft_engine_dispatch(w.engine, w.now_ns, SIZE_MAX);
    free(bytes);
    w.out.len = 0;
    assert_ended(&w, 0, 0, WEFT_OUTCOME_OK, true);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void request_cancelled_handler_is_told_and_may_answer(void **state)
{
    /* Goal: the handler hears of it once; its answer, or its letting go, is the one response. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.cancel");
    WEFT_RULE("call.response");
    begin(&w, 10);
    wire_put_request(&w.out, 1, 1, HOLD, 1);
    wire_put_request(&w.out, 1, 3, HOLD, 1);
    wire_put_request(&w.out, 1, 5, ECHO, 1);
    wire_flush(&w);
    (void)wire_expect_response(&w, 1, 5, 0);
    for (uint64_t id = 1; id <= 5; id += 2) /* 5 is finished: ignored */
        for (int twice = 0; twice < 2; twice++)
            wire_put_number(&w.out, WEFT__KIND_CANCEL, 1, id);
    wire_flush(&w);
    assert_int_equal(w.side.n_cancelled, 2);
    assert_true(weft_call_is_cancelled(w.side.held[0]));
    wire_expect_alive(&w);
    weft_bytes value = weft_bytes_of("abc", 3);
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), 0);
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), WEFT_EALREADY);
    assert_int_equal(weft_call_drop(w.side.held[1]), 0);
    assert_int_equal(weft_call_drop(w.side.held[1]), WEFT_EALREADY);
    wire_run(&w);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_OK);
    (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_CANCELLED);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void request_cancelled_before_dispatch_never_runs(void **state)
{
    /* Goal: a Cancel right behind its Request spares the handler, and is answered. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.cancel");
    begin(&w, 10);
    wire_put_request(&w.out, 1, 1, HOLD, 1);
    wire_put_number(&w.out, WEFT__KIND_CANCEL, 1, 1);
    wire_flush(&w);
    assert_int_equal(w.side.n_handled, 0);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_CANCELLED);
    wire_expect_alive(&w);
    wire_fini(&w);
}

/* ---- deadlines
 * -------------------------------------------------------------------------------------------------------------- */

static uint32_t timeout_on_wire(wire_peer *w, uint64_t timeout_ns)
{
    weft_call_options options = weft_call_options_default();
    weft__request request;
    options.timeout_ns = timeout_ns;
    assert_int_equal(weft_gen_call(w->accepted, &pair_service, PAIR_ECHO,
                                   &(pair_echo_args){ { (const uint8_t *)"", 0 } }, &options, NULL, NULL, NULL),
                     0);
    wire_run(w);
    wire_frame frame = wire_expect(w, WEFT__KIND_REQUEST, 1);
    assert_int_equal(weft__request_decode(frame.body, &request), 0);
    return request.timeout_ms;
}

static void timeout_travels_rounded_up(void **state)
{
    /* Goal: 0.4 ms travels as 1, none as 0, the default as what it is. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.deadline");
    begin(&w, 100);
    assert_int_equal(timeout_on_wire(&w, 400000), 1);
    assert_int_equal(timeout_on_wire(&w, 1), 1);
    assert_int_equal(timeout_on_wire(&w, 7 * WEFT_NS_PER_MS), 7);
    assert_int_equal(timeout_on_wire(&w, 7 * WEFT_NS_PER_MS + 1), 8);
    assert_int_equal(timeout_on_wire(&w, WEFT_FOREVER), 0);
    assert_int_equal(timeout_on_wire(&w, WEFT_TIMEOUT_DEFAULT), 30000);
    wire_fini(&w);
}

static void deadline_passes_caller_told_cancel_sent(void **state)
{
    /* Goal: at the deadline the call ends and its callee is told; a call that has no time is not sent at all. */
    wire_peer w;
    weft_call_options options = weft_call_options_default();
    (void)state;
    WEFT_RULE("call.deadline");
    WEFT_RULE("call.cancel");
    begin(&w, 10);
    options.timeout_ns = 5 * WEFT_NS_PER_MS;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 3, 0, &options, NULL), 0);
    options.timeout_ns = 0;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 3, 1, &options, NULL), 0);
    wire_run(&w);
    assert_ended(&w, 1, WEFT_ETIMEDOUT, WEFT_OUTCOME_NONE, false);
    assert_int_equal(wire_expect_request(&w, 1), 2);
    wire_expect_none(&w);
    wire_advance(&w, 5 * WEFT_NS_PER_MS - 1);
    assert_int_equal(w.side.done_times[0], 0);
    wire_advance(&w, 1);
    assert_ended(&w, 0, WEFT_ETIMEDOUT, WEFT_OUTCOME_NONE, true);
    assert_int_equal(read_cancel(&w), 2);
    answer(&w, 2, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void deadline_of_request_passes_answered_once(void **state)
{
    /* Goal: a handler whose time is over is told, and the runtime answers for it; its own answer comes too late. */
    wire_peer w;
    wire_bytes frame = { NULL, 0, 0 };
    (void)state;
    WEFT_RULE("call.deadline");
    WEFT_RULE("call.response");
    begin(&w, 10);
    wire_put_request(&frame, 1, 1, HOLD, 1);
    frame.ptr[WEFT__FRAME_HEADER + 5] = 50; /* [1, 0xcd 0x10 0x02, timeout_ms, … */
    wire_feed(&w, frame.ptr, frame.len);
    assert_int_equal(w.side.n_held, 1);
    assert_int_equal(weft_call_remaining_ns(w.side.held[0]), 50 * WEFT_NS_PER_MS);
    wire_advance(&w, 50 * WEFT_NS_PER_MS - 1);
    assert_int_equal(weft_call_remaining_ns(w.side.held[0]), 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    assert_int_equal(w.side.n_cancelled, 1);
    weft_bytes value = weft_bytes_of("abc", 3);
    assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), WEFT_EALREADY);
    wire_expect_alive(&w);
    wire_bytes_free(&frame);
    wire_fini(&w);
}

/* ---- outcomes
 * ----------------------------------------------------------------------------------------------------------------- */

static void outcome_of_each_kind_its_code_and_certainty(void **state)
{
    /* Goal: each outcome has its error, its text, and says whether something may have run; an unknown one is internal.
     */
    static const struct {
        int code, told;
        uint8_t outcome;
        bool may_have_run;
    } cases[] = {
        { WEFT_ENOSYS, 2, 2, false },        { WEFT_EBADMSG, 3, 3, false },  { WEFT_ECANCELED, 4, 4, true },
        { WEFT_EINDETERMINATE, 5, 5, true }, { WEFT_ETIMEDOUT, 6, 6, true }, { WEFT_EUNAVAILABLE, 7, 7, false },
        { WEFT_EEXHAUSTED, 8, 8, false },    { WEFT_EREMOTE, 9, 9, true },   { WEFT_ECONFLICT, 10, 10, true },
        { WEFT_EREMOTE, 9, 11, true },       { WEFT_EREMOTE, 9, 255, true },
    };
    wire_peer w;
    (void)state;
    WEFT_RULE("call.outcomes");
    begin(&w, 100);
    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) {
        (void)call(&w, i);
        answer(&w, wire_expect_request(&w, 1), cases[i].outcome);
        assert_ended(&w, i, cases[i].code, (weft_outcome)cases[i].told, cases[i].may_have_run);
        assert_string_equal(w.side.texts[i], "a text");
    }
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void request_that_cannot_run_fails_alone(void **state)
{
    /* Goal: an unknown method, args that do not decode or nest too deeply, and channels nobody declared fail that call.
     */
    static const struct {
        const char *args;
        size_t len;
        uint64_t method;
        uint8_t outcome;
    } cases[] = {
        { "\x91\xc4\x00", 3, 99, WEFT_OUTCOME_UNKNOWN_METHOD },
        { "\x91\xc0", 2, ECHO, WEFT_OUTCOME_INVALID_PAYLOAD },
        { "\x90", 1, ECHO, WEFT_OUTCOME_INVALID_PAYLOAD },
        { "\x91\xd4\x05\x00", 4, ECHO, WEFT_OUTCOME_INVALID_PAYLOAD },
    };
    wire_peer w;
    weft_metadata none = { NULL, 0 };
    (void)state;
    WEFT_RULE("call.errors");
    begin(&w, 10);
    wire_put_request(&w.out, 1, 1, HOLD, 1);
    for (size_t i = 0; i <= sizeof cases / sizeof *cases; i++) {
        bool deep = i == sizeof cases / sizeof *cases;
        weft_writer *writer;
        uint8_t head[WEFT__REQUEST_HEAD_MAX], nest[100];
        uint64_t method = deep ? ECHO : cases[i].method;
        size_t len = weft__request_head_write(head + sizeof head, 2 * i + 3, method, 0);
        memset(nest, 0x91, 99);
        nest[99] = 0xc0;
        assert_int_equal(weft_writer_new(NULL, 1000, &writer), 0);
        weft__write_raw(writer, weft_bytes_of(head + sizeof head - len, len));
        weft__write_raw(writer, deep ? weft_bytes_of(nest, 100) : weft_bytes_of(cases[i].args, cases[i].len));
        weft__request_tail_encode(writer, NULL, 0, none);
        wire_put(&w.out, WEFT__KIND_REQUEST, 0, 1, weft_writer_bytes(writer).ptr, weft_writer_bytes(writer).len);
        weft_writer_free(writer);
        wire_flush(&w);
        weft_bytes text =
            wire_expect_response(&w, 1, 2 * i + 3, deep ? WEFT_OUTCOME_INVALID_PAYLOAD : cases[i].outcome);
        assert_true(text.len > 1); /* a text, whatever the method */
    }
    wire_put(&w.out, WEFT__KIND_REQUEST, 0, 1, "\x96\x31\xcd\x10\x01\x00\x91\xc4\x00\x91\x92\x01\x05\x90", 14);
    wire_flush(&w);
    (void)wire_expect_response(&w, 1, 0x31, WEFT_OUTCOME_INVALID_PAYLOAD);
    assert_int_equal(w.side.n_handled, 1);
    assert_int_equal(w.side.n_cancelled, 0);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void response_value_undecodable_fails_that_call(void **state)
{
    /* Goal: an ok whose value is no value of the type fails its call alone, and may have run. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.errors");
    begin(&w, 10);
    (void)call(&w, 0);
    (void)call(&w, 1);
    wire_put(&w.out, WEFT__KIND_RESPONSE, 0, 1, "\x93\x02\x00\xa1x", 5);
    wire_flush(&w);
    assert_ended(&w, 0, WEFT_EBADMSG, WEFT_OUTCOME_OK, true);
    answer(&w, 4, 0);
    assert_ended(&w, 1, 0, WEFT_OUTCOME_OK, true);
    wire_fini(&w);
}

static void call_dropped_or_failed_by_handler_one_outcome(void **state)
{
    /* Goal: what a handler does not answer is internal; what it fails is what it says; never two. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.response");
    begin(&w, 10);
    wire_put_request(&w.out, 1, 1, HOLD, 1);
    wire_put_request(&w.out, 1, 3, HOLD, 1);
    wire_flush(&w);
    assert_int_equal(weft_call_drop(w.side.held[0]), 0);
    assert_int_equal(weft_call_fail(w.side.held[0], WEFT_OUTCOME_INTERNAL, "x"), WEFT_EALREADY);
    assert_int_equal(weft_call_fail(w.side.held[1], WEFT_OUTCOME_UNKNOWN_METHOD, "x"), WEFT_EINVAL);
    assert_int_equal(weft_call_fail(w.side.held[1], WEFT_OUTCOME_DEADLINE_EXCEEDED, "x"), 0);
    assert_int_equal(weft_call_drop(w.side.held[1]), WEFT_EALREADY);
    wire_run(&w);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_INTERNAL);
    (void)wire_expect_response(&w, 1, 3, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void session_lost_what_was_not_handed_out_did_not_run(void **state)
{
    /* Goal: a call of which the conduit was given a byte may have run; one that was not certainly did not. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.outcomes");
    begin(&w, 10);
    (void)call(&w, 0);
    w.hold_output = true;
    (void)call(&w, 1);
    wire_disconnect(&w, WEFT_ECONNRESET);
    assert_ended(&w, 0, WEFT_ECONNRESET, WEFT_OUTCOME_NONE, true);
    assert_ended(&w, 1, WEFT_ECONNRESET, WEFT_OUTCOME_NONE, false);
    wire_fini(&w);
}

/* ---- metadata
 * --------------------------------------------------------------------------------------------------------------------
 */

static void metadata_of_call_travels_within_limits(void **state)
{
    /* Goal: 64 entries go along, 65 or reserved keys do not; flags that nobody knows are kept. */
    wire_peer w;
    weft_metadata_entry entries[WEFT_METADATA_ENTRIES_MAX + 1];
    weft__request request;
    weft_call_options options = weft_call_options_default();
    (void)state;
    WEFT_RULE("call.metadata");
    begin(&w, 10);
    for (size_t i = 0; i < WEFT_METADATA_ENTRIES_MAX + 1; i++)
        entries[i] = weft_metadata_u64("n", i, i == 0 ? 0x80 | WEFT_METADATA_SENSITIVE : 0);
    weft_metadata metadata = { entries, WEFT_METADATA_ENTRIES_MAX + 1 };
    options.metadata = &metadata;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 1, 0, &options, NULL), WEFT_EINVAL);
    metadata.n--;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 1, 0, &options, NULL), 0);
    wire_run(&w);
    wire_frame frame = wire_expect(&w, WEFT__KIND_REQUEST, 1);
    assert_int_equal(weft__request_decode(frame.body, &request), 0);
    assert_int_equal(request.metadata.n, WEFT_METADATA_ENTRIES_MAX);
    weft_metadata_entry first;
    assert_true(weft__metadata_peek(request.metadata, WEFT_STR("n"), &first));
    assert_int_equal(first.flags, 0x80 | WEFT_METADATA_SENSITIVE);
    entries[3] = weft_metadata_u64("weft-hops", 1, 0);
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 1, 1, &options, NULL), WEFT_EINVAL);
    assert_int_equal(w.side.n_done, 0);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_beyond_the_counterparts_limit_wait_in_line),
        cmocka_unit_test(calls_waiting_at_limit_next_is_busy),
        cmocka_unit_test(call_too_long_in_line_ended_unsent),
        cmocka_unit_test(slot_of_answered_request_free_with_its_last_byte),
        cmocka_unit_test(requests_beyond_own_limit_zero_each_is_one_too_many),
        cmocka_unit_test(call_cancelled_told_at_once_place_taken_until_response),
        cmocka_unit_test(call_cancelled_before_it_is_sent_nothing_goes_out),
        cmocka_unit_test(call_cancelled_against_response_first_counts),
        cmocka_unit_test(request_cancelled_handler_is_told_and_may_answer),
        cmocka_unit_test(request_cancelled_before_dispatch_never_runs),
        cmocka_unit_test(timeout_travels_rounded_up),
        cmocka_unit_test(deadline_passes_caller_told_cancel_sent),
        cmocka_unit_test(deadline_of_request_passes_answered_once),
        cmocka_unit_test(outcome_of_each_kind_its_code_and_certainty),
        cmocka_unit_test(request_that_cannot_run_fails_alone),
        cmocka_unit_test(response_value_undecodable_fails_that_call),
        cmocka_unit_test(call_dropped_or_failed_by_handler_one_outcome),
        cmocka_unit_test(session_lost_what_was_not_handed_out_did_not_run),
        cmocka_unit_test(metadata_of_call_travels_within_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
