/* Listening sockets that a supervisor made and handed down, as systemd does: LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES. */
#ifndef WEFT_RUNTIME_CONDUIT_HANDED_H
#define WEFT_RUNTIME_CONDUIT_HANDED_H

#include "runtime/conduit/url.h"

/* What the environment says; NULL where it says nothing. */
typedef struct weft__handed_env {
    long pid; /* ours */
    const char *listen_pid;
    const char *listen_fds;
    const char *listen_fdnames;
} weft__handed_env;

weft__handed_env weft__handed_env_read(void);

/* Which descriptor an fd URL means: its number; or the one of its name; or, without a name, the only one. WEFT_ENOENT:
 * none was handed down to us, or none of that name; WEFT_EINVAL: several were, which the text names, or the environment
 * is not as it should be. Asks the system nothing. */
int weft__handed_choose(const weft__handed_env *env, const weft__url *url, int *ret_fd, weft_error *error_or_null);

/* Takes the socket that an fd URL means: it listens, is of a family that we know (only_unix: is a unix socket), and
 * from then on close-on-exec and non-blocking. Errors of weft__handed_choose; WEFT_EBADF: it is no such socket, and
 * stays as it was; WEFT_EALREADY: it was handed down and has been taken. */
int weft__handed_take(const weft__url *url, bool only_unix, int *ret_fd, weft_error *error_or_null);
/* Nothing has come of it: it can be taken again. */
void weft__handed_give_back(const weft__url *url, int fd);

#endif
