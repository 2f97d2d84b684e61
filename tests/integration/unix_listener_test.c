/* Listening at a path: what was left behind is replaced, what lives is left alone, and of two that start at once one
 * has it; each test ends with as many descriptors as before. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, unshare, syscall */

#include "tests/integration/rig/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A socket of somebody who knows nothing of locks. */
static int raw_listen(const char *path)
{
    struct sockaddr_un un;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    memset(&un, 0, sizeof un);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

static void unix_path_and_lock_go_with_the_listener(void **state)
{
    /* Goal: the socket and its lock are there while it listens, and neither afterwards; then it can be had again. */
    place *p = *state;
    struct stat st;
    for (int i = 0; i < 2; i++) {
        rig_listen(p->r, p->url);
        assert_string_equal(p->r->url, p->url);
        assert_int_equal(lstat(p->path, &st), 0);
        assert_true(S_ISSOCK(st.st_mode));
        assert_int_equal(lstat(p->lock, &st), 0);
        assert_true(S_ISREG(st.st_mode));
        assert_int_equal(st.st_mode & 0777, 0600);
        rig_visit(p->r);
        weft_listener_close(p->r->listener, NULL, NULL);
        assert_false(place_has(p->path));
        assert_false(place_has(p->lock));
    }
}

static void unix_stale_socket_is_replaced(void **state)
{
    /* Goal: a socket, and a lock that nobody holds, of a process that died are no obstacle. */
    place *p = *state;
    int fd = open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(close(raw_listen(p->path)), 0);
    assert_true(place_has(p->path));
    rig_listen(p->r, p->url);
    rig_visit(p->r);
}

static void unix_live_socket_is_refused(void **state)
{
    /* Goal: a second listener, of this process or of another, finds the address in use, and the first one goes on. */
    place *p = *state;
    int fd;
    rig_listen(p->r, p->url);
    rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, p->lock);
    rig_visit(p->r);
    assert_true(place_has(p->lock));
    weft_listener_close(p->r->listener, NULL, NULL);

    fd = raw_listen(p->path);
    rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, p->path);
    assert_false(place_has(p->lock));
    (void)snprintf(p->r->url, sizeof p->r->url, "%s", p->url);
    assert_int_equal(close(rig_raw_connect(p->r)), 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(p->path), 0);
}

static void unix_file_that_is_no_socket_stays(void **state)
{
    /* Goal: neither a file nor a link is ever removed, were it by mistake at the path of a socket. */
    place *p = *state;
    char target[160];
    int fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, "no socket");
    assert_int_equal(unlink(p->path), 0);

    (void)snprintf(target, sizeof target, "%s/other", p->folder);
    assert_int_equal(close(raw_listen(target)), 0);
    assert_int_equal(symlink(target, p->path), 0);
    rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, "no socket");
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(unlink(target), 0);
}

