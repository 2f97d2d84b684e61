/* Chains of links that proxies join: their shapes, what a proxy decides, and what holds of all of it. */
#include "tests/simulate/chain.h"

enum { CODE_REFUSED = 270, CODE_NOWHERE, CODE_UNABLE, CODE_ALONE, RECENT = 40 };

/* ---- predicates ---- */

bool conn_any(const conn_note *note, const side *but_or_null, bool (*holds)(const side *))
{
    for (unsigned i = 0; i < note->n_legs; i++)
        for (int k = 0; k < 2; k++) {
            const side *s = &note->legs[i]->sides[k];
            if (s != but_or_null && holds(s))
                return true;
        }
    return false;
}

bool side_is_short(const side *s)
{
    return s->is_short;
}

bool side_is_asked_to_end(const side *s)
{
    return s->is_asked_to_end;
}

bool side_drains(const side *s)
{
    return s->is_draining;
}

bool side_intercepts(const side *s)
{
    return s->n_chain > 0;
}

bool conn_is_whole(const conn_note *note)
{
    for (unsigned i = 0; i < note->n_legs; i++)
        if (!link_is_whole(note->legs[i]))
            return false;
    return true;
}

/* ---- shapes ---- */

static unsigned line(world *w, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        w->nodes[i][0] = i;
        w->nodes[i][1] = i + 1;
    }
    return n;
}

/* n to one process; with_target: which has a link to another one. */
static unsigned star(world *w, unsigned n, bool with_target)
{
    for (unsigned i = 0; i < n; i++) {
        w->nodes[i][0] = 1 + i;
        w->nodes[i][1] = 0;
    }
    if (with_target) {
        w->nodes[n][0] = 0;
        w->nodes[n][1] = 1 + n;
        n++;
    }
    return n;
}

void chain_begin(world *w)
{
    switch (below(w, 4)) {
    case 0: w->n_links = star(w, 2 + (unsigned)below(w, 3), false); break;
    case 1:
    case 2: w->n_links = star(w, 1 + (unsigned)below(w, 4), true); break;
    default: w->n_links = line(w, 2 + (unsigned)below(w, 3));
    }
    if (w->n_links > 1 && w->n_links < LINKS_MAX && one_in(w, 3)) { /* one more proxy behind the last link */
        w->nodes[w->n_links][0] = w->nodes[w->n_links - 1][1];
        w->nodes[w->n_links][1] = 2 * LINKS_MAX;
        w->n_links++;
    }
    for (unsigned i = 0; i < w->n_links; i++) /* who connects */
        if (one_in(w, 3)) {
            unsigned node = w->nodes[i][0];
            w->nodes[i][0] = w->nodes[i][1];
            w->nodes[i][1] = node;
        }
    if (one_in(w, 2)) { /* windows run out */
        w->features |= FEATURE_NARROW;
        w->faults |= 1u << FAULT_STALL;
        w->weights[OP_FAULT] = w->weights[OP_FAULT] < 2 ? 2 : w->weights[OP_FAULT];
        w->large_one_in = 3;
    }
    w->book = book_new();
    w->coverage->chains++;
}

void chain_place(side *s, size_t slot)
{
    const world *w = s->world;
    unsigned n = 0;
    if (!w->is_chain)
        return;
    s->node = w->nodes[slot][s == &s->link->sides[1]];
    for (unsigned i = 0; i < w->n_links; i++)
        for (int k = 0; k < 2; k++)
            n += w->nodes[i][k] == s->node;
    s->is_proxy = n > 1;
}

size_t chain_links(sim_link *l, sim_link *links[LINKS_MAX])
{
    world *w = l->world;
    if (!w->is_chain) {
        links[0] = l;
        return 1;
    }
    memcpy(links, w->links, w->n_links * sizeof(sim_link *));
    return w->n_links;
}

void chain_crash(side *s)
{
    world *w = s->world;
    SIM_TRACE(w, "%u%c: its process crashes", s->link->index, s->name);
    for (unsigned i = 0; i < w->n_links; i++)
        for (int k = 0; k < 2; k++) {
            side *one = &w->links[i]->sides[k];
            if (one->node != s->node)
                continue;
            w->links[i]->is_faulted = true;
            side_free(one);
        }
}

/* ---- what a proxy does ---- */

void relay_over(void *user, const weft_error *error)
{
    relay *r = user;
    side *s = r->sides[0];
    callback_begin(s, "pair closed");
    SIM_TRACE(s->world, "%u%c: the pair of tag %llu is closed, %d %u %s", s->link->index, s->name,
              (unsigned long long)r->note->tag, error->code, error->remote, error->text);
    SIM_CHECK(s->world, error->code < 0 && r->is_owed, "proxy.close", "a pair's end that is not owed, %d", error->code);
    r->is_owed = false;
    s->n_owed--;
    s->world->coverage->rules[RULE_PROXY_CLOSE]++;
    app_act_nested(s);
}

