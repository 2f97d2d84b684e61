/* Engines and handshakes that know types: the session layer's, with the functions of this one. */
#include "runtime/rpc/operations.h"

static uint32_t operations_join(weft_operations *operations)
{
    return weft__operations_ttl_ms(weft_operations_retain(operations));
}

static weft__identity operations_identity(const weft_operations *operations)
{
    return operations->identity;
}

static const weft__hooks rpc_hooks = {
    .request = weft__rpc_request,
    .ended = weft__rpc_ended,
    .item = weft__rpc_item,
    .schema = weft__rpc_schema,
    .schemas_free = weft__rpc_schemas_free,
    .operations_join = operations_join,
    .operations_identity = operations_identity,
    .operations_leave = weft_operations_release,
    .operation = weft__operation_begin,
    .detach = weft__operation_detach,
};

int weft_engine_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                    uint64_t now_ns, weft_engine **ret_engine)
{
    return weft__engine_new(engine_options, session_options, &rpc_hooks, now_ns, ret_engine);
}

int weft_handshake_new(const weft_engine_options *engine_options, const weft_session_options *session_options,
                       uint64_t now_ns, weft_handshake **ret_handshake)
{
    return weft__handshake_new(engine_options, session_options, &rpc_hooks, now_ns, ret_handshake);
}
