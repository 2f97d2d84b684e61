/* The monitor's channels: what requests announce, credit in items and bytes, and how they end. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

enum { FLAG_MORE = 1, CHARGE_MIN = 64 };

static void rule(monitor *m, sim_rule which)
{
    m->side->world->coverage->rules[which]++;
}

static mon_channel *find(mon_conn *conn, uint64_t id)
{
    for (size_t i = 0; i < conn->n_channels; i++)
        if (conn->channels[i].id == id)
            return &conn->channels[i];
    return NULL;
}

const mon_channel *mon_channel_of(const mon_conn *conn, uint64_t serial)
{
    for (size_t i = 0; i < conn->n_channels; i++)
        if (conn->channels[i].serial == serial && !conn->channels[i].is_given_up)
            return &conn->channels[i];
    return NULL;
}

void mon_channels_end(mon_conn *conn, uint64_t request, bool ours, bool is_given_up)
{
    for (size_t i = conn->n_channels; i > 0; i--) {
        mon_channel *channel = &conn->channels[i - 1];
        if (channel->request == request && channel->ours == ours && is_given_up)
            channel->is_given_up = true;
        else if (channel->request == request && channel->ours == ours)
            *channel = conn->channels[--conn->n_channels];
    }
}

static chan_note *note_of(const monitor *m, const mon_channel *channel)
{
    return &link_call(m->side->link, channel->serial / 2)->channels[channel->serial % 2];
}

/* ---- announced ---- */

static void mon_add(monitor *m, mon_conn *conn, const mon_frame *f, chan_note *note, uint64_t id, uint32_t window)
{
    note->is_announced = true;
    bool ours = f->dir == MON_TX;
    size_t n_live = 1;
    if (conn->n_channels == conn->channels_cap) {
        conn->channels_cap = conn->channels_cap * 2 + 4;
        conn->channels = realloc(conn->channels, conn->channels_cap * sizeof(mon_channel));
    }
    for (size_t i = 0; i < conn->n_channels; i++)
        n_live += conn->channels[i].ours == ours && !conn->channels[i].is_given_up;
    if (ours) {
        MON_CHECK(m, (id & 1) == conn->odd, "conn.parity", "channel %llu", (unsigned long long)id);
        MON_CHECK(m, id > conn->last_channel[MON_TX], "id.increasing", "channel %llu", (unsigned long long)id);
        MON_CHECK(m, n_live <= conn->max_channels[MON_RX], "chan.limits", "%zu channels of %u", n_live,
                  conn->max_channels[MON_RX]);
        MON_CHECK(m, window == note->window, "chan.types", "a window of %u", window);
        rule(m, RULE_CHAN_TYPES);
        rule(m, RULE_CHAN_LIMITS);
    }
    conn->last_channel[f->dir] = id;
    bool sends = note->handler_sends != ours;
    conn->channels[conn->n_channels++] = (mon_channel){ .id = id,
                                                        .serial = note->serial,
                                                        .request = conn->half[f->dir].id,
                                                        .ours = ours,
                                                        .sends = sends,
                                                        .items = window,
                                                        .bytes = conn->channel_window[sends ? MON_RX : MON_TX],
                                                        .window = window };
}

/* [id, method, timeout, args, [[id, items], …], …]: in args nil stands for an optional one that is absent. */
static void mon_read_channels(monitor *m, mon_conn *conn, const mon_frame *f, weft_bytes body)
{
    weft__reader r = weft__reader_of(body);
    uint32_t n = 0, n_args = 0, n_params, n_channels = 0, next = 0;
    uint64_t serial = 0;
    bool ok = weft__read_array(&r, &n) == 0 && weft__read_skip(&r, 0) == 0 && weft__read_skip(&r, 0) == 0 &&
              weft__read_skip(&r, 0) == 0 && weft__read_array(&r, &n_args) == 0 && weft__read_u64(&r, &serial) == 0;
    MON_CHECK(m, ok, "call.request", "malformed");
    call_note *call = link_call(m->side->link, serial);
    const weft_method *method = &call->from->version->calls.methods[call->method];
    n_params = method->n_channels;
    MON_CHECK(m, n_args == method->args->n + n_params, "chan.types", "%u arguments", n_args);
    for (uint32_t i = 1; i < n_args; i++)
        ok = ok && weft__read_skip(&r, 4) == 0;
    MON_CHECK(m, ok && weft__read_array(&r, &n_channels) == 0, "call.request", "malformed");
    for (uint32_t i = 0; i < n_params; i++) {
        uint64_t id = 0;
        uint32_t pair, window = 0;
        chan_note *channel = &call->channels[call->from->version->places[call->method][0] == i ? 0 : 1];
        if (!channel->is_there)
            continue;
        MON_CHECK(m,
                  next++ < n_channels && weft__read_array(&r, &pair) == 0 && pair == 2 &&
                      weft__read_u64(&r, &id) == 0 && weft__read_u32(&r, &window) == 0,
                  "chan.types", "channel %u of call %llu is missing", i, (unsigned long long)serial);
        mon_add(m, conn, f, channel, id, window);
    }
    MON_CHECK(m, next == n_channels, "chan.types", "more channels than were asked for");
}

