/* The session's functions, by the file that has them. What each may do to its arguments stands at its definition. */
#ifndef WEFT_RUNTIME_SESSION_PARTS_H
#define WEFT_RUNTIME_SESSION_PARTS_H

#include "runtime/session/legal.h"
#include "runtime/session/rpc_hooks.h"
#include "runtime/session/schemas.h"
#include "runtime/session/session.h"
#include "runtime/session/states.h"

/* ---- engine.c: life, events, dispatch ---- */
void weft__engine_wake(weft_engine *engine);
WEFT__COLD void weft__engine_trim(weft_engine *engine); /* gives back what is kept for the next call */
void weft__event_add(weft_engine *engine, weft__event *event, weft__event_kind kind);
static inline void weft__event_remove(weft__event *event)
{
    weft__list_remove(&event->link);
    event->kind = WEFT__EVENT_NONE;
}
/* on_resume is asked; the engine may be freed by it. */
WEFT__COLD int weft__engine_ask_resume(weft_engine *engine, const weft_metadata *metadata);
WEFT__COLD int weft__engine_create(const weft_engine_options *engine_options,
                                   const weft_session_options *session_options, const weft__hooks *hooks,
                                   bool initiator, uint64_t now_ns, weft_engine **ret_engine);
/* [session.handshake] The session's part of a handshake that has succeeded. */
WEFT__COLD void weft__engine_ready(weft_engine *engine, weft__out *out);
WEFT__COLD void weft__engine_begin(weft_engine *engine);      /* what the counterpart has said holds */
WEFT__COLD void weft__engine_tell_ready(weft_engine *engine); /* and it has said the last word of it */
static inline bool weft__engine_has_conduit(const weft_engine *engine)
{
    return engine->phase == WEFT_PHASE_RUNNING || engine->phase == WEFT_PHASE_LAST_WORD;
}
static inline void weft__engine_time(weft_engine *engine, uint64_t now_ns)
{
    if (now_ns > engine->now_ns)
        engine->now_ns = now_ns;
}

/* now + delta; WEFT_FOREVER where delta says so, or beyond the end of time. */
static inline uint64_t weft__time_add(uint64_t now_ns, uint64_t delta_ns)
{
    return delta_ns >= WEFT_TIMEOUT_DEFAULT || delta_ns >= WEFT_TIMEOUT_DEFAULT - now_ns ? WEFT_FOREVER
                                                                                         : now_ns + delta_ns;
}
/* The application calls: outside of dispatch the time that was last passed in may be long ago. */
static inline void weft__engine_refresh(weft_engine *engine)
{
    if (engine->clock && !engine->dispatching && !engine->feeding)
        weft__engine_time(engine, engine->clock(engine->clock_user));
}

/* What is drawn from an engine's seed, each from a place of its own. */
enum { WEFT__DERIVE_TABLES = 0, WEFT__DERIVE_RECOVERY = 1, WEFT__DERIVE_OPERATIONS = 2 };

/* ---- session.c ---- */
int weft__session_new(weft_engine *engine, uint64_t id, const weft_peer *peer_or_null); /* engine->session */
void weft__session_unhold(weft_session *session);
int weft__session_set_peer(weft_session *session, const weft_peer *peer_or_null); /* 0, WEFT_EINVAL, WEFT_ENOMEM */
void weft__session_move_peer(weft_session *session, const weft_session *from);

/* ---- options.c ---- */
int weft__session_options_read(const weft_session_options *options_or_null, weft_session_options *ret_options);
int weft__open_options_read(const weft_open_options *options_or_null, weft_open_options *ret_options);
int weft__call_options_read(const weft_call_options *options_or_null, weft_call_options *ret_options);
int weft__engine_options_read(const weft_engine_options *options_or_null, weft_engine_options *ret_options);
/* What this side says of itself on a connection, and what the counterpart has said. */
weft__settings weft__settings_of(const weft_engine *engine, bool odd);
void weft__conn_set_peer_settings(weft_connection *conn, const weft__settings *theirs);

