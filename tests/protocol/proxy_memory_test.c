/* What a proxy holds of pairs whose one side is slow: little more than the bytes, counted, and nothing to others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"
#include "weft/limits.h"
#include "weft/proxy.h"

/* One client, played by the test, a proxy, and a session to a server, whose conduit takes nothing when stalled. */
typedef struct rig {
    wire_peer w;
    pair up;
} rig;

static int pass_on(void *user, weft_session *session, weft_pending pending)
{
    wire_peer *w = user;
    (void)session;
    return weft_proxy_open(pending, ((rig *)w->side.out.user)->up.c.session, NULL);
}

static void run(rig *r)
{
    for (size_t before = SIZE_MAX; before != r->w.in.len + r->up.client_sent + r->up.server_sent;) {
        before = r->w.in.len + r->up.client_sent + r->up.server_sent;
        wire_run(&r->w);
        pair_run(&r->up);
    }
}

static void begin(rig *r, uint64_t max_buffered)
{
    memset(r, 0, sizeof *r);
    wire_init(&r->w, false);
    r->w.decide = pass_on;
    r->w.side.out.user = r;
    r->w.options.max_buffered = max_buffered;
    wire_shake(&r->w);
    pair_ready(&r->up, &r->w.alloc);
}

static void end(rig *r)
{
    pair_fini(&r->up);
    wire_fini(&r->w);
}

static void open_one(rig *r, uint64_t id)
{
    wire_put_open(&r->w.out, WEFT__KIND_OPEN, id, true);
    wire_flush(&r->w);
    run(r);
    (void)wire_expect(&r->w, WEFT__KIND_ACCEPT, id);
}

static void stall(rig *r, bool stalled)
{
    r->up.cut = false;
    r->up.client_max = stalled ? r->up.client_sent : SIZE_MAX;
    run(r);
}

static uint64_t buffered(const rig *r)
{
    weft_session_stats stats = { .size = 0 };
    assert_int_equal(weft_session_stats_read(r->w.session, &stats, sizeof stats), 0);
    return stats.buffered_bytes;
}

enum { ECHO = 0x1001, HOLD = 0x1002, CANCELS = 20000, LONG = 60000 };

static void small_frames_hold_little_more_than_their_bytes(void **state)
{
    static rig r;
    (void)state;
    WEFT_RULE("proxy.pressure");
    WEFT_RULE("memory.buffered");
    begin(&r, WEFT_BUFFERED_DEFAULT);
    open_one(&r, 1);
    wire_put_request(&r.w.out, 1, 1, HOLD, 4);
    wire_flush(&r.w);
    stall(&r, true);
    size_t before = r.w.alloc.live_bytes;
    uint64_t buffered_before = buffered(&r);
    size_t len = 0;
    for (int i = 0; i < CANCELS; i++) {
        wire_put_number(&r.w.out, WEFT__KIND_CANCEL, 1, 1);
        len = r.w.out.len > len ? r.w.out.len : len;
    }
    wire_flush(&r.w);
    run(&r);
    size_t held = r.w.alloc.live_bytes - before;
    assert_true(held < 2 * len);
    assert_true(buffered(&r) - buffered_before >= (uint64_t)CANCELS);
    assert_true(held <= 3 * (buffered(&r) - buffered_before));
    stall(&r, false);
    assert_int_equal(buffered(&r), buffered_before);
    assert_int_equal(r.up.s.n_cancelled, 1);
    (void)weft_call_drop(r.up.s.held[0]);
    end(&r);
}

static void put_upload(rig *r, uint64_t id, int n)
{
    for (int i = 0; i < n; i++)
        wire_put_request(&r->w.out, id, 2 * (uint64_t)i + 1, ECHO, LONG);
    wire_flush(&r->w);
    run(r);
}

static void at_the_limit_the_pair_that_wants_more_ends_alone(void **state)
{
    static rig r;
    wire_frame frame;
    weft__close close = { 0 };
    (void)state;
    WEFT_RULE("proxy.pressure");
    WEFT_RULE("memory.buffered");
    begin(&r, 400000);
    open_one(&r, 1);
    open_one(&r, 3);
    stall(&r, true);
    put_upload(&r, 1, 4);
    put_upload(&r, 3, 4);
    while (wire_next(&r.w, &frame) && frame.kind != WEFT__KIND_CLOSE)
        assert_int_equal(frame.kind, WEFT__KIND_WINDOW);
    assert_int_equal(frame.kind, WEFT__KIND_CLOSE);
    assert_int_equal(frame.connection, 3);
    assert_int_equal(weft__close_decode(frame.body, &close), 0);
    assert_int_equal(close.code, WEFT_CODE_LIMIT);
    assert_true(buffered(&r) <= 400000);
    stall(&r, false);
    for (int n = 0; n < 4 && wire_next(&r.w, &frame);) {
        assert_int_equal(frame.connection, 1);
        n += frame.kind == WEFT__KIND_RESPONSE && !(frame.flags & WEFT__FLAG_MORE);
    }
    assert_int_equal(frame.kind, WEFT__KIND_RESPONSE);
    assert_int_equal(r.up.c.n_closed + r.up.s.n_closed, 0);
    end(&r);
}

static void uploads_of_some_keep_no_other_from_opening(void **state)
{
    /* Goal: max_queued is the application's: what joined connections hold is none of it. */
    static rig r;
    weft_session_options options = weft_session_options_default();
    (void)state;
    WEFT_RULE("memory.queued");
    WEFT_RULE("proxy.pressure");
    begin(&r, WEFT_BUFFERED_DEFAULT);
    pair_fini(&r.up);
    pair_init(&r.up, &r.w.alloc);
    options.max_queued = 100000;
    assert_int_equal(pair_begin(&r.up, options, weft_session_options_default()), 0);
    run(&r);
    open_one(&r, 1);
    stall(&r, true);
    put_upload(&r, 1, 8);
    assert_true(buffered(&r) >= 6 * (uint64_t)LONG);
    assert_null(pair_open(&r.up)); /* it is under way, and was not refused */
    assert_int_equal(r.up.status, 0);
    wire_put_open(&r.w.out, WEFT__KIND_OPEN, 3, true);
    wire_flush(&r.w);
    stall(&r, false);
    assert_non_null(r.up.c.opened);
    assert_int_equal(r.up.s.n_open_asked, 3);
    weft_connection_release(r.up.c.opened);
    run(&r);
    end(&r);
}

static void what_waits_is_counted_until_it_has_gone(void **state)
{
    /* Goal: the client ends its connection, and what it had said is still to go out: it is held against the client. */
    static rig r;
    (void)state;
    WEFT_RULE("memory.buffered");
    begin(&r, WEFT_BUFFERED_DEFAULT);
    open_one(&r, 1);
    stall(&r, true);
    put_upload(&r, 1, 8);
    wire_put_close(&r.w.out, 1, 300, UINT64_MAX);
    wire_flush(&r.w);
    run(&r);
    assert_true(buffered(&r) >= 6 * (uint64_t)LONG);
    stall(&r, false);
    assert_true(buffered(&r) < LONG);
    assert_int_equal(r.up.s.n_conn_closed, 1);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_frames_hold_little_more_than_their_bytes),
        cmocka_unit_test(at_the_limit_the_pair_that_wants_more_ends_alone),
        cmocka_unit_test(uploads_of_some_keep_no_other_from_opening),
        cmocka_unit_test(what_waits_is_counted_until_it_has_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
