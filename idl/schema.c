/* Makes a model's schema: groups of types in the order children first, ids of types, methods and services. */
#include "idl/schema_internal.h"

#include "runtime/base/error.h"
#include "runtime/base/hash.h"
#include "runtime/base/mem.h"

#include <stdlib.h>

uint64_t weft__idl_method_id(weft_str full_name)
{
    return weft__hash64(weft_bytes_of(full_name.ptr, full_name.len)); /* [call.method-id] */
}

/* ---- nodes and groups ---- */

static int address_compare(const void *a, const void *b)
{
    return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int node_compare(const void *a, const void *b)
{
    return address_compare(((const weft__schema_node *)a)->decl, ((const weft__schema_node *)b)->decl);
}

weft__schema_node *weft__schema_node_of(const weft__schema_maker *maker, const weft__model_decl *decl)
{
    size_t low = 0, high = maker->n_nodes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = address_compare(maker->nodes[middle].decl, decl);
        if (order == 0)
            return &maker->nodes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool is_type(const weft__model_decl *decl)
{
    return decl->kind == WEFT__MODEL_DECL_STRUCT || decl->kind == WEFT__MODEL_DECL_ENUM;
}

static int collect_nodes(weft__schema_maker *maker)
{
    const weft__model *model = maker->model;
    size_t n = 0;
    for (size_t i = 0; i < model->n_files; i++)
        for (size_t j = 0; j < model->files[i]->n_decls; j++)
            n += is_type(model->files[i]->decls[j]);
    maker->nodes = weft_arena_array(maker->scratch, weft__schema_node, n);
    if (!maker->nodes)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < model->n_files; i++)
        for (size_t j = 0; j < model->files[i]->n_decls; j++)
            if (is_type(model->files[i]->decls[j]))
                maker->nodes[maker->n_nodes++] = (weft__schema_node){ .decl = model->files[i]->decls[j] };
    if (n)
        qsort(maker->nodes, n, sizeof *maker->nodes, node_compare);
    return 0;
}

/* Of one declaration: counted first, then kept. */
typedef struct edge_list {
    const weft__schema_maker *maker;
    uint32_t *edges; /* NULL: only count */
    uint32_t n;
} edge_list;

static int edge_add(void *ctx, const weft__model_decl *referred)
{
    edge_list *list = ctx;
    if (list->edges)
        list->edges[list->n] = (uint32_t)(weft__schema_node_of(list->maker, referred) - list->maker->nodes);
    list->n++;
    return 0;
}

static int collect_edges(weft__schema_maker *maker)
{
    for (uint32_t i = 0; i < maker->n_nodes; i++) {
        weft__schema_node *node = &maker->nodes[i];
        edge_list list = { maker, NULL, 0 };
        (void)weft__schema_each_reference(node->decl, edge_add, &list);
        list.edges = weft_arena_array(maker->scratch, uint32_t, list.n);
        if (!list.edges)
            return WEFT_ENOMEM;
        list.n = 0;
        (void)weft__schema_each_reference(node->decl, edge_add, &list);
        node->edges = list.edges;
        node->n_edges = list.n;
    }
    return 0;
}

/* A node and its declaration's cycle, to bring members of a group together. */
typedef struct member {
    uint32_t cycle;
    uint32_t node;
} member;

static int member_compare(const void *a, const void *b)
{
    const member *x = a, *y = b;
    return x->cycle != y->cycle ? (x->cycle < y->cycle ? -1 : 1) : (x->node > y->node) - (x->node < y->node);
}

static int collect_groups(weft__schema_maker *maker)
{
    member *members = weft_arena_array(maker->scratch, member, maker->n_nodes);
    uint32_t *nodes = weft_arena_array(maker->scratch, uint32_t, maker->n_nodes);
    maker->groups = weft_arena_array(maker->scratch, weft__schema_group, maker->n_nodes);
    if (!members || !nodes || !maker->groups)
        return WEFT_ENOMEM;
    for (uint32_t i = 0; i < maker->n_nodes; i++)
        members[i] = (member){ maker->nodes[i].decl->cycle, i };
    if (maker->n_nodes)
        qsort(members, maker->n_nodes, sizeof *members, member_compare);
    for (uint32_t i = 0; i < maker->n_nodes; i++) {
        weft__schema_node *node = &maker->nodes[members[i].node];
        if (i == 0 || members[i].cycle != members[i - 1].cycle)
            maker->groups[maker->n_groups++] =
                (weft__schema_group){ .members = &nodes[i], .is_recursive = node->decl->is_recursive };
        nodes[i] = members[i].node;
        node->group = maker->n_groups - 1;
        maker->groups[node->group].n++;
    }
    return 0;
}

/* ---- ids ---- */

static int finish_single(weft__schema_maker *maker, weft__schema_node *node)
{
    int err = weft__schema_put_declaration(maker, node, WEFT__SCHEMA_FINAL, maker->arena, &node->declaration);
    if (!err)
        node->id = weft__hash64(node->declaration); /* [schema.type-id] */
    return err;
}

/* A copy of what orders a member, since qsort passes no context. */
typedef struct first {
    weft_bytes bytes;
    uint64_t hash;
    uint32_t node;
} first;

static int first_compare(const void *a, const void *b)
{
    const first *x = a, *y = b;
    return weft__canon_first_compare(x->bytes, x->hash, y->bytes, y->hash);
}

static int order_members(weft__schema_maker *maker, weft__schema_group *group)
{
    first *firsts = weft_arena_array(maker->scratch, first, group->n);
    if (!firsts)
        return WEFT_ENOMEM;
    for (uint32_t i = 0; i < group->n; i++) {
        firsts[i].node = group->members[i];
        int err = weft__schema_put_declaration(maker, &maker->nodes[group->members[i]], WEFT__SCHEMA_FIRST,
                                               maker->scratch, &firsts[i].bytes);
        if (err)
            return err;
        firsts[i].hash = weft__hash64(firsts[i].bytes);
    }
    qsort(firsts, group->n, sizeof *firsts, first_compare);
    for (uint32_t i = 0; i < group->n; i++) {
        group->members[i] = firsts[i].node;
        maker->nodes[firsts[i].node].place = i;
    }
    return 0;
}

static int finish_group(weft__schema_maker *maker, weft__schema_group *group)
{
    if (!group->is_recursive)
        return finish_single(maker, &maker->nodes[group->members[0]]);
    weft_bytes *declarations = weft_arena_array(maker->scratch, weft_bytes, group->n);
    uint64_t *ids = weft_arena_array(maker->scratch, uint64_t, group->n);
    if (!declarations || !ids)
        return WEFT_ENOMEM;
    int err = order_members(maker, group);
    for (uint32_t i = 0; !err && i < group->n; i++)
        err = weft__schema_put_declaration(maker, &maker->nodes[group->members[i]], WEFT__SCHEMA_FINAL, maker->arena,
                                           &declarations[i]);
    if (!err)
        err = weft__canon_group_ids(&maker->writer, declarations, group->n, ids);
    for (uint32_t i = 0; !err && i < group->n; i++) {
        maker->nodes[group->members[i]].declaration = declarations[i];
        maker->nodes[group->members[i]].id = ids[i];
    }
    return err;
}

/* The next group that the one on top of the walk needs and that was not visited, or NULL. */
static weft__schema_group *walk_child(const weft__schema_maker *maker, weft__schema_group *top)
{
    for (; top->member < top->n; top->member++, top->edge = 0) {
        const weft__schema_node *node = &maker->nodes[top->members[top->member]];
        while (top->edge < node->n_edges) {
            weft__schema_group *child = &maker->groups[maker->nodes[node->edges[top->edge++]].group];
            if (!child->is_visited)
                return child;
        }
    }
    return NULL;
}

/* Depth first, without recursion: a chain of references may be as long as a file. types: where they are appended. */
static int walk_from(weft__schema_maker *maker, weft__schema_group **stack, weft__schema_group *start,
                     weft__idl_schema_type *types, size_t *n_types)
{
    size_t depth = 0;
    start->is_visited = true;
    stack[depth++] = start;
    while (depth > 0) {
        weft__schema_group *top = stack[depth - 1];
        weft__schema_group *child = walk_child(maker, top);
        if (child) {
            child->is_visited = true;
            stack[depth++] = child;
            continue;
        }
        int err = finish_group(maker, top);
        if (err)
            return err;
        for (uint32_t i = 0; i < top->n; i++) {
            const weft__schema_node *node = &maker->nodes[top->members[i]];
            types[(*n_types)++] = (weft__idl_schema_type){ node->decl, node->id, node->declaration,
                                                           top->is_recursive ? top->n : 0, node->place };
        }
        depth--;
    }
    return 0;
}

static int make_types(weft__schema_maker *maker, weft__idl_schema *schema)
{
    const weft__model *model = maker->model;
    weft__idl_schema_type *types = weft_arena_array(maker->arena, weft__idl_schema_type, maker->n_nodes);
    weft__schema_group **stack = weft_arena_array(maker->scratch, weft__schema_group *, maker->n_groups);
    int err = types && stack ? 0 : WEFT_ENOMEM;
    for (size_t i = 0; !err && i < model->n_files; i++) {
        for (size_t j = 0; !err && j < model->files[i]->n_decls; j++) {
            const weft__schema_node *node = weft__schema_node_of(maker, model->files[i]->decls[j]);
            if (node && !maker->groups[node->group].is_visited)
                err = walk_from(maker, stack, &maker->groups[node->group], types, &schema->n_types);
        }
    }
    schema->types = types;
    return err;
}

/* ---- services ---- */

static int method_compare(const void *a, const void *b)
{
    weft_str x = (*(const weft__idl_schema_method *const *)a)->method->name;
    weft_str y = (*(const weft__idl_schema_method *const *)b)->method->name;
    int order = memcmp(x.ptr, y.ptr, x.len < y.len ? x.len : y.len);
    return order ? order : (x.len > y.len) - (x.len < y.len);
}

static weft_str method_full_name(weft_arena *arena, weft_str service, weft_str method)
{
    size_t len = service.len + 1 + method.len;
    char *text = weft_arena_alloc(arena, len + 1, 1);
    if (!text)
        return weft_str_of(NULL, 0);
    memcpy(text, service.ptr, service.len);
    text[service.len] = '/';
    memcpy(text + service.len + 1, method.ptr, method.len);
    text[len] = '\0';
    return weft_str_of(text, len);
}

static int make_service(weft__schema_maker *maker, const weft__model_decl *decl, weft__idl_schema_service *ret_service)
{
    size_t n = decl->as.service.n_methods;
    weft__idl_schema_method *methods = weft_arena_array(maker->arena, weft__idl_schema_method, n);
    const weft__idl_schema_method **sorted = weft_arena_array(maker->scratch, const weft__idl_schema_method *, n);
    int err = methods && sorted ? 0 : WEFT_ENOMEM;
    for (size_t i = 0; !err && i < n; i++) {
        const weft__model_method *method = &decl->as.service.methods[i];
        methods[i].method = method;
        methods[i].full_name = method_full_name(maker->arena, decl->full_name, method->name);
        if (!methods[i].full_name.ptr)
            return WEFT_ENOMEM;
        methods[i].id = weft__idl_method_id(methods[i].full_name);
        sorted[i] = &methods[i];
        for (unsigned direction = 0; !err && direction < 2; direction++)
            err = weft__schema_put_root(maker, method, direction, &methods[i].roots[direction]);
    }
    uint64_t id = 0;
    if (!err && n)
        qsort(sorted, n, sizeof(const weft__idl_schema_method *), method_compare);
    if (!err)
        err = weft__schema_put_service(maker, decl, sorted, n, &id);
    if (!err)
        *ret_service = (weft__idl_schema_service){ decl, id, methods, n };
    return err;
}

static int make_services(weft__schema_maker *maker, weft__idl_schema *schema)
{
    const weft__model *model = maker->model;
    size_t n = 0;
    for (size_t i = 0; i < model->n_files; i++)
        for (size_t j = 0; j < model->files[i]->n_decls; j++)
            n += model->files[i]->decls[j]->kind == WEFT__MODEL_DECL_SERVICE;
    weft__idl_schema_service *services = weft_arena_array(maker->arena, weft__idl_schema_service, n);
    int err = services ? 0 : WEFT_ENOMEM;
    for (size_t i = 0; !err && i < model->n_files; i++) {
        for (size_t j = 0; !err && j < model->files[i]->n_decls; j++) {
            const weft__model_decl *decl = model->files[i]->decls[j];
            if (decl->kind != WEFT__MODEL_DECL_SERVICE)
                continue;
            err = make_service(maker, decl, &services[schema->n_services]);
            schema->n_services += !err;
        }
    }
    schema->services = services;
    return err;
}

/* ---- collisions ---- */

/* An id and whose it is. Types, services and methods are looked up apart from each other. */
typedef struct owner {
    uint64_t id;
    weft_str name;
} owner;

static int owner_compare(const void *a, const void *b)
{
    const owner *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int check_owners(weft__schema_maker *maker, owner *owners, size_t n)
{
    if (n)
        qsort(owners, n, sizeof *owners, owner_compare);
    for (size_t i = 0; i < n; i++) {
        /* 0 stands for a reference that is not known yet. */
        bool is_taken = i > 0 && owners[i].id == owners[i - 1].id;
        if (!is_taken && owners[i].id != 0)
            continue;
        weft__error_set(maker->error, WEFT_EINVAL, "");
        weft__error_add_text(maker->error, owners[i].name);
        if (is_taken) {
            weft__error_add_text(maker->error, WEFT_STR(" and "));
            weft__error_add_text(maker->error, owners[i - 1].name);
            weft__error_add_text(maker->error, WEFT_STR(" have the same id: rename one"));
        } else {
            weft__error_add_text(maker->error, WEFT_STR(" has the id 0: rename it"));
        }
        return WEFT_EINVAL;
    }
    return 0;
}

static int check_ids(weft__schema_maker *maker, const weft__idl_schema *schema)
{
    size_t n_methods = 0, n = 0;
    for (size_t i = 0; i < schema->n_services; i++)
        n_methods += schema->services[i].n_methods;
    owner *owners = weft_arena_array(maker->scratch, owner, schema->n_types + schema->n_services + n_methods);
    if (!owners)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < schema->n_types; i++)
        owners[n++] = (owner){ schema->types[i].id, schema->types[i].decl->full_name };
    int err = check_owners(maker, owners, n);
    n = 0;
    for (size_t i = 0; i < schema->n_services; i++)
        owners[n++] = (owner){ schema->services[i].id, schema->services[i].decl->full_name };
    if (!err)
        err = check_owners(maker, owners, n);
    n = 0;
    for (size_t i = 0; i < schema->n_services; i++)
        for (size_t j = 0; j < schema->services[i].n_methods; j++)
            owners[n++] = (owner){ schema->services[i].methods[j].id, schema->services[i].methods[j].full_name };
    return err ? err : check_owners(maker, owners, n);
}

/* ---- all of it ---- */

/* The model's types in their order, and where each stands by its declaration's address. */
typedef struct made_schema {
    weft__idl_schema schema;
    const weft__idl_schema_type **by_decl;
} made_schema;

static int made_compare(const void *a, const void *b)
{
    return address_compare((*(const weft__idl_schema_type *const *)a)->decl,
                           (*(const weft__idl_schema_type *const *)b)->decl);
}

static int index_types(weft__schema_maker *maker, made_schema *made)
{
    size_t n = made->schema.n_types;
    made->by_decl = weft_arena_array(maker->arena, const weft__idl_schema_type *, n);
    if (!made->by_decl)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < n; i++)
        made->by_decl[i] = &made->schema.types[i];
    if (n)
        qsort(made->by_decl, n, sizeof(const weft__idl_schema_type *), made_compare);
    return 0;
}

