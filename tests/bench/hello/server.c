/* hello URL: the smallest server, for its size. */
#include "hello.weft.h"

#include "weft/weft.h"

static void on_greet(void *self, hello_v1_hello_greet_call call, const hello_v1_hello_greet_args *args)
{
    (void)self;
    hello_v1_hello_greet_return(call, args->name);
}

static const hello_v1_hello_handler handler = { .size = sizeof handler, .greet = on_greet };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    return hello_v1_hello_serve(pending, &handler, NULL, NULL);
}

int main(int argc, char **argv)
{
    weft_session_options options = weft_session_options_default();
    weft_runtime *runtime;
    weft_listener *listener;
    options.on_open = on_open;
    if (argc != 2 || weft_runtime_new(NULL, &runtime) || weft_listen(runtime, argv[1], &options, &listener, NULL))
        return 1;
    return weft_runtime_run(runtime) ? 1 : 0;
}