/* ---- policy.c: [op.policy] [op.id] ---- */
typedef enum weft__policy { WEFT__POLICY_VOLATILE, WEFT__POLICY_IDEMPOTENT, WEFT__POLICY_PERSISTENT } weft__policy;
/* Of a call made here: what both sides say, as far as it is known; volatile where retry is not in force. */
weft__policy weft__call_policy(const weft__call *call);
/* Of one that retry is in force for: where nobody remembers that it ran, it does no harm again. */
bool weft__call_may_run_again(const weft__call *call);
/* May it be sent again once the session is lost? Then its message is kept. */
/* [memory.queued] Of one that may go again: may its arguments be kept, too? Where not, room is told of. */
bool weft__call_has_room_again(const weft__call *call);
/* Its body is whole, or is another one now: it stays where the call may go again, and counts. */
void weft__call_keep_again(weft__call *call);
/* Nobody waits for it any more: what stayed of it goes. */
void weft__call_drop_again(weft__call *call);
bool weft__call_may_go_again(const weft__call *call);
/* Does its request carry an operation? */
bool weft__call_is_persistent(const weft__call *call);
void weft__call_write_op(weft__call *call, const uint8_t *given_or_null, weft_writer *writer);
void weft__call_find_op(weft__call *call);
void weft__call_begin_op(weft__call *call, uint8_t *head); /* an attempt goes out, with that head */

/* ---- end.c: violations, goodbye, the session's end ---- */
WEFT__COLD void weft__session_refuse(weft_engine *engine, uint16_t code, const char *rule, const char *text);
WEFT__COLD void weft__violate_session(weft_engine *engine, const char *rule, const char *text);
WEFT__COLD void weft__violate_conn(weft_connection *conn, const char *rule, const char *text);
/* The same with another code than *protocol*. */
WEFT__COLD void weft__refuse_conn(weft_connection *conn, uint16_t code, const char *rule, const char *text);
/* why: "[rule] text" already. */
WEFT__COLD void weft__refuse_conn_by(weft_connection *conn, uint16_t code, const char *rule, const weft_error *why);
void weft__end_set(weft_engine *engine, const weft_error *error); /* engine->end */
void weft__end_free_text(weft_engine *engine);
void weft__end_get(const weft_engine *engine, weft_error *ret_error);
/* Everything ends: connections, calls, the session. error: copied. */
WEFT__COLD void weft__session_end(weft_engine *engine, const weft_error *error, bool by_peer);
/* The session ends for lack of memory: nothing more can be said to the counterpart. */
WEFT__COLD void weft__session_starve(weft_engine *engine);
bool weft__session_is_flushed(const weft_engine *engine);
void weft__session_goodbye_if_flushed(weft_engine *engine);
void weft__session_goodbye_again(weft_engine *engine); /* on a new conduit */
void weft__session_on_goodbye(weft_engine *engine, weft_bytes body);
void weft__session_on_protocol_error(weft_engine *engine, weft_bytes body);
void weft__session_on_timer(weft_engine *engine, weft__timer *timer);

/* ---- keepalive.c ---- */
void weft__keepalive_begin(weft_engine *engine); /* a conduit is ready: no ping is outstanding */
void weft__keepalive_end(weft_engine *engine);
void weft__keepalive_on_timer(weft_engine *engine);

/* ---- drain.c ---- */
int weft__conn_say_drain(weft_connection *conn); /* once. 0 or WEFT_ENOMEM */
void weft__conn_on_drain(weft_connection *conn, weft_bytes body);
bool weft__session_is_done(const weft_engine *engine); /* close_if_done would close it */
bool weft__session_close_if_done(weft_engine *engine); /* true: it has */

