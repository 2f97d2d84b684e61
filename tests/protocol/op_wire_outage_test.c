/* Goal: operations and outages together: who asked and lost his conduit is answered when he is back, or finds the
 * outcome over another session; and the operation has run once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rules.h"
#include "tests/support/wire_op.h"
#include "tests/support/wire_resume.h"

#define S WEFT_NS_PER_S

enum { ONCE = 0x1007 };

typedef struct rig {
    weft_test_alloc alloc;
    weft_operations *operations;
    wire_peer w;
    wire_op op;
} rig;

/* The session, resumable, with operations; connection 1 is open with retry in force, and an operation runs. */
static void begin(rig *r)
{
    weft_operations_options options;
    memset(r, 0, sizeof *r);
    weft_test_alloc_init(&r->alloc);
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &r->alloc.allocator;
    r->operations = wire_op_operations(&options);
    wire_init(&r->w, false);
    r->w.operations = r->operations;
    wire_settings_retry(&r->w.hello.settings);
    wire_survivor(&r->w);
    wire_shake(&r->w);
    wire_op_open(&r->w, 1);
    r->op = wire_op_of(1, 1);
    wire_op_request(&r->w, 1, 1, ONCE, &r->op, 9);
    assert_int_equal(r->w.side.n_handled, 1);
    wire_cut(&r->w);
}

static void end(rig *r)
{
    wire_survivor_fini(&r->w);
    weft_operations_release(r->operations);
    weft_test_alloc_assert_empty(&r->alloc);
}

static void answer(rig *r)
{
    weft_bytes value = weft_bytes_of("done", 4);
    assert_int_equal(weft_gen_return(r->w.side.held[0], &pair_service, PAIR_ONCE, &value), 0);
    wire_op_run(&r->w);
}

static void outcome_of_an_outage_comes_with_the_next_conduit(void **state)
{
    (void)state;
    WEFT_RULE("op.order");
    WEFT_RULE("resume.exact");
    for (int lost = 0; lost < 2; lost++) {
        rig r;
        begin(&r);
        answer(&r);
        assert_int_equal(r.w.in.len, 0);
        wire_resume(&r.w);
        if (lost) { /* the answer, too */
            uint64_t had = r.w.received;
            (void)wire_expect_response(&r.w, 1, 1, 0);
            r.w.received = had;
            wire_cut(&r.w);
            wire_resume(&r.w);
        }
        (void)wire_expect_response(&r.w, 1, 1, 0);
        wire_expect_alive(&r.w);
        wire_op_request(&r.w, 1, 3, ONCE, &r.op, 9);
        (void)wire_expect_response(&r.w, 1, 3, 0);
        assert_int_equal(r.w.side.n_handled, 1);
        end(&r);
    }
}

static void deadline_during_an_outage_detaches(void **state)
{
    /* Goal: the caller's time is over while it is away: it is told with the next conduit; the handler goes on. */
    (void)state;
    WEFT_RULE("op.order");
    WEFT_RULE("resume.acceptor");
    rig r;
    begin(&r);
    wire_resume(&r.w);
    wire_request request = { 3, ONCE, 5000, 3, 9, weft_bytes_of(r.op.bytes, sizeof r.op.bytes) };
    wire_put_request_of(&r.w.out, 1, &request);
    wire_flush(&r.w);
    wire_cut(&r.w);
    wire_advance(&r.w, 5 * S);
    wire_resume(&r.w);
    (void)wire_expect_response(&r.w, 1, 3, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    assert_int_equal(r.w.side.n_cancelled, 0);
    answer(&r);
    (void)wire_expect_response(&r.w, 1, 1, 0);
    wire_expect_alive(&r.w);
    end(&r);
}

static void who_comes_back_too_late_attaches_anew(void **state)
{
    /* Goal: the window is over, the operation is not: over another session its outcome is had. */
    (void)state;
    WEFT_RULE("op.states");
    WEFT_RULE("op.order");
    for (int sealed = 0; sealed < 2; sealed++) {
        rig r;
        wire_peer other;
        begin(&r);
        if (sealed)
            answer(&r);
        wire_advance(&r.w, 60 * S);
        assert_int_equal(r.w.side.n_closed, 1);
        assert_int_equal(r.w.side.n_cancelled, 0);
        wire_init(&other, false);
        other.operations = r.operations;
        other.registry = r.w.registry;
        other.now_ns = r.w.now_ns;
        wire_settings_retry(&other.hello.settings);
        wire_survivor(&other);
        wire_shake(&other);
        wire_op_open(&other, 1);
        wire_op_request(&other, 1, 1, ONCE, &r.op, 9);
        if (!sealed) {
            wire_expect_none(&other);
            answer(&r);
            wire_op_run(&other);
        }
        (void)wire_expect_response(&other, 1, 1, 0);
        assert_int_equal(other.side.n_handled, 0);
        wire_survivor_fini(&other);
        end(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcome_of_an_outage_comes_with_the_next_conduit),
        cmocka_unit_test(deadline_during_an_outage_detaches),
        cmocka_unit_test(who_comes_back_too_late_attaches_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
