/* The world: each callback counts, lets the test act at its moment, and goes on with what is left. */
#include "tests/integration/misuse/world.h"

#include <string.h>

const char *world_moment_name(moment at)
{
    static const char *const names[] = {
#define WORLD_MOMENT(name) #name,
        WORLD_MOMENTS(WORLD_MOMENT)
#undef WORLD_MOMENT
    };
    return names[at];
}

void world_now(world *w, moment at)
{
    if (w->at != at || w->came)
        return;
    w->came = true;
    w->acted = w->act && w->act(w);
}

/* ---- the server ---- */

static void on_echo(void *self, lt_echo_echo_call call, const lt_echo_echo_args *args)
{
    world_now(self, AT_HANDLER);
    int rc = lt_echo_echo_return(call, args->data);
    assert_true(rc == 0 || rc == WEFT_EALREADY);
    assert_int_equal(lt_echo_echo_return(call, args->data), WEFT_EALREADY);
}

static void on_cancel(void *user)
{
    world *w = user;
    world_now(w, AT_ON_CANCEL);
    (void)weft_call_drop(w->held.call);
}

static void on_wait(void *self, lt_echo_wait_call call)
{
    world *w = self;
    if (w->held.call.slot)
        (void)weft_call_drop(w->held.call);
    w->held = call;
    assert_int_equal(weft_call_on_cancel(call.call, on_cancel, w), 0);
    world_now(w, AT_HANDLER_KEEPING);
}

static void on_handler_closed(void *self)
{
    world *w = self;
    w->n_handlers_closed++;
    world_now(w, AT_HANDLER_CLOSED);
}

static const lt_echo_handler handler = { sizeof handler, on_handler_closed, on_echo, on_wait, world_on_stream };

static void on_server_conn_closed(void *user, const weft_error *error)
{
    world *w = user;
    assert_int_not_equal(error->code, 0);
    w->n_server_conn_closed++;
    world_now(w, AT_SERVER_CONN_CLOSED);
}

/* The first is refused, all others are served. */
static int on_open(void *user, weft_session *session, weft_pending pending)
{
    world *w = user;
    weft_accept_options options = weft_open_options_default();
    weft_connection *conn = NULL;
    bool first = w->pending.slot == NULL;
    w->pending = pending;
    assert_ptr_equal(weft_pending_session(pending), session);
    world_now(w, AT_ON_OPEN);
    if (first) {
        (void)weft_pending_reject(pending, WEFT_CODE_REFUSED, "not the first", NULL);
        return 0;
    }
    options.serves = &lt_echo_service;
    options.handler = &handler;
    options.self = w;
    options.on_closed = on_server_conn_closed;
    options.on_closed_user = w;
    int rc = weft_pending_accept(pending, &options, &conn);
    assert_true(rc == 0 || rc == WEFT_EALREADY);
    w->n_served += rc == 0;
    if (rc == 0 && !w->server_conn)
        w->server_conn = conn;
    else
        weft_connection_release(conn);
    return 0;
}

static void on_server_event(void *user, weft_session *session, const weft_session_event *event)
{
    world *w = user;
    if (event->kind == WEFT_EVENT_READY) {
        w->n_accepted++;
        assert_null(w->server_session);
        w->server_session = session;
        world_now(w, AT_SERVER_READY);
    } else if (event->kind == WEFT_EVENT_DRAINING) {
        w->n_server_drainings++;
        world_now(w, AT_SERVER_DRAINING);
    } else if (event->kind == WEFT_EVENT_CLOSED) {
        w->n_ended++;
        world_now(w, AT_SERVER_CLOSED);
        weft_session_release(w->server_session);
        w->server_session = NULL;
    }
}

/* ---- the client ---- */

static void on_echoed(void *user, const lt_echo_echo_reply *reply)
{
    world *w = user;
    (void)reply;
    w->n_done++;
    world_now(w, AT_CALL_ANSWERED);
    (void)weft_call_cancel(w->waiting);
}

void world_over(world *w, bool *ret_over)
{
    *ret_over = true;
    if (w->client && w->waited && w->streamed_all)
        (void)weft_connection_close(w->client, WEFT_CODE_NONE, "done");
}

