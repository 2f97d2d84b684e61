/* The monitor of a session over several conduits: handshakes that resume, what is said again byte for byte,
 * acknowledgements. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

enum { HEADER = 16, PREAMBLE = 8, ACK_BYTES = 64 * 1024 };

static void rule(monitor *m, sim_rule which)
{
    m->side->world->coverage->rules[which]++;
}

void mon_shake_free(mon_shake *shake)
{
    free(shake->bytes[0]);
    free(shake->bytes[1]);
    memset(shake, 0, sizeof *shake);
}

void mon_resume_free(mon_resume *r)
{
    free(r->ends);
    free(r->log);
    free(r->small);
}

/* ---- counts ---- */

static uint64_t n_said(const mon_resume *r)
{
    return r->log_at + r->n_log;
}

bool mon_was_cut(const monitor *m)
{
    return m->resume.is_on && n_said(&m->resume) <= m->resume.n_cut;
}

void mon_keep(monitor *m, const uint8_t *bytes, size_t len)
{
    mon_resume *r = &m->resume;
    if (!r->is_on || len == 0)
        return;
    bool is_header = len == HEADER && bytes == m->streams[MON_TX].head;
    MON_CHECK(m, !is_header || r->n_log < m->side->options.replay_limit, "resume.count",
              "a frame is said, and %zu bytes of others are not acknowledged", r->n_log);
    if (r->n_log + len > r->log_cap) {
        r->log_cap = (r->n_log + len) * 2;
        r->log = realloc(r->log, r->log_cap);
    }
    memcpy(r->log + r->n_log, bytes, len);
    r->n_log += len;
}

/* The counterpart has so many. */
static void trim(monitor *m, uint64_t count)
{
    mon_resume *r = &m->resume;
    MON_CHECK(m, count >= r->log_at && count <= n_said(r), "resume.count", "the counterpart has %llu, of %llu to %llu",
              (unsigned long long)count, (unsigned long long)r->log_at, (unsigned long long)n_said(r));
    size_t n = (size_t)(count - r->log_at);
    if (n == 0)
        return;
    memmove(r->log, r->log + n, r->n_log - n);
    r->n_log -= n;
    r->log_at = count;
}

void mon_received(monitor *m, uint32_t len)
{
    mon_resume *r = &m->resume;
    if (!r->is_on)
        return;
    if (r->n_ends == 0)
        r->unacked_ns = m->side->world->now_ns;
    if (r->n_ends == r->ends_cap) {
        r->ends_cap = r->ends_cap * 2 + 16;
        r->ends = realloc(r->ends, r->ends_cap * sizeof(uint64_t));
    }
    r->received += len;
    r->ends[r->n_ends++] = r->received;
}

/* This side has said that it has count. */
static void acknowledge(monitor *m, uint64_t count, const char *what)
{
    mon_resume *r = &m->resume;
    size_t n = 0;
    while (n < r->n_ends && r->ends[n] <= count)
        n++;
    bool falls = n > 0 ? r->ends[n - 1] == count : count == r->n_acked;
    MON_CHECK(m, falls, "resume.count", "%s %llu is no frame's end, between %llu and %llu", what,
              (unsigned long long)count, (unsigned long long)r->n_acked, (unsigned long long)r->received);
    if (n > 0)
        memmove(r->ends, r->ends + n, (r->n_ends - n) * sizeof(uint64_t));
    r->n_ends -= n;
    r->n_acked = count;
    if (r->n_ends > 0)
        r->unacked_ns = m->side->world->now_ns;
    rule(m, RULE_RESUME_COUNT);
}

void mon_on_ack(monitor *m, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    uint64_t count = 0;
    MON_CHECK(m, m->resume.is_on, "resume.count", "an Ack without resumption");
    MON_CHECK(m, weft__read_array(&r, &n) == 0 && n == 1 && weft__read_u64(&r, &count) == 0, "resume.count",
              "a malformed Ack");
    if (f->dir == MON_RX) {
        trim(m, count);
        return;
    }
    MON_CHECK(m, count > m->resume.n_acked, "resume.count", "an Ack of %llu after one of %llu",
              (unsigned long long)count, (unsigned long long)m->resume.n_acked);
    acknowledge(m, count, "Ack");
}

void monitor_check_acks(const monitor *m)
{
    const mon_resume *r = &m->resume;
    const world *w = m->side->world;
    if (!r->is_on)
        return;
    MON_CHECK(m, r->received - r->n_acked <= ACK_BYTES + m->max_frame[MON_TX], "resume.count",
              "%llu bytes came and are not acknowledged", (unsigned long long)(r->received - r->n_acked));
    MON_CHECK(m, r->n_ends == 0 || w->now_ns - r->unacked_ns <= WEFT_NS_PER_S, "resume.count",
              "%llu bytes came %llu ns ago and are not acknowledged", (unsigned long long)(r->received - r->n_acked),
              (unsigned long long)(w->now_ns - r->unacked_ns));
}

