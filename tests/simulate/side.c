/* One side: its engine's life, bytes out of it and into it, dispatch, time. What a loop would do, but whenever the
 * scheduler says so. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

enum {
    MEMORY_MESSAGE = 2048,
    MEMORY_CONN = 1024,
    MEMORY_FIXED = 2048 * 1024,
    MEMORY_THING = 4096,
    MEMORY_BUFFER = 256 * 1024, /* of a message of ARGS_MAX */
    MEMORY_TURN = 64 * 1024     /* of 16 KiB in messages of 2 KiB */
};

bool side_is_live(const side *s)
{
    return (s->engine || side_handshake(s)) && !s->is_gone;
}

bool side_is_connected(const side *s)
{
    return s->engine && s->port && !s->port->handshake && !s->port->is_gone;
}

weft_phase side_phase(const side *s)
{
    if (side_handshake(s))
        return weft_handshake_phase(s->port->handshake);
    return s->engine ? weft_engine_phase(s->engine) : WEFT_PHASE_CLOSED;
}

uint64_t side_deadline(const side *s)
{
    uint64_t first = s->engine ? weft_engine_deadline(s->engine) : WEFT_FOREVER;
    for (size_t i = 0; i < s->link->n_conduits; i++) {
        const sim_port *p = &s->link->conduits[i]->ports[s == &s->link->sides[1]];
        uint64_t next = p->handshake ? weft_handshake_deadline(p->handshake) : WEFT_FOREVER;
        first = next < first ? next : first;
    }
    return first;
}

static void on_wake(void *user)
{
    side *s = user;
    SIM_CHECK(s->world, !s->is_running, "wake", "%c is woken while it runs", s->name);
    s->knows_work = true;
}

void side_note_work(side *s)
{
    s->knows_work =
        s->engine && !side_handshake(s) && (weft_engine_has_events(s->engine) || weft_engine_has_output(s->engine));
}

void side_check_wake(side *s)
{
    if (!s->engine || side_handshake(s) || s->is_dispatching || s->is_freeing || s->knows_work)
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
    if (one_in(w, 2) && !(w->features & FEATURE_NARROW))
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
    if (s->is_proxy && one_in(w, 2)) { /* so little that others take as much [proxy.settings] */
        o->max_concurrent_requests = o->channel_window = o->max_channels = 1;
        o->max_message_size = WEFT_MESSAGE_SIZE_MIN;
    }
    o->close_when_unused = s->initiator && one_in(w, 8);
    o->max_queued_connection = PICK(w, 4096, 100000, WEFT_QUEUED_CONNECTION_DEFAULT);
    if (w->features & FEATURE_LITTLE)
        o->max_buffered = PICK(w, 20000, 200000, 1000000, WEFT_BUFFERED_DEFAULT);
    s->is_short = w->budget || o->max_buffered < WEFT_BUFFERED_DEFAULT;
    outage_choose(s);
    intercept_choose(s);
}

static const weft_peer sim_peer = { sizeof sim_peer, "mem", "sim", false, 0, 0, 0 };

int side_accept(side *s, sim_port *p)
{
    weft_engine_options engine = s->engine_options;
    weft_open_options root = weft_open_options_default();
    engine.peer = &sim_peer;
    for (size_t i = 0; i < sizeof engine.seed; i++)
        engine.seed[i] = (uint8_t)below(s->world, 256);
    app_accept_options(&root, s->ends[0]);
    s->options.root = &root;
    int status = weft_handshake_new(&engine, &s->options, s->world->now_ns, &p->handshake);
    s->options.root = NULL;
    return status;
}

int side_connect(side *s, sim_port *p)
{
    return weft_engine_reconnect(s->engine, &sim_peer, s->world->now_ns, &p->handshake);
}

