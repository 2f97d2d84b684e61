/* Client and service in one process, over memory: the real calls, without a socket. */
#include "service.h"

#include "greeter.weft.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

static weft_session *session;
static int n_answers;

static void on_greeted(void *user, const greeter_greeter_greet_reply *reply)
{
    const char *expected = user;
    CHECK(reply->result.code == 0);
    if (expected) {
        CHECK(!reply->error && weft_str_equal(reply->value->text, weft_str_from(expected)));
        CHECK(reply->value->count == 1);
    } else {
        CHECK(reply->error && reply->error->kind == GREETER_GREET_ERROR_NAME_EMPTY);
    }
    if (++n_answers == 2)
        weft_session_close(session, WEFT_CODE_NONE, NULL);
}

static void on_opened(void *user, greeter_greeter_client client, const weft_error *error_or_null)
{
    greeter_greeter_greet_args world = { .name = WEFT_STR("World") }, nobody = { .name = WEFT_STR("") };
    static char hello[] = "Hello, World!"; /* what is expected, for the callback */
    (void)user;
    CHECK(!error_or_null);
    CHECK(greeter_greeter_greet(client, &world, NULL, on_greeted, hello, NULL) == 0);
    CHECK(greeter_greeter_greet(client, &nobody, NULL, on_greeted, NULL, NULL) == 0);
    weft_connection_release(client.connection);
}

static void on_client_event(void *user, weft_session *ended, const weft_session_event *event)
{
    (void)ended;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_runtime_close(user, NULL, NULL); /* the listener would keep the loop alive */
}

int main(void)
{
    greeter g = { 0 };
    weft_session_options server = greeter_session_options(&g), client = weft_session_options_default();
    weft_runtime *runtime;
    weft_listener *listener;
    CHECK(weft_runtime_new(NULL, &runtime) == 0);
    CHECK(weft_listen(runtime, "mem://greeter", &server, &listener, NULL) == 0);
    client.on_event = on_client_event;
    client.user = runtime;
    CHECK(weft_connect(runtime, "mem://greeter", &client, &session, NULL) == 0);
    CHECK(greeter_greeter_open(session, NULL, on_opened, NULL) == 0);
    CHECK(weft_runtime_run(runtime) == 0);
    CHECK(n_answers == 2 && g.count == 1);
    weft_session_release(session);
    weft_runtime_free(runtime);
    return 0;
}
