/* What a runtime remembers of persistent calls: operations of its own, in memory, or those that it is given. */
#include "runtime/loop/loop.h"

#include "runtime/conduit/syserr.h"
#include "weft/operation.h"

#include <time.h>

/* Outcomes expire by it beyond the process. */
static uint64_t wall_ms(void *user)
{
    struct timespec now;
    (void)user;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / WEFT_NS_PER_MS;
}

static uint64_t steady_ns(void *user)
{
    (void)user;
    return uv_hrtime();
}

int weft_runtime_operations_options(weft_runtime *runtime, weft_operations_options *ret_options, size_t size)
{
    weft_operations_options options;
    weft_operations_options_init(&options, sizeof options);
    options.allocator = &runtime->env.allocator;
    options.log = runtime->env.log.fn;
    options.log_user = runtime->env.log.user;
    options.log_level = runtime->log_level;
    options.log_classes = runtime->log_classes;
    options.wall_ms = wall_ms;
    options.clock = steady_ns;
    int rc = uv_random(NULL, NULL, options.seed, sizeof options.seed, 0, NULL);
    if (rc < 0)
        return weft__map_status(rc);
    options.size = size;
    memset(ret_options, 0, size);
    memcpy(ret_options, &options, size < sizeof options ? size : sizeof options);
    return 0;
}

int weft__runtime_init_operations(weft_runtime *runtime)
{
    weft_operations_options options;
    int rc = weft_runtime_operations_options(runtime, &options, sizeof options);
    if (rc == 0)
        rc = weft_operations_new(&options, &runtime->own_operations, NULL);
    runtime->operations = runtime->own_operations;
    return rc;
}

void weft__runtime_fini_operations(weft_runtime *runtime)
{
    if (runtime->operations != runtime->own_operations)
        weft_operations_release(runtime->operations);
    weft_operations_release(runtime->own_operations);
}

static void watch_operations(weft_runtime *runtime, const weft_operations *operations)
{
    weft__alarm_set(&runtime->alarm, weft_operations_deadline(operations));
}

void weft__runtime_watch_operations(weft_runtime *runtime)
{
    watch_operations(runtime, runtime->operations);
    if (runtime->operations != runtime->own_operations)
        watch_operations(runtime, runtime->own_operations);
}

void weft__runtime_tick_operations(weft_runtime *runtime, uint64_t now_ns)
{
    weft_operations_tick(runtime->operations, now_ns);
    if (runtime->operations != runtime->own_operations)
        weft_operations_tick(runtime->own_operations, now_ns);
}

int weft_runtime_use_operations(weft_runtime *runtime, weft_operations *operations)
{
    if (!operations)
        return WEFT_EINVAL;
    if (runtime->state != WEFT__RUNTIME_OPEN)
        return WEFT_ECLOSED;
    if (operations == runtime->operations)
        return 0;
    if (runtime->operations != runtime->own_operations)
        return WEFT_EALREADY; /* sessions of before still record in those, and somebody has to sync them */
    runtime->operations = operations;
    int rc = runtime->is_joined ? weft__runtime_join(runtime) : 0;
    if (rc == 0)
        weft_operations_retain(operations);
    else
        runtime->operations = runtime->own_operations;
    return rc;
}

weft_operations *weft_runtime_operations(weft_runtime *runtime)
{
    return runtime->operations;
}