static int side_create(side *s)
{
    weft_engine_options engine = s->engine_options;
    weft_open_options root = weft_open_options_default();
    engine.peer = &sim_peer;
    app_accept_options(&root, s->ends[0]);
    s->options.root = &root;
    int status = weft_engine_new(&engine, &s->options, s->world->now_ns, &s->engine);
    s->options.root = NULL;
    if (status < 0)
        return status;
    s->session = weft_session_retain(weft_engine_session(s->engine));
    s->has_ref = true;
    s->n_owed++; /* CLOSED */
    weft_engine_on_wake(s->engine, on_wake, s);
    return side_connect(s, s->port);
}

int side_begin(side *s, bool initiator, sim_port *p)
{
    world *w = s->world;
    weft_engine_options *engine = &s->engine_options;
    conn_end *root = &link_conn(s->link, 0)->ends[initiator ? 0 : 1];
    s->initiator = initiator;
    s->port = p;
    monitor_init(&s->monitor, s);
    root->version = app_version(s);
    s->ends[s->n_ends++] = root;
    side_options(s);
    weft_engine_options_init(engine, sizeof *engine);
    engine->allocator = &s->alloc.allocator;
    s->has_clock = one_in(w, 2);
    s->time_ns = s->heard_ns = w->now_ns;
    engine->clock = s->has_clock ? clock_now : NULL;
    engine->clock_user = w;
    engine->handles = w->handles;
    engine->budget = w->budget;
    engine->registry = initiator ? NULL : w->registry;
    for (size_t i = 0; i < sizeof engine->seed; i++)
        engine->seed[i] = (uint8_t)below(w, 256);
    root->side = s;
    root->serves = true;
    root->closed_owed = root->serve_closed_owed = false;
    int status = initiator ? side_create(s) : side_accept(s, p);
    SIM_CHECK(w, status == 0 || s->is_faulted, "begin", "%d", status);
    if (status < 0)
        s->is_gone = true;
    return status;
}

/* ---- conduits ---- */

void side_begun(side *s, weft_engine *engine)
{
    bool is_new = !s->engine;
    s->engine = engine;
    s->heard_ns = s->world->now_ns;
    s->knows_work = true;
    if (!is_new)
        return;
    weft_engine_on_wake(engine, on_wake, s);
    weft_engine_on_taken(engine, outage_on_taken, s);
}

void side_look(side *s)
{
    if (!s->engine || side_handshake(s))
        return;
    weft_phase phase = weft_engine_phase(s->engine);
    if (phase == WEFT_PHASE_DISCONNECTED) {
        SIM_CHECK(s->world, !s->port || s->port->is_gone || s->is_ticking, "resume.exact",
                  "%u%c: its conduit is taken, and nobody says so", s->link->index, s->name);
        outage_begin(s);
    } else if (phase == WEFT_PHASE_CLOSED) {
        s->is_gone |= !s->port || s->port->is_gone;
        outage_check_end(s);
    } else if (s->outage.is_on) {
        s->outage.is_on = false;
    }
}

/* Those that have a handshake or the engine. */
static size_t side_ports(side *s, sim_port *ports[CONDUITS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < s->link->n_conduits; i++) {
        sim_port *p = &s->link->conduits[i]->ports[s == &s->link->sides[1]];
        if (!p->is_gone && (p->handshake || s->port == p))
            ports[n++] = p;
    }
    return n;
}

static sim_port *side_some_port(side *s)
{
    sim_port *ports[CONDUITS_MAX];
    size_t n = side_ports(s, ports);
    return n == 0 ? NULL : n == 1 ? ports[0] : ports[below(s->world, n)];
}

size_t side_pump(side *s, size_t len)
{
    sim_port *ports[CONDUITS_MAX];
    sim_port *one = len < SIZE_MAX ? side_some_port(s) : NULL;
    size_t sum = 0, n = len < SIZE_MAX ? 0 : side_ports(s, ports);
    if (one)
        return port_pump(one, len);
    for (size_t i = 0; i < n; i++)
        sum += port_pump(ports[i], len);
    return sum;
}

