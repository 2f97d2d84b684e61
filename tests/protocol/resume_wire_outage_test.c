/* Goal: what goes on while there is no conduit: times, cancels, opens, handlers, the registry's bounds; and what begins
 * anew with the next one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

enum { ECHO = 0x1001, HOLD = 0x1002 };

#define S WEFT_NS_PER_S

static void begin(wire_peer *w, bool initiator)
{
    wire_survivor_ready(w, initiator);
    wire_open(w, wire_theirs(w, 1));
}

static void call_for(wire_peer *w, uint64_t timeout_ns, int index, weft_call *ret_call)
{
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = timeout_ns;
    assert_int_equal(pair_call_with(&w->side, w->accepted, PAIR_HOLD, 3, index, &options, ret_call), 0);
    wire_run(w);
}

static uint64_t expect_number(wire_peer *w, uint8_t kind, uint64_t connection)
{
    wire_frame frame = wire_expect(w, kind, connection);
    uint64_t number = 0;
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &number), 0);
    return number;
}

static void calls_time_out_during_an_outage(void **state)
{
    /* Goal: to the nanosecond, once; the callee learns of it by a Cancel behind the request, which it may not have got;
     * and its answer, late, is dropped. */
    (void)state;
    WEFT_RULE("resume.visible");
    WEFT_RULE("call.deadline");
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        bool lost = i & 2;
        begin(&w, i & 1);
        uint64_t conn = wire_theirs(&w, 1);
        call_for(&w, 5 * S, 0, NULL);
        uint64_t had = w.received;
        assert_int_equal(wire_expect_request(&w, conn), 2);
        if (lost)
            w.received = had;
        wire_cut(&w);
        wire_advance(&w, 5 * S - 1);
        assert_int_equal(w.side.n_done, 0);
        wire_advance(&w, 1);
        assert_int_equal(w.side.done_times[0], 1);
        assert_int_equal(w.side.results[0].code, WEFT_ETIMEDOUT);
        assert_true(w.side.results[0].may_have_run);
        wire_resume(&w);
        if (lost)
            assert_int_equal(wire_expect_request(&w, conn), 2);
        assert_int_equal(expect_number(&w, WEFT__KIND_CANCEL, conn), 2);
        wire_put_response(&w.out, conn, 2, 0, 5);
        wire_flush(&w);
        wire_expect_alive(&w);
        wire_survivor_fini(&w);
    }
}

static void calls_made_and_over_during_an_outage_are_not_sent(void **state)
{
    /* Goal: what the conduit was never given is simply gone when it is cancelled or its time is over; the rest waits
     * and goes out, in order. */
    (void)state;
    WEFT_RULE("resume.visible");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        weft_call cancelled;
        begin(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        wire_cut(&w);
        call_for(&w, 5 * S, 0, NULL);
        call_for(&w, WEFT_FOREVER, 1, NULL);
        call_for(&w, WEFT_FOREVER, 2, &cancelled);
        call_for(&w, WEFT_FOREVER, 3, NULL);
        assert_int_equal(weft_call_cancel(cancelled), 0);
        wire_advance(&w, 5 * S);
        assert_int_equal(w.side.n_done, 2);
        assert_int_equal(w.side.results[0].code, WEFT_ETIMEDOUT);
        assert_int_equal(w.side.results[2].code, WEFT_ECANCELED);
        assert_false(w.side.results[0].may_have_run);
        assert_false(w.side.results[2].may_have_run);
        wire_resume(&w);
        uint64_t first = wire_expect_request(&w, conn), second = wire_expect_request(&w, conn);
        assert_true(second > first);
        wire_expect_none(&w);
        wire_put_response(&w.out, conn, first, 0, 5);
        wire_put_response(&w.out, conn, second, 0, 6);
        wire_flush(&w);
        assert_int_equal(w.side.value_len[1], 5);
        assert_int_equal(w.side.value_len[3], 6);
        wire_survivor_fini(&w);
    }
}

