/* A port of 127.0.0.1 at which nobody listens, and nobody can while the socket is open. */
#ifndef WEFT_TESTS_SUPPORT_REFUSING_H
#define WEFT_TESTS_SUPPORT_REFUSING_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* The socket, to be closed; url is where connecting is refused. -1: there is none. */
static inline int weft_test_refusing(char *url, size_t cap)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && (bind(fd, (struct sockaddr *)&address, len) < 0 ||
                    getsockname(fd, (struct sockaddr *)&address, &len) < 0)) { /* bound, but never listening */
        close(fd);
        return -1;
    }
    snprintf(url, cap, "tcp://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    return fd;
}

#endif
