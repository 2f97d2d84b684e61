/* Channels on which this side sends: credit, items on their way out, finishing, and being reset. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"

enum { CHARGE_MIN = 64 }; /* [chan.item] of the byte credit, for each item */

uint32_t weft__item_charge(size_t body_len)
{
    return body_len < CHARGE_MIN ? CHARGE_MIN : (uint32_t)body_len;
}

/* ---- room ---- */

/* May an item stand in the connection's queue at all: is the request that announces the channel in front? */
static bool channel_is_in_line(const weft__channel *channel)
{
    return !channel->ours || !channel->call || channel->call->state != WEFT__CALL_WAITING;
}

/* [memory.queued] */
static bool channel_queues_have_room(const weft__channel *channel)
{
    return weft__conn_has_room(channel->conn);
}

static bool channel_has_credit(const weft__channel *channel)
{
    return channel->tx_items > 0 && channel->tx_bytes > 0 && channel_is_in_line(channel);
}

/* The application waits for room, and something has changed. */
void weft__channel_check_room(weft__channel *channel)
{
    if (!channel->room || (channel->state == WEFT__CHANNEL_OPEN && !channel_has_credit(channel)))
        return;
    if (channel->state != WEFT__CHANNEL_OPEN || channel_queues_have_room(channel)) {
        weft__list_remove(&channel->waiting);
        weft__event_add(channel->engine, &channel->event, WEFT__EVENT_ROOM);
    } else if (!weft__link_is_in(&channel->waiting)) {
        weft__list_append(&channel->engine->waiting_room, &channel->waiting);
    }
}

/* The queues have become shorter. */
void weft__channels_check_room(weft_engine *engine)
{
    weft__link all; /* who must go on waiting is put back */
    weft__link *link;
    weft__list_init(&all);
    weft__list_splice(&all, &engine->waiting_room);
    while ((link = weft__list_take(&all)) != NULL)
        weft__channel_check_room(weft__container(link, weft__channel, waiting));
}

/* The call has a place, and its request is queued. */
void weft__call_in_line(weft__call *call)
{
    for (weft__channel *channel = call->channels; channel; channel = channel->next) {
        if (channel->close_waits)
            weft__channel_say_close(channel, channel->say_code, weft__channel_text(channel));
        else
            weft__channel_check_room(channel);
    }
}

int weft__channel_on_room(weft_channel handle, void (*room)(void *user), void *user)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel)
        return WEFT_EALREADY;
    if (channel->role != WEFT__CHANNEL_SENDS)
        return WEFT_EINVAL;
    if (channel->end_told)
        return WEFT_EALREADY;
    channel->room = room;
    channel->room_user = user;
    weft__channel_check_room(channel);
    return 0;
}

int weft_channel_on_end(weft_channel handle, void (*ended)(void *user, const weft_channel_end *end), void *user)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel)
        return WEFT_EALREADY;
    if (channel->role != WEFT__CHANNEL_SENDS)
        return WEFT_EINVAL;
    channel->on_end = ended;
    channel->user = user;
    if (channel->end && ended)
        weft__event_add(channel->engine, &channel->event, WEFT__EVENT_ROOM);
    return 0;
}

/* Dispatch of ROOM: room, and once the channel has ended, that. */
void weft__channel_out_run(weft__channel *channel)
{
    void (*room)(void *user) = channel->room;
    if (!channel->end && room && !(channel_has_credit(channel) && channel_queues_have_room(channel))) {
        weft__channel_check_room(channel); /* others have used it up meanwhile */
        return;
    }
    channel->room = NULL;
    channel->running = true;
    channel->end_told = channel->end != 0;
    if (room)
        room(channel->room_user);
    void (*on_end)(void *user, const weft_channel_end *end) = channel->end ? channel->on_end : NULL;
    if (on_end && channel->handle.slot) { /* the last one: nothing comes behind it */
        weft_channel_end end = weft__channel_end_of(channel);
        channel->on_end = NULL;
        channel->room = NULL;
        weft__event_remove(&channel->event);
        weft__channel_let_go(channel);
        on_end(channel->user, &end);
    }
    channel->running = false;
    /* Where it was reset the next send says so; of another end there is nothing left that it could be told. */
    if (channel->end_told && (channel->end != WEFT_CHANNEL_RESET || channel->lost))
        weft__channel_let_go(channel);
    weft__channel_settle(channel);
}

