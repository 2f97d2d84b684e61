/* What every fuzz target has. */
#ifndef WEFT_TESTS_FUZZ_FUZZ_H
#define WEFT_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* 0, always: a fault traps. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* On in every build, unlike assert. */
#define FUZZ_CHECK(condition)                            \
    do {                                                 \
        if (!(condition))                                \
            fuzz_failed(#condition, __FILE__, __LINE__); \
    } while (0)

static inline void fuzz_failed(const char *condition, const char *file, int line)
{
    dprintf(2, "%s:%d: %s\n", file, line, condition); /* also where stderr is turned away */
    abort();
}

#endif