/* ---- the first handshake ---- */

void mon_said(monitor *m, mon_dir dir, weft_bytes raw)
{
    mon_resume *r = &m->resume;
    MON_CHECK(m, r->n_said[dir] + raw.len <= MON_SAID, "session.hello", "settings of %zu bytes", raw.len);
    memcpy(r->said[dir] + r->n_said[dir], raw.ptr, raw.len);
    r->n_said[dir] += raw.len;
}

static void read_offer(monitor *m, weft__reader *r, weft_bytes *key, uint64_t *received)
{
    uint32_t n = 0;
    weft_str name;
    unsigned found = 0;
    *key = weft_bytes_of(NULL, 0);
    MON_CHECK(m, weft__read_map(r, &n) == 0, "resume.offer", "resume is no map");
    for (uint32_t i = 0; i < n && weft__read_str(r, &name) == 0; i++)
        if (weft_str_equal(name, WEFT_STR("key")))
            found |= weft__read_bin(r, key) == 0 ? 1 : 0;
        else if (weft_str_equal(name, WEFT_STR("received")))
            found |= weft__read_u64(r, received) == 0 ? 2 : 0;
        else
            (void)weft__read_skip(r, 16);
    MON_CHECK(m, found == 3, "resume.offer", "resume is malformed");
}

void mon_offer(monitor *m, mon_dir dir, weft__reader *r)
{
    mon_resume *resume = &m->resume;
    weft_bytes key;
    uint64_t received = 0;
    bool is_hello = (dir == MON_TX) == m->side->initiator;
    read_offer(m, r, &key, &received);
    MON_CHECK(m, received == 0, "resume.offer", "%llu bytes before the first", (unsigned long long)received);
    MON_CHECK(m, key.len == (is_hello ? 0 : MON_KEY), "resume.offer", "a key of %zu bytes", key.len);
    resume->offers |= is_hello;
    rule(m, RULE_RESUME_OFFER);
    if (is_hello)
        return;
    MON_CHECK(m, resume->offers, "resume.offer", "a Welcome to be resumed, and nobody asked");
    memcpy(resume->issued, key.ptr, MON_KEY);
    resume->has_issued = resume->is_on = true;
}

/* [resume.key] */
void mon_commit(monitor *m)
{
    mon_resume *r = &m->resume;
    if (!r->has_issued)
        return;
    memcpy(r->committed, r->issued, MON_KEY);
    r->has_issued = m->side->initiator; /* it has but the newest */
}

/* ---- another handshake ---- */

typedef struct hello {
    weft_bytes key;
    uint64_t received;
    bool has_resume;
} hello;

/* settings and session, in this order, as they were at first [resume.refuse]. */
static void read_hello(monitor *m, mon_dir dir, weft_bytes body, hello *ret_hello)
{
    weft__reader r = weft__reader_of(body);
    uint8_t said[MON_SAID];
    uint32_t n = 0;
    size_t len = 0;
    *ret_hello = (hello){ { NULL, 0 }, 0, false };
    MON_CHECK(m, weft__read_map(&r, &n) == 0, "session.hello", "not a map");
    for (uint32_t i = 0; i < n; i++) {
        weft_str name;
        MON_CHECK(m, weft__read_str(&r, &name) == 0, "session.hello", "a key is no string");
        const uint8_t *raw = r.at;
        if (weft_str_equal(name, WEFT_STR("resume"))) {
            ret_hello->has_resume = true;
            read_offer(m, &r, &ret_hello->key, &ret_hello->received);
            continue;
        }
        MON_CHECK(m, weft__read_skip(&r, 16) == 0, "session.hello", "malformed");
        size_t part = (size_t)(r.at - raw);
        if (!weft_str_equal(name, WEFT_STR("settings")) && !weft_str_equal(name, WEFT_STR("session")))
            continue;
        MON_CHECK(m, len + part <= sizeof said, "session.hello", "too long");
        memcpy(said + len, raw, part);
        len += part;
    }
    MON_CHECK(m, len == m->resume.n_said[dir] && memcmp(said, m->resume.said[dir], len) == 0, "resume.refuse",
              "other settings than at first");
}

/* From here on what this side hears and says is of another conduit: what had come of a frame is forgotten. */
static void forget_half(monitor *m, mon_dir dir)
{
    mon_stream *s = &m->streams[dir];
    bool is_counted = s->in_body && mon_is_counted(s->kind);
    if (dir == MON_TX && is_counted)
        return; /* it goes on there where it stands now */
    s->in_body = false;
    s->n_head = 0;
    s->n_body = 0;
}

