/* The runtime: its life, and its turn. */
#include "runtime/loop/loop.h"

#include "runtime/base/error.h"
#include "runtime/base/mem.h"
#include "runtime/base/options.h"
#include "runtime/conduit/syserr.h"
#include "runtime/loop/branch.h"
#include "runtime/loop/driver.h"
#include "weft/operation.h"
#include "weft/uv.h"

#include <signal.h>

/* Rounds of serving before the loop may look at sockets again: two ends in memory could go on for ever. */
#define RUNTIME_ROUNDS 16
/* Of a runtime that is closed: for a Ready that is under way. */
#define RUNTIME_LAST_READY WEFT_NS_PER_S
#define RUNTIME_STORE_TIMEOUT (10 * WEFT_NS_PER_S)

/* ---- a turn ---- */

static void runtime_on_idle(uv_idle_t *idle)
{
    /* It keeps the loop from waiting; the work is done by prepare. */
    (void)idle;
}

void weft__runtime_wake(weft_runtime *runtime)
{
    /* Not at once: applications may have prepare callbacks of their own that run behind ours. */
    if (runtime->state < WEFT__RUNTIME_ENDING)
        (void)uv_idle_start(&runtime->idle, runtime_on_idle);
}

static void runtime_on_hub(void *user)
{
    weft__runtime_wake(user);
}

/* Once a turn, so that what it recorded becomes durable together [op.order]. */
static void runtime_sync(weft_runtime *runtime)
{
    if (weft_operations_want_sync(runtime->operations))
        weft_operations_sync(runtime->operations);
}

static void runtime_serve(weft_runtime *runtime)
{
    weft__link now, *link;
    weft__list_init(&now);
    while ((link = weft__list_take(&runtime->dirty)) != NULL)
        weft__list_append(&now, link);
    while ((link = weft__list_take(&now)) != NULL)
        weft__driver_serve(weft__container(link, weft__driver, dirty), uv_hrtime());
    weft__mem_hub_run(&runtime->hub);
}

static bool runtime_has_work(const weft_runtime *runtime)
{
    return !weft__list_is_empty(&runtime->dirty) || weft__mem_hub_has_work(&runtime->hub);
}

/* The loop goes on while there is a session or listener, even one in memory that waits for nothing. */
static void runtime_update_ref(weft_runtime *runtime)
{
    if (runtime->state >= WEFT__RUNTIME_ENDING)
        return;
    if (runtime->env.n_objects > 0 || runtime->state != WEFT__RUNTIME_OPEN)
        uv_ref((uv_handle_t *)&runtime->prepare);
    else
        uv_unref((uv_handle_t *)&runtime->prepare);
}

static void runtime_end(weft_runtime *runtime);
static void runtime_drain_rest(weft_runtime *runtime);

static uint64_t time_after(uint64_t now_ns, uint64_t limit_ns)
{
    return limit_ns < WEFT_FOREVER - now_ns ? now_ns + limit_ns : WEFT_FOREVER;
}

/* All else has ended; a disk may hang for ever. */
static bool runtime_is_stored(weft_runtime *runtime)
{
    uint64_t now_ns = uv_hrtime();
    if (runtime->store_until_ns == 0)
        runtime->store_until_ns = time_after(now_ns, runtime->store_timeout_ns);
    if (weft_operations_is_settled(runtime->operations) && !runtime->is_last_sync) {
        runtime->is_last_sync = true;
        weft__loop_enter();
        weft_operations_sync(runtime->operations);
        weft__loop_leave();
    }
    if (weft_operations_is_settled(runtime->operations))
        return true;
    if (now_ns >= runtime->store_until_ns) {
        weft__log_emit(&runtime->env.log, WEFT_LOG_ERROR, WEFT_LOG_SESSION,
                       "the runtime ends before its operations are stored", NULL, 0);
        return true;
    }
    weft__alarm_set(&runtime->alarm, runtime->store_until_ns);
    return false;
}

static void runtime_on_prepare(uv_prepare_t *prepare)
{
    weft_runtime *runtime = prepare->data;
    weft__driver_sweep(runtime);
    weft__loop_enter();
    for (int round = 0; round < RUNTIME_ROUNDS && runtime_has_work(runtime); round++)
        runtime_serve(runtime);
    runtime_sync(runtime);
    weft__runtime_watch_operations(runtime);
    weft__loop_leave();
    if (!runtime_has_work(runtime) && weft__list_is_empty(&runtime->freed))
        (void)uv_idle_stop(&runtime->idle);
    if (runtime->state == WEFT__RUNTIME_DRAINING && runtime->n_accepted == 0)
        runtime_drain_rest(runtime);
    if (runtime->state == WEFT__RUNTIME_CLOSING && runtime->env.n_objects == 0 && runtime_is_stored(runtime))
        runtime_end(runtime);
    runtime_update_ref(runtime);
}

