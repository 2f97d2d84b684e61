/* A weft_blocking: its thread, and the queue of what that is to do. */
#include "runtime/loop/blocking.h"

#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/conduit/syserr.h"
#include "weft/uv.h"

#include <signal.h>

/* ---- references ---- */

void weft__blocking_count_up(weft_blocking *blocking, size_t *n_refs)
{
    uv_mutex_lock(&blocking->mutex);
    ++*n_refs;
    uv_mutex_unlock(&blocking->mutex);
}

size_t weft__blocking_count_down(weft_blocking *blocking, size_t *n_refs)
{
    size_t left;
    uv_mutex_lock(&blocking->mutex);
    left = --*n_refs;
    uv_mutex_unlock(&blocking->mutex);
    return left;
}

void weft__blocking_retain(weft_blocking *blocking)
{
    weft__blocking_count_up(blocking, &blocking->n_refs);
}

void weft__blocking_unref(weft_blocking *blocking)
{
    if (weft__blocking_count_down(blocking, &blocking->n_refs) > 0)
        return;
    uv_mutex_destroy(&blocking->mutex);
    weft_allocator allocator = blocking->allocator;
    weft__free(&allocator, blocking, sizeof *blocking);
}

/* ---- the queue ---- */

bool weft__blocking_push(weft_blocking *blocking, weft__task *task)
{
    if (blocking->is_ending)
        return false;
    weft__list_append(&blocking->tasks, &task->link);
    /* Under the mutex, and before is_ending: so never behind the async's close. */
    (void)uv_async_send(&blocking->async);
    return true;
}

/* From a list of what was queued when this turn began, so that threads that call without pause leave the loop its
 * turns. A wait that is given up leaves it under the mutex as it would leave the queue. */
static weft__task *blocking_take(weft_blocking *blocking, weft__link *now)
{
    weft__link *link;
    weft__task *task = NULL;
    uv_mutex_lock(&blocking->mutex);
    link = weft__list_take(now);
    if (link) {
        task = weft__container(link, weft__task, link);
        if (task->wait_or_null)
            task->wait_or_null->state = WEFT__WAIT_BUSY;
    }
    uv_mutex_unlock(&blocking->mutex);
    return task;
}

static void blocking_on_async(uv_async_t *async)
{
    weft_blocking *blocking = async->data;
    weft__link now, *link;
    weft__task *task;
    weft__list_init(&now);
    uv_mutex_lock(&blocking->mutex);
    while ((link = weft__list_take(&blocking->tasks)) != NULL)
        weft__list_append(&now, link);
    uv_mutex_unlock(&blocking->mutex);
    while ((task = blocking_take(blocking, &now)) != NULL)
        task->run(task);
}

/* ---- the thread ---- */

/* The last task. With the async closed and the runtime ended the loop returns. */
static void blocking_on_end(weft__task *task)
{
    weft_blocking *blocking = weft__container(task, weft_blocking, end);
    uv_close((uv_handle_t *)&blocking->async, NULL);
    weft_runtime_close(blocking->runtime, NULL, NULL);
}

static void blocking_thread(void *arg)
{
    weft_blocking *blocking = arg;
    (void)weft_runtime_run(blocking->runtime);
    weft__blocking_drop_channels(blocking);
    weft__blocking_drop_clients(blocking);
    weft__blocking_drop_sessions(blocking);
    weft_runtime_free(blocking->runtime);
    blocking->runtime = NULL;
}

/* Signals are for the application's threads; those that a fault of this thread itself brings stay. */
static int blocking_start(weft_blocking *blocking)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT };
    sigset_t blocked, before;
    int rc;
    (void)sigfillset(&blocked);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        (void)sigdelset(&blocked, faults[i]);
    rc = pthread_sigmask(SIG_SETMASK, &blocked, &before);
    if (rc != 0)
        return weft__map_status(-rc);
    rc = uv_thread_create(&blocking->thread, blocking_thread, blocking);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc < 0 ? weft__map_status(rc) : 0;
}

