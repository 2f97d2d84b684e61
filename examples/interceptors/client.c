/* interceptors-client URL TOKEN: two calls, each with the token, which they themselves know nothing of. */
#include "calc.weft.h"
#include "checks.h"

#include <stdio.h>

struct app {
    weft_session *session;
    int n_waiting;
    int status;
};

static void take(struct app *app, const char *what, const weft_result *result)
{
    if (result->code < 0) {
        printf("%s: %s: %.*s\n", what, weft_strerror(result->code), (int)result->text.len, result->text.ptr);
        app->status = 1;
    }
    if (--app->n_waiting == 0)
        weft_session_close(app->session, WEFT_CODE_NONE, NULL);
}

static void on_add(void *user, const calc_calculator_add_reply *reply)
{
    if (reply->result.code == 0)
        printf("2 + 3 = %g\n", reply->value);
    take(user, "add", &reply->result);
}

static void on_divide(void *user, const calc_calculator_divide_reply *reply)
{
    if (reply->error)
        printf("division failed\n");
    take(user, "divide", &reply->result);
}

static void on_opened(void *user, calc_calculator_client client, const weft_error *error_or_null)
{
    const calc_calculator_add_args add = { 2, 3 };
    const calc_calculator_divide_args by_zero = { 1, 0 };
    struct app *app = user;
    app->status = 1;
    if (error_or_null) {
        printf("%s\n", error_or_null->text);
    } else if (calc_calculator_add(client, &add, NULL, on_add, app, NULL) == 0) {
        app->n_waiting = 1;
        app->status = 0;
        if (calc_calculator_divide(client, &by_zero, NULL, on_divide, app, NULL) == 0)
            app->n_waiting++;
    }
    if (app->n_waiting == 0)
        weft_session_close(app->session, WEFT_CODE_NONE, NULL);
    weft_connection_release(client.connection);
}

int main(int argc, char **argv)
{
    struct app app = { 0 };
    weft_session_options options = weft_session_options_default();
    weft_runtime *runtime;
    weft_error error;
    if (argc != 3 || weft_runtime_new(NULL, &runtime) < 0) {
        fprintf(stderr, "usage: interceptors-client URL TOKEN\n");
        return 2;
    }
    const weft_interceptor token = token_interceptor(argv[2]);
    const weft_interceptor *chain[] = { &token };
    options.interceptors = chain;
    options.n_interceptors = 1;
    if (weft_connect(runtime, argv[1], &options, &app.session, &error) < 0) {
        fprintf(stderr, "interceptors-client: %s: %s\n", argv[1], error.text);
        app.status = 1;
    } else {
        if (calc_calculator_open(app.session, NULL, on_opened, &app) < 0)
            weft_session_close(app.session, WEFT_CODE_NONE, NULL);
        weft_runtime_run(runtime);
        weft_session_release(app.session);
    }
    weft_runtime_free(runtime);
    return app.status;
}
