/* The first handshake of a session that may be resumed, whose conduit breaks where the initiator may have said Ready.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

/* The acceptor has said Welcome; Ready has not come. */
static void welcomed(wire_peer *w)
{
    wire_init(w, false);
    wire_survivor(w);
    wire_begin(w);
    w->hello.settings.odd = true;
    wire_say_resume(w, "", 0, 0);
    assert_true(wire_read_hello(w).has_resume);
    assert_non_null(w->handshake);
}

static uint64_t n_parked(const wire_peer *w)
{
    weft_registry_stats stats;
    weft_registry_stats_read(w->registry, &stats, sizeof stats);
    return stats.parked;
}

static void assert_unheard_of(const wire_peer *w)
{
    assert_int_equal(w->side.n_ready, 0);
    assert_int_equal(w->side.n_disconnected, 0);
    assert_int_equal(w->side.n_closed, 0);
}

static void say_ready(wire_peer *w)
{
    assert_true(wire_read_hello(w).has_resume);
    wire_put_ready(&w->out);
    wire_flush(w);
    assert_null(w->handshake);
    assert_int_equal(w->side.n_ready, 1);
    assert_int_equal(w->side.n_resumed, 0);
    assert_int_equal(w->side.n_disconnected, 0);
    assert_int_equal(n_parked(w), 0);
    wire_expect_alive(w);
    wire_cut(w); /* and from here on as ever */
    wire_resume(w);
    assert_int_equal(w->side.n_resumed, 1);
}

static void session_whose_ready_was_lost_is_there_with_its_key(void **unused)
{
    wire_peer w;
    (void)unused;
    WEFT_RULE("resume.key");
    for (int late = 0; late < 2; late++) {
        welcomed(&w);
        if (late)
            wire_advance(&w, WEFT_HANDSHAKE_TIMEOUT_DEFAULT);
        else
            wire_disconnect(&w, WEFT_ECONNRESET);
        assert_null(w.handshake);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_DISCONNECTED);
        assert_int_equal(n_parked(&w), 1);
        assert_unheard_of(&w);
        wire_dial(&w);
        wire_say_resume(&w, w.key, WIRE_KEY, 0);
        assert_unheard_of(&w);
        say_ready(&w);
        wire_survivor_fini(&w);
    }
}

static void session_that_nobody_comes_back_to_is_never_heard_of(void **unused)
{
    wire_peer w;
    (void)unused;
    WEFT_RULE("resume.key");
    welcomed(&w);
    wire_disconnect(&w, 0);
    wire_advance(&w, WEFT_RESUME_WINDOW_DEFAULT);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    assert_int_equal(n_parked(&w), 0);
    assert_unheard_of(&w);
    wire_survivor_fini(&w);
}

/* The old conduit looks alive still, or has ended and nobody has finished its handshake: the session changes hands, and
 * the old handshake fails. */
static void first_handshake_is_overtaken(void **unused)
{
    (void)unused;
    WEFT_RULE("resume.key");
    for (int has_ended = 0; has_ended < 2; has_ended++) {
        wire_peer w;
        wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
        welcomed(&w);
        wire_swap(&w, &old);
        if (has_ended)
            weft_handshake_disconnected(old.handshake, WEFT_ECONNRESET, w.now_ns);
        wire_dial(&w);
        wire_say_resume(&w, w.key, WIRE_KEY, 0);
        assert_int_equal(weft_handshake_phase(old.handshake), WEFT_PHASE_CLOSED);
        assert_int_equal(weft_handshake_error(old.handshake)->code, WEFT_ECONNABORTED);
        wire_conduit_free(&old);
        assert_unheard_of(&w);
        say_ready(&w);
        wire_survivor_fini(&w);
    }
}

/* And so may the one that overtook it be lost. */
static void ready_is_lost_twice(void **unused)
{
    wire_peer w;
    wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
    (void)unused;
    WEFT_RULE("resume.key");
    welcomed(&w);
    wire_swap(&w, &old);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, 0);
    wire_conduit_free(&old);
    (void)wire_read_hello(&w);
    wire_disconnect(&w, WEFT_ECONNRESET);
    assert_int_equal(n_parked(&w), 1);
    assert_unheard_of(&w);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, 0);
    say_ready(&w);
    wire_survivor_fini(&w);
}

static void without_the_key_nothing_is_overtaken(void **unused)
{
    wire_peer w;
    uint8_t key[WIRE_KEY] = { 1 };
    (void)unused;
    WEFT_RULE("resume.refuse");
    welcomed(&w);
    wire_disconnect(&w, WEFT_ECONNRESET);
    wire_dial(&w);
    wire_say_resume(&w, key, WIRE_KEY, 0);
    wire_expect_refused(&w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, 5); /* nothing was sent */
    wire_expect_refused(&w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
    assert_int_equal(n_parked(&w), 1);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, 0);
    say_ready(&w);
    wire_survivor_fini(&w);
}

