/* A binary heap of points in time. A timer is embedded in its owner and knows its place, so that it can be moved or
 * taken out in log n. Growing the heap is separate from arming, so that arming never fails. */
#ifndef WEFT_RUNTIME_BASE_TIMERS_H
#define WEFT_RUNTIME_BASE_TIMERS_H

#include "weft/base.h"

typedef struct weft__timer {
    uint64_t at_ns;
    uint32_t place; /* 1 + index in the heap; 0: not armed */
    uint8_t kind;   /* the owner's */
} weft__timer;

typedef struct weft__timers {
    weft__timer **heap;
    uint32_t n;
    uint32_t cap;
    uint32_t reserved; /* timers that may be armed at once */
} weft__timers;

/* One more (or one fewer) timer may be armed at once: an owner reserves one for each that it embeds. */
int weft__timers_reserve(weft__timers *timers, const weft_allocator *allocator, uint32_t n); /* 0 or WEFT_ENOMEM */
void weft__timers_release(weft__timers *timers, uint32_t n);
/* (Re)arms; at_ns WEFT_FOREVER disarms. */
void weft__timers_arm(weft__timers *timers, weft__timer *timer, uint64_t at_ns);
void weft__timers_take_out(weft__timers *timers, weft__timer *timer); /* one that is armed */
static inline void weft__timers_disarm(weft__timers *timers, weft__timer *timer)
{
    if (timer->place != 0)
        weft__timers_take_out(timers, timer);
}
/* The earliest, or WEFT_FOREVER. */
uint64_t weft__timers_next(const weft__timers *timers);
/* Takes out and returns one that is due at now_ns, or NULL. */
weft__timer *weft__timers_pop(weft__timers *timers, uint64_t now_ns);
void weft__timers_fini(weft__timers *timers, const weft_allocator *allocator);

#endif