/* ---- budget.c ---- */
enum { WEFT__CHARGE_MESSAGE = 64, WEFT__CHARGE_CHANNEL = 256, WEFT__CHARGE_REQUEST = 512, WEFT__CHARGE_CONN = 1024 };
weft_budget *weft__budget_retain(weft_budget *budget);
bool weft__memory_charge(weft_engine *engine, uint64_t n); /* false: beyond a limit, and nothing is charged */
void weft__memory_charge_anyway(weft_engine *engine, uint64_t n);
void weft__budget_give(weft_budget *budget, uint64_t n);
static inline void weft__memory_give(weft_engine *engine, uint64_t n)
{
    engine->buffered -= n;
    if (engine->budget)
        weft__budget_give(engine->budget, n);
}
/* For a call, until it is freed. */
bool weft__call_charge(weft__call *call, uint64_t n);
void weft__call_charge_anyway(weft__call *call, uint64_t n);
void weft__call_give(weft__call *call, uint64_t n);
void weft__conn_drop_rx(weft_connection *conn); /* the half-received message goes */
/* Where one is put together: conn->rx, which is NULL; NULL: out of memory. */
weft__half *weft__conn_begin_rx(weft_connection *conn);
/* May the next part of the half-received message be kept? false: it was refused, now or before. */
bool weft__conn_hold_rx(weft_connection *conn, weft_bytes part);

/* ---- output.c: queues of messages, frames, turns ---- */
int weft__message_new(weft_engine *engine, uint8_t kind, weft_writer *writer, weft__message **ret_message);
void weft__message_free(weft_engine *engine, weft__message *message);
/* A writer over the memory that the message has kept in its pool; message->body is empty until weft__writer_take. */
static inline void weft__message_writer(weft_connection *conn, weft__message *message, weft_writer *ret_writer)
{
    weft__writer_init(ret_writer, &conn->engine->allocator, conn->peer_max_message);
    ret_writer->buf = message->body;
    ret_writer->buf.len = 0;
    ret_writer->spare = &conn->engine->out.spare_body;
    weft__buf_init(&message->body, &conn->engine->allocator);
}
void weft__message_queue(weft_connection *conn, weft__message *message);
void weft__message_queue_first(weft_connection *conn, weft__message *message); /* nothing of the queue has begun */
void weft__message_void(weft_connection *conn, weft__message *message);
void weft__conn_ready(weft_connection *conn);
void weft__conn_small(weft_connection *conn);
bool weft__conn_has_room(const weft_connection *conn); /* [memory.queued] */
void weft__conn_set_blocked(weft_connection *conn, bool blocked);
void weft__output_fill(weft_engine *engine);
bool weft__output_has_more(const weft_engine *engine);
void weft__output_drained(weft_engine *engine, size_t len);

WEFT__COLD int weft__output_abort(weft_connection *conn);
int weft__output_frame(weft__out *out, uint8_t kind, uint64_t connection, weft_bytes body);

/* ---- input.c ---- */
/* The rest of an Open that is refused before it is whole is still under way, and dropped. 0 or WEFT_ENOMEM. */
WEFT__COLD int weft__input_refuse_open(const weft_connection *conn);
void weft__input_own(weft_engine *engine);
/* A message is whole. owned: where it lies, if not in what was fed; what it concerns may take it over. */
void weft__input_message(weft_connection *conn, uint8_t kind, weft_bytes body, weft__buf *owned);
/* A live connection but the root, or NULL. Frames of one mostly come in a row. */
static inline weft_connection *weft__input_find(weft_engine *engine, uint64_t id)
{
    if (!engine->recent || engine->recent->id != id)
        engine->recent = weft__table_find(&engine->conns, engine->table_seed, id);
    return engine->recent;
}
/* [flow.window] So much has been taken in: it goes back in batches. */
void weft__conn_give_window(weft_connection *conn, uint32_t cost);

/* ---- assemble.c: messages of several frames ---- */
/* The next n bytes of the frame that is coming in, whose end is to come: 0 or WEFT_ENOMEM. */
int weft__assemble_keep(weft_engine *engine, const uint8_t *data, size_t n);
/* A frame of a message of several is whole; body: where it lies, if not in place. 0 or WEFT_ENOMEM. */
int weft__assemble(weft_engine *engine, weft_connection *conn, weft_bytes body);

