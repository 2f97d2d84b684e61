/* One direction of a conduit: bytes that were taken from one engine and not yet fed to the other. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

void pipe_put(sim_pipe *p, const void *bytes, size_t len)
{
    if (p->end + len > p->cap && p->begin > 0) {
        memmove(p->bytes, p->bytes + p->begin, pipe_len(p));
        p->end -= p->begin;
        p->begin = 0;
    }
    if (p->end + len > p->cap) {
        p->cap = (p->end + len) * 2;
        p->bytes = realloc(p->bytes, p->cap);
    }
    memcpy(p->bytes + p->end, bytes, len);
    p->end += len;
}

void pipe_insert(sim_pipe *p, size_t at, size_t len)
{
    static const uint8_t none[64];
    size_t behind = pipe_len(p) - at;
    pipe_put(p, none, len);
    uint8_t *from = p->bytes + p->begin + at;
    memmove(from + len, from, behind);
}

void pipe_drop(sim_pipe *p, size_t len)
{
    p->begin += len;
    if (p->begin == p->end)
        p->begin = p->end = 0;
}

void pipe_free(sim_pipe *p)
{
    free(p->bytes);
    p->bytes = NULL;
    p->cap = p->begin = p->end = 0;
}
