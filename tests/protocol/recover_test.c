/* When an initiator's session is given a conduit: the first one, which may be waited for, and what ends the waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/pair.h"
#include "tests/support/rules.h"

#define WAIT (10 * WEFT_NS_PER_S)

typedef struct rig {
    weft_test_alloc alloc;
    pair p;
} rig;

static rig *rig_new(weft_session_options client)
{
    rig *r = calloc(1, sizeof *r);
    weft_test_alloc_init(&r->alloc);
    pair_init(&r->p, &r->alloc);
    assert_int_equal(pair_begin_client(&r->p, client, weft_session_options_default()), 0);
    return r;
}

static rig *rig_waiting(void)
{
    weft_session_options client = weft_session_options_default();
    client.connect_wait_ns = WAIT;
    return rig_new(client);
}

static void rig_free(rig *r)
{
    pair_fini(&r->p);
    assert_int_equal(r->p.c.n_ready + r->p.c.n_failed, 1);
    assert_int_equal(r->p.c.n_closed, 1);
    weft_test_alloc_assert_empty(&r->alloc);
    free(r);
}

static void refuse(rig *r)
{
    weft_engine_disconnected(r->p.client, WEFT_ECONNREFUSED, "nobody listens", r->p.now_ns);
    pair_run(&r->p);
}

/* Until the next attempt: how long that took. */
static uint64_t wait_for_attempt(rig *r)
{
    uint64_t begin_ns = r->p.now_ns;
    assert_false(weft_engine_wants_conduit(r->p.client));
    assert_int_equal(weft_engine_phase(r->p.client), WEFT_PHASE_DISCONNECTED);
    assert_true(weft_engine_deadline(r->p.client) != WEFT_FOREVER);
    pair_advance(&r->p, weft_engine_deadline(r->p.client) - begin_ns);
    assert_true(weft_engine_wants_conduit(r->p.client));
    return r->p.now_ns - begin_ns;
}

static void connect_refused_fails_at_once(void **state)
{
    /* Goal: who did not ask to wait learns of a refusal by FAILED, at once. */
    (void)state;
    WEFT_RULE("resume.initiator");
    rig *r = rig_new(weft_session_options_default());
    assert_int_equal(weft_engine_phase(r->p.client), WEFT_PHASE_DISCONNECTED);
    assert_true(weft_engine_wants_conduit(r->p.client));
    refuse(r);
    assert_int_equal(weft_engine_phase(r->p.client), WEFT_PHASE_CLOSED);
    assert_false(weft_engine_wants_conduit(r->p.client));
    assert_int_equal(r->p.c.n_failed, 1);
    assert_int_equal(r->p.c.end.code, WEFT_ECONNREFUSED);
    assert_int_equal(pair_reconnect(&r->p), WEFT_ECLOSED);
    rig_free(r);
}

static void connect_waits_longer_and_longer(void **state)
{
    /* Goal: the waits double from 50 ms to 5 s, each from a half to the whole; the last attempt is at the end of the
     * time given; what failed last is told, once. */
    (void)state;
    WEFT_RULE("resume.initiator");
    rig *r = rig_waiting();
    uint64_t begin_ns = r->p.now_ns;
    uint64_t most = WEFT_BACKOFF_MIN;
    int n = 0;
    for (;; n++) {
        refuse(r);
        if (weft_engine_phase(r->p.client) == WEFT_PHASE_CLOSED)
            break;
        uint64_t left = begin_ns + WAIT - r->p.now_ns;
        uint64_t waited = wait_for_attempt(r);
        assert_true(waited <= most);
        assert_true(waited >= most / 2 || waited == left);
        assert_int_equal(r->p.c.n_failed, 0);
        most = most * 2 < WEFT_BACKOFF_MAX ? most * 2 : WEFT_BACKOFF_MAX;
    }
    assert_in_range(n, 7, 12);
    assert_int_equal(r->p.now_ns - begin_ns, WAIT);
    assert_int_equal(r->p.c.n_failed, 1);
    assert_int_equal(r->p.c.end.code, WEFT_ECONNREFUSED);
    assert_string_equal(r->p.c.end.text, "nobody listens");
    assert_int_equal(r->p.c.n_disconnected, 0); /* it never was connected */
    rig_free(r);
}

