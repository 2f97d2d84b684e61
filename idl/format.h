/* The formatter: one layout for every file. It moves white space (and drops a comma before `)`), nothing else: every
   comment stays, blank lines between groups stay, one at a time. What it makes, it leaves as it is. */
#ifndef WEFT_IDL_FORMAT_H
#define WEFT_IDL_FORMAT_H

#include "idl/diagnostics.h"

/* 0: *ret_text, NUL-terminated, lives in arena. WEFT_EINVAL: diags says what is wrong with the syntax. WEFT_ENOMEM. */
int weft__idl_format(const weft__idl_source *source, weft_arena *arena, weft__diagnostics *diags, weft_str *ret_text);

#endif
