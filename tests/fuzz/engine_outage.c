/* Conduits that break and are replaced, resumptions true and false, acknowledgements, attempts of operations. An
 * acceptor has one session in its life; a counterpart that begins another is not served. */
#include "tests/fuzz/engine_world.h"

#include "runtime/wire/codes.h"

enum { WINDOW_MS = 5000, KEPT = 64 << 20 };

/* ---- setting up ---- */

void outage_begin(world *w)
{
    weft_registry_options registry;
    weft_operations_options operations;
    weft_registry_options_init(&registry, sizeof registry);
    weft_operations_options_init(&operations, sizeof operations);
    registry.allocator = operations.allocator = &w->alloc.allocator;
    registry.max_parked_bytes = KEPT;
    operations.max_records = 16;
    operations.max_live_client = 4;
    operations.ttl_ns = 10 * WEFT_NS_PER_S;
    int status = weft_registry_new(&registry, &w->registry);
    FUZZ_CHECK(status == 0 || (status == WEFT_ENOMEM && w->may_starve));
    status = weft_operations_new(&operations, &w->operations, NULL);
    FUZZ_CHECK(status == 0 || (status == WEFT_ENOMEM && w->may_starve));
    w->kept = KEPT; /* of what has gone out, too */
}

void outage_end(world *w)
{
    weft_registry_release(w->registry);
    weft_operations_release(w->operations);
}

static int on_resume(void *user, weft_session *session, const weft_metadata *metadata)
{
    side *s = user;
    if (s->world->is_traced)
        fprintf(stderr, "asked to resume: dispatching %d ready %u closed %u\n", s->is_dispatching, s->n_ready,
                s->n_closed);
    FUZZ_CHECK(s->is_dispatching && s->n_ready == 1 && s->n_closed == 0 && session);
    fuzz_read_metadata(s->world, metadata);
    script_run_nested(s);
    return script_byte(&s->world->script) == 1 ? WEFT_EACCES : 0;
}

void outage_options(side *s, weft_engine_options *engine, weft_session_options *options)
{
    world *w = s->world;
    if (!w->survives)
        return;
    options->resumable = options->retry = true;
    options->connect_wait_ns = options->resume_window_ns = (uint64_t)WINDOW_MS * WEFT_NS_PER_MS;
    /* At the limit an engine waits for an Ack, which may take a second: what a pair settles does not come so far. */
    options->replay_limit = 4 * (uint64_t)options->max_frame_size;
    if (options->replay_limit < WEFT_REPLAY_MIN)
        options->replay_limit = WEFT_REPLAY_MIN;
    if (w->is_pair)
        options->replay_limit = 2 * (uint64_t)FUZZ_GRANTED_MAX;
    options->on_resume = on_resume;
    engine->registry = w->registry;
    engine->operations = w->operations;
    s->engine_options = *engine;
    s->engine_options.peer = NULL;
    s->options = *options;
}

/* ---- what is held against it ---- */

bool outage_is_on(const world *w)
{
    return w->survives &&
           (w->sides[0].is_gone || w->sides[1].is_gone || w->sides[0].handshake || w->sides[1].handshake);
}

void outage_note(side *s)
{
    if (s->world->survives && s->engine && !s->handshake && weft_engine_phase(s->engine) == WEFT_PHASE_DISCONNECTED)
        s->is_gone = true;
}

bool outage_sync(world *w)
{
    if (!w->operations || !weft_operations_want_sync(w->operations))
        return false;
    weft_operations_sync(w->operations);
    return true;
}

/* DISCONNECTED, then RESUMED, REPLACED or CLOSED. */
void outage_event(side *s, weft_event_kind kind)
{
    FUZZ_CHECK(s->world->survives && s->n_ready == 1 && s->n_closed == 0);
    if (s->world->is_traced)
        fprintf(stderr, "%s %s\n", s->initiator ? "initiator" : "acceptor",
                kind == WEFT_EVENT_DISCONNECTED ? "disconnected"
                : kind == WEFT_EVENT_RESUMED    ? "resumed"
                                                : "replaced");
    FUZZ_CHECK(s->is_out == (kind != WEFT_EVENT_DISCONNECTED));
    FUZZ_CHECK(kind != WEFT_EVENT_REPLACED || s->initiator);
    s->is_out = kind == WEFT_EVENT_DISCONNECTED;
}

static void on_taken(void *user)
{
    side *s = user;
    FUZZ_CHECK(s->world->survives && !s->initiator);
}

void outage_watch(side *s, weft_engine *engine)
{
    if (s->world->survives && !s->initiator)
        weft_engine_on_taken(engine, on_taken, s);
}

