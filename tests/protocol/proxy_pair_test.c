/* Pairs as their proxy has them: what is told of their ends, what may not become one, and what goes on as it came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/row.h"
#include "tests/support/rules.h"
#include "weft/limits.h"
#include "weft/operation.h"

static const weft_service_type *const calls[] = { &pair_service };

/* A connection that a proxy has accepted, one that it has opened, and what is told of both. */
typedef struct both {
    weft_test_alloc alloc;
    row c;
    weft_connection *left, *right, *client;
    int n_left_closed, n_left_closed_after;
    weft_error left_end;
} both;

static void note_left_closed(void *user, const weft_error *error)
{
    both *b = user;
    b->n_left_closed++;
    b->n_left_closed_after += b->c.proxy[0].n_over;
    b->left_end = *error;
}

static void begin_with(both *b, const weft_session_options *client, weft_operations *const operations[2])
{
    weft_session_options plain = weft_session_options_default();
    weft_accept_options accept = weft_open_options_default();
    memset(b, 0, sizeof *b);
    weft_test_alloc_init(&b->alloc);
    b->c.n = 2;
    for (size_t i = 0; i < 2; i++) {
        pair_init(&b->c.p[i], &b->alloc);
        b->c.p[i].s.keep_pending = i == 0;
        b->c.p[i].operations = operations[i];
        assert_int_equal(pair_begin(&b->c.p[i], i == 0 || operations[1] ? *client : plain, plain), 0);
        pair_run(&b->c.p[i]);
    }
    b->c.proxy[0].by_hand = true;
    (void)pair_open(&b->c.p[0]);
    accept.on_closed = note_left_closed;
    accept.on_closed_user = b;
    accept.calls = calls;
    accept.n_calls = 1;
    assert_int_equal(weft_pending_accept(b->c.p[0].s.pending, &accept, &b->left), 0);
    row_run(&b->c);
    b->client = b->c.p[0].c.opened;
    b->right = pair_open(&b->c.p[1]);
    assert_non_null(b->client);
    assert_non_null(b->right);
}

static void begin(both *b)
{
    weft_session_options plain = weft_session_options_default();
    begin_with(b, &plain, (weft_operations *const[2]){ NULL, NULL });
}

static int join(both *b)
{
    weft_proxy_options options = row_options(&b->c.proxy[0]);
    return weft_proxy_join(b->left, b->right, &options);
}

static void end(both *b)
{
    weft_connection_release(b->left);
    weft_connection_release(b->right);
    weft_connection_release(b->client);
    row_run(&b->c);
    row_fini(&b->c);
    weft_test_alloc_assert_empty(&b->alloc);
}

static void a_side_that_retries_is_not_joined_to_one_that_keeps_no_operations(void **state)
{
    /* Goal: a persistent call runs once: the client has been told that its operations are kept, and they are not. */
    both b;
    weft_test_alloc alloc;
    weft_session_options client = weft_session_options_default();
    weft_operations_options options;
    weft_operations *operations;
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("op.retry");
    weft_test_alloc_init(&alloc);
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &alloc.allocator;
    assert_int_equal(weft_operations_new(&options, &operations, NULL), 0);
    client.retry = true;
    client.recovery_timeout_ns = WEFT_FOREVER;
    begin_with(&b, &client, (weft_operations *const[2]){ operations, NULL });
    assert_int_equal(join(&b), WEFT_EINVAL);
    end(&b);
    weft_operations_release(operations);
    weft_test_alloc_assert_empty(&alloc);
}

