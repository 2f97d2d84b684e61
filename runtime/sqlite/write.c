/* The file's thread: writes in one transaction what loops have synced meanwhile [op.order]. Of a transaction that fails
 * nothing is written. */
#include "runtime/sqlite/sqlite.h"

#include <string.h>
#include <time.h>

#define REMOVED SIZE_MAX

/* ---- one transaction ---- */

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

static int write_change(weft__sqlite_file *file, const weft__sqlite_change *change)
{
    bool is_put = change->value_len != REMOVED;
    sqlite3_stmt *statement = is_put ? file->put : file->remove;
    const uint8_t *key = change_key(change);
    int status = sqlite3_bind_blob64(statement, 1, key, change->key_len, SQLITE_STATIC);
    if (status == SQLITE_OK && is_put)
        status = sqlite3_bind_blob64(statement, 2, key + change->key_len, change->value_len, SQLITE_STATIC);
    if (status == SQLITE_OK)
        status = sqlite3_bind_int64(statement, 3, (sqlite3_int64)change->seq);
    if (status == SQLITE_OK)
        status = run(statement);
    (void)sqlite3_clear_bindings(statement);
    return status;
}

static int write_changes(weft__sqlite_file *file, const weft__sqlite_change *changes)
{
    int status = SQLITE_OK;
    for (; status == SQLITE_OK && changes; changes = changes->next)
        status = write_change(file, changes);
    return status;
}

/* What the file is to be long for all pages that there are. 0: it cannot be said. */
static sqlite3_int64 file_size(weft__sqlite_file *file)
{
    sqlite3_int64 size = 0;
    if (sqlite3_step(file->pages) == SQLITE_ROW)
        size = sqlite3_column_int64(file->pages, 0) * file->page_size;
    (void)sqlite3_reset(file->pages);
    return size;
}

/* Room in the file itself for all that will be committed: from there on the journal can be moved into it and emptied
 * without any, so that a disk that was full is not so for ever, by a journal of what could be removed. */
static int reserve(weft__sqlite_file *file)
{
    sqlite3_int64 size = file_size(file);
    if (size > 0 && sqlite3_file_control(file->db, "main", SQLITE_FCNTL_SIZE_HINT, &size) != SQLITE_OK)
        return SQLITE_FULL;
    return SQLITE_OK;
}

/* What was reserved for nothing is others'. */
static void give_back(weft__sqlite_file *file)
{
    sqlite3_file *on_disk = NULL;
    sqlite3_int64 size = file_size(file);
    (void)sqlite3_file_control(file->db, "main", SQLITE_FCNTL_FILE_POINTER, &on_disk);
    if (size > 0 && on_disk && on_disk->pMethods)
        (void)on_disk->pMethods->xTruncate(on_disk, size);
}

static void undo(weft__sqlite_file *file, int code)
{
    if (!sqlite3_get_autocommit(file->db)) /* some failures have undone it already */
        (void)run(file->undo);
    if (code == WEFT_ENOSPC)
        give_back(file);
}

/* One transaction. 0, or what SQLite says, in text. */
static int write_once(weft__sqlite_file *file, const weft_sqlite *member, const weft_sqlite *behind, char *text,
                      size_t cap)
{
    int status = run(file->begin);
    if (status != SQLITE_OK)
        return weft__sqlite_error(file->db, status, text, cap);
    for (; status == SQLITE_OK && member != behind; member = member->taken)
        status = write_changes(file, member->changes);
    if (status == SQLITE_OK && reserve(file) != SQLITE_OK) {
        sqlite3_snprintf((int)cap, text, "%s", sqlite3_errstr(SQLITE_FULL));
        undo(file, WEFT_ENOSPC);
        return WEFT_ENOSPC;
    }
    if (status == SQLITE_OK)
        status = run(file->commit);
    if (status == SQLITE_OK)
        return 0;
    int code = weft__sqlite_error(file->db, status, text, cap);
    undo(file, code);
    return code;
}

