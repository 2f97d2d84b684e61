/* What the tests of channels of blocking clients begin with: a server, a session and a client of Streams. */
#ifndef WEFT_TESTS_INTEGRATION_BLOCKING_STREAM_RIG_H
#define WEFT_TESTS_INTEGRATION_BLOCKING_STREAM_RIG_H

#include "tests/integration/blocking/server.h"

#define SECOND WEFT_NS_PER_S

enum { WINDOW = 8 }; /* of the channels of notes */

typedef struct rig {
    server server;
    weft_blocking *blocking;
    weft_blocking_session *session;
    bt_streams_sync_client client;
    weft_arena *arena;
} rig;

/* For cmocka. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* Each fails the test where it cannot. */
void poke(rig *r, bt_poke what);
uint64_t sent(rig *r);
bt_note_sync_rx watch_begin(rig *r, uint64_t n, bt_streams_watch_sync_call *ret_call);
/* These two return once the server has the call. */
bt_note_sync_rx silent_begin(rig *r, bt_streams_silent_sync_call *ret_call);
bt_note_sync_tx stuck_begin(rig *r, bt_streams_stuck_sync_call *ret_call);
/* At most 256 KiB of data. */
bt_note note_of_bytes(size_t len);
/* The next one. */
const bt_note *receive(rig *r, bt_note_sync_rx rx);
void assert_finished(rig *r, bt_note_sync_rx rx);
weft_channel_end end_of(weft_blocking_channel *channel);

#endif
