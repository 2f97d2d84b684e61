/* The listening socket. */
#ifndef POLL_LOOP_SOCKET_H
#define POLL_LOOP_SOCKET_H

#include <stdbool.h>

/* Listens, non-blocking, at tcp://HOST:PORT (numbers, port 0: any) or unix://PATH, and says where on stdout. Returns
 * the descriptor, or -1 after a message on stderr. */
int socket_listen(const char *url);
/* Closes it, and removes the file of a unix socket. */
void socket_close(int fd);
bool socket_set_nonblocking(int fd);

#endif
