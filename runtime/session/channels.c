/* The life of channels, whichever way they go: pools, ids, the table, and how calls and connections end them.
 *
 *   OPEN ─ finished, aborted here ─▶ CLOSING ─ ChannelClose is cut ─▶ ENDED
 *   OPEN ─ reset here ─▶ RESETTING ─ ChannelReset is cut ─▶ ENDED
 *   OPEN ─ the counterpart's ChannelClose or ChannelReset; its call fails; its connection ends ─▶ ENDED
 *
 * [chan.early] Until its method is known a channel that the counterpart announced has no role: what comes is kept,
 * judged when the role is. A call has its channels until it is answered; with an outcome of 0 or 1 they go on by
 * themselves [chan.life]. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"

#ifndef WEFT_POOLS
#define WEFT_POOLS 1
#endif

enum {
    POOL_CHANNELS = 64,
    POOL_ITEMS = 256,
    POOL_BODY_MAX = 4096, /* a larger buffer is given back */
    CLOSE_BODY = 64,      /* a ChannelClose without a text, or with one of ours */
};

/* ---- items ---- */

weft__item *weft__item_new(weft_engine *engine)
{
    weft__link *link = weft__list_take(&engine->free_items);
    weft__item *item;
    if (link) {
        engine->n_free_items--;
        return weft__container(link, weft__item, link);
    }
    item = weft__alloc_zero(&engine->allocator, sizeof *item);
    if (item)
        weft__buf_init(&item->message.body, &engine->allocator);
    return item;
}

/* Out of its connection's queue already. */
void weft__item_free(weft_engine *engine, weft__item *item)
{
    weft__buf body = item->message.body;
    weft__list_remove(&item->link);
    weft__memory_give(engine, item->charged);
    if (item->charged > 0 && item->channel)
        item->channel->buffered -= item->charged;
    item->charged = 0;
    if (WEFT_POOLS && engine->n_free_items < POOL_ITEMS) {
        weft__buf_clear(&body, POOL_BODY_MAX);
        weft__clear(item, sizeof *item);
        item->message.body = body;
        weft__list_prepend(&engine->free_items, &item->link);
        engine->n_free_items++;
        return;
    }
    weft__buf_fini(&body);
    weft__free(&engine->allocator, item, sizeof *item);
}

/* ---- channels ---- */

static weft__streams *conn_streams(weft_connection *conn)
{
    if (conn->streams)
        return conn->streams;
    weft__streams *streams = weft__alloc_zero(weft__conn_allocator(conn), sizeof *streams);
    if (!streams)
        return NULL;
    weft__list_init(&streams->all);
    weft__list_init(&streams->controls);
    conn->streams = streams;
    return streams;
}

/* With the connection: all channels are gone, since each holds it. */
void weft__streams_free(weft_connection *conn)
{
    if (!conn->streams)
        return;
    weft__table_fini(&conn->streams->by_id, weft__conn_allocator(conn));
    weft__free(weft__conn_allocator(conn), conn->streams, sizeof *conn->streams);
    conn->streams = NULL;
}

