/* One engine under test, and conduits that come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/wire_resume.h"

static void on_taken(void *user)
{
    wire_peer *w = user;
    w->n_taken++;
}

static void finished(wire_peer *w, bool is_new)
{
    if (w->initiator)
        return;
    assert_true(weft_handshake_resumes(w->handshake) == !is_new);
    if (is_new)
        weft_engine_on_taken(w->engine, on_taken, w);
}

void wire_survivor(wire_peer *w)
{
    w->resumes = true;
    w->options.resumable = true;
    w->finished = finished;
    if (w->initiator || w->registry)
        return;
    weft_registry_options options;
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &w->alloc.allocator;
    options.seed[0] = 5;
    assert_int_equal(weft_registry_new(&options, &w->registry), 0);
    w->own_registry = true;
}

void wire_survivor_ready(wire_peer *w, bool initiator)
{
    wire_init(w, initiator);
    wire_survivor(w);
    wire_shake(w);
}

void wire_survivor_fini(wire_peer *w)
{
    if (w->own_registry)
        weft_registry_release(w->registry); /* engines hold their own */
    wire_fini(w);
}

void wire_cut(wire_peer *w)
{
    wire_bytes_free(&w->out);
    wire_disconnect(w, WEFT_ECONNRESET);
    w->in.len = w->in_at = 0;
}

void wire_hang_up(wire_peer *w)
{
    wire_bytes_free(&w->out);
    weft_handshake_disconnected(w->handshake, 0, w->now_ns);
    wire_run(w); /* which finishes it where its session is there by now [resume.key] */
    weft_handshake_free(w->handshake);
    w->handshake = NULL;
    w->in.len = w->in_at = 0;
    wire_run(w);
}

bool wire_wants(wire_peer *w, uint64_t ns)
{
    uint64_t until = w->now_ns + ns;
    while (!weft_engine_wants_conduit(w->engine)) {
        uint64_t next = weft_engine_deadline(w->engine);
        if (wire_phase(w) == WEFT_PHASE_CLOSED || next > until)
            return false;
        wire_advance(w, next > w->now_ns ? next - w->now_ns : 0);
    }
    return true;
}

void wire_dial(wire_peer *w)
{
    w->in.len = w->in_at = 0;
    if (!w->initiator) {
        wire_accept(w);
        return;
    }
    assert_true(wire_wants(w, 10 * WEFT_NS_PER_S));
    assert_int_equal(weft_engine_reconnect(w->engine, &w->evidence, w->now_ns, &w->handshake), 0);
    wire_run(w);
}

void wire_say_resume(wire_peer *w, const void *key, size_t key_len, uint64_t received)
{
    wire_hello_resume resume = { weft_bytes_of(key, key_len), received, w->initiator ? w->window_ms : 0 };
    wire_put_preamble(&w->out, !w->initiator);
    wire_put_hello_resume(&w->out, w->initiator ? WEFT__KIND_WELCOME : WEFT__KIND_HELLO, &w->hello, &resume);
    wire_flush(w);
}

void wire_resume(wire_peer *w)
{
    weft__hello hello;
    wire_dial(w);
    if (w->initiator) {
        hello = wire_read_hello(w);
        assert_true(hello.has_resume);
        assert_int_equal(hello.resume_key.len, WIRE_KEY);
        assert_memory_equal(hello.resume_key.ptr, w->key, WIRE_KEY);
        assert_int_equal(hello.resume_received, w->sent);
        w->key[0]++;
        wire_say_resume(w, w->key, WIRE_KEY, w->received);
        (void)wire_expect(w, WEFT__KIND_READY, 0);
    } else {
        wire_say_resume(w, w->key, WIRE_KEY, w->received);
        hello = wire_read_hello(w);
        assert_true(hello.has_resume);
        assert_int_equal(hello.resume_received, w->sent);
        wire_put_ready(&w->out);
        wire_flush(w);
    }
    assert_null(w->handshake);
    assert_true(wire_phase(w) == WEFT_PHASE_RUNNING || wire_phase(w) == WEFT_PHASE_LAST_WORD); /* Goodbye again */
}

void wire_skip(wire_peer *w)
{
    wire_frame frame;
    while (wire_next(w, &frame))
        ;
}

void wire_expect_refused(wire_peer *w, uint16_t code, const char *rule)
{
    assert_non_null(w->handshake);
    if (!w->initiator) {
        assert_true(w->in.len - w->in_at > WEFT__PREAMBLE);
        w->in_at += WEFT__PREAMBLE;
    }
    wire_expect_end(w, WEFT__KIND_SORRY, 0, code, rule);
    wire_expect_none(w);
    assert_int_equal(wire_phase(w), WEFT_PHASE_LAST_WORD);
    wire_hang_up(w);
}

void wire_swap(wire_peer *w, wire_conduit *other)
{
    wire_conduit now = { w->handshake, w->in, w->in_at };
    w->handshake = other->handshake;
    w->in = other->in;
    w->in_at = other->in_at;
    *other = now;
}

void wire_conduit_free(wire_conduit *conduit)
{
    weft_handshake_free(conduit->handshake);
    wire_bytes_free(&conduit->in);
    memset(conduit, 0, sizeof *conduit);
}
