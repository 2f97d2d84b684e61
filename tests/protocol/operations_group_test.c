/* Goal: of several threads that serve the same clients none runs an operation that another one knows, and whoever is
 * asked tells its outcome. The threads are the test's: what is posted to one runs when the test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/op_store.h"
#include "tests/support/group.h"
#include "tests/support/rules.h"

/* ---- threads ---- */

typedef struct posted {
    void (*run)(void *arg);
    void (*dropped)(void *arg);
    void *arg;
} posted;

typedef struct thread {
    wire_peer w;
    posted posts[16];
    size_t n_posts, max_posts;
    bool ended;
} thread;

static int thread_post(void *user, void (*run)(void *arg), void (*dropped)(void *arg), void *arg)
{
    thread *t = user;
    if (t->ended)
        return WEFT_ECLOSED;
    if (t->n_posts == t->max_posts)
        return WEFT_ENOMEM;
    t->posts[t->n_posts++] = (posted){ run, dropped, arg };
    return 0;
}

static bool thread_turn(thread *t)
{
    posted posts[16];
    size_t n = t->n_posts;
    memcpy(posts, t->posts, sizeof posts);
    t->n_posts = 0;
    for (size_t i = 0; i < n; i++)
        posts[i].run(posts[i].arg);
    wire_run(&t->w);
    return n > 0;
}

static void thread_begin(thread *t, weft_group *group, const weft_operations_options *options, op_store *store)
{
    t->n_posts = 0;
    t->max_posts = 16;
    t->ended = false;
    weft_operations *operations = op_operations(options, store);
    assert_int_equal(weft_operations_join(operations, group, thread_post, t), 0);
    assert_int_equal(weft_operations_join(operations, group, thread_post, t), 0);
    op_peer_ready(&t->w, operations);
}

/* As a runtime does: its sessions go, then it leaves, then nothing is posted any more. */
static void thread_end(thread *t)
{
    wire_fini(&t->w);
    weft_operations_leave(t->w.operations);
    t->ended = true;
    for (size_t i = 0; i < t->n_posts; i++)
        t->posts[i].dropped(t->posts[i].arg);
    weft_operations_release(t->w.operations);
}

/* Two of them, a group. */
typedef struct two {
    weft_group *group;
    thread a, b;
} two;

static two *two_new(const weft_operations_options *options, op_store *store_a, op_store *store_b)
{
    two *t = malloc(sizeof *t);
    assert_non_null(t);
    t->group = test_group_new(NULL);
    thread_begin(&t->a, t->group, options, store_a);
    thread_begin(&t->b, t->group, options, store_b);
    return t;
}

static void two_run(two *t)
{
    bool more = true;
    while (more) {
        more = thread_turn(&t->a);
        more = thread_turn(&t->b) || more;
    }
}

static void two_end(two *t)
{
    if (!t->a.ended)
        thread_end(&t->a);
    thread_end(&t->b);
    weft_group_release(t->group);
    free(t);
}

static op_attempt once(uint64_t n, uint64_t counter)
{
    op_attempt attempt = { n, OP_ONCE, op_id_of(7, counter), 1, 10, 0 };
    return attempt;
}

static weft_operations_stats stats_of(const thread *t)
{
    weft_operations_stats stats;
    weft_operations_stats_read(t->w.operations, &stats, sizeof stats);
    return stats;
}

/* ---- tests ---- */

