/* What waits in line while a session is being replaced, and what is counted over its sessions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/retry_rig.h"
#include "tests/support/rules.h"

#define TTL (600 * WEFT_NS_PER_S)
#define S WEFT_NS_PER_S

static void call(retry_rig *r, uint32_t method, int index)
{
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = WEFT_FOREVER;
    options.queue_timeout_ns = S;
    assert_int_equal(pair_call_with(&r->p.c, r->conn, method, 10, index, &options, NULL), 0);
}

/* With a server that takes one request at a time. */
static retry_rig *narrow(void)
{
    weft_session_options client = weft_session_options_default();
    client.retry = true;
    client.recovery_timeout_ns = WEFT_FOREVER;
    retry_rig *r = retry_rig_new(client, TTL);
    pair_run(&r->p);
    r->p.server_options.max_concurrent_requests = 1;
    retry_cut(r);
    retry_connect(r);
    r->conn = pair_open(&r->p);
    assert_non_null(r->conn);
    return r;
}

static void outage_is_no_wait_for_a_place(void **state)
{
    /* Goal: a call made in an outage, and one that waited for a place when it began, go out behind it, however long it
     * was: what they may wait for a place counts from then on, and is over then. */
    (void)state;
    WEFT_RULE("call.concurrent");
    for (int answers = 0; answers < 2; answers++) {
        retry_rig *r = narrow();
        weft_bytes value = { (const uint8_t *)"ok", 2 };
        call(r, PAIR_HOLD, 0);
        call(r, PAIR_AGAIN, 1);
        pair_run(&r->p);
        retry_cut(r);
        assert_int_equal(r->p.c.results[0].code, WEFT_EINDETERMINATE);
        call(r, PAIR_ECHO, 2);
        pair_advance(&r->p, 60 * S);
        assert_int_equal(r->p.c.n_done, 1);
        retry_connect(r);
        assert_int_equal(r->p.s.n_held, 2); /* the one that came first; the other waits for its place */
        pair_advance(&r->p, S - 1);
        assert_int_equal(r->p.c.n_done, 1);
        if (answers)
            assert_int_equal(weft_gen_return(r->p.s.held[1], &pair_service, PAIR_AGAIN, &value), 0);
        pair_run(&r->p);
        pair_advance(&r->p, 1);
        assert_int_equal(r->p.c.done_times[1], answers);
        assert_int_equal(r->p.c.done_times[2], 1);
        assert_int_equal(r->p.c.results[2].code, answers ? 0 : WEFT_ETIMEDOUT);
        assert_true(answers || strstr(r->p.c.texts[2], "max_concurrent_requests"));
        retry_rig_free(r);
    }
}

static void bytes_are_counted_over_all_sessions(void **state)
{
    /* Goal: what a session says of itself only grows, also when another one takes its place. */
    (void)state;
    WEFT_RULE("op.retry");
    weft_session_stats before, after;
    retry_rig *r = retry_rig_ready(TTL);
    weft_session_stats_read(r->p.c.session, &before, sizeof before);
    assert_int_equal(before.bytes_out, r->p.client_sent);
    retry_cut(r);
    weft_session_stats_read(r->p.c.session, &after, sizeof after);
    assert_int_equal(after.bytes_out, before.bytes_out);
    retry_connect(r);
    weft_session_stats_read(r->p.c.session, &after, sizeof after);
    assert_int_equal(after.bytes_out, r->p.client_sent);
    assert_true(after.bytes_out > before.bytes_out);
    retry_rig_free(r);
}

enum { LARGE = 100000, N_LARGE = 4 };

static int call_large(retry_rig *r, uint32_t method, int index)
{
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = 10 * S;
    int status = pair_call_with(&r->p.c, r->conn, method, LARGE, index, &options, NULL);
    pair_run(&r->p);
    return status;
}

static uint64_t retry_bytes(const retry_rig *r)
{
    weft_session_stats stats;
    weft_session_stats_read(r->p.c.session, &stats, sizeof stats);
    return stats.retry_bytes;
}

