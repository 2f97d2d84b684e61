/* Counters: what engines keep, put together for who reads them. Counting costs an increment where something happens;
 * sums are made when they are asked for. What an engine has counted goes to its weft_stats when it is freed. */
#include "runtime/session/stats.h"

#include "runtime/base/mem.h"
#include "runtime/session/parts.h"

/* ---- where engines count together ---- */

static weft__service_counts *service_counts_new(weft_stats *stats, const weft_service_type *service_or_null)
{
    uint32_t n = service_or_null ? service_or_null->n_methods : 0;
    const char *service_name = service_or_null ? service_or_null->name : "";
    size_t names = strlen(service_name) + 1;
    size_t size = sizeof(weft__service_counts) + (n + (size_t)1) * sizeof(weft__method_counts);
    for (uint32_t i = 0; i < n; i++)
        names += strlen(weft__method_at(service_or_null, i)->name) + 1;
    weft__service_counts *counts = weft__alloc_zero(&stats->allocator, size + names);
    if (!counts)
        return NULL;
    char *at = (char *)counts + size;
    counts->size = size + names;
    counts->id = service_or_null ? service_or_null->id : 0;
    counts->table = service_or_null;
    counts->n_methods = n;
    counts->name = at;
    for (uint32_t i = 0; i <= n + 1; i++) { /* the service's own name first; "" last */
        const char *name = i == 0 ? service_name : i <= n ? weft__method_at(service_or_null, i - 1)->name : "";
        size_t len = strlen(name) + 1;
        if (i > n) {
            counts->methods[n].name = "";
            break;
        }
        memcpy(at, name, len);
        if (i > 0)
            counts->methods[i - 1].name = at;
        at += len;
    }
    return counts;
}

static void service_counts_free(weft_stats *stats, weft__service_counts *counts)
{
    if (counts)
        weft__free(&stats->allocator, counts, counts->size);
}

int weft_stats_new(const weft_allocator *allocator_or_null, weft_stats **ret_stats)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft_stats *stats = weft__alloc_zero(&allocator, sizeof *stats);
    if (!stats)
        return WEFT_ENOMEM;
    stats->allocator = allocator;
    stats->refs = 1;
    weft__list_init(&stats->engines);
    weft__list_init(&stats->services);
    stats->nothing = service_counts_new(stats, NULL);
    if (!stats->nothing) {
        weft__free(&allocator, stats, sizeof *stats);
        return WEFT_ENOMEM;
    }
    weft__list_append(&stats->services, &stats->nothing->link);
    *ret_stats = stats;
    return 0;
}

weft_stats *weft__stats_retain(weft_stats *stats)
{
    stats->refs++;
    return stats;
}

void weft_stats_release(weft_stats *stats_or_null)
{
    weft_stats *stats = stats_or_null;
    weft__link *link;
    if (!stats || --stats->refs > 0)
        return;
    while ((link = weft__list_take(&stats->services)) != NULL)
        service_counts_free(stats, weft__container(link, weft__service_counts, link));
    weft_allocator allocator = stats->allocator;
    weft__free(&allocator, stats, sizeof *stats);
}

/* The methods of one and the same table need not be compared: where its place has another owner by now, the id tells.
 */
static bool service_counts_fit(const weft__service_counts *counts, const weft_service_type *service)
{
    if (counts->id != service->id || counts->n_methods != service->n_methods ||
        strcmp(counts->name, service->name) != 0)
        return false;
    for (uint32_t i = 0; counts->table != service && i < counts->n_methods; i++)
        if (strcmp(counts->methods[i].name, weft__method_at(service, i)->name) != 0)
            return false;
    return true;
}

int weft__stats_service(weft_stats *stats, const weft_service_type *service, weft__method_counts **ret_counts)
{
    for (weft__link *link = stats->services.next; link != &stats->services; link = link->next) {
        weft__service_counts *counts = weft__container(link, weft__service_counts, link);
        if (service_counts_fit(counts, service)) {
            *ret_counts = counts->methods;
            return 0;
        }
    }
    weft__service_counts *counts = service_counts_new(stats, service);
    if (!counts)
        return WEFT_ENOMEM;
    weft__list_append(&stats->services, &counts->link);
    *ret_counts = counts->methods;
    return 0;
}

