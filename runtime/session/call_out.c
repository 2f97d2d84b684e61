/* Calls made here.
 *
 *   NEW ─ submit ─▶ WAITING (no place) ─▶ QUEUED ─ last byte cut ─▶ SENT ─ response ─▶ ENDED
 *   SENT ─ given up ─▶ GIVEN_UP ─ response ─▶ gone
 *
 * ENDED waits for dispatch, which delivers once. A call given up is delivered at once too, but keeps its id and place
 * until the response has come [call.cancel]. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/recover.h"
#include "runtime/session/session_log.h"

/* ---- beginning ---- */

static int call_out_check(weft_connection *conn, weft__known known)
{
    if (!weft__conn_is_open(conn) || !conn->engine)
        return WEFT_ECLOSED;
    weft_engine *engine = conn->engine;
    weft__engine_refresh(engine);
    if (engine->state != WEFT__SESSION_READY)
        return WEFT_ECLOSED;
    if (known == WEFT__KNOWN_NOT)
        return WEFT_EINVAL;
    if (conn->peer_drains)
        return WEFT_EUNAVAILABLE;
    if (conn->peer_max_requests == 0 || conn->calls->n_waiting >= WEFT_QUEUED_CALLS_MAX)
        return WEFT_EBUSY;
    if (!weft__conn_has_room(conn)) { /* [memory.queued] */
        conn->want_room = conn->blocked;
        engine->want_writable = engine->want_writable || !conn->blocked;
        return WEFT_EAGAIN;
    }
    return 0;
}

int weft__call_begin(weft_connection *connection, const weft_service_type *service, weft_writer *ret_writer,
                     weft__call **ret_call)
{
    static const uint8_t head[WEFT__REQUEST_HEAD_MAX];
    weft__known known = weft__binding_calls(connection->binding, service);
    int status = call_out_check(connection, known);
    if (status < 0)
        return status;
    weft__call *call = weft__call_new(connection);
    if (!call)
        return WEFT_ENOMEM;
    call->exchanged = known == WEFT__KNOWN_EXCHANGED;
    weft__message_writer(connection, &call->message, ret_writer);
    weft__write_raw(ret_writer, weft_bytes_of(head, sizeof head));
    *ret_call = call;
    return 0;
}

void weft__call_discard(weft__call *call, weft_writer *writer)
{
    call->message.body = weft__writer_take(writer);
    weft__call_free(call);
}

/* ---- queueing ---- */

/* Gives the id and queues the message: the order of the queue is the order of the ids [id.increasing]. 0 or
 * WEFT_ENOMEM. */
static int call_out_queue(weft__call *call)
{
    weft_connection *conn = call->conn;
    weft_engine *engine = conn->engine;
    uint64_t id = conn->next_request ? conn->next_request : (conn->odd ? 1 : 2);
    int status = weft__table_insert(&conn->calls->by_id, &engine->allocator, engine->table_seed, id, call);
    if (status < 0)
        return status;
    call->id = id;
    conn->next_request = id + 2;
    conn->calls->n_out++;
    weft__call_set_state(call, WEFT__CALL_QUEUED);
    call->message.kind = WEFT__KIND_REQUEST;
    call->message.at = 0;
    uint64_t until_ns = call->ran_before ? weft__call_last_attempt_ns(call) : WEFT_FOREVER; /* [op.store] */
    weft__timers_arm(&engine->timers, &call->timer, until_ns < call->deadline_ns ? until_ns : call->deadline_ns);
    weft__message_queue(conn, &call->message);
    if (call->channels)
        weft__call_in_line(call);
    return 0;
}

void weft__call_out_wait(weft__call *call, bool for_place)
{
    uint64_t until_ns = weft__call_last_attempt_ns(call);
    if (for_place && call->result.attempts == 0)
        until_ns = weft__time_add(call->engine->now_ns, call->queue_ns);
    weft__timers_arm(&call->engine->timers, &call->timer, until_ns < call->deadline_ns ? until_ns : call->deadline_ns);
}

/* [call.concurrent] */
static int call_out_admit(weft__call *call, uint64_t queue_timeout_ns)
{
    weft_connection *conn = call->conn;
    weft_engine *engine = conn->engine;
    weft__calls *calls = conn->calls;
    call->queue_ns = queue_timeout_ns == WEFT_TIMEOUT_DEFAULT ? engine->options.queue_timeout_ns : queue_timeout_ns;
    if (calls->n_out < conn->peer_max_requests && calls->n_waiting == 0 && !conn->reopens)
        return call_out_queue(call);
    weft__call_set_state(call, WEFT__CALL_WAITING);
    weft__call_out_wait(call, !conn->reopens);
    weft__list_append(&calls->waiting, &call->link);
    calls->n_waiting++;
    weft__engine_wake(engine); /* a new deadline, perhaps the next one */
    return 0;
}

