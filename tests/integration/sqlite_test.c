/* Goal: what libweft-sqlite has made durable is there again, whatever became of the process; and a file or disk that
 * cannot be used is said to be so, and why. */
#define _GNU_SOURCE /* unshare */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifndef WEFT_TEST_SQLITE

int main(void)
{
    return 77;
}

#else

#include "tests/support/rules.h"
#include "weft/sqlite.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct world {
    char folder[64], path[80];
    weft_runtime *runtime;
    weft_listener *listener; /* so that the loop waits for what is posted */
    weft_sqlite *sqlite;
    weft_error error;
    int n_done, status;
    char text[256];
    int n_seen;
    uint64_t sum; /* of the lengths of what was seen */
} world;

static int world_begin(void **state)
{
    world *t = calloc(1, sizeof *t);
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

static int world_end(void **state)
{
    world *t = *state;
    char command[128];
    weft_runtime_free(t->runtime);
    weft_sqlite_close(t->sqlite);
    snprintf(command, sizeof command, "rm -rf %s", t->folder);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(t);
    return 0;
}

static int open_it(world *t)
{
    memset(&t->error, 0, sizeof t->error);
    int status = weft_sqlite_open(t->path, t->runtime, &t->sqlite, &t->error);
    assert_int_equal(t->error.code, status);
    if (status < 0) /* it says of which file */
        assert_non_null(strstr(t->error.text, t->path));
    return status;
}

static void close_it(world *t)
{
    weft_sqlite_close(t->sqlite);
    t->sqlite = NULL;
}

static int put(world *t, const char *key, const void *value, size_t len)
{
    return weft_sqlite_store.put(t->sqlite, weft_bytes_of(key, strlen(key)), weft_bytes_of(value, len));
}

static void on_done(void *user, int status, const char *text)
{
    world *t = user;
    t->n_done++;
    t->status = status;
    snprintf(t->text, sizeof t->text, "%s", text);
    if (t->runtime)
        weft_runtime_stop(t->runtime);
}

/* What the storage says. */
static int sync_it(world *t)
{
    t->n_done = 0;
    weft_sqlite_store.sync(t->sqlite, on_done, t);
    while (t->n_done == 0)
        assert_int_equal(weft_runtime_run(t->runtime), 0);
    assert_int_equal(t->n_done, 1);
    return t->status;
}

static int seen(void *user, weft_bytes key, weft_bytes value)
{
    world *t = user;
    assert_true(key.len > 0);
    t->n_seen++;
    t->sum += value.len;
    return 0;
}

static int count(world *t)
{
    t->n_seen = 0;
    t->sum = 0;
    assert_int_equal(weft_sqlite_store.scan(t->sqlite, seen, t), 0);
    return t->n_seen;
}

static int read_it(world *t, const char *key, char *ret_value, size_t cap)
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

/* ---- keeping ----------------------------------------------------------------------------------------------------- */

static void what_was_synced_is_there_again(void **state)
{
    /* Goal: puts and removes of one sync, the last of a key counting; what was not synced is not there. */
    world *t = *state;
    char value[16];
    WEFT_RULE("op.store");
    assert_int_equal(open_it(t), 0);
    assert_int_equal(count(t), 0);
    assert_int_equal(put(t, "a", "1", 1), 0);
    assert_int_equal(put(t, "b", "", 0), 0);
    assert_int_equal(put(t, "c", "3", 1), 0);
    assert_int_equal(put(t, "a", "one", 3), 0);
    assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("c", 1)), 0);
    assert_int_equal(sync_it(t), 0);
    assert_int_equal(put(t, "d", "4", 1), 0);
    close_it(t);
    assert_int_equal(open_it(t), 0);
    assert_int_equal(count(t), 2);
    assert_int_equal(t->sum, 3);
    assert_int_equal(read_it(t, "a", value, sizeof value), 0);
    assert_string_equal(value, "one");
    assert_int_equal(read_it(t, "b", value, sizeof value), 0);
    assert_string_equal(value, "");
    assert_int_equal(read_it(t, "c", value, sizeof value), WEFT_ENOENT);
    assert_int_equal(read_it(t, "d", value, sizeof value), WEFT_ENOENT);
    assert_int_equal(sync_it(t), 0); /* of nothing */
}

