/* Two engines whose conduit breaks: the session goes on over the next one, and nothing is lost or doubled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/resume_rig.h"
#include "tests/support/rules.h"

static void session_whose_conduit_breaks_goes_on_over_another(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("resume.exact");
    resume_rig_ready(&r);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 3, 1, NULL), 0);
    pair_run(&r.p);
    for (int outage = 1; outage <= 3; outage++) {
        pair_disconnect(&r.p, WEFT_ECONNRESET);
        assert_int_equal(weft_engine_phase(r.p.client), WEFT_PHASE_DISCONNECTED);
        assert_int_equal(weft_engine_phase(r.p.server), WEFT_PHASE_DISCONNECTED);
        assert_int_equal(r.p.c.n_disconnected, outage);
        assert_int_equal(r.p.s.n_disconnected, outage);
        assert_int_equal(r.p.c.outage.code, WEFT_ECONNRESET);
        assert_int_equal(resume_rig_stats(&r).parked, 1);
        assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_ECHO, 5, 10 + outage, NULL), 0);
        pair_run(&r.p);
        assert_int_equal(r.p.c.done_times[10 + outage], 0);
        resume_rig_dial(&r);
        assert_int_equal(r.p.c.n_resumed, outage);
        assert_int_equal(r.p.s.n_resumed, outage);
        assert_int_equal(resume_rig_stats(&r).parked, 0);
        assert_int_equal(resume_rig_stats(&r).resumed, outage);
        assert_int_equal(r.p.c.done_times[10 + outage], 1);
        assert_int_equal(r.p.c.results[10 + outage].code, 0);
    }
    resume_rig_answer(&r, PAIR_HOLD);
    assert_int_equal(r.p.c.done_times[1], 1);
    assert_int_equal(r.p.c.results[1].code, 0);
    weft_session_close(r.p.c.session, WEFT_CODE_NONE, NULL);
    pair_run(&r.p);
    assert_int_equal(r.p.c.n_closed, 1);
    assert_int_equal(r.p.c.end.code, 0);
    assert_int_equal(r.p.s.n_closed, 1);
    assert_int_equal(r.p.s.end.code, 0);
    assert_int_equal(resume_rig_stats(&r).sessions, 0);
    resume_rig_end(&r);
}

static void handlers_and_deadlines_go_on_while_parked(void **unused)
{
    resume_rig r;
    weft_call_options options = weft_call_options_default();
    (void)unused;
    WEFT_RULE("resume.acceptor");
    WEFT_RULE("resume.visible");
    resume_rig_ready(&r);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 3, 1, NULL), 0);
    options.timeout_ns = 5 * WEFT_NS_PER_S;
    assert_int_equal(pair_call_with(&r.p.c, r.conn, PAIR_HOLD, 3, 2, &options, NULL), 0);
    pair_run(&r.p);
    pair_disconnect(&r.p, 0);
    assert_int_equal(r.p.c.outage.code, WEFT_ECONNABORTED);
    resume_rig_answer(&r, PAIR_HOLD); /* it waits */
    assert_int_equal(r.p.c.done_times[1], 0);
    pair_advance(&r.p, 6 * WEFT_NS_PER_S);
    assert_int_equal(r.p.c.done_times[2], 1);
    assert_int_equal(r.p.c.results[2].code, WEFT_ETIMEDOUT);
    assert_true(r.p.c.results[2].may_have_run);
    assert_int_equal(r.p.s.n_cancelled, 1);
    resume_rig_dial(&r);
    assert_int_equal(r.p.c.done_times[1], 1);
    assert_int_equal(r.p.c.results[1].code, 0);
    resume_rig_end(&r);
}

