/* The conduit fails at every byte of a session's life, in either direction: handshake with a service on the root, open,
 * calls both answered and under way, a stream each way, a reject, close, drain, goodbye. Whatever had been begun ends,
 * once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"

enum { CALLS = 4 };

typedef struct life {
    pair p;
    int n_opens, n_calls;
    pair_stream out, in; /* the client's ends */
    bool streams;
    bool finished; /* the server's sender is done, having sent so many */
    int n_back;
} life;

static weft_connection *open_one(life *l)
{
    int before = l->p.c.n_opened;
    l->p.status = 0;
    weft_connection *conn = pair_open(&l->p);
    l->n_opens += l->p.status == 0;
    /* Where the conduit was cut before the answer it is told at the end, and the connection with it. */
    return l->p.c.n_opened > before ? conn : NULL;
}

static void call_one(life *l, weft_connection *conn, uint32_t method)
{
    if (pair_call(&l->p.c, conn, method, 3, l->n_calls, NULL) == 0)
        l->n_calls++;
}

/* A call with a stream each way, both with more items than the windows hold. */
static void stream_one(life *l, weft_connection *conn)
{
    pair *p = &l->p;
    if (pair_stream_call(&p->c, conn, PAIR_BOTH, l->n_calls, NULL, &l->out, &l->in, NULL) != 0)
        return;
    l->n_calls++;
    l->streams = true;
    assert_int_equal(pair_stream_read(&l->out), 0);
    assert_int_equal(pair_stream_on_end(&l->in), 0);
    for (int turn = 0; turn < 3; turn++) {
        (void)pair_stream_fill(&l->in, 1);
        pair_run(p);
        if (p->s.out.channel.slot)
            l->n_back += pair_stream_fill(&p->s.out, 1);
        pair_run(p);
    }
    (void)weft_channel_finish(l->in.channel);
    pair_run(p);
    l->finished = p->s.out.channel.slot && weft_channel_finish(p->s.out.channel) == 0;
    if (p->s.n_held > 0) {
        weft_bytes value = { NULL, 0 };
        (void)weft_gen_return(p->s.held[p->s.n_held - 1], &pair_service, PAIR_BOTH, &value);
    }
    pair_run(p);
}

/* The end of each end that was read is told once, and never that all came where it did not. */
static void assert_streams(const life *l)
{
    const pair_stream *read = &l->p.s.in;
    if (!l->streams)
        return;
    assert_int_equal(l->out.n_ends, 1);
    assert_true(l->in.n_ends <= 1);
    assert_int_equal(read->n_ends, l->p.s.out.channel.slot ? 1 : 0);
    assert_true(l->out.n_items <= l->n_back);
    if (l->out.end.kind == WEFT_CHANNEL_FINISHED)
        assert_true(l->finished && l->out.n_items == l->n_back);
    else
        assert_int_equal(l->out.end.kind, WEFT_CHANNEL_LOST);
}

static void live(life *l)
{
    pair *p = &l->p;
    pair_run(p);
    if (p->c.n_ready == 0)
        return;
    weft_connection *conn = open_one(l);
    if (conn) {
        for (int i = 0; i < CALLS; i++)
            call_one(l, conn, i % 2 ? PAIR_HOLD : PAIR_ECHO);
        pair_run(p);
        stream_one(l, conn);
        p->s.refuse_code = WEFT_CODE_REFUSED;
        (void)open_one(l);
        (void)weft_connection_close(conn, WEFT_CODE_NONE, "done");
        weft_connection_release(conn);
        pair_run(p);
    }
    (void)weft_session_drain(p->c.session, WEFT_FOREVER);
    pair_run(p);
}

/* A life that is cut behind so many bytes of the one side; how many there were. */
static size_t live_cut(bool of_client, size_t max, size_t step)
{
    weft_test_alloc alloc;
    weft_session_options client = weft_session_options_default();
    life l = { .n_opens = 0 };
    weft_test_alloc_init(&alloc);
    pair_init(&l.p, &alloc);
    client.root_service = &pair_service;
    l.p.step = step;
    l.p.client_max = of_client ? max : SIZE_MAX;
    l.p.server_max = of_client ? SIZE_MAX : max;
    assert_int_equal(pair_begin(&l.p, client, weft_session_options_default()), 0);
    live(&l);
    pair_disconnect(&l.p, WEFT_ECONNRESET);
    pair *p = &l.p;
    assert_int_equal(p->c.n_opened + p->c.n_refused, l.n_opens);
    assert_int_equal(p->c.n_done, l.n_calls);
    for (int i = 0; i < l.n_calls; i++)
        assert_int_equal(p->c.done_times[i], 1);
    assert_int_equal(p->c.n_conn_closed, p->c.n_opened);
    assert_int_equal(p->s.n_conn_closed, p->s.n_serve_closed);
    assert_true(p->c.n_ready + p->c.n_failed <= 1);
    assert_streams(&l);
    assert_true(p->c.n_drains <= 1 && p->s.n_draining <= 1);
    if (max == SIZE_MAX) {
        assert_int_equal(p->c.n_done, CALLS + 1);
        assert_int_equal(p->c.results[CALLS].code, 0);
        assert_int_equal(l.out.end.kind, WEFT_CHANNEL_FINISHED);
        assert_int_equal(l.out.n_items, 3 * PAIR_WINDOW);
        assert_int_equal(p->s.in.end.kind, WEFT_CHANNEL_FINISHED);
        assert_int_equal(p->s.in.n_items, 3 * 2 * PAIR_WINDOW);
        assert_int_equal(p->c.n_drains, 1);
        assert_int_equal(p->s.n_draining, 1);
        assert_int_equal(p->c.n_refused, 1);
        assert_int_equal(p->c.end.code, WEFT_OK);
    }
    size_t sent = of_client ? p->client_sent : p->server_sent;
    pair_fini(p);
    assert_int_equal(p->c.n_ready + p->c.n_failed, 1);
    assert_int_equal(p->c.n_closed, 1);
    assert_int_equal(p->s.n_closed, p->s.n_ready);
    weft_test_alloc_assert_empty(&alloc);
    return sent;
}

static void session_cut_at_each_byte_all_ends_once(void **state)
{
    /* Goal: whichever byte is the last, of whichever side, in pieces of any size. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int of_client = 0; of_client < 2; of_client++) {
        size_t len = live_cut(of_client, SIZE_MAX, 0);
        print_message("%zu bytes\n", len);
        for (size_t max = 0; max < len; max++) {
            assert_int_equal(live_cut(of_client, max, 0), max);
            (void)live_cut(of_client, max, 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_cut_at_each_byte_all_ends_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
