/* Canonical schemas of a model [schema.type-id] [schema.service-id]: ids and declarations of its structs and enums, ids
 * of its services and methods, the two roots of each method. What the back ends put into their tables. */
#ifndef WEFT_IDL_SCHEMA_H
#define WEFT_IDL_SCHEMA_H

#include "idl/model.h"

/* A struct or enum. Types of a recursive group stand side by side in the schema's types, in the order of their places.
 */
typedef struct weft__idl_schema_type {
    const weft__model_decl *decl;
    uint64_t id;
    weft_bytes declaration; /* canonical: what a Schema message carries. References within its group are places */
    uint32_t n_group;       /* how many types its recursive group has; 0: the type is not recursive */
    uint32_t place;         /* in the group; else 0 */
} weft__idl_schema_type;

typedef struct weft__idl_schema_method {
    const weft__model_method *method;
    weft_str full_name;  /* kv.v1.Store/get */
    uint64_t id;         /* [call.method-id] */
    weft_bytes roots[2]; /* by direction: parameters; result, error, policy and tx parameters */
    /* By direction: what the root leads to, in the order of the schema's types [schema.send]. */
    const weft__idl_schema_type *const *types[2];
    size_t n_types[2];
} weft__idl_schema_method;

typedef struct weft__idl_schema_service {
    const weft__model_decl *decl;
    uint64_t id;
    weft__idl_schema_method *methods; /* in the order of decl->as.service.methods, as many */
    size_t n_methods;
} weft__idl_schema_service;

/* Of all files of the model, imported ones too. All of it, and what it points to, lives in the model's arena. */
typedef struct weft__idl_schema {
    const weft__idl_schema_type *types; /* children first, recursive groups together: the order of [schema.send] */
    size_t n_types;
    const weft__idl_schema_service *services; /* files in the model's order, services in that of the source */
    size_t n_services;
} weft__idl_schema;

/* Types that the lists of all methods together may have: what a file of a few lines may make of a compiler is bounded.
 */
#define WEFT__IDL_SCHEMA_LISTED_MAX (1u << 20)

/* 0; WEFT_ENOMEM; WEFT_EINVAL: two types, services or methods have one id, or a type is written deeper than schemas may
 * be (WEFT__SCHEMA_DEPTH_MAX), or a method leads to more types than a connection carries (WEFT__SCHEMA_TYPES_MAX), all
 * methods together to more than WEFT__IDL_SCHEMA_LISTED_MAX: *error_or_null names them. model is not changed, but its
 * arena grows. */
int weft__idl_schema_make(const weft__model *model, const weft__idl_schema **ret_schema, weft_error *error_or_null);

/* Of a struct or enum, of a service: never NULL for a declaration of the model that the schema was made of. */
const weft__idl_schema_type *weft__idl_schema_type_of(const weft__idl_schema *schema, const weft__model_decl *decl);
const weft__idl_schema_service *weft__idl_schema_service_of(const weft__idl_schema *schema,
                                                            const weft__model_decl *decl);

/* The id of a method by its whole name ("kv.v1.Store/get") [call.method-id]: for weft__idl_load_options. */
uint64_t weft__idl_method_id(weft_str full_name);

#endif
