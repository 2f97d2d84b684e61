/* What the two halves of the schema maker share: schema.c orders types and gives ids, schema_encode.c writes bytes. */
#ifndef WEFT_IDL_SCHEMA_INTERNAL_H
#define WEFT_IDL_SCHEMA_INTERNAL_H

#include "idl/schema.h"
#include "runtime/schema/canonical.h"

/* One struct or enum while the schema is made. */
typedef struct weft__schema_node {
    const weft__model_decl *decl;
    uint64_t id;            /* of the first pass, then the type's */
    weft_bytes declaration; /* likewise */
    uint32_t *edges;        /* nodes that the declaration names */
    uint32_t n_edges;
    uint32_t group; /* place in maker->groups */
    uint32_t place; /* in its recursive group */
} weft__schema_node;

/* Types that refer to each other; or one alone. */
typedef struct weft__schema_group {
    uint32_t *members; /* nodes; after ordering in the order of their places */
    uint32_t n;
    bool is_recursive;
    bool is_visited;
    /* While the group is on the stack of the walk: where it goes on. */
    uint32_t member;
    uint32_t edge;
} weft__schema_group;

typedef struct weft__schema_maker {
    const weft__model *model;
    weft_arena *arena;   /* the model's */
    weft_arena *scratch; /* until the schema is made */
    weft_writer writer;
    weft__schema_node *nodes; /* in the order of decl's address, for the look-up */
    uint32_t n_nodes;
    weft__schema_group *groups;
    uint32_t n_groups;
    weft_error *error;
} weft__schema_maker;

/* NULL: not a struct or enum of the model. */
weft__schema_node *weft__schema_node_of(const weft__schema_maker *maker, const weft__model_decl *decl);

typedef enum weft__schema_pass {
    WEFT__SCHEMA_FIRST, /* references inside the group are the id 0 */
    WEFT__SCHEMA_FINAL  /* they are places */
} weft__schema_pass;

/* Each writes into memory of the arena. 0, WEFT_ENOMEM, WEFT_EINVAL with maker->error set: nested too deeply. */
int weft__schema_put_declaration(weft__schema_maker *maker, const weft__schema_node *node, weft__schema_pass pass,
                                 weft_arena *arena, weft_bytes *ret_bytes);
int weft__schema_put_root(weft__schema_maker *maker, const weft__model_method *method, unsigned direction,
                          weft_bytes *ret_bytes);
/* methods: sorted by name. Its id. */
int weft__schema_put_service(weft__schema_maker *maker, const weft__model_decl *decl,
                             const weft__idl_schema_method *const *methods, size_t n_methods, uint64_t *ret_id);

/* Of a method: those that the root of this direction names. */
int weft__schema_each_of_root(const weft__model_method *method, unsigned direction,
                              int (*visit)(void *ctx, const weft__model_decl *referred), void *ctx);
/* Fills the lists of types of every method in, once the schema has its types, services and by_decl.
 * 0, WEFT_ENOMEM, WEFT_EINVAL with maker->error set: too many. */
int weft__schema_list_types(weft__schema_maker *maker, const weft__idl_schema *schema);

/* Calls visit for each struct or enum that the declaration names, in order, as often as it does; stops at an error. */
int weft__schema_each_reference(const weft__model_decl *decl, int (*visit)(void *ctx, const weft__model_decl *referred),
                                void *ctx);

#endif
