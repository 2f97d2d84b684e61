/* Being defined in the program these functions come before the C library's, for every shared library too. The work is
 * glibc's, under the names that it keeps for this. */
#include "tests/support/malloc/malloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t len);
extern void *__libc_calloc(size_t n, size_t len);
extern void *__libc_realloc(void *ptr, size_t len);
extern void *__libc_memalign(size_t align, size_t len);
extern void __libc_free(void *ptr);

#define SEEN __attribute__((visibility("default"))) /* by shared libraries */

static uint64_t n_requests;
static int64_t n_live;
static uint64_t fail_at; /* 0: none */
static bool fail_on_;
static bool failed;

uint64_t weft_test_malloc_count(void)
{
    return n_requests;
}

int64_t weft_test_malloc_live(void)
{
    return n_live;
}

void weft_test_malloc_fail(uint64_t nth, bool fail_on)
{
    fail_at = nth ? n_requests + nth : 0;
    fail_on_ = fail_on;
    failed = false;
}

bool weft_test_malloc_failed(void)
{
    return failed;
}

bool weft_test_malloc_is_ours(void)
{
    uint64_t before = n_requests;
    FILE *file = fopen("/dev/null", "r"); /* allocates within the C library */
    return file && fclose(file) == 0 && n_requests > before;
}

static bool refused(void)
{
    n_requests++;
    if (fail_at == 0 || n_requests < fail_at || (n_requests > fail_at && !fail_on_))
        return false;
    failed = true;
    errno = ENOMEM;
    return true;
}

static void *live(void *ptr)
{
    n_live += ptr != NULL;
    return ptr;
}

SEEN void *malloc(size_t len)
{
    return refused() ? NULL : live(__libc_malloc(len));
}

SEEN void *calloc(size_t n, size_t len)
{
    return refused() ? NULL : live(__libc_calloc(n, len));
}

SEEN void *realloc(void *ptr, size_t len)
{
    if (ptr && len == 0) {
        free(ptr);
        return NULL;
    }
    if (refused())
        return NULL;
    return ptr ? __libc_realloc(ptr, len) : live(__libc_malloc(len));
}

SEEN void *aligned_alloc(size_t align, size_t len)
{
    return refused() ? NULL : live(__libc_memalign(align, len));
}

SEEN int posix_memalign(void **ret_ptr, size_t align, size_t len)
{
    *ret_ptr = aligned_alloc(align, len);
    return *ret_ptr ? 0 : ENOMEM;
}

SEEN void free(void *ptr)
{
    n_live -= ptr != NULL;
    __libc_free(ptr);
}
