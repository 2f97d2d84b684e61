/* weft.lock: what has been published of interfaces, in the language itself, so that a difference can be read: for each
 * package its types and services, sorted by name, with their ids; names of aliases and constants are replaced by what
 * they stand for, and what means nothing on the wire is left out. */
#ifndef WEFT_CODEGEN_LOCK_H
#define WEFT_CODEGEN_LOCK_H

#include "codegen/side.h"

#define WEFTC_LOCK_NAME "weft.lock"

/* The text of all packages of a side that is loaded, in side's arena. 0, or a negative code, said on stderr. */
int weftc_lock_text(const weftc_side *side, weft_str *ret_text);
/* Beside the files, or in the folder, that path is: in arena; ptr NULL: out of memory. */
const char *weftc_lock_beside(const char *path, weft_arena *arena);

/* Loads a lock as a side of which each file is a package. 0; WEFT_ENOENT: there is no such file (not said); other
 * codes: said on stderr. */
int weftc_lock_load(const char *path, weftc_side *ret_side);

#endif
