/* A folder with room for a unix socket, a rig, and children. */
#include "tests/integration/rig/place.h"

#include "tests/support/descriptors.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

bool place_has(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

int place_setup(void **state)
{
    place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->n_descriptors = weft_test_descriptors();
    (void)snprintf(p->folder, sizeof p->folder, "/tmp/weft-unix-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    assert_int_equal(chmod(p->folder, 0755), 0);
    (void)snprintf(p->path, sizeof p->path, "%s/socket", p->folder);
    (void)snprintf(p->lock, sizeof p->lock, "%s.lock", p->path);
    (void)snprintf(p->url, sizeof p->url, "unix://%s", p->path);
    p->r = rig_new();
    *state = p;
    return 0;
}

int place_teardown(void **state)
{
    place *p = *state;
    rig_free(p->r);
    assert_false(place_has(p->lock));
    assert_false(place_has(p->path));
    assert_int_equal(rmdir(p->folder), 0);
    assert_int_equal(weft_test_descriptors(), p->n_descriptors);
    free(p);
    return 0;
}

int place_setup_all(void **state)
{
    (void)state;
    rig_free(rig_new());
    return 0;
}

pid_t place_fork(void)
{
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent))
        _exit(PLACE_CHILD_FAILED);
    return child;
}

void place_child_ends(bool well)
{
    (void)execl(well ? "/bin/true" : "/bin/false", "child", (char *)NULL);
    _exit(PLACE_CHILD_FAILED);
}

void place_assert_child(pid_t child, int expected)
{
    int status = 0;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}
