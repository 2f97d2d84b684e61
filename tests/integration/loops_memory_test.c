/* A listener with two loops, from its beginning to its end, with every allocation failing in turn: what cannot be done
 * is refused and changes nothing, and nothing is left. Both loops run on the test's thread, by turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/alloc.h"
#include "tests/support/descriptors.h"
#include "weft/uv.h"
#include "weft/weft.h"

#include <string.h>

typedef struct life {
    uv_loop_t loops[2];
    uv_async_t keepers[2]; /* they go on until these close */
    weft_runtime *runtimes[2];
    int n_closed, n_stopped;
} life;

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    (void)pending;
    return -1;
}

static void on_closed(void *user)
{
    life *l = user;
    l->n_closed++;
}

static void on_stopped(void *user, int status)
{
    life *l = user;
    assert_int_equal(status, 0);
    l->n_stopped++;
}

static void turn(life *l)
{
    for (int i = 0; i < 20; i++)
        (void)uv_run(&l->loops[i % 2], UV_RUN_NOWAIT);
}

/* 0, or WEFT_ENOMEM where an allocation has failed. */
static void assert_done(const weft_test_alloc *alloc, int rc)
{
    if (rc != 0 && !(rc == WEFT_ENOMEM && alloc->failed))
        fail_msg("%s", weft_err_name(rc));
}

static void serve(weft_test_alloc *alloc, life *l, const char *url, const char *other_url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener_options bounds = weft_listener_options_default();
    weft_listener *listener;
    weft_error error;
    options.on_open = on_open;
    bounds.max_pending = 7;
    int rc = weft_listen(l->runtimes[0], url, &options, &listener, &error);
    assert_done(alloc, rc);
    if (rc < 0)
        return;
    assert_done(alloc, weft_listener_add_runtime(listener, l->runtimes[1], &options, &error));
    turn(l);
    assert_done(alloc, weft_listener_rebind(listener, NULL, &options, &bounds, &error));
    turn(l);
    assert_done(alloc, weft_listener_rebind(listener, other_url, NULL, NULL, &error));
    turn(l);
    rc = weft_listener_remove_runtime(listener, l->runtimes[1]);
    assert_true(rc == 0 || (rc == WEFT_ENOENT && alloc->failed));
    turn(l);
    rc = weft_listener_add_runtime(listener, l->runtimes[1], NULL, &error);
    assert_done(alloc, rc);
    assert_int_equal(weft_listener_stop(listener, WEFT_FOREVER, on_stopped, l), 0);
    while (l->n_stopped == 0) /* at TCP it looks for who is on the way */
        turn(l);
    assert_int_equal(l->n_stopped, 1);
}

static void live(weft_test_alloc *alloc, const char *url, const char *other_url)
{
    life l;
    weft_runtime_options options = weft_runtime_options_default();
    int n = 0;
    memset(&l, 0, sizeof l);
    options.allocator = &alloc->allocator;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(uv_loop_init(&l.loops[i]), 0);
        assert_int_equal(uv_async_init(&l.loops[i], &l.keepers[i], NULL), 0);
        options.loop = &l.loops[i];
        int rc = weft_runtime_new(&options, &l.runtimes[i]);
        assert_done(alloc, rc);
        n += rc == 0;
    }
    if (n == 2)
        serve(alloc, &l, url, other_url);
    for (int i = 0; i < 2; i++)
        if (l.runtimes[i])
            weft_runtime_close(l.runtimes[i], on_closed, &l);
    for (int i = 0; i < 100 && l.n_closed < n; i++)
        turn(&l);
    assert_int_equal(l.n_closed, n);
    for (int i = 0; i < 2; i++) {
        uv_close((uv_handle_t *)&l.keepers[i], NULL);
        (void)uv_run(&l.loops[i], UV_RUN_NOWAIT);
        assert_int_equal(uv_loop_close(&l.loops[i]), 0);
    }
}

static void live_tcp(weft_test_alloc *alloc, void *user)
{
    (void)user;
    live(alloc, "tcp://127.0.0.1:0", "tcp://127.0.0.2:0");
}

static void live_unix(weft_test_alloc *alloc, void *user)
{
    (void)user;
    live(alloc, "unix-abstract://weft-loops-memory", "unix-abstract://weft-loops-memory-2");
}

static void want_of_memory_leaves_nothing(void **state)
{
    (void)state;
    weft_test_alloc alloc;
    weft_test_alloc_init(&alloc);
    live_tcp(&alloc, NULL); /* libuv keeps descriptors of its own from the first loop on */
    int n = weft_test_descriptors();
    weft_test_alloc_each(live_tcp, NULL);
    weft_test_alloc_each(live_unix, NULL);
    assert_int_equal(weft_test_descriptors(), n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(want_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
