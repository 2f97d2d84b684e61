/* Whom a listener takes for one client: an IPv4 address, also where it comes to an IPv6 socket; a /64 of IPv6, of which
 * who has one address has all. In a network of the test's own, for the addresses. */
#include "tests/integration/rig/door.h"

#include "tests/support/network.h"
#include "tests/support/rules.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SKIPPED = 77, KEPT = 2 };

static const char *const of_one_network[] = { "fd00:0:0:1::1", "fd00:0:0:1::2",
                                              "fd00:0:0:1:8000::", "fd00:0:0:1:ffff:ffff:ffff:ffff" };
static const char *const of_others[] = { "fd00:0:0:2::1", "fd00:0:0:3::1", "fd00:0:1:1::1" };
enum { OF_ONE = 4, OF_OTHERS = 3 };

/* From that address to the listener, which is at all addresses. */
static int come_from(const rig *r, const char *address)
{
    struct sockaddr_in6 from, to;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    memset(&from, 0, sizeof from);
    from.sin6_family = AF_INET6;
    assert_int_equal(inet_pton(AF_INET6, address, &from.sin6_addr), 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&from, sizeof from), 0);
    to = from; /* of the address that it comes from */
    to.sin6_port = htons((uint16_t)strtoul(strrchr(r->url, ':') + 1, NULL, 10));
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static bool is_open(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

static void a_network_counts_as_one_before_ready(void **state)
{
    /* Goal: the addresses of one /64 push each other out, and nobody of another one. */
    rig *r = *state;
    int one[OF_ONE], other[OF_OTHERS];
    weft_listener_options bounds = weft_listener_options_default();
    WEFT_RULE("preamble");
    bounds.max_pending_per_address = KEPT;
    rig_listen_with(r, "tcp://[::]:0", &bounds);
    for (int i = 0; i < OF_OTHERS; i++)
        other[i] = come_from(r, of_others[i]);
    for (int i = 0; i < OF_ONE; i++)
        one[i] = come_from(r, of_one_network[i]);
    rig_until(r, &r->n_too_many, OF_ONE - KEPT);
    rig_settle(r);
    for (int i = 0; i < OF_ONE; i++)
        assert_int_equal(is_open(one[i]), i >= OF_ONE - KEPT);
    for (int i = 0; i < OF_OTHERS; i++)
        assert_true(is_open(other[i]));
    assert_int_equal(door_stats(r).addresses_now, 1 + OF_OTHERS);
    for (int i = 0; i < OF_ONE; i++)
        assert_int_equal(close(one[i]), 0);
    for (int i = 0; i < OF_OTHERS; i++)
        assert_int_equal(close(other[i]), 0);
    door_await_nobody(r);
}

static void a_network_counts_as_one_among_sessions(void **state)
{
    /* Goal: one session of each /64 is one of each, by whichever address. */
    rig *r = *state;
    visitor first, second, other;
    char url[32];
    weft_listener_options bounds = weft_listener_options_default();
    WEFT_RULE("conn.limits");
    bounds.max_live_per_address = 1;
    rig_listen_with(r, "tcp://[::]:0", &bounds);
    (void)snprintf(url, sizeof url, "fd://%d", come_from(r, of_one_network[0]));
    visitor_begin(&first, r, url, NULL);
    visitor_await_ready(&first, r);
    (void)snprintf(url, sizeof url, "fd://%d", come_from(r, of_one_network[1]));
    visitor_begin(&second, r, url, NULL);
    visitor_await_refused(&second, r, WEFT_CODE_LIMIT);
    (void)snprintf(url, sizeof url, "fd://%d", come_from(r, of_others[0]));
    visitor_begin(&other, r, url, NULL);
    visitor_await_ready(&other, r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_ADDRESS_LIMIT], 1);
    visitor_end(&first, r);
    visitor_end(&second, r);
    visitor_end(&other, r);
    door_await_nobody(r);
}

static void ipv4_addresses_are_told_apart_at_an_ipv6_socket(void **state)
{
    /* Goal: what comes there in IPv6's form is of many, and each counts by itself; the loopback of IPv6 is none of
     * them. */
    rig *r = *state;
    int fds[3];
    weft_listener_options bounds = weft_listener_options_default();
    WEFT_RULE("preamble");
    bounds.max_pending_per_address = 1;
    rig_listen_with(r, "tcp://[::]:0", &bounds);
    fds[0] = door_connect_from(r, 0x207);
    fds[1] = door_connect_from(r, 0x208);
    fds[2] = come_from(r, "::1");
    door_await_pending(r, 3);
    rig_settle(r);
    assert_int_equal(door_stats(r).addresses_now, 3);
    int again = door_connect_from(r, 0x207);
    rig_until(r, &r->n_too_many, 1);
    rig_settle(r);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(is_open(fds[i]), i > 0);
        assert_int_equal(close(fds[i]), 0);
    }
    assert_int_equal(close(again), 0);
    door_await_nobody(r);
}

int main(void)
{
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        RIG_TEST(a_network_counts_as_one_before_ready),
        RIG_TEST(a_network_counts_as_one_among_sessions),
        RIG_TEST(ipv4_addresses_are_told_apart_at_an_ipv6_socket),
    };
    bool ready = weft_test_own_network();
    for (int i = 0; ready && i < OF_ONE; i++)
        ready = weft_test_add_address6(of_one_network[i]);
    for (int i = 0; ready && i < OF_OTHERS; i++)
        ready = weft_test_add_address6(of_others[i]);
    return ready ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
