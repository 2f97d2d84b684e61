/* fork in a program with a live runtime: a child that leaves it alone may make its own, exec or _exit, and the parent's
 * sessions go on. */
#include "tests/integration/rig/rig.h"

#include "tests/support/descriptors.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_OK = 0, CHILD_FAILED = 3 };

static const char *program;

/* By another program: instruments that look for what is left find the parent's memory in a child. */
static void child_ends_well(void)
{
    (void)execl("/bin/true", "true", (char *)NULL);
    _exit(CHILD_FAILED);
}

static void assert_child(pid_t child)
{
    int status = 0;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), CHILD_OK);
}

static void begin_session(rig *r)
{
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect(r, r->url);
    rig_open(r);
    rig_echo(r, weft_bytes_of("before", 6));
    rig_until(r, &r->n_answered, 1);
}

static void assert_goes_on(rig *r)
{
    rig_wait(r);
    rig_until(r, &r->n_handled, 2);
    for (int i = 0; i < 10; i++)
        rig_echo(r, weft_bytes_of("behind", 6));
    rig_until(r, &r->n_answered, 11);
    assert_int_equal(r->n_closed + r->n_ended, 0);
    assert_int_equal(weft_call_drop(r->waiting.call), 0);
    rig_until(r, &r->n_ended_calls, 1);
    rig_disconnect(r);
    assert_int_equal(r->closed.code, WEFT_OK);
}

static void fork_child_exits_parent_goes_on(void **state)
{
    /* Goal: the child's copies of sockets and loop go with it, with bytes under way in both directions. */
    rig *r = *state;
    begin_session(r);
    rig_echo(r, weft_bytes_of("behind", 6));
    pid_t child = fork();
    if (child == 0)
        child_ends_well();
    assert_child(child);
    rig_until(r, &r->n_answered, 2);
    r->n_answered = 1;
    r->n_handled = 1;
    assert_goes_on(r);
}

static bool answered;

static void child_on_echo(void *self, lt_echo_echo_call call, const lt_echo_echo_args *args)
{
    (void)self;
    (void)lt_echo_echo_return(call, args->data);
}

static int child_on_open(void *user, weft_session *session, weft_pending pending)
{
    static const lt_echo_handler handler = { sizeof handler, NULL, child_on_echo, NULL, NULL };
    (void)user;
    (void)session;
    return lt_echo_serve(pending, &handler, NULL, NULL);
}

static void child_on_echoed(void *user, const lt_echo_echo_reply *reply)
{
    lt_echo_client *client = user;
    answered = reply->result.code == 0 && reply->value.len == 5;
    weft_session_close(weft_connection_session(client->connection), WEFT_CODE_NONE, NULL);
    weft_connection_release(client->connection);
}

static void child_on_opened(void *user, lt_echo_client client, const weft_error *error_or_null)
{
    lt_echo_client *kept = user;
    lt_echo_echo_args args = { weft_bytes_of("child", 5) };
    if (error_or_null)
        _exit(CHILD_FAILED);
    *kept = client;
    if (lt_echo_echo(client, &args, NULL, child_on_echoed, kept, NULL) < 0)
        _exit(CHILD_FAILED);
}

static void child_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    weft_session_release(session);
    if (user)
        weft_runtime_close(user, NULL, NULL);
}

/* A server and a client of the child's own. */
static void child_lives(void)
{
    weft_session_options server = weft_session_options_default(), client = server;
    lt_echo_client kept = { NULL };
    weft_listener *listener;
    weft_session *session;
    weft_runtime *runtime;
    char url[64];
    server.on_open = child_on_open;
    server.on_event = client.on_event = child_on_event;
    if (weft_runtime_new(NULL, &runtime) < 0)
        _exit(CHILD_FAILED);
    client.user = runtime;
    if (weft_listen(runtime, "tcp://127.0.0.1:0", &server, &listener, NULL) < 0 ||
        weft_listener_url(listener, url, sizeof url) < 0 || weft_connect(runtime, url, &client, &session, NULL) < 0 ||
        lt_echo_open(session, NULL, child_on_opened, &kept) < 0 || weft_runtime_run(runtime) < 0)
        _exit(CHILD_FAILED);
    weft_runtime_free(runtime);
    if (answered)
        child_ends_well();
    _exit(CHILD_FAILED);
}

