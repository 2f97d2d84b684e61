/* What the applications do of their own accord: open, call, cancel, answer, decide, close, let go. Each act is legal,
 * or a mistake that the API answers (a stale handle), and what it returns is compared with what is known. */
#include "tests/simulate/chain.h"

#include <limits.h>
#include <stdlib.h>

enum { CHUNK = 64 };

/* ---- notes ---- */

sim_book *book_new(void)
{
    sim_book *book = calloc(1, sizeof *book);
    book->conns = calloc(CHUNK, sizeof(conn_note *));
    book->conns[0] = calloc(CHUNK, sizeof(conn_note));
    book->n_conns = 1; /* tag 0 is a link's own */
    return book;
}

void book_release(sim_book *book)
{
    if (--book->n_links > 0)
        return;
    for (size_t i = 0; i < book->n_calls; i += CHUNK)
        free(book->calls[i / CHUNK]);
    for (size_t i = 0; i < book->n_conns; i += CHUNK)
        free(book->conns[i / CHUNK]);
    relays_free(book);
    joins_free(book);
    free(book->calls);
    free(book->conns);
    free(book);
}

call_note *link_call_new(sim_link *l)
{
    sim_book *b = l->book;
    if (b->n_calls % CHUNK == 0) {
        if (b->n_calls / CHUNK % CHUNK == 0)
            b->calls = realloc(b->calls, (b->n_calls / CHUNK + CHUNK) * sizeof(call_note *));
        b->calls[b->n_calls / CHUNK] = calloc(CHUNK, sizeof(call_note));
    }
    call_note *note = link_call(l, b->n_calls);
    note->serial = b->n_calls++;
    return note;
}

static conn_note *conn_begin(sim_link *l, uint64_t tag)
{
    conn_note *note = link_conn(l, tag);
    note->link = note->legs[note->n_legs++] = l;
    note->tag = tag;
    note->ends[0].note = note->ends[1].note = note;
    return note;
}

conn_note *link_conn_new(sim_link *l)
{
    sim_book *b = l->book;
    if (b->n_conns % CHUNK == 0) {
        if (b->n_conns / CHUNK % CHUNK == 0)
            b->conns = realloc(b->conns, (b->n_conns / CHUNK + CHUNK) * sizeof(conn_note *));
        b->conns[b->n_conns / CHUNK] = calloc(CHUNK, sizeof(conn_note));
    }
    return conn_begin(l, b->n_conns++);
}

void link_use(sim_link *l, sim_book *book)
{
    book->n_links++;
    l->book = book;
    (void)conn_begin(l, 0);
}

void side_forget_call(side *s, call_note *note)
{
    for (size_t i = 0; i < s->n_calls; i++)
        if (s->calls[i] == note)
            s->calls[i] = s->calls[--s->n_calls];
}

/* What is closed, and has no reference of ours, is of no more use. */
void side_forget_end(side *s, conn_end *end)
{
    if (end->conn || end->closed_owed || end->serve_closed_owed || end->is_owed || end->note->tag == 0)
        return;
    for (size_t i = 1; i < s->n_ends; i++)
        if (s->ends[i] == end)
            s->ends[i] = s->ends[--s->n_ends];
}

void app_check_status(side *s, int status, const char *what)
{
    bool ok = status == 0 || status == WEFT_ECLOSED || status == WEFT_EBUSY || status == WEFT_EUNAVAILABLE ||
              status == WEFT_EAGAIN || (status == WEFT_ENOMEM && s->is_faulted);
    SIM_CHECK(s->world, ok, "status", "%s says %d", what, status);
    s->wants_room |= status == WEFT_EAGAIN;
    s->n_again += status == WEFT_EAGAIN;
}

/* ---- opening ---- */

const sim_version *app_version(side *s)
{
    world *w = s->world;
    bool is_mixed = w->features & FEATURE_MIXED && one_in(w, 2);
    return sim_version_of(is_mixed ? (unsigned)below(w, VERSIONS) : one_in(w, 30) ? VERSION_D : VERSION_A);
}

/* Now and then an Open or Accept is long enough to be cut. */
static weft_metadata_entry pad(world *w)
{
    static char text[3000];
    if (text[0] == '\0')
        memset(text, 'x', sizeof text);
    return weft_metadata_str("pad", weft_str_of(text, one_in(w, 4) ? below(w, sizeof text) : 0), 0);
}

