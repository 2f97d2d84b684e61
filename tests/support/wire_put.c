/* Frames as a counterpart writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/base/mem.h"
#include "tests/support/pair.h"
#include "tests/support/wire_put.h"

#include <stdlib.h>

void wire_bytes_add(wire_bytes *out, const void *bytes, size_t len)
{
    if (out->len + len > out->cap) {
        out->cap = (out->len + len) * 2;
        out->ptr = realloc(out->ptr, out->cap);
        assert_non_null(out->ptr);
    }
    if (len > 0)
        memcpy(out->ptr + out->len, bytes, len);
    out->len += len;
}

void wire_bytes_free(wire_bytes *out)
{
    free(out->ptr);
    memset(out, 0, sizeof *out);
}

void wire_put(wire_bytes *out, uint8_t kind, uint8_t flags, uint64_t connection, const void *body, size_t len)
{
    weft__frame frame = { (uint32_t)len, kind, flags, 0, connection };
    uint8_t header[WEFT__FRAME_HEADER];
    weft__frame_write(&frame, header);
    wire_bytes_add(out, header, sizeof header);
    wire_bytes_add(out, body, len);
}

/* Takes the writer's bytes as the body of one frame. */
static void put_writer(wire_bytes *out, uint8_t kind, uint64_t connection, weft_writer *writer)
{
    weft_bytes body = weft_writer_bytes(writer);
    assert_int_equal(writer->status, 0);
    wire_put(out, kind, 0, connection, body.ptr, body.len);
    weft_writer_free(writer);
}

static weft_writer *writer_new(void)
{
    weft_writer *writer;
    assert_int_equal(weft_writer_new(NULL, (size_t)64 * 1024 * 1024, &writer), 0);
    return writer;
}

void wire_put_preamble(wire_bytes *out, bool initiator)
{
    uint8_t preamble[WEFT__PREAMBLE];
    weft__preamble_write(preamble, WEFT__VERSION, initiator ? WEFT__VERSION : 0);
    wire_bytes_add(out, preamble, sizeof preamble);
}

/* ---- the handshake ---- */

static weft__service_ref service_ref(void)
{
    weft__service_ref ref = { weft_str_from(pair_service.name), pair_service.id };
    return ref;
}

static weft__settings settings_of(bool odd)
{
    weft__settings settings;
    memset(&settings, 0, sizeof settings);
    settings.odd = odd;
    settings.max_concurrent_requests = WEFT_CONCURRENT_REQUESTS_DEFAULT;
    settings.max_message_size = WEFT_MESSAGE_SIZE_DEFAULT;
    settings.channel_window = WEFT_CHANNEL_WINDOW_DEFAULT;
    settings.max_channels = WEFT_CHANNELS_DEFAULT;
    settings.features.raw = weft_bytes_of("", 0);
    return settings;
}

weft__hello_out wire_hello_defaults(bool odd)
{
    static weft__service_ref ref;
    weft__hello_out hello;
    ref = service_ref();
    memset(&hello, 0, sizeof hello);
    hello.settings = settings_of(odd);
    hello.session.max_frame_size = 64 * 1024;
    hello.session.connection_window = WEFT_CONNECTION_WINDOW_DEFAULT;
    hello.session.max_connections = WEFT_CONNECTIONS_DEFAULT;
    hello.services = &ref;
    hello.n_services = 1;
    return hello;
}

void wire_put_hello_of(wire_bytes *out, uint8_t kind, const weft__hello_out *hello)
{
    weft_writer *writer = writer_new();
    weft__hello_encode(writer, hello);
    put_writer(out, kind, 0, writer);
}

/* Hello, with more behind its six keys. */
void wire_put_hello_resume(wire_bytes *out, uint8_t kind, const weft__hello_out *hello, const wire_hello_resume *resume)
{
    if (!resume) {
        wire_put_hello_of(out, kind, hello);
        return;
    }
    weft_writer *all = writer_new(), *writer = writer_new();
    weft__hello_encode(all, hello);
    assert_int_equal(all->status, 0);
    weft_bytes required = weft_writer_bytes(all);
    assert_int_equal(required.ptr[0], 0x86);
    weft__write_map(writer, resume->window_ms ? 8 : 7);
    weft__write_raw(writer, weft_bytes_of(required.ptr + 1, required.len - 1));
    weft_writer_free(all);
    weft__write_str(writer, WEFT_STR("resume"));
    weft__write_map(writer, 2);
    weft__write_str(writer, WEFT_STR("key"));
    weft__write_bin(writer, resume->key);
    weft__write_str(writer, WEFT_STR("received"));
    weft__write_u64(writer, resume->received);
    if (resume->window_ms) {
        weft__write_str(writer, WEFT_STR("resume_window_ms"));
        weft__write_u64(writer, resume->window_ms);
    }
    put_writer(out, kind, 0, writer);
}

