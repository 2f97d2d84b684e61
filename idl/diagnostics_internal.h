/* What collecting and printing of diagnostics share. */
#ifndef WEFT_IDL_DIAGNOSTICS_INTERNAL_H
#define WEFT_IDL_DIAGNOSTICS_INTERNAL_H

#include "idl/diagnostics.h"

typedef struct weft__diag_note_node {
    struct weft__diag_note_node *next;
    weft__idl_span span;
    weft_str text;
} weft__diag_note_node;

typedef struct weft__diag {
    weft__diag_code code;
    uint32_t place; /* order of adding: keeps the sorting stable */
    weft__idl_span span;
    weft_str text;
    weft_str hint; /* empty: none */
    weft__diag_note_node *notes;
} weft__diag;

struct weft__diagnostics {
    weft_allocator allocator;
    weft_arena *arena;
    int status;
    size_t n;
    size_t n_errors;
    size_t n_warnings;
    weft__diag *last; /* what notes and hints belong to; NULL: it was not kept */
    size_t n_of_code[WEFT__DIAG_N];
    weft__diag items[WEFT__DIAG_KEPT_MAX];
};

bool weft__diag_is_warning(weft__diag_code code);

#endif
