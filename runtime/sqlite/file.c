/* The file: made or checked, kept for this process alone, and what SQLite's errors are here [op.store]. */
#include "runtime/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* "weft" */
#define APPLICATION_ID 0x77656674
#define USER_VERSION 1
#define GROWTH (64 * 1024) /* bytes that the file grows by, at least */

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
    sqlite3_mutex *mutex = db ? sqlite3_db_mutex(db) : NULL; /* the words are of whoever failed last, on any thread */
    sqlite3_mutex_enter(mutex);
    sqlite3_snprintf((int)cap, text, "%s", db ? sqlite3_errmsg(db) : sqlite3_errstr(status));
    int code = map_sqlite(db, status);
    sqlite3_mutex_leave(mutex);
    return code;
}

/* ---- opening ---- */

static int file_fail(weft__sqlite_file *file, int status)
{
    return weft__sqlite_error(file->db, status, file->text, sizeof file->text);
}

static int file_refuse(weft__sqlite_file *file, int code, const char *text)
{
    sqlite3_snprintf((int)sizeof file->text, file->text, "%s", text);
    return code;
}

/* The first number of what a statement gives. SQLITE_OK, or what it says. */
static int query_number(sqlite3 *db, const char *sql, sqlite3_int64 *ret_number)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (status == SQLITE_OK) {
        status = sqlite3_step(statement);
        if (status == SQLITE_ROW)
            *ret_number = sqlite3_column_int64(statement, 0);
        status = status == SQLITE_ROW || status == SQLITE_DONE ? SQLITE_OK : status;
    }
    (void)sqlite3_finalize(statement);
    return status;
}

/* Ids are secret: a file that is made is its owner's alone. One that is there is left alone, since closing it here
 * would give up the locks that this process may have on it. */
static int file_make(weft__sqlite_file *file, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST) {
        int error = errno;
        return file_refuse(file, map_errno(error), strerror(error)); /* NOLINT(concurrency-mt-unsafe) */
    }
    if (fd >= 0)
        (void)close(fd);
    return 0;
}

/* Whose it is, within the transaction that has just taken the lock. */
static int file_check(weft__sqlite_file *file)
{
    sqlite3_int64 application = 0, version = 0, n_tables = 0;
    int status = query_number(file->db, "PRAGMA application_id", &application);
    if (status == SQLITE_OK)
        status = query_number(file->db, "PRAGMA user_version", &version);
    if (status == SQLITE_OK)
        status = query_number(file->db, "SELECT count(*) FROM sqlite_schema", &n_tables);
    if (status != SQLITE_OK)
        return file_fail(file, status);
    if (application == 0 && version == 0 && n_tables == 0) {
        status = sqlite3_exec(
            file->db,
            "CREATE TABLE record (key BLOB PRIMARY KEY, seq INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;"
            "PRAGMA application_id = 0x77656674; PRAGMA user_version = 1",
            NULL, NULL, NULL);
        return status == SQLITE_OK ? 0 : file_fail(file, status);
    }
    if (application != APPLICATION_ID)
        return file_refuse(file, WEFT_EBADMSG, "it is a database of another program");
    if (version != USER_VERSION)
        return file_refuse(file, WEFT_EBADMSG, "it was made by a later version");
    return 0;
}

