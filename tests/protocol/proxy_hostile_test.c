/* Fifty honest clients and one that is not, behind one proxy, on one session: whatever that one sends on its connection
 * ends that connection, and nothing else. And what it is told, to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"
#include "weft/proxy.h"

enum { HONEST = 50, ECHO = 0x1001, HOLD = 0x1002 };

typedef struct rig {
    wire_peer w; /* the hostile one's session at the proxy */
    pair up;     /* the proxy's session, and the server behind it */
    pair honest[HONEST];
    weft_connection *conns[HONEST];
    uint64_t next; /* the hostile one's next connection */
} rig;

static int pass_on(void *user, weft_session *session, weft_pending pending)
{
    wire_peer *w = user;
    (void)session;
    return weft_proxy_open(pending, ((rig *)w->side.out.user)->up.c.session, NULL);
}

static size_t moved(const rig *r)
{
    size_t sum = r->w.in.len + r->up.client_sent + r->up.server_sent;
    for (int i = 0; i < HONEST; i++)
        sum += r->honest[i].client_sent + r->honest[i].server_sent;
    return sum;
}

static void run(rig *r)
{
    bool passed = true;
    for (size_t before = 0; passed || before != moved(r);) {
        before = moved(r);
        passed = false;
        wire_run(&r->w);
        pair_run(&r->up);
        for (int i = 0; i < HONEST; i++) {
            pair *p = &r->honest[i];
            pair_run(p);
            if (p->s.pending.slot) {
                assert_int_equal(weft_proxy_open(p->s.pending, r->up.c.session, NULL), 0);
                p->s.pending.slot = NULL;
                passed = true;
            }
        }
    }
}

static void begin(rig *r)
{
    memset(r, 0, sizeof *r);
    wire_init(&r->w, false);
    r->w.decide = pass_on;
    r->w.side.out.user = r;
    wire_shake(&r->w);
    pair_ready(&r->up, &r->w.alloc);
    for (int i = 0; i < HONEST; i++) {
        pair_init(&r->honest[i], &r->w.alloc);
        r->honest[i].s.keep_pending = true;
        assert_int_equal(pair_begin(&r->honest[i], weft_session_options_default(), weft_session_options_default()), 0);
        pair_run(&r->honest[i]);
        (void)pair_open(&r->honest[i]);
        run(r);
        r->conns[i] = r->honest[i].c.opened;
        assert_non_null(r->conns[i]);
    }
    r->next = 1;
}

/* Every honest one makes a call, through the same session, and has its answer. */
static void expect_honest_served(rig *r)
{
    for (int i = 0; i < HONEST; i++) {
        int done = r->honest[i].c.done_times[0];
        assert_int_equal(pair_call(&r->honest[i].c, r->conns[i], PAIR_ECHO, 100, 0, NULL), 0);
        run(r);
        assert_int_equal(r->honest[i].c.done_times[0], done + 1);
        assert_int_equal(r->honest[i].c.results[0].code, 0);
    }
    assert_int_equal(r->up.c.n_closed + r->up.s.n_closed, 0);
}

static uint64_t open_one(rig *r)
{
    uint64_t id = r->next;
    r->next += 2;
    wire_put_open(&r->w.out, WEFT__KIND_OPEN, id, true);
    wire_flush(&r->w);
    run(r);
    (void)wire_expect(&r->w, WEFT__KIND_ACCEPT, id);
    return id;
}

static void end(rig *r)
{
    for (int i = 0; i < HONEST; i++) {
        weft_connection_release(r->conns[i]);
        pair_fini(&r->honest[i]);
    }
    pair_fini(&r->up);
    wire_fini(&r->w);
}

/* The connection is closed for a violation; window and credit may have been given back before. */
static void expect_closed(rig *r, uint64_t id, const char *what)
{
    wire_frame frame;
    weft__close close = { 0 };
    while (wire_next(&r->w, &frame) && !(frame.kind == WEFT__KIND_CLOSE && frame.connection == id))
        assert_int_not_equal(frame.kind, WEFT__KIND_PROTOCOL_ERROR);
    if (frame.kind != WEFT__KIND_CLOSE)
        fail_msg("%s: not closed", what);
    assert_int_equal(weft__close_decode(frame.body, &close), 0);
    assert_int_equal(close.code, WEFT_CODE_PROTOCOL);
}

/* ---- what it does ---- */

static void item_of_nothing(wire_bytes *out, uint64_t id)
{
    wire_put_any(out, WEFT__KIND_ITEM, id, 99);
}
static void credit_for_nothing(wire_bytes *out, uint64_t id)
{
    wire_put_any(out, WEFT__KIND_CREDIT, id, 99);
}
static void cancel_of_nothing(wire_bytes *out, uint64_t id)
{
    wire_put_number(out, WEFT__KIND_CANCEL, id, 99);
}
static void response_to_nothing(wire_bytes *out, uint64_t id)
{
    wire_put_response(out, id, 2, 0, 4);
}
static void request_of_wrong_parity(wire_bytes *out, uint64_t id)
{
    wire_put_request(out, id, 2, ECHO, 4);
}
static void request_twice(wire_bytes *out, uint64_t id)
{
    wire_put_request(out, id, 1, ECHO, 4);
    wire_put_request(out, id, 1, ECHO, 4);
}
static void request_malformed(wire_bytes *out, uint64_t id)
{
    wire_put(out, WEFT__KIND_REQUEST, 0, id, "\xc0", 1);
}
static void schema_malformed(wire_bytes *out, uint64_t id)
{
    wire_put(out, WEFT__KIND_SCHEMA, 0, id, "\xc0", 1);
}
static void fragments_out_of_order(wire_bytes *out, uint64_t id)
{
    (void)wire_put_request_cut(out, id, 1, ECHO, 10000, 2000, 2);
    wire_put_response(out, id, 2, 0, 4);
}
static void abort_of_nothing(wire_bytes *out, uint64_t id)
{
    wire_put(out, WEFT__KIND_REQUEST, WEFT__FLAG_ABORT, id, NULL, 0);
}
static void too_many_requests(wire_bytes *out, uint64_t id)
{
    for (uint64_t i = 0; i < WEFT_CONCURRENT_REQUESTS_DEFAULT + 1; i++)
        wire_put_request(out, id, 2 * i + 1, HOLD, 1);
}

