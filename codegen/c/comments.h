/* What a person wrote in front of a declaration, and marks of our own, as C comments. */
#ifndef WEFT_CODEGEN_C_COMMENTS_H
#define WEFT_CODEGEN_C_COMMENTS_H

#include "codegen/c/names.h"

/* The text of a doc comment for the tables of services, with "Deprecated: …" where it is; empty: there is neither. */
weft_str weft__c_doc_text(weft__c_unit *unit, const weft__model_doc *doc, bool is_deprecated, weft_str deprecated);
/* The lines of a doc comment, and "Deprecated: …" where it is; nothing where there is neither. */
void weft__c_emit_doc(weft__c_unit *unit, size_t indent, const weft__model_doc *doc, bool is_deprecated,
                      weft_str deprecated);
/* `/ * ---- title ----- * /` between blank lines. */
void weft__c_emit_section(weft__c_unit *unit, const char *title);
/* What the source says behind '=' of a field with a default, where it fits into a line: "default 0"; else "". */
const char *weft__c_default_note(weft__c_unit *unit, const weft__model_field *field);

#endif
