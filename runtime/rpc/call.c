/* Typed calls made here: arguments are encoded before anything is queued, replies decoded when they are delivered. */
#include "runtime/rpc/rpc.h"

#include "runtime/base/error.h"
#include "runtime/schema/codec.h"

/* A reply of up to this size lies on the stack while it is delivered. For a longer one memory is taken with the call,
 * so that its end can always be told. */
enum { REPLY_ON_STACK = 256 };

int weft_gen_open(weft_session *session, const weft_service_type *service, const weft_open_options *options_or_null,
                  void (*opened)(void), void *user)
{
    if (!weft__service_is_usable(service))
        return WEFT_EINVAL;
    return weft__session_open(session, service, options_or_null, NULL, opened, user);
}

/* ---- the way out ---- */

static weft_arena *options_arena(const weft_call_options *options_or_null)
{
    size_t needed = offsetof(weft_call_options, arena) + sizeof(weft_arena *);
    return options_or_null && options_or_null->size >= needed ? options_or_null->arena : NULL;
}

/* NULL stands for the arguments of a method that has none. */
static int call_encode(const weft_method *method, const void *args_or_null, weft_writer *writer)
{
    if (args_or_null)
        return weft_gen_encode(method->args, args_or_null, writer);
    if (method->args->n > 0)
        return WEFT_EINVAL;
    weft__write_array(writer, 0);
    return writer->status;
}

/* This side's ends, where they are wanted: bit i of *ret_present. 0 or why not. */
static int call_add_channels(weft__call *call, const weft_channel_param *channels, uint32_t n,
                             weft_channel *const *ret_channels, uint32_t *ret_present)
{
    *ret_present = 0;
    for (uint32_t i = 0; i < n; i++) {
        weft__channel *channel;
        if (!ret_channels || !ret_channels[i]) {
            if (!channels[i].optional)
                return WEFT_EINVAL;
            continue;
        }
        bool sends = channels[i].direction == WEFT_CHANNEL_RX;
        int err = weft__call_add_channel(call, sends, channels[i].window, &channel);
        if (err)
            return err;
        channel->place = (uint8_t)i;
        *ret_channels[i] = weft__channel_handle(channel);
        *ret_present |= 1u << i;
    }
    return 0;
}

int weft_gen_call(weft_connection *connection, const weft_service_type *service, uint32_t method, const void *args,
                  const weft_call_options *options_or_null, void (*done)(void), void *user, weft_call *ret_call_or_null)
{
    return weft_gen_stream(connection, service, method, args, options_or_null, done, user, ret_call_or_null, NULL);
}

int weft_gen_stream(weft_connection *connection, const weft_service_type *service, uint32_t method, const void *args,
                    const weft_call_options *options_or_null, void (*done)(void), void *user,
                    weft_call *ret_call_or_null, weft_channel *const *ret_channels)
{
    weft_writer writer;
    weft__call *call;
    const weft_channel_param *channels = NULL;
    uint32_t present;
    if (!connection || !weft__service_is_usable(service) || method >= service->n_methods)
        return WEFT_EINVAL;
    int err = weft__call_begin(connection, service, &writer, &call);
    if (err)
        return err;
    call->service = service;
    call->method = weft__method_at(service, method);
    call->method_id = call->method->id;
    call->counts = weft__binding_counts(connection->binding, service, method);
    call->done = done;
    call->user = user;
    call->reply_arena_or_null = options_arena(options_or_null);
    call->args = NULL;
    uint32_t n_channels = weft__method_channels(service, call->method, &channels);
    call->has_channels = n_channels > 0;
    if (n_channels == 0) {
        err = call_encode(call->method, args, &writer); /* [call.request] */
    } else {
        err = call_add_channels(call, channels, n_channels, ret_channels, &present);
        if (!err)
            err = weft__args_encode(call->method, args, channels, n_channels, present, &writer);
    }
    if (!err && done && call->method->reply_size > REPLY_ON_STACK) {
        weft_arena *arena = weft__call_arena(call);
        call->args = arena ? weft_arena_alloc(arena, call->method->reply_size, 16) : NULL;
        err = call->args ? 0 : WEFT_ENOMEM;
    }
    if (err) {
        weft__call_discard(call, &writer);
        return err;
    }
    return weft__call_submit(call, &writer, options_or_null, ret_call_or_null);
}

