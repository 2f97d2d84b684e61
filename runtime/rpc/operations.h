/* Operations: what the files of them share [op.states].
 *
 *   absent         the first attempt: RECORDING; its callers have all gone before it is durable: absent again
 *   RECORDING      durable: READY
 *   READY          dispatch: RUNNING
 *   RUNNING        answered: SEALING
 *   SEALING        durable: SEALED
 *   SEALED         behind its ttl: absent, expired
 *   INDETERMINATE  found live at the start; run again, where the method is idempotent: RUNNING
 *
 * Callers wait in `waiters` and may leave at any time; what the handler has is `run`, a call of nobody's session
 * (runtime/session/apart.c). Without a store RECORDING and SEALING last no time. */
#ifndef WEFT_RUNTIME_RPC_OPERATIONS_H
#define WEFT_RUNTIME_RPC_OPERATIONS_H

#include "runtime/base/hash.h"
#include "runtime/base/table.h"
#include "runtime/base/timers.h"
#include "runtime/rpc/rpc.h"
#include "weft/operation.h"

enum { WEFT__OP_CLIENT = 16 }; /* the client's part of an id; the counter follows */

/* What callers are told, whichever thread has the operation. */
#define WEFT__OP_STOPPED "[op.states] the callee stopped while it ran"
#define WEFT__OP_EXPIRED "[op.states] the operation has expired"
#define WEFT__OP_CONFLICT "[op.states] the operation is of another method, or has other arguments"

/* Whoever makes operations: as long as there is one of them, or one has expired. */
typedef struct weft__op_client {
    uint8_t id[WEFT__OP_CLIENT];
    uint64_t key;    /* in operations->clients */
    weft__link idle; /* in operations->idle: it has no records, and expired is all that is known of it */
    uint32_t n;      /* records */
    uint32_t n_live;
    bool has_expired;
    uint64_t expired; /* the highest counter that did */
} weft__op_client;

typedef enum weft__operation_state {
    WEFT__OPERATION_RECORDING = 0, /* its record is not durable yet */
    WEFT__OPERATION_READY,         /* it is, and runner's dispatch will begin it */
    WEFT__OPERATION_RUNNING,
    WEFT__OPERATION_SEALING, /* answered, which is not durable yet */
    WEFT__OPERATION_SEALED,
    WEFT__OPERATION_INDETERMINATE, /* it ran, or may have, and nobody knows its outcome */
    WEFT__OPERATION_ELSEWHERE      /* a stand-in: another thread has it (operations_group.c) */
} weft__operation_state;

/* An attempt's, to the thread that has its operation. */
typedef struct weft__op_question weft__op_question;

typedef struct weft__operation {
    weft_operations *operations;
    weft__op_client *client;
    uint8_t id[WEFT_OPERATION_ID];
    uint8_t digest[WEFT__DIGEST]; /* of the bytes of its args */
    uint64_t key;                 /* in operations->records */
    uint64_t method_id;
    uint64_t bytes;            /* that it counts with */
    uint64_t at_ms;            /* since 1970: recorded, then sealed; 0: there is no such clock */
    weft__link change;         /* in operations->changed, syncing or unsaved; ELSEWHERE: in operations->elsewhere */
    weft__link waiters;        /* weft__call.link */
    weft__op_question *others; /* of other threads, that wait for its outcome */
    weft__timer expiry;        /* by operations->now_ns */
    weft__call *run;           /* until it is answered; NULL: it has been, or found so */
    weft__call *runner;        /* READY: of the waiters, whose dispatch begins it; ELSEWHERE: that is to look again */
    const void *handler;       /* while it is begun */
    void *self;
    uint8_t state;   /* weft__operation_state */
    bool ran_before; /* it was INDETERMINATE: nothing makes it unheard of */
    /* From SEALING on */
    uint8_t outcome;
    bool is_unsaved;  /* change is in operations->unsaved */
    bool is_unkept;   /* there is no room for its outcome: those that wait get it, others learn that it is not known */
    bool is_stored;   /* the store has value and metadata, and this has not */
    uint64_t results; /* how value is declared: of operations->results; 0: it is not */
    weft__buf answer; /* what these point into */
    weft_bytes value; /* from outcome 2 on a text */
    weft__list_slice metadata;
} weft__operation;

