/* A growable run of bytes: data[0 .. len), cap allocated. Zero-filled but for the allocator is a valid empty one. */
#ifndef WEFT_RUNTIME_BASE_BUF_H
#define WEFT_RUNTIME_BASE_BUF_H

#include "weft/base.h"

typedef struct weft__buf {
    uint8_t *data;
    size_t len;
    size_t cap;
    const weft_allocator *allocator; /* borrowed, outlives the buffer */
} weft__buf;

static inline void weft__buf_init(weft__buf *buf, const weft_allocator *allocator)
{
    buf->data = NULL;
    buf->len = 0;
    buf->cap = 0;
    buf->allocator = allocator;
}
void weft__buf_release(weft__buf *buf); /* of one that has memory */
static inline void weft__buf_fini(weft__buf *buf)
{
    if (buf && buf->data)
        weft__buf_release(buf);
    else if (buf)
        weft__buf_init(buf, buf->allocator);
}
/* A place that keeps the memory of one large buffer, so that messages larger than what pools keep do not go to the
 * system for each; up to this much. */
enum { WEFT__SPARE_MAX = 2 * 1024 * 1024 };
/* Frees buf, or keeps its memory in spare, if it is more than what is kept there (which is freed then). buf is empty
 * afterwards. allocator: spare's, equal in effect to buf's. */
void weft__buf_give_any(weft__buf *spare, weft__buf *buf, const weft_allocator *allocator); /* of one that has memory */
static inline void weft__buf_give(weft__buf *spare, weft__buf *buf, const weft_allocator *allocator)
{
    if (buf->data)
        weft__buf_give_any(spare, buf, allocator);
    else
        weft__buf_init(buf, buf->allocator);
}
/* What spare keeps becomes buf's memory, where buf has none. */
static inline void weft__buf_take(weft__buf *buf, weft__buf *spare)
{
    if (buf->data || !spare->data)
        return;
    buf->data = spare->data;
    buf->cap = spare->cap;
    spare->data = NULL;
    spare->cap = 0;
}
/* Room for n more bytes behind len: 0, or WEFT_ENOMEM with the buffer as it was. Grows by doubling. */
int weft__buf_reserve(weft__buf *buf, size_t n);
/* Gives back what is behind len, where that can be done. */
void weft__buf_trim(weft__buf *buf);
/* 0, or WEFT_ENOMEM with the buffer as it was. */
int weft__buf_append(weft__buf *buf, const void *bytes, size_t n);
/* Drops the first n bytes (n <= len). */
void weft__buf_consume(weft__buf *buf, size_t n);
/* len becomes 0; memory above keep_cap is given back. */
static inline void weft__buf_clear(weft__buf *buf, size_t keep_cap)
{
    if (buf->cap > keep_cap)
        weft__buf_fini(buf);
    buf->len = 0;
}

#endif