/* Any other side of this process; NULL: there is none. */
static side *target_of(const side *s)
{
    world *w = s->world;
    side *found[2 * LINKS_MAX];
    size_t n = 0;
    for (unsigned i = 0; i < w->n_links; i++)
        for (int k = 0; k < 2; k++) {
            side *one = &w->links[i]->sides[k];
            if (one->node == s->node && one != s && one->session && one->engine && !one->free_asked)
                found[n++] = one;
        }
    return n == 0 ? NULL : found[below(w, n)];
}

static void check_open(const side *s, side *to, int status)
{
    bool ok = false;
    switch (status) {
    case 0: ok = true; break;
    case WEFT_ECLOSED: ok = to->is_asked_to_end || side_phase(to) != WEFT_PHASE_RUNNING || to->link->is_faulted; break;
    case WEFT_EUNAVAILABLE: ok = to->is_draining || to->other->is_draining; break;
    case WEFT_EBUSY: ok = to->other->options.max_connections < CONNS_MAX * 4; break;
    case WEFT_EAGAIN:
        ok = to->wants_room = true;
        to->n_again++;
        break;
    case WEFT_ENOMEM: ok = to->is_faulted || s->is_faulted; break;
    default: break;
    }
    SIM_CHECK(s->world, ok, "proxy.settings", "%u%c opens on, to %u%c: %d", s->link->index, s->name, to->link->index,
              to->name, status);
}

static void reject(side *s, weft_pending pending, conn_note *note, uint16_t code)
{
    int status = weft_pending_reject(pending, code, "no", NULL);
    SIM_CHECK(s->world, status == 0 || (status == WEFT_ENOMEM && s->is_faulted), "conn.pending", "rejecting says %d",
              status);
    note->decision = REJECTED;
    note->code = code;
}

void chain_decide(side *s, weft_pending pending, conn_note *note)
{
    world *w = s->world;
    side *to = target_of(s);
    bool stale = !weft_pending_session(pending);
    weft_proxy_options options = weft_proxy_options_default();
    if (note->is_join && !stale && to && !to->other->is_proxy && note->n_legs == 1) {
        chain_join(s, to, pending, note);
        return;
    }
    if (!to || one_in(w, 16)) {
        if (!stale)
            reject(s, pending, note, to ? CODE_REFUSED : CODE_NOWHERE);
        return;
    }
    uint64_t hops = weft_pending_hops(pending);
    SIM_CHECK(w, stale || hops == note->n_legs - 1, "proxy.settings", "tag %llu has %llu hops, behind %u legs",
              (unsigned long long)note->tag, (unsigned long long)hops, note->n_legs);
    options.timeout_ns = one_in(w, 4) ? below(w, WEFT_NS_PER_S * 40) : WEFT_FOREVER;
    options.on_closed = relay_over;
    relay *r = relay_new(note, s, to, false);
    options.user = r;
    int status = weft_proxy_open(pending, to->session, &options);
    SIM_TRACE(w, "%u%c opens tag %llu on, to %u%c: %d", s->link->index, s->name, (unsigned long long)note->tag,
              to->link->index, to->name, status);
    if (status == 0) {
        relay_begin(r);
        note->legs[note->n_legs++] = to->link;
        s->n_owed++;
        SIM_CHECK(w, !stale, "conn.pending", "a stale one is opened on");
        w->coverage->joined++;
        return;
    }
    relay_free(r);
    if (stale) {
        SIM_CHECK(w, status == WEFT_EALREADY, "conn.pending", "a stale one says %d", status);
        return;
    }
    check_open(s, to, status);
    reject(s, pending, note, CODE_UNABLE);
}

/* ---- opens that meet ---- */

/* [session.parity] */
static bool gives_odd(const side *s)
{
    return s->initiator ? s->options.ids_odd : !s->other->options.ids_odd;
}

/* One that waits in the process that s is connected to, and has come over another session. */
static conn_note *waiting_for(side *s)
{
    sim_book *book = s->link->book;
    for (size_t i = book->n_conns; i > 1 && book->n_conns - i < RECENT; i--) {
        conn_note *note = link_conn(s->link, i - 1);
        const side *first = note->ends[0].side;
        bool fits = note->is_meet && !note->ends[1].side && first->link != s->link && note->ends[0].is_owed &&
                    first->other->node == s->other->node;
        /* those of one parity are told so */
        if (fits && (gives_odd(first) != gives_odd(s) || one_in(s->world, 8)))
            return note;
    }
    return NULL;
}

