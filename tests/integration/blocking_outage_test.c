/* Blocking clients whose conduits break: what waits goes on, or ends at its own time. */
#include "tests/integration/blocking/stream_rig.h"

#include "runtime/loop/driver.h"
#include "tests/support/rules.h"

#include <sys/socket.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Counts of events: of the I/O thread. */
typedef struct events {
    int n_disconnected, n_resumed, n_closed;
    uv_thread_t thread;
    bool elsewhere; /* one came on another thread */
} events;

typedef struct outage {
    server server;
    weft_blocking *blocking;
    weft_blocking_session *session;
    weft_arena *arena;
    events events, seen;
    int fd; /* at whose port nobody listens */
} outage;

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    events *e = user;
    uv_thread_t here = uv_thread_self();
    (void)session;
    e->n_disconnected += event->kind == WEFT_EVENT_DISCONNECTED;
    e->n_resumed += event->kind == WEFT_EVENT_RESUMED;
    e->n_closed += event->kind == WEFT_EVENT_CLOSED;
    e->elsewhere = e->elsewhere || !uv_thread_equal(&here, &e->thread);
}

static int note_thread(void *user, weft_runtime *runtime)
{
    (void)runtime;
    ((outage *)user)->events.thread = uv_thread_self();
    return 0;
}

static int outage_setup(void **state)
{
    weft_session_options options = weft_session_options_default();
    outage *o = calloc(1, sizeof *o);
    weft_error error = { 0 };
    assert_non_null(o);
    server_start(&o->server);
    assert_int_equal(weft_blocking_new(NULL, &o->blocking), 0);
    assert_int_equal(weft_blocking_run(o->blocking, note_thread, o), 0);
    assert_int_equal(weft_arena_new(NULL, &o->arena), 0);
    options.resumable = true;
    options.recovery_timeout_ns = WEFT_FOREVER;
    options.on_event = on_event;
    options.user = &o->events;
    assert_int_equal(weft_blocking_connect(o->blocking, o->server.url, &options, 10 * SECOND, &o->session, &error), 0);
    o->fd = -1;
    *state = o;
    return 0;
}

static int outage_teardown(void **state)
{
    outage *o = *state;
    weft_blocking_session_release(o->session);
    assert_int_equal(weft_blocking_free(o->blocking), 0);
    weft_arena_free(o->arena);
    server_stop(&o->server);
    if (o->fd >= 0)
        close(o->fd);
    free(o);
    return 0;
}

static weft__driver *the_driver(weft_runtime *runtime)
{
    assert_false(weft__list_is_empty(&runtime->drivers));
    return weft__container(runtime->drivers.next, weft__driver, link);
}

/* Its socket is read no more, as after an error. */
static int break_conduit(void *user, weft_runtime *runtime)
{
    weft__driver *driver = the_driver(runtime);
    (void)user;
    if (driver->state == WEFT__DRIVER_LIVE)
        weft__driver_cut(driver, WEFT_ECONNRESET, NULL, uv_hrtime());
    return 0;
}

/* The same, and where it connects to nobody listens. */
static int lose_server(void *user, weft_runtime *runtime)
{
    the_driver(runtime)->target->url.port = *(const uint16_t *)user;
    return break_conduit(NULL, runtime);
}

static void begin_without_end(outage *o)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    uint16_t port;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    o->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(o->fd, (const struct sockaddr *)(const void *)&address, len), 0);
    assert_int_equal(getsockname(o->fd, (struct sockaddr *)(void *)&address, &len), 0);
    port = ntohs(address.sin_port);
    assert_int_equal(weft_blocking_run(o->blocking, lose_server, &port), 0);
}

static int copy_events(void *user, weft_runtime *runtime)
{
    outage *o = user;
    (void)runtime;
    o->seen = o->events;
    return 0;
}

static const events *seen(outage *o)
{
    assert_int_equal(weft_blocking_run(o->blocking, copy_events, o), 0);
    assert_false(o->seen.elsewhere);
    return &o->seen;
}

static bt_notes_sync_client open_notes(outage *o)
{
    bt_notes_sync_client client = { NULL };
    weft_error error = { 0 };
    assert_int_equal(bt_notes_open_sync(o->session, NULL, &client, &error), 0);
    return client;
}

