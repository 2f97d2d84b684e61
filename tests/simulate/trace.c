/* What a run says: lines of the trace, the hash that two runs are compared by, and the end at a failed check. */
#include "tests/simulate/sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void sim_say(const world *w, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    printf("%6llu %12.6f  ", (unsigned long long)w->event, (double)w->now_ns / 1e9);
    vprintf(format, list);
    putchar('\n');
    va_end(list);
}

void sim_note_bytes(world *w, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    uint64_t hash = w->hash ^ len;
    for (; len >= 8; at += 8, len -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
        hash ^= hash >> 32;
    }
    for (; len > 0; at++, len--)
        hash = (hash ^ *at) * UINT64_C(0x100000001b3);
    w->hash = hash;
}

void sim_fail(const world *w, const char *check, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fflush(stdout);
    fprintf(stderr, "FAILED [%s] in seed %llu at event %llu: ", check, (unsigned long long)w->options.seed,
            (unsigned long long)w->event);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    fflush(stderr);
    _exit(1);
}