/* How the results of a method were declared when one was sealed. */
typedef struct weft__op_results {
    uint64_t id;
    weft_bytes root, types; /* as in a Schema; both behind this struct */
    bool is_used;           /* while the store is read */
    bool is_stored;
} weft__op_results;

struct weft_operations {
    uint32_t refs;
    weft_allocator allocator;
    weft__log log;
    weft_operations_options options;
    weft_operation_store store;
    bool has_store;
    bool is_changed; /* there is something to sync */
    bool is_syncing;
    bool is_over; /* nobody has a reference: freed when the sync that is under way has been told */
    bool has_base;
    uint64_t base_ns; /* of the engines' time */
    uint64_t now_ns;  /* since then, at most what they have said */
    uint8_t secret[16];
    weft__identity identity; /* as long as its records live: of the store, of the group's memory, or its own */
    uint64_t table_seed;
    weft__table records; /* weft__operation */
    weft__table clients; /* weft__op_client */
    weft__table results; /* weft__op_results */
    weft__op_results *last_results;
    weft__timers timers;
    weft__link changed, syncing;
    weft__link unsaved; /* their outcome could not be made durable: tried again, each time that fails more rarely, so
                           that one that the store never takes does not refuse all others */
    uint64_t unsaved_at_ns, unsaved_wait_ns; /* when next, by now_ns; and how long after it failed */
    bool tries_unsaved;                      /* the sync that is under way */
    bool wants_unsaved;                      /* an attempt waits for one of them */
    weft__link idle;                         /* weft__op_client, oldest first */
    uint32_t n_idle;
    weft_engine *apart; /* NULL: nothing has run yet */
    weft__link halted;  /* weft__call.link: calls that handlers have, and that are no operation's any more */
    weft_operations_stats stats;
    /* operations_group.c; of another thread under the group's lock: records, clients and these: */
    weft_group *group; /* NULL: none */
    weft__link of_group;
    uint64_t member; /* names it there, for ever */
    weft_operations_post_fn post;
    void *post_user;
    /* and the thread's alone: */
    weft__link elsewhere; /* weft__operation.change: stand-ins for operations of others */
    uint32_t n_elsewhere;
    weft__op_question *unsent; /* answered, and there was no memory to say so */
    weft_operations *left;     /* for what it will remember when it has left */
};

/* ---- operations.c ---- */
uint32_t weft__operations_ttl_ms(const weft_operations *operations);
/* The engines' time goes on; what is over its ttl expires. */
void weft__operations_time(weft_operations *operations, uint64_t now_ns);
uint64_t weft__operations_wall_ms(const weft_operations *operations);
/* An attempt waits for it: where it is unsaved it is tried again, as soon as a sync has nothing new. */
void weft__operation_is_asked(weft__operation *operation);
/* SEALING: to be stored with the next sync. */
void weft__operation_save(weft__operation *operation);
/* SEALED or INDETERMINATE: until it expires. */
void weft__operation_keep_for(weft__operation *operation, uint64_t ns);

/* ---- operations_index.c ---- */
weft__operation *weft__operations_find(const weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID]);
weft__op_client *weft__operations_client(const weft_operations *operations, const uint8_t id[WEFT__OP_CLIENT]);
uint64_t weft__operation_counter(const uint8_t id[WEFT_OPERATION_ID]);
/* Is it a counter of its client's that has expired here? */
bool weft__operations_has_expired(const weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID]);
/* A record of an id that has none, in RECORDING. 0; WEFT_ENOMEM; WEFT_EALREADY: another of the group has one, or has
 * seen it expire. */
int weft__operations_add(weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID],
                         weft__operation **ret_operation);
/* It is gone: nobody waits for it, and nothing of it runs. The store is not told. */
void weft__operation_free(weft__operation *operation);
/* Counters up to this one have expired. 0 or WEFT_ENOMEM. */
int weft__operations_set_expired(weft_operations *operations, const uint8_t id[WEFT__OP_CLIENT], uint64_t counter);
/* Do others of the group know that some of the client's have expired? *inout_counter becomes the highest of them, if it
 * is not. Under the lock. */
