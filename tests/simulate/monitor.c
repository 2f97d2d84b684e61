/* The monitor's streams: from bytes to frames, the handshake, and what is said of the session itself. */
#include "tests/simulate/monitor.h"

#include "tests/simulate/chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FLAG_MORE = 1, FLAG_ABORT = 2, HEADER = 16, BODY_PREFIX = 64, ANNOUNCES_MAX = 4096, SKIPPED = 200 };

/* What section 2 and 6 say of each kind. */
enum { FRAGMENTS = 1, INTERLEAVES = 2, CHARGED = 4, OF_ROOT = 8, KNOWN = 16, WHOLE = 32, SHAKES = 64 };
static const uint8_t kinds[256] = {
    [WEFT__KIND_HELLO] = KNOWN | OF_ROOT | WHOLE | SHAKES,
    [WEFT__KIND_WELCOME] = KNOWN | OF_ROOT | WHOLE | SHAKES,
    [WEFT__KIND_READY] = KNOWN | OF_ROOT | WHOLE | SHAKES,
    [WEFT__KIND_SORRY] = KNOWN | OF_ROOT | WHOLE | SHAKES,
    [WEFT__KIND_PING] = KNOWN | OF_ROOT | INTERLEAVES | WHOLE,
    [WEFT__KIND_PONG] = KNOWN | OF_ROOT | INTERLEAVES | WHOLE,
    [WEFT__KIND_PROTOCOL_ERROR] = KNOWN | OF_ROOT | INTERLEAVES | WHOLE,
    [WEFT__KIND_DRAIN] = KNOWN | WHOLE,
    [WEFT__KIND_ACK] = KNOWN | OF_ROOT | INTERLEAVES | WHOLE,
    [WEFT__KIND_GOODBYE] = KNOWN | OF_ROOT | WHOLE,
    [WEFT__KIND_OPEN] = KNOWN | FRAGMENTS | WHOLE,
    [WEFT__KIND_ACCEPT] = KNOWN | FRAGMENTS | WHOLE,
    [WEFT__KIND_REJECT] = KNOWN | WHOLE,
    [WEFT__KIND_CLOSE] = KNOWN | WHOLE,
    [WEFT__KIND_WINDOW] = KNOWN | INTERLEAVES | WHOLE,
    [WEFT__KIND_SCHEMA] = KNOWN | FRAGMENTS | CHARGED | WHOLE,
    [WEFT__KIND_REQUEST] = KNOWN | FRAGMENTS | CHARGED,
    [WEFT__KIND_RESPONSE] = KNOWN | FRAGMENTS | CHARGED,
    [WEFT__KIND_CANCEL] = KNOWN | INTERLEAVES | CHARGED | WHOLE,
    [WEFT__KIND_ITEM] = KNOWN | FRAGMENTS | CHARGED,
    [WEFT__KIND_CHANNEL_CLOSE] = KNOWN | CHARGED | WHOLE,
    [WEFT__KIND_CHANNEL_RESET] = KNOWN | INTERLEAVES | CHARGED | WHOLE,
    [WEFT__KIND_CREDIT] = KNOWN | INTERLEAVES | CHARGED | WHOLE,
};

bool mon_may_fragment(uint8_t kind)
{
    return kinds[kind] & FRAGMENTS;
}

bool mon_is_charged(uint8_t kind)
{
    return kinds[kind] & CHARGED;
}

void mon_fail(const monitor *m, const char *check, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    sim_fail(m->side->world, check, "%u%c: %s", m->side->link->index, m->side->name, text);
}

void monitor_init(monitor *m, struct side *s)
{
    memset(m, 0, sizeof *m);
    m->side = s;
    m->stage = (uint8_t)(s->initiator ? MON_WELCOME : MON_HELLO);
    m->max_frame[MON_TX] = m->max_frame[MON_RX] = WEFT__HANDSHAKE_BODY_MAX;
}

void monitor_fini(monitor *m)
{
    while (m->n_conns > 0)
        mon_conn_remove(m, m->conns[m->n_conns - 1]);
    free(m->conns);
    free(m->streams[0].body);
    free(m->streams[1].body);
    mon_resume_free(&m->resume);
    memset(m, 0, sizeof *m);
}

