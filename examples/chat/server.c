/* chat-server URL: one room, until it is told to end by SIGINT or SIGTERM. */
#include "room.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>

static const chat_room_handler handler = { .size = sizeof handler, .join = room_on_join };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(chat_room_service.name)))
        return chat_room_serve(pending, &handler, user, NULL);
    return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static uv_signal_t signals[2];

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&signals[i], NULL);
    weft_runtime_close(signal->data, NULL, NULL);
}

static int listen_and_run(weft_runtime *runtime, struct room *room, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = room;
    if (weft_listen(runtime, url, &options, &listener, &error) < 0) {
        fprintf(stderr, "chat-server: %s: %s\n", url, error.text);
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(runtime), &signals[i]);
        signals[i].data = runtime;
        uv_signal_start(&signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    if (weft_listener_url(listener, real_url, sizeof real_url) == 0)
        printf("listening on %s\n", real_url);
    fflush(stdout);
    return weft_runtime_run(runtime) < 0;
}

int main(int argc, char **argv)
{
    struct room room = { NULL };
    weft_runtime *runtime;
    if (argc != 2 || weft_runtime_new(NULL, &runtime) < 0) {
        fprintf(stderr, "usage: chat-server URL\n");
        return 2;
    }
    int status = listen_and_run(runtime, &room, argv[1]);
    weft_runtime_free(runtime); /* every member has left by now: their channels have ended with their sessions */
    return status;
}
