/* Writing tokens: msgpack-c's packer, made once more over our own bounded buffer instead of a callback. */
#include "runtime/wire/writer.h"

#include "runtime/base/mem.h"
#include "runtime/wire/put.h"

#include <msgpack/pack.h>

enum { WRITER_FIRST = 256 };

void weft__writer_fini(weft_writer *writer)
{
    if (writer)
        weft__buf_fini(&writer->buf);
}

void weft__writer_fail(weft_writer *writer, int status)
{
    if (!writer->status)
        writer->status = status;
}

/* Goes on in the spare memory, which has room for all that is there. */
static void writer_change_over(weft_writer *writer)
{
    weft__buf small = writer->buf;
    weft__buf_init(&writer->buf, small.allocator);
    weft__buf_take(&writer->buf, writer->spare);
    if (small.len > 0 && writer->buf.data)
        memcpy(writer->buf.data, small.data, small.len);
    writer->buf.len = small.len;
    weft__buf_fini(&small);
}

/* Room for n more bytes, or a status. */
static WEFT__COLD int writer_grow(weft_writer *writer, size_t n)
{
    if (writer->status)
        return writer->status;
    if (writer->buf.len > writer->max || n > writer->max - writer->buf.len)
        return writer->status = WEFT_EMSGSIZE;
    /* What has begun small is seldom the last: one allocation serves most messages. */
    size_t first = writer->max < WRITER_FIRST ? writer->max : WRITER_FIRST;
    if (writer->buf.cap == 0 && n < first)
        n = first;
    if (writer->spare && writer->buf.len + n > writer->buf.cap && writer->buf.len + n <= writer->spare->cap)
        writer_change_over(writer);
    return writer->status = weft__buf_reserve(&writer->buf, n);
}

static inline int writer_append(weft_writer *writer, const void *bytes, size_t n)
{
    weft__buf *buf = &writer->buf;
    if (__builtin_expect(writer->status || n > buf->cap - buf->len || n > writer->max - buf->len, 0)) {
        int status = writer_grow(writer, n);
        if (status)
            return status;
    }
    if (n == 0)
        return 0;
    if (!buf->data) /* there is room for n bytes */
        __builtin_unreachable();
    memcpy(buf->data + buf->len, bytes, n);
    buf->len += n;
    return 0;
}

#define msgpack_pack_inline_func(name) static inline int pack##name
#define msgpack_pack_inline_func_cint(name) static inline int pack##name
#define msgpack_pack_user weft_writer *
#define msgpack_pack_append_buffer(user, bytes, len) return writer_append((user), (bytes), (len))
#include <msgpack/pack_template.h>

/* This one calls msgpack-c's own packer by its name, and would hand it our writer. */
#pragma GCC poison pack_timestamp

void weft__write_nil(weft_writer *writer)
{
    (void)pack_nil(writer);
}

void weft__write_bool(weft_writer *writer, bool value)
{
    (void)(value ? pack_true(writer) : pack_false(writer));
}

/* Where the longest integer fits without growing: the place for it. */
static inline uint8_t *writer_room(weft_writer *writer)
{
    weft__buf *buf = &writer->buf;
    size_t limit = buf->cap < writer->max ? buf->cap : writer->max;
    if (__builtin_expect(writer->status || buf->len + WEFT__PUT_MAX > limit, 0))
        return NULL;
    return buf->data + buf->len;
}

static WEFT__COLD void write_u64_growing(weft_writer *writer, uint64_t value)
{
    (void)pack_uint64(writer, value);
}

static WEFT__COLD void write_i64_growing(weft_writer *writer, int64_t value)
{
    (void)pack_int64(writer, value);
}

void weft__write_u64_any(weft_writer *writer, uint64_t value)
{
    uint8_t *at = writer_room(writer);
    if (at)
        writer->buf.len = (size_t)(weft__put_u64(at, value) - writer->buf.data);
    else
        write_u64_growing(writer, value);
}

void weft__write_i64_any(weft_writer *writer, int64_t value)
{
    if (value >= 0) {
        weft__write_u64_any(writer, (uint64_t)value);
        return;
    }
    uint8_t *at = writer_room(writer);
    if (at)
        writer->buf.len = (size_t)(weft__put_negative(at, value) - writer->buf.data);
    else
        write_i64_growing(writer, value);
}

void weft__write_f32(weft_writer *writer, float value)
{
    (void)pack_float(writer, value);
}

void weft__write_f64(weft_writer *writer, double value)
{
    (void)pack_double(writer, value);
}

/* The packer cuts lengths and counts to 32 bits without a word. */
static bool writer_fits(weft_writer *writer, size_t n)
{
    if (__builtin_expect(n > UINT32_MAX, 0)) {
        weft__writer_fail(writer, WEFT_EMSGSIZE);
        return false;
    }
    return true;
}

void weft__write_str(weft_writer *writer, weft_str text)
{
    if (writer_fits(writer, text.len) && !pack_str(writer, text.len) && text.len > 0)
        (void)writer_append(writer, text.ptr, text.len);
}

void weft__write_bin(weft_writer *writer, weft_bytes bytes)
{
    if (writer_fits(writer, bytes.len) && !pack_bin(writer, bytes.len) && bytes.len > 0)
        (void)writer_append(writer, bytes.ptr, bytes.len);
}

void weft__write_timestamp(weft_writer *writer, weft_timestamp time)
{
    uint8_t body[12];
    size_t len = sizeof body;
    uint64_t both = (uint64_t)time.nsec << 34 | (uint64_t)time.sec;
    if (time.nsec >= 1000000000) {
        weft__writer_fail(writer, WEFT_EINVAL);
        return;
    }
    if ((uint64_t)time.sec >> 34 != 0) {
        for (unsigned i = 0; i < 4; i++)
            body[i] = (uint8_t)(time.nsec >> (24 - 8 * i));
        for (unsigned i = 0; i < 8; i++)
            body[4 + i] = (uint8_t)((uint64_t)time.sec >> (56 - 8 * i));
    } else {
        len = both >> 32 ? 8 : 4;
        for (unsigned i = 0; i < len; i++)
            body[i] = (uint8_t)(both >> (8 * (len - 1 - i)));
    }
    if (!pack_ext(writer, len, -1))
        (void)writer_append(writer, body, len);
}

void weft__write_array_any(weft_writer *writer, size_t n)
{
    if (writer_fits(writer, n))
        (void)pack_array(writer, n);
}

void weft__write_map(weft_writer *writer, size_t n)
{
    if (writer_fits(writer, n))
        (void)pack_map(writer, n);
}

void weft__write_raw(weft_writer *writer, weft_bytes bytes)
{
    if (bytes.len > 0)
        (void)writer_append(writer, bytes.ptr, bytes.len);
}
