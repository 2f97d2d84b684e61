/* The 16-byte header of a frame [frame.header], the preamble, and what can be said of a header alone. */
#ifndef WEFT_RUNTIME_WIRE_FRAME_H
#define WEFT_RUNTIME_WIRE_FRAME_H

#include "runtime/wire/codes.h"
#include "weft/base.h"

#include <string.h>

typedef struct weft__frame {
    uint32_t len; /* of the body */
    uint8_t kind;
    uint8_t flags;
    uint16_t reserved;
    uint64_t connection;
} weft__frame;

/* Eight bytes, little-endian. */
static inline uint64_t weft__le64(uint64_t number)
{
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(number);
#else
    return number;
#endif
}

/* [frame.header] two words: length, kind, flags and what is reserved, from the lowest byte on; and the connection. */
static inline void weft__frame_write(const weft__frame *frame, uint8_t out[WEFT__FRAME_HEADER])
{
    uint64_t words[2] = { weft__le64(frame->len | (uint64_t)frame->kind << 32 | (uint64_t)frame->flags << 40 |
                                     (uint64_t)frame->reserved << 48),
                          weft__le64(frame->connection) };
    memcpy(out, words, WEFT__FRAME_HEADER);
}

static inline weft__frame weft__frame_read(const uint8_t in[WEFT__FRAME_HEADER])
{
    uint64_t words[2];
    memcpy(words, in, WEFT__FRAME_HEADER);
    uint64_t first = weft__le64(words[0]);
    weft__frame frame = { (uint32_t)first, (uint8_t)(first >> 32), (uint8_t)(first >> 40), (uint16_t)(first >> 48),
                          weft__le64(words[1]) };
    return frame;
}

/* [frame.max] [frame.fragment] [frame.abort] Is this header one that a counterpart may send at all? 0; or WEFT_EPROTO
 * with the rule's identifier (a constant such as "frame.max") in *ret_rule: unknown kind below 192, unknown flag,
 * reserved not zero, longer than max_frame_size, a kind without fragments above 16 KiB (Hello, Welcome, Ready, Sorry:
 * 64 KiB), MORE on a kind without fragments, MORE below 1,024, ABORT with MORE or with a body, ABORT on a kind without
 * fragments, kinds 1 to 7, 9 and 10 on a connection other than 0, Open, Accept, Reject and Close on connection 0. A
 * kind from 192 on may have either flag, and bodies up to max_frame_size: what it is cannot be known here. */
int weft__frame_check(const weft__frame *frame, uint32_t max_frame_size, const char **ret_rule);

/* What may be said of each kind. */
enum {
    WEFT__KIND_IS_KNOWN = 1,
    WEFT__KIND_FRAGMENTS = 2,   /* [frame.fragment] */
    WEFT__KIND_INTERLEAVES = 4, /* [frame.order] */
    WEFT__KIND_OF_ROOT = 8,     /* only on connection 0 */
    WEFT__KIND_OF_VIRTUAL = 16, /* never on connection 0 */
    WEFT__KIND_OF_HANDSHAKE = 32,
    WEFT__KIND_CHARGED = 64,   /* [flow.window] */
    WEFT__KIND_OVERDRAWS = 128 /* [flow.window] */
};

extern const uint8_t weft__kinds[WEFT__KIND_CREDIT + 1];

static inline unsigned weft__kind_traits(uint8_t kind)
{
    return kind <= WEFT__KIND_CREDIT ? weft__kinds[kind] : 0;
}
static inline bool weft__kind_is_known(uint8_t kind)
{
    return weft__kind_traits(kind) & WEFT__KIND_IS_KNOWN;
}
/* Schema, Request, Response, Item, Open, Accept */
static inline bool weft__kind_may_fragment(uint8_t kind)
{
    return weft__kind_traits(kind) & WEFT__KIND_FRAGMENTS;
}
/* Window, Credit, Cancel, ChannelReset, and Ping, Pong, Ack, ProtocolError [frame.order] */
static inline bool weft__kind_may_interleave(uint8_t kind)
{
    return weft__kind_traits(kind) & WEFT__KIND_INTERLEAVES;
}
/* Request, Response, Item: data, which are fragmented, charged, and on any connection. */
static inline bool weft__kind_is_plain(uint8_t kind)
{
    return kind == WEFT__KIND_REQUEST || kind == WEFT__KIND_RESPONSE || kind == WEFT__KIND_ITEM;
}
/* Cancel, ChannelClose, ChannelReset, Credit: may overdraw [flow.window] */
static inline bool weft__kind_may_overdraw(uint8_t kind)
{
    return weft__kind_traits(kind) & WEFT__KIND_OVERDRAWS;
}
/* [flow.window] What a frame of this kind spends of its connection's window: its header and body for Schema, Request,
 * Response, Item, Cancel, ChannelClose, ChannelReset, Credit; otherwise 0. Not for a frame with ABORT, which costs
 * nothing [frame.abort]. */
static inline uint32_t weft__frame_window_cost(uint8_t kind, uint32_t len)
{
    return weft__kind_traits(kind) & WEFT__KIND_CHARGED ? WEFT__FRAME_HEADER + len : 0;
}
/* [resume.count] Is it sent again after an outage? Not what is of one conduit alone, or is the last word. */
static inline bool weft__kind_is_counted(uint8_t kind)
{
    return kind >= WEFT__KIND_OPEN || kind == WEFT__KIND_DRAIN;
}
/* A name for logs: "Request"; "?" for an unknown one. */
const char *weft__kind_name(uint8_t kind);

/* [preamble] */
void weft__preamble_write(uint8_t out[WEFT__PREAMBLE], uint8_t version, uint8_t low_or_code);
/* How many of the len bytes (at most 8) are a possible beginning: less than min(len, 8) means that the byte there is
 * impossible. */
size_t weft__preamble_match(const uint8_t *bytes, size_t len);

#endif
