/* The store: the loop's thread collects, one of its own writes, in one transaction what was put and removed between two
 * syncs [op.order]. Of a transaction that fails nothing is written. */
#include "runtime/sqlite/sqlite.h"

#include <string.h>
#include <time.h>

#define REMOVED SIZE_MAX

/* ---- the thread ---- */

static const uint8_t *change_key(const weft__sqlite_change *change)
{
    return (const uint8_t *)(change + 1);
}

static int run(sqlite3_stmt *statement)
{
    int status = sqlite3_step(statement);
    int reset = sqlite3_reset(statement);
    return status == SQLITE_DONE || status == SQLITE_ROW ? reset : status;
}

static int write_change(weft_sqlite *sqlite, const weft__sqlite_change *change)
{
    bool is_put = change->value_len != REMOVED;
    sqlite3_stmt *statement = is_put ? sqlite->put : sqlite->remove;
    const uint8_t *key = change_key(change);
    int status = sqlite3_bind_blob64(statement, 1, key, change->key_len, SQLITE_STATIC);
    if (status == SQLITE_OK && is_put)
        status = sqlite3_bind_blob64(statement, 2, key + change->key_len, change->value_len, SQLITE_STATIC);
    if (status == SQLITE_OK)
        status = run(statement);
    (void)sqlite3_clear_bindings(statement);
    return status;
}

/* 0, or what SQLite says, in text. */
static int write_all(weft_sqlite *sqlite, const weft__sqlite_change *changes, char *text, size_t cap)
{
    if (!changes)
        return 0;
    int status = run(sqlite->begin);
    if (status != SQLITE_OK)
        return weft__sqlite_error(sqlite->db, status, text, cap);
    for (; status == SQLITE_OK && changes; changes = changes->next)
        status = write_change(sqlite, changes);
    if (status == SQLITE_OK)
        status = run(sqlite->commit);
    if (status == SQLITE_OK)
        return 0;
    int code = weft__sqlite_error(sqlite->db, status, text, cap);
    if (!sqlite3_get_autocommit(sqlite->db)) /* some failures have undone it already */
        (void)run(sqlite->undo);
    return code;
}

static void changes_free(weft__sqlite_change *changes)
{
    while (changes) {
        weft__sqlite_change *next = changes->next;
        sqlite3_free(changes);
        changes = next;
    }
}

/* On the loop's thread: what has been written is told. */
static void tell(void *user)
{
    weft_sqlite *sqlite = user;
    void (*done)(void *done_user, int status, const char *text) = sqlite->done;
    char text[WEFT_ERROR_TEXT_MAX];
    (void)pthread_mutex_lock(&sqlite->mutex);
    int status = sqlite->status;
    memcpy(text, sqlite->text, sizeof text);
    sqlite->job = WEFT__SQLITE_IDLE;
    (void)pthread_mutex_unlock(&sqlite->mutex);
    sqlite->done = NULL;
    done(sqlite->done_user, status, text);
}

/* With the mutex. A runtime that has ended hears nothing more; without memory for a post it is tried again. */
static void thread_post(weft_sqlite *sqlite)
{
    sqlite->job = WEFT__SQLITE_WRITTEN;
    while (weft_post(sqlite->poster, tell, tell, sqlite) == WEFT_ENOMEM && !sqlite->is_closing) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        (void)pthread_cond_timedwait(&sqlite->changed, &sqlite->mutex, &until);
    }
}

static void *thread_run(void *user)
{
    weft_sqlite *sqlite = user;
    (void)pthread_mutex_lock(&sqlite->mutex);
    for (;;) {
        while (sqlite->job != WEFT__SQLITE_GIVEN && !sqlite->is_closing)
            (void)pthread_cond_wait(&sqlite->changed, &sqlite->mutex);
        if (sqlite->job != WEFT__SQLITE_GIVEN)
            break;
        weft__sqlite_change *changes = sqlite->changes;
        char text[WEFT_ERROR_TEXT_MAX] = "";
        sqlite->changes = NULL;
        (void)pthread_mutex_unlock(&sqlite->mutex);
        int status = write_all(sqlite, changes, text, sizeof text);
        changes_free(changes);
        (void)pthread_mutex_lock(&sqlite->mutex);
        sqlite->status = status;
        memcpy(sqlite->text, text, sizeof text);
        thread_post(sqlite);
    }
    (void)pthread_mutex_unlock(&sqlite->mutex);
    return NULL;
}

/* ---- the store's functions, on the loop's thread ---- */

static weft_bytes column_bytes(sqlite3_stmt *statement, int column)
{
    const void *ptr = sqlite3_column_blob(statement, column);
    return weft_bytes_of(ptr ? ptr : "", (size_t)sqlite3_column_bytes(statement, column));
}

static int store_scan(void *self, int (*record)(void *user, weft_bytes key, weft_bytes value), void *user)
{
    weft_sqlite *sqlite = self;
    int status, code = 0;
    while (code == 0 && (status = sqlite3_step(sqlite->scan)) != SQLITE_DONE) {
        if (status == SQLITE_ROW)
            code = record(user, column_bytes(sqlite->scan, 0), column_bytes(sqlite->scan, 1));
        else
            code = weft__sqlite_error(sqlite->db, status, sqlite->text, sizeof sqlite->text);
    }
    (void)sqlite3_reset(sqlite->scan);
    return code;
}

