/* Counters: what one side counts as sent the other counts as received, each call ends as something, nothing is lost
 * when a session goes; and Prometheus' text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/base/exposition.h"
#include "tests/support/pair.h"
#include "tests/support/prometheus.h"

typedef struct world {
    weft_test_alloc alloc;
    pair p;
    weft_session_stats c, s; /* as they were read last */
    weft_totals totals;      /* of the server's */
    weft_test_text text;
} world;

static world *world_new(void)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    weft_test_alloc_init(&w->alloc);
    pair_init(&w->p, &w->alloc);
    assert_int_equal(weft_stats_new(&w->alloc.allocator, &w->p.client_stats), 0);
    assert_int_equal(weft_stats_new(&w->alloc.allocator, &w->p.server_stats), 0);
    return w;
}

static void world_begin(world *w, weft_session_options client, weft_session_options server)
{
    assert_int_equal(pair_begin(&w->p, client, server), 0);
    pair_run(&w->p);
}

static void world_ready(world *w)
{
    world_begin(w, weft_session_options_default(), weft_session_options_default());
    assert_int_equal(w->p.c.n_ready, 1);
}

static uint64_t sum(const uint64_t ended[WEFT_STATS_OUTCOMES])
{
    uint64_t n = 0;
    for (int i = 0; i < WEFT_STATS_OUTCOMES; i++)
        n += ended[i];
    return n;
}

/* Each call that has begun has ended or is under way. */
static void world_read(world *w)
{
    assert_int_equal(weft_session_stats_read(w->p.c.session, &w->c, sizeof w->c), 0);
    assert_int_equal(weft_session_stats_read(w->p.s.session, &w->s, sizeof w->s), 0);
    assert_int_equal(w->c.calls_out, sum(w->c.calls_out_ended) + w->c.calls_out_active);
    assert_int_equal(w->s.calls_in, sum(w->s.calls_in_ended) + w->s.calls_in_active);
    weft_stats_read(w->p.server_stats, &w->totals, sizeof w->totals);
}

static void world_free(world *w)
{
    pair_fini(&w->p);
    weft_stats_release(w->p.client_stats);
    weft_stats_release(w->p.server_stats);
    weft_test_alloc_assert_empty(&w->alloc);
    free(w);
}

static const char *world_text(world *w)
{
    w->text.len = w->text.fail_at = 0;
    assert_int_equal(weft_stats_prometheus(w->p.server_stats, weft_test_text_write, &w->text), 0);
    weft_test_prometheus_check(w->text.bytes);
    return w->text.bytes;
}

static uint64_t value_of(const char *text, const char *sample)
{
    uint64_t value = 0;
    if (!weft_test_prometheus_find(text, sample, &value))
        fail_msg("no %s in\n%s", sample, text);
    return value;
}

/* ---- traffic ---- */

static void stats_sent_is_received(void **state)
{
    /* Goal: bytes and messages of the session and of a connection are the same at both ends, and what was moved. */
    (void)state;
    for (size_t step = 0; step <= 7; step += 7) {
        world *w = world_new();
        weft_connection_stats cc, again;
        w->p.step = step;
        world_ready(w);
        weft_connection *conn = pair_open(&w->p);
        size_t lens[] = { 0, 100, 5000, 200000, 700000 };
        for (int i = 0; i < 5; i++)
            assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, lens[i], i, NULL), 0);
        pair_run(&w->p);
        assert_int_equal(w->p.c.n_done, 5);
        world_read(w);
        assert_int_equal(w->c.bytes_out, w->p.client_sent);
        assert_int_equal(w->s.bytes_in, w->p.client_sent);
        assert_int_equal(w->s.bytes_out, w->p.server_sent);
        assert_int_equal(w->c.bytes_in, w->p.server_sent);
        assert_int_equal(w->c.messages_out, w->s.messages_in);
        assert_int_equal(w->s.messages_out, w->c.messages_in);
        assert_true(w->c.messages_out >= 6); /* an Open, five Requests, and Windows */
        assert_int_equal(weft_connection_stats_read(conn, &cc, sizeof cc), 0);
        assert_int_equal(cc.id, 1);
        assert_int_equal(cc.messages_out, w->c.messages_out);
        assert_int_equal(cc.messages_in, w->c.messages_in);
        assert_true(cc.bytes_out < w->c.bytes_out && cc.bytes_out > 905100);
        assert_true(cc.bytes_in < w->c.bytes_in && cc.bytes_in > 905100);
        assert_int_equal(cc.calls_out, 5);
        assert_int_equal(cc.calls_out_active, 0);
        assert_int_equal(weft_connection_close(conn, 0, NULL), 0);
        pair_run(&w->p);
        memset(&again, 0x5a, sizeof again);
        cc = again;
        assert_int_equal(weft_connection_stats_read(conn, &again, sizeof again), WEFT_ECLOSED);
        assert_memory_equal(&cc, &again, sizeof cc);
        weft_connection_release(conn);
        world_free(w);
    }
}

