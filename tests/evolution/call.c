/* The role of the caller. Lines of stdin, bytes in hex:
 *   call METHOD ARGS        begins what the next lines are about
 *   tell KEY BYTES          for the handler: serve.c
 *   send CHANNEL ITEM       on a channel that the handler receives from; all are sent, then it is finished
 *   absent CHANNEL          an optional channel is left out
 *   go                      calls, and says what came of it */
#include "tests/evolution/program.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEPS_MAX = 16, WAIT_S = 20 };

typedef struct step {
    char what[8];
    char name[64];
    weft_bytes bytes;
} step;

typedef struct caller {
    weft_arena *arena;
    const weft_service_type *service;
    weft_blocking_client *client;
    uint32_t method;
    weft_bytes args;
    step steps[STEPS_MAX];
    size_t n_steps;
    weft_blocking_channel *channels[WEFT_METHOD_CHANNELS_MAX];
} caller;

static const uint64_t wait_ns = WAIT_S * WEFT_NS_PER_S;

static weft_bytes bytes_of_hex(caller *c, const char *hex)
{
    size_t len = strlen(hex) / 2;
    uint8_t *bytes = weft_arena_alloc(c->arena, len + 1, 1);
    for (size_t i = 0; bytes && i < len; i++) {
        char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return weft_bytes_of(bytes, bytes ? len : 0);
}

static const step *step_find(const caller *c, const char *what, const char *name)
{
    for (size_t i = 0; i < c->n_steps; i++)
        if (strcmp(c->steps[i].what, what) == 0 && strcmp(c->steps[i].name, name) == 0)
            return &c->steps[i];
    return NULL;
}

/* Whether it was begun. */
static bool begin(caller *c, weft_blocking_call **ret_call)
{
    const weft_method *method = &c->service->methods[c->method];
    weft_metadata_entry entries[STEPS_MAX];
    weft_metadata metadata = { entries, 0 };
    weft_call_options options = weft_call_options_default();
    weft_blocking_channel **places[WEFT_METHOD_CHANNELS_MAX];
    for (size_t i = 0; i < c->n_steps; i++)
        if (strcmp(c->steps[i].what, "tell") == 0)
            entries[metadata.n++] = weft_metadata_bytes(c->steps[i].name, c->steps[i].bytes, 0);
    options.metadata = &metadata;
    options.timeout_ns = wait_ns;
    for (uint32_t i = 0; i < method->n_channels; i++) {
        c->channels[i] = NULL;
        places[i] = step_find(c, "absent", method->channels[i].name) ? NULL : &c->channels[i];
    }
    int status = weft_gen_begin_sync(c->client, c->service, c->method, value_decode(method->args, c->args, c->arena),
                                     &options, ret_call, method->n_channels ? places : NULL);
    if (status < 0)
        printf("caller cannot call %s\n", weft_err_name(status));
    return status == 0;
}

/* What the handler does not take it has told: serve.c says how the channel ended for it. */
static void send_items(caller *c, const weft_channel_param *param, weft_blocking_channel *channel)
{
    for (size_t i = 0; i < c->n_steps; i++) {
        if (strcmp(c->steps[i].what, "send") != 0 || strcmp(c->steps[i].name, param->name) != 0)
            continue;
        if (weft_gen_send_sync(channel, value_decode(param->element, c->steps[i].bytes, c->arena), wait_ns) < 0)
            return;
    }
    (void)weft_blocking_channel_finish(channel);
}

static void receive_items(caller *c, const weft_channel_param *param, weft_blocking_channel *channel)
{
    const void *item = NULL;
    int status;
    while ((status = weft_gen_receive_sync(channel, wait_ns, c->arena, &item)) == 0 && item) {
        printf("caller got %s ", param->name);
        value_print(param->element, item);
        printf("\n");
    }
    weft_channel_end end = { 0 };
    if (status == 0)
        return;
    if (weft_blocking_channel_end(channel, &end) < 0)
        program_die("a channel has not ended", weft_err_name(status));
    printf("caller lost %s %s %.*s\n", param->name, weft_err_name(status), (int)end.text.len, end.text.ptr);
}

static void print_reply(const weft_method *method, const void *reply)
{
    const weft_result *result = reply;
    const char *base = reply;
    if (result->code < 0) {
        printf("caller fails %s %.*s\n", weft_err_name(result->code), (int)result->text.len, result->text.ptr);
        return;
    }
    if (result->outcome == WEFT_OUTCOME_USER_ERROR) {
        printf("caller error ");
        value_print(method->error, *(const void *const *)(const void *)(base + method->error_offset));
    } else if (method->result) {
        const void *value = base + method->value_offset;
        printf("caller ok ");
        value_print(method->result, method->flags & WEFT_METHOD_VALUE_POINTER ? *(const void *const *)value : value);
    } else {
        printf("caller ok");
    }
    printf("\n");
}

static void go(caller *c)
{
    const weft_method *method = &c->service->methods[c->method];
    weft_blocking_call *call;
    if (!begin(c, &call))
        return;
    for (uint32_t i = 0; i < method->n_channels; i++)
        if (c->channels[i] && method->channels[i].direction == WEFT_CHANNEL_RX)
            send_items(c, &method->channels[i], c->channels[i]);
    for (uint32_t i = 0; i < method->n_channels; i++)
        if (c->channels[i] && method->channels[i].direction == WEFT_CHANNEL_TX)
            receive_items(c, &method->channels[i], c->channels[i]);
    void *reply = weft_arena_alloc(c->arena, method->reply_size, 16);
    if (!reply)
        program_die("caller", "no memory");
    (void)weft_gen_end_sync(call, wait_ns, reply);
    print_reply(method, reply);
    for (uint32_t i = 0; i < method->n_channels; i++)
        weft_blocking_channel_release(c->channels[i]);
    weft_blocking_call_release(call);
}

static void take_line(caller *c, char *line)
{
    const char *what = strtok(line, " \n");
    const char *name = what ? strtok(NULL, " \n") : NULL;
    const char *hex = name ? strtok(NULL, "\n") : NULL;
    if (!what)
        return;
    if (strcmp(what, "go") == 0) {
        go(c);
        weft_arena_clear(c->arena);
    } else if (strcmp(what, "call") == 0 && hex) {
        c->method = method_find(c->service, name);
        c->args = bytes_of_hex(c, hex);
        c->n_steps = 0;
        if (c->method == c->service->n_methods)
            program_die("there is no method", name);
    } else if (name && c->n_steps < STEPS_MAX) {
        step *s = &c->steps[c->n_steps++];
        (void)snprintf(s->what, sizeof s->what, "%s", what);
        (void)snprintf(s->name, sizeof s->name, "%s", name);
        s->bytes = bytes_of_hex(c, hex ? hex : "");
        for (char *mark = s->name; *mark; mark++)
            *mark = *mark == '=' ? ' ' : *mark;
    } else {
        program_die("a line of the script", line);
    }
}

int program_call(const weft_service_type *service, const char *url)
{
    static char line[16384];
    caller c = { .service = service };
    weft_blocking *blocking;
    weft_blocking_session *session;
    weft_error error;
    if (weft_arena_new(NULL, &c.arena) < 0 || weft_blocking_new(NULL, &blocking) < 0)
        program_die("caller", "no memory");
    if (weft_blocking_connect(blocking, url, NULL, wait_ns, &session, &error) < 0)
        program_die(url, error.text);
    if (weft_blocking_open(session, service, NULL, NULL, &c.client, NULL, &error) < 0) {
        printf("caller cannot open %s\n", error.text);
        c.client = NULL;
    }
    while (c.client && fgets(line, sizeof line, stdin))
        take_line(&c, line);
    weft_blocking_client_release(c.client);
    (void)weft_blocking_session_close(session, WEFT_CODE_NONE, NULL, wait_ns);
    weft_blocking_session_release(session);
    if (weft_blocking_free(blocking) < 0)
        program_die("caller", "its thread does not end");
    weft_arena_free(c.arena);
    return 0;
}
