/* A model as tables of weft/gen.h: what a program made of it has of its types and methods, but for how values look in C
 * (sizes, offsets and values of defaults are 0). So what works by tables works by a model: translation plans. */
#ifndef WEFT_IDL_TABLES_H
#define WEFT_IDL_TABLES_H

#include "idl/schema.h"
#include "weft/gen.h"

typedef struct weft__idl_tables {
    const weft__model *model;
    const weft__idl_schema *schema;
    const weft_type *declared; /* as many as schema->types, in their order */
    const weft_type
        *composites; /* by the index of a weft__model_type; those of structs, enums and scalars are unused */
} weft__idl_tables;

/* All of it lives in arena; model and schema outlive it. 0 or WEFT_ENOMEM. */
int weft__idl_tables_make(const weft__model *model, const weft__idl_schema *schema, weft_arena *arena,
                          weft__idl_tables *ret_tables);
const weft_type *weft__idl_table_of(const weft__idl_tables *tables, const weft__model_type *type);
/* Of a struct or enum of the model. */
const weft_type *weft__idl_table_of_decl(const weft__idl_tables *tables, const weft__model_decl *decl);
/* Without functions, and without types[]. 0 or WEFT_ENOMEM. */
int weft__idl_method_table(const weft__idl_tables *tables, const weft__idl_schema_method *method, weft_arena *arena,
                           weft_method *ret_method);

#endif
