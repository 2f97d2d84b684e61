/* The store: what a loop puts and removes is collected until it syncs, and then the file's thread's; and its life. */
#include "runtime/sqlite/sqlite.h"

#include <string.h>

#define REMOVED SIZE_MAX

/* ---- the store's functions, on the loop's thread ---- */

static weft_bytes column_bytes(sqlite3_stmt *statement, int column)
{
    const void *ptr = sqlite3_column_blob(statement, column);
    return weft_bytes_of(ptr ? ptr : "", (size_t)sqlite3_column_bytes(statement, column));
}

/* Of those that share a file one reads what there was. */
static bool claim_scan(weft_sqlite *sqlite)
{
    weft__sqlite_file *file = sqlite->file;
    (void)pthread_mutex_lock(&file->mutex);
    if (!file->is_read)
        file->reader = sqlite;
    file->is_read = true;
    bool is_reader = file->reader == sqlite;
    (void)pthread_mutex_unlock(&file->mutex);
    return is_reader;
}

static int store_scan(void *self, int (*record)(void *user, weft_bytes key, weft_bytes value), void *user)
{
    weft_sqlite *sqlite = self;
    char text[WEFT_ERROR_TEXT_MAX];
    int status, code = 0;
    if (!claim_scan(sqlite))
        return 0;
    while (code == 0 && (status = sqlite3_step(sqlite->scan)) != SQLITE_DONE) {
        if (status == SQLITE_ROW)
            code = record(user, column_bytes(sqlite->scan, 0), column_bytes(sqlite->scan, 1));
        else
            code = weft__sqlite_error(sqlite->file->db, status, text, sizeof text);
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
        code = status == SQLITE_DONE ? WEFT_ENOENT : weft__sqlite_error(sqlite->file->db, status, text, sizeof text);
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
    (void)pthread_mutex_lock(&sqlite->file->mutex);
    change->seq = ++sqlite->file->seq;
    (void)pthread_mutex_unlock(&sqlite->file->mutex);
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
    (void)pthread_mutex_lock(&sqlite->file->mutex);
    sqlite->changes = sqlite->first;
    sqlite->job = WEFT__SQLITE_GIVEN;
    (void)pthread_cond_signal(&sqlite->file->changed);
    (void)pthread_mutex_unlock(&sqlite->file->mutex);
    sqlite->first = NULL;
    sqlite->last = &sqlite->first;
}

static void store_identity(void *self, uint8_t ret_identity[WEFT_OPERATIONS_IDENTITY])
{
    const weft_sqlite *sqlite = self;
    memcpy(ret_identity, sqlite->file->identity, sizeof sqlite->file->identity);
}

const weft_operation_store weft_sqlite_store = {
    sizeof(weft_operation_store), store_scan, store_read, store_put, store_remove, store_sync, store_identity,
};

/* ---- its life ---- */

static int sqlite_fail(weft_error *error_or_null, int code, const char *what, const char *text)
{
    if (error_or_null) {
        memset(error_or_null, 0, sizeof *error_or_null);
        error_or_null->code = code;
        sqlite3_snprintf((int)sizeof error_or_null->text, error_or_null->text, "%s: %s", what, text);
    }
    return code;
}

static weft_sqlite *member_new(weft__sqlite_file *file, weft_runtime *runtime)
{
    weft_sqlite *member = sqlite3_malloc64(sizeof *member);
    if (!member)
        return NULL;
    memset(member, 0, sizeof *member);
    member->file = file;
    member->last = &member->first;
    member->poster = weft_runtime_poster(runtime);
    return member;
}

static void member_free(weft_sqlite *member)
{
    weft__sqlite_changes_free(member->first);
    (void)sqlite3_finalize(member->read);
    (void)sqlite3_finalize(member->scan);
    weft_poster_release(member->poster);
    sqlite3_free(member);
}

static weft__sqlite_file *file_new(void)
{
    weft__sqlite_file *file = sqlite3_malloc64(sizeof *file);
    if (!file)
        return NULL;
    memset(file, 0, sizeof *file);
    (void)pthread_mutex_init(&file->mutex, NULL);
    (void)pthread_cond_init(&file->changed, NULL);
    (void)pthread_cond_init(&file->written, NULL);
    return file;
}

static void file_free(weft__sqlite_file *file)
{
    weft__sqlite_file_close(file);
    (void)pthread_cond_destroy(&file->written);
    (void)pthread_cond_destroy(&file->changed);
    (void)pthread_mutex_destroy(&file->mutex);
    sqlite3_free(file);
}

/* The file and its first. */
static int file_begin(weft__sqlite_file *file, const char *path, weft_sqlite *first)
{
    int code = weft__sqlite_file_open(file, path);
    if (code == 0)
        code = weft__sqlite_file_add(file, first);
    file->members = first;
    if (code == 0 && pthread_create(&file->thread, NULL, weft__sqlite_thread, file) != 0) {
        sqlite3_snprintf((int)sizeof file->text, file->text, "no thread can be had");
        code = WEFT_EAGAIN;
    }
    return code;
}

int weft_sqlite_open(const char *path, weft_runtime *runtime, weft_sqlite **ret_sqlite, weft_error *error_or_null)
{
    if (!path || !runtime)
        return sqlite_fail(error_or_null, WEFT_EINVAL, "weft_sqlite_open", weft_strerror(WEFT_EINVAL));
    weft__sqlite_file *file = file_new();
    weft_sqlite *first = file ? member_new(file, runtime) : NULL;
    if (!first) {
        if (file)
            file_free(file);
        return sqlite_fail(error_or_null, WEFT_ENOMEM, path, weft_strerror(WEFT_ENOMEM));
    }
    int code = file_begin(file, path, first);
    if (code < 0) {
        (void)sqlite_fail(error_or_null, code, path, file->text);
        member_free(first);
        file_free(file);
        return code;
    }
    *ret_sqlite = first;
    return 0;
}

int weft_sqlite_share(weft_sqlite *sqlite, weft_runtime *runtime, weft_sqlite **ret_sqlite, weft_error *error_or_null)
{
    if (!sqlite || !runtime)
        return sqlite_fail(error_or_null, WEFT_EINVAL, "weft_sqlite_share", weft_strerror(WEFT_EINVAL));
    weft__sqlite_file *file = sqlite->file;
    weft_sqlite *member = member_new(file, runtime);
    int code = member ? 0 : WEFT_ENOMEM;
    (void)pthread_mutex_lock(&file->mutex); /* over its text, too */
    if (code == 0)
        code = weft__sqlite_file_add(file, member);
    if (code == 0) {
        member->next = file->members;
        file->members = member;
    } else {
        (void)sqlite_fail(error_or_null, code, "weft_sqlite_share", member ? file->text : weft_strerror(code));
    }
    (void)pthread_mutex_unlock(&file->mutex);
    if (code == 0)
        *ret_sqlite = member;
    else if (member)
        member_free(member);
    return code;
}

/* What is being written is. true: it was the last one. */
static bool member_leave(weft_sqlite *member)
{
    weft__sqlite_file *file = member->file;
    weft_sqlite **at = &file->members;
    (void)pthread_mutex_lock(&file->mutex);
    while (member->job == WEFT__SQLITE_GIVEN || member->job == WEFT__SQLITE_TAKEN)
        (void)pthread_cond_wait(&file->written, &file->mutex);
    while (*at != member)
        at = &(*at)->next;
    *at = member->next;
    if (file->reader == member)
        file->reader = NULL;
    bool was_last = !file->members;
    (void)pthread_cond_signal(&file->changed);
    (void)pthread_mutex_unlock(&file->mutex);
    return was_last;
}

void weft_sqlite_close(weft_sqlite *sqlite_or_null)
{
    weft_sqlite *sqlite = sqlite_or_null;
    if (!sqlite)
        return;
    weft__sqlite_file *file = sqlite->file;
    bool was_last = member_leave(sqlite);
    if (was_last)
        (void)pthread_join(file->thread, NULL);
    if (sqlite->done) /* its runtime had ended */
        weft__sqlite_tell(sqlite);
    member_free(sqlite);
    if (was_last)
        file_free(file);
}
