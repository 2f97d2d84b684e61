/* The host of a fleet: a process with a registry, operations, perhaps a store; it answers calls, crashes, is started
 * again. */
#include "tests/simulate/fleet.h"

#include <stdlib.h>

static fleet_host *host_of(fleet *f)
{
    return &f->host;
}

/* ---- sessions ---- */

static void end_of_engine_close(fleet *f, const weft_engine *engine)
{
    for (size_t i = 0; i < f->n_conduits; i++) {
        fleet_end *end = &f->conduits[i]->ends[1];
        if (end->engine != engine)
            continue;
        end->is_gone = end->out.is_shut = true;
        end->engine = NULL;
    }
}

static void on_taken(void *user)
{
    fleet_session *s = user;
    SIM_TRACE(s->fleet->w, "the host's conduit is taken from it");
    end_of_engine_close(s->fleet, s->engine);
}

void fleet_host_engine(fleet *f, fleet_end *end, weft_engine *engine)
{
    fleet_host *h = host_of(f);
    (void)end;
    for (size_t i = 0; i < h->n_sessions; i++)
        if (h->sessions[i]->engine == engine)
            return; /* resumed */
    SIM_CHECK(f->w, h->n_sessions < FLEET_SESSIONS, "begin", "too many sessions");
    fleet_session *s = calloc(1, sizeof *s);
    s->fleet = f;
    s->engine = engine;
    h->sessions[h->n_sessions++] = s;
    weft_engine_on_taken(engine, on_taken, s);
}

static void session_free(fleet *f, size_t i)
{
    fleet_host *h = host_of(f);
    fleet_session *s = h->sessions[i];
    h->sessions[i] = h->sessions[--h->n_sessions];
    end_of_engine_close(f, s->engine);
    weft_engine_free(s->engine);
    free(s);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    fleet *f = user;
    SIM_TRACE(f->w, "the host is told %d, %d %s", event->kind, event->error->code, event->error->text);
    SIM_CHECK(f->w, event->kind != WEFT_EVENT_REPLACED, "op.retry", "the host's session is replaced");
    if (event->kind == WEFT_EVENT_READY)
        f->host.n_references++;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    f->host.n_references--;
    weft_session_release(session);
}

static void failed_event(void *user, weft_session *session, const weft_session_event *event)
{
    fleet *f = user;
    if (event->kind == WEFT_EVENT_FAILED)
        f->host.has_failed = true;
    if (f->host.has_failed && event->kind == WEFT_EVENT_CLOSED)
        f->host.has_failed = false; /* no reference was handed over */
    else
        on_event(user, session, event);
}

bool fleet_host_dispatch(fleet *f, size_t n_max)
{
    fleet_host *h = host_of(f);
    size_t n = 0;
    if (!h->is_up || h->is_dispatching)
        return false;
    h->is_dispatching = true;
    for (size_t i = 0; i < f->n_conduits; i++)
        if (f->conduits[i]->ends[1].handshake)
            n += weft_handshake_dispatch(f->conduits[i]->ends[1].handshake, f->w->now_ns, n_max);
    for (size_t i = 0; i < h->n_sessions; i++)
        n += weft_engine_dispatch(h->sessions[i]->engine, f->w->now_ns, n_max);
    h->is_dispatching = false;
    for (size_t i = h->n_sessions; i > 0; i--) {
        const weft_engine *engine = h->sessions[i - 1]->engine;
        if (weft_engine_phase(engine) == WEFT_PHASE_CLOSED && !weft_engine_has_events(engine))
            session_free(f, i - 1);
    }
    return n > 0;
}

uint64_t fleet_host_deadline(const fleet *f)
{
    return f->host.operations ? weft_operations_deadline(f->host.operations) : WEFT_FOREVER;
}

/* As a runtime does it: what has expired goes, what could not be stored is tried again. */
void fleet_host_tick(fleet *f)
{
    if (fleet_host_deadline(f) > f->w->now_ns)
        return;
    weft_operations_tick(f->host.operations, f->w->now_ns);
    SIM_CHECK(f->w, fleet_host_deadline(f) > f->w->now_ns || weft_operations_want_sync(f->host.operations), "tick",
              "a deadline of operations stays");
}

/* ---- opens and calls ---- */

static const int handler = 1;

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    weft_accept_options options = weft_open_options_default();
    (void)session;
    options.serves = &fleet_service;
    options.handler = &handler;
    options.self = user;
    int status = weft_pending_accept(pending, &options, NULL);
    return status;
}

