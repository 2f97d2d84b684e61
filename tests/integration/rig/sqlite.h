/* A file of SQLite's in a folder of its own, and the loop of a runtime that uses it. */
#ifndef WEFT_TESTS_INTEGRATION_RIG_SQLITE_H
#define WEFT_TESTS_INTEGRATION_RIG_SQLITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weft/sqlite.h"
#include "weft/weft.h"

typedef struct sq {
    char folder[64], path[80];
    weft_runtime *runtime;
    weft_listener *listener; /* so that the loop waits for what is posted */
    weft_sqlite *sqlite;
    weft_error error;
    int n_done, status;
    char text[256];
    int n_seen;
    uint64_t sum; /* of the lengths of what was seen */
} sq;

/* cmocka's setup and teardown: *state becomes one. */
int sq_begin(void **state);
int sq_end(void **state);

/* What weft_sqlite_open says; in error, too. */
int sq_open(sq *t);
void sq_close(sq *t);
int sq_put(sq *t, const char *key, const void *value, size_t len);
/* Its end, counted, and stops the loop. */
void sq_done(void *user, int status, const char *text);
/* What the storage says. */
int sq_sync(sq *t);
/* Records that a scan sees; sum becomes what their values are long. */
int sq_count(sq *t);
int sq_read(sq *t, const char *key, char *ret_value, size_t cap);

/* A loop of its own, with the file of another. */
sq *sq_second_begin(const sq *t);
void sq_second_end(sq *second);

#endif
