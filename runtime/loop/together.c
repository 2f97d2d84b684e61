/* Runtimes that serve the same clients, of a thread each: which group they are of, and what that takes
 * [resume.acceptor] [op.states]. */
#include "runtime/loop/loop.h"

#include "runtime/base/mem.h"
#include "runtime/conduit/syserr.h"

typedef struct together_lock {
    weft_allocator allocator;
    uv_mutex_t mutex;
} together_lock;

static void together_take(void *self)
{
    together_lock *lock = self;
    uv_mutex_lock(&lock->mutex);
}

static void together_give(void *self)
{
    together_lock *lock = self;
    uv_mutex_unlock(&lock->mutex);
}

static void together_free(void *self)
{
    together_lock *lock = self;
    weft_allocator allocator = lock->allocator;
    uv_mutex_destroy(&lock->mutex);
    weft__free(&allocator, lock, sizeof *lock);
}

static int together_new(const weft_allocator *allocator, weft_group **ret_group)
{
    together_lock *self = weft__alloc_zero(allocator, sizeof *self);
    weft_lock lock = { together_take, together_give, together_free, self };
    int rc;
    if (!self)
        return WEFT_ENOMEM;
    self->allocator = *allocator;
    rc = uv_mutex_init(&self->mutex);
    if (rc < 0) {
        weft__free(allocator, self, sizeof *self);
        return weft__map_status(rc);
    }
    rc = weft_group_new(allocator, &lock, ret_group);
    if (rc < 0)
        together_free(self);
    return rc;
}

int weft__runtime_pair(weft_runtime *runtime, weft_poster *with)
{
    weft_group *group = weft__poster_group(runtime->poster);
    int rc;
    if (!group)
        group = weft__poster_group(with);
    if (group) {
        rc = weft__poster_join(runtime->poster, group);
    } else {
        rc = together_new(&runtime->env.allocator, &group);
        if (rc < 0)
            return rc;
        rc = weft__poster_join(runtime->poster, group);
        weft_group_release(group);
    }
    return rc < 0 ? rc : weft__poster_join(with, group);
}

static int together_post(void *user, void (*run)(void *arg), void (*dropped)(void *arg), void *arg)
{
    return weft_post(user, run, dropped, arg);
}

static int together_join_operations(weft_runtime *runtime, weft_operations *operations, weft_group *group)
{
    return weft_operations_join(operations, group, together_post, runtime->poster);
}

int weft__runtime_join(weft_runtime *runtime)
{
    weft_group *group = weft__poster_group(runtime->poster);
    int rc = weft_registry_join(runtime->registry, group);
    if (rc == 0)
        rc = together_join_operations(runtime, runtime->own_operations, group);
    if (rc == 0 && runtime->operations != runtime->own_operations)
        rc = together_join_operations(runtime, runtime->operations, group);
    runtime->is_joined = runtime->is_joined || rc == 0;
    return rc;
}

void weft__runtime_leave(weft_runtime *runtime)
{
    weft_operations_leave(runtime->operations);
    weft_operations_leave(runtime->own_operations);
}
