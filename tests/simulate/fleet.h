/* Runs of another kind: processes. A host serves calls of every policy to several clients, crashes, and is started
 * again with what its store has made durable; conduits break, clocks jump. The model knows of each call how often it
 * ran, in which process, and what that allows its caller to be told [op.states] [op.retry].
 *
 *   fleet ── host: registry, operations, store, sessions     fleet.c, fleet_host.c, fleet_store.c
 *         ── clients: an engine each, their calls            fleet_client.c, fleet_app.c
 *         ── conduits between them                           fleet_wire.c */
#ifndef WEFT_TESTS_SIMULATE_FLEET_H
#define WEFT_TESTS_SIMULATE_FLEET_H

#include "tests/simulate/sim.h"
#include "weft/operation.h"

enum {
    CLIENTS_MAX = 3,
    FLEET_CONNS = 2,  /* of one client */
    FLEET_CALLS = 24, /* of one client, under way */
    FLEET_HELD = 64,
    FLEET_SESSIONS = 24, /* of the host */
    FLEET_CONDUITS = 24,
    FLEET_RUNS = 8, /* of one call, that are remembered */
    FLEET_DATA = 2000
};

typedef struct fleet fleet;
typedef struct fleet_client fleet_client;

/* ---- a store that loses what was not synced ---- */

typedef struct store_entry {
    uint8_t *key, *value;
    size_t key_len, value_len;
    bool is_removed;
} store_entry;

typedef struct store_map {
    store_entry *at;
    size_t n, cap;
} store_map;

typedef struct fleet_store {
    fleet *fleet;
    store_map durable, syncing, pending;
    void (*done)(void *user, int status, const char *text); /* NULL: no sync is under way */
    void *done_user;
    uint64_t done_at; /* the event */
    bool is_dead;     /* its process has crashed */
    bool fails;       /* now and then */
} fleet_store;

extern const weft_operation_store fleet_store_type;
/* What a sync that is under way has come to, if it is time. */
bool fleet_store_act(fleet_store *store, bool now);
/* The process is gone: what was not synced is lost. */
void fleet_store_crash(fleet_store *store);
void fleet_store_free(fleet_store *store);
/* Is there something durable that holds these bytes? */
bool fleet_store_has(const fleet_store *store, const uint8_t *bytes, size_t len);

/* ---- conduits ---- */

typedef struct fleet_end {
    struct fleet_end *peer;
    fleet_client *client; /* NULL: the host's */
    weft_handshake *handshake;
    weft_engine *engine; /* once the handshake is done */
    bool is_gone;
    uint64_t shown_ns; /* what it takes may have been shown then: when all that was shown before had been taken */
    bool waits;        /* something is shown, and not taken */
    sim_pipe out;
    uint8_t *said; /* bytes of a frame that is not whole */
    size_t n_said;
    bool has_preamble;
} fleet_end;

typedef struct fleet_conduit {
    fleet_end ends[2]; /* the client's, the host's */
} fleet_conduit;

/* ---- calls ---- */

typedef struct fleet_run {
    unsigned process, lifetime;
    uint8_t answer; /* ANSWER_… */
} fleet_run;

typedef struct fleet_call {
    uint64_t serial;
    fleet_client *client;
    struct fleet_conn *conn;
    weft_call handle;
    uint32_t method;
    uint32_t len;
    uint64_t begun_ns, deadline_ns;
    unsigned begun_process, begun_losses;
    unsigned met_process; /* that its client's conduit was of then */
    bool is_done, is_cancelled, never_runs;
    bool retries; /* both sides name it */
    bool resumes; /* an attempt may go on over another conduit */
    bool has_op;
    bool is_conflict, has_rival; /* its op is another call's; another's is its */
    unsigned n_continued;        /* calls that went on with its operation */
    uint8_t op[WEFT_OPERATION_ID];
    struct fleet_call *first; /* the call whose operation this one goes on with */
    uint64_t said;            /* a hash of what was said of its arguments */
    uint64_t said_ns;         /* at first */
    unsigned n_said;          /* to so many sessions */
    unsigned said_last;       /* the last of them */
    unsigned n_runs;
    fleet_run runs[FLEET_RUNS];
} fleet_call;

