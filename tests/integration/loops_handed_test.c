/* A conduit that is handed to the loop of its session in the middle of its handshake: the answer to the preamble went
 * out where it came in, before its Hello had come. A go-between holds each Hello back until that answer is there. */
#include "tests/integration/loops/serving.h"

#include "runtime/conduit/socket.h"
#include "tests/support/rules.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PREAMBLE = 8 };

typedef struct between {
    uv_thread_t thread;
    const serving *s;
    int listening;
    bool has_failed; /* the thread's, until it has ended */
    int n_answered;  /* preambles that were answered before a Hello had come */
} between;

static bool pass_all(int fd, const char *bytes, ssize_t len)
{
    for (ssize_t n; len > 0; bytes += n, len -= n)
        if ((n = send(fd, bytes, (size_t)len, MSG_NOSIGNAL)) <= 0)
            return false;
    return true;
}

static bool pass_some(int from, int to)
{
    char bytes[4096];
    ssize_t n = recv(from, bytes, sizeof bytes, 0);
    return n > 0 && pass_all(to, bytes, n);
}

static bool pass_preamble(int from, int to)
{
    char bytes[PREAMBLE];
    return recv(from, bytes, sizeof bytes, MSG_WAITALL) == PREAMBLE && pass_all(to, bytes, PREAMBLE);
}

static void pass_on(int client, int server)
{
    struct pollfd polls[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
    bool goes_on = true;
    while (goes_on) {
        int rc = poll(polls, 2, -1);
        if (rc < 0)
            goes_on = errno == EINTR;
        if (rc > 0 && polls[0].revents)
            goes_on = pass_some(client, server);
        if (rc > 0 && goes_on && polls[1].revents)
            goes_on = pass_some(server, client);
    }
}

/* One conduit after the other, until nobody listens any more. */
static void between_acts(void *user)
{
    between *b = user;
    weft__sockaddr address;
    weft__url url;
    b->has_failed = weft__url_parse(b->s->url, &url, NULL) < 0;
    weft__socket_unix_address(&url, &address);
    while (!b->has_failed) {
        int client = accept(b->listening, NULL, NULL), server;
        if (client < 0)
            return;
        server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        b->has_failed = connect(server, (const struct sockaddr *)&address.storage, address.len) != 0;
        if (!b->has_failed && pass_preamble(client, server) && pass_preamble(server, client)) {
            b->n_answered++;
            pass_on(client, server);
        }
        (void)close(client);
        (void)close(server);
    }
}

static void between_begin(between *b, const serving *s, const char *name)
{
    weft__sockaddr address;
    weft__url url;
    memset(b, 0, sizeof *b);
    b->s = s;
    assert_int_equal(weft__url_parse(name, &url, NULL), 0);
    weft__socket_unix_address(&url, &address);
    b->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(b->listening >= 0);
    assert_int_equal(bind(b->listening, (const struct sockaddr *)&address.storage, address.len), 0);
    assert_int_equal(listen(b->listening, 8), 0);
    assert_int_equal(uv_thread_create(&b->thread, between_acts, b), 0);
}

static void between_end(between *b)
{
    assert_int_equal(shutdown(b->listening, SHUT_RDWR), 0);
    assert_int_equal(uv_thread_join(&b->thread), 0);
    assert_int_equal(close(b->listening), 0);
    assert_false(b->has_failed);
}

static void conduit_is_handed_on_behind_its_preamble(void **state)
{
    /* Goal: the loop that it goes on at says nothing twice, and leaves out nothing: session and calls go on. */
    (void)state;
    WEFT_RULE("resume.acceptor");
    WEFT_RULE("preamble");
    serving s;
    between b;
    char name[64];
    weft_session_options options = weft_session_options_default();
    visitor v;
    options.resumable = true;
    serving_start(&s, "unix", 2, NULL);
    (void)snprintf(name, sizeof name, "unix-abstract://weft-between-%ld", (long)getpid());
    between_begin(&b, &s, name);
    assert_int_equal(weft_blocking_connect(s.clients, name, &options, 30 * WEFT_NS_PER_S, &v.session, NULL), 0);
    assert_int_equal(lo_here_open_sync(v.session, NULL, &v.here, NULL), 0);
    uint32_t where = visitor_where(&v);
    for (int cuts = 1; cuts <= 6; cuts++) {
        serving_cut(&s);
        assert_int_equal(visitor_where(&v), where);
        assert_int_equal(serving_stats(&s).resumed, cuts);
    }
    assert_int_equal(serving_stats(&s).handed, 3); /* the loops take turns */
    assert_int_equal(serving_stats(&s).not_handed, 0);
    assert_int_equal(s.n_ready, 1);
    visitor_leaves(&v);
    between_end(&b);
    assert_true(b.n_answered >= 7); /* where one could not be taken over at once another came */
    serving_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conduit_is_handed_on_behind_its_preamble),
    };
    return cmocka_run_group_tests(tests, serving_setup_all, NULL);
}
