/* Listening at a path.
 *
 * A socket file outlives its process, so that a server which starts has to tell one that died from one that lives, and
 * remove what the first has left. Two that start at once must not both do so: the second would remove the live socket
 * of the first. So all of it happens under a lock, flock on PATH.lock, which the server holds as long as it listens,
 * and which the system lets go when it dies, however it does.
 *
 * The lock's file goes with the socket. That is safe because of what taking it asks: a lock is one only if PATH.lock is
 * still the file that was locked. Who had opened it before it was removed finds that it is not, and opens it anew.
 *
 * What the file may be used for is set between bind and listen: until it listens, connecting is refused to everyone, so
 * that there is no moment in which the socket can be reached by more than in the end. The umask, which is the
 * process's, is left alone. */
#define _GNU_SOURCE /* flock, O_NOFOLLOW */

#include "runtime/conduit/socket_file.h"

#include "runtime/base/error.h"
#include "runtime/conduit/socket.h"
#include "runtime/conduit/syserr.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKET_FILE_LOCK ".lock"
/* How often a lock's file may vanish between its opening and its lock: each time a server has just ended. */
#define SOCKET_FILE_LOCK_TRIES 100

typedef struct socket_file_lock_path {
    char text[WEFT__URL_NAME_MAX + sizeof SOCKET_FILE_LOCK];
} socket_file_lock_path;

static socket_file_lock_path socket_file_lock_of(const weft__url *url)
{
    socket_file_lock_path path;
    memcpy(path.text, url->name, url->name_len);
    memcpy(path.text + url->name_len, SOCKET_FILE_LOCK, sizeof SOCKET_FILE_LOCK);
    return path;
}

static weft__file_id socket_file_id(const struct stat *st)
{
    weft__file_id id = { (uint64_t)st->st_dev, (uint64_t)st->st_ino };
    return id;
}

static bool socket_file_is(const char *path, weft__file_id id)
{
    struct stat st;
    weft__file_id is;
    if (lstat(path, &st) != 0)
        return false;
    is = socket_file_id(&st);
    return is.device == id.device && is.inode == id.inode;
}

/* ---- the lock ---- */

/* 0; 1: it was removed meanwhile; a negative errno, EEXIST among them: it is somebody's file, since a lock's is empty.
 */
static int socket_file_try_lock(const char *path, weft__socket_file *file)
{
    struct stat st;
    int rc = 0;
    file->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file->lock_fd < 0)
        return -errno;
    if (flock(file->lock_fd, LOCK_EX | LOCK_NB) != 0 || fstat(file->lock_fd, &st) != 0) {
        rc = -errno;
    } else if (!S_ISREG(st.st_mode) || st.st_size > 0) {
        rc = -EEXIST;
    } else {
        file->lock = socket_file_id(&st);
        rc = socket_file_is(path, file->lock) ? 0 : 1;
    }
    if (rc != 0)
        weft__socket_close(file->lock_fd);
    return rc;
}

static int socket_file_lock(const weft__url *url, weft__socket_file *file, weft_error *error)
{
    socket_file_lock_path path = socket_file_lock_of(url);
    int rc = 1;
    for (int i = 0; i < SOCKET_FILE_LOCK_TRIES && rc == 1; i++)
        rc = socket_file_try_lock(path.text, file);
    if (rc == 0)
        return 0;
    if (rc == -EWOULDBLOCK || rc == 1)
        return weft__error_status_at(error, -EADDRINUSE, "another server holds ", path.text);
    if (rc == -EEXIST)
        return weft__error_status_at(error, -EADDRINUSE, "there is a file that is no lock: ", path.text);
    return weft__error_status_at(error, rc, "cannot lock ", path.text);
}

/* While it is held: who opens the file from now on makes one of his own. */
static void socket_file_unlock(const weft__url *url, weft__socket_file *file)
{
    socket_file_lock_path path = socket_file_lock_of(url);
    if (socket_file_is(path.text, file->lock))
        (void)unlink(path.text);
    weft__socket_close(file->lock_fd);
    file->lock_fd = -1;
}

/* ---- the socket ---- */

