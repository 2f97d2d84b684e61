/* What `weft describe` prints of a schema. */
#ifndef WEFT_TOOLS_WEFT_DESCRIBE_H
#define WEFT_TOOLS_WEFT_DESCRIBE_H

#include "tools/weft/reflect.h"

/* Struct and enum types that something leads to, each once. */
typedef struct type_list {
    const weft_type **items;
    size_t n, room;
} type_list;

/* Adds the type, if it has a name, and all that it leads to. false: out of memory. */
bool type_list_add(type_list *list, const weft_type *type_or_null);
bool type_list_add_method(type_list *list, const weft_method *method);

/* As the IDL has it, on stdout. description: for comments; NULL: there are none. */
void describe_service(const weft_service_type *service, const weft_reflection_description *description_or_null);
void describe_method(const weft_method *method, const weft_reflection_description *description_or_null,
                     const char *indent);
void describe_type(const weft_type *type);

/* One object with the services, or the one method if it is not NULL, and the types; on stdout, in one line. */
void describe_json(const weft_service_type *const *services, size_t n_services, const weft_method *method_or_null,
                   const weft_reflection_description *description_or_null, const type_list *types);
/* What a server offers, by names alone. */
void describe_list_json(const weft_reflection_listing *listing);

/* "list<kv.v1.Entry>" on stdout. */
void describe_type_name(const weft_type *type);
/* The default of a field, as JSON, on stdout: 7, "high"; "?" (without quotes) where it is not known. */
void describe_default(const weft_field *field);

#endif
