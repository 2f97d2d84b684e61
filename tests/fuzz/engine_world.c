/* Moving bytes between the engines of engine_fuzz, ending them, and comparing what came with what was owed. */
#include "tests/fuzz/engine_world.h"
#include "tests/support/messages.h"

#include <stdlib.h>

enum { SETTLE_ROUNDS = 4000, SLICES_MAX = 16 };

/* ---- script ---- */

uint8_t script_byte(script *s)
{
    return s->at < s->end ? *s->at++ : 0;
}

uint32_t script_u16(script *s)
{
    uint32_t low = script_byte(s);
    return low | (uint32_t)script_byte(s) << 8;
}

uint64_t script_pick(script *s, const uint64_t *values, size_t n)
{
    return values[script_byte(s) % n];
}

note *world_note(world *w, side *s)
{
    if (w->n_notes == NOTES_MAX)
        return NULL;
    note *n = &w->notes[w->n_notes++];
    n->side = s;
    return n;
}

side *world_other(side *s)
{
    return &s->world->sides[s->initiator ? 1 : 0];
}

void world_fail_memory(world *w, uint64_t nth, bool fail_on)
{
    if (nth == 0)
        return;
    w->may_starve = true;
    weft_test_alloc_fail(&w->alloc, nth, fail_on);
}

/* ---- what an engine sends is a stream of frames that a counterpart must take ---- */

static void bytes_drop(wire_bytes *bytes, size_t n)
{
    if (n > 0)
        memmove(bytes->ptr, bytes->ptr + n, bytes->len - n);
    bytes->len -= n;
}

static void frame_look(world *w, const weft__frame *frame, weft_bytes body)
{
    weft_writer *writer;
    const char *rule = "";
    FUZZ_CHECK(weft__kind_is_known(frame->kind));
    FUZZ_CHECK(weft__frame_check(frame, WEFT_FRAME_SIZE_MAX, &rule) == 0);
    bool is_passed_on = frame->kind == WEFT__KIND_DRAIN || frame->kind >= WEFT__KIND_SCHEMA;
    if (w->has_joined && !w->honest && is_passed_on)
        return; /* whoever it is for looks at it */
    if (weft__kind_may_fragment(frame->kind) || weft_writer_new(NULL, SIZE_MAX, &writer) < 0)
        return;
    FUZZ_CHECK(weft_test_message_again(frame->kind, body, w->scratch, writer) == 0);
    weft_arena_clear(w->scratch);
    weft_writer_free(writer);
}

static void stream_look(side *s)
{
    size_t at = 0;
    if (!s->preamble_seen && s->stream.len >= WEFT__PREAMBLE) {
        FUZZ_CHECK(weft__preamble_match(s->stream.ptr, WEFT__PREAMBLE) == WEFT__PREAMBLE);
        s->preamble_seen = true;
        at = WEFT__PREAMBLE;
    }
    while (s->preamble_seen && s->stream.len - at >= WEFT__FRAME_HEADER) {
        weft__frame frame = weft__frame_read(s->stream.ptr + at);
        if (s->stream.len - at - WEFT__FRAME_HEADER < frame.len)
            break;
        weft_bytes body = weft_bytes_of(s->stream.ptr + at + WEFT__FRAME_HEADER, frame.len);
        frame_look(s->world, &frame, body);
        outage_look(s, &frame, body);
        proxy_look(s, &frame, body);
        at += WEFT__FRAME_HEADER + frame.len;
    }
    bytes_drop(&s->stream, at);
}

/* ---- bytes ---- */

weft_phase side_phase(const side *s)
{
    return s->handshake ? weft_handshake_phase(s->handshake)
           : s->engine  ? weft_engine_phase(s->engine)
                        : WEFT_PHASE_CLOSED;
}

