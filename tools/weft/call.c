/* `weft call`: from words to a call, and from its reply to words. */
#include "tools/weft/call.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "codegen/commands.h"
#include "tools/weft/reflect.h"
#include "weft/json.h"

/* ---- output ---- */

static void add_text(void *user, const char *text, size_t len)
{
    tool_out_add(user, text, len);
}

static void add(call_job *c, const char *text)
{
    tool_out_add(&c->out, text, strlen(text));
}

/* NULL: said why. */
static const char *json_of(call_job *c, weft_arena *arena, weft_value value)
{
    weft_str text;
    int status = weft_json_write(value, arena, &text);
    if (!status)
        return text.ptr;
    tool_say("the value cannot be printed: %s", weft_strerror(status));
    c->t.status = TOOL_EXIT_FAILED;
    return NULL;
}

void call_print_json(call_job *c, const char *name, const char *text)
{
    add(c, "{\"");
    add(c, name);
    add(c, "\":");
    add(c, text);
    add(c, "}\n");
}

void call_print(call_job *c, const char *name, bool is_named, weft_value value)
{
    weft_arena *arena;
    if (weft_arena_new(NULL, &arena))
        return;
    const char *text = json_of(c, arena, value);
    bool is_stream = c->n_out > 0; /* a line each, for whoever reads lines */
    if (text && is_named) {
        call_print_json(c, name, text);
    } else if (text) {
        if (isatty(STDOUT_FILENO) && !is_stream)
            tool_indent(weft_str_from(text), add_text, &c->out);
        else
            add(c, text);
        add(c, "\n");
    }
    weft_arena_free(arena);
}

void call_print_item(call_job *c, const char *channel, weft_value item)
{
    if (!c->t.options->json) {
        call_print(c, channel, c->n_out > 1 || call_method(c)->result, item);
        return;
    }
    weft_arena *arena;
    if (weft_arena_new(NULL, &arena))
        return;
    const char *text = json_of(c, arena, item);
    if (text) {
        add(c, "{\"channel\":\"");
        add(c, channel);
        add(c, "\",\"item\":");
        add(c, text);
        add(c, "}\n");
    }
    weft_arena_free(arena);
}

/* ---- the end ---- */

void call_check_over(call_job *c)
{
    if (c->is_over || c->is_under_way || call_streams_are_open(c))
        return;
    tool_in_close(&c->in);
    if (c->out.len > 0 && !c->out.is_broken)
        return; /* on_progress comes back */
    if (c->out.is_broken && !c->t.status)
        c->t.status = TOOL_EXIT_FAILED; /* the last of it could not be written */
    c->is_over = true;
    if (c->has_timer)
        uv_close((uv_handle_t *)&c->timer, NULL);
    tool_out_close(&c->out);
    weft_connection_release(c->connection);
    c->connection = NULL;
    tool_end(&c->t);
}

void call_give_up(call_job *c, int status)
{
    c->t.status = c->t.status ? c->t.status : status;
    c->is_given_up = true;
    tool_in_close(&c->in);
    if (c->is_under_way && weft_call_cancel(c->handle) == WEFT_EALREADY && !c->handle.slot)
        c->is_under_way = false; /* it was never made */
    call_streams_stop(c);
    call_check_over(c);
}

static void on_interrupted(void *user)
{
    call_job *c = user;
    c->out.is_broken = true;
    call_give_up(c, TOOL_EXIT_SIGNAL);
}

static void on_lost(void *user)
{
    call_job *c = user; /* calls and channels have been told */
    c->is_under_way = c->is_under_way && c->handle.slot;
    call_check_over(c);
}

static void on_progress(void *user)
{
    call_job *c = user;
    if (c->out.is_broken && !c->is_over) {
        call_give_up(c, TOOL_EXIT_FAILED); /* nobody reads: `| head`, say */
        return;
    }
    call_streams_go_on(c);
    call_check_over(c);
}

/* ---- the call ---- */

