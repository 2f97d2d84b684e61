/* Writing files: see output.h. */
#include "codegen/output.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain(const char *what, const char *path, int rc)
{
    fprintf(stderr, "weftc: cannot %s %s: %s\n", what, path, strerror(-rc));
    return rc;
}

/* path with a suffix, from malloc; NULL: out of memory. */
static char *temporary_path(const char *path)
{
    size_t room = strlen(path) + 32;
    char *text = malloc(room);
    if (text)
        snprintf(text, room, "%s.%ld.tmp", path, (long)getpid());
    return text;
}

static int make_directories(const char *path)
{
    char *copy = strdup(path);
    int rc = copy ? 0 : complain("write", path, -ENOMEM);
    if (!copy)
        return rc;
    for (char *at = strchr(copy + 1, '/'); at && rc == 0; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(copy, 0777) < 0 && errno != EEXIST)
            rc = complain("make the directory", copy, -errno);
        *at = '/';
    }
    free(copy);
    return rc;
}

static int write_all(int fd, weft_str text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.ptr, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        text = weft_str_of(text.ptr + n, text.len - (size_t)n);
    }
    return 0;
}

static int write_temporary(const char *temporary, const weftc_output *output)
{
    int rc = make_directories(output->path);
    if (rc < 0)
        return rc;
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST && unlink(temporary) == 0)
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return complain("write", output->path, -errno);
    rc = write_all(fd, output->text);
    if (close(fd) < 0 && rc == 0)
        rc = -errno;
    if (rc < 0) {
        unlink(temporary);
        complain("write", output->path, rc);
    }
    return rc;
}

int weftc_output_write(const weftc_output *outputs, size_t n_outputs)
{
    char **temporaries = calloc(n_outputs + 1, sizeof *temporaries);
    size_t n_written = 0;
    int rc = temporaries ? 0 : complain("write", "anything", -ENOMEM);
    for (size_t i = 0; i < n_outputs && rc == 0; i++) {
        temporaries[i] = temporary_path(outputs[i].path);
        rc =
            temporaries[i] ? write_temporary(temporaries[i], &outputs[i]) : complain("write", outputs[i].path, -ENOMEM);
        n_written += rc == 0;
    }
    for (size_t i = 0; i < n_written; i++) {
        if (rc == 0 && rename(temporaries[i], outputs[i].path) < 0)
            rc = complain("write", outputs[i].path, -errno);
        if (rc < 0)
            unlink(temporaries[i]); /* of those that have their names it is gone already */
    }
    for (size_t i = 0; temporaries && i < n_outputs; i++)
        free(temporaries[i]);
    free(temporaries);
    return rc;
}
