/* Sessions that end while a handshake resumes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"

static void reconnect(pair *p)
{
    pair_disconnect(p, WEFT_ECONNRESET);
    weft_handshake_free(p->client_handshake);
    p->client_handshake = NULL;
    while (!weft_engine_wants_conduit(p->client)) {
        assert_int_equal(weft_engine_phase(p->client), WEFT_PHASE_DISCONNECTED);
        pair_advance(p, weft_engine_deadline(p->client) - p->now_ns);
    }
    assert_int_equal(pair_reconnect(p), 0);
}

static void session_ended_behind_welcome_is_not_resumable(void **state)
{
    /* Goal: the counterpart has read Welcome, and is told by its next attempt; a Sorry would be a violation there. */
    weft_test_alloc alloc;
    weft_registry_options registry;
    weft_session_options options = weft_session_options_default();
    pair p;
    (void)state;
    WEFT_RULE("resume.refuse");
    weft_test_alloc_init(&alloc);
    pair_init(&p, &alloc);
    weft_registry_options_init(&registry, sizeof registry);
    registry.allocator = &alloc.allocator;
    assert_int_equal(weft_registry_new(&registry, &p.registry), 0);
    options.resumable = true;
    assert_int_equal(pair_begin(&p, options, options), 0);
    pair_run(&p);
    reconnect(&p);
    p.server_max = p.server_sent; /* Welcome waits */
    pair_run(&p);
    p.cut = false;
    p.server_max = SIZE_MAX;
    p.client_max = p.client_sent; /* Ready waits */
    pair_run(&p);
    assert_int_equal(p.c.n_resumed, 1);
    assert_int_equal(p.s.n_resumed, 0);
    p.client_max = SIZE_MAX;
    weft_session_close(p.s.session, WEFT_CODE_NONE, "over");
    (void)weft_engine_dispatch(p.server, p.now_ns, SIZE_MAX); /* a pair runs the handshake beside it */
    p.cut = false;
    pair_run(&p);
    assert_int_equal(p.s.n_closed, 1);
    assert_int_equal(p.c.n_closed, 0);
    assert_int_equal(weft_handshake_phase(p.server_handshake), WEFT_PHASE_CLOSED);
    reconnect(&p);
    pair_run(&p);
    assert_int_equal(p.c.n_closed, 1);
    assert_int_equal(p.c.end.code, WEFT_EREFUSED);
    assert_int_equal(p.c.end.remote, WEFT_CODE_NOT_RESUMABLE);
    pair_fini(&p);
    weft_registry_release(p.registry);
    weft_test_alloc_assert_empty(&alloc);
}

static void goodbyes_that_cross_answer_each_other(void **state)
{
    /* Goal: neither side waits for an answer that was thrown away. */
    weft_test_alloc alloc;
    weft_registry_options registry;
    weft_session_options options = weft_session_options_default();
    pair p;
    (void)state;
    WEFT_RULE("session.goodbye");
    weft_test_alloc_init(&alloc);
    pair_init(&p, &alloc);
    weft_registry_options_init(&registry, sizeof registry);
    registry.allocator = &alloc.allocator;
    assert_int_equal(weft_registry_new(&registry, &p.registry), 0);
    options.resumable = true;
    assert_int_equal(pair_begin(&p, options, options), 0);
    pair_run(&p);
    weft_session_close(p.c.session, WEFT_CODE_NONE, "here");
    weft_session_close(p.s.session, WEFT_CODE_NONE, "there");
    pair_run(&p);
    assert_int_equal(p.c.n_closed, 1);
    assert_int_equal(p.s.n_closed, 1);
    assert_int_equal(p.c.end.code, WEFT_OK);
    assert_int_equal(p.s.end.code, WEFT_OK);
    pair_fini(&p);
    weft_registry_release(p.registry);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_ended_behind_welcome_is_not_resumable),
        cmocka_unit_test(goodbyes_that_cross_answer_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
