/* Requests that are attempts of operations, written by hand, and the table that remembers them. */
#ifndef WEFT_TESTS_SUPPORT_WIRE_OP_H
#define WEFT_TESTS_SUPPORT_WIRE_OP_H

#include "tests/support/wire_peer.h"
#include "weft/operation.h"

typedef struct wire_op {
    uint8_t bytes[24];
} wire_op;

/* The client part is 16 times the byte. */
wire_op wire_op_of(uint8_t client, uint64_t counter);
/* Or the test fails. */
weft_operations *wire_op_operations(const weft_operations_options *options);
/* wire_open, with retry in force. */
void wire_op_open(wire_peer *w, uint64_t connection);
/* wire_run, and what was recorded is made durable in between, until nothing moves. */
void wire_op_run(wire_peer *w);
/* A request of three bytes `fill`, and wire_op_run. */
void wire_op_request(wire_peer *w, uint64_t connection, uint64_t request_id, uint64_t method_id, const wire_op *op,
                     uint8_t fill);
/* Do the settings name retry? */
bool wire_names_retry(const weft__settings *settings);

#endif
