/* One function for each group of kinds that share a body. */
#include "tests/support/messages.h"

const uint8_t weft_test_message_kinds[] = {
    WEFT__KIND_HELLO,         WEFT__KIND_WELCOME,        WEFT__KIND_READY,    WEFT__KIND_SORRY,
    WEFT__KIND_PING,          WEFT__KIND_PONG,           WEFT__KIND_ACK,      WEFT__KIND_WINDOW,
    WEFT__KIND_CANCEL,        WEFT__KIND_PROTOCOL_ERROR, WEFT__KIND_GOODBYE,  WEFT__KIND_DRAIN,
    WEFT__KIND_OPEN,          WEFT__KIND_ACCEPT,         WEFT__KIND_REJECT,   WEFT__KIND_CLOSE,
    WEFT__KIND_SCHEMA,        WEFT__KIND_REQUEST,        WEFT__KIND_RESPONSE, WEFT__KIND_ITEM,
    WEFT__KIND_CHANNEL_CLOSE, WEFT__KIND_CHANNEL_RESET,  WEFT__KIND_CREDIT,   0,
};

static int services_decode(weft__list_slice list, weft_arena *arena, const weft__service_ref **ret_services)
{
    weft__service_ref *services = weft_arena_array(arena, weft__service_ref, list.n);
    if (!services)
        return WEFT_ENOMEM;
    uint32_t n = list.n;
    for (uint32_t i = 0; i < n; i++) {
        if (!weft__services_next(&list, &services[i]))
            return WEFT_EINTERNAL;
    }
    *ret_services = services;
    return 0;
}

static int hello_again(weft_bytes body, weft_arena *arena, weft_writer *writer)
{
    weft__hello hello;
    const char *missing;
    int status = weft__hello_decode(body, &hello, &missing);
    if (status)
        return status;
    weft__hello_out out = { .settings = hello.settings, .session = hello.session, .wire = hello.wire };
    out.n_services = hello.services.n;
    status = services_decode(hello.services, arena, &out.services);
    if (!status)
        status = weft__metadata_decode(hello.metadata, arena, &out.metadata);
    if (!status)
        weft__hello_encode(writer, &out);
    return status;
}

static int open_again(weft_bytes body, weft_arena *arena, weft_writer *writer)
{
    weft__open open;
    int status = weft__open_decode(body, &open);
    if (status)
        return status;
    weft__open_out out = { .settings = open.settings, .n_services = open.services.n };
    status = services_decode(open.services, arena, &out.services);
    if (!status)
        status = weft__metadata_decode(open.metadata, arena, &out.metadata);
    if (!status)
        weft__open_encode(writer, &out);
    return status;
}

static int close_again(uint8_t kind, weft_bytes body, weft_arena *arena, weft_writer *writer)
{
    weft__close close;
    weft_metadata metadata;
    bool is_close = kind == WEFT__KIND_CLOSE;
    int status = is_close ? weft__close_decode(body, &close) : weft__reject_decode(body, &close);
    if (!status)
        status = weft__metadata_decode(close.metadata, arena, &metadata);
    if (status)
        return status;
    if (is_close)
        weft__close_encode(writer, close.code, close.text, close.last_request, metadata);
    else
        weft__reject_encode(writer, close.code, close.text, metadata);
    return 0;
}

static int said_again(uint8_t kind, weft_bytes body, weft_writer *writer)
{
    weft__said said;
    bool is_sorry = kind == WEFT__KIND_SORRY;
    int status = is_sorry ? weft__sorry_decode(body, &said) : weft__said_decode(body, &said);
    if (status)
        return status;
    if (is_sorry)
        weft__sorry_encode(writer, said);
    else
        weft__said_encode(writer, said);
    return 0;
}

static int number_again(uint8_t kind, weft_bytes body, weft_writer *writer)
{
    uint64_t number;
    int status = weft__number_decode(body, kind == WEFT__KIND_WINDOW ? UINT32_MAX : UINT64_MAX, &number);
    if (!status)
        weft__number_encode(writer, number);
    return status;
}

/* Types that are written again: [id, declaration]. */
static int schema_again(weft_bytes body, weft_writer *writer)
{
    weft__schema schema;
    uint32_t n;
    int status = weft__schema_decode(body, &schema);
    if (status)
        return status;
    weft__reader reader = weft__reader_of(schema.types);
    if (weft__read_array(&reader, &n))
        return WEFT_EBADMSG;
    weft__schema_head_encode(writer, schema.method_id, schema.direction, n);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t id;
        weft_bytes declaration;
        uint32_t n_parts;
        if (weft__read_array(&reader, &n_parts) || n_parts != 2 || weft__read_u64(&reader, &id) ||
            weft__read_bin(&reader, &declaration))
            return WEFT_EBADMSG;
        weft__schema_type_encode(writer, id, declaration);
    }
    weft__write_raw(writer, schema.root);
    return writer->status;
}

