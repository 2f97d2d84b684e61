/* Goal: what is counted and what is not, when it is acknowledged, and what becomes of a count that is not true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/hostile.h"
#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

enum { ECHO = 0x1001, HOLD = 0x1002 };

#define S WEFT_NS_PER_S

/* Ready, with connection 1 open, all of which is acknowledged on both sides. */
static void begin(wire_peer *w, bool initiator)
{
    wire_survivor_ready(w, initiator);
    wire_open(w, wire_theirs(w, 1));
    wire_put_number(&w->out, WEFT__KIND_ACK, 0, w->received);
    wire_flush(w);
    wire_advance(w, S);
    wire_skip(w);
}

static uint64_t expect_ack(wire_peer *w)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_ACK, 0);
    uint64_t received = 0;
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &received), 0);
    assert_int_equal(received, w->sent);
    return received;
}

/* ---- what counts ---- */

static void what_was_received_is_told_in_the_handshake(void **state)
{
    /* Goal: Drain and kinds from 16 on, those that are skipped too; nothing else, and no half a frame. Over several
     * conduits. */
    (void)state;
    WEFT_RULE("resume.count");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        for (int round = 0; round < 3; round++) {
            uint64_t before = w.sent;
            wire_put_number(&w.out, WEFT__KIND_PING, 0, 1);
            wire_put_number(&w.out, WEFT__KIND_PONG, 0, 1);
            wire_put_number(&w.out, WEFT__KIND_ACK, 0, w.received);
            wire_flush(&w);
            assert_int_equal(w.sent, before);
            wire_put(&w.out, 200, 0, 0, "anything", 8);
            wire_put(&w.out, 255, 0, conn, "", 0);
            wire_put_request(&w.out, conn, 1 + 2 * (uint64_t)round, ECHO, 10);
            if (round == 2)
                wire_put(&w.out, WEFT__KIND_DRAIN, 0, 0, "\x91\xa0", 2);
            wire_flush(&w);
            assert_true(w.sent > before + 58);
            wire_skip(&w);
            wire_put(&w.out, 201, 0, 0, "half of it is lost", 18);
            wire_feed(&w, w.out.ptr, (size_t)(round == 0 ? 5 : round == 1 ? 16 : 20));
            wire_cut(&w);
            wire_resume(&w); /* asserts the count */
            wire_expect_alive(&w);
            wire_put(&w.out, 201, 0, 0, "half of it is lost", 18);
            wire_flush(&w);
        }
        assert_int_equal(w.side.n_handled, 3);
        assert_int_equal(w.side.n_draining, 1);
        wire_survivor_fini(&w);
    }
}

static void what_was_sent_and_is_not_counted_is_not_said_again(void **state)
{
    /* Goal: a Pong and an Ack that were lost are not repeated; a counted frame among them is. */
    (void)state;
    WEFT_RULE("resume.count");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        wire_put_number(&w.out, WEFT__KIND_PING, 0, 1);
        wire_put_request(&w.out, conn, 1, ECHO, 10);
        wire_put_number(&w.out, WEFT__KIND_PING, 0, 2);
        wire_flush(&w);
        wire_advance(&w, S); /* an Ack too */
        wire_cut(&w);
        wire_resume(&w);
        (void)wire_expect_response(&w, conn, 1, 0);
        wire_expect_none(&w);
        wire_expect_alive(&w);
        wire_survivor_fini(&w);
    }
}

/* ---- when it is acknowledged ---- */

