/* Entries and operations in files of SQLite's. */
#include "persist.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef KV_SQLITE

#include "weft/sqlite.h"
#include <sqlite3.h>

/* What a loop has of the operations. */
struct share {
    struct share *next;
    weft_sqlite *sqlite;
    weft_operations *operations;
};

struct persist {
    sqlite3 *entries;
    sqlite3_stmt *put, *remove;
    struct share *shares;
    weft_writer *writer;
    char path[4096], operations_path[4096];
};

/* ---- entries ---- */

static int run(sqlite3_stmt *statement)
{
    int status = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return status == SQLITE_DONE ? 0 : WEFT_EIO;
}

int persist_put(struct persist *persist, const kv_entry *entry)
{
    weft_writer_clear(persist->writer);
    if (kv_entry_encode(entry, persist->writer) < 0)
        return WEFT_EIO;
    weft_bytes bytes = weft_writer_bytes(persist->writer);
    sqlite3_bind_text64(persist->put, 1, entry->key.ptr, entry->key.len, SQLITE_STATIC, SQLITE_UTF8);
    sqlite3_bind_int64(persist->put, 2, (sqlite3_int64)entry->version);
    sqlite3_bind_blob64(persist->put, 3, bytes.ptr, bytes.len, SQLITE_STATIC);
    return run(persist->put);
}

int persist_remove(struct persist *persist, weft_str key)
{
    sqlite3_bind_text64(persist->remove, 1, key.ptr, key.len, SQLITE_STATIC, SQLITE_UTF8);
    return run(persist->remove);
}

/* In the order in which they were stored. */
static int load_entries(sqlite3 *entries, struct store *store)
{
    sqlite3_stmt *all = NULL;
    weft_arena *arena = NULL;
    int status = sqlite3_prepare_v2(entries, "SELECT entry FROM entry ORDER BY version", -1, &all, NULL);
    if (status == SQLITE_OK && weft_arena_new(NULL, &arena) < 0)
        status = SQLITE_NOMEM;
    while (status == SQLITE_OK && (status = sqlite3_step(all)) == SQLITE_ROW) {
        kv_entry entry;
        weft_bytes bytes = weft_bytes_of(sqlite3_column_blob(all, 0), (size_t)sqlite3_column_bytes(all, 0));
        status = kv_entry_decode(&entry, bytes, arena, NULL) == 0 && store_restore(store, &entry) == 0 ? SQLITE_OK
                                                                                                       : SQLITE_CORRUPT;
        weft_arena_clear(arena);
    }
    weft_arena_free(arena);
    sqlite3_finalize(all);
    return status == SQLITE_DONE ? SQLITE_OK : status;
}

/* Versions go on behind the highest that was ever given, though its entry may have been removed. */
static int load_version(sqlite3 *entries, struct store *store)
{
    sqlite3_stmt *highest = NULL;
    int status = sqlite3_prepare_v2(entries, "SELECT max(seq) FROM sqlite_sequence", -1, &highest, NULL);
    if (status == SQLITE_OK && sqlite3_step(highest) == SQLITE_ROW)
        store->version = (uint64_t)sqlite3_column_int64(highest, 0);
    sqlite3_finalize(highest);
    return status;
}

int persist_load(struct persist *persist, struct store *store)
{
    int status = sqlite3_open(persist->path, &persist->entries);
    if (status == SQLITE_OK)
        status = sqlite3_exec(
            persist->entries,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE IF NOT EXISTS entry (version INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, entry BLOB)",
            NULL, NULL, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_prepare_v2(persist->entries,
                                    "INSERT OR REPLACE INTO entry (key, version, entry) VALUES (?1, ?2, ?3)", -1,
                                    &persist->put, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_prepare_v2(persist->entries, "DELETE FROM entry WHERE key = ?1", -1, &persist->remove, NULL);
    if (status == SQLITE_OK)
        status = load_entries(persist->entries, store);
    if (status == SQLITE_OK)
        status = load_version(persist->entries, store);
    if (status != SQLITE_OK)
        fprintf(stderr, "kv-server: %s: %s\n", persist->path, sqlite3_errmsg(persist->entries));
    return status == SQLITE_OK ? 0 : -1;
}

/* ---- operations ---- */

/* Of calls of @persistent methods: recorded before the handler runs, and their outcome before the answer leaves. The
 * first loop opens the file, the others share it. */
static int open_operations(const struct persist *persist, struct share *share, weft_runtime *runtime)
{
    weft_error error = { 0, 0, 0, "operations" };
    weft_operations_options options;
    int rc = share->next ? weft_sqlite_share(share->next->sqlite, runtime, &share->sqlite, &error)
                         : weft_sqlite_open(persist->operations_path, runtime, &share->sqlite, &error);
    if (rc == 0)
        rc = weft_runtime_operations_options(runtime, &options, sizeof options);
    if (rc == 0) {
        options.store = &weft_sqlite_store;
        options.store_self = share->sqlite;
        rc = weft_operations_new(&options, &share->operations, &error);
    }
    if (rc == 0)
        rc = weft_runtime_use_operations(runtime, share->operations);
    if (rc < 0)
        fprintf(stderr, "kv-server: %s (%s)\n", error.text, weft_strerror(rc));
    return rc;
}

static void share_free(struct share *share)
{
    weft_operations_release(share->operations);
    weft_sqlite_close(share->sqlite);
    free(share);
}

int persist_add_loop(struct persist *persist, weft_runtime *runtime)
{
    struct share *share = calloc(1, sizeof *share);
    if (!share)
        return -1;
    share->next = persist->shares;
    persist->shares = share;
    return open_operations(persist, share, runtime);
}

int persist_open(const char *path, struct persist **ret_persist)
{
    struct persist *persist = *ret_persist = calloc(1, sizeof *persist);
    if (!persist || weft_writer_new(NULL, SIZE_MAX, &persist->writer) < 0)
        return -1;
    snprintf(persist->path, sizeof persist->path, "%s", path);
    snprintf(persist->operations_path, sizeof persist->operations_path, "%s-operations", path);
    return 0;
}

void persist_close(struct persist *persist)
{
    if (!persist)
        return;
    while (persist->shares) {
        struct share *share = persist->shares;
        persist->shares = share->next;
        share_free(share);
    }
    sqlite3_finalize(persist->put);
    sqlite3_finalize(persist->remove);
    sqlite3_close(persist->entries);
    weft_writer_free(persist->writer);
    free(persist);
}

#else

int persist_open(const char *path, struct persist **ret_persist)
{
    (void)ret_persist;
    fprintf(stderr, "kv-server: %s: weft was built without SQLite\n", path);
    return -1;
}

int persist_add_loop(struct persist *persist, weft_runtime *runtime)
{
    (void)persist, (void)runtime;
    return -1;
}

int persist_load(struct persist *persist, struct store *store)
{
    (void)persist, (void)store;
    return -1;
}

int persist_put(struct persist *persist, const kv_entry *entry)
{
    (void)persist, (void)entry;
    return WEFT_EIO;
}

int persist_remove(struct persist *persist, weft_str key)
{
    (void)persist, (void)key;
    return WEFT_EIO;
}

void persist_close(struct persist *persist)
{
    (void)persist;
}

#endif
