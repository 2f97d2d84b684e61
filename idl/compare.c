/* Comparing versions: which methods and types both have, and the plans between them, each way. */
#include "idl/compare_internal.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/schema/remote.h"
#include "runtime/wire/writer.h"

static bool is_type(const weft__model_decl *decl)
{
    return decl->kind == WEFT__MODEL_DECL_STRUCT || decl->kind == WEFT__MODEL_DECL_ENUM;
}

/* ---- parts --------------------------------------------------------------------------------------------------------
 */

/* The types of a model as a counterpart is told them. */
static int part_exchange(weft__comparer *c, weft__compare_part *part)
{
    const weft__idl_schema *schema = part->tables.schema;
    weft_writer writer;
    weft__writer_init(&writer, &c->allocator, WEFT__IDL_FILE_MAX * 4);
    weft__write_array(&writer, schema->n_types);
    for (size_t i = 0; i < schema->n_types; i++) {
        weft__write_array(&writer, 2);
        weft__write_u64(&writer, schema->types[i].id);
        weft__write_bin(&writer, schema->types[i].declaration);
    }
    int status = writer.status ? writer.status : weft__remote_new(&c->allocator, &part->remote);
    if (status == 0)
        status = weft__remote_add(part->remote, weft_bytes_of(writer.buf.data, writer.buf.len), c->error);
    weft__writer_fini(&writer);
    return status;
}

static int part_name(weft__comparer *c, weft__compare_part *part)
{
    const weft__model *model = part->tables.model;
    int status = 0;
    part->decls.arena = part->root_only.arena = c->scratch;
    for (size_t i = 0; i < model->n_files; i++) {
        const weft__model_file *file = model->files[i];
        for (size_t j = 0; status == 0 && j < file->n_decls; j++) {
            const weft__model_decl *decl = file->decls[j];
            if (is_type(decl))
                status = weft__symbols_put(&part->decls, decl->full_name, (void *)decl);
            else if (decl->kind != WEFT__MODEL_DECL_SERVICE)
                continue;
            if (status == 0 && file == model->root)
                status = weft__symbols_put(&part->root_only, decl->full_name, (void *)decl);
        }
    }
    return status;
}

static int side_init(weft__comparer *c, unsigned side, const weft__compare_side *given)
{
    weft__compare_part *parts = weft_arena_array(c->scratch, weft__compare_part, given->n);
    if (!parts)
        return WEFT_ENOMEM;
    memset(parts, 0, given->n * sizeof *parts);
    c->parts[side] = parts;
    for (size_t i = 0; i < given->n; i++) {
        c->n_parts[side] = i + 1;
        int status = weft__idl_tables_make(given->models[i], given->schemas[i], c->scratch, &parts[i].tables);
        if (status == 0)
            status = part_name(c, &parts[i]);
        if (status == 0)
            status = part_exchange(c, &parts[i]);
        if (status)
            return status;
    }
    return 0;
}

/* The root declaration of a whole name on a side, and whose it is; NULL: there is none. */
static const weft__model_decl *find_root(const weft__comparer *c, unsigned side, weft_str full_name,
                                         weft__compare_part **ret_part)
{
    for (size_t i = 0; i < c->n_parts[side]; i++) {
        const weft__model_decl *decl = weft__symbols_find(&c->parts[side][i].root_only, full_name);
        if (!decl)
            continue;
        *ret_part = &c->parts[side][i];
        return decl;
    }
    return NULL;
}

/* ---- one plan -----------------------------------------------------------------------------------------------------
 */

/* What both versions have, and the plans made of it. */
typedef struct pair {
    weft__comparer *c;
    weft__compare_part *parts[2];
    const weft__idl_schema_method *methods[2]; /* or NULL, with: */
    const weft__model_decl *decls[2];
    unsigned direction;
    bool is_results;
    bool fails;
    bool is_silent; /* finds, and keeps nothing */
    bool has_found;
    void (*visit)(void *user, const weft__plan_view *view); /* or NULL */
    void *user;
} pair;

static const weft__model_decl *owner_decl(const pair *p, unsigned side, const weft_type *owner_or_null)
{
    return owner_or_null && owner_or_null->name
               ? weft__symbols_find(&p->parts[side]->decls, weft_str_from(owner_or_null->name))
               : NULL;
}