bool side_deliver(side *s, size_t len)
{
    sim_port *ports[CONDUITS_MAX];
    sim_port *one = len < SIZE_MAX ? side_some_port(s) : NULL;
    size_t n = len < SIZE_MAX ? 0 : side_ports(s, ports);
    bool moved = one && port_deliver(one, len);
    for (size_t i = 0; i < n; i++)
        moved |= port_deliver(ports[i], len);
    return moved;
}

/* What handlers have kept lives as long as the engine. */
void side_forget_kept(side *s)
{
    for (size_t i = 0; i < s->n_held; i++)
        s->held[i].kept = NULL;
}

static void blocks_free(side *s)
{
    while (s->n_blocks > 0)
        free(s->blocks[--s->n_blocks]);
}

/* ---- callbacks, time, the end ---- */

/* The engine's, and those of handshakes that it does not own. */
static size_t side_dispatch_all(side *s, size_t n_max)
{
    world *w = s->world;
    sim_port *ports[CONDUITS_MAX];
    size_t n_ports = side_ports(s, ports), n = 0;
    bool is_first = side_handshake(s) && (!s->initiator || s->outage.n == 0);
    s->is_running = true;
    if (is_first)
        n = weft_handshake_dispatch(s->port->handshake, w->now_ns, n_max);
    else if (s->engine)
        n = weft_engine_dispatch(s->engine, w->now_ns, n_max);
    s->is_running = false;
    SIM_CHECK(w, n <= n_max, "dispatch", "%zu callbacks, %zu were asked for", n, n_max);
    for (size_t i = 0; i < n_ports; i++)
        if (ports[i] != s->port && ports[i]->handshake)
            n += weft_handshake_dispatch(ports[i]->handshake, w->now_ns, n_max);
    return n;
}

size_t side_dispatch(side *s, size_t n_max)
{
    world *w = s->world;
    sim_port *ports[CONDUITS_MAX];
    if (s->is_dispatching || (!s->engine && !side_handshake(s)))
        return 0;
    bool is_beside = s->engine && side_ports(s, ports) > (s->port && !s->port->is_gone ? 1u : 0u);
    s->is_dispatching = true;
    s->time_ns = w->now_ns;
    size_t n = side_dispatch_all(s, n_max);
    s->is_dispatching = false;
    if (n > 0)
        sim_note(w, n, (uint64_t)s->name << 8);
    blocks_free(s);
    if (s->free_asked) { /* freed from within a callback */
        s->free_asked = false;
        s->engine = NULL;
        side_forget_kept(s);
        side_leave(s);
    }
    size_t n_ports = side_ports(s, ports);
    for (size_t i = 0; i < n_ports; i++)
        port_finish(ports[i]);
    side_look(s);
    if (s->engine && !s->port) { /* a loop that was woken drains, though there is nowhere for it to go */
        weft_slice none;
        SIM_CHECK(w, weft_engine_drain(s->engine, &none, 1) == 0, "resume.visible", "%u%c has output without a conduit",
                  s->link->index, s->name);
    }
    side_note_work(s);
    s->knows_work |= is_beside; /* what a handshake asks the application about may have woken the engine */
    return n;
}

void side_tick(side *s)
{
    world *w = s->world;
    sim_port *ports[CONDUITS_MAX];
    if (s->is_dispatching)
        return;
    size_t n = side_ports(s, ports);
    for (size_t i = 0; i < n; i++) {
        weft_handshake *handshake = ports[i]->handshake;
        if (!handshake || weft_handshake_deadline(handshake) > w->now_ns)
            continue;
        weft_handshake_tick(handshake, w->now_ns);
        SIM_CHECK(w, weft_handshake_deadline(handshake) > w->now_ns, "tick", "a deadline stays");
        side_look(s);
    }
    if (s->engine && weft_engine_deadline(s->engine) <= w->now_ns) {
        s->time_ns = w->now_ns;
        s->may_ping |= w->now_ns - s->heard_ns >= s->options.keepalive_idle_ns;
        weft_engine_tick(s->engine, w->now_ns);
        SIM_CHECK(w, weft_engine_deadline(s->engine) > w->now_ns, "tick", "a deadline stays");
        s->is_ticking = true; /* it may have found that the conduit is dead */
        side_look(s);
        s->is_ticking = false;
        s->knows_work = true;
    }
}

