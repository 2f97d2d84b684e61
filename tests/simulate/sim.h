/* The simulator: what its parts share.
 *
 *   world ── links[] ── two sides each: an engine, its application, its monitor, and the pipe that its bytes go into
 *
 * A run is a list of events; each draws its numbers from the seed and its own place in the list alone, so that events
 * can be left out and the others stay what they were (shrink.c). Everything that is not an engine is a model: the
 * application (app.c, callbacks.c) knows what it asked for and what is owed to it, the monitor (monitor*.c) reads the
 * bytes of both directions and knows what docs/protocol.md allows; neither looks into the engine. */
#ifndef WEFT_TESTS_SIMULATE_SIM_H
#define WEFT_TESTS_SIMULATE_SIM_H

#include "tests/simulate/conduit.h"
#include "tests/simulate/coverage.h"
#include "tests/simulate/monitor.h"
#include "tests/simulate/versions.h"
#include "tests/support/random.h"
#include "weft/engine.h"
#include "weft/gen.h"
#include "weft/intercept.h"

typedef struct world world;

enum {
    LINKS_MAX = 6,
    LEGS_MAX = LINKS_MAX,
    CONNS_MAX = 24,    /* that one side opens or accepts at once */
    HELD_MAX = 48,     /* calls that the handlers of one side have */
    CALLS_MAX = 96,    /* that one side has under way */
    CHANNELS_MAX = 64, /* ends of channels that one side uses */
    ITEMS_MAX = 64,    /* at least the largest window */
    STALE_MAX = 8,     /* handles that are over, to be used once more */
    CHAIN_MAX = 3,     /* interceptors of a side */
    BLOCKS_MAX = 64,   /* fed, and borrowed until dispatch returns */
    CONDUITS_MAX = 8,  /* of one link, old ones that a side still believes in included */
    ARGS_MAX = 200 * 1024
};

/* ---- alloc.c: counts, and refuses when told to ---- */

typedef struct sim_alloc {
    weft_allocator allocator;
    world *world;
    uint64_t live_bytes, live_blocks;
    uint64_t fail_in;  /* requests until one is refused, 1: the next; 0: never */
    uint32_t fail_run; /* how many are refused then */
    bool has_refused;
} sim_alloc;

void sim_alloc_init(sim_alloc *alloc, world *w);

/* ---- what the applications expect ---- */

typedef enum answer {
    ANSWER_NONE,
    ANSWER_OK,
    ANSWER_ERROR,
    ANSWER_CANCELLED,
    ANSWER_DEADLINE,
    ANSWER_INTERNAL,
    ANSWER_DROPPED,
    ANSWER_TOO_LONG
} answer;

typedef struct conn_end conn_end;
struct call_note;
struct chan_note;

/* One end of a channel, as its application knows it. */
typedef struct chan_end {
    struct chan_note *note;
    side *side; /* NULL: it was never handed out */
    weft_channel handle;
    bool sends;
    bool is_touched; /* some function was called on it */
    bool is_over;    /* finished, aborted, or its end was told */
    bool is_stale;   /* a send has said that it is over */
    bool room_owed, end_owed, may_have_room;
    bool is_reading, is_paused, is_resetting;
    uint32_t unconsumed;
    uint64_t n_consumed;
} chan_end;

typedef struct chan_note {
    struct call_note *call;
    uint64_t serial; /* of its items */
    uint32_t window;
    bool is_there;
    bool handler_sends;
    chan_end ends[2]; /* 0: the caller's */
    uint64_t n_sent, n_delivered;
    uint32_t lens[ITEMS_MAX]; /* of items under way */
    bool is_finished, is_aborted;
    bool is_announced;  /* its request went out */
    bool is_left_alone; /* its handler answered, and had not used it */
    uint16_t code;
} chan_note;