static void a_side_that_retries_is_joined_to_the_operations_that_it_was_told_of(void **state)
{
    /* Goal: the client sends again what may have run, to who names the same: that is this side, not the other one. */
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("op.id");
    for (int is_same = 0; is_same < 2; is_same++) {
        both b;
        weft_test_alloc alloc;
        weft_session_options client = weft_session_options_default();
        weft_operations_options options;
        weft_operations *operations[2];
        weft_test_alloc_init(&alloc);
        weft_operations_options_init(&options, sizeof options);
        options.allocator = &alloc.allocator;
        assert_int_equal(weft_operations_new(&options, &operations[0], NULL), 0);
        options.seed[0] = is_same ? 0 : 1;
        assert_int_equal(weft_operations_new(&options, &operations[1], NULL), 0);
        client.retry = true;
        client.recovery_timeout_ns = WEFT_FOREVER;
        begin_with(&b, &client, operations);
        assert_int_equal(join(&b), is_same ? 0 : WEFT_EINVAL);
        end(&b);
        weft_operations_release(operations[0]);
        weft_operations_release(operations[1]);
        weft_test_alloc_assert_empty(&alloc);
    }
}

static void each_end_is_told_once_and_the_pair_behind_it(void **state)
{
    both b;
    (void)state;
    WEFT_RULE("proxy.close");
    begin(&b);
    assert_int_equal(join(&b), 0);
    assert_int_equal(weft_connection_close(b.client, 300, "that was it"), 0);
    row_run(&b.c);
    assert_int_equal(b.n_left_closed, 1);
    assert_int_equal(b.n_left_closed_after, 0); /* the pair's comes last */
    assert_int_equal(b.c.p[1].c.n_conn_closed, 1);
    assert_int_equal(b.c.proxy[0].n_over, 1);
    assert_int_equal(b.left_end.remote, 300);
    end(&b);
    assert_int_equal(b.n_left_closed, 1);
    assert_int_equal(b.c.proxy[0].n_over, 1);
}

/* How a pair ends: by what. */
typedef enum way { LEFT_LOST, RIGHT_LOST, LEFT_SAYS, RIGHT_SAYS, PROXY_SAYS_LEFT, PROXY_SAYS_RIGHT, WAYS } way;

static void end_by(both *b, way how)
{
    switch (how) {
    case LEFT_LOST: pair_disconnect(&b->c.p[0], WEFT_ECONNRESET); break;
    case RIGHT_LOST: pair_disconnect(&b->c.p[1], WEFT_ECONNRESET); break;
    case LEFT_SAYS: assert_int_equal(weft_connection_close(b->client, 300, "enough"), 0); break;
    case RIGHT_SAYS: weft_session_close(row_server(&b->c)->session, 300, "enough"); break;
    case PROXY_SAYS_LEFT: assert_int_equal(weft_connection_close(b->left, 300, "enough"), 0); break;
    default: assert_int_equal(weft_connection_close(b->right, 300, "enough"), 0); break;
    }
    row_run(&b->c);
}

static void an_end_reads_the_same_whichever_side_it_comes_from(void **state)
{
    (void)state;
    WEFT_RULE("proxy.close");
    for (way how = 0; how < WAYS; how++) {
        both b;
        bool is_lost = how == LEFT_LOST || how == RIGHT_LOST;
        begin(&b);
        assert_int_equal(join(&b), 0);
        end_by(&b, how);
        assert_int_equal(b.c.proxy[0].n_over, 1);
        assert_int_equal(b.c.proxy[0].over.code, WEFT_ECONNCLOSED);
        assert_int_equal(b.c.proxy[0].over.remote, is_lost ? WEFT_CODE_LOST : 300);
        assert_non_null(strstr(b.c.proxy[0].over.text, is_lost ? "lost" : "enough"));
        end(&b);
    }
}

static void an_open_goes_on_over_the_session_that_it_came_by(void **state)
{
    /* Goal: a program that offers something over its session also finds it there. */
    weft_test_alloc alloc;
    row c;
    (void)state;
    WEFT_RULE("proxy.join");
    weft_test_alloc_init(&alloc);
    row_ready(&c, &alloc, 2, NULL);
    c.proxy[0].by_hand = true;
    (void)pair_open(&c.p[0]);
    assert_int_equal(weft_proxy_open(c.p[0].s.pending, c.p[0].s.session, NULL), 0);
    row_run(&c);
    weft_connection *conn = c.p[0].c.opened;
    assert_int_equal(c.p[0].c.n_open_asked, 1);
    assert_non_null(conn);
    assert_int_equal(pair_call(row_client(&c), conn, PAIR_ECHO, 300000, 0, NULL), 0);
    row_run(&c);
    assert_int_equal(row_client(&c)->results[0].code, 0);
    assert_int_equal(row_client(&c)->value_len[0], 300000);
    weft_connection_release(conn);
    row_run(&c);
    row_fini(&c);
    weft_test_alloc_assert_empty(&alloc);
}

