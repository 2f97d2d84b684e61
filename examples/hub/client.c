/* hub-client HUB-URL NAME WHO: is greeted by the program that offers itself as NAME, wherever that is. */
#include "hub.weft.h"

#include "weft/weft.h"

#include <stdio.h>

struct app {
    weft_str who;
    weft_session *session;
    hub_greeter_client greeter;
    int status;
};

static void finish(struct app *app, int status)
{
    app->status = status;
    weft_connection_release(app->greeter.connection);
    weft_session_close(app->session, WEFT_CODE_NONE, NULL);
}

static void fail(struct app *app, int code)
{
    fprintf(stderr, "hub-client: %s\n", weft_strerror(code));
    finish(app, 1);
}

static void on_greeted(void *user, const hub_greeter_greet_reply *reply)
{
    struct app *app = user;
    if (reply->result.code < 0) {
        fail(app, reply->result.code);
        return;
    }
    printf("%.*s\n", (int)reply->value.len, reply->value.ptr);
    finish(app, 0);
}

static void on_opened(void *user, hub_greeter_client client, const weft_error *error_or_null)
{
    struct app *app = user;
    hub_greeter_greet_args args = { app->who };
    int rc;
    app->greeter = client;
    if (error_or_null) {
        fprintf(stderr, "hub-client: %s\n", error_or_null->text);
        finish(app, 1);
    } else if ((rc = hub_greeter_greet(client, &args, NULL, on_greeted, app, NULL)) < 0) {
        fail(app, rc);
    }
}

int main(int argc, char **argv)
{
    struct app app = { 0 };
    weft_open_options options = weft_open_options_default();
    weft_runtime *runtime;
    weft_error error;
    if (argc != 4 || weft_runtime_new(NULL, &runtime) < 0) {
        fprintf(stderr, "usage: hub-client HUB-URL NAME WHO\n");
        return 2;
    }
    app.who = weft_str_from(argv[3]);
    app.status = 1;
    weft_metadata_entry entry = weft_metadata_str("hub-name", weft_str_from(argv[2]), 0);
    weft_metadata metadata = { &entry, 1 };
    options.metadata = &metadata;
    if (weft_connect(runtime, argv[1], NULL, &app.session, &error) < 0) {
        fprintf(stderr, "hub-client: %s: %s\n", argv[1], error.text);
    } else {
        int rc = hub_greeter_open(app.session, &options, on_opened, &app);
        if (rc < 0)
            fail(&app, rc);
        weft_runtime_run(runtime);
        weft_session_release(app.session);
    }
    weft_runtime_free(runtime);
    return app.status;
}
