/* Goal: a listener leaves an address, by moving or for good, and nobody whom the system has connected to it is lost:
 * who comes too late is refused, everybody else hears from the listener. */
#define _DEFAULT_SOURCE /* SO_ATTACH_FILTER */

#include "tests/integration/loops/serving.h"

#include "runtime/conduit/socket_door.h"
#include "runtime/loop/listener_inside.h"
#include "tests/support/network.h"
#include "tests/support/rules.h"

#include "weft/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const urls[] = { "unix", "tcp://127.0.0.1:0" };

/* ---- on the way ---- */

/* A socket that hears nothing, as one whose segments are lost. */
static void set_deaf(int fd, bool deaf)
{
    static struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
    static const struct sock_fprog filter = { 1, &drop }; /* static: what pads it is zero */
    assert_int_equal(setsockopt(fd, SOL_SOCKET, deaf ? SO_ATTACH_FILTER : SO_DETACH_FILTER, &filter, sizeof filter), 0);
}

static int is_on_the_way(void *user, weft_runtime *runtime)
{
    const serving *s = user;
    (void)runtime;
    return weft__socket_on_the_way(weft__acceptor_fd(s->listener->acceptor));
}

/* The system has answered it, which it does not know. */
static int half_connect(serving *s)
{
    weft__url url;
    weft__sockaddr address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), rc = 0;
    assert_true(fd >= 0);
    set_deaf(fd, true);
    assert_int_equal(weft__url_parse(s->url, &url, NULL), 0);
    assert_true(weft__socket_numeric_address(&url, &address));
    assert_true(connect(fd, (const struct sockaddr *)&address.storage, address.len) != 0 && errno == EINPROGRESS);
    while (rc == 0)
        rc = weft_blocking_run(s->loops[0].blocking, is_on_the_way, s);
    assert_int_equal(rc, 1);
    assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
    return fd;
}

static void assert_refused(int fd)
{
    uint8_t heard[WEFT_REFUSAL_LEN];
    assert_int_equal(recv(fd, heard, sizeof heard, MSG_WAITALL), sizeof heard);
    (void)close(fd);
}

