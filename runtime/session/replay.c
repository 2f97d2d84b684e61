/* What a session that may be resumed keeps of what it has sent [resume.count]: the chain of out.c, of which the conduit
 * has taken the first part, and what is not counted beside it. */
#include "runtime/base/mem.h"
#include "runtime/session/out.h"
#include "runtime/wire/codes.h"

enum { ASIDE_SPARE_MAX = 4 };

int weft__out_keep(weft__out *out, uint64_t limit)
{
    weft__out_fini(out); /* of a session that is replaced */
    weft__replay *replay = weft__alloc_zero(out->allocator, sizeof *replay);
    if (!replay)
        return WEFT_ENOMEM;
    replay->limit = limit;
    out->replay = replay;
    return 0;
}

/* ---- frames of what is kept ---- */

/* The end of the first frame that reaches offset. */
static uint64_t frame_end_at(const weft__out *out, uint64_t offset)
{
    const weft__piece *piece = out->first;
    uint64_t end = out->replay->begin;
    size_t at = out->first_taken;
    while (end < offset) {
        uint64_t len = 0;
        uint64_t skip = WEFT__FRAME_HEADER - 4;
        for (unsigned i = 0; i < 4; i++) { /* [frame.header] */
            while (at == piece->len) {
                piece = piece->next;
                at = 0;
            }
            len |= (uint64_t)piece->data[at++] << (8 * i);
        }
        skip += len;
        end += WEFT__FRAME_HEADER + len;
        if (end >= offset)
            break;
        while (skip > piece->len - at) {
            skip -= piece->len - at;
            piece = piece->next;
            at = 0;
        }
        at += (size_t)skip;
    }
    return end;
}

/* ---- aside ---- */

static void aside_free(weft__out *out, weft__piece *piece)
{
    weft__replay *replay = out->replay;
    if (piece->cap == WEFT__OUT_ASIDE && replay->n_aside_spare < ASIDE_SPARE_MAX) {
        piece->next = replay->aside_spare;
        replay->aside_spare = piece;
        replay->n_aside_spare++;
        return;
    }
    weft__free(out->allocator, piece, sizeof *piece + piece->cap);
}

static weft__piece *aside_new(weft__out *out, size_t len)
{
    weft__replay *replay = out->replay;
    weft__piece *piece = len <= WEFT__OUT_ASIDE ? replay->aside_spare : NULL;
    if (!piece)
        return weft__piece_new(out, len <= WEFT__OUT_ASIDE ? WEFT__OUT_ASIDE : len);
    replay->aside_spare = piece->next;
    replay->n_aside_spare--;
    piece->next = NULL;
    return piece;
}

static void aside_insert(weft__replay *replay, weft__piece *piece, uint64_t at)
{
    weft__piece *before = replay->aside_last;
    piece->at = at;
    if (before && before->at > at) /* a last word stands there */
        for (before = NULL; (before ? before->next : replay->aside)->at <= at;)
            before = before ? before->next : replay->aside;
    piece->next = before ? before->next : replay->aside;
    if (before)
        before->next = piece;
    else
        replay->aside = piece;
    if (!piece->next)
        replay->aside_last = piece;
    replay->aside_len += piece->len;
}

static void aside_drop(weft__out *out)
{
    weft__replay *replay = out->replay;
    while (replay->aside) {
        weft__piece *next = replay->aside->next;
        aside_free(out, replay->aside);
        replay->aside = next;
    }
    replay->aside_last = NULL;
    replay->aside_taken = replay->aside_len = 0;
}

int weft__out_aside(weft__out *out, const uint8_t *header, size_t header_len, weft_bytes body, bool soon)
{
    weft__piece *piece = aside_new(out, header_len + body.len);
    if (!piece)
        return WEFT_ENOMEM;
    memcpy(piece + 1, header, header_len);
    if (body.len > 0)
        memcpy((uint8_t *)(piece + 1) + header_len, body.ptr, body.len);
    piece->len = header_len + body.len;
    /* All of a resumption may wait in front of the end. */
    uint64_t offered = out->replay->offered;
    aside_insert(out->replay, piece, soon && offered < out->end ? frame_end_at(out, offered) : out->end);
    return 0;
}

/* Its pieces are all chunks: a handshake refers to nothing. The conduit may hold slices of them. */
void weft__out_take_aside(weft__out *out, weft__out *from)
{
    weft__replay *replay = out->replay;
    weft__piece *piece = from->first;
    replay->written += from->taken;
    replay->aside_taken = from->first_taken;
    from->first = from->last = NULL;
    while (piece) {
        weft__piece *next = piece->next;
        piece->next = NULL;
        aside_insert(replay, piece, out->taken);
        piece = next;
    }
    replay->aside_len -= replay->aside_taken;
    weft__out_fini(from);
}

/* ---- letting go ---- */

bool weft__out_may_ack(const weft__out *out, uint64_t received)
{
    const weft__replay *replay = out->replay;
    return received >= replay->received && received <= out->handed && frame_end_at(out, received) == received;
}

void weft__replay_lost(weft__out *out, weft__piece *piece)
{
    weft__replay *replay = out->replay;
    replay->memory -= piece->charged;
    piece->charged = 0;
    if (replay->at == piece) { /* all of it is taken */
        replay->at = piece->next;
        replay->at_taken = 0;
    }
}