static void on_waited(void *user, const lt_echo_wait_reply *reply)
{
    world *w = user;
    (void)reply;
    w->n_done++;
    assert_int_equal(weft_call_cancel(w->waiting), WEFT_EALREADY);
    world_now(w, AT_CALL_CANCELLED);
    world_over(w, &w->waited);
}

int world_call(world *w, bool wait, weft_call *ret_call)
{
    lt_echo_client client = { w->client };
    lt_echo_echo_args args = { weft_bytes_of("data", 4) };
    int rc = wait ? lt_echo_wait(client, NULL, on_waited, w, ret_call)
                  : lt_echo_echo(client, &args, NULL, on_echoed, w, ret_call);
    w->n_calls += rc == 0;
    return rc;
}

static void on_client_conn_closed(void *user, const weft_error *error)
{
    world *w = user;
    assert_int_not_equal(error->code, 0);
    w->n_conn_closed++;
    world_now(w, AT_CLIENT_CONN_CLOSED);
    if (w->session) {
        int rc = weft_session_drain(w->session, WEFT_FOREVER);
        assert_true(rc == 0 || rc == WEFT_ECLOSED);
    }
}

/* What the life has not begun yet, until its session has enough. */
static void go_on(world *w)
{
    while (w->session && w->n_asked < 2) {
        if (world_open(w) == WEFT_EAGAIN)
            return;
        w->n_asked++;
    }
    while (w->client && w->n_begun < 3) {
        int step = w->n_begun++;
        int rc = step == 0   ? world_call(w, true, &w->waiting)
                 : step == 1 ? world_call(w, false, NULL)
                             : world_stream(w);
        if (rc == WEFT_EAGAIN) {
            w->n_begun--;
            return;
        }
        if (rc != 0 && step != 1)
            world_over(w, step == 0 ? &w->waited : &w->streamed_all);
    }
}

static void on_opened(void *user, weft_connection *conn, const weft_metadata *metadata, const weft_error *error)
{
    world *w = user;
    assert_true((conn == NULL) == (error != NULL));
    assert_non_null(metadata);
    if (!conn) {
        w->n_refused++;
        world_now(w, AT_OPEN_REFUSED);
        return;
    }
    w->n_opened++;
    if (w->client) {
        weft_connection_release(conn);
        return;
    }
    w->client = conn;
    world_now(w, AT_OPENED);
    go_on(w);
}

int world_open(world *w)
{
    weft_open_options options = weft_open_options_default();
    options.on_closed = on_client_conn_closed;
    options.on_closed_user = w;
    int rc = weft_open(w->session, &lt_echo_service, &options, on_opened, w);
    w->n_opens += rc == 0;
    return rc;
}

static void on_client_event(void *user, weft_session *session, const weft_session_event *event)
{
    world *w = user;
    (void)session;
    if (event->kind == WEFT_EVENT_READY) {
        world_now(w, AT_CLIENT_READY);
        go_on(w);
    } else if (event->kind == WEFT_EVENT_DRAINING) {
        w->n_drainings++;
        world_now(w, AT_CLIENT_DRAINING);
    } else if (event->kind == WEFT_EVENT_WRITABLE) {
        w->n_writable++;
        world_now(w, AT_CLIENT_WRITABLE);
        go_on(w);
    } else if (event->kind == WEFT_EVENT_FAILED) {
        w->n_failed++;
        world_now(w, AT_CLIENT_FAILED);
    } else if (event->kind == WEFT_EVENT_CLOSED) {
        w->n_closed++;
        world_now(w, AT_CLIENT_CLOSED);
        weft_session_release(w->session);
        w->session = NULL;
        if (w->at != AT_POST_DROPPED)
            world_close_runtime(w);
        else if (w->listener) /* a post is dropped where the runtime closes with nothing on it */
            weft_listener_close(w->listener, NULL, NULL);
        w->listener = NULL;
    }
}

/* ---- the runtime ---- */

static void on_posted(void *user)
{
    world *w = user;
    w->n_run++;
    world_now(w, AT_POST_RUN);
}

