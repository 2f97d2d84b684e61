/* The parser's cursor, its recovery, and the parts that stand in many places: names, types, values, annotations. */
#include "idl/parser_internal.h"

#include "idl/literal.h"
#include "idl/text.h"

#define DOC_LINES_MAX 4096u
#define SHOWN_MAX 40u

void *weft__parser_alloc(weft__parser *p, size_t len)
{
    void *memory = weft_arena_alloc(p->arena, len, 16);
    if (memory)
        memset(memory, 0, len);
    else
        p->is_out_of_memory = true;
    return memory;
}

weft__idl_span weft__parser_here(const weft__parser *p)
{
    return weft__token_span(p->lexer.source, p->token);
}

weft__idl_span weft__parser_span_from(const weft__parser *p, weft__idl_span from)
{
    uint32_t end = p->previous.offset + p->previous.len;
    from.len = end > from.offset ? end - from.offset : 0;
    return from;
}

/* A line of a doc comment, without its slashes and one blank. */
static weft_str doc_line(const weft__parser *p, weft__token token)
{
    weft_str line = weft__token_text(p->lexer.source, token);
    line.ptr += 3;
    line.len -= 3;
    if (line.len > 0 && line.ptr[0] == ' ') {
        line.ptr++;
        line.len--;
    }
    while (line.len > 0 && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
        line.len--;
    return line;
}

/* Adds to the doc comment before the next token. Its array grows by doubling: room is where n is no power of two. */
static void add_doc(weft__parser *p, weft__token token)
{
    size_t n = p->doc.n_lines;
    if (n >= DOC_LINES_MAX)
        return;
    if (n == 0)
        p->doc_span = weft__token_span(p->lexer.source, token);
    weft_str line = weft_arena_copy_str(p->arena, doc_line(p, token));
    weft_str *lines = (weft_str *)p->doc.lines;
    if ((n & (n - 1)) == 0) {
        weft_str *more = weft_arena_array(p->arena, weft_str, n ? n * 2 : 1);
        if (more && n)
            memcpy(more, lines, n * sizeof *lines);
        lines = more;
    }
    if (!lines || !line.ptr) {
        p->is_out_of_memory = true;
        return;
    }
    lines[n] = line;
    p->doc = (weft__tree_doc){ .lines = lines, .n_lines = n + 1 };
}

void weft__parser_lose_doc(weft__parser *p)
{
    if (p->doc.n_lines == 0)
        return;
    weft__diag(p->diags, DOC_LOST, p->doc_span, "this doc comment documents nothing");
    weft__diag_hint(p->diags, "write `//` for a comment that is not for users of the generated code");
    p->doc = (weft__tree_doc){ 0 };
}

void weft__parser_advance(weft__parser *p)
{
    weft__parser_lose_doc(p);
    p->previous = p->token;
    do {
        p->token = weft__lexer_next(&p->lexer);
        if (p->token.kind == WEFT__TOKEN_DOC)
            add_doc(p, p->token);
    } while (p->token.kind == WEFT__TOKEN_DOC || p->token.kind == WEFT__TOKEN_COMMENT);
}

bool weft__parser_is(const weft__parser *p, weft__token_kind kind)
{
    return p->token.kind == kind;
}

bool weft__parser_is_word(const weft__parser *p, const char *word)
{
    return p->token.kind == WEFT__TOKEN_IDENT &&
           weft_str_equal(weft__token_text(p->lexer.source, p->token), weft_str_from(word));
}

weft__token weft__parser_peek(const weft__parser *p)
{
    weft__lexer ahead = p->lexer;
    ahead.diags = NULL;
    weft__token token;
    do
        token = weft__lexer_next(&ahead);
    while (token.kind == WEFT__TOKEN_DOC || token.kind == WEFT__TOKEN_COMMENT);
    return token;
}

bool weft__parser_is_at_decl(const weft__parser *p)
{
    static const char *const words[] = { "struct", "enum", "service", "const", "type", "package", "option", "import" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!weft__parser_is_word(p, words[i]))
            continue;
        weft__token_kind next = weft__parser_peek(p).kind;
        return next == WEFT__TOKEN_IDENT || (next == WEFT__TOKEN_STRING && strcmp(words[i], "import") == 0);
    }
    return false;
}

