/* What engines never say, and may hear: frames put between those of the counterpart, when the side is fed, so that the
 * state they meet is known. They are legal there, and the model knows what becomes of them: what is dropped changes
 * nothing but a counter; what is taken ends what it says. And Open and Accept are cut into fragments, as a proxy may.
 */
#include "tests/simulate/chain.h"
#include "tests/support/wire_put.h"

enum { HEADER = 16, MORE_MIN = 1024, FLAG_MORE = 1, SORRY_CODE = WEFT_CODE_NOT_READY };

/* ---- when ---- */

/* Between two frames, and the counterpart has not said its last word. Behind its own Goodbye a side listens until it
 * has ended by itself. */
static bool may_forge(const side *s)
{
    const mon_stream *in = &s->monitor.streams[MON_RX];
    bool has_left = s->monitor.stage == MON_GOODBYE && s->engine && !weft_engine_has_events(s->engine);
    bool listens = (side_phase(s) == WEFT_PHASE_RUNNING || has_left) && s->n_closed == 0;
    bool is_later = s->port && s->port->shake.is_on && !s->port->shake.is_over[MON_RX];
    return s->port && !s->port->is_gone && !is_later && side_is_live(s) && !s->is_dispatching && listens &&
           in->has_preamble && !in->in_body && in->n_head == 0 && s->n_blocks < BLOCKS_MAX &&
           s->monitor.stage != MON_OVER && !s->monitor.has_heard_last;
}

/* In calm weather nothing ends a session but who is asked to. */
static bool may_end(const side *s)
{
    return s->world->faults & 1u << FAULT_CUT;
}

static bool is_ready(const side *s)
{
    return !side_handshake(s) && s->monitor.stage == MON_READY;
}

static void feed(side *s, const wire_bytes *bytes)
{
    SIM_TRACE(s->world, "%u%c is fed %zu bytes that %c never said", s->link->index, s->name, bytes->len,
              s->other->name);
    sim_note_bytes(s->world, bytes->ptr, bytes->len);
    port_feed(s->port, bytes->ptr, bytes->len);
}

/* ---- dropped ---- */

/* [id.increasing] [conn.accept] [conn.close] Nothing comes of it, and it is counted. */
static void feed_dropped(side *s, uint8_t kind, uint64_t connection)
{
    world *w = s->world;
    wire_bytes bytes = { NULL, 0, 0 };
    weft_session_stats before = { .size = 0 }, after = { .size = 0 };
    bool counts = s->session && weft_session_stats_read(s->session, &before, sizeof before) == 0;
    bool events = weft_engine_has_events(s->engine), output = weft_engine_has_output(s->engine);
    weft_phase phase = side_phase(s);
    wire_put_any(&bytes, kind, connection, 1 + below(w, 5));
    feed(s, &bytes);
    wire_bytes_free(&bytes);
    if (s->is_faulted)
        return; /* it may have no memory to read with */
    SIM_CHECK(w, side_phase(s) == phase, "violation.scope", "%u%c ends by kind %u", s->link->index, s->name, kind);
    SIM_CHECK(w, weft_engine_has_events(s->engine) == events && weft_engine_has_output(s->engine) == output,
              "violation.scope", "%u%c does something about kind %u on connection %llu, which is to be dropped",
              s->link->index, s->name, kind, (unsigned long long)connection);
    if (counts && weft_session_stats_read(s->session, &after, sizeof after) == 0)
        SIM_CHECK(w, after.late == before.late + 1 && after.violations == before.violations, "id.increasing",
                  "%u%c counts %llu late ones after %llu", s->link->index, s->name, (unsigned long long)after.late,
                  (unsigned long long)before.late);
}

static uint8_t kind_of_connections(world *w)
{
    static const uint8_t kinds[] = { WEFT__KIND_DRAIN,   WEFT__KIND_ACCEPT,        WEFT__KIND_REJECT,
                                     WEFT__KIND_CLOSE,   WEFT__KIND_WINDOW,        WEFT__KIND_SCHEMA,
                                     WEFT__KIND_REQUEST, WEFT__KIND_RESPONSE,      WEFT__KIND_CANCEL,
                                     WEFT__KIND_ITEM,    WEFT__KIND_CHANNEL_CLOSE, WEFT__KIND_CHANNEL_RESET,
                                     WEFT__KIND_CREDIT };
    return kinds[below(w, sizeof kinds)];
}

