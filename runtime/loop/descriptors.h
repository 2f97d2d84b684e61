/* How many descriptors the process may still open. */
#ifndef WEFT_RUNTIME_LOOP_DESCRIPTORS_H
#define WEFT_RUNTIME_LOOP_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

/* The soft RLIMIT_NOFILE. false: there is none, or nobody knows. */
bool weft__descriptors_limit(uint64_t *ret_limit);

/* One that is of no use but to be closed; -1: there is none. */
int weft__descriptors_spare(void);

/* Some of them are kept for others. What was counted holds for a while, and for a part of what was left, so that
 * accepting does not count each time, and that several who accept do not use up together what each found. Zero-filled:
 * nothing was counted yet. */
typedef struct weft__reserve {
    bool lacks;        /* there is no more than that, as of the last count */
    uint64_t left;     /* else: may be opened until the next one */
    uint64_t until_ms; /* of a loop's clock: when that comes at the latest */
} weft__reserve;

/* One more, without touching the kept ones? Counting is a few instructions, or, where the kernel is older than Linux
 * 6.2, a look at each open one. */
bool weft__reserve_allows(weft__reserve *reserve, uint32_t kept, uint64_t now_ms);

#endif
