/* Calls that the applications make: large and small, with deadlines, on behalf of others, cancelled. */
#include "tests/simulate/sim.h"

enum { SMALL_MAX = 3000, SMALL_WINDOW = 8192 };

uint32_t app_call_len(world *w)
{
    if (one_in(w, w->large_one_in))
        return (uint32_t)below(w, one_in(w, 8) ? ARGS_MAX : 70000);
    return (uint32_t)below(w, one_in(w, 4) ? SMALL_MAX : 200);
}

bool call_is_alone(const side *s, const conn_end *end, uint32_t len)
{
    const mon_conn *conn = monitor_conn((monitor *)&s->monitor, end->note->tag);
    if (len > SMALL_MAX || !conn || conn->half[MON_TX].kind || conn->requests[MON_RX].n > 0 || conn->n_channels > 0 ||
        conn->window[MON_TX] < SMALL_WINDOW || conn->requests[MON_TX].n >= conn->max_requests[MON_RX] ||
        (conn->state != MON_COL_OPEN_OURS && conn->state != MON_COL_OPEN_THEIRS && conn->state != MON_COL_READY))
        return false;
    for (size_t i = 0; i < s->n_calls; i++)
        if (s->calls[i]->from == end)
            return false;
    return true;
}

/* ---- on behalf of others ---- */

static conn_end *served_end(const call_note *note)
{
    conn_end *ends = note->from->note->ends;
    return &ends[note->from == ends];
}

/* [call.behalf] Who made the call that this one is made for gave up, or can be told nothing any more. */
bool call_is_orphan(const call_note *note)
{
    const call_note *parent = note->parent;
    const side *s = note->from->side;
    if (note->has_foreign_parent)
        return true;
    if (!parent)
        return false;
    const mon_conn *conn = monitor_conn((monitor *)&s->monitor, parent->from->note->tag);
    const conn_end *end = served_end(parent); /* which may have ended of its own accord, its Close still to be said */
    bool is_over = !conn || conn->state == MON_COL_CLOSING || !end->is_open || parent->from->note->is_hostile ||
                   (end->conn && !weft_connection_session(end->conn));
    return parent->is_cancelled || (parent->is_done && !parent->is_answered) || is_over ||
           s->world->now_ns >= parent->deadline_ns || s->link->is_faulted || s->is_asked_to_end ||
           (parent->parent && call_is_orphan(parent)) || parent->has_foreign_parent;
}

bool call_awaits_close(const call_note *note)
{
    conn_end *end = note->parent ? served_end(note->parent) : NULL;
    if (!end || end->conn || !note->from->side->is_short || !conn_is_mixed(end->note))
        return false;
    end->close_awaited = true; /* check_waits */
    return true;
}

/* One that a handler has, of this session or of any other on this thread. Takes over what is left of its time. */
static void choose_parent(side *s, call_note *note, weft_call_options *options, uint64_t *timeout_ns)
{
    world *w = s->world;
    if (!(w->features & FEATURE_BEHALF) || !one_in(w, 3))
        return;
    const side *of = one_in(w, 4) ? &w->links[below(w, w->n_links)]->sides[below(w, 2)] : s;
    if (of->n_held == 0 || !of->engine || of->free_asked)
        return;
    const held *h = &of->held[below(w, of->n_held)];
    uint64_t left = weft_call_remaining_ns(h->call);
    options->on_behalf_of = h->call;
    options->copy_metadata = h->kept && one_in(w, 2);
    note->copies = options->copy_metadata;
    note->has_foreign_parent = of->link != s->link;
    note->parent = of->link == s->link && of == s ? h->note : NULL;
    note->has_foreign_parent |= of != s;
    if (left < *timeout_ns)
        *timeout_ns = left;
    w->coverage->rules[RULE_BEHALF]++;
}

/* ---- calling ---- */

static uint64_t call_timeout(world *w)
{
    switch (below(w, 12)) {
    case 0: return 0;
    case 1: return 1 + below(w, WEFT_NS_PER_MS);
    case 2:
    case 3: return below(w, WEFT_NS_PER_S * 2);
    case 4: return WEFT_FOREVER;
    default: return WEFT_TIMEOUT_DEFAULT;
    }
}

static uint64_t later(uint64_t now_ns, uint64_t ns)
{
    return ns < WEFT_FOREVER - now_ns ? now_ns + ns : WEFT_FOREVER;
}

static void call_choose(side *s, call_note *note, weft_call_options *options)
{
    world *w = s->world;
    note->method = one_in(w, 24)  ? METHOD_ABSENT + (uint32_t)below(w, 3)
                   : one_in(w, 3) ? METHOD_WATCH + (uint32_t)below(w, 3)
                   : one_in(w, 4) ? METHOD_UNIT
                                  : METHOD_WORK;
    note->len = note->method < METHOD_WATCH ? app_call_len(w) : (uint32_t)below(w, one_in(w, 3) ? 1500 : 100);
    options->timeout_ns = call_timeout(w);
    options->queue_timeout_ns = !one_in(w, 4)  ? WEFT_TIMEOUT_DEFAULT
                                : one_in(w, 3) ? WEFT_FOREVER
                                               : 1 + below(w, WEFT_NS_PER_S);
    uint64_t timeout_ns = options->timeout_ns != WEFT_TIMEOUT_DEFAULT ? options->timeout_ns
                          : note->method >= METHOD_WATCH              ? WEFT_FOREVER
                                                                      : s->options.call_timeout_ns;
    choose_parent(s, note, options, &timeout_ns);
    note->deadline_ns = later(note->begun_ns, timeout_ns);
    note->queued_ns =
        options->queue_timeout_ns == WEFT_TIMEOUT_DEFAULT ? s->options.queue_timeout_ns : options->queue_timeout_ns;
    note->is_fair = timeout_ns != 0;
}

