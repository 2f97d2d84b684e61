/* From a run that fails to a shorter one that fails likewise: the last event is found by halving, then ranges of events
 * are left out, large ones first, as long as the same check fails. */
#include "tests/simulate/run.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAME_MAX_LEN = 64, RANGES_MAX = 20000, SECONDS_MAX = 20 };

/* What fails: the name of a check, or how the process ended. "": nothing. */
static void try_run(const sim_options *options, char name[NAME_MAX_LEN])
{
    int pipes[2];
    char text[4096];
    size_t len = 0;
    int status;
    name[0] = '\0';
    (void)fflush(stdout);
    if (pipe(pipes) < 0)
        exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        coverage *c = calloc(1, sizeof *c);
        (void)dup2(pipes[1], 2);
        (void)close(pipes[0]);
        (void)alarm(SECONDS_MAX);
        (void)run_once(options, c);
        _exit(0);
    }
    (void)close(pipes[1]);
    for (ssize_t n; (n = read(pipes[0], text + len, sizeof text - 1 - len)) > 0;)
        len = len + (size_t)n < sizeof text / 2 ? len + (size_t)n : sizeof text / 2;
    (void)close(pipes[0]);
    text[len] = '\0';
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        exit(1);
    if (status == 0)
        return;
    if (sscanf(text, "FAILED [%63[^]]]", name) != 1)
        (void)snprintf(name, NAME_MAX_LEN, "%s %d", WIFSIGNALED(status) ? "signal" : "status", status);
}

static bool fails(const sim_options *options, const char *name)
{
    char found[NAME_MAX_LEN];
    try_run(options, found);
    return strcmp(found, name) == 0;
}

/* The fewest events after which it still fails. */
static void shrink_end(sim_options *o, const char *name)
{
    uint64_t low = 0, high = o->events;
    while (low < high) {
        sim_options shorter = *o;
        shorter.events = low + (high - low) / 2;
        if (fails(&shorter, name))
            high = shorter.events;
        else
            low = shorter.events + 1;
    }
    sim_options shorter = *o;
    shorter.events = high;
    if (fails(&shorter, name))
        *o = shorter;
}

/* keep[i]: event i takes place. To ranges of those that do not. */
static size_t ranges_of(const bool *keep, uint64_t events, uint64_t (*ranges)[2])
{
    size_t n = 0;
    for (uint64_t i = 0; i < events; i++) {
        if (keep[i])
            continue;
        if (n > 0 && ranges[n - 1][1] + 1 == i)
            ranges[n - 1][1] = i;
        else if (n < RANGES_MAX)
            ranges[n][0] = ranges[n][1] = i, n++;
    }
    return n;
}

static bool leave_out(sim_options *o, bool *keep, uint64_t from, uint64_t to, const char *name)
{
    static uint64_t ranges[RANGES_MAX][2];
    bool before[4096];
    bool any = false;
    for (uint64_t i = from; i < to; i++) {
        before[i - from] = keep[i];
        any |= keep[i];
        keep[i] = false;
    }
    o->n_skip = ranges_of(keep, o->events, ranges);
    o->skip = (const uint64_t(*)[2])ranges;
    if (any && fails(o, name))
        return true;
    for (uint64_t i = from; i < to; i++)
        keep[i] = before[i - from];
    o->n_skip = ranges_of(keep, o->events, ranges);
    return false;
}

static void shrink_events(sim_options *o, const char *name)
{
    bool *keep = malloc(o->events + 1);
    for (uint64_t i = 0; i < o->events; i++) {
        keep[i] = true;
        for (size_t k = 0; k < o->n_skip; k++)
            if (i >= o->skip[k][0] && i <= o->skip[k][1])
                keep[i] = false;
    }
    for (uint64_t size = 4096; size > 0; size /= 2) {
        uint64_t left = 0;
        for (uint64_t from = 0; from < o->events; from += size)
            (void)leave_out(o, keep, from, from + size < o->events ? from + size : o->events, name);
        for (uint64_t i = 0; i < o->events; i++)
            left += keep[i];
        fprintf(stderr, "ranges of %llu: %llu events are left\n", (unsigned long long)size, (unsigned long long)left);
        if (left <= 40 && size > 1)
            size = 2; /* the last round: one by one */
    }
    free(keep);
}

int run_shrink(const run_options *options)
{
    char name[NAME_MAX_LEN];
    sim_options o = options->sim;
    o.trace = false;
    try_run(&o, name);
    if (name[0] == '\0') {
        printf("it does not fail\n");
        return 1;
    }
    fprintf(stderr, "fails: %s\n", name);
    shrink_end(&o, name);
    fprintf(stderr, "after %llu events\n", (unsigned long long)o.events);
    shrink_events(&o, name);
    printf("shorter: ");
    run_print_command(&o);
    return 0;
}
