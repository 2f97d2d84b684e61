/* What `weftc check --against` prints of a comparison. */
#ifndef WEFT_CODEGEN_AGAINST_H
#define WEFT_CODEGEN_AGAINST_H

#include "idl/compare.h"

#include <stdio.h>

/* Errors of writing are left in out's error indicator. */
void weftc_against_text(const weft__comparison *comparison, FILE *out);
/* One object a line: changes, then methods, then the summary. */
void weftc_against_json(const weft__comparison *comparison, FILE *out);

#endif
