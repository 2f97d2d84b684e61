/* A pair of engines with one connection, and a call with channels on it. */
#include "tests/support/stream_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void rig_begin_with(rig *r, weft_session_options client, weft_session_options server)
{
    memset(r, 0, sizeof *r);
    weft_test_alloc_init(&r->alloc);
    pair_init(&r->pair, &r->alloc);
    assert_int_equal(pair_begin(&r->pair, client, server), 0);
    pair_run(&r->pair);
    r->conn = pair_open(&r->pair);
    assert_non_null(r->conn);
}

void rig_begin(rig *r)
{
    rig_begin_with(r, weft_session_options_default(), weft_session_options_default());
}

void rig_end(rig *r)
{
    if (r->conn)
        weft_connection_release(r->conn);
    r->conn = NULL;
    pair_run(&r->pair);
    pair_fini(&r->pair);
    weft_test_alloc_assert_empty(&r->alloc);
}

void rig_call(rig *r, uint32_t method, bool out, bool in)
{
    assert_int_equal(
        pair_stream_call(&r->pair.c, r->conn, method, 0, NULL, out ? &r->out : NULL, in ? &r->in : NULL, &r->call), 0);
    if (out)
        assert_int_equal(pair_stream_read(&r->out), 0);
}

int rig_answer(rig *r, uint32_t method)
{
    weft_bytes value = { NULL, 0 };
    return weft_gen_return(r->pair.s.held[r->pair.s.n_held - 1], &pair_service, method, &value);
}

void rig_assert_end(const pair_stream *stream, weft_channel_end_kind kind, int code, uint16_t reason, const char *text)
{
    assert_int_equal(stream->n_ends, 1);
    assert_int_equal(stream->end.kind, kind);
    assert_int_equal(stream->end.code, code);
    assert_int_equal(stream->end.reason, reason);
    assert_string_equal(stream->text, text);
}
