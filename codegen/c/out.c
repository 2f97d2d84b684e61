/* Text of a generated file: formats, lists that are broken into lines, literals, comments. The back end's only file
 * that needs <stdio.h>: for formats, it reads and writes no file. */
#include "codegen/c/out.h"
#include "idl/text.h"

#include <stdio.h>
#include <stdlib.h>

void weft__out_init(weft__out *out, const weft_allocator *allocator)
{
    weft__buf_init(&out->buf, allocator);
    out->rc = 0;
}

void weft__out_fini(weft__out *out)
{
    weft__buf_fini(&out->buf);
}

static void put(weft__out *out, const char *text, size_t len)
{
    if (out->rc == 0)
        out->rc = weft__buf_append(&out->buf, text, len);
}

static void put_text(weft__out *out, const char *text)
{
    put(out, text, strlen(text));
}

void weft__out_f(weft__out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (out->rc == 0 && len >= 0)
        out->rc = weft__buf_reserve(&out->buf, (size_t)len + 1);
    if (out->rc == 0 && len >= 0) {
        vsnprintf((char *)out->buf.data + out->buf.len, (size_t)len + 1, format, again);
        out->buf.len += (size_t)len;
    }
    va_end(again);
}

const char *weft__text_vf(weft_arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    char *text = len < 0 ? NULL : weft_arena_alloc(arena, (size_t)len + 1, 1);
    if (text)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

void weft__text_real(double value, bool is_f32, char ret_text[WEFT__TEXT_REAL_MAX])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(ret_text, WEFT__TEXT_REAL_MAX - 2, "%.*g", digits, value);
        if (is_f32 ? strtof(ret_text, NULL) == (float)value : strtod(ret_text, NULL) == value)
            break;
    }
    if (!strpbrk(ret_text, ".e"))
        memcpy(ret_text + strlen(ret_text), ".0", 3);
}

/* ---- lists ---- */

/* Behind a head of at least so many columns the items begin on a line of their own. */
#define LONG_HEAD ((size_t)80)

void weft__out_list(weft__out *out, const char *head, const char *const *items, size_t n_items, const char *tail)
{
    size_t column = strlen(head);
    size_t indent = column < LONG_HEAD ? column : 8;
    put_text(out, head);
    for (size_t i = 0; i < n_items; i++) {
        size_t len = strlen(items[i]) + (i + 1 < n_items ? 1 : strcspn(tail, "\n"));
        if (column + (i > 0) + len > WEFT__OUT_COLUMNS && (i > 0 || column >= LONG_HEAD)) {
            weft__out_f(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (i > 0) {
            put_text(out, " ");
            column++;
        }
        weft__out_f(out, "%s%s", items[i], i + 1 < n_items ? "," : "");
        column += len;
    }
    put_text(out, tail);
}

/* ---- literals ---- */

void weft__out_bytes(weft__out *out, weft_bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        bool starts = i % 16 == 0;
        bool ends = i % 16 == 15 || i + 1 == bytes.len;
        weft__out_f(out, "%s0x%02x,%s", starts ? "    " : " ", bytes.ptr[i], ends ? "\n" : "");
    }
}

/* One character as it stands between quotes; last: the one before it, to keep trigraphs from arising. */
static size_t escape(char c, char last, char quote, char ret_text[4])
{
    static const char from[] = "\n\t\r\\";
    static const char to[] = "ntr\\";
    unsigned char u = (unsigned char)c;
    const char *named = u == 0 ? NULL : strchr(from, c);
    if (named || c == quote || (c == '?' && last == '?')) {
        ret_text[0] = '\\';
        ret_text[1] = named ? to[named - from] : c;
        return 2;
    }
    if (u >= 0x20 && u < 0x7f) {
        ret_text[0] = c;
        return 1;
    }
    /* Always three digits: so a digit behind it is no part of it. */
    ret_text[0] = '\\';
    ret_text[1] = (char)('0' + (u >> 6));
    ret_text[2] = (char)('0' + ((u >> 3) & 7));
    ret_text[3] = (char)('0' + (u & 7));
    return 4;
}

void weft__out_chars(weft__out *out, weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char piece[4];
        size_t len = escape(text.ptr[i], 0, '\'', piece);
        bool ends = i % 14 == 13 || i + 1 == text.len;
        weft__out_f(out, "%s'%.*s',%s", i % 14 == 0 ? "    " : " ", (int)len, piece, ends ? "\n" : "");
    }
}