bool weft__operations_expired_elsewhere(const weft_operations *operations, const uint8_t id[WEFT__OP_CLIENT],
                                        uint64_t *inout_counter);
/* What has expired with one that has left has expired with this one. Under the lock. false: out of memory. */
bool weft__operations_inherit(weft_operations *operations, const weft_operations *left);
/* It is in *state now: what is counted by state. */
void weft__operation_set_state(weft__operation *operation, weft__operation_state state);
void weft__operation_count_bytes(weft__operation *operation, uint64_t bytes);
void weft__operations_index_fini(weft_operations *operations);

/* ---- operations_attempt.c ---- */
/* A request with an op, of a method that is persistent here. */
void weft__operation_attempt(weft__call *call);
void weft__operation_begin(weft__call *call);  /* hooks->operation */
void weft__operation_detach(weft__call *call); /* hooks->detach */
void weft__operation_run(weft__call *run);     /* hooks->request, of apart */
void weft__operation_sealed(weft__call *run);  /* hooks->sealed, of apart */
void weft__operation_is_recorded(weft__operation *operation);
void weft__operation_is_sealed(weft__operation *operation);
/* Nothing of it has run nor will: its callers are told, and it goes. */
void weft__operation_refuse(weft__operation *operation, weft_outcome outcome, weft_str text);
/* What is kept instead of an outcome for which there is no room. */
void weft__operation_unkept(uint8_t *ret_outcome, weft_bytes *ret_value);
/* Those that wait are answered by text. */
void weft__operation_answer_all(weft__operation *operation, weft_outcome outcome, weft_str text);

/* ---- operations_group.c ---- */
/* Another thread of the group is asked, or has been: the call waits, or is answered. false: none of them knows it. */
bool weft__operation_ask(weft__call *call);
/* Has another one it, or has it expired there? Under the lock. */
bool weft__operations_is_claimed(const weft_operations *operations, const uint8_t id[WEFT_OPERATION_ID]);
/* From dispatch: the attempt of a stand-in begins anew. */
void weft__operation_look_again(weft__operation *stand_in);
void weft__operation_stand_in_left(weft__operation *stand_in); /* its attempt has gone */
/* Those of other threads that wait for it: it is gone and did not run; it is sealed; they get the text, a constant. */
void weft__operation_others_look_again(weft__operation *operation);
void weft__operation_tell_others(weft__operation *operation);
void weft__operation_tell_others_text(weft__operation *operation, weft_outcome outcome, weft_str text);
void weft__operations_send_unsent(weft_operations *operations);
/* Time goes on for those that have left. */
void weft__operations_group_time(weft_operations *operations, uint64_t now_ns);

/* ---- operations_store.c ---- */
int weft__operations_scan(weft_operations *operations, weft_error *error);
/* To be made durable. 0 or WEFT_ENOMEM. */
int weft__operation_put(weft__operation *operation);
int weft__operations_put_expired(weft_operations *operations, const weft__op_client *client);
void weft__operations_remove_expired(weft_operations *operations, const weft__op_client *client);
void weft__operation_remove(weft__operation *operation);
/* What a record has that is_stored, in arena, from the store of operations: its own, or one of the same place. 0,
 * WEFT_ENOENT, or what the store says. */
int weft__operation_read(const weft__operation *operation, const weft_operations *operations, weft_arena *arena,
                         weft_bytes *ret_value, weft__list_slice *ret_metadata);

/* ---- operations_answer.c ---- */
/* The outcome of one that is SEALED, to an attempt that has no handle. */
void weft__operation_answer(const weft__operation *operation, weft__call *call);
/* How the method's results are declared, kept from now on. 0: they are not. WEFT_ENOMEM. */
int weft__op_results_of(weft_operations *operations, const weft_service_type *service, const weft_method *method,
                        uint64_t *ret_id);
int weft__op_results_add(weft_operations *operations, uint64_t id, weft_bytes root, weft_bytes types);

#endif
