/* Request and Response. */
#include "runtime/wire/parts.h"
#include "runtime/wire/put.h"

enum {
    REQUEST_LEAST = 6,
    REQUEST_OP = 24, /* [op.id] */
    RESPONSE_LEAST = 3
};

size_t weft__number_write(uint8_t out[WEFT__NUMBER_MAX], uint64_t number)
{
    out[0] = 0x91;
    return (size_t)(weft__put_u64(out + 1, number) - out);
}

/* [request_id, method_id, timeout_ms, args, channels, metadata, (op), (flags)] */
size_t weft__request_head_write(uint8_t *end, uint64_t request_id, uint64_t method_id, uint32_t timeout_ms)
{
    uint8_t *at = end; /* from behind, in place: bytes that were just written are slow to copy */
    const uint64_t numbers[3] = { timeout_ms, method_id, request_id };
    for (size_t i = 0; i < 3; i++) {
        at -= weft__put_len(numbers[i]);
        (void)weft__put_u64(at, numbers[i]);
    }
    *--at = 0x90 | REQUEST_LEAST;
    return (size_t)(end - at);
}

void weft__request_tail_encode(weft_writer *writer, const weft__announced *channels, size_t n_channels,
                               weft_metadata metadata)
{
    if (n_channels == 0 && metadata.n == 0) { /* mostly */
        weft__write_array(writer, 0);
        weft__write_array(writer, 0);
        return;
    }
    weft__write_array(writer, n_channels);
    for (size_t i = 0; i < n_channels; i++) {
        weft__write_array(writer, 2);
        weft__write_u64(writer, channels[i].id);
        weft__write_u64(writer, channels[i].items);
    }
    weft__metadata_encode(writer, metadata);
}

void weft__request_op_encode(weft_writer *writer, const uint8_t *op)
{
    weft__write_bin(writer, weft_bytes_of(op, REQUEST_OP));
}

void weft__request_head_has_op(uint8_t *head)
{
    *head = 0x90 | (REQUEST_LEAST + 1);
}

/* The args are one array; what is in them is the codec's business, and fails the call alone. [call.errors] */
static int args_read(weft__reader *reader, weft_bytes *ret_args)
{
    if (weft__reader_left(reader) == 0)
        return WEFT_EBADMSG;
    uint8_t first = *reader->at;
    if ((first & 0xf0) != 0x90 && first != 0xdc && first != 0xdd)
        return WEFT_EBADMSG;
    return weft__read_any(reader, ret_args);
}

static int op_read(weft__reader *reader, weft_bytes *ret_op)
{
    if (weft__read_nil(reader))
        return 0;
    if (weft__read_bin(reader, ret_op) || ret_op->len != REQUEST_OP)
        return WEFT_EBADMSG;
    return 0;
}

int weft__request_decode(weft_bytes body, weft__request *ret_request)
{
    weft__reader reader;
    uint32_t n;
    ret_request->op = weft_bytes_of(NULL, 0);
    ret_request->flags = 0;
    if (weft__body_open(body, REQUEST_LEAST, &reader, &n) || weft__read_u64(&reader, &ret_request->request_id) ||
        weft__read_u64(&reader, &ret_request->method_id) || weft__read_u32(&reader, &ret_request->timeout_ms) ||
        args_read(&reader, &ret_request->args))
        return WEFT_EBADMSG;
    if (!weft__read_no_list(&reader, &ret_request->channels) && weft__read_channels(&reader, &ret_request->channels))
        return WEFT_EBADMSG;
    if (!weft__read_no_list(&reader, &ret_request->metadata) && weft__read_metadata(&reader, &ret_request->metadata))
        return WEFT_EBADMSG;
    if (n > 6 && op_read(&reader, &ret_request->op))
        return WEFT_EBADMSG;
    if (n > 7 && weft__read_u32(&reader, &ret_request->flags))
        return WEFT_EBADMSG;
    return weft__body_close(&reader, n > 8 ? n - 8 : 0);
}

/* The number that an array of at least least elements begins with, of which more may be still to come. */
static int number_peek(weft_bytes fragment, uint32_t least, uint64_t *ret_number)
{
    weft__reader reader = weft__reader_of(fragment);
    uint32_t n;
    if (weft__read_array_open(&reader, &n) || n < least)
        return WEFT_EBADMSG;
    return weft__read_u64(&reader, ret_number);
}

int weft__request_peek(weft_bytes fragment, uint64_t *ret_request_id)
{
    return number_peek(fragment, REQUEST_LEAST, ret_request_id);
}

int weft__response_peek(weft_bytes fragment, uint64_t *ret_request_id)
{
    return number_peek(fragment, RESPONSE_LEAST, ret_request_id);
}

int weft__item_peek(weft_bytes fragment, uint64_t *ret_channel_id)
{
    return number_peek(fragment, 2, ret_channel_id);
}

/* [request_id, outcome, value, (metadata)] */
void weft__response_head_encode(weft_writer *writer, bool has_metadata, uint64_t request_id, uint8_t outcome)
{
    weft__write_array(writer, has_metadata ? RESPONSE_LEAST + 1 : RESPONSE_LEAST);
    weft__write_u64(writer, request_id);
    weft__write_u64(writer, outcome);
}

int weft__response_decode(weft_bytes body, weft__response *ret_response)
{
    weft__reader reader;
    uint32_t n;
    ret_response->metadata = weft__list_empty();
    if (weft__body_open(body, RESPONSE_LEAST, &reader, &n) || weft__read_u64(&reader, &ret_response->request_id) ||
        weft__read_u8(&reader, &ret_response->outcome) || weft__read_any(&reader, &ret_response->value))
        return WEFT_EBADMSG;
    if (n > 3 && weft__read_metadata(&reader, &ret_response->metadata))
        return WEFT_EBADMSG;
    return weft__body_close(&reader, n > 4 ? n - 4 : 0);
}
