/* Channels from which this side reads: items that have come, consumption and the credit that it gives back, holding
 * back, resetting, and the end, which comes after all items [chan.ends].
 *
 * An item points into what was fed until dispatch returns; what has not been delivered by then is copied. Each event
 * delivers one item, so that channels and calls take turns. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"

/* ---- credit ---- */

/* [chan.credit] One frame for items and bytes, when either reaches half of its window. */
static void channel_give_credit(weft__channel *channel, uint32_t items, uint64_t bytes)
{
    if (channel->state != WEFT__CHANNEL_OPEN)
        return;
    channel->consumed_items += items;
    channel->consumed_bytes += bytes;
    if ((uint64_t)channel->consumed_items * 2 < channel->window &&
        channel->consumed_bytes * 2 < channel->engine->options.channel_window)
        return;
    channel->owed_items += channel->consumed_items;
    channel->owed_bytes += channel->consumed_bytes;
    channel->consumed_items = 0;
    channel->consumed_bytes = 0;
    weft__channel_owe(channel);
}

int weft_channel_consumed(weft_channel handle, uint32_t n_items)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel)
        return WEFT_EALREADY;
    if (channel->role != WEFT__CHANNEL_READS || n_items > channel->held_items)
        return WEFT_EINVAL;
    if (n_items == 0)
        return 0;
    /* Their share of the bytes; the last ones give back what is left. */
    uint64_t bytes =
        n_items == channel->held_items ? channel->held_bytes : channel->held_bytes / channel->held_items * n_items;
    channel->held_items -= n_items;
    channel->held_bytes -= bytes;
    channel_give_credit(channel, n_items, bytes);
    return 0;
}

/* ---- what comes for one ---- */

/* The channel that a frame names; NULL: it is late, and dropped, or was never announced, and that has been answered. */
weft__channel *weft__channel_named(weft_connection *conn, uint64_t id, const char *rule)
{
    weft__streams *streams = conn->streams;
    uint64_t highest = !streams ? 0 : weft__is_odd(id) == conn->odd ? streams->last_id : streams->peer_id;
    if (id > highest && conn->lost_channels && weft__is_odd(id) != conn->odd) { /* [memory.buffered] */
        conn->engine->late_dropped++;
        return NULL;
    }
    if (id == 0 || id > highest) {
        weft__violate_conn(conn, rule, "it names a channel that was never announced");
        return NULL;
    }
    weft__channel *channel = weft__table_find(&streams->by_id, conn->engine->table_seed, id);
    if (!channel)
        conn->engine->late_dropped++;
    return channel;
}

/* ---- arriving ---- */

enum { SPARE_MAX = 256 }; /* of an item's memory, beside twice its length */

/* owned: the memory of a message that came in pieces, taken over unless much of it would be empty: what an item holds
 * is what its credit says. 0 or WEFT_ENOMEM. */
static int item_keep(weft_engine *engine, weft__item *item, weft_bytes value, weft__buf *owned)
{
    item->value = value;
    item->borrowed = owned == NULL;
    item->settled = false;
    if (owned && owned->cap <= 2 * value.len + SPARE_MAX) {
        weft__buf spare = item->message.body;
        item->message.body = *owned;
        item->message.body.allocator = &engine->allocator; /* owned's goes with its connection, the item's pool stays */
        *owned = spare;
        owned->len = 0;
    } else if (owned) {
        item->message.body.len = 0;
        int status = weft__buf_append(&item->message.body, value.ptr, value.len);
        item->value.ptr = item->message.body.data;
        return status;
    }
    return 0;
}

/* [chan.item] */
static bool item_has_credit(weft__channel *channel, size_t body_len)
{
    if (channel->role == WEFT__CHANNEL_SENDS) {
        weft__violate_conn(channel->conn, "chan.item", "an Item to the sender");
        return false;
    }
    if (channel->rx_items == 0 || channel->rx_bytes <= 0) {
        weft__violate_conn(channel->conn, "chan.item", "an Item without credit");
        return false;
    }
    channel->rx_items--;
    channel->rx_bytes -= weft__item_charge(body_len);
    return true;
}

/* [memory.buffered] The channel that holds most is reset; where that is this one the item is dropped with the others.
 */
