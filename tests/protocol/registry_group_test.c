/* Goal: a counterpart that comes back to another thread than the one that has its session is sent there, conduit and
 * all. The threads are the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/alloc.h"
#include "tests/support/group.h"
#include "tests/support/rules.h"
#include "weft/engine.h"

/* Two threads, and a session of the first one's. */
typedef struct rig {
    weft_test_alloc alloc;
    weft_group *group;
    weft_registry *a, *b;
    uint64_t now_ns;
    uint8_t n_seeds;
    weft_engine *client, *server;
    weft_handshake *initiator; /* of the conduit that is shaking hands */
    int n_resumed;
} rig;

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    rig *r = user;
    (void)session;
    if (event->kind == WEFT_EVENT_RESUMED)
        r->n_resumed++;
}

static weft_handshake *accept(rig *r, weft_registry *registry)
{
    weft_session_options options = weft_session_options_default();
    weft_engine_options engine;
    weft_handshake *acceptor;
    weft_engine_options_init(&engine, sizeof engine);
    engine.allocator = &r->alloc.allocator;
    engine.seed[0] = ++r->n_seeds;
    engine.registry = registry;
    assert_int_equal(weft_handshake_new(&engine, &options, r->now_ns, &acceptor), 0);
    return acceptor;
}

/* len 0: all. How much of it was not taken. */
static size_t carry(const rig *r, weft_handshake *from, weft_handshake *to, size_t len)
{
    weft_slice slices[8];
    size_t consumed = 0, left = 0;
    size_t n = weft_handshake_drain(from, slices, 8);
    for (size_t i = 0; i < n; i++) {
        size_t part = len > 0 && len < slices[i].len ? len : slices[i].len;
        assert_int_equal(weft_handshake_feed(to, slices[i].ptr, part, r->now_ns, &consumed), 0);
        left += part - consumed;
        weft_handshake_drained(from, part);
        if (len > 0)
            break;
    }
    return left;
}

static weft_engine *finish(weft_handshake *handshake)
{
    weft_engine *engine = NULL;
    assert_int_equal(weft_handshake_phase(handshake), WEFT_PHASE_DONE);
    assert_int_equal(weft_handshake_finish(handshake, &engine), 0);
    weft_handshake_free(handshake);
    return engine;
}

static weft_registry *registry_new(rig *r, void *user)
{
    weft_registry_options options;
    weft_registry *registry = NULL;
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &r->alloc.allocator;
    options.seed[0] = ++r->n_seeds;
    options.user = user;
    assert_int_equal(weft_registry_new(&options, &registry), 0);
    assert_int_equal(weft_registry_join(registry, r->group), 0);
    assert_int_equal(weft_registry_join(registry, r->group), 0);
    return registry;
}

static rig *rig_new(void)
{
    rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    weft_test_alloc_init(&r->alloc);
    r->now_ns = WEFT_NS_PER_S;
    r->group = test_group_new(&r->alloc.allocator);
    r->a = registry_new(r, &r->a);
    r->b = registry_new(r, &r->b);
    weft_session_options options = weft_session_options_default();
    weft_engine_options engine;
    weft_engine_options_init(&engine, sizeof engine);
    engine.allocator = &r->alloc.allocator;
    options.resumable = true;
    options.on_event = on_event;
    options.user = r;
    assert_int_equal(weft_engine_new(&engine, &options, r->now_ns, &r->client), 0);
    assert_int_equal(weft_engine_reconnect(r->client, NULL, r->now_ns, &r->initiator), 0);
    weft_handshake *acceptor = accept(r, r->a);
    (void)carry(r, r->initiator, acceptor, 0);
    (void)carry(r, acceptor, r->initiator, 0);
    (void)carry(r, r->initiator, acceptor, 0);
    (void)finish(r->initiator);
    r->server = finish(acceptor);
    return r;
}

/* The conduit breaks, and the client shakes hands over another. */
static void rig_again(rig *r)
{
    weft_engine_disconnected(r->client, WEFT_ECONNRESET, NULL, r->now_ns);
    weft_engine_disconnected(r->server, WEFT_ECONNRESET, NULL, r->now_ns);
    (void)weft_engine_dispatch(r->client, r->now_ns, SIZE_MAX);
    (void)weft_engine_dispatch(r->server, r->now_ns, SIZE_MAX);
    while (!weft_engine_wants_conduit(r->client)) {
        r->now_ns = weft_engine_deadline(r->client);
        weft_engine_tick(r->client, r->now_ns);
    }
    assert_int_equal(weft_engine_reconnect(r->client, NULL, r->now_ns, &r->initiator), 0);
}

static void rig_end(rig *r)
{
    weft_engine_free(r->client);
    weft_engine_free(r->server);
    weft_registry_release(r->a);
    weft_registry_release(r->b);
    weft_group_release(r->group);
    weft_test_alloc_assert_empty(&r->alloc);
    free(r);
}

