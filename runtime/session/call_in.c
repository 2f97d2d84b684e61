/* Calls of the counterpart's.
 *
 *   ARRIVED ─ dispatch ─▶ SERVED ─ answered ─▶ ANSWERED ─ cut ─▶ TAKING ─ taken ─▶ gone
 *
 * Two owners: the wire, until the response is taken or the connection is gone; and the handler, from SERVED until it
 * answers or drops (`held`), whose arena and kept arguments must not vanish under it. Whoever lets go last frees; one
 * that only the handler still has is OVER. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"

/* ---- arriving ---- */

/* [id.increasing] [conn.parity] [call.concurrent] */
static bool request_is_legal(weft_connection *conn, uint64_t id)
{
    if (id == 0 || weft__is_odd(id) == conn->odd) {
        weft__violate_conn(conn, "conn.parity", "a Request with an id of the wrong parity");
        return false;
    }
    if (id <= conn->peer_request) {
        weft__violate_conn(conn, "id.increasing", "a Request with an id that was used");
        return false;
    }
    if (conn->calls->n_in >= conn->engine->options.max_concurrent_requests) {
        weft__violate_conn(conn, "call.concurrent", "more than max_concurrent_requests");
        return false;
    }
    return true;
}

/* [call.deadline] */
static void call_in_arm(weft__call *call, uint32_t timeout_ms)
{
    weft_engine *engine = call->engine;
    if (timeout_ms == 0)
        return;
    call->deadline_ns = weft__time_add(engine->now_ns, (uint64_t)timeout_ms * WEFT_NS_PER_MS);
    weft__timers_arm(&engine->timers, &call->timer, call->deadline_ns);
}

/* The request has come, or enough of it to be answered: its id is spent, and it holds a place. NULL: out of memory, and
 * the session has ended. */
static weft__call *call_in_new(weft_connection *conn, uint64_t id)
{
    weft_engine *engine = conn->engine;
    conn->peer_request = id;
    weft__call *call = weft__call_new(conn);
    if (!call || weft__table_insert(&conn->calls->by_id, &engine->allocator, engine->table_seed, id, call) < 0) {
        if (call)
            weft__call_free(call);
        weft__session_starve(engine);
        return NULL;
    }
    conn->calls->n_in++;
    engine->counts.calls[WEFT__IN]++;
    call->inbound = true;
    call->id = id;
    weft__call_set_state(call, WEFT__CALL_ARRIVED);
    return call;
}

/* [memory.buffered] What it announced is not known, or not kept. */
static WEFT__COLD void call_in_answer_exhausted(weft__call *call)
{
    weft_engine *engine = call->engine;
    call->conn->lost_channels = true;
    weft__call_charge_anyway(call, WEFT__CHARGE_REQUEST + WEFT__CHARGE_MESSAGE);
    if (engine->buffered / 2 > engine->options.max_buffered)
        weft__session_refuse(engine, WEFT_CODE_LIMIT, "memory.buffered", "its refused requests alone take too much");
    else
        (void)weft__call_answer_text(call, WEFT_OUTCOME_RESOURCE_EXHAUSTED,
                                     WEFT_STR("[memory.buffered] the callee holds as much as it may"));
}

void weft__call_in_refuse(weft_connection *conn, weft_bytes begun)
{
    uint64_t id;
    if (weft__request_peek(begun, &id) < 0) {
        weft__violate_conn(conn, "call.request", "malformed Request");
        return;
    }
    weft__call *call = request_is_legal(conn, id) ? call_in_new(conn, id) : NULL;
    if (call)
        call_in_answer_exhausted(call);
}