/* ---- the handshake ---- */

bool mon_read_settings(weft__reader *r, bool *odd, mon_conn *conn, mon_dir dir)
{
    uint32_t n;
    uint64_t parity;
    if (weft__read_array(r, &n) < 0 || n < 6 || weft__read_u64(r, &parity) < 0 || parity > 1 ||
        weft__read_u32(r, &conn->max_requests[dir]) < 0 || weft__read_u32(r, &conn->max_message[dir]) < 0 ||
        weft__read_u32(r, &conn->channel_window[dir]) < 0 || weft__read_u32(r, &conn->max_channels[dir]) < 0)
        return false;
    *odd = parity == 1;
    for (uint32_t i = 5; i < n; i++)
        if (weft__read_skip(r, 8) < 0)
            return false;
    return true;
}

/* The settings of Hello and Welcome are the root's too. */
static void mon_on_hello(monitor *m, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    mon_conn *root = m->n_conns > 0 ? m->conns[0] : mon_conn_new(m, 0, m->side->initiator);
    uint32_t n = 0;
    unsigned found = 0;
    MON_CHECK(m, weft__read_map(&r, &n) == 0, "session.hello", "not a map");
    m->resume.n_said[f->dir] = 0;
    for (uint32_t i = 0; i < n; i++) {
        weft_str key;
        MON_CHECK(m, weft__read_str(&r, &key) == 0, "session.hello", "a key is no string");
        const uint8_t *raw = r.at;
        if (weft_str_equal(key, WEFT_STR("settings"))) {
            bool odd;
            MON_CHECK(m, mon_read_settings(&r, &odd, root, f->dir), "session.hello", "malformed settings");
            if (f->dir == MON_TX)
                m->odd = root->odd = odd;
            else if (m->side->initiator)
                MON_CHECK(m, odd != m->odd, "session.hello", "both sides have one parity");
            mon_said(m, f->dir, weft_bytes_of(raw, (size_t)(r.at - raw)));
            found |= 1;
        } else if (weft_str_equal(key, WEFT_STR("session"))) {
            uint32_t n_session;
            MON_CHECK(m,
                      weft__read_array(&r, &n_session) == 0 && n_session == 3 &&
                          weft__read_u32(&r, &m->max_frame[f->dir]) == 0 &&
                          weft__read_u32(&r, &m->window[f->dir]) == 0 &&
                          weft__read_u32(&r, &m->max_connections[f->dir]) == 0,
                      "session.hello", "malformed session settings");
            root->window[!f->dir] = m->window[f->dir];
            mon_said(m, f->dir, weft_bytes_of(raw, (size_t)(r.at - raw)));
            found |= 2;
        } else if (weft_str_equal(key, WEFT_STR("resume"))) {
            mon_offer(m, f->dir, &r);
        } else {
            MON_CHECK(m, weft__read_skip(&r, 16) == 0, "session.hello", "malformed");
        }
    }
    MON_CHECK(m, found == 3, "session.hello", "settings or session is missing");
}

