/* Goal: a call made on behalf of a served one has no more time than that one, ends with it, and carries along what it
 * should and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/wire/writer.h"
#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"
#include "weft/intercept.h"

#define MS WEFT_NS_PER_MS

enum { ECHO = 0x1001, HOLD = 0x1002, TRACE_LEN = 25 };

static const uint8_t trace_bytes[TRACE_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 };

/* The test asks for hold on connection 1. */
static void put_hold(wire_peer *w, uint64_t request_id, uint32_t timeout_ms, const weft_metadata_entry *entries,
                     size_t n)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 65536, &writer), 0);
    weft__write_array(writer, 6);
    weft__write_u64(writer, request_id);
    weft__write_u64(writer, HOLD);
    weft__write_u64(writer, timeout_ms);
    weft__write_array(writer, 1);
    weft__write_bin(writer, weft_bytes_of("x", 1));
    weft__write_array(writer, 0);
    weft__write_array(writer, n);
    for (size_t i = 0; i < n; i++) { /* by hand: also what the API would not send */
        weft__write_array(writer, 3);
        weft__write_str(writer, entries[i].key);
        if (entries[i].kind == WEFT_METADATA_STR)
            weft__write_str(writer, entries[i].str);
        else
            weft__write_bin(writer, entries[i].bytes);
        weft__write_u64(writer, entries[i].flags);
    }
    assert_int_equal(writer->status, 0);
    weft_bytes body = weft_writer_bytes(writer);
    wire_put(&w->out, WEFT__KIND_REQUEST, 0, 1, body.ptr, body.len);
    weft_writer_free(writer);
    wire_flush(w);
}

static void begin(wire_peer *w)
{
    wire_ready(w, false);
    wire_open(w, 1);
}

/* A call to the test's side on behalf of the nth held one. */
static int call_for(wire_peer *w, int held, int index, uint64_t timeout_ns, bool copy, const weft_metadata *metadata)
{
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = timeout_ns;
    options.on_behalf_of = w->side.held[held];
    options.copy_metadata = copy;
    options.metadata = metadata;
    int status = pair_call_with(&w->side, w->accepted, PAIR_ECHO, 3, index, &options, NULL);
    wire_run(w);
    return status;
}

typedef struct seen {
    weft__request request;
    weft_metadata metadata;
    weft_arena *arena;
} seen;

/* The next request that the engine has sent. */
static seen read_request(wire_peer *w)
{
    seen s;
    wire_frame frame = wire_expect(w, WEFT__KIND_REQUEST, 1);
    assert_int_equal(weft__request_decode(frame.body, &s.request), 0);
    assert_int_equal(weft_arena_new(NULL, &s.arena), 0);
    assert_int_equal(weft__metadata_decode(s.request.metadata, s.arena, &s.metadata), 0);
    return s;
}

static void answer(wire_peer *w, uint64_t request_id)
{
    wire_put_response(&w->out, 1, request_id, 0, 3);
    wire_flush(w);
}

static void let_go(wire_peer *w)
{
    for (int i = 0; i < w->side.n_held; i++)
        (void)weft_call_drop(w->side.held[i]);
    wire_run(w);
}

static void nested_call_has_what_is_left(void **state)
{
    /* Goal: the served call's deadline bounds, in ms rounded up; less may be given, and forever is not more. */
    (void)state;
    WEFT_RULE("call.deadline");
    wire_peer w;
    begin(&w);
    put_hold(&w, 1, 1000, NULL, 0);
    wire_advance(&w, 300 * MS + 1);
    const uint64_t given[] = { WEFT_FOREVER, WEFT_TIMEOUT_DEFAULT, 200 * MS, 5000 * MS };
    const uint32_t sent[] = { 700, 700, 200, 700 };
    for (int i = 0; i < 4; i++) {
        assert_int_equal(call_for(&w, 0, i, given[i], false, NULL), 0);
        seen s = read_request(&w);
        assert_int_equal(s.request.timeout_ms, sent[i]);
        answer(&w, s.request.request_id);
        weft_arena_free(s.arena);
    }
    /* one without a deadline leaves the call's own */
    put_hold(&w, 3, 0, NULL, 0);
    assert_int_equal(call_for(&w, 1, 4, WEFT_FOREVER, false, NULL), 0);
    seen s = read_request(&w);
    assert_int_equal(s.request.timeout_ms, 0);
    answer(&w, s.request.request_id);
    weft_arena_free(s.arena);
    let_go(&w);
    wire_fini(&w);
}

