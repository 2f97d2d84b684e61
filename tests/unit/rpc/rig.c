/* Two engines, one conduit in memory and a clock of its own. */
#include "tests/unit/rpc/rig.h"

#include <stdlib.h>

/* ---- what sessions ask and tell
 * -------------------------------------------------------------------------------------- */

static int server_on_open(void *user, weft_session *session, weft_pending pending)
{
    rig *r = user;
    weft_accept_options options = weft_open_options_default();
    (void)session;
    options.serves = r->serves;
    options.handler = r->handler;
    options.self = r;
    options.calls = &r->server_calls;
    options.n_calls = r->server_calls ? 1 : 0;
    int err = r->server_calls
                  ? weft_pending_accept(pending, &options, r->wants_connection ? &r->server_connection : NULL)
                  : weft_gen_serve(pending, r->serves, r->handler, r, NULL);
    if (!r->alloc.failed)
        assert_int_equal(err, 0);
    return err == WEFT_ENOMEM ? err : 0;
}

static void server_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    rig *r = user;
    if (event->kind == WEFT_EVENT_READY)
        r->server_session = session;
}

static void client_on_opened(void *user, trpc_basic_client client, const weft_error *error_or_null)
{
    rig *r = user;
    r->n_opened++;
    r->opened = client.connection;
    if (error_or_null)
        r->open_error = *error_or_null;
}

/* ---- bytes
 * ------------------------------------------------------------------------------------------------------------ */

/* What an engine is fed is gone, for a sanitizer to see, once it has dispatched. */
static bool move(rig *r, weft_engine *from, weft_engine *to)
{
    weft_slice slices[8];
    size_t n = weft_engine_drain(from, slices, 8);
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += slices[i].len;
    if (len == 0)
        return false;
    uint8_t *bytes = malloc(len);
    size_t at = 0, consumed;
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++) {
        memcpy(bytes + at, slices[i].ptr, slices[i].len);
        at += slices[i].len;
    }
    weft_engine_drained(from, len, r->now_ns);
    if (weft_engine_phase(to) != WEFT_PHASE_CLOSED)
        (void)weft_engine_feed(to, bytes, len, r->now_ns, &consumed);
    while (weft_engine_dispatch(to, r->now_ns, 100) > 0)
        continue;
    free(bytes);
    return true;
}

void rig_run(rig *r)
{
    for (bool busy = true; busy;) {
        busy = weft_engine_dispatch(r->client, r->now_ns, 100) > 0;
        busy = weft_engine_dispatch(r->server, r->now_ns, 100) > 0 || busy;
        busy = (!r->is_cut && move(r, r->client, r->server)) || busy;
        busy = (!r->is_cut && move(r, r->server, r->client)) || busy;
    }
}

/* ---- beginning ---- */

static bool shake(rig *r, weft_handshake *from, weft_handshake *to)
{
    weft_slice slices[8];
    size_t n = weft_handshake_drain(from, slices, 8);
    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t consumed;
        assert_int_equal(weft_handshake_feed(to, slices[i].ptr, slices[i].len, r->now_ns, &consumed), 0);
        assert_int_equal(consumed, slices[i].len);
        weft_handshake_drained(from, slices[i].len);
    }
    while (weft_handshake_dispatch(to, r->now_ns, 100) > 0)
        continue;
    return true;
}

static void begin(rig *r)
{
    weft_engine_options engine_options;
    weft_handshake *ours, *theirs;
    weft_engine *same;
    weft_engine_options_init(&engine_options, sizeof engine_options);
    engine_options.allocator = &r->alloc.allocator;
    memset(engine_options.seed, 7, sizeof engine_options.seed);
    weft_session_options client_options = weft_session_options_default();
    weft_session_options server_options = weft_session_options_default();
    client_options.root_service = r->root_service;
    server_options.on_open = server_on_open;
    server_options.on_event = server_on_event;
    server_options.user = r;
    r->is_cut = false;
    assert_int_equal(weft_engine_new(&engine_options, &client_options, r->now_ns, &r->client), 0);
    assert_int_equal(weft_engine_reconnect(r->client, NULL, r->now_ns, &ours), 0);
    assert_int_equal(weft_handshake_new(&engine_options, &server_options, r->now_ns, &theirs), 0);
    for (bool busy = true; busy;) {
        busy = shake(r, ours, theirs);
        busy = shake(r, theirs, ours) || busy;
    }
    assert_int_equal(weft_handshake_phase(ours), WEFT_PHASE_DONE);
    assert_int_equal(weft_handshake_phase(theirs), WEFT_PHASE_DONE);
    assert_int_equal(weft_handshake_finish(ours, &same), 0);
    assert_ptr_equal(same, r->client);
    assert_int_equal(weft_handshake_finish(theirs, &r->server), 0);
    weft_handshake_free(ours);
    weft_handshake_free(theirs);
    rig_run(r);
    r->client_session = weft_engine_session(r->client);
    assert_non_null(r->server_session);
}

rig *rig_new(void)
{
    rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    weft_test_alloc_init(&r->alloc);
    r->now_ns = WEFT_NS_PER_S;
    begin(r);
    return r;
}

weft_connection *rig_open(rig *r, const weft_service_type *service)
{
    weft_open_options options = weft_open_options_default();
    int n = r->n_opened;
    options.serves = r->client_serves;
    options.handler = r->client_handler;
    options.self = r;
    r->opened = NULL;
    assert_int_equal(weft_gen_open(r->client_session, service, &options, (void (*)(void))client_on_opened, r), 0);
    rig_run(r);
    assert_int_equal(r->n_opened, n + 1);
    return r->opened;
}

/* ---- ending ---- */

void rig_cut(rig *r)
{
    r->is_cut = true;
    weft_engine_disconnected(r->client, WEFT_ECONNRESET, NULL, r->now_ns);
    weft_engine_disconnected(r->server, WEFT_ECONNRESET, NULL, r->now_ns);
    rig_run(r);
}

void rig_end(rig *r)
{
    if (!r->client)
        return;
    weft_connection_release(r->server_connection);
    r->server_connection = NULL;
    weft_session_release(r->server_session);
    weft_engine_free(r->client);
    weft_engine_free(r->server);
    r->server_session = r->client_session = NULL;
    r->client = r->server = NULL;
    weft_test_alloc_assert_empty(&r->alloc);
}

void rig_restart(rig *r)
{
    rig_end(r);
    begin(r);
}

void rig_free(rig *r)
{
    rig_end(r);
    free(r);
}
