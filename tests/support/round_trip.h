/* Everything that must hold for a value that has an encoding, and the oracles that it is held against. */
#ifndef WEFT_TESTS_SUPPORT_ROUND_TRIP_H
#define WEFT_TESTS_SUPPORT_ROUND_TRIP_H

#include "weft/gen.h"

/* Encodes the value, and asserts: the bytes are those that msgpack-c's packer makes of it; msgpack-c's unpacker takes
 * them (to its depth of 32); they decode to an equal value, which encodes to the same bytes; a copy is equal, whether
 * the original lives or not; it prints as JSON. Returns the bytes, in arena. */
weft_bytes weft_test_round_trip(const weft_type *type, const void *value, weft_arena *arena);

/* Cuts the bytes at every place, and changes one after the other: whatever comes out is refused with a text, the result
 * untouched, or decodes to a value that goes round in its turn (or holds an UNKNOWN). */
void weft_test_break(const weft_type *type, weft_bytes bytes, uint64_t seed, weft_arena *arena);

/* One JSON value and nothing behind it? */
bool weft_test_is_json(const char *text, size_t len);
/* Prints into arena; NUL-terminated. */
weft_str weft_test_print(const weft_type *type, const void *value, weft_arena *arena);

/* Bytes in hex, for failures: "93 01 02". In a buffer of its own that the next call overwrites. */
const char *weft_test_hex(weft_bytes bytes);

#endif