void weft__call_in_on_request(weft_connection *conn, weft_bytes body, weft__buf *owned)
{
    weft_engine *engine = conn->engine;
    weft__request request;
    if (weft__request_decode(body, &request) < 0) {
        weft__violate_conn(conn, "call.request", "malformed Request");
        return;
    }
    if (!request_is_legal(conn, request.request_id) || !weft__channels_judge(conn, request.channels))
        return;
    bool exchanged = conn->binding->serves_exchanged;
    if (exchanged && weft__binding_serves(conn->binding, request.method_id) &&
        !weft__schema_is_there(conn, request.method_id, WEFT__SCHEMA_ARGS))
        return;
    weft__call *call = call_in_new(conn, request.request_id);
    if (!call)
        return;
    call->method_id = request.method_id;
    call->exchanged = exchanged;
    call->op = conn->retries && engine->operations ? request.op.ptr : NULL; /* [op.id] */
    call->metadata_raw = request.metadata;
    weft__call_set_body(call, request.args, owned);
    if (engine->state != WEFT__SESSION_READY || conn->drains) { /* [session.drain] */
        (void)weft__call_answer_text(call, WEFT_OUTCOME_UNAVAILABLE,
                                     conn->drains ? WEFT_STR("the callee drains") : WEFT_STR("the session is closing"));
        return;
    }
    if (engine->n_over >= WEFT_OVER_CALLS_MAX) { /* [memory.buffered] */
        weft__call_log(call, WEFT_LOG_WARNING, "handlers have not let go of too many calls that are over",
                       weft__log_number("calls", engine->n_over));
        (void)weft__call_answer_text(call, WEFT_OUTCOME_RESOURCE_EXHAUSTED,
                                     WEFT_STR("handlers have not let go of too many calls that are over"));
        return;
    }
    uint64_t body_len = request.args.len + request.metadata.raw.len;
    if (!weft__call_charge(call, WEFT__CHARGE_REQUEST + WEFT__CHARGE_MESSAGE + body_len)) {
        call_in_answer_exhausted(call);
        return;
    }
    call->charged_body = body_len;
    const char *text;
    int refused = request.channels.n > 0 ? weft__call_take_channels(call, request.channels, &text) : 0;
    if (refused) {
        (void)weft__call_answer_text(call, (uint8_t)refused, weft_str_from(text));
        return;
    }
    conn->peer_reached = request.request_id;
    call_in_arm(call, request.timeout_ms);
    weft__event_add(engine, &call->event, WEFT__EVENT_REQUEST);
}

/* [frame.abort] A request of which a part had come is void, and its id is spent. */
void weft__call_in_on_abort(weft_connection *conn, weft_bytes begun)
{
    uint64_t id;
    if (weft__request_peek(begun, &id) < 0) {
        weft__violate_conn(conn, "call.request", "malformed Request");
        return;
    }
    if (request_is_legal(conn, id))
        conn->peer_request = id;
}

/* ---- dispatch ---- */

/* Gives back what nobody needs any more: the memory of one whose response alone is left, or all of one that is over. */
static void call_in_settle(weft__call *call)
{
    /* One by one: a byte that was stored a moment ago is not loaded as a part of a word. */
    if (call->running)
        return;
    if (call->held)
        return;
    if (call->telling || call->n_intercepted > 0)
        return;
    if (call->state == WEFT__CALL_OVER) {
        call->engine->n_over--;
        weft__call_free(call);
    } else if (call->state == WEFT__CALL_ANSWERED || call->state == WEFT__CALL_TAKING) {
        weft__buf_fini(&call->body_owned);
        if (call->arena)
            weft_arena_clear(call->arena);
    }
}

void weft__call_in_unhold(weft__call *call)
{
    if (!call->held)
        return;
    weft__slots_give(call->engine->slots, call->handle);
    call->handle.slot = NULL;
    call->held = false;
    call->on_cancel = NULL;
    weft__event_remove(&call->event);
}

/* [op.order] It is a caller that waits for an operation, which goes on without it. */
void weft__call_in_wait(weft__call *call, struct weft__operation *operation, weft__link *waiters)
{
    weft__call_in_unhold(call);
    call->operation = operation;
    weft__list_append(waiters, &call->link);
}

static void call_in_leave(weft__call *call)
{
    if (call->event.kind == WEFT__EVENT_OPERATION)
        weft__event_remove(&call->event);
    weft__list_remove(&call->link);
}

static void call_in_detach(weft__call *call)
{
    if (!call->operation)
        return;
    call_in_leave(call);
    call->engine->hooks->detach(call);
    call->operation = NULL;
}

