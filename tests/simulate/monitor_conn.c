/* The monitor's connections: opens and ends, the order of fragments, windows, turns. */
#include "tests/simulate/chain.h"

#include <stdlib.h>

enum { FLAG_MORE = 1, FLAG_ABORT = 2, HEADER = 16 };

static void rule(monitor *m, sim_rule which)
{
    m->side->world->coverage->rules[which]++;
}

/* ---- the table ---- */

mon_conn *mon_find(monitor *m, uint64_t id)
{
    if (m->recent && m->recent->id == id)
        return m->recent;
    for (size_t i = 0; i < m->n_conns; i++)
        if (m->conns[i]->id == id)
            return m->recent = m->conns[i];
    return NULL;
}

mon_conn *monitor_conn(monitor *m, uint64_t tag)
{
    for (size_t i = 0; i < m->n_conns; i++)
        if (m->conns[i]->tag == tag)
            return m->conns[i];
    return NULL;
}

void monitor_closing(monitor *m, uint64_t tag)
{
    mon_conn *conn = monitor_conn(m, tag);
    if (conn && conn->id != 0)
        conn->state = MON_COL_CLOSING;
}

mon_conn *mon_conn_new(monitor *m, uint64_t id, bool ours)
{
    if (m->n_conns == m->conns_cap) {
        m->conns_cap = m->conns_cap * 2 + 8;
        m->conns = realloc(m->conns, m->conns_cap * sizeof(mon_conn *));
    }
    mon_conn *conn = calloc(1, sizeof *conn);
    conn->id = id;
    conn->tag = id == 0 ? 0 : UINT64_MAX;
    conn->ours = ours;
    conn->odd = m->odd;
    conn->state = (uint8_t)(ours ? MON_COL_OPENING : MON_COL_ARRIVING);
    conn->window[MON_TX] = m->window[MON_RX];
    conn->window[MON_RX] = m->window[MON_TX];
    m->conns[m->n_conns++] = conn;
    if (id != 0)
        m->n_live[ours ? MON_TX : MON_RX]++;
    return conn;
}

void mon_conn_remove(monitor *m, mon_conn *conn)
{
    for (size_t i = 0; i < m->n_conns; i++)
        if (m->conns[i] == conn)
            m->conns[i] = m->conns[--m->n_conns];
    if (conn->id != 0)
        m->n_live[conn->ours ? MON_TX : MON_RX]--;
    m->recent = NULL;
    free(conn->requests[0].at);
    free(conn->requests[1].at);
    free(conn->channels);
    free(conn->whole[0]);
    free(conn->whole[1]);
    free(conn->types[0]);
    free(conn->types[1]);
    free(conn);
}

/* ---- Open, Accept, Reject, Close ---- */

/* The tag that the simulated applications put into the metadata of each open. */
static uint64_t read_tag(weft__reader *r)
{
    uint32_t n;
    uint64_t tag = UINT64_MAX;
    if (weft__read_array(r, &n) < 0)
        return tag;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t parts;
        weft_str key;
        if (weft__read_array(r, &parts) < 0 || parts < 3 || weft__read_str(r, &key) < 0)
            return tag;
        if (weft_str_equal(key, WEFT_STR("tag")))
            (void)weft__read_u64(r, &tag);
        else
            (void)weft__read_skip(r, 4);
        (void)weft__read_skip(r, 4);
    }
    return tag;
}

static void mon_on_open(monitor *m, mon_conn *conn, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    bool odd = false;
    MON_CHECK(m, weft__read_array(&r, &n) == 0 && n >= 2 && mon_read_settings(&r, &odd, conn, f->dir), "conn.open",
              "malformed");
    conn->odd = f->dir == MON_TX ? odd : !odd;
    conn->tag = read_tag(&r);
    if (f->dir == MON_RX)
        conn->state = MON_COL_PENDING;
    relay_open(m, conn, f);
    rule(m, RULE_CONN_OPEN);
}

