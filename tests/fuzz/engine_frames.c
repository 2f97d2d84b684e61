/* What a counterpart sends, in place of an engine or beside one: a handshake, frames well-formed or not, in any pieces,
 * and masses of them. */
#include "runtime/wire/codes.h"
#include "tests/fuzz/engine_world.h"
#include "tests/support/random_value.h"

/* In one piece, or byte by byte, or in two. */
static void feed_split(side *s, script *in, const uint8_t *bytes, size_t len)
{
    uint8_t how = script_byte(in);
    size_t step = how & 0x80 ? 1u + how % 32 : len;
    s->world->honest = false;
    if (len > 200 && step < len)
        step = len / 2;
    for (size_t at = 0; at < len; at += step)
        side_feed(s, bytes + at, len - at < step ? len - at : step);
}

void op_feed_raw(side *s, script *in)
{
    uint8_t bytes[64];
    size_t len = script_byte(in) % (sizeof bytes + 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = script_byte(in);
    feed_split(s, in, bytes, len);
}

/* Ids near those that live: both sides' begin at 1 and 2. */
static uint64_t id_of(script *in)
{
    uint8_t id = script_byte(in);
    return id < 0xf0 ? id % 16 : (uint64_t)1 << (id % 16) * 4;
}

static uint8_t kind_of(script *in)
{
    static const uint8_t kinds[] = { 16, 33, 34, 17, 18, 19, 20, 35, 33, 34, 5,  6,  7,   8, 9,
                                     10, 1,  2,  3,  4,  32, 48, 49, 50, 51, 16, 33, 200, 0 };
    uint8_t i = script_byte(in);
    return i < 0xf0 ? kinds[i % sizeof kinds] : script_byte(in);
}

/* A frame that is well-formed, then perhaps changed. */
void op_feed_frame(side *s, script *in)
{
    wire_bytes frame = { NULL, 0, 0 };
    uint8_t kind = kind_of(in);
    uint64_t connection = id_of(in);
    wire_put_any(&frame, kind, connection, id_of(in));
    uint8_t how = script_byte(in);
    if (how & 0x40)
        frame.ptr[5] = script_byte(in); /* flags */
    if (how & 0x80) {
        for (size_t n = 1 + how % 4; n > 0; n--) {
            size_t at = script_byte(in) % frame.len;
            frame.ptr[at] = script_byte(in);
        }
    }
    feed_split(s, in, frame.ptr, frame.len);
    wire_bytes_free(&frame);
}

/* A body of the script's own behind a header that fits. */
void op_feed_body(side *s, script *in)
{
    wire_bytes frame = { NULL, 0, 0 };
    uint8_t body[64];
    uint8_t kind = kind_of(in);
    uint64_t connection = id_of(in);
    size_t len = script_byte(in) % (sizeof body + 1);
    for (size_t i = 0; i < len; i++)
        body[i] = script_byte(in);
    wire_put(&frame, kind, 0, connection, body, len);
    feed_split(s, in, frame.ptr, frame.len);
    wire_bytes_free(&frame);
}

/* A long message of any kind that may be in fragments; in one frame, which may be too long. */
static void put_long(wire_bytes *out, uint8_t what, uint64_t connection, uint64_t number, size_t len)
{
    static uint8_t bytes[70000];
    weft__open_out open = wire_open_defaults(number & 1);
    weft_metadata_entry entries[2] = { weft_metadata_bytes("b", weft_bytes_of(bytes, len % 8000), 0) };
    weft__service_ref service = { WEFT_STR("test.Pair"), what & 8 ? 0x78 : 0x77 };
    open.metadata = (weft_metadata){ entries, 1 };
    open.services = &service;
    open.n_services = 1;
    switch (what % 4) {
    case 0: wire_put_request(out, connection, number, 0x1001 + (what >> 4 & 1), len); break;
    case 1: wire_put_response(out, connection, number, what >> 4, len); break;
    case 2:
        entries[1] = weft_metadata_str("weft-service", WEFT_STR("test.Pair"), 0);
        open.metadata.n = 2;
        wire_put_open_of(out, WEFT__KIND_OPEN, connection, &open);
        break;
    default: wire_put_open_of(out, WEFT__KIND_ACCEPT, connection, &open); break;
    }
}

/* In fragments, perhaps not all of them, perhaps aborted. */
void op_feed_fragments(side *s, script *in)
{
    wire_bytes whole = { NULL, 0, 0 };
    wire_bytes frames = { NULL, 0, 0 };
    uint64_t connection = id_of(in);
    uint64_t number = id_of(in);
    uint8_t what = script_byte(in);
    uint8_t how = script_byte(in);
    put_long(&whole, what, connection, number, (size_t)SCRIPT_PICK(in, 10, 1500, 3000, 20000, 70000));
    uint8_t kind = whole.ptr[4];
    (void)wire_put_cut(&frames, kind, connection, whole.ptr + WEFT__FRAME_HEADER, whole.len - WEFT__FRAME_HEADER,
                       how & 1 ? 1024 : 16000, how >> 4);
    if (how & 4)
        wire_put(&frames, how & 8 ? WEFT__KIND_RESPONSE : kind, WEFT__FLAG_ABORT, connection, NULL, 0);
    feed_split(s, in, frames.ptr, frames.len);
    wire_bytes_free(&frames);
    wire_bytes_free(&whole);
}

/* What is on its way is changed. */
void op_corrupt(side *s, script *in)
{
    uint32_t at = script_u16(in);
    uint8_t value = script_byte(in);
    if (s->sent.len == 0)
        return;
    s->world->honest = false;
    s->sent.ptr[at % s->sent.len] = value;
}

/* ---- values ---- */

/* A Request or Response of one of the methods whose values are not bytes. */
static void put_values(wire_bytes *out, world *w, uint8_t how, uint64_t connection, uint64_t number, uint32_t seed)
{
    const weft_method *method = &fuzz_service.methods[FUZZ_UNIT + how % 3];
    bool is_request = how & 4;
    uint8_t outcome = how & 8 && !is_request ? WEFT_OUTCOME_USER_ERROR : WEFT_OUTCOME_OK;
    const weft_type *type = is_request ? method->args : outcome ? &ct_color_type : method->result;
    weft_metadata_entry entry = weft_metadata_u64("n", seed, 0);
    weft_metadata metadata = { &entry, 1 };
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    weft_writer *writer;
    FUZZ_CHECK(weft_writer_new(NULL, SIZE_MAX, &writer) == 0);
    if (is_request) {
        size_t len = weft__request_head_write(head + sizeof head, number, method->id, seed & 1 ? seed : 0);
        weft__write_raw(writer, weft_bytes_of(head + sizeof head - len, len));
    } else {
        weft__response_head_encode(writer, how & 16, number, outcome);
    }
    if (type)
        FUZZ_CHECK(weft_gen_encode(type, value_make(w, type, seed), writer) == 0);
    else
        weft__write_nil(writer);
    if (is_request)
        weft__request_tail_encode(writer, NULL, 0, metadata);
    else if (how & 16)
        weft__metadata_encode(writer, metadata);
    weft_bytes body = weft_writer_bytes(writer);
    (void)wire_put_cut(out, is_request ? WEFT__KIND_REQUEST : WEFT__KIND_RESPONSE, connection, body.ptr, body.len,
                       16000, 0);
    weft_writer_free(writer);
    weft_arena_clear(w->scratch);
}

void op_feed_values(side *s, script *in)
{
    wire_bytes frames = { NULL, 0, 0 };
    uint8_t how = script_byte(in);
    uint64_t connection = id_of(in);
    uint64_t number = id_of(in);
    put_values(&frames, s->world, how, connection, number, script_u16(in));
    for (size_t n = how >> 6; n > 0; n--) {
        size_t at = WEFT__FRAME_HEADER + script_u16(in);
        uint8_t value = script_byte(in);
        if (at < frames.len)
            frames.ptr[at] = value;
    }
    feed_split(s, in, frames.ptr, frames.len);
    wire_bytes_free(&frames);
}

/* ---- channels ---- */

static void write_item(weft_writer *writer, uint64_t id, size_t len)
{
    static const uint8_t zeros[20000];
    weft__write_array(writer, 2);
    weft__write_u64(writer, id);
    weft__write_bin(writer, weft_bytes_of(zeros, len));
}

static void write_stream(weft_writer *writer, uint64_t request, uint64_t id, uint8_t how)
{
    weft__announced channels[FUZZ_CHANNELS];
    const weft_metadata none = { NULL, 0 };
    size_t n = how & 8 ? FUZZ_CHANNELS : 2;
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    size_t len = weft__request_head_write(head + sizeof head, request, 0x1007, 0);
    weft__write_raw(writer, weft_bytes_of(head + sizeof head - len, len));
    weft__write_array(writer, 3);
    weft__write_nil(writer);
    weft__write_nil(writer);
    weft__write_raw(writer, how & 8 ? weft_bytes_of("\x91\xc0", 2) : weft_bytes_of("\xc0", 1));
    for (size_t i = 0; i < n; i++)
        channels[i] = (weft__announced){ id + 2 * i, fuzz_channel_params[i].window };
    weft__request_tail_encode(writer, channels, n, none);
}

/* What belongs to a channel, or the Request that makes some. */
void op_feed_channel(side *s, script *in)
{
    wire_bytes frame = { NULL, 0, 0 };
    uint8_t how = script_byte(in);
    uint64_t connection = id_of(in);
    uint64_t id = id_of(in);
    size_t len = (size_t)SCRIPT_PICK(in, 1, 4, 100, 3000, 20000);
    static const uint8_t kinds[] = { WEFT__KIND_REQUEST, WEFT__KIND_ITEM,         WEFT__KIND_ITEM,
                                     WEFT__KIND_CREDIT,  WEFT__KIND_ITEM,         WEFT__KIND_CHANNEL_CLOSE,
                                     WEFT__KIND_CREDIT,  WEFT__KIND_CHANNEL_RESET };
    uint8_t kind = kinds[how % 8];
    weft_writer *writer;
    weft__credit credit = { id, how >> 3 & 3, how & 32 ? 0 : (uint32_t)len };
    FUZZ_CHECK(weft_writer_new(NULL, SIZE_MAX, &writer) == 0);
    switch (kind) {
    case WEFT__KIND_REQUEST: write_stream(writer, id, id_of(in), how); break;
    case WEFT__KIND_ITEM: write_item(writer, id, len); break;
    case WEFT__KIND_CREDIT: weft__credit_encode(writer, credit); break;
    default: weft__channel_end_encode(writer, id, how >> 4, WEFT_STR("the end")); break;
    }
    weft_bytes body = weft_writer_bytes(writer);
    (void)wire_put_cut(&frame, kind, connection, body.ptr, body.len, 16000, 0);
    for (size_t n = how >> 6 == 3; n > 0; n--) {
        size_t at = script_u16(in) % frame.len;
        frame.ptr[at] = script_byte(in);
    }
    feed_split(s, in, frame.ptr, frame.len);
    weft_writer_free(writer);
    wire_bytes_free(&frame);
}

/* ---- masses ---- */

/* One frame again and again, with ids that go up. */
void op_feed_flood(side *s, script *in)
{
    static uint8_t zeros[60000];
    wire_bytes frames = { NULL, 0, 0 };
    uint8_t kind = kind_of(in);
    uint64_t connection = id_of(in);
    uint64_t number = id_of(in);
    size_t n = (size_t)SCRIPT_PICK(in, 3, 20, 100, 1100, 2500);
    uint8_t how = script_byte(in);
    if (s->world->n_floods++ >= FUZZ_FLOODS_MAX)
        return;
    for (size_t i = 0; i < n; i++) {
        uint64_t id = kind == WEFT__KIND_OPEN || how & 1 ? connection + 2 * i : connection;
        if (kind == WEFT__KIND_REQUEST && how & 2)
            wire_put_request(&frames, id, number + 2 * i, 0x1001 + (how >> 2 & 3), how & 16 ? 4000 : 0);
        else if (how & 32)
            wire_put(&frames, (uint8_t)(192 + how % 4), 0, id, zeros, sizeof zeros);
        else
            wire_put_any(&frames, kind, id, number + 2 * i);
        if (frames.len > 2 << 20)
            break;
    }
    feed_split(s, in, frames.ptr, frames.len);
    wire_bytes_free(&frames);
}

/* ---- the handshake ---- */

/* A Hello or Welcome with settings of any size, metadata, other services; perhaps one that asks for a session again. */
static void put_hello(wire_bytes *out, script *in, uint8_t kind, uint8_t how)
{
    wire_bytes frame = { NULL, 0, 0 };
    weft__hello_out hello = wire_hello_defaults(how & 1);
    weft__service_ref service = { WEFT_STR("test.Pair"), how & 16 ? 0x78 : 0x77 };
    weft_metadata_entry entry = weft_metadata_str("who", WEFT_STR("the fuzzer"), 0);
    hello.settings.max_concurrent_requests = (uint32_t)SCRIPT_PICK(in, 1024, 0, 1, 2, UINT32_MAX);
    hello.settings.max_message_size = (uint32_t)SCRIPT_PICK(in, 16 << 20, 0, 1, 65535, 65536, UINT32_MAX);
    hello.session.max_frame_size = (uint32_t)SCRIPT_PICK(in, 65536, 0, 16383, 16384, 1 << 20, (1 << 20) + 1);
    hello.session.connection_window = (uint32_t)SCRIPT_PICK(in, 1 << 20, 0, 81920, INT32_MAX, (uint64_t)INT32_MAX + 1);
    hello.session.max_connections = (uint32_t)SCRIPT_PICK(in, 16384, 0, 1, 2, UINT32_MAX);
    hello.services = &service;
    hello.n_services = how & 32 ? 0 : 1;
    hello.requested_or_null = how & 2 ? &service : NULL;
    hello.metadata = (weft_metadata){ &entry, 1 };
    hello.wire = 7;
    wire_put_hello_of(&frame, kind, &hello);
    if (how & 64) {
        static const uint8_t resume[] = "\xa6resume\x82\xa3key\xc4\x00\xa8received\x00";
        wire_bytes_add(&frame, resume, sizeof resume - 1);
        frame.ptr[WEFT__FRAME_HEADER]++; /* a map of so many pairs: there were fewer than 15 */
    }
    if (how & 128) {
        size_t at = WEFT__FRAME_HEADER + script_u16(in) % (frame.len - WEFT__FRAME_HEADER);
        frame.ptr[at] = script_byte(in);
    }
    wire_put(out, kind, 0, 0, frame.ptr + WEFT__FRAME_HEADER, frame.len - WEFT__FRAME_HEADER);
    wire_bytes_free(&frame);
}

void side_shake(side *s)
{
    script *in = &s->world->script;
    wire_bytes bytes = { NULL, 0, 0 };
    uint8_t how = script_byte(in);
    uint8_t kind = s->initiator ? WEFT__KIND_WELCOME : WEFT__KIND_HELLO;
    s->shaken_odd = how & 1;
    if (s->world->survives && !(how & 4)) {
        outage_shake(s, how);
        return;
    }
    wire_put_preamble(&bytes, !s->initiator);
    if (how & 4)
        put_hello(&bytes, in, kind, how);
    else
        wire_put_hello(&bytes, kind, how & 1, how & 2);
    if (!s->initiator && !(how & 2))
        wire_put_ready(&bytes);
    side_feed(s, bytes.ptr, bytes.len);
    if (!s->initiator && how & 2) { /* the root is decided in between */
        bytes.len = 0;
        (void)side_dispatch(s, SIZE_MAX);
        (void)side_drain(s, 16, SIZE_MAX);
        wire_put_ready(&bytes);
        side_feed(s, bytes.ptr, bytes.len);
    }
    wire_bytes_free(&bytes);
}