static int make_all(weft__schema_maker *maker, const weft__idl_schema **ret_schema)
{
    made_schema *made = weft_arena_array(maker->arena, made_schema, 1);
    if (!made)
        return WEFT_ENOMEM;
    memset(made, 0, sizeof *made);
    int err = collect_nodes(maker);
    if (!err)
        err = collect_edges(maker);
    if (!err)
        err = collect_groups(maker);
    if (!err)
        err = make_types(maker, &made->schema);
    if (!err)
        err = make_services(maker, &made->schema);
    if (!err)
        err = check_ids(maker, &made->schema);
    if (!err)
        err = index_types(maker, made);
    if (!err)
        err = weft__schema_list_types(maker, &made->schema);
    if (!err)
        *ret_schema = &made->schema;
    return err;
}

int weft__idl_schema_make(const weft__model *model, const weft__idl_schema **ret_schema, weft_error *error_or_null)
{
    weft__schema_maker maker = { .model = model, .arena = model->arena, .error = error_or_null };
    weft_allocator allocator = weft__allocator_of(NULL);
    int err = weft_arena_new(&allocator, &maker.scratch);
    if (err)
        return err;
    weft__writer_init(&maker.writer, &allocator, WEFT__IDL_FILE_MAX * 4);
    err = make_all(&maker, ret_schema);
    if (err == WEFT_EMSGSIZE)
        err = weft__error_set(error_or_null, WEFT_EINVAL, "a declaration is too long");
    weft__writer_fini(&maker.writer);
    weft_arena_free(maker.scratch);
    return err;
}

const weft__idl_schema_type *weft__idl_schema_type_of(const weft__idl_schema *schema, const weft__model_decl *decl)
{
    const made_schema *made = (const made_schema *)schema; /* its first member */
    size_t low = 0, high = schema->n_types;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = address_compare(made->by_decl[middle]->decl, decl);
        if (order == 0)
            return made->by_decl[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const weft__idl_schema_service *weft__idl_schema_service_of(const weft__idl_schema *schema,
                                                            const weft__model_decl *decl)
{
    for (size_t i = 0; i < schema->n_services; i++)
        if (schema->services[i].decl == decl)
            return &schema->services[i];
    return NULL;
}
