/* Bodies that a hostile counterpart sends, whatever the kind of the frame: what tests feed to an engine and send over
 * sockets. */
#ifndef WEFT_TESTS_SUPPORT_HOSTILE_H
#define WEFT_TESTS_SUPPORT_HOSTILE_H

#include "tests/support/random.h"
#include "tests/support/wire_put.h"

/* Every kind that there is; and one that is none, of those that are skipped. */
enum { HOSTILE_KINDS = 23, HOSTILE_SKIPPED = 200 };
extern const uint8_t hostile_kinds[HOSTILE_KINDS];

/* How many bodies there are, each malformed for every kind that has one. */
enum { HOSTILE_BODIES = 14 };
/* What is wrong with it. */
const char *hostile_name(size_t i);
/* The body, appended. */
void hostile_put(wire_bytes *out, size_t i);

/* A Request of pair_service.echo whose arguments, the element behind the head, are body i; the rest is as it should be
 * where the body is a whole value. */
void hostile_put_request(wire_bytes *out, uint64_t connection, uint64_t request_id, size_t i);
/* A Response, outcome ok, whose value is body i. */
void hostile_put_response(wire_bytes *out, uint64_t connection, uint64_t request_id, size_t i);

/* A frame of a random kind: well-formed on a small connection id, or with random flags and a random body of at most
 * 2,000 bytes, whose header mostly says what is there. */
void hostile_put_random(wire_bytes *out, weft_test_random *random);

#endif
