/* Clients of a weft_blocking: opening them, the root's, letting go. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/loop/blocking.h"

typedef struct open_wait {
    weft__wait wait;
    weft_blocking_session *session;   /* the caller's */
    weft_blocking_client *client;     /* one reference, until the caller takes it */
    const weft_service_type *service; /* const; NULL: the root */
    weft_open_options options;
    weft_arena *arena;             /* lent, or NULL */
    const weft_metadata *metadata; /* in arena */
} open_wait;

void weft__blocking_client_unref(weft_blocking_client *client)
{
    weft_blocking *blocking = client->blocking;
    if (weft__blocking_count_down(blocking, &client->n_refs) > 0)
        return;
    weft__free(&blocking->allocator, client, sizeof *client);
    weft__blocking_unref(blocking);
}

/* ---- on the I/O thread ---- */

static void client_let_go(weft_blocking_client *client)
{
    weft_connection *connection = client->connection;
    if (!connection)
        return;
    client->connection = NULL;
    weft_connection_release(connection);
    weft__list_remove(&client->link);
    weft__blocking_client_unref(client);
}

static void client_on_release(weft__task *task)
{
    weft_blocking_client *client = weft__container(task, weft_blocking_client, release);
    client_let_go(client);
    weft__blocking_client_unref(client);
}

static void client_on_cancel(weft__task *task)
{
    weft_blocking_client *client = weft__container(task, weft_blocking_client, cancel);
    uv_mutex_lock(&client->blocking->mutex);
    client->is_cancelling = false;
    uv_mutex_unlock(&client->blocking->mutex);
    for (weft__link *link = client->calls.next; link != &client->calls; link = link->next)
        (void)weft_call_cancel(weft__container(link, weft__in_flight, link)->call);
    weft__blocking_client_unref(client);
}

void weft__blocking_drop_clients(weft_blocking *blocking)
{
    weft__link *link;
    while ((link = weft__list_first(&blocking->clients)) != NULL)
        client_let_go(weft__container(link, weft_blocking_client, link));
}

/* connection: one reference, taken over. */
static void open_done(open_wait *open, weft_connection *connection)
{
    weft_blocking_client *client = open->client;
    client->connection = connection;
    weft__blocking_count_up(client->blocking, &client->n_refs);
    weft__list_append(&client->blocking->clients, &client->link);
}

/* What came with the answer, where somebody wants it. A reject stays one, though there is no memory for more. */
static int open_keep_metadata(open_wait *open, const weft_metadata *metadata)
{
    int rc = open->arena ? weft__metadata_keep(&metadata, open->arena) : 0;
    if (rc == 0 && open->arena && metadata)
        open->metadata = metadata;
    return rc;
}

static void open_on_opened(void *user, weft_connection *connection_or_null, const weft_metadata *metadata,
                           const weft_error *error_or_null)
{
    open_wait *open = user;
    int rc;
    if (!weft__wait_take(&open->wait)) {
        weft_connection_release(connection_or_null);
        return;
    }
    rc = open_keep_metadata(open, metadata);
    if (!connection_or_null) {
        weft__wait_done(&open->wait, error_or_null->code, error_or_null);
        return;
    }
    if (rc < 0)
        weft_connection_release(connection_or_null);
    else
        open_done(open, connection_or_null);
    weft__wait_done(&open->wait, rc, NULL);
}

static int open_begin(weft__wait *wait)
{
    open_wait *open = (open_wait *)wait;
    weft_session *session = open->session->session;
    if (!session)
        return WEFT_ECLOSED;
    if (open->service) {
        open->options.timeout_ns = weft__wait_remaining(wait->deadline_ns);
        return weft_open(session, open->service, &open->options, open_on_opened, open);
    }
    weft_connection *root = weft_session_root(session);
    if (!root)
        return WEFT_ECLOSED;
    open_done(open, weft_connection_retain(root));
    return 1;
}

static void open_drop(weft__wait *wait)
{
    open_wait *open = (open_wait *)wait;
    if (open->client)
        weft__blocking_client_unref(open->client);
}

/* ---- on any thread ---- */

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

/* NULL: out of memory. */
static open_wait *open_new(weft_blocking_session *session, uint64_t deadline_ns)
{
    open_wait *open = weft__wait_new(session->blocking, sizeof *open, deadline_ns);
    if (!open)
        return NULL;
    open->session = session;
    open->wait.has_grace = true;
    open->wait.begin = open_begin;
    open->wait.drop = open_drop;
    open->client = client_new(session);
    if (open->client)
        return open;
    weft__wait_free(&open->wait);
    return NULL;
}

static int open_wait_for(open_wait *open, weft_blocking_client **ret_client, const weft_metadata **ret_metadata_or_null,
                         weft_error *error_or_null)
{
    bool begun;
    int rc;
    if (!weft__wait_for(&open->wait, &begun))
        return weft__error_set(error_or_null, WEFT_ETIMEDOUT, NULL);
    rc = open->wait.rc;
    if (ret_metadata_or_null && open->metadata)
        *ret_metadata_or_null = open->metadata;
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

int weft_blocking_open(weft_blocking_session *session, const weft_service_type *service,
                       const weft_open_options *options_or_null, weft_arena *arena_or_null,
                       weft_blocking_client **ret_client, const weft_metadata **ret_metadata_or_null,
                       weft_error *error_or_null)
{
    weft_open_options options = weft_open_options_default();
    open_wait *open;
    int rc;
    if (ret_metadata_or_null)
        *ret_metadata_or_null = &weft__no_metadata;
    if (!session || !service || !ret_client || (ret_metadata_or_null && !arena_or_null))
        return weft__error_set(error_or_null, WEFT_EINVAL, NULL);
    if (weft__loop_is_here())
        return weft__error_set(error_or_null, WEFT_EDEADLK, NULL);
    rc = weft__options_copy(&options, sizeof options, options_or_null);
    if (rc < 0)
        return weft__error_set(
            error_or_null, rc,
            "the options have no size (weft_open_options_default), or what this version does not know");
    open = open_new(session, weft__wait_deadline(options.timeout_ns));
    if (!open)
        return weft__error_set(error_or_null, WEFT_ENOMEM, NULL);
    open->service = service;
    open->options = options;
    open->arena = ret_metadata_or_null ? arena_or_null : NULL;
    return open_wait_for(open, ret_client, ret_metadata_or_null, error_or_null);
}

int weft_gen_open_sync(weft_blocking_session *session, const weft_service_type *service,
                       const weft_open_options *options_or_null, weft_blocking_client **ret_client,
                       weft_error *error_or_null)
{
    return weft_blocking_open(session, service, options_or_null, NULL, ret_client, NULL, error_or_null);
}

int weft_blocking_session_root(weft_blocking_session *session, weft_blocking_client **ret_client)
{
    open_wait *open;
    if (!session || !ret_client)
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    open = open_new(session, WEFT_FOREVER);
    return open ? open_wait_for(open, ret_client, NULL, NULL) : WEFT_ENOMEM;
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
    weft__blocking_client_unref(client);
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
