/* The life of a runtime: loops, posting, closing with sessions that live, SIGPIPE, lack of memory. */
#include "tests/integration/rig/rig.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void count(void *user)
{
    int *counter = user;
    ++*counter;
}

static void runtime_without_anything_ends(void **state)
{
    /* Goal: a runtime with nothing on it runs, closes and frees, in each order that is allowed. */
    weft_runtime *runtime;
    int n_closed = 0;
    (void)state;
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    weft_runtime_free(runtime);
    weft_runtime_free(NULL);
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    assert_int_equal(weft_runtime_run(runtime), 0);
    weft_runtime_close(runtime, count, &n_closed);
    weft_runtime_close(runtime, count, &n_closed);
    assert_int_equal(n_closed, 0);
    assert_int_equal(weft_runtime_run(runtime), 0);
    assert_int_equal(n_closed, 1);
    assert_int_equal(weft_runtime_run(runtime), 0);
    weft_runtime_free(runtime);
    assert_int_equal(n_closed, 1);
}

static void runtime_options_are_checked(void **state)
{
    /* Goal: sizes of other versions are taken where they can be, else refused. */
    struct {
        weft_runtime_options options;
        uint64_t later;
    } big;
    weft_runtime *runtime = NULL;
    (void)state;
    memset(&big, 0, sizeof big);
    weft_runtime_options_init(&big.options, sizeof big);
    assert_int_equal(big.options.size, sizeof big);
    assert_int_equal(weft_runtime_new(&big.options, &runtime), 0);
    weft_runtime_free(runtime);
    big.later = 1;
    assert_int_equal(weft_runtime_new(&big.options, &runtime), WEFT_EINVAL);
    big.options.size = 3;
    assert_int_equal(weft_runtime_new(&big.options, &runtime), WEFT_EINVAL);
    big.options.size = sizeof(size_t);
    assert_int_equal(weft_runtime_new(&big.options, &runtime), 0);
    weft_runtime_free(runtime);
}

static void runtime_borrowed_loop_is_not_run(void **state)
{
    /* Goal: on the application's loop run is refused, and a runtime without sessions does not keep the loop going. */
    rig *r = *state;
    assert_int_equal(weft_runtime_run(r->runtime), WEFT_EINVAL);
    assert_ptr_equal(weft_runtime_loop(r->runtime), &r->loop);
    assert_int_equal(uv_run(&r->loop, UV_RUN_DEFAULT), 0);
}

static void runtime_closed_takes_nothing(void **state)
{
    /* Goal: a runtime that is closing refuses listeners, sessions and descriptors. */
    rig *r = *state;
    weft_session_options options = rig_server_options(r);
    weft_listener *listener = NULL;
    weft_session *session = NULL;
    int fds[2];
    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0), 0);
    weft_runtime_close(r->runtime, NULL, NULL);
    assert_int_equal(weft_listen(r->runtime, "mem://a", &options, &listener, NULL), WEFT_ECLOSED);
    assert_int_equal(weft_connect(r->runtime, "mem://a", NULL, &session, NULL), WEFT_ECLOSED);
    assert_int_equal(weft_accept_fd(r->runtime, fds[0], &options), WEFT_ECLOSED);
    assert_int_equal(close(fds[0]), 0);
    assert_int_equal(close(fds[1]), 0);
    while (uv_run(&r->loop, UV_RUN_ONCE) != 0)
        continue;
    r->runtime = NULL;
}

static void close_with_live_sessions(rig *r, const char *url)
{
    rig_listen(r, url);
    rig_connect(r, r->url);
    rig_open(r);
    for (int i = 0; i < 20; i++)
        rig_wait(r);
    rig_until(r, &r->n_handled, 20);
    rig_close(r);
    assert_int_equal(r->n_closed, 1);
    assert_int_equal(r->n_ended, 1);
    assert_int_equal(r->n_ended_calls, 20);
    assert_int_equal(r->n_handlers_closed, 1);
}

static void runtime_closed_with_live_sessions_ends_them(void **state)
{
    /* Goal: everything that lives ends once, in order, before closed comes. */
    close_with_live_sessions(*state, "tcp://127.0.0.1:0");
}