static void act_open(side *s)
{
    world *w = s->world;
    if (!s->session || s->n_ends == CONNS_MAX || s->link->book->n_conns > 4000)
        return;
    conn_end *end = chain_open(s);
    conn_note *note = end->note;
    weft_metadata_entry entries[3] = { weft_metadata_u64("tag", note->tag, 0), pad(w),
                                       weft_metadata_u64("private", 1, WEFT_METADATA_NO_PROPAGATE) };
    weft_metadata metadata = { entries, 1 + below(w, 3) };
    weft_open_options options = weft_open_options_default();
    end->serves = one_in(w, 3);
    end->version = app_version(s);
    if (note->is_join)
        note->ends[1].version = end->version;
    app_accept_options(&options, end);
    options.metadata = &metadata;
    options.timeout_ns = one_in(w, 3) ? below(w, WEFT_NS_PER_S) : WEFT_FOREVER;
    end->side = s;
    int status = weft_open(s->session, &end->version->calls, &options, app_opened, end);
    app_check_status(s, status, "weft_open");
    SIM_TRACE(w, "%u%c opens tag %llu: %d", s->link->index, s->name, (unsigned long long)note->tag, status);
    if (status < 0)
        return;
    SIM_CHECK(w, !s->is_draining, "session.drain", "an open while it drains");
    end->is_owed = true;
    s->n_owed++;
    s->ends[s->n_ends++] = end;
    w->coverage->conns++;
}

void app_decide(side *s, size_t index)
{
    world *w = s->world;
    weft_pending pending = s->pendings[index];
    conn_note *note = s->pending_notes[index];
    conn_end *end = &note->ends[1];
    if (note->is_meet) {
        chain_meet(s, index);
        return;
    }
    s->n_pendings--;
    s->pendings[index] = s->pendings[s->n_pendings];
    s->pending_notes[index] = s->pending_notes[s->n_pendings];
    if (note->is_through && s->is_proxy) {
        chain_decide(s, pending, note);
        return;
    }
    bool stale = !weft_pending_session(pending);
    int status;
    unsigned how = (unsigned)below(w, 16);
    if (how == 0) {
        uint16_t code = (uint16_t)(256 + below(w, 3));
        status = weft_pending_reject(pending, code, "no", NULL);
        note->decision = status == 0 ? REJECTED : note->decision;
        note->code = code;
    } else if (how == 1) {
        status = weft_pending_drop(pending);
        note->decision = status == 0 ? DROPPED : note->decision;
    } else {
        weft_accept_options options = weft_open_options_default();
        bool take = one_in(w, 2);
        weft_connection *conn = NULL;
        weft_metadata_entry entry = pad(w);
        weft_metadata metadata = { &entry, 1 };
        end->side = s;
        end->serves = how < 14;
        end->version = note->tag == 0 || note->is_join ? end->version : app_version(s);
        app_accept_options(&options, end);
        options.metadata = &metadata;
        status = s->n_ends < CONNS_MAX || note->tag == 0 ? weft_pending_accept(pending, &options, take ? &conn : NULL)
                                                         : weft_pending_drop(pending);
        if (status == 0 && (s->n_ends < CONNS_MAX || note->tag == 0)) {
            note->decision = ACCEPTED;
            end->conn = conn;
            end->is_told = end->is_open = true;
            end->closed_owed = true;
            end->serve_closed_owed = end->serves;
            s->n_owed += 1 + (unsigned)end->serves;
            if (note->tag != 0) {
                s->ends[s->n_ends++] = end;
                mon_conn *seen = monitor_conn(&s->monitor, note->tag);
                SIM_CHECK(w, seen || s->is_gone || s->n_closed, "conn.accept", "of what has not come");
            } else {
                weft_connection_release(conn);
                end->conn = NULL;
                end->is_open = false;
            }
        }
    }
    SIM_TRACE(w, "%u%c decides tag %llu by %u: %d", s->link->index, s->name, (unsigned long long)note->tag, how,
              status);
    SIM_CHECK(w, !stale || status == WEFT_EALREADY, "conn.pending", "a stale one says %d", status);
    SIM_CHECK(w, stale || status == 0 || (status == WEFT_ENOMEM && s->is_faulted), "conn.pending", "deciding says %d",
              status);
    w->coverage->rules[RULE_CONN_PENDING]++;
}

/* ---- answering ---- */

