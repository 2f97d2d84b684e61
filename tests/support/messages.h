/* Any message decoded and written again. */
#ifndef WEFT_TESTS_SUPPORT_MESSAGES_H
#define WEFT_TESTS_SUPPORT_MESSAGES_H

#include "runtime/wire/frame.h"
#include "runtime/wire/messages.h"

/* Decodes the body of a frame of this kind and writes what was understood of it: elements of later versions, the
 * operation and flags of a request, and the resumption of a hello are left out. 0, WEFT_EBADMSG, WEFT_ENOMEM,
 * or WEFT_ENOTSUP for a kind without a decoder. arena: for what lies in between. */
int weft_test_message_again(uint8_t kind, weft_bytes body, weft_arena *arena, weft_writer *writer);

/* The kinds that have a decoder; the last is 0. */
extern const uint8_t weft_test_message_kinds[];

#endif
