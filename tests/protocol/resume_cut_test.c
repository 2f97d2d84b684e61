/* A dialogue over conduits that are cut behind any byte, of either side, once or twice: the handshake, an open, calls
 * of each policy, a stream each way, a cancel, a deadline, a reject, a close, goodbye. With resumption both
 * applications see what they see over one conduit that holds, callback by callback; without, each call ends once, and
 * its result says what is known of it.
 *
 *   resume_cut_test [--pairs N] [--seed N]     pairs of two cuts, drawn at random */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/wire/codes.h"
#include "runtime/wire/frame.h"
#include "tests/support/pair.h"
#include "tests/support/random.h"
#include "tests/support/rules.h"

/* The calls, by index. */
enum { ECHO, HOLD, AGAIN, ONCE, ONCE_AGAIN, GIVEN_UP, TIMED, BOTH, CALLS };
enum { STEPS_MAX = 256, DEADLINE_S = 30, ATTEMPTS_MAX = 100, PAIRS_DEFAULT = 300, CUTS_MAX = 2 };

static const struct {
    uint32_t method;
    bool is_answered;
} calls[CALLS] = {
    [ECHO] = { PAIR_ECHO, true },
    [HOLD] = { PAIR_HOLD, true },
    [AGAIN] = { PAIR_AGAIN, true },
    [ONCE] = { PAIR_ONCE, true },
    [ONCE_AGAIN] = { PAIR_ONCE_AGAIN, true },
    [GIVEN_UP] = { PAIR_HOLD, false },
    [TIMED] = { PAIR_HOLD, false },
    [BOTH] = { PAIR_BOTH, true },
};

/* What an application has seen so far, but for outages. */
typedef struct seen {
    int counts[24];
} seen;

typedef struct trace {
    seen steps[STEPS_MAX];
    int n;
} trace;

typedef struct cut {
    bool of_client;
    size_t after; /* bytes since the cut before */
} cut;

typedef struct life {
    pair p;
    bool resumes;
    const cut *cuts;
    size_t n_cuts, next;
    int n_calls;
    int done_by[CALLS]; /* answered by the handler */
    pair_stream out, in;
    trace traces[2];
    uint64_t begins[CALLS], ends[CALLS]; /* of requests, among the client's bytes; where it was not cut */
} life;

static int pairs_wanted = PAIRS_DEFAULT;
static uint64_t seed = 1;

/* ---- traces ---- */

static void see(trace *t, const pair_side *side, const pair_stream *out, const pair_stream *in)
{
    seen now = { { side->n_ready,         side->n_failed,      side->n_closed,      side->n_draining,
                   side->n_drains,        side->n_open_asked,  side->n_conn_closed, side->n_serve_closed,
                   side->n_opened,        side->n_refused,     side->n_done,        side->n_handled,
                   side->n_cancelled,     side->n_held,        out->n_items,        out->n_ends,
                   in->n_items,           in->n_ends,          (int)out->end.kind,  (int)in->end.kind,
                   side->open_error.code, side->conn_end.code, side->end.code,      0 } };
    for (int i = 0; i < CALLS; i++)
        now.counts[23] = now.counts[23] * 7 + side->done_times[i] * (3 - side->results[i].code);
    if (t->n > 0 && memcmp(&t->steps[t->n - 1], &now, sizeof now) == 0)
        return;
    assert_true(t->n < STEPS_MAX);
    t->steps[t->n++] = now;
}

static void each(void *user)
{
    life *l = user;
    see(&l->traces[0], &l->p.c, &l->out, &l->in);
    see(&l->traces[1], &l->p.s, &l->p.s.out, &l->p.s.in);
}

