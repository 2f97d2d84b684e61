/* The source's const tables: types, methods, services, with their canonical bytes.
 * Static names have two underscores where the parts of a name meet, so that none is like a public one. */
#ifndef WEFT_CODEGEN_C_TABLES_H
#define WEFT_CODEGEN_C_TABLES_H

#include "codegen/c/names.h"

/* That C and the tables agree on the shape of enums. */
void weft__c_emit_asserts(weft__c_unit *unit);
/* Of lists, maps, arrays and options. */
void weft__c_emit_composite_tables(weft__c_unit *unit);
/* A static list of older names; returns name, or "NULL" where there are none. */
const char *weft__c_emit_was(weft__c_unit *unit, const char *name, const weft_str *was, size_t n_was);
/* Of a struct or enum. */
void weft__c_emit_type_table(weft__c_unit *unit, const weft__model_decl *decl);
/* Of the arguments of its methods; of the methods (behind their trampolines); of the service. */
void weft__c_emit_args_tables(weft__c_unit *unit, const weft__model_decl *service);
void weft__c_emit_service_table(weft__c_unit *unit, const weft__model_decl *service);

#endif
