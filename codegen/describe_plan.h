/* What `weftc describe --plan` prints: how two versions of a method read each other. */
#ifndef WEFT_CODEGEN_DESCRIBE_PLAN_H
#define WEFT_CODEGEN_DESCRIBE_PLAN_H

#include "idl/compare.h"

#include <stdio.h>

/* One of the four. 0 or WEFT_ENOMEM; errors of writing are left in out's error indicator. */
int weftc_describe_plan_text(const weft__plan_view *view, FILE *out);
/* One object, on one line. */
int weftc_describe_plan_json(const weft__plan_view *view, FILE *out);

#endif
