/* Bytes on their way to a conduit: the chain of pieces. */
#include "runtime/session/out.h"
#include "runtime/base/mem.h"

void weft__out_init(weft__out *out, const weft_allocator *allocator)
{
    memset(out, 0, sizeof *out);
    out->allocator = allocator;
    weft__buf_init(&out->spare_body, allocator);
}

static void piece_free(weft__out *out, weft__piece *piece)
{
    weft__buf_give(&out->spare_body, &piece->owned, out->allocator);
    weft__free(out->allocator, piece, sizeof *piece + piece->cap);
}

void weft__out_trim(weft__out *out)
{
    while (out->spare) {
        weft__piece *next = out->spare->next;
        piece_free(out, out->spare);
        out->spare = next;
    }
    out->n_spare = 0;
    weft__buf_fini(&out->spare_body);
}

void weft__out_fini(weft__out *out)
{
    while (out->first) {
        weft__piece *next = out->first->next;
        piece_free(out, out->first);
        out->first = next;
    }
    weft__out_trim(out);
    weft__replay_fini(out);
    weft__out_init(out, out->allocator);
}

void weft__out_move(weft__out *out, weft__out *from, const weft_allocator *allocator)
{
    *out = *from;
    out->allocator = allocator;
    out->spare_body.allocator = allocator;
    for (weft__piece *piece = out->first; piece; piece = piece->next)
        piece->owned.allocator = allocator;
    weft__out_init(from, from->allocator);
}

weft__piece *weft__piece_new(weft__out *out, size_t cap)
{
    weft__piece *piece = weft__alloc(out->allocator, sizeof *piece + cap);
    if (!piece)
        return NULL;
    piece->next = NULL;
    piece->data = (const uint8_t *)(piece + 1);
    piece->len = 0;
    piece->cap = cap;
    piece->charged = 0;
    weft__buf_init(&piece->owned, out->allocator);
    return piece;
}

/* memory: beside the struct itself. */
static void piece_append(weft__out *out, weft__piece *piece, size_t memory)
{
    if (out->replay) {
        piece->charged = sizeof *piece + memory;
        out->replay->memory += piece->charged;
    }
    if (out->last)
        out->last->next = piece;
    else
        out->first = piece;
    out->last = piece;
}

int weft__out_reserve(weft__out *out, size_t len)
{
    weft__piece *last = out->last;
    if (last && last->cap - (last->cap ? last->len : 0) >= len)
        return 0;
    /* A spare that was made by an earlier reserve is appended by the copy, so that a failed frame leaves nothing. */
    if (!out->spare) {
        out->spare = weft__piece_new(out, WEFT__OUT_CHUNK);
        out->n_spare = out->spare ? 1 : 0;
    }
    return out->spare ? 0 : WEFT_ENOMEM;
}

/* A chunk behind everything; NULL: out of memory. */
static weft__piece *out_add_chunk(weft__out *out)
{
    int status = out->spare ? 0 : weft__out_reserve(out, WEFT__OUT_CHUNK);
    weft__piece *chunk = out->spare;
    if (status < 0 || !chunk)
        return NULL;
    out->spare = chunk->next;
    out->n_spare--;
    chunk->next = NULL;
    piece_append(out, chunk, chunk->cap);
    return chunk;
}

int weft__out_copy(weft__out *out, const void *bytes, size_t len)
{
    const uint8_t *from = bytes;
    while (len > 0) {
        weft__piece *last = out->last;
        if (!last || last->cap == 0 || last->len == last->cap) {
            last = out_add_chunk(out);
            if (!last)
                return WEFT_ENOMEM;
        }
        size_t n = last->cap - last->len < len ? last->cap - last->len : len;
        memcpy((uint8_t *)(last + 1) + last->len, from, n);
        last->len += n;
        out->end += n;
        from += n;
        len -= n;
    }
    return 0;
}

