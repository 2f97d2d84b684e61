/* What an application meets in a session beside calls: handles that are stale, closing in every state, room in the
 * queue, time that goes on while nothing happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"

static weft_test_alloc alloc;
static pair p;

static int setup(void **state)
{
    (void)state;
    weft_test_alloc_init(&alloc);
    pair_ready(&p, &alloc);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    pair_fini(&p);
    weft_test_alloc_assert_empty(&alloc);
    return 0;
}

static void session_closed_handles_say_so(void **state)
{
    /* Stale handles of calls, pendings and connections are answered, never somebody else's. */
    weft_call call, null_call = { NULL, 0 };
    weft_pending null_pending = { NULL, 0 };
    (void)state;
    weft_connection *conn = pair_open(&p);
    assert_int_equal(pair_call(&p.c, conn, PAIR_ECHO, 8, 0, &call), 0);
    pair_run(&p);
    assert_int_equal(weft_call_cancel(call), WEFT_EALREADY);
    assert_int_equal(weft_call_cancel(null_call), WEFT_EALREADY);
    assert_int_equal(weft_call_drop(null_call), WEFT_EALREADY);
    assert_true(weft_call_is_cancelled(null_call));
    assert_null(weft_call_arena(null_call));
    assert_int_equal(weft_pending_reject(null_pending, WEFT_CODE_REFUSED, NULL, NULL), WEFT_EALREADY);
    assert_int_equal(weft_pending_drop(p.s.pending), WEFT_EALREADY);
    assert_int_equal(weft_connection_close(weft_session_root(p.c.session), 0, NULL), WEFT_EINVAL);
    assert_int_equal(weft_connection_close(conn, WEFT_CODE_NONE, NULL), 0);
    assert_int_equal(weft_connection_close(conn, WEFT_CODE_NONE, NULL), WEFT_EALREADY);
    assert_int_equal(pair_call(&p.c, conn, PAIR_ECHO, 8, 1, NULL), WEFT_ECLOSED);
    pair_run(&p);
    assert_int_equal(weft_connection_abort(conn, WEFT_CODE_NONE, NULL), WEFT_EALREADY);
    assert_null(weft_connection_session(conn));
    weft_connection_release(conn);
}

static void session_close_with_open_unsent_sends_nothing_of_it(void **state)
{
    /* An open that never went out is ended here, and the counterpart does not hear of it. */
    (void)state;
    WEFT_RULE("session.shutdown");
    p.cut = true;
    assert_null(pair_open(&p));
    assert_int_equal(p.c.n_refused, 0);
    weft_session_close(p.c.session, WEFT_CODE_NONE, NULL);
    p.cut = false;
    pair_run(&p);
    assert_int_equal(p.c.n_refused, 1);
    assert_int_equal(p.s.n_open_asked, 0);
    assert_int_equal(p.c.end.code, WEFT_OK);
    assert_int_equal(p.s.end.code, WEFT_OK);
    assert_int_equal(p.s.n_closed, 1);
}