/* For an id that is gone. Where the own Close has been shown and not taken, it is not gone yet. */
static bool forge_late(side *s)
{
    monitor *m = &s->monitor;
    mon_dir whose = one_in(s->world, 2) ? MON_TX : MON_RX;
    if (!is_ready(s) || s->port->shown != s->port->taken || m->last_conn[whose] == 0)
        return false;
    uint64_t id = m->last_conn[whose] - 2 * below(s->world, (m->last_conn[whose] + 1) / 2);
    uint8_t kind = kind_of_connections(s->world);
    /* A rejected one is withdrawn, perhaps: then its Close is still to go out. */
    bool is_there =
        mon_find(m, id) || (monitor_was_rejected(m, id) && (kind == WEFT__KIND_CLOSE || kind == WEFT__KIND_WINDOW));
    if (!is_there)
        feed_dropped(s, kind, id);
    return !is_there;
}

/* For one that is there: decided already, or closed by this side. */
static bool forge_decided(side *s)
{
    monitor *m = &s->monitor;
    if (!is_ready(s) || m->n_conns == 0)
        return false;
    const mon_conn *conn = m->conns[below(s->world, m->n_conns)];
    uint8_t kind = one_in(s->world, 2) ? WEFT__KIND_ACCEPT : WEFT__KIND_REJECT;
    if (conn->state == MON_COL_CLOSING && one_in(s->world, 2))
        kind = kind_of_connections(s->world);
    bool fits = conn->state == MON_COL_CLOSING
                    ? kind != WEFT__KIND_CLOSE && kind != WEFT__KIND_WINDOW /* those are taken */
                    : conn->state == MON_COL_OPEN_OURS && conn->half[MON_RX].kind == 0;
    if (fits)
        feed_dropped(s, kind, conn->id);
    return fits;
}

/* [session.goodbye] What crosses the own Goodbye. */
static bool forge_crossing(side *s)
{
    const monitor *m = &s->monitor;
    world *w = s->world;
    if (m->stage != MON_GOODBYE || !m->has_said_last || s->port->shown != s->port->taken)
        return false;
    uint64_t id = one_in(w, 2) ? 0 : 1 + below(w, 40);
    uint8_t kind = kind_of_connections(w);
    bool is_virtual = kind == WEFT__KIND_ACCEPT || kind == WEFT__KIND_REJECT || kind == WEFT__KIND_CLOSE;
    if (id == 0 && one_in(w, 4))
        kind = one_in(w, 2) ? WEFT__KIND_PING : WEFT__KIND_PONG;
    else if (id == 0 && is_virtual)
        return false;
    feed_dropped(s, kind, id);
    return true;
}

/* [frame.max] Kinds from 192 on, on any connection, in any state. */
static bool forge_skipped(side *s)
{
    monitor *m = &s->monitor;
    world *w = s->world;
    wire_bytes bytes = { NULL, 0, 0 };
    static const uint8_t body[16384];
    uint64_t id = below(w, 60);
    if (m->n_conns > 0 && one_in(w, 2))
        id = m->conns[below(w, m->n_conns)]->id;
    else if (one_in(w, 8))
        id = weft_test_random_next(&w->random);
    size_t len = one_in(w, 4) ? below(w, sizeof body + 1) : below(w, 100);
    uint8_t flags = len >= MORE_MIN && one_in(w, 3) ? FLAG_MORE : 0;
    wire_put(&bytes, (uint8_t)(192 + below(w, 64)), flags, id, body, len);
    bool events = s->engine && weft_engine_has_events(s->engine);
    weft_phase phase = side_phase(s);
    feed(s, &bytes);
    wire_bytes_free(&bytes);
    bool same = side_phase(s) == phase && (s->engine && weft_engine_has_events(s->engine)) == events;
    SIM_CHECK(w, same || s->is_faulted, "frame.max", "%u%c does something about a kind that it does not know",
              s->link->index, s->name);
    return true;
}

