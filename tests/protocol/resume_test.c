/* Two engines whose conduit breaks: the session goes on over the next one, and nothing is lost or doubled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"

typedef struct rig {
    weft_test_alloc alloc;
    pair p;
    weft_connection *conn;
} rig;

static weft_session_options client_options(void)
{
    weft_session_options options = weft_session_options_default();
    options.resumable = true;
    return options;
}

static void rig_init(rig *r)
{
    weft_registry_options options;
    weft_test_alloc_init(&r->alloc);
    pair_init(&r->p, &r->alloc);
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &r->alloc.allocator;
    options.seed[0] = 77;
    assert_int_equal(weft_registry_new(&options, &r->p.registry), 0);
    r->conn = NULL;
}

static void rig_begin(rig *r)
{
    rig_init(r);
    assert_int_equal(pair_begin(&r->p, client_options(), weft_session_options_default()), 0);
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_ready, 1);
    r->conn = pair_open(&r->p);
    assert_non_null(r->conn);
}

static void rig_end(rig *r)
{
    weft_connection_release(r->conn);
    pair_fini(&r->p);
    weft_registry_release(r->p.registry);
    weft_test_alloc_assert_empty(&r->alloc);
}

static void dial(rig *r)
{
    for (int i = 0; i < 100 && !weft_engine_wants_conduit(r->p.client); i++)
        pair_advance(&r->p, 100 * WEFT_NS_PER_MS);
    assert_int_equal(pair_reconnect(&r->p), 0);
    pair_run(&r->p);
}

static weft_registry_stats stats_of(const rig *r)
{
    weft_registry_stats stats;
    weft_registry_stats_read(r->p.registry, &stats, sizeof stats);
    return stats;
}

static void session_whose_conduit_breaks_goes_on_over_another(void **unused)
{
    rig r;
    (void)unused;
    WEFT_RULE("resume.exact");
    rig_begin(&r);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 3, 1, NULL), 0);
    pair_run(&r.p);
    for (int outage = 1; outage <= 3; outage++) {
        pair_disconnect(&r.p, WEFT_ECONNRESET);
        assert_int_equal(weft_engine_phase(r.p.client), WEFT_PHASE_DISCONNECTED);
        assert_int_equal(weft_engine_phase(r.p.server), WEFT_PHASE_DISCONNECTED);
        assert_int_equal(r.p.c.n_disconnected, outage);
        assert_int_equal(r.p.s.n_disconnected, outage);
        assert_int_equal(stats_of(&r).parked, 1);
        assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_ECHO, 5, 10 + outage, NULL), 0);
        dial(&r);
        assert_int_equal(r.p.c.n_resumed, outage);
        assert_int_equal(r.p.s.n_resumed, outage);
        assert_int_equal(stats_of(&r).parked, 0);
        assert_int_equal(r.p.c.done_times[10 + outage], 1);
        assert_int_equal(r.p.c.results[10 + outage].code, 0);
    }
    assert_int_equal(r.p.s.n_held, 1);
    assert_int_equal(weft_gen_return(r.p.s.held[0], &pair_service, PAIR_HOLD, &(weft_bytes){ (const uint8_t *)"x", 1 }),
                     0);
    pair_run(&r.p);
    assert_int_equal(r.p.c.done_times[1], 1);
    assert_int_equal(r.p.c.results[1].code, 0);
    weft_session_close(r.p.c.session, WEFT_CODE_NONE, NULL);
    pair_run(&r.p);
    assert_int_equal(r.p.c.n_closed, 1);
    assert_int_equal(r.p.c.end.code, 0);
    assert_int_equal(r.p.s.n_closed, 1);
    assert_int_equal(r.p.s.end.code, 0);
    assert_int_equal(stats_of(&r).sessions, 0);
    rig_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_whose_conduit_breaks_goes_on_over_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
