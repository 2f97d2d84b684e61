/* The parser: recursive descent over the lexer's tokens, as grammar.ebnf says. It reports an error and goes on behind
   the next `;` or before the next `}`, so that one run finds all of them. */
#ifndef WEFT_IDL_PARSER_H
#define WEFT_IDL_PARSER_H

#include "idl/diagnostics.h"
#include "idl/tree.h"

/* 0: *ret_file is a tree of what could be understood, has_syntax_errors says whether that is all of it. Or WEFT_ENOMEM.
 */
int weft__parse(const weft__idl_source *source, weft_arena *arena, weft__diagnostics *diags,
                weft__tree_file **ret_file);

#endif