static void session_queue_full_says_again_and_then_writable(void **state)
{
    /* Beyond max_queued a call is refused with WEFT_EAGAIN, and WRITABLE comes once when there is room. */
    weft_session_options options = weft_session_options_default();
    (void)state;
    pair_fini(&p);
    pair_init(&p, &alloc);
    options.max_queued = 100000;
    assert_int_equal(pair_begin(&p, options, weft_session_options_default()), 0);
    pair_run(&p);
    weft_connection *conn = pair_open(&p);
    p.cut = true;
    int n = 0;
    while (pair_call(&p.c, conn, PAIR_ECHO, 30000, n, NULL) == 0)
        n++;
    assert_int_equal(n, 4); /* below the limit any one is taken */
    assert_int_equal(pair_call(&p.c, conn, PAIR_ECHO, 1, n, NULL), WEFT_EAGAIN);
    assert_int_equal(p.c.n_writable, 0);
    p.cut = false;
    pair_run(&p);
    assert_int_equal(p.c.n_writable, 1);
    assert_int_equal(p.c.n_done, 4);
    assert_int_equal(pair_call(&p.c, conn, PAIR_ECHO, 1, n, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.n_done, 5);
    weft_connection_release(conn);
}

static void call_deadline_ends_both_sides(void **state)
{
    /* At the deadline the caller has its end, the handler is told, and a late answer is refused locally. */
    weft_call_options options = weft_call_options_default();
    (void)state;
    WEFT_RULE("call.deadline");
    weft_connection *conn = pair_open(&p);
    options.timeout_ns = 3 * WEFT_NS_PER_MS / 2; /* travels as 2 ms */
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_HOLD, 8, 0, &options, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.s.n_held, 1);
    assert_true(weft_call_remaining_ns(p.s.held[0]) == 2 * WEFT_NS_PER_MS);
    pair_advance(&p, 2 * WEFT_NS_PER_MS);
    assert_int_equal(p.c.done_times[0], 1);
    assert_int_equal(p.c.results[0].code, WEFT_ETIMEDOUT);
    assert_true(p.c.results[0].may_have_run);
    assert_int_equal(p.s.n_cancelled, 1);
    assert_true(weft_call_is_cancelled(p.s.held[0]));
    weft_bytes late = { (const uint8_t *)"", 0 };
    assert_int_equal(weft_gen_return(p.s.held[0], &pair_service, PAIR_HOLD, &late), WEFT_EALREADY);
    assert_int_equal(pair_call(&p.c, conn, PAIR_ECHO, 8, 1, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.results[1].code, 0);
    options.timeout_ns = 0;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_ECHO, 8, 2, &options, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.results[2].code, WEFT_ETIMEDOUT);
    assert_false(p.c.results[2].may_have_run);
    assert_int_equal(p.s.n_handled, 2);
    weft_connection_release(conn);
}

static void handler_keeps_its_call_after_the_connection_went(void **state)
{
    /* The arena of a held call outlives its connection, until the handler lets go. */
    (void)state;
    weft_connection *conn = pair_open(&p);
    assert_int_equal(pair_call(&p.c, conn, PAIR_HOLD, 8, 0, NULL), 0);
    pair_run(&p);
    weft_arena *arena = weft_call_arena(p.s.held[0]);
    char *text = weft_arena_alloc(arena, 6, 1);
    memcpy(text, "still", 6);
    assert_int_equal(weft_connection_close(conn, WEFT_CODE_NONE, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.results[0].code, WEFT_ECONNCLOSED);
    assert_int_equal(p.s.n_cancelled, 1);
    assert_int_equal(p.s.n_serve_closed, 1);
    assert_true(weft_call_is_cancelled(p.s.held[0]));
    assert_string_equal(text, "still");
    assert_int_equal(weft_call_drop(p.s.held[0]), WEFT_EALREADY);
    assert_null(weft_call_arena(p.s.held[0]));
    weft_connection_release(conn);
}

/* What the client has to say is fed to the server, which does not dispatch yet. */
static void feed_only(void)
{
    weft_slice slices[16];
    size_t consumed;
    size_t n = weft_engine_drain(p.client, slices, 16);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(weft_engine_feed(p.server, slices[i].ptr, slices[i].len, p.now_ns, &consumed), 0);
        assert_int_equal(consumed, slices[i].len);
    }
    (void)weft_engine_dispatch(p.server, p.now_ns, 0); /* what waits is owned from here on */
    for (size_t i = 0; i < n; i++)
        weft_engine_drained(p.client, slices[i].len, p.now_ns);
}

static void call_cancelled_and_late_before_its_handler_is_answered_once(void **state)
{
    /* A request whose Cancel and deadline both come before the dispatch gets one response, and no handler. */
    weft_call_options options = weft_call_options_default();
    weft_call call;
    (void)state;
    weft_connection *conn = pair_open(&p);
    options.timeout_ns = WEFT_NS_PER_MS;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_HOLD, 8, 0, &options, &call), 0);
    feed_only();
    assert_int_equal(weft_call_cancel(call), 0);
    feed_only();
    weft_engine_tick(p.server, p.now_ns + 5 * WEFT_NS_PER_MS);
    pair_run(&p);
    assert_int_equal(p.s.n_handled, 0);
    assert_int_equal(p.c.done_times[0], 1);
    assert_int_equal(p.c.results[0].code, WEFT_ECANCELED);
    assert_int_equal(pair_call(&p.c, conn, PAIR_ECHO, 8, 1, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.results[1].code, 0);
    weft_connection_release(conn);
}

