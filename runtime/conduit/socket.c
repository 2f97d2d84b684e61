/* Sockets, made and asked by ourselves. */
#define _GNU_SOURCE /* accept4, struct ucred */

#include "runtime/conduit/socket.h"

#include "runtime/base/error.h"
#include "runtime/conduit/handed.h"
#include "runtime/conduit/syserr.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

void weft__socket_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

void weft__socket_keep_little(int fd)
{
    int unsent = 64 * 1024;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent); /* a wish */
}

void weft__socket_unix_address(const weft__url *url, weft__sockaddr *ret_address)
{
    struct sockaddr_un un;
    size_t before = url->kind == WEFT__URL_ABSTRACT ? 1 : 0;
    memset(&un, 0, sizeof un);
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path + before, url->name, url->name_len);
    memset(ret_address, 0, sizeof *ret_address);
    memcpy(&ret_address->storage, &un, sizeof un);
    /* An abstract name is as long as the length says, its NULs count; a path ends with one. */
    ret_address->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + url->name_len + 1);
}

bool weft__socket_numeric_address(const weft__url *url, weft__sockaddr *ret_address)
{
    weft__sockaddr address;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    memset(&address, 0, sizeof address);
    if (uv_ip4_addr(url->name, url->port, &in) == 0) {
        memcpy(&address.storage, &in, sizeof in);
        address.len = sizeof in;
    } else if (uv_ip6_addr(url->name, url->port, &in6) == 0) {
        memcpy(&address.storage, &in6, sizeof in6);
        address.len = sizeof in6;
    } else {
        return false;
    }
    *ret_address = address;
    return true;
}

int weft__socket_new(int family, int *ret_fd)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    return 0;
}

int weft__socket_connect(const weft__sockaddr *address, int *ret_fd)
{
    int fd = -1, rc;
    rc = weft__socket_new(address->storage.ss_family, &fd);
    if (rc < 0)
        return rc;
    if (connect(fd, (const struct sockaddr *)&address->storage, address->len) == 0) {
        *ret_fd = fd;
        return 0;
    }
    /* An interrupted connect goes on like one in progress. */
    if (errno == EINPROGRESS || errno == EINTR) {
        *ret_fd = fd;
        return WEFT__CONNECTING;
    }
    rc = -errno;
    weft__socket_close(fd);
    return rc;
}

int weft__socket_connect_result(int fd)
{
    int error = 0;
    socklen_t len = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        return -errno;
    return -error;
}

/* ---- listening ---- */

int weft__socket_backlog(const weft_listener_options *options)
{
    return options->backlog > 0 && options->backlog < INT_MAX ? (int)options->backlog : SOMAXCONN;
}

int weft__socket_share_port(int fd, bool share)
{
    int on = share;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 ? 0 : -errno;
}

bool weft__socket_shares_port(int fd)
{
    int on = 0;
    socklen_t len = sizeof on;
    return getsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, &len) == 0 && on != 0;
}

static int socket_bind(const weft__sockaddr *address, const weft_listener_options *options, int *ret_fd)
{
    int family = address->storage.ss_family;
    int fd = -1, rc, on = 1, off = 0;
    int backlog = weft__socket_backlog(options);
    rc = weft__socket_new(family, &fd);
    if (rc < 0)
        return rc;
    /* Both are wishes: without them a restart waits for old connections, or IPv4 needs a listener of its own. */
    if (family == AF_INET || family == AF_INET6)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (options->reuse_port && weft__socket_share_port(fd, true) != 0) {
        rc = -errno;
        weft__socket_close(fd);
        return rc;
    }
    if (bind(fd, (const struct sockaddr *)&address->storage, address->len) != 0 || listen(fd, backlog) != 0) {
        rc = -errno;
        weft__socket_close(fd);
        return rc;
    }
    *ret_fd = fd;
    return 0;
}

