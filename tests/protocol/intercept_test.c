/* Interceptors: the order of the chain, refusals, metadata, and that each done comes exactly once whatever happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/chain.h"
#include "tests/support/pair.h"
#include "tests/support/rules.h"

/* ---- both sides with a chain each ---- */

typedef struct world {
    weft_test_alloc own;
    char trace[256];
    chain c, s;
    weft_session_options client, server;
    pair p;
} world;

static world *world_new(weft_test_alloc *alloc_or_null)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    weft_test_alloc_init(&w->own);
    w->client = weft_session_options_default();
    w->server = weft_session_options_default();
    chain_init(&w->c, w->trace, &w->client);
    chain_init(&w->s, w->trace, &w->server);
    pair_init(&w->p, alloc_or_null ? alloc_or_null : &w->own);
    return w;
}

static weft_connection *world_open(world *w)
{
    if (pair_begin(&w->p, w->client, w->server) < 0)
        return NULL;
    pair_run(&w->p);
    return w->p.c.n_ready ? pair_open(&w->p) : NULL;
}

static void assert_each_done(const chain *c)
{
    for (int i = 0; i < CHAIN; i++) {
        assert_int_equal(c->w[i].n_out, c->w[i].n_done_out);
        assert_int_equal(c->w[i].n_in, c->w[i].n_done_in);
        assert_int_equal(c->w[i].n_unnoted, 0);
    }
}

static void world_free(world *w)
{
    pair_fini(&w->p);
    assert_each_done(&w->c);
    assert_each_done(&w->s);
    weft_test_alloc_assert_empty(w->p.alloc);
    free(w);
}

/* ---- order ---- */

static void intercept_chain_runs_in_order_and_back(void **state)
{
    /* Goal: first to last on the way in and out, done in reverse; the open first. */
    (void)state;
    world *w = world_new(NULL);
    weft_connection *conn = world_open(w);
    assert_non_null(conn);
    assert_string_equal(w->trace, "p1p2p3");
    w->trace[0] = '\0';
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 5, 0, NULL), 0);
    assert_string_equal(w->trace, "o1o2o3"); /* within the call */
    pair_run(&w->p);
    assert_string_equal(w->trace, "o1o2o3i1i2i3d3d2d1D3D2D1");
    assert_int_equal(w->p.c.results[0].code, 0);
    assert_int_equal(w->s.w[0].last.outcome, WEFT_OUTCOME_OK);
    assert_int_equal(w->c.w[0].last.outcome, WEFT_OUTCOME_OK);
    assert_true(w->c.w[0].timeout_ns == 30 * WEFT_NS_PER_S);
    assert_true(w->s.w[0].timeout_ns == 30 * WEFT_NS_PER_S);
    weft_connection_release(conn);
    world_free(w);
}

static void intercept_functions_may_be_missing(void **state)
{
    /* Goal: one without a function lets pass; one of an older, shorter struct too; done comes all the same. */
    (void)state;
    world *w = world_new(NULL);
    w->c.interceptors[0].call_out = NULL;
    w->c.interceptors[1].done = NULL;
    w->s.interceptors[1].size = offsetof(weft_interceptor, done);
    w->s.interceptors[2].call_in = NULL;
    w->s.interceptors[2].open_in = NULL;
    weft_connection *conn = world_open(w);
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 5, 0, NULL), 0);
    pair_run(&w->p);
    assert_string_equal(w->trace, "p1o2o3i1i2d3d1D3D1");
    weft_connection_release(conn);
    pair_fini(&w->p);
    weft_test_alloc_assert_empty(&w->own);
    free(w);
}

static void intercept_options_are_checked(void **state)
{
    /* Goal: a chain that cannot be is refused when the session is made. */
    (void)state;
    world *w = world_new(NULL);
    weft_engine_options options;
    weft_engine *engine;
    weft_engine_options_init(&options, sizeof options);
    w->c.pointers[1] = NULL;
    assert_int_equal(weft_engine_new(&options, &w->client, 0, &engine), WEFT_EINVAL);
    w->c.pointers[1] = &w->c.interceptors[1];
    w->c.interceptors[1].size = 0;
    assert_int_equal(weft_engine_new(&options, &w->client, 0, &engine), WEFT_EINVAL);
    w->client.interceptors = NULL;
    assert_int_equal(weft_engine_new(&options, &w->client, 0, &engine), WEFT_EINVAL);
    free(w);
}

/* ---- refusals ---- */

