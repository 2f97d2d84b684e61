/* The patterns of sessions that survive their conduit, and of operations. Each has a session of its own, beside the one
 * that all patterns have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/linear/linear.h"
#include "tests/support/wire_op.h"
#include "tests/support/wire_resume.h"

#include <stdlib.h>

typedef struct outage {
    wire_peer w;
    wire_peer *parked; /* n of them, of one registry */
    weft_registry *registry;
    weft_operations *operations;
    weft_test_alloc alloc;
    uint64_t *ends; /* where the frames end that the engine has sent */
} outage;

static outage *outage_new(linear *l)
{
    outage *o = calloc(1, sizeof *o);
    assert_non_null(o);
    l->own = o;
    weft_test_alloc_init(&o->alloc);
    return o;
}

/* ---- what is kept and acknowledged ---- */

/* n answers have gone out, and none is acknowledged. */
static void prepare_kept(linear *l)
{
    outage *o = outage_new(l);
    wire_peer *w = &o->w;
    wire_frame frame;
    size_t n = 0;
    wire_init(w, false);
    w->options.replay_limit = (uint64_t)1 << 30;
    w->peer_window = INT32_MAX;
    w->no_caller = true;
    wire_survivor(w);
    wire_shake(w);
    wire_open(w, 1);
    o->ends = calloc(l->n + 1, sizeof *o->ends);
    assert_non_null(o->ends);
    for (uint64_t i = 0; i < l->n; i++) {
        wire_put_request(&w->out, 1, 2 * i + 1, pair_service.methods[PAIR_ECHO].id, 10);
        wire_flush(w);
        while (wire_next(w, &frame))
            o->ends[n] = w->received;
        n++;
        w->in.len = w->in_at = 0;
    }
}

static void run_acks(linear *l)
{
    outage *o = l->own;
    for (size_t i = 0; i < l->n; i++)
        wire_put_number(&o->w.out, WEFT__KIND_ACK, 0, o->ends[i]);
    wire_flush(&o->w);
    wire_expect_alive(&o->w);
}

/* The same one again and again. */
static void run_acks_same(linear *l)
{
    outage *o = l->own;
    for (size_t i = 0; i < l->n; i++)
        wire_put_number(&o->w.out, WEFT__KIND_ACK, 0, o->ends[l->n / 2]);
    wire_flush(&o->w);
    wire_expect_alive(&o->w);
}

static void run_resume(linear *l)
{
    outage *o = l->own;
    wire_cut(&o->w);
    o->w.received = o->ends[l->n / 2];
    wire_resume(&o->w);
}

static void end_kept(linear *l)
{
    outage *o = l->own;
    free(o->ends);
    wire_survivor_fini(&o->w);
    free(o);
}

/* ---- parked sessions ---- */

static void prepare_sessions(linear *l, uint32_t max_parked)
{
    outage *o = outage_new(l);
    weft_registry_options options;
    weft_registry_options_init(&options, sizeof options);
    options.allocator = &o->alloc.allocator;
    options.max_parked = max_parked;
    assert_int_equal(weft_registry_new(&options, &o->registry), 0);
    o->parked = calloc(l->n, sizeof *o->parked);
    assert_non_null(o->parked);
    for (size_t i = 0; i < l->n; i++) {
        wire_peer *w = &o->parked[i];
        wire_init(w, false);
        w->registry = o->registry;
        w->evidence.uid = (uint32_t)(i % 3);
        wire_survivor(w);
        wire_shake(w);
    }
}

static void prepare_crowd(linear *l)
{
    prepare_sessions(l, 1024);
}

static void prepare_crowded(linear *l)
{
    prepare_sessions(l, (uint32_t)l->n / 2);
}

static void run_park(linear *l)
{
    outage *o = l->own;
    for (size_t i = 0; i < l->n; i++)
        wire_cut(&o->parked[i]);
    for (size_t i = 0; i < l->n; i++)
        wire_run(&o->parked[i]);
}

