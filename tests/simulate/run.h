/* Runs of the simulator, one or many, and the search for a shorter one. */
#ifndef WEFT_TESTS_SIMULATE_RUN_H
#define WEFT_TESTS_SIMULATE_RUN_H

#include "tests/simulate/sim.h"

typedef struct run_options {
    sim_options sim;
    uint64_t runs;
    unsigned jobs;
    bool twice, fresh, shrink, coverage, complete;
} run_options;

/* In this process: the hash of its trace. */
uint64_t run_once(const sim_options *options, coverage *c);
void run_print_command(const sim_options *options);
/* 0: a shorter run that fails likewise was found, and printed; 1: it does not fail. */
int run_shrink(const run_options *options);

#endif
