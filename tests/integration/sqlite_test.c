/* Goal: what libweft-sqlite has made durable is there again, whatever became of the process; and a file that cannot
 * be used is said to be so, and why. */
#ifndef WEFT_TEST_SQLITE

int main(void)
{
    return 77;
}

#else

#include "tests/integration/rig/sqlite.h"
#include "tests/support/rules.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- keeping ---- */

static void what_was_synced_is_there_again(void **state)
{
    /* Goal: puts and removes of one sync, the last of a key counting; what was not synced is not there. */
    sq *t = *state;
    char value[16];
    WEFT_RULE("op.store");
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_count(t), 0);
    assert_int_equal(sq_put(t, "a", "1", 1), 0);
    assert_int_equal(sq_put(t, "b", "", 0), 0);
    assert_int_equal(sq_put(t, "c", "3", 1), 0);
    assert_int_equal(sq_put(t, "a", "one", 3), 0);
    assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("c", 1)), 0);
    assert_int_equal(sq_sync(t), 0);
    assert_int_equal(sq_put(t, "d", "4", 1), 0);
    sq_close(t);
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_count(t), 2);
    assert_int_equal(t->sum, 3);
    assert_int_equal(sq_read(t, "a", value, sizeof value), 0);
    assert_string_equal(value, "one");
    assert_int_equal(sq_read(t, "b", value, sizeof value), 0);
    assert_string_equal(value, "");
    assert_int_equal(sq_read(t, "c", value, sizeof value), WEFT_ENOENT);
    assert_int_equal(sq_read(t, "d", value, sizeof value), WEFT_ENOENT);
    assert_int_equal(sq_sync(t), 0); /* of nothing */
}

static void put_during_a_sync_is_of_the_next(void **state)
{
    sq *t = *state;
    WEFT_RULE("op.store");
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_put(t, "a", "1", 1), 0);
    t->n_done = 0;
    weft_sqlite_store.sync(t->sqlite, sq_done, t);
    assert_int_equal(sq_put(t, "b", "2", 1), 0);
    while (t->n_done == 0)
        assert_int_equal(weft_runtime_run(t->runtime), 0);
    assert_int_equal(sq_count(t), 1);
    assert_int_equal(sq_sync(t), 0);
    assert_int_equal(sq_count(t), 2);
}

static void what_was_synced_survives_a_kill(void **state)
{
    /* Goal: a process that is killed right behind done has lost nothing of that; nobody else sees half a sync. */
    sq *t = *state;
    WEFT_RULE("op.order");
    weft_runtime_free(t->runtime);
    t->runtime = NULL;
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        weft_session_options options = weft_session_options_default();
        if (weft_runtime_new(NULL, &t->runtime) < 0 ||
            weft_listen(t->runtime, "mem://here", &options, &t->listener, NULL) < 0 || sq_open(t) < 0)
            _exit(1);
        for (uint32_t i = 0;; i++) {
            char key[16];
            for (int j = 0; j < 3; j++) {
                snprintf(key, sizeof key, "%u-%d", i, j);
                (void)sq_put(t, key, &i, sizeof i);
            }
            if (sq_sync(t) < 0 || write(told[1], &i, sizeof i) != sizeof i)
                _exit(1);
        }
    }
    uint32_t last = 0;
    close(told[1]);
    for (int i = 0; i < 20; i++)
        assert_int_equal(read(told[0], &last, sizeof last), sizeof last);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(told[0], &last, sizeof last) == sizeof last)
        continue;
    close(told[0]);
    assert_int_equal(weft_runtime_new(NULL, &t->runtime), 0);
    assert_int_equal(sq_open(t), 0);
    int n = sq_count(t);
    assert_true(n >= (int)(3 * (last + 1)));
    assert_int_equal(n % 3, 0);
}

static void runtime_that_ends_waits_for_what_is_sealed(void **state)
{
    /* Goal: closing a runtime and the file in the middle of a sync loses nothing of it, and frees everything. */
    sq *t = *state;
    WEFT_RULE("op.order");
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_put(t, "a", "1", 1), 0);
    t->n_done = 0;
    weft_sqlite_store.sync(t->sqlite, sq_done, t);
    weft_runtime_free(t->runtime);
    t->runtime = NULL;
    sq_close(t);
    assert_int_equal(t->n_done, 1);
    assert_int_equal(t->status, 0);
    assert_int_equal(weft_runtime_new(NULL, &t->runtime), 0);
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_count(t), 1);
}

