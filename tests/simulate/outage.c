/* Sessions without a conduit: new ones are made as the engine asks for them, or cannot be had, and what the application
 * is told of it. Nothing else changes: what the models expect is what they expect of one conduit [resume.exact]. */
#include "tests/simulate/sim.h"

enum { ATTEMPTS_MAX = 300, ACKS_MAX = 2000 };

static uint64_t pick(world *w, const uint64_t *values, size_t n)
{
    return values[below(w, n)];
}
#define PICK(w, ...) pick((w), (const uint64_t[]){ __VA_ARGS__ }, sizeof((const uint64_t[]){ __VA_ARGS__ }) / 8)

void outage_choose(side *s)
{
    world *w = s->world;
    weft_session_options *o = &s->options;
    if (!w->registry)
        return;
    o->resumable = !one_in(w, 10);
    o->resume_window_ns = PICK(w, WEFT_RESUME_WINDOW_DEFAULT, WEFT_RESUME_WINDOW_DEFAULT, WEFT_NS_PER_S, 0);
    o->recovery_timeout_ns = PICK(w, WEFT_TIMEOUT_DEFAULT, WEFT_TIMEOUT_DEFAULT, WEFT_NS_PER_S * 20, 0);
    uint64_t least = UINT64_C(4) * o->max_frame_size;
    o->replay_limit = PICK(w, least > WEFT_REPLAY_MIN ? least : WEFT_REPLAY_MIN, WEFT_REPLAY_DEFAULT);
    o->on_resume = one_in(w, 2) ? outage_on_resume : NULL;
}

/* ---- the model ---- */

/* How long one that is ready is looked for, or kept. */
static uint64_t patience(const side *s)
{
    const side *acceptor = &s->link->sides[1];
    if (!s->initiator)
        return s->options.resume_window_ns;
    return s->options.recovery_timeout_ns == WEFT_TIMEOUT_DEFAULT ? acceptor->options.resume_window_ns
                                                                  : s->options.recovery_timeout_ns;
}

void outage_note(side *s)
{
    s->outage.since_ns = s->world->now_ns;
    s->outage.n++;
    s->world->coverage->outages++;
}

void outage_begin(side *s)
{
    world *w = s->world;
    if (s->port)
        port_close(s->port);
    s->port = NULL;
    if (s->outage.is_on)
        return;
    SIM_TRACE(w, "%u%c is disconnected", s->link->index, s->name);
    SIM_CHECK(w, s->link->resumes, "resume.offer", "%u%c goes on without a conduit", s->link->index, s->name);
    s->outage.is_on = true;
    outage_note(s);
}

static bool is_evicted(const world *w)
{
    weft_registry_stats stats = { .size = 0 };
    weft_registry_stats_read(w->registry, &stats, sizeof stats);
    return stats.evicted > 0;
}

/* [frame.abort] It ended the session itself, for half a message on the root, and its conduit has not taken that yet. */
static bool is_given_up(side *s)
{
    const mon_conn *root = monitor_conn(&s->monitor, s->ends[0]->note->tag);
    const mon_message *half = root ? &root->half[MON_RX] : NULL;
    return half && half->kind && s->world->now_ns - half->ns >= WEFT_MESSAGE_TIMEOUT;
}

/* What is not asked to end, and can be resumed, ends for want of a conduit or a counterpart alone. */
void outage_check_end(side *s)
{
    world *w = s->world;
    sim_link *l = s->link;
    bool is_bound = l->resumes && !l->is_faulted && !l->is_hasty && s->n_ready > 0 && s->n_closed == 0 &&
                    !s->is_asked_to_end && !s->other->is_asked_to_end && !s->is_short && !s->other->is_short;
    if (!is_bound)
        return;
    /* It may have known of the end of its conduit a moment before it said so. */
    bool is_over = s->outage.is_on && w->now_ns - s->outage.since_ns + WEFT_NS_PER_MS >= patience(s);
    is_over |= s->outage.n > 0 && patience(s) == 0; /* at once */
    const side *o = s->other;                       /* whose window may have run out unheard of */
    is_over |= o->outage.is_on && w->now_ns - o->outage.since_ns + WEFT_NS_PER_MS >= patience(o);
    bool has_gone = s->outage.is_on && s->initiator && !s->other->engine;
    has_gone |= is_given_up(s);
    SIM_CHECK(w, is_over || has_gone || l->may_be_lost || is_evicted(w), "resume.exact",
              "%u%c has ended %llu ns after its conduit", l->index, s->name,
              (unsigned long long)(w->now_ns - s->outage.since_ns));
    l->is_faulted = true; /* what is lost on one side is lost on the other */
}

void outage_on_taken(void *user)
{
    side *s = user;
    world *w = s->world;
    SIM_TRACE(w, "%u%c: its conduit is taken from it", s->link->index, s->name);
    SIM_CHECK(w, side_is_connected(s), "resume.exact", "%u%c has no conduit that can be taken", s->link->index,
              s->name);
    outage_begin(s);
    w->coverage->rules[RULE_TAKEOVER]++;
}

