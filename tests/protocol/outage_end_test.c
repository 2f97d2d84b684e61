/* Goal: a session that drains, or that nobody uses any more, ends in an outage as soon as nothing is left there that
 * anybody waits for: it need not find its counterpart again to do so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/resume_rig.h"
#include "tests/support/retry_rig.h"
#include "tests/support/rules.h"
#include "weft/proxy.h"

#define S WEFT_NS_PER_S

static void assert_ended(pair_side *side, weft_engine *engine)
{
    assert_int_equal(side->n_closed, 1);
    assert_int_equal(side->end.code, WEFT_ECANCELED); /* nobody was told */
    assert_int_equal(weft_engine_phase(engine), WEFT_PHASE_CLOSED);
}

static void assert_waits(pair_side *side, weft_engine *engine)
{
    assert_int_equal(side->n_closed, 0);
    assert_int_equal(weft_engine_phase(engine), WEFT_PHASE_DISCONNECTED);
}

/* In an outage, with a call under way that has 2 s; and nothing that would end it otherwise. */
static weft_call begin(resume_rig *r, bool unused)
{
    weft_session_options client = resume_rig_client();
    weft_call_options options = weft_call_options_default();
    client.recovery_timeout_ns = WEFT_FOREVER;
    client.close_when_unused = unused;
    resume_rig_begin(r, client, weft_session_options_default());
    weft_call call;
    options.timeout_ns = 2 * S;
    assert_int_equal(pair_call_with(&r->p.c, r->conn, PAIR_HOLD, 3, 0, &options, &call), 0);
    pair_run(&r->p);
    pair_disconnect(&r->p, WEFT_ECONNRESET);
    pair_run(&r->p);
    assert_waits(&r->p.c, r->p.client);
    return call;
}

static void drain_ends_with_the_last_call(void **unused)
{
    /* Goal: by its time, or by a cancel: the response that is still owed is nobody's. */
    (void)unused;
    WEFT_RULE("session.drain");
    for (int cancels = 0; cancels < 2; cancels++) {
        resume_rig r;
        weft_call call = begin(&r, false);
        assert_int_equal(weft_session_drain(r.p.c.session, WEFT_FOREVER), 0);
        pair_run(&r.p);
        assert_waits(&r.p.c, r.p.client);
        if (cancels)
            assert_int_equal(weft_call_cancel(call), 0);
        pair_advance(&r.p, cancels ? 0 : 2 * S);
        assert_int_equal(r.p.c.results[0].code, cancels ? WEFT_ECANCELED : WEFT_ETIMEDOUT);
        assert_ended(&r.p.c, r.p.client);
        resume_rig_end(&r);
    }
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    pair_side *side = user;
    (void)metadata;
    assert_null(connection);
    assert_int_equal(error->code, WEFT_ETIMEDOUT);
    side->n_refused++;
}

static void drain_ends_with_the_last_open(void **unused)
{
    resume_rig r;
    (void)unused;
    WEFT_RULE("session.drain");
    (void)begin(&r, false);
    pair_advance(&r.p, 2 * S);
    weft_open_options options = weft_open_options_default();
    options.timeout_ns = S;
    assert_int_equal(weft_open(r.p.c.session, &pair_service, &options, opened, &r.p.c), 0);
    assert_int_equal(weft_session_drain(r.p.c.session, WEFT_FOREVER), 0);
    pair_run(&r.p);
    assert_waits(&r.p.c, r.p.client);
    pair_advance(&r.p, S);
    assert_int_equal(r.p.c.n_refused, 1);
    assert_ended(&r.p.c, r.p.client);
    resume_rig_end(&r);
}

static void unused_session_ends(void **unused)
{
    /* Goal: with the last reference, once the call that it left is over; behind a close at once. */
    (void)unused;
    WEFT_RULE("session.lifetime");
    for (int closes = 0; closes < 2; closes++) {
        resume_rig r;
        (void)begin(&r, true);
        if (closes)
            assert_int_equal(weft_connection_close(r.conn, WEFT_CODE_NONE, NULL), 0);
        weft_connection_release(r.conn);
        r.conn = NULL;
        pair_run(&r.p);
        if (!closes) {
            assert_waits(&r.p.c, r.p.client);
            pair_advance(&r.p, 2 * S);
        }
        assert_int_equal(r.p.c.results[0].code, closes ? WEFT_ECONNCLOSED : WEFT_ETIMEDOUT);
        assert_ended(&r.p.c, r.p.client);
        resume_rig_end(&r);
    }
}

