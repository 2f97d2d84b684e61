/* Hashes against values computed by another implementation of BLAKE2b. */
#include "runtime/base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void hash64_known_inputs_known_ids(void **state)
{
    /* Goal: an id is the first 8 bytes, little-endian, of BLAKE2b-256. */
    (void)state;
    assert_true(weft__hash64(weft_bytes_of("", 0)) == UINT64_C(0xb243e526c051570e));
    assert_true(weft__hash64(weft_bytes_of(NULL, 0)) == UINT64_C(0xb243e526c051570e));
    assert_true(weft__hash64(weft_bytes_of("abc", 3)) == UINT64_C(0x723942633c81ddbd));
    assert_true(weft__hash64(weft_bytes_of("kv.v1.Store/get", 15)) == UINT64_C(0x770e9ace735e0ab4));
}

static void derive_known_seed_known_bytes(void **state)
{
    /* Goal: what is derived is keyed BLAKE2b-512 over the counter, cut to the length, and differs by counter. */
    (void)state;
    static const uint8_t expected[16] = { 0xbd, 0x43, 0xe4, 0x3e, 0xcc, 0x72, 0xf7, 0x93,
                                          0x7d, 0x37, 0x64, 0x72, 0x4b, 0xd3, 0x7e, 0xce };
    uint8_t seed[32];
    uint8_t out[65] = { 0 };
    uint8_t other[64];
    for (unsigned i = 0; i < 32; i++)
        seed[i] = (uint8_t)i;
    weft__derive(seed, UINT64_C(0x0102030405060708), out, 64);
    assert_memory_equal(out, expected, sizeof expected);
    assert_int_equal(out[64], 0);
    weft__derive(seed, UINT64_C(0x0102030405060709), other, 64);
    assert_memory_not_equal(out, other, 64);
    memset(other, 0, sizeof other);
    weft__derive(seed, UINT64_C(0x0102030405060708), other, 8);
    assert_memory_equal(other, expected, 8);
    assert_int_equal(other[8], 0);
}

static void equal_constant_time_compares_all(void **state)
{
    /* Goal: any byte that differs is seen. */
    (void)state;
    uint8_t a[32] = { 0 };
    uint8_t b[32] = { 0 };
    assert_true(weft__equal_constant_time(a, b, sizeof a));
    assert_true(weft__equal_constant_time(NULL, NULL, 0));
    for (unsigned i = 0; i < sizeof a; i++) {
        b[i] = 0x80;
        assert_false(weft__equal_constant_time(a, b, sizeof a));
        b[i] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash64_known_inputs_known_ids),
        cmocka_unit_test(derive_known_seed_known_bytes),
        cmocka_unit_test(equal_constant_time_compares_all),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
