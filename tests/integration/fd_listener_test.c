/* Listening with a socket that a supervisor made: fd://3, fd://name, fd:// alone; each test ends with as many
 * descriptors as before. */
#define _DEFAULT_SOURCE /* SO_REUSEPORT */

#include "tests/integration/rig/rig.h"

#include "tests/support/descriptors.h"
#include "tests/support/turns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct handed {
    rig *r;
    int n_descriptors;
    char path[108];
} handed;

static int setup(void **state)
{
    handed *h = calloc(1, sizeof *h);
    assert_non_null(h);
    h->n_descriptors = weft_test_descriptors();
    (void)snprintf(h->path, sizeof h->path, "/tmp/weft-handed-%ld", (long)getpid());
    assert_int_equal(unsetenv("LISTEN_PID"), 0);
    assert_int_equal(unsetenv("LISTEN_FDS"), 0);
    assert_int_equal(unsetenv("LISTEN_FDNAMES"), 0);
    h->r = rig_new();
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    handed *h = *state;
    rig_free(h->r);
    assert_int_equal(weft_test_descriptors(), h->n_descriptors);
    free(h);
    return 0;
}

/* Blocking and not close-on-exec, as a supervisor hands them down. */
static int bound_socket(int family, int type, const void *address, size_t len)
{
    int fd = socket(family, type, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, address, (socklen_t)len), 0);
    return fd;
}

static int unix_socket(const char *path, size_t len, int type)
{
    struct sockaddr_un un;
    memset(&un, 0, sizeof un);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path, path, len);
    return bound_socket(AF_UNIX, type, &un, offsetof(struct sockaddr_un, sun_path) + len);
}

static int tcp_socket(void)
{
    struct sockaddr_in in;
    memset(&in, 0, sizeof in);
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return bound_socket(AF_INET, SOCK_STREAM, &in, sizeof in);
}

