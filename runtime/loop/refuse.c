/* Refusing a conduit without a handshake. */
#include "runtime/loop/refuse.h"

#include "runtime/conduit/socket.h"
#include "weft/engine.h"

#include <sys/socket.h>

/* What has come is read first, as far as a preamble and a Hello go: closing with bytes unread resets the conduit, and
 * the counterpart might never see what it was told. */
#define REFUSE_READS_MAX 4

void weft__refuse(int fd, uint8_t code)
{
    uint8_t answer[WEFT_REFUSAL_LEN];
    uint8_t unread[4096];
    weft_refusal_write(answer, code);
    for (int i = 0; i < REFUSE_READS_MAX; i++)
        if (recv(fd, unread, sizeof unread, MSG_DONTWAIT) <= 0)
            break;
    (void)send(fd, answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL); /* 8 bytes fit, or nobody is there */
    (void)shutdown(fd, SHUT_WR);
    weft__socket_close(fd);
}

void weft__refuse_by_reset(int fd)
{
    const struct linger now = { 1, 0 };
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    weft__socket_close(fd);
}