static void nobody_comes_back_in_time_and_the_session_ends(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("resume.acceptor");
    resume_rig_ready(&r);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 3, 1, NULL), 0);
    pair_run(&r.p);
    pair_disconnect(&r.p, WEFT_ECONNRESET);
    pair_advance(&r.p, WEFT_RESUME_WINDOW_DEFAULT - 1);
    assert_int_equal(r.p.s.n_closed, 0);
    pair_advance(&r.p, 1);
    assert_int_equal(r.p.s.n_closed, 1);
    assert_int_equal(r.p.s.end.code, WEFT_ECONNRESET);
    assert_int_equal(r.p.s.end.remote, WEFT_CODE_LOST);
    assert_int_equal(r.p.s.n_cancelled, 1);
    assert_int_equal(resume_rig_stats(&r).expired, 1);
    assert_int_equal(resume_rig_stats(&r).sessions, 0);
    resume_rig_dial(&r); /* an attempt that could begin is made: the counterpart knows the session no more */
    assert_int_equal(r.p.c.n_closed, 1);
    assert_int_equal(r.p.c.end.remote, WEFT_CODE_NOT_RESUMABLE);
    assert_int_equal(r.p.c.done_times[1], 1);
    assert_true(r.p.c.results[1].may_have_run);
    resume_rig_end(&r);
}

/* Without resumption on either side all is as it was: the session ends with its conduit. */
static void who_does_not_ask_or_agree_has_no_resumption(void **unused)
{
    (void)unused;
    WEFT_RULE("resume.offer");
    for (int which = 0; which < 3; which++) {
        resume_rig r;
        weft_session_options client = weft_session_options_default(), server = client;
        resume_rig_init(&r);
        client.resumable = which != 0;
        server.resume_window_ns = which == 1 ? 0 : WEFT_RESUME_WINDOW_DEFAULT;
        weft_registry *registry = r.p.registry;
        if (which == 2)
            r.p.registry = NULL;
        assert_int_equal(pair_begin(&r.p, client, server), 0);
        pair_run(&r.p);
        assert_int_equal(r.p.c.n_ready, 1);
        r.p.registry = registry;
        assert_int_equal(resume_rig_stats(&r).sessions, 0);
        pair_disconnect(&r.p, WEFT_ECONNRESET);
        assert_int_equal(r.p.c.n_closed, 1);
        assert_int_equal(r.p.s.n_closed, 1);
        assert_int_equal(r.p.c.n_disconnected, 0);
        assert_int_equal(r.p.c.end.code, WEFT_ECONNRESET);
        resume_rig_end(&r);
    }
}

/* [frame.abort] While there is no conduit half a message can make no progress; behind the outage its time begins anew.
 */
static void half_a_message_has_its_time_behind_the_outage(void **unused)
{
    resume_rig r;
    weft_session_options client = resume_rig_client(), server = weft_session_options_default();
    (void)unused;
    WEFT_RULE("frame.abort");
    client.keepalive_idle_ns = server.keepalive_idle_ns = WEFT_FOREVER;
    client.call_timeout_ns = client.recovery_timeout_ns = WEFT_FOREVER;
    server.resume_window_ns = 1000 * WEFT_NS_PER_S;
    resume_rig_begin(&r, client, server);
    r.p.client_max = r.p.client_sent + 100000; /* the first frame, and some of the second */
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 200000, 1, NULL), 0);
    pair_run(&r.p);
    pair_disconnect(&r.p, WEFT_ECONNRESET);
    pair_advance(&r.p, 2 * WEFT_MESSAGE_TIMEOUT);
    assert_int_equal(r.p.s.n_serve_closed, 0);
    r.p.client_max = r.p.client_sent + 1000; /* the handshake, and no frame more */
    resume_rig_dial(&r);
    assert_int_equal(r.p.s.n_resumed, 1);
    assert_true(r.p.cut);
    pair_advance(&r.p, WEFT_MESSAGE_TIMEOUT - 1);
    assert_int_equal(r.p.s.n_serve_closed, 0);
    pair_advance(&r.p, 1);
    assert_int_equal(r.p.s.n_serve_closed, 1);
    resume_rig_end(&r);
}

/* ---- takeover ---- */

static void count_taken(void *user)
{
    int *n = user;
    ++*n;
}

