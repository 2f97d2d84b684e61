/* The formatter's lines: the blanks between tokens, widths, comments in columns, the text. */
#include "idl/format_internal.h"

/* Code behind which comments are lined up is at most so wide; a wider line's comment follows it right away. */
#define COMMENT_COLUMN_MAX 88u
#define COMMENT_GAP 2u

bool weft__format_is_comment(const weft__formatter *f, size_t i)
{
    return f->tokens[i].kind == WEFT__TOKEN_COMMENT || f->tokens[i].kind == WEFT__TOKEN_DOC;
}

bool weft__format_is_dropped(const weft__formatter *f, size_t i)
{
    if (f->tokens[i].kind != WEFT__TOKEN_COMMA)
        return false;
    do
        i++;
    while (weft__format_is_comment(f, i));
    return f->tokens[i].kind == WEFT__TOKEN_RPAREN;
}

static bool is_on_line(const weft__formatter *f, size_t i)
{
    return !weft__format_is_comment(f, i) && !weft__format_is_dropped(f, i);
}

static bool has_blank_between(weft__token_kind left, weft__token_kind right)
{
    switch (right) {
    case WEFT__TOKEN_SEMICOLON:
    case WEFT__TOKEN_COMMA:
    case WEFT__TOKEN_COLON:
    case WEFT__TOKEN_DOT:
    case WEFT__TOKEN_LPAREN:
    case WEFT__TOKEN_RPAREN:
    case WEFT__TOKEN_LESS:
    case WEFT__TOKEN_GREATER:
    case WEFT__TOKEN_RBRACKET: return false;
    case WEFT__TOKEN_RBRACE: return left != WEFT__TOKEN_LBRACE;
    default: break;
    }
    return left != WEFT__TOKEN_LPAREN && left != WEFT__TOKEN_LESS && left != WEFT__TOKEN_DOT &&
           left != WEFT__TOKEN_AT && left != WEFT__TOKEN_MINUS;
}

static size_t n_code_points(weft_str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += ((uint8_t)text.ptr[i] & 0xc0u) != 0x80u;
    return n;
}

size_t weft__format_width(const weft__formatter *f, size_t first, size_t last)
{
    size_t width = 0;
    size_t before = SIZE_MAX;
    for (size_t i = first; i <= last; i++) {
        if (!is_on_line(f, i))
            continue;
        if (before != SIZE_MAX)
            width += has_blank_between(f->tokens[before].kind, f->tokens[i].kind);
        width += n_code_points(weft__token_text(f->source, f->tokens[i]));
        before = i;
    }
    return width;
}

static size_t line_width(const weft__formatter *f, const weft__format_line *line)
{
    return line->indent + weft__format_width(f, line->first, line->first + line->n - 1);
}

static bool has_comment_behind(const weft__format_line *line)
{
    return line->n > 0 && line->comment != SIZE_MAX;
}

/* The column of comments for the group of lines that begins at `first`: of the widest that is not too wide. */
static size_t comment_column(const weft__formatter *f, size_t first, size_t *ret_end)
{
    size_t widest = 0;
    size_t i = first;
    for (; i < f->n_lines && has_comment_behind(&f->lines[i]); i++) {
        if (i > first && f->lines[i].has_blank_before)
            break;
        size_t width = line_width(f, &f->lines[i]);
        if (width <= COMMENT_COLUMN_MAX && width > widest)
            widest = width;
    }
    *ret_end = i;
    return widest + COMMENT_GAP;
}

/* Text that is counted first (text NULL), and written when there is room for it. */
typedef struct output {
    char *text;
    size_t len;
} output;

static void put(output *out, weft_str text)
{
    if (out->text)
        memcpy(out->text + out->len, text.ptr, text.len);
    out->len += text.len;
}

static void put_blanks(output *out, size_t n)
{
    for (; n > 0; n--)
        put(out, WEFT_STR(" "));
}

static void put_comment(const weft__formatter *f, output *out, size_t comment)
{
    weft_str text = weft__token_text(f->source, f->tokens[comment]);
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    put(out, text);
}

static void put_line(const weft__formatter *f, output *out, const weft__format_line *line, size_t column)
{
    if (line->has_blank_before)
        put(out, WEFT_STR("\n"));
    put_blanks(out, line->indent);
    size_t before = SIZE_MAX;
    for (size_t i = line->first; i < line->first + line->n; i++) {
        if (!is_on_line(f, i))
            continue;
        if (before != SIZE_MAX && has_blank_between(f->tokens[before].kind, f->tokens[i].kind))
            put(out, WEFT_STR(" "));
        put(out, weft__token_text(f->source, f->tokens[i]));
        before = i;
    }
    if (has_comment_behind(line)) {
        size_t width = line_width(f, line);
        put_blanks(out, column >= width + COMMENT_GAP ? column - width : COMMENT_GAP);
    }
    if (line->comment != SIZE_MAX)
        put_comment(f, out, line->comment);
    put(out, WEFT_STR("\n"));
}

static void put_lines(const weft__formatter *f, output *out)
{
    size_t group_end = 0;
    size_t column = 0;
    for (size_t i = 0; i < f->n_lines; i++) {
        if (i >= group_end)
            column = has_comment_behind(&f->lines[i]) ? comment_column(f, i, &group_end) : 0;
        put_line(f, out, &f->lines[i], column);
    }
}

weft_str weft__format_text(const weft__formatter *f)
{
    output out = { .text = NULL };
    put_lines(f, &out);
    out.text = weft_arena_alloc(f->arena, out.len + 1, 1);
    if (!out.text)
        return weft_str_of(NULL, 0);
    out.len = 0;
    put_lines(f, &out);
    out.text[out.len] = '\0';
    return weft_str_of(out.text, out.len);
}
