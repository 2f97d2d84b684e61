/* Joined connections: what one end says reaches the other as it was said, through one proxy and through several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/random.h"
#include "tests/support/row.h"
#include "tests/support/rules.h"
#include "weft/limits.h"

static void begin(row *c, weft_test_alloc *alloc, size_t n, const uint32_t *frame_sizes)
{
    weft_test_alloc_init(alloc);
    row_ready(c, alloc, n, frame_sizes);
}

static void end(row *c, weft_test_alloc *alloc)
{
    row_fini(c);
    weft_test_alloc_assert_empty(alloc);
}

static void calls_of_all_lengths_come_through(void **state)
{
    /* Goal: requests and responses from nothing to many fragments, through legs whose frames are long and short. */
    static const uint32_t frames[][3] = { { 65536, 65536, 65536 },
                                          { 1048576, 16384, 65536 },
                                          { 16384, 1048576, 20000 } };
    static const size_t lens[] = { 0, 1, 1000, 16300, 16384, 17000, 17400, 40000, 65536, 66000, 300000, 3000000 };
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("proxy.settings");
    for (size_t f = 0; f < sizeof frames / sizeof *frames; f++) {
        weft_test_alloc alloc;
        row c;
        begin(&c, &alloc, 3, frames[f]);
        weft_connection *conn = row_open(&c);
        assert_non_null(conn);
        for (int i = 0; i < (int)(sizeof lens / sizeof *lens); i++) {
            assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, lens[i], i, NULL), 0);
            if (i % 3 != 0)
                row_run(&c);
        }
        row_run(&c);
        for (int i = 0; i < (int)(sizeof lens / sizeof *lens); i++) {
            assert_int_equal(row_client(&c)->done_times[i], 1);
            assert_int_equal(row_client(&c)->results[i].code, 0);
            assert_int_equal(row_client(&c)->value_len[i], lens[i]);
            if (lens[i] > 0)
                assert_int_equal(row_client(&c)->value_first[i], i);
        }
        weft_connection_release(conn);
        row_run(&c);
        assert_int_equal(row_server(&c)->n_conn_closed, 1);
        assert_int_equal(c.proxy[0].n_over, 1);
        assert_int_equal(c.proxy[1].n_over, 1);
        end(&c, &alloc);
    }
}

static void streams_run_both_ways_within_their_credit(void **state)
{
    /* Goal: items, credit, ends and the answer of a call with a channel each way, behind two proxies. */
    weft_test_alloc alloc;
    row c;
    pair_stream out = { 0 }, in = { 0 };
    (void)state;
    WEFT_RULE("proxy.join");
    begin(&c, &alloc, 3, NULL);
    weft_connection *conn = row_open(&c);
    pair_side *server = row_server(&c);
    assert_int_equal(pair_stream_call(row_client(&c), conn, PAIR_BOTH, 0, NULL, &out, &in, NULL), 0);
    assert_int_equal(pair_stream_read(&out), 0);
    int sent = 0, back = 0;
    for (int turn = 0; turn < 6; turn++) {
        sent += pair_stream_fill(&in, (uint8_t)sent);
        row_run(&c);
        back += pair_stream_fill(&server->out, (uint8_t)back);
        row_run(&c);
    }
    assert_true(sent >= 6 * 2 * PAIR_WINDOW);
    assert_true(back >= 6 * PAIR_WINDOW);
    assert_int_equal(server->in.n_items, sent);
    assert_int_equal(out.n_items, back);
    for (int i = 0; i < back; i++)
        assert_int_equal(out.first[i], i);
    assert_int_equal(weft_channel_finish(in.channel), 0);
    row_run(&c);
    assert_int_equal(server->in.n_ends, 1);
    assert_int_equal(server->in.end.kind, WEFT_CHANNEL_FINISHED);
    assert_int_equal(weft_channel_abort(server->out.channel, 300, "enough"), 0);
    row_run(&c);
    assert_int_equal(out.n_ends, 1);
    assert_int_equal(out.end.kind, WEFT_CHANNEL_ABORTED);
    assert_string_equal(out.text, "enough");
    weft_connection_release(conn);
    end(&c, &alloc);
}