/* Behind the call's other channels; not in the table yet. NULL: out of memory. */
static weft__channel *channel_new(weft__call *call, bool ours, uint32_t window)
{
    weft_engine *engine = call->engine;
    weft__streams *streams = conn_streams(call->conn);
    weft__link *link = streams ? weft__list_take(&engine->free_channels) : NULL;
    weft__channel *channel;
    if (link) {
        engine->n_free_channels--;
        channel = weft__container(link, weft__channel, all);
    } else {
        channel = streams ? weft__alloc_zero(&engine->allocator, sizeof *channel) : NULL;
    }
    if (!channel)
        return NULL;
    /* What ends it must never fail for lack of memory, so that nothing hangs. */
    weft__item *close = weft__item_new(engine);
    if (!close || weft__buf_reserve(&close->message.body, CLOSE_BODY) < 0) {
        if (close)
            weft__item_free(engine, close);
        weft__free(&engine->allocator, channel, sizeof *channel);
        return NULL;
    }
    channel->engine = engine;
    channel->conn = call->conn;
    channel->conn->holds++;
    channel->close = close;
    channel->call = call;
    channel->ours = ours;
    *(ours ? &streams->n_ours : &streams->n_theirs) += 1;
    channel->window = window;
    channel->tx_items = window;
    channel->tx_bytes = call->conn->peer_channel_window;
    channel->rx_items = window;
    channel->rx_bytes = engine->options.channel_window;
    weft__buf_init(&channel->end_text, &engine->allocator);
    weft__list_init(&channel->items);
    weft__list_append(&streams->all, &channel->all);
    weft__channel_recount(channel);
    engine->n_channels++;
    weft__memory_charge_anyway(engine, WEFT__CHARGE_CHANNEL);
    weft__channel **last = &call->channels;
    while (*last)
        last = &(*last)->next;
    *last = channel;
    return channel;
}

static void channel_uncall(weft__channel *channel)
{
    if (!channel->call)
        return;
    weft__channel **at = &channel->call->channels;
    while (*at != channel)
        at = &(*at)->next;
    *at = channel->next;
    channel->next = NULL;
    channel->call = NULL;
}

/* Frees what neither the wire nor the application has any more. */
void weft__channel_settle(weft__channel *channel)
{
    weft_engine *engine = channel->engine;
    weft_connection *conn = channel->conn;
    if (channel->state != WEFT__CHANNEL_ENDED || channel->handle.slot || channel->running ||
        weft__link_is_in(&channel->event.link) || (channel->role == WEFT__CHANNEL_UNKNOWN && channel->call))
        return;
    channel_uncall(channel);
    weft__channel_drop_items(channel);
    if (channel->close)
        weft__item_free(engine, channel->close);
    weft__list_remove(&channel->waiting);
    weft__list_remove(&channel->all);
    weft__memory_give(engine, WEFT__CHARGE_CHANNEL);
    weft__buf_fini(&channel->end_text);
    weft__clear(channel, sizeof *channel);
    if (WEFT_POOLS && engine->n_free_channels < POOL_CHANNELS) {
        weft__list_prepend(&engine->free_channels, &channel->all);
        engine->n_free_channels++;
    } else {
        weft__free(&engine->allocator, channel, sizeof *channel);
    }
    weft__conn_unhold(conn);
}

void weft__channel_settle_all(weft__channel *channel)
{
    weft_connection *conn = channel->conn;
    conn->holds++;
    weft__channel_settle(channel);
    weft__conn_close_if_unused(conn);
    weft__conn_unhold(conn);
}

void weft__channel_pool_fini(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_take(&engine->free_channels)) != NULL)
        weft__free(&engine->allocator, weft__container(link, weft__channel, all), sizeof(weft__channel));
    while ((link = weft__list_take(&engine->free_items)) != NULL) {
        weft__item *item = weft__container(link, weft__item, link);
        weft__buf_fini(&item->message.body);
        weft__free(&engine->allocator, item, sizeof *item);
    }
    weft_arena_free(engine->item_arena);
}

/* [conn.liveness] Also what a reader has not been told yet keeps the connection. */
void weft__channel_recount(weft__channel *channel)
{
    weft__streams *streams = channel->conn->streams;
    bool is_unread = channel->role == WEFT__CHANNEL_READS && (channel->handle.slot || channel->reading);
    bool is_use = channel->state != WEFT__CHANNEL_ENDED || is_unread;
    if (is_use != channel->is_use)
        streams->n_uses += is_use ? 1 : UINT32_MAX;
    channel->is_use = is_use;
}

/* The application's handle turns stale. */
void weft__channel_let_go(weft__channel *channel)
{
    if (channel->handle.slot)
        weft__slots_give(channel->engine->slots, channel->handle);
    channel->handle.slot = NULL;
    weft__channel_recount(channel);
}

