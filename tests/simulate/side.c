/* One side: its engine's life, bytes out of it and into it, dispatch, time. What a loop would do, but whenever the
 * scheduler says so. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

enum { SLICES = 256, MEMORY_MESSAGE = 2048, MEMORY_FIXED = 2048 * 1024, MEMORY_THING = 4096 };

bool side_is_live(const side *s)
{
    return (s->engine || s->handshake) && !s->is_gone;
}

weft_phase side_phase(const side *s)
{
    if (s->handshake)
        return weft_handshake_phase(s->handshake);
    return s->engine ? weft_engine_phase(s->engine) : WEFT_PHASE_CLOSED;
}

uint64_t side_deadline(const side *s)
{
    uint64_t handshake_ns = s->handshake ? weft_handshake_deadline(s->handshake) : WEFT_FOREVER;
    uint64_t engine_ns = s->engine ? weft_engine_deadline(s->engine) : WEFT_FOREVER;
    return handshake_ns < engine_ns ? handshake_ns : engine_ns;
}

static void on_wake(void *user)
{
    side *s = user;
    SIM_CHECK(s->world, !s->is_dispatching, "wake", "%c is woken while it runs", s->name);
    s->knows_work = true;
}

/* Once everything was drained and dispatched, a loop sleeps until it is woken, fed or its deadline comes. */
static void side_note_work(side *s)
{
    s->knows_work =
        s->engine && !s->handshake && (weft_engine_has_events(s->engine) || weft_engine_has_output(s->engine));
}

void side_check_wake(side *s)
{
    if (!s->engine || s->handshake || s->is_dispatching || s->is_freeing || s->knows_work)
        return;
    SIM_CHECK(s->world, !weft_engine_has_events(s->engine) && !weft_engine_has_output(s->engine), "wake",
              "%u%c has something to do, and was not woken", s->link->index, s->name);
}

/* ---- beginning ---- */

static uint64_t clock_now(void *user)
{
    return ((world *)user)->now_ns;
}

static uint64_t pick(world *w, const uint64_t *values, size_t n)
{
    return values[below(w, n)];
}
#define PICK(w, ...) pick((w), (const uint64_t[]){ __VA_ARGS__ }, sizeof((const uint64_t[]){ __VA_ARGS__ }) / 8)

static void side_options(side *s)
{
    world *w = s->world;
    weft_session_options *o = &s->options;
    *o = weft_session_options_default();
    o->on_open = one_in(w, 12) ? NULL : app_on_open;
    o->on_event = app_on_event;
    o->user = s;
    o->ids_odd = one_in(w, 2);
    o->max_frame_size = (uint32_t)PICK(w, 16384, 65536, 65536, 20000);
    o->connection_window = o->max_frame_size + WEFT_CONNECTION_WINDOW_MARGIN;
    if (one_in(w, 2))
        o->connection_window = WEFT_CONNECTION_WINDOW_DEFAULT;
    o->max_message_size = (uint32_t)PICK(w, 65536, 131072, 16777216);
    o->max_concurrent_requests = (uint32_t)PICK(w, 1, 2, 3, 8, 1024);
    if (one_in(w, 20))
        o->max_concurrent_requests = 0;
    o->max_connections = (uint32_t)PICK(w, 1, 2, 6, 16384);
    o->max_queued = PICK(w, 4096, 100000, WEFT_QUEUED_DEFAULT);
    o->call_timeout_ns = PICK(w, WEFT_FOREVER, WEFT_NS_PER_S, WEFT_NS_PER_S * 30);
    o->queue_timeout_ns = PICK(w, WEFT_NS_PER_S / 2, WEFT_QUEUE_TIMEOUT_DEFAULT);
    o->close_timeout_ns = PICK(w, WEFT_NS_PER_MS, WEFT_CLOSE_TIMEOUT_DEFAULT);
    o->root_service = one_in(w, 2) ? &s->ends[0]->version->calls : NULL;
    o->keepalive_idle_ns = PICK(w, WEFT_FOREVER, 1000000000, 30000000000);
    o->keepalive_timeout_ns = PICK(w, WEFT_FOREVER, 500000000, 20000000000);
    o->channel_window = (uint32_t)PICK(w, 1, 300, 5000, 262144);
    o->max_channels = (uint32_t)PICK(w, 1, 3, 16, 1024);
    if (one_in(w, 20))
        o->max_channels = 0;
    o->close_when_unused = s->initiator && one_in(w, 8);
    o->max_queued_connection = PICK(w, 4096, 100000, WEFT_QUEUED_CONNECTION_DEFAULT);
    if (w->features & FEATURE_LITTLE)
        o->max_buffered = PICK(w, 20000, 200000, 1000000, WEFT_BUFFERED_DEFAULT);
    s->is_short = w->budget || o->max_buffered < WEFT_BUFFERED_DEFAULT;
    intercept_choose(s);
}