static void cancels_and_deadlines_reach_the_handler(void **state)
{
    weft_test_alloc alloc;
    row c;
    weft_call call;
    (void)state;
    WEFT_RULE("proxy.join");
    begin(&c, &alloc, 2, NULL);
    weft_connection *conn = row_open(&c);
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_HOLD, 1, 0, &call), 0);
    row_run(&c);
    assert_int_equal(row_server(&c)->n_held, 1);
    assert_int_equal(weft_call_cancel(call), 0);
    row_run(&c);
    assert_int_equal(row_server(&c)->n_cancelled, 1);
    assert_int_equal(row_client(&c)->results[0].code, WEFT_ECANCELED);
    (void)weft_call_drop(row_server(&c)->held[0]);
    weft_call_options options = weft_call_options_default();
    options.timeout_ns = WEFT_NS_PER_S;
    assert_int_equal(pair_call_with(row_client(&c), conn, PAIR_HOLD, 1, 1, &options, NULL), 0);
    row_run(&c);
    assert_int_equal(weft_call_remaining_ns(row_server(&c)->held[1]), WEFT_NS_PER_S);
    row_advance(&c, 2 * WEFT_NS_PER_S);
    assert_int_equal(row_client(&c)->results[1].code, WEFT_ETIMEDOUT);
    assert_int_equal(row_server(&c)->n_cancelled, 2);
    (void)weft_call_drop(row_server(&c)->held[1]);
    weft_connection_release(conn);
    end(&c, &alloc);
}

static void rejects_come_back_with_their_reason(void **state)
{
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.settings");
    begin(&c, &alloc, 3, NULL);
    row_server(&c)->refuse_code = 777;
    assert_null(row_open(&c));
    assert_int_equal(row_client(&c)->n_refused, 1);
    assert_int_equal(row_client(&c)->open_error.code, WEFT_EREJECTED);
    assert_int_equal(row_client(&c)->open_error.remote, 777);
    assert_non_null(strstr(row_client(&c)->open_error.text, "no"));
    assert_int_equal(c.proxy[0].n_over, 1);
    assert_int_equal(c.proxy[0].over.remote, 777);
    end(&c, &alloc);
}

static void noted_open(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    weft_str text = { "", 0 };
    (void)connection;
    assert_non_null(error);
    assert_true(weft_metadata_get_str(metadata, "why", &text));
    *(bool *)user = weft_str_equal(text, WEFT_STR("because"));
}

static void metadata_goes_along_but_what_is_not_to_be_propagated(void **state)
{
    weft_test_alloc alloc;
    row c;
    weft_str text;
    uint64_t number;
    bool told = false;
    weft_metadata_entry entries[] = { weft_metadata_str("kept", WEFT_STR("yes"), 0),
                                      weft_metadata_str("secret", WEFT_STR("no"), WEFT_METADATA_NO_PROPAGATE),
                                      weft_metadata_u64("n", 7, 0) };
    weft_metadata metadata = { entries, 3 };
    weft_open_options options = weft_open_options_default();
    (void)state;
    WEFT_RULE("proxy.settings");
    begin(&c, &alloc, 3, NULL);
    row_server(&c)->keep_pending = true;
    options.metadata = &metadata;
    assert_int_equal(weft_open(row_client(&c)->session, &pair_service, &options, noted_open, &told), 0);
    row_run(&c);
    weft_pending pending = row_server(&c)->pending;
    const weft_metadata *came = weft_pending_metadata(pending);
    assert_non_null(came);
    assert_true(weft_str_equal(weft_pending_service(pending), weft_str_from(pair_service.name)));
    assert_true(weft_metadata_get_str(came, "kept", &text));
    assert_true(weft_metadata_get_u64(came, "n", &number));
    assert_int_equal(number, 7);
    assert_null(weft_metadata_find(came, "secret"));
    assert_int_equal(weft_pending_hops(pending), 2);
    weft_metadata_entry why = weft_metadata_str("why", WEFT_STR("because"), 0);
    weft_metadata reason = { &why, 1 };
    assert_int_equal(weft_pending_reject(pending, 300, "no", &reason), 0);
    row_run(&c);
    assert_true(told);
    assert_int_equal(weft_pending_hops(pending), 0);
    end(&c, &alloc);
}

static void closes_of_either_end_reach_the_other(void **state)
{
    weft_test_alloc alloc;
    (void)state;
    WEFT_RULE("proxy.close");
    for (int by_server = 0; by_server < 2; by_server++) {
        row c;
        begin(&c, &alloc, 3, NULL);
        weft_connection *conn = row_open(&c);
        assert_int_equal(pair_call(row_client(&c), conn, PAIR_HOLD, 1, 0, NULL), 0);
        row_run(&c);
        if (by_server) {
            /* the session behind the last proxy closes its connections with its own code */
            weft_session_close(row_server(&c)->session, 400, "bye");
        } else {
            assert_int_equal(weft_connection_close(conn, 400, "bye"), 0);
        }
        row_run(&c);
        pair_side *told = by_server ? row_client(&c) : row_server(&c);
        assert_int_equal(told->n_conn_closed, 1);
        assert_int_equal(told->conn_end.remote, 400);
        assert_non_null(strstr(told->conn_end.text, "bye"));
        assert_int_equal(row_client(&c)->done_times[0], 1);
        assert_int_equal(row_client(&c)->results[0].code, WEFT_ECONNCLOSED);
        (void)weft_call_drop(row_server(&c)->held[0]);
        weft_connection_release(conn);
        end(&c, &alloc);
    }
}

