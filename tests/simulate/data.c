/* What is sent: part of one pattern, so that nobody has to keep it. */
#include "tests/simulate/sim.h"

const int sim_handler = 1;

enum { PATTERN_SHIFT = 4093 };
static uint8_t pattern[ARGS_MAX + PATTERN_SHIFT];

weft_bytes sim_data(uint64_t serial, size_t len)
{
    if (pattern[1] == 0) {
        weft_test_random random = { 1 };
        for (size_t i = 0; i < sizeof pattern; i++)
            pattern[i] = (uint8_t)(weft_test_random_next(&random) | 1);
    }
    return weft_bytes_of(pattern + serial * 7 % PATTERN_SHIFT, len < ARGS_MAX ? len : ARGS_MAX);
}