static void ack_comes_a_second_after_the_first_frame(void **state)
{
    (void)state;
    WEFT_RULE("resume.count");
    wire_peer w;
    begin(&w, false);
    wire_put(&w.out, 200, 0, 0, "", 0);
    wire_flush(&w);
    wire_advance(&w, S / 2);
    wire_put(&w.out, 200, 0, 0, "", 0);
    wire_flush(&w);
    wire_advance(&w, S / 2 - 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    (void)expect_ack(&w);
    wire_expect_none(&w);
    wire_put(&w.out, 200, 0, 0, "", 0);
    wire_flush(&w);
    wire_advance(&w, S - 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    (void)expect_ack(&w);
    wire_survivor_fini(&w);
}

static void ack_comes_after_64_kib(void **state)
{
    /* Goal: to the byte, time standing still; then anew. */
    (void)state;
    WEFT_RULE("resume.count");
    static const uint8_t zeros[16 * 1024];
    wire_peer w;
    begin(&w, false);
    for (int round = 0; round < 3; round++) {
        uint64_t before = w.sent;
        for (int i = 0; i < 3; i++)
            wire_put(&w.out, 200, 0, 0, zeros, sizeof zeros - WEFT__FRAME_HEADER);
        wire_put(&w.out, 200, 0, 0, zeros, sizeof zeros - (size_t)2 * WEFT__FRAME_HEADER - 1);
        wire_flush(&w);
        assert_int_equal(w.sent - before, WEFT_ACK_BYTES - WEFT__FRAME_HEADER - 1);
        wire_expect_none(&w);
        wire_put(&w.out, 200, 0, 0, zeros, 1);
        wire_flush(&w);
        (void)expect_ack(&w);
        wire_expect_none(&w);
    }
    wire_survivor_fini(&w);
}

static void ack_is_not_sent_where_nothing_counts(void **state)
{
    /* Goal: an idle session, and one that only pings, says nothing by itself, and has nothing to wait for. */
    (void)state;
    WEFT_RULE("resume.count");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin(&w, initiator);
        wire_advance(&w, S);
        wire_skip(&w);
        assert_int_equal(weft_engine_deadline(w.engine), WEFT_FOREVER);
        for (int i = 0; i < 100; i++) {
            wire_put_number(&w.out, WEFT__KIND_PONG, 0, 1);
            wire_flush(&w);
            wire_advance(&w, 100 * S);
        }
        wire_expect_alive(&w);
        wire_survivor_fini(&w);
    }
}

static void ack_counts_from_the_first_conduit_on(void **state)
{
    /* Goal: what Welcome or Hello has told is acknowledged; what comes then is counted behind it. */
    (void)state;
    WEFT_RULE("resume.count");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin(&w, initiator);
        wire_put(&w.out, 200, 0, 0, "lost?", 5);
        wire_flush(&w);
        wire_cut(&w);
        wire_resume(&w);
        wire_advance(&w, 10 * S);
        wire_expect_none(&w); /* told */
        wire_put(&w.out, 200, 0, 0, "no", 2);
        wire_flush(&w);
        wire_advance(&w, S);
        (void)expect_ack(&w);
        wire_survivor_fini(&w);
    }
}

/* ---- counts that lie ---- */

/* Something is sent by the engine in several frames, of which `half` bytes are whole ones. */
static uint64_t several_frames(wire_peer *w)
{
    uint64_t conn = wire_theirs(w, 1);
    for (uint64_t id = 1; id < 8; id += 2)
        wire_put_request(&w->out, conn, id, ECHO, 100);
    wire_flush(w);
    wire_frame frame;
    assert_true(wire_next(w, &frame));
    assert_true(wire_next(w, &frame));
    uint64_t half = w->received;
    wire_skip(w);
    return half;
}

static void ack_that_lies_is_a_violation(void **state)
{
    (void)state;
    WEFT_RULE("resume.count");
    for (int i = 0; i < 8; i++) {
        wire_peer w;
        begin(&w, i & 1);
        uint64_t half = several_frames(&w);
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, half);
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, half); /* the same again is true, too */
        wire_flush(&w);
        wire_expect_alive(&w);
        static const int64_t away[] = { -1, 1, 15, 17 };
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, (uint64_t)((int64_t)half + away[i / 2]));
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_PROTOCOL_ERROR, 0, WEFT_CODE_PROTOCOL, "resume.count");
        assert_int_equal(w.side.n_closed, 1);
        assert_int_equal(w.side.end.code, WEFT_EPROTO);
        wire_survivor_fini(&w);
    }
}

