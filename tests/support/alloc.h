/* An allocator that counts what is live, checks the lengths that it is given, and fails on request. */
#ifndef WEFT_TESTS_SUPPORT_ALLOC_H
#define WEFT_TESTS_SUPPORT_ALLOC_H

#include "weft/base.h"

typedef struct weft_test_alloc {
    weft_allocator allocator; /* pass &alloc.allocator */
    size_t live_bytes;
    size_t live_blocks;
    size_t peak_bytes;
    uint64_t n_requests; /* allocations and growths asked for since init or weft_test_alloc_fail */
    uint64_t fail_at;    /* the request that fails, from 1 on; 0: none */
    bool fail_on;        /* the later ones fail too */
    bool failed;         /* one has failed */
} weft_test_alloc;

/* Not to be moved afterwards: the allocator points at it. One thread. */
void weft_test_alloc_init(weft_test_alloc *alloc);
/* The nth request from now on fails (0: none), and, where fail_on, all after it. */
void weft_test_alloc_fail(weft_test_alloc *alloc, uint64_t nth, bool fail_on);
/* Fails the test where something is live. */
void weft_test_alloc_assert_empty(const weft_test_alloc *alloc);

/* Runs body plainly; then with the first, second, … request failing until a run in which none failed, once with that
 * one alone and once with all after it. Each run must leave nothing live. body: does the work, and asserts that it went
 * well or, where alloc->failed, that it said WEFT_ENOMEM or did without. */
typedef void (*weft_test_alloc_body)(weft_test_alloc *alloc, void *user);
void weft_test_alloc_each(weft_test_alloc_body body, void *user);

#endif