static void put_during_a_sync_is_of_the_next(void **state)
{
    world *t = *state;
    WEFT_RULE("op.store");
    assert_int_equal(open_it(t), 0);
    assert_int_equal(put(t, "a", "1", 1), 0);
    t->n_done = 0;
    weft_sqlite_store.sync(t->sqlite, on_done, t);
    assert_int_equal(put(t, "b", "2", 1), 0);
    while (t->n_done == 0)
        assert_int_equal(weft_runtime_run(t->runtime), 0);
    assert_int_equal(count(t), 1);
    assert_int_equal(sync_it(t), 0);
    assert_int_equal(count(t), 2);
}

static void what_was_synced_survives_a_kill(void **state)
{
    /* Goal: a process that is killed right behind done has lost nothing of that; nobody else sees half a sync. */
    world *t = *state;
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
            weft_listen(t->runtime, "mem://here", &options, &t->listener, NULL) < 0 || open_it(t) < 0)
            _exit(1);
        for (uint32_t i = 0;; i++) {
            char key[16];
            for (int j = 0; j < 3; j++) {
                snprintf(key, sizeof key, "%u-%d", i, j);
                (void)put(t, key, &i, sizeof i);
            }
            if (sync_it(t) < 0 || write(told[1], &i, sizeof i) != sizeof i)
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
    assert_int_equal(open_it(t), 0);
    int n = count(t);
    assert_true(n >= (int)(3 * (last + 1)));
    assert_int_equal(n % 3, 0);
}

static void runtime_that_ends_waits_for_what_is_sealed(void **state)
{
    /* Goal: closing a runtime and the file in the middle of a sync loses nothing of it, and frees everything. */
    world *t = *state;
    WEFT_RULE("op.order");
    assert_int_equal(open_it(t), 0);
    assert_int_equal(put(t, "a", "1", 1), 0);
    t->n_done = 0;
    weft_sqlite_store.sync(t->sqlite, on_done, t);
    weft_runtime_free(t->runtime);
    t->runtime = NULL;
    close_it(t);
    assert_int_equal(t->n_done, 1);
    assert_int_equal(t->status, 0);
    assert_int_equal(weft_runtime_new(NULL, &t->runtime), 0);
    assert_int_equal(open_it(t), 0);
    assert_int_equal(count(t), 1);
}

/* ---- several loops ------------------------------------------------------------------------------------------------
 */

/* A loop of its own, with the file of another. */
static world *second_begin(const world *t)
{
    world *second = calloc(1, sizeof *second);
    weft_session_options options = weft_session_options_default();
    assert_non_null(second);
    assert_int_equal(weft_runtime_new(NULL, &second->runtime), 0);
    assert_int_equal(weft_listen(second->runtime, "mem://here", &options, &second->listener, NULL), 0);
    assert_int_equal(weft_sqlite_share(t->sqlite, second->runtime, &second->sqlite, &second->error), 0);
    return second;
}

static void second_end(world *second)
{
    weft_runtime_free(second->runtime);
    close_it(second);
    free(second);
}

static void loops_share_a_file(void **state)
{
    /* Goal: what one of them has synced all have; one reads what there was; each closes when it likes. */
    world *t = *state;
    char value[16];
    WEFT_RULE("op.store");
    assert_int_equal(open_it(t), 0);
    assert_int_equal(put(t, "old", "1", 1), 0);
    assert_int_equal(sync_it(t), 0);
    close_it(t);
    assert_int_equal(open_it(t), 0);
    world *second = second_begin(t);
    assert_int_equal(count(second), 1);
    assert_int_equal(count(t), 0);
    assert_int_equal(put(t, "a", "one", 3), 0);
    assert_int_equal(put(second, "b", "two", 3), 0);
    assert_int_equal(sync_it(t), 0);
    assert_int_equal(read_it(second, "a", value, sizeof value), 0);
    assert_int_equal(read_it(t, "b", value, sizeof value), WEFT_ENOENT);
    close_it(t);
    assert_int_equal(sync_it(second), 0);
    assert_int_equal(count(second), 3);
    assert_int_equal(weft_sqlite_share(NULL, second->runtime, &t->sqlite, &t->error), WEFT_EINVAL);
    second_end(second);
    assert_int_equal(open_it(t), 0);
    assert_int_equal(count(t), 3);
}