/* At a port that is shared. */
static int socket_listen_beside(int fd, const weft_listener_options *options, int *ret_fd)
{
    weft__sockaddr address;
    int beside = -1, rc, on = 1, v6_only = 0;
    socklen_t len = sizeof v6_only;
    memset(&address, 0, sizeof address);
    address.len = sizeof address.storage;
    if (getsockname(fd, (struct sockaddr *)&address.storage, &address.len) != 0)
        return -errno;
    rc = weft__socket_new(address.storage.ss_family, &beside);
    if (rc < 0)
        return rc;
    if (address.storage.ss_family == AF_INET6 &&
        (getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, &len) != 0 ||
         setsockopt(beside, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only) != 0))
        rc = -errno;
    else if (setsockopt(beside, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
             setsockopt(beside, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
             bind(beside, (const struct sockaddr *)&address.storage, address.len) != 0 ||
             listen(beside, weft__socket_backlog(options)) != 0)
        rc = -errno;
    if (rc < 0) {
        weft__socket_close(beside);
        return rc;
    }
    *ret_fd = beside;
    return 0;
}

int weft__socket_listen_beside(int fd, const weft_listener_options *options, int *ret_fd)
{
    bool shared = weft__socket_shares_port(fd);
    int rc = weft__socket_share_port(fd, true);
    if (rc == 0)
        rc = socket_listen_beside(fd, options, ret_fd);
    if (rc < 0)
        (void)weft__socket_share_port(fd, shared);
    return rc;
}

/* All addresses: of both families where there is IPv6. */
static int socket_bind_any(uint16_t port, const weft_listener_options *options, int *ret_fd)
{
    weft__sockaddr address;
    struct sockaddr_in6 in6;
    struct sockaddr_in in;
    int rc;
    memset(&in6, 0, sizeof in6);
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    memset(&address, 0, sizeof address);
    memcpy(&address.storage, &in6, sizeof in6);
    address.len = sizeof in6;
    rc = socket_bind(&address, options, ret_fd);
    if (rc != -EAFNOSUPPORT && rc != -EADDRNOTAVAIL)
        return rc;
    memset(&in, 0, sizeof in);
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    memset(&address, 0, sizeof address);
    memcpy(&address.storage, &in, sizeof in);
    address.len = sizeof in;
    return socket_bind(&address, options, ret_fd);
}

/* The first of the name's addresses that can be bound. */
static int socket_bind_name(const weft__url *url, const weft_listener_options *options, int *ret_fd)
{
    struct addrinfo hints, *list = NULL;
    char port[21];
    int rc;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    port[weft__format_u64(url->port, port)] = '\0';
    if (getaddrinfo(url->name, port, &hints, &list) != 0)
        return UV_EAI_NONAME;
    rc = UV_EAI_NONAME;
    for (const struct addrinfo *one = list; one && rc < 0; one = one->ai_next) {
        weft__sockaddr address;
        if (one->ai_addrlen > sizeof address.storage)
            continue;
        memset(&address, 0, sizeof address);
        memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
        address.len = one->ai_addrlen;
        rc = socket_bind(&address, options, ret_fd);
    }
    freeaddrinfo(list);
    return rc;
}

static int socket_bind_tcp(const weft__url *url, const weft_listener_options *options, int *ret_fd)
{
    weft__sockaddr address;
    if (url->name_len == 0 || strcmp(url->name, "*") == 0)
        return socket_bind_any(url->port, options, ret_fd);
    if (weft__socket_numeric_address(url, &address))
        return socket_bind(&address, options, ret_fd);
    return socket_bind_name(url, options, ret_fd);
}

static int socket_listen_plain(const weft__url *url, const weft_listener_options *options, int *ret_fd,
                               weft_error *error)
{
    weft__sockaddr address;
    int rc;
    if (url->kind == WEFT__URL_TCP) {
        rc = socket_bind_tcp(url, options, ret_fd);
    } else {
        weft__socket_unix_address(url, &address);
        rc = socket_bind(&address, options, ret_fd);
    }
    return rc < 0 ? weft__error_status(error, rc, "cannot listen") : 0;
}

static int socket_listen_handed(const weft__url *url, const weft_listener_options *options, int *ret_fd,
                                weft_error *error)
{
    int fd, rc = weft__handed_take(url, options->n_uids + options->n_gids > 0, &fd, error);
    if (rc < 0)
        return rc;
    if (options->backlog > 0)
        (void)listen(fd, weft__socket_backlog(options)); /* it listens already: only the queue's length is new */
    *ret_fd = fd;
    return 0;
}

int weft__socket_listen(const weft__url *url, const weft_listener_options *options, int *ret_fd,
                        weft__socket_file *ret_file, weft_error *error_or_null)
{
    weft__socket_file none;
    int rc;
    if (url->kind == WEFT__URL_UNIX)
        return weft__socket_file_listen(url, options, ret_fd, ret_file, error_or_null);
    rc = url->kind == WEFT__URL_FD ? socket_listen_handed(url, options, ret_fd, error_or_null)
                                   : socket_listen_plain(url, options, ret_fd, error_or_null);
    if (rc < 0)
        return rc;
    memset(&none, 0, sizeof none);
    *ret_file = none;
    return 0;
}

uint16_t weft__socket_port(int fd)
{
    weft__sockaddr address;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    memset(&address, 0, sizeof address);
    address.len = sizeof address.storage;
    if (getsockname(fd, (struct sockaddr *)&address.storage, &address.len) != 0)
        return 0;
    if (address.storage.ss_family == AF_INET) {
        memcpy(&in, &address.storage, sizeof in);
        return ntohs(in.sin_port);
    }
    if (address.storage.ss_family == AF_INET6) {
        memcpy(&in6, &address.storage, sizeof in6);
        return ntohs(in6.sin6_port);
    }
    return 0;
}

bool weft__socket_is_bound_alike(int fd, int other_fd)
{
    weft__sockaddr a, b;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    a.len = b.len = sizeof a.storage;
    return getsockname(fd, (struct sockaddr *)&a.storage, &a.len) == 0 &&
           getsockname(other_fd, (struct sockaddr *)&b.storage, &b.len) == 0 && a.len == b.len &&
           memcmp(&a.storage, &b.storage, a.len) == 0;
}

int weft__socket_accept(int listen_fd, int *ret_fd, weft__sockaddr *ret_address)
{
    weft__sockaddr address;
    int fd;
    memset(&address, 0, sizeof address);
    address.len = sizeof address.storage;
    fd = accept4(listen_fd, (struct sockaddr *)&address.storage, &address.len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    *ret_address = address;
    return 0;
}

/* ---- evidence ---- */

int weft__socket_check(int fd, int *ret_family)
{
    weft__sockaddr address;
    int type = 0;
    socklen_t len = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0 || type != SOCK_STREAM)
        return WEFT_EBADF;
    memset(&address, 0, sizeof address);
    address.len = sizeof address.storage;
    if (getpeername(fd, (struct sockaddr *)&address.storage, &address.len) != 0)
        return WEFT_EBADF;
    /* A pair of unnamed sockets has a peer of no address but its family. */
    switch (address.storage.ss_family) {
    case AF_INET:
    case AF_INET6:
    case AF_UNIX: *ret_family = address.storage.ss_family; return 0;
    default: return WEFT_EBADF;
    }
}

const char *weft__socket_transport(int fd)
{
    int family = AF_UNSPEC;
    socklen_t len = sizeof family;
    (void)getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len);
    return family == AF_UNIX ? "unix" : "tcp";
}

