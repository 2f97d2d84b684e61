/* Waiting for the I/O thread: runtime/loop/blocking.h says who frees a wait when. */
#include "runtime/loop/blocking.h"

#include "runtime/base/mem.h"

/* The engine knows more of a call that is over than the thread that waits, so it may tell first. Past that something
 * holds the I/O thread up. */
#define WAIT_GRACE_NS (200 * WEFT_NS_PER_MS)
/* At once: libuv adds a clock to it without looking. */
#define WAIT_SLICE_NS (3600 * WEFT_NS_PER_S)

uint64_t weft__wait_deadline(uint64_t timeout_ns)
{
    uint64_t now_ns = uv_hrtime();
    if (timeout_ns == WEFT_FOREVER || timeout_ns >= WEFT_FOREVER - now_ns)
        return WEFT_FOREVER;
    return now_ns + timeout_ns;
}

uint64_t weft__wait_remaining(uint64_t deadline_ns)
{
    uint64_t now_ns = uv_hrtime();
    if (deadline_ns == WEFT_FOREVER)
        return WEFT_FOREVER;
    return deadline_ns > now_ns ? deadline_ns - now_ns : 0;
}

uint64_t weft__wait_with_grace(uint64_t deadline_ns)
{
    return deadline_ns < WEFT_FOREVER - WAIT_GRACE_NS ? deadline_ns + WAIT_GRACE_NS : WEFT_FOREVER;
}

/* On the I/O thread; taken from the queue, hence BUSY. */
static void wait_run(weft__task *task)
{
    weft__wait *wait = weft__container(task, weft__wait, task);
    int rc = wait->begin(wait);
    uv_mutex_lock(&wait->blocking->mutex);
    wait->state = WEFT__WAIT_IN_FLIGHT;
    if (rc != 0) {
        wait->state = WEFT__WAIT_DONE;
        wait->rc = rc < 0 ? rc : 0;
    }
    uv_cond_signal(&wait->cond);
    /* The one that waits frees it once it has the mutex. */
    uv_mutex_unlock(&wait->blocking->mutex);
}

void *weft__wait_new(weft_blocking *blocking, size_t size, uint64_t deadline_ns)
{
    weft__wait *wait = weft__alloc_zero(&blocking->allocator, size);
    if (!wait)
        return NULL;
    if (uv_cond_init(&wait->cond) != 0) {
        weft__free(&blocking->allocator, wait, size);
        return NULL;
    }
    weft__blocking_retain(blocking);
    wait->blocking = blocking;
    wait->size = size;
    wait->deadline_ns = deadline_ns;
    wait->task.run = wait_run;
    wait->task.wait_or_null = wait;
    return wait;
}

void weft__wait_free(weft__wait *wait)
{
    weft_blocking *blocking = wait->blocking;
    if (wait->drop)
        wait->drop(wait);
    uv_cond_destroy(&wait->cond);
    weft__free(&blocking->allocator, wait, wait->size);
    weft__blocking_unref(blocking);
}

bool weft__blocking_sleep(weft_blocking *blocking, uv_cond_t *cond, uint64_t deadline_ns)
{
    uint64_t left_ns = weft__wait_remaining(deadline_ns);
    if (left_ns == WEFT_FOREVER)
        uv_cond_wait(cond, &blocking->mutex);
    else if (left_ns > 0)
        (void)uv_cond_timedwait(cond, &blocking->mutex, left_ns < WAIT_SLICE_NS ? left_ns : WAIT_SLICE_NS);
    return left_ns > 0;
}

/* The mutex is held. Until it is DONE, or its time is over while nobody works for it. */
static void wait_sleep(weft__wait *wait)
{
    uint64_t give_up_ns = wait->has_grace ? weft__wait_with_grace(wait->deadline_ns) : wait->deadline_ns;
    while (wait->state != WEFT__WAIT_DONE) {
        bool is_busy = wait->state == WEFT__WAIT_BUSY;
        if (!weft__blocking_sleep(wait->blocking, &wait->cond, is_busy ? WEFT_FOREVER : give_up_ns))
            return;
    }
}

bool weft__wait_for(weft__wait *wait, bool *ret_begun)
{
    weft_blocking *blocking = wait->blocking;
    bool was_queued = false, is_done;
    uv_mutex_lock(&blocking->mutex);
    if (weft__blocking_push(blocking, &wait->task)) {
        wait_sleep(wait);
    } else {
        wait->state = WEFT__WAIT_DONE;
        wait->rc = WEFT_ECLOSED;
    }
    is_done = wait->state == WEFT__WAIT_DONE;
    if (!is_done) {
        was_queued = wait->state == WEFT__WAIT_QUEUED;
        weft__list_remove(&wait->task.link);
        wait->state = WEFT__WAIT_GIVEN_UP;
    }
    uv_mutex_unlock(&blocking->mutex);
    *ret_begun = !was_queued;
    if (was_queued)
        weft__wait_free(wait);
    return is_done;
}

bool weft__wait_take(weft__wait *wait)
{
    bool is_given_up;
    uv_mutex_lock(&wait->blocking->mutex);
    is_given_up = wait->state == WEFT__WAIT_GIVEN_UP;
    if (!is_given_up)
        wait->state = WEFT__WAIT_BUSY;
    uv_mutex_unlock(&wait->blocking->mutex);
    if (is_given_up)
        weft__wait_free(wait);
    return !is_given_up;
}

void weft__wait_put_back(weft__wait *wait)
{
    uv_mutex_lock(&wait->blocking->mutex);
    wait->state = WEFT__WAIT_IN_FLIGHT;
    uv_cond_signal(&wait->cond);
    uv_mutex_unlock(&wait->blocking->mutex);
}

void weft__wait_done(weft__wait *wait, int rc, const weft_error *error_or_null)
{
    weft_blocking *blocking = wait->blocking;
    uv_mutex_lock(&blocking->mutex);
    wait->rc = rc;
    if (error_or_null)
        wait->error = *error_or_null;
    wait->state = WEFT__WAIT_DONE;
    uv_cond_signal(&wait->cond);
    uv_mutex_unlock(&blocking->mutex);
}
