/* The monitor's calls: ids, places, one response to each, and how long a small one waits. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

enum { FLAG_MORE = 1, HEADER = 16 };

static void rule(monitor *m, sim_rule which)
{
    m->side->world->coverage->rules[which]++;
}

mon_request *mon_request_find(mon_requests *requests, uint64_t id)
{
    for (size_t i = 0; i < requests->n; i++)
        if (requests->at[i].id == id)
            return &requests->at[i];
    return NULL;
}

const mon_request *mon_request_of(const mon_requests *requests, uint64_t serial)
{
    for (size_t i = 0; i < requests->n; i++)
        if (requests->at[i].serial == serial)
            return &requests->at[i];
    return NULL;
}

void mon_request_remove(mon_requests *requests, uint64_t id)
{
    mon_request *request = mon_request_find(requests, id);
    if (request)
        *request = requests->at[--requests->n];
}

static mon_request *mon_request_new(mon_requests *requests, uint64_t id)
{
    if (requests->n == requests->cap) {
        requests->cap = requests->cap * 2 + 8;
        requests->at = realloc(requests->at, requests->cap * sizeof *requests->at);
    }
    mon_request *request = &requests->at[requests->n++];
    *request = (mon_request){ .id = id };
    requests->last = id;
    return request;
}

/* [frame.fair] Between the moment a small call was queued, alone on its connection, and its last byte, each other
 * connection had one turn. What was shown before it was queued does not count. */
static void mon_check_fair(monitor *m, const mon_conn *conn, const call_note *note)
{
    uint64_t first = m->n_log > MON_LOG ? m->n_log - MON_LOG : 0;
    uint64_t i = m->n_log;
    while (i > first && m->log[(i - 1) % MON_LOG].offset >= note->queued_at)
        i--;
    if (i == first && first > 0)
        return;                                                      /* the log is too short to say */
    uint64_t most = m->side->is_proxy ? 2 * WEFT__TURN : WEFT__TURN; /* one may have lain in front of the conduit */
    for (uint64_t a = i; a < m->n_log; a++) {
        uint64_t connection = m->log[a % MON_LOG].connection;
        uint64_t sum = 0;
        for (uint64_t b = i; b < m->n_log; b++)
            sum += m->log[b % MON_LOG].connection == connection ? m->log[b % MON_LOG].len : 0;
        MON_CHECK(m, connection == conn->id || sum <= most, "frame.fair",
                  "%llu bytes of connection %llu went before a small call of connection %llu", (unsigned long long)sum,
                  (unsigned long long)connection, (unsigned long long)conn->id);
    }
    rule(m, RULE_FRAME_FAIR);
}

/* [id, method, timeout, [serial, …], …] */
static void read_request(monitor *m, const mon_frame *f, uint64_t *id, uint64_t *serial)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    uint64_t method, timeout;
    MON_CHECK(m,
              weft__read_array_open(&r, &n) == 0 && n >= 6 && weft__read_u64(&r, id) == 0 &&
                  weft__read_u64(&r, &method) == 0 && weft__read_u64(&r, &timeout) == 0 &&
                  weft__read_array_open(&r, &n) == 0 && n >= 1 && weft__read_u64(&r, serial) == 0,
              "call.request", "malformed");
}

