/* Goal: without memory an outage is like any other part of a session's life: each allocation fails in turn while a
 * session is made that may be resumed, loses its conduit with calls of each policy and a stream under way, is used in
 * the outage, goes on over another conduit, and over a third, and ends. Nothing is left, each callback comes once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"
#include "weft/operation.h"

typedef struct life {
    pair p;
    int n_calls;
    bool called[PAIR_CALLS_MAX];
    pair_stream out, in; /* the client's ends */
    bool streams;
    bool loses_sessions; /* the server forgets its session in the first outage */
} life;

static void call(life *l, weft_connection *conn, uint32_t method)
{
    int i = l->n_calls++;
    l->called[i] = conn && pair_call(&l->p.c, conn, method, 300, i, NULL) == 0;
}

static void stream(life *l, weft_connection *conn)
{
    int i = l->n_calls++;
    if (!conn || pair_stream_call(&l->p.c, conn, PAIR_BOTH, i, NULL, &l->out, &l->in, NULL) != 0)
        return;
    l->called[i] = l->streams = true;
    if (pair_stream_read(&l->out) == 0)
        (void)pair_stream_on_end(&l->in);
    (void)pair_stream_fill(&l->in, 1);
    pair_run(&l->p);
}

/* Until the client has a conduit again, or is over. */
static void come_back(life *l)
{
    pair *p = &l->p;
    pair_disconnect(p, WEFT_ECONNRESET);
    for (int i = 0; i < 20 && weft_engine_phase(p->client) == WEFT_PHASE_DISCONNECTED; i++) {
        if (p->client_handshake && weft_handshake_phase(p->client_handshake) != WEFT_PHASE_RUNNING) {
            weft_handshake_free(p->client_handshake); /* it was refused */
            p->client_handshake = NULL;
        }
        if (weft_engine_wants_conduit(p->client)) {
            if (p->server && weft_engine_phase(p->server) == WEFT_PHASE_CLOSED)
                p->s.n_held = 0; /* pair_reconnect frees it, and its handles with it */
            if (pair_reconnect(p) == 0)
                pair_run(p);
            else
                pair_disconnect(p, WEFT_EIO);
        } else {
            uint64_t next = weft_engine_deadline(p->client);
            pair_advance(p, next > p->now_ns ? next - p->now_ns : 1);
        }
    }
}

static void answer(life *l)
{
    for (int i = 0; i < l->p.s.n_held; i++)
        (void)weft_call_drop(l->p.s.held[i]);
    pair_run(&l->p);
}

static void live(life *l)
{
    pair *p = &l->p;
    weft_session_options client = weft_session_options_default();
    client.resumable = client.retry = true;
    if (pair_begin(p, client, weft_session_options_default()) < 0)
        return;
    pair_run(p);
    if (p->c.n_ready == 0)
        return;
    weft_connection *conn = pair_open(p);
    call(l, conn, PAIR_ECHO);
    call(l, conn, PAIR_HOLD);
    call(l, conn, PAIR_AGAIN);
    call(l, conn, PAIR_ONCE);
    stream(l, conn);
    pair_run(p);
    if (l->loses_sessions && !p->server_handshake) {
        weft_engine_free(p->server);
        p->server = NULL;
        p->s.n_held = 0;
    }
    pair_disconnect(p, WEFT_ECONNRESET);
    call(l, conn, PAIR_ECHO);
    call(l, conn, PAIR_ONCE_AGAIN);
    come_back(l);
    if (l->streams)
        (void)pair_stream_fill(&l->in, 1);
    answer(l);
    call(l, conn, PAIR_HOLD);
    pair_run(p);
    come_back(l);
    answer(l);
    weft_connection_release(p->c.opened ? p->c.opened : conn); /* one may have come late */
    weft_session_close(p->c.session, 0, NULL);
    pair_run(p);
}

static void fini(life *l)
{
    pair *p = &l->p;
    pair_fini(p);
    for (int i = 0; i < l->n_calls; i++)
        assert_int_equal(p->c.done_times[i], l->called[i]);
    if (p->c.has_reference)
        assert_int_equal(p->c.n_closed, 1);
    assert_true(p->c.n_resumed + p->c.n_replaced <= p->c.n_disconnected);
}

static void life_of(weft_test_alloc *alloc, bool loses_sessions)
{
    life l;
    weft_registry_options registry;
    weft_operations_options operations;
    memset(&l, 0, sizeof l);
    l.loses_sessions = loses_sessions;
    pair_init(&l.p, alloc);
    weft_registry_options_init(&registry, sizeof registry);
    weft_operations_options_init(&operations, sizeof operations);
    registry.allocator = operations.allocator = &alloc->allocator;
    if (weft_registry_new(&registry, &l.p.registry) == 0 &&
        weft_operations_new(&operations, &l.p.operations, NULL) == 0) {
        live(&l);
        fini(&l);
        if (!alloc->failed) {
            assert_int_equal(l.p.c.n_disconnected, 2);
            assert_int_equal(l.p.c.n_resumed, loses_sessions ? 1 : 2);
            assert_int_equal(l.p.c.n_replaced, loses_sessions ? 1 : 0);
            assert_int_equal(l.p.c.end.code, WEFT_OK);
        }
    }
    weft_registry_release(l.p.registry);
    weft_operations_release(l.p.operations);
}

static void resumed(weft_test_alloc *alloc, void *user)
{
    (void)user;
    life_of(alloc, false);
}

static void replaced(weft_test_alloc *alloc, void *user)
{
    (void)user;
    life_of(alloc, true);
}

static void replacement_without_memory(void **state)
{
    /* Goal: the same where the server has lost the session, and another takes its place. */
    (void)state;
    WEFT_RULE("op.retry");
    weft_test_alloc_each(replaced, NULL);
}

static void outages_without_memory(void **state)
{
    (void)state;
    WEFT_RULE("resume.exact");
    weft_test_alloc_each(resumed, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outages_without_memory),
        cmocka_unit_test(replacement_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