/* What first has synced, and those that were taken with it. The same. */
static int write_all(weft__sqlite_file *file, const weft_sqlite *first, const weft_sqlite *behind, char *text,
                     size_t cap)
{
    const weft_sqlite *member = first;
    while (member != behind && !member->changes)
        member = member->taken;
    if (member == behind)
        return 0;
    int code = write_once(file, member, behind, text, cap);
    if (code == WEFT_ENOSPC &&
        sqlite3_wal_checkpoint_v2(file->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
        code = write_once(file, member, behind, text, cap); /* with the room that the journal had */
    return code;
}

/* Together they share a sync of the disk; where that fails each is on its own, so that none is refused for what another
 * one wanted stored. */
static void write_taken(weft__sqlite_file *file, weft_sqlite *taken)
{
    taken->status = write_all(file, taken, NULL, taken->text, sizeof taken->text);
    if (taken->status == 0 || !taken->taken)
        return;
    for (weft_sqlite *member = taken; member; member = member->taken)
        member->status = write_all(file, member, member->taken, member->text, sizeof member->text);
}

void weft__sqlite_changes_free(weft__sqlite_change *changes_or_null)
{
    while (changes_or_null) {
        weft__sqlite_change *next = changes_or_null->next;
        sqlite3_free(changes_or_null);
        changes_or_null = next;
    }
}

/* ---- the thread ---- */

void weft__sqlite_tell(void *sqlite)
{
    weft_sqlite *member = sqlite;
    void (*done)(void *done_user, int status, const char *text) = member->done;
    char text[WEFT_ERROR_TEXT_MAX];
    (void)pthread_mutex_lock(&member->file->mutex);
    int status = member->status;
    memcpy(text, member->text, sizeof text);
    member->job = WEFT__SQLITE_IDLE;
    (void)pthread_mutex_unlock(&member->file->mutex);
    member->done = NULL;
    done(member->done_user, status, text);
}

/* With the mutex. */
static weft_sqlite *file_take(const weft__sqlite_file *file)
{
    weft_sqlite *taken = NULL;
    for (weft_sqlite *member = file->members; member; member = member->next) {
        if (member->job != WEFT__SQLITE_GIVEN)
            continue;
        member->job = WEFT__SQLITE_TAKEN;
        member->status = 0;
        member->text[0] = '\0';
        member->taken = taken;
        taken = member;
    }
    return taken;
}

/* With the mutex: all that are written. A runtime that has ended hears nothing more. false: one is to be told later,
 * when there is memory for a post. */
static bool file_tell(const weft__sqlite_file *file)
{
    bool all = true;
    for (weft_sqlite *member = file->members; member; member = member->next) {
        if (member->job != WEFT__SQLITE_WRITTEN)
            continue;
        if (weft_post(member->poster, weft__sqlite_tell, weft__sqlite_tell, member) == WEFT_ENOMEM)
            all = false;
        else
            member->job = WEFT__SQLITE_TOLD;
    }
    return all;
}

static void file_wait(weft__sqlite_file *file, bool is_told)
{
    struct timespec until;
    if (is_told) {
        (void)pthread_cond_wait(&file->changed, &file->mutex);
        return;
    }
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    (void)pthread_cond_timedwait(&file->changed, &file->mutex, &until);
}

void *weft__sqlite_thread(void *user)
{
    weft__sqlite_file *file = user;
    (void)pthread_mutex_lock(&file->mutex);
    while (file->members) {
        weft_sqlite *taken = file_take(file);
        if (!taken) {
            file_wait(file, file_tell(file));
            continue;
        }
        (void)pthread_mutex_unlock(&file->mutex);
        write_taken(file, taken);
        (void)pthread_mutex_lock(&file->mutex);
        for (weft_sqlite *next; taken; taken = next) {
            next = taken->taken;
            weft__sqlite_changes_free(taken->changes);
            taken->changes = NULL;
            taken->job = WEFT__SQLITE_WRITTEN;
        }
        (void)pthread_cond_broadcast(&file->written);
        (void)file_tell(file);
    }
    (void)pthread_mutex_unlock(&file->mutex);
    return NULL;
}
