/* Conduits of the fleet: bytes between a client and the host, and what of them is looked at: the requests. */
#include "runtime/wire/frame.h"
#include "tests/simulate/fleet.h"
#include "tests/support/place.h"

#include <stdlib.h>

enum { SLICES = 64, PREAMBLE = 8, HEADER = 16, FLAGS_ANY = 3 };

static weft_phase end_phase(const fleet_end *end)
{
    if (end->handshake)
        return weft_handshake_phase(end->handshake);
    return end->engine ? weft_engine_phase(end->engine) : WEFT_PHASE_CLOSED;
}

static void end_close(fleet_end *end)
{
    end->is_gone = true;
    end->out.is_shut = true;
    end->engine = NULL;
}

fleet_conduit *fleet_conduit_new(fleet *f, fleet_client *client)
{
    fleet_conduit *c = calloc(1, sizeof *c);
    c->ends[0].peer = &c->ends[1];
    c->ends[1].peer = &c->ends[0];
    c->ends[0].client = client;
    c->ends[0].shown_ns = f->w->now_ns;
    f->conduits[f->n_conduits++] = c;
    return c;
}

void fleet_sweep(fleet *f, bool all)
{
    for (size_t i = f->n_conduits; i > 0; i--) {
        fleet_conduit *c = f->conduits[i - 1];
        bool is_used = !c->ends[0].is_gone || !c->ends[1].is_gone || c->ends[0].handshake || c->ends[1].handshake;
        if (is_used && !all)
            continue;
        for (int k = 0; k < 2; k++) {
            pipe_free(&c->ends[k].out);
            free(c->ends[k].said);
        }
        free(c);
        f->conduits[i - 1] = f->conduits[--f->n_conduits];
    }
}

/* ---- what is said ---- */

/* [id, method, timeout, args, channels, metadata, (op), …]: small enough to be whole in one frame. */
static void look_at_request(fleet *f, const fleet_end *end, weft_bytes body)
{
    weft__reader r = weft__reader_of(body);
    uint32_t n = 0, n_args = 0;
    uint64_t id = 0, serial = 0;
    weft_bytes data = { NULL, 0 }, operation = { NULL, 0 };
    bool ok = weft__read_array(&r, &n) == 0 && n >= 6 && weft__read_u64(&r, &id) == 0 && weft__read_skip(&r, 0) == 0 &&
              weft__read_skip(&r, 0) == 0;
    const uint8_t *begin = r.at;
    ok = ok && weft__read_array(&r, &n_args) == 0 && n_args == 1 && weft__read_bin(&r, &data) == 0 &&
         data.len >= sizeof serial;
    SIM_CHECK(f->w, ok, "call.request", "malformed");
    weft_bytes args = weft_bytes_of(begin, (size_t)(r.at - begin));
    memcpy(&serial, data.ptr, sizeof serial);
    ok = weft__read_skip(&r, 4) == 0 && weft__read_skip(&r, 8) == 0;
    if (ok && n >= 7 && weft__read_bin(&r, &operation) < 0)
        operation = weft_bytes_of(NULL, 0);
    fleet_call_said(f, end->shown_ns, serial, args, operation);
}

/* Its Hello has no key to come back with. */
static bool is_new_session(weft_bytes body)
{
    weft__reader r = weft__reader_of(body);
    uint32_t n = 0, n_resume = 0;
    weft_str name = { NULL, 0 };
    weft_bytes key = { NULL, 0 };
    bool ok = weft__read_map(&r, &n) == 0;
    for (uint32_t i = 0; ok && i < n; i++) {
        ok = weft__read_str(&r, &name) == 0;
        if (ok && weft_str_equal(name, WEFT_STR("resume")) && weft__read_map(&r, &n_resume) == 0 &&
            weft__read_str(&r, &name) == 0 && weft__read_bin(&r, &key) == 0)
            return key.len == 0;
        ok = ok && weft__read_skip(&r, 16) == 0;
    }
    return true;
}

static void end_said(fleet *f, fleet_end *end, const uint8_t *bytes, size_t len)
{
    if (!end->client)
        return;
    end->said = realloc(end->said, end->n_said + len);
    memcpy(end->said + end->n_said, bytes, len);
    end->n_said += len;
    size_t at = 0;
    if (!end->has_preamble && end->n_said >= PREAMBLE) {
        end->has_preamble = true;
        at = PREAMBLE;
    }
    while (end->has_preamble && end->n_said - at >= HEADER) {
        weft__frame frame = weft__frame_read(end->said + at);
        if (end->n_said - at < HEADER + frame.len)
            break;
        if (frame.kind == WEFT__KIND_HELLO && is_new_session(weft_bytes_of(end->said + at + HEADER, frame.len)))
            end->client->n_sessions++;
        if (frame.kind == WEFT__KIND_REQUEST && (frame.flags & FLAGS_ANY) == 0)
            look_at_request(f, end, weft_bytes_of(end->said + at + HEADER, frame.len));
        at += HEADER + frame.len;
    }
    memmove(end->said, end->said + at, end->n_said - at);
    end->n_said -= at;
}

/* ---- handshakes ---- */

static void end_finish(fleet *f, fleet_end *end)
{
    world *w = f->w;
    weft_engine *engine;
    bool is_dispatching = end->client ? end->client->is_dispatching : f->host.is_dispatching;
    if (!end->handshake || is_dispatching)
        return;
    weft_phase phase = weft_handshake_phase(end->handshake);
    if (phase == WEFT_PHASE_DONE) {
        SIM_CHECK(w, weft_handshake_finish(end->handshake, &engine) == 0, "begin", "a handshake does not finish");
        end->engine = engine;
        if (!end->client)
            fleet_host_engine(f, end, engine);
    } else if (phase != WEFT_PHASE_CLOSED || !end->is_gone) {
        return;
    }
    weft_handshake_free(end->handshake);
    end->handshake = NULL;
    if (end->client)
        fleet_client_look(end->client);
}

