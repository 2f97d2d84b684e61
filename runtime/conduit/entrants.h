/* Who may come in at a unix socket: users and groups. */
#ifndef WEFT_RUNTIME_CONDUIT_ENTRANTS_H
#define WEFT_RUNTIME_CONDUIT_ENTRANTS_H

#include "weft/base.h"

/* Both lists empty: everyone. Borrowed. */
typedef struct weft__entrants {
    const uint32_t *uids;
    size_t n_uids;
    const uint32_t *gids;
    size_t n_gids;
} weft__entrants;

/* May the counterpart of a connected unix socket come in, by who it was when it connected: its user is in the one list,
 * or its group, main or supplementary, in the other? 0; WEFT_EACCES: no, or the system does not say; WEFT_ENOMEM. */
int weft__entrants_check(const weft__entrants *entrants, int fd, const weft_allocator *allocator);

#endif
