/* One end of a conduit: bytes out of its handshake or engine and into it, and its end. */
#include "tests/simulate/sim.h"

#include "runtime/session/session.h"
#include "tests/support/place.h"

#include <stdlib.h>

enum { SLICES = 1024, AHEAD_MAX = 256 * 1024 };

/* No handshake of its own, and the engine's. */
static bool is_engines(const sim_port *p)
{
    return p->side->port == p && !p->handshake && p->side->engine;
}

weft_phase port_phase(const sim_port *p)
{
    if (p->handshake)
        return weft_handshake_phase(p->handshake);
    return is_engines(p) ? weft_engine_phase(p->side->engine) : WEFT_PHASE_CLOSED;
}

void port_close(sim_port *p)
{
    p->is_gone = true;
    p->out.is_shut = true;
}

/* ---- handshakes ---- */

/* It has failed, and its conduit is gone: what becomes of the session is known when it is freed. */
static void port_retire(sim_port *p)
{
    side *s = p->side;
    weft_handshake *handshake = p->handshake;
    bool stays = !s->initiator && s->port == p && !s->link->resumes; /* nothing comes after it */
    if (!p->is_gone || stays || weft_handshake_phase(handshake) != WEFT_PHASE_CLOSED)
        return;
    s->is_freeing = true;
    weft_handshake_free(handshake);
    s->is_freeing = false;
    p->handshake = NULL;
    if (s->port == p && !s->initiator)
        s->port = NULL;
    side_look(s);
    s->knows_work = true;
}

void port_finish(sim_port *p)
{
    side *s = p->side;
    world *w = s->world;
    weft_engine *engine;
    if (s->is_dispatching || !p->handshake)
        return;
    if (weft_handshake_phase(p->handshake) != WEFT_PHASE_DONE) {
        port_retire(p);
        return;
    }
    bool resumes = !s->initiator && weft_handshake_resumes(p->handshake);
    SIM_CHECK(w, weft_handshake_finish(p->handshake, &engine) == 0, "begin", "a handshake does not finish");
    SIM_CHECK(w, (!s->initiator && !resumes) || engine == s->engine, "resume.exact", "another engine");
    SIM_CHECK(w, resumes || s->initiator || !s->engine, "resume.exact", "a session beside the one that there is");
    weft_handshake_free(p->handshake);
    p->handshake = NULL;
    bool is_stolen = s->port && s->port->handshake && weft_handshake_phase(s->port->handshake) == WEFT_PHASE_CLOSED;
    SIM_CHECK(w, !s->port || s->port == p || is_stolen, "resume.exact", "%u%c: the old conduit is not taken",
              s->link->index, s->name);
    s->port = p;
    side_begun(s, engine);
    if (weft_engine_phase(engine) == WEFT_PHASE_DISCONNECTED) /* no Ready came: the counterpart may have said it */
        port_close(p);
    if (p->is_gone && weft_engine_phase(engine) == WEFT_PHASE_RUNNING) { /* it ended meanwhile */
        weft_engine_disconnected(engine, WEFT_ECONNRESET, "the conduit failed", w->now_ns);
        side_look(s);
    }
}

/* ---- out ---- */

/* What was not shown before goes to the monitor; the first len bytes into the pipe. */
static size_t port_take(sim_port *p, const weft_slice *slices, size_t n, size_t len)
{
    side *s = p->side;
    uint64_t at = p->taken;
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        size_t seen = p->shown > at ? (size_t)(p->shown - at) : 0;
        if (seen < slices[i].len) {
            monitor_bytes(&s->monitor, &p->shake, MON_TX, slices[i].ptr + seen, slices[i].len - seen);
            p->shown = at + slices[i].len;
        }
        size_t part = slices[i].len < len - taken ? slices[i].len : len - taken;
        if (part > 0) {
            if (!p->out.is_broken)
                pipe_put(&p->out, slices[i].ptr, part);
            sim_note_bytes(s->world, slices[i].ptr, part);
            taken += part;
        }
        at += slices[i].len;
    }
    return taken;
}

static bool has_output(const sim_port *p)
{
    return p->handshake || (is_engines(p) && weft_engine_has_output(p->side->engine));
}

/* What the monitor is shown is all that is in frames, so that none of it can come as a surprise later, unless that is
 * more than is handed out ahead: then it is said again, and nothing is cut [resume.exact]. */
static void check_shown(const sim_port *p, const weft_slice *slices, size_t n)
{
    weft_session_stats stats = { .size = 0 };
    const side *s = p->side;
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += slices[i].len;
    if (n == SLICES || len >= AHEAD_MAX || port_phase(p) != WEFT_PHASE_RUNNING || !s->session ||
        weft_session_stats_read(s->session, &stats, sizeof stats) < 0)
        return;
    SIM_CHECK(s->world, stats.unsent_bytes <= len, "frame.fair", "%u%c has %llu bytes in frames, and hands out %zu",
              s->link->index, s->name, (unsigned long long)stats.unsent_bytes, len);
}

