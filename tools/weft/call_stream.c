/* The channels of a call: lines of stdin are items that are sent, items that arrive are lines of stdout. */
#include "tools/weft/call.h"

#include "weft/json.h"

/* What stdout has not taken yet, beyond which no more items are asked for. */
enum { OUT_BACKLOG_MAX = 256 << 10 };

void call_streams_begin(call_job *c)
{
    const weft_method *method = call_method(c);
    for (uint32_t i = 0; i < method->n_channels; i++) {
        c->channels[i] = (call_channel){ .call = c, .param = &method->channels[i] };
        if (method->channels[i].direction == WEFT_CHANNEL_RX)
            c->n_in++;
        else
            c->n_out++;
    }
}

bool call_streams_are_open(const call_job *c)
{
    for (uint32_t i = 0; i < c->n_in + c->n_out; i++) {
        if (c->channels[i].is_open)
            return true;
    }
    return false;
}

static bool is_sender(const call_channel *channel)
{
    return channel->param->direction == WEFT_CHANNEL_RX; /* the handler receives */
}

/* ---- arriving ---- */

static bool on_item(void (*item)(void), void *user, weft_channel handle, const void *value)
{
    call_channel *channel = user;
    call_job *c = channel->call;
    (void)item, (void)handle;
    call_print_item(c, channel->param->name, (weft_value){ channel->param->element, (void *)value });
    if (c->out.is_broken) {
        call_give_up(c, TOOL_EXIT_FAILED);
        return true;
    }
    if (c->out.len <= OUT_BACKLOG_MAX)
        return true;
    channel->n_unconsumed++;
    return false;
}

void call_streams_go_on(call_job *c)
{
    for (uint32_t i = 0; i < c->n_in + c->n_out && c->out.len <= OUT_BACKLOG_MAX; i++) {
        call_channel *channel = &c->channels[i];
        if (channel->n_unconsumed > 0 && channel->is_open)
            (void)weft_channel_consumed(channel->handle, channel->n_unconsumed); /* it may have ended */
        channel->n_unconsumed = 0;
    }
}

static void say_end(call_channel *channel, const weft_channel_end *end)
{
    call_job *c = channel->call;
    if (end->kind == WEFT_CHANNEL_FINISHED || c->t.status || c->t.n_signals)
        return;
    const char *text = end->text.len ? end->text.ptr : weft_strerror(end->code);
    int len = end->text.len ? (int)end->text.len : (int)strlen(text);
    tool_say("%s: the channel %s has ended: %.*s (%s)", c->t.options->words[1], channel->param->name, len, text,
             end->reason ? weft_code_name(end->reason) : weft_err_name(end->code));
    c->t.status = TOOL_EXIT_FAILED;
}

static void on_end(void *user, const weft_channel_end *end)
{
    call_channel *channel = user;
    channel->is_open = false;
    say_end(channel, end);
    call_check_over(channel->call);
}

/* ---- sending ---- */

static bool has_sender(const call_job *c)
{
    for (uint32_t i = 0; i < c->n_in + c->n_out; i++) {
        if (c->channels[i].is_open && is_sender(&c->channels[i]))
            return true;
    }
    return false;
}

/* The reader wants no more: no failure, since the method may have what it needs. */
static void on_sender_end(void *user, const weft_channel_end *end)
{
    call_channel *channel = user;
    call_job *c = channel->call;
    channel->is_open = false;
    if (end->kind == WEFT_CHANNEL_LOST)
        say_end(channel, end);
    if (!has_sender(c))
        tool_in_close(&c->in);
    call_check_over(c);
}

static void send_held(call_job *c);

static void on_room(void *user)
{
    send_held(user);
}

/* Sends what is held; where there is no room, stdin waits. */
static void send_held(call_job *c)
{
    call_channel *channel = c->held_for;
    if (!channel)
        return;
    int status = channel->is_open ? weft_gen_send(channel->handle, channel->param->element, c->held.at) : 0;
    if (status == WEFT_EAGAIN && weft_gen_on_room(channel->handle, on_room, c) == 0) {
        tool_in_pause(&c->in, true);
        return;
    }
    c->held_for = NULL;
    if (status == WEFT_EINVAL || status == WEFT_EMSGSIZE || status == WEFT_ENOMEM) {
        tool_say("stdin, line %llu: %s", (unsigned long long)c->n_lines, weft_strerror(status));
        call_give_up(c, TOOL_EXIT_USAGE);
        return;
    }
    tool_in_pause(&c->in, false); /* one that has ended says so by itself */
}