void weft__out_literal(weft__out *out, weft_str text, const char *line_end)
{
    /* A line: four blanks, two quotes, and room for the end of the macro's line or a brace. */
    size_t room = WEFT__OUT_COLUMNS - 12;
    bool is_long = text.len > 60;
    size_t column = 0;
    weft__out_f(out, is_long ? "%s    \"" : "%.0s \"", line_end);
    for (size_t i = 0; i < text.len; i++) {
        char piece[4];
        size_t len = escape(text.ptr[i], i > 0 ? text.ptr[i - 1] : '\0', '"', piece);
        if (is_long && column + len > room) {
            weft__out_f(out, "\"%s    \"", line_end);
            column = 0;
        }
        put(out, piece, len);
        column += len;
    }
    put_text(out, "\"");
}

/* ---- comments ---- */

/* Characters that change the direction of text: compilers warn of them in comments. */
static bool is_bidi(const char *text, size_t len)
{
    return len == 3 && memcmp(text, "\xe2\x80", 2) == 0
               ? (unsigned char)text[2] >= 0xaa && (unsigned char)text[2] <= 0xae
               : len == 3 && memcmp(text, "\xe2\x81", 2) == 0 && (unsigned char)text[2] >= 0xa6 &&
                     (unsigned char)text[2] <= 0xa9;
}

/* What may stand in a comment: a blank stands between the two characters that would open or close one. */
static void put_comment_text(weft__out *out, weft_str text)
{
    for (size_t i = 0; i < text.len;) {
        size_t len = weft__utf8_len(text.ptr + i, text.len - i);
        char c = text.ptr[i];
        bool ends = i + 1 < text.len && ((c == '*' && text.ptr[i + 1] == '/') || (c == '/' && text.ptr[i + 1] == '*') ||
                                         (c == '?' && text.ptr[i + 1] == '?'));
        if (len == 0 || (unsigned char)c < 0x20 || c == 0x7f || is_bidi(text.ptr + i, len))
            put_text(out, " ");
        else
            put(out, text.ptr + i, len);
        if (ends)
            put_text(out, " ");
        i += len ? len : 1;
    }
}

/* The bytes of text that go on one line of at most room bytes: all, or up to a blank. */
static size_t fitting(weft_str text, size_t room)
{
    if (text.len <= room)
        return text.len;
    size_t at = room;
    while (at > 0 && text.ptr[at] != ' ')
        at--;
    if (at > 0)
        return at;
    for (at = room; at < text.len && text.ptr[at] != ' ';)
        at++;
    return at;
}

static bool is_blank(weft_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
            return false;
    }
    return true;
}

void weft__out_comment(weft__out *out, size_t indent, const weft_str *lines, size_t n_lines)
{
    size_t room = WEFT__OUT_COLUMNS - indent - 6;
    bool is_first = true;
    for (size_t i = 0; i < n_lines; i++) {
        weft_str rest = lines[i];
        do {
            size_t len = fitting(rest, room);
            bool has_text = !is_blank(weft_str_of(rest.ptr, len));
            weft__out_f(out, "%s%*s%s%s", is_first ? "" : "\n", (int)indent, "", is_first ? "/*" : " *",
                        has_text ? " " : "");
            if (has_text)
                put_comment_text(out, weft_str_of(rest.ptr, len));
            is_first = false;
            size_t skip = len < rest.len ? len + 1 : len;
            rest = weft_str_of(rest.ptr + skip, rest.len - skip);
        } while (rest.len > 0);
    }
    if (!is_first)
        put_text(out, " */\n");
}