/* ---- conn.c: life of connections ---- */
int weft__conn_new(weft_engine *engine, uint64_t id, bool ours, weft_connection **ret_conn);
void weft__conn_free_if_unused(weft_connection *conn);
/* For what a connection keeps beyond its engine. */
static inline const weft_allocator *weft__conn_allocator(const weft_connection *conn)
{
    return conn->in_table ? &conn->engine->allocator : &conn->allocator;
}
/* conn->timer. Nothing, where it is not in_table. */
static inline void weft__conn_arm(weft_connection *conn, uint64_t at_ns)
{
    if (conn->in_table)
        weft__timers_arm(&conn->engine->timers, &conn->timer, at_ns);
}
static inline void weft__conn_disarm(weft_connection *conn)
{
    if (conn->in_table)
        weft__timers_disarm(&conn->engine->timers, &conn->timer);
}
/* in_table ends: the engine may go. */
static inline void weft__conn_leave(weft_connection *conn)
{
    if (!conn->in_table)
        return;
    weft__conn_disarm(conn);
    conn->in_table = false;
    conn->allocator = conn->engine->allocator;
}
static inline void weft__conn_unhold(weft_connection *conn)
{
    if (--conn->holds == 0)
        weft__conn_free_if_unused(conn);
}
/* As the application sees it: it may be called, also while it is opened again [op.retry]. */
static inline bool weft__conn_is_open(const weft_connection *conn)
{
    return conn->state == WEFT__CONN_OPEN || conn->reopens;
}
/* What was answered or reset still goes out, in front of the Close or Goodbye. */
static inline bool weft__conn_is_flushing(const weft_connection *conn)
{
    return conn->state == WEFT__CONN_CLOSING ||
           (conn->state == WEFT__CONN_OPEN && conn->engine->state == WEFT__SESSION_CLOSING);
}
/* What its callbacks are told, unless that is said already. */
void weft__conn_remember_end(weft_connection *conn, const weft_error *error);
/* What the application sees of the end: calls end, callbacks are owed. Before remove. error: copied. last_request: from
 * a Close; UINT64_MAX: not told. */
void weft__conn_finish(weft_connection *conn, const weft_error *error, uint64_t last_request);
/* Out of the table: what comes for its id is late. */
void weft__conn_remove(weft_connection *conn);
bool weft__conn_is_let_go(const weft_connection *conn); /* by the application; or open only for the counterpart */
void weft__conn_close_unused(weft_connection *conn);    /* if it is */
static inline void weft__conn_close_if_unused(weft_connection *conn)
{
    if (conn->calls->by_id.n == 0)
        weft__conn_close_unused(conn);
}
/* Ends it from this side: finish with error, and a Close with code and text, behind what was sent or at once. The
 * connection may be gone afterwards. */
void weft__conn_close(weft_connection *conn, const weft_error *error, uint16_t code, weft_str text, bool at_once);
/* The weft_pending of it turns stale. */
void weft__conn_give_handle(weft_connection *conn);
void weft__conn_on_close(weft_connection *conn, weft_bytes body);
void weft__conn_on_timer(weft_connection *conn);
void weft__conn_on_window(weft_connection *conn, weft_bytes body);
void weft__conn_tell_closed(weft_connection *conn);

/* ---- open.c ---- */
void weft__conn_on_open(weft_connection *conn, weft_bytes body);
void weft__conn_on_accept(weft_connection *conn, weft_bytes body);
void weft__conn_on_reject(weft_connection *conn, weft_bytes body);
weft_connection *weft__pending_get(weft_pending pending); /* NULL: stale */
/* 0; WEFT_ECLOSED, WEFT_EUNAVAILABLE, WEFT_EBUSY: why no connection can be opened now. */
int weft__session_takes_opens(const weft_session *session);
/* PENDING becomes OPEN; its Accept is queued. */
void weft__conn_accepted(weft_connection *conn);
void weft__conn_decide(weft_connection *conn);      /* dispatch of PENDING */
void weft__conn_tell_opened(weft_connection *conn); /* dispatch of OPENED */
void weft__conn_open_failed(weft_connection *conn, const weft_error *error);
void weft__conn_open_state_free(weft_connection *conn);
void weft__conn_reject(weft_connection *conn, uint16_t code, weft_str text);
/* A handshake's root: the counterpart's Hello, decoded; sets it to PENDING with metadata and services copied. */
int weft__root_pending(weft_connection *root, const weft__hello *hello);

