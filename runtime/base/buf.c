/* Growable buffers. */
#include "runtime/base/buf.h"

#include "runtime/base/mem.h"

#ifndef WEFT_POOLS
#define WEFT_POOLS 1
#endif

enum { BUF_FIRST = 64 };

void weft__buf_release(weft__buf *buf)
{
    weft__free(buf->allocator, buf->data, buf->cap);
    weft__buf_init(buf, buf->allocator);
}

void weft__buf_give_any(weft__buf *spare, weft__buf *buf, const weft_allocator *allocator)
{
    if (WEFT_POOLS && buf->cap > spare->cap && buf->cap <= WEFT__SPARE_MAX) {
        weft__buf kept = *buf;
        *buf = *spare;
        buf->allocator = allocator;
        kept.len = 0;
        kept.allocator = allocator;
        *spare = kept;
    }
    weft__buf_fini(buf);
}

int weft__buf_reserve(weft__buf *buf, size_t n)
{
    if (n <= buf->cap - buf->len)
        return 0;
    size_t need;
    if (!weft__size_add(buf->len, n, &need) || need > PTRDIFF_MAX)
        return WEFT_ENOMEM;
    size_t cap = buf->cap ? buf->cap : BUF_FIRST;
    while (cap < need)
        cap *= 2; /* need is at most PTRDIFF_MAX: no overflow */
    uint8_t *data = weft__realloc(buf->allocator, buf->data, buf->cap, cap);
    if (!data)
        return WEFT_ENOMEM;
    buf->data = data;
    buf->cap = cap;
    return 0;
}

void weft__buf_trim(weft__buf *buf)
{
    uint8_t *data = buf->len > 0 ? weft__realloc(buf->allocator, buf->data, buf->cap, buf->len) : NULL;
    if (!data)
        return;
    buf->data = data;
    buf->cap = buf->len;
}

int weft__buf_append(weft__buf *buf, const void *bytes, size_t n)
{
    int status = weft__buf_reserve(buf, n);
    if (status)
        return status;
    if (n > 0)
        memcpy(buf->data + buf->len, bytes, n);
    buf->len += n;
    return 0;
}

void weft__buf_consume(weft__buf *buf, size_t n)
{
    if (!WEFT_CHECK(n <= buf->len))
        n = buf->len;
    buf->len -= n;
    if (n > 0 && buf->len > 0)
        memmove(buf->data, buf->data + n, buf->len);
}
