/* Diagnostics: collected in any order, printed once, in the order of the source.

   A diagnostic has a place, a text, any number of notes that point elsewhere, and at most one hint. Texts are built
   from a format in which each `%` stands for the next of the arguments, all of type weft_str:

       weft__diag(diags, TYPE_UNKNOWN, span, "unknown type `%`", name);
       weft__diag_note(diags, other_span, "`%` is declared here", name);   (belongs to the diagnostic before it)
       weft__diag_hint(diags, "did you mean `%`?", best);

   Nothing here fails: what cannot be kept for want of memory is remembered in weft__diagnostics_status. */
#ifndef WEFT_IDL_DIAGNOSTICS_H
#define WEFT_IDL_DIAGNOSTICS_H

#include "idl/diagnostic_codes.h"
#include "idl/source.h"

/* At most so many are kept for one run (the rest is counted), and printed. */
#define WEFT__DIAG_KEPT_MAX 1000u
#define WEFT__DIAG_PRINTED_MAX 20u

typedef struct weft__diagnostics weft__diagnostics;

/* allocator NULL: malloc. 0 or WEFT_ENOMEM. */
int weft__diagnostics_new(const weft_allocator *allocator_or_null, weft__diagnostics **ret_diags);
void weft__diagnostics_free(weft__diagnostics *diags_or_null);

/* Memory that lives as long as the diagnostics: for sources. */
weft_arena *weft__diagnostics_arena(weft__diagnostics *diags);

void weft__diag_add(weft__diagnostics *diags, weft__diag_code code, weft__idl_span span, const char *format,
                    const weft_str *args, size_t n_args);
void weft__diag_add_note(weft__diagnostics *diags, weft__idl_span span, const char *format, const weft_str *args,
                         size_t n_args);
void weft__diag_add_hint(weft__diagnostics *diags, const char *format, const weft_str *args, size_t n_args);

#define WEFT__DIAG_ARGS(...) \
    (const weft_str[]){ __VA_ARGS__ }, sizeof((const weft_str[]){ __VA_ARGS__ }) / sizeof(weft_str)
#define weft__diag(diags, code, span, ...) \
    weft__diag_add((diags), WEFT__DIAG_##code, (span), WEFT__DIAG_REST(__VA_ARGS__, WEFT_STR("")))
#define weft__diag_note(diags, span, ...) \
    weft__diag_add_note((diags), (span), WEFT__DIAG_REST(__VA_ARGS__, WEFT_STR("")))
#define weft__diag_hint(diags, ...) weft__diag_add_hint((diags), WEFT__DIAG_REST(__VA_ARGS__, WEFT_STR("")))
/* The format, and an array of what follows; a last empty argument keeps the array from being empty. */
#define WEFT__DIAG_REST(format, ...) (format), WEFT__DIAG_ARGS(__VA_ARGS__)

size_t weft__diagnostics_n_errors(const weft__diagnostics *diags);
size_t weft__diagnostics_n_warnings(const weft__diagnostics *diags);
/* How many there are in all of this code. */
size_t weft__diagnostics_count(const weft__diagnostics *diags, weft__diag_code code);
/* 0, or WEFT_ENOMEM: something was lost. */
int weft__diagnostics_status(const weft__diagnostics *diags);
const char *weft__diag_spelling(weft__diag_code code);

typedef enum weft__diag_format { WEFT__DIAG_TEXT, WEFT__DIAG_JSON } weft__diag_format;

/* Prints all, sorted by file (in the order of reading) and place, in pieces; write returns 0 or a negative code, which
   ends it and is returned. WEFT_ENOMEM. */
int weft__diagnostics_print(weft__diagnostics *diags, weft__diag_format format,
                            int (*write)(void *user, const char *text, size_t len), void *user);

#endif
