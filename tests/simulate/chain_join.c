/* Connections that a proxy joins when both are open: it has accepted one, and opened the other. */
#include "tests/simulate/chain.h"

#include <stdlib.h>

enum { CODE_OVER = 303, CODE_NOT_JOINED };

typedef struct join_end {
    struct join *join;
    side *side;
    weft_connection *conn; /* one reference, or NULL */
    bool closed_owed;
} join_end;

typedef struct join {
    struct join *next; /* in the book */
    conn_note *note;
    bool opened_owed;
    join_end ends[2]; /* [1]: opened here */
} join;

void joins_free(sim_book *book)
{
    for (join *next, *j = book->joins; j; j = next) {
        next = j->next;
        free(j);
    }
}

static void end_close(join_end *end, uint16_t code)
{
    if (!end->conn)
        return;
    int status = weft_connection_close(end->conn, code, "not any more");
    SIM_CHECK(end->side->world, status == 0 || status == WEFT_EALREADY, "conn.close", "closing says %d", status);
    if (status == 0)
        monitor_closing(&end->side->monitor, end->join->note->tag);
    weft_connection_release(end->conn);
    end->conn = NULL;
}

/* Where they are not joined yet, or never, the other one is of no use. */
static void on_closed(void *user, const weft_error *error)
{
    join_end *end = user;
    side *s = end->side;
    callback_begin(s, "closed");
    SIM_TRACE(s->world, "%u%c: tag %llu was joined, or to be joined, and is closed, %d", s->link->index, s->name,
              (unsigned long long)end->join->note->tag, error->code);
    SIM_CHECK(s->world, end->closed_owed && error->code < 0, "callback", "on_closed is not owed");
    end->closed_owed = false;
    s->n_owed--;
    weft_connection_release(end->conn);
    end->conn = NULL;
    end_close(&end->join->ends[end == end->join->ends], CODE_OVER);
}

static void joined(join *j, relay *r)
{
    world *w = j->ends[0].side->world;
    r->is_late = true;
    relay_begin(r);
    j->ends[0].side->n_owed++; /* the pair's, behind the two that are owed */
    w->coverage->joined_open++;
    if (one_in(w, 6)) {
        r->is_closed_here = true;
        end_close(&j->ends[below(w, 2)], CODE_OVER);
        for (int k = 0; k < 2; k++)
            monitor_closing(&j->ends[k].side->monitor, j->note->tag);
    }
    for (int k = 0; k < 2; k++) {
        weft_connection_release(j->ends[k].conn);
        j->ends[k].conn = NULL;
    }
}

static void opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    join *j = user;
    join_end *left = &j->ends[0], *right = &j->ends[1];
    side *s = right->side;
    world *w = s->world;
    (void)metadata;
    callback_begin(s, "opened");
    SIM_CHECK(w, j->opened_owed && !connection == !!error, "callback", "opened is not owed");
    j->opened_owed = false;
    s->n_owed--;
    if (error) {
        end_close(left, CODE_NOT_JOINED);
        return;
    }
    right->conn = connection;
    right->closed_owed = true;
    s->n_owed++;
    if (!left->conn) {
        end_close(right, CODE_OVER);
        return;
    }
    weft_proxy_options options = weft_proxy_options_default();
    relay *r = relay_new(j->note, left->side, s, true);
    options.on_closed = relay_over;
    options.user = r;
    int status = weft_proxy_join(left->conn, right->conn, &options);
    SIM_TRACE(w, "%u%c: tag %llu is joined, to %u%c: %d", left->side->link->index, left->side->name,
              (unsigned long long)j->note->tag, s->link->index, s->name, status);
    SIM_CHECK(w,
              status == 0 || status == WEFT_EINVAL || status == WEFT_ECLOSED ||
                  (status == WEFT_ENOMEM && (s->is_faulted || left->side->is_faulted)),
              "proxy.join", "joining says %d", status);
    if (status == 0) {
        joined(j, r);
        return;
    }
    relay_free(r);
    end_close(left, CODE_NOT_JOINED);
    end_close(right, CODE_NOT_JOINED);
}

void chain_join(side *s, side *to, weft_pending pending, conn_note *note)
{
    world *w = s->world;
    const weft_service_type *service = &note->ends[0].version->calls;
    weft_accept_options accept = weft_open_options_default();
    weft_open_options open = weft_open_options_default();
    weft_metadata_entry entry = weft_metadata_u64("tag", note->tag, 0);
    weft_metadata metadata = { &entry, 1 };
    join *j = calloc(1, sizeof *j);
    j->next = s->link->book->joins;
    s->link->book->joins = j;
    j->note = note;
    j->ends[0].join = j->ends[1].join = j;
    j->ends[0].side = s;
    j->ends[1].side = to;
    accept.calls = &service; /* its opener is told what the other is told [schema.known] */
    accept.n_calls = 1;
    accept.on_closed = open.on_closed = on_closed;
    accept.on_closed_user = &j->ends[0];
    open.on_closed_user = &j->ends[1];
    open.metadata = &metadata;
    int status = weft_pending_accept(pending, &accept, &j->ends[0].conn);
    SIM_CHECK(w, status == 0 || (status == WEFT_ENOMEM && s->is_faulted), "conn.pending", "accepting says %d", status);
    if (status < 0) {
        (void)weft_pending_drop(pending);
        return;
    }
    j->ends[0].closed_owed = true;
    s->n_owed++;
    status = weft_open(to->session, service, &open, opened, j);
    app_check_status(to, status, "weft_open");
    if (status < 0) {
        end_close(&j->ends[0], CODE_NOT_JOINED);
        return;
    }
    note->legs[note->n_legs++] = to->link;
    j->opened_owed = true;
    to->n_owed++;
}