/* ---- proxy.c, proxy_open.c: joined connections; where conn->leg ---- */
/* One end of a joined pair [proxy.join]. */
typedef struct weft__leg {
    weft_connection *other; /* NULL: it has ended */
    uint8_t tx_kind;        /* of the message whose first frames have gone out and whose last has not; 0: none */
    uint8_t half_kind;      /* when it ended: of the message that was not whole; 0: none */
    bool drained;           /* a Drain has been passed on to its counterpart, or */
    bool drain_owed;        /* goes behind the message that is under way to it */
    void (*on_over)(void *user, const weft_error *error); /* of the pair's left: the pair's end */
    void *user;
    weft_engine *payer;  /* is charged for what waits here: the pair's left's; NULL once its session has ended */
    weft__link paid;     /* in payer->pays */
    weft_budget *budget; /* and is charged then; or NULL */
    uint64_t charged;    /* so much [memory.buffered] */
} weft__leg;
/* Frames that have come from the other leg and wait, one behind the other in one buffer, so that short ones hold little
 * more than their bytes. Of the first kind, flags and body are the message's. */
typedef struct weft__relayed {
    weft__message message;
    uint32_t end;     /* where the first frame ends in message.body; there the next one begins, with a pack_header */
    uint32_t cost;    /* of the first frame, of the window of the leg that it came from */
    uint32_t behind;  /* of those behind it */
    uint32_t charged; /* [memory.buffered] */
    bool packs;       /* all are short, and copied when they go out: there may be more */
} weft__relayed;
/* What is left of the message's body, or of its first frame's. */
static inline size_t weft__message_left(const weft__message *message)
{
    size_t end = message->relayed ? ((const weft__relayed *)(const void *)message)->end : message->body.len;
    return end - message->at;
}
/* A data message in one frame, of a kind that is plain, straight into what the other's session has for its conduit:
 * where the message is the first there, and short. false: nothing has happened. */
bool weft__proxy_pass(weft_connection *conn, uint8_t kind, weft_bytes body);
/* A frame has come whole that is not for this side: kinds 8 and 32 to 51. */
void weft__proxy_take(weft_connection *conn, weft_bytes body);
/* The first frame of a relayed message has been cut: its window goes back. The message is freed with its last one. */
void weft__proxy_cut(weft_connection *conn, weft__message *message);
/* None of what is left of it will be cut: its windows go back, and what was charged. Before it is freed. */
void weft__proxy_void(weft_connection *conn, weft__message *message);
/* conn ends: so does the other, where it still is. Before anything is let go of. */
WEFT__COLD void weft__proxy_end(weft_connection *conn, uint16_t code, weft_str text);
/* What has gone out of a message that will never be whole is void: ABORT goes in front of the Close that is to be
 * queued. 0 or WEFT_ENOMEM. */
WEFT__COLD int weft__proxy_break_off(weft_connection *conn);
WEFT__COLD void weft__proxy_on_accept(weft_connection *conn, weft_bytes body);
/* The counterpart's Close or Reject, which has been decoded, goes to the other as it came. */
WEFT__COLD void weft__proxy_pass_end(weft_connection *conn, uint8_t kind, weft_bytes body);
/* conn's session, or the other's, drains: conn's counterpart is told, once. 0 or WEFT_ENOMEM. */
WEFT__COLD int weft__proxy_say_drain(weft_connection *conn);
WEFT__COLD void weft__proxy_free(weft_connection *conn);
/* The session has ended: what waits elsewhere of pairs that it paid for is counted by the budget alone. */
WEFT__COLD void weft__proxy_forgive(weft_engine *engine);
static inline weft_connection *weft__proxy_other(const weft_connection *conn)
{
    return conn->leg ? conn->leg->other : NULL;
}

