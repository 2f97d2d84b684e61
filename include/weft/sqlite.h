/* weft/sqlite.h: operations in a file, by SQLite. In libweft-sqlite, which needs libsqlite3. */
#ifndef WEFT_SQLITE_H
#define WEFT_SQLITE_H

#include "weft/operation.h"
#include "weft/runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_sqlite weft_sqlite;

/* The functions of a weft_sqlite, which is their self: for weft_operations_options. */
WEFT_API extern const weft_operation_store weft_sqlite_store;

/* Opens the file, or makes it, in WAL mode, and keeps it for itself: one process, one weft_sqlite. What is synced is
 * written by a thread of its own, which tells of it through the poster of the runtime whose loop is to hear of it
 * (retained). 0; WEFT_EBUSY: another has it; WEFT_EACCES, WEFT_EROFS, WEFT_ENOSPC, WEFT_EIO, WEFT_ENOMEM; WEFT_EBADMSG:
 * it is no such file, or of a later version; with the particulars in *error_or_null. */
WEFT_API int weft_sqlite_open(const char *path, weft_poster *poster, weft_sqlite **ret_sqlite,
                              weft_error *error_or_null);
/* Waits for what is being written, and closes. After the runtime and the operations. NULL does nothing. */
WEFT_API void weft_sqlite_close(weft_sqlite *sqlite_or_null);

#ifdef __cplusplus
}
#endif
#endif