static void intercept_refused_call_is_never_sent(void **state)
{
    /* Goal: a refusal here ends the call by its callback with code and text; those before it are told, and nobody else.
     */
    (void)state;
    WEFT_RULE("call.outcomes");
    world *w = world_new(NULL);
    weft_connection *conn = world_open(w);
    size_t sent = w->p.client_sent;
    w->trace[0] = '\0';
    w->c.w[1].refuse_out = WEFT_OUTCOME_RESOURCE_EXHAUSTED;
    w->c.w[1].text = "slow down";
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 5, 0, NULL), 0);
    assert_int_equal(w->p.c.n_done, 0); /* from dispatch alone */
    pair_run(&w->p);
    assert_string_equal(w->trace, "o1o2D1");
    assert_int_equal(w->p.c.results[0].code, WEFT_EEXHAUSTED);
    assert_int_equal(w->p.c.results[0].outcome, WEFT_OUTCOME_NONE);
    assert_false(w->p.c.results[0].may_have_run);
    assert_string_equal(w->p.c.texts[0], "slow down");
    assert_int_equal(w->c.w[0].last.code, WEFT_EEXHAUSTED);
    assert_string_equal(w->c.w[0].last_text, "slow down");
    assert_int_equal(w->p.client_sent, sent);
    w->c.w[1].refuse_out = WEFT_OUTCOME_OK;
    w->c.w[0].refuse_out = WEFT_OUTCOME_UNAVAILABLE; /* the first: no done at all */
    w->trace[0] = '\0';
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 5, 1, NULL), 0);
    pair_run(&w->p);
    assert_string_equal(w->trace, "o1");
    assert_int_equal(w->p.c.results[1].code, WEFT_EUNAVAILABLE);
    assert_true(w->p.c.texts[1][0] != '\0');
    weft_connection_release(conn);
    world_free(w);
}

static void intercept_refused_request_never_reaches_its_handler(void **state)
{
    /* Goal: the outcomes that say that nothing ran go to the caller with the text; any other becomes internal. */
    (void)state;
    WEFT_RULE("call.outcomes");
    static const struct {
        weft_outcome refused, answered;
        int code;
        bool may_have_run;
    } cases[] = {
        { WEFT_OUTCOME_UNKNOWN_METHOD, WEFT_OUTCOME_UNKNOWN_METHOD, WEFT_ENOSYS, false },
        { WEFT_OUTCOME_INVALID_PAYLOAD, WEFT_OUTCOME_INVALID_PAYLOAD, WEFT_EBADMSG, false },
        { WEFT_OUTCOME_UNAVAILABLE, WEFT_OUTCOME_UNAVAILABLE, WEFT_EUNAVAILABLE, false },
        { WEFT_OUTCOME_RESOURCE_EXHAUSTED, WEFT_OUTCOME_RESOURCE_EXHAUSTED, WEFT_EEXHAUSTED, false },
        { WEFT_OUTCOME_USER_ERROR, WEFT_OUTCOME_INTERNAL, WEFT_EREMOTE, true },
        { WEFT_OUTCOME_CANCELLED, WEFT_OUTCOME_INTERNAL, WEFT_EREMOTE, true },
        { WEFT_OUTCOME_NONE, WEFT_OUTCOME_INTERNAL, WEFT_EREMOTE, true },
        { (weft_outcome)77, WEFT_OUTCOME_INTERNAL, WEFT_EREMOTE, true },
    };
    world *w = world_new(NULL);
    weft_connection *conn = world_open(w);
    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) {
        w->trace[0] = '\0';
        w->s.w[1].refuse_in = cases[i].refused;
        w->s.w[1].text = "who are you?";
        assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 5, i, NULL), 0);
        pair_run(&w->p);
        assert_string_equal(w->trace, "o1o2o3i1i2d1D3D2D1");
        assert_int_equal(w->p.c.results[i].outcome, cases[i].answered);
        assert_int_equal(w->p.c.results[i].code, cases[i].code);
        assert_int_equal(w->p.c.results[i].may_have_run, cases[i].may_have_run);
        assert_string_equal(w->p.c.texts[i], "who are you?");
        assert_int_equal(w->s.w[0].last.outcome, cases[i].answered);
        assert_string_equal(w->s.w[0].last_text, "who are you?");
    }
    assert_int_equal(w->p.s.n_handled, 0);
    weft_connection_release(conn);
    world_free(w);
}

