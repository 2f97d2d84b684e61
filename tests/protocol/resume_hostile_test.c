/* A session that may be resumed, and a counterpart that sends on a new conduit what does not belong there: in place of
 * Hello, of Ready and of Welcome, with and without the key, while the session is parked and while its old conduit
 * lives. An acceptor's session stands, costs nothing, and goes on when its counterpart comes back; an initiator's ends,
 * once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/hostile.h"
#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

typedef struct state {
    const char *name;
    bool initiator;
    bool has_key; /* the handshake has come as far as Welcome */
    bool lives;   /* the old conduit has not broken */
} state;

static const state states[] = {
    { "in place of Hello", false, false, false },  { "in place of Hello, beside the old conduit", false, false, true },
    { "in place of Ready", false, true, false },   { "in place of Ready, beside the old conduit", false, true, true },
    { "in place of Welcome", true, false, false },
};
enum { STATES = sizeof states / sizeof *states };

typedef struct rig {
    wire_peer w;
    wire_conduit old; /* what still lives, aside */
    uint64_t conn;
    size_t before; /* bytes held, before the new conduit */
} rig;

/* A call of the engine's (request 2) waits for its answer; a new conduit stands, on which the counterpart is to speak.
 */
static void begin(rig *r, const state *s)
{
    wire_peer *w = &r->w;
    memset(r, 0, sizeof *r);
    wire_survivor_ready(w, s->initiator);
    r->conn = wire_theirs(w, 1);
    wire_open(w, r->conn);
    assert_int_equal(pair_call(&w->side, w->accepted, PAIR_HOLD, 3, 0, NULL), 0);
    wire_run(w);
    assert_int_equal(wire_expect_request(w, r->conn), 2);
    if (s->lives)
        wire_swap(w, &r->old);
    else
        wire_cut(w);
    r->before = w->alloc.live_bytes;
    wire_dial(w);
    if (s->has_key) {
        wire_say_resume(w, w->key, WIRE_KEY, w->received);
        (void)wire_read_hello(w);
    } else {
        if (s->initiator)
            (void)wire_read_hello(w);
        wire_put_preamble(&w->out, !s->initiator);
        wire_flush(w);
    }
}

/* The counterpart comes back, if it was gone, and nothing is missing. */
static void expect_goes_on(rig *r, bool lives)
{
    wire_peer *w = &r->w;
    if (lives)
        wire_swap(w, &r->old);
    else
        wire_resume(w);
    assert_int_equal(w->side.n_closed + w->side.n_done, 0);
    wire_put_response(&w->out, r->conn, 2, 0, 5);
    wire_flush(w);
    assert_int_equal(w->side.done_times[0], 1);
    assert_int_equal(w->side.results[0].code, 0);
    wire_skip(w);
    wire_expect_alive(w);
}

/* By one Sorry, which a Sorry need not be answered by, and nothing else. */
static void expect_refused(rig *r, const state *s, uint8_t kind)
{
    wire_peer *w = &r->w;
    wire_frame frame;
    if (!s->initiator && !s->has_key)
        w->in_at += WEFT__PREAMBLE;
    bool said = wire_next(w, &frame);
    bool is_sorry = said && frame.kind == WEFT__KIND_SORRY && !wire_next(w, &frame);
    if (!is_sorry && (said || kind != WEFT__KIND_SORRY))
        fail_msg("%s, %s: not answered by one Sorry", s->name, weft__kind_name(kind));
}

static void expect_initiator_ended(rig *r, uint8_t kind)
{
    pair_side *side = &r->w.side;
    bool is_of_handshake = kind == WEFT__KIND_SORRY || kind == WEFT__KIND_WELCOME;
    if (side->n_closed != 1 || side->done_times[0] != 1 || (side->end.code != WEFT_EPROTO && !is_of_handshake))
        fail_msg("%s: closed %d times, %s", weft__kind_name(kind), side->n_closed, side->end.text);
}

static void end(rig *r)
{
    wire_conduit_free(&r->old);
    wire_survivor_fini(&r->w);
}

static void feed(rig *r, const wire_bytes *bytes, size_t step)
{
    wire_peer *w = &r->w;
    for (size_t at = 0; at < bytes->len; at += step)
        wire_feed(w, bytes->ptr + at, bytes->len - at < step ? bytes->len - at : step);
}

