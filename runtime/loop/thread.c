/* What a thread knows of itself: how many loops of weft's it is in right now. The only state of the process that weft
 * has, since nothing that a blocking function is given says on which thread it was called:
 * docs/decisions/0010-a-thread-knows-that-it-is-in-a-loop.md. */
#include "runtime/loop/loop.h"

static _Thread_local unsigned n_loops;

void weft__loop_enter(void)
{
    n_loops++;
}

void weft__loop_leave(void)
{
    n_loops--;
}

bool weft__loop_is_here(void)
{
    return n_loops > 0;
}
