/* simulate: runs of the simulator, in processes of their own, so that whatever ends one the seed is known. */
#include "tests/simulate/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { JOBS_MAX = 64, SKIPS_MAX = 20000 };

static uint64_t skips[SKIPS_MAX][2];

static void usage(void)
{
    (void)fputs("simulate [--seed N] [--events M] [--runs K] [--jobs J] [--fresh] [--twice] [--trace] [--coverage]\n"
                "         [--skip A-B,C,…] [--shrink] [--complete] [--chains] [--no-chains]\n"
                "  --seed N     the first seed; each further run has the next one (1)\n"
                "  --fresh      a seed that nobody has seen, printed\n"
                "  --twice      each run is made twice, and must give the same\n"
                "  --trace      what happens, line by line\n"
                "  --skip …     events that are left out\n"
                "  --chains     every run is one of proxies\n"
                "  --no-chains  none is\n"
                "  --shrink     finds a shorter run that fails likewise\n"
                "  --coverage   prints what no run has reached\n"
                "  --complete   that, and fails where a cell of legal.csv or a rule is among it\n",
                stderr);
    exit(2);
}

static size_t parse_skips(const char *text)
{
    size_t n = 0;
    for (char *end; *text && n < SKIPS_MAX; text = *end == ',' ? end + 1 : end) {
        skips[n][0] = skips[n][1] = strtoull(text, &end, 10);
        if (*end == '-')
            skips[n][1] = strtoull(end + 1, &end, 10);
        if (*end && *end != ',')
            usage();
        n++;
    }
    return n;
}

static void parse(int argc, char **argv, run_options *o)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i] ? argv[i] : "";
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        bool takes = true;
        if (strcmp(name, "--seed") == 0 && value)
            o->sim.seed = strtoull(value, NULL, 0);
        else if (strcmp(name, "--events") == 0 && value)
            o->sim.events = strtoull(value, NULL, 0);
        else if (strcmp(name, "--runs") == 0 && value)
            o->runs = strtoull(value, NULL, 0);
        else if (strcmp(name, "--jobs") == 0 && value)
            o->jobs = (unsigned)strtoul(value, NULL, 0);
        else if (strcmp(name, "--skip") == 0 && value)
            o->sim.n_skip = parse_skips(value);
        else
            takes = false;
        if (takes) {
            i++;
            continue;
        }
        if (strcmp(name, "--trace") == 0)
            o->sim.trace = true;
        else if (strcmp(name, "--chains") == 0)
            o->sim.chains = true;
        else if (strcmp(name, "--no-chains") == 0)
            o->sim.no_chains = true;
        else if (strcmp(name, "--twice") == 0)
            o->twice = true;
        else if (strcmp(name, "--fresh") == 0)
            o->fresh = true;
        else if (strcmp(name, "--shrink") == 0)
            o->shrink = true;
        else if (strcmp(name, "--coverage") == 0)
            o->coverage = true;
        else if (strcmp(name, "--complete") == 0)
            o->complete = true;
        else
            usage();
    }
    o->sim.skip = (const uint64_t(*)[2])skips;
    if (o->jobs < 1 || o->jobs > JOBS_MAX)
        usage();
}

/* ---- one run ---- */

uint64_t run_once(const sim_options *options, coverage *c)
{
    world *w = calloc(1, sizeof *w);
    w->options = *options;
    w->coverage = c;
    world_run(w);
    uint64_t hash = w->hash;
    free(w);
    return hash;
}

void run_print_command(const sim_options *o)
{
    printf("simulate --seed %llu --events %llu%s", (unsigned long long)o->seed, (unsigned long long)o->events,
           o->chains      ? " --chains"
           : o->no_chains ? " --no-chains"
                          : "");
    for (size_t i = 0; i < o->n_skip; i++) {
        printf("%s%llu", i == 0 ? " --skip " : ",", (unsigned long long)o->skip[i][0]);
        if (o->skip[i][1] != o->skip[i][0])
            printf("-%llu", (unsigned long long)o->skip[i][1]);
    }
    putchar('\n');
}

/* ---- many runs ---- */

typedef struct job {
    pid_t pid;
    uint64_t seed; /* under way */
    coverage coverage;
} job;

static void job_run(const run_options *o, unsigned index, job *j)
{
    for (uint64_t run = index; run < o->runs; run += o->jobs) {
        sim_options options = o->sim;
        options.seed = j->seed = o->sim.seed + run;
        uint64_t hash = run_once(&options, &j->coverage);
        if (o->sim.trace || o->runs == 1)
            printf("seed %llu: trace %016llx\n", (unsigned long long)options.seed, (unsigned long long)hash);
        if (o->twice && run_once(&options, &j->coverage) != hash) {
            fprintf(stderr, "FAILED [repeat]: the second time seed %llu went otherwise\n",
                    (unsigned long long)options.seed);
            _exit(1);
        }
    }
}

static int jobs_wait(const run_options *o, job *jobs)
{
    int failed = 0;
    for (unsigned left = o->jobs; left > 0; left--) {
        int status;
        pid_t pid = wait(&status);
        for (unsigned i = 0; i < o->jobs; i++) {
            if (jobs[i].pid != pid || status == 0)
                continue;
            sim_options again = o->sim;
            again.seed = jobs[i].seed;
            if (WIFSIGNALED(status))
                printf("ended by signal %d\n", WTERMSIG(status));
            printf("again: ");
            run_print_command(&again);
            failed = 1;
        }
    }
    return failed;
}

static double now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int run_all(const run_options *o)
{
    coverage all;
    double begun = now_s();
    size_t len = o->jobs * sizeof(job);
    job *jobs = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (jobs == MAP_FAILED)
        return 1;
    memset(&all, 0, sizeof all);
    (void)fflush(stdout);
    for (unsigned i = 0; i < o->jobs; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return 1;
        if (pid > 0) {
            jobs[i].pid = pid;
        } else {
            job_run(o, i, &jobs[i]);
            (void)fflush(stdout);
            exit(0);
        }
    }
    int failed = jobs_wait(o, jobs);
    for (unsigned i = 0; i < o->jobs; i++)
        coverage_add(&all, &jobs[i].coverage);
    double took = now_s() - begun;
    int missing = o->coverage || o->complete ? coverage_print(&all) : 0;
    if (missing < 0 || (missing > 0 && o->complete))
        failed = 1;
    printf("%llu runs from seed %llu, %llu events each, %.1f s, %.0f events a second\n", (unsigned long long)all.runs,
           (unsigned long long)o->sim.seed, (unsigned long long)o->sim.events, took, (double)all.events / took);
    (void)munmap(jobs, len);
    return failed;
}

int main(int argc, char **argv)
{
    run_options o = { .sim = { .seed = 1, .events = 20000 }, .runs = 1, .jobs = 1 };
    parse(argc, argv, &o);
    if (o.fresh && getentropy(&o.sim.seed, sizeof o.sim.seed) < 0)
        return 1;
    return o.shrink ? run_shrink(&o) : run_all(&o);
}
