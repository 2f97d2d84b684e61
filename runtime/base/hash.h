/* Hashes and comparison in constant time: the only place that calls libsodium. */
#ifndef WEFT_RUNTIME_BASE_HASH_H
#define WEFT_RUNTIME_BASE_HASH_H

#include "weft/base.h"

/* First 8 bytes, little-endian, of BLAKE2b-256 over the bytes: type, service and method ids. */
uint64_t weft__hash64(weft_bytes bytes);
/* BLAKE2b of 16 bytes over them. */
enum { WEFT__DIGEST = 16 };
void weft__hash_digest(weft_bytes bytes, uint8_t ret_digest[WEFT__DIGEST]);
/* hash64 over bytes that come in pieces. end64 leaves the state as it was, so that one beginning serves many ends. */
typedef struct weft__hash {
    _Alignas(64) uint8_t state[384];
} weft__hash;
void weft__hash_begin(weft__hash *hash);
void weft__hash_add(weft__hash *hash, weft_bytes bytes);
uint64_t weft__hash_end64(const weft__hash *hash);
/* len bytes at each: equal? In time that does not depend on their contents. */
bool weft__equal_constant_time(const void *a, const void *b, size_t len);
/* Zeros, which compilers do not leave out. */
void weft__wipe(void *secret, size_t len);
/* Derives len (at most 64) bytes from a 32-byte seed and a counter: keyed BLAKE2b. */
void weft__derive(const uint8_t seed[32], uint64_t counter, uint8_t *out, size_t len);

#endif