/* ---- schemas.c: [schema.send] ---- */
/* A message of this method is about to be queued: sets message->schema. 0; WEFT_EMSGSIZE: the schema is beyond what the
 * counterpart takes; WEFT_ENOMEM. */
int weft__schema_want(weft_connection *conn, const weft_method *method, unsigned direction, weft__message *message);
/* The turn of a message with a schema has come: puts the Schema in front of it, if it is not sent. 0 or WEFT_ENOMEM. */
int weft__schema_say(weft_connection *conn, weft__message *before);
/* Of a frame; false: the connection is closed. */
bool weft__schema_has_room(weft_connection *conn, uint32_t len);
void weft__schema_on_message(weft_connection *conn, weft_bytes body);
/* [schema.required] Has it come? false: the connection is closed. */
bool weft__schema_is_there(weft_connection *conn, uint64_t method_id, unsigned direction);
void weft__schemas_uncharge(weft_connection *conn); /* the connection counts no more */
void weft__schemas_free(weft_connection *conn);

/* ---- intercept.c: the chain; only where options.n_interceptors > 0. weft__intercept_in and _done: rpc_hooks.h ---- */
enum { WEFT__INTERCEPT_REFUSED = 1 };
/* metadata: of the application; becomes what is to be sent, until the call's arena is cleared. 0; WEFT_ENOMEM: none has
 * run; WEFT__INTERCEPT_REFUSED: call->result has code and text. */
int weft__intercept_out(weft__call *call, weft_metadata *metadata_inout);
/* 0, or the code to reject with; it may be stale afterwards. */
uint16_t weft__intercept_open(weft_engine *engine, weft_pending pending, const char **ret_text);

/* ---- behalf.c: calls made on behalf of served ones ---- */
enum { WEFT__TRACE_LEN = 25 };
/* Bounds the deadline, adds metadata, sets cancelled. 0; WEFT_EALREADY: stale; WEFT_EINVAL, WEFT_ENOMEM. */
int weft__call_inherit(weft__call *call, const weft_call_options *options, weft_metadata *metadata_inout);
void weft__call_save_trace(weft__call *call); /* before what the request brought goes */
/* but_or_null: the connection that goes, whose calls end by that. */
void weft__call_cancel_children(weft__call *call, const weft_connection *but_or_null);
void weft__call_leave_relatives(weft__call *call);
static inline void weft__call_leave_family(weft__call *call) /* it goes: nobody refers to it */
{
    if (call->sibling.next || call->children.next)
        weft__call_leave_relatives(call);
}

