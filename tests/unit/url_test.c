/* URLs of conduits: what is taken, what is refused and why. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/conduit/url.h"

#include <stdio.h>
#include <string.h>

static int parse(const char *text, weft__url *url, weft_error *error)
{
    memset(url, 0x5a, sizeof *url);
    memset(error, 0, sizeof *error);
    return weft__url_parse(text, url, error);
}

static void assert_url(const char *text, weft__url_kind kind, const char *name, uint16_t port)
{
    weft__url url;
    weft_error error;
    char again[512];
    assert_int_equal(parse(text, &url, &error), 0);
    assert_int_equal(url.kind, kind);
    assert_string_equal(url.name, name);
    assert_int_equal(url.name_len, strlen(name));
    assert_int_equal(url.port, port);
    assert_int_equal(weft__url_format(&url, url.port, again, sizeof again), 0);
    assert_string_equal(again, text);
}

static void assert_refused(const char *text, int code)
{
    weft__url url;
    weft__url before;
    weft_error error;
    memset(&before, 0x5a, sizeof before);
    assert_int_equal(parse(text, &url, &error), code);
    assert_int_equal(error.code, code);
    assert_true(error.text[0] != '\0');
    assert_memory_equal(&url, &before, sizeof url);
}

/* Each kind is read into its parts, and written back as it was. */
static void url_of_each_kind_is_read(void **state)
{
    (void)state;
    assert_url("mem://store", WEFT__URL_MEM, "store", 0);
    assert_url("tcp://127.0.0.1:4711", WEFT__URL_TCP, "127.0.0.1", 4711);
    assert_url("tcp://[::1]:80", WEFT__URL_TCP, "::1", 80);
    assert_url("tcp://[fe80::1%eth0]:65535", WEFT__URL_TCP, "fe80::1%eth0", 65535);
    assert_url("tcp://store.example:1", WEFT__URL_TCP, "store.example", 1);
    assert_url("tcp://*:0", WEFT__URL_TCP, "*", 0);
    assert_url("tcp://:0", WEFT__URL_TCP, "", 0);
    assert_url("unix:///run/store.sock", WEFT__URL_UNIX, "/run/store.sock", 0);
    assert_url("unix-abstract://store/one", WEFT__URL_ABSTRACT, "store/one", 0);
}

/* A descriptor has a number, or a name by which it was handed down, or neither. */
static void url_of_descriptor_is_number_or_name(void **state)
{
    weft__url url;
    weft_error error;
    char text[32];
    (void)state;
    assert_int_equal(parse("fd://17", &url, &error), 0);
    assert_int_equal(url.kind, WEFT__URL_FD);
    assert_int_equal(url.fd, 17);
    assert_int_equal(url.name_len, 0);
    assert_int_equal(weft__url_format(&url, 0, text, sizeof text), 0);
    assert_string_equal(text, "fd://17");
    assert_url("fd://", WEFT__URL_FD, "", 0);
    assert_url("fd://store.socket", WEFT__URL_FD, "store.socket", 0);
    assert_url("fd://3x", WEFT__URL_FD, "3x", 0);
    assert_int_equal(parse("fd://3x", &url, &error), 0);
    assert_int_equal(url.fd, -1);
    assert_refused("fd://a:b", WEFT_EINVAL);
    assert_refused("fd://a/b", WEFT_EINVAL);
    assert_refused("fd:// ", WEFT_EINVAL);
    assert_refused("fd://a\x7f", WEFT_EINVAL);
    assert_refused("fd://2147483648", WEFT_EINVAL);
    assert_refused("fd://99999999999999999999", WEFT_EINVAL);
}

/* What is malformed is refused, and the output stays untouched. */
static void url_malformed_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "store",
        "http://a:1",
        "tcp:/a:1",
        "TCP://a:1",
        "mem://",
        "tcp://",
        "tcp://a",
        "tcp://a:",
        "tcp://a:x",
        "tcp://a:65536",
        "tcp://a:-1",
        "tcp://::1:1",
        "tcp://[::1:1",
        "tcp://[]:1",
        "tcp://[a]:1",
        "tcp://a/b:1",
        "tcp://a b:1",
        "tcp://a:1/",
        "tcp://u@a:1",
        "unix://",
        "unix://a/b",
        "unix-abstract://",
        "tcp://a:00000000001",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(texts[i], WEFT_EINVAL);
    assert_refused(NULL, WEFT_EINVAL);
}

/* A path or name that does not fit a socket address is refused, not cut: libuv would cut it. */
static void url_too_long_is_refused(void **state)
{
    char text[512];
    weft__url url;
    weft_error error;
    (void)state;
    (void)snprintf(text, sizeof text, "unix:///%0106d", 1);
    assert_int_equal(parse(text, &url, &error), 0);
    assert_int_equal(url.name_len, 107);
    (void)snprintf(text, sizeof text, "unix:///%0107d", 1);
    assert_refused(text, WEFT_ENAMETOOLONG);
    (void)snprintf(text, sizeof text, "unix-abstract://%0107d", 1);
    assert_int_equal(parse(text, &url, &error), 0);
    (void)snprintf(text, sizeof text, "unix-abstract://%0108d", 1);
    assert_refused(text, WEFT_ENAMETOOLONG);
    (void)snprintf(text, sizeof text, "tcp://%0254d:1", 1);
    assert_refused(text, WEFT_ENAMETOOLONG);
    (void)snprintf(text, sizeof text, "mem://%0256d", 1);
    assert_refused(text, WEFT_ENAMETOOLONG);
}

/* Writing a URL needs room for its end. */
static void url_format_needs_room(void **state)
{
    weft__url url;
    weft_error error;
    char text[64];
    size_t len = strlen("tcp://[::1]:54321");
    (void)state;
    assert_int_equal(parse("tcp://[::1]:0", &url, &error), 0);
    assert_int_equal(weft__url_format(&url, 54321, text, len), WEFT_EINVAL);
    assert_int_equal(weft__url_format(&url, 54321, text, len + 1), 0);
    assert_string_equal(text, "tcp://[::1]:54321");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_of_each_kind_is_read), cmocka_unit_test(url_of_descriptor_is_number_or_name),
        cmocka_unit_test(url_malformed_is_refused), cmocka_unit_test(url_too_long_is_refused),
        cmocka_unit_test(url_format_needs_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