bool weft__parser_accept(weft__parser *p, weft__token_kind kind)
{
    if (p->token.kind != kind)
        return false;
    weft__parser_advance(p);
    return true;
}

void weft__parser_error(weft__parser *p, const char *what)
{
    p->has_errors = true;
    weft_str found = weft_str_from(weft__token_kind_text(p->token.kind));
    weft_str text = weft__token_text(p->lexer.source, p->token);
    bool is_spelled =
        p->token.kind == WEFT__TOKEN_IDENT || p->token.kind == WEFT__TOKEN_INT || p->token.kind == WEFT__TOKEN_FLOAT;
    if (is_spelled && text.len <= SHOWN_MAX)
        weft__diag(p->diags, SYNTAX, weft__parser_here(p), "expected %, found `%`", weft_str_from(what), text);
    else
        weft__diag(p->diags, SYNTAX, weft__parser_here(p), "expected %, found %", weft_str_from(what), found);
}

bool weft__parser_expect(weft__parser *p, weft__token_kind kind, const char *what)
{
    if (weft__parser_accept(p, kind))
        return true;
    weft__parser_error(p, what);
    return false;
}

bool weft__parser_expect_end(weft__parser *p, const char *of_what)
{
    if (weft__parser_accept(p, WEFT__TOKEN_SEMICOLON))
        return true;
    bool is_line_end = p->token.line > p->previous.line || p->token.kind == WEFT__TOKEN_RBRACE;
    if (!is_line_end && p->token.kind != WEFT__TOKEN_END) {
        weft_str what = weft__text_concat(p->arena, WEFT_STR("`;` behind "), weft_str_from(of_what));
        weft__parser_error(p, what.ptr ? what.ptr : "`;`");
        return false;
    }
    p->has_errors = true;
    if (p->previous.is_bad)
        return true; /* it may have swallowed the `;` */
    weft__idl_span span = weft__token_span(p->lexer.source, p->previous);
    weft__diag(p->diags, SYNTAX, span, "a `;` is missing behind %", weft_str_from(of_what));
    return true;
}

void weft__parser_recover(weft__parser *p)
{
    p->has_errors = true;
    size_t depth = 0;
    while (!weft__parser_is(p, WEFT__TOKEN_END)) {
        if (depth == 0 && (weft__parser_is(p, WEFT__TOKEN_RBRACE) || weft__parser_is_at_decl(p)))
            break;
        bool is_close = weft__parser_is(p, WEFT__TOKEN_RBRACE);
        bool is_end = depth == 0 && weft__parser_is(p, WEFT__TOKEN_SEMICOLON);
        depth += weft__parser_is(p, WEFT__TOKEN_LBRACE);
        depth -= is_close;
        p->doc.n_lines = 0; /* what is skipped is not worth a word about its comments */
        weft__parser_advance(p);
        if (is_close && depth == 0) {
            weft__parser_accept(p, WEFT__TOKEN_SEMICOLON);
            break;
        }
        if (is_end)
            break;
    }
}

bool weft__parse_name(weft__parser *p, const char *what, weft__tree_name *ret_name)
{
    weft__idl_span span = weft__parser_here(p);
    if (!weft__parser_is(p, WEFT__TOKEN_IDENT)) {
        weft__parser_error(p, what);
        return false;
    }
    weft_str text = weft_arena_copy_str(p->arena, weft__token_text(p->lexer.source, p->token));
    if (!text.ptr) {
        p->is_out_of_memory = true;
        return false;
    }
    weft__parser_advance(p);
    *ret_name = (weft__tree_name){ .text = text, .span = span };
    return true;
}