/* ---- the way back ---- */

/* A reply while it is made. */
typedef struct reply {
    weft__call *call;
    char *bytes;       /* the reply struct: method->reply_size */
    weft_arena *arena; /* of what is decoded */
    weft_bytes value;  /* what is decoded */
    const weft__plan *result_plan, *error_plan;
    weft_error error; /* why it could not be */
} reply;

static weft_result *reply_result(reply *r)
{
    return (weft_result *)(void *)r->bytes;
}

/* A failure on this side, though the callee answered. */
static void reply_fail(reply *r, int code)
{
    weft_result *result = reply_result(r);
    result->code = code;
    result->may_have_run = true;
    result->text = weft_str_from(r->error.text); /* the text lives until the callback returns, and longer in an arena */
    if (r->call->reply_arena_or_null)
        result->text = weft_arena_copy_str(r->call->reply_arena_or_null, result->text);
    if (!result->text.ptr)
        result->text = WEFT_STR("");
}

/* Decodes a value of its own into the arena: for what the reply points to. */
static int reply_decode_pointer(reply *r, const weft_type *type, const weft__plan *plan, uint32_t offset)
{
    void *value = weft_arena_alloc(r->arena, type->c_size, 16);
    if (!value)
        return weft__error_set(&r->error, WEFT_ENOMEM, NULL);
    int err = weft__decode_fresh(type, plan, r->value, r->arena, value, &r->error);
    if (!err)
        memcpy(r->bytes + offset, &value, sizeof value);
    return err;
}

static int reply_decode_ok(reply *r)
{
    const weft_method *method = r->call->method;
    if (!method->result)
        return r->value.len == 1 && r->value.ptr[0] == 0xc0
                   ? 0
                   : weft__error_set(&r->error, WEFT_EBADMSG, "nil was expected, since the method returns unit");
    if (method->flags & WEFT_METHOD_VALUE_POINTER)
        return reply_decode_pointer(r, method->result, r->result_plan, method->value_offset);
    void *value = r->bytes + method->value_offset;
    int err = weft__decode_fresh(method->result, r->result_plan, r->value, r->arena, value, &r->error);
    if (err) /* half of it may stand there */
        memset(value, 0, method->result->c_size);
    return err;
}

static int reply_decode_error(reply *r)
{
    const weft_method *method = r->call->method;
    if (!method->error)
        return weft__error_set(&r->error, WEFT_EBADMSG, "a user error was answered, but the method has none");
    return reply_decode_pointer(r, method->error, r->error_plan, method->error_offset);
}

/* [schema.plan.errors] How the callee's version of the method is read, where it is exchanged. */
static int reply_plan(reply *r)
{
    const weft__call *call = r->call;
    weft__rpc_plan_of of;
    int err = weft__rpc_plan(call->conn, call->service, call->method, WEFT__SCHEMA_RESULTS, &of, &r->error);
    if (err)
        return err == WEFT_ENOMEM ? weft__error_set(&r->error, WEFT_ENOMEM, NULL) : err;
    r->result_plan = of.plan->result;
    r->error_plan = of.plan->error;
    return 0;
}

static void reply_decode(reply *r)
{
    weft_outcome outcome = r->call->result.outcome;
    int err = r->arena ? 0 : weft__error_set(&r->error, WEFT_ENOMEM, NULL);
    r->result_plan = r->error_plan = NULL;
    if (!err && r->call->exchanged)
        err = reply_plan(r);
    if (!err && outcome == WEFT_OUTCOME_OK)
        err = reply_decode_ok(r);
    else if (!err && outcome == WEFT_OUTCOME_USER_ERROR)
        err = reply_decode_error(r);
    if (err)
        reply_fail(r, err);
}