/* ---- several loops ---- */

static void loops_share_a_file(void **state)
{
    /* Goal: what one of them has synced all have; one reads what there was; each closes when it likes. */
    sq *t = *state;
    char value[16];
    WEFT_RULE("op.store");
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_put(t, "old", "1", 1), 0);
    assert_int_equal(sq_sync(t), 0);
    sq_close(t);
    assert_int_equal(sq_open(t), 0);
    sq *second = sq_second_begin(t);
    assert_int_equal(sq_count(second), 1);
    assert_int_equal(sq_count(t), 0);
    assert_int_equal(sq_put(t, "a", "one", 3), 0);
    assert_int_equal(sq_put(second, "b", "two", 3), 0);
    assert_int_equal(sq_sync(t), 0);
    assert_int_equal(sq_read(second, "a", value, sizeof value), 0);
    assert_int_equal(sq_read(t, "b", value, sizeof value), WEFT_ENOENT);
    sq_close(t);
    assert_int_equal(sq_sync(second), 0);
    assert_int_equal(sq_count(second), 3);
    assert_int_equal(weft_sqlite_share(NULL, second->runtime, &t->sqlite, &t->error), WEFT_EINVAL);
    sq_second_end(second);
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_count(t), 3);
}

static void last_change_of_a_key_counts_whoever_syncs_first(void **state)
{
    /* Goal: an operation that one loop gives up and another one records is there, though the first one syncs last. */
    sq *t = *state;
    char value[16];
    WEFT_RULE("op.store");
    assert_int_equal(sq_open(t), 0);
    sq *second = sq_second_begin(t);
    assert_int_equal(sq_put(t, "a", "old", 3), 0);
    assert_int_equal(sq_put(t, "b", "old", 3), 0);
    assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("a", 1)), 0);
    assert_int_equal(sq_put(second, "a", "new", 3), 0);
    assert_int_equal(sq_put(second, "b", "new", 3), 0);
    assert_int_equal(sq_sync(second), 0);
    assert_int_equal(sq_sync(t), 0);
    assert_int_equal(sq_read(t, "a", value, sizeof value), 0);
    assert_string_equal(value, "new");
    assert_int_equal(sq_read(t, "b", value, sizeof value), 0);
    assert_string_equal(value, "new");
    sq_second_end(second);
    sq_close(t);
    assert_int_equal(sq_open(t), 0); /* of the next process every change is later */
    assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("a", 1)), 0);
    assert_int_equal(sq_put(t, "b", "newer", 5), 0);
    assert_int_equal(sq_sync(t), 0);
    assert_int_equal(sq_read(t, "a", value, sizeof value), WEFT_ENOENT);
    assert_int_equal(sq_read(t, "b", value, sizeof value), 0);
    assert_string_equal(value, "newer");
}

enum { SYNCS = 200 };

static void many_syncs(void *user)
{
    sq *t = user;
    char key[24];
    for (int i = 0; i < SYNCS; i++) {
        snprintf(key, sizeof key, "%p-%d", user, i);
        assert_int_equal(sq_put(t, key, "1", 1), 0);
        assert_int_equal(sq_sync(t), 0);
        assert_int_equal(sq_read(t, key, key, sizeof key), 0);
    }
}

static void *many_syncs_thread(void *user)
{
    many_syncs(user);
    return NULL;
}

static void loops_write_at_a_time(void **state)
{
    sq *t = *state;
    pthread_t threads[3];
    sq *others[3];
    WEFT_RULE("op.order");
    assert_int_equal(sq_open(t), 0);
    for (size_t i = 0; i < 3; i++) {
        others[i] = sq_second_begin(t);
        assert_int_equal(pthread_create(&threads[i], NULL, many_syncs_thread, others[i]), 0);
    }
    many_syncs(t);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(sq_count(t), 4 * SYNCS);
    for (size_t i = 0; i < 3; i++)
        sq_second_end(others[i]);
}

/* ---- files that are not to be used ---- */