static bool channel_may_hold(weft__channel *channel, uint64_t charge)
{
    weft_engine *engine = channel->engine;
    while (!weft__memory_charge(engine, charge)) {
        if (!weft__channels_reset_largest(engine)) {
            weft__channel_reset_here(channel, WEFT_CODE_LIMIT, WEFT_ENOMEM, WEFT_STR("[memory.buffered]"));
            return false;
        }
        if (channel->state != WEFT__CHANNEL_OPEN)
            return false;
    }
    if (channel->state == WEFT__CHANNEL_OPEN)
        return true;
    weft__memory_give(engine, charge);
    return false;
}

bool weft__channels_reset_largest(weft_engine *engine)
{
    weft__channel *largest = NULL;
    uint32_t cursor = 0;
    weft_connection *conn = engine->root;
    while (conn) {
        weft__link *all = conn->streams ? &conn->streams->all : NULL;
        for (weft__link *link = all ? all->next : NULL; link != all; link = link->next) {
            weft__channel *channel = weft__container(link, weft__channel, all);
            if (channel->buffered > (largest ? largest->buffered : 0) && !channel->end)
                largest = channel;
        }
        conn = weft__table_next(&engine->conns, &cursor);
    }
    if (!largest)
        return false;
    weft__channel_reset_here(largest, WEFT_CODE_LIMIT, WEFT_ENOMEM,
                             WEFT_STR("[memory.buffered] the receiver holds as much as it may, most of it here"));
    return true;
}

void weft__channel_refuse(weft_connection *conn, weft_bytes begun)
{
    uint64_t id;
    if (weft__item_peek(begun, &id) < 0) {
        weft__violate_conn(conn, "chan.item", "malformed Item");
        return;
    }
    weft__channel *channel = weft__channel_named(conn, id, "chan.item");
    if (channel && channel->state == WEFT__CHANNEL_OPEN)
        weft__channel_reset_here(channel, WEFT_CODE_LIMIT, WEFT_ENOMEM, WEFT_STR("[memory.buffered]"));
}

void weft__channel_on_item(weft_connection *conn, weft_bytes body, weft__buf *owned)
{
    weft_engine *engine = conn->engine;
    uint64_t id;
    weft_bytes value;
    if (weft__item_decode(body, &id, &value) < 0) {
        weft__violate_conn(conn, "chan.item", "malformed Item");
        return;
    }
    weft__channel *channel = weft__channel_named(conn, id, "chan.item");
    if (!channel)
        return;
    if (channel->state == WEFT__CHANNEL_RESETTING) {
        engine->late_dropped++;
        return;
    }
    if (!item_has_credit(channel, body.len))
        return;
    if (channel->exchanged_or_null && channel->ours &&
        !weft__schema_is_there(conn, channel->exchanged_or_null->id, WEFT__SCHEMA_RESULTS))
        return;
    uint64_t charge = WEFT__CHARGE_MESSAGE + value.len;
    if (!channel_may_hold(channel, charge))
        return;
    weft__item *item = weft__item_new(engine);
    if (!item || item_keep(engine, item, value, owned) < 0) {
        weft__memory_give(engine, charge);
        if (item)
            weft__item_free(engine, item);
        weft__session_starve(engine);
        return;
    }
    item->charged = charge;
    channel->buffered += charge;
    item->charge = weft__item_charge(body.len);
    item->channel = channel;
    channel->got_items = true;
    engine->counts.items[WEFT__IN]++;
    weft__list_append(&channel->items, &item->link);
    if (item->borrowed) {
        engine->has_borrowed = true;
        if (!weft__link_is_in(&channel->borrowing))
            weft__list_append(&engine->borrowing, &channel->borrowing);
    }
    weft__channel_in_go_on(channel);
}

/* 0 or WEFT_ENOMEM. */
static int item_own(weft__item *item)
{
    if (item->borrowed) {
        item->message.body.len = 0;
        if (weft__buf_append(&item->message.body, item->value.ptr, item->value.len) < 0)
            return WEFT_ENOMEM;
        item->value.ptr = item->message.body.data;
        item->borrowed = false;
    }
    item->settled = true;
    return 0;
}

/* What was fed goes: what has not been delivered is copied. From the newest on, so that items which wait long are not
 * looked at with each that comes. 0 or WEFT_ENOMEM. */
