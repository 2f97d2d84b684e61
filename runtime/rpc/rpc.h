/* rpc: binds types to calls. What its files share. */
#ifndef WEFT_RUNTIME_RPC_RPC_H
#define WEFT_RUNTIME_RPC_RPC_H

#include "runtime/session/rpc_hooks.h"

/* What the session layer calls: call.c and serve.c have the functions. */
void weft__rpc_request(weft__call *call);
void weft__rpc_ended(weft__call *call);

/* A service table of this ABI number, whose methods have at least what the first weftc of that number gave them. */
static inline bool weft__service_is_usable(const weft_service_type *service)
{
    return service && service->abi == WEFT_GEN_ABI && service->name &&
           service->method_size >= offsetof(weft_method, roots) + sizeof(((const weft_method *)0)->roots);
}

/* Tables of a later weftc have longer methods. index < n_methods */
static inline const weft_method *weft__service_method(const weft_service_type *service, uint32_t index)
{
    return (const weft_method *)(const void *)((const char *)service->methods + (size_t)index * service->method_size);
}

#endif
