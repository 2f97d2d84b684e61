/* The graph of references between structs and enums: which are recursive, which would contain themselves, and in which
   order C can declare them. Both walks keep their stacks in arrays: a chain of references may be as long as a file. */
#include "idl/lower.h"

#include "idl/text.h"

#define NOTES_MAX 8u

typedef struct edge {
    uint32_t to;
    bool is_by_value;
    weft__idl_span span; /* of the field or variant */
} edge;

typedef struct node {
    weft__model_decl *decl;
    weft__unit *unit;
    uint32_t first_edge;
    uint32_t n_edges;
    uint32_t order; /* of the first visit, from 1; 0: not yet */
    uint32_t low;   /* the lowest order that can be reached on the stack */
    uint32_t next_edge;
    bool is_on_stack;
    bool is_done;
} node;

typedef struct graph {
    weft__lower *l;
    node *nodes;
    uint32_t n_nodes;
    edge *edges;
    uint32_t n_edges;
    uint32_t cap_edges;
    uint32_t *path; /* nodes being visited */
    uint32_t n_path;
    uint32_t *stack; /* nodes whose component is not known yet */
    uint32_t n_stack;
    uint32_t n_visited;
    uint32_t n_components;
} graph;

/* ---- building it ---- */

static void add_edge(graph *g, uint32_t to, bool is_by_value, weft__idl_span span)
{
    if (g->n_edges == g->cap_edges) {
        uint32_t cap = g->cap_edges ? g->cap_edges * 2 : 256;
        edge *edges = weft__lower_new(g->l, g->l->scratch, edge, cap);
        if (!edges)
            return;
        if (g->n_edges)
            memcpy(edges, g->edges, g->n_edges * sizeof *edges);
        g->edges = edges;
        g->cap_edges = cap;
    }
    g->edges[g->n_edges++] = (edge){ .to = to, .is_by_value = is_by_value, .span = span };
}

static bool is_decl(const weft__model_type *type)
{
    return type->kind == WEFT__MODEL_STRUCT || type->kind == WEFT__MODEL_ENUM;
}

/* Edges for one use of a type by `of`; of NULL: a use that makes none, looked at for lists only. */
static void visit_type(graph *g, const weft__model_type *type, bool is_by_value, weft__idl_span span, const node *of)
{
    for (; type && !is_decl(type); type = type->element) {
        const weft__model_type *inner = type->element;
        if (type->kind == WEFT__MODEL_LIST && is_decl(inner)) {
            /* Every declaration belongs to this load: taking the const away is taking back what types added. */
            weft__model_decl *decl = (weft__model_decl *)inner->decl;
            decl->is_list_element = true;
        }
        while (type->kind == WEFT__MODEL_OPTION && inner->kind == WEFT__MODEL_OPTION)
            inner = inner->element;
        bool is_pointer = type->kind == WEFT__MODEL_LIST || type->kind == WEFT__MODEL_MAP ||
                          (type->kind == WEFT__MODEL_OPTION && is_decl(inner));
        is_by_value = is_by_value && !is_pointer;
    }
    if (type && of)
        add_edge(g, type->decl->cycle, is_by_value, span);
}

static void visit_fields(graph *g, const weft__model_field *fields, size_t n, const node *of)
{
    for (size_t i = 0; i < n; i++)
        visit_type(g, fields[i].type, true, fields[i].span, of);
}

static void visit_decl(graph *g, const weft__model_decl *decl, const node *of)
{
    if (decl->kind == WEFT__MODEL_DECL_STRUCT) {
        visit_fields(g, decl->as.structure.fields, decl->as.structure.n_fields, of);
    } else if (decl->kind == WEFT__MODEL_DECL_ENUM) {
        for (size_t i = 0; i < decl->as.enumeration.n_variants; i++) {
            const weft__model_variant *variant = &decl->as.enumeration.variants[i];
            visit_type(g, variant->type, true, variant->span, of);
            visit_fields(g, variant->fields, variant->n_fields, of);
        }
    } else if (decl->kind == WEFT__MODEL_DECL_ALIAS) {
        visit_type(g, decl->as.alias.type, false, decl->span, NULL);
    } else if (decl->kind == WEFT__MODEL_DECL_SERVICE) {
        for (size_t i = 0; i < decl->as.service.n_methods; i++) {
            const weft__model_method *method = &decl->as.service.methods[i];
            for (size_t j = 0; j < method->n_params; j++)
                visit_type(g, method->params[j].field.type, false, method->span, NULL);
            visit_type(g, method->result, false, method->span, NULL);
        }
    }
}

static bool build(graph *g)
{
    weft__lower *l = g->l;
    size_t n = 0;
    for (size_t i = 0; i < l->n_units; i++)
        n += l->units[i]->n_entries;
    g->nodes = weft__lower_new(l, l->scratch, node, n);
    g->path = weft__lower_new(l, l->scratch, uint32_t, n);
    g->stack = weft__lower_new(l, l->scratch, uint32_t, n);
    if (!g->nodes || !g->path || !g->stack)
        return false;
    for (size_t i = 0; i < l->n_units; i++) {
        for (size_t j = 0; j < l->units[i]->n_entries; j++) {
            weft__model_decl *decl = l->units[i]->entries[j].decl;
            if (decl->kind != WEFT__MODEL_DECL_STRUCT && decl->kind != WEFT__MODEL_DECL_ENUM)
                continue;
            decl->cycle = g->n_nodes; /* its number here, until its component is known */
            g->nodes[g->n_nodes++] = (node){ .decl = decl, .unit = l->units[i] };
        }
    }
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        g->nodes[i].first_edge = g->n_edges;
        visit_decl(g, g->nodes[i].decl, &g->nodes[i]);
        g->nodes[i].n_edges = g->n_edges - g->nodes[i].first_edge;
    }
    for (size_t i = 0; i < l->n_units; i++)
        for (size_t j = 0; j < l->units[i]->n_entries; j++)
            if (l->units[i]->entries[j].decl->kind == WEFT__MODEL_DECL_ALIAS ||
                l->units[i]->entries[j].decl->kind == WEFT__MODEL_DECL_SERVICE)
                visit_decl(g, l->units[i]->entries[j].decl, NULL);
    return !l->is_out_of_memory;
}