/* ---- sending ---- */

int weft__channel_send_begin(weft_channel handle, weft_writer *ret_writer, weft__channel **ret_channel)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel)
        return WEFT_ECLOSED;
    if (channel->role != WEFT__CHANNEL_SENDS)
        return WEFT_EINVAL;
    if (channel->end) { /* now the application has seen it */
        int code = channel->end == WEFT_CHANNEL_RESET ? WEFT_ERESET : WEFT_ECLOSED;
        if (!channel->on_end) {
            weft__channel_let_go(channel);
            weft__channel_settle(channel);
        }
        return code;
    }
    if (!channel_has_credit(channel) || !channel_queues_have_room(channel))
        return WEFT_EAGAIN;
    weft__item *item = weft__item_new(channel->engine);
    if (!item)
        return WEFT_ENOMEM;
    weft__message_writer(channel->conn, &item->message, ret_writer);
    item->channel = channel;
    weft__list_append(&channel->items, &item->link);
    weft__item_head_encode(ret_writer, channel->id);
    *ret_channel = channel;
    return 0;
}

/* The last of the channel's items is the one that was begun. */
int weft__channel_send_end(weft__channel *channel, weft_writer *writer)
{
    weft__item *item = weft__container(channel->items.prev, weft__item, link);
    int status = writer->status;
    item->message.body = weft__writer_take(writer);
    if (status == 0 && channel->exchanged_or_null && !channel->ours) /* [schema.send] */
        status = weft__schema_want(channel->conn, channel->exchanged_or_null, WEFT__SCHEMA_RESULTS, &item->message);
    if (status < 0) {
        weft__list_remove(&item->link);
        weft__item_free(channel->engine, item);
        return status;
    }
    channel->tx_items--; /* [chan.item] */
    channel->tx_bytes -= weft__item_charge(item->message.body.len);
    item->message.kind = WEFT__KIND_ITEM;
    item->message.at = 0;
    weft__message_queue(channel->conn, &item->message);
    return 0;
}

/* ---- the end, from here ---- */

/* A ChannelClose or ChannelReset behind what the connection has queued. A text for which there is no memory is left
 * out.
 */
void weft__channel_queue_end(weft__channel *channel, uint8_t kind, uint16_t code, weft_str text)
{
    weft__item *item = channel->close;
    weft_writer writer;
    channel->close = NULL;
    for (int tries = 0; tries < 2; tries++) {
        weft__writer_init(&writer, &channel->engine->allocator, WEFT__CONTROL_BODY_MAX);
        writer.buf = item->message.body;
        writer.buf.len = 0;
        weft__channel_end_encode(&writer, channel->id, code, tries == 0 ? text : WEFT_STR(""));
        int status = writer.status;
        item->message.body = weft__writer_take(&writer);
        if (status == 0)
            break;
    }
    item->message.kind = kind;
    item->message.at = 0;
    if (kind == WEFT__KIND_CHANNEL_CLOSE) {
        item->channel = channel;
        weft__list_append(&channel->items, &item->link);
    }
    weft__message_queue(channel->conn, &item->message);
}

/* [chan.close] Behind all items. */
void weft__channel_say_close(weft__channel *channel, uint16_t code, weft_str text)
{
    weft__channel_set_state(channel, WEFT__CHANNEL_CLOSING);
    weft__channel_queue_end(channel, WEFT__KIND_CHANNEL_CLOSE, code, text);
}

