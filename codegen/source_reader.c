/* Files in, diagnostics out: the system behind the front end's interfaces. */
#include "codegen/commands.h"

#include <errno.h>
#include <limits.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* What has no file at its end is not there, for whatever reason; all other errors keep their errno value. */
static int error_of(int err)
{
    return err == ENOTDIR || err == ENAMETOOLONG || err == ELOOP || err == EISDIR ? WEFT_ENOENT : -err;
}

/* Everything up to the end; room doubles, since the size of what is no ordinary file is not known before. */
static int read_all(int fd, size_t room, weft_arena *arena, weft_str *ret_text)
{
    size_t len = 0;
    char *text = weft_arena_alloc(arena, room + 1, 1);
    while (text) {
        ssize_t n = read(fd, text + len, room - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_of(errno);
        len += (size_t)n;
        if (len > WEFT__IDL_FILE_MAX)
            return WEFT_EMSGSIZE;
        if (n == 0) {
            text[len] = '\0';
            *ret_text = weft_str_of(text, len);
            return 0;
        }
        if (len < room)
            continue;
        char *more = weft_arena_alloc(arena, room * 2 + 1, 1);
        if (more)
            memcpy(more, text, len);
        text = more;
        room *= 2;
    }
    return WEFT_ENOMEM;
}

static int read_source(void *ctx, const char *path, weft_arena *arena, weft_str *ret_text)
{
    (void)ctx;
    /* Without O_NONBLOCK a fifo in the place of a source would hang. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_of(errno);
    struct stat info;
    int status = fstat(fd, &info) < 0 ? error_of(errno) : 0;
    if (status == 0 && S_ISDIR(info.st_mode))
        status = error_of(EISDIR);
    if (status == 0 && info.st_size > (off_t)WEFT__IDL_FILE_MAX)
        status = WEFT_EMSGSIZE;
    if (status == 0)
        status = read_all(fd, info.st_size > 0 ? (size_t)info.st_size + 1 : 4096, arena, ret_text);
    close(fd);
    return status;
}

/* Where weft's own definitions are installed, told by where this program is, as the prefix may have been moved. */
static const char *standard_dir(void)
{
    static char path[PATH_MAX + sizeof WEFTC_STANDARD_DIR];
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);
    while (len > 0 && path[len - 1] != '/')
        len--;
    if (len <= 0)
        return NULL;
    memcpy(path + len, WEFTC_STANDARD_DIR, sizeof WEFTC_STANDARD_DIR);
    return path;
}

const weft__idl_source_reader *weftc_source_reader(void)
{
    static weft__idl_source_reader reader = { .read = read_source };
    if (!reader.standard_dir)
        reader.standard_dir = standard_dir();
    return &reader;
}

static int write_piece(void *user, const char *text, size_t len)
{
    return fwrite(text, 1, len, user) == len ? 0 : WEFT_EIO;
}

int weftc_print_diagnostics_to(weft__diagnostics *diags, weft__diag_format format, void *stream)
{
    int status = weft__diagnostics_print(diags, format, write_piece, stream);
    return fflush(stream) == 0 || status < 0 ? status : WEFT_EIO;
}

int weftc_print_diagnostics(weft__diagnostics *diags)
{
    return weftc_print_diagnostics_to(diags, WEFT__DIAG_TEXT, stderr);
}