static void old_conduit_that_looks_alive_is_taken_from_the_session(void **unused)
{
    resume_rig r;
    int n_taken = 0;
    (void)unused;
    WEFT_RULE("resume.exact");
    resume_rig_ready(&r);
    weft_engine_on_taken(r.p.server, count_taken, &n_taken);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 3, 1, NULL), 0);
    pair_run(&r.p);
    for (int i = 1; i <= 2; i++) {
        weft_engine_disconnected(r.p.client, WEFT_ETIMEDOUT, NULL, r.p.now_ns); /* the server does not notice */
        assert_int_equal(weft_engine_phase(r.p.server), WEFT_PHASE_RUNNING);
        resume_rig_dial(&r);
        assert_int_equal(n_taken, i);
        assert_int_equal(r.p.s.n_disconnected, i);
        assert_int_equal(r.p.s.n_resumed, i);
    }
    resume_rig_answer(&r, PAIR_HOLD);
    assert_int_equal(r.p.c.done_times[1], 1);
    resume_rig_end(&r);
}

/* ---- on_resume ---- */

typedef struct asked {
    resume_rig r;
    int n, answer;
    bool abort, close;
} asked;

static asked *asked_now;

static int on_resume(void *user, weft_session *session, const weft_metadata *metadata)
{
    assert_ptr_equal(user, &asked_now->r.p.s);
    assert_ptr_equal(session, asked_now->r.p.s.session);
    assert_non_null(weft_metadata_find(metadata, "token"));
    assert_int_equal(weft_engine_phase(asked_now->r.p.server), WEFT_PHASE_DISCONNECTED);
    asked_now->n++;
    if (asked_now->abort)
        weft_session_abort(session);
    if (asked_now->close)
        weft_session_close(session, WEFT_CODE_NONE, NULL);
    return asked_now->answer;
}

static void asked_begin(asked *a)
{
    weft_session_options client = resume_rig_client(), server = weft_session_options_default();
    weft_metadata_entry entry = weft_metadata_str("token", WEFT_STR("t"), 0);
    weft_metadata metadata = { &entry, 1 };
    memset(a, 0, sizeof *a);
    asked_now = a;
    client.metadata = &metadata;
    server.on_resume = on_resume;
    resume_rig_begin(&a->r, client, server);
    pair_disconnect(&a->r.p, WEFT_ECONNRESET);
}

static void application_may_refuse_who_comes_back(void **unused)
{
    asked a;
    (void)unused;
    WEFT_RULE("resume.refuse");
    asked_begin(&a);
    resume_rig_dial(&a.r);
    assert_int_equal(a.n, 1);
    assert_int_equal(a.r.p.s.n_resumed, 1);
    pair_disconnect(&a.r.p, WEFT_ECONNRESET);
    a.answer = WEFT_EACCES;
    resume_rig_dial(&a.r);
    assert_int_equal(a.n, 2);
    assert_int_equal(a.r.p.s.n_resumed, 1);
    assert_int_equal(a.r.p.s.n_closed, 0); /* refused, and the session is as it was */
    assert_int_equal(resume_rig_stats(&a.r).parked, 1);
    assert_int_equal(resume_rig_stats(&a.r).refused, 1);
    assert_int_equal(a.r.p.c.n_closed, 1);
    assert_int_equal(a.r.p.c.end.remote, WEFT_CODE_NOT_RESUMABLE);
    resume_rig_end(&a.r);
}

static void application_may_end_the_session_when_asked(void **unused)
{
    (void)unused;
    for (int how = 0; how < 2; how++) {
        asked a;
        asked_begin(&a);
        a.abort = how == 0;
        a.close = how == 1;
        resume_rig_dial(&a.r);
        assert_int_equal(a.n, 1);
        assert_int_equal(a.r.p.c.n_closed, 1);
        assert_int_equal(a.r.p.c.end.remote, WEFT_CODE_NOT_RESUMABLE);
        resume_rig_end(&a.r);
        assert_int_equal(a.r.p.s.n_closed, 1);
        assert_int_equal(a.r.p.s.end.code, WEFT_ECANCELED);
    }
}

/* ---- goodbye, close and drain in an outage ---- */

