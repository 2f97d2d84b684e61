/* Floods of clients and clients that are slow, and a server in a process of its own that has few descriptors. Who
 * behaves is served meanwhile and afterwards. */
#include "tests/integration/rig/rig.h"

#include "tests/support/rules.h"
#include "tests/support/wire_put.h"
#include "weft/limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_ended(int fd)
{
    uint8_t bytes[512];
    ssize_t n;
    while ((n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        continue;
    return n == 0 || (errno != EAGAIN && errno != EINTR);
}

static void listen_hasty(rig *r, const char *url, uint64_t handshake_timeout_ns)
{
    weft_session_options options = rig_server_options(r);
    options.handshake_timeout_ns = handshake_timeout_ns;
    assert_int_equal(weft_listen(r->runtime, url, &options, &r->listener, NULL), 0);
    assert_int_equal(weft_listener_url(r->listener, r->url, sizeof r->url), 0);
}

/* How far a slow client goes. */
typedef enum slow { SAYS_NOTHING, HALF_A_PREAMBLE, A_PREAMBLE, HALF_A_HELLO, A_HELLO, N_SLOW } slow;

static void put_slow(wire_bytes *out, slow how)
{
    wire_bytes whole = { NULL, 0, 0 };
    wire_put_preamble(&whole, true);
    wire_put_hello(&whole, WEFT__KIND_HELLO, true, false);
    size_t lens[N_SLOW] = { 0, 5, WEFT__PREAMBLE, whole.len / 2, whole.len };
    wire_bytes_add(out, whole.ptr, lens[how]);
    wire_bytes_free(&whole);
}

static void slow_clients_are_ended_and_others_served(void **state)
{
    /* Goal: a client that stops anywhere before Ready is ended by the handshake's time, however far it had come. */
    rig *r = *state;
    int fds[N_SLOW];
    WEFT_RULE("session.handshake");
    listen_hasty(r, "tcp://127.0.0.1:0", 300 * WEFT_NS_PER_MS);
    for (int how = 0; how < N_SLOW; how++) {
        wire_bytes out = { NULL, 0, 0 };
        fds[how] = rig_raw_connect(r);
        put_slow(&out, (slow)how);
        assert_int_equal(send(fds[how], out.ptr, out.len, 0), out.len);
        wire_bytes_free(&out);
    }
    for (int how = 0; how < N_SLOW; how++) {
        while (!has_ended(fds[how]))
            (void)uv_run(&r->loop, UV_RUN_ONCE);
        assert_int_equal(close(fds[how]), 0);
    }
    assert_int_equal(r->n_accepted, 0);
    assert_int_equal(r->n_too_many, 0);
    weft_listener_close(r->listener, NULL, NULL);
    rig_listen(r, r->url); /* with time enough for a machine that is slow itself */
    rig_visit(r);
}

static void client_of_single_bytes_is_ended_in_the_middle(void **state)
{
    /* Goal: a byte now and then does not prolong the handshake's time: it counts from the beginning. */
    rig *r = *state;
    wire_bytes out = { NULL, 0, 0 };
    WEFT_RULE("session.handshake");
    listen_hasty(r, "tcp://127.0.0.1:0", 300 * WEFT_NS_PER_MS);
    int fd = rig_raw_connect(r);
    /* The last byte is never sent: the bytes last for as long as it takes. */
    put_slow(&out, A_HELLO);
    size_t at = 0;
    while (!has_ended(fd)) {
        if (at + 1 < out.len && send(fd, out.ptr + at, 1, MSG_NOSIGNAL) == 1)
            at++;
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
    }
    assert_true(at > 0);
    assert_int_equal(r->n_accepted, 0);
    assert_int_equal(close(fd), 0);
    wire_bytes_free(&out);
}

/* From another address of this machine. */
static int connect_from(const rig *r, unsigned last_of_address)
{
    struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + last_of_address);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)strtoul(strrchr(r->url, ':') + 1, NULL, 10));
    assert_int_equal(bind(fd, (const struct sockaddr *)(const void *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)(const void *)&to, sizeof to), 0);
    return fd;
}

static void flood_from_many_addresses_is_bounded_in_all(void **state)
{
    /* Goal: each address within its own bound, all of them within the bound over all; the newest are kept, and one that
     * speaks is served in the middle of it. */
    rig *r = *state;
    enum { ADDRESSES = 20, EACH = WEFT_HANDSHAKES_PER_ADDRESS_MAX - 1, N = ADDRESSES * EACH };
    int fds[N];
    /* Behind a preamble that is right nothing but the bounds ends them. */
    listen_hasty(r, "tcp://127.0.0.1:0", WEFT_FOREVER);
    for (int i = 0; i < N; i++) {
        wire_bytes out = { NULL, 0, 0 };
        fds[i] = connect_from(r, 1 + (unsigned)(i / EACH));
        put_slow(&out, A_PREAMBLE);
        assert_int_equal(send(fds[i], out.ptr, out.len, 0), out.len);
        wire_bytes_free(&out);
        rig_settle(r);
    }
    rig_until(r, &r->n_too_many, N - WEFT_HANDSHAKES_MAX);
    rig_visit(r); /* the visitor is one of them, until it is Ready */
    for (int i = 0; i < N - WEFT_HANDSHAKES_MAX; i++)
        while (!has_ended(fds[i]))
            (void)uv_run(&r->loop, UV_RUN_ONCE);
    for (int i = N - WEFT_HANDSHAKES_MAX + 1; i < N; i++)
        assert_false(has_ended(fds[i]));
    rig_visit(r);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
}