static void on_dropped(void *user)
{
    world *w = user;
    w->n_dropped++;
    world_now(w, AT_POST_DROPPED);
}

static void on_listener_closed(void *user)
{
    world *w = user;
    w->n_listeners_closed++;
    world_now(w, AT_LISTENER_CLOSED);
}

static void on_runtime_closed(void *user)
{
    world *w = user;
    w->n_runtime_closed++;
    world_now(w, AT_RUNTIME_CLOSED);
    w->runtime = NULL;
}

static void post(world *w)
{
    if (w->poster)
        w->n_posts += weft_post(w->poster, on_posted, on_dropped, w) == 0;
}

void world_close_runtime(world *w)
{
    if (w->closing || !w->runtime)
        return;
    w->closing = true;
    w->listener = NULL;
    weft_runtime_close(w->runtime, on_runtime_closed, w);
    post(w);
}

static void begin(world *w, const char *url)
{
    weft_runtime_options options = weft_runtime_options_default();
    weft_session_options server = weft_session_options_default(), client = server;
    weft_listener *second;
    char bound[64];
    weft_test_alloc_init(&w->alloc);
    assert_int_equal(uv_loop_init(&w->loop), 0);
    options.loop = &w->loop;
    options.allocator = &w->alloc.allocator;
    assert_int_equal(weft_runtime_new(&options, &w->runtime), 0);
    w->poster = weft_runtime_poster(w->runtime);
    server.on_open = on_open;
    server.on_event = on_server_event;
    client.on_event = on_client_event;
    server.user = client.user = w;
    world_intercept(w, &server);
    world_intercept(w, &client);
    if (w->at == AT_CLIENT_WRITABLE)
        client.max_queued = 1; /* each waits until the one before has gone out */
    assert_int_equal(weft_listen(w->runtime, url, &server, &w->listener, NULL), 0);
    assert_int_equal(weft_listener_url(w->listener, bound, sizeof bound), 0);
    assert_int_equal(weft_listen(w->runtime, "mem://another", &server, &second, NULL), 0);
    weft_listener_close(second, on_listener_closed, w);
    w->n_listener_closes++;
    post(w);
    assert_int_equal(
        weft_connect(w->runtime, w->at == AT_CLIENT_FAILED ? "mem://nobody" : bound, &client, &w->session, NULL), 0);
    w->n_connects++;
}

static void end(world *w)
{
    if (w->runtime) /* handles live as long */
        (void)(weft_call_drop(w->held.call) | weft_call_drop(w->streamed.call));
    weft_connection_release(w->client);
    weft_connection_release(w->server_conn);
    w->client = w->server_conn = NULL;
    world_close_runtime(w);
    while (uv_run(&w->loop, UV_RUN_ONCE) != 0)
        continue;
    weft_session_release(w->session);
    weft_session_release(w->server_session);
    weft_connection_release(w->client);
    weft_connection_release(w->server_conn);
    weft_poster_release(w->poster);
    assert_int_equal(uv_loop_close(&w->loop), 0);
}

void world_live(world *w, const char *url, moment at, world_act act)
{
    memset(w, 0, sizeof *w);
    w->at = at;
    w->act = act;
    begin(w, url);
    /* As long as something goes on; what an act has left hanging is ended then. */
    for (int i = 0; i < 100; i++)
        (void)uv_run(&w->loop, UV_RUN_NOWAIT);
    end(w);
    assert_int_equal(w->n_closed, w->n_connects);
    assert_int_equal(w->n_ended, w->n_accepted);
    assert_int_equal(w->n_opened + w->n_refused, w->n_opens);
    assert_int_equal(w->n_conn_closed, w->n_opened);
    assert_int_equal(w->n_handlers_closed, w->n_served);
    assert_int_equal(w->n_server_conn_closed, w->n_served);
    assert_int_equal(w->n_done, w->n_calls);
    assert_int_equal(w->n_run + w->n_dropped, w->n_posts);
    assert_int_equal(w->n_listeners_closed, w->n_listener_closes);
    world_assert_streams(w);
    weft_test_alloc_assert_empty(&w->alloc);
}
