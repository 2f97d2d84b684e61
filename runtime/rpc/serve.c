/* Calls of the counterpart's: from method id and bytes to the handler's function, and its answer back to bytes. */
#include "runtime/rpc/operations.h"

#include "runtime/base/error.h"
#include "runtime/base/options.h"
#include "runtime/schema/codec.h"

int weft_gen_serve(weft_pending pending, const weft_service_type *service, const void *handler, void *self,
                   weft_connection **ret_connection_or_null)
{
    if (!weft__service_is_usable(service) || !weft__options_is_table(handler))
        return WEFT_EINVAL;
    weft_accept_options options = weft_open_options_default();
    options.serves = service;
    options.handler = handler;
    options.self = self;
    options.calls = &service;
    options.n_calls = ret_connection_or_null ? 1 : 0;
    return weft_pending_accept(pending, &options, ret_connection_or_null);
}

/* ---- requests ---- */

/* [call.method-id] NULL: not one of this service. */
static const weft_method *service_find(const weft_service_type *service, uint64_t method_id, uint32_t *ret_index)
{
    for (uint32_t i = 0; i < service->n_methods; i++) {
        const weft_method *method = weft__method_at(service, i);
        if (method->id == method_id) {
            *ret_index = i;
            return method;
        }
    }
    return NULL;
}

/* How a request is laid out, and how that is read: as the caller's version of the method says, where it has another. */
typedef struct layout {
    const weft_method *method;          /* of the arguments */
    const weft_channel_param *channels; /* among them */
    uint32_t n_channels;
    const weft__method_plan *plan_or_null;
} layout;

/* The outcome to answer where arguments cannot be read: code, with a text in *error. */
static int args_outcome(int code)
{
    switch (code) {
    case WEFT_EBADMSG: /* [call.errors] [schema.plan.errors] */
    case WEFT_EINCOMPATIBLE: return WEFT_OUTCOME_INVALID_PAYLOAD;
    case WEFT_ENOMEM: return WEFT_OUTCOME_RESOURCE_EXHAUSTED;
    default: return WEFT_OUTCOME_INTERNAL;
    }
}

static inline layout layout_same(const weft__call *call)
{
    layout laid = { call->method, NULL, 0, NULL };
    laid.n_channels = weft__method_channels(call->service, call->method, &laid.channels);
    return laid;
}

/* Of a call whose service is exchanged. 0, or the outcome to answer. */
static int layout_theirs(weft__call *call, layout *ret_layout, weft_error *error)
{
    weft__rpc_plan_of of;
    int err = weft__rpc_plan(call->conn, call->service, call->method, WEFT__SCHEMA_ARGS, &of, error);
    if (err)
        return args_outcome(err);
    ret_layout->method = of.remote;
    ret_layout->channels = of.remote->channels;
    ret_layout->n_channels = of.remote->n_channels;
    ret_layout->plan_or_null = of.plan;
    return 0;
}

/* What became of args: 0, or the outcome to answer. */
static int args_decode(weft__call *call, const weft__method_plan *plan_or_null, weft_bytes bytes, const void **ret_args,
                       weft_error *error)
{
    const weft_type *type = call->method->args;
    const weft__plan *plan = plan_or_null ? plan_or_null->args : NULL;
    weft_arena *arena = weft__call_arena(call);
    void *args = arena ? weft_arena_alloc(arena, type->c_size ? type->c_size : 1, 16) : NULL;
    int err = args ? weft__decode_fresh(type, plan, bytes, arena, args, error) : WEFT_ENOMEM;
    if (err)
        return args_outcome(err);
    *ret_args = args;
    return 0;
}

/* Of a call that no handler has: nothing is left to do where the answer fails, the session sees to it that nothing
 * hangs. */
void weft__rpc_refuse(weft__call *call, int outcome, weft_str text)
{
    weft_call handle = weft__call_handle(call);
    (void)weft__call_answer_text(call, (uint8_t)outcome, text);
    (void)weft_call_drop(handle); /* answered already: this only lets go of the handler's hold */
}

/* Channels among the arguments: these stand in the arena, without them. *ret_handles: one for each channel of the
 * method. 0, the outcome to answer, or WEFT_EPROTO: the connection is gone. */
