/* Goal: who offers and who agrees, and which keys open a session again: two at most, never one that is void, never a
 * guess. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_resume.h"

/* ---- offers ---- */

static void acceptor_asked_and_able_gives_a_key(void **state)
{
    /* Goal: a key of 32 bytes that is no constant, a count of 0, and how long the session is kept. */
    (void)state;
    WEFT_RULE("resume.offer");
    uint8_t first[WIRE_KEY];
    wire_peer w, other;
    wire_init(&w, false);
    w.options.resume_window_ns = 7 * WEFT_NS_PER_S;
    wire_survivor(&w);
    wire_shake(&w);
    assert_int_equal(w.window_ms, 7000);
    memcpy(first, w.key, WIRE_KEY);
    wire_init(&other, false);
    other.registry = w.registry;
    wire_survivor(&other);
    wire_shake(&other);
    assert_int_equal(other.window_ms, 60000);
    assert_memory_not_equal(first, other.key, WIRE_KEY);
    assert_memory_not_equal(first, first + WIRE_KEY / 2, WIRE_KEY / 2);
    wire_survivor_fini(&other);
    wire_survivor_fini(&w);
}

/* The session ends with its conduit, and an Ack is a violation. */
static void assert_not_resumable(wire_peer *w)
{
    wire_cut(w);
    assert_int_equal(w->side.n_closed, 1);
    assert_int_equal(w->side.n_disconnected, 0);
    assert_int_equal(wire_phase(w), WEFT_PHASE_CLOSED);
    assert_int_equal(w->side.end.code, WEFT_ECONNRESET);
}

static void acceptor_not_asked_does_not_offer(void **state)
{
    (void)state;
    WEFT_RULE("resume.offer");
    wire_peer w;
    wire_init(&w, false);
    wire_survivor(&w);
    w.resumes = false;
    wire_begin(&w);
    w.hello.settings.odd = true;
    wire_put_preamble(&w.out, true);
    wire_put_hello_of(&w.out, WEFT__KIND_HELLO, &w.hello);
    wire_flush(&w);
    weft__hello welcome = wire_read_hello(&w);
    assert_false(welcome.has_resume);
    assert_int_equal(welcome.resume_window_ms, 0);
    wire_put_ready(&w.out);
    wire_flush(&w);
    assert_int_equal(w.side.n_ready, 1);
    assert_not_resumable(&w);
    wire_survivor_fini(&w);
}

static void acceptor_unable_does_not_agree(void **state)
{
    /* Goal: without a registry, and with a window of 0, the handshake is one without resumption. */
    (void)state;
    WEFT_RULE("resume.offer");
    for (int i = 0; i < 2; i++) {
        wire_peer w;
        wire_init(&w, false);
        if (i == 1) {
            wire_survivor(&w);
            w.options.resume_window_ns = 0;
        }
        w.resumes = true;
        wire_begin(&w);
        w.hello.settings.odd = true;
        wire_say_resume(&w, "", 0, 0);
        assert_false(wire_read_hello(&w).has_resume);
        wire_put_ready(&w.out);
        wire_flush(&w);
        wire_expect_alive(&w);
        assert_not_resumable(&w);
        wire_survivor_fini(&w);
    }
}

static void acceptor_offered_with_a_count_refuses(void **state)
{
    /* Goal: who has no key has received nothing. */
    (void)state;
    WEFT_RULE("resume.offer");
    wire_peer w;
    wire_init(&w, false);
    wire_survivor(&w);
    wire_begin(&w);
    w.hello.settings.odd = true;
    wire_say_resume(&w, "", 0, 1);
    wire_expect_refused(&w, WEFT_CODE_PROTOCOL, "resume.offer");
    assert_int_equal(w.side.n_ready, 0);
    wire_survivor_fini(&w);
}

static void put_hello_with(wire_bytes *out, const weft__hello_out *hello, const char *resume, size_t len)
{
    wire_bytes frame = { NULL, 0, 0 };
    wire_put_hello_of(&frame, WEFT__KIND_HELLO, hello);
    frame.ptr[WEFT__FRAME_HEADER]++; /* a map of so many pairs: there were fewer than 15 */
    wire_bytes_add(&frame, "\xa6resume", 7);
    wire_bytes_add(&frame, resume, len);
    wire_put_preamble(out, true);
    wire_put(out, WEFT__KIND_HELLO, 0, 0, frame.ptr + WEFT__FRAME_HEADER, frame.len - WEFT__FRAME_HEADER);
    wire_bytes_free(&frame);
}

