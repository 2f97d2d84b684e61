/* Whoever drives an acceptor's handshake has a say: whether there is a place for another session, and how long the
 * preamble may take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/alloc.h"
#include "tests/support/rules.h"
#include "weft/engine.h"

#include <string.h>

typedef struct world {
    weft_test_alloc alloc;
    weft_engine *client;
    weft_handshake *client_handshake, *server_handshake;
    uint16_t code; /* what admit answers */
    int n_asked;
    int n_failed;
    weft_error failed;
} world;

static uint16_t admit(void *user)
{
    world *w = user;
    w->n_asked++;
    return w->code;
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    world *w = user;
    (void)session;
    if (event->kind != WEFT_EVENT_FAILED)
        return;
    w->n_failed++;
    w->failed = *event->error;
}

static weft_engine_options engine_options(world *w)
{
    weft_engine_options options;
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &w->alloc.allocator;
    return options;
}

static void begin(world *w, uint16_t code, uint64_t preamble_timeout_ns)
{
    weft_session_options options = weft_session_options_default();
    weft_engine_options acceptor;
    memset(w, 0, sizeof *w);
    weft_test_alloc_init(&w->alloc);
    w->code = code;
    acceptor = engine_options(w);
    assert_int_equal(acceptor.preamble_timeout_ns, WEFT_PREAMBLE_TIMEOUT);
    acceptor.preamble_timeout_ns = preamble_timeout_ns;
    acceptor.admit = admit;
    acceptor.admit_user = w;
    assert_int_equal(weft_handshake_new(&acceptor, &options, 1, &w->server_handshake), 0);
    acceptor = engine_options(w);
    options.on_event = on_event;
    options.user = w;
    assert_int_equal(weft_engine_new(&acceptor, &options, 1, &w->client), 0);
    assert_int_equal(weft_engine_reconnect(w->client, NULL, 1, &w->client_handshake), 0);
}

static bool move_bytes(weft_handshake *from, weft_handshake *to)
{
    weft_slice slice;
    size_t taken = 0;
    if (weft_handshake_drain(from, &slice, 1) == 0)
        return false;
    assert_int_equal(weft_handshake_feed(to, slice.ptr, slice.len, 2, &taken), 0);
    weft_handshake_drained(from, taken > 0 ? taken : slice.len);
    return true;
}

static void run(world *w)
{
    bool moved = true;
    while (moved) {
        moved = move_bytes(w->client_handshake, w->server_handshake);
        moved = move_bytes(w->server_handshake, w->client_handshake) || moved;
    }
}

static void end(world *w)
{
    weft_engine *accepted = NULL;
    if (weft_handshake_phase(w->server_handshake) == WEFT_PHASE_DONE)
        assert_int_equal(weft_handshake_finish(w->server_handshake, &accepted), 0);
    weft_handshake_free(w->server_handshake);
    weft_handshake_free(w->client_handshake);
    weft_engine_free(w->client);
    weft_engine_free(accepted);
    weft_test_alloc_assert_empty(&w->alloc);
}

static void who_is_admitted_is_welcomed(void **state)
{
    /* Goal: asked once, and nothing else changes. */
    world w;
    (void)state;
    begin(&w, WEFT_CODE_NONE, WEFT_PREAMBLE_TIMEOUT);
    run(&w);
    assert_int_equal(w.n_asked, 1);
    assert_int_equal(weft_handshake_phase(w.server_handshake), WEFT_PHASE_DONE);
    assert_int_equal(weft_handshake_phase(w.client_handshake), WEFT_PHASE_DONE);
    assert_int_equal(weft_handshake_refusal(w.server_handshake), WEFT_REFUSAL_NONE);
    end(&w);
}

static void who_is_not_is_told_the_code(void **state)
{
    /* Goal: in place of Welcome the counterpart has Sorry with the code, and no session begins. */
    world w;
    (void)state;
    WEFT_RULE("conn.limits");
    begin(&w, WEFT_CODE_LIMIT, WEFT_PREAMBLE_TIMEOUT);
    run(&w);
    assert_int_equal(w.n_asked, 1);
    assert_int_equal(weft_handshake_phase(w.server_handshake), WEFT_PHASE_LAST_WORD);
    assert_int_equal(weft_handshake_refusal(w.server_handshake), WEFT_REFUSAL_LIMIT);
    assert_int_equal(weft_handshake_phase(w.client_handshake), WEFT_PHASE_CLOSED);
    assert_int_equal(weft_handshake_error(w.client_handshake)->remote, WEFT_CODE_LIMIT);
    (void)weft_handshake_dispatch(w.client_handshake, 3, SIZE_MAX);
    assert_int_equal(w.n_failed, 1);
    assert_int_equal(w.failed.code, WEFT_EREFUSED);
    end(&w);
}

static void who_breaks_the_rules_is_not_asked_for(void **state)
{
    /* Goal: no place is taken for what comes to nothing. */
    world w;
    size_t taken;
    (void)state;
    begin(&w, WEFT_CODE_NONE, WEFT_PREAMBLE_TIMEOUT);
    assert_int_equal(weft_handshake_feed(w.server_handshake, "WEFT\1\1\0\0 and then no frame at all", 33, 2, &taken),
                     0);
    assert_int_equal(weft_handshake_refusal(w.server_handshake), WEFT_REFUSAL_PROTOCOL);
    assert_int_equal(w.n_asked, 0);
    end(&w);
}

static void the_preamble_has_the_time_that_was_given(void **state)
{
    /* Goal: to the nanosecond. */
    world w;
    size_t taken;
    (void)state;
    WEFT_RULE("preamble");
    begin(&w, WEFT_CODE_NONE, 1000);
    assert_int_equal(weft_handshake_deadline(w.server_handshake), 1001);
    assert_int_equal(weft_handshake_feed(w.server_handshake, "WEFT\1\1\0", 7, 900, &taken), 0);
    weft_handshake_tick(w.server_handshake, 1000);
    assert_int_equal(weft_handshake_phase(w.server_handshake), WEFT_PHASE_RUNNING);
    weft_handshake_tick(w.server_handshake, 1001);
    assert_int_equal(weft_handshake_refusal(w.server_handshake), WEFT_REFUSAL_SILENT);
    end(&w);
    begin(&w, WEFT_CODE_NONE, 1000);
    assert_int_equal(weft_handshake_feed(w.server_handshake, "WEFT\1\1\0\0", 8, 1000, &taken), 0);
    weft_handshake_tick(w.server_handshake, 1001);
    assert_int_equal(weft_handshake_phase(w.server_handshake), WEFT_PHASE_RUNNING);
    end(&w);
    begin(&w, WEFT_CODE_NONE, WEFT_FOREVER); /* the handshake's own time goes on */
    assert_int_equal(weft_handshake_deadline(w.server_handshake), 1 + WEFT_HANDSHAKE_TIMEOUT_DEFAULT);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_admitted_is_welcomed),
        cmocka_unit_test(who_is_not_is_told_the_code),
        cmocka_unit_test(who_breaks_the_rules_is_not_asked_for),
        cmocka_unit_test(the_preamble_has_the_time_that_was_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