static void address_of_unix(const weft__sockaddr *address, char *out, size_t cap)
{
    struct sockaddr_un un;
    size_t len = address->len > offsetof(struct sockaddr_un, sun_path)
                     ? address->len - offsetof(struct sockaddr_un, sun_path)
                     : 0;
    memcpy(&un, &address->storage, sizeof un);
    if (len > sizeof un.sun_path)
        len = sizeof un.sun_path;
    if (len > 0 && un.sun_path[0] == '\0')
        un.sun_path[0] = '@';
    else
        len = strnlen(un.sun_path, len);
    if (len >= cap)
        len = cap - 1;
    memcpy(out, un.sun_path, len);
    out[len] = '\0';
}

static void url_of_ip(const weft__sockaddr *address, weft__url *ret_url)
{
    weft__url url;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    memset(&url, 0, sizeof url);
    url.kind = WEFT__URL_TCP;
    url.fd = -1;
    if (address->storage.ss_family == AF_INET) {
        memcpy(&in, &address->storage, sizeof in);
        url.port = ntohs(in.sin_port);
        (void)uv_ip4_name(&in, url.name, sizeof url.name);
    } else {
        memcpy(&in6, &address->storage, sizeof in6);
        url.port = ntohs(in6.sin6_port);
        (void)uv_ip6_name(&in6, url.name, sizeof url.name);
        url.bracketed = true;
    }
    url.name_len = strlen(url.name);
    *ret_url = url;
}

