/* The inside of a file and its weft_sqlites: what each loop's thread collects, what the file's own thread writes. */
#ifndef WEFT_RUNTIME_SQLITE_SQLITE_H
#define WEFT_RUNTIME_SQLITE_SQLITE_H

#include "weft/sqlite.h"

#include <pthread.h>
#include <sqlite3.h>

/* A put, or with value_len SIZE_MAX a remove; key and value stand behind it. From sqlite3_malloc. */
typedef struct weft__sqlite_change {
    struct weft__sqlite_change *next;
    uint64_t seq; /* of all changes of the file, in order */
    size_t key_len, value_len;
} weft__sqlite_change;

typedef enum weft__sqlite_job {
    WEFT__SQLITE_IDLE = 0,
    WEFT__SQLITE_GIVEN,   /* changes are there for the thread */
    WEFT__SQLITE_TAKEN,   /* which writes them */
    WEFT__SQLITE_WRITTEN, /* status and text are there, and there was no memory for a post */
    WEFT__SQLITE_TOLD,    /* posted, or its runtime has ended */
} weft__sqlite_job;

typedef struct weft__sqlite_file {
    sqlite3 *db;                /* serialized: reads of the loops' wait for a commit */
    sqlite3_stmt *put, *remove; /* the thread's */
    sqlite3_stmt *begin, *pages, *commit, *undo;
    sqlite3_int64 page_size;
    uint8_t identity[WEFT_OPERATIONS_IDENTITY];
    char text[WEFT_ERROR_TEXT_MAX]; /* why it was not opened */
    pthread_t thread;
    pthread_mutex_t mutex; /* over what follows */
    pthread_cond_t changed, written;
    weft_sqlite *members; /* by next; none: the thread ends */
    weft_sqlite *reader;  /* whose operations have read what there was, or will */
    bool is_read;
    uint64_t seq; /* of the last change */
} weft__sqlite_file;

struct weft_sqlite {
    weft__sqlite_file *file;
    weft_sqlite *next;
    /* The loop's */
    sqlite3_stmt *read, *scan;
    weft_poster *poster;
    weft__sqlite_change *first, **last;                     /* since the last sync */
    void (*done)(void *user, int status, const char *text); /* of the sync under way; NULL: none */
    void *done_user;
    /* Under the file's mutex */
    weft__sqlite_job job;
    weft__sqlite_change *changes;
    weft_sqlite *taken; /* the next of those that are written together */
    int status;         /* of what was written */
    char text[WEFT_ERROR_TEXT_MAX];
};

/* ---- file.c ---- */
/* What a failure of db's, or of opening it, was: WEFT_E…, with SQLite's words in text. */
int weft__sqlite_error(sqlite3 *db, int status, char *text, size_t cap);
/* db, all statements and seq. 0, or why not, in text. */
int weft__sqlite_file_open(weft__sqlite_file *file, const char *path);
/* The statements of a loop's. The same. */
int weft__sqlite_file_add(weft__sqlite_file *file, weft_sqlite *member);
void weft__sqlite_file_close(weft__sqlite_file *file);

/* ---- write.c ---- */
void *weft__sqlite_thread(void *file);
void weft__sqlite_changes_free(weft__sqlite_change *changes_or_null);
/* The sync that was written is told, on its loop's thread. */
void weft__sqlite_tell(void *sqlite);

#endif
