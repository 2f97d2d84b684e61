/* Clients of a weft_blocking: opening them, calling on them, letting go. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/loop/blocking.h"
#include "runtime/loop/loop.h"

typedef struct open_wait {
    weft__wait wait;
    weft_blocking_session *session;   /* the caller's */
    weft_blocking_client *client;     /* one reference, until the caller takes it */
    const weft_service_type *service; /* const */
    weft_open_options options;
} open_wait;

typedef struct call_wait {
    weft__wait wait;
    weft__link link;              /* in client->calls */
    weft_blocking_client *client; /* one reference */
    weft_call call;
    weft_call_options options; /* with what it points to lent */
    const void *args;          /* lent */
    weft_arena *arena;         /* lent */
    void *reply;               /* lent */
    bool is_replied;           /* reply is set */
    /* The method alone, as a service of its own: with a deliver that brings the reply here instead of to a typed
     * callback, which only generated code could call. */
    weft_service_type service;
    weft_method method;
} call_wait;

static const weft_metadata no_metadata = { NULL, 0 };

static void client_unref(weft_blocking_client *client)
{
    weft_blocking *blocking = client->blocking;
    if (weft__blocking_count_down(blocking, &client->n_refs) > 0)
        return;
    weft__free(&blocking->allocator, client, sizeof *client);
    weft__blocking_unref(blocking);
}

static void client_let_go(weft_blocking_client *client)
{
    weft_connection *connection = client->connection;
    if (!connection)
        return;
    client->connection = NULL;
    weft_connection_release(connection);
    weft__list_remove(&client->link);
    client_unref(client);
}

static void client_on_release(weft__task *task)
{
    weft_blocking_client *client = weft__container(task, weft_blocking_client, release);
    client_let_go(client);
    client_unref(client);
}

static void client_on_cancel(weft__task *task)
{
    weft_blocking_client *client = weft__container(task, weft_blocking_client, cancel);
    uv_mutex_lock(&client->blocking->mutex);
    client->is_cancelling = false;
    uv_mutex_unlock(&client->blocking->mutex);
    for (weft__link *link = client->calls.next; link != &client->calls; link = link->next)
        (void)weft_call_cancel(weft__container(link, call_wait, link)->call);
    client_unref(client);
}

void weft__blocking_drop_clients(weft_blocking *blocking)
{
    weft__link *link;
    while ((link = weft__list_first(&blocking->clients)) != NULL)
        client_let_go(weft__container(link, weft_blocking_client, link));
}

static weft_blocking_client *client_new(weft_blocking_session *session)
{
    weft_blocking *blocking = session->blocking;
    weft_blocking_client *client = weft__alloc_zero(&blocking->allocator, sizeof *client);
    if (!client)
        return NULL;
    weft__blocking_retain(blocking);
    client->blocking = blocking;
    client->n_refs = 1;
    client->call_timeout_ns = session->call_timeout_ns;
    client->release.run = client_on_release;
    client->cancel.run = client_on_cancel;
    weft__list_init(&client->calls);
    return client;
}

void weft_blocking_client_release(weft_blocking_client *client_or_null)
{
    weft_blocking_client *client = client_or_null;
    if (!client)
        return;
    /* Where the thread is ending, it lets go of the connection itself. */
    uv_mutex_lock(&client->blocking->mutex);
    if (weft__blocking_push(client->blocking, &client->release))
        client->n_refs++;
    uv_mutex_unlock(&client->blocking->mutex);
    client_unref(client);
}

void weft_blocking_client_cancel(weft_blocking_client *client)
{
    uv_mutex_lock(&client->blocking->mutex);
    if (!client->is_cancelling && weft__blocking_push(client->blocking, &client->cancel)) {
        client->is_cancelling = true;
        client->n_refs++;
    }
    uv_mutex_unlock(&client->blocking->mutex);
}

/* ---- opening --------------------------------------------------------------------------------------------------- */

static void open_on_opened(void *user, weft_connection *connection_or_null, const weft_metadata *metadata,
                           const weft_error *error_or_null)
{
    open_wait *open = user;
    weft_blocking_client *client = open->client;
    (void)metadata;
    if (!weft__wait_take(&open->wait)) {
        weft_connection_release(connection_or_null);
        return;
    }
    if (!connection_or_null) {
        weft__wait_done(&open->wait, error_or_null->code, error_or_null);
        return;
    }
    client->connection = connection_or_null;
    weft__blocking_count_up(client->blocking, &client->n_refs);
    weft__list_append(&client->blocking->clients, &client->link);
    weft__wait_done(&open->wait, 0, NULL);
}

