/* Sources and the places in them: what every token, node and diagnostic points at. */
#ifndef WEFT_IDL_SOURCE_H
#define WEFT_IDL_SOURCE_H

#include "weft/base.h"

/* A file may have at most this many bytes: weftc reads files whole, and offsets are 32 bits. */
#define WEFT__IDL_FILE_MAX ((size_t)4 * 1024u * 1024u)

/* One file. Lives, with its text, in the diagnostics that were given when it was read. */
typedef struct weft__idl_source {
    weft_str path;  /* as it is to be shown: what was given, or an import directory joined with what was spelled */
    weft_str text;  /* all of it; a NUL byte follows */
    uint32_t index; /* among the files read in this run: what diagnostics are sorted by */
} weft__idl_source;

/* A piece of one line or more. Lines and columns count from 1, columns in code points. source NULL: no place. */
typedef struct weft__idl_span {
    const weft__idl_source *source;
    uint32_t offset; /* bytes */
    uint32_t len;    /* bytes */
    uint32_t line;
    uint32_t column;
} weft__idl_span;

/* How files come in: the front end itself calls no system. */
typedef struct weft__idl_source_reader {
    /* Reads all of the file at path into arena; a NUL byte follows the text. 0; WEFT_ENOENT: there is none (the next
       import directory is tried); WEFT_ENOMEM; WEFT_EMSGSIZE: above WEFT__IDL_FILE_MAX; another negative errno value.
     */
    int (*read)(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text);
    void *ctx;
    const char *standard_dir; /* where imports are looked for last; NULL: nowhere */
} weft__idl_source_reader;

#endif