static void found(void *user, const weft__plan_finding *finding)
{
    pair *p = user;
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
static bool conclude(pair *p, int status, const weft_error *error)
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
} told_method;

static int tell(pair *p, unsigned side, told_method *ret_told)
{
    const weft__idl_schema_method *method = p->methods[side];
    weft__remote *remote = p->parts[side]->remote;
    memset(ret_told, 0, sizeof *ret_told);
    int status = weft__idl_method_table(&p->parts[side]->tables, method, p->c->scratch, &ret_told->own);
    if (status == 0)
        status = weft__remote_args(remote, method->roots[0], &ret_told->remote, p->c->error);
    if (status == 0)
        status = weft__remote_results(remote, method->roots[1], &ret_told->remote, &ret_told->tx, p->c->error);
    return status;
}

/* Whether the reader of this direction understands the arguments, or what the method returns. */
static bool method_fails(pair *p, const told_method told[2], unsigned direction, bool is_results)
{
    const told_method *writer = &told[direction == WEFT__NEW_READS_OLD ? WEFT__OLD : WEFT__NEW];
    const told_method *reader = &told[direction == WEFT__NEW_READS_OLD ? WEFT__NEW : WEFT__OLD];
    weft_service_type service = {
        .abi = WEFT_GEN_ABI, .method_size = sizeof(weft_method), .n_methods = 1, .methods = &reader->own
    };
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

static bool bytes_equal(weft_bytes a, weft_bytes b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* All four; ret_fails: WEFT__OLD_CALLS_NEW, WEFT__NEW_CALLS_OLD. */
static void plan_method(pair *p, bool ret_fails[2])
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
    for (unsigned i = 0; i < 2 && !p->c->status; i++)
        ret_fails[i] |= method_fails(p, told, i, false);
    for (unsigned i = 0; i < 2 && !p->c->status; i++)
        ret_fails[1 - i] |= method_fails(p, told, i, true);
}

static void compare_methods(weft__comparer *c, weft__compare_part *const parts[2], const weft__idl_schema_method *old,
                            const weft__idl_schema_method *new)
{
    pair p = { .c = c, .parts = { parts[0], parts[1] }, .methods = { old, new } };
    weft__method_verdict *verdict = &c->methods[c->n_methods++];
    *verdict = (weft__method_verdict){ .full_name = weft__compare_concat(c, new->full_name),
                                       .spans = { old->method->span, new->method->span } };
    weft__compare_said_method(c, p.methods);
    /* Equal roots name equal types: the identity. */
    if (!bytes_equal(old->roots[0], new->roots[0]) || !bytes_equal(old->roots[1], new->roots[1]))
        plan_method(&p, verdict->fails);
    verdict->method_class = weft__class_of(verdict->fails);
}

/* ---- services -----------------------------------------------------------------------------------------------------
 */

static const weft__idl_schema_method *find_method(const weft__idl_schema_service *service, weft_str name)
{
    for (size_t i = 0; i < service->n_methods; i++)
        if (weft_str_equal(service->methods[i].method->name, name))
            return &service->methods[i];
    return NULL;
}

static void fail_both(weft__change *change)
{
    change->fails[0] = change->fails[1] = true;
}

/* "did you rename it?", where just one method came and takes and returns the same. */
static weft_str method_hint(weft__comparer *c, const weft__idl_schema_service *old, const weft__idl_schema_service *new,
                            const weft__idl_schema_method *removed)
{
    for (size_t i = 0; i < new->n_methods; i++) {
        const weft__idl_schema_method *method = &new->methods[i];
        if (!find_method(old, method->method->name) && bytes_equal(method->roots[0], removed->roots[0]) &&
            bytes_equal(method->roots[1], removed->roots[1]))
            return weft__compare_concat(c, WEFT_STR("did you rename it to `"), method->method->name,
                                        WEFT_STR("`? a method is found by its name alone: keep the old one beside it, "
                                                 "@deprecated"));
    }
    for (size_t i = 0; i < new->decl->n_reserved; i++)
        if (weft_str_equal(new->decl->reserved[i], removed->method->name))
            return WEFT_STR("");
    return weft__compare_concat(c, WEFT_STR("`reserved "), removed->method->name,
                                WEFT_STR(";` keeps the name from coming back"));
}

static void compare_services(weft__comparer *c, weft__compare_part *const parts[2], const weft__model_decl *old_decl,
                             const weft__model_decl *new_decl)
{
    const weft__idl_schema_service *old = weft__idl_schema_service_of(parts[0]->tables.schema, old_decl);
    const weft__idl_schema_service *new = weft__idl_schema_service_of(parts[1]->tables.schema, new_decl);
    weft__idl_span none = { 0 };
    for (size_t i = 0; i < new->n_methods && !c->status; i++) {
        const weft__idl_schema_method *method = &new->methods[i];
        const weft__idl_schema_method *before = find_method(old, method->method->name);
        if (before)
            compare_methods(c, parts, before, method);
        else
            weft__change_say(c, WEFT__CHANGE_METHOD_ADDED, weft__compare_concat(c, method->full_name), none,
                             method->method->span,
                             weft__compare_concat(c, WEFT_STR("method `"), method->method->name,
                                                  WEFT_STR("` was added; the old version answers unknown method")));
    }
    for (size_t i = 0; i < old->n_methods && !c->status; i++) {
        const weft__idl_schema_method *method = &old->methods[i];
        if (find_method(new, method->method->name))
            continue;
        weft__change *change = weft__change_say(
            c, WEFT__CHANGE_METHOD_REMOVED, weft__compare_concat(c, method->full_name), method->method->span,
            new_decl->span,
            weft__compare_concat(c, WEFT_STR("method `"), method->method->name,
                                 WEFT_STR("` was removed: calls of the old version are answered unknown method")));
        fail_both(change);
        change->hint = method_hint(c, old, new, method);
    }
}

static void service_removed(weft__comparer *c, const weft__model_decl *decl)
{
    weft__idl_span none = { 0 };
    weft__change *change =
        weft__change_say(c, WEFT__CHANGE_SERVICE_REMOVED, weft__compare_concat(c, decl->full_name), decl->span, none,
                         weft__compare_concat(c, WEFT_STR("service `"), decl->name, WEFT_STR("` was removed")));
    fail_both(change);
    for (size_t i = 0; i < c->n_parts[WEFT__NEW]; i++) {
        const weft__model_file *file = c->parts[WEFT__NEW][i].tables.model->root;
        for (size_t j = 0; j < file->n_decls; j++)
            if (file->decls[j]->kind == WEFT__MODEL_DECL_SERVICE && weft_str_equal(file->decls[j]->name, decl->name))
                change->hint = weft__compare_concat(
                    c, WEFT_STR("there is a `"), file->decls[j]->full_name,
                    WEFT_STR("`; a service is found by its whole name: serve the old one beside it"));
    }
}

/* ---- types --------------------------------------------------------------------------------------------------------
 */

static void type_pair(pair *p, const weft__model_decl *old, const weft__model_decl *new)
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

static void compare_types(weft__comparer *c, weft__compare_part *const parts[2], const weft__model_decl *old,
                          const weft__model_decl *new)
{
    const weft__model_decl *decls[2] = { old, new };
    pair p = { .c = c, .parts = { parts[0], parts[1] } };
    weft__compare_said_type(c, decls);
    if (weft__idl_schema_type_of(parts[0]->tables.schema, old)->id !=
        weft__idl_schema_type_of(parts[1]->tables.schema, new)->id)
        type_pair(&p, old, new);
}

static size_t members_count(const weft__model_decl *type)
{
    return type->kind == WEFT__MODEL_DECL_STRUCT ? type->as.structure.n_fields : type->as.enumeration.n_variants;
}

/* Whether nothing but the name is different. */
static bool is_renamed(weft__comparer *c, weft__compare_part *const parts[2], const weft__model_decl *old,
                       const weft__model_decl *new)
{
    enum { TRIED_MAX = 1000 };
    pair p = { .c = c, .parts = { parts[0], parts[1] }, .is_silent = true };
    if (old->kind != new->kind || members_count(old) != members_count(new) || c->n_tried++ >= TRIED_MAX)
        return false;
    type_pair(&p, old, new);
    return !p.has_found;
}

static void type_removed(weft__comparer *c, weft__compare_part *old_part, const weft__model_decl *old)
{
    weft__idl_span none = { 0 };
    weft__compare_part *parts[2] = { old_part, NULL };
    weft__compare_part *other;
    for (size_t i = 0; i < c->n_parts[WEFT__NEW] && !c->status; i++) {
        parts[WEFT__NEW] = &c->parts[WEFT__NEW][i];
        const weft__model_file *file = parts[WEFT__NEW]->tables.model->root;
        if (!weft_str_equal(file->package, old->file->package))
            continue;
        for (size_t j = 0; j < file->n_decls && !c->status; j++) {
            const weft__model_decl *new = file->decls[j];
            if (!is_type(new) || weft__symbols_find(&c->renamed, new->full_name) ||
                find_root(c, WEFT__OLD, new->full_name, &other) || !is_renamed(c, parts, old, new))
                continue;
            weft__change_say(c, WEFT__CHANGE_TYPE_RENAMED, weft__compare_concat(c, new->full_name), old->span,
                             new->span,
                             weft__compare_concat(c, WEFT_STR("type `"), old->name, WEFT_STR("` is now `"), new->name,
                                                  WEFT_STR("`, which who reads it does not look at")));
            if (weft__symbols_put(&c->renamed, new->full_name, (void *)new) < 0)
                c->status = WEFT_ENOMEM;
            return;
        }
    }
    weft__change_say(c, WEFT__CHANGE_TYPE_REMOVED, weft__compare_concat(c, old->full_name), old->span, none,
                     weft__compare_concat(c, WEFT_STR("type `"), old->name, WEFT_STR("` was removed")));
}

/* ---- all of it ----------------------------------------------------------------------------------------------------
 */

static void compare_new(weft__comparer *c, weft__compare_part *part, const weft__model_decl *decl)
{
    weft__idl_span none = { 0 };
    weft__compare_part *parts[2] = { NULL, part };
    const weft__model_decl *old = find_root(c, WEFT__OLD, decl->full_name, &parts[WEFT__OLD]);
    bool is_service = decl->kind == WEFT__MODEL_DECL_SERVICE;
    if (old && is_service && old->kind == WEFT__MODEL_DECL_SERVICE)
        compare_services(c, parts, old, decl);
    else if (old && is_type(decl) && is_type(old))
        compare_types(c, parts, old, decl);
    else if (is_service)
        weft__change_say(c, WEFT__CHANGE_SERVICE_ADDED, weft__compare_concat(c, decl->full_name), none, decl->span,
                         weft__compare_concat(c, WEFT_STR("service `"), decl->name, WEFT_STR("` was added")));
    else if (is_type(decl) && !weft__symbols_find(&c->renamed, decl->full_name))
        weft__change_say(c, WEFT__CHANGE_TYPE_ADDED, weft__compare_concat(c, decl->full_name), none, decl->span,
                         weft__compare_concat(c, WEFT_STR("type `"), decl->name, WEFT_STR("` was added")));
}

static void compare_old(weft__comparer *c, weft__compare_part *part, const weft__model_decl *decl)
{
    weft__compare_part *other;
    const weft__model_decl *new = find_root(c, WEFT__NEW, decl->full_name, &other);
    bool is_service = decl->kind == WEFT__MODEL_DECL_SERVICE;
    if (is_service && (!new || new->kind != WEFT__MODEL_DECL_SERVICE))
        service_removed(c, decl);
    else if (is_type(decl) && (!new || !is_type(new)))
        type_removed(c, part, decl);
}

static size_t count_methods(const weft__comparer *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_parts[WEFT__NEW]; i++) {
        const weft__idl_schema *schema = c->parts[WEFT__NEW][i].tables.schema;
        for (size_t j = 0; j < schema->n_services; j++)
            n += schema->services[j].n_methods;
    }
    return n;
}