static int held_answer(side *s, held *h, answer *given)
{
    world *w = s->world;
    call_note *note = h->note;
    unsigned how = (unsigned)below(w, 20);
    note->answer_len = app_call_len(w);
    const sim_version *version = h->end->version;
    const weft_service_type *service = &version->serves;
    uint64_t storage[SIM_STORAGE];
    sim_value value;
    switch (note->is_probe ? UINT_MAX : how) {
    case 0: *given = ANSWER_DROPPED; return weft_call_drop(h->call);
    case 1: *given = ANSWER_INTERNAL; return weft_call_fail(h->call, WEFT_OUTCOME_INTERNAL, "because");
    case 2: *given = ANSWER_CANCELLED; return weft_call_fail(h->call, WEFT_OUTCOME_CANCELLED, NULL);
    case 3: *given = ANSWER_DEADLINE; return weft_call_fail(h->call, WEFT_OUTCOME_DEADLINE_EXCEEDED, "late");
    case 4:
    case 5:
        *given = ANSWER_ERROR;
        sim_value_make(version, note->serial, weft_bytes_of(NULL, 0), &value);
        version->shape->put_error(&value, storage);
        return weft_gen_fail(h->call, service, note->method, storage);
    default:
        *given = ANSWER_OK;
        sim_value_make(version, note->serial + 1, sim_data(note->serial + 1, note->answer_len), &value);
        version->shape->put_answer(note->method, &value, storage);
        return weft_gen_return(h->call, service, note->method, service->methods[note->method].result ? storage : NULL);
    }
}

static void held_check_kept(const side *s, const held *h)
{
    sim_value is = { 0 };
    weft_bytes data = sim_data(h->note->serial, h->note->len);
    if (h->kept)
        h->end->version->shape->get_args(h->note->method, h->kept, &is);
    SIM_CHECK(s->world,
              !h->kept || (is.serial == h->note->serial && is.data.len == data.len &&
                           (data.len == 0 || memcmp(is.data.ptr, data.ptr, data.len) == 0)),
              "memory", "kept arguments have changed");
}

void app_held_answer(side *s, size_t index)
{
    world *w = s->world;
    held h = s->held[index];
    s->held[index] = s->held[--s->n_held];
    held_check_kept(s, &h);
    bool over = weft_call_is_cancelled(h.call);
    if (!over && one_in(w, 8)) {
        weft_metadata_entry entry = weft_metadata_u64("serial", h.note->serial, 0);
        weft_metadata metadata = { &entry, 1 };
        int told = weft_call_reply_metadata(h.call, &metadata);
        SIM_CHECK(w, told == 0 || (told == WEFT_ENOMEM && s->is_faulted), "call.response", "metadata: %d", told);
    }
    answer given;
    chan_answered(h.note);
    int status = held_answer(s, &h, &given);
    SIM_TRACE(w, "%u%c answers %llu by %d: %d", s->link->index, s->name, (unsigned long long)h.note->serial, given,
              status);
    SIM_CHECK(w,
              status == 0 || status == WEFT_EMSGSIZE || (status == WEFT_EALREADY && over) ||
                  (status == WEFT_ENOMEM && s->is_short),
              "call.response", "an answer says %d", status);
    if (status == 0)
        h.note->answer = (uint8_t)given;
    else if (status == WEFT_EMSGSIZE)
        h.note->answer = ANSWER_TOO_LONG;
    else if (status == WEFT_ENOMEM)
        (void)weft_call_drop(h.call);
    status = one_in(w, 2) ? weft_call_drop(h.call) : weft_call_fail(h.call, WEFT_OUTCOME_INTERNAL, "twice");
    SIM_CHECK(w, status == WEFT_EALREADY, "call.response", "a second answer says %d", status);
    s->stale[s->n_stale++ % STALE_MAX] = h.call;
}

/* ---- ending ---- */

static void act_close(side *s, conn_end *end)
{
    world *w = s->world;
    if (!end->conn)
        return;
    bool was_open = weft_connection_session(end->conn) != NULL;
    bool abort = one_in(w, 4);
    int status =
        abort ? weft_connection_abort(end->conn, 300, "abort") : weft_connection_close(end->conn, 301, "close");
    int wanted = !was_open ? WEFT_EALREADY : end->note->tag == 0 ? WEFT_EINVAL : 0;
    SIM_TRACE(w, "%u%c closes tag %llu: %d", s->link->index, s->name, (unsigned long long)end->note->tag, status);
    SIM_CHECK(w, status == wanted || (s->is_faulted && status == 0), "conn.close", "%d instead of %d", status, wanted);
    if (status < 0)
        return;
    end->is_closing = true;
    end->is_open = false;
    monitor_closing(&s->monitor, end->note->tag);
    w->coverage->rules[RULE_CONN_CLOSE]++;
}