static int store_read(void *self, weft_bytes key, weft_arena *arena, weft_bytes *ret_value)
{
    weft_sqlite *sqlite = self;
    int code = 0;
    int status = sqlite3_bind_blob64(sqlite->read, 1, key.ptr, key.len, SQLITE_STATIC);
    if (status == SQLITE_OK)
        status = sqlite3_step(sqlite->read);
    if (status == SQLITE_ROW) {
        weft_bytes value = column_bytes(sqlite->read, 0);
        uint8_t *copy = weft_arena_alloc(arena, value.len + 1, 1);
        if (copy) {
            memcpy(copy, value.ptr, value.len);
            *ret_value = weft_bytes_of(copy, value.len);
        } else {
            code = WEFT_ENOMEM;
        }
    } else {
        char text[WEFT_ERROR_TEXT_MAX];
        code = status == SQLITE_DONE ? WEFT_ENOENT : weft__sqlite_error(sqlite->db, status, text, sizeof text);
    }
    (void)sqlite3_reset(sqlite->read);
    (void)sqlite3_clear_bindings(sqlite->read);
    return code;
}

static int collect(weft_sqlite *sqlite, weft_bytes key, weft_bytes value, bool is_put)
{
    weft__sqlite_change *change = sqlite3_malloc64(sizeof *change + key.len + value.len);
    if (!change)
        return WEFT_ENOMEM;
    uint8_t *bytes = (uint8_t *)(change + 1);
    change->next = NULL;
    change->key_len = key.len;
    change->value_len = is_put ? value.len : REMOVED;
    memcpy(bytes, key.ptr, key.len);
    if (value.len > 0)
        memcpy(bytes + key.len, value.ptr, value.len);
    *sqlite->last = change;
    sqlite->last = &change->next;
    return 0;
}

static int store_put(void *self, weft_bytes key, weft_bytes value)
{
    return collect(self, key, value, true);
}

static int store_remove(void *self, weft_bytes key)
{
    return collect(self, key, weft_bytes_of(NULL, 0), false);
}

static void store_sync(void *self, void (*done)(void *user, int status, const char *text), void *user)
{
    weft_sqlite *sqlite = self;
    sqlite->done = done;
    sqlite->done_user = user;
    (void)pthread_mutex_lock(&sqlite->mutex);
    sqlite->changes = sqlite->first;
    sqlite->job = WEFT__SQLITE_GIVEN;
    (void)pthread_cond_signal(&sqlite->changed);
    (void)pthread_mutex_unlock(&sqlite->mutex);
    sqlite->first = NULL;
    sqlite->last = &sqlite->first;
}

const weft_operation_store weft_sqlite_store = {
    sizeof(weft_operation_store), store_scan, store_read, store_put, store_remove, store_sync,
};

/* ---- its life ---- */

static void sqlite_free(weft_sqlite *sqlite)
{
    changes_free(sqlite->first);
    weft__sqlite_file_close(sqlite);
    (void)pthread_cond_destroy(&sqlite->changed);
    (void)pthread_mutex_destroy(&sqlite->mutex);
    weft_poster_release(sqlite->poster);
    sqlite3_free(sqlite);
}

static int sqlite_fail(weft_error *error_or_null, int code, const char *path, const char *text)
{
    if (error_or_null) {
        memset(error_or_null, 0, sizeof *error_or_null);
        error_or_null->code = code;
        sqlite3_snprintf((int)sizeof error_or_null->text, error_or_null->text, "%s: %s", path, text);
    }
    return code;
}

int weft_sqlite_open(const char *path, weft_runtime *runtime, weft_sqlite **ret_sqlite, weft_error *error_or_null)
{
    if (!path || !runtime)
        return sqlite_fail(error_or_null, WEFT_EINVAL, "weft_sqlite_open", weft_strerror(WEFT_EINVAL));
    weft_sqlite *sqlite = sqlite3_malloc64(sizeof *sqlite);
    if (!sqlite)
        return sqlite_fail(error_or_null, WEFT_ENOMEM, path, weft_strerror(WEFT_ENOMEM));
    memset(sqlite, 0, sizeof *sqlite);
    sqlite->last = &sqlite->first;
    sqlite->poster = weft_runtime_poster(runtime);
    (void)pthread_mutex_init(&sqlite->mutex, NULL);
    (void)pthread_cond_init(&sqlite->changed, NULL);
    int code = weft__sqlite_file_open(sqlite, path);
    if (code == 0 && pthread_create(&sqlite->thread, NULL, thread_run, sqlite) != 0) {
        sqlite3_snprintf((int)sizeof sqlite->text, sqlite->text, "no thread can be had");
        code = WEFT_EAGAIN;
    }
    if (code < 0) {
        (void)sqlite_fail(error_or_null, code, path, sqlite->text);
        sqlite_free(sqlite);
        return code;
    }
    *ret_sqlite = sqlite;
    return 0;
}

void weft_sqlite_close(weft_sqlite *sqlite_or_null)
{
    weft_sqlite *sqlite = sqlite_or_null;
    if (!sqlite)
        return;
    (void)pthread_mutex_lock(&sqlite->mutex);
    sqlite->is_closing = true;
    (void)pthread_cond_signal(&sqlite->changed);
    (void)pthread_mutex_unlock(&sqlite->mutex);
    (void)pthread_join(sqlite->thread, NULL);
    if (sqlite->done) /* its runtime had ended */
        tell(sqlite);
    sqlite_free(sqlite);
}