/* One call, as both applications know it. */
typedef struct call_note {
    uint64_t serial; /* its place in its link's notes */
    conn_end *from;
    weft_call handle;
    uint32_t method;
    uint32_t len;                   /* of its data */
    uint64_t begun_ns, deadline_ns; /* WEFT_FOREVER: none */
    uint64_t queued_at;             /* where the bytes of its side ended */
    bool is_answered;               /* the caller has heard an answer of the handler's */
    bool is_refused;                /* the caller's engine has heard an outcome from 2 on */
    bool is_done, is_cancelled;     /* cancelled: weft_call_cancel said 0 */
    bool is_begun;                  /* a byte of its request was given to the conduit */
    bool never_runs;                /* the caller was told that no handler has seen it */
    bool has_run;
    bool is_fair;              /* small, alone and first: [frame.fair] holds for it */
    bool is_probe;             /* answered at once */
    uint64_t queued_ns;        /* how long it may wait for a place */
    struct call_note *parent;  /* it is made on behalf of this one; NULL: none */
    bool has_foreign_parent;   /* of another link, which may be gone */
    bool copies;               /* the parent's metadata */
    uint8_t passed[2];         /* interceptors on their way: the caller's, the callee's */
    uint8_t added, added_back; /* bits: of theirs, metadata for the request, for the answer */
    uint8_t refused;           /* the outcome that one gave, else 0 */
    bool is_refused_here;      /* the caller's did */
    uint8_t answer;
    uint32_t answer_len;
    chan_note channels[2];
} call_note;

struct conn_end {
    struct conn_note *note;
    side *side;
    const sim_version *version;        /* that this end was built from */
    const weft_service_type *calls[1]; /* its */
    weft_connection *conn;             /* one reference of ours, or NULL */
    bool is_owed;                      /* the opener's callback */
    bool closed_owed, serve_closed_owed;
    bool is_told;    /* opened: yes or no; or accepted */
    bool is_open;    /* told so, and not closed since */
    bool is_closing; /* closed by us */
    bool is_over;    /* on_closed or closed(self) came */
    bool serves, drains;
    bool close_awaited; /* it has ended here, says the end of a call */
    unsigned n_opened, n_closed, n_serve_closed;
    uint64_t last_seen; /* serial + 1 of the last call that reached its handler */
};

typedef enum decision { UNDECIDED, ACCEPTED, REJECTED, DROPPED } decision;

/* What an Open has said: hashes. */
typedef struct said_open {
    uint64_t settings, services, metadata, hops;
    bool has_private; /* an entry that proxies do not pass on */
} said_open;

/* One connection, as both applications know it; tag 0 is the root. */
typedef struct conn_note {
    sim_link *link;
    uint64_t tag;
    conn_end ends[2]; /* 0: who opened it */
    decision decision;
    uint16_t code;
    sim_link *legs[LEGS_MAX]; /* that it goes through, as far as it has come; [0]: of who opened it */
    unsigned n_legs;
    struct relay *relays[LEGS_MAX]; /* between those (chain.h) */
    unsigned n_relays;
    said_open opened[2];
    bool is_through; /* it is to go on by way of proxies */
    bool is_meet;    /* both ends open it, towards a proxy */
    bool is_join;    /* a proxy accepts it, opens another one, and joins them */
    bool is_hostile; /* its opener has broken the protocol on it */
} conn_note;

/* What the applications of one link know, or all of a chain (chain.h). */
typedef struct sim_book {
    unsigned n_links;  /* that use it */
    call_note **calls; /* chunks */
    size_t n_calls;
    conn_note **conns; /* by tags, from 1 on */
    size_t n_conns;
    struct relay *relays;
    struct join *joins;
} sim_book;

typedef struct held {
    weft_call call;
    call_note *note;
    conn_end *end;
    const void *kept; /* arguments */
    bool is_answered; /* kept as a stale handle */
} held;

/* ---- a side ---- */

/* Without a conduit [resume.visible]. */
typedef struct outage {
    bool is_on, is_told; /* by DISCONNECTED */
    uint64_t since_ns;
    unsigned n; /* so far */
} outage;

typedef struct sim_interceptor {
    weft_interceptor interceptor;
    side *side;
    unsigned index;
} sim_interceptor;

