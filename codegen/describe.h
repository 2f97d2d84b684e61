/* What `weftc describe` prints of one file: as text for people, or as JSON for programs. */
#ifndef WEFT_CODEGEN_DESCRIBE_H
#define WEFT_CODEGEN_DESCRIBE_H

#include "idl/schema.h"

#include <stdio.h>

/* Errors of writing are left in out's error indicator. The text is of the root file alone; the JSON has imported types
 * and services too, since ids depend on them. */
void weftc_describe_text(const weft__model *model, const weft__idl_schema *schema, FILE *out);
void weftc_describe_json(const weft__model *model, const weft__idl_schema *schema, FILE *out);

/* "kv.v1.Entry", "u32": the name of a scalar or declaration; NULL for composites. */
const char *weftc_describe_name(const weft__model_type *type);

#endif