static void begin_meeting(row *c, weft_test_alloc *alloc)
{
    weft_test_alloc_init(alloc);
    memset(c, 0, sizeof *c);
    c->n = 2;
    for (size_t i = 0; i < 2; i++) {
        weft_session_options options = weft_session_options_default();
        options.ids_odd = i == 0;
        pair_init(&c->p[i], alloc);
        c->p[i].s.keep_pending = true;
        assert_int_equal(pair_begin(&c->p[i], options, weft_session_options_default()), 0);
        pair_run(&c->p[i]);
    }
    c->proxy[0].by_hand = true;
    (void)pair_open(&c->p[0]);
    (void)pair_open(&c->p[1]);
}

static void a_meeting_without_memory_leaves_both_undecided(void **state)
{
    bool failed = true;
    (void)state;
    WEFT_RULE("proxy.settings");
    for (uint64_t n = 1; failed; n++) {
        weft_test_alloc alloc;
        row c;
        begin_meeting(&c, &alloc);
        weft_test_alloc_fail(&alloc, n, false);
        weft_proxy_options options = row_options(&c.proxy[0]);
        int status = weft_proxy_meet(c.p[0].s.pending, c.p[1].s.pending, &options);
        failed = alloc.failed;
        weft_test_alloc_fail(&alloc, 0, false);
        assert_int_equal(status, failed ? WEFT_ENOMEM : 0);
        row_run(&c);
        assert_int_equal(c.p[0].c.n_opened + c.p[1].c.n_opened, failed ? 0 : 2);
        if (failed) /* once more, with memory */
            assert_int_equal(weft_proxy_meet(c.p[0].s.pending, c.p[1].s.pending, &options), 0);
        row_run(&c);
        assert_int_equal(c.p[0].c.n_opened + c.p[1].c.n_opened, 2);
        assert_int_equal(c.proxy[0].n_over, 0);
        weft_connection_release(c.p[0].c.opened);
        weft_connection_release(c.p[1].c.opened);
        row_run(&c);
        assert_int_equal(c.proxy[0].n_over, 1);
        row_fini(&c);
        weft_test_alloc_assert_empty(&alloc);
    }
}

static void ends_that_open_towards_each_other_meet_between_three_proxies(void **state)
{
    /* Goal: neither end can be dialled; each has a proxy that it has dialled, and these have one in common. */
    weft_test_alloc alloc;
    row c = { .n = 4 };
    (void)state;
    WEFT_RULE("proxy.join");
    WEFT_RULE("proxy.settings");
    weft_test_alloc_init(&alloc);
    for (size_t i = 0; i < 4; i++) { /* 0 and 3 are those of the ends; 1 and 2 lead to the one in the middle */
        weft_session_options options = weft_session_options_default();
        options.ids_odd = i < 3;
        pair_init(&c.p[i], &alloc);
        c.p[i].s.keep_pending = true;
        c.proxy[i].by_hand = true;
        assert_int_equal(pair_begin(&c.p[i], options, weft_session_options_default()), 0);
        pair_run(&c.p[i]);
    }
    weft_proxy_options noted = row_options(&c.proxy[0]);
    (void)pair_open(&c.p[0]);
    (void)pair_open(&c.p[3]);
    assert_int_equal(weft_proxy_open(c.p[0].s.pending, c.p[1].c.session, NULL), 0);
    assert_int_equal(weft_proxy_open(c.p[3].s.pending, c.p[2].c.session, NULL), 0);
    row_run(&c);
    assert_int_equal(weft_proxy_meet(c.p[1].s.pending, c.p[2].s.pending, &noted), 0);
    row_run(&c);
    pair_side *ends[2] = { &c.p[0].c, &c.p[3].c };
    for (int i = 0; i < 2; i++) { /* neither serves: what is asked is answered by the other's runtime */
        assert_non_null(ends[i]->opened);
        assert_int_equal(pair_call(ends[i], ends[i]->opened, PAIR_ECHO, 100000, 0, NULL), 0);
        row_run(&c);
        assert_int_equal(ends[i]->results[0].code, WEFT_ENOSYS);
    }
    assert_int_equal(weft_connection_close(ends[1]->opened, 321, "enough"), 0);
    row_run(&c);
    assert_int_equal(ends[0]->conn_end.remote, 321);
    assert_int_equal(c.proxy[0].n_over, 1);
    assert_int_equal(c.proxy[0].over.remote, 321);
    weft_connection_release(ends[0]->opened);
    weft_connection_release(ends[1]->opened);
    row_fini(&c);
    weft_test_alloc_assert_empty(&alloc);
}

