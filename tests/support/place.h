/* Feeding as whoever reads from a socket does: to where the engine says, and no more at once than it says. */
#ifndef WEFT_TESTS_SUPPORT_PLACE_H
#define WEFT_TESTS_SUPPORT_PLACE_H

#include "weft/engine.h"

#include <string.h>

/* As weft_engine_feed. */
static inline int weft_test_feed_read(weft_engine *engine, const uint8_t *bytes, size_t len, uint64_t now_ns,
                                      size_t *ret_consumed)
{
    int status = 0;
    *ret_consumed = 0;
    while (*ret_consumed < len && status == 0) {
        void *place;
        size_t left = len - *ret_consumed;
        size_t most = weft_engine_place(engine, &place);
        size_t n = left < most ? left : most;
        size_t consumed = 0;
        if (place)
            memcpy(place, bytes + *ret_consumed, n);
        status = weft_engine_feed(engine, place ? place : bytes + *ret_consumed, n, now_ns, &consumed);
        *ret_consumed += consumed;
        if (consumed < n)
            break;
    }
    return status;
}

#endif