static void last_change_of_a_key_counts_whoever_syncs_first(void **state)
{
    /* Goal: an operation that one loop gives up and another one records is there, though the first one syncs last. */
    world *t = *state;
    char value[16];
    WEFT_RULE("op.store");
    assert_int_equal(open_it(t), 0);
    world *second = second_begin(t);
    assert_int_equal(put(t, "a", "old", 3), 0);
    assert_int_equal(put(t, "b", "old", 3), 0);
    assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("a", 1)), 0);
    assert_int_equal(put(second, "a", "new", 3), 0);
    assert_int_equal(put(second, "b", "new", 3), 0);
    assert_int_equal(sync_it(second), 0);
    assert_int_equal(sync_it(t), 0);
    assert_int_equal(read_it(t, "a", value, sizeof value), 0);
    assert_string_equal(value, "new");
    assert_int_equal(read_it(t, "b", value, sizeof value), 0);
    assert_string_equal(value, "new");
    second_end(second);
    close_it(t);
    assert_int_equal(open_it(t), 0); /* of the next process every change is later */
    assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("a", 1)), 0);
    assert_int_equal(put(t, "b", "newer", 5), 0);
    assert_int_equal(sync_it(t), 0);
    assert_int_equal(read_it(t, "a", value, sizeof value), WEFT_ENOENT);
    assert_int_equal(read_it(t, "b", value, sizeof value), 0);
    assert_string_equal(value, "newer");
}

enum { SYNCS = 200 };

static void many_syncs(void *user)
{
    world *t = user;
    char key[24];
    for (int i = 0; i < SYNCS; i++) {
        snprintf(key, sizeof key, "%p-%d", user, i);
        assert_int_equal(put(t, key, "1", 1), 0);
        assert_int_equal(sync_it(t), 0);
        assert_int_equal(read_it(t, key, key, sizeof key), 0);
    }
}

static void *many_syncs_thread(void *user)
{
    many_syncs(user);
    return NULL;
}

static void loops_write_at_a_time(void **state)
{
    world *t = *state;
    pthread_t threads[3];
    world *others[3];
    WEFT_RULE("op.order");
    assert_int_equal(open_it(t), 0);
    for (size_t i = 0; i < 3; i++) {
        others[i] = second_begin(t);
        assert_int_equal(pthread_create(&threads[i], NULL, many_syncs_thread, others[i]), 0);
    }
    many_syncs(t);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(count(t), 4 * SYNCS);
    for (size_t i = 0; i < 3; i++)
        second_end(others[i]);
}

/* ---- files that are not to be used ------------------------------------------------------------------------------- */

static void one_holder_at_a_time(void **state)
{
    world *t = *state;
    WEFT_RULE("op.store");
    assert_int_equal(open_it(t), 0);
    weft_sqlite *mine = t->sqlite, *second = NULL;
    assert_int_equal(weft_sqlite_open(t->path, t->runtime, &second, &t->error), WEFT_EBUSY);
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
    assert_int_equal(put(t, "a", "1", 1), 0);
    assert_int_equal(sync_it(t), 0);
    struct stat about;
    assert_int_equal(stat(t->path, &about), 0);
    assert_int_equal(about.st_mode & 077, 0); /* ids are secret */
}

