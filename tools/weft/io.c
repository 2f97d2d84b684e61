/* stdin and stdout beside the loop: neither a slow reader nor a silent writer keeps the session from what it has to do.
 * Pipes and terminals are opened anew, without blocking, so that other programs that share them notice nothing; files
 * are read and written as they are, since they never wait. */
#include "tools/weft/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A descriptor of its own for what does wait; -1: none. */
static int open_again(int fd, int flags)
{
    struct stat info;
    if (fstat(fd, &info) < 0 || !(S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode)))
        return -1;
    return open(fd == STDIN_FILENO ? "/proc/self/fd/0" : "/proc/self/fd/1", flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static void *grown(char *bytes, size_t needed, size_t *room_inout)
{
    size_t room = *room_inout ? *room_inout : 65536;
    while (room < needed)
        room *= 2;
    char *more = room == *room_inout ? bytes : realloc(bytes, room);
    if (more)
        *room_inout = room;
    return more;
}

/* ---- stdout ---- */

static void out_break(tool_out *out)
{
    if (errno != EPIPE)
        tool_say("stdout: %s", strerror(errno));
    out->is_broken = true;
    out->len = 0;
}

/* As much as goes; false: it is not to be waited for. */
static bool out_write(tool_out *out)
{
    size_t done = 0;
    bool waits = false;
    while (done < out->len && !waits && !out->is_broken) {
        ssize_t n = write(out->fd >= 0 ? out->fd : STDOUT_FILENO, out->bytes + done, out->len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN)
            waits = true;
        else if (errno != EINTR)
            out_break(out);
    }
    if (!out->is_broken) {
        memmove(out->bytes, out->bytes + done, out->len - done);
        out->len -= done;
    }
    return waits;
}

static void on_writable(uv_poll_t *poll, int status, int events)
{
    tool_out *out = poll->data;
    (void)status, (void)events;
    if (!out_write(out))
        uv_poll_stop(poll);
    out->progress(out->user);
}

void tool_out_open(tool_out *out, uv_loop_t *loop, void (*progress)(void *user), void *user)
{
    *out = (tool_out){ .fd = open_again(STDOUT_FILENO, O_WRONLY), .progress = progress, .user = user };
    if (out->fd >= 0 && uv_poll_init(loop, &out->poll, out->fd) < 0) {
        close(out->fd); /* /dev/null, say */
        out->fd = -1;
    }
    out->poll.data = out;
}

void tool_out_add(tool_out *out, const char *text, size_t len)
{
    char *bytes = out->is_broken ? NULL : grown(out->bytes, out->len + len, &out->room);
    if (!bytes) {
        out->is_broken = true;
        return;
    }
    out->bytes = bytes;
    memcpy(bytes + out->len, text, len);
    out->len += len;
    if (out->fd < 0)
        (void)out_write(out);
    else
        uv_poll_start(&out->poll, UV_WRITABLE | UV_DISCONNECT, on_writable);
}

static void close_fd(uv_handle_t *handle)
{
    close(*(int *)handle->data);
}

void tool_out_close(tool_out *out)
{
    free(out->bytes);
    out->bytes = NULL;
    out->len = out->room = 0;
    out->is_broken = true;
    if (out->fd < 0)
        return;
    out->poll.data = &out->fd;
    if (!uv_is_closing((uv_handle_t *)&out->poll))
        uv_close((uv_handle_t *)&out->poll, close_fd);
}

/* ---- stdin ---- */

static void in_give(tool_in *in, const char *text, size_t len)
{
    if (len > 0 && text[len - 1] == '\r')
        len--;
    in->line(in->user, weft_str_of(text, len));
}

/* Gives the lines that have come, as long as somebody wants them. */
static void in_give_lines(tool_in *in)
{
    while (in->is_open && !in->is_paused) {
        char *from = in->bytes + in->at;
        size_t left = in->len - in->at;
        char *end = left ? memchr(from, '\n', left) : NULL;
        if (end) {
            in->at += (size_t)(end - from) + 1;
            in_give(in, from, (size_t)(end - from));
        } else if (in->is_ended && left > 0) {
            in->at = in->len;
            in_give(in, from, left);
        } else {
            break;
        }
    }
    if (!in->is_open || in->is_paused || !in->is_ended)
        return;
    tool_in_close(in);
    in->line(in->user, weft_str_of(NULL, 0));
}

/* Reads once. */
static void in_read(tool_in *in)
{
    if (in->at > 0) {
        memmove(in->bytes, in->bytes + in->at, in->len - in->at);
        in->len -= in->at;
        in->at = 0;
    }
    char *bytes = in->len < TOOL_LINE_MAX ? grown(in->bytes, in->len + 32768, &in->room) : NULL;
    ssize_t n = -1;
    if (bytes) {
        in->bytes = bytes;
        n = read(in->fd >= 0 ? in->fd : STDIN_FILENO, bytes + in->len, in->room - in->len);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
    }
    if (n < 0) {
        tool_say("stdin: %s", bytes ? strerror(errno) : "a line is too long");
        in->is_broken = true;
        in->at = in->len = 0;
    }
    in->len += n > 0 ? (size_t)n : 0;
    in->is_ended = n <= 0;
}

static void in_wait(tool_in *in);

static void on_readable(uv_poll_t *poll, int status, int events)
{
    tool_in *in = poll->data;
    (void)status, (void)events;
    in_read(in);
    in_give_lines(in);
    in_wait(in);
}

static void on_idle(uv_idle_t *idle)
{
    tool_in *in = idle->data;
    uv_idle_stop(idle);
    if (in->fd < 0 && !in->is_ended && !(in->len > in->at && memchr(in->bytes + in->at, '\n', in->len - in->at)))
        in_read(in);
    in_give_lines(in);
    in_wait(in);
}

/* For whatever comes next: nothing while it is paused. */
static void in_wait(tool_in *in)
{
    if (!in->is_open)
        return;
    if (in->fd >= 0 && (in->is_paused || in->is_ended))
        uv_poll_stop(&in->poll);
    if (in->is_paused)
        return;
    if (in->fd < 0)
        uv_idle_start(&in->idle, on_idle);
    else if (!in->is_ended)
        uv_poll_start(&in->poll, UV_READABLE, on_readable);
}

void tool_in_open(tool_in *in, uv_loop_t *loop, void (*line)(void *user, weft_str line), void *user)
{
    *in = (tool_in){ .fd = open_again(STDIN_FILENO, O_RDONLY), .is_open = true, .line = line, .user = user };
    if (in->fd >= 0 && uv_poll_init(loop, &in->poll, in->fd) < 0) {
        close(in->fd);
        in->fd = -1;
    }
    uv_idle_init(loop, &in->idle);
    in->poll.data = in->idle.data = in;
    in_wait(in);
}

void tool_in_pause(tool_in *in, bool paused)
{
    in->is_paused = paused;
    if (in->is_open && !paused)
        uv_idle_start(&in->idle, on_idle); /* what has come already, in the next turn */
}

void tool_in_close(tool_in *in)
{
    if (!in->is_open)
        return;
    in->is_open = false;
    uv_close((uv_handle_t *)&in->idle, NULL);
    in->poll.data = &in->fd;
    if (in->fd >= 0)
        uv_close((uv_handle_t *)&in->poll, close_fd);
}

weft_str tool_in_whole(weft_arena *arena)
{
    tool_in in = { .fd = -1, .is_open = true };
    while (!in.is_ended)
        in_read(&in);
    weft_str whole = weft_str_of(NULL, 0);
    if (!in.is_broken)
        whole = weft_arena_copy_str(arena, weft_str_of(in.bytes ? in.bytes : "", in.len));
    free(in.bytes);
    return whole;
}
