/* The monitor of a joined connection: what a proxy says on one leg is what it has heard on the other, in order, byte
 * for byte, whatever the borders between fragments [proxy.join]; what is said of opens and ends goes through unchanged
 * [proxy.settings] [proxy.close]; and what it holds is within the windows [proxy.pressure]. */
#include "tests/simulate/chain.h"

#include <stdlib.h>

enum { FLAG_MORE = 1, FLAG_ABORT = 2, HEADER = 16, OVERDRAFT = 256 * 1024, TURN = 16 * 1024 };

static void rule(monitor *m, sim_rule which)
{
    m->side->world->coverage->rules[which]++;
}

/* ---- pairs ---- */

relay *relay_new(conn_note *note, side *from, side *to, bool meets)
{
    relay *r = calloc(1, sizeof *r);
    r->note = note;
    r->sides[0] = from;
    r->sides[1] = to;
    r->meets = r->is_joined = meets;
    return r;
}

void relay_begin(relay *r)
{
    conn_note *note = r->note;
    sim_book *book = note->link->book;
    r->next = book->relays;
    book->relays = r;
    note->relays[note->n_relays++] = r;
    r->is_owed = true;
    for (int k = 0; k < 2; k++) {
        mon_conn *conn = monitor_conn(&r->sides[k]->monitor, note->tag);
        if (!conn)
            continue;
        conn->relay = r;
        r->ids[k] = conn->id;
    }
}

static void message_pop(relay_queue *q)
{
    relay_message *one = q->first;
    q->first = one->next;
    if (!q->first)
        q->last = NULL;
    q->held -= one->cost;
    free(one->bytes);
    free(one);
}

void relay_free(relay *r)
{
    for (int k = 0; k < 2; k++) {
        while (r->q[k].first)
            message_pop(&r->q[k]);
        free(r->q[k].end);
    }
    free(r);
}

void relays_free(sim_book *book)
{
    relay *next;
    for (relay *r = book->relays; r; r = next) {
        next = r->next;
        relay_free(r);
    }
}

static int index_of(const monitor *m, const relay *r)
{
    return r->sides[1] == m->side;
}

bool side_is_over(const side *s)
{
    if (!s->engine || s->n_closed > 0 || s->monitor.stage == MON_OVER || s->monitor.stage == MON_GOODBYE)
        return true;
    weft_phase phase = side_phase(s);
    return phase == WEFT_PHASE_CLOSED || phase == WEFT_PHASE_LAST_WORD;
}

/* ---- opens ---- */

static uint64_t hash_of(const uint8_t *from, const uint8_t *to)
{
    uint64_t hash = 1;
    for (; from < to; from++)
        hash = (hash ^ *from) * UINT64_C(0x100000001b3);
    return hash;
}

static void read_open(monitor *m, const mon_frame *f, said_open *ret_open)
{
    weft__reader r = mon_reader(f);
    uint32_t n = 0, n_entries = 0, parts = 0;
    memset(ret_open, 0, sizeof *ret_open);
    bool ok = weft__read_array(&r, &n) == 0;
    const uint8_t *at = r.at;
    ok = ok && weft__read_skip(&r, 8) == 0;
    ret_open->settings = hash_of(at, r.at);
    ok = ok && weft__read_array(&r, &n_entries) == 0;
    for (uint32_t i = 0; ok && i < n_entries; i++) {
        weft_str key;
        ok = weft__read_array(&r, &parts) == 0 && parts == 3 && weft__read_str(&r, &key) == 0;
        bool is_hops = ok && weft_str_equal(key, WEFT_STR("weft-hops"));
        ret_open->has_private |= ok && weft_str_equal(key, WEFT_STR("private"));
        at = r.at;
        ok = ok && (is_hops ? weft__read_u64(&r, &ret_open->hops) : weft__read_skip(&r, 8)) == 0 &&
             weft__read_skip(&r, 8) == 0;
        if (ok && !is_hops && !weft_str_equal(key, WEFT_STR("private")))
            ret_open->metadata = ret_open->metadata * 31 + hash_of(at, r.at);
    }
    at = r.at;
    if (n > 2)
        ok = ok && weft__read_skip(&r, 8) == 0;
    MON_CHECK(m, ok, "conn.open", "malformed");
    ret_open->services = hash_of(at, r.at);
}