static void violations_end_their_connection_alone(void **state)
{
    static const struct {
        const char *what;
        void (*put)(wire_bytes *out, uint64_t id);
    } acts[] = {
        { "an item of no channel", item_of_nothing },
        { "credit for no channel", credit_for_nothing },
        { "a cancel of no request", cancel_of_nothing },
        { "a response to no request", response_to_nothing },
        { "a request of the wrong parity", request_of_wrong_parity },
        { "a request id twice", request_twice },
        { "a malformed request", request_malformed },
        { "a malformed schema", schema_malformed },
        { "fragments out of order", fragments_out_of_order },
        { "an abort of nothing", abort_of_nothing },
        { "too many requests", too_many_requests },
    };
    static rig r;
    (void)state;
    WEFT_RULE("violation.scope");
    WEFT_RULE("proxy.close");
    begin(&r);
    expect_honest_served(&r);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        uint64_t id = open_one(&r);
        acts[i].put(&r.w.out, id);
        wire_flush(&r.w);
        run(&r);
        expect_closed(&r, id, acts[i].what);
        wire_expect_alive(&r.w);
        expect_honest_served(&r);
        for (int k = 0; k < r.up.s.n_held && k < PAIR_CALLS_MAX; k++)
            (void)weft_call_drop(r.up.s.held[k]);
    }
    end(&r);
}

static void beyond_the_window_only_its_own_connection_ends(void **state)
{
    /* Goal: while nothing moves behind the proxy it takes what the window allows, and not a byte more. */
    static rig r;
    (void)state;
    WEFT_RULE("proxy.pressure");
    begin(&r);
    uint64_t id = open_one(&r);
    r.up.client_max = r.up.client_sent;
    for (int i = 0; i < 20; i++)
        (void)wire_put_request_cut(&r.w.out, id, 1 + 2 * (uint64_t)i, ECHO, 60000, 65000, 0);
    const uint32_t window = WEFT_CONNECTION_WINDOW_DEFAULT;
    size_t before = r.w.alloc.live_bytes;
    wire_flush(&r.w);
    run(&r);
    expect_closed(&r, id, "more than the window");
    assert_true(r.w.alloc.live_bytes < before + window + window);
    r.up.cut = false;
    r.up.client_max = SIZE_MAX;
    run(&r);
    expect_honest_served(&r);
    end(&r);
}

static void drain_of_the_session_behind_is_said_once(void **state)
{
    /* Goal: the server says it on its session and on the connection; who is in front of the proxy hears it once. */
    static rig r;
    wire_frame frame;
    int n = 0;
    (void)state;
    WEFT_RULE("proxy.close");
    WEFT_RULE("proxy.pressure");
    begin(&r);
    uint64_t id = open_one(&r);
    wire_put_request(&r.w.out, id, 1, HOLD, 1);
    wire_flush(&r.w);
    run(&r);
    assert_int_equal(weft_session_drain(r.up.s.session, WEFT_FOREVER), 0);
    run(&r);
    while (wire_next(&r.w, &frame)) {
        assert_int_equal(frame.kind, WEFT__KIND_DRAIN);
        assert_int_equal(frame.connection, id);
        n++;
    }
    assert_int_equal(n, 1);
    (void)weft_call_drop(r.up.s.held[0]);
    end(&r);
}

static weft__close expect_close(rig *r, uint64_t id)
{
    wire_frame frame;
    weft__close close = { 0 };
    do
        assert_true(wire_next(&r->w, &frame));
    while (frame.kind != WEFT__KIND_CLOSE || frame.connection != id);
    assert_int_equal(weft__close_decode(frame.body, &close), 0);
    return close;
}

static void a_close_tells_what_was_reached_behind_the_proxy(void **state)
{
    /* Goal: who is told which requests have run may make the others again elsewhere; where nobody knows, none. */
    (void)state;
    WEFT_RULE("proxy.close");
    for (int is_lost = 0; is_lost < 2; is_lost++) {
        static rig r;
        begin(&r);
        uint64_t id = open_one(&r);
        wire_put_request(&r.w.out, id, 1, HOLD, 1);
        wire_put_request(&r.w.out, id, 3, HOLD, 1);
        wire_flush(&r.w);
        run(&r);
        if (is_lost)
            pair_disconnect(&r.up, WEFT_ECONNRESET);
        else
            weft_session_close(r.up.s.session, 400, "that was it");
        run(&r);
        weft__close close = expect_close(&r, id);
        assert_int_equal(close.code, is_lost ? WEFT_CODE_LOST : 400);
        assert_int_equal(close.last_request, is_lost ? UINT64_MAX : 3);
        for (int k = 0; k < r.up.s.n_held; k++)
            (void)weft_call_drop(r.up.s.held[k]);
        end(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drain_of_the_session_behind_is_said_once),
        cmocka_unit_test(a_close_tells_what_was_reached_behind_the_proxy),
        cmocka_unit_test(violations_end_their_connection_alone),
        cmocka_unit_test(beyond_the_window_only_its_own_connection_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
