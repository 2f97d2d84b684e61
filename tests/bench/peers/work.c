/* The shared parts of the peers: requests that are bytes, and sockets. */
#include "tests/bench/peers/work.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

void work_check(const measure *m)
{
    if (m->work != MEASURE_ADD && m->work != MEASURE_ECHO && m->work != MEASURE_ONCE && m->work != MEASURE_CONNS)
        measure_fail("calls alone", (int)m->work);
}

size_t work_len(const measure *m)
{
    return m->work == MEASURE_ECHO ? 1 + m->size : WORK_ADD_LEN;
}

void work_request(const measure *m, uint8_t *to, int64_t operand)
{
    int64_t numbers[2] = { operand, WORK_ADDEND };
    to[0] = m->work == MEASURE_ECHO ? WORK_ECHO : WORK_ADD;
    if (m->work == MEASURE_ECHO)
        memset(to + 1, 'x', m->size);
    else
        memcpy(to + 1, numbers, sizeof numbers);
}

size_t work_answer(uint8_t *bytes, size_t len)
{
    int64_t numbers[2];
    if (len == 0 || bytes[0] != WORK_ADD)
        return len;
    memcpy(numbers, bytes + 1, sizeof numbers);
    numbers[0] += numbers[1];
    memcpy(bytes + 1, numbers, sizeof numbers[0]);
    return 1 + sizeof numbers[0];
}

void work_check_answer(const measure *m, const uint8_t *bytes, size_t len, int64_t operand)
{
    int64_t sum = 0;
    if (m->work == MEASURE_ECHO) {
        if (len != 1 + m->size || (m->size > 0 && bytes[m->size] != 'x'))
            measure_fail("another echo", (int)len);
        return;
    }
    if (len == 1 + sizeof sum)
        memcpy(&sum, bytes + 1, sizeof sum);
    if (sum != operand + WORK_ADDEND)
        measure_fail("the sum is wrong", (int)len);
}

typedef union socket_address {
    struct sockaddr any;
    struct sockaddr_un un;
    struct sockaddr_in in;
} socket_address;

static int socket_of(const char *address, socket_address *at, socklen_t *len)
{
    int one = 1;
    memset(at, 0, sizeof *at);
    if (strncmp(address, "unix:", 5) == 0) {
        at->un.sun_family = AF_UNIX;
        (void)snprintf(at->un.sun_path, sizeof at->un.sun_path, "%s", address + 5);
        *len = sizeof at->un;
        return socket(AF_UNIX, SOCK_STREAM, 0);
    }
    at->in.sin_family = AF_INET;
    at->in.sin_port = htons((uint16_t)strtol(address + 4, NULL, 10));
    at->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *len = sizeof at->in;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* accepted ones inherit it */
    return fd;
}

int work_listen(const char *address)
{
    socket_address at;
    socklen_t len;
    int fd = socket_of(address, &at, &len);
    if (bind(fd, &at.any, len) != 0 || listen(fd, 1024) != 0)
        measure_fail(address, -1);
    return fd;
}

int work_connect(const char *address)
{
    socket_address at;
    socklen_t len;
    int fd = socket_of(address, &at, &len);
    if (connect(fd, &at.any, len) != 0)
        measure_fail(address, -1);
    return fd;
}

const char *work_url(const char *address, const char *before_path, const char *before_port)
{
    static char url[256];
    bool is_unix = strncmp(address, "unix:", 5) == 0;
    (void)snprintf(url, sizeof url, "%s%s", is_unix ? before_path : before_port, address + (is_unix ? 5 : 4));
    return url;
}