static void a_lost_session_is_told_as_lost(void **state)
{
    /* Goal: where a session behind the proxy breaks, the other end hears "lost", in the middle of a message too, and
     * what was under way may have run; the other session goes on. */
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.close");
    begin(&c, &alloc, 2, NULL);
    weft_connection *conn = row_open(&c);
    c.p[1].client_max = c.p[1].client_sent + 70000;
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 500000, 0, NULL), 0);
    row_run(&c);
    pair_disconnect(&c.p[1], WEFT_ECONNRESET);
    row_run(&c);
    assert_int_equal(row_client(&c)->results[0].code, WEFT_ECONNCLOSED);
    assert_true(row_client(&c)->results[0].may_have_run);
    assert_int_equal(row_client(&c)->conn_end.remote, WEFT_CODE_LOST);
    assert_int_equal(c.p[0].c.n_closed + c.p[0].s.n_closed, 0);
    assert_int_equal(c.proxy[0].n_over, 1);
    weft_connection_release(conn);
    end(&c, &alloc);
}

static void a_client_lost_in_half_a_message_leaves_a_whole_conversation(void **state)
{
    /* Goal: what had come of a message is aborted behind the proxy; the session there is none the worse. */
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.close");
    begin(&c, &alloc, 2, NULL);
    weft_connection *conn = row_open(&c);
    c.p[0].client_max = c.p[0].client_sent + 200000;
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 500000, 0, NULL), 0);
    row_run(&c);
    pair_disconnect(&c.p[0], WEFT_ECONNRESET);
    row_run(&c);
    assert_int_equal(row_server(&c)->n_handled, 0);
    assert_int_equal(row_server(&c)->n_conn_closed, 1);
    assert_int_equal(row_server(&c)->conn_end.remote, WEFT_CODE_LOST);
    assert_int_equal(c.p[1].c.n_closed + c.p[1].s.n_closed, 0);
    weft_connection_release(conn);
    end(&c, &alloc);
}

static void a_withdrawn_open_is_withdrawn_behind_the_proxy(void **state)
{
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.settings");
    begin(&c, &alloc, 2, NULL);
    row_server(&c)->keep_pending = true;
    assert_null(row_open(&c));
    assert_int_equal(row_server(&c)->n_open_asked, 1);
    row_advance(&c, 31 * WEFT_NS_PER_S);
    assert_int_equal(row_client(&c)->n_refused, 1);
    assert_int_equal(weft_pending_reject(row_server(&c)->pending, 300, NULL, NULL), WEFT_EALREADY);
    end(&c, &alloc);
}

static void drains_are_told_once(void **state)
{
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.close");
    WEFT_RULE("proxy.pressure");
    begin(&c, &alloc, 3, NULL);
    weft_connection *conn = row_open(&c);
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_HOLD, 1, 0, NULL), 0);
    row_run(&c);
    assert_int_equal(weft_session_drain(row_server(&c)->session, WEFT_FOREVER), 0);
    row_run(&c);
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 1, 1, NULL), WEFT_EUNAVAILABLE);
    assert_int_equal(row_client(&c)->n_draining, 0); /* its own session does not drain */
    assert_int_equal(row_client(&c)->done_times[0], 0);
    weft_bytes value = { (const uint8_t *)"x", 1 };
    assert_int_equal(weft_gen_return(row_server(&c)->held[0], &pair_service, PAIR_HOLD, &value), 0);
    row_run(&c);
    assert_int_equal(row_client(&c)->results[0].code, 0);
    weft_connection_release(conn);
    end(&c, &alloc);
}

static void rings_of_proxies_end(void **state)
{
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.settings");
    begin(&c, &alloc, 9, NULL);
    weft_connection *conn = row_open(&c);
    assert_non_null(conn);
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 9, 0, NULL), 0);
    row_run(&c);
    assert_int_equal(row_client(&c)->value_len[0], 9);
    weft_connection_release(conn);
    end(&c, &alloc);
    begin(&c, &alloc, 10, NULL);
    assert_null(row_open(&c));
    assert_int_equal(c.proxy[8].status, WEFT_EREJECTED);
    assert_int_equal(row_client(&c)->open_error.remote, WEFT_CODE_LIMIT);
    end(&c, &alloc);
}