static void other_files_are_left_alone(void **state)
{
    /* Goal: another program's database, one of a later version, and what is no database: refused, and as they were. */
    world *t = *state;
    static const char *const made[] = { "CREATE TABLE mine (x)", "PRAGMA application_id = 5",
                                        "PRAGMA application_id = 0x77656674; PRAGMA user_version = 2" };
    WEFT_RULE("op.store");
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        sqlite3 *db;
        assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, made[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        assert_int_equal(open_it(t), WEFT_EBADMSG);
        assert_int_equal(unlink(t->path), 0);
    }
    FILE *file = fopen(t->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("no database at all\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(open_it(t), WEFT_EBADMSG);
    assert_int_equal(unlink(t->path), 0);
}

static void damaged_file_is_noticed(void **state)
{
    world *t = *state;
    static const char rubbish[4096] = "rubbish";
    WEFT_RULE("op.store");
    assert_int_equal(open_it(t), 0);
    for (int i = 0; i < 200; i++) {
        char key[16];
        snprintf(key, sizeof key, "key-%d", i);
        assert_int_equal(put(t, key, rubbish, 500), 0);
    }
    assert_int_equal(sync_it(t), 0);
    close_it(t);
    int fd = open(t->path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    off_t end = lseek(fd, 0, SEEK_END);
    for (off_t at = 4096; at < end; at += 4096)
        assert_int_equal(pwrite(fd, rubbish, sizeof rubbish, at), sizeof rubbish);
    assert_int_equal(close(fd), 0);
    int status = open_it(t);
    if (status == 0)
        status = weft_sqlite_store.scan(t->sqlite, seen, t);
    assert_int_equal(status, WEFT_EBADMSG);
}

static void places_that_are_not_there(void **state)
{
    world *t = *state;
    WEFT_RULE("op.store");
    snprintf(t->path, sizeof t->path, "%s/no/ops", t->folder);
    assert_int_equal(open_it(t), WEFT_ENOENT);
    snprintf(t->path, sizeof t->path, "%s", t->folder);
    assert_true(open_it(t) < 0);
    assert_int_equal(weft_sqlite_open(NULL, t->runtime, &t->sqlite, NULL), WEFT_EINVAL);
    assert_null(t->sqlite);
}

/* ---- disks that are full or not to be written ----------------------------------------------------------------------
 */

/* Mounts of this process alone. false: the system does not let us. */
static bool own_mounts(void)
{
    if (unshare(CLONE_NEWNS) == 0)
        return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
    char map[32];
    uid_t uid = getuid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return false;
    int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
    int len = snprintf(map, sizeof map, "0 %u 1", (unsigned)uid);
    bool mapped = fd >= 0 && write(fd, map, (size_t)len) == len;
    if (fd >= 0)
        close(fd);
    return mapped;
}

static void in_tmpfs(world *t, const char *options)
{
    if (mount("none", t->folder, "tmpfs", 0, options) != 0)
        skip();
}

static void full_disk_says_so_and_goes_on(void **state)
{
    /* Goal: a sync for which there is no room fails as a whole; when there is room again the next one does not. */
    world *t = *state;
    static char large[64 * 1024];
    WEFT_RULE("op.store");
    in_tmpfs(t, "size=1m,mode=700");
    assert_int_equal(open_it(t), 0);
    assert_int_equal(put(t, "kept", "1", 1), 0);
    assert_int_equal(sync_it(t), 0);
    int n = 0, status = 0;
    while (status == 0 && n < 100) {
        char key[16];
        snprintf(key, sizeof key, "%d", n);
        assert_int_equal(put(t, key, large, sizeof large), 0);
        assert_int_equal(put(t, "half", "1", 1), 0);
        status = sync_it(t);
        if (status == 0)
            assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("half", 4)), 0);
        n += status == 0;
    }
    assert_int_equal(status, WEFT_ENOSPC);
    assert_string_not_equal(t->text, "");
    int n_kept = count(t);
    assert_in_range(n_kept, n, n + 2);
    for (int i = 0; i < n; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of(key, strlen(key))), 0);
    }
    assert_int_equal(mount("none", t->folder, "tmpfs", MS_REMOUNT, "size=8m"), 0);
    assert_int_equal(sync_it(t), 0);
    assert_in_range(count(t), 1, 2);
    close_it(t);
    assert_int_equal(open_it(t), 0);
    assert_int_equal(umount2(t->folder, MNT_DETACH), 0);
}

static void loop_whose_outcome_is_too_large_refuses_no_other(void **state)
{
    /* Goal: what two loops sync at a time is written together, and where there is no room for it one by one. */
    world *t = *state;
    static char large[1024 * 1024];
    WEFT_RULE("op.store");
    in_tmpfs(t, "size=1m,mode=700");
    assert_int_equal(open_it(t), 0);
    world *second = second_begin(t);
    for (int i = 0; i < 20; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(put(t, key, large, sizeof large), 0);
        assert_int_equal(put(second, key, "1", 1), 0);
        t->n_done = 0;
        weft_sqlite_store.sync(t->sqlite, on_done, t);
        assert_int_equal(sync_it(second), 0);
        while (t->n_done == 0)
            assert_int_equal(weft_runtime_run(t->runtime), 0);
        assert_int_equal(t->status, WEFT_ENOSPC);
    }
    assert_int_equal(count(second), 20);
    second_end(second);
    assert_int_equal(umount2(t->folder, MNT_DETACH), 0);
}

static void disk_that_is_not_to_be_written_says_so(void **state)
{
    world *t = *state;
    WEFT_RULE("op.store");
    in_tmpfs(t, "size=1m,mode=700");
    assert_int_equal(open_it(t), 0);
    close_it(t);
    assert_int_equal(mount("none", t->folder, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_int_equal(open_it(t), WEFT_EROFS);
    snprintf(t->path, sizeof t->path, "%s/new", t->folder);
    assert_int_equal(open_it(t), WEFT_EROFS);
    assert_int_equal(umount2(t->folder, MNT_DETACH), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
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
    const struct CMUnitTest mounting[] = {
        TEST(full_disk_says_so_and_goes_on),
        TEST(loop_whose_outcome_is_too_large_refuses_no_other),
        TEST(disk_that_is_not_to_be_written_says_so),
    };
    bool mounts = own_mounts();
    int n = cmocka_run_group_tests(tests, NULL, NULL);
    return mounts ? n + cmocka_run_group_tests(mounting, NULL, NULL) : n;
}

#endif