struct side {
    world *world;
    sim_link *link;
    side *other;
    char name;
    unsigned node; /* its process: sides of one node are on one thread */
    bool is_proxy; /* there are others in it */
    bool initiator;
    bool is_silent; /* there is no engine here: nothing is ever said */
    weft_session_options options;
    weft_engine_options engine_options;
    weft_engine *engine;
    sim_port *port;        /* that the engine has, or is to have first; NULL: none, the session waits for one */
    weft_session *session; /* one reference where has_ref */
    bool has_ref;
    bool is_dispatching, is_freeing, free_asked;
    bool is_ticking;
    bool is_running; /* the engine itself is, not a handshake beside it */
    bool is_gone;    /* its last conduit has ended */
    bool knows_work; /* woken, or there was something left */
    bool is_faulted; /* memory was refused: it may end at any time */
    bool is_short;   /* or what it may hold is little: it may refuse what comes */
    bool is_asked_to_end;
    bool wants_room; /* WEFT_EAGAIN was said, and WRITABLE not yet */
    unsigned n_again, n_writable;
    bool is_draining;
    unsigned n_ready, n_failed, n_closed, n_draining[2]; /* draining: here, there */
    weft_error end;
    sim_alloc alloc;
    outage outage;
    bool has_clock;
    uint64_t time_ns;  /* what the engine was told last, at least */
    bool may_ping;     /* it was silent for long enough when the clock was looked at */
    uint64_t heard_ns; /* when it was fed last */
    uint8_t *blocks[BLOCKS_MAX];
    size_t n_blocks;
    monitor monitor;
    conn_end *ends[CONNS_MAX]; /* live ones; [0] is the root's, from the beginning on */
    size_t n_ends;
    weft_pending pendings[CONNS_MAX];
    conn_note *pending_notes[CONNS_MAX];
    size_t n_pendings;
    call_note *calls[CALLS_MAX];
    size_t n_calls;
    chan_end *channels[CHANNELS_MAX];
    size_t n_channels;
    held held[HELD_MAX];
    size_t n_held;
    weft_call stale[STALE_MAX];
    size_t n_stale;
    uint64_t n_owed; /* callbacks */
    sim_interceptor chain[CHAIN_MAX];
    const weft_interceptor *chained[CHAIN_MAX];
    size_t n_chain;
    uint64_t n_passed; /* interceptors that are owed their end */
    weft_arena *arena; /* for replies that outlive their callback; malloc's */
};

struct sim_link {
    world *world;
    unsigned index;
    bool is_faulted;        /* something was done to its conduit, or to the memory of one side */
    bool is_hasty;          /* a timer of the session may have run out */
    bool resumes;           /* both sides agree that the session outlives its conduits */
    bool may_be_lost;       /* and something was done that may end it */
    uint64_t away_until_ns; /* nobody can be reached before */
    side sides[2];
    sim_conduit *conduits[CONDUITS_MAX];
    size_t n_conduits;
    sim_book *book;
    conn_note root;
    sim_link *next; /* in the world's graves */
};

/* ---- the world ---- */

/* What a run has, besides what all have. */
enum {
    FEATURE_INTERCEPT = 1,
    FEATURE_BEHALF = 2,
    FEATURE_LITTLE = 4,
    FEATURE_BUDGET = 8,
    FEATURE_MIXED = 16,
    FEATURE_RESUME = 32,
    FEATURE_HOSTILE = 64,
    FEATURE_NARROW = 128 /* of chains alone */
};

typedef enum op {
    OP_TURN,
    OP_PUMP,
    OP_DELIVER,
    OP_DISPATCH,
    OP_APP,
    OP_TIME,
    OP_FAULT,
    OP_SETTLE,
    OP_FORGE,
    OP_PROBE,
    OPS
} op;

typedef struct sim_options {
    uint64_t seed;
    uint64_t events;
    bool trace;
    bool chains;               /* every run is one */
    bool no_chains;            /* none is */
    const uint64_t (*skip)[2]; /* ranges of events that are left out, first and last */
    size_t n_skip;
} sim_options;

struct world {
    sim_options options;
    weft_test_random random;
    uint64_t event;
    uint64_t now_ns;
    uint64_t hash;
    coverage *coverage;
    weft_handles *handles;
    sim_alloc handles_alloc;
    sim_link *links[LINKS_MAX];
    unsigned n_links, n_sides;
    unsigned links_made;
    unsigned weights[OPS];
    unsigned features;
    weft_budget *budget;     /* NULL: none */
    weft_registry *registry; /* NULL: no session outlives its conduit */
    unsigned faults;         /* bits of fault: what may happen in this run */
    unsigned large_one_in;   /* how many calls are large */
    unsigned time_bits;      /* how far the clock may jump */
    bool settling;
    bool is_fleet; /* another kind of run (fleet.h) */
    bool is_chain; /* the links are legs, which proxies join (chain.h) */
    unsigned nodes[LINKS_MAX][2];
    sim_book *book;   /* the chain's */
    sim_link *graves; /* links that are over, which notes of the chain still know */
    unsigned depth;
};

static inline uint64_t below(world *w, uint64_t n)
{
    return weft_test_random_below(&w->random, n);
}
static inline bool one_in(world *w, uint64_t n)
{
    return weft_test_random_next(&w->random) % n == 0;
}

