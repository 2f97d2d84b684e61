/* Sizes of the structs that applications fill, right and wrong, through every function that takes one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "weft/runtime.h"

/* Room for what a later version may have. */
typedef union filled {
    size_t size;
    uint8_t bytes[8192];
    weft_session_options session;
    weft_open_options open;
    weft_call_options call;
    weft_engine_options engine;
    weft_runtime_options runtime;
    weft_listener_options listener;
    weft_peer peer;
} filled;

typedef struct world {
    weft_test_alloc alloc;
    pair p;
    weft_connection *conn;
    int n_calls;
} world;

static world w;

/* ---- what takes one: 0 or the error ---- */

static int engine_of(const weft_engine_options *engine_options, const weft_session_options *session_options)
{
    weft_engine *engine = NULL;
    int status = weft_engine_new(engine_options, session_options, 1, &engine);
    weft_engine_free(engine);
    return status;
}

static weft_engine_options engine_options(void)
{
    weft_engine_options options;
    weft_engine_options_init(&options, sizeof options);
    return options;
}

static int take_session(const filled *f)
{
    weft_engine_options options = engine_options();
    return engine_of(&options, &f->session);
}

static int take_session_of_acceptor(const filled *f)
{
    weft_engine_options options = engine_options();
    weft_handshake *handshake = NULL;
    int status = weft_handshake_new(&options, &f->session, 1, &handshake);
    weft_handshake_free(handshake);
    return status;
}

static int with_runtime(int (*take)(weft_runtime *runtime, const filled *f), const filled *f)
{
    weft_runtime *runtime;
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    int status = take(runtime, f);
    weft_runtime_free(runtime);
    return status;
}

static int listen_with(weft_runtime *runtime, const filled *f)
{
    weft_listener *listener;
    return weft_listen(runtime, "mem://a", &f->session, &listener, NULL);
}

static int listen_with_bounds(weft_runtime *runtime, const filled *f)
{
    weft_session_options session = weft_session_options_default();
    weft_listener *listener;
    return weft_listen_with(runtime, "mem://a", &session, &f->listener, &listener, NULL);
}

static int connect_with(weft_runtime *runtime, const filled *f)
{
    weft_session *session = NULL;
    int status = weft_connect(runtime, "mem://a", &f->session, &session, NULL);
    weft_session_release(session);
    return status;
}

static int take_session_of_listener(const filled *f)
{
    return with_runtime(listen_with, f);
}

static int take_listener(const filled *f)
{
    return with_runtime(listen_with_bounds, f);
}

static int take_session_of_connect(const filled *f)
{
    return with_runtime(connect_with, f);
}

static int take_root(const filled *f)
{
    weft_engine_options options = engine_options();
    weft_session_options session = weft_session_options_default();
    session.root = &f->open;
    return engine_of(&options, &session);
}

static int take_engine(const filled *f)
{
    return engine_of(&f->engine, NULL);
}

static int take_runtime(const filled *f)
{
    weft_runtime *runtime = NULL;
    int status = weft_runtime_new(&f->runtime, &runtime);
    weft_runtime_free(runtime);
    return status;
}

static int take_peer(const filled *f)
{
    weft_engine_options options = engine_options();
    options.peer = &f->peer;
    return engine_of(&options, NULL);
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    (void)user;
    (void)metadata;
    (void)error;
    weft_connection_release(connection);
}

static int take_open(const filled *f)
{
    int status = weft_open(w.p.c.session, &pair_service, &f->open, opened, NULL);
    pair_run(&w.p);
    return status;
}

static int take_accept(const filled *f)
{
    w.p.s.keep_pending = true;
    assert_int_equal(weft_open(w.p.c.session, &pair_service, NULL, opened, NULL), 0);
    pair_run(&w.p);
    int status = weft_pending_accept(w.p.s.pending, &f->open, NULL);
    w.p.s.keep_pending = false;
    assert_int_equal(weft_pending_drop(w.p.s.pending), status == 0 ? WEFT_EALREADY : 0); /* undecided still */
    pair_run(&w.p);
    return status;
}

static int take_call(const filled *f)
{
    int status = pair_call_with(&w.p.c, w.conn, PAIR_ECHO, 3, 0, &f->call, NULL);
    pair_run(&w.p);
    w.n_calls += status == 0;
    assert_int_equal(w.p.c.n_done, w.n_calls);
    return status;
}