void side_forget(side *s)
{
    for (size_t i = 0; i < s->n_served; i++)
        s->served[i].kept = NULL;
    if (!s->world->handles) {
        s->n_calls = 0;
        s->n_served = 0;
        s->n_pendings = 0;
        for (size_t i = 0; i < s->n_channels; i++)
            s->channels[i].handle = (weft_channel){ NULL, 0 };
    }
    if (s->refs == 0)
        s->session = NULL;
}

static void side_blocks_free(side *s)
{
    while (s->n_blocks > 0)
        free(s->blocks[--s->n_blocks]);
}

void side_on_wake(void *user)
{
    ((side *)user)->is_woken = true;
}

void side_finish(side *s)
{
    weft_engine *engine;
    if (!s->handshake || s->is_dispatching || weft_handshake_phase(s->handshake) != WEFT_PHASE_DONE)
        return;
    if (!outage_may_finish(s) || weft_handshake_finish(s->handshake, &engine) < 0)
        return;
    FUZZ_CHECK(!s->engine || engine == s->engine);
    if (!s->engine)
        outage_watch(s, engine);
    s->engine = engine;
    weft_handshake_free(s->handshake);
    s->handshake = NULL;
    weft_engine_on_wake(engine, side_on_wake, s);
}

static void handshake_feed(side *s, const uint8_t **bytes, size_t *len)
{
    uint8_t *copy = malloc(*len);
    size_t consumed = 0;
    FUZZ_CHECK(copy);
    memcpy(copy, *bytes, *len);
    int status = weft_handshake_feed(s->handshake, copy, *len, s->world->now_ns, &consumed);
    FUZZ_CHECK(status == 0 || (status == WEFT_ENOMEM && s->world->may_starve));
    FUZZ_CHECK(consumed == *len || (consumed < *len && weft_handshake_phase(s->handshake) != WEFT_PHASE_RUNNING));
    free(copy);
    *bytes += consumed;
    *len -= consumed;
    side_finish(s);
}

/* Bytes to where they are read: to memory of their own, or to where the engine says, or there only now and then and few
 * at a time. ret_n: how many there was room for. */
static const uint8_t *side_read(side *s, const uint8_t *bytes, size_t len, size_t *ret_n)
{
    enum { FEW = 700 };
    const world *w = s->world;
    void *place = NULL;
    size_t n_max = w->reads_placed ? weft_engine_place(s->engine, &place) : SIZE_MAX;
    FUZZ_CHECK(n_max > 0);
    if (w->reads_few && ++s->n_reads % 3 == 0)
        place = NULL;
    if (w->reads_few && !place)
        n_max = FEW;
    *ret_n = len < n_max ? len : n_max;
    if (!place) {
        place = malloc(*ret_n);
        FUZZ_CHECK(place);
        s->blocks[s->n_blocks++] = place;
    }
    memcpy(place, bytes, *ret_n);
    return place;
}

/* false: no more of them. */
static bool engine_feed(side *s, const uint8_t **bytes, size_t *len)
{
    size_t n, consumed = 0;
    if (s->n_blocks == BLOCKS_MAX)
        (void)side_dispatch(s, SIZE_MAX);
    if (s->handshake || !s->engine || s->is_gone || *len == 0)
        return false;
    const uint8_t *read = side_read(s, *bytes, *len, &n);
    int status = weft_engine_feed(s->engine, read, n, s->world->now_ns, &consumed);
    FUZZ_CHECK(status == 0 || (status == WEFT_ENOMEM && s->world->may_starve));
    FUZZ_CHECK(consumed == n || (consumed < n && weft_engine_phase(s->engine) != WEFT_PHASE_RUNNING) || !s->engine);
    *bytes += n;
    *len -= n;
    return consumed == n;
}

void side_feed(side *s, const uint8_t *bytes, size_t len)
{
    if (s->is_dispatching || s->is_gone || len == 0)
        return;
    s->fed += len;
    if (s->handshake)
        handshake_feed(s, &bytes, &len);
    while (engine_feed(s, &bytes, &len))
        ;
}

