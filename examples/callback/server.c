/* callback-server URL: works in steps, and asks the client after each, on the same connection, whether to go on. */
#include "callback.weft.h"

#include "weft/uv.h"
#include "weft/weft.h"

#include <stdio.h>
#include <stdlib.h>

/* One of each connection: served on it, and calling the client's side of it. */
struct worker {
    cb_watcher_client watcher;
};

/* One call of work that is under way. */
struct job {
    struct worker *worker;
    cb_worker_work_call call;
    uint32_t done, steps;
};

static void job_step(struct job *job);

static void job_end(struct job *job)
{
    cb_worker_work_return(job->call, job->done);
    free(job);
}

static void on_progress(void *user, const cb_watcher_progress_reply *reply)
{
    struct job *job = user;
    if (reply->result.code == 0 && reply->value && job->done < job->steps)
        job_step(job);
    else
        job_end(job);
}

static void job_step(struct job *job)
{
    cb_watcher_progress_args args = { ++job->done, job->steps };
    if (cb_watcher_progress(job->worker->watcher, &args, NULL, on_progress, job, NULL) < 0)
        job_end(job);
}

/* The handler returns before it has answered: the call is a handle, and waits. */
static void on_work(void *self, cb_worker_work_call call, const cb_worker_work_args *args)
{
    struct job *made = calloc(1, sizeof *made);
    if (!made) {
        weft_call_fail(call.call, WEFT_OUTCOME_INTERNAL, "out of memory");
        return;
    }
    made->worker = self;
    made->call = call;
    made->steps = args->steps;
    if (made->steps > 0)
        job_step(made);
    else
        job_end(made);
}

/* Once, last: no job is left, since its calls have ended before. */
static void on_closed(void *self)
{
    struct worker *worker = self;
    weft_connection_release(worker->watcher.connection);
    free(worker);
}

static const cb_worker_handler handler = { sizeof handler, on_closed, on_work };

static int on_open(void *user, weft_session *session, weft_pending pending)
{
    static const weft_service_type *const calls[] = { &cb_watcher_service };
    weft_accept_options options = weft_open_options_default();
    struct worker *made;
    int rc;
    (void)user;
    (void)session;
    if (!weft_str_equal(weft_pending_service(pending), weft_str_from(cb_worker_service.name)))
        return weft_pending_reject(pending, WEFT_CODE_UNKNOWN_SERVICE, NULL, NULL);
    made = calloc(1, sizeof *made);
    if (!made)
        return WEFT_ENOMEM;
    options.serves = &cb_worker_service;
    options.handler = &handler;
    options.self = made;
    options.calls = calls;
    options.n_calls = 1;
    rc = weft_pending_accept(pending, &options, &made->watcher.connection);
    if (rc < 0)
        free(made);
    return rc;
}

static void on_event(void *user, weft_session *session, const weft_session_event *event)
{
    (void)user;
    if (event->kind == WEFT_EVENT_CLOSED)
        weft_session_release(session);
}

static uv_signal_t signals[2];

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&signals[i], NULL);
    weft_runtime_close(signal->data, NULL, NULL);
}

static int listen_and_run(weft_runtime *runtime, const char *url)
{
    weft_session_options options = weft_session_options_default();
    weft_listener *listener;
    weft_error error;
    char real_url[512];
    options.on_open = on_open;
    options.on_event = on_event;
    if (weft_listen(runtime, url, &options, &listener, &error) < 0) {
        fprintf(stderr, "callback-server: %s: %s\n", url, error.text);
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(weft_runtime_loop(runtime), &signals[i]);
        signals[i].data = runtime;
        uv_signal_start(&signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    if (weft_listener_url(listener, real_url, sizeof real_url) == 0)
        printf("listening on %s\n", real_url);
    fflush(stdout);
    return weft_runtime_run(runtime) < 0;
}

int main(int argc, char **argv)
{
    weft_runtime *runtime;
    int status;
    if (argc != 2 || weft_runtime_new(NULL, &runtime) < 0) {
        fprintf(stderr, "usage: callback-server URL\n");
        return 2;
    }
    status = listen_and_run(runtime, argv[1]);
    weft_runtime_free(runtime);
    return status;
}
