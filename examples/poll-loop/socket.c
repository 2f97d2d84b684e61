/* The listening socket: nothing of weft in it. */
#include "socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool socket_set_nonblocking(int fd)
{
    return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static bool bind_tcp(int fd, const char *host_and_port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    char host[INET_ADDRSTRLEN];
    const char *colon = strrchr(host_and_port, ':');
    int on = 1;
    if (!colon || colon - host_and_port >= INET_ADDRSTRLEN)
        return false;
    memcpy(host, host_and_port, (size_t)(colon - host_and_port));
    host[colon - host_and_port] = '\0';
    address.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) < 0)
        return false;
    printf("listening on tcp://%s:%u\n", host, (unsigned)ntohs(address.sin_port));
    return true;
}

static bool bind_unix(int fd, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, SOMAXCONN) < 0)
        return false;
    printf("listening on unix://%s\n", path);
    return true;
}

int socket_listen(const char *url)
{
    bool tcp = strncmp(url, "tcp://", 6) == 0, local = strncmp(url, "unix://", 7) == 0;
    int fd = tcp || local ? socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM, 0) : -1;
    if (fd < 0 || !socket_set_nonblocking(fd) || !(tcp ? bind_tcp(fd, url + 6) : bind_unix(fd, url + 7))) {
        fprintf(stderr, "poll-loop-server: cannot listen on %s\n", url);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    fflush(stdout);
    return fd;
}

void socket_close(int fd)
{
    struct sockaddr_un address = { .sun_family = AF_UNSPEC };
    socklen_t len = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &len) == 0 && address.sun_family == AF_UNIX)
        (void)unlink(address.sun_path);
    close(fd);
}
