/* What a call does. Handlers run on the loop's thread, one at a time: nothing here needs a lock. */
#include "service.h"

#include "greeter.weft.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 100 };

static void on_greet(void *self, greeter_greeter_greet_call call, const greeter_greeter_greet_args *args)
{
    greeter *g = self;
    char text[NAME_MAX_BYTES + 10];
    if (args->name.len == 0) {
        greeter_greet_error error = greeter_greet_error_make_name_empty();
        greeter_greeter_greet_fail(call, &error);
        return;
    }
    if (args->name.len > NAME_MAX_BYTES) {
        greeter_greet_error_name_too_long_fields fields = { NAME_MAX_BYTES };
        greeter_greet_error error = greeter_greet_error_make_name_too_long(&fields);
        greeter_greeter_greet_fail(call, &error);
        return;
    }
    /* Strings of weft have a length and no NUL at their end. They live until this function returns. */
    int len = snprintf(text, sizeof text, "Hello, %.*s!", (int)args->name.len, args->name.ptr);
    greeter_greeting greeting = { .text = weft_str_of(text, (size_t)len), .count = ++g->count };
    greeter_greeter_greet_return(call, &greeting);
}

static const greeter_greeter_handler handler = { .size = sizeof handler, .greet = on_greet };

/* The counterpart opens a virtual connection, and says which service it wants on it. */
static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(greeter_greeter_service.name)))
        return greeter_greeter_serve(pending, &handler, user, NULL);
    return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
}

/* READY hands over a reference to the session; without one there is nothing to do with it but to let go at the end. */
static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

weft_session_options greeter_session_options(greeter *g)
{
    weft_session_options options = weft_session_options_default();
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = g;
    return options;
}
