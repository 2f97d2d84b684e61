/* How many descriptors the process may still open. */
#ifndef WEFT_RUNTIME_LOOP_DESCRIPTORS_H
#define WEFT_RUNTIME_LOOP_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

/* Up to the soft RLIMIT_NOFILE. false: there is no limit, or nobody knows. A look at each open one where the kernel is
 * older than Linux 6.2, else a few instructions. */
bool weft__descriptors_left(uint64_t *ret_left);

/* One that is of no use but to be closed; -1: there is none. */
int weft__descriptors_spare(void);

/* Some of them are kept for others. What was counted holds for a while, so that accepting does not count each time. */
typedef struct weft__reserve {
    uint32_t kept;
    bool lacks;        /* there is no more than that, as of the last count */
    uint64_t left;     /* else: may be opened until the next one */
    uint64_t until_ms; /* of the loop's clock: when that comes at the latest */
} weft__reserve;

/* One more, without touching what is kept? */
bool weft__reserve_allows(weft__reserve *reserve, uint64_t now_ms);

#endif