static void compare_all(weft__comparer *c)
{
    static void (*const compare_decl[])(weft__comparer *, weft__compare_part *,
                                        const weft__model_decl *) = { compare_old, compare_new };
    c->methods = weft_arena_array(c->arena, weft__method_verdict, count_methods(c));
    if (!c->methods) {
        c->status = WEFT_ENOMEM;
        return;
    }
    for (unsigned side = 0; side < 2; side++) {
        for (size_t i = 0; i < c->n_parts[side]; i++) {
            weft__compare_part *part = &c->parts[side][i];
            const weft__model_file *file = part->tables.model->root;
            for (size_t j = 0; j < file->n_decls && !c->status; j++)
                compare_decl[side](c, part, file->decls[j]);
        }
    }
}

static int compare(weft__comparer *c, const weft__compare_side *const sides[2], const weft__comparison **ret_comparison)
{
    weft__comparison *comparison = weft_arena_array(c->arena, weft__comparison, 1);
    int status = comparison ? 0 : WEFT_ENOMEM;
    for (unsigned side = 0; status == 0 && side < 2; side++)
        status = side_init(c, side, sides[side]);
    if (status)
        return status;
    *comparison = (weft__comparison){ 0 };
    compare_all(c);
    if (!c->status)
        weft__changes_finish(c, comparison);
    if (c->status)
        return c->status;
    comparison->methods = c->methods;
    comparison->n_methods = c->n_methods;
    for (size_t i = 0; i < c->n_methods; i++)
        if (c->methods[i].method_class > comparison->worst)
            comparison->worst = c->methods[i].method_class;
    *ret_comparison = comparison;
    return 0;
}

