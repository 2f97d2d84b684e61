/* Random values of any type, from a seed: the same seed gives the same values. */
#ifndef WEFT_TESTS_SUPPORT_RANDOM_VALUE_H
#define WEFT_TESTS_SUPPORT_RANDOM_VALUE_H

#include "tests/support/random.h"
#include "weft/gen.h"

/* From the environment (WEFT_SEED) or the clock; says on stderr which, so that a failure can be repeated. */
uint64_t weft_test_fresh_seed(void);

/* A value that has an encoding, in which containers nest at most depth deep (at least what the type needs by itself).
 * It favours the borders of MessagePack's forms, empty things, and NaN. About size values in all; what it points at is
 * in arena. Fails the test where memory runs out. */
void weft_test_random_value(weft_test_random *random, const weft_type *type, unsigned depth, unsigned size,
                            weft_arena *arena, void *ret_value);

#endif