static int add(outage *o, bt_notes_sync_client client, uint64_t timeout_ns, bool *ret_may_have_run)
{
    weft_call_options options = weft_call_options_default();
    bt_notes_add_args args = { 40, 2 };
    bt_notes_add_reply reply;
    options.timeout_ns = timeout_ns;
    int rc = bt_notes_add_sync(client, &args, &options, o->arena, &reply);
    assert_true(rc < 0 || reply.value == 42);
    *ret_may_have_run = reply.result.may_have_run;
    return rc;
}

/* ---- going on ---- */

static void calls_wait_for_the_next_conduit(void **state)
{
    /* Goal: a call that begins in an outage is answered behind it, and the thread that made it notices nothing. */
    outage *o = *state;
    bool may_have_run;
    bt_notes_sync_client client = open_notes(o);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(weft_blocking_run(o->blocking, break_conduit, NULL), 0);
        assert_int_equal(add(o, client, 10 * SECOND, &may_have_run), 0);
    }
    assert_int_equal(seen(o)->n_disconnected, seen(o)->n_resumed);
    assert_true(seen(o)->n_resumed > 0);
    assert_int_equal(seen(o)->n_closed, 0);
    weft_blocking_client_release(client.client);
}

static void opens_wait_for_the_next_conduit(void **state)
{
    /* Goal: so does what is opened in an outage. */
    outage *o = *state;
    bool may_have_run;
    assert_int_equal(weft_blocking_run(o->blocking, break_conduit, NULL), 0);
    bt_notes_sync_client client = open_notes(o);
    assert_int_equal(add(o, client, 10 * SECOND, &may_have_run), 0);
    weft_blocking_client_release(client.client);
}

static void items_come_once_and_in_order(void **state)
{
    /* Goal: a stream that is cut again and again is the stream that was sent. */
    outage *o = *state;
    enum { N = 200 };
    bt_streams_sync_client client = { NULL };
    bt_streams_watch_sync_call call;
    bt_streams_watch_reply reply;
    bt_note_sync_rx notes;
    const bt_note *note = NULL;
    bt_streams_watch_args args = { N };
    assert_int_equal(bt_streams_open_sync(o->session, NULL, &client, NULL), 0);
    assert_int_equal(bt_streams_watch_begin_sync(client, &args, NULL, &call, &notes), 0);
    for (size_t i = 0; i < N; i++) {
        if (i % 40 == 0)
            assert_int_equal(weft_blocking_run(o->blocking, break_conduit, NULL), 0);
        assert_int_equal(bt_note_receive_sync(notes, 10 * SECOND, o->arena, &note), 0);
        assert_non_null(note);
        if (note)
            assert_int_equal(note->key.ptr[0], "abcdefghijklmnopqrstuvwxyz"[i % 26]);
    }
    assert_int_equal(bt_note_receive_sync(notes, 10 * SECOND, o->arena, &note), 0);
    assert_null(note);
    assert_int_equal(bt_streams_watch_end_sync(call, 10 * SECOND, &reply), 0);
    assert_int_equal(reply.value, N);
    assert_true(seen(o)->n_resumed > 0);
    weft_blocking_channel_release(notes.channel);
    weft_blocking_call_release(call.call);
    weft_blocking_client_release(client.client);
}

/* ---- nobody is there any more ---- */

static void calls_end_at_their_own_time(void **state)
{
    /* Goal: an outage that does not end holds up no thread for longer than it has asked for. */
    outage *o = *state;
    bool may_have_run = true;
    bt_notes_sync_client client = open_notes(o);
    begin_without_end(o);
    assert_int_equal(add(o, client, 20 * WEFT_NS_PER_MS, &may_have_run), WEFT_ETIMEDOUT);
    assert_false(may_have_run);
    assert_int_equal(weft_blocking_session_wait(o->session, 0, NULL), WEFT_ETIMEDOUT);
    weft_blocking_client_release(client.client);
}