/* ---- one method ---------------------------------------------------------------------------------------------------
 */

/* Is it the name, or the end of it? */
static bool is_called(weft_str full_name, weft_str name)
{
    size_t skip = full_name.len - name.len;
    return full_name.len >= name.len && memcmp(full_name.ptr + skip, name.ptr, name.len) == 0 &&
           (skip == 0 || full_name.ptr[skip - 1] == '.' || full_name.ptr[skip - 1] == '/');
}

static int find_called(weft__comparer *c, unsigned side, weft_str name, pair *p)
{
    for (size_t i = 0; i < c->n_parts[side]; i++) {
        const weft__idl_schema *schema = c->parts[side][i].tables.schema;
        for (size_t j = 0; j < schema->n_services; j++) {
            const weft__idl_schema_service *service = &schema->services[j];
            for (size_t k = 0; k < service->n_methods; k++) {
                const weft__idl_schema_method *method = &service->methods[k];
                if (service->decl->file->is_imported || !is_called(method->full_name, name))
                    continue;
                if (p->methods[side])
                    return weft__error_set(c->error, WEFT_EINVAL, "several methods are called so: say the whole name");
                p->methods[side] = method;
                p->parts[side] = &c->parts[side][i];
            }
        }
    }
    return p->methods[side] ? 0
                            : weft__error_set(c->error, WEFT_ENOENT,
                                              side == WEFT__OLD ? "the old version has no such method"
                                                                : "the new version has no such method");
}

