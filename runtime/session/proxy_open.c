/* How connections come to be joined: one that is opened on behalf of another, two opens that meet, two that are open
 * already. What each counterpart is told of the other is what the other said, but for the parity, which is a
 * counterpart's own, and for metadata that is not to be propagated [proxy.settings]. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/session/parts.h"
#include "runtime/session/proxy.h"
#include "runtime/session/session_log.h"

static const char hops_key[] = "weft-hops";

void weft_proxy_options_init(weft_proxy_options *options, size_t size)
{
    weft_proxy_options defaults;
    memset(&defaults, 0, sizeof defaults);
    defaults.timeout_ns = WEFT_FOREVER;
    weft__options_give(options, size, &defaults, sizeof defaults);
}

static int options_read(const weft_proxy_options *options_or_null, weft_proxy_options *ret_options)
{
    *ret_options = weft_proxy_options_default();
    return weft__options_copy(ret_options, sizeof *ret_options, options_or_null);
}

static uint64_t hops_of(const weft_connection *conn)
{
    uint64_t hops = 0;
    (void)weft_metadata_get_u64(&conn->open->metadata, hops_key, &hops);
    return hops;
}

uint64_t weft_pending_hops(weft_pending pending)
{
    const weft_connection *conn = weft__pending_get(pending);
    return conn ? hops_of(conn) : 0;
}

/* The pair's end is told with its left's. */
static void tell_end_to(weft_connection *left, const weft_proxy_options *options)
{
    left->leg->on_over = options->on_closed;
    left->leg->user = options->user;
    left->delivered = true;
}

/* ---- what is said on behalf ---- */

/* Metadata as it came, less what is not passed on, with hops counted; 0: less what is weft's, too. 0, WEFT_ENOMEM. */
static int metadata_on(const weft__open_state *open, uint64_t hops, weft_metadata *ret_metadata)
{
    weft_metadata_entry *entries = weft_arena_array(open->arena, weft_metadata_entry, open->metadata.n + 1);
    size_t n = 0;
    if (!entries)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < open->metadata.n; i++) {
        const weft_metadata_entry *entry = &open->metadata.entries[i];
        bool is_wefts = weft__key_is_reserved(entry->key);
        bool counted_anew = weft_str_equal(entry->key, weft_str_from(hops_key));
        if (!(entry->flags & WEFT_METADATA_NO_PROPAGATE) && !counted_anew && (hops > 0 || !is_wefts))
            entries[n++] = *entry;
    }
    if (hops > 0)
        entries[n++] = weft_metadata_u64(hops_key, hops, 0);
    *ret_metadata = (weft_metadata){ entries, n };
    return 0;
}

/* An Open or Accept for somebody else with what `said` has said. */
static int message_on(weft_connection *to, uint8_t kind, const weft__open_state *said, uint64_t hops,
                      weft__message **ret_message)
{
    weft__service_ref refs[WEFT_SERVICES_MAX];
    weft__list_slice services = said->services;
    weft__open_out out;
    weft_writer writer;
    memset(&out, 0, sizeof out);
    out.settings = said->settings;
    out.services = refs;
    while (out.n_services < WEFT_SERVICES_MAX && weft__services_next(&services, &refs[out.n_services]))
        out.n_services++;
    int status = metadata_on(said, hops, &out.metadata);
    if (status < 0)
        return status;
    weft__writer_init(&writer, &to->engine->allocator, WEFT__OPEN_MAX);
    weft__open_encode(&writer, &out);
    return weft__message_new(to->engine, kind, &writer, ret_message);
}

/* ---- an open passed on ---- */

/* Ours on the session, with the parity of the opener, so that its ids fit. */
static int open_on(weft_engine *engine, weft_connection *left, uint64_t hops, weft_connection **ret_right)
{
    weft_connection *right;
    weft__message *message;
    if (engine->next_conn == 0)
        engine->next_conn = engine->odd ? 1 : 2;
    int status = weft__conn_new(engine, engine->next_conn, true, &right);
    if (status < 0)
        return status;
    right->odd = left->open->settings.odd; /* [proxy.settings] */
    status = message_on(right, WEFT__KIND_OPEN, left->open, hops, &message);
    if (status == 0) {
        status = weft__proxy_pair(left, right);
        if (status < 0)
            weft__message_free(engine, message);
    }
    if (status < 0) {
        weft__conn_remove(right);
        return status;
    }
    weft__message_queue(right, message);
    engine->next_conn += 2; /* [id.increasing] */
    engine->used = true;
    engine->counts.opens[WEFT__OUT]++;
    *ret_right = right;
    return 0;
}