static bool same_open(const said_open *a, const said_open *b)
{
    return a->settings == b->settings && a->services == b->services && a->metadata == b->metadata;
}

void relay_open(monitor *m, mon_conn *conn, const mon_frame *f)
{
    conn_note *note = conn->tag == UINT64_MAX ? NULL : link_conn(m->side->link, conn->tag);
    said_open said;
    if (!note || !note->is_through || f->dir == MON_RX || (note->is_join && m->side->is_proxy && note->n_relays == 0))
        return;
    read_open(m, f, &said);
    if (!m->side->is_proxy) {
        note->opened[note->ends[0].side != m->side] = said;
        return;
    }
    for (unsigned i = 0; i < note->n_relays; i++)
        if (note->relays[i]->sides[1] == m->side) {
            conn->relay = note->relays[i];
            conn->relay->ids[1] = conn->id;
            MON_CHECK(m, said.hops == i + 1, "proxy.settings", "tag %llu is opened on with %llu hops, not %u",
                      (unsigned long long)conn->tag, (unsigned long long)said.hops, i + 1);
        }
    MON_CHECK(m, conn->relay, "proxy.settings", "nobody opened tag %llu on", (unsigned long long)conn->tag);
    MON_CHECK(m, !said.has_private, "proxy.settings", "metadata of tag %llu is passed on, and is not to be",
              (unsigned long long)conn->tag);
    MON_CHECK(m, same_open(&said, &note->opened[0]), "proxy.settings",
              "tag %llu is opened on with other settings, services or metadata", (unsigned long long)conn->tag);
    rule(m, RULE_PROXY_SETTINGS);
}

void relay_accept(monitor *m, mon_conn *conn, const mon_frame *f)
{
    relay *r = conn->relay;
    if (r->is_late)
        return;
    int k = index_of(m, r);
    uint64_t said = hash_of(f->body, f->body + f->n_body);
    if (f->dir == MON_RX) {
        r->accepted = said;
        r->is_joined = true;
        return;
    }
    if (r->meets) {
        said_open what;
        read_open(m, f, &what);
        const said_open *other = &r->note->opened[r->sides[!k]->link != r->note->link];
        MON_CHECK(m, what.settings == other->settings && what.services == other->services, "proxy.settings",
                  "tag %llu is accepted with other settings than its counterpart's", (unsigned long long)conn->tag);
    } else {
        MON_CHECK(m, r->is_joined && said == r->accepted, "proxy.settings", "tag %llu is accepted otherwise",
                  (unsigned long long)conn->tag);
    }
    rule(m, RULE_PROXY_SETTINGS);
}

/* ---- what passes ---- */

bool relay_passes(uint8_t kind)
{
    return kind == WEFT__KIND_DRAIN || (kind >= WEFT__KIND_SCHEMA && kind < WEFT__KIND_SKIPPABLE);
}

static void heard(monitor *m, relay *r, const mon_frame *f)
{
    relay_queue *q = &r->q[index_of(m, r)];
    relay_message *one = q->last;
    bool goes_on = one && one->kind == f->kind && !one->is_whole && !one->is_void && mon_may_fragment(f->kind);
    if (!goes_on) {
        one = calloc(1, sizeof *one);
        one->kind = f->kind;
        if (q->last)
            q->last->next = one;
        else
            q->first = one;
        q->last = one;
    }
    q->heard_ns = m->side->world->now_ns;
    one->is_void = f->flags & FLAG_ABORT;
    one->is_whole = !(f->flags & (FLAG_MORE | FLAG_ABORT));
    if (f->len > 0) {
        one->bytes = realloc(one->bytes, one->n + f->len);
        memcpy(one->bytes + one->n, f->body, f->len);
        one->n += f->len;
    }
    uint64_t cost = mon_is_charged(f->kind) && !one->is_void ? HEADER + f->len : 0;
    one->cost += cost;
    q->held += cost;
}