static void hello_whose_resume_is_none_is_refused(void **state)
{
    /* Goal: anything but a map of a key in bytes and a count; nothing is made of it, and nothing is kept. */
    (void)state;
    WEFT_RULE("resume.offer");
    WEFT_RULE("session.handshake");
#define BODY(lit)            \
    {                        \
        lit, sizeof(lit) - 1 \
    }
    static const struct {
        const char *bytes;
        size_t len;
    } wrong[] = {
        BODY("\x80"),
        BODY("\x01"),
        BODY("\xc4\x00"),
        BODY("\x92\xc4\x00\x00"),
        BODY("\x81\xa3key\xc4\x00"),
        BODY("\x81\xa8received\x00"),
        BODY("\x82\xa3key\xa0\xa8received\x00"),
        BODY("\x82\xa3key\xc0\xa8received\x00"),
        BODY("\x82\xa3key\xc4\x00\xa8received\xff"),
        BODY("\x82\xa3key\xc4\x00\xa8received\xcb\0\0\0\0\0\0\0\0"),
        BODY("\x82\xa3key\xc4\x00\xa3key\xc4\x00"),
        BODY("\x83\xa3key\xc4\x00\xa8received\x00\xa8received\x00"),
        BODY("\x82\xa3key\xc6\xff\xff\xff\xff\xa8received\x00"),
        BODY("\xdf\xff\xff\xff\xff\xa3key\xc4\x00\xa8received\x00"),
    };
#undef BODY
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        wire_peer w;
        wire_init(&w, false);
        wire_survivor(&w);
        wire_begin(&w);
        w.hello.settings.odd = true;
        put_hello_with(&w.out, &w.hello, wrong[i].bytes, wrong[i].len);
        wire_flush(&w);
        wire_expect_refused(&w, WEFT_CODE_PROTOCOL, NULL);
        weft_registry_stats stats;
        weft_registry_stats_read(w.registry, &stats, sizeof stats);
        assert_int_equal(stats.sessions, 0);
        wire_survivor_fini(&w);
    }
}

static void initiator_asks_only_where_wanted(void **state)
{
    (void)state;
    WEFT_RULE("resume.offer");
    for (int wants = 0; wants < 2; wants++) {
        wire_peer w;
        wire_init(&w, true);
        w.options.resumable = wants;
        wire_begin(&w);
        weft__hello hello = wire_read_hello(&w);
        assert_int_equal(hello.has_resume, wants);
        assert_int_equal(hello.resume_key.len, 0);
        assert_int_equal(hello.resume_received, 0);
        assert_int_equal(hello.resume_window_ms, 0);
        wire_disconnect(&w, WEFT_ECONNRESET);
        wire_fini(&w);
    }
}

static void initiator_welcomed_without_a_key_is_not_resumable(void **state)
{
    (void)state;
    WEFT_RULE("resume.offer");
    wire_peer w;
    wire_init(&w, true);
    w.options.resumable = true;
    wire_shake(&w);
    assert_not_resumable(&w);
    wire_fini(&w);
}

static void initiator_given_a_key_unasked_is_not_resumable(void **state)
{
    /* Goal: absent on either side: what was not asked for changes nothing. */
    (void)state;
    WEFT_RULE("resume.offer");
    wire_peer w;
    wire_init(&w, true);
    w.resumes = true;
    wire_shake(&w);
    wire_expect_alive(&w);
    assert_not_resumable(&w);
    wire_fini(&w);
}

