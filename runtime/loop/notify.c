/* Telling the supervisor how the program is: one datagram, from a socket of its own that goes again. */
#include "weft/notify.h"

#include "runtime/conduit/socket.h"
#include "runtime/conduit/syserr.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>

#define NOTIFY_WAIT_S 1

static int notify_address(const char *name, weft__sockaddr *ret_address)
{
    struct sockaddr_un un;
    size_t len = strlen(name);
    if (name[0] != '/' && name[0] != '@')
        return WEFT_ENOTSUP;
    if (len < 2)
        return WEFT_EINVAL;
    if (len >= sizeof un.sun_path)
        return WEFT_ENAMETOOLONG;
    memset(&un, 0, sizeof un);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path, name, len);
    if (name[0] == '@')
        un.sun_path[0] = '\0'; /* and no NUL behind it: that would be part of the name */
    else
        len++;
    memset(ret_address, 0, sizeof *ret_address);
    memcpy(&ret_address->storage, &un, sizeof un);
    ret_address->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    return 0;
}

int weft_notify(const char *state)
{
    const struct timeval wait = { NOTIFY_WAIT_S, 0 };
    const char *name = getenv("NOTIFY_SOCKET");
    weft__sockaddr address;
    ssize_t n;
    int fd, rc;
    if (!state || state[0] == '\0')
        return WEFT_EINVAL;
    if (!name || name[0] == '\0')
        return 0;
    rc = notify_address(name, &address);
    if (rc < 0)
        return rc;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return weft__map_status(-errno);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    do
        n = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address.storage, address.len);
    while (n < 0 && errno == EINTR);
    rc = n < 0 ? weft__map_status(-errno) : 0;
    weft__socket_close(fd);
    return rc;
}
