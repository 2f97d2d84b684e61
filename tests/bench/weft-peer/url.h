/* From the bench's addresses to weft's. */
#ifndef WEFT_TESTS_BENCH_URL_H
#define WEFT_TESTS_BENCH_URL_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { WEFT_BENCH_URL_MAX = 256 };

static inline bool bench_url(const char *address, char url[WEFT_BENCH_URL_MAX])
{
    int len = -1;
    if (strncmp(address, "unix:", 5) == 0)
        len = snprintf(url, WEFT_BENCH_URL_MAX, "unix://%s", address + 5);
    else if (strncmp(address, "tcp:", 4) == 0)
        len = snprintf(url, WEFT_BENCH_URL_MAX, "tcp://127.0.0.1:%s", address + 4);
    return len > 0 && len < WEFT_BENCH_URL_MAX;
}

#endif
