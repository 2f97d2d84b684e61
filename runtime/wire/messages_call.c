/* Request and Response. */
#include "runtime/wire/parts.h"

enum {
    REQUEST_LEAST = 6,
    REQUEST_OP = 24, /* [op.id] */
    RESPONSE_LEAST = 3
};

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define TO_BE(bits, value) (value)
#else
#define TO_BE(bits, value) __builtin_bswap##bits(value)
#endif

/* Of an integer in its shortest form. */
static inline size_t u64_len(uint64_t value)
{
    return value < 0x80 ? 1 : value <= UINT8_MAX ? 2 : value <= UINT16_MAX ? 3 : value <= UINT32_MAX ? 5 : 9;
}

/* In its shortest form; how many bytes. Not a byte more is touched. */
static inline size_t put_u64(uint8_t *at, uint64_t value)
{
    size_t len = u64_len(value);
    uint16_t two = TO_BE(16, (uint16_t)value);
    uint32_t four = TO_BE(32, (uint32_t)value);
    uint64_t eight = TO_BE(64, value);
    switch (len) {
    case 1: at[0] = (uint8_t)value; break;
    case 2:
        at[0] = 0xcc;
        at[1] = (uint8_t)value;
        break;
    case 3:
        at[0] = 0xcd;
        memcpy(at + 1, &two, sizeof two);
        break;
    case 5:
        at[0] = 0xce;
        memcpy(at + 1, &four, sizeof four);
        break;
    default:
        at[0] = 0xcf;
        memcpy(at + 1, &eight, sizeof eight);
        break;
    }
    return len;
}

/* The array that is all of body: parts.h's, inline for the two messages of every call. */
static inline int call_open(weft_bytes body, uint32_t least, weft__reader *ret_reader, uint32_t *ret_n)
{
    *ret_reader = weft__reader_of(body);
    return weft__read_array(ret_reader, ret_n) || *ret_n < least ? WEFT_EBADMSG : 0;
}

static inline int call_close(weft__reader *reader, uint32_t n)
{
    if (__builtin_expect(n > 0, 0))
        return weft__body_close(reader, n);
    return weft__reader_left(reader) > 0 ? WEFT_EBADMSG : 0;
}

size_t weft__number_write(uint8_t out[WEFT__NUMBER_MAX], uint64_t number)
{
    out[0] = 0x91;
    return 1 + put_u64(out + 1, number);
}

/* [request_id, method_id, timeout_ms, args, channels, metadata, (op), (flags)] */
size_t weft__request_head_write(uint8_t *end, uint64_t request_id, uint64_t method_id, uint32_t timeout_ms)
{
    size_t len = 1 + u64_len(request_id) + u64_len(method_id) + u64_len(timeout_ms);
    uint8_t *at = end - len; /* in place: bytes that were just written are slow to copy */
    *at++ = 0x90 | REQUEST_LEAST;
    at += put_u64(at, request_id);
    at += put_u64(at, method_id);
    (void)put_u64(at, timeout_ms);
    return len;
}

void weft__request_tail_encode(weft_writer *writer, const weft__announced *channels, size_t n_channels,
                               weft_metadata metadata)
{
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
    weft__request request = { 0 };
    uint32_t n;
    if (call_open(body, REQUEST_LEAST, &reader, &n) || weft__read_u64(&reader, &request.request_id) ||
        weft__read_u64(&reader, &request.method_id) || weft__read_u32(&reader, &request.timeout_ms) ||
        args_read(&reader, &request.args) || weft__read_channels(&reader, &request.channels) ||
        weft__read_metadata(&reader, &request.metadata))
        return WEFT_EBADMSG;
    if (n > 6 && op_read(&reader, &request.op))
        return WEFT_EBADMSG;
    if (n > 7 && weft__read_u32(&reader, &request.flags))
        return WEFT_EBADMSG;
    if (call_close(&reader, n > 8 ? n - 8 : 0))
        return WEFT_EBADMSG;
    *ret_request = request;
    return 0;
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
    weft__response response;
    uint32_t n;
    if (call_open(body, RESPONSE_LEAST, &reader, &n) || weft__read_u64(&reader, &response.request_id) ||
        weft__read_u8(&reader, &response.outcome) || weft__read_any(&reader, &response.value))
        return WEFT_EBADMSG;
    response.metadata = weft__list_empty();
    if (n > 3 && weft__read_metadata(&reader, &response.metadata))
        return WEFT_EBADMSG;
    if (call_close(&reader, n > 4 ? n - 4 : 0))
        return WEFT_EBADMSG;
    *ret_response = response;
    return 0;
}
