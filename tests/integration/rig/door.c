/* What the tests of a listener's door stand on. */
#include "tests/integration/rig/door.h"

#include "tests/support/turns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

weft_listener_stats door_stats(const rig *r)
{
    weft_listener_stats stats;
    weft_listener_stats_read(r->listener, &stats, sizeof stats);
    return stats;
}

void door_await_refused(rig *r, weft_refusal reason, uint64_t n)
{
    weft_test_turns turns = { 0, 0 };
    while (door_stats(r).refused[reason] < n)
        weft_test_turn(&turns, &r->loop, -1);
    assert_int_equal(door_stats(r).refused[reason], n);
}

void door_await_live(rig *r, uint64_t n)
{
    weft_test_turns turns = { 0, 0 };
    while (door_stats(r).live_now != n)
        weft_test_turn(&turns, &r->loop, -1);
}

void door_await_pending(rig *r, uint64_t n)
{
    weft_test_turns turns = { 0, 0 };
    while (door_stats(r).handshakes_now != n)
        weft_test_turn(&turns, &r->loop, -1);
}

void door_await_nobody(rig *r)
{
    weft_listener_stats stats;
    uint64_t refused = 0;
    door_await_pending(r, 0);
    door_await_live(r, 0);
    stats = door_stats(r);
    for (size_t i = 0; i < WEFT_STATS_REFUSALS; i++)
        refused += stats.refused[i];
    assert_int_equal(stats.accepted, stats.ready + stats.resumed + refused);
    assert_int_equal(stats.addresses_now, 0);
    assert_int_equal(stats.refused[WEFT_REFUSAL_NONE], 0);
}

void door_await_end(rig *r, int fd)
{
    weft_test_turns turns = { 0, 0 };
    char byte;
    ssize_t n;
    while ((n = recv(fd, &byte, 1, MSG_DONTWAIT)) > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
        if (n < 0)
            weft_test_turn(&turns, &r->loop, fd);
}

static void visitor_on_event(void *user, weft_session *session, const weft_session_event *event)
{
    visitor *v = user;
    (void)session;
    v->n_ready += event->kind == WEFT_EVENT_READY;
    v->n_closed += event->kind == WEFT_EVENT_CLOSED;
    v->n_resumed += event->kind == WEFT_EVENT_RESUMED;
    if (event->kind != WEFT_EVENT_FAILED)
        return;
    v->n_failed++;
    v->failed = *event->error;
}

void visitor_begin(visitor *v, rig *r, const char *url, const weft_session_options *options_or_null)
{
    weft_session_options options = options_or_null ? *options_or_null : weft_session_options_default();
    weft_error error;
    memset(v, 0, sizeof *v);
    options.on_event = visitor_on_event;
    options.user = v;
    if (weft_connect(r->runtime, url, &options, &v->session, &error) < 0)
        fail_msg("%s: %s", url, error.text);
}

void visitor_await_ready_or_end(visitor *v, rig *r)
{
    weft_test_turns turns = { 0, 0 };
    while (v->n_ready == 0 && v->n_closed == 0)
        weft_test_turn(&turns, &r->loop, -1);
}

void visitor_await_ready(visitor *v, rig *r)
{
    visitor_await_ready_or_end(v, r);
    if (v->n_ready == 0)
        fail_msg("not let in: %s", v->failed.text);
}

void visitor_await_refused(visitor *v, rig *r, uint16_t code)
{
    rig_until(r, &v->n_closed, 1);
    assert_int_equal(v->n_ready, 0);
    assert_int_equal(v->n_failed, 1);
    if (v->failed.code != WEFT_EREFUSED || v->failed.remote != code)
        fail_msg("%s, code %d: %s", weft_err_name(v->failed.code), v->failed.remote, v->failed.text);
}

void visitor_end(visitor *v, rig *r)
{
    weft_session_close(v->session, WEFT_CODE_NONE, NULL);
    rig_until(r, &v->n_closed, 1);
    weft_session_release(v->session);
    v->session = NULL;
}

int door_connect_from(const rig *r, unsigned host)
{
    struct sockaddr_in from, to;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    memset(&from, 0, sizeof from);
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(0x7f000000 + host);
    assert_int_equal(bind(fd, (const struct sockaddr *)&from, sizeof from), 0);
    to = from;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)strtoul(strrchr(r->url, ':') + 1, NULL, 10));
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}