static void intercept_refused_open_is_rejected(void **state)
{
    /* Goal: the opener gets the interceptor's code and text, on_open is not asked; the root's refusal is the session's.
     */
    (void)state;
    WEFT_RULE("conn.reject");
    world *w = world_new(NULL);
    w->s.w[1].refuse_open = WEFT_CODE_FORBIDDEN;
    w->s.w[1].text = "not with that uid";
    assert_null(world_open(w));
    assert_string_equal(w->trace, "p1p2");
    assert_int_equal(w->p.s.n_open_asked, 0);
    assert_int_equal(w->p.c.open_error.code, WEFT_EREJECTED);
    assert_int_equal(w->p.c.open_error.remote, WEFT_CODE_FORBIDDEN);
    assert_non_null(strstr(w->p.c.open_error.text, "not with that uid"));
    world_free(w);
    w = world_new(NULL);
    w->s.w[2].refuse_open = 300;
    w->client.root_service = &pair_service;
    assert_int_equal(pair_begin(&w->p, w->client, w->server), 0);
    pair_run(&w->p);
    assert_string_equal(w->trace, "R1R2R3");
    assert_int_equal(w->p.c.n_failed, 1);
    assert_int_equal(w->p.c.end.remote, 300);
    assert_int_equal(w->p.s.n_open_asked, 0);
    world_free(w);
}

static void intercept_refused_call_ends_its_channels(void **state)
{
    /* Goal: a call with channels that is refused, on either side, ends them as refused, once; one that passes is done
     * when it is answered, though its channels go on. */
    (void)state;
    WEFT_RULE("call.refused");
    world *w = world_new(NULL);
    weft_connection *conn = world_open(w);
    pair_stream in[3];
    memset(in, 0, sizeof in);
    w->c.w[1].refuse_out = WEFT_OUTCOME_UNAVAILABLE;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pair_stream_call(&w->p.c, conn, PAIR_LOAD, i, NULL, NULL, &in[i], NULL), 0);
        (void)pair_stream_on_end(&in[i]);
        pair_run(&w->p);
        assert_int_equal(w->p.c.n_done, i < 2 ? i + 1 : 2);
        assert_int_equal(in[i].n_ends, i < 2);
        if (i < 2)
            assert_int_equal(in[i].end.kind, WEFT_CHANNEL_REFUSED);
        w->c.w[1].refuse_out = WEFT_OUTCOME_OK;
        w->s.w[1].refuse_in = i == 0 ? WEFT_OUTCOME_UNAVAILABLE : WEFT_OUTCOME_OK;
    }
    assert_int_equal(w->p.s.n_handled, 1);
    weft_connection_release(conn);
    world_free(w);
}

/* ---- metadata ---- */

static void intercept_adds_to_request_and_answer(void **state)
{
    /* Goal: what an interceptor adds goes with the request in front of which nothing changes, and with the answer
     * beside the handler's own; later interceptors and the other side see it. */
    (void)state;
    WEFT_RULE("call.metadata");
    world *w = world_new(NULL);
    weft_connection *conn = world_open(w);
    weft_metadata_entry own = weft_metadata_str("own", WEFT_STR("1"), 0);
    weft_metadata metadata = { &own, 1 };
    weft_call_options options = weft_call_options_default();
    weft_bytes value = weft_bytes_of("x", 1);
    weft_str found;
    options.metadata = &metadata;
    w->c.w[0].add_key = "token";
    w->s.w[1].add_key = "answer";
    w->p.s.keep_calls = true;
    assert_int_equal(pair_call_with(&w->p.c, conn, PAIR_HOLD, 5, 0, &options, NULL), 0);
    assert_false(w->c.w[0].saw_token); /* before it was added */
    assert_true(w->c.w[1].saw_token);
    pair_run(&w->p);
    assert_true(w->s.w[0].saw_token);
    const weft_metadata *at_handler = weft_call_metadata(w->p.s.held[0]);
    assert_int_equal(at_handler->n, 2);
    assert_true(weft_metadata_get_str(at_handler, "own", &found));
    own = weft_metadata_str("handler", WEFT_STR("2"), 0);
    assert_int_equal(weft_call_reply_metadata(w->p.s.held[0], &metadata), 0);
    assert_int_equal(weft_call_reply_metadata(w->p.s.held[0], &metadata),
                     0); /* replaces the handler's, not the other */
    assert_int_equal(weft_gen_return(w->p.s.held[0], &pair_service, PAIR_HOLD, &value), 0);
    pair_run(&w->p);
    assert_int_equal(w->p.c.results[0].code, 0);
    assert_string_equal(w->c.w[2].last_added, "added");
    assert_int_equal(w->c.w[2].n_metadata, 2);
    weft_connection_release(conn);
    world_free(w);
}

