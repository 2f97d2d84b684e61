/* Plans between two versions: of types, and the four of a method. */
#include "idl/compare_internal.h"

#include "idl/schema_internal.h"
#include "runtime/schema/remote.h"
#include "runtime/wire/writer.h"

/* ---- what a counterpart is told ---- */

/* As the `types` of a Schema message. */
static int exchange(weft__compare_pair *p, weft__remote *remote, const weft__idl_schema_type *const *types, size_t n)
{
    weft_writer writer;
    weft__writer_init(&writer, &p->c->allocator, WEFT__IDL_FILE_MAX * 4);
    weft__write_array(&writer, n);
    for (size_t i = 0; i < n; i++) {
        weft__write_array(&writer, 2);
        weft__write_u64(&writer, types[i]->id);
        weft__write_bin(&writer, types[i]->declaration);
    }
    int status = writer.status;
    if (status == 0)
        status = weft__remote_add(remote, weft_bytes_of(writer.buf.data, writer.buf.len), p->c->error);
    weft__writer_fini(&writer);
    return status;
}

/* What a type leads to. */
typedef struct reach {
    const weft__idl_schema *schema;
    bool *is_reached;               /* by the place in schema->types */
    const weft__model_decl **stack; /* each is pushed once */
    size_t n_stack;
} reach;

static int reach_add(void *ctx, const weft__model_decl *decl)
{
    reach *r = ctx;
    size_t at = (size_t)(weft__idl_schema_type_of(r->schema, decl) - r->schema->types);
    if (!r->is_reached[at])
        r->stack[r->n_stack++] = decl;
    r->is_reached[at] = true;
    return 0;
}

static int exchange_type(weft__compare_pair *p, unsigned side, weft__remote *remote)
{
    reach r = { .schema = p->parts[side]->tables.schema };
    size_t n = r.schema->n_types, n_reached = 0;
    weft_arena *arena;
    int status = weft_arena_new(&p->c->allocator, &arena);
    if (status)
        return status;
    r.is_reached = weft_arena_array(arena, bool, n);
    r.stack = weft_arena_array(arena, const weft__model_decl *, n);
    const weft__idl_schema_type **types = weft_arena_array(arena, const weft__idl_schema_type *, n);
    if (r.is_reached && r.stack && types) {
        memset(r.is_reached, 0, n * sizeof *r.is_reached);
        (void)reach_add(&r, p->decls[side]);
        while (r.n_stack > 0)
            (void)weft__schema_each_reference(r.stack[--r.n_stack], reach_add, &r);
        for (size_t i = 0; i < n; i++)
            if (r.is_reached[i])
                types[n_reached++] = &r.schema->types[i];
        status = exchange(p, remote, types, n_reached);
    } else {
        status = WEFT_ENOMEM;
    }
    weft_arena_free(arena);
    return status;
}

/* ---- findings ---- */

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

/* ---- methods ---- */

/* A method as its own program has it, and as the other one is told. */
typedef struct told_method {
    weft_method own;
    weft_method remote;
    weft__remote_tx tx;
    weft__remote *types; /* of remote and tx */
    const char *service;
} told_method;

static int tell(weft__compare_pair *p, unsigned side, told_method *ret_told)
{
    const weft__idl_schema_method *method = p->methods[side];
    memset(ret_told, 0, sizeof *ret_told);
    weft_str service = { method->full_name.ptr, method->full_name.len - method->method->name.len - 1 };
    ret_told->service = weft_arena_copy_str(p->c->scratch, service).ptr;
    if (!ret_told->service)
        return WEFT_ENOMEM;
    int status = weft__idl_method_table(&p->parts[side]->tables, method, p->c->scratch, &ret_told->own);
    if (status == 0)
        status = weft__remote_new(&p->c->allocator, &ret_told->types);
    for (unsigned direction = 0; direction < 2 && status == 0; direction++)
        status = exchange(p, ret_told->types, method->types[direction], method->n_types[direction]);
    if (status == 0)
        status = weft__remote_args(ret_told->types, method->roots[0], &ret_told->remote, p->c->error);
    if (status == 0)
        status = weft__remote_results(ret_told->types, method->roots[1], &ret_told->remote, &ret_told->tx, p->c->error);
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
    told_method told[2] = { { .types = NULL }, { .types = NULL } };
    int status = tell(p, WEFT__OLD, &told[WEFT__OLD]);
    if (status == 0)
        status = tell(p, WEFT__NEW, &told[WEFT__NEW]);
    if (status)
        p->c->status = status;
    /* Who calls writes arguments, and reads what comes back. */
    for (unsigned i = 0; i < 2 && !p->c->status; i++) {
        ret_fails[i] |= method_fails(p, told, i, false);
        ret_fails[i] |= !p->c->status && method_fails(p, told, 1 - i, true);
    }
    weft__remote_free(told[WEFT__OLD].types);
    weft__remote_free(told[WEFT__NEW].types);
}

/* ---- types ---- */

/* Whether the reader of this direction understands the type. */
static bool types_fail(weft__compare_pair *p, weft__remote *remote, unsigned direction)
{
    unsigned writer = direction == WEFT__NEW_READS_OLD ? WEFT__OLD : WEFT__NEW;
    weft__plan_sink sink = { .found = found, .user = p };
    const weft__plan *plan;
    weft_error error;
    weft__plans *plans = plans_new(p->c);
    int status = plans ? exchange_type(p, writer, remote) : WEFT_ENOMEM;
    p->direction = direction;
    p->fails = false;
    if (status) {
        p->c->status = status;
    } else {
        uint64_t id = weft__idl_schema_type_of(p->parts[writer]->tables.schema, p->decls[writer])->id;
        status = weft__plan_make(plans, weft__remote_type(remote, id),
                                 weft__idl_table_of_decl(&p->parts[1 - writer]->tables, p->decls[1 - writer]), &sink,
                                 &plan, &error);
        (void)conclude(p, status, &error);
    }
    weft__plans_free(plans);
    return p->fails;
}

void weft__pair_plan_types(weft__compare_pair *p, const weft__model_decl *old, const weft__model_decl *new)
{
    p->decls[WEFT__OLD] = old;
    p->decls[WEFT__NEW] = new;
    for (unsigned direction = 0; direction < 2 && !p->c->status; direction++) {
        weft__remote *remote = NULL;
        int status = weft__remote_new(&p->c->allocator, &remote);
        if (status)
            p->c->status = status;
        else if (types_fail(p, remote, direction))
            p->has_found = true;
        weft__remote_free(remote);
    }
}
