/* A client's engine: its life, and what it is told of its session. */
#include "tests/simulate/fleet.h"

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    fleet_client *c = user;
    world *w = c->fleet->w;
    (void)session;
    SIM_TRACE(w, "client %u is told %d, %d %u %s", c->index, event->kind, event->error->code, event->error->remote,
              event->error->text);
    SIM_CHECK(w, c->is_dispatching || c->is_freeing, "callback", "an event outside of dispatch");
    SIM_CHECK(w, c->n_closed == 0, "callback", "an event after CLOSED");
    switch (event->kind) {
    case WEFT_EVENT_READY: SIM_CHECK(w, ++c->n_ready == 1 && c->n_failed == 0, "callback", "READY twice"); break;
    case WEFT_EVENT_FAILED: SIM_CHECK(w, ++c->n_failed == 1 && c->n_ready == 0, "callback", "FAILED"); break;
    case WEFT_EVENT_DISCONNECTED:
        SIM_CHECK(w, !c->is_out && c->n_ready == 1, "resume.visible", "DISCONNECTED twice");
        c->is_out = true;
        w->coverage->outages++;
        break;
    case WEFT_EVENT_RESUMED:
        SIM_CHECK(w, c->is_out && c->options.resumable, "resume.visible", "RESUMED at the wrong time");
        c->is_out = false;
        w->coverage->resumed++;
        break;
    case WEFT_EVENT_REPLACED:
        SIM_CHECK(w, c->is_out && c->options.retry, "op.retry", "REPLACED at the wrong time");
        c->is_out = false;
        c->n_losses++;
        w->coverage->replaced++;
        break;
    case WEFT_EVENT_CLOSED:
        c->n_closed++;
        c->n_owed--;
        SIM_CHECK(w, c->n_owed == 0, "callback", "client %u is CLOSED, and %u callbacks are owed", c->index, c->n_owed);
        break;
    default: break;
    }
}

static uint64_t pick(world *w, const uint64_t *values, size_t n)
{
    return values[below(w, n)];
}
#define PICK(w, ...) pick((w), (const uint64_t[]){ __VA_ARGS__ }, sizeof((const uint64_t[]){ __VA_ARGS__ }) / 8)

void fleet_client_begin(fleet *f, fleet_client *c)
{
    world *w = f->w;
    weft_engine_options engine;
    unsigned index = c->index, n_sessions = c->n_sessions;
    memset(c, 0, sizeof *c);
    c->fleet = f;
    c->index = index;
    c->n_sessions = n_sessions;
    for (size_t i = 0; i < FLEET_CONNS; i++)
        c->conns[i].client = c;
    sim_alloc_init(&c->alloc, w);
    c->options = weft_session_options_default();
    c->options.resumable = one_in(w, 2);
    c->options.retry = !one_in(w, 3);
    c->options.connect_wait_ns = PICK(w, WEFT_NS_PER_S * 60, WEFT_NS_PER_S, 0);
    c->options.recovery_timeout_ns = PICK(w, WEFT_TIMEOUT_DEFAULT, WEFT_NS_PER_S * 300, WEFT_NS_PER_S);
    c->options.call_timeout_ns = WEFT_FOREVER;
    c->options.on_event = on_event;
    c->options.user = c;
    weft_engine_options_init(&engine, sizeof engine);
    engine.allocator = &c->alloc.allocator;
    engine.handles = w->handles;
    for (size_t i = 0; i < sizeof engine.seed; i++)
        engine.seed[i] = (uint8_t)below(w, 256);
    SIM_CHECK(w, weft_engine_new(&engine, &c->options, w->now_ns, &c->engine) == 0, "begin", "no engine");
    SIM_TRACE(w, "client %u begins: resumable %d, retry %d", c->index, c->options.resumable, c->options.retry);
    c->session = weft_session_retain(weft_engine_session(c->engine));
    c->n_owed = 1; /* CLOSED */
}

void fleet_client_look(fleet_client *c)
{
    if (!c->engine || c->is_dispatching || !c->end)
        return;
    weft_phase phase = weft_engine_phase(c->engine);
    bool is_out = phase == WEFT_PHASE_DISCONNECTED || phase == WEFT_PHASE_CLOSED;
    if (c->end->handshake && !c->end->is_gone)
        return;
    if (c->end->handshake || (!c->end->is_gone && !is_out))
        return;
    c->end->is_gone = c->end->out.is_shut = true;
    c->end->engine = NULL;
    if (is_out)
        c->end = NULL;
}

void fleet_client_free(fleet_client *c)
{
    world *w = c->fleet->w;
    if (!c->engine)
        return;
    SIM_TRACE(w, "client %u is freed", c->index);
    c->is_freeing = c->is_asked_to_end = true;
    if (c->end) {
        weft_handshake_free(c->end->handshake);
        c->end->handshake = NULL;
        c->end->engine = NULL;
        c->end->is_gone = c->end->out.is_shut = true;
        c->end = NULL;
    }
    weft_engine_free(c->engine);
    c->engine = NULL;
    c->is_freeing = false;
    for (size_t i = 0; i < FLEET_CONNS; i++) {
        weft_connection_release(c->conns[i].conn);
        c->conns[i].conn = NULL;
    }
    weft_session_release(c->session);
    c->session = NULL;
    SIM_CHECK(w, c->n_owed == 0 && c->n_calls == 0 && c->n_closed == 1, "callback",
              "client %u: %u callbacks never came, %zu of calls", c->index, c->n_owed, c->n_calls);
    SIM_CHECK(w, c->alloc.live_blocks == 0, "memory", "client %u leaves %llu blocks of %llu bytes", c->index,
              (unsigned long long)c->alloc.live_blocks, (unsigned long long)c->alloc.live_bytes);
}
