/* Who may come in at a unix socket. The kernel has written down who connected when it did, so that nothing the
 * counterpart says or becomes later counts. */
#define _GNU_SOURCE /* struct ucred */

#include "runtime/conduit/entrants.h"

#include "runtime/base/mem.h"

#include <errno.h>
#include <sys/socket.h>

/* Most have fewer groups: no memory is asked for. */
#define ENTRANTS_GROUPS_FEW 64

static bool is_in(uint32_t id, const uint32_t *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == id)
            return true;
    return false;
}

static bool any_is_in(const gid_t *groups, size_t n_groups, const weft__entrants *entrants)
{
    for (size_t i = 0; i < n_groups; i++)
        if (is_in((uint32_t)groups[i], entrants->gids, entrants->n_gids))
            return true;
    return false;
}

static int check_many_groups(const weft__entrants *entrants, int fd, size_t size, const weft_allocator *allocator)
{
    socklen_t len = (socklen_t)size;
    gid_t *groups = weft__alloc(allocator, size);
    int rc = WEFT_EACCES;
    if (!groups)
        return WEFT_ENOMEM;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == 0 &&
        any_is_in(groups, len / sizeof *groups, entrants))
        rc = 0;
    weft__free(allocator, groups, size);
    return rc;
}

static int check_groups(const weft__entrants *entrants, int fd, const weft_allocator *allocator)
{
    gid_t groups[ENTRANTS_GROUPS_FEW];
    socklen_t len = sizeof groups;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == 0)
        return any_is_in(groups, len / sizeof *groups, entrants) ? 0 : WEFT_EACCES;
    return errno == ERANGE ? check_many_groups(entrants, fd, len, allocator) : WEFT_EACCES;
}

int weft__entrants_check(const weft__entrants *entrants, int fd, const weft_allocator *allocator)
{
    struct ucred ids;
    socklen_t len = sizeof ids;
    if (entrants->n_uids == 0 && entrants->n_gids == 0)
        return 0;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &ids, &len) != 0 || len != sizeof ids)
        return WEFT_EACCES;
    if (is_in((uint32_t)ids.uid, entrants->uids, entrants->n_uids) ||
        is_in((uint32_t)ids.gid, entrants->gids, entrants->n_gids))
        return 0;
    return entrants->n_gids > 0 ? check_groups(entrants, fd, allocator) : WEFT_EACCES;
}
