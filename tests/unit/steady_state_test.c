/* In steady state a unary call of small arguments makes no heap allocation, in either process: two processes, a socket,
 * the loop; all of malloc and its kin counted, libraries included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "later.weft.h"
#include "steady.weft.h"
#include "tests/support/malloc/malloc.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef STEADY_COUNTS

enum { DEPTH_MAX = 64, WARM = 2000, COUNTED = 20000 };

/* ---- interceptors, on both sides where a test wants them ---- */

static bool intercepted;
static unsigned n_done;

static weft_outcome mark(void *user, const weft_call_info *info, const char **ret_text)
{
    weft_metadata_entry entry = weft_metadata_str("token", WEFT_STR("sesame"), WEFT_METADATA_SENSITIVE);
    (void)user;
    (void)ret_text;
    *info->state = &intercepted;
    return weft_call_info_add(info, &entry) == 0 ? WEFT_OUTCOME_OK : WEFT_OUTCOME_UNAVAILABLE;
}

static void on_done(void *user, const weft_call_info *info, const weft_result *result)
{
    (void)user;
    n_done += *info->state == &intercepted && result->code == 0;
}

static const weft_interceptor marker = { .size = sizeof marker, .call_out = mark, .call_in = mark, .done = on_done };
static const weft_interceptor *const chain[] = { &marker, &marker };

static void intercept(weft_session_options *options)
{
    options->interceptors = intercepted ? chain : NULL;
    options->n_interceptors = intercepted ? 2 : 0;
}

/* ---- the server, a process of its own ---- */

static void on_add(void *self, steady_steady_add_call call, const steady_steady_add_args *args)
{
    (void)self;
    (void)steady_steady_add_return(call, args->a + args->b);
}

static void on_echo(void *self, steady_steady_echo_call call, const steady_steady_echo_args *args)
{
    (void)self;
    (void)steady_steady_echo_return(call, args->data);
}

static void on_allocations(void *self, steady_steady_allocations_call call)
{
    (void)self;
    (void)steady_steady_allocations_return(call, weft_test_malloc_count());
}

/* One mirror at a time. */
static struct mirror {
    steady_u64_rx up;
    steady_u64_tx down;
    uint64_t waits; /* an item for which there was no room */
} mirror;

static void on_mirror_room(void *user)
{
    (void)user;
    (void)steady_u64_send(mirror.down, mirror.waits);
    (void)weft_channel_consumed(mirror.up.channel, 1);
    (void)weft_channel_pause(mirror.up.channel, false);
}

static bool on_mirror_item(void *user, steady_u64_rx rx, uint64_t item)
{
    (void)user;
    if (steady_u64_send(mirror.down, item) == 0)
        return true;
    mirror.waits = item;
    (void)weft_channel_pause(rx.channel, true);
    (void)steady_u64_on_room(mirror.down, on_mirror_room, NULL);
    return false;
}

static void on_mirror_end(void *user, const weft_channel_end *end)
{
    (void)user;
    (void)end;
    (void)weft_channel_finish(mirror.down.channel);
}

static void mirror_begin(weft_channel up, weft_channel down)
{
    static const steady_u64_reader reader = { sizeof reader, on_mirror_item, on_mirror_end };
    mirror.up.channel = up;
    mirror.down.channel = down;
    (void)steady_u64_read(mirror.up, &reader, NULL);
    (void)weft_channel_keep(down);
}

static void on_mirror(void *self, steady_steady_mirror_call call, steady_u64_rx up, steady_u64_tx down)
{
    (void)self;
    mirror_begin(up.channel, down.channel);
    (void)steady_steady_mirror_return(call);
}

static const steady_steady_handler handler = { sizeof handler, NULL, on_add, on_echo, on_mirror, on_allocations };

/* ---- the same, of a later version ---- */

static bool is_later;

static void on_later_add(void *self, later_steady_add_call call, const later_steady_add_args *args)
{
    (void)self;
    (void)later_steady_add_return(call, args->a + args->b + args->more);
}

static void on_later_echo(void *self, later_steady_echo_call call, const later_steady_echo_args *args)
{
    (void)self;
    (void)later_steady_echo_return(call, args->data);
}

static void on_later_mirror(void *self, later_steady_mirror_call call, later_u64_tx down, later_u64_rx up)
{
    (void)self;
    mirror_begin(up.channel, down.channel);
    (void)later_steady_mirror_return(call);
}

static void on_later_allocations(void *self, later_steady_allocations_call call)
{
    (void)self;
    (void)later_steady_allocations_return(call, weft_test_malloc_count());
}

