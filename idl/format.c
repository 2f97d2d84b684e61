/* The formatter: what stands on which line. It works on the tokens of a file that the parser has found good, so that
   the structure is certain: items end with `;` or with the `}` of a declaration. */
#include "idl/format.h"

#include "idl/format_internal.h"
#include "idl/parser.h"

#define INDENT 2u
#define WIDTH_MAX 120u

/* ---- lines ---- */

static void begin_line(weft__formatter *f, uint32_t indent)
{
    f->open = (weft__format_line){ .first = f->at, .indent = indent, .comment = SIZE_MAX };
}

static void end_line(weft__formatter *f)
{
    if (f->open.n > 0 || f->open.comment != SIZE_MAX)
        f->lines[f->n_lines++] = f->open;
}

/* A comment that stands on its own line. */
static void put_comment_line(weft__formatter *f, uint32_t indent, bool has_blank_before)
{
    f->lines[f->n_lines++] =
        (weft__format_line){ .first = f->at, .indent = indent, .comment = f->at, .has_blank_before = has_blank_before };
    f->at++;
}

/* Ends the line; a comment that stood right behind its last token goes with it. */
static void end_line_with_comment(weft__formatter *f)
{
    size_t i = f->at;
    if (f->tokens[i].kind == WEFT__TOKEN_COMMENT && i > 0 && f->tokens[i].line == f->tokens[i - 1].line)
        f->open.comment = f->at++;
    end_line(f);
}

/* Takes tokens up to and with `last` on the open line. A comment between them ends it, and they go on below. */
static void put_up_to(weft__formatter *f, size_t last)
{
    uint32_t indent = f->open.indent;
    while (f->at <= last) {
        if (!weft__format_is_comment(f, f->at)) {
            f->at++;
            f->open.n = f->at - f->open.first;
            continue;
        }
        uint32_t below = indent + 2 * INDENT;
        if (f->open.n > 0 && f->tokens[f->at].kind == WEFT__TOKEN_COMMENT) {
            f->open.comment = f->at++;
            end_line(f);
        } else {
            end_line(f);
            put_comment_line(f, below, false);
        }
        begin_line(f, below);
    }
}

/* ---- looking ahead
 * --------------------------------------------------------------------------------------------------- */

typedef struct item {
    size_t first;  /* the first token behind comments and annotations */
    size_t last;   /* `;`, or the `}` of a declaration */
    size_t lbrace; /* of its body; SIZE_MAX: none */
    size_t rbrace;
    size_t lparen; /* of a method; SIZE_MAX: none */
    size_t rparen;
    bool is_one_line;
} item;

/* Behind the annotation that begins at i. */
static size_t skip_annotation(const weft__formatter *f, size_t i)
{
    i++;
    while (weft__format_is_comment(f, i))
        i++;
    i++;
    size_t next = i;
    while (weft__format_is_comment(f, next))
        next++;
    if (f->tokens[next].kind != WEFT__TOKEN_LPAREN)
        return i;
    while (f->tokens[next].kind != WEFT__TOKEN_RPAREN)
        next++;
    return next + 1;
}

/* Behind the token that closes what is opened at i. */
static size_t closing(const weft__formatter *f, size_t i)
{
    weft__token_kind open = f->tokens[i].kind;
    weft__token_kind close = open == WEFT__TOKEN_LBRACE ? WEFT__TOKEN_RBRACE : WEFT__TOKEN_RPAREN;
    for (size_t depth = 0;; i++) {
        depth += f->tokens[i].kind == open;
        depth -= f->tokens[i].kind == close;
        if (depth == 0)
            return i;
    }
}

static bool has_comments(const weft__formatter *f, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++)
        if (weft__format_is_comment(f, i))
            return true;
    return false;
}