static void fork_child_with_its_own_runtime_parent_goes_on(void **state)
{
    /* Goal: a runtime that the child makes knows nothing of the parent's. */
    rig *r = *state;
    begin_session(r);
    pid_t child = fork();
    if (child == 0)
        child_lives();
    assert_child(child);
    assert_goes_on(r);
}

/* How many descriptors a program has that is executed here; as its exit status. */
static int count_in_program(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)execl(program, program, "count", (char *)NULL);
        _exit(255);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) > 0 && WEXITSTATUS(status) < 255);
    return WEXITSTATUS(status);
}

static void exec_closes_every_descriptor(void **state)
{
    /* Goal: a program that the parent executes inherits neither loop, listener nor session. */
    int before = count_in_program();
    rig *r = rig_new();
    (void)state;
    begin_session(r);
    assert_int_equal(count_in_program(), before);
    assert_goes_on(r);
    rig_free(r);
}

#if !defined __SANITIZE_THREAD__ /* which has no threads behind a fork with threads */
/* Does every thread but this one sleep in the kernel? */
static bool others_sleep(void)
{
    DIR *dir = opendir("/proc/self/task");
    const struct dirent *entry;
    bool all = true;
    char self[16];
    (void)snprintf(self, sizeof self, "%d", (int)getpid());
    while (dir && all && (entry = readdir(dir)) != NULL) {
        char path[300], stat[128] = "";
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, self) == 0)
            continue;
        (void)snprintf(path, sizeof path, "/proc/self/task/%s/stat", entry->d_name);
        FILE *file = fopen(path, "r");
        size_t n = file ? fread(stat, 1, sizeof stat - 1, file) : 0;
        const char *name_end = n > 0 ? strrchr(stat, ')') : NULL;
        all = name_end && name_end[1] == ' ' && name_end[2] == 'S';
        if (file)
            (void)fclose(file);
    }
    if (dir)
        (void)closedir(dir);
    return all;
}

/* AddressSanitizer's allocator, other than the C library's, stays locked in a child that was forked while another
 * thread was inside it. */
static void blocking_settle(weft_blocking *blocking)
{
    weft_blocking_session *session;
    assert_int_equal(weft_blocking_connect(blocking, "mem://nobody", NULL, WEFT_FOREVER, &session, NULL),
                     WEFT_ECONNREFUSED);
    while (!others_sleep())
        (void)sched_yield();
}

static void fork_child_with_its_own_blocking_parent_goes_on(void **state)
{
    /* Goal: the thread of the parent's is not there in the child, which makes one of its own. */
    rig *r = *state;
    weft_blocking *blocking, *of_child;
    begin_session(r);
    assert_int_equal(weft_blocking_new(NULL, &blocking), 0);
    blocking_settle(blocking);
    pid_t child = fork();
    if (child == 0) {
        weft_blocking_session *session;
        if (weft_blocking_new(NULL, &of_child) < 0)
            _exit(CHILD_FAILED);
        if (weft_blocking_connect(of_child, "mem://nobody", NULL, WEFT_FOREVER, &session, NULL) != WEFT_ECONNREFUSED)
            _exit(CHILD_FAILED);
        if (weft_blocking_free(of_child) == 0)
            child_ends_well();
        _exit(CHILD_FAILED);
    }
    assert_child(child);
    assert_int_equal(weft_blocking_free(blocking), 0);
    assert_goes_on(r);
}
#endif

int main(int argc, char **argv)
{
#define FORK_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exec_closes_every_descriptor),
        FORK_TEST(fork_child_exits_parent_goes_on),
        FORK_TEST(fork_child_with_its_own_runtime_parent_goes_on),
#if !defined __SANITIZE_THREAD__
        FORK_TEST(fork_child_with_its_own_blocking_parent_goes_on),
#endif
    };
    if (argc > 1 && strcmp(argv[1], "count") == 0)
        return weft_test_descriptors();
    program = argv[0];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
