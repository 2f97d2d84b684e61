/* The bodies are written out by hand: nothing of the library could be made to write them. */
#include "tests/support/hostile.h"

#include "tests/support/pair.h"

#include <stdlib.h>

enum { DEPTH = 10000 };

const uint8_t hostile_kinds[HOSTILE_KINDS] = {
    WEFT__KIND_HELLO,         WEFT__KIND_WELCOME,        WEFT__KIND_READY,    WEFT__KIND_SORRY,  WEFT__KIND_PING,
    WEFT__KIND_PONG,          WEFT__KIND_PROTOCOL_ERROR, WEFT__KIND_DRAIN,    WEFT__KIND_ACK,    WEFT__KIND_GOODBYE,
    WEFT__KIND_OPEN,          WEFT__KIND_ACCEPT,         WEFT__KIND_REJECT,   WEFT__KIND_CLOSE,  WEFT__KIND_WINDOW,
    WEFT__KIND_SCHEMA,        WEFT__KIND_REQUEST,        WEFT__KIND_RESPONSE, WEFT__KIND_CANCEL, WEFT__KIND_ITEM,
    WEFT__KIND_CHANNEL_CLOSE, WEFT__KIND_CHANNEL_RESET,  WEFT__KIND_CREDIT,
};

typedef struct body {
    const char *name;
    const char *bytes;
    size_t len;
    size_t n; /* so many times */
} body;

#define BODY(name, lit) name, lit, sizeof(lit) - 1
static const body bodies[HOSTILE_BODIES] = {
    { BODY("nothing", ""), 1 },
    { BODY("array32 of 2^32-1", "\xdd\xff\xff\xff\xff"), 1 },
    { BODY("array32 of 2^32-1 with something in it", "\xdd\xff\xff\xff\xff\x01\x02\x03\x04"), 1 },
    { BODY("map32 of 2^27", "\xdf\x08\x00\x00\x00"), 1 },
    { BODY("map32 of 2^32-1 in an array", "\x91\xdf\xff\xff\xff\xff\x01\x01"), 1 },
    { BODY("str32 of 2^32-1", "\xdb\xff\xff\xff\xff text"), 1 },
    { BODY("bin32 of 2^32-1", "\xc6\xff\xff\xff\xff text"), 1 },
    { BODY("ext32 of 2^32-1", "\xc9\xff\xff\xff\xff\x01"), 1 },
    { BODY("array32 of 2^32-1, again and again", "\xdd\xff\xff\xff\xff"), 1000 },
    { BODY("arrays, 10,000 deep", "\x91"), DEPTH },
    { BODY("maps, 10,000 deep", "\x81\x01"), DEPTH / 2 },
    { BODY("invalid UTF-8", "\x93\xa2\xc3\x28\xa3\xed\xa0\x80\xa1\xff"), 1 },
    { BODY("a byte that begins no value", "\xc1"), 1 },
    { BODY("half a number", "\x92\xcf\x00\x01"), 1 },
};

const char *hostile_name(size_t i)
{
    return bodies[i].name;
}

void hostile_put(wire_bytes *out, size_t i)
{
    for (size_t k = 0; k < bodies[i].n; k++)
        wire_bytes_add(out, bodies[i].bytes, bodies[i].len);
}

void hostile_put_request(wire_bytes *out, uint64_t connection, uint64_t request_id, size_t i)
{
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    uint8_t *end = head + sizeof head;
    size_t len = weft__request_head_write(end, request_id, pair_service.methods[PAIR_ECHO].id, 0);
    wire_bytes frame = { NULL, 0, 0 };
    wire_bytes_add(&frame, end - len, len);
    hostile_put(&frame, i);
    wire_bytes_add(&frame, "\x90\x90", 2);
    wire_put(out, WEFT__KIND_REQUEST, 0, connection, frame.ptr, frame.len);
    wire_bytes_free(&frame);
}

void hostile_put_response(wire_bytes *out, uint64_t connection, uint64_t request_id, size_t i)
{
    uint8_t head[3] = { 0x93, (uint8_t)request_id, 0 };
    wire_bytes frame = { NULL, 0, 0 };
    wire_bytes_add(&frame, head, sizeof head);
    hostile_put(&frame, i);
    wire_put(out, WEFT__KIND_RESPONSE, 0, connection, frame.ptr, frame.len);
    wire_bytes_free(&frame);
}

static void put_garbage(wire_bytes *out, weft_test_random *random, uint8_t kind)
{
    uint64_t len = weft_test_random_below(random, weft_test_random_below(random, 4) ? 24 : 2000);
    uint64_t flags = weft_test_random_below(random, weft_test_random_below(random, 8) ? 4 : 256);
    weft__frame frame = { (uint32_t)len, kind, (uint8_t)flags, 0, weft_test_random_below(random, 6) };
    uint8_t header[WEFT__FRAME_HEADER];
    if (weft_test_random_below(random, 64) == 0)
        frame.len = (uint32_t)weft_test_random_magnitude(random);
    if (weft_test_random_below(random, 64) == 0)
        frame.connection = weft_test_random_magnitude(random);
    weft__frame_write(&frame, header);
    wire_bytes_add(out, header, sizeof header);
    for (uint64_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)weft_test_random_below(random, 256);
        wire_bytes_add(out, &byte, 1);
    }
}

void hostile_put_random(wire_bytes *out, weft_test_random *random)
{
    /* Kinds that are, and that are not. */
    uint8_t kind = (uint8_t)weft_test_random_below(random, weft_test_random_below(random, 8) ? 56 : 256);
    if (weft_test_random_below(random, 8) == 0)
        put_garbage(out, random, kind);
    else
        wire_put_any(out, kind, weft_test_random_below(random, 6), weft_test_random_below(random, 8));
}
