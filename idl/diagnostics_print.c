/* Diagnostics: printing them, as text with source line and underline, or as lines of JSON. */
#include "idl/diagnostics_internal.h"

#include <stdlib.h>

#include "idl/text.h"

/* Of a longer line only a piece around the place is shown. */
#define LINE_MAX_BYTES 200u
#define LINE_BEFORE_BYTES 80u

typedef struct printer {
    int (*write)(void *user, const char *text, size_t len);
    void *user;
    int status; /* the first failure; nothing is written after it */
} printer;

static void put(printer *out, const char *text, size_t len)
{
    if (out->status == 0 && len > 0)
        out->status = out->write(out->user, text, len);
}

static void put_str(printer *out, weft_str text)
{
    put(out, text.ptr, text.len);
}

static void put_u64(printer *out, uint64_t value)
{
    char buf[WEFT__TEXT_U64_MAX];
    put_str(out, weft__text_u64(value, buf));
}

static void put_repeated(printer *out, char c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(out, &c, 1);
}

/* Text that a terminal cannot misread: control characters and broken UTF-8 become '?'. */
static void put_shown(printer *out, const char *text, size_t len)
{
    size_t i = 0;
    while (i < len) {
        size_t n = weft__utf8_len(text + i, len - i);
        if (n == 0 || (n == 1 && ((uint8_t)text[i] < 0x20 || text[i] == 0x7f) && text[i] != '\t'))
            put(out, "?", 1);
        else
            put(out, text + i, n);
        i += n ? n : 1;
    }
}

/* Steps over one code point, or one byte that is none. */
static size_t step(const char *text, size_t len)
{
    size_t n = weft__utf8_len(text, len);
    return n ? n : 1;
}

static void put_line(printer *out, weft__idl_span span)
{
    weft_str text = span.source->text;
    size_t at = span.offset < text.len ? span.offset : text.len;
    size_t start = at;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    size_t end = at;
    while (end < text.len && text.ptr[end] != '\n')
        end++;
    if (end > start && text.ptr[end - 1] == '\r')
        end--;
    at = at > end ? end : at;
    bool is_cut_before = end - start > LINE_MAX_BYTES && at - start > LINE_BEFORE_BYTES;
    if (is_cut_before) {
        start = at - LINE_BEFORE_BYTES;
        while (start < at && ((uint8_t)text.ptr[start] & 0xc0u) == 0x80u)
            start++;
    }
    bool is_cut_behind = end - start > LINE_MAX_BYTES;
    if (is_cut_behind) {
        end = start + LINE_MAX_BYTES;
        while (end > at && ((uint8_t)text.ptr[end] & 0xc0u) == 0x80u)
            end--;
    }
    put_str(out, is_cut_before ? WEFT_STR("...") : WEFT_STR(""));
    put_shown(out, text.ptr + start, end - start);
    put_str(out, is_cut_behind ? WEFT_STR("...\n") : WEFT_STR("\n"));

    put_str(out, is_cut_before ? WEFT_STR("   ") : WEFT_STR(""));
    for (size_t i = start; i < at; i += step(text.ptr + i, at - i))
        put(out, text.ptr[i] == '\t' ? "\t" : " ", 1);
    put(out, "^", 1);
    size_t last = at + span.len < end ? at + span.len : end;
    size_t n = 0;
    for (size_t i = at; i < last; i += step(text.ptr + i, last - i))
        n++;
    put_repeated(out, '~', n > 1 ? n - 1 : 0);
    put(out, "\n", 1);
}

static void put_place(printer *out, weft__idl_span span)
{
    if (!span.source)
        return;
    put_shown(out, span.source->path.ptr, span.source->path.len);
    put(out, ":", 1);
    if (span.line == 0) {
        put(out, " ", 1);
        return;
    }
    put_u64(out, span.line);
    put(out, ":", 1);
    put_u64(out, span.column);
    put(out, ": ", 2);
}

static void print_text(printer *out, const weft__diag *diag)
{
    put_place(out, diag->span);
    put_str(out, weft__diag_is_warning(diag->code) ? WEFT_STR("warning: ") : WEFT_STR("error: "));
    put_shown(out, diag->text.ptr, diag->text.len);
    put(out, " [", 2);
    put_str(out, weft_str_from(weft__diag_spelling(diag->code)));
    put(out, "]\n", 2);
    if (diag->span.source && diag->span.line)
        put_line(out, diag->span);
    for (const weft__diag_note_node *note = diag->notes; note; note = note->next) {
        put_place(out, note->span);
        put_str(out, WEFT_STR("note: "));
        put_shown(out, note->text.ptr, note->text.len);
        put(out, "\n", 1);
        if (note->span.source && note->span.line)
            put_line(out, note->span);
    }
    if (diag->hint.len) {
        put_str(out, WEFT_STR("hint: "));
        put_shown(out, diag->hint.ptr, diag->hint.len);
        put(out, "\n", 1);
    }
}