static void one_holder_at_a_time(void **state)
{
    sq *t = *state;
    WEFT_RULE("op.store");
    assert_int_equal(sq_open(t), 0);
    weft_sqlite *mine = t->sqlite, *second = NULL;
    assert_int_equal(weft_sqlite_open(t->path, t->runtime, &second, &t->error), WEFT_EBUSY);
    assert_non_null(strstr(t->error.text, "it is in use"));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* another program, that knows nothing of us */
        sqlite3 *db = NULL;
        int status = sqlite3_open(t->path, &db);
        if (status == SQLITE_OK)
            status = sqlite3_exec(db, "SELECT count(*) FROM record", NULL, NULL, NULL);
        _exit(status == SQLITE_BUSY ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_ptr_equal(t->sqlite, mine);
    assert_int_equal(sq_put(t, "a", "1", 1), 0);
    assert_int_equal(sq_sync(t), 0);
    struct stat about;
    assert_int_equal(stat(t->path, &about), 0);
    assert_int_equal(about.st_mode & 077, 0); /* ids are secret */
}

static void other_files_are_left_alone(void **state)
{
    /* Goal: another program's database, one of a later version, and what is no database: refused, and as they were. */
    sq *t = *state;
    static const char *const made[] = { "CREATE TABLE mine (x)", "PRAGMA application_id = 5",
                                        "PRAGMA application_id = 0x77656674; PRAGMA user_version = 2" };
    WEFT_RULE("op.store");
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        sqlite3 *db;
        assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, made[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_int_equal(sq_open(t), WEFT_EBADMSG);
        assert_int_equal(unlink(t->path), 0);
    }
    FILE *file = fopen(t->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("no database at all\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(sq_open(t), WEFT_EBADMSG);
    assert_int_equal(unlink(t->path), 0);
}

static int anything(void *user, weft_bytes key, weft_bytes value)
{
    (void)user, (void)key, (void)value;
    return 0;
}

static void damaged_file_is_noticed(void **state)
{
    sq *t = *state;
    static const char rubbish[4096] = "rubbish";
    WEFT_RULE("op.store");
    assert_int_equal(sq_open(t), 0);
    for (int i = 0; i < 200; i++) {
        char key[16];
        snprintf(key, sizeof key, "key-%d", i);
        assert_int_equal(sq_put(t, key, rubbish, 500), 0);
    }
    assert_int_equal(sq_sync(t), 0);
    sq_close(t);
    int fd = open(t->path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    off_t end = lseek(fd, 0, SEEK_END);
    for (off_t at = 4096; at < end; at += 4096)
        assert_int_equal(pwrite(fd, rubbish, sizeof rubbish, at), sizeof rubbish);
    assert_int_equal(close(fd), 0);
    int status = sq_open(t);
    if (status == 0)
        status = weft_sqlite_store.scan(t->sqlite, anything, t);
    assert_int_equal(status, WEFT_EBADMSG);
}

static void places_that_are_not_there(void **state)
{
    sq *t = *state;
    WEFT_RULE("op.store");
    snprintf(t->path, sizeof t->path, "%s/no/ops", t->folder);
    assert_int_equal(sq_open(t), WEFT_ENOENT);
    snprintf(t->path, sizeof t->path, "%s", t->folder);
    assert_true(sq_open(t) < 0);
    static const char *const none[] = { ":memory:", "file:ops?mode=memory" };
    for (size_t i = 0; i < 2; i++) {
        snprintf(t->path, sizeof t->path, "%s", none[i]);
        assert_int_equal(sq_open(t), WEFT_EINVAL);
        assert_int_equal(access(none[i], F_OK), -1);
    }
    assert_int_equal(weft_sqlite_open(NULL, t->runtime, &t->sqlite, NULL), WEFT_EINVAL);
    assert_null(t->sqlite);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, sq_begin, sq_end)
        TEST(what_was_synced_is_there_again),
        TEST(put_during_a_sync_is_of_the_next),
        TEST(what_was_synced_survives_a_kill),
        TEST(runtime_that_ends_waits_for_what_is_sealed),
        TEST(loops_share_a_file),
        TEST(last_change_of_a_key_counts_whoever_syncs_first),
        TEST(loops_write_at_a_time),
        TEST(one_holder_at_a_time),
        TEST(other_files_are_left_alone),
        TEST(damaged_file_is_noticed),
        TEST(places_that_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
