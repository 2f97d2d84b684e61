/* The patterns of a runtime: many sessions in memory, made and ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/linear/linear.h"
#include "weft/uv.h"

static weft_runtime *runtime;
static size_t n_ready, n_closed;

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    n_ready += event->kind == WEFT_EVENT_READY;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    n_closed++;
    weft_session_release(session);
}

static void prepare_runtime(linear *l)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    (void)l;
    n_ready = n_closed = 0;
    options.on_event = on_event;
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    assert_int_equal(weft_listen(runtime, "mem://linear", &options, &listener, NULL), 0);
}

static void connect_many(linear *l)
{
    weft_session_options options = weft_session_options_default();
    weft_session *session;
    options.on_event = on_event;
    for (size_t i = 0; i < l->n; i++)
        assert_int_equal(weft_connect(runtime, "mem://linear", &options, &session, NULL), 0);
    while (n_ready < 2 * l->n)
        (void)uv_run(weft_runtime_loop(runtime), UV_RUN_ONCE);
}

static void prepare_sessions(linear *l)
{
    prepare_runtime(l);
    connect_many(l);
}

static void free_runtime(linear *l)
{
    weft_runtime_free(runtime);
    assert_int_equal(n_closed, 2 * l->n);
}

static void run_connect(linear *l)
{
    connect_many(l);
    free_runtime(l);
}

const linear_pattern linear_loop_patterns[] = {
    { "sessions of a runtime begin and end", 50, prepare_runtime, run_connect, NULL },
    { "a runtime of many sessions is freed", 50, prepare_sessions, free_runtime, NULL },
    { NULL, 0, NULL, NULL, NULL },
};