/* [call.deadline] */
static uint64_t call_out_deadline(const weft__call *call, uint64_t timeout_ns)
{
    const weft_engine *engine = call->engine;
    if (timeout_ns == WEFT_TIMEOUT_DEFAULT && call->method)
        timeout_ns = call->method->timeout_ns;
    if (timeout_ns == WEFT_TIMEOUT_DEFAULT)
        timeout_ns = call->has_channels ? WEFT_FOREVER : engine->options.call_timeout_ns;
    return weft__time_add(engine->now_ns, timeout_ns);
}

int weft__call_submit(weft__call *call, weft_writer *writer, const weft_call_options *options_or_null,
                      weft_call *ret_call_or_null)
{
    weft_connection *conn = call->conn;
    weft_engine *engine = conn->engine;
    weft_call_options options;
    weft_metadata metadata = { NULL, 0 };
    weft__announced channels[WEFT_METHOD_CHANNELS_MAX];
    int n_channels = 0;
    int status = weft__call_options_read(options_or_null, &options);
    if (status == 0 && options.operation_or_null && !weft__call_is_persistent(call))
        status = WEFT_EINVAL;
    if (status == 0 && !weft__call_has_room_again(call))
        status = WEFT_EAGAIN;
    if (status == 0 && call->channels)
        n_channels = weft__call_name_channels(call, channels);
    if (n_channels < 0)
        status = n_channels;
    if (status == 0) {
        call->deadline_ns = call_out_deadline(call, options.timeout_ns);
        if (options.metadata)
            metadata = *options.metadata;
        status = weft__call_inherit(call, &options, &metadata);
        if (status == 0 && engine->options.n_interceptors > 0)
            status = weft__intercept_out(call, &metadata);
    }
    if (status == 0) {
        weft__request_tail_encode(writer, channels, (size_t)n_channels, metadata);
        if (weft__call_is_persistent(call)) /* [op.id] */
            weft__call_write_op(call, options.operation_or_null, writer);
        status = writer->status;
    }
    if (status == 0 && call->exchanged) /* [schema.send] */
        status = weft__schema_want(conn, call->method, WEFT__SCHEMA_ARGS, &call->message);
    if (status == 0)
        status = weft__slots_take(engine->slots, WEFT__SLOT_CALL, call, &call->handle);
    if (status < 0 && call->n_intercepted == 0) {
        weft__call_discard(call, writer);
        return status;
    }
    call->message.body = weft__writer_take(writer);
    weft__call_keep_again(call);
    if (call->op)
        weft__call_find_op(call);
    call->reply_arena_or_null = options.arena;
    call->result.outcome = WEFT_OUTCOME_NONE;
    if (status == WEFT__INTERCEPT_REFUSED)
        weft__call_out_end(call, call->result.code, call->result.text.ptr, UINT64_MAX);
    else if (status < 0)
        weft__call_out_end(call, status, weft_strerror(status), UINT64_MAX);
    else if (call->deadline_ns <= engine->now_ns)
        weft__call_out_end(call, WEFT_ETIMEDOUT, "no time was given", UINT64_MAX);
    else if (call->cancelled)
        weft__call_out_end(call, WEFT_ECANCELED, "the call that it was to be made for was given up", UINT64_MAX);
    else
        status = call_out_admit(call, options.queue_timeout_ns);
    if (status < 0 && call->n_intercepted == 0) {
        weft__call_free(call);
        return status;
    }
    engine->counts.calls[WEFT__OUT]++;
    if (status < 0 && call->state != WEFT__CALL_ENDED) /* interceptors have seen it: they, and the callback, are told */
        weft__call_out_end(call, status, weft_strerror(status), UINT64_MAX);
    if (ret_call_or_null)
        *ret_call_or_null = weft__call_handle(call);
    return 0;
}

void weft__call_out_go(weft_connection *conn)
{
    weft__calls *calls = conn->calls; /* a call that ends stays until that is told */
    while (calls->n_waiting > 0 && calls->n_out < conn->peer_max_requests && conn->state == WEFT__CONN_OPEN) {
        weft__call *call = weft__container(weft__list_take(&calls->waiting), weft__call, link);
        calls->n_waiting--;
        if (call_out_queue(call) < 0)
            weft__call_out_end(call, WEFT_ENOMEM, "out of memory", UINT64_MAX);
    }
}

