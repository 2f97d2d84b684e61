/* Calls on a client of a weft_blocking that wait for the reply. */
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/loop/blocking.h"

typedef struct call_wait {
    weft__wait wait;
    weft__in_flight in_flight;
    weft_blocking_client *client; /* one reference */
    weft__one_method method;
    weft_call_options options; /* with what it points to lent */
    const void *args;          /* lent */
    weft_arena *arena;         /* lent */
    void *reply;               /* lent */
    bool is_replied;           /* reply is set */
} call_wait;

const weft_metadata weft__no_metadata = { NULL, 0 };

/* ---- calling: the reply ---- */

/* A reply without an answer. The text is static. */
int weft__reply_fail(void *reply, size_t size, int code, bool may_have_run)
{
    weft_result *result = reply;
    memset(reply, 0, size);
    result->code = code;
    result->outcome = WEFT_OUTCOME_NONE;
    result->may_have_run = may_have_run;
    result->text = weft_str_from(weft_strerror(code));
    result->metadata = &weft__no_metadata;
    return code;
}

/* What the pointer at offset points to, into the arena. */
static int reply_copy_pointer(const weft_type *type, const char *from, size_t offset, weft_arena *arena, void *reply)
{
    const void *value;
    void *copy = NULL;
    memcpy(&value, from + offset, sizeof value);
    if (value) {
        copy = weft_arena_alloc(arena, type->c_size, 16);
        int rc = copy ? weft_gen_copy(type, copy, value, arena) : WEFT_ENOMEM;
        if (rc < 0)
            return rc;
    }
    memcpy((char *)reply + offset, &copy, sizeof copy);
    return 0;
}

int weft__reply_copy(const weft_method *method, const void *from, weft_arena *arena, void *reply)
{
    weft_result *result = reply;
    int rc;
    memset(reply, 0, method->reply_size);
    memcpy(reply, from, sizeof *result);
    result->text = weft_arena_copy_str(arena, result->text);
    rc = result->text.ptr ? weft__metadata_keep(&result->metadata, arena) : WEFT_ENOMEM;
    if (rc < 0 || result->code != 0)
        return rc;
    if (result->outcome == WEFT_OUTCOME_USER_ERROR && method->error)
        return reply_copy_pointer(method->error, from, method->error_offset, arena, reply);
    if (result->outcome != WEFT_OUTCOME_OK || !method->result)
        return 0;
    if (method->flags & WEFT_METHOD_VALUE_POINTER)
        return reply_copy_pointer(method->result, from, method->value_offset, arena, reply);
    return weft_gen_copy(method->result, (char *)reply + method->value_offset,
                         (const char *)from + method->value_offset, arena);
}

/* ---- calling: the method ---- */

const weft_method *weft__blocking_method(const weft_service_type *service, uint32_t method)
{
    if (!service || service->abi != WEFT_GEN_ABI || service->method_size < offsetof(weft_method, channels) ||
        method >= service->n_methods)
        return NULL;
    return (const weft_method *)(const void *)((const char *)service->methods + (size_t)method * service->method_size);
}

void weft__one_method_init(weft__one_method *one, const weft_service_type *service, const weft_method *method,
                           void (*deliver)(void (*done)(void), void *user, const void *reply))
{
    memset(&one->method, 0, sizeof one->method);
    memcpy(&one->method, method, service->method_size < sizeof one->method ? service->method_size : sizeof one->method);
    one->method.deliver = deliver;
    memcpy(&one->service, service, offsetof(weft_service_type, doc)); /* older tables end there */
    one->service.doc = NULL;
    one->service.method_size = sizeof one->method;
    one->service.n_methods = 1;
    one->service.methods = &one->method;
}

/* ---- calling ---- */

