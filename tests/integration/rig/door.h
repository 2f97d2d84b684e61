/* What the tests of a listener's door stand on: its counters, visitors beside the rig's own client, raw clients from
 * any loopback address. */
#ifndef WEFT_TESTS_INTEGRATION_DOOR_H
#define WEFT_TESTS_INTEGRATION_DOOR_H

#include "tests/integration/rig/rig.h"

/* A session of its own with the rig's server. */
typedef struct visitor {
    weft_session *session;
    int n_ready, n_failed, n_closed, n_resumed;
    weft_error failed;
} visitor;

weft_listener_stats door_stats(const rig *r);
/* Turns until this reason has been counted so often. */
void door_await_refused(rig *r, weft_refusal reason, uint64_t n);
/* Turns until so many are READY, and so many before it. */
void door_await_live(rig *r, uint64_t n);
void door_await_pending(rig *r, uint64_t n);
/* Turns until nobody is before READY, or a session; then all that came are accounted for, and nothing is counted. */
void door_await_nobody(rig *r);
/* Turns until the raw socket has ended. */
void door_await_end(rig *r, int fd);

/* options_or_null: what the visitor's session is to be like besides its events. */
void visitor_begin(visitor *v, rig *r, const char *url, const weft_session_options *options_or_null);
void visitor_await_ready(visitor *v, rig *r);
void visitor_await_ready_or_end(visitor *v, rig *r);
/* It was refused with this code. */
void visitor_await_refused(visitor *v, rig *r, uint16_t code);
/* Closes, waits for the end, and lets go. */
void visitor_end(visitor *v, rig *r);

/* A connected blocking socket from 127.0.x.y, x and y those of host. */
int door_connect_from(const rig *r, unsigned host);

#endif