bool fleet_host_answer(fleet *f, size_t index)
{
    fleet_host *h = host_of(f);
    fleet_held one = h->held[index];
    h->held[index] = h->held[--h->n_held];
    uint8_t storage[16];
    uint64_t run = one.run;
    memcpy(storage, &one.note->serial, sizeof run);
    memcpy(storage + 8, &run, sizeof run);
    weft_bytes value = weft_bytes_of(storage, sizeof storage);
    uint8_t given = ANSWER_OK;
    int status;
    switch (below(f->w, 12)) {
    case 0: status = weft_call_drop(one.call), given = ANSWER_DROPPED; break;
    case 1: status = weft_call_fail(one.call, WEFT_OUTCOME_INTERNAL, "because"), given = ANSWER_INTERNAL; break;
    case 2: status = weft_gen_fail(one.call, &fleet_service, one.note->method, &value), given = ANSWER_ERROR; break;
    default: status = weft_gen_return(one.call, &fleet_service, one.note->method, &value);
    }
    SIM_TRACE(f->w, "the host answers %llu, run %u, by %d: %d", (unsigned long long)one.note->serial, one.run, given,
              status);
    SIM_CHECK(f->w, status == 0 || status == WEFT_EALREADY, "call.response", "an answer says %d", status);
    bool is_operation = one.is_operation;
    SIM_CHECK(f->w, status == 0 || !is_operation, "op.order", "the handler of an operation is cut off");
    if (status == 0 && one.run < FLEET_RUNS)
        one.note->runs[one.run].answer = given;
    return true;
}

void fleet_host_hold(fleet *f, fleet_call *note, unsigned run, weft_call call, bool is_operation)
{
    fleet_host *h = host_of(f);
    if (h->n_held == FLEET_HELD)
        (void)fleet_host_answer(f, below(f->w, h->n_held));
    h->held[h->n_held++] = (fleet_held){ call, note, run, is_operation };
    if (one_in(f->w, 2))
        (void)fleet_host_answer(f, h->n_held - 1);
}

/* ---- its life ---- */

static uint64_t wall_ms(void *user)
{
    const fleet *f = user;
    return (uint64_t)((int64_t)(f->w->now_ns / 1000000) + f->wall_shift_ms);
}

static void operations_begin(fleet *f)
{
    fleet_host *h = host_of(f);
    weft_operations_options o;
    weft_error error;
    weft_operations_options_init(&o, sizeof o);
    o.allocator = &h->alloc.allocator;
    o.store = h->has_store ? &fleet_store_type : NULL;
    o.store_self = &f->store;
    o.ttl_ns = h->ttl_ns;
    o.wall_ms = h->has_store || one_in(f->w, 2) ? wall_ms : NULL;
    o.wall_user = f;
    for (size_t i = 0; i < sizeof o.seed; i++)
        o.seed[i] = (uint8_t)below(f->w, 256);
    SIM_CHECK(f->w, weft_operations_new(&o, &h->operations, &error) == 0, "op.store", "no operations: %s", error.text);
}

void fleet_host_start(fleet *f)
{
    fleet_host *h = host_of(f);
    weft_registry_options o;
    h->process++;
    h->lifetime = h->has_store ? 0 : h->process;
    SIM_TRACE(f->w, "the host starts, process %u", h->process);
    sim_alloc_init(&h->alloc, f->w);
    weft_registry_options_init(&o, sizeof o);
    o.allocator = &h->alloc.allocator;
    for (size_t i = 0; i < sizeof o.seed; i++)
        o.seed[i] = (uint8_t)below(f->w, 256);
    SIM_CHECK(f->w, weft_registry_new(&o, &h->registry) == 0, "begin", "no registry");
    f->store.is_dead = false;
    if (h->has_operations)
        operations_begin(f);
    h->options.on_open = on_open;
    h->options.on_event = failed_event;
    h->options.user = f;
    h->is_up = true;
}

bool fleet_host_accept(fleet *f, fleet_end *end)
{
    static const weft_peer peer = { sizeof peer, "mem", "fleet", false, 0, 0, 0 };
    fleet_host *h = host_of(f);
    weft_engine_options o;
    if (!h->is_up)
        return false;
    weft_engine_options_init(&o, sizeof o);
    o.allocator = &h->alloc.allocator;
    o.peer = &peer;
    o.handles = f->w->handles;
    o.registry = h->registry;
    o.operations = h->operations;
    for (size_t i = 0; i < sizeof o.seed; i++)
        o.seed[i] = (uint8_t)below(f->w, 256);
    int status = weft_handshake_new(&o, &h->options, f->w->now_ns, &end->handshake);
    SIM_CHECK(f->w, status == 0, "begin", "a handshake says %d", status);
    return true;
}

void fleet_host_crash(fleet *f)
{
    fleet_host *h = host_of(f);
    SIM_TRACE(f->w, "the host crashes");
    h->is_dying = h->is_dispatching = true;
    h->n_held = 0;
    for (size_t i = 0; i < f->n_conduits; i++) {
        fleet_end *end = &f->conduits[i]->ends[1];
        if (!end->is_gone)
            fleet_cut(f, f->conduits[i]);
        end->is_gone = true;
        weft_handshake_free(end->handshake);
        end->handshake = NULL;
        end->engine = NULL;
    }
    fleet_store_crash(&f->store);
    while (h->n_sessions > 0)
        session_free(f, h->n_sessions - 1);
    weft_operations_release(h->operations);
    h->operations = NULL;
    weft_registry_release(h->registry);
    h->registry = NULL;
    h->is_up = h->is_dying = h->is_dispatching = false;
    SIM_CHECK(f->w, h->n_references == 0, "callback", "%u sessions of the host never closed", h->n_references);
    SIM_CHECK(f->w, h->alloc.live_blocks == 0, "memory", "the host leaves %llu blocks, %llu bytes",
              (unsigned long long)h->alloc.live_blocks, (unsigned long long)h->alloc.live_bytes);
}
