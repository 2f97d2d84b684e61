/* What the formatter's two halves share: format.c decides what stands on a line, format_lines.c puts lines together. */
#ifndef WEFT_IDL_FORMAT_INTERNAL_H
#define WEFT_IDL_FORMAT_INTERNAL_H

#include "idl/lexer.h"

typedef struct weft__format_line {
    size_t first; /* of its tokens: those between are on it, comments and dropped commas excepted */
    size_t n;
    uint32_t indent;
    size_t comment; /* the token of a comment behind it (n > 0) or alone on it (n == 0); SIZE_MAX: none */
    bool has_blank_before;
} weft__format_line;

typedef struct weft__formatter {
    const weft__idl_source *source;
    weft_arena *arena;
    weft__token *tokens; /* comments too; the last one is END */
    size_t n_tokens;
    weft__format_line *lines; /* at most as many as there are tokens */
    size_t n_lines;
    weft__format_line open; /* the line being filled */
    size_t at;              /* the next token */
} weft__formatter;

bool weft__format_is_comment(const weft__formatter *f, size_t i);
/* A comma with nothing but comments between it and `)`. */
bool weft__format_is_dropped(const weft__formatter *f, size_t i);
/* How wide the tokens from first to last (both on it) are on one line, comments left out. */
size_t weft__format_width(const weft__formatter *f, size_t first, size_t last);
/* All lines as text: comments behind lines that follow each other begin in one column. ptr NULL: out of memory. */
weft_str weft__format_text(const weft__formatter *f);

#endif