static int side_create(side *s, const weft_engine_options *engine, const weft_peer *peer)
{
    world *w = s->world;
    if (!s->initiator)
        return weft_handshake_new(engine, &s->options, w->now_ns, &s->handshake);
    int status = weft_engine_new(engine, &s->options, w->now_ns, &s->engine);
    if (status < 0)
        return status;
    s->session = weft_session_retain(weft_engine_session(s->engine));
    s->has_ref = true;
    s->n_owed++; /* CLOSED */
    weft_engine_on_wake(s->engine, on_wake, s);
    return weft_engine_reconnect(s->engine, peer, w->now_ns, &s->handshake);
}

int side_begin(side *s, bool initiator)
{
    world *w = s->world;
    weft_engine_options engine;
    weft_peer peer = { sizeof peer, "mem", "sim", false, 0, 0, 0 };
    conn_end *root = &link_conn(s->link, 0)->ends[initiator ? 0 : 1];
    weft_open_options options = weft_open_options_default();
    s->initiator = initiator;
    monitor_init(&s->monitor, s);
    root->version = app_version(s);
    s->ends[s->n_ends++] = root;
    side_options(s);
    weft_engine_options_init(&engine, sizeof engine);
    engine.allocator = &s->alloc.allocator;
    s->has_clock = one_in(w, 2);
    s->time_ns = s->heard_ns = w->now_ns;
    engine.clock = s->has_clock ? clock_now : NULL;
    engine.clock_user = w;
    engine.peer = &peer;
    engine.handles = w->handles;
    engine.budget = w->budget;
    for (size_t i = 0; i < sizeof engine.seed; i++)
        engine.seed[i] = (uint8_t)below(w, 256);
    root->side = s;
    root->serves = true;
    root->closed_owed = root->serve_closed_owed = false;
    app_accept_options(&options, root);
    s->options.root = &options;
    int status = side_create(s, &engine, &peer);
    s->options.root = NULL;
    SIM_CHECK(w, status == 0 || s->is_faulted, "begin", "%d", status);
    if (status < 0)
        s->is_gone = true;
    return status;
}

/* ---- bytes ---- */

static void side_finish(side *s)
{
    weft_engine *engine;
    if (!s->handshake || s->is_dispatching || weft_handshake_phase(s->handshake) != WEFT_PHASE_DONE)
        return;
    SIM_CHECK(s->world, weft_handshake_finish(s->handshake, &engine) == 0, "begin", "a handshake does not finish");
    SIM_CHECK(s->world, !s->initiator || engine == s->engine, "begin", "another engine");
    if (!s->initiator)
        s->n_owed++; /* CLOSED */
    s->engine = engine;
    weft_handshake_free(s->handshake);
    s->handshake = NULL;
    weft_engine_on_wake(engine, on_wake, s);
    s->knows_work = true;
}

/* What was not shown before goes to the monitor; the first len bytes into the pipe. */
static size_t side_take(side *s, const weft_slice *slices, size_t n, size_t len)
{
    uint64_t at = s->taken;
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        size_t seen = s->shown > at ? (size_t)(s->shown - at) : 0;
        if (seen < slices[i].len) {
            monitor_bytes(&s->monitor, MON_TX, slices[i].ptr + seen, slices[i].len - seen);
            s->shown = at + slices[i].len;
        }
        size_t part = slices[i].len < len - taken ? slices[i].len : len - taken;
        if (part > 0) {
            if (!s->out.is_broken)
                pipe_put(&s->out, slices[i].ptr, part);
            sim_note_bytes(s->world, slices[i].ptr, part);
            taken += part;
        }
        at += slices[i].len;
    }
    return taken;
}

