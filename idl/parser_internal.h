/* What the files of the parser share: the cursor over the tokens, and parts that stand in several places. */
#ifndef WEFT_IDL_PARSER_INTERNAL_H
#define WEFT_IDL_PARSER_INTERNAL_H

#include "idl/lexer.h"
#include "idl/parser.h"

typedef struct weft__parser {
    weft__lexer lexer;
    weft_arena *arena;
    weft__diagnostics *diags;
    weft__token token;    /* the next one, never a comment or doc comment */
    weft__token previous; /* the one before it */
    weft__tree_doc doc;   /* the doc comment right before `token` */
    weft__idl_span doc_span;
    uint32_t depth; /* of types */
    bool is_out_of_memory;
    bool has_errors;
} weft__parser;

/* Cleared memory; NULL: out of memory, which is remembered. */
void *weft__parser_alloc(weft__parser *p, size_t len);
#define weft__parser_new(p, type) ((type *)weft__parser_alloc((p), sizeof(type)))

void weft__parser_advance(weft__parser *p);
bool weft__parser_is(const weft__parser *p, weft__token_kind kind);
bool weft__parser_is_word(const weft__parser *p, const char *word);
/* The token behind the next one. */
weft__token weft__parser_peek(const weft__parser *p);
/* Whether a declaration seems to begin here, although a body is still open: two names in a row, the first a keyword. */
bool weft__parser_is_at_decl(const weft__parser *p);
bool weft__parser_accept(weft__parser *p, weft__token_kind kind);
/* Takes the token, or reports "expected WHAT" and returns false. */
bool weft__parser_expect(weft__parser *p, weft__token_kind kind, const char *what);
/* The `;` at the end of something: where only that is missing, at the end of a line, it is reported and taken as read.
 */
bool weft__parser_expect_end(weft__parser *p, const char *of_what);
void weft__parser_error(weft__parser *p, const char *what);
/* To behind the next `;` or `{…}`, to before the `}` of the open body, or to where a declaration seems to begin. */
void weft__parser_recover(weft__parser *p);
/* The place of the next token, and from a place to the end of the previous token. */
weft__idl_span weft__parser_here(const weft__parser *p);
weft__idl_span weft__parser_span_from(const weft__parser *p, weft__idl_span from);

/* Each returns false after it has reported an error (or run out of memory). */
bool weft__parse_name(weft__parser *p, const char *what, weft__tree_name *ret_name);
bool weft__parse_dotted(weft__parser *p, const char *what, weft__tree_name *ret_name);
bool weft__parse_type(weft__parser *p, weft__tree_type **ret_type);
bool weft__parse_value(weft__parser *p, weft__tree_value **ret_value);
/* Doc comment and annotations. A doc comment that is not used is reported by weft__parser_lose_doc. */
bool weft__parse_lead(weft__parser *p, weft__tree_lead *ret_lead);
void weft__parser_lose_doc(weft__parser *p);

/* parser_decl.c: one declaration, `*ret_decl` NULL where nothing of use was found. */
bool weft__parse_decl(weft__parser *p, const weft__tree_lead *lead, weft__tree_decl **ret_decl);

#endif
