/* The scheduler: links are made, and each event moves bytes, runs callbacks, lets an application act, moves the clock,
 * or does harm. */
#include "tests/simulate/chain.h"
#include "tests/simulate/fleet.h"

#include <stdlib.h>

enum { CHECK_MEMORY = 8 };

/* ---- links ---- */

sim_link *link_new(world *w, size_t slot, bool is_half)
{
    sim_link *l = calloc(1, sizeof *l);
    bool silent_initiator = one_in(w, 2);
    l->world = w;
    l->index = w->links_made++;
    link_use(l, w->is_chain ? w->book : book_new());
    sim_conduit *first = conduit_new(l);
    for (int i = 0; i < 2; i++) {
        side *s = &l->sides[i];
        s->world = w;
        s->link = l;
        s->other = &l->sides[!i];
        s->name = (char)('a' + i);
        chain_place(s, slot);
        s->is_silent = is_half && silent_initiator == (i == 0);
        sim_alloc_init(&s->alloc, w);
        if (one_in(w, 4))
            (void)weft_arena_new(NULL, &s->arena);
    }
    for (int i = 0; i < 2; i++) {
        if (l->sides[i].is_silent)
            l->sides[i].is_gone = true;
        else
            (void)side_begin(&l->sides[i], i == 0, &first->ports[i]);
    }
    const weft_session_options *a = &l->sides[0].options, *b = &l->sides[1].options;
    l->resumes = w->registry && !is_half && a->resumable && b->resume_window_ns > 0;
    w->coverage->links++;
    return l;
}

static bool link_is_over(const sim_link *l)
{
    for (int i = 0; i < 2; i++)
        if (side_is_live(&l->sides[i]) && side_phase(&l->sides[i]) != WEFT_PHASE_CLOSED)
            return false;
    return true;
}

static void world_replace(world *w, size_t i)
{
    bool is_half = w->links[i]->sides[0].is_silent || w->links[i]->sides[1].is_silent;
    link_end(w->links[i]);
    w->links[i] = link_new(w, i, is_half);
}

/* ---- time ---- */

void world_tick(world *w)
{
    for (size_t i = 0; i < w->n_links; i++)
        for (int k = 0; k < 2; k++)
            side_tick(&w->links[i]->sides[k]);
}

static void event_time(world *w)
{
    side *s = &w->links[below(w, w->n_links)]->sides[below(w, 2)];
    uint64_t next = side_deadline(s);
    uint64_t to = w->now_ns + (UINT64_C(1) << below(w, w->time_bits));
    if (next != WEFT_FOREVER && next > w->now_ns && one_in(w, 3) && w->faults & 1u << FAULT_JUMP)
        to = next;
    SIM_TRACE(w, "the clock goes on by %llu ns", (unsigned long long)(to - w->now_ns));
    w->now_ns = to;
    sim_note(w, to, 1);
    if (!one_in(w, 8)) /* a loop that is late ticks later */
        world_tick(w);
}

/* ---- harm ---- */

static sim_state state_of(const side *s)
{
    const monitor *m = &s->monitor;
    if (!side_is_live(s) || m->stage == MON_OVER)
        return STATE_OVER;
    const sim_link *l = s->link;
    const sim_conduit *newest = l->n_conduits > 0 ? l->conduits[l->n_conduits - 1] : NULL;
    if (s->outage.is_on)
        return newest && newest->ports[s == &l->sides[1]].handshake ? STATE_RESUMING : STATE_OUT;
    if (side_handshake(s))
        return m->stage == MON_HELLO || m->stage == MON_WELCOME ? STATE_CONNECTING : STATE_HANDSHAKE;
    if (m->stage == MON_GOODBYE)
        return STATE_GOODBYE;
    if (s->is_asked_to_end)
        return STATE_CLOSING;
    for (size_t i = 0; i < m->n_conns; i++)
        if (m->conns[i]->half[0].kind || m->conns[i]->half[1].kind)
            return STATE_HALF;
    if (s->n_calls > 0 || s->n_held > 0)
        return STATE_BUSY;
    return m->n_conns > 1 ? STATE_OPEN : STATE_IDLE;
}

/* What was under way is lost from some byte on. */
static void pipe_break(world *w, sim_pipe *p, int cause)
{
    p->end -= below(w, pipe_len(p) + 1);
    p->is_broken = true;
    p->cause = cause;
}

/* The newest conduit, the other side is told of it late: then it still believes in this one when there is another. */
static void link_cut(sim_link *l, sim_port *p, bool tells_late)
{
    world *w = l->world;
    pipe_break(w, &p->out, WEFT_ECONNRESET);
    pipe_break(w, &p->peer->out, WEFT_EPIPE);
    if (tells_late)
        p->peer->out.stalled_until_ns = w->now_ns + below(w, WEFT_NS_PER_S * 60);
    if (one_in(w, 8))
        l->away_until_ns = w->now_ns + below(w, WEFT_NS_PER_S * 90);
    l->is_faulted |= !l->resumes || l->sides[0].monitor.stage < MON_READY;
}