static void address_of_ip(const weft__sockaddr *address, char *out, size_t cap)
{
    char text[WEFT__URL_NAME_MAX + 1];
    weft__url url;
    url_of_ip(address, &url);
    if (weft__url_format(&url, url.port, text, sizeof text) == 0 && strlen(text) - strlen("tcp://") < cap)
        memcpy(out, text + strlen("tcp://"), strlen(text) - strlen("tcp://") + 1);
}

/* false: a URL cannot say it, such as a path that begins nowhere, or a name with a NUL in it. */
static bool url_of_unix(const weft__sockaddr *address, weft__url *ret_url)
{
    struct sockaddr_un un;
    weft__url url;
    size_t before = offsetof(struct sockaddr_un, sun_path), len, skip;
    memcpy(&un, &address->storage, sizeof un);
    if (address->len <= before + 1 || address->len > sizeof un)
        return false;
    len = address->len - before;
    skip = un.sun_path[0] == '\0' ? 1 : 0;
    if (skip == 0)
        len = strnlen(un.sun_path, len);
    if (memchr(un.sun_path + skip, '\0', len - skip) || (skip == 0 && un.sun_path[0] != '/'))
        return false;
    memset(&url, 0, sizeof url);
    url.kind = skip ? WEFT__URL_ABSTRACT : WEFT__URL_UNIX;
    url.fd = -1;
    url.name_len = len - skip;
    memcpy(url.name, un.sun_path + skip, url.name_len);
    *ret_url = url;
    return true;
}

void weft__socket_url(int fd, weft__url *url)
{
    weft__sockaddr address;
    memset(&address, 0, sizeof address);
    address.len = sizeof address.storage;
    if (getsockname(fd, (struct sockaddr *)&address.storage, &address.len) != 0)
        return;
    if (address.storage.ss_family == AF_INET || address.storage.ss_family == AF_INET6)
        url_of_ip(&address, url);
    else if (!url_of_unix(&address, url))
        url->fd = fd;
}

void weft__socket_evidence(int fd, const char *transport, weft_peer *ret_peer, char *address, size_t cap)
{
    weft__sockaddr peer;
    struct ucred ids;
    socklen_t len = sizeof ids;
    address[0] = '\0';
    memset(ret_peer, 0, sizeof *ret_peer);
    ret_peer->size = sizeof *ret_peer;
    ret_peer->transport = transport;
    ret_peer->address = address;
    memset(&peer, 0, sizeof peer);
    peer.len = sizeof peer.storage;
    if (getpeername(fd, (struct sockaddr *)&peer.storage, &peer.len) != 0)
        return;
    if (peer.storage.ss_family != AF_UNIX) {
        address_of_ip(&peer, address, cap);
        return;
    }
    address_of_unix(&peer, address, cap);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &ids, &len) == 0 && len == sizeof ids) {
        ret_peer->has_unix_ids = true;
        ret_peer->uid = ids.uid;
        ret_peer->gid = ids.gid;
        ret_peer->pid = ids.pid;
    }
}
