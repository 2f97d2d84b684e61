/* What is kept to be sent again: when it is acknowledged, how much it may be, and what it costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/resume_rig.h"
#include "tests/support/rules.h"

static void echo(resume_rig *r, size_t len, int index)
{
    assert_int_equal(pair_call(&r->p.c, r->conn, PAIR_ECHO, len, index, NULL), 0);
    pair_run(&r->p);
    r->p.c.done_times[index] = 0;
}

static void acknowledged_after_a_second_and_an_idle_session_says_nothing(void **unused)
{
    resume_rig r;
    weft_session_options client = resume_rig_client(), server = weft_session_options_default();
    (void)unused;
    WEFT_RULE("resume.count");
    client.keepalive_idle_ns = server.keepalive_idle_ns = WEFT_FOREVER;
    resume_rig_begin(&r, client, server);
    echo(&r, 3, 1);
    size_t client_sent = r.p.client_sent, server_sent = r.p.server_sent;
    pair_advance(&r.p, WEFT_ACK_DELAY - 1);
    assert_int_equal(r.p.client_sent, client_sent);
    assert_int_equal(r.p.server_sent, server_sent);
    pair_advance(&r.p, 1);
    size_t ack = r.p.client_sent - client_sent;
    assert_true(ack > 16 && ack <= 26);
    assert_int_equal(r.p.server_sent - server_sent > 16, 1);
    client_sent = r.p.client_sent;
    server_sent = r.p.server_sent;
    for (int i = 0; i < 100; i++)
        pair_advance(&r.p, 10 * WEFT_NS_PER_S);
    assert_int_equal(r.p.client_sent, client_sent);
    assert_int_equal(r.p.server_sent, server_sent);
    assert_true(weft_engine_deadline(r.p.client) == WEFT_FOREVER); /* no timer runs either */
    assert_true(weft_engine_deadline(r.p.server) == WEFT_FOREVER);
    resume_rig_end(&r);
}

/* [resume.count] 64 KiB are acknowledged without waiting for the second. */
static void acknowledged_after_64_kib(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("resume.count");
    resume_rig_ready(&r);
    for (int i = 0; i < 400; i++)
        echo(&r, 2000, 1);
    size_t held = r.alloc.live_bytes;
    assert_true(held < (size_t)400 * 1024); /* of 800,000 bytes each way */
    resume_rig_end(&r);
}

static void steady_calls_allocate_nothing(void **unused)
{
    (void)unused;
#if WEFT_POOLS /* which sanitizers have not */
    resume_rig r;
    resume_rig_ready(&r);
    for (int i = 0; i < 5000; i++)
        echo(&r, 60, 1);
    uint64_t n_requests = r.alloc.n_requests;
    for (int i = 0; i < 20000; i++)
        echo(&r, 60, 1);
    assert_int_equal(r.alloc.n_requests, n_requests);
    resume_rig_end(&r);
#else
    skip();
#endif
}

/* ---- at the limit ---- */

/* The client's bytes arrive; nothing comes back, so that nothing is acknowledged. */
static void mute_server(resume_rig *r)
{
    weft_session_options client = resume_rig_client(), server = weft_session_options_default();
    client.keepalive_idle_ns = WEFT_FOREVER;
    client.call_timeout_ns = WEFT_FOREVER;
    client.replay_limit = WEFT_REPLAY_MIN;
    resume_rig_begin(r, client, server);
    pair_advance(&r->p, 2 * WEFT_ACK_DELAY); /* nothing is unacknowledged */
}

/* Drains the client into nothing: how many bytes. */
static size_t drain_client(resume_rig *r)
{
    weft_slice slices[16];
    size_t n, sent = 0;
    while ((n = weft_engine_drain(r->p.client, slices, 16)) > 0) {
        size_t len = 0;
        for (size_t i = 0; i < n; i++)
            len += slices[i].len;
        weft_engine_drained(r->p.client, len, r->p.now_ns);
        sent += len;
    }
    return sent;
}