/* Why a call was not taken. */
static void check_refusal(side *s, const call_note *note, const mon_conn *seen, int status)
{
    world *w = s->world;
    switch (status) {
    case WEFT_EMSGSIZE:
        SIM_CHECK(w, seen && note->len + 200 > seen->max_message[MON_RX], "frame.fragment", "%u bytes are refused",
                  note->len);
        break;
    case WEFT_ENOMEM: /* [memory.buffered] schemas are held, too */
        SIM_CHECK(w, s->is_faulted || (s->is_short && conn_is_mixed(note->from->note)), "status", "no memory");
        break;
    case WEFT_EINVAL: SIM_CHECK(w, note->copies, "call.behalf", "a call is refused"); break;
    case WEFT_EBUSY:
        SIM_CHECK(w,
                  note->method >= METHOD_WATCH ||
                      (seen && (seen->max_requests[MON_RX] == 0 || s->n_calls >= CALLS_MAX / 2)),
                  "call.concurrent", "EBUSY with %zu calls", s->n_calls);
        break;
    default: app_check_status(s, status, "weft_gen_call");
    }
}

static int call_submit(side *s, call_note *note, weft_call_options *options)
{
    world *w = s->world;
    weft_metadata_entry entry = weft_metadata_u64("serial", note->serial, 0);
    weft_metadata metadata = { &entry, 1 };
    const sim_version *version = note->from->version;
    uint64_t args[SIM_STORAGE];
    sim_value value;
    weft_channel *channels[2] = { NULL, NULL };
    weft_connection *conn = note->from->conn;
    const mon_conn *seen = monitor_conn(&s->monitor, note->from->note->tag);
    sim_value_make(version, note->serial, sim_data(note->serial, note->len), &value);
    version->shape->put_args(note->method, &value, args);
    chan_choose(note, channels);
    options->metadata = s->n_chain > 0 || note->copies || conn_any(note->from->note, s, side_intercepts) || one_in(w, 6)
                            ? &metadata
                            : NULL;
    options->arena = s->arena && one_in(w, 8) ? s->arena : NULL;
    note->queued_at = s->monitor.streams[MON_TX].offset;
    note->is_fair = note->is_fair && call_is_alone(s, note->from, note->len);
    void (*done)(void) = (void (*)(void))work_done;
    int status =
        note->method < METHOD_WATCH
            ? weft_gen_call(conn, &version->calls, note->method, args, options, done, note, &note->handle)
            : weft_gen_stream(conn, &version->calls, note->method, args, options, done, note, &note->handle, channels);
    SIM_TRACE(w, "%u%c calls %llu on tag %llu, %u bytes: %d", s->link->index, s->name, (unsigned long long)note->serial,
              (unsigned long long)note->from->note->tag, note->len, status);
    if (status < 0) {
        SIM_CHECK(w, note->passed[0] == 0, "intercept", "call %llu has passed, and is not taken",
                  (unsigned long long)note->serial);
        check_refusal(s, note, seen, status);
        return status;
    }
    SIM_CHECK(w, !seen || note->len <= seen->max_message[MON_RX] || s->n_chain > 0, "frame.fragment",
              "%u bytes are taken", note->len);
    s->calls[s->n_calls++] = note;
    s->n_owed++;
    w->coverage->calls++;
    chan_begin(s, note, 0, NULL);
    return 0;
}

static call_note *call_new(side *s, conn_end *end)
{
    call_note *note = link_call_new(s->link);
    note->from = end;
    note->begun_ns = side_now(s);
    return note;
}

void act_call(side *s, conn_end *end)
{
    if (!end->conn || s->n_calls == CALLS_MAX)
        return;
    weft_call_options options = weft_call_options_default();
    call_note *note = call_new(s, end);
    call_choose(s, note, &options);
    (void)call_submit(s, note, &options);
}

call_note *app_probe(side *s, conn_end *end)
{
    weft_call_options options = weft_call_options_default();
    call_note *note = call_new(s, end);
    note->method = METHOD_UNIT;
    note->is_probe = note->is_fair = true;
    note->deadline_ns = note->queued_ns = options.timeout_ns = WEFT_FOREVER;
    return call_submit(s, note, &options) == 0 ? note : NULL;
}

void act_cancel(side *s)
{
    world *w = s->world;
    if (s->n_calls == 0)
        return;
    call_note *note = s->calls[below(w, s->n_calls)];
    int status = weft_call_cancel(note->handle);
    SIM_TRACE(w, "%u%c cancels %llu: %d", s->link->index, s->name, (unsigned long long)note->serial, status);
    SIM_CHECK(w, status == 0 || status == WEFT_EALREADY, "call.cancel", "%d", status);
    SIM_CHECK(w, status < 0 || !note->is_cancelled, "call.cancel", "cancelled twice");
    note->is_cancelled |= status == 0;
    w->coverage->rules[RULE_CALL_CANCEL]++;
}
