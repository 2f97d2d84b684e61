/* chat-client URL NAME: what stands on stdin, a pipe or terminal, is said line by line; what happens in the room is
 * printed. Ends when stdin has. */
#include "chat.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>
#include <unistd.h>

struct app {
    weft_str name;
    weft_session *session;
    chat_room_client client;
    chat_str_tx says;
    uv_poll_t input;
    char buffer[CHAT_MAX_LINE + 1];
    size_t len;
    bool is_at_end;
    int status;
};

static void finish(struct app *app, int status)
{
    app->status = status;
    if (!uv_is_closing((uv_handle_t *)&app->input))
        uv_close((uv_handle_t *)&app->input, NULL);
    weft_connection_release(app->client.connection);
    app->client.connection = NULL;
    weft_session_close(app->session, WEFT_CODE_NONE, NULL);
}

/* ---- talking ---- */

static void on_input(uv_poll_t *poll, int status, int events);

/* Says the whole lines that there are, and at the end what is left. While the room takes no more, nothing is read from
 * stdin, so that whoever writes there comes to wait too. */
static void say(void *user)
{
    struct app *app = user;
    while (app->len > 0) {
        const char *end = memchr(app->buffer, '\n', app->len);
        size_t len = end ? (size_t)(end - app->buffer) : app->len;
        if (!end && !app->is_at_end && len < CHAT_MAX_LINE)
            break;
        if (len > CHAT_MAX_LINE) /* a longer line is said in pieces */
            end = NULL, len = CHAT_MAX_LINE;
        int rc = chat_str_send(app->says, weft_str_of(app->buffer, len));
        if (rc == WEFT_EAGAIN) {
            uv_poll_stop(&app->input);
            chat_str_on_room(app->says, say, app);
            return;
        }
        if (rc == WEFT_EINVAL)
            fprintf(stderr, "chat-client: a line that is not UTF-8 was not said\n");
        else if (rc < 0)
            return; /* it has ended: so have the events, and they say why */
        app->len -= len + (end != NULL);
        memmove(app->buffer, app->buffer + len + (end != NULL), app->len);
    }
    if (app->is_at_end)
        weft_channel_finish(app->says.channel);
    else
        uv_poll_start(&app->input, UV_READABLE, on_input);
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    struct app *app = poll->data;
    (void)status, (void)events;
    ssize_t len = read(STDIN_FILENO, app->buffer + app->len, sizeof app->buffer - app->len);
    if (len <= 0) {
        app->is_at_end = true;
        uv_poll_stop(&app->input);
    } else {
        app->len += (size_t)len;
    }
    say(app);
}

/* ---- listening ---- */

static bool on_event(void *user, chat_event_rx rx, const chat_event *event)
{
    struct app *app = user;
    (void)rx;
    switch (event->kind) {
    case CHAT_EVENT_JOINED:
        printf("* %.*s is here\n", (int)event->as.joined.len, event->as.joined.ptr);
        if (weft_str_equal(event->as.joined, app->name))
            uv_poll_start(&app->input, UV_READABLE, on_input);
        break;
    case CHAT_EVENT_LEFT: printf("* %.*s has left\n", (int)event->as.left.len, event->as.left.ptr); break;
    case CHAT_EVENT_SAID:
        printf("%.*s: %.*s\n", (int)event->as.said.name.len, event->as.said.name.ptr, (int)event->as.said.line.len,
               event->as.said.line.ptr);
        break;
    case CHAT_EVENT_MISSED: printf("* %llu missed\n", (unsigned long long)event->as.missed); break;
    case CHAT_EVENT_UNKNOWN: break;
    }
    fflush(stdout);
    return true;
}

/* The room finishes when we have; else something has gone wrong. */
static void on_end(void *user, const weft_channel_end *end)
{
    struct app *app = user;
    if (end->kind != WEFT_CHANNEL_FINISHED)
        fprintf(stderr, "chat-client: %s\n", weft_strerror(end->code));
    finish(app, app->status == 0 && end->kind == WEFT_CHANNEL_FINISHED ? 0 : 1);
}

static void on_joined(void *user, const chat_room_join_reply *reply)
{
    struct app *app = user;
    if (reply->result.code == 0 && !reply->error)
        return;
    app->status = 1; /* the channels end with the call, and on_end finishes */
    if (reply->error)
        fprintf(stderr, "chat-client: that name is %s\n",
                reply->error->kind == CHAT_JOIN_ERROR_NAME_TAKEN ? "taken" : "no name");
}

static int join(struct app *app)
{
    static const chat_event_reader reader = { sizeof reader, on_event, on_end };
    chat_room_join_args args = { app->name };
    chat_event_rx events;
    int rc = chat_room_join(app->client, &args, NULL, on_joined, app, NULL, &app->says, &events);
    return rc < 0 ? rc : chat_event_read(events, &reader, app);
}

static void on_opened(void *user, chat_room_client client, const weft_error *error_or_null)
{
    struct app *app = user;
    app->client = client;
    int rc = error_or_null ? error_or_null->code : join(app);
    if (rc < 0) {
        fprintf(stderr, "chat-client: %s\n", error_or_null ? error_or_null->text : weft_strerror(rc));
        finish(app, 1);
    }
}

int main(int argc, char **argv)
{
    static struct app app;
    weft_runtime *runtime;
    weft_error error;
    if (argc != 3 || weft_runtime_new(NULL, &runtime) < 0) {
        fprintf(stderr, "usage: chat-client URL NAME\n");
        return 2;
    }
    app.name = weft_str_from(argv[2]);
    if (uv_poll_init(weft_runtime_loop(runtime), &app.input, STDIN_FILENO) < 0) {
        fprintf(stderr, "chat-client: stdin is no pipe or terminal\n");
        app.status = 1;
    } else if (weft_connect(runtime, argv[1], NULL, &app.session, &error) < 0) {
        fprintf(stderr, "chat-client: %s: %s\n", argv[1], error.text);
        uv_close((uv_handle_t *)&app.input, NULL);
        app.status = 1;
    } else {
        app.input.data = &app;
        if (chat_room_open(app.session, NULL, on_opened, &app) < 0)
            finish(&app, 1);
        weft_runtime_run(runtime);
        weft_session_release(app.session);
    }
    weft_runtime_free(runtime);
    return app.status;
}
