/* How often this process has asked for memory, its libraries included. */
#ifndef WEFT_TESTS_STEADY_STATE_COUNT_H
#define WEFT_TESTS_STEADY_STATE_COUNT_H

#include <stdint.h>

uint64_t steady_allocations(void);

#endif