static void runtime_on_async(uv_async_t *async)
{
    weft_runtime *runtime = async->data;
    weft__poster_run(runtime->poster);
}

/* ---- making one ---- */

void weft_runtime_options_init(weft_runtime_options *options, size_t size)
{
    weft_runtime_options defaults;
    memset(&defaults, 0, sizeof defaults);
    defaults.log_classes = WEFT_LOG_ALL;
    defaults.log_level = WEFT_LOG_INFO;
    defaults.max_parked = WEFT_PARKED_DEFAULT;
    defaults.max_parked_bytes = WEFT_PARKED_BYTES_DEFAULT;
    defaults.store_timeout_ns = RUNTIME_STORE_TIMEOUT;
    weft__options_give(options, size, &defaults, sizeof defaults);
}

static int runtime_read_options(const weft_runtime_options *options_or_null, weft_runtime_options *ret_options)
{
    *ret_options = weft_runtime_options_default();
    return weft__options_copy(ret_options, sizeof *ret_options, options_or_null);
}

static void runtime_ignore_sigpipe(void)
{
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) != 0 || (action.sa_flags & SA_SIGINFO) || action.sa_handler != SIG_DFL)
        return;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL);
}

static int runtime_init_registry(weft_runtime *runtime, const weft_runtime_options *options)
{
    weft_registry_options registry;
    int rc;
    weft_registry_options_init(&registry, sizeof registry);
    registry.allocator = &runtime->env.allocator;
    registry.max_parked = options->max_parked;
    registry.max_parked_bytes = options->max_parked_bytes;
    registry.user = runtime;
    rc = uv_random(NULL, NULL, registry.seed, sizeof registry.seed, 0, NULL);
    return rc < 0 ? weft__map_status(rc) : weft_registry_new(&registry, &runtime->registry);
}

/* What can fail without having touched the loop. */
static int runtime_init_parts(weft_runtime *runtime, const weft_runtime_options *options)
{
    int rc;
    runtime->read_buffer = weft__alloc(&runtime->env.allocator, WEFT__READ_BUFFER);
    if (!runtime->read_buffer)
        return WEFT_ENOMEM;
    rc = weft_handles_new(&runtime->env.allocator, &runtime->handles);
    if (rc == 0 && options->max_buffered > 0)
        rc = weft_budget_new(&runtime->env.allocator, options->max_buffered, &runtime->budget);
    if (rc == 0)
        rc = runtime_init_registry(runtime, options);
    if (rc == 0)
        rc = weft_stats_new(&runtime->env.allocator, &runtime->stats);
    if (rc == 0)
        rc = weft__runtime_init_operations(runtime);
    if (rc == 0)
        rc = weft__poster_new(runtime, &runtime->poster);
    return rc;
}

static int runtime_init_loop(weft_runtime *runtime, uv_loop_t *loop_or_null)
{
    int rc = 0;
    runtime->env.loop = loop_or_null ? loop_or_null : &runtime->own_loop;
    if (!loop_or_null)
        rc = uv_loop_init(&runtime->own_loop);
    if (rc < 0)
        return weft__map_status(rc);
    runtime->owns_loop = !loop_or_null;
    /* Of the four handles this one alone can fail, so that there is never one to close. */
    rc = uv_async_init(runtime->env.loop, &runtime->async, runtime_on_async);
    if (rc < 0) {
        if (runtime->owns_loop)
            (void)uv_loop_close(&runtime->own_loop);
        return weft__map_status(rc);
    }
    (void)uv_prepare_init(runtime->env.loop, &runtime->prepare);
    (void)uv_idle_init(runtime->env.loop, &runtime->idle);
    weft__alarm_init(&runtime->alarm, runtime->env.loop, weft__driver_on_alarm, runtime);
    runtime->async.data = runtime->prepare.data = runtime->idle.data = runtime->alarm.uv.handle.data = runtime;
    runtime->n_handles = 4;
    (void)uv_prepare_start(&runtime->prepare, runtime_on_prepare);
    uv_unref((uv_handle_t *)&runtime->prepare);
    uv_unref((uv_handle_t *)&runtime->async);
    return 0;
}

static void runtime_free_memory(weft_runtime *runtime)
{
    weft_allocator allocator = runtime->env.allocator;
    weft_poster_release(runtime->poster);
    weft_handles_release(runtime->handles);
    weft_stats_release(runtime->stats);
    weft_budget_release(runtime->budget);
    weft__runtime_fini_operations(runtime);
    weft_registry_release(runtime->registry);
    weft__unpoison(runtime->read_buffer, runtime->read_buffer ? WEFT__READ_BUFFER : 0);
    weft__free(&allocator, runtime->read_buffer, runtime->read_buffer ? WEFT__READ_BUFFER : 0);
    weft__timers_fini(&runtime->timers, &allocator);
    weft__free(&allocator, runtime, sizeof *runtime);
}

