/* Where everything has moved that can, what still waits must have a reason; and at a link's end nothing is left. */
#include "tests/simulate/chain.h"

#include <stdlib.h>

enum { ROUNDS_MAX = 20000, ROOM = 64 * 1024 };

static void pipe_ease(sim_port *p)
{
    if (p->out.limit < ROOM)
        p->out.limit = ROOM;
    if (!p->peer->side->is_silent && (!p->out.is_broken || p->side->link->resumes))
        p->out.stalled_until_ns = 0;
}

static bool link_move(sim_link *l)
{
    bool moved = outage_connect(l);
    for (size_t i = 0; i < l->n_conduits; i++)
        for (int k = 0; k < 2; k++)
            pipe_ease(&l->conduits[i]->ports[k]);
    for (int i = 0; i < 2; i++) {
        side *s = &l->sides[i];
        moved |= side_deliver(s, SIZE_MAX);
        moved |= side_dispatch(s, SIZE_MAX) > 0;
        moved |= side_pump(s, SIZE_MAX) > 0;
    }
    return moved;
}

void settle_link(sim_link *l)
{
    world *w = l->world;
    bool was_settling = w->settling;
    sim_link *links[LINKS_MAX];
    size_t n = chain_links(l, links);
    unsigned rounds = 0;
    w->settling = true;
    for (bool moved = true; moved; rounds++) {
        moved = false;
        SIM_CHECK(w, rounds < ROUNDS_MAX, "flow.never-stall", "link %u moves for ever", l->index);
        for (size_t i = 0; i < n; i++)
            moved |= link_move(links[i]);
    }
    w->settling = was_settling;
}

/* ---- what still waits ---- */

bool link_is_whole(const sim_link *l)
{
    if (l->is_faulted)
        return false;
    for (int i = 0; i < 2; i++)
        if (l->sides[i].is_silent || l->sides[i].monitor.stage != MON_READY || !side_is_live(&l->sides[i]) ||
            l->sides[i].n_ready != 1 || l->sides[i].is_asked_to_end || !side_is_connected(&l->sides[i]))
            return false;
    const sim_port *p = l->sides[0].port;
    return p->peer == l->sides[1].port && !p->out.is_broken && !p->peer->out.is_broken;
}

static bool is_held(const side *s, uint64_t serial)
{
    for (size_t i = 0; i < s->n_held; i++)
        if (s->held[i].note->serial == serial)
            return true;
    return false;
}

static bool is_pending(const side *s, const conn_note *note)
{
    for (size_t i = 0; i < s->n_pendings; i++)
        if (s->pending_notes[i] == note)
            return true;
    return false;
}

/* Somebody who may decide on it. */
static bool is_undecided(const conn_note *note)
{
    for (unsigned i = 0; i < note->n_legs; i++)
        if (is_pending(&note->legs[i]->sides[0], note) || is_pending(&note->legs[i]->sides[1], note))
            return true;
    return false;
}

static void check_conn(const side *s, const mon_conn *conn)
{
    world *w = s->world;
    bool is_bound = conn->tag == UINT64_MAX || conn_is_whole(link_conn(s->link, conn->tag));
    SIM_CHECK(w, !is_bound || conn->half[MON_TX].kind == 0, "flow.never-stall",
              "%u%c: half a message of kind %u on connection %llu", s->link->index, s->name, conn->half[MON_TX].kind,
              (unsigned long long)conn->id);
    SIM_CHECK(w, !is_bound || conn->state != MON_COL_CLOSING, "conn.close", "%u%c: the Close of connection %llu stays",
              s->link->index, s->name, (unsigned long long)conn->id);
    for (size_t i = 0; i < conn->requests[MON_RX].n; i++) {
        const mon_request *request = &conn->requests[MON_RX].at[i];
        bool waits = !is_bound && (!request->is_whole || mon_is_stalled(conn));
        SIM_CHECK(w, waits || is_held(s, request->serial), "call.response",
                  "%u%c: request %llu of connection %llu is forgotten", s->link->index, s->name,
                  (unsigned long long)request->id, (unsigned long long)conn->id);
    }
}

