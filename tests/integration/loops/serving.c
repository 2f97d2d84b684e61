/* A listener with several loops, each of a thread of its own, and clients of another. */
#include "tests/integration/loops/serving.h"

#include "runtime/loop/driver.h"
#include "tests/support/descriptors.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND WEFT_NS_PER_S

void serving_note(serving *s, int *counter)
{
    uv_mutex_lock(&s->mutex);
    ++*counter;
    uv_cond_broadcast(&s->changed);
    uv_mutex_unlock(&s->mutex);
}

void serving_wait(serving *s, const int *counter, int n)
{
    int rc = 0;
    uv_mutex_lock(&s->mutex);
    while (*counter < n && rc == 0)
        rc = uv_cond_timedwait(&s->changed, &s->mutex, 30 * SECOND);
    uv_mutex_unlock(&s->mutex);
    assert_int_equal(rc, 0);
}

/* ---- at a loop ---- */

static void on_where(void *self, lo_here_where_call call)
{
    const loop *one = self;
    (void)lo_here_where_return(call, one->number);
}

static void on_once(void *self, lo_here_once_call call, const lo_here_once_args *args)
{
    loop *one = self;
    one->n_once++;
    if (!args->held) {
        (void)lo_here_once_return(call, one->number * 100 + (uint32_t)one->n_once);
        return;
    }
    one->held = call;
    serving_note(one->all, &one->all->n_held);
}

static const lo_here_handler handler = { sizeof handler, NULL, on_where, on_once };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    (void)session;
    return lo_here_serve(pending, &handler, user, NULL);
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    loop *one = user;
    if (event->kind == WEFT_EVENT_READY)
        serving_note(one->all, &one->all->n_ready);
    if (event->kind != WEFT_EVENT_CLOSED)
        return;
    weft_session_release(session);
    serving_note(one->all, &one->all->n_ended);
}

weft_session_options serving_options(loop *one)
{
    weft_session_options options = weft_session_options_default();
    options.on_open = on_open;
    options.on_event = on_event;
    options.user = one;
    options.resume_window_ns = one->all->resume_window_ns;
    return options;
}

static int learn_runtime(void *user, weft_runtime *runtime)
{
    loop *one = user;
    one->runtime = runtime;
    return 0;
}

static int answer(void *user, weft_runtime *runtime)
{
    loop *one = user;
    (void)runtime;
    return lo_here_once_return(one->held, one->number * 100 + (uint32_t)one->n_once);
}

void serving_answer(serving *s, int number)
{
    loop *one = &s->loops[number];
    assert_int_equal(weft_blocking_run(one->blocking, answer, one), 0);
}

static int read_n_once(void *user, weft_runtime *runtime)
{
    const loop *one = user;
    (void)runtime;
    return one->n_once;
}

int serving_n_once(serving *s)
{
    int n = 0;
    for (int i = 0; i < s->n_loops; i++)
        n += weft_blocking_run(s->loops[i].blocking, read_n_once, &s->loops[i]);
    return n;
}

static void stick(void *user)
{
    serving *s = user;
    uv_mutex_lock(&s->mutex);
    s->is_stuck = true;
    uv_cond_broadcast(&s->changed);
    while (!s->is_let_go)
        uv_cond_wait(&s->changed, &s->mutex);
    uv_mutex_unlock(&s->mutex);
}

void serving_stick(serving *s, int number)
{
    weft_poster *poster = weft_blocking_poster(s->loops[number].blocking);
    assert_int_equal(weft_post(poster, stick, NULL, s), 0);
    weft_poster_release(poster);
    uv_mutex_lock(&s->mutex);
    while (!s->is_stuck)
        uv_cond_wait(&s->changed, &s->mutex);
    uv_mutex_unlock(&s->mutex);
}

void serving_let_go(serving *s)
{
    uv_mutex_lock(&s->mutex);
    s->is_let_go = true;
    uv_cond_broadcast(&s->changed);
    uv_mutex_unlock(&s->mutex);
}

/* ---- the listener ---- */

typedef struct listen_at {
    serving *s;
    const char *url;
    const weft_listener_options *bounds;
} listen_at;

static int begin_listening(void *user, weft_runtime *runtime)
{
    const listen_at *at = user;
    serving *s = at->s;
    weft_session_options options = serving_options(&s->loops[0]);
    weft_error error = { .text = "" };
    int rc = weft_listen_with(runtime, at->url, &options, at->bounds, &s->listener, &error);
    for (int i = 1; rc == 0 && i < s->n_loops; i++) {
        options = serving_options(&s->loops[i]);
        rc = weft_listener_add_runtime(s->listener, s->loops[i].runtime, &options, &error);
    }
    if (rc < 0)
        print_error("%s\n", error.text);
    return rc == 0 ? weft_listener_url(s->listener, s->url, sizeof s->url) : rc;
}

int serving_setup_all(void **state)
{
    weft_blocking *blocking;
    (void)state;
    assert_int_equal(weft_blocking_new(NULL, &blocking), 0);
    return weft_blocking_free(blocking);
}

