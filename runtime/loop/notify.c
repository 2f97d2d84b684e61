/* Telling the supervisor how the program is: one datagram, from a socket of its own that goes again. */
#include "weft/notify.h"

#include "runtime/conduit/socket.h"
#include "runtime/conduit/syserr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>

#define NOTIFY_WAIT_S 1

static int notify_address(const char *name, weft__sockaddr *ret_address)
{
    size_t len = strlen(name);
    bool is_abstract = name[0] == '@';
    weft__url url;
    if (name[0] != '/' && !is_abstract)
        return WEFT_ENOTSUP;
    if (len < 2)
        return WEFT_EINVAL;
    if (len >= sizeof((struct sockaddr_un *)NULL)->sun_path)
        return WEFT_ENAMETOOLONG;
    memset(&url, 0, sizeof url);
    url.kind = is_abstract ? WEFT__URL_ABSTRACT : WEFT__URL_UNIX;
    url.name_len = len - is_abstract;
    memcpy(url.name, name + is_abstract, url.name_len);
    weft__socket_unix_address(&url, ret_address);
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