typedef struct fleet_conn {
    fleet_client *client;
    weft_connection *conn;
    bool is_owed, is_open, closed_owed;
} fleet_conn;

struct fleet_client {
    fleet *fleet;
    unsigned index;
    weft_session_options options;
    sim_alloc alloc;
    weft_engine *engine; /* NULL: it is not begun, or over */
    weft_session *session;
    fleet_end *end;
    bool is_dispatching, is_freeing, is_out, is_asked_to_end;
    unsigned n_ready, n_failed, n_closed, n_losses, n_owed;
    unsigned met_process; /* that its conduit is of, or was */
    unsigned n_sessions;  /* begun on the wire, over all its engines */
    fleet_conn conns[FLEET_CONNS];
    fleet_call *calls[FLEET_CALLS];
    size_t n_calls;
};

typedef struct fleet_held {
    weft_call call;
    fleet_call *note;
    unsigned run;
    bool is_operation;
} fleet_held;

typedef struct fleet_session {
    fleet *fleet;
    weft_engine *engine;
} fleet_session;

typedef struct fleet_host {
    bool is_up, is_dying, is_dispatching;
    unsigned process;  /* how often it was started */
    unsigned lifetime; /* of its store */
    sim_alloc alloc;
    weft_registry *registry;
    weft_operations *operations; /* NULL: it keeps none */
    bool has_operations, has_store;
    uint64_t ttl_ns;
    weft_session_options options;
    fleet_session *sessions[FLEET_SESSIONS];
    size_t n_sessions;
    unsigned n_references;
    bool has_failed; /* a session, whose CLOSED follows */
    fleet_held held[FLEET_HELD];
    size_t n_held;
} fleet_host;

struct fleet {
    world *w;
    fleet_host host;
    fleet_store store;
    fleet_client clients[CLIENTS_MAX];
    unsigned n_clients;
    fleet_conduit *conduits[FLEET_CONDUITS];
    size_t n_conduits;
    fleet_call **calls; /* chunks */
    size_t n_calls;
    int64_t wall_shift_ms;
    bool is_settling;
    bool has_expired; /* something may have: outcomes are not to be had any more */
    bool has_failed;  /* the store has said so */
};

/* A run: of what seed, how many events, in the world. */
void fleet_run_all(world *w);

/* ---- fleet_wire.c ---- */

fleet_conduit *fleet_conduit_new(fleet *f, fleet_client *client);
bool fleet_deliver(fleet *f, fleet_end *end, size_t len);
bool fleet_pump(fleet *f, fleet_end *end, size_t len);
void fleet_cut(fleet *f, fleet_conduit *c);
void fleet_sweep(fleet *f, bool all);
void fleet_tick(fleet *f);
bool fleet_dispatch(fleet *f, fleet_end *end_or_null, fleet_client *client_or_null);

/* ---- fleet_host.c ---- */

void fleet_host_start(fleet *f);
void fleet_host_crash(fleet *f);
/* A conduit of a client's; NULL: nobody listens. */
bool fleet_host_accept(fleet *f, fleet_end *end);
void fleet_host_engine(fleet *f, fleet_end *end, weft_engine *engine);
bool fleet_host_dispatch(fleet *f, size_t n_max);
/* Of its operations. */
uint64_t fleet_host_deadline(const fleet *f);
void fleet_host_tick(fleet *f);
/* A handler has begun. */
void fleet_host_hold(fleet *f, fleet_call *note, unsigned run, weft_call call, bool is_operation);
bool fleet_host_answer(fleet *f, size_t index);

/* ---- fleet_app.c ---- */

extern const weft_service_type fleet_service;
enum { FLEET_PLAIN, FLEET_AGAIN, FLEET_ONCE, FLEET_ONCE_AGAIN, FLEET_METHODS };

void fleet_client_begin(fleet *f, fleet_client *c);
void fleet_client_free(fleet_client *c);
void fleet_client_act(fleet_client *c);
void fleet_client_look(fleet_client *c);
fleet_call *fleet_call_of(fleet *f, uint64_t serial);
/* A request goes out, with these arguments and this op (nil: NULL). */
void fleet_call_said(fleet *f, uint64_t shown_ns, uint64_t serial, weft_bytes args, weft_bytes op);
weft_bytes fleet_args(uint64_t serial, uint32_t len, uint8_t *storage);

#endif
