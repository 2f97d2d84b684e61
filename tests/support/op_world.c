/* Processes, one after the other. */
#include "tests/support/op_world.h"

static uint64_t wall_ms(void *user)
{
    return ((op_world *)user)->wall_ms;
}

void op_start(op_world *t)
{
    op_peer_ready(&t->w, op_operations(&t->options, &t->store));
}

void op_begin(op_world *t)
{
    memset(t, 0, sizeof *t);
    op_store_init(&t->store);
    weft_operations_options_init(&t->options, sizeof t->options);
    t->wall_ms = 1700000000000;
    t->options.wall_ms = wall_ms;
    t->options.wall_user = t;
    op_start(t);
}

void op_stop(op_world *t)
{
    wire_fini(&t->w);
    weft_operations_release(t->w.operations);
}

void op_end(op_world *t)
{
    op_stop(t);
    op_store_free(&t->store);
}

void op_crash(op_world *t, bool loses_syncing)
{
    void (*done)(void *user, int status, const char *text) = t->store.done;
    void *user = t->store.done_user;
    wire_fini(&t->w);
    op_store_crash(&t->store, loses_syncing);
    weft_operations_release(t->w.operations);
    if (done)
        done(user, WEFT_EIO, "crashed"); /* what is left of the old process is freed */
    op_start(t);
}

op_attempt op_once(uint64_t n, uint64_t counter)
{
    op_attempt attempt = { n, OP_ONCE, op_id_of(7, counter), 1, 10, 0 };
    return attempt;
}