static void send_one(const state *s, uint8_t kind, const wire_bytes *bytes, size_t step)
{
    rig r;
    begin(&r, s);
    wire_peer *w = &r.w;
    feed(&r, bytes, step);
    bool goes_on = !w->handshake || weft_handshake_phase(w->handshake) == WEFT_PHASE_RUNNING;
    if (!goes_on)
        expect_refused(&r, s, kind);
    if (w->handshake)
        wire_hang_up(w);
    else
        wire_cut(w);
    if (s->initiator && !goes_on) {
        expect_initiator_ended(&r, kind);
    } else {
        bool lives = s->lives && !s->has_key;
        assert_int_equal(w->n_taken, s->lives && s->has_key);
        if (!s->has_key && w->alloc.live_bytes > r.before)
            fail_msg("%s, %s: %zu bytes are kept", s->name, weft__kind_name(kind), w->alloc.live_bytes - r.before);
        expect_goes_on(&r, lives);
    }
    end(&r);
}

static void frames_of_each_kind(void **unused)
{
    /* Goal: well-formed ones, whole and byte by byte; those that may stand there begin a handshake, or end it. 0
     * and 63 are kinds that are unknown, and no feature's. */
    static const uint8_t unknown[] = { HOSTILE_SKIPPED, 0, 63 };
    (void)unused;
    WEFT_RULE("resume.exact");
    WEFT_RULE("session.handshake");
    for (size_t i = 0; i < STATES; i++) {
        for (size_t k = 0; k < HOSTILE_KINDS + sizeof unknown; k++) {
            uint8_t kind = k < HOSTILE_KINDS ? hostile_kinds[k] : unknown[k - HOSTILE_KINDS];
            for (uint64_t connection = 0; connection < 3; connection++) {
                wire_bytes frame = { NULL, 0, 0 };
                wire_put_any(&frame, kind, connection, 1);
                send_one(&states[i], kind, &frame, frame.len);
                send_one(&states[i], kind, &frame, 1);
                wire_bytes_free(&frame);
            }
        }
    }
}

static void bodies_that_are_malformed(void **unused)
{
    /* Goal: of the kinds of the handshake. */
    static const uint8_t of_handshake[] = { WEFT__KIND_HELLO, WEFT__KIND_WELCOME, WEFT__KIND_READY, WEFT__KIND_SORRY };
    (void)unused;
    WEFT_RULE("resume.exact");
    WEFT_RULE("session.handshake");
    for (size_t i = 0; i < STATES; i++) {
        for (size_t k = 0; k < sizeof of_handshake; k++) {
            for (size_t b = 0; b < HOSTILE_BODIES; b++) {
                wire_bytes body = { NULL, 0, 0 }, frame = { NULL, 0, 0 };
                hostile_put(&body, b);
                wire_put(&frame, of_handshake[k], 0, 0, body.ptr, body.len);
                send_one(&states[i], of_handshake[k], &frame, frame.len);
                wire_bytes_free(&frame);
                wire_bytes_free(&body);
            }
        }
    }
}

static void bytes_at_random(void **unused)
{
    /* Goal: frames that are anything, one after the other, on conduit after conduit, cost a parked session nothing. */
    enum { CONDUITS = 200, FRAMES = 10 };
    weft_test_random random = { 11 };
    (void)unused;
    WEFT_RULE("resume.exact");
    for (size_t i = 0; i < 2; i++) {
        rig r;
        begin(&r, &states[i]);
        for (int n = 0; n < CONDUITS; n++) {
            wire_bytes bytes = { NULL, 0, 0 };
            for (int k = 0; k < FRAMES; k++)
                hostile_put_random(&bytes, &random);
            feed(&r, &bytes, 1 + weft_test_random_below(&random, 3000));
            wire_bytes_free(&bytes);
            wire_hang_up(&r.w);
            assert_in_range(r.w.alloc.live_bytes, 0, r.before);
            wire_dial(&r.w);
        }
        wire_hang_up(&r.w);
        expect_goes_on(&r, states[i].lives);
        end(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_each_kind),
        cmocka_unit_test(bodies_that_are_malformed),
        cmocka_unit_test(bytes_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