/* Where it cannot be had another kind of journal stays, and nothing is said. */
static bool file_has_wal(const weft__sqlite_file *file)
{
    sqlite3_stmt *statement = NULL;
    bool has_wal = sqlite3_prepare_v2(file->db, "PRAGMA journal_mode", -1, &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW &&
                   sqlite3_stricmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
    (void)sqlite3_finalize(statement);
    return has_wal;
}

/* One that was made without has one from now on [op.store]. */
static int file_read_identity(weft__sqlite_file *file)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_exec(file->db,
                              "CREATE TABLE IF NOT EXISTS identity (one INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
                              "INSERT OR IGNORE INTO identity VALUES (1, randomblob(16))",
                              NULL, NULL, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_prepare_v2(file->db, "SELECT bytes FROM identity WHERE one = 1", -1, &statement, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_step(statement);
    bool is_whole = status == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == sizeof file->identity;
    if (is_whole)
        memcpy(file->identity, sqlite3_column_blob(statement, 0), sizeof file->identity);
    int code = is_whole                                        ? 0
               : status == SQLITE_ROW || status == SQLITE_DONE ? file_refuse(file, WEFT_EBADMSG, "it is damaged")
                                                               : file_fail(file, status);
    (void)sqlite3_finalize(statement);
    return code;
}

static int file_lock(weft__sqlite_file *file)
{
    if (sqlite3_db_readonly(file->db, "main") == 1) /* it was opened so, since it could not be otherwise */
        return file_refuse(file, WEFT_EROFS, "it cannot be written");
    /* Before the journal's mode, so that no shared memory is made; the lock comes with the first use and stays. */
    int status = sqlite3_exec(file->db,
                              "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 256;"
                              "PRAGMA journal_size_limit = 1048576; BEGIN EXCLUSIVE",
                              NULL, NULL, NULL);
    if (status != SQLITE_OK && map_sqlite(file->db, status) == WEFT_EBUSY)
        return file_refuse(file, WEFT_EBUSY, "it is in use, by another process or by this one (weft_sqlite_share)");
    if (status != SQLITE_OK)
        return file_fail(file, status);
    int code = file_has_wal(file) ? file_check(file) : file_refuse(file, WEFT_EIO, "it cannot have a write-ahead log");
    if (code == 0)
        code = file_read_identity(file);
    status = sqlite3_exec(file->db, code == 0 ? "COMMIT" : "ROLLBACK", NULL, NULL, NULL);
    return code == 0 && status != SQLITE_OK ? file_fail(file, status) : code;
}

typedef struct preparation {
    sqlite3_stmt **statement;
    const char *sql;
} preparation;

static int file_prepare(weft__sqlite_file *file, const preparation *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int status = sqlite3_prepare_v3(file->db, all[i].sql, -1, SQLITE_PREPARE_PERSISTENT, all[i].statement, NULL);
        if (status != SQLITE_OK)
            return file_fail(file, status);
    }
    return 0;
}

/* Loops hand keys to each other, and their syncs come in any order: the change that was asked for last counts. */
static int file_prepare_all(weft__sqlite_file *file)
{
    const preparation all[] = {
        { &file->put, "INSERT INTO record (key, value, seq) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE "
                      "SET value = excluded.value, seq = excluded.seq WHERE seq < excluded.seq" },
        { &file->remove, "DELETE FROM record WHERE key = ?1 AND seq < ?3" },
        { &file->begin, "BEGIN IMMEDIATE" },
        { &file->pages, "PRAGMA page_count" },
        { &file->commit, "COMMIT" },
        { &file->undo, "ROLLBACK" },
    };
    return file_prepare(file, all, sizeof all / sizeof *all);
}

/* And what else has to be known. */
static int file_read_seq(weft__sqlite_file *file)
{
    sqlite3_int64 seq = 0;
    int chunk = GROWTH;
    int status = query_number(file->db, "SELECT max(seq) FROM record", &seq);
    if (status == SQLITE_OK)
        status = query_number(file->db, "PRAGMA page_size", &file->page_size);
    if (status == SQLITE_OK)
        status = sqlite3_file_control(file->db, "main", SQLITE_FCNTL_CHUNK_SIZE, &chunk);
    file->seq = (uint64_t)seq;
    return status == SQLITE_OK ? 0 : file_fail(file, status);
}

int weft__sqlite_file_open(weft__sqlite_file *file, const char *path)
{
    if (strcmp(path, ":memory:") == 0 || strncmp(path, "file:", strlen("file:")) == 0)
        return file_refuse(file, WEFT_EINVAL, "it is no path of a file");
    int code = file_make(file, path);
    if (code < 0)
        return code;
    int status = sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL);
    if (status != SQLITE_OK)
        return file_fail(file, status);
    (void)sqlite3_extended_result_codes(file->db, 1);
    code = file_lock(file);
    if (code == 0)
        code = file_prepare_all(file);
    return code < 0 ? code : file_read_seq(file);
}

int weft__sqlite_file_add(weft__sqlite_file *file, weft_sqlite *member)
{
    const preparation all[] = {
        { &member->read, "SELECT value FROM record WHERE key = ?1" },
        { &member->scan, "SELECT key, value FROM record" },
    };
    return file_prepare(file, all, sizeof all / sizeof *all);
}

void weft__sqlite_file_close(weft__sqlite_file *file)
{
    sqlite3_stmt *const all[] = { file->put, file->remove, file->begin, file->pages, file->commit, file->undo };
    for (size_t i = 0; i < sizeof all / sizeof(sqlite3_stmt *); i++) /* NOLINT(bugprone-sizeof-expression) */
        (void)sqlite3_finalize(all[i]);
    (void)sqlite3_close(file->db);
}