bool outage_is_another(const side *s, const weft_session *session)
{
    if (!s->world->survives || s->initiator)
        return false;
    FUZZ_CHECK(s->is_dispatching);
    return s->n_closed > 0 || (s->engine && weft_engine_session(s->engine) != session);
}

bool outage_may_finish(side *s)
{
    if (!s->world->survives || s->initiator)
        return true;
    if (s->engine ? weft_handshake_resumes(s->handshake) : s->n_closed == 0)
        return true;
    weft_handshake_free(s->handshake);
    s->handshake = NULL;
    s->is_gone = true;
    if (s->engine) /* the conduit that it had is no longer there either */
        weft_engine_disconnected(s->engine, WEFT_ECONNRESET, NULL, s->world->now_ns);
    return false;
}

void outage_look(side *s, const weft__frame *frame, weft_bytes body)
{
    weft__hello hello;
    const char *missing;
    if (frame->kind == WEFT__KIND_DRAIN || frame->kind >= 16)
        s->counted += WEFT__FRAME_HEADER + (uint64_t)frame->len;
    if (frame->kind > WEFT__KIND_WELCOME || weft__hello_decode(body, &hello, &missing) < 0 || !hello.has_resume)
        return;
    FUZZ_CHECK(s->world->survives);
    FUZZ_CHECK(hello.resume_key.len == sizeof s->key || (s->initiator && hello.resume_key.len == 0));
    memcpy(s->key, hello.resume_key.ptr, hello.resume_key.len);
    s->key_len = hello.resume_key.len;
    s->told = hello.resume_received;
}

/* ---- conduits ---- */

/* The conduit breaks: for both, or for this side, which the other one has yet to see. */
void op_cut(side *s, script *in)
{
    side *other = world_other(s);
    uint8_t how = script_byte(in);
    if (!s->world->survives || s->is_dispatching || other->is_dispatching || s->is_freeing || other->is_freeing)
        return;
    s->sent.len = other->sent.len = 0; /* what was under way is lost */
    if (!s->is_gone)
        side_disconnect(s, how & 1 ? WEFT_ECONNRESET : WEFT_ETIMEDOUT);
    if (s->world->is_pair && how & 2 && !other->is_gone)
        side_disconnect(other, how & 4 ? WEFT_ECONNRESET : 0);
}

/* What is over is let go of. */
static void hang_up(side *s)
{
    weft_handshake *handshake = s->handshake;
    side_finish(s);
    if (!s->handshake)
        return;
    if (!s->is_gone)
        weft_handshake_disconnected(handshake, 0, s->world->now_ns);
    side_finish(s); /* where its session is there by now [resume.key] */
    if (!s->handshake)
        return;
    s->handshake = NULL;
    weft_handshake_free(handshake);
    if (!s->engine) /* it had one of its own */
        side_forget(s);
}

static void conduit_begin(side *s)
{
    s->sent.len = s->shown.len = s->stream.len = 0;
    s->preamble_seen = false;
    s->is_gone = false;
}

static void accept_again(side *s)
{
    world *w = s->world;
    hang_up(s);
    conduit_begin(s);
    int status = weft_handshake_new(&s->engine_options, &s->options, w->now_ns, &s->handshake);
    FUZZ_CHECK(status == 0 || (status == WEFT_ENOMEM && w->may_starve));
    if (s->handshake)
        weft_handshake_on_wake(s->handshake, side_on_wake, s);
    else
        s->is_gone = true;
}

static bool connect_again(side *s)
{
    world *w = s->world;
    if (s->handshake && s->is_gone)
        hang_up(s);
    if (!s->engine || s->handshake || !weft_engine_wants_conduit(s->engine))
        return false;
    conduit_begin(s);
    int status = weft_engine_reconnect(s->engine, NULL, w->now_ns, &s->handshake);
    FUZZ_CHECK(status == 0 || (status == WEFT_ENOMEM && w->may_starve));
    if (s->handshake)
        weft_handshake_on_wake(s->handshake, side_on_wake, s);
    else
        s->is_gone = true;
    return true;
}

void op_redial(side *s, script *in)
{
    world *w = s->world;
    side *initiator = &w->sides[0], *acceptor = &w->sides[1];
    (void)in;
    if (!w->survives || initiator->is_dispatching || acceptor->is_dispatching || initiator->is_freeing ||
        acceptor->is_freeing)
        return;
    if (w->is_pair) {
        if (connect_again(initiator))
            accept_again(acceptor);
    } else if (w->is_proxy ? s == initiator : initiator->engine != NULL) {
        (void)connect_again(initiator);
    } else if (acceptor->engine || acceptor->handshake) {
        accept_again(acceptor);
    }
}