static void stats_connection_says_what_waits(void **state)
{
    /* Goal: a window that is used up, what waits behind it, and calls beyond the counterpart's limit can be seen. */
    (void)state;
    world *w = world_new();
    weft_session_options server = weft_session_options_default();
    weft_connection_stats cc;
    server.max_concurrent_requests = 2;
    server.connection_window = 128 * 1024;
    world_begin(w, weft_session_options_default(), server);
    weft_connection *conn = pair_open(&w->p);
    for (int i = 0; i < 5; i++)
        assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 10, i, NULL), 0);
    pair_run(&w->p);
    assert_int_equal(weft_connection_stats_read(conn, &cc, sizeof cc), 0);
    assert_int_equal(cc.calls_out, 2);
    assert_int_equal(cc.calls_out_active, 2);
    assert_int_equal(cc.calls_waiting, 3);
    assert_true(cc.window_out < 131072 && cc.window_out > 130000);
    assert_false(cc.blocked);
    world_read(w);
    assert_int_equal(w->c.calls_out_active, 5);
    assert_int_equal(w->c.calls_waiting, 3);
    assert_int_equal(w->s.calls_in_active, 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(weft_call_drop(w->p.s.held[i]), 0);
    pair_run(&w->p);
    for (int i = 2; i < 4; i++)
        assert_int_equal(weft_call_drop(w->p.s.held[i]), 0);
    pair_run(&w->p);
    w->p.cut = true;
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 300000, 5, NULL), 0);
    weft_slice slices[64];
    for (size_t n = 1; n > 0;) { /* the conduit takes all that comes, and brings nothing back */
        n = weft_engine_drain(w->p.client, slices, 64);
        size_t len = 0;
        for (size_t i = 0; i < n; i++)
            len += slices[i].len;
        weft_engine_drained(w->p.client, len, w->p.now_ns);
    }
    assert_int_equal(weft_connection_stats_read(conn, &cc, sizeof cc), 0);
    assert_true(cc.blocked);
    assert_true(cc.queued_bytes > 100000 && cc.window_out < 2048);
    world_read(w);
    assert_int_equal(w->c.queued_bytes, cc.queued_bytes);
    weft_connection_release(conn);
    world_free(w);
}

/* ---- calls, opens, sessions ---- */

