/* Hashes and constant-time comparison over libsodium. */
#include "runtime/base/hash.h"

#include "runtime/base/mem.h"

#include <sodium.h>

/* May be called any number of times and from any thread. False: there is no random source, which nothing here needs;
 * hashing then merely goes on with libsodium's portable code. */
static bool hash_prepare(void)
{
    return sodium_init() >= 0;
}

static uint64_t digest_id(const uint8_t digest[32])
{
    uint64_t id = 0;
    for (size_t i = 8; i-- > 0;)
        id = id << 8 | digest[i];
    return id;
}

uint64_t weft__hash64(weft_bytes bytes)
{
    uint8_t digest[32];
    (void)hash_prepare();
    (void)crypto_generichash(digest, sizeof digest, bytes.ptr, bytes.len, NULL, 0);
    return digest_id(digest);
}

void weft__hash_digest(weft_bytes bytes, uint8_t ret_digest[WEFT__DIGEST])
{
    (void)hash_prepare();
    (void)crypto_generichash(ret_digest, WEFT__DIGEST, bytes.ptr, bytes.len, NULL, 0);
}

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(weft__hash), "weft__hash holds libsodium's state");

void weft__hash_begin(weft__hash *hash)
{
    (void)hash_prepare();
    (void)crypto_generichash_init((crypto_generichash_state *)(void *)hash->state, NULL, 0, 32);
}

void weft__hash_add(weft__hash *hash, weft_bytes bytes)
{
    (void)crypto_generichash_update((crypto_generichash_state *)(void *)hash->state, bytes.ptr, bytes.len);
}

uint64_t weft__hash_end64(const weft__hash *hash)
{
    uint8_t digest[32];
    weft__hash copy = *hash;
    (void)crypto_generichash_final((crypto_generichash_state *)(void *)copy.state, digest, sizeof digest);
    return digest_id(digest);
}

bool weft__equal_constant_time(const void *a, const void *b, size_t len)
{
    return len == 0 || sodium_memcmp(a, b, len) == 0;
}

void weft__wipe(void *secret, size_t len)
{
    sodium_memzero(secret, len);
}

void weft__derive(const uint8_t seed[32], uint64_t counter, uint8_t *out, size_t len)
{
    uint8_t block[64];
    uint8_t input[8];
    if (!WEFT_CHECK(len <= sizeof block))
        len = sizeof block;
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = (uint8_t)(counter >> (8 * i));
    (void)hash_prepare();
    (void)crypto_generichash(block, sizeof block, input, sizeof input, seed, 32);
    memcpy(out, block, len);
    sodium_memzero(block, sizeof block);
}
