/* The heap of timers: heap[0] is the earliest, and place in a timer is its index plus 1. */
#include "runtime/base/timers.h"

#include "runtime/base/mem.h"

enum { TIMERS_CAP_FIRST = 8 };

int weft__timers_reserve(weft__timers *timers, const weft_allocator *allocator, uint32_t n)
{
    if (n > UINT32_MAX / 2 - timers->reserved)
        return WEFT_ENOMEM;
    uint32_t need = timers->reserved + n;
    if (need > timers->cap) {
        uint32_t cap = timers->cap ? timers->cap : TIMERS_CAP_FIRST;
        while (cap < need)
            cap *= 2;
        size_t len;
        if (!weft__size_mul(cap, sizeof(weft__timer *), &len))
            return WEFT_ENOMEM;
        weft__timer **heap = weft__realloc(allocator, timers->heap, timers->cap * sizeof(weft__timer *), len);
        if (!heap)
            return WEFT_ENOMEM;
        timers->heap = heap;
        timers->cap = cap;
    }
    timers->reserved = need;
    return 0;
}

void weft__timers_release(weft__timers *timers, uint32_t n)
{
    timers->reserved -= WEFT_CHECK(n <= timers->reserved) ? n : timers->reserved;
}

static inline void timers_put(weft__timers *timers, uint32_t i, weft__timer *timer)
{
    timers->heap[i] = timer;
    timer->place = i + 1;
}

/* Moves the timer from place i, which is free, to where it belongs. */
static void timers_settle(weft__timers *timers, uint32_t i, weft__timer *timer)
{
    while (i > 0) {
        uint32_t parent = (i - 1) / 2;
        if (timers->heap[parent]->at_ns <= timer->at_ns)
            break;
        timers_put(timers, i, timers->heap[parent]);
        i = parent;
    }
    for (uint32_t child = 2 * i + 1; child < timers->n; child = 2 * i + 1) {
        if (child + 1 < timers->n && timers->heap[child + 1]->at_ns < timers->heap[child]->at_ns)
            child++;
        if (timer->at_ns <= timers->heap[child]->at_ns)
            break;
        timers_put(timers, i, timers->heap[child]);
        i = child;
    }
    timers_put(timers, i, timer);
}

void weft__timers_arm(weft__timers *timers, weft__timer *timer, uint64_t at_ns)
{
    if (at_ns == WEFT_FOREVER) {
        weft__timers_disarm(timers, timer);
        return;
    }
    if (timer->place == 0) {
        /* A timer that was not reserved: it never fires, instead of writing behind the heap. */
        if (!WEFT_CHECK(timers->n < timers->cap))
            return;
        timer->place = ++timers->n;
    }
    timer->at_ns = at_ns;
    timers_settle(timers, timer->place - 1, timer);
}

void weft__timers_take_out(weft__timers *timers, weft__timer *timer)
{
    uint32_t i = timer->place - 1;
    timer->place = 0;
    weft__timer *last = timers->heap[--timers->n];
    if (last != timer)
        timers_settle(timers, i, last);
}

uint64_t weft__timers_next(const weft__timers *timers)
{
    return timers->n > 0 ? timers->heap[0]->at_ns : WEFT_FOREVER;
}

weft__timer *weft__timers_pop(weft__timers *timers, uint64_t now_ns)
{
    if (timers->n == 0 || timers->heap[0]->at_ns > now_ns)
        return NULL;
    weft__timer *timer = timers->heap[0];
    weft__timers_disarm(timers, timer);
    return timer;
}

void weft__timers_fini(weft__timers *timers, const weft_allocator *allocator)
{
    if (!timers)
        return;
    weft__free(allocator, timers->heap, timers->cap * sizeof(weft__timer *));
    memset(timers, 0, sizeof *timers);
}
