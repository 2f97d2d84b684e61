/* A process that keeps operations in a store, with a counterpart: it crashes when a test says so, and another one
 * begins. */
#ifndef WEFT_TESTS_SUPPORT_OP_WORLD_H
#define WEFT_TESTS_SUPPORT_OP_WORLD_H

#include "tests/support/op_store.h"

typedef struct op_world {
    op_store store;
    wire_peer w;
    weft_operations_options options;
    uint64_t wall_ms; /* by which outcomes expire over processes */
} op_world;

/* The store, and the first process: its options may be changed between stop and start. */
void op_begin(op_world *t);
void op_start(op_world *t);
void op_stop(op_world *t);
void op_end(op_world *t);
/* The process ends, with what was on its way to the disk or not, and another begins. */
void op_crash(op_world *t, bool loses_syncing);

/* Request n: an attempt of one client's operation of that counter. */
op_attempt op_once(uint64_t n, uint64_t counter);

#endif