/* {"name": item}, where there are several channels: the one, and its item. NULL: said why. */
static call_channel *channel_of(call_job *c, weft_str *line)
{
    call_channel *only = NULL;
    const char *from = line->ptr, *end = line->ptr + line->len;
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    for (uint32_t i = 0; i < c->n_in + c->n_out; i++) {
        call_channel *channel = &c->channels[i];
        size_t len = strlen(channel->param->name);
        if (!is_sender(channel))
            continue;
        only = channel;
        if (c->n_in == 1)
            return only;
        bool fits = (size_t)(end - from) > len + 4 && memcmp(from, "{\"", 2) == 0 &&
                    memcmp(from + 2, channel->param->name, len) == 0 && memcmp(from + 2 + len, "\":", 2) == 0;
        while (fits && end > from && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        if (!fits || end[-1] != '}')
            continue;
        *line = weft_str_of(from + len + 4, (size_t)(end - 1 - (from + len + 4)));
        return channel;
    }
    tool_say("stdin, line %llu: {\"CHANNEL\":ITEM} was expected, since there are several channels",
             (unsigned long long)c->n_lines);
    return NULL;
}

static void finish_senders(call_job *c)
{
    for (uint32_t i = 0; i < c->n_in + c->n_out; i++) {
        call_channel *channel = &c->channels[i];
        if (!channel->is_open || !is_sender(channel))
            continue;
        channel->is_open = false;
        (void)weft_channel_finish(channel->handle); /* one that has ended otherwise says so by itself */
    }
    call_check_over(c);
}

static bool is_blank(weft_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
            return false;
    }
    return true;
}

static void on_line(void *user, weft_str line)
{
    call_job *c = user;
    weft_error error = { 0 };
    if (!line.ptr && c->in.is_broken) {
        call_give_up(c, TOOL_EXIT_USAGE);
        return;
    }
    if (!line.ptr) {
        finish_senders(c);
        return;
    }
    c->n_lines++;
    if (is_blank(line))
        return;
    weft_arena_clear(c->line_arena);
    call_channel *channel = channel_of(c, &line);
    if (!channel) {
        call_give_up(c, TOOL_EXIT_USAGE);
        return;
    }
    if (weft_json_read(channel->param->element, line, c->line_arena, &c->held, &error)) {
        tool_say("stdin, line %llu: %s", (unsigned long long)c->n_lines, error.text);
        call_give_up(c, TOOL_EXIT_USAGE);
        return;
    }
    c->held_for = channel;
    send_held(c);
}

/* ---- both ---- */

void call_streams_start(call_job *c)
{
    for (uint32_t i = 0; i < c->n_in + c->n_out; i++) {
        call_channel *channel = &c->channels[i];
        int status = is_sender(channel)
                         ? weft_channel_on_end(channel->handle, on_sender_end, channel)
                         : weft_gen_receive(channel->handle, channel->param->element, on_item, NULL, on_end, channel);
        channel->is_open = status == 0;
    }
    if (c->n_in == 0)
        return;
    if (weft_arena_new(NULL, &c->line_arena)) {
        call_give_up(c, TOOL_EXIT_FAILED);
        return;
    }
    tool_in_open(&c->in, weft_runtime_loop(c->t.runtime), on_line, c);
}

void call_streams_stop(call_job *c)
{
    for (uint32_t i = 0; i < c->n_in + c->n_out; i++) {
        call_channel *channel = &c->channels[i];
        if (!channel->is_open)
            continue;
        if (is_sender(channel)) {
            channel->is_open = false;
            (void)weft_channel_abort(channel->handle, WEFT_CODE_REFUSED, "given up");
        } else {
            (void)weft_channel_reset(channel->handle, WEFT_CODE_NONE, NULL); /* on_end comes */
        }
    }
}