weft__call *weft__call_in_take_waiter(weft__link *waiters)
{
    weft__link *link = weft__list_first(waiters);
    if (!link)
        return NULL;
    weft__call *call = weft__container(link, weft__call, link);
    call_in_leave(call);
    call->operation = NULL;
    return call;
}

void weft__call_in_run(weft__call *call)
{
    weft_engine *engine = call->engine;
    if (call->cancelled) { /* nobody waits: the handler never hears of it */
        (void)weft__call_answer_text(call, WEFT_OUTCOME_CANCELLED, WEFT_STR("cancelled before it ran"));
        return;
    }
    if (weft__slots_take(engine->slots, WEFT__SLOT_CALL, call, &call->handle) < 0) {
        (void)weft__call_answer_text(call, WEFT_OUTCOME_RESOURCE_EXHAUSTED, WEFT_STR("out of memory"));
        return;
    }
    call->held = true;
    call->running = true; /* whatever it does, its arguments live until it returns */
    weft__call_set_state(call, WEFT__CALL_SERVED);
    engine->hooks->request(call);
    call->running = false;
    if (!call->kept) { /* what it points into is read over next */
        if (call->metadata_raw.n > 0 && call->held)
            weft__call_save_trace(call);
        call->metadata_decoded = true;
        call->metadata.entries = NULL;
        call->metadata.n = 0;
        call->value = weft_bytes_of(NULL, 0);
        call->args = NULL;
        weft__call_give(call, call->charged_body);
        call->charged_body = 0;
        weft__buf_give(&call->engine->spare_body, &call->body_owned, &call->engine->allocator);
        call->body_borrowed = false;
    }
    call_in_settle(call);
}

int weft__call_keep(weft__call *call)
{
    int status = weft__call_own_body(call);
    if (status < 0)
        return status;
    call->kept = true;
    if (call->metadata_decoded) { /* whoever asked for it has it still: in its place, from the bytes that stay */
        call->metadata_decoded = false;
        call->metadata.n = 0;
        (void)weft__call_metadata(call);
    }
    return 0;
}

/* ---- interceptors ---- */

/* It is answered, or nobody waits any more. One event at a time: a CANCEL that is still owed comes first. */
static void call_in_owe_done(weft__call *call)
{
    if (call->n_intercepted > 0 && call->state != WEFT__CALL_ARRIVED && call->state != WEFT__CALL_SERVED)
        weft__event_add(call->engine, &call->event, WEFT__EVENT_DONE);
}

void weft__call_in_tell_done(weft__call *call)
{
    static const weft_metadata none = { NULL, 0 };
    weft_result result = call->result;
    result.code = WEFT_ECONNCLOSED;
    if (result.outcome != WEFT_OUTCOME_NONE)
        result.code = weft__code_of_outcome((uint8_t)result.outcome);
    if (!result.text.ptr)
        result.text = WEFT_STR("");
    result.metadata = &none;
    result.may_have_run = true;
    call->telling = true; /* what they do may end the connection */
    weft__intercept_done(call, &result);
    call->telling = false;
    call_in_settle(call);
}

/* ---- cancelling ---- */

static void call_in_tell_later(weft__call *call)
{
    call->cancelled = true;
    if (call->on_cancel)
        weft__event_add(call->engine, &call->event, WEFT__EVENT_CANCEL);
}

/* [call.cancel] */
void weft__call_in_on_cancel(weft_connection *conn, weft_bytes body)
{
    uint64_t id;
    if (weft__number_decode(body, UINT64_MAX, &id) < 0) {
        weft__violate_conn(conn, "call.cancel", "malformed Cancel");
        return;
    }
    if (id == 0 || weft__is_odd(id) == conn->odd || id > conn->peer_request) {
        weft__violate_conn(conn, "call.cancel", "it names a request never sent");
        return;
    }
    weft__call *call = weft__conn_call(conn, id);
    if (!call || call->cancelled)
        return;
    if (call->state == WEFT__CALL_ARRIVED)
        call->cancelled = true;
    else if (call->state == WEFT__CALL_SERVED && call->operation) /* [op.order] */
        (void)weft__call_answer_text(call, WEFT_OUTCOME_CANCELLED, WEFT_STR("cancelled; the operation goes on"));
    else if (call->state == WEFT__CALL_SERVED)
        call_in_tell_later(call);
    weft__call_cancel_children(call, NULL);
}