int weft_runtime_new(const weft_runtime_options *options_or_null, weft_runtime **ret_runtime)
{
    weft_runtime_options options;
    weft_allocator allocator;
    weft_runtime *runtime;
    int rc = runtime_read_options(options_or_null, &options);
    if (rc < 0)
        return rc;
    allocator = weft__allocator_of(options.allocator);
    runtime = weft__alloc_zero(&allocator, sizeof *runtime);
    if (!runtime)
        return WEFT_ENOMEM;
    runtime->env.allocator = allocator;
    weft__log_init(&runtime->env.log, options.log, options.log_user, options.log_level, options.log_classes);
    runtime->log_level = options.log_level;
    runtime->log_classes = options.log_classes;
    runtime->store_timeout_ns = options.store_timeout_ns;
    weft__list_init(&runtime->drivers);
    weft__list_init(&runtime->dirty);
    weft__list_init(&runtime->freed);
    weft__list_init(&runtime->listeners);
    weft__list_init(&runtime->branches);
    weft__mem_hub_init(&runtime->hub, &runtime->env, runtime_on_hub, runtime);
    rc = runtime_init_parts(runtime, &options);
    if (rc == 0)
        rc = runtime_init_loop(runtime, options.loop);
    if (rc < 0) {
        runtime_free_memory(runtime);
        return rc;
    }
    if (!options.keep_sigpipe)
        runtime_ignore_sigpipe();
    *ret_runtime = runtime;
    return 0;
}

static uint64_t runtime_clock(void *user)
{
    (void)user;
    return uv_hrtime();
}

int weft__runtime_engine_options(weft_runtime *runtime, const weft_peer *peer_or_null, weft_engine_options *ret_options)
{
    weft_engine_options options;
    int rc;
    weft_engine_options_init(&options, sizeof options);
    options.allocator = &runtime->env.allocator;
    options.log = runtime->env.log.fn;
    options.log_user = runtime->env.log.user;
    options.log_level = runtime->log_level;
    options.log_classes = runtime->log_classes;
    options.peer = peer_or_null;
    options.handles = runtime->handles;
    options.stats = runtime->stats;
    options.budget = runtime->budget;
    options.operations = runtime->operations;
    options.registry = runtime->registry;
    options.clock = runtime_clock;
    rc = uv_random(NULL, NULL, options.seed, sizeof options.seed, 0, NULL);
    if (rc < 0)
        return weft__map_status(rc);
    *ret_options = options;
    /* What comes of it keeps the loop going, also where it is made before the loop runs. */
    uv_ref((uv_handle_t *)&runtime->prepare);
    return 0;
}

weft_registry *weft_runtime_registry(weft_runtime *runtime)
{
    return runtime->registry;
}

weft_stats *weft_runtime_stats(weft_runtime *runtime)
{
    return runtime->stats;
}

uv_loop_t *weft_runtime_loop(weft_runtime *runtime)
{
    return runtime->env.loop;
}

/* ---- running and ending
 * ----------------------------------------------------------------------------------------------- */

int weft_runtime_run(weft_runtime *runtime)
{
    if (!runtime->owns_loop)
        return WEFT_EINVAL;
    runtime->stopped = false;
    weft__loop_enter();
    do {
        /* A post alone does not keep the loop going, and one that has come before it began may be all that there is. */
        if (runtime->state < WEFT__RUNTIME_ENDING)
            weft__poster_run(runtime->poster);
        if (!runtime->stopped)
            (void)uv_run(&runtime->own_loop, UV_RUN_DEFAULT);
    } while (!runtime->stopped && weft__poster_has_posts(runtime->poster));
    weft__loop_leave();
    return 0;
}

void weft_runtime_stop(weft_runtime *runtime)
{
    runtime->stopped = true;
    if (runtime->owns_loop)
        uv_stop(&runtime->own_loop);
}

static void runtime_on_handle_closed(uv_handle_t *handle)
{
    weft_runtime *runtime = handle->data;
    bool owns_loop = runtime->owns_loop;
    if (--runtime->n_handles > 0)
        return;
    runtime->state = WEFT__RUNTIME_CLOSED;
    weft__loop_enter();
    if (runtime->drained)
        runtime->drained(runtime->drained_user);
    if (runtime->closed)
        runtime->closed(runtime->closed_user);
    weft__loop_leave();
    if (!owns_loop)
        runtime_free_memory(runtime);
}

static void runtime_end(weft_runtime *runtime)
{
    runtime->state = WEFT__RUNTIME_ENDING;
    weft__runtime_leave(runtime);
    weft__poster_close(runtime->poster);
    uv_close((uv_handle_t *)&runtime->prepare, runtime_on_handle_closed);
    uv_close((uv_handle_t *)&runtime->idle, runtime_on_handle_closed);
    uv_close((uv_handle_t *)&runtime->async, runtime_on_handle_closed);
    weft__alarm_close(&runtime->alarm, runtime_on_handle_closed);
}

