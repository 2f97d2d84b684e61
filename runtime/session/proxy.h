/* What proxy.c and proxy_open.c share. */
#ifndef WEFT_RUNTIME_SESSION_PROXY_H
#define WEFT_RUNTIME_SESSION_PROXY_H

#include "runtime/session/session.h"
#include "weft/proxy.h"

/* Each is the other's leg from now on. 0 or WEFT_ENOMEM. */
WEFT__COLD int weft__proxy_pair(weft_connection *left, weft_connection *right);
/* Now that both are open: what was said of a drain before. */
WEFT__COLD void weft__proxy_say_drains(weft_connection *left, weft_connection *right);

#endif