static int channels_decode(weft__call *call, const layout *laid, const void **ret_args, weft_channel *ret_handles,
                           weft_error *error)
{
    weft_arena *arena = weft__call_arena(call);
    weft_bytes bytes;
    uint32_t present;
    int err = arena ? weft__args_split(laid->method, call->value, laid->channels, laid->n_channels, arena, &bytes,
                                       &present, error)
                    : WEFT_ENOMEM;
    err = err ? args_outcome(err) : args_decode(call, laid->plan_or_null, bytes, ret_args, error);
    return err ? err
               : weft__request_channels(call, laid->channels, laid->n_channels, present, laid->plan_or_null,
                                        ret_handles, error);
}

/* What stands in the args alone: 0, or the outcome to answer. */
static int plain_decode(weft__call *call, const weft__method_plan *plan_or_null, const void **ret_args,
                        weft_error *error)
{
    if (!call->channels)
        return args_decode(call, plan_or_null, call->value, ret_args, error);
    weft__error_set(error, WEFT_EBADMSG, "the method has no channels"); /* [chan.types] */
    return WEFT_OUTCOME_INVALID_PAYLOAD;
}

int weft__rpc_args(weft__call *attempt, weft__call *run, weft_error *error)
{
    layout laid = { run->method, NULL, 0, NULL };
    const void *args;
    int outcome = attempt->exchanged ? layout_theirs(attempt, &laid, error) : 0;
    if (!outcome && attempt->channels) {
        weft__error_set(error, WEFT_EBADMSG, "the method has no channels"); /* [chan.types] */
        outcome = WEFT_OUTCOME_INVALID_PAYLOAD;
    }
    if (!outcome)
        outcome = args_decode(run, laid.plan_or_null, run->value, &args, error);
    if (outcome)
        return outcome;
    run->args = args;
    run->args_base = run->value.ptr;
    return 0;
}

/* Arguments and channels of a request: 0, with handles in ret_handles where the method has channels; or as above. */
static int request_decode(weft__call *call, bool has_channels, const void **ret_args, weft_channel *ret_handles,
                          weft_error *error)
{
    if (!call->exchanged && !has_channels)
        return plain_decode(call, NULL, ret_args, error);
    layout laid = layout_same(call);
    int outcome = call->exchanged ? layout_theirs(call, &laid, error) : 0;
    if (outcome)
        return outcome;
    if (laid.n_channels > 0 || has_channels)
        return channels_decode(call, &laid, ret_args, ret_handles, error);
    return plain_decode(call, laid.plan_or_null, ret_args, error);
}

static int request_dispatch(weft__call *call, const weft_channel *handles_or_null)
{
    const weft_connection *conn = call->conn;
    const void *handler = conn->binding->handler;
    const weft_method *method = call->method;
    weft_call handle = weft__call_handle(call);
    if (!handles_or_null)
        return method->dispatch(handler, conn->self, handle, call->args);
    return method->dispatch_channels(handler, conn->self, handle, call->args, handles_or_null);
}