static void mon_on_handshake(monitor *m, const mon_frame *f)
{
    bool initiator = m->side->initiator;
    bool sent = f->dir == MON_TX;
    m->side->world->coverage->rules[RULE_HANDSHAKE]++;
    switch (f->kind) {
    case WEFT__KIND_HELLO:
        MON_CHECK(m, sent == initiator && !m->greeted[f->dir], "session.handshake", "a Hello out of place");
        mon_on_hello(m, f);
        m->greeted[f->dir] = true;
        if (!sent)
            m->stage = MON_ROOT;
        break;
    case WEFT__KIND_WELCOME:
        MON_CHECK(m, sent != initiator && (!sent || m->stage == MON_ROOT), "session.handshake",
                  "a Welcome out of place");
        mon_on_hello(m, f);
        if (sent)
            m->stage = MON_READY_WAIT;
        else
            m->greeted[MON_RX] = true;
        break;
    case WEFT__KIND_READY:
        MON_CHECK(m, sent == initiator && (!sent || m->greeted[MON_RX]), "session.handshake", "a Ready out of place");
        m->stage = MON_READY;
        m->conns[0]->state = MON_COL_READY;
        mon_commit(m);
        break;
    default: {
        weft__reader r = mon_reader(f);
        uint32_t n;
        uint64_t code = 0;
        weft_str key, text = { "", 0 };
        MON_CHECK(m, weft__read_map(&r, &n) == 0, "session.handshake", "malformed Sorry");
        for (uint32_t i = 0; i < n && weft__read_str(&r, &key) == 0; i++)
            if (weft_str_equal(key, WEFT_STR("code")))
                (void)weft__read_u64(&r, &code);
            else if (!weft_str_equal(key, WEFT_STR("text")) || weft__read_str(&r, &text) < 0)
                (void)weft__read_skip(&r, 16);
        MON_CHECK(m, code != WEFT_CODE_PROTOCOL, "violation", "Sorry: %.*s", (int)text.len, text.ptr);
        break;
    }
    }
}

/* ---- the session ---- */

static void mon_on_ping(monitor *m, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n = 0;
    uint64_t nonce = 0;
    MON_CHECK(m, weft__read_array(&r, &n) == 0 && n == 1 && weft__read_u64(&r, &nonce) == 0, "session.ping",
              "malformed");
    side *s = m->side;
    if (f->kind == WEFT__KIND_PING && f->dir == MON_TX) {
        /* Behind what is said again several may wait, each made in its time. */
        MON_CHECK(m, s->may_ping || m->resume.is_on, "session.keepalive", "a Ping too early");
        s->may_ping = false;
        s->world->coverage->rules[RULE_KEEPALIVE]++;
    } else if (f->kind == WEFT__KIND_PING) {
        m->nonces[m->n_pings++ % MON_NONCES] = nonce;
    } else if (f->dir == MON_TX) {
        /* The newest; where what is said again goes first, one may have been made before that came. */
        uint64_t n_old = m->resume.is_on && m->n_pings > MON_NONCES ? MON_NONCES : m->resume.is_on ? m->n_pings : 1;
        bool is_known = false;
        for (uint64_t i = 1; i <= n_old && i <= m->n_pings; i++)
            is_known |= m->nonces[(m->n_pings - i) % MON_NONCES] == nonce;
        MON_CHECK(m, ++m->n_pongs <= m->n_pings && is_known, "session.ping", "a Pong that answers no Ping");
        m->side->world->coverage->rules[RULE_PING]++;
    }
}

static void mon_on_last_word(monitor *m, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n = 0;
    uint64_t code = 0;
    weft_str text = { "", 0 };
    MON_CHECK(
        m, weft__read_array(&r, &n) == 0 && n >= 2 && weft__read_u64(&r, &code) == 0 && weft__read_str(&r, &text) == 0,
        "session.goodbye", "malformed");
    if (f->kind == WEFT__KIND_PROTOCOL_ERROR) {
        bool is_short = f->dir == MON_TX ? m->side->is_short : m->side->other->is_short;
        MON_CHECK(m, code == WEFT_CODE_TIMEOUT || (code == WEFT_CODE_LIMIT && is_short), "violation",
                  "ProtocolError %llu: %.*s", (unsigned long long)code, (int)text.len, text.ptr);
        m->side->link->is_hasty = true;
    }
    if (f->kind == WEFT__KIND_GOODBYE)
        m->side->world->coverage->rules[RULE_GOODBYE]++;
}

static void mon_on_drain(monitor *m, const mon_frame *f)
{
    mon_conn *conn = mon_find(m, f->connection);
    if (f->connection == 0)
        m->drains[f->dir] = true;
    if (!conn)
        return;
    MON_CHECK(m, f->dir == MON_RX || !conn->drains[MON_TX], "session.drain", "a second Drain");
    if (conn->relay)
        relay_frame(m, conn, f);
    conn->drains[f->dir] = true;
    m->side->world->coverage->rules[RULE_DRAIN]++;
}

