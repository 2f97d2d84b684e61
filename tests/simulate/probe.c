/* A stalled part delays no other [flow.never-stall]: beside channels that nobody reads, handlers that do not answer and
 * opens that nobody decides a small call is answered within as many turns as what may go before it takes. */
#include "tests/simulate/chain.h"

enum { ROOM = 64 * 1024, TURN = 16 * 1024, FEW = 4, FAR_MORE = 1024 * 1024 };

/* Nothing of this connection waits on this side of a leg, or is held by its proxy. */
static bool is_idle(side *s, const conn_note *note)
{
    const mon_conn *conn = monitor_conn(&s->monitor, note->tag);
    bool is_open = conn && !conn->drains[0] && !conn->drains[1] &&
                   (conn->state == MON_COL_OPEN_OURS || conn->state == MON_COL_OPEN_THEIRS);
    bool is_end = s == note->ends[0].side || s == note->ends[1].side;
    if (is_open && !is_end && (!conn->relay || !conn->relay->is_joined)) /* a proxy has yet to join it */
        return false;
    bool holds = is_open && conn->relay && (conn->relay->q[0].first || conn->relay->q[1].first);
    return is_open && !holds && conn->half[MON_TX].kind == 0 && conn->window[MON_TX] > ROOM / 8;
}

/* Nothing of it waits for the counterpart, on either side. */
static bool is_quiet(side *s, const conn_end *end)
{
    const conn_note *note = end->note;
    const conn_end *other = &note->ends[end == note->ends];
    if (!end->conn || !weft_connection_session(end->conn) || note->tag == 0 || note->is_hostile || !other->serves ||
        !other->is_open || other->is_closing || other->drains || !call_is_alone(s, end, 0))
        return false;
    const side *there = other->side;
    for (size_t i = 0; i < there->n_calls; i++)
        if (there->calls[i]->from->note == note)
            return false;
    for (unsigned i = 0; i < note->n_legs; i++)
        if (!is_idle(&note->legs[i]->sides[0], note) || !is_idle(&note->legs[i]->sides[1], note))
            return false;
    return true;
}

/* [resume.count] What is sent may wait for an Ack, and that for the clock. */
static bool has_room(const side *s)
{
    return s->monitor.resume.n_log == 0 || s->options.replay_limit >= FAR_MORE;
}

/* How many turns what is in front of it takes, on its way there or back. */
static uint64_t turns(const side *s)
{
    uint64_t ahead = pipe_len(&s->port->out) + (s->port->shown - s->port->taken) + s->monitor.max_frame[MON_RX];
    return FEW + (ahead + s->monitor.n_conns * TURN) / (ROOM / 2);
}

/* Both sides are there, and nothing keeps what they say from going on. */
static bool leg_is_ready(const sim_link *l)
{
    bool is_ready = link_is_whole(l);
    for (int i = 0; i < 2 && is_ready; i++) {
        const side *s = &l->sides[i];
        is_ready =
            !s->is_dispatching && !s->is_short && s->port->out.stalled_until_ns <= l->world->now_ns && has_room(s);
    }
    return is_ready;
}

static bool is_ready(const conn_note *note)
{
    for (unsigned i = 0; i < note->n_legs; i++)
        if (!leg_is_ready(note->legs[i]))
            return false;
    return true;
}

static void run(const conn_note *note, const call_note *call)
{
    uint64_t left = 0;
    for (unsigned i = 0; i < 2 * note->n_legs; i++) {
        sim_port *p = note->legs[i / 2]->sides[i % 2].port;
        left += turns(p->side);
        p->out.limit = p->out.limit < ROOM ? ROOM : p->out.limit;
    }
    for (; left > 0 && !call->is_done; left--)
        for (unsigned i = 0; i < 2 * note->n_legs; i++) {
            side *s = &note->legs[i / 2]->sides[i % 2];
            (void)side_deliver(s, SIZE_MAX);
            (void)side_dispatch(s, SIZE_MAX);
            (void)side_pump(s, SIZE_MAX);
        }
}

void probe(sim_link *l)
{
    world *w = l->world;
    side *s = &l->sides[below(w, 2)];
    bool ready = s->n_ends > 1 && s->n_calls < CALLS_MAX && leg_is_ready(l);
    conn_end *end = ready ? s->ends[1 + below(w, s->n_ends - 1)] : NULL;
    if (!end || !is_quiet(s, end) || !is_ready(end->note))
        return;
    const conn_note *note = end->note;
    call_note *call = app_probe(s, end);
    if (!call)
        return;
    w->settling = true;
    run(note, call);
    w->settling = false;
    /* What is due at this time may end the connection; whether it may is looked at there. */
    SIM_CHECK(w, call->is_done && (call->is_answered || end->is_over || !conn_is_whole(note)), "flow.never-stall",
              "%u%c: a small call on tag %llu, of %u legs, is not answered while others wait", l->index, s->name,
              (unsigned long long)note->tag, note->n_legs);
    w->coverage->rules[note->n_legs > 1 ? RULE_PROXY_STALL : RULE_NEVER_STALL]++;
    w->coverage->probes++;
}
