/* Listening at a path: the socket's file, and the lock beside it by which servers keep out of each other's way. */
#ifndef WEFT_RUNTIME_CONDUIT_SOCKET_FILE_H
#define WEFT_RUNTIME_CONDUIT_SOCKET_FILE_H

#include "runtime/conduit/url.h"
#include "weft/listener.h"

#include <stdint.h>

/* Of a file: which one it is, whatever its name. */
typedef struct weft__file_id {
    uint64_t device;
    uint64_t inode;
} weft__file_id;

/* What a listening unix socket made, so that nobody else's is removed. */
typedef struct weft__socket_file {
    bool made; /* else nothing below counts */
    int lock_fd;
    weft__file_id lock;
    weft__file_id socket;
} weft__socket_file;

/* Listens at the path of a unix URL. A socket that nobody listens at any more is replaced; one that somebody listens at
 * is WEFT_EADDRINUSE, as is any other kind of file, which stays. Nobody connects before the file has the mode and
 * owner that the options ask for. 0, or WEFT_E… with *error_or_null, and nothing is left behind. */
int weft__socket_file_listen(const weft__url *url, const weft_listener_options *options, int *ret_fd,
                             weft__socket_file *ret_file, weft_error *error_or_null);
/* Removes the socket's file and the lock's, where they are still those that were made, and lets go of the lock. Once;
 * does nothing where none was made. */
void weft__socket_remove_file(const weft__url *url, weft__socket_file *file);

#endif