static void check_call(const side *s, const call_note *note)
{
    world *w = s->world;
    mon_conn *conn = monitor_conn((monitor *)&s->monitor, note->from->note->tag);
    SIM_CHECK(w, conn, "call.response", "%u%c: call %llu has outlived its connection", s->link->index, s->name,
              (unsigned long long)note->serial);
    SIM_CHECK(w, !note->parent || !is_held(s, note->parent->serial) || !note->parent->is_cancelled, "call.behalf",
              "%u%c: call %llu goes on, and who it was made for has given up", s->link->index, s->name,
              (unsigned long long)note->serial);
    mon_requests *requests = &conn->requests[MON_TX];
    if (mon_request_of(requests, note->serial))
        return;                                                            /* the counterpart's check_conn sees to it */
    bool waits = !conn_is_whole(note->from->note) && mon_is_stalled(conn); /* joined to a leg that is stalled */
    SIM_CHECK(w, waits || requests->n >= conn->max_requests[MON_RX], "flow.never-stall",
              "%u%c: call %llu is not sent, though there is a place", s->link->index, s->name,
              (unsigned long long)note->serial);
}

static void check_waits(sim_link *l)
{
    world *w = l->world;
    for (int i = 0; i < 2; i++) {
        side *s = &l->sides[i];
        for (size_t k = 0; k < s->monitor.n_conns; k++)
            check_conn(s, s->monitor.conns[k]);
        for (size_t k = 0; k < s->n_calls; k++)
            check_call(s, s->calls[k]);
        for (size_t k = 0; k < s->n_ends; k++)
            SIM_CHECK(w, !s->ends[k]->is_owed || is_undecided(s->ends[k]->note) || !conn_is_whole(s->ends[k]->note),
                      "conn.open", "%u%c: nobody decides on tag %llu", l->index, s->name,
                      (unsigned long long)s->ends[k]->note->tag);
        for (size_t k = 0; k < s->n_ends; k++)
            SIM_CHECK(w, !s->ends[k]->close_awaited || !monitor_conn(&s->monitor, s->ends[k]->note->tag),
                      "call.outcomes", "%u%c: a call was given up for the end of tag %llu, which goes on", l->index,
                      s->name, (unsigned long long)s->ends[k]->note->tag);
        chan_check(s);
        monitor_check_acks(&s->monitor);
        SIM_CHECK(w, !s->outage.is_told, "resume.visible", "%u%c is connected, and is not told", l->index, s->name);
        SIM_CHECK(w, !s->wants_room || w->is_chain, "memory.queued", "%u%c is not told that there is room", l->index,
                  s->name);
        SIM_CHECK(w, !s->knows_work, "wake", "%u%c still has something to do", l->index, s->name);
        if (s->n_held > 0)
            w->coverage->rules[RULE_NEVER_STALL]++;
    }
}

/* [session.goodbye] On the conduit that there is now. */
static void check_goodbye(const side *s)
{
    const monitor *m = &s->monitor;
    bool owes = m->resume.is_on && m->stage == MON_GOODBYE && side_is_connected(s) && s->engine &&
                weft_engine_phase(s->engine) != WEFT_PHASE_CLOSED && !m->has_heard_last;
    SIM_CHECK(s->world, !owes || m->has_said_last, "session.goodbye", "%u%c does not say its Goodbye again",
              s->link->index, s->name);
}

void settle_check(sim_link *l)
{
    sim_link *links[LINKS_MAX];
    size_t n = chain_links(l, links);
    for (size_t i = 0; i < n; i++)
        outage_settle(links[i]);
    for (size_t i = 0; i < n; i++) { /* what has settled may have lost its conduit again meanwhile */
        check_goodbye(&links[i]->sides[0]);
        check_goodbye(&links[i]->sides[1]);
        if (link_is_whole(links[i]))
            check_waits(links[i]);
    }
    chain_check(l);
}

/* ---- the end ---- */

/* Everything is decided and answered: then nothing waits any more. */
static void link_answer_all(sim_link *l)
{
    world *w = l->world;
    sim_link *links[LINKS_MAX];
    size_t n = chain_links(l, links);
    bool again = true;
    for (int rounds = 0; again; rounds++) {
        SIM_CHECK(w, rounds < ROUNDS_MAX, "flow.never-stall", "link %u has always more to answer", l->index);
        again = false;
        for (size_t i = 0; i < 2 * n; i++) {
            side *s = &links[i / 2]->sides[i % 2];
            again |= s->n_held > 0 || s->n_pendings > 0 || (rounds < 3 && s->n_channels > 0);
            chan_settle(s);
            while (s->n_pendings > 0)
                app_decide(s, 0);
            while (s->n_held > 0)
                app_held_answer(s, 0);
        }
        settle_link(l);
    }
    for (int i = 0; i < 2 && !l->is_faulted && !w->is_chain; i++) /* what is joined goes on */
        SIM_CHECK(w, !l->sides[i].is_draining || l->sides[i].n_closed == 1, "session.drain", "%u%c drains for ever",
                  l->index, l->sides[i].name);
    if (!link_is_whole(l))
        return;
    check_waits(l);
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < l->sides[i].n_calls; k++)
            SIM_CHECK(w, !conn_is_whole(l->sides[i].calls[k]->from->note), "call.response",
                      "%u%c: %zu calls wait, and all are answered", l->index, l->sides[i].name, l->sides[i].n_calls);
}

