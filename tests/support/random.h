/* A small repeatable source of numbers for tests: the same seed gives the same test. */
#ifndef WEFT_TESTS_SUPPORT_RANDOM_H
#define WEFT_TESTS_SUPPORT_RANDOM_H

#include <stdint.h>

typedef struct weft_test_random {
    uint64_t state; /* begins with the seed */
} weft_test_random;

/* SplitMix: a counter with a mixing step. */
static inline uint64_t weft_test_random_next(weft_test_random *random)
{
    uint64_t mixed = random->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* 0 to n - 1 */
static inline uint64_t weft_test_random_below(weft_test_random *random, uint64_t n)
{
    return weft_test_random_next(random) % n;
}

/* Any magnitude as likely as another: 0 to 64 significant bits. */
static inline uint64_t weft_test_random_magnitude(weft_test_random *random)
{
    uint64_t bits = weft_test_random_below(random, 65);
    return bits == 0 ? 0 : weft_test_random_next(random) >> (64 - bits);
}

#endif
