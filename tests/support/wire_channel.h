/* Frames of channels on connection 1, to and from an engine that serves pair_service. */
#ifndef WEFT_TESTS_SUPPORT_WIRE_CHANNEL_H
#define WEFT_TESTS_SUPPORT_WIRE_CHANNEL_H

#include "tests/support/wire_peer.h"

/* A body that is freed. */
void wire_put_body(wire_peer *w, uint8_t kind, weft_writer *writer);
/* A request of a method with channels, which announces these; all optional ones are there. */
weft_writer *wire_stream_request(uint64_t id, uint64_t method_id, const weft__announced *channels, size_t n);
/* The same with one channel, put. */
void wire_put_stream(wire_peer *w, uint64_t id, uint64_t method_id, uint64_t channel, uint32_t items);
/* An item of len bytes of fill. */
void wire_put_item(wire_peer *w, uint64_t channel, size_t len, uint8_t fill);
/* ChannelClose, ChannelReset */
void wire_put_channel_end(wire_peer *w, uint8_t kind, uint64_t channel, uint16_t code);
void wire_put_credit(wire_peer *w, uint64_t channel, uint32_t items, uint32_t bytes);

/* The next frame is this one. */
void wire_expect_credit(wire_peer *w, uint64_t channel, uint32_t items, uint32_t bytes);
void wire_expect_channel_end(wire_peer *w, uint8_t kind, uint64_t channel, uint16_t code);
void wire_expect_item(wire_peer *w, uint64_t channel);

#endif