static void runtime_closed_with_sessions_in_memory_ends_them(void **state)
{
    /* Goal: the same where both ends are in one runtime without a socket. */
    close_with_live_sessions(*state, "mem://live");
}

static void runtime_closed_while_connecting_ends(void **state)
{
    /* Goal: sessions that connect or shake hands do not hold a runtime up. */
    rig *r = *state;
    int fds[2];
    weft_session_options options = rig_server_options(r);
    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, fds, 0, 0), 0);
    assert_int_equal(weft_accept_fd(r->runtime, fds[0], &options), 0);
    rig_connect(r, "tcp://name.invalid:1");
    rig_settle(r);
    rig_close(r);
    assert_int_equal(r->n_closed, 1);
    assert_int_equal(close(fds[1]), 0);
}

static void close_runtime(void *user)
{
    rig *r = user;
    weft_runtime_close(r->runtime, NULL, NULL);
}

static void session_event_closes(void *user, weft_session *session, const weft_session_event *event)
{
    rig *r = user;
    (void)session;
    if (event->kind == WEFT_EVENT_READY)
        close_runtime(r);
    if (event->kind == WEFT_EVENT_CLOSED)
        r->n_closed++;
}

static void runtime_closed_in_callback_ends(void **state)
{
    /* Goal: a runtime may be closed from within an event of a session of its own. */
    rig *r = *state;
    weft_session_options options = rig_client_options(r);
    options.on_event = session_event_closes;
    rig_listen(r, "mem://a");
    assert_int_equal(weft_connect(r->runtime, "mem://a", &options, &r->session, NULL), 0);
    while (uv_run(&r->loop, UV_RUN_ONCE) != 0)
        continue;
    r->runtime = NULL;
    assert_int_equal(r->n_closed, 1);
}

/* ---- posting ---- */

#define POST_THREADS 4
#define POSTS_EACH 2000

typedef struct numbered {
    struct posting *posting;
    int number;
} numbered;

struct posting {
    weft_poster *poster;
    weft_runtime *runtime;
    uv_thread_t thread;
    numbered posts[POSTS_EACH];
    int next;
    int *n_run;
};

static void posted(void *user)
{
    numbered *post = user;
    /* In the order of posting, on the loop's thread: nothing is locked here. */
    assert_int_equal(post->number, post->posting->next);
    post->posting->next++;
    if (++*post->posting->n_run == POST_THREADS * POSTS_EACH)
        weft_runtime_close(post->posting->runtime, NULL, NULL);
}

static void post_many(void *user)
{
    struct posting *posting = user;
    for (int i = 0; i < POSTS_EACH; i++) {
        posting->posts[i].posting = posting;
        posting->posts[i].number = i;
        if (weft_post(posting->poster, posted, NULL, &posting->posts[i]) != 0)
            return;
    }
    weft_poster_release(posting->poster);
}

static void post_from_threads_runs_in_order(void **state)
{
    /* Goal: each thread's posts run once, in its order, on the loop's thread. */
    static struct posting postings[POST_THREADS];
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_runtime *runtime;
    int n_run = 0;
    (void)state;
    memset(postings, 0, sizeof postings);
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    /* Keeps the loop going. */
    assert_int_equal(weft_listen(runtime, "mem://a", &options, &listener, NULL), 0);
    for (int i = 0; i < POST_THREADS; i++) {
        postings[i].poster = weft_runtime_poster(runtime);
        postings[i].runtime = runtime;
        postings[i].n_run = &n_run;
        assert_int_equal(uv_thread_create(&postings[i].thread, post_many, &postings[i]), 0);
    }
    assert_int_equal(weft_runtime_run(runtime), 0);
    for (int i = 0; i < POST_THREADS; i++)
        assert_int_equal(uv_thread_join(&postings[i].thread), 0);
    assert_int_equal(n_run, POST_THREADS * POSTS_EACH);
    weft_runtime_free(runtime);
}

