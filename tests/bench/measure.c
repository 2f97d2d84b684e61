/* The clock, the histogram and the results of the bench's programs. */
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define WARM_NS UINT64_C(300000000)

void measure_fail(const char *what, int code)
{
    fprintf(stderr, "%s: %d\n", what, code);
    _exit(1);
}

void measure_check(const char *what, int code)
{
    if (code < 0)
        measure_fail(what, code);
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t measure_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

void measure_more_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void measure_ready(void)
{
    puts("ready");
    fflush(stdout);
}

void measure_init(measure *m, int argc, char **argv)
{
    static const char *const works[] = { "add", "echo", "once", "conns" };
    size_t work = 0;
    memset(m, 0, sizeof *m);
    while (argc == 7 && work < sizeof works / sizeof *works && strcmp(argv[2], works[work]) != 0)
        work++;
    if (argc != 7 || work == sizeof works / sizeof *works) {
        fprintf(stderr, "usage: client ADDRESS add|echo|once|conns SIZE DEPTH SECONDS SERVER\n");
        _exit(2);
    }
    m->address = argv[1];
    m->work = (measure_work)work;
    m->size = strtoul(argv[3], NULL, 10);
    m->depth = (int)strtol(argv[4], NULL, 10);
    m->span_ns = (uint64_t)(strtod(argv[5], NULL) * 1e9);
    m->server = (int)strtol(argv[6], NULL, 10);
    if (clock_getcpuclockid(m->server, &m->server_clock) != 0)
        measure_fail("no such server", m->server);
    measure_more_files();
}

/* ---- latencies ---- */

static size_t latency_place(uint64_t ns)
{
    if (ns < MEASURE_FINE)
        return (size_t)ns;
    unsigned shift = 57u - (unsigned)__builtin_clzll(ns);
    return (size_t)(shift + 1) * MEASURE_FINE + (size_t)((ns >> shift) & (MEASURE_FINE - 1));
}

static double latency_us(size_t place)
{
    if (place < MEASURE_FINE)
        return (double)place / 1e3;
    size_t shift = place / MEASURE_FINE - 1;
    return (double)((uint64_t)(MEASURE_FINE + place % MEASURE_FINE) << shift) / 1e3;
}

static double latency_quantile(const measure *m, double part)
{
    uint64_t wanted = (uint64_t)((double)m->n_calls * part);
    uint64_t seen = 0;
    for (size_t i = 0; i < MEASURE_PLACES; i++) {
        seen += m->latencies[i];
        if (seen > wanted)
            return latency_us(i);
    }
    return 0;
}

/* ---- results ---- */

/* A line "KEY  123 kB" of a file of /proc. */
static long memory_kb(int pid, const char *file, const char *key)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    FILE *stream = fopen(path, "r");
    while (stream && fgets(line, sizeof line, stream)) {
        if (strncmp(line, key, strlen(key)) == 0)
            kb = strtol(line + strlen(key), NULL, 10);
    }
    if (stream)
        fclose(stream);
    return kb;
}

void measure_memory(const measure *m)
{
    printf("%ld %ld\n", memory_kb(m->server, "smaps_rollup", "Rss:"), memory_kb(m->server, "status", "VmHWM:"));
    fflush(stdout);
    _exit(0);
}

static _Noreturn void measure_print(const measure *m, uint64_t now_ns)
{
    double calls = (double)m->n_calls;
    double client_ns = (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - m->cpu_ns[0]);
    double server_ns = (double)(clock_ns(m->server_clock) - m->cpu_ns[1]);
    printf("%.1f %.3f %.3f %.4f %.4f %ld\n", calls * 1e9 / (double)(now_ns - m->begin_ns), latency_quantile(m, 0.5),
           latency_quantile(m, 0.99), client_ns * 1e-3 / calls, server_ns * 1e-3 / calls,
           memory_kb(m->server, "status", "VmHWM:"));
    fflush(stdout);
    _exit(0);
}

uint64_t measure_done(measure *m, uint64_t began_ns)
{
    uint64_t now_ns = measure_now_ns();
    if (m->begin_ns == 0)
        m->begin_ns = now_ns + WARM_NS;
    if (now_ns < m->begin_ns)
        return now_ns;
    if (!m->counting) {
        m->counting = true;
        m->begin_ns = now_ns;
        m->end_ns = now_ns + m->span_ns;
        m->cpu_ns[0] = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        m->cpu_ns[1] = clock_ns(m->server_clock);
        return now_ns;
    }
    m->n_calls++;
    m->latencies[latency_place(now_ns - began_ns)]++;
    if (now_ns >= m->end_ns)
        measure_print(m, now_ns);
    return now_ns;
}
