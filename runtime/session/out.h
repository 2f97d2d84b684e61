/* Bytes on their way to a conduit: a chain of pieces, kept until let go. A small one is copied behind others into a
 * chunk; a large one is referred to, and its memory goes with the piece that owns it.
 *
 * What the conduit has taken is let go at once; in a session that may be resumed, once the counterpart has it: see
 * weft__replay. */
#ifndef WEFT_RUNTIME_SESSION_OUT_H
#define WEFT_RUNTIME_SESSION_OUT_H

#include "runtime/base/buf.h"
#include "runtime/wire/frame.h"
#include "weft/engine.h"

typedef struct weft__piece {
    struct weft__piece *next;
    const uint8_t *data;
    size_t len;
    size_t cap;     /* of a chunk, whose bytes follow this struct; 0: data is elsewhere */
    size_t charged; /* to the replay that keeps it */
    union {
        weft__buf owned; /* freed with the piece */
        uint64_t at;     /* of one that is aside: the offset in front of which it goes out */
    };
} weft__piece;

/* [resume.count] What a session that may be resumed has sent, kept until the counterpart says that it has it.
 *
 *   begin ────────── taken ─────────── end      offsets of counted bytes: frames that a resumption sends again
 *   kept for it      for the conduit
 *
 * Frames that are not counted (handshake, Ping, Pong, Ack, last words) stand aside, each with the offset in front of
 * which it goes out, so that what is kept has no holes, and a counterpart cannot make each kept byte cost a chunk. */
typedef struct weft__replay {
    weft__piece *at; /* in which taken lies; NULL: there is no piece */
    size_t at_taken;
    weft__piece *aside; /* first; by offset */
    weft__piece *aside_last;
    weft__piece *aside_spare;
    uint32_t n_aside_spare;
    size_t aside_taken; /* bytes of the first one aside that the conduit has taken */
    size_t aside_len;   /* bytes aside that it has not */
    uint64_t begin;
    uint64_t received; /* by the counterpart, as it says; above begin where the conduit has not said that it took it */
    uint64_t written;  /* bytes that conduits took: handshakes, what stood aside and what was sent again included */
    uint64_t offered;  /* behind the last byte handed out on this conduit */
    uint64_t memory;   /* of what is kept and what waits: pieces, and what they refer to */
    uint64_t limit;    /* of that */
} weft__replay;

typedef struct weft__out {
    const weft_allocator *allocator;
    weft__piece *first;
    weft__piece *last;
    weft__piece *spare; /* empty chunks, n_spare of them */
    uint32_t n_spare;
    weft__buf spare_body; /* of a message that went out, for the next writer */
    size_t first_taken;   /* bytes of the first piece that are let go */
    /* Offsets count from the conduit's beginning; with a replay, bytes of counted frames from the session's. */
    uint64_t end;         /* of the next byte to be appended */
    uint64_t handed;      /* behind the last byte that was ever handed out */
    uint64_t taken;       /* of the first byte that the conduit has not taken */
    weft__replay *replay; /* NULL: nothing is kept */
} weft__out;

enum {
    WEFT__AHEAD_MAX = 256 * 1024, /* [frame.fair] about so much is handed out ahead of the conduit */
    WEFT__OUT_CHUNK = 4096 - 72,
    WEFT__OUT_COPY_MAX = 2048, /* longer ones are referred to: measured to be cheaper */
    WEFT__OUT_SPARE_MAX = 16,  /* what one write of 64 KiB needs */
    WEFT__OUT_KEEP_MAX = 64,   /* the same with a replay: and what is sent between two acknowledgements */
    WEFT__OUT_ASIDE = 56,      /* a number in a frame */
    WEFT__OUT_ASIDE_MAX = 4096 /* bytes aside, beyond which nothing more is put there but a last word */
};

