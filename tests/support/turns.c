/* Waiting for what a loop of the test's own brings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/turns.h"

#include <poll.h>

enum { TURN_MS = 10, TURNS_IDLE_MAX = 300, TURNS_MAX = 100000 };

void weft_test_turn(weft_test_turns *turns, uv_loop_t *loop, int fd)
{
    struct pollfd fds[2] = { { uv_backend_fd(loop), POLLIN, 0 }, { fd, POLLIN, 0 } };
    (void)uv_run(loop, UV_RUN_NOWAIT);
    int timeout_ms = uv_loop_alive(loop) ? uv_backend_timeout(loop) : TURN_MS;
    int n_ready = poll(fds, 2, timeout_ms < 0 || timeout_ms > TURN_MS ? TURN_MS : timeout_ms);
    turns->n_idle = n_ready > 0 ? 0 : turns->n_idle + (timeout_ms != 0);
    (void)uv_run(loop, UV_RUN_NOWAIT);
    if (turns->n_idle >= TURNS_IDLE_MAX || ++turns->n >= TURNS_MAX)
        fail_msg("what was waited for does not come: %u turns, the last %u idle", turns->n, turns->n_idle);
}
