/* The inside of a session: the objects and who owns them. Private to runtime/session; rpc sees what rpc_hooks.h says.
 *
 *   weft_engine ──owns── weft_session (the application's view, counted)
 *        │ table by id
 *        ├── weft_connection (counted: references of applications, holds of the engine and of calls)
 *        │       ├── queue of messages to send, one half-received message, counters of its flow window
 *        │       ├── weft__call by request id, both directions (the parity of the id tells which)
 *        │       └── weft__channel by channel id, both directions; those that have ended, until that has been told
 *        ├── out: bytes cut into frames and not yet taken by the conduit, or, with a replay, by the counterpart
 *        ├── resume: where both sides want the session to survive its conduit (resume.h)
 *        ├── timers: one for each connection and call, three of the session
 *        └── events: callbacks that wait for dispatch, in order
 *
 * What an application does (call, cancel, close, release) changes state and queues messages and events; frames are cut
 * when the conduit takes bytes (output.c), callbacks run from dispatch alone (engine.c). */
#ifndef WEFT_RUNTIME_SESSION_SESSION_H
#define WEFT_RUNTIME_SESSION_SESSION_H

#include "runtime/base/list.h"
#include "runtime/base/log.h"
#include "runtime/base/slots.h"
#include "runtime/base/table.h"
#include "runtime/base/timers.h"
#include "runtime/session/binding.h"
#include "runtime/session/out.h"
#include "runtime/session/stats.h"
#include "runtime/wire/codes.h"
#include "runtime/wire/messages.h"
#include "weft/call.h"
#include "weft/engine.h"
#include "weft/gen.h"
#include "weft/intercept.h"

typedef struct weft__call weft__call;
typedef struct weft__channel weft__channel;

struct weft__schemas;
struct weft__schema_method;

/* What rpc does for a session: given when an engine is made, so that this layer does not know it. */
typedef struct weft__hooks {
    /* From dispatch: a request that waits for its handler (call.h: the handler's side). Answers or leaves it to be
     * answered. */
    void (*request)(weft__call *call);
    /* From dispatch: a call made here has ended; call->result says how, call->value holds what came. Once. */
    void (*ended)(weft__call *call);
    /* From dispatch: an item for a channel that is read. 1: consumed; 0: it will be said; WEFT_EBADMSG or
     * WEFT_EINCOMPATIBLE with the reason in *error, WEFT_ENOMEM. */
    int (*item)(weft__channel *channel, weft_bytes value, weft_arena *arena, weft_error *error);
    /* A Schema has come, the first of its method and direction. 0; with more in *error: WEFT_EPROTO: it breaks a rule,
     * WEFT_EBUSY: it is beyond a limit, WEFT_ENOMEM. */
    int (*schema)(weft_connection *conn, struct weft__schema_method *method, const weft__schema *schema,
                  weft_error *error);
    /* Frees what rpc keeps of a connection's schemas: schemas->rpc, which is not NULL. */
    void (*schemas_free)(struct weft__schemas *schemas);
    /* Operations [op.states]; an engine has one reference. join returns their ttl in ms. */
    uint32_t (*operations_join)(weft_operations *operations);
    weft__identity (*operations_identity)(const weft_operations *operations);
    void (*operations_leave)(weft_operations *operations);
    /* From dispatch: OPERATION, which a waiting attempt was given. */
    void (*operation)(weft__call *call);
    /* An attempt waits no more (it is answered, or gone): call->operation is not NULL. */
    void (*detach)(weft__call *call);
    /* The call that an operation's handler was given (apart.c) is answered: message.body is its Response, which may be
     * taken. It goes then. */
    void (*sealed)(weft__call *call);
} weft__hooks;

/* ---- events ---- */

