/* The lexer: see lexer.h. */
#include "idl/lexer.h"

#include "idl/text.h"

typedef struct mark {
    uint32_t pos;
    uint32_t line;
    uint32_t column;
} mark;

void weft__lexer_init(weft__lexer *lexer, const weft__idl_source *source, weft__diagnostics *diags_or_null)
{
    *lexer = (weft__lexer){ .source = source, .diags = diags_or_null, .line = 1, .column = 1 };
}

weft_str weft__token_text(const weft__idl_source *source, weft__token token)
{
    return weft_str_of(source->text.ptr + token.offset, token.len);
}

weft__idl_span weft__token_span(const weft__idl_source *source, weft__token token)
{
    return (weft__idl_span){
        .source = source, .offset = token.offset, .len = token.len, .line = token.line, .column = token.column
    };
}

const char *weft__token_kind_text(weft__token_kind kind)
{
    static const char *const text[] = {
        [WEFT__TOKEN_END] = "the end of the file",
        [WEFT__TOKEN_IDENT] = "a name",
        [WEFT__TOKEN_INT] = "an integer",
        [WEFT__TOKEN_FLOAT] = "a number",
        [WEFT__TOKEN_STRING] = "a string",
        [WEFT__TOKEN_DOC] = "a doc comment",
        [WEFT__TOKEN_COMMENT] = "a comment",
        [WEFT__TOKEN_LBRACE] = "`{`",
        [WEFT__TOKEN_RBRACE] = "`}`",
        [WEFT__TOKEN_LPAREN] = "`(`",
        [WEFT__TOKEN_RPAREN] = "`)`",
        [WEFT__TOKEN_LBRACKET] = "`[`",
        [WEFT__TOKEN_RBRACKET] = "`]`",
        [WEFT__TOKEN_LESS] = "`<`",
        [WEFT__TOKEN_GREATER] = "`>`",
        [WEFT__TOKEN_COMMA] = "`,`",
        [WEFT__TOKEN_SEMICOLON] = "`;`",
        [WEFT__TOKEN_COLON] = "`:`",
        [WEFT__TOKEN_EQUALS] = "`=`",
        [WEFT__TOKEN_BANG] = "`!`",
        [WEFT__TOKEN_AT] = "`@`",
        [WEFT__TOKEN_DOT] = "`.`",
        [WEFT__TOKEN_MINUS] = "`-`",
        [WEFT__TOKEN_ARROW] = "`->`",
    };
    return text[kind];
}

/* The byte n behind the position; 0 behind the end, where NUL bytes of the text are bad anyway. */
static char peek(const weft__lexer *lexer, uint32_t n)
{
    size_t at = (size_t)lexer->pos + n;
    return at < lexer->source->text.len ? lexer->source->text.ptr[at] : '\0';
}

static bool is_at_end(const weft__lexer *lexer)
{
    return lexer->pos >= lexer->source->text.len;
}

static mark mark_here(const weft__lexer *lexer)
{
    return (mark){ .pos = lexer->pos, .line = lexer->line, .column = lexer->column };
}

static weft__idl_span span_from(const weft__lexer *lexer, mark from)
{
    return (weft__idl_span){ .source = lexer->source,
                             .offset = from.pos,
                             .len = lexer->pos - from.pos,
                             .line = from.line,
                             .column = from.column };
}

/* Steps over one code point, or over one byte that begins none: reports that, and returns false. */
static bool advance(weft__lexer *lexer)
{
    const char *text = lexer->source->text.ptr + lexer->pos;
    size_t n = weft__utf8_len(text, lexer->source->text.len - lexer->pos);
    mark from = mark_here(lexer);
    lexer->pos += n ? (uint32_t)n : 1u;
    if (*text == '\n') {
        lexer->line++;
        lexer->column = 1;
    } else {
        lexer->column++;
    }
    if (n == 0 && lexer->diags)
        weft__diag(lexer->diags, BAD_UTF8, span_from(lexer, from), "this is not valid UTF-8");
    return n > 0;
}