static void put_json_text(printer *out, weft_str text)
{
    static const char hex[] = "0123456789abcdef";
    put(out, "\"", 1);
    for (size_t i = 0; i < text.len;) {
        size_t n = weft__utf8_len(text.ptr + i, text.len - i);
        uint8_t c = (uint8_t)text.ptr[i];
        if (n == 0) {
            put_str(out, WEFT_STR("\\ufffd"));
            n = 1;
        } else if (c == '"' || c == '\\') {
            put(out, "\\", 1);
            put(out, text.ptr + i, 1);
        } else if (c < 0x20 || c == 0x7f) {
            char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
            put(out, escape, sizeof escape);
        } else {
            put(out, text.ptr + i, n);
        }
        i += n;
    }
    put(out, "\"", 1);
}

static void put_json_place(printer *out, weft__idl_span span)
{
    put_str(out, WEFT_STR("\"file\":"));
    put_json_text(out, span.source ? span.source->path : WEFT_STR(""));
    put_str(out, WEFT_STR(",\"line\":"));
    put_u64(out, span.line);
    put_str(out, WEFT_STR(",\"column\":"));
    put_u64(out, span.column);
    put_str(out, WEFT_STR(",\"offset\":"));
    put_u64(out, span.offset);
    put_str(out, WEFT_STR(",\"length\":"));
    put_u64(out, span.len);
    put_str(out, WEFT_STR(",\"text\":"));
}

static void print_json(printer *out, const weft__diag *diag)
{
    put_str(out, WEFT_STR("{\"severity\":"));
    put_str(out, weft__diag_is_warning(diag->code) ? WEFT_STR("\"warning\"") : WEFT_STR("\"error\""));
    put_str(out, WEFT_STR(",\"code\":"));
    put_json_text(out, weft_str_from(weft__diag_spelling(diag->code)));
    put(out, ",", 1);
    put_json_place(out, diag->span);
    put_json_text(out, diag->text);
    put_str(out, WEFT_STR(",\"hint\":"));
    put_json_text(out, diag->hint);
    put_str(out, WEFT_STR(",\"notes\":["));
    for (const weft__diag_note_node *note = diag->notes; note; note = note->next) {
        put(out, note == diag->notes ? "{" : ",{", note == diag->notes ? 1 : 2);
        put_json_place(out, note->span);
        put_json_text(out, note->text);
        put(out, "}", 1);
    }
    put_str(out, WEFT_STR("]}\n"));
}

static int compare(const void *left, const void *right)
{
    const weft__diag *a = left;
    const weft__diag *b = right;
    uint32_t a_source = a->span.source ? a->span.source->index : 0;
    uint32_t b_source = b->span.source ? b->span.source->index : 0;
    if (a_source != b_source)
        return a_source < b_source ? -1 : 1;
    if (a->span.offset != b->span.offset)
        return a->span.offset < b->span.offset ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

int weft__diagnostics_print(weft__diagnostics *diags, weft__diag_format format,
                            int (*write)(void *user, const char *text, size_t len), void *user)
{
    printer out = { .write = write, .user = user };
    diags->last = NULL;
    if (diags->n > 1)
        qsort(diags->items, diags->n, sizeof diags->items[0], compare);
    size_t n_shown = diags->n < WEFT__DIAG_PRINTED_MAX ? diags->n : WEFT__DIAG_PRINTED_MAX;
    for (size_t i = 0; i < n_shown; i++) {
        if (format == WEFT__DIAG_JSON)
            print_json(&out, &diags->items[i]);
        else
            print_text(&out, &diags->items[i]);
    }
    size_t n_left_out = diags->n_errors + diags->n_warnings - n_shown;
    if (n_left_out > 0 && format == WEFT__DIAG_JSON) {
        put_str(&out, WEFT_STR("{\"left_out\":"));
        put_u64(&out, n_left_out);
        put_str(&out, WEFT_STR("}\n"));
    } else if (n_left_out > 0) {
        put_str(&out, WEFT_STR("and "));
        put_u64(&out, n_left_out);
        put_str(&out, WEFT_STR(" more, left out\n"));
    }
    return out.status < 0 ? out.status : diags->status;
}
