/* What the programs of the bench share: command lines, the clock, the histogram of latencies, the line of results.
 *
 *   server ADDRESS                                    prints "ready" once it listens
 *   client ADDRESS WORK SIZE DEPTH SECONDS SERVER     prints one line of results
 *
 * ADDRESS is unix:PATH or tcp:PORT (of 127.0.0.1). WORK is add, echo (of SIZE bytes), once (one add: what starting
 * costs) or conns (DEPTH connections with one add each: what they weigh). SERVER is the server's process id.
 * The line: calls/s, median and 99 % latency in us, CPU seconds for a million calls of client and of server, the
 * server's peak resident kB; of once and conns: the server's resident and peak kB. */
#ifndef WEFT_TESTS_BENCH_MEASURE_H
#define WEFT_TESTS_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Two significant digits: 64 places for each power of two. */
enum { MEASURE_FINE = 64, MEASURE_PLACES = 59 * MEASURE_FINE };

typedef enum measure_work { MEASURE_ADD, MEASURE_ECHO, MEASURE_ONCE, MEASURE_CONNS } measure_work;

typedef struct measure {
    const char *address;
    measure_work work;
    size_t size;
    int depth;
    int server;
    clockid_t server_clock;
    uint64_t span_ns;
    uint64_t begin_ns; /* warm from here on; 0: nothing has been measured yet */
    uint64_t end_ns;
    bool counting;
    uint64_t n_calls;
    uint64_t cpu_ns[2]; /* of client and server when counting began */
    uint64_t latencies[MEASURE_PLACES];
} measure;

/* Ends the process with a message and 1. */
_Noreturn void measure_fail(const char *what, int code);
/* measure_fail where the code is negative. */
void measure_check(const char *what, int code);
uint64_t measure_now_ns(void);
/* Reads the client's command line; ends the process with 2 where it is no such one. */
void measure_init(measure *m, int argc, char **argv);
/* A call that began at began_ns has ended: the time now. Ends the process with the line of results once the time is
 * over. */
uint64_t measure_done(measure *m, uint64_t began_ns);
/* Ends the process with the server's memory: of once and conns. */
_Noreturn void measure_memory(const measure *m);
/* Raises the limit of descriptors as far as it goes. */
void measure_more_files(void);
/* The server's word that it listens. */
void measure_ready(void);

#endif