size_t port_pump(sim_port *p, size_t len)
{
    weft_slice slices[SLICES];
    side *s = p->side;
    world *w = s->world;
    if (p->is_gone || s->is_dispatching || (!p->handshake && !is_engines(p)))
        return 0;
    if (!has_output(p) && !s->knows_work) {
        p->out.is_shut |= port_phase(p) != WEFT_PHASE_RUNNING;
        return 0;
    }
    size_t room = p->out.limit > pipe_len(&p->out) ? p->out.limit - pipe_len(&p->out) : 0;
    size_t n = p->handshake ? weft_handshake_drain(p->handshake, slices, SLICES)
                            : weft_engine_drain(s->engine, slices, SLICES);
    if (!p->handshake)
        check_shown(p, slices, n);
    size_t taken = port_take(p, slices, n, len < room ? len : room);
    if (taken > 0) {
        p->taken += taken;
        w->coverage->bytes += taken;
        if (p->handshake) { /* the time is not told with it */
            weft_handshake_drained(p->handshake, taken);
        } else {
            weft_engine_drained(s->engine, taken, w->now_ns);
            s->time_ns = w->now_ns;
        }
        SIM_TRACE(w, "%u%c gives %zu bytes", s->link->index, s->name, taken);
    }
    port_finish(p);
    side_look(s);
    weft_phase phase = port_phase(p);
    if (phase != WEFT_PHASE_RUNNING && phase != WEFT_PHASE_DONE && p->taken == p->shown && !has_output(p))
        p->out.is_shut = true;
    if (p->handshake && phase != WEFT_PHASE_RUNNING && phase != WEFT_PHASE_DONE && p->taken == p->shown)
        p->out.is_shut = true;
    if (!p->handshake) /* what the engine was woken for stays, where only a handshake beside it was drained */
        side_note_work(s);
    return taken;
}

/* ---- in ---- */

/* A block of memory that is gone after the next dispatch. */
void port_feed(sim_port *p, const uint8_t *bytes, size_t len)
{
    side *s = p->side;
    world *w = s->world;
    size_t consumed = 0;
    if (s->n_blocks == BLOCKS_MAX)
        (void)side_dispatch(s, SIZE_MAX);
    uint8_t *block = malloc(len);
    memcpy(block, bytes, len);
    s->blocks[s->n_blocks++] = block;
    if (s->port == p)
        s->heard_ns = w->now_ns;
    int status = 0;
    if (p->handshake) {
        status = weft_handshake_feed(p->handshake, block, len, w->now_ns, &consumed);
        monitor_bytes(&s->monitor, &p->shake, MON_RX, block, consumed); /* one that is over takes no more */
        port_finish(p);
        side_look(s);
    }
    if (is_engines(p) || (p->handshake && (s->initiator || !s->engine))) /* not by one beside it that goes on */
        s->time_ns = w->now_ns;
    if (is_engines(p) && !p->is_gone && consumed < len) {
        size_t more = 0;
        s->heard_ns = w->now_ns;
        status = len % 2 ? weft_test_feed_read(s->engine, block + consumed, len - consumed, w->now_ns, &more)
                         : weft_engine_feed(s->engine, block + consumed, len - consumed, w->now_ns, &more);
        /* Not all, where a lack of memory has ended the conduit: then it comes again, to be heard then. */
        monitor_bytes(&s->monitor, &p->shake, MON_RX, block + consumed, more);
        consumed += more;
        side_look(s);
    }
    SIM_CHECK(w, status == 0 || (status == WEFT_ENOMEM && s->is_faulted), "feed", "%d", status);
    SIM_CHECK(w, consumed == len || port_phase(p) != WEFT_PHASE_RUNNING, "feed", "%zu of %zu", consumed, len);
    s->knows_work = true;
}

static void port_disconnect(sim_port *p, int cause)
{
    side *s = p->side;
    world *w = s->world;
    SIM_TRACE(w, "%u%c: the conduit ended, %d", s->link->index, s->name, cause);
    port_close(p);
    if (p->handshake) {
        weft_handshake_disconnected(p->handshake, cause, w->now_ns);
        weft_phase phase = weft_handshake_phase(p->handshake);
        SIM_CHECK(w, phase == WEFT_PHASE_CLOSED || phase == WEFT_PHASE_DONE, "phase", "%d after the end", phase);
        port_finish(p);
        side_look(s);
    } else if (is_engines(p)) {
        weft_engine_disconnected(s->engine, cause, "the conduit failed", w->now_ns);
        weft_phase phase = weft_engine_phase(s->engine);
        s->monitor.resume.n_cut = s->engine->out.end;
        if (phase == WEFT_PHASE_CLOSED && s->link->resumes) /* parked, and too much at once */
            outage_note(s);
        SIM_CHECK(w, phase == WEFT_PHASE_CLOSED || (phase == WEFT_PHASE_DISCONNECTED && s->link->resumes), "phase",
                  "%d after the end", phase);
        side_look(s);
    }
    s->knows_work = true;
}

bool port_deliver(sim_port *p, size_t len)
{
    side *s = p->side;
    sim_pipe *in = &p->peer->out;
    if (p->is_gone || s->is_dispatching || in->stalled_until_ns > s->world->now_ns)
        return false;
    if (port_phase(p) == WEFT_PHASE_CLOSED) {
        port_disconnect(p, 0);
        return true;
    }
    if (pipe_len(in) == 0) {
        if (!in->is_shut && !in->is_broken)
            return false;
        port_disconnect(p, in->is_broken ? in->cause : 0);
        return true;
    }
    len = len < pipe_len(in) ? len : pipe_len(in);
    SIM_TRACE(s->world, "%u%c is fed %zu bytes", s->link->index, s->name, len);
    sim_note(s->world, len, (uint64_t)s->name);
    /* What comes back because of it must not find these bytes still there. */
    size_t begin = in->begin;
    pipe_drop(in, len);
    port_feed(p, in->bytes + begin, len);
    return true;
}