static void act_release(side *s, conn_end *end)
{
    if (!end->conn || end->note->tag == 0)
        return;
    SIM_TRACE(s->world, "%u%c lets go of tag %llu", s->link->index, s->name, (unsigned long long)end->note->tag);
    weft_connection_release(end->conn);
    end->conn = NULL;
    side_forget_end(s, end);
    s->world->coverage->rules[RULE_CONN_LIVENESS]++;
}

static void act_end_session(side *s)
{
    world *w = s->world;
    if (!s->session || !one_in(w, 12))
        return;
    s->is_asked_to_end = true;
    if (w->faults & 1u << FAULT_ABORT && one_in(w, 4)) {
        SIM_TRACE(w, "%u%c aborts its session", s->link->index, s->name);
        s->link->is_faulted = true;
        weft_session_abort(s->session);
    } else {
        SIM_TRACE(w, "%u%c closes its session", s->link->index, s->name);
        weft_session_close(s->session, 400, "that was all");
        w->coverage->rules[RULE_SHUTDOWN]++;
    }
}

/* Or another of its process, which is told where connections are joined. */
static bool may_lack_memory(const side *s)
{
    const world *w = s->world;
    bool lacks = s->is_faulted;
    for (unsigned i = 0; i < w->n_links; i++)
        for (int k = 0; k < 2; k++)
            lacks |= w->links[i]->sides[k].node == s->node && w->links[i]->sides[k].is_faulted;
    return lacks;
}

static void act_drain(side *s, conn_end *end)
{
    world *w = s->world;
    if (!s->session || !one_in(w, 8))
        return;
    if (end->conn && end->note->tag != 0 && one_in(w, 2)) {
        bool is_open = weft_connection_session(end->conn) != NULL;
        int wanted = is_open && !end->drains && !s->is_draining ? 0 : WEFT_EALREADY;
        int status = weft_connection_drain(end->conn);
        SIM_TRACE(w, "%u%c drains tag %llu: %d", s->link->index, s->name, (unsigned long long)end->note->tag, status);
        SIM_CHECK(w, status == wanted || s->is_draining || (status == WEFT_ENOMEM && s->is_faulted), "session.drain",
                  "%d instead of %d", status, wanted);
        end->drains |= status == 0;
        return;
    }
    bool was_ready = weft_session_is_ready(s->session);
    int status = weft_session_drain(s->session, one_in(w, 2) ? WEFT_FOREVER : below(w, WEFT_NS_PER_S * 10));
    SIM_TRACE(w, "%u%c drains its session: %d", s->link->index, s->name, status);
    SIM_CHECK(w, status == 0 || status == WEFT_ECLOSED || (status == WEFT_ENOMEM && may_lack_memory(s)),
              "session.drain", "%d", status);
    if (status == WEFT_ECLOSED)
        return;
    s->is_draining |= was_ready;
    s->is_asked_to_end = true;
}

static void act_stale(side *s)
{
    if (s->n_stale == 0)
        return;
    weft_call call = s->stale[below(s->world, s->n_stale < STALE_MAX ? s->n_stale : STALE_MAX)];
    int status = one_in(s->world, 2) ? weft_call_cancel(call) : weft_call_drop(call);
    SIM_CHECK(s->world, status == WEFT_EALREADY, "handles", "a stale handle says %d", status);
}

/* ---- choosing ---- */

void app_act(side *s)
{
    world *w = s->world;
    if (s->n_ends == 0)
        return;
    conn_end *end = s->ends[below(w, s->n_ends)];
    bool outside = !s->is_dispatching && !s->is_freeing;
    if (outside)
        side_check_wake(s);
    switch (below(w, 32)) {
    case 0:
    case 1:
    case 2: act_open(s); break;
    case 3:
    case 4:
    case 5: act_cancel(s); break;
    case 6: act_close(s, end); break;
    case 7: act_release(s, end); break;
    case 8: act_stale(s); break;
    case 20:
    case 21:
    case 22:
    case 23:
    case 24:
    case 25: chan_act(s); break;
    case 9:
        if (one_in(w, 2))
            act_end_session(s);
        else
            act_drain(s, end);
        break;
    case 10:
    case 11:
    case 12:
    case 13:
        if (s->n_pendings > 0)
            app_decide(s, below(w, s->n_pendings));
        break;
    case 14:
    case 15:
    case 16:
    case 17:
    case 18:
    case 19:
        if (s->n_held > 0)
            app_held_answer(s, below(w, s->n_held));
        break;
    default: act_call(s, end); break;
    }
    if (outside)
        side_check_wake(s);
}

void app_act_nested(side *s)
{
    world *w = s->world;
    if (w->depth > 1 || w->settling || !one_in(w, 6))
        return;
    w->depth++;
    app_act(s);
    w->depth--;
}
