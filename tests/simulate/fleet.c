/* The scheduler of a fleet: bytes, callbacks, answers, crashes, clocks. */
#include "tests/simulate/fleet.h"

#include <stdlib.h>

enum { CHUNK = 64, SETTLE_MAX = 5000, ROUNDS_MAX = 20000 };

/* ---- acts ---- */

static bool connect(fleet *f, fleet_client *c)
{
    world *w = f->w;
    if (!c->engine || c->end || c->is_dispatching || !weft_engine_wants_conduit(c->engine))
        return false;
    fleet_sweep(f, false);
    bool refused = !f->host.is_up || f->n_conduits == FLEET_CONDUITS || f->host.n_sessions >= FLEET_SESSIONS - 1 ||
                   (!f->is_settling && one_in(w, 6));
    if (refused) {
        weft_engine_disconnected(c->engine, WEFT_ECONNREFUSED, "nobody listens", w->now_ns);
        return true;
    }
    static const weft_peer peer = { sizeof peer, "mem", "fleet", false, 0, 0, 0 };
    fleet_conduit *conduit = fleet_conduit_new(f, c);
    SIM_TRACE(w, "client %u has a conduit", c->index);
    c->end = &conduit->ends[0];
    c->met_process = f->host.process;
    SIM_CHECK(w, weft_engine_reconnect(c->engine, &peer, w->now_ns, &c->end->handshake) == 0, "resume.initiator",
              "connecting fails");
    SIM_CHECK(w, fleet_host_accept(f, &conduit->ends[1]), "begin", "nobody accepts");
    return true;
}

/* One that is over begins anew. */
static void renew(fleet *f, fleet_client *c)
{
    if (c->engine && !c->is_dispatching && c->n_closed > 0)
        fleet_client_free(c);
    if (!c->engine)
        fleet_client_begin(f, c);
}

static void move_clock(fleet *f, uint64_t ns)
{
    SIM_TRACE(f->w, "the clock goes on by %llu ns", (unsigned long long)ns);
    f->w->now_ns += ns;
    sim_note(f->w, ns, 1);
    fleet_tick(f);
}

/* The wall clock alone is set: outcomes may expire earlier, or later. */
static void move_wall(fleet *f)
{
    int64_t ms = (int64_t)below(f->w, 2 * f->host.ttl_ns / 1000000 + 1);
    f->wall_shift_ms += one_in(f->w, 2) ? ms : -(ms / 8);
    f->has_expired = true;
    SIM_TRACE(f->w, "the wall clock is moved by %lld ms", (long long)ms);
}

static bool sync_some(fleet *f)
{
    bool moved = fleet_store_act(&f->store, f->is_settling);
    if (!f->host.operations || !weft_operations_want_sync(f->host.operations) || (!f->is_settling && one_in(f->w, 3)))
        return moved;
    weft_operations_sync(f->host.operations);
    return true;
}

static fleet_end *some_end(fleet *f)
{
    return f->n_conduits == 0 ? NULL : &f->conduits[below(f->w, f->n_conduits)]->ends[below(f->w, 2)];
}

static size_t some(world *w)
{
    return one_in(w, 3) ? 1 + below(w, 200) : SIZE_MAX;
}

static void harm(fleet *f)
{
    world *w = f->w;
    unsigned how = (unsigned)below(w, 100);
    if (how < 50 && f->n_conduits > 0) {
        fleet_cut(f, f->conduits[below(w, f->n_conduits)]);
        w->coverage->faults[FAULT_CUT][STATE_FLEET]++;
    } else if (how < 60 && f->host.is_up) {
        fleet_host_crash(f);
        w->coverage->faults[FAULT_CRASH][STATE_FLEET]++;
    } else if (how < 64) {
        move_wall(f);
    } else if (how < 70) {
        fleet_client *c = &f->clients[below(w, f->n_clients)];
        if (!c->is_dispatching && one_in(w, 4))
            fleet_client_free(c);
    }
}

static void event(fleet *f)
{
    world *w = f->w;
    fleet_client *c = &f->clients[below(w, f->n_clients)];
    fleet_end *end = some_end(f);
    if (!f->host.is_up && one_in(w, 40))
        fleet_host_start(f);
    renew(f, c);
    switch (below(w, 16)) {
    case 0:
    case 1:
    case 2:
        if (end)
            (void)fleet_pump(f, end, some(w));
        break;
    case 3:
    case 4:
    case 5:
        if (end)
            (void)fleet_deliver(f, end, some(w));
        break;
    case 6: (void)fleet_dispatch(f, NULL, c); break;
    case 7: (void)fleet_dispatch(f, NULL, NULL); break;
    case 8: (void)connect(f, c); break;
    case 9:
        if (f->host.n_held > 0)
            (void)fleet_host_answer(f, below(w, f->host.n_held));
        break;
    case 10: (void)sync_some(f); break;
    case 11:
        if (one_in(w, 4))
            move_clock(f, UINT64_C(1) << below(w, w->time_bits));
        break;
    case 12:
        if (one_in(w, 6))
            harm(f);
        break;
    default: fleet_client_act(c);
    }
}

