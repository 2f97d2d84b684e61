/* Connections that are open already, and are joined then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/row.h"
#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

/* Two pairs: the first client has opened a connection to the proxy, and that has opened one to the second server. */
typedef struct two {
    row row;
    weft_connection *client, *left, *right;
    bool listed; /* the client was told that the proxy calls pair_service */
    bool odd;    /* ids of the proxy upstream */
} two;

static void begin(two *t, weft_test_alloc *alloc)
{
    static const weft_service_type *const calls[] = { &pair_service };
    weft_session_options client = weft_session_options_default(), upstream = client;
    weft_accept_options raw = weft_open_options_default();
    row *c = &t->row;
    weft_test_alloc_init(alloc);
    memset(c, 0, sizeof *c);
    c->n = 2;
    c->proxy[0].by_hand = true;
    upstream.ids_odd = t->odd;
    for (size_t i = 0; i < 2; i++) {
        pair_init(&c->p[i], alloc);
        c->p[i].s.keep_pending = i == 0;
        assert_int_equal(pair_begin(&c->p[i], i == 0 ? client : upstream, client), 0);
        pair_run(&c->p[i]);
        (void)pair_open(&c->p[i]);
    }
    raw.calls = calls;
    raw.n_calls = t->listed;
    assert_int_equal(weft_pending_accept(c->p[0].s.pending, &raw, &t->left), 0);
    row_run(c);
    t->client = c->p[0].c.opened;
    t->right = c->p[1].c.opened;
    assert_true(t->client && t->right);
}

static void end(two *t, weft_test_alloc *alloc)
{
    weft_connection_release(t->client);
    weft_connection_release(t->left);
    weft_connection_release(t->right);
    row_fini(&t->row);
    weft_test_alloc_assert_empty(alloc);
}

static int join(two *t)
{
    weft_proxy_options options = row_options(&t->row.proxy[0]);
    return weft_proxy_join(t->left, t->right, &options);
}

static void open_connections_are_joined(void **state)
{
    weft_test_alloc alloc;
    two t = { .listed = true, .odd = true };
    (void)state;
    WEFT_RULE("proxy.join");
    begin(&t, &alloc);
    assert_int_equal(join(&t), 0);
    pair_side *client = &t.row.p[0].c;
    assert_int_equal(pair_call(client, t.client, PAIR_ECHO, 100000, 0, NULL), 0);
    row_run(&t.row);
    assert_int_equal(client->results[0].code, 0);
    assert_int_equal(client->value_len[0], 100000);
    assert_int_equal(weft_connection_close(t.client, 321, "enough"), 0);
    row_run(&t.row);
    assert_int_equal(t.row.p[1].s.n_conn_closed, 1);
    assert_int_equal(t.row.p[1].s.conn_end.remote, 321);
    assert_int_equal(t.row.proxy[0].n_over, 1);
    assert_int_equal(t.row.proxy[0].over.remote, 321);
    end(&t, &alloc);
}

static void ends_that_would_leave_out_schemas_are_not_joined(void **state)
{
    /* Goal: upstream the service is known, so its answers come without schemas; the client was told of none. */
    weft_test_alloc alloc;
    two t = { .listed = false, .odd = true };
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("schema.known");
    begin(&t, &alloc);
    assert_int_equal(join(&t), WEFT_EINVAL);
    end(&t, &alloc);
}

static void ends_of_one_parity_are_not_joined(void **state)
{
    weft_test_alloc alloc;
    two t = { .listed = true, .odd = false };
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("conn.parity");
    begin(&t, &alloc);
    assert_int_equal(join(&t), WEFT_EINVAL);
    end(&t, &alloc);
}

static void what_has_been_used_is_not_joined(void **state)
{
    weft_test_alloc alloc;
    two t = { .listed = true, .odd = true };
    (void)state;
    WEFT_RULE("proxy.join");
    begin(&t, &alloc);
    pair_side *client = &t.row.p[0].c;
    assert_int_equal(pair_call(client, t.client, PAIR_ECHO, 1, 0, NULL), 0);
    row_run(&t.row);
    assert_int_equal(client->results[0].code, WEFT_ENOSYS); /* by the proxy, which serves nothing there */
    assert_int_equal(join(&t), WEFT_EINVAL);
    end(&t, &alloc);
}