static void assert_same(const life *is, const life *whole)
{
    for (int i = 0; i < 2; i++) {
        const trace *a = &is->traces[i], *b = &whole->traces[i];
        for (int k = 0; k < a->n && k < b->n; k++)
            for (int n = 0; n < 24; n++)
                if (a->steps[k].counts[n] != b->steps[k].counts[n])
                    fail_msg("%s, step %d: count %d is %d instead of %d", i == 0 ? "client" : "server", k, n,
                             a->steps[k].counts[n], b->steps[k].counts[n]);
        assert_int_equal(a->n, b->n);
    }
    for (int i = 0; i < CALLS; i++) {
        assert_int_equal(is->p.c.results[i].code, whole->p.c.results[i].code);
        assert_int_equal(is->p.c.results[i].outcome, whole->p.c.results[i].outcome);
        assert_int_equal(is->p.c.results[i].may_have_run, whole->p.c.results[i].may_have_run);
        assert_int_equal(is->p.c.value_len[i], whole->p.c.value_len[i]);
        assert_int_equal(is->p.c.value_first[i], whole->p.c.value_first[i]);
    }
    assert_memory_equal(is->out.first, whole->out.first, sizeof is->out.first);
    assert_memory_equal(is->p.s.in.first, whole->p.s.in.first, sizeof is->p.s.in.first);
}

/* ---- outages ---- */

static void arm(life *l)
{
    pair *p = &l->p;
    p->client_max = p->server_max = SIZE_MAX;
    if (!l->cuts || l->next == l->n_cuts)
        return;
    const cut *c = &l->cuts[l->next++];
    size_t *max = c->of_client ? &p->client_max : &p->server_max;
    *max = (c->of_client ? p->client_sent : p->server_sent) + c->after;
}

static void connect_again(life *l)
{
    pair *p = &l->p;
    pair_disconnect(p, WEFT_ECONNRESET);
    weft_handshake_free(p->client_handshake);
    p->client_handshake = NULL;
    for (int n = 0; !weft_engine_wants_conduit(p->client); n++) {
        pair_run(p);
        if (weft_engine_phase(p->client) != WEFT_PHASE_DISCONNECTED)
            return;
        assert_true(n < ATTEMPTS_MAX);
        pair_advance(p, weft_engine_deadline(p->client) - p->now_ns);
    }
    arm(l);
    assert_int_equal(pair_reconnect(p), 0);
}

static void run(life *l)
{
    pair *p = &l->p;
    pair_run(p);
    if (p->cut && !l->resumes)
        pair_disconnect(p, WEFT_ECONNRESET);
    while (p->cut && l->resumes && weft_engine_phase(p->client) != WEFT_PHASE_CLOSED) {
        connect_again(l);
        pair_run(p);
    }
}

/* ---- the dialogue ---- */

static void call_all(life *l, weft_connection *conn, weft_call *given_up)
{
    for (int i = 0; i < BOTH; i++) {
        weft_call_options options = weft_call_options_default();
        options.timeout_ns = i == TIMED ? DEADLINE_S * WEFT_NS_PER_S : WEFT_FOREVER;
        if (pair_call_with(&l->p.c, conn, calls[i].method, 3, i, &options, i == GIVEN_UP ? given_up : NULL) == 0)
            l->n_calls++;
    }
    run(l);
}

static void answer(life *l, weft_call call, int index)
{
    weft_bytes value = weft_bytes_of((const uint8_t *)"kept", 4);
    if (index >= 0 && calls[index].is_answered &&
        weft_gen_return(call, &pair_service, calls[index].method, &value) == 0)
        l->done_by[index]++;
}

static void stream(life *l, weft_connection *conn)
{
    pair *p = &l->p;
    if (pair_stream_call(&p->c, conn, PAIR_BOTH, BOTH, NULL, &l->out, &l->in, NULL) != 0)
        return;
    l->n_calls++;
    (void)pair_stream_read(&l->out);
    run(l);
    for (int turn = 0; turn < 3; turn++) {
        (void)pair_stream_fill(&l->in, (uint8_t)(10 * turn));
        run(l);
        if (p->s.out.channel.slot)
            (void)pair_stream_fill(&p->s.out, (uint8_t)(100 + 10 * turn));
        run(l);
    }
    (void)weft_channel_finish(l->in.channel);
    run(l);
    if (p->s.out.channel.slot)
        (void)weft_channel_finish(p->s.out.channel);
    if (p->s.n_held > 0)
        answer(l, p->s.held[p->s.n_held - 1], BOTH);
    run(l);
}