static void both_run_out_together(void **state)
{
    /* Goal: at the served call's deadline the nested one is out of time, too; one made later is not sent at all. */
    (void)state;
    WEFT_RULE("call.deadline");
    wire_peer w;
    begin(&w);
    put_hold(&w, 1, 1000, NULL, 0);
    assert_int_equal(call_for(&w, 0, 0, WEFT_FOREVER, false, NULL), 0);
    seen s = read_request(&w);
    weft_arena_free(s.arena);
    wire_advance(&w, 1000 * MS);
    assert_int_equal(w.side.results[0].code, WEFT_ETIMEDOUT);
    (void)wire_expect(&w, WEFT__KIND_CANCEL, 1);
    (void)wire_expect_response(&w, 1, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    assert_int_equal(w.side.n_cancelled, 1);
    assert_int_equal(call_for(&w, 0, 1, WEFT_FOREVER, false, NULL), 0);
    assert_int_equal(w.side.results[1].code, WEFT_ETIMEDOUT);
    assert_false(w.side.results[1].may_have_run);
    assert_int_equal(w.side.results[1].attempts, 0);
    wire_expect_alive(&w);
    assert_int_equal(weft_call_drop(w.side.held[0]), WEFT_EALREADY);
    assert_int_equal(call_for(&w, 0, 2, WEFT_FOREVER, false, NULL), WEFT_EALREADY);
    wire_fini(&w);
}

static void giving_up_goes_along(void **state)
{
    /* Goal: the caller gives up, so do all calls made for it, sent or not, of whatever connection; others do not. */
    (void)state;
    WEFT_RULE("call.cancel");
    wire_peer w;
    begin(&w);
    put_hold(&w, 1, 0, NULL, 0);
    put_hold(&w, 3, 0, NULL, 0);
    assert_int_equal(call_for(&w, 0, 0, WEFT_FOREVER, false, NULL), 0);
    assert_int_equal(call_for(&w, 0, 1, WEFT_FOREVER, false, NULL), 0);
    assert_int_equal(call_for(&w, 1, 2, WEFT_FOREVER, false, NULL), 0);
    uint64_t first = wire_expect_request(&w, 1);
    uint64_t second = wire_expect_request(&w, 1);
    uint64_t third = wire_expect_request(&w, 1);
    answer(&w, first);
    w.hold_output = true;
    assert_int_equal(call_for(&w, 0, 3, WEFT_FOREVER, false, NULL), 0);
    wire_put_number(&w.out, WEFT__KIND_CANCEL, 1, 1);
    wire_flush(&w);
    w.hold_output = false;
    wire_run(&w);
    assert_int_equal(w.side.results[0].code, 0);
    assert_int_equal(w.side.results[1].code, WEFT_ECANCELED);
    assert_true(w.side.results[1].may_have_run);
    assert_int_equal(w.side.results[3].code, WEFT_ECANCELED);
    assert_false(w.side.results[3].may_have_run);
    assert_int_equal(w.side.done_times[2], 0);
    wire_frame frame = wire_expect(&w, WEFT__KIND_CANCEL, 1);
    uint64_t cancelled = 0;
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &cancelled), 0);
    assert_int_equal(cancelled, second);
    wire_expect_alive(&w);
    /* and what is made for it from now on is not sent */
    assert_int_equal(call_for(&w, 0, 4, WEFT_FOREVER, false, NULL), 0);
    assert_int_equal(w.side.results[4].code, WEFT_ECANCELED);
    assert_int_equal(w.side.results[4].attempts, 0);
    wire_expect_alive(&w);
    answer(&w, third);
    assert_int_equal(w.side.results[2].code, 0);
    let_go(&w);
    wire_fini(&w);
}

static void connection_goes_and_calls_elsewhere_end(void **state)
{
    /* Goal: the caller's connection is gone, and nobody waits for what was asked on its behalf somewhere else. */
    (void)state;
    WEFT_RULE("call.cancel");
    wire_peer w;
    begin(&w);
    weft_connection *first = weft_connection_retain(w.accepted);
    put_hold(&w, 1, 0, NULL, 0);
    assert_int_equal(call_for(&w, 0, 0, WEFT_FOREVER, false, NULL), 0);
    (void)wire_expect_request(&w, 1);
    wire_open(&w, 3); /* w.accepted is this one now */
    assert_int_equal(call_for(&w, 0, 1, WEFT_FOREVER, false, NULL), 0);
    uint64_t request = wire_expect_request(&w, 3);
    wire_put_close(&w.out, 1, 0, 0);
    wire_flush(&w);
    assert_int_equal(w.side.results[0].code, WEFT_ECONNCLOSED);
    assert_int_equal(w.side.results[1].code, WEFT_ECANCELED);
    wire_frame frame = wire_expect(&w, WEFT__KIND_CANCEL, 3);
    uint64_t cancelled = 0;
    assert_int_equal(weft__number_decode(frame.body, UINT64_MAX, &cancelled), 0);
    assert_int_equal(cancelled, request);
    weft_connection_release(first);
    let_go(&w);
    wire_fini(&w);
}

