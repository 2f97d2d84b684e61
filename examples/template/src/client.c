/* greeter-client URL NAME: asks for a greeting, prints it, and ends. */
#include "greeter.weft.h"

#include "weft/weft.h"

#include <stdio.h>

struct app {
    const char *name;
    weft_session *session;
    int status;
};

static void finish(struct app *app, int status)
{
    app->status = status;
    weft_session_close(app->session, WEFT_CODE_NONE, NULL); /* then nothing is left to wait for, and run returns */
}

/* Once for the call that returned 0: with an answer (a value or the method's own error), or with what went wrong. */
static void on_greeted(void *user, const greeter_greeter_greet_reply *reply)
{
    struct app *app = user;
    if (reply->result.code < 0) {
        fprintf(stderr, "greeter-client: %s\n", weft_strerror(reply->result.code));
        finish(app, 1);
    } else if (!reply->error) {
        printf("%.*s (greeting %llu)\n", (int)reply->value->text.len, reply->value->text.ptr,
               (unsigned long long)reply->value->count);
        finish(app, 0);
    } else {
        switch (reply->error->kind) {
        case GREETER_GREET_ERROR_NAME_EMPTY: fprintf(stderr, "greeter-client: the name is empty\n"); break;
        case GREETER_GREET_ERROR_NAME_TOO_LONG:
            fprintf(stderr, "greeter-client: a name has at most %u bytes\n", reply->error->as.name_too_long.max);
            break;
        case GREETER_GREET_ERROR_UNKNOWN: /* of a server whose definition is newer than ours */
            fprintf(stderr, "greeter-client: an error that this client does not know\n");
            break;
        }
        finish(app, 1);
    }
}

static void on_opened(void *user, greeter_greeter_client client, const weft_error *error_or_null)
{
    struct app *app = user;
    if (error_or_null) {
        fprintf(stderr, "greeter-client: %s\n", error_or_null->text);
        finish(app, 1);
        return;
    }
    greeter_greeter_greet_args args = { .name = weft_str_from(app->name) };
    int rc = greeter_greeter_greet(client, &args, NULL, on_greeted, app, NULL);
    weft_connection_release(client.connection); /* it lives until its calls have ended */
    if (rc < 0) {
        fprintf(stderr, "greeter-client: %s\n", weft_strerror(rc));
        finish(app, 1);
    }
}

int main(int argc, char **argv)
{
    struct app app = { .status = 1 };
    weft_runtime *runtime;
    weft_error error;
    if (argc != 3) {
        fprintf(stderr, "usage: greeter-client URL NAME\n");
        return 2;
    }
    app.name = argv[2];
    if (weft_runtime_new(NULL, &runtime) < 0)
        return 1;
    if (weft_connect(runtime, argv[1], NULL, &app.session, &error) < 0) {
        fprintf(stderr, "greeter-client: %s: %s\n", argv[1], error.text);
    } else {
        /* Also before the session is ready: the open goes out then, and the call behind it. */
        int rc = greeter_greeter_open(app.session, NULL, on_opened, &app);
        if (rc < 0)
            fprintf(stderr, "greeter-client: %s\n", weft_strerror(rc));
        else
            weft_runtime_run(runtime);
        weft_session_release(app.session);
    }
    weft_runtime_free(runtime);
    return app.status;
}