static int compare_one(weft__comparer *c, const weft__compare_side *const sides[2], weft_str name,
                       void (*visit)(void *user, const weft__plan_view *view), void *user)
{
    pair p = { .c = c, .is_silent = true, .visit = visit, .user = user };
    bool fails[2] = { false, false };
    int status = 0;
    for (unsigned side = 0; side < 2 && status == 0; side++) {
        status = side_init(c, side, sides[side]);
        if (status == 0)
            status = find_called(c, side, side == WEFT__OLD ? name : p.methods[WEFT__OLD]->full_name, &p);
    }
    if (status == 0)
        plan_method(&p, fails);
    return status ? status : c->status;
}

static int comparer_init(weft__comparer *c)
{
    c->allocator = weft__allocator_of(NULL);
    int status = weft_arena_new(&c->allocator, &c->scratch);
    c->keys.arena = c->renamed.arena = c->scratch;
    c->end = &c->first;
    return status;
}

static void comparer_fini(weft__comparer *c)
{
    for (unsigned side = 0; side < 2; side++)
        for (size_t i = 0; i < c->n_parts[side]; i++)
            weft__remote_free(c->parts[side][i].remote);
    weft_arena_free(c->scratch);
}

int weft__idl_compare(const weft__compare_side *old_side, const weft__compare_side *new_side, weft_arena *arena,
                      const weft__comparison **ret_comparison, weft_error *error_or_null)
{
    const weft__compare_side *sides[2] = { old_side, new_side };
    weft__comparer c = { .arena = arena, .error = error_or_null };
    int status = comparer_init(&c);
    if (status == 0)
        status = compare(&c, sides, ret_comparison);
    comparer_fini(&c);
    return status;
}

int weft__idl_compare_method(const weft__compare_side *old_side, const weft__compare_side *new_side, weft_str name,
                             void (*visit)(void *user, const weft__plan_view *view), void *user,
                             weft_error *error_or_null)
{
    const weft__compare_side *sides[2] = { old_side, new_side };
    weft__comparer c = { .error = error_or_null };
    int status = comparer_init(&c);
    c.arena = c.scratch;
    if (status == 0)
        status = compare_one(&c, sides, name, visit, user);
    comparer_fini(&c);
    return status;
}