static void call_answer_too_long_lets_go(void **state)
{
    /* WEFT_EMSGSIZE is an answer: the caller is told internal, and the handle is stale. */
    weft_session_options options = weft_session_options_default();
    (void)state;
    pair_fini(&p);
    pair_init(&p, &alloc);
    options.max_message_size = 64 * 1024;
    assert_int_equal(pair_begin(&p, options, weft_session_options_default()), 0);
    pair_run(&p);
    weft_connection *conn = pair_open(&p);
    assert_int_equal(pair_call(&p.c, conn, PAIR_HOLD, 8, 0, NULL), 0);
    pair_run(&p);
    uint8_t *long_value = malloc(70000);
    assert_non_null(long_value);
    memset(long_value, 1, 70000);
    weft_bytes value = { long_value, 70000 };
    assert_int_equal(weft_gen_return(p.s.held[0], &pair_service, PAIR_HOLD, &value), WEFT_EMSGSIZE);
    assert_null(weft_call_arena(p.s.held[0]));
    free(long_value);
    pair_run(&p);
    assert_int_equal(p.c.results[0].outcome, WEFT_OUTCOME_INTERNAL);
    assert_non_null(strstr(p.c.texts[0], "65536"));
    weft_connection_release(conn);
}

static void call_let_go_hears_of_no_cancel(void **state)
{
    /* Once a handler has answered, even too late, its cancel callback does not come any more. */
    weft_call_options options = weft_call_options_default();
    weft_bytes value = { (const uint8_t *)"", 0 };
    (void)state;
    weft_connection *conn = pair_open(&p);
    options.timeout_ns = WEFT_NS_PER_MS;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_HOLD, 8, 0, &options, NULL), 0);
    pair_run(&p);
    weft_engine_tick(p.server, p.now_ns + 5 * WEFT_NS_PER_MS); /* CANCEL waits for the dispatch */
    assert_int_equal(weft_gen_return(p.s.held[0], &pair_service, PAIR_HOLD, &value), WEFT_EALREADY);
    pair_run(&p);
    assert_int_equal(p.s.n_cancelled, 0);
    weft_connection_release(conn);
}

static void call_given_up_goes_with_its_connection(void **state)
{
    /* Told of its end already, it waits for a response that the connection's end takes away: nothing of it is left. */
    weft_call_options options = weft_call_options_default();
    weft_call call;
    (void)state;
    weft_connection *conn = pair_open(&p);
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_HOLD, 8, 0, &options, &call), 0);
    pair_run(&p);
    assert_int_equal(weft_call_cancel(call), 0);
    pair_run(&p);
    assert_int_equal(p.c.done_times[0], 1);
    assert_int_equal(weft_connection_abort(conn, 0, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.done_times[0], 1);
    weft_connection_release(conn);
}

static void options_of_another_version_are_read_by_their_size(void **state)
{
    /* What this version does not know may be there while it is zero; what an older program lacks has its default. */
    struct {
        weft_call_options known;
        uint64_t later;
    } newer;
    size_t older = offsetof(weft_call_options, arena);
    (void)state;
    weft_connection *conn = pair_open(&p);
    memset(&newer, 0, sizeof newer);
    newer.known = weft_call_options_default();
    newer.known.size = sizeof newer;
    newer.later = 1;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_ECHO, 8, 0, &newer.known, NULL), WEFT_EINVAL);
    newer.later = 0;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_ECHO, 8, 0, &newer.known, NULL), 0);
    newer.known.size = older;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_ECHO, 8, 1, &newer.known, NULL), 0);
    newer.known.size = sizeof(size_t) - 1;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_ECHO, 8, 2, &newer.known, NULL), WEFT_EINVAL);
    pair_run(&p);
    assert_int_equal(p.c.done_times[0], 1);
    assert_int_equal(p.c.done_times[1], 1);
    assert_int_equal(p.c.done_times[2], 0);
    weft_connection_release(conn);
}