static void mon_on_accept(monitor *m, mon_conn *conn, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    bool odd = false;
    MON_CHECK(m, weft__read_array(&r, &n) == 0 && n >= 2 && mon_read_settings(&r, &odd, conn, f->dir), "conn.accept",
              "malformed");
    MON_CHECK(m, f->dir == MON_RX || odd == conn->odd, "conn.accept", "its parity is not the opposite of the Open's");
    if (conn->relay)
        relay_accept(m, conn, f);
    if (conn->state != MON_COL_CLOSING)
        conn->state = conn->ours ? MON_COL_OPEN_OURS : MON_COL_OPEN_THEIRS;
    rule(m, RULE_CONN_ACCEPT);
}

/* The one who says it may have too little memory for what came. */
static bool is_short(const monitor *m, const mon_conn *conn, mon_dir dir)
{
    const conn_note *note = conn->tag == UINT64_MAX ? NULL : link_conn(m->side->link, conn->tag);
    if (note && note->is_through)
        return conn_any(note, NULL, side_is_short);
    return dir == MON_TX ? m->side->is_short : m->side->other->is_short;
}

/* [conn.limits] Opened on before it was known how many a session takes. */
static bool may_be_too_many(const monitor *m, const mon_conn *conn, uint8_t kind)
{
    return kind == WEFT__KIND_REJECT && conn->tag != UINT64_MAX && link_conn(m->side->link, conn->tag)->is_through;
}

static void mon_on_end(monitor *m, mon_conn *conn, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    uint64_t code = 0, last_request = 0;
    weft_str text = { "", 0 };
    MON_CHECK(m,
              weft__read_array(&r, &n) == 0 && n >= 2 && weft__read_u64(&r, &code) == 0 &&
                  weft__read_str(&r, &text) == 0 && text.len <= WEFT__TEXT_MAX,
              "conn.close", "malformed");
    if (f->kind == WEFT__KIND_CLOSE)
        MON_CHECK(m, n >= 3 && weft__read_u64(&r, &last_request) == 0, "conn.close", "malformed");
    bool is_hostile = conn->tag != UINT64_MAX && link_conn(m->side->link, conn->tag)->is_hostile;
    bool is_limit = is_short(m, conn, f->dir) || may_be_too_many(m, conn, f->kind);
    MON_CHECK(m, is_hostile || (code != WEFT_CODE_PROTOCOL && (code != WEFT_CODE_LIMIT || is_limit)), "violation",
              "connection %llu: code %llu: %.*s", (unsigned long long)conn->id, (unsigned long long)code, (int)text.len,
              text.ptr);
    if (conn->relay)
        relay_end(m, conn, f, code, last_request);
    else if (f->dir == MON_TX && !conn->is_hostile)
        MON_CHECK(m, last_request <= conn->requests[MON_RX].last, "conn.close", "last_request was never sent");
    rule(m, f->kind == WEFT__KIND_CLOSE ? RULE_CONN_CLOSE : RULE_CONN_REJECT);
    if (f->kind == WEFT__KIND_REJECT && f->dir == MON_RX)
        m->rejected[m->n_rejected++ % MON_REJECTED] = conn->id;
    mon_conn_remove(m, conn);
}

bool monitor_was_rejected(const monitor *m, uint64_t id)
{
    for (size_t i = 0; i < MON_REJECTED; i++)
        if (m->rejected[i] == id)
            return true;
    return false;
}

/* A Close that was queued, to withdraw the open, when the Reject came: it is late [conn.close]. */
static bool was_rejected(monitor *m, const mon_frame *f)
{
    for (size_t i = 0; i < MON_REJECTED && f->kind == WEFT__KIND_CLOSE; i++) {
        if (m->rejected[i] != f->connection)
            continue;
        m->rejected[i] = 0;
        return true;
    }
    return false;
}