static void waits_of(uint8_t seed, uint64_t waits[4])
{
    weft_session_options client = weft_session_options_default();
    client.connect_wait_ns = WEFT_FOREVER;
    rig *r = calloc(1, sizeof *r);
    weft_test_alloc_init(&r->alloc);
    pair_init(&r->p, &r->alloc);
    r->p.client_seed = seed;
    assert_int_equal(pair_begin_client(&r->p, client, weft_session_options_default()), 0);
    for (int i = 0; i < 4; i++) {
        refuse(r);
        waits[i] = wait_for_attempt(r);
    }
    rig_free(r);
}

static void waits_differ_by_seed_alone(void **state)
{
    /* Goal: a crowd of clients does not come back at one time; and what a seed gives can be had again. */
    (void)state;
    uint64_t a[4], b[4], again[4];
    waits_of(1, a);
    waits_of(2, b);
    waits_of(1, again);
    assert_memory_equal(a, again, sizeof a);
    for (int i = 0; i < 4; i++)
        assert_true(a[i] != b[i]);
}

static void service_up_later_is_reached(void **state)
{
    /* Goal: a program that begins before its server works once that is there; what was opened meanwhile waits. */
    (void)state;
    WEFT_RULE("resume.initiator");
    rig *r = rig_waiting();
    for (int i = 0; i < 3; i++) {
        refuse(r);
        assert_int_equal(weft_engine_reconnect(r->p.client, NULL, r->p.now_ns, &r->p.client_handshake), WEFT_EINVAL);
        (void)wait_for_attempt(r);
    }
    assert_null(pair_open(&r->p));
    assert_int_equal(pair_reconnect(&r->p), 0);
    assert_false(weft_engine_wants_conduit(r->p.client));
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_ready, 1);
    assert_int_equal(weft_engine_phase(r->p.client), WEFT_PHASE_RUNNING);
    assert_int_equal(weft_engine_deadline(r->p.client), r->p.now_ns + WEFT_KEEPALIVE_IDLE_DEFAULT);
    assert_int_equal(r->p.c.n_opened, 1);
    assert_int_equal(pair_call(&r->p.c, r->p.c.opened, PAIR_ECHO, 3, 0, NULL), 0);
    pair_run(&r->p);
    assert_int_equal(r->p.c.results[0].code, 0);
    weft_connection_release(r->p.c.opened);
    rig_free(r);
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    pair_side *side = user;
    (void)metadata;
    assert_null(connection);
    side->n_refused++;
    side->open_error = *error;
}

static void open_runs_out_while_it_waits(void **state)
{
    /* Goal: times of opens go on without a conduit. */
    (void)state;
    WEFT_RULE("resume.visible");
    rig *r = rig_waiting();
    weft_open_options options = weft_open_options_default();
    options.timeout_ns = 20 * WEFT_NS_PER_MS; /* sooner than the next attempt */
    assert_int_equal(weft_open(r->p.c.session, &pair_service, &options, opened, &r->p.c), 0);
    refuse(r);
    pair_advance(&r->p, 20 * WEFT_NS_PER_MS);
    assert_int_equal(r->p.c.n_refused, 1);
    assert_int_equal(r->p.c.open_error.code, WEFT_ETIMEDOUT);
    assert_int_equal(r->p.c.n_failed, 0);
    rig_free(r);
}

/* Ready now; or not, and whether it is tried again. */
typedef enum came { CAME_AGAIN, CAME_END } came;

static came after_failure(rig *r)
{
    weft_handshake_free(r->p.client_handshake);
    r->p.client_handshake = NULL;
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_ready, 0);
    if (weft_engine_phase(r->p.client) == WEFT_PHASE_CLOSED) {
        assert_int_equal(r->p.c.n_failed, 1);
        return CAME_END;
    }
    assert_int_equal(r->p.c.n_failed, 0);
    (void)wait_for_attempt(r);
    return CAME_AGAIN;
}

