/* Goal: a disk without room, or that is not to be written, says so; and the file serves again as soon as it can. */
#define _GNU_SOURCE /* unshare */

#ifndef WEFT_TEST_SQLITE

int main(void)
{
    return 77;
}

#else

#include "tests/integration/rig/sqlite.h"
#include "tests/support/rules.h"

#include <fcntl.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

/* Mounts of this process alone. false: the system does not let us. */
static bool own_mounts(void)
{
    if (unshare(CLONE_NEWNS) == 0)
        return mount(NULL, "/", "", MS_REC | MS_PRIVATE, NULL) == 0;
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

static void in_tmpfs(sq *t, const char *options)
{
    if (mount("none", t->folder, "tmpfs", 0, options) != 0)
        skip();
}

static void full_disk_says_so_and_goes_on(void **state)
{
    /* Goal: a sync for which there is no room fails as a whole; when there is room again the next one does not. */
    sq *t = *state;
    static char large[64 * 1024];
    WEFT_RULE("op.store");
    in_tmpfs(t, "size=1m,mode=700");
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(sq_put(t, "kept", "1", 1), 0);
    assert_int_equal(sq_sync(t), 0);
    int n = 0, status = 0;
    while (status == 0 && n < 100) {
        char key[16];
        snprintf(key, sizeof key, "%d", n);
        assert_int_equal(sq_put(t, key, large, sizeof large), 0);
        assert_int_equal(sq_put(t, "half", "1", 1), 0);
        status = sq_sync(t);
        if (status == 0)
            assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of("half", 4)), 0);
        n += status == 0;
    }
    assert_int_equal(status, WEFT_ENOSPC);
    assert_string_not_equal(t->text, "");
    int n_kept = sq_count(t);
    assert_in_range(n_kept, n, n + 2);
    for (int i = 0; i < n; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of(key, strlen(key))), 0);
    }
    assert_int_equal(mount("none", t->folder, "tmpfs", MS_REMOUNT, "size=8m"), 0);
    assert_int_equal(sq_sync(t), 0);
    assert_in_range(sq_count(t), 1, 2);
    sq_close(t);
    assert_int_equal(sq_open(t), 0);
    assert_int_equal(umount2(t->folder, MNT_DETACH), 0);
}

static void loop_whose_outcome_is_too_large_refuses_no_other(void **state)
{
    /* Goal: what two loops sync at a time is written together, and where there is no room for it one by one. */
    sq *t = *state;
    static char large[1024 * 1024];
    WEFT_RULE("op.store");
    in_tmpfs(t, "size=1m,mode=700");
    assert_int_equal(sq_open(t), 0);
    sq *second = sq_second_begin(t);
    for (int i = 0; i < 20; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(sq_put(t, key, large, sizeof large), 0);
        assert_int_equal(sq_put(second, key, "1", 1), 0);
        t->n_done = 0;
        weft_sqlite_store.sync(t->sqlite, sq_done, t);
        assert_int_equal(sq_sync(second), 0);
        while (t->n_done == 0)
            assert_int_equal(weft_runtime_run(t->runtime), 0);
        assert_int_equal(t->status, WEFT_ENOSPC);
    }
    assert_int_equal(sq_count(second), 20);
    sq_second_end(second);
    assert_int_equal(umount2(t->folder, MNT_DETACH), 0);
}

static void expect_sound(sq *t)
{
    sqlite3 *db;
    sqlite3_stmt *check;
    sq_close(t);
    assert_int_equal(sqlite3_open(t->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(check), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(check, 0), "ok");
    assert_int_equal(sqlite3_finalize(check), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(sq_open(t), 0);
}

static void full_disk_serves_again_once_something_is_removed(void **state)
{
    /* Goal: with no more room than before: what was full is never so by the journal alone. */
    sq *t = *state;
    static char value[64 * 1024];
    WEFT_RULE("op.store");
    for (size_t len = 64; len <= sizeof value; len *= 4) {
        in_tmpfs(t, "size=1m,mode=700");
        assert_int_equal(sq_open(t), 0);
        char key[16];
        int n = 0;
        do {
            snprintf(key, sizeof key, "%d", n++);
            assert_int_equal(sq_put(t, key, value, len), 0);
        } while (sq_sync(t) == 0);
        assert_int_equal(t->status, WEFT_ENOSPC);
        int n_kept = sq_count(t);
        assert_int_equal(n_kept, n - 1);
        assert_true(n_kept >= 10);
        for (int i = 0; i < n_kept; i++) {
            snprintf(key, sizeof key, "%d", i);
            assert_int_equal(weft_sqlite_store.remove(t->sqlite, weft_bytes_of(key, strlen(key))), 0);
            assert_int_equal(sq_sync(t), 0);
        }
        assert_int_equal(sq_count(t), 0);
        for (int i = 0; i < n_kept / 2; i++) {
            snprintf(key, sizeof key, "%d", i);
            assert_int_equal(sq_put(t, key, value, len), 0);
            assert_int_equal(sq_sync(t), 0);
        }
        expect_sound(t);
        assert_int_equal(sq_count(t), n_kept / 2);
        sq_close(t);
        assert_int_equal(umount2(t->folder, MNT_DETACH), 0);
    }
}

static void disk_that_is_not_to_be_written_says_so(void **state)
{
    sq *t = *state;
    WEFT_RULE("op.store");
    in_tmpfs(t, "size=1m,mode=700");
    assert_int_equal(sq_open(t), 0);
    sq_close(t);
    assert_int_equal(mount("none", t->folder, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_int_equal(sq_open(t), WEFT_EROFS);
    snprintf(t->path, sizeof t->path, "%s/new", t->folder);
    assert_int_equal(sq_open(t), WEFT_EROFS);
    assert_int_equal(umount2(t->folder, MNT_DETACH), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, sq_begin, sq_end)
        TEST(full_disk_says_so_and_goes_on),
        TEST(loop_whose_outcome_is_too_large_refuses_no_other),
        TEST(full_disk_serves_again_once_something_is_removed),
        TEST(disk_that_is_not_to_be_written_says_so),
    };
    return own_mounts() ? cmocka_run_group_tests(tests, NULL, NULL) : 77;
}

#endif