/* [memory.buffered] What it says that it holds is below its limit, but for refusals. [resume.count] So is the memory of
 * what it keeps until that is acknowledged, but for what one turn adds, and for the buffers of a message that has gone
 * out and of one a connection that was aborted: beyond the limit none begins. And what its allocator has given is
 * explained by both, by what its application has handed it, its connections and a constant: twice, as a buffer is half
 * empty at most, but for what is kept, which is memory. */
void side_check_memory(const side *s)
{
    weft_session_stats stats = { .size = 0 };
    if (!s->session || !s->engine || s->is_faulted || weft_session_stats_read(s->session, &stats, sizeof stats) < 0)
        return;
    uint64_t unsent = stats.kept_bytes > 0 ? 0 : stats.unsent_bytes; /* else it is among those */
    uint64_t bytes = stats.buffered_bytes + stats.queued_bytes + unsent;
    uint64_t things = s->monitor.n_conns + stats.calls_in_active + stats.calls_out_active + stats.calls_held +
                      stats.channels_in + stats.channels_out;
    uint64_t own = s->monitor.n_conns * MEMORY_CONN; /* opened here: nothing refuses them */
    SIM_CHECK(s->world, stats.buffered_bytes <= 2 * s->options.max_buffered + MEMORY_MESSAGE + own, "memory.buffered",
              "%u%c holds %llu bytes", s->link->index, s->name, (unsigned long long)stats.buffered_bytes);
    uint64_t buffers = 2 + stats.connections_in + stats.connections_out; /* and of the root */
    SIM_CHECK(s->world, stats.kept_bytes <= s->options.replay_limit + MEMORY_TURN + buffers * MEMORY_BUFFER,
              "resume.count", "%u%c keeps %llu bytes, beyond %llu", s->link->index, s->name,
              (unsigned long long)stats.kept_bytes, (unsigned long long)s->options.replay_limit);
    SIM_CHECK(s->world, s->alloc.live_bytes <= MEMORY_FIXED + 2 * bytes + stats.kept_bytes + things * MEMORY_THING,
              "memory.buffered", "%u%c takes %llu bytes, says that it holds %llu, for %llu things, and keeps %llu",
              s->link->index, s->name, (unsigned long long)s->alloc.live_bytes, (unsigned long long)bytes,
              (unsigned long long)things, (unsigned long long)stats.kept_bytes);
}

void side_leave(side *s)
{
    sim_port *ports[CONDUITS_MAX];
    size_t n = side_ports(s, ports);
    for (size_t i = 0; i < n; i++)
        port_close(ports[i]);
    s->is_gone = true;
}

/* The handshakes first, which an initiator's engine outlives. */
static void handshakes_free(side *s)
{
    for (size_t i = 0; i < s->link->n_conduits; i++) {
        sim_port *p = &s->link->conduits[i]->ports[s == &s->link->sides[1]];
        if (!p->handshake)
            continue;
        weft_handshake_free(p->handshake);
        p->handshake = NULL;
        port_close(p);
    }
}

void side_free(side *s)
{
    weft_engine *engine = s->engine;
    if (s->is_dispatching) { /* the engine goes when the dispatch returns */
        if (!side_handshake(s) && !s->free_asked) {
            s->free_asked = true;
            weft_engine_free(engine);
        }
        return;
    }
    SIM_TRACE(s->world, "%u%c is freed", s->link->index, s->name);
    s->is_freeing = true;
    s->is_asked_to_end = true;
    handshakes_free(s);
    weft_engine_free(engine);
    s->engine = NULL;
    s->is_freeing = false;
    side_leave(s);
    side_forget_kept(s);
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
    weft_arena_free(s->arena);
    s->arena = NULL;
}