static void begin_replay(monitor *m, uint64_t count)
{
    mon_resume *r = &m->resume;
    trim(m, count);
    forget_half(m, MON_TX);
    r->is_replaying = true;
    r->in_body = false;
    r->n_head = 0;
    r->at = count;
    m->n_pings = m->n_pongs = 0;
    m->side->may_ping = false;
    r->is_finishing |= m->stage == MON_GOODBYE && m->has_said_last;
    m->has_said_last = false;
}

static void check_received(monitor *m, uint64_t received)
{
    MON_CHECK(m, received == m->resume.received, "resume.exact", "%llu bytes were received, and it says %llu",
              (unsigned long long)m->resume.received, (unsigned long long)received);
    acknowledge(m, received, "a handshake");
    forget_half(m, MON_RX);
    rule(m, RULE_RESUME_EXACT);
}

static void on_hello(monitor *m, mon_shake *shake, mon_dir dir, weft_bytes body)
{
    mon_resume *r = &m->resume;
    hello h;
    read_hello(m, dir, body, &h);
    shake->has_hello = true;
    MON_CHECK(m, h.has_resume && h.key.len == MON_KEY, "resume.exact", "a Hello with a key of %zu bytes", h.key.len);
    if (dir == MON_TX) {
        MON_CHECK(m, memcmp(h.key.ptr, r->issued, MON_KEY) == 0, "resume.key", "not the newest key");
        check_received(m, h.received);
        return;
    }
    shake->received = h.received;
    if (r->has_issued && memcmp(h.key.ptr, r->issued, MON_KEY) == 0)
        mon_commit(m);
}

static void on_welcome(monitor *m, mon_shake *shake, mon_dir dir, weft_bytes body)
{
    mon_resume *r = &m->resume;
    hello h;
    read_hello(m, dir, body, &h);
    shake->has_welcome = true;
    MON_CHECK(m, shake->has_hello && h.has_resume && h.key.len == MON_KEY, "resume.exact",
              "a Welcome that does not resume, key of %zu bytes", h.key.len);
    rule(m, RULE_RESUME_KEY);
    if (dir == MON_RX) {
        memcpy(r->issued, h.key.ptr, MON_KEY);
        r->has_issued = true;
        begin_replay(m, h.received);
        return;
    }
    MON_CHECK(m, !r->has_issued || memcmp(h.key.ptr, r->issued, MON_KEY) == 0, "resume.key",
              "a third key, while one is not committed");
    MON_CHECK(m, r->has_issued || memcmp(h.key.ptr, r->committed, MON_KEY) != 0, "resume.key", "a key is used again");
    memcpy(r->issued, h.key.ptr, MON_KEY);
    r->has_issued = true;
    check_received(m, h.received);
    begin_replay(m, shake->received);
}

static void on_ready(monitor *m, mon_shake *shake, mon_dir dir)
{
    MON_CHECK(m, shake->has_welcome && (dir == MON_TX) == m->side->initiator, "session.handshake",
              "a Ready out of place");
    shake->has_ready = true;
    mon_commit(m);
    if (m->stage < MON_READY) { /* that of the first conduit was lost */
        m->stage = MON_READY;
        m->conns[0]->state = MON_COL_READY;
    }
}

static void on_frame(monitor *m, mon_shake *shake, mon_dir dir, const uint8_t *frame, uint32_t len)
{
    weft_bytes body = weft_bytes_of(frame + HEADER, len);
    const world *w = m->side->world;
    bool is_initiators = (dir == MON_TX) == m->side->initiator;
    SIM_TRACE(w, "%u%c %s kind %u of another handshake, %u bytes", m->side->link->index, m->side->name,
              dir == MON_TX ? "says" : "hears", frame[4], len);
    switch (frame[4]) {
    case WEFT__KIND_HELLO:
        MON_CHECK(m, is_initiators && !shake->has_hello, "session.handshake", "a Hello out of place");
        on_hello(m, shake, dir, body);
        break;
    case WEFT__KIND_WELCOME:
        MON_CHECK(m, !is_initiators && !shake->has_welcome, "session.handshake", "a Welcome out of place");
        on_welcome(m, shake, dir, body);
        shake->is_over[dir] = dir == MON_RX;
        break;
    case WEFT__KIND_READY:
        on_ready(m, shake, dir);
        shake->is_over[MON_TX] = shake->is_over[MON_RX] = true;
        break;
    default:
        MON_CHECK(m, frame[4] == WEFT__KIND_SORRY || (dir == MON_RX && frame[4] >= WEFT__KIND_SKIPPABLE),
                  "session.handshake", "kind %u of a handshake", frame[4]);
        shake->has_sorry |= frame[4] == WEFT__KIND_SORRY;
    }
    m->side->world->coverage->rules[RULE_HANDSHAKE]++;
}

