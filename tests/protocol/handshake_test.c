/* The handshake: preamble, Hello, Welcome, Ready, Sorry; the root; the time it may take; how it fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_peer.h"

static weft__hello expect_hello(wire_peer *w, uint8_t kind)
{
    wire_frame frame = wire_expect(w, kind, 0);
    weft__hello hello;
    const char *missing = NULL;
    assert_int_equal(weft__hello_decode(frame.body, &hello, &missing), 0);
    return hello;
}

/* An engine that has said and heard its preamble. */
static void begin(wire_peer *w, bool initiator)
{
    wire_init(w, initiator);
    wire_begin(w);
    wire_put_preamble(&w->out, !initiator);
    wire_flush(w);
    w->in_at = w->in.len;
}

/* ---- how it begins ---- */

static void preamble_of_initiator_hello_right_behind(void **state)
{
    /* Goal: the initiator says its preamble and Hello without waiting, and Hello has what section 10 lists. */
    wire_peer w;
    weft_str name;
    weft__service_ref service;
    (void)state;
    WEFT_RULE("preamble");
    WEFT_RULE("session.hello");
    weft_metadata_entry entry = weft_metadata_str("who", WEFT_STR("me"), 0);
    weft_metadata metadata = { &entry, 1 };
    wire_init(&w, true);
    w.root_service = true;
    w.options.metadata = &metadata;
    w.options.max_frame_size = 20000;
    w.options.connection_window = 90000;
    w.options.max_connections = 5;
    w.options.max_concurrent_requests = 7;
    w.options.max_message_size = 70000;
    wire_begin(&w);
    assert_memory_equal(w.in.ptr, "WEFT\1\1\0\0", 8);
    w.in_at = 8;
    weft__hello hello = expect_hello(&w, WEFT__KIND_HELLO);
    assert_true(hello.settings.odd);
    assert_int_equal(hello.settings.max_concurrent_requests, 7);
    assert_int_equal(hello.settings.max_message_size, 70000);
    assert_int_equal(hello.session.max_frame_size, 20000);
    assert_int_equal(hello.session.connection_window, 90000);
    assert_int_equal(hello.session.max_connections, 5);
    assert_int_equal(hello.features.n, 0);
    weft_metadata_entry found;
    assert_true(weft__metadata_peek(hello.metadata, WEFT_STR("who"), &found));
    assert_true(weft__metadata_peek(hello.metadata, WEFT_STR("weft-service"), &found));
    name = found.str;
    assert_true(weft_str_equal(name, weft_str_from(pair_service.name)));
    assert_true(weft__services_next(&hello.services, &service));
    assert_int_equal(service.id, pair_service.id);
    wire_expect_none(&w);
    wire_fini(&w);
}

static void preamble_of_acceptor_answers_with_version(void **state)
{
    /* Goal: a valid preamble is answered at once, before Hello; a later highest version is met with ours. */
    wire_peer w;
    (void)state;
    WEFT_RULE("preamble");
    wire_init(&w, false);
    wire_begin(&w);
    wire_feed(&w, "WEFT\7\1\0\0", 8);
    assert_int_equal(w.in.len, 8);
    assert_memory_equal(w.in.ptr, "WEFT\1\0\0\0", 8);
    wire_fini(&w);
}

static void handshake_byte_by_byte_ready(void **state)
{
    /* Goal: where its bytes are cut means nothing; messages may follow right behind Ready. */
    (void)state;
    WEFT_RULE("session.handshake");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_peer w;
        wire_bytes all = { NULL, 0, 0 };
        wire_init(&w, initiator);
        wire_begin(&w);
        wire_put_preamble(&all, !initiator);
        wire_put_hello(&all, initiator ? WEFT__KIND_WELCOME : WEFT__KIND_HELLO, !initiator, false);
        if (!initiator)
            wire_put_ready(&all);
        wire_put_number(&all, WEFT__KIND_PING, 0, 5);
        for (size_t i = 0; i < all.len; i++)
            wire_feed(&w, all.ptr + i, 1);
        assert_int_equal(w.side.n_ready, 1);
        w.in_at = 8;
        (void)expect_hello(&w, initiator ? WEFT__KIND_HELLO : WEFT__KIND_WELCOME);
        if (initiator)
            (void)wire_expect(&w, WEFT__KIND_READY, 0);
        (void)wire_expect(&w, WEFT__KIND_PONG, 0);
        wire_bytes_free(&all);
        wire_fini(&w);
    }
}