/* ---- counting ---- */

unsigned weft__stats_ended_of(int code)
{
    for (unsigned outcome = WEFT_OUTCOME_UNKNOWN_METHOD; outcome <= WEFT__OUTCOME_LAST; outcome++)
        if (code == weft__code_of_outcome((uint8_t)outcome))
            return outcome;
    return WEFT_STATS_LOST;
}

const char *weft__stats_ended_name(unsigned ended)
{
    return ended == WEFT_STATS_LOST ? "lost" : weft_outcome_name((weft_outcome)ended);
}

void weft__stats_handshake_failed(weft_stats *stats, int code)
{
    weft_handshake_failure why = WEFT_HANDSHAKE_LOST;
    switch (code) {
    case WEFT_ETIMEDOUT: why = WEFT_HANDSHAKE_TIMEOUT; break;
    case WEFT_EPROTO: why = WEFT_HANDSHAKE_PROTOCOL; break;
    case WEFT_EVERSION: why = WEFT_HANDSHAKE_VERSION; break;
    case WEFT_EINCOMPATIBLE: why = WEFT_HANDSHAKE_INCOMPATIBLE; break;
    case WEFT_EREFUSED:
    case WEFT_EREJECTED: why = WEFT_HANDSHAKE_REFUSED; break;
    case WEFT_ECANCELED: why = WEFT_HANDSHAKE_CANCELLED; break;
    case WEFT_ENOMEM: why = WEFT_HANDSHAKE_OTHER; break;
    default: break;
    }
    stats->gone.handshakes_failed[why]++;
}

/* ---- reading ---- */

static uint64_t ended_sum(const uint64_t ended[WEFT_STATS_OUTCOMES])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < WEFT__STATS_ENDED; i++)
        sum += ended[i];
    return sum;
}

static void add_messages(weft_session_stats *s, const uint64_t messages[2])
{
    s->messages_in += messages[WEFT__IN];
    s->messages_out += messages[WEFT__OUT];
}

static void engine_messages(const weft_engine *engine, weft_session_stats *s)
{
    uint32_t cursor = 0;
    const weft_connection *conn;
    s->messages_in = s->messages_out = 0;
    add_messages(s, engine->counts.messages);
    if (engine->root && engine->root->in_table)
        add_messages(s, engine->root->traffic.messages);
    while ((conn = weft__table_next(&engine->conns, &cursor)) != NULL)
        add_messages(s, conn->traffic.messages);
}

/* What only grows. */
static void engine_counters(const weft_engine *engine, weft_session_stats *s)
{
    const weft__counts *c = &engine->counts;
    s->bytes_in = c->bytes_in;
    s->bytes_out = c->bytes_out + weft__out_written(&engine->out);
    engine_messages(engine, s);
    s->items_in = c->items[WEFT__IN];
    s->items_out = c->items[WEFT__OUT];
    s->late = engine->late_dropped;
    s->violations = c->violations;
    s->opens_in = c->opens[WEFT__IN];
    s->opens_out = c->opens[WEFT__OUT];
    s->opens_in_accepted = c->opens_accepted[WEFT__IN];
    s->opens_out_accepted = c->opens_accepted[WEFT__OUT];
    s->opens_in_rejected = c->opens_rejected[WEFT__IN];
    s->opens_out_rejected = c->opens_rejected[WEFT__OUT];
    s->calls_in = c->calls[WEFT__IN];
    s->calls_out = c->calls[WEFT__OUT];
    s->schemas_in = c->schemas[WEFT__IN];
    s->schemas_out = c->schemas[WEFT__OUT];
    s->plans = c->plans;
    s->plans_failed = c->plans_failed;
    s->disconnected = c->disconnected;
    s->resumed = c->resumed;
    s->replaced = c->replaced;
    memcpy(s->calls_in_ended, c->ended[WEFT__IN], sizeof c->ended[WEFT__IN]);
    memcpy(s->calls_out_ended, c->ended[WEFT__OUT], sizeof c->ended[WEFT__OUT]);
}

