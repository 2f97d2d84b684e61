/* What tests of libweft-sqlite have in common. */
#include "tests/integration/rig/sqlite.h"

#include <stdio.h>
#include <stdlib.h>

int sq_begin(void **state)
{
    sq *t = calloc(1, sizeof *t);
    assert_non_null(t);
    strcpy(t->folder, "/tmp/weft-sqlite-XXXXXX"); /* NOLINT(clang-analyzer-security.insecureAPI.strcpy) */
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->path, sizeof t->path, "%s/ops", t->folder);
    weft_session_options options = weft_session_options_default();
    assert_int_equal(weft_runtime_new(NULL, &t->runtime), 0);
    assert_int_equal(weft_listen(t->runtime, "mem://here", &options, &t->listener, NULL), 0);
    *state = t;
    return 0;
}

int sq_end(void **state)
{
    sq *t = *state;
    char command[128];
    weft_runtime_free(t->runtime);
    weft_sqlite_close(t->sqlite);
    snprintf(command, sizeof command, "rm -rf %s", t->folder);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(t);
    return 0;
}

int sq_open(sq *t)
{
    memset(&t->error, 0, sizeof t->error);
    int status = weft_sqlite_open(t->path, t->runtime, &t->sqlite, &t->error);
    assert_int_equal(t->error.code, status);
    if (status < 0) /* it says of which file */
        assert_non_null(strstr(t->error.text, t->path));
    return status;
}

void sq_close(sq *t)
{
    weft_sqlite_close(t->sqlite);
    t->sqlite = NULL;
}

int sq_put(sq *t, const char *key, const void *value, size_t len)
{
    return weft_sqlite_store.put(t->sqlite, weft_bytes_of(key, strlen(key)), weft_bytes_of(value, len));
}

void sq_done(void *user, int status, const char *text)
{
    sq *t = user;
    t->n_done++;
    t->status = status;
    snprintf(t->text, sizeof t->text, "%s", text);
    if (t->runtime)
        weft_runtime_stop(t->runtime);
}

/* What the storage says. */
int sq_sync(sq *t)
{
    t->n_done = 0;
    weft_sqlite_store.sync(t->sqlite, sq_done, t);
    while (t->n_done == 0)
        assert_int_equal(weft_runtime_run(t->runtime), 0);
    assert_int_equal(t->n_done, 1);
    return t->status;
}

static int sq_seen(void *user, weft_bytes key, weft_bytes value)
{
    sq *t = user;
    assert_true(key.len > 0);
    t->n_seen++;
    t->sum += value.len;
    return 0;
}

int sq_count(sq *t)
{
    t->n_seen = 0;
    t->sum = 0;
    assert_int_equal(weft_sqlite_store.scan(t->sqlite, sq_seen, t), 0);
    return t->n_seen;
}

int sq_read(sq *t, const char *key, char *ret_value, size_t cap)
{
    weft_arena *arena;
    weft_bytes value;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    int status = weft_sqlite_store.read(t->sqlite, weft_bytes_of(key, strlen(key)), arena, &value);
    if (status == 0)
        snprintf(ret_value, cap, "%.*s", (int)value.len, (const char *)value.ptr);
    weft_arena_free(arena);
    return status;
}

/* A loop of its own, with the file of another. */
sq *sq_second_begin(const sq *t)
{
    sq *second = calloc(1, sizeof *second);
    weft_session_options options = weft_session_options_default();
    assert_non_null(second);
    assert_int_equal(weft_runtime_new(NULL, &second->runtime), 0);
    assert_int_equal(weft_listen(second->runtime, "mem://here", &options, &second->listener, NULL), 0);
    assert_int_equal(weft_sqlite_share(t->sqlite, second->runtime, &second->sqlite, &second->error), 0);
    return second;
}

void sq_second_end(sq *second)
{
    weft_runtime_free(second->runtime);
    sq_close(second);
    free(second);
}
