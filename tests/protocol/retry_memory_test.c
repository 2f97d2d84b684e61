/* A session is lost and replaced while memory lacks: every call and connection still ends once, and nothing is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"
#include "weft/operation.h"

static void reconnect(pair *p)
{
    while (p->client && weft_engine_phase(p->client) == WEFT_PHASE_DISCONNECTED) {
        if (weft_engine_wants_conduit(p->client)) {
            if (pair_reconnect(p) < 0)
                return;
            pair_run(p);
            return;
        }
        uint64_t deadline = weft_engine_deadline(p->client);
        if (deadline == WEFT_FOREVER)
            return;
        pair_advance(p, deadline - p->now_ns);
    }
}

static void cut(pair *p)
{
    pair_disconnect(p, WEFT_ECONNRESET);
    weft_handshake_free(p->client_handshake);
    weft_handshake_free(p->server_handshake);
    p->client_handshake = p->server_handshake = NULL;
    if (p->client)
        pair_run(p);
}

static void live(pair *p)
{
    static const uint32_t methods[] = { PAIR_AGAIN, PAIR_ONCE, PAIR_HOLD, PAIR_ECHO };
    int n = 0;
    pair_run(p);
    weft_connection *conn = p->c.n_ready > 0 ? pair_open(p) : NULL;
    for (int outage = 0; conn && outage < 2; outage++) {
        for (size_t i = 0; i < 4; i++, n++)
            if (pair_call(&p->c, conn, methods[i], 3000, n, NULL) < 0)
                p->c.done_times[n] = 1;
        pair_run(p);
        cut(p);
        reconnect(p);
    }
    for (int i = 0; i < p->s.n_held; i++)
        (void)weft_call_drop(p->s.held[i]);
    pair_run(p);
    weft_connection_release(conn);
    for (int i = 0; !p->alloc->failed && i < n; i++)
        assert_int_equal(p->c.done_times[i], 1);
}

static void body(weft_test_alloc *alloc, void *user)
{
    pair p;
    weft_session_options client = weft_session_options_default();
    weft_operations_options options;
    (void)user;
    client.retry = true;
    client.call_timeout_ns = WEFT_FOREVER;
    pair_init(&p, alloc);
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &alloc->allocator;
    if (weft_operations_new(&options, &p.operations, NULL) < 0 || weft_handles_new(&alloc->allocator, &p.handles) < 0) {
        assert_true(alloc->failed);
        weft_operations_release(p.operations);
        return;
    }
    if (pair_begin(&p, client, weft_session_options_default()) == 0)
        live(&p);
    int n_opened = p.c.n_opened;
    bool had_session = p.client != NULL;
    pair_fini(&p);
    weft_operations_release(p.operations);
    weft_handles_release(p.handles);
    assert_int_equal(p.c.n_closed, had_session ? 1 : 0);
    assert_int_equal(p.c.n_conn_closed, n_opened);
    for (int i = 0; i < PAIR_CALLS_MAX; i++)
        assert_true(p.c.done_times[i] <= 1);
}

static void each_request_for_memory_fails(void **state)
{
    /* Goal: whichever request for memory fails, and all behind it: what was begun ends once. */
    (void)state;
    WEFT_RULE("op.retry");
    weft_test_alloc_each(body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_for_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