static void initiator_given_a_key_that_is_none_refuses(void **state)
{
    /* Goal: a key has 32 bytes, and the first Welcome has received nothing. */
    (void)state;
    WEFT_RULE("resume.offer");
    static const struct {
        size_t len;
        uint64_t received;
    } wrong[] = { { 0, 0 }, { 1, 0 }, { 31, 0 }, { 33, 0 }, { 4096, 0 }, { WIRE_KEY, 1 }, { WIRE_KEY, UINT64_MAX } };
    uint8_t key[4096] = { 1 };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        wire_peer w;
        wire_init(&w, true);
        wire_survivor(&w);
        wire_begin(&w);
        (void)wire_read_hello(&w);
        w.hello.settings.odd = !w.options.ids_odd;
        wire_say_resume(&w, key, wrong[i].len, wrong[i].received);
        wire_frame frame = wire_expect(&w, WEFT__KIND_SORRY, 0);
        weft__said said;
        assert_int_equal(weft__sorry_decode(frame.body, &said), 0);
        assert_int_equal(said.code, WEFT_CODE_PROTOCOL);
        assert_int_equal(w.side.n_ready, 0);
        wire_hang_up(&w);
        assert_int_equal(w.side.n_failed, 1);
        assert_int_equal(w.side.n_closed, 1);
        wire_survivor_fini(&w);
    }
}

/* ---- keys ---- */

static void assert_refused(wire_peer *w, const void *key, size_t len)
{
    wire_dial(w);
    wire_say_resume(w, key, len, w->received);
    wire_expect_refused(w, WEFT_CODE_NOT_RESUMABLE, "resume.refuse");
}

/* A Hello with the key is welcomed; the conduit breaks before Ready. Gives the key in the Welcome. */
static void welcomed_and_lost(wire_peer *w, const uint8_t key[WIRE_KEY], uint8_t ret_issued[WIRE_KEY])
{
    wire_dial(w);
    wire_say_resume(w, key, WIRE_KEY, w->received);
    weft__hello welcome = wire_read_hello(w);
    assert_true(welcome.has_resume);
    assert_int_equal(welcome.resume_received, w->sent);
    memcpy(ret_issued, welcome.resume_key.ptr, WIRE_KEY);
    assert_int_equal(wire_phase(w), WEFT_PHASE_RUNNING);
    wire_hang_up(w);
    assert_int_equal(wire_phase(w), WEFT_PHASE_DISCONNECTED);
}

static void a_lost_welcome_loses_nothing(void **state)
{
    /* Goal: the old key as often as the Welcome is lost, always with the same one in it; then the new, and the old one
     * never again. */
    (void)state;
    WEFT_RULE("resume.key");
    uint8_t first[WIRE_KEY], second[WIRE_KEY], third[WIRE_KEY], again[WIRE_KEY];
    wire_peer w;
    wire_survivor_ready(&w, false);
    memcpy(first, w.key, WIRE_KEY);
    wire_cut(&w);
    welcomed_and_lost(&w, first, second);
    assert_memory_not_equal(first, second, WIRE_KEY);
    for (int i = 0; i < 3; i++) {
        welcomed_and_lost(&w, first, again);
        assert_memory_equal(again, second, WIRE_KEY);
    }
    welcomed_and_lost(&w, second, third); /* commits the second */
    assert_memory_not_equal(third, first, WIRE_KEY);
    assert_memory_not_equal(third, second, WIRE_KEY);
    assert_refused(&w, first, WIRE_KEY);
    welcomed_and_lost(&w, second, again);
    assert_memory_equal(again, third, WIRE_KEY);
    memcpy(w.key, third, WIRE_KEY);
    wire_resume(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_closed, 0);
    wire_cut(&w);
    assert_refused(&w, first, WIRE_KEY);
    assert_refused(&w, second, WIRE_KEY);
    assert_refused(&w, third, WIRE_KEY); /* Ready committed the one that came with it */
    wire_resume(&w);
    wire_expect_alive(&w);
    wire_survivor_fini(&w);
}

static void a_lost_ready_loses_nothing(void **state)
{
    /* Goal: the initiator's session is ready with its own Ready, also where that one never comes. */
    (void)state;
    WEFT_RULE("resume.key");
    wire_peer w;
    wire_init(&w, false);
    wire_survivor(&w);
    wire_begin(&w);
    w.hello.settings.odd = true;
    wire_say_resume(&w, "", 0, 0);
    (void)wire_read_hello(&w);
    wire_hang_up(&w);
    wire_resume(&w);
    assert_int_equal(w.side.n_ready, 1);
    wire_expect_alive(&w);
    wire_open(&w, 1);
    wire_survivor_fini(&w);
}

