/* The frames of one connection, carried by hand: two engines of two versions talk; what each of them has said on the
 * connection is said again to a third engine, which never saw the others and shook hands with the test. All schemas
 * that it needs are there, so that it understands everything: schemas belong to a connection and to nothing else. */
#include "tests/protocol/schema/calls.h"

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"
#include "weft/proxy.h"

#include <stdio.h>

/* What the older client does and is told: a call, a user error, items that it sends, items that it is sent. */
typedef struct talk {
    mix_told echo, fault, feed, drink;
    old_leaf_tx to_feed;
    int n_items, n_ends;
    char items[64];
} talk;

static bool drink_item(void *user, old_leaf_rx rx, const old_leaf *item)
{
    talk *t = user;
    size_t len = strlen(t->items);
    (void)rx;
    t->n_items++;
    (void)snprintf(t->items + len, sizeof t->items - len, "%.*s:%d ", (int)item->name.len, item->name.ptr,
                   (int)item->colour.kind);
    return true;
}

static void drink_end(void *user, const weft_channel_end *end)
{
    talk *t = user;
    assert_int_equal(end->kind, WEFT_CHANNEL_FINISHED);
    t->n_ends++;
}

static void send_leaf(talk *t, const char *name)
{
    old_leaf leaf = { .name = weft_str_from(name), .colour = old_colour_make_red(), .age = { true, 7 } };
    assert_int_equal(old_leaf_send(t->to_feed, &leaf), 0);
}

static void begin_talk(weft_connection *connection, talk *t)
{
    static const old_leaf_reader reader = { sizeof reader, drink_item, drink_end };
    old_mix_client client = { connection };
    old_mix_feed_args feed = { WEFT_STR("feed") };
    old_mix_drink_args drink = { 3 };
    old_leaf_rx from_drink;
    mix_call_echo(connection, &t->echo, "root");
    mix_call_echo(connection, &t->fault, "missing");
    assert_int_equal(old_mix_feed(client, &feed, NULL, mix_on_old_feed, &t->feed, NULL, &t->to_feed, NULL), 0);
    send_leaf(t, "first");
    send_leaf(t, "second");
    assert_int_equal(weft_channel_finish(t->to_feed.channel), 0);
    assert_int_equal(old_mix_drink(client, &drink, NULL, mix_on_old_drink, &t->drink, NULL, &from_drink, NULL), 0);
    assert_int_equal(old_leaf_read(from_drink, &reader, t), 0);
}

static void assert_talked(const talk *t)
{
    assert_int_equal(t->echo.n + t->fault.n + t->feed.n + t->drink.n, 4);
    assert_int_equal(t->echo.code, 0);
    assert_string_equal(t->echo.leaf, "leaf");
    assert_true(t->echo.has_below);
    assert_int_equal(t->fault.outcome, WEFT_OUTCOME_USER_ERROR);
    assert_int_equal(t->fault.fault, OLD_FAULT_MISSING);
    assert_int_equal(t->feed.number, 4); /* the items of the calls of echo counted */
    assert_int_equal(t->drink.number, 3);
    assert_int_equal(t->n_items, 3);
    assert_int_equal(t->n_ends, 1);
    assert_string_equal(t->items, "drop:0 drop:1 drop:1 ");
}

static void assert_served(const mix *m)
{
    assert_int_equal(m->n_handled, 4);
    assert_string_equal(m->items, "leaf/none leaf/none first/none second/none ");
    assert_int_equal(m->n_ends, 1);
}

/* Both versions have talked; what was said is in m->said. */
static uint64_t talk_of_two(mix *m, talk *t)
{
    weft_connection *connection = mix_begin_older(m);
    uint64_t id = mix_id_of(connection);
    memset(t, 0, sizeof *t);
    begin_talk(connection, t);
    mix_run(m);
    assert_talked(t);
    assert_served(m);
    weft_connection_release(connection);
    return id;
}

/* What one side has said, but for what is between it and its next neighbour alone. */
static bool is_carried(const mix_frame *frame, uint64_t connection)
{
    return frame->connection == connection && frame->kind != WEFT__KIND_OPEN && frame->kind != WEFT__KIND_ACCEPT &&
           frame->kind != WEFT__KIND_WINDOW && frame->kind != WEFT__KIND_CLOSE;
}

