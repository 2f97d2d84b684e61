/* rpc: binds types to calls. What its files share. */
#ifndef WEFT_RUNTIME_RPC_RPC_H
#define WEFT_RUNTIME_RPC_RPC_H

#include "runtime/schema/plan.h"
#include "runtime/session/rpc_hooks.h"
#include "runtime/session/schemas.h"

/* What the session layer calls: call.c, serve.c, stream.c and schemas.c have the functions. */
void weft__rpc_request(weft__call *call);
void weft__rpc_ended(weft__call *call);
int weft__rpc_item(weft__channel *channel, weft_bytes value, weft_arena *arena, weft_error *error);
int weft__rpc_schema(weft_connection *conn, weft__schema_method *method, const weft__schema *schema, weft_error *error);
void weft__rpc_schemas_free(weft__schemas *schemas);

/* serve.c */

/* Of a call that no handler has: nothing is left to do where the answer fails, the session sees to it that nothing
 * hangs. */
void weft__rpc_refuse(weft__call *call, int outcome, weft_str text);
/* What an attempt's args are, for the call that its operation will run. 0, or the outcome to answer, with why in
 * *error. */
int weft__rpc_args(weft__call *attempt, weft__call *run, weft_error *error);

/* schemas.c: where the declarations of a service are exchanged. */

/* How one direction of a method is read. */
typedef struct weft__rpc_plan_of {
    const weft_method *remote; /* as the counterpart declares it: what has come of it */
    const weft__method_plan *plan;
} weft__rpc_plan_of;
/* The Schema of that direction has come. What is returned lives as long as the connection. 0; WEFT_EINCOMPATIBLE, with
 * why in *error [schema.plan.errors]; WEFT_ENOMEM. */
int weft__rpc_plan(weft_connection *conn, const weft_service_type *service, const weft_method *local,
                   unsigned direction, weft__rpc_plan_of *ret_plan, weft_error *error);

/* stream.c: methods with channels. */

/* How many a method has; *ret_channels is set where there are any. */
static inline uint32_t weft__method_channels(const weft_service_type *service, const weft_method *method,
                                             const weft_channel_param **ret_channels)
{
    size_t needed = offsetof(weft_method, dispatch_channels) + sizeof method->dispatch_channels;
    if (service->method_size < needed || method->n_channels == 0) /* tables of an earlier weftc have none */
        return 0;
    *ret_channels = method->channels;
    return method->n_channels;
}
/* [call.request] The args as they go out: nil where a channel stands, for an optional one that is there [nil]. present:
 * bit i: channel i. 0 or why not. */
int weft__args_encode(const weft_method *method, const void *args_or_null, const weft_channel_param *channels,
                      uint32_t n_channels, uint32_t present, weft_writer *writer);
/* The other way: an array of those that are no channels, in the arena. 0; WEFT_EBADMSG with why in *error; WEFT_ENOMEM.
 */
int weft__args_split(const weft_method *method, weft_bytes args, const weft_channel_param *channels,
                     uint32_t n_channels, weft_arena *arena, weft_bytes *ret_args, uint32_t *ret_present,
                     weft_error *error);
/* The request's channels, those of `announced` that are present, become the handler's: 0, with a handle for each
 * parameter of the call's method; or the outcome to answer, with why in *error; or WEFT_EPROTO: the connection is gone.
 * plan_or_null: which of the announced ones each parameter is, and how its items are read; NULL: they are the same. */
int weft__request_channels(weft__call *call, const weft_channel_param *announced, uint32_t n_announced,
                           uint32_t present, const weft__method_plan *plan_or_null, weft_channel *ret_handles,
                           weft_error *error);

/* A service table of this ABI number, whose methods have at least what the first weftc of that number gave them. */
static inline bool weft__service_is_usable(const weft_service_type *service)
{
    return service && service->abi == WEFT_GEN_ABI && service->name &&
           service->method_size >= offsetof(weft_method, roots) + sizeof(((const weft_method *)0)->roots);
}

#endif
