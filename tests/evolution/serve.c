/* The role of the server: handlers that say what they see, and do what the caller's metadata tells them:
 *   reply, error     bytes of what is returned; neither: unit
 *   item NAME        bytes of an item for the channel of that name; as often as items are to be sent
 * A call is answered once everything on its rx channels has come. */
#include "tests/evolution/program.h"

#include <stdio.h>
#include <stdlib.h>

enum { METHODS_MAX = 8 };

typedef struct server {
    size_t size; /* as a handler's table begins */
    weft_runtime *runtime;
    const weft_service_type *original;
    weft_service_type service; /* the same with functions of this file */
    weft_method methods[METHODS_MAX];
} server;

static server the_server = { .size = sizeof the_server };

/* A call that waits for what its channels bring. */
typedef struct pending_call {
    weft_call call;
    uint32_t method;
    uint32_t n_open;
    void *reply; /* NULL: unit */
    void *error;
} pending_call;

typedef struct reader {
    pending_call *call;
    const weft_channel_param *channel;
} reader;

static void *allocate(weft_arena *arena, size_t size)
{
    void *memory = weft_arena_alloc(arena, size, 16);
    if (!memory)
        program_die("server", "no memory");
    return memory;
}

static void answer(pending_call *p)
{
    int status = p->error ? weft_gen_fail(p->call, &the_server.service, p->method, p->error)
                          : weft_gen_return(p->call, &the_server.service, p->method, p->reply);
    if (status < 0 && status != WEFT_EALREADY)
        program_die("a call cannot be answered", weft_strerror(status));
}

static bool on_item(void (*item)(void), void *user, weft_channel channel, const void *value)
{
    reader *r = user;
    (void)item;
    (void)channel;
    printf("handler got %s ", r->channel->name);
    value_print(r->channel->element, value);
    printf("\n");
    return true;
}

static void on_end(void *user, const weft_channel_end *end)
{
    reader *r = user;
    if (end->kind != WEFT_CHANNEL_FINISHED)
        printf("handler lost %s %s %.*s\n", r->channel->name, weft_err_name(end->code), (int)end->text.len,
               end->text.ptr);
    if (--r->call->n_open == 0)
        answer(r->call);
}

static void nothing(void)
{
}

static void read_channel(pending_call *p, const weft_channel_param *param, weft_channel channel, weft_arena *arena)
{
    reader *r = allocate(arena, sizeof *r);
    *r = (reader){ p, param };
    if (weft_gen_receive(channel, param->element, on_item, nothing, on_end, r) == 0)
        p->n_open++;
    else
        printf("handler has no %s\n", param->name);
}

static void write_channel(const weft_metadata *metadata, const weft_channel_param *param, weft_channel channel,
                          weft_arena *arena)
{
    char key[160];
    (void)snprintf(key, sizeof key, "item %s", param->name);
    for (size_t i = 0; i < metadata->n; i++) {
        const weft_metadata_entry *entry = &metadata->entries[i];
        if (!weft_str_equal(entry->key, weft_str_from(key)))
            continue;
        int status = weft_gen_send(channel, param->element, value_decode(param->element, entry->bytes, arena));
        if (status < 0)
            printf("handler cannot send %s\n", param->name);
    }
    if (weft_channel_finish(channel) < 0)
        printf("handler has no %s\n", param->name);
}

static int handle(uint32_t index, weft_call call, const void *args, const weft_channel *channels)
{
    const weft_method *method = &the_server.methods[index];
    weft_arena *arena = weft_call_arena(call);
    const weft_metadata *metadata = weft_call_metadata(call);
    pending_call *p = allocate(arena, sizeof *p);
    weft_bytes bytes;
    *p = (pending_call){ .call = call, .method = index, .n_open = 1 };
    if (strcmp(method->name, "ping") != 0) {
        printf("handler sees ");
        value_print(method->args, args);
        printf("\n");
    }
    if (weft_metadata_get_bytes(metadata, "reply", &bytes))
        p->reply = value_decode(method->result, bytes, arena);
    if (weft_metadata_get_bytes(metadata, "error", &bytes))
        p->error = value_decode(method->error, bytes, arena);
    for (uint32_t i = 0; i < method->n_channels; i++) {
        if (method->channels[i].direction == WEFT_CHANNEL_RX)
            read_channel(p, &method->channels[i], channels[i], arena);
        else
            write_channel(metadata, &method->channels[i], channels[i], arena);
    }
    if (--p->n_open == 0)
        answer(p);
    return 0;
}

#define METHODS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define DISPATCH(i)                                                                                   \
    static int dispatch_##i(const void *table, void *self, weft_call call, const void *args)          \
    {                                                                                                 \
        (void)table;                                                                                  \
        (void)self;                                                                                   \
        return handle(i, call, args, NULL);                                                           \
    }                                                                                                 \
    static int dispatch_channels_##i(const void *table, void *self, weft_call call, const void *args, \
                                     const weft_channel *channels)                                    \
    {                                                                                                 \
        (void)table;                                                                                  \
        (void)self;                                                                                   \
        return handle(i, call, args, channels);                                                       \
    }
METHODS(DISPATCH)
#undef DISPATCH

static void on_served(const void *table, void *self)
{
    (void)table;
    (void)self;
}

static void service_copy(const weft_service_type *service)
{
#define ENTRY(i) dispatch_##i,
    static int (*const plain[])(const void *, void *, weft_call, const void *) = { METHODS(ENTRY) };
#undef ENTRY
#define ENTRY(i) dispatch_channels_##i,
    static int (*const with_channels[])(const void *, void *, weft_call, const void *,
                                        const weft_channel *) = { METHODS(ENTRY) };
#undef ENTRY
    if (service->n_methods > METHODS_MAX)
        program_die(service->name, "more methods than this program has functions");
    the_server.service = *service;
    the_server.service.methods = the_server.methods;
    the_server.service.closed = on_served;
    for (uint32_t i = 0; i < service->n_methods; i++) {
        the_server.methods[i] = service->methods[i];
        if (service->methods[i].n_channels > 0)
            the_server.methods[i].dispatch_channels = with_channels[i];
        else
            the_server.methods[i].dispatch = plain[i];
    }
}

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)user;
    (void)session;
    if (weft_str_equal(weft_pending_service(pending), weft_str_from(the_server.service.name)))
        return weft_gen_serve(pending, &the_server.service, &the_server, NULL, NULL);
    return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    weft_session_release(session);
    /* One client is all that comes. */
    weft_runtime_close(the_server.runtime, NULL, NULL);
}

int program_serve(const weft_service_type *service)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char url[256];
    service_copy(service);
    options.on_open = on_open;
    options.on_event = on_event;
    if (weft_runtime_new(NULL, &the_server.runtime) < 0)
        program_die("server", "no runtime");
    if (weft_listen(the_server.runtime, "tcp://127.0.0.1:0", &options, &listener, &error) < 0)
        program_die("server", error.text);
    if (weft_listener_url(listener, url, sizeof url) < 0)
        program_die("server", "no url");
    printf("%s\n", url);
    int status = weft_runtime_run(the_server.runtime);
    weft_runtime_free(the_server.runtime);
    return status < 0;
}