static weft_outcome add_too_much(void *user, const weft_call_info *info, const char **ret_text)
{
    int *n = user;
    weft_metadata_entry entry = weft_metadata_str("k", WEFT_STR("v"), 0);
    (void)ret_text;
    while (weft_call_info_add(info, &entry) == 0)
        (*n)++;
    entry = weft_metadata_str("weft-own", WEFT_STR("v"), 0);
    assert_int_equal(weft_call_info_add(info, &entry), WEFT_EINVAL);
    return WEFT_OUTCOME_OK;
}

static void intercept_cannot_add_more_than_is_legal(void **state)
{
    /* Goal: the limits of metadata hold for the whole list, reserved keys are refused, and the call goes on. */
    (void)state;
    WEFT_RULE("call.metadata");
    world *w = world_new(NULL);
    int n = 0;
    w->c.interceptors[1].call_out = add_too_much;
    w->c.interceptors[1].user = &n;
    w->c.interceptors[1].done = NULL;
    weft_connection *conn = world_open(w);
    assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 5, 0, NULL), 0);
    pair_run(&w->p);
    assert_int_equal(n, WEFT_METADATA_ENTRIES_MAX);
    assert_int_equal(w->p.c.results[0].code, 0);
    weft_connection_release(conn);
    world_free(w);
}

/* ---- done, exactly once ---- */

typedef enum ending {
    END_ANSWER,
    END_CANCEL,
    END_DEADLINE,
    END_CLIENT_CLOSES,
    END_SERVER_CLOSES,
    END_CUT,
    END_DROP,
    END_FREE,
    ENDINGS
} ending;

/* What then becomes of a call that a handler holds: code here, outcome there. */
static const struct {
    int code;
    weft_outcome answered;
} ends[ENDINGS] = {
    [END_ANSWER] = { 0, WEFT_OUTCOME_OK },
    [END_CANCEL] = { WEFT_ECANCELED, WEFT_OUTCOME_CANCELLED },
    [END_DEADLINE] = { WEFT_ETIMEDOUT, WEFT_OUTCOME_DEADLINE_EXCEEDED },
    [END_CLIENT_CLOSES] = { WEFT_ECONNCLOSED, WEFT_OUTCOME_NONE },
    [END_SERVER_CLOSES] = { WEFT_ECONNCLOSED, WEFT_OUTCOME_NONE },
    [END_CUT] = { WEFT_ECONNRESET, WEFT_OUTCOME_NONE },
    [END_DROP] = { WEFT_EREMOTE, WEFT_OUTCOME_INTERNAL },
    [END_FREE] = { WEFT_ECANCELED, WEFT_OUTCOME_NONE },
};

static void end_by(world *w, ending how, weft_connection *conn, weft_call call)
{
    weft_bytes value = weft_bytes_of("x", 1);
    weft_call held = w->p.s.held[0];
    switch (how) {
    case END_ANSWER: assert_int_equal(weft_gen_return(held, &pair_service, PAIR_HOLD, &value), 0); break;
    case END_CANCEL:
        assert_int_equal(weft_call_cancel(call), 0);
        pair_run(&w->p);
        assert_int_equal(w->p.s.n_cancelled, 1);
        assert_int_equal(weft_call_drop(held), 0);
        break;
    case END_DEADLINE: pair_advance(&w->p, 31 * WEFT_NS_PER_S); break;
    case END_CLIENT_CLOSES: assert_int_equal(weft_connection_close(conn, 0, NULL), 0); break;
    case END_SERVER_CLOSES: weft_session_close(w->p.s.session, 0, NULL); break;
    case END_CUT: pair_disconnect(&w->p, WEFT_ECONNRESET); break;
    case END_DROP: assert_int_equal(weft_call_drop(held), 0); break;
    case END_FREE:
        weft_engine_free(w->p.server);
        weft_engine_free(w->p.client);
        w->p.server = w->p.client = NULL;
        break;
    case ENDINGS: break;
    }
}

