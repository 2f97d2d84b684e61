/* poll-loop-server URL: the calculator on a loop of its own, with poll(2) and weft/engine.h, until SIGINT or SIGTERM.
 * The nearest deadline of all conduits says how long poll may wait. */
#include "conduit.h"
#include "socket.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONDUITS_MAX = 256 };

static struct conduit conduits[CONDUITS_MAX];
static size_t n_conduits;
static uint64_t accept_from_ns; /* after accept has failed: when it is tried again */
static int signals[2];          /* a pipe: poll sees a signal like anything else */

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * WEFT_NS_PER_S + (uint64_t)time.tv_nsec;
}

static void accept_all(int listener, weft_handles *handles, uint64_t now_ns)
{
    while (n_conduits < CONDUITS_MAX) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) {
            /* Out of descriptors, most likely: poll would say at once that there is somebody to accept. */
            if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
                accept_from_ns = now_ns + 100 * WEFT_NS_PER_MS;
            return;
        }
        if (conduit_begin(&conduits[n_conduits], fd, handles, now_ns))
            n_conduits++;
        else
            close(fd);
    }
}

/* What to poll for, and how long: the milliseconds to the nearest deadline, rounded up; -1: no limit. */
static int prepare(struct pollfd *polls, int listener, uint64_t now_ns)
{
    bool accepts = n_conduits < CONDUITS_MAX && accept_from_ns <= now_ns;
    uint64_t nearest = accept_from_ns > now_ns ? accept_from_ns : WEFT_FOREVER;
    polls[0] = (struct pollfd){ signals[0], POLLIN, 0 };
    polls[1] = (struct pollfd){ listener, (short)(accepts ? POLLIN : 0), 0 };
    for (size_t i = 0; i < n_conduits; i++) {
        struct conduit *c = &conduits[i];
        uint64_t deadline = conduit_deadline(c);
        nearest = deadline < nearest ? deadline : nearest;
        polls[i + 2] = (struct pollfd){ c->fd, (short)(conduit_has_output(c) ? POLLIN | POLLOUT : POLLIN), 0 };
    }
    if (nearest == WEFT_FOREVER)
        return -1;
    uint64_t ms = nearest > now_ns ? (nearest - now_ns + WEFT_NS_PER_MS - 1) / WEFT_NS_PER_MS : 0;
    return ms < 60000 ? (int)ms : 60000;
}

static void run(int listener, weft_handles *handles)
{
    struct pollfd polls[CONDUITS_MAX + 2];
    for (;;) {
        int timeout_ms = prepare(polls, listener, now());
        int n = poll(polls, (nfds_t)n_conduits + 2, timeout_ms);
        uint64_t now_ns = now();
        if ((n < 0 && errno != EINTR) || (n > 0 && polls[0].revents))
            return;
        /* From the end, as the last one takes the place of one that is over. */
        for (size_t i = n_conduits; i-- > 0;)
            if (!conduit_serve(&conduits[i], n > 0 ? polls[i + 2].revents : 0, now_ns)) {
                conduit_end(&conduits[i]);
                conduits[i] = conduits[--n_conduits];
            }
        if (n > 0 && polls[1].revents)
            accept_all(listener, handles, now_ns);
    }
}

static void on_signal(int number)
{
    char byte = (char)number;
    (void)!write(signals[1], &byte, 1);
}

int main(int argc, char **argv)
{
    struct sigaction ending = { .sa_handler = on_signal }, ignored = { .sa_handler = SIG_IGN };
    if (argc != 2) {
        fprintf(stderr, "usage: poll-loop-server URL\n");
        return 2;
    }
    weft_handles *handles;
    if (pipe(signals) < 0 || sigaction(SIGINT, &ending, NULL) < 0 || sigaction(SIGTERM, &ending, NULL) < 0 ||
        sigaction(SIGPIPE, &ignored, NULL) < 0 || weft_handles_new(NULL, &handles) < 0)
        return 1;
    int listener = socket_listen(argv[1]);
    if (listener >= 0) {
        run(listener, handles);
        while (n_conduits > 0)
            conduit_end(&conduits[--n_conduits]);
        socket_close(listener);
    }
    weft_handles_release(handles);
    return listener < 0;
}