/* ---- ending ---- */

static void call_out_unlist(weft__call *call)
{
    weft_connection *conn = call->conn;
    weft_engine *engine = conn->engine;
    if (call->state == WEFT__CALL_WAITING && weft__link_is_in(&call->link)) {
        weft__list_remove(&call->link);
        conn->calls->n_waiting--;
    }
    if (call->cancel_owed) {
        weft__list_remove(&call->link);
        call->cancel_owed = false;
    }
    weft__message_void(conn, &call->message);
    weft__call_drop_again(call);
    if (call->id != 0) {
        weft__table_remove(&conn->calls->by_id, engine->table_seed, call->id);
        conn->calls->n_out--;
        call->id = 0;
    }
}

/* While it still has its id. */
static void call_out_log_end(const weft__call *call)
{
    weft__call_log(call, WEFT_LOG_DEBUG, "call ended", weft__log_number("by_peer", 0),
                   weft__log_text("service", weft__call_service_name(call)),
                   weft__log_text("method", weft__call_method_name(call)),
                   weft__log_text("error", weft_str_from(weft_err_name(call->result.code))),
                   weft__log_text("outcome", weft_str_from(weft_outcome_name(call->result.outcome))));
}

static void call_out_queue_event(weft__call *call)
{
    weft_engine *engine = call->engine;
    weft__timers_disarm(&engine->timers, &call->timer);
    weft__list_remove(&call->sibling);
    if (call->handle.slot) {
        weft__slots_give(engine->slots, call->handle);
        call->handle.slot = NULL;
    }
    weft__event_add(engine, &call->event, WEFT__EVENT_ENDED);
}

/* [call.outcomes] Was a byte of it given to a conduit, and did the counterpart not say that it never reached a handler?
 */
bool weft__call_out_may_have_run(const weft__call *call, uint64_t last_request)
{
    return call->ran_before || (call->begin_offset < call->engine->out.handed && call->id <= last_request);
}

/* [chan.ends] */
static weft_channel_end_kind channel_end_of_code(int code)
{
    return code == WEFT_ECANCELED || code == WEFT_ETIMEDOUT ? WEFT_CHANNEL_CANCELLED : WEFT_CHANNEL_REFUSED;
}

/* Fails the call: its callback is queued, and it leaves the table. text is a constant; NULL: what ended the connection.
 * last_request: of a Close; UINT64_MAX: not told. */
void weft__call_out_end(weft__call *call, int code, const char *text, uint64_t last_request)
{
    weft_connection *conn = call->conn;
    if (call->state == WEFT__CALL_ENDED)
        return;
    bool told = call->state == WEFT__CALL_GIVEN_UP;
    bool needed = weft__link_is_in(&call->event.link) || call->held;
    if (!told) {
        call->result.code = code;
        call->result.outcome = WEFT_OUTCOME_NONE;
        call->result.may_have_run = weft__call_out_may_have_run(call, last_request);
        call->result.text = weft_str_from(text ? text : conn->end ? conn->end->text : weft_strerror(code));
        call_out_log_end(call);
    }
    if (call->channels)
        weft__call_end_channels(call, channel_end_of_code(code), code, call->result.text);
    call_out_unlist(call);
    weft__call_set_state(call, WEFT__CALL_ENDED);
    if (!told)
        call_out_queue_event(call);
    else if (!needed)
        weft__call_free(call);
}

/* One that was sent: its callback is queued, and its place stays taken until the response has come [call.concurrent].
 */
static void call_out_let_go(weft__call *call, int code, const char *text)
{
    call->result.code = code;
    call->result.outcome = WEFT_OUTCOME_NONE;
    call->result.may_have_run = weft__call_out_may_have_run(call, UINT64_MAX);
    call->result.text = weft_str_from(text);
    call_out_log_end(call);
    if (call->channels)
        weft__call_cancel_channels(call, code, text);
    weft__call_drop_again(call);
    weft__call_set_state(call, WEFT__CALL_GIVEN_UP);
    call_out_queue_event(call);
}

/* [call.cancel] The caller does not wait any more: what is not sent is removed, what is half sent aborted; otherwise
 * Cancel goes out, and the place stays taken until the response has come. */
void weft__call_out_give_up(weft__call *call, int code, const char *text)
{
    weft_connection *conn = call->conn;
    if (call->state != WEFT__CALL_SENT) {
        weft__call_out_end(call, code, text, UINT64_MAX);
        weft__call_out_next(conn);
        return;
    }
    call_out_let_go(call, code, text);
    call->cancel_owed = true;
    weft__list_append(&conn->calls->cancels, &call->link);
    weft__conn_small(conn);
}