static int nothing(void *user, weft_runtime *runtime)
{
    (void)user;
    (void)runtime;
    return 0;
}

void serving_start_loop(serving *s, int number)
{
    loop *one = &s->loops[number];
    one->all = s;
    one->number = (uint32_t)number;
    assert_int_equal(weft_blocking_new(NULL, &one->blocking), 0);
    assert_int_equal(weft_blocking_run(one->blocking, learn_runtime, one), 0);
}

void serving_start(serving *s, const char *url, int n_loops, const weft_listener_options *bounds_or_null)
{
    serving_start_brief(s, url, n_loops, bounds_or_null, weft_session_options_default().resume_window_ns);
}

void serving_start_brief(serving *s, const char *url, int n_loops, const weft_listener_options *bounds_or_null,
                         uint64_t resume_window_ns)
{
    char path[128];
    memset(s, 0, sizeof *s);
    s->resume_window_ns = resume_window_ns;
    s->n_descriptors = weft_test_descriptors();
    assert_int_equal(uv_mutex_init(&s->mutex), 0);
    assert_int_equal(uv_cond_init(&s->changed), 0);
    if (strcmp(url, "unix") == 0) {
        (void)snprintf(s->folder, sizeof s->folder, "/tmp/weft-loops-XXXXXX");
        assert_non_null(mkdtemp(s->folder));
        (void)snprintf(path, sizeof path, "unix://%s/socket", s->folder);
        url = path;
    }
    s->n_loops = n_loops;
    for (int i = 0; i < n_loops; i++)
        serving_start_loop(s, i);
    assert_int_equal(weft_blocking_new(NULL, &s->clients), 0);
    listen_at at = { s, url, bounds_or_null };
    assert_int_equal(weft_blocking_run(s->loops[0].blocking, begin_listening, &at), 0);
    for (int i = 1; i < n_loops; i++) /* behind which it serves */
        assert_int_equal(weft_blocking_run(s->loops[i].blocking, nothing, NULL), 0);
}

typedef struct read_stats {
    const serving *s;
    weft_listener_stats stats;
} read_stats;

static int stats_read(void *user, weft_runtime *runtime)
{
    read_stats *read = user;
    (void)runtime;
    weft_listener_stats_read(read->s->listener, &read->stats, sizeof read->stats);
    return 0;
}

weft_listener_stats serving_stats(serving *s)
{
    read_stats read = { .s = s };
    assert_int_equal(weft_blocking_run(s->loops[0].blocking, stats_read, &read), 0);
    return read.stats;
}

static int remove_loop(void *user, weft_runtime *runtime)
{
    loop *one = user;
    (void)runtime;
    return weft_listener_remove_runtime(one->all->listener, one->runtime);
}

void serving_remove_loop(serving *s, int number)
{
    assert_int_equal(weft_blocking_run(s->loops[0].blocking, remove_loop, &s->loops[number]), 0);
}

static int add_loop(void *user, weft_runtime *runtime)
{
    loop *one = user;
    weft_session_options options = serving_options(one);
    (void)runtime;
    return weft_listener_add_runtime(one->all->listener, one->runtime, &options, NULL);
}

void serving_add_loop(serving *s, int number)
{
    assert_int_equal(weft_blocking_run(s->loops[0].blocking, add_loop, &s->loops[number]), 0);
}

typedef struct rebind {
    serving *s;
    const char *url;
    const weft_session_options *options;
    const weft_listener_options *bounds;
} rebind;

static int do_rebind(void *user, weft_runtime *runtime)
{
    const rebind *to = user;
    weft_error error;
    int rc = weft_listener_rebind(to->s->listener, to->url, to->options, to->bounds, &error);
    (void)runtime;
    if (rc < 0) {
        assert_int_equal(error.code, rc);
        return rc;
    }
    uv_mutex_lock(&to->s->mutex);
    rc = weft_listener_url(to->s->listener, to->s->url, sizeof to->s->url);
    uv_mutex_unlock(&to->s->mutex);
    return rc;
}

int serving_rebind(serving *s, const char *url_or_null, const weft_session_options *options_or_null,
                   const weft_listener_options *bounds_or_null)
{
    rebind to = { s, url_or_null, options_or_null, bounds_or_null };
    return weft_blocking_run(s->loops[0].blocking, do_rebind, &to);
}

static void on_stopped(void *user, int status)
{
    serving *s = user;
    s->stopped = status;
    serving_note(s, &s->n_stopped);
}

typedef struct stop {
    serving *s;
    uint64_t limit_ns;
} stop;

static int do_stop(void *user, weft_runtime *runtime)
{
    const stop *at = user;
    int rc = weft_listener_stop(at->s->listener, at->limit_ns, on_stopped, at->s);
    (void)runtime;
    assert_int_equal(at->s->n_stopped, 0);
    assert_int_equal(weft_listener_stop(at->s->listener, at->limit_ns, on_stopped, at->s), WEFT_EALREADY);
    return rc;
}