/* ---- settling ---- */

static void run_dry(fleet *f)
{
    bool moved = true;
    for (unsigned n = 0; moved; n++) {
        SIM_CHECK(f->w, n < ROUNDS_MAX, "flow.never-stall", "it moves for ever");
        moved = fleet_dispatch(f, NULL, NULL);
        for (unsigned i = 0; i < f->n_clients; i++) {
            moved |= fleet_dispatch(f, NULL, &f->clients[i]);
            moved |= connect(f, &f->clients[i]);
        }
        for (size_t i = 0; i < f->n_conduits; i++)
            for (int k = 0; k < 2; k++) {
                moved |= fleet_pump(f, &f->conduits[i]->ends[k], SIZE_MAX);
                moved |= fleet_deliver(f, &f->conduits[i]->ends[k], SIZE_MAX);
            }
        moved |= sync_some(f);
        while (f->host.n_held > 0)
            moved |= fleet_host_answer(f, 0);
    }
}

static uint64_t next_deadline(const fleet *f)
{
    uint64_t first = fleet_host_deadline(f);
    for (unsigned i = 0; i < f->n_clients; i++) {
        uint64_t next = f->clients[i].engine ? weft_engine_deadline(f->clients[i].engine) : WEFT_FOREVER;
        first = next < first ? next : first;
    }
    return first;
}

static size_t n_waiting(const fleet *f)
{
    size_t n = 0;
    for (unsigned i = 0; i < f->n_clients; i++)
        n += f->clients[i].n_calls;
    return n;
}

/* Everything is up, and every call ends. */
static void settle(fleet *f)
{
    f->is_settling = true;
    if (!f->host.is_up)
        fleet_host_start(f);
    run_dry(f);
    for (unsigned n = 0; n_waiting(f) > 0; n++) {
        uint64_t next = next_deadline(f);
        SIM_CHECK(f->w, n < SETTLE_MAX && next != WEFT_FOREVER, "flow.never-stall",
                  "%zu calls wait, and there is nothing to wait for", n_waiting(f));
        move_clock(f, next > f->w->now_ns ? next - f->w->now_ns : 0);
        run_dry(f);
    }
    f->is_settling = false;
}

/* ---- a run ---- */

static void begin(fleet *f)
{
    world *w = f->w;
    fleet_host *h = &f->host;
    w->time_bits = one_in(w, 3) ? 36 : one_in(w, 2) ? 31 : 26;
    f->store.fleet = f;
    f->store.fails = one_in(w, 4);
    h->has_operations = !one_in(w, 8);
    h->has_store = one_in(w, 2);
    h->ttl_ns = one_in(w, 3) ? WEFT_NS_PER_S * 20 : WEFT_OPERATION_TTL_DEFAULT;
    h->options = weft_session_options_default();
    if (one_in(w, 4))
        h->options.resume_window_ns = one_in(w, 2) ? 0 : WEFT_NS_PER_S;
    f->n_clients = 1 + (unsigned)below(w, CLIENTS_MAX);
    fleet_host_start(f);
    for (unsigned i = 0; i < f->n_clients; i++) {
        f->clients[i].index = i;
        fleet_client_begin(f, &f->clients[i]);
    }
}

static void end(fleet *f)
{
    settle(f);
    for (unsigned i = 0; i < f->n_clients; i++)
        fleet_client_free(&f->clients[i]);
    fleet_host_crash(f);
    for (unsigned i = 0; i < f->n_clients; i++)
        fleet_client_free(&f->clients[i]);
    fleet_sweep(f, true);
    fleet_store_free(&f->store);
    for (size_t i = 0; i < f->n_calls; i += CHUNK)
        free(f->calls[i / CHUNK]);
    free(f->calls);
}

void fleet_run_all(world *w)
{
    fleet *f = calloc(1, sizeof *f);
    f->w = w;
    begin(f);
    for (w->event = 0; w->event < w->options.events; w->event++) {
        if (world_skips(w))
            continue;
        w->random.state = w->options.seed ^ (w->event + 1) * UINT64_C(0xd1342543de82ef95);
        event(f);
    }
    end(f);
    free(f);
    w->coverage->fleets++;
}