static int blocking_init(weft_blocking *blocking, const weft_runtime_options *options)
{
    int rc = weft_runtime_new(options, &blocking->runtime);
    if (rc < 0)
        return rc;
    rc = uv_async_init(weft_runtime_loop(blocking->runtime), &blocking->async, blocking_on_async);
    if (rc < 0) {
        weft_runtime_free(blocking->runtime);
        return weft__map_status(rc);
    }
    blocking->async.data = blocking;
    rc = blocking_start(blocking);
    if (rc < 0) {
        uv_close((uv_handle_t *)&blocking->async, NULL);
        weft_runtime_free(blocking->runtime);
    }
    return rc;
}

int weft_blocking_new(const weft_runtime_options *options_or_null, weft_blocking **ret_blocking)
{
    weft_runtime_options options = weft_runtime_options_default();
    weft_allocator allocator;
    weft_blocking *blocking;
    int rc = weft__options_copy(&options, sizeof options, options_or_null);
    if (rc == 0 && (!ret_blocking || options.loop))
        rc = WEFT_EINVAL;
    if (rc < 0)
        return rc;
    allocator = weft__allocator_of(options.allocator);
    blocking = weft__alloc_zero(&allocator, sizeof *blocking);
    if (!blocking)
        return WEFT_ENOMEM;
    blocking->allocator = allocator;
    blocking->n_refs = 1;
    blocking->end.run = blocking_on_end;
    weft__list_init(&blocking->sessions);
    weft__list_init(&blocking->clients);
    weft__list_init(&blocking->channels);
    weft__list_init(&blocking->tasks);
    rc = uv_mutex_init(&blocking->mutex);
    if (rc < 0) {
        weft__free(&allocator, blocking, sizeof *blocking);
        return weft__map_status(rc);
    }
    rc = blocking_init(blocking, &options);
    if (rc < 0)
        weft__blocking_unref(blocking);
    else
        *ret_blocking = blocking;
    return rc;
}

weft_poster *weft_blocking_poster(weft_blocking *blocking)
{
    /* The one part of a runtime that any thread may ask for, and set before there was another thread. */
    return weft_runtime_poster(blocking->runtime);
}

/* What run returns is kept apart from what the wait came to, which may be WEFT_ECLOSED as well. */
typedef struct run_wait {
    weft__wait wait;
    int (*run)(void *user, weft_runtime *runtime);
    void *user;
    int returned;
} run_wait;

static int run_begin(weft__wait *wait)
{
    run_wait *asked = (run_wait *)wait;
    asked->returned = asked->run(asked->user, wait->blocking->runtime);
    return 1;
}

int weft_blocking_run(weft_blocking *blocking, int (*run)(void *user, weft_runtime *runtime), void *user)
{
    run_wait *wait;
    bool begun;
    int rc;
    if (!blocking || !run)
        return WEFT_EINVAL;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    wait = weft__wait_new(blocking, sizeof *wait, WEFT_FOREVER);
    if (!wait)
        return WEFT_ENOMEM;
    wait->run = run;
    wait->user = user;
    wait->wait.begin = run_begin;
    (void)weft__wait_for(&wait->wait, &begun); /* without a time it is not given up */
    rc = wait->wait.rc < 0 ? wait->wait.rc : wait->returned;
    weft__wait_free(&wait->wait);
    return rc;
}

int weft_blocking_free(weft_blocking *blocking_or_null)
{
    weft_blocking *blocking = blocking_or_null;
    if (!blocking)
        return 0;
    if (weft__loop_is_here())
        return WEFT_EDEADLK;
    uv_mutex_lock(&blocking->mutex);
    (void)weft__blocking_push(blocking, &blocking->end);
    blocking->is_ending = true;
    uv_mutex_unlock(&blocking->mutex);
    (void)uv_thread_join(&blocking->thread);
    weft__blocking_unref(blocking);
    return 0;
}
