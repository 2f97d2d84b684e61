/* Leaving a listening socket without a loss: who has got in by the system is let in, who has not is turned away. */
#ifndef WEFT_RUNTIME_CONDUIT_SOCKET_DOOR_H
#define WEFT_RUNTIME_CONDUIT_SOCKET_DOOR_H

#include <stdbool.h>

/* Nobody comes to its queue any more but those who are on the way there. At a unix socket there are none: connecting is
 * refused from now on, and accept fails with EINVAL once the queue is empty. At TCP the first segment of a connection
 * is dropped, which its client sends again a second later. It is shut for all who have the socket. false: it is open
 * as before. */
bool weft__socket_shut_door(int fd);
/* Of a TCP socket: everybody comes again. */
bool weft__socket_open_door(int fd);
/* At TCP: is somebody on the way to the queue of a port, with a handshake of the system's half done? 1; 0, which is
 * final where the door is shut; or a negative errno: the system does not say. */
int weft__socket_on_the_way(int fd);

#endif
