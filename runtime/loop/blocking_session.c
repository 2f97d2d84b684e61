/* Sessions of a weft_blocking: connecting, closing, letting go. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/loop/blocking.h"

static void session_unref(weft_blocking_session *session)
{
    weft_blocking *blocking = session->blocking;
    if (weft__blocking_count_down(blocking, &session->n_refs) > 0)
        return;
    uv_cond_destroy(&session->ended);
    weft_arena_free(session->arena);
    weft__free(&blocking->allocator, session, sizeof *session);
    weft__blocking_unref(blocking);
}

/* ---- on the I/O thread ---- */

typedef struct connect_wait {
    weft__wait wait;
    weft_blocking_session *session; /* one reference */
    const char *url;                /* lent */
    weft_session_options options;
} connect_wait;

/* A close or a drain: asked for on the I/O thread, which does not wait for the end. */
typedef struct close_wait {
    weft__wait wait;
    weft_blocking_session *session; /* one reference */
    uint16_t code;
    const char *text; /* lent */
    bool drains;
    uint64_t limit_ns;
} close_wait;

/* Nothing comes from the session any more, and nobody asks for it: it leaves the list. */
static void session_forget(weft_blocking_session *session)
{
    if (!session->is_closed || session->session || !weft__link_is_in(&session->link))
        return;
    weft__list_remove(&session->link);
    session_unref(session);
}

/* Ready, or never to be: then error says why, and after an end without a reason nothing. */
static void session_connected(weft_blocking_session *session, const weft_error *error_or_null)
{
    weft__wait *wait = session->connecting;
    int rc = !error_or_null ? 0 : error_or_null->code != 0 ? error_or_null->code : WEFT_ECLOSED;
    session->connecting = NULL;
    if (wait && weft__wait_take(wait))
        weft__wait_done(wait, rc, error_or_null);
}

static void session_closed(weft_blocking_session *session, const weft_error *error_or_null)
{
    weft_blocking *blocking = session->blocking;
    session->is_closed = true;
    uv_mutex_lock(&blocking->mutex);
    if (error_or_null)
        session->why = *error_or_null;
    session->has_ended = true;
    uv_cond_broadcast(&session->ended);
    uv_mutex_unlock(&blocking->mutex);
    session_forget(session);
}

/* What is asked of a session that is ready, by threads that must not touch the session itself. */
static int session_keep_facts(weft_blocking_session *session, const weft_session *inner)
{
    weft_peer peer = *weft_session_peer(inner);
    const weft_metadata *metadata = weft_session_metadata(inner);
    peer.transport = weft_arena_copy_str(session->arena, weft_str_from(peer.transport)).ptr;
    peer.address = weft_arena_copy_str(session->arena, weft_str_from(peer.address)).ptr;
    if (!peer.transport || !peer.address || weft__metadata_keep(&metadata, session->arena) < 0)
        return WEFT_ENOMEM;
    session->peer = peer;
    session->metadata = metadata;
    return 0;
}

static void session_ready(weft_blocking_session *session, const weft_session *inner)
{
    weft_error error;
    if (session_keep_facts(session, inner) == 0) {
        session_connected(session, NULL);
        return;
    }
    (void)weft__error_set(&error, WEFT_ENOMEM, NULL);
    session_connected(session, &error);
}

static int session_on_open(void *user, weft_session *inner, weft_pending pending)
{
    weft_blocking_session *session = user;
    return session->on_open(session->user, inner, pending);
}

static void session_on_event(void *user, weft_session *inner, const weft_session_event *event)
{
    weft_blocking_session *session = user;
    if (session->on_event)
        session->on_event(session->user, inner, event);
    switch (event->kind) {
    case WEFT_EVENT_READY: session_ready(session, inner); break;
    case WEFT_EVENT_FAILED: session_connected(session, event->error); break;
    case WEFT_EVENT_CLOSED:
        session_connected(session, event->error);
        session_closed(session, event->error);
        break;
    default: break;
    }
}

static bool may_connect_again(const weft_session_options *options)
{
    return options->resumable || options->retry;
}

static void cut_time(uint64_t *inout_ns, uint64_t left_ns)
{
    if (*inout_ns > left_ns)
        *inout_ns = left_ns;
}

/* What is to end by then. The times of one attempt hold for those after READY, too: where there may be such, the thread
 * that waits gives up by itself instead. */
static void connect_cut_times(weft_session_options *options, uint64_t left_ns)
{
    cut_time(&options->connect_wait_ns, left_ns);
    if (may_connect_again(options))
        return;
    cut_time(&options->connect_timeout_ns, left_ns);
    cut_time(&options->handshake_timeout_ns, left_ns);
}