static int open_begin(weft__wait *wait)
{
    open_wait *open = (open_wait *)wait;
    if (!open->session->session)
        return WEFT_ECLOSED;
    open->options.timeout_ns = weft__wait_remaining(wait->deadline_ns);
    return weft_open(open->session->session, open->service, &open->options, open_on_opened, open);
}

static void open_drop(weft__wait *wait)
{
    open_wait *open = (open_wait *)wait;
    if (open->client)
        client_unref(open->client);
}

int weft_gen_open_sync(weft_blocking_session *session, const weft_service_type *service,
                       const weft_open_options *options_or_null, weft_blocking_client **ret_client,
                       weft_error *error_or_null)
{
    weft_open_options options = weft_open_options_default();
    open_wait *open;
    bool begun;
    int rc;
    if (!session || !service || !ret_client)
        return weft__error_set(error_or_null, WEFT_EINVAL, NULL);
    if (weft__blocking_is_own_thread(session->blocking))
        return weft__error_set(error_or_null, WEFT_EDEADLK, NULL);
    rc = weft__blocking_options(options_or_null, &options, sizeof options);
    if (rc < 0)
        return weft__error_set(error_or_null, rc, "the options are not valid");
    open = weft__wait_new(session->blocking, sizeof *open, weft__wait_deadline(options.timeout_ns));
    if (!open)
        return weft__error_set(error_or_null, WEFT_ENOMEM, NULL);
    open->session = session;
    open->service = service;
    open->options = options;
    open->wait.begin = open_begin;
    open->wait.drop = open_drop;
    open->client = client_new(session);
    if (!open->client) {
        weft__wait_free(&open->wait);
        return weft__error_set(error_or_null, WEFT_ENOMEM, NULL);
    }
    if (!weft__wait_for(&open->wait, &begun))
        return weft__error_set(error_or_null, WEFT_ETIMEDOUT, NULL);
    rc = open->wait.rc;
    if (rc == 0) {
        *ret_client = open->client;
        open->client = NULL;
    } else if (open->wait.error.code != 0 && error_or_null) {
        *error_or_null = open->wait.error;
    } else {
        (void)weft__error_set(error_or_null, rc, NULL);
    }
    weft__wait_free(&open->wait);
    return rc;
}

/* ---- calling: the reply ---------------------------------------------------------------------------------------- */

/* A reply without an answer. The text is static. */
static int reply_fail(void *reply, size_t size, int code, bool may_have_run)
{
    weft_result *result = reply;
    memset(reply, 0, size);
    result->code = code;
    result->outcome = WEFT_OUTCOME_NONE;
    result->may_have_run = may_have_run;
    result->text = weft_str_from(weft_strerror(code));
    result->metadata = &no_metadata;
    return code;
}

/* What the pointer at offset points to, into the arena. */
static int reply_copy_pointer(const call_wait *call, const weft_type *type, const char *from, size_t offset)
{
    const void *value;
    void *copy = NULL;
    memcpy(&value, from + offset, sizeof value);
    if (value) {
        copy = weft_arena_alloc(call->arena, type->c_size, 16);
        int rc = copy ? weft_gen_copy(type, copy, value, call->arena) : WEFT_ENOMEM;
        if (rc < 0)
            return rc;
    }
    memcpy((char *)call->reply + offset, &copy, sizeof copy);
    return 0;
}

static int reply_copy_result(const call_wait *call, const weft_result *from)
{
    weft_result *result = call->reply;
    *result = *from;
    result->text = weft_arena_copy_str(call->arena, from->text);
    return result->text.ptr ? weft__metadata_keep(&result->metadata, call->arena) : WEFT_ENOMEM;
}

static int reply_copy(const call_wait *call, const void *from)
{
    const weft_method *method = &call->method;
    const weft_result *result = from;
    memset(call->reply, 0, method->reply_size);
    int rc = reply_copy_result(call, result);
    if (rc < 0 || result->code != 0)
        return rc;
    if (result->outcome == WEFT_OUTCOME_USER_ERROR && method->error)
        return reply_copy_pointer(call, method->error, from, method->error_offset);
    if (result->outcome != WEFT_OUTCOME_OK || !method->result)
        return 0;
    if (method->flags & WEFT_METHOD_VALUE_POINTER)
        return reply_copy_pointer(call, method->result, from, method->value_offset);
    return weft_gen_copy(method->result, (char *)call->reply + method->value_offset,
                         (const char *)from + method->value_offset, call->arena);
}