/* [id.increasing] [session.parity] [conn.limits] The first frame of an Open. */
static mon_conn *mon_new_id(monitor *m, const mon_frame *f)
{
    bool ours = f->dir == MON_TX;
    if (ours) {
        MON_CHECK(m, (f->connection & 1) == m->odd, "session.parity", "Open of %llu",
                  (unsigned long long)f->connection);
        MON_CHECK(m, f->connection > m->last_conn[MON_TX], "id.increasing", "Open of %llu after %llu",
                  (unsigned long long)f->connection, (unsigned long long)m->last_conn[MON_TX]);
    }
    mon_conn *conn = mon_conn_new(m, f->connection, ours);
    if (ours)
        MON_CHECK(m, m->n_live[MON_TX] <= m->max_connections[MON_RX], "conn.limits", "%u of %u", m->n_live[MON_TX],
                  m->max_connections[MON_RX]);
    m->last_conn[f->dir] = f->connection;
    rule(m, RULE_INCREASING);
    rule(m, RULE_PARITY);
    rule(m, RULE_CONN_LIMITS);
    return conn;
}

/* ---- what may stand where ---- */

/* What this side may send on a connection in this state. */
static bool may_send(const mon_conn *conn, uint8_t kind)
{
    switch (conn->state) {
    case MON_COL_OPENING: return kind == WEFT__KIND_CLOSE || (kind == WEFT__KIND_OPEN && conn->half[MON_TX].kind);
    case MON_COL_ARRIVING: return kind == WEFT__KIND_REJECT;
    case MON_COL_PENDING: return kind == WEFT__KIND_ACCEPT || kind == WEFT__KIND_REJECT;
    case MON_COL_CLOSING: return kind != WEFT__KIND_OPEN || conn->half[MON_TX].kind;
    case MON_COL_READY:
        return kind != WEFT__KIND_OPEN && kind != WEFT__KIND_ACCEPT && kind != WEFT__KIND_REJECT &&
               kind != WEFT__KIND_CLOSE;
    default:
        return kind != WEFT__KIND_OPEN && kind != WEFT__KIND_REJECT &&
               (kind != WEFT__KIND_ACCEPT || conn->half[MON_TX].kind);
    }
}

/* [flow.window] */
static void mon_charge(monitor *m, mon_conn *conn, const mon_frame *f)
{
    if (!mon_is_charged(f->kind) || f->flags & FLAG_ABORT)
        return;
    bool overdraws = f->kind == WEFT__KIND_CANCEL || f->kind >= WEFT__KIND_CHANNEL_CLOSE;
    conn->window[f->dir] -= HEADER + f->len;
    if (f->dir == MON_TX) {
        MON_CHECK(m, conn->window[MON_TX] >= (overdraws ? -256 * 1024 : 0), "flow.window",
                  "kind %u on connection %llu leaves %lld", f->kind, (unsigned long long)conn->id,
                  (long long)conn->window[MON_TX]);
        rule(m, RULE_FLOW_WINDOW);
    } else {
        conn->taken += HEADER + f->len;
    }
}

static void mon_on_window(monitor *m, mon_conn *conn, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    uint64_t bytes = 0;
    MON_CHECK(m, weft__read_array(&r, &n) == 0 && n == 1 && weft__read_u64(&r, &bytes) == 0 && bytes > 0, "flow.window",
              "malformed Window");
    if (f->dir == MON_RX) {
        conn->window[MON_TX] += (int64_t)bytes;
        return;
    }
    MON_CHECK(m, bytes <= conn->taken, "flow.window", "a Window of %llu, but %llu were taken",
              (unsigned long long)bytes, (unsigned long long)conn->taken);
    conn->taken -= bytes;
    conn->window[MON_RX] += (int64_t)bytes;
    if (conn->relay)
        relay_window(m, conn);
}