static int channel_close(weft_channel handle, uint16_t code, weft_str text)
{
    weft__channel *channel = weft__channel_of(handle);
    if (!channel)
        return WEFT_EALREADY;
    if (channel->role != WEFT__CHANNEL_SENDS)
        return WEFT_EINVAL;
    if (channel->end && (channel->on_end || channel->room)) /* which tell it */
        return WEFT_EALREADY;
    int status = channel->end ? WEFT_EALREADY : 0;
    if (status == 0 && channel_is_in_line(channel)) {
        weft__channel_say_close(channel, code, text);
    } else if (status == 0) { /* nothing may overtake the request [frame.order] */
        channel->close_waits = true;
        channel->say_code = code;
        (void)weft__buf_append(&channel->end_text, text.ptr, text.len);
    }
    channel->room = NULL;
    channel->on_end = NULL;
    weft__list_remove(&channel->waiting);
    weft__event_remove(&channel->event);
    weft__channel_let_go(channel);
    weft__channel_settle(channel);
    return status;
}

int weft_channel_finish(weft_channel channel)
{
    return channel_close(channel, WEFT_CODE_NONE, WEFT_STR(""));
}

int weft_channel_abort(weft_channel channel, uint16_t code, const char *text_or_null)
{
    return code == WEFT_CODE_NONE ? WEFT_EINVAL : channel_close(channel, code, weft_str_from(text_or_null));
}

/* The last byte of an Item or ChannelClose has been cut. The connection may be closed afterwards. */
void weft__item_cut(weft__item *item)
{
    weft__channel *channel = item->channel;
    bool last = item->message.kind == WEFT__KIND_CHANNEL_CLOSE;
    weft__list_remove(&item->link);
    if (!channel || !last)
        return;
    weft__channel_off_wire(channel);
    weft__channel_settle_all(channel);
}

/* ---- what the counterpart says ---- */

/* [chan.reset] */
void weft__channel_on_reset(weft_connection *conn, weft_bytes body)
{
    uint64_t id;
    weft__said said;
    if (weft__channel_end_decode(body, &id, &said) < 0) {
        weft__violate_conn(conn, "chan.reset", "malformed ChannelReset");
        return;
    }
    weft__channel *channel = weft__channel_named(conn, id, "chan.reset");
    if (!channel)
        return;
    if (channel->role == WEFT__CHANNEL_READS) {
        weft__violate_conn(conn, "chan.reset", "a ChannelReset from the sender");
        return;
    }
    channel->got_credit = true;
    weft__channel_drop_items(channel);
    weft__channel_off_wire(channel);
    weft__channel_set_end(channel, WEFT_CHANNEL_RESET, WEFT_ERESET, said.code, said.text);
    weft__channel_tell_end(channel);
    weft__conn_close_if_unused(conn);
}

/* [chan.credit] */
void weft__channel_on_credit(weft_connection *conn, weft_bytes body)
{
    weft__credit credit;
    if (weft__credit_decode(body, &credit) < 0) {
        weft__violate_conn(conn, "chan.credit", "malformed Credit");
        return;
    }
    if (credit.items == 0 && credit.bytes == 0) {
        weft__violate_conn(conn, "chan.credit", "a Credit of nothing");
        return;
    }
    weft__channel *channel = weft__channel_named(conn, credit.channel_id, "chan.credit");
    if (!channel)
        return;
    if (channel->role == WEFT__CHANNEL_READS) {
        weft__violate_conn(conn, "chan.credit", "a Credit from the sender");
        return;
    }
    if ((uint64_t)channel->tx_items + credit.items > INT32_MAX ||
        channel->tx_bytes + (int64_t)credit.bytes > INT32_MAX) {
        weft__violate_conn(conn, "chan.credit", "a sum of credit above 2^31-1");
        return;
    }
    channel->got_credit = true;
    channel->tx_items += credit.items;
    channel->tx_bytes += credit.bytes;
    weft__channel_check_room(channel);
}