static void attempt_at_another_thread_gets_the_outcome(void **state)
{
    /* Goal: while it runs it is waited for, later it is there at once: one execution, and an operation of its own
     * beside it. */
    (void)state;
    WEFT_RULE("op.states");
    two *t = two_new(NULL, NULL, NULL);
    op_attempt first = once(1, 1), other = once(2, 2), later = once(3, 1);
    op_send(&t->a.w, &first);
    op_send(&t->b.w, &first);
    two_run(t);
    wire_expect_none(&t->b.w);
    op_send(&t->b.w, &other); /* what the other thread does not know runs here */
    assert_int_equal(t->b.w.side.n_handled, 1);
    op_return(&t->b.w, 0, 3);
    assert_int_equal(op_expect(&t->b.w, 2, 0).len, 5);
    op_return(&t->a.w, 0, 5);
    two_run(t);
    (void)op_expect(&t->a.w, 1, 0);
    assert_int_equal(op_expect(&t->b.w, 1, 0).len, 7);
    op_send(&t->b.w, &later);
    two_run(t);
    assert_int_equal(op_expect(&t->b.w, 3, 0).len, 7);
    op_send(&t->a.w, &other); /* and the other way round */
    two_run(t);
    assert_int_equal(op_expect(&t->a.w, 2, 0).len, 5);
    assert_int_equal(t->a.w.side.n_handled, 1);
    assert_int_equal(t->b.w.side.n_handled, 1);
    assert_int_equal(stats_of(&t->a).attached, 1);
    assert_int_equal(stats_of(&t->a).replayed, 1);
    two_end(t);
}

static void other_arguments_conflict(void **state)
{
    (void)state;
    WEFT_RULE("op.states");
    two *t = two_new(NULL, NULL, NULL);
    op_attempt first = once(1, 1), bytes = once(1, 1), method = once(2, 1);
    bytes.fill = 2;
    method.method_id = OP_ONCE_AGAIN;
    op_send(&t->a.w, &first);
    op_send(&t->b.w, &bytes);
    op_send(&t->b.w, &method);
    two_run(t);
    (void)op_expect(&t->b.w, 1, WEFT_OUTCOME_CONFLICT);
    (void)op_expect(&t->b.w, 2, WEFT_OUTCOME_CONFLICT);
    assert_int_equal(t->b.w.side.n_handled, 0);
    two_end(t);
}

static void what_has_expired_elsewhere_never_runs(void **state)
{
    (void)state;
    WEFT_RULE("op.states");
    weft_operations_options options;
    weft_operations_options_init(&options, sizeof options);
    options.ttl_ns = WEFT_NS_PER_S;
    for (int ended = 0; ended < 2; ended++) {
        two *t = two_new(&options, NULL, NULL);
        op_attempt first = once(1, 5), other = once(2, 6), again = once(2, 5), before = once(3, 4);
        op_send(&t->a.w, &first);
        op_return(&t->a.w, 0, 1);
        (void)op_expect(&t->a.w, 1, 0);
        wire_advance(&t->b.w, 2 * WEFT_NS_PER_S);
        if (ended) {
            thread_end(&t->a);
        } else {
            wire_advance(&t->a.w, 2 * WEFT_NS_PER_S);
            op_send(&t->a.w, &other);
        }
        op_send(&t->b.w, &again);
        op_send(&t->b.w, &before);
        thread_turn(&t->b);
        (void)op_expect(&t->b.w, 2, WEFT_OUTCOME_INDETERMINATE);
        (void)op_expect(&t->b.w, 3, WEFT_OUTCOME_INDETERMINATE);
        assert_int_equal(t->b.w.side.n_handled, 0);
        two_end(t);
    }
}

static void caller_that_waits_may_give_up(void **state)
{
    /* Goal: cancel and deadline answer it where it is; what comes for it later is nothing. */
    (void)state;
    WEFT_RULE("op.order");
    two *t = two_new(NULL, NULL, NULL);
    op_attempt first = once(1, 1), second = once(2, 1);
    first.timeout_ms = 50;
    op_send(&t->a.w, &(op_attempt){ 1, OP_ONCE, op_id_of(7, 1), 1, 10, 0 });
    op_send(&t->b.w, &first);
    op_send(&t->b.w, &second);
    two_run(t);
    wire_put_number(&t->b.w.out, WEFT__KIND_CANCEL, 0, wire_theirs(&t->b.w, 2));
    wire_flush(&t->b.w);
    (void)op_expect(&t->b.w, 2, WEFT_OUTCOME_CANCELLED);
    wire_advance(&t->b.w, 60 * WEFT_NS_PER_MS);
    (void)op_expect(&t->b.w, 1, WEFT_OUTCOME_DEADLINE_EXCEEDED);
    op_return(&t->a.w, 0, 5);
    two_run(t);
    wire_expect_none(&t->b.w);
    wire_expect_alive(&t->b.w);
    two_end(t);
}

