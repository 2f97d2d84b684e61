/* Two engines of two versions. */
#include "tests/protocol/schema/rig.h"

#include "runtime/wire/frame.h"
#include "runtime/wire/messages.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- what is said ---- */

static void said_add(mix_said *said, const uint8_t *bytes, size_t len)
{
    said->bytes = realloc(said->bytes, said->n_bytes + len + 1);
    assert_non_null(said->bytes);
    memcpy(said->bytes + said->n_bytes, bytes, len);
    said->n_bytes += len;
    for (;;) {
        size_t head = said->behind_preamble ? WEFT__FRAME_HEADER : WEFT__PREAMBLE;
        size_t whole = head;
        if (said->n_bytes < head)
            return;
        if (said->behind_preamble) {
            weft__frame frame = weft__frame_read(said->bytes);
            whole += frame.len;
            if (said->n_bytes < whole)
                return;
            if (said->n == said->cap) {
                said->cap = said->cap ? 2 * said->cap : 64;
                said->frames = realloc(said->frames, said->cap * sizeof *said->frames);
                assert_non_null(said->frames);
            }
            mix_frame *to = &said->frames[said->n++];
            *to = (mix_frame){ frame.kind, frame.flags, frame.connection, malloc(frame.len + 1), frame.len };
            assert_non_null(to->body);
            memcpy(to->body, said->bytes + head, frame.len);
        }
        said->behind_preamble = true;
        said->n_bytes -= whole;
        memmove(said->bytes, said->bytes + whole, said->n_bytes);
    }
}

static const char *frame_name(const mix_frame *frame, char buffer[32])
{
    weft__schema schema;
    weft__reader reader;
    uint32_t n = 0;
    switch (frame->kind) {
    case WEFT__KIND_SCHEMA:
        if (frame->flags || weft__schema_decode(weft_bytes_of(frame->body, frame->len), &schema) < 0)
            return "S";
        reader = weft__reader_of(schema.types);
        assert_int_equal(weft__read_array(&reader, &n), 0);
        (void)snprintf(buffer, 32, "S%u:%u", schema.direction, n);
        return buffer;
    case WEFT__KIND_REQUEST: return "Q";
    case WEFT__KIND_RESPONSE: return "R";
    case WEFT__KIND_ITEM: return "I";
    case WEFT__KIND_CHANNEL_CLOSE: return "F";
    case WEFT__KIND_CHANNEL_RESET: return "X";
    case WEFT__KIND_CANCEL: return "L";
    case WEFT__KIND_CLOSE: return "C";
    default: return NULL;
    }
}

const char *mix_said_on(mix *m, int side, uint64_t connection)
{
    static char text[512];
    mix_said *said = &m->said[side];
    text[0] = '\0';
    for (; said->looked < said->n; said->looked++) {
        const mix_frame *frame = &said->frames[said->looked];
        char buffer[32];
        const char *name = frame->connection == connection ? frame_name(frame, buffer) : NULL;
        if (!name)
            continue;
        size_t len = strlen(text);
        (void)snprintf(text + len, sizeof text - len, "%s%s%s", len ? " " : "", name,
                       frame->flags & WEFT__FLAG_MORE ? "+" : "");
    }
    return text;
}

void mix_forget(mix *m)
{
    for (int side = 0; side < 2; side++)
        m->said[side].looked = m->said[side].n;
}

/* ---- what sessions ask and tell ---- */

static int server_on_open(void *user, weft_session *session, weft_pending pending)
{
    mix *m = user;
    weft_accept_options options = weft_open_options_default();
    (void)session;
    options.serves = m->serves;
    options.handler = m->handler;
    options.self = m;
    options.calls = &m->server_calls;
    options.n_calls = m->server_calls ? 1 : 0;
    weft_connection_release(m->server_connection);
    m->server_connection = NULL;
    int err = weft_pending_accept(pending, &options, m->server_calls ? &m->server_connection : NULL);
    return err == WEFT_ENOMEM ? err : 0;
}

static void server_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    mix *m = user;
    if (event->kind == WEFT_EVENT_READY)
        m->sessions[MIX_SERVER] = session;
}

static void client_opened(void *user, weft_connection *connection, const weft_metadata *metadata,
                          const weft_error *error_or_null)
{
    mix *m = user;
    (void)metadata;
    m->n_opened++;
    m->opened = connection;
    if (error_or_null)
        m->open_error = *error_or_null;
}

static void client_conn_closed(void *user, const weft_error *error)
{
    mix *m = user;
    m->n_closed++;
    m->closed = *error;
}

/* ---- bytes ---- */

/* What an engine is fed is gone, for a sanitizer to see, once it has dispatched. */
static bool move(mix *m, int from, int to)
{
    weft_slice slices[8];
    if (m->said[from].hold)
        return false;
    size_t n = weft_engine_drain(m->engines[from], slices, 8);
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
    said_add(&m->said[from], bytes, len);
    weft_engine_drained(m->engines[from], len, m->now_ns);
    if (weft_engine_phase(m->engines[to]) != WEFT_PHASE_CLOSED)
        (void)weft_engine_feed(m->engines[to], bytes, len, m->now_ns, &consumed);
    while (weft_engine_dispatch(m->engines[to], m->now_ns, 100) > 0)
        continue;
    free(bytes);
    return true;
}

void mix_run(mix *m)
{
    for (bool busy = true; busy;) {
        busy = weft_engine_dispatch(m->engines[0], m->now_ns, 100) > 0;
        busy = weft_engine_dispatch(m->engines[1], m->now_ns, 100) > 0 || busy;
        busy = move(m, 0, 1) || busy;
        busy = move(m, 1, 0) || busy;
    }
}