/* ---- calls.c: both directions; call_out.c, call_in.c ---- */
void weft__output_taken(weft_engine *engine);      /* the conduit has taken what was said to be taken */
weft__call *weft__call_held(weft_call handle);     /* theirs, not let go of by its handler; NULL: stale */
weft__call *weft__call_new(weft_connection *conn); /* NULL: out of memory */
void weft__call_free(weft__call *call);
extern const weft__calls weft__calls_none;
static inline weft__calls *weft__conn_no_calls(void)
{
    return (weft__calls *)&weft__calls_none;
}
/* NULL: it has none of that id. */
static inline weft__call *weft__conn_call(const weft_connection *conn, uint64_t id)
{
    return weft__table_find(&conn->calls->by_id, conn->engine->table_seed, id);
}
/* Visits those with an id: as weft__table_next. */
static inline weft__call *weft__conn_next_call(const weft_connection *conn, uint32_t *cursor)
{
    return weft__table_next(&conn->calls->by_id, cursor);
}
static inline weft__call *weft__conn_first_waiting(const weft_connection *conn)
{
    weft__link *link = weft__list_first(&conn->calls->waiting);
    return link ? weft__container(link, weft__call, link) : NULL;
}
static inline bool weft__conn_has_calls(const weft_connection *conn) /* some that are not over */
{
    return conn->calls->by_id.n > 0 || conn->calls->n_waiting > 0;
}
WEFT__COLD void weft__call_pool_fini(weft_engine *engine);
WEFT__COLD void weft__call_pool_trim(weft_engine *engine);
void weft__call_set_body(weft__call *call, weft_bytes part, weft__buf *owned);
int weft__call_own_body(weft__call *call);
/* Where it failed: what is borrowed is let go, and a call made here fails. */
WEFT__COLD void weft__call_lose_body(weft__call *call);
void weft__call_on_timer(weft__call *call);
/* ended: an outcome, or WEFT_STATS_LOST. */
static inline void weft__call_count_end(const weft__call *call, unsigned direction, unsigned ended)
{
    weft__method_counts *of = call->counts ? call->counts : call->engine->stats->nothing->methods;
    of->ended[direction][ended]++;
    call->engine->counts.ended[direction][ended]++;
}
bool weft__call_out_may_have_run(const weft__call *call, uint64_t last_request);
int weft__code_of_outcome(uint8_t outcome); /* [call.outcomes] 0 for 0 and 1 */
void weft__call_out_end(weft__call *call, int code, const char *text, uint64_t last_request);
/* How long it waits in line: for a place by its queue time, else until it may not be sent any more. */
void weft__call_out_wait(weft__call *call, bool for_place);
void weft__call_out_go(weft_connection *conn);
/* A place may have become free: the next ones in line take it. */
static inline void weft__call_out_next(weft_connection *conn)
{
    if (conn->calls->n_waiting > 0)
        weft__call_out_go(conn);
}
WEFT__COLD void weft__call_out_refuse(weft_connection *conn, weft_bytes begun); /* [memory.buffered] */
/* What was refused has come to its end; or was aborted, and may come again. */
void weft__call_out_refused_end(weft_connection *conn, bool whole);
void weft__call_out_give_up(weft__call *call, int code, const char *text); /* [call.cancel] */
void weft__call_out_deliver(weft__call *call);                             /* dispatch of ENDED */
void weft__call_out_on_response(weft_connection *conn, weft_bytes body, weft__buf *owned);
void weft__call_out_on_timer(weft__call *call);
void weft__call_in_on_request(weft_connection *conn, weft_bytes body, weft__buf *owned);
WEFT__COLD void weft__call_in_refuse(weft_connection *conn, weft_bytes begun); /* [memory.buffered] */
void weft__call_in_on_abort(weft_connection *conn, weft_bytes begun);
WEFT__COLD void weft__call_in_on_refused_abort(weft_connection *conn);
void weft__call_in_on_cancel(weft_connection *conn, weft_bytes body);
void weft__call_in_run(weft__call *call);         /* dispatch of REQUEST */
void weft__call_in_tell_cancel(weft__call *call); /* dispatch of CANCEL */
void weft__call_in_tell_done(weft__call *call);   /* dispatch of DONE */
void weft__call_in_taken(weft__call *call);
WEFT__COLD void weft__call_in_conn_gone(weft__call *call);
void weft__call_in_on_timer(weft__call *call);

