/* One alarm for all timers of a runtime. */
#include "runtime/loop/alarm.h"

#include <unistd.h>

#ifdef __linux__
#include <sys/timerfd.h>
#endif

static void alarm_ring(weft__alarm *alarm)
{
    alarm->at_ns = WEFT_FOREVER;
    alarm->ring(alarm->user);
}

#ifdef __linux__
static void alarm_on_poll(uv_poll_t *poll, int status, int events)
{
    weft__alarm *alarm = (weft__alarm *)(void *)((char *)poll - offsetof(weft__alarm, uv));
    uint64_t n_rung;
    (void)status;
    (void)events;
    if (read(alarm->fd, &n_rung, sizeof n_rung) == (ssize_t)sizeof n_rung)
        alarm_ring(alarm);
}

static bool alarm_init_fd(weft__alarm *alarm, uv_loop_t *loop)
{
    alarm->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (alarm->fd < 0)
        return false;
    if (uv_poll_init(loop, &alarm->uv.poll, alarm->fd) == 0) {
        (void)uv_poll_start(&alarm->uv.poll, UV_READABLE, alarm_on_poll);
        return true;
    }
    (void)close(alarm->fd);
    alarm->fd = -1;
    return false;
}

/* The clock of uv_hrtime is the descriptor's. */
static void alarm_set_fd(const weft__alarm *alarm)
{
    struct itimerspec spec = { .it_value = { .tv_sec = (time_t)(alarm->at_ns / WEFT_NS_PER_S),
                                             .tv_nsec = (long)(alarm->at_ns % WEFT_NS_PER_S) } };
    if (alarm->at_ns == 0)
        spec.it_value.tv_nsec = 1; /* 0 would mean never */
    (void)timerfd_settime(alarm->fd, TFD_TIMER_ABSTIME, &spec, NULL);
}
#else
static bool alarm_init_fd(weft__alarm *alarm, uv_loop_t *loop)
{
    (void)loop;
    alarm->fd = -1;
    return false;
}
static void alarm_set_fd(const weft__alarm *alarm)
{
    (void)alarm;
}
#endif

static void alarm_on_timer(uv_timer_t *timer)
{
    alarm_ring((weft__alarm *)(void *)((char *)timer - offsetof(weft__alarm, uv)));
}

void weft__alarm_init(weft__alarm *alarm, uv_loop_t *loop, void (*ring)(void *user), void *user)
{
    alarm->ring = ring;
    alarm->user = user;
    alarm->at_ns = WEFT_FOREVER;
    if (!alarm_init_fd(alarm, loop))
        (void)uv_timer_init(loop, &alarm->uv.timer); /* cannot fail */
    uv_unref(&alarm->uv.handle);
}

void weft__alarm_set(weft__alarm *alarm, uint64_t at_ns)
{
    if (at_ns >= alarm->at_ns)
        return;
    alarm->at_ns = at_ns;
    if (alarm->fd >= 0) {
        alarm_set_fd(alarm);
        return;
    }
    /* The loop's clock and uv_hrtime are one. Rounded up, so that it is not early; never 0, which in older versions of
     * libuv keeps the loop from ever polling. */
    uint64_t at_ms = at_ns / WEFT_NS_PER_MS + 1;
    uint64_t now_ms = uv_now(alarm->uv.timer.loop);
    (void)uv_timer_start(&alarm->uv.timer, alarm_on_timer, at_ms > now_ms ? at_ms - now_ms : 1, 0);
}

void weft__alarm_close(weft__alarm *alarm, uv_close_cb closed)
{
    uv_close(&alarm->uv.handle, closed);
    if (alarm->fd >= 0)
        (void)close(alarm->fd); /* uv_close has let go of it */
    alarm->fd = -1;
}
