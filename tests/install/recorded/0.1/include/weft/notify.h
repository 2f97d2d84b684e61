/* weft/notify.h: telling the supervisor how the program is, by the protocol of sd_notify (systemd's Type=notify, and
 * others who speak it). */
#ifndef WEFT_NOTIFY_H
#define WEFT_NOTIFY_H

#include "weft/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sends state to the socket that the environment names in NOTIFY_SOCKET (a path, or @ and an abstract name): lines such
 * as "READY=1", "STOPPING=1", "RELOADING=1", "STATUS=text", "WATCHDOG=1", several divided by '\n'. Any thread, while
 * none changes the environment; it waits, for a second at most, where the supervisor's queue is full. 0: sent, or
 * nobody wants to know, as NOTIFY_SOCKET is not set; WEFT_EINVAL: state is NULL or empty; WEFT_ENOTSUP: a kind of
 * socket that we do not know; WEFT_ENAMETOOLONG; WEFT_EAGAIN: the queue stayed full; or what the system says,
 * WEFT_ENOENT, WEFT_ECONNREFUSED and WEFT_EACCES among them. */
WEFT_API int weft_notify(const char *state);

#ifdef __cplusplus
}
#endif
#endif