/* A body stays on one line if it was written so, has no comment and fits; an empty one always does. */
static bool can_be_one_line(const weft__formatter *f, const item *it, uint32_t indent)
{
    if (has_comments(f, it->first, it->last))
        return false;
    bool is_written_so = it->lbrace == SIZE_MAX || it->rbrace == it->lbrace + 1 ||
                         f->tokens[it->lbrace].line == f->tokens[it->rbrace].line;
    return is_written_so && indent + weft__format_width(f, it->first, it->last) <= WIDTH_MAX;
}

static item look_at_item(const weft__formatter *f, uint32_t indent, bool is_top)
{
    item it = { .first = f->at, .lbrace = SIZE_MAX, .rbrace = SIZE_MAX, .lparen = SIZE_MAX, .rparen = SIZE_MAX };
    for (;;) {
        if (weft__format_is_comment(f, it.first))
            it.first++;
        else if (f->tokens[it.first].kind == WEFT__TOKEN_AT)
            it.first = skip_annotation(f, it.first);
        else
            break;
    }
    weft__token_kind before = WEFT__TOKEN_END;
    size_t i = it.first;
    for (;; i++) {
        weft__token_kind kind = f->tokens[i].kind;
        if (kind == WEFT__TOKEN_END || kind == WEFT__TOKEN_SEMICOLON)
            break;
        if (kind == WEFT__TOKEN_LPAREN) {
            it.lparen = i;
            it.rparen = i = closing(f, i);
        } else if (kind == WEFT__TOKEN_LBRACE && before == WEFT__TOKEN_EQUALS) {
            i = closing(f, i); /* a value */
        } else if (kind == WEFT__TOKEN_LBRACE) {
            it.lbrace = i;
            it.rbrace = i = closing(f, i);
            if (is_top)
                break;
        }
        if (!weft__format_is_comment(f, i))
            before = kind;
    }
    it.last = i;
    it.is_one_line = f->tokens[i].kind != WEFT__TOKEN_END && can_be_one_line(f, &it, indent);
    return it;
}

/* ---- items
 * ------------------------------------------------------------------------------------------------------------ */

static void format_items(weft__formatter *f, uint32_t indent, bool is_top);

/* One parameter a line, between `(` and `)`. */
static void put_params(weft__formatter *f, const item *it, uint32_t indent)
{
    put_up_to(f, it->lparen);
    end_line_with_comment(f);
    size_t depth = 0;
    begin_line(f, indent + INDENT);
    while (f->at < it->rparen) {
        weft__token_kind kind = f->tokens[f->at].kind;
        if (weft__format_is_comment(f, f->at) && f->open.n == 0) {
            put_comment_line(f, indent + INDENT, false);
            begin_line(f, indent + INDENT);
            continue;
        }
        depth += kind == WEFT__TOKEN_LESS || kind == WEFT__TOKEN_LPAREN;
        depth -= kind == WEFT__TOKEN_GREATER || kind == WEFT__TOKEN_RPAREN;
        put_up_to(f, f->at);
        if (kind == WEFT__TOKEN_COMMA && depth == 0) {
            end_line_with_comment(f);
            begin_line(f, indent + INDENT);
        }
    }
    end_line(f);
    begin_line(f, indent);
    put_up_to(f, it->last);
    end_line_with_comment(f);
}

static void put_item(weft__formatter *f, const item *it, uint32_t indent)
{
    begin_line(f, indent);
    bool has_params = it->lparen != SIZE_MAX && it->rparen > it->lparen + 1;
    if (it->is_one_line || (it->lbrace == SIZE_MAX && !has_params)) {
        put_up_to(f, it->last);
        end_line_with_comment(f);
    } else if (it->lbrace == SIZE_MAX) {
        put_params(f, it, indent);
    } else {
        put_up_to(f, it->lbrace);
        end_line_with_comment(f);
        format_items(f, indent + INDENT, false);
        begin_line(f, indent);
        put_up_to(f, it->last);
        end_line_with_comment(f);
    }
}

