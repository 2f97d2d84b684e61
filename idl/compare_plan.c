/* Plans between two versions: of types, and the four of a method. */
#include "idl/compare_internal.h"

#include "runtime/schema/remote.h"

static const weft__model_decl *owner_decl(const weft__compare_pair *p, unsigned side, const weft_type *owner_or_null)
{
    return owner_or_null && owner_or_null->name
               ? weft__symbols_find(&p->parts[side]->decls, weft_str_from(owner_or_null->name))
               : NULL;
}

static void found(void *user, const weft__plan_finding *finding)
{
    weft__compare_pair *p = user;
    unsigned remote = p->direction == WEFT__NEW_READS_OLD ? WEFT__OLD : WEFT__NEW;
    const weft__model_decl *owners[2];
    weft__place place = { .suffix = WEFT_STR("") };
    p->has_found = true;
    p->fails |= finding->rule == WEFT__PLAN_VARIANT_CLOSED;
    owners[remote] = owner_decl(p, remote, finding->remote_owner);
    owners[1 - remote] = owner_decl(p, 1 - remote, finding->local_owner);
    for (unsigned side = 0; side < 2; side++) {
        if (!p->methods[side] && !owners[side])
            owners[side] = p->decls[side];
        place.scopes[side].method = p->methods[side];
        place.scopes[side].is_results = p->is_results;
    }
    if (p->is_silent)
        return;
    weft__place_find(&place, owners, finding->path);
    weft__change_found(p->c, &place, p->direction, finding);
}

/* What a plan ended with: whether the direction fails. */
static bool conclude(weft__compare_pair *p, int status, const weft_error *error)
{
    if (status == WEFT_EINCOMPATIBLE) {
        p->fails = true;
    } else if (status && !p->c->status) {
        p->c->status = status;
        if (p->c->error)
            *p->c->error = *error;
    }
    return p->fails;
}

static weft__plans *plans_new(weft__comparer *c)
{
    weft__plans *plans = NULL;
    int status = weft__plans_new(&c->allocator, &plans);
    if (status)
        c->status = status;
    return plans;
}

/* ---- methods ------------------------------------------------------------------------------------------------------
 */

/* A method as its own program has it, and as the other one is told. */
typedef struct told_method {
    weft_method own;
    weft_method remote;
    weft__remote_tx tx;
    const char *service;
} told_method;

static int tell(weft__compare_pair *p, unsigned side, told_method *ret_told)
{
    const weft__idl_schema_method *method = p->methods[side];
    weft__remote *remote = p->parts[side]->remote;
    memset(ret_told, 0, sizeof *ret_told);
    weft_str service = { method->full_name.ptr, method->full_name.len - method->method->name.len - 1 };
    ret_told->service = weft_arena_copy_str(p->c->scratch, service).ptr;
    if (!ret_told->service)
        return WEFT_ENOMEM;
    int status = weft__idl_method_table(&p->parts[side]->tables, method, p->c->scratch, &ret_told->own);
    if (status == 0)
        status = weft__remote_args(remote, method->roots[0], &ret_told->remote, p->c->error);
    if (status == 0)
        status = weft__remote_results(remote, method->roots[1], &ret_told->remote, &ret_told->tx, p->c->error);
    return status;
}

/* Whether the reader of this direction understands the arguments, or what the method returns. */
static bool method_fails(weft__compare_pair *p, const told_method told[2], unsigned direction, bool is_results)
{
    const told_method *writer = &told[direction == WEFT__NEW_READS_OLD ? WEFT__OLD : WEFT__NEW];
    const told_method *reader = &told[direction == WEFT__NEW_READS_OLD ? WEFT__NEW : WEFT__OLD];
    weft_service_type service = { .abi = WEFT_GEN_ABI,
                                  .method_size = sizeof(weft_method),
                                  .n_methods = 1,
                                  .name = reader->service,
                                  .methods = &reader->own };
    weft__plan_sink sink = { .found = found, .user = p };
    weft__method_plan plan;
    weft_error error;
    weft__plans *plans = plans_new(p->c);
    if (!plans)
        return true;
    p->direction = direction;
    p->is_results = is_results;
    p->fails = false;
    memset(&plan, 0, sizeof plan);
    int status = is_results ? weft__plan_results(plans, &writer->remote, writer->tx.channels, writer->tx.n, &service,
                                                 &reader->own, &sink, &plan, &error)
                            : weft__plan_args(plans, &writer->remote, &service, &reader->own, &sink, &plan, &error);
    bool fails = conclude(p, status, &error);
    if (p->visit && !p->c->status)
        p->visit(p->user, &(weft__plan_view){
                              .method = p->methods[WEFT__NEW]->full_name.ptr,
                              .direction = direction,
                              .is_results = is_results,
                              .failed = status ? &error : NULL,
                              .plan = &plan,
                              .remote = &writer->remote,
                              .local = &reader->own,
                              .remote_channels = is_results ? writer->tx.channels : writer->remote.channels,
                          });
    weft__plans_free(plans);
    return fails;
}

void weft__pair_plan_method(weft__compare_pair *p, bool ret_fails[2])
{
    told_method told[2];
    int status = tell(p, WEFT__OLD, &told[WEFT__OLD]);
    if (status == 0)
        status = tell(p, WEFT__NEW, &told[WEFT__NEW]);
    if (status) {
        p->c->status = status;
        return;
    }
    /* Who calls writes arguments, and reads what comes back. */
    for (unsigned i = 0; i < 2 && !p->c->status; i++) {
        ret_fails[i] |= method_fails(p, told, i, false);
        ret_fails[i] |= !p->c->status && method_fails(p, told, 1 - i, true);
    }
}

/* ---- types --------------------------------------------------------------------------------------------------------
 */

void weft__pair_plan_types(weft__compare_pair *p, const weft__model_decl *old, const weft__model_decl *new)
{
    p->decls[WEFT__OLD] = old;
    p->decls[WEFT__NEW] = new;
    for (unsigned direction = 0; direction < 2 && !p->c->status; direction++) {
        unsigned remote = direction == WEFT__NEW_READS_OLD ? WEFT__OLD : WEFT__NEW;
        const weft__idl_tables *local = &p->parts[1 - remote]->tables;
        const weft__idl_tables *told = &p->parts[remote]->tables;
        uint64_t id = weft__idl_schema_type_of(told->schema, p->decls[remote])->id;
        weft__plan_sink sink = { .found = found, .user = p };
        const weft__plan *plan;
        weft_error error;
        weft__plans *plans = plans_new(p->c);
        if (!plans)
            return;
        p->direction = direction;
        p->fails = false;
        int status = weft__plan_make(plans, weft__remote_type(p->parts[remote]->remote, id),
                                     weft__idl_table_of_decl(local, p->decls[1 - remote]), &sink, &plan, &error);
        if (conclude(p, status, &error))
            p->has_found = true;
        weft__plans_free(plans);
    }
}
