/* Entries and operations in files of SQLite's. */
#include "persist.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef KV_SQLITE

#include "weft/sqlite.h"
#include <sqlite3.h>

struct persist {
    sqlite3 *entries;
    sqlite3_stmt *put, *remove;
    weft_sqlite *sqlite;
    weft_operations *operations;
    weft_writer *writer;
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

static int open_entries(struct persist *persist, const char *path, struct store *store)
{
    int status = sqlite3_open(path, &persist->entries);
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
        fprintf(stderr, "kv-server: %s: %s\n", path, sqlite3_errmsg(persist->entries));
    return status == SQLITE_OK ? 0 : -1;
}

/* ---- operations ---- */

/* Of calls of @persistent methods: recorded before the handler runs, and their outcome before the answer leaves. */
static int open_operations(struct persist *persist, weft_runtime *runtime, const char *entries_path)
{
    char path[4096];
    weft_error error = { 0, 0, 0, "operations" };
    weft_operations_options options;
    snprintf(path, sizeof path, "%s-operations", entries_path);
    int rc = weft_sqlite_open(path, runtime, &persist->sqlite, &error);
    if (rc == 0)
        rc = weft_runtime_operations_options(runtime, &options, sizeof options);
    if (rc == 0) {
        options.store = &weft_sqlite_store;
        options.store_self = persist->sqlite;
        rc = weft_operations_new(&options, &persist->operations, &error);
    }
    if (rc == 0)
        rc = weft_runtime_use_operations(runtime, persist->operations);
    if (rc < 0)
        fprintf(stderr, "kv-server: %s (%s)\n", error.text, weft_strerror(rc));
    return rc;
}

int persist_open(weft_runtime *runtime, const char *path, struct store *store, struct persist **ret_persist)
{
    struct persist *persist = *ret_persist = calloc(1, sizeof *persist);
    if (!persist || weft_writer_new(NULL, SIZE_MAX, &persist->writer) < 0 ||
        open_operations(persist, runtime, path) < 0)
        return -1;
    return open_entries(persist, path, store);
}

void persist_close(struct persist *persist)
{
    if (!persist)
        return;
    weft_operations_release(persist->operations);
    weft_sqlite_close(persist->sqlite);
    sqlite3_finalize(persist->put);
    sqlite3_finalize(persist->remove);
    sqlite3_close(persist->entries);
    weft_writer_free(persist->writer);
    free(persist);
}

#else

int persist_open(weft_runtime *runtime, const char *path, struct store *store, struct persist **ret_persist)
{
    (void)runtime, (void)store, (void)ret_persist;
    fprintf(stderr, "kv-server: %s: weft was built without SQLite\n", path);
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
