/* Goal: who may come back to a session, and when two do, or the old conduit still lives, exactly one goes on; a refusal
 * changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

enum { ECHO = 0x1001, HOLD = 0x1002 };

#define S WEFT_NS_PER_S

static void begin(wire_peer *w)
{
    wire_survivor_ready(w, false);
    wire_open(w, 1);
}

/* Ready, and whatever comes again is read. */
static void ready_here(wire_peer *w)
{
    wire_put_ready(&w->out);
    wire_flush(w);
    assert_null(w->handshake);
    wire_skip(w);
}

/* ---- what differs ---- */

static void change_requests(wire_peer *w)
{
    w->hello.settings.max_concurrent_requests--;
}
static void change_message(wire_peer *w)
{
    w->hello.settings.max_message_size++;
}
static void change_channel_window(wire_peer *w)
{
    w->hello.settings.channel_window--;
}
static void change_channels(wire_peer *w)
{
    w->hello.settings.max_channels++;
}
static void change_parity(wire_peer *w)
{
    w->hello.settings.odd = !w->hello.settings.odd;
}
static void change_features(wire_peer *w)
{
    w->hello.settings.features.raw = weft_bytes_of("\xa6secret", 7);
    w->hello.settings.features.n = 1;
}
static void change_ttl(wire_peer *w)
{
    w->hello.settings.operation_ttl_ms = 4711;
}
static void change_frame(wire_peer *w)
{
    w->hello.session.max_frame_size /= 2;
}
static void change_window(wire_peer *w)
{
    w->hello.session.connection_window++;
}
static void change_connections(wire_peer *w)
{
    w->hello.session.max_connections--;
}
static void change_uid(wire_peer *w)
{
    w->evidence.uid++;
}
static void change_gid(wire_peer *w)
{
    w->evidence.gid++;
}
static void change_no_ids(wire_peer *w)
{
    w->evidence.has_unix_ids = false;
    w->evidence.uid = w->evidence.gid = 0;
    w->evidence.pid = 0;
}

