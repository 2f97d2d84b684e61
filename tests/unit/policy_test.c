/* How often a call may run, by what either side says of its method. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/base/mem.h"
#include "runtime/session/parts.h"
#include "runtime/session/schemas.h"
#include "tests/support/rules.h"

enum { I = WEFT_METHOD_IDEMPOTENT, P = WEFT_METHOD_PERSISTENT };

typedef struct rig {
    weft_connection conn;
    weft__schemas schemas;
    weft__schema_method said;
    weft_method method;
    weft__call call;
} rig;

/* theirs: -1: they have said nothing; -2: they have the same declarations. */
static weft__policy policy_of(uint32_t ours, int theirs, bool retries, bool has_channels)
{
    rig r;
    memset(&r, 0, sizeof r);
    weft_allocator allocator = weft__allocator_of(NULL);
    r.conn.retries = retries;
    r.conn.ours = true;
    r.conn.schemas = &r.schemas;
    r.schemas.seed = 1;
    r.said.policy = (uint8_t)(theirs >= 0 ? theirs : 0);
    r.method.id = r.call.method_id = 77;
    r.method.flags = ours | WEFT_METHOD_VALUE_POINTER;
    r.call.conn = &r.conn;
    r.call.method = &r.method;
    r.call.exchanged = theirs != -2;
    r.call.has_channels = has_channels;
    if (theirs >= 0)
        assert_int_equal(weft__table_insert(&r.schemas.methods, &allocator, 1, 77, &r.said), 0);
    weft__policy policy = weft__call_policy(&r.call);
    weft__table_fini(&r.schemas.methods, &allocator);
    return policy;
}

static void the_weaker_holds(void **state)
{
    /* Goal: what both sides say holds; the weaker where they differ, the weakest as long as one has not spoken. One
     * that the callee holds to be persistent alone, and the caller to be idempotent, carries no op, and is not sent
     * again. */
    (void)state;
    WEFT_RULE("op.policy");
    static const weft__policy v = WEFT__POLICY_VOLATILE, i = WEFT__POLICY_IDEMPOTENT, p = WEFT__POLICY_PERSISTENT;
    const weft__policy expected[4][6] = {
        /* theirs: silent, same, volatile, I, P, I and P */
        { v, v, v, v, v, v }, /* ours: volatile */
        { v, i, v, i, v, i }, /* I */
        { v, p, v, i, p, p }, /* P */
        { v, p, v, i, p, p }, /* I and P */
    };
    static const uint32_t ours[] = { 0, I, P, I | P };
    static const int theirs[] = { -1, -2, 0, I, P, I | P };
    for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 6; b++) {
            assert_int_equal(policy_of(ours[a], theirs[b], true, false), expected[a][b]);
            assert_int_equal(policy_of(ours[a], theirs[b], false, false), v);
            assert_int_equal(policy_of(ours[a], theirs[b], true, true), v);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_weaker_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