static void what_has_half_a_frame_is_not_joined(void **state)
{
    /* Goal: the first frame of several, which are put together where they are read, is half there. */
    weft_test_alloc alloc;
    two t = { .listed = true, .odd = true };
    (void)state;
    WEFT_RULE("proxy.join");
    begin(&t, &alloc);
    pair *p = &t.row.p[0];
    p->client_max = p->client_sent + 5000;
    assert_int_equal(pair_call(&p->c, t.client, PAIR_ECHO, 500000, 0, NULL), 0);
    row_run(&t.row);
    int status = join(&t);
    p->client_max = SIZE_MAX;
    p->cut = false;
    row_run(&t.row);
    assert_int_equal(status, WEFT_EINVAL);
    assert_int_equal(p->c.results[0].code, WEFT_ENOSYS);
    end(&t, &alloc);
}

static void what_has_half_of_a_frame_that_is_all_is_joined(void **state)
{
    /* Goal: nothing of that message has come until it is whole: it is passed on, as what comes behind it is. */
    weft_test_alloc alloc;
    two t = { .listed = true, .odd = true };
    (void)state;
    WEFT_RULE("proxy.join");
    begin(&t, &alloc);
    pair *p = &t.row.p[0];
    p->client_max = p->client_sent + 5000;
    assert_int_equal(pair_call(&p->c, t.client, PAIR_ECHO, 40000, 0, NULL), 0);
    row_run(&t.row);
    int status = join(&t);
    p->client_max = SIZE_MAX;
    p->cut = false;
    row_run(&t.row);
    assert_int_equal(status, 0);
    assert_int_equal(p->c.results[0].code, 0);
    assert_int_equal(p->c.value_len[0], 40000);
    end(&t, &alloc);
}

static void what_is_no_pair_is_not_joined(void **state)
{
    /* Goal: with itself, with a root, twice, and when it is over; what cannot be joined, or is, goes on as it was. */
    weft_test_alloc alloc;
    two t = { .listed = true, .odd = true };
    (void)state;
    WEFT_RULE("proxy.join");
    begin(&t, &alloc);
    pair *near = &t.row.p[0], *far = &t.row.p[1];
    assert_int_equal(weft_proxy_join(t.left, t.left, NULL), WEFT_EINVAL);
    assert_int_equal(weft_proxy_join(weft_session_root(near->s.session), t.right, NULL), WEFT_EINVAL);
    assert_int_equal(weft_proxy_join(t.left, weft_session_root(far->c.session), NULL), WEFT_EINVAL);
    assert_int_equal(weft_proxy_open(near->s.pending, far->c.session, NULL), WEFT_EALREADY);
    assert_int_equal(weft_proxy_meet(near->s.pending, near->s.pending, NULL), WEFT_EALREADY);
    assert_int_equal(join(&t), 0);
    assert_int_equal(join(&t), WEFT_EINVAL);
    assert_int_equal(weft_proxy_join(t.right, t.left, NULL), WEFT_EINVAL);
    assert_int_equal(pair_call(&far->c, t.right, PAIR_ECHO, 1, 1, NULL), WEFT_EINVAL); /* they call nothing here */
    assert_int_equal(pair_call(&near->c, t.client, PAIR_ECHO, 1, 0, NULL), 0);
    row_run(&t.row);
    assert_int_equal(near->c.results[0].code, 0);
    assert_int_equal(weft_connection_close(t.right, 321, "enough"), 0);
    assert_int_equal(join(&t), WEFT_ECLOSED);
    assert_int_equal(weft_connection_close(t.left, 322, "more"), WEFT_EALREADY);
    row_run(&t.row);
    assert_int_equal(join(&t), WEFT_ECLOSED);
    assert_int_equal(near->c.conn_end.remote, 321);
    assert_int_equal(t.row.proxy[0].n_over, 1);
    end(&t, &alloc);
}

/* What the application does when it is told that a pair is over. */
typedef struct last_act {
    two t;
    int act, n_told;
} last_act;

static void on_over(void *user, const weft_error *error)
{
    last_act *last = user;
    two *t = &last->t;
    (void)error;
    last->n_told++;
    switch (last->act) {
    case 0:
        assert_int_equal(weft_proxy_join(t->left, t->right, NULL), WEFT_ECLOSED);
        assert_int_equal(weft_connection_close(t->left, 1, NULL), WEFT_EALREADY);
        assert_int_equal(weft_connection_abort(t->right, 1, NULL), WEFT_EALREADY);
        assert_int_equal(weft_connection_drain(t->right), WEFT_EALREADY);
        break;
    case 1:
        weft_connection_release(t->left);
        weft_connection_release(t->right);
        t->left = t->right = NULL;
        break;
    case 2:
        weft_session_close(t->row.p[0].s.session, 7, NULL);
        weft_session_close(t->row.p[1].c.session, 7, NULL);
        break;
    default:
        weft_session_abort(t->row.p[0].s.session);
        weft_session_abort(t->row.p[1].c.session);
        break;
    }
}