static void arguments_that_are_kept_are_bounded(void **state)
{
    /* Goal: calls that the server has taken and does not answer are kept for another attempt up to max_queued, without
     * what their writers had too much of; then a call that would be kept has WEFT_EAGAIN, others go on; there is an
     * event when there is room, also where calls end by their deadlines. One is always possible. */
    (void)state;
    WEFT_RULE("memory.queued");
    for (int answers = 0; answers < 2; answers++) {
        weft_session_options client = weft_session_options_default();
        client.retry = true;
        client.max_queued = (uint64_t)N_LARGE * LARGE;
        retry_rig *r = retry_rig_new(client, TTL);
        weft_bytes value = { (const uint8_t *)"ok", 2 };
        pair_run(&r->p);
        r->conn = pair_open(&r->p);
        size_t before = r->alloc.live_bytes;
        for (int i = 0; i < N_LARGE; i++)
            assert_int_equal(call_large(r, i % 2 ? PAIR_ONCE : PAIR_AGAIN, i), 0);
        assert_int_equal(r->p.s.n_held, N_LARGE);
        assert_in_range(retry_bytes(r), N_LARGE * LARGE, N_LARGE * (LARGE + 200));
        assert_true(r->alloc.live_bytes - before < (size_t)3 * N_LARGE * LARGE); /* of both sides */
        assert_int_equal(call_large(r, PAIR_AGAIN, 5), WEFT_EAGAIN);
        assert_int_equal(call_large(r, PAIR_HOLD, 6), 0);
        assert_in_range(retry_bytes(r), N_LARGE * LARGE, N_LARGE * (LARGE + 200));
        assert_int_equal(r->p.c.n_writable, 0);
        for (int i = 0; answers && i < N_LARGE; i++) {
            int status = weft_gen_return(r->p.s.held[i], &pair_service, i % 2 ? PAIR_ONCE : PAIR_AGAIN, &value);
            assert_int_equal(status, 0);
            pair_run(&r->p);
            assert_int_equal(r->p.c.n_writable, i < N_LARGE / 2 ? 0 : 1);
        }
        if (!answers)
            pair_advance(&r->p, 10 * S);
        assert_int_equal(r->p.c.results[0].code, answers ? 0 : WEFT_ETIMEDOUT);
        assert_int_equal(r->p.c.n_writable, 1);
        assert_int_equal(retry_bytes(r), 0);
        assert_int_equal(call_large(r, PAIR_AGAIN, 7), 0);
        retry_rig_free(r);
    }
}

static void reopen_rejected_as_lost_is_made_again(void **state)
{
    /* Goal: a proxy whose own session was lost while it decided says so: that is no end, and the calls stay in line
     * until the connection is open again. */
    (void)state;
    WEFT_RULE("op.retry");
    retry_rig *r = retry_rig_ready(TTL);
    weft_bytes value = { (const uint8_t *)"ok", 2 };
    call(r, PAIR_AGAIN, 0);
    pair_run(&r->p);
    retry_cut(r);
    call(r, PAIR_AGAIN, 1);
    r->p.s.keep_pending = true; /* the root */
    retry_connect(r);
    assert_int_equal(weft_pending_accept(r->p.s.pending, NULL, NULL), 0);
    int asked = r->p.s.n_open_asked;
    r->p.s.keep_pending = false;
    r->p.s.refuse_code = WEFT_CODE_LOST;
    pair_run(&r->p);
    assert_int_equal(r->p.s.n_open_asked, asked + 1);
    for (int i = 2; i < 5; i++) { /* not at once, lest it goes on like that for ever */
        pair_advance(&r->p, 1);
        assert_int_equal(r->p.s.n_open_asked, asked + i - 1);
        pair_advance(&r->p, 10 * S);
        assert_int_equal(r->p.s.n_open_asked, asked + i);
    }
    assert_int_equal(r->p.c.n_conn_closed, 0);
    r->p.s.refuse_code = 0;
    pair_advance(&r->p, 10 * S);
    assert_int_equal(r->p.s.n_held, 3); /* the first one once more, and the second */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(weft_gen_return(r->p.s.held[i + 1], &pair_service, PAIR_AGAIN, &value), 0);
        pair_run(&r->p);
        assert_int_equal(r->p.c.done_times[i], 1);
        assert_int_equal(r->p.c.results[i].code, 0);
    }
    retry_rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_that_are_kept_are_bounded),
        cmocka_unit_test(outage_is_no_wait_for_a_place),
        cmocka_unit_test(reopen_rejected_as_lost_is_made_again),
        cmocka_unit_test(bytes_are_counted_over_all_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