static void mon_on_session(monitor *m, const mon_frame *f)
{
    switch (f->kind) {
    case WEFT__KIND_PING:
    case WEFT__KIND_PONG: mon_on_ping(m, f); break;
    case WEFT__KIND_DRAIN: mon_on_drain(m, f); break;
    case WEFT__KIND_PROTOCOL_ERROR:
    case WEFT__KIND_GOODBYE: mon_on_last_word(m, f); break;
    case WEFT__KIND_ACK: mon_on_ack(m, f); break;
    default: mon_on_handshake(m, f);
    }
    if (f->kind != WEFT__KIND_GOODBYE && f->kind != WEFT__KIND_PROTOCOL_ERROR && f->kind != WEFT__KIND_SORRY)
        return;
    if (f->dir == MON_TX)
        m->has_said_last = true;
    else
        m->has_heard_last = true;
    bool is_again = f->dir == MON_TX && m->resume.is_finishing && !m->has_heard_last; /* on another conduit */
    bool waits = f->kind == WEFT__KIND_GOODBYE && (m->stage == MON_READY || is_again);
    m->stage = (uint8_t)(waits ? MON_GOODBYE : MON_OVER);
}

/* ---- frames ---- */

/* What the frame meets at the side that is fed, in the words of legal.csv. */
static mon_column mon_column_of(monitor *m, uint64_t connection)
{
    static const mon_column of_stage[] = { MON_COL_HELLO,   MON_COL_ROOT,  MON_COL_READY_WAIT,
                                           MON_COL_WELCOME, MON_COL_READY, MON_COL_GOODBYE };
    if (m->stage != MON_READY)
        return connection != 0 && m->stage == MON_GOODBYE ? MON_COL_GOODBYE_OTHER : of_stage[m->stage];
    if (connection == 0)
        return MON_COL_READY;
    const mon_conn *conn = mon_find(m, connection);
    if (conn)
        return (mon_column)conn->state;
    bool ours = (connection & 1) == m->odd;
    if (connection > m->last_conn[ours ? MON_TX : MON_RX])
        return ours ? MON_COL_NEW_OURS : MON_COL_NEW_THEIRS;
    return ours ? MON_COL_LATE_OURS : MON_COL_LATE_THEIRS;
}

static void mon_check_frame(monitor *m, const mon_stream *s)
{
    uint32_t max = kinds[s->kind] & FRAGMENTS ? m->max_frame[MON_RX]
                   : kinds[s->kind] & SHAKES  ? WEFT__HANDSHAKE_BODY_MAX
                                              : WEFT__CONTROL_BODY_MAX;
    bool is_ready = m->stage == MON_READY || m->stage == MON_GOODBYE;
    MON_CHECK(m, kinds[s->kind] & KNOWN, "frame.max", "kind %u", s->kind);
    MON_CHECK(m, s->len <= max, "frame.max", "kind %u with %u bytes", s->kind, s->len);
    MON_CHECK(m, (s->flags & ~3) == 0 && s->head[6] == 0 && s->head[7] == 0, "frame.header", "flags %u", s->flags);
    MON_CHECK(m, s->flags == 0 || kinds[s->kind] & FRAGMENTS, "frame.fragment", "kind %u in fragments", s->kind);
    MON_CHECK(m, !(s->flags & FLAG_MORE) || s->len >= WEFT__MORE_MIN, "frame.fragment", "MORE with %u bytes", s->len);
    MON_CHECK(m, !(s->flags & FLAG_ABORT) || (s->len == 0 && s->flags == FLAG_ABORT), "frame.abort", "with a body");
    MON_CHECK(m, !(kinds[s->kind] & OF_ROOT) || s->connection == 0, "frame.max", "kind %u elsewhere", s->kind);
    MON_CHECK(m, !m->has_said_last, "conduit.last-word", "kind %u behind it", s->kind);
    MON_CHECK(m, !m->resume.is_finishing || !mon_is_counted(s->kind), "session.goodbye",
              "kind %u, and the Goodbye was said on an earlier conduit", s->kind);
    MON_CHECK(m, is_ready || m->has_heard_last || kinds[s->kind] & SHAKES, "session.handshake",
              "kind %u before it is done", s->kind);
    MON_CHECK(m, !is_ready || !(kinds[s->kind] & SHAKES), "session.handshake", "kind %u after it", s->kind);
    /* An own ProtocolError may have been decided on before, and cross it. */
    m->crossing += m->has_heard_last && m->side->is_proxy && relay_passes(s->kind) ? HEADER + s->len : 0;
    bool may_cross = s->kind == WEFT__KIND_GOODBYE || s->kind == WEFT__KIND_PROTOCOL_ERROR ||
                     (s->flags & FLAG_ABORT && s->connection == 0);
    /* What a proxy passes on may lie in front of the conduit already. */
    may_cross |= m->side->is_proxy && relay_passes(s->kind) && m->crossing <= WEFT__TURN + m->max_frame[MON_RX];
    may_cross |= mon_is_counted(s->kind) && mon_was_cut(m);
    MON_CHECK(m, !m->has_heard_last || may_cross, "session.goodbye", "kind %u after the counterpart's last word",
              s->kind);
    m->side->world->coverage->rules[RULE_FRAME_MAX]++;
}