static void run_park_and_return(linear *l)
{
    outage *o = l->own;
    run_park(l);
    for (size_t i = l->n; i-- > 0;)
        wire_resume(&o->parked[i]);
}

static void end_sessions(linear *l)
{
    outage *o = l->own;
    for (size_t i = 0; i < l->n; i++)
        wire_survivor_fini(&o->parked[i]);
    free(o->parked);
    weft_registry_release(o->registry);
    weft_test_alloc_assert_empty(&o->alloc);
    free(o);
}

/* ---- operations ---- */

static void prepare_operations(linear *l)
{
    outage *o = outage_new(l);
    weft_operations_options options;
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &o->alloc.allocator;
    o->operations = wire_op_operations(&options);
    wire_init(&o->w, false);
    o->w.operations = o->operations;
    o->w.peer_window = INT32_MAX;
    o->w.no_caller = true;
    wire_settings_retry(&o->w.hello.settings);
    wire_shake(&o->w);
    wire_op_open(&o->w, 1);
}

/* One after the other, each answered at once. */
static void do_operations(linear *l, uint64_t first_request)
{
    outage *o = l->own;
    weft_bytes value = weft_bytes_of("done", 4);
    for (uint64_t i = 0; i < l->n; i++) {
        wire_op op = wire_op_of((uint8_t)(i % 5), i);
        int n_held = o->w.side.n_held;
        wire_op_request(&o->w, 1, first_request + 2 * i, pair_service.methods[PAIR_ONCE].id, &op, 1);
        if (o->w.side.n_held > n_held) {
            assert_int_equal(weft_gen_return(o->w.side.held[n_held % PAIR_CALLS_MAX], &pair_service, PAIR_ONCE, &value),
                             0);
            wire_op_run(&o->w);
        }
        o->w.in.len = o->w.in_at = 0;
    }
}

static void run_operations(linear *l)
{
    do_operations(l, 1);
}

static void prepare_sealed(linear *l)
{
    prepare_operations(l);
    do_operations(l, 1);
}

static void run_again(linear *l)
{
    outage *o = l->own;
    int n_handled = o->w.side.n_handled;
    do_operations(l, 2 * l->n + 1);
    assert_int_equal(o->w.side.n_handled, n_handled);
}

static void run_expiry(linear *l)
{
    outage *o = l->own;
    weft_operations_stats stats;
    wire_op op = wire_op_of(99, 1);
    wire_advance(&o->w, WEFT_OPERATION_TTL_DEFAULT);
    wire_op_request(&o->w, 1, 2 * l->n + 1, pair_service.methods[PAIR_ONCE].id, &op, 1);
    weft_operations_stats_read(o->operations, &stats, sizeof stats);
    assert_int_equal(stats.expired, l->n);
}

static void end_operations(linear *l)
{
    outage *o = l->own;
    wire_fini(&o->w);
    weft_operations_release(o->operations);
    weft_test_alloc_assert_empty(&o->alloc);
    free(o);
}

const linear_pattern linear_outage_patterns[] = {
    { "acknowledgements", 500, prepare_kept, run_acks, end_kept },
    { "one acknowledgement again and again", 500, prepare_kept, run_acks_same, end_kept },
    { "a resumption in the middle of what is kept", 500, prepare_kept, run_resume, end_kept },
    { "sessions that are parked", 50, prepare_crowd, run_park, end_sessions },
    { "sessions that are parked and come back", 50, prepare_crowd, run_park_and_return, end_sessions },
    { "more sessions than may be parked", 50, prepare_crowded, run_park, end_sessions },
    { "operations", 300, prepare_operations, run_operations, end_operations },
    { "operations asked for again", 300, prepare_sealed, run_again, end_operations },
    { "operations that expire", 300, prepare_sealed, run_expiry, end_operations },
    { NULL, 0, NULL, NULL, NULL },
};