static void close_in_an_outage_ends_at_once(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("session.shutdown");
    resume_rig_ready(&r);
    pair_disconnect(&r.p, WEFT_ECONNRESET);
    weft_session_close(r.p.c.session, WEFT_CODE_NONE, NULL);
    weft_session_close(r.p.s.session, WEFT_CODE_NONE, NULL);
    assert_int_equal(weft_engine_phase(r.p.client), WEFT_PHASE_CLOSED);
    assert_int_equal(weft_engine_phase(r.p.server), WEFT_PHASE_CLOSED);
    pair_run(&r.p);
    assert_int_equal(r.p.c.n_closed, 1);
    assert_int_equal(r.p.s.n_closed, 1);
    assert_int_equal(resume_rig_stats(&r).sessions, 0);
    resume_rig_end(&r);
}

static void goodbye_that_was_lost_is_said_again(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("session.goodbye");
    resume_rig_ready(&r);
    size_t before = r.p.client_sent;
    r.p.client_max = before; /* nothing more arrives */
    weft_session_close(r.p.c.session, 300, "enough");
    pair_run(&r.p);
    pair_disconnect(&r.p, WEFT_ECONNRESET);
    assert_int_equal(r.p.c.n_closed, 0);
    r.p.client_max = SIZE_MAX;
    resume_rig_dial(&r);
    assert_int_equal(r.p.c.n_closed, 1);
    assert_int_equal(r.p.c.end.code, 0);
    assert_int_equal(r.p.s.n_closed, 1);
    assert_int_equal(r.p.s.end.code, 0);
    assert_int_equal(r.p.s.end.remote, 300);
    resume_rig_end(&r);
}

static void goodbye_whose_answer_was_lost_is_an_orderly_end(void **unused)
{
    (void)unused;
    WEFT_RULE("session.goodbye");
    for (int redials = 0; redials < 2; redials++) {
        resume_rig r;
        resume_rig_ready(&r);
        r.p.server_max = r.p.server_sent;
        weft_session_close(r.p.c.session, WEFT_CODE_NONE, NULL);
        pair_run(&r.p);
        assert_int_equal(r.p.s.n_closed, 1);
        pair_disconnect(&r.p, WEFT_ECONNRESET);
        assert_int_equal(r.p.c.n_closed, 0);
        r.p.server_max = SIZE_MAX;
        if (redials)
            resume_rig_dial(&r); /* not resumable: the counterpart is through with it */
        else
            pair_advance(&r.p, WEFT_CLOSE_TIMEOUT_DEFAULT);
        assert_int_equal(r.p.c.n_closed, 1);
        assert_int_equal(r.p.c.end.code, 0);
        resume_rig_end(&r);
    }
}

static void session_that_drains_goes_on_draining(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("session.drain");
    resume_rig_ready(&r);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 3, 1, NULL), 0);
    pair_run(&r.p);
    pair_disconnect(&r.p, WEFT_ECONNRESET);
    assert_int_equal(weft_session_drain(r.p.s.session, WEFT_FOREVER), 0);
    resume_rig_dial(&r);
    assert_int_equal(r.p.c.n_draining, 1);
    resume_rig_answer(&r, PAIR_HOLD);
    assert_int_equal(r.p.c.results[1].code, 0);
    assert_int_equal(r.p.c.n_closed, 1);
    assert_int_equal(r.p.c.end.remote, WEFT_CODE_GOING_AWAY);
    resume_rig_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_whose_conduit_breaks_goes_on_over_another),
        cmocka_unit_test(handlers_and_deadlines_go_on_while_parked),
        cmocka_unit_test(nobody_comes_back_in_time_and_the_session_ends),
        cmocka_unit_test(who_does_not_ask_or_agree_has_no_resumption),
        cmocka_unit_test(half_a_message_has_its_time_behind_the_outage),
        cmocka_unit_test(old_conduit_that_looks_alive_is_taken_from_the_session),
        cmocka_unit_test(application_may_refuse_who_comes_back),
        cmocka_unit_test(application_may_end_the_session_when_asked),
        cmocka_unit_test(close_in_an_outage_ends_at_once),
        cmocka_unit_test(goodbye_that_was_lost_is_said_again),
        cmocka_unit_test(goodbye_whose_answer_was_lost_is_an_orderly_end),
        cmocka_unit_test(session_that_drains_goes_on_draining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
