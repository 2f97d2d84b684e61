/* At the edges: metadata that a handler holds while it keeps its call, many calls that end at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/pair.h"

static weft_test_alloc alloc;
static pair p;

static int setup(void **state)
{
    (void)state;
    weft_test_alloc_init(&alloc);
    pair_init(&p, &alloc);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    pair_fini(&p);
    weft_test_alloc_assert_empty(&alloc);
    return 0;
}

static void metadata_stays_with_a_call_that_is_kept(void **state)
{
    /* What a handler has got before weft_gen_keep is there after it, and when the handler has returned. */
    weft_metadata_entry token = weft_metadata_str("token", WEFT_STR("secret"), 0);
    weft_metadata metadata = { &token, 1 };
    weft_call_options options = weft_call_options_default();
    weft_str value;
    (void)state;
    p.s.keep_calls = true;
    assert_int_equal(pair_begin(&p, weft_session_options_default(), weft_session_options_default()), 0);
    pair_run(&p);
    weft_connection *conn = pair_open(&p);
    options.metadata = &metadata;
    assert_int_equal(pair_call_with(&p.c, conn, PAIR_HOLD, 8, 0, &options, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.s.n_held, 1);
    assert_ptr_equal(weft_call_metadata(p.s.held[0]), p.s.held_metadata);
    assert_true(weft_metadata_get_str(p.s.held_metadata, "token", &value));
    assert_true(weft_str_equal(value, WEFT_STR("secret")));
    assert_int_equal(weft_call_drop(p.s.held[0]), 0);
    pair_run(&p);
    assert_int_equal(p.c.n_done, 1);
    weft_connection_release(conn);
}

static void many_calls_end_at_once_each_once(void **state)
{
    /* A connection that ends with many calls in flight and answered ends each of them once. */
    enum { N = 3000 };
    weft_session_options server = weft_session_options_default();
    (void)state;
    server.max_concurrent_requests = N;
    assert_int_equal(pair_begin(&p, weft_session_options_default(), server), 0);
    pair_run(&p);
    weft_connection *conn = pair_open(&p);
    for (int i = 0; i < N; i++)
        assert_int_equal(pair_call(&p.c, conn, i % 3 ? PAIR_HOLD : PAIR_ECHO, 8, i % PAIR_CALLS_MAX, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.n_done, N / 3);
    assert_int_equal(weft_connection_abort(conn, WEFT_CODE_NONE, NULL), 0);
    pair_run(&p);
    assert_int_equal(p.c.n_done, N);
    assert_int_equal(p.s.n_cancelled, N - N / 3);
    weft_connection_release(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(metadata_stays_with_a_call_that_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(many_calls_end_at_once_each_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