static void parity_chosen_by_initiator_acceptor_has_the_other(void **state)
{
    /* Goal: Hello's parity is the session's; connection ids and the root's request ids follow it, on both sides. */
    wire_peer w;
    (void)state;
    WEFT_RULE("session.parity");
    wire_init(&w, true);
    w.options.ids_odd = false;
    wire_shake(&w);
    assert_int_equal(wire_opens_accepted(&w), 2);
    weft_connection_release(w.side.opened);
    wire_open(&w, 1);
    wire_fini(&w);

    wire_init(&w, false);
    wire_begin(&w);
    wire_put_preamble(&w.out, true);
    wire_put_hello(&w.out, WEFT__KIND_HELLO, false, false);
    wire_put_ready(&w.out);
    wire_flush(&w);
    w.in_at = 8;
    assert_true(expect_hello(&w, WEFT__KIND_WELCOME).settings.odd);
    assert_int_equal(weft_open(w.session, &pair_service, NULL, (weft_opened_fn)NULL, NULL), WEFT_EINVAL);
    wire_put_open(&w.out, WEFT__KIND_OPEN, 2, true);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_ACCEPT, 2);
    wire_fini(&w);
}

/* Adds an entry `later: [1, 2]` to a Hello, and an element to its settings. */
static void put_hello_of_later_version(wire_bytes *out)
{
    wire_bytes plain = { NULL, 0, 0 };
    wire_bytes body = { NULL, 0, 0 };
    wire_put_hello(&plain, WEFT__KIND_HELLO, true, false);
    plain.ptr[WEFT__FRAME_HEADER]++; /* one entry more */
    wire_bytes_add(&body, plain.ptr + WEFT__FRAME_HEADER, plain.len - WEFT__FRAME_HEADER);
    wire_bytes_add(&body, "\xa5later\x92\x01\x02", 9);
    wire_put(out, WEFT__KIND_HELLO, 0, 0, body.ptr, body.len);
    wire_bytes_free(&plain);
    wire_bytes_free(&body);
}

static void hello_unknown_key_skipped(void **state)
{
    /* Goal: what a later version adds does not disturb. */
    wire_peer w;
    (void)state;
    WEFT_RULE("session.handshake");
    begin(&w, false);
    put_hello_of_later_version(&w.out);
    wire_flush(&w);
    (void)expect_hello(&w, WEFT__KIND_WELCOME);
    wire_fini(&w);
}

static void hello_no_requests_taken_legal(void **state)
{
    /* Goal: max_concurrent_requests 0 means no requests this way, and is no reason to refuse. */
    wire_peer w;
    (void)state;
    WEFT_RULE("call.concurrent");
    wire_init(&w, true);
    w.root_service = true;
    wire_begin(&w);
    weft__hello_out hello = wire_hello_defaults(false);
    hello.settings.max_concurrent_requests = 0;
    wire_put_preamble(&w.out, false);
    wire_put_hello_of(&w.out, WEFT__KIND_WELCOME, &hello);
    wire_flush(&w);
    assert_int_equal(w.side.n_ready, 1);
    assert_int_equal(pair_call(&w.side, weft_session_root(w.session), PAIR_ECHO, 1, 0, NULL), WEFT_EBUSY);
    wire_fini(&w);
}

/* ---- how long it may take
 * ---------------------------------------------------------------------------------------------- */

static void preamble_none_in_5_s_closed(void **state)
{
    /* Goal: who says nothing, or half a preamble, is let go after 5 s, without an answer. */
    (void)state;
    WEFT_RULE("preamble");
    for (size_t n = 0; n < 8; n += 7) {
        wire_peer w;
        wire_init(&w, false);
        wire_begin(&w);
        wire_feed(&w, "WEFT\1\1\0\0", n);
        assert_int_equal(weft_handshake_deadline(w.handshake), w.now_ns + WEFT_PREAMBLE_TIMEOUT);
        wire_advance(&w, WEFT_PREAMBLE_TIMEOUT - 1);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_RUNNING);
        wire_advance(&w, 1);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        assert_int_equal(w.in.len, 0);
        assert_int_equal(weft_handshake_error(w.handshake)->code, WEFT_ETIMEDOUT);
        wire_fini(&w);
    }
}