/* ---- taken ---- */

/* [session.ping] A flood of them: the newest Pong alone is owed. And Pongs that answer nothing. */
static bool forge_pings(side *s)
{
    wire_bytes bytes = { NULL, 0, 0 };
    if (!is_ready(s))
        return false;
    for (uint64_t n = 1 + below(s->world, 4); n > 0; n--)
        wire_put_number(&bytes, one_in(s->world, 3) ? WEFT__KIND_PONG : WEFT__KIND_PING, 0, below(s->world, 1000));
    feed(s, &bytes);
    wire_bytes_free(&bytes);
    return true;
}

/* [session.drain] A second one is ignored. */
static bool forge_drain(side *s)
{
    monitor *m = &s->monitor;
    wire_bytes bytes = { NULL, 0, 0 };
    if (!is_ready(s) || m->n_conns == 0)
        return false;
    const mon_conn *conn = m->conns[below(s->world, m->n_conns)];
    bool is_open =
        conn->state == MON_COL_READY || conn->state == MON_COL_OPEN_OURS || conn->state == MON_COL_OPEN_THEIRS;
    if (!is_open || !conn->drains[MON_RX] || conn->half[MON_RX].kind)
        return false;
    wire_put_any(&bytes, WEFT__KIND_DRAIN, conn->id, 0);
    feed(s, &bytes);
    wire_bytes_free(&bytes);
    return true;
}

/* [session.handshake] The counterpart is sorry, and that is the end of it. */
static bool forge_sorry(side *s)
{
    wire_bytes bytes = { NULL, 0, 0 };
    if (!side_handshake(s) || s->monitor.stage >= MON_READY || !may_end(s) || !one_in(s->world, 3))
        return false;
    s->link->is_faulted = true;
    wire_put_said(&bytes, WEFT__KIND_SORRY, SORRY_CODE, "not today");
    feed(s, &bytes);
    wire_bytes_free(&bytes);
    const weft_error *error = weft_handshake_error(s->port->handshake);
    bool ended = side_phase(s) == WEFT_PHASE_CLOSED && error && error->remote == SORRY_CODE;
    SIM_CHECK(s->world, ended || s->is_faulted, "session.handshake", "%u%c is told Sorry, and its phase is %d",
              s->link->index, s->name, side_phase(s));
    return true;
}

/* [session.protocol-error] Behind the own Goodbye. */
static bool forge_error(side *s)
{
    wire_bytes bytes = { NULL, 0, 0 };
    if (s->monitor.stage != MON_GOODBYE || !s->monitor.has_said_last || !may_end(s) || !one_in(s->world, 4))
        return false;
    s->link->is_faulted = s->link->is_hasty = true;
    wire_put_said(&bytes, WEFT__KIND_PROTOCOL_ERROR, WEFT_CODE_TIMEOUT, "too slow");
    feed(s, &bytes);
    wire_bytes_free(&bytes);
    SIM_CHECK(s->world, side_phase(s) == WEFT_PHASE_CLOSED || s->is_faulted, "session.protocol-error", "%u%c goes on",
              s->link->index, s->name);
    return true;
}

/* ---- cut ---- */

/* [frame.fragment] The Open or Accept that comes next, in two frames. */
static bool forge_cut(side *s)
{
    sim_pipe *in = &s->port->peer->out;
    if (pipe_len(in) < HEADER + MORE_MIN)
        return false;
    uint8_t *at = in->bytes + in->begin;
    weft__frame frame = weft__frame_read(at);
    bool fits =
        (frame.kind == WEFT__KIND_OPEN || frame.kind == WEFT__KIND_ACCEPT) && frame.flags == 0 && frame.len > MORE_MIN;
    if (!fits)
        return false;
    uint32_t first = MORE_MIN + (uint32_t)below(s->world, frame.len - MORE_MIN);
    if (HEADER + first > pipe_len(in))
        first = MORE_MIN;
    uint8_t second[HEADER];
    memcpy(second, at, HEADER);
    pipe_insert(in, HEADER + first, HEADER);
    at = in->bytes + in->begin;
    for (unsigned i = 0; i < 4; i++) {
        at[i] = (uint8_t)(first >> 8 * i);
        second[i] = (uint8_t)((frame.len - first) >> 8 * i);
    }
    at[5] = FLAG_MORE;
    memcpy(at + HEADER + first, second, HEADER);
    SIM_TRACE(s->world, "%u%c: kind %u is cut behind %u bytes", s->link->index, s->name, frame.kind, first);
    if (one_in(s->world, 2) && port_deliver(s->port, HEADER + first) && may_forge(s))
        (void)forge_skipped(s);
    return true;
}