static const later_steady_handler later_handler = { sizeof later_handler, NULL,
                                                    on_later_add,         on_later_echo,
                                                    on_later_mirror,      on_later_allocations };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    return is_later ? later_steady_serve(pending, &later_handler, NULL, NULL)
                    : steady_steady_serve(pending, &handler, NULL, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    weft_session_release(session);
    weft_runtime_close(user, NULL, NULL);
}

static void serve(int fd)
{
    weft_runtime *runtime;
    weft_session_options options = weft_session_options_default();
    if (weft_runtime_new(NULL, &runtime) < 0)
        _exit(2);
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = runtime;
    intercept(&options);
    if (weft_accept_fd(runtime, fd, &options) < 0 || weft_runtime_run(runtime) < 0)
        _exit(3);
    weft_runtime_free(runtime);
    _exit(0);
}

/* ---- the client: this process ---- */

typedef struct world {
    weft_runtime *runtime;
    weft_session *session;
    steady_steady_client client;
    pid_t server;
    int n_open;    /* calls in flight */
    int n_to_call; /* not begun yet */
    bool echo;
    uint64_t server_allocations;
    steady_u64_tx up;
    uint64_t n_to_send, n_sent, n_mirrored;
    bool mirror_ended;
} world;

static void on_opened(void *user, steady_steady_client client, const weft_error *error_or_null)
{
    world *w = user;
    assert_null(error_or_null);
    w->client = client;
}

static void call_one(world *w);

static void one_ended(world *w, const weft_result *result)
{
    assert_int_equal(result->code, 0);
    w->n_open--;
    if (w->n_to_call > 0)
        call_one(w);
}

static void on_sum(void *user, const steady_steady_add_reply *reply)
{
    assert_int_equal(reply->value, 5);
    one_ended(user, &reply->result);
}

static void on_bytes(void *user, const steady_steady_echo_reply *reply)
{
    assert_int_equal(reply->value.len, 64);
    one_ended(user, &reply->result);
}

static void on_count(void *user, const steady_steady_allocations_reply *reply)
{
    world *w = user;
    assert_int_equal(reply->result.code, 0);
    w->server_allocations = reply->value;
    w->n_open--;
}

static void call_one(world *w)
{
    static const uint8_t bytes[64] = { 1 };
    steady_steady_add_args add = { 2, 3 };
    steady_steady_echo_args echo = { WEFT_STR("small"), { bytes, sizeof bytes } };
    w->n_to_call--;
    w->n_open++;
    assert_int_equal(w->echo ? steady_steady_echo(w->client, &echo, NULL, on_bytes, w, NULL)
                             : steady_steady_add(w->client, &add, NULL, on_sum, w, NULL),
                     0);
}

static void run_until_idle(world *w)
{
    while (w->n_open > 0)
        assert_true(uv_run(weft_runtime_loop(w->runtime), UV_RUN_ONCE) != 0);
}

static void call_many(world *w, int n, int depth)
{
    w->n_to_call = n;
    for (int i = 0; i < depth; i++)
        call_one(w);
    run_until_idle(w);
}

static uint64_t ask_server(world *w)
{
    w->n_open++;
    assert_int_equal(steady_steady_allocations(w->client, NULL, on_count, w, NULL), 0);
    run_until_idle(w);
    return w->server_allocations;
}

/* ---- items ---- */

static void send_items(void *user)
{
    world *w = user;
    while (w->n_to_send > 0 && steady_u64_send(w->up, w->n_sent) == 0) {
        w->n_sent++;
        w->n_to_send--;
    }
    if (w->n_to_send > 0)
        assert_int_equal(steady_u64_on_room(w->up, send_items, w), 0);
}

static bool on_mirrored(void *user, steady_u64_rx rx, uint64_t item)
{
    world *w = user;
    (void)rx;
    assert_int_equal(item, w->n_mirrored);
    w->n_mirrored++;
    return true;
}

static void on_mirrored_end(void *user, const weft_channel_end *end)
{
    world *w = user;
    assert_int_equal(end->kind, WEFT_CHANNEL_FINISHED);
    w->mirror_ended = true;
}

static void mirror_items(world *w, uint64_t n)
{
    w->n_to_send = n;
    send_items(w);
    while (w->n_mirrored < w->n_sent + w->n_to_send)
        assert_true(uv_run(weft_runtime_loop(w->runtime), UV_RUN_ONCE) != 0);
}