void mix_advance(mix *m, uint64_t ns)
{
    m->now_ns += ns;
    weft_engine_tick(m->engines[0], m->now_ns);
    weft_engine_tick(m->engines[1], m->now_ns);
    mix_run(m);
}

/* ---- beginning and ending ---- */

static bool shake(mix *m, int side, weft_handshake *from, weft_handshake *to)
{
    weft_slice slices[8];
    size_t n = weft_handshake_drain(from, slices, 8);
    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t consumed;
        said_add(&m->said[side], slices[i].ptr, slices[i].len);
        (void)weft_handshake_feed(to, slices[i].ptr, slices[i].len, m->now_ns, &consumed);
        weft_handshake_drained(from, slices[i].len);
    }
    while (weft_handshake_dispatch(to, m->now_ns, 100) > 0)
        continue;
    return true;
}

void mix_init(mix *m)
{
    memset(m, 0, sizeof *m);
    weft_test_alloc_init(&m->own_alloc);
    m->alloc = &m->own_alloc;
    m->now_ns = WEFT_NS_PER_S;
    m->options[0] = weft_session_options_default();
    m->options[1] = weft_session_options_default();
    m->serves = &new_mix_service;
    m->handler = &mix_new_handler;
}

static weft_engine_options engine_options(const mix *m)
{
    weft_engine_options options;
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &m->alloc->allocator;
    memset(options.seed, 7, sizeof options.seed);
    return options;
}

/* A conduit for the client's engine, and a new session of the server's. */
static int shake_hands(mix *m)
{
    weft_engine_options options = engine_options(m);
    weft_handshake *ours = NULL, *theirs = NULL;
    weft_engine *same;
    options.operations = m->operations;
    int status = weft_engine_reconnect(m->engines[0], NULL, m->now_ns, &ours);
    if (status == 0)
        status = weft_handshake_new(&options, &m->options[1], m->now_ns, &theirs);
    for (bool busy = status == 0; busy;) {
        busy = shake(m, 0, ours, theirs);
        busy = shake(m, 1, theirs, ours) || busy;
    }
    if (status == 0 &&
        (weft_handshake_phase(ours) != WEFT_PHASE_DONE || weft_handshake_phase(theirs) != WEFT_PHASE_DONE))
        status = WEFT_ENOMEM;
    if (status == 0)
        status = weft_handshake_finish(ours, &same);
    if (status == 0)
        status = weft_handshake_finish(theirs, &m->engines[1]);
    weft_handshake_free(ours);
    weft_handshake_free(theirs);
    return status;
}

int mix_try_begin(mix *m)
{
    weft_engine_options options = engine_options(m);
    if (m->serves_root)
        m->options[0].root_service = &old_mix_service;
    m->options[1].on_open = server_on_open;
    m->options[1].on_event = server_on_event;
    m->options[1].user = m;
    int status = weft_engine_new(&options, &m->options[0], m->now_ns, &m->engines[0]);
    if (status == 0)
        status = shake_hands(m);
    if (status < 0)
        return status;
    mix_run(m);
    m->sessions[0] = weft_engine_session(m->engines[0]);
    return m->sessions[1] ? 0 : WEFT_ENOMEM;
}

void mix_replace(mix *m)
{
    weft_engine_disconnected(m->engines[0], WEFT_ECONNRESET, NULL, m->now_ns);
    weft_engine_disconnected(m->engines[1], WEFT_ECONNRESET, NULL, m->now_ns);
    while (weft_engine_dispatch(m->engines[0], m->now_ns, 100) > 0)
        continue;
    weft_session_release(m->sessions[1]);
    m->sessions[1] = NULL;
    weft_engine_free(m->engines[1]);
    m->engines[1] = NULL;
    for (int side = 0; side < 2; side++) {
        m->said[side].n_bytes = 0;
        m->said[side].behind_preamble = false;
    }
    while (!weft_engine_wants_conduit(m->engines[0])) {
        m->now_ns = weft_engine_deadline(m->engines[0]);
        weft_engine_tick(m->engines[0], m->now_ns);
    }
    assert_int_equal(shake_hands(m), 0);
    mix_run(m);
}

void mix_begin(mix *m)
{
    assert_int_equal(mix_try_begin(m), 0);
}

weft_connection *mix_open(mix *m, const weft_service_type *service, const weft_service_type *serves,
                          const void *handler)
{
    weft_open_options options = weft_open_options_default();
    int n = m->n_opened;
    options.serves = serves;
    options.handler = handler;
    options.self = m;
    options.on_closed = client_conn_closed;
    options.on_closed_user = m;
    m->opened = NULL;
    assert_int_equal(weft_open(m->sessions[0], service, &options, client_opened, m), 0);
    mix_run(m);
    assert_int_equal(m->n_opened, n + 1);
    mix_forget(m);
    return m->opened;
}

weft_connection *mix_try_open(mix *m, const weft_service_type *service)
{
    m->opened = NULL;
    if (weft_open(m->sessions[0], service, NULL, client_opened, m) < 0)
        return NULL;
    mix_run(m);
    assert_true(m->n_opened == 1 || m->alloc->failed);
    return m->opened;
}

void mix_end(mix *m)
{
    weft_connection_release(m->server_connection);
    weft_session_release(m->sessions[1]);
    for (int side = 0; side < 2; side++) {
        weft_engine_free(m->engines[side]);
        for (size_t i = 0; i < m->said[side].n; i++)
            free(m->said[side].frames[i].body);
        free(m->said[side].frames);
        free(m->said[side].bytes);
    }
    if (m->alloc == &m->own_alloc)
        weft_test_alloc_assert_empty(m->alloc);
}
