/* One session on one loop, with the signals that end it. */
#include "tools/weft/tool.h"

#include <stdio.h>
#include <unistd.h>

static void on_signal(uv_signal_t *signal, int number)
{
    tool *t = signal->data;
    (void)number;
    if (t->n_signals++ > 0)
        _exit(TOOL_EXIT_SIGNAL); /* it has been asked for twice: whatever hangs */
    t->status = TOOL_EXIT_SIGNAL;
    if (t->interrupted)
        t->interrupted(t->user);
    else
        tool_end(t);
}

int tool_begin(tool *t, const tool_options *options)
{
    static const int numbers[] = { SIGINT, SIGTERM };
    *t = (tool){ .options = options };
    if (weft_arena_new(NULL, &t->arena) || weft_runtime_new(NULL, &t->runtime)) {
        weft_arena_free(t->arena);
        tool_say("%s", weft_strerror(WEFT_ENOMEM));
        return TOOL_EXIT_FAILED;
    }
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(t->runtime), &t->signals[i]);
        t->signals[i].data = t;
        uv_signal_start(&t->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&t->signals[i]); /* they do not keep the loop going */
    }
    return 0;
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    tool *t = user;
    (void)session;
    bool is_end = event->kind == WEFT_EVENT_FAILED || event->kind == WEFT_EVENT_CLOSED;
    if (!is_end || t->is_ending)
        return;
    if (event->kind == WEFT_EVENT_CLOSED && event->error->code == WEFT_OK)
        tool_say("%s: the counterpart has closed the session", t->options->words[0]);
    else
        tool_say_error(t->options->words[0], event->error);
    if (t->lost)
        t->lost(t->user);
    tool_fail(t, TOOL_EXIT_FAILED);
}

void tool_say_refused(const tool *t, const char *what, const weft_error *error)
{
    if (!t->is_ending)
        tool_say_error(weft_session_is_ready(t->session) ? what : t->options->words[0], error);
}

weft_session_options tool_session_options(const tool_options *options)
{
    weft_session_options session = weft_session_options_default();
    uint64_t limit_ns = options->timeout_ns;
    session.connect_wait_ns = options->wait_ns;
    if (limit_ns < session.connect_timeout_ns)
        session.connect_timeout_ns = limit_ns;
    if (limit_ns < session.handshake_timeout_ns)
        session.handshake_timeout_ns = limit_ns;
    return session;
}

weft_open_options tool_open_options(const tool_options *options)
{
    weft_open_options open = weft_open_options_default();
    open.timeout_ns = options->timeout_ns != WEFT_TIMEOUT_DEFAULT ? options->timeout_ns : WEFT_OPEN_TIMEOUT;
    /* It is asked for before the session is ready. */
    open.timeout_ns =
        open.timeout_ns < WEFT_FOREVER - options->wait_ns ? open.timeout_ns + options->wait_ns : WEFT_FOREVER;
    return open;
}

int tool_connect(tool *t, const char *url)
{
    weft_session_options options = tool_session_options(t->options);
    weft_error error = { 0 };
    options.on_event = on_event;
    options.user = t;
    int status = weft_connect(t->runtime, url, &options, &t->session, &error);
    if (!status)
        return 0;
    tool_say_error(url, &error);
    tool_fail(t, status == WEFT_EINVAL ? TOOL_EXIT_USAGE : TOOL_EXIT_FAILED);
    return t->status;
}

void tool_end(tool *t)
{
    t->is_ending = true;
    if (t->session)
        weft_session_close(t->session, WEFT_CODE_NONE, NULL);
}

void tool_fail(tool *t, int status)
{
    t->status = t->status ? t->status : status;
    tool_end(t);
}

int tool_run(tool *t)
{
    weft_runtime_run(t->runtime);
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&t->signals[i], NULL);
    weft_session_release(t->session);
    weft_runtime_free(t->runtime);
    weft_arena_free(t->arena);
    return t->status;
}
