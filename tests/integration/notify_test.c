/* What the supervisor is told arrives at its socket, as it was said; and where nobody wants to know, nothing happens.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/descriptors.h"
#include "weft/notify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct fixture {
    int n_descriptors;
    int fd; /* the supervisor's, or -1 */
    char folder[64];
    char path[108];
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->n_descriptors = weft_test_descriptors();
    f->fd = -1;
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/weft-notify-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    if (f->fd >= 0)
        assert_int_equal(close(f->fd), 0);
    (void)unlink(f->path);
    assert_int_equal(rmdir(f->folder), 0);
    assert_int_equal(weft_test_descriptors(), f->n_descriptors);
    free(f);
    return 0;
}

/* The supervisor's socket: at name, of which the environment has the text. */
static void supervise(fixture *f, const char *name, const char *text)
{
    struct sockaddr_un un;
    size_t len = strlen(text);
    memset(&un, 0, sizeof un);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path, text, len);
    if (name[0] == '\0')
        un.sun_path[0] = '\0';
    f->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(f->fd >= 0);
    assert_int_equal(bind(f->fd, (struct sockaddr *)&un,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] != '\0'))),
                     0);
    assert_int_equal(setenv("NOTIFY_SOCKET", text, 1), 0);
}

static void supervise_at_path(fixture *f)
{
    (void)snprintf(f->path, sizeof f->path, "%s/notify", f->folder);
    supervise(f, f->path, f->path);
}

static void assert_told(const fixture *f, const char *expected)
{
    char text[8192];
    ssize_t n = recv(f->fd, text, sizeof text, 0);
    assert_int_equal(n, strlen(expected));
    assert_memory_equal(text, expected, (size_t)n);
}

static void notify_tells_who_listens_at_a_path(void **state)
{
    /* Goal: one datagram for each call, with exactly what was said, and nothing besides. */
    fixture *f = *state;
    char text[64];
    supervise_at_path(f);
    assert_int_equal(weft_notify("READY=1"), 0);
    assert_int_equal(weft_notify("STATUS=half done\nWATCHDOG=1"), 0);
    assert_told(f, "READY=1");
    assert_told(f, "STATUS=half done\nWATCHDOG=1");
    assert_int_equal(recv(f->fd, text, sizeof text, 0), -1);
    assert_int_equal(errno, EAGAIN);
}

static void notify_tells_who_listens_at_an_abstract_name(void **state)
{
    /* Goal: @name is an abstract name, as long as it is written. */
    fixture *f = *state;
    char text[64];
    (void)snprintf(text, sizeof text, "@weft-notify-%ld", (long)getpid());
    supervise(f, "", text);
    assert_int_equal(weft_notify("READY=1"), 0);
    assert_told(f, "READY=1");
}

static void notify_without_supervisor_does_nothing(void **state)
{
    /* Goal: a program that is run by hand needs no other way through. */
    (void)state;
    assert_int_equal(weft_notify("READY=1"), 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", "", 1), 0);
    assert_int_equal(weft_notify("READY=1"), 0);
}

static void notify_failures_say_why(void **state)
{
    /* Goal: what cannot be told is an error: a unit of Type=notify would wait for it. */
    fixture *f = *state;
    char path[256];
    assert_int_equal(weft_notify(NULL), WEFT_EINVAL);
    assert_int_equal(weft_notify(""), WEFT_EINVAL);
    assert_int_equal(setenv("NOTIFY_SOCKET", "vsock:2:1234", 1), 0);
    assert_int_equal(weft_notify("READY=1"), WEFT_ENOTSUP);
    (void)snprintf(path, sizeof path, "%s/nobody", f->folder);
    assert_int_equal(setenv("NOTIFY_SOCKET", path, 1), 0);
    assert_int_equal(weft_notify("READY=1"), WEFT_ENOENT);
    memset(path, 'a', 120);
    path[0] = '/';
    path[120] = '\0';
    assert_int_equal(setenv("NOTIFY_SOCKET", path, 1), 0);
    assert_int_equal(weft_notify("READY=1"), WEFT_ENAMETOOLONG);
    supervise_at_path(f);
    assert_int_equal(close(f->fd), 0);
    f->fd = -1;
    assert_int_equal(weft_notify("READY=1"), WEFT_ECONNREFUSED);
}

static void notify_waits_no_longer_than_a_while(void **state)
{
    /* Goal: a supervisor that reads nothing holds nobody up for ever. */
    fixture *f = *state;
    int rc = 0, n = 0;
    supervise_at_path(f);
    while (rc == 0 && n < 100000) {
        rc = weft_notify("STATUS=again");
        n += rc == 0;
    }
    assert_int_equal(rc, WEFT_EAGAIN);
    for (; n > 0; n--)
        assert_told(f, "STATUS=again");
    assert_int_equal(weft_notify("READY=1"), 0);
    assert_told(f, "READY=1");
}

int main(void)
{
#define NOTIFY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        NOTIFY_TEST(notify_tells_who_listens_at_a_path),     NOTIFY_TEST(notify_tells_who_listens_at_an_abstract_name),
        NOTIFY_TEST(notify_without_supervisor_does_nothing), NOTIFY_TEST(notify_failures_say_why),
        NOTIFY_TEST(notify_waits_no_longer_than_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
