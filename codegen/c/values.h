/* Values of the language as C: constants as macros, defaults as static objects. */
#ifndef WEFT_CODEGEN_C_VALUES_H
#define WEFT_CODEGEN_C_VALUES_H

#include "codegen/c/names.h"

/* `#define KV_MAX_KEY ((uint32_t)1024)` with its comment. */
void weft__c_emit_constant(weft__c_unit *unit, const weft__model_decl *decl);

/* Is the C value all zero bits? Then the tables say NULL. */
bool weft__c_value_is_zero(const weft__model_type *type, const weft__model_value *value);
/* The objects that hold the fields' defaults, each RECORD__FIELD_default, where they are not zero. */
void weft__c_emit_defaults(weft__c_unit *unit, const char *record, const weft__c_fields *fields);

/* `static const char name[]`, whatever the length of the text. */
void weft__c_emit_chars(weft__c_unit *unit, const char *name, weft_str text);

#endif