/* Whether a blank line stood before the token, and what is before it lets it stay. */
static bool has_gap(const weft__formatter *f, bool is_first_of_item)
{
    if (f->at == 0 || f->tokens[f->at].line <= f->tokens[f->at - 1].line + 1)
        return false;
    return is_first_of_item || f->tokens[f->at - 1].kind == WEFT__TOKEN_COMMENT;
}

/* Comments and annotations, each on a line; then the item. needs_blank: before the first of them. */
static void format_item(weft__formatter *f, const item *it, uint32_t indent, bool is_first, bool needs_blank)
{
    bool is_first_of_item = true;
    while (f->at < it->first) {
        bool has_blank = (is_first_of_item && needs_blank) || has_gap(f, is_first_of_item);
        has_blank = has_blank && !(is_first && is_first_of_item);
        if (weft__format_is_comment(f, f->at)) {
            put_comment_line(f, indent, has_blank);
        } else {
            begin_line(f, indent);
            f->open.has_blank_before = has_blank;
            put_up_to(f, skip_annotation(f, f->at) - 1);
            end_line_with_comment(f);
        }
        is_first_of_item = false;
    }
    bool has_blank = (is_first_of_item && needs_blank) || has_gap(f, is_first_of_item);
    size_t line = f->n_lines;
    put_item(f, it, indent);
    f->lines[line].has_blank_before = has_blank && !(is_first && is_first_of_item);
}

/* Comments in front of `}` or of the end of the file. */
static void format_rest(weft__formatter *f, uint32_t indent, bool is_first)
{
    while (weft__format_is_comment(f, f->at)) {
        put_comment_line(f, indent, !is_first && has_gap(f, true));
        is_first = false;
    }
}

/* All up to the `}` that ends the body, or to the end of the file; blocks of the file stand apart. */
static void format_items(weft__formatter *f, uint32_t indent, bool is_top)
{
    bool is_first = true;
    bool was_block = false;
    for (;;) {
        size_t next = f->at;
        while (weft__format_is_comment(f, next))
            next++;
        if (f->tokens[next].kind == WEFT__TOKEN_END || f->tokens[next].kind == WEFT__TOKEN_RBRACE)
            break;
        item it = look_at_item(f, indent, is_top);
        bool is_block = is_top && it.lbrace != SIZE_MAX && !it.is_one_line;
        format_item(f, &it, indent, is_first, was_block || is_block);
        is_first = false;
        was_block = is_block;
    }
    format_rest(f, indent, is_first);
}

/* ---- all of it
 * ---------------------------------------------------------------------------------------------------------- */

static int read_tokens(weft__formatter *f)
{
    weft__lexer lexer;
    weft__lexer_init(&lexer, f->source, NULL);
    f->n_tokens = 1;
    while (weft__lexer_next(&lexer).kind != WEFT__TOKEN_END)
        f->n_tokens++;
    f->tokens = weft_arena_array(f->arena, weft__token, f->n_tokens);
    f->lines = weft_arena_array(f->arena, weft__format_line, f->n_tokens + 1);
    if (!f->tokens || !f->lines)
        return WEFT_ENOMEM;
    weft__lexer_init(&lexer, f->source, NULL);
    for (size_t i = 0; i < f->n_tokens; i++)
        f->tokens[i] = weft__lexer_next(&lexer);
    return 0;
}

int weft__idl_format(const weft__idl_source *source, weft_arena *arena, weft__diagnostics *diags, weft_str *ret_text)
{
    weft__tree_file *tree;
    int status = weft__parse(source, arena, diags, &tree);
    if (status < 0)
        return status;
    if (tree->has_syntax_errors)
        return WEFT_EINVAL;
    weft__formatter f = { .source = source, .arena = arena };
    status = read_tokens(&f);
    if (status < 0)
        return status;
    format_items(&f, 0, true);
    weft_str text = weft__format_text(&f);
    if (!text.ptr)
        return WEFT_ENOMEM;
    *ret_text = text;
    return 0;
}