/* ---- calling --------------------------------------------------------------------------------------------------- */

static void call_deliver(void (*done)(void), void *user, const void *reply)
{
    call_wait *call = user;
    (void)done;
    weft__list_remove(&call->link);
    if (!weft__wait_take(&call->wait))
        return;
    int rc = reply_copy(call, reply);
    if (rc < 0)
        (void)reply_fail(call->reply, call->method.reply_size, rc, true);
    call->is_replied = true;
    weft__wait_done(&call->wait, ((const weft_result *)call->reply)->code, NULL);
}

/* Stands for a callback: deliver does not call it. */
static void call_done(void)
{
}

static int call_begin(weft__wait *wait)
{
    call_wait *call = (call_wait *)wait;
    int rc;
    if (!call->client->connection)
        return WEFT_ECLOSED;
    call->options.timeout_ns = weft__wait_remaining(wait->deadline_ns);
    rc = weft_gen_call(call->client->connection, &call->service, 0, call->args, &call->options, call_done, call,
                       &call->call);
    if (rc == 0)
        weft__list_append(&call->client->calls, &call->link);
    return rc;
}

static void call_drop(weft__wait *wait)
{
    client_unref(((call_wait *)wait)->client);
}

/* NULL: not a table of this ABI, or no such method. */
static const weft_method *service_method(const weft_service_type *service, uint32_t method)
{
    if (!service || service->abi != WEFT_GEN_ABI || service->method_size < sizeof(weft_method) ||
        method >= service->n_methods)
        return NULL;
    return (const weft_method *)(const void *)((const char *)service->methods + (size_t)method * service->method_size);
}

static void call_set_service(call_wait *call, const weft_service_type *service, const weft_method *method)
{
    call->method = *method;
    call->method.deliver = call_deliver;
    call->service = *service;
    call->service.method_size = sizeof call->method;
    call->service.n_methods = 1;
    call->service.methods = &call->method;
}

static uint64_t call_deadline(const weft_blocking_client *client, const weft_method *method, uint64_t timeout_ns)
{
    if (timeout_ns == WEFT_TIMEOUT_DEFAULT)
        timeout_ns = method->timeout_ns;
    if (timeout_ns == WEFT_TIMEOUT_DEFAULT)
        timeout_ns = client->call_timeout_ns;
    return weft__wait_deadline(timeout_ns);
}

static int call_check(const weft_blocking_client *client, const weft_call_options *options_or_null,
                      const weft_arena *arena, weft_call_options *inout_options)
{
    if (!client || !arena)
        return WEFT_EINVAL;
    if (weft__blocking_is_own_thread(client->blocking))
        return WEFT_EDEADLK;
    int rc = weft__blocking_options(options_or_null, inout_options, sizeof *inout_options);
    inout_options->arena = NULL;
    return rc;
}

int weft_gen_call_sync(weft_blocking_client *client, const weft_service_type *service, uint32_t method,
                       const void *args, const weft_call_options *options_or_null, weft_arena *arena, void *ret_reply)
{
    const weft_method *table = service_method(service, method);
    weft_call_options options = weft_call_options_default();
    call_wait *call;
    bool begun;
    int rc;
    if (!table || !ret_reply)
        return WEFT_EINVAL;
    rc = call_check(client, options_or_null, arena, &options);
    if (rc < 0)
        return reply_fail(ret_reply, table->reply_size, rc, false);
    call = weft__wait_new(client->blocking, sizeof *call, call_deadline(client, table, options.timeout_ns));
    if (!call)
        return reply_fail(ret_reply, table->reply_size, WEFT_ENOMEM, false);
    weft__blocking_count_up(client->blocking, &client->n_refs);
    call->client = client;
    call->options = options;
    call->args = args;
    call->arena = arena;
    call->reply = ret_reply;
    call->wait.begin = call_begin;
    call->wait.drop = call_drop;
    call_set_service(call, service, table);
    if (!weft__wait_for(&call->wait, &begun))
        return reply_fail(ret_reply, table->reply_size, WEFT_ETIMEDOUT, begun);
    rc = call->wait.rc;
    if (!call->is_replied)
        (void)reply_fail(ret_reply, table->reply_size, rc, false);
    weft__wait_free(&call->wait);
    return rc;
}