static void calls_over_and_held_are_bounded(void **state)
{
    /* Handlers that let go of nothing cost a bounded number of calls, however short the callers' deadlines are. */
    weft_call_options options = weft_call_options_default();
    (void)state;
    weft_connection *conn = pair_open(&p);
    options.timeout_ns = WEFT_NS_PER_MS;
    uint32_t n_refused = 0;
    for (uint32_t i = 0; i < WEFT_OVER_CALLS_MAX + 10; i++) {
        p.c.done_times[0] = 0;
        assert_int_equal(pair_call_with(&p.c, conn, PAIR_HOLD, 8, 0, &options, NULL), 0);
        pair_run(&p);
        pair_advance(&p, 5 * WEFT_NS_PER_MS);
        assert_int_equal(p.c.done_times[0], 1);
        n_refused += p.c.results[0].outcome == WEFT_OUTCOME_RESOURCE_EXHAUSTED;
    }
    assert_int_equal(n_refused, 10);
    assert_int_equal(p.s.n_handled, WEFT_OVER_CALLS_MAX);
    weft_connection_release(conn);
}

static void session_close_with_many_opens_unsent_ends_all(void **state)
{
    /* However many they are, none goes out after the close. */
    (void)state;
    p.cut = true;
    for (int i = 0; i < 100; i++)
        assert_null(pair_open(&p));
    weft_session_close(p.c.session, WEFT_CODE_NONE, NULL);
    p.cut = false;
    pair_run(&p);
    assert_int_equal(p.c.n_refused, 100);
    assert_int_equal(p.s.n_open_asked, 0);
    assert_int_equal(p.c.n_closed, 1);
    assert_int_equal(p.c.end.code, WEFT_OK);
}

static void session_times_without_end_never_pass(void **state)
{
    /* WEFT_FOREVER, and times beyond the end of time, wait; they do not wrap. */
    const uint64_t times[] = { WEFT_FOREVER, WEFT_FOREVER - 2, WEFT_FOREVER / 2 };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        weft_session_options options = weft_session_options_default();
        pair_fini(&p);
        pair_init(&p, &alloc);
        options.close_timeout_ns = options.queue_timeout_ns = options.handshake_timeout_ns = times[i];
        options.call_timeout_ns = times[i];
        assert_int_equal(pair_begin(&p, options, options), 0);
        pair_advance(&p, WEFT_NS_PER_S);
        weft_connection *conn = pair_open(&p);
        assert_non_null(conn);
        assert_int_equal(pair_call(&p.c, conn, PAIR_HOLD, 8, 0, NULL), 0);
        pair_run(&p);
        pair_advance(&p, 100 * WEFT_NS_PER_S);
        assert_int_equal(p.c.n_done, 0);
        weft_bytes value = { (const uint8_t *)"x", 1 };
        p.cut = true;
        assert_int_equal(weft_gen_return(p.s.held[0], &pair_service, PAIR_HOLD, &value), 0);
        weft_session_close(p.s.session, WEFT_CODE_NONE, NULL);
        pair_advance(&p, 100 * WEFT_NS_PER_S);
        p.cut = false;
        pair_run(&p);
        assert_int_equal(p.c.results[0].code, 0);
        assert_int_equal(p.s.end.code, WEFT_OK);
        weft_connection_release(conn);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(session_closed_handles_say_so, setup, teardown),
        cmocka_unit_test_setup_teardown(session_close_with_open_unsent_sends_nothing_of_it, setup, teardown),
        cmocka_unit_test_setup_teardown(session_queue_full_says_again_and_then_writable, setup, teardown),
        cmocka_unit_test_setup_teardown(call_deadline_ends_both_sides, setup, teardown),
        cmocka_unit_test_setup_teardown(handler_keeps_its_call_after_the_connection_went, setup, teardown),
        cmocka_unit_test_setup_teardown(call_cancelled_and_late_before_its_handler_is_answered_once, setup, teardown),
        cmocka_unit_test_setup_teardown(call_answer_too_long_lets_go, setup, teardown),
        cmocka_unit_test_setup_teardown(call_let_go_hears_of_no_cancel, setup, teardown),
        cmocka_unit_test_setup_teardown(call_given_up_goes_with_its_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(options_of_another_version_are_read_by_their_size, setup, teardown),
        cmocka_unit_test_setup_teardown(calls_over_and_held_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(session_close_with_many_opens_unsent_ends_all, setup, teardown),
        cmocka_unit_test_setup_teardown(session_times_without_end_never_pass, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