static void stats_each_call_ends_as_something(void **state)
{
    /* Goal: both sides count each call by what became of it, by method, and what is under way as active. */
    (void)state;
    world *w = world_new();
    weft_call call;
    weft_call_options soon = weft_call_options_default();
    soon.timeout_ns = WEFT_NS_PER_S;
    world_ready(w);
    weft_connection *conn = pair_open(&w->p);
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 1, 0, NULL), 0);
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 1, 1, &call), 0);            /* cancelled */
    assert_int_equal(pair_call_with(&w->p.c, conn, PAIR_HOLD, 1, 2, &soon, NULL), 0); /* out of time */
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 1, 3, NULL), 0);             /* dropped: internal */
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 1, 4, NULL), 0);             /* lost */
    pair_run(&w->p);
    world_read(w);
    assert_int_equal(w->c.calls_out_active, 4);
    assert_int_equal(w->s.calls_in_active, 4);
    assert_int_equal(weft_call_cancel(call), 0);
    pair_run(&w->p);
    assert_int_equal(weft_call_drop(w->p.s.held[0]), 0);
    assert_int_equal(weft_call_drop(w->p.s.held[2]), 0);
    pair_advance(&w->p, 2 * WEFT_NS_PER_S);
    world_read(w);
    assert_int_equal(w->s.calls_held, 1); /* its caller's time is over, and the handler has not let go */
    (void)weft_call_drop(w->p.s.held[1]);
    assert_int_equal(weft_connection_close(conn, 0, NULL), 0);
    pair_run(&w->p);
    (void)weft_call_drop(w->p.s.held[3]);
    world_read(w);
    assert_int_equal(w->c.calls_out, 5);
    assert_int_equal(w->s.calls_in, 5);
    assert_int_equal(w->c.calls_out_active + w->s.calls_in_active + w->s.calls_held, 0);
    static const int ends[] = { WEFT_OUTCOME_OK, WEFT_OUTCOME_CANCELLED, WEFT_OUTCOME_DEADLINE_EXCEEDED,
                                WEFT_OUTCOME_INTERNAL, WEFT_STATS_LOST };
    for (int i = 0; i < 5; i++) {
        assert_int_equal(w->c.calls_out_ended[ends[i]], 1);
        assert_int_equal(w->s.calls_in_ended[ends[i]], 1);
    }
    const char *text = world_text(w);
    assert_int_equal(
        value_of(text, "weft_calls_total{direction=\"in\",service=\"test.Pair\",method=\"echo\",outcome=\"ok\"}"), 1);
    assert_int_equal(
        value_of(text, "weft_calls_total{direction=\"in\",service=\"test.Pair\",method=\"hold\",outcome=\"lost\"}"), 1);
    assert_int_equal(value_of(text, "weft_calls_total{direction=\"in\",service=\"test.Pair\",method=\"hold\","
                                    "outcome=\"deadline exceeded\"}"),
                     1);
    assert_int_equal(value_of(text, "weft_calls_started_total{direction=\"in\"}"), 5);
    assert_int_equal(value_of(text, "weft_calls_started_total{direction=\"out\"}"), 0);
    weft_connection_release(conn);
    world_free(w);
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    (void)metadata;
    (void)error;
    *(weft_connection **)user = connection;
}

static weft_connection *open_service(world *w, const weft_service_type *service)
{
    weft_connection *conn = NULL;
    assert_int_equal(weft_open(w->p.c.session, service, NULL, opened, &conn), 0);
    pair_run(&w->p);
    assert_non_null(conn);
    return conn;
}

