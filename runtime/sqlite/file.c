/* The file: made or checked, kept for this process alone, and what SQLite's errors are here [op.store]. */
#include "runtime/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* "weft" */
#define APPLICATION_ID 0x77656674
#define USER_VERSION 1

/* ---- errors ---- */

static int map_errno(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT: return WEFT_ENOSPC;
    case EROFS: return WEFT_EROFS;
    case EACCES:
    case EPERM: return WEFT_EACCES;
    case ENOENT:
    case ENOTDIR: return WEFT_ENOENT;
    case ENAMETOOLONG: return WEFT_ENAMETOOLONG;
    case EMFILE: return WEFT_EMFILE;
    case ENFILE: return WEFT_ENFILE;
    case ENOMEM: return WEFT_ENOMEM;
    default: return WEFT_EIO;
    }
}

static int map_sqlite(sqlite3 *db, int status)
{
    switch (status & 0xff) {
    case SQLITE_OK: return 0;
    case SQLITE_FULL: return WEFT_ENOSPC;
    case SQLITE_READONLY: return WEFT_EROFS;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return WEFT_EBUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA: return WEFT_EBADMSG;
    case SQLITE_NOMEM: return WEFT_ENOMEM;
    case SQLITE_TOOBIG: return WEFT_EMSGSIZE;
    case SQLITE_PERM:
    case SQLITE_AUTH: return WEFT_EACCES;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: return status == SQLITE_IOERR_NOMEM ? WEFT_ENOMEM : map_errno(db ? sqlite3_system_errno(db) : 0);
    default: return WEFT_EIO;
    }
}

int weft__sqlite_error(sqlite3 *db, int status, char *text, size_t cap)
{
    sqlite3_snprintf((int)cap, text, "%s", db ? sqlite3_errmsg(db) : sqlite3_errstr(status));
    return map_sqlite(db, status);
}

/* ---- opening ---- */

static int file_fail(weft_sqlite *sqlite, int status)
{
    return weft__sqlite_error(sqlite->db, status, sqlite->text, sizeof sqlite->text);
}

static int file_refuse(weft_sqlite *sqlite, int code, const char *text)
{
    sqlite3_snprintf((int)sizeof sqlite->text, sqlite->text, "%s", text);
    return code;
}

/* The first number of what a statement gives. SQLITE_OK, or what it says. */
static int query_number(sqlite3 *db, const char *sql, int *ret_number)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (status == SQLITE_OK) {
        status = sqlite3_step(statement);
        if (status == SQLITE_ROW)
            *ret_number = sqlite3_column_int(statement, 0);
        status = status == SQLITE_ROW || status == SQLITE_DONE ? SQLITE_OK : status;
    }
    (void)sqlite3_finalize(statement);
    return status;
}

/* Ids are secret: a file that is made is its owner's alone. One that is there is left alone, since closing it here
 * would give up the locks that this process may have on it. */
static int file_make(weft_sqlite *sqlite, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST) {
        int error = errno;
        return file_refuse(sqlite, map_errno(error), strerror(error)); /* NOLINT(concurrency-mt-unsafe) */
    }
    if (fd >= 0)
        (void)close(fd);
    return 0;
}

/* Whose it is, within the transaction that has just taken the lock. */
static int file_check(weft_sqlite *sqlite)
{
    int application = 0, version = 0, n_tables = 0;
    int status = query_number(sqlite->db, "PRAGMA application_id", &application);
    if (status == SQLITE_OK)
        status = query_number(sqlite->db, "PRAGMA user_version", &version);
    if (status == SQLITE_OK)
        status = query_number(sqlite->db, "SELECT count(*) FROM sqlite_schema", &n_tables);
    if (status != SQLITE_OK)
        return file_fail(sqlite, status);
    if (application == 0 && version == 0 && n_tables == 0) {
        status = sqlite3_exec(sqlite->db,
                              "CREATE TABLE record (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                              "PRAGMA application_id = 0x77656674; PRAGMA user_version = 1",
                              NULL, NULL, NULL);
        return status == SQLITE_OK ? 0 : file_fail(sqlite, status);
    }
    if (application != APPLICATION_ID)
        return file_refuse(sqlite, WEFT_EBADMSG, "it is a database of another program");
    if (version != USER_VERSION)
        return file_refuse(sqlite, WEFT_EBADMSG, "it was made by a later version");
    return 0;
}

static int file_lock(weft_sqlite *sqlite)
{
    if (sqlite3_db_readonly(sqlite->db, "main") == 1) /* it was opened so, since it could not be otherwise */
        return file_refuse(sqlite, WEFT_EROFS, "it cannot be written");
    /* Before the journal's mode, so that no shared memory is made; the lock comes with the first use and stays. */
    int status = sqlite3_exec(sqlite->db,
                              "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 256; BEGIN EXCLUSIVE",
                              NULL, NULL, NULL);
    if (status != SQLITE_OK)
        return file_fail(sqlite, status);
    int code = file_check(sqlite);
    status = sqlite3_exec(sqlite->db, code == 0 ? "COMMIT" : "ROLLBACK", NULL, NULL, NULL);
    return code == 0 && status != SQLITE_OK ? file_fail(sqlite, status) : code;
}

static int file_prepare(weft_sqlite *sqlite)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        { &sqlite->read, "SELECT value FROM record WHERE key = ?1" },
        { &sqlite->scan, "SELECT key, value FROM record" },
        { &sqlite->put, "INSERT OR REPLACE INTO record (key, value) VALUES (?1, ?2)" },
        { &sqlite->remove, "DELETE FROM record WHERE key = ?1" },
        { &sqlite->begin, "BEGIN IMMEDIATE" },
        { &sqlite->commit, "COMMIT" },
        { &sqlite->undo, "ROLLBACK" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int status = sqlite3_prepare_v3(sqlite->db, all[i].sql, -1, SQLITE_PREPARE_PERSISTENT, all[i].statement, NULL);
        if (status != SQLITE_OK)
            return file_fail(sqlite, status);
    }
    return 0;
}

int weft__sqlite_file_open(weft_sqlite *sqlite, const char *path)
{
    int code = file_make(sqlite, path);
    if (code < 0)
        return code;
    int status = sqlite3_open_v2(path, &sqlite->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL);
    if (status != SQLITE_OK)
        return file_fail(sqlite, status);
    (void)sqlite3_extended_result_codes(sqlite->db, 1);
    code = file_lock(sqlite);
    return code < 0 ? code : file_prepare(sqlite);
}

void weft__sqlite_file_close(weft_sqlite *sqlite)
{
    sqlite3_stmt *const all[] = { sqlite->read,  sqlite->scan,   sqlite->put, sqlite->remove,
                                  sqlite->begin, sqlite->commit, sqlite->undo };
    for (size_t i = 0; i < sizeof all / sizeof(sqlite3_stmt *); i++) /* NOLINT(bugprone-sizeof-expression) */
        (void)sqlite3_finalize(all[i]);
    (void)sqlite3_close(sqlite->db);
}