static void end_of_a_pair_may_be_the_end_of_all(void **state)
{
    (void)state;
    WEFT_RULE("proxy.close");
    for (int act = 0; act < 4; act++)
        for (int how = 0; how < 4; how++) {
            weft_test_alloc alloc;
            last_act last = { .t = { .listed = true, .odd = true }, .act = act };
            weft_proxy_options options = weft_proxy_options_default();
            row *c = &last.t.row;
            options.on_closed = on_over;
            options.user = &last;
            begin(&last.t, &alloc);
            assert_int_equal(weft_proxy_join(last.t.left, last.t.right, &options), 0);
            assert_int_equal(pair_call(&c->p[0].c, last.t.client, PAIR_HOLD, 1, 0, NULL), 0);
            row_run(c);
            switch (how) {
            case 0: assert_int_equal(weft_connection_close(last.t.left, 300, NULL), 0); break;
            case 1: assert_int_equal(weft_connection_close(last.t.client, 300, NULL), 0); break;
            case 2: pair_disconnect(&c->p[1], WEFT_ECONNRESET); break;
            default: weft_session_abort(c->p[0].s.session); break;
            }
            row_run(c);
            assert_int_equal(last.n_told, 1);
            assert_int_equal(c->p[0].c.done_times[0], 1);
            (void)weft_call_drop(c->p[1].s.held[0]);
            end(&last.t, &alloc);
            assert_int_equal(last.n_told, 1);
        }
}

/* An Open in two frames, decided on: served by nobody. */
static weft_connection *open_in_pieces(wire_peer *w, uint64_t id, bool odd)
{
    static char pad[2000];
    memset(pad, 'x', sizeof pad);
    weft_metadata_entry entry = weft_metadata_str("pad", weft_str_of(pad, sizeof pad), 0);
    wire_bytes whole = { NULL, 0, 0 };
    weft__open_out open = wire_open_defaults(odd);
    weft_accept_options raw = weft_open_options_default();
    weft_connection *conn = NULL;
    open.requested_or_null = open.services;
    open.metadata = (weft_metadata){ &entry, 1 };
    wire_put_open_of(&whole, WEFT__KIND_OPEN, id, &open);
    (void)wire_put_cut(&w->out, WEFT__KIND_OPEN, id, whole.ptr + WEFT__FRAME_HEADER, whole.len - WEFT__FRAME_HEADER,
                       1024, 0);
    wire_flush(w);
    assert_int_equal(weft_pending_accept(w->side.pending, &raw, &conn), 0);
    wire_run(w);
    (void)wire_expect(w, WEFT__KIND_ACCEPT, id);
    wire_bytes_free(&whole);
    return conn;
}

static void what_was_opened_in_pieces_is_joined(void **state)
{
    /* Goal: the Open is nothing that has passed, however many frames it came in. */
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("frame.fragment");
    wire_peer w;
    wire_init(&w, false);
    w.side.keep_pending = true;
    wire_shake(&w);
    weft_connection *left = open_in_pieces(&w, 1, true), *right = open_in_pieces(&w, 3, false);
    assert_int_equal(weft_proxy_join(left, right, NULL), 0);
    wire_put_request(&w.out, 1, 1, 0x1001, 10);
    wire_flush(&w);
    assert_int_equal(wire_expect_request(&w, 3), 1);
    weft_connection_release(left);
    weft_connection_release(right);
    wire_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_connections_are_joined),
        cmocka_unit_test(what_was_opened_in_pieces_is_joined),
        cmocka_unit_test(ends_that_would_leave_out_schemas_are_not_joined),
        cmocka_unit_test(ends_of_one_parity_are_not_joined),
        cmocka_unit_test(what_is_no_pair_is_not_joined),
        cmocka_unit_test(end_of_a_pair_may_be_the_end_of_all),
        cmocka_unit_test(what_has_been_used_is_not_joined),
        cmocka_unit_test(what_has_half_a_frame_is_not_joined),
        cmocka_unit_test(what_has_half_of_a_frame_that_is_all_is_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