static void runtime_stop_listeners(weft_runtime *runtime)
{
    for (weft__link *link = runtime->listeners.next, *next; link != &runtime->listeners; link = next) {
        next = link->next;
        weft__listener_stop(link);
    }
    weft__branches_stop(runtime);
}

uint64_t weft__runtime_drain_until(const weft_runtime *runtime)
{
    return runtime->is_closing ? uv_hrtime() + RUNTIME_LAST_READY : runtime->drain_until_ns;
}

/* One that is drained ends by itself, at the limit at the latest; one that cannot be told so for want of memory is
 * closed. */
void weft__runtime_end_session(weft_runtime *runtime, weft_session *session)
{
    uint64_t now_ns = uv_hrtime();
    uint64_t limit_ns = runtime->drain_until_ns;
    if (limit_ns != WEFT_FOREVER)
        limit_ns = limit_ns > now_ns ? limit_ns - now_ns : 0;
    if (runtime->is_closing || weft_session_drain(session, limit_ns) < 0)
        weft_session_close(session, WEFT_CODE_GOING_AWAY, NULL);
}

/* It has nothing under way: it ends at once, but where its counterpart may not know. */
static void runtime_end_handshake(weft__driver *driver)
{
    if (!weft__driver_finishes(driver))
        weft__driver_abort(driver);
}

static void runtime_drain_drivers(weft_runtime *runtime, bool only_accepted)
{
    for (weft__link *link = runtime->drivers.next; link != &runtime->drivers; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, link);
        if (only_accepted && !driver->accepted)
            continue;
        if (!driver->engine)
            runtime_end_handshake(driver);
        else if (driver->accepted && driver->state == WEFT__DRIVER_WAITING)
            weft__driver_mark(driver); /* it is parked, and ends */
        else
            weft__runtime_end_session(runtime, weft_engine_session(driver->engine));
    }
    weft__runtime_wake(runtime);
    runtime_update_ref(runtime);
}

static void runtime_drain_rest(weft_runtime *runtime)
{
    runtime->state = WEFT__RUNTIME_CLOSING;
    runtime_drain_drivers(runtime, false);
}

int weft_runtime_drain(weft_runtime *runtime, uint64_t limit_ns, weft_closed_fn closed, void *user)
{
    uint64_t now_ns = uv_hrtime();
    if (runtime->state != WEFT__RUNTIME_OPEN)
        return WEFT_EALREADY;
    runtime->state = WEFT__RUNTIME_DRAINING;
    runtime->drained = closed;
    runtime->drained_user = user;
    runtime->drain_until_ns = time_after(now_ns, limit_ns);
    runtime_stop_listeners(runtime);
    runtime_drain_drivers(runtime, true);
    return 0;
}

void weft_runtime_close(weft_runtime *runtime, weft_closed_fn closed, void *user)
{
    if (runtime->state >= WEFT__RUNTIME_ENDING || runtime->is_closing)
        return;
    runtime->state = WEFT__RUNTIME_CLOSING;
    runtime->is_closing = true;
    runtime->closed = closed;
    runtime->closed_user = user;
    runtime_stop_listeners(runtime);
    for (weft__link *link = runtime->drivers.next; link != &runtime->drivers; link = link->next) {
        weft__driver *driver = weft__container(link, weft__driver, link);
        if (driver->engine)
            weft_session_close(weft_engine_session(driver->engine), WEFT_CODE_GOING_AWAY, NULL);
        else
            runtime_end_handshake(driver);
    }
    weft__runtime_wake(runtime);
    runtime_update_ref(runtime);
}

void weft_runtime_free(weft_runtime *runtime_or_null)
{
    weft_runtime *runtime = runtime_or_null;
    if (!runtime)
        return;
    weft_runtime_close(runtime, NULL, NULL);
    if (!runtime->owns_loop)
        return;
    weft__loop_enter();
    while (runtime->state != WEFT__RUNTIME_CLOSED)
        (void)uv_run(&runtime->own_loop, UV_RUN_ONCE);
    (void)uv_run(&runtime->own_loop, UV_RUN_NOWAIT); /* what the application closed last is done with */
    weft__loop_leave();
    /* Handles of the application's that it did not close keep the loop, whose memory is better lost than used when
     * freed. */
    if (uv_loop_close(&runtime->own_loop) == 0)
        runtime_free_memory(runtime);
    else
        weft__log_emit(&runtime->env.log, WEFT_LOG_ERROR, WEFT_LOG_SESSION,
                       "the runtime's loop still has handles of the application's", NULL, 0);
}