static void add_now(weft_session_stats *s, const weft_connection *conn_or_null)
{
    const weft__streams *streams = conn_or_null ? conn_or_null->streams : NULL;
    s->calls_waiting += conn_or_null ? conn_or_null->calls->n_waiting : 0;
    s->queued_bytes += conn_or_null ? conn_or_null->queued : 0;
    s->channels_in += streams ? streams->n_theirs : 0;
    s->channels_out += streams ? streams->n_ours : 0;
}

static void engine_now(const weft_engine *engine, weft_session_stats *s)
{
    uint32_t cursor = 0;
    const weft_connection *conn;
    s->connections_in = engine->n_theirs;
    s->connections_out = engine->n_ours;
    s->calls_in_active = s->calls_in - ended_sum(s->calls_in_ended);
    s->calls_out_active = s->calls_out - ended_sum(s->calls_out_ended);
    add_now(s, engine->root);
    while ((conn = weft__table_next(&engine->conns, &cursor)) != NULL)
        add_now(s, conn);
    s->calls_held = engine->n_over;
    s->buffered_bytes = engine->buffered;
    s->unsent_bytes = weft__out_len(&engine->out);
    s->kept_bytes = engine->out.replay ? engine->out.replay->memory : 0;
    s->retry_bytes = engine->again_bytes;
}

/* Every member but the size is a counter of 64 bits: a sum is one of arrays. */
static void stats_add(weft_session_stats *sum, const weft_session_stats *more)
{
    enum { N = (sizeof *sum - sizeof(size_t)) / sizeof(uint64_t) };
    uint64_t a[N], b[N];
    memcpy(a, (char *)sum + sizeof(size_t), sizeof a);
    memcpy(b, (const char *)more + sizeof(size_t), sizeof b);
    for (size_t i = 0; i < N; i++)
        a[i] += b[i];
    memcpy((char *)sum + sizeof(size_t), a, sizeof a);
}

void weft__stats_leave(weft_engine *engine)
{
    weft_session_stats mine;
    if (!engine->stats)
        return;
    memset(&mine, 0, sizeof mine);
    engine_counters(engine, &mine);
    stats_add(&engine->stats->gone.all, &mine);
    weft__list_remove(&engine->stats_link);
    weft_stats_release(engine->stats);
    engine->stats = NULL;
}

static void give(void *ret, size_t size, const void *from, size_t len)
{
    size_t told = size < len ? size : len;
    memcpy(ret, from, told);
    if (size >= sizeof told)
        memcpy(ret, &told, sizeof told);
}

int weft_session_stats_read(const weft_session *session, weft_session_stats *ret_stats, size_t size)
{
    weft_session_stats s;
    if (!session->engine)
        return WEFT_ECLOSED;
    memset(&s, 0, sizeof s);
    engine_counters(session->engine, &s);
    engine_now(session->engine, &s);
    give(ret_stats, size, &s, sizeof s);
    return 0;
}

int weft_connection_stats_read(const weft_connection *connection, weft_connection_stats *ret_stats, size_t size)
{
    const weft_connection *conn = connection;
    weft_connection_stats s;
    if (!conn->engine || conn->state == WEFT__CONN_CLOSED)
        return WEFT_ECLOSED;
    memset(&s, 0, sizeof s);
    s.id = conn->id;
    s.bytes_in = conn->traffic.bytes[WEFT__IN];
    s.bytes_out = conn->traffic.bytes[WEFT__OUT];
    s.messages_in = conn->traffic.messages[WEFT__IN];
    s.messages_out = conn->traffic.messages[WEFT__OUT];
    s.calls_in = (conn->peer_request + 1) / 2; /* [id.increasing] ids of one parity, from the first */
    s.calls_out = conn->next_request ? (conn->next_request - 1) / 2 : 0;
    s.calls_in_active = conn->calls->n_in;
    s.calls_out_active = conn->calls->n_out;
    s.calls_waiting = conn->calls->n_waiting;
    s.channels_in = conn->streams ? conn->streams->n_theirs : 0;
    s.channels_out = conn->streams ? conn->streams->n_ours : 0;
    s.queued_bytes = conn->queued;
    s.half_received_bytes = conn->rx ? conn->rx->body.len : 0;
    s.window_in = conn->rx_window;
    s.window_out = conn->tx_window;
    s.blocked = conn->blocked;
    s.peer_drains = conn->peer_drains;
    give(ret_stats, size, &s, sizeof s);
    return 0;
}