static void ack_of_more_than_was_sent_is_a_violation(void **state)
{
    (void)state;
    WEFT_RULE("resume.count");
    for (int i = 0; i < 6; i++) {
        wire_peer w;
        begin(&w, i & 1);
        (void)several_frames(&w);
        uint64_t lie = i / 2 == 0 ? w.received + 1 : i / 2 == 1 ? w.received + 16 : UINT64_MAX;
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, lie);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_PROTOCOL_ERROR, 0, WEFT_CODE_PROTOCOL, "resume.count");
        wire_survivor_fini(&w);
    }
}

static void ack_of_what_was_queued_and_not_sent_is_a_violation(void **state)
{
    /* Goal: "sent" is what the conduit has taken: neither what waits for it, nor a frame of which the last byte does.
     */
    (void)state;
    WEFT_RULE("resume.count");
    for (int part = 0; part < 2; part++) {
        wire_peer w;
        weft_slice slice;
        size_t consumed;
        begin(&w, false);
        w.hold_output = true;
        wire_put_request(&w.out, 1, 1, ECHO, 100);
        wire_flush(&w);
        assert_int_equal(weft_engine_drain(w.engine, &slice, 1), 1);
        size_t len = slice.len;
        if (part)
            weft_engine_drained(w.engine, len - 1, w.now_ns);
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, w.received + len);
        assert_int_equal(weft_engine_feed(w.engine, w.out.ptr, w.out.len, w.now_ns, &consumed), 0);
        wire_run(&w);
        assert_int_equal(w.side.n_closed, 1);
        assert_int_equal(w.side.end.code, WEFT_EPROTO);
        wire_survivor_fini(&w);
    }
}

static void hello_may_know_of_what_was_never_reported_as_taken(void **state)
{
    /* Goal: a conduit that breaks in the middle of a write may have taken more than was said: what was handed out to it
     * may have come. */
    (void)state;
    WEFT_RULE("resume.count");
    wire_peer w;
    weft_slice slice;
    begin(&w, false);
    w.hold_output = true;
    wire_put_request(&w.out, 1, 1, ECHO, 100);
    wire_put_request(&w.out, 1, 3, ECHO, 200);
    wire_flush(&w);
    assert_int_equal(weft_engine_drain(w.engine, &slice, 1), 1);
    size_t first = WEFT__FRAME_HEADER + (size_t)weft__frame_read(slice.ptr).len;
    assert_true(first < slice.len);
    wire_cut(&w);
    w.hold_output = false;
    w.received += first;
    wire_resume(&w);
    (void)wire_expect_response(&w, 1, 3, 0);
    wire_expect_alive(&w);
    wire_survivor_fini(&w);
}

static void ack_that_is_malformed_is_a_violation(void **state)
{
    (void)state;
    WEFT_RULE("resume.count");
    for (size_t i = 0; i < HOSTILE_BODIES; i++) {
        wire_peer w;
        wire_bytes body = { NULL, 0, 0 };
        begin(&w, i & 1);
        hostile_put(&body, i);
        if (body.len <= WEFT__CONTROL_BODY_MAX) {
            wire_put(&w.out, WEFT__KIND_ACK, 0, 0, body.ptr, body.len);
            wire_flush(&w);
            wire_expect_end(&w, WEFT__KIND_PROTOCOL_ERROR, 0, WEFT_CODE_PROTOCOL, "resume.count");
            wire_expect_none(&w);
        }
        wire_bytes_free(&body);
        wire_survivor_fini(&w);
    }
}