static void what_a_proxy_holds_is_bounded_by_the_windows(void **state)
{
    /* Goal: behind the proxy nothing moves, and in front of it a caller sends without end. */
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.pressure");
    begin(&c, &alloc, 2, NULL);
    weft_connection *conn = row_open(&c);
    c.p[1].client_max = c.p[1].client_sent;
    c.p[1].server_max = c.p[1].server_sent;
    size_t before = c.p[0].client_sent;
    for (int i = 0; i < 40; i++) {
        assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 100000, i, NULL), i < 40 ? 0 : 1);
        row_run(&c);
        if (c.p[0].c.session == NULL)
            break;
        if (i == 8)
            break;
    }
    size_t held = c.p[0].client_sent - before;
    assert_true(held >= 500000);
    for (int i = 9; i < 20; i++) {
        (void)pair_call(row_client(&c), conn, PAIR_ECHO, 100000, i, NULL);
        row_run(&c);
    }
    held = c.p[0].client_sent - before;
    assert_true(held <= WEFT_CONNECTION_WINDOW_DEFAULT + 2 * 65536 + 262144);
    c.p[1].cut = false;
    c.p[1].client_max = c.p[1].server_max = SIZE_MAX;
    row_run(&c);
    for (int i = 0; i < 9; i++)
        assert_int_equal(row_client(&c)->value_len[i], 100000);
    weft_connection_release(conn);
    end(&c, &alloc);
}

static int meet_with(row *c, bool second_odd, weft_test_alloc *alloc)
{
    weft_session_options options = weft_session_options_default();
    options.ids_odd = second_odd;
    row_ready(c, alloc, 2, NULL);
    pair_fini(&c->p[1]);
    pair_init(&c->p[1], alloc);
    c->p[1].s.keep_pending = true;
    if (pair_begin(&c->p[1], options, weft_session_options_default()) == 0)
        pair_run(&c->p[1]);
    c->proxy[0].by_hand = true;
    if (!c->p[0].c.n_ready || !c->p[1].c.n_ready)
        return WEFT_ENOMEM;
    (void)pair_open(&c->p[0]);
    (void)pair_open(&c->p[1]);
    weft_proxy_options noted = row_options(&c->proxy[0]);
    return weft_proxy_meet(c->p[0].s.pending, c->p[1].s.pending, &noted);
}

static void two_opens_meet(void **state)
{
    /* Goal: both ends have opened towards the proxy; either may call the other. */
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.join");
    weft_test_alloc_init(&alloc);
    assert_int_equal(meet_with(&c, true, &alloc), WEFT_EINVAL);
    end(&c, &alloc);
    assert_int_equal(meet_with(&c, false, &alloc), 0);
    row_run(&c);
    weft_connection *left = c.p[0].c.opened, *right = c.p[1].c.opened;
    assert_non_null(left);
    assert_non_null(right);
    /* neither serves here: what is asked is answered by the other's runtime, not by the proxy */
    assert_int_equal(pair_call(&c.p[0].c, left, PAIR_ECHO, 3, 0, NULL), 0);
    assert_int_equal(pair_call(&c.p[1].c, right, PAIR_ECHO, 3, 0, NULL), 0);
    row_run(&c);
    assert_int_equal(c.p[0].c.results[0].code, WEFT_ENOSYS);
    assert_int_equal(c.p[1].c.results[0].code, WEFT_ENOSYS);
    assert_int_equal(weft_connection_close(left, 321, "over"), 0);
    row_run(&c);
    assert_int_equal(c.p[1].c.conn_end.remote, 321);
    weft_connection_release(left);
    weft_connection_release(right);
    end(&c, &alloc);
}

