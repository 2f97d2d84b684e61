/* Sessions of a weft_blocking: connecting, closing, letting go. */
#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/loop/blocking.h"

static void session_unref(weft_blocking_session *session)
{
    weft_blocking *blocking = session->blocking;
    if (weft__blocking_count_down(blocking, &session->n_refs) > 0)
        return;
    weft__free(&blocking->allocator, session, sizeof *session);
    weft__blocking_unref(blocking);
}

/* ---- on the I/O thread ----------------------------------------------------------------------------------------- */

typedef struct connect_wait {
    weft__wait wait;
    weft_blocking_session *session; /* one reference */
    const char *url;                /* lent */
    weft_session_options options;
} connect_wait;

typedef struct close_wait {
    weft__wait wait;
    weft__link link;                /* in session->closing */
    weft_blocking_session *session; /* one reference */
    uint16_t code;
    const char *text; /* lent */
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

static void session_closed(weft_blocking_session *session)
{
    weft__link *link;
    session->is_closed = true;
    while ((link = weft__list_take(&session->closing)) != NULL) {
        close_wait *wait = weft__container(link, close_wait, link);
        if (weft__wait_take(&wait->wait))
            weft__wait_done(&wait->wait, 0, NULL);
    }
    session_forget(session);
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
    case WEFT_EVENT_READY: session_connected(session, NULL); break;
    case WEFT_EVENT_FAILED: session_connected(session, event->error); break;
    case WEFT_EVENT_CLOSED:
        session_connected(session, event->error);
        session_closed(session);
        break;
    default: break;
    }
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
    if (connect->options.connect_timeout_ns > left_ns)
        connect->options.connect_timeout_ns = left_ns;
    if (connect->options.handshake_timeout_ns > left_ns)
        connect->options.handshake_timeout_ns = left_ns;
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
    if (!session->session || session->is_closed)
        return 1;
    weft__list_append(&session->closing, &close->link);
    weft_session_close(session->session, close->code, close->text);
    return 0;
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
    while ((link = weft__list_first(&blocking->sessions)) != NULL)
        session_let_go(weft__container(link, weft_blocking_session, link));
}

/* ---- on any thread --------------------------------------------------------------------------------------------- */

static weft_blocking_session *session_new(weft_blocking *blocking, weft_session_options *options)
{
    weft_blocking_session *session = weft__alloc_zero(&blocking->allocator, sizeof *session);
    if (!session)
        return NULL;
    weft__blocking_retain(blocking);
    session->blocking = blocking;
    session->n_refs = 1;
    session->is_closed = true;
    session->release.run = session_on_release;
    session->call_timeout_ns = options->call_timeout_ns;
    session->on_open = options->on_open;
    session->on_event = options->on_event;
    session->user = options->user;
    weft__list_init(&session->closing);
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
    if (weft__blocking_is_own_thread(blocking))
        return weft__error_set(error_or_null, WEFT_EDEADLK, NULL);
    rc = weft__blocking_options(options_or_null, &options, sizeof options);
    if (rc < 0)
        return weft__error_set(error_or_null, rc, "the session options are not valid");
    session = session_new(blocking, &options);
    if (!session)
        return weft__error_set(error_or_null, WEFT_ENOMEM, NULL);
    rc = session_connect(session, url, &options, weft__wait_deadline(timeout_ns), error_or_null);
    if (rc == 0)
        *ret_session = session;
    return rc;
}

int weft_blocking_session_close(weft_blocking_session *session, uint16_t code, const char *text_or_null,
                                uint64_t timeout_ns)
{
    close_wait *wait;
    bool begun;
    int rc = WEFT_ETIMEDOUT;
    if (!session)
        return WEFT_EINVAL;
    if (weft__blocking_is_own_thread(session->blocking))
        return WEFT_EDEADLK;
    wait = weft__wait_new(session->blocking, sizeof *wait, weft__wait_deadline(timeout_ns));
    if (!wait)
        return WEFT_ENOMEM;
    weft__blocking_count_up(session->blocking, &session->n_refs);
    wait->session = session;
    wait->code = code;
    wait->text = text_or_null;
    wait->wait.begin = close_begin;
    wait->wait.drop = close_drop;
    if (weft__wait_for(&wait->wait, &begun)) {
        rc = wait->wait.rc;
        weft__wait_free(&wait->wait);
    }
    return rc;
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