void weft__call_in_tell_cancel(weft__call *call)
{
    void (*on_cancel)(void *user) = call->on_cancel;
    void *user = call->on_cancel_user;
    call->on_cancel = NULL;
    call_in_owe_done(call);
    if (on_cancel)
        on_cancel(user);
}

int weft_call_on_cancel(weft_call call, void (*cancelled)(void *user), void *user)
{
    weft__call *inner = weft__call_of(call);
    if (!inner || inner->cancelled)
        return WEFT_EALREADY;
    inner->on_cancel = cancelled;
    inner->on_cancel_user = user;
    return 0;
}

/* The caller's time is over: it is told, and so is the handler, who may still let go. */
void weft__call_in_on_timer(weft__call *call)
{
    if (call->state == WEFT__CALL_SERVED)
        call_in_tell_later(call);
    else if (call->state != WEFT__CALL_ARRIVED)
        return;
    (void)weft__call_answer_text(call, WEFT_OUTCOME_DEADLINE_EXCEEDED, WEFT_STR("the deadline passed"));
}

/* ---- letting go ---- */

/* The wire has done with it. */
static void call_in_off_wire(weft__call *call)
{
    weft_connection *conn = call->conn;
    weft_engine *engine = call->engine;
    weft__timers_disarm(&engine->timers, &call->timer);
    call_in_detach(call);
    if (call->id != 0) {
        weft__table_remove(&conn->calls->by_id, engine->table_seed, call->id);
        conn->calls->n_in--;
        call->id = 0;
    }
    weft__list_remove(&call->link);
    weft__call_set_state(call, WEFT__CALL_OVER);
    weft__list_append(&engine->over, &call->link);
    engine->n_over++;
    if (call->n_intercepted > 0)
        call_in_owe_done(call);
    call_in_settle(call);
}

void weft__call_in_taken(weft__call *call)
{
    weft_connection *conn = call->conn;
    conn->holds++;
    call_in_off_wire(call);
    weft__conn_close_if_unused(conn);
    weft__conn_unhold(conn);
}

/* [conn.close] Handlers under way are cancelled; what has not reached one never does. */
void weft__call_in_conn_gone(weft__call *call)
{
    weft_connection *conn = call->conn;
    if (call->state == WEFT__CALL_ARRIVED || call->state == WEFT__CALL_SERVED)
        weft__call_count_end(call, WEFT__IN, WEFT_STATS_LOST);
    if (call->state == WEFT__CALL_SERVED) {
        call_in_tell_later(call);
        weft__call_cancel_children(call, conn);
        call->result.outcome = WEFT_OUTCOME_NONE;
    }
    weft__message_void(conn, &call->message);
    call_in_off_wire(call);
}

/* [frame.abort] [memory.buffered] It was refused before it was whole, and then aborted: nothing has come, no answer is
 * owed, and its place may be taken by the next one at once. An answer that is on its way already is a late one there.
 */
void weft__call_in_on_refused_abort(weft_connection *conn)
{
    weft__call *call = weft__conn_call(conn, conn->peer_request);
    if (!call || call->state < WEFT__CALL_ANSWERED)
        return; /* its answer has been taken */
    weft__message_void(conn, &call->message);
    call_in_off_wire(call);
}

int weft__call_let_go(weft_call handle)
{
    weft__handle internal = { handle.slot, handle.generation };
    weft__call *call = weft__handle_get(internal, WEFT__SLOT_CALL);
    if (!call || !call->inbound)
        return WEFT_EALREADY;
    weft__slots_give(call->engine->slots, call->handle);
    call->handle.slot = NULL;
    call->held = false;
    call->on_cancel = NULL; /* what it would be told of may be gone by now */
    weft__event_remove(&call->event);
    if (call->n_intercepted > 0)
        call_in_owe_done(call);
    call_in_settle(call);
    return WEFT_EALREADY;
}