static void handshake_unfinished_in_10_s_closed(void **state)
{
    /* Goal: each step after the preamble ends with the limit of the whole, which may be changed. */
    (void)state;
    WEFT_RULE("session.handshake");
    for (int step = 0; step < 4; step++) {
        wire_peer w;
        wire_init(&w, step == 3);
        w.root_service = w.side.keep_pending = step == 1;
        uint64_t limit = step == 0 ? 10 * WEFT_NS_PER_S : (7 * WEFT_NS_PER_S);
        if (step > 0)
            w.options.handshake_timeout_ns = limit;
        wire_begin(&w);
        wire_put_preamble(&w.out, !w.initiator);
        if (step == 1 || step == 2)
            wire_put_hello(&w.out, WEFT__KIND_HELLO, true, step == 1);
        wire_flush(&w);
        wire_advance(&w, limit - 1);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_RUNNING);
        wire_advance(&w, 1);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        assert_int_equal(weft_handshake_error(w.handshake)->code, WEFT_ETIMEDOUT);
        assert_int_equal(w.side.n_failed, w.initiator ? 1 : 0);
        if (step == 1)
            assert_int_equal(weft_pending_accept(w.side.pending, NULL, NULL), WEFT_EALREADY);
        wire_fini(&w);
    }
}

/* ---- how it fails
 * -------------------------------------------------------------------------------------------------------- */

static void conduit_ends_within_handshake_may_be_tried_again(void **state)
{
    /* Goal: a counterpart that goes away in between is an I/O failure, no protocol error, at every step. */
    (void)state;
    WEFT_RULE("session.handshake");
    for (int step = 0; step < 5; step++) {
        wire_peer w;
        wire_init(&w, step < 2);
        w.root_service = w.side.keep_pending = step == 3;
        wire_begin(&w);
        if (step > 0 && step != 2)
            wire_put_preamble(&w.out, !w.initiator);
        if (step >= 3)
            wire_put_hello(&w.out, WEFT__KIND_HELLO, true, step == 3);
        wire_flush(&w);
        wire_disconnect(&w, step % 2 ? WEFT_ECONNRESET : 0);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        int code = weft_handshake_error(w.handshake)->code;
        assert_true(weft_is_retryable(code));
        assert_int_equal(code, step % 2 ? WEFT_ECONNRESET : WEFT_ECONNABORTED);
        assert_int_equal(w.side.n_failed, w.initiator ? 1 : 0);
        assert_int_equal(w.side.n_closed, w.initiator ? 1 : 0);
        wire_fini(&w);
    }
}

static void sorry_of_counterpart_session_refused(void **state)
{
    /* Goal: code and text of a Sorry reach the application; nothing is said in return. */
    wire_peer w;
    (void)state;
    WEFT_RULE("session.handshake");
    begin(&w, true);
    assert_int_equal(weft_open(w.session, &pair_service, NULL, (weft_opened_fn)NULL, NULL), WEFT_EINVAL);
    wire_put_said(&w.out, WEFT__KIND_SORRY, WEFT_CODE_GOING_AWAY, "come back tomorrow");
    wire_flush(&w);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    wire_expect_none(&w);
    assert_int_equal(w.side.n_failed, 1);
    assert_int_equal(w.side.n_closed, 1);
    assert_int_equal(w.side.end.code, WEFT_EREFUSED);
    assert_int_equal(w.side.end.remote, WEFT_CODE_GOING_AWAY);
    assert_non_null(strstr(w.side.end.text, "come back tomorrow"));
    wire_fini(&w);
}

static void preamble_of_acceptor_refuses_session_fails(void **state)
{
    /* Goal: each refusal in the preamble has its own error; what is no preamble at all is a protocol error. */
    static const struct {
        const char *bytes;
        int code, remote;
    } cases[] = {
        { "WEFT\1\x0f\0\0", WEFT_EVERSION, WEFT_CODE_VERSION }, { "WEFT\1\x04\0\0", WEFT_EREFUSED, WEFT_CODE_LIMIT },
        { "WEFT\2\x00\0\0", WEFT_EVERSION, WEFT_CODE_VERSION }, { "HTTP/1.1", WEFT_EPROTO, WEFT_CODE_PROTOCOL },
        { "WEFT\1\0\1\0", WEFT_EPROTO, WEFT_CODE_PROTOCOL },
    };
    (void)state;
    WEFT_RULE("preamble");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wire_peer w;
        wire_init(&w, true);
        wire_begin(&w);
        wire_feed(&w, cases[i].bytes, 8);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        assert_int_equal(w.side.end.code, cases[i].code);
        assert_int_equal(w.side.end.remote, cases[i].remote);
        assert_int_equal(w.side.n_failed, 1);
        wire_fini(&w);
    }
}