static void session_of_a_caller_that_waits_may_go(void **state)
{
    (void)state;
    WEFT_RULE("op.order");
    two *t = two_new(NULL, NULL, NULL);
    op_attempt first = once(1, 1);
    op_send(&t->a.w, &first);
    op_send(&t->b.w, &first);
    two_run(t);
    wire_disconnect(&t->b.w, WEFT_ECONNRESET);
    op_return(&t->a.w, 0, 5);
    two_run(t);
    (void)op_expect(&t->a.w, 1, 0);
    two_end(t);
}

static void operation_that_never_ran_is_begun_by_who_waits(void **state)
{
    /* Goal: whoever sent it first has gone before it was recorded: the one that waits elsewhere begins it. */
    (void)state;
    WEFT_RULE("op.order");
    for (int gives_up = 0; gives_up < 2; gives_up++) {
        op_store store;
        op_store_init(&store);
        store.hold = true;
        two *t = two_new(NULL, &store, NULL);
        op_attempt first = once(1, 1);
        op_send(&t->a.w, &first);
        op_sync(&t->a.w);
        op_send(&t->b.w, &first);
        two_run(t);
        wire_put_number(&t->a.w.out, WEFT__KIND_CANCEL, 0, wire_theirs(&t->a.w, 1));
        wire_flush(&t->a.w);
        (void)op_expect(&t->a.w, 1, WEFT_OUTCOME_CANCELLED);
        if (gives_up) { /* between the word that comes back and its dispatch */
            assert_int_equal(t->b.n_posts, 1);
            t->b.n_posts = 0;
            t->b.posts[0].run(t->b.posts[0].arg);
            wire_disconnect(&t->b.w, WEFT_ECONNRESET);
        }
        two_run(t);
        assert_int_equal(t->b.w.side.n_handled, gives_up ? 0 : 1);
        if (!gives_up) {
            op_return(&t->b.w, 0, 1);
            (void)op_expect(&t->b.w, 1, 0);
        }
        op_store_done(&store);
        store.hold = false;
        op_sync(&t->a.w);
        assert_int_equal(t->a.w.side.n_handled, 0);
        two_end(t);
        op_store_free(&store);
    }
}

static void stored_outcome_is_read_for_others(void **state)
{
    /* Goal: by the thread that has it; once that has ended by those whose store is the same. */
    (void)state;
    WEFT_RULE("op.store");
    for (int shares = 0; shares < 2; shares++) {
        op_store store;
        op_store_init(&store);
        two *t = two_new(NULL, &store, shares ? &store : NULL);
        op_attempt first = once(1, 1), again = once(2, 1), third = once(3, 1);
        op_send(&t->a.w, &first);
        op_sync(&t->a.w);
        op_send(&t->b.w, &first);
        two_run(t);
        op_return(&t->a.w, 0, 5);
        two_run(t);
        wire_expect_none(&t->b.w); /* not before it is durable */
        op_sync(&t->a.w);
        two_run(t);
        assert_int_equal(op_expect(&t->b.w, 1, 0).len, 7);
        op_send(&t->b.w, &again);
        two_run(t);
        assert_int_equal(op_expect(&t->b.w, 2, 0).len, 7);
        thread_end(&t->a);
        op_send(&t->b.w, &third);
        if (shares)
            assert_int_equal(op_expect(&t->b.w, 3, 0).len, 7);
        else
            (void)op_expect(&t->b.w, 3, WEFT_OUTCOME_INDETERMINATE);
        assert_int_equal(t->b.w.side.n_handled, 0);
        two_end(t);
        op_store_free(&store);
    }
}