static void a_leg_that_breaks_and_goes_on_is_a_pause(void **state)
{
    /* Goal: conduits of all three sessions break in the middle of calls and streams, again and again; behind the
     * proxies nothing is seen of it but time. */
    enum { CALLS = 40 };
    weft_test_alloc alloc;
    weft_registry_options registry_options;
    weft_registry *registry;
    row c;
    pair_stream out = { 0 }, in = { 0 };
    weft_test_random random = { 7 };
    int sent = 0, back = 0;
    (void)state;
    WEFT_RULE("proxy.close");
    weft_test_alloc_init(&alloc);
    weft_registry_options_init(&registry_options, sizeof registry_options);
    registry_options.allocator = &alloc.allocator;
    assert_int_equal(weft_registry_new(&registry_options, &registry), 0);
    row_ready_resumable(&c, &alloc, 3, registry);
    weft_connection *conn = row_open(&c);
    assert_non_null(conn);
    pair_side *client = row_client(&c), *server = row_server(&c);
    assert_int_equal(pair_stream_call(client, conn, PAIR_BOTH, 60, NULL, &out, &in, NULL), 0);
    assert_int_equal(pair_stream_read(&out), 0);
    for (int i = 0; i < CALLS; i++) {
        size_t k = weft_test_random_below(&random, 3);
        pair *p = &c.p[k];
        size_t after = weft_test_random_below(&random, 60000);
        if (weft_test_random_below(&random, 2))
            p->client_max = p->client_sent + after;
        else
            p->server_max = p->server_sent + after;
        assert_int_equal(pair_call(client, conn, PAIR_ECHO, 30000 + (size_t)i, i, NULL), 0);
        sent += pair_stream_fill(&in, (uint8_t)sent);
        back += server->out.channel.slot ? pair_stream_fill(&server->out, (uint8_t)back) : 0;
        row_run(&c);
        row_break(&c, k);
    }
    for (int i = 0; i < CALLS; i++) {
        assert_int_equal(client->done_times[i], 1);
        assert_int_equal(client->results[i].code, 0);
        assert_int_equal(client->value_len[i], 30000 + i);
    }
    assert_int_equal(server->in.n_items, sent);
    assert_int_equal(out.n_items, back);
    assert_true(sent > PAIR_WINDOW && back > PAIR_WINDOW);
    assert_int_equal(c.p[0].c.n_resumed + c.p[1].c.n_resumed + c.p[2].c.n_resumed, CALLS);
    assert_int_equal(c.proxy[0].n_over + c.proxy[1].n_over + client->n_conn_closed, 0);
    weft_connection_release(conn);
    row_run(&c);
    row_fini(&c);
    weft_registry_release(registry);
    weft_test_alloc_assert_empty(&alloc);
}

/* One whole life through two proxies, whose every allocation fails in turn. */
static void life(weft_test_alloc *alloc, void *user)
{
    row c;
    (void)user;
    row_ready(&c, alloc, 3, NULL);
    weft_connection *conn = c.p[0].c.n_ready && c.p[1].c.n_ready && c.p[2].c.n_ready ? row_open(&c) : NULL;
    if (conn) {
        static const size_t lens[] = { 6000, 20000, 60000 }; /* each is more than the buffers of the one before */
        for (int i = 0; i < 3; i++) {
            int status = pair_call(row_client(&c), conn, PAIR_ECHO, lens[i], i, NULL);
            row_run(&c);
            assert_true(status < 0 || row_client(&c)->done_times[i] == 1);
            assert_true(alloc->failed || row_client(&c)->value_len[i] == lens[i]);
        }
        weft_connection_release(conn);
        row_run(&c);
    }
    assert_true(conn || alloc->failed);
    row_fini(&c);
}

/* A meeting that was agreed to is told its end, once, also where it came to nothing. */
static void meeting(weft_test_alloc *alloc, void *user)
{
    row c;
    (void)user;
    int status = meet_with(&c, false, alloc);
    row_run(&c);
    weft_connection_release(c.p[0].c.opened);
    weft_connection_release(c.p[1].c.opened);
    row_run(&c);
    row_fini(&c);
    assert_int_equal(c.proxy[0].n_over, status == 0);
    assert_true(status == 0 || alloc->failed);
}

static void each_allocation_fails(void **state)
{
    (void)state;
    weft_test_alloc_each(life, NULL);
    weft_test_alloc_each(meeting, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_of_all_lengths_come_through),
        cmocka_unit_test(streams_run_both_ways_within_their_credit),
        cmocka_unit_test(cancels_and_deadlines_reach_the_handler),
        cmocka_unit_test(rejects_come_back_with_their_reason),
        cmocka_unit_test(metadata_goes_along_but_what_is_not_to_be_propagated),
        cmocka_unit_test(closes_of_either_end_reach_the_other),
        cmocka_unit_test(a_lost_session_is_told_as_lost),
        cmocka_unit_test(a_client_lost_in_half_a_message_leaves_a_whole_conversation),
        cmocka_unit_test(a_withdrawn_open_is_withdrawn_behind_the_proxy),
        cmocka_unit_test(drains_are_told_once),
        cmocka_unit_test(rings_of_proxies_end),
        cmocka_unit_test(what_a_proxy_holds_is_bounded_by_the_windows),
        cmocka_unit_test(two_opens_meet),
        cmocka_unit_test(a_leg_that_breaks_and_goes_on_is_a_pause),
        cmocka_unit_test(each_allocation_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
