/* What a proxy does where one leg has no more room: of its window, of memory, of what may be kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"
#include "weft/limits.h"
#include "weft/proxy.h"

enum { ECHO = 0x1001, SMALL = 5000, PIECE = 43600, LARGE = 5 * PIECE, WINDOW = 2 * 64 * 1024 };

/* Both counterparts of the proxy are played by the test: a client that opens, and who accepts behind it. */
typedef struct wired {
    wire_peer front, behind;
    uint64_t id, id_behind;
} wired;

static int pass_to_behind(void *user, weft_session *session, weft_pending pending)
{
    wired *r = (wired *)((char *)user - offsetof(wired, front));
    (void)session;
    return weft_proxy_open(pending, r->behind.session, NULL);
}

/* The open has gone through, and is not answered. */
static void wired_begin(wired *r, uint64_t max_buffered, uint32_t window_behind, bool survives)
{
    memset(r, 0, sizeof *r);
    wire_init(&r->front, false);
    r->front.decide = pass_to_behind;
    r->front.options.max_buffered = max_buffered;
    wire_init(&r->behind, true);
    if (survives)
        wire_survivor(&r->behind);
    r->behind.options.replay_limit = WEFT_REPLAY_MIN;
    r->behind.peer_window = window_behind;
    wire_shake(&r->behind);
    wire_shake(&r->front);
    r->id = wire_theirs(&r->front, 1);
    wire_put_open(&r->front.out, WEFT__KIND_OPEN, r->id, true);
    wire_flush(&r->front);
    wire_run(&r->behind);
    r->id_behind = wire_expect(&r->behind, WEFT__KIND_OPEN, wire_ours(&r->behind, 1)).connection;
    wire_put_open(&r->behind.out, WEFT__KIND_ACCEPT, r->id_behind, false);
}

static void wired_end(wired *r)
{
    wire_fini(&r->front);
    wire_fini(&r->behind);
}

static void a_pair_that_ends_before_its_accept_is_out_aborts_nothing(void **state)
{
    /* Goal: who accepts begins a large call at once, more than the proxy holds for a client that does not read: the
     * client hears that it was accepted, and of the end, and of no message. */
    static wired r;
    weft__close close = { 0 };
    (void)state;
    WEFT_RULE("frame.abort");
    WEFT_RULE("proxy.pressure");
    wired_begin(&r, 100000, 0, false);
    r.front.hold_output = true;
    assert_true(wire_put_request_cut(&r.behind.out, r.id_behind, 2, ECHO, LARGE, PIECE, 0) > 3);
    wire_flush(&r.behind);
    assert_int_equal(wire_expect(&r.behind, WEFT__KIND_CLOSE, r.id_behind).flags, 0);
    r.front.hold_output = false;
    wire_run(&r.front);
    (void)wire_expect(&r.front, WEFT__KIND_ACCEPT, r.id);
    wire_frame last = wire_expect(&r.front, WEFT__KIND_CLOSE, r.id);
    assert_int_equal(weft__close_decode(last.body, &close), 0);
    assert_int_equal(close.code, WEFT_CODE_LIMIT);
    wire_expect_none(&r.front);
    wired_end(&r);
}

static void front_calls(wired *r, uint64_t request_id, size_t len)
{
    wire_put_request(&r->front.out, r->id, request_id, ECHO, len);
    wire_flush(&r->front);
    wire_run(&r->behind);
}