void mon_announce(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first)
{
    bool is_last = !(f->flags & FLAG_MORE);
    weft_bytes body = weft_bytes_of(f->body, f->n_body);
    if (!is_first || !is_last)
        body = mon_gather(conn, f, is_first);
    if (is_last)
        mon_read_channels(m, conn, f, body);
}

/* ---- items, credit, ends ---- */

/* What was queued goes out in front of the own Close, for channels too that the counterpart has reset meanwhile. */
static bool mon_is_closing(const monitor *m, const mon_conn *conn)
{
    return conn->state == MON_COL_CLOSING || m->side->is_asked_to_end;
}

void mon_on_item(monitor *m, mon_conn *conn, const mon_frame *f, bool is_first)
{
    mon_message *half = &conn->half[f->dir];
    bool sent = f->dir == MON_TX;
    if (is_first) {
        weft__reader r = mon_reader(f);
        uint32_t n;
        MON_CHECK(m, weft__read_array_open(&r, &n) == 0 && n >= 2 && weft__read_u64(&r, &half->id) == 0, "chan.item",
                  "malformed");
    }
    mon_channel *channel = find(conn, half->id);
    if (sent && (channel || !mon_is_closing(m, conn))) {
        const chan_note *note = channel ? note_of(m, channel) : NULL;
        bool may_be_flushed = note && (note->is_finished || note->is_aborted || mon_is_closing(m, conn));
        MON_CHECK(m, channel && channel->sends && (!channel->is_given_up || may_be_flushed), "chan.item",
                  "an Item of channel %llu, which is over or not ours to send on", (unsigned long long)half->id);
        MON_CHECK(m, channel->items > 0 && channel->bytes > 0, "chan.item",
                  "an Item of channel %llu, whose credit is %lld items, %lld bytes", (unsigned long long)half->id,
                  (long long)channel->items, (long long)channel->bytes);
        if (is_first && channel && !channel->ours)
            mon_needs_results(m, conn, link_call(m->side->link, channel->serial / 2), "an Item");
        rule(m, RULE_CHAN_ITEM);
    }
    if (!channel || f->flags & FLAG_MORE)
        return;
    channel->items--;
    channel->bytes -= half->len < CHARGE_MIN ? CHARGE_MIN : (int64_t)half->len;
}

static void mon_on_credit(monitor *m, const mon_conn *conn, mon_channel *channel, const mon_frame *f, weft__reader *r)
{
    uint32_t items = 0, bytes = 0;
    MON_CHECK(m, weft__read_u32(r, &items) == 0 && weft__read_u32(r, &bytes) == 0 && (items > 0 || bytes > 0),
              "chan.credit", "malformed");
    channel->items += items;
    channel->bytes += bytes;
    if (f->dir == MON_RX)
        return;
    MON_CHECK(m, channel->items <= channel->window && channel->bytes <= (int64_t)conn->channel_window[MON_TX],
              "chan.credit", "channel %llu is given more than was taken: %lld items, %lld bytes",
              (unsigned long long)channel->id, (long long)channel->items, (long long)channel->bytes);
    const chan_note *note = note_of(m, channel);
    channel->granted += items;
    MON_CHECK(m, channel->granted <= note->ends[!channel->ours].n_consumed, "chan.credit",
              "channel %llu is given more than was consumed", (unsigned long long)channel->id);
    rule(m, RULE_CHAN_CREDIT);
}

void mon_on_channel(monitor *m, mon_conn *conn, const mon_frame *f)
{
    weft__reader r = mon_reader(f);
    uint32_t n;
    uint64_t id = 0;
    MON_CHECK(m, weft__read_array(&r, &n) == 0 && n >= 3 && weft__read_u64(&r, &id) == 0, "chan.close", "malformed");
    mon_channel *channel = find(conn, id);
    bool by_sender = f->kind == WEFT__KIND_CHANNEL_CLOSE;
    if (f->dir == MON_TX && (channel || !mon_is_closing(m, conn)))
        MON_CHECK(m, channel && channel->sends == by_sender, "chan.close",
                  "kind %u of channel %llu, which is over or not ours to say so", f->kind, (unsigned long long)id);
    if (!channel)
        return;
    if (f->kind == WEFT__KIND_CREDIT && !channel->is_given_up) {
        mon_on_credit(m, conn, channel, f, &r);
        return;
    }
    rule(m, by_sender ? RULE_CHAN_CLOSE : RULE_CHAN_RESET);
    *channel = conn->channels[--conn->n_channels];
}
