/* Connections that are joined to others. Where the two engines are a proxy's, the fuzzer is the counterpart of both,
 * and what it says to one comes out at the other. A pair joins its own connections to ones that go back through it. */
#include "tests/fuzz/engine_world.h"

#include "runtime/wire/codes.h"
#include "weft/proxy.h"

enum { PAIR_COST = 16 * 1024 };

/* What a join is told of its end comes from the dispatch of its left's engine. */
static const weft_proxy_options *options_make(side *s, uint8_t how, weft_proxy_options *options, note **ret_note)
{
    *ret_note = how & 32 ? NULL : world_note(s->world, s);
    *options = weft_proxy_options_default();
    if (how & 16)
        options->timeout_ns = WEFT_NS_PER_S;
    options->on_closed = *ret_note ? fuzz_on_closed : NULL;
    options->user = *ret_note;
    s->world->granted += PAIR_COST;
    return *ret_note ? options : NULL;
}

static void owe(world *w, note *n, bool joined)
{
    w->has_joined |= joined;
    if (n && joined)
        n->closed_owed = true;
}

static int proxy_open(side *s, weft_pending pending, side *to, uint8_t how)
{
    weft_proxy_options options;
    note *n;
    if (!side_has_session(to))
        return WEFT_ECLOSED;
    const weft_proxy_options *given = options_make(s, how, &options, &n);
    uint64_t hops = weft_pending_hops(pending);
    int status = weft_proxy_open(pending, to->session, given);
    FUZZ_CHECK(status != 0 || hops < WEFT_HOPS_MAX);
    FUZZ_CHECK(status != WEFT_EREJECTED || weft_pending_hops(pending) == 0);
    owe(s->world, n, status == 0);
    to->n_opened += status == 0;
    FUZZ_CHECK(status == 0 || status == WEFT_EREJECTED || status == WEFT_EALREADY || status == WEFT_EINVAL ||
               status == WEFT_ECLOSED || status == WEFT_EUNAVAILABLE || status == WEFT_EBUSY || status == WEFT_EAGAIN ||
               (status == WEFT_ENOMEM && s->world->may_starve));
    return status;
}

static void proxy_meet(side *s, side *other, uint8_t how, script *in)
{
    weft_proxy_options options;
    note *n;
    uint8_t left = script_byte(in), right = script_byte(in);
    if (s->n_pendings == 0 || other->n_pendings == 0)
        return;
    const weft_proxy_options *given = options_make(s, how, &options, &n);
    int status = weft_proxy_meet(s->pendings[left % s->n_pendings], other->pendings[right % other->n_pendings], given);
    owe(s->world, n, status == 0);
    FUZZ_CHECK(status == 0 || status == WEFT_EALREADY || status == WEFT_EINVAL ||
               (status == WEFT_ENOMEM && s->world->may_starve));
}

static void proxy_join(side *s, side *other, uint8_t how, script *in)
{
    weft_proxy_options options;
    note *n;
    uint8_t i = script_byte(in), k = script_byte(in);
    if (s->n_conns == 0 || other->n_conns == 0)
        return;
    weft_connection *left = s->conns[i % s->n_conns], *right = other->conns[k % other->n_conns];
    const weft_proxy_options *given = options_make(s, how, &options, &n);
    int status = weft_proxy_join(left, right, given);
    owe(s->world, n, status == 0);
    FUZZ_CHECK(status == 0 || status == WEFT_EINVAL || status == WEFT_ECLOSED ||
               (status == WEFT_ENOMEM && s->world->may_starve));
}

/* The newest Open that s has said is accepted as whoever said it wants it, or closed, or another one is. */
void op_feed_accept(side *s, script *in)
{
    wire_bytes frame = { NULL, 0, 0 };
    uint8_t how = script_byte(in);
    uint64_t id = how & 16 ? s->opened - 2 * (uint64_t)(script_byte(in) % 8) : s->opened;
    if (s->is_dispatching)
        return;
    s->world->honest = false;
    if (how & 32)
        wire_put_any(&frame, how & 64 ? WEFT__KIND_REJECT : WEFT__KIND_CLOSE, id, 1);
    else
        wire_put_open(&frame, WEFT__KIND_ACCEPT, id, s->opened_odd == ((how & 128) != 0));
    side_feed(s, frame.ptr, frame.len);
    wire_bytes_free(&frame);
}

void op_proxy(side *s, script *in)
{
    uint8_t how = script_byte(in);
    side *other = how & 8 ? s : world_other(s);
    switch (how % 4) {
    case 0: proxy_meet(s, other, how, in); break;
    case 1: proxy_join(s, other, how, in); break;
    default:
        if (s->n_pendings > 0)
            (void)proxy_open(s, s->pendings[script_byte(in) % s->n_pendings], other, how);
        break;
    }
}

bool proxy_on_open(side *s, weft_pending pending, uint8_t how)
{
    return s->world->is_proxy && (how & 16 || s->world->is_joining) && proxy_open(s, pending, world_other(s), how) == 0;
}

void proxy_begin(world *w)
{
    side *left = &w->sides[1], *right = &w->sides[0];
    wire_bytes frame = { NULL, 0, 0 };
    w->is_joining = true;
    wire_put_open(&frame, WEFT__KIND_OPEN, left->shaken_odd ? 1 : 2, true);
    side_feed(left, frame.ptr, frame.len);
    world_settle(w);
    frame.len = 0;
    wire_put_open(&frame, WEFT__KIND_ACCEPT, right->opened, !right->opened_odd);
    side_feed(right, frame.ptr, frame.len);
    world_settle(w);
    w->is_joining = false;
    wire_bytes_free(&frame);
}

void proxy_look(side *s, const weft__frame *frame, weft_bytes body)
{
    weft__open open;
    if (frame->kind != WEFT__KIND_OPEN)
        return;
    s->opened = frame->connection;
    if (weft__open_decode(body, &open) == 0)
        s->opened_odd = open.settings.odd;
}