/* Drains behind one that was said; and a part that was, where what comes next is no part of it. */
static void skip_done(relay_queue *q)
{
    for (const relay_message *one; (one = q->first) != NULL;) {
        bool is_part = one->said == one->n && !one->is_whole && !one->is_void && one != q->last;
        if (!is_part && (one->kind != WEFT__KIND_DRAIN || !q->has_drained))
            break;
        message_pop(q);
    }
}

/* [proxy.close] Of a session that drains; or as it was heard. */
static void said_drain(monitor *m, const relay *r, relay_queue *q)
{
    const side *from = r->sides[!index_of(m, r)];
    const mon_conn *conn = monitor_conn((monitor *)&from->monitor, r->note->tag);
    bool is_heard = q->first && q->first->kind == WEFT__KIND_DRAIN;
    bool is_unknown = r->note->is_join && !conn; /* heard before it was joined, and its Close since */
    MON_CHECK(m,
              is_heard || is_unknown || from->monitor.drains[MON_RX] || (conn && conn->drains[MON_RX]) ||
                  m->side->is_draining || from->is_draining || side_is_over(from),
              "proxy.close", "a Drain of tag %llu that nobody has said", (unsigned long long)r->note->tag);
    if (is_heard)
        message_pop(q);
    q->has_drained = true;
    rule(m, RULE_PROXY_DRAIN);
}

/* What is half passed on is void where the rest will not come. */
static bool may_be_void(monitor *m, const relay *r)
{
    const side *from = r->sides[!index_of(m, r)];
    const mon_conn *conn = monitor_conn((monitor *)&from->monitor, r->note->tag);
    return !conn || r->note->is_hostile || conn->state == MON_COL_CLOSING || side_is_over(from) ||
           conn_any(r->note, NULL, side_is_short) || side_is_over(m->side) || m->side->is_asked_to_end ||
           from->is_asked_to_end || m->side->world->now_ns - r->q[!index_of(m, r)].heard_ns >= WEFT_MESSAGE_TIMEOUT;
}

static void said(monitor *m, relay *r, const mon_frame *f)
{
    relay_queue *q = &r->q[!index_of(m, r)];
    unsigned long long tag = r->note->tag;
    if (f->kind == WEFT__KIND_DRAIN) {
        said_drain(m, r, q);
        return;
    }
    skip_done(q);
    relay_message *one = q->first;
    bool is_void = one && one->kind == f->kind && one->is_void;
    if (f->flags & FLAG_ABORT && !is_void && may_be_void(m, r))
        return; /* the end is near */
    MON_CHECK(m, one && one->kind == f->kind, "proxy.join", "kind %u on tag %llu, where kind %u is due", f->kind, tag,
              one ? one->kind : 0);
    rule(m, RULE_PROXY_JOIN);
    if (f->flags & FLAG_ABORT) {
        MON_CHECK(m, one->is_void, "proxy.join", "ABORT of kind %u on tag %llu, and nobody gave it up", f->kind, tag);
        message_pop(q);
        return;
    }
    MON_CHECK(m, one->n - one->said >= f->len && (f->len == 0 || memcmp(one->bytes + one->said, f->body, f->len) == 0),
              "proxy.join", "kind %u on tag %llu: %u bytes are not the ones that were heard", f->kind, tag, f->len);
    one->said += f->len;
    if (f->flags & FLAG_MORE) {
        MON_CHECK(m, one->said < one->n || !one->is_whole, "proxy.join", "MORE of tag %llu, and nothing is left", tag);
        uint64_t cost = f->len < one->cost ? f->len : one->cost;
        one->cost -= cost;
        q->held -= cost;
        return;
    }
    MON_CHECK(m, one->is_whole && one->said == one->n, "proxy.join", "kind %u of tag %llu ends after %zu of %zu bytes",
              f->kind, tag, one->said, one->n);
    message_pop(q);
}

void relay_frame(monitor *m, mon_conn *conn, const mon_frame *f)
{
    if (f->dir == MON_TX)
        said(m, conn->relay, f);
    else if (conn->state != MON_COL_CLOSING)
        heard(m, conn->relay, f);
}

