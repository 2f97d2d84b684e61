/* Sessions without a conduit, many of them: the limits of a registry, and who has to go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/resume_rig.h"
#include "tests/support/rules.h"

/* One session of a crowd: both engines, which share a registry at the server's side. */
typedef struct guest {
    weft_engine *client, *server;
    weft_session *session; /* the server's */
    bool closed;
    weft_error end;
} guest;

enum { GUESTS_MAX = 1100 };

typedef struct crowd {
    weft_test_alloc alloc;
    weft_registry *registry;
    uint64_t now_ns;
    uint8_t n_seeds;
    guest guests[GUESTS_MAX];
    int n;
} crowd;

static void crowd_init(crowd *c, uint32_t max_parked, uint64_t max_parked_bytes)
{
    weft_registry_options options;
    memset(c, 0, sizeof *c);
    weft_test_alloc_init(&c->alloc);
    c->now_ns = WEFT_NS_PER_S;
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &c->alloc.allocator;
    options.max_parked = max_parked;
    options.max_parked_bytes = max_parked_bytes;
    assert_int_equal(weft_registry_new(&options, &c->registry), 0);
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    (void)user;
    (void)metadata;
    (void)error;
    assert_null(connection);
}

static void guest_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    guest *g = user;
    if (event->kind == WEFT_EVENT_READY)
        g->session = session;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    g->closed = true;
    g->end = *event->error;
}

static void carry(weft_handshake *from, weft_handshake *to, uint64_t now_ns)
{
    weft_slice slices[8];
    size_t consumed, n;
    while ((n = weft_handshake_drain(from, slices, 8)) > 0)
        for (size_t i = 0; i < n; i++) {
            size_t len = slices[i].len;
            assert_int_equal(weft_handshake_feed(to, slices[i].ptr, len, now_ns, &consumed), 0);
            weft_handshake_drained(from, len);
            break; /* what it gave is behind that */
        }
}

/* A session that is ready; where is the address of the client, uid its user, or -1. */
static guest *crowd_join(crowd *c, const char *transport, const char *where, int uid)
{
    guest *g = &c->guests[c->n++];
    weft_peer peer = { sizeof peer, transport, where, uid >= 0, (uint32_t)uid, 1, 1 };
    weft_session_options options = weft_session_options_default();
    weft_engine_options engine;
    weft_handshake *initiator, *acceptor;
    weft_engine_options_init(&engine, sizeof engine);
    engine.allocator = &c->alloc.allocator;
    options.resumable = true;
    assert_int_equal(weft_engine_new(&engine, &options, c->now_ns, &g->client), 0);
    assert_int_equal(weft_engine_reconnect(g->client, NULL, c->now_ns, &initiator), 0);
    engine.registry = c->registry;
    engine.peer = &peer;
    options.on_event = guest_on_event;
    options.user = g;
    assert_int_equal(weft_handshake_new(&engine, &options, c->now_ns, &acceptor), 0);
    carry(initiator, acceptor, c->now_ns);
    carry(acceptor, initiator, c->now_ns);
    carry(initiator, acceptor, c->now_ns);
    assert_int_equal(weft_handshake_finish(initiator, &g->client), 0);
    assert_int_equal(weft_handshake_finish(acceptor, &g->server), 0);
    assert_false(weft_handshake_resumes(acceptor));
    weft_handshake_free(initiator);
    weft_handshake_free(acceptor);
    (void)weft_engine_dispatch(g->server, c->now_ns, SIZE_MAX);
    assert_non_null(g->session);
    return g;
}

static void crowd_dispatch(crowd *c)
{
    for (int i = 0; i < c->n; i++)
        (void)weft_engine_dispatch(c->guests[i].server, c->now_ns, SIZE_MAX);
}

static void guest_leaves(crowd *c, guest *g)
{
    weft_engine_disconnected(g->server, WEFT_ECONNRESET, NULL, c->now_ns);
    crowd_dispatch(c);
}

