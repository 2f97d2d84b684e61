/* Turns of a loop while a test waits for something. What never comes fails the test soon, and not by its time limit:
 * everything that could bring it is in this process, so that a loop that has nothing to do for a while is enough. */
#ifndef WEFT_TESTS_SUPPORT_TURNS_H
#define WEFT_TESTS_SUPPORT_TURNS_H

#include <uv.h>

/* Of one wait: begins with zeros. */
typedef struct weft_test_turns {
    unsigned n, n_idle;
} weft_test_turns;

/* Runs what is due, sleeps until something happens on the loop or can be read from fd (-1: none), and runs that. Fails
 * the test after 3 s without any event, and after more turns than any wait needs (a loop that spins). */
void weft_test_turn(weft_test_turns *turns, uv_loop_t *loop, int fd);

#endif