static int listening(int fd)
{
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

static void url_of(int fd, char *url, size_t cap)
{
    (void)snprintf(url, cap, "fd://%d", fd);
}

/* As if fd alone, of those up to it, had a name. */
static void hand_down(int fd, const char *name)
{
    char text[1100];
    size_t len = 0;
    (void)snprintf(text, sizeof text, "%ld", (long)getpid());
    assert_int_equal(setenv("LISTEN_PID", text, 1), 0);
    (void)snprintf(text, sizeof text, "%d", fd - 2);
    assert_int_equal(setenv("LISTEN_FDS", text, 1), 0);
    for (int i = 3; i < fd; i++)
        text[len++] = ':';
    (void)snprintf(text + len, sizeof text - len, "%s", name);
    assert_int_equal(setenv("LISTEN_FDNAMES", text, 1), 0);
}

static void fd_tcp_socket_is_served(void **state)
{
    /* Goal: the URL is the address that clients connect to; the descriptor blocks no more and does not outlive an
     * exec. */
    handed *h = *state;
    char url[32];
    int fd = listening(tcp_socket());
    url_of(fd, url, sizeof url);
    rig_listen(h->r, url);
    assert_int_equal(strncmp(h->r->url, "tcp://127.0.0.1:", 16), 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    rig_visit(h->r);
    assert_string_equal(h->r->peer.transport, "tcp");
    weft_listener_close(h->r->listener, NULL, NULL);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void fd_unix_socket_is_served_and_its_file_stays(void **state)
{
    /* Goal: the file belongs to who made it; no lock is taken beside it. */
    handed *h = *state;
    char url[32], expected[160];
    struct stat st;
    int fd = listening(unix_socket(h->path, strlen(h->path) + 1, SOCK_STREAM));
    url_of(fd, url, sizeof url);
    rig_listen(h->r, url);
    (void)snprintf(expected, sizeof expected, "unix://%s", h->path);
    assert_string_equal(h->r->url, expected);
    rig_visit(h->r);
    assert_true(h->r->peer.has_unix_ids);
    (void)snprintf(expected, sizeof expected, "%s.lock", h->path);
    assert_int_equal(stat(expected, &st), -1);
    weft_listener_close(h->r->listener, NULL, NULL);
    assert_int_equal(stat(h->path, &st), 0);
    assert_int_equal(unlink(h->path), 0);
}

static void fd_abstract_socket_is_served(void **state)
{
    /* Goal: an abstract name is said where a URL can say it; where not, the descriptor is. */
    handed *h = *state;
    char url[32], name[64], expected[96];
    int fd;
    (void)snprintf(name + 1, sizeof name - 1, "weft-handed-%ld", (long)getpid());
    name[0] = '\0';
    fd = listening(unix_socket(name, strlen(name + 1) + 1, SOCK_STREAM));
    url_of(fd, url, sizeof url);
    rig_listen(h->r, url);
    (void)snprintf(expected, sizeof expected, "unix-abstract://%s", name + 1);
    assert_string_equal(h->r->url, expected);
    rig_visit(h->r);
    fd = listening(unix_socket(name, strlen(name + 1) + 4, SOCK_STREAM));
    url_of(fd, url, sizeof url);
    rig_listen(h->r, url);
    assert_string_equal(h->r->url, url);
}

static void on_stopped(void *user, int status)
{
    int *n_stopped = user;
    assert_int_equal(status, 0);
    ++*n_stopped;
}

static uint64_t n_accepted(const rig *r)
{
    weft_listener_stats stats;
    weft_listener_stats_read(r->listener, &stats, sizeof stats);
    return stats.accepted;
}

static void fd_socket_is_left_to_the_next_server(void **state)
{
    /* Goal: who made the socket has it still, and hands it to another server: who connects between the two waits. */
    handed *h = *state;
    char url[32];
    for (int is_tcp = 0; is_tcp < 2; is_tcp++) {
        int n_stopped = 0;
        int fd = listening(is_tcp ? tcp_socket() : unix_socket(h->path, strlen(h->path) + 1, SOCK_STREAM));
        int kept = dup(fd);
        assert_true(kept >= 0);
        url_of(fd, url, sizeof url);
        rig_listen(h->r, url);
        assert_int_equal(weft_listener_stop(h->r->listener, WEFT_FOREVER, on_stopped, &n_stopped), 0);
        rig_until(h->r, &n_stopped, 1);
        int client = rig_raw_connect(h->r);
        url_of(kept, url, sizeof url);
        rig_listen(h->r, url);
        weft_test_turns turns = { 0 };
        while (n_accepted(h->r) == 0)
            weft_test_turn(&turns, &h->r->loop, -1);
        (void)close(client);
        weft_listener_close(h->r->listener, NULL, NULL);
    }
    assert_int_equal(unlink(h->path), 0);
}

static void fd_name_is_looked_up_and_taken_once(void **state)
{
    /* Goal: by its name the socket is found, and not taken a second time, as long as it lives or after. */
    handed *h = *state;
    int fd = listening(tcp_socket());
    hand_down(fd, "store");
    rig_assert_refused(h->r, "fd://other", WEFT_ENOENT, "fd://store");
    rig_listen(h->r, "fd://store");
    rig_visit(h->r);
    rig_assert_refused(h->r, "fd://store", WEFT_EALREADY, "taken");
    weft_listener_close(h->r->listener, NULL, NULL);
    rig_assert_refused(h->r, "fd://store", WEFT_EBADF, "not open");
}

static void fd_that_is_in_use_stays_so(void **state)
{
    /* Goal: who listens with it goes on, and its descriptor is not closed by who comes to listen with it too. */
    handed *h = *state;
    char url[32];
    int fd = listening(tcp_socket());
    url_of(fd, url, sizeof url);
    rig_listen(h->r, url);
    rig_assert_refused(h->r, url, WEFT_EALREADY, "already");
    assert_true(fcntl(fd, F_GETFD) >= 0);
    rig_visit(h->r);
}

static void fd_is_there_when_memory_is_again(void **state)
{
    /* Goal: what fails does not cost the socket, which nobody could make again: it is taken when it can be. */
    handed *h = *state;
    weft_session_options options = rig_server_options(h->r);
    int fd = listening(tcp_socket()), n_failed = 0;
    hand_down(fd, "store");
    for (int rc = WEFT_ENOMEM; rc == WEFT_ENOMEM; n_failed++) {
        weft_test_alloc_fail(&h->r->alloc, (uint64_t)n_failed + 1, false);
        rc = weft_listen(h->r->runtime, "fd://store", &options, &h->r->listener, NULL);
        assert_true(rc == 0 || rc == WEFT_ENOMEM);
    }
    weft_test_alloc_fail(&h->r->alloc, 0, false);
    assert_true(n_failed > 1);
    assert_int_equal(weft_listener_url(h->r->listener, h->r->url, sizeof h->r->url), 0);
    rig_visit(h->r);
}

enum { WAITING = 100 }; /* more than are let in at once */

static void fd_socket_that_was_left_stays_its_makers(void **state)
{
    /* Goal: the listener does not come back to it, or share its port, while it lets in who waits there, and leaves it
     * as it was: it takes who connects, for the next server. */
    handed *h = *state;
    char url[32];
    int clients[WAITING], shares = -1;
    socklen_t len = sizeof shares;
    weft_error error;
    int fd = listening(tcp_socket());
    assert_int_equal(listen(fd, WAITING), 0);
    int kept = dup(fd);
    url_of(fd, url, sizeof url);
    rig_listen(h->r, url);
    for (int i = 0; i < WAITING; i++)
        clients[i] = rig_raw_connect(h->r);
    assert_int_equal(weft_listener_rebind(h->r->listener, "tcp://127.0.0.1:0", NULL, NULL, &error), 0);
    assert_int_equal(weft_listener_rebind(h->r->listener, h->r->url, NULL, NULL, &error), WEFT_EADDRINUSE);
    for (int i = 0; i < WAITING; i++)
        (void)close(clients[i]);
    weft_test_turns turns = { 0 };
    while (n_accepted(h->r) < WAITING)
        weft_test_turn(&turns, &h->r->loop, -1);
    weft_listener_close(h->r->listener, NULL, NULL);
    rig_settle(h->r);
    assert_int_equal(getsockopt(kept, SOL_SOCKET, SO_REUSEPORT, &shares, &len), 0);
    assert_int_equal(shares, 0);
    clients[0] = rig_raw_connect(h->r);
    (void)close(clients[0]);
    (void)close(kept);
}

static void fd_that_does_not_listen_stays_as_it_was(void **state)
{
    /* Goal: what is no listening stream socket is refused, and neither closed nor changed. */
    handed *h = *state;
    char url[32];
    int fds[4], pair[2];
    static const char *const says[4] = { "does not listen", "no stream socket", "does not listen", "no socket" };
    fds[0] = tcp_socket();
    fds[1] = unix_socket("\0weft-handed-datagrams", 22, SOCK_DGRAM);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    fds[2] = pair[0];
    fds[3] = open("/dev/null", O_RDWR);
    for (int i = 0; i < 4; i++) {
        url_of(fds[i], url, sizeof url);
        rig_assert_refused(h->r, url, WEFT_EBADF, says[i]);
        assert_int_equal(fcntl(fds[i], F_GETFD), 0);
        assert_int_equal(fcntl(fds[i], F_GETFL) & O_NONBLOCK, 0);
        assert_int_equal(close(fds[i]), 0);
    }
    assert_int_equal(close(pair[1]), 0);
    rig_assert_refused(h->r, url, WEFT_EBADF, "not open");
    rig_assert_refused(h->r, "fd://", WEFT_ENOENT, "LISTEN_PID");
}

static void fd_is_connected_by_number_alone(void **state)
{
    /* Goal: names are those of listening sockets. */
    handed *h = *state;
    weft_session *session = NULL;
    weft_error error;
    assert_int_equal(weft_connect(h->r->runtime, "fd://store", NULL, &session, &error), WEFT_EINVAL);
    assert_int_equal(weft_connect(h->r->runtime, "fd://", NULL, &session, &error), WEFT_EINVAL);
    assert_null(session);
}

/* libuv keeps descriptors of its own for the process from the first loop on. */
static int setup_all(void **state)
{
    (void)state;
    rig_free(rig_new());
    return 0;
}

int main(void)
{
#define HANDED_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        HANDED_TEST(fd_tcp_socket_is_served),
        HANDED_TEST(fd_unix_socket_is_served_and_its_file_stays),
        HANDED_TEST(fd_abstract_socket_is_served),
        HANDED_TEST(fd_socket_is_left_to_the_next_server),
        HANDED_TEST(fd_name_is_looked_up_and_taken_once),
        HANDED_TEST(fd_that_is_in_use_stays_so),
        HANDED_TEST(fd_is_there_when_memory_is_again),
        HANDED_TEST(fd_socket_that_was_left_stays_its_makers),
        HANDED_TEST(fd_that_does_not_listen_stays_as_it_was),
        HANDED_TEST(fd_is_connected_by_number_alone),
    };
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
