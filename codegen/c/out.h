/* Text of a generated file while it grows. The first failure sticks: what follows does nothing, and rc tells. */
#ifndef WEFT_CODEGEN_C_OUT_H
#define WEFT_CODEGEN_C_OUT_H

#include "runtime/base/buf.h"

#include <stdarg.h>

/* Generated lines are not longer, but where a single word is. */
#define WEFT__OUT_COLUMNS ((size_t)120)

#define WEFT__TEXT_REAL_MAX 40

typedef struct weft__out {
    weft__buf buf;
    int rc; /* 0 or WEFT_ENOMEM */
} weft__out;

/* allocator is borrowed and outlives the text. */
void weft__out_init(weft__out *out, const weft_allocator *allocator);
void weft__out_fini(weft__out *out);

void weft__out_f(weft__out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `head` `item`, `item` … `tail`: on one line where it fits, else continued under the end of head, a break before an
 * item that does not fit. head holds no line break. */
void weft__out_list(weft__out *out, const char *head, const char *const *items, size_t n_items, const char *tail);

/* `    0x93, 0x01, …,` in rows of 16, each on a line of its own. */
void weft__out_bytes(weft__out *out, weft_bytes bytes);
/* `    'a', '\n', …,` in rows. */
void weft__out_chars(weft__out *out, weft_str text);
/* A blank and "…"; or, where that is longer than a line, pieces on lines of their own, indented by four blanks; each
 * line break is written as `line_end` ("\n", in a macro " \\\n"). */
void weft__out_literal(weft__out *out, weft_str text, const char *line_end);

/* A comment of these lines, `indent` blanks before it: what would end it or warn inside is defused, long lines are
 * broken. */
void weft__out_comment(weft__out *out, size_t indent, const weft_str *lines, size_t n_lines);

/* Like vprintf, into arena; NULL: out of memory. */
const char *weft__text_vf(weft_arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* The shortest decimal that reads back as the same value, a C literal: "0.5", "1e+300"; for f32 without its suffix. */
void weft__text_real(double value, bool is_f32, char ret_text[WEFT__TEXT_REAL_MAX]);

#endif