/* Of either direction: those that have come, or not gone out. One that is half sent is aborted [frame.abort]. */
void weft__channel_drop_items(weft__channel *channel)
{
    weft__link *link;
    while ((link = weft__list_take(&channel->items)) != NULL) {
        weft__item *item = weft__container(link, weft__item, link);
        channel->buffered -= item->charged;
        item->channel = NULL;
        if (item->message.state != WEFT__MESSAGE_IDLE)
            weft__message_void(channel->conn, &item->message);
        else
            weft__item_free(channel->engine, item);
    }
    weft__list_remove(&channel->borrowing);
}

/* Nothing more on the wire: out of the table, and its place is free [chan.limits]. */
void weft__channel_off_wire(weft__channel *channel)
{
    weft_connection *conn = channel->conn;
    weft__streams *streams = conn->streams;
    if (channel->state == WEFT__CHANNEL_ENDED)
        return;
    weft__channel_set_state(channel, WEFT__CHANNEL_ENDED);
    channel->engine->n_channels--;
    weft__list_remove(&channel->control);
    if (channel->id != 0)
        weft__table_remove(&streams->by_id, channel->engine->table_seed, channel->id);
    *(channel->ours ? &streams->n_ours : &streams->n_theirs) -= 1;
    weft__channel_recount(channel);
}

static const char *end_name(weft_channel_end_kind kind)
{
    switch (kind) {
    case WEFT_CHANNEL_FINISHED: return "finished";
    case WEFT_CHANNEL_ABORTED: return "aborted";
    case WEFT_CHANNEL_RESET: return "reset";
    case WEFT_CHANNEL_LOST: return "lost";
    case WEFT_CHANNEL_REFUSED: return "refused";
    case WEFT_CHANNEL_CANCELLED: return "cancelled";
    }
    return "";
}

/* Why it ended, for the application; the first one counts. text: copied, and left out where there is no memory. */
void weft__channel_set_end(weft__channel *channel, weft_channel_end_kind kind, int code, uint16_t reason, weft_str text)
{
    if (channel->end)
        return;
    weft__conn_log(channel->conn, WEFT_LOG_DEBUG, "channel ended", weft__log_number("channel", channel->id),
                   weft__log_text("how", weft_str_from(end_name(kind))),
                   weft__log_text("error", weft_str_from(weft_err_name(code))), weft__log_number("code", reason),
                   weft__log_text("text", text));
    channel->end = (uint8_t)kind;
    channel->end_code = code;
    channel->end_reason = reason;
    (void)weft__buf_append(&channel->end_text, text.ptr, text.len);
}

/* The application is told, or has nothing to be told with: a sender learns it by its next send. */
void weft__channel_tell_end(weft__channel *channel)
{
    if (channel->role == WEFT__CHANNEL_READS) {
        weft__channel_in_go_on(channel);
    } else if (channel->on_end || channel->room) {
        weft__list_remove(&channel->waiting);
        weft__event_add(channel->engine, &channel->event, WEFT__EVENT_ROOM);
    }
    weft__channel_settle(channel);
}

weft_str weft__channel_text(const weft__channel *channel)
{
    const weft__buf *text = &channel->end_text;
    return text->len > 0 ? weft_str_of((const char *)text->data, text->len) : WEFT_STR("");
}

weft_channel_end weft__channel_end_of(const weft__channel *channel)
{
    weft_channel_end end = { (weft_channel_end_kind)channel->end, channel->end_code, channel->end_reason,
                             weft__channel_text(channel) };
    return end;
}

/* ---- calls made here ---- */

