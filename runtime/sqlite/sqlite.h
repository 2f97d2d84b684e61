/* The inside of a weft_sqlite: what the loop's thread collects, what its own thread writes. */
#ifndef WEFT_RUNTIME_SQLITE_SQLITE_H
#define WEFT_RUNTIME_SQLITE_SQLITE_H

#include "weft/sqlite.h"

#include <pthread.h>
#include <sqlite3.h>

/* A put, or with value_len SIZE_MAX a remove; key and value stand behind it. From sqlite3_malloc. */
typedef struct weft__sqlite_change {
    struct weft__sqlite_change *next;
    size_t key_len, value_len;
} weft__sqlite_change;

typedef enum weft__sqlite_job {
    WEFT__SQLITE_IDLE = 0,
    WEFT__SQLITE_GIVEN,   /* changes are there for the thread */
    WEFT__SQLITE_WRITTEN, /* status and text are there, and posted */
} weft__sqlite_job;

struct weft_sqlite {
    sqlite3 *db;                /* serialized: reads of the loop's wait for a commit */
    sqlite3_stmt *read, *scan;  /* the loop's */
    sqlite3_stmt *put, *remove; /* the thread's */
    sqlite3_stmt *begin, *commit, *undo;
    weft_poster *poster;
    weft__sqlite_change *first, **last;                     /* the loop's: since the last sync */
    void (*done)(void *user, int status, const char *text); /* of the sync under way; NULL: none */
    void *done_user;
    pthread_t thread;
    pthread_mutex_t mutex; /* over what follows */
    pthread_cond_t changed;
    bool is_closing;
    weft__sqlite_job job;
    weft__sqlite_change *changes;
    int status; /* of what was written */
    char text[WEFT_ERROR_TEXT_MAX];
};

/* ---- file.c ---- */
/* What the last failure of db, or opening it, was: WEFT_E…, with SQLite's words in text. */
int weft__sqlite_error(sqlite3 *db, int status, char *text, size_t cap);
/* db and all statements. 0, or why not, in text. */
int weft__sqlite_file_open(weft_sqlite *sqlite, const char *path);
void weft__sqlite_file_close(weft_sqlite *sqlite);

#endif