/* What is open already may be joined while a frame is coming in [proxy.join]: all of that one is passed on, too. */
static bool may_be_joined(const monitor *m, const mon_conn *conn)
{
    return m->side->is_proxy && conn->tag != UINT64_MAX && link_conn(m->side->link, conn->tag)->is_join;
}

/* The header is here. */
static void mon_header(monitor *m, mon_dir dir)
{
    mon_stream *s = &m->streams[dir];
    const uint8_t *h = s->head;
    uint64_t connection = 0;
    for (int i = 7; i >= 0; i--)
        connection = connection << 8 | h[8 + i];
    s->len = (uint32_t)h[0] | (uint32_t)h[1] << 8 | (uint32_t)h[2] << 16 | (uint32_t)h[3] << 24;
    s->kind = h[4];
    s->flags = h[5];
    s->connection = connection;
    s->left = s->len;
    bool may_announce = s->kind == WEFT__KIND_REQUEST && s->len <= ANNOUNCES_MAX;
    const mon_conn *conn = mon_find(m, connection);
    bool is_passed = conn && (conn->relay || may_be_joined(m, conn));
    s->wanted = kinds[s->kind] & WHOLE || may_announce || is_passed || s->len < BODY_PREFIX ? s->len : BODY_PREFIX;
    s->n_body = 0;
    s->n_head = 0;
    s->in_body = true;
    world *w = m->side->world;
    SIM_TRACE(w, "%u%c %s kind %u flags %u connection %llu, %u bytes", m->side->link->index, m->side->name,
              dir == MON_TX ? "says" : "hears", s->kind, s->flags, (unsigned long long)s->connection, s->len);
    if (dir == MON_TX)
        mon_check_frame(m, s);
    if (dir == MON_TX && mon_is_counted(s->kind))
        mon_keep(m, s->head, HEADER);
    if (dir == MON_RX && m->stage != MON_OVER && !(s->flags & FLAG_ABORT))
        w->coverage->cells[s->kind < WEFT__KIND_SKIPPABLE ? s->kind : SKIPPED][mon_column_of(m, s->connection)]++;
    if (dir == MON_RX && s->kind == WEFT__KIND_OPEN && m->stage == MON_READY)
        mon_on_open_header(m, s->connection);
}

/* The body is here, or as much of it as is looked at. */
static void mon_frame_done(monitor *m, mon_dir dir, const uint8_t *body)
{
    mon_stream *s = &m->streams[dir];
    mon_frame f = { s->connection, body, s->wanted, s->len, s->kind, s->flags, dir };
    s->in_body = false;
    if (dir == MON_RX && mon_is_counted(f.kind))
        mon_received(m, HEADER + f.len);
    bool is_over = m->stage == MON_OVER || m->has_said_last || m->resume.is_finishing;
    if (dir == MON_RX && is_over && f.kind != WEFT__KIND_GOODBYE && f.kind != WEFT__KIND_PROTOCOL_ERROR)
        return; /* it is thrown away */
    if (f.kind >= WEFT__KIND_SKIPPABLE)
        return;
    if (f.kind < WEFT__KIND_OPEN)
        mon_on_session(m, &f);
    else
        mon_on_connection(m, &f);
}