/* ---- trace.c ---- */

/* Ends the process with 1: prints the check's name, what it found, and the command that does it again. */
_Noreturn void sim_fail(const world *w, const char *check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define SIM_CHECK(w, condition, check, ...)      \
    do {                                         \
        if (__builtin_expect(!(condition), 0))   \
            sim_fail((w), (check), __VA_ARGS__); \
    } while (0)
/* A line of the trace; what it says is a function of the seed. */
void sim_say(const world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define SIM_TRACE(w, ...)                            \
    do {                                             \
        if (__builtin_expect((w)->options.trace, 0)) \
            sim_say((w), __VA_ARGS__);               \
    } while (0)
/* What happened, for the comparison of two runs. */
static inline void sim_note(world *w, uint64_t a, uint64_t b)
{
    w->hash = (w->hash ^ a ^ (b << 32 | b >> 32)) * UINT64_C(0x9fb21c651e98df25);
    w->hash ^= w->hash >> 29;
}
void sim_note_bytes(world *w, const void *bytes, size_t len);

/* ---- side.c ---- */

int side_begin(side *s, bool initiator, sim_port *p);
/* The handshakes of another conduit. */
int side_connect(side *s, sim_port *p);
int side_accept(side *s, sim_port *p);
/* A handshake of its is done. */
void side_begun(side *s, weft_engine *engine);
/* It is told nothing any more, and all its conduits are closed. */
void side_leave(side *s);
/* Takes up to len bytes out of the engine, or a handshake, into a conduit: how many. SIZE_MAX: of all of them. */
size_t side_pump(side *s, size_t len);
/* Feeds up to len bytes of what a conduit has for it, or its end: something happened. SIZE_MAX: of all of them. */
bool side_deliver(side *s, size_t len);
size_t side_dispatch(side *s, size_t n_max);
void side_tick(side *s);
void side_free(side *s);
/* Gives back all that the application still has. The engine is freed. */
void side_release(side *s);
bool side_is_live(const side *s); /* has an engine or handshake, and its conduit is there, or another may come */
/* Its engine has a conduit, and no handshake goes on. */
bool side_is_connected(const side *s);
uint64_t side_deadline(const side *s);
weft_phase side_phase(const side *s);
/* When it is for the engine: without a clock of its own, what it was told last. */
static inline uint64_t side_now(const side *s)
{
    return s->has_clock ? s->world->now_ns : s->time_ns;
}
static inline weft_handshake *side_handshake(const side *s)
{
    return s->port ? s->port->handshake : NULL;
}
/* The engine may have let go of its conduit, or ended. */
void side_look(side *s);
void side_forget_kept(side *s);
/* Once everything was drained and dispatched, a loop sleeps until it is woken, fed or its deadline comes. */
void side_note_work(side *s);
/* The API was called from outside: if there is something to do, the loop was told. */
void side_check_wake(side *s);
void side_check_memory(const side *s);

/* ---- port.c ---- */

weft_phase port_phase(const sim_port *p);
size_t port_pump(sim_port *p, size_t len);
bool port_deliver(sim_port *p, size_t len);
/* Feeds these, whoever said them. */
void port_feed(sim_port *p, const uint8_t *bytes, size_t len);
/* A handshake that is done gives its engine. */
void port_finish(sim_port *p);
/* The side itself lets go of it. */
void port_close(sim_port *p);

/* ---- outage.c ---- */

void outage_choose(side *s);
/* The engine has no conduit any more, or never had. */
void outage_begin(side *s);
void outage_note(side *s);
/* Its session is over: may it be? */
void outage_check_end(side *s);
void outage_on_taken(void *user);
int outage_on_resume(void *user, weft_session *session, const weft_metadata *metadata);
void outage_on_event(side *s, weft_event_kind kind, const weft_error *error);
/* The initiator's engine wants a conduit: it has one, or none can be had. Something happened. */
bool outage_connect(sim_link *l);
/* The clock goes on until both are connected, or it is not to be. */
void outage_settle(sim_link *l);

/* ---- world.c ---- */

void world_run(world *w);
void world_tick(world *w);
/* Is this event left out? */
bool world_skips(const world *w);
sim_link *link_new(world *w, size_t slot, bool is_half);

/* ---- forge.c ---- */

/* Feeds the side something that its counterpart never said, and might have: something happened. */
bool forge(side *s);

/* ---- probe.c ---- */

void probe(sim_link *l);

/* ---- intercept.c ---- */

void intercept_choose(side *s);
/* What the interceptors say that they added is there. */
void intercept_check(const side *s, const weft_metadata *metadata, uint8_t added, const char *prefix);

/* ---- settle.c ---- */

/* Both sides are ready, and nothing was done to either. */
bool link_is_whole(const sim_link *l);
/* Everything of one link that can move moves, stalled or not; the clock stands. */
void settle_link(sim_link *l);
/* That, and each wait has a reason. */
void settle_check(sim_link *l);
/* The end of one link: closed in order where that is possible, freed, and compared with what was owed. */
void link_end(sim_link *l);
void world_end(world *w);

/* ---- app.c ---- */

void app_act(side *s);
void app_held_answer(side *s, size_t index);
void app_decide(side *s, size_t index);
/* The same from within a callback: now and then. */
void app_act_nested(side *s);
/* What one end of a connection is built from. */
const sim_version *app_version(side *s);
void app_check_status(side *s, int status, const char *what);

/* ---- calls.c ---- */

uint32_t app_call_len(world *w);
void act_call(side *s, conn_end *end);
void act_cancel(side *s);
/* [frame.fair] Nothing else of this connection is on its way, and there is a place and a window for len bytes. */
bool call_is_alone(const side *s, const conn_end *end, uint32_t len);
/* A small call that is answered at once; NULL: it was not taken. */
call_note *app_probe(side *s, conn_end *end);
/* Is the call that it was made for given up? */
bool call_is_orphan(const call_note *note);
/* Or may its connection, that nobody has, have ended for want of memory for a schema [memory.buffered]? Then its Close
 * has to be said from here on. */
bool call_awaits_close(const call_note *note);
call_note *link_call_new(sim_link *l);
conn_note *link_conn_new(sim_link *l);
sim_book *book_new(void);
void link_use(sim_link *l, sim_book *book);
/* A link does not use it any more. */
void book_release(sim_book *book);
void relays_free(sim_book *book);
static inline call_note *link_call(sim_link *l, uint64_t serial)
{
    return &l->book->calls[serial / 64][serial % 64];
}
static inline conn_note *link_conn(sim_link *l, uint64_t tag)
{
    return tag == 0 ? &l->root : &l->book->conns[tag / 64][tag % 64];
}
/* Does it hold of any side on its way, but for one? */
bool conn_any(const conn_note *note, const side *but_or_null, bool (*holds)(const side *));
bool side_is_short(const side *s);
bool side_is_asked_to_end(const side *s);
bool side_drains(const side *s);
bool side_intercepts(const side *s);
/* The two ends are built from declarations that differ. */
static inline bool conn_is_mixed(const conn_note *note)
{
    return !note->is_join && note->ends[0].version->serves.id != note->ends[1].version->serves.id;
}
void side_forget_call(side *s, call_note *note);
void side_forget_end(side *s, conn_end *end);

/* ---- channels.c ---- */

/* Which channels a call has is chosen; channels[i]: where the caller's end goes, or NULL. */
void chan_choose(call_note *note, weft_channel *channels[2]);
/* The call was made; or a handler was given its ends. */
void chan_begin(side *s, call_note *note, int end, const weft_channel *handles);
void chan_act(side *s);
/* Everything is read, and every sender finishes. */
void chan_settle(side *s);
/* Where everything has moved: what was sent has arrived, or waits for its reader. */
void chan_check(side *s);
/* The handler has let go of its call [chan.life]. */
void chan_answered(call_note *note);
void chan_release(side *s);

/* ---- callbacks.c ---- */

void callback_begin(side *s, const char *what);

int app_on_open(void *user, weft_session *session, weft_pending pending);
void app_on_event(void *user, weft_session *session, const weft_session_event *event);
void app_on_closed(void *user, const weft_error *error);
void app_opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error);
void app_accept_options(weft_accept_options *options, conn_end *end);

/* ---- data.c ---- */

extern const int sim_handler;
/* The data of a call or an answer: part of one pattern. */
weft_bytes sim_data(uint64_t serial, size_t len);

/* ---- what the tables of versions.c call ---- */

/* channels: this side's ends, or NULL. */
int work_begin(void *self, weft_call call, const void *args, uint32_t method, const weft_channel *channels);
void work_done(void *user, const void *reply);
void work_closed(void *self);

#endif