static void handlers_run_out_of_time_during_an_outage(void **state)
{
    /* Goal: a deadline of the counterpart's is kept while parked: the handler is told, the response waits. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        begin(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        wire_request request = { 1, HOLD, 5000, 3, 0, { NULL, 0 } };
        wire_put_request_of(&w.out, conn, &request);
        wire_flush(&w);
        wire_cut(&w);
        wire_advance(&w, 5 * S);
        assert_int_equal(w.side.n_cancelled, 1);
        weft_bytes value = weft_bytes_of("late", 4);
        assert_int_equal(weft_gen_return(w.side.held[0], &pair_service, PAIR_HOLD, &value), WEFT_EALREADY);
        wire_resume(&w);
        (void)wire_expect_response(&w, conn, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
        wire_expect_alive(&w);
        wire_survivor_fini(&w);
    }
}

static void opens_time_out_during_an_outage(void **state)
{
    /* Goal: an open that is out is withdrawn; one that was not is never sent. */
    (void)state;
    WEFT_RULE("resume.visible");
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        bool is_out = i & 2;
        wire_survivor_ready(&w, i & 1);
        w.open_timeout_ns = 5 * S;
        uint64_t id = wire_ours(&w, 1);
        if (is_out)
            assert_int_equal(wire_opens(&w), id);
        wire_cut(&w);
        if (!is_out) {
            w.hold_output = true; /* wire_opens has nothing to read */
            assert_int_equal(wire_opens(&w), 0);
            w.hold_output = false;
        }
        wire_advance(&w, 5 * S - 1);
        assert_int_equal(w.side.n_refused, 0);
        wire_advance(&w, 1);
        assert_int_equal(w.side.n_refused, 1);
        assert_int_equal(w.side.open_error.code, WEFT_ETIMEDOUT);
        wire_resume(&w);
        if (is_out)
            (void)wire_expect(&w, WEFT__KIND_CLOSE, id);
        wire_expect_alive(&w);
        w.open_timeout_ns = 0;
        (void)wire_opens_accepted(&w);
        assert_int_equal(w.side.n_opened, 1);
        weft_connection_release(w.side.opened);
        wire_survivor_fini(&w);
    }
}

static void decisions_are_made_during_an_outage(void **state)
{
    /* Goal: an open of the counterpart's that is decided without a conduit is answered with the next one. */
    (void)state;
    WEFT_RULE("resume.visible");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_survivor_ready(&w, initiator);
        uint64_t conn = wire_theirs(&w, 1);
        w.side.keep_pending = true;
        wire_put_open(&w.out, WEFT__KIND_OPEN, conn, true);
        wire_flush(&w);
        wire_cut(&w);
        assert_int_equal(weft_pending_reject(w.side.pending, 4711, "no", NULL), 0);
        wire_run(&w);
        wire_resume(&w);
        wire_expect_end(&w, WEFT__KIND_REJECT, conn, 4711, "no");
        wire_expect_alive(&w);
        wire_survivor_fini(&w);
    }
}

static void what_is_queued_is_bounded(void **state)
{
    /* Goal: as under back-pressure: at max_queued calls are refused, and when there is a conduit that takes them, the
     * application is told that there is room. */
    (void)state;
    WEFT_RULE("resume.visible");
    WEFT_RULE("memory.queued");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        int status = 0, n = 0;
        wire_init(&w, initiator);
        w.options.max_queued = 8000;
        wire_survivor(&w);
        wire_shake(&w);
        wire_open(&w, wire_theirs(&w, 1));
        wire_cut(&w);
        while (n < PAIR_CALLS_MAX && status == 0) {
            status = pair_call(&w.side, w.accepted, PAIR_HOLD, 1000, n, NULL);
            n += status == 0;
        }
        assert_int_equal(status, WEFT_EAGAIN);
        assert_in_range(n, 7, 9);
        wire_resume(&w);
        for (int i = 0; i < n; i++)
            (void)wire_expect_request(&w, wire_theirs(&w, 1));
        wire_run(&w);
        assert_int_equal(w.side.n_writable, 1);
        wire_expect_alive(&w);
        wire_survivor_fini(&w);
    }
}