int weft_call_cancel(weft_call call)
{
    weft__handle handle = { call.slot, call.generation };
    weft__call *inner = weft__handle_get(handle, WEFT__SLOT_CALL);
    if (!inner || inner->inbound)
        return WEFT_EALREADY;
    weft__call_out_give_up(inner, WEFT_ECANCELED, "cancelled here");
    return 0;
}

void weft__call_out_on_timer(weft__call *call)
{
    bool in_line = (call->state == WEFT__CALL_WAITING || call->state == WEFT__CALL_QUEUED) &&
                   call->deadline_ns > call->engine->now_ns;
    if (in_line && call->ran_before) { /* [op.store] */
        weft_connection *conn = call->conn;
        weft__call_out_end(call, WEFT_EINDETERMINATE, "[op.retry] the callee may have forgotten it by now", UINT64_MAX);
        weft__call_out_next(conn);
        return;
    }
    weft__call_out_give_up(call, WEFT_ETIMEDOUT,
                           in_line ? "it waited too long for a place among max_concurrent_requests"
                                   : "the deadline passed");
}

/* ---- the response ---- */

/* [call.outcomes] */
int weft__code_of_outcome(uint8_t outcome)
{
    static const int codes[] = {
        [WEFT_OUTCOME_OK] = 0,
        [WEFT_OUTCOME_USER_ERROR] = 0,
        [WEFT_OUTCOME_UNKNOWN_METHOD] = WEFT_ENOSYS,
        [WEFT_OUTCOME_INVALID_PAYLOAD] = WEFT_EBADMSG,
        [WEFT_OUTCOME_CANCELLED] = WEFT_ECANCELED,
        [WEFT_OUTCOME_INDETERMINATE] = WEFT_EINDETERMINATE,
        [WEFT_OUTCOME_DEADLINE_EXCEEDED] = WEFT_ETIMEDOUT,
        [WEFT_OUTCOME_UNAVAILABLE] = WEFT_EUNAVAILABLE,
        [WEFT_OUTCOME_RESOURCE_EXHAUSTED] = WEFT_EEXHAUSTED,
        [WEFT_OUTCOME_INTERNAL] = WEFT_EREMOTE,
        [WEFT_OUTCOME_CONFLICT] = WEFT_ECONFLICT,
    };
    return codes[outcome];
}

static bool outcome_may_have_run(uint8_t outcome)
{
    return outcome != WEFT_OUTCOME_UNKNOWN_METHOD && outcome != WEFT_OUTCOME_INVALID_PAYLOAD &&
           outcome != WEFT_OUTCOME_UNAVAILABLE && outcome != WEFT_OUTCOME_RESOURCE_EXHAUSTED;
}

/* From 2 on the value is a text, whatever the method; another type is malformed. */
static int response_text(const weft__response *response, weft_str *ret_text)
{
    weft__reader reader = weft__reader_of(response->value);
    return weft__read_str(&reader, ret_text);
}

/* [memory.buffered] The answer is thrown away, and with it what its channels would have been for; a refusal has ended
 * them on both sides already [call.refused]. */
static void call_out_cannot_hold(weft__call *call, uint8_t outcome)
{
    static const char text[] = "[memory.buffered] the response cannot be held";
    call->result.code = WEFT_ENOMEM;
    call->result.outcome = WEFT_OUTCOME_NONE;
    call->result.may_have_run = true;
    call->result.text = weft_str_from(text);
    if (call->channels && outcome < WEFT_OUTCOME_UNKNOWN_METHOD)
        weft__call_cancel_channels(call, WEFT_ENOMEM, text);
}

static void call_out_take(weft__call *call, const weft__response *response, weft__buf *owned)
{
    uint8_t outcome = response->outcome > WEFT__OUTCOME_LAST ? (uint8_t)WEFT_OUTCOME_INTERNAL : response->outcome;
    call->result.code = weft__code_of_outcome(outcome);
    call->result.outcome = (weft_outcome)outcome;
    call->result.may_have_run = call->ran_before || outcome_may_have_run(outcome);
    call_out_log_end(call);
    call_out_unlist(call);
    weft__call_set_state(call, WEFT__CALL_ENDED);
    bool held = weft__call_charge(call, WEFT__CHARGE_MESSAGE + response->value.len + response->metadata.raw.len);
    if (held)
        call->metadata_raw = response->metadata;
    else
        call_out_cannot_hold(call, outcome);
    if (call->channels && outcome >= WEFT_OUTCOME_UNKNOWN_METHOD) {
        weft_str text = { "", 0 };
        (void)response_text(response, &text); /* [call.refused] */
        weft__call_end_channels(call, channel_end_of_code(call->result.code), call->result.code, text);
    } else if (call->channels) {
        weft__call_part_with_channels(call);
    }
    if (held)
        weft__call_set_body(call, response->value, owned);
    call_out_queue_event(call);
}