/* Of three keys the last one is valid, and the session that had them is gone. */
static void void_key_of_a_session_that_is_gone_is_refused(void **unused)
{
    wire_peer w;
    uint8_t first[WIRE_KEY], second[WIRE_KEY];
    (void)unused;
    WEFT_RULE("resume.key");
    wire_survivor_ready(&w, false);
    memcpy(first, w.key, WIRE_KEY);
    wire_cut(&w);
    wire_resume(&w);
    memcpy(second, w.key, WIRE_KEY);
    wire_cut(&w);
    wire_resume(&w);
    weft_session_abort(w.session);
    wire_run(&w);
    const uint8_t *const keys[] = { first, second, w.key };
    for (int i = 0; i < 3; i++) {
        wire_dial(&w);
        wire_say_resume(&w, keys[i], WIRE_KEY, 0);
        wire_expect_refused(&w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
    }
    wire_survivor_fini(&w);
}

/* ---- an initiator's ---- */

static void carry(weft_handshake *from, weft_handshake *to, uint64_t now_ns)
{
    weft_slice slice;
    size_t consumed;
    while (weft_handshake_drain(from, &slice, 1) > 0) {
        assert_int_equal(weft_handshake_feed(to, slice.ptr, slice.len, now_ns, &consumed), 0);
        weft_handshake_drained(from, slice.len);
    }
}

/* It has Welcome, and its conduit breaks before it is finished: nothing was said, and another session begins. */
static void handshake_that_is_done_and_given_up_is_begun_anew(void **unused)
{
    weft_test_alloc alloc;
    weft_registry_options registry_options;
    weft_engine_options options;
    weft_session_options session = weft_session_options_default();
    weft_registry *registry;
    weft_engine *client, *server = NULL;
    weft_handshake *ours, *theirs;
    uint64_t now_ns = WEFT_NS_PER_S;
    (void)unused;
    WEFT_RULE("resume.initiator");
    weft_test_alloc_init(&alloc);
    weft_registry_options_init(&registry_options, sizeof registry_options);
    registry_options.allocator = &alloc.allocator;
    assert_int_equal(weft_registry_new(&registry_options, &registry), 0);
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &alloc.allocator;
    options.registry = registry;
    session.resumable = true;
    session.connect_wait_ns = WEFT_FOREVER;
    assert_int_equal(weft_engine_new(&options, &session, now_ns, &client), 0);
    for (int i = 0; i < 3; i++) {
        while (!weft_engine_wants_conduit(client))
            weft_engine_tick(client, now_ns = weft_engine_deadline(client));
        assert_int_equal(weft_engine_reconnect(client, NULL, now_ns, &ours), 0);
        assert_int_equal(weft_handshake_new(&options, &session, now_ns, &theirs), 0);
        carry(ours, theirs, now_ns);
        carry(theirs, ours, now_ns);
        assert_int_equal(weft_handshake_phase(ours), WEFT_PHASE_DONE);
        if (i == 2)
            break;
        weft_handshake_disconnected(ours, WEFT_ECONNRESET, now_ns);
        weft_handshake_free(ours);
        weft_handshake_free(theirs);
        assert_int_equal(weft_engine_phase(client), WEFT_PHASE_DISCONNECTED);
    }
    carry(ours, theirs, now_ns);
    assert_int_equal(weft_handshake_finish(ours, &client), 0);
    assert_int_equal(weft_handshake_finish(theirs, &server), 0);
    assert_true(weft_session_is_ready(weft_engine_session(client)));
    assert_true(weft_session_is_ready(weft_engine_session(server)));
    weft_handshake_free(ours);
    weft_handshake_free(theirs);
    weft_engine_free(client);
    weft_engine_free(server);
    weft_registry_release(registry);
    weft_test_alloc_assert_empty(&alloc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_whose_ready_was_lost_is_there_with_its_key),
        cmocka_unit_test(session_that_nobody_comes_back_to_is_never_heard_of),
        cmocka_unit_test(first_handshake_is_overtaken),
        cmocka_unit_test(ready_is_lost_twice),
        cmocka_unit_test(without_the_key_nothing_is_overtaken),
        cmocka_unit_test(handshake_that_is_done_and_given_up_is_begun_anew),
        cmocka_unit_test(void_key_of_a_session_that_is_gone_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