void mon_on_request(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first)
{
    mon_requests *requests = &conn->requests[f->dir];
    uint64_t id, serial;
    if (is_first) {
        read_request(m, f, &id, &serial);
        conn->half[f->dir].id = id;
        if (f->dir == MON_TX) {
            MON_CHECK(m, (id & 1) == conn->odd, "conn.parity", "Request %llu", (unsigned long long)id);
            MON_CHECK(m, id > requests->last, "id.increasing", "Request %llu after %llu", (unsigned long long)id,
                      (unsigned long long)requests->last);
            MON_CHECK(m, requests->n < conn->max_requests[MON_RX], "call.concurrent", "more than %u requests",
                      conn->max_requests[MON_RX]);
            rule(m, RULE_CONN_PARITY);
            rule(m, RULE_CALL_CONCURRENT);
        }
        if (f->dir == MON_TX)
            mon_needs_args(m, conn, link_call(m->side->link, serial));
        mon_request_new(requests, id)->serial = serial;
        link_call(m->side->link, serial)->is_begun |= f->dir == MON_TX;
    }
    mon_request *request = mon_request_find(requests, conn->half[f->dir].id);
    if (!request)
        return; /* [memory.buffered] refused before it was whole: what is left of it is nothing */
    if (link_call(m->side->link, request->serial)->method >= METHOD_WATCH)
        mon_announce(m, conn, f, is_first);
    if (f->flags & FLAG_MORE)
        return;
    request->is_whole = true;
    request->is_behind_drain = f->dir == MON_RX && conn->drains[MON_TX];
    rule(m, RULE_CALL_REQUEST);
    const call_note *note = link_call(m->side->link, request->serial);
    if (f->dir == MON_TX && note->is_fair)
        mon_check_fair(m, conn, note);
}

void mon_on_response(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first)
{
    mon_requests *requests = &conn->requests[!f->dir];
    if (is_first) {
        weft__reader r = mon_reader(f);
        uint32_t n;
        uint64_t id = 0, outcome = 0;
        MON_CHECK(m,
                  weft__read_array_open(&r, &n) == 0 && n >= 3 && weft__read_u64(&r, &id) == 0 &&
                      weft__read_u64(&r, &outcome) == 0,
                  "call.response", "malformed");
        conn->half[f->dir].outcome = (uint8_t)outcome;
        mon_request *request = mon_request_find(requests, id);
        conn->half[f->dir].id = id;
        if (f->dir == MON_TX) {
            bool may_refuse = m->side->is_short && outcome == WEFT_OUTCOME_RESOURCE_EXHAUSTED;
            bool waits = request ? request->is_whole || may_refuse : may_refuse && id <= requests->last; /* aborted */
            MON_CHECK(m, waits && (!request || !request->is_answering), "call.response",
                      "a Response to %llu, which waits for none", (unsigned long long)id);
            if (request)
                request->is_answering = true;
            if (request && outcome <= WEFT_OUTCOME_USER_ERROR)
                mon_needs_results(m, conn, link_call(m->side->link, request->serial), "the Response");
            rule(m, RULE_CALL_RESPONSE);
        }
    }
    if (f->flags & FLAG_MORE)
        return;
    const mon_request *request = mon_request_find(requests, conn->half[f->dir].id);
    call_note *note = request ? link_call(m->side->link, request->serial) : NULL;
    mon_request_remove(requests, conn->half[f->dir].id);
    if (note && conn->half[f->dir].outcome >= WEFT_OUTCOME_UNKNOWN_METHOD) { /* [call.refused] */
        bool timed = note->deadline_ns <= m->side->world->now_ns;
        note->is_refused |= f->dir == MON_RX;
        mon_channels_end(conn, conn->half[f->dir].id, f->dir == MON_RX,
                         f->dir == MON_RX && (note->is_cancelled || timed || call_is_orphan(note)));
        rule(m, RULE_REFUSED);
    }
}

void mon_on_cancel(monitor *m, mon_conn *conn, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    uint64_t id = 0;
    MON_CHECK(m, weft__read_array(&r, &n) == 0 && n == 1 && weft__read_u64(&r, &id) == 0, "call.cancel", "malformed");
    mon_request *request = mon_request_find(&conn->requests[f->dir], id);
    if (f->dir == MON_TX) {
        MON_CHECK(m, request && request->is_whole && !request->is_cancelled, "call.cancel",
                  "of %llu, which does not run", (unsigned long long)id);
        rule(m, RULE_CALL_CANCEL);
    }
    if (request)
        request->is_cancelled = true;
}

/* A Request that is void was never made; a Response that is void may not come again but for the connection's end. */
void mon_on_abort(monitor *m, mon_conn *conn, const mon_frame *f)
{
    (void)m;
    if (f->kind != WEFT__KIND_REQUEST)
        return;
    mon_request_remove(&conn->requests[f->dir], conn->half[f->dir].id);
    mon_channels_end(conn, conn->half[f->dir].id, f->dir == MON_TX, false);
}
