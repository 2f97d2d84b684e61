/* The header's types: forward declarations, structs, enums, lists, maps, options, and the functions over them. */
#ifndef WEFT_CODEGEN_C_TYPES_H
#define WEFT_CODEGEN_C_TYPES_H

#include "codegen/c/names.h"

/* Names of all struct types of the file, and the lists of its structs and enums, which need no more than the names. */
void weft__c_emit_forward(weft__c_unit *unit);
/* Structs and enums, each behind what it holds by value, with their functions. */
void weft__c_emit_types(weft__c_unit *unit);
/* What is left: composites that only methods and aliases use, pairs of maps, and the functions of maps; the aliases. */
void weft__c_emit_composites(weft__c_unit *unit);
void weft__c_emit_aliases(weft__c_unit *unit);

/* `typedef struct NAME { … } NAME;` of fields or parameters; without any a filler, since C has no empty struct. */
void weft__c_emit_record(weft__c_unit *unit, const char *name, const weft__c_fields *fields);
/* One function over a type: in result, suffix, parameters and body '@' stands for name. */
void weft__c_emit_inline(weft__c_unit *unit, const char *name, const char *result, const char *suffix,
                         const char *const *params, size_t n_params, const char *body);
/* NAME_type and NAME_init: all that a record without a name in the language has. */
void weft__c_emit_init(weft__c_unit *unit, const char *name);

#endif
