/* Outages one after the other: how long the next conduit is waited for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/resume_rig.h"
#include "tests/support/rules.h"

/* Whether the next attempt comes at once after a conduit that held for so long. */
static bool is_dialled_at_once(resume_rig *r, uint64_t held_ns)
{
    pair_advance(&r->p, held_ns);
    pair_disconnect(&r->p, WEFT_ECONNRESET);
    bool at_once = weft_engine_wants_conduit(r->p.client);
    resume_rig_dial(r);
    return at_once;
}

static void conduit_that_held_is_not_waited_for(void **unused)
{
    /* Goal: outages one after the other do not make waits longer, as long as the conduits between them are of use; one
     * that breaks at once, again and again, is tried ever later, and waits grow shorter again as it holds. */
    resume_rig r;
    (void)unused;
    WEFT_RULE("resume.initiator");
    resume_rig_ready(&r);
    for (int i = 0; i < 20; i++)
        assert_true(is_dialled_at_once(&r, 8 * WEFT_BACKOFF_MIN));
    for (int i = 0; i < 20; i++)
        assert_false(is_dialled_at_once(&r, 0));
    assert_true(is_dialled_at_once(&r, WEFT_BACKOFF_MAX));
    for (int i = 0; i < 20; i++)
        assert_false(is_dialled_at_once(&r, 0));
    int n_waited = 0;
    while (!is_dialled_at_once(&r, 8 * WEFT_BACKOFF_MIN))
        n_waited++;
    assert_in_range(n_waited, 1, 8);
    resume_rig_end(&r);
}

static void once_is_once_in_each_outage(void **unused)
{
    /* Goal: without any time to recover there is one attempt, at once, however close the outages are; where that fails
     * there is no other. */
    resume_rig r;
    weft_session_options client = resume_rig_client();
    (void)unused;
    WEFT_RULE("resume.initiator");
    client.recovery_timeout_ns = 0;
    resume_rig_begin(&r, client, weft_session_options_default());
    for (int i = 0; i < 5; i++)
        assert_true(is_dialled_at_once(&r, 0));
    assert_int_equal(r.p.c.n_resumed, 5);
    pair_disconnect(&r.p, WEFT_ECONNRESET);
    weft_engine_disconnected(r.p.client, WEFT_ECONNREFUSED, NULL, r.p.now_ns);
    pair_run(&r.p);
    assert_int_equal(r.p.c.n_closed, 1);
    assert_int_equal(r.p.c.end.code, WEFT_ECONNREFUSED);
    resume_rig_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_is_once_in_each_outage),
        cmocka_unit_test(conduit_that_held_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