int weft__call_add_channel(weft__call *call, bool sends, uint32_t window, weft__channel **ret_channel)
{
    weft_connection *conn = call->conn;
    if (!conn_streams(conn))
        return WEFT_ENOMEM;
    if (conn->streams->n_ours >= conn->peer_max_channels) /* [chan.limits] */
        return WEFT_EBUSY;
    weft__channel *channel = channel_new(call, true, window);
    if (!channel)
        return WEFT_ENOMEM;
    channel->touched = true;
    channel->exchanged_or_null = call->exchanged ? call->method : NULL;
    channel->service = call->service;
    channel->role = (uint8_t)(sends ? WEFT__CHANNEL_SENDS : WEFT__CHANNEL_READS);
    int status = weft__slots_take(conn->engine->slots, WEFT__SLOT_CHANNEL, channel, &channel->handle);
    if (status == 0)
        *ret_channel = channel; /* otherwise the call, which is discarded now, has it */
    return status;
}

/* Their ids, in order: calls go out in the order in which they are submitted [id.increasing]. How many, or WEFT_ENOMEM.
 */
int weft__call_name_channels(weft__call *call, weft__announced channels[WEFT_METHOD_CHANNELS_MAX])
{
    weft_connection *conn = call->conn;
    weft__streams *streams = conn->streams;
    int n = 0;
    for (weft__channel *channel = call->channels; channel; channel = channel->next, n++) {
        uint64_t id = streams->next_id ? streams->next_id : (conn->odd ? 1 : 2);
        int status =
            weft__table_insert(&streams->by_id, weft__conn_allocator(conn), call->engine->table_seed, id, channel);
        if (status < 0)
            return status;
        streams->next_id = id + 2;
        channel->id = id;
        channels[n] = (weft__announced){ id, channel->window };
    }
    return n;
}

/* The request begins to go out. */
void weft__call_announce_channels(weft__call *call)
{
    for (const weft__channel *channel = call->channels; channel; channel = channel->next)
        call->conn->streams->last_id = channel->id;
}

/* Was its request sent, so that what names it may go out? */
bool weft__channel_is_announced(const weft__channel *channel)
{
    return !channel->ours || !channel->call || channel->call->state == WEFT__CALL_SENT;
}

void weft__call_tell_resets(weft__call *call)
{
    for (weft__channel *channel = call->channels; channel; channel = channel->next)
        if (channel->state == WEFT__CHANNEL_RESETTING)
            weft__channel_owe(channel);
}

/* ---- how calls end them ---- */

/* The call comes to nothing before its request is whole on the wire, or is answered with an outcome from 2 on: nothing
 * is said of its channels [call.refused]. */
void weft__call_end_channels(weft__call *call, weft_channel_end_kind kind, int code, weft_str text)
{
    weft__channel *channel;
    while ((channel = call->channels) != NULL) {
        channel_uncall(channel);
        if (channel->role != WEFT__CHANNEL_READS)
            weft__channel_drop_items(channel);
        weft__channel_off_wire(channel);
        weft__channel_set_end(channel, kind, code, WEFT_CODE_NONE, text);
        if (!channel->ours && !channel->reading && !channel->on_end && !channel->room) /* [chan.life] */
            weft__channel_let_go(channel);
        weft__channel_tell_end(channel);
    }
}

/* One that was never submitted, or whose handler never saw it: nobody has a handle. */
void weft__call_free_channels(weft__call *call)
{
    weft__channel *channel;
    while ((channel = call->channels) != NULL) {
        channel_uncall(channel);
        weft__channel_let_go(channel);
        weft__channel_drop_items(channel);
        weft__channel_off_wire(channel);
        weft__channel_settle(channel);
    }
}