/* ---- answering ---- */

int weft__call_answer_begin(weft__call *call, uint8_t outcome, weft_writer *ret_writer)
{
    weft__message_writer(call->conn, &call->message, ret_writer);
    call->result.outcome = (weft_outcome)outcome;
    weft__response_head_encode(ret_writer, call->reply_metadata.n > 0, call->id, outcome);
    if (ret_writer->status == 0)
        return 0;
    call->message.body = weft__writer_take(ret_writer);
    return WEFT_ENOMEM;
}

static void call_in_queue_response(weft__call *call)
{
    weft_engine *engine = call->engine;
    if (call->is_apart) {
        engine->hooks->sealed(call);
        call->operation = NULL;
        call_in_off_wire(call);
        return;
    }
    call_in_detach(call);
    weft__call_count_end(call, WEFT__IN, (unsigned)call->result.outcome);
    weft__timers_disarm(&engine->timers, &call->timer);
    if (call->event.kind == WEFT__EVENT_REQUEST) /* answered before a handler saw it; a CANCEL is still owed */
        weft__event_remove(&call->event);
    weft__call_log(call, WEFT_LOG_DEBUG, "call answered", weft__log_number("by_peer", 1),
                   weft__log_text("service", weft__call_service_name(call)),
                   weft__log_text("method", weft__call_method_name(call)),
                   weft__log_text("outcome", weft_str_from(weft_outcome_name(call->result.outcome))));
    weft__call_set_state(call, WEFT__CALL_ANSWERED);
    call->message.kind = WEFT__KIND_RESPONSE;
    call->message.at = 0;
    weft__message_queue(call->conn, &call->message);
    if (call->n_intercepted > 0)
        call_in_owe_done(call);
    call_in_settle(call);
}

/* [frame.fragment] A response that is too long is answered internal, with its size in the text. */
static WEFT__COLD int call_in_answer_too_long(weft__call *call)
{
    weft_error text;
    weft__call_in_unhold(call);
    weft__error_set(&text, WEFT_EMSGSIZE, "the response, or its schema, is longer than the caller takes: ");
    weft__error_add_number(&text, call->conn->peer_max_message);
    weft__call_log(
        call, WEFT_LOG_WARNING, "a response was too long", weft__log_text("service", weft__call_service_name(call)),
        weft__log_text("method", weft__call_method_name(call)), weft__log_text("text", weft_str_from(text.text)));
    int status = weft__call_answer_text(call, WEFT_OUTCOME_INTERNAL, weft_str_from(text.text));
    return status < 0 ? status : WEFT_EMSGSIZE;
}

/* [memory.buffered] */
static WEFT__COLD int call_in_answer_no_room(weft__call *call)
{
    weft__call_in_unhold(call);
    int status = weft__call_answer_text(call, WEFT_OUTCOME_INTERNAL,
                                        WEFT_STR("[memory.buffered] the callee cannot hold the response"));
    return status < 0 ? status : WEFT_ENOMEM;
}

int weft__call_answer_end(weft__call *call, weft_writer *writer)
{
    if (call->reply_metadata.n > 0)
        weft__metadata_encode(writer, call->reply_metadata);
    int status = writer->status;
    call->message.body = weft__writer_take(writer);
    if (status == 0 && call->exchanged) /* [schema.send] */
        status = weft__schema_want(call->conn, call->method, WEFT__SCHEMA_RESULTS, &call->message);
    if (status == WEFT_EMSGSIZE)
        return call_in_answer_too_long(call);
    if (status < 0)
        return status;
    if (!weft__call_charge(call, WEFT__CHARGE_MESSAGE + call->message.body.len))
        return call_in_answer_no_room(call);
    weft__call_in_unhold(call);
    if (call->channels)
        weft__call_part_with_channels(call);
    call_in_queue_response(call);
    return 0;
}