static void event_fault(world *w, sim_link *l, side *s)
{
    sim_fault fault = (sim_fault)below(w, FAULTS);
    if (!(w->faults & 1u << fault) || fault == FAULT_SPLIT || fault == FAULT_JUMP || fault == FAULT_ABORT)
        return;
    w->coverage->faults[fault][state_of(s)]++;
    SIM_TRACE(w, "%u%c fault %d", l->index, s->name, fault);
    if (l->n_conduits == 0 && fault != FAULT_AWAY && fault != FAULT_CLOSE && fault != FAULT_MEMORY)
        return;
    sim_port *p = l->n_conduits > 0 ? &l->conduits[l->n_conduits - 1]->ports[s == &l->sides[1]] : NULL;
    switch (fault) {
    case FAULT_STALL: p->out.stalled_until_ns = w->now_ns + below(w, WEFT_NS_PER_S * 4); return;
    case FAULT_AWAY: l->away_until_ns = w->now_ns + below(w, WEFT_NS_PER_S * 20); return;
    case FAULT_CUT:
    case FAULT_CUT_ONE: link_cut(l, p, fault == FAULT_CUT_ONE); return;
    case FAULT_CRASH:
        if (s->is_proxy && one_in(w, 2)) {
            chain_crash(s);
            return;
        }
        pipe_break(w, &p->out, WEFT_ECONNRESET);
        side_free(s);
        break;
    case FAULT_MEMORY:
        s->alloc.fail_in = 1 + below(w, one_in(w, 2) ? 8 : 100);
        s->alloc.fail_run = (uint32_t)(one_in(w, 3) ? 1 + below(w, 50) : 1);
        s->is_faulted = s->is_short = true;
        break;
    default:
        if (!s->session)
            return;
        s->is_asked_to_end = true;
        weft_session_close(s->session, 401, "closed");
        return;
    }
    l->is_faulted = true;
}

/* ---- events ---- */

static size_t some(world *w)
{
    switch (below(w, 6)) {
    case 0: return 1 + below(w, 20);
    case 1: return 1 + below(w, 300);
    case 2: return 1 + below(w, 20000);
    default: return SIZE_MAX;
    }
}

static bool side_turn(side *s)
{
    bool moved = side_deliver(s, SIZE_MAX);
    moved |= side_dispatch(s, SIZE_MAX) > 0;
    return side_pump(s, SIZE_MAX) > 0 || moved;
}

static op pick_op(world *w)
{
    unsigned sum = 0;
    for (int i = 0; i < OPS; i++)
        sum += w->weights[i];
    uint64_t at = below(w, sum);
    for (int i = 0; i < OPS; i++) {
        if (at < w->weights[i])
            return (op)i;
        at -= w->weights[i];
    }
    return OP_TURN;
}

/* The newest conduit has another handshake: what it says may be lost. */
static bool is_resuming(const sim_link *l)
{
    const sim_conduit *c = l->n_conduits > 0 ? l->conduits[l->n_conduits - 1] : NULL;
    return c && c->ports[0].shake.is_on && (c->ports[0].handshake || c->ports[1].handshake);
}

static void world_event(world *w)
{
    size_t i = below(w, w->n_links);
    sim_link *l = w->links[i];
    side *s = &l->sides[below(w, 2)];
    if (s->is_silent)
        s = s->other;
    if (link_is_over(l) && one_in(w, 8)) {
        world_replace(w, i);
        return;
    }
    bool split = w->faults & 1u << FAULT_SPLIT;
    bool moved = true;
    if (l->resumes && !one_in(w, 4) && outage_connect(l))
        return;
    if (l->resumes && w->faults & 1u << FAULT_CUT && one_in(w, 30) && is_resuming(l)) {
        link_cut(l, &l->conduits[l->n_conduits - 1]->ports[below(w, 2)], false);
        return;
    }
    switch (pick_op(w)) {
    case OP_TURN: moved = side_turn(s) || side_turn(s->other); break;
    case OP_PUMP: moved = side_pump(s, split ? some(w) : SIZE_MAX) > 0; break;
    case OP_DELIVER: moved = side_deliver(s, split ? some(w) : SIZE_MAX); break;
    case OP_DISPATCH: moved = side_dispatch(s, one_in(w, 2) ? 1 + below(w, 3) : SIZE_MAX) > 0; break;
    case OP_APP: moved = false; break;
    case OP_TIME: event_time(w); break;
    case OP_FAULT: event_fault(w, l, s); break;
    case OP_SETTLE: settle_check(l); break;
    case OP_FORGE: moved = forge(s); break;
    case OP_PROBE: probe(l); break;
    default: break;
    }
    if (!moved)
        app_act(s);
    if (w->event % CHECK_MEMORY == 0)
        side_check_memory(s);
    if (w->is_chain)
        chain_check_held(w);
}