static void stats_tables_of_one_service_are_one(void **state)
{
    /* Goal: several tables of one service give one series a method, since two would be none to a scraper, also where
     * their methods stand in another order; and what the callee has not is counted as unknown. */
    (void)state;
    static const char *const ok = "weft_calls_total{direction=\"out\",service=\"test.Pair\",method=\"echo\","
                                  "outcome=\"ok\"}";
    world *w = world_new();
    enum { METHODS_MAX = 32 };
    weft_method methods[METHODS_MAX];
    uint32_t n = pair_service.n_methods;
    weft_service_type swapped = pair_service, more = pair_service;
    pair_echo_args args = { weft_bytes_of("x", 1) };
    assert_true(n < METHODS_MAX);
    memcpy(methods, pair_service.methods, n * sizeof *methods);
    methods[0] = pair_service.methods[PAIR_HOLD];
    methods[1] = methods[n] = pair_service.methods[PAIR_ECHO];
    methods[n].name = "later";
    methods[n].id = 0x9999;
    swapped.methods = more.methods = methods;
    more.n_methods = n + 1;
    world_ready(w);
    weft_connection *conns[] = { open_service(w, &pair_service), open_service(w, &swapped), open_service(w, &more) };
    assert_int_equal(weft_gen_call(conns[0], &pair_service, 0, &args, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(weft_gen_call(conns[1], &swapped, 1, &args, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(weft_gen_call(conns[2], &more, 1, &args, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(weft_gen_call(conns[2], &more, n, &args, NULL, NULL, NULL, NULL), 0);
    pair_run(&w->p);
    assert_int_equal(weft_stats_prometheus(w->p.client_stats, weft_test_text_write, &w->text), 0);
    weft_test_prometheus_check(w->text.bytes);
    assert_int_equal(value_of(w->text.bytes, ok), 3);
    assert_int_equal(value_of(w->text.bytes, "weft_calls_total{direction=\"out\",service=\"test.Pair\","
                                             "method=\"later\",outcome=\"unknown method\"}"),
                     1);
    assert_int_equal(value_of(world_text(w), "weft_calls_total{direction=\"in\",service=\"test.Pair\",method=\"\","
                                             "outcome=\"unknown method\"}"),
                     1);
    for (int i = 0; i < 3; i++)
        weft_connection_release(conns[i]);
    world_free(w);
}

static void stats_channels_say_items_and_credit(void **state)
{
    /* Goal: items are counted at both ends; an end says what waits, what is not consumed, and what credit is left. */
    (void)state;
    world *w = world_new();
    weft_channel_stats tx, rx;
    world_ready(w);
    weft_connection *conn = pair_open(&w->p);
    pair_stream in = { .n_items = 0 };
    w->p.s.leave_channels = true; /* nobody reads yet */
    assert_int_equal(pair_stream_call(&w->p.c, conn, PAIR_LOAD, 0, NULL, NULL, &in, NULL), 0);
    pair_run(&w->p);
    world_read(w);
    assert_int_equal(w->c.channels_out, 1);
    assert_int_equal(w->s.channels_in, 1);
    assert_int_equal(pair_stream_fill(&in, 1), PAIR_WINDOW);
    pair_run(&w->p);
    assert_int_equal(weft_channel_stats_read(in.channel, &tx, sizeof tx), 0);
    assert_int_equal(weft_channel_stats_read(w->p.s.in.channel, &rx, sizeof rx), 0);
    assert_true(tx.sends && !rx.sends);
    assert_int_equal(tx.id, rx.id);
    assert_int_equal(tx.credit_items, 0);
    assert_int_equal(rx.credit_items, 0);
    assert_int_equal(tx.credit_bytes, rx.credit_bytes);
    assert_int_equal(tx.items, 0);
    assert_int_equal(rx.items, PAIR_WINDOW);
    world_read(w);
    assert_true(w->s.buffered_bytes > 0);
    w->p.s.in.hold = true;
    assert_int_equal(pair_stream_read(&w->p.s.in), 0);
    pair_run(&w->p);
    assert_int_equal(weft_channel_stats_read(w->p.s.in.channel, &rx, sizeof rx), 0);
    assert_int_equal(rx.items, 0);
    assert_int_equal(rx.items_held, PAIR_WINDOW);
    world_read(w);
    assert_int_equal(w->c.items_out, PAIR_WINDOW);
    assert_int_equal(w->s.items_in, PAIR_WINDOW);
    assert_int_equal(w->c.messages_out, w->s.messages_in);
    assert_int_equal(value_of(world_text(w), "weft_items_total{direction=\"in\"}"), PAIR_WINDOW);
    assert_int_equal(value_of(world_text(w), "weft_channels{direction=\"in\"}"), 1);
    assert_int_equal(weft_connection_close(conn, 0, NULL), 0);
    pair_run(&w->p);
    (void)weft_call_drop(w->p.s.held[0]);
    world_read(w);
    assert_int_equal(w->c.channels_out + w->s.channels_in, 0);
    weft_channel none = { NULL, 0 };
    assert_int_equal(weft_channel_stats_read(none, &rx, sizeof rx), WEFT_EALREADY);
    weft_connection_release(conn);
    world_free(w);
}

static void stats_opens_and_handshakes_are_counted(void **state)
{
    /* Goal: accepted, rejected, and why a handshake failed. */
    (void)state;
    world *w = world_new();
    world_ready(w);
    weft_connection *conn = pair_open(&w->p);
    w->p.s.refuse_code = 300;
    assert_null(pair_open(&w->p));
    world_read(w);
    assert_int_equal(w->c.opens_out, 2);
    assert_int_equal(w->c.opens_out_accepted, 1);
    assert_int_equal(w->c.opens_out_rejected, 1);
    assert_int_equal(w->s.opens_in, 2);
    assert_int_equal(w->s.opens_in_accepted, 1);
    assert_int_equal(w->s.opens_in_rejected, 1);
    assert_int_equal(w->c.connections_out, 1);
    assert_int_equal(w->s.connections_in, 1);
    assert_int_equal(w->totals.sessions_in, 1);
    assert_int_equal(w->totals.sessions_now, 1);
    weft_connection_release(conn);
    world_free(w);
    w = world_new();
    weft_session_options client = weft_session_options_default();
    client.root_service = &pair_service;
    w->p.s.refuse_code = 300;
    world_begin(w, client, weft_session_options_default());
    weft_stats_read(w->p.server_stats, &w->totals, sizeof w->totals);
    assert_int_equal(w->totals.handshakes_failed[WEFT_HANDSHAKE_REFUSED], 1);
    assert_int_equal(w->totals.sessions_in + w->totals.sessions_now, 0);
    weft_stats_read(w->p.client_stats, &w->totals, sizeof w->totals);
    assert_int_equal(w->totals.handshakes_failed[WEFT_HANDSHAKE_REFUSED], 1);
    assert_int_equal(w->totals.sessions_failed, 1);
    assert_int_equal(value_of(world_text(w), "weft_handshakes_failed_total{reason=\"refused\"}"), 1);
    world_free(w);
    w = world_new();
    w->p.cut = true; /* a silent client */
    assert_int_equal(pair_begin(&w->p, weft_session_options_default(), weft_session_options_default()), 0);
    pair_advance(&w->p, 6 * WEFT_NS_PER_S);
    weft_stats_read(w->p.server_stats, &w->totals, sizeof w->totals);
    assert_int_equal(w->totals.handshakes_failed[WEFT_HANDSHAKE_TIMEOUT], 1);
    world_free(w);
}

static void stats_late_and_violations_are_counted(void **state)
{
    /* Goal: a frame for what is gone, and one that breaks a rule. */
    (void)state;
    static const uint8_t window[18] = { 2, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x91, 1 };
    static const uint8_t unknown[16] = { 0, 0, 0, 0, 99 };
    size_t consumed;
    world *w = world_new();
    world_ready(w);
    weft_connection *conn = pair_open(&w->p);
    assert_int_equal(weft_connection_close(conn, 0, NULL), 0);
    weft_connection_release(conn);
    pair_run(&w->p);
    assert_int_equal(weft_engine_feed(w->p.server, window, sizeof window, w->p.now_ns, &consumed), 0);
    world_read(w);
    assert_int_equal(w->s.late, 1);
    assert_int_equal(w->s.violations, 0);
    assert_int_equal(weft_engine_feed(w->p.server, unknown, sizeof unknown, w->p.now_ns, &consumed), 0);
    world_read(w);
    assert_int_equal(w->s.violations, 1);
    assert_int_equal(value_of(world_text(w), "weft_violations_total"), 1);
    assert_int_equal(value_of(world_text(w), "weft_late_messages_total"), 1);
    world_free(w);
}

static void stats_totals_outlive_sessions(void **state)
{
    /* Goal: what a session has counted stays when it is gone; what was "now" does not. */
    (void)state;
    world *w = world_new();
    world_ready(w);
    weft_connection *conn = pair_open(&w->p);
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 1000, 0, NULL), 0);
    pair_run(&w->p);
    world_read(w);
    weft_totals before = w->totals;
    assert_int_equal(before.all.bytes_in, w->s.bytes_in);
    weft_connection_release(conn);
    pair_run(&w->p);
    weft_session_close(w->p.c.session, 0, NULL);
    pair_run(&w->p);
    weft_engine_free(w->p.server);
    w->p.server = NULL;
    assert_int_equal(weft_session_stats_read(w->p.s.session, &w->s, sizeof w->s), WEFT_ECLOSED);
    weft_stats_read(w->p.server_stats, &w->totals, sizeof w->totals);
    assert_int_equal(w->totals.sessions_now, 0);
    assert_int_equal(w->totals.sessions_in, 1);
    assert_int_equal(w->totals.sessions_ended, 1);
    assert_int_equal(w->totals.sessions_lost, 0);
    assert_int_equal(w->totals.all.connections_in, 0);
    assert_int_equal(w->totals.all.calls_in, 1);
    assert_int_equal(w->totals.all.calls_in_ended[0], 1);
    assert_true(w->totals.all.bytes_in > before.all.bytes_in);
    world_free(w);
}

/* ---- reading ---- */

static void stats_older_reader_gets_what_it_knows(void **state)
{
    /* Goal: a shorter struct is filled to its end and not beyond; size says how far. */
    (void)state;
    world *w = world_new();
    weft_session_stats s;
    weft_totals t;
    world_ready(w);
    memset(&s, 0x5a, sizeof s);
    assert_int_equal(weft_session_stats_read(w->p.s.session, &s, offsetof(weft_session_stats, messages_in)), 0);
    assert_int_equal(s.size, offsetof(weft_session_stats, messages_in));
    assert_true(s.bytes_in > 0 && s.bytes_in < 10000);
    assert_int_equal(s.messages_in, UINT64_C(0x5a5a5a5a5a5a5a5a));
    memset(&t, 0x5a, sizeof t);
    weft_stats_read(w->p.server_stats, &t, offsetof(weft_totals, sessions_out));
    assert_int_equal(t.sessions_in, 1);
    assert_int_equal(t.sessions_out, UINT64_C(0x5a5a5a5a5a5a5a5a));
    world_free(w);
}

static int stop_at_first(void *user, const weft_method_stats *method)
{
    int *n = user;
    assert_string_equal(method->service, "test.Pair");
    (*n)++;
    return -5;
}

static void stats_reader_may_stop(void **state)
{
    /* Goal: what write or each returns ends it, and is returned; nothing is written behind it. */
    (void)state;
    world *w = world_new();
    int n = 0;
    world_ready(w);
    weft_connection *conn = pair_open(&w->p);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pair_call(&w->p.c, conn, i % 2 ? PAIR_ECHO : PAIR_HOLD, 1, i, NULL), 0);
    pair_run(&w->p);
    for (int i = 0; i < 2; i++)
        assert_int_equal(weft_call_drop(w->p.s.held[i]), 0);
    assert_int_equal(weft_stats_each_method(w->p.server_stats, stop_at_first, &n), -5);
    assert_int_equal(n, 1);
    (void)world_text(w);
    size_t whole = w->text.len;
    for (size_t fail_at = 1; fail_at < 40; fail_at++) {
        w->text.len = 0;
        w->text.fail_at = fail_at;
        assert_int_equal(weft_stats_prometheus(w->p.server_stats, weft_test_text_write, &w->text), 77);
        assert_true(w->text.len < whole);
    }
    weft_connection_release(conn);
    world_free(w);
}

static void exposition_escapes_labels(void **state)
{
    /* Goal: whatever a label's value is, it stays one label of one line. */
    (void)state;
    weft_test_text text = { .len = 0 };
    weft__exposition e = { weft_test_text_write, &text, 0, "" };
    const weft__label labels[] = { { "a", "quote \" back \\ line\n end" }, { "b", NULL }, { "c", "" }, { "d", "\n" } };
    weft__exposition_family(&e, "x_total", "counter", "What it is.");
    weft__exposition_sample(&e, labels, 4, UINT64_MAX);
    weft__exposition_sample(&e, labels + 1, 1, 0);
    weft__exposition_sample(&e, NULL, 0, 7);
    assert_string_equal(text.bytes, "# HELP x_total What it is.\n# TYPE x_total counter\n"
                                    "x_total{a=\"quote \\\" back \\\\ line\\n end\",c=\"\",d=\"\\n\"} "
                                    "18446744073709551615\nx_total 0\nx_total 7\n");
}

/* ---- memory ---- */

static void few_calls(weft_test_alloc *alloc, void *user)
{
    pair p;
    weft_stats *stats = NULL;
    weft_totals t;
    (void)user;
    pair_init(&p, alloc);
    if (weft_stats_new(&alloc->allocator, &stats) < 0)
        return;
    p.client_stats = stats;
    weft_connection *conn = NULL;
    if (pair_begin(&p, weft_session_options_default(), weft_session_options_default()) == 0) {
        pair_run(&p);
        conn = p.c.n_ready ? pair_open(&p) : NULL;
    }
    int n = 0;
    for (int i = 0; conn && i < 2; i++)
        n += pair_call(&p.c, conn, PAIR_ECHO, 100, i, NULL) == 0;
    pair_run(&p);
    weft_connection_release(conn);
    pair_fini(&p);
    weft_stats_read(stats, &t, sizeof t);
    assert_int_equal(t.all.calls_out, n);
    assert_int_equal(sum(t.all.calls_out_ended), n);
    assert_int_equal(t.sessions_now, 0);
    if (!alloc->failed)
        assert_int_equal(n, 2);
    weft_stats_release(stats);
}

static void stats_every_allocation_may_fail(void **state)
{
    /* Goal: out of memory at any point, each call that has begun is counted as ended, and nothing is left. */
    (void)state;
    weft_test_alloc_each(few_calls, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stats_sent_is_received),
        cmocka_unit_test(stats_connection_says_what_waits),
        cmocka_unit_test(stats_each_call_ends_as_something),
        cmocka_unit_test(stats_tables_of_one_service_are_one),
        cmocka_unit_test(stats_channels_say_items_and_credit),
        cmocka_unit_test(stats_opens_and_handshakes_are_counted),
        cmocka_unit_test(stats_late_and_violations_are_counted),
        cmocka_unit_test(stats_totals_outlive_sessions),
        cmocka_unit_test(stats_older_reader_gets_what_it_knows),
        cmocka_unit_test(stats_reader_may_stop),
        cmocka_unit_test(exposition_escapes_labels),
        cmocka_unit_test(stats_every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
