/* Calls of a weft_blocking that are begun and ended apart, so that several may be under way for one thread, each can be
 * given up by itself, and channels can be used in between. */
#include "runtime/base/mem.h"
#include "runtime/loop/blocking.h"

typedef struct begin_wait {
    weft__wait wait;
    weft_blocking_call *call; /* one reference */
    weft_call_options options;
    const void *args; /* lent */
    weft_blocking_channel *channels[WEFT_METHOD_CHANNELS_MAX];
} begin_wait;

/* ---- memory ---- */

static void begun_free(weft_blocking_call *call)
{
    weft_blocking *blocking = call->blocking;
    weft_arena_free(call->arena);
    weft__free(&blocking->allocator, call->reply, call->reply ? call->method.method.reply_size : 0);
    weft__free(&blocking->allocator, call, sizeof *call);
}

void weft__begun_unref(weft_blocking_call *call)
{
    weft_blocking *blocking = call->blocking;
    if (weft__blocking_count_down(blocking, &call->n_refs) > 0)
        return;
    uv_cond_destroy(&call->ended);
    weft__blocking_client_unref(call->client);
    begun_free(call);
    weft__blocking_unref(blocking);
}

/* ---- on the I/O thread ---- */

static void begun_deliver(void (*done)(void), void *user, const void *reply)
{
    weft_blocking_call *call = user;
    weft_blocking *blocking = call->blocking;
    bool is_wanted;
    (void)done;
    weft__list_remove(&call->in_flight.link);
    uv_mutex_lock(&blocking->mutex);
    is_wanted = call->state == WEFT__BEGUN_WAITS;
    if (is_wanted)
        call->state = WEFT__BEGUN_FILLS;
    uv_mutex_unlock(&blocking->mutex);
    if (is_wanted) {
        int rc = weft__reply_copy(&call->method.method, reply, call->arena, call->reply);
        if (rc < 0)
            (void)weft__reply_fail(call->reply, call->method.method.reply_size, rc, true);
        uv_mutex_lock(&blocking->mutex);
        call->state = WEFT__BEGUN_ENDED;
        uv_cond_broadcast(&call->ended);
        uv_mutex_unlock(&blocking->mutex);
    }
    weft__begun_unref(call);
}

static void begun_on_cancel(weft__task *task)
{
    weft_blocking_call *call = weft__container(task, weft_blocking_call, cancel);
    uv_mutex_lock(&call->blocking->mutex);
    call->is_cancelling = false;
    uv_mutex_unlock(&call->blocking->mutex);
    (void)weft_call_cancel(call->in_flight.call);
    weft__begun_unref(call);
}

static int begin_call(begin_wait *begin, weft_connection *connection)
{
    weft_blocking_call *call = begin->call;
    const weft_method *method = &call->method.method;
    weft_channel *ret_channels[WEFT_METHOD_CHANNELS_MAX];
    int rc;
    for (uint32_t i = 0; i < method->n_channels; i++)
        ret_channels[i] = begin->channels[i] ? &begin->channels[i]->channel : NULL;
    rc = weft_gen_stream(connection, &call->method.service, 0, begin->args, &begin->options, weft__one_method_done,
                         call, &call->in_flight.call, ret_channels);
    for (uint32_t i = 0; rc == 0 && i < method->n_channels; i++)
        if (begin->channels[i])
            weft__blocking_channel_begin(begin->channels[i]);
    return rc;
}

static int begin_begin(weft__wait *wait)
{
    begin_wait *begin = (begin_wait *)wait;
    weft_blocking_call *call = begin->call;
    int rc;
    if (!call->client->connection)
        return WEFT_ECLOSED;
    begin->options.timeout_ns = weft__wait_remaining(wait->deadline_ns);
    rc = begin_call(begin, call->client->connection);
    if (rc < 0)
        return rc;
    weft__blocking_count_up(call->blocking, &call->n_refs);
    weft__list_append(&call->client->calls, &call->in_flight.link);
    return 1;
}

static void begin_drop(weft__wait *wait)
{
    begin_wait *begin = (begin_wait *)wait;
    for (uint32_t i = 0; i < WEFT_METHOD_CHANNELS_MAX; i++)
        if (begin->channels[i])
            weft__blocking_channel_unref(begin->channels[i]);
    weft__begun_unref(begin->call);
}

/* ---- on any thread ---- */

static weft_blocking_call *begun_new(weft_blocking_client *client, const weft_service_type *service,
                                     const weft_method *method, uint64_t deadline_ns)
{
    weft_blocking *blocking = client->blocking;
    weft_blocking_call *call = weft__alloc_zero(&blocking->allocator, sizeof *call);
    if (!call)
        return NULL;
    call->blocking = blocking;
    weft__one_method_init(&call->method, service, method, begun_deliver);
    call->reply = weft__alloc_zero(&blocking->allocator, method->reply_size);
    if (!call->reply || weft_arena_new(&blocking->allocator, &call->arena) < 0 || uv_cond_init(&call->ended) != 0) {
        begun_free(call);
        return NULL;
    }
    weft__blocking_retain(blocking);
    weft__blocking_count_up(blocking, &client->n_refs);
    call->client = client;
    call->n_refs = 1;
    call->deadline_ns = deadline_ns;
    call->cancel.run = begun_on_cancel;
    return call;
}