/* [call.cancel] Given up, and the callee has it: it is told. */
void weft__call_cancel_channels(weft__call *call, int code, const char *text)
{
    uint16_t reason = code == WEFT_ETIMEDOUT ? WEFT_CODE_TIMEOUT : WEFT_CODE_REFUSED;
    weft__channel *channel;
    while ((channel = call->channels) != NULL) {
        channel_uncall(channel);
        if (channel->state != WEFT__CHANNEL_OPEN)
            continue;
        weft__channel_set_end(channel, WEFT_CHANNEL_CANCELLED, code, WEFT_CODE_NONE, weft_str_from(text));
        if (channel->role == WEFT__CHANNEL_READS) {
            weft__channel_say_reset(channel, reason);
        } else {
            weft__channel_drop_items(channel);
            weft__channel_say_close(channel, reason, weft_str_from(text));
        }
        weft__channel_tell_end(channel);
    }
}

/* [chan.life] Answered with 0 or 1: the channels go on by themselves, and what a handler never touched ends. */
void weft__call_part_with_channels(weft__call *call)
{
    weft__channel *channel;
    while ((channel = call->channels) != NULL) {
        channel_uncall(channel);
        if (channel->touched)
            continue;
        weft__channel_let_go(channel);
        if (channel->state == WEFT__CHANNEL_OPEN && channel->role == WEFT__CHANNEL_READS)
            weft__channel_reset_here(channel, WEFT_CODE_NONE, WEFT_ERESET, WEFT_STR(""));
        else if (channel->state == WEFT__CHANNEL_OPEN)
            weft__channel_say_close(channel, WEFT_CODE_NONE, WEFT_STR(""));
        weft__channel_settle(channel);
    }
}

/* ---- how connections end them ---- */

/* [chan.ends] Lost; what has come is read first. Who never began to read has nothing to be told with. */
static WEFT__COLD void channel_lose(weft__channel *channel, int code, weft_str text)
{
    if (channel->role == WEFT__CHANNEL_SENDS && weft__channel_is_announced(channel)) {
        weft__link *link; /* what waits goes out, or is dropped, with the connection's queue */
        while ((link = weft__list_take(&channel->items)) != NULL)
            weft__container(link, weft__item, link)->channel = NULL;
    } else if (channel->role == WEFT__CHANNEL_SENDS) {
        weft__channel_drop_items(channel);
    }
    if (weft__conn_is_flushing(channel->conn) && channel->state == WEFT__CHANNEL_RESETTING && channel->close &&
        weft__channel_is_announced(channel))
        weft__channel_queue_end(channel, WEFT__KIND_CHANNEL_RESET, channel->say_code, weft__channel_text(channel));
    weft__channel_off_wire(channel);
    weft__channel_set_end(channel, WEFT_CHANNEL_LOST, code, WEFT_CODE_NONE, text);
    channel->paused = false;
    channel->lost = true;
    if (channel->role != WEFT__CHANNEL_UNKNOWN) /* a handler that lets go of its call must not take this end along */
        channel_uncall(channel);
    bool told = channel->role == WEFT__CHANNEL_READS ? channel->reading : channel->on_end || channel->room;
    if (!told)
        weft__channel_let_go(channel);
    weft__channel_tell_end(channel);
}

/* Is something of its channels still to be told? */
bool weft__streams_have_events(const weft_connection *conn)
{
    if (!conn->streams)
        return false;
    for (const weft__link *link = conn->streams->all.next; link != &conn->streams->all; link = link->next)
        if (weft__link_is_in(&weft__container(link, weft__channel, all)->event.link))
            return true;
    return false;
}

/* conn is held by the caller. */
void weft__streams_end(weft_connection *conn, const weft_error *error)
{
    weft__streams *streams = conn->streams;
    if (!streams)
        return;
    weft__link *next;
    for (weft__link *link = streams->all.next; link != &streams->all; link = next) {
        weft__channel *channel = weft__container(link, weft__channel, all);
        next = link->next;
        channel_lose(channel, error->code, weft_str_from(error->text));
    }
}

/* ---- announced by the counterpart ---- */