static inline void chunk_frame(weft__out *out, weft__piece *chunk, const weft__frame *frame, const uint8_t *body)
{
    uint8_t *at = (uint8_t *)(chunk + 1) + chunk->len;
    size_t len = WEFT__FRAME_HEADER + (size_t)frame->len;
    weft__frame_write(frame, at);
    memcpy(at + WEFT__FRAME_HEADER, body, frame->len);
    chunk->len += len;
    out->end += len;
}

/* Where the last chunk has no room for all of it. */
static __attribute__((noinline)) int out_frame_on(weft__out *out, weft__frame frame, const uint8_t *body)
{
    weft__piece *last = out->last;
    if ((!last || last->cap == 0) && frame.len <= WEFT__OUT_CHUNK - WEFT__FRAME_HEADER) {
        last = out_add_chunk(out);
        if (last)
            chunk_frame(out, last, &frame, body);
        return last ? 0 : WEFT_ENOMEM;
    }
    uint8_t header[WEFT__FRAME_HEADER];
    weft__frame_write(&frame, header);
    int status = weft__out_copy(out, header, sizeof header);
    return status < 0 ? status : weft__out_copy(out, body, frame.len);
}

int weft__out_frame(weft__out *out, uint8_t kind, uint64_t connection, weft_bytes body)
{
    weft__frame frame = { (uint32_t)body.len, kind, 0, 0, connection };
    weft__piece *last = out->last;
    if (!last || last->cap == 0 || last->cap - last->len < WEFT__FRAME_HEADER + body.len)
        return out_frame_on(out, frame, body.ptr);
    chunk_frame(out, last, &frame, body.ptr);
    return 0;
}

int weft__out_refer(weft__out *out, const uint8_t *bytes, size_t len)
{
    weft__piece *piece = weft__piece_new(out, 0);
    if (!piece)
        return WEFT_ENOMEM;
    piece->data = bytes;
    piece->len = len;
    piece_append(out, piece, len);
    out->end += len;
    return 0;
}

weft__piece *weft__out_owner_new(weft__out *out)
{
    return weft__piece_new(out, 0);
}

void weft__out_own(weft__out *out, weft__piece *owner, weft__buf *buf, size_t referred)
{
    owner->owned = *buf;
    weft__buf_init(buf, out->allocator);
    piece_append(out, owner, owner->owned.cap > referred ? owner->owned.cap - referred : 0);
    if (out->end == (out->replay ? out->replay->begin : out->taken)) /* nothing comes behind that would let go of it */
        weft__out_let_go(out, 0);
}

size_t weft__out_drain(weft__out *out, weft_slice *slices, size_t n_max)
{
    if (out->replay)
        return weft__replay_drain(out, slices, n_max);
    size_t n = 0;
    size_t skip = out->first_taken;
    uint64_t offset = out->taken;
    for (const weft__piece *piece = out->first; piece && n < n_max; piece = piece->next) {
        if (piece->len > skip) {
            slices[n].ptr = piece->data + skip;
            slices[n].len = piece->len - skip;
            offset += slices[n].len;
            n++;
        }
        skip = 0;
    }
    if (offset > out->handed)
        out->handed = offset;
    return n;
}

void weft__out_let_go(weft__out *out, size_t len)
{
    uint32_t spare_max = out->replay ? WEFT__OUT_KEEP_MAX : WEFT__OUT_SPARE_MAX;
    while (out->first) {
        weft__piece *first = out->first;
        size_t left = first->len - out->first_taken;
        if (len < left) {
            out->first_taken += len;
            return;
        }
        len -= left;
        out->first_taken = 0;
        out->first = first->next;
        if (!out->first)
            out->last = NULL;
        if (out->replay)
            weft__replay_lost(out, first);
        if (first->cap == WEFT__OUT_CHUNK && out->n_spare < spare_max) {
            first->len = 0;
            first->next = out->spare;
            out->spare = first;
            out->n_spare++;
        } else {
            piece_free(out, first);
        }
    }
}

void weft__out_drained(weft__out *out, size_t len)
{
    if (out->replay) {
        weft__replay_drained(out, len);
        return;
    }
    out->taken += len;
    weft__out_let_go(out, len);
}