bool weft__parse_dotted(weft__parser *p, const char *what, weft__tree_name *ret_name)
{
    weft__tree_name name;
    if (!weft__parse_name(p, what, &name))
        return false;
    if (weft__parser_is(p, WEFT__TOKEN_DOT)) {
        /* The pieces are joined once, so that a long chain of them costs no more than its length. */
        weft__parser ahead = *p;
        ahead.lexer.diags = NULL;
        size_t len = name.text.len;
        while (ahead.token.kind == WEFT__TOKEN_DOT) {
            ahead.token = weft__lexer_next(&ahead.lexer);
            if (ahead.token.kind != WEFT__TOKEN_IDENT)
                break;
            len += 1u + ahead.token.len;
            ahead.token = weft__lexer_next(&ahead.lexer);
        }
        char *text = weft__parser_alloc(p, len + 1);
        if (!text)
            return false;
        memcpy(text, name.text.ptr, name.text.len);
        size_t at = name.text.len;
        while (weft__parser_accept(p, WEFT__TOKEN_DOT)) {
            weft_str piece = weft__token_text(p->lexer.source, p->token);
            if (!weft__parser_expect(p, WEFT__TOKEN_IDENT, "a name behind `.`"))
                return false;
            if (at + 1 + piece.len > len)
                break; /* a comment stood between the pieces */
            text[at] = '.';
            memcpy(text + at + 1, piece.ptr, piece.len);
            at += 1 + piece.len;
        }
        name.text = weft_str_of(text, at);
        name.span = weft__parser_span_from(p, name.span);
    }
    *ret_name = name;
    return true;
}

static bool parse_type_args(weft__parser *p, weft__tree_type *type)
{
    type->has_args = true;
    const weft__tree_type **end = &type->args;
    do {
        weft__tree_type *arg;
        if (weft__parser_is(p, WEFT__TOKEN_INT)) {
            weft__tree_type *number = weft__parser_new(p, weft__tree_type);
            if (!number)
                return false;
            number->is_int = true;
            number->span = weft__parser_here(p);
            number->name =
                (weft__tree_name){ .text = weft_arena_copy_str(p->arena, weft__token_text(p->lexer.source, p->token)),
                                   .span = number->span };
            if (p->token.is_bad)
                number->name.text = WEFT_STR("0");
            p->is_out_of_memory |= !number->name.text.ptr;
            weft__parser_advance(p);
            arg = number;
        } else if (!weft__parse_type(p, &arg)) {
            return false;
        }
        *end = arg;
        end = &arg->next;
        type->n_args++;
        if (type->n_args > 8) {
            weft__parser_error(p, "at most two arguments of a type");
            return false;
        }
    } while (weft__parser_accept(p, WEFT__TOKEN_COMMA));
    return weft__parser_expect(p, WEFT__TOKEN_GREATER, "`,` or `>` in the arguments of a type");
}

bool weft__parse_type(weft__parser *p, weft__tree_type **ret_type)
{
    weft__idl_span span = weft__parser_here(p);
    if (p->depth >= WEFT__TREE_NESTING_MAX) {
        p->has_errors = true;
        weft__diag(p->diags, NESTING, span, "types nest at most 32 deep");
        return false;
    }
    weft__tree_type *type = weft__parser_new(p, weft__tree_type);
    if (!type || !weft__parse_dotted(p, "a type", &type->name))
        return false;
    if (weft__parser_accept(p, WEFT__TOKEN_LESS)) {
        p->depth++;
        bool is_good = parse_type_args(p, type);
        p->depth--;
        if (!is_good)
            return false;
    }
    type->span = weft__parser_span_from(p, span);
    *ret_type = type;
    return true;
}

/* The token's string into value->text; faults are reported, and leave the value bad. */
static bool decode_string(weft__parser *p, weft__tree_value *value)
{
    value->kind = WEFT__TREE_VALUE_STRING;
    value->is_bad = p->token.is_bad;
    value->text = WEFT_STR("");
    if (value->is_bad)
        return true;
    weft_str text = weft__token_text(p->lexer.source, p->token);
    char *out = weft_arena_alloc(p->arena, text.len + 1, 1);
    if (!out) {
        p->is_out_of_memory = true;
        return false;
    }
    size_t len = 0;
    size_t at = 0;
    size_t at_len = 0;
    weft__literal_fault fault = weft__literal_string(text, out, &len, &at, &at_len);
    if (fault != WEFT__LITERAL_FINE) {
        value->is_bad = true;
        weft__idl_span span = value->span;
        span.offset += (uint32_t)at;
        for (size_t i = 0; i < at; i++)
            span.column += ((uint8_t)text.ptr[i] & 0xc0u) != 0x80u;
        span.len = (uint32_t)at_len;
        if (fault == WEFT__LITERAL_BAD_CODE_POINT)
            weft__diag(p->diags, STRING_ESCAPE, span, "this is no code point of Unicode");
        else
            weft__diag(p->diags, STRING_ESCAPE, span, "there is no such escape");
        weft__diag_hint(p->diags, "these exist: \\n \\t \\r \\0 \\\" \\\\ \\xFF \\u{1F600}");
        return true;
    }
    out[len] = '\0';
    value->text = weft_str_of(out, len);
    return true;
}

