/* Counters of a runtime, its sessions and listeners over real sockets; as text for Prometheus. */
#include "tests/integration/rig/rig.h"

#include "tests/support/prometheus.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static weft_test_text text;

static uint64_t value_of(const rig *r, const char *sample)
{
    uint64_t value = 0;
    text.len = 0;
    assert_int_equal(weft_runtime_prometheus(r->runtime, weft_test_text_write, &text), 0);
    weft_test_prometheus_check(text.bytes);
    if (!weft_test_prometheus_find(text.bytes, sample, &value))
        fail_msg("no %s in\n%s", sample, text.bytes);
    return value;
}

static uint64_t value_of_listener(const rig *r, const char *name)
{
    char sample[1024];
    assert_true(snprintf(sample, sizeof sample, "%s{url=\"%s\"}", name, r->url) < (int)sizeof sample);
    return value_of(r, sample);
}

static void runtime_counts_what_its_sessions_do(void **state)
{
    /* Goal: three clients come and go over TCP, each calling; a scraper sees them, their calls and their bytes, both
     * while they are there and afterwards. */
    rig *r = *state;
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_visit(r);
    rig_visit(r);
    rig_connect(r, r->url);
    rig_open(r);
    rig_echo(r, weft_bytes_of("abc", 3));
    rig_until(r, &r->n_answered, 3);
    assert_int_equal(value_of(r, "weft_sessions"), 2); /* both ends are in this runtime */
    assert_int_equal(value_of(r, "weft_sessions_total{direction=\"in\"}"), 3);
    assert_int_equal(value_of(r, "weft_sessions_total{direction=\"out\"}"), 3);
    assert_int_equal(value_of(r, "weft_connections{direction=\"in\"}"), 1);
    assert_int_equal(value_of_listener(r, "weft_listener_accepted_total"), 3);
    assert_int_equal(value_of_listener(r, "weft_listener_ready_total"), 3);
    uint64_t bytes = value_of(r, "weft_bytes_total{direction=\"out\"}");
    assert_true(bytes > 500);
    rig_disconnect(r);
    rig_until(r, &r->n_ended, 3);
    assert_int_equal(value_of(r, "weft_sessions"), 0);
    assert_int_equal(value_of(r, "weft_sessions_ended_total"), 6);
    assert_int_equal(value_of(r, "weft_sessions_lost_total"), 0);
    assert_int_equal(value_of(r, "weft_calls_total{direction=\"in\",service=\"test.loop.v1.Echo\",method=\"echo\","
                                 "outcome=\"ok\"}"),
                     value_of(r, "weft_calls_started_total{direction=\"out\"}"));
    assert_true(value_of(r, "weft_bytes_total{direction=\"in\"}") > bytes);
    assert_int_equal(value_of(r, "weft_bytes_total{direction=\"in\"}"),
                     value_of(r, "weft_bytes_total{direction=\"out\"}"));
}

static void runtime_counts_sessions_that_may_come_back(void **state)
{
    /* Goal: a scraper sees the sessions that could be resumed. Of those without a conduit: outage_many_test. */
    rig *r = *state;
    weft_session_options options = rig_client_options(r);
    options.resumable = true;
    rig_listen(r, "tcp://127.0.0.1:0");
    rig_connect_with(r, r->url, &options);
    rig_open(r);
    assert_int_equal(value_of(r, "weft_resumable_sessions"), 1);
    assert_int_equal(value_of(r, "weft_parked_sessions"), 0);
    rig_disconnect(r);
    rig_until(r, &r->n_ended, 1);
    assert_int_equal(value_of(r, "weft_resumable_sessions"), 0);
    assert_int_equal(value_of(r, "weft_resumptions_refused_total"), 0);
}

static void listener_counts_handshakes_that_fail(void **state)
{
    /* Goal: a silent client is seen as a handshake, and one that is not weft as a failure with its reason. */
    rig *r = *state;
    weft_listener_stats stats;
    char refused[1024];
    rig_listen(r, "tcp://127.0.0.1:0");
    int fd = rig_raw_connect(r);
    do
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
    while (value_of_listener(r, "weft_listener_handshakes") == 0);
    assert_int_equal(write(fd, "GET / HTTP/1.0\r\n\r\n", 18), 18);
    while (value_of(r, "weft_handshakes_failed_total{reason=\"protocol\"}") == 0)
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
    (void)snprintf(refused, sizeof refused, "weft_listener_refused_total{url=\"%s\",reason=\"http\"}", r->url);
    assert_int_equal(value_of(r, refused), 1);
    assert_int_equal(value_of_listener(r, "weft_listener_addresses"), 1);
    assert_int_equal(value_of_listener(r, "weft_listener_sessions"), 0);
    assert_int_equal(close(fd), 0);
    while (value_of_listener(r, "weft_listener_handshakes") > 0)
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
    weft_listener_stats_read(r->listener, &stats, sizeof stats);
    assert_int_equal(stats.accepted, 1);
    assert_int_equal(stats.ready, 0);
    memset(&stats, 0x5a, sizeof stats);
    weft_listener_stats_read(r->listener, &stats, offsetof(weft_listener_stats, ready));
    assert_int_equal(stats.accepted, 1);
    assert_int_equal(stats.ready, UINT64_C(0x5a5a5a5a5a5a5a5a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runtime_counts_what_its_sessions_do, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(runtime_counts_sessions_that_may_come_back, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(listener_counts_handshakes_that_fail, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests_name("runtime_stats", tests, NULL, NULL);
}
