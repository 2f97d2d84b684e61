/* callback-client URL STEPS [LIMIT]: has the server work, hears of each step, and stops it behind LIMIT steps. */
#include "callback.weft.h"

#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

struct app {
    uint32_t steps, limit;
    weft_session *session;
    cb_worker_client worker;
    int status;
};

static void finish(struct app *app, int status)
{
    app->status = status;
    weft_connection_release(app->worker.connection);
    weft_session_close(app->session, WEFT_CODE_NONE, NULL);
}

/* The server calls us, while our call to it is under way. */
static void on_progress(void *self, cb_watcher_progress_call call, const cb_watcher_progress_args *args)
{
    const struct app *app = self;
    printf("%u of %u\n", (unsigned)args->done, (unsigned)args->of);
    cb_watcher_progress_return(call, args->done < app->limit);
}

static const cb_watcher_handler handler = { sizeof handler, NULL, on_progress };

static void on_work(void *user, const cb_worker_work_reply *reply)
{
    struct app *app = user;
    if (reply->result.code < 0)
        fprintf(stderr, "callback-client: %s\n", weft_strerror(reply->result.code));
    else
        printf("done: %u\n", (unsigned)reply->value);
    finish(app, reply->result.code < 0);
}

static void on_opened(void *user, cb_worker_client client, const weft_error *error_or_null)
{
    struct app *app = user;
    cb_worker_work_args args = { app->steps };
    int rc = error_or_null ? error_or_null->code : 0;
    app->worker = client;
    if (client.connection)
        rc = cb_worker_work(client, &args, NULL, on_work, app, NULL);
    if (rc < 0) {
        fprintf(stderr, "callback-client: %s\n", weft_strerror(rc));
        finish(app, 1);
    }
}

static bool parse(const char *text, uint32_t *ret)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0' || number > UINT32_MAX)
        return false;
    *ret = (uint32_t)number;
    return true;
}

int main(int argc, char **argv)
{
    struct app app = { 0 };
    weft_open_options options = weft_open_options_default();
    weft_runtime *runtime;
    weft_error error;
    app.limit = UINT32_MAX;
    if (argc < 3 || argc > 4 || !parse(argv[2], &app.steps) || (argc == 4 && !parse(argv[3], &app.limit))) {
        fprintf(stderr, "usage: callback-client URL STEPS [LIMIT]\n");
        return 2;
    }
    app.status = 1;
    if (weft_runtime_new(NULL, &runtime) < 0)
        return 1;
    /* What we serve on the connection that we open. */
    options.serves = &cb_watcher_service;
    options.handler = &handler;
    options.self = &app;
    if (weft_connect(runtime, argv[1], NULL, &app.session, &error) < 0) {
        fprintf(stderr, "callback-client: %s: %s\n", argv[1], error.text);
    } else {
        if (cb_worker_open(app.session, &options, on_opened, &app) < 0)
            weft_session_close(app.session, WEFT_CODE_NONE, NULL);
        weft_runtime_run(runtime);
        weft_session_release(app.session);
    }
    weft_runtime_free(runtime);
    return app.status;
}