static void keepalive_begins_anew(void **state)
{
    /* Goal: no ping and no end by it without a conduit; a ping that was out is forgotten, and the idle time begins with
     * the new conduit. */
    (void)state;
    WEFT_RULE("session.keepalive");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_init(&w, initiator);
        w.options.keepalive_idle_ns = 30 * S;
        w.options.keepalive_timeout_ns = 20 * S;
        w.options.resume_window_ns = 1000 * S;
        w.window_ms = 1000000;
        wire_survivor(&w);
        wire_shake(&w);
        wire_advance(&w, 30 * S);
        (void)wire_expect(&w, WEFT__KIND_PING, 0);
        wire_advance(&w, 15 * S);
        wire_cut(&w);
        wire_advance(&w, 5 * S);
        wire_advance(&w, 500 * S);
        assert_int_equal(w.side.n_closed, 0);
        assert_int_equal(w.in.len, 0);
        wire_resume(&w);
        wire_expect_none(&w);
        wire_advance(&w, 30 * S - 1);
        wire_expect_none(&w);
        wire_advance(&w, 1);
        (void)wire_expect(&w, WEFT__KIND_PING, 0);
        wire_advance(&w, 20 * S); /* found dead: an outage again */
        assert_int_equal(w.side.n_disconnected, 2);
        assert_int_equal(w.side.outage.code, WEFT_ETIMEDOUT);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_DISCONNECTED);
        wire_resume(&w);
        wire_expect_alive(&w);
        assert_int_equal(w.side.n_resumed, 2);
        wire_survivor_fini(&w);
    }
}

static void a_message_half_received_waits_for_the_conduit(void **state)
{
    /* Goal: message_timeout runs only while the conduit lives. */
    (void)state;
    WEFT_RULE("frame.abort");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_init(&w, initiator);
        w.options.resume_window_ns = 1000 * S;
        w.window_ms = 1000000;
        wire_survivor(&w);
        wire_shake(&w);
        uint64_t conn = wire_theirs(&w, 1);
        wire_open(&w, conn);
        wire_bytes all = { NULL, 0, 0 };
        wire_put_request_cut(&all, conn, 1, ECHO, 6000, 4096, 0);
        size_t first = WEFT__FRAME_HEADER + 4096;
        wire_bytes_add(&w.out, all.ptr, first);
        wire_flush(&w);
        wire_advance(&w, 200 * S);
        wire_cut(&w);
        wire_advance(&w, 250 * S);
        wire_resume(&w);
        wire_advance(&w, 60 * S);
        wire_skip(&w);
        wire_bytes_add(&w.out, all.ptr + first, all.len - first);
        wire_flush(&w);
        (void)wire_expect_response(&w, conn, 1, 0);
        wire_bytes_free(&all);
        wire_survivor_fini(&w);
    }
}