/* What was shown before and not taken is shown again, and perhaps more behind it. */
static size_t side_shown(side *s, const weft_slice *slices, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = s->shown.len > at ? s->shown.len - at : 0;
        same = same < slices[i].len ? same : slices[i].len;
        FUZZ_CHECK(same == 0 || memcmp(s->shown.ptr + at, slices[i].ptr, same) == 0);
        wire_bytes_add(&s->shown, slices[i].ptr + same, slices[i].len - same);
        at += slices[i].len;
    }
    return at;
}

size_t side_drain(side *s, size_t n_max, size_t len)
{
    weft_slice slices[SLICES_MAX];
    n_max = n_max < SLICES_MAX ? n_max : SLICES_MAX;
    if ((!s->handshake && !s->engine) || s->is_gone)
        return 0;
    s->is_woken = false;
    size_t n =
        s->handshake ? weft_handshake_drain(s->handshake, slices, n_max) : weft_engine_drain(s->engine, slices, n_max);
    FUZZ_CHECK(n <= n_max);
    FUZZ_CHECK(n > 0 || n_max == 0 || s->handshake || !weft_engine_has_output(s->engine));
    size_t total = side_shown(s, slices, n);
    total = total < len ? total : len;
    if (total == 0)
        return 0;
    wire_bytes_add(&s->sent, s->shown.ptr, total);
    wire_bytes_add(&s->stream, s->shown.ptr, total);
    bytes_drop(&s->shown, total);
    stream_look(s);
    if (s->handshake)
        weft_handshake_drained(s->handshake, total);
    else
        weft_engine_drained(s->engine, total, s->world->now_ns);
    return total;
}

size_t side_receive(side *s, size_t len)
{
    side *from = world_other(s);
    len = len < from->sent.len ? len : from->sent.len;
    if (len == 0 || s->is_dispatching)
        return 0;
    uint8_t *copy = malloc(len);
    FUZZ_CHECK(copy);
    memcpy(copy, from->sent.ptr, len);
    bytes_drop(&from->sent, len);
    side_feed(s, copy, len);
    free(copy);
    return len;
}

/* ---- time, callbacks, ends ---- */

size_t side_dispatch(side *s, size_t n_max)
{
    uint64_t now_ns = s->world->now_ns;
    if (!s->handshake && !s->engine)
        return 0;
    if (s->is_dispatching) {
        FUZZ_CHECK((s->handshake ? weft_handshake_dispatch(s->handshake, now_ns, n_max)
                                 : weft_engine_dispatch(s->engine, now_ns, n_max)) == 0);
        return 0;
    }
    s->is_dispatching = true;
    size_t n = 0;
    if (s->handshake)
        n = weft_handshake_dispatch(s->handshake, now_ns, n_max);
    if (s->engine && (!s->handshake || s->n_ready))
        n += weft_engine_dispatch(s->engine, now_ns, n_max - n);
    s->is_dispatching = false;
    FUZZ_CHECK(n <= n_max);
    s->is_woken = false;
    side_blocks_free(s);
    if (!s->handshake && !s->engine)
        side_forget(s);
    side_finish(s);
    outage_note(s);
    served_check(s);
    return n;
}

void side_tick(side *s)
{
    uint64_t now_ns = s->world->now_ns;
    if (s->handshake) {
        weft_handshake_tick(s->handshake, now_ns);
        FUZZ_CHECK(weft_handshake_deadline(s->handshake) > now_ns);
    }
    if (s->engine) {
        weft_engine_tick(s->engine, now_ns);
        FUZZ_CHECK(weft_engine_deadline(s->engine) > now_ns);
    }
    outage_note(s);
}