static void what_differs_is_refused(void **state)
{
    /* Goal: one thing at a time, first with the old conduit alive, then without; each time nothing has changed. */
    (void)state;
    WEFT_RULE("resume.refuse");
    static void (*const changes[])(wire_peer *) = {
        change_requests, change_message, change_channel_window, change_channels, change_parity,
        change_features, change_ttl,     change_frame,          change_window,   change_connections,
        change_uid,      change_gid,     change_no_ids,
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        wire_peer w;
        wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
        begin(&w);
        weft__hello_out hello = w.hello;
        weft_peer evidence = w.evidence;
        for (int lives = 1; lives >= 0; lives--) {
            if (lives)
                wire_swap(&w, &old);
            else
                wire_cut(&w);
            changes[i](&w);
            wire_dial(&w);
            wire_say_resume(&w, w.key, WIRE_KEY, w.received);
            wire_expect_refused(&w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
            w.hello = hello;
            w.evidence = evidence;
            assert_int_equal(w.n_taken, 0);
            if (lives) {
                wire_swap(&w, &old);
                wire_expect_alive(&w);
                assert_int_equal(w.side.n_disconnected, 0);
            }
        }
        wire_resume(&w);
        wire_skip(&w);
        wire_expect_alive(&w);
        wire_conduit_free(&old);
        wire_survivor_fini(&w);
    }
}

static void features_that_differ_are_refused(void **state)
{
    /* Goal: those of the session, which Hello names beside its settings. */
    (void)state;
    WEFT_RULE("resume.refuse");
    static const char none[] = "\xa8"
                               "features\x90",
                      one[] = "\xa8"
                              "features\x91\xa1x";
    wire_peer w;
    wire_bytes frame = { NULL, 0, 0 }, body = { NULL, 0, 0 };
    size_t at = WEFT__FRAME_HEADER;
    begin(&w);
    wire_cut(&w);
    wire_hello_resume resume = { weft_bytes_of(w.key, WIRE_KEY), w.received, 0 };
    wire_put_hello_resume(&frame, WEFT__KIND_HELLO, &w.hello, &resume);
    while (memcmp(frame.ptr + at, none, sizeof none - 1) != 0)
        at++;
    wire_bytes_add(&body, frame.ptr + WEFT__FRAME_HEADER, at - WEFT__FRAME_HEADER);
    wire_bytes_add(&body, one, sizeof one - 1);
    at += sizeof none - 1;
    wire_bytes_add(&body, frame.ptr + at, frame.len - at);
    wire_dial(&w);
    wire_put_preamble(&w.out, true);
    wire_put(&w.out, WEFT__KIND_HELLO, 0, 0, body.ptr, body.len);
    wire_flush(&w);
    wire_expect_refused(&w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
    wire_resume(&w);
    wire_expect_alive(&w);
    wire_bytes_free(&frame);
    wire_bytes_free(&body);
    wire_survivor_fini(&w);
}

static void what_is_no_identity_may_differ(void **state)
{
    /* Goal: another process or port of the same user, other services in the list for humans: welcome. The peer is then
     * told as it is. */
    (void)state;
    WEFT_RULE("resume.refuse");
    wire_peer w;
    begin(&w);
    wire_cut(&w);
    w.evidence.pid = 31;
    w.evidence.address = "the test, from elsewhere";
    wire_resume(&w);
    assert_int_equal(weft_session_peer(w.session)->pid, 31);
    assert_string_equal(weft_session_peer(w.session)->address, "the test, from elsewhere");
    wire_skip(&w);
    wire_expect_alive(&w);
    wire_survivor_fini(&w);
}

/* ---- on_resume ---- */

typedef struct asked {
    wire_peer w;
    int n, answer;
    char token[32];
} asked;

static int on_resume(void *user, weft_session *session, const weft_metadata *metadata)
{
    asked *a = user; /* begins with the wire_peer */
    assert_ptr_equal(session, a->w.session);
    a->n++;
    weft_str token = WEFT_STR("");
    (void)weft_metadata_get_str(metadata, "token", &token);
    assert_true(token.len < sizeof a->token);
    memcpy(a->token, token.ptr, token.len);
    a->token[token.len] = '\0';
    return a->answer;
}

static void set_token(asked *a, weft_metadata_entry *entry, const char *token)
{
    *entry = weft_metadata_str("token", weft_str_from(token), 0);
    a->w.hello.metadata = (weft_metadata){ entry, 1 };
}

static void on_resume_sees_the_metadata_and_may_refuse(void **state)
{
    /* Goal: asked each time, before anything has changed; a refusal leaves the session, and its old conduit, as it is.
     */
    (void)state;
    WEFT_RULE("resume.refuse");
    asked a = { .n = 0 };
    wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
    weft_metadata_entry entry;
    wire_init(&a.w, false);
    a.w.options.on_resume = on_resume;
    wire_survivor(&a.w);
    wire_shake(&a.w);
    assert_int_equal(a.n, 0);
    wire_open(&a.w, 1);
    set_token(&a, &entry, "stale");
    a.answer = WEFT_EACCES;
    wire_swap(&a.w, &old);
    wire_dial(&a.w);
    wire_say_resume(&a.w, a.w.key, WIRE_KEY, a.w.received);
    wire_expect_refused(&a.w, WEFT_CODE_NOT_RESUMABLE, NULL);
    assert_int_equal(a.n, 1);
    assert_string_equal(a.token, "stale");
    assert_int_equal(a.w.n_taken, 0);
    wire_swap(&a.w, &old);
    wire_expect_alive(&a.w);
    wire_cut(&a.w);
    set_token(&a, &entry, "renewed");
    a.answer = 0;
    wire_resume(&a.w);
    assert_int_equal(a.n, 2);
    assert_string_equal(a.token, "renewed");
    wire_expect_alive(&a.w);
    wire_conduit_free(&old);
    wire_survivor_fini(&a.w);
}

static void on_resume_is_not_asked_before_ready(void **state)
{
    /* Goal: where the conduit broke before Ready came, and where READY waits to be told: the application does not know
     * the session yet. */
    (void)state;
    WEFT_RULE("resume.refuse");
    for (int i = 0; i < 2; i++) {
        asked a = { .answer = WEFT_EACCES };
        size_t consumed;
        wire_init(&a.w, false);
        a.w.options.on_resume = on_resume;
        wire_survivor(&a.w);
        wire_begin(&a.w);
        a.w.hello.settings.odd = true;
        wire_say_resume(&a.w, "", 0, 0);
        (void)wire_read_hello(&a.w);
        if (i == 0) {
            wire_hang_up(&a.w);
        } else { /* finished, and not dispatched */
            wire_put_ready(&a.w.out);
            assert_int_equal(weft_handshake_feed(a.w.handshake, a.w.out.ptr, a.w.out.len, a.w.now_ns, &consumed), 0);
            assert_int_equal(weft_handshake_finish(a.w.handshake, &a.w.engine), 0);
            weft_handshake_free(a.w.handshake);
            a.w.handshake = NULL;
            a.w.session = weft_engine_session(a.w.engine);
            a.w.out.len = 0;
            weft_engine_disconnected(a.w.engine, WEFT_ECONNRESET, NULL, a.w.now_ns);
        }
        assert_int_equal(a.w.side.n_ready, 0);
        wire_resume(&a.w);
        assert_int_equal(a.n, 0);
        assert_int_equal(a.w.side.n_ready, 1);
        wire_expect_alive(&a.w);
        wire_survivor_fini(&a.w);
    }
}

static void on_resume_is_not_asked_for_what_is_refused_anyway(void **state)
{
    (void)state;
    WEFT_RULE("resume.refuse");
    asked a = { .n = 0 };
    wire_init(&a.w, false);
    a.w.options.on_resume = on_resume;
    wire_survivor(&a.w);
    wire_shake(&a.w);
    wire_cut(&a.w);
    a.w.evidence.uid++;
    wire_dial(&a.w);
    wire_say_resume(&a.w, a.w.key, WIRE_KEY, 0);
    wire_expect_refused(&a.w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
    a.w.evidence.uid--;
    wire_dial(&a.w);
    wire_say_resume(&a.w, a.w.key, WIRE_KEY, 17);
    wire_expect_refused(&a.w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
    assert_int_equal(a.n, 0);
    wire_survivor_fini(&a.w);
}

static int on_resume_aborts(void *user, weft_session *session, const weft_metadata *metadata)
{
    asked *a = user;
    (void)metadata;
    a->n++;
    weft_session_abort(session);
    return a->answer;
}

static void on_resume_that_ends_the_session_refuses(void **state)
{
    /* Goal: whatever it says then; nothing is resumed, and nothing is touched that is gone. */
    (void)state;
    WEFT_RULE("resume.refuse");
    for (int i = 0; i < 2; i++) {
        asked a = { .answer = i ? WEFT_EACCES : 0 };
        wire_init(&a.w, false);
        a.w.options.on_resume = on_resume_aborts;
        wire_survivor(&a.w);
        wire_shake(&a.w);
        wire_cut(&a.w);
        wire_dial(&a.w);
        wire_say_resume(&a.w, a.w.key, WIRE_KEY, 0);
        wire_expect_refused(&a.w, WEFT_CODE_NOT_RESUMABLE, NULL);
        assert_int_equal(a.n, 1);
        assert_int_equal(a.w.side.n_closed, 1);
        assert_int_equal(a.w.side.n_resumed, 0);
        wire_survivor_fini(&a.w);
    }
}

/* ---- two conduits ---- */

static void resume_while_the_old_conduit_lives_takes_over(void **state)
{
    /* Goal: the counterpart knows better: the old one is let go of, once, when its successor is welcome, and what it
     * still holds is not taken. */
    (void)state;
    WEFT_RULE("resume.exact");
    wire_peer w;
    wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
    begin(&w);
    wire_put_request(&w.out, 1, 1, ECHO, 10);
    wire_flush(&w);
    wire_put_request(&w.out, 1, 3, ECHO, 10); /* half of it has come on the old one */
    wire_feed(&w, w.out.ptr, 30);
    w.in_at = w.in.len; /* and nothing of the answer has been seen */
    wire_swap(&w, &old);
    wire_dial(&w);
    assert_int_equal(w.n_taken, 0);
    wire_bytes_free(&w.out);
    wire_say_resume(&w, w.key, WIRE_KEY, w.received);
    weft__hello welcome = wire_read_hello(&w);
    assert_int_equal(welcome.resume_received, w.sent);
    assert_int_equal(w.n_taken, 1);
    wire_put_ready(&w.out);
    wire_put_request(&w.out, 1, 3, ECHO, 10);
    wire_flush(&w);
    assert_null(w.handshake);
    (void)wire_expect_response(&w, 1, 1, 0);
    (void)wire_expect_response(&w, 1, 3, 0);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_handled, 2);
    assert_int_equal(w.n_taken, 1);
    assert_int_equal(w.side.n_disconnected, w.side.n_resumed);
    wire_conduit_free(&old);
    wire_survivor_fini(&w);
}

static void of_two_resumes_the_later_goes_on(void **state)
{
    /* Goal: both are welcomed with the same issued key, one after the other; the first one's conduit fails, and its
     * Ready, coming late, does nothing. */
    (void)state;
    WEFT_RULE("resume.exact");
    WEFT_RULE("resume.key");
    for (int parked = 0; parked < 2; parked++) {
        uint8_t issued[WIRE_KEY], key[WIRE_KEY];
        wire_peer w;
        wire_conduit old = { NULL, { NULL, 0, 0 }, 0 }, first = old;
        begin(&w);
        memcpy(key, w.key, WIRE_KEY);
        if (parked)
            wire_cut(&w);
        else
            wire_swap(&w, &old);
        wire_dial(&w);
        wire_say_resume(&w, key, WIRE_KEY, w.received);
        (void)wire_read_hello(&w);
        memcpy(issued, w.key, WIRE_KEY);
        wire_swap(&w, &first);
        wire_dial(&w);
        wire_say_resume(&w, key, WIRE_KEY, w.received);
        (void)wire_read_hello(&w);
        assert_memory_equal(issued, w.key, WIRE_KEY);
        wire_swap(&w, &first); /* Ready on the first one */
        assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
        wire_hang_up(&w);
        wire_swap(&w, &first);
        ready_here(&w);
        wire_expect_alive(&w);
        assert_int_equal(w.side.n_resumed, 1);
        assert_int_equal(w.side.n_disconnected, 1);
        assert_int_equal(w.n_taken, !parked);
        wire_conduit_free(&first);
        wire_conduit_free(&old);
        wire_survivor_fini(&w);
    }
}

static void who_has_the_first_key_overtakes_the_first_handshake(void **state)
{
    /* Goal: Ready is lost, and the first conduit still looks alive: a Hello with the key of its Welcome goes on with
     * the session, once or twice more; the late Ready of the others does nothing, and READY is told once. */
    (void)state;
    WEFT_RULE("resume.key");
    WEFT_RULE("resume.exact");
    for (int n_lost = 1; n_lost < 4; n_lost++) {
        wire_peer w;
        wire_conduit lost[3] = { { NULL, { NULL, 0, 0 }, 0 } };
        wire_init(&w, false);
        wire_survivor(&w);
        wire_begin(&w);
        w.hello.settings.odd = true;
        wire_say_resume(&w, "", 0, 0);
        (void)wire_read_hello(&w);
        for (int i = 0; i < n_lost; i++) {
            wire_swap(&w, &lost[i]);
            wire_dial(&w);
            wire_say_resume(&w, w.key, WIRE_KEY, 0);
            assert_int_equal(wire_read_hello(&w).resume_received, 0);
        }
        assert_int_equal(w.side.n_ready, 0);
        for (int i = 0; i < n_lost; i++) {
            wire_swap(&w, &lost[i]);
            assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
            wire_put_ready(&w.out);
            wire_flush(&w);
            assert_null(w.engine);
            wire_hang_up(&w);
            wire_swap(&w, &lost[i]);
        }
        ready_here(&w);
        assert_int_equal(w.side.n_ready, 1);
        assert_int_equal(w.side.n_disconnected, 0);
        wire_open(&w, 1);
        wire_cut(&w);
        wire_resume(&w);
        wire_expect_alive(&w);
        for (int i = 0; i < n_lost; i++)
            wire_conduit_free(&lost[i]);
        wire_survivor_fini(&w);
    }
}

static void hellos_of_two_resumes_before_either_is_dispatched(void **state)
{
    /* Goal: the same where both Hellos have come before on_resume is asked for either. */
    (void)state;
    WEFT_RULE("resume.exact");
    asked a = { .n = 0 };
    wire_conduit first = { NULL, { NULL, 0, 0 }, 0 };
    wire_init(&a.w, false);
    a.w.options.on_resume = on_resume;
    wire_survivor(&a.w);
    wire_shake(&a.w);
    wire_cut(&a.w);
    wire_hello_resume resume = { weft_bytes_of(a.w.key, WIRE_KEY), 0, 0 };
    wire_bytes hello = { NULL, 0, 0 };
    size_t consumed;
    wire_put_preamble(&hello, true);
    wire_put_hello_resume(&hello, WEFT__KIND_HELLO, &a.w.hello, &resume);
    wire_dial(&a.w);
    assert_int_equal(weft_handshake_feed(a.w.handshake, hello.ptr, hello.len, a.w.now_ns, &consumed), 0);
    wire_swap(&a.w, &first);
    wire_dial(&a.w);
    assert_int_equal(weft_handshake_feed(a.w.handshake, hello.ptr, hello.len, a.w.now_ns, &consumed), 0);
    wire_run(&a.w);
    (void)wire_read_hello(&a.w);
    wire_swap(&a.w, &first);
    wire_run(&a.w);
    wire_phase(&a.w) == WEFT_PHASE_RUNNING ? (void)wire_read_hello(&a.w) : (void)0;
    bool first_goes_on = wire_phase(&a.w) == WEFT_PHASE_RUNNING;
    if (!first_goes_on) {
        wire_hang_up(&a.w);
        wire_swap(&a.w, &first);
    }
    ready_here(&a.w);
    wire_expect_alive(&a.w);
    assert_int_equal(a.w.side.n_resumed, 1);
    wire_swap(&a.w, &first);
    if (a.w.handshake) { /* the one that lost */
        assert_int_not_equal(weft_handshake_phase(a.w.handshake), WEFT_PHASE_RUNNING);
        wire_hang_up(&a.w);
    }
    wire_swap(&a.w, &first);
    wire_expect_alive(&a.w);
    wire_conduit_free(&first);
    wire_bytes_free(&hello);
    wire_survivor_fini(&a.w);
}

static void a_welcomed_conduit_that_never_says_ready_parks_the_session(void **state)
{
    /* Goal: the handshake's limit ends the conduit alone; the window counts from then or before, and a new conduit
     * resumes. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    WEFT_RULE("resume.exact");
    wire_peer w;
    wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
    begin(&w);
    wire_swap(&w, &old);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, w.received);
    (void)wire_read_hello(&w);
    assert_int_equal(w.n_taken, 1);
    wire_advance(&w, 10 * S);
    assert_int_not_equal(wire_phase(&w), WEFT_PHASE_RUNNING);
    wire_hang_up(&w);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_DISCONNECTED);
    assert_int_equal(w.side.n_closed, 0);
    wire_resume(&w);
    wire_expect_alive(&w);
    wire_cut(&w);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, w.received);
    (void)wire_read_hello(&w);
    wire_hang_up(&w);
    wire_advance(&w, 60 * S);
    assert_int_equal(w.side.n_closed, 1);
    wire_conduit_free(&old);
    wire_survivor_fini(&w);
}

static void the_session_may_end_while_it_is_resumed(void **state)
{
    /* Goal: closed, aborted or freed between Welcome and Ready: the conduit is told, and nothing dangles. */
    (void)state;
    WEFT_RULE("resume.exact");
    for (int i = 0; i < 3; i++) {
        wire_peer w;
        begin(&w);
        wire_cut(&w);
        wire_dial(&w);
        wire_say_resume(&w, w.key, WIRE_KEY, w.received);
        (void)wire_read_hello(&w);
        if (i == 0)
            weft_session_abort(w.session);
        else if (i == 1)
            weft_session_close(w.session, 0, "enough");
        else {
            weft_engine_free(w.engine);
            w.engine = NULL;
        }
        if (w.engine)
            wire_run(&w);
        if (i == 2)
            w.side.n_ready = 0; /* there is nobody to dispatch any more */
        wire_put_ready(&w.out);
        wire_flush(&w);
        assert_int_equal(w.side.n_resumed, 0);
        assert_int_equal(w.side.n_closed, 1);
        if (i == 2)
            w.side.n_ready = 1;
        wire_survivor_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_differs_is_refused),
        cmocka_unit_test(features_that_differ_are_refused),
        cmocka_unit_test(what_is_no_identity_may_differ),
        cmocka_unit_test(on_resume_sees_the_metadata_and_may_refuse),
        cmocka_unit_test(on_resume_is_not_asked_before_ready),
        cmocka_unit_test(on_resume_is_not_asked_for_what_is_refused_anyway),
        cmocka_unit_test(on_resume_that_ends_the_session_refuses),
        cmocka_unit_test(resume_while_the_old_conduit_lives_takes_over),
        cmocka_unit_test(of_two_resumes_the_later_goes_on),
        cmocka_unit_test(who_has_the_first_key_overtakes_the_first_handshake),
        cmocka_unit_test(hellos_of_two_resumes_before_either_is_dispatched),
        cmocka_unit_test(a_welcomed_conduit_that_never_says_ready_parks_the_session),
        cmocka_unit_test(the_session_may_end_while_it_is_resumed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