/* ---- in the counterpart's place ---- */

static void put_resume(wire_bytes *bytes, side *s, const uint8_t *key, size_t key_len, uint64_t received)
{
    wire_hello_resume resume = { weft_bytes_of(key, key_len), received, s->initiator ? WINDOW_MS : 0 };
    wire_put_preamble(bytes, !s->initiator);
    wire_put_hello_resume(bytes, s->initiator ? WEFT__KIND_WELCOME : WEFT__KIND_HELLO, &s->hello, &resume);
}

static void feed_ready(side *s)
{
    wire_bytes bytes = { NULL, 0, 0 };
    (void)side_dispatch(s, SIZE_MAX);
    (void)side_drain(s, 16, SIZE_MAX);
    if (!s->initiator)
        wire_put_ready(&bytes);
    side_feed(s, bytes.ptr, bytes.len);
    wire_bytes_free(&bytes);
}

void outage_shake(side *s, uint8_t how)
{
    static const uint8_t key[32] = { 7 };
    wire_bytes bytes = { NULL, 0, 0 };
    s->hello = wire_hello_defaults(how & 1);
    s->hello.requested_or_null = how & 2 ? s->hello.services : NULL;
    if (how & 16)
        wire_settings_retry(&s->hello.settings);
    put_resume(&bytes, s, key, s->initiator ? sizeof key : 0, 0);
    side_feed(s, bytes.ptr, bytes.len);
    feed_ready(s);
    wire_bytes_free(&bytes);
}

/* A Hello or Welcome that resumes: true, or with another key, another count. */
void op_feed_resume(side *s, script *in)
{
    uint8_t how = script_byte(in);
    uint8_t key[64];
    size_t key_len = s->key_len;
    uint64_t received = s->counted;
    wire_bytes bytes = { NULL, 0, 0 };
    memset(key, 0, sizeof key);
    if (!s->world->survives || s->is_dispatching)
        return;
    s->world->honest = false;
    memcpy(key, s->key, sizeof s->key);
    if (s->initiator)
        key[31]++, key_len = sizeof s->key;
    if (how & 1)
        key[script_byte(in) % sizeof key] ^= script_byte(in);
    if (how & 2)
        key_len = script_byte(in) % (sizeof key + 1);
    if (how & 4)
        received += (uint64_t)(int64_t)(int8_t)script_byte(in);
    if (how & 8)
        s->hello.settings.max_channels++;
    put_resume(&bytes, s, key, key_len, received);
    if (how & 16)
        bytes.len -= script_byte(in) % bytes.len;
    side_feed(s, bytes.ptr, bytes.len);
    if (!(how & 32))
        feed_ready(s);
    if (how & 8)
        s->hello.settings.max_channels--;
    wire_bytes_free(&bytes);
}

/* How much has come of what the engine sent: all, or not so much, or more. */
void op_feed_ack(side *s, script *in)
{
    uint8_t how = script_byte(in);
    wire_bytes bytes = { NULL, 0, 0 };
    if (s->is_dispatching)
        return;
    s->world->honest = false;
    wire_put_number(&bytes, WEFT__KIND_ACK, 0, s->counted + (uint64_t)(int64_t)(int8_t)(how & 1 ? how : 0));
    side_feed(s, bytes.ptr, bytes.len);
    wire_bytes_free(&bytes);
}

/* Attempts: few clients and counters, so that they meet. */
void op_feed_operation(side *s, script *in)
{
    static const uint64_t methods[] = { 0x1004, 0x1005, 0x1006, 0x1001 };
    uint8_t what = script_byte(in), how = script_byte(in), op[24] = { 0 };
    wire_bytes bytes = { NULL, 0, 0 };
    if (s->is_dispatching)
        return;
    s->world->honest = false;
    op[0] = what & 3;
    op[16] = what >> 2 & 7;
    wire_bytes body = { NULL, 0, 0 };
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    uint8_t *end = head + sizeof head;
    uint64_t connection = how & 1 ? 0 : 1 + (uint64_t)(what >> 5);
    size_t len = weft__request_head_write(end, how >> 1 & 31, methods[how >> 6], what & 128 ? 1000 : 0);
    wire_bytes_add(&body, "\x97", 1); /* seven elements, not six */
    wire_bytes_add(&body, end - len + 1, len - 1);
    wire_bytes_add(&body, "\x90\x90\x90\xc4\x18", 5);
    wire_bytes_add(&body, op, sizeof op);
    wire_put(&bytes, WEFT__KIND_REQUEST, 0, connection, body.ptr, body.len);
    side_feed(s, bytes.ptr, bytes.len);
    wire_bytes_free(&body);
    wire_bytes_free(&bytes);
}
