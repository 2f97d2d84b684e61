/* Calls that live apart from any session: what the handler of an operation is given [op.order]. Whoever sent the
 * request may give up, run out of time or lose its session: this call knows nothing of it.
 *
 * They are calls of the root of an engine that is never connected, fed or dispatched, so that handles, arenas, kept
 * arguments, answers and calls on behalf work as they do everywhere. Their answer is not queued: hooks->sealed has it.
 */
#include "runtime/base/error.h"
#include "runtime/session/parts.h"
#include "runtime/session/session_log.h"

int weft__apart_new(const weft_allocator *allocator, const weft__hooks *hooks, const weft__log *log,
                    weft_engine **ret_apart)
{
    weft_engine_options engine_options;
    weft_session_options options;
    weft_engine_options_init(&engine_options, sizeof engine_options);
    engine_options.allocator = allocator;
    weft_session_options_init(&options, sizeof options);
    options.max_buffered = UINT64_MAX; /* what they hold is counted with their operations */
    int status = weft__engine_create(&engine_options, &options, hooks, false, 0, ret_apart);
    if (status == 0)
        (*ret_apart)->log = *log;
    return status;
}

void weft__apart_free(weft_engine *apart_or_null)
{
    if (apart_or_null)
        weft__log_init(&apart_or_null->log, NULL, NULL, WEFT_LOG_ERROR, 0); /* nobody's session ends */
    weft_engine_free(apart_or_null);
}

weft__call *weft__apart_call(weft_engine *apart, const weft__call *attempt, struct weft__operation *operation)
{
    weft__call *call = weft__call_new(apart->root);
    if (!call)
        return NULL;
    size_t value_len = attempt->value.len;
    size_t metadata_len = attempt->metadata_raw.raw.len;
    if (weft__buf_append(&call->body_owned, attempt->value.ptr, value_len) < 0 ||
        weft__buf_append(&call->body_owned, attempt->metadata_raw.raw.ptr, metadata_len) < 0) {
        weft__call_free(call);
        return NULL;
    }
    apart->counts.calls[WEFT__IN]++;
    call->inbound = true;
    call->is_apart = true;
    call->operation = operation;
    call->service = attempt->service;
    call->method = attempt->method;
    call->method_id = attempt->method_id;
    call->value = weft_bytes_of(call->body_owned.data, value_len);
    call->metadata_raw = attempt->metadata_raw;
    call->metadata_raw.raw = weft_bytes_of(call->body_owned.data + value_len, metadata_len);
    weft__call_set_state(call, WEFT__CALL_ARRIVED);
    return call;
}

void weft__apart_run(weft__call *call, uint32_t answer_max)
{
    if (call->conn->peer_max_message < answer_max)
        call->conn->peer_max_message = answer_max;
    weft__call_in_run(call);
}

void weft__apart_drop(weft__call *call)
{
    if (call->held)
        weft__call_log(call, WEFT_LOG_WARNING, "a handler never let go of an operation's call",
                       weft__log_text("service", weft__call_service_name(call)),
                       weft__log_text("method", weft__call_method_name(call)));
    weft__call_free(call);
}

void weft__call_in_tell_operation(weft__call *call)
{
    weft__event_add(call->engine, &call->event, WEFT__EVENT_OPERATION);
}