static void run_one(thread *t, uint64_t n, uint8_t client, uint64_t counter)
{
    op_attempt attempt = { n, OP_ONCE, op_id_of(client, counter), 1, 10, 0 };
    op_send(&t->w, &attempt);
    op_sync(&t->w);
    op_return(&t->w, t->w.side.n_handled - 1, 1);
    op_sync(&t->w);
    (void)op_expect(&t->w, n, 0);
}

/* By the next process. */
static void expect_expired(op_store *store, uint64_t counter)
{
    wire_peer w;
    op_attempt attempt = once(1, counter);
    op_peer_ready(&w, op_operations(NULL, store));
    op_send(&w, &attempt);
    op_sync(&w);
    (void)op_expect(&w, 1, WEFT_OUTCOME_INDETERMINATE);
    assert_int_equal(w.side.n_handled, 0);
    wire_fini(&w);
    weft_operations_release(w.operations);
}

static void what_expired_is_stored_once_for_all(void **state)
{
    /* Goal: of a client that came to both threads the highest counter stands in their store, whichever of them says so
     * last; and it stays there as long as one of them remembers the client. */
    (void)state;
    WEFT_RULE("op.store");
    weft_operations_options options;
    weft_operations_options_init(&options, sizeof options);
    options.ttl_ns = WEFT_NS_PER_S;
    options.max_records = 1;
    op_store store;
    op_store_init(&store);
    two *t = two_new(&options, &store, &store);
    run_one(&t->a, 1, 7, 5);
    run_one(&t->b, 1, 7, 9);
    wire_advance(&t->b.w, 2 * WEFT_NS_PER_S);
    run_one(&t->b, 2, 8, 1); /* time goes on there */
    wire_advance(&t->a.w, 2 * WEFT_NS_PER_S);
    run_one(&t->a, 2, 9, 1);
    assert_int_equal(op_store_count(&store, 'x'), 1);
    expect_expired(&store, 9);
    wire_advance(&t->a.w, 2 * WEFT_NS_PER_S);
    run_one(&t->a, 3, 10, 1); /* client 9 has expired, too: client 7 is forgotten, here */
    assert_int_equal(op_store_count(&store, 'x'), 2);
    expect_expired(&store, 9);
    two_end(t);
    op_store_free(&store);
}

static void what_a_thread_knew_stays_when_it_ends(void **state)
{
    /* Goal: outcomes are told by those who go on; what ran is indeterminate, to who waits and to who comes later, and
     * runs again where that does no harm; a handler may still answer. */
    (void)state;
    WEFT_RULE("op.states");
    two *t = two_new(NULL, NULL, NULL);
    op_attempt sealed = once(1, 1), runs = once(2, 2), runs_again = once(3, 3);
    runs_again.method_id = OP_ONCE_AGAIN;
    op_send(&t->a.w, &sealed);
    op_return(&t->a.w, 0, 5);
    (void)op_expect(&t->a.w, 1, 0);
    op_send(&t->a.w, &runs);
    op_send(&t->a.w, &runs_again);
    op_send(&t->b.w, &runs);
    two_run(t);
    weft_call call = t->a.w.side.held[1];
    weft_operations *operations = t->a.w.operations;
    wire_fini(&t->a.w);
    weft_operations_leave(operations);
    weft_bytes value = weft_bytes_of("abc", 3);
    assert_int_equal(weft_gen_return(call, &pair_service, PAIR_ONCE, &value), 0); /* nobody hears it */
    t->a.ended = true;
    weft_operations_release(operations);
    thread_turn(&t->b);
    (void)op_expect(&t->b.w, 2, WEFT_OUTCOME_INDETERMINATE);
    sealed.n = 3;
    op_send(&t->b.w, &sealed);
    assert_int_equal(op_expect(&t->b.w, 3, 0).len, 7);
    runs.n = 4;
    op_send(&t->b.w, &runs);
    (void)op_expect(&t->b.w, 4, WEFT_OUTCOME_INDETERMINATE);
    assert_int_equal(t->b.w.side.n_handled, 0);
    runs_again.n = 5;
    op_send(&t->b.w, &runs_again);
    assert_int_equal(t->b.w.side.n_handled, 1);
    op_return(&t->b.w, 0, 1);
    (void)op_expect(&t->b.w, 5, 0);
    two_end(t);
}