static void sorry_is_last_word_then_reads_2_s_or_1_mib(void **state)
{
    /* Goal: after its last word a side reads and throws away, for 2 s or 1 MiB, and then closes. */
    static uint8_t zeros[65536];
    (void)state;
    WEFT_RULE("conduit.last-word");
    for (int by_time = 0; by_time < 2; by_time++) {
        wire_peer w;
        begin(&w, false);
        wire_put_number(&w.out, WEFT__KIND_PING, 0, 1);
        wire_flush(&w);
        wire_expect_end(&w, WEFT__KIND_SORRY, 0, WEFT_CODE_PROTOCOL, "[session.handshake]");
        assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
        if (by_time) {
            wire_advance(&w, WEFT_LAST_WORD_TIMEOUT - 1);
            wire_feed(&w, zeros, 100);
            assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
            wire_advance(&w, 1);
        } else {
            for (size_t i = 0; i < 15; i++)
                wire_feed(&w, zeros, sizeof zeros);
            assert_int_equal(wire_phase(&w), WEFT_PHASE_LAST_WORD);
            wire_feed(&w, zeros, sizeof zeros);
        }
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        wire_expect_none(&w);
        wire_fini(&w);
    }
}

static void hello_with_key_nothing_is_resumed(void **state)
{
    /* Goal: an offer to resume is let lie; a key of no session here is refused as such. */
    (void)state;
    WEFT_RULE("session.hello");
    for (int with_key = 0; with_key < 2; with_key++) {
        wire_peer w;
        wire_bytes plain = { NULL, 0, 0 };
        wire_bytes body = { NULL, 0, 0 };
        begin(&w, false);
        wire_put_hello(&plain, WEFT__KIND_HELLO, true, false);
        plain.ptr[WEFT__FRAME_HEADER]++;
        wire_bytes_add(&body, plain.ptr + WEFT__FRAME_HEADER, plain.len - WEFT__FRAME_HEADER);
        if (with_key)
            wire_bytes_add(&body, "\xa6resume\x82\xa3key\xc4\x02\x01\x02\xa8received\x00", 26);
        else
            wire_bytes_add(&body, "\xa6resume\x82\xa3key\xc4\x00\xa8received\x00", 24);
        wire_put(&w.out, WEFT__KIND_HELLO, 0, 0, body.ptr, body.len);
        wire_flush(&w);
        if (with_key)
            wire_expect_end(&w, WEFT__KIND_SORRY, 0, WEFT_CODE_NOT_RESUMABLE, NULL);
        else
            assert_false(expect_hello(&w, WEFT__KIND_WELCOME).has_resume);
        wire_bytes_free(&plain);
        wire_bytes_free(&body);
        wire_fini(&w);
    }
}

/* ---- the root
 * ------------------------------------------------------------------------------------------------------------- */

static void root_asked_for_and_refused_sorry_with_its_code(void **state)
{
    /* Goal: what would reject a connection refuses the session where it is the root. */
    (void)state;
    WEFT_RULE("conn.root");
    for (int own_code = 0; own_code < 2; own_code++) {
        wire_peer w;
        wire_init(&w, false);
        w.root_service = true;
        w.no_acceptor = !own_code;
        w.side.refuse_code = own_code ? 300 : 0;
        wire_begin(&w);
        wire_put_preamble(&w.out, true);
        wire_put_hello(&w.out, WEFT__KIND_HELLO, true, true);
        wire_flush(&w);
        w.in_at = 8;
        wire_expect_end(&w, WEFT__KIND_SORRY, 0, own_code ? 300 : WEFT_CODE_NO_ACCEPTOR, own_code ? "no" : NULL);
        wire_expect_none(&w);
        wire_fini(&w);
    }
}