void wire_settings_retry(weft__settings *settings)
{
    settings->features.raw = weft_bytes_of("\xa5retry", 6);
    settings->features.n = 1;
    memset(settings->operations.bytes, 'w', sizeof settings->operations.bytes);
}

void wire_put_hello(wire_bytes *out, uint8_t kind, bool odd, bool wants_root)
{
    weft__hello_out hello = wire_hello_defaults(odd);
    hello.requested_or_null = wants_root ? hello.services : NULL;
    wire_put_hello_of(out, kind, &hello);
}

void wire_put_ready(wire_bytes *out)
{
    wire_put(out, WEFT__KIND_READY, 0, 0, "\x80", 1);
}

/* ---- connections ---- */

weft__open_out wire_open_defaults(bool odd)
{
    static weft__service_ref ref;
    weft__open_out open;
    ref = service_ref();
    memset(&open, 0, sizeof open);
    open.settings = settings_of(odd);
    open.services = &ref;
    open.n_services = 1;
    return open;
}

void wire_put_open_of(wire_bytes *out, uint8_t kind, uint64_t connection, const weft__open_out *open)
{
    weft_writer *writer = writer_new();
    weft__open_encode(writer, open);
    put_writer(out, kind, connection, writer);
}

void wire_put_open(wire_bytes *out, uint8_t kind, uint64_t connection, bool odd)
{
    weft__open_out open = wire_open_defaults(odd);
    open.requested_or_null = kind == WEFT__KIND_OPEN ? open.services : NULL;
    wire_put_open_of(out, kind, connection, &open);
}

void wire_put_close(wire_bytes *out, uint64_t connection, uint16_t code, uint64_t last_request)
{
    weft_writer *writer = writer_new();
    weft_metadata none = { NULL, 0 };
    weft__close_encode(writer, code, WEFT_STR("closed there"), last_request, none);
    put_writer(out, WEFT__KIND_CLOSE, connection, writer);
}

void wire_put_reject(wire_bytes *out, uint64_t connection, uint16_t code, const char *text)
{
    weft_writer *writer = writer_new();
    weft_metadata none = { NULL, 0 };
    weft__reject_encode(writer, code, weft_str_from(text), none);
    put_writer(out, WEFT__KIND_REJECT, connection, writer);
}

void wire_put_number(wire_bytes *out, uint8_t kind, uint64_t connection, uint64_t number)
{
    weft_writer *writer = writer_new();
    weft__number_encode(writer, number);
    put_writer(out, kind, connection, writer);
}

void wire_put_said(wire_bytes *out, uint8_t kind, uint16_t code, const char *text)
{
    weft_writer *writer = writer_new();
    weft__said said = { code, weft_str_from(text) };
    if (kind == WEFT__KIND_SORRY)
        weft__sorry_encode(writer, said);
    else
        weft__said_encode(writer, said);
    put_writer(out, kind, 0, writer);
}

/* ---- calls ---- */

size_t wire_put_cut(wire_bytes *out, uint8_t kind, uint64_t connection, const void *body, size_t len, size_t piece,
                    size_t n)
{
    size_t at = 0, count = 0;
    while (at < len || count == 0) {
        size_t part = len - at < piece ? len - at : piece;
        bool last = at + part == len;
        if (n == 0 || count < n)
            wire_put(out, kind, last ? 0 : WEFT__FLAG_MORE, connection, (const uint8_t *)body + at, part);
        at += part;
        count++;
    }
    return count;
}

/* One bin of len times the byte. */
static void write_filled(weft_writer *writer, size_t len, uint8_t fill)
{
    uint8_t *bytes = malloc(len ? len : 1);
    assert_non_null(bytes);
    memset(bytes, fill, len);
    weft__write_bin(writer, weft_bytes_of(bytes, len));
    free(bytes);
}

static void write_zeros(weft_writer *writer, size_t len)
{
    write_filled(writer, len, 0);
}

static weft_writer *request_writer(uint64_t request_id, uint64_t method_id, size_t len)
{
    weft_writer *writer = writer_new();
    weft_metadata none = { NULL, 0 };
    uint8_t head[WEFT__REQUEST_HEAD_MAX];
    uint8_t *end = head + sizeof head;
    size_t head_len = weft__request_head_write(end, request_id, method_id, 0);
    weft__write_raw(writer, weft_bytes_of(end - head_len, head_len));
    weft__write_array(writer, 1);
    write_zeros(writer, len);
    weft__request_tail_encode(writer, NULL, 0, none);
    return writer;
}