static void a_conduit_that_ends_twice_is_one_outage(void **state)
{
    /* Goal: a driver may say it again, also of a conduit that was taken: no second event, and no longer window. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    wire_peer w;
    wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
    begin(&w, false);
    wire_swap(&w, &old);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, w.received);
    (void)wire_read_hello(&w);
    assert_int_equal(w.n_taken, 1);
    weft_engine_disconnected(w.engine, WEFT_ECONNRESET, NULL, w.now_ns);
    wire_hang_up(&w);
    assert_int_equal(w.side.n_disconnected, 1);
    wire_advance(&w, 59 * S);
    wire_disconnect(&w, WEFT_ECONNRESET);
    assert_int_equal(w.side.n_disconnected, 1);
    wire_advance(&w, S);
    assert_int_equal(w.side.n_closed, 1);
    wire_conduit_free(&old);
    wire_survivor_fini(&w);
}

/* ---- the registry ---- */

enum { CROWD = 6 };

static weft_registry *registry_new(weft_test_alloc *alloc, uint32_t max_parked, uint64_t max_bytes)
{
    weft_registry_options options;
    weft_registry *registry;
    weft_test_alloc_init(alloc);
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &alloc->allocator;
    options.seed[0] = 7;
    options.max_parked = max_parked;
    if (max_bytes > 0)
        options.max_parked_bytes = max_bytes;
    assert_int_equal(weft_registry_new(&options, &registry), 0);
    return registry;
}

static void ready_in(wire_peer *w, weft_registry *registry, uint32_t uid)
{
    wire_init(w, false);
    w->registry = registry;
    w->evidence.uid = uid;
    wire_survivor(w);
    wire_shake(w);
}

static weft_registry_stats stats_of(weft_registry *registry)
{
    weft_registry_stats stats;
    weft_registry_stats_read(registry, &stats, sizeof stats);
    return stats;
}

static void too_many_parked_evict_of_the_peer_that_has_most(void **state)
{
    /* Goal: one user fills it; who comes once keeps his session; of the crowd the oldest parked goes first. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    weft_test_alloc alloc;
    weft_registry *registry = registry_new(&alloc, CROWD - 1, 0);
    wire_peer w[CROWD + 1];
    for (int i = 0; i <= CROWD; i++)
        ready_in(&w[i], registry, i == 0 || i == CROWD ? 1000 : 2000);
    assert_int_equal(stats_of(registry).sessions, CROWD + 1);
    for (int i = 0; i < CROWD - 1; i++)
        wire_cut(&w[i]);
    assert_int_equal(stats_of(registry).parked, CROWD - 1);
    assert_int_equal(stats_of(registry).evicted, 0);
    wire_cut(&w[CROWD]);
    wire_run(&w[1]);
    assert_int_equal(w[1].side.n_closed, 1); /* the oldest of 2000's four */
    assert_int_equal(w[0].side.n_closed, 0);
    wire_cut(&w[CROWD - 1]);
    wire_run(&w[2]);
    assert_int_equal(w[2].side.n_closed, 1);
    assert_int_equal(stats_of(registry).evicted, 2);
    assert_int_equal(stats_of(registry).parked, CROWD - 1);
    wire_resume(&w[0]); /* a place is free again */
    wire_resume(&w[CROWD]);
    wire_cut(&w[0]);
    for (int i = 0; i <= CROWD; i++) {
        wire_run(&w[i]);
        assert_int_equal(w[i].side.n_closed, i == 1 || i == 2);
    }
    for (int i = 0; i <= CROWD; i++)
        wire_survivor_fini(&w[i]);
    assert_int_equal(stats_of(registry).sessions, 0);
    assert_int_equal(stats_of(registry).parked_bytes, 0);
    weft_registry_release(registry);
    weft_test_alloc_assert_empty(&alloc);
}

static void parked_bytes_are_bounded(void **state)
{
    /* Goal: what a parked session holds counts, also what comes while it is parked; the one that holds it need not be
     * the one that goes, where another peer has more. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    const size_t held = 300000;
    weft_test_alloc alloc;
    weft_registry *registry = registry_new(&alloc, 100, 2 * held);
    wire_peer w[3];
    for (int i = 0; i < 3; i++) {
        ready_in(&w[i], registry, 1000 + (uint32_t)i);
        wire_open(&w[i], 1);
        wire_put_request(&w[i].out, 1, 1, HOLD, 10);
        wire_flush(&w[i]);
        wire_cut(&w[i]);
    }
    uint64_t before = stats_of(registry).parked_bytes;
    assert_true(before < held);
    uint8_t *big = test_calloc(1, held);
    weft_bytes value = weft_bytes_of(big, held);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(weft_gen_return(w[i].side.held[0], &pair_service, PAIR_HOLD, &value), 0);
        for (int k = 0; k < 6; k++) /* those that go are told */
            wire_run(&w[k % 3]);
        assert_true(stats_of(registry).parked_bytes <= 2 * held);
    }
    test_free(big);
    assert_true(stats_of(registry).evicted >= 1);
    int n_closed = 0;
    for (int i = 0; i < 3; i++)
        n_closed += w[i].side.n_closed;
    assert_int_equal(n_closed, stats_of(registry).evicted);
    for (int i = 0; i < 3; i++)
        wire_survivor_fini(&w[i]);
    weft_registry_release(registry);
    weft_test_alloc_assert_empty(&alloc);
}