static void talk(life *l)
{
    pair *p = &l->p;
    weft_call given_up = { 0 };
    run(l);
    (void)pair_open(p);
    run(l);
    weft_connection *conn = p->c.opened;
    if (conn) {
        call_all(l, conn, &given_up);
        for (int i = 0; i < p->s.n_held; i++)
            answer(l, p->s.held[i], p->s.held_index[i]);
        run(l);
        stream(l, conn);
        (void)weft_call_cancel(given_up);
        run(l);
        pair_advance(p, (DEADLINE_S + 1) * WEFT_NS_PER_S);
        run(l);
        p->s.refuse_code = WEFT_CODE_REFUSED;
        (void)pair_open(p);
        run(l);
        (void)weft_connection_close(conn, WEFT_CODE_NONE, "done");
        weft_connection_release(conn);
        run(l);
    }
    weft_session_close(p->c.session, WEFT_CODE_NONE, "that was all");
    run(l);
}

/* The client's bytes. */
typedef struct heard {
    size_t len;
    uint8_t bytes[8192];
} heard;

static void hear(void *user, bool of_client, const uint8_t *bytes, size_t len)
{
    heard *h = user;
    if (!of_client)
        return;
    assert_true(h->len + len <= sizeof h->bytes);
    memcpy(h->bytes + h->len, bytes, len);
    h->len += len;
}

static void live_with(life *l, weft_test_alloc *alloc, bool resumes, const cut *cuts, size_t n_cuts,
                      heard *heard_or_null)
{
    weft_session_options client = weft_session_options_default();
    weft_registry_options registry;
    memset(l, 0, sizeof *l);
    weft_test_alloc_init(alloc);
    pair_init(&l->p, alloc);
    l->resumes = resumes;
    l->cuts = cuts;
    l->n_cuts = n_cuts;
    l->p.each = each;
    l->p.each_user = l;
    client.keepalive_idle_ns = WEFT_FOREVER;
    client.resumable = resumes;
    client.connect_wait_ns = resumes ? 60 * WEFT_NS_PER_S : 0;
    weft_session_options server = client;
    server.resumable = false;
    weft_registry_options_init(&registry, sizeof registry);
    registry.allocator = &alloc->allocator;
    registry.seed[0] = 1;
    if (resumes)
        assert_int_equal(weft_registry_new(&registry, &l->p.registry), 0);
    if (heard_or_null)
        l->p.tap = hear, l->p.tap_user = heard_or_null;
    arm(l);
    assert_int_equal(pair_begin(&l->p, client, server), 0);
    talk(l);
}

static void live(life *l, weft_test_alloc *alloc, bool resumes, const cut *cuts, size_t n_cuts)
{
    live_with(l, alloc, resumes, cuts, n_cuts, NULL);
}

static void end(life *l, weft_test_alloc *alloc)
{
    pair_fini(&l->p);
    weft_registry_release(l->p.registry);
    weft_test_alloc_assert_empty(alloc);
}

/* ---- with resumption ---- */

static void check_resumed(const life *whole, const cut *cuts, size_t n_cuts)
{
    weft_test_alloc alloc;
    life l;
    live(&l, &alloc, true, cuts, n_cuts);
    assert_same(&l, whole);
    end(&l, &alloc);
}

static void resumable_cut_at_each_byte_changes_nothing(void **state)
{
    /* Goal: whichever byte is the last of a conduit, of whichever side. */
    weft_test_alloc alloc;
    life whole;
    (void)state;
    WEFT_RULE("resume.exact");
    WEFT_RULE("resume.count");
    live(&whole, &alloc, true, NULL, 0);
    assert_int_equal(whole.p.c.n_done, CALLS);
    assert_int_equal(whole.p.c.n_disconnected, 0);
    end(&whole, &alloc);
    for (int of_client = 0; of_client < 2; of_client++) {
        size_t len = of_client ? whole.p.client_sent : whole.p.server_sent;
        print_message("%zu bytes\n", len);
        for (size_t n = 0; n < len; n++) {
            cut c = { of_client, n };
            check_resumed(&whole, &c, 1);
        }
    }
}