static uint32_t len_of(const uint8_t *head)
{
    return (uint32_t)head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16 | (uint32_t)head[3] << 24;
}

/* What is missing of the piece that is gathered: the preamble, a header, or the rest of a frame. */
static size_t missing(const mon_shake *shake, mon_dir dir)
{
    size_t n = shake->n[dir];
    if (!shake->has_preamble[dir])
        return PREAMBLE - n;
    return n < HEADER ? HEADER - n : HEADER + len_of(shake->bytes[dir]) - n;
}

size_t mon_shake_bytes(monitor *m, mon_shake *shake, mon_dir dir, const uint8_t *bytes, size_t len)
{
    size_t n = missing(shake, dir);
    n = n < len ? n : len;
    shake->bytes[dir] = realloc(shake->bytes[dir], shake->n[dir] + n + HEADER);
    memcpy(shake->bytes[dir] + shake->n[dir], bytes, n);
    shake->n[dir] += n;
    if (shake->n[dir] < PREAMBLE || missing(shake, dir) > 0)
        return n;
    if (!shake->has_preamble[dir]) {
        MON_CHECK(m, memcmp(shake->bytes[dir], "WEFT\1", 5) == 0, "preamble", "a wrong one");
        shake->has_preamble[dir] = true;
    } else {
        MON_CHECK(m, dir == MON_RX || !shake->has_sorry, "conduit.last-word", "something behind Sorry");
        on_frame(m, shake, dir, shake->bytes[dir], len_of(shake->bytes[dir]));
    }
    shake->n[dir] = 0;
    return n;
}

/* ---- said again ---- */

static size_t replay_counted(monitor *m, const uint8_t *bytes, size_t len)
{
    mon_resume *r = &m->resume;
    uint64_t left = n_said(r) - r->at;
    size_t n = len < left ? len : (size_t)left;
    MON_CHECK(m, memcmp(bytes, r->log + (r->at - r->log_at), n) == 0, "resume.exact",
              "what is said again from %llu on is not what was said", (unsigned long long)r->at);
    r->at += n;
    rule(m, RULE_REPLAY);
    return n;
}

/* A frame that is not counted, between those that are said again. */
static size_t replay_small(monitor *m, const uint8_t *bytes, size_t len)
{
    mon_resume *r = &m->resume;
    size_t n = len < r->left ? len : r->left;
    r->small = realloc(r->small, r->n_small + n + HEADER);
    if (r->n_small == 0)
        memcpy(r->small, r->head, HEADER), r->n_small = HEADER;
    memcpy(r->small + r->n_small, bytes, n);
    r->n_small += n;
    r->left -= (uint32_t)n;
    if (r->left > 0)
        return n;
    r->in_body = false;
    mon_small(m, r->small, (uint32_t)(r->n_small - HEADER));
    return n;
}

static void replay_header(monitor *m)
{
    mon_resume *r = &m->resume;
    r->n_head = 0;
    r->left = len_of(r->head);
    r->is_counted = mon_is_counted(r->head[4]);
    r->in_body = r->left > 0;
    r->n_small = 0;
    if (r->is_counted && r->at < n_said(r)) {
        (void)replay_counted(m, r->head, HEADER);
        return;
    }
    if (r->is_counted) { /* the first that is new */
        r->is_replaying = r->in_body = false;
        mon_session_bytes(m, MON_TX, r->head, HEADER);
    }
}

size_t mon_replay(monitor *m, const uint8_t *bytes, size_t len)
{
    mon_resume *r = &m->resume;
    bool is_over = r->at == n_said(r);
    if (!r->in_body) {
        if (is_over && r->n_head == 0 && !m->streams[MON_TX].in_body) {
            r->is_replaying = false;
            return 0;
        }
        size_t n = (size_t)HEADER - r->n_head < len ? (size_t)HEADER - r->n_head : len;
        memcpy(r->head + r->n_head, bytes, n);
        r->n_head = (uint8_t)(r->n_head + n);
        if (r->n_head == HEADER)
            replay_header(m);
        return n;
    }
    if (!r->is_counted)
        return replay_small(m, bytes, len);
    if (is_over) { /* the rest of the frame was never said */
        r->is_replaying = r->in_body = false;
        return 0;
    }
    size_t n = replay_counted(m, bytes, len < r->left ? len : r->left);
    r->left -= (uint32_t)n;
    r->in_body = r->left > 0;
    return n;
}