typedef enum weft__event_kind {
    WEFT__EVENT_NONE = 0,
    WEFT__EVENT_SESSION_READY,
    WEFT__EVENT_SESSION_FAILED,
    WEFT__EVENT_SESSION_DRAINING, /* the counterpart does */
    WEFT__EVENT_SESSION_DRAINS,   /* this side does */
    WEFT__EVENT_SESSION_WRITABLE,
    WEFT__EVENT_SESSION_DISCONNECTED,
    WEFT__EVENT_SESSION_RESUMED,
    WEFT__EVENT_SESSION_REPLACED,
    WEFT__EVENT_SESSION_CLOSED,
    WEFT__EVENT_PENDING,     /* on_open */
    WEFT__EVENT_OPENED,      /* the opener's callback */
    WEFT__EVENT_CONN_CLOSED, /* on_closed, and closed(self) of the handler */
    WEFT__EVENT_REQUEST,
    WEFT__EVENT_OPERATION, /* an attempt's operation may run */
    WEFT__EVENT_CANCEL,
    WEFT__EVENT_DONE, /* theirs: interceptors are told */
    WEFT__EVENT_ENDED,
    WEFT__EVENT_ITEM, /* of a reader: the next item, or the end */
    WEFT__EVENT_ROOM  /* of a sender: room, or the end */
} weft__event_kind;

typedef struct weft__event {
    weft__link link;
    uint8_t kind;
} weft__event;

/* ---- messages to send ---- */

typedef enum weft__message_state {
    WEFT__MESSAGE_IDLE = 0, /* in no queue */
    WEFT__MESSAGE_QUEUED,   /* nothing of it has been cut */
    WEFT__MESSAGE_BEGUN     /* at least one fragment is out */
} weft__message_state;

/* Embedded in a call (Request, Response) or an item (Item, ChannelClose), or allocated by itself (Open, Accept, Reject,
 * Close). */
typedef struct weft__message {
    weft__buf body;            /* first: kept from call to call */
    weft__link link;           /* in its connection's queue */
    size_t at;                 /* next byte of body to cut */
    weft__piece *owner;        /* takes body over once pieces of out refer to it; NULL: none do */
    weft__call *call;          /* NULL: of no call, and freed when it is gone */
    const weft_method *schema; /* [schema.send] whose Schema goes out in front of it, if that has not; or NULL */
    uint8_t kind;
    uint8_t state;
    uint8_t flags; /* relayed: MORE or ABORT, as it came */
    bool relayed;  /* frames of a joined connection [proxy.join]: in a weft__relayed */
    bool keeps;    /* body stays when it has gone out, for another time [op.retry] */
} weft__message;

/* ---- connections ---- */

/* states.c holds the tables of transitions. */
typedef enum weft__conn_state {
    WEFT__CONN_OPENING = 0, /* ours: Open is queued or sent, nothing heard */
    WEFT__CONN_ARRIVING,    /* theirs: fragments of its Open have come */
    WEFT__CONN_PENDING,     /* theirs: undecided here */
    WEFT__CONN_OPEN,
    WEFT__CONN_CLOSING, /* our Close or Reject is queued */
    WEFT__CONN_CLOSED   /* no longer in the table; its callbacks may still be owed */
} weft__conn_state;

/* What a connection has under way of calls, both ways. There as long as a weft__call of the connection is: taken from
 * the engine's pool with the first, given back with the last, with what its table holds. */
typedef struct weft__calls {
    struct weft__calls *next; /* in engine->spare_calls */
    weft__table by_id;        /* by request id */
    weft__link waiting;       /* beyond the counterpart's max_concurrent_requests */
    weft__link cancels;       /* those that owe a Cancel */
    uint32_t n;               /* all that are not freed */
    uint32_t n_waiting;
    uint32_t n_out; /* our requests in flight */
    uint32_t n_in;  /* theirs */
} weft__calls;

/* The message of a connection that has come in part. */
typedef struct weft__half {
    weft__buf body;
    uint32_t charged; /* for it [memory.buffered] */
} weft__half;