static bool code_is_tried_again(unsigned code)
{
    return code == WEFT_CODE_LIMIT || code == WEFT_CODE_GOING_AWAY || code == WEFT_CODE_TIMEOUT ||
           code == WEFT_CODE_NOT_READY;
}

static void sorry_is_tried_again_by_its_code(void **state)
{
    /* Goal: a server that is not ready, going away, at a limit or out of time is asked again; other refusals surface
     * at once, with their code. */
    (void)state;
    WEFT_RULE("resume.initiator");
    for (unsigned code = 1; code <= WEFT_CODE_APPLICATION; code++) {
        weft_session_options client = weft_session_options_default();
        client.connect_wait_ns = WAIT;
        client.root_service = &pair_service;
        rig *r = rig_new(client);
        r->p.s.refuse_code = (uint16_t)code;
        assert_int_equal(pair_reconnect(&r->p), 0);
        pair_run(&r->p);
        assert_int_equal(r->p.s.n_open_asked, 1);
        assert_int_equal(after_failure(r), code_is_tried_again(code) ? CAME_AGAIN : CAME_END);
        if (!code_is_tried_again(code))
            assert_int_equal(r->p.c.end.remote, code);
        rig_free(r);
        code = code == 20 ? WEFT_CODE_APPLICATION - 1 : code;
    }
}

static void preamble_is_tried_again_by_its_code(void **state)
{
    /* Goal: the same of what is said in the preamble, where a listener has no room for a handshake. */
    (void)state;
    WEFT_RULE("resume.initiator");
    for (uint16_t code = 1; code <= 20; code++) {
        rig *r = rig_waiting();
        uint8_t answer[8] = { 'W', 'E', 'F', 'T', 1, (uint8_t)code, 0, 0 };
        size_t consumed;
        assert_int_equal(pair_reconnect(&r->p), 0);
        assert_int_equal(weft_handshake_feed(r->p.client_handshake, answer, 8, r->p.now_ns, &consumed), 0);
        assert_int_equal(after_failure(r), code_is_tried_again(code) ? CAME_AGAIN : CAME_END);
        rig_free(r);
    }
}

static void errors_of_conduits_are_tried_again(void **state)
{
    /* Goal: what another attempt may mend is tried again, what is wrong with the attempt itself is not. */
    (void)state;
    WEFT_RULE("resume.initiator");
    static const struct {
        int cause;
        came then;
    } causes[] = {
        { WEFT_ECONNREFUSED, CAME_AGAIN },  { WEFT_ECONNRESET, CAME_AGAIN }, { WEFT_ETIMEDOUT, CAME_AGAIN },
        { WEFT_ENETUNREACH, CAME_AGAIN },   { WEFT_ENOENT, CAME_AGAIN },     { WEFT_EPIPE, CAME_AGAIN },
        { WEFT_EHOSTUNREACH, CAME_AGAIN },  { WEFT_EMFILE, CAME_AGAIN },     { 0, CAME_AGAIN },
        { WEFT_EADDRNOTAVAIL, CAME_AGAIN }, { WEFT_EACCES, CAME_END },       { WEFT_EINVAL, CAME_END },
        { WEFT_ECANCELED, CAME_END },       { WEFT_ENOTSUP, CAME_END },      { WEFT_EBADF, CAME_END },
    };
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        rig *r = rig_waiting();
        weft_engine_disconnected(r->p.client, causes[i].cause, NULL, r->p.now_ns);
        assert_int_equal(after_failure(r), causes[i].then);
        rig_free(r);
    }
}