static weft_registry_stats stats_of(const crowd *c)
{
    weft_registry_stats stats;
    weft_registry_stats_read(c->registry, &stats, sizeof stats);
    return stats;
}

static void crowd_end(crowd *c)
{
    weft_registry_release(c->registry); /* sessions hold their own */
    for (int i = 0; i < c->n; i++) {
        weft_engine_free(c->guests[i].client);
        weft_engine_free(c->guests[i].server);
        weft_session_release(c->guests[i].session);
    }
    weft_test_alloc_assert_empty(&c->alloc);
    free(c);
}

static crowd *crowd_new(uint32_t max_parked, uint64_t max_parked_bytes)
{
    crowd *c = malloc(sizeof *c);
    crowd_init(c, max_parked, max_parked_bytes);
    return c;
}

static void oldest_of_the_peer_that_has_most_goes(void **unused)
{
    crowd *c = crowd_new(4, WEFT_PARKED_BYTES_DEFAULT);
    guest *many[5], *one, *other, *user;
    (void)unused;
    WEFT_RULE("resume.acceptor");
    one = crowd_join(c, "tcp", "10.0.0.1:1000", -1);
    for (int i = 0; i < 5; i++) {
        char where[32];
        (void)snprintf(where, sizeof where, "10.0.0.2:%d", 2000 + i);
        many[i] = crowd_join(c, "tcp", where, -1);
    }
    other = crowd_join(c, "unix", "/run/x", 1000);
    user = crowd_join(c, "unix", "/run/y", 1001);
    guest_leaves(c, one); /* the oldest of all */
    for (int i = 0; i < 3; i++)
        guest_leaves(c, many[i]);
    assert_int_equal(stats_of(c).parked, 4);
    assert_int_equal(stats_of(c).evicted, 0);
    guest_leaves(c, many[3]);
    assert_true(many[0]->closed && !many[1]->closed && !one->closed);
    assert_int_equal(many[0]->end.code, WEFT_EBUSY);
    assert_int_equal(many[0]->end.remote, WEFT_CODE_LOST);
    assert_int_equal(weft_engine_phase(many[0]->server), WEFT_PHASE_CLOSED);
    guest_leaves(c, other);
    assert_true(many[1]->closed);
    guest_leaves(c, user); /* each has one but for that address, which has two */
    assert_true(many[2]->closed && !many[3]->closed && !other->closed && !user->closed && !one->closed);
    assert_int_equal(stats_of(c).parked, 4);
    assert_int_equal(stats_of(c).evicted, 3);
    assert_int_equal(stats_of(c).sessions, 5);
    crowd_end(c);
}

static void addresses_of_one_network_are_one_peer(void **unused)
{
    /* Goal: who has a /64 of IPv6 is one peer by whichever address it comes; others, and IPv4 within IPv6, are not. */
    static const char *const many[] = { "[2001:db8:0:5::1]:1", "[2001:db8:0:5:8000::]:1", "[2001:db8:0:5:1:2:3:4]:2",
                                        "[2001:db8:0:5::ffff:ffff]:9" };
    static const char *const others[] = { "[2001:db8:0:6::1]:1",   "[2001:db8:5::1]:1",
                                          "[2001:db8::5:0:0:1]:1", "[::1]:1",
                                          "[::ffff:10.0.0.1]:1",   "[::ffff:10.0.0.2]:1",
                                          "[2001:db8:0:5::/x]:1",  "[2001:db8:0:5:1:2:3:4:5]:1" };
    enum { MANY = 4, OTHERS = 8 };
    crowd *c = crowd_new(OTHERS + 1, WEFT_PARKED_BYTES_DEFAULT);
    guest *one[MANY], *other[OTHERS];
    (void)unused;
    WEFT_RULE("resume.acceptor");
    for (int i = 0; i < OTHERS; i++)
        other[i] = crowd_join(c, "tcp", others[i], -1);
    for (int i = 0; i < MANY; i++)
        one[i] = crowd_join(c, "tcp", many[i], -1);
    for (int i = 0; i < OTHERS; i++)
        guest_leaves(c, other[i]);
    for (int i = 0; i < MANY; i++)
        guest_leaves(c, one[i]);
    for (int i = 0; i < OTHERS; i++)
        assert_false(other[i]->closed);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(one[i]->closed, i < MANY - 1);
    assert_int_equal(stats_of(c).evicted, MANY - 1);
    crowd_end(c);
}