static int connect_begin(weft__wait *wait)
{
    connect_wait *connect = (connect_wait *)wait;
    weft_blocking_session *session = connect->session;
    weft_blocking *blocking = session->blocking;
    uint64_t left_ns = weft__wait_remaining(wait->deadline_ns);
    int rc;
    if (left_ns == 0)
        return weft__error_set(&wait->error, WEFT_ETIMEDOUT, NULL);
    connect_cut_times(&connect->options, left_ns);
    rc = weft_connect(blocking->runtime, connect->url, &connect->options, &session->session, &wait->error);
    if (rc < 0)
        return rc;
    session->is_closed = false;
    session->connecting = wait;
    weft__blocking_count_up(blocking, &session->n_refs);
    weft__list_append(&blocking->sessions, &session->link);
    return 0;
}

static void connect_drop(weft__wait *wait)
{
    session_unref(((connect_wait *)wait)->session);
}

static int close_begin(weft__wait *wait)
{
    close_wait *close = (close_wait *)wait;
    weft_blocking_session *session = close->session;
    bool is_live = session->session && !session->is_closed;
    if (close->drains) {
        int rc = is_live ? weft_session_drain(session->session, close->limit_ns) : WEFT_ECLOSED;
        return rc < 0 ? rc : 1;
    }
    if (is_live)
        weft_session_close(session->session, close->code, close->text);
    return 1;
}

static void close_drop(weft__wait *wait)
{
    session_unref(((close_wait *)wait)->session);
}

static void session_let_go(weft_blocking_session *session)
{
    weft_session *inner = session->session;
    session->session = NULL;
    weft_session_release(inner);
    session_forget(session);
}

static void session_on_release(weft__task *task)
{
    weft_blocking_session *session = weft__container(task, weft_blocking_session, release);
    session_let_go(session);
    session_unref(session);
}

void weft__blocking_drop_sessions(weft_blocking *blocking)
{
    weft__link *link;
    /* The runtime has ended, and all of them with it. */
    while ((link = weft__list_first(&blocking->sessions)) != NULL) {
        weft_blocking_session *session = weft__container(link, weft_blocking_session, link);
        session->is_closed = true;
        session_let_go(session);
    }
}

/* ---- on any thread ---- */

static weft_blocking_session *session_new(weft_blocking *blocking, weft_session_options *options)
{
    weft_blocking_session *session = weft__alloc_zero(&blocking->allocator, sizeof *session);
    if (!session)
        return NULL;
    if (uv_cond_init(&session->ended) != 0) {
        weft__free(&blocking->allocator, session, sizeof *session);
        return NULL;
    }
    if (weft_arena_new(&blocking->allocator, &session->arena) < 0) {
        uv_cond_destroy(&session->ended);
        weft__free(&blocking->allocator, session, sizeof *session);
        return NULL;
    }
    weft__blocking_retain(blocking);
    session->blocking = blocking;
    session->n_refs = 1;
    session->is_closed = true;
    session->release.run = session_on_release;
    session->call_timeout_ns = options->call_timeout_ns;
    session->on_open = options->on_open;
    session->on_event = options->on_event;
    session->user = options->user;
    options->on_open = options->on_open ? session_on_open : NULL;
    options->on_event = session_on_event;
    options->user = session;
    return session;
}

/* Takes over the application's reference of the session where it fails. */
static int session_connect(weft_blocking_session *session, const char *url, const weft_session_options *options,
                           uint64_t deadline_ns, weft_error *error_or_null)
{
    connect_wait *wait = weft__wait_new(session->blocking, sizeof *wait, deadline_ns);
    bool begun;
    int rc = WEFT_ETIMEDOUT;
    if (!wait) {
        session_unref(session);
        return weft__error_set(error_or_null, WEFT_ENOMEM, NULL);
    }
    weft__blocking_count_up(session->blocking, &session->n_refs);
    wait->session = session;
    wait->url = url;
    wait->options = *options;
    wait->wait.has_grace = !may_connect_again(options);
    wait->wait.begin = connect_begin;
    wait->wait.drop = connect_drop;
    if (weft__wait_for(&wait->wait, &begun)) {
        rc = wait->wait.rc;
        if (rc < 0 && wait->wait.error.code != 0 && error_or_null)
            *error_or_null = wait->wait.error;
        else if (rc < 0)
            (void)weft__error_set(error_or_null, rc, NULL);
        weft__wait_free(&wait->wait);
    } else {
        (void)weft__error_set(error_or_null, rc, NULL);
    }
    if (rc < 0)
        weft_blocking_session_release(session);
    return rc;
}