static void resumable_cut_twice_changes_nothing(void **state)
{
    /* Goal: also while it is resumed, and what was sent again is lost again. */
    weft_test_alloc alloc;
    weft_test_random random = { seed };
    life whole;
    (void)state;
    WEFT_RULE("resume.key");
    live(&whole, &alloc, true, NULL, 0);
    end(&whole, &alloc);
    for (int i = 0; i < pairs_wanted; i++) {
        cut cuts[CUTS_MAX];
        for (int k = 0; k < CUTS_MAX; k++) {
            bool of_client = weft_test_random_below(&random, 2) == 0;
            /* What follows soon is the handshake and what is sent again. */
            size_t max = k > 0 && weft_test_random_below(&random, 2) == 0 ? 400
                         : of_client                                      ? whole.p.client_sent
                                                                          : whole.p.server_sent;
            cuts[k] = (cut){ of_client, weft_test_random_below(&random, max) };
        }
        check_resumed(&whole, cuts, CUTS_MAX);
    }
}

/* ---- without ---- */

/* Where each request begins and ends among the client's bytes, behind the preamble. */
static void find_requests(life *l, const heard *h)
{
    int n = 0;
    for (size_t at = WEFT__PREAMBLE; at < h->len;) {
        weft__frame frame = weft__frame_read(h->bytes + at);
        size_t end = at + WEFT__FRAME_HEADER + frame.len;
        if (frame.kind == WEFT__KIND_REQUEST && n < CALLS) {
            l->begins[n] = at;
            l->ends[n++] = end;
        }
        at = end;
    }
    assert_int_equal(n, CALLS);
}

static void check_ended(const life *l, const life *whole, const cut *c)
{
    const pair_side *side = &l->p.c;
    assert_int_equal(side->n_done, l->n_calls);
    for (int i = 0; i < l->n_calls; i++) {
        const weft_result *result = &side->results[i];
        bool was_given = !c->of_client || c->after > whole->begins[i];
        bool is_whole = !c->of_client || c->after >= whole->ends[i];
        assert_int_equal(side->done_times[i], 1);
        if (result->code == 0) {
            assert_true(is_whole);
            assert_true(i == ECHO || l->done_by[i] == 1);
        } else if (i != GIVEN_UP && i != TIMED) {
            assert_int_equal(result->code, WEFT_ECONNRESET); /* what ended the session */
            assert_true(result->may_have_run || !was_given); /* what is shown to the conduit counts as given */
        }
    }
    assert_true(side->n_conn_closed == side->n_opened);
    assert_true(l->p.s.n_handled <= CALLS);
}

static void not_resumable_cut_at_each_byte_tells_what_is_known(void **state)
{
    /* Goal: each call ends once; one of which no byte was given to the conduit has not run, and its caller is told so.
     */
    static heard h;
    weft_test_alloc alloc;
    life whole, l;
    (void)state;
    WEFT_RULE("call.outcomes");
    memset(&h, 0, sizeof h);
    live_with(&whole, &alloc, false, NULL, 0, &h);
    find_requests(&whole, &h);
    end(&whole, &alloc);
    for (int of_client = 0; of_client < 2; of_client++) {
        size_t len = of_client ? whole.p.client_sent : whole.p.server_sent;
        for (size_t n = 0; n < len; n++) {
            cut c = { of_client, n };
            live(&l, &alloc, false, &c, 1);
            check_ended(&l, &whole, &c);
            end(&l, &alloc);
            assert_int_equal(l.p.c.n_ready + l.p.c.n_failed, 1);
            assert_int_equal(l.p.c.n_closed, 1);
            assert_int_equal(l.p.s.n_closed, l.p.s.n_ready);
        }
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--pairs") == 0)
            pairs_wanted = (int)strtol(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 0);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(not_resumable_cut_at_each_byte_tells_what_is_known),
        cmocka_unit_test(resumable_cut_at_each_byte_changes_nothing),
        cmocka_unit_test(resumable_cut_twice_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