static void call_deliver(void (*done)(void), void *user, const void *reply)
{
    call_wait *call = user;
    (void)done;
    weft__list_remove(&call->in_flight.link);
    if (!weft__wait_take(&call->wait))
        return;
    int rc = weft__reply_copy(&call->method.method, reply, call->arena, call->reply);
    if (rc < 0)
        (void)weft__reply_fail(call->reply, call->method.method.reply_size, rc, true);
    call->is_replied = true;
    weft__wait_done(&call->wait, ((const weft_result *)call->reply)->code, NULL);
}

void weft__one_method_done(void)
{
}

static int call_begin(weft__wait *wait)
{
    call_wait *call = (call_wait *)wait;
    int rc;
    if (!call->client->connection)
        return WEFT_ECLOSED;
    call->options.timeout_ns = weft__wait_remaining(wait->deadline_ns);
    rc = weft_gen_call(call->client->connection, &call->method.service, 0, call->args, &call->options,
                       weft__one_method_done, call, &call->in_flight.call);
    if (rc == 0)
        weft__list_append(&call->client->calls, &call->in_flight.link);
    return rc;
}

static void call_drop(weft__wait *wait)
{
    weft__blocking_client_unref(((call_wait *)wait)->client);
}

uint64_t weft__blocking_call_deadline(const weft_blocking_client *client, const weft_method *method,
                                      uint64_t timeout_ns)
{
    if (timeout_ns == WEFT_TIMEOUT_DEFAULT)
        timeout_ns = method->timeout_ns;
    if (timeout_ns == WEFT_TIMEOUT_DEFAULT && method->n_channels > 0) /* [call.deadline] */
        timeout_ns = WEFT_FOREVER;
    if (timeout_ns == WEFT_TIMEOUT_DEFAULT)
        timeout_ns = client->call_timeout_ns;
    return weft__wait_deadline(timeout_ns);
}

int weft__blocking_call_options(const weft_blocking_client *client, const weft_call_options *options_or_null,
                                weft_call_options *inout_options)
{
    int rc;
    if (!client)
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    rc = weft__options_copy(inout_options, sizeof *inout_options, options_or_null);
    if (rc == 0 && inout_options->on_behalf_of.slot) /* another thread's */
        rc = WEFT_EINVAL;
    inout_options->arena = NULL;
    return rc;
}

int weft_gen_call_sync(weft_blocking_client *client, const weft_service_type *service, uint32_t method,
                       const void *args, const weft_call_options *options_or_null, weft_arena *arena, void *ret_reply)
{
    const weft_method *table = weft__blocking_method(service, method);
    weft_call_options options = weft_call_options_default();
    call_wait *call;
    bool begun;
    int rc;
    if (!table || !ret_reply)
        return WEFT_EINVAL;
    rc = arena ? weft__blocking_call_options(client, options_or_null, &options) : WEFT_EINVAL;
    if (rc < 0)
        return weft__reply_fail(ret_reply, table->reply_size, rc, false);
    call = weft__wait_new(client->blocking, sizeof *call, WEFT_FOREVER);
    if (!call)
        return weft__reply_fail(ret_reply, table->reply_size, WEFT_ENOMEM, false);
    weft__blocking_count_up(client->blocking, &client->n_refs);
    call->client = client;
    call->options = options;
    call->args = args;
    call->arena = arena;
    call->reply = ret_reply;
    call->wait.has_grace = true;
    call->wait.begin = call_begin;
    call->wait.drop = call_drop;
    weft__one_method_init(&call->method, service, table, call_deliver);
    /* Of the copy: the table may be of an earlier version, and shorter. */
    call->wait.deadline_ns = weft__blocking_call_deadline(client, &call->method.method, options.timeout_ns);
    if (!weft__wait_for(&call->wait, &begun))
        return weft__reply_fail(ret_reply, table->reply_size, WEFT_ETIMEDOUT, begun);
    rc = call->wait.rc;
    if (!call->is_replied)
        (void)weft__reply_fail(ret_reply, table->reply_size, rc, false);
    weft__wait_free(&call->wait);
    return rc;
}
