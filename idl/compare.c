/* Comparing versions: which methods and types both have, and the plans between them, each way. */
#include "idl/compare_internal.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"

static bool is_type(const weft__model_decl *decl)
{
    return decl->kind == WEFT__MODEL_DECL_STRUCT || decl->kind == WEFT__MODEL_DECL_ENUM;
}

/* ---- parts ---- */

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

/* ---- methods ---- */

static bool bytes_equal(weft_bytes a, weft_bytes b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static void compare_methods(weft__comparer *c, weft__compare_part *const parts[2], const weft__idl_schema_method *old,
                            const weft__idl_schema_method *new)
{
    weft__compare_pair p = { .c = c, .parts = { parts[0], parts[1] }, .methods = { old, new } };
    weft__method_verdict *verdict = &c->methods[c->n_methods++];
    *verdict = (weft__method_verdict){ .full_name = weft__compare_concat(c, new->full_name),
                                       .spans = { old->method->span, new->method->span } };
    weft__compare_said_method(c, p.methods);
    /* Equal roots name equal types: the identity. */
    if (!bytes_equal(old->roots[0], new->roots[0]) || !bytes_equal(old->roots[1], new->roots[1]))
        weft__pair_plan_method(&p, verdict->fails);
    verdict->method_class = weft__class_of(verdict->fails);
}

/* ---- services ---- */

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

/* ---- types ---- */

static void compare_types(weft__comparer *c, weft__compare_part *const parts[2], const weft__model_decl *old,
                          const weft__model_decl *new)
{
    const weft__model_decl *decls[2] = { old, new };
    weft__compare_pair p = { .c = c, .parts = { parts[0], parts[1] } };
    weft__compare_said_type(c, decls);
    if (weft__idl_schema_type_of(parts[0]->tables.schema, old)->id !=
        weft__idl_schema_type_of(parts[1]->tables.schema, new)->id)
        weft__pair_plan_types(&p, old, new);
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
    weft__compare_pair p = { .c = c, .parts = { parts[0], parts[1] }, .is_silent = true };
    if (old->kind != new->kind || members_count(old) != members_count(new) || c->n_tried++ >= TRIED_MAX)
        return false;
    weft__pair_plan_types(&p, old, new);
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

/* ---- all of it ---- */

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

/* ---- one method ---- */

/* Is it the name, or the end of it? */
static bool is_called(weft_str full_name, weft_str name)
{
    size_t skip = full_name.len - name.len;
    return full_name.len >= name.len && memcmp(full_name.ptr + skip, name.ptr, name.len) == 0 &&
           (skip == 0 || full_name.ptr[skip - 1] == '.' || full_name.ptr[skip - 1] == '/');
}

static int find_called(weft__comparer *c, unsigned side, weft_str name, weft__compare_pair *p)
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
    if (p->methods[side])
        return 0;
    weft__error_set(c->error, WEFT_ENOENT, side == WEFT__OLD ? "the old version" : "the new version");
    weft__error_add_text(c->error, WEFT_STR(" has no method "));
    weft__error_add_text(c->error, name);
    return WEFT_ENOENT;
}

static int compare_one(weft__comparer *c, const weft__compare_side *const sides[2], weft_str name,
                       void (*visit)(void *user, const weft__plan_view *view), void *user)
{
    weft__compare_pair p = { .c = c, .is_silent = true, .visit = visit, .user = user };
    bool fails[2] = { false, false };
    int status = 0;
    for (unsigned side = 0; side < 2 && status == 0; side++) {
        status = side_init(c, side, sides[side]);
        if (status == 0)
            status = find_called(c, side, name, &p);
        if (p.methods[side])
            name = p.methods[side]->full_name; /* the new version's is called like the old one's */
    }
    if (status == 0)
        weft__pair_plan_method(&p, fails);
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