struct weft_connection {
    weft_engine *engine; /* NULL once the engine is freed */
    union {
        weft__timer timer;        /* in_table. By state: of the open, the message half received, the close */
        weft_allocator allocator; /* and then: the engine's, which may be gone */
    };
    uint64_t id;
    uint32_t refs;  /* of applications */
    uint32_t holds; /* the table's, calls', events' */
    uint8_t state;  /* weft__conn_state */
    bool odd;       /* parity of the request ids that we give [conn.parity] */
    bool blocked;   /* the first message waits for the window */
    bool in_table;
    uint8_t rx_kind;    /* of the half-received message; 0: none */
    uint8_t abort_kind; /* of the half-sent message that was given up: an ABORT is owed; 0: none */
    bool ours : 1;      /* we opened it */
    bool delivered : 1; /* it has been open: on_closed and closed(self) are owed */
    bool peer_drains : 1;
    bool drains : 1;          /* this side takes no new request: Drain is queued or sent */
    bool rx_void : 1;         /* the half-received message was refused: its rest is thrown away */
    bool lost_channels : 1;   /* a request was, with what it announced */
    bool retries : 1;         /* [op.retry] both sides' settings name it */
    bool reopens : 1;         /* OPENING, but the application has it already: calls wait */
    bool apart : 1;           /* what waits here is counted in queued_apart: blocked, or joined */
    bool want_room : 1;       /* a call was told WEFT_EAGAIN for what waits here */
    uint32_t round;           /* of its last turn */
    uint32_t rx_taken;        /* taken in, not given back yet */
    weft__link ready;         /* in engine->ready or later */
    weft__link small;         /* in engine->small */
    weft__link queue;         /* messages */
    uint64_t next_request;    /* ours */
    uint64_t last_request;    /* ours: the highest given */
    uint64_t peer_request;    /* theirs: the highest that came whole or was aborted */
    uint64_t peer_reached;    /* theirs: the highest that reached the queue of handlers */
    int64_t tx_window;        /* what we may still send [flow.window] */
    int64_t rx_window;        /* what the counterpart may still send */
    uint64_t queued;          /* bytes in queue */
    uint64_t peer_operations; /* a weft__identity_tag */
    weft__traffic traffic;
    weft__calls *calls; /* weft__calls_none, which is never written to, where n is 0 */
    uint32_t peer_max_requests;
    uint32_t peer_max_message;
    uint32_t peer_max_channels;
    uint32_t peer_channel_window;
    uint32_t peer_operation_ttl_ms; /* 0: it keeps no operations */
    uint32_t window_owed;           /* to say in the next Window */
    uint32_t schema_bytes;          /* of Schema messages that came */
    uint32_t rx_left;               /* of max_message_size, or of the 64 KiB of an Open */
    weft__half *rx;                 /* the half-received message; NULL: there never was one */
    const weft__binding *binding;   /* &weft__binding_none, where nothing is served or called */
    void *self;                     /* the handler's */
    void (*on_closed)(void *user, const weft_error *error);
    void *on_closed_user;
    weft__event closed_event;      /* CONN_CLOSED */
    struct weft__open_state *open; /* OPENING, PENDING, until decided and told; NULL after */
    struct weft__streams *streams; /* its channels; NULL: there never was one */
    struct weft__schemas *schemas; /* what was said of schemas; NULL: nothing */
    struct weft__leg *leg;         /* proxy.c: it is, or was, joined to another; NULL: never */
    weft_error *end;               /* why it ended; NULL: nothing more than WEFT_ECONNCLOSED, or no memory */
    struct weft__reopen *reopen;   /* ours, where this side retries; NULL otherwise */
};

/* What only an open that is undecided needs. */
typedef struct weft__open_state {
    weft_connection *conn;
    weft__event event;     /* PENDING or OPENED */
    weft__handle handle;   /* PENDING: the weft_pending */
    weft_arena *arena;     /* of what follows */
    weft_opened_fn opened; /* ours; with gen_opened through service->opened */
    void (*gen_opened)(void);
    void *user;
    const weft_service_type *service;
    weft_str service_name;     /* theirs: weft-service */
    weft_metadata metadata;    /* theirs, or of their Accept or Reject */
    weft__list_slice services; /* that they list */
    weft__settings settings;   /* theirs */
    bool accepted;
} weft__open_state;

/* ---- calls ---- */

typedef enum weft__call_state {
    WEFT__CALL_NEW = 0,
    /* ours */
    WEFT__CALL_WAITING, /* for a place */
    WEFT__CALL_QUEUED,  /* its message waits, or is half sent */
    WEFT__CALL_SENT,
    WEFT__CALL_GIVEN_UP, /* told to the caller; the response is still to come */
    WEFT__CALL_ENDED,    /* out of the table; ENDED waits for dispatch */
    /* theirs */
    WEFT__CALL_ARRIVED,  /* REQUEST waits for dispatch */
    WEFT__CALL_SERVED,   /* a handler has it */
    WEFT__CALL_ANSWERED, /* the response waits, or is under way */
    WEFT__CALL_TAKING,   /* the response is cut; until the conduit has taken its last byte */
    WEFT__CALL_OVER      /* nothing is owed on the wire; the handler has not let go yet (held) */
} weft__call_state;

