/* Steps to bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/protocol/violations/steps.h"
#include "tests/support/pair.h"

#include <stdlib.h>

static void put_keep(wire_bytes *out, uint64_t connection)
{
    weft__service_ref keep = { WEFT_STR("test.Keep"), 1 };
    weft__open_out open = wire_open_defaults(true);
    open.requested_or_null = &keep;
    wire_put_open_of(out, WEFT__KIND_OPEN, connection, &open);
}

/* A frame's body with len zero bytes behind it, in fragments. */
static void put_long(wire_bytes *out, uint8_t kind, uint64_t connection, wire_bytes *frame, size_t len)
{
    uint8_t *zeros = calloc(len, 1);
    assert_non_null(zeros);
    wire_bytes_add(frame, zeros, len);
    (void)wire_put_cut(out, kind, connection, frame->ptr + WEFT__FRAME_HEADER, len, 16384, 0);
    free(zeros);
    wire_bytes_free(frame);
}

/* The map's entries but for the nth (from 1 on): a key and a value each. */
static void put_without(wire_bytes *out, uint8_t kind, uint64_t nth)
{
    wire_bytes whole = { NULL, 0, 0 };
    wire_bytes less = { NULL, 0, 0 };
    uint32_t n;
    wire_put_hello(&whole, kind, kind == WEFT__KIND_HELLO, false);
    weft__reader reader =
        weft__reader_of(weft_bytes_of(whole.ptr + WEFT__FRAME_HEADER, whole.len - WEFT__FRAME_HEADER));
    assert_int_equal(weft__read_map(&reader, &n), 0);
    uint8_t map = (uint8_t)(0x80 | (n - 1));
    wire_bytes_add(&less, &map, 1);
    for (uint32_t i = 1; i <= n; i++) {
        weft_bytes key, value;
        assert_int_equal(weft__read_value(&reader, 2, &key), 0);
        assert_int_equal(weft__read_value(&reader, 64, &value), 0);
        if (i == nth)
            continue;
        wire_bytes_add(&less, key.ptr, key.len);
        wire_bytes_add(&less, value.ptr, value.len);
    }
    wire_put(out, kind, 0, 0, less.ptr, less.len);
    wire_bytes_free(&less);
    wire_bytes_free(&whole);
}

static void put_hello(wire_bytes *out, uint8_t kind, uint64_t change)
{
    weft__hello_out hello = wire_hello_defaults(kind == WEFT__KIND_HELLO);
    weft__service_ref unknown = { WEFT_STR("test.Unknown"), 1 };
    weft__service_ref other = { weft_str_from(pair_service.name), pair_service.id + 1 };
    switch (change) {
    case VIO_FRAME_SIZE_LOW: hello.session.max_frame_size = WEFT_FRAME_SIZE_MIN - 1; break;
    case VIO_FRAME_SIZE_HIGH: hello.session.max_frame_size = WEFT_FRAME_SIZE_MAX + 1; break;
    case VIO_MESSAGE_LOW: hello.settings.max_message_size = WEFT_MESSAGE_SIZE_MIN - 1; break;
    case VIO_WINDOW_LOW: hello.session.connection_window = 128 * 1024 - 1; break;
    case VIO_WINDOW_HIGH: hello.session.connection_window = (uint32_t)INT32_MAX + 1; break;
    case VIO_PARITY_SAME: hello.settings.odd = !hello.settings.odd; break;
    case VIO_ROOT_UNKNOWN: hello.requested_or_null = &unknown; break;
    case VIO_ROOT_INCOMPATIBLE:
        hello.requested_or_null = &other;
        hello.services = &other;
        break;
    default: put_without(out, kind, change - VIO_WITHOUT); return;
    }
    wire_put_hello_of(out, kind, &hello);
}

static void put_frame(wire_bytes *out, const vio_step *step)
{
    wire_bytes body = { NULL, 0, 0 };
    wire_bytes_add(&body, step->body, step->len);
    for (uint64_t i = 0; i < step->number; i++)
        wire_bytes_add(&body, "", 1);
    wire_put(out, step->kind, step->flags, step->connection, body.ptr, body.len);
    wire_bytes_free(&body);
}

void vio_put_step(wire_bytes *out, const vio_step *step)
{
    const weft_method *hold = &pair_service.methods[PAIR_HOLD];
    weft__frame head = { (uint32_t)step->number, step->kind, step->flags, step->reserved, step->connection };
    uint8_t header[WEFT__FRAME_HEADER];
    wire_bytes frame = { NULL, 0, 0 };
    switch (step->op) {
    case VIO_ANY: wire_put_any(out, step->kind, step->connection, step->number); break;
    case VIO_FRAME: put_frame(out, step); break;
    case VIO_HEAD:
        weft__frame_write(&head, header);
        wire_bytes_add(out, header, sizeof header);
        break;
    case VIO_PART:
        (void)wire_put_request_cut(out, step->connection, step->reserved, hold->id, 4000, 1024, step->number);
        break;
    case VIO_LONG:
        (void)wire_put_request_cut(out, step->connection, step->reserved, hold->id, step->number, 16384, 0);
        break;
    case VIO_KEEP: put_keep(out, step->connection); break;
    case VIO_OPEN_LONG:
        wire_put_open(&frame, WEFT__KIND_OPEN, step->connection, true);
        put_long(out, WEFT__KIND_OPEN, step->connection, &frame, step->number);
        break;
    case VIO_HELLO: put_hello(out, step->kind, step->number); break;
    case VIO_BYTES: wire_bytes_add(out, step->body, step->len); break;
    case VIO_END: break;
    }
}