/* [session.shutdown] [session.goodbye] A close by either side ends both in order, without the clock. */
static void link_close(sim_link *l)
{
    world *w = l->world;
    bool whole = link_is_whole(l);
    unsigned who = 1 + (unsigned)below(w, 3);
    for (int i = 0; i < 2; i++)
        if (who & 1u << i && l->sides[i].session) {
            l->sides[i].is_asked_to_end = true;
            weft_session_close(l->sides[i].session, WEFT_CODE_NONE, "done");
        }
    settle_link(l);
    for (int i = 0; whole && i < 2; i++)
        SIM_CHECK(w, l->sides[i].n_closed == 1 && l->sides[i].end.code == WEFT_OK, "session.goodbye",
                  "%u%c did not end in order: %d %s", l->index, l->sides[i].name, l->sides[i].end.code,
                  l->sides[i].end.text);
}

static void side_check_end(const side *s)
{
    world *w = s->world;
    SIM_CHECK(w, s->n_owed == 0 && s->n_calls == 0, "callback", "%u%c: %llu callbacks never came, %zu of calls",
              s->link->index, s->name, (unsigned long long)s->n_owed, s->n_calls);
    SIM_CHECK(w, s->n_passed == 0, "intercept", "%u%c: %llu interceptors never heard the end", s->link->index, s->name,
              (unsigned long long)s->n_passed);
    SIM_CHECK(w, s->n_ready + s->n_failed == s->n_closed, "callback", "%u%c: %u %u %u", s->link->index, s->name,
              s->n_ready, s->n_failed, s->n_closed);
}

void link_end(sim_link *l)
{
    world *w = l->world;
    for (int i = 0; i < 2; i++)
        l->sides[i].alloc.fail_in = 0;
    if (!one_in(w, 4)) {
        settle_check(l);
        if (one_in(w, 2))
            link_answer_all(l);
        link_close(l);
    }
    int first = (int)below(w, 2);
    for (int i = 0; i < 2; i++)
        if (!l->sides[i ^ first].is_silent)
            side_free(&l->sides[i ^ first]);
    for (int i = 0; i < 2; i++)
        side_release(&l->sides[i]);
    conduits_free(l, true);
    for (int i = 0; i < 2; i++) {
        side_check_end(&l->sides[i]);
        SIM_CHECK(w, l->sides[i].alloc.live_blocks == 0 && l->sides[i].alloc.live_bytes == 0, "memory",
                  "%u%c: %llu blocks of %llu bytes are left", l->index, l->sides[i].name,
                  (unsigned long long)l->sides[i].alloc.live_blocks, (unsigned long long)l->sides[i].alloc.live_bytes);
    }
    for (int i = 0; i < 2; i++)
        l->sides[i].monitor.stage = MON_OVER;
    if (w->is_chain) { /* what others know of it stays */
        l->next = w->graves;
        w->graves = l;
        return;
    }
    book_release(l->book);
    free(l);
}

void world_end(world *w)
{
    for (; w->n_links > 0; w->n_links--) { /* while one ends, time goes on for those that are left */
        SIM_TRACE(w, "link %u comes to its end", w->links[w->n_links - 1]->index);
        link_end(w->links[w->n_links - 1]);
    }
    for (sim_link *l; (l = w->graves) != NULL; free(l)) {
        w->graves = l->next;
        book_release(l->book);
    }
    if (w->registry) {
        weft_registry_stats stats = { .size = 0 };
        weft_registry_stats_read(w->registry, &stats, sizeof stats);
        SIM_CHECK(w, stats.sessions == 0 && stats.parked == 0 && stats.parked_bytes == 0, "resume.acceptor",
                  "%llu sessions, %llu parked, %llu bytes are kept", (unsigned long long)stats.sessions,
                  (unsigned long long)stats.parked, (unsigned long long)stats.parked_bytes);
        weft_registry_release(w->registry);
    }
    weft_handles_release(w->handles);
    SIM_CHECK(w, !w->budget || weft_budget_used(w->budget) == 0, "memory.buffered", "%llu bytes of the budget are kept",
              (unsigned long long)(w->budget ? weft_budget_used(w->budget) : 0));
    weft_budget_release(w->budget);
    SIM_CHECK(w, w->handles_alloc.live_blocks == 0, "memory", "%llu blocks of handles are left",
              (unsigned long long)w->handles_alloc.live_blocks);
}