static int setup(void **state)
{
    static world w;
    int fds[2];
    char url[32];
    weft_session_options options = weft_session_options_default();
    intercept(&options);
    memset(&w, 0, sizeof w);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
        return -1;
    w.server = fork();
    if (w.server == 0) {
        close(fds[0]);
        serve(fds[1]);
    }
    close(fds[1]);
    (void)snprintf(url, sizeof url, "fd://%d", fds[0]);
    if (w.server < 0 || weft_runtime_new(NULL, &w.runtime) < 0 ||
        weft_connect(w.runtime, url, &options, &w.session, NULL) < 0 ||
        steady_steady_open(w.session, NULL, on_opened, &w) < 0)
        return -1;
    while (!w.client.connection)
        (void)uv_run(weft_runtime_loop(w.runtime), UV_RUN_ONCE);
    *state = &w;
    return 0;
}

static int setup_intercepted(void **state)
{
    intercepted = true;
    return setup(state);
}

static int setup_later(void **state)
{
    intercepted = false;
    is_later = true;
    return setup(state);
}

static int teardown(void **state)
{
    world *w = *state;
    int status = 0;
    weft_connection_release(w->client.connection);
    weft_session_close(w->session, WEFT_CODE_NONE, NULL);
    (void)weft_runtime_run(w->runtime);
    weft_session_release(w->session);
    weft_runtime_free(w->runtime);
    return waitpid(w->server, &status, 0) == w->server && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void steady_state_allocates_nothing(void **state)
{
    /* Goal: once pools are filled, calls one at a time and 64 at once allocate nothing in the client nor the
       server; so many that flow windows come round. */
    static const int depths[] = { 1, DEPTH_MAX };
    world *w = *state;
    for (size_t i = 0; i < 4; i++) {
        int depth = depths[i % 2];
        w->echo = i >= 2;
        call_many(w, WARM, DEPTH_MAX);
        call_many(w, WARM, depth);
        uint64_t server_before = ask_server(w);
        uint64_t before = weft_test_malloc_count();
        call_many(w, COUNTED, depth);
        assert_int_equal(weft_test_malloc_count() - before, 0);
        assert_int_equal(ask_server(w) - server_before, 0);
    }
}

static void steady_state_interceptors_allocate_nothing(void **state)
{
    /* Goal: the same where each call passes interceptors that add metadata on both sides and keep a state. */
    n_done = 0;
    steady_state_allocates_nothing(state);
    assert_true(n_done >= 2 * 4 * COUNTED);
}

static void steady_state_items_allocate_nothing(void **state)
{
    /* Goal: the same for items both ways, whose sender waits for credit again and again. */
    static const steady_u64_reader reader = { sizeof reader, on_mirrored, on_mirrored_end };
    enum { BATCHES = 5 };
    world *w = *state;
    steady_u64_rx down;
    assert_int_equal(steady_steady_mirror(w->client, NULL, NULL, NULL, NULL, &w->up, &down), 0);
    assert_int_equal(steady_u64_read(down, &reader, w), 0);
    mirror_items(w, WARM);
    uint64_t allocated = 1;
    for (int batch = 0; batch < BATCHES && allocated > 0;
         batch++) { /* one side may have run further ahead than before */
        uint64_t server_before = ask_server(w);
        uint64_t before = weft_test_malloc_count();
        mirror_items(w, COUNTED);
        allocated = weft_test_malloc_count() - before + ask_server(w) - server_before;
    }
    assert_int_equal(allocated, 0);
    assert_int_equal(weft_channel_finish(w->up.channel), 0);
    while (!w->mirror_ended)
        assert_true(uv_run(weft_runtime_loop(w->runtime), UV_RUN_ONCE) != 0);
}

static void steady_state_between_versions_allocates_nothing(void **state)
{
    /* Goal: the same where the server's version is another: once schemas were exchanged, reading by plans takes no
     * more. */
    world *w = *state;
    weft_session_stats stats;
    (void)ask_server(w); /* the schema of its results goes out behind what it counts */
    steady_state_allocates_nothing(state);
    steady_state_items_allocate_nothing(state);
    assert_int_equal(weft_session_stats_read(w->session, &stats, sizeof stats), 0);
    assert_int_equal(stats.schemas_out, 4);
    assert_int_equal(stats.schemas_in, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(steady_state_items_allocate_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(steady_state_allocates_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(steady_state_interceptors_allocate_nothing, setup_intercepted, teardown),
        cmocka_unit_test_setup_teardown(steady_state_between_versions_allocates_nothing, setup_later, teardown),
    };
    if (!weft_test_malloc_is_ours()) {
        printf("skipped: malloc cannot be counted here\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    printf("skipped: a build without pools, or with a sanitizer's own malloc\n");
    return 77;
}

#endif