static void print_failure(call_job *c, const weft_result *result)
{
    const char *name = c->t.options->words[1];
    const char *outcome = result->outcome > WEFT_OUTCOME_USER_ERROR ? weft_outcome_name(result->outcome) : "";
    const char *what = *outcome ? outcome : weft_strerror(result->code);
    if (!c->is_given_up) {
        bool says_more = result->text.len && !weft_str_equal(result->text, weft_str_from(what));
        tool_say("%s: %s%s%.*s%s", name, what, says_more ? ": " : "", says_more ? (int)result->text.len : 0,
                 result->text.ptr, result->may_have_run && !*outcome ? " (it may have run)" : "");
    }
    if (!c->t.options->json)
        return;
    char text[256];
    (void)snprintf(text, sizeof text,
                   "{\"code\":\"%s\",\"outcome\":\"%s\",\"may_have_run\":%s,\"text\":", weft_err_name(result->code),
                   weft_outcome_name(result->outcome), result->may_have_run ? "true" : "false");
    add(c, "{\"failure\":");
    add(c, text);
    add(c, tool_quote(c->t.arena, result->text));
    add(c, "}}\n");
}

static void on_done(void *user, const weft_dynamic_reply *reply)
{
    call_job *c = user;
    const weft_method *method = call_method(c);
    bool json = c->t.options->json;
    c->is_under_way = false;
    if (reply->result.code) {
        c->t.status = c->t.status ? c->t.status : TOOL_EXIT_FAILED;
        print_failure(c, &reply->result);
    } else if (reply->error) {
        weft_arena *arena;
        weft_value error = { method->error, (void *)reply->error };
        c->t.status = TOOL_EXIT_ERROR;
        if (json)
            call_print(c, "error", true, error);
        else if (weft_arena_new(NULL, &arena) == 0) {
            const char *text = json_of(c, arena, error);
            tool_say("%s: %s", c->t.options->words[1], text ? text : "?");
            weft_arena_free(arena);
        }
    } else if (reply->value) {
        weft_value value = { method->result, (void *)reply->value };
        call_print(c, "result", json || c->n_out > 0, value);
    } else if (json) {
        call_print_json(c, "result", "null");
    }
    call_check_over(c);
}

static void on_opened(void *user, weft_connection *connection_or_null, const weft_error *error_or_null)
{
    call_job *c = user;
    c->connection = connection_or_null;
    if (!connection_or_null) {
        c->is_under_way = false;
        tool_say_refused(&c->t, c->service->name, error_or_null);
        call_give_up(c, TOOL_EXIT_FAILED);
        return;
    }
    weft_call_options options = weft_call_options_default();
    const weft_metadata metadata = { c->t.options->metadata, c->t.options->n_metadata };
    weft_channel *channels[WEFT_METHOD_CHANNELS_MAX];
    options.timeout_ns = c->t.options->timeout_ns;
    options.metadata = &metadata;
    for (uint32_t i = 0; i < call_method(c)->n_channels; i++)
        channels[i] = &c->channels[i].handle;
    int status = weft_gen_stream(c->connection, c->service, c->method, c->args.at, &options, (void (*)(void))on_done, c,
                                 &c->handle, channels);
    if (!status) {
        call_streams_start(c);
        return;
    }
    c->is_under_way = false;
    tool_say("%s: %s", c->t.options->words[1],
             status == WEFT_EINVAL ? "the arguments or the metadata cannot be sent" : weft_strerror(status));
    call_give_up(c, TOOL_EXIT_FAILED);
}

/* ---- words ---- */

static int read_args(call_job *c)
{
    const char *word = c->t.options->n_words > 2 ? c->t.options->words[2] : "{}";
    weft_str text = weft_str_from(word);
    weft_error error = { 0 };
    int status = 0;
    if (strcmp(word, "-") == 0) {
        if (c->n_in > 0) {
            tool_say("stdin has the items of a channel: give the parameters as a word or @FILE");
            return TOOL_EXIT_USAGE;
        }
        text = tool_in_whole(c->t.arena);
    } else if (word[0] == '@') {
        status = weftc_source_reader()->read(NULL, word + 1, c->t.arena, &text);
    }
    if (status || !text.ptr) {
        tool_say("%s: %s", word, status ? weft_strerror(status) : "it cannot be read");
        return TOOL_EXIT_USAGE;
    }
    status = weft_json_read(call_method(c)->args, text, c->t.arena, &c->args, &error);
    if (!status)
        return 0;
    tool_say("%s: %s", c->t.options->words[1], error.text[0] ? error.text : weft_strerror(status));
    return TOOL_EXIT_USAGE;
}