static void post_before_run_runs(void **state)
{
    /* Goal: a post that is all that there is to do is done. */
    weft_runtime *runtime;
    weft_poster *poster;
    int n_run = 0;
    (void)state;
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    poster = weft_runtime_poster(runtime);
    assert_int_equal(weft_post(poster, count, NULL, &n_run), 0);
    assert_int_equal(weft_post(poster, NULL, NULL, &n_run), WEFT_EINVAL);
    assert_int_equal(n_run, 0);
    assert_int_equal(weft_runtime_run(runtime), 0);
    assert_int_equal(n_run, 1);
    weft_runtime_free(runtime);
    weft_poster_release(poster);
}

static void count_second(void *user)
{
    count((int *)user + 1);
}

static void post_into_an_idle_runtime_that_ends_is_dropped(void **state)
{
    /* Goal: what is posted when the last dispatch is all that is left never runs, and is told of. */
    rig *r = *state;
    weft_poster *poster = weft_runtime_poster(r->runtime);
    int n[2] = { 0, 0 };
    weft_runtime_close(r->runtime, NULL, NULL);
    assert_int_equal(weft_post(poster, count, count_second, n), 0);
    while (uv_run(&r->loop, UV_RUN_ONCE) != 0)
        continue;
    r->runtime = NULL;
    assert_int_equal(n[0], 0);
    assert_int_equal(n[1], 1);
    weft_poster_release(poster);
}

static void post_after_end_is_refused_and_dropped(void **state)
{
    /* Goal: what did not run is dropped, once; a poster that outlives its runtime says WEFT_ECLOSED. */
    rig *r = *state;
    weft_poster *poster = weft_runtime_poster(r->runtime);
    int n_run = 0, n_dropped = 0;
    rig_listen(r, "mem://keeps-the-loop-going");
    assert_int_equal(weft_post(poster, count, count, &n_run), 0);
    rig_until(r, &n_run, 1);
    assert_int_equal(n_run, 1);
    weft_runtime_close(r->runtime, NULL, NULL);
    assert_int_equal(weft_post(poster, count, count, &n_dropped), 0);
    while (uv_run(&r->loop, UV_RUN_ONCE) != 0)
        continue;
    r->runtime = NULL;
    assert_int_equal(n_run, 1);
    assert_int_equal(n_dropped, 1);
    assert_int_equal(weft_post(poster, count, count, &n_dropped), WEFT_ECLOSED);
    assert_int_equal(n_dropped, 1);
    weft_poster_release(poster);
}

static void stop_runtime(void *user)
{
    weft_runtime_stop(user);
}

static void runtime_stop_returns_from_run(void **state)
{
    /* Goal: run ends behind the current turn, and can be called again. */
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_runtime *runtime;
    weft_poster *poster;
    int n_run = 0;
    (void)state;
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    assert_int_equal(weft_listen(runtime, "mem://a", &options, &listener, NULL), 0);
    poster = weft_runtime_poster(runtime);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(weft_post(poster, stop_runtime, NULL, runtime), 0);
        assert_int_equal(weft_runtime_run(runtime), 0);
        assert_int_equal(weft_post(poster, count, NULL, &n_run), 0);
    }
    weft_runtime_free(runtime);
    assert_true(n_run >= 2);
    weft_poster_release(poster);
}

/* ---- two loops ---- */

static void run_server(void *user)
{
    rig *server = user;
    rig_until(server, &server->n_ended, 1);
    /* Here, so that the last word goes out as well. */
    rig_close(server);
}

static void runtimes_on_two_threads_talk(void **state)
{
    /* Goal: two loops on two threads share nothing but the socket. */
    rig *client = *state;
    rig *server = rig_new();
    uv_thread_t thread;
    rig_listen(server, "tcp://127.0.0.1:0");
    assert_int_equal(uv_thread_create(&thread, run_server, server), 0);
    rig_connect(client, server->url);
    rig_open(client);
    for (int i = 0; i < 500; i++)
        rig_echo(client, weft_bytes_of("across", 6));
    rig_until(client, &client->n_answered, 500);
    rig_disconnect(client);
    assert_int_equal(uv_thread_join(&thread), 0);
    rig_free(server);
}

