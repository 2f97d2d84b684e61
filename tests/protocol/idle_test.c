/* Goal: what an idle connection and an idle session hold has a bound, also once they were used [docs/performance.md].
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"

enum {
    CONNECTIONS = 5000,
    CONNECTION_MAX = 400, /* of one side */
    SESSION_MAX = 3072
};

static weft_connection *opened[CONNECTIONS];

static void open_all(pair *p)
{
    for (int i = 0; i < CONNECTIONS; i++) {
        opened[i] = pair_open(p);
        assert_non_null(opened[i]);
    }
}

static void call_on(pair *p, weft_connection *connection)
{
    p->c.done_times[0] = 0;
    assert_int_equal(pair_call(&p->c, connection, PAIR_ECHO, 3, 0, NULL), 0);
    pair_run(p);
    assert_int_equal(p->c.done_times[0], 1);
    assert_int_equal(p->c.results[0].code, 0);
}

/* Intervals of keepalive in which nothing happens. */
static void rest(pair *p)
{
    for (int i = 0; i < 60; i++)
        pair_advance(p, WEFT_NS_PER_S);
}

static void connections_that_are_idle_hold_little(void **state)
{
    /* Goal: opened, and again when each was called. What a session keeps for its next call is small beside it. */
    (void)state;
    weft_test_alloc alloc;
    pair p;
    weft_session_options options = weft_session_options_default();
    options.max_connections = CONNECTIONS + 1;
    options.max_buffered += (uint64_t)1024 * CONNECTIONS;
    weft_test_alloc_init(&alloc);
    pair_init(&p, &alloc);
    assert_int_equal(pair_begin(&p, options, options), 0);
    pair_run(&p);
    size_t before = alloc.live_bytes;
    open_all(&p);
    rest(&p);
    assert_true(alloc.live_bytes - before <= (size_t)2 * CONNECTION_MAX * CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++)
        call_on(&p, opened[i]);
    rest(&p);
    assert_true(alloc.live_bytes - before <= (size_t)2 * CONNECTION_MAX * CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++)
        weft_connection_release(opened[i]);
    pair_fini(&p);
    weft_test_alloc_assert_empty(&alloc);
}

/* A session whose one connection was called, and that has been idle since. What sessions share is the caller's. */
static void session_begin(pair *p, weft_test_alloc *alloc, weft_stats *stats, weft_handles *handles)
{
    pair_init(p, alloc);
    p->client_stats = p->server_stats = stats;
    p->handles = handles;
    assert_int_equal(pair_begin(p, weft_session_options_default(), weft_session_options_default()), 0);
    pair_run(p);
    opened[0] = pair_open(p);
    assert_non_null(opened[0]);
    call_on(p, opened[0]);
    rest(p);
}

static void session_end(pair *p)
{
    weft_connection_release(opened[0]);
    pair_fini(p);
}

static void a_session_that_is_idle_holds_little(void **state)
{
    /* Goal: with one connection, which was called. */
    (void)state;
    weft_test_alloc alloc;
    weft_stats *stats;
    weft_handles *handles;
    pair p;
    weft_test_alloc_init(&alloc);
    assert_int_equal(weft_stats_new(&alloc.allocator, &stats), 0);
    assert_int_equal(weft_handles_new(&alloc.allocator, &handles), 0);
    session_begin(&p, &alloc, stats, handles);
    session_end(&p);
    size_t shared = alloc.live_bytes; /* what a first session has left with stats and handles */
    session_begin(&p, &alloc, stats, handles);
    assert_true(alloc.live_bytes - shared <= (size_t)2 * SESSION_MAX);
    session_end(&p);
    weft_handles_release(handles);
    weft_stats_release(stats);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_that_are_idle_hold_little),
        cmocka_unit_test(a_session_that_is_idle_holds_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
