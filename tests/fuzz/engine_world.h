/* The world of engine_fuzz: two applications with an engine each, which are each other's counterpart or one proxy, or
 * one application; where there is no other engine, the fuzzer is in its counterpart's place. The script that says what
 * they do, and what they are held to. Fixed sizes: what finds no place is not done.
 *
 * A note is what the world expects of one call, open or connection: which callbacks are owed, and how often they came.
 * They are compared when everything has been freed. */
#ifndef WEFT_TESTS_FUZZ_ENGINE_WORLD_H
#define WEFT_TESTS_FUZZ_ENGINE_WORLD_H

#include "tests/fuzz/fuzz.h"
#include "tests/support/alloc.h"
#include "tests/support/codec_types.h"
#include "tests/support/pair.h"
#include "tests/support/wire_put.h"
#include "weft/engine.h"
#include "weft/gen.h"
#include "weft/intercept.h"
#include "weft/operation.h"

enum { NOTES_MAX = 1024, CONNS_MAX = 64, CALLS_MAX = 128, PENDINGS_MAX = 32, BLOCKS_MAX = 256, CHANNELS_MAX = 128 };
/* What applications ask to be sent, and what is fed to engines, so that an input does not take long. */
enum { FUZZ_GRANTED_MAX = 32 << 20, FUZZ_FLOODS_MAX = 4 };
/* What engines may allocate at most: each for itself; for each connection and call of the counterpart's that is live,
 * of which its settings allow so many, and which come in so many bytes at least; for each byte that is fed, which may
 * be held in a message, in its copy, and decoded; and what applications ask for. */
enum {
    PEAK_ENGINE = 12 * 1024,
    PEAK_CONNECTION = 3 * 1024,
    PEAK_CALL = 5 * 1024,
    PEAK_BYTE = 4,
    PEAK_BYTE_TYPED = 24, /* a field that is absent in the bytes has its place in memory */
    CONNECTION_BYTES = 40,
    CALL_BYTES = 16 + 6,
    CHANNEL_BYTES = 3,       /* [id, credit] in a Request */
    PEAK_CHANNEL = 2 * 1024, /* with the items that its window lets come */
    CONNECTIONS_OWED = 1024  /* beyond max_connections: what is refused until the reject has gone */
};

/* ---- the script: a byte at a time, zeros behind its end ---- */

typedef struct script {
    const uint8_t *at, *end;
} script;

