/* A stalled part delays no other [flow.never-stall]: beside channels that nobody reads, handlers that do not answer and
 * opens that nobody decides a small call is answered within as many turns as what may go before it takes. */
#include "tests/simulate/sim.h"

enum { ROOM = 64 * 1024, TURN = 16 * 1024, FEW = 4, FAR_MORE = 1024 * 1024 };

static bool is_open(side *s, uint64_t tag)
{
    const mon_conn *conn = monitor_conn(&s->monitor, tag);
    return conn && !conn->drains[0] && !conn->drains[1] &&
           (conn->state == MON_COL_READY || conn->state == MON_COL_OPEN_OURS || conn->state == MON_COL_OPEN_THEIRS);
}

/* Nothing of it waits for the counterpart, on either side. */
static bool is_quiet(side *s, const conn_end *end)
{
    for (size_t i = 0; i < s->other->n_calls; i++)
        if (s->other->calls[i]->from->note == end->note)
            return false;
    const mon_conn *there = monitor_conn(&s->other->monitor, end->note->tag);
    const conn_end *other = &end->note->ends[end == end->note->ends];
    return end->conn && weft_connection_session(end->conn) && end->note->tag != 0 && !end->note->is_through &&
           other->serves && other->is_open && !other->is_closing && !other->drains && is_open(s, end->note->tag) &&
           is_open(s->other, end->note->tag) && there->half[MON_TX].kind == 0 && there->window[MON_TX] > ROOM / 8 &&
           call_is_alone(s, end, 0);
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

void probe(sim_link *l)
{
    world *w = l->world;
    side *s = &l->sides[below(w, 2)];
    bool ready = link_is_whole(l) && !l->sides[0].is_dispatching && !l->sides[1].is_dispatching && s->n_ends > 1 &&
                 l->sides[0].port->out.stalled_until_ns <= w->now_ns &&
                 l->sides[1].port->out.stalled_until_ns <= w->now_ns && !l->sides[0].is_short &&
                 !l->sides[1].is_short && s->n_calls < CALLS_MAX && has_room(&l->sides[0]) && has_room(&l->sides[1]);
    conn_end *end = ready ? s->ends[1 + below(w, s->n_ends - 1)] : NULL;
    if (!end || !is_quiet(s, end))
        return;
    call_note *note = app_probe(s, end);
    if (!note)
        return;
    uint64_t left = turns(s) + turns(s->other);
    w->settling = true;
    for (int i = 0; i < 2; i++)
        l->sides[i].port->out.limit = l->sides[i].port->out.limit < ROOM ? ROOM : l->sides[i].port->out.limit;
    for (; left > 0 && !note->is_done; left--)
        for (int i = 0; i < 2; i++) {
            (void)side_deliver(&l->sides[i], SIZE_MAX);
            (void)side_dispatch(&l->sides[i], SIZE_MAX);
            (void)side_pump(&l->sides[i], SIZE_MAX);
        }
    w->settling = false;
    SIM_CHECK(w, note->is_done && (note->is_answered || !link_is_whole(l)), "flow.never-stall",
              "%u%c: a small call on tag %llu is not answered while others wait", l->index, s->name,
              (unsigned long long)end->note->tag);
    w->coverage->rules[RULE_NEVER_STALL]++;
    w->coverage->probes++;
}
