/* What becomes of conduits that do not become sessions: each ends, with its reason counted once, and leaves nothing. */
#include "tests/integration/rig/door.h"

#include "tests/support/descriptors.h"
#include "tests/support/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One that comes, says this, ends, and has to be refused for this reason. */
static void say_and_be_refused(rig *r, const void *bytes, size_t len, weft_refusal reason)
{
    uint64_t before = door_stats(r).refused[reason];
    int fd = rig_raw_connect(r);
    assert_int_equal(send(fd, bytes, len, 0), len);
    door_await_refused(r, reason, before + 1);
    assert_int_equal(close(fd), 0);
    door_await_nobody(r);
    assert_int_equal(door_stats(r).refused[reason], before + 1);
}

static void first_bytes_of_others_are_told_apart(void **state)
{
    /* Goal: TLS, HTTP, garbage and other versions end at their first impossible byte, each counted as what it is;
     * descriptors are as before. */
    rig *r = *state;
    static const struct {
        const char *bytes;
        size_t len;
        weft_refusal reason;
    } openings[] = {
        { "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11, WEFT_REFUSAL_TLS },
        { "\x16", 1, WEFT_REFUSAL_TLS },
        { "\x16\x04", 2, WEFT_REFUSAL_NOT_WEFT },
        { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, WEFT_REFUSAL_HTTP },
        { "POST /a HTTP/1.1\r\n", 18, WEFT_REFUSAL_HTTP },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24, WEFT_REFUSAL_HTTP },
        { "GETAWAY", 7, WEFT_REFUSAL_NOT_WEFT },
        { "G", 1, WEFT_REFUSAL_NOT_WEFT },
        { "SSH-2.0-OpenSSH\r\n", 17, WEFT_REFUSAL_NOT_WEFT },
        { "WEFU", 4, WEFT_REFUSAL_NOT_WEFT },
        { "WEFT\1\1\1\0", 8, WEFT_REFUSAL_NOT_WEFT },
        { "WEFT\x09\x08\0\0", 8, WEFT_REFUSAL_VERSION },
        { "WEFT\1\1\0\0 a frame that cannot be one", 34, WEFT_REFUSAL_PROTOCOL },
    };
    int before;
    WEFT_RULE("preamble");
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_visit(r); /* what libraries open once is open */
    rig_settle(r);
    before = weft_test_descriptors();
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++)
        say_and_be_refused(r, openings[i].bytes, openings[i].len, openings[i].reason);
    rig_visit(r);
    door_await_nobody(r);
    rig_settle(r);
    assert_int_equal(weft_test_descriptors(), before);
}

static void the_first_impossible_byte_ends_it(void **state)
{
    /* Goal: nobody waits for the rest of what cannot be a preamble any more, though it comes byte by byte. */
    rig *r = *state;
    static const char opening[] = { 'W', 'E', 'F', 'T', 1, 1, 0, 7 };
    int fd;
    rig_listen(r, "tcp://127.0.0.1:0");
    fd = rig_raw_connect(r);
    for (size_t i = 0; i < sizeof opening; i++) {
        rig_settle(r);
        assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_NOT_WEFT], 0);
        assert_int_equal(send(fd, &opening[i], 1, 0), 1);
    }
    door_await_refused(r, WEFT_REFUSAL_NOT_WEFT, 1);
    assert_int_equal(close(fd), 0);
    door_await_nobody(r);
}

static void the_silent_the_slow_and_the_lost_are_told_apart(void **state)
{
    /* Goal: no preamble in time, no handshake in time, and a conduit that ends have counters of their own. */
    rig *r = *state;
    weft_listener_options bounds = weft_listener_options_default();
    weft_session_options options = rig_server_options(r);
    struct linger linger = { 1, 0 };
    weft_error error;
    int silent, slow, lost, reset;
    bounds.identify_timeout_ns = WEFT_NS_PER_S / 10;
    options.handshake_timeout_ns = WEFT_NS_PER_S / 5;
    assert_int_equal(weft_listen_with(r->runtime, "tcp://127.0.0.1:0", &options, &bounds, &r->listener, &error), 0);
    assert_int_equal(weft_listener_url(r->listener, r->url, sizeof r->url), 0);
    silent = rig_raw_connect(r);
    slow = rig_raw_connect(r);
    lost = rig_raw_connect(r);
    reset = rig_raw_connect(r);
    assert_int_equal(send(slow, "WEFT\1\1\0\0", 8, 0), 8);
    assert_int_equal(send(reset, "WEF", 3, 0), 3);
    assert_int_equal(close(lost), 0);
    rig_settle(r);
    assert_int_equal(setsockopt(reset, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    assert_int_equal(close(reset), 0);
    door_await_nobody(r);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_SILENT], 1);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_SLOW], 1);
    assert_int_equal(door_stats(r).refused[WEFT_REFUSAL_LOST], 2);
    assert_int_equal(close(silent), 0);
    assert_int_equal(close(slow), 0);
}

