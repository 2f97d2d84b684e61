/* Sources from memory, for tests of the language. */
#ifndef WEFT_TESTS_SUPPORT_IDL_H
#define WEFT_TESTS_SUPPORT_IDL_H

#include "idl/diagnostics.h"
#include "idl/model.h"

/* A file of the test's: what a path reads as. */
typedef struct weft_test_file {
    const char *path;
    weft_str text;
} weft_test_file;

typedef struct weft_test_files {
    const weft_test_file *files;
    size_t n_files;
} weft_test_files;

/* For the reader's ctx: a weft_test_files. A path that is none of them is not there. */
int weft_test_read_file(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text);

/* Loads "a.weft" with this text. 0 with a model, or the code; the diagnostics are the caller's either way. */
int weft_test_load(weft_str text, const weft_allocator *allocator_or_null, weft__model **ret_model,
                   weft__diagnostics **ret_diags);

/* The declaration of this name in the root; fails the test where there is none. */
const weft__model_decl *weft_test_decl(const weft__model *model, const char *name);

/* All of a file below the source directory, with malloc and a NUL behind; fails the test where it cannot be read. */
char *weft_test_read_source(const char *path, size_t *ret_len);

#endif