static void ack_without_resumption_is_a_violation(void **state)
{
    (void)state;
    WEFT_RULE("resume.count");
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        wire_init(&w, i & 1);
        w.options.resumable = i & 2; /* asked for, and not agreed */
        wire_shake(&w);
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, 0);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_PROTOCOL_ERROR, 0, WEFT_CODE_PROTOCOL, "resume.count");
        wire_fini(&w);
    }
}

static void hello_that_lies_is_refused_and_changes_nothing(void **state)
{
    /* Goal: back, between frames, beyond: not resumable; then the truth resumes. Also where the old conduit lives. */
    (void)state;
    WEFT_RULE("resume.count");
    WEFT_RULE("resume.refuse");
    for (int lives = 0; lives < 2; lives++) {
        wire_peer w;
        wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
        begin(&w, false);
        uint64_t half = several_frames(&w);
        uint64_t end = w.received;
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, half);
        wire_flush(&w);
        const uint64_t lies[] = { 0, half - 1, half + 1, half + 16, end - 1, end + 1, end + 16, UINT64_MAX };
        if (!lives)
            wire_cut(&w);
        for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
            if (lives)
                wire_swap(&w, &old);
            wire_dial(&w);
            wire_say_resume(&w, w.key, WIRE_KEY, lies[i]);
            wire_expect_refused(&w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
            assert_int_equal(w.n_taken, 0);
            if (lives) {
                wire_swap(&w, &old);
                wire_expect_alive(&w);
            }
        }
        if (lives)
            wire_cut(&w);
        w.received = half; /* it may be behind what it has once seen, but not behind what it has acknowledged */
        wire_resume(&w);
        (void)wire_expect_response(&w, 1, 5, 0);
        (void)wire_expect_response(&w, 1, 7, 0);
        assert_int_equal(w.received, end);
        wire_expect_alive(&w);
        wire_conduit_free(&old);
        wire_survivor_fini(&w);
    }
}

static void welcome_that_lies_is_answered_not_resumable(void **state)
{
    (void)state;
    WEFT_RULE("resume.count");
    for (int i = 0; i < 8; i++) {
        wire_peer w;
        begin(&w, true);
        uint64_t half = several_frames(&w);
        uint64_t end = w.received;
        const uint64_t lies[] = { 0, half - 1, half + 1, half + 16, end - 1, end + 1, end + 16, UINT64_MAX };
        wire_put_number(&w.out, WEFT__KIND_ACK, 0, half);
        wire_flush(&w);
        wire_cut(&w);
        wire_dial(&w);
        (void)wire_read_hello(&w);
        w.key[0]++;
        wire_say_resume(&w, w.key, WIRE_KEY, lies[i]);
        wire_expect_end(&w, WEFT__KIND_SORRY, 0, WEFT_CODE_NOT_RESUMABLE, "resume.count");
        wire_hang_up(&w);
        assert_int_equal(w.side.n_closed, 1);
        assert_int_equal(w.side.n_resumed, 0);
        wire_survivor_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_received_is_told_in_the_handshake),
        cmocka_unit_test(what_was_sent_and_is_not_counted_is_not_said_again),
        cmocka_unit_test(ack_comes_a_second_after_the_first_frame),
        cmocka_unit_test(ack_comes_after_64_kib),
        cmocka_unit_test(ack_is_not_sent_where_nothing_counts),
        cmocka_unit_test(ack_counts_from_the_first_conduit_on),
        cmocka_unit_test(ack_that_lies_is_a_violation),
        cmocka_unit_test(ack_of_more_than_was_sent_is_a_violation),
        cmocka_unit_test(ack_of_what_was_queued_and_not_sent_is_a_violation),
        cmocka_unit_test(hello_may_know_of_what_was_never_reported_as_taken),
        cmocka_unit_test(ack_that_is_malformed_is_a_violation),
        cmocka_unit_test(ack_without_resumption_is_a_violation),
        cmocka_unit_test(hello_that_lies_is_refused_and_changes_nothing),
        cmocka_unit_test(welcome_that_lies_is_answered_not_resumable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
