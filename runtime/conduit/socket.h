/* Sockets, made and asked by ourselves: exact lengths of unix addresses, errors before libuv hides them, evidence. All
 * descriptors made here are non-blocking and close on exec. */
#ifndef WEFT_RUNTIME_CONDUIT_SOCKET_H
#define WEFT_RUNTIME_CONDUIT_SOCKET_H

#include "runtime/conduit/socket_file.h"
#include "runtime/conduit/url.h"
#include "weft/listener.h"

#include <stdint.h>
#include <sys/socket.h>

typedef struct weft__sockaddr {
    struct sockaddr_storage storage;
    socklen_t len;
} weft__sockaddr;

/* The address of a unix or abstract URL. */
void weft__socket_unix_address(const weft__url *url, weft__sockaddr *ret_address);
/* An address that is written as a number, with the URL's port: whether it is one. */
bool weft__socket_numeric_address(const weft__url *url, weft__sockaddr *ret_address);

/* Begins to connect. 0: connected; WEFT_EAGAIN: a unix socket's queue is full, nothing was begun; WEFT__CONNECTING:
 * writable once it is decided, *ret_fd is there. Else a negative errno. */
#define WEFT__CONNECTING 1
int weft__socket_connect(const weft__sockaddr *address, int *ret_fd);
/* What became of it: 0, or a negative errno. */
int weft__socket_connect_result(int fd);

/* A stream socket of a family: 0, or a negative errno. */
int weft__socket_new(int family, int *ret_fd);
/* Listens at a tcp, unix or abstract URL, by what the options say of the socket, or takes the socket that an fd URL
 * means. A host that is a name is looked up on the spot, which waits. 0, or WEFT_E… with *error_or_null; *ret_file is
 * for weft__socket_remove_file. */
int weft__socket_listen(const weft__url *url, const weft_listener_options *options, int *ret_fd,
                        weft__socket_file *ret_file, weft_error *error_or_null);
/* Whether other sockets may be bound to its port: of reuse_port. 0, or a negative errno. */
int weft__socket_share_port(int fd, bool share);
bool weft__socket_shares_port(int fd);
/* Another socket that listens at the same TCP address: the system spreads who comes over both, from now on also over
 * those of other processes of this user that ask for that. 0, or a negative errno: it shares no more than before. */
int weft__socket_listen_beside(int fd, const weft_listener_options *options, int *ret_fd);
/* What listen() is to be told of the system's queue. */
int weft__socket_backlog(const weft_listener_options *options);
/* What an fd URL's listening socket is bound to: *url becomes that, or, where no URL can say it, fd and its number. */
void weft__socket_url(int fd, weft__url *url);
/* The port that a tcp socket is bound to; 0: none. */
uint16_t weft__socket_port(int fd);
bool weft__socket_is_bound_alike(int fd, int other_fd); /* to the same address */

/* Accepts one: 0, or a negative errno. */
int weft__socket_accept(int listen_fd, int *ret_fd, weft__sockaddr *ret_address);

/* Is it a connected stream socket of a family that we know? 0 with its family, or WEFT_EBADF. */
int weft__socket_check(int fd, int *ret_family);
/* What evidence calls it: "tcp" or "unix". */
const char *weft__socket_transport(int fd);
/* What is known of the counterpart [conn.evidence]: address into the buffer of cap bytes, which peer->address then
 * points at. */
void weft__socket_evidence(int fd, const char *transport, weft_peer *ret_peer, char *address, size_t cap);

/* Closes a descriptor; a negative one is passed over. */
void weft__socket_close(int fd);
/* [frame.fair] A TCP socket takes no more than a little ahead of what it can send: what is urgent is not far behind. */
void weft__socket_keep_little(int fd);

#endif
