/* The patterns of channels. All are of the counterpart's calls; it sends, or grants credit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/linear/linear.h"

enum { READ = 65536, CREDIT = 1 << 20 };

static void put_call_of(linear *l, uint64_t method_id, uint32_t method, uint64_t request, uint64_t channel)
{
    weft_writer *writer;
    weft__announced announced = { channel, CREDIT };
    weft_metadata none = { NULL, 0 };
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    uint8_t *end = head + sizeof head;
    size_t len = weft__request_head_write(end, request, method_id, 0);
    assert_int_equal(weft_writer_new(NULL, 1024, &writer), 0);
    weft__write_raw(writer, weft_bytes_of(end - len, len));
    weft__write_array(writer, method == PAIR_LOAD ? 1 : 2);
    if (method == PAIR_WATCH)
        weft__write_bin(writer, weft_bytes_of("", 0));
    weft__write_nil(writer);
    weft__request_tail_encode(writer, &announced, 1, none);
    weft_bytes body = weft_writer_bytes(writer);
    wire_put(&l->bytes, WEFT__KIND_REQUEST, 0, 1, body.ptr, body.len);
    weft_writer_free(writer);
}

static void put_call(linear *l, uint32_t method, uint64_t request, uint64_t channel)
{
    put_call_of(l, pair_service.methods[method].id, method, request, channel);
}

static void feed_now(linear *l)
{
    linear_feed(l, l->bytes.ptr, l->bytes.len, READ);
    l->bytes.len = 0;
}

static void feed(linear *l)
{
    linear_feed(l, l->bytes.ptr, l->bytes.len, READ);
}

/* An Item of an empty value, and how long its frame is. */
static size_t put_item(linear *l, uint64_t channel)
{
    uint8_t body[12] = { 0x92, 0xcd, (uint8_t)(channel >> 8), (uint8_t)channel, 0xc4, 0 };
    wire_put(&l->bytes, WEFT__KIND_ITEM, 0, 1, body, 6);
    return WEFT__FRAME_HEADER + 6;
}

static void prepare_items(linear *l)
{
    put_call(l, PAIR_LOAD, 1, 1);
    feed_now(l);
    for (size_t i = 0; i < l->n; i++)
        (void)put_item(l, 1);
}

static void prepare_items_unread(linear *l)
{
    l->w.side.leave_channels = true;
    prepare_items(l);
}

/* One at a time, so that each is left behind by a dispatch. */
static void run_items_singly(linear *l)
{
    linear_feed(l, l->bytes.ptr, l->bytes.len, l->bytes.len / l->n);
}

static void prepare_items_then_read(linear *l)
{
    prepare_items_unread(l);
    feed_now(l);
}

static void run_read(linear *l)
{
    assert_int_equal(pair_stream_read(&l->w.side.in), 0);
    linear_turn(l);
    assert_int_equal(l->w.side.in.n_items, l->n);
}

static void prepare_late_items(linear *l)
{
    prepare_items(l);
    assert_int_equal(weft_channel_reset(l->w.side.in.channel, WEFT_CODE_REFUSED, NULL), 0);
}

static void prepare_credits(linear *l)
{
    put_call(l, PAIR_WATCH, 1, 1);
    feed_now(l);
    for (size_t i = 0; i < l->n; i++)
        wire_put(&l->bytes, WEFT__KIND_CREDIT, 0, 1, "\x93\x01\x01\x01", 4);
}

static void run_send(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        assert_int_equal(pair_stream_send(&l->w.side.out, 1, 7), 0);
    linear_turn(l);
}

static void prepare_watched(linear *l)
{
    put_call(l, PAIR_WATCH, 1, 1);
    feed_now(l);
}

static void put_channels(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        put_call(l, i % 2 ? PAIR_LOAD : PAIR_WATCH, 2 * i + 1, 2 * i + 1);
}

static void prepare_channels(linear *l)
{
    put_channels(l);
    feed_now(l);
}

static void put_unknown(linear *l)
{
    for (size_t i = 0; i < l->n; i++)
        put_call_of(l, 0xdead, PAIR_WATCH, 2 * i + 1, 2 * i + 1);
}

/* As many as may be, and then those that are refused. */
static void prepare_too_many(linear *l)
{
    for (uint64_t i = 0; i < WEFT_CHANNELS_DEFAULT; i++)
        put_call(l, PAIR_WATCH, 2 * i + 1, 2 * i + 1);
    feed_now(l);
    for (uint64_t i = WEFT_CHANNELS_DEFAULT; i < WEFT_CHANNELS_DEFAULT + l->n; i++)
        put_call(l, PAIR_WATCH, 2 * i + 1, 2 * i + 1);
}

/* ChannelClose, or ChannelReset, by who may. */
static void prepare_ends(linear *l)
{
    prepare_channels(l);
    for (size_t i = 0; i < l->n; i++)
        wire_put_any(&l->bytes, i % 2 ? WEFT__KIND_CHANNEL_CLOSE : WEFT__KIND_CHANNEL_RESET, 1, 2 * i + 1);
}

static void prepare_cancels(linear *l)
{
    prepare_channels(l);
    for (size_t i = 0; i < l->n; i++)
        wire_put_number(&l->bytes, WEFT__KIND_CANCEL, 1, 2 * i + 1);
}

static void prepare_close(linear *l)
{
    prepare_channels(l);
    wire_put_close(&l->bytes, 1, WEFT_CODE_NONE, 0);
}

static void run_disconnect(linear *l)
{
    weft_engine_disconnected(l->w.engine, WEFT_ECONNRESET, NULL, l->w.now_ns);
    linear_turn(l);
}

/* Channels, and items that are kept, in numbers that the pools hold. */
const linear_pattern linear_channel_patterns[] = {
    { "items", 1000, prepare_items, feed, NULL },
    { "items that nobody reads", 1000, prepare_items_unread, feed, NULL },
    { "items that nobody reads, one by one", 1000, prepare_items_unread, run_items_singly, NULL },
    { "items that are read at last", 60, prepare_items_then_read, run_read, NULL },
    { "items for a channel that is gone", 1000, prepare_late_items, feed, NULL },
    { "credit", 1000, prepare_credits, feed, NULL },
    { "items that are sent", 1000, prepare_watched, run_send, NULL },
    { "channels", 60, put_channels, feed, NULL },
    { "channels of no method", 500, put_unknown, feed, NULL },
    { "channels beyond the limit", 500, prepare_too_many, feed, NULL },
    { "channels that end one by one", 60, prepare_ends, feed, NULL },
    { "calls with channels that are cancelled", 60, prepare_cancels, feed, NULL },
    { "the connection of many channels ends", 60, prepare_close, feed, NULL },
    { "the conduit of many channels ends", 60, prepare_channels, run_disconnect, NULL },
    { NULL, 0, NULL, NULL, NULL },
};