/* 0; WEFT_EINVAL: a channel that is not optional has no place to go; WEFT_ENOMEM. What was made goes with the wait. */
static int begin_new_channels(begin_wait *begin, weft_blocking_channel **const *ret_channels)
{
    const weft_method *method = &begin->call->method.method;
    if (method->n_channels > WEFT_METHOD_CHANNELS_MAX || (method->n_channels > 0 && !ret_channels))
        return WEFT_EINVAL;
    for (uint32_t i = 0; i < method->n_channels; i++) {
        const weft_channel_param *param = &method->channels[i];
        if (!ret_channels[i] && !param->optional)
            return WEFT_EINVAL;
        if (!ret_channels[i])
            continue;
        begin->channels[i] = weft__blocking_channel_new(begin->call, param);
        if (!begin->channels[i])
            return WEFT_ENOMEM;
    }
    return 0;
}

/* Takes call over, until it has begun. */
static int begun_begin(weft_blocking_call *call, const void *args, const weft_call_options *options,
                       weft_blocking_channel **const *ret_channels)
{
    begin_wait *begin = weft__wait_new(call->blocking, sizeof *begin, call->deadline_ns);
    bool begun;
    int rc;
    if (!begin)
        return WEFT_ENOMEM;
    weft__blocking_count_up(call->blocking, &call->n_refs);
    begin->call = call;
    begin->args = args;
    begin->options = *options;
    begin->wait.has_grace = true;
    begin->wait.begin = begin_begin;
    begin->wait.drop = begin_drop;
    rc = begin_new_channels(begin, ret_channels);
    if (rc == 0 && !weft__wait_for(&begin->wait, &begun))
        return WEFT_ETIMEDOUT;
    if (rc == 0)
        rc = begin->wait.rc;
    for (uint32_t i = 0; rc == 0 && i < call->method.method.n_channels; i++) {
        if (begin->channels[i])
            *ret_channels[i] = begin->channels[i];
        begin->channels[i] = NULL;
    }
    weft__wait_free(&begin->wait);
    return rc;
}

int weft_gen_begin_sync(weft_blocking_client *client, const weft_service_type *service, uint32_t method,
                        const void *args, const weft_call_options *options_or_null, weft_blocking_call **ret_call,
                        weft_blocking_channel **const *ret_channels)
{
    const weft_method *table = weft__blocking_method(service, method);
    weft_call_options options = weft_call_options_default();
    weft_blocking_call *call;
    int rc;
    if (!table || !ret_call)
        return WEFT_EINVAL;
    rc = weft__blocking_call_options(client, options_or_null, &options);
    if (rc < 0)
        return rc;
    call = begun_new(client, service, table, UINT64_MAX);
    if (!call)
        return WEFT_ENOMEM;
    /* Of the copy: the table may be of an earlier version, and shorter. */
    call->deadline_ns = weft__blocking_call_deadline(client, &call->method.method, options.timeout_ns);
    rc = begun_begin(call, args, &options, ret_channels);
    if (rc < 0)
        weft__begun_unref(call);
    else
        *ret_call = call;
    return rc;
}

/* The mutex is held. */
static void begun_push_cancel(weft_blocking_call *call)
{
    if (!call->is_cancelling && weft__blocking_push(call->blocking, &call->cancel)) {
        call->is_cancelling = true;
        call->n_refs++;
    }
}

int weft_gen_end_sync(weft_blocking_call *call, uint64_t timeout_ns, void *ret_reply)
{
    uint64_t deadline_ns = weft__wait_deadline(timeout_ns);
    uint64_t own_ns;
    size_t size;
    if (!call || !ret_reply)
        return WEFT_EINVAL;
    size = call->method.method.reply_size;
    if (weft__loop_is_here())
        return weft__reply_fail(ret_reply, size, WEFT_EDEADLK, true);
    own_ns = weft__wait_with_grace(call->deadline_ns);
    deadline_ns = own_ns < deadline_ns ? own_ns : deadline_ns;
    uv_mutex_lock(&call->blocking->mutex);
    call->n_refs++;
    while (call->state != WEFT__BEGUN_ENDED) {
        bool fills = call->state == WEFT__BEGUN_FILLS;
        if (!weft__blocking_sleep(call->blocking, &call->ended, fills ? WEFT_FOREVER : deadline_ns)) {
            (void)weft__reply_fail(call->reply, size, WEFT_ETIMEDOUT, true);
            call->state = WEFT__BEGUN_ENDED;
            uv_cond_broadcast(&call->ended);
            begun_push_cancel(call);
        }
    }
    memcpy(ret_reply, call->reply, size);
    uv_mutex_unlock(&call->blocking->mutex);
    weft__begun_unref(call);
    return ((const weft_result *)ret_reply)->code;
}

void weft_blocking_call_cancel(weft_blocking_call *call)
{
    uv_mutex_lock(&call->blocking->mutex);
    if (call->state != WEFT__BEGUN_ENDED)
        begun_push_cancel(call);
    uv_mutex_unlock(&call->blocking->mutex);
}

void weft_blocking_call_release(weft_blocking_call *call_or_null)
{
    if (!call_or_null)
        return;
    weft_blocking_call_cancel(call_or_null);
    weft__begun_unref(call_or_null);
}