size_t side_pump(side *s, size_t len)
{
    weft_slice slices[SLICES];
    world *w = s->world;
    if (!side_is_live(s) || s->is_dispatching)
        return 0;
    if (!s->handshake && !weft_engine_has_output(s->engine) && !s->knows_work) {
        s->out.is_shut |= weft_engine_phase(s->engine) != WEFT_PHASE_RUNNING;
        return 0;
    }
    size_t room = s->out.limit > pipe_len(&s->out) ? s->out.limit - pipe_len(&s->out) : 0;
    size_t n = s->handshake ? weft_handshake_drain(s->handshake, slices, SLICES)
                            : weft_engine_drain(s->engine, slices, SLICES);
    size_t taken = side_take(s, slices, n, len < room ? len : room);
    if (taken > 0) {
        s->taken += taken;
        w->coverage->bytes += taken;
        if (s->handshake)
            weft_handshake_drained(s->handshake, taken);
        else
            weft_engine_drained(s->engine, taken, w->now_ns);
        s->time_ns = w->now_ns;
        SIM_TRACE(w, "%u%c gives %zu bytes", s->link->index, s->name, taken);
    }
    side_finish(s);
    if (side_phase(s) != WEFT_PHASE_RUNNING && side_phase(s) != WEFT_PHASE_DONE && s->taken == s->shown &&
        (s->handshake || !weft_engine_has_output(s->engine)))
        s->out.is_shut = true;
    side_note_work(s);
    return taken;
}

/* What handlers have kept lives as long as the engine. */
static void side_forget_kept(side *s)
{
    for (size_t i = 0; i < s->n_held; i++)
        s->held[i].kept = NULL;
}

static void blocks_free(side *s)
{
    while (s->n_blocks > 0)
        free(s->blocks[--s->n_blocks]);
}

/* A block of memory that is gone after the next dispatch. */
void side_feed(side *s, const uint8_t *bytes, size_t len)
{
    world *w = s->world;
    size_t consumed = 0;
    monitor_bytes(&s->monitor, MON_RX, bytes, len);
    if (s->n_blocks == BLOCKS_MAX)
        (void)side_dispatch(s, SIZE_MAX);
    uint8_t *block = malloc(len);
    memcpy(block, bytes, len);
    s->blocks[s->n_blocks++] = block;
    s->time_ns = s->heard_ns = w->now_ns;
    int status = 0;
    if (s->handshake) {
        status = weft_handshake_feed(s->handshake, block, len, w->now_ns, &consumed);
        side_finish(s);
    }
    if (!s->handshake && s->engine && consumed < len) {
        size_t more = 0;
        status = weft_engine_feed(s->engine, block + consumed, len - consumed, w->now_ns, &more);
        consumed += more;
    }
    SIM_CHECK(w, status == 0 || (status == WEFT_ENOMEM && s->is_faulted), "feed", "%d", status);
    SIM_CHECK(w, consumed == len || side_phase(s) != WEFT_PHASE_RUNNING, "feed", "%zu of %zu", consumed, len);
    s->knows_work = true;
}

bool side_deliver(side *s, size_t len)
{
    sim_pipe *in = &s->other->out;
    if (!side_is_live(s) || s->is_dispatching || in->stalled_until_ns > s->world->now_ns)
        return false;
    if (side_phase(s) == WEFT_PHASE_CLOSED) {
        side_disconnect(s, 0);
        return true;
    }
    if (pipe_len(in) == 0) {
        if (!in->is_shut && !in->is_broken)
            return false;
        side_disconnect(s, in->is_broken ? in->cause : 0);
        return true;
    }
    len = len < pipe_len(in) ? len : pipe_len(in);
    SIM_TRACE(s->world, "%u%c is fed %zu bytes", s->link->index, s->name, len);
    sim_note(s->world, len, (uint64_t)s->name);
    /* What comes back because of it must not find these bytes still there. */
    size_t begin = in->begin;
    pipe_drop(in, len);
    side_feed(s, in->bytes + begin, len);
    return true;
}

void side_disconnect(side *s, int cause)
{
    world *w = s->world;
    SIM_TRACE(w, "%u%c: the conduit ended, %d", s->link->index, s->name, cause);
    if (s->handshake)
        weft_handshake_disconnected(s->handshake, cause, w->now_ns);
    else if (s->engine)
        weft_engine_disconnected(s->engine, cause, "the conduit failed", w->now_ns);
    s->is_gone = true;
    s->out.is_shut = true;
    SIM_CHECK(w, side_phase(s) == WEFT_PHASE_CLOSED || side_phase(s) == WEFT_PHASE_DONE, "phase", "%d after the end",
              side_phase(s));
    s->knows_work = true;
}

/* ---- callbacks, time, the end ---- */