static void intercept_done_comes_once_however_a_call_ends(void **state)
{
    /* Goal: for each way in which a call ends, every interceptor on both sides is told once, and what it ended with;
     * also while the handler does not let go of it. */
    (void)state;
    WEFT_RULE("call.cancel");
    WEFT_RULE("call.deadline");
    for (ending how = 0; how < ENDINGS; how++) {
        world *w = world_new(NULL);
        weft_connection *conn = world_open(w);
        weft_call call;
        assert_int_equal(pair_call(&w->p.c, conn, PAIR_HOLD, 5, 0, &call), 0);
        pair_run(&w->p);
        assert_int_equal(w->p.s.n_held, 1);
        w->trace[0] = '\0';
        end_by(w, how, conn, call);
        pair_run(&w->p);
        for (int i = 0; i < CHAIN; i++) {
            assert_int_equal(w->c.w[i].n_done_out, 1);
            assert_int_equal(w->s.w[i].n_done_in, 1);
            assert_int_equal(w->c.w[i].last.code, ends[how].code);
            assert_int_equal(w->s.w[i].last.outcome, ends[how].answered);
        }
        assert_int_equal(w->p.c.done_times[0], 1);
        if (w->p.server) /* its handles live as long */
            (void)weft_call_drop(w->p.s.held[0]);
        weft_connection_release(conn);
        world_free(w);
    }
}

static void intercept_may_end_the_session(void **state)
{
    /* Goal: call_in, open_in and done may do anything, also end the session under the call's feet; nothing that is
     * passed goes without its done. */
    (void)state;
    for (int i = 0; i < 4 * CHAIN; i++) {
        world *w = world_new(NULL);
        if (i < CHAIN)
            w->s.w[i].end_session = true; /* open_in */
        weft_connection *conn = world_open(w);
        assert_int_equal(conn != NULL, i >= CHAIN);
        if (i >= CHAIN) {
            watcher *one = i < 3 * CHAIN ? &w->s.w[i % CHAIN] : &w->c.w[i % CHAIN];
            one->end_session = i < 2 * CHAIN;
            one->end_in_done = !one->end_session;
            assert_int_equal(pair_call(&w->p.c, conn, PAIR_ECHO, 5, 0, NULL), 0);
            pair_run(&w->p);
            if (i < 3 * CHAIN)
                pair_disconnect(&w->p, WEFT_ECONNRESET);
            assert_int_equal(w->p.c.done_times[0], 1);
            weft_connection_release(conn);
        }
        world_free(w);
    }
}

static void whole_life(weft_test_alloc *alloc, void *user)
{
    world *w = world_new(alloc);
    weft_bytes value = weft_bytes_of("x", 1);
    weft_metadata_entry entry = weft_metadata_str("handler", WEFT_STR("2"), 0);
    weft_metadata metadata = { &entry, 1 };
    int n_called = 0;
    (void)user;
    w->c.w[0].add_key = "token";
    w->s.w[0].add_key = "answer";
    weft_connection *conn = world_open(w);
    for (int i = 0; conn && i < 4; i++) {
        if (i == 2)
            w->s.w[2].refuse_in = WEFT_OUTCOME_UNAVAILABLE;
        if (i == 3)
            w->c.w[2].refuse_out = WEFT_OUTCOME_UNAVAILABLE;
        if (pair_call(&w->p.c, conn, i == 1 ? PAIR_HOLD : PAIR_ECHO, 100, i, NULL) == 0)
            n_called++;
        pair_run(&w->p);
        if (i == 1 && w->p.s.n_held > 0) {
            (void)weft_call_reply_metadata(w->p.s.held[0], &metadata);
            if (weft_gen_return(w->p.s.held[0], &pair_service, PAIR_HOLD, &value) != 0)
                (void)weft_call_drop(w->p.s.held[0]);
            pair_run(&w->p);
        }
    }
    weft_connection_release(conn);
    pair_disconnect(&w->p, WEFT_ECONNRESET);
    assert_int_equal(w->p.c.n_done, n_called);
    if (!alloc->failed)
        assert_int_equal(n_called, 4);
    world_free(w);
}

static void intercept_every_allocation_may_fail(void **state)
{
    /* Goal: out of memory at any point, each callback and each done still comes exactly once. */
    (void)state;
    weft_test_alloc_each(whole_life, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intercept_chain_runs_in_order_and_back),
        cmocka_unit_test(intercept_functions_may_be_missing),
        cmocka_unit_test(intercept_options_are_checked),
        cmocka_unit_test(intercept_refused_call_is_never_sent),
        cmocka_unit_test(intercept_refused_request_never_reaches_its_handler),
        cmocka_unit_test(intercept_refused_open_is_rejected),
        cmocka_unit_test(intercept_refused_call_ends_its_channels),
        cmocka_unit_test(intercept_adds_to_request_and_answer),
        cmocka_unit_test(intercept_cannot_add_more_than_is_legal),
        cmocka_unit_test(intercept_done_comes_once_however_a_call_ends),
        cmocka_unit_test(intercept_may_end_the_session),
        cmocka_unit_test(intercept_every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("intercept", tests, NULL, NULL);
}