static void close_ends_an_outage(void **state)
{
    /* Goal: closing waits for nobody who is not there. */
    outage *o = *state;
    weft_error why;
    WEFT_RULE("session.shutdown");
    begin_without_end(o);
    assert_int_equal(weft_blocking_session_close(o->session, WEFT_CODE_NONE, NULL, WEFT_FOREVER), 0);
    assert_int_equal(weft_blocking_session_wait(o->session, 0, &why), 0);
    assert_int_equal(why.code, WEFT_ECANCELED); /* nobody could be told */
}

static void free_ends_an_outage(void **state)
{
    /* Goal: neither does the end of all; the session may be let go of afterwards. */
    outage *o = *state;
    begin_without_end(o);
    assert_int_equal(weft_blocking_free(o->blocking), 0);
    o->blocking = NULL;
    assert_int_equal(weft_blocking_session_wait(o->session, 0, NULL), 0);
}

/* ---- the first conduit ---- */

typedef struct late {
    weft_blocking *blocking;
    uv_sem_t failed; /* posted for each attempt that has */
    char url[64];
    weft_session_options options;
    weft_blocking_session *session;
    weft_error error;
    uint64_t timeout_ns;
    int rc;
} late;

static void on_log(void *user, const weft_log_record *record)
{
    late *l = user;
    if (strcmp(record->message, "cannot connect") == 0)
        uv_sem_post(&l->failed);
}

static void late_connect(void *user)
{
    late *l = user;
    l->rc = weft_blocking_connect(l->blocking, l->url, &l->options, l->timeout_ns, &l->session, &l->error);
}

static void late_start(late *l)
{
    weft_runtime_options options = weft_runtime_options_default();
    memset(l, 0, sizeof *l);
    (void)snprintf(l->url, sizeof l->url, "unix-abstract://weft-late-%ld", (long)getpid());
    assert_int_equal(uv_sem_init(&l->failed, 0), 0);
    options.log = on_log;
    options.log_user = l;
    options.log_level = WEFT_LOG_DEBUG;
    assert_int_equal(weft_blocking_new(&options, &l->blocking), 0);
    l->options = weft_session_options_default();
    l->options.connect_wait_ns = WEFT_FOREVER;
    l->timeout_ns = 20 * SECOND;
}

static void late_stop(late *l)
{
    weft_blocking_session_release(l->session);
    assert_int_equal(weft_blocking_free(l->blocking), 0);
    uv_sem_destroy(&l->failed);
}

static void connect_waits_for_a_server_that_comes_later(void **state)
{
    /* Goal: who asks for it waits in connect until somebody listens. */
    late l;
    server later;
    uv_thread_t thread;
    (void)state;
    memset(&later, 0, sizeof later);
    late_start(&l);
    assert_int_equal(uv_thread_create(&thread, late_connect, &l), 0);
    uv_sem_wait(&l.failed);
    server_start_with(&later, l.url, NULL);
    assert_int_equal(uv_thread_join(&thread), 0);
    assert_int_equal(l.rc, 0);
    late_stop(&l);
    server_stop(&later);
}

static void connect_gives_up_at_its_time(void **state)
{
    /* Goal: it waits no longer than the call was to take, be the options' own times longer or not; a session that is
     * resumable, too. */
    (void)state;
    for (int i = 0; i < 2; i++) {
        late l;
        late_start(&l);
        l.options.resumable = i == 1;
        l.timeout_ns = 30 * WEFT_NS_PER_MS;
        late_connect(&l);
        assert_true(l.rc == WEFT_ETIMEDOUT || l.rc == WEFT_ECONNREFUSED);
        assert_null(l.session);
        late_stop(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(calls_wait_for_the_next_conduit, outage_setup, outage_teardown),
        cmocka_unit_test_setup_teardown(opens_wait_for_the_next_conduit, outage_setup, outage_teardown),
        cmocka_unit_test_setup_teardown(items_come_once_and_in_order, outage_setup, outage_teardown),
        cmocka_unit_test_setup_teardown(calls_end_at_their_own_time, outage_setup, outage_teardown),
        cmocka_unit_test_setup_teardown(close_ends_an_outage, outage_setup, outage_teardown),
        cmocka_unit_test_setup_teardown(free_ends_an_outage, outage_setup, outage_teardown),
        cmocka_unit_test(connect_waits_for_a_server_that_comes_later),
        cmocka_unit_test(connect_gives_up_at_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