int weft_channel_stats_read(weft_channel channel, weft_channel_stats *ret_stats, size_t size)
{
    weft__handle handle = { channel.slot, channel.generation };
    const weft__channel *inner = weft__handle_get(handle, WEFT__SLOT_CHANNEL);
    weft_channel_stats s;
    if (!inner)
        return WEFT_EALREADY;
    memset(&s, 0, sizeof s);
    s.id = inner->id;
    s.sends = inner->role == WEFT__CHANNEL_SENDS;
    for (const weft__link *link = inner->items.next; link != &inner->items; link = link->next)
        s.items++;
    s.items_held = s.sends ? 0 : inner->held_items;
    s.credit_items = s.sends ? inner->tx_items : inner->rx_items;
    s.credit_bytes = s.sends ? inner->tx_bytes : inner->rx_bytes;
    give(ret_stats, size, &s, sizeof s);
    return 0;
}

void weft_stats_read(const weft_stats *stats, weft_totals *ret_totals, size_t size)
{
    weft_totals t = stats->gone;
    for (const weft__link *link = stats->engines.next; link != &stats->engines; link = link->next) {
        const weft_engine *engine = weft__container(link, weft_engine, stats_link);
        weft_session_stats s;
        memset(&s, 0, sizeof s);
        engine_counters(engine, &s);
        engine_now(engine, &s);
        stats_add(&t.all, &s);
        t.sessions_now += engine->was_ready && engine->state != WEFT__SESSION_ENDED;
    }
    t.all.size = sizeof t.all;
    give(ret_totals, size, &t, sizeof t);
}

/* The method of this name that counts has, or NULL. */
static const weft__method_counts *counts_find(const weft__service_counts *counts, const weft__service_counts *of,
                                              uint32_t index)
{
    if (strcmp(counts->name, of->name) != 0)
        return NULL;
    for (uint32_t i = 0; i <= counts->n_methods; i++)
        if (strcmp(counts->methods[i].name, of->methods[index].name) == 0)
            return &counts->methods[i];
    return NULL;
}

/* Services of one name and different declarations are one to who reads: the first has the sum of all. false: it is not
 * the first, or none has ended. */
static bool method_sum(const weft_stats *stats, const weft__service_counts *counts, uint32_t index, unsigned direction,
                       weft_method_stats *ret)
{
    bool behind = false;
    memset(ret, 0, sizeof *ret);
    for (const weft__link *link = stats->services.next; link != &stats->services; link = link->next) {
        const weft__service_counts *other = weft__container(link, weft__service_counts, link);
        const weft__method_counts *method = counts_find(other, counts, index);
        behind = behind || other == counts;
        if (method && !behind)
            return false;
        for (size_t i = 0; method && i < WEFT__STATS_ENDED; i++)
            ret->ended[i] += method->ended[direction][i];
    }
    ret->size = sizeof *ret;
    ret->service = counts->name;
    ret->method = counts->methods[index].name;
    ret->inbound = direction == WEFT__IN;
    return ended_sum(ret->ended) > 0;
}

int weft_stats_each_method(const weft_stats *stats, int (*each)(void *user, const weft_method_stats *method),
                           void *user)
{
    for (const weft__link *link = stats->services.next; link != &stats->services; link = link->next) {
        const weft__service_counts *counts = weft__container(link, weft__service_counts, link);
        for (uint32_t i = 0; i <= counts->n_methods; i++)
            for (unsigned direction = WEFT__IN; direction <= WEFT__OUT; direction++) {
                weft_method_stats m;
                int status = method_sum(stats, counts, i, direction, &m) ? each(user, &m) : 0;
                if (status != 0)
                    return status;
            }
    }
    return 0;
}
