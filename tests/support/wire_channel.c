/* Frames of channels on connection 1, to and from an engine that serves pair_service. */
#include "tests/support/wire_channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

/* ---- writing ---- */

void wire_put_body(wire_peer *w, uint8_t kind, weft_writer *writer)
{
    weft_bytes body = weft_writer_bytes(writer);
    wire_put(&w->out, kind, 0, 1, body.ptr, body.len);
    weft_writer_free(writer);
}

static weft_writer *writer_new(void)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, 1 << 24, &writer), 0);
    return writer;
}

/* A request of a method with channels: for load [nil], for watch [data, nil], for both [out, data, in]. */
weft_writer *wire_stream_request(uint64_t id, uint64_t method_id, const weft__announced *channels, size_t n)
{
    weft_writer *writer = writer_new();
    weft_metadata none = { NULL, 0 };
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    uint8_t *end = head + sizeof head;
    size_t len = weft__request_head_write(end, id, method_id, 0);
    weft__write_raw(writer, weft_bytes_of(end - len, len));
    if (method_id == PAIR_LOAD_ID)
        weft__write_raw(writer, weft_bytes_of("\x91\xc0", 2));
    else if (method_id == PAIR_WATCH_ID)
        weft__write_raw(writer, weft_bytes_of("\x92\xc4\x00\xc0", 4));
    else
        weft__write_raw(writer, weft_bytes_of("\x93\x91\xc0\xc4\x00\x91\xc0", 7));
    weft__request_tail_encode(writer, channels, n, none);
    return writer;
}

void wire_put_stream(wire_peer *w, uint64_t id, uint64_t method_id, uint64_t channel, uint32_t items)
{
    weft__announced announced = { channel, items };
    wire_put_body(w, WEFT__KIND_REQUEST, wire_stream_request(id, method_id, &announced, 1));
}

void wire_put_item(wire_peer *w, uint64_t channel, size_t len, uint8_t fill)
{
    weft_writer *writer = writer_new();
    uint8_t *bytes = malloc(len ? len : 1);
    memset(bytes, fill, len);
    weft__item_head_encode(writer, channel);
    weft__write_bin(writer, weft_bytes_of(bytes, len));
    free(bytes);
    wire_put_body(w, WEFT__KIND_ITEM, writer);
}

void wire_put_channel_end(wire_peer *w, uint8_t kind, uint64_t channel, uint16_t code)
{
    weft_writer *writer = writer_new();
    weft__channel_end_encode(writer, channel, code, WEFT_STR("a text"));
    wire_put_body(w, kind, writer);
}

void wire_put_credit(wire_peer *w, uint64_t channel, uint32_t items, uint32_t bytes)
{
    weft_writer *writer = writer_new();
    weft__credit credit = { channel, items, bytes };
    weft__credit_encode(writer, credit);
    wire_put_body(w, WEFT__KIND_CREDIT, writer);
}

/* ---- reading ---- */

void wire_expect_credit(wire_peer *w, uint64_t channel, uint32_t items, uint32_t bytes)
{
    weft__credit credit;
    wire_frame frame = wire_expect(w, WEFT__KIND_CREDIT, 1);
    assert_int_equal(weft__credit_decode(frame.body, &credit), 0);
    assert_int_equal(credit.channel_id, channel);
    assert_int_equal(credit.items, items);
    assert_int_equal(credit.bytes, bytes);
}

void wire_expect_channel_end(wire_peer *w, uint8_t kind, uint64_t channel, uint16_t code)
{
    uint64_t id;
    weft__said said;
    wire_frame frame = wire_expect(w, kind, 1);
    assert_int_equal(weft__channel_end_decode(frame.body, &id, &said), 0);
    assert_int_equal(id, channel);
    assert_int_equal(said.code, code);
}

void wire_expect_item(wire_peer *w, uint64_t channel)
{
    uint64_t id;
    weft_bytes value;
    wire_frame frame = wire_expect(w, WEFT__KIND_ITEM, 1);
    assert_int_equal(weft__item_decode(frame.body, &id, &value), 0);
    assert_int_equal(id, channel);
}