/* The response of one that was given up has come. */
static void call_out_forget(weft__call *call)
{
    bool needed = weft__link_is_in(&call->event.link) || call->held;
    call_out_unlist(call);
    weft__call_set_state(call, WEFT__CALL_ENDED);
    if (!needed)
        weft__call_free(call);
}

/* [call.response] */
void weft__call_out_on_response(weft_connection *conn, weft_bytes body, weft__buf *owned)
{
    weft_engine *engine = conn->engine;
    weft__response response;
    weft_str text;
    if (weft__response_decode(body, &response) < 0) {
        weft__violate_conn(conn, "call.response", "malformed Response");
        return;
    }
    if (response.outcome >= WEFT_OUTCOME_UNKNOWN_METHOD && response_text(&response, &text) < 0) {
        weft__violate_conn(conn, "call.response", "an outcome from 2 on without a text");
        return;
    }
    if (weft__is_odd(response.request_id) != conn->odd || response.request_id == 0 ||
        response.request_id > conn->last_request) {
        weft__violate_conn(conn, "call.response", "it names a request never made");
        return;
    }
    weft__call *call = weft__conn_call(conn, response.request_id);
    if (!call) {
        engine->late_dropped++;
        weft__conn_log(conn, WEFT_LOG_DEBUG, "a late response is dropped",
                       weft__log_number("call", response.request_id));
        return;
    }
    if (call->exchanged && response.outcome < WEFT_OUTCOME_UNKNOWN_METHOD &&
        !weft__schema_is_there(conn, call->method_id, WEFT__SCHEMA_RESULTS))
        return;
    if (call->state == WEFT__CALL_GIVEN_UP)
        call_out_forget(call);
    else
        call_out_take(call, &response, owned);
    weft__call_out_next(conn);
    weft__conn_close_if_unused(conn);
}

/* [memory.buffered] Its rest is thrown away; the counterpart has its place back when it has sent the last byte of it,
 * and no sooner [call.concurrent]. */
void weft__call_out_refuse(weft_connection *conn, weft_bytes begun)
{
    static const char text[] = "[memory.buffered] the response cannot be held";
    uint64_t id;
    if (weft__response_peek(begun, &id) < 0) {
        weft__violate_conn(conn, "call.response", "malformed Response");
        return;
    }
    weft__call *call = weft__conn_call(conn, id);
    if (!call || call->inbound) /* late, or never made, which nobody needs to know any more */
        return;
    call->refused = true;
    if (call->state == WEFT__CALL_SENT)
        call_out_let_go(call, WEFT_ENOMEM, text);
    else if (call->state != WEFT__CALL_GIVEN_UP)
        weft__call_out_give_up(call, WEFT_ENOMEM, text);
}

void weft__call_out_refused_end(weft_connection *conn, bool whole)
{
    uint32_t cursor = 0;
    weft__call *call = weft__conn_next_call(conn, &cursor);
    while (call && !(call->refused && !call->inbound))
        call = weft__conn_next_call(conn, &cursor);
    if (!call)
        return; /* it was a late one */
    call->refused = false;
    if (!whole)
        return;
    call_out_forget(call);
    weft__call_out_next(conn);
    weft__conn_close_if_unused(conn);
}

/* Dispatch: the callback, once. */
void weft__call_out_deliver(weft__call *call)
{
    weft_connection *conn = call->conn;
    if (call->result.outcome >= WEFT_OUTCOME_UNKNOWN_METHOD) {
        weft__reader reader = weft__reader_of(call->value);
        (void)weft__read_str(&reader, &call->result.text);
    }
    call->result.metadata = weft__call_metadata(call);
    bool answered = call->result.outcome != WEFT_OUTCOME_NONE;
    weft__call_count_end(call, WEFT__OUT,
                         answered ? (unsigned)call->result.outcome : weft__stats_ended_of(call->result.code));
    conn->holds++;
    call->held = true; /* the callback may close the connection, and with it what waits for a response */
    call->engine->hooks->ended(call);
    call->held = false;
    call->done = NULL;
    if (call->state == WEFT__CALL_ENDED)
        weft__call_free(call);
    weft__conn_close_if_unused(conn);
    weft__conn_unhold(conn);
}