struct weft__call {
    /* Kept from call to call, up to the message's body; all behind it is cleared. */
    weft_engine *engine;
    weft_arena *arena;
    weft__message message;
    weft__link link;       /* conn->calls, engine->taking, engine->free_calls */
    weft_connection *conn; /* one hold */
    weft__handle handle;
    weft__event event;
    weft__timer timer; /* the deadline; for one that waits, queue_timeout where that is earlier */
    uint64_t id;       /* 0: not given yet */
    uint64_t method_id;
    uint64_t charged;      /* [memory.buffered] */
    uint64_t charged_body; /* of that, for what the request brought */
    uint64_t deadline_ns;  /* WEFT_FOREVER: none */
    uint64_t again_bytes;  /* ours: of its body, where it stays for another attempt [op.retry] */
    uint64_t queue_ns;     /* ours: how long it may wait for a place, where there is a counterpart that has some */
    uint64_t begin_offset; /* ours: where its request begins in the conduit's bytes; UINT64_MAX: not cut */
    uint64_t end_offset;   /* theirs: where its response ends */
    uint8_t state;
    bool inbound;
    bool held;    /* theirs: a handler has handle and arena, until it answers or drops; ours: in its callback */
    bool running; /* theirs: in hooks->request */
    bool telling; /* theirs: its interceptors are told that it is over */
    bool cancelled;
    bool kept;
    bool cancel_owed;        /* a Cancel is to be sent */
    bool refused;            /* ours: its response is under way, and thrown away */
    bool has_channels;       /* ours: its method has, though none may be there */
    bool ran_before;         /* ours: an attempt that was lost may have run [op.retry] */
    bool runs_once;          /* ours: such an attempt, and it must not run again but with ran_with */
    bool exchanged;          /* its service's declarations are exchanged [schema.known] */
    bool body_borrowed;      /* body points into what was fed */
    bool is_apart;           /* theirs: it lives apart from any session: apart.c */
    uint32_t n_intercepted;  /* interceptors whose done is owed */
    weft__channel *channels; /* in the order of the parameters, through next; NULL: none, or they go on by themselves */
    /* [op.id] In the message's body; theirs in what came, then with operation. NULL: it is an attempt of none. */
    const uint8_t *op;
    /* theirs: that it waits for, in SERVED, with its link; or, where is_apart, that it runs for; rpc's */
    struct weft__operation *operation;
    weft__link children;  /* theirs: calls made on behalf of it; zero: there were none */
    weft__link sibling;   /* ours: in children */
    weft__buf body_owned; /* what body points into where it is not borrowed */
    const weft_service_type *service;
    const weft_method *method;
    weft__method_counts *counts;     /* its method's; NULL: not looked up yet */
    weft_arena *reply_arena_or_null; /* ours: the application's */
    weft_bytes value;                /* theirs: args; ours: the value of the response */
    weft__list_slice metadata_raw;
    weft_metadata metadata; /* decoded when asked for, or delivered */
    bool metadata_decoded;
    weft_result result; /* ours */
    void (*done)(void); /* ours; rpc's to cast */
    void *user;
    void (*on_cancel)(void *user);
    void *on_cancel_user;
    const void *args;         /* theirs: decoded, rpc's */
    const uint8_t *args_base; /* the bytes that they point into */
    weft_metadata reply_metadata;
    void **intercept_states;     /* of n_intercepted */
    uint32_t n_added;            /* theirs: entries of reply_metadata that interceptors gave */
    const uint8_t *trace;        /* theirs: weft-trace, once metadata_raw is gone; NULL: none */
    uint64_t first_ns, ran_with; /* ours, with op: when the first attempt went out; a weft__identity_tag, ran_before */
};

/* ---- channels ---- */

typedef enum weft__channel_state {
    WEFT__CHANNEL_OPEN = 0,  /* ours: from when its call is submitted on */
    WEFT__CHANNEL_CLOSING,   /* a sender: its ChannelClose waits */
    WEFT__CHANNEL_RESETTING, /* a reader: its ChannelReset is owed */
    WEFT__CHANNEL_ENDED      /* nothing more on the wire: out of the table */
} weft__channel_state;