static void who_is_gone_before_he_is_accepted_is_lost(void **state)
{
    /* Goal: one that resets in the system's queue counts as any whose conduit ends, not as a lack of something here. */
    rig *r = *state;
    struct linger linger = { 1, 0 };
    int fd;
    rig_listen(r, "tcp://127.0.0.1:0");
    fd = rig_raw_connect(r);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    assert_int_equal(close(fd), 0);
    door_await_refused(r, WEFT_REFUSAL_LOST, 1);
    door_await_nobody(r);
}

static void what_the_application_refuses_is_counted_by_its_code(void **state)
{
    /* Goal: an unknown service, one that is forbidden or not ready, and anything else, have counters of their own; the
     * client is told the code. */
    rig *r = *state;
    static const struct {
        uint16_t code;
        weft_refusal reason;
    } rejections[] = {
        { WEFT_CODE_UNKNOWN_SERVICE, WEFT_REFUSAL_SERVICE },
        { WEFT_CODE_FORBIDDEN, WEFT_REFUSAL_FORBIDDEN },
        { WEFT_CODE_NOT_READY, WEFT_REFUSAL_NOT_READY },
        { WEFT_CODE_APPLICATION + 7, WEFT_REFUSAL_APPLICATION },
    };
    weft_session_options options = rig_client_options(r);
    options.root_service = &lt_echo_service;
    rig_listen(r, "tcp://127.0.0.1:0");
    for (size_t i = 0; i < sizeof rejections / sizeof *rejections; i++) {
        r->reject = rejections[i].code;
        rig_connect_with(r, r->url, &options);
        rig_until(r, &r->n_closed, 1);
        assert_int_equal(r->failed.code, WEFT_EREFUSED);
        assert_int_equal(r->failed.remote, rejections[i].code);
        rig_disconnect(r);
        door_await_nobody(r);
        assert_int_equal(door_stats(r).refused[rejections[i].reason], 1);
    }
}

static void all_that_came_is_accounted_for(void **state)
{
    /* Goal: in a crowd of every kind each conduit is a session or has one reason. */
    rig *r = *state;
    enum { N = 120 };
    int fds[N];
    rig_listen(r, "tcp://127.0.0.1:0");
    for (int i = 0; i < N; i++) {
        fds[i] = rig_raw_connect(r);
        if (i % 3 == 0)
            assert_int_equal(send(fds[i], "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
        if (i % 3 == 1)
            assert_int_equal(send(fds[i], "WEFT\1\1\0\0", 8, 0), 8);
        if (i % 7 == 0)
            rig_settle(r);
    }
    rig_visit(r);
    for (int i = 0; i < N; i++)
        assert_int_equal(close(fds[i]), 0);
    door_await_nobody(r);
    assert_int_equal(door_stats(r).accepted, N + 1);
    assert_true(door_stats(r).refused[WEFT_REFUSAL_TOO_MANY] > 0);
    assert_int_equal(door_stats(r).too_many, door_stats(r).refused[WEFT_REFUSAL_TOO_MANY]);
}

static void reasons_have_names(void **state)
{
    /* Goal: each reason has a name of its own, and nothing else has one. */
    (void)state;
    assert_string_equal(weft_refusal_name(WEFT_REFUSAL_NONE), "");
    assert_string_equal(weft_refusal_name(WEFT_REFUSAL_TLS), "tls");
    assert_string_equal(weft_refusal_name(WEFT_REFUSAL_OTHER), "other");
    for (int i = WEFT_REFUSAL_SILENT; i <= WEFT_REFUSAL_OTHER; i++)
        for (int k = WEFT_REFUSAL_NONE; k < i; k++)
            assert_string_not_equal(weft_refusal_name((weft_refusal)i), weft_refusal_name((weft_refusal)k));
    assert_string_equal(weft_refusal_name((weft_refusal)(WEFT_REFUSAL_OTHER + 1)), "");
    assert_string_equal(weft_refusal_name((weft_refusal)1000), "");
}

int main(void)
{
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        RIG_TEST(first_bytes_of_others_are_told_apart),
        RIG_TEST(the_first_impossible_byte_ends_it),
        RIG_TEST(the_silent_the_slow_and_the_lost_are_told_apart),
        RIG_TEST(who_is_gone_before_he_is_accepted_is_lost),
        RIG_TEST(what_the_application_refuses_is_counted_by_its_code),
        RIG_TEST(all_that_came_is_accounted_for),
        cmocka_unit_test(reasons_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
