/* Item, ChannelClose, ChannelReset, Credit, and the channels that a Request announces. */
#include "runtime/wire/parts.h"

/* ---- [channel_id, items], of a Request ---- */

static int announced_read(weft__reader *reader, weft__announced *ret_channel)
{
    uint32_t n;
    if (weft__read_array_of(reader, 2, &n) || weft__read_u64(reader, &ret_channel->id) ||
        weft__read_u32(reader, &ret_channel->items))
        return WEFT_EBADMSG;
    return weft__skip_elements(reader, n - 2);
}

static int announced_check(weft__reader *reader)
{
    weft__announced channel;
    return announced_read(reader, &channel);
}

int weft__read_channels(weft__reader *reader, weft__list_slice *ret_channels)
{
    return weft__read_list(reader, UINT32_MAX, announced_check, ret_channels);
}

bool weft__channels_next(weft__list_slice *list, weft__announced *ret_channel)
{
    if (list->n == 0)
        return false;
    weft__reader reader = weft__reader_of(list->raw);
    if (announced_read(&reader, ret_channel) < 0)
        return false; /* it has been checked: does not happen */
    list->n--;
    list->raw = weft_bytes_of(reader.at, weft__reader_left(&reader));
    return true;
}

/* ---- [channel_id, value] ---- */

void weft__item_head_encode(weft_writer *writer, uint64_t channel_id)
{
    weft__write_array(writer, 2);
    weft__write_u64(writer, channel_id);
}

int weft__item_decode(weft_bytes body, uint64_t *ret_channel_id, weft_bytes *ret_value)
{
    weft__reader reader;
    uint64_t id;
    weft_bytes value;
    uint32_t n;
    if (weft__body_open(body, 2, &reader, &n) || weft__read_u64(&reader, &id) || weft__read_any(&reader, &value) ||
        weft__body_close(&reader, n - 2))
        return WEFT_EBADMSG;
    *ret_channel_id = id;
    *ret_value = value;
    return 0;
}

/* ---- [channel_id, code, text, (metadata)] ---- */

void weft__channel_end_encode(weft_writer *writer, uint64_t channel_id, uint16_t code, weft_str text)
{
    weft__write_array(writer, 3);
    weft__write_u64(writer, channel_id);
    weft__write_u64(writer, code);
    weft__write_text(writer, text);
}

int weft__channel_end_decode(weft_bytes body, uint64_t *ret_channel_id, weft__said *ret_said)
{
    weft__reader reader;
    weft__said said;
    weft__list_slice metadata;
    uint64_t id;
    uint32_t n;
    if (weft__body_open(body, 3, &reader, &n) || weft__read_u64(&reader, &id) || weft__read_u16(&reader, &said.code) ||
        weft__read_text(&reader, &said.text) || (n > 3 && weft__read_metadata(&reader, &metadata)) ||
        weft__body_close(&reader, n > 4 ? n - 4 : 0))
        return WEFT_EBADMSG;
    *ret_channel_id = id;
    *ret_said = said;
    return 0;
}

/* ---- [channel_id, items, bytes] ---- */

void weft__credit_encode(weft_writer *writer, weft__credit credit)
{
    weft__write_array(writer, 3);
    weft__write_u64(writer, credit.channel_id);
    weft__write_u64(writer, credit.items);
    weft__write_u64(writer, credit.bytes);
}

int weft__credit_decode(weft_bytes body, weft__credit *ret_credit)
{
    weft__reader reader;
    weft__credit credit;
    uint32_t n;
    if (weft__body_open(body, 3, &reader, &n) || weft__read_u64(&reader, &credit.channel_id) ||
        weft__read_u32(&reader, &credit.items) || weft__read_u32(&reader, &credit.bytes) ||
        weft__body_close(&reader, n - 3))
        return WEFT_EBADMSG;
    *ret_credit = credit;
    return 0;
}
