/* The lexer: text to tokens, one at a time. It reports what is no token and goes on behind it. */
#ifndef WEFT_IDL_LEXER_H
#define WEFT_IDL_LEXER_H

#include "idl/diagnostics.h"

typedef enum weft__token_kind {
    WEFT__TOKEN_END = 0, /* for ever, once the text is used up */
    WEFT__TOKEN_IDENT,
    WEFT__TOKEN_INT,     /* digits, 0x…, 0b…, with '_' between digits */
    WEFT__TOKEN_FLOAT,   /* with a point or an exponent */
    WEFT__TOKEN_STRING,  /* with its quotes */
    WEFT__TOKEN_DOC,     /* a line from its "///" to its end */
    WEFT__TOKEN_COMMENT, /* a line from its "//" to its end */
    WEFT__TOKEN_LBRACE,
    WEFT__TOKEN_RBRACE,
    WEFT__TOKEN_LPAREN,
    WEFT__TOKEN_RPAREN,
    WEFT__TOKEN_LBRACKET,
    WEFT__TOKEN_RBRACKET,
    WEFT__TOKEN_LESS,
    WEFT__TOKEN_GREATER,
    WEFT__TOKEN_COMMA,
    WEFT__TOKEN_SEMICOLON,
    WEFT__TOKEN_COLON,
    WEFT__TOKEN_EQUALS,
    WEFT__TOKEN_BANG,
    WEFT__TOKEN_AT,
    WEFT__TOKEN_DOT,
    WEFT__TOKEN_MINUS,
    WEFT__TOKEN_ARROW
} weft__token_kind;

typedef struct weft__token {
    weft__token_kind kind;
    bool is_bad; /* a number or string that was reported: has no value */
    uint32_t offset;
    uint32_t len;
    uint32_t line;
    uint32_t column;
} weft__token;

typedef struct weft__lexer {
    const weft__idl_source *source;
    weft__diagnostics *diags; /* NULL: nothing is reported (a second reading) */
    uint32_t pos;
    uint32_t line;
    uint32_t column;
} weft__lexer;

/* The source has at most WEFT__IDL_FILE_MAX bytes. */
void weft__lexer_init(weft__lexer *lexer, const weft__idl_source *source, weft__diagnostics *diags_or_null);
weft__token weft__lexer_next(weft__lexer *lexer);

/* The token's bytes in the source: not NUL-terminated. */
weft_str weft__token_text(const weft__idl_source *source, weft__token token);
weft__idl_span weft__token_span(const weft__idl_source *source, weft__token token);
/* "`;`", "a name", "a string": how a message calls this kind. */
const char *weft__token_kind_text(weft__token_kind kind);

#endif
