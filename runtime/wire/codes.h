/* Numbers of the protocol: kinds, flags, sizes. Section 10 of docs/protocol.md. */
#ifndef WEFT_RUNTIME_WIRE_CODES_H
#define WEFT_RUNTIME_WIRE_CODES_H

#include "weft/limits.h"

enum {
    WEFT__KIND_HELLO = 1,
    WEFT__KIND_WELCOME = 2,
    WEFT__KIND_READY = 3,
    WEFT__KIND_SORRY = 4,
    WEFT__KIND_PING = 5,
    WEFT__KIND_PONG = 6,
    WEFT__KIND_PROTOCOL_ERROR = 7,
    WEFT__KIND_DRAIN = 8,
    WEFT__KIND_ACK = 9,
    WEFT__KIND_GOODBYE = 10,
    WEFT__KIND_OPEN = 16,
    WEFT__KIND_ACCEPT = 17,
    WEFT__KIND_REJECT = 18,
    WEFT__KIND_CLOSE = 19,
    WEFT__KIND_WINDOW = 20,
    WEFT__KIND_SCHEMA = 32,
    WEFT__KIND_REQUEST = 33,
    WEFT__KIND_RESPONSE = 34,
    WEFT__KIND_CANCEL = 35,
    WEFT__KIND_ITEM = 48,
    WEFT__KIND_CHANNEL_CLOSE = 49,
    WEFT__KIND_CHANNEL_RESET = 50,
    WEFT__KIND_CREDIT = 51,
    WEFT__KIND_SKIPPABLE = 192 /* from here on unknown kinds are skipped */
};

enum { WEFT__FLAG_MORE = 1, WEFT__FLAG_ABORT = 2 };

enum {
    WEFT__FRAME_HEADER = 16,
    WEFT__PREAMBLE = 8,
    WEFT__TURN = 16 * 1024,             /* [frame.fair] headers included */
    WEFT__MORE_MIN = 1024,              /* [frame.fragment] */
    WEFT__CONTROL_BODY_MAX = 16 * 1024, /* [frame.max] kinds that may not be in fragments */
    WEFT__HANDSHAKE_BODY_MAX = 64 * 1024,
    WEFT__OPEN_MAX = 64 * 1024, /* [frame.fragment] Open and Accept */
    WEFT__TEXT_MAX = 1024,
    WEFT__VERSION = 1
};

/* [schema.wire] The id of weft.wire.v1.Message in idl/weft/wire.weft: of all layouts. */
#define WEFT__WIRE_ID UINT64_C(0x7ebf910a7fbb4942)

/* Outcomes of a Response. */
enum { WEFT__OUTCOME_LAST = 10 };

#endif
