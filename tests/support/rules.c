/* Appends proved rules to the file that the test run collects. */
#include "tests/support/rules.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

enum { RULES_MAX = 512, PATH_MAX_BYTES = 1024, LINE_MAX_BYTES = 2 * PATH_MAX_BYTES };

static const char *rules_seen[RULES_MAX];
static size_t rules_n;

static bool rules_first_time(const char *id)
{
    for (size_t i = 0; i < rules_n; i++) {
        if (strcmp(rules_seen[i], id) == 0)
            return false;
    }
    if (rules_n < RULES_MAX)
        rules_seen[rules_n++] = id;
    return true;
}

/* The last part of the running program's path. */
static void rules_program(char *ret_name, size_t cap)
{
    char path[PATH_MAX_BYTES];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    path[len > 0 ? len : 0] = '\0';
    const char *slash = strrchr(path, '/');
    snprintf(ret_name, cap, "%s", slash ? slash + 1 : path);
}

void weft_test_rule(const char *id)
{
    const char *file = getenv("WEFT_RULES_FILE");
    if (!file || !*file || !rules_first_time(id))
        return;
    char program[PATH_MAX_BYTES], line[LINE_MAX_BYTES];
    rules_program(program, sizeof program);
    int len = snprintf(line, sizeof line, "%s\t%s\n", id, program);
    if (len < 0 || (size_t)len >= sizeof line)
        fail_msg("rule id too long: %s", id);
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        fail_msg("cannot open WEFT_RULES_FILE %s", file);
    /* One write with O_APPEND: lines of programs that run at the same time never mix. */
    ssize_t written = write(fd, line, (size_t)len);
    close(fd);
    if (written != (ssize_t)len)
        fail_msg("cannot write to WEFT_RULES_FILE %s", file);
}
