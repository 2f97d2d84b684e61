/* One whole life of a session, from the handshake to the goodbye: plainly, in steps of one byte, cut at every byte, and
 * with every allocation failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"

/* Open, calls both small and longer than a frame, close of the connection and of the session. */
static void whole_life(pair *p)
{
    weft_connection *conn = NULL;
    if (p->c.n_ready)
        conn = pair_open(p);
    if (conn) {
        size_t lens[] = { 0, 1, 100, 3000, 70000, 300000 };
        for (int i = 0; i < 6; i++) {
            if (pair_call(&p->c, conn, PAIR_ECHO, lens[i], i, NULL) == 0)
                continue;
            p->c.done_times[i] = -1;
        }
        pair_run(p);
        (void)weft_connection_close(conn, WEFT_CODE_NONE, NULL);
        weft_connection_release(conn);
        pair_run(p);
    }
    weft_session_close(p->c.session, WEFT_CODE_NONE, "done");
    pair_run(p);
}

static void assert_once_each(const pair *p)
{
    for (int i = 0; i < 6; i++)
        assert_true(p->c.done_times[i] <= 1);
    assert_true(p->c.n_closed <= 1 && p->s.n_closed <= 1);
    assert_true(p->c.n_opened + p->c.n_refused <= 1);
    assert_int_equal(p->c.n_conn_closed, p->c.n_opened);
    assert_int_equal(p->s.n_conn_closed, p->s.n_serve_closed);
}

static void session_whole_life_all_answered(void **state)
{
    /* Everything that is asked is answered, once, and nothing is left behind. */
    weft_test_alloc alloc;
    pair p;
    (void)state;
    WEFT_RULE("session.handshake");
    WEFT_RULE("session.goodbye");
    for (size_t step = 0; step < 3; step++) {
        weft_test_alloc_init(&alloc);
        pair_init(&p, &alloc);
        p.step = step == 0 ? 0 : step == 1 ? 1 : 1000;
        assert_int_equal(pair_begin(&p, weft_session_options_default(), weft_session_options_default()), 0);
        pair_run(&p);
        assert_int_equal(p.c.n_ready, 1);
        assert_int_equal(p.s.n_ready, 1);
        whole_life(&p);
        assert_int_equal(p.c.n_done, 6);
        for (int i = 0; i < 6; i++) {
            assert_int_equal(p.c.results[i].code, 0);
            assert_int_equal(p.c.results[i].outcome, WEFT_OUTCOME_OK);
        }
        assert_int_equal(p.c.value_len[5], 300000);
        assert_int_equal(p.c.value_first[5], 5);
        assert_int_equal(p.s.n_serve_closed, 1);
        assert_int_equal(p.c.n_closed, 1);
        assert_int_equal(p.s.n_closed, 1);
        assert_int_equal(p.c.end.code, WEFT_OK);
        assert_int_equal(p.s.end.code, WEFT_OK);
        assert_once_each(&p);
        pair_fini(&p);
        weft_test_alloc_assert_empty(&alloc);
    }
}

static void session_cut_anywhere_every_callback_once(void **state)
{
    /* A conduit that fails after any number of moves ends everything once. */
    weft_test_alloc alloc;
    pair p;
    (void)state;
    for (int moves = 0;; moves++) {
        weft_test_alloc_init(&alloc);
        pair_ready(&p, &alloc);
        weft_connection *conn = pair_open(&p);
        assert_non_null(conn);
        p.cut = true;
        for (int i = 0; i < 6; i++)
            assert_int_equal(pair_call(&p.c, conn, i % 2 ? PAIR_HOLD : PAIR_ECHO, 100, i, NULL), 0);
        weft_slice slice;
        bool over = false;
        for (int i = 0; i < moves && !over; i++) {
            size_t consumed;
            over = weft_engine_drain(p.client, &slice, 1) == 0;
            if (over)
                break;
            assert_int_equal(weft_engine_feed(p.server, slice.ptr, 1, p.now_ns, &consumed), 0);
            (void)weft_engine_dispatch(p.server, p.now_ns, SIZE_MAX);
            weft_engine_drained(p.client, 1, p.now_ns);
        }
        pair_disconnect(&p, WEFT_ECONNRESET);
        assert_int_equal(p.c.n_done, 6);
        for (int i = 0; i < 6; i++) {
            assert_int_equal(p.c.done_times[i], 1);
            assert_int_equal(p.c.results[i].code, WEFT_ECONNRESET);
        }
        assert_int_equal(p.c.n_closed, 1);
        assert_int_equal(p.s.n_serve_closed, 1);
        weft_connection_release(conn);
        pair_fini(&p);
        weft_test_alloc_assert_empty(&alloc);
        if (over)
            break;
    }
}

static void no_memory_body(weft_test_alloc *alloc, void *user)
{
    pair p;
    (void)user;
    pair_init(&p, alloc);
    if (pair_begin(&p, weft_session_options_default(), weft_session_options_default()) == 0) {
        pair_run(&p);
        whole_life(&p);
        pair_disconnect(&p, WEFT_ECONNRESET);
        assert_once_each(&p);
    } else {
        assert_true(alloc->failed);
    }
    pair_fini(&p);
}

static void session_without_memory_ends_cleanly(void **state)
{
    /* Each allocation of a whole life fails in turn: no leak, no crash, each callback at most once. */
    (void)state;
    weft_test_alloc_each(no_memory_body, NULL);
}

static void session_steady_state_allocates_nothing(void **state)
{
    /* After the first calls of a kind, a call takes no memory from the allocator, at either end. */
    weft_test_alloc alloc;
    pair p;
    (void)state;
#if !WEFT_POOLS
    skip();
#endif
    weft_test_alloc_init(&alloc);
    pair_ready(&p, &alloc);
    weft_connection *conn = pair_open(&p);
    for (int round = 0; round < 3; round++) {
        uint64_t before = alloc.n_requests;
        for (int k = 0; k < 20; k++) {
            for (int i = 0; i < 16; i++)
                assert_int_equal(pair_call(&p.c, conn, PAIR_ECHO, 64, i, NULL), 0);
            pair_run(&p);
        }
        if (round == 2)
            assert_int_equal(alloc.n_requests, before);
    }
    assert_int_equal(p.c.n_done, 960);
    weft_connection_release(conn);
    pair_fini(&p);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_whole_life_all_answered),
        cmocka_unit_test(session_cut_anywhere_every_callback_once),
        cmocka_unit_test(session_without_memory_ends_cleanly),
        cmocka_unit_test(session_steady_state_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
