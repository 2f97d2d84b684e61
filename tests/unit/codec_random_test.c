/* Round trips of random values through the codec, held against msgpack-c, and what becomes of broken bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/codec_types.h"
#include "tests/support/random_value.h"
#include "tests/support/round_trip.h"
#include "tests/support/rules.h"

enum { DEPTH = 12, DEPTH_MAX = 64, SIZE = 60 };

static void round_trips(uint64_t seed, unsigned rounds, unsigned depth, unsigned size)
{
    weft_arena *arena;
    weft_test_random random = { seed };
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    for (unsigned round = 0; round < rounds; round++) {
        for (const weft_type *const *type = ct_types; *type; type++) {
            void *value = weft_arena_alloc(arena, (*type)->c_size, 16);
            weft_test_random_value(&random, *type, depth, size, arena, value);
            weft_test_round_trip(*type, value, arena);
            weft_arena_clear(arena);
        }
    }
    weft_arena_free(arena);
}

static void codec_random_values_go_round(void **state)
{
    /* Goal: whatever is encoded has msgpack-c's bytes and comes back equal, for fixed seeds and one that nobody chose.
     */
    (void)state;
    WEFT_RULE("schema.positional");
    round_trips(1, 150, DEPTH, SIZE);
    round_trips(2, 30, DEPTH_MAX, SIZE * 8);
    round_trips(weft_test_fresh_seed(), 60, DEPTH, SIZE);
}

static void codec_broken_bytes_are_refused_or_go_round(void **state)
{
    /* Goal: cut or changed bytes never half fill a value, and what decodes all the same is a value. */
    (void)state;
    weft_arena *arena;
    weft_test_random random = { 3 };
    assert_int_equal(weft_arena_new(NULL, &arena), 0);
    for (unsigned round = 0; round < 4; round++) {
        for (const weft_type *const *type = ct_types; *type; type++) {
            void *value = weft_arena_alloc(arena, (*type)->c_size, 16);
            weft_test_random_value(&random, *type, 8, 8, arena, value);
            weft_bytes bytes = weft_test_round_trip(*type, value, arena);
            if (bytes.len <= 4096)
                weft_test_break(*type, bytes, round, arena);
            weft_arena_clear(arena);
        }
    }
    weft_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codec_random_values_go_round),
        cmocka_unit_test(codec_broken_bytes_are_refused_or_go_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
