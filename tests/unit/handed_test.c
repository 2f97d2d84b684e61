/* Which descriptor an fd URL means, by what a supervisor has put into the environment. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/conduit/handed.h"

#include <stdio.h>
#include <string.h>

enum { OURS = 4711 };

static int choose_from(const char *pid, const char *fds, const char *names, const char *text, int *fd,
                       weft_error *error)
{
    weft__handed_env env = { OURS, pid, fds, names };
    weft__url url;
    memset(error, 0, sizeof *error);
    *fd = -7;
    assert_int_equal(weft__url_parse(text, &url, error), 0);
    return weft__handed_choose(&env, &url, fd, error);
}

static void assert_chosen(const char *fds, const char *names, const char *text, int expected)
{
    weft_error error;
    int fd;
    assert_int_equal(choose_from("4711", fds, names, text, &fd, &error), 0);
    assert_int_equal(fd, expected);
}

static void assert_refused(const char *pid, const char *fds, const char *names, const char *text, int code,
                           const char *says)
{
    weft_error error;
    int fd;
    assert_int_equal(choose_from(pid, fds, names, text, &fd, &error), code);
    assert_int_equal(error.code, code);
    assert_int_equal(fd, -7);
    if (!strstr(error.text, says))
        fail_msg("'%s' does not say '%s'", error.text, says);
}

/* The only one needs no name; of several each is found by its own. */
static void handed_is_found_by_name_or_as_only_one(void **state)
{
    (void)state;
    assert_chosen("1", NULL, "fd://", 3);
    assert_chosen("1", "store", "fd://", 3);
    assert_chosen("1", "store", "fd://store", 3);
    assert_chosen("3", "a:store:b", "fd://store", 4);
    assert_chosen("3", "a:store:b", "fd://b", 5);
    assert_chosen("3", "a::b", "fd://b", 5);
    assert_chosen("3", "storey:store:store2", "fd://store", 4);
}

/* A number needs no environment. */
static void handed_number_is_what_it_says(void **state)
{
    weft_error error;
    int fd;
    (void)state;
    assert_int_equal(choose_from(NULL, NULL, NULL, "fd://9", &fd, &error), 0);
    assert_int_equal(fd, 9);
    assert_int_equal(choose_from("1", "x", NULL, "fd://0", &fd, &error), 0);
    assert_int_equal(fd, 0);
}

/* Where it is not clear which one is meant, the error names those that there are. */
static void handed_several_are_named(void **state)
{
    (void)state;
    assert_refused("4711", "2", "store:admin", "fd://", WEFT_EINVAL, "fd://store, fd://admin");
    assert_refused("4711", "3", "unknown:admin", "fd://", WEFT_EINVAL, "fd://3, fd://admin, fd://5");
    assert_refused("4711", "2", NULL, "fd://", WEFT_EINVAL, "fd://3, fd://4");
    assert_refused("4711", "3", "a:b:a", "fd://a", WEFT_EINVAL, "fd://3, fd://5");
    assert_refused("4711", "2", "store:admin", "fd://stor", WEFT_ENOENT, "fd://store, fd://admin");
}

/* What was meant for another process, or makes no sense, is taken by nobody. */
static void handed_to_others_is_none(void **state)
{
    (void)state;
    assert_refused(NULL, NULL, NULL, "fd://", WEFT_ENOENT, "LISTEN_PID");
    assert_refused("4711", NULL, NULL, "fd://", WEFT_ENOENT, "LISTEN_FDS");
    assert_refused(NULL, "1", "store", "fd://store", WEFT_ENOENT, "LISTEN_PID");
    assert_refused("4712", "1", "store", "fd://store", WEFT_ENOENT, "4712");
    assert_refused("4711", "0", "", "fd://", WEFT_ENOENT, "LISTEN_FDS is 0");
    assert_refused("4711", "1", "", "fd://store", WEFT_ENOENT, "fd://3");
    assert_refused("4711x", "1", NULL, "fd://", WEFT_EINVAL, "LISTEN_PID");
    assert_refused("4711", "-1", NULL, "fd://", WEFT_EINVAL, "LISTEN_FDS");
    assert_refused("4711", "", NULL, "fd://", WEFT_EINVAL, "LISTEN_FDS");
    assert_refused("4711", "99999999999999999999", NULL, "fd://", WEFT_EINVAL, "LISTEN_FDS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handed_is_found_by_name_or_as_only_one),
        cmocka_unit_test(handed_number_is_what_it_says),
        cmocka_unit_test(handed_several_are_named),
        cmocka_unit_test(handed_to_others_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
