/* Virtual connections: opening, deciding, ids and limits; closing them is in closing_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

#include <stdlib.h>

enum { ECHO = 0x1001, HOLD = 0x1002 };

static weft_accept_options serving(wire_peer *w)
{
    weft_accept_options options = weft_open_options_default();
    options.serves = &pair_service;
    options.handler = "";
    options.self = &w->side;
    return options;
}

static weft__close read_close(wire_peer *w, uint64_t id)
{
    wire_frame frame = wire_expect(w, WEFT__KIND_CLOSE, id);
    weft__close close;
    assert_int_equal(weft__close_decode(frame.body, &close), 0);
    return close;
}

/* ---- Accept
 * ------------------------------------------------------------------------------------------------------------ */

static int call_back_at_once(void *user, weft_session *session, weft_pending pending)
{
    wire_peer *w = user;
    static const weft_service_type *const called = &pair_service;
    weft_accept_options options = serving(w);
    (void)session;
    options.calls = &called;
    options.n_calls = 1;
    assert_int_equal(weft_pending_accept(pending, &options, &w->accepted), 0);
    return pair_call(&w->side, w->accepted, PAIR_ECHO, 5, 0, NULL);
}

/* A session whose application decides on opens with on_open. */
static void ready_with(wire_peer *w, int (*on_open)(void *user, weft_session *session, weft_pending pending))
{
    wire_init(w, false);
    w->decide = on_open;
    wire_shake(w);
}

static void accept_then_call_at_once_accept_goes_first(void **state)
{
    /* Goal: nothing overtakes the Accept, also when the acceptor calls back from where it accepts. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.accept");
    ready_with(&w, call_back_at_once);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 1, true);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_ACCEPT, 1);
    assert_int_equal(wire_expect_request(&w, 1), 2);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void accept_twice_or_too_late_changes_nothing(void **state)
{
    /* Goal: Accept and Reject for an own connection that does not wait for one are dropped: no callback, still open. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.accept");
    wire_ready(&w, true);
    uint64_t id = wire_opens_accepted(&w);
    wire_put_open(&w.out, WEFT__KIND_ACCEPT, id, false);
    wire_put_open(&w.out, WEFT__KIND_ACCEPT, id, true);
    wire_put_reject(&w.out, id, 300, "too late");
    wire_put(&w.out, WEFT__KIND_ACCEPT, 0, id, "\xc0", 1); /* it is not even looked at */
    wire_flush(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_opened, 1);
    assert_int_equal(w.side.n_refused + w.side.n_conn_closed, 0);
    wire_put_request(&w.out, id, 2, ECHO, 4);
    wire_flush(&w);
    (void)wire_expect_response(&w, id, 2, 0);
    weft_connection_release(w.side.opened);
    wire_fini(&w);
}

static void open_withdrawn_accept_crosses(void **state)
{
    /* Goal: an open that has run out of time is withdrawn by Close; the Accept that crosses it changes nothing. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.open");
    WEFT_RULE("conn.accept");
    wire_init(&w, true);
    w.open_timeout_ns = 3 * WEFT_NS_PER_S;
    wire_shake(&w);
    uint64_t id = wire_opens(&w);
    wire_advance(&w, 3 * WEFT_NS_PER_S - 1);
    assert_int_equal(w.side.n_refused, 0);
    wire_advance(&w, 1);
    assert_int_equal(w.side.n_refused, 1);
    assert_int_equal(w.side.open_error.code, WEFT_ETIMEDOUT);
    assert_int_equal(read_close(&w, id).code, WEFT_CODE_TIMEOUT);
    wire_put_open(&w.out, WEFT__KIND_ACCEPT, id, false);
    wire_flush(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_opened, 0);
    assert_int_equal(w.side.n_conn_closed, 0);
    wire_fini(&w);
}

static void accept_of_same_parity_or_other_service_ends_connection(void **state)
{
    /* Goal: an Accept that cannot be is told by Close, and to the opener as the reason. */
    (void)state;
    WEFT_RULE("conn.accept");
    WEFT_RULE("schema.known");
    for (int other = 0; other < 2; other++) {
        wire_peer w;
        weft__service_ref ref = { weft_str_from(pair_service.name), pair_service.id + 1 };
        wire_ready(&w, true);
        uint64_t id = wire_opens(&w);
        weft__open_out accept = wire_open_defaults(!other);
        if (other)
            accept.services = &ref;
        wire_put_open_of(&w.out, WEFT__KIND_ACCEPT, id, &accept);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_CLOSE, id, other ? WEFT_CODE_INCOMPATIBLE : WEFT_CODE_PROTOCOL,
                        other ? "[schema.known]" : "[conn.accept]");
        wire_expect_alive(&w);
        assert_int_equal(w.side.n_refused, 1);
        assert_int_equal(w.side.open_error.code, other ? WEFT_EINCOMPATIBLE : WEFT_EPROTO);
        wire_fini(&w);
    }
}