int weft_proxy_open(weft_pending pending, weft_session *to, const weft_proxy_options *options_or_null)
{
    weft_connection *left = weft__pending_get(pending), *right = NULL;
    weft_proxy_options options;
    if (!left)
        return WEFT_EALREADY;
    int status = options_read(options_or_null, &options);
    if (status == 0)
        status = left->id != 0 ? weft__session_takes_opens(to) : WEFT_EINVAL;
    if (status < 0)
        return status;
    uint64_t hops = hops_of(left);
    if (hops >= WEFT_HOPS_MAX) { /* [proxy.settings] */
        weft__conn_reject(left, WEFT_CODE_LIMIT, WEFT_STR("[proxy.settings] it went through too many proxies"));
        return WEFT_EREJECTED;
    }
    weft__engine_refresh(to->engine);
    weft__engine_time(to->engine, left->engine->now_ns);
    status = open_on(to->engine, left, hops + 1, &right);
    if (status < 0 && status != WEFT_ENOMEM) { /* with what the proxy adds it is longer than an Open may be */
        weft__conn_reject(left, WEFT_CODE_LIMIT, WEFT_STR("[proxy.settings] too long to be passed on"));
        return WEFT_EREJECTED;
    }
    if (status < 0)
        return status;
    weft__conn_log(right, WEFT_LOG_DEBUG, "open on behalf", weft__log_number("by_peer", 0),
                   weft__log_number("hops", hops + 1), weft__log_text("service", left->open->service_name));
    weft__conn_arm(right, weft__time_add(to->engine->now_ns, options.timeout_ns));
    weft__conn_give_handle(left);
    tell_end_to(left, &options);
    return 0;
}

/* ---- opens that meet ---- */

int weft_proxy_meet(weft_pending left, weft_pending right, const weft_proxy_options *options_or_null)
{
    weft_connection *a = weft__pending_get(left), *b = weft__pending_get(right);
    weft__message *to_a = NULL, *to_b = NULL;
    weft_proxy_options options;
    if (!a || !b)
        return WEFT_EALREADY;
    int status = options_read(options_or_null, &options);
    if (status == 0 && (a == b || a->id == 0 || b->id == 0 || a->odd == b->odd))
        status = WEFT_EINVAL;
    if (status == 0)
        status = message_on(a, WEFT__KIND_ACCEPT, b->open, 0, &to_a);
    if (status < 0)
        return status;
    status = message_on(b, WEFT__KIND_ACCEPT, a->open, 0, &to_b);
    if (status == 0) {
        status = weft__proxy_pair(a, b);
        if (status < 0)
            weft__message_free(b->engine, to_b);
    }
    if (status < 0) {
        weft__message_free(a->engine, to_a);
        return status;
    }
    weft__message_queue(a, to_a);
    weft__message_queue(b, to_b);
    tell_end_to(a, &options);
    weft__conn_accepted(a);
    weft__conn_accepted(b);
    weft__proxy_say_drains(a, b);
    return 0;
}

/* ---- two that are open ---- */

/* An Open that came in pieces has left where it was put together, empty. */
static bool has_half(const weft_connection *conn)
{
    return conn->rx_kind != 0 || (conn->rx && conn->rx->body.cap > 0);
}

static bool is_fresh(const weft_connection *conn)
{
    return conn->id != 0 && !conn->leg && !conn->binding->serves && conn->last_request == 0 &&
           conn->next_request == 0 && conn->peer_request == 0 && conn->calls->n == 0 && !has_half(conn) &&
           !conn->streams && !conn->schemas && !conn->drains;
}

/* What conn's counterpart was told that it may send is no more than what other's takes, and what it was told of
 * operations holds there, too. */
static bool may_send_all(const weft_connection *conn, const weft_connection *other)
{
    weft__settings told = weft__settings_of(conn->engine, conn->odd);
    return told.max_concurrent_requests <= other->peer_max_requests &&
           told.max_message_size <= other->peer_max_message && told.channel_window <= other->peer_channel_window &&
           told.max_channels <= other->peer_max_channels && conn->retries == other->retries &&
           (!conn->retries || (told.operation_ttl_ms <= other->peer_operation_ttl_ms &&
                               (weft__identity_is_none(&told.operations) ||
                                weft__identity_tag(&told.operations) == other->peer_operations)));
}

/* They serve and call nothing from now on. Their own ends are told as ever. */
static void let_go(weft_connection *conn)
{
    void (*on_closed)(void *user, const weft_error *error) = conn->on_closed;
    weft__binding_fini(conn);
    conn->on_closed = on_closed;
}

int weft_proxy_join(weft_connection *left, weft_connection *right, const weft_proxy_options *options_or_null)
{
    weft_proxy_options options;
    int status = options_read(options_or_null, &options);
    if (status < 0)
        return status;
    if (left->state != WEFT__CONN_OPEN || right->state != WEFT__CONN_OPEN || !left->engine || !right->engine)
        return WEFT_ECLOSED;
    if (left == right || left->odd == right->odd || !is_fresh(left) || !is_fresh(right) || !may_send_all(left, right) ||
        !may_send_all(right, left) || !weft__binding_agrees_alike(left->binding, right->binding))
        return WEFT_EINVAL;
    status = weft__proxy_pair(left, right);
    if (status < 0)
        return status;
    let_go(left);
    let_go(right);
    tell_end_to(left, &options);
    weft__proxy_say_drains(left, right);
    return 0;
}
