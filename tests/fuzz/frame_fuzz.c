/* One frame: a header and its body. What decodes is written and decoded again to the same bytes; what the token reader
 * takes msgpack-c's unpacker takes too, with the same length. */
#include "runtime/base/mem.h"
#include "runtime/wire/reader.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/messages.h"

#include <msgpack.h>

/* Its limit: deeper values are refused by it as lack of memory. */
enum { MSGPACK_DEPTH = 32 };

static void header_try(const uint8_t *header)
{
    uint8_t again[WEFT__FRAME_HEADER];
    const char *rule = NULL;
    weft__frame frame = weft__frame_read(header);
    weft__frame_write(&frame, again);
    FUZZ_CHECK(memcmp(header, again, sizeof again) == 0);
    int status = weft__frame_check(&frame, WEFT_FRAME_SIZE_DEFAULT, &rule);
    FUZZ_CHECK(status == 0 || (status == WEFT_EPROTO && rule));
    FUZZ_CHECK(status != 0 || frame.len <= WEFT_FRAME_SIZE_DEFAULT);
    FUZZ_CHECK(weft__preamble_match(header, sizeof again) <= WEFT__PREAMBLE);
}

static void message_try(uint8_t kind, weft_bytes body, weft_arena *arena)
{
    weft_allocator allocator = weft__allocator_of(NULL);
    weft_writer first;
    weft_writer second;
    weft__writer_init(&first, &allocator, SIZE_MAX);
    weft__writer_init(&second, &allocator, SIZE_MAX);
    int status = weft_test_message_again(kind, body, arena, &first);
    if (status == 0) {
        weft_bytes written = weft_bytes_of(first.buf.data, first.buf.len);
        FUZZ_CHECK(weft_test_message_again(kind, written, arena, &second) == 0);
        FUZZ_CHECK(second.buf.len == first.buf.len);
        FUZZ_CHECK(memcmp(second.buf.data, first.buf.data, first.buf.len) == 0);
    } else {
        FUZZ_CHECK(status == WEFT_EBADMSG || status == WEFT_ENOTSUP);
    }
    weft__writer_fini(&first);
    weft__writer_fini(&second);
}

static void value_try(weft_bytes body)
{
    weft__reader limited = weft__reader_of(body);
    weft__reader reader = limited;
    weft_bytes value;
    weft_bytes any;
    if (weft__read_value(&limited, MSGPACK_DEPTH, &value))
        return;
    FUZZ_CHECK(weft__read_any(&reader, &any) == 0 && any.len == value.len);
    msgpack_unpacked unpacked;
    size_t off = 0;
    msgpack_unpacked_init(&unpacked);
    FUZZ_CHECK(msgpack_unpack_next(&unpacked, (const char *)body.ptr, body.len, &off) == MSGPACK_UNPACK_SUCCESS);
    FUZZ_CHECK(off == value.len);
    msgpack_unpacked_destroy(&unpacked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    weft_arena *arena;
    if (len < WEFT__FRAME_HEADER || weft_arena_new(NULL, &arena))
        return 0;
    weft_bytes body = weft_bytes_of(data + WEFT__FRAME_HEADER, len - WEFT__FRAME_HEADER);
    header_try(data);
    message_try(weft__frame_read(data).kind, body, arena);
    value_try(body);
    uint64_t id;
    (void)weft__request_peek(body, &id);
    weft_arena_free(arena);
    return 0;
}