static void handshake_cut_is_tried_again(void **state)
{
    /* Goal: a server that restarts in the middle of a handshake does not end the waiting; nor does one that hangs in
     * it, nor one whose conduit is given up. */
    (void)state;
    WEFT_RULE("session.handshake");
    for (int how = 0; how < 3; how++) {
        rig *r = rig_waiting();
        assert_int_equal(pair_reconnect(&r->p), 0);
        if (how == 0) {
            weft_handshake_disconnected(r->p.client_handshake, 0, r->p.now_ns);
        } else if (how == 1) {
            r->p.now_ns += WEFT_PREAMBLE_TIMEOUT;
            weft_handshake_tick(r->p.client_handshake, r->p.now_ns);
            assert_int_equal(weft_handshake_error(r->p.client_handshake)->code, WEFT_ETIMEDOUT);
        }
        assert_false(weft_engine_wants_conduit(r->p.client));
        assert_int_equal(after_failure(r), CAME_AGAIN);
        assert_int_equal(pair_reconnect(&r->p), 0);
        pair_run(&r->p);
        assert_int_equal(r->p.c.n_ready, 1);
        rig_free(r);
    }
}

static void attempt_in_time_may_last_longer(void **state)
{
    /* Goal: waiting does not make an attempt fail that would not without. */
    (void)state;
    weft_session_options client = weft_session_options_default();
    client.connect_wait_ns = WEFT_NS_PER_S;
    rig *r = rig_new(client);
    assert_int_equal(pair_reconnect(&r->p), 0);
    r->p.now_ns += 3 * WEFT_NS_PER_S;
    weft_engine_tick(r->p.client, r->p.now_ns);
    weft_handshake_tick(r->p.client_handshake, r->p.now_ns);
    pair_run(&r->p);
    assert_int_equal(r->p.c.n_ready, 1);
    rig_free(r);
}

static void ask_for_the_end(rig *r, int how)
{
    weft_session *session = r->p.c.session;
    switch (how) {
    case 0: weft_session_close(session, WEFT_CODE_NONE, NULL); break;
    case 1: weft_session_abort(session); break;
    case 2: assert_int_equal(weft_session_drain(session, WEFT_FOREVER), 0); break;
    default: weft_engine_free(r->p.client); r->p.client = NULL;
    }
}

static void end_interrupts_the_waiting(void **state)
{
    /* Goal: close, abort, drain and free end it at once: between two attempts, and in the middle of one. */
    (void)state;
    WEFT_RULE("session.shutdown");
    for (int how = 0; how < 4; how++) {
        for (int in_handshake = 0; in_handshake < (how == 3 ? 1 : 2); in_handshake++) {
            rig *r = rig_waiting();
            if (in_handshake)
                assert_int_equal(pair_reconnect(&r->p), 0);
            else
                refuse(r);
            ask_for_the_end(r, how);
            if (in_handshake)
                assert_int_equal(weft_handshake_phase(r->p.client_handshake), WEFT_PHASE_CLOSED);
            r->p.cut = true;
            pair_run(&r->p);
            assert_int_equal(r->p.c.n_failed, 1);
            assert_int_equal(r->p.c.n_closed, 1);
            assert_int_equal(r->p.c.end.code, WEFT_ECANCELED);
            if (r->p.client) {
                assert_false(weft_engine_wants_conduit(r->p.client));
                assert_int_equal(weft_engine_phase(r->p.client), WEFT_PHASE_CLOSED);
                assert_true(weft_engine_deadline(r->p.client) == WEFT_FOREVER);
            }
            rig_free(r);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connect_refused_fails_at_once),       cmocka_unit_test(connect_waits_longer_and_longer),
        cmocka_unit_test(waits_differ_by_seed_alone),          cmocka_unit_test(service_up_later_is_reached),
        cmocka_unit_test(open_runs_out_while_it_waits),        cmocka_unit_test(sorry_is_tried_again_by_its_code),
        cmocka_unit_test(preamble_is_tried_again_by_its_code), cmocka_unit_test(errors_of_conduits_are_tried_again),
        cmocka_unit_test(handshake_cut_is_tried_again),        cmocka_unit_test(attempt_in_time_may_last_longer),
        cmocka_unit_test(end_interrupts_the_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