static void note_opened(void *user, weft_connection *connection, const weft_metadata *metadata, const weft_error *error)
{
    (void)metadata;
    (void)error;
    *(weft_connection **)user = connection;
}

enum { OWN_ENTRIES = WEFT_METADATA_ENTRIES_MAX - 1 }; /* weft-service is one, too */

/* As much as an open takes: many entries, or the longest value. */
static int open_with_all_metadata(pair_side *side, bool longest, weft_connection **ret_conn)
{
    static char value[WEFT_METADATA_BYTES_MAX];
    static char keys[OWN_ENTRIES][8];
    weft_metadata_entry entries[OWN_ENTRIES];
    weft_metadata metadata = { entries, longest ? 1 : OWN_ENTRIES };
    weft_open_options options = weft_open_options_default();
    int status = WEFT_EINVAL;
    options.metadata = &metadata;
    memset(value, 'x', sizeof value);
    for (size_t i = 0; i < OWN_ENTRIES; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "k%zu", i);
        entries[i] = weft_metadata_u64(keys[i], i, 0);
    }
    for (size_t len = sizeof value; status == WEFT_EINVAL && len > sizeof value / 2; len--) {
        if (longest)
            entries[0] = weft_metadata_str("k", weft_str_of(value, len), 0);
        status = weft_open(side->session, &pair_service, &options, note_opened, ret_conn);
    }
    return status;
}

static void an_open_with_all_the_metadata_there_may_be_passes(void **state)
{
    /* Goal: what a proxy adds is not counted: an open that works without one works through several. */
    (void)state;
    WEFT_RULE("proxy.settings");
    WEFT_RULE("call.metadata");
    for (int longest = 0; longest < 2; longest++) {
        weft_connection *conn = NULL;
        weft_test_alloc alloc;
        row c;
        weft_test_alloc_init(&alloc);
        row_ready(&c, &alloc, 4, NULL);
        assert_int_equal(open_with_all_metadata(row_client(&c), longest != 0, &conn), 0);
        row_run(&c);
        assert_non_null(conn);
        assert_int_equal(row_server(&c)->n_open_asked, 1);
        weft_connection_release(conn);
        row_run(&c);
        row_fini(&c);
        weft_test_alloc_assert_empty(&alloc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_side_that_retries_is_not_joined_to_one_that_keeps_no_operations),
        cmocka_unit_test(a_side_that_retries_is_joined_to_the_operations_that_it_was_told_of),
        cmocka_unit_test(each_end_is_told_once_and_the_pair_behind_it),
        cmocka_unit_test(an_end_reads_the_same_whichever_side_it_comes_from),
        cmocka_unit_test(an_open_goes_on_over_the_session_that_it_came_by),
        cmocka_unit_test(ends_that_open_towards_each_other_meet_between_three_proxies),
        cmocka_unit_test(a_meeting_without_memory_leaves_both_undecided),
        cmocka_unit_test(an_open_with_all_the_metadata_there_may_be_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
