/* Two engines whose session survives its conduits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/resume_rig.h"

weft_session_options resume_rig_client(void)
{
    weft_session_options options = weft_session_options_default();
    options.resumable = true;
    return options;
}

void resume_rig_init(resume_rig *r)
{
    weft_registry_options options;
    memset(r, 0, sizeof *r);
    weft_test_alloc_init(&r->alloc);
    pair_init(&r->p, &r->alloc);
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &r->alloc.allocator;
    options.seed[0] = 77;
    assert_int_equal(weft_registry_new(&options, &r->p.registry), 0);
}

void resume_rig_begin(resume_rig *r, weft_session_options client, weft_session_options server)
{
    resume_rig_init(r);
    assert_int_equal(pair_begin(&r->p, client, server), 0);
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_ready, 1);
    r->conn = pair_open(&r->p);
    assert_non_null(r->conn);
}

void resume_rig_ready(resume_rig *r)
{
    resume_rig_begin(r, resume_rig_client(), weft_session_options_default());
}

void resume_rig_end(resume_rig *r)
{
    weft_registry *registry = r->p.registry;
    weft_connection_release(r->conn);
    pair_fini(&r->p);
    weft_registry_release(registry);
    weft_test_alloc_assert_empty(&r->alloc);
}

void resume_rig_dial(resume_rig *r)
{
    weft_handshake_free(r->p.client_handshake);
    r->p.client_handshake = NULL;
    for (int i = 0; i < 200 && !weft_engine_wants_conduit(r->p.client); i++)
        pair_advance(&r->p, 50 * WEFT_NS_PER_MS);
    assert_int_equal(pair_reconnect(&r->p), 0);
    pair_run(&r->p);
}

void resume_rig_answer(resume_rig *r, uint32_t method)
{
    weft_bytes value = weft_bytes_of("answer", 6);
    assert_true(r->n_answered < r->p.s.n_held);
    assert_int_equal(weft_gen_return(r->p.s.held[r->n_answered++], &pair_service, method, &value), 0);
    pair_run(&r->p);
}

weft_registry_stats resume_rig_stats(const resume_rig *r)
{
    weft_registry_stats stats;
    weft_registry_stats_read(r->p.registry, &stats, sizeof stats);
    return stats;
}
