/* One version of interfaces, from files and folders: what `weftc check --against` compares, and `weftc lock` writes. */
#ifndef WEFT_CODEGEN_SIDE_H
#define WEFT_CODEGEN_SIDE_H

#include "codegen/commands.h"
#include "idl/compare.h"

typedef struct weftc_file {
    const char *path;
    weft__diagnostics *diags; /* a file has its own, so that a common import is reported with each that it breaks */
    weft__model *model;       /* NULL: diags say why */
    const weft__idl_schema *schema;
    const char *folder; /* the one that it was found in; NULL: it was named itself */
    bool is_left_out;   /* of comparisons */
} weftc_file;

typedef struct weftc_side {
    weft_arena *arena; /* of paths */
    const weft__idl_source_reader *reader;
    const char *lock; /* the file that all files are parts of; NULL: they are files of their own */
    const char **import_dirs;
    size_t n_import_dirs;
    weftc_file *files; /* folders opened: every .weft file in them, in the order of their names */
    size_t n_files;
    size_t cap_files;
} weftc_side;

/* import_dirs are borrowed. All of these: 0, or a negative code, said on stderr. */
int weftc_side_init(weftc_side *side, const char *const *import_dirs, size_t n_import_dirs);
/* path is borrowed. */
int weftc_side_add_file(weftc_side *side, const char *path);
/* A file or a folder; imports are searched in a folder, too, before import_dirs. */
int weftc_side_add(weftc_side *side, const char *path);
/* WEFT_EINVAL: a file is not good: nothing is said but what its diagnostics hold; weftc_side_report prints them. */
int weftc_side_load(weftc_side *side);
/* Prints the diagnostics; with errors_only of files that have errors. */
int weftc_side_report(const weftc_side *side, weft__diag_format format, bool errors_only);
/* Lives in the arena of new_side. */
int weftc_side_compare(const weftc_side *old_side, const weftc_side *new_side, const weft__comparison **ret_comparison);
int weftc_side_compare_method(const weftc_side *old_side, const weftc_side *new_side, const char *method,
                              void (*visit)(void *user, const weft__plan_view *view), void *user);
void weftc_side_fini(weftc_side *side);

#endif
