/* Messages longer than what a session that may be resumed keeps [resume.count]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"

enum { LARGE = 6 * 1024 * 1024, SECONDS_MAX = 20 };

typedef struct rig {
    pair p;
    weft_test_alloc alloc;
    weft_connection *conn;
} rig;

static void rig_begin(rig *r, weft_session_options client, weft_session_options server)
{
    weft_registry_options registry;
    pair *p = &r->p;
    weft_test_alloc_init(&r->alloc);
    pair_init(p, &r->alloc);
    weft_registry_options_init(&registry, sizeof registry);
    registry.allocator = &r->alloc.allocator;
    assert_int_equal(weft_registry_new(&registry, &p->registry), 0);
    client.resumable = true;
    client.call_timeout_ns = WEFT_FOREVER;
    assert_int_equal(pair_begin(p, client, server), 0);
    pair_run(p);
    r->conn = pair_open(p);
    assert_non_null(r->conn);
}

static void rig_end(rig *r)
{
    assert_int_equal(r->p.c.n_disconnected, 0);
    weft_connection_release(r->conn);
    pair_fini(&r->p);
    weft_registry_release(r->p.registry);
    weft_test_alloc_assert_empty(&r->alloc);
}

/* An Ack may take a second. */
static void wait_for(rig *r, int n_done)
{
    pair_run(&r->p);
    for (int i = 0; i < SECONDS_MAX && r->p.c.n_done < n_done; i++)
        pair_advance(&r->p, WEFT_NS_PER_S);
    assert_int_equal(r->p.c.n_done, n_done);
}

static void message_above_replay_limit_arrives(void **state)
{
    /* Goal: what is kept is bounded, and bounds no message. */
    rig r;
    (void)state;
    WEFT_RULE("resume.count");
    rig_begin(&r, weft_session_options_default(), weft_session_options_default());
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_ECHO, LARGE, 0, NULL), 0);
    wait_for(&r, 1);
    assert_int_equal(r.p.c.results[0].code, 0);
    assert_int_equal(r.p.c.value_len[0], LARGE);
    rig_end(&r);
}

static void message_refused_half_sent_is_kept_no_longer(void **state)
{
    /* Goal: its first frame is acknowledged and it is refused in one breath: what was kept of it goes, and makes room.
     */
    weft_session_options client = weft_session_options_default();
    weft_session_options server = weft_session_options_default();
    rig r;
    (void)state;
    WEFT_RULE("resume.count");
    client.replay_limit = WEFT_REPLAY_MIN;
    server.max_buffered = 20000;
    rig_begin(&r, client, server);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_HOLD, 600000, 0, NULL), 0);
    wait_for(&r, 1);
    assert_int_equal(r.p.c.results[0].outcome, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    assert_int_equal(pair_call(&r.p.c, r.conn, PAIR_ECHO, 3, 1, NULL), 0);
    wait_for(&r, 2);
    assert_int_equal(r.p.c.results[1].code, 0);
    rig_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_above_replay_limit_arrives),
        cmocka_unit_test(message_refused_half_sent_is_kept_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