int weft__channels_own(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_first(&engine->borrowing)) != NULL) {
        weft__channel *channel = weft__container(link, weft__channel, borrowing);
        for (link = channel->items.prev; link != &channel->items; link = link->prev) {
            weft__item *item = weft__container(link, weft__item, link);
            if (item->settled)
                break;
            if (item_own(item) < 0)
                return WEFT_ENOMEM;
        }
        weft__list_remove(&channel->borrowing);
    }
    return 0;
}

/* For that there was no memory. */
void weft__channels_disown(weft_engine *engine)
{
    weft__link *link;
    while ((link = weft__list_first(&engine->borrowing)) != NULL)
        weft__channel_reset_here(weft__container(link, weft__channel, borrowing), WEFT_CODE_LIMIT, WEFT_ENOMEM,
                                 WEFT_STR("out of memory"));
}

/* [chan.close] */
void weft__channel_on_close(weft_connection *conn, weft_bytes body)
{
    uint64_t id;
    weft__said said;
    if (weft__channel_end_decode(body, &id, &said) < 0) {
        weft__violate_conn(conn, "chan.close", "malformed ChannelClose");
        return;
    }
    weft__channel *channel = weft__channel_named(conn, id, "chan.close");
    if (!channel)
        return;
    if (channel->role == WEFT__CHANNEL_SENDS) {
        weft__violate_conn(conn, "chan.close", "a ChannelClose from the reader");
        return;
    }
    channel->got_items = true;
    weft__channel_off_wire(channel);
    if (said.code == WEFT_CODE_NONE)
        weft__channel_set_end(channel, WEFT_CHANNEL_FINISHED, 0, WEFT_CODE_NONE, said.text);
    else
        weft__channel_set_end(channel, WEFT_CHANNEL_ABORTED, WEFT_ECANCELED, said.code, said.text);
    weft__channel_tell_end(channel);
    weft__conn_close_if_unused(conn);
}

/* ---- reading ---- */

/* Something may be there to be delivered. */
void weft__channel_in_go_on(weft__channel *channel)
{
    if (!channel->reading || channel->paused || channel->running)
        return;
    if (!weft__list_is_empty(&channel->items) || channel->end)
        weft__event_add(channel->engine, &channel->event, WEFT__EVENT_ITEM);
}

int weft__channel_read(weft_channel handle, const weft__channel_reader *reader)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel || channel->reading)
        return WEFT_EALREADY;
    if (channel->role != WEFT__CHANNEL_READS)
        return WEFT_EINVAL;
    channel->reading = true;
    channel->element = reader->element;
    channel->deliver = reader->deliver;
    channel->item = reader->item;
    channel->on_end = reader->end;
    channel->user = reader->user;
    weft__channel_in_go_on(channel);
    return 0;
}

int weft_channel_pause(weft_channel handle, bool paused)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel || channel->lost) /* nothing can be held back for long any more */
        return WEFT_EALREADY;
    if (channel->role != WEFT__CHANNEL_READS)
        return WEFT_EINVAL;
    channel->paused = paused;
    if (paused)
        weft__event_remove(&channel->event);
    else
        weft__channel_in_go_on(channel);
    return 0;
}

static void channel_tell_item(weft__channel *channel, weft__item *item)
{
    weft_engine *engine = channel->engine;
    weft_error error = { WEFT_ENOMEM, 0, 0, "out of memory" };
    int consumed = WEFT_ENOMEM;
    if (engine->item_arena || weft_arena_new(&engine->allocator, &engine->item_arena) == 0)
        consumed = engine->hooks->item(channel, item->value, engine->item_arena, &error);
    if (engine->item_arena)
        weft_arena_clear(engine->item_arena);
    if (consumed > 0) {
        channel_give_credit(channel, 1, item->charge);
    } else if (consumed == 0) {
        channel->held_items++;
        channel->held_bytes += item->charge;
    } else { /* [chan.item] no reader may miss one without knowing */
        weft__channel_reset_here(channel, consumed == WEFT_ENOMEM ? WEFT_CODE_LIMIT : WEFT_CODE_INCOMPATIBLE, consumed,
                                 weft_str_from(error.text));
    }
    weft__item_free(engine, item);
}

