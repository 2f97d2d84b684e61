/* A network of the test's own. */
#define _GNU_SOURCE /* unshare */

#include "tests/support/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool ask(int family, unsigned long request, void *argument)
{
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool done = fd >= 0 && ioctl(fd, request, argument) == 0;
    if (fd >= 0)
        (void)close(fd);
    return done;
}

bool weft_test_own_network(void)
{
    struct ifreq request;
    if (unshare(CLONE_NEWNET) != 0)
        return false;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", sizeof "lo");
    request.ifr_flags = IFF_UP;
    return ask(AF_INET, SIOCSIFFLAGS, &request);
}

/* An address is looked at for others that have it, also here, where nobody can: until then none may bind to it. */
static bool await_address6(const struct in6_addr *address)
{
    struct sockaddr_in6 at;
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc;
    memset(&at, 0, sizeof at);
    at.sin6_family = AF_INET6;
    at.sin6_addr = *address;
    while ((rc = bind(fd, (const struct sockaddr *)&at, sizeof at)) != 0 && errno == EADDRNOTAVAIL)
        (void)sched_yield();
    if (fd >= 0)
        (void)close(fd);
    return rc == 0;
}

bool weft_test_add_address6(const char *address)
{
    union {
        struct in6_ifreq v6;
        struct ifreq any; /* of this length valgrind holds it to be */
    } request;
    memset(&request, 0, sizeof request);
    request.v6.ifr6_prefixlen = 128;
    request.v6.ifr6_ifindex = (int)if_nametoindex("lo");
    return inet_pton(AF_INET6, address, &request.v6.ifr6_addr) == 1 && ask(AF_INET6, SIOCSIFADDR, &request) &&
           await_address6(&request.v6.ifr6_addr);
}

bool weft_test_migrate(bool on)
{
    int fd = open("/proc/sys/net/ipv4/tcp_migrate_req", O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, on ? "1" : "0", 1) == 1;
    if (fd >= 0)
        (void)close(fd);
    return done;
}