static void carry(wire_peer *w, const mix_said *said, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < said->n; i++) {
        const mix_frame *frame = &said->frames[i];
        if (is_carried(frame, from))
            wire_put(&w->out, frame->kind, frame->flags, to, frame->body, frame->len);
    }
    wire_flush(w);
}

/* What the third engine says on its connection is, byte for byte, what the second one said on its own; credit may have
 * been summed up otherwise. */
static void assert_said_alike(wire_peer *w, const mix_said *said, uint64_t theirs, uint64_t ours)
{
    wire_frame frame;
    size_t i = 0;
    for (;;) {
        while (i < said->n && (!is_carried(&said->frames[i], theirs) || said->frames[i].kind == WEFT__KIND_CREDIT))
            i++;
        do {
            if (!wire_next(w, &frame)) {
                assert_int_equal(i, said->n);
                return;
            }
        } while (frame.kind == WEFT__KIND_WINDOW || frame.kind == WEFT__KIND_CREDIT);
        assert_true(i < said->n);
        assert_int_equal(frame.connection, ours);
        assert_int_equal(frame.kind, said->frames[i].kind);
        assert_int_equal(frame.body.len, said->frames[i].len);
        assert_memory_equal(frame.body.ptr, said->frames[i].body, frame.body.len);
        i++;
    }
}

/* ---- the third engine serves ---- */

typedef struct server {
    wire_peer w; /* first: decide is given this */
    mix notes;
} server;

static int decide(void *user, weft_session *session, weft_pending pending)
{
    server *third = user;
    weft_accept_options options = weft_open_options_default();
    (void)session;
    options.serves = &new_mix_service;
    options.handler = &mix_new_handler;
    options.self = &third->notes;
    return weft_pending_accept(pending, &options, NULL);
}

static weft__open_out open_of(const weft_service_type *service, bool odd, weft__service_ref *ref)
{
    weft__open_out open = wire_open_defaults(odd);
    *ref = (weft__service_ref){ weft_str_from(service->name), service->id };
    open.services = ref;
    return open;
}

/* The parity of the ids that the first client gave: that of its first request. */
static bool first_is_odd(const mix_said *said, uint64_t connection)
{
    weft__request request;
    for (size_t i = 0;; i++) {
        assert_true(i < said->n);
        const mix_frame *frame = &said->frames[i];
        if (frame->connection != connection || frame->kind != WEFT__KIND_REQUEST)
            continue;
        assert_int_equal(weft__request_decode(weft_bytes_of(frame->body, frame->len), &request), 0);
        return request.request_id & 1;
    }
}

static void schemas_of_a_connection_suffice_a_callee(void **state)
{
    /* Goal: what the older client said on one connection is all that another newer server needs to do the same. */
    (void)state;
    WEFT_RULE("schema.scope");
    WEFT_RULE("schema.send");
    mix m;
    talk t;
    server third;
    weft__service_ref ref;
    uint64_t from = talk_of_two(&m, &t);
    memset(&third, 0, sizeof third);
    wire_init(&third.w, false);
    third.w.decide = decide;
    wire_shake(&third.w);
    uint64_t to = wire_theirs(&third.w, 4); /* another id than before */
    weft__open_out open = open_of(&old_mix_service, first_is_odd(&m.said[MIX_CLIENT], from), &ref);
    open.requested_or_null = &ref;
    wire_put_open_of(&third.w.out, WEFT__KIND_OPEN, to, &open);
    wire_flush(&third.w);
    (void)wire_expect(&third.w, WEFT__KIND_ACCEPT, to);
    carry(&third.w, &m.said[MIX_CLIENT], from, to);
    assert_served(&third.notes);
    assert_int_equal(third.notes.number, m.number);
    assert_string_equal(third.notes.text, m.text);
    assert_said_alike(&third.w, &m.said[MIX_SERVER], from, to);
    wire_disconnect(&third.w, WEFT_ECONNRESET);
    wire_fini(&third.w);
    mix_end(&m);
}

/* ---- the third engine calls ---- */

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    (void)metadata;
    assert_null(error);
    *(weft_connection **)user = connection;
}

