/* A server on a thread of its own, and an allocator for many threads. */
#include "tests/integration/blocking/server.h"

#include <stdlib.h>

static void on_add(void *self, bt_notes_add_call call, const bt_notes_add_args *args)
{
    (void)self;
    (void)bt_notes_add_return(call, args->a + args->b);
}

static void on_find(void *self, bt_notes_find_call call, const bt_notes_find_args *args)
{
    static const weft_str tags[] = { WEFT_STR_INIT("one"), WEFT_STR_INIT("two") };
    bt_note note;
    (void)self;
    (void)weft_call_reply_metadata(call.call, weft_call_metadata(call.call));
    bt_note_init(&note);
    note.key = args->key;
    note.data = weft_bytes_of("data", 4);
    note.tags.items = tags;
    note.tags.len = 2;
    (void)bt_notes_find_return(call, args->key.len ? &note : NULL);
}

static void on_store(void *self, bt_notes_store_call call, const bt_notes_store_args *args)
{
    bt_store_error_too_long_fields fields = { 64, WEFT_STR_INIT("no room") };
    bt_store_error error = bt_store_error_make_too_long(&fields);
    (void)self;
    if (args->note.data.len > 64)
        (void)bt_notes_store_fail(call, &error);
    else
        (void)bt_notes_store_return(call, &args->note);
}

static void on_labels(void *self, bt_notes_labels_call call)
{
    static const weft_str colours[] = { WEFT_STR_INIT("red"), WEFT_STR_INIT("green") };
    bt_str_str_list_map_pair pairs[] = { { WEFT_STR_INIT("colours"), { colours, 2 } },
                                         { WEFT_STR_INIT("shapes"), { NULL, 0 } } };
    bt_str_str_list_map map = { pairs, 2 };
    (void)self;
    (void)bt_notes_labels_return(call, map);
}

static void on_touch(void *self, bt_notes_touch_call call)
{
    (void)self;
    (void)bt_notes_touch_return(call);
}

static void on_wait_cancelled(void *user)
{
    server *s = user;
    uv_sem_post(&s->cancels);
}

static void on_wait(void *self, bt_notes_wait_call call)
{
    server *s = self;
    (void)weft_call_on_cancel(call.call, on_wait_cancelled, s);
    uv_sem_post(&s->waits);
}

static void on_die(void *self, bt_notes_die_call call)
{
    server *s = self;
    (void)call;
    weft_session_abort(s->session);
}

static void on_reflected(void *user, const bt_mirror_reflect_reply *reply)
{
    bt_notes_ask_back_call *call = user;
    if (reply->result.code == 0)
        (void)bt_notes_ask_back_return(*call, reply->value);
    else
        (void)weft_call_fail(call->call, WEFT_OUTCOME_INTERNAL, weft_err_name(reply->result.code));
}

static void on_ask_back(void *self, bt_notes_ask_back_call call, const bt_notes_ask_back_args *args)
{
    server *s = self;
    bt_mirror_client client = { s->connection };
    bt_mirror_reflect_args reflect = { args->n };
    bt_notes_ask_back_call *kept = weft_arena_array(weft_call_arena(call.call), bt_notes_ask_back_call, 1);
    if (!kept || !client.connection) {
        (void)weft_call_drop(call.call);
        return;
    }
    *kept = call;
    if (bt_mirror_reflect(client, &reflect, NULL, on_reflected, kept, NULL) < 0)
        (void)weft_call_drop(call.call);
}

static const bt_notes_handler handler = {
    sizeof handler, NULL, on_add, on_find, on_store, on_labels, on_touch, on_wait, on_die, on_ask_back,
};

int server_accept(server *s, weft_pending pending, const weft_metadata *metadata_or_null)
{
    static const weft_service_type *const calls[] = { &bt_mirror_service };
    weft_accept_options options = weft_open_options_default();
    weft_connection *connection;
    int rc;
    options.serves = &bt_notes_service;
    options.handler = &handler;
    options.self = s;
    options.calls = calls;
    options.n_calls = 1;
    options.metadata = metadata_or_null;
    rc = weft_pending_accept(pending, &options, &connection);
    if (rc == 0) {
        weft_connection_release(s->connection);
        s->connection = connection;
    }
    return rc;
}

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    server *s = user;
    s->session = session;
    if (weft_str_equal(weft_pending_service(pending), WEFT_STR("test.blocking.v1.Streams")))
        return server_accept_streams(s, pending);
    return bt_notes_serve(pending, &handler, s, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static void server_thread(void *arg)
{
    server *s = arg;
    (void)weft_runtime_run(s->runtime);
    weft_connection_release(s->connection);
    weft_runtime_free(s->runtime);
}

void server_start(server *s)
{
    server_start_with(s, "tcp://127.0.0.1:0", NULL);
}

void server_start_with(server *s, const char *url, const weft_session_options *options_or_null)
{
    weft_session_options options = options_or_null ? *options_or_null : weft_session_options_default();
    if (!options.on_open)
        options.on_open = on_open;
    options.on_event = on_event;
    options.user = s;
    assert_int_equal(uv_sem_init(&s->waits, 0), 0);
    assert_int_equal(uv_sem_init(&s->cancels, 0), 0);
    assert_int_equal(weft_runtime_new(NULL, &s->runtime), 0);
    assert_int_equal(weft_listen(s->runtime, url, &options, &s->listener, NULL), 0);
    assert_int_equal(weft_listener_url(s->listener, s->url, sizeof s->url), 0);
    s->poster = weft_runtime_poster(s->runtime);
    assert_int_equal(uv_thread_create(&s->thread, server_thread, s), 0);
}

void server_post(server *s, weft_post_fn run)
{
    assert_int_equal(weft_post(s->poster, run, NULL, s), 0);
}

static void server_on_stop(void *user)
{
    server *s = user;
    weft_runtime_close(s->runtime, NULL, NULL);
}

void server_stop(server *s)
{
    assert_int_equal(weft_post(s->poster, server_on_stop, NULL, s), 0);
    assert_int_equal(uv_thread_join(&s->thread), 0);
    weft_poster_release(s->poster);
    uv_sem_destroy(&s->waits);
    uv_sem_destroy(&s->cancels);
}

/* ---- the allocator ---- */

static void *shared_realloc(void *ctx, void *ptr, size_t old_len, size_t new_len)
{
    shared_alloc *alloc = ctx;
    void *made = NULL;
    uv_mutex_lock(&alloc->mutex);
    if (new_len > 0 && ++alloc->n_requests == alloc->fail_at) {
        alloc->failed = true;
    } else if (new_len > 0) {
        made = realloc(ptr, new_len);
        if (made)
            alloc->live_bytes += new_len - old_len;
    } else {
        free(ptr);
        alloc->live_bytes -= old_len;
    }
    uv_mutex_unlock(&alloc->mutex);
    return made;
}

void shared_alloc_init(shared_alloc *alloc, uint64_t fail_at)
{
    memset(alloc, 0, sizeof *alloc);
    alloc->allocator.realloc = shared_realloc;
    alloc->allocator.ctx = alloc;
    alloc->fail_at = fail_at;
    assert_int_equal(uv_mutex_init(&alloc->mutex), 0);
}

void shared_alloc_fini(shared_alloc *alloc)
{
    assert_int_equal(alloc->live_bytes, 0);
    uv_mutex_destroy(&alloc->mutex);
}
