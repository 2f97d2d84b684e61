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

/* Opens the file, or makes it (for its owner alone: ids are secret), and keeps it for this process alone: loops that
 * are to have it too share this one. What is synced is written by a thread of its own; the loop of the runtime hears of
 * it. 0; WEFT_EBUSY: another has it; WEFT_EACCES, WEFT_ENOENT (its folder), WEFT_ENAMETOOLONG, WEFT_EROFS, WEFT_ENOSPC,
 * WEFT_EIO, WEFT_EMFILE, WEFT_ENFILE, WEFT_ENOMEM, WEFT_EAGAIN: no thread; WEFT_EBADMSG: it is no such file, of a later
 * version, or damaged; WEFT_EINVAL; with the particulars in *error_or_null. On the runtime's thread, as the store's
 * functions.
 */
WEFT_API int weft_sqlite_open(const char *path, weft_runtime *runtime, weft_sqlite **ret_sqlite,
                              weft_error *error_or_null);
/* The same file for another runtime: each loop of a server has one, for operations of its own, and what they sync at a
 * time is written together. The runtimes have to serve together (weft_listener_add_runtime): what one has recorded, the
 * others ask it for. What the file had when it was opened is read by whichever of them makes its operations first, and
 * counts there. 0; WEFT_EINVAL; WEFT_ENOMEM, or what SQLite says. From any thread, while sqlite is not being closed. */
WEFT_API int weft_sqlite_share(weft_sqlite *sqlite, weft_runtime *runtime, weft_sqlite **ret_sqlite,
                               weft_error *error_or_null);
/* Waits for what is being written, as long as the disk takes, and closes; the file with the last of those that share
 * it, in any order. After its runtime is freed, and no operations use it. NULL does nothing. */
WEFT_API void weft_sqlite_close(weft_sqlite *sqlite_or_null);

#ifdef __cplusplus
}
#endif
#endif