/* [frame.order] [frame.fragment] Is this the first frame of its message? */
static bool mon_fragment(monitor *m, mon_conn *conn, const mon_frame *f)
{
    mon_message *half = &conn->half[f->dir];
    if (!mon_may_fragment(f->kind)) {
        bool overtakes = f->kind == WEFT__KIND_WINDOW || f->kind == WEFT__KIND_CREDIT || f->kind == WEFT__KIND_CANCEL ||
                         f->kind == WEFT__KIND_CHANNEL_RESET;
        MON_CHECK(m, half->kind == 0 || overtakes || f->dir == MON_RX, "frame.order", "kind %u within a message",
                  f->kind);
        return true;
    }
    bool is_first = half->kind == 0;
    if (f->dir == MON_TX) {
        MON_CHECK(m, is_first || half->kind == f->kind, "frame.order", "kind %u within one of %u", f->kind, half->kind);
        rule(m, RULE_FRAME_ORDER);
    }
    half->kind = f->kind;
    half->ns = m->side->world->now_ns;
    half->len = is_first ? f->len : half->len + f->len;
    uint64_t max =
        f->kind == WEFT__KIND_OPEN || f->kind == WEFT__KIND_ACCEPT ? WEFT__OPEN_MAX : conn->max_message[MON_RX];
    if (f->dir == MON_TX) {
        MON_CHECK(m, half->len <= max, "frame.fragment", "a message of %llu bytes", (unsigned long long)half->len);
        if (!is_first || f->flags & FLAG_MORE)
            rule(m, RULE_FRAME_FRAGMENT);
    }
    return is_first;
}

/* What has come of a message that is looked at when it is whole. */
weft_bytes mon_gather(mon_conn *conn, const mon_frame *f, bool is_first)
{
    uint8_t **whole = &conn->whole[f->dir];
    size_t *n = &conn->n_whole[f->dir];
    if (is_first)
        *n = 0;
    *whole = realloc(*whole, *n + f->n_body + 1);
    memcpy(*whole + *n, f->body, f->n_body);
    *n += f->n_body;
    return weft_bytes_of(*whole, *n);
}

/* [frame.fair] Remembered for the small calls that wait. */
static void mon_log(monitor *m, const mon_frame *f)
{
    if (f->kind == WEFT__KIND_WINDOW || f->kind == WEFT__KIND_CANCEL || f->kind == WEFT__KIND_CHANNEL_RESET ||
        f->kind == WEFT__KIND_CREDIT)
        return; /* the small kinds go first */
    size_t at = m->n_log++ % MON_LOG;
    m->log[at].offset = m->streams[MON_TX].offset - HEADER;
    m->log[at].connection = f->connection;
    m->log[at].len = HEADER + f->len;
}

static void mon_abort(monitor *m, mon_conn *conn, const mon_frame *f)
{
    mon_message *half = &conn->half[f->dir];
    MON_CHECK(m, half->kind == f->kind, "frame.abort", "of kind %u, and %u has begun", f->kind, half->kind);
    rule(m, RULE_FRAME_ABORT);
    if (conn->relay && relay_passes(f->kind))
        relay_frame(m, conn, f);
    else if (!conn->is_hostile)
        mon_on_abort(m, conn, f);
    half->kind = 0;
    if (f->kind == WEFT__KIND_OPEN)
        mon_conn_remove(m, conn);
}

static void mon_dispatch(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first)
{
    if (conn->relay && relay_passes(f->kind)) {
        relay_frame(m, conn, f);
        return;
    }
    switch (f->kind) {
    case WEFT__KIND_OPEN: mon_on_open(m, conn, f); break;
    case WEFT__KIND_ACCEPT: mon_on_accept(m, conn, f); break;
    case WEFT__KIND_REJECT:
    case WEFT__KIND_CLOSE: mon_on_end(m, conn, f); break;
    case WEFT__KIND_WINDOW: mon_on_window(m, conn, f); break;
    case WEFT__KIND_REQUEST: mon_on_request(m, conn, f, is_first); break;
    case WEFT__KIND_RESPONSE: mon_on_response(m, conn, f, is_first); break;
    case WEFT__KIND_CANCEL: mon_on_cancel(m, conn, f); break;
    case WEFT__KIND_SCHEMA: mon_on_schema(m, conn, f); break;
    case WEFT__KIND_ITEM: mon_on_item(m, conn, f, is_first); break;
    case WEFT__KIND_CHANNEL_CLOSE:
    case WEFT__KIND_CHANNEL_RESET:
    case WEFT__KIND_CREDIT: mon_on_channel(m, conn, f); break;
    default: mon_fail(m, "frame.max", "kind %u is not sent by anyone here", f->kind);
    }
}

