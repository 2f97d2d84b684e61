/* The 16-byte header of a frame [frame.header], the preamble, and what can be said of a header alone. */
#ifndef WEFT_RUNTIME_WIRE_FRAME_H
#define WEFT_RUNTIME_WIRE_FRAME_H

#include "runtime/wire/codes.h"
#include "weft/base.h"

typedef struct weft__frame {
    uint32_t len; /* of the body */
    uint8_t kind;
    uint8_t flags;
    uint16_t reserved;
    uint64_t connection;
} weft__frame;

/* [frame.header] little-endian; byte by byte, which compilers make one load or store of. */
static inline void weft__frame_write(const weft__frame *frame, uint8_t out[WEFT__FRAME_HEADER])
{
    out[0] = (uint8_t)frame->len;
    out[1] = (uint8_t)(frame->len >> 8);
    out[2] = (uint8_t)(frame->len >> 16);
    out[3] = (uint8_t)(frame->len >> 24);
    out[4] = frame->kind;
    out[5] = frame->flags;
    out[6] = (uint8_t)frame->reserved;
    out[7] = (uint8_t)(frame->reserved >> 8);
    out[8] = (uint8_t)frame->connection;
    out[9] = (uint8_t)(frame->connection >> 8);
    out[10] = (uint8_t)(frame->connection >> 16);
    out[11] = (uint8_t)(frame->connection >> 24);
    out[12] = (uint8_t)(frame->connection >> 32);
    out[13] = (uint8_t)(frame->connection >> 40);
    out[14] = (uint8_t)(frame->connection >> 48);
    out[15] = (uint8_t)(frame->connection >> 56);
}

static inline weft__frame weft__frame_read(const uint8_t in[WEFT__FRAME_HEADER])
{
    weft__frame frame;
    frame.len = (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
    frame.kind = in[4];
    frame.flags = in[5];
    frame.reserved = (uint16_t)(in[6] | in[7] << 8);
    frame.connection = (uint64_t)in[8] | (uint64_t)in[9] << 8 | (uint64_t)in[10] << 16 | (uint64_t)in[11] << 24 |
                       (uint64_t)in[12] << 32 | (uint64_t)in[13] << 40 | (uint64_t)in[14] << 48 |
                       (uint64_t)in[15] << 56;
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
