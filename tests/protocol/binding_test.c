/* Goal: connections that serve and call the same share what says so, and one of them whose counterpart turns into
 * another leaves the others as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/retry_rig.h"
#include "tests/support/rules.h"

/* Of the server that comes back: the root and the first connection are served as before; on what is opened then it
 * serves nothing, and so lets go of it. */
static void serve_two(void *user)
{
    retry_rig *r = user;
    if (r->p.s.n_open_asked >= 2)
        r->p.s.serves = NULL;
}

static void assert_is_called(retry_rig *r, weft_connection *connection, int index)
{
    assert_int_equal(pair_call(&r->p.c, connection, PAIR_ECHO, 4, index, NULL), 0);
    pair_run(&r->p);
    assert_int_equal(r->p.c.done_times[index], 1);
    assert_int_equal(r->p.c.results[index].code, 0);
    assert_int_equal(r->p.c.value_len[index], 4);
}

static void one_that_is_opened_again_and_not_served_leaves_the_others(void **state)
{
    /* Goal: [schema.known] is decided for each connection. Both were the same; then one is not served. */
    (void)state;
    WEFT_RULE("schema.known");
    retry_rig *r = retry_rig_ready(WEFT_NS_PER_S * 100);
    weft_connection *other = pair_open(&r->p);
    assert_non_null(other);
    assert_is_called(r, r->conn, 0);
    assert_is_called(r, other, 1);
    retry_cut(r);
    r->p.s.n_open_asked = 0;
    r->p.each = serve_two;
    r->p.each_user = r;
    retry_connect(r);
    r->p.each = NULL;
    assert_int_equal(r->p.s.n_open_asked, 3);
    assert_int_equal(r->p.c.n_conn_closed, 1);
    assert_int_equal(r->p.c.conn_end.code, WEFT_ECONNCLOSED);
    assert_is_called(r, r->conn, 2);
    assert_int_equal(pair_call(&r->p.c, other, PAIR_ECHO, 4, 3, NULL), WEFT_ECLOSED);
    weft_connection_release(other);
    retry_rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_opened_again_and_not_served_leaves_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
