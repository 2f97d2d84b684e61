/* The methods of pair_service that have channels, and what a test notes of one end of a channel. */
#ifndef WEFT_TESTS_SUPPORT_PAIR_STREAM_H
#define WEFT_TESTS_SUPPORT_PAIR_STREAM_H

#include "weft/gen.h"

/* watch(data: bytes, out: tx<bytes, 4>); load(in: rx<bytes, 4>) -> bytes;
 * both(out: option<tx<bytes, 4>>, data: bytes, in: option<rx<bytes, 8>>) -> bytes */
enum { PAIR_WATCH = 2, PAIR_LOAD = 3, PAIR_BOTH = 4 };
enum { PAIR_WATCH_ID = 0x1003, PAIR_LOAD_ID = 0x1004, PAIR_BOTH_ID = 0x1005, PAIR_WINDOW = 4 };

enum { PAIR_ITEMS_MAX = 64 };

typedef struct pair_stream {
    weft_channel channel;
    bool hold; /* items are not consumed by their callback */
    int n_items;
    size_t len[PAIR_ITEMS_MAX];
    uint8_t first[PAIR_ITEMS_MAX];
    int n_ends, n_rooms;
    weft_channel_end end; /* the text in `text` */
    char text[64];
    /* In the item's callback, after it has been noted. */
    void (*on_item)(struct pair_stream *stream);
    void (*on_end)(struct pair_stream *stream);
    void *user;
} pair_stream;

/* Begins to read stream->channel; its status. */
int pair_stream_read(pair_stream *stream);
/* len bytes of fill into stream->channel; its status. */
int pair_stream_send(const pair_stream *stream, size_t len, uint8_t fill);
int pair_stream_on_room(pair_stream *stream);
int pair_stream_on_end(pair_stream *stream);
/* As many one-byte items as go: fill, fill + 1, ... */
int pair_stream_fill(const pair_stream *stream, uint8_t fill);

/* A call of a method with channels: NULL for those that it has not, or that are absent. As pair_call_with. */
struct pair_side;
int pair_stream_call(struct pair_side *side, weft_connection *connection, uint32_t method, int index,
                     const weft_call_options *options_or_null, pair_stream *out_or_null, pair_stream *in_or_null,
                     weft_call *ret_call_or_null);

#endif