int weft_blocking_connect(weft_blocking *blocking, const char *url, const weft_session_options *options_or_null,
                          uint64_t timeout_ns, weft_blocking_session **ret_session, weft_error *error_or_null)
{
    weft_session_options options = weft_session_options_default();
    weft_blocking_session *session;
    int rc;
    if (!blocking || !url || !ret_session)
        return weft__error_set(error_or_null, WEFT_EINVAL, NULL);
    if (weft__loop_is_here())
        return weft__error_set(error_or_null, WEFT_EDEADLK, NULL);
    rc = weft__options_copy(&options, sizeof options, options_or_null);
    if (rc < 0)
        return weft__error_set(error_or_null, rc, weft__session_options_why(options_or_null));
    session = session_new(blocking, &options);
    if (!session)
        return weft__error_set(error_or_null, WEFT_ENOMEM, NULL);
    rc = session_connect(session, url, &options, weft__wait_deadline(timeout_ns), error_or_null);
    if (rc == 0)
        *ret_session = session;
    return rc;
}

const weft_peer *weft_blocking_session_peer(const weft_blocking_session *session)
{
    return &session->peer;
}

const weft_metadata *weft_blocking_session_metadata(const weft_blocking_session *session)
{
    return session->metadata;
}

static int session_wait(weft_blocking_session *session, uint64_t deadline_ns, weft_error *ret_why_or_null)
{
    weft_blocking *blocking = session->blocking;
    int rc = 0;
    uv_mutex_lock(&blocking->mutex);
    session->n_refs++;
    while (!session->has_ended && weft__blocking_sleep(blocking, &session->ended, deadline_ns)) {
    }
    if (!session->has_ended)
        rc = WEFT_ETIMEDOUT;
    else if (ret_why_or_null)
        *ret_why_or_null = session->why;
    uv_mutex_unlock(&blocking->mutex);
    session_unref(session);
    return rc;
}

int weft_blocking_session_wait(weft_blocking_session *session, uint64_t timeout_ns, weft_error *ret_why_or_null)
{
    if (!session)
        return WEFT_EINVAL;
    if (timeout_ns > 0 && weft__loop_is_here())
        return WEFT_EDEADLK;
    return session_wait(session, weft__wait_deadline(timeout_ns), ret_why_or_null);
}

/* NULL: out of memory. */
static close_wait *close_new(weft_blocking_session *session, uint64_t deadline_ns)
{
    close_wait *wait = weft__wait_new(session->blocking, sizeof *wait, deadline_ns);
    if (!wait)
        return NULL;
    weft__blocking_count_up(session->blocking, &session->n_refs);
    wait->session = session;
    wait->wait.has_grace = true;
    wait->wait.begin = close_begin;
    wait->wait.drop = close_drop;
    return wait;
}

static int close_ask(close_wait *wait)
{
    bool begun;
    int rc;
    if (!weft__wait_for(&wait->wait, &begun))
        return WEFT_ETIMEDOUT;
    rc = wait->wait.rc;
    weft__wait_free(&wait->wait);
    return rc;
}

int weft_blocking_session_drain(weft_blocking_session *session, uint64_t limit_ns)
{
    close_wait *wait;
    if (!session)
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    wait = close_new(session, WEFT_FOREVER);
    if (!wait)
        return WEFT_ENOMEM;
    wait->drains = true;
    wait->limit_ns = limit_ns;
    return close_ask(wait);
}

int weft_blocking_session_close(weft_blocking_session *session, uint16_t code, const char *text_or_null,
                                uint64_t timeout_ns)
{
    uint64_t deadline_ns = weft__wait_deadline(timeout_ns);
    close_wait *wait;
    int rc;
    if (!session)
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    wait = close_new(session, deadline_ns);
    if (!wait)
        return WEFT_ENOMEM;
    wait->code = code;
    wait->text = text_or_null;
    rc = close_ask(wait);
    return rc < 0 ? rc : session_wait(session, deadline_ns, NULL);
}

void weft_blocking_session_release(weft_blocking_session *session_or_null)
{
    weft_blocking_session *session = session_or_null;
    if (!session)
        return;
    /* Where the thread is ending, it lets go of the session itself. */
    uv_mutex_lock(&session->blocking->mutex);
    if (weft__blocking_push(session->blocking, &session->release))
        session->n_refs++;
    uv_mutex_unlock(&session->blocking->mutex);
    session_unref(session);
}