static void root_decided_later_welcome_then(void **state)
{
    /* Goal: the root may be decided at any time of the handshake; only then comes Welcome, and calls are served. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.root");
    WEFT_RULE("conn.pending");
    wire_init(&w, false);
    w.root_service = w.side.keep_pending = true;
    wire_begin(&w);
    wire_put_preamble(&w.out, true);
    wire_put_hello(&w.out, WEFT__KIND_HELLO, true, true);
    wire_flush(&w);
    w.in_at = 8;
    wire_expect_none(&w);
    assert_true(weft_pending_is_root(w.side.pending));
    weft_accept_options options = weft_open_options_default();
    options.serves = &pair_service;
    options.handler = "";
    options.self = &w.side;
    assert_int_equal(weft_pending_accept(w.side.pending, &options, NULL), 0);
    wire_run(&w);
    (void)expect_hello(&w, WEFT__KIND_WELCOME);
    wire_put_ready(&w.out);
    wire_put_request(&w.out, 0, 1, 0x1001, 3);
    wire_flush(&w);
    (void)wire_expect_response(&w, 0, 1, 0);
    wire_fini(&w);
}

static void root_without_service_requests_unknown_method(void **state)
{
    /* Goal: the root exists without a service; a request on it is answered, not a violation. */
    wire_peer w;
    (void)state;
    WEFT_RULE("conn.root");
    WEFT_RULE("call.errors");
    for (int initiator = 0; initiator < 2; initiator++) {
        wire_ready(&w, initiator);
        wire_put_request(&w.out, 0, wire_theirs(&w, 1), 0x1001, 3);
        wire_flush(&w);
        (void)wire_expect_response(&w, 0, wire_theirs(&w, 1), WEFT_OUTCOME_UNKNOWN_METHOD);
        wire_expect_alive(&w);
        assert_int_equal(weft_connection_close(weft_session_root(w.session), 0, NULL), WEFT_EINVAL);
        wire_expect_alive(&w);
        wire_fini(&w);
    }
}

static int open_at_once(void *user, weft_session *session, weft_pending pending)
{
    wire_peer *w = user;
    w->session = session;
    w->side.session = session;
    (void)weft_pending_accept(pending, NULL, NULL);
    (void)wire_opens(w);
    return 0;
}

static void acceptor_before_ready_says_nothing_else(void **state)
{
    /* Goal: what the acceptor's application wants to say waits for Ready. */
    wire_peer w;
    (void)state;
    WEFT_RULE("session.handshake");
    wire_init(&w, false);
    w.hold_output = true; /* wire_opens reads nothing */
    wire_begin(&w);
    weft_handshake_free(w.handshake);
    w.options.on_open = open_at_once;
    w.options.user = &w;
    w.options.on_event = NULL;
    weft_engine_options options;
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &w.alloc.allocator;
    assert_int_equal(weft_handshake_new(&options, &w.options, w.now_ns, &w.handshake), 0);
    wire_put_preamble(&w.out, true);
    wire_put_hello(&w.out, WEFT__KIND_HELLO, true, true);
    wire_flush(&w);
    w.hold_output = false;
    wire_run(&w);
    w.in_at = 8;
    (void)expect_hello(&w, WEFT__KIND_WELCOME);
    wire_expect_none(&w);
    wire_put_ready(&w.out);
    wire_flush(&w);
    (void)wire_expect(&w, WEFT__KIND_OPEN, 2);
    wire_fini(&w);
    assert_int_equal(w.side.n_refused, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preamble_of_initiator_hello_right_behind),
        cmocka_unit_test(preamble_of_acceptor_answers_with_version),
        cmocka_unit_test(handshake_byte_by_byte_ready),
        cmocka_unit_test(parity_chosen_by_initiator_acceptor_has_the_other),
        cmocka_unit_test(hello_unknown_key_skipped),
        cmocka_unit_test(hello_no_requests_taken_legal),
        cmocka_unit_test(preamble_none_in_5_s_closed),
        cmocka_unit_test(handshake_unfinished_in_10_s_closed),
        cmocka_unit_test(conduit_ends_within_handshake_may_be_tried_again),
        cmocka_unit_test(sorry_of_counterpart_session_refused),
        cmocka_unit_test(preamble_of_acceptor_refuses_session_fails),
        cmocka_unit_test(sorry_is_last_word_then_reads_2_s_or_1_mib),
        cmocka_unit_test(hello_with_key_nothing_is_resumed),
        cmocka_unit_test(root_asked_for_and_refused_sorry_with_its_code),
        cmocka_unit_test(root_decided_later_welcome_then),
        cmocka_unit_test(root_without_service_requests_unknown_method),
        cmocka_unit_test(acceptor_before_ready_says_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
