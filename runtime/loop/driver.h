/* A driver: one session on the loop, from its beginning to its last callback, over one conduit after another. */
#ifndef WEFT_RUNTIME_LOOP_DRIVER_H
#define WEFT_RUNTIME_LOOP_DRIVER_H

#include "runtime/conduit/connector.h"
#include "runtime/loop/guard.h"
#include "runtime/loop/loop.h"

/*                   conduit had          handshake done
 *   WAITING ────────────────→ SHAKING ──────────→ LIVE
 *    │   ↑                       │ failed, ended    │ broken, ended
 *    │   └── the conduit is closed ── CLOSING ←──────┘
 *    │ the session is over, or there is none
 *    ↓
 *   DONE: what is left of its callbacks runs
 *    ↓
 *   FREED: the memory goes when the next turn begins
 *
 * WAITING is a session that connects, one that does so again once its engine wants a conduit, and one that was accepted
 * and is parked: its counterpart's next conduit comes with a driver of its own, which hands it over and goes away. */
typedef enum weft__driver_state {
    WEFT__DRIVER_WAITING = 0,
    WEFT__DRIVER_SHAKING,
    WEFT__DRIVER_LIVE,
    WEFT__DRIVER_CLOSING,
    WEFT__DRIVER_DONE,
    WEFT__DRIVER_FREED
} weft__driver_state;

/* The sending half of the conduit. */
typedef enum weft__driver_tx {
    WEFT__TX_OPEN = 0,
    WEFT__TX_WRITING, /* the tail is under way */
    WEFT__TX_SHUT,    /* behind the last word [conduit.last-word] */
    WEFT__TX_BROKEN   /* a write failed; what has come may still be read, and says why */
} weft__driver_tx;

typedef struct weft__gate weft__gate;     /* gate.h */
typedef struct weft__handed weft__handed; /* handing.h */

/* Where a session connects to, each time. */
typedef struct weft__target {
    weft__url url;
    uint64_t timeout_ns;
} weft__target;

typedef struct weft__driver {
    weft__link link;  /* in runtime->drivers */
    weft__link dirty; /* in runtime->dirty */
    weft_runtime *runtime;
    uint8_t state; /* weft__driver_state */
    uint8_t tx;    /* weft__driver_tx */
    bool rx_ended;
    bool aborting; /* to be closed at the next turn, without a word */
    bool accepted; /* it is one of runtime->n_accepted */

    weft__gate *gate;   /* NULL: connecting, handed in, or a session already */
    weft__link waiting; /* in the gate's list of those before READY */
    weft__guard guard;  /* its place there */
    bool is_counted;    /* among those that were refused */

    weft__target *target;       /* NULL: accepted */
    weft__connector *connector; /* WAITING, while it works */
    weft_error failure;         /* WAITING: code is not 0 once it has failed */
    weft__conduit *conduit;     /* SHAKING to CLOSING */
    weft_handshake *handshake;  /* SHAKING; until its callbacks have run */
    weft_engine *engine;        /* NULL: an acceptor's before LIVE, and one whose conduit went to another driver */

    weft__timer timer;   /* in runtime->timers */
    uint64_t give_up_ns; /* BROKEN: until when the end is awaited */
    int broken_cause;
    uint8_t *tail; /* WEFT__TAIL bytes, allocated when a conduit first takes less than all; its bytes are the conduit's
                      while WRITING */
} weft__driver;

/* Of the tail: enough to keep a conduit busy, little enough that what is urgent does not wait long behind it. */
#define WEFT__TAIL ((size_t)16 * 1024)

/* ---- driver.c ---- */
/* A session that connects: an engine without a conduit. Options and target are borrowed for the call. 0, or WEFT_E…. */
int weft__driver_new_initiator(weft_runtime *runtime, const weft_session_options *options_or_null,
                               const weft__target *target, weft__driver **ret_driver);
/* A handshake that waits for its conduit, and from now for its preamble. peer: evidence of the conduit that will be
 * attached. gate_or_null: who asks for it; it is not in yet. 0, or WEFT_E…. */
int weft__driver_new_acceptor(weft_runtime *runtime, const weft_session_options *options, const weft_peer *peer,
                              weft__gate *gate_or_null, weft__driver **ret_driver);
/* Gives it its conduit, which is the driver's from now on. */
void weft__driver_attach(weft__driver *driver, weft__conduit *conduit);
/* An acceptor that will have no conduit. */
void weft__driver_discard(weft__driver *driver);
/* A session that connects will not have this conduit. It learns so at the next turn, so that what is asked of it right
 * behind weft_connect ends as it would a moment later. */
void weft__driver_fail(weft__driver *driver, const weft_error *error);
/* Ends it at the next turn without a word: from any callback. */
void weft__driver_abort(weft__driver *driver);
/* Its runtime ends. An accepted one whose counterpart may believe that it is READY has a while to become so, and is
 * drained then: true. */
bool weft__driver_finishes(weft__driver *driver);
void weft__driver_mark(weft__driver *driver);
/* Callbacks, output, phases, timer. May free the driver, whose memory is there until the sweep of the next turn. */
void weft__driver_serve(weft__driver *driver, uint64_t now_ns);
void weft__driver_sweep(weft_runtime *runtime);
void weft__driver_on_alarm(void *runtime);
/* The conduit has ended or failed: said to the handshake or engine; the conduit closes. */
void weft__driver_cut(weft__driver *driver, int cause, const char *text_or_null, uint64_t now_ns);
void weft__driver_dispatch(weft__driver *driver, uint64_t now_ns);
/* The handshake's result takes over the conduit: this driver's session, or one that is resumed, whose driver has the
 * conduit from now on. */
void weft__driver_promote(weft__driver *driver, uint64_t now_ns);
weft_phase weft__driver_phase(const weft__driver *driver);

/* ---- gate.c ---- */
/* The driver's conduit is a session, or that of one that is resumed: it leaves the gate. */
void weft__gate_ready(weft__gate *gate, weft__driver *driver, bool resumed);
/* Is there a place among the sessions for it? 0, or the WEFT_CODE_… to refuse it with. */
uint16_t weft__gate_admit(weft__gate *gate, weft__driver *driver);
/* Its conduit will be no session. Once, or again: the first reason counts. */
void weft__gate_refused(weft__gate *gate, weft__driver *driver, weft_refusal refusal);
/* It leaves the gate without having come so far. */
void weft__gate_leave(weft__gate *gate, weft__driver *driver);
/* It will be closed: its place is another's from now on. It leaves later. */
void weft__gate_forget(weft__driver *driver);
/* Its guard, which was about to move, stays. */
void weft__gate_keep(weft__gate *gate, weft__driver *driver);

/* ---- driver_elsewhere.c ---- */
/* Another loop has the session that its conduit comes for? Then it goes there, or is refused, and this driver ends.
 * left: what has been read behind. */
bool weft__driver_goes_elsewhere(weft__driver *driver, size_t left);
/* An acceptor whose handshake has begun at another loop. */
void weft__driver_go_on(weft__driver *driver, const weft__handed *handed);

/* ---- connect.c ---- */
/* Tries to have a conduit for a driver that waits for one: weft__driver_attach or weft__driver_fail, maybe at once. */
void weft__driver_connect(weft__driver *driver);

/* ---- driver_io.c ---- */
extern const weft__conduit_events weft__driver_events;
/* Writes what there is, as far as the conduit takes it. */
void weft__driver_flush(weft__driver *driver, uint64_t now_ns);
bool weft__driver_has_output(weft__driver *driver);

#endif