static void advance_by(weft__lexer *lexer, uint32_t n)
{
    while (n-- > 0)
        advance(lexer);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_ident_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_ident(char c)
{
    return is_ident_start(c) || is_digit(c);
}

static bool is_control(char c)
{
    return ((uint8_t)c < 0x20 && c != '\t') || c == 0x7f;
}

static weft__token token_from(const weft__lexer *lexer, mark from, weft__token_kind kind, bool is_bad)
{
    return (weft__token){ .kind = kind,
                          .is_bad = is_bad,
                          .offset = from.pos,
                          .len = lexer->pos - from.pos,
                          .line = from.line,
                          .column = from.column };
}

static bool is_line_end(const weft__lexer *lexer)
{
    return is_at_end(lexer) || peek(lexer, 0) == '\n' || (peek(lexer, 0) == '\r' && peek(lexer, 1) == '\n');
}

static void report_control(weft__lexer *lexer, mark from)
{
    static const char hex[] = "0123456789abcdef";
    uint8_t c = (uint8_t)lexer->source->text.ptr[from.pos];
    char code[2] = { hex[c >> 4], hex[c & 15] };
    if (lexer->diags)
        weft__diag(lexer->diags, BAD_CHARACTER, span_from(lexer, from), "a control character (0x%) has no place here",
                   weft_str_of(code, 2));
}

static weft__token lex_comment(weft__lexer *lexer, mark from)
{
    bool is_doc = peek(lexer, 2) == '/' && peek(lexer, 3) != '/';
    bool is_reported = false;
    while (!is_line_end(lexer)) {
        mark here = mark_here(lexer);
        bool is_bad = is_control(peek(lexer, 0));
        advance(lexer);
        if (is_bad && !is_reported) {
            report_control(lexer, here);
            is_reported = true;
        }
    }
    return token_from(lexer, from, is_doc ? WEFT__TOKEN_DOC : WEFT__TOKEN_COMMENT, false);
}

static weft__token lex_string(weft__lexer *lexer, mark from)
{
    bool is_bad = false;
    advance(lexer);
    while (!is_line_end(lexer)) {
        char c = peek(lexer, 0);
        if (c == '"') {
            advance(lexer);
            return token_from(lexer, from, WEFT__TOKEN_STRING, is_bad);
        }
        mark here = mark_here(lexer);
        is_bad |= !advance(lexer);
        if (is_control(c) || c == '\t') {
            is_bad = true;
            report_control(lexer, here);
            if (lexer->diags)
                weft__diag_hint(lexer->diags, "write it as an escape, like \\t or \\x00");
        } else if (c == '\\' && !is_line_end(lexer)) {
            is_bad |= !advance(lexer);
        }
    }
    if (lexer->diags)
        weft__diag(lexer->diags, STRING_UNFINISHED, span_from(lexer, from), "this string has no end on its line");
    return token_from(lexer, from, WEFT__TOKEN_STRING, true);
}

static bool is_digit_of(char c, char base)
{
    if (base == 'x')
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return base == 'b' ? c == '0' || c == '1' : is_digit(c);
}

/* Digits with single '_' between them; at least one. */
static bool skip_digits(weft__lexer *lexer, char base)
{
    if (!is_digit_of(peek(lexer, 0), base))
        return false;
    for (;;) {
        if (is_digit_of(peek(lexer, 0), base))
            advance(lexer);
        else if (peek(lexer, 0) == '_' && is_digit_of(peek(lexer, 1), base))
            advance_by(lexer, 2);
        else
            return true;
    }
}

static weft__token lex_number(weft__lexer *lexer, mark from)
{
    bool is_good;
    weft__token_kind kind = WEFT__TOKEN_INT;
    if (peek(lexer, 0) == '0' && (peek(lexer, 1) == 'x' || peek(lexer, 1) == 'b')) {
        char base = peek(lexer, 1);
        advance_by(lexer, 2);
        is_good = skip_digits(lexer, base);
    } else {
        is_good = peek(lexer, 0) != '0' || !is_digit(peek(lexer, 1));
        skip_digits(lexer, '0');
        if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
            kind = WEFT__TOKEN_FLOAT;
            advance(lexer);
            is_good = skip_digits(lexer, '0') && is_good;
        }
        if (peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E') {
            kind = WEFT__TOKEN_FLOAT;
            advance_by(lexer, peek(lexer, 1) == '+' || peek(lexer, 1) == '-' ? 2 : 1);
            is_good = skip_digits(lexer, '0') && is_good;
        }
    }
    while (is_ident(peek(lexer, 0))) {
        is_good = false;
        advance(lexer);
    }
    if (!is_good && lexer->diags) {
        weft__diag(lexer->diags, NUMBER_MALFORMED, span_from(lexer, from), "this is no number");
        weft__diag_hint(lexer->diags, "numbers look like 10, 1_000, 0xff, 0b101, 1.5 or 2e9; there are no octal ones");
    }
    return token_from(lexer, from, kind, !is_good);
}

