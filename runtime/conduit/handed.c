/* Listening sockets that a supervisor handed down.
 *
 * The environment is read and never changed: a library that unsets variables races with every thread that reads them,
 * and LISTEN_PID keeps children from taking what was not meant for them. That a descriptor has been taken shows by its
 * being close-on-exec: as it came through an exec it was not. So nothing has to be remembered for the process. */
#define _GNU_SOURCE /* SO_DOMAIN */

#include "runtime/conduit/handed.h"

#include "runtime/base/error.h"
#include "runtime/conduit/syserr.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* The first of those that systemd hands down, and a bound for a count that nobody means. */
#define HANDED_FIRST 3
#define HANDED_MAX 4096

weft__handed_env weft__handed_env_read(void)
{
    weft__handed_env env;
    env.pid = (long)getpid();
    env.listen_pid = getenv("LISTEN_PID");
    env.listen_fds = getenv("LISTEN_FDS");
    env.listen_fdnames = getenv("LISTEN_FDNAMES");
    return env;
}

static bool handed_number(const char *text, long max, long *ret)
{
    long number = 0;
    if (*text == '\0')
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        number = number * 10 + (*text - '0');
        if (number > max)
            return false;
    }
    *ret = number;
    return true;
}

/* How many there are; or why there are none. */
static int handed_count(const weft__handed_env *env, int *ret_n, weft_error *error)
{
    long pid, n;
    if (!env->listen_pid || !env->listen_fds)
        return weft__error_set(error, WEFT_ENOENT,
                               "no socket was handed down: LISTEN_PID and LISTEN_FDS are not set (fd://3 takes one by "
                               "its number)");
    if (!handed_number(env->listen_pid, INT32_MAX, &pid) || !handed_number(env->listen_fds, HANDED_MAX, &n))
        return weft__error_set(error, WEFT_EINVAL, "LISTEN_PID or LISTEN_FDS is not a number that can be");
    if (pid != env->pid || n == 0) {
        (void)weft__error_set(error, WEFT_ENOENT, "no socket was handed down to this process: LISTEN_PID is ");
        weft__error_add_text(error, weft_str_from(env->listen_pid));
        weft__error_add_text(error, WEFT_STR(", LISTEN_FDS is "));
        weft__error_add_text(error, weft_str_from(env->listen_fds));
        return WEFT_ENOENT;
    }
    *ret_n = (int)n;
    return 0;
}

/* The name of the i-th, empty where it has none. */
static weft_str handed_name(const weft__handed_env *env, int i)
{
    const char *at = env->listen_fdnames;
    if (!at)
        return weft_str_of("", 0);
    for (; i > 0; i--) {
        at = strchr(at, ':');
        if (!at)
            return weft_str_of("", 0);
        at++;
    }
    return weft_str_of(at, strcspn(at, ":"));
}

/* systemd's names for sockets that got none: they tell nothing apart. */
static bool handed_is_named(weft_str name)
{
    return name.len > 0 && !weft_str_equal(name, WEFT_STR("unknown")) && !weft_str_equal(name, WEFT_STR("stored"));
}

/* All of them by what they are named by; or, where alike is not NULL, those of that name by their numbers. */
static void handed_list(const weft__handed_env *env, int n, const weft_str *alike, weft_error *error)
{
    const char *between = " fd://";
    for (int i = 0; i < n; i++) {
        weft_str name = handed_name(env, i);
        if (alike && !weft_str_equal(name, *alike))
            continue;
        weft__error_add_text(error, weft_str_from(between));
        between = ", fd://";
        if (handed_is_named(name) && !alike)
            weft__error_add_text(error, name);
        else
            weft__error_add_number(error, (uint64_t)HANDED_FIRST + (uint64_t)i);
    }
}

static int handed_choose_name(const weft__handed_env *env, int n, weft_str name, int *ret_fd, weft_error *error)
{
    int n_found = 0, found = -1;
    for (int i = 0; i < n; i++) {
        if (weft_str_equal(handed_name(env, i), name)) {
            n_found++;
            found = i;
        }
    }
    if (n_found == 1) {
        *ret_fd = HANDED_FIRST + found;
        return 0;
    }
    if (n_found == 0) {
        (void)weft__error_set(error, WEFT_ENOENT, "no socket of that name was handed down, but");
        handed_list(env, n, NULL, error);
        return WEFT_ENOENT;
    }
    (void)weft__error_set(error, WEFT_EINVAL, "several sockets of that name were handed down, one of");
    handed_list(env, n, &name, error);
    return WEFT_EINVAL;
}

int weft__handed_choose(const weft__handed_env *env, const weft__url *url, int *ret_fd, weft_error *error_or_null)
{
    int n = 0, rc;
    if (url->fd >= 0) {
        *ret_fd = url->fd;
        return 0;
    }
    rc = handed_count(env, &n, error_or_null);
    if (rc < 0)
        return rc;
    if (url->name_len > 0)
        return handed_choose_name(env, n, weft_str_of(url->name, url->name_len), ret_fd, error_or_null);
    if (n > 1) {
        (void)weft__error_set(error_or_null, WEFT_EINVAL, "several sockets were handed down:");
        handed_list(env, n, NULL, error_or_null);
        return WEFT_EINVAL;
    }
    *ret_fd = HANDED_FIRST;
    return 0;
}

static bool handed_option(int fd, int name, int *ret)
{
    socklen_t len = sizeof *ret;
    return getsockopt(fd, SOL_SOCKET, name, ret, &len) == 0 && len == sizeof *ret;
}

/* NULL: it is a socket that one can listen with. */
static const char *handed_fault(int fd, bool only_unix)
{
    int type, listens, family;
    if (fcntl(fd, F_GETFD) < 0)
        return "the descriptor is not open";
    if (!handed_option(fd, SO_TYPE, &type))
        return "the descriptor is no socket";
    if (type != SOCK_STREAM)
        return "the socket is no stream socket";
    if (!handed_option(fd, SO_DOMAIN, &family) || (family != AF_INET && family != AF_INET6 && family != AF_UNIX))
        return "the socket is neither of TCP nor a unix socket";
    if (only_unix && family != AF_UNIX)
        return "the socket is no unix socket: uids and gids are of those";
    if (!handed_option(fd, SO_ACCEPTCONN, &listens) || !listens)
        return "the socket does not listen (weft_accept_fd serves one that is connected)";
    return NULL;
}

int weft__handed_take(const weft__url *url, bool only_unix, int *ret_fd, weft_error *error_or_null)
{
    weft__handed_env env = weft__handed_env_read();
    const char *fault;
    int fd, flags, status;
    int rc = weft__handed_choose(&env, url, &fd, error_or_null);
    if (rc < 0)
        return rc;
    fault = handed_fault(fd, only_unix);
    if (fault)
        return weft__error_set(error_or_null, WEFT_EBADF, fault);
    flags = fcntl(fd, F_GETFD);
    if (url->fd < 0 && (flags & FD_CLOEXEC))
        return weft__error_set(error_or_null, WEFT_EALREADY,
                               "the socket that was handed down has been taken: it is close-on-exec");
    status = fcntl(fd, F_GETFL);
    if (status < 0 || fcntl(fd, F_SETFL, status | O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) != 0)
        return weft__error_status(error_or_null, -errno, "cannot listen");
    *ret_fd = fd;
    return 0;
}

void weft__handed_give_back(const weft__url *url, int fd)
{
    if (url->fd < 0)
        (void)fcntl(fd, F_SETFD, 0);
}
