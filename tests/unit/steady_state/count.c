/* malloc and its kin, counted for the whole process: being defined in the program they come before the C library's, for
 * every shared library too. The work is glibc's, under the names that it keeps for this. */
#include "tests/unit/steady_state/count.h"

#include <errno.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t len);
extern void *__libc_calloc(size_t n, size_t len);
extern void *__libc_realloc(void *ptr, size_t len);
extern void *__libc_memalign(size_t align, size_t len);

#define SEEN __attribute__((visibility("default"))) /* by shared libraries */

static uint64_t n_allocations; /* one thread */

uint64_t steady_allocations(void)
{
    return n_allocations;
}

SEEN void *malloc(size_t len)
{
    n_allocations++;
    return __libc_malloc(len);
}

SEEN void *calloc(size_t n, size_t len)
{
    n_allocations++;
    return __libc_calloc(n, len);
}

SEEN void *realloc(void *ptr, size_t len)
{
    n_allocations++;
    return __libc_realloc(ptr, len);
}

SEEN void *aligned_alloc(size_t align, size_t len)
{
    n_allocations++;
    return __libc_memalign(align, len);
}

SEEN int posix_memalign(void **ret_ptr, size_t align, size_t len)
{
    n_allocations++;
    *ret_ptr = __libc_memalign(align, len);
    return *ret_ptr ? 0 : ENOMEM;
}