static void schemas_of_a_connection_suffice_a_caller(void **state)
{
    /* Goal: what the newer server said on one connection is all that another older client needs, which has made the
     * same calls. */
    (void)state;
    WEFT_RULE("schema.scope");
    WEFT_RULE("schema.send");
    mix m;
    talk t, third_talk;
    wire_peer w;
    wire_frame frame;
    weft__service_ref ref;
    weft_connection *connection = NULL;
    weft_open_options options = weft_open_options_default();
    uint64_t from = talk_of_two(&m, &t);
    memset(&third_talk, 0, sizeof third_talk);
    wire_ready(&w, true);
    assert_int_equal(weft_open(w.session, &old_mix_service, &options, opened, &connection), 0);
    wire_run(&w);
    assert_true(wire_next(&w, &frame));
    assert_int_equal(frame.kind, WEFT__KIND_OPEN);
    uint64_t to = frame.connection;
    weft__open_out accept = open_of(&new_mix_service, !first_is_odd(&m.said[MIX_CLIENT], from), &ref);
    wire_put_open_of(&w.out, WEFT__KIND_ACCEPT, to, &accept);
    wire_flush(&w);
    assert_non_null(connection);
    begin_talk(connection, &third_talk);
    wire_run(&w);
    carry(&w, &m.said[MIX_SERVER], from, to);
    assert_talked(&third_talk);
    assert_said_alike(&w, &m.said[MIX_CLIENT], from, to);
    weft_connection_release(connection);
    wire_disconnect(&w, WEFT_ECONNRESET);
    wire_fini(&w);
    mix_end(&m);
}

/* ---- through a proxy ---- */

/* The proxy, in the rig's first engine. */
static int pass_back(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    return weft_proxy_open(pending, session, NULL);
}

/* From the second engine, over the first, back to the second. */
static weft_connection *open_through_proxy(mix *m, const weft_service_type *service)
{
    weft_connection *connection = NULL;
    mix_init(m);
    m->options[MIX_CLIENT].on_open = pass_back;
    mix_begin(m);
    assert_int_equal(weft_open(m->sessions[MIX_SERVER], service, NULL, opened, &connection), 0);
    mix_run(m);
    assert_non_null(connection);
    return connection;
}

static void versions_talk_through_a_proxy_that_knows_neither(void **state)
{
    /* Goal: the second engine calls by the older version what it serves by the newer one, over a proxy that sends its
     * open back: schemas pass, once, and the proxy keeps none of them. */
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("schema.send");
    mix m;
    talk t = { 0 };
    weft_connection *connection = open_through_proxy(&m, &old_mix_service);
    begin_talk(connection, &t);
    mix_run(&m);
    assert_talked(&t);
    assert_served(&m);
    assert_int_equal(mix_stats_of(&m, MIX_SERVER).schemas_out, 6); /* each of three methods, each direction */
    weft_session_stats proxy = mix_stats_of(&m, MIX_CLIENT);
    assert_int_equal(proxy.schemas_in + proxy.schemas_out + proxy.plans, 0);
    mix_end_with(&m, connection);
}

static void versions_equal_say_no_schemas_through_a_proxy(void **state)
{
    /* Goal: what either side serves and calls is passed on, so that they know that they mean the same. */
    (void)state;
    WEFT_RULE("proxy.settings");
    WEFT_RULE("schema.known");
    mix m;
    mix_told t = { 0 };
    new_mix_same_args args = { 6 };
    weft_connection *connection = open_through_proxy(&m, &new_mix_service);
    assert_int_equal(new_mix_same((new_mix_client){ connection }, &args, NULL, mix_on_new_same, &t, NULL), 0);
    mix_run(&m);
    assert_int_equal(t.number, 7);
    MIX_SAID(&m, MIX_SERVER, connection, "Q");
    MIX_SAID(&m, MIX_CLIENT, connection, "R");
    mix_end_with(&m, connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_talk_through_a_proxy_that_knows_neither),
        cmocka_unit_test(versions_equal_say_no_schemas_through_a_proxy),
        cmocka_unit_test(schemas_of_a_connection_suffice_a_callee),
        cmocka_unit_test(schemas_of_a_connection_suffice_a_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