static size_t mon_body(monitor *m, mon_dir dir, const uint8_t *bytes, size_t len)
{
    mon_stream *s = &m->streams[dir];
    size_t n = s->left < len ? s->left : len;
    bool is_whole = n == s->left;
    s->left -= (uint32_t)n;
    if (dir == MON_TX && mon_is_counted(s->kind))
        mon_keep(m, bytes, n);
    if (s->n_body == 0 && is_whole) { /* all in one piece */
        mon_frame_done(m, dir, bytes);
        return n;
    }
    size_t keep = s->wanted - s->n_body < n ? s->wanted - s->n_body : n;
    if (s->wanted > s->body_cap) {
        s->body_cap = s->wanted;
        s->body = realloc(s->body, s->body_cap);
    }
    if (keep > 0)
        memcpy(s->body + s->n_body, bytes, keep);
    s->n_body += (uint32_t)keep;
    if (is_whole)
        mon_frame_done(m, dir, s->body);
    return n;
}

static size_t mon_preamble(monitor *m, mon_dir dir, const uint8_t *bytes, size_t len)
{
    mon_stream *s = &m->streams[dir];
    size_t n = (size_t)8 - s->n_head < len ? (size_t)8 - s->n_head : len;
    memcpy(s->head + s->n_head, bytes, n);
    s->n_head = (uint8_t)(s->n_head + n);
    if (s->n_head < 8)
        return n;
    bool is_initiators = (dir == MON_TX) == m->side->initiator;
    MON_CHECK(m,
              memcmp(s->head, "WEFT\1", 5) == 0 && s->head[5] == (is_initiators ? 1 : 0) && s->head[6] == 0 &&
                  s->head[7] == 0,
              "preamble", "a wrong one");
    m->side->world->coverage->rules[RULE_PREAMBLE]++;
    s->has_preamble = true;
    s->n_head = 0;
    return n;
}

void mon_small(monitor *m, const uint8_t *frame, uint32_t len)
{
    mon_stream s = { .kind = frame[4], .flags = frame[5], .len = len };
    memcpy(s.head, frame, HEADER);
    SIM_TRACE(m->side->world, "%u%c says kind %u between what it says again", m->side->link->index, m->side->name,
              s.kind);
    mon_check_frame(m, &s);
    mon_frame f = { 0, frame + HEADER, len, len, s.kind, s.flags, MON_TX };
    mon_on_session(m, &f);
}

void monitor_bytes(monitor *m, mon_shake *shake, mon_dir dir, const uint8_t *bytes, size_t len)
{
    while (len > 0 && shake->is_on) {
        size_t n = !shake->is_over[dir]                                 ? mon_shake_bytes(m, shake, dir, bytes, len)
                   : dir == MON_TX && m->resume.is_replaying && len > 0 ? mon_replay(m, bytes, len)
                                                                        : 0;
        if (n == 0)
            break;
        bytes += n;
        len -= n;
    }
    if (len > 0)
        mon_session_bytes(m, dir, bytes, len);
}

void mon_session_bytes(monitor *m, mon_dir dir, const uint8_t *bytes, size_t len)
{
    mon_stream *s = &m->streams[dir];
    while (len > 0) {
        size_t n;
        if (!s->has_preamble) {
            n = mon_preamble(m, dir, bytes, len);
        } else if (!s->in_body) {
            n = (size_t)HEADER - s->n_head < len ? (size_t)HEADER - s->n_head : len;
            memcpy(s->head + s->n_head, bytes, n);
            s->n_head = (uint8_t)(s->n_head + n);
            if (s->n_head == HEADER) {
                mon_header(m, dir);
                if (s->len == 0)
                    (void)mon_body(m, dir, bytes, 0);
            }
        } else {
            n = mon_body(m, dir, bytes, len);
        }
        bytes += n;
        len -= n;
        s->offset += n;
    }
}