/* Is it embedded in a weft__item? */
static inline bool weft__message_is_item(const weft__message *message)
{
    return message->kind >= WEFT__KIND_ITEM && message->kind <= WEFT__KIND_CHANNEL_RESET;
}
/* ---- channels.c: their life; channel_out.c, channel_in.c: the two directions ---- */
weft__item *weft__item_new(weft_engine *engine); /* NULL: out of memory */
void weft__item_free(weft_engine *engine, weft__item *item);
uint32_t weft__item_charge(size_t body_len);
void weft__item_cut(weft__item *item);
WEFT__COLD void weft__streams_free(weft_connection *conn);
bool weft__streams_have_events(const weft_connection *conn);
WEFT__COLD void weft__streams_end(weft_connection *conn, const weft_error *error);
bool weft__channels_judge(weft_connection *conn, weft__list_slice announced);
/* 0; or the outcome to answer with, and why. */
int weft__call_take_channels(weft__call *call, weft__list_slice announced, const char **ret_text);
int weft__call_name_channels(weft__call *call, weft__announced channels[WEFT_METHOD_CHANNELS_MAX]);
void weft__call_in_line(weft__call *call);
/* Its request is out: what was reset before may be said. */
void weft__call_tell_resets(weft__call *call);
bool weft__channel_is_announced(const weft__channel *channel);
void weft__call_announce_channels(weft__call *call);
void weft__call_end_channels(weft__call *call, weft_channel_end_kind kind, int code, weft_str text);
void weft__call_free_channels(weft__call *call);
WEFT__COLD void weft__call_cancel_channels(weft__call *call, int code, const char *text);
WEFT__COLD void weft__call_part_with_channels(weft__call *call);
weft__channel *weft__channel_named(weft_connection *conn, uint64_t id, const char *rule);
weft__channel *weft__channel_of(weft_channel handle); /* NULL: stale. It counts as touched. */
void weft__channel_let_go(weft__channel *channel);
void weft__channel_recount(weft__channel *channel);
void weft__channel_settle(weft__channel *channel);
void weft__channel_settle_all(weft__channel *channel); /* and its connection, which may be closed by that */
void weft__channel_drop_items(weft__channel *channel);
void weft__channel_off_wire(weft__channel *channel);
void weft__channel_set_end(weft__channel *channel, weft_channel_end_kind kind, int code, uint16_t reason,
                           weft_str text);
void weft__channel_tell_end(weft__channel *channel);
weft_str weft__channel_text(const weft__channel *channel);
weft_channel_end weft__channel_end_of(const weft__channel *channel);
WEFT__COLD void weft__channel_pool_fini(weft_engine *engine);
void weft__channel_check_room(weft__channel *channel);
void weft__channels_check_room(weft_engine *engine);
void weft__channel_say_close(weft__channel *channel, uint16_t code, weft_str text);
void weft__channel_queue_end(weft__channel *channel, uint8_t kind, uint16_t code, weft_str text);
void weft__channel_out_run(weft__channel *channel); /* dispatch of ROOM */
void weft__channel_on_reset(weft_connection *conn, weft_bytes body);
void weft__channel_on_credit(weft_connection *conn, weft_bytes body);
WEFT__COLD void weft__channel_refuse(weft_connection *conn, weft_bytes begun); /* [memory.buffered] */
WEFT__COLD bool weft__channels_reset_largest(weft_engine *engine);             /* false: none holds anything */
void weft__channel_on_item(weft_connection *conn, weft_bytes body, weft__buf *owned);
void weft__channel_on_close(weft_connection *conn, weft_bytes body);
int weft__channels_own(weft_engine *engine);
void weft__channels_disown(weft_engine *engine);
void weft__channel_in_go_on(weft__channel *channel);
void weft__channel_in_run(weft__channel *channel); /* dispatch of ITEM */
void weft__channel_owe(weft__channel *channel);
WEFT__COLD void weft__channel_say_reset(weft__channel *channel, uint16_t code);
WEFT__COLD void weft__channel_reset_here(weft__channel *channel, uint16_t reason, int code, weft_str text);
int weft__channel_control_encode(weft__channel *channel, weft_writer *writer, uint8_t *ret_kind);
void weft__channel_control_cut(weft__channel *channel);

enum {
    WEFT__TIMER_CONN = 1,
    WEFT__TIMER_CALL,
    WEFT__TIMER_CLOSE,
    WEFT__TIMER_LAST_WORD,
    WEFT__TIMER_KEEPALIVE,
    WEFT__TIMER_RECOVERY,
    WEFT__TIMER_RESUME
};
enum { WEFT__SLOT_CALL = 1, WEFT__SLOT_PENDING = 2, WEFT__SLOT_CHANNEL = 3 };

static inline bool weft__is_odd(uint64_t id)
{
    return (id & 1u) != 0;
}

#endif
