/* The two sides, and the moments at which their conduit fails. */
#include "tests/support/retry_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

retry_rig *retry_rig_new(weft_session_options client, uint64_t ttl_ns)
{
    retry_rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    weft_test_alloc_init(&r->alloc);
    pair_init(&r->p, &r->alloc);
    if (ttl_ns > 0) {
        weft_operations_options options;
        weft_operations_options_init(&options, sizeof options);
        options.allocator = &r->alloc.allocator;
        options.ttl_ns = ttl_ns;
        assert_int_equal(weft_operations_new(&options, &r->p.operations, NULL), 0);
    }
    assert_int_equal(pair_begin(&r->p, client, weft_session_options_default()), 0);
    return r;
}

retry_rig *retry_rig_ready(uint64_t ttl_ns)
{
    weft_session_options client = weft_session_options_default();
    client.retry = true;
    client.root_service = &pair_service;
    retry_rig *r = retry_rig_new(client, ttl_ns);
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_ready, 1);
    r->conn = pair_open(&r->p);
    assert_non_null(r->conn);
    return r;
}

void retry_cut(retry_rig *r)
{
    pair_disconnect(&r->p, WEFT_ECONNRESET);
    weft_handshake_free(r->p.client_handshake);
    weft_handshake_free(r->p.server_handshake);
    r->p.client_handshake = r->p.server_handshake = NULL;
    pair_run(&r->p);
}

void retry_connect(retry_rig *r)
{
    while (!weft_engine_wants_conduit(r->p.client)) {
        assert_true(weft_engine_deadline(r->p.client) != WEFT_FOREVER);
        pair_advance(&r->p, weft_engine_deadline(r->p.client) - r->p.now_ns);
    }
    assert_true(weft_engine_wants_conduit(r->p.client));
    assert_int_equal(pair_reconnect(&r->p), 0);
    pair_run(&r->p);
}

void retry_rig_free(retry_rig *r)
{
    if (r->conn)
        weft_connection_release(r->conn);
    pair_fini(&r->p);
    weft_operations_release(r->p.operations);
    assert_int_equal(r->p.c.n_closed, 1);
    assert_int_equal(r->p.c.n_conn_closed, r->p.c.n_opened);
    for (int i = 0; i < PAIR_CALLS_MAX; i++)
        assert_true(r->p.c.done_times[i] <= 1);
    weft_test_alloc_assert_empty(&r->alloc);
    free(r);
}
