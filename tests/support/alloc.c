/* The counting and failing allocator. Each block has its length in front of it, so that what an owner says it was
 * allocated with can be checked; behind it stands malloc's own end, where the address sanitizer looks on. */
#include "tests/support/alloc.h"

#include <stdarg.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

enum { ALLOC_FRONT = 16 };

static void *alloc_grow(weft_test_alloc *alloc, uint8_t *block, size_t old_len, size_t new_len)
{
    alloc->n_requests++;
    if (alloc->fail_at &&
        (alloc->n_requests == alloc->fail_at || (alloc->fail_on && alloc->n_requests > alloc->fail_at))) {
        alloc->failed = true;
        return NULL;
    }
    if (new_len > SIZE_MAX - ALLOC_FRONT)
        return NULL;
    /* Always moved: who keeps a pointer into the old block is found out. */
    uint8_t *moved = malloc(ALLOC_FRONT + new_len);
    if (!moved)
        return NULL;
    memcpy(moved, &new_len, sizeof new_len);
    memset(moved + ALLOC_FRONT, 0xa5, new_len);
    if (block) {
        memcpy(moved + ALLOC_FRONT, block + ALLOC_FRONT, old_len < new_len ? old_len : new_len);
        free(block);
    } else {
        alloc->live_blocks++;
    }
    alloc->live_bytes = alloc->live_bytes - old_len + new_len;
    if (alloc->live_bytes > alloc->peak_bytes)
        alloc->peak_bytes = alloc->live_bytes;
    return moved + ALLOC_FRONT;
}

static void *alloc_realloc(void *ctx, void *ptr, size_t old_len, size_t new_len)
{
    weft_test_alloc *alloc = ctx;
    uint8_t *block = ptr ? (uint8_t *)ptr - ALLOC_FRONT : NULL;
    size_t len = 0;
    if (block)
        memcpy(&len, block, sizeof len);
    if (len != old_len)
        fail_msg("a block of %zu bytes is given back as one of %zu", len, old_len);
    if (new_len > 0)
        return alloc_grow(alloc, block, len, new_len);
    if (block) {
        alloc->live_blocks--;
        alloc->live_bytes -= len;
        memset(block, 0xdd, ALLOC_FRONT + len); /* who still reads it is found out */
        free(block);
    }
    return NULL;
}

void weft_test_alloc_init(weft_test_alloc *alloc)
{
    memset(alloc, 0, sizeof *alloc);
    alloc->allocator.realloc = alloc_realloc;
    alloc->allocator.ctx = alloc;
}

void weft_test_alloc_fail(weft_test_alloc *alloc, uint64_t nth, bool fail_on)
{
    alloc->n_requests = 0;
    alloc->fail_at = nth;
    alloc->fail_on = fail_on;
    alloc->failed = false;
}

void weft_test_alloc_assert_empty(const weft_test_alloc *alloc)
{
    if (alloc->live_blocks != 0 || alloc->live_bytes != 0)
        fail_msg("%zu blocks of %zu bytes are still live (request %llu failed)", alloc->live_blocks, alloc->live_bytes,
                 (unsigned long long)alloc->fail_at);
}

static bool alloc_run(weft_test_alloc_body body, void *user, uint64_t nth, bool fail_on)
{
    weft_test_alloc alloc;
    weft_test_alloc_init(&alloc);
    weft_test_alloc_fail(&alloc, nth, fail_on);
    body(&alloc, user);
    weft_test_alloc_assert_empty(&alloc);
    return alloc.failed;
}

void weft_test_alloc_each(weft_test_alloc_body body, void *user)
{
    (void)alloc_run(body, user, 0, false);
    for (uint64_t nth = 1; alloc_run(body, user, nth, false); nth++)
        (void)alloc_run(body, user, nth, true);
}
