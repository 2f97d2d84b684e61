/* calculator-client URL: makes some calls, prints the answers, and ends. */
#include "calc.weft.h"

#include "weft/weft.h"

#include <stdio.h>

struct app {
    weft_session *session;
    calc_calculator_client client;
    int n_waiting;
    int status;
};

static void finish(struct app *app)
{
    weft_connection_release(app->client.connection);
    weft_session_close(app->session, WEFT_CODE_NONE, NULL);
}

/* Of each reply: whether it is an answer; the last one ends the session. */
static bool take(struct app *app, const char *what, const weft_result *result)
{
    if (result->code < 0) {
        printf("%s: %s\n", what, weft_strerror(result->code));
        app->status = 1;
    }
    if (--app->n_waiting == 0)
        finish(app);
    return result->code == 0;
}

static void on_add(void *user, const calc_calculator_add_reply *reply)
{
    if (take(user, "add", &reply->result))
        printf("2 + 3 = %g\n", reply->value);
}

static void on_divide(void *user, const calc_calculator_divide_reply *reply)
{
    if (!take(user, "divide", &reply->result))
        return;
    if (reply->error)
        printf("division failed: %s\n", reply->error->kind == CALC_DIVIDE_ERROR_BY_ZERO ? "by zero" : "unknown");
    else
        printf("7 / 2 = %g\n", reply->value);
}

static void on_mean(void *user, const calc_calculator_mean_reply *reply)
{
    if (!take(user, "mean", &reply->result))
        return;
    if (reply->value.has)
        printf("the mean of 1, 2, 3, 4 is %g\n", reply->value.value);
    else
        printf("nothing has no mean\n");
}

/* All at once: the answers come in the order of the calls, since the server answers each at once. */
static int call(struct app *app)
{
    static const double values[] = { 1, 2, 3, 4 };
    const calc_calculator_add_args add = { 2, 3 };
    const calc_calculator_divide_args halve = { 7, 2 }, by_zero = { 1, 0 };
    const calc_calculator_mean_args mean = { { values, 4 } }, nothing = { { values, 0 } };
    const int results[] = {
        calc_calculator_add(app->client, &add, NULL, on_add, app, NULL),
        calc_calculator_divide(app->client, &halve, NULL, on_divide, app, NULL),
        calc_calculator_divide(app->client, &by_zero, NULL, on_divide, app, NULL),
        calc_calculator_mean(app->client, &mean, NULL, on_mean, app, NULL),
        calc_calculator_mean(app->client, &nothing, NULL, on_mean, app, NULL),
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        if (results[i] < 0)
            return results[i];
        app->n_waiting++;
    }
    return 0;
}

static void on_opened(void *user, calc_calculator_client client, const weft_error *error_or_null)
{
    struct app *app = user;
    int rc = error_or_null ? error_or_null->code : 0;
    app->client = client;
    if (client.connection)
        rc = call(app);
    if (rc < 0) {
        fprintf(stderr, "calculator-client: %s\n", weft_strerror(rc));
        app->status = 1;
        finish(app);
    }
}

int main(int argc, char **argv)
{
    struct app app = { 0 };
    weft_runtime *runtime;
    weft_error error;
    if (argc != 2) {
        fprintf(stderr, "usage: calculator-client URL\n");
        return 2;
    }
    if (weft_runtime_new(NULL, &runtime) < 0)
        return 1;
    if (weft_connect(runtime, argv[1], NULL, &app.session, &error) < 0) {
        fprintf(stderr, "calculator-client: %s: %s\n", argv[1], error.text);
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
