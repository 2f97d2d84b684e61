/* malloc and its kin for the whole process, libraries included: counted, and made to fail. For a program that has
 * malloc.c among its sources, and one thread where it makes them fail. */
#ifndef WEFT_TESTS_SUPPORT_MALLOC_H
#define WEFT_TESTS_SUPPORT_MALLOC_H

#include <stdbool.h>
#include <stdint.h>

/* Allocations and growths asked for since the process began. */
uint64_t weft_test_malloc_count(void);
/* Blocks that are not freed. */
int64_t weft_test_malloc_live(void);
/* The nth request from now on fails (0: none), and, where fail_on, all behind it. */
void weft_test_malloc_fail(uint64_t nth, bool fail_on);
/* Has one failed since then? */
bool weft_test_malloc_failed(void);
/* Is all of this so? Under valgrind malloc is valgrind's. */
bool weft_test_malloc_is_ours(void);

#endif
