/* An alarm: wakes a loop at one point in time. Where the system has descriptors that do so, it is one of those: a wait
 * with a time, which is what a timer of libuv makes of each wait, costs the kernel half a microsecond more. */
#ifndef WEFT_RUNTIME_LOOP_ALARM_H
#define WEFT_RUNTIME_LOOP_ALARM_H

#include "weft/base.h"

#include <uv.h>

typedef struct weft__alarm {
    union {
        uv_handle_t handle;
        uv_poll_t poll;   /* fd >= 0 */
        uv_timer_t timer; /* fd < 0 */
    } uv;
    int fd;
    uint64_t at_ns; /* WEFT_FOREVER: not set */
    void (*ring)(void *user);
    void *user;
} weft__alarm;

/* Cannot fail. It does not keep the loop going. */
void weft__alarm_init(weft__alarm *alarm, uv_loop_t *loop, void (*ring)(void *user), void *user);
/* It rings at at_ns of uv_hrtime or later, once, from the loop; one that would ring sooner rings then, and only then.
 */
void weft__alarm_set(weft__alarm *alarm, uint64_t at_ns);
/* closed finds its user in handle->data. */
void weft__alarm_close(weft__alarm *alarm, uv_close_cb closed);

#endif