static void a_registry_without_places_keeps_none(void **state)
{
    /* Goal: max_parked 1: the next one takes its place, whoever it is of. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    weft_test_alloc alloc;
    weft_registry *registry = registry_new(&alloc, 1, 0);
    wire_peer w[2];
    ready_in(&w[0], registry, 1000);
    ready_in(&w[1], registry, 2000);
    wire_cut(&w[0]);
    wire_cut(&w[1]);
    wire_run(&w[0]);
    assert_int_equal(w[0].side.n_closed, 1);
    assert_int_equal(w[1].side.n_closed, 0);
    wire_resume(&w[1]);
    wire_expect_alive(&w[1]);
    wire_survivor_fini(&w[0]);
    wire_survivor_fini(&w[1]);
    weft_registry_release(registry);
    weft_test_alloc_assert_empty(&alloc);
}

static void a_registry_released_first_is_still_theirs(void **state)
{
    /* Goal: engines hold their own reference. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    weft_test_alloc alloc;
    weft_registry *registry = registry_new(&alloc, 4, 0);
    wire_peer w;
    ready_in(&w, registry, 1000);
    weft_registry_release(registry);
    wire_cut(&w);
    wire_advance(&w, 60 * S);
    assert_int_equal(w.side.n_closed, 1);
    wire_survivor_fini(&w);
    weft_test_alloc_assert_empty(&alloc);
}

static void the_window_of_one_that_was_idle_is_whole(void **state)
{
    /* Goal: nothing has told the session the time for an hour when another conduit takes it over: it is kept from then
     * on, for as long as the window says, and not from when it heard its last byte. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    WEFT_RULE("resume.exact");
    wire_peer w;
    wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
    begin(&w, false);
    wire_advance(&w, S);
    wire_skip(&w);
    assert_true(weft_engine_deadline(w.engine) == WEFT_FOREVER);
    w.now_ns += 3600 * S;
    wire_swap(&w, &old);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, w.received);
    (void)wire_read_hello(&w);
    assert_int_equal(w.n_taken, 1);
    assert_true(weft_engine_deadline(w.engine) == w.now_ns + WEFT_RESUME_WINDOW_DEFAULT);
    wire_advance(&w, S);
    assert_int_equal(w.side.n_closed, 0);
    wire_put_ready(&w.out);
    wire_flush(&w);
    assert_null(w.handshake);
    wire_skip(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_disconnected, w.side.n_resumed);
    wire_conduit_free(&old);
    wire_survivor_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_time_out_during_an_outage),
        cmocka_unit_test(calls_made_and_over_during_an_outage_are_not_sent),
        cmocka_unit_test(handlers_run_out_of_time_during_an_outage),
        cmocka_unit_test(opens_time_out_during_an_outage),
        cmocka_unit_test(decisions_are_made_during_an_outage),
        cmocka_unit_test(what_is_queued_is_bounded),
        cmocka_unit_test(keepalive_begins_anew),
        cmocka_unit_test(a_message_half_received_waits_for_the_conduit),
        cmocka_unit_test(the_window_of_one_that_was_idle_is_whole),
        cmocka_unit_test(a_conduit_that_ends_twice_is_one_outage),
        cmocka_unit_test(too_many_parked_evict_of_the_peer_that_has_most),
        cmocka_unit_test(parked_bytes_are_bounded),
        cmocka_unit_test(a_registry_without_places_keeps_none),
        cmocka_unit_test(a_registry_released_first_is_still_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