/* ---- Reject
 * ------------------------------------------------------------------------------------------------------------- */

typedef struct refusal {
    int n;
    weft_error error;
    uint64_t number;
} refusal;

static void note_refusal(void *user, weft_connection *connection, const weft_metadata *metadata,
                         const weft_error *error)
{
    refusal *note = user;
    assert_null(connection);
    note->n++;
    note->error = *error;
    (void)weft_metadata_get_u64(metadata, "wait", &note->number);
}

static void reject_opener_gets_code_text_metadata(void **state)
{
    /* Goal: all three of a Reject reach the opener, once; an incompatible one has its own error. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.reject");
    wire_ready(&w, true);
    refusal note = { 0 };
    weft_metadata_entry entry = weft_metadata_u64("wait", 42, 0);
    weft_metadata metadata = { &entry, 1 };
    assert_int_equal(weft_open(w.session, &pair_service, NULL, note_refusal, &note), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_OPEN, 1);
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 1000, &writer), 0);
    weft__reject_encode(writer, 777, WEFT_STR("not today"), metadata);
    wire_put(&w.out, WEFT__KIND_REJECT, 0, 1, weft_writer_bytes(writer).ptr, weft_writer_bytes(writer).len);
    weft_writer_free(writer);
    wire_flush(&w);
    assert_int_equal(note.n, 1);
    assert_int_equal(note.error.code, WEFT_EREJECTED);
    assert_int_equal(note.error.remote, 777);
    assert_non_null(strstr(note.error.text, "not today"));
    assert_int_equal(note.number, 42);
    assert_int_equal(weft_open(w.session, &pair_service, NULL, note_refusal, &note), 0);
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_OPEN, 3);
    wire_put_reject(&w.out, 3, WEFT_CODE_INCOMPATIBLE, "differs");
    wire_flush(&w);
    assert_int_equal(note.n, 2);
    assert_int_equal(note.error.code, WEFT_EINCOMPATIBLE);
    wire_fini(&w);
}

static int fail_to_decide(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    (void)pending;
    return WEFT_ENOMEM;
}

static int drop_undecided(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    return weft_pending_drop(pending);
}

static void open_nobody_takes_rejected_with_reason(void **state)
{
    /* Goal: each reason for which nobody serves a connection has its code. */
    static const struct {
        bool no_acceptor, no_service, other_id;
        uint16_t refuse, code;
        int (*decide)(void *user, weft_session *session, weft_pending pending);
    } cases[] = {
        { true, false, false, 0, WEFT_CODE_NO_ACCEPTOR, NULL },
        { false, true, false, 0, WEFT_CODE_UNKNOWN_SERVICE, NULL },
        { false, false, true, 0, WEFT_CODE_INCOMPATIBLE, NULL },
        { false, false, false, WEFT_CODE_FORBIDDEN, WEFT_CODE_FORBIDDEN, NULL },
        { false, false, false, 65535, 65535, NULL },
        { false, false, false, 0, WEFT_CODE_INTERNAL, fail_to_decide },
        { false, false, false, 0, WEFT_CODE_INTERNAL, drop_undecided },
    };
    (void)state;
    WEFT_RULE("conn.reject");
    WEFT_RULE("conn.pending");
    WEFT_RULE("conn.open");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wire_peer w;
        weft__service_ref other = { weft_str_from(pair_service.name), 1 };
        wire_init(&w, false);
        w.no_acceptor = cases[i].no_acceptor;
        w.decide = cases[i].decide;
        w.side.refuse_code = cases[i].refuse;
        wire_shake(&w);
        weft__open_out open = wire_open_defaults(true);
        open.requested_or_null = cases[i].no_service ? NULL : open.services;
        if (cases[i].other_id)
            open.requested_or_null = open.services = &other;
        wire_put_open_of(&w.out, WEFT__KIND_OPEN, 1, &open);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_REJECT, 1, cases[i].code, NULL);
        wire_expect_alive(&w);
        assert_int_equal(w.side.n_serve_closed, 0);
        wire_fini(&w);
    }
}

/* ---- pending
 * -------------------------------------------------------------------------------------------------------------- */