static void trace_goes_along_by_itself(void **state)
{
    /* Goal: weft-trace and nothing else, also once the handler has returned and its arguments are gone; one that the
     * application gives counts instead, and one that is malformed or not to be propagated stays. */
    (void)state;
    WEFT_RULE("call.metadata");
    wire_peer w;
    begin(&w);
    const weft_metadata_entry sent[] = { weft_metadata_str("who", WEFT_STR("me"), 0),
                                         weft_metadata_bytes("weft-trace", weft_bytes_of(trace_bytes, TRACE_LEN), 0) };
    put_hold(&w, 1, 0, sent, 2);
    assert_int_equal(call_for(&w, 0, 0, WEFT_FOREVER, false, NULL), 0);
    seen s = read_request(&w);
    weft_bytes trace;
    assert_int_equal(s.metadata.n, 1);
    assert_true(weft_metadata_get_bytes(&s.metadata, "weft-trace", &trace));
    assert_int_equal(trace.len, TRACE_LEN);
    assert_memory_equal(trace.ptr, trace_bytes, TRACE_LEN);
    weft_arena_free(s.arena);
    uint8_t own[TRACE_LEN] = { 99 };
    const weft_metadata_entry mine = weft_metadata_bytes("weft-trace", weft_bytes_of(own, TRACE_LEN), 0);
    const weft_metadata given = { &mine, 1 };
    assert_int_equal(call_for(&w, 0, 1, WEFT_FOREVER, false, &given), 0);
    s = read_request(&w);
    assert_int_equal(s.metadata.n, 1);
    assert_true(weft_metadata_get_bytes(&s.metadata, "weft-trace", &trace));
    assert_int_equal(trace.ptr[0], 99);
    weft_arena_free(s.arena);
    const weft_metadata_entry bad[] = { weft_metadata_bytes("weft-trace", weft_bytes_of(trace_bytes, 24), 0),
                                        weft_metadata_str("weft-trace", WEFT_STR("0123456789012345678901234"), 0),
                                        weft_metadata_bytes("weft-trace", weft_bytes_of(trace_bytes, TRACE_LEN),
                                                            WEFT_METADATA_NO_PROPAGATE) };
    for (int i = 0; i < 3; i++) {
        put_hold(&w, 3 + 2 * (uint64_t)i, 0, &bad[i], 1);
        assert_int_equal(call_for(&w, 1 + i, 2 + i, WEFT_FOREVER, false, NULL), 0);
        s = read_request(&w);
        assert_int_equal(s.metadata.n, 0);
        weft_arena_free(s.arena);
    }
    /* the API sends one of its length alone */
    const weft_metadata_entry wrong = weft_metadata_bytes("weft-trace", weft_bytes_of(own, 24), 0);
    const weft_metadata refused = { &wrong, 1 };
    assert_int_equal(call_for(&w, 0, 9, WEFT_FOREVER, false, &refused), WEFT_EINVAL);
    let_go(&w);
    wire_fini(&w);
}

static void metadata_is_copied_when_it_is_said(void **state)
{
    /* Goal: all but NO_PROPAGATE and weft- keys, behind the call's own; refused where it is gone or too much. */
    (void)state;
    WEFT_RULE("call.metadata");
    wire_peer w;
    begin(&w);
    w.side.keep_calls = true;
    const weft_metadata_entry sent[] = {
        weft_metadata_str("who", WEFT_STR("me"), WEFT_METADATA_SENSITIVE | 64),
        weft_metadata_str("secret", WEFT_STR("no"), WEFT_METADATA_NO_PROPAGATE),
        weft_metadata_str("weft-other", WEFT_STR("no"), 0),
        weft_metadata_bytes("weft-trace", weft_bytes_of(trace_bytes, TRACE_LEN), 0),
    };
    put_hold(&w, 1, 0, sent, 4);
    const weft_metadata_entry mine = weft_metadata_str("own", WEFT_STR("1"), 0);
    const weft_metadata given = { &mine, 1 };
    assert_int_equal(call_for(&w, 0, 0, WEFT_FOREVER, true, &given), 0);
    seen s = read_request(&w);
    assert_int_equal(s.metadata.n, 3);
    assert_true(weft_str_equal(s.metadata.entries[0].key, WEFT_STR("own")));
    assert_true(weft_str_equal(s.metadata.entries[1].key, WEFT_STR("who")));
    assert_int_equal(s.metadata.entries[1].flags, WEFT_METADATA_SENSITIVE | 64);
    assert_true(weft_str_equal(s.metadata.entries[2].key, WEFT_STR("weft-trace")));
    weft_arena_free(s.arena);
    weft_metadata_entry many[WEFT_METADATA_ENTRIES_MAX];
    for (size_t i = 0; i < WEFT_METADATA_ENTRIES_MAX; i++)
        many[i] = mine;
    const weft_metadata full = { many, WEFT_METADATA_ENTRIES_MAX };
    assert_int_equal(call_for(&w, 0, 1, WEFT_FOREVER, true, &full), WEFT_EINVAL);
    w.side.keep_calls = false;
    put_hold(&w, 3, 0, sent, 4);
    assert_int_equal(call_for(&w, 1, 2, WEFT_FOREVER, true, NULL), WEFT_EINVAL);
    weft_call_options options = weft_call_options_default();
    options.copy_metadata = true;
    assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 3, 3, &options, NULL), WEFT_EINVAL);
    wire_expect_alive(&w);
    let_go(&w);
    wire_fini(&w);
}

