/* Texts in the JSON that weftc prints. */
#ifndef WEFT_CODEGEN_JSON_H
#define WEFT_CODEGEN_JSON_H

#include "weft/base.h"

#include <stdio.h>

/* With its quotes; what is no UTF-8 becomes U+FFFD. Errors of writing are left in out's error indicator. */
void weftc_json_text(weft_str text, FILE *out);

#endif