/* ---- the process ---- */

static void ignore(int number)
{
    (void)number;
}

static void runtime_sigpipe_is_ignored_where_default(void **state)
{
    /* Goal: a counterpart that goes is no death of the process; an application's own choice stays. */
    weft_runtime_options options = weft_runtime_options_default();
    weft_runtime *runtime;
    struct sigaction action;
    (void)state;
    (void)signal(SIGPIPE, SIG_DFL);
    options.keep_sigpipe = true;
    assert_int_equal(weft_runtime_new(&options, &runtime), 0);
    weft_runtime_free(runtime);
    assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_DFL);
    (void)signal(SIGPIPE, ignore);
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    weft_runtime_free(runtime);
    assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
    assert_true(action.sa_handler == ignore);
    (void)signal(SIGPIPE, SIG_DFL);
    assert_int_equal(weft_runtime_new(NULL, &runtime), 0);
    weft_runtime_free(runtime);
    assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_IGN);
}

static void stop_at_end(void *user, weft_session *session, const weft_session_event *event)
{
    weft_runtime *runtime = user;
    if (event->kind == WEFT_EVENT_READY)
        weft_session_close(session, WEFT_CODE_NONE, NULL);
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_runtime_stop(runtime);
}

static void release_at_end(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

/* A session in memory from its beginning to its end. */
static void shake_hands(weft_test_alloc *alloc, void *user)
{
    weft_runtime_options options = weft_runtime_options_default();
    weft_session_options server = weft_session_options_default(), client = server;
    weft_metadata_entry entries[2];
    weft_metadata metadata = { entries, 2 };
    weft_listener *listener;
    weft_runtime *runtime;
    weft_session *session = NULL;
    int rc;
    (void)user;
    entries[0] = weft_metadata_str("name", WEFT_STR("value"), 0);
    entries[1] = weft_metadata_bytes("key", weft_bytes_of("abc", 3), 0);
    server.metadata = &metadata;
    server.on_event = release_at_end;
    options.allocator = &alloc->allocator;
    rc = weft_runtime_new(&options, &runtime);
    if (rc < 0) {
        assert_int_equal(rc, WEFT_ENOMEM);
        assert_true(alloc->failed);
        return;
    }
    client.on_event = stop_at_end;
    client.user = runtime;
    rc = weft_listen(runtime, "mem://a", &server, &listener, NULL);
    if (rc == 0)
        rc = weft_connect(runtime, "mem://a", &client, &session, NULL);
    assert_true(rc == 0 || (rc == WEFT_ENOMEM && alloc->failed));
    if (rc == 0)
        assert_int_equal(weft_runtime_run(runtime), 0);
    weft_session_release(session);
    weft_runtime_free(runtime);
}

static void runtime_without_memory_says_so(void **state)
{
    /* Goal: each allocation on the way to a session fails in turn: an error or a failed session, and nothing is left.
     */
    (void)state;
    weft_test_alloc_each(shake_hands, NULL);
}

int main(void)
{
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runtime_without_anything_ends),
        cmocka_unit_test(runtime_options_are_checked),
        RIG_TEST(runtime_borrowed_loop_is_not_run),
        RIG_TEST(runtime_closed_takes_nothing),
        RIG_TEST(runtime_closed_with_live_sessions_ends_them),
        RIG_TEST(runtime_closed_with_sessions_in_memory_ends_them),
        RIG_TEST(runtime_closed_while_connecting_ends),
        RIG_TEST(runtime_closed_in_callback_ends),
        cmocka_unit_test(post_from_threads_runs_in_order),
        cmocka_unit_test(post_before_run_runs),
        RIG_TEST(post_after_end_is_refused_and_dropped),
        RIG_TEST(post_into_an_idle_runtime_that_ends_is_dropped),
        cmocka_unit_test(runtime_stop_returns_from_run),
        RIG_TEST(runtimes_on_two_threads_talk),
        cmocka_unit_test(runtime_sigpipe_is_ignored_where_default),
        cmocka_unit_test(runtime_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
