/* weft.health.v1.Health over real sockets: states, and streams of their changes. */
#include "tests/integration/services/fixture.h"

/* ---- health ---- */

static void on_statuses(void *user, const weft_health_health_list_reply *reply)
{
    fixture *f = user;
    static const char *const names[] = { MAKER, OTHER, HEALTH, REFLECTION };
    assert_int_equal(reply->result.code, 0);
    assert_int_equal(reply->value.len, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_text(reply->value.items[i].service, names[i]);
        assert_int_equal(reply->value.items[i].state.kind,
                         i == 0 ? WEFT_HEALTH_STATE_NOT_READY : WEFT_HEALTH_STATE_SERVING);
    }
    f->n_replies++;
}

static void health_tells_states(void **state)
{
    /* Goal: of one, of all, and of the endpoint, which serves where all of its services do. */
    fixture *f = *state;
    assert_int_equal(check(f, MAKER), WEFT_HEALTH_STATE_SERVING);
    assert_int_equal(check(f, ""), WEFT_HEALTH_STATE_SERVING);
    assert_int_equal(check(f, "no.such.Service"), WEFT_HEALTH_STATE_NOT_OFFERED);
    assert_int_equal(weft_services_set_ready(f->services, MAKER, false), 0);
    assert_int_equal(check(f, MAKER), WEFT_HEALTH_STATE_NOT_READY);
    assert_int_equal(check(f, OTHER), WEFT_HEALTH_STATE_SERVING);
    assert_int_equal(check(f, ""), WEFT_HEALTH_STATE_NOT_READY);
    int n = f->n_replies;
    assert_int_equal(weft_health_health_list(open_health(f), &f->options, on_statuses, f, NULL), 0);
    rig_until(f->r, &f->n_replies, n + 1);
    assert_int_equal(weft_services_set_ready(f->services, NULL, true), 0);
    assert_int_equal(check(f, ""), WEFT_HEALTH_STATE_SERVING);
}

typedef struct watch {
    weft_health_state_rx states;
    weft_connection *connection;
    int n_states, n_ends;
    weft_health_state_kind seen[64]; /* the first ones */
    weft_health_state_kind last;
    weft_channel_end_kind end;
} watch;

static bool on_state(void *user, weft_health_state_rx rx, const weft_health_state *item)
{
    watch *w = user;
    (void)rx;
    w->last = item->kind;
    if (w->n_states < 64)
        w->seen[w->n_states] = item->kind;
    w->n_states++;
    return true;
}

static void on_watch_end(void *user, const weft_channel_end *end)
{
    watch *w = user;
    w->n_ends++;
    w->end = end->kind;
}

static const weft_health_state_reader reader = { sizeof reader, on_state, on_watch_end };

static void watch_begin(fixture *f, watch *w, const char *service)
{
    weft_health_health_watch_args args = { weft_str_from(service) };
    memset(w, 0, sizeof *w);
    weft_health_health_client client = open_health(f);
    w->connection = f->connection;
    f->connection = NULL;
    assert_int_equal(weft_health_health_watch(client, &args, NULL, NULL, NULL, NULL, &w->states), 0);
    assert_int_equal(weft_health_state_read(w->states, &reader, w), 0);
    rig_until(f->r, &w->n_states, 1);
}

static void health_watch_sees_changes(void **state)
{
    /* Goal: the state at once, then each change, and nothing where there is none; each watcher hears of its own. */
    fixture *f = *state;
    static watch one, all, none;
    watch_begin(f, &one, MAKER);
    watch_begin(f, &all, "");
    watch_begin(f, &none, "no.such.Service");
    assert_int_equal(one.last, WEFT_HEALTH_STATE_SERVING);
    assert_int_equal(none.last, WEFT_HEALTH_STATE_NOT_OFFERED);
    assert_int_equal(weft_services_set_ready(f->services, MAKER, true), 0);
    assert_int_equal(weft_services_set_ready(f->services, OTHER, false), 0);
    rig_until(f->r, &all.n_states, 2);
    assert_int_equal(weft_services_set_ready(f->services, MAKER, false), 0);
    rig_until(f->r, &one.n_states, 2);
    assert_int_equal(weft_services_set_ready(f->services, NULL, true), 0);
    rig_until(f->r, &one.n_states, 3);
    rig_until(f->r, &all.n_states, 3);
    rig_settle(f->r);
    assert_int_equal(one.n_states, 3);
    assert_int_equal(one.seen[1], WEFT_HEALTH_STATE_NOT_READY);
    assert_int_equal(one.last, WEFT_HEALTH_STATE_SERVING);
    assert_int_equal(all.n_states, 3);
    assert_int_equal(all.seen[1], WEFT_HEALTH_STATE_NOT_READY);
    assert_int_equal(none.n_states, 1);
    /* who has heard enough is forgotten */
    assert_int_equal(weft_channel_reset(one.states.channel, 0, NULL), 0);
    rig_until(f->r, &one.n_ends, 1);
    weft_connection_release(one.connection);
    weft_connection_release(all.connection);
    weft_connection_release(none.connection);
}

