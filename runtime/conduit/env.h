/* What conduits, connectors and listeners share of the runtime that they belong to. */
#ifndef WEFT_RUNTIME_CONDUIT_ENV_H
#define WEFT_RUNTIME_CONDUIT_ENV_H

#include "runtime/base/log.h"
#include "weft/base.h"

#include <uv.h>

/* Owned by the runtime and outlives all objects on it. */
typedef struct weft__env {
    uv_loop_t *loop;
    weft_allocator allocator;
    weft__log log;
    /* Objects that still have a handle or request on the loop, or wait to say that they are closed. The runtime ends
     * when there is none. */
    size_t n_objects;
} weft__env;

static inline void weft__env_hold(weft__env *env)
{
    env->n_objects++;
}
static inline void weft__env_release(weft__env *env)
{
    env->n_objects--;
}

#endif