int outage_on_resume(void *user, weft_session *session, const weft_metadata *metadata)
{
    side *s = user;
    world *w = s->world;
    callback_begin(s, "resume");
    SIM_CHECK(w, session == s->session && metadata, "resume.acceptor", "another session comes back");
    app_act_nested(s);
    if (w->settling || !one_in(w, 30))
        return 0;
    SIM_TRACE(w, "%u%c does not take its counterpart back", s->link->index, s->name);
    s->link->may_be_lost = true;
    w->coverage->rules[RULE_RESUME_REFUSE]++;
    return -1;
}

void outage_on_event(side *s, weft_event_kind kind, const weft_error *error)
{
    world *w = s->world;
    bool is_out = kind == WEFT_EVENT_DISCONNECTED;
    SIM_CHECK(w, kind != WEFT_EVENT_REPLACED, "op.retry", "%u%c is replaced", s->link->index, s->name);
    SIM_CHECK(w, s->n_ready == 1 && s->outage.is_told != is_out, "resume.visible", "%u%c is told %d at the wrong time",
              s->link->index, s->name, kind);
    SIM_CHECK(w, s->link->resumes && (error->code != 0) == is_out, "resume.visible", "%u%c is told %d", s->link->index,
              s->name, error->code);
    s->outage.is_told = is_out;
    w->coverage->rules[RULE_RESUME_VISIBLE]++;
    w->coverage->resumed += kind == WEFT_EVENT_RESUMED;
}

/* ---- conduits ---- */

static void attempt_fails(sim_link *l)
{
    side *a = &l->sides[0];
    SIM_TRACE(l->world, "%ua: no conduit can be had", l->index);
    l->may_be_lost |= patience(a) == 0;
    weft_engine_disconnected(a->engine, WEFT_ECONNREFUSED, "nobody listens", l->world->now_ns);
    side_look(a);
    a->knows_work = true;
}

bool outage_connect(sim_link *l)
{
    world *w = l->world;
    side *a = &l->sides[0], *b = &l->sides[1];
    if (!a->engine || a->port || a->is_dispatching || b->is_dispatching || !weft_engine_wants_conduit(a->engine))
        return false;
    conduits_free(l, false);
    if (l->n_conduits == CONDUITS_MAX || b->n_ends == 0)
        return false;
    if (l->away_until_ns > w->now_ns || (!w->settling && one_in(w, 6))) {
        attempt_fails(l);
        return true;
    }
    SIM_TRACE(w, "%ua has another conduit", l->index);
    sim_conduit *c = conduit_new(l);
    c->ports[0].shake.is_on = c->ports[1].shake.is_on = true;
    a->port = &c->ports[0];
    int status = side_connect(a, a->port);
    SIM_CHECK(w, status == 0 || (status == WEFT_ENOMEM && a->is_faulted), "resume.initiator", "connecting says %d",
              status);
    if (status < 0) {
        port_close(a->port);
        a->port = NULL;
        port_close(&c->ports[1]);
        side_look(a);
        return true;
    }
    status = side_accept(b, &c->ports[1]);
    SIM_CHECK(w, status == 0 || (status == WEFT_ENOMEM && b->is_faulted), "resume.acceptor", "accepting says %d",
              status);
    if (status < 0)
        port_close(&c->ports[1]);
    w->coverage->rules[RULE_RESUME_INITIATOR]++;
    return true;
}

static bool is_out(const side *s)
{
    return s->engine && !s->is_gone && !side_is_connected(s) && weft_engine_phase(s->engine) == WEFT_PHASE_DISCONNECTED;
}

/* An initiator tries; an acceptor waits, also for nobody, where that one has ended in order. */
static bool link_is_out(const sim_link *l)
{
    return l->resumes && (is_out(&l->sides[0]) || (is_out(&l->sides[1]) && !l->is_faulted));
}

static bool is_unacknowledged(const sim_link *l)
{
    bool is_up = side_is_connected(&l->sides[0]) && side_is_connected(&l->sides[1]) &&
                 l->sides[0].monitor.stage == MON_READY && l->sides[1].monitor.stage == MON_READY;
    return is_up && (l->sides[0].monitor.resume.n_log > 0 || l->sides[1].monitor.resume.n_log > 0);
}

void outage_settle(sim_link *l)
{
    world *w = l->world;
    unsigned n = 0;
    l->away_until_ns = 0;
    settle_link(l);
    while (link_is_out(l)) {
        uint64_t a = side_deadline(&l->sides[0]), b = side_deadline(&l->sides[1]);
        uint64_t next = a < b ? a : b;
        SIM_CHECK(w, n++ < ATTEMPTS_MAX, "resume.initiator", "link %u is never connected again", l->index);
        if (next == WEFT_FOREVER)
            break;
        w->now_ns = next > w->now_ns ? next : w->now_ns;
        sim_note(w, w->now_ns, 2);
        world_tick(w);
        settle_link(l);
    }
    /* What is kept may have come near its limit: it waits for an Ack, which waits for the clock. */
    for (n = 0; l->resumes && is_unacknowledged(l); n++) {
        uint64_t a = side_deadline(&l->sides[0]), b = side_deadline(&l->sides[1]);
        uint64_t next = a < b ? a : b;
        SIM_CHECK(w, n < ACKS_MAX, "resume.count", "link %u: what was sent is never acknowledged", l->index);
        w->now_ns = next > w->now_ns && next - w->now_ns < WEFT_NS_PER_S ? next : w->now_ns + WEFT_NS_PER_S;
        world_tick(w);
        settle_link(l);
    }
}