uint8_t script_byte(script *s);
uint32_t script_u16(script *s);
/* One of the n values. */
uint64_t script_pick(script *s, const uint64_t *values, size_t n);
#define SCRIPT_PICK(s, ...) \
    script_pick((s), (const uint64_t[]){ __VA_ARGS__ }, sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

/* ---- what is expected ---- */

typedef struct note {
    struct side *side;
    bool is_owed; /* a call or open that returned 0: done or opened comes once */
    bool is_call;
    bool closed_owed;   /* a connection that was open: on_closed comes once */
    bool serves;        /* with a handler: its closed comes once too */
    bool no_closed;     /* no on_closed was given */
    bool may_be_silent; /* the root of a session that perhaps never was: at most once */
    unsigned n_done, n_closed, n_serve_closed;
    uint32_t method;
    weft_arena *arena;      /* where the reply was asked to be; NULL: nowhere */
    const void *kept;       /* where there was memory: what it points to stands until the arena is freed */
    struct note *conn_note; /* of an open: the note of its connection */
} note;

/* A call that a handler has. */
typedef struct served {
    weft_call call;
    uint32_t method;
    bool let_go; /* answered or dropped by the handler */
    const void *kept;
    uint64_t kept_sum;
} served;

/* One end of a channel. */
typedef struct channel {
    struct side *side;
    weft_channel handle;
    const weft_type *element;
    bool sends, is_reading, is_paused;
    bool wants_room, wants_end; /* asked for, and owed */
    unsigned n_ended;
    uint32_t n_items; /* sent, or delivered */
    uint32_t n_held;  /* delivered and not consumed */
} channel;

typedef struct side {
    struct world *world;
    bool initiator;
    weft_engine *engine; /* NULL before a handshake has given it, and once it is freed (or asked to be) */
    weft_handshake *handshake;
    weft_session *session; /* NULL: none, or not valid any more */
    unsigned refs;         /* of ours, of the session */
    bool is_dispatching, is_freeing, is_gone;
    bool is_woken;
    bool opened_odd; /* the parity of its newest Open */
    bool shaken_odd; /* the parity that the fuzzer said in the handshake */
    unsigned n_ready, n_failed, n_closed, n_draining, n_reads;
    weft_connection *conns[CONNS_MAX]; /* one reference each */
    size_t n_conns;
    weft_call calls[CALLS_MAX]; /* made here; stale ones too */
    size_t n_calls;
    served served[CALLS_MAX];
    size_t n_served;
    weft_pending pendings[PENDINGS_MAX];
    size_t n_pendings;
    channel channels[CHANNELS_MAX]; /* stale ones too */
    size_t n_channels;
    wire_bytes sent;   /* taken from the engine, not yet given to the counterpart */
    wire_bytes shown;  /* given by drain, not yet taken: it may not change */
    wire_bytes stream; /* all that was taken and not yet looked at as frames */
    bool preamble_seen;
    weft_interceptor interceptor; /* two of them, where the script wants them */
    const weft_interceptor *interceptors[2];
    unsigned n_passed, n_passed_done;
    uint32_t max_requests, max_connections, max_channels; /* as its options say */
    uint64_t fed;                                         /* bytes that were given to its engine */
    uint64_t n_opened;                                    /* connections that its application asked for */
    uint8_t *blocks[BLOCKS_MAX];                          /* fed, and borrowed until dispatch returns */
    size_t n_blocks;
    /* sessions that survive their conduit */
    weft_engine_options engine_options;
    weft_session_options options;
    weft_open_options root;
    weft__hello_out hello; /* what the fuzzer said in the counterpart's place */
    bool is_out;           /* DISCONNECTED was told, and nothing behind it */
    uint8_t key[32];       /* the newest one on the wire */
    size_t key_len;
    uint64_t counted; /* bytes that the engine has sent, of the frames that count, with those that came again */
    uint64_t told;    /* received, as its newest Hello or Welcome has it */
    uint64_t opened;  /* the connection of its newest Open */
} side;

typedef struct world {
    script script;
    weft_test_alloc alloc;
    weft_handles *handles; /* shared, or NULL */
    weft_arena *scratch;   /* for looking at frames: malloc's */
    weft_arena *replies;   /* malloc's, so that a reply always finds room */
    uint64_t now_ns;
    side sides[2];   /* the initiator's, the acceptor's */
    bool is_pair;    /* both sides are engines, and each other's counterpart */
    bool is_proxy;   /* both are engines of one process, and the fuzzer is the counterpart of each */
    bool has_joined; /* a proxy's frames may be any that have come */
    bool is_joining; /* what is opened is passed on */
    bool is_quiet;   /* nothing is logged */
    bool reads_placed,
        reads_few;   /* what comes is read to where the engine says; in small pieces, not all of them there */
    bool is_orderly; /* at the end both close before they are freed */
    bool honest;     /* nothing was forged: nobody may speak of a violation */
    bool is_traced;
    bool may_starve;  /* allocations were made to fail */
    bool survives;    /* sessions are resumable, with retry, and there are operations */
    bool is_typed;    /* values other than bytes have been decoded */
    uint64_t granted; /* bytes that the applications asked the engines to keep */
    uint64_t kept;    /* that they may keep besides, for a counterpart that comes back */
    unsigned n_floods;
    weft_registry *registry;
    weft_operations *operations;
    note notes[NOTES_MAX];
    size_t n_notes;
    uint64_t n_operations;
    unsigned depth; /* callbacks within callbacks: those of the other engine */
    uint64_t sink;  /* what was read of what callbacks were given */
} world;

/* NULL: there is no more room. */
note *world_note(world *w, side *s);
side *world_other(side *s);
void world_read(world *w, const void *bytes, size_t len);

/* ---- engine_begin.c ---- */

/* The engines as the script's first bytes say. */
void world_begin(world *w, const uint8_t *data, size_t len);

/* ---- engine_outage.c: conduits that break and are replaced ---- */

void outage_begin(world *w);
void outage_end(world *w);
void outage_options(side *s, weft_engine_options *engine, weft_session_options *options);
/* An acceptor is asked by a session other than the one that it has, or had. */
bool outage_is_another(const side *s, const weft_session *session);
/* A handshake is done: false where it is of a session for which there is no place, and is gone with its conduit. */
bool outage_may_finish(side *s);
void outage_watch(side *s, weft_engine *engine);
/* A frame that s has sent. */
void outage_look(side *s, const weft__frame *frame, weft_bytes body);
bool outage_is_on(const world *w);
/* An engine may have given its conduit up by itself. */
void outage_note(side *s);
/* What operations have recorded is made durable: something was. */
bool outage_sync(world *w);
void outage_event(side *s, weft_event_kind kind);
/* The handshake of a side that says what the script says, in the counterpart's place. */
void outage_shake(side *s, uint8_t how);
void op_cut(side *s, script *in);
void op_redial(side *s, script *in);
void op_feed_resume(side *s, script *in);
void op_feed_ack(side *s, script *in);
void op_feed_operation(side *s, script *in);

/* ---- engine_world.c: moving bytes, ending ---- */

/* Ends everything and compares what came with what was owed. */
void world_end(world *w);
void world_fail_memory(world *w, uint64_t nth, bool fail_on);

/* Copies the bytes to memory of their own and feeds them. */
void side_feed(side *s, const uint8_t *bytes, size_t len);
/* Asks for at most n_max slices, and takes at most len bytes of them: how many were taken. */
size_t side_drain(side *s, size_t n_max, size_t len);
/* Gives the first len bytes of what the counterpart has sent to s. */
size_t side_receive(side *s, size_t len);
size_t side_dispatch(side *s, size_t n_max);
void side_tick(side *s);
weft_phase side_phase(const side *s);
void side_on_wake(void *user);
uint64_t side_deadline(const side *s);
void side_disconnect(side *s, int cause);
void side_free(side *s);
/* Handles that are not shared are gone with their engine; so is, in any case, what handlers have kept. */
void side_forget(side *s);
/* A handshake that is done gives its engine. */
void side_finish(side *s);
/* Moves, dispatches, until nothing moves. */
void world_settle(world *w);
/* The session of this side may be used. */
bool side_has_session(const side *s);
void side_release(side *s);

/* ---- engine_callbacks.c: the applications' side ---- */

/* echo, hold and absent as those of pair_service; unit takes and returns nothing, shape takes, returns and fails with
 * values of every kind, wide returns one that is large for the stack. */
enum { FUZZ_ABSENT = 2, FUZZ_UNIT, FUZZ_SHAPE, FUZZ_WIDE, FUZZ_STREAM, FUZZ_METHODS };
extern const weft_service_type fuzz_service;
extern const weft_service_type fuzz_service_changed;
/* As generated tables begin; who calls what is the service's here. */
typedef struct fuzz_table {
    size_t size;
    void (*none)(void);
} fuzz_table;
extern const fuzz_table fuzz_handler;
int fuzz_on_open(void *user, weft_session *session, weft_pending pending);
void fuzz_on_event(void *user, weft_session *session, const weft_session_event *event);
void fuzz_on_closed(void *user, const weft_error *error);
void fuzz_opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error);
void fuzz_done(void *user, const void *reply);
/* Replies that are in the application's arena outlive their engines. */
void world_read_kept(world *w);
void fuzz_log(void *user, const weft_log_record *record);
weft_interceptor fuzz_interceptor(side *s);
void fuzz_read_metadata(world *w, const weft_metadata *metadata);
/* Does the handler let go of the call? Notes it. */
int served_answer(side *s, served *call, unsigned how);
void served_check(side *s);