bool relay_is_late(monitor *m, const mon_frame *f)
{
    for (relay *r = m->side->link->book->relays; r && m->side->is_proxy; r = r->next) {
        int k = index_of(m, r);
        if (r->sides[k] != m->side || r->ids[k] != f->connection || r->q[k].end_kind == 0)
            continue;
        r->late[k] += HEADER + f->len;
        return r->late[k] <= TURN + m->max_frame[MON_RX];
    }
    return false;
}

/* ---- ends ---- */

static void hear_end(monitor *m, relay *r, const mon_frame *f)
{
    int k = index_of(m, r);
    relay_queue *q = &r->q[k];
    mon_conn *other = monitor_conn(&r->sides[!k]->monitor, r->note->tag);
    q->end = realloc(q->end, f->n_body + 1);
    memcpy(q->end, f->body, f->n_body);
    q->n_end = f->n_body;
    q->end_kind = f->kind;
    q->end_ns = m->side->world->now_ns;
    q->ends_open = r->is_joined;
    if (other && f->kind == WEFT__KIND_CLOSE)
        other->state = MON_COL_CLOSING; /* what comes is dropped */
}

void relay_end(monitor *m, mon_conn *conn, const mon_frame *f, uint64_t code, uint64_t last_request)
{
    relay *r = conn->relay;
    if (f->dir == MON_RX) {
        hear_end(m, r, f);
        return;
    }
    const side *from = r->sides[!index_of(m, r)];
    relay_queue *q = &r->q[!index_of(m, r)];
    bool is_asked = from->is_asked_to_end || m->side->is_asked_to_end;
    bool is_short = conn_any(r->note, NULL, side_is_short);
    bool is_same = q->end_kind == f->kind && q->n_end == f->n_body && memcmp(q->end, f->body, q->n_end) == 0;
    bool is_lost = side_is_over(from) && (f->kind != WEFT__KIND_CLOSE ||
                                          (code == WEFT_CODE_LOST && last_request == UINT64_MAX) || !r->is_joined);
    bool is_late = code == WEFT_CODE_TIMEOUT;            /* of the proxy's own, before the other side has decided */
    is_late |= code == WEFT_CODE_LIMIT && !r->is_joined; /* when it was ready, it was too much */
    bool withdrawn = (q->end_kind != 0 && !q->ends_open) || r->note->is_hostile || r->is_closed_here;
    MON_CHECK(m, is_same || is_lost || is_asked || is_short || is_late || withdrawn, "proxy.close",
              "tag %llu ends with kind %u, code %llu, and the other leg with kind %u", (unsigned long long)conn->tag,
              f->kind, (unsigned long long)code, q->end_kind);
    q->has_drained = true; /* it is no news any more */
    skip_done(q);
    bool is_timed = m->side->world->now_ns - q->end_ns >= m->side->options.close_timeout_ns;
    bool is_loose = is_asked || is_short || is_timed || r->note->is_hostile;
    MON_CHECK(m, !is_same || is_loose || !q->first, "proxy.close",
              "tag %llu ends before what was said in front of it: kind %u", (unsigned long long)conn->tag,
              q->first->kind);
    rule(m, RULE_PROXY_CLOSE);
}

/* ---- [proxy.pressure] ---- */

/* What is given back has been passed on, but for what lies in front of the conduit. */
void relay_window(monitor *m, mon_conn *conn)
{
    const relay *r = conn->relay;
    const relay_queue *q = &r->q[index_of(m, r)];
    const side *to = r->sides[!index_of(m, r)];
    const mon_conn *other = monitor_conn((monitor *)&to->monitor, conn->tag);
    uint64_t ahead = 2 * TURN + to->monitor.max_frame[MON_RX];
    if (!other || other->state == MON_COL_CLOSING || side_is_over(to))
        return;
    MON_CHECK(m, q->held <= conn->taken + ahead, "proxy.pressure",
              "tag %llu: %llu bytes are held, and the window of all but %llu is given back",
              (unsigned long long)conn->tag, (unsigned long long)q->held, (unsigned long long)conn->taken);
    rule(m, RULE_PROXY_PRESSURE);
}