static void replay_release(weft__out *out, uint64_t until)
{
    weft__replay *replay = out->replay;
    size_t len = (size_t)(until - replay->begin);
    replay->begin = until;
    if (len > 0)
        weft__out_let_go(out, len);
}

bool weft__out_acked(weft__out *out, uint64_t received)
{
    weft__replay *replay = out->replay;
    bool progress = received > replay->received;
    if (received > replay->received)
        replay->received = received;
    if (received > replay->begin && received <= out->taken) /* else when the conduit has said that it took it */
        replay_release(out, received);
    return progress;
}

void weft__out_keep_no_more(weft__out *out)
{
    if (out->replay) {
        out->replay->received = UINT64_MAX;
        replay_release(out, out->taken);
    }
}

void weft__out_cut(weft__out *out)
{
    weft__replay *replay = out->replay;
    aside_drop(out);
    if (out->taken < replay->received) { /* it has what the conduit never said that it took */
        out->taken = replay->received;
        replay->at = NULL;
    }
    if (replay->received > replay->begin)
        replay_release(out, replay->received);
    out->taken = replay->begin;
    replay->at = out->first;
    replay->at_taken = out->first_taken;
    replay->offered = replay->begin;
}

uint64_t weft__out_room(const weft__out *out)
{
    const weft__replay *replay = out->replay;
    uint64_t spare = 2 * sizeof(weft__piece) + 2 * (sizeof(weft__piece) + WEFT__OUT_CHUNK);
    return replay->memory + spare < replay->limit ? replay->limit - replay->memory - spare : 0;
}

/* ---- the conduit ---- */

/* The piece in which taken lies, with at least one byte behind it; NULL: all is taken. */
static weft__piece *replay_at(weft__out *out)
{
    weft__replay *replay = out->replay;
    if (!replay->at) {
        replay->at = out->first;
        replay->at_taken = out->first_taken;
    }
    while (replay->at && replay->at_taken == replay->at->len && replay->at->next) {
        replay->at = replay->at->next;
        replay->at_taken = 0;
    }
    return replay->at && replay->at_taken < replay->at->len ? replay->at : NULL;
}

size_t weft__replay_drain(weft__out *out, weft_slice *slices, size_t n_max)
{
    weft__replay *replay = out->replay;
    const weft__piece *piece = replay_at(out);
    const weft__piece *aside = replay->aside;
    size_t at = replay->at_taken;
    size_t aside_at = replay->aside_taken;
    uint64_t offset = out->taken;
    size_t n = 0;
    while (n < n_max && offset - out->taken < WEFT__AHEAD_MAX && (piece || aside)) {
        size_t len;
        if (aside && aside->at == offset) {
            slices[n++] = (weft_slice){ aside->data + aside_at, aside->len - aside_at };
            aside = aside->next;
            aside_at = 0;
            continue;
        }
        if (!piece)
            break;
        len = piece->len - at;
        if (aside && aside->at - offset < len)
            len = (size_t)(aside->at - offset);
        if (len > 0)
            slices[n++] = (weft_slice){ piece->data + at, len };
        offset += len;
        at += len;
        if (at == piece->len) {
            piece = piece->next;
            at = 0;
        }
    }
    replay->offered = offset > replay->offered ? offset : replay->offered;
    out->handed = offset > out->handed ? offset : out->handed;
    return n;
}

/* At most len bytes of the first one aside, or of the chain up to it: how many were taken. */
static size_t replay_take(weft__out *out, size_t len)
{
    weft__replay *replay = out->replay;
    weft__piece *aside = replay->aside;
    weft__piece *piece;
    size_t n;
    if (aside && aside->at == out->taken) {
        n = aside->len - replay->aside_taken < len ? aside->len - replay->aside_taken : len;
        replay->aside_taken += n;
        replay->aside_len -= n;
        if (replay->aside_taken == aside->len) {
            replay->aside = aside->next;
            replay->aside_taken = 0;
            if (!replay->aside)
                replay->aside_last = NULL;
            aside_free(out, aside);
        }
        return n;
    }
    piece = replay_at(out);
    if (!piece)
        return 0;
    n = piece->len - replay->at_taken < len ? piece->len - replay->at_taken : len;
    if (aside && aside->at - out->taken < n)
        n = (size_t)(aside->at - out->taken);
    replay->at_taken += n;
    out->taken += n;
    return n;
}

void weft__replay_drained(weft__out *out, size_t len)
{
    weft__replay *replay = out->replay;
    replay->written += len;
    while (len > 0) {
        size_t n = replay_take(out, len);
        if (!WEFT_CHECK(n > 0)) /* more than there was */
            break;
        len -= n;
    }
    if (replay->received > replay->begin) {
        if (replay->received == UINT64_MAX) /* nothing is kept any more */
            replay_release(out, out->taken);
        else if (replay->received <= out->taken)
            replay_release(out, replay->received);
    }
}

void weft__replay_fini(weft__out *out)
{
    weft__replay *replay = out->replay;
    if (!replay)
        return;
    aside_drop(out);
    while (replay->aside_spare) {
        weft__piece *next = replay->aside_spare->next;
        weft__free(out->allocator, replay->aside_spare, sizeof *next + replay->aside_spare->cap);
        replay->aside_spare = next;
    }
    weft__free(out->allocator, replay, sizeof *replay);
    out->replay = NULL;
}
