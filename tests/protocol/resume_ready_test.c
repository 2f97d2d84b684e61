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

/* The old conduit looks alive still: the session changes hands, and the old handshake fails. */
static void first_handshake_is_overtaken(void **unused)
{
    wire_peer w;
    wire_conduit old = { NULL, { NULL, 0, 0 }, 0 };
    (void)unused;
    WEFT_RULE("resume.key");
    welcomed(&w);
    wire_swap(&w, &old);
    wire_dial(&w);
    wire_say_resume(&w, w.key, WIRE_KEY, 0);
    assert_int_equal(weft_handshake_phase(old.handshake), WEFT_PHASE_CLOSED);
    assert_int_equal(weft_handshake_error(old.handshake)->code, WEFT_ECONNABORTED);
    wire_conduit_free(&old);
    assert_unheard_of(&w);
    say_ready(&w);
    wire_survivor_fini(&w);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_whose_ready_was_lost_is_there_with_its_key),
        cmocka_unit_test(session_that_nobody_comes_back_to_is_never_heard_of),
        cmocka_unit_test(first_handshake_is_overtaken),
        cmocka_unit_test(ready_is_lost_twice),
        cmocka_unit_test(without_the_key_nothing_is_overtaken),
        cmocka_unit_test(void_key_of_a_session_that_is_gone_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