void chain_check_held(const world *w)
{
    for (const relay *r = w->book->relays; r; r = r->next)
        for (int k = 0; k < 2; k++)
            SIM_CHECK(w, r->q[k].held <= (uint64_t)r->sides[k]->options.connection_window + OVERDRAFT, "proxy.pressure",
                      "%llu bytes of tag %llu are held", (unsigned long long)r->q[k].held,
                      (unsigned long long)r->note->tag);
}

/* ---- at rest ---- */

/* What the counterpart's session says is told on the other leg, whether or not it was said of this connection. */
static void check_drain(const relay *r, int k)
{
    side *s = r->sides[k], *to = r->sides[!k];
    const mon_conn *conn = monitor_conn(&s->monitor, r->note->tag);
    const mon_conn *other = monitor_conn(&to->monitor, r->note->tag);
    bool is_bound = r->is_joined && conn && other && conn->state != MON_COL_CLOSING &&
                    other->state != MON_COL_CLOSING && link_is_whole(to->link) && side_is_connected(s) &&
                    side_is_connected(s->other) && !s->link->is_faulted && !s->is_asked_to_end;
    SIM_CHECK(s->world, !is_bound || !s->monitor.drains[MON_RX] || r->q[k].has_drained, "proxy.close",
              "%u%c: the counterpart's session drains, and the other leg of tag %llu is not told", s->link->index,
              s->name, (unsigned long long)r->note->tag);
}

/* A leg further on is not whole, and so is stalled: the window towards it is used up, or there is less of it than a
 * fragment takes; or one further up is not, and keeps the rest of a message. */
static bool is_held(const relay *r, const relay_message *one, const mon_conn *onward)
{
    bool is_half = !one->is_whole && !one->is_void && one->said == one->n;
    return !conn_is_whole(r->note) && (is_half || mon_is_stalled(onward));
}

static void check_leg(const relay *r, int k)
{
    side *s = r->sides[k];
    const world *w = s->world;
    const mon_conn *conn = monitor_conn(&s->monitor, r->note->tag);
    const mon_conn *other = monitor_conn(&r->sides[!k]->monitor, r->note->tag);
    /* Who was short of memory may not know any more what was announced [memory.buffered]. */
    if (r->note->is_hostile && conn_is_whole(r->note) && !conn_any(r->note, NULL, side_is_short)) {
        SIM_CHECK(w, !conn, "violation.scope", "%u%c: tag %llu goes on, and its opener has broken the protocol",
                  s->link->index, s->name, (unsigned long long)r->note->tag);
        s->world->coverage->rules[RULE_SCOPE]++;
    }
    if (side_is_over(r->sides[!k]) && link_is_whole(s->link))
        /* Told of it, it says its Close behind what waits, for as long as that may take. */
        SIM_CHECK(w, !conn || !r->is_owed, "proxy.close", "%u%c: tag %llu goes on, and the other leg's session is over",
                  s->link->index, s->name, (unsigned long long)r->note->tag);
    check_drain(r, k);
    if (!r->is_joined || !link_is_whole(s->link) || !link_is_whole(r->sides[!k]->link))
        return;
    SIM_CHECK(w, !conn == !other, "proxy.close", "%u%c: one leg of tag %llu goes on alone", s->link->index, s->name,
              (unsigned long long)r->note->tag);
    if (!conn)
        return;
    skip_done((relay_queue *)&r->q[k]);
    bool is_waiting = r->q[k].first && is_held(r, r->q[k].first, other);
    SIM_CHECK(w, !r->q[k].first || is_waiting, "proxy.join", "%u%c: kind %u of tag %llu is not passed on",
              s->link->index, s->name, r->q[k].first->kind, (unsigned long long)r->note->tag);
    SIM_CHECK(w, is_waiting || conn->taken <= s->options.connection_window / 2, "flow.window",
              "%u%c: %llu bytes of the window of tag %llu are not given back", s->link->index, s->name,
              (unsigned long long)conn->taken, (unsigned long long)r->note->tag);
}

void relay_check(const relay *r)
{
    check_leg(r, 0);
    check_leg(r, 1);
}