/* Everything that the reply will point to, moved into the application's arena. 0 or WEFT_ENOMEM. */
static int reply_move(reply *r)
{
    weft_result *result = reply_result(r);
    uint8_t *value = weft_arena_alloc(r->arena, r->value.len, 1);
    weft_str text = weft_arena_copy_str(r->arena, result->text);
    if (!value || !text.ptr)
        return WEFT_ENOMEM;
    if (r->value.len)
        memcpy(value, r->value.ptr, r->value.len);
    r->value.ptr = value;
    result->text = text;
    weft_metadata *metadata = weft_arena_array(r->arena, weft_metadata, 1);
    weft_metadata_entry *entries = weft_arena_array(r->arena, weft_metadata_entry, result->metadata->n);
    if (!metadata || !entries)
        return WEFT_ENOMEM;
    for (size_t i = 0; i < result->metadata->n; i++) {
        weft_metadata_entry entry = result->metadata->entries[i];
        weft_str raw = weft_arena_copy_str(r->arena, weft_str_of((const char *)entry.bytes.ptr, entry.bytes.len));
        entry.key = weft_arena_copy_str(r->arena, entry.key);
        entry.str = weft_arena_copy_str(r->arena, entry.str);
        entry.bytes = weft_bytes_of(raw.ptr, raw.len);
        if (!entry.key.ptr || !entry.str.ptr || !entry.bytes.ptr)
            return WEFT_ENOMEM;
        entries[i] = entry;
    }
    *metadata = (weft_metadata){ entries, result->metadata->n };
    result->metadata = metadata;
    return 0;
}

/* With an arena of the application's the reply struct lies there too. */
static void reply_into_arena(reply *r)
{
    char *bytes = weft_arena_alloc(r->call->reply_arena_or_null, r->call->method->reply_size, 16);
    if (bytes) {
        memcpy(bytes, r->bytes, r->call->method->reply_size);
        r->bytes = bytes;
        r->arena = r->call->reply_arena_or_null;
        if (reply_move(r) == 0)
            return;
    }
    /* Out of memory. What the application may keep must not point to what it may not: an answer cannot be decoded then
       (reply_decode says so), and of a failure the code alone is left. */
    static const weft_metadata no_metadata = { NULL, 0 };
    r->arena = NULL;
    reply_result(r)->text = WEFT_STR("");
    reply_result(r)->metadata = &no_metadata;
}

void weft__rpc_ended(weft__call *call)
{
    union {
        weft_result result;
        uint64_t align;
        char bytes[REPLY_ON_STACK];
    } on_stack;
    if (!call->done) {
        if (!call->result.text.ptr)
            call->result.text = WEFT_STR("");
        if (call->n_intercepted > 0)
            weft__intercept_done(call, &call->result);
        return;
    }
    reply r; /* member by member: the error's text is long, and written only where a value fails */
    r.call = call;
    r.bytes = on_stack.bytes;
    r.arena = NULL;
    r.value = call->value;
    r.error.text[0] = '\0';
    if (call->args)
        memcpy(&r.bytes, &call->args, sizeof call->args); /* taken by weft_gen_call: not const, but for its type */
    memset(r.bytes, 0, call->method->reply_size);
    *reply_result(&r) = call->result;
    if (!call->result.text.ptr)
        reply_result(&r)->text = WEFT_STR("");
    bool is_answer = call->result.code == 0;
    if (call->reply_arena_or_null)
        reply_into_arena(&r);
    else if (is_answer)
        r.arena = weft__call_arena(call);
    if (is_answer)
        reply_decode(&r);
    if (call->n_intercepted > 0)
        weft__intercept_done(call, reply_result(&r));
    call->method->deliver(call->done, call->user, r.bytes);
}