/* A run of characters that begin no token: one report for all of it. */
static void skip_bad(weft__lexer *lexer, mark from)
{
    uint8_t first = (uint8_t)peek(lexer, 0);
    bool is_utf8 = weft__utf8_len(lexer->source->text.ptr + from.pos, lexer->source->text.len - from.pos) > 0;
    advance(lexer);
    if (!is_utf8)
        return; /* advance has reported it */
    if (is_control((char)first)) {
        while (!is_at_end(lexer) && (uint8_t)peek(lexer, 0) == first)
            advance(lexer);
        report_control(lexer, from);
        return;
    }
    while (first >= 0x80 && (uint8_t)peek(lexer, 0) >= 0x80 &&
           weft__utf8_len(lexer->source->text.ptr + lexer->pos, lexer->source->text.len - lexer->pos) > 0)
        advance(lexer);
    if (lexer->diags)
        weft__diag(lexer->diags, BAD_CHARACTER, span_from(lexer, from), "`%` has no meaning here",
                   weft_str_of(lexer->source->text.ptr + from.pos,
                               lexer->pos - from.pos < 32 ? lexer->pos - from.pos
                                                          : weft__utf8_len(lexer->source->text.ptr + from.pos, 4)));
}

static void skip_block_comment(weft__lexer *lexer, mark from)
{
    advance_by(lexer, 2);
    weft__idl_span opening = span_from(lexer, from);
    while (!is_at_end(lexer) && !(peek(lexer, 0) == '*' && peek(lexer, 1) == '/'))
        advance(lexer);
    if (!is_at_end(lexer))
        advance_by(lexer, 2);
    if (lexer->diags) {
        weft__diag(lexer->diags, BLOCK_COMMENT, opening, "there are no comments of this kind");
        weft__diag_hint(lexer->diags, "begin each line with `//`");
    }
}

static weft__token_kind punctuation(char c)
{
    switch (c) {
    case '{': return WEFT__TOKEN_LBRACE;
    case '}': return WEFT__TOKEN_RBRACE;
    case '(': return WEFT__TOKEN_LPAREN;
    case ')': return WEFT__TOKEN_RPAREN;
    case '[': return WEFT__TOKEN_LBRACKET;
    case ']': return WEFT__TOKEN_RBRACKET;
    case '<': return WEFT__TOKEN_LESS;
    case '>': return WEFT__TOKEN_GREATER;
    case ',': return WEFT__TOKEN_COMMA;
    case ';': return WEFT__TOKEN_SEMICOLON;
    case ':': return WEFT__TOKEN_COLON;
    case '=': return WEFT__TOKEN_EQUALS;
    case '!': return WEFT__TOKEN_BANG;
    case '@': return WEFT__TOKEN_AT;
    case '.': return WEFT__TOKEN_DOT;
    case '-': return WEFT__TOKEN_MINUS;
    default: return WEFT__TOKEN_END;
    }
}

weft__token weft__lexer_next(weft__lexer *lexer)
{
    for (;;) {
        char c = peek(lexer, 0);
        mark from = mark_here(lexer);
        if (is_at_end(lexer))
            return token_from(lexer, from, WEFT__TOKEN_END, false);
        if (c == ' ' || c == '\t' || c == '\n' || (c == '\r' && peek(lexer, 1) == '\n')) {
            advance(lexer);
        } else if (c == '/' && peek(lexer, 1) == '/') {
            return lex_comment(lexer, from);
        } else if (c == '/' && peek(lexer, 1) == '*') {
            skip_block_comment(lexer, from);
        } else if (c == '"') {
            return lex_string(lexer, from);
        } else if (is_digit(c)) {
            return lex_number(lexer, from);
        } else if (is_ident_start(c)) {
            while (is_ident(peek(lexer, 0)))
                advance(lexer);
            return token_from(lexer, from, WEFT__TOKEN_IDENT, false);
        } else if (c == '-' && peek(lexer, 1) == '>') {
            advance_by(lexer, 2);
            return token_from(lexer, from, WEFT__TOKEN_ARROW, false);
        } else if (punctuation(c) != WEFT__TOKEN_END) {
            advance(lexer);
            return token_from(lexer, from, punctuation(c), false);
        } else {
            skip_bad(lexer, from);
        }
    }
}