typedef enum weft__channel_role {
    WEFT__CHANNEL_UNKNOWN = 0, /* theirs, before the method is known: either may come, and is judged then */
    WEFT__CHANNEL_SENDS,
    WEFT__CHANNEL_READS
} weft__channel_role;

/* One end of a channel. Two owners: the wire, until ENDED; and the application, by its handle: until it has finished,
 * aborted or reset it, or has been told the end. Whoever lets go last frees. */
struct weft__channel {
    weft_engine *engine;
    weft_connection *conn; /* one hold */
    weft__call *call;      /* that made it, while the answer is owed; NULL after */
    weft__channel *next;   /* of its call */
    weft__handle handle;   /* slot NULL: the application has let go */
    weft__event event;
    weft__link all;           /* in streams->all; engine->free_channels */
    weft__link control;       /* in streams->controls: a Credit or ChannelReset is owed */
    weft__link waiting;       /* in engine->waiting_room: a sender wants room, and the queues are what has none */
    weft__link borrowing;     /* in engine->borrowing: some items point into what was fed */
    weft__link items;         /* weft__item: a reader's that have come, a sender's that have not gone out */
    struct weft__item *close; /* for the ChannelClose; NULL: it is used */
    uint64_t id;
    uint8_t state;
    uint8_t role;
    bool ours;    /* our call made it */
    bool touched; /* [chan.life] a handler's: used or kept */
    bool lost;    /* its connection is over */
    bool paused;
    bool running;     /* in a callback of it */
    bool end_told;    /* a sender's room has been called since it ended */
    bool is_use;      /* [conn.liveness] among streams->n_uses */
    bool close_waits; /* finished or aborted before its request was queued: say_code, end_text say how */
    bool got_items;   /* while the role was unknown: an Item or ChannelClose came */
    bool got_credit;  /* while the role was unknown: a Credit or ChannelReset came */
    uint8_t end;      /* weft_channel_end_kind; 0: none yet */
    uint16_t end_reason;
    uint16_t say_code; /* of the ChannelReset that is owed, or the ChannelClose that waits */
    int end_code;
    weft__buf end_text; /* also of those */
    /* a sender's credit [chan.item] */
    uint32_t tx_items;
    int64_t tx_bytes;
    /* a reader's: what the other side may still send; consumed and not given back; given back and not said yet;
     * delivered and not consumed */
    uint64_t buffered; /* of items that have come and are not read */
    uint32_t window;   /* N */
    uint32_t rx_items;
    int64_t rx_bytes;
    uint32_t consumed_items, owed_items, held_items;
    uint64_t consumed_bytes, owed_bytes, held_bytes;
    /* the application's */
    bool reading;                         /* deliver and end are set */
    bool planned;                         /* plan is set; rpc's, where exchanged_or_null is */
    uint8_t place;                        /* among its method's channels, for that */
    const weft_method *exchanged_or_null; /* its method, where the two sides' declarations are exchanged; then: */
    const weft_service_type *service;
    const struct weft__plan *plan; /* of its items */
    const weft_type *element;
    bool (*deliver)(void (*item)(void), void *user, weft_channel channel, const void *value);
    void (*item)(void);
    void (*on_end)(void *user, const weft_channel_end *end); /* either role's */
    void *user;
    void (*room)(void *user);
    void *room_user;
};

/* An item on its way in or out, or a ChannelClose on its way out. Pooled, with its memory. */
typedef struct weft__item {
    weft__message message;  /* out: in the connection's queue; in: its body alone, what value points into */
    weft__link link;        /* in channel->items, engine->free_items */
    weft__channel *channel; /* out; NULL: the channel has ended, and this still goes out */
    weft_bytes value;       /* in */
    uint32_t charge;        /* in: of the byte credit */
    uint64_t charged;       /* in: [memory.buffered] */
    bool borrowed;          /* in: value points into what was fed */
    bool settled;           /* in: what it was fed with has gone; so has that of all before it */
} weft__item;

