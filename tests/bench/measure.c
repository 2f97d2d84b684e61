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

/* Of this process, and of those in a list "PID,PID". */
static void measure_clocks(measure *m, const char *processes)
{
    char *end = (char *)processes - 1;
    m->clocks[MEASURE_CLIENT] = CLOCK_PROCESS_CPUTIME_ID;
    for (m->n_clocks = MEASURE_SERVER; m->n_clocks == MEASURE_SERVER || *end == ','; m->n_clocks++) {
        int process = (int)strtol(end + 1, &end, 10);
        if (m->n_clocks == MEASURE_SERVER)
            m->server = process;
        if (m->n_clocks == MEASURE_CLOCKS || clock_getcpuclockid(process, &m->clocks[m->n_clocks]) != 0)
            measure_fail("no such process, or too many", process);
    }
}

void measure_init(measure *m, int argc, char **argv)
{
    static const char *const works[] = { "add", "echo", "open", "beside", "stream", "sink", "once", "conns" };
    size_t work = 0;
    memset(m, 0, sizeof *m);
    while (argc == 7 && work < sizeof works / sizeof *works && strcmp(argv[2], works[work]) != 0)
        work++;
    if (argc != 7 || work == sizeof works / sizeof *works) {
        fprintf(
            stderr,
            "usage: client ADDRESS add|echo|open|beside|stream|sink|once|conns SIZE DEPTH SECONDS SERVER[,PROXY]...\n");
        _exit(2);
    }
    m->address = argv[1];
    m->work = (measure_work)work;
    m->size = strtoul(argv[3], NULL, 10);
    m->depth = (int)strtol(argv[4], NULL, 10);
    m->span_ns = (uint64_t)(strtod(argv[5], NULL) * 1e9);
    measure_clocks(m, argv[6]);
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
    double cpu[MEASURE_PROXIES + 1] = { 0 }; /* the last: of all proxies */
    for (size_t i = 0; i < m->n_clocks; i++)
        cpu[i < MEASURE_PROXIES ? i : MEASURE_PROXIES] +=
            (double)(clock_ns(m->clocks[i]) - m->cpu_ns[i]) * 1e-3 / calls;
    printf("%.1f %.3f %.3f %.4f %.4f %ld", calls * 1e9 / (double)(now_ns - m->begin_ns), latency_quantile(m, 0.5),
           latency_quantile(m, 0.99), cpu[MEASURE_CLIENT], cpu[MEASURE_SERVER],
           memory_kb(m->server, "status", "VmHWM:"));
    if (m->n_clocks > MEASURE_PROXIES)
        printf(" %.4f", cpu[MEASURE_PROXIES]);
    puts("");
    fflush(stdout);
    _exit(0);
}

/* Counts n calls that end now; began_ns: of each of them, 0: not kept. */
static uint64_t measure_count(measure *m, uint64_t began_ns, uint64_t n)
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
        for (size_t i = 0; i < m->n_clocks; i++)
            m->cpu_ns[i] = clock_ns(m->clocks[i]);
        return now_ns;
    }
    m->n_calls += n;
    if (began_ns)
        m->latencies[latency_place(now_ns - began_ns)] += n;
    if (now_ns >= m->end_ns)
        measure_print(m, now_ns);
    return now_ns;
}

uint64_t measure_done(measure *m, uint64_t began_ns)
{
    return measure_count(m, began_ns, 1);
}

void measure_item(measure *m)
{
    if (++m->n_items % MEASURE_ITEMS == 0)
        measure_count(m, 0, MEASURE_ITEMS);
}