void side_disconnect(side *s, int cause)
{
    uint64_t now_ns = s->world->now_ns;
    if (s->handshake)
        weft_handshake_disconnected(s->handshake, cause, now_ns);
    else if (s->engine)
        weft_engine_disconnected(s->engine, cause, "the fuzzer pulled it", now_ns);
    s->is_gone = true;
    FUZZ_CHECK(side_phase(s) == WEFT_PHASE_CLOSED || side_phase(s) == WEFT_PHASE_DONE ||
               (s->world->survives && side_phase(s) == WEFT_PHASE_DISCONNECTED));
}

void side_free(side *s)
{
    weft_handshake *handshake = s->handshake;
    weft_engine *engine = s->engine;
    bool was_freeing = s->is_freeing;
    s->handshake = NULL;
    s->engine = NULL;
    s->is_freeing = true;
    side_forget(s);
    weft_handshake_free(handshake);
    weft_engine_free(engine);
    s->is_freeing = was_freeing;
    side_forget(s);
    if (!s->is_dispatching)
        side_blocks_free(s);
}

bool side_has_session(const side *s)
{
    return s->session != NULL;
}

void side_release(side *s)
{
    if (s->refs == 0)
        return;
    weft_session *session = s->session;
    if (--s->refs == 0 && !s->engine && !s->handshake)
        s->session = NULL;
    weft_session_release(session);
}

/* A side that has said its last word shuts its sending half, and one that is closed closes: the other sees the end
 * behind all bytes. */
static bool settle_ends(world *w)
{
    bool has_ended = false;
    for (int i = 0; i < 2; i++) {
        side *s = &w->sides[i];
        side *other = world_other(s);
        bool says_no_more = s->is_gone || side_phase(s) == WEFT_PHASE_LAST_WORD || side_phase(s) == WEFT_PHASE_CLOSED;
        if (says_no_more && s->sent.len == 0 && !other->is_gone) {
            side_disconnect(other, 0);
            has_ended = true;
        }
    }
    return has_ended;
}

/* Where all bytes have arrived, nobody lied, memory did not fail, no handler keeps a call to itself, and no callback is
 * still running in front of others, no call waits. */
static void settle_check(const world *w)
{
    if (!w->is_pair || !w->honest || w->may_starve || w->depth > 0 || outage_is_on(w))
        return;
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < w->sides[i].n_served; k++)
            if (!w->sides[i].served[k].let_go)
                return;
    for (size_t i = 0; i < w->n_notes; i++)
        FUZZ_CHECK(!w->notes[i].is_call || w->notes[i].n_done == 1);
}

void world_settle(world *w)
{
    size_t rounds = 0;
    for (bool has_moved = true; has_moved; rounds++) {
        has_moved = false;
        FUZZ_CHECK(rounds < SETTLE_ROUNDS);
        for (int i = 0; i < 2; i++) {
            side *s = &w->sides[i];
            side_finish(s);
            has_moved |= side_dispatch(s, SIZE_MAX) > 0;
            has_moved |= side_drain(s, SLICES_MAX, SIZE_MAX) > 0;
            if (w->is_pair)
                has_moved |= side_receive(world_other(s), SIZE_MAX) > 0;
            else
                s->sent.len = 0;
        }
        if (!has_moved)
            has_moved = outage_sync(w) || (w->is_pair && settle_ends(w));
    }
    settle_check(w);
}

/* ---- ending ---- */

uint64_t side_deadline(const side *s)
{
    uint64_t handshake_ns = s->handshake ? weft_handshake_deadline(s->handshake) : WEFT_FOREVER;
    uint64_t engine_ns = s->engine ? weft_engine_deadline(s->engine) : WEFT_FOREVER;
    return handshake_ns < engine_ns ? handshake_ns : engine_ns;
}