/* From 2 on; also where a handler still has it: its handle stays, and is answered WEFT_EALREADY from now on. */
int weft__call_answer_text(weft__call *call, uint8_t outcome, weft_str text)
{
    weft_writer writer;
    weft_connection *conn = call->conn;
    weft_metadata none = { NULL, 0 };
    weft__call_log(call, WEFT_LOG_DEBUG, "call failed", weft__log_number("by_peer", 1),
                   weft__log_text("service", weft__call_service_name(call)),
                   weft__log_text("method", weft__call_method_name(call)),
                   weft__log_text("outcome", weft_str_from(weft_outcome_name((weft_outcome)outcome))),
                   weft__log_text("text", text));
    if (call->channels) /* [call.refused] */
        weft__call_end_channels(call,
                                outcome == WEFT_OUTCOME_CANCELLED || outcome == WEFT_OUTCOME_DEADLINE_EXCEEDED
                                    ? WEFT_CHANNEL_CANCELLED
                                    : WEFT_CHANNEL_REFUSED,
                                outcome == WEFT_OUTCOME_DEADLINE_EXCEEDED ? WEFT_ETIMEDOUT : WEFT_ECANCELED, text);
    call->reply_metadata = none;
    call->n_added = 0;
    call->message.schema = NULL;
    int status = weft__call_answer_begin(call, outcome, &writer);
    if (call->n_intercepted > 0 && weft__call_arena(call)) /* for their done; without memory it has no text */
        call->result.text = weft_arena_copy_str(call->arena, weft__utf8_cut(text, WEFT__TEXT_MAX));
    if (status == 0) {
        weft__write_str(&writer, weft__utf8_cut(text, WEFT__TEXT_MAX));
        status = writer.status;
        call->message.body = weft__writer_take(&writer);
    }
    if (status < 0 && !call->is_apart) { /* nothing may hang: the caller learns of it by the connection's end */
        weft__session_starve(conn->engine);
        return status;
    }
    call_in_queue_response(call);
    return 0;
}

int weft_call_fail(weft_call call, weft_outcome outcome, const char *text_or_null)
{
    weft__call *inner = weft__call_of(call);
    if (!inner)
        return weft__call_let_go(call);
    if (outcome != WEFT_OUTCOME_CANCELLED && outcome != WEFT_OUTCOME_DEADLINE_EXCEEDED &&
        outcome != WEFT_OUTCOME_INTERNAL)
        return WEFT_EINVAL;
    weft__call_in_unhold(inner);
    return weft__call_answer_text(inner, (uint8_t)outcome, weft_str_from(text_or_null));
}

int weft_call_drop(weft_call call)
{
    weft__call *inner = weft__call_of(call);
    if (!inner)
        return weft__call_let_go(call);
    bool cancelled = inner->cancelled;
    if (!cancelled)
        weft__call_log(inner, WEFT_LOG_WARNING, "a handler dropped a call",
                       weft__log_text("service", weft__call_service_name(inner)),
                       weft__log_text("method", weft__call_method_name(inner)));
    weft__call_in_unhold(inner);
    return weft__call_answer_text(inner, cancelled ? WEFT_OUTCOME_CANCELLED : WEFT_OUTCOME_INTERNAL,
                                  cancelled ? WEFT_STR("cancelled") : WEFT_STR("the handler dropped the call"));
}

int weft_call_reply_metadata(weft_call call, const weft_metadata *metadata)
{
    weft__call *inner = weft__call_of(call);
    if (!inner)
        return WEFT_EALREADY;
    if (!metadata || weft__metadata_check(metadata) < 0)
        return WEFT_EINVAL;
    if (inner->n_added > 0) { /* what interceptors gave stays */
        weft_metadata before = inner->reply_metadata;
        inner->reply_metadata.n = inner->n_added;
        int status = weft__call_add_metadata(inner, metadata);
        if (status < 0)
            inner->reply_metadata = before;
        return status;
    }
    weft_arena *arena = weft__call_arena(inner);
    return arena ? weft__metadata_copy(metadata, arena, &inner->reply_metadata) : WEFT_ENOMEM;
}