/* ---- a server that has few descriptors ---- */

enum { CHILD_DESCRIPTORS = 64, CLIENTS = 150 };

static int told_fd;

static void tell_exhausted(void *user, const weft_log_record *record)
{
    (void)user;
    if (strncmp(record->message, "exhausted", 9) == 0)
        (void)!write(told_fd, "x", 1);
}

static void server_on_echo(void *self, lt_echo_echo_call call, const lt_echo_echo_args *args)
{
    (void)self;
    (void)lt_echo_echo_return(call, args->data);
}

static int server_on_open(void *user, weft_session *session, weft_pending pending)
{
    static const lt_echo_handler handler = { sizeof handler, NULL, server_on_echo, NULL, NULL };
    (void)user;
    (void)session;
    return lt_echo_serve(pending, &handler, NULL, NULL);
}

static void server_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static void server_on_end(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    weft_runtime_close(poll->data, NULL, NULL);
    uv_close((uv_handle_t *)poll, NULL);
}

/* Serves until end_fd ends; tells by a byte each time that it has no descriptors left. */
static void serve_with_few_descriptors(const char *url, int end_fd)
{
    weft_runtime_options options = weft_runtime_options_default();
    weft_session_options session = weft_session_options_default();
    weft_listener_options bounds = weft_listener_options_default();
    weft_listener *listener;
    weft_runtime *runtime;
    struct rlimit limit;
    uv_poll_t end;
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = CHILD_DESCRIPTORS;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    options.log = tell_exhausted;
    bounds.reserved_descriptors = 0; /* so that it gets so far */
    session.on_open = server_on_open;
    session.on_event = server_on_event;
    if (weft_runtime_new(&options, &runtime) < 0 ||
        weft_listen_with(runtime, url, &session, &bounds, &listener, NULL) < 0)
        _exit(2);
    end.data = runtime;
    if (uv_poll_init(weft_runtime_loop(runtime), &end, end_fd) < 0 ||
        uv_poll_start(&end, UV_READABLE, server_on_end) < 0)
        _exit(3);
    (void)!write(told_fd, "r", 1); /* ready */
    (void)weft_runtime_run(runtime);
    weft_runtime_free(runtime);
    /* By another program: instruments that look for what is left find the parent's memory here. */
    (void)execl("/bin/true", "true", (char *)NULL);
    _exit(4);
}

static void read_told(int fd, char expected)
{
    char byte;
    assert_int_equal(read(fd, &byte, 1), 1);
    assert_int_equal(byte, expected);
}

static void server_without_descriptors_goes_on(void **state)
{
    /* Goal: more clients than a process has descriptors: it says so, waits, and serves again once some have gone,
     * twice over; a session that is there is served all the time. */
    rig *r = *state;
    int told[2], end[2], fds[CLIENTS], status;
    (void)snprintf(r->url, sizeof r->url, "unix-abstract://weft-flood-child-%ld", (long)getpid());
    assert_int_equal(pipe(told), 0);
    assert_int_equal(pipe(end), 0);
    pid_t child = fork();
    if (child == 0) {
        told_fd = told[1];
        (void)close(end[1]);
        serve_with_few_descriptors(r->url, end[0]);
    }
    assert_int_equal(close(told[1]) | close(end[0]), 0);
    read_told(told[0], 'r');
    rig_connect(r, r->url);
    rig_open(r);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < CLIENTS; i++)
            fds[i] = rig_raw_connect(r);
        read_told(told[0], 'x');
        rig_echo(r, weft_bytes_of("meanwhile", 9));
        rig_until(r, &r->n_answered, round + 1);
        for (int i = 0; i < CLIENTS; i++)
            assert_int_equal(close(fds[i]), 0);
        struct pollfd more = { told[0], POLLIN, 0 };
        while (poll(&more, 1, 0) == 1)
            read_told(told[0], 'x');
    }
    rig_disconnect(r);
    for (int i = 0; i < 3; i++)
        rig_visit(r);
    assert_int_equal(close(end[1]), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(close(told[0]), 0);
}

int main(void)
{
#define FLOOD_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        FLOOD_TEST(slow_clients_are_ended_and_others_served),
        FLOOD_TEST(client_of_single_bytes_is_ended_in_the_middle),
        FLOOD_TEST(flood_from_many_addresses_is_bounded_in_all),
        FLOOD_TEST(server_without_descriptors_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