typedef struct late_caller {
    wire_peer w;
    int told;
    int with_metadata, without;
} late_caller;

static void call_when_told(void *user, const weft_call_info *info, const weft_result *result)
{
    late_caller *late = user;
    if (!info->inbound)
        return;
    late->told++;
    assert_int_equal(result->outcome, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    late->with_metadata = call_for(&late->w, 0, 0, WEFT_FOREVER, true, NULL);
    late->without = call_for(&late->w, 0, 0, WEFT_FOREVER, false, NULL);
}

static void interceptor_told_of_the_end_finds_no_metadata(void **state)
{
    /* Goal: what the caller sent along is gone when the handler has returned, also for who is told later that the call
     * is over; a call made on behalf of it then takes none of it. */
    (void)state;
    WEFT_RULE("call.metadata");
    late_caller late = { .told = 0 };
    const weft_interceptor one = { sizeof one, &late, NULL, NULL, call_when_told, NULL };
    const weft_interceptor *const chain[] = { &one };
    const weft_metadata_entry sent[] = { weft_metadata_str("mine", WEFT_STR("0123456789012345678901234567890"), 0) };
    wire_init(&late.w, false);
    late.w.options.interceptors = chain;
    late.w.options.n_interceptors = 1;
    wire_shake(&late.w);
    wire_open(&late.w, 1);
    put_hold(&late.w, 1, 50, sent, 1);
    wire_advance(&late.w, 60 * MS);
    (void)wire_expect_response(&late.w, 1, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    assert_int_equal(late.told, 1);
    assert_int_equal(late.with_metadata, WEFT_EINVAL);
    assert_int_equal(late.without, 0);
    assert_int_equal(late.w.side.done_times[0], 1);
    wire_expect_alive(&late.w);
    let_go(&late.w);
    wire_fini(&late.w);
}

static void wait_for_a_place_has_a_time_of_its_own(void **state)
{
    /* Goal: queue_timeout_ns of one call, instead of the session's. */
    (void)state;
    WEFT_RULE("call.concurrent");
    wire_peer w;
    wire_ready(&w, false);
    weft__open_out open = wire_open_defaults(true);
    open.settings.max_concurrent_requests = 1;
    open.requested_or_null = open.services;
    wire_put_open_of(&w.out, WEFT__KIND_OPEN, 1, &open);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_ACCEPT, 1);
    const uint64_t waits[] = { WEFT_TIMEOUT_DEFAULT, 1000 * MS, WEFT_TIMEOUT_DEFAULT, WEFT_FOREVER };
    for (int i = 0; i < 4; i++) {
        weft_call_options options = weft_call_options_default();
        options.timeout_ns = WEFT_FOREVER;
        options.queue_timeout_ns = waits[i];
        assert_int_equal(pair_call_with(&w.side, w.accepted, PAIR_ECHO, 3, i, &options, NULL), 0);
    }
    wire_run(&w);
    wire_advance(&w, 1000 * MS);
    assert_int_equal(w.side.results[1].code, WEFT_ETIMEDOUT);
    assert_int_equal(w.side.done_times[2], 0);
    wire_advance(&w, 29000 * MS);
    assert_int_equal(w.side.results[2].code, WEFT_ETIMEDOUT);
    wire_advance(&w, 3600000 * MS);
    assert_int_equal(w.side.done_times[0] + w.side.done_times[3], 0);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_call_has_what_is_left),
        cmocka_unit_test(both_run_out_together),
        cmocka_unit_test(giving_up_goes_along),
        cmocka_unit_test(connection_goes_and_calls_elsewhere_end),
        cmocka_unit_test(trace_goes_along_by_itself),
        cmocka_unit_test(metadata_is_copied_when_it_is_said),
        cmocka_unit_test(interceptor_told_of_the_end_finds_no_metadata),
        cmocka_unit_test(wait_for_a_place_has_a_time_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