/* ---- not legal, on a connection that goes on through a proxy ---- */

/* [violation.scope] What its counterpart, which has opened it, or whom it leads to, may not say: with well-formed
 * headers, so that whoever passes it on need not see it. That connection ends, and nothing else. */
static bool forge_hostile(side *s)
{
    world *w = s->world;
    wire_bytes bytes = { NULL, 0, 0 };
    static const uint8_t never[] = { 0x93, 0xcf, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1 }; /* [2^40 + 1, 1, 1] */
    static const uint8_t nothing[MORE_MIN] = { 0xc1 };                           /* no MessagePack */
    mon_conn *conn = s->monitor.n_conns > 0 ? s->monitor.conns[below(w, s->monitor.n_conns)] : NULL;
    bool is_open = conn && conn->relay && conn->relay->is_joined && conn->half[MON_RX].kind == 0 &&
                   (conn->state == MON_COL_OPEN_OURS || conn->state == MON_COL_OPEN_THEIRS);
    if (!(w->features & FEATURE_HOSTILE) || !is_open || s->other->is_proxy || s->link->resumes || !is_ready(s) ||
        !one_in(w, 8))
        return false;
    conn_note *note = conn->relay->note;
    uint8_t kinds[] = { WEFT__KIND_RESPONSE, WEFT__KIND_ITEM, WEFT__KIND_CREDIT };
    switch (below(w, 4)) {
    case 0: wire_put(&bytes, WEFT__KIND_REQUEST, 0, conn->id, nothing, 20); break;
    case 1: /* one within another */
        wire_put(&bytes, WEFT__KIND_REQUEST, FLAG_MORE, conn->id, nothing, sizeof nothing);
        wire_put(&bytes, WEFT__KIND_ITEM, 0, conn->id, never, sizeof never);
        break;
    default: wire_put(&bytes, kinds[below(w, sizeof kinds)], 0, conn->id, never, sizeof never);
    }
    note->is_hostile = true;
    for (unsigned i = 0; i < note->n_legs; i++)
        for (int k = 0; k < 2; k++) {
            mon_conn *seen = monitor_conn(&note->legs[i]->sides[k].monitor, note->tag);
            if (seen && &note->legs[i]->sides[k] != s->other)
                seen->is_hostile = true;
        }
    w->coverage->hostile++;
    feed(s, &bytes);
    wire_bytes_free(&bytes);
    return true;
}

bool forge(side *s)
{
    static bool (*const forgeries[])(side *) = { forge_pings,   forge_sorry,    forge_error,   forge_late,  forge_late,
                                                 forge_decided, forge_crossing, forge_skipped, forge_drain, forge_cut };
    enum { N = sizeof forgeries / sizeof *forgeries, UNCOUNTED = 3, PREAMBLE = 8 };
    const mon_stream *in = &s->monitor.streams[MON_RX];
    if (!in->has_preamble && in->n_head == 0 && s->port && pipe_len(&s->port->peer->out) >= PREAMBLE)
        (void)port_deliver(s->port, PREAMBLE);
    if (!may_forge(s))
        return false;
    if (s->is_proxy && forge_hostile(s))
        return true;
    /* What is counted, and was never said, is more than the counterpart has sent [resume.count]. */
    uint64_t n = s->link->resumes ? UNCOUNTED : N;
    for (uint64_t i = 0, first = below(s->world, n); i < n; i++)
        if (forgeries[(first + i) % n](s)) {
            s->world->coverage->forged++;
            return true;
        }
    return false;
}