static void memory_stays_below_the_limit_without_acknowledgement(void **unused)
{
    (void)unused;
    WEFT_RULE("resume.count");
    static const size_t lens[] = { 10, 1500, 3000, 30000, 200000, 700000 };
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        resume_rig r;
        mute_server(&r);
        for (int call = 0; call < 60 && (size_t)call * lens[i] < 900000; call++)
            assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, lens[i], call, NULL), 0);
        size_t queued = r.alloc.live_bytes;
        size_t sent = drain_client(&r);
        if (lens[i] >= 30000) {
            assert_true(sent > WEFT_REPLAY_MIN / 2); /* most of the limit is of use */
            assert_false(weft_engine_has_output(r.p.client));
        }
        assert_true(sent <= WEFT_REPLAY_MIN);
        assert_true(r.alloc.live_bytes <= queued + WEFT_REPLAY_MIN);
        resume_rig_end(&r);
    }
}

static void counterpart_that_acknowledges_nothing_is_dead_after_30_s(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("resume.count");
    mute_server(&r);
    for (int call = 0; call < 60; call++)
        assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 30000, call, NULL), 0);
    (void)drain_client(&r);
    r.p.cut = true;
    pair_advance(&r.p, WEFT_REPLAY_TIMEOUT - 1);
    (void)drain_client(&r);
    assert_int_equal(weft_engine_phase(r.p.client), WEFT_PHASE_RUNNING);
    pair_advance(&r.p, 1);
    assert_int_equal(weft_engine_phase(r.p.client), WEFT_PHASE_DISCONNECTED);
    assert_int_equal(r.p.c.outage.code, WEFT_ETIMEDOUT);
    resume_rig_dial(&r); /* what the server never had is sent again */
    pair_advance(&r.p, 2 * WEFT_ACK_DELAY);
    pair_advance(&r.p, 2 * WEFT_ACK_DELAY);
    assert_int_equal(r.p.s.n_held, 60);
    resume_rig_end(&r);
}

/* ---- no memory ---- */

/* Calls, an outage, a resumption: with each allocation failing in turn each call ends once, and nothing leaks. */
static void one_life(weft_test_alloc *alloc, void *user)
{
    weft_registry_options options;
    weft_registry *registry = NULL;
    pair p;
    (void)user;
    pair_init(&p, alloc);
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &alloc->allocator;
    if (weft_registry_new(&options, &registry) < 0)
        return;
    p.registry = registry;
    int n_calls = 0;
    if (pair_begin(&p, resume_rig_client(), weft_session_options_default()) == 0) {
        pair_run(&p);
        weft_connection *conn = p.c.n_ready && !p.c.n_closed ? pair_open(&p) : NULL;
        for (int outage = 0; conn && outage < 2; outage++) {
            n_calls += pair_call(&p.c, conn, PAIR_ECHO, 5000, n_calls, NULL) == 0;
            n_calls += pair_call(&p.c, conn, PAIR_HOLD, 5, n_calls, NULL) == 0;
            if (outage == 0)
                pair_run(&p);
            pair_disconnect(&p, WEFT_ECONNRESET);
            for (int i = 0; i < 50 && !weft_engine_wants_conduit(p.client); i++)
                pair_advance(&p, 100 * WEFT_NS_PER_MS);
            if (pair_reconnect(&p) == 0)
                pair_run(&p);
        }
        weft_connection_release(conn);
    }
    pair_fini(&p);
    weft_registry_release(registry);
    for (int i = 0; i < n_calls; i++)
        assert_int_equal(p.c.done_times[i], 1);
}

static void each_allocation_may_fail(void **unused)
{
    (void)unused;
    weft_test_alloc_each(one_life, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acknowledged_after_a_second_and_an_idle_session_says_nothing),
        cmocka_unit_test(acknowledged_after_64_kib),
        cmocka_unit_test(steady_calls_allocate_nothing),
        cmocka_unit_test(memory_stays_below_the_limit_without_acknowledgement),
        cmocka_unit_test(counterpart_that_acknowledges_nothing_is_dead_after_30_s),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
