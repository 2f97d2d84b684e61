/* interceptors-server URL TOKEN [UID]: calculates for who brings the token, and, with UID, is that user over a unix
 * socket. At its end (SIGINT, SIGTERM) it says what was called. */
#include "calc.weft.h"
#include "checks.h"

#include "weft/uv.h"

#include <stdio.h>
#include <stdlib.h>

static void on_add(void *self, calc_calculator_add_call call, const calc_calculator_add_args *args)
{
    (void)self;
    calc_calculator_add_return(call, args->a + args->b);
}

static void on_divide(void *self, calc_calculator_divide_call call, const calc_calculator_divide_args *args)
{
    calc_divide_error by_zero = calc_divide_error_make_by_zero();
    (void)self;
    if (args->b == 0)
        calc_calculator_divide_fail(call, &by_zero);
    else
        calc_calculator_divide_return(call, args->a / args->b);
}

static const calc_calculator_handler handler = { .size = sizeof handler, .add = on_add, .divide = on_divide };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    return calc_calculator_serve(pending, &handler, NULL, NULL);
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

static int listen_and_run(weft_runtime *runtime, const char *url, weft_session_options *options)
{
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options->on_open = on_open;
    options->on_event = on_event;
    if (weft_listen(runtime, url, options, &listener, &error) < 0) {
        fprintf(stderr, "interceptors-server: %s: %s\n", url, error.text);
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
    weft_session_options options = weft_session_options_default();
    weft_runtime *runtime;
    int status;
    if ((argc != 3 && argc != 4) || weft_runtime_new(NULL, &runtime) < 0) {
        fprintf(stderr, "usage: interceptors-server URL TOKEN [UID]\n");
        return 2;
    }
    /* The first sees everything, refused calls too. All of it outlives the sessions. */
    counter counted = { .n_methods = 0 };
    uint32_t uid = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    const weft_interceptor count = count_interceptor(&counted), token = token_interceptor(argv[2]),
                           same_user = uid_interceptor(&uid);
    const weft_interceptor *chain[] = { &count, &token, &same_user };
    options.interceptors = chain;
    options.n_interceptors = argc == 4 ? 3 : 2;
    status = listen_and_run(runtime, argv[1], &options);
    weft_runtime_free(runtime);
    count_print(&counted);
    return status;
}