static void unix_lock_of_another_is_respected(void **state)
{
    /* Goal: while somebody else is at work on the path, nothing there is touched, though nobody listens yet. */
    place *p = *state;
    struct stat before, after;
    int fd = open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(close(raw_listen(p->path)), 0);
    assert_int_equal(lstat(p->path, &before), 0);
    rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, p->lock);
    assert_int_equal(lstat(p->path, &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
    assert_true(place_has(p->lock));
    assert_int_equal(close(fd), 0);
    rig_listen(p->r, p->url);
}

/* The system's, in whose place the library calls this one: the lock's file goes first, where a test says so. */
static const char *lock_that_goes;

int flock(int fd, int operation)
{
    const char *goes = lock_that_goes;
    lock_that_goes = NULL;
    if (goes && unlink(goes) != 0)
        return -1;
    return (int)syscall(SYS_flock, fd, operation);
}

static void unix_lock_that_was_removed_is_none(void **state)
{
    /* Goal: a server that opened the lock's file just before the one that ends removed it holds the new one in the end,
     * not a file that nobody else finds. */
    place *p = *state;
    int fd;
    lock_that_goes = p->lock;
    rig_listen(p->r, p->url);
    assert_null(lock_that_goes);
    fd = open(p->lock, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_int_equal(close(fd), 0);
    rig_visit(p->r);
}

static void unix_lock_follows_no_link(void **state)
{
    /* Goal: a link in the lock's place does not make the server open, or make, what it points at. */
    place *p = *state;
    char target[160];
    (void)snprintf(target, sizeof target, "%s/other", p->folder);
    assert_int_equal(symlink(target, p->lock), 0);
    rig_assert_refused(p->r, p->url, WEFT_EIO, p->lock);
    assert_false(place_has(target));
    assert_int_equal(unlink(p->lock), 0);
}

static void unix_file_that_is_no_lock_stays(void **state)
{
    /* Goal: a file that has something in it is nobody's lock, were it by mistake where the lock would be. */
    place *p = *state;
    struct stat st;
    int fd = open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    assert_int_equal(close(fd), 0);
    rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, p->lock);
    assert_int_equal(lstat(p->lock, &st), 0);
    assert_int_equal(st.st_size, 1);
    assert_int_equal(unlink(p->lock), 0);
    assert_int_equal(mkfifo(p->lock, 0600), 0);
    rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, p->lock);
    assert_int_equal(unlink(p->lock), 0);
}

static void unix_replaced_files_are_not_ours(void **state)
{
    /* Goal: what somebody has put in the place of our files is his, and stays. */
    place *p = *state;
    int fd;
    rig_listen(p->r, p->url);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(unlink(p->lock), 0);
    fd = raw_listen(p->path);
    assert_int_equal(close(open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600)), 0);
    weft_listener_close(p->r->listener, NULL, NULL);
    assert_true(place_has(p->path));
    assert_true(place_has(p->lock));
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(unlink(p->lock), 0);
}

static void unix_failures_say_why(void **state)
{
    /* Goal: no such folder, a path that is too long, and the longest one that is not. */
    place *p = *state;
    char url[256];
    size_t len;
    (void)snprintf(url, sizeof url, "unix://%s/none/socket", p->folder);
    rig_assert_refused(p->r, url, WEFT_ENOENT, "/none/socket.lock");
    (void)snprintf(url, sizeof url, "unix://%s/", p->folder);
    len = strlen(url);
    memset(url + len, 'a', sizeof url - len);
    url[7 + 108] = '\0';
    rig_assert_refused(p->r, url, WEFT_ENAMETOOLONG, "107");
    url[7 + 107] = '\0';
    rig_listen(p->r, url);
    rig_visit(p->r);
}

/* ---- other processes ---- */

static int child_listen(const char *url, weft_runtime **ret_runtime, weft_listener **ret_listener, weft_error *error)
{
    weft_session_options options = weft_session_options_default();
    if (weft_runtime_new(NULL, ret_runtime) < 0)
        return WEFT_EINTERNAL;
    return weft_listen(*ret_runtime, url, &options, ret_listener, error);
}

static void unix_without_permission_says_so(void **state)
{
    /* Goal: in a folder that one may not write the error names what could not be made. */
    place *p = *state;
    pid_t child;
    assert_int_equal(chmod(p->folder, 0555), 0);
    child = place_fork();
    if (child == 0) {
        weft_runtime *runtime;
        weft_listener *listener;
        weft_error error;
        int rc;
        if (geteuid() == 0 && setuid(PLACE_NOBODY) != 0)
            place_child_ends(false);
        rc = child_listen(p->url, &runtime, &listener, &error);
        place_child_ends(rc == WEFT_EACCES && error.sys == EACCES && strstr(error.text, p->lock));
    }
    place_assert_child(child, PLACE_CHILD_OK);
    assert_int_equal(chmod(p->folder, 0755), 0);
}