bool weft__parse_value(weft__parser *p, weft__tree_value **ret_value)
{
    weft__tree_value *value = weft__parser_new(p, weft__tree_value);
    if (!value)
        return false;
    value->span = weft__parser_here(p);
    value->is_negative = weft__parser_accept(p, WEFT__TOKEN_MINUS);
    weft__token token = p->token;
    bool is_number = token.kind == WEFT__TOKEN_INT || token.kind == WEFT__TOKEN_FLOAT;
    if (value->is_negative && !is_number) {
        weft__parser_error(p, "a number behind `-`");
        return false;
    }
    if (is_number) {
        value->kind = token.kind == WEFT__TOKEN_INT ? WEFT__TREE_VALUE_INT : WEFT__TREE_VALUE_FLOAT;
        value->is_bad = token.is_bad;
        value->text = weft_arena_copy_str(p->arena, weft__token_text(p->lexer.source, token));
        p->is_out_of_memory |= !value->text.ptr;
        weft__parser_advance(p);
    } else if (token.kind == WEFT__TOKEN_STRING) {
        if (!decode_string(p, value))
            return false;
        weft__parser_advance(p);
    } else if (token.kind == WEFT__TOKEN_IDENT) {
        value->kind = WEFT__TREE_VALUE_NAME;
        weft__tree_name name;
        if (!weft__parse_dotted(p, "a value", &name))
            return false;
        value->text = name.text;
    } else if (weft__parser_accept(p, WEFT__TOKEN_LBRACKET)) {
        value->kind = WEFT__TREE_VALUE_LIST;
        if (!weft__parser_expect(p, WEFT__TOKEN_RBRACKET, "`]`, since the only value of a list is the empty one"))
            return false;
    } else if (weft__parser_accept(p, WEFT__TOKEN_LBRACE)) {
        value->kind = WEFT__TREE_VALUE_BRACES;
        if (!weft__parser_expect(p, WEFT__TOKEN_RBRACE, "`}`, since the only such value is the empty one"))
            return false;
    } else {
        weft__parser_error(p, "a value");
        return false;
    }
    value->span = weft__parser_span_from(p, value->span);
    *ret_value = value;
    return !p->is_out_of_memory;
}

static bool parse_annotation(weft__parser *p, weft__tree_annotation *annotation)
{
    weft__idl_span at = weft__parser_here(p);
    weft__parser_advance(p);
    if (!weft__parse_name(p, "the name of an annotation behind `@`", &annotation->name))
        return false;
    annotation->name.span = weft__parser_span_from(p, at);
    if (!weft__parser_accept(p, WEFT__TOKEN_LPAREN))
        return true;
    const weft__tree_value **end = &annotation->args;
    do {
        weft__tree_value *value;
        if (!weft__parse_value(p, &value))
            return false;
        *end = value;
        end = &value->next;
        annotation->n_args++;
        if (annotation->n_args > 8) {
            weft__parser_error(p, "at most one argument of an annotation");
            return false;
        }
    } while (weft__parser_accept(p, WEFT__TOKEN_COMMA));
    return weft__parser_expect(p, WEFT__TOKEN_RPAREN, "`)` behind the argument of an annotation");
}

bool weft__parse_lead(weft__parser *p, weft__tree_lead *ret_lead)
{
    weft__tree_lead lead = { .doc = p->doc };
    p->doc = (weft__tree_doc){ 0 };
    const weft__tree_annotation **end = &lead.annotations;
    for (size_t n = 0; weft__parser_is(p, WEFT__TOKEN_AT); n++) {
        if (n == WEFT__TREE_ANNOTATIONS_MAX) {
            p->has_errors = true;
            weft__diag(p->diags, TOO_MANY, weft__parser_here(p), "at most 64 annotations may stand in one place");
            return false;
        }
        weft__tree_annotation *annotation = weft__parser_new(p, weft__tree_annotation);
        if (!annotation || !parse_annotation(p, annotation))
            return false;
        *end = annotation;
        end = &annotation->next;
    }
    if (lead.doc.n_lines == 0) {
        lead.doc = p->doc;
        p->doc = (weft__tree_doc){ 0 };
    }
    *ret_lead = lead;
    return true;
}