void weft__rpc_request(weft__call *call)
{
    const weft__binding *binding = call->conn->binding;
    weft_error error; /* a long text: set only where args_decode fails */
    const void *args;
    error.text[0] = '\0';
    uint32_t index = binding->serves ? binding->serves->n_methods : 0;
    call->service = binding->serves;
    bool is_served = binding->serves && (binding->serves_agreed || binding->serves_exchanged);
    call->method = is_served ? service_find(binding->serves, call->method_id, &index) : NULL;
    call->args = NULL;
    if (binding->serves_counts)
        call->counts = binding->serves_counts + index;
    if (!call->method) { /* [call.errors] [schema.required] */
        weft__rpc_refuse(call, WEFT_OUTCOME_UNKNOWN_METHOD, WEFT_STR("no such method is served on this connection"));
        return;
    }
    int outcome = 0;
    if (call->engine->options.n_interceptors > 0) {
        weft_call intercepted = weft__call_handle(call);
        weft_str text;
        outcome = weft__intercept_in(call, &text);
        if (!weft__call_of(intercepted)) { /* ended by what an interceptor did: only the hold is left to let go of */
            (void)weft_call_drop(intercepted);
            return;
        }
        if (outcome) {
            weft__rpc_refuse(call, outcome, text);
            return;
        }
    }
    weft_channel handles[WEFT_METHOD_CHANNELS_MAX];
    const weft_channel_param *channels;
    bool has_channels = weft__method_channels(call->service, call->method, &channels) > 0;
    if (call->op && (call->method->flags & WEFT_METHOD_PERSISTENT) && !has_channels) { /* [op.policy] */
        weft__operation_attempt(call);
        return;
    }
    call->op = NULL;
    outcome = request_decode(call, has_channels, &args, handles, &error);
    if (outcome == WEFT_EPROTO) { /* no handler has it */
        (void)weft_call_drop(weft__call_handle(call));
        return;
    }
    if (outcome) {
        weft__rpc_refuse(call, outcome, weft_str_from(error.text));
        return;
    }
    call->args = args;
    call->args_base = call->value.ptr;
    weft_call handle = weft__call_handle(call);
    outcome = request_dispatch(call, has_channels ? handles : NULL);
    call = weft__call_of(handle); /* the handler may have answered, and the call be another's by now */
    if (!call)
        return;
    if (outcome) {
        call->args = NULL;
        weft__rpc_refuse(call, outcome, WEFT_STR("the handler does not implement this method"));
    } else if (!call->kept) {
        call->args = NULL;
    }
}

int weft_gen_keep(weft_call handle, const void **args_inout)
{
    weft_error error;
    weft__call *call = weft__call_of(handle);
    if (!call || !call->args)
        return WEFT_EALREADY; /* args are gone once the handler has returned */
    int err = weft__call_keep(call);
    if (err)
        return err;
    layout laid = layout_same(call);
    bool in_arena = laid.n_channels > 0;
    if (call->exchanged && layout_theirs(call, &laid, &error))
        return WEFT_ENOMEM; /* of one whose arguments were read already: does not happen */
    if (in_arena || laid.n_channels > 0) {
        call->args_base = call->value.ptr; /* these have stood in the arena from the beginning */
    } else if (call->value.ptr != call->args_base) {
        const void *args;
        /* What was decoded points into the old bytes. These are the same, so only memory can lack. */
        if (args_decode(call, laid.plan_or_null, call->value, &args, &error))
            return WEFT_ENOMEM;
        call->args = args;
        call->args_base = call->value.ptr;
    }
    *args_inout = call->args;
    return 0;
}

/* ---- answers ---- */

/* The call, if this is the service and method that it is of. */
static int answer_check(weft_call handle, const weft_service_type *service, uint32_t method, weft__call **ret_call)
{
    weft__call *call = weft__call_of(handle);
    if (!call) {
        (void)weft_call_drop(handle); /* one that ended before its answer is let go of */
        return WEFT_EALREADY;
    }
    if (!weft__service_is_usable(service) || method >= service->n_methods ||
        weft__method_at(service, method) != call->method)
        return WEFT_EINVAL;
    *ret_call = call;
    return 0;
}

/* type NULL: unit. */
static int answer(weft__call *call, uint8_t outcome, const weft_type *type, const void *value)
{
    weft_writer writer;
    int err = weft__call_answer_begin(call, outcome, &writer);
    if (err)
        return err;
    if (!type)
        weft__write_nil(&writer);
    else if (!value)
        weft__writer_fail(&writer, WEFT_EINVAL);
    else if ((err = weft_gen_encode(type, value, &writer)) != 0)
        weft__writer_fail(&writer, err);
    return weft__call_answer_end(call, &writer); /* [call.response] */
}

int weft_gen_return(weft_call handle, const weft_service_type *service, uint32_t method, const void *value)
{
    weft__call *call = NULL;
    int err = answer_check(handle, service, method, &call);
    return err ? err : answer(call, WEFT_OUTCOME_OK, call->method->result, value);
}

int weft_gen_fail(weft_call handle, const weft_service_type *service, uint32_t method, const void *error)
{
    weft__call *call = NULL;
    int err = answer_check(handle, service, method, &call);
    if (!err && !call->method->error)
        err = WEFT_EINVAL;
    return err ? err : answer(call, WEFT_OUTCOME_USER_ERROR, call->method->error, error);
}