/* [conn.parity] [id.increasing] All ids of a request are judged, and spent, whatever becomes of it. */
static bool announced_are_legal(weft_connection *conn, weft__list_slice list)
{
    weft__announced announced;
    while (weft__channels_next(&list, &announced)) {
        if (announced.id == 0 || weft__is_odd(announced.id) == conn->odd) {
            weft__violate_conn(conn, "conn.parity", "a channel with an id of the wrong parity");
            return false;
        }
        if (announced.id <= conn->streams->peer_id) {
            weft__violate_conn(conn, "id.increasing", "a channel with an id that was used");
            return false;
        }
        conn->streams->peer_id = announced.id;
    }
    return true;
}

bool weft__channels_judge(weft_connection *conn, weft__list_slice list)
{
    if (list.n == 0)
        return true;
    if (!conn_streams(conn)) {
        weft__session_starve(conn->engine);
        return false;
    }
    return announced_are_legal(conn, list);
}

int weft__call_take_channels(weft__call *call, weft__list_slice list, const char **ret_text)
{
    weft_connection *conn = call->conn;
    weft_engine *engine = call->engine;
    weft__announced announced;
    *ret_text = "more channels than a method has";
    if (list.n > WEFT_METHOD_CHANNELS_MAX)
        return WEFT_OUTCOME_INVALID_PAYLOAD;
    *ret_text = "max_channels are live"; /* [chan.limits] */
    if (list.n > engine->options.max_channels - conn->streams->n_theirs)
        return WEFT_OUTCOME_RESOURCE_EXHAUSTED;
    while (weft__channels_next(&list, &announced)) {
        *ret_text = "no window can be of that many items"; /* [chan.types] */
        if (announced.items == 0 || announced.items > INT32_MAX)
            return WEFT_OUTCOME_INVALID_PAYLOAD;
        *ret_text = "out of memory";
        weft__channel *channel = channel_new(call, false, announced.items);
        if (!channel || weft__table_insert(&conn->streams->by_id, weft__conn_allocator(conn), engine->table_seed,
                                           announced.id, channel) < 0)
            return WEFT_OUTCOME_RESOURCE_EXHAUSTED;
        channel->id = announced.id;
    }
    return 0;
}

uint32_t weft__call_n_channels(const weft__call *call)
{
    uint32_t n = 0;
    for (const weft__channel *channel = call->channels; channel; channel = channel->next)
        n++;
    return n;
}

int weft__call_bind_channels(weft__call *call, const bool *sends, weft_channel *ret_handles)
{
    uint32_t i = 0;
    for (weft__channel *channel = call->channels; channel; channel = channel->next, i++) {
        /* [chan.item] What came before the role was known. */
        if (sends[i] ? channel->got_items : channel->got_credit) {
            weft__violate_conn(call->conn, "chan.item", "an item or credit in the wrong direction");
            return WEFT_EPROTO;
        }
        channel->role = (uint8_t)(sends[i] ? WEFT__CHANNEL_SENDS : WEFT__CHANNEL_READS);
        channel->exchanged_or_null = call->exchanged ? call->method : NULL;
        channel->service = call->service;
        int status = weft__slots_take(call->engine->slots, WEFT__SLOT_CHANNEL, channel, &channel->handle);
        if (status < 0)
            return status;
        ret_handles[i] = weft__channel_handle(channel);
    }
    return 0;
}

/* ---- handles ---- */

weft__channel *weft__channel_of(weft_channel handle)
{
    weft__handle internal = { handle.slot, handle.generation };
    weft__channel *channel = weft__handle_get(internal, WEFT__SLOT_CHANNEL);
    if (channel)
        channel->touched = true;
    return channel;
}

void weft__channel_read_by(weft_channel handle, const struct weft__plan *plan)
{
    weft__handle internal = { handle.slot, handle.generation };
    weft__channel *channel = weft__handle_get(internal, WEFT__SLOT_CHANNEL);
    channel->plan = plan;
    channel->planned = true;
}

int weft_channel_keep(weft_channel channel)
{
    return weft__channel_of(channel) ? 0 : WEFT_EALREADY;
}
