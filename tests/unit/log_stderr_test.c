/* The log callback for standard error: what a line looks like. */
#include "weft/log.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

/* What the record becomes on standard error. */
static const char *line_of(void *user, const weft_log_record *record)
{
    static char text[4096];
    int ends[2], saved = dup(STDERR_FILENO);
    assert_true(saved >= 0);
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    weft_log_stderr(user, record);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    (void)close(ends[1]);
    ssize_t len = read(ends[0], text, sizeof text - 1); /* one write of at most 1 KiB: one read */
    assert_true(len >= 0);
    text[len] = '\0';
    (void)close(ends[0]);
    return text;
}

static void line_record_has_level_class_message_and_fields(void **state)
{
    /* Goal: all that a record has, in one line; numbers and texts as they are. */
    (void)state;
    const weft_log_field fields[] = {
        { "id", false, { "", 0 }, 0 },
        { "bytes", false, { "", 0 }, UINT64_MAX },
        { "name", true, { "grün", 5 }, 0 },
        { "none", true, { NULL, 0 }, 0 },
    };
    const weft_log_record record = { WEFT_LOG_WARNING, WEFT_LOG_CALL, "late answer", fields, 4 };
    const weft_log_record bare = { WEFT_LOG_ERROR, (uint64_t)1 << 40, "no memory", NULL, 0 };
    assert_string_equal(line_of(NULL, &record),
                        "weft: warning: call: late answer id=0 bytes=18446744073709551615 name=\"grün\" none=\"\"\n");
    assert_string_equal(line_of(NULL, &bare), "weft: error: other: no memory\n");
}

static void line_text_of_the_counterpart_is_escaped(void **state)
{
    /* Goal: nobody forges a record, or ends a quotation, by what he sends. */
    (void)state;
    const weft_log_field fields[] = { { "text", true, { "a\"b\\c\nweft: \x1b[0m\x7f\0", 18 }, 0 } };
    const weft_log_record record = { WEFT_LOG_INFO, WEFT_LOG_SESSION, "closed", fields, 1 };
    assert_string_equal(line_of(NULL, &record),
                        "weft: info: session: closed text=\"a\\\"b\\\\c\\x0aweft: \\x1b[0m\\x7f\\x00\"\n");
}

static void line_too_long_is_cut_and_says_so(void **state)
{
    /* Goal: at most 1 KiB, ended properly, whatever is in it. */
    (void)state;
    static char many[4000];
    memset(many, 'x', sizeof many);
    for (size_t len = 900; len < 1100; len++) {
        const weft_log_field fields[] = { { "text", true, { many, len }, 0 }, { "more", false, { "", 0 }, 7 } };
        const weft_log_record record = { WEFT_LOG_DEBUG, WEFT_LOG_FRAME, "in", fields, 2 };
        const char *text = line_of(NULL, &record);
        size_t n = strlen(text);
        assert_true(n <= 1024 && text[n - 1] == '\n');
        if (len > 1010)
            assert_string_equal(text + n - 5, " ...\n");
        if (len < 950)
            assert_string_equal(text + n - 9, "\" more=7\n");
    }
}

static void level_of_user_leaves_out_what_is_less_severe(void **state)
{
    /* Goal: user chooses the level; errno survives, also where standard error is closed. */
    (void)state;
    weft_log_level least = WEFT_LOG_WARNING;
    weft_log_record record = { WEFT_LOG_INFO, WEFT_LOG_CONDUIT, "m", NULL, 0 };
    assert_string_equal(line_of(&least, &record), "");
    record.level = WEFT_LOG_WARNING;
    assert_string_equal(line_of(&least, &record), "weft: warning: conduit: m\n");
    int saved = dup(STDERR_FILENO);
    (void)close(STDERR_FILENO);
    errno = ERANGE;
    weft_log_stderr(NULL, &record);
    int after = errno;
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    assert_int_equal(after, ERANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_record_has_level_class_message_and_fields),
        cmocka_unit_test(line_text_of_the_counterpart_is_escaped),
        cmocka_unit_test(line_too_long_is_cut_and_says_so),
        cmocka_unit_test(level_of_user_leaves_out_what_is_less_severe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