/* A connection's channels. */
typedef struct weft__streams {
    weft__table by_id;   /* those that have not ended */
    weft__link all;      /* those that are not freed */
    weft__link controls; /* those that owe a Credit or ChannelReset */
    uint64_t next_id;    /* ours; 0: none given yet */
    uint64_t last_id;    /* ours: the highest given on the wire */
    uint64_t peer_id;    /* theirs: the highest announced */
    uint32_t n_uses;     /* [conn.liveness] live, or with something that a reader has not been told */
    uint32_t n_ours;     /* live [chan.limits] */
    uint32_t n_theirs;
} weft__streams;

/* ---- the session's two objects ---- */

struct weft_session {
    weft_engine *engine; /* NULL once it is freed */
    weft_allocator allocator;
    uint64_t id;    /* for the log */
    uint32_t refs;  /* of applications */
    uint32_t holds; /* the engine's */
    weft_peer peer;
    char *transport, *address; /* of peer */
    uint32_t transport_room, address_room;
    weft_arena *arena;          /* peer's texts, metadata */
    weft_metadata metadata;     /* the counterpart's */
    weft_metadata own_metadata; /* for Hello or Welcome */
};

typedef enum weft__session_state {
    WEFT__SESSION_CONNECTING = 0, /* no handshake has been finished */
    WEFT__SESSION_READY,
    WEFT__SESSION_CLOSING, /* flushing; then Goodbye */
    WEFT__SESSION_GOODBYE, /* ours is out, theirs is awaited */
    WEFT__SESSION_ENDED    /* its last word is in out; events may be owed */
} weft__session_state;

enum { WEFT__REFUSED_OPENS = 16 };

/* A weft_error, with memory of its own for its text where that is no other constant. */
typedef struct weft__end {
    int32_t code;
    int32_t sys;
    uint16_t remote;
    bool owns_text;
    const char *text; /* NULL: "", or there was no memory for it */
} weft__end;

/* recover.c, replace.c: an initiator's session without a conduit. */
typedef struct weft__recovery {
    bool wants;       /* the next attempt may begin */
    bool lost_untold; /* the session was lost since the application was told so last: lost */
    uint16_t cause_remote;
    uint32_t n_failed;  /* attempts in a row, conduits that broke soon included */
    uint64_t random;    /* of the waits */
    uint64_t until_ns;  /* no attempt begins later */
    uint64_t since_ns;  /* the newest conduit's beginning */
    uint64_t window_ns; /* how long the counterpart keeps the session, as it says; 0: it does not */
    weft__timer timer;  /* the next attempt */
    int32_t cause; /* of the outage, or of the loss, with cause_remote: engine->end, as long as the session goes on */
    weft__event disconnected_event;
    weft__event restored_event; /* RESUMED or REPLACED */
} weft__recovery;

struct weft_engine {
    weft_session *session;
    weft_allocator allocator;
    weft__log log;
    weft__slots *slots;
    const weft__hooks *hooks;
    weft_session_options options; /* metadata, root, root_service: not valid after creation */
    uint64_t table_seed;
    uint64_t now_ns;
    uint64_t (*clock)(void *user); /* NULL: none */
    void *clock_user;
    weft_operations *operations; /* NULL: none */
    uint32_t operation_ttl_ms;   /* theirs; 0: none */

    uint8_t state;  /* weft__session_state */
    uint8_t phase;  /* weft_phase */
    bool initiator; /* [session.symmetric] once ready nothing that is said depends on it */
    bool odd;       /* parity of the connection ids that we give [session.parity] */
    bool was_ready;
    bool dispatching;
    bool feeding; /* or ticking: no wake is needed */
    bool woken;
    bool free_asked;
    bool want_writable;
    bool want_again; /* a call was told WEFT_EAGAIN for again_bytes */
    bool peer_drains;
    bool drains; /* this side does */
    bool used;   /* there has been a connection, or a caller on the root */
    bool has_handshake;
    bool pong_owed;
    bool ping_owed;
    bool busy;             /* data was queued since the keepalive timer rang last */
    bool heard;            /* bytes have come since the keepalive timer rang last */
    bool pinged;           /* it has asked for an answer */
    bool conduit_stopped;  /* it took less than all when it took something last */
    weft_str goodbye_text; /* in session->arena */