static void a_lost_ready_and_nobody_comes(void **state)
{
    /* Goal: a session of which the application has not heard goes as it came: no event, and its key with it. It has a
     * place among the parked ones, and no other. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    wire_peer w, other;
    weft_registry_stats stats;
    wire_init(&w, false);
    wire_survivor(&w);
    wire_begin(&w);
    w.hello.settings.odd = true;
    wire_say_resume(&w, "", 0, 0);
    (void)wire_read_hello(&w);
    wire_hang_up(&w);
    weft_registry_stats_read(w.registry, &stats, sizeof stats);
    assert_int_equal(stats.parked, 1);
    wire_advance(&w, 60 * WEFT_NS_PER_S);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    assert_int_equal(w.side.n_ready + w.side.n_closed + w.side.n_failed + w.side.n_disconnected, 0);
    weft_registry_stats_read(w.registry, &stats, sizeof stats);
    assert_int_equal(stats.sessions, 0);
    assert_int_equal(stats.expired, 1);
    wire_init(&other, false);
    other.registry = w.registry;
    wire_survivor(&other);
    wire_shake(&other);
    wire_cut(&other);
    assert_refused(&other, w.key, WIRE_KEY);
    wire_survivor_fini(&other);
    wire_survivor_fini(&w);
}

static void ready_commits_the_key(void **state)
{
    (void)state;
    WEFT_RULE("resume.key");
    uint8_t old[WIRE_KEY];
    wire_peer w;
    wire_survivor_ready(&w, false);
    for (int i = 0; i < 5; i++) {
        memcpy(old, w.key, WIRE_KEY);
        wire_cut(&w);
        wire_resume(&w);
        assert_memory_not_equal(old, w.key, WIRE_KEY);
        wire_cut(&w);
        assert_refused(&w, old, WIRE_KEY);
        wire_resume(&w);
        wire_expect_alive(&w);
    }
    assert_int_equal(w.side.n_disconnected, 10);
    assert_int_equal(w.side.n_resumed, 10);
    wire_survivor_fini(&w);
}

static void keys_that_are_not_its_own_are_refused(void **state)
{
    /* Goal: guessed, changed in one bit, cut short, too long: refused, and the session is there as before. */
    (void)state;
    WEFT_RULE("resume.refuse");
    WEFT_RULE("resume.key");
    uint8_t key[4096];
    wire_peer w;
    wire_survivor_ready(&w, false);
    wire_cut(&w);
    memset(key, 0, sizeof key);
    assert_refused(&w, key, WIRE_KEY);
    for (size_t bit = 0; bit < 8 * sizeof w.key; bit += 5) {
        memcpy(key, w.key, WIRE_KEY);
        key[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_refused(&w, key, WIRE_KEY);
    }
    memcpy(key, w.key, WIRE_KEY);
    static const size_t lengths[] = { 1, 8, 16, 31, 33, 64, 4096 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        assert_refused(&w, key, lengths[i]);
    assert_int_equal(w.side.n_resumed, 0);
    wire_resume(&w);
    wire_expect_alive(&w);
    wire_survivor_fini(&w);
}

static void a_key_of_another_session_resumes_that_one(void **state)
{
    /* Goal: keys are of one session: what is refused for one is not found for another. */
    (void)state;
    WEFT_RULE("resume.key");
    uint8_t first[WIRE_KEY];
    wire_peer w, other;
    wire_survivor_ready(&w, false);
    wire_init(&other, false);
    other.registry = w.registry;
    wire_survivor(&other);
    wire_shake(&other);
    wire_cut(&w);
    wire_cut(&other);
    memcpy(first, other.key, WIRE_KEY);
    wire_resume(&other);
    wire_resume(&w);
    wire_expect_alive(&w);
    wire_expect_alive(&other);
    wire_survivor_fini(&other);
    wire_cut(&w);
    assert_refused(&w, other.key, WIRE_KEY); /* its session is gone */
    assert_refused(&w, first, WIRE_KEY);
    wire_resume(&w);
    wire_survivor_fini(&w);
}

/* ---- the initiator's ---- */

static void initiator_uses_the_newest_key_until_it_is_told_otherwise(void **state)
{
    /* Goal: an attempt that does not reach Welcome, for whatever reason, does not use the key up. */
    (void)state;
    WEFT_RULE("resume.key");
    wire_peer w;
    wire_survivor_ready(&w, true);
    wire_cut(&w);
    for (int i = 0; i < 3; i++) {
        wire_dial(&w);
        weft__hello hello = wire_read_hello(&w);
        assert_memory_equal(hello.resume_key.ptr, w.key, WIRE_KEY);
        wire_hang_up(&w);
        assert_int_equal(wire_phase(&w), WEFT_PHASE_DISCONNECTED);
    }
    wire_resume(&w);
    wire_expect_alive(&w);
    assert_int_equal(w.side.n_disconnected, 1);
    assert_int_equal(w.side.n_resumed, 1);
    for (int i = 0; i < 3; i++) {
        wire_cut(&w);
        wire_resume(&w);
        wire_expect_alive(&w);
    }
    assert_int_equal(w.side.n_resumed, 4);
    wire_survivor_fini(&w);
}

static void initiator_whose_key_is_unknown_is_gone(void **state)
{
    (void)state;
    WEFT_RULE("resume.refuse");
    wire_peer w;
    wire_survivor_ready(&w, true);
    wire_cut(&w);
    wire_dial(&w);
    wire_put_preamble(&w.out, false);
    wire_put_said(&w.out, WEFT__KIND_SORRY, WEFT_CODE_NOT_RESUMABLE, "who are you?");
    wire_flush(&w);
    wire_hang_up(&w);
    assert_int_equal(w.side.n_closed, 1);
    assert_int_equal(w.side.end.remote, WEFT_CODE_NOT_RESUMABLE);
    assert_int_equal(w.side.n_resumed, 0);
    assert_int_equal(wire_phase(&w), WEFT_PHASE_CLOSED);
    wire_survivor_fini(&w);
}

static void initiator_welcomed_to_a_new_session_says_sorry(void **state)
{
    /* Goal: a Welcome without resume, or with a key that is none, is no answer to a resumption. */
    (void)state;
    WEFT_RULE("resume.refuse");
    static const uint8_t key[64] = { 3 };
    for (int i = 0; i < 4; i++) {
        wire_peer w;
        wire_survivor_ready(&w, true);
        wire_cut(&w);
        wire_dial(&w);
        (void)wire_read_hello(&w);
        if (i == 0) {
            wire_put_preamble(&w.out, false);
            wire_put_hello_of(&w.out, WEFT__KIND_WELCOME, &w.hello);
            wire_flush(&w);
        } else {
            wire_say_resume(&w, key, i == 1 ? 0 : i == 2 ? 31 : 33, 0);
        }
        wire_frame frame = wire_expect(&w, WEFT__KIND_SORRY, 0);
        weft__said said;
        assert_int_equal(weft__sorry_decode(frame.body, &said), 0);
        assert_int_equal(said.code, i == 0 ? WEFT_CODE_NOT_RESUMABLE : WEFT_CODE_PROTOCOL);
        wire_hang_up(&w);
        assert_int_equal(w.side.n_closed, 1);
        assert_int_equal(w.side.n_resumed, 0);
        wire_survivor_fini(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acceptor_asked_and_able_gives_a_key),
        cmocka_unit_test(acceptor_not_asked_does_not_offer),
        cmocka_unit_test(acceptor_unable_does_not_agree),
        cmocka_unit_test(acceptor_offered_with_a_count_refuses),
        cmocka_unit_test(hello_whose_resume_is_none_is_refused),
        cmocka_unit_test(initiator_asks_only_where_wanted),
        cmocka_unit_test(initiator_welcomed_without_a_key_is_not_resumable),
        cmocka_unit_test(initiator_given_a_key_unasked_is_not_resumable),
        cmocka_unit_test(initiator_given_a_key_that_is_none_refuses),
        cmocka_unit_test(a_lost_welcome_loses_nothing),
        cmocka_unit_test(a_lost_ready_loses_nothing),
        cmocka_unit_test(a_lost_ready_and_nobody_comes),
        cmocka_unit_test(ready_commits_the_key),
        cmocka_unit_test(keys_that_are_not_its_own_are_refused),
        cmocka_unit_test(a_key_of_another_session_resumes_that_one),
        cmocka_unit_test(initiator_uses_the_newest_key_until_it_is_told_otherwise),
        cmocka_unit_test(initiator_whose_key_is_unknown_is_gone),
        cmocka_unit_test(initiator_welcomed_to_a_new_session_says_sorry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