static void unused_session_that_is_replaced_ends(void **unused)
{
    /* Goal: a connection that is to be opened again is none that anybody needs, either. */
    (void)unused;
    WEFT_RULE("session.lifetime");
    weft_session_options client = weft_session_options_default();
    client.retry = client.close_when_unused = true;
    client.recovery_timeout_ns = WEFT_FOREVER;
    retry_rig *r = retry_rig_new(client, WEFT_OPERATION_TTL_DEFAULT);
    pair_run(&r->p);
    r->conn = pair_open(&r->p);
    retry_cut(r);
    assert_waits(&r->p.c, r->p.client);
    weft_connection_release(r->conn);
    r->conn = NULL;
    pair_run(&r->p);
    assert_ended(&r->p.c, r->p.client);
    retry_rig_free(r);
}

static void note_wake(void *user)
{
    ++*(int *)user;
}

static void unused_session_is_woken_by_the_end_of_what_it_was_to_open_for_another(void **unused)
{
    /* Goal: nobody is told of the end of a proxy's open, and there is nothing to say: the loop hears of it still. */
    (void)unused;
    WEFT_RULE("session.lifetime");
    WEFT_RULE("proxy.close");
    for (int drains = 0; drains < 2; drains++) {
        resume_rig r;
        pair opener;
        int n_wakes = 0;
        (void)begin(&r, true);
        pair_init(&opener, &r.alloc);
        opener.s.keep_pending = true;
        assert_int_equal(pair_begin(&opener, weft_session_options_default(), weft_session_options_default()), 0);
        pair_run(&opener);
        (void)pair_open(&opener);
        assert_int_equal(weft_proxy_open(opener.s.pending, r.p.c.session, NULL), 0);
        assert_int_equal(weft_connection_close(r.conn, WEFT_CODE_NONE, NULL), 0);
        weft_connection_release(r.conn);
        r.conn = NULL;
        pair_run(&r.p);
        assert_waits(&r.p.c, r.p.client);
        weft_engine_on_wake(r.p.client, note_wake, &n_wakes);
        if (drains)
            assert_int_equal(weft_session_drain(opener.s.session, WEFT_FOREVER), 0);
        else
            weft_session_close(opener.s.session, WEFT_CODE_NONE, NULL);
        assert_int_equal(n_wakes, 1);
        assert_true(weft_engine_has_events(r.p.client));
        pair_run(&r.p);
        assert_ended(&r.p.c, r.p.client);
        pair_run(&opener);
        assert_int_equal(opener.c.n_refused, 1);
        pair_fini(&opener);
        resume_rig_end(&r);
    }
}

static void parked_session_waits_for_who_is_to_be_answered(void **unused)
{
    /* Goal: an answer that was given is under way until its caller has it, who may come back in time. */
    (void)unused;
    WEFT_RULE("session.drain");
    for (int answers = 0; answers < 2; answers++) {
        resume_rig r;
        (void)begin(&r, false);
        assert_int_equal(weft_session_drain(r.p.s.session, WEFT_FOREVER), 0);
        pair_run(&r.p);
        assert_waits(&r.p.s, r.p.server);
        if (answers) {
            resume_rig_answer(&r, PAIR_HOLD);
            assert_waits(&r.p.s, r.p.server);
        }
        resume_rig_dial(&r);
        assert_int_equal(r.p.s.n_resumed, 1);
        if (!answers)
            resume_rig_answer(&r, PAIR_HOLD);
        assert_int_equal(r.p.c.results[0].code, 0);
        assert_int_equal(r.p.s.n_closed, 1);
        assert_int_equal(r.p.s.end.code, WEFT_OK);
        resume_rig_end(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drain_ends_with_the_last_call),
        cmocka_unit_test(drain_ends_with_the_last_open),
        cmocka_unit_test(unused_session_ends),
        cmocka_unit_test(unused_session_that_is_replaced_ends),
        cmocka_unit_test(unused_session_is_woken_by_the_end_of_what_it_was_to_open_for_another),
        cmocka_unit_test(parked_session_waits_for_who_is_to_be_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