static void question_to_one_that_ends_is_asked_again(void **state)
{
    /* Goal: the question is on its way when the thread ends: the outcome is found all the same. */
    (void)state;
    WEFT_RULE("op.states");
    two *t = two_new(NULL, NULL, NULL);
    op_attempt first = once(1, 1);
    op_send(&t->a.w, &first);
    op_return(&t->a.w, 0, 5);
    (void)op_expect(&t->a.w, 1, 0);
    op_send(&t->b.w, &first);
    assert_int_equal(t->a.n_posts, 1);
    thread_end(&t->a);
    thread_turn(&t->b);
    assert_int_equal(op_expect(&t->b.w, 1, 0).len, 7);
    two_end(t);
}

static void one_that_asks_may_end(void **state)
{
    /* Goal: with its question there, or the answer on its way. */
    (void)state;
    WEFT_RULE("op.states");
    for (int on_its_way = 0; on_its_way < 2; on_its_way++) {
        two *t = two_new(NULL, NULL, NULL);
        op_attempt first = once(1, 1);
        op_send(&t->b.w, &first);
        op_send(&t->a.w, &first);
        thread_turn(&t->b);
        if (on_its_way)
            op_return(&t->b.w, 0, 5);
        assert_int_equal(t->a.n_posts, on_its_way);
        thread_end(&t->a);
        if (!on_its_way)
            op_return(&t->b.w, 0, 5);
        thread_turn(&t->b);
        (void)op_expect(&t->b.w, 1, 0);
        two_end(t);
    }
}

static void want_of_memory_hangs_nobody(void **state)
{
    /* Goal: a question that cannot be asked is refused; an answer that cannot be said is said later. */
    (void)state;
    WEFT_RULE("op.store");
    two *t = two_new(NULL, NULL, NULL);
    op_attempt first = once(1, 1), again = once(2, 1), another = once(3, 2);
    op_send(&t->a.w, &first);
    t->a.max_posts = 0;
    op_send(&t->b.w, &first);
    (void)op_expect(&t->b.w, 1, WEFT_OUTCOME_RESOURCE_EXHAUSTED);
    t->a.max_posts = 16;
    op_send(&t->b.w, &again);
    two_run(t);
    t->b.max_posts = 0;
    op_return(&t->a.w, 0, 5);
    two_run(t);
    wire_expect_none(&t->b.w);
    t->b.max_posts = 16;
    op_send(&t->a.w, &another); /* time goes on there */
    two_run(t);
    assert_int_equal(op_expect(&t->b.w, 2, 0).len, 7);
    two_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempt_at_another_thread_gets_the_outcome),
        cmocka_unit_test(other_arguments_conflict),
        cmocka_unit_test(what_has_expired_elsewhere_never_runs),
        cmocka_unit_test(caller_that_waits_may_give_up),
        cmocka_unit_test(session_of_a_caller_that_waits_may_go),
        cmocka_unit_test(operation_that_never_ran_is_begun_by_who_waits),
        cmocka_unit_test(stored_outcome_is_read_for_others),
        cmocka_unit_test(what_expired_is_stored_once_for_all),
        cmocka_unit_test(what_a_thread_knew_stays_when_it_ends),
        cmocka_unit_test(question_to_one_that_ends_is_asked_again),
        cmocka_unit_test(one_that_asks_may_end),
        cmocka_unit_test(want_of_memory_hangs_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