/* ---- every one of them ---- */

static void init_session(filled *f)
{
    weft_session_options_init(&f->session, sizeof f->session);
}
static void init_open(filled *f)
{
    weft_open_options_init(&f->open, sizeof f->open);
}
static void init_call(filled *f)
{
    weft_call_options_init(&f->call, sizeof f->call);
}
static void init_engine(filled *f)
{
    weft_engine_options_init(&f->engine, sizeof f->engine);
}
static void init_runtime(filled *f)
{
    weft_runtime_options_init(&f->runtime, sizeof f->runtime);
}
static void init_listener(filled *f)
{
    weft_listener_options_init(&f->listener, sizeof f->listener);
}
static void init_peer(filled *f)
{
    f->peer = (weft_peer){ sizeof f->peer, "mem", "", false, 0, 0, 0 };
}

static const struct {
    const char *name;
    void (*init)(filled *f);
    int (*take)(const filled *f);
} takers[] = {
    { "weft_engine_new", init_session, take_session },
    { "weft_handshake_new", init_session, take_session_of_acceptor },
    { "weft_listen", init_session, take_session_of_listener },
    { "weft_connect", init_session, take_session_of_connect },
    { "the session options' root", init_open, take_root },
    { "engine options", init_engine, take_engine },
    { "weft_runtime_new", init_runtime, take_runtime },
    { "weft_listen_with", init_listener, take_listener },
    { "weft_peer", init_peer, take_peer },
    { "weft_open", init_open, take_open },
    { "weft_pending_accept", init_open, take_accept },
    { "weft_gen_call", init_call, take_call },
};

static void options_of_any_size_are_read_or_refused(void **state)
{
    /* Goal: what was never filled, or garbage, is WEFT_EINVAL, and nothing is read by it; other versions' are taken
     * where they can be. */
    static const size_t impossible[] = { 0, 1, sizeof(size_t) - 1, 4097, SIZE_MAX / 2, SIZE_MAX };
    (void)state;
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        filled f;
        memset(&f, 0, sizeof f);
        takers[i].init(&f);
        size_t own = f.size;
        print_message("%s\n", takers[i].name);
        assert_int_equal(takers[i].take(&f), 0);
        for (size_t k = 0; k < sizeof impossible / sizeof *impossible; k++) {
            f.size = impossible[k];
            assert_int_equal(takers[i].take(&f), WEFT_EINVAL);
        }
        f.size = own + 24; /* later ones, at their defaults */
        assert_int_equal(takers[i].take(&f), 0);
        f.bytes[own + 23] = 1;
        assert_int_equal(takers[i].take(&f), WEFT_EINVAL);
        f.size = own + 23; /* behind its end stands anything */
        assert_int_equal(takers[i].take(&f), 0);
        memset(f.bytes + sizeof(size_t), 0xee, own - sizeof(size_t));
        f.size = sizeof(size_t); /* an older one */
        assert_int_equal(takers[i].take(&f), 0);
    }
}

static void options_init_writes_no_more_than_its_size(void **state)
{
    /* Goal: a program with an older, shorter struct is given no more than that. */
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        filled f;
        size_t size = sizeof(size_t) + 4;
        memset(&f, 0xee, sizeof f);
        if (i == 0)
            weft_session_options_init(&f.session, size);
        else if (i == 1)
            weft_runtime_options_init(&f.runtime, size);
        else
            weft_call_options_init(&f.call, size);
        assert_int_equal(f.size, size);
        for (size_t at = size; at < sizeof f; at++)
            assert_int_equal(f.bytes[at], 0xee);
    }
}

static int setup(void **state)
{
    (void)state;
    memset(&w, 0, sizeof w);
    weft_test_alloc_init(&w.alloc);
    pair_ready(&w.p, &w.alloc);
    w.conn = pair_open(&w.p);
    return w.conn ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    weft_connection_release(w.conn);
    pair_fini(&w.p);
    weft_test_alloc_assert_empty(&w.alloc);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(options_of_any_size_are_read_or_refused, setup, teardown),
        cmocka_unit_test(options_init_writes_no_more_than_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
