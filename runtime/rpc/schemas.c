/* What the counterpart's schemas mean: its types, and the plans by which its values are read [schema.plan]. All of one
 * connection, and made when it is needed: types when a Schema comes, a method's plan when its first value does. */
#include "runtime/rpc/rpc.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/schema/remote.h"
#include "runtime/session/session_log.h"

/* One direction of a method. */
typedef struct half_plan {
    weft__method_plan plan;
    bool is_made;
    int status;      /* then: 0, or why there is none */
    weft_error *why; /* then, where there was memory for it */
} half_plan;

/* A method as the counterpart declares it. */
typedef struct weft__rpc_method {
    struct weft__rpc_method *next;
    weft_method remote; /* what has come of it */
    weft__remote_tx tx;
    half_plan halves[2]; /* by direction */
} weft__rpc_method;

typedef struct weft__rpc {
    weft__remote *remote;
    weft__plans *plans;
    weft__rpc_method *methods;
} weft__rpc;

/* ---- what has come ---- */

static void rpc_free(weft__schemas *schemas, weft__rpc *rpc)
{
    weft__rpc_method *method;
    while ((method = rpc->methods) != NULL) {
        rpc->methods = method->next;
        for (unsigned direction = 0; direction < 2; direction++)
            weft__free(&schemas->allocator, method->halves[direction].why, sizeof(weft_error));
        weft__free(&schemas->allocator, method, sizeof *method);
    }
    weft__plans_free(rpc->plans);
    weft__remote_free(rpc->remote);
    weft__free(&schemas->allocator, rpc, sizeof *rpc);
}

void weft__rpc_schemas_free(weft__schemas *schemas)
{
    rpc_free(schemas, schemas->rpc);
    schemas->rpc = NULL;
}

/* NULL: out of memory. */
static weft__rpc *rpc_of(weft__schemas *schemas)
{
    if (schemas->rpc)
        return schemas->rpc;
    weft__rpc *rpc = weft__alloc_zero(&schemas->allocator, sizeof *rpc);
    if (!rpc)
        return NULL;
    if (weft__remote_new(&schemas->allocator, &rpc->remote) < 0 ||
        weft__plans_new(&schemas->allocator, &rpc->plans) < 0) {
        rpc_free(schemas, rpc);
        return NULL;
    }
    schemas->rpc = rpc;
    return rpc;
}

static weft__rpc_method *rpc_method_of(weft__schemas *schemas, weft__rpc *rpc, weft__schema_method *method)
{
    if (method->made)
        return method->made;
    weft__rpc_method *made = weft__alloc_zero(&schemas->allocator, sizeof *made);
    if (!made)
        return NULL;
    made->next = rpc->methods;
    rpc->methods = made;
    method->made = made;
    return made;
}

/* [op.retry] Of a connection that was opened again, its counterpart says a second time how it declares a method. What
 * was made of the first one stays in use for what came with it; it serves on where nothing has changed. */
static weft__rpc_method *rpc_method_renew(weft__schemas *schemas, weft__rpc *rpc, weft__schema_method *method,
                                          const weft__schema *schema)
{
    weft__rpc_method *before = method->made;
    weft_bytes root = before->remote.roots[schema->direction];
    if (root.len == schema->root.len && memcmp(root.ptr, schema->root.ptr, root.len) == 0)
        return before;
    method->made = NULL;
    weft__rpc_method *made = rpc_method_of(schemas, rpc, method);
    if (!made) {
        method->made = before;
        return NULL;
    }
    made->remote = before->remote;
    made->tx = before->tx;
    return made;
}

int weft__rpc_schema(weft_connection *conn, weft__schema_method *method, const weft__schema *schema, weft_error *error)
{
    weft__schemas *schemas = conn->schemas;
    weft__rpc *rpc = rpc_of(schemas);
    weft__rpc_method *made = rpc ? rpc_method_of(schemas, rpc, method) : NULL;
    if (made && made->remote.roots[schema->direction].len > 0)
        made = rpc_method_renew(schemas, rpc, method, schema);
    if (!made)
        return weft__error_set(error, WEFT_ENOMEM, "[memory.buffered] no memory for a schema");
    int status = weft__remote_add(rpc->remote, schema->types, error);
    if (status == 0 && schema->direction == WEFT__SCHEMA_ARGS)
        status = weft__remote_args(rpc->remote, schema->root, &made->remote, error);
    else if (status == 0)
        status = weft__remote_results(rpc->remote, schema->root, &made->remote, &made->tx, error);
    if (status == 0 && schema->direction == WEFT__SCHEMA_RESULTS) /* [op.policy] */
        method->policy = made->remote.flags & (WEFT_METHOD_IDEMPOTENT | WEFT_METHOD_PERSISTENT);
    return status;
}

/* ---- plans ---- */

static int half_make(weft__rpc *rpc, weft__rpc_method *made, unsigned direction, const weft_service_type *service,
                     const weft_method *local, weft_error *error)
{
    weft__method_plan *plan = &made->halves[direction].plan;
    if (direction == WEFT__SCHEMA_ARGS)
        return weft__plan_args(rpc->plans, &made->remote, service, local, NULL, plan, error);
    return weft__plan_results(rpc->plans, &made->remote, made->tx.channels, made->tx.n, service, local, NULL, plan,
                              error);
}

/* It is the same for every message of the method: found out once, unless memory lacked. */
static void half_settle(weft_connection *conn, half_plan *half, const weft_service_type *service,
                        const weft_method *local, const weft_error *error)
{
    half->is_made = true;
    if (half->status == 0) {
        conn->engine->counts.plans++;
        return;
    }
    conn->engine->counts.plans_failed++;
    half->why = weft__alloc(&conn->schemas->allocator, sizeof *half->why);
    if (half->why)
        *half->why = *error;
    weft__conn_log(conn, WEFT_LOG_WARNING, "the declarations of a method do not fit",
                   weft__log_text("service", weft_str_from(service->name)),
                   weft__log_text("method", weft_str_from(local->name)),
                   weft__log_text("text", weft_str_from(error->text)));
}

int weft__rpc_plan(weft_connection *conn, const weft_service_type *service, const weft_method *local,
                   unsigned direction, weft__rpc_plan_of *ret_plan, weft_error *error)
{
    weft__rpc_method *made = weft__schema_method_of(conn, local->id)->made; /* [schema.required]: it has come */
    half_plan *half = &made->halves[direction];
    if (!half->is_made) {
        half->status = half_make(conn->schemas->rpc, made, direction, service, local, error);
        if (half->status == WEFT_ENOMEM)
            return WEFT_ENOMEM;
        half_settle(conn, half, service, local, error);
    }
    if (half->status < 0) {
        if (half->why)
            *error = *half->why;
        else
            weft__error_set(error, half->status, "[schema.plan] the declarations do not fit");
        return WEFT_EINCOMPATIBLE;
    }
    ret_plan->remote = &made->remote;
    ret_plan->plan = &half->plan;
    return 0;
}
