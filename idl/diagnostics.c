/* Diagnostics: collecting them. Their printing is in diagnostics_print.c. */
#include "idl/diagnostics_internal.h"

#include "runtime/base/mem.h"

static const bool code_is_warning[] = {
#define ERROR false
#define WARNING true
#define CODE_IS_WARNING(name, spelling, severity) severity,
    WEFT__DIAG_CODES(CODE_IS_WARNING)
#undef CODE_IS_WARNING
#undef WARNING
#undef ERROR
};

static const char *const code_spelling[] = {
#define CODE_SPELLING(name, spelling, severity) spelling,
    WEFT__DIAG_CODES(CODE_SPELLING)
#undef CODE_SPELLING
};

const char *weft__diag_spelling(weft__diag_code code)
{
    return code < WEFT__DIAG_N ? code_spelling[code] : "?";
}

bool weft__diag_is_warning(weft__diag_code code)
{
    return code_is_warning[code];
}

int weft__diagnostics_new(const weft_allocator *allocator_or_null, weft__diagnostics **ret_diags)
{
    weft_allocator allocator = weft__allocator_of(allocator_or_null);
    weft__diagnostics *diags = weft__alloc_zero(&allocator, sizeof *diags);
    if (!diags)
        return WEFT_ENOMEM;
    diags->allocator = allocator;
    int status = weft_arena_new(&allocator, &diags->arena);
    if (status < 0) {
        weft__free(&allocator, diags, sizeof *diags);
        return status;
    }
    *ret_diags = diags;
    return 0;
}

void weft__diagnostics_free(weft__diagnostics *diags_or_null)
{
    if (!diags_or_null)
        return;
    weft_allocator allocator = diags_or_null->allocator;
    weft_arena_free(diags_or_null->arena);
    weft__free(&allocator, diags_or_null, sizeof *diags_or_null);
}

weft_arena *weft__diagnostics_arena(weft__diagnostics *diags)
{
    return diags->arena;
}

/* The format with its arguments put in; ptr NULL: out of memory. */
static weft_str text_of(weft__diagnostics *diags, const char *format, const weft_str *args, size_t n_args)
{
    size_t len = 0;
    size_t i_arg = 0;
    for (const char *p = format; *p; p++)
        len += *p == '%' && i_arg < n_args ? args[i_arg++].len : 1;
    char *text = weft_arena_alloc(diags->arena, len + 1, 1);
    if (!text) {
        diags->status = WEFT_ENOMEM;
        return weft_str_of(NULL, 0);
    }
    char *out = text;
    i_arg = 0;
    for (const char *p = format; *p; p++) {
        if (*p == '%' && i_arg < n_args) {
            if (args[i_arg].len > 0)
                memcpy(out, args[i_arg].ptr, args[i_arg].len);
            out += args[i_arg++].len;
        } else {
            *out++ = *p;
        }
    }
    *out = '\0';
    return weft_str_of(text, len);
}

static bool is_known(const weft__diagnostics *diags, weft__diag_code code, weft__idl_span span)
{
    /* One place can have only a few diagnostics, and they come together: looking at the newest is enough. */
    size_t first = diags->n > 16 ? diags->n - 16 : 0;
    for (size_t i = first; i < diags->n; i++) {
        const weft__diag *d = &diags->items[i];
        if (d->code == code && d->span.source == span.source && d->span.offset == span.offset && span.source)
            return true;
    }
    return false;
}

void weft__diag_add(weft__diagnostics *diags, weft__diag_code code, weft__idl_span span, const char *format,
                    const weft_str *args, size_t n_args)
{
    diags->last = NULL;
    if (is_known(diags, code, span))
        return;
    diags->n_of_code[code]++;
    if (weft__diag_is_warning(code))
        diags->n_warnings++;
    else
        diags->n_errors++;
    if (diags->n >= WEFT__DIAG_KEPT_MAX)
        return;
    weft_str text = text_of(diags, format, args, n_args);
    if (!text.ptr)
        return;
    weft__diag *diag = &diags->items[diags->n];
    *diag = (weft__diag){ .code = code, .span = span, .text = text, .hint = WEFT_STR(""), .place = (uint32_t)diags->n };
    diags->n++;
    diags->last = diag;
}

void weft__diag_add_note(weft__diagnostics *diags, weft__idl_span span, const char *format, const weft_str *args,
                         size_t n_args)
{
    if (!diags->last)
        return;
    weft_str text = text_of(diags, format, args, n_args);
    weft__diag_note_node *note = weft_arena_alloc(diags->arena, sizeof *note, _Alignof(weft__diag_note_node));
    if (!text.ptr || !note) {
        diags->status = WEFT_ENOMEM;
        return;
    }
    *note = (weft__diag_note_node){ .span = span, .text = text };
    weft__diag_note_node **end = &diags->last->notes;
    while (*end)
        end = &(*end)->next;
    *end = note;
}

void weft__diag_add_hint(weft__diagnostics *diags, const char *format, const weft_str *args, size_t n_args)
{
    if (!diags->last)
        return;
    weft_str text = text_of(diags, format, args, n_args);
    if (text.ptr)
        diags->last->hint = text;
}

size_t weft__diagnostics_n_errors(const weft__diagnostics *diags)
{
    return diags->n_errors;
}

size_t weft__diagnostics_n_warnings(const weft__diagnostics *diags)
{
    return diags->n_warnings;
}

size_t weft__diagnostics_count(const weft__diagnostics *diags, weft__diag_code code)
{
    return diags->n_of_code[code];
}

int weft__diagnostics_status(const weft__diagnostics *diags)
{
    return diags->status;
}