/* ---- engine_proxy.c: connections that are joined ---- */

void op_proxy(side *s, script *in);
void op_feed_accept(side *s, script *in);
/* A connection of the acceptor's is joined to one of the initiator's. */
void proxy_begin(world *w);
/* A proxy's decision, if it is one: the open has gone on to the other session. */
bool proxy_on_open(side *s, weft_pending pending, uint8_t how);
/* A frame that s has sent. */
void proxy_look(side *s, const weft__frame *frame, weft_bytes body);

/* ---- engine_values.c: the methods whose values are not bytes ---- */

typedef struct shape_reply {
    weft_result result;
    const ct_shape *value;
    const ct_color *error;
} shape_reply;
typedef struct wide_reply {
    weft_result result;
    uint64_t value[100];
} wide_reply;

extern const weft_type fuzz_wide_type;
/* Reads all of a value; a sum of what it says. */
uint64_t value_read(world *w, const weft_type *type, const void *value);
/* Some value, the same for the same seed; lives until the scratch arena is cleared. */
const void *value_make(world *w, const weft_type *type, uint32_t seed);
uint64_t args_read(world *w, uint32_t method, const void *args);
void reply_read(world *w, uint32_t method, const void *reply);
int typed_answer(side *s, const served *call, unsigned how);
void op_call_typed(side *s, script *in);

/* ---- engine_channels.c ---- */

enum { FUZZ_CHANNELS = 3 };
extern const weft_channel_param fuzz_channel_params[FUZZ_CHANNELS];
/* A handler is given its ends. */
void channels_served(side *s, const weft_channel *channels);
void op_stream(side *s, script *in);
void op_channel(side *s, script *in);
/* When all is freed: every end has come. */
void channels_check(const side *s);

/* ---- engine_wrong.c: an application that makes mistakes; each is refused, and nothing is owed for it ---- */

void op_wrong_call(side *s, script *in);
void op_wrong_open(side *s, script *in);
void op_wrong_answer(side *s, script *in);
void op_wrong_engine(side *s, script *in);

/* ---- engine_frames.c: what counterparts send, frame by frame and in masses ---- */

void op_feed_raw(side *s, script *in);
void op_feed_frame(side *s, script *in);
void op_feed_body(side *s, script *in);
void op_feed_fragments(side *s, script *in);
void op_feed_values(side *s, script *in);
void op_feed_channel(side *s, script *in);
void op_feed_flood(side *s, script *in);
void op_corrupt(side *s, script *in);
/* The fuzzer's own side of a handshake. */
void side_shake(side *s);

/* ---- engine_fuzz.c ---- */

weft_connection *conn_of(side *s, script *in);

/* A few operations of the script, from within a callback of s. */
void script_run_nested(side *s);

#endif