static void pending_kept_decided_later_once(void **state)
{
    /* Goal: a kept handle tells what is asked and by whom, is decided once, and is stale from then on. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.pending");
    WEFT_RULE("conn.evidence");
    wire_init(&w, false);
    w.side.keep_pending = true;
    wire_shake(&w);
    weft__open_out open = wire_open_defaults(true);
    weft_metadata_entry entry = weft_metadata_str("weft", WEFT_STR("uid 0"), 0);
    open.metadata = (weft_metadata){ &entry, 1 };
    open.requested_or_null = open.services;
    wire_put_open_of(&w.out, WEFT__KIND_OPEN, 1, &open);
    wire_flush(&w);
    wire_expect_alive(&w);
    weft_pending pending = w.side.pending;
    weft_str said;
    assert_true(weft_str_equal(weft_pending_service(pending), weft_str_from(pair_service.name)));
    assert_true(weft_metadata_get_str(weft_pending_metadata(pending), "weft", &said));
    assert_ptr_equal(weft_pending_session(pending), w.session);
    assert_false(weft_pending_is_root(pending));
    const weft_peer *peer = weft_pending_peer(pending);
    assert_string_equal(peer->transport, "mem");
    assert_string_equal(peer->address, "the test");
    assert_true(peer->has_unix_ids && peer->uid == 10 && peer->gid == 20 && peer->pid == 30);
    weft_accept_options options = serving(&w);
    assert_int_equal(weft_pending_accept(pending, &options, NULL), 0);
    assert_int_equal(weft_pending_accept(pending, &options, NULL), WEFT_EALREADY);
    assert_int_equal(weft_pending_reject(pending, 300, NULL, NULL), WEFT_EALREADY);
    assert_int_equal(weft_pending_drop(pending), WEFT_EALREADY);
    assert_null(weft_pending_session(pending));
    wire_run(&w);
    (void)wire_expect(&w, WEFT__KIND_ACCEPT, 1);
    wire_expect_alive(&w);
    wire_fini(&w);
}

static void pending_undecided_30_s_rejected(void **state)
{
    /* Goal: what nobody decides is rejected after 30 s; one that was withdrawn, or whose session ends, is stale. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.pending");
    WEFT_RULE("conn.reject");
    wire_init(&w, false);
    w.side.keep_pending = true;
    wire_shake(&w);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 1, true);
    wire_flush(&w);
    wire_advance(&w, WEFT_OPEN_TIMEOUT - 1);
    wire_expect_none(&w);
    wire_advance(&w, 1);
    wire_expect_end(&w, WEFT__KIND_REJECT, 1, WEFT_CODE_TIMEOUT, NULL);
    assert_int_equal(weft_pending_accept(w.side.pending, NULL, NULL), WEFT_EALREADY);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 3, true);
    wire_put_close(&w.out, 3, 0, 0);
    wire_flush(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_open_asked, 1); /* withdrawn before anybody was asked */
    wire_put_open(&w.out, WEFT__KIND_OPEN, 5, true);
    wire_flush(&w);
    weft_pending pending = w.side.pending;
    wire_put_close(&w.out, 5, 0, 0);
    wire_flush(&w);
    assert_int_equal(weft_pending_reject(pending, 300, NULL, NULL), WEFT_EALREADY);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 7, true);
    wire_flush(&w);
    wire_disconnect(&w, WEFT_ECONNRESET);
    assert_int_equal(weft_pending_accept(w.side.pending, NULL, NULL), WEFT_EALREADY);
    wire_fini(&w);
}

static void session_ends_opens_pending_end_each_once(void **state)
{
    /* Goal: opens that nobody has answered end with the session, whatever ends it. */
    (void)state;
    WEFT_RULE("conn.open");
    for (int how = 0; how < 4; how++) {
        wire_peer w;
        wire_ready(&w, true);
        for (int i = 0; i < 3; i++)
            (void)wire_opens(&w);
        if (how == 0) {
            wire_disconnect(&w, WEFT_ECONNRESET);
        } else if (how == 1) {
            wire_put_said(&w.out, WEFT__KIND_GOODBYE, 0, "");
            wire_flush(&w);
        } else if (how == 2) {
            wire_put_said(&w.out, WEFT__KIND_PROTOCOL_ERROR, 1, "you did it");
            wire_flush(&w);
        } else {
            weft_session_close(w.session, 0, NULL);
            wire_run(&w);
        }
        assert_int_equal(w.side.n_refused, 3);
        assert_int_equal(w.side.open_error.code == WEFT_EPROTO, how == 2);
        assert_int_equal(w.side.n_opened, 0);
        wire_fini(&w);
    }
}

/* ---- ids and limits
 * ------------------------------------------------------------------------------------------------------------ */