/* A session that is closed comes to its end by its timers alone, whatever the counterpart does. */
static void world_end_orderly(world *w)
{
    world_settle(w); /* an acceptor's session is handed over by a callback */
    for (int i = 0; i < 2; i++)
        if (side_has_session(&w->sides[i]))
            weft_session_close(w->sides[i].session, WEFT_CODE_NONE, "done");
    for (int rounds = 0;; rounds++) {
        FUZZ_CHECK(rounds < 2000);
        world_settle(w);
        uint64_t next = side_deadline(&w->sides[0]);
        uint64_t other = side_deadline(&w->sides[1]);
        next = next < other ? next : other;
        if (next == WEFT_FOREVER)
            break;
        w->now_ns = next > w->now_ns ? next : w->now_ns;
        side_tick(&w->sides[0]);
        side_tick(&w->sides[1]);
    }
    for (int i = 0; i < 2; i++) {
        side *s = &w->sides[i];
        FUZZ_CHECK(side_phase(s) == WEFT_PHASE_CLOSED ||
                   (s->engine && weft_engine_phase(s->engine) == WEFT_PHASE_CLOSED));
        FUZZ_CHECK(!s->engine || s->n_closed == 1 || (s->n_ready == 0 && !s->initiator));
    }
}

static void note_check(const note *n)
{
    FUZZ_CHECK(n->n_done == (n->is_owed ? 1 : 0));
    unsigned n_closed = n->may_be_silent ? n->n_closed : n->closed_owed;
    FUZZ_CHECK(n_closed <= 1);
    FUZZ_CHECK(n->n_closed == (n->no_closed ? 0 : n_closed));
    FUZZ_CHECK(n->n_serve_closed == (n->serves ? n_closed : 0));
}

/* What its engine may have held at most at any time. */
static uint64_t side_peak(const side *s)
{
    uint64_t connections = s->fed / CONNECTION_BYTES, calls = s->fed / CALL_BYTES;
    if (connections > (uint64_t)s->max_connections + CONNECTIONS_OWED)
        connections = (uint64_t)s->max_connections + CONNECTIONS_OWED;
    uint64_t n_max = (1 + connections + s->n_opened) * s->max_requests + CALLS_MAX; /* and those that handlers keep */
    if (calls > n_max)
        calls = n_max;
    uint64_t channels = (1 + connections + s->n_opened) * s->max_channels;
    if (channels > s->fed / CHANNEL_BYTES)
        channels = s->fed / CHANNEL_BYTES;
    return PEAK_ENGINE + channels * PEAK_CHANNEL + connections * PEAK_CONNECTION + calls * PEAK_CALL +
           s->fed * (s->world->is_typed ? PEAK_BYTE_TYPED : PEAK_BYTE);
}

static void side_end(side *s)
{
    bool had_engine = s->engine != NULL;
    side_free(s);
    while (s->n_conns > 0)
        weft_connection_release(s->conns[--s->n_conns]);
    while (s->refs > 0)
        side_release(s);
    FUZZ_CHECK(s->n_closed <= 1);
    FUZZ_CHECK(!had_engine || !s->initiator || s->n_closed == 1);
    FUZZ_CHECK(s->n_ready + s->n_failed == s->n_closed);
    FUZZ_CHECK(s->n_passed == s->n_passed_done);
    channels_check(s);
    wire_bytes_free(&s->sent);
    wire_bytes_free(&s->shown);
    wire_bytes_free(&s->stream);
}

void world_end(world *w)
{
    w->script.at = w->script.end;
    if (w->is_orderly)
        world_end_orderly(w);
    side_end(&w->sides[0]);
    side_end(&w->sides[1]);
    outage_end(w);
    weft_handles_release(w->handles);
    world_read_kept(w);
    weft_arena_free(w->replies);
    weft_arena_free(w->scratch);
    for (size_t i = 0; i < w->n_notes; i++)
        note_check(&w->notes[i]);
    FUZZ_CHECK(w->alloc.live_blocks == 0 && w->alloc.live_bytes == 0);
    FUZZ_CHECK(w->alloc.peak_bytes <= side_peak(&w->sides[0]) + side_peak(&w->sides[1]) + w->granted + w->kept);
}