static void slow_watcher_costs_nothing_more(void **state)
{
    /* Goal: one that does not read while 10,000 changes pass makes nobody's memory grow, and is told the newest. */
    fixture *f = *state;
    static watch slow, quick;
    watch_begin(f, &slow, MAKER);
    watch_begin(f, &quick, MAKER);
    assert_int_equal(weft_channel_pause(slow.states.channel, true), 0);
    size_t after_some = 0;
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(weft_services_set_ready(f->services, MAKER, i % 2 == 1), 0);
        if (i == 100)
            after_some = f->r->alloc.live_bytes;
        if (i % 100 == 0)
            (void)uv_run(&f->r->loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(weft_services_set_ready(f->services, MAKER, false), 0);
    rig_settle(f->r);
    assert_true(f->r->alloc.live_bytes <= after_some + 4096);
    assert_int_equal(slow.n_states, 1);
    assert_int_equal(quick.last, WEFT_HEALTH_STATE_NOT_READY);
    assert_true(quick.n_states < 2000); /* what it had no room for it never hears of */
    assert_int_equal(weft_channel_pause(slow.states.channel, false), 0);
    rig_settle(f->r);
    assert_int_equal(slow.last, WEFT_HEALTH_STATE_NOT_READY);
    assert_true(slow.n_states <= 7); /* what was under way, and the newest */
    for (int i = 1; i < slow.n_states; i++)
        assert_int_not_equal(slow.seen[i], slow.seen[i - 1]);
    weft_connection_release(slow.connection);
    weft_connection_release(quick.connection);
}

/* The runtime is gone with it. */
static void on_drained(void *user)
{
    fixture *f = user;
    f->n_drained++;
    f->r->runtime = NULL;
    f->r->closing = true;
}

static void stopped_services_end_their_watches(void **state)
{
    /* Goal: an endpoint that is about to end says so, and its watches hold up no drain; later ones end at once. */
    fixture *f = *state;
    static watch before, behind;
    watch_begin(f, &before, "");
    weft_services_stop(f->services);
    rig_until(f->r, &before.n_ends, 1);
    assert_int_equal(before.n_states, 2);
    assert_int_equal(before.last, WEFT_HEALTH_STATE_NOT_READY);
    assert_int_equal(before.end, WEFT_CHANNEL_FINISHED);
    watch_begin(f, &behind, MAKER);
    rig_until(f->r, &behind.n_ends, 1);
    assert_int_equal(behind.last, WEFT_HEALTH_STATE_NOT_READY);
    assert_int_equal(try_open(f, &offer_maker_service, NULL), WEFT_CODE_NOT_READY);
    weft_connection_release(before.connection);
    weft_connection_release(behind.connection);
    assert_int_equal(weft_runtime_drain(f->r->runtime, WEFT_FOREVER, on_drained, f), 0);
    rig_until(f->r, &f->n_drained, 1);
}

static void services_may_go_before_their_watches(void **state)
{
    /* Goal: what connections hold stays until they end. */
    fixture *f = *state;
    static watch w;
    watch_begin(f, &w, "");
    weft_services_free(f->services);
    f->services = NULL;
    weft_connection_release(w.connection);
    rig_disconnect(f->r);
    assert_int_equal(w.n_ends, 1);
    assert_int_equal(w.end, WEFT_CHANNEL_LOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(health_tells_states),
        FIXTURE_TEST(health_watch_sees_changes),
        FIXTURE_TEST(slow_watcher_costs_nothing_more),
        FIXTURE_TEST(stopped_services_end_their_watches),
        FIXTURE_TEST(services_may_go_before_their_watches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
