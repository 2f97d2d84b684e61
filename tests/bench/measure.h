/* What the programs of the bench share: command lines, the clock, the histogram of latencies, the line of results.
 *
 *   server ADDRESS                                    prints "ready" once it listens
 *   client ADDRESS WORK SIZE DEPTH SECONDS SERVER     prints one line of results
 *
 * ADDRESS is unix:PATH or tcp:PORT (of 127.0.0.1). SERVER is the server's process id; proxies between the two follow
 * it, each behind a comma. WORK, with DEPTH of them under way:
 *   add      two integers
 *   echo     of SIZE bytes
 *   open     a virtual connection, an add on it, and its close
 *   beside   an add, beside a stream of items of SIZE bytes of which the client reads none
 *   stream   items of SIZE bytes that the server sends, one way (DEPTH says nothing)
 *   sink     items of SIZE bytes that the client sends
 *   once     one add: what starting costs
 *   conns    DEPTH connections with one add each: what they weigh
 * The line: calls (or items) a second, median and 99 % latency in us (of items: 0), CPU seconds for a million calls of
 * client and of server, the server's peak resident kB, and, where there are proxies, their CPU seconds for a million
 * calls together; of once and conns: the server's resident and peak kB. */
#ifndef WEFT_TESTS_BENCH_MEASURE_H
#define WEFT_TESTS_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
#define MEASURE_NORETURN [[noreturn]]
extern "C" {
#else
#define MEASURE_NORETURN _Noreturn
#endif

enum { MEASURE_ITEMS = 64 };

/* Two significant digits: 64 places for each power of two. */
enum { MEASURE_FINE = 64, MEASURE_PLACES = 59 * MEASURE_FINE };

/* In the order of their names in measure.c. */
typedef enum measure_work {
    MEASURE_ADD,
    MEASURE_ECHO,
    MEASURE_OPEN,
    MEASURE_BESIDE,
    MEASURE_STREAM,
    MEASURE_SINK,
    MEASURE_ONCE,
    MEASURE_CONNS
} measure_work;

/* The clocks of a measure: the client's, the server's, those of proxies. */
enum { MEASURE_CLIENT, MEASURE_SERVER, MEASURE_PROXIES, MEASURE_CLOCKS = 16 };

typedef struct measure {
    const char *address;
    measure_work work;
    size_t size;
    int depth;
    int server;
    clockid_t clocks[MEASURE_CLOCKS];
    size_t n_clocks;
    uint64_t span_ns;
    uint64_t begin_ns; /* warm from here on; 0: nothing has been measured yet */
    uint64_t end_ns;
    bool counting;
    uint64_t n_calls;
    uint64_t n_items;                /* that measure_item was told of */
    uint64_t cpu_ns[MEASURE_CLOCKS]; /* when counting began */
    uint64_t latencies[MEASURE_PLACES];
} measure;

/* Ends the process with a message and 1. */
MEASURE_NORETURN void measure_fail(const char *what, int code);
/* measure_fail where the code is negative. */
void measure_check(const char *what, int code);
uint64_t measure_now_ns(void);
/* Reads the client's command line; ends the process with 2 where it is no such one. */
void measure_init(measure *m, int argc, char **argv);
/* A call that began at began_ns has ended: the time now. Ends the process with the line of results once the time is
 * over. */
uint64_t measure_done(measure *m, uint64_t began_ns);
/* The same for one item of many: only each 64th looks at the clock, and none has a latency. */
void measure_item(measure *m);
/* Ends the process with the server's memory: of once and conns. */
MEASURE_NORETURN void measure_memory(const measure *m);
/* Raises the limit of descriptors as far as it goes. */
void measure_more_files(void);
/* The server's word that it listens. */
void measure_ready(void);

#ifdef __cplusplus
}
#endif
#endif