/* The call itself has its own deadline, which says more. */
static void on_time(uv_timer_t *timer)
{
    call_job *c = timer->data;
    if (c->is_under_way) {
        uv_timer_start(timer, on_time, 100, 0);
        return;
    }
    tool_say("%s: the channels are still open, and the time is over", c->t.options->words[1]);
    call_give_up(c, TOOL_EXIT_FAILED);
}

static void limit_time(call_job *c)
{
    uint64_t limit_ns = c->t.options->timeout_ns;
    if (limit_ns == WEFT_TIMEOUT_DEFAULT || limit_ns == WEFT_FOREVER)
        return;
    uv_timer_init(weft_runtime_loop(c->t.runtime), &c->timer);
    c->timer.data = c;
    c->has_timer = true;
    uv_timer_start(&c->timer, on_time, limit_ns / WEFT_NS_PER_MS + 1, 0);
}

/* The schema is there: from here on by callbacks. */
static int begin_call(call_job *c)
{
    int status = tool_find_method(c->schema, c->t.options->words[1], &c->service, &c->method);
    if (status)
        return status;
    call_streams_begin(c);
    status = read_args(c);
    if (status)
        return status;
    if (!c->t.session && tool_connect(&c->t, c->t.options->words[0]))
        return c->t.status;
    tool_out_open(&c->out, weft_runtime_loop(c->t.runtime), on_progress, c);
    c->t.interrupted = on_interrupted;
    c->t.lost = on_lost;
    c->is_under_way = true;
    limit_time(c);
    weft_open_options options = tool_open_options(c->t.options);
    const weft_metadata metadata = { c->t.options->metadata, c->t.options->n_metadata };
    options.metadata = &metadata;
    status = weft_gen_open(c->t.session, c->service, &options, (void (*)(void))on_opened, c);
    if (!status)
        return 0;
    c->is_under_way = false;
    tool_say("%s: %s", c->service->name, weft_strerror(status));
    call_give_up(c, TOOL_EXIT_FAILED);
    return 0;
}

static void on_described(void *user, weft_schema *schema_or_null,
                         const weft_reflection_description *description_or_null)
{
    call_job *c = user;
    (void)description_or_null;
    c->schema = schema_or_null;
    int status = c->schema ? begin_call(c) : TOOL_EXIT_FAILED;
    if (status)
        tool_fail(&c->t, status);
}

/* By reflection: on_described comes. */
static int ask_server(call_job *c)
{
    const char *name = c->t.options->words[1], *slash = strrchr(name, '/');
    if (!slash) {
        tool_say("SERVICE/METHOD was expected, not %s", name);
        return TOOL_EXIT_USAGE;
    }
    int status = tool_connect(&c->t, c->t.options->words[0]);
    return status ? status : tool_reflect_service(&c->t, weft_str_of(name, (size_t)(slash - name)), on_described, c);
}

int tool_call(const tool_options *options)
{
    static call_job the_call; /* large, and one a process */
    call_job *c = &the_call;
    if (tool_begin(&c->t, options))
        return TOOL_EXIT_FAILED;
    c->t.user = c;
    c->out.fd = -1;
    int status = options->idl_file ? tool_schema_of_file(options, options->idl_file, &c->schema) : ask_server(c);
    if (!status && options->idl_file)
        status = begin_call(c);
    if (status)
        tool_fail(&c->t, status);
    status = tool_run(&c->t);
    weft_arena_free(c->line_arena);
    weft_schema_free(c->schema);
    return status;
}