conn_end *chain_open(side *s)
{
    world *w = s->world;
    bool is_through = w->is_chain && !s->is_proxy && !one_in(w, 5);
    bool is_meet = is_through && s->other->is_proxy && one_in(w, 3);
    conn_note *note = is_meet ? waiting_for(s) : NULL;
    if (note) {
        note->legs[note->n_legs++] = s->link;
        return &note->ends[1];
    }
    note = link_conn_new(s->link);
    note->is_through = is_through;
    note->is_meet = is_meet;
    note->is_join = is_through && !is_meet && s->other->is_proxy && one_in(w, 6);
    return &note->ends[0];
}

static weft_pending *other_pending(const side *s, const conn_note *note, side **ret_side, size_t *ret_index)
{
    for (unsigned i = 0; i < note->n_legs; i++)
        for (int k = 0; k < 2; k++) {
            side *one = &note->legs[i]->sides[k];
            for (size_t n = 0; n < one->n_pendings && one != s; n++) {
                if (one->pending_notes[n] != note)
                    continue;
                *ret_side = one;
                *ret_index = n;
                return &one->pendings[n];
            }
        }
    return NULL;
}

static void forget_pending(side *s, size_t index)
{
    s->n_pendings--;
    s->pendings[index] = s->pendings[s->n_pendings];
    s->pending_notes[index] = s->pending_notes[s->n_pendings];
}

void chain_meet(side *s, size_t index)
{
    world *w = s->world;
    weft_pending mine = s->pendings[index];
    conn_note *note = s->pending_notes[index];
    side *other = NULL;
    size_t other_index = 0;
    const weft_pending *found = other_pending(s, note, &other, &other_index);
    weft_pending theirs = found ? *found : mine;
    bool stale = !weft_pending_session(mine), stale_too = !weft_pending_session(theirs);
    if (!found || one_in(w, 10)) {
        if (!stale && !found && !one_in(w, 4))
            return; /* it waits */
        forget_pending(s, index);
        int status = weft_pending_reject(mine, CODE_ALONE, "nobody came", NULL);
        SIM_CHECK(w, status == (stale ? WEFT_EALREADY : 0) || (status == WEFT_ENOMEM && s->is_faulted), "conn.pending",
                  "rejecting says %d", status);
        return;
    }
    weft_proxy_options options = weft_proxy_options_default();
    relay *r = relay_new(note, s, other, true);
    options.on_closed = relay_over;
    options.user = r;
    int status = weft_proxy_meet(mine, theirs, &options);
    SIM_TRACE(w, "%u%c: tag %llu meets, %u%c: %d", s->link->index, s->name, (unsigned long long)note->tag,
              other->link->index, other->name, status);
    bool same = gives_odd(note->ends[0].side) == gives_odd(note->ends[1].side);
    int wanted = stale || stale_too ? WEFT_EALREADY : same ? WEFT_EINVAL : 0;
    SIM_CHECK(w, status == wanted || (status == WEFT_ENOMEM && (s->is_faulted || other->is_faulted)), "proxy.join",
              "meeting says %d instead of %d", status, wanted);
    forget_pending(s, index);
    forget_pending(other, other_index);
    if (status == 0) {
        note->decision = ACCEPTED;
        relay_begin(r);
        s->n_owed++;
        w->coverage->met++;
        return;
    }
    relay_free(r);
    (void)weft_pending_drop(mine);
    (void)weft_pending_drop(theirs);
}

/* Something on the way has ended, or taken too long. */
bool chain_may_refuse(const conn_note *note, uint16_t code)
{
    bool is_cut = false;
    if (note->is_meet || note->is_join)
        return true; /* nobody came, or not in time */
    for (unsigned i = 1; i < note->n_legs; i++)
        is_cut |= !link_is_whole(note->legs[i]) || side_is_over(&note->legs[i]->sides[0]) ||
                  side_is_over(&note->legs[i]->sides[1]);
    if (note->is_through && conn_any(note, note->ends[0].side, side_is_asked_to_end))
        return true; /* by its words */
    switch (code) {
    case WEFT_CODE_LIMIT: return note->is_through; /* max_connections of a session that was not ready yet */
    case WEFT_CODE_TIMEOUT: return note->is_through;
    case WEFT_CODE_LOST:
    case WEFT_CODE_GOING_AWAY:
    case WEFT_CODE_UNREACHABLE: return is_cut;
    case WEFT_CODE_INTERNAL: return note->is_through && conn_any(note, NULL, side_is_short);
    default: return false;
    }
}

/* ---- checks ---- */

void chain_check(const sim_link *l)
{
    if (!l->world->is_chain)
        return;
    for (const relay *r = l->book->relays; r; r = r->next)
        relay_check(r);
}