    weft__session_settings peer_session;
    uint16_t goodbye_code;
    weft__table conns;
    weft__link bindings;     /* that connections may share; the newest first */
    weft_connection *recent; /* the one of conns that was looked up last, or NULL */
    weft_connection *root;
    uint64_t next_conn; /* ours */
    uint64_t last_conn; /* ours: the highest given on the wire */
    uint64_t peer_conn; /* theirs: the highest seen */
    /* Theirs: refused while their Opens were still coming in; the newest ones, 0: none. */
    uint64_t *refused_opens; /* WEFT__REFUSED_OPENS; NULL: there never was one */
    uint32_t n_refused_opens;
    uint32_t n_ours; /* live, pending ones included */
    uint32_t n_theirs;
    uint32_t n_undecided; /* of both: neither open nor ended */
    uint32_t n_channels;  /* that have not ended */
    uint32_t n_joined;    /* of both: what is under way on them is not known here */
    uint32_t n_calls;     /* both ways, those that are over (n_over) included */

    /* input */
    uint8_t head[WEFT__FRAME_HEADER];
    uint32_t head_len;
    bool in_body;
    uint8_t in_action; /* weft__legal of the frame that is coming in */
    bool in_place;     /* assemble.c: what has come of its body stands behind the message that it belongs to */
    bool in_again;     /* [resume.exact] the next counted frame was cut behind its header, which has been judged */
    bool has_borrowed; /* an event may wait for dispatch whose body points into what was fed */
    bool end_by_peer;
    struct {
        uint32_t len;
        uint8_t kind;
        uint8_t flags;
        uint64_t connection;
    } in_frame;
    uint64_t in_left;        /* of its body */
    weft__buf in;            /* what of its body came in earlier feeds */
    weft__buf spare_body;    /* of a message that came in pieces, for the next one */
    uint64_t last_word_left; /* bytes that are still read and thrown away */

    /* output */
    weft__out out;
    weft__link ready;      /* connections with something to send that have not had their turn in this round */
    weft__link later;      /* and those that have */
    weft__link small;      /* connections that owe a Window or Cancels */
    weft__link taking;     /* inbound calls whose response the conduit has not taken whole */
    weft__link over;       /* inbound calls that handlers have not let go of, though nothing is owed any more */
    uint64_t queued;       /* bytes in the queues of connections [memory.queued] */
    uint64_t queued_apart; /* but of those that are apart */
    uint64_t buffered;     /* [memory.buffered] */
    uint64_t again_bytes;  /* of calls' bodies that stay until they are answered [op.retry] */
    weft__link pays;       /* legs of joined connections that buffered is charged for */
    weft_budget *budget;   /* shared with other sessions, or NULL */
    uint32_t n_over;
    uint32_t round;               /* [frame.fair] */
    uint32_t ahead, taken_in_row; /* what the conduit takes at once: weft__output_drained */
    uint64_t pong_nonce;

    /* keepalive */
    uint64_t heard_ns; /* when the last bytes came */
    uint64_t ping_nonce;

    struct weft__resume *resume; /* resume.h; NULL: the session ends with its conduit */
    weft_registry *registry;     /* an acceptor's; NULL: none may be resumed */

    weft__timers timers;
    weft__timer close_timer /* of CLOSING, GOODBYE */, last_word_timer;
    weft__timer keepalive_timer;
    weft__recovery recovery;
    uint8_t op[WEFT_OPERATION_ID]; /* [op.id] the last one that was given to a call */

    weft__link events;
    weft__event ready_event; /* or FAILED */
    weft__event draining_event, drains_event, writable_event, closed_event;
    weft__end end; /* for FAILED, CLOSED; before that of an outage: for DISCONNECTED, REPLACED */

    uint32_t n_free_calls;
    uint32_t n_spare_calls;
    weft__link free_calls;
    weft__calls *spare_calls; /* without a call */

    weft__link waiting_room; /* channels whose senders wait for the queues */
    weft__link borrowing;    /* channels with items that point into what was fed */
    weft__buf control_body;  /* of the Credit or ChannelReset that is being written */
    weft_arena *item_arena;  /* of the item that is being delivered */
    weft__link free_channels;
    weft__link free_items;
    uint32_t n_free_channels, n_free_items;

    uint64_t late_dropped; /* messages for ids that are gone */
    weft__counts counts;
    weft_stats *stats;
    weft__link stats_link; /* in stats->engines */
    void (*wake)(void *user);
    void *wake_user;
};

#endif