static void unix_in_a_folder_that_is_read_only_says_so(void **state)
{
    /* Goal: the same where the file system cannot be written, for root too. Needs a mount of the child's own. */
    place *p = *state;
    enum { NO_MOUNT = 2 };
    int status;
    pid_t child = place_fork();
    if (child == 0) {
        weft_runtime *runtime;
        weft_listener *listener;
        weft_error error;
        int rc;
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("none", p->folder, "tmpfs", MS_RDONLY, NULL) != 0) {
            (void)execl("/bin/sh", "sh", "-c", "exit 2", (char *)NULL);
            _exit(PLACE_CHILD_FAILED);
        }
        rc = child_listen(p->url, &runtime, &listener, &error);
        place_child_ends(rc == WEFT_EROFS && strstr(error.text, p->lock));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_MOUNT)
        skip();
    assert_int_equal(WEXITSTATUS(status), PLACE_CHILD_OK);
}

static void unix_killed_server_is_replaced(void **state)
{
    /* Goal: a server that was killed keeps nobody out: neither by its socket nor by its lock. */
    place *p = *state;
    for (int i = 0; i < 3; i++) {
        int ready[2], status;
        char byte;
        pid_t child;
        assert_int_equal(pipe(ready), 0);
        child = place_fork();
        if (child == 0) {
            weft_runtime *runtime;
            weft_listener *listener;
            if (child_listen(p->url, &runtime, &listener, NULL) == 0)
                (void)!write(ready[1], "!", 1);
            for (;;)
                (void)pause();
        }
        assert_int_equal(read(ready[0], &byte, 1), 1);
        assert_int_equal(close(ready[0]), 0);
        assert_int_equal(close(ready[1]), 0);
        rig_assert_refused(p->r, p->url, WEFT_EADDRINUSE, p->lock);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(place_has(p->path));
        assert_true(place_has(p->lock));
    }
    rig_listen(p->r, p->url);
    rig_visit(p->r);
}

/* Two racers and the one who starts them, in memory that all have. */
enum { N_RACERS = 2, N_RACES = 200 };
typedef struct race {
    atomic_int round;           /* that is being run; -1: no more */
    atomic_int n_done;          /* racers that have tried */
    atomic_int n_over;          /* that have ended what they had */
    atomic_int n_won, n_in_use; /* of the round */
    atomic_bool over;           /* the winner may end */
} race;

static void wait_for(const atomic_int *counter, int n)
{
    while (atomic_load(counter) != n)
        (void)sched_yield();
}

/* Clients find it: the socket that the winner has is the one at the path. */
static bool is_reached(const char *path)
{
    struct sockaddr_un un;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool reached;
    memset(&un, 0, sizeof un);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path, path, strlen(path) + 1);
    reached = connect(fd, (struct sockaddr *)&un, sizeof un) == 0;
    (void)close(fd);
    return reached;
}

static void run_race(race *all, const char *url)
{
    weft_runtime *runtime;
    weft_session_options options = weft_session_options_default();
    if (weft_runtime_new(NULL, &runtime) < 0)
        place_child_ends(false);
    for (int round = 0; round < N_RACES; round++) {
        weft_listener *listener = NULL;
        int rc;
        wait_for(&all->round, round);
        rc = weft_listen(runtime, url, &options, &listener, NULL);
        atomic_fetch_add(rc == 0 ? &all->n_won : &all->n_in_use, rc == 0 || rc == WEFT_EADDRINUSE);
        atomic_fetch_add(&all->n_done, 1);
        while (!atomic_load(&all->over))
            (void)sched_yield();
        if (rc == 0)
            weft_listener_close(listener, NULL, NULL);
        atomic_fetch_add(&all->n_over, 1);
    }
    place_child_ends(true);
}