void mon_on_open_header(monitor *m, uint64_t connection)
{
    mon_frame f = { .connection = connection, .kind = WEFT__KIND_OPEN, .dir = MON_RX };
    if (connection > m->last_conn[MON_RX])
        (void)mon_new_id(m, &f);
}

/* [conn.accept] [conn.close] What a side hears and takes no notice of. */
static bool is_dropped(const mon_conn *conn, uint8_t kind)
{
    if (conn->state == MON_COL_CLOSING)
        return kind != WEFT__KIND_CLOSE && kind != WEFT__KIND_WINDOW;
    return conn->state == MON_COL_OPEN_OURS && (kind == WEFT__KIND_ACCEPT || kind == WEFT__KIND_REJECT);
}

static bool was_there(const monitor *m, const mon_frame *f)
{
    return f->connection <= m->last_conn[MON_TX] || f->connection <= m->last_conn[MON_RX];
}

void mon_on_connection(monitor *m, const mon_frame *f)
{
    mon_conn *conn = mon_find(m, f->connection);
    if (f->kind == WEFT__KIND_OPEN && f->dir == MON_TX && !conn && f->connection > m->last_conn[MON_TX])
        conn = mon_new_id(m, f);
    else if (f->dir == MON_TX && (f->kind == WEFT__KIND_CLOSE || f->kind == WEFT__KIND_REJECT) && !conn &&
             was_there(m, f) && m->side->outage.n > 0)
        return; /* made before an outage; the other side's, which crossed it, has come first */
    else if (f->dir == MON_TX && !conn && was_there(m, f) && mon_was_cut(m))
        return;
    else if (f->dir == MON_TX && !conn && relay_is_late(m, f))
        return;
    else if (f->dir == MON_TX && (conn || !was_rejected(m, f)))
        MON_CHECK(m, conn && may_send(conn, f->kind), "conn.close", "kind %u on connection %llu, which is %s", f->kind,
                  (unsigned long long)f->connection, conn ? "not in that state" : "over");
    if (!conn)
        return; /* late: dropped */
    if (f->dir == MON_RX && is_dropped(conn, f->kind))
        return;
    if (f->flags & FLAG_ABORT) {
        mon_abort(m, conn, f);
        return;
    }
    if (f->dir == MON_TX)
        mon_log(m, f);
    mon_charge(m, conn, f);
    bool is_first = mon_fragment(m, conn, f);
    bool is_last = !(f->flags & FLAG_MORE);
    mon_frame whole = *f;
    bool is_gathered =
        f->kind == WEFT__KIND_OPEN || f->kind == WEFT__KIND_ACCEPT || (f->kind == WEFT__KIND_SCHEMA && !conn->relay);
    if (is_gathered && !(is_first && is_last)) {
        weft_bytes body = mon_gather(conn, f, is_first);
        whole.body = body.ptr;
        whole.n_body = (uint32_t)body.len;
    }
    bool is_passed = conn->relay && relay_passes(f->kind);
    if (is_passed)
        mon_dispatch(m, conn, f, is_first);
    else if (conn->is_hostile && relay_passes(f->kind))
        ; /* nothing is known of it any more, but how it ends */
    else if (is_last || f->kind == WEFT__KIND_REQUEST || f->kind == WEFT__KIND_RESPONSE || f->kind == WEFT__KIND_ITEM)
        mon_dispatch(m, conn, &whole, is_first);
    conn = mon_find(m, f->connection); /* it may be over by now */
    if (is_last && conn && mon_may_fragment(f->kind))
        conn->half[f->dir].kind = 0;
}