static void thousand_are_kept_and_the_next_one_costs_one(void **unused)
{
    crowd *c = crowd_new(WEFT_PARKED_DEFAULT, WEFT_PARKED_BYTES_DEFAULT);
    (void)unused;
    WEFT_RULE("resume.acceptor");
    for (uint32_t i = 0; i < WEFT_PARKED_DEFAULT + 2; i++)
        (void)crowd_join(c, "tcp", "127.0.0.1:1", -1);
    size_t before = c->alloc.live_bytes;
    for (uint32_t i = 0; i < WEFT_PARKED_DEFAULT; i++)
        weft_engine_disconnected(c->guests[i].server, 0, NULL, c->now_ns);
    crowd_dispatch(c);
    assert_int_equal(stats_of(c).parked, WEFT_PARKED_DEFAULT);
    assert_true(c->alloc.live_bytes <= before); /* parking takes no memory */
    for (uint32_t i = 0; i < 2; i++) {
        assert_false(c->guests[i].closed);
        guest_leaves(c, &c->guests[WEFT_PARKED_DEFAULT + i]);
        assert_true(c->guests[i].closed);
        assert_int_equal(stats_of(c).parked, WEFT_PARKED_DEFAULT);
    }
    crowd_end(c);
}

/* [resume.acceptor] What parked ones hold is limited, also what comes while they are parked. */
static void bytes_of_parked_sessions_are_limited(void **unused)
{
    crowd *c = crowd_new(100, (uint64_t)300 * 1024);
    guest *small, *large;
    (void)unused;
    WEFT_RULE("resume.acceptor");
    small = crowd_join(c, "tcp", "10.0.0.1:1", -1);
    large = crowd_join(c, "tcp", "10.0.0.2:1", -1);
    guest_leaves(c, small);
    guest_leaves(c, large);
    assert_int_equal(stats_of(c).parked, 2);
    weft_open_options options = weft_open_options_default();
    uint8_t padding[4000] = { 0 };
    weft_metadata_entry entry = weft_metadata_bytes("padding", weft_bytes_of(padding, sizeof padding), 0);
    weft_metadata metadata = { &entry, 1 };
    options.metadata = &metadata;
    int n = 0;
    while (!large->closed && n < 1000) { /* the application goes on as under back-pressure */
        assert_int_equal(weft_open(large->session, &pair_service, &options, opened, NULL), 0);
        (void)weft_engine_dispatch(large->server, c->now_ns, SIZE_MAX);
        weft_slice slice;
        assert_int_equal(weft_engine_drain(large->server, &slice, 1), 0); /* as a loop does when it is woken */
        crowd_dispatch(c);
        n++;
    }
    assert_true(large->closed);
    assert_true(n > 40 && n < 100);
    assert_false(small->closed);
    assert_int_equal(stats_of(c).parked, 1);
    crowd_end(c);
}

static void none_are_kept_where_none_may_be(void **unused)
{
    crowd *c = crowd_new(0, 0);
    (void)unused;
    WEFT_RULE("resume.acceptor");
    guest *g = crowd_join(c, "mem", "", -1); /* none may be parked: the session ends with its conduit */
    guest_leaves(c, g);
    assert_true(g->closed);
    assert_int_equal(stats_of(c).evicted, 1);
    assert_int_equal(stats_of(c).sessions, 0);
    crowd_end(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oldest_of_the_peer_that_has_most_goes),
        cmocka_unit_test(addresses_of_one_network_are_one_peer),
        cmocka_unit_test(thousand_are_kept_and_the_next_one_costs_one),
        cmocka_unit_test(bytes_of_parked_sessions_are_limited),
        cmocka_unit_test(none_are_kept_where_none_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
