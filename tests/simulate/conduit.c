/* Conduits: in each direction bytes that were taken from one engine and not yet fed to the other. */
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

sim_conduit *conduit_new(sim_link *l)
{
    sim_conduit *c = calloc(1, sizeof *c);
    for (int i = 0; i < 2; i++) {
        sim_port *p = &c->ports[i];
        p->side = &l->sides[i];
        p->peer = &c->ports[!i];
        p->out.limit = below(l->world, 4) == 0 ? 1 + below(l->world, 3000) : 1 + below(l->world, 200000);
    }
    l->conduits[l->n_conduits++] = c;
    return c;
}

static bool is_used(const sim_port *p)
{
    return !p->is_gone || p->handshake || p->side->port == p;
}

void conduits_free(sim_link *l, bool all)
{
    for (size_t i = l->n_conduits; i > 0; i--) {
        sim_conduit *c = l->conduits[i - 1];
        if (!all && (is_used(&c->ports[0]) || is_used(&c->ports[1])))
            continue;
        for (int k = 0; k < 2; k++) {
            pipe_free(&c->ports[k].out);
            mon_shake_free(&c->ports[k].shake);
        }
        free(c);
        l->conduits[i - 1] = l->conduits[--l->n_conduits];
    }
}
