/* calculator-server URL: calculates until it is told to end by SIGINT or SIGTERM. */
#include "calc.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>

static void on_add(void *self, calc_calculator_add_call call, const calc_calculator_add_args *args)
{
    (void)self;
    calc_calculator_add_return(call, args->a + args->b);
}

static void on_divide(void *self, calc_calculator_divide_call call, const calc_calculator_divide_args *args)
{
    (void)self;
    if (args->b == 0) {
        calc_divide_error error = calc_divide_error_make_by_zero();
        calc_calculator_divide_fail(call, &error);
    } else {
        calc_calculator_divide_return(call, args->a / args->b);
    }
}

static void on_mean(void *self, calc_calculator_mean_call call, const calc_calculator_mean_args *args)
{
    weft_opt_f64 mean = { args->values.len > 0, 0 };
    (void)self;
    for (size_t i = 0; i < args->values.len; i++)
        mean.value += args->values.items[i] / (double)args->values.len;
    calc_calculator_mean_return(call, mean);
}

static const calc_calculator_handler handler = { sizeof handler, NULL, on_add, on_divide, on_mean };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(calc_calculator_service.name)))
        return calc_calculator_serve(pending, &handler, NULL, NULL);
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

static int listen_and_run(weft_runtime *runtime, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options.on_open = on_open;
    options.on_event = on_event;
    if (weft_listen(runtime, url, &options, &listener, &error) < 0) {
        fprintf(stderr, "calculator-server: %s: %s\n", url, error.text);
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
    weft_runtime *runtime;
    int status;
    if (argc != 2) {
        fprintf(stderr, "usage: calculator-server URL\n");
        return 2;
    }
    if (weft_runtime_new(NULL, &runtime) < 0)
        return 1;
    status = listen_and_run(runtime, argv[1]);
    weft_runtime_free(runtime);
    return status;
}