/* ---- by value: no cycles, and the order of layout ---- */

static void report_infinite(graph *g, uint32_t target, const edge *closing)
{
    const weft__model_decl *decl = g->nodes[target].decl;
    weft__diag(g->l->diags, INFINITE_SIZE, closing->span, "`%` would contain itself without end", decl->name);
    size_t from = 0;
    while (from < g->n_path && g->path[from] != target)
        from++;
    for (size_t i = from; i + 1 < g->n_path && i - from < NOTES_MAX; i++) {
        const node *n = &g->nodes[g->path[i]];
        const edge *e = &g->edges[n->first_edge + n->next_edge - 1];
        weft__diag_note(g->l->diags, e->span, "`%` contains `%` here", n->decl->name, g->nodes[e->to].decl->name);
    }
    weft__diag_hint(g->l->diags, "put an option, a list or a map between them");
}

static void append_to_layout(node *n)
{
    weft__model_file *file = n->unit->file;
    ((const weft__model_decl **)file->layout)[file->n_layout++] = n->decl;
}

static void walk_by_value(graph *g, uint32_t start)
{
    g->n_path = 0;
    g->path[g->n_path++] = start;
    g->nodes[start].is_on_stack = true;
    while (g->n_path > 0) {
        node *n = &g->nodes[g->path[g->n_path - 1]];
        if (n->next_edge == n->n_edges) {
            n->is_on_stack = false;
            n->is_done = true;
            append_to_layout(n);
            g->n_path--;
            continue;
        }
        const edge *e = &g->edges[n->first_edge + n->next_edge++];
        node *to = &g->nodes[e->to];
        if (!e->is_by_value || to->is_done)
            continue;
        if (to->is_on_stack) {
            report_infinite(g, e->to, e);
            continue;
        }
        to->is_on_stack = true;
        g->path[g->n_path++] = e->to;
    }
}

static void find_layout(graph *g)
{
    weft__lower *l = g->l;
    for (size_t i = 0; i < l->n_units; i++) {
        l->units[i]->file->layout = weft__lower_new(l, l->arena, const weft__model_decl *, l->units[i]->n_entries);
        if (!l->units[i]->file->layout)
            return;
    }
    for (uint32_t i = 0; i < g->n_nodes; i++)
        if (!g->nodes[i].is_done)
            walk_by_value(g, i);
}

/* ---- any reference: strongly connected components (Tarjan) ---- */

static void enter(graph *g, uint32_t number)
{
    node *n = &g->nodes[number];
    n->order = n->low = ++g->n_visited;
    n->is_on_stack = true;
    g->path[g->n_path++] = number;
    g->stack[g->n_stack++] = number;
}

/* The node at the top of the path is done: what it reaches is known. */
static void leave(graph *g)
{
    uint32_t number = g->path[--g->n_path];
    node *n = &g->nodes[number];
    if (g->n_path > 0) {
        node *parent = &g->nodes[g->path[g->n_path - 1]];
        parent->low = parent->low < n->low ? parent->low : n->low;
    }
    if (n->low != n->order)
        return;
    uint32_t member;
    uint32_t n_members = 0;
    do {
        member = g->stack[--g->n_stack];
        g->nodes[member].is_on_stack = false;
        g->nodes[member].low = g->n_components; /* from here on: the number of its component */
        n_members++;
        if (n_members > 1 || member != number)
            g->nodes[member].decl->is_recursive = true;
    } while (member != number);
    g->n_components++;
}

static void walk_all(graph *g, uint32_t start)
{
    enter(g, start);
    while (g->n_path > 0) {
        node *n = &g->nodes[g->path[g->n_path - 1]];
        if (n->next_edge == n->n_edges) {
            leave(g);
            continue;
        }
        const edge *e = &g->edges[n->first_edge + n->next_edge++];
        node *to = &g->nodes[e->to];
        if (to == n)
            n->decl->is_recursive = true;
        if (to->order == 0)
            enter(g, e->to);
        else if (to->is_on_stack && to->order < n->low)
            n->low = to->order;
    }
}

static void find_components(graph *g)
{
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        g->nodes[i].next_edge = 0;
        g->nodes[i].is_on_stack = false;
    }
    g->n_path = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++)
        if (g->nodes[i].order == 0)
            walk_all(g, i);
    for (uint32_t i = 0; i < g->n_nodes; i++)
        g->nodes[i].decl->cycle = g->nodes[i].low;
}

void weft__check_cycles(weft__lower *l)
{
    graph g = { .l = l };
    if (!build(&g))
        return;
    find_layout(&g);
    if (!l->is_out_of_memory)
        find_components(&g);
}
