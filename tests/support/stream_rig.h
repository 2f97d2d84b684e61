/* A pair of engines with one connection, and a call with channels on it. */
#ifndef WEFT_TESTS_SUPPORT_STREAM_RIG_H
#define WEFT_TESTS_SUPPORT_STREAM_RIG_H

#include "tests/support/pair.h"

typedef struct rig {
    weft_test_alloc alloc;
    pair pair;
    weft_connection *conn;
    pair_stream out, in; /* the caller's ends: of what the handler sends, and receives */
    weft_call call;
} rig;

void rig_begin(rig *r);
void rig_begin_with(rig *r, weft_session_options client, weft_session_options server);
/* Nothing may be live afterwards. */
void rig_end(rig *r);
/* Calls a method with channels, noted under 0; what the handler sends is read. */
void rig_call(rig *r, uint32_t method, bool out, bool in);
/* The newest handler answers ok; its status. */
int rig_answer(rig *r, uint32_t method);
/* It has ended once, so. */
void rig_assert_end(const pair_stream *stream, weft_channel_end_kind kind, int code, uint16_t reason, const char *text);

#endif