/* ---- bytes ---- */

bool fleet_pump(fleet *f, fleet_end *end, size_t len)
{
    weft_slice slices[SLICES];
    size_t taken = 0;
    if (end->is_gone || (!end->handshake && !end->engine))
        return false;
    size_t n = end->handshake ? weft_handshake_drain(end->handshake, slices, SLICES)
                              : weft_engine_drain(end->engine, slices, SLICES);
    if (!end->waits)
        end->shown_ns = f->w->now_ns;
    end->waits = false;
    for (size_t i = 0; i < n; i++) {
        end->waits |= slices[i].len > len - taken;
        if (taken == len)
            break;
        size_t part = slices[i].len < len - taken ? slices[i].len : len - taken;
        if (!end->out.is_broken)
            pipe_put(&end->out, slices[i].ptr, part);
        end_said(f, end, slices[i].ptr, part);
        sim_note_bytes(f->w, slices[i].ptr, part);
        taken += part;
    }
    f->w->coverage->bytes += taken;
    if (taken > 0 && end->handshake)
        weft_handshake_drained(end->handshake, taken);
    else if (taken > 0)
        weft_engine_drained(end->engine, taken, f->w->now_ns);
    end_finish(f, end);
    weft_phase phase = end_phase(end);
    bool is_over = phase != WEFT_PHASE_RUNNING && phase != WEFT_PHASE_DONE;
    if (is_over && n == 0)
        end->out.is_shut = true;
    return taken > 0;
}

static void end_disconnect(fleet *f, fleet_end *end, int cause)
{
    weft_engine *engine = end->engine;
    end_close(end);
    if (end->handshake) {
        weft_handshake_disconnected(end->handshake, cause, f->w->now_ns);
        end_finish(f, end);
    } else if (engine) {
        weft_engine_disconnected(engine, cause, "the conduit failed", f->w->now_ns);
    }
    if (end->client)
        fleet_client_look(end->client);
}

bool fleet_deliver(fleet *f, fleet_end *end, size_t len)
{
    sim_pipe *in = &end->peer->out;
    size_t consumed = 0, more = 0;
    if (end->is_gone)
        return false;
    weft_phase phase = end_phase(end);
    if (phase == WEFT_PHASE_CLOSED || phase == WEFT_PHASE_DISCONNECTED) {
        if (end->handshake)
            end_disconnect(f, end, 0);
        else
            end_close(end);
        return true;
    }
    if (pipe_len(in) == 0) {
        if (!in->is_shut && !in->is_broken)
            return false;
        end_disconnect(f, end, in->is_broken ? in->cause : 0);
        return true;
    }
    len = len < pipe_len(in) ? len : pipe_len(in);
    uint8_t *block = malloc(len);
    memcpy(block, in->bytes + in->begin, len);
    pipe_drop(in, len);
    sim_note(f->w, len, end->client ? end->client->index : 99);
    if (end->handshake) {
        (void)weft_handshake_feed(end->handshake, block, len, f->w->now_ns, &consumed);
        end_finish(f, end);
    }
    if (!end->handshake && end->engine && !end->is_gone && consumed < len)
        (void)weft_test_feed_read(end->engine, block + consumed, len - consumed, f->w->now_ns, &more);
    /* What handlers are given lies in the block: it is gone when they have run. */
    (void)fleet_dispatch(f, end, end->client);
    free(block);
    if (end->client)
        fleet_client_look(end->client);
    return true;
}

/* What was under way is lost from some byte on. */
void fleet_cut(fleet *f, fleet_conduit *c)
{
    for (int k = 0; k < 2; k++) {
        sim_pipe *p = &c->ends[k].out;
        p->end -= below(f->w, pipe_len(p) + 1);
        p->is_broken = true;
        p->cause = WEFT_ECONNRESET;
    }
}

/* ---- callbacks and time ---- */

bool fleet_dispatch(fleet *f, fleet_end *end_or_null, fleet_client *c)
{
    size_t n = 0;
    if (!c) {
        bool moved = fleet_host_dispatch(f, SIZE_MAX);
        if (end_or_null)
            end_finish(f, end_or_null);
        return moved;
    }
    if (!c->engine || c->is_dispatching)
        return false;
    c->is_dispatching = true;
    if (c->end && c->end->handshake)
        n = weft_handshake_dispatch(c->end->handshake, f->w->now_ns, SIZE_MAX);
    else
        n = weft_engine_dispatch(c->engine, f->w->now_ns, SIZE_MAX);
    c->is_dispatching = false;
    if (c->end)
        end_finish(f, c->end);
    fleet_client_look(c);
    return n > 0;
}

void fleet_tick(fleet *f)
{
    uint64_t now_ns = f->w->now_ns;
    for (size_t i = 0; i < f->n_conduits; i++)
        for (int k = 0; k < 2; k++) {
            fleet_end *end = &f->conduits[i]->ends[k];
            if (end->handshake)
                weft_handshake_tick(end->handshake, now_ns);
        }
    for (size_t i = 0; i < f->host.n_sessions; i++)
        weft_engine_tick(f->host.sessions[i]->engine, now_ns);
    fleet_host_tick(f);
    for (unsigned i = 0; i < f->n_clients; i++) {
        if (f->clients[i].engine)
            weft_engine_tick(f->clients[i].engine, now_ns);
        fleet_client_look(&f->clients[i]);
    }
}
