/* Chains: links whose sessions proxies join.
 *
 *   a ── link ── b│a ── link ── b│a ── link ── b        a line; a process (node) has all sides between two bars
 *
 * Other shapes: several links to one process with one link upstream, and hubs, which have nothing upstream. Processes
 * with one side are applications like those of a pair. Those with several are proxies: what is opened towards them and
 * marked as going through is opened on, or meets; beside it they are applications, too. All links of a chain share one
 * book, so that what holds of a call, a channel or a connection holds from end to end, and what one end is told is
 * compared with what the other end did. Of a joined connection a proxy's monitors look at no call: what is said on one
 * leg is what was heard on the other, byte for byte, whatever the borders between fragments (monitor_relay.c). */
#ifndef WEFT_TESTS_SIMULATE_CHAIN_H
#define WEFT_TESTS_SIMULATE_CHAIN_H

#include "tests/simulate/sim.h"
#include "weft/proxy.h"

/* A message that was heard on one leg, until it was said on the other; or a part of one, where a small one came between
 * its fragments. */
typedef struct relay_message {
    struct relay_message *next;
    uint8_t kind;
    bool is_whole, is_void; /* void: by an ABORT */
    uint8_t *bytes;
    size_t n, said;
    uint64_t cost; /* of its frames, in the window of the leg that it came from */
} relay_message;

/* What one side of a pair has heard, and the other is to say. */
typedef struct relay_queue {
    relay_message *first, *last;
    uint64_t held;
    uint64_t heard_ns; /* the last frame */
    bool has_drained;  /* the Drain was said: others are not */
    uint8_t *end;      /* the body of the Close or Reject */
    size_t n_end;
    uint8_t end_kind; /* 0: none */
    bool ends_open;   /* it came when both legs were open */
    uint64_t end_ns;
} relay_queue;

/* Two legs of a connection that a proxy joins. */
typedef struct relay {
    struct relay *next; /* in the book */
    conn_note *note;
    side *sides[2]; /* [1]: opened on; or who came second */
    relay_queue q[2];
    bool is_owed;   /* its on_closed, to the first */
    bool is_joined; /* both legs are open, as far as the proxy has heard */
    bool meets;
    bool is_late;        /* joined when both were open */
    bool is_closed_here; /* and closed by the proxy */
    uint64_t accepted;   /* a hash of the Accept */
    uint64_t ids[2];     /* of the legs' connections */
    uint64_t late[2];    /* bytes said behind the end that was heard */
} relay;

/* ---- chain.c ---- */

/* The shape of it. */
void chain_begin(world *w);
void chain_place(side *s, size_t slot);
/* The whole process. */
void chain_crash(side *s);
/* A pending connection that is to go on: decided, or rejected. */
void chain_decide(side *s, weft_pending pending, conn_note *note);
/* What an application opens: a note of its own, or one of another's that waits in the next process. Its end. */
conn_end *chain_open(side *s);
/* Of one that is to meet: it meets, waits on, or is rejected. */
void chain_meet(side *s, size_t index);
/* A proxy accepts it, and opens another one on which it is to go on (chain_join.c). */
void chain_join(side *s, side *to, weft_pending pending, conn_note *note);
void joins_free(sim_book *book);
/* The on_closed of a pair; user: the relay. */
void relay_over(void *user, const weft_error *error);
/* The opener may be told so by a proxy, whatever was decided. */
bool chain_may_refuse(const conn_note *note, uint16_t code);
/* The links that are settled together: of a chain all. How many. */
size_t chain_links(sim_link *l, sim_link *links[LINKS_MAX]);
/* All of its legs are whole. */
bool conn_is_whole(const conn_note *note);
/* Where everything has moved that can. */
void chain_check(const sim_link *l);
/* After each event [proxy.pressure]. */
void chain_check_held(const world *w);

/* ---- monitor_relay.c ---- */

relay *relay_new(conn_note *note, side *from, side *to, bool meets);
/* The proxy was told so, and has taken it. */
void relay_begin(relay *r);
void relay_free(relay *r);
/* Drain, and what a joined connection carries. */
bool relay_passes(uint8_t kind);
void relay_frame(monitor *m, mon_conn *conn, const mon_frame *f);
void relay_open(monitor *m, mon_conn *conn, const mon_frame *f);
void relay_accept(monitor *m, mon_conn *conn, const mon_frame *f);
void relay_end(monitor *m, mon_conn *conn, const mon_frame *f, uint64_t code, uint64_t last_request);
void relay_window(monitor *m, mon_conn *conn);
/* Of a connection that is over: it lay in front of the conduit before that was heard. */
bool relay_is_late(monitor *m, const mon_frame *f);
void relay_check(const relay *r);
/* Its session is, or ends: what it had joined is told so. */
bool side_is_over(const side *s);

#endif
