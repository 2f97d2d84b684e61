/* Channels of pair_service: handlers that note, and readers. */
#include "tests/support/pair_stream.h"

#include "tests/support/pair.h"

#include <stdlib.h>

/* ---- one end ---- */

typedef bool (*item_fn)(pair_stream *stream, const weft_bytes *item);

static bool stream_item(pair_stream *stream, const weft_bytes *item)
{
    int i = stream->n_items++ % PAIR_ITEMS_MAX;
    stream->len[i] = item->len;
    stream->first[i] = item->len > 0 ? item->ptr[0] : 0;
    for (size_t at = 0; at < item->len; at++)
        if (item->ptr[at] != item->ptr[0])
            stream->first[i] = 0xee; /* torn */
    bool hold = stream->hold;
    if (stream->on_item)
        stream->on_item(stream);
    return !hold;
}

static bool stream_deliver(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    (void)channel;
    return ((item_fn)item)(user, value);
}

static void stream_end(void *user, const weft_channel_end *end)
{
    pair_stream *stream = user;
    stream->n_ends++;
    stream->end = *end;
    size_t len = end->text.len < sizeof stream->text - 1 ? end->text.len : sizeof stream->text - 1;
    if (len > 0)
        memcpy(stream->text, end->text.ptr, len);
    stream->text[len] = '\0';
    if (stream->on_end)
        stream->on_end(stream);
}

int pair_stream_read(pair_stream *stream)
{
    return weft_gen_receive(stream->channel, &weft_type_bytes, stream_deliver, (void (*)(void))stream_item, stream_end,
                            stream);
}

int pair_stream_send(const pair_stream *stream, size_t len, uint8_t fill)
{
    uint8_t *bytes = malloc(len ? len : 1);
    memset(bytes, fill, len);
    weft_bytes item = weft_bytes_of(bytes, len);
    int status = weft_gen_send(stream->channel, &weft_type_bytes, &item);
    free(bytes);
    return status;
}

int pair_stream_fill(const pair_stream *stream, uint8_t fill)
{
    int n = 0;
    while (pair_stream_send(stream, 1, fill++) == 0)
        n++;
    return n;
}

static void stream_room(void *user)
{
    pair_stream *stream = user;
    stream->n_rooms++;
}

int pair_stream_on_room(pair_stream *stream)
{
    return weft_gen_on_room(stream->channel, stream_room, stream);
}

int pair_stream_on_end(pair_stream *stream)
{
    return weft_channel_on_end(stream->channel, stream_end, stream);
}

/* ---- handlers ---- */

static void stream_cancelled(void *user)
{
    pair_side *side = user;
    side->n_cancelled++;
}

/* Notes the call and its channels, and begins to read, unless the side is to leave them alone. */
static int stream_dispatch(pair_side *side, weft_call call, weft_channel out, weft_channel in)
{
    side->n_handled++;
    side->out.channel = out;
    side->in.channel = in;
    side->held[side->n_held++ % PAIR_CALLS_MAX] = call;
    (void)weft_call_on_cancel(call, stream_cancelled, side);
    if (in.slot && !side->leave_channels)
        (void)pair_stream_read(&side->in);
    return 0;
}

int pair_watch_dispatch(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels)
{
    (void)table;
    (void)args;
    return stream_dispatch(self, call, channels[0], (weft_channel){ NULL, 0 });
}

int pair_load_dispatch(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels)
{
    (void)table;
    (void)args;
    return stream_dispatch(self, call, (weft_channel){ NULL, 0 }, channels[0]);
}

int pair_both_dispatch(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels)
{
    (void)table;
    (void)args;
    return stream_dispatch(self, call, channels[0], channels[1]);
}

/* ---- calls ---- */

int pair_stream_call(pair_side *side, weft_connection *connection, uint32_t method, int index,
                     const weft_call_options *options_or_null, pair_stream *out_or_null, pair_stream *in_or_null,
                     weft_call *ret_call_or_null)
{
    weft_channel *out = out_or_null ? &out_or_null->channel : NULL;
    weft_channel *in = in_or_null ? &in_or_null->channel : NULL;
    weft_channel *both[2] = { out, in };
    weft_channel *one[1] = { method == PAIR_LOAD ? in : out };
    return pair_call_channels(side, connection, method, 0, index, options_or_null, method == PAIR_BOTH ? both : one,
                              ret_call_or_null);
}