static void connections_at_limit_open_is_busy(void **state)
{
    /* Goal: the counterpart's max_connections count pending opens too, and are never exceeded on the wire. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.limits");
    wire_init(&w, true);
    wire_begin(&w);
    weft__hello_out hello = wire_hello_defaults(false);
    hello.session.max_connections = 2;
    wire_put_preamble(&w.out, false);
    wire_put_hello_of(&w.out, WEFT__KIND_WELCOME, &hello);
    wire_flush(&w);
    w.in_at = w.in.len;
    uint64_t first = wire_opens(&w);
    uint64_t second = wire_opens(&w);
    refusal note = { 0 };
    assert_int_equal(weft_open(w.session, &pair_service, NULL, note_refusal, &note), WEFT_EBUSY);
    wire_run(&w);
    wire_expect_none(&w);
    wire_put_reject(&w.out, first, 300, "");
    wire_flush(&w);
    uint64_t third = wire_opens(&w);
    assert_true(first < second && second < third);
    assert_int_equal(weft_open(w.session, &pair_service, NULL, note_refusal, &note), WEFT_EBUSY);
    assert_int_equal(note.n, 0);
    wire_fini(&w);
}

static void connections_more_than_limit_that_one_is_rejected(void **state)
{
    /* Goal: one too many is told so; those that are there go on, and a place is free again once one is closed. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.limits");
    wire_init(&w, false);
    w.options.max_connections = 1;
    wire_shake(&w);
    wire_open(&w, 1);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 3, true);
    wire_flush(&w);
    wire_expect_end(&w, WEFT__KIND_REJECT, 3, WEFT_CODE_PROTOCOL, "[conn.limits]");
    wire_put_request(&w.out, 1, 1, ECHO, 1);
    wire_put_close(&w.out, 1, 0, 0);
    wire_flush(&w);
    wire_open(&w, 5);
    wire_fini(&w);
}

static void connections_far_more_than_limit_end_the_session(void **state)
{
    /* Goal: rejects that the conduit does not take are owed in a bounded number. */
    wire_peer w;
    wire_frame frame;
    int n_rejects = 0;
    bool ended = false;
    (void)state;
    WEFT_RULE("conn.limits");
    wire_init(&w, false);
    w.options.max_connections = 1;
    wire_shake(&w);
    wire_open(&w, 1);
    w.hold_output = true;
    for (uint64_t i = 1; i <= 1100; i++)
        wire_put_open(&w.out, WEFT__KIND_OPEN, 2 * i + 1, true);
    wire_flush(&w);
    w.hold_output = false;
    wire_run(&w);
    while (wire_next(&w, &frame)) {
        n_rejects += frame.kind == WEFT__KIND_REJECT;
        ended = ended || frame.kind == WEFT__KIND_PROTOCOL_ERROR;
    }
    assert_true(ended && n_rejects <= 1024);
    wire_fini(&w);
}

static void parity_of_connection_other_than_of_session(void **state)
{
    /* Goal: Open chooses the parity of request ids, whatever the session's is. */
    (void)state;
    WEFT_RULE("conn.parity");
    for (int odd = 0; odd < 2; odd++) {
        wire_peer w;
        uint64_t theirs = odd ? 1 : 2;
        wire_ready(&w, true);
        wire_put_open(&w.out, WEFT__KIND_OPEN, 2, odd);
        wire_flush(&w);
        (void)wire_expect(&w, WEFT__KIND_ACCEPT, 2);
        wire_put_request(&w.out, 2, theirs, ECHO, 1);
        wire_flush(&w);
        (void)wire_expect_response(&w, 2, theirs, 0);
        assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 1, 0, NULL), 0);
        assert_int_equal(pair_call(&w.side, w.accepted, PAIR_ECHO, 1, 1, NULL), 0);
        wire_run(&w);
        assert_int_equal(wire_expect_request(&w, 2), 3 - theirs);
        assert_int_equal(wire_expect_request(&w, 2), 5 - theirs);
        wire_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accept_then_call_at_once_accept_goes_first),
        cmocka_unit_test(accept_twice_or_too_late_changes_nothing),
        cmocka_unit_test(open_withdrawn_accept_crosses),
        cmocka_unit_test(accept_of_same_parity_or_other_service_ends_connection),
        cmocka_unit_test(reject_opener_gets_code_text_metadata),
        cmocka_unit_test(open_nobody_takes_rejected_with_reason),
        cmocka_unit_test(pending_kept_decided_later_once),
        cmocka_unit_test(pending_undecided_30_s_rejected),
        cmocka_unit_test(session_ends_opens_pending_end_each_once),
        cmocka_unit_test(connections_at_limit_open_is_busy),
        cmocka_unit_test(connections_more_than_limit_that_one_is_rejected),
        cmocka_unit_test(connections_far_more_than_limit_end_the_session),
        cmocka_unit_test(parity_of_connection_other_than_of_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