static int request_again(weft_bytes body, weft_arena *arena, weft_writer *writer)
{
    weft__request request;
    weft_metadata metadata;
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    uint8_t *end = head + sizeof head;
    int status = weft__request_decode(body, &request);
    if (!status)
        status = weft__metadata_decode(request.metadata, arena, &metadata);
    if (status)
        return status;
    size_t n_channels = request.channels.n;
    weft__announced *channels = weft_arena_array(arena, weft__announced, n_channels);
    if (!channels)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < n_channels; i++)
        if (!weft__channels_next(&request.channels, &channels[i]))
            return WEFT_EINTERNAL;
    size_t len = weft__request_head_write(end, request.request_id, request.method_id, request.timeout_ms);
    weft__write_raw(writer, weft_bytes_of(end - len, len));
    weft__write_raw(writer, request.args);
    weft__request_tail_encode(writer, channels, n_channels, metadata);
    return 0;
}

static int response_again(weft_bytes body, weft_arena *arena, weft_writer *writer)
{
    weft__response response;
    weft_metadata metadata;
    int status = weft__response_decode(body, &response);
    if (!status)
        status = weft__metadata_decode(response.metadata, arena, &metadata);
    if (status)
        return status;
    weft__response_head_encode(writer, metadata.n > 0, response.request_id, response.outcome);
    weft__write_raw(writer, response.value);
    if (metadata.n > 0)
        weft__metadata_encode(writer, metadata);
    return 0;
}

static int item_again(weft_bytes body, weft_writer *writer)
{
    uint64_t id;
    weft_bytes value;
    int status = weft__item_decode(body, &id, &value);
    if (status)
        return status;
    weft__item_head_encode(writer, id);
    weft__write_raw(writer, value);
    return 0;
}

static int channel_end_again(weft_bytes body, weft_writer *writer)
{
    uint64_t id;
    weft__said said;
    int status = weft__channel_end_decode(body, &id, &said);
    if (!status)
        weft__channel_end_encode(writer, id, said.code, said.text);
    return status;
}

static int credit_again(weft_bytes body, weft_writer *writer)
{
    weft__credit credit;
    int status = weft__credit_decode(body, &credit);
    if (!status)
        weft__credit_encode(writer, credit);
    return status;
}

static int drain_again(weft_bytes body, weft_writer *writer)
{
    weft_str text;
    int status = weft__drain_decode(body, &text);
    if (!status)
        weft__drain_encode(writer, text);
    return status;
}

static int ready_again(weft_bytes body, weft_writer *writer)
{
    int status = weft__ready_decode(body);
    if (!status)
        weft__ready_encode(writer);
    return status;
}

static int message_again(uint8_t kind, weft_bytes body, weft_arena *arena, weft_writer *writer)
{
    switch (kind) {
    case WEFT__KIND_HELLO:
    case WEFT__KIND_WELCOME: return hello_again(body, arena, writer);
    case WEFT__KIND_READY: return ready_again(body, writer);
    case WEFT__KIND_SORRY:
    case WEFT__KIND_PROTOCOL_ERROR:
    case WEFT__KIND_GOODBYE: return said_again(kind, body, writer);
    case WEFT__KIND_PING:
    case WEFT__KIND_PONG:
    case WEFT__KIND_ACK:
    case WEFT__KIND_WINDOW:
    case WEFT__KIND_CANCEL: return number_again(kind, body, writer);
    case WEFT__KIND_DRAIN: return drain_again(body, writer);
    case WEFT__KIND_OPEN:
    case WEFT__KIND_ACCEPT: return open_again(body, arena, writer);
    case WEFT__KIND_REJECT:
    case WEFT__KIND_CLOSE: return close_again(kind, body, arena, writer);
    case WEFT__KIND_SCHEMA: return schema_again(body, writer);
    case WEFT__KIND_REQUEST: return request_again(body, arena, writer);
    case WEFT__KIND_RESPONSE: return response_again(body, arena, writer);
    case WEFT__KIND_ITEM: return item_again(body, writer);
    case WEFT__KIND_CHANNEL_CLOSE:
    case WEFT__KIND_CHANNEL_RESET: return channel_end_again(body, writer);
    case WEFT__KIND_CREDIT: return credit_again(body, writer);
    default: return WEFT_ENOTSUP;
    }
}

int weft_test_message_again(uint8_t kind, weft_bytes body, weft_arena *arena, weft_writer *writer)
{
    int status = message_again(kind, body, arena, writer);
    return status ? status : writer->status;
}