/* Dispatch of ITEM. */
void weft__channel_in_run(weft__channel *channel)
{
    weft__link *link = weft__list_take(&channel->items);
    if (link) {
        channel->running = true;
        channel_tell_item(channel, weft__container(link, weft__item, link));
        channel->running = false;
        if (weft__list_is_empty(&channel->items))
            weft__list_remove(&channel->borrowing);
        weft__channel_in_go_on(channel);
    } else if (channel->end && channel->reading) {
        void (*on_end)(void *user, const weft_channel_end *end) = channel->on_end;
        weft_channel_end end = weft__channel_end_of(channel);
        channel->on_end = NULL;
        channel->reading = false;
        weft__channel_let_go(channel);
        channel->running = true;
        if (on_end)
            on_end(channel->user, &end);
        channel->running = false;
    }
    weft__channel_recount(channel);
    weft__channel_settle_all(channel);
}

/* ---- resetting ---- */

/* A Credit or ChannelReset is to be sent. */
void weft__channel_owe(weft__channel *channel)
{
    if (!weft__link_is_in(&channel->control))
        weft__list_append(&channel->conn->streams->controls, &channel->control);
    weft__conn_small(channel->conn);
}

/* [chan.reset] Owed to the sender; what is under way is dropped. */
void weft__channel_say_reset(weft__channel *channel, uint16_t code)
{
    if (channel->state != WEFT__CHANNEL_RESETTING)
        weft__channel_set_state(channel, WEFT__CHANNEL_RESETTING);
    channel->say_code = code;
    if (weft__channel_is_announced(channel)) /* [frame.order] else behind the request, which nothing overtakes */
        weft__channel_owe(channel);
}

/* No item any more, whatever end has come already: what this side did not want, or could not take, was not all. */
void weft__channel_reset_here(weft__channel *channel, uint16_t reason, int code, weft_str text)
{
    weft__channel_drop_items(channel);
    channel->end = 0;
    channel->end_text.len = 0;
    weft__channel_set_end(channel, WEFT_CHANNEL_RESET, code, reason, text);
    if (channel->state == WEFT__CHANNEL_OPEN)
        weft__channel_say_reset(channel, reason);
    channel->paused = false;
    weft__channel_in_go_on(channel);
}

int weft_channel_reset(weft_channel handle, uint16_t code, const char *text_or_null)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel)
        return WEFT_EALREADY;
    if (channel->role != WEFT__CHANNEL_READS)
        return WEFT_EINVAL;
    if (channel->end && weft__list_is_empty(&channel->items)) { /* all has been read: so it ended, and no other way */
        channel->paused = false;
        weft__channel_in_go_on(channel);
    } else { /* [chan.ends] */
        weft__channel_reset_here(channel, code, WEFT_ERESET,
                                 weft__utf8_cut(weft_str_from(text_or_null), WEFT__TEXT_MAX));
    }
    weft__channel_let_go(channel);
    weft__channel_settle_all(channel);
    return 0;
}

/* ---- what is owed to the sender: a Credit or a ChannelReset ---- */

int weft__channel_control_encode(weft__channel *channel, weft_writer *writer, uint8_t *ret_kind)
{
    if (channel->state == WEFT__CHANNEL_RESETTING) {
        *ret_kind = WEFT__KIND_CHANNEL_RESET;
        weft__channel_end_encode(writer, channel->id, channel->say_code, weft__channel_text(channel));
        return writer->status;
    }
    weft__credit credit = { channel->id, channel->owed_items,
                            channel->owed_bytes > INT32_MAX ? INT32_MAX : (uint32_t)channel->owed_bytes };
    *ret_kind = WEFT__KIND_CREDIT;
    channel->rx_items += credit.items;
    channel->rx_bytes += credit.bytes;
    channel->owed_items = 0;
    channel->owed_bytes -= credit.bytes;
    weft__credit_encode(writer, credit);
    return writer->status;
}

/* It has been cut. The connection may be closed afterwards. */
void weft__channel_control_cut(weft__channel *channel)
{
    if (channel->state != WEFT__CHANNEL_RESETTING)
        return;
    weft__channel_off_wire(channel);
    weft__channel_settle_all(channel);
}
