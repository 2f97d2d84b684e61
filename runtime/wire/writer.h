/* Appending MessagePack to a bounded, growing buffer. The first failure (out of memory, longer than the maximum)
 * sticks: what follows does nothing, and status tells. Integers are written in their shortest form. */
#ifndef WEFT_RUNTIME_WIRE_WRITER_H
#define WEFT_RUNTIME_WIRE_WRITER_H

#include "runtime/base/buf.h"
#include "runtime/base/inline.h"

struct weft_writer {
    weft__buf buf;
    size_t max;       /* of buf.len */
    weft__buf *spare; /* borrowed: memory to go on in where buf is full; NULL: none */
    int status;       /* 0, WEFT_ENOMEM, WEFT_EMSGSIZE, or what weft__writer_fail was given */
};
typedef struct weft_writer weft_writer;

/* allocator is borrowed and outlives the writer. */
static inline void weft__writer_init(weft_writer *writer, const weft_allocator *allocator, size_t max)
{
    weft__buf_init(&writer->buf, allocator);
    writer->max = max;
    writer->spare = NULL;
    writer->status = 0;
}
void weft__writer_fini(weft_writer *writer);
/* Moves the buffer out (the caller frees it with weft__buf_fini); the writer is empty afterwards. */
static inline weft__buf weft__writer_take(weft_writer *writer)
{
    weft__buf taken = writer->buf;
    weft__buf_init(&writer->buf, taken.allocator);
    return taken;
}
/* The first failure wins. */
WEFT__COLD void weft__writer_fail(weft_writer *writer, int status);

/* Appends one byte where there is room at once. */
static inline bool weft__writer_put(weft_writer *writer, uint8_t byte)
{
    weft__buf *buf = &writer->buf;
    if (__builtin_expect(writer->status || buf->len >= buf->cap || buf->len >= writer->max, 0))
        return false;
    buf->data[buf->len++] = byte;
    return true;
}

void weft__write_nil(weft_writer *writer);
void weft__write_bool(weft_writer *writer, bool value);
void weft__write_u64_any(weft_writer *writer, uint64_t value);
static inline void weft__write_u64(weft_writer *writer, uint64_t value)
{
    if (value > 0x7f || !weft__writer_put(writer, (uint8_t)value))
        weft__write_u64_any(writer, value);
}
void weft__write_i64_any(weft_writer *writer, int64_t value);
static inline void weft__write_i64(weft_writer *writer, int64_t value)
{
    if (value < -32 || value > 0x7f || !weft__writer_put(writer, (uint8_t)value))
        weft__write_i64_any(writer, value);
}
void weft__write_f32(weft_writer *writer, float value);
void weft__write_f64(weft_writer *writer, double value);
void weft__write_str(weft_writer *writer, weft_str text); /* longer than 2^32-1: WEFT_EMSGSIZE */
void weft__write_bin(weft_writer *writer, weft_bytes bytes);
void weft__write_timestamp(weft_writer *writer, weft_timestamp time); /* nsec of 10^9 and more: WEFT_EINVAL */
void weft__write_array_any(weft_writer *writer, size_t n);
static inline void weft__write_array(weft_writer *writer, size_t n)
{
    if (n > 15 || !weft__writer_put(writer, (uint8_t)(0x90 | n)))
        weft__write_array_any(writer, n);
}
void weft__write_map(weft_writer *writer, size_t n);
/* Bytes that are MessagePack already. */
void weft__write_raw(weft_writer *writer, weft_bytes bytes);

#endif
