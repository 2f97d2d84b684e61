/* Two engines over a conduit in memory, with a clock that moves when told to. The service they speak is written by
 * hand: echo returns its bytes, hold keeps the call until the test answers it, the others have channels
 * (pair_stream.h) and keep it too. */
#ifndef WEFT_TESTS_SUPPORT_PAIR_H
#define WEFT_TESTS_SUPPORT_PAIR_H

#include "tests/support/alloc.h"
#include "tests/support/pair_stream.h"
#include "weft/engine.h"
#include "weft/gen.h"

enum { PAIR_CALLS_MAX = 64 };

/* ---- the service ---- */

typedef struct pair_echo_args {
    weft_bytes data;
} pair_echo_args;
typedef struct pair_echo_reply {
    weft_result result;
    weft_bytes value;
} pair_echo_reply;
/* Those behind the ones with channels are held too: idempotent, persistent, and both. */
enum { PAIR_ECHO = 0, PAIR_HOLD = 1, PAIR_AGAIN = 5, PAIR_ONCE = 6, PAIR_ONCE_AGAIN = 7, PAIR_METHODS = 8 };

extern const weft_service_type pair_service;
/* Of the same name and another id. */
extern const weft_service_type pair_service_changed;
extern const weft_type pair_echo_args_type;

/* ---- what a side notes of what it is told ---- */

typedef struct pair_side {
    weft_session *session; /* a reference where it was handed over */
    bool has_reference;
    int n_ready, n_failed, n_closed, n_draining, n_drains, n_writable, n_open_asked, n_serve_closed, n_conn_closed;
    int n_disconnected, n_resumed, n_replaced;
    weft_error end, conn_end, outage; /* outage: of the newest DISCONNECTED or REPLACED */
    /* opens that this side makes */
    int n_opened, n_refused;
    weft_connection *opened; /* the newest; one reference */
    weft_error open_error;
    /* calls that this side makes: by the index given as user */
    int n_done;
    int done_times[PAIR_CALLS_MAX];
    weft_result results[PAIR_CALLS_MAX]; /* text and metadata not valid any more */
    char texts[PAIR_CALLS_MAX][128];
    size_t value_len[PAIR_CALLS_MAX];
    uint8_t value_first[PAIR_CALLS_MAX];
    /* what its handlers did */
    int n_handled, n_cancelled;
    weft_call held[PAIR_CALLS_MAX];
    int held_index[PAIR_CALLS_MAX]; /* the index under which the caller notes it, where it has sent a byte */
    int n_held;
    bool keep_calls;                    /* hold keeps its arguments, having asked for the metadata */
    const weft_metadata *held_metadata; /* then */
    pair_stream out, in;                /* its ends of the channels of the newest call that has some */
    bool leave_channels;                /* does not read by itself */
    /* how it decides on opens: accept, keep the handle, reject with refuse_code */
    bool keep_pending;
    uint16_t refuse_code;
    weft_pending pending;
    const weft_service_type *serves;
} pair_side;

typedef struct pair {
    weft_test_alloc *alloc;
    uint64_t now_ns;
    size_t step; /* bytes moved at once; 0: all */
    weft_engine *client, *server;
    weft_handshake *client_handshake, *server_handshake;
    pair_side c, s;
    uint8_t n_conduits;
    size_t client_sent, server_sent; /* bytes that were moved */
    bool cut;                        /* nothing moves any more */
    size_t client_max, server_max;   /* bytes, after which it is cut; SIZE_MAX: never */
    weft_log_fn log;                 /* of both engines, all levels; sessions 1 (client) and 2; set before begin */
    void *log_user;
    weft_stats *client_stats, *server_stats; /* NULL: their own */
    weft_registry *registry;                 /* the server's; set before begin, the caller's; NULL: none */
    weft_operations *operations;             /* likewise */
    weft_handles *handles;                   /* likewise, of both sides: calls of a server that is gone are stale */
    uint8_t client_seed;                     /* likewise */
    weft_session_options server_options;     /* those of begin, for each conduit that follows */
    void (*each)(void *user);                /* after each callback of either side; NULL: they run in one go */
    void *each_user;
    void (*tap)(void *user, bool of_client, const uint8_t *bytes, size_t len); /* what is moved; NULL: nobody looks */
    void *tap_user;
    int status; /* the first failure: WEFT_ENOMEM where allocations fail */
} pair;

/* alloc outlives the pair. options: changed before begin; on_open, on_event and user are the pair's. */
void pair_init(pair *p, weft_test_alloc *alloc);
/* Makes both sides; they shake hands with the next run. 0 or WEFT_ENOMEM. */
int pair_begin(pair *p, weft_session_options client, weft_session_options server);
/* Moves bytes and dispatches until nothing moves. */
void pair_run(pair *p);
/* The clock goes on, both tick, and run. */
void pair_advance(pair *p, uint64_t ns);
/* begin with defaults, run: ready. */
void pair_ready(pair *p, weft_test_alloc *alloc);
/* The client opens pair_service and runs: its connection, or NULL. */
weft_connection *pair_open(pair *p);
/* Both are told that the conduit failed. */
void pair_disconnect(pair *p, int cause);
/* Makes the client's engine alone: it has no conduit. 0 or WEFT_ENOMEM. */
int pair_begin_client(pair *p, weft_session_options client, weft_session_options server);
/* Another conduit, which the client's engine wants: it shakes hands with the next run. A server whose session is over
 * is freed. 0, or what weft_engine_reconnect or weft_handshake_new says. */
int pair_reconnect(pair *p);
/* Frees all; every callback that is owed has come afterwards. */
void pair_fini(pair *p);

/* Counts DISCONNECTED, RESUMED and REPLACED; other events are nothing to it. */
void pair_note_outage(pair_side *side, const weft_session_event *event);

/* A call of method with len bytes, noted under index. */
int pair_call(pair_side *side, weft_connection *connection, uint32_t method, size_t len, int index,
              weft_call *ret_call);
/* The same with options. */
int pair_call_with(pair_side *side, weft_connection *connection, uint32_t method, size_t len, int index,
                   const weft_call_options *options, weft_call *ret_call);

/* The same of a method with channels. */
int pair_call_channels(pair_side *side, weft_connection *connection, uint32_t method, size_t len, int index,
                       const weft_call_options *options, weft_channel *const *channels, weft_call *ret_call);
int pair_watch_dispatch(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels);
int pair_load_dispatch(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels);
int pair_both_dispatch(const void *table, void *self, weft_call call, const void *args, const weft_channel *channels);

#endif
