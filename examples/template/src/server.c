/* greeter-server URL: serves until SIGINT or SIGTERM. */
#include "service.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <signal.h>
#include <stdio.h>

static uv_signal_t signals[2];
static weft_log_level log_level = WEFT_LOG_INFO; /* WEFT_LOG_DEBUG tells more */

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&signals[i], NULL);
    weft_runtime_close(handle->data, NULL, NULL); /* sessions end in order, then weft_runtime_run returns */
}

int main(int argc, char **argv)
{
    weft_runtime_options runtime_options = weft_runtime_options_default();
    greeter g = { 0 };
    weft_session_options options = greeter_session_options(&g);
    weft_runtime *runtime;
    weft_listener *listener;
    weft_error error;
    char url[512];
    if (argc != 2) {
        fprintf(stderr, "usage: greeter-server URL    such as tcp://127.0.0.1:4000 or unix:///tmp/greeter.sock\n");
        return 2;
    }
    runtime_options.log = weft_log_stderr; /* what goes on, line by line; a log of your own takes its place */
    runtime_options.log_user = &log_level;
    runtime_options.log_classes = WEFT_LOG_SESSION | WEFT_LOG_LISTENER;
    if (weft_runtime_new(&runtime_options, &runtime) < 0)
        return 1;
    if (weft_listen(runtime, argv[1], &options, &listener, &error) < 0) {
        fprintf(stderr, "greeter-server: %s: %s\n", argv[1], error.text);
        weft_runtime_free(runtime);
        return 1;
    }
    for (int i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(runtime), &signals[i]);
        signals[i].data = runtime;
        uv_signal_start(&signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    if (weft_listener_url(listener, url, sizeof url) == 0)
        printf("listening on %s\n", url);
    fflush(stdout);
    int status = weft_runtime_run(runtime) < 0;
    weft_runtime_free(runtime);
    return status;
}