void serving_begin_stop(serving *s, uint64_t limit_ns)
{
    stop at = { s, limit_ns };
    assert_int_equal(weft_blocking_run(s->loops[0].blocking, do_stop, &at), 0);
    s->listener = NULL;
}

int serving_stop_listener(serving *s, uint64_t limit_ns)
{
    serving_begin_stop(s, limit_ns);
    serving_wait(s, &s->n_stopped, 1);
    return s->stopped;
}

int serving_listen_there(void *user, weft_runtime *runtime)
{
    serving *s = user;
    weft_session_options options = serving_options(&s->loops[0]);
    weft_listener *listener;
    int rc = weft_listen(runtime, s->url, &options, &listener, NULL);
    if (rc == 0)
        weft_listener_close(listener, NULL, NULL);
    return rc;
}

int serving_raw_connect(const serving *s)
{
    weft__url url;
    weft__sockaddr address;
    int fd = -1;
    assert_int_equal(weft__url_parse(s->url, &url, NULL), 0);
    if (!weft__socket_numeric_address(&url, &address))
        weft__socket_unix_address(&url, &address);
    assert_true(weft__socket_connect(&address, &fd) >= 0);
    assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
    return fd;
}

void serving_raw_connect_by(const serving *s, int fd)
{
    weft__url url;
    weft__sockaddr address;
    assert_int_equal(weft__url_parse(s->url, &url, NULL), 0);
    assert_true(weft__socket_numeric_address(&url, &address));
    assert_int_equal(connect(fd, (const struct sockaddr *)&address.storage, address.len), 0);
}

void serving_stop_loop(serving *s, int number)
{
    assert_int_equal(weft_blocking_free(s->loops[number].blocking), 0);
    s->loops[number].blocking = NULL;
}

/* A place is free when its conduit has closed, which may be behind the last that the test sees. */
static void assert_nothing_is_left(serving *s)
{
    weft_listener_stats stats = serving_stats(s);
    for (int i = 0; i < 100000 && stats.live_now + stats.handshakes_now > 0; i++)
        stats = serving_stats(s);
    assert_int_equal(stats.live_now, 0);
    assert_int_equal(stats.handshakes_now, 0);
    assert_int_equal(stats.addresses_now, 0);
}

void serving_stop(serving *s)
{
    assert_int_equal(weft_blocking_free(s->clients), 0);
    for (int i = s->n_loops; i-- > 1;)
        if (s->loops[i].blocking)
            serving_stop_loop(s, i);
    if (s->listener)
        assert_nothing_is_left(s);
    serving_stop_loop(s, 0);
    assert_int_equal(s->n_ready, s->n_ended);
    uv_cond_destroy(&s->changed);
    uv_mutex_destroy(&s->mutex);
    if (s->folder[0])
        assert_int_equal(rmdir(s->folder), 0);
    assert_int_equal(weft_test_descriptors(), s->n_descriptors);
}

/* ---- clients ---- */

int serving_try_visit(serving *s, const weft_session_options *options_or_null, visitor *ret_visitor)
{
    int rc;
    visitor v = { NULL, { NULL } };
    char url[sizeof s->url];
    uv_mutex_lock(&s->mutex);
    memcpy(url, s->url, sizeof url); /* the listener may move */
    uv_mutex_unlock(&s->mutex);
    rc = weft_blocking_connect(s->clients, url, options_or_null, 30 * SECOND, &v.session, NULL);
    if (rc < 0)
        return rc;
    rc = lo_here_open_sync(v.session, NULL, &v.here, NULL);
    if (rc < 0) {
        weft_blocking_session_release(v.session);
        return rc;
    }
    *ret_visitor = v;
    return 0;
}

visitor serving_visit(serving *s, const weft_session_options *options_or_null)
{
    visitor v;
    weft_error error;
    memset(&v, 0, sizeof v);
    error.text[0] = '\0';
    if (weft_blocking_connect(s->clients, s->url, options_or_null, 30 * SECOND, &v.session, &error) < 0 ||
        lo_here_open_sync(v.session, NULL, &v.here, &error) < 0)
        fail_msg("%s", error.text);
    return v;
}

void visitor_leaves(visitor *v)
{
    weft_blocking_client_release(v->here.client);
    assert_int_equal(weft_blocking_session_close(v->session, 0, NULL, 30 * SECOND), 0);
    weft_blocking_session_release(v->session);
}

uint32_t visitor_where(const visitor *v)
{
    weft_arena *arena;
    lo_here_where_reply reply;
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    assert_int_equal(lo_here_where_sync(v->here, NULL, arena, &reply), 0);
    weft_arena_free(arena);
    return reply.value;
}

static int cut(void *user, weft_runtime *runtime)
{
    (void)user;
    for (weft__link *link = runtime->drivers.next; link != &runtime->drivers; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, link);
        if (driver->state == WEFT__DRIVER_LIVE)
            weft__driver_cut(driver, WEFT_ECONNRESET, NULL, uv_hrtime());
    }
    return 0;
}

void serving_cut(serving *s)
{
    assert_int_equal(weft_blocking_run(s->clients, cut, NULL), 0);
}