void weft__out_init(weft__out *out, const weft_allocator *allocator);
void weft__out_fini(weft__out *out);
/* Frees what is kept for later. */
void weft__out_trim(weft__out *out);
/* Takes over all that from holds; out is empty. allocator: the new owner's, equal in effect. */
void weft__out_move(weft__out *out, weft__out *from, const weft_allocator *allocator);
/* Not taken by the conduit; what stands aside is not among it. */
static inline uint64_t weft__out_len(const weft__out *out)
{
    return out->end - out->taken;
}
static inline bool weft__out_is_empty(const weft__out *out)
{
    return out->end == out->taken && (!out->replay || out->replay->aside_len == 0);
}
/* Bytes that conduits have taken. */
static inline uint64_t weft__out_written(const weft__out *out)
{
    return out->replay ? out->replay->written : out->taken;
}
/* Makes sure that the next len (at most WEFT__OUT_CHUNK) bytes can be copied without failing. 0 or WEFT_ENOMEM. */
int weft__out_reserve(weft__out *out, size_t len);
/* Copies; 0, or WEFT_ENOMEM with nothing appended. */
int weft__out_copy(weft__out *out, const void *bytes, size_t len);
/* A frame with its body, both copied; 0 or WEFT_ENOMEM, and then it is perhaps not whole. */
int weft__out_frame(weft__out *out, uint8_t kind, uint64_t connection, weft_bytes body);
/* Refers to bytes that stay valid until an owner behind them is let go. 0 or WEFT_ENOMEM. */
int weft__out_refer(weft__out *out, const uint8_t *bytes, size_t len);
/* An empty piece that is to own what others refer to; NULL: out of memory. Not in the chain yet. */
weft__piece *weft__out_owner_new(weft__out *out);
/* Puts the owner behind everything, with the buffer in it: freed once all before it is let go. referred: how much of
 * the buffer pieces refer to. */
void weft__out_own(weft__out *out, weft__piece *owner, weft__buf *buf, size_t referred);
/* Slices from the first byte not let go on: how many. */
size_t weft__out_drain(weft__out *out, weft_slice *slices, size_t n_max);
/* The conduit has taken the first len bytes. */
void weft__out_drained(weft__out *out, size_t len);

/* ---- replay.c: with a replay ---- */
/* From now on what is appended is kept; what was there is gone. limit: bytes of memory. 0 or WEFT_ENOMEM. */
int weft__out_keep(weft__out *out, uint64_t limit);
/* What waits still goes out, and nothing is kept any more. */
void weft__out_keep_no_more(weft__out *out);
/* A frame that is not counted goes out behind what is appended, or, soon, behind the frame that is on its way: 0 or
 * WEFT_ENOMEM. */
int weft__out_aside(weft__out *out, const uint8_t *header, size_t header_len, weft_bytes body, bool soon);
/* The same of all that from holds, in front of what is not taken; nothing else stands aside. */
void weft__out_take_aside(weft__out *out, weft__out *from);
/* May a counterpart say that it has so many bytes: a frame ends there, it is handed out, and not less than before? */
bool weft__out_may_ack(const weft__out *out, uint64_t received);
/* It has: true where that lets something go. */
bool weft__out_acked(weft__out *out, uint64_t received);
/* The conduit is gone: what stood aside is dropped, and taken is where what is kept begins. */
void weft__out_cut(weft__out *out);
/* Bytes that may be appended before the limit is reached. */
uint64_t weft__out_room(const weft__out *out);
size_t weft__replay_drain(weft__out *out, weft_slice *slices, size_t n_max);
void weft__replay_drained(weft__out *out, size_t len);
void weft__replay_fini(weft__out *out);
void weft__replay_lost(weft__out *out, weft__piece *piece); /* it leaves the chain */

/* ---- shared with replay.c ---- */
weft__piece *weft__piece_new(weft__out *out, size_t cap); /* NULL: out of memory */
void weft__out_let_go(weft__out *out, size_t len);        /* the first len bytes of the chain */

#endif