size_t side_dispatch(side *s, size_t n_max)
{
    world *w = s->world;
    if (s->is_dispatching || (!s->engine && !s->handshake))
        return 0;
    s->is_dispatching = true;
    s->time_ns = w->now_ns;
    size_t n = s->handshake ? weft_handshake_dispatch(s->handshake, w->now_ns, n_max)
                            : weft_engine_dispatch(s->engine, w->now_ns, n_max);
    s->is_dispatching = false;
    SIM_CHECK(w, n <= n_max, "dispatch", "%zu callbacks, %zu were asked for", n, n_max);
    if (n > 0)
        sim_note(w, n, (uint64_t)s->name << 8);
    blocks_free(s);
    if (s->free_asked) { /* freed from within a callback */
        s->free_asked = false;
        s->engine = NULL;
        side_forget_kept(s);
        s->is_gone = true;
        s->out.is_shut = true;
    }
    side_finish(s);
    side_note_work(s);
    return n;
}

void side_tick(side *s)
{
    world *w = s->world;
    if (s->is_dispatching)
        return;
    if (s->handshake && weft_handshake_deadline(s->handshake) <= w->now_ns) {
        weft_handshake_tick(s->handshake, w->now_ns);
        SIM_CHECK(w, weft_handshake_deadline(s->handshake) > w->now_ns, "tick", "a deadline stays");
    }
    if (s->engine && weft_engine_deadline(s->engine) <= w->now_ns) {
        s->time_ns = w->now_ns;
        s->may_ping |= w->now_ns - s->heard_ns >= s->options.keepalive_idle_ns;
        weft_engine_tick(s->engine, w->now_ns);
        SIM_CHECK(w, weft_engine_deadline(s->engine) > w->now_ns, "tick", "a deadline stays");
        s->knows_work = true;
    }
}

/* [memory.buffered] What it says that it holds is below its limit, but for refusals, and so is its memory, but for what
 * its application has handed it, its connections and a constant. */
void side_check_memory(const side *s)
{
    weft_session_stats stats = { .size = 0 };
    if (!s->session || !s->engine || s->is_faulted || weft_session_stats_read(s->session, &stats, sizeof stats) < 0)
        return;
    uint64_t bytes = stats.buffered_bytes + stats.queued_bytes + stats.unsent_bytes;
    uint64_t things = s->monitor.n_conns + stats.calls_in_active + stats.calls_out_active + stats.calls_held +
                      stats.channels_in + stats.channels_out;
    SIM_CHECK(s->world, stats.buffered_bytes <= 2 * s->options.max_buffered + MEMORY_MESSAGE, "memory.buffered",
              "%u%c holds %llu bytes", s->link->index, s->name, (unsigned long long)stats.buffered_bytes);
    SIM_CHECK(s->world, s->alloc.live_bytes <= MEMORY_FIXED + 2 * bytes + things * MEMORY_THING, "memory.buffered",
              "%u%c takes %llu bytes, and says that it holds %llu, for %llu connections, calls and channels",
              s->link->index, s->name, (unsigned long long)s->alloc.live_bytes, (unsigned long long)bytes,
              (unsigned long long)things);
}

void side_free(side *s)
{
    weft_handshake *handshake = s->handshake;
    weft_engine *engine = s->engine;
    if (s->is_dispatching) { /* the engine goes when the dispatch returns */
        if (!handshake && !s->free_asked) {
            s->free_asked = true;
            weft_engine_free(engine);
        }
        return;
    }
    SIM_TRACE(s->world, "%u%c is freed", s->link->index, s->name);
    s->is_freeing = true;
    s->is_asked_to_end = true;
    weft_handshake_free(handshake);
    s->handshake = NULL;
    weft_engine_free(engine);
    s->engine = NULL;
    s->is_freeing = false;
    side_forget_kept(s);
    s->is_gone = true;
    s->out.is_shut = true;
    blocks_free(s);
}

void side_release(side *s)
{
    for (size_t i = 0; i < s->n_held; i++)
        (void)weft_call_drop(s->held[i].call);
    s->n_held = 0;
    chan_release(s);
    for (size_t i = 0; i < s->n_ends; i++) {
        weft_connection_release(s->ends[i]->conn);
        s->ends[i]->conn = NULL;
    }
    s->n_ends = 0;
    if (s->has_ref)
        weft_session_release(s->session);
    s->has_ref = false;
    s->session = NULL;
    monitor_fini(&s->monitor);
    pipe_free(&s->out);
    weft_arena_free(s->arena);
    s->arena = NULL;
}