/* ---- a run ---- */

static void registry_begin(world *w)
{
    weft_registry_options o;
    weft_registry_options_init(&o, sizeof o);
    o.allocator = &w->handles_alloc.allocator;
    for (size_t i = 0; i < sizeof o.seed; i++)
        o.seed[i] = (uint8_t)below(w, 256);
    if (one_in(w, 6))
        o.max_parked = 1 + (uint32_t)below(w, 2);
    if (one_in(w, 6))
        o.max_parked_bytes = 5000 + below(w, 100000);
    SIM_CHECK(w, weft_registry_new(&o, &w->registry) == 0, "begin", "no registry");
}

/* Each run has its own kind of weather. */
static void world_begin(world *w)
{
    static const unsigned heavy[] = { 1, 4, 10, 30 };
    w->random.state = w->options.seed;
    (void)below(w, 2);
    w->now_ns = WEFT_NS_PER_S;
    w->hash = w->options.seed;
    w->n_sides = 2 + (unsigned)below(w, 4);
    w->n_links = (w->n_sides + 1) / 2;
    w->faults = (unsigned)weft_test_random_next(&w->random) & ((1u << FAULTS) - 1);
    if (one_in(w, 4))
        w->faults = 1u << FAULT_SPLIT;
    w->large_one_in = one_in(w, 3) ? 8 : 60;
    w->time_bits = one_in(w, 4) ? 34 : one_in(w, 2) ? 28 : 20;
    w->weights[OP_TURN] = 30;
    w->weights[OP_PUMP] = heavy[below(w, 4)];
    w->weights[OP_DELIVER] = heavy[below(w, 4)];
    w->weights[OP_DISPATCH] = heavy[below(w, 4)];
    w->weights[OP_APP] = 10 + heavy[below(w, 4)];
    w->weights[OP_TIME] = 1;
    w->weights[OP_FAULT] = one_in(w, 2) ? 0 : 1;
    w->weights[OP_SETTLE] = one_in(w, 4) ? 1 : 0;
    w->weights[OP_FORGE] = one_in(w, 2) ? 0 : 2;
    w->weights[OP_PROBE] = one_in(w, 2) ? 0 : 1;
    for (unsigned feature = 1; feature <= FEATURE_HOSTILE; feature <<= 1)
        w->features |= one_in(w, 4) ? feature : 0;
    sim_alloc_init(&w->handles_alloc, w);
    SIM_CHECK(w, weft_handles_new(&w->handles_alloc.allocator, &w->handles) == 0, "begin", "no handles");
    if (w->features & FEATURE_BUDGET)
        SIM_CHECK(w, weft_budget_new(&w->handles_alloc.allocator, 50000 + below(w, 1000000), &w->budget) == 0, "begin",
                  "no budget");
    w->is_fleet = one_in(w, 6) && !w->options.chains;
    if (w->is_fleet) {
        w->n_links = 0;
        return;
    }
    w->is_chain = (one_in(w, 3) && !w->options.no_chains) || w->options.chains;
    if (w->features & FEATURE_RESUME) {
        registry_begin(w);
        if (one_in(w, 2)) { /* outages are what such a run is for */
            w->faults |= 1u << FAULT_CUT | 1u << FAULT_CUT_ONE;
            w->weights[OP_FAULT] = 3;
        }
    }
    if (w->is_chain)
        chain_begin(w);
    for (unsigned i = 0; i < w->n_links; i++)
        w->links[i] = link_new(w, i, i * 2 + 1 == w->n_sides && !w->is_chain);
}

bool world_skips(const world *w)
{
    const sim_options *o = &w->options;
    for (size_t i = 0; i < o->n_skip; i++)
        if (w->event >= o->skip[i][0] && w->event <= o->skip[i][1])
            return true;
    return false;
}

void world_run(world *w)
{
    world_begin(w);
    if (w->is_fleet) {
        fleet_run_all(w);
        world_end(w);
        w->coverage->events += w->options.events;
        w->coverage->runs++;
        return;
    }
    for (w->event = 0; w->event < w->options.events; w->event++) {
        if (world_skips(w))
            continue;
        w->random.state = w->options.seed ^ (w->event + 1) * UINT64_C(0xd1342543de82ef95);
        world_event(w);
    }
    world_end(w);
    w->coverage->events += w->options.events;
    w->coverage->runs++;
}