static void session_of_another_thread_is_found(void **state)
{
    /* Goal: the handshake says whose it is, and what it has taken and said, so that it goes on there as if it had come
     * there; with its answer to the preamble out already, in part, or not. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    WEFT_RULE("resume.exact");
    static const size_t said_before[] = { 0, 3, 8 };
    for (size_t i = 0; i < sizeof said_before / sizeof said_before[0]; i++) {
        rig *r = rig_new();
        size_t said = 99;
        weft_slice taken[2], slice;
        rig_again(r);
        weft_handshake *first = accept(r, r->b);
        (void)carry(r, r->initiator, first, 8);
        assert_null(weft_handshake_elsewhere(first, taken, &said));
        if (said_before[i] > 0)
            (void)carry(r, first, r->initiator, said_before[i]);
        (void)carry(r, r->initiator, first, 0);
        assert_ptr_equal(weft_handshake_elsewhere(first, taken, &said), &r->a);
        assert_int_equal(weft_handshake_phase(first), WEFT_PHASE_RUNNING);
        assert_int_equal(said, said_before[i]);
        size_t consumed = 99;
        assert_int_equal(weft_handshake_feed(first, "x", 1, r->now_ns, &consumed), 0);
        assert_int_equal(consumed, 0);
        weft_handshake *second = accept(r, r->a);
        for (int part = 0; part < 2; part++)
            assert_int_equal(weft_handshake_feed(second, taken[part].ptr, taken[part].len, r->now_ns, &consumed), 0);
        assert_int_equal(weft_handshake_drain(second, &slice, 1), 1);
        weft_handshake_drained(second, said);
        weft_handshake_free(first);
        (void)carry(r, second, r->initiator, 0);
        (void)carry(r, r->initiator, second, 0);
        assert_ptr_equal(finish(r->initiator), r->client);
        assert_true(weft_handshake_resumes(second));
        assert_ptr_equal(finish(second), r->server);
        (void)weft_engine_dispatch(r->client, r->now_ns, SIZE_MAX);
        assert_int_equal(r->n_resumed, 1);
        rig_end(r);
    }
}

static void one_that_cannot_be_reached_is_refused(void **state)
{
    (void)state;
    WEFT_RULE("resume.refuse");
    rig *r = rig_new();
    size_t said;
    weft_slice taken[2];
    rig_again(r);
    weft_handshake *acceptor = accept(r, r->b);
    weft_handshake_stay(acceptor); /* nothing as long as it is not elsewhere */
    (void)carry(r, r->initiator, acceptor, 0);
    assert_non_null(weft_handshake_elsewhere(acceptor, taken, &said));
    weft_handshake_stay(acceptor);
    assert_null(weft_handshake_elsewhere(acceptor, taken, &said));
    assert_int_equal(weft_handshake_phase(acceptor), WEFT_PHASE_LAST_WORD);
    assert_int_equal(weft_handshake_error(acceptor)->remote, WEFT_CODE_NOT_RESUMABLE);
    (void)carry(r, acceptor, r->initiator, 0);
    assert_int_equal(weft_handshake_error(r->initiator)->remote, WEFT_CODE_NOT_RESUMABLE);
    weft_handshake_free(r->initiator);
    weft_handshake_free(acceptor);
    rig_end(r);
}

static void session_that_has_ended_is_nowhere(void **state)
{
    (void)state;
    WEFT_RULE("resume.refuse");
    rig *r = rig_new();
    size_t said;
    weft_slice taken[2];
    rig_again(r);
    weft_engine_free(r->server);
    r->server = NULL;
    weft_handshake *acceptor = accept(r, r->b);
    (void)carry(r, r->initiator, acceptor, 0);
    assert_null(weft_handshake_elsewhere(acceptor, taken, &said));
    assert_int_equal(weft_handshake_error(acceptor)->remote, WEFT_CODE_NOT_RESUMABLE);
    weft_handshake_free(r->initiator);
    weft_handshake_free(acceptor);
    rig_end(r);
}

static void handshake_that_nobody_takes_on_times_out(void **state)
{
    /* Goal: it has its time as every other, and can be given up: the session is there for the next attempt. */
    (void)state;
    WEFT_RULE("resume.exact");
    rig *r = rig_new();
    weft_registry_stats stats;
    rig_again(r);
    weft_handshake *acceptor = accept(r, r->b);
    (void)carry(r, r->initiator, acceptor, 0);
    assert_true(weft_handshake_deadline(acceptor) < WEFT_FOREVER);
    weft_handshake_tick(acceptor, weft_handshake_deadline(acceptor));
    assert_int_equal(weft_handshake_phase(acceptor), WEFT_PHASE_CLOSED);
    weft_handshake_free(acceptor);
    weft_handshake_free(r->initiator);
    weft_registry_stats_read(r->a, &stats, sizeof stats);
    assert_int_equal(stats.parked, 1);
    rig_end(r);
}

static void registry_is_in_one_group(void **state)
{
    (void)state;
    WEFT_RULE("resume.acceptor");
    rig *r = rig_new();
    weft_group *other = test_group_new(NULL);
    assert_int_equal(weft_registry_join(r->a, other), WEFT_EALREADY);
    weft_group_release(other);
    rig_end(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_of_another_thread_is_found),
        cmocka_unit_test(one_that_cannot_be_reached_is_refused),
        cmocka_unit_test(session_that_has_ended_is_nowhere),
        cmocka_unit_test(handshake_that_nobody_takes_on_times_out),
        cmocka_unit_test(registry_is_in_one_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
