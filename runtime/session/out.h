/* Bytes on their way to a conduit: a chain of pieces, kept until let go. A small one is copied behind others into a
 * chunk; a large one is referred to, and its memory goes with the piece that owns it. */
#ifndef WEFT_RUNTIME_SESSION_OUT_H
#define WEFT_RUNTIME_SESSION_OUT_H

#include "runtime/base/buf.h"
#include "weft/engine.h"

typedef struct weft__piece {
    struct weft__piece *next;
    const uint8_t *data;
    size_t len;
    size_t cap;      /* of a chunk, whose bytes follow this struct; 0: data is elsewhere */
    weft__buf owned; /* freed with the piece */
} weft__piece;

typedef struct weft__out {
    const weft_allocator *allocator;
    weft__piece *first;
    weft__piece *last;
    weft__piece *spare; /* empty chunks, n_spare of them */
    uint32_t n_spare;
    weft__buf spare_body; /* of a message that went out, for the next writer */
    size_t first_taken;   /* bytes of the first piece that are let go */
    uint64_t end;         /* offset of the next byte to be appended, from the conduit's beginning */
    uint64_t handed;      /* offset behind the last byte that was ever handed out */
    uint64_t taken;       /* offset of the first byte that is not let go */
} weft__out;

enum {
    WEFT__OUT_CHUNK = 4096 - 64,
    WEFT__OUT_COPY_MAX = 2048, /* longer ones are referred to: measured to be cheaper */
    WEFT__OUT_SPARE_MAX = 16   /* what one write of 64 KiB needs */
};

void weft__out_init(weft__out *out, const weft_allocator *allocator);
void weft__out_fini(weft__out *out);
/* Frees what is kept for later. */
void weft__out_trim(weft__out *out);
/* Takes over all that from holds; out is empty. allocator: the new owner's, equal in effect. */
void weft__out_move(weft__out *out, weft__out *from, const weft_allocator *allocator);
static inline uint64_t weft__out_len(const weft__out *out)
{
    return out->end - out->taken;
}
/* Makes sure that the next len (at most WEFT__OUT_CHUNK) bytes can be copied without failing. 0 or WEFT_ENOMEM. */
int weft__out_reserve(weft__out *out, size_t len);
/* Copies; 0, or WEFT_ENOMEM with nothing appended. */
int weft__out_copy(weft__out *out, const void *bytes, size_t len);
/* Refers to bytes that stay valid until an owner behind them is let go. 0 or WEFT_ENOMEM. */
int weft__out_refer(weft__out *out, const uint8_t *bytes, size_t len);
/* An empty piece that is to own what others refer to; NULL: out of memory. Not in the chain yet. */
weft__piece *weft__out_owner_new(weft__out *out);
/* Puts the owner behind everything, with the buffer in it: freed once all before it is let go. */
void weft__out_own(weft__out *out, weft__piece *owner, weft__buf *buf);
/* Slices from the first byte not let go on: how many. */
size_t weft__out_drain(weft__out *out, weft_slice *slices, size_t n_max);
/* The first len bytes are let go. */
void weft__out_drained(weft__out *out, size_t len);

#endif