static void what_would_fit_the_window_waits_behind_what_does_not(void **state)
{
    /* Goal: so little is left of the window behind the proxy that the next request cannot even begin; the short one
     * that follows it would go through at once, and comes second. */
    enum { NEARLY = 50000, LEFT = 400 };
    static wired r;
    (void)state;
    WEFT_RULE("frame.order");
    WEFT_RULE("proxy.pressure");
    wired_begin(&r, WEFT_BUFFERED_DEFAULT, WINDOW, false);
    wire_flush(&r.behind);
    wire_run(&r.front);
    size_t left = WINDOW;
    for (uint64_t id = 1; left > WEFT__MORE_MIN; id += 2) {
        front_calls(&r, id, left > NEARLY + WEFT__MORE_MIN ? (size_t)NEARLY : left - LEFT);
        wire_frame frame = wire_expect(&r.behind, WEFT__KIND_REQUEST, r.id_behind);
        assert_int_equal(frame.flags, 0);
        left -= WEFT__FRAME_HEADER + frame.body.len;
    }
    assert_in_range(left, LEFT / 2, WEFT__MORE_MIN);
    front_calls(&r, 101, SMALL);
    front_calls(&r, 103, 1);
    wire_expect_none(&r.behind);
    wire_put_number(&r.behind.out, WEFT__KIND_WINDOW, r.id_behind, WINDOW / 2);
    wire_flush(&r.behind);
    assert_int_equal(wire_expect_request(&r.behind, r.id_behind), 101);
    assert_int_equal(wire_expect_request(&r.behind, r.id_behind), 103);
    wired_end(&r);
}

static void what_has_begun_and_goes_with_its_pair_is_aborted(void **state)
{
    /* Goal: a large call has come, whose first frames filled the window behind the proxy, and those that follow are
     * more than the proxy may hold: who has the first frames hears that there are no others, and then of the end. */
    static wired r;
    wire_frame frame;
    weft__close close = { 0 };
    (void)state;
    WEFT_RULE("frame.abort");
    WEFT_RULE("proxy.pressure");
    wired_begin(&r, LARGE + SMALL, WINDOW, false);
    wire_flush(&r.behind);
    wire_run(&r.front);
    (void)wire_put_request_cut(&r.front.out, r.id, 1, ECHO, LARGE, PIECE, 0);
    wire_flush(&r.front);
    wire_run(&r.behind);
    for (uint64_t id = 3; id < 11; id += 2)
        front_calls(&r, id, PIECE);
    do
        assert_true(wire_next(&r.behind, &frame));
    while (frame.kind == WEFT__KIND_REQUEST && frame.flags == WEFT__FLAG_MORE);
    assert_int_equal(frame.kind, WEFT__KIND_REQUEST);
    assert_int_equal(frame.flags, WEFT__FLAG_ABORT);
    frame = wire_expect(&r.behind, WEFT__KIND_CLOSE, r.id_behind);
    assert_int_equal(weft__close_decode(frame.body, &close), 0);
    assert_int_equal(close.code, WEFT_CODE_LIMIT);
    wire_expect_none(&r.behind);
    wired_end(&r);
}

static void what_passes_at_once_is_within_what_may_be_kept(void **state)
{
    /* Goal: the counterpart behind the proxy reads all and acknowledges nothing; its window would take more. */
    static wired r;
    wire_frame frame;
    uint64_t n = 1;
    (void)state;
    WEFT_RULE("resume.count");
    WEFT_RULE("proxy.pressure");
    wired_begin(&r, WEFT_BUFFERED_DEFAULT, 8 * WEFT_REPLAY_MIN, true);
    wire_flush(&r.behind);
    wire_run(&r.front);
    for (; n < 1000; n++)
        front_calls(&r, 2 * n + 1, 1000);
    while (wire_next(&r.behind, &frame))
        assert_int_equal(frame.kind, WEFT__KIND_REQUEST);
    assert_in_range(r.behind.received, WEFT_REPLAY_MIN / 2, WEFT_REPLAY_MIN);
    wire_put_number(&r.behind.out, WEFT__KIND_ACK, 0, r.behind.received);
    wire_flush(&r.behind);
    assert_int_equal(wire_expect(&r.behind, WEFT__KIND_REQUEST, r.id_behind).flags, 0);
    wired_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_that_ends_before_its_accept_is_out_aborts_nothing),
        cmocka_unit_test(what_has_begun_and_goes_with_its_pair_is_aborted),
        cmocka_unit_test(what_would_fit_the_window_waits_behind_what_does_not),
        cmocka_unit_test(what_passes_at_once_is_within_what_may_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