static void who_is_on_the_way_gets_in(void **state)
{
    /* Goal: the listener moves, comes back to an address that it has not quite left, or stops, before one who is just
     * connecting hears from the system that he is; he hears from the listener then, as who comes to it meanwhile. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int i = 0; i < 3; i++) {
        serving s;
        char before[sizeof s.url];
        weft_listener_options bounds = weft_listener_options_default();
        bounds.max_live = 0;
        serving_start(&s, "tcp://127.0.0.1:0", 1 + i % 2, &bounds);
        int fd = half_connect(&s);
        if (i < 2) {
            memcpy(before, s.url, sizeof before);
            assert_int_equal(serving_rebind(&s, "tcp://127.0.0.1:0", NULL, NULL), 0);
            if (i == 1)
                assert_int_equal(serving_rebind(&s, before, NULL, NULL), 0);
            assert_refused(serving_raw_connect(&s));
        } else {
            serving_begin_stop(&s, WEFT_FOREVER);
        }
        set_deaf(fd, false);
        struct pollfd at = { .fd = fd, .events = POLLOUT };
        assert_int_equal(poll(&at, 1, -1), 1);
        assert_refused(fd);
        if (i == 2)
            serving_wait(&s, &s.n_stopped, 1);
        serving_stop(&s);
    }
}

/* ---- under load ---- */

enum { CROWD = 4, VISITS = 100, MOVES = 20 };

typedef struct guest {
    uv_thread_t thread;
    serving *s;
    bool is_over; /* under the serving's mutex */
    int n_refused, n_lost;
} guest;

static void crowd_comes(serving *s, guest *crowd, uv_thread_cb runs)
{
    for (int k = 0; k < CROWD; k++) {
        crowd[k] = (guest){ .s = s };
        assert_int_equal(uv_thread_create(&crowd[k].thread, runs, &crowd[k]), 0);
    }
}

static void crowd_goes(serving *s, guest *crowd)
{
    int n_refused = 0, n_lost = 0;
    uv_mutex_lock(&s->mutex);
    for (int k = 0; k < CROWD; k++)
        crowd[k].is_over = true;
    uv_mutex_unlock(&s->mutex);
    for (int k = 0; k < CROWD; k++) {
        assert_int_equal(uv_thread_join(&crowd[k].thread), 0);
        n_refused += crowd[k].n_refused;
        n_lost += crowd[k].n_lost;
    }
    print_message("%d refused, %d lost\n", n_refused, n_lost);
    assert_int_equal(n_lost, 0);
}

static bool guest_goes_on(guest *g, char *url)
{
    bool goes_on;
    uv_mutex_lock(&g->s->mutex);
    goes_on = !g->is_over;
    memcpy(url, g->s->url, sizeof g->s->url);
    uv_mutex_unlock(&g->s->mutex);
    return goes_on;
}

/* Who comes when the address has been left is told so; any other end is that of one who had got in. */
static void guest_notes(guest *g, int rc)
{
    if (rc == WEFT_ECONNREFUSED || rc == WEFT_ENOENT)
        g->n_refused++;
    else if (rc < 0)
        g->n_lost++;
}

static void guest_visits(void *user)
{
    guest *g = user;
    weft_session_options options = weft_session_options_default();
    for (int i = 0; i < VISITS; i++) {
        visitor v;
        int rc = serving_try_visit(g->s, &options, &v);
        if (rc == 0)
            visitor_leaves(&v);
        guest_notes(g, rc);
    }
}

/* Comes as quickly as the system lets it, and hears the eight bytes of a listener that has no place. */
static void guest_calls(void *user)
{
    guest *g = user;
    char url[sizeof g->s->url];
    while (guest_goes_on(g, url)) {
        weft__url at;
        weft__sockaddr address;
        uint8_t heard[WEFT_REFUSAL_LEN];
        int rc = 0;
        assert_int_equal(weft__url_parse(url, &at, NULL), 0);
        if (!weft__socket_numeric_address(&at, &address))
            weft__socket_unix_address(&at, &address);
        int fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(fd >= 0);
        if (connect(fd, (const struct sockaddr *)&address.storage, address.len) != 0)
            rc = -errno;
        else if (recv(fd, heard, sizeof heard, MSG_WAITALL) != (ssize_t)sizeof heard)
            rc = WEFT_ECONNRESET;
        guest_notes(g, rc);
        (void)close(fd);
        serving_note(g->s, &g->s->n_calls);
    }
}

/* The k-th address: another one each time over TCP, this one and that at a path, at a name, and of both kinds. */
static void move(serving *s, const char *first, bool mixes, int k)
{
    char to[sizeof s->url + 2];
    (void)snprintf(to, sizeof to, "%s%s", first, k % 2 == 0 ? "2" : "");
    assert_int_equal(serving_rebind(s,
                                    strncmp(first, "tcp", 3) == 0 || (mixes && k % 2 == 0) ? "tcp://127.0.0.1:0" : to,
                                    NULL, NULL),
                     0);
}

static void listener_moves_under_load(void **state)
{
    /* Goal: clients come all the while, and none is lost. */
    (void)state;
    WEFT_RULE("conduit.reliable");
    for (int i = 0; i < 2; i++) {
        serving s;
        guest crowd[CROWD];
        char first[sizeof s.url];
        serving_start(&s, urls[i], 2, NULL);
        memcpy(first, s.url, sizeof first);
        crowd_comes(&s, crowd, guest_visits);
        for (int k = 0; k < MOVES; k++) {
            move(&s, first, false, k);
            serving_wait(&s, &s.n_ready, 1 + k * CROWD * VISITS / MOVES / 2);
        }
        crowd_goes(&s, crowd);
        visitor v = serving_visit(&s, NULL);
        visitor_leaves(&v);
        serving_stop(&s);
    }
}

static void who_has_connected_hears_from_a_listener_that_moves(void **state)
{
    /* Goal: whom the system has connected is not reset, whatever moves, leaves and comes again, and at the end stops.
     */
    (void)state;
    WEFT_RULE("conduit.reliable");
    char name[64];
    (void)snprintf(name, sizeof name, "unix-abstract://weft-listener-moves-%ld", (long)getpid());
    const char *const at[] = { "unix", name, "tcp://127.0.0.1:0", "unix" };
    for (int i = 0; i < 4; i++) {
        serving s;
        guest crowd[CROWD];
        char first[sizeof s.url];
        weft_listener_options bounds = weft_listener_options_default();
        bounds.max_live = 0;
        serving_start(&s, at[i], 2, &bounds);
        memcpy(first, s.url, sizeof first);
        crowd_comes(&s, crowd, guest_calls);
        for (int k = 0; k < (i >= 2 ? MOVES : 5 * MOVES); k++) { /* at TCP some wait for a second each time */
            move(&s, first, i == 3, k);
            serving_wait(&s, &s.n_calls, 20 * k);
            if (k % 4 == 0)
                serving_remove_loop(&s, 1);
            if (k % 4 == 3) { /* its runtime ends */
                serving_stop_loop(&s, 1);
                serving_start_loop(&s, 1);
            }
            if (k % 4 >= 2)
                serving_add_loop(&s, 1);
        }
        assert_int_equal(serving_stop_listener(&s, WEFT_FOREVER), 0);
        crowd_goes(&s, crowd);
        serving_stop(&s);
    }
}

/* ---- who comes back ---- */

/* Whose server keeps sessions for a moment only. */
static visitor visit_shortly(serving *s, bool resumes, bool retries)
{
    weft_session_options server = serving_options(&s->loops[0]);
    weft_session_options options = weft_session_options_default();
    server.resume_window_ns = WEFT_NS_PER_S / 10;
    assert_int_equal(serving_rebind(s, NULL, &server, NULL), 0);
    options.resumable = resumes;
    options.retry = retries;
    if (!resumes)
        options.recovery_timeout_ns = server.resume_window_ns;
    return serving_visit(s, &options);
}

static void assert_call_ends(visitor *v, int expected)
{
    const lo_here_once_args args = { .held = false };
    lo_here_once_reply reply;
    weft_arena *arena;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(lo_here_once_sync(v->here, &args, NULL, arena, &reply), expected);
    weft_arena_free(arena);
}

static void who_comes_back_to_a_left_address_ends(void **state)
{
    /* Goal: a session whose conduit breaks when its server's listener has gone ends at the end of its window, and says
     * why: whether it resumes, or makes calls again, or both, and whether the listener has moved or stopped. */
    (void)state;
    WEFT_RULE("resume.exact");
    for (int i = 0; i < 12; i++) {
        serving s;
        char to[sizeof s.url + 2];
        int is_tcp = i % 2, how = i / 2 % 3;
        serving_start(&s, urls[is_tcp], 1, NULL);
        (void)snprintf(to, sizeof to, "%s2", s.url);
        visitor v = visit_shortly(&s, how<2, how> 0);
        if (i < 6)
            assert_int_equal(serving_rebind(&s, is_tcp ? "tcp://127.0.0.1:0" : to, NULL, NULL), 0);
        else
            assert_int_equal(serving_stop_listener(&s, WEFT_FOREVER), 0);
        serving_cut(&s);
        assert_call_ends(&v, is_tcp ? WEFT_ECONNREFUSED : WEFT_ENOENT);
        visitor_leaves(&v);
        serving_stop(&s);
    }
}

/* With an argument: in a network of its own, where connections migrate. */
int main(int argc, char **argv)
{
    (void)argv;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_on_the_way_gets_in),
        cmocka_unit_test(who_comes_back_to_a_left_address_ends),
        cmocka_unit_test(listener_moves_under_load),
        cmocka_unit_test(who_has_connected_hears_from_a_listener_that_moves),
    };
    if (argc > 1 && (!weft_test_own_network() || !weft_test_migrate(true)))
        return 77;
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