/* Makes room where nobody listens any more. */
static int socket_file_clear(const weft__url *url, const weft__sockaddr *address, weft_error *error)
{
    struct stat st;
    int fd = -1, rc;
    if (lstat(url->name, &st) != 0)
        return errno == ENOENT ? 0 : weft__error_status_at(error, -errno, "cannot listen at ", url->name);
    if (!S_ISSOCK(st.st_mode))
        return weft__error_status_at(error, -EADDRINUSE, "there is a file that is no socket: ", url->name);
    rc = weft__socket_connect(address, &fd);
    if (rc >= 0)
        weft__socket_close(fd);
    if (rc == -ENOENT)
        return 0;
    if (rc != -ECONNREFUSED)
        return weft__error_status_at(error, -EADDRINUSE, "somebody listens at ", url->name);
    if (unlink(url->name) != 0 && errno != ENOENT)
        return weft__error_status_at(error, -errno, "cannot remove the old socket ", url->name);
    return 0;
}

/* A socket has no descriptor by which its file could be changed, so it is opened as a path, which follows no link, and
 * changed only if it is the file that was made. */
static int socket_file_set_access(const char *path, const weft_listener_options *options, weft__file_id made)
{
    char self[32] = "/proc/self/fd/";
    size_t len = strlen(self);
    struct stat st;
    weft__file_id is;
    int fd, rc = 0;
    if (options->mode == 0)
        return 0;
    fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    len += weft__format_u64((uint64_t)fd, self + len);
    self[len] = '\0';
    if (fstat(fd, &st) != 0)
        rc = -errno;
    is = socket_file_id(&st);
    if (rc == 0 && (is.device != made.device || is.inode != made.inode))
        rc = -EADDRINUSE;
    /* -1 leaves the one or the other as it is. */
    if (rc == 0 && fchownat(fd, "", (uid_t)options->owner, (gid_t)options->group, AT_EMPTY_PATH) != 0)
        rc = -errno;
    if (rc == 0 && options->mode != 0 && chmod(self, (mode_t)options->mode) != 0)
        rc = -errno;
    weft__socket_close(fd);
    return rc;
}

static int socket_file_bind(const weft__url *url, const weft_listener_options *options, const weft__sockaddr *address,
                            int fd, weft__socket_file *file, weft_error *error)
{
    struct stat st;
    int rc = 0;
    if (options->mode != 0 && fchmod(fd, 0) != 0)
        return weft__error_status_at(error, -errno, "cannot set the mode of ", url->name);
    if (bind(fd, (const struct sockaddr *)&address->storage, address->len) != 0)
        return weft__error_status_at(error, -errno, "cannot listen at ", url->name);
    if (lstat(url->name, &st) != 0)
        return weft__error_status_at(error, -errno, "cannot listen at ", url->name);
    file->socket = socket_file_id(&st);
    file->made = true;
    rc = socket_file_set_access(url->name, options, file->socket);
    if (rc < 0)
        return weft__error_status_at(error, rc, "cannot set mode or owner of ", url->name);
    if (listen(fd, weft__socket_backlog(options)) != 0)
        return weft__error_status_at(error, -errno, "cannot listen at ", url->name);
    return 0;
}

int weft__socket_file_listen(const weft__url *url, const weft_listener_options *options, int *ret_fd,
                             weft__socket_file *ret_file, weft_error *error_or_null)
{
    weft__socket_file file;
    weft__sockaddr address;
    int fd = -1, rc;
    memset(&file, 0, sizeof file);
    weft__socket_unix_address(url, &address);
    rc = socket_file_lock(url, &file, error_or_null);
    if (rc < 0)
        return rc;
    rc = socket_file_clear(url, &address, error_or_null);
    if (rc == 0) {
        rc = weft__socket_new(AF_UNIX, &fd);
        if (rc < 0)
            rc = weft__error_status(error_or_null, rc, "cannot listen");
    }
    if (rc == 0)
        rc = socket_file_bind(url, options, &address, fd, &file, error_or_null);
    if (rc < 0) {
        if (file.made)
            weft__socket_remove_file(url, &file);
        else
            socket_file_unlock(url, &file);
        weft__socket_close(fd);
        return rc;
    }
    *ret_fd = fd;
    *ret_file = file;
    return 0;
}

void weft__socket_remove_file(const weft__url *url, weft__socket_file *file)
{
    if (!file->made)
        return;
    file->made = false;
    if (socket_file_is(url->name, file->socket))
        (void)unlink(url->name);
    socket_file_unlock(url, file);
}