void wire_put_request(wire_bytes *out, uint64_t connection, uint64_t request_id, uint64_t method_id, size_t len)
{
    put_writer(out, WEFT__KIND_REQUEST, connection, request_writer(request_id, method_id, len));
}

void wire_put_request_of(wire_bytes *out, uint64_t connection, const wire_request *request)
{
    weft_writer *writer = writer_new();
    weft_metadata none = { NULL, 0 };
    weft__write_array(writer, request->op.ptr ? 7 : 6);
    weft__write_u64(writer, request->request_id);
    weft__write_u64(writer, request->method_id);
    weft__write_u64(writer, request->timeout_ms);
    weft__write_array(writer, 1);
    write_filled(writer, request->len, request->fill);
    weft__request_tail_encode(writer, NULL, 0, none);
    if (request->op.ptr)
        weft__write_bin(writer, request->op);
    put_writer(out, WEFT__KIND_REQUEST, connection, writer);
}

size_t wire_put_request_cut(wire_bytes *out, uint64_t connection, uint64_t request_id, uint64_t method_id, size_t len,
                            size_t piece, size_t n)
{
    weft_writer *writer = request_writer(request_id, method_id, len);
    weft_bytes body = weft_writer_bytes(writer);
    size_t count = wire_put_cut(out, WEFT__KIND_REQUEST, connection, body.ptr, body.len, piece, n);
    weft_writer_free(writer);
    return count;
}

void wire_put_response(wire_bytes *out, uint64_t connection, uint64_t request_id, uint8_t outcome, size_t len)
{
    weft_writer *writer = writer_new();
    weft__response_head_encode(writer, false, request_id, outcome);
    if (outcome < 2)
        write_zeros(writer, len);
    else
        weft__write_str(writer, WEFT_STR("a text"));
    put_writer(out, WEFT__KIND_RESPONSE, connection, writer);
}

/* ---- any ---- */

/* [number, then as many fixed elements] */
static void put_array(wire_bytes *out, uint8_t kind, uint64_t connection, uint64_t number, const char *rest, uint32_t n)
{
    weft_writer *writer = writer_new();
    weft__write_array(writer, n);
    weft__write_u64(writer, number);
    weft__write_raw(writer, weft_bytes_of(rest, n == 1 ? 0 : n == 2 ? 1 : 2));
    if (n == 4)
        weft__write_array(writer, 0);
    put_writer(out, kind, connection, writer);
}

void wire_put_any(wire_bytes *out, uint8_t kind, uint64_t connection, uint64_t number)
{
    wire_bytes frame = { NULL, 0, 0 };
    switch (kind) {
    case WEFT__KIND_HELLO:
    case WEFT__KIND_WELCOME: wire_put_hello(&frame, kind, number & 1, false); break;
    case WEFT__KIND_READY: wire_put_ready(&frame); break;
    case WEFT__KIND_SORRY:
    case WEFT__KIND_PROTOCOL_ERROR:
    case WEFT__KIND_GOODBYE: wire_put_said(&frame, kind, (uint16_t)number, "a text"); break;
    case WEFT__KIND_DRAIN: wire_put(&frame, kind, 0, connection, "\x91\xa0", 2); break;
    case WEFT__KIND_OPEN:
    case WEFT__KIND_ACCEPT: wire_put_open(&frame, kind, connection, number & 1); break;
    case WEFT__KIND_REJECT: wire_put_reject(&frame, connection, WEFT_CODE_REFUSED, "a text"); break;
    case WEFT__KIND_CLOSE: wire_put_close(&frame, connection, WEFT_CODE_NONE, number); break;
    case WEFT__KIND_SCHEMA: put_array(&frame, kind, connection, number, "\x00\x90", 4); break;
    case WEFT__KIND_REQUEST: wire_put_request(&frame, connection, number, 0x1001, 5); break;
    case WEFT__KIND_RESPONSE: wire_put_response(&frame, connection, number, 0, 5); break;
    case WEFT__KIND_ITEM: put_array(&frame, kind, connection, number, "\xc0", 2); break;
    case WEFT__KIND_CHANNEL_CLOSE:
    case WEFT__KIND_CHANNEL_RESET: put_array(&frame, kind, connection, number, "\x00\xa0", 3); break;
    case WEFT__KIND_CREDIT: put_array(&frame, kind, connection, number, "\x01\x01", 3); break;
    default: wire_put_number(&frame, kind, connection, number); break;
    }
    /* Also kinds that belong to connection 0 are put on any. */
    weft__frame header = weft__frame_read(frame.ptr);
    header.connection = connection;
    weft__frame_write(&header, frame.ptr);
    wire_bytes_add(out, frame.ptr, frame.len);
    wire_bytes_free(&frame);
}