static void unix_race_has_one_winner(void **state)
{
    /* Goal: of two processes that start at once at a path with a stale socket exactly one listens, and is reached; the
     * other one is told that the address is in use. */
    place *p = *state;
    pid_t racers[N_RACERS];
    race *all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(all != MAP_FAILED);
    atomic_store(&all->round, -1);
    for (int i = 0; i < N_RACERS; i++) {
        racers[i] = place_fork();
        if (racers[i] == 0)
            run_race(all, p->url);
    }
    for (int round = 0; round < N_RACES; round++) {
        assert_int_equal(close(raw_listen(p->path)), 0);
        atomic_store(&all->n_won, 0);
        atomic_store(&all->n_in_use, 0);
        atomic_store(&all->n_done, 0);
        atomic_store(&all->n_over, 0);
        atomic_store(&all->over, false);
        atomic_store(&all->round, round);
        wait_for(&all->n_done, N_RACERS);
        assert_int_equal(atomic_load(&all->n_won), 1);
        assert_int_equal(atomic_load(&all->n_in_use), N_RACERS - 1);
        assert_true(is_reached(p->path));
        atomic_store(&all->over, true);
        wait_for(&all->n_over, N_RACERS);
        assert_false(place_has(p->path));
    }
    for (int i = 0; i < N_RACERS; i++)
        place_assert_child(racers[i], PLACE_CHILD_OK);
    assert_int_equal(munmap(all, sizeof *all), 0);
}

enum { N_HOLDERS = 4, N_TURNS = 500 };
typedef struct churn {
    atomic_int n_holders; /* at a time */
    atomic_int n_held;    /* in all */
} churn;

static void run_churn(churn *all, const char *url, const char *path)
{
    weft_runtime *runtime;
    weft_session_options options = weft_session_options_default();
    bool well = weft_runtime_new(NULL, &runtime) == 0;
    for (int i = 0; well && i < N_TURNS; i++) {
        weft_listener *listener = NULL;
        int rc = weft_listen(runtime, url, &options, &listener, NULL);
        well = rc == 0 || rc == WEFT_EADDRINUSE;
        if (rc != 0)
            continue;
        well = atomic_fetch_add(&all->n_holders, 1) == 0 && is_reached(path);
        atomic_fetch_add(&all->n_held, 1);
        atomic_fetch_sub(&all->n_holders, 1);
        weft_listener_close(listener, NULL, NULL);
    }
    place_child_ends(well);
}

static void unix_path_has_one_holder_at_a_time(void **state)
{
    /* Goal: while servers come and go, and with them sockets and locks, no two have the path, and who has it is
     * reached. */
    place *p = *state;
    pid_t holders[N_HOLDERS];
    churn *all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(all != MAP_FAILED);
    for (int i = 0; i < N_HOLDERS; i++) {
        holders[i] = place_fork();
        if (holders[i] == 0)
            run_churn(all, p->url, p->path);
    }
    for (int i = 0; i < N_HOLDERS; i++)
        place_assert_child(holders[i], PLACE_CHILD_OK);
    assert_true(atomic_load(&all->n_held) > 0);
    assert_int_equal(munmap(all, sizeof *all), 0);
}

int main(void)
{
#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)
    const struct CMUnitTest tests[] = {
        PLACE_TEST(unix_path_and_lock_go_with_the_listener),
        PLACE_TEST(unix_stale_socket_is_replaced),
        PLACE_TEST(unix_live_socket_is_refused),
        PLACE_TEST(unix_file_that_is_no_socket_stays),
        PLACE_TEST(unix_lock_of_another_is_respected),
        PLACE_TEST(unix_lock_that_was_removed_is_none),
        PLACE_TEST(unix_lock_follows_no_link),
        PLACE_TEST(unix_file_that_is_no_lock_stays),
        PLACE_TEST(unix_replaced_files_are_not_ours),
        PLACE_TEST(unix_failures_say_why),
        PLACE_TEST(unix_without_permission_says_so),
        PLACE_TEST(unix_in_a_folder_that_is_read_only_says_so),
        PLACE_TEST(unix_killed_server_is_replaced),
        PLACE_TEST(unix_race_has_one_winner),
        PLACE_TEST(unix_path_has_one_holder_at_a_time),
    };
    return cmocka_run_group_tests(tests, place_setup_all, NULL);
}
